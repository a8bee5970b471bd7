//! Scenario files that are wrong, each in one way: every message names the file, the place, the value and what is
//! allowed. And those that are right: written and read back, they are the same patient bit for bit.

use std::path::Path;
use std::time::Duration;

use isoshunt::scenario::{self, Expectation, MAX_MOMENTS, Measure, Moment, Scenario, ScenarioError, Setting};
use isoshunt::sim::params::{MAX_UNITS, ParamId, Params, SwitchId, UnitShare};
use isoshunt::sim::play::run::Action;
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::sampling::random_patient;
use isoshunt::store::{StoreError, native};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A small right file in which the text `from` is exchanged for `to`.
fn file(from: &str, to: &str) -> String {
    let right = r#"{
  "schema_version": 1,
  "id": "a-patient",
  "title": "A patient",
  "teaches": "One thing.",
  "text": "Two\nlines.",
  "sources": ["West JB, Respir Physiol 1969;7:88-110"],
  "switches": { "breathing": "ventilated" },
  "parameters": { "fio2_frac": 0.6, "shunt_at_peep5_frac": 0.3, "vq1_units_count": 20 },
  "units": [{ "ventilation": 1, "perfusion": 0.5 }, { "ventilation": 0, "perfusion": 0.5 }],
  "expected": [{ "quantity": "po2_art_mmhg", "with": { "fio2_frac": 1.0, "ecmo": "on" }, "low": 60, "high": null, "source": "Somebody 2000" }]
}"#;
    assert!(right.contains(from), "the right file does not hold {from}");
    right.replacen(from, to, 1)
}

/// The message that refuses the bytes of `bad.json`.
fn refusal(bytes: impl AsRef<[u8]>) -> String {
    scenario::parse(bytes, "bad.json").expect_err("the file is wrong").to_string()
}

/// The file with one exchange is refused with exactly this one fault.
#[track_caller]
fn refused(from: &str, to: &str, message: &str) {
    assert_eq!(refusal(file(from, to)), format!("bad.json: {message}"));
}

#[test]
fn inv_the_right_file_is_read() {
    let read = scenario::parse(file("", ""), "good.json").expect("nothing is wrong with it");
    let mut params = Params::default();
    params.set_switch(SwitchId::Breathing, "ventilated").expect("an option");
    params.set_all(&[(ParamId::Fio2, 0.6), (ParamId::Shunt, 0.3), (ParamId::Mode1Units, 20.0)]).expect("allowed");
    let units = [UnitShare { ventilation: 1.0, perfusion: 0.5 }, UnitShare { ventilation: 0.0, perfusion: 0.5 }];
    params.set_units(Some(&units)).expect("allowed");
    let expected = Scenario {
        id: "a-patient".to_owned(),
        title: "A patient".to_owned(),
        teaches: "One thing.".to_owned(),
        text: "Two\nlines.".to_owned(),
        sources: vec!["West JB, Respir Physiol 1969;7:88-110".to_owned()],
        params,
        expected: vec![Expectation {
            quantity: Quantity::from_key("po2_art_mmhg").expect("a quantity"),
            with: vec![Setting::Switch(SwitchId::Ecmo, "on"), Setting::Param(ParamId::Fio2, 1.0)],
            low: Some(60.0),
            high: None,
            source: "Somebody 2000".to_owned(),
        }],
        timeline: None,
    };
    assert_eq!(read, expected);
    let optional = r#"{"schema_version":1,"id":"a","title":"b","teaches":"c","text":"d","sources":[],"parameters":{}}"#;
    let read = scenario::parse(optional, "small.json").expect("the rest may be left out");
    assert_eq!((read.params, read.expected), (Params::default(), Vec::new()));
}

