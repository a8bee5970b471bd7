//! Runs in session files: how far they are, written and read.

use std::path::Path;

use crate::app::run_view::RunView;
use crate::scenario::ScenarioError;
use crate::scenario::session::{self, MAX_SESSION_BYTES, UtcTime};
use crate::store::{StoreError, read_bounded_to, write_atomic};

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

/// Writes a run to a session file, whole or not at all.
///
/// # Errors
/// [`FileError`]; an old file of that name is then untouched.
pub fn save(run_view: &RunView, path: &Path, saved_at: Option<UtcTime>) -> Result<(), FileError> {
    let json = session::to_json(&saved_run(run_view, saved_at))?;
    Ok(write_atomic(path, json.as_bytes())?)
}

/// Opens the run of a session file.
///
/// # Errors
/// [`FileError`] where it cannot be read, is no session, or its run cannot be.
pub fn open(path: &Path) -> Result<RunView, FileError> {
    let bytes = read_bounded_to(path, MAX_SESSION_BYTES as u64)?;
    Ok(run_view(session::parse(&bytes, &path.to_string_lossy())?))
}

/// The run of a session, ready to go on.
pub(super) fn run_view(saved: session::Session) -> RunView {
    RunView::restored(saved.initial, saved.run)
}
