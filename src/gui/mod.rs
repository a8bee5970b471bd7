//! The window: theme, widgets, plots, panels.
//!
//! A view copies a value, edits the copy and asks for a change; nothing here holds the patient.

pub mod plot;
pub mod theme;
pub mod widgets;
