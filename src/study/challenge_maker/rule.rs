//! The rule that is printed in the debrief: from a gas on air and one on oxygen to the answer.
//!
//! ```text
//! PaCO2 on air > 48 mmHg and A-a < 22 mmHg: breathing
//! else shunt by content on O2, a-v difference 5, >= 12 %: shunt
//! else V/Q or diffusion
//! ```

use super::kinds::Mechanism;
use super::patient::Dice;
use crate::numerics::float;
use crate::physiology::indices::NoEstimate;
use crate::sim::params::{ParamId, Params};
use crate::sim::play::instruments::{PCO2_CV, po2_sd_mmhg};
use crate::study::fit::{ASSUMED_AV_ML_PER_DL, Body, Gas, Sums};
use crate::units::NORMAL_TEMPERATURE_C;

/// PaCO2 above which breathing may be the cause, mmHg.
pub const HIGH_PCO2_MMHG: f64 = 48.0;
/// A-a gradient on air below which it is, mmHg.
pub const SMALL_GRADIENT_MMHG: f64 = 22.0;
/// Shunt by content on oxygen from which the answer is shunt.
pub const LEAST_SHUNT_FRAC: f64 = 0.12;
/// The a-v difference that an analyser assumes for FShunt: 2.3 mmol/L of O2, in mL/dL.
pub const FSHUNT_AV_ML_PER_DL: f64 = 2.3 * ML_PER_MMOL / 10.0;
/// Volume of a mmol of O2, mL STPD.
const ML_PER_MMOL: f64 = 22.39;

/// An arterial gas of the test, as the laboratory prints it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestGas {
    /// PO2, mmHg.
    pub po2_mmhg: f64,
    /// PCO2, mmHg.
    pub pco2_mmhg: f64,
}

/// The gas that is breathed before the test.
pub const BEFORE_FIO2_FRAC: f64 = 0.21;

/// What of a patient the sums take: measured or told, and the laboratory's 37 °C.
#[must_use]
pub fn body(params: &Params) -> Body {
    Body {
        hb_g_per_dl: params.get(ParamId::Hb),
        pb_mmhg: params.get(ParamId::Pb),
        temperature_c: NORMAL_TEMPERATURE_C,
        vo2_ml_per_min: params.get(ParamId::Vo2),
        rq_ratio: params.get(ParamId::Rq),
        cardiac_output_l_per_min: None,
    }
}

/// The sums of the bedside of a gas.
#[must_use]
pub fn sums(body: &Body, fio2_frac: f64, gas: TestGas) -> Sums {
    let TestGas { po2_mmhg, pco2_mmhg } = gas;
    Sums::new(
        body,
        &Gas {
            fio2_frac,
            po2_art_mmhg: po2_mmhg,
            pco2_art_mmhg: pco2_mmhg,
            ph_art: None,
            so2_art_frac: None,
            venous: None,
        },
    )
}

/// A way to reckon the shunt from a gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Formula {
    /// Contents, a-v difference 5 mL/dL.
    ContentAv5,
    /// Contents, a-v difference 3.5 mL/dL.
    ContentAv35,
    /// FShunt as an analyser prints it.
    FShunt,
    /// A-a gradient over 20.
    GradientOver20,
    /// The chart of iso-shunt lines.
    Chart,
}

impl Formula {
    /// Every way, in the order in which they are offered.
    pub const ALL: [Formula; 5] =
        [Formula::ContentAv5, Formula::ContentAv35, Formula::FShunt, Formula::GradientOver20, Formula::Chart];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Formula::ContentAv5 => "content_av_5",
            Formula::ContentAv35 => "content_av_3.5",
            Formula::FShunt => "fshunt",
            Formula::GradientOver20 => "aa_over_20",
            Formula::Chart => "iso_shunt_chart",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Formula::ContentAv5 => "Content, a-v 5 mL/dL assumed",
            Formula::ContentAv35 => "Content, a-v 3.5 mL/dL assumed",
            Formula::FShunt => "FShunt of the analyser, a-v 2.3 mmol/L",
            Formula::GradientOver20 => "A-a over 20",
            Formula::Chart => "Iso-shunt chart",
        }
    }

    /// The shunt that it makes of a gas.
    ///
    /// # Errors
    /// [`NoEstimate`] of a gas that allows none.
    pub fn shunt_frac(self, sums: &Sums) -> Result<f64, NoEstimate> {
        match self {
            Formula::ContentAv5 => sums.shunt_assumed[0],
            Formula::ContentAv35 => sums.shunt_assumed[1],
            Formula::FShunt => {
                // The same Cc' − Ca over another a-v difference.
                let at_five = sums.shunt_assumed[0]?;
                let lost = ASSUMED_AV_ML_PER_DL[0] * at_five / (1.0 - at_five);
                Ok(lost / (lost + FSHUNT_AV_ML_PER_DL))
            }
            Formula::GradientOver20 => Ok(sums.shunt_by_rule_frac),
            Formula::Chart => sums.shunt_by_chart,
        }
    }
}

/// What the rule says of two gases.
#[must_use]
pub fn answer(body: &Body, before: TestGas, on_oxygen: TestGas) -> Mechanism {
    let known = Known { before: Some(before), gradient: true, on_oxygen: Some(on_oxygen) };
    known.answer(body).unwrap_or(Mechanism::Mismatch)
}

/// What is known when the rule is asked.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The gas on air; without its PaCO2 neither it nor the A-a gradient is known.
    pub before: Option<TestGas>,
    /// Whether the A-a gradient was reckoned.
    pub gradient: bool,
    /// The gas on oxygen.
    pub on_oxygen: Option<TestGas>,
}

impl Known {
    /// The answer, where what is known settles it.
    #[must_use]
    pub fn answer(&self, body: &Body) -> Option<Mechanism> {
        let high = self.before.map(|gas| gas.pco2_mmhg > HIGH_PCO2_MMHG);
        let gradient = self.before.filter(|_| self.gradient);
        let small = gradient.map(|gas| sums(body, BEFORE_FIO2_FRAC, gas).aa_gradient_mmhg < SMALL_GRADIENT_MMHG);
        match (high, small) {
            (Some(true), Some(true)) => return Some(Mechanism::Breathing),
            (Some(false), _) | (_, Some(false)) => {}
            _ => return None,
        }
        let shunt = Formula::ContentAv5.shunt_frac(&sums(body, 1.0, self.on_oxygen?)).unwrap_or(0.0);
        Some(if shunt >= LEAST_SHUNT_FRAC { Mechanism::Shunt } else { Mechanism::Mismatch })
    }
}

/// Share of so many draws of the analyser's error in which the rule gives an answer.
#[must_use]
pub fn stability(
    body: &Body,
    [before, on_oxygen]: [TestGas; 2],
    wanted: Mechanism,
    draws: u32,
    dice: &mut Dice,
) -> f64 {
    let mut noisy = |gas: TestGas| TestGas {
        po2_mmhg: gas.po2_mmhg + po2_sd_mmhg(gas.po2_mmhg) * normal(dice),
        pco2_mmhg: gas.pco2_mmhg * (1.0 + PCO2_CV * normal(dice)),
    };
    let hits = (0..draws).filter(|_| answer(body, noisy(before), noisy(on_oxygen)) == wanted).count();
    hits as f64 / f64::from(draws)
}

/// A standard normal deviate (Box and Muller).
fn normal(dice: &mut Dice) -> f64 {
    let radius = (-2.0 * float::ln(1.0 - dice.between(0.0, 1.0))).sqrt();
    radius * float::cos(2.0 * std::f64::consts::PI * dice.between(0.0, 1.0))
}