#[test]
fn inv_out_of_range_is_refused_with_the_range() {
    refused("\"fio2_frac\": 0.6", "\"fio2_frac\": 50", "parameters.fio2_frac = 50 is outside 0.1 to 1");
    refused("\"fio2_frac\": 0.6", "\"pb_mmhg\": 1e300", "parameters.pb_mmhg = 1e300 is outside 230 to 800 mmHg");
    refused("\"fio2_frac\": 1.0", "\"fio2_frac\": 2", "expected[0].with.fio2_frac = 2 is outside 0.1 to 1");
    refused("count\": 20", "count\": 20.5", "parameters.vq1_units_count = 20.5 is not a whole number (1 to 500)");
    refused("\"ventilation\": 0,", "\"ventilation\": -1,", "units[1].ventilation = -1 is below 0");
    refused(
        "\"ventilated\"",
        "\"manual\"",
        "switches.breathing = `manual` is not `spontaneous` or `ventilated` or `apnoea`",
    );
    refused("a-patient", "A Patient", "id = `A Patient` is not lower-case words with hyphens (at most 64 characters)");
    refused("po2_art_mmhg", "PaO2!", "expected[0].quantity = `PaO2!` is not the key of a result");
    refused(
        "po2_art_mmhg",
        "po2_art",
        "expected[0].quantity = `po2_art` is not the key of a result; did you mean ph_art or po2_art_at_37_mmhg or po2_art_mmhg?",
    );
}

#[test]
fn inv_numbers_that_are_not_finite_are_refused() {
    for text in ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"] {
        let message = format!("parameters.fio2_frac is {text}, not a finite number from 0.1 to 1");
        refused("\"fio2_frac\": 0.6", &format!("\"fio2_frac\": {text}"), &message);
        refused("\"low\": 60", &format!("\"low\": {text}"), &format!("expected[0].low is {text}, not a finite number"));
    }
}

#[test]
fn inv_a_value_of_another_type_is_refused() {
    refused("0.3", "\"0.3\"", "parameters.shunt_at_peep5_frac is the text `0.3`, not a number from 0 to 1");
    refused("0.3", "null", "parameters.shunt_at_peep5_frac is null, not a number from 0 to 1");
    refused("0.3", "true", "parameters.shunt_at_peep5_frac is true, not a number from 0 to 1");
    refused("0.3", "[0.3]", "parameters.shunt_at_peep5_frac is an array, not a number from 0 to 1");
    refused("\"A patient\"", "7", "title is 7, not a text of one line");
    refused("\"ventilated\"", "1", "switches.breathing is 1, not `spontaneous` or `ventilated` or `apnoea`");
    refused("\"schema_version\": 1", "\"schema_version\": \"1\"", "schema_version is the text `1`, not the number 1");
}

#[test]
fn inv_an_array_is_no_object_and_an_object_no_array() {
    assert_eq!(refusal("[1, \"a\"]"), "bad.json: the whole is an array, not an object");
    refused("{ \"breathing\": \"ventilated\" }", "[\"ventilated\"]", "switches is an array, not an object");
    refused("{ \"ventilation\": 1, \"perfusion\": 0.5 }", "[1, 0.5]", "units[0] is an array, not an object");
    refused("{ \"fio2_frac\": 1.0, \"ecmo\": \"on\" }", "[1.0]", "expected[0].with is an array, not an object");
    refused(
        "[\"West JB, Respir Physiol 1969;7:88-110\"]",
        "{ \"0\": \"West\" }",
        "sources is an object, not an array of texts",
    );
}

#[test]
fn inv_missing_and_unknown_keys_are_refused() {
    refused("  \"title\": \"A patient\",\n", "", "title is missing: a text of one line belongs there");
    refused("\"ventilation\": 1, ", "", "units[0].ventilation is missing: a number of 0 or more belongs there");
    refused("  \"schema_version\": 1,\n", "", "schema_version is missing: the number 1 belongs there");
    refused("\"schema_version\": 1", "\"schema_version\": 2", "schema_version = 2: this program reads version 1");
    refused("\"fio2_frac\": 0.6", "\"fio2\": 0.6", "parameters.fio2 is not a known key; did you mean fio2_frac?");
    refused("\"breathing\"", "\"breating\"", "switches.breating is not a known key; did you mean breathing?");
    refused(
        "\"fio2_frac\": 0.6",
        "\"ecmo\": \"on\"",
        "parameters.ecmo is not a known key; did you mean switches.ecmo?",
    );
    refused("\"text\":", "\"note\": \"x\", \"text\":", "note is not a known key");
    refused("\"low\": 60, \"high\": null,", "", "expected[0] has neither `low` nor `high`: at least one is needed");
    refused("\"high\": null", "\"high\": 50", "expected[0]: low = 60 is above high = 50");
    refused("A patient", "  ", "title is empty: a text of one line belongs there");
}

