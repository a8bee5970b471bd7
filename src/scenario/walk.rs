//! The walk over the tree: what every file of this program asks of its values, fault by fault.
//!
//! A reader returns `None` where it noted a fault. A key that is not there is read as [`Node::Absent`], so the reader
//! of a value also knows what to say where it is missing.

use super::fault::Fault;
use super::tree::{Node, Object, Report, Step};
use crate::sim::params::{Bounds, ParamError, ParamId};
use crate::text::{is_unprintable, nearest, number, shown, spaced};

/// The range of a number, as a message prints it and as it is checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) unit: &'static str,
}

impl Range {
    /// Every finite number.
    pub(super) const ANY: Range = Range { min: f64::NEG_INFINITY, max: f64::INFINITY, unit: "" };
    /// Every finite number of 0 or more.
    pub(super) const NOT_NEGATIVE: Range = Range { min: 0.0, ..Range::ANY };

    /// What belongs where it is missing.
    fn expected(self, finite: &str) -> String {
        let Range { min, max, unit } = self;
        match (min.is_finite(), max.is_finite()) {
            (true, true) => format!("a {finite}number from {} to {}{}", number(min), number(max), spaced(unit)),
            (true, false) => format!("a {finite}number of {} or more", number(min)),
            _ => format!("a {finite}number"),
        }
    }
}

impl From<&Bounds> for Range {
    fn from(bounds: &Bounds) -> Self {
        Range { min: bounds.min, max: bounds.max, unit: bounds.unit }
    }
}

/// What stands in a file, in words; nothing where nothing does.
pub(super) fn found(node: &Node<'_>) -> Option<String> {
    Some(match node {
        Node::Absent => return None,
        Node::Damaged => "damaged".to_owned(),
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Number(_, text) => shown(text),
        Node::Text(text) => format!("the text `{}`", shown(text)),
        Node::List(_) => "an array".to_owned(),
        Node::Object(_) => "an object".to_owned(),
    })
}

impl<'t> Report<'t> {
    /// What stands here is not what belongs here.
    pub(super) fn wrong(&mut self, node: &Node<'_>, expected: &str) {
        let expected = expected.to_owned();
        let Some(found) = found(node) else { return self.fault(|path| Fault::Missing { path, expected }) };
        self.fault(|path| Fault::WrongType { path, found, expected });
    }

    /// Notes a rule that values break together.
    pub(super) fn joint(&mut self, error: ParamError) {
        self.fault(|path| Fault::Joint { path, error });
    }

    pub(super) fn object<'n>(&mut self, node: &'n Node<'t>) -> Option<&'n Object<'t>> {
        if let Node::Object(object) = node {
            return Some(object);
        }
        self.wrong(node, "an object");
        None
    }

    /// An object that has no other keys than `known`.
    pub(super) fn object_of<'n>(&mut self, node: &'n Node<'t>, known: &[&'static str]) -> Option<&'n Object<'t>> {
        let object = self.object(node)?;
        self.only(object, known);
        Some(object)
    }

    /// Notes every key that is not among `known`.
    pub(super) fn only(&mut self, object: &Object<'t>, known: &[&'static str]) {
        for (key, _) in object.iter().filter(|(key, _)| !known.contains(key)) {
            let near = || nearest(key, known.iter().copied()).into_iter().map(str::to_owned).collect();
            self.unknown_key(key, near);
        }
    }

    /// `near` gives the keys that it may have meant: it is not asked where nobody will read them.
    pub(super) fn unknown_key(&mut self, key: &str, near: impl FnOnce() -> Vec<String>) {
        self.within(Step::Key(key.to_owned().into()), |r| {
            r.fault(|path| Fault::UnknownKey { path, candidates: near() });
        });
    }

    /// Reads the value under `key`, [`Node::Absent`] where there is none.
    pub(super) fn at<'n, R>(
        &mut self,
        object: &'n Object<'t>,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'n Node<'t>) -> R,
    ) -> R {
        self.within(Step::Key(key.into()), |r| read(r, object.get(key)))
    }

    /// As [`Report::at`] for a key that may be left out: nothing is read then, and nothing is wrong.
    pub(super) fn maybe<'n, R>(
        &mut self,
        object: &'n Object<'t>,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'n Node<'t>) -> R,
    ) -> Option<R> {
        match object.get(key) {
            Node::Absent => None,
            node => Some(self.within(Step::Key(key.into()), |r| read(r, node))),
        }
    }

    /// Reads every entry of an array of `min` to `max` entries. All are read, so that each one's faults are listed.
    pub(super) fn each<'n, T>(
        &mut self,
        node: &'n Node<'t>,
        (min, max): (usize, usize),
        expected: &str,
        mut read: impl FnMut(&mut Self, &'n Node<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Node::List(nodes) = node else {
            self.wrong(node, &format!("an array of {expected}"));
            return None;
        };
        let count = nodes.len();
        if count < min || count > max {
            self.fault(|path| Fault::ListLength { path, count, min, max });
            return None;
        }
        let read: Vec<_> =
            nodes.iter().enumerate().map(|(index, node)| self.within(Step::Index(index), |r| read(r, node))).collect();
        read.into_iter().collect()
    }

    /// A finite number within a range.
    pub(super) fn number(&mut self, node: &Node<'_>, range: Range) -> Option<f64> {
        let Range { min, max, unit } = range;
        match node {
            Node::Number(value, text) if value.is_finite() => {
                if (min..=max).contains(value) {
                    return Some(*value);
                }
                let found = shown(text);
                self.fault(|path| Fault::OutOfRange { path, found, min, max, unit });
            }
            _ => {
                let finite = if matches!(node, Node::Number(..)) { "finite " } else { "" };
                self.wrong(node, &range.expected(finite));
            }
        }
        None
    }

    /// A number within the bounds that the table gives a parameter.
    pub(super) fn parameter(&mut self, node: &Node<'_>, id: ParamId) -> Option<f64> {
        let bounds = id.bounds();
        let value = self.number(node, bounds.into())?;
        match id.check(value) {
            Ok(()) => Some(value),
            Err(ParamError::NotWhole { .. }) => {
                let found = number(value);
                self.fault(|path| Fault::NotWhole { path, found, min: bounds.min, max: bounds.max });
                None
            }
            Err(error) => {
                self.joint(error);
                None
            }
        }
    }

    /// A text of one paragraph or line that can be printed as it is; line breaks only where `lines` says so.
    pub(super) fn prose(&mut self, node: &Node<'_>, lines: bool) -> Option<String> {
        let expected = if lines { "a text" } else { "a text of one line" };
        let Node::Text(text) = node else {
            self.wrong(node, expected);
            return None;
        };
        if text.trim().is_empty() {
            self.fault(|path| Fault::Blank { path, expected: expected.to_owned() });
            return None;
        }
        if let Some(c) = text.chars().find(|c| is_unprintable(*c) && !(lines && *c == '\n')) {
            self.fault(|path| Fault::Unprintable { path, character: c.escape_default().to_string() });
            return None;
        }
        Some(text.clone().into_owned())
    }

    /// One of the texts in `options`; its index.
    pub(super) fn option(&mut self, node: &Node<'_>, options: &[&str]) -> Option<usize> {
        let expected = options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(" or ");
        let Node::Text(text) = node else {
            self.wrong(node, &expected);
            return None;
        };
        let index = options.iter().position(|option| option == text);
        if index.is_none() {
            let found = shown(text);
            self.fault(|path| Fault::WrongText { path, found, expected });
        }
        index
    }
}
