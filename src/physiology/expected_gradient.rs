//! The alveolar-arterial PO2 difference that health has at an age.

/// Difference at birth and its rise with each year, mmHg.
const LINE: [f64; 2] = [2.5, 0.21];
/// Half of the band that holds 19 of 20 healthy people, mmHg.
const HALF_BAND_MMHG: f64 = 11.0;

/// What health has at an age, mmHg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Health {
    /// Least: one healthy person in forty has less.
    pub low_mmhg: f64,
    /// Usual.
    pub usual_mmhg: f64,
    /// Largest: one in forty has more.
    pub high_mmhg: f64,
}

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
/// let health = isoshunt::physiology::expected_gradient::aa_gradient_mmhg(40.0);
/// assert!((health.usual_mmhg - 10.9).abs() < 1e-12 && health.low_mmhg == 0.0 && (health.high_mmhg - 21.9).abs() < 1e-12);
/// ```
#[must_use]
pub fn aa_gradient_mmhg(age_years: f64) -> Health {
    let usual_mmhg = LINE[0] + LINE[1] * age_years;
    let (low_mmhg, high_mmhg) = ((usual_mmhg - HALF_BAND_MMHG).max(0.0), usual_mmhg + HALF_BAND_MMHG);
    Health { low_mmhg, usual_mmhg, high_mmhg }
}
