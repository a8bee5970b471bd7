//! Texts with numbers of the model in them: `"PaO2 {po2_art_mmhg} against {other.po2_art_mmhg}"`.
//!
//! | in braces | what stands there |
//! |---|---|
//! | `po2_art_mmhg` | a result, or what a parameter stands at |
//! | `STEP.` | in another step, at its reveal |
//! | `other.` | of the patient beside |
//! | `before.` | before what the step then does |
//! | `fio2_frac=0.3.` | with settings of its own, in the steady state |
//! | `at_s=1200.` | at a time: of the timeline, else after what the step then does |
//! | `lit:110 mmHg` | a number typed on purpose, shown in the reader's unit |
//!
//! Prefixes stand in this order, each ended by a dot; the last dot divides them from the key. A digit outside braces is
//! a fault, unless it ends a name (PaO2): nothing that the model could contradict is typed by hand. A text that stands
//! beside no patient, as those of the bank of questions, has typed numbers only.

use thiserror::Error;

use super::fault::Fault;
use super::timeline::MAX_DURATION_S;
use super::tree::{Node, Report};
use crate::sim::params::{ParamError, ParamId, Params, Setting, SwitchId, apply};
use crate::sim::reading::observable::Observable;
use crate::sim::time::STEP_S;
use crate::text::display_units::DisplayUnits;
use crate::text::shown;

/// Before a number that is typed on purpose.
const LITERAL: &str = "lit:";

/// A text, piece by piece.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A number of the model.
    Field(Field),
    /// A number that is typed.
    Literal(Literal),
}

/// A number that is typed on purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    /// The number.
    pub value: f64,
    /// What follows it, without the space between; empty where nothing does.
    pub unit: String,
    /// As it is written, unit and all.
    pub written: String,
}

/// A number of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// In which step of the deck, from 0.
    pub step: usize,
    /// Of the patient beside.
    pub other: bool,
    /// Before the reveal of that step.
    pub before: bool,
    /// With what changed first.
    pub change: Change,
    /// Which number.
    pub what: Observable,
}

/// What is changed before a number is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing.
    None,
    /// Settings; the steady state with them.
    With(Vec<Setting>),
    /// Time goes on to a model step.
    At(u64),
}

/// Why a text has no such number.
#[derive(Debug, Clone, PartialEq, Error)]
enum NoField {
    #[error("a `{{` without its `}}`")]
    Open,
    #[error("a `}}` without its `{{`")]
    Closed,
    #[error(
        "the digit {digit} stands outside braces in `{words}`: a number is {{key}}, or {{lit:…}} where it is typed"
    )]
    Digit { digit: char, words: String },
    #[error("{{{inner}}}: {reason}")]
    In { inner: String, reason: Box<NoField> },
    #[error("is not one number with its unit")]
    NotALiteral,
    #[error("beside no patient a number is typed, as {{lit:110 mmHg}}")]
    NoPatientHere,
    #[error("`{key}` is the key of no result and no parameter{}", hint(.near))]
    UnknownKey { key: String, near: Vec<&'static str> },
    #[error("a text before the reveal may speak only of steps before it")]
    Later,
    #[error("all that stands here is before the reveal")]
    AllIsBefore,
    #[error("nothing happens in that step: there is no `before`")]
    NothingHappens,
    #[error("step `{step}` has no patient{}", if *.other { " beside" } else { "" })]
    NoPatient { step: String, other: bool },
    #[error("is read off a monitor: that takes a timeline or at_s")]
    NoMonitor,
    #[error("`{token}` is no step, no `other`, no `before` and no setting, or stands in the wrong order")]
    NoPrefix { token: String },
    #[error("a time stands alone")]
    TimeAlone,
    #[error("at_s is a multiple of {STEP_S} from 0 to {end_s}")]
    NoTime { end_s: f64 },
    #[error("before the reveal time stands at 0")]
    TimeStands,
    #[error("{key} has no option `{value}`")]
    NoOption { key: String, value: String },
    #[error("`{key}` is no parameter and no switch")]
    NoSetting { key: String },
    #[error("{key} is no number")]
    NotANumber { key: String },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamError>),
}

