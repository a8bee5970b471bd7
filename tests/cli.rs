//! The command line through the real binary: what it prints, and every exit code.
#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use isoshunt::sim::params::{ParamId, Params, SwitchId};
use isoshunt::sim::reading::quantity::QUANTITIES;
use isoshunt::sim::reading::snapshot::Model;
use serde_json::Value;

/// The program that is tested: the one built with these tests, or the file that `ISOSHUNT_PROGRAM` names.
static PROGRAM: LazyLock<OsString> =
    LazyLock::new(|| std::env::var_os("ISOSHUNT_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_isoshunt").into()));
const HEALTHY: &str = "healthy-young-adult";

/// Runs the program without a display; it gets a minute.
fn isoshunt<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Output {
    assert_cmd::Command::new(&*PROGRAM)
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .timeout(Duration::from_secs(60))
        .output()
        .expect("the program runs")
}

fn words(line: &str) -> Output {
    isoshunt(line.split_whitespace())
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal ended it")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// Standard output of a command that succeeds without a word on standard error.
fn printed(line: &str) -> String {
    let output = words(line);
    assert_eq!(code(&output), 0, "{line}: {}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "{line}");
    text(&output.stdout).to_owned()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&printed(line)).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// Standard error of a command that ends with `expected` and prints no result.
fn complaint(line: &str, expected: i32) -> String {
    let output = words(line);
    let message = text(&output.stderr).to_owned();
    assert_eq!(code(&output), expected, "{line}: {message}");
    assert_eq!(text(&output.stdout), "", "{line}");
    assert!(!message.is_empty() && !message.contains("panicked"), "{line}: {message}");
    message
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Rows of a CSV text by column.
fn table(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn inv_solve_prints_the_snapshot_bit_for_bit() {
    let found = json("solve healthy-young-adult --set fio2=1.0 --set shunt=0.3 --json");
    assert_eq!(found["state"], "steady");
    let scenario = isoshunt::scenario::find(HEALTHY).expect("built in");
    let mut params = scenario.params.clone();
    params.set_all(&[(ParamId::Fio2, 1.0), (ParamId::Shunt, 0.3)]).expect("allowed");
    let snapshot = Model::new().snapshot(&params).expect("steady");
    for quantity in QUANTITIES {
        match quantity.read(&snapshot) {
            Ok(value) => {
                assert_eq!(number(&found["results"][quantity.key]).to_bits(), value.to_bits(), "{}", quantity.key)
            }
            Err(reason) => {
                assert_eq!(found["results"][quantity.key], Value::Null, "{}", quantity.key);
                assert_eq!(found["absent"][quantity.key], reason.to_string(), "{}", quantity.key);
            }
        }
    }
    let units = found["units"].as_array().expect("units");
    assert_eq!(units.len(), snapshot.units.len());
    assert_eq!(number(&units[3]["po2_alv_mmhg"]).to_bits(), snapshot.units[3].po2_alv_mmhg.to_bits());
    assert_eq!(found["parameters"]["fio2_frac"], 1.0);
    assert_eq!(found["switches"]["ecmo"], "off");
    assert!(number(&found["solver"]["iterations"]) >= 1.0);
    assert!(number(&found["solver"]["residual"]) < 1e-9);
}

#[test]
fn inv_solve_for_people_shows_truth_beside_estimate() {
    let shown = printed("solve healthy-young-adult --set fio2=0.5");
    for part in ["Venous admixture (estimate)", "Shunt (true)", "set: fio2_frac = 0.5", "po2_art_mmhg", "iterations"] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    assert!(!shown.contains("ECMO"));
    assert!(printed("solve healthy-young-adult --set ecmo=on").contains("\nECMO"));
}

#[test]
fn inv_a_supply_limited_patient_is_a_result() {
    let found = json("solve healthy-young-adult --set cardiac_output=0.5 --json");
    assert_eq!(found["state"], "supply_limited");
    assert!(!found["not_survivable"].as_array().expect("reasons").is_empty());
    let [met, asked] = ["o2_consumption_ml_per_min", "o2_demand_ml_per_min"].map(|key| number(&found["results"][key]));
    assert!(met < asked, "{met} of {asked}");
}

#[test]
fn inv_no_steady_state_has_its_own_code_and_reason() {
    for (set, reason) in [
        ("--set alveolar_ventilation=0", "apnoea"),
        ("--set shunt=1", "no_gas_exchange"),
        ("--set vq_basis=expired --set alveolar_ventilation=0.1", "co2_not_cleared"),
    ] {
        complaint(&format!("solve healthy-young-adult {set}"), 3);
        let output = words(&format!("solve healthy-young-adult {set} --json"));
        assert_eq!(code(&output), 3, "{set}");
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(found["state"], "no_steady_state", "{set}");
        assert_eq!(found["reason"], reason, "{set}");
    }
}

#[test]
fn inv_a_jump_to_no_steady_state_ends_the_run_and_says_why() {
    let output = words("run healthy-young-adult --for 5min --at 1s breathing=apnoea --at 60s jump=steady");
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("at 1min: there is no steady state to jump to"), "{}", text(&output.stderr));
    assert_eq!(table(text(&output.stdout)).len(), 61, "the course so far");
}

#[test]
fn inv_wrong_input_is_named_with_what_is_allowed() {
    for (line, part) in [
        ("solve healthy-young-adult --set fio2=50", "fio2_frac = 50 is outside 0.1 to 1"),
        ("solve healthy-young-adult --set fio2=nan", "`nan` is not a number"),
        ("solve healthy-young-adult --set fio2=1e999", "`1e999` is not a number"),
        ("solve healthy-young-adult --set fio2=", "`` is not a number"),
        ("solve healthy-young-adult --set fio2", "KEY=VALUE"),
        ("solve healthy-young-adult --set fi02=0.5", "did you mean fio2_frac"),
        ("solve healthy-young-adult --set vq1=5", "fits several parameters"),
        ("solve healthy-young-adult --set ecmo=perhaps", "off, on"),
        ("solve healthy-young-adult --set vq1_units=3", "1 unit, or 5 to 500"),
        ("solve healthy-young-adult --set vq1_units=50.5", "whole number"),
        ("solve healthy-young-adult --set cohb=0.6 --set methb=0.6", "together at most 0.9"),
        ("solve healthy-young-adult --set vq1_share=0", "at least one V/Q mode"),
        ("solve healthy-young-adult --set fio2=0.5 --set fio2_frac=0.6", "fio2_frac is given twice"),
        ("solve healthy-young-adlut", "did you mean healthy-young-adult"),
        ("solve", "SCENARIO"),
        ("solve healthy-young-adult --frobnicate", "--frobnicate"),
        ("frobnicate", "frobnicate"),
        ("--measure solve healthy-young-adult", "cannot be used with"),
        ("sweep healthy-young-adult", "--over"),
        ("sweep healthy-young-adult --over fio2=0.21:1:0", "step `0`"),
        ("sweep healthy-young-adult --over fio2=0.21:1:-0.1", "step `-0.1`"),
        ("sweep healthy-young-adult --over fio2=0.21:1:nan", "step `nan`"),
        ("sweep healthy-young-adult --over fio2=1:0.21:0.1", "below its beginning"),
        ("sweep healthy-young-adult --over fio2=0.21:2:0.1", "fio2_frac = 2 is outside"),
        ("sweep healthy-young-adult --over fio2=0.21:1:0.00000001", "at most 1000000"),
        ("sweep healthy-young-adult --over fio2=0.21:1:0.0001 --over shunt=0:1:0.001", "a sweep has at most 1000000"),
        ("sweep healthy-young-adult --over ecmo=0:1:1", "--set ecmo=off"),
        ("sweep healthy-young-adult --over fio2=0.3:1:0.1 --set fio2=0.5", "fio2_frac is given twice"),
        ("sweep healthy-young-adult --over cohb=0:0.6:0.3 --over methb=0:0.6:0.3", "together at most 0.9"),
        ("sweep healthy-young-adult --over vq1_units=1:10:1", "1 unit, or 5 to 500"),
        ("run", "SCENARIO"),
        ("run healthy-young-adult", "write --for 30min"),
        ("run healthy-young-adult --for 30", "`30` is not a time: write 30s, 5min, 2h or 1h30min"),
        ("run healthy-young-adult --for=-5s", "is not a time"),
        ("run healthy-young-adult --for 0s", "at least 0.5 s"),
        ("run healthy-young-adult --for 0.7s", "not a multiple of 0.5 s"),
        ("run healthy-young-adult --for 1000h", "more than 168 h"),
        ("run healthy-young-adult --for 168h --every 0.5s", "1209601 rows: a table has at most 1000000"),
        ("run healthy-young-adult --for 5min --every 0s", "at least 0.5 s"),
        ("run healthy-young-adult --for 5min --at 60s", "2 values required"),
        ("run healthy-young-adult --for 5min --at 60 fio2=1", "`60` is not a time"),
        ("run healthy-young-adult --for 5min --at 6min fio2=1", "--at 6min is after the end of the run, at 5min"),
        ("run healthy-young-adult --for 5min --at 60s fio2", "nothing that can be done: write KEY=VALUE"),
        ("run healthy-young-adult --for 5min --at 60s fi02=1", "did you mean fio2_frac"),
        ("run healthy-young-adult --for 5min --at 60s fio2=50", "fio2_frac = 50 is outside 0.1 to 1"),
        ("run healthy-young-adult --for 5min --at 60s breathing=no", "spontaneous, ventilated, apnoea"),
        ("run healthy-young-adult --for 5min --at 60s fio2=1 --at 1min fio2_frac=0.5", "fio2_frac is given twice"),
        ("run healthy-young-adult --for 5min --at 60s sample=venous", "one of arterial, mixed_venous, right_arm, leg"),
        ("run healthy-young-adult --for 5min --at 60s jump=up", "only steady"),
        (
            "run healthy-young-adult --for 5min --at 1s cohb=0.6 --at 60s methb=0.6",
            "at 1min: cohb_frac + methb_frac = 1.2",
        ),
        (
            "run healthy-young-adult --for 5min --columns po2_art",
            "did you mean ph_art or po2_art_at_37_mmhg or po2_art_mmhg",
        ),
        ("run healthy-young-adult --for 5min --columns a,", "no column is called `a`"),
        ("run healthy-young-adult --for 5min --seed=-1", "invalid value"),
        ("run healthy-young-adult --for 5min --seed 1.5", "invalid value"),
        ("replay", "SESSION"),
        ("calc", "FORMULA"),
        ("calc alveolar_po3", "did you mean alveolar_po2"),
        ("calc alveolar_po2", "needs pco2_art_mmhg (0 to 3000 mmHg)"),
        ("calc alveolar_po2 pco2_art=40 fio2=50", "fio2_frac = 50 is outside 0.1 to 1"),
        ("calc alveolar_po2 pco2_art=forty", "`forty` is not a number"),
        ("calc alveolar_po2 pco2_art", "KEY=VALUE"),
        ("calc alveolar_po2 weight=70", "no input `weight`"),
        ("calc alveolar_po2 pco2_art=40 pco2_art_mmhg=40", "given twice"),
        ("calc shunt_equation o2_cap=15 o2_art=15 o2_ven=15", "not above mixed venous"),
        ("calc recirculation so2_drained=0.8 so2_returned=0.7 so2_ven=0.7", "is not above venous"),
        ("calc oxygenation_index mean=10 fio2=1 po2_art=0", "PaO2 is 0"),
        ("calc o2_saturation po2=40 cohb=0.6 methb=0.6", "together at most 0.9"),
        ("calc --list alveolar_po2", "cannot be used with"),
        ("validate", "FILE"),
    ] {
        let message = complaint(line, 2);
        assert!(message.contains(part), "{line}: {message}");
        assert!(message.lines().count() < 8, "{line}: {message}");
    }
}

#[test]
fn inv_every_faulty_setting_is_named_at_once() {
    let message = complaint("solve healthy-young-adult --set fio2=50 --set peep=99 --set hb=zero", 2);
    for part in ["fio2_frac = 50", "peep_cmh2o = 99", "hb_g_per_dl = `zero`"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn inv_hostile_text_is_escaped_and_cut() {
    let bell = "\u{7}\u{1b}[2J\u{202e}";
    let long = "x".repeat(100_000);
    for arguments in [
        vec!["solve", bell],
        vec!["solve", HEALTHY, "--set", bell],
        vec!["solve", HEALTHY, "--set", &long],
        vec!["solve", &long],
        vec!["sweep", HEALTHY, "--over", &long],
        vec!["calc", bell],
        vec!["calc", &long],
        vec!["calc", "ph", &long],
        vec![bell, ""],
        vec![&long, ""],
        vec!["solve", HEALTHY, "--json", bell],
        vec!["--size", bell],
    ] {
        let output = isoshunt(&arguments);
        let message = text(&output.stderr);
        assert_eq!(code(&output), 2, "{message}");
        assert!(!message.contains(['\u{7}', '\u{1b}', '\u{202e}']), "{message:?}");
        assert!(message.len() < 2_500, "{} bytes for {:.20}", message.len(), arguments[1]);
    }
}

#[cfg(unix)]
#[test]
fn inv_arguments_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let broken = std::ffi::OsStr::from_bytes(b"fio2=\xff");
    let output = isoshunt([std::ffi::OsStr::new("solve"), HEALTHY.as_ref(), "--set".as_ref(), broken]);
    assert_eq!(code(&output), 2, "{}", text(&output.stderr));
    // A file may be called anything.
    let output = isoshunt([std::ffi::OsStr::new("solve"), std::ffi::OsStr::from_bytes(b"no/\xff.json")]);
    assert_eq!(code(&output), 4, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn inv_a_sweep_includes_both_ends_and_agrees_with_solve() {
    let rows = table(&printed("sweep healthy-young-adult --over fio2=0.21:1.0:0.01 --set shunt=0.2"));
    assert_eq!(rows.len(), 80);
    assert_eq!(rows[0]["fio2_frac"], "0.21");
    assert_eq!(rows[79]["fio2_frac"], "1");
    for i in [0, 9, 79] {
        let set = &rows[i]["fio2_frac"];
        let alone = json(&format!("solve healthy-young-adult --set shunt=0.2 --set fio2={set} --json"));
        for quantity in QUANTITIES {
            let (row, alone) = (&rows[i][quantity.key], &alone["results"][quantity.key]);
            if alone.is_null() {
                assert_eq!(row, "", "{}", quantity.key);
                continue;
            }
            // The sweep starts each solve from the row before.
            let (row, alone): (f64, f64) = (row.parse().expect("a number"), number(alone));
            assert!((row - alone).abs() <= 1e-7 * alone.abs().max(1.0), "{}: {row} and {alone}", quantity.key);
        }
    }
}

#[test]
fn inv_the_last_range_of_a_product_varies_fastest() {
    let rows = table(&printed("sweep healthy-young-adult --over shunt=0:0.4:0.2 --over fio2=0.3:1:0.7"));
    let order: Vec<[&str; 2]> = rows.iter().map(|row| [&*row["shunt_at_peep5_frac"], &*row["fio2_frac"]]).collect();
    assert_eq!(order, [["0", "0.3"], ["0", "1"], ["0.2", "0.3"], ["0.2", "1"], ["0.4", "0.3"], ["0.4", "1"]]);
}

#[test]
fn inv_rows_without_a_steady_state_say_so() {
    let rows = table(&printed("sweep healthy-young-adult --over alveolar_ventilation=0:4:2"));
    assert_eq!(rows.iter().map(|row| &*row["state"]).collect::<Vec<_>>(), ["apnoea", "steady", "steady"]);
    assert_eq!(rows[0]["po2_art_mmhg"], "");
    assert_ne!(rows[1]["po2_art_mmhg"], "");
}

#[test]
fn inv_a_swept_file_is_what_is_printed_and_comes_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.csv");
    let sweep = "sweep healthy-young-adult --over fio2=0.21:1:0.1";
    let with_csv = |line: &str| {
        isoshunt(line.split_whitespace().map(str::to_owned).chain(["--csv".to_owned(), file.display().to_string()]))
    };
    let output = with_csv(sweep);
    assert_eq!((code(&output), text(&output.stdout)), (0, ""), "{}", text(&output.stderr));
    let written = fs::read_to_string(&file).expect("the file");
    assert_eq!(written, printed(sweep));
    // A sweep that is refused leaves what was there.
    assert_eq!(code(&with_csv("sweep healthy-young-adult --over fio2=1:0.1:1")), 2);
    assert_eq!(fs::read_to_string(&file).expect("the file"), written);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "something temporary was left");
}

#[test]
fn inv_what_cannot_be_read_or_written_has_its_own_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let sweep = "sweep healthy-young-adult --over fio2=0.21:1:0.1 --csv";
    for line in [
        "solve no/such/file".to_owned(),
        "replay nosuchfile.json".to_owned(),
        format!("run healthy-young-adult --for 168h --csv {}", path("no-such-folder/out.csv")),
        format!("run healthy-young-adult --for 168h --session {}", folder.path().display()),
        format!("run healthy-young-adult --for 168h --samples {}", path("no-such-folder/samples.csv")),
        "solve nosuchfile.json".to_owned(),
        format!("solve {}/", folder.path().display()),
        format!("validate {}", path("nosuchfile")),
        format!("{sweep} {}", path("no-such-folder/out.csv")),
        format!("{sweep} {}", folder.path().display()),
    ] {
        let message = complaint(&line, 4);
        assert!(message.starts_with("isoshunt: "), "{message}");
    }
}

#[cfg(unix)]
#[test]
fn inv_nothing_waits_for_a_fifo_or_a_device() {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join("fifo.json");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
    assert!(made.success());
    for verb in ["solve", "validate"] {
        for file in [fifo.as_path(), Path::new("/dev/zero")] {
            let message = complaint(&format!("{verb} {}", file.display()), 4);
            assert!(message.contains("not a file"), "{message}");
        }
    }
}

/// The kernel's messages come when there are some.
#[cfg(target_os = "linux")]
#[test]
fn regress_nothing_waits_for_a_file_that_gives_its_bytes_later() {
    for verb in ["solve", "replay", "validate"] {
        let output = words(&format!("{verb} /proc/kmsg"));
        assert!([2, 4].contains(&code(&output)), "{}", text(&output.stderr));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn inv_a_full_disk_is_an_error() {
    for line in [
        "params",
        "calc --list",
        "solve healthy-young-adult",
        "sweep healthy-young-adult --over fio2=0.21:1:0.1",
        "run healthy-young-adult --for 10s",
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let output = std::process::Command::new(&*PROGRAM)
            .args(line.split_whitespace())
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .expect("the program runs");
        assert_eq!(code(&output), 4, "{line}");
        assert!(text(&output.stderr).contains("cannot write standard output"), "{line}");
    }
}

#[test]
fn inv_a_closed_pipe_ends_quietly() {
    for line in [
        "params",
        "--help",
        "sweep healthy-young-adult --over fio2=0.21:1:0.001",
        "run healthy-young-adult --for 168h --at 1s sample=arterial",
    ] {
        let mut child = std::process::Command::new(&*PROGRAM)
            .args(line.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = String::new();
        BufReader::with_capacity(16, child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
        assert!(!first.is_empty(), "{line}");
        // The pipe is closed now.
        let mut message = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut message).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{line}");
        assert_eq!(message, "", "{line}");
    }
}

/// Columns that show whether two runs are one.
const EVENTFUL: &str = "run healthy-young-adult --for 4min --every 10s --at 30s fio2=1.0 --at 1min sample=arterial \
                        --at 90s breathing=apnoea --at 90s apnoea_airway=closed --at 2min breathing=spontaneous";

#[test]
fn inv_a_run_starts_steady_and_does_what_is_said_when_it_is_said() {
    let output = words(EVENTFUL);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let rows = table(text(&output.stdout));
    let number = |row: usize, key: &str| rows[row][key].parse::<f64>().expect("a number");
    assert_eq!(rows.len(), 25);
    assert_eq!((&*rows[0]["time_s"], &*rows[24]["time_s"]), ("0", "240"));
    let steady = json("solve healthy-young-adult --json");
    let start = steady["results"]["po2_art_mmhg"].as_f64().expect("a number");
    // What is done at 30 s shows after it.
    for (row, values) in rows.iter().enumerate().take(4) {
        assert!((number(row, "po2_art_mmhg") - start).abs() < 0.01, "row {row}");
        assert_eq!(values["fio2_frac"], "0.21");
    }
    assert_eq!(rows[4]["fio2_frac"], "1");
    assert!(number(6, "po2_art_mmhg") > start + 20.0);
    // Without a breath there is no end-tidal gas; blood keeps its CO2.
    assert_eq!(rows[12]["pco2_end_tidal_mmhg"], "");
    assert_ne!(rows[9]["pco2_end_tidal_mmhg"], "");
    assert!(number(12, "pco2_art_mmhg") > number(9, "pco2_art_mmhg") + 3.0);
    // The sample is told when its result has come, which here is not before the end.
    assert!(text(&output.stderr).contains("arterial sample of 1min: its result would come at 6min"));
    let rows = table(&printed("run healthy-young-adult --for 25s --every 10s --columns ph_art"));
    assert_eq!(rows.iter().map(|row| &*row["time_s"]).collect::<Vec<_>>(), ["0", "10", "20", "25"]);
    assert_eq!(rows[0].len(), 2);
}

#[test]
fn inv_the_same_seed_is_the_same_run_and_another_is_not() {
    let [one, same, other] = ["", " --seed 1", " --seed 2"].map(|seed| words(&format!("{EVENTFUL}{seed}")));
    assert_eq!(one, same);
    assert_ne!(one.stdout, other.stdout);
    // The seed is the instruments' alone: the patient is the same.
    let patient = |output: &Output| {
        let rows = table(text(&output.stdout));
        rows.into_iter().map(|mut row| (row.remove("spo2_reading_frac"), row)).map(|(_, row)| row).collect::<Vec<_>>()
    };
    assert_eq!(patient(&one), patient(&other));
}

#[test]
fn inv_every_column_that_is_listed_can_be_printed() {
    let listed = printed("run healthy-young-adult --columns list");
    let keys: Vec<_> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(keys.len() > QUANTITIES.len() + ParamId::COUNT, "{} columns", keys.len());
    let rows = table(&printed(&format!("run healthy-young-adult --for 1s --columns {}", keys.join(","))));
    assert_eq!(rows[0].len(), keys.len() + 1);
    let steady = json("solve healthy-young-adult --json");
    for quantity in QUANTITIES {
        let Some(steady) = steady["results"][quantity.key].as_f64() else { continue };
        let now: f64 = rows[0][quantity.key].parse().unwrap_or_else(|_| panic!("{} has no value", quantity.key));
        assert!((now - steady).abs() <= 1e-3 * steady.abs().max(1.0), "{}: {now} and {steady}", quantity.key);
    }
}

#[test]
fn inv_the_files_of_a_run_are_what_it_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let [csv, samples, session] = ["out.csv", "samples.csv", "session.json"].map(path);
    let line =
        "run healthy-young-adult --for 10min --every 1min --at 1min sample=arterial --at 9min sample=mixed_venous";
    assert_eq!(printed(&format!("{line} --csv {csv} --samples {samples} --session {session}")), "");
    let output = words(line);
    assert_eq!(fs::read_to_string(&csv).expect("the table"), text(&output.stdout));
    let drawn = table(&fs::read_to_string(&samples).expect("the samples"));
    // The second sample is still on its way.
    assert_eq!(drawn.len(), 1);
    assert_eq!((&*drawn[0]["sample"], &*drawn[0]["drawn_s"], &*drawn[0]["known_s"]), ("arterial", "60", "360"));
    assert!(
        text(&output.stderr)
            .contains(&format!("PO2 {:.0} mmHg", drawn[0]["po2_mmhg"].parse::<f64>().expect("a number")))
    );
    assert_eq!(text(&output.stderr).lines().count(), 2);

    // The session ends as it was saved, and its table is that of the run.
    let again = path("again.csv");
    let told = printed(&format!("replay {session} --every 1min --csv {again}"));
    assert!(told.contains("10min of Healthy young adult, 2 actions, seed 1: ends bit for bit"), "{told}");
    assert_eq!(fs::read(&again).expect("the table"), fs::read(&csv).expect("the table"));

    // A sample that says something else: the first difference is named.
    let saved = fs::read_to_string(&session).expect("the session");
    let find_after = |text: &str, key: &str| {
        let at = text.find(key).unwrap_or_else(|| panic!("no {key}")) + key.len();
        at + text[at..].find(|c: char| c.is_ascii_digit()).expect("a number")
    };
    let reported = saved.find("\"reported\":").expect("a sample");
    let at = reported + find_after(&saved[reported..], "_mmhg\":");
    let mut edited = saved.clone();
    edited.replace_range(at..=at, if edited[at..].starts_with('1') { "2" } else { "1" });
    fs::write(&session, &edited).expect("written");
    let output = words(&format!("replay {session}"));
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("ends otherwise than it was saved\nstate."), "{}", text(&output.stdout));

    // Cut in its state, it is made again; of another form, both ends are told; cut before, it is refused.
    fs::write(&session, &saved[..saved.len() - 500]).expect("written");
    let told = printed(&format!("replay {session}"));
    assert!(told.contains("made again, since the state in the file is cut off or damaged"), "{told}");
    fs::write(&session, saved.replacen("\"format\":", "\"format\":9", 1)).expect("written");
    let told = printed(&format!("replay {session}"));
    assert!(told.contains("made again, since the state in the file has format 9"), "{told}");
    let row = told.lines().find(|line| line.contains("po2_art_mmhg")).expect("a number of both ends");
    let numbers: Vec<_> = row.split_whitespace().skip(1).collect();
    assert!(numbers.len() == 2 && numbers[0] == numbers[1], "{told}");
    fs::write(&session, &saved[..saved.len() / 10]).expect("written");
    let message = complaint(&format!("replay {session}"), 2);
    assert!(message.contains("session.json"), "{message}");
    // An action that this program refuses ends it there.
    let at = saved.find("{\"sample\":").expect("a sample");
    let end = at + saved[at..].find('}').expect("its end") + 1;
    fs::write(&session, format!("{}{{\"move\":\"prone\"}}{}", &saved[..at], &saved[end..])).expect("written");
    let output = words(&format!("replay {session}"));
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let told = text(&output.stdout);
    assert!(told.contains(", which this program refuses, at ") && told.contains("(move prone)"), "{told}");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 4, "something temporary was left");
}

#[test]
fn inv_a_ledger_accounts_for_the_gas() {
    let output = words("run healthy-young-adult --for 5min --every 5min --at 1min fio2=1.0 --ledger");
    let told = text(&output.stderr);
    assert_eq!(code(&output), 0, "{told}");
    let row = |name: &str| -> Vec<f64> {
        let line = told.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no {name} in {told}"));
        let words: Vec<_> = line.split_whitespace().collect();
        words[words.len() - 3..].iter().map(|word| word.parse().expect("a number")).collect()
    };
    assert_eq!(row("metabolised"), [-1250.0, 1000.0, 0.0]);
    assert!(row("unaccounted for").iter().all(|lost| lost.abs() < 1e-3), "{told}");
    assert!(row("at the end")[2] < row("at the start")[2] - 1500.0, "nitrogen washes out: {told}");
}

#[test]
fn inv_a_scenario_with_a_timeline_plays_it_and_can_be_told_not_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("played.json");
    let scenario = scenario_text(r#""duration_s": 120, "timeline": [{ "at_s": 60, "set": { "fio2_frac": 1.0 } }],"#);
    fs::write(&file, scenario).expect("written");
    let fio2 = |more: &str| {
        let line = format!("run {} --every 30s --columns fio2_frac {more}", file.display());
        table(&printed(&line)).into_iter().map(|row| row["fio2_frac"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(fio2(""), ["0.21", "0.21", "0.21", "1", "1"]);
    assert_eq!(fio2("--for 1min"), ["0.21", "0.21", "0.21"]);
    assert_eq!(fio2("--no-timeline --for 2min"), ["0.21"; 5]);
    assert_eq!(fio2("--at 90s fio2=0.5"), ["0.21", "0.21", "0.21", "1", "0.5"]);
    // In the order of time, however it was typed.
    assert_eq!(fio2("--at 90s fio2=0.5 --at 30s fio2=0.3"), ["0.21", "0.21", "0.3", "1", "0.5"]);
    // At the same time the command line has the last word.
    assert_eq!(fio2("--at 60s fio2=0.5"), ["0.21", "0.21", "0.21", "0.5", "0.5"]);
    assert!(complaint(&format!("run {} --no-timeline", file.display()), 2).contains("--for 30min"));
}

/// A scenario file with more in it.
fn scenario_text(more: &str) -> String {
    format!(
        r#"{{"schema_version": 1, "id": "played", "title": "Played", "teaches": "One thing.", "text": "A text.",
            "sources": [], {more} "parameters": {{}}}}"#
    )
}

#[test]
fn inv_the_window_is_told_of_a_file_that_is_no_good_before_it_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, "{ \"schema_version\": 1, \"title\": 3 }").expect("a file");
    let bad = bad.to_string_lossy();
    for (line, code, words) in [
        ("--scenario nobody".to_owned(), 2, ["nobody", "scenarios"].as_slice()),
        (format!("--scenario {bad}"), 2, &["bad.json", "title"]),
        ("--against nobody".to_owned(), 2, &["nobody", "scenarios"]),
        (format!("--page compare --against {bad}"), 2, &["bad.json", "title"]),
        ("--against nowhere.json".to_owned(), 4, &["nowhere.json"]),
        ("--page compares".to_owned(), 2, &["compares", "compare"]),
        (format!("--session {bad}"), 2, &["bad.json", "kind"]),
        ("--session nowhere.json".to_owned(), 4, &["nowhere.json"]),
        (format!("--scenario copd --session {bad}"), 2, &["cannot be used with"]),
    ] {
        let message = complaint(&line, code);
        assert!(words.iter().all(|word| message.contains(word)), "{line}: {message}");
    }
}

#[test]
fn inv_without_a_display_there_is_no_window_and_a_reason() {
    for line in ["", "--measure"] {
        let message = complaint(line, 5);
        assert!(message.contains("window"), "{message}");
    }
}

#[test]
fn inv_params_lists_the_whole_table() {
    let found = json("params --json");
    let parameters = found["parameters"].as_array().expect("parameters");
    assert_eq!(parameters.len(), ParamId::COUNT);
    let shown = printed("params");
    for (row, id) in parameters.iter().zip(ParamId::ALL) {
        let bounds = id.bounds();
        assert_eq!(row["key"], bounds.key);
        assert_eq!(row["unit"], bounds.unit);
        assert_eq!(row["min"], bounds.min);
        assert_eq!(row["max"], bounds.max);
        assert_eq!(row["default"], Params::default().get(*id));
        assert_eq!(row["step"], bounds.step);
        assert_eq!(row["source"], bounds.source);
        assert!(shown.contains(bounds.key), "{}", bounds.key);
    }
    let switches = found["switches"].as_array().expect("switches");
    assert_eq!(switches.len(), SwitchId::ALL.len());
    for (row, id) in switches.iter().zip(SwitchId::ALL) {
        assert_eq!(row["key"], id.key());
        assert!(shown.contains(id.key()), "{}", id.key());
    }
}

#[test]
fn inv_scenarios_lists_every_built_in_patient_and_each_solves() {
    let found = json("scenarios --json");
    let listed = found["scenarios"].as_array().expect("scenarios");
    let built_in = isoshunt::scenario::builtin();
    assert_eq!(listed.len(), built_in.len());
    let shown = printed("scenarios");
    for (row, scenario) in listed.iter().zip(built_in) {
        assert_eq!(row["id"], scenario.id.as_str());
        assert_eq!(row["teaches"], scenario.teaches.as_str());
        assert!(shown.contains(&format!("{}: {}", scenario.id, scenario.title)));
        let end = scenario.timeline.as_ref().map(|timeline| timeline.duration_s());
        assert_eq!(row["duration_s"].as_f64(), end, "{}", scenario.id);
        json(&format!("solve {} --json", scenario.id));
    }
    assert!(shown.contains("apnoea-in-health: Apnoea: healthy adult (`run` plays 26min)"), "{shown}");
}

#[test]
fn inv_a_played_scenario_is_a_session_that_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let session = folder.path().join("session.json").display().to_string();
    for id in ["apnoea-in-obesity", "opioid-overdose-on-oxygen"] {
        let line = format!("run {id} --every 1min --session {session} --csv {session}.csv");
        let output = words(&line);
        assert_eq!(code(&output), 0, "{line}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("arterial sample of"), "{}", text(&output.stderr));
        let told = printed(&format!("replay {session}"));
        assert!(told.contains("ends bit for bit as it was saved"), "{told}");
    }
}

#[test]
fn inv_a_scenario_file_is_read_like_a_built_in_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("patient.json");
    let scenario = isoshunt::scenario::find(HEALTHY).expect("built in");
    fs::write(&file, isoshunt::scenario::to_json(scenario)).expect("written");
    assert_eq!(json(&format!("solve {} --json", file.display())), json(&format!("solve {HEALTHY} --json")));
    fs::write(&file, "{").expect("written");
    let message = complaint(&format!("solve {}", file.display()), 2);
    assert!(message.contains("patient.json"), "{message}");
    fs::write(&file, vec![b' '; 100 << 20]).expect("written");
    complaint(&format!("solve {}", file.display()), 2);
}

#[test]
fn val_worked_examples_come_out_of_calc() {
    for (line, key, expected, tolerance) in [
        // Severinghaus 1979, table 1; the published fit is within 0.0055.
        ("o2_saturation po2=20", "so2_frac", 0.3212, 0.0055),
        ("o2_saturation po2=10", "so2_frac", 0.0958, 0.0055),
        // Content, Toronto respiratory therapy text: 1.34 x 15 x 0.95 + 0.0031 x 90.
        ("o2_content hb=15 so2=0.95 po2=90", "o2_content_ml_per_dl", 19.365, 0.011),
        // Douglas 1988, table 3: its equation gives 39.97 and 42.99 for measured 40.3 and 42.5.
        ("co2_content ph=7.51 hb=16.5 so2=0.930 pco2=28.6", "co2_content_ml_per_dl", 39.97, 0.01),
        ("co2_content ph=7.493 hb=16.5 so2=0.738 pco2=31.4", "co2_content_ml_per_dl", 42.99, 0.01),
        ("co2_content ph=7.411 hb=19 so2=0.840 pco2=26.4", "co2_content_ml_per_dl", 29.55, 0.01),
        // By definition of the base excess.
        ("ph pco2=40", "ph", 7.4, 1e-9),
        // Toffaletti and Zavorsky 2026: PAO2 and A-a on pure O2 at 752 mmHg.
        ("alveolar_po2 fio2=1 pb=752 pco2_art=38", "po2_alv_ideal_mmhg", 667.0, 1e-9),
        ("aa_gradient fio2=1 pb=752 pco2_art=38 po2_art=587", "aa_gradient_mmhg", 80.0, 1e-9),
        ("alveolar_po2 fio2=0.21 pb=667 pco2_art=40", "pio2_mmhg", 130.2, 1e-9),
        // Venous admixture from contents by hand: (20.39 - 19.36)/(20.39 - 14.19).
        ("shunt_equation o2_cap=20.39 o2_art=19.36 o2_ven=14.19", "venous_admixture_frac", 1.03 / 6.2, 1e-9),
        // Bohr dead space: (40 - 27)/40.
        ("bohr_enghoff pco2_art=40 pco2_mixed=27", "bohr_enghoff_frac", 0.325, 1e-12),
        ("oxygenation_index mean=18 fio2=0.6 po2_art=80", "oxygenation_index", 13.5, 1e-12),
        ("o2_delivery cardiac_output=5 o2_art=20", "o2_delivery_ml_per_min", 1000.0, 1e-9),
        // Messaï 2013, by hand: (0.70 - 0.65)/(1.0 - 0.65).
        ("recirculation so2_drained=0.7 so2_returned=1 so2_ven=0.65", "recirculation_estimate_frac", 1.0 / 7.0, 1e-12),
    ] {
        let found = number(&json(&format!("calc {line} --json"))["results"][key]);
        assert!((found - expected).abs() <= tolerance, "{line}: {key} = {found}, published {expected}");
    }
}

#[test]
fn inv_trials_of_rescue_are_told_with_what_they_do_not_show() {
    let cards = json("evidence --trials --json");
    let cards = cards["trials"].as_array().expect("cards");
    for name in ["ards_network", "factt", "acurasys", "rose", "proseva", "cesar", "eolia", "recovery_dexamethasone"] {
        let card = cards.iter().find(|card| card["id"] == name).unwrap_or_else(|| panic!("{name}"));
        assert!(card["not_shown"].as_str().is_some_and(|words| words.len() > 20), "{name}");
        assert!(["read", "recalled"].contains(&card["evidence"].as_str().expect("a word")), "{name}");
    }
    let shown = printed("evidence --trials");
    assert!(shown.contains("Does not show: ") && shown.contains("no outcome of a patient"), "{shown}");
}

#[test]
fn inv_every_formula_is_listed_with_unit_and_source() {
    let found = json("calc --list --json");
    let shown = printed("calc --list");
    let formulas = found["formulas"].as_array().expect("formulas");
    let names: Vec<&str> = formulas.iter().filter_map(|formula| formula["formula"].as_str()).collect();
    assert_eq!(
        names,
        [
            "o2_saturation",
            "o2_content",
            "ph",
            "co2_content",
            "alveolar_po2",
            "aa_gradient",
            "expected_aa_gradient",
            "shunt_equation",
            "bohr_enghoff",
            "oxygenation_index",
            "lung_unit",
            "o2_delivery",
            "sweep_flowmeter",
            "recirculation",
            "co_half_life",
            "table_peep",
            "mechanical_power",
        ]
    );
    for formula in formulas {
        assert!(shown.contains(formula["source"].as_str().expect("a source").split(',').next().expect("its author")));
        for value in formula["inputs"].as_array().into_iter().chain(formula["results"].as_array()).flatten() {
            let key = value["key"].as_str().expect("a key");
            // One name, one unit, in the whole program.
            if let Some(quantity) = isoshunt::sim::reading::quantity::Quantity::from_key(key) {
                assert_eq!(value["unit"], quantity.unit, "{key}");
            }
            assert!(shown.contains(key), "{key}");
        }
    }
}

/// A file of one case, a one-unit lung whose arterial and alveolar PO2 are the same.
fn case_file(aa_gradient_mmhg: f64) -> String {
    format!(
        r#"{{"format": "steady-state cases, version 1", "relative_tolerance": 1e-6, "absolute_tolerance": 1e-6, "cases": [
            {{"name": "ideal lung",
              "blood": {{"hb": 15, "temperature": 37, "base_excess": 0, "p50": 26.86, "cohb": 0, "methb": 0}},
              "body": {{"fio2": 0.21, "barometric_pressure": 760, "vo2": 250, "rq": 0.8, "cardiac_output": 5}},
              "lung": {{"basis": "inspired", "alveolar_ventilation": 4.4, "alveolar_dead_space": 0, "shunt": 0,
                       "modes": [{{"share": 1, "ratio": 1, "log_sd": 0, "compartments": 1}}]}},
              "expected": {{"aa_gradient": {aa_gradient_mmhg}, "venous_admixture": 0}}}}]}}"#
    )
}

