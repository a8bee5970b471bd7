//! The host of a session on a desktop: what it asks for are files, at the place that a person has typed.

use std::path::PathBuf;

use crate::{
    app::{Command, FileKind, HostError, Request},
    store,
};

/// Does what a session asks for, and says so in a command. `typed` is the place of the session file; other files stand
/// beside it.
pub(super) fn serve(request: Request, typed: &str) -> Command {
    let session = PathBuf::from(typed);
    match request {
        Request::Put { kind, bytes, .. } => {
            let path = match kind {
                FileKind::Session => session,
                FileKind::Trend => session.with_extension("csv"),
            };
            let written = store::write_atomic(&path, &bytes);
            let outcome = written.map(|()| path.display().to_string()).map_err(|error| HostError::new(&error));
            Command::Written { kind, outcome }
        }
        Request::Get { .. } => {
            let read = store::read_bounded(&session);
            let outcome = read.map(|bytes| (session.to_string_lossy().into_owned(), bytes));
            Command::Read { outcome: outcome.map_err(|error| HostError::new(&error)) }
        }
    }
}
