//! The steady state: venous blood, lung and membrane lung in balance.
//!
//! Units couple only through the blood that reaches them, so the Jacobian of everything together is an arrow: each
//! unit's block is eliminated on its own and what remains is 3x3 in the contents of mixed venous blood. All unknowns
//! take one Newton step together; nothing is solved to convergence inside anything else.
//!
//! ```text
//! Newton from the last solution ──fails──> Newton from a cold guess ──fails──> the blood's own way there:
//!                                                                     implicit steps of growing length in time
//! ```
//! A lung with a diffusion limit starts cold from the same lung without.

mod answers;
mod exchanger;
mod fours;
mod guess;
mod line;
mod place;
mod problem;
mod solver;

pub use line::vq_line;
pub use solver::Solver;
pub(crate) use solver::TOLERANCE;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::numerics::sloped::Sloped;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::lung_unit::{Contents, mix};
use crate::sim::circuit::MembraneFlow;
use crate::sim::params::SUPPLY_LIMIT_FRAC;
use crate::units::{DL_PER_L, N2_SOLUBILITY_ML_PER_DL_MMHG};

/// Blood of known gases, N2 included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixedBlood {
    /// PO2, PCO2, pH, saturation and contents.
    pub gas: BloodGas,
    /// PN2, mmHg.
    pub pn2_mmhg: f64,
}

/// One unit in the steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitState {
    /// Alveolar PO2, mmHg; above end-capillary PO2 where diffusion limits.
    pub po2_alv_mmhg: f64,
    /// Alveolar PN2, mmHg.
    pub pn2_alv_mmhg: f64,
    /// End-capillary blood; its PCO2 is the alveolar one.
    pub capillary: BloodGas,
    /// Ventilation that the airway gives it, L/min BTPS by the basis of the patient; gas that it draws in besides when
    /// it absorbs more is not counted.
    pub given_l_per_min: f64,
    /// Inspired ventilation, L/min BTPS.
    pub inspired_l_per_min: f64,
    /// Expired ventilation, L/min BTPS.
    pub expired_l_per_min: f64,
    /// Perfusion, L/min.
    pub perfusion_l_per_min: f64,
}

/// The membrane lung in the steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EcmoState {
    /// Blood drained.
    pub drained: MixedBlood,
    /// Blood returned.
    pub returned: MixedBlood,
    /// Pump flow that is not recirculated, L/min.
    pub effective_flow_l_per_min: f64,
    /// Recirculation in force.
    pub recirculation_frac: f64,
    /// Whether it was raised because the pump would take more than the body returns.
    pub recirculation_raised: bool,
    /// O2 that the membrane takes up, mL/min.
    pub o2_transfer_ml_per_min: f64,
    /// CO2 that it removes, mL/min.
    pub co2_removal_ml_per_min: f64,
    /// PO2 of its gas, mmHg: above that of the blood that leaves it where diffusion limits.
    pub gas_po2_mmhg: f64,
}

impl EcmoState {
    /// The membrane lung between known bloods: what leaves its unit and what is drained but for that; `mixed` finds the
    /// tensions of mixed contents.
    pub(crate) fn read(
        flow: &MembraneFlow,
        unit: &Contents,
        gas_po2_mmhg: f64,
        rest: &Contents,
        mixed: impl Fn(&Contents) -> MixedBlood,
    ) -> EcmoState {
        let mixing = &flow.mixing;
        let share = |share| mixed(&mix(share, unit, rest));
        let drained = share(mixing.unit_in_drained);
        let unit_flow = DL_PER_L * mixing.unit_flow_l_per_min;
        EcmoState {
            drained,
            returned: share(mixing.unit_in_returned),
            effective_flow_l_per_min: mixing.effective_flow_l_per_min,
            recirculation_frac: mixing.recirculation_frac,
            recirculation_raised: mixing.recirculation_raised,
            o2_transfer_ml_per_min: unit_flow * (unit.x - drained.gas.o2_ml_per_dl),
            co2_removal_ml_per_min: unit_flow * (drained.gas.co2_ml_per_dl - unit.y),
            gas_po2_mmhg,
        }
    }
}