fn hint(near: &[&str]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

/// What a field has to know of a step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outline {
    /// Its name.
    pub(super) id: String,
    /// Its patient; none where there is none, or a faulty one.
    pub(super) patient: Option<Params>,
    /// The patient beside.
    pub(super) other: Option<Params>,
    /// Whether something is done between question and reveal.
    pub(super) then: bool,
    /// The end of its course, s; none where time stands.
    pub(super) duration_s: Option<f64>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'o> {
    /// All steps of the deck.
    pub(super) steps: &'o [Outline],
    /// Whose text it is.
    pub(super) here: usize,
    /// Whether it is read before the reveal.
    pub(super) before: bool,
}

impl Told {
    /// The text with every number filled in by `value`, literals in the reader's units.
    #[must_use]
    pub fn filled(&self, units: DisplayUnits, mut value: impl FnMut(&Field) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Field(field) => value(field),
            Piece::Literal(literal) => literal.text(units),
        };
        self.pieces.iter().map(piece).collect()
    }

    /// A text without numbers of the model, typed ones in the reader's units.
    #[must_use]
    pub fn typed(&self, units: DisplayUnits) -> String {
        self.filled(units, |_| String::new())
    }

    /// Its numbers of the model.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.pieces.iter().filter_map(|piece| if let Piece::Field(field) = piece { Some(field) } else { None })
    }

    /// Its typed numbers.
    pub fn literals(&self) -> impl Iterator<Item = &Literal> {
        self.pieces.iter().filter_map(|piece| if let Piece::Literal(literal) = piece { Some(literal) } else { None })
    }
}

impl Literal {
    /// As it is shown: as written, or in the reader's unit with two digits.
    #[must_use]
    pub fn text(&self, units: DisplayUnits) -> String {
        // `prose` rounds to two digits what is said to be near.
        let near = units.prose(&format!("about {}", self.written)).into_owned();
        near.strip_prefix("about ").map_or_else(|| self.written.clone(), str::to_owned)
    }
}

/// Reads a text of one line with fields in it.
pub(super) fn told(r: &mut Report<'_>, node: &Node<'_>, place: Place<'_>) -> Option<Told> {
    pieces(r, node, |inner| match inner.strip_prefix(LITERAL) {
        Some(written) => literal(written).map(Piece::Literal),
        None => field(inner, place).map(Piece::Field),
    })
}

/// Reads a text of one line that stands beside no patient: its numbers are typed.
pub(super) fn typed(r: &mut Report<'_>, node: &Node<'_>) -> Option<Told> {
    pieces(r, node, |inner| match inner.strip_prefix(LITERAL) {
        Some(written) => literal(written).map(Piece::Literal),
        None => Err(NoField::NoPatientHere),
    })
}

/// Reads a text, what stands in braces by `piece`.
fn pieces(r: &mut Report<'_>, node: &Node<'_>, piece: impl Fn(&str) -> Result<Piece, NoField>) -> Option<Told> {
    let text = r.prose(node, false)?;
    let before = r.count();
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (words, behind) = rest.split_once('{').map_or((rest, None), |(words, behind)| (words, Some(behind)));
        if let Some(reason) = stray(words) {
            not_possible(r, &reason);
        }
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        let Some(behind) = behind else { break };
        let Some((inner, after)) = behind.split_once('}') else {
            not_possible(r, &NoField::Open);
            break;
        };
        match piece(inner) {
            Ok(piece) => pieces.push(piece),
            Err(reason) => not_possible(r, &NoField::In { inner: shown(inner), reason: Box::new(reason) }),
        }
        rest = after;
    }
    (r.count() == before).then_some(Told { pieces })
}

fn not_possible(r: &mut Report<'_>, reason: &NoField) {
    r.fault(|path| Fault::NotPossible { path, reason: reason.to_string() });
}

/// A digit that ends no name, or a brace that closes nothing.
fn stray(words: &str) -> Option<NoField> {
    if words.contains('}') {
        return Some(NoField::Closed);
    }
    let mut last = ' ';
    for c in words.chars() {
        if c.is_numeric() && !last.is_alphabetic() && !last.is_numeric() {
            return Some(NoField::Digit { digit: c, words: shown(words.trim()) });
        }
        last = c;
    }
    None
}

