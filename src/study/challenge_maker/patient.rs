//! The draw of a patient of a class, from the answer backwards: PaO2 before the test is drawn, and his fault is made as
//! large as gives it. All else comes evenly from its range; every number is rounded so that it can be printed.
//!
//! What the briefing tells of a ventilated patient is drawn once for a case and not with each patient.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::kinds::{Class, Place};
use crate::numerics::float;
use crate::numerics::illinois::Illinois;
use crate::sim::params::{ParamError, ParamId, Params, SwitchId};
use crate::sim::reading::snapshot::Model;
use crate::study::attribution::NORMAL_PCO2_MMHG;
use crate::units::{DL_PER_L, ML_PER_L};

/// Random numbers of a case.
#[derive(Debug, Clone)]
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Those of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Dice {
        Dice(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Evenly between two values, the upper one left out.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// Evenly by ratio.
    fn by_ratio(&mut self, low: f64, high: f64) -> f64 {
        float::exp(self.between(float::ln(low), float::ln(high)))
    }

    /// One of so many.
    pub fn one_of(&mut self, count: usize) -> usize {
        (self.between(0.0, count as f64) as usize).min(count.saturating_sub(1))
    }
}

/// Ranges of the draw, as in the table that a test pins.
pub mod range {
    /// Barometric pressure, mmHg.
    pub const PB_MMHG: [f64; 2] = [735.0, 765.0];
    /// Haemoglobin, g/dL.
    pub const HB_G_PER_DL: [f64; 2] = [9.0, 16.0];
    /// O2 consumption, mL/min.
    pub const VO2_ML_PER_MIN: [f64; 2] = [200.0, 310.0];
    /// Arterio-venous difference of O2 content, mL/dL.
    pub const AV_ML_PER_DL: [f64; 2] = [4.0, 6.0];
    /// Cardiac output, L/min; drawn again outside.
    pub const OUTPUT_L_PER_MIN: [f64; 2] = [4.0, 8.5];
    /// Temperature, °C.
    pub const TEMPERATURE_C: [f64; 2] = [36.4, 39.0];
    /// Base excess, mmol/L.
    pub const BASE_EXCESS_MMOL_PER_L: [f64; 2] = [-5.0, 4.0];
    /// FRC, L.
    pub const FRC_L: [f64; 2] = [1.4, 3.2];
    /// Log SD of a lung whose fault is another.
    pub const HEALTHY_LOG_SD: [f64; 2] = [0.35, 0.6];
    /// Shunt of a lung whose fault is another.
    pub const HEALTHY_SHUNT_FRAC: [f64; 2] = [0.01, 0.05];
    /// Log SD of who has sound lungs and breathes too little: else the A-a gradient would not be small.
    pub const SOUND_LOG_SD: [f64; 2] = [0.30, 0.45];
    /// Shunt of sound lungs, and in the intensive care unit of those whose fault is another.
    pub const SOUND_SHUNT_FRAC: [f64; 2] = [0.005, 0.02];
    /// Alveolar dead space.
    pub const DEAD_SPACE_FRAC: [f64; 2] = [0.02, 0.20];
    /// PaCO2 of who breathes enough, mmHg.
    pub const PCO2_MMHG: [f64; 2] = [29.0, 44.0];
    /// PaCO2 of who breathes too little, mmHg.
    pub const HIGH_PCO2_MMHG: [f64; 2] = [58.0, 85.0];
    /// Shunt where it is the fault.
    pub const SHUNT_FRAC: [f64; 2] = [0.15, 0.40];
    /// Log SD where it is the fault.
    pub const WIDE_LOG_SD: [f64; 2] = [0.85, 1.4];
    /// Share of flow of a low mode.
    pub const LOW_MODE_FRAC: [f64; 2] = [0.15, 0.40];
    /// Its V/Q, even by ratio.
    pub const LOW_MODE_RATIO: [f64; 2] = [0.03, 0.2];
    /// DLO2 where diffusion is the fault, mL/min/mmHg, even by ratio: chosen so that PaO2 on air comes out at 50 to 72.
    pub const DLO2_ML_PER_MIN_MMHG: [f64; 2] = [4.0, 9.0];
    /// Breaths per minute.
    pub const RATE_PER_MIN: [f64; 2] = [14.0, 28.0];
    /// Arterio-venous difference in the intensive care unit, mL/dL.
    pub const ICU_AV_ML_PER_DL: [f64; 2] = [2.5, 7.0];
    /// Cardiac output there, L/min; drawn again outside.
    pub const ICU_OUTPUT_L_PER_MIN: [f64; 2] = [3.0, 12.0];
    /// Shunt where it is the fault there.
    pub const ICU_SHUNT_FRAC: [f64; 2] = [0.15, 0.55];
    /// Share of flow of a low mode there: beyond a half it would have most of the ventilation.
    pub const ICU_LOW_MODE_FRAC: [f64; 2] = [0.25, 0.50];
    /// Its V/Q, from the highest to the lowest, by ratio: what has more no longer lowers PaO2 on that oxygen.
    pub const ICU_LOW_MODE_RATIO: [f64; 2] = [0.15, 0.01];
    /// FRC there, L: lying and ventilated.
    pub const ICU_FRC_L: [f64; 2] = [1.0, 1.8];
    /// FiO2 there, one of the two: as high as every mechanism can still make hypoxaemic.
    pub const ICU_FIO2_FRAC: [f64; 2] = [0.40, 0.45];
    /// PEEP there, cmH2O, whole.
    pub const ICU_PEEP_CMH2O: [f64; 2] = [5.0, 12.0];
    /// Compliance there, mL/cmH2O.
    pub const ICU_COMPLIANCE_ML_PER_CMH2O: [f64; 2] = [25.0, 45.0];
    /// Share of a shunt there that pressure opens.
    pub const ICU_RECRUITABLE_FRAC: [f64; 2] = [0.0, 0.6];
    /// Shunt of who has both.
    pub const BOTH_SHUNT_FRAC: [f64; 2] = [0.08, 0.25];
    /// Share of flow of a low mode of who has both: on FiO2 0.40 a wide spread alone lowers PaO2 by little.
    pub const BOTH_LOW_MODE_FRAC: [f64; 2] = [0.15, 0.45];
    /// Its V/Q, from the highest to the lowest, by ratio.
    pub const BOTH_LOW_MODE_RATIO: [f64; 2] = [0.2, 0.006];
    /// From a healthy lung to the sickest, where any PaO2 is asked for: shunt, log SD, share of a low mode, PaCO2.
    pub const ANY_SHUNT_FRAC: [f64; 2] = [0.0, 0.7];
    /// Log SD of any lung.
    pub const ANY_LOG_SD: [f64; 2] = [0.3, 2.2];
    /// Share of a low mode of any lung.
    pub const ANY_LOW_MODE_FRAC: [f64; 2] = [0.0, 0.45];
    /// PaCO2 of whoever breathes too little, mmHg.
    pub const ANY_HIGH_PCO2_MMHG: [f64; 2] = [42.0, 95.0];
    /// PaO2 before the test, mmHg: in the laboratory, of who breathes too little there, and in the intensive care unit.
    pub const PO2_MMHG: [f64; 2] = [50.5, 71.5];
    /// The same of who breathes too little.
    pub const PO2_OF_BREATHING_MMHG: [f64; 2] = [50.5, 66.0];
    /// The same in the intensive care unit.
    pub const ICU_PO2_MMHG: [f64; 2] = [51.0, 72.0];
    /// How much of a high PaCO2 base excess has made up for.
    pub const COMPENSATED_FRAC: [f64; 2] = [0.4, 0.8];
    /// Base excess of who breathes too little, but for that, mmol/L.
    pub const BASE_EXCESS_OF_BREATHING_MMOL_PER_L: [f64; 2] = [-2.0, 2.0];
}

/// What is fixed of a case before its patient is drawn, because the briefing tells it: drawn again with each patient, it
/// would come to tell the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setup {
    /// Where.
    pub place: Place,
    /// FiO2 before the test.
    pub fio2_frac: f64,
    /// PEEP, cmH2O; 0 at the mouthpiece.
    pub peep_cmh2o: f64,
    /// Arterio-venous difference of O2 content, mL/dL; drawn with the patient where none is fixed.
    pub av_ml_per_dl: Option<f64>,
    /// Whether a pulmonary artery catheter lies.
    pub catheter: bool,
}

