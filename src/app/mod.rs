//! What a program does with the patient, without a toolkit: commands, session, undo.

mod session;

pub use session::{Change, Command, Session, View};
