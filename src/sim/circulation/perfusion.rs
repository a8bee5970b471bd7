//! Where the blood goes: flows as set, shifted by hypoxic vasoconstriction.
//!
//! In the steady state gas and flows are in balance; in time the factors of [`FlowState`] follow that with their time
//! constant.

use crate::numerics::float;
use crate::physiology::hpv::Tone;
use crate::sim::circulation::vessels::{FlowState, VesselGases, Vessels};
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::patient::{Patient, Ventilation};
use crate::sim::steady::{self, NoSteadyState, Solver, SteadyState, Work};

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
/// Tries without a steady state after which the flows wanted are taken to have none: each brings the search nearer to an
/// edge, not to a balance.
const MOST_FAILED: u32 = 6;
/// Unbalanced share of turnover in the first round, and later against the change of the round before: rounds that are far
/// from the end need no last digits, and those that may be the last get them.
const ROUGH: f64 = 1e-4;
const CLOSER: f64 = 1e-3;
/// Unbalanced share against the change of factors that counts as settled, where that is not the last digit.
const SETTLED: f64 = 0.1;
/// Unbalanced share that leaves nothing to be desired.
const EXACT: f64 = steady::TOLERANCE;

/// Change of factors below which flows are near enough to lead to others.
const NEARER: f64 = 1e-2;

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
    /// Breathing and consumption are as set: without control, and in apnoea as [`Ventilation::spontaneous`] has it, so
    /// that what stops breathing does not by that alone shift the baseline. A patient who has no steady state there, or
    /// whose lung is cut up in another way without ventilation, is given the tone of a healthy lung on air.
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
        self.next.held_svo2_frac = None;
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

/// What the factors act on.
enum Blood<'a> {
    /// Flows as set: [`Balance::base`].
    AsSet,
    /// A lung in layers, with the units that have collapsed.
    Layers { lung: &'a LayeredLung, alveolar_l_per_min: f64, collapsed: &'a [bool] },
}

