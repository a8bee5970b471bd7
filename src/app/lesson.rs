//! A deck as it is taught: every number of it computed, once, when it is opened.
//!
//! A step is solved from its file alone, cold, so it has the same bits whatever was shown before it. What a question's
//! answer is, and so which option is right, is computed here too.

use crate::app::DEFAULT_SEED;
use crate::app::run_view::RunView;
use crate::figure::Plot;
use crate::scenario::asked::NoAnswer;
use crate::scenario::choice::NoKey;
use crate::scenario::deck::{self, Body, Deck, Scene, Step, Subject, TRENDS};
use crate::scenario::fields::{Change, Field, Told};
use crate::scenario::sought::NoNumber;
use crate::scenario::{Course, Scenario, ScenarioError, Timeline, apply};
use crate::sim::params::Params;
use crate::sim::play::run::{Action, Run};
use crate::sim::reading::observable::Observable;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::{nearest, spaced, subscripted};
use crate::units::percent_from_frac;

/// Name of the picture of lung and blood, beside those of [`Plot`].
pub const LUNG_PICTURE: &str = "lung_picture";
/// What stands for a covered number.
pub const COVERED: &str = "?";
/// Languages that write decimals with a point; all others take a comma.
const WITH_A_POINT: [&str; 6] = ["en", "he", "ja", "ko", "th", "zh"];

/// A patient at a moment, or why he has no steady state.
pub type Outcome = Result<Snapshot, NoSteadyState>;

/// Names of all that a step can show.
#[must_use]
pub fn plots() -> Vec<&'static str> {
    Plot::ALL.iter().map(|plot| plot.id()).chain([LUNG_PICTURE, TRENDS]).collect()
}

/// Reads a deck from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault.
pub fn read(bytes: impl AsRef<[u8]>, origin: &str) -> Result<Deck, ScenarioError> {
    deck::parse(bytes, origin, &plots())
}

/// A deck in the program.
///
/// # Errors
/// The names that were near.
///
/// # Panics
/// Where the file in the program is refused; a test reads them all.
pub fn builtin(id: &str) -> Result<Deck, Vec<&'static str>> {
    let known = || deck::FILES.iter().map(|(id, _)| *id);
    let (id, text) = deck::FILES.iter().find(|(known, _)| *known == id).ok_or_else(|| nearest(id, known()))?;
    Ok(read(text, &format!("assets/decks/{id}.json")).unwrap_or_else(|error| panic!("{error}")))
}

/// A deck with its numbers.
#[derive(Debug, Clone)]
pub struct Lesson {
    deck: Deck,
    scenes: Vec<Option<Worked>>,
    fields: Vec<(Field, Result<f64, NoAnswer>)>,
}

/// A step with its numbers.
#[derive(Debug, Clone)]
pub struct Worked {
    /// Its patient.
    pub here: Sides,
    /// Who stands beside.
    pub other: Option<Sides>,
    /// What the model answers; none where nothing is asked.
    pub answer: Option<Result<f64, NoNumber>>,
}

/// A patient on both sides of the reveal.
#[derive(Debug, Clone)]
pub struct Sides {
    /// Before it.
    pub before: Outcome,
    /// After it.
    pub after: Outcome,
    /// What happened in time between.
    pub course: Option<Box<RunView>>,
}

/// Which option of a question is right.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// This one.
    Right(usize),
    /// Not exactly one: the question is lost.
    Lost {
        /// How.
        how: NoKey,
        /// What the model answers.
        answer: f64,
    },
    /// The model has no answer.
    NoAnswer(NoNumber),
}

impl Lesson {
    /// Computes every number of a deck.
    #[must_use]
    pub fn open(deck: Deck) -> Lesson {
        let mut wanted: Vec<Field> = Vec::new();
        for told in deck.steps.iter().flat_map(texts) {
            for field in told.fields() {
                if !wanted.contains(field) {
                    wanted.push(field.clone());
                }
            }
        }
        let mut in_time = Vec::new();
        let scenes: Vec<Option<Worked>> = deck
            .steps
            .iter()
            .enumerate()
            .map(|(step, of)| {
                let scene = of.scene()?;
                Some(Worked {
                    here: sides(scene, &scene.patient, &timed(&wanted, step, false), &mut in_time),
                    other: scene
                        .other
                        .as_ref()
                        .map(|other| sides(scene, other, &timed(&wanted, step, true), &mut in_time)),
                    answer: scene.ask.as_ref().map(|ask| ask.answer.answer()),
                })
            })
            .collect();
        let mut lesson = Lesson { deck, scenes, fields: in_time };
        for field in wanted {
            if !lesson.fields.iter().any(|(known, _)| *known == field) {
                let number = lesson.compute(&field);
                lesson.fields.push((field, number));
            }
        }
        lesson
    }

