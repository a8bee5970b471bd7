//! What can be wrong with a file, and the list of it that refuses the file.

use thiserror::Error;

use crate::sim::params::{MAX_UNITS, MIN_UNITS_OF_A_SPREAD, ParamError};
use crate::text::{number, shown, shown_to, spaced};

/// Most faults of one file that are listed; the others are counted.
pub const MAX_FAULTS: usize = 50;
/// Most characters of a file's name that a message repeats.
const ORIGIN_CHARS: usize = 1000;

/// Why there is no scenario.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ScenarioError {
    /// A file with faults: refused whole, every fault named.
    #[error("{}", listed(.origin, .faults, .lines, *.more))]
    Refused {
        /// Name of the file, as it was given.
        origin: String,
        /// The first [`MAX_FAULTS`] faults.
        faults: Vec<Fault>,
        /// Line of each, from 1, where it is told; empty where it is not.
        lines: Vec<Option<usize>>,
        /// How many faults there are beyond those.
        more: usize,
    },
    /// No built-in scenario has the name.
    #[error("no built-in scenario is called `{name}`{hint}; `isoshunt scenarios` lists them, and a file's name contains / or .json", name = shown(.name), hint = did_you_mean(.candidates))]
    UnknownName {
        /// The name as given.
        name: String,
        /// Names that it may have meant.
        candidates: Vec<String>,
    },
}

/// One line a fault, each naming the file, and the line of it where that is known.
fn listed(origin: &str, faults: &[Fault], at: &[Option<usize>], more: usize) -> String {
    let origin = shown_to(origin, ORIGIN_CHARS);
    let at = at.iter().copied().chain(std::iter::repeat(None));
    let told = |(fault, line): (&Fault, Option<usize>)| match line {
        Some(line) => format!("{origin}:{line}: {fault}"),
        None => format!("{origin}: {fault}"),
    };
    let mut lines: Vec<_> = faults.iter().zip(at).map(told).collect();
    if more > 0 {
        lines.push(format!("{origin}: and {more} more"));
    }
    lines.join("\n")
}

fn did_you_mean(candidates: &[String]) -> String {
    if candidates.is_empty() { String::new() } else { format!("; did you mean {}?", candidates.join(" or ")) }
}

fn outside(min: f64, max: f64, unit: &str) -> String {
    let (low, high, unit) = (number(min), number(max), spaced(unit));
    if max.is_finite() { format!("outside {low} to {high}{unit}") } else { format!("below {low}{unit}") }
}

