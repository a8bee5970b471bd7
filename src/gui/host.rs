//! The host of a session on a desktop: what it asks for are files, at the place that a person has typed.

use std::path::PathBuf;

use crate::{
    app::{Command, FileKind, HostError, Request},
    scenario::{self, Scenario},
    store,
};

/// Does what a session asks for, and says so in a command. `typed` is the place of the session file, beside which its
/// trend stands; `patient` is that of the patient.
pub(super) fn serve(request: Request, typed: &str, patient: &str) -> Command {
    let session = PathBuf::from(typed);
    match request {
        Request::Put { kind, bytes, .. } => {
            let path = match kind {
                FileKind::Session => session,
                FileKind::Trend => session.with_extension("csv"),
                FileKind::Patient => PathBuf::from(patient),
            };
            let written = store::write_atomic(&path, &bytes);
            let outcome = written.map(|()| path.display().to_string()).map_err(|error| HostError::new(&error));
            Command::Written { kind, outcome }
        }
        Request::Get { .. } => read(typed),
    }
}

/// Reads a file of a patient or a run.
pub(super) fn read(path: &str) -> Command {
    let outcome = store::read_bounded(&PathBuf::from(path)).map(|bytes| (path.to_owned(), bytes));
    Command::Read { outcome: outcome.map_err(|error| HostError::new(&error)) }
}

/// The patient of a file; none where it is gone, or something else.
pub(super) fn patient(path: &str) -> Option<Scenario> {
    let bytes = store::read_bounded(&PathBuf::from(path)).ok()?;
    scenario::parse(&bytes, path).ok()
}
