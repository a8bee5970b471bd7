//! The bedside instruments: what they show is not what is true.
//!
//! A pulse oximeter, a capnograph and a blood-gas analyser look at the patient once each fixed step. All that later
//! readings depend on is in [`Instruments`], which is saved and loaded to the bit; every random number is a function of
//! the seed, of what it is for, and of the step or sample it belongs to.

mod noise;
mod oximeter;
mod samples;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::sim::params::{ParamId, Params};
use crate::sim::time::STEP_S;
use oximeter::Oximeter;
pub use oximeter::WANDER_TIME_S;
pub use samples::{
    Bloods, Mistake, PCO2_CV, PH_SD, Reported, SO2_SD_FRAC, Sample, SampleOrder, SampleOrderError, Site, po2_sd_mmhg,
};

/// Steps that the longest sampling line of the capnograph delays, and the one that is now.
const LINE_STEPS: usize = (10.0 / STEP_S) as usize + 1;

/// What the instruments see of the patient in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Saturation of the arterial blood, of the Hb that can bind O2; 0 to 1.
    pub saturation_art_frac: f64,
    /// Carboxyhaemoglobin over all haemoglobin, 0 to 1.
    pub cohb_frac: f64,
    /// Methaemoglobin over all haemoglobin, 0 to 1.
    pub methb_frac: f64,
    /// Flow that reaches the arteries, L/min; above 0.
    pub cardiac_output_l_per_min: f64,
    /// End-tidal gas; none while nothing is breathed out.
    pub end_tidal: Option<EndTidalTensions>,
}

impl Seen {
    /// What they see of a patient with this arterial saturation, whose blood is that of `params`.
    #[must_use]
    pub fn of(
        params: &Params,
        cardiac_output_l_per_min: f64,
        saturation_art_frac: f64,
        end_tidal: Option<EndTidalTensions>,
    ) -> Self {
        Seen {
            saturation_art_frac,
            cohb_frac: params.get(ParamId::Cohb),
            methb_frac: params.get(ParamId::Methb),
            cardiac_output_l_per_min,
            end_tidal,
        }
    }
}

/// Tensions of end-tidal gas.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndTidalTensions {
    /// PO2, mmHg; 0 or more.
    pub po2_mmhg: f64,
    /// PCO2, mmHg; 0 or more.
    pub pco2_mmhg: f64,
}

/// Why an instrument shows no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoReading {
    /// The pulse at the finger is too weak.
    #[error("poor perfusion: the pulse oximeter finds no pulse at the finger")]
    PoorPerfusion,
    /// Nothing is breathed out.
    #[error("apnoea: no breath reaches the capnograph")]
    NoBreath,
}

/// What the monitor shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readings {
    /// Pulse oximeter, at most 1; shown in whole percent, not rounded here.
    pub spo2_frac: Result<f64, NoReading>,
    /// Capnograph with O2 sensor.
    pub end_tidal: Result<EndTidalTensions, NoReading>,
}

/// A state that no instruments can be in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("instruments: {0}")]
pub struct BadInstruments(&'static str);

/// The instruments at a patient, and the samples drawn so far.
///
/// Saved with serde and loaded to the bit; a state that cannot be is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub struct Instruments {
    seed: u64,
    oximeter: Oximeter,
    /// End-tidal gas of the last steps, the latest first.
    expired: VecDeque<Option<EndTidalTensions>>,
    end_tidal: Result<EndTidalTensions, NoReading>,
    samples: Vec<Sample>,
}

/// [`Instruments`] as read, not yet checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    seed: u64,
    oximeter: Oximeter,
    expired: VecDeque<Option<EndTidalTensions>>,
    end_tidal: Result<EndTidalTensions, NoReading>,
    samples: Vec<Sample>,
}

impl TryFrom<Saved> for Instruments {
    type Error = BadInstruments;

