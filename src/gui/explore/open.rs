//! What sheets over the page remember while they are open, and what is typed there.

use std::path::{Path, PathBuf};

use crate::app::gas_entry::Typed;
use crate::gui::export::Wanted;
use crate::physiology::criteria::Facts;
use crate::sim::play::bedside::Gases;
use crate::store;

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

/// The board of criteria and of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenBoard {
    /// Whether it lies over the page.
    pub is_open: bool,
    /// What was said that no model knows; it stays when the board is closed.
    pub facts: Facts,
    /// Whether gases are those of the last sample instead of the blood as it is.
    pub by_samples: bool,
    /// Whether the truth of the mechanism is asked for.
    pub shows_truth: bool,
}

impl OpenBoard {
    /// Whether the truth of the mechanism is asked for; none while it is closed.
    #[must_use]
    pub fn truth_asked(&self) -> Option<bool> {
        self.is_open.then_some(self.shows_truth)
    }

    /// Where its blood gases come from; none while it is closed.
    #[must_use]
    pub fn gases(&self) -> Option<Gases> {
        let gases = if self.by_samples { Gases::LastSample } else { Gases::Truth };
        self.is_open.then_some(gases)
    }
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

/// How the names of files end that are listed.
pub(super) const ENDING: &str = "json";

/// A folder that is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFolder {
    /// Which.
    pub folder: PathBuf,
    /// Folders in it.
    pub folders: Vec<PathBuf>,
    /// Files in it that may be opened.
    pub files: Vec<PathBuf>,
    /// Why what it holds is not known, where it is not.
    pub problem: Option<String>,
}

impl OpenFolder {
    /// The folder of a path, or the home folder where that is none.
    pub(super) fn of(path: &str, home: &str) -> Self {
        let near = [path, home].into_iter().filter_map(|path| Path::new(path).parent());
        let folder = near.into_iter().find(|folder| store::folders_of(folder).is_ok());
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        Self::at(folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf))
    }

    /// A folder.
    pub(super) fn at(folder: PathBuf) -> Self {
        let held = store::folders_of(&folder).and_then(|folders| Ok((folders, store::files_of(&folder, ENDING)?)));
        let problem = held.as_ref().err().map(ToString::to_string);
        let (folders, files) = held.unwrap_or_default();
        OpenFolder { folder, folders, files, problem }
    }
}

/// What waits until it is known where it goes, with the folder that is typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// What.
    pub wanted: Wanted,
    /// The folder.
    pub folder: String,
}
