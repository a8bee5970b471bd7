//! The session file, version 1: a run with its patient, everything that was done, and where it stands.
//!
//! ```text
//! { "kind": "isoshunt-session", "schema_version": 1, "program_version": "0.1.0",
//!   "saved_at": "2023-11-14T22:13:20Z" or null,
//!   "seed": 7, "steps": 1200,
//!   "initial": { a scenario }, "events": [{ "step": 120, "action": { "set": { "fio2_frac": 1.0 } } }], "state": ... }
//! ```
//!
//! The patient, the seed and the events are enough to run it again; the state is what that comes to after `steps`, so
//! that a long run opens at once. The file is read in two steps as every other, and is taken whole or refused: the
//! state has every key of its type and no other, and the numbers come back bit for bit.
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
//! assert_eq!(back.run.state(), run.state());
//! assert_eq!(back.summary().patient_time_s, 60.0);
//!
//! let error = session::parse(&json[..100], "run.json").unwrap_err();
//! assert!(error.to_string().starts_with("run.json: line 1, column 101: "));
//! ```

mod stamp;

use serde::Serialize;

pub use stamp::{NotATime, UtcTime};

use super::fault::{Fault, ScenarioError};
use super::schema::{self, Scenario};
use super::tree::{self, Limits, Node, Object, Report, Step};
use crate::sim::play::run::{ActionError, Event, Run, RunError, RunState};
use crate::text::{shown, shown_to};

/// The version of the file that is read and written.
pub const SCHEMA_VERSION: u32 = 1;
/// What the file says it is.
pub const KIND: &str = "isoshunt-session";
/// Largest session file, bytes.
pub const MAX_SESSION_BYTES: usize = 32 << 20;

const LIMITS: Limits = Limits { bytes: MAX_SESSION_BYTES, values: 1 << 21 };
/// Version of this program.
const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Most characters of another program's version that a message repeats.
const VERSION_CHARS: usize = 30;
/// Most characters of a reason that the run gives.
const REASON_CHARS: usize = 300;

/// A run as a file holds it.
#[derive(Debug, Clone)]
pub struct Session {
    /// When it was saved; none where nobody said.
    pub saved_at: Option<UtcTime>,
    /// Version of the program that saved it. Another one may come to other bits where it runs it again.
    pub program_version: String,
    /// The patient at the beginning.
    pub initial: Scenario,
    /// The run.
    pub run: Run,
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
            run: run.clone(),
        }
    }

    /// What an offer to open it says.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary { title: self.initial.title.clone(), patient_time_s: self.run.time_s(), saved_at: self.saved_at }
    }
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
    let steps = r.at(file, "steps", |r, node| r.typed::<u64>(node));
    let initial = r.at(file, "initial", schema::scenario);
    let events =
        r.at(file, "events", |r, node| r.each(node, (0, LIMITS.values), "objects", |r, node| r.typed::<Event>(node)));
    let state = r.at(file, "state", |r, node| r.typed::<RunState>(node));
    let (saved_at, program_version, initial) = (saved_at?, program_version?, initial?);
    match Run::restore(&initial.params, seed?, events?, steps?, state?) {
        Ok(run) => Some(Session { saved_at, program_version, initial, run }),
        Err(error) => {
            misfit(r, error);
            None
        }
    }
}

/// Notes why the parts of a file, each sound, make no run together.
fn misfit(r: &mut Report<'_>, error: RunError) {
    let key = |key: &'static str| Step::Key(key.into());
    let event = |index: usize| vec![Step::Index(index), key("events")];
    let differs = |found: u64, expected: u64| format!("{found} where the file says {expected}");
    // Where, the innermost step first.
    let (steps, reason) = match error {
        RunError::Event { index, source: ActionError::Params(errors), .. } => {
            for error in errors {
                r.refused(event(index), Box::new(|path| Fault::Joint { path, error }));
            }
            return;
        }
        RunError::Event { index, source, .. } => (event(index), source.to_string()),
        RunError::Order { index, step, end } => {
            let reason = format!("step {step} is not in the order of time, or after the end at step {end}");
            (event(index), reason)
        }
        RunError::State(error) => (vec![key("live"), key("state")], error.to_string()),
        RunError::Steps { found, expected } => {
            (vec![key("steps"), key("live"), key("state")], differs(found, expected))
        }
        RunError::Seed { found, expected } => {
            (vec![key("seed"), key("instruments"), key("state")], differs(found, expected))
        }
    };
    let reason = shown_to(&reason, REASON_CHARS);
    r.refused(steps, Box::new(|path| Fault::Unfit { path, reason }));
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
    state: &'s RunState,
}

/// Writes a session as a file that [`parse`] reads back the same, every number bit for bit. What was written is read
/// before it is given away, so that no file is saved that could not be opened.
///
/// # Errors
/// [`ScenarioError::Refused`] where it would not open: above all, where a number of the state is not finite.
pub fn to_json(session: &Session) -> Result<String, ScenarioError> {
    const ORIGIN: &str = "the session";
    let Session { saved_at, initial, run, .. } = session;
    let state = run.state();
    let file = SessionFile {
        kind: KIND,
        schema_version: SCHEMA_VERSION,
        program_version: PROGRAM_VERSION,
        saved_at: saved_at.map(|moment| moment.to_string()),
        seed: run.seed(),
        steps: run.steps(),
        initial: initial.into(),
        events: run.events(),
        state: &state,
    };
    // Text keys throughout: there is nothing that JSON could not hold.
    let mut json = serde_json::to_string(&file).unwrap_or_else(|error| unreachable!("{error}"));
    json.push('\n');
    let back = parse(&json, ORIGIN)?;
    if back.run.state() != state || back.run.events() != run.events() {
        // JSON has nothing but null for it, and null may be read as none.
        let reason = "a number is not finite, and would not be read as it was written".to_owned();
        let faults = vec![Fault::Unfit { path: "the whole".to_owned(), reason }];
        return Err(ScenarioError::Refused { origin: ORIGIN.to_owned(), faults, more: 0 });
    }
    Ok(json)
}
