//! Steady states solved elsewhere, to compare this model with: the file that `isoshunt validate` reads.
//!
//! ```text
//! { "format": "steady-state cases, version 1", "relative_tolerance": 1e-4, "absolute_tolerance": 1e-4, "cases": [
//!   { "name": "…",
//!     "blood": { "hb", "temperature", "base_excess", "p50", "cohb", "methb" },
//!     "body": { "fio2", "barometric_pressure", "vo2", "rq", "cardiac_output" },
//!     "lung": { "basis", "alveolar_ventilation", "alveolar_dead_space", "shunt",
//!               "modes": [{ "share", "ratio", "log_sd", "compartments" }] or "units": [{ "ventilation", "perfusion" }],
//!               optional "dlo2" },
//!     optional "ecmo": { "pump_flow", "recirculation", "sweep", "fdo2", "membrane_shunt" },
//!     "expected": { any of CaseQuantity, at least one } } ] }
//! ```
//! Units are those of the parameters that bound the values; shares are normalised when the lung is made.

use super::fault::{Fault, ScenarioError};
use super::tree::{self, Limits, Node, Object, Report};
use super::walk::Range;
use crate::physiology::blood::Blood;
use crate::physiology::distribution::Mode;
use crate::physiology::indices::NoEstimate;
use crate::physiology::lung_unit::Basis;
use crate::physiology::membrane::MembraneLung;
use crate::sim::params::{
    MAX_DYSHAEMOGLOBIN_FRAC, MAX_UNITS, MIN_UNITS_OF_A_SPREAD, ParamError, ParamId, UnitShare, check_units,
};
use crate::sim::patient::{LungFlows, Patient, Structure};
use crate::sim::reading::snapshot::GasEstimates;
use crate::sim::steady::SteadyState;

/// The format that is read.
pub const FORMAT: &str = "steady-state cases, version 1";
/// Most cases of one file.
pub const MAX_CASES: usize = 1_000_000;

/// Cases and how near to them is near enough.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// Tolerance as a share of the expected value.
    pub relative_tolerance: f64,
    /// Tolerance on top, in each quantity's own unit.
    pub absolute_tolerance: f64,
    /// The cases, at least one.
    pub cases: Vec<Case>,
}

/// A patient and what another solver found.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// Who is solved.
    pub patient: Patient,
    /// What is expected, each in the quantity's own unit; at least one.
    pub expected: Vec<(CaseQuantity, f64)>,
}

impl CaseFile {
    /// How far a value may lie from the expected one, in its own unit:
    /// `relative_tolerance·|expected| + absolute_tolerance`.
    #[must_use]
    pub fn tolerance(&self, expected: f64) -> f64 {
        self.relative_tolerance * expected.abs() + self.absolute_tolerance
    }

    /// Whether a value is near enough to the expected one; never where it is not a number.
    #[must_use]
    pub fn accepts(&self, value: f64, expected: f64) -> bool {
        (value - expected).abs() <= self.tolerance(expected)
    }

    /// Distance as a share of the tolerance: at most 1 where the value is near enough. Infinite where there is a
    /// distance and no tolerance.
    #[must_use]
    pub fn share_of_tolerance(&self, value: f64, expected: f64) -> f64 {
        let distance = (value - expected).abs();
        if distance == 0.0 { 0.0 } else { distance / self.tolerance(expected) }
    }
}

macro_rules! case_quantities {
    ($( $id:ident { $key:literal, $unit:literal, $doc:literal, $read:expr } )*) => {
        /// A number that a case may expect.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CaseQuantity { $( #[doc = $doc] $id, )* }

        impl CaseQuantity {
            /// Every quantity, in the order in which results are listed.
            pub const ALL: &'static [CaseQuantity] = &[ $( CaseQuantity::$id, )* ];

            /// Key in the file.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $( CaseQuantity::$id => $key, )* }
            }

            /// Unit as printed; empty for a fraction or pH.
            #[must_use]
            pub fn unit(self) -> &'static str {
                match self { $( CaseQuantity::$id => $unit, )* }
            }

            /// The value that the model has for it, in its unit.
            ///
            /// # Errors
            /// [`NoEstimate`] where the patient has none.
            pub fn read(self, state: &SteadyState, estimates: &GasEstimates) -> Result<f64, NoEstimate> {
                let read: fn(&SteadyState, &GasEstimates) -> Result<f64, NoEstimate> = match self {
                    $( CaseQuantity::$id => $read, )*
                };
                read(state, estimates)
            }
        }
    };
}

