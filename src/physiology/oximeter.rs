//! What a pulse oximeter reads: not the arterial saturation.

/// MetHb fraction from which an oximeter reads 85 % whatever the blood holds.
const METHB_PLATEAU_FRAC: f64 = 0.35;
/// That reading.
const METHB_READING_FRAC: f64 = 0.85;

/// Noise-free reading of a two-wavelength pulse oximeter, as a fraction.
///
/// ```text
/// F = (O2Hb + COHb)/(1 − MetHb),   SpO2 = F + w·(0.85 − F),   w = min(1, MetHb/0.35)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `saturation_frac` | fraction of the Hb that can bind O2 | 0 to 1 |
/// | `cohb_frac`, `methb_frac` | fractions of all Hb | sum below 1 |
///
/// # Source
/// Barker SJ, Tremper KK, Anesthesiology 1987;66:677-679 (COHb reads as O2Hb); Barker SJ, Tremper KK, Hyman J,
/// Anesthesiology 1989;70:112-117 (plateau near 85 % above 30 to 35 % MetHb).
///
/// ```
/// let spo2 = isoshunt::physiology::oximeter::spo2_frac(0.98, 0.30, 0.0);
/// assert!(spo2 > 0.98); // carbon monoxide looks like oxygen
/// ```
#[must_use]
pub fn spo2_frac(saturation_frac: f64, cohb_frac: f64, methb_frac: f64) -> f64 {
    let o2hb = saturation_frac * (1.0 - cohb_frac - methb_frac);
    let functional = (o2hb + cohb_frac) / (1.0 - methb_frac);
    let weight = (methb_frac / METHB_PLATEAU_FRAC).min(1.0);
    functional + weight * (METHB_READING_FRAC - functional)
}

/// Cardiac output at which the delay to the finger is given, L/min.
pub const NORMAL_OUTPUT_L_PER_MIN: f64 = 5.0;
/// Longest that blood takes to the finger while the oximeter still reads, s.
///
/// # Source
/// A hypoxic transient was seen 6 min late just above the failure of the signal (Severinghaus & Spellman 1990).
pub const LONGEST_DELAY_S: f64 = 360.0;
/// Signal of the finger, over the normal one, below which the oximeter shows nothing.
///
/// # Source
/// Devices fail at a perfusion index of 0.1 to 0.3 %, healthy fingers have about 1.4 (Lima AP, Crit Care Med
/// 2002;30:1210-1213).
pub const LEAST_SIGNAL_FRAC: f64 = 0.15;
/// The signal comes back at this multiple of the one at which it went.
///
/// # Source
/// Severinghaus JW, Spellman MJ, Anesthesiology 1990;73:532-537: lost at systolic pressures of 25 and 37 mmHg, back at
/// 34 and 47.
pub const RECOVERY_RATIO: f64 = 1.3;

/// Time from the arterial pool to the finger, s.
///
/// ```text
/// t = t5·(5/Q̇)/f,   at most 360
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `at_normal_output_s` | s, for a warm finger at 5 L/min | above 0 |
/// | `output_l_per_min` | L/min | above 0 |
/// | `finger_perfusion_frac` | flow of the finger over that of a warm one | above 0, at most 1 |
///
/// # Source
/// A fixed volume of blood on the way, which flow pushes along. Cold fingers: MacLeod DB, Anaesthesia 2005;60:65-71,
/// where mild hypothermia lengthened the response of finger oximeters from 130 to 215 s and left ear and forehead alone:
///
/// ```
/// use isoshunt::physiology::oximeter::finger_delay_s;
/// let longer = finger_delay_s(20.0, 5.0, 0.2) - finger_delay_s(20.0, 5.0, 1.0);
/// assert!((longer - 85.0).abs() < 10.0);
/// ```
#[must_use]
pub fn finger_delay_s(at_normal_output_s: f64, output_l_per_min: f64, finger_perfusion_frac: f64) -> f64 {
    (at_normal_output_s * NORMAL_OUTPUT_L_PER_MIN / output_l_per_min / finger_perfusion_frac).min(LONGEST_DELAY_S)
}

/// Strength of the pulse at the finger, over the normal one.
///
/// ```text
/// signal = f·min(1, Q̇/5)²
/// ```
/// Units and ranges as [`finger_delay_s`].
///
/// # Source
/// The square is a choice: at low output the skin is shut off, so that its flow falls more than the output does
/// (Lima 2002). It loses the signal of a warm finger below an output of 1.9 L/min.
#[must_use]
pub fn finger_signal_frac(output_l_per_min: f64, finger_perfusion_frac: f64) -> f64 {
    let output = (output_l_per_min / NORMAL_OUTPUT_L_PER_MIN).min(1.0);
    finger_perfusion_frac * output * output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_barker_tremper_1987_1989() {
        // SpO2 stays above 90 % while O2Hb is below 30 % in dogs with COHb up to 75 %.
        assert!(spo2_frac(0.97, 0.70, 0.0) > 0.9);
        for saturation in [0.5, 0.8, 1.0] {
            assert!((spo2_frac(saturation, 0.0, 0.4) - 0.85).abs() < 1e-12);
        }
        assert!((spo2_frac(0.93, 0.0, 0.0) - 0.93).abs() < 1e-15);
    }
}
