//! What is measured at the bedside by a manoeuvre: recruitment-to-inflation ratio, pressure-volume loop, PEEP trial.
//!
//! Each is made on the patient's own lung, whose cells go on opening and closing meanwhile.

use nalgebra::{Matrix4, Vector4};

use super::bed::LayeredLung;
use super::{Aeration, AirwayPattern, Breath, Mechanics};
use crate::numerics::float;
use crate::sim::params::{ParamError, ParamId, Params};
use crate::sim::patient::Ventilation;
use crate::sim::play::moves::{TRIAL_CMH2O, TRIAL_STEP_S};
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::time::{Live, STEP_S};

/// Time step of a manoeuvre, s.
const DT_S: f64 = 0.05;
/// Length of the prolonged expiration from high to low PEEP, s: a rate of 6 to 8 a minute (Chen 2020).
const PROLONGED_S: f64 = 6.0;
/// Time of an expiration to no pressure before a low-flow loop, s.
const EMPTY_S: f64 = 5.0;
/// Airway pressure rises and falls so fast in a low-flow loop, cmH2O/s.
const LOW_FLOW_CMH2O_PER_S: f64 = 2.0;
/// Highest pressure of a loop, cmH2O.
pub const LOOP_TOP_CMH2O: f64 = 40.0;

/// Recruitment-to-inflation ratio with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecruitmentToInflation {
    /// The ratio.
    pub ratio: f64,
    /// Volume recruited between the two PEEPs, L.
    pub recruited_l: f64,
    /// Compliance at the low PEEP, L/cmH2O.
    pub compliance_low_l_per_cmh2o: f64,
    /// Volume exhaled on the prolonged expiration, L.
    pub exhaled_l: f64,
}

/// Measures the recruitment-to-inflation ratio as at the bedside.
///
/// From steady breathing at the high PEEP, PEEP is dropped in one prolonged expiration; compliance is that of the next
/// breath.
/// ```text
/// Vrec = exhaled − VT − Crs,low·(PEEP_high − PEEP_low),     R/I = Vrec/(PEEP_high − PEEP_low)/Crs,low
/// ```
/// None without a ventilator, or where the pressures are not in order.
///
/// # Source
/// Chen L et al., Am J Respir Crit Care Med 2020;201:178-187, doi:10.1164/rccm.201902-0334OC.
#[must_use]
pub fn recruitment_to_inflation(params: &Params, high_cmh2o: f64, low_cmh2o: f64) -> Option<RecruitmentToInflation> {
    let at = |peep: f64| params.with(ParamId::Peep, peep).ok();
    let (high, low) = (at(high_cmh2o)?, at(low_cmh2o)?);
    if high_cmh2o <= low_cmh2o || !params.mechanics() {
        return None;
    }
    let set = Ventilation::new(&high);
    let (lung, _) = LayeredLung::settled(&high, &set, None, None);
    let plateau = lung.breath;
    plateau.compliance_l_per_cmh2o()?;
    let mut held = Held::new(&lung.mechanics, lung.aeration.clone(), low_cmh2o);
    held.stay(PROLONGED_S);
    let exhaled_l = plateau.inspired.gas_l - held.breath.expired.gas_l;
    let after = lung.mechanics.now(&AirwayPattern::new(&low, &Ventilation::new(&low)), &held.aeration);
    // A lung that takes no gas at the low PEEP inflates by nothing that recruitment could be compared with.
    let compliance = after.compliance_l_per_cmh2o().filter(|compliance| *compliance > 0.0)?;
    let step = high_cmh2o - low_cmh2o;
    let recruited_l = exhaled_l - plateau.tidal_l() - compliance * step;
    Some(RecruitmentToInflation {
        ratio: recruited_l / step / compliance,
        recruited_l,
        compliance_low_l_per_cmh2o: compliance,
        exhaled_l,
    })
}

/// A lung whose airway is held, in small steps.
#[derive(Debug, Clone)]
struct Held {
    mechanics: Mechanics,
    aeration: Aeration,
    scratch: Aeration,
    breath: Breath,
}