/// A-v difference below which the output is seen to be high, and above which it is seen to be low, mL/dL.
const HIGH_OUTPUT_AV_ML_PER_DL: f64 = 3.5;
const LOW_OUTPUT_AV_ML_PER_DL: f64 = 5.5;

impl Setup {
    /// The laboratory: air at a mouthpiece.
    pub const LABORATORY: Setup =
        Setup { place: Place::Laboratory, fio2_frac: 0.21, peep_cmh2o: 0.0, av_ml_per_dl: None, catheter: false };

    /// Draws that of a place.
    pub fn draw(dice: &mut Dice, place: Place) -> Setup {
        if place == Place::Laboratory {
            return Setup::LABORATORY;
        }
        let fio2_frac = range::ICU_FIO2_FRAC[dice.one_of(2)];
        let [low, high] = range::ICU_PEEP_CMH2O;
        let peep_cmh2o = low + dice.one_of((high - low) as usize + 1) as f64;
        let [low, high] = range::ICU_AV_ML_PER_DL;
        let av = dice.between(low, high);
        // With so much O2 left in venous blood, hardly a lung that is not shunted is hypoxaemic on more.
        let fio2_frac = if av < HIGH_OUTPUT_AV_ML_PER_DL { range::ICU_FIO2_FRAC[0] } else { fio2_frac };
        let av_ml_per_dl = Some(av);
        Setup { place, fio2_frac, peep_cmh2o, av_ml_per_dl, catheter: dice.one_of(3) == 0 }
    }