    fn try_from(saved: Saved) -> Result<Self, BadInstruments> {
        let Saved { seed, oximeter, expired, end_tidal, samples } = saved;
        oximeter.check().map_err(BadInstruments)?;
        let sound = |gas: EndTidalTensions| {
            [gas.po2_mmhg, gas.pco2_mmhg].iter().all(|tension| tension.is_finite() && *tension >= 0.0)
        };
        if expired.len() != LINE_STEPS || !expired.iter().flatten().chain(&end_tidal.ok()).all(|gas| sound(*gas)) {
            return Err(BadInstruments("the gas in the capnograph's line is not as much as fills it"));
        }
        if !samples.iter().all(Sample::is_sound) {
            return Err(BadInstruments("a sample holds a number that cannot be"));
        }
        Ok(Instruments { seed, oximeter, expired, end_tidal, samples })
    }
}

impl Instruments {
    /// Instruments that have seen `start` for ever.
    #[must_use]
    pub fn new(params: &Params, seed: u64, start: &Seen) -> Self {
        let mut expired = VecDeque::with_capacity(LINE_STEPS);
        expired.resize(LINE_STEPS, start.end_tidal);
        Instruments {
            seed,
            oximeter: Oximeter::new(params, seed, start),
            expired,
            end_tidal: start.end_tidal.ok_or(NoReading::NoBreath),
            samples: Vec::new(),
        }
    }

    /// Looks at the patient after the model's step number `step`; to be called once for each, in order.
    ///
    /// Allocates nothing once the lines are full.
    pub fn step(&mut self, params: &Params, seen: &Seen, step: u64) {
        self.oximeter.step(params, self.seed, seen, step);
        self.expired.pop_back();
        self.expired.push_front(seen.end_tidal);
        let delay_steps = (params.get(ParamId::CapnographDelay) / STEP_S).round() as usize;
        self.end_tidal = self.expired[delay_steps.min(LINE_STEPS - 1)].ok_or(NoReading::NoBreath);
    }

    /// What the monitor shows since the last step.
    #[must_use]
    pub fn readings(&self) -> Readings {
        Readings { spo2_frac: self.oximeter.spo2_frac, end_tidal: self.end_tidal }
    }

    /// Draws a sample now, `step` steps after the start; its result is there from [`Sample::arrives_step`] on.
    pub fn draw(&mut self, order: SampleOrder, params: &Params, bloods: &Bloods, step: u64) -> &Sample {
        let number = self.samples.len() as u64;
        let sample = samples::draw(order, params, bloods, step, [self.seed, number]);
        self.samples.push(sample);
        &self.samples[self.samples.len() - 1]
    }

    /// All samples, in the order in which they were drawn, those on their way included.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The seed of every random error.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;
    use crate::physiology::blood::Chemistry;
    use crate::sim::circuit::AroundDuct;
    use crate::sim::patient;
    use crate::sim::reading::sampling::random_patient;
    use crate::sim::steady::MixedBlood;
    use rand::{RngExt, SeedableRng};

    /// Instruments whose only fault is to be late.
    fn exact() -> Params {
        Params::default().with(ParamId::OximeterAccuracy, 0.0).expect("in range")
    }

    fn with(changes: &[(ParamId, f64)]) -> Params {
        let mut params = exact();
        params.set_all(changes).expect("in range");
        params
    }

    fn seen(params: &Params, saturation_art_frac: f64) -> Seen {
        let end_tidal = Some(EndTidalTensions { po2_mmhg: 103.0, pco2_mmhg: 38.0 });
        Seen::of(params, params.get(ParamId::CardiacOutput), saturation_art_frac, end_tidal)
    }

    fn blood(params: &Params, po2_mmhg: f64, pco2_mmhg: f64) -> MixedBlood {
        let gas = Chemistry::new(&patient::blood(params)).gas_at_tensions(po2_mmhg, pco2_mmhg);
        MixedBlood { gas, pn2_mmhg: 560.0 }
    }