/// Bloods beside the heart, where a pump returns into the aorta; contents in mL/dL of O2, CO2 and N2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AroundHeart {
    /// By how much each of [`crate::physiology::cavae::Vein::ALL`] departs from venous blood.
    pub veins: [Contents; 3],
    /// What the pump returns, whether its gas is on or off.
    pub returned: Contents,
}

/// What a solve cost and how well it ended.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Work {
    /// Newton iterations, those of abandoned attempts included.
    pub iterations: u32,
    /// Evaluations of blood contents in Newton's method; searches for single units and inversions of contents are
    /// counted roughly.
    pub content_evaluations: u32,
    /// Largest balance not met, as a share of the gas turned over there.
    pub residual: f64,
    /// How the solution was reached.
    pub path: Path,
}

/// How a solution was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Path {
    /// From the last solution.
    #[default]
    Warm,
    /// From a guess made of the patient's totals.
    Cold,
    /// By implicit steps in time from a safe state.
    Continuation,
}

impl Path {
    /// Word for it in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Path::Warm => "warm",
            Path::Cold => "cold",
            Path::Continuation => "continuation",
        }
    }
}

/// The steady state of a patient, its units apart (see [`Solver::units`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SteadyState {
    /// Arterial blood.
    pub arterial: MixedBlood,
    /// Blood that the tissues return.
    pub venous: MixedBlood,
    /// Blood that enters the lung; venous blood without a membrane lung.
    pub pulmonary_arterial: MixedBlood,
    /// O2 consumption, mL/min: as set and below that where supply limits it, or what leaves the venous saturation that is
    /// held.
    pub vo2_ml_per_min: f64,
    /// CO2 production, mL/min; where supply limits O2 consumption it follows, but as set where a saturation is held.
    pub vco2_ml_per_min: f64,
    /// Whether supply limits O2 consumption.
    pub supply_limited: bool,
    /// The membrane lung, where one runs with its gas on.
    pub ecmo: Option<EcmoState>,
    /// Veins and returned blood, where a pump returns into the aorta.
    pub around_heart: Option<AroundHeart>,
    /// What the solve cost.
    pub work: Work,
}

/// Why a patient has no steady state, or the solver none to offer.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum NoSteadyState {
    /// No blood meets gas.
    #[error("no blood meets gas: all flow is shunted past every ventilated unit")]
    NoGasExchange,
    /// No gas moves.
    #[error("apnoea: no alveolar ventilation reaches perfused lung and no sweep gas runs, so CO2 rises without end")]
    Apnoea,
    /// More CO2 is made than ventilation clears at any mixed venous PCO2 below PB − PH2O: beyond that blood would hold
    /// more gas than presses on it.
    #[error(
        "ventilation cannot clear {vco2_ml_per_min:.0} mL/min of CO2: mixed venous PCO2 would pass {limit_mmhg:.0} mmHg (PB - PH2O)"
    )]
    Co2NotCleared {
        /// CO2 production, mL/min.
        vco2_ml_per_min: f64,
        /// PB − PH2O, mmHg.
        limit_mmhg: f64,
    },
    /// Nothing returns to the heart, or the right ventricle ejects nothing against the pressure of the lung.
    #[error(
        "cardiac arrest: what returns to the heart against the pressure in the chest, or what the right ventricle ejects into the lung, is no circulation"
    )]
    CardiacArrest,
    /// No path led to a solution: a defect of the solver, reported with its numbers.
    #[error("the solver did not converge: residual {residual:.1e} after {iterations} iterations, unit {unit:?}")]
    NotConverged {
        /// Largest share of turnover not balanced.
        residual: f64,
        /// Iterations spent.
        iterations: u32,
        /// Unit with that residual; none where it is the whole body.
        unit: Option<usize>,
    },
}