    /// The deck.
    #[must_use]
    pub fn deck(&self) -> &Deck {
        &self.deck
    }

    /// The numbers of a step; none of the last.
    #[must_use]
    pub fn worked(&self, step: usize) -> Option<&Worked> {
        self.scenes.get(step)?.as_ref()
    }

    /// The same lesson with other values of what is blind at a step, another key of its question, and nothing else: how a
    /// test shows that what is covered changes nothing that is seen. Fields of texts follow. None without a question that
    /// has its key.
    #[must_use]
    pub fn doubled(&self, step: usize) -> Option<Lesson> {
        let scene = self.deck.steps.get(step)?.scene()?;
        let (worked, ask) = (self.worked(step)?, scene.ask.as_ref()?);
        let span = ask.options[(self.right(step)? + 1) % ask.options.len()].span;
        let disguised = |sides: &Sides| {
            let mut sides = sides.clone();
            [&mut sides.before, &mut sides.after].into_iter().flatten().for_each(|moment| disguise(moment, scene));
            sides
        };
        let other = Worked {
            here: disguised(&worked.here),
            other: worked.other.as_ref().map(disguised),
            answer: Some(Ok((span.low + span.high) / 2.0)),
        };
        let mut lesson = self.clone();
        lesson.scenes[step] = Some(other);
        lesson.fields.retain(|(field, _)| field.step != step);
        Some(lesson)
    }

    /// The patients of a step in time at its beginning, his first, to be played before a hall; none where time stands.
    #[must_use]
    pub fn at_the_start(&self, step: usize) -> Option<(RunView, Option<RunView>)> {
        let scene = self.deck.steps.get(step)?.scene()?;
        let course = scene.course.as_ref()?;
        let other = scene.other.as_ref().map(|other| at_the_start(course, other));
        Some((at_the_start(course, &scene.patient), other))
    }

    /// Which option of a step's question is right; none where nothing is asked.
    #[must_use]
    pub fn key(&self, step: usize) -> Option<Key> {
        let ask = self.deck.steps.get(step)?.scene()?.ask.as_ref()?;
        Some(match self.worked(step)?.answer.as_ref()? {
            Err(reason) => Key::NoAnswer(reason.clone()),
            Ok(answer) => match ask.right(*answer) {
                Ok(index) => Key::Right(index),
                Err(how) => Key::Lost { how, answer: *answer },
            },
        })
    }

    /// The right option of a step's question, while it has one: a question without is not asked.
    #[must_use]
    pub fn right(&self, step: usize) -> Option<usize> {
        if let Some(Key::Right(index)) = self.key(step) { Some(index) } else { None }
    }

    /// A number of a text.
    ///
    /// # Errors
    /// [`NoAnswer`] where it does not exist.
    pub fn number(&self, field: &Field) -> Result<f64, NoAnswer> {
        match self.fields.iter().find(|(known, _)| known == field) {
            Some((_, number)) => number.clone(),
            None => self.compute(field),
        }
    }

    fn compute(&self, field: &Field) -> Result<f64, NoAnswer> {
        let absent = NoAnswer::Absent { key: field.what.key() };
        let (Some(worked), Some(scene)) = (self.worked(field.step), self.deck.steps[field.step].scene()) else {
            return Err(absent);
        };
        let sides = if field.other { worked.other.as_ref().ok_or(absent.clone())? } else { &worked.here };
        let outcome = if field.before { &sides.before } else { &sides.after };
        let snapshot = outcome.as_ref().map_err(|reason| NoAnswer::NoSteadyState(*reason))?;
        match &field.change {
            Change::None => match (field.what, &sides.course) {
                (Observable::Reading(_), Some(course)) if !field.before => {
                    field.what.read(course.run(), snapshot).ok_or(absent)
                }
                (what, _) => read_off(what, snapshot),
            },
            Change::With(settings) => {
                let params = apply(settings, &snapshot.params).map_err(NoAnswer::Params)?;
                read_off(field.what, &Model::new().snapshot(&params)?)
            }
            Change::At(step) => {
                let before = sides.before.as_ref().map_err(|reason| NoAnswer::NoSteadyState(*reason))?;
                let mut run = Run::new(&before.params, DEFAULT_SEED);
                let then = scene.ask.as_ref().map_or(&[][..], |ask| &ask.then);
                if !field.before && !then.is_empty() {
                    // It was judged with the file.
                    run.act(Action::Set(then.to_vec())).map_err(|_| absent.clone())?;
                }
                run.advance(*step);
                field.what.read(&run, &run.live().snapshot()).ok_or(absent)
            }
        }
    }