    /// PO2 and PCO2 of arterial and of mixed venous blood, mmHg.
    fn bloods(arterial: [f64; 2], venous: [f64; 2], params: &Params) -> Bloods {
        let [arterial, venous] = [arterial, venous].map(|[po2, pco2]| blood(params, po2, pco2));
        Bloods { arterial, venous, around_duct: None }
    }

    fn spo2(instruments: &Instruments) -> f64 {
        instruments.readings().spo2_frac.expect("a reading")
    }

    /// Readings of `steps` steps after the saturation has gone from 0.98 to 0.80.
    fn after_fall(params: &Params, steps: u64) -> Vec<f64> {
        let mut instruments = Instruments::new(params, 1, &seen(params, 0.98));
        let mut next = |step| {
            instruments.step(params, &seen(params, 0.80), step);
            spo2(&instruments)
        };
        (1..=steps).map(&mut next).collect()
    }

    #[test]
    fn inv_a_step_is_delayed_and_averaged_exactly() {
        // 20 s to the finger: the fall of step 1 is there in step 41, and the average is through 15 steps later.
        let params = exact();
        for (i, reading) in after_fall(&params, 80).into_iter().enumerate() {
            let new = (i as f64 + 1.0 - 40.0).clamp(0.0, 16.0);
            assert!((reading - (0.98 - 0.18 * new / 16.0)).abs() < 1e-12, "{i}: {reading}");
        }
        // Neither has to be a whole number of steps.
        let odd = with(&[(ParamId::OximeterDelay, 10.25), (ParamId::OximeterAveraging, 1.25)]);
        let readings = after_fall(&odd, 30);
        let shares: Vec<f64> = readings.iter().map(|reading| (0.98 - reading) / 0.18).collect();
        assert!(shares[..19].iter().all(|share| share.abs() < 1e-9), "{shares:?}");
        for (at, share) in [(20, 0.2), (21, 0.6), (22, 0.9), (23, 1.0)] {
            assert!((shares[at] - share).abs() < 1e-9, "{shares:?}");
        }
    }

    /// Time until half of a fall shows, s.
    fn half_time_s(params: &Params) -> f64 {
        let readings = after_fall(params, 2000);
        readings.iter().take_while(|reading| **reading > 0.89).count() as f64 * STEP_S
    }

    #[test]
    fn val_macleod_2005_cold_fingers_are_slow() {
        // Mild hypothermia lengthened the response of finger oximeters from 130 to 215 s.
        let longer = half_time_s(&with(&[(ParamId::FingerPerfusion, 0.2)])) - half_time_s(&exact());
        assert!((longer - 85.0).abs() < 10.0, "{longer}");
    }

    #[test]
    fn inv_the_delay_follows_the_output() {
        let at = |output: f64| half_time_s(&with(&[(ParamId::CardiacOutput, output)]));
        assert!((at(2.5) - at(5.0) - 20.0).abs() < 0.6 && (at(5.0) - at(10.0) - 10.0).abs() < 0.6);
    }

    #[test]
    fn inv_blood_on_the_way_keeps_its_order_when_the_flow_changes() {
        let slow = with(&[(ParamId::CardiacOutput, 2.0)]);
        let fast = with(&[(ParamId::CardiacOutput, 20.0)]);
        let mut instruments = Instruments::new(&exact(), 1, &seen(&exact(), 0.98));
        let mut last = spo2(&instruments);
        for step in 1..=900 {
            let params = if (step / 37) % 2 == 0 { &fast } else { &slow };
            let falling = 0.98 - 0.0005 * step as f64;
            instruments.step(params, &seen(params, falling), step);
            let now = spo2(&instruments);
            assert!(now <= last + 1e-12 && now >= falling - 1e-12, "{step}: {last} to {now}");
            last = now;
        }
    }

