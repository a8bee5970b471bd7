//! Lectures: every question of the four decks has one key, which the model turns, and a hostile deck is refused whole.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an author waits in real time, and is told")]

mod part;

use std::time::{Duration, Instant};

use isoshunt::app::handout;
use isoshunt::app::lesson::{self, COVERED, Key, Lesson};
use isoshunt::app::lesson_check::{Wrong, check};
use isoshunt::app::lesson_pictures::{Picture, Shown, Who};
use isoshunt::scenario::asked::What;
use isoshunt::scenario::choice::{Believed, NoKey};
use isoshunt::scenario::deck::{Body, FILES, MAX_STEPS, Step};
use isoshunt::scenario::questions;
use isoshunt::scenario::sought::Sought;
use isoshunt::scenario::{ScenarioError, Setting};
use isoshunt::text::display_units::{Concentration, DisplayUnits, Pressure};

const UNITS: DisplayUnits = DisplayUnits { pressure: Pressure::Mmhg, concentration: Concentration::PerDl };
const OTHER_UNITS: DisplayUnits = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };

fn lessons() -> Vec<Lesson> {
    FILES.iter().map(|(id, _)| Lesson::open(lesson::builtin(id).expect("in the program"))).collect()
}

#[test]
fn inv_every_deck_is_sound_and_every_question_has_one_key() {
    let mut questions = 0;
    let mut met: Vec<&str> = Vec::new();
    for lesson in lessons() {
        let deck = lesson.deck();
        let remarks: Vec<String> =
            check(&lesson).iter().map(|remark| format!("{}: {}", remark.path, remark.what)).collect();
        assert!(remarks.is_empty(), "{}: {}", deck.id, remarks.join("\n"));
        assert!((20.0..=45.0).contains(&deck.minutes), "{}", deck.id);
        for (index, step) in deck.steps.iter().enumerate() {
            let Some(ask) = step.scene().and_then(|scene| scene.ask.as_ref()) else { continue };
            questions += 1;
            assert!(matches!(lesson.key(index), Some(Key::Right(_))), "{}: {:?}", step.id, lesson.key(index));
            let slugs = ask.options.iter().filter_map(|option| match &option.believed {
                Some(Believed::Belief(belief)) => Some(belief.id.as_str()),
                _ => None,
            });
            met.extend(slugs);
        }
    }
    met.sort_unstable();
    met.dedup();
    assert_eq!((questions, met.len()), (32, 18));
}

#[test]
fn inv_no_text_has_a_number_that_does_not_exist() {
    for lesson in lessons() {
        for (index, step) in lesson.deck().steps.iter().enumerate() {
            for (told, units) in lesson::texts(step).into_iter().flat_map(|told| [(told, UNITS), (told, OTHER_UNITS)]) {
                let text = lesson.filled(index, told, true, units);
                assert!(!text.contains(['–', '{', '}']) && !text.contains("NaN"), "{}: {text}", step.id);
            }
        }
    }
}

#[test]
fn inv_a_lesson_has_the_same_bits_whenever_it_is_opened() {
    let numbers = |lesson: &Lesson| -> Vec<u64> {
        let steps = &lesson.deck().steps;
        let answers = (0..steps.len()).filter_map(|index| lesson.worked(index)?.answer.clone()?.ok());
        let fields = steps.iter().flat_map(lesson::texts).flat_map(|told| told.fields());
        answers.chain(fields.map(|field| lesson.number(field).expect("a number"))).map(f64::to_bits).collect()
    };
    for (id, _) in &FILES[1..] {
        let open = || Lesson::open(lesson::builtin(id).expect("in the program"));
        assert_eq!(numbers(&open()), numbers(&open()), "{id}");
    }
}