    /// A text with its numbers filled in. Before the reveal of step `step` what is covered in it stays so.
    #[must_use]
    pub fn filled(&self, step: usize, told: &Told, revealed: bool, units: DisplayUnits) -> String {
        let scene = self.deck.steps.get(step).and_then(Step::scene);
        let text = told.filled(units, |field| {
            let covered = field.step == step
                && !revealed
                && scene.is_some_and(|scene| scene.blind.covers(field.what.key()) || is_after(scene, field));
            match self.number(field) {
                _ if covered => COVERED.to_owned(),
                Ok(value) => said(field.what, value, units),
                Err(_) => "–".to_owned(),
            }
        });
        subscripted(&in_language(text, &self.deck.language))
    }

    /// What a tile shows of a number of a step: covered before the reveal where it is blind.
    #[must_use]
    pub fn tile(
        &self,
        step: usize,
        quantity: &'static Quantity,
        of: &Outcome,
        revealed: bool,
        units: DisplayUnits,
    ) -> String {
        let scene = self.deck.steps.get(step).and_then(Step::scene);
        if !revealed && scene.is_some_and(|scene| scene.blind.covers(quantity.key)) {
            return COVERED.to_owned();
        }
        let read = of.as_ref().ok().and_then(|snapshot| quantity.read(snapshot).ok());
        let text = read.map_or_else(|| "–".to_owned(), |value| said(Observable::Model(quantity), value, units));
        in_language(text, &self.deck.language)
    }
}

/// Whether a field speaks of what the reveal brings.
fn is_after(scene: &Scene, field: &Field) -> bool {
    !field.before && (scene.course.is_some() || scene.ask.as_ref().is_some_and(|ask| !ask.then.is_empty()))
}

/// Every text of a step.
pub fn texts(step: &Step) -> Vec<&Told> {
    let mut out = vec![&step.title];
    match &step.body {
        Body::TakeHome(sentences) => out.extend(sentences),
        Body::Scene(scene) => {
            out.push(&scene.say);
            if let Some(ask) = &scene.ask {
                out.push(&ask.text);
                out.extend(ask.options.iter().map(|option| &option.text));
            }
            out.extend(scene.notes.iter().chain(&scene.reveal));
        }
    }
    out
}

/// The fields of a course that are read on its way.
fn timed(wanted: &[Field], step: usize, other: bool) -> Vec<Field> {
    let of = |field: &&Field| field.step == step && field.other == other && matches!(field.change, Change::At(_));
    wanted.iter().filter(of).cloned().collect()
}

/// Gives a moment other values of what is blind.
fn disguise(moment: &mut Snapshot, scene: &Scene) {
    let blind = |key: &str| scene.blind.covers(key);
    let (gas, estimates) = (&mut moment.state.arterial.gas, &mut moment.estimates);
    if blind("po2_art_mmhg") {
        gas.po2_mmhg += 37.0;
        estimates.pf_ratio_mmhg += 37.0;
    }
    if blind("pco2_art_mmhg") {
        gas.pco2_mmhg += 11.0;
    }
    if blind("so2_art_frac") {
        gas.saturation_frac -= 0.11;
        estimates.spo2_frac -= 0.11;
    }
    if blind("aa_gradient_mmhg") {
        estimates.aa_gradient_mmhg = estimates.aa_gradient_mmhg.map(|value| value + 23.0);
    }
    if blind("po2_alv_ideal_mmhg") {
        estimates.gas.po2_alv_mmhg += 19.0;
    }
    if blind("venous_admixture_frac") {
        estimates.gas.venous_admixture_frac = estimates.gas.venous_admixture_frac.map(|value| value + 0.07);
    }
    if blind("shunt_true_frac") {
        moment.truth.shunt_frac += 0.07;
    }
}

fn sides(
    scene: &Scene,
    subject: &Subject,
    on_the_way: &[Field],
    found: &mut Vec<(Field, Result<f64, NoAnswer>)>,
) -> Sides {
    if let Some(course) = &scene.course {
        return played(course, subject, on_the_way, found);
    }
    let before = Model::new().snapshot(&subject.params);
    let then = scene.ask.as_ref().map_or(&[][..], |ask| &ask.then);
    let after = if then.is_empty() { before.clone() } else { with(&subject.params, then) };
    Sides { before, after, course: None }
}

