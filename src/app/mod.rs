//! What a program does with the patient, without a toolkit: commands, session, undo, plots.

pub mod arrangement;
mod charts;
pub mod clock;
pub mod effect;
pub mod equations;
pub mod happened;
pub mod history;
pub mod autosaves;
pub mod past;
pub mod slider_preview;
mod session;
pub mod session_files;
pub mod settings;
pub mod run_view;

pub use charts::{Charts, EVALUATIONS_A_FRAME, NAMES, figure};
pub use session::{Change, Command, CommandError, DEFAULT_SEED, Mode, Session, View};
