//! A form of blood gases: numbers in the reader's units, read through the grammar of a file of gases, so that a form and
//! a file have one range and one message.

use crate::scenario::gases;
use crate::study::fit::Question;
use crate::text::words;
use crate::text::{self, display_units::DisplayUnits};

/// What messages call what is typed.
const ORIGIN: &str = "typed";

/// Numbers by their keys in a file of gases, in canonical units.
pub(in crate::app) type Members = Vec<(&'static str, f64)>;

/// A number in its canonical unit; none where nothing is typed. `unit` is the canonical one: that of a share is empty, and
/// a share may be typed in percent; what has none, not even percent, has none here.
///
/// # Errors
/// What is wrong with it, in words.
pub(in crate::app) fn number(
    typed: &str,
    unit: Option<&'static str>,
    units: DisplayUnits,
) -> Result<Option<f64>, String> {
    let plain = typed.trim().replace('−', "-").replace(',', ".");
    if plain.is_empty() {
        return Ok(None);
    }
    let wrong = |unit: &str| words::gas::not_a_number(text::shown(typed), text::spaced(unit));
    match unit {
        None => text::typed::read(&plain, None).map(Some).map_err(|_| wrong("")),
        Some("") => {
            let value = text::typed::read(&plain, Some("")).map_err(|_| wrong(words::gas::as_a_share()))?;
            if value > 1.0 && text::typed::has_no_unit(&plain) {
                return Err(words::gas::more_than_all(plain));
            }
            Ok(Some(value))
        }
        Some(unit) => {
            let shown = units.of(unit);
            let value = text::typed::read(&plain, Some(shown.unit)).map_err(|_| wrong(shown.unit))?;
            Ok(Some(value / shown.per_value))
        }
    }
}

/// What stands in for a number of a gas that cannot be read, so that the others are judged all the same: within its range.
const STAND_INS: [(&str, f64); 3] = [("fio2_frac", 0.5), ("po2_art_mmhg", 90.0), ("pco2_art_mmhg", 40.0)];

/// What is wrong with the numbers that could be read, beside those that could not.
pub(in crate::app) fn other_faults(
    body: &Members,
    gases: &[Members],
    units: DisplayUnits,
    plain: impl Fn(&str) -> String,
) -> Vec<String> {
    let whole = |gas: &Members| {
        let missing = STAND_INS.into_iter().filter(|(key, _)| gas.iter().all(|(there, _)| there != key));
        gas.iter().copied().chain(missing).collect::<Members>()
    };
    let gases: Vec<Members> = gases.iter().map(whole).collect();
    question(body, &gases, units, plain).err().unwrap_or_default()
}

/// What is asked of a patient and his gases.
///
/// # Errors
/// Every fault that the grammar of a file of gases finds, a line each, in the reader's units; `plain` puts names of the
/// form in the place of keys.
pub(in crate::app) fn question(
    body: &Members,
    gases: &[Members],
    units: DisplayUnits,
    plain: impl Fn(&str) -> String,
) -> Result<Question, Vec<String>> {
    let object = |members: &Members| {
        let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        format!("{{{}}}", members.join(", "))
    };
    let file = format!(
        "{{\"kind\": \"{}\", \"schema_version\": {}, \"body\": {}, \"gases\": [{}]}}",
        gases::KIND,
        gases::SCHEMA_VERSION,
        object(body),
        gases.iter().map(object).collect::<Vec<_>>().join(", ")
    );
    gases::parse(file, ORIGIN).map(|file| file.question).map_err(|refused| {
        let told = refused.to_string();
        let of_file = format!("{ORIGIN}: ");
        told.lines().map(|line| units.prose(&plain(line.trim_start_matches(&of_file))).into_owned()).collect()
    })
}
