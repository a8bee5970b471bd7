//! Numbers and columns for people, keys and values for programs.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::numerics::float;

/// Places of a line that is wrapped.
pub(super) const LINE: usize = 110;
/// Digits that matter to a reader.
const FIGURES: i32 = 6;

/// A number with six significant figures, without the zeros that end it.
pub(super) fn figures(value: f64) -> String {
    let text = significant(value, FIGURES);
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A number with so many significant figures.
pub(super) fn significant(value: f64, figures: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = float::log10(value.abs()).floor() as i32;
    if !(-5..15).contains(&exponent) {
        return format!("{value:.*e}", (figures - 1) as usize);
    }
    format!("{value:.*}", (figures - 1 - exponent).max(0) as usize)
}

/// How a column lines up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Writes rows as columns, two spaces apart.
pub(super) fn columns(out: &mut dyn Write, indent: usize, align: &[Align], rows: &[Vec<String>]) -> io::Result<()> {
    let mut widths = vec![0; align.len()];
    for row in rows {
        for (cell, best) in row.iter().zip(&mut widths) {
            *best = width(cell).max(*best);
        }
    }
    for row in rows {
        let mut line = " ".repeat(indent);
        for ((cell, align), best) in row.iter().zip(align).zip(&widths) {
            let gap = " ".repeat(best - width(cell));
            match align {
                Align::Left => line.extend([cell, gap.as_str(), "  "]),
                Align::Right => line.extend([gap.as_str(), cell, "  "]),
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Places that a text takes on the screen; a combining mark stands over the letter before it.
fn width(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).count()
}

/// Writes a text in lines of at most `limit` places.
pub(super) fn wrapped(out: &mut dyn Write, indent: usize, limit: usize, text: &str) -> io::Result<()> {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + width(&line) + 1 + width(word) > limit {
            writeln!(out, "{:indent$}{line}", "")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, "{:indent$}{line}", "") }
}

/// A JSON object whose keys stay in the order given.
#[derive(Debug, Clone, Default)]
pub(super) struct Object(Vec<(String, Json)>);

/// A JSON value.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Plain(Value),
    Object(Object),
    Array(Vec<Json>),
}

impl Object {
    pub(super) fn with(mut self, key: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.push((key.into(), value.into()));
        self
    }

    /// Writes the object as a whole document.
    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self).map_err(io::Error::from)?;
        writeln!(out)
    }
}

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Json::Plain(value.into())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Json::Object(object)
    }
}

impl FromIterator<Object> for Json {
    fn from_iter<I: IntoIterator<Item = Object>>(objects: I) -> Self {
        Json::Array(objects.into_iter().map(Json::Object).collect())
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Plain(value) => value.serialize(serializer),
            Json::Object(object) => object.serialize(serializer),
            Json::Array(items) => items.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_numbers_keep_six_figures() {
        for (value, text) in [
            (0.0, "0"),
            (99.725_9, "99.7259"),
            (0.21, "0.21"),
            (-0.000_012_345_67, "-0.0000123457"),
            (1_234_567.8, "1234568"),
            (999_999.9, "1000000"),
            (100.0, "100"),
            (1e-9, "1.00000e-9"),
            (1e300, "1.00000e300"),
        ] {
            assert_eq!(figures(value), text);
        }
    }

    #[test]
    fn inv_columns_line_up_under_combining_marks() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let mut out = Vec::new();
        let rows = [row(["V\u{307}O₂", "250"]), row(["RQ", "0.8"]), row(["mixed", ""])];
        columns(&mut out, 1, &[Align::Left, Align::Right], &rows).expect("memory takes it");
        assert_eq!(String::from_utf8(out).expect("text"), " V\u{307}O₂    250\n RQ     0.8\n mixed\n");
    }

    #[test]
    fn inv_long_text_is_wrapped_between_words() {
        let mut out = Vec::new();
        wrapped(&mut out, 2, 12, "one two three a-very-long-word x").expect("memory takes it");
        assert_eq!(String::from_utf8(out).expect("text"), "  one two\n  three\n  a-very-long-word\n  x\n");
    }

    #[test]
    fn inv_json_keeps_the_order_of_keys() {
        let object = Object::default().with("z", 1.5).with("a", "text").with("m", Object::default().with("k", true));
        assert_eq!(serde_json::to_string(&object).expect("JSON"), r#"{"z":1.5,"a":"text","m":{"k":true}}"#);
    }
}
