//! The units in which numbers are shown: mmHg or kPa, per decilitre or per litre.
//!
//! Inside the crate, in files and on the command line there is one unit for each quantity. Whatever a person reads,
//! hears or types passes through here: name the canonical unit and get what is shown in its place.

use std::borrow::Cow;

use crate::numerics::float;
use crate::text::spaced;
use crate::units::{DL_PER_L, kpa_from_mmhg, mmhg_from_kpa};

/// Unit of gas pressures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pressure {
    /// Millimetres of mercury.
    #[default]
    Mmhg,
    /// Kilopascals.
    Kpa,
}

/// Volume to which haemoglobin and contents are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Concentration {
    /// g/dL and mL/dL.
    #[default]
    PerDl,
    /// g/L and mL/L.
    PerL,
}

impl Pressure {
    /// Every choice, in menu order.
    pub const ALL: [Pressure; 2] = [Pressure::Mmhg, Pressure::Kpa];

    /// Name in the menu and in files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Pressure::Mmhg => "mmHg",
            Pressure::Kpa => "kPa",
        }
    }
}

impl Concentration {
    /// Every choice, in menu order.
    pub const ALL: [Concentration; 2] = [Concentration::PerDl, Concentration::PerL];

    /// Name in the menu and in files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Concentration::PerDl => "g/dL",
            Concentration::PerL => "g/L",
        }
    }
}

/// The units in which numbers are shown; the default are the canonical ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DisplayUnits {
    /// Of gas pressures; airway pressures are cmH2O everywhere, those of the circulation mmHg
    /// ([`DisplayUnits::of_circulation`]).
    pub pressure: Pressure,
    /// Of haemoglobin and contents.
    pub concentration: Concentration,
}

/// How numbers of one canonical unit are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown<'a> {
    /// Unit as printed.
    pub unit: &'a str,
    /// Shown number = factor times value.
    pub per_value: f64,
    /// Digits after the point that it has more than in the canonical unit.
    more_decimals: isize,
    converted: bool,
}

impl DisplayUnits {
    /// The units in which what belongs to the circulation is read: its pressures are mmHg at every bedside.
    ///
    /// ```
    /// use isoshunt::text::display_units::{DisplayUnits, Pressure};
    /// let kpa = DisplayUnits { pressure: Pressure::Kpa, ..DisplayUnits::default() };
    /// assert_eq!(kpa.of_circulation().text(25.0, "mmHg", 0), "25 mmHg");
    /// ```
    #[must_use]
    pub fn of_circulation(self) -> DisplayUnits {
        DisplayUnits { pressure: Pressure::Mmhg, ..self }
    }

    /// How numbers of a canonical unit are shown.
    ///
    /// ```
    /// use isoshunt::text::display_units::{Concentration, DisplayUnits, Pressure};
    /// let units = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
    /// assert_eq!(units.of("mmHg").text(40.0, 0), "5.3 kPa");
    /// assert_eq!(units.of("g/dL").text(15.0, 1), "150 g/L");
    /// assert_eq!(units.of("L/min").text(5.0, 1), "5.0 L/min");
    /// ```
    #[must_use]
    pub fn of(self, unit: &str) -> Shown<'_> {
        let (kpa, litre) = (self.pressure == Pressure::Kpa, self.concentration == Concentration::PerL);
        let (shown, per_value, more_decimals) = match unit {
            "mmHg" if kpa => ("kPa", kpa_from_mmhg(1.0), 1),
            "mL/L/mmHg" if kpa => ("mL/L/kPa", mmhg_from_kpa(1.0), -1),
            "mL/mmHg" if kpa => ("mL/kPa", mmhg_from_kpa(1.0), -1),
            "mL/min/mmHg" if kpa => ("mL/min/kPa", mmhg_from_kpa(1.0), -1),
            "L/min/mmHg" if kpa => ("L/min/kPa", mmhg_from_kpa(1.0), -1),
            "g/dL" if litre => ("g/L", DL_PER_L, -1),
            "mL/dL" if litre => ("mL/L", DL_PER_L, -1),
            unchanged => (unchanged, 1.0, 0),
        };
        Shown { unit: shown, per_value, more_decimals, converted: shown != unit }
    }

    /// A number with its canonical unit, as it is shown; `decimals` are those of the canonical unit.
    #[must_use]
    pub fn text(self, value: f64, unit: &str, decimals: usize) -> String {
        self.of(unit).text(value, decimals)
    }

    /// Text that people wrote, with every number before a unit, and every range of numbers, in the shown unit.
    ///
    /// ```
    /// use isoshunt::text::display_units::{DisplayUnits, Pressure};
    /// let kpa = DisplayUnits { pressure: Pressure::Kpa, ..DisplayUnits::default() };
    /// assert_eq!(kpa.prose("a gradient of 75 to 100 mmHg"), "a gradient of 10 to 13.3 kPa");
    /// assert_eq!(kpa.prose("about 100 mmHg"), "about 13 kPa");
    /// ```
    ///
    /// What was said to be near a number has two digits, and a whole number no nought behind the point. Pressures of the
    /// circulation stay as they are written: those after a word for one, such as `atrial` or `arterial pressure`.
    #[must_use]
    pub fn prose(self, text: &str) -> Cow<'_, str> {
        if self == DisplayUnits::default() {
            return Cow::Borrowed(text);
        }
        let mut out = text.to_owned();
        for unit in UNITS {
            let shown = self.of(unit);
            if shown.unit != unit {
                out = translated(&out, unit, &shown);
            }
        }
        Cow::Owned(out)
    }
}

