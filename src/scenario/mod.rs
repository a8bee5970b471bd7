//! Files about patients: scenarios with their teaching text, and solved cases to compare with.
//!
//! A scenario (`switches`, `units` and `expected` may be left out, and parameters that stand at their default):
//!
//! ```
//! let file = r#"{
//!   "schema_version": 1,
//!   "id": "two-units", "title": "Two lung units", "teaches": "One sentence.", "text": "A short paragraph.",
//!   "sources": ["Author, Journal year;vol:pages"],
//!   "switches": { "breathing": "ventilated" },
//!   "parameters": { "fio2_frac": 0.6, "shunt_at_peep5_frac": 0.3 },
//!   "units": [{ "ventilation": 1, "perfusion": 0.2 }, { "ventilation": 1, "perfusion": 0.8 }],
//!   "expected": [
//!     { "quantity": "po2_art_mmhg", "with": { "fio2_frac": 1.0, "ecmo": "off" }, "low": 60, "high": 110, "source": "Author" }
//!   ]
//! }"#;
//! let scenario = isoshunt::scenario::parse(file, "two-units.json").unwrap();
//! assert_eq!(isoshunt::scenario::parse(isoshunt::scenario::to_json(&scenario), "again.json"), Ok(scenario));
//!
//! let error = isoshunt::scenario::parse(file.replace("0.6", "60"), "two-units.json").unwrap_err();
//! assert_eq!(error.to_string(), "two-units.json: parameters.fio2_frac = 60 is outside 0.1 to 1");
//! ```
//!
//! A scenario may also be played, see [`Timeline`]: `duration_s`, `timeline` and `expected_in_time` stand beside what
//! is above. All three may be left out, so the version of the file stays 1.
//!
//! Parsing takes bytes, not files: reading them is [`crate::store`]'s. Every file is read in two steps, bytes to a
//! bounded tree and a walk over the table of parameters, and is taken whole or refused with all its faults.

pub mod asked;
pub mod beliefs;
pub mod cases;
pub mod choice;
pub mod claims;
pub mod deck;
mod fault;
pub mod fields;
pub mod gases;
pub mod questions;
pub mod record;
mod schema;
pub mod session;
mod settings;
pub mod sought;
mod span;
mod timeline;
mod tree;
mod typed;
mod walk;

use std::sync::LazyLock;

pub use crate::sim::params::{Setting, apply};
pub use fault::{Fault, MAX_FAULTS, ScenarioError};
pub use schema::{Expectation, SCHEMA_VERSION, Scenario, is_id, parse, to_json};
pub use settings::MAX_ENTRIES;
pub use timeline::{Course, MAX_DURATION_S, MAX_MOMENTS, Measure, Moment, TimedExpectation, Timeline};
pub use tree::{MAX_DEPTH, MAX_FILE_BYTES, MAX_TEXT_CHARS, MAX_VALUES};

use crate::text::nearest;

macro_rules! embedded {
    ($($id:literal),* $(,)?) => { [$(($id, include_str!(concat!("../../scenarios/", $id, ".json")))),*] };
}

/// The files of the folder `scenarios`, each under its name without `.json`, in the order in which they are offered.
const FILES: &[(&str, &str)] = &embedded![
    "healthy-young-adult",
    "healthy-old-adult",
    "high-altitude",
    "opioid-hypoventilation",
    "copd",
    "acute-asthma",
    "pulmonary-embolism",
    "pulmonary-fibrosis-rest",
    "pulmonary-fibrosis-exercise",
    "lobar-pneumonia",
    "cardiogenic-oedema",
    "severe-ards-recruitable",
    "severe-ards-non-recruitable",
    "pure-shunt-30",
    "pure-vq-mismatch",
    "fio2-step-in-health",
    "fio2-step-in-copd",
    "oxygen-in-copd",
    "nitrogen-washout-in-health",
    "nitrogen-washout-in-emphysema",
    "apnoea-in-health",
    "apnoea-in-illness",
    "apnoea-in-obesity",
    "opioid-overdose-on-air",
    "opioid-overdose-on-oxygen",
    "pneumothorax",
    "mucus-plug-on-air",
    "mucus-plug-on-oxygen",
    "ards-mild",
    "ards-moderate",
    "ards-severe",
    "ards-recruitable",
    "ards-not-recruitable",
    "peep-better",
    "peep-no-change",
    "peep-worse",
    "oedema-on-peep",
    "obesity-under-anaesthesia",
    "one-sided-pneumonia",
    "hypovolaemia-on-a-ventilator",
    "ards-with-foramen-ovale",
    "acute-cor-pulmonale",
    "massive-embolism",
    "massive-embolism-with-foramen-ovale",
    "one-lung-ventilation",
    "arteriovenous-malformation",
    "smoke-inhalation",
    "fat-embolism",
    "near-drowning",
    "trali",
    "aspiration",
    "pulmonary-contusion",
    "septic-ards",
    "alveolar-haemorrhage",
    "radiation-pneumonitis",
    "chlorine",
    "hepatopulmonary-syndrome",
    "infant-pertussis",
    "alveolar-capillary-dysplasia",
    "residual-block",
    "tidal-volume-12",
    "tidal-volume-6",
    "air-embolism",
    "amniotic-fluid-embolism",
    "pulmonary-hypertension-with-foramen",
    "nitrogen-dioxide",
    "vv-ecmo",
    "va-ecmo",
];

/// The patients in the program, in the order in which they are offered.
///
/// # Panics
/// Where a file in the program is refused; a test reads them all.
#[must_use]
pub fn builtin() -> &'static [Scenario] {
    static BUILTIN: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
        let read = |(id, text): &(&str, &str)| {
            parse(text, &format!("scenarios/{id}.json")).unwrap_or_else(|error| panic!("{error}"))
        };
        FILES.iter().map(read).collect()
    });
    &BUILTIN
}

/// The built-in scenario of a name.
///
/// # Errors
/// [`ScenarioError::UnknownName`] with the names that were near.
pub fn find(id: &str) -> Result<&'static Scenario, ScenarioError> {
    builtin().iter().find(|scenario| scenario.id == id).ok_or_else(|| ScenarioError::UnknownName {
        name: id.to_owned(),
        candidates: nearest(id, FILES.iter().map(|(id, _)| *id)).into_iter().map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn inv_every_file_of_the_folder_is_in_the_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .expect("the folder of scenarios")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        files.sort();
        let mut embedded: Vec<_> = FILES.iter().map(|(id, _)| format!("{id}.json")).collect();
        embedded.sort();
        assert_eq!(files, embedded);
    }

    #[test]
    fn inv_every_builtin_scenario_is_whole() {
        assert_eq!(builtin().len(), FILES.len());
        for (scenario, (id, _)) in builtin().iter().zip(FILES) {
            assert_eq!(scenario.id, *id);
            assert!(!scenario.sources.is_empty(), "{id} names no source");
            assert!(!scenario.expected.is_empty(), "{id} expects nothing");
            assert_eq!(find(id), Ok(scenario));
        }
    }

    #[test]
    fn inv_an_unknown_name_gets_its_neighbour() {
        let message = find("healthy-young-adlut\u{7}").expect_err("no such scenario").to_string();
        assert!(message.contains("`healthy-young-adlut\\u{7}`"), "{message}");
        let message = find("young-adult").expect_err("no such scenario").to_string();
        assert!(message.contains("did you mean healthy-young-adult?"), "{message}");
    }
}
