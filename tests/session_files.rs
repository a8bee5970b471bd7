//! Session files: a run read back bit for bit; made again where its state is no good; refused whole, with a message that
//! says where and why, where the run itself is.

mod mutation;
mod part;

use std::path::Path;

use isoshunt::scenario::session::{self, Dropped, Session, UtcTime};
use isoshunt::scenario::{self, MAX_FILE_BYTES, Scenario, ScenarioError};
use isoshunt::sim::params::{ParamId, Setting, SwitchId};
use isoshunt::sim::play::run::{Action, Run, STATE_FORMAT};
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
fn exchanged(pointer: &str, value: Value) -> String {
    let mut file: Value = serde_json::from_str(&json()).expect("JSON");
    *file.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    file.to_string()
}

/// The refusal of such a file.
fn edited(pointer: &str, value: Value) -> String {
    refusal(exchanged(pointer, value))
}

/// The file is read without its state, for this reason, and comes to the same run.
fn made_again(text: &str, why: &str) {
    let session = parse(text).unwrap_or_else(|error| panic!("{why}: {error}"));
    let dropped = session.run.expect_err(why).to_string();
    assert!(dropped.contains(why), "{why}: {dropped}");
    let again = Run::replay(&session.initial.params, session.seed, &session.events, session.steps);
    assert_eq!(again.expect("the same run").state(), run().state(), "{why}");
}

