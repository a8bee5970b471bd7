//! Decks: lectures as files, step by step, with patients, plots and questions. No file says which option is right: it
//! is the one whose range holds what the model computes.
//!
//! ```
//! let file = r#"{
//!   "kind": "isoshunt-deck", "schema_version": 1,
//!   "id": "one-step", "title": "One step", "minutes": 3, "language": "en", "checked_with": "0.1.0", "sources": [],
//!   "steps": [
//!     { "id": "detour", "title": "The detour", "minutes": 2, "vote": "quick", "patient": "pure-shunt-30",
//!       "show": ["o2_dissociation"], "tiles": ["po2_art_mmhg"], "say": "On air PaO2 is {po2_art_mmhg}.",
//!       "ask": { "text": "On pure oxygen it is", "answer": { "quantity": "po2_art_mmhg", "with": { "fio2_frac": 1 } },
//!         "options": [
//!           { "text": "about {lit:110 mmHg}", "low": 90, "high": 150 },
//!           { "text": "above {lit:500 mmHg}", "low": 500, "high": 713, "belief": "none", "why": "a guess" }],
//!         "then": { "fio2_frac": 1 } },
//!       "reveal": "{po2_art_mmhg}, because what takes the detour meets no oxygen." },
//!     { "id": "end", "title": "To take home", "minutes": 1,
//!       "take_home": ["{detour.po2_art_mmhg}.", "{detour.before.po2_art_mmhg}.", "{detour.shunt_true_frac}."] }]
//! }"#;
//! let deck = isoshunt::scenario::deck::parse(file, "one-step.json", &["o2_dissociation"]).unwrap();
//! let ask = deck.steps[0].scene().unwrap().ask.as_ref().unwrap();
//! assert_eq!(ask.right(ask.answer.answer().unwrap()), Ok(0));
//! ```
//!
//! `"ask": "NAME"` asks a question of the bank; what that changes about the step's patient is done at the reveal.
//!
//! A step waits before its reveal: what `ask.then` does, or what a timeline did by `duration_s`, stands only after it,
//! and what `blind` names stays covered until then.

use super::asked::{self, Given, What};
use super::choice::{self, Choice, NoKey};
use super::fault::{Fault, ScenarioError};
use super::fields::{Outline, Place, Told, told};
use super::questions::{self, Question};
use super::schema::{Scenario, find_quantity, id, version};
use super::settings::{Kind, MAX_ENTRIES, joined, settings};
use super::sought::Sought;
use super::timeline::{self, Course};
use super::tree::{self, Limits, Node, Object, Report};
use super::walk::Range;
use crate::sim::params::{ParamId, Params, Setting, apply};
use crate::sim::reading::observable::Observable;
use crate::sim::reading::quantity::Quantity;
use crate::text::{nearest, shown, shown_to};

/// What the file calls itself.
pub const KIND: &str = "isoshunt-deck";
/// The version of the file that is read.
pub const SCHEMA_VERSION: u32 = 1;
/// Most steps of a deck.
pub const MAX_STEPS: usize = 60;
/// Most tiles of a step.
pub const MAX_TILES: usize = 5;
/// Fewest and most options of a question.
pub const OPTIONS: (usize, usize) = (2, 6);
/// How many sentences there are to take home.
pub const TAKE_HOME: usize = 3;
/// Longest course of a step, s: a day.
pub const MAX_COURSE_S: f64 = 24.0 * 3600.0;
/// Most characters of a version that a message repeats.
const VERSION_CHARS: usize = 40;
/// Most minutes of a deck, and of a step.
const MAX_MINUTES: f64 = 480.0;
/// Before a key among what is blind, a plot.
const PLOT: &str = "plot.";

/// A lecture.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// Its name: lower-case words with hyphens.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How long it takes.
    pub minutes: f64,
    /// Two letters: how decimals are written.
    pub language: String,
    /// The version of the program with which its author looked at it.
    pub checked_with: String,
    /// Where its claims come from.
    pub sources: Vec<String>,
    /// Its steps; the last is what to take home.
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: Told,
    /// How long it takes.
    pub minutes: f64,
    /// What it shows.
    pub body: Body,
}

/// What a step shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A patient.
    Scene(Box<Scene>),
    /// The sentences to take home.
    TakeHome(Vec<Told>),
}

