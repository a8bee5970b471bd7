//! What may be done next, run by the engine for 30 min from the state before the test: which of it is good, which is
//! best, and which does harm.
//!
//! The list is the same for every case, so that it tells nothing. What the lung of a case cannot do changes nothing.

use crate::numerics::float;
use crate::sim::params::{Breathing, ParamId, Params, Setting, SwitchId, apply};
use crate::sim::play::run::{Action, Run};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;
use crate::study::attribution::{Cause, NORMAL_PCO2_MMHG};
use crate::study::challenge_maker::kinds::{STEP_EVALUATIONS, steps_of_s};
use crate::study::{Study, cost};

/// How long a step is watched, s.
pub const WATCHED_S: f64 = 1800.0;
/// How far apart looks are, s.
const LOOK_S: f64 = 60.0;
/// Saturation that is wanted.
const TARGET_FRAC: [f64; 2] = [0.94, 0.98];
/// The same of a patient who is used to a high PaCO2.
const LOW_TARGET_FRAC: [f64; 2] = [0.88, 0.92];
/// PaCO2 above which, at the pH from which, he is.
const USED_TO_CO2: (f64, f64) = (45.0, 7.33);
/// pH that is allowed.
const PH: [f64; 2] = [7.25, 7.50];
/// How far pH may fall.
const PH_FALL: f64 = 0.02;
/// Least share of O2 delivery that is left.
const DELIVERY_LEFT: f64 = 0.95;
/// FiO2 above which a step is good only where no other is.
const HIGH_FIO2_FRAC: f64 = 0.60;
/// Steps of FiO2.
const FIO2_STEP: f64 = 0.05;
/// How far from the FiO2 of the target an answer may be, and how far a step in the wrong direction goes.
pub const FIO2_WITHIN: f64 = 0.10;
/// What a step does that costs so much saturation is unsafe.
const HARM_SO2_FRAC: f64 = 0.05;
/// The same for the share of O2 delivery.
const HARM_DELIVERY: f64 = 0.15;
/// What treating the output makes of it.
const MORE_OUTPUT: f64 = 1.25;
/// More breath for who breathes enough.
const MORE_BREATH: f64 = 1.25;
/// CPAP or PEEP, cmH2O.
const PRESSURE_CMH2O: f64 = 10.0;

/// Something that may be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextStep {
    /// Less oxygen, to the target.
    LessOxygen,
    /// More oxygen, to the target.
    MoreOxygen,
    /// Breathe for him, or reverse the drug.
    Breathe,
    /// CPAP or PEEP 10.
    Pressure,
    /// The sick side up.
    SickSideUp,
    /// Fluid, or an inotrope.
    Output,
    /// Stop, and repeat the gas with a sealed mask.
    Repeat,
    /// Call for ECMO.
    Ecmo,
}

impl NextStep {
    /// Every step, in the order in which they are offered.
    pub const ALL: [NextStep; 8] = [
        NextStep::LessOxygen,
        NextStep::MoreOxygen,
        NextStep::Breathe,
        NextStep::Pressure,
        NextStep::SickSideUp,
        NextStep::Output,
        NextStep::Repeat,
        NextStep::Ecmo,
    ];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            NextStep::LessOxygen => "less_oxygen",
            NextStep::MoreOxygen => "more_oxygen",
            NextStep::Breathe => "breathe",
            NextStep::Pressure => "pressure_10",
            NextStep::SickSideUp => "sick_side_up",
            NextStep::Output => "treat_output",
            NextStep::Repeat => "repeat_gas",
            NextStep::Ecmo => "ecmo",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            NextStep::LessOxygen => "Less oxygen, to the target",
            NextStep::MoreOxygen => "More oxygen, to the target",
            NextStep::Breathe => "Breathe for the patient, or reverse the drug",
            NextStep::Pressure => "CPAP or PEEP 10",
            NextStep::SickSideUp => "Sick side up",
            NextStep::Output => "Treat the output: fluid, inotrope",
            NextStep::Repeat => "Stop, repeat the gas with a sealed mask",
            NextStep::Ecmo => "Call for ECMO",
        }
    }

    /// Whether an FiO2 is asked with it.
    #[must_use]
    pub fn takes_fio2(self) -> bool {
        matches!(self, NextStep::LessOxygen | NextStep::MoreOxygen)
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The step.
    pub step: NextStep,
    /// FiO2 that it gives.
    pub fio2_frac: f64,
    /// Arterial saturation after 30 min.
    pub so2_art_frac: f64,
    /// Lowest on the way.
    pub lowest_so2_frac: f64,
    /// pH after 30 min.
    pub ph_art: f64,
    /// PaCO2 after 30 min, mmHg.
    pub pco2_art_mmhg: f64,
    /// O2 delivery after 30 min over that before.
    pub delivery_ratio: f64,
    /// Lowest on the way.
    pub lowest_delivery_ratio: f64,
    /// Arterial saturation that the largest cause still takes.
    pub lost_to_cause_frac: f64,
    /// Whether it is a good step.
    pub good: bool,
}