#[test]
fn inv_a_session_reads_back_and_goes_on_bit_for_bit() {
    let text = json();
    let back = parse(&text).expect("it opens");
    let mut run = run();
    let there = back.run.clone().expect("its state");
    assert_eq!((there.state(), there.events(), there.seed()), (run.state(), run.events(), run.seed()));
    assert_eq!((&back.events[..], back.seed, back.steps), (run.events(), run.seed(), run.steps()));
    assert_eq!(session::to_json(&back).expect("again"), text);
    let summary = back.summary();
    assert_eq!((summary.title, summary.patient_time_s), (scenario().title.clone(), 20.0));
    assert_eq!(summary.saved_at.map(|at| at.to_string()).as_deref(), Some("2023-11-14T22:13:20Z"));
    assert_eq!(back.program_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(back.initial, *scenario());

    // Text knows more than ==: also the sign of a zero.
    let mut again = there;
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
    let again = Run::replay(&back.initial.params, back.seed, &back.events, back.steps);
    assert_eq!(again.expect("it can be run again").state(), run().state());
}

#[test]
fn inv_every_builtin_patient_can_be_saved() {
    for scenario in scenario::builtin() {
        let mut run = Run::new(&scenario.params, 1);
        run.advance(2);
        let text = session::to_json(&Session::new(scenario, &run, None)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(parse(text).expect("it opens").run.expect("its state").state(), run.state(), "{}", scenario.id);
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
    let most = edited("/steps", 17_280_001.into());
    assert_eq!(most, "bad.json: steps = 17280001 is outside 0 to 17280000 steps");
}

/// The order of events is judged beside all else, and each that is out of it is named.
#[test]
fn inv_every_event_out_of_order_is_named_beside_other_faults() {
    let mut file: Value = serde_json::from_str(&json()).expect("JSON");
    file["seed"] = "seven".into();
    file["events"][1]["step"] = 2.into();
    file["events"][4]["step"] = 41.into();
    let message = refusal(file.to_string());
    for part in ["seed is the text `seven`", "events[1]: step 2 is not", "events[4]: step 41 is not"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(message.lines().count(), 3, "{message}");
}

#[test]
fn inv_all_faults_of_a_run_are_named_at_once() {
    let mut file: Value = serde_json::from_str(&json()).expect("JSON");
    file["seed"] = "seven".into();
    file["events"][0]["step"] = (-1).into();
    file["events"][4]["action"]["set"]["ecmo"] = "sideways".into();
    file["initial"]["parameters"]["hb_g_per_dl"] = 150.into();
    let message = refusal(file.to_string());
    for part in ["seed is the text `seven`", "events[0].step", "events[4].action.set: ", "hb_g_per_dl = 150 is outside"]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(message.lines().count(), 4, "{message}");
}

/// What the rest of the file says is a run, whatever its state says: it costs the time to make it again.
#[test]
fn inv_a_state_that_is_no_good_costs_a_replay() {
    let whole: Value = serde_json::from_str(&json()).expect("JSON");
    let without = |remove: &str| {
        let mut file = whole.clone();
        let (place, key) = remove.rsplit_once('/').expect("a pointer");
        file.pointer_mut(place).and_then(Value::as_object_mut).expect("an object").remove(key).expect("the key");
        file.to_string()
    };
    made_again(&without("/state"), "the file holds no state");
    made_again(&without("/state/live/membrane"), "live.membrane is missing");
    made_again(&without("/state/format"), "format none");
    made_again(&exchanged("/state/format", (STATE_FORMAT + 1).into()), "this program reads format");
    made_again(&exchanged("/state", Value::Null), "cut off or damaged");
    made_again(&exchanged("/state/live/arterial/0", Value::Null), "live.arterial[0] is null, not a number");
    made_again(&exchanged("/state/live/arterial/0", (-3.0).into()), "arterial = -3 is not");
    made_again(&exchanged("/state/live/units", Value::Array(Vec::new())), "units has 0 entries");
    made_again(&exchanged("/state/live/steps", 41.into()), "state.live.steps = 41");
    made_again(&exchanged("/state/instruments/seed", 41.into()), "state.instruments.seed = 41");
    // Each number is one that a patient may have, and together they are none.
    let first = whole.pointer("/state/live/units/0/gas/1").and_then(Value::as_f64).expect("a number");
    made_again(&exchanged("/state/live/units/0/gas/1", (first * 1.01).into()), "units[0].");
    made_again(&exchanged("/state/live/arterial/0", 12.5.into()), "arterial_at, its O2 content");
    made_again(&exchanged("/state/live/tissues/1/stored/0", 4.5.into()), "tissues[1].at, its PO2");
    made_again(&exchanged("/state/live/ledger/expired_ml/1", 1e5.into()), "ledger");
    let text = json();
    let at = text.find("\"state\":").expect("a state") + 8;
    for end in [at + 1, at + 2, at + 100, (at + text.len()) / 2, text.len() - 2] {
        made_again(&text[..end], "cut off or damaged");
    }
}

/// The log is of that patient or it is not: which of it this program refuses is told when it comes there.
#[test]
fn inv_an_action_that_is_refused_does_not_refuse_the_file() {
    let both = serde_json::json!({ "cohb_frac": 0.5, "methb_frac": 0.5 });
    let session = parse(exchanged("/events/2/action/set", both)).expect("it opens");
    assert!(matches!(session.run, Err(Dropped::Impossible { .. })), "{:?}", session.run);
    let error = Run::replay(&session.initial.params, session.seed, &session.events, session.steps);
    let told = error.expect_err("it is refused").to_string();
    assert!(told.starts_with("events[2] at step 23: cohb_frac + methb_frac = 1"), "{told}");
}

/// A run of a patient who was changed against what his scenario does and expects.
#[test]
fn regress_a_patient_who_was_changed_against_his_timeline_can_be_saved() {
    for (id, settings) in [("ards-severe", "prone"), ("oedema-on-peep", "off")] {
        let scenario = scenario::find(id).expect("built in");
        let switch = if settings == "off" { SwitchId::Mechanics } else { SwitchId::Position };
        let mut params = scenario.params.clone();
        params.set_switch(switch, settings).expect("an option");
        assert!(scenario.player().foreseen(&params).is_some(), "{id}: his timeline goes on as ever");
        let mut run = Run::new(&params, 1);
        run.advance(20);
        let written = session::write(&Session::new(scenario, &run, None)).expect("it can be saved");
        assert_eq!(written.without_state, None, "{id}");
        assert_eq!(parse(&written.json).expect("it opens").run.expect("its state").state(), run.state(), "{id}");
    }
}

/// Files of the time before states had a number: they open, say why they are made again, and can be.
#[test]
fn inv_sessions_of_the_time_before_formats_open() {
    for (name, title, steps, events) in
        [("session-before-formats", "COPD", 1440, 3), ("session-layered-before-formats", "ARDS", 360, 2)]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/saved/{name}.json"));
        let session = parse(std::fs::read(path).expect("a file of the repository")).expect("it opens");
        assert!(session.initial.title.contains(title), "{}", session.initial.title);
        assert_eq!((session.steps, session.events.len()), (steps, events), "{name}");
        assert_eq!(session.run.expect_err("of another form"), Dropped::Format { found: "none".to_owned() });
        assert_eq!(session.end.len(), 4, "{name}: contents of its blood");
        let again = Run::replay(&session.initial.params, session.seed, &session.events, session.steps).expect("a run");
        for was in session.end {
            let now = session::end_of(&again).into_iter().find(|now| now.key == was.key).expect("the same number");
            // What the solver has become since moves them by little.
            assert!((now.value / was.value - 1.0).abs() < 0.05, "{name}: {was:?} {now:?}");
        }
    }
}

#[test]
fn inv_a_file_cut_before_its_state_is_refused() {
    let text = json();
    // The last byte ends the line, and is no part of the session.
    let whole = parse(&text[..text.len() - 1]).expect("whole but for its line");
    assert_eq!(whole.run.expect("its state").state(), run().state());
    let at = text.find("\"state\":").expect("a state") + 8;
    for end in 0..text.len() - 1 {
        let cut = &text.as_bytes()[..end];
        if end >= at {
            assert!(matches!(parse(cut).map(|session| session.run), Ok(Err(Dropped::Cut))), "{end}");
            continue;
        }
        let message = refusal(cut);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.starts_with("bad.json: line 1, column ") || end == 0, "{end}: {message}");
    }
}

/// Bytes lost, doubled, changed or exchanged: either the run is what the file says, to the bit, or its state is dropped, or
/// it is refused in bounded words; and what is accepted can go on.
#[test]
fn inv_a_file_edited_at_random_is_whole_or_refused() {
    let text = json().into_bytes();
    let pieces: [&[u8]; 18] = [
        b"\"", b"{", b"}", b"[", b"]", b",", b":", b"0", b"9", b"-", b".", b"e", b"null", b"NaN", b"1e999", b"\\",
        b"\xff", b" ",
    ];
    let mut random = SmallRng::seed_from_u64(3);
    let (mut accepted, mut whole) = (0, 0);
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
                let read = value(json.as_bytes());
                // A state that was cut off leaves no JSON.
                if let Ok(said) = serde_json::from_slice::<Value>(&edited) {
                    let state = if session.run.is_ok() { &["state"][..] } else { &[] };
                    for part in ["seed", "steps", "events", "saved_at"].iter().chain(state) {
                        assert_eq!(numbers(&read[part]), numbers(&said[part]), "{part}");
                    }
                }
                whole += usize::from(session.run.is_ok());
                assert!(property::a_session_is_read_whole_or_refused(&edited));
                accepted += 1;
            }
            Err(_) => assert!(!property::a_session_is_read_whole_or_refused(&edited)),
        }
    }
    assert!(
        (1_000..8_000).contains(&accepted) && (50..accepted).contains(&whole),
        "{accepted} accepted, {whole} whole"
    );
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

