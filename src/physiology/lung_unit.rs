//! One lung unit (stub while writing).
/// What the ventilation of a unit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// Inspired.
    Inspired,
    /// Expired.
    Expired,
}