#[test]
fn inv_validate_tells_inside_from_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, contents: &str| {
        let path = folder.path().join(name);
        fs::write(&path, contents).expect("written");
        path.display().to_string()
    };
    let right = file("right.json", &case_file(0.0));
    let wrong = file("wrong.json", &case_file(0.5));
    let report = printed(&format!("validate {right}"));
    for part in ["1 cases, 2 values", "aa_gradient", "venous_admixture", "all inside"] {
        assert!(report.contains(part), "{part} is not in:\n{report}");
    }
    let output = words(&format!("validate {right} {wrong}"));
    assert_eq!((code(&output), text(&output.stderr)), (1, ""));
    let report = text(&output.stdout);
    for part in ["all inside", "expected 0.5 mmHg", "1 of 1 cases outside", "ideal lung"] {
        assert!(report.contains(part), "{part} is not in:\n{report}");
    }
    // A patient without a steady state meets no expectation.
    let apnoea =
        file("apnoea.json", &case_file(0.0).replace("\"alveolar_ventilation\": 4.4", "\"alveolar_ventilation\": 0"));
    let output = words(&format!("validate {apnoea}"));
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).contains("no steady state: apnoea"), "{}", text(&output.stdout));
}

#[test]
fn inv_validate_refuses_what_is_not_a_case_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cases.json");
    for (contents, part) in [
        (String::new(), "empty"),
        (case_file(0.0).replace("version 1", "version 2"), "version 2"),
        (case_file(0.0).replace("\"hb\"", "\"haemoglobin\""), "haemoglobin"),
        (case_file(0.0).replace("aa_gradient", "a_a"), "a_a"),
        (case_file(0.0).replace("\"share\": 1", "\"share\": 0"), "cases[0].lung"),
        (case_file(0.0).replace("\"rq\": 0.8", "\"rq\": 0"), "cases[0].body.rq"),
    ] {
        fs::write(&path, contents).expect("written");
        let message = complaint(&format!("validate {}", path.display()), 2);
        assert!(message.contains(part), "{part} is not in: {message}");
        assert!(message.contains("cases.json"), "{message}");
    }
}

