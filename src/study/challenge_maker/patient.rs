//! The draw of a patient of a class: every number evenly from its range, and rounded so that it can be printed.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::kinds::Class;
use crate::numerics::float;
use crate::sim::params::{ParamError, ParamId, Params, SwitchId};
use crate::sim::reading::snapshot::Model;
use crate::units::DL_PER_L;

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
}

/// Rounds in which ventilation brings PaCO2 to where it was drawn.
const ROUNDS: u32 = 8;
/// How near it comes, relative; what is left is less than an analyser tells.
const NEAR: f64 = 2e-3;

/// Draws a patient of a class, breathing air at the mouthpiece; none where no ventilation gives the PaCO2 drawn.
///
/// # Errors
/// [`ParamError`] where a value lies outside the table of parameters: a defect of a range.
pub fn draw(dice: &mut Dice, class: Class, model: &mut Model) -> Result<Option<Params>, ParamError> {
    let [pb, hb] = [range::PB_MMHG, range::HB_G_PER_DL].map(|[low, high]| dice.between(low, high));
    let (vo2, output) = loop {
        let [low, high] = range::VO2_ML_PER_MIN;
        let vo2 = dice.between(low, high).round();
        let [low, high] = range::AV_ML_PER_DL;
        let output = to(vo2 / (DL_PER_L * dice.between(low, high)), 2);
        let [low, high] = range::OUTPUT_L_PER_MIN;
        if (low..=high).contains(&output) {
            break (vo2, output);
        }
    };
    let mut even = |[low, high]: [f64; 2], decimals: i32| to(dice.between(low, high), decimals);
    let temperature_c = even(range::TEMPERATURE_C, 1);
    let base_excess = even(range::BASE_EXCESS_MMOL_PER_L, 1);
    let frc_l = even(range::FRC_L, 2);
    let healthy_log_sd = even(range::HEALTHY_LOG_SD, 2);
    let healthy_shunt = even(range::HEALTHY_SHUNT_FRAC, 3);
    let dead_space = even(range::DEAD_SPACE_FRAC, 3);
    let rate = even(range::RATE_PER_MIN, 0);
    let pco2 = even(if class == Class::Breathing { range::HIGH_PCO2_MMHG } else { range::PCO2_MMHG }, 1);
    let shunt = if class == Class::Shunt { even(range::SHUNT_FRAC, 3) } else { healthy_shunt };
    let log_sd = if class == Class::Spread { even(range::WIDE_LOG_SD, 2) } else { healthy_log_sd };
    let mut params = Params::default();
    if class == Class::LowMode {
        let share = even(range::LOW_MODE_FRAC, 2);
        let [low, high] = range::LOW_MODE_RATIO;
        let ratio = to(dice.by_ratio(low, high), 3);
        // Shares are those of flow; what the second mode does not have is the first one's.
        params.set(ParamId::Mode2Share, share)?;
        params.set(ParamId::Mode1Share, to(1.0 - share, 2))?;
        params.set(ParamId::Mode2Ratio, ratio)?;
    } else if class == Class::Diffusion {
        let [low, high] = range::DLO2_ML_PER_MIN_MMHG;
        params.set(ParamId::Dlo2, to(dice.by_ratio(low, high), 1))?;
        params.set_switch(SwitchId::DiffusionLimit, "on")?;
    }
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
        (ParamId::SpontaneousRate, rate),
    ] {
        params.set(id, value)?;
    }
    let mut ventilation = 0.863 * 0.8 * vo2 / pco2 / (1.0 - dead_space);
    for _ in 0..ROUNDS {
        let rounded = to(ventilation, 2);
        if params.set(ParamId::AlveolarVentilation, rounded).is_err() {
            return Ok(None);
        }
        let Ok(state) = model.steady(&params) else { return Ok(None) };
        let ratio = state.arterial.gas.pco2_mmhg / pco2;
        let same = (to(ventilation * ratio, 2) - rounded).abs() < 1e-9;
        if (ratio - 1.0).abs() <= NEAR || same {
            return Ok(Some(params));
        }
        ventilation *= ratio;
    }
    Ok(Some(params))
}

/// Rounded to so many digits after the point.
fn to(value: f64, decimals: i32) -> f64 {
    let scale = float::powi(10.0, decimals);
    (value * scale).round() / scale
}
