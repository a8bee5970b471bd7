//! Bytes to a bounded tree: what the reader of any file of this program starts from.
//!
//! A parser of its own, because a refusal has to name every fault with its place: serde's `Value` keeps the last of
//! two equal keys, a derived reader stops at the first error and takes an array for an object, and neither says what
//! stood where a number was too large. A property test holds it against `serde_json`, text for text.

use std::borrow::Cow;

use super::fault::{Fault, MAX_FAULTS, ScenarioError};
use crate::text::shown;

/// What a file may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes in all.
    pub(super) bytes: usize,
    /// Values in all: bounds the memory of the tree.
    pub(super) values: usize,
    /// A key of the whole whose value may be damaged: it is then read as [`Node::Damaged`], and what stands after it is
    /// lost, but not what stands before.
    pub(super) cache: Option<&'static str>,
}

impl Limits {
    /// What every file may hold.
    pub(super) const FILE: Limits = Limits { bytes: MAX_FILE_BYTES, values: MAX_VALUES, cache: None };
}

/// Largest file, bytes.
pub const MAX_FILE_BYTES: usize = 4 << 20;
/// Most values of a file.
pub const MAX_VALUES: usize = 200_000;

/// Deepest nesting of objects and arrays.
pub const MAX_DEPTH: usize = 32;
/// Most characters of one text or key.
pub const MAX_TEXT_CHARS: usize = 4000;

/// The path of the root.
const WHOLE: &str = "the whole";
/// Most characters of a JSON path in a message.
const MAX_PATH_CHARS: usize = 500;

/// A value of the file.
#[derive(Debug, PartialEq)]
pub(super) enum Node<'t> {
    /// What a reader is given in place of a key that is not there.
    Absent,
    /// A value that may be damaged, and is.
    Damaged,
    Null,
    Bool(bool),
    /// The number as read and as written. Not finite where the text says NaN, Infinity or 1e999.
    Number(f64, &'t str),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    Object(Object<'t>),
}

/// The entries of an object, sorted by key, each key once.
#[derive(Debug, PartialEq, Default)]
pub(super) struct Object<'t>(Vec<(Cow<'t, str>, Node<'t>)>);

impl<'t> Object<'t> {
    /// The value under a key, or [`Node::Absent`].
    pub(super) fn get(&self, key: &str) -> &Node<'t> {
        match self.0.binary_search_by(|(other, _)| other.as_ref().cmp(key)) {
            Ok(index) => &self.0[index].1,
            Err(_) => &Node::Absent,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Node<'t>)> {
        self.0.iter().map(|(key, node)| (key.as_ref(), node))
    }
}

/// One step of a JSON path.
#[derive(Debug, Clone)]
pub(super) enum Step<'t> {
    Key(Cow<'t, str>),
    Index(usize),
}

/// Where the reader stands, and the faults it has met.
#[derive(Debug, Default)]
pub(super) struct Report<'t> {
    steps: Vec<Step<'t>>,
    faults: Vec<Fault>,
    more: usize,
}

impl<'t> Report<'t> {
    /// Notes a fault; beyond [`MAX_FAULTS`] it only counts.
    pub(super) fn fault(&mut self, fault: impl FnOnce(String) -> Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault(self.path()));
        } else {
            self.more += 1;
        }
    }

    /// Runs `read` one step further down.
    pub(super) fn within<R>(&mut self, step: Step<'t>, read: impl FnOnce(&mut Self) -> R) -> R {
        self.steps.push(step);
        let result = read(self);
        self.steps.pop();
        result
    }

    /// Forgets the faults that came after the first `count`, and goes back to a place `depth` steps down.
    fn rewind(&mut self, count: usize, depth: usize) {
        self.more = count.saturating_sub(MAX_FAULTS);
        self.faults.truncate(count);
        self.steps.truncate(depth);
    }

    /// How many faults there are up to now.
    pub(super) fn count(&self) -> usize {
        self.faults.len() + self.more
    }

    /// The value, if nothing was wrong on the way to it.
    pub(super) fn finish<T>(self, value: Option<T>, origin: &str) -> Result<T, ScenarioError> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(ScenarioError::Refused {
                origin: origin.to_owned(),
                faults: self.faults,
                lines: Vec::new(),
                more: self.more,
            }),
        }
    }

    fn path(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            match step {
                Step::Index(index) => out.push_str(&format!("[{index}]")),
                Step::Key(key) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
                    let key_shown = shown(key);
                    out.push_str(&if plain && !key.is_empty() { key_shown } else { format!("\"{key_shown}\"") });
                }
            }
        }
        if out.is_empty() {
            return WHOLE.to_owned();
        }
        // Of a path that nobody wrote by hand, its end.
        match out.char_indices().rev().nth(MAX_PATH_CHARS) {
            Some((at, _)) => format!("…{}", &out[at..]),
            None => out,
        }
    }
}