    #[test]
    fn inv_the_error_has_the_root_mean_square_that_is_set_and_wanders() {
        let params = with(&[(ParamId::OximeterAccuracy, 0.03)]);
        let look = seen(&params, 0.7);
        let mut instruments = Instruments::new(&params, 5, &look);
        let (n, lag) = (3_000_000_u64, (WANDER_TIME_S / STEP_S) as usize);
        let mut errors = Vec::with_capacity(n as usize);
        for step in 1..=n {
            instruments.step(&params, &look, step);
            errors.push(spo2(&instruments) - 0.7);
        }
        let mean_of = |products: &mut dyn Iterator<Item = f64>| products.sum::<f64>() / n as f64;
        let square = mean_of(&mut errors.iter().map(|e| e * e));
        assert!((square.sqrt() / 0.03 - 1.0).abs() < 0.04, "{}", square.sqrt());
        assert!(mean_of(&mut errors.iter().copied()).abs() < 0.002);
        let lagged = mean_of(&mut errors.iter().zip(&errors[lag..]).map(|(a, b)| a * b));
        assert!((lagged / square - float::exp(-1.0_f64)).abs() < 0.08, "{}", lagged / square);
    }

    #[test]
    fn inv_bias_adds_and_no_reading_passes_100() {
        let at = |bias: f64, saturation: f64| {
            let params = with(&[(ParamId::OximeterBias, bias)]);
            spo2(&Instruments::new(&params, 1, &seen(&params, saturation)))
        };
        assert!((at(0.03, 0.85) - 0.88).abs() < 1e-12);
        assert_eq!(at(0.05, 0.98), 1.0);
    }

    #[test]
    fn inv_carbon_monoxide_reads_as_oxygen_here_too() {
        let params = with(&[(ParamId::Cohb, 0.3)]);
        assert!(spo2(&Instruments::new(&params, 1, &seen(&params, 0.97))) > 0.975);
    }

    #[test]
    fn inv_weak_pulse_stops_the_reading_and_it_returns_after_an_average() {
        let weak = with(&[(ParamId::CardiacOutput, 1.5)]);
        // Between the threshold and the one of return.
        let between = with(&[(ParamId::FingerPerfusion, 0.17)]);
        let good = exact();
        let mut instruments = Instruments::new(&good, 1, &seen(&good, 0.98));
        let mut step = 0;
        let mut run = |params: &Params, steps: u64| {
            let mut shown = 0;
            for _ in 0..steps {
                step += 1;
                instruments.step(params, &seen(params, 0.98), step);
                match instruments.readings().spo2_frac {
                    Ok(_) => shown += 1,
                    Err(why) => assert_eq!(why, NoReading::PoorPerfusion),
                }
            }
            shown
        };
        assert_eq!(run(&between, 10), 10, "weak, but never lost");
        assert_eq!(run(&weak, 10), 0);
        assert_eq!(run(&between, 100), 0, "back only from a stronger signal");
        assert_eq!(run(&good, 100), 100 - 15, "back when 8 s of it are there");
        let shock = Instruments::new(&weak, 1, &seen(&weak, 0.98));
        assert_eq!(shock.readings().spo2_frac, Err(NoReading::PoorPerfusion));
    }

    #[test]
    fn inv_the_capnograph_is_late_and_shows_no_breath_in_apnoea() {
        let params = exact();
        let breath = |pco2_mmhg| Some(EndTidalTensions { po2_mmhg: 100.0, pco2_mmhg });
        let mut instruments = Instruments::new(&params, 1, &Seen { end_tidal: breath(38.0), ..seen(&params, 0.98) });
        let mut read = |step, end_tidal| {
            instruments.step(&params, &Seen { end_tidal, ..seen(&params, 0.98) }, step);
            instruments.readings().end_tidal.map(|gas| gas.pco2_mmhg)
        };
        // 2.5 s are 5 steps.
        assert!((1..=5).all(|step| read(step, breath(60.0)) == Ok(38.0)));
        assert!((6..=10).all(|step| read(step, None) == Ok(60.0)));
        assert!((11..=20).all(|step| read(step, None) == Err(NoReading::NoBreath)));
    }

