//! A folder of one's own decks and patients, as page Lecture lists it.

use crate::app::lesson;
use crate::scenario::{self, Scenario, ScenarioError, deck};
use crate::store::{self, StoreError};

/// Most files of a folder that are looked at.
pub const MOST_FILES: usize = 100;
/// How the names of files end that are looked at.
pub const ENDING: &str = "json";

/// A file of the folder.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which.
    pub file: store::Listed,
    /// What it is.
    pub what: Found,
}

/// What a file is.
#[derive(Debug, Clone)]
pub enum Found {
    /// A deck.
    Deck {
        /// Its title.
        title: String,
        /// How long it takes.
        minutes: f64,
        /// How many questions it has.
        questions: usize,
    },
    /// A patient.
    Patient(Box<Scenario>),
    /// Nothing that is read here, and why.
    Refused(String),
}

/// What a folder holds.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// Its files, by name.
    pub files: Vec<Listed>,
    /// How many there are beyond [`MOST_FILES`].
    pub more: usize,
}

/// What a file is that was read, or could not be.
pub(super) fn found(path: &str, bytes: Result<Vec<u8>, StoreError>) -> Found {
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(reason) => return Found::Refused(reason.to_string()),
    };
    let is_deck = bytes.windows(deck::KIND.len()).any(|window| window == deck::KIND.as_bytes());
    if is_deck {
        return match lesson::read(&bytes, path) {
            Ok(deck) => Found::Deck {
                questions: deck.steps.iter().filter_map(|step| step.scene()?.ask.as_ref()).count(),
                minutes: deck.minutes,
                title: deck.title,
            },
            Err(error) => Found::Refused(first(&error)),
        };
    }
    match scenario::parse(&bytes, path) {
        Ok(patient) => Found::Patient(Box::new(patient)),
        Err(error) => Found::Refused(first(&error)),
    }
}

/// The first line of what is wrong: the rest is told when the file is opened.
fn first(error: &ScenarioError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
