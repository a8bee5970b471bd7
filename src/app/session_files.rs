//! Runs in session files: how far they are, written and read.

use crate::app::run_view::RunView;
use crate::scenario::ScenarioError;
use crate::scenario::session::{self, UtcTime, Written};

/// What tells two states of runs apart: which run, how far it is, and how much was done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The run, by a number of this program: another patient's, and one that went back to a checkpoint, is another.
    pub line: u64,
    /// Model steps.
    pub steps: u64,
    /// Actions.
    pub events: usize,
}

impl Progress {
    /// Whether anything has happened to the run.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        (self.steps, self.events) != (0, 0)
    }
}

/// How far a run is, and how much was done to it.
#[must_use]
pub fn progress(run_view: &RunView) -> Progress {
    Progress { line: run_view.line(), steps: run_view.run().steps(), events: run_view.run().events().len() }
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