/// What a hall sees of a step before the reveal: texts, tiles, pictures.
fn seen(lesson: &Lesson, step: usize, units: DisplayUnits) -> String {
    let scene = lesson.deck().steps[step].scene().expect("a patient");
    let worked = lesson.worked(step).expect("a patient");
    let mut out = vec![lesson.filled(step, &scene.say, false, units)];
    let ask = scene.ask.as_ref().expect("a question");
    out.push(lesson.filled(step, &ask.text, false, units));
    out.extend(ask.options.iter().map(|option| lesson.filled(step, &option.text, false, units)));
    out.extend(scene.notes.iter().map(|notes| lesson.filled(step, notes, false, units)));
    out.extend(scene.tiles.iter().map(|tile| lesson.tile(step, tile, &worked.here.before, false, units)));
    for picture in lesson.pictures(step, Who::Here, Shown::default(), units) {
        out.push(match &picture {
            Picture::Plot(figure) => format!("{figure:?}"),
            Picture::Lung(lung) => format!("{lung:?}"),
            _ => picture.words(),
        });
    }
    out.join("\n")
}

/// A deck of one step with a patient and the sentences to take home.
fn file(step: &str) -> String {
    format!(
        r#"{{"kind": "isoshunt-deck", "schema_version": 1, "id": "a-deck", "title": "A deck", "minutes": 3, "language": "en",
        "checked_with": "0.1.0", "sources": [], "steps": [{step}, {{"id": "end", "title": "To take home", "minutes": 1,
        "take_home": ["{{one.po2_art_mmhg}}.", "{{one.so2_art_frac}}.", "{{one.shunt_true_frac}}."]}}]}}"#
    )
}

const STEP: &str = r#"{"id": "one", "title": "One", "minutes": 2, "vote": "quick", "patient": "pure-shunt-30",
    "show": ["iso_shunt"], "tiles": ["po2_art_mmhg"], "say": "On air {po2_art_mmhg}.",
    "ask": {"text": "On oxygen", "answer": {"quantity": "po2_art_mmhg", "with": {"fio2_frac": 1}},
        "options": [{"text": "about {lit:110 mmHg}", "low": 90, "high": 150},
            {"text": "above {lit:500 mmHg}", "low": 500, "high": 713, "belief": "none", "why": "a guess"}],
        "then": {"fio2_frac": 1}},
    "reveal": "{po2_art_mmhg} after {before.po2_art_mmhg}, because it is so."}"#;

fn opened(step: &str) -> Lesson {
    Lesson::open(lesson::read(file(step), "d.json").expect("sound"))
}