    /// A run with everything that could matter later: changing flow, a loss of signal, apnoea, samples.
    fn eventful(instruments: &mut Instruments, steps: std::ops::Range<u64>) -> Vec<Readings> {
        let mut readings = Vec::new();
        for step in steps {
            let output = if (200..260).contains(&step) { 1.0 } else { 3.0 + (step % 97) as f64 / 30.0 };
            let params = Params::default().with(ParamId::CardiacOutput, output).expect("in range");
            let mut look = seen(&params, 0.75 + 0.2 * (step % 61) as f64 / 61.0);
            if (300..330).contains(&step) {
                look.end_tidal = None;
            }
            instruments.step(&params, &look, step);
            if step % 150 == 0 {
                let order = SampleOrder::ALL[(step / 150) as usize % SampleOrder::ALL.len()];
                instruments.draw(order, &params, &bloods([80.0, 40.0], [38.0, 46.0], &params), step);
            }
            readings.push(instruments.readings());
        }
        readings
    }

    fn fresh(seed: u64) -> Instruments {
        Instruments::new(&Params::default(), seed, &seen(&Params::default(), 0.97))
    }

    #[test]
    fn inv_same_seed_same_readings_and_another_seed_others() {
        let [mut one, mut same, mut other] = [fresh(42), fresh(42), fresh(43)];
        let readings = eventful(&mut one, 1..600);
        assert_eq!(readings, eventful(&mut same, 1..600));
        assert_eq!(one, same);
        assert_ne!(readings, eventful(&mut other, 1..600));
        assert_ne!(one.samples(), other.samples());
    }

    #[test]
    fn inv_saved_and_loaded_anywhere_the_run_goes_on_to_the_bit() {
        let mut whole = fresh(u64::MAX);
        eventful(&mut whole, 1..600);
        for cut in [1, 7, 230, 262, 310, 451] {
            let mut first = fresh(u64::MAX);
            eventful(&mut first, 1..cut);
            let text = serde_json::to_string(&first).expect("a state has a text");
            let mut loaded: Instruments = serde_json::from_str(&text).expect("it reads back");
            assert_eq!(loaded, first);
            eventful(&mut loaded, cut..600);
            assert_eq!(loaded, whole, "cut at {cut}");
        }
    }

    #[test]
    fn inv_states_that_cannot_be_are_refused() {
        let mut instruments = fresh(1);
        eventful(&mut instruments, 1..200);
        let sound = serde_json::to_value(&instruments).expect("a state has a text");
        let broken: [(&str, serde_json::Value); 8] = [
            ("/oximeter/recent", serde_json::json!([0.9])),
            ("/oximeter/recent/3", serde_json::json!(1.5)),
            ("/oximeter/line", serde_json::json!([])),
            ("/oximeter/line/1/set_out", serde_json::json!(-1.0)),
            ("/oximeter/clear_steps", serde_json::json!(1_000_000)),
            ("/expired", serde_json::json!([null])),
            ("/samples/0/reported/saturation_frac", serde_json::json!(98.0)),
            ("/samples/0/order", serde_json::json!("mixed_venous:venous_by_accident")),
        ];
        for (place, value) in broken {
            let mut state = sound.clone();
            *state.pointer_mut(place).expect(place) = value;
            assert!(serde_json::from_value::<Instruments>(state).is_err(), "{place}");
        }
        assert!(serde_json::from_value::<Instruments>(sound).is_ok());
    }

