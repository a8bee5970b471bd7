//! Runs in session files: how far they are, written and read.

use crate::app::run_view::RunView;
use crate::scenario::ScenarioError;
use crate::scenario::session::{self, UtcTime, Written};

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

/// A run as a session file, and why its state was left out, where that was.
///
/// # Errors
/// [`ScenarioError`] where it would not open again.
pub fn write(run_view: &RunView, saved_at: Option<UtcTime>) -> Result<Written, ScenarioError> {
    session::write(&saved_run(run_view, saved_at))
}

/// The run of a session, ready to go on.
pub(super) fn run_view(saved: session::Session) -> RunView {
    RunView::opened(saved)
}