/// The small right file with what is played, in which the text `from` is exchanged for `to`.
fn played(from: &str, to: &str) -> String {
    let right = file(
        "\"expected\":",
        r#""duration_s": 3600,
  "timeline": [
    { "at_s": 0.5, "set": { "fio2_frac": 1.0, "cohb_frac": 0.6 } },
    { "at_s": 60, "set": { "breathing": "apnoea" }, "note": "No more breaths." },
    { "at_s": 60, "set": { "methb_frac": 0.2 } },
    { "at_s": 90, "sample": "arterial:air_bubble" },
    { "at_s": 90, "jump": "steady" }
  ],
  "expected_in_time": [
    { "quantity": "pco2_art_mmhg", "at_s": 90, "low": 40, "source": "Judged" },
    { "quantity": "pco2_art_mmhg", "at_s": 120, "since_s": 60, "low": 7, "high": 12, "source": "Judged" },
    { "quantity": "so2_art_frac", "crosses": 0.9, "since_s": 60, "high": 600, "source": "Judged" },
    { "quantity": "po2_art_mmhg", "share_of_change": 0.9, "since_s": 0.5, "until_s": 60, "low": 20, "source": "Judged" }
  ],
  "expected":"#,
    );
    assert!(right.contains(from), "the right file does not hold {from}");
    right.replacen(from, to, 1)
}

/// The file that is played with one exchange is refused with exactly this one fault.
#[track_caller]
fn refused_in_time(from: &str, to: &str, message: &str) {
    assert_eq!(refusal(played(from, to)), format!("bad.json: {message}"));
}

#[test]
fn inv_what_is_played_is_read_and_written() {
    let scenario = scenario::parse(played("", ""), "good.json").expect("nothing is wrong with it");
    let timeline = scenario.timeline.as_ref().expect("a timeline");
    assert_eq!(timeline.duration_steps, 7200);
    assert_eq!(timeline.moments.iter().map(|moment| moment.step).collect::<Vec<_>>(), [1, 120, 120, 180, 180]);
    assert_eq!(timeline.moments[3].action, Action::Sample("arterial:air_bubble".parse().expect("an order")));
    assert_eq!(timeline.moments[4].action, Action::JumpToSteady);
    assert_eq!(
        timeline.moments[1],
        Moment {
            step: 120,
            action: Action::Set(vec![Setting::Switch(SwitchId::Breathing, "apnoea")]),
            note: Some("No more breaths.".to_owned())
        }
    );
    let measures = timeline.expected.iter().map(|expected| expected.measure).collect::<Vec<_>>();
    assert_eq!(
        measures,
        [
            Measure::Value { at: 180 },
            Measure::Change { since: 120, at: 240 },
            Measure::Crossing { since: 120, value: 0.9 },
            Measure::ShareOfChange { since: 1, until: 120, share_frac: 0.9 },
        ]
    );
    let written = scenario::to_json(&scenario);
    assert_eq!(scenario::parse(&written, "written.json").as_ref(), Ok(&scenario));
    assert_eq!(scenario::parse(file("", ""), "still.json").expect("right").timeline, None);
    let watched = played("\"timeline\"", "\"expected_in_time\": [], \"x\"");
    assert!(refusal(watched).contains("x is not a known key"));
}

#[test]
fn inv_every_builtin_scenario_is_read_back_from_what_is_written() {
    for scenario in scenario::builtin() {
        let written = scenario::to_json(scenario);
        assert_eq!(scenario::parse(&written, "written.json").as_ref(), Ok(scenario), "{}", scenario.id);
        let duration = scenario.timeline.is_some();
        assert_eq!(written.contains("\"duration_s\""), duration, "{}", scenario.id);
    }
}

