//! The bank of questions, answered by the model: `assets/questions.json`.
//!
//! A question asks for one number ([`Sought`]); its options are ranges. No option is marked as right: it is the one
//! whose range holds what the model gives. A wrong one names the belief that would choose it, or says why else somebody
//! would.
//!
//! ```
//! let question = isoshunt::scenario::questions::find("shunt-tenth-on-oxygen").unwrap();
//! let value = question.answer.answer().unwrap();
//! let right = question.right(value).unwrap();
//! assert!(question.options[right].believed.is_none());
//! ```
//!
//! Numbers in the texts stand in braces, `{lit:110 mmHg}`: a digit elsewhere is a fault unless it ends a name. Every
//! question stands alone: decks and drills ask it without the one before it. Those of one belief are its forms, numbered
//! by `form`: who meets the belief again is asked another.

use std::sync::LazyLock;

use super::beliefs::Belief;
use super::choice::{self, Choice, NoKey};
use super::fault::{Fault, ScenarioError};
use super::fields::{self, Told};
use super::schema::{id, version};
use super::settings::MAX_ENTRIES;
use super::sought::{Sought, sought};
use super::tree::{self, Limits, Node, Report, Step};
use super::walk::Range;
use crate::text::nearest;

/// What the file calls itself.
pub const KIND: &str = "isoshunt-questions";
/// The version of the file that is read.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest file, bytes.
pub const MAX_QUESTION_BYTES: usize = 4 << 20;
/// Fewest and most options of a question.
pub const OPTIONS: (usize, usize) = (2, 6);

const LIMITS: Limits = Limits { bytes: MAX_QUESTION_BYTES, values: 1 << 18, cache: None };

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its name: lower-case words with hyphens.
    pub id: String,
    /// Which belief it meets.
    pub belief: &'static Belief,
    /// 1 for a beginner, 2, 3 for who knows the field.
    pub level: u8,
    /// Which form of its belief's question it is, from 1: who meets the belief again is asked another.
    pub form: u8,
    /// What is asked.
    pub text: Told,
    /// What the model is asked.
    pub answer: Sought,
    /// What can be chosen.
    pub options: Vec<Choice>,
}

impl Question {
    /// The option whose range holds an answer.
    ///
    /// # Errors
    /// [`NoKey`] where it is not exactly one.
    pub fn right(&self, answer: f64) -> Result<usize, NoKey> {
        choice::right(&self.options, answer)
    }
}

/// Reads questions from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<Vec<Question>, ScenarioError> {
    let mut report = Report::default();
    let read = tree::parse(bytes.as_ref(), LIMITS, &mut report).and_then(|root| questions(&mut report, &root));
    report.finish(read, origin)
}

/// The questions in the program.
///
/// # Panics
/// Where the file in the program is refused; a test reads it.
#[must_use]
pub fn builtin() -> &'static [Question] {
    static BUILTIN: LazyLock<Vec<Question>> = LazyLock::new(|| {
        let text = include_str!("../../assets/questions.json");
        parse(text, "assets/questions.json").unwrap_or_else(|error| panic!("{error}"))
    });
    &BUILTIN
}

/// The question of a name.
///
/// # Errors
/// The names that were near.
pub fn find(id: &str) -> Result<&'static Question, Vec<&'static str>> {
    let known = || builtin().iter().map(|question| question.id.as_str());
    builtin().iter().find(|question| question.id == id).ok_or_else(|| nearest(id, known()))
}

fn questions<'t>(r: &mut Report<'t>, root: &Node<'t>) -> Option<Vec<Question>> {
    // Another kind or version has other keys: nothing else in the file is judged.
    let file = r.object(root)?;
    r.at(file, "kind", |r, node| r.option(node, &[KIND]))?;
    r.at(file, "schema_version", |r, node| version(r, node, SCHEMA_VERSION))?;
    r.only(file, &["kind", "schema_version", "questions"]);
    let mut seen: Vec<String> = Vec::new();
    let mut forms: Vec<(&str, u8)> = Vec::new();
    r.at(file, "questions", |r, node| {
        r.each(node, (1, MAX_ENTRIES), "objects", |r, node| {
            let question = question(r, node)?;
            if seen.contains(&question.id) {
                r.within(Step::Key("id".into()), |r| r.fault(|path| Fault::Duplicate { path }));
                return None;
            }
            seen.push(question.id.clone());
            let form = (question.belief.id.as_str(), question.form);
            if forms.contains(&form) {
                r.within(Step::Key("form".into()), |r| r.fault(|path| Fault::Duplicate { path }));
                return None;
            }
            forms.push(form);
            Some(question)
        })
    })
}

fn question<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Question> {
    let object = r.object_of(node, &["id", "belief", "level", "form", "text", "answer", "options"])?;
    let id = r.at(object, "id", id);
    let belief = r.at(object, "belief", |r, node| choice::belief(r, node, "the name of a belief"));
    let level = r.at(object, "level", of_three);
    let form = r.at(object, "form", of_three);
    let text = r.at(object, "text", fields::typed);
    let answer = r.at(object, "answer", sought);
    let options = r.at(object, "options", |r, node| {
        let options = r.each(node, OPTIONS, "objects", |r, node| choice::choice(r, node, fields::typed))?;
        choice::apart(r, &options)?;
        Some(options)
    });
    let (id, belief, level, form) = (id?, belief?, level?, form?);
    Some(Question { id, belief, level, form, text: text?, answer: answer?, options: options? })
}

/// A whole number from 1 to 3.
fn of_three(r: &mut Report<'_>, node: &Node<'_>) -> Option<u8> {
    let value = r.number(node, Range { min: 1.0, max: 3.0, unit: "" })?;
    if value.fract() == 0.0 {
        return Some(value as u8);
    }
    r.fault(|path| Fault::NotWhole { path, found: value.to_string(), min: 1.0, max: 3.0 });
    None
}
