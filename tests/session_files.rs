//! Session files: a run read back bit for bit, or refused whole with a message that says where and why.

use std::path::Path;

use isoshunt::scenario::session::{self, MAX_SESSION_BYTES, Session, UtcTime};
use isoshunt::scenario::{self, Scenario, ScenarioError};
use isoshunt::sim::params::{ParamId, Setting, SwitchId};
use isoshunt::sim::play::run::{Action, Run};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

fn scenario() -> &'static Scenario {
    &scenario::builtin()[3]
}

/// A run in which a good deal has happened: a sample on its way, units changed, a membrane lung.
fn run() -> Run {
    let mut run = Run::new(&scenario().params, u64::MAX - 5);
    let mut act = |steps: u64, action| {
        run.advance(steps);
        run.act(action).expect("allowed");
    };
    let set = |id, value| Setting::Param(id, value);
    act(3, Action::Set(vec![Setting::Switch(SwitchId::Breathing, "apnoea"), set(ParamId::Fio2, 1.0)]));
    act(0, Action::Sample("arterial:bench_delay".parse().expect("a sample")));
    act(20, Action::Set(vec![Setting::Switch(SwitchId::Breathing, "spontaneous"), set(ParamId::Mode1Units, 6.0)]));
    act(5, Action::JumpToSteady);
    act(1, Action::Set(vec![Setting::Switch(SwitchId::Ecmo, "on"), set(ParamId::Fio2, 0.3), set(ParamId::Fio2, 0.21)]));
    run.advance(11);
    run
}

fn saved_at() -> Option<UtcTime> {
    UtcTime::from_unix_s(1_700_000_000)
}

fn json() -> String {
    session::to_json(&Session::new(scenario(), &run(), saved_at())).expect("a session that can be written")
}

fn parse(bytes: impl AsRef<[u8]>) -> Result<Session, ScenarioError> {
    session::parse(bytes, "bad.json")
}

fn refusal(bytes: impl AsRef<[u8]>) -> String {
    parse(bytes).expect_err("it is refused").to_string()
}

/// The file with one text exchanged is refused with this message, and no other.
fn refused(from: &str, to: &str, message: &str) {
    let text = json();
    assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
    assert_eq!(refusal(text.replacen(from, to, 1)), format!("bad.json: {message}"));
}

/// The file with the value at a JSON pointer exchanged.
fn edited(pointer: &str, value: Value) -> String {
    let mut file: Value = serde_json::from_str(&json()).expect("JSON");
    *file.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    refusal(file.to_string())
}

