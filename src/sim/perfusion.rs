//! Where the blood goes: flows as set, shifted by hypoxic vasoconstriction.
//!
//! What the parameters set is the distribution that the patient has on the reference FiO2, all else as set: the tone
//! there is the baseline. On another FiO2 each unit's conductance is multiplied by
//! ```text
//! c_i = (1 + 2.15·h·r0_i)/(1 + 2.15·h·r_i)
//! ```
//! collapsed lung likewise, and all flows are scaled to the cardiac output. In the steady state gas and flows are in
//! balance; in time the factors follow that with their time constant.

use serde::{Deserialize, Serialize};

use crate::physiology::hpv::{self, Tone};
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::patient::{Patient, Ventilation};
use crate::sim::steady::{NoSteadyState, Solver, SteadyState, Work};

/// Change of ln conductance that counts as settled.
const TOLERANCE: f64 = 1e-11;
/// Change below which one that no longer falls is rounding.
const ROUNDING: f64 = 1e-9;
/// Rounds after which the search is given up.
const MAX_ROUNDS: u32 = 100;
/// Differences of past rounds that the next is extrapolated from.
const MEMORY: usize = 8;
/// Share of a round's change that is tried where extrapolation led astray, cut again as long as that leads astray too.
const DAMPING: f64 = 0.3;
/// Share from which not even a small change of flows leaves a steady state.
const LEAST_DAMPING: f64 = 1e-3;

/// What vasoconstriction makes of the flows: conductance of every unit and of the collapsed lung over the one at the
/// patient's baseline tone. Only their ratios matter.
///
/// ```
/// use isoshunt::sim::{params::Params, patient::Patient, perfusion::FlowState};
/// let base = Patient::new(&Params::default());
/// let mut now = base.clone();
/// FlowState::baseline(base.units.len()).apply(&base, &mut now);
/// assert_eq!(now.units.len(), base.units.len());
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FlowState {
    /// Of each unit, above 0.
    pub units: Vec<f64>,
    /// Of the collapsed lung, above 0.
    pub shunt: f64,
}

impl FlowState {
    /// Flows as the parameters set them.
    #[must_use]
    pub fn baseline(units: usize) -> Self {
        FlowState { units: vec![1.0; units], shunt: 1.0 }
    }

    /// Sets the factors that a lung of known gases goes to.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `tone` | baseline of as many units | |
    /// | `strength_frac` | [`ParamId::HpvStrength`] | 0 to 1 |
    /// | `po2_ven_mmhg` | blood that enters the lung, mmHg | 0 or more |
    /// | `po2_alv_mmhg` | of every unit, in a collapsed one `po2_ven_mmhg`, mmHg | 0 or more |
    pub fn targets(
        &mut self,
        tone: &Tone,
        strength_frac: f64,
        po2_ven_mmhg: f64,
        po2_alv_mmhg: impl IntoIterator<Item = f64>,
    ) {
        let factor = |before: f64, po2_alv: f64| {
            let now = hpv::response_frac(hpv::stimulus_mmhg(po2_ven_mmhg, po2_alv));
            hpv::resistance_factor(before, strength_frac) / hpv::resistance_factor(now, strength_frac)
        };
        self.shunt = factor(tone.shunt, po2_ven_mmhg);
        self.units.clear();
        self.units.extend(tone.units.iter().zip(po2_alv_mmhg).map(|(before, po2_alv)| factor(*before, po2_alv)));
    }

    /// Follows `target` for a while; a lung cut up anew, with another number of units, is there at once.
    pub fn advance(&mut self, target: &FlowState, dt_s: f64, tau_s: f64) {
        if self.units.len() != target.units.len() {
            self.units.clone_from(&target.units);
            self.shunt = target.shunt;
            return;
        }
        let approach = |now: &mut f64, then: f64| *now = crate::numerics::filter::approach(*now, then, dt_s, tau_s);
        approach(&mut self.shunt, target.shunt);
        for (now, then) in self.units.iter_mut().zip(&target.units) {
            approach(now, *then);
        }
    }

    /// Gives the units and the shunt of `patient` the flows that these factors make of those of `base`.
    ///
    /// Ventilation is left alone, and the output is that of `base`. Both patients have as many units as there are
    /// factors; flows without a factor stay in proportion.
    pub fn apply(&self, base: &Patient, patient: &mut Patient) {
        let weights = || base.units.iter().zip(&self.units).map(|(unit, factor)| unit.perfusion_l_per_min * factor);
        let shunt = base.shunt_l_per_min * self.shunt;
        let scale = base.cardiac_output_l_per_min / (weights().sum::<f64>() + shunt);
        for (unit, flow) in patient.units.iter_mut().zip(weights()) {
            unit.perfusion_l_per_min = flow * scale;
        }
        patient.shunt_l_per_min = shunt * scale;
    }
}

/// The patient on the reference FiO2, whose tone the flows as set are taken to have.
#[derive(Debug, Clone)]
pub struct Baseline {
    solver: Solver,
    patient: Patient,
    next: Patient,
    tone: Tone,
}

