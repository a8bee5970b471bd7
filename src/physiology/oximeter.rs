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
