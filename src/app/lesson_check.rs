//! What an author is told of a deck before a hall sees it: keys, ranges, typed numbers, what a plot gives away, beliefs,
//! talks, minutes.

use std::fmt;

use crate::app::lesson::{Key, LUNG_PICTURE, Lesson};
use crate::app::lesson_pictures::is_covered;
use crate::figure::Plot;
use crate::scenario::asked::NoAnswer;
use crate::scenario::beliefs::Span;
use crate::scenario::choice::NoKey;
use crate::scenario::deck::{Ask, Scene, TRENDS};
use crate::scenario::fields::{Change, Field, Literal, Told};
use crate::scenario::sought::NoNumber;
use crate::text::number;

/// Most questions of a deck with talk between two votes.
pub const MAX_TALKS: usize = 5;
/// How far the minutes of the steps may be from those of the deck.
const MINUTES_TOLERANCE: f64 = 0.25;
/// How much the ends of a range give way to a number that was rounded to be read, as a share of it.
const ROUNDED: f64 = 0.02;

/// Keys that the picture of lung and blood tells.
const LUNG_TELLS: [&str; 16] = [
    "pio2_mmhg",
    "po2_art_mmhg",
    "pco2_art_mmhg",
    "so2_art_frac",
    "o2_art_ml_per_dl",
    "po2_ven_mmhg",
    "pco2_ven_mmhg",
    "so2_ven_frac",
    "o2_ven_ml_per_dl",
    "shunt_true_frac",
    "alveolar_dead_space_true_frac",
    "dead_space_true_frac",
    "output_now_l_per_min",
    "alveolar_ventilation_now_l_per_min",
    "po2_alv_mixed_mmhg",
    "effective_flow_l_per_min",
];

/// Something that is wrong with a deck.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// Where, as a JSON path.
    pub path: String,
    /// What.
    pub what: Wrong,
}

/// What can be wrong with a deck that can be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Wrong {
    /// The model has no answer.
    NoAnswer(NoNumber),
    /// Not exactly one option holds the answer.
    NoKey {
        /// How.
        how: NoKey,
        /// The answer.
        answer: f64,
    },
    /// A wrong option that does not say who would choose it.
    NoBelief,
    /// The right option is said to be a belief.
    BeliefIsRight,
    /// A typed number that its option does not hold.
    Outside {
        /// As it is written.
        written: String,
        /// The range of the option.
        span: Span,
    },
    /// A plot that tells what is covered.
    Tells {
        /// Its name.
        plot: String,
        /// What it tells.
        key: &'static str,
    },
    /// A text that tells what is asked.
    TellsAnswer {
        /// The number that it tells.
        key: &'static str,
    },
    /// A number that does not exist.
    NoNumber(NoAnswer),
    /// A reveal that does not say why.
    NoBecause {
        /// How often it says it.
        times: usize,
    },
    /// More talks than a hall stands.
    TooManyTalks {
        /// How many.
        talks: usize,
    },
    /// Minutes that do not add up.
    Minutes {
        /// Of the deck.
        deck: f64,
        /// Of its steps.
        steps: f64,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::NoAnswer(reason) => write!(f, "the model has no answer: {reason}"),
            Wrong::NoKey { how: NoKey::None, answer } => {
                write!(f, "the model answers {}: no option's range holds it", rounded(*answer))
            }
            Wrong::NoKey { how: NoKey::Several, answer } => {
                write!(f, "the model answers {}: more than one option's range holds it", rounded(*answer))
            }
            Wrong::NoBelief => f.write_str(
                "is wrong and names no belief: write one in `belief`, or `none` and `why` somebody chooses it",
            ),
            Wrong::BeliefIsRight => f.write_str("is right, and named as a belief"),
            Wrong::Outside { written, span } => {
                write!(
                    f,
                    "says {written}, which its range of {} to {} does not hold",
                    number(span.low),
                    number(span.high)
                )
            }
            Wrong::Tells { plot, key } => write!(f, "`{plot}` tells {key}, which is covered: cover `plot.{plot}` too"),
            Wrong::TellsAnswer { key } => write!(f, "tells {key} with settings of its own, which is asked or covered"),
            Wrong::NoNumber(reason) => write!(f, "has a number that does not exist: {reason}"),
            Wrong::NoBecause { times } => write!(f, "says `because` {times} times: a reveal says it once"),
            Wrong::TooManyTalks { talks } => write!(f, "{talks} questions with talk: at most {MAX_TALKS}"),
            Wrong::Minutes { deck, steps } => {
                write!(f, "{} min, and the steps take {} min together", number(*deck), number(*steps))
            }
        }
    }
}