    /// What is seen of the output at the bedside; in the laboratory it is normal.
    #[must_use]
    pub fn cue(&self) -> &'static str {
        match self.av_ml_per_dl {
            None => "Output normal, a-v difference 4 to 6 mL/dL.",
            Some(av) if av < HIGH_OUTPUT_AV_ML_PER_DL => {
                "Warm to the toes, a bounding pulse, wide pulse pressure, lactate normal."
            }
            Some(av) if av > LOW_OUTPUT_AV_ML_PER_DL => {
                "Cool, mottled knees, a thin pulse, narrow pulse pressure, lactate raised."
            }
            Some(_) => "Hands neither warm nor cool, pulse and lactate as they should be.",
        }
    }
}

/// Rise of base excess with a PaCO2 that has been high for days, mmol/L per mmHg.
///
/// # Source
/// Schlichtig R, Grogono AW, Severinghaus JW, Crit Care Med 1998;26:1173-1179 (recalled): 0.4 in chronic disorders of
/// breathing.
const BASE_EXCESS_BY_PCO2: f64 = 0.4;
/// Rounds in which ventilation brings PaCO2 to where it was drawn.
const ROUNDS: u32 = 8;
/// How near it comes, relative; what is left is less than an analyser tells.
const NEAR: f64 = 2e-3;
/// How near PaO2 comes to the one drawn, mmHg, and in how many steps.
const NEAR_PO2_MMHG: f64 = 0.5;
const PO2_STEPS: u32 = 8;

/// What of a patient is made larger until PaO2 is as low as it was drawn: from mild to severe.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// A parameter, evenly, to so many digits after the point.
    Even(ParamId, [f64; 2], i32),
    /// A parameter, by ratio.
    ByRatio(ParamId, [f64; 2], i32),
    /// The share of a second mode.
    LowMode([f64; 2]),
    /// PaCO2, and base excess with it: how much has been made up for, and what is left over.
    Pco2([f64; 2], f64, f64),
}

