//! What the literature says of gas exchange, each with the number that this model gives: `assets/claims.json`.
//!
//! A claim names its source, the range that the source prints or that is judged from what it says, and where the model
//! is asked. What the model was built to is *tuned* and counted apart from what it *predicts*; a value outside the
//! range says why.
//!
//! ```
//! let claim = isoshunt::scenario::claims::find("shunt-30-on-oxygen").unwrap();
//! let value = claim.sought.answer().unwrap();
//! assert!(claim.published.span.contains(value));
//! ```

use std::sync::LazyLock;

use super::fault::{Fault, ScenarioError};
use super::schema::{id, version};
use super::settings::MAX_ENTRIES;
use super::sought::{Sought, sought};
use super::span::{Span, ends};
use super::tree::{self, Limits, Node, Report, Step};
use crate::text::nearest;

/// What the file calls itself.
pub const KIND: &str = "isoshunt-claims";
/// The version of the file that is read.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest file, bytes.
pub const MAX_CLAIM_BYTES: usize = 4 << 20;

const LIMITS: Limits = Limits { bytes: MAX_CLAIM_BYTES, values: 1 << 18, cache: None };

/// A claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its name: lower-case words with hyphens.
    pub id: String,
    /// What it is about.
    pub group: Group,
    /// What is claimed, in a few words.
    pub claim: String,
    /// Who says so, with year and place.
    pub source: String,
    /// How the source is known.
    pub evidence: Evidence,
    /// Whether the model was built to it.
    pub basis: Basis,
    /// What is published.
    pub published: Published,
    /// Where the model is asked.
    pub sought: Sought,
    /// What the number depends on, and where the model may not follow.
    pub fails_when: String,
    /// Why the model's value lies outside; none where it lies inside.
    pub outside: Option<String>,
}

/// What is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The range, in the unit of the number.
    pub span: Span,
    /// Where the range comes from.
    pub how: How,
    /// What the source says, in words of our own.
    pub words: String,
}

/// A file's word for one of a few kinds.
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word of the file.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// As a reader sees it.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }

            /// The one of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|kind| kind.word() == word)
            }

            fn read(r: &mut Report<'_>, node: &Node<'_>) -> Option<$name> {
                r.option(node, &[$($word),*]).and_then(|index| $name::ALL.get(index).copied())
            }
        }
    };
}

kinds! {
    /// What a claim is about.
    Group {
        /// Haemoglobin, O2 and CO2 in blood.
        Blood = "blood", "Blood";
        /// Sums and rules of the bedside.
        Bedside = "bedside", "Bedside";
        /// Lungs and their diseases.
        Lung = "lung", "Lung";
        /// Ventilated lungs in layers and the heart behind them.
        Peep = "peep", "PEEP and heart";
        /// The course of gases in time.
        Time = "time", "Time";
        /// Veno-venous membrane lungs.
        Ecmo = "ecmo", "ECMO";
    }
}

kinds! {
    /// How a source is known.
    Evidence {
        /// It was read.
        Read = "read", "read";
        /// It is remembered, or known from another text.
        Recalled = "recalled", "recalled, not read";
    }
}

kinds! {
    /// Whether the model was built to what is claimed.
    Basis {
        /// It was not: the number is a prediction.
        Predicted = "predicted", "predicted";
        /// The patient or a constant was built to it: the number shows that it still fits.
        Tuned = "tuned", "tuned";
    }
}

kinds! {
    /// Where a range comes from.
    How {
        /// It stands in the source: a range, a mean with its spread, a value with its rounding.
        Printed = "printed", "printed";
        /// It is judged from what the source says.
        Judged = "judged", "judged";
    }
}

/// How many claims hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// How many lie inside.
    pub inside: usize,
    /// How many there are.
    pub all: usize,
}

/// How a set of claims stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// What the model predicts.
    pub predicted: Count,
    /// What it was built to.
    pub tuned: Count,
    /// How many of both have a printed range.
    pub printed: usize,
}

