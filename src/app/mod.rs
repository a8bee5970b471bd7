//! What a program does with the patient, without a toolkit: commands, session, undo, plots.

mod charts;
mod session;

pub use charts::{Charts, all};
pub use session::{Change, Command, CommandError, Session, View};