    #[test]
    fn inv_a_long_run_keeps_its_lines_short() {
        let params = with(&[(ParamId::OximeterDelay, 60.0), (ParamId::FingerPerfusion, 0.2)]);
        let mut instruments = Instruments::new(&params, 1, &seen(&params, 0.98));
        for step in 1..=5000 {
            instruments.step(&params, &seen(&params, 0.9), step);
        }
        assert!((spo2(&instruments) - 0.9).abs() < 1e-12);
        let text = serde_json::to_string(&instruments).expect("a state has a text");
        let loaded: Instruments = serde_json::from_str(&text).expect("the longest line is allowed");
        assert_eq!(loaded, instruments);
    }

    /// A sample without analyser error.
    fn ideal(order: &str, params: &Params) -> Sample {
        let mut params = params.clone();
        params.set(ParamId::AnalyserError, 0.0).expect("in range");
        let mut instruments = Instruments::new(&params, 1, &seen(&params, 0.97));
        let order = order.parse().expect("an order");
        *instruments.draw(order, &params, &bloods([90.0, 40.0], [40.0, 46.0], &params), 100)
    }

    #[test]
    fn inv_an_ideal_sample_reports_the_blood_that_was_drawn() {
        let params = with(&[(ParamId::BaseExcess, -6.0), (ParamId::Hb, 9.0), (ParamId::Cohb, 0.05)]);
        for (order, po2, pco2) in [("arterial", 90.0, 40.0), ("mixed_venous", 40.0, 46.0)] {
            let Sample { reported, true_blood, drawn_step, arrives_step, .. } = ideal(order, &params);
            assert_eq!((drawn_step, arrives_step), (100, 700));
            assert!((reported.po2_mmhg - po2).abs() < 1e-9 && (reported.pco2_mmhg - pco2).abs() < 1e-9);
            assert_eq!(reported.ph, true_blood.gas.ph);
            assert_eq!(reported.saturation_frac, true_blood.gas.saturation_frac);
            assert!((reported.base_excess_mmol_per_l + 6.0).abs() < 1e-9, "{}", reported.base_excess_mmol_per_l);
            assert_eq!((reported.hb_g_per_dl, reported.cohb_frac), (9.0, 0.05));
        }
    }

    #[test]
    fn inv_a_sample_is_frozen_when_drawn_and_known_later() {
        let params = Params::default();
        let mut instruments = fresh(3);
        let there = bloods([90.0, 40.0], [40.0, 46.0], &params);
        let order = SampleOrder::ALL[0];
        let drawn = *instruments.draw(order, &params, &there, 10);
        eventful(&mut instruments, 11..140);
        assert_eq!(instruments.samples(), [drawn]);
        assert_eq!(drawn.true_blood, there.arterial);
        assert!(!drawn.is_known_at(609) && drawn.is_known_at(610));
    }

    #[test]
    fn val_pseudohypoxaemia_charan_1994() {
        // About 1e12 leucocytes per litre: severe hypoxaemia in the syringe, normal by oximeter. On ice it is less.
        let on_bench = |leucocytes: f64, bench_c: f64| {
            let changes = [
                (ParamId::Hb, 10.0),
                (ParamId::Leucocytes, leucocytes),
                (ParamId::SampleBenchTemperature, bench_c),
                (ParamId::SampleBench, 5.0),
            ];
            ideal("arterial:bench_delay", &with(&changes))
        };
        let warm = on_bench(1000.0, 22.0);
        assert!(warm.reported.po2_mmhg < 45.0 && warm.true_blood.gas.po2_mmhg > 89.0, "{warm:?}");
        assert!(warm.reported.ph < warm.true_blood.gas.ph && warm.reported.pco2_mmhg > 40.0);
        let iced = on_bench(1000.0, 0.0);
        assert!(iced.reported.po2_mmhg > warm.reported.po2_mmhg + 10.0 && iced.reported.po2_mmhg < 80.0, "{iced:?}");
        let normal = on_bench(7.5, 22.0);
        assert!((normal.reported.po2_mmhg - 90.0).abs() < 5.0, "{normal:?}");
    }