impl Step {
    /// Its patient and all about him; none in the last step.
    #[must_use]
    pub fn scene(&self) -> Option<&Scene> {
        match &self.body {
            Body::Scene(scene) => Some(scene),
            Body::TakeHome(_) => None,
        }
    }
}

/// A step with a patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Whether neighbours talk between a first vote and a second.
    pub talk: bool,
    /// Its patient.
    pub patient: Subject,
    /// Who stands beside.
    pub other: Option<Subject>,
    /// What happens in time; none where time stands.
    pub course: Option<Course>,
    /// Plots before the reveal, by name.
    pub show: Vec<String>,
    /// Plots after it; empty where they stay.
    pub reveal_show: Vec<String>,
    /// How the lung is drawn.
    pub lung_view: LungView,
    /// Numbers below the plots.
    pub tiles: Vec<&'static Quantity>,
    /// The question.
    pub ask: Option<Ask>,
    /// What is covered before the reveal.
    pub blind: Blind,
    /// What is said first.
    pub say: Told,
    /// For the presenter.
    pub notes: Option<Told>,
    /// What is said at the reveal.
    pub reveal: Option<Told>,
    /// What can be moved after it.
    pub lever: ParamId,
}

/// A patient of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Who.
    pub scenario: &'static Scenario,
    /// With what the step sets about him.
    pub params: Params,
}

/// How the lung is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LungView {
    /// Blood as flow.
    #[default]
    Flow,
    /// Blood as cells, counted.
    Cells,
}

/// What is covered before the reveal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Blind {
    /// Numbers.
    pub keys: Vec<&'static str>,
    /// Whole plots, by name.
    pub plots: Vec<String>,
}

/// Numbers that give one another by one multiplication: where one is covered, so are the others.
const TOGETHER: [&[&str]; 7] = [
    &["so2_art_frac", "spo2_frac", "spo2_reading_frac", "sf_ratio", "so2_right_arm_frac"],
    &[
        "po2_art_mmhg",
        "po2_art_at_37_mmhg",
        "pf_ratio_mmhg",
        "oxygenation_index",
        "arterial_alveolar_ratio",
        "po2_right_arm_mmhg",
    ],
    &["pco2_art_mmhg", "pco2_art_at_37_mmhg", "pco2_right_arm_mmhg"],
    &["ph_art", "ph_art_at_37", "ph_right_arm"],
    &["o2_art_ml_per_dl", "o2_right_arm_ml_per_dl"],
    &["shunt_true_frac", "shunt_set_frac", "shunt_at_peep5_frac"],
    &["output_now_l_per_min", "cardiac_output_l_per_min"],
];

impl Blind {
    /// Whether a number is covered, itself or by one that gives it.
    #[must_use]
    pub fn covers(&self, key: &str) -> bool {
        let told_by = |blind: &&str| {
            *blind == key || TOGETHER.iter().any(|together| together.contains(blind) && together.contains(&key))
        };
        self.keys.iter().any(told_by)
    }

    /// Whether nothing is covered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.plots.is_empty()
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Its words.
    pub text: Told,
    /// What is asked of the model.
    pub answer: Sought,
    /// What can be said.
    pub options: Vec<Choice>,
    /// What is done at the reveal.
    pub then: Vec<Setting>,
}

impl Ask {
    /// The option whose range holds an answer, its upper end left out; that of the highest belongs to it.
    ///
    /// # Errors
    /// [`NoKey`] where it is not exactly one.
    pub fn right(&self, answer: f64) -> Result<usize, NoKey> {
        choice::right(&self.options, answer)
    }
}

/// Reads a deck from the bytes of a file; `origin` is the name that messages give it, `plots` are the names of what can
/// be shown.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str, plots: &[&str]) -> Result<Deck, ScenarioError> {
    let mut report = Report::default();
    let bytes = bytes.as_ref();
    let read = tree::parse(bytes, Limits::FILE, &mut report).and_then(|root| deck(&mut report, &root, plots));
    // Its author mends it between two rehearsals: he is told where.
    report.finish(read, origin).map_err(|error| tree::with_lines(error, bytes, Limits::FILE))
}

macro_rules! embedded {
    ($($id:literal),* $(,)?) => { [$(($id, include_str!(concat!("../../assets/decks/", $id, ".json")))),*] };
}

