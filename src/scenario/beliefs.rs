//! What students believe about gas exchange, each with a patient who shows otherwise: `assets/beliefs.json`.
//!
//! A belief says what is asked of which patient ([`Asked`]), the range in which it expects the answer, and the range in
//! which the model's answer lies. The two do not overlap.
//!
//! ```
//! let belief = isoshunt::scenario::beliefs::find("aa-is-a-constant").unwrap();
//! let answer = belief.where_false.answer().unwrap();
//! assert!(belief.found.contains(answer) && !belief.believed.contains(answer));
//! ```

use std::sync::LazyLock;

use super::asked::{self, Asked};
use super::fault::{Fault, ScenarioError};
use super::schema::{id, version};
use super::settings::MAX_ENTRIES;
pub use super::span::Span;
use super::span::span;
use super::tree::{self, Limits, Node, Report, Step};
use crate::sim::params::ParamId;
use crate::text::nearest;

/// What the file calls itself.
pub const KIND: &str = "isoshunt-beliefs";
/// The version of the file that is read.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest file, bytes.
pub const MAX_BELIEF_BYTES: usize = 4 << 20;

const LIMITS: Limits = Limits { bytes: MAX_BELIEF_BYTES, values: 1 << 18, cache: None };

/// A belief.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Its name: lower-case words with hyphens.
    pub id: String,
    /// What is believed, in a sentence or two.
    pub words: String,
    /// What is asked, of whom.
    pub where_false: Asked,
    /// Where the answer would lie if the belief were true.
    pub believed: Span,
    /// Where the model's answer lies.
    pub found: Span,
    /// What of it cannot be shown yet.
    pub not_yet: Option<String>,
}

/// Reads beliefs from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<Vec<Belief>, ScenarioError> {
    let mut report = Report::default();
    let read = tree::parse(bytes.as_ref(), LIMITS, &mut report).and_then(|root| beliefs(&mut report, &root));
    report.finish(read, origin)
}

/// The beliefs in the program.
///
/// # Panics
/// Where the file in the program is refused; a test reads it.
#[must_use]
pub fn builtin() -> &'static [Belief] {
    static BUILTIN: LazyLock<Vec<Belief>> = LazyLock::new(|| {
        let text = include_str!("../../assets/beliefs.json");
        parse(text, "assets/beliefs.json").unwrap_or_else(|error| panic!("{error}"))
    });
    &BUILTIN
}

/// The belief of a name.
///
/// # Errors
/// The names that were near.
pub fn find(id: &str) -> Result<&'static Belief, Vec<&'static str>> {
    let known = || builtin().iter().map(|belief| belief.id.as_str());
    builtin().iter().find(|belief| belief.id == id).ok_or_else(|| nearest(id, known()))
}

/// The beliefs that a built-in patient contradicts when a parameter of his is moved in the steady state.
pub fn contradicted_by(patient: &str, moved: ParamId) -> impl Iterator<Item = &'static Belief> {
    builtin().iter().filter(move |belief| belief.where_false.shown_by_moving(patient, moved))
}

fn beliefs<'t>(r: &mut Report<'t>, root: &Node<'t>) -> Option<Vec<Belief>> {
    // Another kind or version has other keys: nothing else in the file is judged.
    let file = r.object(root)?;
    r.at(file, "kind", |r, node| r.option(node, &[KIND]))?;
    r.at(file, "schema_version", |r, node| version(r, node, SCHEMA_VERSION))?;
    r.only(file, &["kind", "schema_version", "beliefs"]);
    let mut seen: Vec<String> = Vec::new();
    r.at(file, "beliefs", |r, node| {
        r.each(node, (1, MAX_ENTRIES), "objects", |r, node| {
            let belief = belief(r, node)?;
            if seen.contains(&belief.id) {
                r.within(Step::Key("id".into()), |r| r.fault(|path| Fault::Duplicate { path }));
                return None;
            }
            seen.push(belief.id.clone());
            Some(belief)
        })
    })
}

fn belief<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Belief> {
    let object = r.object_of(node, &["id", "words", "where_false", "believed", "found", "not_yet"])?;
    let id = r.at(object, "id", id);
    let words = r.at(object, "words", |r, node| r.prose(node, false));
    let where_false = r.at(object, "where_false", asked::asked);
    let believed = r.at(object, "believed", span);
    let found = r.at(object, "found", span);
    let not_yet = r.maybe(object, "not_yet", |r, node| r.prose(node, false));
    if let (Some(believed), Some(found)) = (&believed, &found)
        && believed.overlaps(found)
    {
        let reason = "overlaps `believed`: no answer could tell them apart".to_owned();
        r.within(Step::Key("found".into()), |r| r.fault(|path| Fault::NotPossible { path, reason }));
    }
    Some(Belief {
        id: id?,
        words: words?,
        where_false: where_false?,
        believed: believed?,
        found: found?,
        not_yet: not_yet.map_or(Some(None), |text| text.map(Some))?,
    })
}
