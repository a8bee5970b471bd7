//! One step: both stages of every place, and the flows that it makes of them.

use nalgebra::{Vector2, Vector3};

use super::live::Live;
use super::open::{self, OpenQuestion};
use super::per_gas::PerGas;
use super::setup::{N2Tissue, Setup};
use super::state::{LEAST_GAS_MMHG_L, LiveState};
use super::tissue::{Tissue, TissueQuestion, TissueStage};
use super::unit::{Mode, Passage, Question, Rate, Stage, Surroundings, Unit};
use crate::numerics::float::{LANES, Lanes};
use crate::numerics::sdirk::Method;
use crate::physiology::blood::{Chemistry, Coordinates};
use crate::physiology::lung_unit::Contents;
use crate::units::{DL_PER_L, MIN_PER_S, N2_SOLUBILITY_ML_PER_DL_MMHG};

/// Error of a step, as a mean over the lung in mmHg, above which it is made again in two halves. The estimate is of
/// order 1, so the error itself is far smaller.
const TOLERANCE_MMHG: f64 = 0.5;
/// The same, up to which no unit of a step is moved too far.
const QUIET_MMHG: f64 = 0.01;
/// Flow over output up to which a unit that finds no balance does not shorten the step.
const NEGLIGIBLE_FLOW_FRAC: f64 = 1e-6;
/// How often a step may be halved.
const MOST_HALVINGS: u32 = 6;

impl Live {
    /// One step of any length up to [`STEP_S`], for the test of the order; does not count as a step.
    #[doc(hidden)]
    pub fn step_of(&mut self, length_s: f64) {
        let mut stages = std::mem::take(&mut self.scratch);
        let attempt = self.attempt(length_s * MIN_PER_S, Method::SECOND_ORDER, &mut stages);
        self.commit(length_s * MIN_PER_S, &stages, &attempt);
        self.scratch = stages;
        self.state.ledger.stored_ml = self.stored_ml();
    }

    pub(super) fn advance(&mut self, h_min: f64, halvings: u32) {
        let mut stages = std::mem::take(&mut self.scratch);
        let mut attempt = self.attempt(h_min, Method::SECOND_ORDER, &mut stages);
        let overdraws = self.overdraws(h_min, &stages, &attempt);
        let good = attempt.error_mmhg <= TOLERANCE_MMHG && attempt.settled && !overdraws;
        if !good && halvings < MOST_HALVINGS {
            self.scratch = stages;
            self.work.rejected += 1;
            self.advance(0.5 * h_min, halvings + 1);
            self.advance(0.5 * h_min, halvings + 1);
            return;
        }
        if !attempt.settled || overdraws || self.overshoots(h_min, &stages, &attempt) {
            attempt = self.attempt(h_min, Method::SAFE, &mut stages);
            if !attempt.settled {
                self.search_anew(&stages, &attempt);
                attempt = self.attempt(h_min, Method::SAFE, &mut stages);
            }
            self.work.unsettled += u64::from(!attempt.settled);
        }
        self.commit(h_min, &stages, &attempt);
        self.change_modes(&stages);
        self.scratch = stages;
    }

    /// Has the units whose searches did not end start from the gas that they hold: else each step would begin where the
    /// last one was led astray.
    fn search_anew(&mut self, stages: &[[Stage; 2]], attempt: &Attempt) {
        let (setup, state) = (&self.setup, &mut self.state);
        let inflow = Contents::from(state.venous);
        let around = setup.around();
        for ((unit, setting), [stage, _]) in state.units.iter_mut().zip(&setup.units).zip(stages) {
            if !stage.settled {
                unit.find_blood(&around, setting, &inflow);
            }
        }
        if let (Some(unit), Some(of)) = (&mut state.membrane, &setup.circuit.membrane)
            && !attempt.membrane[0].settled
        {
            let around = setup.around_membrane(of);
            unit.find_blood(&around, &setup.membrane_unit, &inflow);
        }
    }