/// Canonical units that may be shown in another, the longer before those they end in.
const UNITS: [&str; 7] = ["mL/L/mmHg", "mL/min/mmHg", "L/min/mmHg", "mL/mmHg", "mmHg", "mL/dL", "g/dL"];

impl Shown<'_> {
    /// Whether it is shown in a unit of its own.
    #[must_use]
    pub fn is_converted(&self) -> bool {
        self.converted
    }

    /// Digits after the point, from those in the canonical unit.
    #[must_use]
    pub fn decimals(&self, canonical: usize) -> usize {
        canonical.saturating_add_signed(self.more_decimals)
    }

    /// The shown number of a value.
    #[must_use]
    pub fn value(&self, value: f64) -> f64 {
        value * self.per_value
    }

    /// The number as printed; `decimals` are those of the canonical unit.
    #[must_use]
    pub fn number(&self, value: f64, decimals: usize) -> String {
        signed(self.value(value), self.decimals(decimals))
    }

    /// The number with its unit; `decimals` are those of the canonical unit.
    #[must_use]
    pub fn text(&self, value: f64, decimals: usize) -> String {
        format!("{}{}", self.number(value, decimals), spaced(self.unit))
    }
}

/// Text of which no line ends between a number and its unit: the space there is one at which no line breaks.
///
/// ```
/// use isoshunt::text::display_units::unbroken;
/// assert_eq!(unbroken("at 36.8 °C, PB 738 mmHg, in 20 min"), "at 36.8\u{a0}°C, PB 738\u{a0}mmHg, in 20\u{a0}min");
/// assert_eq!(unbroken("30 mL/cmH₂O of 5 cmH2O"), "30\u{a0}mL/cmH₂O of 5\u{a0}cmH2O");
/// assert_eq!(unbroken("3 minds, level 2 left"), "3 minds, level 2 left");
/// ```
#[must_use]
pub fn unbroken(text: &str) -> String {
    let mut digit = false;
    text.char_indices()
        .map(|(at, c)| {
            let after_number = std::mem::replace(&mut digit, c.is_ascii_digit());
            let unit = || text[at + 1..].split(|c: char| !(c.is_alphabetic() || matches!(c, '%' | '°' | '₂'))).next();
            let kept = c == ' ' && after_number && unit().is_some_and(|unit| KEPT_TO_NUMBERS.contains(&unit));
            if kept { '\u{a0}' } else { c }
        })
        .collect()
}

/// Units that stay with their number, each also as the first of a quotient; `cmH` where subscripts are typed as digits.
const KEPT_TO_NUMBERS: [&str; 17] =
    ["%", "°C", "mmHg", "kPa", "cmH₂O", "cmH", "g", "kg", "mL", "L", "mmol", "cm", "m", "s", "min", "h", "years"];