impl Default for Baseline {
    fn default() -> Self {
        Self::new()
    }
}

impl Baseline {
    /// Nothing known yet.
    #[must_use]
    pub fn new() -> Self {
        Baseline { solver: Solver::new(), patient: Patient::empty(), next: Patient::empty(), tone: Tone::default() }
    }

    /// Tone of a lung of `units` units on the reference FiO2, solved anew only where what it depends on has changed.
    ///
    /// Breathing is as set: without control, and in apnoea as [`Ventilation::spontaneous`] has it, so that what stops
    /// breathing does not by that alone shift the baseline. A patient who has no steady state there, or whose lung is
    /// cut up in another way without ventilation, is given the tone of a healthy lung on air.
    ///
    /// # Errors
    /// [`NoSteadyState::NotConverged`] alone.
    pub fn tone(&mut self, params: &Params, units: usize) -> Result<&Tone, NoSteadyState> {
        let breathing = match params.breathing() {
            Breathing::Apnoea => Ventilation::spontaneous(params),
            Breathing::Spontaneous | Breathing::Ventilated => Ventilation::new(params),
        };
        self.next.update_breathing(params, &breathing);
        self.next.fio2_frac = params.get(ParamId::HpvReference);
        self.next.fio2_set_frac = self.next.fio2_frac;
        if self.next != self.patient || self.tone.units.len() != units {
            // Not known until it is solved.
            self.patient = Patient::empty();
            match self.solver.solve(&self.next) {
                Ok(state) if self.next.units.len() == units => {
                    let po2_alv = self.solver.units(&self.next).map(|unit| unit.po2_alv_mmhg);
                    self.tone.read(state.pulmonary_arterial.gas.po2_mmhg, po2_alv);
                }
                Err(error @ NoSteadyState::NotConverged { .. }) => return Err(error),
                Ok(_) | Err(_) => self.tone.normal(units),
            }
            std::mem::swap(&mut self.patient, &mut self.next);
        }
        Ok(&self.tone)
    }
}

/// Finds the steady state in which gas and flows agree.
///
/// The factors are a fixed point: flows give gases, gases give flows. More flow makes a unit more hypoxic and narrows
/// its vessels, so the map turns back on itself and repeating it converges, slowly. Extrapolating from the last rounds
/// (Anderson DG, J ACM 1965;12:547-560) takes a third of the solves.
#[derive(Debug, Clone)]
pub(crate) struct Balance {
    baseline: Baseline,
    /// Flows as set, and their tone.
    base: Patient,
    tone: Tone,
    flows: FlowState,
    target: FlowState,
    /// ln of the factors, units first; kept as the start of the next search.
    now: Vec<f64>,
    change: Vec<f64>,
    /// The best round of this search.
    best: Vec<f64>,
    best_change: Vec<f64>,
    /// Orthonormal differences of changes, each with the difference of results that goes with it.
    memory: Vec<[Vec<f64>; 2]>,
}

impl Balance {
    pub(crate) fn new() -> Self {
        Balance {
            baseline: Baseline::new(),
            base: Patient::empty(),
            tone: Tone::default(),
            flows: FlowState::default(),
            target: FlowState::default(),
            now: Vec::new(),
            change: Vec::new(),
            best: Vec::new(),
            best_change: Vec::new(),
            memory: Vec::new(),
        }
    }

    /// Solves `patient`, whose flows are those as set and become those in force, with some units collapsed.
    pub(crate) fn solve(
        &mut self,
        params: &Params,
        collapsed: &[bool],
        solver: &mut Solver,
        patient: &mut Patient,
    ) -> Result<SteadyState, NoSteadyState> {
        self.tone.clone_from(self.baseline.tone(params, patient.units.len())?);
        collapse(&mut self.tone, patient, collapsed);
        patient.collapse(collapsed);
        let units = patient.units.len();
        if units == 0 {
            // No blood meets gas: nothing to shift.
            return solver.solve(patient);
        }
        self.base.clone_from(patient);
        let strength_frac = params.get(ParamId::HpvStrength);
        let warm = self.now.len() == units + 1;
        if !warm {
            self.restart(units);
        }
        let mut found = self.search(strength_frac, solver, patient);
        if warm && found.is_err() {
            self.restart(units);
            found = self.search(strength_frac, solver, patient);
        }
        if found.is_err() {
            self.now.clear();
        }
        found
    }

    /// Back to the flows as set.
    fn restart(&mut self, units: usize) {
        self.now.clear();
        self.now.resize(units + 1, 0.0);
    }