/// Finds the steady state in which gas and flows agree.
///
/// The factors are a fixed point: flows give gases, gases give flows. More flow makes a unit more hypoxic and narrows
/// its vessels, so the map turns back on itself and repeating it converges, slowly. Extrapolating from the last rounds
/// (Anderson DG, J ACM 1965;12:547-560) takes a third of the solves.
#[derive(Debug, Clone)]
pub(crate) struct Balance {
    baseline: Baseline,
    /// A second solver, for the search from the flows as set after one from those of before has failed.
    of_flows_as_set: Solver,
    /// Flows as set, and their tone.
    base: Patient,
    tone: Tone,
    flows: FlowState,
    target: FlowState,
    /// Whether the last search was of a lung in layers.
    layered: bool,
    /// ln of the factors, units first; kept as the start of the next search.
    now: Vec<f64>,
    /// Those of the last search that found any, where the next finds none.
    last: Vec<f64>,
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
            of_flows_as_set: Solver::new(),
            base: Patient::empty(),
            tone: Tone::default(),
            flows: FlowState::default(),
            layered: false,
            target: FlowState::default(),
            now: Vec::new(),
            last: Vec::new(),
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
        vessels: &Vessels,
        collapsed: &[bool],
        (solver, patient): (&mut Solver, &mut Patient),
        within: f64,
    ) -> Result<SteadyState, NoSteadyState> {
        self.tone.clone_from(self.baseline.tone(params, patient.units.len())?);
        collapse(&mut self.tone, patient, collapsed);
        patient.collapse(collapsed);
        let units = patient.units.len();
        if units == 0 {
            // No blood meets gas: nothing to shift.
            return solver.solve_within(patient, within);
        }
        self.base.clone_from(patient);
        self.search_from_near(vessels, &Blood::AsSet, units + 1, (solver, patient), within)
    }

    /// As [`Balance::solve`], of a lung in layers that breathes `alveolar_l_per_min`.
    pub(crate) fn solve_layers(
        &mut self,
        vessels: &Vessels,
        lung: &LayeredLung,
        alveolar_l_per_min: f64,
        collapsed: &[bool],
        (solver, patient): (&mut Solver, &mut Patient),
        within: f64,
    ) -> Result<SteadyState, NoSteadyState> {
        self.tone.units.clear();
        let units = lung.unit_count();
        self.tone.units.resize(units, 0.0);
        self.tone.shunt = 0.0;
        let blood = Blood::Layers { lung, alveolar_l_per_min, collapsed };
        self.search_from_near(vessels, &blood, units + 2, (solver, patient), within)
    }

    /// Evaluations so far beside those of the solver that is handed over.
    pub(crate) fn evaluations(&self) -> u64 {
        self.baseline.solver.evaluations() + self.of_flows_as_set.evaluations()
    }

    /// Flows in force after the last search that found any: factors of every unit.
    pub(crate) fn flows(&self) -> &FlowState {
        &self.flows
    }

    /// Searches from where the last search ended, and from the flows as set where that leads nowhere.
    fn search_from_near(
        &mut self,
        vessels: &Vessels,
        blood: &Blood<'_>,
        factors: usize,
        (solver, patient): (&mut Solver, &mut Patient),
        settled: f64,
    ) -> Result<SteadyState, NoSteadyState> {
        let layered = matches!(blood, Blood::Layers { .. });
        let warm = self.now.len() == factors && self.layered == layered;
        self.layered = layered;
        if warm {
            self.last.clone_from(&self.now);
        } else {
            self.restart(factors);
        }
        let mut found = self.search(vessels, blood, (solver, patient), settled);
        if warm && found.is_err() {
            self.restart(factors);
            // Flows as set have another solution, which the last that were tried are next to.
            std::mem::swap(solver, &mut self.of_flows_as_set);
            found = self.search(vessels, blood, (solver, patient), settled);
            if found.is_err() {
                std::mem::swap(solver, &mut self.of_flows_as_set);
            }
        }
        if let (false, Err(NoSteadyState::Co2NotCleared { .. }), Some(held)) = (warm, &found, patient.held_svo2_frac) {
            // Flows as set may be far from those at which what is held clears its CO2; nearer are those of the same
            // patient who uses what he is set to.
            self.restart(factors);
            patient.held_svo2_frac = None;
            let nearer = self.search(vessels, blood, (solver, patient), NEARER);
            patient.held_svo2_frac = Some(held);
            if nearer.is_ok() {
                found = self.search(vessels, blood, (solver, patient), settled).or(found);
            }
        }
        if found.is_err() {
            if warm {
                std::mem::swap(&mut self.now, &mut self.last);
            } else {
                self.now.clear();
            }
        }
        found
    }

    /// Back to the flows as set.
    fn restart(&mut self, factors: usize) {
        self.now.clear();
        self.now.resize(factors, 0.0);
    }

    /// The search itself, ended where no factor changes by more than `settled`.
    fn search(
        &mut self,
        vessels: &Vessels,
        blood: &Blood<'_>,
        (solver, patient): (&mut Solver, &mut Patient),
        settled: f64,
    ) -> Result<SteadyState, NoSteadyState> {
        let mut work = Work::default();
        let (mut least, mut last) = (f64::INFINITY, f64::INFINITY);
        let mut used = 0;
        let (mut damping, mut failed) = (DAMPING, 0);
        // Flows as set are often those in force, and found exactly in the first round.
        let rough = if matches!(blood, Blood::Layers { .. }) { ROUGH } else { SETTLED * settled };
        let (settled, exact_within) = (settled.max(TOLERANCE), EXACT.max(SETTLED * settled));
        let mut within = rough;
        for round in 0..MAX_ROUNDS {
            // Flows as set are a guess: those at the end are judged. What is exact already is judged at once, but not
            // whether a saturation can be held.
            let guess = round == 0 && (within > exact_within || patient.held_svo2_frac.is_some());
            let solved = self.round(vessels, blood, within, guess, solver, patient);
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
                Err(_) if least.is_finite() && damping >= LEAST_DAMPING && failed < MOST_FAILED => {
                    failed += 1;
                    f64::INFINITY
                }
                Err(reason) => return Err(*reason),
            };
            let exact =
                !guess && (within <= exact_within || solved.is_ok_and(|state| state.work.residual <= exact_within));
            if let Ok(state) = solved
                && (size <= settled || (size <= ROUNDING && size >= 0.5 * last))
            {
                if exact {
                    return Ok(SteadyState { work, ..state });
                }
                // There already; once more, as exact as is asked for.
                within = exact_within;
                continue;
            }
            // What is as rough as it is large says nothing; it is made exact enough before it is compared.
            if let Ok(state) = solved
                && !exact
                && state.work.residual > CLOSER * size
            {
                within = CLOSER * size;
                continue;
            }
            // Only what was exact can have come to a stop.
            last = if exact { size } else { f64::INFINITY };
            within = rough.min(CLOSER * size.min(least)).max(exact_within);
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
                // What has no steady state is dear to try.
                damping *= if solved.is_err() { damping } else { DAMPING };
            }
        }
        Err(NoSteadyState::NotConverged { residual: least, iterations: work.iterations, unit: None })
    }

    /// One round: the gases of the present flows, and how far the factors are from what those call for.
    fn round(
        &mut self,
        vessels: &Vessels,
        blood: &Blood<'_>,
        within: f64,
        guess: bool,
        solver: &mut Solver,
        patient: &mut Patient,
    ) -> Result<SteadyState, NoSteadyState> {
        let units = self.tone.units.len();
        self.flows.units.clear();
        self.flows.units.extend(self.now[..units].iter().map(|ln| float::exp(*ln)));
        self.flows.shunt = float::exp(self.now[units]);
        self.flows.resistance = self.now.get(units + 1).map_or(1.0, |ln| float::exp(*ln));
        let mut gone: &[bool] = &[];
        match blood {
            Blood::AsSet => self.flows.apply(&self.base, patient),
            Blood::Layers { lung, alveolar_l_per_min, collapsed } => {
                let circulation = lung.fill(*alveolar_l_per_min, &self.flows, patient);
                if circulation.arrest {
                    return Err(NoSteadyState::CardiacArrest);
                }
                patient.collapse(collapsed);
                gone = collapsed;
            }
        }
        let state = match guess {
            true => solver.solve_guess(patient, within)?,
            false => solver.solve_within(patient, within)?,
        };
        let po2_ven_mmhg = state.pulmonary_arterial.gas.po2_mmhg;
        let mut open = solver.units(patient).map(|unit| unit.po2_alv_mmhg);
        let po2_alv = (0..units).map(|i| match gone.get(i) {
            Some(true) => po2_ven_mmhg,
            _ => open.next().unwrap_or(po2_ven_mmhg),
        });
        let gases = VesselGases { po2_ven_mmhg, ph_art: state.arterial.gas.ph };
        self.target.targets(&self.tone, vessels, gases, po2_alv);
        let factors = self.target.units.iter().chain([&self.target.shunt, &self.target.resistance]);
        self.change.clear();
        self.change.extend(self.now.iter().zip(factors).map(|(now, factor)| float::ln(*factor) - now));
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
    let mut flow = patient.shunt_l_per_min - patient.wide_shunt_l_per_min;
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