impl Held {
    fn new(mechanics: &Mechanics, aeration: Aeration, airway_cmh2o: f64) -> Self {
        let breath = mechanics.now(&AirwayPattern::held(airway_cmh2o), &aeration);
        Held { mechanics: mechanics.clone(), aeration, scratch: Aeration(Vec::new()), breath }
    }

    fn step(&mut self, airway_cmh2o: f64) {
        let pattern = AirwayPattern::held(airway_cmh2o);
        self.breath = self.mechanics.advance(&pattern, DT_S, &self.breath, &mut self.aeration, &mut self.scratch);
    }

    fn stay(&mut self, seconds: f64) {
        let airway = self.breath.pattern.peep_cmh2o;
        for _ in 0..(seconds / DT_S).round() as usize {
            self.step(airway);
        }
    }
}

/// One point of a pressure-volume loop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoopPoint {
    /// Airway pressure, cmH2O.
    pub airway_cmh2o: f64,
    /// Gas in the lung, L.
    pub gas_l: f64,
    /// Ventilated share of all tissue.
    pub open_frac: f64,
}

/// A quasi-static pressure-volume loop.
#[derive(Debug, Clone, PartialEq)]
pub struct PressureVolumeLoop {
    /// From 0 to [`LOOP_TOP_CMH2O`].
    pub inflation: Vec<LoopPoint>,
    /// And back.
    pub deflation: Vec<LoopPoint>,
    /// Lower and upper inflection of the inflation, cmH2O, where the loop holds that much of a sigmoid.
    pub inflections_cmh2o: [Option<f64>; 2],
}

/// Makes a low-flow loop of a lung with cells as given: 5 s at no pressure, then 2 cmH2O/s up to 40 and down.
///
/// Inflections are those of Venegas JG, Harris RS, Simon BA, J Appl Physiol 1998;84:389-395: `c ∓ 2d` of
/// `V = a + b/(1 + exp(−(P − c)/d))`.
#[must_use]
pub fn pressure_volume_loop(mechanics: &Mechanics, aeration: &Aeration) -> PressureVolumeLoop {
    let mut making = LoopInTheMaking::new(mechanics, aeration);
    loop {
        if let Some(found) = making.advance(usize::MAX) {
            return found;
        }
    }
}

/// A loop of [`pressure_volume_loop`] that is made little by little.
#[derive(Debug, Clone)]
pub struct LoopInTheMaking {
    held: Held,
    /// Steps made, those at no pressure included.
    done: usize,
    inflation: Vec<LoopPoint>,
    deflation: Vec<LoopPoint>,
}

impl LoopInTheMaking {
    /// Steps at no pressure.
    const EMPTY: usize = (EMPTY_S / DT_S + 0.5) as usize;
    /// Steps from no pressure to the highest.
    const LIMB: usize = (LOOP_TOP_CMH2O / LOW_FLOW_CMH2O_PER_S / DT_S + 0.5) as usize;
    /// Steps between two points: half a cmH2O.
    const EVERY: usize = (0.5 / LOW_FLOW_CMH2O_PER_S / DT_S + 0.5) as usize;

    /// Nothing made yet.
    #[must_use]
    pub fn new(mechanics: &Mechanics, aeration: &Aeration) -> LoopInTheMaking {
        let held = Held::new(mechanics, aeration.clone(), 0.0);
        LoopInTheMaking { held, done: 0, inflation: Vec::new(), deflation: Vec::new() }
    }

    /// Takes at most so many steps; returns the loop once it is whole.
    pub fn advance(&mut self, steps: usize) -> Option<PressureVolumeLoop> {
        let whole = Self::EMPTY + 2 * (Self::LIMB + 1);
        for _ in 0..steps.min(whole - self.done) {
            let Some(step) = self.done.checked_sub(Self::EMPTY) else {
                self.held.step(0.0);
                self.done += 1;
                continue;
            };
            let rises = step <= Self::LIMB;
            let along = if rises { step } else { step - Self::LIMB - 1 };
            let share = along as f64 / Self::LIMB as f64;
            let airway = if rises { LOOP_TOP_CMH2O * share } else { LOOP_TOP_CMH2O - LOOP_TOP_CMH2O * share };
            self.held.step(airway);
            if along.is_multiple_of(Self::EVERY) {
                let point = self.point(airway);
                if rises { self.inflation.push(point) } else { self.deflation.push(point) }
            }
            self.done += 1;
        }
        (self.done == whole).then(|| PressureVolumeLoop {
            inflation: self.inflation.clone(),
            deflation: self.deflation.clone(),
            inflections_cmh2o: inflections(&self.inflation),
        })
    }

