//! Why arterial PO2 is as low as it is: its fall against a healthy reference, and the A-a gradient, shared out among
//! the causes.
//!
//! Every cause can be taken away from the patient on its own: the lung without its shunt, all its units made one, blood
//! flow raised until tissues take the usual share. Each of the 2^n sets of causes is a patient of its own and is solved;
//! a cause gets the mean of what it takes away over all orders in which the causes may come, so that the parts add up to
//! the whole and depend on no order.
//!
//! A cause acts at the PaCO2 of its set, whatever ventilation that takes: otherwise shunt and V/Q spread would also be
//! blamed for the CO2 that they hold back.

use thiserror::Error;

use super::{Study, cost, cost_of_failure};
use crate::numerics::float;
use crate::numerics::shapley::shapley;
use crate::physiology::blood::Chemistry;
use crate::physiology::distribution::UnitFlow;
use crate::physiology::indices;
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::Patient;
use crate::sim::reading::snapshot::Model;
use crate::sim::steady::{NoSteadyState, Solver, SteadyState};
use crate::units::{DL_PER_L, PH2O_MMHG};

/// PaCO2 of the healthy reference, mmHg: the middle of the normal range 35 to 45.
pub const NORMAL_PCO2_MMHG: f64 = 40.0;
/// How near PaCO2 must come to the one asked for, relative.
const TOLERANCE: f64 = 1e-9;
/// Rounds in which it has to.
const MAX_ROUNDS: u32 = 60;
/// Largest step of ln ventilation in a round.
const LARGEST_STEP: f64 = 1.0;

/// Something that may lower arterial PO2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Inspired PO2 below that of air at sea level.
    LowInspired,
    /// PaCO2 above 40 mmHg; below, it is hyperventilation and raises PO2.
    Hypoventilation,
    /// Units of unequal V/Q.
    Spread,
    /// Blood that meets no gas.
    Shunt,
    /// O2 transfer limited by diffusion.
    Diffusion,
    /// Blood that returns with less O2 than that of the default adult, who takes a quarter of what it can carry; with
    /// more, it raises PO2.
    LowVenous,
}

impl Cause {
    /// Every cause, on the way of oxygen from air to artery.
    pub const ALL: [Cause; 6] =
        [Cause::LowInspired, Cause::Hypoventilation, Cause::Spread, Cause::Shunt, Cause::Diffusion, Cause::LowVenous];

    /// Its name where it lowers PO2, or raises it.
    #[must_use]
    pub fn name(self, lowers: bool) -> &'static str {
        match self {
            Cause::LowInspired => "low PIO₂",
            Cause::Hypoventilation if lowers => "hypoventilation",
            Cause::Hypoventilation => "hyperventilation",
            Cause::Spread => "V̇/Q̇ spread",
            Cause::Shunt => "shunt",
            Cause::Diffusion => "diffusion",
            Cause::LowVenous if lowers => "low Sv̄O₂",
            Cause::LowVenous => "high Sv̄O₂",
        }
    }

    fn bit(self) -> usize {
        1 << self as usize
    }
}

/// Why a patient's PO2 is not shared out.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum NoAttribution {
    /// The patient, or the patient without some of its causes, has no steady state.
    #[error(transparent)]
    NoSteadyState(#[from] NoSteadyState),
    /// A membrane lung takes part in what the causes in the lung bring about.
    #[error("a membrane lung runs: PaO2 is not the work of this lung alone")]
    MembraneLung,
    /// Without breaths no ventilation can be compared.
    #[error("apnoea: no ventilation to compare with a healthy one")]
    NoBreath,
    /// In a lung without some of the causes no ventilation gives the PaCO2 of the comparison.
    #[error("no ventilation brings PaCO2 to {pco2_mmhg:.0} mmHg in this lung")]
    Pco2NotReached {
        /// The PaCO2 asked for, mmHg.
        pco2_mmhg: f64,
    },
}

/// What is shared out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oxygenation {
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// Alveolar-arterial difference by the alveolar gas equation of what is breathed, mmHg.
    pub aa_gradient_mmhg: f64,
}

/// Share of one cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The cause.
    pub cause: Cause,
    /// What it takes from arterial PO2, mmHg; negative where it adds to it.
    pub fall_mmhg: f64,
    /// What it adds to the A-a gradient, mmHg.
    pub aa_mmhg: f64,
}

