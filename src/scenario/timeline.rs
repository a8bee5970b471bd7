//! What happens to a patient, and when: the part of a scenario that is played.

use serde::Serialize;

use super::fault::Fault;
use super::settings::{Kind, MAX_ENTRIES, band, joined, settings};
use super::tree::{Node, Object, Report};
use super::walk::Range;
use crate::sim::params::setting::as_object;
use crate::sim::params::{Params, Setting, apply};
use crate::sim::play::instruments::SampleOrder;
use crate::sim::play::moves::{Move, MoveError};
use crate::sim::play::player::{Player, Refused};
use crate::sim::play::run::{Action, Event, Run, Schedule};
use crate::sim::reading::observable::Observable;
use crate::sim::time::STEP_S;
use crate::text::shown;

/// Longest timeline, seconds: 7 days.
pub const MAX_DURATION_S: f64 = 7.0 * 24.0 * 3600.0;
/// Most entries of one timeline.
pub const MAX_MOMENTS: usize = 1000;

/// A patient's course: what is done, how long he is worth watching, and what has to come out.
///
/// A scenario with `duration_s` may hold a `timeline` of what is done, and bands in which numbers have to lie while it
/// is:
///
/// ```
/// let file = r#"{
///   "schema_version": 1,
///   "id": "apnoea-on-air", "title": "Apnoea", "teaches": "One sentence.", "text": "A paragraph.", "sources": [],
///   "parameters": {},
///   "duration_s": 600,
///   "timeline": [
///     { "at_s": 60, "set": { "fio2_frac": 1.0, "breathing": "apnoea" }, "note": "One line for the reader." }
///   ],
///   "expected_in_time": [
///     { "quantity": "pco2_art_mmhg", "at_s": 120, "since_s": 60, "low": 7, "high": 12, "source": "The rise in a minute" },
///     { "quantity": "so2_art_frac", "crosses": 0.9, "since_s": 60, "low": 30, "high": 60, "source": "Seconds after 60" },
///     { "quantity": "pco2_art_mmhg", "share_of_change": 0.9, "since_s": 60, "until_s": 600, "high": 500, "source": "Seconds" }
///   ]
/// }"#;
/// let scenario = isoshunt::scenario::parse(file, "apnoea-on-air.json").unwrap();
/// assert_eq!(scenario.timeline.unwrap().duration_s(), 600.0);
/// ```
///
/// A moment has one of `set` (parameters and switches), `sample` (`arterial`, `mixed_venous`, `right_arm`, `leg`, with a
/// mistake `arterial:air_bubble`), `move` (`prone`, `sustained_inflation:40:30`; see [`Move`]) and `jump` (`steady`). `quantity` is any key of [`Observable`].
///
/// Times are seconds of patient time and lie on the grid of model steps, [`STEP_S`]; what is done at a time acts from
/// the step that begins there.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// Model steps from the beginning to the end.
    pub duration_steps: u64,
    /// What is done, in the order of time.
    pub moments: Vec<Moment>,
    /// Where the patient's numbers have to lie meanwhile.
    pub expected: Vec<TimedExpectation>,
}

/// What is done at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Model steps from the beginning.
    pub step: u64,
    /// What is done.
    pub action: Action,
    /// One line for the reader.
    pub note: Option<String>,
}

/// A band for one number of a patient in time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedExpectation {
    /// Which number.
    pub quantity: Observable,
    /// What about it lies in the band.
    pub measure: Measure,
    /// Lowest value; none where only a highest is known.
    pub low: Option<f64>,
    /// Highest value; none where only a lowest is known.
    pub high: Option<f64>,
    /// Author and year of one of the scenario's sources and what it states, or that the band is judged.
    pub source: String,
}

/// What is measured of a number's course; times are model steps from the beginning.
///
/// What is read at a moment is read before anything is done then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Its value at a time, in its own unit.
    Value {
        /// When.
        at: u64,
    },
    /// How far it has moved from one time to a later one, in its own unit.
    Change {
        /// From when.
        since: u64,
        /// To when.
        at: u64,
    },
    /// Seconds until it first reaches a value, from whichever side it starts.
    Crossing {
        /// From when it counts.
        since: u64,
        /// The value, in the quantity's unit.
        value: f64,
    },
    /// Seconds until it has made a share of a change.
    ShareOfChange {
        /// From when: beginning of the change.
        since: u64,
        /// When the change is taken as whole.
        until: u64,
        /// The share, above 0 and below 1.
        share_frac: f64,
    },
}

