//! What is believed and what is found: every belief is run, and a hostile file of them is refused whole.

use isoshunt::scenario::ScenarioError;
use isoshunt::scenario::beliefs::{self, MAX_BELIEF_BYTES};
use isoshunt::sim::params::ParamId;

#[test]
fn inv_every_belief_is_contradicted_by_the_model() {
    assert_eq!(beliefs::builtin().len(), 26);
    let mut wrong = Vec::new();
    for belief in beliefs::builtin() {
        assert!(!belief.believed.overlaps(&belief.found), "{}", belief.id);
        let answer = belief.where_false.answer().unwrap_or_else(|error| panic!("{}: {error}", belief.id));
        if !belief.found.contains(answer) || belief.believed.contains(answer) {
            wrong.push(format!("{}: {answer}, found {:?}, believed {:?}", belief.id, belief.found, belief.believed));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inv_one_belief_says_what_cannot_be_shown_yet() {
    let partly: Vec<_> = beliefs::builtin().iter().filter(|belief| belief.not_yet.is_some()).collect();
    assert_eq!(partly.len(), 1);
}

#[test]
fn inv_oxygen_in_the_shunt_patient_names_the_beliefs_it_contradicts() {
    let named: Vec<_> =
        beliefs::contradicted_by("pure-shunt-30", ParamId::Fio2).map(|belief| belief.id.as_str()).collect();
    for id in ["shunt-never-responds", "aa-is-a-constant", "pf-belongs-to-the-lung"] {
        assert!(named.contains(&id), "{named:?}");
    }
    assert_eq!(beliefs::contradicted_by("pure-shunt-30", ParamId::Rq).count(), 0);
}

#[test]
fn inv_an_unknown_belief_gets_its_neighbour() {
    assert!(beliefs::find("aa-is-constant").expect_err("no such").contains(&"aa-is-a-constant"));
}

fn file(belief: &str) -> String {
    format!(r#"{{"kind": "isoshunt-beliefs", "schema_version": 1, "beliefs": [{belief}]}}"#)
}

const SOUND: &str = r#"{"id": "a-belief", "words": "Words.",
    "where_false": {"patient": "pure-shunt-30", "quantity": "po2_art_mmhg", "with": {"fio2_frac": 1},
        "change_from": {"fio2_frac": 0.21}, "relative": true},
    "believed": {"low": 0, "high": 1}, "found": {"low": 1, "high": 2}}"#;

/// The messages of a file that is refused.
fn faults(text: &str) -> Vec<String> {
    match beliefs::parse(text, "b.json") {
        Err(ScenarioError::Refused { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn inv_a_sound_file_is_read() {
    let read = beliefs::parse(file(SOUND), "b.json").expect("sound");
    assert_eq!(read.len(), 1);
    assert!(read[0].where_false.answer().expect("an answer") > 0.0);
}

#[test]
fn inv_a_faulty_file_is_refused_with_the_path_of_every_fault() {
    for (from, to, message) in [
        ("\"high\": 1}", "\"high\": 1.5}", "beliefs[0].found: overlaps `believed`: no answer could tell them apart"),
        ("\"low\": 1,", "\"low\": 3,", "beliefs[0].found: low = 3 is above high = 2"),
        (
            "a-belief",
            "A Belief",
            "beliefs[0].id = `A Belief` is not lower-case words with hyphens (at most 64 characters)",
        ),
        (
            "pure-shunt-30",
            "pure-shunt-3",
            "beliefs[0].where_false.patient = `pure-shunt-3` is not the name of a built-in patient; did you mean pure-shunt-30?",
        ),
        (
            "po2_art_mmhg",
            "po2_art",
            "beliefs[0].where_false.quantity = `po2_art` is not the key of a result; did you mean ",
        ),
        ("\"fio2_frac\": 1}", "\"fio2_frac\": 100}", "beliefs[0].where_false.with.fio2_frac = 100 is outside 0.1 to 1"),
        ("\"relative\": true", "\"relative\": 1", "beliefs[0].where_false.relative is 1, not true or false"),
        (
            "\"relative\"",
            "\"at_s\": 1, \"relative\"",
            "beliefs[0].where_false.at_s is not a known key; did you mean duration_s?",
        ),
        (
            "\"relative\"",
            "\"minus\": {\"patient\": \"copd\", \"set\": {}}, \"relative\"",
            "beliefs[0].where_false.minus.set is not a known key",
        ),
        ("Words.", "Wo\\u0007rds.", "beliefs[0].words holds the character \\u{7}, which cannot be printed"),
    ] {
        let text = file(SOUND);
        assert!(text.contains(from), "{from}");
        let found = faults(&text.replacen(from, to, 1));
        assert!(found.iter().any(|found| found.starts_with(message)), "{from} to {to}: {found:#?}");
    }
    // All at once, and a name that stands twice.
    assert_eq!(faults(&file(&format!("{SOUND}, {SOUND}"))), ["beliefs[1].id stands more than once"]);
    let many = faults(&file(&SOUND.replace("a-belief", "A").replace("Words.", " ").replace("pure-shunt-30", "x")));
    assert_eq!(many.len(), 3, "{many:#?}");
    // Another kind, another version: nothing else is judged.
    assert_eq!(faults(r#"{"kind": "isoshunt-deck", "x": 1}"#), ["kind = `isoshunt-deck` is not `isoshunt-beliefs`"]);
    assert_eq!(faults(&file(SOUND).replace("version\": 1", "version\": 2")).len(), 1);
}

#[test]
fn inv_a_hostile_file_is_refused() {
    let sixty = vec![SOUND.replace("a-belief", "A"); 60].join(",");
    match beliefs::parse(file(&sixty), "b.json") {
        Err(ScenarioError::Refused { faults, more, .. }) => assert_eq!((faults.len(), more), (50, 10)),
        other => panic!("not refused: {other:?}"),
    }
    for text in ["", "[", "{", "null", "[[[[", "\u{feff}{}", &"[".repeat(100_000), &" ".repeat(MAX_BELIEF_BYTES + 1)] {
        assert_eq!(faults(text).len(), 1);
    }
}