    fn point(&self, airway_cmh2o: f64) -> LoopPoint {
        let phase = &self.held.breath.expired;
        let layers = self.held.mechanics.layers().iter();
        let open_frac = layers.zip(&phase.open_frac).map(|(layer, open)| layer.weight * open).sum();
        LoopPoint { airway_cmh2o, gas_l: phase.gas_l, open_frac }
    }
}

/// Inflections of a sigmoid through the points, by damped least squares; none outside the loop or where none fits.
///
/// A sigmoid of which the loop holds less than half has its middle, and so its shape, from beyond the data: none either.
fn inflections(points: &[LoopPoint]) -> [Option<f64>; 2] {
    let (first, last) = match points {
        [first, .., last] => (first.gas_l, last.gas_l),
        _ => return [None; 2],
    };
    let mut at = Vector4::new(first, last - first, 0.5 * LOOP_TOP_CMH2O, 0.15 * LOOP_TOP_CMH2O);
    let value = |at: &Vector4<f64>, p: f64| at[0] + at[1] / (1.0 + float::exp(-(p - at[2]) / at[3]));
    let misfit = |at: &Vector4<f64>| -> f64 {
        points.iter().map(|point| float::powi(value(at, point.airway_cmh2o) - point.gas_l, 2)).sum()
    };
    let mut damping = 1e-3;
    let mut least = misfit(&at);
    for _ in 0..200 {
        let (mut normal, mut wanting) = (Matrix4::zeros(), Vector4::zeros());
        for point in points {
            let z = float::exp(-(point.airway_cmh2o - at[2]) / at[3]);
            let share = 1.0 / (1.0 + z);
            let steep = at[1] * share * (1.0 - share) / at[3];
            let slope = Vector4::new(1.0, share, -steep, -steep * (point.airway_cmh2o - at[2]) / at[3]);
            normal += slope * slope.transpose();
            wanting += slope * (point.gas_l - value(&at, point.airway_cmh2o));
        }
        for k in 0..4 {
            normal[(k, k)] *= 1.0 + damping;
        }
        let Some(step) = normal.lu().solve(&wanting) else { break };
        let next = at + step;
        let found = misfit(&next);
        if next[3] > 0.1 && found < least {
            let settled = least - found <= 1e-12 * least;
            (at, least, damping) = (next, found, damping * 0.3);
            if settled {
                break;
            }
        } else if damping > 1e8 {
            break;
        } else {
            damping *= 10.0;
        }
    }
    let inside = |p: f64| (p > 0.0 && p < LOOP_TOP_CMH2O).then_some(p);
    if inside(at[2]).is_none() {
        return [None; 2];
    }
    [inside(at[2] - 2.0 * at[3]), inside(at[2] + 2.0 * at[3])]
}

/// One step of a decremental PEEP trial.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialStep {
    /// cmH2O.
    pub peep_cmh2o: f64,
    /// The patient at its end.
    pub snapshot: Snapshot,
}

/// A decremental PEEP trial and where it was best.
#[derive(Debug, Clone, PartialEq)]
pub struct PeepTrial {
    /// From high to low.
    pub steps: Vec<TrialStep>,
    /// Indices of the steps with the best compliance, the best PaO2 and the best O2 delivery.
    pub best: [usize; 3],
}

/// How a trial is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrialPlan {
    /// First PEEP, cmH2O.
    pub from_cmh2o: f64,
    /// Last PEEP, cmH2O.
    pub to_cmh2o: f64,
    /// How far apart, cmH2O.
    pub by_cmh2o: f64,
    /// Length of a step, s.
    pub step_s: f64,
    /// A sustained inflation before: pressure, cmH2O, and length, s.
    pub inflation: Option<[f64; 2]>,
}

impl Default for TrialPlan {
    fn default() -> Self {
        let [from_cmh2o, to_cmh2o, by_cmh2o] = TRIAL_CMH2O;
        TrialPlan { from_cmh2o, to_cmh2o, by_cmh2o, step_s: TRIAL_STEP_S, inflation: Some([40.0, 30.0]) }
    }
}