/// A gas at one time.
#[derive(Debug, Clone, Copy)]
struct Look {
    so2_frac: f64,
    ph: f64,
    pco2_mmhg: f64,
    delivery_ml_per_min: f64,
}

impl Look {
    fn of(now: &Snapshot) -> Look {
        let gas = now.estimates.measured;
        Look {
            so2_frac: gas.saturation_frac,
            ph: gas.ph,
            pco2_mmhg: gas.pco2_mmhg,
            delivery_ml_per_min: now.estimates.gas.o2_delivery_ml_per_min,
        }
    }
}

/// All steps, a few at a time.
#[derive(Debug, Clone)]
pub struct NextSteps {
    of: Params,
    cause: Cause,
    before: Look,
    target_frac: [f64; 2],
    plans: Vec<(NextStep, Params)>,
    running: Option<(Run, [f64; 2])>,
    found: Vec<Outcome>,
}

impl NextSteps {
    /// A beginning: the patient before the test, and the largest cause of his hypoxaemia.
    ///
    /// # Errors
    /// [`NoSteadyState`] of that patient.
    pub fn new(params: &Params, cause: Cause) -> Result<NextSteps, NoSteadyState> {
        let mut model = Model::new();
        let now = model.snapshot(params)?;
        let before = Look::of(&now);
        let (pco2_mmhg, ph) = USED_TO_CO2;
        let used = before.pco2_mmhg > pco2_mmhg && before.ph >= ph;
        let target_frac = if used { LOW_TARGET_FRAC } else { TARGET_FRAC };
        let nearest = nearest_fio2(&mut model, params, 0.5 * (target_frac[0] + target_frac[1]));
        let at = params.get(ParamId::Fio2);
        let plans = NextStep::ALL
            .into_iter()
            .map(|step| (step, apply(&settings(step, params, before, nearest, at, &mut model), params)))
            // What a patient cannot be set to is nothing he can get.
            .map(|(step, changed)| (step, changed.unwrap_or_else(|_| params.clone())))
            .collect();
        Ok(NextSteps { of: params.clone(), cause, before, target_frac, plans, running: None, found: Vec::new() })
    }

    /// Saturation that is wanted.
    #[must_use]
    pub fn target_frac(&self) -> [f64; 2] {
        self.target_frac
    }

    /// What came of every step, in the order of [`NextStep::ALL`]; none as long as any is left.
    #[must_use]
    pub fn outcomes(&self) -> Option<&[Outcome]> {
        self.is_whole().then_some(&self.found)
    }

    /// The best of the good steps: after which the largest cause takes least.
    #[must_use]
    pub fn best(&self) -> Option<NextStep> {
        let good = self.outcomes()?.iter().filter(|outcome| outcome.good);
        good.min_by(|a, b| a.lost_to_cause_frac.total_cmp(&b.lost_to_cause_frac)).map(|outcome| outcome.step)
    }

    /// Whether a step costs 5 points of saturation or 15 % of O2 delivery.
    #[must_use]
    pub fn harms(&self, step: NextStep) -> bool {
        let found = self.outcomes().unwrap_or_default().iter().find(|outcome| outcome.step == step);
        found.is_some_and(|outcome| {
            self.before.so2_frac - outcome.lowest_so2_frac >= HARM_SO2_FRAC
                || 1.0 - outcome.lowest_delivery_ratio >= HARM_DELIVERY
        })
    }

