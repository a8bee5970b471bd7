//! The session file, version 1: a run with its patient, everything that was done, and where it stands.
//!
//! ```text
//! { "kind": "isoshunt-session", "schema_version": 1, "program_version": "0.1.0",
//!   "saved_at": "2023-11-14T22:13:20Z" or null,
//!   "seed": 7, "steps": 1200,
//!   "initial": { a scenario }, "events": [{ "step": 120, "action": { "set": { "fio2_frac": 1.0 } } }],
//!   "state": { "format": 1, "end": { "po2_art_mmhg": 96.1, ... }, "live": ..., "instruments": ... } }
//! ```
//!
//! Patient, seed, events and number of steps are the run: a fault in one of them refuses the file, with all its faults.
//! The state is what that comes to, kept so that a long run opens at once. It has the number of its form,
//! [`STATE_FORMAT`]; one that is missing, cut off, of another number or that no step could have left is dropped
//! ([`Dropped`]), and the run is made again from the rest. Numbers come back bit for bit.
//!
//! ```
//! use isoshunt::scenario::{self, session::{self, Session}};
//! use isoshunt::sim::play::run::{Action, Run};
//! let scenario = &scenario::builtin()[0];
//! let mut run = Run::new(&scenario.params, 7);
//! run.act(Action::Sample("arterial".parse().unwrap())).unwrap();
//! run.advance(120);
//! let json = session::to_json(&Session::new(scenario, &run, None)).unwrap();
//! let back = session::parse(&json, "run.json").unwrap();
//! assert_eq!(back.run.unwrap().state(), run.state());
//!
//! // Cut off, it is made again.
//! let back = session::parse(&json[..json.len() - 100], "run.json").unwrap();
//! assert_eq!(back.summary().patient_time_s, 60.0);
//! assert_eq!(back.run.unwrap_err(), session::Dropped::Cut);
//! let error = session::parse(&json[..100], "run.json").unwrap_err();
//! assert!(error.to_string().starts_with("run.json: line 1, column 101: "));
//! ```

mod stamp;

use serde::Serialize;
use thiserror::Error;

pub use stamp::{NotATime, UtcTime};

use super::fault::{Fault, ScenarioError};
use super::schema::{self, Judged, Scenario};
use super::tree::{self, Limits, MAX_FILE_BYTES, MAX_VALUES, Node, Object, Report, Step};
use crate::sim::play::instruments::Instruments;
use crate::sim::play::run::{Event, Run, RunState, STATE_FORMAT, out_of_order, time_of_step_s};
use crate::sim::reading::observable::Observable;
use crate::sim::time::{LiveState, MAX_STEPS};
use crate::text::{shown, shown_to};

/// The version of the file that is read and written.
pub const SCHEMA_VERSION: u32 = 1;
/// What the file says it is.
pub const KIND: &str = "isoshunt-session";

const LIMITS: Limits = Limits { cache: Some("state"), ..Limits::FILE };
/// Version of this program.
const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Most characters of another program's version that a message repeats.
const VERSION_CHARS: usize = 30;
/// Most characters of a reason that the run gives.
const REASON_CHARS: usize = 300;
/// Keys of the numbers by which the ends of two runs are compared where their states cannot be.
const END_KEYS: [&str; 9] = [
    "po2_art_mmhg",
    "pco2_art_mmhg",
    "ph_art",
    "so2_art_frac",
    "so2_ven_frac",
    "o2_art_ml_per_dl",
    "co2_art_ml_per_dl",
    "o2_ven_ml_per_dl",
    "co2_ven_ml_per_dl",
];

/// A run as a file holds it.
#[derive(Debug, Clone)]
pub struct Session {
    /// When it was saved; none where nobody said.
    pub saved_at: Option<UtcTime>,
    /// Version of the program that saved it. Another one may come to other bits where it runs it again.
    pub program_version: String,
    /// The patient at the beginning.
    pub initial: Scenario,
    /// What the random numbers come from.
    pub seed: u64,
    /// Everything that was done, in the order of time.
    pub events: Vec<Event>,
    /// Steps of the run.
    pub steps: u64,
    /// What the file says of its end, by key, whatever the form of its state; empty where it says nothing.
    pub end: Vec<EndValue>,
    /// The run where it stands, or why it has to be made again.
    pub run: Result<Run, Dropped>,
}

