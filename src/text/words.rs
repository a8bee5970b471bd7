//! Names and messages of the window by key: what a translation replaces.
//!
//! A line of a list is a name and a text, with names for the values that stand in it, and two texts where one thing is
//! said otherwise than several (the first value is then the count):
//!
//! ```text
//! reset_hint = "All as they were loaded";
//! swap(with) = "Swap A and {with}";
//! score(points) = "{points:.0} of 100";
//! votes(count) = "1 vote" or "{count} votes";
//! ```
//!
//! Each is a function, here `words::compare::swap("B")`, and has a key, here `compare.swap`. A language is a JSON object
//! of key and text ([`english`] is the one to begin with) that [`speak`] reads before the window opens. Names of
//! parameters, quantities, moves and plots stand with their rows, patients and questions in their files.

use std::collections::BTreeMap;

use thiserror::Error;

use super::message::{Forms, Misplaced, Text, misplaced};

/// A text without values, for a table that is made before anything is said.
pub type Word = fn() -> &'static str;

/// Declares the lists and gathers them.
macro_rules! lists {
    ($($list:ident),+ $(,)?) => {
        $(
            #[cfg_attr(not(feature = "gui"), allow(dead_code, reason = "said in the window alone"))]
            pub(crate) mod $list;
        )+

        /// Every list.
        static LISTS: &[&[Text]] = &[$(&$list::TEXTS),+];
    };
}

lists! {
    common,
    pages,
    keys,
    window,
    widgets,
    exports,
    lung,
    explore,
    pictures,
    vitals,
    sliders,
    time,
    foreseen,
    blood_gases,
    moves,
    happened,
    equations,
    rescue,
    gas,
    library,
    files,
    help,
    compare,
    fit,
    challenge,
    bedside,
    debrief,
    bad_sample,
    bank,
    name_mechanism,
    lecture,
    evidence,
}

/// Added to the key of a text that has another form for one thing.
const ONE: &str = ".one";

/// Why a language cannot be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LanguageError {
    /// Not an object of texts.
    #[error("not a JSON object of key and text: {reason}")]
    NotTexts {
        /// What the reader says.
        reason: String,
    },
    /// No text has this key.
    #[error("no text has the key `{key}`")]
    Unknown {
        /// The key.
        key: String,
    },
    /// A text has no translation.
    #[error("`{key}` is not there")]
    Missing {
        /// The key.
        key: String,
    },
    /// A brace that is not closed, or digits not written as `:.1`.
    #[error("`{key}` has a place that is not written as {{name}} or {{name:.1}}")]
    Malformed {
        /// The key.
        key: String,
    },
    /// A place that has no value.
    #[error("`{key}` has a place that is not one of {}", .known.join(", "))]
    NoValue {
        /// The key.
        key: String,
        /// The values that there are.
        known: &'static [&'static str],
    },
    /// A value that has no place.
    #[error("`{key}` leaves out {{{place}}}")]
    NoPlace {
        /// The key.
        key: String,
        /// The value.
        place: &'static str,
    },
}

/// Every text of the window.
pub fn texts() -> impl Iterator<Item = &'static Text> {
    LISTS.iter().copied().flatten()
}

/// Every text in English by key, as a translation is written; the form for one thing has `.one` behind its key.
#[must_use]
pub fn english() -> BTreeMap<String, &'static str> {
    let forms = |text: &'static Text| {
        let Forms { one, other } = text.english();
        let one = one.map(|one| (format!("{}{ONE}", text.key()), one));
        one.into_iter().chain([(text.key().to_owned(), *other)])
    };
    texts().flat_map(forms).collect()
}

/// Speaks the language of a JSON object of key and text from now on. Meant to be called once, before a window opens: a
/// language that is spoken stays.
///
/// # Errors
/// Every fault of it, at most 50; then nothing of it is spoken.
pub fn speak(json: &str) -> Result<(), Vec<LanguageError>> {
    let read: BTreeMap<String, String> =
        serde_json::from_str(json).map_err(|error| vec![LanguageError::NotTexts { reason: error.to_string() }])?;
    let mut left = read;
    let mut faults = Vec::new();
    let mut translated = Vec::new();
    for text in texts() {
        let mut take = |key: String, of_one: bool| {
            let said = left.remove(&key);
            let fault = match said.as_deref().map(|said| misplaced(said, text.places(), of_one)) {
                None => Some(LanguageError::Missing { key }),
                Some(None) => None,
                Some(Some(Misplaced::Malformed)) => Some(LanguageError::Malformed { key }),
                Some(Some(Misplaced::NoValue)) => Some(LanguageError::NoValue { key, known: text.places() }),
                Some(Some(Misplaced::NoPlace(at))) => Some(LanguageError::NoPlace { key, place: text.places()[at] }),
            };
            faults.extend(fault);
            said
        };
        let one = text.english().one.and_then(|_| take(format!("{}{ONE}", text.key()), true));
        if let Some(other) = take(text.key().to_owned(), false) {
            translated.push((text, Forms { one, other }));
        }
    }
    faults.extend(left.into_keys().map(|key| LanguageError::Unknown { key: super::shown(&key) }));
    faults.truncate(MOST_FAULTS);
    if !faults.is_empty() {
        return Err(faults);
    }
    for (text, forms) in translated {
        text.translate(forms);
    }
    Ok(())
}

/// Most faults that are told of one language.
const MOST_FAULTS: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(change: impl FnOnce(&mut BTreeMap<String, &'static str>)) -> Result<(), Vec<LanguageError>> {
        let mut all = english();
        change(&mut all);
        speak(&serde_json::to_string(&all).expect("texts are JSON"))
    }

    #[test]
    fn inv_every_key_is_one_of_a_kind() {
        let keys = texts().map(Text::key).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(keys.len(), texts().count());
        let forms = texts().map(|text| 1 + usize::from(text.english().one.is_some())).sum::<usize>();
        assert_eq!(english().len(), forms);
    }

    #[test]
    fn inv_a_language_that_is_not_whole_is_refused() {
        let text = texts().find(|text| text.places() == ["with"]).expect("a text with a value");
        let key = text.key().to_owned();
        let refused = |said: Option<&'static str>| {
            changed(|all| {
                let _ = match said {
                    Some(said) => all.insert(key.clone(), said),
                    None => all.remove(&key),
                };
            })
            .expect_err("a fault")
        };
        assert_eq!(refused(None), [LanguageError::Missing { key: key.clone() }]);
        assert_eq!(refused(Some("A")), [LanguageError::NoPlace { key: key.clone(), place: "with" }]);
        assert_eq!(refused(Some("{with} {of}")), [LanguageError::NoValue { key: key.clone(), known: &["with"] }]);
        assert_eq!(refused(Some("{with")), [LanguageError::Malformed { key: key.clone() }]);
        let more = |all: &mut BTreeMap<String, &'static str>| {
            let _ = all.insert("compare.swop".to_owned(), "Swap");
        };
        let unknown = changed(more).expect_err("a fault");
        assert_eq!(unknown, [LanguageError::Unknown { key: "compare.swop".to_owned() }]);
        assert!(matches!(&speak("[1]").expect_err("a fault")[..], [LanguageError::NotTexts { .. }]));
        assert_eq!(speak("{}").expect_err("faults").len(), MOST_FAULTS.min(english().len()));
    }
}
