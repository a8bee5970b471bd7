//! Text for people: what came from outside is escaped and cut before it is printed, and a mistyped name is answered
//! with its nearest neighbours; numbers are shown in the units that were chosen; what the window says stands by key.

pub mod display_units;
pub mod message;
pub mod typed;
pub mod words;

/// Most characters of a foreign text that a message repeats.
pub const SHOWN_CHARS: usize = 80;

/// A text from a file or the command line, safe to print: at most [`SHOWN_CHARS`] characters of it, control
/// characters escaped.
///
/// ```
/// assert_eq!(isoshunt::text::shown("fio2\u{1b}[2J"), "fio2\\u{1b}[2J");
/// ```
#[must_use]
pub fn shown(text: &str) -> String {
    shown_to(text, SHOWN_CHARS)
}

/// As [`shown`], with at most `limit` characters of the text.
#[must_use]
pub fn shown_to(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    for c in chars.by_ref().take(limit) {
        if is_unprintable(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// Control characters, and those that are invisible or turn the direction of what follows.
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A number as short as it can be read back: 0.1, 50, 1e300.
///
/// ```
/// assert_eq!(isoshunt::text::number(50.0), "50");
/// assert_eq!(isoshunt::text::number(1e300), "1e300");
/// ```
#[must_use]
pub fn number(value: f64) -> String {
    // Without an exponent 1e300 would print 301 digits.
    let plain = value == 0.0 || !value.is_finite() || (1e-5..1e15).contains(&value.abs());
    if plain { format!("{value}") } else { format!("{value:e}") }
}

/// Text that people wrote, with the digits of gases below the line.
///
/// ```
/// assert_eq!(isoshunt::text::subscripted("PaO2 and CO2, not 50 O"), "PaO₂ and CO₂, not 50 O");
/// ```
#[must_use]
pub fn subscripted(text: &str) -> String {
    text.replace("O2", "O₂").replace("N2", "N₂").replace("H2O", "H₂O")
}

/// A span of time for people: 1h30min, 5min, 12.5s.
///
/// ```
/// assert_eq!(isoshunt::text::spoken(5400.5), "1h30min0.5s");
/// assert_eq!(isoshunt::text::spoken(0.0), "0s");
/// ```
#[must_use]
pub fn spoken(time_s: f64) -> String {
    let mut rest_s = time_s;
    let mut out = String::new();
    for (unit, unit_s) in [("h", 3600.0), ("min", 60.0)] {
        let whole = (rest_s / unit_s).floor();
        if whole > 0.0 {
            out.push_str(&format!("{whole}{unit}"));
            rest_s -= whole * unit_s;
        }
    }
    if rest_s > 0.0 || out.is_empty() {
        out.push_str(&format!("{rest_s}s"));
    }
    out
}

/// Text with the marks of code as quotation marks, for readers of a window.
///
/// ```
/// assert_eq!(isoshunt::text::quoted("vote = `loud` is not `quick`"), "vote = “loud” is not “quick”");
/// ```
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut opens = false;
    let sign = |c: char| match c {
        '`' => {
            opens = !opens;
            if opens { '“' } else { '”' }
        }
        c => c,
    };
    text.chars().map(sign).collect()
}

/// With a capital at its beginning.
///
/// ```
/// assert_eq!(isoshunt::text::capitalised("true shunt"), "True shunt");
/// assert_eq!(isoshunt::text::capitalised(""), "");
/// ```
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A unit with the space before it; nothing where there is no unit.
#[must_use]
pub fn spaced(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

/// The known names that a mistyped one may have meant: at most two edits away, or containing it; nearest first, at
/// most three.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<_> = known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, candidate)| *edits <= 2 || (name.len() >= 3 && candidate.contains(name)))
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// Levenshtein distance in bytes; `usize::MAX` for long strangers.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 || a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replace = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_foreign_text_is_escaped_and_cut() {
        assert_eq!(shown("PaO₂ é"), "PaO₂ é");
        assert_eq!(shown("a\n\t\u{7}\u{202e}b"), "a\\n\\t\\u{7}\\u{202e}b");
        let cut = shown(&"x".repeat(10_000));
        assert_eq!(cut.chars().count(), SHOWN_CHARS + 1);
        assert!(cut.ends_with('…'));
        assert_eq!(shown(&"x".repeat(SHOWN_CHARS)), "x".repeat(SHOWN_CHARS));
    }

    #[test]
    fn inv_numbers_read_back_and_stay_short() {
        for value in [0.0, 0.1, 50.0, 1.0 / 3.0, 1e15, 1e-6, 5e-324, f64::MAX, -2.5] {
            let text = number(value);
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text}");
            assert!(text.len() < 25, "{text}");
        }
    }

    #[test]
    fn inv_near_names_are_found() {
        let known = ["fio2_frac", "pb_mmhg", "ecmo"];
        assert_eq!(nearest("fi02_frac", known), ["fio2_frac"]);
        assert_eq!(nearest("ecm", known), ["ecmo"]);
        assert!(nearest("weight", known).is_empty());
    }
}
