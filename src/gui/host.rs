//! What a session asks of its host are files, at the place that a person has typed: a store reads and writes them, and the
//! answer is a later command.

use crate::{
    app::{Command, FileKind, HostError, Page, Request},
    store::{AnyStore, Key, Listed, MAX_FILE_BYTES, Mailbox, Patience},
};

/// What has come of a file.
#[derive(Debug)]
pub(super) struct Answered {
    /// The desk that asked.
    pub(super) desk: usize,
    /// From which page a file was asked for that is to be seen; none where it only comes to its desk.
    pub(super) opens: Option<Page>,
    /// The file, to be kept among those used last; none where it only stands beside another.
    pub(super) path: Option<String>,
    /// What the session is told.
    pub(super) command: Command,
}

/// Files that were asked for.
#[derive(Debug, Default)]
pub(super) struct Host {
    store: AnyStore,
    answers: Mailbox<(u64, Answered)>,
    patience: Patience,
    /// How many files were asked for: only the last one is waited for.
    asked: u64,
}

impl Host {
    /// A host whose files are those of a store.
    pub(super) fn of(store: AnyStore) -> Host {
        Host { store, ..Host::default() }
    }

    /// Starts what the session at a desk asks for. `typed` is the place of the session file, beside which its trend
    /// stands; `patient` is that of the patient. What is saved takes the place of a file only where it `replaces` one.
    pub(super) fn serve(&mut self, desk: usize, request: Request, typed: &str, patient: &str, replaces: bool) {
        let (kind, bytes) = match request {
            Request::Put { kind, bytes, .. } => (kind, bytes),
            Request::Get { .. } => return self.read(desk, None, typed),
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
            (0, Answered { desk, opens: None, path, command: Command::Written { kind, outcome } })
        });
        let key = if replaces || kind == FileKind::Trend { Key::Typed(place) } else { Key::Free(place) };
        self.store.write(key, bytes, done);
    }

    /// Starts to read a file of a patient or a run; who asked for another before does not want that any more.
    pub(super) fn read(&mut self, desk: usize, opens: Option<Page>, path: &str) {
        self.asked += 1;
        let asked = self.asked;
        self.patience.begin(path.to_owned());
        let key = Key::Typed(path.to_owned());
        let path = path.to_owned();
        let done = self.answers.expect(move |outcome: Result<Vec<u8>, _>| {
            let outcome = outcome.map(|bytes| (path.clone(), bytes)).map_err(|error| HostError::new(&error));
            (asked, Answered { desk, opens, path: Some(path), command: Command::Read { outcome } })
        });
        self.store.read(key, MAX_FILE_BYTES, done);
    }

    /// The next answer that is there.
    pub(super) fn answer(&mut self) -> Option<Answered> {
        loop {
            let (asked, answered) = self.answers.fetch()?;
            if asked == 0 || asked == self.asked {
                return Some(answered);
            }
        }
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
