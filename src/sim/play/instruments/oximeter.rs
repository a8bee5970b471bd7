//! The pulse oximeter: what it would read in the artery, carried to the finger, averaged, and wrong as devices are.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::noise::{self, Channel};
use super::{NoReading, Seen};
use crate::numerics::float;
use crate::physiology::oximeter::{self, LEAST_SIGNAL_FRAC, LONGEST_DELAY_S, RECOVERY_RATIO};
use crate::sim::params::{ParamId, Params};
use crate::sim::time::STEP_S;
use crate::units::ADULT_WEIGHT_KG;

/// How long the oximeter's error stays alike, s: the time constant of its correlation.
///
/// Chosen: most of the error that studies find belongs to the patient and the place of the probe and lasts (ISO
/// 80601-2-61; Bland JM, Altman DG, J Biopharm Stat 2007;17:571-582, on repeated pairs). With 5 min two looks in a row
/// agree, and the readings beside two blood gases of one morning do not.
pub const WANDER_TIME_S: f64 = 300.0;

/// Most readings that an average takes: 30 s, and one that counts in part.
const RECENT: usize = (30.0 / STEP_S) as usize + 1;
/// Most readings on their way to the finger.
const ON_THE_WAY: usize = (LONGEST_DELAY_S / STEP_S) as usize + 3;

/// A reading that has set out for the finger.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parcel {
    /// Where the flow stood when it set out.
    set_out: f64,
    reading_frac: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Oximeter {
    /// Blood between artery and finger, the oldest first.
    line: VecDeque<Parcel>,
    /// How far the flow has come: what set out 1 before arrives.
    flowed: f64,
    /// What arrived at the finger in the last steps, the latest first.
    recent: VecDeque<f64>,
    /// Error, in units of its root mean square.
    wander: f64,
    /// The signal is lost.
    lost: bool,
    /// Steps with a signal since it was last lost, up to what the longest average takes.
    clear_steps: usize,
    pub(super) spo2_frac: Result<f64, NoReading>,
}

impl Oximeter {
    pub(super) fn new(params: &Params, seed: u64, start: &Seen) -> Self {
        let reading_frac = in_artery_frac(start);
        let mut line = VecDeque::with_capacity(ON_THE_WAY);
        line.push_back(Parcel { set_out: 0.0, reading_frac });
        let mut recent = VecDeque::with_capacity(RECENT);
        recent.resize(RECENT, reading_frac);
        let lost = signal_frac(params, start) < LEAST_SIGNAL_FRAC;
        let wander = noise::normal(seed, Channel::WanderStart, 0);
        let clear_steps = if lost { 0 } else { RECENT };
        let mut oximeter =
            Oximeter { line, flowed: 0.0, recent, wander, lost, clear_steps, spo2_frac: Err(NoReading::PoorPerfusion) };
        oximeter.spo2_frac = oximeter.shown(params);
        oximeter
    }

    pub(super) fn step(&mut self, params: &Params, seed: u64, seen: &Seen, step: u64) {
        let delay_s = oximeter::finger_delay_s(
            params.get(ParamId::OximeterDelay),
            output_for_adult_l_per_min(params, seen),
            params.get(ParamId::FingerPerfusion),
        );
        self.flowed += STEP_S / delay_s.max(STEP_S);
        self.line.push_back(Parcel { set_out: self.flowed, reading_frac: in_artery_frac(seen) });
        let arrived = self.arrived_frac();
        self.recent.pop_back();
        self.recent.push_front(arrived);

        let keeps = float::exp(-STEP_S / WANDER_TIME_S);
        self.wander = keeps * self.wander + (1.0 - keeps * keeps).sqrt() * noise::normal(seed, Channel::Wander, step);

        let signal = signal_frac(params, seen);
        self.lost = signal < if self.lost { RECOVERY_RATIO } else { 1.0 } * LEAST_SIGNAL_FRAC;
        self.clear_steps = if self.lost { 0 } else { (self.clear_steps + 1).min(RECENT) };
        self.spo2_frac = self.shown(params);
    }

    /// What arrives at the finger now; forgets what has arrived before.
    fn arrived_frac(&mut self) -> f64 {
        let arrives = self.flowed - 1.0;
        while self.line.len() > 1 && self.line[1].set_out <= arrives {
            self.line.pop_front();
        }
        let first = self.line[0];
        match self.line.get(1) {
            // Before the first parcel the line held more of the same.
            Some(second) if first.set_out < arrives => {
                let share = (arrives - first.set_out) / (second.set_out - first.set_out);
                first.reading_frac + share * (second.reading_frac - first.reading_frac)
            }
            _ => first.reading_frac,
        }
    }

    /// Mean of what arrived within the averaging time; the oldest reading counts in part.
    fn mean_frac(&self, averaging_s: f64) -> f64 {
        let count = (averaging_s / STEP_S).max(1.0);
        let whole = count.floor();
        let sum: f64 = self.recent.iter().take(whole as usize).sum();
        let part = count - whole;
        let oldest = if part > 0.0 { part * self.recent[whole as usize] } else { 0.0 };
        (sum + oldest) / count
    }

    fn shown(&self, params: &Params) -> Result<f64, NoReading> {
        let averaging_s = params.get(ParamId::OximeterAveraging);
        // After a loss the display waits until an average is full.
        if (self.clear_steps as f64) * STEP_S < averaging_s {
            return Err(NoReading::PoorPerfusion);
        }
        let error = params.get(ParamId::OximeterBias) + params.get(ParamId::OximeterAccuracy) * self.wander;
        Ok((self.mean_frac(averaging_s) + error).clamp(0.0, 1.0))
    }

    /// Whether this could be the state of an oximeter.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let frac = |value: f64| (0.0..=1.0).contains(&value);
        let in_order = self.line.iter().zip(self.line.iter().skip(1)).all(|(a, b)| a.set_out < b.set_out);
        let on_the_way = self.line.iter().all(|p| p.set_out >= 0.0 && p.set_out <= self.flowed && frac(p.reading_frac));
        if !self.flowed.is_finite() || !in_order || !on_the_way || !(1..=ON_THE_WAY).contains(&self.line.len()) {
            return Err("the blood on its way to the finger is not in order");
        }
        if self.recent.len() != RECENT || !self.recent.iter().copied().all(frac) {
            return Err("the pulse oximeter's last readings are not as many fractions as it averages");
        }
        if !self.wander.is_finite()
            || self.clear_steps > RECENT
            || !self.spo2_frac.is_ok_and(frac) && self.spo2_frac.is_ok()
        {
            return Err("the pulse oximeter's reading is not a fraction");
        }
        Ok(())
    }
}

/// The output that an adult would have whose finger is perfused as this patient's.
fn output_for_adult_l_per_min(params: &Params, seen: &Seen) -> f64 {
    seen.cardiac_output_l_per_min * (ADULT_WEIGHT_KG / params.get(ParamId::PredictedWeight))
}

fn in_artery_frac(seen: &Seen) -> f64 {
    oximeter::spo2_frac(seen.saturation_art_frac, seen.cohb_frac, seen.methb_frac).clamp(0.0, 1.0)
}

fn signal_frac(params: &Params, seen: &Seen) -> f64 {
    oximeter::finger_signal_frac(output_for_adult_l_per_min(params, seen), params.get(ParamId::FingerPerfusion))
}