/// A day with ten thousand actions is no large file, and none is read without bounds.
#[test]
fn inv_sessions_are_small_and_bounded() {
    let mut run = run();
    for step in 0..10_000 {
        let fio2 = 0.21 + f64::from(step % 1000) / 3e3;
        run.act(Action::Set(vec![Setting::Param(ParamId::Fio2, fio2)])).expect("allowed");
    }
    let text = session::to_json(&Session::new(scenario(), &run, None)).expect("a file");
    assert!(text.len() < 2 << 20, "{}", text.len());
    assert_eq!(parse(&text).expect("it opens").events, run.events());
    let text = json();
    let blank = " ".repeat(MAX_FILE_BYTES - text.len());
    assert!(parse(text.clone() + &blank).is_ok());
    let message = refusal(text + &blank + " ");
    assert_eq!(message, "bad.json: holds 4194305 bytes: at most 4194304 are read");
    let message = refusal(format!("[{}0]", "0,".repeat(200_000)));
    assert_eq!(message, "bad.json: holds more than 200000 values");
}

/// Four megabytes of keys that nobody knows, and of actions that nobody can do: counted by the words of the refusal,
/// since near names are looked for only where they are read.
#[test]
fn inv_a_large_file_of_nonsense_is_refused_in_few_words() {
    let keys: String = (0..190_000).map(|i| format!("\"fio{i:06}\":0,")).collect();
    let text = json().replacen("{\"kind\"", &format!("{{{keys}\"kind\""), 1);
    let message = refusal(&text[..text.len()]);
    assert!(message.lines().count() <= 51 && message.len() < 20_000, "{message}");
    assert!(message.ends_with("more"), "{message}");
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

/// A file that is nearly one of a run: bytes lost, doubled or exchanged, or numbers of its state changed.
fn mutant(parent: &str, seed: u64) -> Vec<u8> {
    let mut random = SmallRng::seed_from_u64(seed);
    if random.random_bool(0.4) {
        return mutation::mutated(&[parent.as_bytes().to_vec()], seed);
    }
    let mut file: Value = serde_json::from_str(parent).expect("JSON");
    for _ in 0..random.random_range(1..4) {
        let mut at = file.pointer_mut("/state").expect("a state");
        while at.is_object() || at.is_array() {
            let count = at.as_object().map_or_else(|| at.as_array().map_or(0, Vec::len), serde_json::Map::len);
            if count == 0 {
                break;
            }
            let which = random.random_range(0..count);
            at = match at {
                Value::Object(map) => map.values_mut().nth(which).expect("there"),
                Value::Array(values) => &mut values[which],
                _ => unreachable!("a leaf"),
            };
        }
        if let Some(number) = at.as_f64() {
            let changes = [
                number * (1.0 + random.random_range(-1e-3..1e-3)),
                number * random.random_range(0.0..3.0),
                -number,
                0.0,
                number + random.random_range(-1.0..1.0),
                number * 1e3,
                1e-300,
                random.random_range(0.0..1000.0),
            ];
            let changed = changes[random.random_range(0..changes.len())];
            *at = if at.is_u64() { (changed.abs() as u64).into() } else { changed.into() };
        }
    }
    file.to_string().into_bytes()
}

/// Evaluations of an hour that a run goes on for, and how it ends.
fn an_hour(run: &Run) -> (u64, Run) {
    let mut run = run.clone();
    let before = run.live().work();
    run.advance(7200);
    let after = run.live().work();
    (after.iterations + after.evaluations - before.iterations - before.evaluations, run)
}

/// A lung in layers whose breathing is controlled, a little on its way.
fn layered_run() -> (&'static Scenario, Run) {
    let scenario = scenario::find("ards-recruitable").expect("built in");
    let mut run = Run::new(&scenario.params, 5);
    let switch = |id, option| Setting::Switch(id, option);
    let settings = [switch(SwitchId::Breathing, "spontaneous"), switch(SwitchId::BreathingControl, "on")];
    run.act(Action::Set(settings.to_vec())).expect("allowed");
    run.advance(30);
    (scenario, run)
}

/// Mutants in `./check` and in `./check long`.
const MUTANTS: [u64; 2] = [500, 10_000];

/// What a damaged file is taken for: nothing, a run that is made again, or one that lives on as its parent would and can
/// be saved again.
#[test]
fn inv_a_mutant_is_refused_or_made_again_or_lives_as_its_parent() {
    let (of_layers, layers) = layered_run();
    let written = |scenario, run: &Run| session::to_json(&Session::new(scenario, run, None)).expect("a file");
    let parents = [written(scenario(), &run()), written(of_layers, &layers)];
    let costs = parents.each_ref().map(|text| {
        let parent = parse(text).expect("it opens");
        (an_hour(&parent.run.expect("its state")).0, parent.initial.params, parent.events)
    });
    let lives = |seed: u64| -> (usize, Option<String>) {
        // An hour of layers is dear.
        let which = usize::from(seed % 20 == 19);
        let Ok(session) = parse(mutant(&parents[which], seed)) else { return (0, None) };
        let Ok(run) = &session.run else { return (1, None) };
        let (cost, end) = an_hour(run);
        let (of_parent, params, events) = &costs[which];
        // Another patient, or the same to whom something else was done, costs what that costs.
        let allowed = if session.initial.params == *params && session.events == *events {
            *of_parent
        } else {
            let again = Run::replay(&session.initial.params, session.seed, &session.events, session.steps);
            again.map_or(*of_parent, |again| an_hour(&again).0)
        };
        let now = end.live().snapshot();
        let numbers = isoshunt::sim::reading::quantity::QUANTITIES.iter().filter_map(|q| q.read(&now).ok());
        let fault = if !numbers.into_iter().all(f64::is_finite) {
            Some("a number is none".to_owned())
        } else if let Err(error) = end.live().check() {
            Some(error.to_string())
        } else if 2 * cost > 3 * allowed {
            Some(format!("{cost} evaluations for {allowed}"))
        } else {
            let saved = session::write(&Session::new(&session.initial, &end, None)).expect("it is saved again");
            saved.without_state.map(|why| format!("saved without its state: {why:?}"))
        };
        (2, fault.map(|fault| format!("seed {seed}: {fault}")))
    };
    let seeds: Vec<u64> = match std::env::var("ISOSHUNT_SEED") {
        Ok(seed) => vec![seed.parse().expect("a number")],
        Err(_) => (0..part::of(MUTANTS[1], MUTANTS[0])).collect(),
    };
    let ends: Vec<(usize, Option<String>)> = std::thread::scope(|scope| {
        let (seeds, lives) = (&seeds, &lives);
        let half = |k: usize| scope.spawn(move || seeds.iter().skip(k).step_by(2).map(|s| lives(*s)).collect());
        let halves: [std::thread::ScopedJoinHandle<'_, Vec<_>>; 2] = [half(0), half(1)];
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    let faults: Vec<String> = ends.iter().filter_map(|(_, fault)| fault.clone()).collect();
    let [refused, again, lived] = [0, 1, 2].map(|kind| ends.iter().filter(|(end, _)| *end == kind).count());
    assert!(faults.is_empty(), "{} of {lived}:\n{}", faults.len(), faults.join("\n"));
    assert!(
        seeds.len() < 100 || [refused, again, lived].iter().all(|n| 20 * n > seeds.len()),
        "{refused} {again} {lived}"
    );
}
