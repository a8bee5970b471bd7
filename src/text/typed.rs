//! Numbers as people type them: plain, or with any unit that the field uses.
//!
//! Inside the crate there is one unit for each quantity; here `11.3kPa`, `150 g/L`, `98.6degF` and `60%` become it.

use thiserror::Error;

use crate::units::{
    DL_PER_L, DYN_S_PER_CM5_PER_WOOD, HB_G_PER_DL_PER_MMOL_PER_L, MIN_PER_S, ML_PER_L, MMHG_PER_CMH2O, MMHG_PER_KPA,
    TRANSFER_ML_PER_MMHG_PER_MMOL_PER_KPA,
};

/// Longest text that is read as a number.
const MOST_BYTES: usize = 64;

/// Why a typed text is no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TypedError {
    /// It does not begin with a number.
    #[error("not a number")]
    NotANumber,
    /// What follows the number is not a unit of this quantity.
    #[error("the unit is not one of {}", .known.join(", "))]
    Unit {
        /// Units that it may have.
        known: Vec<&'static str>,
    },
}

/// What a unit measures; units of one kind are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pressure,
    Share,
    Substance,
    Haemoglobin,
    Content,
    Temperature,
    Volume,
    Mass,
    Flow,
    Rate,
    Time,
    Length,
    Compliance,
    Resistance,
    Transfer,
    Store,
    Response,
}

/// A unit: how many of it make one of the first of its kind, and where its zero lies.
struct Unit {
    kind: Kind,
    /// As it is printed.
    name: &'static str,
    /// Other spellings; case, spaces and the sign of a product do not matter.
    spellings: &'static [&'static str],
    per_first: f64,
    zero: f64,
}

