//! A folder of one's own decks and patients, as page Lecture lists it.

use std::path::{Path, PathBuf};

use crate::app::lesson;
use crate::scenario::{self, Scenario, ScenarioError, deck};
use crate::store::{self, StoreError};

/// Most files of a folder that are looked at.
pub const MOST_FILES: usize = 100;
/// How the names of files end that are looked at.
const ENDING: &str = "json";

/// A file of the folder.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
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

impl Listed {
    /// Name of the file.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Looks into a folder.
///
/// # Errors
/// [`StoreError`] where it is no folder that can be read.
pub fn look(folder: &Path) -> Result<Folder, StoreError> {
    let mut paths = store::files_of(folder, ENDING)?;
    let more = paths.len().saturating_sub(MOST_FILES);
    paths.truncate(MOST_FILES);
    let files = paths.into_iter().map(|path| Listed { what: found(&path), path }).collect();
    Ok(Folder { files, more })
}

fn found(path: &Path) -> Found {
    let bytes = match store::read_bounded(path) {
        Ok(bytes) => bytes,
        Err(reason) => return Found::Refused(reason.to_string()),
    };
    let origin = path.to_string_lossy();
    let is_deck = bytes.windows(deck::KIND.len()).any(|window| window == deck::KIND.as_bytes());
    if is_deck {
        return match lesson::read(&bytes, &origin) {
            Ok(deck) => Found::Deck {
                questions: deck.steps.iter().filter_map(|step| step.scene()?.ask.as_ref()).count(),
                minutes: deck.minutes,
                title: deck.title,
            },
            Err(error) => Found::Refused(first(&error)),
        };
    }
    match scenario::parse(&bytes, &origin) {
        Ok(patient) => Found::Patient(Box::new(patient)),
        Err(error) => Found::Refused(first(&error)),
    }
}

/// The first line of what is wrong: the rest is told when the file is opened.
fn first(error: &ScenarioError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_folder_lists_decks_and_patients_and_says_what_it_cannot_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("b-deck.json", deck::FILES[2].1);
        write("a-patient.json", &scenario::to_json(&scenario::builtin()[0]));
        write("c-broken.json", &deck::FILES[2].1.replace("\"quick\"", "\"loud\""));
        write("notes.txt", "nothing");
        std::fs::create_dir(folder.path().join("d.json")).expect("made");
        let listed = look(folder.path()).expect("a folder");
        let names: Vec<String> = listed.files.iter().map(Listed::name).collect();
        assert_eq!(
            (names, listed.more),
            (vec!["a-patient.json".into(), "b-deck.json".into(), "c-broken.json".into()], 0)
        );
        assert!(matches!(&listed.files[0].what, Found::Patient(patient) if patient.id == scenario::builtin()[0].id));
        assert!(matches!(&listed.files[1].what, Found::Deck { questions, .. } if *questions > 3));
        let Found::Refused(reason) = &listed.files[2].what else { panic!("it is read") };
        assert!(reason.contains("c-broken.json:") && reason.contains("`loud`"), "{reason}");
        assert!(look(&folder.path().join("none")).is_err());
    }
}
