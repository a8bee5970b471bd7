//! The window: theme, widgets, plots, panels.
//!
//! A view copies a value, edits the copy and asks for a change; nothing here holds the patient but [`Window`], which
//! hands it to the views to read.

pub mod theme;
pub mod widgets;
pub mod export;
pub mod keys;
pub mod link;
pub mod scene;
pub mod plot;
pub mod lung_picture;
pub mod trend;
pub mod challenge;
pub mod explore;
pub mod compare;
pub mod lecture;
pub mod evidence;
mod host;
mod kept;
mod measure;
mod window;
#[cfg(not(target_arch = "wasm32"))]
mod start;

pub use measure::Measurement;
#[cfg(not(target_arch = "wasm32"))]
pub use start::{GuiError, run};
pub use window::{DeckToPlay, Measured, Options, Window};
