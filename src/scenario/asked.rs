//! What is asked of a patient: one number of one of the built-in patients, as he is, with settings changed, in time, as
//! a change, or beside another patient.
//!
//! ```text
//! { "patient": "pure-shunt-30", "set": { "shunt_at_peep5_frac": 0.25 },
//!   "quantity": "pf_ratio_mmhg", "with": { "fio2_frac": 0.8 }, "change_from": { "fio2_frac": 0.21 }, "relative": true }
//! { "patient": "pure-vq-mismatch", "duration_s": 1260, "timeline": [{ "at_s": 60, "set": { "fio2_frac": 1 } }],
//!   "quantity": "po2_art_mmhg", "at_s": 1260, "minus": { "patient": "pure-vq-mismatch", "with": { "fio2_frac": 1 } } }
//! ```
//! `set` makes the patient; `with` changes him for the number, `change_from` for what it is less than (`relative`: as a
//! share of that), `minus` takes off the same number of another. With `duration_s` the keys are those of a
//! [`Timeline`] and of what is expected in time.

use thiserror::Error;

use super::fault::Fault;
use super::schema::find_quantity;
use super::settings::{Kind, joined, settings};
use super::timeline::{self, Course, Measure, TimedExpectation, Timeline};
use super::tree::{Node, Object, Report};
use crate::scenario::{self, Scenario};
use crate::sim::params::{ParamError, ParamId, Params, Setting, apply};
use crate::sim::play::player::{Player, Refused};
use crate::sim::play::run::Run;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Model;
use crate::sim::steady::NoSteadyState;
use crate::text::shown;

/// Seed of the instruments where time runs.
const SEED: u64 = 1;

/// Something asked of a built-in patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Who.
    pub patient: &'static Scenario,
    /// What makes him another than he is in his file.
    pub set: Vec<Setting>,
    /// Which number, and how it is read.
    pub what: What,
    /// What is taken off it: the same number of another patient in his steady state.
    pub minus: Option<Other>,
}

/// Which number, and how it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// In the steady state.
    Steady {
        /// The number.
        quantity: &'static Quantity,
        /// What is changed first.
        with: Vec<Setting>,
        /// What is changed instead for the number that it is less than; none where it stands alone.
        change_from: Option<Vec<Setting>>,
        /// Whether the change is a share of that number.
        relative: bool,
    },
    /// Of a course.
    InTime(Timeline),
}

/// Another patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Who.
    pub patient: &'static Scenario,
    /// What is changed about him.
    pub with: Vec<Setting>,
    /// The number.
    pub quantity: &'static Quantity,
}

/// Number that counts as nothing where a change is told as a share of it, in any unit of the quantities.
const LEAST_WHOLE: f64 = 1e-9;

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NoAnswer {
    /// Settings that break a rule together.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamError>),
    /// A patient without a steady state.
    #[error("no steady state: {0}")]
    NoSteadyState(#[from] NoSteadyState),
    /// A course that cannot be played.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The number does not exist for this patient, or not at that time.
    #[error("{key} does not exist there")]
    Absent {
        /// Its key.
        key: &'static str,
    },
}

/// A course on its way to an answer, so that it can be played in parts.
#[derive(Debug, Clone)]
pub struct Playing {
    run: Run,
    player: Player,
    course: Vec<f64>,
}

impl Playing {
    /// The patient as he is now.
    #[must_use]
    pub fn params(&self) -> &Params {
        self.run.live().params()
    }

    /// Model steps played.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.run.steps()
    }

    /// What is asked for at every model step from the first; not a number where it does not exist.
    #[must_use]
    pub fn course(&self) -> &[f64] {
        &self.course
    }
}

impl Asked {
    /// Begins the course of an answer; none where no time runs.
    ///
    /// # Errors
    /// [`NoAnswer::Params`] where the settings break a rule together.
    pub fn play(&self) -> Result<Option<Playing>, NoAnswer> {
        let What::InTime(course) = &self.what else { return Ok(None) };
        let patient = self.subject()?;
        Ok(Some(Playing { run: Run::new(&patient, SEED), player: course.player(), course: Vec::new() }))
    }