/// The decks in the program: name and text, in the order in which they are offered.
pub const FILES: [(&str, &str); 4] =
    embedded!["refractory-hypoxaemia", "shunt-or-mismatch", "peep", "cascade-altitude"];

fn deck<'t>(r: &mut Report<'t>, root: &Node<'t>, plots: &[&str]) -> Option<Deck> {
    // Another kind or version has other keys: nothing else in the file is judged.
    let file = r.object(root)?;
    r.at(file, "kind", |r, node| r.option(node, &[KIND]))?;
    format(r, file)?;
    r.only(file, &["kind", "schema_version", "id", "title", "minutes", "language", "checked_with", "sources", "steps"]);
    let id = r.at(file, "id", id);
    let title = r.at(file, "title", |r, node| r.prose(node, false));
    let minutes = r.at(file, "minutes", minutes);
    let language = r.at(file, "language", language);
    let checked_with = r.at(file, "checked_with", |r, node| r.prose(node, false));
    let sources =
        r.at(file, "sources", |r, node| r.each(node, (0, MAX_ENTRIES), "texts", |r, node| r.prose(node, false)));
    let outlines = outlines(file.get("steps"));
    let mut index = 0;
    let steps = r.at(file, "steps", |r, node| {
        r.each(node, (2, MAX_STEPS), "objects", |r, node| {
            let here = index;
            index += 1;
            step(r, node, &outlines, here, plots)
        })
    });
    Some(Deck {
        id: id?,
        title: title?,
        minutes: minutes?,
        language: language?,
        checked_with: checked_with?,
        sources: sources?,
        steps: steps?,
    })
}

/// Whether a version is later than that of this program; a text that is none is not.
fn is_later(version: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u32>> { version.split('.').map(|part| part.parse().ok()).collect() };
    numbers(version) > numbers(env!("CARGO_PKG_VERSION"))
}

/// The version of the format; a later one says which program it needs.
fn format<'t>(r: &mut Report<'t>, file: &Object<'t>) -> Option<()> {
    match file.get("schema_version") {
        Node::Number(value, text) if *value > f64::from(SCHEMA_VERSION) => {
            let program = match file.get("checked_with") {
                Node::Text(version) if is_later(version) => {
                    format!("Isoshunt {} or a later one", shown_to(version, VERSION_CHARS))
                }
                // What the file names reads no more than this program does.
                _ => "a later Isoshunt".to_owned(),
            };
            let (found, version) = (shown(text), SCHEMA_VERSION);
            r.fault(|_| Fault::Needs { program, found, own_program: env!("CARGO_PKG_VERSION"), version });
            None
        }
        _ => r.at(file, "schema_version", |r, node| version(r, node, SCHEMA_VERSION)),
    }
}

fn minutes(r: &mut Report<'_>, node: &Node<'_>) -> Option<f64> {
    r.number(node, Range { min: 0.5, max: MAX_MINUTES, unit: "min" })
}

fn language(r: &mut Report<'_>, node: &Node<'_>) -> Option<String> {
    let text = r.prose(node, false)?;
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(text);
    }
    let expected = "two small letters, such as `en`".to_owned();
    r.fault(|path| Fault::WrongText { path, found: shown(&text), expected });
    None
}

/// What texts have to know of the steps, before these are read: what is faulty is named when they are.
fn outlines(node: &Node<'_>) -> Vec<Outline> {
    let Node::List(nodes) = node else { return Vec::new() };
    let none = Object::default();
    nodes
        .iter()
        .map(|node| {
            let object = if let Node::Object(object) = node { object } else { &none };
            let id = if let Node::Text(id) = object.get("id") { id.clone().into_owned() } else { String::new() };
            // Its faults are not of this report.
            let mut unheard = Report::default();
            let subject = subject(&mut unheard, object);
            let timed = *object.get("duration_s") != Node::Absent;
            let then = match object.get("ask") {
                Node::Object(ask) => *ask.get("then") != Node::Absent,
                Node::Text(id) => {
                    questions::find(id).is_ok_and(|question| !done_by(question, subject.as_ref(), timed).is_empty())
                }
                _ => false,
            };
            let other = subject.as_ref().and_then(|subject| other(&mut unheard, object, &subject.set)).flatten();
            let duration_s = if let Node::Number(value, _) = object.get("duration_s") { Some(*value) } else { None };
            Outline {
                id,
                patient: subject.map(|subject| subject.made.params),
                other: other.map(|other| other.params),
                then,
                duration_s,
            }
        })
        .collect()
}