/// What a translator starts from, and what a window is told of a translation that is not whole.
#[test]
fn inv_the_words_of_the_window_are_printed_to_be_translated() {
    let english = json("words");
    let texts = english.as_object().expect("key and text");
    assert_eq!(texts["compare.swap"], "Swap A and {with}");
    assert_eq!((&texts["lecture.votes.one"], &texts["lecture.votes"]), (&"1 vote".into(), &"{count} votes".into()));
    let folder = tempfile::tempdir().expect("a folder");
    let german = folder.path().join("de.json");
    let mut translated = texts.clone();
    translated.insert("compare.swap".to_owned(), "A tauschen".into());
    translated.remove("lecture.votes.one");
    translated.insert("compare.swop".to_owned(), "Tausch".into());
    std::fs::write(&german, serde_json::to_string(&translated).expect("JSON")).expect("a file");
    let told = complaint(&format!("--words {}", german.display()), 2);
    let faults: Vec<&str> = told.lines().collect();
    assert_eq!(faults.len(), 3, "{told}");
    for fault in
        ["`compare.swap` leaves out {with}", "`lecture.votes.one` is not there", "no text has the key `compare.swop`"]
    {
        assert!(faults.iter().any(|line| line.contains("de.json: ") && line.ends_with(fault)), "{fault}: {told}");
    }
    assert_eq!(code(&words("--words nowhere.json")), 4);
    std::fs::write(&german, english.to_string()).expect("a file");
    assert_eq!(code(&words(&format!("--words {}", german.display()))), 5, "a language that is whole opens the window");
}