    /// Solves the stages of a step of `h_min` minutes and changes nothing.
    fn attempt(&mut self, h_min: f64, method: Method, stages: &mut Vec<[Stage; 2]>) -> Attempt {
        let setup = &self.setup;
        let state = &self.state;
        let around = setup.around();
        let (output, lung) = (setup.circuit.output_l_per_min, setup.circuit.lung_l_per_min);
        let flow_l = output * h_min;
        let tau_min = method.gamma * h_min;
        let arriving = [state.arterial_line.next(flow_l), state.venous_line.next(flow_l)];
        let pools = [Contents::from(state.arterial), Contents::from(state.venous)];
        let held = setup.held_svo2_frac.and_then(|_| {
            let venous = setup.chemistry.evaluate(state.venous_at).0;
            setup.held_ml_per_dl(&venous)
        });
        let mut attempt = Attempt::new(method, state);
        stages.resize(state.units.len(), [Stage::NONE; 2]);
        for s in 0..method.stages {
            // Amounts before this stage: y, then y + h(1 − γ)·f(Y1).
            let stretch = Stretch { h_min, method, s };
            let carried = stretch.carried_min();
            let pool = |which: usize, gain: &[Contents; 2]| {
                let rate = setup.pool_rates[which];
                let base = pools[which] + gain[0] * carried;
                let now = (base + arriving[which] * (tau_min * rate)) / (1.0 + tau_min * rate);
                (now, (arriving[which] - now) * rate)
            };
            let (venous, gain) = pool(1, &attempt.venous_gain);
            attempt.venous_gain[s] = gain;
            let circuit = &setup.circuit;
            let blood = setup.venous_blood(venous, state.veins.as_ref());
            let stage_of_membrane = |attempt: &mut Attempt, drained: &Contents| {
                let (Some(membrane), Some(of)) = (&state.membrane, &circuit.membrane) else { return None };
                let around = setup.around_membrane(of);
                let before = attempt.membrane[0];
                let question = question(membrane, around.chemistry, stretch, &before, drained);
                let stage = membrane.stage(&around, &setup.membrane_unit, &question);
                attempt.count(&stage, true);
                attempt.membrane[s] = stage;
                Some(stage.out)
            };
            // A membrane that gets blood of the left heart waits for the lung.
            let mut unit = match circuit.vents() {
                true => None,
                false => stage_of_membrane(&mut attempt, &circuit.drained(&blood, &venous)),
            };
            let pulmonary = circuit.pulmonary_arterial(unit.as_ref(), &blood);
            let mut leaving = pulmonary * (setup.shunt_l_per_min / lung);
            for first in (0..state.units.len()).step_by(LANES) {
                let places = first..(first + LANES).min(state.units.len());
                if four_stages(state, setup, &around, stretch, first, stages, &pulmonary).is_some() {
                    continue;
                }
                for i in places {
                    let unit = &state.units[i];
                    let question = question(unit, around.chemistry, stretch, &stages[i][0], &pulmonary);
                    stages[i][s] = open::stage(unit, &around, &setup.units[i], &question);
                }
            }
            let whole_kappa = setup.kappa(lung);
            for (setting, stage) in setup.units.iter().zip(stages.iter()) {
                leaving += stage[s].out * (setting.kappa / whole_kappa);
                // What next to no blood passes through does not hold up the rest.
                attempt.count(&stage[s], setting.kappa > NEGLIGIBLE_FLOW_FRAC * whole_kappa);
            }
            let drained = circuit.drained(&blood, &leaving);
            if circuit.vents() {
                unit = stage_of_membrane(&mut attempt, &drained);
            }
            let leaving = circuit.arterial(&leaving, unit.as_ref(), &drained);
            attempt.lung_out[s] = leaving;
            let (arterial, gain) = pool(0, &attempt.arterial_gain);
            attempt.arterial_gain[s] = gain;
            let used = setup.metabolism(arterial.x, held);
            attempt.metabolism[s] = used;
            let mut returning = Contents::zeros();
            for (i, (tissue, setting)) in state.tissues.iter().zip(&setup.tissues).enumerate() {
                let before = &attempt.tissues[i][0];
                let (base, start) = if s == 0 {
                    (Vector2::from(tissue.stored), ahead(&setup.chemistry, tissue.at, tissue.rate.over(tau_min)))
                } else {
                    let step = Rate::between(tissue.at, before.at, method.gamma).into();
                    let base = Vector2::from(tissue.stored) + before.gain * carried;
                    (base, ahead(&setup.chemistry, tissue.at, step))
                };
                let metabolism = used * setup.metabolism_shares[i];
                let question = TissueQuestion { base, tau_min, arterial: &arterial, metabolism, start };
                let stage = tissue.stage(&setup.chemistry, setting, &question);
                attempt.settled &= stage.settled;
                let share = setting.flow_dl_per_min / (DL_PER_L * output);
                returning += Contents::new(stage.out.x, stage.out.y, 0.0) * share;
                attempt.tissues[i][s] = stage;
            }
            for (i, N2Tissue { flow_dl_per_min: flow, capacity_ml_per_mmhg: capacity }) in setup.n2.iter().enumerate() {
                let base = state.n2_ml[i] + carried * attempt.n2_gain[i][0];
                let per_ml = N2_SOLUBILITY_ML_PER_DL_MMHG / capacity;
                let now = (base + tau_min * flow * arterial.z) / (1.0 + tau_min * flow * per_ml);
                attempt.n2_gain[i][s] = flow * (arterial.z - now * per_ml);
                returning.z += now * per_ml * flow / (DL_PER_L * output);
            }
            attempt.tissue_out[s] = returning;
        }
        if method.stages == 1 {
            attempt.repeat_first(stages);
        }
        // How far the gas of the lung would be from a method of order 1, per perfused lung.
        let frc_l: f64 = setup.units.iter().map(|setting| setting.rest_l).sum();
        let change: f64 = stages.iter().map(|[first, second]| (second.gain - first.gain).xy().abs().sum()).sum();
        let of_membrane = (attempt.membrane[1].gain - attempt.membrane[0].gain).xy().abs().sum();
        attempt.error_mmhg =
            tau_min * (if frc_l > 0.0 { change / frc_l } else { 0.0 } + of_membrane / setup.membrane_unit.rest_l);
        self.work.iterations += attempt.iterations;
        self.work.evaluations += attempt.evaluations;
        attempt
    }

