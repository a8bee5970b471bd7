//! Blood gases as a file, for which lungs are sought that fit.
//!
//! ```
//! let file = r#"{
//!   "kind": "isoshunt-gases", "schema_version": 1,
//!   "body": { "hb_g_per_dl": 13, "pb_mmhg": 755, "cardiac_output_l_per_min": 5.5 },
//!   "gases": [
//!     { "fio2_frac": 0.21, "po2_art_mmhg": 55, "pco2_art_mmhg": 38, "ph_art": 7.42 },
//!     { "fio2_frac": 1, "po2_art_mmhg": 410, "pco2_art_mmhg": 39, "so2_ven_frac": 0.72 }
//!   ]
//! }"#;
//! let read = isoshunt::scenario::gases::parse(file, "gases.json").unwrap();
//! assert_eq!(read.question.gases.len(), 2);
//! assert_eq!(read.assumed[0].key, "temperature_c");
//! ```
//! What `body` leaves out is the default of the table of parameters, RQ 0.8 and an output of about 5 L/min among it, and
//! [`GasFile::assumed`] names it. A gas may have one of `po2_ven_mmhg` and `so2_ven_frac`.

use super::fault::{Fault, ScenarioError};
use super::schema::version;
use super::tree::{self, Limits, Node, Object, Report};
use super::walk::Range;
use crate::sim::params::ParamId;
use crate::study::fit::{ASSUMED_OUTPUT_L_PER_MIN, Body, Gas, MAX_GASES, Question, Venous};

/// What the file calls itself.
pub const KIND: &str = "isoshunt-gases";
/// The version of the file that is read.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest file, bytes.
pub const MAX_GAS_BYTES: usize = 4 << 20;

const LIMITS: Limits = Limits { bytes: MAX_GAS_BYTES, values: 1 << 18, cache: None };
/// PO2, PCO2 and pH that an analyser can print.
const PO2: Range = Range { min: 5.0, max: 800.0, unit: "mmHg" };
const PCO2: Range = Range { min: 5.0, max: 250.0, unit: "mmHg" };
const PH: Range = Range { min: 6.5, max: 8.0, unit: "" };
const SO2: Range = Range { min: 0.01, max: 1.0, unit: "" };

/// Gases and whose they are.
#[derive(Debug, Clone, PartialEq)]
pub struct GasFile {
    /// What is asked.
    pub question: Question,
    /// What the file does not say of the patient.
    pub assumed: Vec<Assumed>,
}

/// A value that the file leaves out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumed {
    /// Its key in `body`.
    pub key: &'static str,
    /// What is taken for it, in the unit of the key.
    pub value: f64,
}

/// Reads gases from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<GasFile, ScenarioError> {
    let mut report = Report::default();
    let file = tree::parse(bytes.as_ref(), LIMITS, &mut report).and_then(|root| file(&mut report, &root));
    report.finish(file, origin)
}

fn file<'t>(r: &mut Report<'t>, root: &Node<'t>) -> Option<GasFile> {
    // Another kind or version has other keys: nothing else in the file is judged.
    let object = r.object(root)?;
    r.at(object, "kind", |r, node| r.option(node, &[KIND]))?;
    r.at(object, "schema_version", |r, node| version(r, node, SCHEMA_VERSION))?;
    r.only(object, &["kind", "schema_version", "body", "gases"]);
    let mut assumed = Vec::new();
    let body = r.at(object, "body", |r, node| body(r, node, &mut assumed));
    let gases = r.at(object, "gases", |r, node| r.each(node, (1, MAX_GASES), "objects", gas));
    Some(GasFile { question: Question { body: body?, gases: gases? }, assumed })
}

fn body<'t>(r: &mut Report<'t>, node: &Node<'t>, assumed: &mut Vec<Assumed>) -> Option<Body> {
    const KEYS: [&str; 6] =
        ["hb_g_per_dl", "pb_mmhg", "temperature_c", "vo2_ml_per_min", "rq_ratio", "cardiac_output_l_per_min"];
    const OUTPUT: &str = KEYS[5];
    let object = r.object_of(node, &KEYS)?;
    let mut value = |r: &mut Report<'t>, key: &'static str, id: ParamId| match *object.get(key) {
        Node::Absent => {
            let value = id.bounds().default;
            assumed.push(Assumed { key, value });
            Some(value)
        }
        _ => r.at(object, key, |r, node| r.parameter(node, id)),
    };
    let [hb, pb, temperature, vo2, rq] = [
        (KEYS[0], ParamId::Hb),
        (KEYS[1], ParamId::Pb),
        (KEYS[2], ParamId::Temperature),
        (KEYS[3], ParamId::Vo2),
        (KEYS[4], ParamId::Rq),
    ]
    .map(|(key, id)| value(r, key, id));
    let output = r.maybe(object, OUTPUT, |r, node| r.parameter(node, ParamId::CardiacOutput));
    if output.is_none() {
        assumed.push(Assumed { key: OUTPUT, value: ASSUMED_OUTPUT_L_PER_MIN });
    }
    Some(Body {
        hb_g_per_dl: hb?,
        pb_mmhg: pb?,
        temperature_c: temperature?,
        vo2_ml_per_min: vo2?,
        rq_ratio: rq?,
        cardiac_output_l_per_min: output.map_or(Some(None), |output| output.map(Some))?,
    })
}

fn gas<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Gas> {
    const KEYS: [&str; 7] =
        ["fio2_frac", "po2_art_mmhg", "pco2_art_mmhg", "ph_art", "so2_art_frac", "po2_ven_mmhg", "so2_ven_frac"];
    let object = r.object_of(node, &KEYS)?;
    let fio2 = r.at(object, "fio2_frac", |r, node| r.parameter(node, ParamId::Fio2));
    let po2 = r.at(object, "po2_art_mmhg", |r, node| r.number(node, PO2));
    let pco2 = r.at(object, "pco2_art_mmhg", |r, node| r.number(node, PCO2));
    let ph = optional(r, object, "ph_art", PH);
    let so2 = optional(r, object, "so2_art_frac", SO2);
    let po2_ven = optional(r, object, "po2_ven_mmhg", PO2);
    let so2_ven = optional(r, object, "so2_ven_frac", SO2);
    let venous = match (po2_ven?, so2_ven?) {
        (Some(_), Some(_)) => {
            r.fault(|path| Fault::OneOf { path, found: "both", first: "po2_ven_mmhg", second: "so2_ven_frac" });
            return None;
        }
        (Some(po2), None) => Some(Venous::Po2(po2)),
        (None, Some(so2)) => Some(Venous::So2(so2)),
        (None, None) => None,
    };
    Some(Gas { fio2_frac: fio2?, po2_art_mmhg: po2?, pco2_art_mmhg: pco2?, ph_art: ph?, so2_art_frac: so2?, venous })
}

/// A number that may be left out.
fn optional<'t>(r: &mut Report<'t>, object: &Object<'t>, key: &'static str, range: Range) -> Option<Option<f64>> {
    r.maybe(object, key, |r, node| r.number(node, range)).map_or(Some(None), |value| value.map(Some))
}