/// Makes a decremental PEEP trial of a patient in time: a sustained inflation, then PEEP from high to low.
///
/// # Errors
/// [`ParamError`] where a pressure is outside its bounds.
pub fn peep_trial(params: &Params, plan: &TrialPlan) -> Result<PeepTrial, ParamError> {
    let mut making = TrialInTheMaking::new(params, plan)?;
    loop {
        if let Some(trial) = making.advance(u32::MAX) {
            return Ok(trial);
        }
    }
}

/// A trial of [`peep_trial`] that is made little by little.
#[derive(Debug, Clone)]
pub struct TrialInTheMaking {
    live: Live,
    /// The patient of each stretch, how long it lasts, in steps, and its PEEP; none of the inflation.
    stretches: Vec<(Params, u32, Option<f64>)>,
    /// The stretch that goes on, and the steps made of it and of all.
    at: usize,
    of_stretch: u32,
    steps: u32,
    made: Vec<TrialStep>,
}

impl TrialInTheMaking {
    /// Nothing made yet.
    ///
    /// # Errors
    /// [`ParamError`] where a pressure is outside its bounds.
    pub fn new(params: &Params, plan: &TrialPlan) -> Result<TrialInTheMaking, ParamError> {
        let steps = |seconds: f64| (seconds / STEP_S).round() as u32;
        let mut stretches = Vec::new();
        if let Some([cmh2o, seconds]) = plan.inflation {
            let mut held = params.with(ParamId::HoldPressure, cmh2o)?;
            held.set_switch(crate::sim::params::SwitchId::AirwayHold, "on")?;
            stretches.push((held, steps(seconds), None));
        }
        let count = ((plan.from_cmh2o - plan.to_cmh2o) / plan.by_cmh2o + 1e-9).floor().max(0.0) as usize;
        for i in 0..=count {
            let peep_cmh2o = plan.from_cmh2o - plan.by_cmh2o * i as f64;
            stretches.push((params.with(ParamId::Peep, peep_cmh2o)?, steps(plan.step_s), Some(peep_cmh2o)));
        }
        let live = Live::new(params);
        Ok(TrialInTheMaking { live, stretches, at: 0, of_stretch: 0, steps: 0, made: Vec::with_capacity(count + 1) })
    }

    /// The patient now.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Steps made so far.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Takes at most so many steps; returns the trial once it is whole.
    pub fn advance(&mut self, steps: u32) -> Option<PeepTrial> {
        let mut left = steps;
        while let Some((params, length, peep_cmh2o)) = self.stretches.get(self.at) {
            if self.of_stretch == 0 {
                self.live.set_params(params);
            }
            let now = left.min(length - self.of_stretch);
            (0..now).for_each(|_| self.live.step());
            self.of_stretch += now;
            self.steps += now;
            left -= now;
            if self.of_stretch < *length {
                return None;
            }
            if let Some(peep_cmh2o) = *peep_cmh2o {
                self.made.push(TrialStep { peep_cmh2o, snapshot: self.live.snapshot() });
            }
            (self.at, self.of_stretch) = (self.at + 1, 0);
        }
        Some(PeepTrial::of(self.made.clone()))
    }
}

impl PeepTrial {
    fn of(made: Vec<TrialStep>) -> PeepTrial {
        let best = |of: &dyn Fn(&Snapshot) -> f64| {
            let values = made.iter().map(|step| of(&step.snapshot));
            values.enumerate().fold((0, f64::NEG_INFINITY), |best, now| if now.1 > best.1 { now } else { best }).0
        };
        let compliance = |snapshot: &Snapshot| {
            let breath = snapshot.mechanics.as_ref().and_then(|reading| reading.breath.compliance_l_per_cmh2o());
            breath.unwrap_or(f64::NEG_INFINITY)
        };
        let best = [
            best(&compliance),
            best(&|snapshot| snapshot.bedside_arterial().po2_mmhg),
            best(&|snapshot| snapshot.estimates.gas.o2_delivery_ml_per_min),
        ];
        PeepTrial { steps: made, best }
    }
}