impl Tally {
    /// Adds a claim and whether its value lies inside.
    pub fn add(&mut self, claim: &Claim, inside: bool) {
        let count = match claim.basis {
            Basis::Predicted => &mut self.predicted,
            Basis::Tuned => &mut self.tuned,
        };
        count.all += 1;
        count.inside += usize::from(inside);
        self.printed += usize::from(claim.published.how == How::Printed);
    }
}

/// Reads claims from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<Vec<Claim>, ScenarioError> {
    let mut report = Report::default();
    let read = tree::parse(bytes.as_ref(), LIMITS, &mut report).and_then(|root| claims(&mut report, &root));
    report.finish(read, origin)
}

/// The claims in the program, those of one group together.
///
/// # Panics
/// Where the file in the program is refused; a test reads it.
#[must_use]
pub fn builtin() -> &'static [Claim] {
    static BUILTIN: LazyLock<Vec<Claim>> = LazyLock::new(|| {
        let text = include_str!("../../assets/claims.json");
        let mut claims = parse(text, "assets/claims.json").unwrap_or_else(|error| panic!("{error}"));
        claims.sort_by_key(|claim| claim.group);
        claims
    });
    &BUILTIN
}

/// The claim of a name.
///
/// # Errors
/// The names that were near.
pub fn find(id: &str) -> Result<&'static Claim, Vec<&'static str>> {
    let known = || builtin().iter().map(|claim| claim.id.as_str());
    builtin().iter().find(|claim| claim.id == id).ok_or_else(|| nearest(id, known()))
}

fn claims<'t>(r: &mut Report<'t>, root: &Node<'t>) -> Option<Vec<Claim>> {
    // Another kind or version has other keys: nothing else in the file is judged.
    let file = r.object(root)?;
    r.at(file, "kind", |r, node| r.option(node, &[KIND]))?;
    r.at(file, "schema_version", |r, node| version(r, node, SCHEMA_VERSION))?;
    r.only(file, &["kind", "schema_version", "claims"]);
    let mut seen: Vec<String> = Vec::new();
    r.at(file, "claims", |r, node| {
        r.each(node, (1, MAX_ENTRIES), "objects", |r, node| {
            let claim = claim(r, node)?;
            if seen.contains(&claim.id) {
                r.within(Step::Key("id".into()), |r| r.fault(|path| Fault::Duplicate { path }));
                return None;
            }
            seen.push(claim.id.clone());
            Some(claim)
        })
    })
}

const KEYS: [&str; 10] =
    ["id", "group", "claim", "source", "evidence", "basis", "published", "where", "fails_when", "outside"];

fn claim<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Claim> {
    let object = r.object_of(node, &KEYS)?;
    let line = |r: &mut Report<'t>, key: &'static str| r.at(object, key, |r, node| r.prose(node, false));
    let id = r.at(object, "id", id);
    let group = r.at(object, "group", Group::read);
    let claim = line(r, "claim");
    let source = line(r, "source");
    let evidence = r.at(object, "evidence", Evidence::read);
    let basis = r.at(object, "basis", Basis::read);
    let published = r.at(object, "published", published);
    let sought = r.at(object, "where", sought);
    let fails_when = line(r, "fails_when");
    let outside = r.maybe(object, "outside", |r, node| r.prose(node, false));
    Some(Claim {
        id: id?,
        group: group?,
        claim: claim?,
        source: source?,
        evidence: evidence?,
        basis: basis?,
        published: published?,
        sought: sought?,
        fails_when: fails_when?,
        outside: outside.map_or(Some(None), |text| text.map(Some))?,
    })
}

fn published<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Published> {
    let object = r.object_of(node, &["low", "high", "how", "words"])?;
    let span = ends(r, object);
    let how = r.at(object, "how", How::read);
    let words = r.at(object, "words", |r, node| r.prose(node, false));
    Some(Published { span: span?, how: how?, words: words? })
}