#[test]
fn inv_help_and_version_are_results() {
    assert!(printed("--help").contains("Exit codes"));
    for verb in [
        "solve",
        "sweep",
        "run",
        "replay",
        "peep-trial",
        "pv",
        "moves",
        "params",
        "scenarios",
        "calc",
        "validate",
        "words",
    ] {
        assert!(printed(&format!("{verb} --help")).contains("Usage"));
    }
    assert_eq!(printed("--version"), format!("isoshunt {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn inv_a_trial_and_a_loop_are_tables_with_their_findings_told() {
    let output = words("peep-trial ards-recruitable --from 20 --to 8 --by 4 --step 1min");
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let rows: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows[0].starts_with("peep_cmh2o,plateau_cmh2o,") && rows[0].ends_with("best_po2,best_o2_delivery"));
    assert!(text(&output.stderr).contains("best compliance at"), "{}", text(&output.stderr));
    // Each finding marks one row.
    for column in 1..=3 {
        let marked = rows[1..].iter().filter(|row| row.rsplit(',').nth(column - 1) == Some("1")).count();
        assert_eq!(marked, 1, "{rows:?}");
    }
    let output = words("pv ards-recruitable");
    assert_eq!(code(&output), 0);
    let rows: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(rows.len(), 163, "81 points each way");
    assert!(rows[1].starts_with("inflation,0,") && rows[162].starts_with("deflation,0,"), "{:?}", rows[162]);
    assert!(text(&output.stderr).contains("recruitment-to-inflation ratio 0.5"), "{}", text(&output.stderr));
}

#[test]
fn inv_a_manoeuvre_on_a_patient_without_layers_or_ventilator_says_what_is_missing() {
    for (line, part) in [
        ("pv healthy-young-adult", "mechanics=on"),
        ("peep-trial healthy-young-adult --set mechanics=on", "breathing=ventilated"),
        ("peep-trial ards-recruitable --from 5 --to 10", "no decremental trial"),
        ("peep-trial ards-recruitable --from 60 --to 10", "peep_cmh2o = 60"),
        ("run ards-recruitable --no-timeline --for 1min --at 0s move=supine", "lies supine already"),
        ("run ards-recruitable --no-timeline --for 1min --at 0s move=pron", "did you mean prone"),
        ("run ards-recruitable --no-timeline --for 1min --at 0s move=sustained_inflation:99", "20 to 60 cmH2O"),
    ] {
        let message = complaint(line, 2);
        assert!(message.contains(part), "{line}: {message}");
    }
}

#[test]
fn inv_a_move_acts_in_a_run_and_every_move_is_listed() {
    let last = |line: &str| {
        let table = printed(line);
        let cell = table.lines().last().and_then(|row| row.rsplit(',').next()).map(str::to_owned);
        cell.and_then(|cell| cell.parse::<f64>().ok()).unwrap_or_else(|| panic!("{table}"))
    };
    let run = "run ards-recruitable --no-timeline --set peep=14 --for 3min --every 3min --columns shunt_true_frac";
    let (without, with) = (last(run), last(&format!("{run} --at 10s move=sustained_inflation")));
    assert!(with < without - 0.04, "{without} {with}");
    let moves = printed("moves");
    for key in ["sustained_inflation", "prone", "inhaled_no", "one_lung"] {
        assert!(moves.contains(key), "{key}");
    }
    assert_eq!(json("moves --json")["moves"].as_array().expect("a list").len(), 36);
}

/// Writes a plot into a fresh folder and returns the file.
fn pictured(line: &str, file: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(file);
    let mut arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    arguments.extend(["--out".to_owned(), path.to_string_lossy().into_owned()]);
    let output = isoshunt(&arguments);
    assert_eq!((code(&output), text(&output.stdout), text(&output.stderr)), (0, "", ""), "{line}");
    fs::read(&path).expect("a file")
}

#[test]
fn inv_settings_that_do_nothing_are_told_with_what_would_make_them_act() {
    let told = |line: &str| {
        let output = words(line);
        assert_eq!(code(&output), 0, "{line}");
        text(&output.stderr).to_owned()
    };
    let one = told("solve healthy-young-adult --set dlo2=10 --set fio2=0.3");
    assert_eq!(one, "isoshunt: set, but without effect here: dlo2_ml_per_min_mmhg (needs diffusion_limit=on)\n");
    assert_eq!(told("solve healthy-young-adult --set dlo2=10 --set diffusion_limit=on"), "");
    // Seven, of which five are named.
    let idle =
        ["dlo2=10", "venous_pool=2", "ecmo_sweep=2", "hold_pressure=30", "clot=0.2", "compliance=30", "held_svo2=0.6"];
    let all: Vec<String> = idle.iter().map(|setting| format!("--set {setting}")).collect();
    let many = told(&format!("solve healthy-young-adult {}", all.join(" ")));
    assert_eq!((many.lines().count(), many.matches("(needs ").count()), (1, 5), "{many}");
    assert!(many.contains("venous_pool_l (needs a run in time)") && many.ends_with(", and 2 more\n"), "{many}");
    // Of a run counts what comes later, too.
    let run = "run healthy-young-adult --for 1min --every 1min --columns fio2_frac --set apnoea_airway=closed";
    assert!(told(run).contains("apnoea_airway (needs breathing=apnoea)"));
    assert_eq!(told(&format!("{run} --at 30s breathing=apnoea")), "");
    // And what is done later is told like what is set.
    let later = "run healthy-young-adult --for 1min --every 1min --columns fio2_frac --at 30s";
    assert!(told(&format!("{later} clot=0.3")).contains("clot_frac (needs"), "{}", told(&format!("{later} clot=0.3")));
    assert_eq!(told(&format!("{later} fio2=0.3")), "");
}

/// A file need not be called as files of decks are, and its name need not be text.
#[cfg(target_os = "linux")]
#[test]
fn inv_a_deck_of_any_name_is_read() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    let deck = std::fs::read("assets/decks/peep.json").expect("a deck");
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.json");
    let path = folder.path().join(name);
    std::fs::write(&path, deck).expect("written");
    let named = isoshunt::store::name_of(&path);
    assert_eq!(isoshunt::store::native::path_of(&named), path);
    let spelled = "\u{10ffe9}.json";
    assert_ne!(isoshunt::store::name_of(spelled.as_ref()), spelled);
    assert_eq!(
        isoshunt::store::native::path_of(&isoshunt::store::name_of(spelled.as_ref())),
        std::path::Path::new(spelled)
    );
    let out = isoshunt([std::ffi::OsStr::new("deck"), "check".as_ref(), path.as_os_str()]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
}

#[test]
fn inv_figure_writes_what_the_library_draws() {
    let line = "figure pure-shunt-30 --plot iso_shunt --set fio2=0.6";
    let svg = pictured(&format!("{line} --theme dark --size 800x600"), "a.svg");
    let mut params = isoshunt::scenario::find("pure-shunt-30").expect("built in").params.clone();
    params.set(ParamId::Fio2, 0.6).expect("allowed");
    let mut model = Model::new();
    let now = model.snapshot(&params).expect("steady");
    let figure = isoshunt::app::figure(isoshunt::figure::Plot::IsoShunt, &mut model, &now, None, Default::default())
        .expect("a plot");
    let theme = isoshunt::draw::palette::ThemeName::Dark;
    assert_eq!(text(&svg), isoshunt::draw::svg::svg(&figure, theme, [800, 600]));
    assert_eq!(text(&pictured(line, "a.CSV")), figure.to_csv());
    if !isoshunt::draw::png::HAS_PNG {
        return;
    }
    let png = pictured(&format!("{line} --size 300x200"), "a.png");
    assert!(png.starts_with(b"\x89PNG") && png[16..24] == [0, 0, 1, 44, 0, 0, 0, 200], "{:?}", &png[..24]);
}

#[test]
fn inv_figure_list_names_every_plot() {
    let listed = printed("figure --list");
    for plot in isoshunt::figure::Plot::ALL {
        assert!(listed.lines().any(|line| line.split_whitespace().next() == Some(plot.id())), "{listed}");
    }
}

#[test]
fn inv_figure_refuses_with_reason_and_code() {
    let says = |line: &str, exit: i32, words: &[&str]| {
        let message = complaint(line, exit);
        assert!(words.iter().all(|word| message.contains(word)), "{line}: {message}");
    };
    let figure = "figure pure-shunt-30 --out /tmp/isoshunt-never.svg --plot";
    says(&format!("{figure} iso_shnt"), 2, &["no plot is called `iso_shnt`", "did you mean iso_shunt?"]);
    says(&format!("{figure} zebra"), 2, &["`isoshunt figure --list`"]);
    says("figure pure-shunt-30 --plot iso_shunt --out a.jpeg", 2, &["a.jpeg", ".svg or .png", ".csv"]);
    says("figure pure-shunt-30 --plot iso_shunt", 2, &["--out"]);
    says("figure pure-shunt-30", 2, &["--plot"]);
    says(&format!("{figure} iso_shunt --set fio2=50"), 2, &["0.1 to 1"]);
    says(&format!("{figure} iso_shunt --size 10x10"), 2, &["each side 200 to 8192"]);
    says(&format!("{figure} iso_shunt --theme pink"), 2, &["projector"]);
    says(&format!("{figure} ecmo_loop"), 2, &["no membrane lung"]);
    says(&format!("{figure} iso_shunt --set shunt=1"), 3, &["no steady state"]);
    says("figure no-such-patient --plot iso_shunt --out a.svg", 2, &["no-such-patient"]);
    says("figure pure-shunt-30 --plot iso_shunt --out /no/such/folder/a.svg", 4, &["/no/such/folder/a.svg"]);
    assert!(!Path::new("/tmp/isoshunt-never.svg").exists());
}

#[test]
fn inv_values_are_read_in_the_units_that_people_type() {
    for (typed, canonical) in [
        ("fio2=60%", "fio2=0.6"),
        ("hb=150g/L", "hb=15"),
        ("pb=70kPa", "pb=525.04317789"),
        ("temperature=98.6degF", "temperature=37"),
        ("vo2=0.25L/min", "vo2=250"),
        ("cardiac_output=4000mL/min", "cardiac_output=4"),
    ] {
        let po2 = |set: &str| {
            number(&json(&format!("solve healthy-young-adult --set {set} --json"))["results"]["po2_art_mmhg"])
        };
        assert!((po2(typed) / po2(canonical) - 1.0).abs() < 1e-9, "{typed}");
    }
    let high = json("solve healthy-young-adult --set altitude=4300m --json");
    assert!((number(&high["results"]["pio2_mmhg"]) - 0.21 * (457.9 - 47.0)).abs() < 1.0, "{high}");
    assert!(complaint("solve copd --set hb=15kPa", 2).contains("g/dL, g/L, mmol/L"));
    let kpa = number(
        &json("calc aa_gradient po2_art_mmhg=11.3kPa pco2_art_mmhg=5.4kPa fio2=60% --json")["results"]["aa_gradient_mmhg"],
    );
    assert!((kpa - 298.0).abs() < 3.0, "{kpa}");
}

#[test]
fn inv_end_tidal_gas_lies_between_inspired_and_mixed_alveolar_gas() {
    for patient in ["healthy-young-adult", "copd", "massive-embolism"] {
        let results = &json(&format!("solve {patient} --json"))["results"];
        let at = |key: &str| number(&results[key]);
        let (end, mixed) = (at("pco2_end_tidal_true_mmhg"), at("pco2_alv_mixed_mmhg"));
        assert!(end > 0.0 && end <= mixed && end < at("pco2_art_mmhg"), "{patient}: {end} of {mixed}");
        assert!(at("po2_end_tidal_true_mmhg") >= at("po2_alv_mixed_mmhg"), "{patient}");
    }
}

#[test]
fn inv_tensions_that_look_like_kpa_are_asked_about() {
    let warned = |line: &str| text(&words(line).stdout).contains("look like kPa");
    assert!(warned("calc aa_gradient po2_art_mmhg=11.3 pco2_art_mmhg=5.4 fio2=0.6"));
    assert!(!warned("calc aa_gradient po2_art_mmhg=11.3kPa pco2_art_mmhg=5.4kPa fio2=0.6"));
    assert!(!warned("calc aa_gradient po2_art_mmhg=18 pco2_art_mmhg=45 fio2=0.6"));
}

#[test]
fn inv_a_result_that_is_set_is_answered_by_what_to_set() {
    for (set, word) in [
        ("pao2=80", "shunt_at_peep5_frac"),
        ("po2_art_mmhg=80", "fio2_frac"),
        ("paco2=40", "alveolar_ventilation_l_per_min"),
        ("ph=7.2", "base_excess_mmol_per_l"),
        ("svo2=0.6", "cardiac_output_l_per_min"),
        ("pf_ratio_mmhg=150", "shunt_at_peep5_frac"),
    ] {
        let message = complaint(&format!("solve copd --set {set}"), 2);
        assert!(message.contains("is a result") && message.contains(word), "{set}: {message}");
    }
    let csv = printed("run copd --for 1min --every 30s --columns time_s,po2_art_mmhg");
    assert_eq!(csv.lines().next(), Some("time_s,po2_art_mmhg"));
}

/// A pipe that closes ends the table, not the run.
#[cfg(unix)]
#[test]
fn regress_a_closed_pipe_takes_no_file_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut child = std::process::Command::new(&*PROGRAM)
        .args(["run", HEALTHY, "--for", "30min", "--every", "1s", "--at", "1min", "sample=arterial", "--ledger"])
        .arg("--session")
        .arg(path("s.json"))
        .arg("--samples")
        .arg(path("s.csv"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("unaccounted for"), "{}", text(&output.stderr));
    assert!(fs::read_to_string(path("s.csv")).expect("the samples").contains("arterial"));
    let told = printed(&format!("replay {}", path("s.json").display()));
    assert!(told.contains("30min of") && told.contains("bit for bit"), "{told}");
}

#[test]
fn regress_outputs_are_files_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (patient, session, same) = (path("c.json"), path("s.json"), path("same"));
    fs::write(&patient, isoshunt::scenario::to_json(&isoshunt::scenario::builtin()[0])).expect("written");
    printed(&format!("run {HEALTHY} --for 1min --every 1min --session {session}"));
    let dotted = format!("{}/./same", folder.path().display());
    for (line, parts) in [
        (format!("run {HEALTHY} --for 168h --every 1h --csv {same} --samples {same}"), ["--csv", "--samples"]),
        (
            format!("run {HEALTHY} --for 168h --every 1h --samples {same} --session {dotted}"),
            ["--samples", "--session"],
        ),
        (format!("run {patient} --for 168h --every 1h --session {patient}"), ["the scenario", "--session"]),
        (format!("sweep {patient} --over fio2=0.21:1:0.1 --csv {patient}"), ["the scenario", "--csv"]),
        (format!("replay {session} --csv {session}"), ["the session", "--csv"]),
    ] {
        let message = complaint(&line, 2);
        assert!(message.contains(&format!("{} and {} are the same file", parts[0], parts[1])), "{line}: {message}");
    }
    assert!(!folder.path().join("same").exists());
    printed(&format!("solve {patient}"));
    printed(&format!("replay {session}"));
    // Standard output may be named.
    let plain = printed(&format!("run {HEALTHY} --for 1min --every 30s"));
    assert_eq!(printed(&format!("run {HEALTHY} --for 1min --every 30s --csv -")), plain);
}