/// Reads bytes into a tree. Faults of single values are noted and reading goes on; what leaves no tree ends it.
pub(super) fn parse<'t>(bytes: &'t [u8], limits: Limits, report: &mut Report<'t>) -> Option<Node<'t>> {
    let text = match as_text(bytes, limits) {
        Ok(text) => text,
        Err(fault) => {
            report.fault(|_| fault);
            return None;
        }
    };
    let mut parser = Parser { text, at: 0, depth: 0, values_left: limits.values, limits, report, seen: None };
    match parser.document() {
        Ok(root) => Some(root),
        Err(fault) => {
            parser.report.fault(|_| fault);
            None
        }
    }
}

/// The same refusal with the line of every fault, for who edits the file: of something missing, that of what it is
/// missing in.
pub(super) fn with_lines(error: ScenarioError, bytes: &[u8], limits: Limits) -> ScenarioError {
    let ScenarioError::Refused { origin, faults, more, .. } = error else { return error };
    let mut found: Vec<(usize, Option<usize>)> = faults.iter().map(|_| (0, None)).collect();
    let mut unheard = Report::default();
    if let Ok(text) = as_text(bytes, limits) {
        let mut seen = |path: &str, at: usize| {
            for (fault, (known, place)) in faults.iter().zip(&mut found) {
                let Some(wanted) = fault.path() else { continue };
                let rest = if path == WHOLE { Some("") } else { wanted.strip_prefix(path) };
                if rest.is_some_and(|rest| path == WHOLE || rest.is_empty() || rest.starts_with(['.', '[']))
                    && (place.is_none() || path.len() > *known)
                {
                    (*known, *place) = (if path == WHOLE { 0 } else { path.len() }, Some(at));
                }
            }
        };
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
            values_left: limits.values,
            limits,
            report: &mut unheard,
            seen: Some(&mut seen),
        };
        // What leaves no tree names its line itself.
        let _ = parser.document();
        let line = |at: usize| position(text, at).0;
        let lines = faults.iter().zip(found).map(|(fault, (_, at))| fault.line().or(at.map(line))).collect();
        return ScenarioError::Refused { origin, faults, lines, more };
    }
    let lines = faults.iter().map(Fault::line).collect();
    ScenarioError::Refused { origin, faults, lines, more }
}

fn as_text(bytes: &[u8], limits: Limits) -> Result<&str, Fault> {
    if bytes.len() > limits.bytes {
        return Err(Fault::TooLarge { bytes: bytes.len(), limit: limits.bytes });
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Fault::ByteOrderMark);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = error.valid_up_to();
        let (line, column) = position(std::str::from_utf8(&bytes[..good]).unwrap_or_default(), good);
        Fault::NotUtf8 { line, column, byte: bytes[good] }
    })?;
    if text.bytes().all(|b| b.is_ascii_whitespace()) { Err(Fault::Empty) } else { Ok(text) }
}

/// Line and column, both from 1, of a byte offset.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

struct Parser<'t, 'r> {
    text: &'t str,
    at: usize,
    depth: usize,
    values_left: usize,
    limits: Limits,
    report: &'r mut Report<'t>,
    /// Who is told of every value: its JSON path, and at which byte it begins.
    seen: Option<Seen<'r>>,
}

type Seen<'r> = &'r mut dyn FnMut(&str, usize);