const fn unit(kind: Kind, name: &'static str, spellings: &'static [&'static str], per_first: f64) -> Unit {
    Unit { kind, name, spellings, per_first, zero: 0.0 }
}

static UNITS: &[Unit] = &[
    unit(Kind::Pressure, "mmHg", &["torr"], 1.0),
    unit(Kind::Pressure, "kPa", &[], 1.0 / MMHG_PER_KPA),
    unit(Kind::Pressure, "cmH₂O", &[], 1.0 / MMHG_PER_CMH2O),
    unit(Kind::Pressure, "hPa", &["mbar"], 10.0 / MMHG_PER_KPA),
    unit(Kind::Pressure, "atm", &[], 1.0 / 760.0),
    unit(Kind::Pressure, "bar", &[], 0.01 / MMHG_PER_KPA),
    unit(Kind::Pressure, "inHg", &[], 1.0 / 25.4),
    unit(Kind::Share, "", &[], 1.0),
    unit(Kind::Share, "%", &["percent"], 100.0),
    unit(Kind::Substance, "mmol/L", &["meq/l"], 1.0),
    unit(Kind::Haemoglobin, "g/dL", &["g/100ml", "g%"], 1.0),
    unit(Kind::Haemoglobin, "g/L", &[], DL_PER_L),
    unit(Kind::Haemoglobin, "mmol/L", &[], 1.0 / HB_G_PER_DL_PER_MMOL_PER_L),
    unit(Kind::Content, "mL/dL", &["ml/100ml", "vol%"], 1.0),
    unit(Kind::Content, "mL/L", &[], DL_PER_L),
    unit(Kind::Temperature, "°C", &["c", "degc", "celsius"], 1.0),
    Unit { kind: Kind::Temperature, name: "°F", spellings: &["f", "degf", "fahrenheit"], per_first: 1.8, zero: 32.0 },
    Unit { kind: Kind::Temperature, name: "K", spellings: &["kelvin"], per_first: 1.0, zero: 273.15 },
    unit(Kind::Volume, "L", &[], 1.0),
    unit(Kind::Volume, "mL", &["cc"], ML_PER_L),
    unit(Kind::Volume, "dL", &[], DL_PER_L),
    unit(Kind::Mass, "kg", &[], 1.0),
    unit(Kind::Mass, "lb", &["lbs"], 1.0 / 0.453_592_37),
    unit(Kind::Mass, "g", &[], 1000.0),
    unit(Kind::Flow, "L/min", &["lpm"], 1.0),
    unit(Kind::Flow, "mL/min", &[], ML_PER_L),
    unit(Kind::Flow, "L/s", &[], MIN_PER_S),
    unit(Kind::Flow, "mL/s", &[], MIN_PER_S * ML_PER_L),
    unit(Kind::Rate, "/min", &["1/min", "bpm"], 1.0),
    unit(Kind::Rate, "/s", &["1/s", "hz"], MIN_PER_S),
    unit(Kind::Time, "s", &["sec"], 1.0),
    unit(Kind::Time, "min", &[], MIN_PER_S),
    unit(Kind::Time, "h", &[], MIN_PER_S / 60.0),
    unit(Kind::Length, "m", &[], 1.0),
    unit(Kind::Length, "km", &[], 0.001),
    unit(Kind::Length, "ft", &["feet"], 1.0 / 0.3048),
    unit(Kind::Compliance, "mL/cmH₂O", &["ml/mbar", "ml/hpa"], 1.0),
    unit(Kind::Compliance, "L/cmH₂O", &["l/mbar", "l/hpa"], 1.0 / ML_PER_L),
    unit(Kind::Compliance, "L/kPa", &[], MMHG_PER_KPA / MMHG_PER_CMH2O / ML_PER_L),
    unit(Kind::Resistance, "mmHg·min/L", &["wu", "wood", "mmhg/l/min", "mmhg/(l/min)"], 1.0),
    unit(Kind::Resistance, "kPa·min/L", &[], 1.0 / MMHG_PER_KPA),
    unit(Kind::Resistance, "dyn·s/cm⁵", &["dyn·s·cm-5", "dyn·s/cm5"], DYN_S_PER_CM5_PER_WOOD),
    unit(Kind::Transfer, "mL/min/mmHg", &["ml/min/torr"], 1.0),
    unit(Kind::Transfer, "mL/min/kPa", &[], MMHG_PER_KPA),
    unit(Kind::Transfer, "mmol/min/kPa", &[], 1.0 / TRANSFER_ML_PER_MMHG_PER_MMOL_PER_KPA),
    unit(Kind::Store, "mL/mmHg", &["ml/torr"], 1.0),
    unit(Kind::Store, "mL/kPa", &[], MMHG_PER_KPA),
    unit(Kind::Response, "L/min/mmHg", &["l/min/torr"], 1.0),
    unit(Kind::Response, "L/min/kPa", &[], MMHG_PER_KPA),
];

/// A unit without what does not distinguish it: case, spaces, the sign of a product, raised and lowered digits.
fn plain(unit: &str) -> String {
    let digit = |c: char| match c {
        '₂' => '2',
        '⁵' => '5',
        '−' => '-',
        '*' | '.' | '⋅' => '·',
        'º' => '°',
        other => other,
    };
    let text = unit.chars().filter(|c| !c.is_whitespace()).map(digit).flat_map(char::to_lowercase).collect::<String>();
    text.strip_prefix('°').map_or(text.clone(), str::to_owned)
}

impl Unit {
    fn is(&self, plain_unit: &str) -> bool {
        plain(self.name) == plain_unit || self.spellings.contains(&plain_unit)
    }
}

/// Number and unit of a text; the unit is empty where there is none.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    if text.len() > MOST_BYTES {
        return None;
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(text.len());
    Some((parse_number(&text[..end])?, text[end..].trim()))
}

/// Reads a plain finite decimal number: what people type and JSON allows.
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain || text.len() > MOST_BYTES {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Reads a number in `wanted`, the unit that it has without one; `""` is a share, which may be given in percent, and what
/// has no unit at all is a plain number.
///
/// ```
/// use isoshunt::text::typed::read;
/// assert!((read("11.3kPa", Some("mmHg")).unwrap() - 84.76).abs() < 0.01);
/// assert_eq!(read("150 g/L", Some("g/dL")), Ok(15.0));
/// assert_eq!(read("60%", Some("")), Ok(0.6));
/// assert_eq!(read("40", Some("mmHg")), Ok(40.0));
/// assert!(read("40 kg", Some("mmHg")).is_err() && read("40%", None).is_err());
/// ```
///
/// # Errors
/// [`TypedError`].
pub fn read(text: &str, wanted: Option<&str>) -> Result<f64, TypedError> {
    converted(text, wanted, true)
}

/// As [`read`], of a difference: where a scale has its zero does not matter.
///
/// # Errors
/// [`TypedError`].
pub fn read_difference(text: &str, wanted: Option<&str>) -> Result<f64, TypedError> {
    converted(text, wanted, false)
}

/// Unit in which a number with this key and unit is typed; none for numbers that are no shares, not even percent.
#[must_use]
pub fn unit_of<'a>(key: &str, unit: &'a str) -> Option<&'a str> {
    let is_share = key.ends_with("_frac") || key.ends_with("_ratio");
    (is_share || !unit.is_empty()).then_some(unit)
}