impl Timeline {
    /// Seconds from the beginning to the end.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        seconds(self.duration_steps)
    }

    /// Plays the timeline of a patient and measures what is expected of it, in the order of [`Timeline::expected`];
    /// `None` where a number does not exist at its time or never gets there.
    ///
    /// # Errors
    /// [`Refused`] where something cannot be done to this patient; none where both are of one scenario, but a jump to a
    /// steady state that does not exist.
    pub fn measure(&self, params: &Params, seed: u64) -> Result<Vec<Option<f64>>, Refused> {
        let mut run = Run::new(params, seed);
        let mut courses = vec![Vec::new(); self.expected.len()];
        self.player().run_to::<Refused>(&mut run, self.duration_steps, |run| {
            let looks = |expected: &TimedExpectation| expected.measure.looks_at(run.steps());
            // Most steps of a long course are looked at by nobody.
            let snapshot = self.expected.iter().any(looks).then(|| run.live().snapshot());
            for (course, expected) in courses.iter_mut().zip(&self.expected) {
                let seen = snapshot.as_ref().filter(|_| looks(expected));
                course.push(seen.and_then(|snapshot| expected.quantity.read(run, snapshot)).unwrap_or(f64::NAN));
            }
            Ok(())
        })?;
        Ok(self.expected.iter().zip(&courses).map(|(expected, course)| expected.measure.of(course)).collect())
    }

    /// What is done, ready to be played.
    #[must_use]
    pub fn player(&self) -> Player {
        player(&self.moments)
    }
}

impl TimedExpectation {
    /// Whether a measured value lies in the band, its bounds included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }
}

impl Measure {
    /// Whether it looks at what is there after so many model steps.
    fn looks_at(&self, step: u64) -> bool {
        match *self {
            Measure::Value { at } => step == at,
            Measure::Change { since, at } => step == since || step == at,
            Measure::Crossing { since, .. } => step >= since,
            Measure::ShareOfChange { since, until, .. } => (since..=until).contains(&step),
        }
    }

    /// Measures a course; `course` is the quantity after each model step, its value at the beginning first, NaN where
    /// it does not exist. `None` where the course is too short, has a gap that matters, or never gets there.
    ///
    /// ```
    /// use isoshunt::scenario::Measure;
    /// let course = [100.0, 98.0, 92.0, 80.0];
    /// assert_eq!(Measure::Change { since: 1, at: 3 }.of(&course), Some(-18.0));
    /// // Half a step beyond the second, a step being half a second.
    /// assert_eq!(Measure::Crossing { since: 0, value: 95.0 }.of(&course), Some(0.75));
    /// ```
    #[must_use]
    pub fn of(&self, course: &[f64]) -> Option<f64> {
        let at = |step: u64| course.get(usize::try_from(step).ok()?).copied().filter(|value| value.is_finite());
        match *self {
            Measure::Value { at: when } => at(when),
            Measure::Change { since, at: when } => Some(at(when)? - at(since)?),
            Measure::Crossing { since, value } => crossing(course.get(usize::try_from(since).ok()?..)?, value),
            Measure::ShareOfChange { since, until, share_frac } => {
                let (from, to) = (at(since)?, at(until)?);
                let [since, until] = [since, until].map(|step| usize::try_from(step).ok());
                crossing(course.get(since?..=until?)?, from + share_frac * (to - from))
            }
        }
    }
}

/// Seconds until a course first reaches a value, straight between steps.
fn crossing(course: &[f64], value: f64) -> Option<f64> {
    let [first, ..] = course else { return None };
    let side = (value - first).signum();
    let beyond = |at: &f64| (at - value) * side >= 0.0;
    let index = course.iter().position(beyond)?;
    let before = index.checked_sub(1).map_or(*first, |before| course[before]);
    let part = (value - before) / (course[index] - before);
    let steps = if index == 0 { 0.0 } else { index as f64 - 1.0 + part };
    // A gap before it leaves no line to follow.
    Some(steps * STEP_S).filter(|time_s| time_s.is_finite())
}