    /// Plays a course that was begun by so many model steps; what [`Asked::answer`] gives, once its end has come.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub fn play_on(&self, playing: &mut Playing, steps: u64) -> Result<Option<f64>, NoAnswer> {
        let What::InTime(timeline) = &self.what else { return self.answer().map(Some) };
        let absent = NoAnswer::Absent { key: self.key() };
        let Some(expected) = timeline.expected.first() else { return Err(absent) };
        let Playing { run, player, course } = playing;
        let end = timeline.duration_steps.min(run.steps().saturating_add(steps));
        player.run_to::<Refused>(run, end, |run| {
            // The step at which a part ends is seen again by the next.
            if course.len() as u64 == run.steps() {
                let snapshot = run.live().snapshot();
                course.push(expected.quantity.read(run, &snapshot).unwrap_or(f64::NAN));
            }
            Ok(())
        })?;
        if end < timeline.duration_steps {
            return Ok(None);
        }
        let value = expected.measure.of(course).ok_or(absent)?;
        self.less_the_other(value).map(Some)
    }

    /// What the model answers.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub fn answer(&self) -> Result<f64, NoAnswer> {
        let patient = apply(&self.set, &self.patient.params).map_err(NoAnswer::Params)?;
        let value = match &self.what {
            What::Steady { quantity, with, change_from, relative } => {
                let value = steady(quantity, &patient, with)?;
                match change_from {
                    None => value,
                    Some(from) => {
                        let from = steady(quantity, &patient, from)?;
                        match relative {
                            false => value - from,
                            // There is no share of nothing.
                            true if from.abs() <= LEAST_WHOLE => return Err(NoAnswer::Absent { key: quantity.key }),
                            true => (value - from) / from,
                        }
                    }
                }
            }
            What::InTime(course) => {
                let measured = course.measure(&patient, SEED)?.first().copied().flatten();
                measured.ok_or(NoAnswer::Absent { key: self.key() })?
            }
        };
        self.less_the_other(value)
    }

    /// A number less that of the other patient, where there is one.
    fn less_the_other(&self, value: f64) -> Result<f64, NoAnswer> {
        match &self.minus {
            None => Ok(value),
            Some(other) => Ok(value - steady(other.quantity, &other.patient.params, &other.with)?),
        }
    }

    /// Key of the number.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match &self.what {
            What::Steady { quantity, .. } => quantity.key,
            What::InTime(course) => course.expected.first().map_or("", |expected| expected.quantity.key()),
        }
    }

    /// Unit of the answer: empty for a fraction, a ratio, or a change as a share.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match &self.what {
            What::Steady { relative: true, .. } => "",
            What::Steady { quantity, .. } => quantity.unit,
            What::InTime(course) => match course.expected.first() {
                Some(TimedExpectation {
                    measure: Measure::Crossing { .. } | Measure::ShareOfChange { .. }, ..
                }) => "s",
                Some(expected) => expected.quantity.unit(),
                None => "",
            },
        }
    }

    /// Whether time runs before there is an answer.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        matches!(self.what, What::InTime(_))
    }

    /// The patient who is looked at, with everything changed about him that the question changes; where time runs, as
    /// he is at its beginning.
    ///
    /// # Errors
    /// [`NoAnswer::Params`] where the settings break a rule together.
    pub fn subject(&self) -> Result<Params, NoAnswer> {
        let patient = apply(&self.set, &self.patient.params).map_err(NoAnswer::Params)?;
        match &self.what {
            What::Steady { with, .. } => apply(with, &patient).map_err(NoAnswer::Params),
            What::InTime(_) => Ok(patient),
        }
    }

    /// Whether it is what this patient, as he is in his file, shows when a parameter is moved in the steady state.
    #[must_use]
    pub fn shown_by_moving(&self, patient: &str, moved: ParamId) -> bool {
        let moves = |settings: &[Setting]| settings.iter().any(|setting| setting.key() == moved.key());
        match &self.what {
            What::Steady { with, .. } => self.patient.id == patient && moves(with),
            What::InTime(_) => false,
        }
    }
}

/// A number of a patient in his steady state, solved cold: it does not depend on what was asked before.
fn steady(quantity: &'static Quantity, patient: &Params, with: &[Setting]) -> Result<f64, NoAnswer> {
    let patient = apply(with, patient).map_err(NoAnswer::Params)?;
    let snapshot = Model::new().snapshot(&patient)?;
    quantity.read(&snapshot).map_err(|_| NoAnswer::Absent { key: quantity.key })
}

/// Keys of something asked.
const KEYS: [&str; 14] = [
    "patient",
    "set",
    "quantity",
    "with",
    "change_from",
    "relative",
    "minus",
    "duration_s",
    "timeline",
    "at_s",
    "since_s",
    "until_s",
    "crosses",
    "share_of_change",
];

/// A patient of whom something may be asked without naming him, and his course where time runs.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// Who.
    pub(super) patient: &'static Scenario,
    /// What makes him another than he is in his file.
    pub(super) set: Vec<Setting>,
    /// How long his course is and what is done in it.
    pub(super) course: Option<Course>,
}

/// Reads what is asked.
pub(super) fn asked<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Asked> {
    asked_of(r, node, None)
}

