//! The host of a session on a desktop: what it asks for are files, at the place that a person has typed. They are read
//! and written off the window's thread; the answer is a later command.

use std::io;
use std::path::PathBuf;

use crate::{
    app::{Command, FileKind, HostError, Request},
    scenario::{self, Scenario},
    store::{self, errands::Errands},
};

/// Seconds after which it is said that a file has not answered.
const PATIENCE_S: f64 = 1.0;

/// What has come of a file.
#[derive(Debug)]
pub(super) struct Answered {
    /// The desk that asked.
    pub(super) desk: usize,
    /// Whether a file was asked for that is to be seen.
    pub(super) opens: bool,
    /// The file, to be kept among those used last; none where it only stands beside another.
    pub(super) path: Option<String>,
    /// What the session is told.
    pub(super) command: Command,
}

/// Files that were asked for.
#[derive(Debug)]
pub(super) struct Host {
    errands: Errands<Answered>,
    /// The file that was asked for last, and when, on the clock of the frames; none where that was said.
    asked: Option<(String, f64)>,
}

impl Default for Host {
    fn default() -> Self {
        Host { errands: Errands::here(), asked: None }
    }
}

impl Host {
    /// A host whose files are off this thread; `wake` asks for a frame.
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub(super) fn start(wake: impl Fn() + Send + 'static) -> io::Result<Host> {
        Ok(Host { errands: Errands::start(wake)?, asked: None })
    }

    /// Starts what the session at a desk asks for. `typed` is the place of the session file, beside which its trend
    /// stands; `patient` is that of the patient.
    pub(super) fn serve(&mut self, desk: usize, request: Request, typed: &str, patient: &str, now_s: f64) {
        let (kind, bytes) = match request {
            Request::Put { kind, bytes, .. } => (kind, bytes),
            Request::Get { .. } => return self.read(desk, false, typed, now_s),
        };
        let session = PathBuf::from(typed);
        let path = match kind {
            FileKind::Session => session,
            FileKind::Trend => session.with_extension("csv"),
            FileKind::Patient => PathBuf::from(patient),
        };
        let name = path.display().to_string();
        let used = (kind != FileKind::Trend).then(|| name.clone());
        self.asked = Some((name.clone(), now_s));
        self.errands.ask(move || {
            let outcome = store::write_atomic(&path, &bytes).map(|()| name).map_err(|error| HostError::new(&error));
            Answered { desk, opens: false, path: used, command: Command::Written { kind, outcome } }
        });
    }

    /// Starts to read a file of a patient or a run.
    pub(super) fn read(&mut self, desk: usize, opens: bool, path: &str, now_s: f64) {
        self.asked = Some((path.to_owned(), now_s));
        let path = path.to_owned();
        self.errands.ask(move || {
            let outcome = store::read_bounded(&PathBuf::from(&path)).map(|bytes| (path.clone(), bytes));
            let command = Command::Read { outcome: outcome.map_err(|error| HostError::new(&error)) };
            Answered { desk, opens, path: Some(path), command }
        });
    }

    /// The next answer that is there.
    pub(super) fn answer(&mut self) -> Option<Answered> {
        self.errands.answer()
    }

    /// Whether something was asked for and not answered.
    pub(super) fn is_waiting(&self) -> bool {
        self.errands.waiting() > 0
    }

    /// The file that lets wait, once, when it has done so for long.
    pub(super) fn slow(&mut self, now_s: f64) -> Option<String> {
        let (path, _) = self.asked.take_if(|(_, asked_s)| now_s - *asked_s > PATIENCE_S)?;
        self.is_waiting().then_some(path)
    }
}

/// The patient of a file; none where it is gone, or something else.
pub(super) fn patient(path: &str) -> Option<Scenario> {
    let bytes = store::read_bounded(&PathBuf::from(path)).ok()?;
    scenario::parse(&bytes, path).ok()
}