/// A patient and what was set about him.
struct Made {
    set: Vec<Setting>,
    made: Subject,
}

fn subject<'t>(r: &mut Report<'t>, object: &Object<'t>) -> Option<Made> {
    let scenario = r.at(object, "patient", asked::patient);
    let before = r.count();
    let set = r.maybe(object, "set", any_settings).unwrap_or_default();
    let scenario = scenario.filter(|_| r.count() == before)?;
    let params = r.at(object, "set", |r, _| joined(r, apply(&set, &scenario.params)))?;
    Some(Made { set, made: Subject { scenario, params } })
}

fn any_settings<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Vec<Setting> {
    settings(r, node, &[Kind::Parameters, Kind::Switches])
}

/// Who stands beside: by name with the same `set`, or with one of his own.
fn other<'t>(r: &mut Report<'t>, object: &Object<'t>, set: &[Setting]) -> Option<Option<Subject>> {
    let read = r.maybe(object, "compare", |r, node| {
        if let Node::Object(object) = node {
            r.only(object, &["patient", "set"]);
            return subject(r, object).map(|subject| subject.made);
        }
        let scenario = asked::patient(r, node)?;
        joined(r, apply(set, &scenario.params)).map(|params| Subject { scenario, params })
    });
    read.map_or(Some(None), |read| read.map(Some))
}

fn step<'t>(r: &mut Report<'t>, node: &Node<'t>, steps: &[Outline], here: usize, plots: &[&str]) -> Option<Step> {
    let object = r.object(node)?;
    let id = r.at(object, "id", |r, node| {
        let id = id(r, node)?;
        if steps[..here].iter().any(|step| step.id == id) {
            r.fault(|path| Fault::Duplicate { path });
            return None;
        }
        if matches!(id.as_str(), "other" | "before") {
            let expected = "another name: this one is a prefix of fields".to_owned();
            r.fault(|path| Fault::WrongText { path, found: id, expected });
            return None;
        }
        Some(id)
    });
    let place = Place { steps, here, before: true };
    let title = r.at(object, "title", |r, node| told(r, node, place));
    let minutes = r.at(object, "minutes", minutes);
    let body = if here + 1 == steps.len() {
        r.only(object, &["id", "title", "minutes", "take_home"]);
        r.at(object, "take_home", |r, node| take_home(r, node, place))
    } else {
        scene(r, object, place, plots)
    };
    Some(Step { id: id?, title: title?, minutes: minutes?, body: body? })
}

fn take_home<'t>(r: &mut Report<'t>, node: &Node<'t>, place: Place<'_>) -> Option<Body> {
    let sentences = r.each(node, (TAKE_HOME, TAKE_HOME), "texts", |r, node| {
        let sentence = told(r, node, place)?;
        if sentence.fields().next().is_none() {
            let reason = "a sentence to take home has a number of the model in it".to_owned();
            r.fault(|path| Fault::NotPossible { path, reason });
            return None;
        }
        Some(sentence)
    });
    sentences.map(Body::TakeHome)
}