    /// Whether the step is asked for: one is best, and at least four are not good.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        let bad = self.outcomes().unwrap_or_default().iter().filter(|outcome| !outcome.good).count();
        self.best().is_some() && bad >= 4
    }

    fn end(&mut self, last: Look, [lowest_so2_frac, lowest_delivery]: [f64; 2]) {
        let (step, params) = &self.plans[self.found.len()];
        let delivery = |value: f64| value / self.before.delivery_ml_per_min;
        let fio2_frac = params.get(ParamId::Fio2);
        let raised = fio2_frac > self.of.get(ParamId::Fio2);
        let [low, high] = self.target_frac;
        let good = last.so2_frac >= low
            && (last.so2_frac <= high || !raised)
            && (PH[0]..=PH[1]).contains(&last.ph)
            && self.before.ph - last.ph <= PH_FALL
            && delivery(last.delivery_ml_per_min) >= DELIVERY_LEFT;
        self.found.push(Outcome {
            step: *step,
            fio2_frac,
            so2_art_frac: last.so2_frac,
            lowest_so2_frac,
            ph_art: last.ph,
            pco2_art_mmhg: last.pco2_mmhg,
            delivery_ratio: delivery(last.delivery_ml_per_min),
            lowest_delivery_ratio: delivery(lowest_delivery),
            lost_to_cause_frac: lost_to(self.cause, params),
            good,
        });
        if self.found.len() == self.plans.len() {
            let base_frac = self.of.get(ParamId::Fio2);
            let high = |outcome: &Outcome| outcome.fio2_frac > base_frac && outcome.fio2_frac > HIGH_FIO2_FRAC + 1e-9;
            let ecmo = |outcome: &Outcome| outcome.step == NextStep::Ecmo;
            self.keep_for_last(ecmo);
            self.keep_for_last(high);
        }
    }

    /// What is good only where no other step is.
    fn keep_for_last(&mut self, last: impl Fn(&Outcome) -> bool) {
        if self.found.iter().any(|outcome| outcome.good && !last(outcome)) {
            self.found.iter_mut().filter(|outcome| last(outcome)).for_each(|outcome| outcome.good = false);
        }
    }

    /// As [`Study::advance`] to the end, with the steady state of every step in place of its first 30 min: cheap, and
    /// near enough to foretell whether a step is asked for.
    pub fn settle(&mut self, model: &mut Model) {
        while let Some((_, params)) = self.plans.get(self.found.len()) {
            let look = model.snapshot(params).map_or(self.before, |now| Look::of(&now));
            let lowest = [
                look.so2_frac.min(self.before.so2_frac),
                look.delivery_ml_per_min.min(self.before.delivery_ml_per_min),
            ];
            self.end(look, lowest);
        }
    }
}

