//! The alveolar-arterial PO2 difference that health has at an age.

/// Difference at birth and its rise with each year, mmHg.
const LINE: [f64; 2] = [2.5, 0.21];
/// Half of the band that holds 19 of 20 healthy people, mmHg.
const HALF_BAND_MMHG: f64 = 11.0;

/// Least, usual and largest difference of a healthy person who breathes air at sea level, mmHg.
///
/// ```text
/// A-a = 2.5 + 0.21·age, ± 11, never below 0
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `age_years` | years | 15 to 90 |
///
/// # Source
/// Mellemgaard K, Acta Physiol Scand 1966;67:10-20 (line and width recalled; seated, on air).
///
/// ```
/// let [low, usual, high] = isoshunt::physiology::expected_gradient::aa_gradient_mmhg(40.0);
/// assert!((usual - 10.9).abs() < 1e-12 && low == 0.0 && (high - 21.9).abs() < 1e-12);
/// ```
#[must_use]
pub fn aa_gradient_mmhg(age_years: f64) -> [f64; 3] {
    let usual = LINE[0] + LINE[1] * age_years;
    [(usual - HALF_BAND_MMHG).max(0.0), usual, usual + HALF_BAND_MMHG]
}
