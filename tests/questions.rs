//! The bank of questions: the model answers each, exactly one option holds the answer, and a hostile file is refused
//! whole.

use isoshunt::scenario::ScenarioError;
use isoshunt::scenario::beliefs;
use isoshunt::scenario::choice::Believed;
use isoshunt::scenario::questions::{self, MAX_QUESTION_BYTES};
use isoshunt::text::display_units::{DisplayUnits, Pressure};

#[test]
fn inv_every_question_has_exactly_one_key_and_every_other_option_a_belief_or_a_reason() {
    assert!(questions::builtin().len() >= 60);
    let mut wrong = Vec::new();
    for question in questions::builtin() {
        let value = question.answer.answer().unwrap_or_else(|error| panic!("{}: {error}", question.id));
        let right = match question.right(value) {
            Ok(right) => right,
            Err(lost) => {
                wrong.push(format!("{}: {value}, {lost:?}", question.id));
                continue;
            }
        };
        for (index, option) in question.options.iter().enumerate() {
            if option.believed.is_none() != (index == right) {
                wrong.push(format!("{}: option {index} of {right} for {value}", question.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inv_no_place_of_an_option_is_right_more_often_than_another() {
    // Of every level a third, rounded either way: who always takes the last is right by chance.
    for level in 1..=3 {
        let of_level = || questions::builtin().iter().filter(|question| question.level == level);
        let all = of_level().count();
        for place in 0..3 {
            assert!(of_level().all(|question| question.options.len() == 3));
            let right = of_level().filter(|question| question.options[place].believed.is_none()).count();
            assert!((all / 3..=all.div_ceil(3)).contains(&right), "level {level}, place {place}: {right} of {all}");
        }
    }
}

#[test]
fn inv_the_forms_of_a_belief_are_counted_from_one_and_most_have_three() {
    let forms = |belief: &str| {
        let of = questions::builtin().iter().filter(|question| question.belief.id == belief);
        let mut forms: Vec<u8> = of.map(|question| question.form).collect();
        forms.sort_unstable();
        forms
    };
    let all: Vec<Vec<u8>> = beliefs::builtin().iter().map(|belief| forms(&belief.id)).collect();
    assert!(all.iter().all(|forms| *forms == [1, 2] || *forms == [1, 2, 3]), "{all:?}");
    assert!(all.iter().filter(|forms| forms.len() == 3).count() >= 18, "{all:?}");
}

#[test]
fn inv_every_belief_has_a_question_in_which_it_can_be_chosen() {
    for belief in beliefs::builtin() {
        let of_belief = questions::builtin().iter().filter(|question| question.belief.id == belief.id);
        let chosen = of_belief
            .flat_map(|question| &question.options)
            .filter(|option| matches!(option.believed, Some(Believed::Belief(chosen)) if chosen.id == belief.id));
        assert!(chosen.count() > 0, "{}", belief.id);
    }
}

fn file(question: &str) -> String {
    format!(r#"{{"kind": "isoshunt-questions", "schema_version": 1, "questions": [{question}]}}"#)
}

const SOUND: &str = r#"{"id": "a-question", "belief": "aa-is-a-constant", "level": 2, "form": 1, "text": "PaO2 at FiO2 {lit:0.21} is",
    "answer": {"patient": "copd", "quantity": "po2_art_mmhg"},
    "options": [{"text": "about {lit:50 mmHg}", "low": 40, "high": 60},
        {"text": "more", "low": 60, "high": 100, "belief": "aa-is-a-constant"},
        {"text": "less", "low": 0, "high": 40, "belief": "none", "why": "a guess"}]}"#;

/// The messages of a file that is refused.
fn faults(text: &str) -> Vec<String> {
    match questions::parse(text, "q.json") {
        Err(ScenarioError::Refused { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn inv_a_sound_file_is_read_and_an_end_belongs_to_one_option() {
    let read = questions::parse(file(SOUND), "q.json").expect("sound");
    let question = &read[0];
    assert_eq!(question.text.typed(DisplayUnits::default()), "PaO2 at FiO2 0.21 is");
    let kpa = DisplayUnits { pressure: Pressure::Kpa, ..DisplayUnits::default() };
    assert_eq!(question.options[0].text.typed(kpa), "about 6.7 kPa", "typed numbers follow the reader's unit");
    assert_eq!([50.0, 60.0, 40.0, 0.0, 100.0].map(|value| question.right(value)), [Ok(0), Ok(1), Ok(0), Ok(2), Ok(1)]);
    assert!(question.right(100.5).is_err() && question.right(f64::NAN).is_err());
}

#[test]
fn inv_a_faulty_file_is_refused_with_the_path_of_every_fault() {
    for (from, to, message) in [
        (
            "\"belief\": \"aa-is-a-constant\", \"level\"",
            "\"belief\": \"aa-is-constant\", \"level\"",
            "questions[0].belief = `aa-is-constant` is not the name of a belief; did you mean aa-is-a-constant",
        ),
        ("\"level\": 2", "\"level\": 4", "questions[0].level = 4 is outside 1 to 3"),
        ("\"level\": 2", "\"level\": 1.5", "questions[0].level = 1.5 is not a whole number (1 to 3)"),
        ("{lit:0.21}", "0.21", "questions[0].text: the digit 0 stands outside braces in `PaO2 at FiO2 0.21 is`"),
        ("{lit:0.21}", "{lit:0.21", "questions[0].text: a `{` without its `}`"),
        ("{lit:0.21}", "0}", "questions[0].text: a `}` without its `{`"),
        (
            "{lit:0.21}",
            "{fio2_frac}",
            "questions[0].text: {fio2_frac}: beside no patient a number is typed, as {lit:110 mmHg}",
        ),
        ("\"high\": 60", "\"high\": 61", "questions[0].options[1]: overlaps options[0]: an answer could be in both"),
        (", \"why\": \"a guess\"", "", "questions[0].options[2].why is missing: a text of one line belongs there"),
        ("\"none\"", "\"shunt-never-responds\"", "questions[0].options[2].why is not a known key"),
        ("\"copd\"", "\"cop\"", "questions[0].answer.patient = `cop` is not the name of a built-in patient"),
    ] {
        let text = file(SOUND);
        assert!(text.contains(from), "{from}");
        let found = faults(&text.replacen(from, to, 1));
        assert!(found.iter().any(|found| found.starts_with(message)), "{from} to {to}: {found:#?}");
    }
    assert_eq!(faults(&file(&format!("{SOUND}, {SOUND}"))), ["questions[1].id stands more than once"]);
    let other = SOUND.replace("a-question", "another");
    assert_eq!(faults(&file(&format!("{SOUND}, {other}"))), ["questions[1].form stands more than once"]);
    let other = other.replace("\"form\": 1", "\"form\": 2");
    assert_eq!(questions::parse(file(&format!("{SOUND}, {other}")), "q.json").expect("sound").len(), 2);
    assert_eq!(faults(r#"{"kind": "isoshunt-deck", "x": 1}"#), ["kind = `isoshunt-deck` is not `isoshunt-questions`"]);
}

#[test]
fn inv_a_hostile_file_is_refused() {
    let sixty = vec![SOUND.replace("a-question", "A"); 60].join(",");
    match questions::parse(file(&sixty), "q.json") {
        Err(ScenarioError::Refused { faults, more, .. }) => assert_eq!((faults.len(), more), (50, 10)),
        other => panic!("not refused: {other:?}"),
    }
    for text in ["", "[", "{", "null", "[[[[", "\u{feff}{}", &"[".repeat(100_000), &" ".repeat(MAX_QUESTION_BYTES + 1)]
    {
        assert_eq!(faults(text).len(), 1);
    }
}