/// A number of the end of a run, as a file has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EndValue {
    /// Key of the number: one of [`Observable`].
    pub key: &'static str,
    /// The number, in its own unit.
    pub value: f64,
}

/// Why a saved state is not gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Dropped {
    /// There is none.
    #[error("the file holds no state")]
    Missing,
    /// It is no JSON, or breaks off.
    #[error("the state in the file is cut off or damaged")]
    Cut,
    /// Of another form, or of a solver that comes to other numbers.
    #[error("the state in the file has format {found}, and this program reads format {STATE_FORMAT}")]
    Format {
        /// The number as the file has it.
        found: String,
    },
    /// No step could have left it.
    #[error("the state in the file cannot be: {reason}")]
    Impossible {
        /// What is wrong with it, made printable.
        reason: String,
    },
}

/// What an offer to open a session says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The patient.
    pub title: String,
    /// Patient time since the beginning, s.
    pub patient_time_s: f64,
    /// When it was saved; none where nobody said.
    pub saved_at: Option<UtcTime>,
}

impl Session {
    /// A run of a scenario as it stands; its patient at the beginning is the run's, whatever the scenario's was.
    #[must_use]
    pub fn new(scenario: &Scenario, run: &Run, saved_at: Option<UtcTime>) -> Session {
        Session {
            saved_at,
            program_version: PROGRAM_VERSION.to_owned(),
            initial: Scenario { params: run.initial().clone(), ..scenario.clone() },
            seed: run.seed(),
            events: run.events().to_vec(),
            steps: run.steps(),
            end: end_of(run),
            run: Ok(run.clone()),
        }
    }

    /// What an offer to open it says.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            title: self.initial.title.clone(),
            patient_time_s: time_of_step_s(self.steps),
            saved_at: self.saved_at,
        }
    }
}

/// The numbers by which the end of a run is compared with that of another.
#[must_use]
pub fn end_of(run: &Run) -> Vec<EndValue> {
    let snapshot = run.live().snapshot();
    let value = |key| {
        let value = Observable::from_key(key)?.read(run, &snapshot)?;
        value.is_finite().then_some(EndValue { key, value })
    };
    END_KEYS.into_iter().filter_map(value).collect()
}

/// Reads a session from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with the faults of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<Session, ScenarioError> {
    let mut report = Report::default();
    let session = tree::parse(bytes.as_ref(), LIMITS, &mut report).and_then(|root| session(&mut report, &root));
    report.finish(session, origin)
}

fn session<'t>(r: &mut Report<'t>, root: &Node<'t>) -> Option<Session> {
    const KEYS: [&str; 9] =
        ["kind", "schema_version", "program_version", "saved_at", "seed", "steps", "initial", "events", "state"];
    // Another kind of file, or another version, has other keys: nothing else in it is judged.
    let file = r.object(root)?;
    r.at(file, "kind", |r, node| r.option(node, &[KIND]))?;
    version(r, file)?;
    r.only(file, &KEYS);
    let program_version = r.at(file, "program_version", |r, node| r.prose(node, false));
    let saved_at = r.at(file, "saved_at", saved_at);
    let seed = r.at(file, "seed", |r, node| r.typed::<u64>(node));
    let steps = r.at(file, "steps", steps);
    let initial = r.at(file, "initial", |r, node| schema::scenario(r, node, Judged::PatientAlone));
    let events =
        r.at(file, "events", |r, node| r.each(node, (0, MAX_VALUES), "objects", |r, node| r.typed::<Event>(node)));
    let mut in_order = true;
    if let (Some(events), Some(end)) = (&events, steps) {
        for (index, step) in out_of_order(events, end) {
            let reason = format!("step {step} is not in the order of time, or after the end at step {end}");
            let place = vec![Step::Index(index), Step::Key("events".into())];
            r.refused(place, Box::new(|path| Fault::Unfit { path, reason }));
            in_order = false;
        }
    }
    let (saved_at, program_version, initial) = (saved_at?, program_version?, initial?);
    let (seed, steps, events) = (seed?, steps?, events?);
    if !in_order {
        return None;
    }
    let node = file.get("state");
    let run = state(node).and_then(|state| {
        Run::restore(&initial.params, seed, events.clone(), steps, state).map_err(|error| impossible(&error))
    });
    Some(Session { saved_at, program_version, initial, seed, events, steps, end: end(node), run })
}