fn scene<'t>(r: &mut Report<'t>, object: &Object<'t>, asked: Place<'_>, plots: &[&str]) -> Option<Body> {
    r.only(
        object,
        &[
            "id",
            "title",
            "minutes",
            "vote",
            "patient",
            "set",
            "compare",
            "duration_s",
            "timeline",
            "show",
            "reveal_show",
            "lung_view",
            "tiles",
            "ask",
            "blind",
            "say",
            "notes",
            "reveal",
            "lever",
        ],
    );
    let revealed = Place { before: false, ..asked };
    let has = |key: &str| *object.get(key) != Node::Absent;
    let talk = r.at(object, "vote", |r, node| r.option(node, &["quick", "talk"])).map(|index| index == 1);
    let made = subject(r, object);
    let other = other(r, object, made.as_ref().map_or(&[], |made| &made.set));
    let course = if has("duration_s") || has("timeline") {
        let course = timeline::course(r, object, made.as_ref().map(|made| &made.made.params));
        if course.as_ref().is_some_and(|course| course.duration_s() > MAX_COURSE_S) {
            r.at(object, "duration_s", |r, node| r.number(node, Range { min: 0.0, max: MAX_COURSE_S, unit: "s" }));
        }
        course.map(Some)
    } else {
        Some(None)
    };
    let timed = matches!(course, Some(Some(_)));
    let plots_at = |r: &mut Report<'t>, key: &'static str, least: usize| {
        r.at(object, key, |r, node| r.each(node, (least, 2), "names of plots", |r, node| plot(r, node, plots, timed)))
    };
    let show = plots_at(r, "show", 1);
    let reveal_show = if has("reveal_show") { plots_at(r, "reveal_show", 1) } else { Some(Vec::new()) };
    let lung_view = r
        .maybe(object, "lung_view", |r, node| r.option(node, &["flow", "cells"]))
        .map_or(Some(0), |read| read)
        .map(|index| if index == 1 { LungView::Cells } else { LungView::Flow });
    let tiles = r
        .maybe(object, "tiles", |r, node| {
            r.each(node, (0, MAX_TILES), "keys of results", |r, node| find_quantity(r, node))
        })
        .unwrap_or_else(|| Some(Vec::new()));
    let given = made.as_ref().zip(course.as_ref()).map(|(made, course)| Given {
        patient: made.made.scenario,
        set: made.set.clone(),
        course: course.clone(),
    });
    let ask = r.maybe(object, "ask", |r, node| ask(r, node, given.as_ref(), made.as_ref(), asked));
    let ask = ask.map_or(Some(None), |ask| ask.map(Some));
    let blind = r.maybe(object, "blind", |r, node| blind(r, node, plots)).unwrap_or_else(|| Some(Blind::default()));
    let say = r.at(object, "say", |r, node| told(r, node, asked));
    let notes = r.maybe(object, "notes", |r, node| told(r, node, revealed)).map_or(Some(None), |notes| notes.map(Some));
    let reveal =
        r.maybe(object, "reveal", |r, node| told(r, node, revealed)).map_or(Some(None), |reveal| reveal.map(Some));
    let lever = r.maybe(object, "lever", lever).unwrap_or(Some(ParamId::Fio2));
    let then = matches!(&ask, Some(Some(ask)) if !ask.then.is_empty());
    if has("ask") && !has("reveal") {
        r.at(object, "reveal", |r, node| r.wrong(node, "a text of one line: a question has a reveal"));
    }
    if then && has("blind") {
        let reason = "with `ask.then` all that follows it is covered already, and nothing else can be";
        r.at(object, "blind", |r, _| r.fault(|path| Fault::NotPossible { path, reason: reason.to_owned() }));
    }
    if has("blind") && !has("ask") {
        let reason = "nothing is covered where nothing is asked: there is no reveal";
        r.at(object, "blind", |r, _| r.fault(|path| Fault::NotPossible { path, reason: reason.to_owned() }));
    }
    Some(Body::Scene(Box::new(Scene {
        talk: talk?,
        patient: made?.made,
        other: other?,
        course: course?,
        show: show?,
        reveal_show: reveal_show?,
        lung_view: lung_view?,
        tiles: tiles?,
        ask: ask?,
        blind: blind?,
        say: say?,
        notes: notes?,
        reveal: reveal?,
        lever: lever?,
    })))
}

fn lever(r: &mut Report<'_>, node: &Node<'_>) -> Option<ParamId> {
    let key = r.prose(node, false)?;
    let found = ParamId::from_key(&key);
    if found.is_none() {
        let near = nearest(&key, ParamId::ALL.iter().map(|id| id.key()));
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
        let expected = format!("the key of a parameter{hint}");
        r.fault(|path| Fault::WrongText { path, found: shown(&key), expected });
    }
    found
}

/// The name of something that can be shown; a trend only where time runs.
fn plot(r: &mut Report<'_>, node: &Node<'_>, plots: &[&str], timed: bool) -> Option<String> {
    let name = plot_name(r, node, plots)?;
    if name == TRENDS && !timed {
        let reason = "a trend takes a timeline".to_owned();
        r.fault(|path| Fault::NotPossible { path, reason });
        return None;
    }
    Some(name)
}

/// Name of the plot of a course.
pub const TRENDS: &str = "trends";