#[test]
fn inv_a_session_reads_back_and_goes_on_bit_for_bit() {
    let text = json();
    let back = parse(&text).expect("it opens");
    let mut run = run();
    assert_eq!((back.run.state(), back.run.events(), back.run.seed()), (run.state(), run.events(), run.seed()));
    assert_eq!(session::to_json(&back).expect("again"), text);
    let summary = back.summary();
    assert_eq!((summary.title, summary.patient_time_s), (scenario().title.clone(), 20.0));
    assert_eq!(summary.saved_at.map(|at| at.to_string()).as_deref(), Some("2023-11-14T22:13:20Z"));
    assert_eq!(back.program_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(back.initial, *scenario());

    // Text knows more than ==: also the sign of a zero.
    let mut again = back.run;
    run.advance(300);
    again.advance(300);
    let text = |run: &Run| session::to_json(&Session::new(scenario(), run, None)).expect("a file");
    assert_eq!(text(&again), text(&run));
    assert_eq!(parse(text(&run)).expect("it opens").saved_at, None);
}

#[test]
fn inv_a_session_keeps_the_patient_it_began_with() {
    // The scenario has gone on since: the file has the patient at the beginning of the run.
    let now = Scenario { params: scenario().params.with(ParamId::Hb, 9.0).expect("allowed"), ..scenario().clone() };
    let back = parse(session::to_json(&Session::new(&now, &run(), None)).expect("a file")).expect("it opens");
    assert_eq!(back.initial.params, scenario().params);
    let again = Run::replay(back.run.initial(), back.run.seed(), back.run.events(), back.run.steps());
    assert_eq!(again.expect("it can be run again").state(), run().state());
}

#[test]
fn inv_every_builtin_patient_can_be_saved() {
    for scenario in scenario::builtin() {
        let mut run = Run::new(&scenario.params, 1);
        run.advance(2);
        let text = session::to_json(&Session::new(scenario, &run, None)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(parse(text).expect("it opens").run.state(), run.state(), "{}", scenario.id);
    }
}

#[test]
fn inv_a_file_from_a_later_program_names_both() {
    let own = env!("CARGO_PKG_VERSION");
    let newer = json().replacen("\"schema_version\":1", "\"schema_version\":3", 1).replacen(
        &format!("\"program_version\":\"{own}\""),
        "\"program_version\":\"9.2\\u0007\"",
        1,
    );
    let expected = format!(
        "bad.json: was saved by Isoshunt 9.2\\u{{7}}, in version 3 of the format: this program, Isoshunt {own}, reads version 1"
    );
    // Whatever else stands in it.
    assert_eq!(refusal(&newer), expected);
    assert_eq!(refusal(newer.replacen("\"steps\"", "\"breaths\"", 1)), expected);
    let nameless = newer.replacen("\"program_version\"", "\"by\"", 1);
    assert!(refusal(&nameless).contains("was saved by a later Isoshunt, in version 3"), "{}", refusal(&nameless));
    refused(
        ",\"schema_version\":1,\"program",
        ",\"schema_version\":0,\"program",
        "schema_version = 0: this program reads version 1",
    );
}

#[test]
fn inv_what_is_no_session_is_refused_as_such() {
    let patient = scenario::to_json(scenario());
    assert_eq!(refusal(&patient), "bad.json: kind is missing: `isoshunt-session` belongs there");
    refused("\"isoshunt-session\"", "\"isoshunt-lecture\"", "kind = `isoshunt-lecture` is not `isoshunt-session`");
    assert_eq!(refusal("[1]"), "bad.json: the whole is an array, not an object");
    assert_eq!(refusal("\u{feff}{}"), "bad.json: starts with a byte order mark: save it as UTF-8 without one");
    assert_eq!(refusal(" "), "bad.json: is empty");
    assert!(scenario::parse(json(), "s.json").is_err());
}

#[test]
fn inv_an_edited_file_is_refused_where_it_was_edited() {
    let whole = "a whole number from 0 to 18446744073709551615";
    refused("\"seed\":18446744073709551610,\"steps", "\"seed\":-1,\"steps", &format!("seed is -1, not {whole}"));
    refused("\"steps\":40,\"initial", "\"steps\":1.0,\"initial", &format!("steps is 1.0, not {whole}"));
    refused(
        "\"2023-11-14T22:13:20Z\"",
        "\"yesterday\"",
        "saved_at = `yesterday` is not a time such as 2023-11-14T22:13:20Z, or null",
    );
    refused(
        "\"steps\":40,\"initial",
        "\"step\":40,\"initial",
        "step is not a known key; did you mean steps or seed?\nbad.json: steps is missing: a whole number belongs there",
    );
    // The patient, as in a scenario.
    refused(
        "\"hb_g_per_dl\":15.0,\"temp",
        "\"hb_g_per_dl\":150,\"temp",
        "initial.parameters.hb_g_per_dl = 150 is outside 2 to 25 g/dL",
    );
    // What was done.
    refused(
        "{\"ecmo\":\"on\",",
        "{\"ecmo\":\"off\",\"hb_g_per_dl\":-1,",
        "events[4].action.set: hb_g_per_dl = -1 is outside 2 to 25 g/dL",
    );
    refused(
        "\"arterial:bench_delay\"}",
        "\"arterial\",\"set\":{}}",
        "events[1].action is an object, not `set` or `sample` or `jump_to_steady` or `move`, or an object of one of them",
    );
    refused(
        "\"jump_to_steady\"",
        "\"jump\"",
        "events[3].action = `jump` is not `set` or `sample` or `jump_to_steady` or `move`",
    );
    let order = |index: usize, step: u64| {
        format!("bad.json: events[{index}]: step {step} is not in the order of time, or after the end at step 40")
    };
    assert_eq!(edited("/events/1/step", 2.into()), order(1, 2));
    assert_eq!(edited("/events/4/step", 41.into()), order(4, 41));
    // Each event is in order, and they do not fit together.
    let message = edited("/events/2/action/set", serde_json::json!({ "cohb_frac": 0.5, "methb_frac": 0.5 }));
    assert!(message.starts_with("bad.json: events[2]: cohb_frac + methb_frac = 1"), "{message}");
    // Where it stands.
    assert_eq!(edited("/steps", 41.into()), "bad.json: state.live.steps: 40 where the file says 41");
    let seed = "bad.json: state.instruments.seed: 18446744073709551610 where the file says 41";
    assert_eq!(edited("/seed", 41.into()), seed);
    assert_eq!(edited("/state/live/arterial/0", Value::Null), "bad.json: state.live.arterial[0] is null, not a number");
    assert!(edited("/state/live/arterial/0", (-3.0).into()).starts_with("bad.json: state.live: arterial = -3 is not"));
    assert_eq!(
        edited("/state/live/units", Value::Object(serde_json::Map::new())),
        "bad.json: state.live.units is an object, not an array"
    );
    assert!(
        edited("/state/live/units", Value::Array(Vec::new())).starts_with("bad.json: state.live: units has 0 entries")
    );
    let mut file: Value = serde_json::from_str(&json()).expect("JSON");
    file["state"]["live"]["breaths"] = 1.into();
    assert!(refusal(file.to_string()).starts_with("bad.json: state.live.breaths is not a known key"));
    file["state"]["live"].as_object_mut().expect("an object").retain(|key, _| key != "breaths" && key != "membrane");
    assert_eq!(refusal(file.to_string()), "bad.json: state.live.membrane is missing: a value belongs there");
}

#[test]
fn inv_a_file_cut_anywhere_is_refused() {
    let text = json();
    // The last byte ends the line, and is no part of the session.
    assert_eq!(parse(&text[..text.len() - 1]).expect("whole but for its line").run.state(), run().state());
    for end in 0..text.len() - 1 {
        let message = refusal(&text.as_bytes()[..end]);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.starts_with("bad.json: line 1, column ") || end == 0, "{end}: {message}");
    }
}

/// Bytes lost, doubled, changed or exchanged: either the run is what the file says, to the bit, or it is refused in
/// bounded words; and what is accepted can go on.
#[test]
fn inv_a_file_edited_at_random_is_whole_or_refused() {
    let text = json().into_bytes();
    let pieces: [&[u8]; 18] = [
        b"\"", b"{", b"}", b"[", b"]", b",", b":", b"0", b"9", b"-", b".", b"e", b"null", b"NaN", b"1e999", b"\\",
        b"\xff", b" ",
    ];
    let mut random = SmallRng::seed_from_u64(3);
    let mut accepted = 0;
    for _ in 0..10_000 {
        let mut edited = text.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..edited.len());
            let end = (at + random.random_range(0..30)).min(edited.len());
            match random.random_range(0..6) {
                0 => drop(edited.drain(at..end)),
                1 => {
                    let doubled = edited[at..end].to_vec();
                    edited.splice(at..at, doubled);
                }
                2 => edited[at] = random.random(),
                3 => drop(edited.splice(at..at, pieces[random.random_range(0..pieces.len())].iter().copied())),
                4 => {
                    let other = random.random_range(0..edited.len());
                    edited.swap(at, other);
                }
                // Another number, which is the edit that a reader is least likely to notice.
                _ => {
                    if let Some(digit) = edited[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                        *digit = b'0' + random.random_range(0..10);
                    }
                }
            }
        }
        match parse(&edited) {
            Ok(session) => {
                // Every value is what the file says: as JSON the two are the same, but for the order of keys.
                let json = session::to_json(&session).expect("what was read can be written");
                let value = |text: &[u8]| serde_json::from_slice::<Value>(text).expect("JSON");
                let (said, read) = (value(&edited), value(json.as_bytes()));
                for part in ["seed", "steps", "events", "state", "saved_at"] {
                    assert_eq!(numbers(&read[part]), numbers(&said[part]), "{part}");
                }
                assert!(property::a_session_is_read_whole_or_refused(&edited));
                accepted += 1;
            }
            Err(_) => assert!(!property::a_session_is_read_whole_or_refused(&edited)),
        }
    }
    assert!((100..8_000).contains(&accepted), "{accepted} accepted");
}