/// Whether a text is a number and nothing else.
#[must_use]
pub fn has_no_unit(text: &str) -> bool {
    split(text).is_some_and(|(_, unit)| unit.is_empty())
}

fn converted(text: &str, wanted: Option<&str>, absolute: bool) -> Result<f64, TypedError> {
    let (value, given) = split(text).ok_or(TypedError::NotANumber)?;
    let given = plain(given);
    if given.is_empty() {
        return Ok(value);
    }
    let wanted_plain = plain(wanted.ok_or(TypedError::Unit { known: Vec::new() })?);
    if given == wanted_plain {
        return Ok(value);
    }
    let to = UNITS.iter().find(|unit| unit.is(&wanted_plain));
    let alike = || to.into_iter().flat_map(|to| UNITS.iter().filter(move |unit| unit.kind == to.kind));
    let known = || match to {
        Some(_) => alike().map(|unit| unit.name).filter(|name| !name.is_empty()).collect(),
        None => Vec::new(),
    };
    let (Some(to), Some(from)) = (to, alike().find(|unit| unit.is(&given))) else {
        return Err(TypedError::Unit { known: known() });
    };
    if std::ptr::eq(from, to) {
        return Ok(value);
    }
    let [from_zero, to_zero] = if absolute { [from.zero, to.zero] } else { [0.0; 2] };
    let made = (value - from_zero) / from.per_first * to.per_first + to_zero;
    if made.is_finite() { Ok(made) } else { Err(TypedError::NotANumber) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_units_as_people_type_them_become_one() {
        for (text, unit, expected) in [
            ("11.3kPa", "mmHg", 84.757),
            ("101.3 kPa", "mmHg", 759.81),
            ("760torr", "mmHg", 760.0),
            ("29.92inHg", "mmHg", 759.97),
            ("1013hPa", "mmHg", 759.81),
            ("1 atm", "mmHg", 760.0),
            ("10mmHg", "cmH₂O", 13.595),
            ("10mbar", "cmH₂O", 10.197),
            ("150g/L", "g/dL", 15.0),
            ("9.3 mmol/L", "g/dL", 14.986),
            ("-5 mEq/L", "mmol/L", -5.0),
            ("98.6degF", "°C", 37.0),
            ("98.6 °F", "°C", 37.0),
            ("310.15K", "°C", 37.0),
            ("37C", "°C", 37.0),
            ("60%", "", 0.6),
            ("21 percent", "", 0.21),
            ("0.5L", "mL", 500.0),
            ("3000mL", "L", 3.0),
            ("5000 ml/min", "L/min", 5.0),
            ("0.25 l/min", "mL/min", 250.0),
            ("2min", "s", 120.0),
            ("14000ft", "m", 4267.2),
            ("4.3km", "m", 4300.0),
            ("0.05 L/cmH2O", "mL/cmH₂O", 50.0),
            ("160mL/cmH2O", "L/cmH₂O", 0.16),
            ("160 dyn.s/cm5", "mmHg·min/L", 2.0),
            ("2 WU", "mmHg·min/L", 2.0),
            ("10 mmol/min/kPa", "mL/min/mmHg", 29.86),
            ("25%", "%", 25.0),
            ("0.25kPa", "kPa", 0.25),
            ("75mmHg", "kPa", 10.0),
        ] {
            let value = read(text, Some(unit)).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!((value / expected - 1.0).abs() < 2e-4, "{text}: {value} for {expected}");
        }
    }

    #[test]
    fn inv_what_is_no_value_of_the_quantity_is_refused() {
        for text in ["", "kPa", "x", "--1", "1e400", "nan", "inf", "1 2", "0x10", &"1".repeat(65)] {
            assert!(read(text, Some("mmHg")).is_err(), "{text}");
        }
        for (text, unit) in [("11kPa", "g/dL"), ("60%", "mmHg"), ("5mL", "mmHg"), ("37F", ""), ("3kPa", "ppm")] {
            assert!(matches!(read(text, Some(unit)), Err(TypedError::Unit { .. })), "{text} in {unit}");
        }
        let Err(TypedError::Unit { known }) = read("5 kg", Some("g/dL")) else { panic!("refused") };
        assert_eq!(known, ["g/dL", "g/L", "mmol/L"]);
        // A unit of any quantity is at least itself.
        assert_eq!(read("20ppm", Some("ppm")), Ok(20.0));
        assert!((read_difference("1.8degF", Some("°C")).expect("a difference") - 1.0).abs() < 1e-12);
    }
}