/// A patient whose fault is not yet as large as it will be.
#[derive(Debug)]
struct Draft {
    params: Params,
    fault: Fault,
    pco2_mmhg: f64,
    /// What sets ventilation, and its digits after the point.
    sets: (ParamId, i32),
    /// Alveolar ventilation, L/min.
    ventilation: f64,
    rate_per_min: f64,
}

impl Draft {
    /// Makes the fault so severe, from 0 to 1, and ventilation such that PaCO2 is as drawn; arterial PO2 then, as an
    /// analyser has it. None where no ventilation does.
    fn with(&mut self, severe: f64, model: &mut Model) -> Result<Option<f64>, ParamError> {
        let even = |[mild, worst]: [f64; 2]| mild + (worst - mild) * severe;
        match self.fault {
            Fault::Even(id, ends, decimals) => self.params.set(id, to(even(ends), decimals))?,
            Fault::ByRatio(id, ends, decimals) => {
                self.params.set(id, to(float::exp(even(ends.map(float::ln))), decimals))?;
            }
            Fault::LowMode(ends) => {
                share(&mut self.params, to(even(ends), 3))?;
            }
            Fault::Pco2(ends, compensated_frac, rest) => {
                let pco2_mmhg = to(even(ends), 1);
                self.ventilation *= self.pco2_mmhg / pco2_mmhg;
                self.pco2_mmhg = pco2_mmhg;
                let risen = BASE_EXCESS_BY_PCO2 * (pco2_mmhg - NORMAL_PCO2_MMHG);
                self.params.set(ParamId::BaseExcess, to(compensated_frac * risen + rest, 1))?;
            }
        }
        let (id, decimals) = self.sets;
        let airways_l = self.params.get(ParamId::AnatomicalDeadSpace) / ML_PER_L;
        let rate_per_min = self.rate_per_min;
        // What is set: ventilation of the alveoli, or the tidal volume that gives it.
        let set = |ventilation: f64| match id {
            ParamId::TidalVolume => to(ML_PER_L * (ventilation / rate_per_min + airways_l), decimals),
            _ => to(ventilation, decimals),
        };
        for _ in 0..ROUNDS {
            let rounded = set(self.ventilation);
            if self.params.set(id, rounded).is_err() {
                return Ok(None);
            }
            let Ok(now) = model.snapshot(&self.params) else { return Ok(None) };
            let ratio = now.state.arterial.gas.pco2_mmhg / self.pco2_mmhg;
            let next = self.ventilation * ratio;
            if (ratio - 1.0).abs() <= NEAR || (set(next) - rounded).abs() < 1e-9 {
                return Ok(Some(now.estimates.measured.po2_mmhg));
            }
            self.ventilation = next;
        }
        Ok(None)
    }

    /// Makes the fault as large as gives a PaO2 in a range, mmHg, so far from its lower end; whether there is such a one.
    /// Where the fault does not go through the whole range, its part is taken.
    fn reach(&mut self, [low, high]: [f64; 2], part: f64, model: &mut Model) -> Result<bool, ParamError> {
        let (Some(worst), Some(mild)) = (self.with(1.0, model)?, self.with(0.0, model)?) else { return Ok(false) };
        let [low, high] = [low.max(worst), high.min(mild)];
        if low > high {
            return Ok(false);
        }
        let wanted = low + part * (high - low);
        let mut search = Illinois::new([1.0, worst - wanted], [0.0, mild - wanted]);
        for _ in 0..PO2_STEPS {
            let severe = search.ask();
            let Some(found) = self.with(severe, model)? else { return Ok(false) };
            if (found - wanted).abs() <= NEAR_PO2_MMHG {
                return Ok(true);
            }
            search.tell(found - wanted);
        }
        Ok(false)
    }
}