/// One thing wrong with a file. `path` is a JSON path such as `expected[2].with.fio2_frac`.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Fault {
    /// More bytes than are read.
    #[error("holds {bytes} bytes: at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// Largest allowed.
        limit: usize,
    },
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// The three bytes that some editors put before the text.
    #[error("starts with a byte order mark: save it as UTF-8 without one")]
    ByteOrderMark,
    /// Bytes that are not text.
    #[error("line {line}, column {column}: the byte {byte:#04x} is not UTF-8")]
    NotUtf8 {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The byte.
        byte: u8,
    },
    /// Not JSON.
    #[error("line {line}, column {column}: {found} where {expected} is expected")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What JSON allows there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Objects and arrays within each other beyond the limit.
    #[error("line {line}, column {column}: objects and arrays nested deeper than {limit}")]
    TooDeep {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// Deepest allowed.
        limit: usize,
    },
    /// More values than are read.
    #[error("holds more than {limit} values")]
    TooManyValues {
        /// Most allowed.
        limit: usize,
    },
    /// A text or a key beyond the limit.
    #[error("{path} is a text of {chars} characters: at most {limit} are allowed")]
    TextTooLong {
        /// Where.
        path: String,
        /// Its length.
        chars: usize,
        /// Longest allowed.
        limit: usize,
    },
    /// A key that stands twice in one object.
    #[error("{path} stands more than once")]
    Duplicate {
        /// Where.
        path: String,
    },
    /// A key that the object does not have.
    #[error("{path} is not a known key{hint}", hint = did_you_mean(.candidates))]
    UnknownKey {
        /// Where.
        path: String,
        /// Keys that it may have meant.
        candidates: Vec<String>,
    },
    /// Something that has to be there and is not.
    #[error("{path} is missing: {expected} belongs there")]
    Missing {
        /// Where.
        path: String,
        /// What belongs there, with its range.
        expected: String,
    },
    /// A value of another kind.
    #[error("{path} is {found}, not {expected}")]
    WrongType {
        /// Where.
        path: String,
        /// What stands there.
        found: String,
        /// What belongs there, with its range.
        expected: String,
    },
    /// A number outside its bounds.
    #[error("{path} = {found} is {wrong}", wrong = outside(*.min, *.max, .unit))]
    OutOfRange {
        /// Where.
        path: String,
        /// The number as the file has it.
        found: String,
        /// Smallest allowed.
        min: f64,
        /// Largest allowed; infinite where only the smallest is bounded.
        max: f64,
        /// Unit of the bounds; empty for a fraction or a ratio.
        unit: &'static str,
    },
    /// A count that is not whole.
    #[error("{path} = {found} is not a whole number ({min} to {max})", min = number(*.min), max = number(*.max))]
    NotWhole {
        /// Where.
        path: String,
        /// The number as the file has it.
        found: String,
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
    },
    /// A file of another version of the format.
    #[error("{path} = {found}: this program reads version {version}")]
    Version {
        /// Where.
        path: String,
        /// The version as the file has it.
        found: String,
        /// The version that is read.
        version: u32,
    },
    /// A file that a later program has written.
    #[error(
        "was saved by {program}, in version {found} of the format: this program, Isoshunt {own_program}, reads version {version}"
    )]
    Newer {
        /// The program that saved it, as the file has it.
        program: String,
        /// The version as the file has it.
        found: String,
        /// Version of this program.
        own_program: &'static str,
        /// The version that is read.
        version: u32,
    },
    /// A file of a later format that names the program with which its author looked at it.
    #[error(
        "needs {program}: it is in version {found} of its format, and this program, Isoshunt {own_program}, reads version {version}"
    )]
    Needs {
        /// The program that it needs, as the file has it.
        program: String,
        /// The version as the file has it.
        found: String,
        /// Version of this program.
        own_program: &'static str,
        /// The version that is read.
        version: u32,
    },
    /// A value that its own type refuses.
    #[error("{path}: {reason}")]
    Unfit {
        /// Where.
        path: String,
        /// What the type says of it, made printable.
        reason: String,
    },
    /// A mode of two to four units.
    #[error("{path} = {value}: a V/Q mode has 1 unit, or {MIN_UNITS_OF_A_SPREAD} to {MAX_UNITS}", value = number(*.value))]
    TooFewUnits {
        /// Where.
        path: String,
        /// The refused number of units.
        value: f64,
    },
    /// Shares that add up to nothing.
    #[error("{path}: the {what}s add up to {value}: the sum must be positive and finite", value = number(*.value))]
    Total {
        /// Where.
        path: String,
        /// What is added up.
        what: &'static str,
        /// The refused sum.
        value: f64,
    },
    /// A text that is not one of those, or not of the form, that belong there.
    #[error("{path} = `{found}` is not {expected}")]
    WrongText {
        /// Where.
        path: String,
        /// The text, made printable.
        found: String,
        /// What belongs there.
        expected: String,
    },
    /// A text of white space, or an object of no entries.
    #[error("{path} is empty: {expected} belongs there")]
    Blank {
        /// Where.
        path: String,
        /// What belongs there.
        expected: String,
    },
    /// A list beyond the limit.
    #[error("{path} has {count} entries: {min} to {max} are allowed")]
    ListLength {
        /// Where.
        path: String,
        /// How many there are.
        count: usize,
        /// Fewest allowed.
        min: usize,
        /// Most allowed.
        max: usize,
    },
    /// A control character or an invisible one in a text that is printed.
    #[error("{path} holds the character {character}, which cannot be printed")]
    Unprintable {
        /// Where.
        path: String,
        /// The character, escaped.
        character: String,
    },
    /// Keys of which the file needs exactly one.
    #[error("{path} has {found} of `{first}` and `{second}`: exactly one is needed")]
    OneOf {
        /// Where.
        path: String,
        /// `both` or `neither`.
        found: &'static str,
        /// One key.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A band without a bound.
    #[error("{path} has neither `low` nor `high`: at least one is needed")]
    NoBound {
        /// Where.
        path: String,
    },
    /// A band with its bounds exchanged.
    #[error("{path}: low = {low} is above high = {high}", low = number(*.low), high = number(*.high))]
    EmptyBand {
        /// Where.
        path: String,
        /// Its lowest value.
        low: f64,
        /// Its highest value.
        high: f64,
    },
    /// A time between two model steps.
    #[error("{path} = {found} s is not a multiple of {step_s} s, the length of a model step")]
    OffGrid {
        /// Where.
        path: String,
        /// The time as the file has it, s.
        found: String,
        /// Length of a step, s.
        step_s: f64,
    },
    /// A time before that of the entry before it.
    #[error(
        "{path} = {time_s} s is before the entry above it, at {before_s} s: a timeline stands in the order of time"
    )]
    NotInOrder {
        /// Where.
        path: String,
        /// The refused time, s.
        time_s: f64,
        /// The time above it, s.
        before_s: f64,
    },
    /// Keys of which exactly one says what is meant.
    #[error("{path} needs exactly one of {}", .keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", "))]
    ExactlyOne {
        /// Where.
        path: String,
        /// The keys.
        keys: &'static [&'static str],
    },
    /// What cannot be done to this patient.
    #[error("{path}: {reason}")]
    NotPossible {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// A rule that joins several parameters.
    #[error("{path}: {error}")]
    Joint {
        /// Where.
        path: String,
        /// The rule.
        error: ParamError,
    },
}