/// A patient's PO2, shared out.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// Without any of the causes.
    pub reference: Oxygenation,
    /// As the patient is.
    pub patient: Oxygenation,
    /// In the order of [`Cause::ALL`]; a cause that is absent has 0.
    pub parts: [Part; 6],
}

/// The sharing out, a few solves at a time.
///
/// ```
/// use isoshunt::sim::{params::{ParamId, Params}, reading::snapshot::Model};
/// use isoshunt::study::{Study, attribution::Attributing};
/// let patient = Params::default().with(ParamId::Shunt, 0.3).unwrap();
/// let mut work = Attributing::new(&mut Model::new(), &patient);
/// work.advance(u32::MAX);
/// let found = work.outcome().unwrap().unwrap();
/// let sum: f64 = found.parts.iter().map(|part| part.fall_mmhg).sum();
/// assert!((sum - (found.reference.po2_art_mmhg - found.patient.po2_art_mmhg)).abs() < 1e-9);
/// ```
#[derive(Debug, Clone)]
pub struct Attributing {
    params: Params,
    work: Result<Sets, NoAttribution>,
}

impl Attributing {
    /// A beginning, with the patient solved; whole from the start where there is nothing to share out.
    #[must_use]
    pub fn new(model: &mut Model, params: &Params) -> Self {
        Attributing { params: params.clone(), work: Sets::new(model, params) }
    }

    /// What has come of it, or why there is nothing to share out; none as long as anything is left to solve.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<Attribution, NoAttribution>> {
        match &self.work {
            Err(reason) => Some(Err(*reason)),
            Ok(sets) if sets.pending() => None,
            Ok(sets) => Some(Ok(sets.attribution())),
        }
    }
}

impl Study for Attributing {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.params == *params
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while let Ok(sets) = &mut self.work {
            if !sets.pending() {
                break;
            }
            let (found, evaluated) = sets.round();
            spent = spent.saturating_add(match evaluated {
                Some(evaluated) => cost(&self.params, evaluated),
                None => cost_of_failure(&self.params),
            });
            if let Err(reason) = found {
                self.work = Err(reason);
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.work.as_ref().map_or(true, |sets| !sets.pending())
    }
}

/// The sets of causes, and how far they are solved.
#[derive(Debug, Clone)]
struct Sets {
    solver: Solver,
    /// The patient with the flows in force.
    whole: Patient,
    state: SteadyState,
    causes: Vec<Cause>,
    values: Vec<Oxygenation>,
    /// How many sets have been solved.
    solved: usize,
    /// ln of the factor on ventilation that is tried next; a set begins with what the last one needed.
    ln_factor: f64,
    /// The round before in this set: ln of the factor, ln of PaCO2 over the one asked for.
    last: Option<[f64; 2]>,
    /// Rounds of this set.
    rounds: u32,
}

impl Sets {
    fn new(model: &mut Model, params: &Params) -> Result<Self, NoAttribution> {
        let (whole, state) = model.patient_in_force(params)?;
        if state.ecmo.is_some() || whole.bypass.is_some() {
            return Err(NoAttribution::MembraneLung);
        }
        if whole.units.iter().all(|unit| unit.ventilation_l_per_min <= 0.0) {
            return Err(NoAttribution::NoBreath);
        }
        let causes: Vec<Cause> = ORDER.into_iter().filter(|cause| acts(*cause, &whole, &state)).collect();
        let own = oxygenation(&whole, &state);
        let values = vec![own; 1 << causes.len()];
        Ok(Sets {
            solver: Solver::new(),
            whole,
            state,
            causes,
            values,
            solved: 0,
            ln_factor: 0.0,
            last: None,
            rounds: 0,
        })
    }

    fn pending(&self) -> bool {
        self.solved < self.values.len()
    }

    /// The next round, and the evaluations of its solve; none of a solve that failed.
    fn round(&mut self) -> (Result<(), NoAttribution>, Option<u32>) {
        // From set to set one cause comes or goes, so that each is solved from its neighbour.
        let set = self.solved ^ (self.solved >> 1);
        let mut evaluated = Some(0);
        let found = self.nearer(set, &mut evaluated);
        let found = found.map(|value| {
            if let Some(value) = value {
                self.values[set] = value;
                self.solved += 1;
                (self.last, self.rounds) = (None, 0);
            }
        });
        (found, evaluated)
    }

