//! Control of breathing: ventilation answers PaCO2, acid and hypoxia, and less under an opioid.

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
pub const OPIOID_SHIFT_MMHG: f64 = 4.0;
/// Depression by an opioid at which the wakefulness drive is gone.
///
/// Tuned, with the cube of the approach: what 0.42 leaves of the hypoxic response (`val_weil_1975_*`), and that an opioid
/// that takes half of the response leaves about half of the drive (`val_bouillon_2003_*`).
const ASLEEP_FRAC: f64 = 0.65;
/// How far one mmol/L of base deficit lowers the CO2 threshold, mmHg.
///
/// Tuned to Winters' rule (`val_albert_1967_*` in `tests/feedbacks.rs`).
pub const ACIDOSIS_SHIFT_MMHG_L_PER_MMOL: f64 = 1.25;
/// How far one mmol/L of base excess raises it, mmHg: tuned to the rule for metabolic alkalosis (`val_javaheri_1987_*`).
pub const ALKALOSIS_SHIFT_MMHG_L_PER_MMOL: f64 = 0.7;
/// Share of that which acts at once, at the carotid body; the rest waits for the brain's fluid.
///
/// # Source
/// Chosen between 0.3 and 0.5 (Mitchell RA, Singer MM, J Appl Physiol 1965;20:905-911, recalled: bicarbonate of
/// cerebrospinal fluid follows that of blood over hours).
pub const ACID_AT_ONCE_FRAC: f64 = 0.4;

/// The patient whose breathing in balance is known: changes from here are answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// PaCO2, mmHg.
    pub pco2_art_mmhg: f64,
    /// Minute ventilation, L/min BTPS.
    pub minute_l_per_min: f64,
    /// Hypoxia: [`desaturation_percent`].
    pub desaturation_percent: f64,
    /// Base excess, mmol/L.
    pub base_excess_mmol_per_l: f64,
    /// Depression by an opioid, 0 to 1.
    pub opioid_depression_frac: f64,
}