/// Reads what is asked; of a given patient, with his settings and in his course, where no other is named.
pub(super) fn asked_of<'t>(r: &mut Report<'t>, node: &Node<'t>, given: Option<&Given>) -> Option<Asked> {
    let object = r.object_of(node, &KEYS)?;
    let has = |key: &str| *object.get(key) != Node::Absent;
    let given = given.filter(|_| !has("patient"));
    let patient = match given {
        Some(given) => Some(given.patient),
        None => r.at(object, "patient", patient),
    };
    let before = r.count();
    let own = r.maybe(object, "set", any_settings).unwrap_or_default();
    let set = [given.map_or(&[][..], |given| &given.set), &own].concat();
    let made = patient
        .filter(|_| r.count() == before)
        .and_then(|patient| r.at(object, "set", |r, _| joined(r, apply(&set, &patient.params))));
    let course = given.and_then(|given| given.course.as_ref()).filter(|_| !has("duration_s"));
    let what = if let Some(course) = course {
        for key in ["with", "change_from", "relative", "timeline"].into_iter().filter(|key| has(key)) {
            r.unknown_key(key, Vec::new);
        }
        timeline::asked_in(r, object, course).map(What::InTime)
    } else if has("duration_s") {
        for key in ["with", "change_from", "relative"].into_iter().filter(|key| has(key)) {
            r.unknown_key(key, Vec::new);
        }
        let course = timeline::course(r, object, made.as_ref());
        // Of a faulty course the rest is read too, so that each fault is listed.
        let read = timeline::asked_in(r, object, course.as_ref().unwrap_or(&Course::LONGEST));
        course.and(read).map(What::InTime)
    } else {
        let timed = ["timeline", "at_s", "since_s", "until_s", "crosses", "share_of_change"];
        for key in timed.into_iter().filter(|key| has(key)) {
            r.unknown_key(key, || vec!["duration_s".to_owned()]);
        }
        steadily(r, object, made.as_ref())
    };
    let key = what.as_ref().and_then(|what| match what {
        What::Steady { quantity, .. } => Some(*quantity),
        What::InTime(course) => course.expected.first().and_then(|e| Quantity::from_key(e.quantity.key())),
    });
    let minus = r.maybe(object, "minus", |r, node| other(r, node, key));
    Some(Asked { patient: patient?, set, what: what?, minus: minus.map_or(Some(None), |other| other.map(Some))? })
}

fn steadily<'t>(r: &mut Report<'t>, object: &Object<'t>, made: Option<&Params>) -> Option<What> {
    let quantity = r.at(object, "quantity", find_quantity);
    let with = r.maybe(object, "with", |r, node| changes(r, node, made)).unwrap_or(Some(Vec::new()));
    let change_from = r.maybe(object, "change_from", |r, node| changes(r, node, made));
    let relative = r.maybe(object, "relative", |r, node| match node {
        Node::Bool(value) => Some(*value),
        node => {
            r.wrong(node, "true or false");
            None
        }
    });
    if relative.is_some() && change_from.is_none() {
        r.fault(|path| Fault::NotPossible { path, reason: "`relative` belongs to a `change_from`".to_owned() });
    }
    Some(What::Steady {
        quantity: quantity?,
        with: with?,
        change_from: change_from.map_or(Some(None), |from| from.map(Some))?,
        relative: relative.unwrap_or(Some(false))?,
    })
}

/// The same number of another patient.
fn other<'t>(r: &mut Report<'t>, node: &Node<'t>, quantity: Option<&'static Quantity>) -> Option<Other> {
    let object = r.object_of(node, &["patient", "with"])?;
    let patient = r.at(object, "patient", patient);
    let params = patient.map(|patient| &patient.params);
    let with = r.maybe(object, "with", |r, node| changes(r, node, params)).unwrap_or(Some(Vec::new()));
    Some(Other { patient: patient?, with: with?, quantity: quantity? })
}

fn any_settings<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Vec<Setting> {
    settings(r, node, &[Kind::Parameters, Kind::Switches])
}

/// Settings that a patient can have.
fn changes<'t>(r: &mut Report<'t>, node: &Node<'t>, patient: Option<&Params>) -> Option<Vec<Setting>> {
    let before = r.count();
    let changes = any_settings(r, node);
    if r.count() > before {
        return None;
    }
    if let Some(patient) = patient {
        joined(r, apply(&changes, patient))?;
    }
    Some(changes)
}

/// The name of a built-in patient.
pub(super) fn patient(r: &mut Report<'_>, node: &Node<'_>) -> Option<&'static Scenario> {
    let name = r.prose(node, false)?;
    match scenario::find(&name) {
        Ok(found) => Some(found),
        Err(_) => {
            let near = crate::text::nearest(&name, scenario::builtin().iter().map(|scenario| scenario.id.as_str()));
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
            let expected = format!("the name of a built-in patient{hint}");
            r.fault(|path| Fault::WrongText { path, found: shown(&name), expected });
            None
        }
    }
}