    /// What has come of all sets.
    fn attribution(&self) -> Attribution {
        let shares = |read: fn(&Oxygenation) -> f64| shapley(&self.values.iter().map(read).collect::<Vec<_>>());
        let po2 = shares(|value| value.po2_art_mmhg);
        let aa = shares(|value| value.aa_gradient_mmhg);
        let part = |cause| {
            let index = self.causes.iter().position(|other| *other == cause);
            let [po2_mmhg, aa_mmhg] = index.map_or([0.0; 2], |index| [po2[index], aa[index]]);
            // Adding 0 makes 0 of -0.
            Part { cause, fall_mmhg: -po2_mmhg + 0.0, aa_mmhg }
        };
        let reference = self.values[0];
        let patient = self.values[self.values.len() - 1];
        Attribution { reference, patient, parts: Cause::ALL.map(part) }
    }

    /// Brings a set of causes nearer to its PaCO2; returns what is read off once it is there.
    fn nearer(&mut self, set: usize, evaluated: &mut Option<u32>) -> Result<Option<Oxygenation>, NoAttribution> {
        if set + 1 == self.values.len() {
            return Ok(Some(oxygenation(&self.whole, &self.state)));
        }
        let acting = self.causes.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1);
        let acting: usize = acting.map(|(_, cause)| cause.bit()).sum();
        let hypoventilates = acting & Cause::Hypoventilation.bit() != 0;
        let pco2_mmhg = if hypoventilates { self.state.arterial.gas.pco2_mmhg } else { NORMAL_PCO2_MMHG };
        if self.rounds == MAX_ROUNDS {
            return Err(NoAttribution::Pco2NotReached { pco2_mmhg });
        }
        self.rounds += 1;
        let at = self.ln_factor;
        let mut patient = without_all_but(acting, &self.whole);
        patient.units.iter_mut().for_each(|unit| unit.ventilation_l_per_min *= float::exp(at));
        let solved = self.solver.solve(&patient);
        *evaluated = solved.as_ref().ok().map(|state| state.work.content_evaluations);
        let state = match solved {
            Ok(state) => state,
            // Too little ventilation to be survived: more.
            Err(NoSteadyState::Co2NotCleared { .. }) => {
                (self.last, self.ln_factor) = (None, at + LARGEST_STEP);
                return Ok(None);
            }
            Err(reason) => return Err(reason.into()),
        };
        let excess = float::ln(state.arterial.gas.pco2_mmhg / pco2_mmhg);
        if excess.abs() <= TOLERANCE {
            return Ok(Some(oxygenation(&patient, &state)));
        }
        // PaCO2 goes about as the inverse of ventilation.
        let slope = self.last.map_or(-1.0, |[before, excess_before]| (excess - excess_before) / (at - before));
        let step = if slope < 0.0 { -excess / slope } else { excess };
        self.last = Some([at, excess]);
        self.ln_factor = at + step.clamp(-LARGEST_STEP, LARGEST_STEP);
        Ok(None)
    }
}

/// The causes in the order of the bits of a set: what changes the number of units changes last.
const ORDER: [Cause; 6] =
    [Cause::LowInspired, Cause::LowVenous, Cause::Hypoventilation, Cause::Shunt, Cause::Diffusion, Cause::Spread];

fn oxygenation(patient: &Patient, state: &SteadyState) -> Oxygenation {
    // The gradient as at the bedside, of blood at 37 degC.
    let gas = patient.blood.measured(&state.arterial.gas);
    let alveolar =
        indices::alveolar_po2_mmhg(patient.fio2_frac, patient.pb_mmhg, PH2O_MMHG, gas.pco2_mmhg, patient.rq_ratio);
    Oxygenation { po2_art_mmhg: state.arterial.gas.po2_mmhg, aa_gradient_mmhg: alveolar - gas.po2_mmhg }
}

/// Air at sea level: inspired fraction and barometric pressure.
fn sea_level() -> [f64; 2] {
    [ParamId::Fio2, ParamId::Pb].map(|id| id.bounds().default)
}

/// Cardiac output at which tissues would take the usual share of what this blood can carry, L/min.
fn usual_output_l_per_min(patient: &Patient) -> f64 {
    let default = Params::default();
    let blood = |patient: &Patient| DL_PER_L * Chemistry::new(&patient.blood).o2_capacity_ml_per_dl();
    let healthy = Patient::new(&default);
    let extraction_frac = healthy.vo2_ml_per_min / (healthy.cardiac_output_l_per_min * blood(&healthy));
    patient.vo2_ml_per_min / (extraction_frac * blood(patient))
}

