//! Patients and runs as files: what a file that is opened holds, and the patient on the screen as a scenario of one's own.

use thiserror::Error;

use crate::scenario::session::{self, Session};
use crate::scenario::{self, Scenario, ScenarioError};
use crate::sim::params::{Params, Setting};
use crate::text::display_units::DisplayUnits;
use crate::text::words::{self, Word};
use crate::text::{shown, spaced};

/// Longest id of a patient of one's own, characters.
const MOST_ID_CHARS: usize = 40;
/// Settings that are named in a title, and in a sentence; of more only how many.
const IN_TITLE: usize = 2;
const IN_SENTENCE: usize = 10;
/// How much of a file is looked at for what it calls itself, bytes.
const HEAD_BYTES: usize = 2000;

/// What a file that is opened holds.
#[derive(Debug, Clone)]
pub enum Opened {
    /// A patient.
    Patient(Box<Scenario>),
    /// A run.
    Run(Box<Session>),
}

/// Why a file is not opened as a patient or a run.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NotOpened {
    /// A file of this program of another kind.
    #[error("{}", words::files::neither_patient_nor_run(.name, .what))]
    OtherKind {
        /// The file, made harmless.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// No file of this program.
    #[error("{}", words::files::neither_patient_nor_run(.name, .what))]
    Foreign {
        /// The file, made harmless.
        name: String,
        /// What it looks like.
        what: &'static str,
    },
    /// The right kind, with faults.
    #[error(transparent)]
    Faulty(#[from] ScenarioError),
}

/// Kinds of files of this program, and what they are called.
const OTHER_KINDS: [(&str, Word); 6] = [
    (scenario::deck::KIND, words::files::kind_deck),
    (scenario::gases::KIND, words::files::kind_gases),
    (scenario::record::KIND, words::files::kind_record),
    (scenario::claims::KIND, words::files::kind_claims),
    (scenario::beliefs::KIND, words::files::kind_beliefs),
    (scenario::questions::KIND, words::files::kind_questions),
];

/// Reads a file as what it is; `name` is what messages call it.
///
/// # Errors
/// [`NotOpened`] says what it is and what was wanted, or every fault of it.
pub fn open(bytes: &[u8], name: &str) -> Result<Opened, NotOpened> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
    if let Some(kind) = value_of(&head, "kind") {
        if kind == session::KIND {
            return Ok(Opened::Run(Box::new(session::parse(bytes, name)?)));
        }
        let known = OTHER_KINDS.iter().find(|(known, _)| *known == kind);
        let what = known.map_or(words::files::kind_other(), |(_, what)| what());
        return Err(NotOpened::OtherKind { name: shown(name), what });
    }
    let whole = String::from_utf8_lossy(bytes);
    if whole.contains(&format!("\"{}\"", session::KIND)) {
        // Keys may come in any order.
        return Ok(Opened::Run(Box::new(session::parse(bytes, name)?)));
    }
    let foreign = |what| Err(NotOpened::Foreign { name: shown(name), what });
    match head.trim_start_matches('\u{feff}').trim_start().chars().next() {
        None => return foreign(words::files::kind_empty()),
        Some('{') => {}
        Some('[') => return foreign(words::files::kind_list()),
        Some(_) if bytes.contains(&0) => return foreign(words::files::kind_no_text()),
        Some(_) => return foreign(words::files::kind_no_json()),
    }
    // Of a patient and of nothing else: a file without both is some other program's.
    if !(whole.contains("\"schema_version\"") || whole.contains("\"parameters\"")) {
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(whole.trim_start_matches('\u{feff}')).is_ok();
        return foreign(if is_json { words::files::kind_foreign_json() } else { words::files::kind_no_json() });
    }
    Ok(Opened::Patient(Box::new(scenario::parse(bytes, name)?)))
}

/// The text that stands for a key near the beginning of a file.
fn value_of<'a>(head: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = head.split_once(&format!("\"{key}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(value, _)| value)
}

/// The patient on the screen as a scenario of one's own. What is expected of the one he was made from, and what is played
/// with him, is not his.
#[must_use]
pub fn own(params: &Params, from: &Scenario, title: &str, text: &str) -> Scenario {
    let title = if title.trim().is_empty() { from.title.as_str() } else { title.trim() };
    let text = text.trim();
    Scenario {
        id: id_of(title),
        title: title.to_owned(),
        teaches: if text.is_empty() { from.teaches.clone() } else { first_sentence(text) },
        text: if text.is_empty() { from.text.clone() } else { text.to_owned() },
        sources: vec![words::files::sources_of(&from.title, &from.id)],
        params: params.clone(),
        expected: Vec::new(),
        timeline: None,
    }
}