/// Ctrl-C and SIGTERM: what was played is saved, the rest goes, and nothing temporary stays.
#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "what is tested here happens while a run goes on")]
fn regress_a_signal_saves_what_was_played() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let child = std::process::Command::new(&*PROGRAM)
            .args(["run", HEALTHY, "--for", "168h", "--every", "1s", "--csv"])
            .arg(path("table.csv"))
            .arg("--session")
            .arg(path("s.json"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let has_begun = || {
            let files = fs::read_dir(folder.path()).expect("a folder").flatten();
            files.filter_map(|file| file.metadata().ok()).any(|file| file.len() > 0)
        };
        for _ in 0..600 {
            if has_begun() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let sent = std::process::Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let output = child.wait_with_output().expect("it ends");
        let told = text(&output.stderr);
        assert_eq!(code(&output), 130, "{told}");
        assert!(told.contains("the session holds the run up to "), "{told}");
        let names: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
        assert_eq!(names, ["s.json"], "nothing else is left");
        let session =
            isoshunt::scenario::session::parse(fs::read(path("s.json")).expect("saved"), "s").expect("it opens");
        assert!(session.run.is_ok_and(|run| run.steps() > 10));
    }
}

/// What a patient refuses of his scenario's timeline is told before the run begins, with what helps; and a run that ends
/// before can be saved.
#[test]
fn regress_a_timeline_that_a_patient_refuses_is_told_before_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let session = folder.path().join("s.json").display().to_string();
    let line = format!("run ards-severe --set position=prone --every 1min --session {session}");
    let message = complaint(&line, 2);
    assert!(message.contains("at 10min: ") && message.contains("--no-timeline leaves out"), "{message}");
    printed(&format!("{line} --for 2min"));
    assert!(printed(&format!("replay {session}")).contains("bit for bit"));
    printed(&format!("{line} --no-timeline --for 2min"));
    assert!(printed(&format!("replay {session}")).contains("bit for bit"));
}

