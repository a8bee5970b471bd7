//! What a session asks of its host are files, at the place that a person has typed: a store reads and writes them, and the
//! answer is a later command.

use crate::{
    app::{Command, FileKind, HostError, Request},
    store::{AnyStore, Key, Listed, MAX_FILE_BYTES, Mailbox, Patience},
};

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
#[derive(Debug, Default)]
pub(super) struct Host {
    store: AnyStore,
    answers: Mailbox<Answered>,
    patience: Patience,
}

impl Host {
    /// A host whose files are those of a store.
    pub(super) fn of(store: AnyStore) -> Host {
        Host { store, ..Host::default() }
    }

    /// Starts what the session at a desk asks for. `typed` is the place of the session file, beside which its trend
    /// stands; `patient` is that of the patient.
    pub(super) fn serve(&mut self, desk: usize, request: Request, typed: &str, patient: &str) {
        let (kind, bytes) = match request {
            Request::Put { kind, bytes, .. } => (kind, bytes),
            Request::Get { .. } => return self.read(desk, false, typed),
        };
        let place = match kind {
            FileKind::Session => typed.to_owned(),
            FileKind::Trend => Listed::at(typed).with_ending("csv"),
            FileKind::Patient => patient.to_owned(),
        };
        let path = (kind != FileKind::Trend).then(|| place.clone());
        self.patience.begin(place.clone());
        let done = self.answers.expect(move |outcome: Result<String, _>| {
            let outcome = outcome.map_err(|error| HostError::new(&error));
            Answered { desk, opens: false, path, command: Command::Written { kind, outcome } }
        });
        self.store.write(Key::Typed(place), bytes, done);
    }

    /// Starts to read a file of a patient or a run.
    pub(super) fn read(&mut self, desk: usize, opens: bool, path: &str) {
        self.patience.begin(path.to_owned());
        let key = Key::Typed(path.to_owned());
        let path = path.to_owned();
        let done = self.answers.expect(move |outcome: Result<Vec<u8>, _>| {
            let outcome = outcome.map(|bytes| (path.clone(), bytes)).map_err(|error| HostError::new(&error));
            Answered { desk, opens, path: Some(path), command: Command::Read { outcome } }
        });
        self.store.read(key, MAX_FILE_BYTES, done);
    }

    /// The next answer that is there.
    pub(super) fn answer(&mut self) -> Option<Answered> {
        self.answers.fetch()
    }

    /// Whether something was asked for and not answered.
    pub(super) fn is_waiting(&self) -> bool {
        self.answers.waiting() > 0
    }

    /// Lets time pass, s; the file that lets wait, once, when it has done so for long.
    pub(super) fn pass(&mut self, elapsed_s: f64) -> Option<String> {
        let is_waiting = self.is_waiting();
        self.patience.pass(elapsed_s, is_waiting)
    }
}
