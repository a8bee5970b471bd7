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
    /// Whether it lies over the page.
    pub is_open: bool,
    /// What is typed: it stays when the form is closed.
    pub typed: Typed,
    /// Whether the first field has had the keyboard since it was opened.
    pub begun: bool,
}

/// What is typed of a patient that is to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// Name on the command line of the one he is made from: what is typed of one is not another's.
    pub of: String,
    /// His name.
    pub title: String,
    /// What he teaches.
    pub text: String,
    /// The place of his file; empty for the usual one.
    pub path: String,
}