case_quantities! {
    ArterialPo2 { "arterial_po2", "mmHg", "Arterial PO2, mmHg.", |s, _| Ok(s.arterial.gas.po2_mmhg) }
    ArterialPco2 { "arterial_pco2", "mmHg", "Arterial PCO2, mmHg.", |s, _| Ok(s.arterial.gas.pco2_mmhg) }
    ArterialPh { "arterial_ph", "", "Arterial pH.", |s, _| Ok(s.arterial.gas.ph) }
    ArterialSaturation { "arterial_saturation", "", "Arterial saturation, a fraction of the Hb that can bind O2.",
        |s, _| Ok(s.arterial.gas.saturation_frac) }
    VenousPo2 { "venous_po2", "mmHg", "Mixed venous PO2, mmHg.", |s, _| Ok(s.venous.gas.po2_mmhg) }
    VenousPco2 { "venous_pco2", "mmHg", "Mixed venous PCO2, mmHg.", |s, _| Ok(s.venous.gas.pco2_mmhg) }
    VenousSaturation { "venous_saturation", "", "Mixed venous saturation, a fraction.",
        |s, _| Ok(s.venous.gas.saturation_frac) }
    ArterialO2Content { "arterial_o2_content", "mL/dL", "Arterial O2 content, mL/dL.",
        |s, _| Ok(s.arterial.gas.o2_ml_per_dl) }
    VenousO2Content { "venous_o2_content", "mL/dL", "Mixed venous O2 content, mL/dL.",
        |s, _| Ok(s.venous.gas.o2_ml_per_dl) }
    AlveolarPo2 { "alveolar_po2", "mmHg", "PO2 of the alveolar gas equation, mmHg.", |_, e| Ok(e.po2_alv_mmhg) }
    AaGradient { "aa_gradient", "mmHg", "Alveolar-arterial PO2 difference, mmHg.", |_, e| e.aa_gradient_mmhg }
    VenousAdmixture { "venous_admixture", "", "Venous admixture of the whole body, a fraction.",
        |_, e| e.venous_admixture_frac }
    O2Delivery { "o2_delivery", "mL/min", "O2 delivery, mL/min.", |_, e| Ok(e.o2_delivery_ml_per_min) }
}

/// Reads a file of cases; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<CaseFile, ScenarioError> {
    let mut report = Report::default();
    let file = tree::parse(bytes.as_ref(), Limits::FILE, &mut report).and_then(|root| file(&mut report, &root));
    report.finish(file, origin)
}

fn file<'t>(r: &mut Report<'t>, root: &Node<'t>) -> Option<CaseFile> {
    // Another format has other keys: nothing else in the file is judged.
    let object = r.object(root)?;
    r.at(object, "format", |r, node| r.option(node, &[FORMAT]))?;
    r.only(object, &["format", "relative_tolerance", "absolute_tolerance", "cases"]);
    let relative = r.at(object, "relative_tolerance", |r, node| r.number(node, Range::NOT_NEGATIVE));
    let absolute = r.at(object, "absolute_tolerance", |r, node| r.number(node, Range::NOT_NEGATIVE));
    let cases = r.at(object, "cases", |r, node| r.each(node, (1, MAX_CASES), "objects", case));
    Some(CaseFile { relative_tolerance: relative?, absolute_tolerance: absolute?, cases: cases? })
}