/// A patient with other settings than those of his file, for another page: his title and his sentence say what is set
/// otherwise, so that nothing is told of him that was said of the one in the file. With the settings of his file he is
/// who he was.
#[must_use]
pub fn as_set(from: &Scenario, params: Params) -> Scenario {
    let changes = params.changes_from(&from.params);
    if changes.is_empty() && params == from.params {
        return from.clone();
    }
    let listed = |most: usize, last: &str| {
        let mut said: Vec<String> = changes.iter().take(most).map(told).collect();
        if changes.len() > most {
            said.push(words::files::and_more(last, changes.len() - most));
        }
        if said.is_empty() { words::files::other_units().to_owned() } else { said.join(", ") }
    };
    let title = format!("{}: {}", from.title, listed(IN_TITLE, words::files::and()));
    let teaches = words::challenge::made_from(&from.title, listed(IN_SENTENCE, words::files::and()));
    Scenario {
        id: id_of(&title),
        text: teaches.clone(),
        title,
        teaches,
        sources: std::iter::once(words::files::sources_of(&from.title, &from.id)).chain(from.sources.clone()).collect(),
        params,
        expected: Vec::new(),
        timeline: None,
    }
}

/// What is set, as people read it; in the units of files.
fn told(setting: &Setting) -> String {
    match *setting {
        Setting::Param(id, value) => {
            let bounds = id.bounds();
            let units = DisplayUnits::default();
            format!("{} {}{}", bounds.label, bounds.number(value, units), spaced(bounds.shown_unit(units)))
        }
        Setting::Switch(id, option) => format!("{} {}", id.label(), option.replace('_', " ")),
    }
}

fn first_sentence(text: &str) -> String {
    let end = text.find(['.', '!', '?', '\n']).map_or(text.len(), |at| at + usize::from(!text[at..].starts_with('\n')));
    text[..end].trim().to_owned()
}

/// A name for files and the command line: lower-case words with hyphens.
#[must_use]
pub fn id_of(title: &str) -> String {
    let plain: String = title.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let mut id = String::new();
    for word in words {
        if id.len() + word.len() + 1 > MOST_ID_CHARS {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.push_str(word);
    }
    if id.is_empty() { "own-patient".to_owned() } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::ParamId;

    #[test]
    fn inv_a_patient_of_ones_own_comes_back_from_his_file() {
        let from = scenario::find("oxygen-in-copd").expect("built in");
        let params = from.params.with(ParamId::Fio2, 0.4).expect("allowed");
        let made = own(&params, from, "  My ward: bed 7, “blue”  ", "Lips are blue. He smokes.\nFor years.");
        assert_eq!((made.id.as_str(), made.title.as_str()), ("my-ward-bed-7-blue", "My ward: bed 7, “blue”"));
        assert_eq!((made.teaches.as_str(), made.timeline.is_none()), ("Lips are blue.", true));
        let Ok(Opened::Patient(back)) = open(scenario::to_json(&made).as_bytes(), "a.json") else { panic!("opens") };
        assert_eq!(*back, made);
        // Without words he keeps those of the one he was made from; a title of signs alone has a name too.
        let plain = own(&params, from, "", "");
        assert_eq!((&plain.title, &plain.teaches), (&from.title, &from.teaches));
        assert_eq!(id_of("…"), "own-patient");
        assert!(scenario::is_id(&id_of(&"word ".repeat(40))));
    }

    #[test]
    fn inv_a_patient_who_is_set_otherwise_says_so_and_one_who_is_not_is_himself() {
        let from = scenario::find("oxygen-in-copd").expect("built in");
        assert_eq!(&as_set(from, from.params.clone()), from);
        let set = |settings: &[(ParamId, f64)]| {
            settings.iter().fold(from.params.clone(), |params, (id, value)| params.with(*id, *value).expect("allowed"))
        };
        let made = as_set(from, set(&[(ParamId::Fio2, 0.4)]));
        assert_eq!(made.title, format!("{}: FiO₂ 0.40", from.title));
        assert_eq!(made.teaches, format!("Made from {}: FiO₂ 0.40.", from.title));
        assert!(made.timeline.is_none() && made.expected.is_empty() && made.id != from.id);
        let made = as_set(from, set(&[(ParamId::Fio2, 0.4), (ParamId::Hb, 9.0), (ParamId::Pb, 700.0)]));
        assert!(made.title.ends_with(", and 1 more") && made.teaches.contains("9.0 g/dL"), "{made:?}");
        let Ok(Opened::Patient(back)) = open(scenario::to_json(&made).as_bytes(), "a.json") else { panic!("opens") };
        assert_eq!(*back, made);
    }

    #[test]
    fn inv_a_file_that_is_none_says_what_it_is_and_what_was_wanted() {
        let refused = |bytes: &[u8]| open(bytes, "f.json").expect_err("refused").to_string();
        for (bytes, what) in [
            (&br#"{"kind": "isoshunt-deck", "schema_version": 1}"#[..], "a deck of a lecture"),
            (br#"{"kind": "isoshunt-gases"}"#, "a file of blood gases"),
            (br#"{ "kind" : "somebody-elses" }"#, "a file of another kind"),
            (b"", "empty"),
            (b"[1, 2]", "a list in JSON"),
            (b"hello", "text that is no JSON"),
            (b"{bad", "text that is no JSON"),
            (b"\x7fELF\0\0", "a file of no text"),
            (br#"{"name": "x"}"#, "JSON of another program"),
        ] {
            let told = refused(bytes);
            assert_eq!(told, format!("f.json is {what}: a patient (scenario) or a run (session) is wanted here"));
        }
        let told = refused(br#"{"schema_version": 1, "id": "x", "parameters": {"fio2_frac": 60}}"#);
        assert!(told.contains("parameters.fio2_frac = 60 is outside 0.1 to 1"), "{told}");
    }
}