/// Moments, ready to be played.
fn player(moments: &[Moment]) -> Player {
    Player::new(moments.iter().map(|moment| Event { step: moment.step, action: moment.action.clone() }))
}

/// Seconds from the beginning to a step.
fn seconds(step: u64) -> f64 {
    // Exact: far fewer steps than an f64 counts.
    step as f64 * STEP_S
}

/// Reads what a scenario says of time; none where it says nothing.
pub(super) fn timeline<'t>(r: &mut Report<'t>, file: &Object<'t>, params: Option<&Params>) -> Option<Option<Timeline>> {
    if ["duration_s", "timeline", "expected_in_time"].iter().all(|key| *file.get(key) == Node::Absent) {
        return Some(None);
    }
    let duration = r.at(file, "duration_s", |r, node| step(r, node, (STEP_S, MAX_DURATION_S)));
    let end_s = duration.map_or(MAX_DURATION_S, seconds);
    let moments = r.maybe(file, "timeline", |r, node| moments(r, node, end_s, params));
    let expected = r.maybe(file, "expected_in_time", |r, node| {
        r.each(node, (0, MAX_ENTRIES), "objects", |r, node| expectation(r, node, end_s))
    });
    Some(Some(Timeline {
        duration_steps: duration?,
        moments: moments.unwrap_or_else(|| Some(Vec::new()))?,
        expected: expected.unwrap_or_else(|| Some(Vec::new()))?,
    }))
}

/// A time on the grid of model steps.
fn step(r: &mut Report<'_>, node: &Node<'_>, (min, max): (f64, f64)) -> Option<u64> {
    let time_s = r.number(node, Range { min, max, unit: "s" })?;
    let steps = time_s / STEP_S;
    if steps.fract() != 0.0 {
        let found = crate::text::number(time_s);
        r.fault(|path| Fault::OffGrid { path, found, step_s: STEP_S });
        return None;
    }
    // Bounded and whole.
    Some(steps as u64)
}

fn moments<'t>(r: &mut Report<'t>, node: &Node<'t>, end_s: f64, params: Option<&Params>) -> Option<Vec<Moment>> {
    let mut now = params.map(Schedule::new);
    let mut last = 0;
    r.each(node, (0, MAX_MOMENTS), "objects", |r, node| {
        let object = r.object_of(node, &["at_s", "set", "sample", "jump", "move", "note"])?;
        let step = r.at(object, "at_s", |r, node| {
            let step = step(r, node, (0.0, end_s))?;
            if step < last {
                r.fault(|path| Fault::NotInOrder { path, time_s: seconds(step), before_s: seconds(last) });
                return None;
            }
            last = step;
            Some(step)
        });
        let note = r.maybe(object, "note", |r, node| r.prose(node, false));
        let has = |key: &str| *object.get(key) != Node::Absent;
        if let (Some(now), Some(step)) = (&mut now, step) {
            now.go_to(step);
        }
        let action = match [has("set"), has("sample"), has("jump"), has("move")] {
            [true, false, false, false] => Some(Action::Set(r.at(object, "set", |r, node| changes(r, node, &mut now)))),
            [false, true, false, false] => r.at(object, "sample", sample).map(Action::Sample),
            [false, false, false, true] => r.at(object, "move", |r, node| moved(r, node, step, &mut now)),
            [false, false, true, false] => {
                r.at(object, "jump", |r, node| r.option(node, &["steady"])).map(|_| Action::JumpToSteady)
            }
            _ => {
                r.fault(|path| Fault::ExactlyOne { path, keys: &["set", "sample", "jump", "move"] });
                None
            }
        };
        Some(Moment { step: step?, action: action?, note: note.map_or(Some(None), |note| note.map(Some))? })
    })
}