    fn search(
        &mut self,
        strength_frac: f64,
        solver: &mut Solver,
        patient: &mut Patient,
    ) -> Result<SteadyState, NoSteadyState> {
        let mut work = Work::default();
        let (mut least, mut last) = (f64::INFINITY, f64::INFINITY);
        let mut used = 0;
        let mut damping = DAMPING;
        for round in 0..MAX_ROUNDS {
            let solved = self.round(strength_frac, solver, patient);
            let size = match &solved {
                Ok(state) => {
                    let path = if round == 0 { state.work.path } else { work.path };
                    work = Work {
                        iterations: work.iterations + state.work.iterations,
                        content_evaluations: work.content_evaluations + state.work.content_evaluations,
                        residual: state.work.residual,
                        path,
                    };
                    self.change.iter().fold(0.0f64, |most, change| most.max(change.abs()))
                }
                // Vessels that answer take this patient out of reach of any steady state, or a step was too long.
                Err(_) if least.is_finite() && damping >= LEAST_DAMPING => f64::INFINITY,
                Err(reason) => return Err(*reason),
            };
            if let Ok(state) = solved
                && (size <= TOLERANCE || (size <= ROUNDING && size >= 0.5 * last))
            {
                return Ok(SteadyState { work, ..state });
            }
            last = size;
            if size <= 2.0 * least {
                if least.is_finite() {
                    self.remember(&mut used);
                }
                least = least.min(size);
                damping = DAMPING;
                self.best.clone_from(&self.now);
                self.best_change.clone_from(&self.change);
                self.extrapolate(used);
            } else {
                // Led astray: from the best so far on, carefully and without what was learnt.
                used = 0;
                self.now.clear();
                self.now.extend(self.best.iter().zip(&self.best_change).map(|(at, change)| at + damping * change));
                damping *= DAMPING;
            }
        }
        Err(NoSteadyState::NotConverged { residual: least, iterations: work.iterations, unit: None })
    }

    /// One round: the gases of the present flows, and how far the factors are from what those call for.
    fn round(
        &mut self,
        strength_frac: f64,
        solver: &mut Solver,
        patient: &mut Patient,
    ) -> Result<SteadyState, NoSteadyState> {
        let units = self.now.len() - 1;
        self.flows.units.clear();
        self.flows.units.extend(self.now[..units].iter().map(|ln| ln.exp()));
        self.flows.shunt = self.now[units].exp();
        self.flows.apply(&self.base, patient);
        let state = solver.solve(patient)?;
        let po2_alv = solver.units(patient).map(|unit| unit.po2_alv_mmhg);
        self.target.targets(&self.tone, strength_frac, state.pulmonary_arterial.gas.po2_mmhg, po2_alv);
        let factors = self.target.units.iter().chain(std::iter::once(&self.target.shunt));
        self.change.clear();
        self.change.extend(self.now.iter().zip(factors).map(|(now, factor)| factor.ln() - now));
        Ok(state)
    }

    /// Adds the difference from the best round to what is known of the map.
    fn remember(&mut self, used: &mut usize) {
        if *used == MEMORY {
            *used = 0;
        }
        if self.memory.len() == *used {
            self.memory.push([Vec::new(), Vec::new()]);
        }
        let (known, rest) = self.memory.split_at_mut(*used);
        let [change, result] = &mut rest[0];
        change.clear();
        change.extend(self.change.iter().zip(&self.best_change).map(|(now, before)| now - before));
        result.clear();
        let moved = self.now.iter().zip(&self.best).map(|(now, before)| now - before);
        result.extend(moved.zip(change.iter()).map(|(moved, change)| moved + change));
        let whole = dot(change, change).sqrt();
        for [direction, with] in known.iter() {
            let part = dot(direction, change);
            add(change, -part, direction);
            add(result, -part, with);
        }
        let left = dot(change, change).sqrt();
        // What the others explain teaches nothing.
        if left > 1e-8 * whole {
            change.iter_mut().chain(result.iter_mut()).for_each(|x| *x /= left);
            *used += 1;
        }
    }

    /// The next factors: where the changes would vanish if the map were as straight as it looked so far.
    fn extrapolate(&mut self, used: usize) {
        add(&mut self.now, 1.0, &self.change);
        for [direction, with] in &self.memory[..used] {
            let part = dot(direction, &self.change);
            add(&mut self.change, -part, direction);
            add(&mut self.now, -part, with);
        }
    }
}

/// Makes shunt of some units in the tone, as [`Patient::collapse`] does in the patient.
///
/// Each took its baseline tone with it: resistance is linear in it, so the collapsed lung has the mean by flow.
fn collapse(tone: &mut Tone, patient: &Patient, collapsed: &[bool]) {
    let gone = |i: usize| collapsed.get(i).copied().unwrap_or(false);
    let mut flow = patient.shunt_l_per_min;
    let mut sum = flow * tone.shunt;
    let mut i = 0;
    tone.units.retain(|response| {
        let keep = !gone(i);
        if !keep && let Some(unit) = patient.units.get(i) {
            flow += unit.perfusion_l_per_min;
            sum += unit.perfusion_l_per_min * response;
        }
        i += 1;
        keep
    });
    if flow > 0.0 {
        tone.shunt = sum / flow;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], share: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += share * what);
}
