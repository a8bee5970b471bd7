//! Control of breathing: ventilation answers PaCO2, more so in hypoxia, and less under an opioid.

use serde::{Deserialize, Serialize};

use crate::numerics::filter::approach;
use crate::physiology::saturation;
use crate::units::{l_from_ml, percent_from_frac};

/// Arterial PO2 at which the CO2 response is given, mmHg: normal.
pub const REFERENCE_PO2_MMHG: f64 = 100.0;
/// How far full depression by an opioid moves the CO2 threshold, mmHg.
///
/// Tuned, with the slope that falls by the depression: PaCO2 in the steady state where an opioid takes 0.5, 0.8 and
/// 0.9 of ventilation at constant PaCO2, as Bouillon 2003 has it (`val_bouillon_2003_*` in `tests/feedbacks.rs`).
pub const OPIOID_SHIFT_MMHG: f64 = 5.0;
/// Depression by an opioid at which the wakefulness drive is gone: chosen, asleep.
const ASLEEP_FRAC: f64 = 0.5;

/// How one patient's breathing is controlled.
///
/// Minute ventilation is the sum of a central part that senses CO2 and a peripheral one that senses CO2 and hypoxia
/// together; it does not fall below the wakefulness drive (the dog-leg of the CO2 response).
/// ```text
/// V̇E = max( S·(1 − G·H0)·(PcCO2 − B) + S·G·H·(PpCO2 − B),  w·V̇E,rest·max(0, 1 − 2d) )
/// S = (1 − d)·S0,   G = (1 − d)·G0,   B = Pset − V̇E,rest/S0 + 5 mmHg·d,   H = 100·(1 − S(PaO2)),   H0 = H(100 mmHg)
/// ```
/// In the steady state with normal PaO2 that is `S·(PaCO2 − B)`: at the set point, undepressed, the resting
/// ventilation. H is percent of desaturation of standard blood at the arterial PO2: the carotid body senses tension, so
/// CO and methaemoglobin do not drive breathing. Hyperoxia leaves the peripheral part next to nothing. Ventilation
/// of 0 is apnoea.
///
/// What is left out: the decline of the hypoxic response within half an hour, the depression of the brain by severe
/// hypoxia, and the lower threshold in hypoxia, so that hypocapnia at altitude comes out a few mmHg too small.
///
/// # Source
/// Lloyd BB, Cunningham DJC, in: The Regulation of Human Respiration, Blackwell 1963: lines of V̇E on PCO2, steeper in
/// hypoxia. Rebuck AS, Campbell EJM, Am Rev Respir Dis 1974;109:345-350: linear in saturation, steeper at high PCO2.
/// Bellville JW et al., J Appl Physiol 1979;46:843-853: central and peripheral part, three to one, with their time
/// constants. Fink BR, J Appl Physiol 1961;16:15-20: wakefulness drive. Weil JV et al., N Engl J Med
/// 1975;292:1103-1106: an opioid depresses the response to hypoxia more than that to CO2. Volumes and pages recalled
/// but for the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controller {
    /// Alveolar ventilation at the set point, L/min BTPS.
    pub alveolar_l_per_min: f64,
    /// Breathing rate there, per minute.
    pub rate_per_min: f64,
    /// Anatomical dead space, mL.
    pub dead_space_ml: f64,
    /// PaCO2 at which that is breathed, mmHg.
    pub set_point_mmhg: f64,
    /// S0: rise of minute ventilation by PaCO2 at normal PaO2, L/min/mmHg.
    pub co2_response_l_per_min_mmhg: f64,
    /// G0: share by which ventilation rises for each percent of saturation lost at constant PaCO2.
    pub hypoxic_gain_per_percent: f64,
    /// w: share of resting ventilation that being awake keeps up without CO2.
    pub wakefulness_frac: f64,
    /// d: what an opioid takes of the CO2 response, 0 to 1; 1 is apnoea.
    pub opioid_depression_frac: f64,
    /// Time constant of the central part, s.
    pub central_tau_s: f64,
    /// Time constant of the peripheral part, s.
    pub peripheral_tau_s: f64,
    /// Alveolar ventilation that is never passed, L/min.
    pub most_alveolar_l_per_min: f64,
}

/// A way of breathing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// Alveolar ventilation, L/min BTPS.
    pub alveolar_l_per_min: f64,
    /// Minute ventilation, L/min BTPS.
    pub minute_l_per_min: f64,
    /// Breaths per minute.
    pub rate_per_min: f64,
}

/// Desaturation of standard blood (pH 7.40, PCO2 40) at a PO2, percent.
#[must_use]
pub fn desaturation_percent(po2_mmhg: f64) -> f64 {
    percent_from_frac(1.0 - saturation::standard_curve(po2_mmhg.max(0.0)).0)
}

impl Controller {
    /// Minute ventilation at the set point, L/min.
    #[must_use]
    pub fn resting_l_per_min(&self) -> f64 {
        self.alveolar_l_per_min + l_from_ml(self.dead_space_ml) * self.rate_per_min
    }