/// The steady state of a patient with settings that were judged with the file.
fn with(params: &Params, settings: &[crate::scenario::Setting]) -> Outcome {
    let params = apply(settings, params).unwrap_or_else(|_| params.clone());
    Model::new().snapshot(&params)
}

fn played(
    course: &Course,
    subject: &Subject,
    on_the_way: &[Field],
    found: &mut Vec<(Field, Result<f64, NoAnswer>)>,
) -> Sides {
    let mut run_view = at_the_start(course, subject);
    let before = run_view.run().live().snapshot();
    let mut stops: Vec<(u64, &Field)> = on_the_way
        .iter()
        .filter_map(|field| if let Change::At(step) = field.change { Some((step, field)) } else { None })
        .collect();
    stops.sort_by_key(|(step, _)| *step);
    for (step, field) in stops {
        run_view.step_to(step);
        let run = run_view.run();
        let number = field.what.read(run, &run.live().snapshot());
        found.push((field.clone(), number.ok_or(NoAnswer::Absent { key: field.what.key() })));
    }
    run_view.step_to(course.duration_steps);
    let after = run_view.run().live().snapshot();
    Sides { before: Ok(before), after: Ok(after), course: Some(Box::new(run_view)) }
}

/// A patient at the beginning of his course.
fn at_the_start(course: &Course, subject: &Subject) -> RunView {
    let timeline =
        Timeline { duration_steps: course.duration_steps, moments: course.moments.clone(), expected: Vec::new() };
    let scenario = Scenario { params: subject.params.clone(), timeline: Some(timeline), ..subject.scenario.clone() };
    RunView::new(scenario, DEFAULT_SEED)
}

fn read_off(what: Observable, snapshot: &Snapshot) -> Result<f64, NoAnswer> {
    let read = match what {
        Observable::Model(quantity) => quantity.read(snapshot).ok(),
        Observable::Param(id) => Some(snapshot.params.get(id)),
        Observable::Reading(_) => None,
    };
    read.ok_or(NoAnswer::Absent { key: what.key() })
}

/// A number as it is said in a hall: with its unit, and with no more digits than anybody can use.
#[must_use]
pub fn said(what: Observable, value: f64, units: DisplayUnits) -> String {
    if let Observable::Param(id) = what {
        let bounds = id.bounds();
        return format!("{}{}", bounds.number(value, units), spaced(bounds.shown_unit(units)));
    }
    if what.key().ends_with("_frac") {
        let percent = signed(percent_from_frac(value), 1);
        return format!("{} %", percent.strip_suffix(".0").unwrap_or(&percent));
    }
    let decimals = match what {
        Observable::Model(quantity) => quantity.decimals,
        _ => 1,
    };
    // No more than a hall can use: of a pressure beyond 30 nothing behind the point, of what is below 1 two digits.
    let most = match what.unit() {
        "mmHg" if value.abs() >= 30.0 => 0,
        _ if what.key().starts_with("ph_") => 2,
        _ if value.abs() < 1.0 => 2,
        _ => 1,
    };
    what.shown_in(units).text(value, what.unit(), decimals.min(most))
}

/// A text with its decimals as a language writes them.
fn in_language(text: String, language: &str) -> String {
    if WITH_A_POINT.contains(&language) || !text.contains('.') {
        return text;
    }
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    let within = |i: usize| is_digit(i.checked_sub(1)) && is_digit(Some(i + 1));
    chars.iter().enumerate().map(|(i, c)| if *c == '.' && within(i) { ',' } else { *c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::display_units::{Concentration, Pressure};

    #[test]
    fn inv_numbers_are_said_short_and_in_the_readers_units() {
        let text =
            |key: &str, value: f64| said(Observable::from_key(key).expect("a key"), value, DisplayUnits::default());
        assert_eq!(text("po2_art_mmhg", 106.4), "106 mmHg");
        assert_eq!(text("aa_gradient_mmhg", 2.84), "2.8 mmHg");
        assert_eq!(text("so2_art_frac", 0.973), "97.3 %");
        assert_eq!(text("shunt_true_frac", 0.3), "30 %");
        assert_eq!(text("o2_art_ml_per_dl", 17.93), "17.9 mL/dL");
        assert_eq!(text("fio2_frac", 0.8), "0.80");
        assert_eq!(text("peep_cmh2o", 16.0), "16 cmH₂O");
        let other = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
        assert_eq!(said(Observable::from_key("po2_art_mmhg").expect("a key"), 106.4, other), "14.2 kPa");
        assert_eq!(in_language("97.3 % of it. So".to_owned(), "de"), "97,3 % of it. So");
    }
}