/// The messages of a file that is refused.
fn faults(text: &str) -> Vec<String> {
    match lesson::read(text, "d.json") {
        Err(ScenarioError::Refused { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

fn remarks(step: &str) -> Vec<Wrong> {
    check(&opened(step)).into_iter().map(|remark| remark.what).collect()
}

#[test]
fn inv_two_patients_that_differ_in_what_is_blind_look_alike_before_the_reveal() {
    // Twice the haemoglobin would show; another shunt shows only in what rests on it.
    let blind = |shunt: &str| {
        format!(
            r#"{{"id": "one", "title": "One", "minutes": 2, "vote": "quick", "patient": "pure-shunt-30",
            "set": {{"shunt_at_peep5_frac": {shunt}}}, "show": ["iso_shunt", "lung_picture"],
            "tiles": ["po2_art_mmhg", "pf_ratio_mmhg", "so2_art_frac", "shunt_true_frac", "pio2_mmhg"],
            "blind": ["po2_art_mmhg", "so2_art_frac", "shunt_true_frac", "plot.iso_shunt", "plot.lung_picture"],
            "say": "PaO2 {{po2_art_mmhg}}, SpO2 {{spo2_frac}}, FiO2 {{fio2_frac}}.",
            "ask": {{"text": "PaO2 is", "answer": {{"quantity": "po2_art_mmhg"}},
                "options": [{{"text": "about {{lit:55 mmHg}}", "low": 40, "high": 70}},
                    {{"text": "above {{lit:70 mmHg}}", "low": 70, "high": 713, "belief": "none", "why": "a guess"}}]}},
            "notes": "It is {{po2_art_mmhg}}.",
            "reveal": "{{po2_art_mmhg}}, because it is so."}}"#
        )
    };
    let [one, other] = ["0.3", "0.28"].map(|shunt| opened(&blind(shunt)));
    assert_eq!(check(&one), []);
    for units in [UNITS, OTHER_UNITS] {
        assert_eq!(seen(&one, 0, units), seen(&other, 0, units));
        let seen = seen(&one, 0, units);
        assert!(seen.contains(&format!("PaO₂ {COVERED}, SpO₂ {COVERED}, FiO₂ 0.21")), "{seen}");
        let reveal = |lesson: &Lesson| {
            let scene = lesson.deck().steps[0].scene().expect("a patient");
            lesson.filled(0, scene.reveal.as_ref().expect("a reveal"), true, units)
        };
        assert_ne!(reveal(&one), reveal(&other));
    }
}

#[test]
fn inv_before_the_reveal_nothing_is_seen_of_what_is_then_done() {
    for lesson in lessons() {
        for (index, step) in lesson.deck().steps.iter().enumerate() {
            let Some(scene) = step.scene() else { continue };
            let Some(ask) = scene.ask.as_ref() else { continue };
            for picture in lesson.pictures(index, Who::Here, Shown::default(), UNITS) {
                if let Picture::Plot(figure) = &picture
                    && figure.id == "iso_shunt"
                {
                    assert!(!figure.text.contains("path goes"), "{}: {}", step.id, figure.text);
                }
                assert!(!matches!(picture, Picture::Absent { .. }), "{}: {}", step.id, picture.words());
            }
            for picture in lesson.pictures(index, Who::Here, Shown { revealed: true, ..Shown::default() }, UNITS) {
                let absent = matches!(picture, Picture::Absent { .. } | Picture::Covered { .. });
                assert!(!absent, "{}: {}", step.id, picture.words());
            }
            if !ask.then.is_empty() {
                let mut reveal = scene.reveal.iter().map(|reveal| lesson.filled(index, reveal, false, UNITS));
                assert!(reveal.all(|text| text.contains(COVERED)), "{}", step.id);
            }
        }
    }
}

#[test]
fn inv_a_step_asks_a_question_of_the_bank_and_does_at_the_reveal_what_that_changes() {
    let start = STEP.find("{\"text\": \"On oxygen\"").expect("a question");
    let end = STEP.find(",\n    \"reveal\"").expect("its end");
    let with_ask = |ask: &str| format!("{}{ask}{}", &STEP[..start], &STEP[end..]);
    let set = |settings: &[Setting]| {
        let one = |setting: &Setting| match setting {
            Setting::Param(id, value) => format!("\"{}\": {value}", id.key()),
            Setting::Switch(id, option) => format!("\"{}\": \"{option}\"", id.key()),
        };
        settings.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    // Every question of the bank that is asked of a step's patient as he stands there has its reveal.
    let mut done = 0;
    for question in questions::builtin() {
        let Sought::Patient(asked) = &question.answer else { continue };
        let What::Steady { with, .. } = &asked.what else { continue };
        let step = with_ask(&format!("\"{}\"", question.id))
            .replace("pure-shunt-30", &asked.patient.id)
            .replace("\"show\"", &format!("\"set\": {{{}}}, \"show\"", set(&asked.set)))
            .replace(" after {before.po2_art_mmhg}", "");
        let step = if asked.set.is_empty() { step.replace("\"set\": {}, ", "") } else { step };
        let deck = lesson::read(file(&step), "d.json").unwrap_or_else(|error| panic!("{}: {error}", question.id));
        let ask = deck.steps[0].scene().and_then(|scene| scene.ask.clone()).expect("a question");
        assert_eq!((&ask.text, &ask.options, &ask.then), (&question.text, &question.options, with), "{}", question.id);
        done += usize::from(!with.is_empty());
        if question.id == "shunt-half-on-oxygen" {
            let lesson = Lesson::open(deck);
            let value = question.answer.answer().expect("a number");
            assert_eq!(lesson.worked(0).and_then(|worked| worked.answer.clone()), Some(Ok(value)));
            assert_eq!(lesson.right(0), question.right(value).ok());
        }
    }
    assert!(done > 20, "{done}");
    assert_eq!(
        faults(&file(&with_ask("\"shunt-half-on-oxigen\"")))[0],
        "steps[0].ask = `shunt-half-on-oxigen` is not the name of a question of the bank; did you mean shunt-half-on-oxygen?"
    );
}

/// A step with a course of an hour, computed when the deck is opened; where others use this computer too only the long
/// check holds it to its half second.
#[test]
fn inv_a_course_is_computed_while_its_deck_is_opened_and_soon() {
    let deck = lesson::builtin("shunt-or-mismatch").expect("in the program");
    let with_course = |step: &Step| step.scene().is_some_and(|scene| scene.course.is_some());
    let at = deck.steps.iter().position(with_course).expect("a step in time");
    let open = |with_course: bool| {
        let mut deck = deck.clone();
        for (index, step) in deck.steps.iter_mut().enumerate() {
            if let Body::Scene(scene) = &mut step.body {
                if index != at {
                    (scene.ask, scene.reveal, scene.notes, scene.tiles) = (None, None, None, Vec::new());
                } else if !with_course {
                    (scene.course, scene.ask, scene.reveal) = (None, None, None);
                }
            }
        }
        let begun = Instant::now();
        let lesson = Lesson::open(deck);
        (begun.elapsed(), lesson)
    };
    let (whole, lesson) = open(true);
    // Whatever it took: it is there, as long as the file says, and the answer with it.
    let worked = lesson.worked(at).expect("a patient");
    let course = worked.here.course.as_ref().expect("it was played");
    assert!((course.time_s() - 3660.0).abs() < 1e-9 && matches!(worked.answer, Some(Ok(_))));
    println!("a step with a course of an hour is opened in {whole:?}");
    if part::of(1, 0) == 1 {
        let shortest = |with_course| (0..3).map(|_| open(with_course).0).min().expect("a time");
        let (whole, without) = (shortest(true), shortest(false));
        println!("the course alone: {:?}", whole.saturating_sub(without));
        assert!(whole.saturating_sub(without) < Duration::from_millis(500), "{whole:?}, {without:?}");
    }
}

#[test]
fn inv_a_refusal_names_the_line_of_every_fault() {
    let text = file(STEP).replace("\"loud\"", "").replace("\"vote\": \"quick\"", "\"vote\": \"loud\"");
    let text = text.replace("\"reveal\"", "\"revel\"").replace("\"low\": 500", "\"low\": 800");
    let Err(error) = lesson::read(&text, "talk/d.json") else { panic!("not refused") };
    let told = error.to_string();
    let line = |word: &str| text.lines().position(|line| line.contains(word)).expect("a line") + 1;
    for (word, fault) in [
        ("\"loud\"", "steps[0].vote = `loud`"),
        ("\"revel\"", "steps[0].revel is not a known key"),
        ("\"low\": 800", "steps[0].ask.options[1]: low = 800 is above high = 713"),
        // What is missing stands nowhere: the step that misses it is named.
        ("\"id\": \"one\"", "steps[0].reveal is missing"),
    ] {
        let wanted = format!("talk/d.json:{}: {fault}", line(word));
        assert!(told.lines().any(|told| told.starts_with(&wanted)), "{wanted}\n{told}");
    }
    let Err(error) = lesson::read("{\n\n  \"kind\": }", "d.json") else { panic!("not refused") };
    assert!(error.to_string().starts_with("d.json:3: line 3, column 11"), "{error}");
}

#[test]
fn inv_a_deck_of_a_newer_format_says_which_program_it_needs() {
    let newer = file(STEP).replace("\"schema_version\": 1", "\"schema_version\": 2").replace("0.1.0", "3.4.0");
    let own = env!("CARGO_PKG_VERSION");
    let own_too = newer.replace("3.4.0", own);
    assert!(faults(&own_too)[0].starts_with("needs a later Isoshunt: it is in version 2"), "{:?}", faults(&own_too));
    assert_eq!(
        faults(&newer),
        [format!(
            "needs Isoshunt 3.4.0 or a later one: it is in version 2 of its format, and this program, Isoshunt {own}, reads version 1"
        )]
    );
}

#[test]
fn inv_a_question_without_exactly_one_key_is_lost_and_told() {
    let none = STEP.replace("\"low\": 90", "\"low\": 120");
    assert!(matches!(opened(&none).key(0), Some(Key::Lost { how: NoKey::None, .. })));
    assert!(matches!(remarks(&none).as_slice(), [Wrong::NoKey { how: NoKey::None, .. }, Wrong::Outside { .. }]));
    assert_eq!(opened(&none).right(0), None);
    assert_eq!(remarks(STEP), []);
    assert_eq!(opened(STEP).right(0), Some(0));
}

#[test]
fn inv_what_is_wrong_with_a_deck_that_can_be_read_is_told() {
    let told = |from: &str, to: &str| {
        let changed = STEP.replace(from, to);
        assert_ne!(changed, STEP, "{from}");
        remarks(&changed)
    };
    assert!(matches!(told(", \"belief\": \"none\", \"why\": \"a guess\"", "").as_slice(), [Wrong::NoBelief]));
    assert!(matches!(
        told("\"high\": 150}", "\"high\": 150, \"belief\": \"none\", \"why\": \"x\"}").as_slice(),
        [Wrong::BeliefIsRight]
    ));
    assert!(matches!(told("{lit:110 mmHg}", "{lit:300 mmHg}").as_slice(), [Wrong::Outside { .. }]));
    assert!(matches!(told(", because it is so", "").as_slice(), [Wrong::NoBecause { times: 0 }]));
    assert!(matches!(
        told("On air {po2_art_mmhg}.", "On oxygen {fio2_frac=1.po2_art_mmhg}.").as_slice(),
        [Wrong::TellsAnswer { key: "po2_art_mmhg" }]
    ));
    assert!(matches!(told("\"minutes\": 2", "\"minutes\": 20").as_slice(), [Wrong::Minutes { .. }]));
    let blind = STEP
        .replace("\"with\": {\"fio2_frac\": 1}", "\"with\": {}")
        .replace(",\n        \"then\": {\"fio2_frac\": 1}", ", \"then\": {}")
        .replace("\"low\": 90", "\"low\": 40")
        .replace(" after {before.po2_art_mmhg}", "");
    let blind = blind.replace(", \"then\": {}", "").replace("\"say\"", "\"blind\": [\"pf_ratio_mmhg\"], \"say\"");
    // P/F is PaO2 divided once.
    assert!(matches!(remarks(&blind).as_slice(), [Wrong::Tells { key: "po2_art_mmhg", .. }]), "{:?}", remarks(&blind));
}

#[test]
fn inv_a_hostile_deck_is_refused_whole_with_the_path_of_every_fault() {
    for (from, to, message) in [
        (
            "\"show\": [\"iso_shunt\"]",
            "\"show\": [\"iso_shnt\"]",
            "steps[0].show[0] = `iso_shnt` is not the name of a plot; did you mean iso_shunt?",
        ),
        ("\"show\": [\"iso_shunt\"]", "\"show\": [\"trends\"]", "steps[0].show[0]: a trend takes a timeline"),
        (
            "On air {po2_art_mmhg}.",
            "On air 55.",
            "steps[0].say: the digit 5 stands outside braces in `On air 55.`: a number is {key}, or {lit:…} where it is typed",
        ),
        (
            "On air {po2_art_mmhg}.",
            "On air {po2_art}.",
            "steps[0].say: {po2_art}: `po2_art` is the key of no result and no parameter; did you mean ph_art or po2_art_at_37_mmhg or po2_art_mmhg?",
        ),
        (
            "On air {po2_art_mmhg}.",
            "On air {before.po2_art_mmhg}.",
            "steps[0].say: {before.po2_art_mmhg}: all that stands here is before the reveal",
        ),
        (
            "On air {po2_art_mmhg}.",
            "On air {other.po2_art_mmhg}.",
            "steps[0].say: {other.po2_art_mmhg}: step `one` has no patient beside",
        ),
        ("On air {po2_art_mmhg}.", "On air {po2_art_mmhg.", "steps[0].say: a `{` without its `}`"),
        (
            "On air {po2_art_mmhg}.",
            "On air {fio2_frac=7.po2_art_mmhg}.",
            "steps[0].say: {fio2_frac=7.po2_art_mmhg}: fio2_frac = 7 is outside 0.1 to 1",
        ),
        ("On air {po2_art_mmhg}.", "On air {lit:x}.", "steps[0].say: {lit:x}: is not one number with its unit"),
        ("\"low\": 500", "\"low\": 800", "steps[0].ask.options[1]: low = 800 is above high = 713"),
        ("\"low\": 500", "\"low\": 100", "steps[0].ask.options[1]: overlaps options[0]: an answer could be in both"),
        (
            "\"belief\": \"none\"",
            "\"belief\": \"shunt-never-respond\"",
            "steps[0].ask.options[1].belief = `shunt-never-respond` is not the name of a belief, or `none`; did you mean shunt-never-responds?",
        ),
        ("\"vote\": \"quick\"", "\"vote\": \"loud\"", "steps[0].vote = `loud` is not `quick` or `talk`"),
        (
            "\"say\"",
            "\"blind\": [\"po2_art_mmhg\"], \"say\"",
            "steps[0].blind: with `ask.then` all that follows it is covered already, and nothing else can be",
        ),
        (
            "\"id\": \"one\"",
            "\"id\": \"other\"",
            "steps[0].id = `other` is not another name: this one is a prefix of fields",
        ),
        (
            "pure-shunt-30",
            "pure-shunt-3",
            "steps[0].patient = `pure-shunt-3` is not the name of a built-in patient; did you mean pure-shunt-30?",
        ),
        (
            "\"then\": {\"fio2_frac\": 1}",
            "\"then\": {\"fio2_frac\": 2}",
            "steps[0].ask.then.fio2_frac = 2 is outside 0.1 to 1",
        ),
        ("\"tiles\"", "\"tales\": 1, \"tiles\"", "steps[0].tales is not a known key; did you mean tiles?"),
    ] {
        let changed = STEP.replace(from, to);
        assert_ne!(changed, STEP, "{from}");
        let found = faults(&file(&changed));
        assert!(found.iter().any(|fault| fault == message), "{message}\n{found:#?}");
    }
    let newer = file(STEP).replace("\"schema_version\": 1", "\"schema_version\": 2");
    assert_eq!(faults(&newer).len(), 1, "nothing else of another version is judged");
    let other = file(STEP).replace("isoshunt-deck", "isoshunt-beliefs");
    assert_eq!(faults(&other), ["kind = `isoshunt-beliefs` is not `isoshunt-deck`"]);
    let sentence = file(STEP).replace("{one.so2_art_frac}.", "Nothing.");
    assert_eq!(faults(&sentence), ["steps[1].take_home[1]: a sentence to take home has a number of the model in it"]);
    let step = STEP.replace("\"say\"", "\"say\": \"x 1\", \"x\"");
    let many = file(&vec![step; MAX_STEPS - 1].join(","));
    let Err(ScenarioError::Refused { faults, more, .. }) = lesson::read(&many, "d.json") else { panic!("not refused") };
    assert_eq!(faults.len(), isoshunt::scenario::MAX_FAULTS);
    assert!(more > 0);
    assert_eq!(self::faults(&file(&vec![STEP; MAX_STEPS].join(","))).len(), 1, "too many steps");
    assert!(lesson::read(vec![b'['; 1 << 20], "d.json").is_err());
    assert!(lesson::read([0xff, 0xfe], "d.json").is_err());
}

#[test]
fn inv_a_handout_asks_first_answers_last_and_needs_no_other_file() {
    let lesson = Lesson::open(lesson::builtin("peep").expect("in the program"));
    let page = handout::html(&lesson, UNITS);
    let (asks, answers) = page.split_once("<h2>Answers</h2>").expect("answers");
    assert!(asks.contains("☐ about 25 %") && !asks.contains("because"), "a reveal stands among the questions");
    assert!(answers.contains("because") && answers.contains("<h2>Lesson notes</h2>"));
    assert!(page.matches("data:image/svg+xml,").count() >= 12);
    for outside in ["http-equiv", "src=\"http", "href=", "<script", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
}
