//! What sheets over the page remember while they are open, and what is typed there.

use crate::app::gas_entry::Typed;

/// How many panes the page has: controls, pictures, what stands under them, the bar of time, the bar at the top.
pub const PANES: usize = 5;

/// The library of patients.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenLibrary {
    /// What is searched.
    pub search: String,
    /// The patient that Enter takes.
    pub chosen: String,
    /// Whether that has to be scrolled to.
    pub moved: bool,
    /// Whether the search has had the keyboard.
    pub begun: bool,
}

/// The form of a blood gas.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenGas {
    /// What is typed.
    pub typed: Typed,
    /// Whether the first field has had the keyboard.
    pub begun: bool,
}

/// What is typed of a patient that is to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// His name.
    pub title: String,
    /// What he teaches.
    pub text: String,
    /// The place of his file; empty for the usual one.
    pub path: String,
}
