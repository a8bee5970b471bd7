//! Runs in session files: how far they are, written and read.

use std::path::Path;

use crate::app::run_view::RunView;
use crate::scenario::ScenarioError;
use crate::scenario::session::{self, Dropped, UtcTime};
use crate::store::{StoreError, read_bounded, write_atomic};

/// What tells two states of a run apart: how far it is, and how much was done.
pub type Progress = (u64, usize);

/// How far a run is, and how much was done to it.
#[must_use]
pub fn progress(run_view: &RunView) -> Progress {
    (run_view.run().steps(), run_view.run().events().len())
}

/// A run as it is kept.
pub(super) fn saved_run(run_view: &RunView, saved_at: Option<UtcTime>) -> session::Session {
    session::Session::new(run_view.initial(), run_view.run(), saved_at)
}

/// Why a session file was not opened or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading or writing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What it holds is no session, or its run cannot be.
    #[error(transparent)]
    Refused(#[from] ScenarioError),
}

/// Writes a run to a session file, whole or not at all. Says why its state was left out, where that was.
///
/// # Errors
/// [`FileError`]; an old file of that name is then untouched.
pub fn save(run_view: &RunView, path: &Path, saved_at: Option<UtcTime>) -> Result<Option<Dropped>, FileError> {
    let written = session::write(&saved_run(run_view, saved_at))?;
    write_atomic(path, written.json.as_bytes())?;
    Ok(written.without_state)
}

/// Reads a session file.
///
/// # Errors
/// [`FileError`] where it cannot be read, or is no session.
pub fn open(path: &Path) -> Result<session::Session, FileError> {
    Ok(session::parse(read_bounded(path)?, &path.to_string_lossy())?)
}

/// The run of a session, ready to go on.
pub(super) fn run_view(saved: session::Session) -> RunView {
    RunView::opened(saved)
}