#[test]
fn inv_a_time_that_cannot_be_is_refused() {
    let grid = "is not a multiple of 0.5 s, the length of a model step";
    refused_in_time("\"at_s\": 0.5", "\"at_s\": 0.3", &format!("timeline[0].at_s = 0.3 s {grid}"));
    refused_in_time("\"at_s\": 0.5", "\"at_s\": -1", "timeline[0].at_s = -1 is outside 0 to 3600 s");
    refused_in_time("\"at_s\": 0.5", "\"at_s\": 3601", "timeline[0].at_s = 3601 is outside 0 to 3600 s");
    refused_in_time("\"at_s\": 0.5", "\"at_s\": NaN", "timeline[0].at_s is NaN, not a finite number from 0 to 3600 s");
    refused_in_time("\"at_s\": 0.5, ", "", "timeline[0].at_s is missing: a number from 0 to 3600 s belongs there");
    refused_in_time("3600", "0", "duration_s = 0 is outside 0.5 to 604800 s");
    refused_in_time("3600", "604800.5", "duration_s = 604800.5 is outside 0.5 to 604800 s");
    refused_in_time("3600", "1e999", "duration_s is 1e999, not a finite number from 0.5 to 604800 s");
    refused_in_time("3600", "999.9", &format!("duration_s = 999.9 s {grid}"));
    refused_in_time("\"duration_s\": 3600,", "", "duration_s is missing: a number from 0.5 to 604800 s belongs there");
    refused_in_time(
        "\"at_s\": 60",
        "\"at_s\": 61",
        "timeline[2].at_s = 60 s is before the entry above it, at 61 s: a timeline stands in the order of time",
    );
    refused_in_time(
        "\"since_s\": 60, \"low\": 7",
        "\"since_s\": 200, \"low\": 7",
        "expected_in_time[1].at_s = 120 is outside 200 to 3600 s",
    );
}

#[test]
fn inv_what_is_done_and_measured_is_said_once_and_fits() {
    refused_in_time(
        "{ \"breathing\": \"apnoea\" }",
        "{}",
        "timeline[1].set is empty: at least one parameter or switch belongs there",
    );
    refused_in_time(
        "\"apnoea\"",
        "\"never\"",
        "timeline[1].set.breathing = `never` is not `spontaneous` or `ventilated` or `apnoea`",
    );
    refused_in_time(
        "\"methb_frac\": 0.2",
        "\"methb_frac\": 0.4",
        "timeline[2].set: cohb_frac + methb_frac = 1: together at most 0.9",
    );
    refused_in_time("\"note\"", "\"nota\"", "timeline[1].nota is not a known key; did you mean note?");
    refused_in_time(
        "No more breaths.",
        "Two\\nlines.",
        "timeline[1].note holds the character \\n, which cannot be printed",
    );
    let one = "needs exactly one of `at_s`, `crosses`, `share_of_change`";
    refused_in_time("\"at_s\": 90, \"low\"", "\"low\"", &format!("expected_in_time[0] {one}"));
    refused_in_time(
        "\"at_s\": 90, \"low\"",
        "\"at_s\": 90, \"crosses\": 1, \"low\"",
        &format!("expected_in_time[0] {one}"),
    );
    refused_in_time(
        "\"at_s\": 90, \"low\"",
        "\"at_s\": 90, \"until_s\": 95, \"low\"",
        "expected_in_time[0].until_s is not a known key",
    );
    refused_in_time(
        "_change\": 0.9",
        "_change\": 1",
        "expected_in_time[3].share_of_change = 1 is outside 0.01 to 0.99",
    );
    refused_in_time("\"low\": 40, ", "", "expected_in_time[0] has neither `low` nor `high`: at least one is needed");
    let one = "needs exactly one of `set`, `sample`, `jump`, `move`";
    refused_in_time(", \"jump\": \"steady\"", "", &format!("timeline[4] {one}"));
    refused_in_time("\"jump\":", "\"sample\": \"arterial\", \"jump\":", &format!("timeline[4] {one}"));
    refused_in_time("\"steady\"", "\"back\"", "timeline[4].jump = `back` is not `steady`");
    let message = refusal(played("arterial:air_bubble", "arterial:bubble"));
    assert!(message.starts_with("bad.json: timeline[3].sample = `arterial:bubble` is not `arterial` or "), "{message}");
    refused_in_time(
        "so2_art_frac",
        "so2_artt_frac",
        "expected_in_time[2].quantity = `so2_artt_frac` is not the key of a result; did you mean so2_art_frac?",
    );
    let many = r#"{ "at_s": 0, "set": { "fio2_frac": 0.5 } },"#.repeat(MAX_MOMENTS - 4);
    refused_in_time(
        "\"timeline\": [",
        &format!("\"timeline\": [{many}"),
        "timeline has 1001 entries: 0 to 1000 are allowed",
    );
}