    /// Whether blood would take more gas from a shrinking unit than it holds: it collapses within the step.
    fn overdraws(&self, h_min: f64, stages: &[[Stage; 2]], attempt: &Attempt) -> bool {
        let mut shrinking = self.state.units.iter().zip(stages).filter(|(unit, _)| unit.mode == Mode::Shrinking);
        shrinking.any(|(unit, pair)| attempt.empties(h_min, unit, pair))
    }

    /// Whether a unit is so small and fast that the first stage goes too far for the second: that finds no end, or leaves
    /// less than nothing of a gas. In a quiet step nothing does.
    fn overshoots(&self, h_min: f64, stages: &[[Stage; 2]], attempt: &Attempt) -> bool {
        let quiet = attempt.all_settled && attempt.error_mmhg <= QUIET_MMHG;
        let left_behind = |[first, second]: &[Stage; 2]| first.settled && !second.settled;
        !quiet
            && self
                .state
                .units
                .iter()
                .zip(stages)
                .any(|(unit, pair)| left_behind(pair) || (pair[1].settled && attempt.empties(h_min, unit, pair)))
    }

    /// Makes a step of what was solved.
    fn commit(&mut self, h_min: f64, stages: &[[Stage; 2]], attempt: &Attempt) {
        let state = &mut self.state;
        let output = self.setup.circuit.output_l_per_min;
        let weights = attempt.method.weights;
        let sum = |pair: &[Contents; 2]| pair[0] * weights[0] + pair[1] * weights[1];
        let [mut inspired, mut expired, mut expired_now] = [Contents::zeros(); 3];
        let units = state.units.len();
        let membrane = state.membrane.iter_mut().zip(std::iter::once(&attempt.membrane));
        for (i, (unit, [first, second])) in state.units.iter_mut().zip(stages).chain(membrane).enumerate() {
            let gain = sum(&[first.gain, second.gain]) * h_min;
            unit.gas += gain;
            unit.rate = Rate::between(unit.at, second.at, h_min);
            unit.transit = Passage {
                ln_w: second.ln_w,
                ln_w_per_min: (second.ln_w - unit.transit.ln_w) / h_min,
                virtual_po2_in_mmhg: second.virtual_po2_in_mmhg,
            };
            unit.at = second.at;
            inspired += sum(&[first.inspired, second.inspired]);
            expired += sum(&[first.expired, second.expired]);
            if i < units {
                expired_now += second.expired;
            }
        }
        // Rounding may leave less than nothing of N2.
        state.expired = PerGas::from(expired_now).map(|flow| flow.max(0.0));
        let flow_l = output * h_min;
        state.arterial_line.flow(flow_l, &sum(&attempt.lung_out));
        state.venous_line.flow(flow_l, &sum(&attempt.tissue_out));
        state.arterial += sum(&attempt.arterial_gain) * h_min;
        state.venous += sum(&attempt.venous_gain) * h_min;
        for (tissue, [first, second]) in state.tissues.iter_mut().zip(&attempt.tissues) {
            let gain = (first.gain * weights[0] + second.gain * weights[1]) * h_min;
            tissue.stored[0] += gain.x;
            tissue.stored[1] += gain.y;
            tissue.rate = Rate::between(tissue.at, second.at, h_min);
            tissue.at = second.at;
        }
        for (n2_ml, gain) in state.n2_ml.iter_mut().zip(&attempt.n2_gain) {
            *n2_ml += h_min * (gain[0] * weights[0] + gain[1] * weights[1]);
        }
        let per_ml = h_min / self.setup.supply.k_mmhg_l_per_ml;
        state.ledger.inspired_ml += inspired * per_ml;
        state.ledger.expired_ml += expired * per_ml;
        let used = (attempt.metabolism[0] * weights[0] + attempt.metabolism[1] * weights[1]) * h_min;
        state.ledger.metabolised_ml += Vector3::new(used.x, used.y, 0.0);
        self.work.steps += 1;
    }
}