fn impossible(reason: &dyn std::fmt::Display) -> Dropped {
    Dropped::Impossible { reason: shown_to(&reason.to_string(), REASON_CHARS) }
}

/// How many steps a run has, at most [`MAX_STEPS`].
fn steps<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<u64> {
    let steps = r.typed::<u64>(node)?;
    if steps <= MAX_STEPS {
        return Some(steps);
    }
    let (found, max) = (steps.to_string(), MAX_STEPS as f64);
    r.fault(|path| Fault::OutOfRange { path, found, min: 0.0, max, unit: "steps" });
    None
}

/// The state of a file, where it is whole and of this program's form.
fn state(node: &Node<'_>) -> Result<RunState, Dropped> {
    let object = match node {
        Node::Absent => return Err(Dropped::Missing),
        Node::Object(object) => object,
        _ => return Err(Dropped::Cut),
    };
    match object.get("format") {
        Node::Number(_, text) if *text == STATE_FORMAT.to_string() => {}
        Node::Number(_, text) => return Err(Dropped::Format { found: shown(text) }),
        // Of the time before states had a number.
        _ => return Err(Dropped::Format { found: "none".to_owned() }),
    }
    // What is wrong with it is no fault of the file.
    let mut own = Report::default();
    own.only(object, &["format", "end", "live", "instruments"]);
    if let Node::Object(end) = object.get("end") {
        own.only(end, &END_KEYS);
    }
    let live = own.at(object, "live", |r, node| r.typed::<LiveState>(node));
    let instruments = own.at(object, "instruments", |r, node| r.typed::<Instruments>(node));
    let state = live.zip(instruments).map(|(live, instruments)| RunState { live, instruments });
    own.finish(state, "state").map_err(|refused| match refused {
        ScenarioError::Refused { faults, .. } if !faults.is_empty() => impossible(&faults[0]),
        _ => Dropped::Cut,
    })
}

/// What a file says of the end of its run; one of the time before it said anything has the contents of its blood.
fn end(state: &Node<'_>) -> Vec<EndValue> {
    let Node::Object(state) = state else { return Vec::new() };
    let number = |node: &Node<'_>| match node {
        Node::Number(value, _) if value.is_finite() => Some(*value),
        _ => None,
    };
    if let Node::Object(end) = state.get("end") {
        let value = |key| Some(EndValue { key, value: number(end.get(key))? });
        return END_KEYS.into_iter().filter_map(value).collect();
    }
    let Node::Object(live) = state.get("live") else { return Vec::new() };
    let of = |pool: &str, keys: [&'static str; 2]| {
        let contents: &[Node<'_>] = if let Node::List(contents) = live.get(pool) { contents } else { &[] };
        let values = contents.iter().zip(keys).filter_map(|(node, key)| Some(EndValue { key, value: number(node)? }));
        values.collect::<Vec<_>>()
    };
    let arterial = of("arterial", ["o2_art_ml_per_dl", "co2_art_ml_per_dl"]);
    arterial.into_iter().chain(of("venous", ["o2_ven_ml_per_dl", "co2_ven_ml_per_dl"])).collect()
}

fn version<'t>(r: &mut Report<'t>, file: &Object<'t>) -> Option<()> {
    match file.get("schema_version") {
        Node::Number(value, text) if *value > f64::from(SCHEMA_VERSION) => {
            let program = match file.get("program_version") {
                Node::Text(version) => format!("Isoshunt {}", shown_to(version, VERSION_CHARS)),
                _ => "a later Isoshunt".to_owned(),
            };
            let (found, version) = (shown(text), SCHEMA_VERSION);
            r.fault(|_| Fault::Newer { program, found, own_program: PROGRAM_VERSION, version });
            None
        }
        _ => r.at(file, "schema_version", |r, node| schema::version(r, node, SCHEMA_VERSION)),
    }
}