fn rounded(value: f64) -> String {
    format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// All that is wrong with a lesson.
#[must_use]
pub fn check(lesson: &Lesson) -> Vec<Remark> {
    let mut out = Vec::new();
    let deck = lesson.deck();
    let talks = deck.steps.iter().filter_map(|step| step.scene()).filter(|scene| scene.talk && scene.ask.is_some());
    let talks = talks.count();
    if talks > MAX_TALKS {
        out.push(Remark { path: "steps".to_owned(), what: Wrong::TooManyTalks { talks } });
    }
    let steps: f64 = deck.steps.iter().map(|step| step.minutes).sum();
    if (steps - deck.minutes).abs() > MINUTES_TOLERANCE * deck.minutes {
        out.push(Remark { path: "minutes".to_owned(), what: Wrong::Minutes { deck: deck.minutes, steps } });
    }
    for (index, step) in deck.steps.iter().enumerate() {
        let path = format!("steps[{index}]");
        for told in crate::app::lesson::texts(step) {
            let missing = told.fields().find_map(|field| lesson.number(field).err());
            out.extend(missing.map(|reason| Remark { path: path.clone(), what: Wrong::NoNumber(reason) }));
        }
        if let Some(scene) = step.scene() {
            check_scene(lesson, index, scene, &path, &mut out);
        }
    }
    out
}

fn check_scene(lesson: &Lesson, step: usize, scene: &Scene, path: &str, out: &mut Vec<Remark>) {
    let mut remark = |at: String, what: Wrong| out.push(Remark { path: format!("{path}{at}"), what });
    for (i, plot) in scene.show.iter().enumerate() {
        if let Some(key) =
            tells(plot).into_iter().find(|key| scene.blind.covers(key)).filter(|_| !is_covered(scene, plot))
        {
            remark(format!(".show[{i}]"), Wrong::Tells { plot: plot.clone(), key });
        }
    }
    let Some(ask) = &scene.ask else { return };
    let right = match lesson.key(step) {
        Some(Key::Right(index)) => Some(index),
        Some(Key::Lost { how, answer }) => {
            remark(".ask".to_owned(), Wrong::NoKey { how, answer });
            None
        }
        Some(Key::NoAnswer(reason)) => {
            remark(".ask.answer".to_owned(), Wrong::NoAnswer(reason));
            None
        }
        None => None,
    };
    for (i, option) in ask.options.iter().enumerate() {
        let at = format!(".ask.options[{i}]");
        match (right == Some(i), &option.believed) {
            (true, Some(_)) => remark(at.clone(), Wrong::BeliefIsRight),
            (false, None) if right.is_some() => remark(at.clone(), Wrong::NoBelief),
            _ => {}
        }
        for literal in option.text.literals().filter(|literal| !holds(ask, &option.span, literal)) {
            let (written, span) = (literal.written.clone(), option.span);
            remark(format!("{at}.text"), Wrong::Outside { written, span });
        }
    }
    let gives_away = |field: &Field| {
        let same = field.what.key() == ask.answer.key() && is_asked_of(scene, ask, field.other);
        let own = field.change != Change::None;
        (field.step == step && own && (same || scene.blind.covers(field.what.key()))).then(|| field.what.key())
    };
    let before: Vec<(&str, &Told)> = [(".say", &scene.say), (".ask.text", &ask.text)].to_vec();
    for (at, told) in before {
        if let Some(key) = told.fields().find_map(gives_away) {
            remark(at.to_owned(), Wrong::TellsAnswer { key });
        }
    }
    if let Some(reveal) = &scene.reveal {
        let said = lesson.filled(step, reveal, true, crate::text::display_units::DisplayUnits::default());
        let times = said.matches("because").count();
        // Another language has another word.
        if lesson.deck().language == "en" && times != 1 {
            remark(".reveal".to_owned(), Wrong::NoBecause { times });
        }
    }
}

/// Whether the question is asked of the patient of the step, or of him beside.
fn is_asked_of(scene: &Scene, ask: &Ask, other: bool) -> bool {
    let subject = if other { scene.other.as_ref() } else { Some(&scene.patient) };
    let asked = ask.answer.patient();
    subject.zip(asked).is_some_and(|(subject, asked)| subject.scenario.id == asked.id)
}

/// Keys of the numbers that something shown tells.
fn tells(name: &str) -> Vec<&'static str> {
    match Plot::from_id(name) {
        Some(plot) => plot.tells().to_vec(),
        None if name == LUNG_PICTURE => LUNG_TELLS.to_vec(),
        // The course is not drawn before the reveal.
        None if name == TRENDS => Vec::new(),
        None => Vec::new(),
    }
}

/// Whether a range holds a number typed in its option: its size, in the unit of the answer.
fn holds(ask: &Ask, span: &Span, literal: &Literal) -> bool {
    let is_share = ask.answer.is_relative() || ask.answer.key().ends_with("_frac");
    let size = if is_share && literal.unit == "%" { literal.value / 100.0 } else { literal.value }.abs();
    let [low, high] = [span.low.abs(), span.high.abs()];
    let least = if span.low <= 0.0 && span.high >= 0.0 { 0.0 } else { low.min(high) };
    let most = low.max(high);
    (least * (1.0 - ROUNDED)..=most * (1.0 + ROUNDED)).contains(&size)
}