    /// PCO2 at which the chemical drive begins, mmHg.
    #[must_use]
    pub fn threshold_mmhg(&self) -> f64 {
        self.set_point_mmhg - self.resting_l_per_min() / self.co2_response_l_per_min_mmhg
            + OPIOID_SHIFT_MMHG * self.opioid_depression_frac
    }

    /// Minute ventilation that a drive asks for, L/min, 0 or more.
    #[must_use]
    pub fn minute_l_per_min(&self, drive: &ControlState) -> f64 {
        let left = 1.0 - self.opioid_depression_frac;
        let slope = left * self.co2_response_l_per_min_mmhg;
        let gain = left * self.hypoxic_gain_per_percent;
        let central = slope * (1.0 - gain * desaturation_percent(REFERENCE_PO2_MMHG));
        let peripheral = slope * gain * drive.desaturation_percent;
        let above = |pco2_mmhg: f64| pco2_mmhg - self.threshold_mmhg();
        let chemical = central * above(drive.central_pco2_mmhg) + peripheral * above(drive.peripheral_pco2_mmhg);
        let awake = (1.0 - self.opioid_depression_frac / ASLEEP_FRAC).max(0.0);
        chemical.max(self.wakefulness_frac * awake * self.resting_l_per_min())
    }

    /// How a minute ventilation is breathed.
    ///
    /// Less than at rest comes out of the rate, with breaths as deep as at rest: the pattern of opioids. More than at
    /// rest is deeper and faster in equal measure.
    ///
    /// # Source
    /// Slow breathing: Bouillon T et al., Anesthesiology 2003;99:779-787. Deeper and faster: Hey EN et al., Respir
    /// Physiol 1966;1:193-205 (recalled); equal measure is chosen.
    #[must_use]
    pub fn pattern(&self, minute_l_per_min: f64) -> Pattern {
        let rest = self.resting_l_per_min();
        let relative = if rest > 0.0 { minute_l_per_min / rest } else { 0.0 };
        let rate_per_min = self.rate_per_min * if relative > 1.0 { relative.sqrt() } else { relative };
        let dead = l_from_ml(self.dead_space_ml) * rate_per_min;
        let alveolar = minute_l_per_min - dead;
        if alveolar > self.most_alveolar_l_per_min {
            // Breathing at the limit: as deep and fast as it takes.
            let over = self.most_alveolar_l_per_min / alveolar;
            return Pattern {
                alveolar_l_per_min: self.most_alveolar_l_per_min,
                minute_l_per_min: over * minute_l_per_min,
                rate_per_min: over * rate_per_min,
            };
        }
        // Where breaths at rest are all dead space, rounding may leave less than nothing.
        Pattern { alveolar_l_per_min: alveolar.max(0.0), minute_l_per_min, rate_per_min }
    }

    /// How the patient breathes at arterial gases that stay.
    #[must_use]
    pub fn steady(&self, pco2_art_mmhg: f64, po2_art_mmhg: f64) -> Pattern {
        self.pattern(self.minute_l_per_min(&ControlState::settled(pco2_art_mmhg, po2_art_mmhg)))
    }

    /// Whether the patient would not breathe whatever PaCO2 is.
    #[must_use]
    pub fn never_breathes(&self) -> bool {
        self.opioid_depression_frac >= 1.0
    }
}

/// What the chemoreceptors feel: arterial gases as they follow them in time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ControlState {
    /// PCO2 at the central chemoreceptor as arterial PCO2, mmHg.
    pub central_pco2_mmhg: f64,
    /// PCO2 at the peripheral chemoreceptor, mmHg.
    pub peripheral_pco2_mmhg: f64,
    /// Hypoxia there: [`desaturation_percent`].
    pub desaturation_percent: f64,
}

impl ControlState {
    /// In balance with arterial gases.
    #[must_use]
    pub fn settled(pco2_art_mmhg: f64, po2_art_mmhg: f64) -> Self {
        ControlState {
            central_pco2_mmhg: pco2_art_mmhg,
            peripheral_pco2_mmhg: pco2_art_mmhg,
            desaturation_percent: desaturation_percent(po2_art_mmhg),
        }
    }

    /// Follows arterial gases for a while during which they stay.
    pub fn advance(&mut self, dt_s: f64, pco2_art_mmhg: f64, po2_art_mmhg: f64, controller: &Controller) {
        let target = ControlState::settled(pco2_art_mmhg, po2_art_mmhg);
        let (central, peripheral) = (controller.central_tau_s, controller.peripheral_tau_s);
        self.central_pco2_mmhg = approach(self.central_pco2_mmhg, target.central_pco2_mmhg, dt_s, central);
        self.peripheral_pco2_mmhg = approach(self.peripheral_pco2_mmhg, target.peripheral_pco2_mmhg, dt_s, peripheral);
        self.desaturation_percent = approach(self.desaturation_percent, target.desaturation_percent, dt_s, peripheral);
    }

    /// How the patient breathes now.
    #[must_use]
    pub fn pattern(&self, controller: &Controller) -> Pattern {
        controller.pattern(controller.minute_l_per_min(self))
    }
}
