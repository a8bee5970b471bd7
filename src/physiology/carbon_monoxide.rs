//! How fast carbon monoxide leaves the blood.

use crate::numerics::float;

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
/// Fitted to 320 min on air, 74 ± 25 on pure O2 (Weaver LK et al., Chest 2000;117:801-808) and 23 to 26 under pressure
/// (Peterson JE, Stewart RD, Arch Environ Health 1970;21:165-171, recalled).
///
/// ```
/// assert!((isoshunt::physiology::carbon_monoxide::half_life_min(100.0) - 320.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn half_life_min(po2_art_mmhg: f64) -> f64 {
    320.0 * float::pow(po2_art_mmhg / 100.0, -0.82)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_weaver_2000_half_lives() {
        assert!((half_life_min(600.0) - 74.0).abs() < 8.0, "{}", half_life_min(600.0));
        assert!((23.0..=27.0).contains(&half_life_min(2100.0)), "{}", half_life_min(2100.0));
    }
}