fn plot_name(r: &mut Report<'_>, node: &Node<'_>, plots: &[&str]) -> Option<String> {
    let name = r.prose(node, false)?;
    known_plot(r, name.strip_prefix(PLOT).unwrap_or(&name), plots)
}

fn known_plot(r: &mut Report<'_>, name: &str, plots: &[&str]) -> Option<String> {
    if plots.contains(&name) {
        return Some(name.to_owned());
    }
    let near = nearest(name, plots.iter().copied());
    let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
    let expected = format!("the name of a plot{hint}");
    r.fault(|path| Fault::WrongText { path, found: shown(name), expected });
    None
}

fn blind<'t>(r: &mut Report<'t>, node: &Node<'t>, plots: &[&str]) -> Option<Blind> {
    let mut out = Blind::default();
    let read = r.each(node, (1, MAX_ENTRIES), "keys of results and `plot.NAME`", |r, node| {
        let key = r.prose(node, false)?;
        if let Some(name) = key.strip_prefix(PLOT) {
            out.plots.push(known_plot(r, name, plots)?);
            return Some(());
        }
        let Some(found) = Observable::from_key(&key) else {
            let near = Observable::near(&key);
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
            let expected = format!("the key of a result{hint}");
            r.fault(|path| Fault::WrongText { path, found: shown(&key), expected });
            return None;
        };
        out.keys.push(found.key());
        Some(())
    });
    read.map(|_| out)
}

/// A question of the bank, by name.
fn of_bank(r: &mut Report<'_>, node: &Node<'_>) -> Option<&'static Question> {
    let name = r.prose(node, false)?;
    match questions::find(&name) {
        Ok(question) => Some(question),
        Err(near) => {
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
            let expected = format!("the name of a question of the bank{hint}");
            r.fault(|path| Fault::WrongText { path, found: shown(&name), expected });
            None
        }
    }
}

/// What a question of the bank does at the reveal: what it changes, where it is asked of the step's patient as he
/// stands there.
fn done_by(question: &Question, made: Option<&Made>, timed: bool) -> Vec<Setting> {
    let (Sought::Patient(asked), Some(made)) = (&question.answer, made) else { return Vec::new() };
    let What::Steady { with, .. } = &asked.what else { return Vec::new() };
    let same = asked.patient.id == made.made.scenario.id;
    let stands = apply(&asked.set, &asked.patient.params).is_ok_and(|params| {
        let changed = |params: &Params| apply(with, params);
        changed(&params).is_ok() && changed(&params) == changed(&made.made.params)
    });
    if same && stands && !timed { with.clone() } else { Vec::new() }
}

fn ask<'t>(
    r: &mut Report<'t>,
    node: &Node<'t>,
    given: Option<&Given>,
    made: Option<&Made>,
    place: Place<'_>,
) -> Option<Ask> {
    if let Node::Text(_) = node {
        let question = of_bank(r, node)?;
        let timed = given.is_some_and(|given| given.course.is_some());
        return Some(Ask {
            text: question.text.clone(),
            answer: question.answer.clone(),
            options: question.options.clone(),
            then: done_by(question, made, timed),
        });
    }
    let object = r.object_of(node, &["text", "answer", "options", "then"])?;
    let text = r.at(object, "text", |r, node| told(r, node, place));
    // Without the step's patient faults would be named that are none.
    let answer = given.and_then(|given| r.at(object, "answer", |r, node| asked::asked_of(r, node, Some(given))));
    let options = r.at(object, "options", |r, node| {
        let read = |r: &mut Report<'t>, node: &Node<'t>| choice::choice(r, node, |r, node| told(r, node, place));
        let options = r.each(node, OPTIONS, "objects", read)?;
        choice::apart(r, &options)?;
        Some(options)
    });
    let then = r.maybe(object, "then", |r, node| {
        let before = r.count();
        let then = any_settings(r, node);
        if r.count() > before {
            return None;
        }
        if given.is_some_and(|given| given.course.is_some()) {
            let reason = "a step in time does what its timeline does".to_owned();
            r.fault(|path| Fault::NotPossible { path, reason });
            return None;
        }
        joined(r, apply(&then, &made?.made.params)).map(|_| then)
    });
    let answer = answer.map(|answer| Sought::Patient(Box::new(answer)));
    Some(Ask { text: text?, answer: answer?, options: options?, then: then.unwrap_or_else(|| Some(Vec::new()))? })
}
