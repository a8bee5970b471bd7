//! The rule that is printed in the debrief: from a gas on air and one on oxygen to the answer.
//!
//! ```text
//! laboratory: PaCO2 on air > 48 mmHg and A-a < 22 mmHg: breathing
//! else shunt by content on O2 >= 12 %: shunt
//! else V/Q or diffusion
//! ```
//! The content equation takes an a-v difference of 5 in the laboratory; in the intensive care unit it takes venous blood
//! where a catheter lies, else 3.5.

use super::kinds::{Mechanism, Place};
use super::patient::{Dice, Setup};
use crate::numerics::float;
use crate::physiology::indices::NoEstimate;
use crate::sim::params::{ParamId, Params};
use crate::sim::play::instruments::{PCO2_CV, SO2_SD_FRAC, po2_sd_mmhg};
use crate::study::fit::{ASSUMED_AV_ML_PER_DL, Body, Gas, Sums, Venous};
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
    /// Saturation of mixed venous blood drawn with it, where a catheter lies.
    pub so2_ven_frac: Option<f64>,
}

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
    Sums::new(body, &gas_of(fio2_frac, gas))
}

/// A gas as sums and fits take it.
#[must_use]
pub fn gas_of(fio2_frac: f64, gas: TestGas) -> Gas {
    let TestGas { po2_mmhg, pco2_mmhg, so2_ven_frac } = gas;
    Gas {
        fio2_frac,
        po2_art_mmhg: po2_mmhg,
        pco2_art_mmhg: pco2_mmhg,
        ph_art: None,
        so2_art_frac: None,
        venous: so2_ven_frac.map(Venous::So2),
    }
}

/// A way to reckon the shunt from a gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Formula {
    /// Contents, a-v difference 5 mL/dL.
    ContentAv5,
    /// Contents, a-v difference 3.5 mL/dL.
    ContentAv35,
    /// Contents with venous blood as measured; without, as with 3.5.
    ContentVenous,
    /// FShunt as an analyser prints it.
    FShunt,
    /// A-a gradient over 20.
    GradientOver20,
    /// The chart of iso-shunt lines.
    Chart,
}

impl Formula {
    /// Every way.
    pub const ALL: [Formula; 6] = [
        Formula::ContentAv5,
        Formula::ContentAv35,
        Formula::FShunt,
        Formula::GradientOver20,
        Formula::Chart,
        Formula::ContentVenous,
    ];

    /// The ways that are offered, in their order: venous blood only where a catheter lies.
    #[must_use]
    pub fn offered(catheter: bool) -> &'static [Formula] {
        const ALL: [Formula; 6] = Formula::ALL;
        if catheter { &ALL } else { ALL.split_at(ALL.len() - 1).0 }
    }

    /// The way of the rule.
    #[must_use]
    pub fn of_the_rule(setup: &Setup) -> Formula {
        match (setup.place, setup.catheter) {
            (Place::Laboratory, _) => Formula::ContentAv5,
            (Place::IntensiveCare, true) => Formula::ContentVenous,
            (Place::IntensiveCare, false) => Formula::ContentAv35,
        }
    }

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Formula::ContentAv5 => "content_av_5",
            Formula::ContentAv35 => "content_av_3.5",
            Formula::ContentVenous => "content_venous",
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
            Formula::ContentVenous => "Content, venous blood measured",
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
            Formula::ContentVenous => sums.shunt_measured.unwrap_or(sums.shunt_assumed[1]),
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

/// The rule of a place in words.
#[must_use]
pub fn words(setup: &Setup) -> String {
    let formula = match Formula::of_the_rule(setup) {
        Formula::ContentVenous => "contents with venous blood as measured",
        Formula::ContentAv35 => "contents with an a-v difference of 3.5 mL/dL",
        _ => "contents with an a-v difference of 5 mL/dL",
    };
    let shunt = format!("12 % or more on oxygen by {formula} is shunt; else it is V/Q mismatch or diffusion");
    match setup.place {
        Place::Laboratory => {
            format!("Rule: PaCO₂ on air above 48 and A-a below 22 mmHg is too little breath; else {shunt}.")
        }
        Place::IntensiveCare => format!("Rule: {shunt}. Who has both is right with either."),
    }
}

/// What the rule says of two gases.
#[must_use]
pub fn answer(setup: &Setup, body: &Body, before: TestGas, on_oxygen: TestGas) -> Mechanism {
    let known = Known { before: Some(before), gradient: true, on_oxygen: Some(on_oxygen) };
    known.answer(setup, body).unwrap_or(Mechanism::Mismatch)
}

/// What is known when the rule is asked.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The gas before.
    pub before: Option<TestGas>,
    /// Whether the A-a gradient was reckoned.
    pub gradient: bool,
    /// The gas on oxygen.
    pub on_oxygen: Option<TestGas>,
}

impl Known {
    /// The answer, where what is known settles it.
    #[must_use]
    pub fn answer(&self, setup: &Setup, body: &Body) -> Option<Mechanism> {
        if setup.place == Place::Laboratory {
            let high = self.before.map(|gas| gas.pco2_mmhg > HIGH_PCO2_MMHG);
            let gradient = self.before.filter(|_| self.gradient);
            let small = gradient.map(|gas| sums(body, setup.fio2_frac, gas).aa_gradient_mmhg < SMALL_GRADIENT_MMHG);
            match (high, small) {
                (Some(true), Some(true)) => return Some(Mechanism::Breathing),
                (Some(false), _) | (_, Some(false)) => {}
                _ => return None,
            }
        }
        let formula = Formula::of_the_rule(setup);
        let shunt = formula.shunt_frac(&sums(body, 1.0, self.on_oxygen?)).unwrap_or(0.0);
        Some(if shunt >= LEAST_SHUNT_FRAC { Mechanism::Shunt } else { Mechanism::Mismatch })
    }
}

/// Share of so many draws of the analyser's error in which the rule gives an answer.
#[must_use]
pub fn stability(
    setup: &Setup,
    body: &Body,
    [before, on_oxygen]: [TestGas; 2],
    wanted: Mechanism,
    draws: u32,
    dice: &mut Dice,
) -> f64 {
    let mut noisy = |gas: TestGas| TestGas {
        po2_mmhg: gas.po2_mmhg + po2_sd_mmhg(gas.po2_mmhg) * normal(dice),
        pco2_mmhg: gas.pco2_mmhg * (1.0 + PCO2_CV * normal(dice)),
        so2_ven_frac: gas.so2_ven_frac.map(|so2| so2 + SO2_SD_FRAC * normal(dice)),
    };
    let right = |_: &u32| wanted.is_answered_by(answer(setup, body, noisy(before), noisy(on_oxygen)));
    f64::from((0..draws).filter(right).count() as u32) / f64::from(draws)
}

/// A standard normal deviate (Box and Muller).
fn normal(dice: &mut Dice) -> f64 {
    let radius = (-2.0 * float::ln(1.0 - dice.between(0.0, 1.0))).sqrt();
    radius * float::cos(2.0 * std::f64::consts::PI * dice.between(0.0, 1.0))
}