#[test]
fn inv_a_course_is_measured_between_its_steps() {
    let rising: Vec<f64> = (0..=10).map(f64::from).collect();
    for (measure, expected) in [
        (Measure::Value { at: 4 }, Some(4.0)),
        (Measure::Value { at: 11 }, None),
        (Measure::Change { since: 2, at: 10 }, Some(8.0)),
        (Measure::Crossing { since: 0, value: 2.5 }, Some(1.25)),
        (Measure::Crossing { since: 2, value: 2.5 }, Some(0.25)),
        (Measure::Crossing { since: 2, value: 2.0 }, Some(0.0)),
        (Measure::Crossing { since: 5, value: 4.0 }, None),
        (Measure::ShareOfChange { since: 2, until: 10, share_frac: 0.5 }, Some(2.0)),
        (Measure::ShareOfChange { since: 2, until: 11, share_frac: 0.5 }, None),
    ] {
        assert_eq!(measure.of(&rising), expected, "{measure:?}");
    }
    let falling: Vec<f64> = rising.iter().map(|value| -value).collect();
    assert_eq!(Measure::Crossing { since: 1, value: -3.25 }.of(&falling), Some(1.125));
    let gap = [0.0, f64::NAN, 2.0];
    assert_eq!(Measure::Value { at: 1 }.of(&gap), None);
    assert_eq!(Measure::Crossing { since: 0, value: 1.0 }.of(&gap), None);
    assert_eq!(Measure::Crossing { since: 9, value: 1.0 }.of(&gap), None);
}

#[test]
fn inv_a_key_that_stands_twice_is_refused() {
    refused(
        "\"fio2_frac\": 0.6",
        "\"fio2_frac\": 0.6, \"fio2_frac\": 0.7",
        "parameters.fio2_frac stands more than once",
    );
    refused("\"id\":", "\"i\\u0064\": \"other\", \"id\":", "id stands more than once");
    refused("\"low\": 60", "\"low\": 60, \"low\": 60", "expected[0].low stands more than once");
}

#[test]
fn inv_rules_that_join_parameters_hold() {
    let joined = "\"cohb_frac\": 0.6, \"methb_frac\": 0.5";
    refused("\"fio2_frac\": 0.6", joined, "parameters: cohb_frac + methb_frac = 1.1: together at most 0.9");
    refused("count\": 20", "count\": 3", "parameters: vq1_units_count = 3: a V/Q mode has 1 unit, or 5 to 500");
    refused(
        "\"ventilation\": 1,",
        "\"ventilation\": 0,",
        "units: the ventilation shares of the units add up to 0: the sum must be positive and finite",
    );
    refused(
        "\"fio2_frac\": 1.0",
        "\"vq1_share_frac\": 0",
        "expected[0].with: vq1_share_frac, vq2_share_frac and vq3_share_frac are all 0: at least one V/Q mode needs a share above 0",
    );
    let unit = "{ \"ventilation\": 1, \"perfusion\": 1 },";
    let message = format!("units has {} entries: 1 to {MAX_UNITS} are allowed", MAX_UNITS + 1);
    refused("\"units\": [", &format!("\"units\": [{}", unit.repeat(MAX_UNITS - 1)), &message);
}