/// Draws a patient of a class before the test; none where no size of his fault gives the PaO2 drawn.
///
/// # Errors
/// [`ParamError`] where a value lies outside the table of parameters: a defect of a range.
pub fn draw(dice: &mut Dice, setup: &Setup, class: Class, model: &mut Model) -> Result<Option<Params>, ParamError> {
    drawn(dice, setup, class, None, model)
}

/// As [`draw`] of somebody who breathes air, with a PaO2 that is asked for, mmHg; his fault is as small or as large as
/// gives it.
///
/// # Errors
/// As [`draw`].
pub fn draw_at(dice: &mut Dice, class: Class, po2_mmhg: f64, model: &mut Model) -> Result<Option<Params>, ParamError> {
    drawn(dice, &Setup::LABORATORY, class, Some(po2_mmhg), model)
}

fn drawn(
    dice: &mut Dice,
    setup: &Setup,
    class: Class,
    asked_mmhg: Option<f64>,
    model: &mut Model,
) -> Result<Option<Params>, ParamError> {
    let any = asked_mmhg.is_some();
    let ventilated = setup.place == Place::IntensiveCare;
    let [pb, hb] = [range::PB_MMHG, range::HB_G_PER_DL].map(|[low, high]| dice.between(low, high));
    let (vo2, output) = loop {
        let [low, high] = range::VO2_ML_PER_MIN;
        let vo2 = dice.between(low, high).round();
        let [low, high] = range::AV_ML_PER_DL;
        let av = setup.av_ml_per_dl.unwrap_or_else(|| dice.between(low, high));
        let output = to(vo2 / (DL_PER_L * av), 2);
        let [low, high] = if ventilated { range::ICU_OUTPUT_L_PER_MIN } else { range::OUTPUT_L_PER_MIN };
        if (low..=high).contains(&output) {
            break (vo2, output);
        }
    };
    let mut even = |[low, high]: [f64; 2], decimals: i32| to(dice.between(low, high), decimals);
    let temperature_c = even(range::TEMPERATURE_C, 1);
    let base_excess = even(range::BASE_EXCESS_MMOL_PER_L, 1);
    let frc_l = even(if ventilated { range::ICU_FRC_L } else { range::FRC_L }, 2);
    let sound = class == Class::Breathing;
    let log_sd = even(if sound { range::SOUND_LOG_SD } else { range::HEALTHY_LOG_SD }, 2);
    let shunts = match class {
        Class::Both => range::BOTH_SHUNT_FRAC,
        Class::Breathing => range::SOUND_SHUNT_FRAC,
        _ if ventilated => range::SOUND_SHUNT_FRAC,
        _ => range::HEALTHY_SHUNT_FRAC,
    };
    let shunt = even(shunts, 3);
    let dead_space = even(range::DEAD_SPACE_FRAC, 3);
    let rate_per_min = even(range::RATE_PER_MIN, 0);
    let pco2_mmhg = even(range::PCO2_MMHG, 1);
    let po2_mmhg = match (asked_mmhg, class) {
        (Some(asked), _) => [asked; 2],
        (None, Class::Breathing) => range::PO2_OF_BREATHING_MMHG,
        _ if ventilated => range::ICU_PO2_MMHG,
        _ => range::PO2_MMHG,
    };
    let part = even([0.0, 1.0], 3);
    let [compliance, recruitable] = match ventilated {
        true => [even(range::ICU_COMPLIANCE_ML_PER_CMH2O, 0), even(range::ICU_RECRUITABLE_FRAC, 2)],
        false => [ParamId::Compliance.bounds().default, ParamId::RecruitableShare.bounds().default],
    };
    let mut params = Params::default();
    let fault = match class {
        Class::Shunt if any => Fault::Even(ParamId::Shunt, range::ANY_SHUNT_FRAC, 3),
        Class::Shunt if ventilated => Fault::Even(ParamId::Shunt, range::ICU_SHUNT_FRAC, 3),
        Class::Shunt => Fault::Even(ParamId::Shunt, range::SHUNT_FRAC, 3),
        Class::Spread if any => Fault::Even(ParamId::Mode1LogSd, range::ANY_LOG_SD, 3),
        Class::Spread => Fault::Even(ParamId::Mode1LogSd, range::WIDE_LOG_SD, 3),
        Class::LowMode | Class::Both if ventilated => {
            let (shares, ratios) = match class {
                Class::Both => (range::BOTH_LOW_MODE_FRAC, range::BOTH_LOW_MODE_RATIO),
                _ => (range::ICU_LOW_MODE_FRAC, range::ICU_LOW_MODE_RATIO),
            };
            share(&mut params, to(dice.between(shares[0], shares[1]), 2))?;
            Fault::ByRatio(ParamId::Mode2Ratio, ratios, 4)
        }
        Class::LowMode | Class::Both => {
            let [low, high] = range::LOW_MODE_RATIO;
            params.set(ParamId::Mode2Ratio, to(dice.by_ratio(low, high), 3))?;
            Fault::LowMode(if any { range::ANY_LOW_MODE_FRAC } else { range::LOW_MODE_FRAC })
        }
        Class::Diffusion => {
            params.set_switch(SwitchId::DiffusionLimit, "on")?;
            let [worst, mild] = range::DLO2_ML_PER_MIN_MMHG;
            Fault::ByRatio(ParamId::Dlo2, [mild, worst], 2)
        }
        Class::Breathing => {
            let [compensated_frac, rest] = [range::COMPENSATED_FRAC, range::BASE_EXCESS_OF_BREATHING_MMOL_PER_L]
                .map(|[low, high]| dice.between(low, high));
            Fault::Pco2(if any { range::ANY_HIGH_PCO2_MMHG } else { range::HIGH_PCO2_MMHG }, compensated_frac, rest)
        }
    };
    for (id, value) in [
        (ParamId::Pb, pb.round()),
        (ParamId::Hb, to(hb, 1)),
        (ParamId::Vo2, vo2),
        (ParamId::CardiacOutput, output),
        (ParamId::Temperature, temperature_c),
        (ParamId::BaseExcess, base_excess),
        (ParamId::Frc, frc_l),
        (ParamId::Mode1LogSd, log_sd),
        (ParamId::Shunt, shunt),
        (ParamId::AlveolarDeadSpace, dead_space),
        (if ventilated { ParamId::VentilatorRate } else { ParamId::SpontaneousRate }, rate_per_min),
        (ParamId::Fio2, setup.fio2_frac),
        (ParamId::Compliance, compliance),
        (ParamId::RecruitableShare, recruitable),
    ] {
        params.set(id, value)?;
    }
    if ventilated {
        params.set(ParamId::Peep, setup.peep_cmh2o)?;
        params.set_switch(SwitchId::Breathing, "ventilated")?;
    }
    let ventilation = 0.863 * 0.8 * vo2 / pco2_mmhg / (1.0 - dead_space);
    let sets = if ventilated { (ParamId::TidalVolume, 0) } else { (ParamId::AlveolarVentilation, 2) };
    let mut draft = Draft { params, fault, pco2_mmhg, sets, ventilation, rate_per_min };
    Ok(draft.reach(po2_mmhg, part, model)?.then_some(draft.params))
}

/// Gives a second mode its share of flow; what it does not have is the first one's.
fn share(params: &mut Params, share_frac: f64) -> Result<(), ParamError> {
    params.set(ParamId::Mode2Share, share_frac)?;
    params.set(ParamId::Mode1Share, to(1.0 - share_frac, 3))
}

/// Rounded to so many digits after the point.
fn to(value: f64, decimals: i32) -> f64 {
    let scale = float::powi(10.0, decimals);
    (value * scale).round() / scale
}
