//! Levels and the steps between them as bars below one another.

use crate::figure::{Axis, Role, Series, Stroke};
use crate::text::display_units::Shown;

/// One row.
pub(super) struct Row {
    role: Role,
    name: String,
    /// What is printed beside the name.
    value: String,
    from: f64,
    to: f64,
}

impl Row {
    /// A value, as a bar from 0.
    pub(super) fn level(role: Role, name: &str, value: f64, shown: &Shown<'_>) -> Row {
        Row { role, name: name.to_owned(), value: shown.number(value, 0), from: 0.0, to: value }
    }

    /// A change from one value to another.
    pub(super) fn step(role: Role, name: &str, from: f64, to: f64, shown: &Shown<'_>) -> Row {
        Row { role, name: name.to_owned(), value: signed(to - from, shown), from, to }
    }
}

/// A number with its sign; what rounds to nothing has none.
pub(super) fn signed(value: f64, shown: &Shown<'_>) -> String {
    let text = shown.number(value, 0);
    let rises = value > 0.0 && text.contains(|c: char| ('1'..='9').contains(&c));
    if rises { format!("+{text}") } else { text }
}

/// The vertical axis and the bars of rows from top to bottom, and the range of their values with 0.
pub(super) fn bars(rows: Vec<Row>) -> (Axis, Vec<Series>, [f64; 2]) {
    let ends = || rows.iter().flat_map(|row| [row.from, row.to]);
    let range = [ends().fold(0.0, f64::min), ends().fold(0.0, f64::max)];
    let y = Axis::list(rows.iter().map(|row| format!("{}  {}", row.name, row.value)).collect());
    let series = rows
        .into_iter()
        .zip(&y.ticks)
        .map(|(row, at)| Series {
            extents: vec![row.from],
            ..Series::new(row.role, row.name, Stroke::Bars, vec![[row.to, *at]])
        })
        .collect();
    (y, series, range)
}