    #[test]
    fn val_madiedo_1980_a_bubble_of_a_tenth() {
        // 10 % of air clearly raises PO2; 20 min on the bench at room temperature are acceptable.
        let bubble = ideal("arterial:air_bubble", &exact()).reported;
        assert!(bubble.po2_mmhg > 95.0 && bubble.pco2_mmhg < 40.0 && bubble.ph > 7.4, "{bubble:?}");
        let bench = ideal("arterial:bench_delay", &exact());
        let fall = bench.true_blood.gas.po2_mmhg - bench.reported.po2_mmhg;
        assert!(fall > 1.0 && fall < 12.0, "{fall}");
        assert!((bench.true_blood.gas.ph - bench.reported.ph) < 0.02);
    }

    #[test]
    fn inv_venous_by_accident_shows_venous_blood_for_arterial() {
        let sample = ideal("arterial:venous_by_accident", &exact());
        assert!((sample.reported.po2_mmhg - 40.0).abs() < 1e-9 && (sample.true_blood.gas.po2_mmhg - 90.0).abs() < 1e-9);
    }

    #[test]
    fn inv_the_analyser_errs_as_its_sources_say() {
        let params = Params::default();
        let there = bloods([90.0, 40.0], [40.0, 46.0], &params);
        let artery = there.arterial;
        let mut instruments = fresh(11);
        let n = 20_000;
        for step in 0..n {
            instruments.draw(SampleOrder::ALL[0], &params, &there, step);
        }
        let sd = |of: fn(&Reported) -> f64, truth: f64| {
            let squares = instruments.samples().iter().map(|sample| float::powi(of(&sample.reported) - truth, 2));
            (squares.sum::<f64>() / n as f64).sqrt()
        };
        let close = |sd: f64, published: f64| assert!((sd / published - 1.0).abs() < 0.03, "{sd} for {published}");
        close(sd(|seen| seen.po2_mmhg, 90.0), 1.5);
        close(sd(|seen| seen.pco2_mmhg, 40.0), 0.8);
        close(sd(|seen| seen.ph, artery.gas.ph), 0.007);
        close(sd(|seen| seen.hb_g_per_dl, 15.0), 0.15);
        close(sd(|seen| seen.saturation_frac, artery.gas.saturation_frac), 0.004);
    }

    #[test]
    fn inv_every_blood_of_the_box_gives_a_sample_that_can_be_saved() {
        let mut rng = rand::rngs::Xoshiro256PlusPlus::seed_from_u64(20);
        for patient in 0..400 {
            let params = random_patient(&mut rng);
            let arterial = [rng.random_range(3.0..650.0), rng.random_range(8.0..200.0)];
            let there = bloods(arterial, [rng.random_range(2.0..80.0), rng.random_range(8.0..200.0)], &params);
            let around_duct =
                rng.random_bool(0.5).then_some(AroundDuct { before: there.arterial, after: there.venous });
            let there = Bloods { around_duct, ..there };
            let saturation_frac = there.arterial.gas.saturation_frac;
            let mut instruments = Instruments::new(&params, patient, &seen(&params, saturation_frac));
            for order in SampleOrder::ALL {
                let sample = instruments.draw(order, &params, &there, patient);
                assert!(sample.is_sound(), "{params:?}: {sample:?}");
            }
        }
    }

    #[test]
    fn inv_orders_read_back_and_wrong_ones_are_named() {
        for order in SampleOrder::ALL {
            assert_eq!(order.to_string().parse(), Ok(order));
        }
        let message = |text: &str| text.parse::<SampleOrder>().expect_err(text).to_string();
        assert!(message("arterail").contains("did you mean arterial?"), "{}", message("arterail"));
        assert!(message("arterial:air_buble").contains("did you mean air_bubble?"));
        assert!(message("arterial:").contains("air_bubble, bench_delay, venous_by_accident"));
        assert!(message("mixed_venous:venous_by_accident").contains("only an arterial sample"));
        assert!(message("\u{1b}[2J").contains("\\u{1b}"));
    }
}