/// How one patient's breathing is controlled.
///
/// Minute ventilation is the sum of what wakefulness keeps up, a central part that senses CO2, a peripheral one that
/// senses CO2 and hypoxia together, and one that senses hypoxia alone.
/// ```text
/// V̇E = w·V̇E,ref·max(0, 1 − (d/0.65)³) + (1−d)·S0·(1 − (1−d)·G·H0)·(PcCO2 − B)⁺ + (1−d)²·S0·G·H·(PpCO2 − B)⁺ + (1−d)²·A·(H − H0)⁺
/// B = B_ref + a·ΔBE + 4 mmHg·Δd,   H = 100·(1 − S(PaO2)),   H0 = H(100 mmHg),   a = 1.25 below the reference, 0.7 above
/// ```
/// B_ref is such that the reference is an equilibrium, acid, hypoxia and opioid in it. Where wakefulness and hypoxia
/// alone would drive more than is breathed there, the controller is a blunted one: w, G and A are scaled until they fit.
/// H is percent of desaturation of standard blood at the arterial PO2: the carotid body senses tension, so CO and
/// methaemoglobin do not drive breathing. Hyperoxia leaves the peripheral part next to nothing. The term without CO2
/// works below B, so that hypoxia makes a patient breathe PaCO2 down. Of a change of base excess 0.4 acts at once, the
/// rest with a time constant of hours. Ventilation of 0 is apnoea.
///
/// What is left out: the decline of the hypoxic response within half an hour, the depression of the brain by severe
/// hypoxia, and acclimatisation to altitude beyond what the reference holds.
///
/// # Source
/// Lloyd BB, Cunningham DJC, in: The Regulation of Human Respiration, Blackwell 1963: lines of V̇E on PCO2, steeper in
/// hypoxia. Rebuck AS, Campbell EJM, Am Rev Respir Dis 1974;109:345-350: linear in saturation, steeper at high PCO2.
/// Bellville JW et al., J Appl Physiol 1979;46:843-853: central and peripheral part, three to one, with their time
/// constants. Fink BR, J Appl Physiol 1961;16:15-20: wakefulness drive. Weil JV et al., N Engl J Med
/// 1975;292:1103-1106: an opioid depresses the response to hypoxia more than that to CO2. Volumes and pages recalled
/// but for the last. The term of hypoxia without CO2 is ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controller {
    /// Alveolar ventilation of the usual way to breathe, L/min BTPS.
    pub alveolar_l_per_min: f64,
    /// Breathing rate there, per minute.
    pub rate_per_min: f64,
    /// Anatomical dead space, mL.
    pub dead_space_ml: f64,
    /// Where breathing is in balance.
    pub reference: Reference,
    /// S0: rise of minute ventilation by PaCO2 at normal PaO2, L/min/mmHg.
    pub co2_response_l_per_min_mmhg: f64,
    /// G: share by which the CO2 response rises for each percent of saturation lost.
    pub hypoxic_gain_per_percent: f64,
    /// A: rise of minute ventilation for each percent of saturation lost, without CO2, L/min/percent.
    pub hypoxic_drive_l_per_min_percent: f64,
    /// w: share of the ventilation of the reference that being awake keeps up without CO2.
    pub wakefulness_frac: f64,
    /// d: what an opioid takes of the CO2 response, 0 to 1; 1 is apnoea.
    pub opioid_depression_frac: f64,
    /// Base excess, mmol/L.
    pub base_excess_mmol_per_l: f64,
    /// Time constant of the central part, s.
    pub central_tau_s: f64,
    /// Time constant of the peripheral part, s.
    pub peripheral_tau_s: f64,
    /// Time constant of what of an acid does not act at once, s.
    pub acid_tau_s: f64,
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
    /// Minute ventilation of the usual way to breathe, L/min.
    #[must_use]
    pub fn resting_l_per_min(&self) -> f64 {
        self.alveolar_l_per_min + l_from_ml(self.dead_space_ml) * self.rate_per_min
    }

    /// What wakefulness and hypoxia drive without CO2, L/min, at a depression and a desaturation.
    fn unchemical_l_per_min(&self, depression_frac: f64, desaturation: f64) -> f64 {
        let asleep = depression_frac / ASLEEP_FRAC;
        let awake = (1.0 - asleep * asleep * asleep).max(0.0);
        let left = 1.0 - depression_frac;
        let hypoxic = (desaturation - desaturation_percent(REFERENCE_PO2_MMHG)).max(0.0);
        self.wakefulness_frac * awake * self.reference.minute_l_per_min
            + left * left * self.hypoxic_drive_l_per_min_percent * hypoxic
    }

    /// Share of w, G and A that a patient has left who breathes no more than he does at the reference.
    fn blunted_frac(&self) -> f64 {
        let Reference { minute_l_per_min, desaturation_percent, opioid_depression_frac, .. } = self.reference;
        let driven = self.unchemical_l_per_min(opioid_depression_frac, desaturation_percent);
        if driven > minute_l_per_min { minute_l_per_min / driven } else { 1.0 }
    }

    /// Slopes by central and by peripheral PCO2, L/min/mmHg, at a depression and a desaturation.
    fn slopes(&self, depression_frac: f64, desaturation: f64) -> [f64; 2] {
        let left = 1.0 - depression_frac;
        let slope = left * self.co2_response_l_per_min_mmhg;
        let gain = left * self.blunted_frac() * self.hypoxic_gain_per_percent;
        [slope * (1.0 - gain * desaturation_percent(REFERENCE_PO2_MMHG)), slope * gain * desaturation]
    }

    /// How far acid moves the threshold once all of it acts, mmHg.
    #[must_use]
    pub fn acid_shift_mmhg(&self) -> f64 {
        let change = self.base_excess_mmol_per_l - self.reference.base_excess_mmol_per_l;
        change * if change < 0.0 { ACIDOSIS_SHIFT_MMHG_L_PER_MMOL } else { ALKALOSIS_SHIFT_MMHG_L_PER_MMOL }
    }

    /// PCO2 at which the chemical drive begins, mmHg, once acid has acted as far as `slow_acid_mmhg`.
    #[must_use]
    pub fn threshold_mmhg(&self, slow_acid_mmhg: f64) -> f64 {
        let Reference { pco2_art_mmhg, minute_l_per_min, desaturation_percent, opioid_depression_frac, .. } =
            self.reference;
        let driven = self.blunted_frac() * self.unchemical_l_per_min(opioid_depression_frac, desaturation_percent);
        let slope: f64 = self.slopes(opioid_depression_frac, desaturation_percent).iter().sum();
        let above = if slope > 0.0 { (minute_l_per_min - driven).max(0.0) / slope } else { 0.0 };
        let acid = ACID_AT_ONCE_FRAC * self.acid_shift_mmhg() + (1.0 - ACID_AT_ONCE_FRAC) * slow_acid_mmhg;
        let opioid = OPIOID_SHIFT_MMHG * (self.opioid_depression_frac - opioid_depression_frac);
        pco2_art_mmhg - above + acid + opioid
    }

    /// Minute ventilation that a drive asks for, L/min, 0 or more.
    #[must_use]
    pub fn minute_l_per_min(&self, drive: &ControlState) -> f64 {
        let depression = self.opioid_depression_frac;
        let [central, peripheral] = self.slopes(depression, drive.desaturation_percent);
        let threshold = self.threshold_mmhg(drive.slow_acid_mmhg);
        let above = |pco2_mmhg: f64| (pco2_mmhg - threshold).max(0.0);
        let chemical = central * above(drive.central_pco2_mmhg) + peripheral * above(drive.peripheral_pco2_mmhg);
        chemical + self.blunted_frac() * self.unchemical_l_per_min(depression, drive.desaturation_percent)
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
        self.pattern(self.minute_l_per_min(&ControlState::settled(pco2_art_mmhg, po2_art_mmhg, self)))
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
    /// [`Controller::acid_shift_mmhg`] as far as the slow part has followed it, mmHg.
    #[serde(default)]
    pub slow_acid_mmhg: f64,
}