/// A session of the time before states had a number is played, and both ends are told.
#[test]
fn inv_a_session_of_the_time_before_formats_is_played_and_both_ends_told() {
    let told = printed("replay tests/data/saved/session-before-formats.json");
    assert!(told.contains("12min of COPD") && told.contains("has format none"), "{told}");
    assert!(told.contains("o2_art_ml_per_dl"), "{told}");
}

#[test]
fn inv_evidence_counts_what_is_predicted_apart_from_what_is_tuned() {
    let found = json("evidence --group blood --json");
    let claims = found["claims"].as_array().expect("claims");
    let count = |basis: &str| claims.iter().filter(|claim| claim["basis"] == basis).count();
    assert_eq!(found["predicted"]["all"], count("predicted"));
    assert_eq!(found["tuned"]["all"], count("tuned"));
    assert!(claims.iter().all(|claim| claim["group"] == "blood" && claim["verdict"] == "inside"));
    let shown = printed("evidence --group ecmo");
    assert!(shown.contains("◆ SaO2 at effective flow 60 % of output: this lung gives nothing"), "{shown}");
    assert!(!shown.contains("nothing explains it"), "{shown}");
}

#[test]
fn inv_questions_are_written_as_csv_with_their_answers() {
    let path = std::env::temp_dir().join(format!("isoshunt-questions-{}.csv", std::process::id()));
    let _ = printed(&format!("questions --csv {}", path.display()));
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::remove_file(&path).expect("removed");
    let found = json("questions --json");
    let questions = found["questions"].as_array().expect("questions");
    assert_eq!(text.lines().count(), questions.len() + 1);
    let cells = text.lines().next().expect("a head").split(',').count();
    assert_eq!(cells, 15);
    for question in questions {
        let right = question["right"].as_u64().expect("a key") as usize;
        assert!(question["options"][right - 1]["belief"].is_null(), "{question}");
        assert!(text.contains(question["id"].as_str().expect("an id")));
    }
}