impl<'t> Parser<'t, '_> {
    fn document(&mut self) -> Result<Node<'t>, Fault> {
        let root = self.value("an object")?;
        if self.peek().is_some() { Err(self.syntax("the end of the file")) } else { Ok(root) }
    }

    /// The next byte that is not white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text[self.at..].bytes();
        self.at += rest.take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.byte() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, expected: &'static str) -> Result<Node<'t>, Fault> {
        let first = self.peek();
        if let Some(seen) = &mut self.seen {
            seen(&self.report.path(), self.at);
        }
        let Some(left) = self.values_left.checked_sub(1) else {
            return Err(Fault::TooManyValues { limit: self.limits.values });
        };
        self.values_left = left;
        match first {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => Ok(Node::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => self.word(expected),
            _ => Err(self.syntax(expected)),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Node<'t>, Fault>) -> Result<Node<'t>, Fault> {
        if self.depth == MAX_DEPTH {
            let (line, column) = position(self.text, self.at);
            return Err(Fault::TooDeep { line, column, limit: MAX_DEPTH });
        }
        self.depth += 1;
        self.at += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn object(&mut self) -> Result<Node<'t>, Fault> {
        let mut entries = Vec::new();
        if self.peek() != Some(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err(self.syntax("a key in quotes"));
                }
                let key = self.string()?;
                if self.peek() != Some(b':') {
                    return Err(self.syntax("a colon"));
                }
                self.at += 1;
                let (faults, steps) = (self.report.count(), self.report.steps.len());
                let is_cache = self.depth == 1 && self.limits.cache == Some(key.as_ref());
                self.report.steps.push(Step::Key(key.clone()));
                let node = match self.value("a value") {
                    Ok(node) if is_cache && self.report.count() > faults => {
                        self.report.rewind(faults, steps + 1);
                        drop(node);
                        Node::Damaged
                    }
                    Ok(node) => node,
                    Err(_) if is_cache => {
                        self.report.rewind(faults, steps);
                        entries.push((key, Node::Damaged));
                        return Ok(self.cut(entries));
                    }
                    Err(fault) => return Err(fault),
                };
                self.report.steps.pop();
                entries.push((key, node));
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ if is_cache => {
                        entries.last_mut().into_iter().for_each(|(_, node)| *node = Node::Damaged);
                        return Ok(self.cut(entries));
                    }
                    _ => return Err(self.syntax("a comma or }")),
                }
            }
        }
        self.at += 1;
        Ok(self.sorted(entries))
    }

    /// The whole, of which the end is lost.
    fn cut(&mut self, entries: Vec<(Cow<'t, str>, Node<'t>)>) -> Node<'t> {
        self.at = self.text.len();
        self.sorted(entries)
    }

    /// The entries of an object, each key once: a key that stands twice is a fault.
    fn sorted(&mut self, mut entries: Vec<(Cow<'t, str>, Node<'t>)>) -> Node<'t> {
        // Sorted, equal keys are neighbours, also among a million.
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        for pair in entries.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            self.report.within(Step::Key(pair[0].0.clone()), |r| r.fault(|path| Fault::Duplicate { path }));
        }
        entries.dedup_by(|later, first| later.0 == first.0);
        Node::Object(Object(entries))
    }

    fn list(&mut self) -> Result<Node<'t>, Fault> {
        let mut nodes = Vec::new();
        if self.peek() != Some(b']') {
            loop {
                self.report.steps.push(Step::Index(nodes.len()));
                nodes.push(self.value("a value")?);
                self.report.steps.pop();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return Err(self.syntax("a comma or ]")),
                }
            }
        }
        self.at += 1;
        Ok(Node::List(nodes))
    }

    /// A number, `true`, `false` or `null`; also NaN and Infinity, so that they are refused by name where they stand.
    fn word(&mut self, expected: &'static str) -> Result<Node<'t>, Fault> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"+-._".contains(b)).count();
        let word = &rest[..length];
        let node = match word {
            "null" => Node::Null,
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            "NaN" | "nan" => Node::Number(f64::NAN, word),
            "Infinity" | "inf" | "-Infinity" | "-inf" => Node::Number(f64::INFINITY, word),
            _ => match is_json_number(word).then(|| word.parse()) {
                Some(Ok(value)) => Node::Number(value, word),
                _ => return Err(self.syntax(expected)),
            },
        };
        self.at += length;
        Ok(node)
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Fault> {
        self.at += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let plain = self.text[self.at..].bytes().take_while(|b| !matches!(b, b'"' | b'\\' | 0..0x20)).count();
            let run = &self.text[self.at..self.at + plain];
            self.at += plain;
            if text.is_empty() {
                text = Cow::Borrowed(run)
            } else {
                text.to_mut().push_str(run)
            }
            if self.take(b'"') {
                break;
            }
            if !self.take(b'\\') {
                return Err(self.syntax("a quote that ends the text"));
            }
            let c = self.escape()?;
            text.to_mut().push(c);
        }
        let chars = text.chars().count();
        if chars > MAX_TEXT_CHARS {
            self.report.fault(|path| Fault::TextTooLong { path, chars, limit: MAX_TEXT_CHARS });
        }
        Ok(text)
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Result<char, Fault> {
        let c = match self.byte() {
            Some(c @ (b'"' | b'\\' | b'/')) => c.into(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let start = self.at;
                self.at += 1;
                let unit = self.hex4()?;
                let units = if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    vec![unit, self.hex4()?]
                } else {
                    vec![unit]
                };
                return char::decode_utf16(units).next().and_then(Result::ok).ok_or_else(|| {
                    self.at = start;
                    self.syntax("an escape that stands for a character")
                });
            }
            _ => return Err(self.syntax("an escape")),
        };
        self.at += 1;
        Ok(c)
    }

    fn hex4(&mut self) -> Result<u16, Fault> {
        let digits =
            self.text.as_bytes().get(self.at..self.at + 4).filter(|four| four.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else { return Err(self.syntax("four hexadecimal digits")) };
        self.at += 4;
        Ok(digits.iter().fold(0, |unit, digit| unit * 16 + char::from(*digit).to_digit(16).unwrap_or(0) as u16))
    }

    fn syntax(&self, expected: &'static str) -> Fault {
        let (line, column) = position(self.text, self.at);
        let rest = &self.text[self.at..];
        let word = rest.find(|c: char| c.is_whitespace() || ",:]}\"".contains(c)).unwrap_or(rest.len());
        // At least the character itself, so that a stray comma is shown.
        let found = match rest.chars().next() {
            None => "the end of the file".to_owned(),
            Some(c) => format!("`{}`", shown(&rest[..word.max(c.len_utf8())])),
        };
        Fault::Syntax { line, column, expected, found }
    }
}