impl ControlState {
    /// In balance with arterial gases and the acid of a patient.
    #[must_use]
    pub fn settled(pco2_art_mmhg: f64, po2_art_mmhg: f64, controller: &Controller) -> Self {
        ControlState {
            central_pco2_mmhg: pco2_art_mmhg,
            peripheral_pco2_mmhg: pco2_art_mmhg,
            desaturation_percent: desaturation_percent(po2_art_mmhg),
            slow_acid_mmhg: controller.acid_shift_mmhg(),
        }
    }

    /// Follows arterial gases for a while during which they stay.
    pub fn advance(&mut self, dt_s: f64, pco2_art_mmhg: f64, po2_art_mmhg: f64, controller: &Controller) {
        let target = ControlState::settled(pco2_art_mmhg, po2_art_mmhg, controller);
        let (central, peripheral) = (controller.central_tau_s, controller.peripheral_tau_s);
        self.central_pco2_mmhg = approach(self.central_pco2_mmhg, target.central_pco2_mmhg, dt_s, central);
        self.peripheral_pco2_mmhg = approach(self.peripheral_pco2_mmhg, target.peripheral_pco2_mmhg, dt_s, peripheral);
        self.desaturation_percent = approach(self.desaturation_percent, target.desaturation_percent, dt_s, peripheral);
        self.slow_acid_mmhg = approach(self.slow_acid_mmhg, target.slow_acid_mmhg, dt_s, controller.acid_tau_s);
    }

    /// How the patient breathes now.
    #[must_use]
    pub fn pattern(&self, controller: &Controller) -> Pattern {
        controller.pattern(controller.minute_l_per_min(self))
    }
}
