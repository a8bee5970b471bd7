//! A range of a number, as files have it.

use super::fault::Fault;
use super::tree::{Node, Object, Report};
use super::walk::Range;

/// A range of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Its lowest value.
    pub low: f64,
    /// Its upper end, which belongs to it.
    pub high: f64,
}

impl Span {
    /// Whether a value lies within.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Whether more than an end is shared.
    #[must_use]
    pub fn overlaps(&self, other: &Span) -> bool {
        self.low < other.high && other.low < self.high
    }
}

/// Reads an object of two ends.
pub(super) fn span<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Span> {
    let object = r.object_of(node, &["low", "high"])?;
    ends(r, object)
}

/// Reads the two ends of an object that may hold more.
pub(super) fn ends<'t>(r: &mut Report<'t>, object: &Object<'t>) -> Option<Span> {
    let low = r.at(object, "low", |r, node| r.number(node, Range::ANY));
    let high = r.at(object, "high", |r, node| r.number(node, Range::ANY));
    let (low, high) = (low?, high?);
    if low > high {
        r.fault(|path| Fault::EmptyBand { path, low, high });
        return None;
    }
    Some(Span { low, high })
}
