//! What the literature claims: every claim is run, few lie outside and say why, and a hostile file is refused whole.

use isoshunt::scenario::asked::What;
use isoshunt::scenario::claims::{self, Basis, Group, How, MAX_CLAIM_BYTES, Tally};
use isoshunt::scenario::sought::Sought;
use isoshunt::scenario::{Measure, ScenarioError};

#[test]
fn val_every_claim_lies_in_its_published_range_or_says_why_not() {
    let mut tally = Tally::default();
    let mut unexplained = Vec::new();
    for claim in claims::builtin() {
        let value = claim.sought.answer().unwrap_or_else(|error| panic!("{}: {error}", claim.id));
        let inside = claim.published.span.contains(value);
        tally.add(claim, inside);
        // Outside with a reason, or inside with none: a reason that is no longer needed goes.
        if inside == claim.outside.is_some() {
            unexplained.push(format!("{}: {value} in {:?}", claim.id, claim.published.span));
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    let Tally { predicted, tuned, printed } = tally;
    assert!(predicted.all + tuned.all >= 60 && printed >= 40, "{tally:?}");
    assert!(predicted.all - predicted.inside + tuned.all - tuned.inside <= 3, "{tally:?}");
}

#[test]
fn inv_every_claim_names_its_source_and_a_width() {
    for claim in claims::builtin() {
        let source = claim.source.to_lowercase();
        assert!(!source.contains("teaching"), "{}: teaching is no source", claim.id);
        assert!(claim.published.span.low < claim.published.span.high, "{}", claim.id);
        assert!(
            claim.fails_when.ends_with('.') && claim.published.words.ends_with('.'),
            "{}: whole sentences",
            claim.id
        );
    }
    for group in Group::ALL {
        assert!(claims::builtin().iter().any(|claim| claim.group == *group), "{group:?}");
    }
    let of =
        |basis, how| claims::builtin().iter().filter(move |claim| claim.basis == basis && claim.published.how == how);
    assert!(of(Basis::Predicted, How::Printed).count() >= 20);
    assert!(claims::find("shunt-30-on-oxigen").expect_err("no such").contains(&"shunt-30-on-oxygen"));
}

/// An effect has a size: a model with a tenth of it must not pass. These say that nothing changes.
const NOTHING_CHANGES: [&str; 4] =
    ["shunt-50-and-oxygen", "admixture-and-output", "delivery-peep-no-change", "ecmo-fdo2"];

#[test]
fn inv_no_range_of_a_change_or_a_time_holds_a_tenth_of_what_is_published() {
    let mut changes = 0;
    for claim in claims::builtin() {
        let Sought::Patient(asked) = &claim.sought else { continue };
        let is_change = match &asked.what {
            What::Steady { change_from, .. } => change_from.is_some() || asked.minus.is_some(),
            What::InTime(course) => {
                let measures = course.expected.iter().map(|expected| expected.measure);
                measures.into_iter().any(|measure| !matches!(measure, Measure::Value { .. }))
            }
        };
        if !is_change {
            continue;
        }
        changes += 1;
        let span = claim.published.span;
        let a_tenth = 0.1 * 0.5 * (span.low + span.high);
        let none = NOTHING_CHANGES.contains(&claim.id.as_str());
        assert_eq!(span.contains(a_tenth), none, "{}: {a_tenth} in {span:?}", claim.id);
        // Nor, of what the model gives, does the range hold a tenth.
        let answer = claim.sought.answer().expect("a number");
        assert!(none || !span.contains(0.1 * answer), "{}: a tenth of {answer} in {span:?}", claim.id);
    }
    assert!(changes >= 30, "{changes}");
}

fn file(claim: &str) -> String {
    format!(r#"{{"kind": "isoshunt-claims", "schema_version": 1, "claims": [{claim}]}}"#)
}

const SOUND: &str = r#"{"id": "a-claim", "group": "blood", "claim": "SO2", "source": "Author 1979", "evidence": "read",
    "basis": "predicted", "published": {"low": 0.4, "high": 0.6, "how": "printed", "words": "Half."},
    "where": {"formula": "o2_saturation", "result": "so2_frac", "with": {"po2_mmhg": 27, "ph": 7.4}},
    "fails_when": "Never.", "outside": "a reason"}"#;

/// The messages of a file that is refused.
fn faults(text: &str) -> Vec<String> {
    match claims::parse(text, "c.json") {
        Err(ScenarioError::Refused { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn inv_a_sound_file_is_read() {
    let read = claims::parse(file(SOUND), "c.json").expect("sound");
    let value = read[0].sought.answer().expect("a number");
    assert!((value - 0.5035).abs() < 0.001, "{value}");
    let steady = r#"{"patient": "copd", "quantity": "po2_art_mmhg"}"#;
    let start = SOUND.find(r#"{"formula""#).expect("a formula");
    let end = SOUND.find(",\n    \"fails_when\"").expect("its end");
    let of_patient = format!("{}{steady}{}", &SOUND[..start], &SOUND[end..]);
    let read = claims::parse(file(&of_patient), "c.json").expect("sound");
    assert_eq!((read[0].sought.key(), read[0].sought.unit()), ("po2_art_mmhg", "mmHg"));
}

#[test]
fn inv_a_faulty_file_is_refused_with_the_path_of_every_fault() {
    for (from, to, message) in [
        (
            "\"group\": \"blood\"",
            "\"group\": \"bone\"",
            "claims[0].group = `bone` is not `blood` or `bedside` or `lung`",
        ),
        ("\"read\"", "\"heard\"", "claims[0].evidence = `heard` is not `read` or `recalled`"),
        ("\"predicted\"", "\"guessed\"", "claims[0].basis = `guessed` is not `predicted` or `tuned`"),
        ("\"printed\"", "\"felt\"", "claims[0].published.how = `felt` is not `printed` or `judged`"),
        ("\"low\": 0.4", "\"low\": 0.7", "claims[0].published: low = 0.7 is above high = 0.6"),
        ("\"low\": 0.4", "\"low\": null", "claims[0].published.low is null, not a number"),
        (
            "o2_saturation",
            "o2_saturatio",
            "claims[0].where.formula = `o2_saturatio` is not the name of a formula; did you mean o2_saturation?",
        ),
        ("\"so2_frac\"", "\"so2\"", "claims[0].where.result = `so2` is not a result of this formula"),
        (
            "\"po2_mmhg\": 27, ",
            "",
            "claims[0].where.with.po2_mmhg is missing: a number from 0 to 3000 mmHg belongs there",
        ),
        ("\"ph\": 7.4", "\"ph\": 74", "claims[0].where.with.ph = 74 is outside 6 to 8.6"),
        ("\"ph\": 7.4", "\"pH\": 7.4", "claims[0].where.with.pH is not a known key"),
        ("\"a reason\"", "7", "claims[0].outside is 7, not a text of one line"),
        ("\"fails_when\"", "\"fails_then\"", "claims[0].fails_then is not a known key; did you mean fails_when?"),
    ] {
        let text = file(SOUND);
        assert!(text.contains(from), "{from}");
        let found = faults(&text.replacen(from, to, 1));
        assert!(found.iter().any(|found| found.starts_with(message)), "{from} to {to}: {found:#?}");
    }
    assert_eq!(faults(&file(&format!("{SOUND}, {SOUND}"))), ["claims[1].id stands more than once"]);
    assert_eq!(faults(r#"{"kind": "isoshunt-deck", "x": 1}"#), ["kind = `isoshunt-deck` is not `isoshunt-claims`"]);
    assert_eq!(faults(&file(SOUND).replace("version\": 1", "version\": 2")).len(), 1);
}

#[test]
fn inv_a_hostile_file_is_refused() {
    let sixty = vec![SOUND.replace("a-claim", "A"); 60].join(",");
    match claims::parse(file(&sixty), "c.json") {
        Err(ScenarioError::Refused { faults, more, .. }) => assert_eq!((faults.len(), more), (50, 10)),
        other => panic!("not refused: {other:?}"),
    }
    for text in ["", "[", "{", "null", "[[[[", "\u{feff}{}", &"[".repeat(100_000), &" ".repeat(MAX_CLAIM_BYTES + 1)] {
        assert_eq!(faults(text).len(), 1);
    }
}