impl Study for NextSteps {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.of == *params
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while !self.is_whole() && spent < evaluations {
            let params = &self.plans[self.found.len()].1;
            if *params == self.of {
                self.end(self.before, [self.before.so2_frac, self.before.delivery_ml_per_min]);
                continue;
            }
            if self.running.is_none() {
                let mut run = Run::new(&self.of, 0);
                // The plan holds only what the patient can be set to.
                let _ = run.act(Action::Set(params.changes_from(&self.of)));
                self.running = Some((run, [self.before.so2_frac, self.before.delivery_ml_per_min]));
            }
            let Some((run, lowest)) = &mut self.running else { break };
            run.advance(steps_of_s(LOOK_S));
            spent = spent.saturating_add(cost(run.live().params(), steps_of_s(LOOK_S) as u32 * STEP_EVALUATIONS));
            let look = Look::of(&run.live().snapshot());
            *lowest = [lowest[0].min(look.so2_frac), lowest[1].min(look.delivery_ml_per_min)];
            let (over, lowest) = (run.time_s() >= WATCHED_S, *lowest);
            if over {
                self.running = None;
                self.end(look, lowest);
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.found.len() == self.plans.len()
    }
}

/// The FiO2, of air, of the masks below 0.30 and in steps of 0.05, at which saturation is nearest to a value.
fn nearest_fio2(model: &mut Model, params: &Params, wanted_frac: f64) -> f64 {
    let strip = [0.21, 0.24, 0.28].into_iter().chain((6..=20).map(|step| f64::from(step) * FIO2_STEP));
    let mut best = (f64::INFINITY, params.get(ParamId::Fio2));
    for fio2_frac in strip {
        let found = params.with(ParamId::Fio2, fio2_frac).ok().and_then(|there| model.snapshot(&there).ok());
        if let Some(now) = found {
            let off = (now.estimates.measured.saturation_frac - wanted_frac).abs();
            if off < best.0 {
                best = (off, fio2_frac);
            }
        }
    }
    best.1
}

fn settings(
    step: NextStep,
    params: &Params,
    before: Look,
    nearest_frac: f64,
    at_frac: f64,
    model: &mut Model,
) -> Vec<Setting> {
    let param = |id: ParamId, value: f64| {
        let bounds = id.bounds();
        vec![Setting::Param(id, value.clamp(bounds.min, bounds.max))]
    };
    match step {
        NextStep::LessOxygen if nearest_frac < at_frac => param(ParamId::Fio2, nearest_frac),
        // Nobody gives less than air.
        NextStep::LessOxygen => param(ParamId::Fio2, (at_frac - FIO2_WITHIN).max(at_frac.min(0.21))),
        NextStep::MoreOxygen if nearest_frac > at_frac => param(ParamId::Fio2, nearest_frac),
        NextStep::MoreOxygen => param(ParamId::Fio2, at_frac + FIO2_WITHIN),
        NextStep::Breathe => {
            let by = breath(params);
            let set = params.get(by);
            let ventilation = match before.pco2_mmhg > NORMAL_PCO2_MMHG {
                true => ventilation_for(NORMAL_PCO2_MMHG, params, model).unwrap_or(set),
                false => set * MORE_BREATH,
            };
            param(by, ventilation)
        }
        NextStep::Pressure => param(ParamId::Peep, PRESSURE_CMH2O),
        NextStep::SickSideUp => vec![Setting::Switch(SwitchId::Position, "sick_side_up")],
        NextStep::Output => param(ParamId::CardiacOutput, params.get(ParamId::CardiacOutput) * MORE_OUTPUT),
        NextStep::Repeat => Vec::new(),
        NextStep::Ecmo => vec![Setting::Switch(SwitchId::Ecmo, "on")],
    }
}

/// What more breath is set by.
fn breath(params: &Params) -> ParamId {
    match params.breathing() {
        Breathing::Spontaneous => ParamId::AlveolarVentilation,
        Breathing::Ventilated | Breathing::Apnoea => ParamId::VentilatorRate,
    }
}

/// Ventilation, in the unit of what sets it, at which PaCO2 is as wanted.
fn ventilation_for(pco2_mmhg: f64, params: &Params, model: &mut Model) -> Option<f64> {
    let mut there = params.clone();
    let by = breath(params);
    let mut ventilation = params.get(by);
    for _ in 0..12 {
        let ratio = model.steady(&there).ok()?.arterial.gas.pco2_mmhg / pco2_mmhg;
        if float::ln(ratio).abs() < 1e-3 {
            break;
        }
        ventilation *= ratio;
        there.set(by, ventilation).ok()?;
    }
    Some(ventilation)
}

/// Arterial saturation that a cause takes from a patient in the steady state.
fn lost_to(cause: Cause, params: &Params) -> f64 {
    let mut model = Model::new();
    let mut so2 = |params: &Params| model.steady(params).ok().map(|state| state.arterial.gas.saturation_frac);
    let with = so2(params);
    let mut without = params.clone();
    // What is taken away lies within the table.
    let taken = match cause {
        Cause::Shunt => without.set(ParamId::Shunt, 0.0),
        Cause::Spread => without.set(ParamId::Mode1LogSd, 0.0).and_then(|()| without.set(ParamId::Mode2Share, 0.0)),
        Cause::Diffusion => without.set_switch(SwitchId::DiffusionLimit, "off"),
        Cause::Hypoventilation => {
            let ventilation = ventilation_for(NORMAL_PCO2_MMHG, params, &mut Model::new());
            ventilation.map_or(Ok(()), |ventilation| without.set(breath(params), ventilation))
        }
        Cause::LowInspired | Cause::LowVenous => Ok(()),
    };
    match (taken, with, so2(&without)) {
        (Ok(()), Some(with), Some(without)) => without - with,
        _ => f64::INFINITY,
    }
}