fn case<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Case> {
    let object = r.object_of(node, &["name", "blood", "body", "lung", "ecmo", "expected"])?;
    let name = r.at(object, "name", |r, node| r.prose(node, false));
    let blood = r.at(object, "blood", blood);
    let body = r.at(object, "body", body);
    let lung = r.at(object, "lung", lung);
    let ecmo = r.maybe(object, "ecmo", ecmo);
    let expected = r.at(object, "expected", expected);
    let (body, lung) = (body?, lung?);
    let mut patient = Patient {
        blood: blood?,
        fio2_frac: body.fio2_frac,
        fio2_set_frac: body.fio2_frac,
        pb_mmhg: body.pb_mmhg,
        vo2_ml_per_min: body.vo2_ml_per_min,
        rq_ratio: body.rq_ratio,
        held_svo2_frac: None,
        basis: lung.basis,
        dlo2_ml_per_min_mmhg: lung.dlo2_ml_per_min_mmhg,
        ecmo: match ecmo {
            Some(membrane) => Some(membrane?),
            None => None,
        },
        ..Patient::empty()
    };
    LungFlows {
        alveolar_ventilation_l_per_min: lung.alveolar_ventilation_l_per_min,
        alveolar_dead_space_frac: lung.alveolar_dead_space_frac,
        cardiac_output_l_per_min: body.cardiac_output_l_per_min,
        shunt_frac: lung.shunt_frac,
        structure: match &lung.distribution {
            Distribution::Modes(modes) => Structure::Modes(modes),
            Distribution::Units(units) => Structure::Units(units),
        },
    }
    .fill(&mut patient);
    Some(Case { name: name?, patient, expected: expected? })
}

/// Reads a required number within the bounds that the table gives a parameter.
fn number<'t>(r: &mut Report<'t>, object: &Object<'t>, key: &'static str, id: ParamId) -> Option<f64> {
    r.at(object, key, |r, node| r.parameter(node, id))
}

fn blood<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Blood> {
    let object = r.object_of(node, &["hb", "temperature", "base_excess", "p50", "cohb", "methb"])?;
    let hb = number(r, object, "hb", ParamId::Hb);
    let temperature = number(r, object, "temperature", ParamId::Temperature);
    let base_excess = number(r, object, "base_excess", ParamId::BaseExcess);
    let p50 = number(r, object, "p50", ParamId::P50);
    let cohb = number(r, object, "cohb", ParamId::Cohb);
    let methb = number(r, object, "methb", ParamId::Methb);
    let blood = Blood {
        hb_g_per_dl: hb?,
        temperature_c: temperature?,
        base_excess_mmol_per_l: base_excess?,
        p50_mmhg: p50?,
        cohb_frac: cohb?,
        methb_frac: methb?,
    };
    let sum = blood.cohb_frac + blood.methb_frac;
    // As in the table of parameters: 0.6 + 0.3 is a rounding error above 0.9.
    if sum > MAX_DYSHAEMOGLOBIN_FRAC + 1e-12 {
        r.joint(ParamError::Dyshaemoglobin { sum });
        return None;
    }
    Some(blood)
}

struct Body {
    fio2_frac: f64,
    pb_mmhg: f64,
    vo2_ml_per_min: f64,
    rq_ratio: f64,
    cardiac_output_l_per_min: f64,
}

fn body<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Body> {
    let object = r.object_of(node, &["fio2", "barometric_pressure", "vo2", "rq", "cardiac_output"])?;
    let fio2 = number(r, object, "fio2", ParamId::Fio2);
    let pb = number(r, object, "barometric_pressure", ParamId::Pb);
    let vo2 = number(r, object, "vo2", ParamId::Vo2);
    let rq = number(r, object, "rq", ParamId::Rq);
    let cardiac_output = number(r, object, "cardiac_output", ParamId::CardiacOutput);
    Some(Body {
        fio2_frac: fio2?,
        pb_mmhg: pb?,
        vo2_ml_per_min: vo2?,
        rq_ratio: rq?,
        cardiac_output_l_per_min: cardiac_output?,
    })
}

struct Lung {
    basis: Basis,
    alveolar_ventilation_l_per_min: f64,
    alveolar_dead_space_frac: f64,
    shunt_frac: f64,
    dlo2_ml_per_min_mmhg: Option<f64>,
    distribution: Distribution,
}

enum Distribution {
    Modes(Vec<Mode>),
    Units(Vec<UnitShare>),
}