#[test]
fn inv_a_deck_is_checked_played_and_printed_without_a_window() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let checked = words("deck check peep");
    let text = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert_eq!(checked.status.code(), Some(0), "{text}");
    assert!(text.contains("responder: shunt_true_frac") && text.ends_with("sound\n"), "{text}");

    let tally = path("tally.csv");
    let played = isoshunt([
        "deck",
        "play",
        "peep",
        "--vote",
        "responder=2,9,1",
        "--vote",
        "1=0,12,0",
        "--vote",
        "2=5,3,4",
        "--tally",
        &tally,
    ]);
    let text = String::from_utf8_lossy(&played.stdout).into_owned();
    assert_eq!(played.status.code(), Some(0), "{text}");
    assert!(
        text.contains("✓ 2 about 25 % (9, then 12)") && text.contains("After the first vote: most are right: reveal."),
        "{text}"
    );
    let rows: Vec<String> = std::fs::read_to_string(&tally).expect("written").lines().map(str::to_owned).collect();
    assert_eq!(rows.len(), 8, "{rows:?}");
    assert!(rows[1].starts_with("peep,responder,shunt_true_frac,0.2") && rows[1].ends_with(",2,2,9,1,,,,0,12,0,,,"));

    let handout = path("peep.html");
    assert_eq!(isoshunt(["deck", "handout", "peep", "--out", &handout]).status.code(), Some(0));
    assert!(std::fs::read_to_string(&handout).expect("written").starts_with("<!DOCTYPE html>"));

    for (arguments, message) in [
        (vec!["deck", "check", "peeep"], "no deck is called `peeep`"),
        (vec!["deck", "play", "peep", "--vote", "responder=2,9"], "is no vote"),
        (vec!["deck", "play", "peep", "--vote", "take-home=2"], "is no vote"),
        (vec!["deck", "check", "scenarios/copd.json"], "kind is missing"),
        (vec!["deck", "check", "./no-such.json"], "cannot read"),
        // A folder of that name lies here.
        (vec!["deck", "check", "scenarios"], "scenarios is a directory, not a file"),
    ] {
        let out = isoshunt(&arguments);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(matches!(out.status.code(), Some(2 | 4)), "{arguments:?}: {said}");
        assert!(said.contains(message), "{arguments:?}: {said}");
    }
    let lost = std::fs::read_to_string("assets/decks/peep.json").expect("a deck").replace("0.22", "0.26");
    std::fs::write(path("lost.json"), lost).expect("written");
    let out = isoshunt(["deck", "check", &path("lost.json")]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stdout).contains("no option's range holds it"));
}

#[test]
fn inv_a_deck_as_json_tells_nothing_of_what_is_blind_before_the_reveal() {
    let folder = tempfile::tempdir().expect("a folder");
    let deck = |shunt: &str| {
        let path = folder.path().join(format!("blind-{shunt}.json"));
        let file = include_str!("data/blind-deck.json").replace("SHUNT", shunt);
        std::fs::write(&path, file).expect("written");
        path.to_string_lossy().into_owned()
    };
    let play = |shunt: &str, more: &[&str]| {
        let tally = folder.path().join("tally.csv").to_string_lossy().into_owned();
        let mut arguments = vec!["deck".to_owned(), "play".to_owned(), deck(shunt), "--json".to_owned()];
        arguments.extend(["--vote", "one=3,4", "--tally", &tally].map(str::to_owned));
        arguments.extend(more.iter().map(|more| (*more).to_owned()));
        let out = isoshunt(&arguments);
        assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
        let told = String::from_utf8_lossy(&out.stdout).into_owned();
        (told, std::fs::read_to_string(tally).expect("written"))
    };
    let covered = ["--covered"];
    assert_eq!(play("0.3", &covered), play("0.28", &covered), "byte by byte, JSON and CSV");
    let (whole, _) = play("0.3", &[]);
    assert_ne!(whole, play("0.28", &[]).0, "the reveal tells");
    let told: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let step = &told["steps"][0];
    assert_eq!((step["right"].as_u64(), step["votes"][0]["counts"][1].as_u64()), (Some(1), Some(4)));
    let shows = |side: &str| step[side]["patients"][0]["tiles"][0]["shows"].as_str().expect("a text").to_owned();
    assert!(shows("before") == "?" && shows("after").ends_with("mmHg"), "{}", shows("after"));
    assert!(complaint("deck play peep --covered", 2).contains("--json"));
}

#[test]
fn inv_a_twin_is_printed_with_its_reason_or_why_there_is_none() {
    let twin = json("twin pure-shunt-30 --by vq --json");
    assert_eq!((twin["by"].as_str(), twin["fio2_frac"].as_f64()), (Some("vq"), Some(0.21)));
    for gas in ["po2_art_mmhg", "pco2_art_mmhg"] {
        let [patient, own] = [&twin[gas], &twin["twin"][gas]].map(|value| value.as_f64().expect("a number"));
        assert!((patient - own).abs() < 0.1, "{gas}: {patient} and {own}");
    }
    assert!(twin["solves"].as_u64().expect("a count") <= 70);
    let report = printed("twin pure-vq-mismatch --by shunt");
    for words in ["What parts them", "Shunt: A 0 %, B 30 %.", "PaO2 on other oxygen"] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let none = printed("twin pure-shunt-30 --set fio2=1 --by vq");
    assert!(none.contains("No twin by V/Q spread") && none.contains("even log SD 2.50 leaves PaO2 at"), "{none}");
    let none = json("twin pure-shunt-30 --set fio2=1 --by vq --json");
    assert!(none["twin"].is_null() && none["reason"].as_str().is_some_and(|reason| reason.contains("log SD")));
    assert!(complaint("twin pure-shunt-30 --by magic", 2).contains("magic"));
}