/// Whether a cause is present, as one that lowers PO2 or its opposite.
fn acts(cause: Cause, patient: &Patient, state: &SteadyState) -> bool {
    let differs = |a: f64, b: f64| (a / b - 1.0).abs() > TOLERANCE;
    match cause {
        Cause::LowInspired => {
            let [fio2_frac, pb_mmhg] = sea_level();
            let pio2 = |fio2_frac, pb_mmhg| indices::inspired_po2_mmhg(fio2_frac, pb_mmhg, patient.ph2o_mmhg());
            pio2(patient.fio2_frac, patient.pb_mmhg) < (1.0 - TOLERANCE) * pio2(fio2_frac, pb_mmhg)
        }
        Cause::Hypoventilation => differs(state.arterial.gas.pco2_mmhg, NORMAL_PCO2_MMHG),
        Cause::Spread => {
            let vq = |unit: &UnitFlow| unit.ventilation_l_per_min / unit.perfusion_l_per_min;
            patient.units.iter().any(|unit| differs(vq(unit), vq(&patient.units[0])))
        }
        Cause::Shunt => patient.shunt_l_per_min > 0.0,
        Cause::Diffusion => patient.dlo2_ml_per_min_mmhg.is_some(),
        Cause::LowVenous => differs(usual_output_l_per_min(patient), patient.cardiac_output_l_per_min),
    }
}

/// The patient with no cause but those of a set of [`Cause::bit`]s; ventilation is left alone.
fn without_all_but(acting: usize, whole: &Patient) -> Patient {
    let gone = |cause: Cause| acting & cause.bit() == 0;
    let mut patient = whole.clone();
    let raise = |patient: &mut Patient, factor: f64| {
        patient.units.iter_mut().for_each(|unit| unit.perfusion_l_per_min *= factor);
    };
    if gone(Cause::LowInspired) {
        let [fio2_frac, pb_mmhg] = sea_level();
        let ph2o_mmhg = patient.ph2o_mmhg();
        let pio2 = |fio2_frac, pb_mmhg| indices::inspired_po2_mmhg(fio2_frac, pb_mmhg, ph2o_mmhg);
        // Who breathes more than air at sea level gives is compared with the healthy on the same gas.
        if pio2(patient.fio2_frac, patient.pb_mmhg) < pio2(fio2_frac, pb_mmhg) {
            (patient.fio2_frac, patient.fio2_set_frac, patient.pb_mmhg) = (fio2_frac, fio2_frac, pb_mmhg);
        }
    }
    if gone(Cause::Shunt) {
        let output = patient.cardiac_output_l_per_min;
        raise(&mut patient, output / (output - whole.shunt_l_per_min));
        patient.shunt_l_per_min = 0.0;
        patient.wide_shunt_l_per_min = 0.0;
    }
    if gone(Cause::Spread) {
        let sum = |flow: fn(&UnitFlow) -> f64| -> f64 { patient.units.iter().map(flow).sum() };
        let ventilation_l_per_min = sum(|unit| unit.ventilation_l_per_min);
        let perfusion_l_per_min = sum(|unit| unit.perfusion_l_per_min);
        // One V/Q; dilated capillaries stay what they are.
        let mut pooled: Vec<UnitFlow> = Vec::new();
        for unit in &patient.units {
            match pooled.iter_mut().find(|pool| pool.diffusing_ratio.total_cmp(&unit.diffusing_ratio).is_eq()) {
                Some(pool) => pool.perfusion_l_per_min += unit.perfusion_l_per_min,
                None => pooled.push(*unit),
            }
        }
        for pool in &mut pooled {
            pool.ventilation_l_per_min = ventilation_l_per_min * (pool.perfusion_l_per_min / perfusion_l_per_min);
        }
        patient.units = pooled;
    }
    if gone(Cause::Diffusion) {
        patient.dlo2_ml_per_min_mmhg = None;
    }
    if gone(Cause::LowVenous) {
        let factor = usual_output_l_per_min(whole) / whole.cardiac_output_l_per_min;
        raise(&mut patient, factor);
        patient.shunt_l_per_min *= factor;
        patient.wide_shunt_l_per_min *= factor;
        patient.cardiac_output_l_per_min *= factor;
    }
    patient
}