#[test]
fn inv_every_fault_is_listed_up_to_fifty() {
    let three = file("0.6", "50").replace("0.3", "\"a\"").replace("A patient", "");
    assert_eq!(
        refusal(three),
        "bad.json: title is empty: a text of one line belongs there\n\
         bad.json: parameters.fio2_frac = 50 is outside 0.1 to 1\n\
         bad.json: parameters.shunt_at_peep5_frac is the text `a`, not a number from 0 to 1"
    );
    let sixty: Vec<_> = (0..60).map(|i| format!("\"key_{i}\": 0")).collect();
    let message = refusal(file("\"fio2_frac\": 0.6", &sixty.join(", ")));
    let lines: Vec<_> = message.lines().collect();
    assert_eq!(lines.len(), 51);
    assert!(lines[..50].iter().all(|line| line.starts_with("bad.json: parameters.key_")), "{message}");
    assert_eq!(lines[50], "bad.json: and 10 more");
}

#[test]
fn inv_text_that_is_not_json_is_refused_with_line_and_column() {
    refused("\"title\"", "title", "line 4, column 3: `title` where a key in quotes is expected");
    refused("0.6", "0.6.1", "line 9, column 32: `0.6.1` where a value is expected");
    refused("0.6", "06", "line 9, column 32: `06` where a value is expected");
    refused("0.6", "", "line 9, column 32: `,` where a value is expected");
    refused("A patient", "é\u{1}", "line 4, column 14: `\\u{1}` where a quote that ends the text is expected");
    refused(
        "A patient",
        "\\ud800",
        "line 4, column 14: `ud800` where an escape that stands for a character is expected",
    );
    assert_eq!(refusal("{} x y"), "bad.json: line 1, column 4: `x` where the end of the file is expected");
    assert_eq!(refusal("{\"a\": 1"), "bad.json: line 1, column 8: the end of the file where a comma or } is expected");
    assert_eq!(refusal(""), "bad.json: is empty");
    assert_eq!(refusal(" \r\n\t"), "bad.json: is empty");
    assert_eq!(refusal("\u{feff}{}"), "bad.json: starts with a byte order mark: save it as UTF-8 without one");
    assert_eq!(refusal(b"{\n \"\xc3\xa9\xff\": 1}"), "bad.json: line 2, column 4: the byte 0xff is not UTF-8");
}

#[test]
fn inv_sizes_are_bounded() {
    let deep = "bad.json: line 1, column 33: objects and arrays nested deeper than 32";
    assert_eq!(refusal("[".repeat(100_000)), deep);
    assert_eq!(refusal("[".repeat(100_000) + &"]".repeat(100_000)), deep);
    assert_eq!(refusal("{\"a\":".repeat(100_000)), deep.replace("33", "161"));
    let fits = "[".repeat(32) + &"]".repeat(32);
    assert_eq!(refusal(fits), "bad.json: the whole is an array, not an object");

    refused("A patient", &"x".repeat(4001), "title is a text of 4001 characters: at most 4000 are allowed");
    assert!(scenario::parse(file("A patient", &"é".repeat(4000)), "long.json").is_ok());
    let long_key = format!("\"{}\": 1, \"fio2_frac\"", "k".repeat(1_000_000));
    let message = refusal(file("\"fio2_frac\"", &long_key));
    assert!(message.contains("is a text of 1000000 characters: at most 4000 are allowed"));
    assert!(message.len() < 1000, "a message of {} bytes", message.len());

    // A path as long as the file allows, of characters that grow when they are escaped.
    let path = format!("{{\"{}\":", "\\u0007".repeat(100)).repeat(31);
    let message = refusal(format!("{path}{{\"a\":1,\"a\":1}}{}", "}".repeat(31)));
    let message = message.lines().next().expect("the fault of the tree");
    assert!(message.starts_with("bad.json: …") && message.ends_with("\".a stands more than once"), "{message}");
    assert!(message.len() < 600, "a message of {} bytes", message.len());

    let many = format!("[{}1]", "1,".repeat(2_000_000));
    assert_eq!(refusal(many), "bad.json: holds more than 200000 values");
    let large = " ".repeat(5 << 20);
    assert_eq!(refusal(large), "bad.json: holds 5242880 bytes: at most 4194304 are read");
}