/// The same value with every number as its bits: a file may write 1e3 for 1000.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) if !number.is_u64() => number.as_f64().map(f64::to_bits).into(),
        Value::Number(number) => number.as_u64().map(|whole| (whole as f64).to_bits()).into(),
        Value::Array(values) => values.iter().map(numbers).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), numbers(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn inv_a_session_may_be_larger_than_a_scenario_and_is_bounded() {
    let mut run = run();
    // A slider dragged for hours.
    for step in 0..80_000 {
        let fio2 = 0.21 + f64::from(step % 1000) / 3e3;
        run.act(Action::Set(vec![Setting::Param(ParamId::Fio2, fio2)])).expect("allowed");
    }
    let text = session::to_json(&Session::new(scenario(), &run, None)).expect("a large file");
    assert!(text.len() > scenario::MAX_SCENARIO_BYTES, "{}", text.len());
    assert_eq!(parse(&text).expect("it opens").run.events(), run.events());
    let text = json();
    let blank = " ".repeat(MAX_SESSION_BYTES - text.len());
    assert!(parse(text.clone() + &blank).is_ok());
    let message = refusal(text + &blank + " ");
    assert_eq!(message, "bad.json: holds 33554433 bytes: at most 33554432 are read");
    let message = refusal(format!("[{}0]", "0,".repeat(1 << 21)));
    assert_eq!(message, "bad.json: holds more than 2097152 values");
}

#[path = "../fuzz/fuzz_targets/session_property.rs"]
mod property;

#[test]
fn inv_what_the_fuzzer_has_seen_is_stood() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/session");
    let files = std::fs::read_dir(corpus).expect("the corpus");
    let read = files.map(|entry| {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file of the corpus");
        property::a_session_is_read_whole_or_refused(&bytes)
    });
    assert!(read.count() >= 6, "these files are not the corpus");
    assert!(property::a_session_is_read_whole_or_refused(json().as_bytes()));
}