impl Fault {
    /// Where it is, as a JSON path; none where there is no tree yet, or it is of the whole file.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Fault::TextTooLong { path, .. }
            | Fault::Duplicate { path, .. }
            | Fault::UnknownKey { path, .. }
            | Fault::Missing { path, .. }
            | Fault::WrongType { path, .. }
            | Fault::OutOfRange { path, .. }
            | Fault::NotWhole { path, .. }
            | Fault::Version { path, .. }
            | Fault::Unfit { path, .. }
            | Fault::TooFewUnits { path, .. }
            | Fault::Total { path, .. }
            | Fault::WrongText { path, .. }
            | Fault::Blank { path, .. }
            | Fault::ListLength { path, .. }
            | Fault::Unprintable { path, .. }
            | Fault::OneOf { path, .. }
            | Fault::NoBound { path, .. }
            | Fault::EmptyBand { path, .. }
            | Fault::OffGrid { path, .. }
            | Fault::NotInOrder { path, .. }
            | Fault::ExactlyOne { path, .. }
            | Fault::NotPossible { path, .. }
            | Fault::Joint { path, .. } => Some(path),
            Fault::TooLarge { .. }
            | Fault::Empty
            | Fault::ByteOrderMark
            | Fault::NotUtf8 { .. }
            | Fault::Syntax { .. }
            | Fault::TooDeep { .. }
            | Fault::TooManyValues { .. }
            | Fault::Newer { .. }
            | Fault::Needs { .. } => None,
        }
    }

    /// The line that it names itself.
    pub(super) fn line(&self) -> Option<usize> {
        match self {
            Fault::NotUtf8 { line, .. } | Fault::Syntax { line, .. } | Fault::TooDeep { line, .. } => Some(*line),
            _ => None,
        }
    }
}