impl NoSteadyState {
    /// Stable name of the reason.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            NoSteadyState::NoGasExchange => "no_gas_exchange",
            NoSteadyState::Apnoea => "apnoea",
            NoSteadyState::Co2NotCleared { .. } => "co2_not_cleared",
            NoSteadyState::CardiacArrest => "cardiac_arrest",
            NoSteadyState::NotConverged { .. } => "not_converged",
        }
    }
}

/// O2 content of venous blood: what tissues leave, or what extraction cannot take.
///
/// ```text
/// Cv = max(Ca − V̇O2/(10 Q̇), (1 − 0.70)·Ca)
/// ```
/// Returned with its slope by Ca.
#[inline]
fn venous_o2_content(o2_art_ml_per_dl: f64, demand_ml_per_dl: f64) -> Sloped {
    let left = 1.0 - SUPPLY_LIMIT_FRAC;
    if o2_art_ml_per_dl - demand_ml_per_dl >= left * o2_art_ml_per_dl {
        Sloped { value: o2_art_ml_per_dl - demand_ml_per_dl, slope: 1.0 }
    } else {
        Sloped { value: left * o2_art_ml_per_dl, slope: left }
    }
}

/// How much R rises where supply leaves all of the demand unmet.
const BUFFERED_RISE: f64 = 0.5;
/// Most that R becomes of it.
const MOST_BUFFERED_RQ: f64 = 1.3;

/// CO2 over O2 where supply meets `met_frac` of the demand, and its slope by that share.
///
/// ```text
/// R = min(RQ + 0.5·(1 − V̇O2/demand), 1.3)
/// ```
/// The CO2 of buffered lactate; the acid itself is not modelled: base excess stays as set.
///
/// # Source
/// Dubin A et al., J Appl Physiol 2017 (recalled): R rises in haemorrhage and in haemodilution; the size is chosen.
pub(crate) fn rq_of_supply(rq_ratio: f64, met_frac: f64) -> Sloped {
    let raised = rq_ratio + BUFFERED_RISE * (1.0 - met_frac);
    let most = rq_ratio.max(MOST_BUFFERED_RQ);
    match raised < most {
        true => Sloped { value: raised, slope: -BUFFERED_RISE },
        false => Sloped { value: most, slope: 0.0 },
    }
}

/// CO2 that the tissues add to blood, mL/dL, where arterial O2 content is this, and its slope by that content.
#[inline]
fn co2_added(o2_art_ml_per_dl: f64, demand_ml_per_dl: f64, production_ml_per_dl: f64) -> Sloped {
    let supply = SUPPLY_LIMIT_FRAC * o2_art_ml_per_dl;
    if supply >= demand_ml_per_dl {
        return Sloped { value: production_ml_per_dl, slope: 0.0 };
    }
    let met = supply / demand_ml_per_dl;
    let rq = rq_of_supply(production_ml_per_dl / demand_ml_per_dl, met);
    Sloped { value: rq.value * supply, slope: SUPPLY_LIMIT_FRAC * (rq.value + rq.slope * met) }
}

/// Blood of known contents; `start` only saves time. Returned with the coordinates of what O2 and CO2 make of it.
pub(crate) fn mixed_blood(chemistry: &Chemistry, contents: &Contents, start: Coordinates) -> (MixedBlood, Coordinates) {
    let at = chemistry.at_contents(contents.x, contents.y, chemistry.into_domain(start));
    (MixedBlood { gas: chemistry.evaluate(at).0, pn2_mmhg: pn2_of(contents) }, at)
}

/// PN2 of blood of known contents, mmHg; what rounding leaves of none is none.
fn pn2_of(contents: &Contents) -> f64 {
    let pn2_mmhg = contents.z / N2_SOLUBILITY_ML_PER_DL_MMHG;
    if pn2_mmhg.abs() < 1e-8 { 0.0 } else { pn2_mmhg }
}