/// A move that is made at a step, if it can be.
fn moved(r: &mut Report<'_>, node: &Node<'_>, step: Option<u64>, now: &mut Option<Schedule>) -> Option<Action> {
    let text = r.prose(node, false)?;
    let made: Result<Move, MoveError> = text.parse();
    let action = match made {
        Ok(made) => Action::Move(made),
        Err(error) => {
            r.fault(|path| Fault::NotPossible { path, reason: error.to_string() });
            return None;
        }
    };
    if let (Some(now), Some(step)) = (now, step)
        && let Err(error) = now.act(&action, step)
    {
        r.fault(|path| Fault::NotPossible { path, reason: error.to_string() });
        return None;
    }
    Some(action)
}

/// What is changed about the patient as he stands at `now`, who is not known after a fault.
fn changes<'t>(r: &mut Report<'t>, node: &Node<'t>, now: &mut Option<Schedule>) -> Vec<Setting> {
    let before = r.count();
    let set = settings(r, node, &[Kind::Parameters, Kind::Switches]);
    if set.is_empty() && r.count() == before {
        r.fault(|path| Fault::Blank { path, expected: "at least one parameter or switch".to_owned() });
    }
    let then = now.take().filter(|_| r.count() == before);
    *now = then.and_then(|mut then| {
        then.replace(joined(r, apply(&set, then.params()))?);
        Some(then)
    });
    set
}

/// `arterial`, `arterial:air_bubble`.
fn sample(r: &mut Report<'_>, node: &Node<'_>) -> Option<SampleOrder> {
    let text = r.prose(node, false)?;
    match text.parse() {
        Ok(order) => Some(order),
        Err(_) => {
            let expected = SampleOrder::ALL.map(|order| format!("`{order}`")).join(" or ");
            r.fault(|path| Fault::WrongText { path, found: shown(&text), expected });
            None
        }
    }
}

/// The key of a number that can be followed.
fn observable(r: &mut Report<'_>, node: &Node<'_>) -> Option<Observable> {
    let key = r.prose(node, false)?;
    let found = Observable::from_key(&key);
    if found.is_none() {
        r.fault(|path| Fault::WrongText { path, found: shown(&key), expected: among("the key of a result", &key) });
    }
    found
}

fn among(what: &str, key: &str) -> String {
    let near = Observable::near(key);
    if near.is_empty() { what.to_owned() } else { format!("{what}; did you mean {}?", near.join(" or ")) }
}

fn expectation<'t>(r: &mut Report<'t>, node: &Node<'t>, end_s: f64) -> Option<TimedExpectation> {
    const KEYS: [&str; 9] =
        ["quantity", "at_s", "since_s", "until_s", "crosses", "share_of_change", "low", "high", "source"];
    let object = r.object_of(node, &KEYS)?;
    let quantity = r.at(object, "quantity", observable);
    let measure = measure(r, object, end_s);
    let (low, high, source) = band(r, object);
    Some(TimedExpectation { quantity: quantity?, measure: measure?, low, high, source: source? })
}

/// How long a course is and what is done in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Model steps from the beginning to the end.
    pub duration_steps: u64,
    /// What is done, in the order of time.
    pub moments: Vec<Moment>,
}

impl Course {
    /// As long as one may be, and nothing is done.
    pub(super) const LONGEST: Course = Course { duration_steps: (MAX_DURATION_S / STEP_S) as u64, moments: Vec::new() };

    /// Seconds from the beginning to the end.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        seconds(self.duration_steps)
    }

    /// What is done, ready to be played.
    #[must_use]
    pub fn player(&self) -> Player {
        player(&self.moments)
    }
}

/// Reads a course.
pub(super) fn course<'t>(r: &mut Report<'t>, object: &Object<'t>, params: Option<&Params>) -> Option<Course> {
    let duration = r.at(object, "duration_s", |r, node| step(r, node, (STEP_S, MAX_DURATION_S)));
    let end_s = duration.map_or(MAX_DURATION_S, seconds);
    let moments = r.maybe(object, "timeline", |r, node| moments(r, node, end_s, params));
    Some(Course { duration_steps: duration?, moments: moments.unwrap_or_else(|| Some(Vec::new()))? })
}