/// The grammar of a JSON number, which Rust's is wider than.
fn is_json_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let word = word.strip_prefix('-').unwrap_or(word);
    let whole = digits(word);
    let mut rest = &word[whole..];
    if whole == 0 || (whole > 1 && word.starts_with('0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let n = digits(fraction);
        if n == 0 {
            return false;
        }
        rest = &fraction[n..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> Option<Value> {
        let mut report = Report::default();
        let root = parse(text.as_bytes(), Limits { bytes: 1 << 16, values: 1 << 16, cache: None }, &mut report)?;
        report.faults.is_empty().then(|| value(&root)).flatten()
    }

    /// The same tree as serde_json has it; nothing where a number is not finite.
    fn value(node: &Node<'_>) -> Option<Value> {
        Some(match node {
            Node::Absent | Node::Damaged | Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(*value),
            Node::Number(value, _) => Value::Number(serde_json::Number::from_f64(*value)?),
            Node::Text(text) => Value::String(text.to_string()),
            Node::List(nodes) => Value::Array(nodes.iter().map(value).collect::<Option<_>>()?),
            Node::Object(object) => {
                let entry = |(key, node): (&str, &Node<'_>)| Some((key.to_owned(), value(node)?));
                Value::Object(object.iter().map(entry).collect::<Option<_>>()?)
            }
        })
    }

    /// Every number as f64: serde_json keeps whole ones apart.
    fn as_floats(value: Value) -> Value {
        match value {
            Value::Number(number) => number.as_f64().and_then(serde_json::Number::from_f64).into(),
            Value::Array(values) => values.into_iter().map(as_floats).collect(),
            Value::Object(map) => map.into_iter().map(|(key, value)| (key, as_floats(value))).collect(),
            other => other,
        }
    }

    /// Pieces of JSON, right and wrong, in any order; mostly short.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"b\"",
            "\"\"",
            "0",
            "-0",
            "-",
            "1.5",
            "01",
            "1.",
            ".5",
            "1e5",
            "1E-7",
            "1e",
            "1e+400",
            "1e-400",
            "9007199254740993",
            "18446744073709551616",
            "0.1",
            "+1",
            "true",
            "false",
            "null",
            "nul",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\n\\t\\/\"",
            "\"\\x\"",
            "\"\n\"",
            "\"é\"",
            "\"a\":",
            "\"b\":[",
            "]}",
            " ",
            "\n",
            "\t",
            "\r",
            "\u{c}",
            "\u{a0}",
            "\"",
        ]);
        prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_map(|x| serde_json::Number::from_f64(x).into()),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(6, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::hash_map(any::<String>(), inner, 0..6).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    #[test]
    fn inv_escapes_are_those_of_json() {
        let all = "\u{8}\u{c}\n\r\t/\\\"é😀";
        assert_eq!(read(r#""\b\f\n\r\t\/\\\"\u00e9\uD83D\ude00""#), Some(Value::String(all.to_owned())));
        for text in
            [r#""\u00g9""#, r#""\u00e""#, r#""\u""#, r#""\ud83d""#, r#""\ude00\ud83d""#, r#""\ud83d\u00e9""#, r#""\x""#]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn inv_numbers_are_those_of_json() {
        for word in ["0", "-0", "10", "0.5", "-1.25e-3", "1E5", "1e+400", "2.0E-0"] {
            assert!(is_json_number(word), "{word}");
        }
        for word in
            ["", "-", "+1", "01", "-01", ".5", "-.5", "1.", "1.e5", "1e", "1e+", "1e5.", "1_0", "0x1", "1.5.2", "--1"]
        {
            assert!(!is_json_number(word), "{word}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn inv_json_is_read_as_serde_json_reads_it(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            prop_assert_eq!(read(&text.expect("a value")), Some(value));
        }

        #[test]
        fn inv_what_serde_json_refuses_is_refused(text in pieces()) {
            let theirs = serde_json::from_str(&text).ok().map(as_floats);
            let ours = read(&text);
            // Equal keys and NaN are the two differences, and the pieces hold no NaN.
            if ours.is_some() || !text.contains(',') {
                prop_assert_eq!(&ours, &theirs, "{}", text);
            }
        }
    }
}