fn lung<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Lung> {
    let keys = ["basis", "alveolar_ventilation", "alveolar_dead_space", "shunt", "modes", "units", "dlo2"];
    let object = r.object_of(node, &keys)?;
    let basis = r.at(object, "basis", |r, node| r.option(node, &["inspired", "expired"]));
    let ventilation = number(r, object, "alveolar_ventilation", ParamId::AlveolarVentilation);
    let dead_space = number(r, object, "alveolar_dead_space", ParamId::AlveolarDeadSpace);
    let shunt = number(r, object, "shunt", ParamId::Shunt);
    let dlo2 = r.maybe(object, "dlo2", |r, node| r.parameter(node, ParamId::Dlo2));
    let modes = r.maybe(object, "modes", modes);
    let units = r.maybe(object, "units", units);
    let distribution = match (modes, units) {
        (Some(modes), None) => Distribution::Modes(modes?),
        (None, Some(units)) => Distribution::Units(units?),
        (modes, _) => {
            let found = if modes.is_some() { "both" } else { "neither" };
            r.fault(|path| Fault::OneOf { path, found, first: "modes", second: "units" });
            return None;
        }
    };
    Some(Lung {
        basis: [Basis::Inspired, Basis::Expired][basis?],
        alveolar_ventilation_l_per_min: ventilation?,
        alveolar_dead_space_frac: dead_space?,
        shunt_frac: shunt?,
        dlo2_ml_per_min_mmhg: match dlo2 {
            Some(dlo2) => Some(dlo2?),
            None => None,
        },
        distribution,
    })
}

/// Modes that have a share.
fn modes<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Vec<Mode>> {
    let mut modes = r.each(node, (1, MAX_UNITS), "objects", mode)?;
    let total: f64 = modes.iter().map(|mode| mode.share).sum();
    modes.retain(|mode| mode.share > 0.0);
    let count: usize = modes.iter().map(|mode| mode.units).sum();
    if !total.is_finite() || total <= 0.0 {
        r.fault(|path| Fault::Total { path, what: "share", value: total });
        return None;
    }
    if count > MAX_UNITS {
        r.joint(ParamError::UnitCount { count });
        return None;
    }
    Some(modes)
}

fn mode<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Mode> {
    let object = r.object_of(node, &["share", "ratio", "log_sd", "compartments"])?;
    let share = r.at(object, "share", |r, node| r.number(node, Range::NOT_NEGATIVE));
    let ratio = number(r, object, "ratio", ParamId::Mode1Ratio);
    let log_sd = number(r, object, "log_sd", ParamId::Mode1LogSd);
    let units = r.at(object, "compartments", |r, node| {
        let value = r.parameter(node, ParamId::Mode1Units)?;
        let units = value as usize;
        if units > 1 && units < MIN_UNITS_OF_A_SPREAD {
            r.fault(|path| Fault::TooFewUnits { path, value });
            return None;
        }
        Some(units)
    });
    Some(Mode { share: share?, ratio: ratio?, log_sd: log_sd?, units: units? })
}

fn units<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Vec<UnitShare>> {
    let units = r.each(node, (1, MAX_UNITS), "objects", super::schema::unit)?;
    if let Err(error) = check_units(&units) {
        r.joint(error);
        return None;
    }
    Some(units)
}

fn ecmo<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<MembraneLung> {
    let object = r.object_of(node, &["pump_flow", "recirculation", "sweep", "fdo2", "membrane_shunt"])?;
    let pump_flow = number(r, object, "pump_flow", ParamId::PumpFlow);
    let recirculation = number(r, object, "recirculation", ParamId::Recirculation);
    let sweep = number(r, object, "sweep", ParamId::Sweep);
    let fdo2 = number(r, object, "fdo2", ParamId::Fdo2);
    let membrane_shunt = number(r, object, "membrane_shunt", ParamId::MembraneShunt);
    Some(MembraneLung {
        pump_flow_l_per_min: pump_flow?,
        recirculation_frac: recirculation?,
        sweep_l_per_min: sweep?,
        fdo2_frac: fdo2?,
        membrane_shunt_frac: membrane_shunt?,
    })
}

fn expected<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Vec<(CaseQuantity, f64)>> {
    let keys: Vec<_> = CaseQuantity::ALL.iter().map(|quantity| quantity.key()).collect();
    let object = r.object_of(node, &keys)?;
    if object.iter().next().is_none() {
        r.fault(|path| Fault::Blank { path, expected: "at least one number".to_owned() });
        return None;
    }
    let read = |quantity: &CaseQuantity| {
        let value = r.maybe(object, quantity.key(), |r, node| r.number(node, Range::ANY))?;
        Some(value.map(|value| (*quantity, value)))
    };
    // All are read, so that each one's faults are listed.
    let values: Vec<_> = CaseQuantity::ALL.iter().filter_map(read).collect();
    values.into_iter().collect()
}
