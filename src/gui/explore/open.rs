//! What sheets over the page remember while they are open, and what is typed there.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::gas_entry::Typed;
use crate::gui::export::Wanted;
use crate::physiology::criteria::Facts;
use crate::sim::play::bedside::Gases;

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
pub(in crate::gui) const ENDING: &str = "json";

/// How long what is known of a place holds while it is in sight, s.
const KNOWN_S: f64 = 0.5;

/// Places in sight, and whether something stands there: that is asked of the store, which answers later.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    in_sight: BTreeSet<String>,
    known: BTreeMap<String, Place>,
}

/// What is known of a place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Place {
    /// When it was asked for last, s.
    asked_s: f64,
    /// Whether there is no answer to that yet.
    waits: bool,
    /// Whether something stands there; none as long as that was never answered.
    is_taken: Option<bool>,
}

impl Places {
    /// Whether something stands at a place that is in sight; none as long as that is not known.
    pub fn is_taken(&mut self, path: &str) -> Option<bool> {
        self.in_sight.insert(path.to_owned());
        self.known.get(path)?.is_taken
    }

    /// The places in sight that are to be asked for now; what is known of others is forgotten.
    pub(in crate::gui) fn due(&mut self, now_s: f64) -> Vec<String> {
        let in_sight = std::mem::take(&mut self.in_sight);
        self.known.retain(|path, place| place.waits || in_sight.contains(path));
        let mut asked = Vec::new();
        for path in in_sight {
            let is_old = |place: &Place| !place.waits && now_s - place.asked_s > KNOWN_S;
            if self.known.get(&path).is_none_or(is_old) {
                let place = self.known.entry(path.clone()).or_default();
                (place.asked_s, place.waits) = (now_s, true);
                asked.push(path);
            }
        }
        asked
    }

    /// Whether something stands at a place that was asked for; whether that is news.
    pub(in crate::gui) fn hear(&mut self, path: &str, is_taken: bool) -> bool {
        let Some(place) = self.known.get_mut(path) else { return false };
        place.waits = false;
        place.is_taken.replace(is_taken) != Some(is_taken)
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