/// `at + step`, kept in the domain of the blood.
fn ahead(chemistry: &Chemistry, at: Coordinates, step: [f64; 2]) -> Coordinates {
    let here = chemistry.into_domain(at);
    chemistry.limited_step(here, step).unwrap_or(at)
}

/// Stage `s` of a step.
#[derive(Clone, Copy)]
struct Stretch {
    h_min: f64,
    method: Method,
    s: usize,
}

impl Stretch {
    /// What the slope of the first stage counts before this one, min.
    fn carried_min(self) -> f64 {
        if self.s == 0 { 0.0 } else { self.h_min * self.method.weights[0] }
    }
}

/// A stage's question to a unit, after a first stage `before`.
#[inline]
fn question<'a>(
    unit: &Unit,
    chemistry: &Chemistry,
    stretch: Stretch,
    before: &Stage,
    rest: &'a Contents,
) -> Question<'a> {
    let gas = Vector3::from(unit.gas);
    let tau_min = stretch.method.gamma * stretch.h_min;
    let first = stretch.s == 0;
    let (step, ln_w) = if first {
        (unit.rate.over(tau_min), unit.transit.ln_w + unit.transit.ln_w_per_min * tau_min)
    } else {
        let gamma = stretch.method.gamma;
        let ln_w = unit.transit.ln_w;
        (Rate::between(unit.at, before.at, gamma).into(), ln_w + (before.ln_w - ln_w) / gamma)
    };
    Question {
        base: gas + before.gain * stretch.carried_min(),
        tau_min,
        rest,
        start: ahead(chemistry, unit.at, step),
        start_ln_w: ln_w,
        virtual_po2_in_mmhg: if first { unit.transit.virtual_po2_in_mmhg } else { before.virtual_po2_in_mmhg },
    }
}

