//! Water vapour of gas at body temperature.

use crate::numerics::float;
use crate::units::{NORMAL_TEMPERATURE_C, PH2O_MMHG};

/// Saturated vapour pressure of water, mmHg.
///
/// ```text
/// PH2O = 47·b(T)/b(37),   b = exp((18.678 − T/234.5)·T/(257.14 + T))
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `temperature_c` | degC | 0 to 50 |
///
/// # Source
/// Buck AL, J Appl Meteorol 1981;20:1527-1532, doi:10.1175/1520-0450(1981)020<1527:NEFCVP>2.0.CO;2, with the coefficients
/// of his later manual; scaled by less than 0.2 % so that it is the 47 mmHg of physiology at 37 degC.
///
/// ```
/// use isoshunt::physiology::water_vapour::water_vapour_mmhg;
/// assert_eq!(water_vapour_mmhg(37.0), 47.0);
/// assert!((water_vapour_mmhg(28.0) - 28.3).abs() < 0.1);
/// ```
#[must_use]
pub fn water_vapour_mmhg(temperature_c: f64) -> f64 {
    PH2O_MMHG * (buck(temperature_c) / buck(NORMAL_TEMPERATURE_C))
}

/// Vapour pressure over that at 0 degC.
fn buck(temperature_c: f64) -> f64 {
    float::exp((18.678 - temperature_c / 234.5) * temperature_c / (257.14 + temperature_c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_steam_tables() {
        // Saturated steam at 20, 30, 40, 42 degC: 2.339, 4.247, 7.384, 8.209 kPa (IAPWS-IF97 steam tables); scaling to 47
        // at 37 degC, where they have 47.1, takes 0.2 %.
        for (celsius, kpa) in [(20.0, 2.339), (30.0, 4.247), (40.0, 7.384), (42.0, 8.209)] {
            let expected = crate::units::mmhg_from_kpa(kpa);
            assert!((water_vapour_mmhg(celsius) / expected - 1.0).abs() < 4e-3, "{celsius}: {expected}");
        }
        for (celsius, mmhg) in [(28.0, 28.3), (37.0, 47.0), (40.0, 55.3), (42.0, 61.4)] {
            assert!((water_vapour_mmhg(celsius) - mmhg).abs() < 0.2, "{celsius}");
        }
    }
}
