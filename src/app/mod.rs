//! What a program does with the patient, without a toolkit: commands, session, undo, plots.

pub mod arrangement;
mod charts;
pub mod class_lines;
pub mod clock;
mod command;
mod desk;
pub mod effect;
pub mod folder;
pub mod equations;
pub mod foreseen;
pub mod gas_card;
pub mod gas_entry;
pub mod happened;
pub mod history;
pub mod library;
pub mod lesson;
pub mod lesson_check;
pub mod lesson_pictures;
pub mod handout;
pub mod votes;
pub mod votes_csv;
pub mod autosaves;
pub mod page;
pub mod patient_file;
pub mod past;
pub mod slider_preview;
mod session;
mod typed_gas;
pub mod session_files;
pub mod settings;
pub mod run_view;

pub use charts::{Charts, EVALUATIONS_A_FRAME, NAMES, figure};
pub use command::{Command, CommandError, FileKind, HostError, Mode, OptionName, Request};
pub use desk::Desk;
pub use page::Page;
pub use session::{Beside, Change, DEFAULT_SEED, NoNumber, Session, View};