#[test]
fn inv_what_a_file_says_is_printed_safely() {
    refused("\"fio2_frac\": 0.6", "\"fio2\\u001b[2J\\n\": 0.6", "parameters.\"fio2\\u{1b}[2J\\n\" is not a known key");
    refused(
        "\"ventilated\"",
        "\"\\u0007\"",
        "switches.breathing = `\\u{7}` is not `spontaneous` or `ventilated` or `apnoea`",
    );
    refused("A patient", "A\\u001bpatient", "title holds the character \\u{1b}, which cannot be printed");
    refused("Two\\nlines.", "\\u202e", "text holds the character \\u{202e}, which cannot be printed");
    let error = scenario::parse("", "a\u{1b}\nb.json").expect_err("empty");
    assert_eq!(error.to_string(), "a\\u{1b}\\nb.json: is empty");
}

#[test]
fn inv_only_files_are_read_and_never_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let message = |path: &Path| native::read_bounded(path).expect_err("not a file").to_string();
    assert_eq!(message(folder.path()), format!("{} is a directory, not a file", folder.path().display()));
    let missing = folder.path().join("no\u{1b}where.json");
    let refusal = message(&missing);
    assert!(refusal.starts_with("cannot read ") && refusal.contains("no\\u{1b}where.json: "), "{refusal}");

    #[cfg(unix)]
    {
        let fifo = folder.path().join("fifo.json");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
        assert!(made.success());
        let expected = format!("{} is a FIFO, not a file", fifo.display());
        let (sender, receiver) = std::sync::mpsc::channel();
        #[expect(clippy::disallowed_methods, reason = "to open a FIFO is to wait for its writer, here for ever")]
        let _reader =
            std::thread::spawn(move || sender.send(native::read_bounded(&fifo).expect_err("not a file").to_string()));
        assert_eq!(receiver.recv_timeout(Duration::from_secs(20)), Ok(expected));
        assert_eq!(message(Path::new("/dev/zero")), "/dev/zero is a device, not a file");
    }

    let large = folder.path().join("large.json");
    std::fs::File::create(&large).and_then(|file| file.set_len(100 << 20)).expect("100 MiB without content");
    assert_eq!(message(&large), format!("{} holds 104857600 bytes: at most 4194304 (4 MiB) are read", large.display()));

    // A file that says it is empty and is not.
    #[cfg(target_os = "linux")]
    {
        let error = native::read_bounded_to(Path::new("/proc/self/status"), 10).expect_err("more than ten bytes");
        assert_eq!(error.to_string().split(" (").next(), Some("/proc/self/status holds 11 bytes: at most 10"));
    }

    let good = folder.path().join("good.json");
    native::write_atomic(&good, file("", "").as_bytes()).expect("written");
    let bytes = native::read_bounded(&good).expect("read");
    assert!(scenario::parse(bytes, "good.json").is_ok());
}