fn literal(written: &str) -> Result<Literal, NoField> {
    let end = written.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '−')).unwrap_or(written.len());
    let (digits, unit) = written.split_at(end);
    let value = digits.replace('−', "-").parse::<f64>().map_err(|_| NoField::NotALiteral)?;
    if unit.contains(|c: char| c.is_ascii_digit()) && unit.trim() != "cmH2O" {
        return Err(NoField::NotALiteral);
    }
    Ok(Literal { value, unit: unit.trim().to_owned(), written: written.replace("cmH2O", "cmH₂O") })
}

/// Reads the prefixes and the key of a field.
fn field(inner: &str, place: Place<'_>) -> Result<Field, NoField> {
    let (prefixes, key) = inner.rsplit_once('.').unwrap_or(("", inner));
    let what = Observable::from_key(key)
        .ok_or_else(|| NoField::UnknownKey { key: shown(key), near: Observable::near(key) })?;
    let mut tokens = split(prefixes).into_iter().peekable();
    let mut step = place.here;
    let mut elsewhere = false;
    if let Some(named) = tokens.peek().and_then(|token| place.steps.iter().position(|step| step.id == *token)) {
        if place.before && named >= place.here {
            return Err(NoField::Later);
        }
        (step, elsewhere) = (named, named != place.here);
        tokens.next();
    }
    let outline = &place.steps[step];
    let other = tokens.next_if(|token| *token == "other").is_some();
    let said_before = tokens.next_if(|token| *token == "before").is_some();
    if said_before && place.before && !elsewhere {
        return Err(NoField::AllIsBefore);
    }
    if said_before && !outline.then && outline.duration_s.is_none() {
        return Err(NoField::NothingHappens);
    }
    let before = said_before || (place.before && !elsewhere);
    let patient = if other { &outline.other } else { &outline.patient };
    let Some(patient) = patient else {
        return Err(NoField::NoPatient { step: outline.id.clone(), other });
    };
    let change = change(&tokens.collect::<Vec<_>>(), outline, before, patient)?;
    if matches!(what, Observable::Reading(_)) && outline.duration_s.is_none() && !matches!(change, Change::At(_)) {
        return Err(NoField::NoMonitor);
    }
    Ok(Field { step, other, before, change, what })
}

/// Splits where a prefix ends; the dot of a number does not end one.
fn split(prefixes: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, _) in prefixes.match_indices('.') {
        if prefixes[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            out.push(&prefixes[from..at]);
            from = at + 1;
        }
    }
    if from < prefixes.len() {
        out.push(&prefixes[from..]);
    }
    out
}

fn change(tokens: &[&str], outline: &Outline, before: bool, patient: &Params) -> Result<Change, NoField> {
    let mut settings = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Some((key, value)) = token.split_once('=') else {
            return Err(NoField::NoPrefix { token: shown(token) });
        };
        if key == "at_s" {
            if index > 0 || tokens.len() > 1 {
                return Err(NoField::TimeAlone);
            }
            return time(value, outline, before).map(Change::At);
        }
        settings.push(setting(key, value)?);
    }
    if settings.is_empty() {
        return Ok(Change::None);
    }
    apply(&settings, patient).map_err(NoField::Params)?;
    Ok(Change::With(settings))
}

fn time(value: &str, outline: &Outline, before: bool) -> Result<u64, NoField> {
    let time_s = value.parse::<f64>().map_err(|_| NoField::NotANumber { key: "at_s".to_owned() })?;
    let end_s = outline.duration_s.unwrap_or(MAX_DURATION_S.min(24.0 * 3600.0));
    if !(0.0..=end_s).contains(&time_s) || (time_s / STEP_S).fract() != 0.0 {
        return Err(NoField::NoTime { end_s });
    }
    if before && time_s > 0.0 {
        return Err(NoField::TimeStands);
    }
    // Bounded and whole.
    Ok((time_s / STEP_S) as u64)
}

fn setting(key: &str, value: &str) -> Result<Setting, NoField> {
    if let Some(id) = SwitchId::from_key(key) {
        let index =
            id.option_index(value).ok_or_else(|| NoField::NoOption { key: key.to_owned(), value: shown(value) })?;
        return Ok(Setting::Switch(id, id.options()[index]));
    }
    let id = ParamId::from_key(key).ok_or_else(|| NoField::NoSetting { key: shown(key) })?;
    let value = value.parse::<f64>().map_err(|_| NoField::NotANumber { key: key.to_owned() })?;
    id.check(value).map_err(|error| NoField::Params(vec![error]))?;
    Ok(Setting::Param(id, value))
}