/// A number with a true minus sign, and none before a zero.
///
/// ```
/// assert_eq!(isoshunt::text::display_units::signed(-2.5, 1), "−2.5");
/// assert_eq!(isoshunt::text::display_units::signed(-0.01, 1), "0.0");
/// ```
#[must_use]
pub fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// What may join two numbers of one unit.
const JOINTS: [&str; 7] = [" to ", " and ", " or ", " of ", "–", "-", " ± "];

/// `text` with the numbers before `unit` as they are shown.
fn translated(text: &str, unit: &str, shown: &Shown<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(unit) {
        let (before, after) = (&rest[..at], &rest[at + unit.len()..]);
        // A resistance, a flow through a hole, a pressure of the circulation.
        if after.starts_with('·')
            || before.ends_with('√')
            || (unit == "mmHg" && is_of_circulation(&text[..text.len() - rest.len() + at]))
        {
            out.push_str(&rest[..at + unit.len()]);
            rest = after;
            continue;
        }
        out.push_str(&numbers_at_the_end(before, shown));
        // A longer unit that only begins or ends like this one is another.
        let whole = !before.ends_with('/') && !after.starts_with('/');
        out.push_str(if whole || shown.unit == "kPa" { shown.unit } else { unit });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Words before a pressure of the circulation or of a pump, and those before one of gas.
const OF_CIRCULATION: [&str; 13] = [
    "arterial pressure",
    "artery pressure",
    "atrial",
    "atrium",
    "suction",
    "afterload",
    "transmural",
    "PAP",
    "CVP",
    "blood pressure",
    "filling pressure",
    "before the pump",
    "turns",
];
const OF_GAS: [&str; 6] = ["PO2", "PO₂", "O2", "O₂", "A-a", "P/F"];

/// Whether a text ends in a pressure of the circulation: a word for one stands nearer to its end than any for a gas, in
/// the same clause.
fn is_of_circulation(text: &str) -> bool {
    let clause = text.rfind([';', '(', ':']).map_or(text, |at| &text[at..]);
    let clause = clause.rfind(". ").map_or(clause, |at| &clause[at..]);
    let last = |words: &[&str]| words.iter().filter_map(|word| clause.rfind(word)).max();
    last(&OF_CIRCULATION) > last(&OF_GAS)
}

/// The text with the number that it ends in, and those joined to it, as they are shown.
fn numbers_at_the_end(text: &str, shown: &Shown<'_>) -> String {
    let bare = text.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let gap = &text[bare.len()..];
    let start = bare
        .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .map_or(0, |i| i + bare[i..].chars().next().map_or(1, char::len_utf8));
    let (head, number) = bare.split_at(start);
    // The 2 of PO2 is no number.
    if head.ends_with(char::is_alphabetic) {
        return text.to_owned();
    }
    let Ok(value) = number.replace(',', "").parse::<f64>() else { return text.to_owned() };
    let decimals = number.split_once('.').map_or(0, |(_, digits)| digits.len());
    let joined = JOINTS.iter().find_map(|joint| head.strip_suffix(joint).map(|first| (first, joint)));
    let head_shown = match joined {
        Some((first, joint)) => format!("{}{joint}", numbers_at_the_end(first, shown)),
        None => head.to_owned(),
    };
    format!("{head_shown}{}{gap}", written(value, decimals, is_near(head), shown))
}

/// Words before a number that is only near.
const NEAR: [&str; 6] = ["about", "some", "around", "nearly", "roughly", "≈"];

/// Whether a number is said to be only near: by the word before it, or before what it is joined to.
fn is_near(head: &str) -> bool {
    let before = JOINTS
        .iter()
        .find_map(|joint| head.strip_suffix(joint))
        .map_or(head, |first| first.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')));
    before.split_whitespace().next_back().is_some_and(|word| {
        let word = word.trim_start_matches('(').to_lowercase();
        NEAR.contains(&word.as_str())
    })
}

/// A number of a text in the unit that is shown: no more exact than it was meant.
fn written(value: f64, decimals: usize, near: bool, shown: &Shown<'_>) -> String {
    let exact = shown.number(value, decimals);
    if decimals > 0 {
        return exact;
    }
    let size = shown.value(value).abs();
    if near && size > 0.0 {
        // Two digits, wherever the point is.
        let last = float::powi(10f64, float::log10(size).floor() as i32 - 1);
        let digits = (1 - float::log10(size).floor() as i32).max(0) as usize;
        return without_noughts(signed((shown.value(value) / last).round() * last, digits));
    }
    without_noughts(exact)
}

/// A decimal number without noughts at its end.
fn without_noughts(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: DisplayUnits = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };

    #[test]
    fn inv_canonical_units_are_shown_as_they_are() {
        for unit in UNITS.into_iter().chain(["L/min", "cmH₂O", "", "%"]) {
            let shown = DisplayUnits::default().of(unit);
            assert!(shown.unit == unit && shown.per_value == 1.0 && !shown.is_converted());
            assert_eq!(shown.decimals(1), 1);
        }
        assert_eq!(DisplayUnits::default().prose("PaO2 60 mmHg"), "PaO2 60 mmHg");
    }

    #[test]
    fn inv_the_other_units_hold_the_same_quantity() {
        assert_eq!(OTHER.text(760.0, "mmHg", 0), "101.3 kPa");
        assert_eq!(OTHER.text(20.4, "mL/dL", 1), "204 mL/L");
        assert_eq!(OTHER.text(30.0, "mL/min/mmHg", 1), "225 mL/min/kPa");
        assert_eq!(OTHER.text(-0.2, "mmHg", 0), "0.0 kPa");
        assert_eq!(OTHER.text(15.0, "cmH₂O", 0), "15 cmH₂O");
        for unit in UNITS {
            assert!(OTHER.of(unit).is_converted(), "{unit}");
        }
    }

    #[test]
    fn inv_prose_is_read_in_the_shown_unit() {
        for (written, read) in [
            ("PaO2 falls to 26 mmHg: that", "PaO2 falls to 3.5 kPa: that"),
            ("from 48 to 566 mmHg while", "from 6.4 to 75.5 kPa while"),
            ("22–27 mmHg, then 3.4 mmHg/min", "2.9–3.6 kPa, then 0.45 kPa/min"),
            ("95 ± 16 and 88 ± 11 mmHg", "12.7 ± 2.1 and 11.7 ± 1.5 kPa"),
            (
                "a haemoglobin of 10 to 14 g/dL, PaCO2 of 25 to 40 mmHg",
                "a haemoglobin of 100 to 140 g/L, PaCO2 of 3.3 to 5.3 kPa",
            ),
            ("at 4,600 m (429 mmHg)", "at 4,600 m (57.2 kPa)"),
            ("30 mL/min/mmHg", "225 mL/min/kPa"),
            ("5.0 mL/dL of 1,200 mmHg", "50 mL/L of 160 kPa"),
            ("only reaches about 100 mmHg, nearly 600 mmHg", "only reaches about 13 kPa, nearly 80 kPa"),
            ("(some 10 mmHg), about 75 to 100 mmHg", "(some 1.3 kPa), about 10 to 13 kPa"),
            ("about 1,200 mmHg or PaO2 60 mmHg", "about 160 kPa or PaO2 8 kPa"),
            ("mmHg and nothing", "kPa and nothing"),
            ("PaO2 60 mmHg at a left atrial pressure of 24 mmHg", "PaO2 8 kPa at a left atrial pressure of 24 mmHg"),
            ("PAP 25 mmHg, PaCO2 40 mmHg", "PAP 25 mmHg, PaCO2 5.3 kPa"),
            ("mean arterial pressure 60 mmHg. It takes 15 mmHg", "mean arterial pressure 60 mmHg. It takes 2 kPa"),
            ("16 mmHg·min/L, 1 L/min/√mmHg", "16 mmHg·min/L, 1 L/min/√mmHg"),
            ("FiO2 0.5 and PEEP 10 cmH₂O", "FiO2 0.5 and PEEP 10 cmH₂O"),
        ] {
            assert_eq!(OTHER.prose(written), read);
        }
    }
}