#[test]
fn inv_a_file_is_written_whole_or_not_at_all() {
    use std::io::Write;

    let folder = tempfile::tempdir().expect("a folder");
    let names = || {
        let entries = std::fs::read_dir(folder.path()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>()
    };
    let path = folder.path().join("run.csv");
    native::write_atomic(&path, b"old").expect("written");

    let mut half = native::AtomicFile::create(&path).expect("started");
    half.write_all(b"new").expect("written");
    half.flush().expect("flushed");
    assert_eq!(native::read_bounded(&path).expect("read"), b"old");
    assert_eq!(names().len(), 2, "the new text stands beside the old one");
    drop(half);
    assert_eq!(names(), ["run.csv"]);

    native::write_atomic(&path, b"new").expect("written");
    assert_eq!(native::read_bounded(&path).expect("read"), b"new");
    assert_eq!(names(), ["run.csv"]);

    // A folder in the way is found before anything is written, a folder that comes later at the end.
    let error = native::write_atomic(folder.path(), b"x").expect_err("a folder");
    assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
    let late = folder.path().join("late");
    let file = native::AtomicFile::create(&late).expect("started");
    std::fs::create_dir(&late).expect("a folder");
    let error = file.commit().expect_err("in the way").to_string();
    assert!(error.starts_with(&format!("cannot write {}: ", late.display())), "{error}");
    assert_eq!(names().len(), 2, "no temporary file is left: {:?}", names());

    let error = native::write_atomic(&folder.path().join("no/such/folder.csv"), b"x").expect_err("no folder");
    assert!(matches!(error, StoreError::Write { .. }), "{error}");

    let mut guarded = std::fs::metadata(&path).expect("the file").permissions();
    guarded.set_readonly(true);
    std::fs::set_permissions(&path, guarded).expect("write-protected");
    let error = native::write_atomic(&path, b"x").expect_err("write-protected").to_string();
    assert!(error.contains("write-protected"), "{error}");
    assert_eq!(native::read_bounded(&path).expect("read"), b"new");
}

#[cfg(unix)]
#[test]
fn inv_a_link_keeps_pointing_and_a_private_file_stays_private() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().expect("a folder");
    let (path, link) = (folder.path().join("run.csv"), folder.path().join("link.csv"));
    native::write_atomic(&path, b"old").expect("written");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("private");
    symlink(&path, &link).expect("a link");
    native::write_atomic(&link, b"new").expect("written through the link");
    assert!(std::fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert_eq!(native::read_bounded(&path).expect("read"), b"new");
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
}

fn bits(params: &Params) -> Vec<u64> {
    let values = ParamId::ALL.iter().map(|id| params.get(*id));
    let shares = params.units().unwrap_or_default().iter().flat_map(|unit| [unit.ventilation, unit.perfusion]);
    values.chain(shares).map(f64::to_bits).collect()
}

proptest! {
    #[test]
    fn inv_a_written_patient_is_read_back_bit_for_bit(seed in any::<u64>(), text in "[ -~é₂\n]{1,60}x", low in any::<f64>()) {
        let mut scenario = scenario::parse(file("", ""), "base.json").expect("right");
        scenario.params = random_patient(&mut StdRng::seed_from_u64(seed));
        scenario.text = text;
        scenario.expected[0].low = Some(low).filter(|low| low.is_finite());
        scenario.expected[0].high = Some(f64::MAX);
        let json = scenario::to_json(&scenario);
        let back = scenario::parse(&json, "written.json").map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(bits(&back.params), bits(&scenario.params));
        prop_assert_eq!(&back, &scenario);
        prop_assert_eq!(scenario::to_json(&back), json);
    }

    #[test]
    fn inv_a_number_outside_its_bounds_is_refused(index in 0..ParamId::COUNT, above in any::<bool>(), by in 1e-9..1e9_f64) {
        let bounds = ParamId::ALL[index].bounds();
        let value = if above { bounds.max + by } else { bounds.min - by };
        let key = bounds.key;
        let expected = ["\"fio2_frac\": 0.6", "\"shunt_at_peep5_frac\": 0.3", "\"vq1_units_count\": 20"]
            .into_iter().find(|entry| entry.contains(key)).unwrap_or("\"fio2_frac\": 0.6");
        let message = refusal(file(expected, &format!("\"{key}\": {value:?}")));
        let start = format!("bad.json: parameters.{key} = {value:?} is outside ");
        prop_assert!(message.starts_with(&start) && message.lines().count() == 1, "{}", message);
    }

    #[test]
    fn inv_no_text_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..600) {
        let _ = scenario::parse(&bytes, "random.json");
        let right = file("", "").into_bytes();
        let at = at.min(right.len());
        let spliced = [&right[..at], &bytes, &right[at..]].concat();
        match scenario::parse(spliced, "spliced.json") {
            Ok(scenario) => prop_assert!(scenario::parse(scenario::to_json(&scenario), "again.json").is_ok()),
            Err(ScenarioError::Refused { faults, .. }) => prop_assert!(!faults.is_empty() && faults.len() <= 50),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[path = "../fuzz/fuzz_targets/property.rs"]
mod property;

#[test]
fn inv_what_the_fuzzer_has_seen_is_stood() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/scenario");
    let mut read = 0;
    for entry in std::fs::read_dir(corpus).expect("the corpus") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file of the corpus");
        property::a_file_is_read_whole_or_refused(&bytes);
        read += 1;
    }
    assert!(read >= 10, "{read} files are not the corpus");
}