/// A moment, or null for none.
fn saved_at(r: &mut Report<'_>, node: &Node<'_>) -> Option<Option<UtcTime>> {
    const EXPECTED: &str = "a time such as 2023-11-14T22:13:20Z, or null";
    match node {
        Node::Null => return Some(None),
        Node::Text(text) => match text.parse() {
            Ok(moment) => return Some(Some(moment)),
            Err(NotATime) => {
                let found = shown(text);
                r.fault(|path| Fault::WrongText { path, found, expected: EXPECTED.to_owned() });
            }
        },
        _ => r.wrong(node, EXPECTED),
    }
    None
}

#[derive(Serialize)]
struct SessionFile<'s> {
    kind: &'static str,
    schema_version: u32,
    program_version: &'static str,
    saved_at: Option<String>,
    seed: u64,
    steps: u64,
    initial: schema::ScenarioFile<'s>,
    events: &'s [Event],
    /// The last: a file that breaks off loses it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<StateFile<'s>>,
}

#[derive(Serialize)]
struct StateFile<'s> {
    format: u32,
    end: std::collections::BTreeMap<&'static str, f64>,
    live: &'s LiveState,
    instruments: &'s Instruments,
}

/// A session as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The file.
    pub json: String,
    /// Why the state was left out, which costs the next reader the time to make the run again; none where it was not.
    pub without_state: Option<Dropped>,
}

/// Writes a session as a file that [`parse`] reads back the same, every number bit for bit. What was written is read
/// before it is given away: a state that does not come back as it was is left out, and the rest is saved.
///
/// # Errors
/// [`ScenarioError::Refused`] where the rest would not open: a log of more actions than a file may hold.
pub fn write(session: &Session) -> Result<Written, ScenarioError> {
    const ORIGIN: &str = "the session";
    let state = session.run.as_ref().map(Run::state).map_err(Clone::clone);
    let bare = |why: Dropped| {
        let json = text(session, None);
        parse(&json, ORIGIN)?;
        Ok(Written { json, without_state: Some(why) })
    };
    let state = match state {
        Ok(state) => state,
        Err(why) => return bare(why),
    };
    let json = text(session, Some(&state));
    if json.len() > MAX_FILE_BYTES {
        return bare(Dropped::Missing);
    }
    match parse(&json, ORIGIN).map(|back| back.run) {
        // JSON has nothing but null for a number that is not finite, and null may be read as none.
        Ok(Ok(back)) if back.state() == state => Ok(Written { json, without_state: None }),
        Ok(Ok(_)) => bare(Dropped::Impossible { reason: "a number of it is not finite".to_owned() }),
        Ok(Err(why)) => bare(why),
        Err(_) => bare(Dropped::Cut),
    }
}

/// As [`write()`], where nobody is told of a state that was left out.
///
/// # Errors
/// As [`write()`].
pub fn to_json(session: &Session) -> Result<String, ScenarioError> {
    write(session).map(|written| written.json)
}

fn text(session: &Session, state: Option<&RunState>) -> String {
    let Session { saved_at, initial, seed, events, steps, end, .. } = session;
    let file = SessionFile {
        kind: KIND,
        schema_version: SCHEMA_VERSION,
        program_version: PROGRAM_VERSION,
        saved_at: saved_at.map(|moment| moment.to_string()),
        seed: *seed,
        steps: *steps,
        initial: initial.into(),
        events,
        state: state.map(|RunState { live, instruments }| StateFile {
            format: STATE_FORMAT,
            end: end.iter().map(|EndValue { key, value }| (*key, *value)).collect(),
            live,
            instruments,
        }),
    };
    // Text keys throughout: there is nothing that JSON could not hold.
    let mut json = serde_json::to_string(&file).unwrap_or_else(|error| unreachable!("{error}"));
    json.push('\n');
    json
}