/// One number that is asked of a course, without a band.
pub(super) fn asked_in<'t>(r: &mut Report<'t>, object: &Object<'t>, course: &Course) -> Option<Timeline> {
    let quantity = r.at(object, "quantity", observable);
    let measure = measure(r, object, course.duration_s());
    let asked =
        TimedExpectation { quantity: quantity?, measure: measure?, low: None, high: None, source: String::new() };
    Some(Timeline { duration_steps: course.duration_steps, moments: course.moments.clone(), expected: vec![asked] })
}

/// What is measured of a number's course.
fn measure<'t>(r: &mut Report<'t>, object: &Object<'t>, end_s: f64) -> Option<Measure> {
    let has = |key: &str| *object.get(key) != Node::Absent;
    let time = |r: &mut Report<'t>, key: &'static str, from: u64| {
        r.at(object, key, |r, node| step(r, node, (seconds(from), end_s)))
    };
    let since = if has("since_s") { time(r, "since_s", 0) } else { Some(0) };
    let measure = match [has("at_s"), has("crosses"), has("share_of_change")] {
        [true, false, false] if has("since_s") => {
            let since = since?;
            time(r, "at_s", since).map(|at| Measure::Change { since, at })
        }
        [true, false, false] => time(r, "at_s", 0).map(|at| Measure::Value { at }),
        [false, true, false] => {
            let value = r.at(object, "crosses", |r, node| r.number(node, Range::ANY));
            since.zip(value).map(|(since, value)| Measure::Crossing { since, value })
        }
        [false, false, true] => {
            let share = Range { min: 0.01, max: 0.99, unit: "" };
            let share = r.at(object, "share_of_change", |r, node| r.number(node, share));
            let since = since?;
            let until = time(r, "until_s", since);
            share.zip(until).map(|(share_frac, until)| Measure::ShareOfChange { since, until, share_frac })
        }
        _ => {
            r.fault(|path| Fault::ExactlyOne { path, keys: &["at_s", "crosses", "share_of_change"] });
            None
        }
    };
    if has("until_s") && !has("share_of_change") {
        r.unknown_key("until_s", Vec::new);
    }
    measure
}

/// As a file has it.
#[derive(Serialize)]
pub(super) struct MomentFile<'s> {
    at_s: f64,
    #[serde(flatten)]
    done: DoneFile<'s>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'s str>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum DoneFile<'s> {
    Set(#[serde(serialize_with = "as_object")] &'s [Setting]),
    Sample(SampleOrder),
    Jump(&'static str),
    Move(Move),
}

impl<'s> From<&'s Moment> for MomentFile<'s> {
    fn from(Moment { step, action, note }: &'s Moment) -> Self {
        let done = match action {
            Action::Set(settings) => DoneFile::Set(settings),
            Action::Sample(order) => DoneFile::Sample(*order),
            Action::JumpToSteady => DoneFile::Jump("steady"),
            Action::Move(made) => DoneFile::Move(*made),
        };
        MomentFile { at_s: seconds(*step), done, note: note.as_deref() }
    }
}

/// As a file has it.
#[derive(Serialize)]
pub(super) struct TimedExpectationFile<'s> {
    quantity: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crosses: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_change: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
    source: &'s str,
}

impl<'s> From<&'s TimedExpectation> for TimedExpectationFile<'s> {
    fn from(TimedExpectation { quantity, measure, low, high, source }: &'s TimedExpectation) -> Self {
        let none = TimedExpectationFile {
            quantity: quantity.key(),
            at_s: None,
            crosses: None,
            share_of_change: None,
            since_s: None,
            until_s: None,
            low: *low,
            high: *high,
            source,
        };
        match *measure {
            Measure::Value { at } => TimedExpectationFile { at_s: Some(seconds(at)), ..none },
            Measure::Change { since, at } => {
                TimedExpectationFile { at_s: Some(seconds(at)), since_s: Some(seconds(since)), ..none }
            }
            Measure::Crossing { since, value } => {
                TimedExpectationFile { crosses: Some(value), since_s: Some(seconds(since)), ..none }
            }
            Measure::ShareOfChange { since, until, share_frac } => TimedExpectationFile {
                share_of_change: Some(share_frac),
                since_s: Some(seconds(since)),
                until_s: Some(seconds(until)),
                ..none
            },
        }
    }
}