/// Stage of the four units from the `first` on, where all are open and their searches end; what is missing of the last
/// four is made up by the last one. The same numbers as one after the other.
fn four_stages(
    state: &LiveState,
    setup: &Setup,
    around: &Surroundings<'_>,
    stretch: Stretch,
    first: usize,
    stages: &mut [[Stage; 2]],
    pulmonary: &Contents,
) -> Option<()> {
    let places: [usize; LANES] = std::array::from_fn(|k| (first + k).min(state.units.len() - 1));
    if !places.iter().all(|i| open::is_open(around, &state.units[*i], &setup.units[*i])) {
        return None;
    }
    let chemistry = around.chemistry;
    let gamma = stretch.method.gamma;
    let tau_min = gamma * stretch.h_min;
    let units = places.map(|i| &state.units[i]);
    let before = places.map(|i| &stages[i][0]);
    let of_units = |of: fn(&Unit) -> f64| Lanes::new(units.map(of));
    let mut base = [of_units(|unit| unit.gas.o2), of_units(|unit| unit.gas.co2), of_units(|unit| unit.gas.n2)];
    let at = [of_units(|unit| unit.at.virtual_po2_mmhg), of_units(|unit| unit.at.bicarbonate_mmol_per_l)];
    let step = if stretch.s == 0 {
        [of_units(|unit| unit.rate.virtual_po2_mmhg), of_units(|unit| unit.rate.bicarbonate_mmol_per_l)]
            .map(|rate| rate * tau_min)
    } else {
        for (x, base) in base.iter_mut().enumerate() {
            *base = *base + Lanes::new(before.map(|stage| stage.gain[x])) * stretch.carried_min();
        }
        let there = |of: fn(Coordinates) -> f64| Lanes::new(before.map(|stage| of(stage.at)));
        [(there(|at| at.virtual_po2_mmhg) - at[0]) / gamma, (there(|at| at.bicarbonate_mmol_per_l) - at[1]) / gamma]
    };
    let here = [chemistry.virtual_po2_in_domain(at[0]), at[1]];
    let ph = chemistry.van_slyke().ph(here[1], chemistry.saturation(here[0]).0);
    let (start, _) = chemistry.smooth_step(here, ph, step)?;
    let question = OpenQuestion {
        base,
        start: [chemistry.virtual_po2_in_domain(start[0]), start[1]],
        ratio: Lanes::new(places.map(|i| setup.units[i].ratio)),
        kappa: Lanes::new(places.map(|i| setup.units[i].kappa)),
    };
    let answer = open::solve(around, &question, tau_min, pulmonary)?;
    let entering: [f64; LANES] = std::array::from_fn(|k| {
        if stretch.s == 0 { units[k].transit.virtual_po2_in_mmhg } else { before[k].virtual_po2_in_mmhg }
    });
    let kept = stages[first..].iter_mut().map(|pair| &mut pair[stretch.s]);
    answer.give(kept.zip(entering));
    Some(())
}

/// The stages of a step, before it is taken.
struct Attempt {
    method: Method,
    membrane: [Stage; 2],
    venous_gain: [Contents; 2],
    arterial_gain: [Contents; 2],
    lung_out: [Contents; 2],
    tissue_out: [Contents; 2],
    tissues: [[TissueStage; 2]; 2],
    n2_gain: [[f64; 2]; 2],
    metabolism: [Vector2<f64>; 2],
    error_mmhg: f64,
    /// Whether all searches that matter ended.
    settled: bool,
    /// Whether all did.
    all_settled: bool,
    iterations: u64,
    evaluations: u64,
}

impl Attempt {
    fn new(method: Method, state: &LiveState) -> Attempt {
        let none = [Contents::zeros(); 2];
        let tissue = |tissue: &Tissue| {
            [TissueStage { at: tissue.at, out: Vector2::zeros(), gain: Vector2::zeros(), settled: true }; 2]
        };
        Attempt {
            method,
            membrane: [Stage::NONE; 2],
            venous_gain: none,
            arterial_gain: none,
            lung_out: none,
            tissue_out: none,
            tissues: [tissue(&state.tissues[0]), tissue(&state.tissues[1])],
            n2_gain: [[0.0; 2]; 2],
            metabolism: [Vector2::zeros(); 2],
            error_mmhg: 0.0,
            settled: true,
            all_settled: true,
            iterations: 0,
            evaluations: 0,
        }
    }

    /// Whether a step of these stages leaves less than nothing of a gas in a unit.
    fn empties(&self, h_min: f64, unit: &Unit, [first, second]: &[Stage; 2]) -> bool {
        let [one, other] = self.method.weights;
        let after = Vector3::from(unit.gas) + (first.gain * one + second.gain * other) * h_min;
        after.min() < -LEAST_GAS_MMHG_L
    }

    /// A step of one stage ends where that stage does.
    fn repeat_first(&mut self, stages: &mut [[Stage; 2]]) {
        stages.iter_mut().for_each(|pair| pair[1] = pair[0]);
        self.membrane[1] = self.membrane[0];
        self.tissues.iter_mut().for_each(|pair| pair[1] = pair[0]);
    }

    #[inline]
    fn count(&mut self, stage: &Stage, matters: bool) {
        self.iterations += u64::from(stage.iterations);
        self.evaluations += u64::from(stage.evaluations);
        self.settled &= stage.settled || !matters;
        self.all_settled &= stage.settled;
    }
}