#[test]
fn inv_gases_of_a_file_are_fitted_or_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, gases: &str| {
        let path = folder.path().join(name);
        let body = r#""body": { "cardiac_output_l_per_min": 5 }"#;
        let text = format!(r#"{{ "kind": "isoshunt-gases", "schema_version": 1, {body}, "gases": [{gases}] }}"#);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let gas = |fio2: f64, po2: f64, pco2: f64| {
        format!(r#"{{ "fio2_frac": {fio2}, "po2_art_mmhg": {po2}, "pco2_art_mmhg": {pco2} }}"#)
    };
    let one = json(&format!("fit {} --json", file("one.json", &gas(0.21, 54.6, 39.3))));
    let ridge = one["ridge"].as_array().expect("a ridge");
    assert!(ridge.len() > 5 && one["next_sample"].as_array().is_some_and(|next| next.len() == 17));
    // Both gases of an ideal lung with a shunt of three tenths: that, and no spread.
    let both = [gas(0.21, 54.6, 39.3), gas(1.0, 106.4, 40.2)].join(", ");
    let path = file("two.json", &both);
    let two = json(&format!("fit {path} --json"));
    let number = |key: &str| two["spot"][key].as_f64().expect("a number");
    assert!((number("shunt_frac") - 0.3).abs() < 0.003 && number("log_sd") < 0.3, "{}", two["spot"]);
    let reach = number("log_sd") + 2.0 * number("log_sd_sd");
    assert!(reach < 0.8, "what the second gas rules out is not left open: log SD up to {reach}");
    assert!(printed(&format!("fit {path}")).contains("Two gases leave a spot"));
    let refused = complaint(&format!("fit {}", file("bad.json", &gas(0.21, 300.0, 39.3))), 2);
    assert!(refused.contains("gases[0]: PaO2 300 mmHg is more than any lung gives"), "{refused}");
    let refused = complaint(&format!("fit {}", file("worse.json", &gas(0.05, 900.0, 39.3))), 2);
    assert!(refused.contains("fio2_frac") && refused.contains("po2_art_mmhg"), "all faults at once: {refused}");
}

/// The team's mechanism, and the truth only on demand; a lung that opens is told from one that does not.
#[test]
fn inv_mechanism_says_what_it_is_and_tells_the_truth_on_demand() {
    let said = |id: &str| json(&format!("mechanism {id} --truth --json"));
    let opens = said("ards-recruitable");
    assert_eq!(opens["first"], "low_volume", "{opens}");
    assert_eq!(opens["truth"]["first"], "low_volume");
    let fixed = said("ards-not-recruitable");
    assert_eq!(fixed["first"], "shunt", "{fixed}");
    assert!(number(&fixed["measured"]["admixture_opened_frac"]) > number(&opens["measured"]["admixture_opened_frac"]));
    let text = printed("mechanism ards-recruitable");
    assert!(text.contains("First: collapsed lung that opens") && !text.contains("truth"), "{text}");
    let anaemic = json("mechanism ards-recruitable --set hb=5 --json");
    assert_eq!(anaemic["delivery"], "haemoglobin", "{anaemic}");
    assert!(complaint("mechanism copd", 2).contains("mechanics=on"));
    // Before the air enters there is nothing to name, and no cure harms; after it, it is the dead space.
    let before = said("air-embolism");
    assert!(before["first"].is_null() && before["truth"]["first"].is_null(), "{before}");
    let gains = before["truth"]["gains"].as_object().expect("five").values();
    assert!(gains.map(number).all(|gain| gain >= 0.0), "{before}");
    let after = json("mechanism air-embolism --set clot_frac=0.4 --truth --json");
    assert_eq!([&after["first"], &after["truth"]["first"]], ["dead_space", "dead_space"], "{after}");
    let smoke = json("mechanism ards-recruitable --set cohb=0.45 --json");
    assert!(smoke["delivery"].as_str().expect("named").contains("COHb"), "{smoke}");
    assert!(printed("mechanism ards-moderate").contains("the first is right in 7 of 10"));
    assert!(printed("mechanism air-embolism").contains("nobody is called"));
}

/// Runs of hours: nearly all of their time is the model's, so `./check` does not run them again without the window.
mod hours {
    use super::*;

    /// Criteria run on hours of the patient: 14 h of P/F 68 on lung-protective ventilation are refractory, and EOLIA 2
    /// where somebody says how long he has been ventilated; at 66 kg the same 400 mL are 6.06 mL/kg, and both are gone.
    #[test]
    fn val_combes_2018_criteria_of_severe_ards_by_their_clocks() {
        let severe =
            "criteria ards-severe --set peep_cmh2o=16 --set fio2=1 --set consolidated_frac=0.40 --truth --json";
        let said = "--fact ventilated_under_7_days=yes --fact bilateral=yes";
        let verdicts = |line: &str| -> BTreeMap<String, Value> {
            let all = json(line)["criteria"].as_array().expect("a list").clone();
            all.into_iter().map(|one| (one["criterion"].as_str().expect("a name").to_owned(), one)).collect()
        };
        let whole = verdicts(&format!("{severe} --for 13h {said}"));
        assert_eq!(whole["refractory"]["verdict"], "met", "{whole:?}");
        assert_eq!(whole["eolia_2"]["verdict"], "met");
        assert_eq!(whole["eolia_1"]["verdict"], "not_met");
        // Nobody said whether it is of the heart.
        assert_eq!(whole["berlin_severe"]["verdict"], "unknown");
        let soon = verdicts(&format!("{severe} --for 4h {said}"));
        assert_eq!(soon["refractory"]["verdict"], "not_yet");
        assert!((number(&soon["refractory"]["left_h"]) - 8.0).abs() < 1e-9, "{soon:?}");
        let unsaid = verdicts(&format!("{severe} --for 30min"));
        assert_eq!(unsaid["eolia_2"]["verdict"], "unknown");
        let light = verdicts(&format!("{severe} --for 30min --set predicted_weight_kg=66 {said}"));
        assert_eq!(light["eolia_2"]["parts"][0], "tidal volume at most 6 mL/kg");
        assert!(complaint("criteria ards-severe --for 1h --fact bilateral=maybe", 2).contains("NAME=yes or NAME=no"));
        assert!(complaint("criteria ards-severe --for 1h --fact quadrants=5", 2).contains("quadrants=0 to 4"));
        assert!(
            complaint("criteria ards-severe --for 1h --tolerance 4min", 2).contains("below 5min nothing is forgiven")
        );
    }

    /// What was tried of the ladder and what is next: an hour of block, a patient turned for less than it takes, a rung
    /// left out with its reason; the ARDS Network's PEEP beside that of best compliance.
    #[test]
    fn inv_ladder_tells_what_was_tried_and_what_is_next() {
        let line = "ladder ards-not-recruitable --set fio2_frac=0.9 --set peep_cmh2o=12 --for 3h --truth --json \
                    --at 30min move=neuromuscular_block --at 1h move=prone";
        let told = json(line);
        let rung = |told: &Value, key: &str| -> Value {
            let all = told["rungs"].as_array().expect("a list");
            all.iter().find(|one| one["rung"] == key).expect("a rung").clone()
        };
        let block = rung(&told, "block");
        assert_eq!(block["stands"], "tried", "{told}");
        assert!((number(&block["hours"]) - 2.5).abs() < 0.1 && block["effect"]["pf_mmhg"].is_number(), "{block}");
        let prone = rung(&told, "prone");
        assert_eq!(prone["stands"], "under_way");
        assert!((number(&prone["left_h"]) - 14.0).abs() < 0.1, "{prone}");
        assert_eq!(told["next"], "prone");
        let by: Vec<&str> = told["peep"].as_array().expect("PEEPs").iter().filter_map(|at| at["by"].as_str()).collect();
        assert_eq!(by, ["as it is", "ARDS Network table", "best compliance"]);
        let spine = json(&format!("{} --skip prone=spine", line.replace(" --at 1h move=prone", "")));
        assert_eq!(rung(&spine, "prone")["why"], "spine");
        assert!(complaint("ladder ards-not-recruitable --for 1h --skip pron=spine", 2).contains("RUNG=WHY"));
        // Blocked while he is turned: it is the effect of both.
        assert_eq!(block["effect"]["together_with"], serde_json::json!(["prone"]), "{block}");
        let healthy = json("ladder healthy-young-adult --for 5min --truth --json");
        assert_eq!(rung(&healthy, "protective")["why"], "not on a ventilator", "{healthy}");
        assert!(healthy["next"].is_null());
        // Set to the PEEP of best compliance, a patient as he is is that one: all three are taken the same way.
        let at_best = |told: &Value| told["peep"].as_array().expect("PEEPs")[2].clone();
        let best = number(&at_best(&told)["peep_cmh2o"]);
        let same = json(&format!(
            "ladder ards-not-recruitable --set fio2_frac=0.9 --set peep_cmh2o={best} --for 5min --truth --json"
        ));
        assert_eq!(at_best(&same)["peep_cmh2o"], at_best(&told)["peep_cmh2o"]);
        assert_eq!(same["peep"][0]["o2_delivery_ml_per_min"], at_best(&same)["o2_delivery_ml_per_min"], "{same}");
    }

    /// On a membrane lung a trial without sweep gas is judged: early it is not yet, and the lung that fails says by
    /// what.
    #[test]
    fn inv_a_sweep_off_trial_is_judged_by_its_hours() {
        let judged = |line: &str| -> Value {
            let all = json(line)["criteria"].as_array().expect("a list").clone();
            all.into_iter().find(|one| one["criterion"] == "weaning").expect("on a membrane lung")
        };
        let mild = "criteria ards-mild --set ecmo=on --truth --json --at 10min move=sweep_off";
        assert_eq!(judged(&format!("{mild} --for 1h"))["verdict"], "not_yet");
        assert_eq!(judged(&format!("{mild} --for 5h"))["verdict"], "met");
        let severe = judged("criteria ards-moderate --set ecmo=on --truth --json --at 10min move=sweep_off --for 2h");
        assert_eq!(severe["verdict"], "not_met", "{severe}");
        assert!(severe["parts"].as_array().expect("parts").iter().any(|part| part == "PaO2 at least 70"), "{severe}");
        let fast =
            "criteria opioid-hypoventilation --truth --for 6h --at 10min ecmo=on --at 10min ecmo_sweep_l_per_min=10";
        let told = json(&format!("{fast} --json"));
        assert!(number(&told["pco2_fall_on_membrane_frac"]) > 0.5, "{told}");
        assert!(printed(fast).contains("WARNING: PaCO2 has fallen by"));
        let none = json("criteria ards-mild --truth --json --for 5min");
        assert_eq!(none["criteria"].as_array().expect("a list").len(), 11);
    }
}
