//! How fast carbon monoxide leaves the blood.

use crate::numerics::float;

/// Half-life on air, min, at a PO2 of 100 mmHg, and the power of PO2 by which it falls.
const ON_AIR_MIN: f64 = 320.0;
const AIR_PO2_MMHG: f64 = 100.0;
const POWER: f64 = -0.82;

/// Half-life of carboxyhaemoglobin, min, at an arterial PO2.
///
/// ```text
/// t½ = 320·(PO2/100)^−0.82
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `po2_art_mmhg` | mmHg | above 0; pure O2 at three atmospheres about 2100 |
///
/// # Source
/// The form is ours, fitted to 320 min on air and 23 at three atmospheres of O2 (Peterson JE, Stewart RD, Arch Environ
/// Health 1970;21:165-171, volunteers at rest, recalled) and 74 ± 25 min on pure O2 (Weaver LK et al., Chest
/// 2000;117:801-808, patients).
///
/// ```
/// assert!((isoshunt::physiology::carbon_monoxide::half_life_min(100.0) - 320.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn half_life_min(po2_art_mmhg: f64) -> f64 {
    ON_AIR_MIN * float::pow(po2_art_mmhg / AIR_PO2_MMHG, POWER)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PaO2 on pure O2 taken for 600 mmHg.
    #[test]
    fn val_weaver_2000_half_life_on_pure_oxygen() {
        assert!((half_life_min(600.0) - 74.0).abs() < 8.0, "{}", half_life_min(600.0));
    }

    #[test]
    fn val_peterson_1970_half_life_on_air_and_under_pressure() {
        assert!((half_life_min(100.0) - 320.0).abs() < 1e-9);
        assert!((half_life_min(2100.0) - 23.0).abs() < 4.0, "{}", half_life_min(2100.0));
    }
}
