//! Barometric pressure at altitude.

use crate::numerics::float;

/// Barometric pressure at an altitude, mmHg.
///
/// ```text
/// PB = exp(6.63268 − 0.1112 h − 0.00149 h²),   h in km
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `altitude_m` | m | 0 to 9000 |
///
/// # Source
/// West JB, J Appl Physiol 1996;81:1850-1854, doi:10.1152/jappl.1996.81.4.1850 (model atmosphere of climbed mountains).
///
/// ```
/// let pb = isoshunt::physiology::altitude::barometric_pressure_mmhg(8848.0);
/// assert!((pb - 253.0).abs() < 1.0);
/// ```
#[must_use]
pub fn barometric_pressure_mmhg(altitude_m: f64) -> f64 {
    let km = altitude_m / 1000.0;
    float::exp(6.63268 - 0.1112 * km - 0.00149 * km * km)
}

/// Altitude at which a barometric pressure is usual, m; the inverse of [`barometric_pressure_mmhg`].
#[must_use]
pub fn altitude_m(barometric_pressure_mmhg: f64) -> f64 {
    let c = 6.63268 - float::ln(barometric_pressure_mmhg);
    1000.0 * 2.0 * c / (0.1112 + (float::powi(0.1112f64, 2) + 4.0 * 0.00149 * c).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_altitude_and_pressure_are_inverse() {
        for metres in [-300.0, 0.0, 1500.0, 4300.0, 8848.0] {
            assert!((altitude_m(barometric_pressure_mmhg(metres)) - metres).abs() < 1e-8);
        }
    }
}
