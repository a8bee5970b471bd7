//! O2 saturation of haemoglobin: Severinghaus's curve, Kelman's shifts, Haldane's rule for carbon monoxide.

use crate::numerics::float::{self, Real};

/// Denominator constant of Severinghaus's curve, mmHg³.
const SEVERINGHAUS_K: f64 = 23_400.0;
/// Linear constant of Severinghaus's curve, mmHg².
const SEVERINGHAUS_B: f64 = 150.0;
/// P50 of Severinghaus's curve, mmHg: the reference that a patient's P50 is held against.
pub const STANDARD_P50_MMHG: f64 = 26.86;
/// Bohr coefficient, decades of PO2 per unit of pH (Kelman 1966).
pub const BOHR_PER_PH: f64 = 0.40;
/// Effect of PCO2 apart from pH, decades of PO2 per decade of PCO2 (Kelman 1966).
pub const CO2_SHIFT_PER_DECADE: f64 = 0.06;
/// Effect of temperature, decades of PO2 per degC (Kelman 1966).
pub const TEMPERATURE_SHIFT_PER_C: f64 = 0.024;

/// Saturation of standard blood (37 degC, pH 7.40, PCO2 40) at a virtual PO2, with its slope.
///
/// ```text
/// S = x/(x + 23400),   x = p³ + 150 p
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `virtual_po2_mmhg` | mmHg | 0 or more |
/// | result | fraction, fraction/mmHg | 0 to 1 |
///
/// # Source
/// Severinghaus JW, J Appl Physiol 1979;46:599-602, equation 1, doi:10.1152/jappl.1979.46.3.599.
///
/// ```
/// let (s, _) = isoshunt::physiology::saturation::standard_curve(40.0);
/// assert!((s - 0.7495).abs() < 5e-5); // the equation; his table of measured blood has 0.7469
/// ```
#[inline]
#[must_use]
pub fn standard_curve<N: Real>(virtual_po2_mmhg: N) -> (N, N) {
    let p = virtual_po2_mmhg;
    let square = p * p;
    let x = p * (square + SEVERINGHAUS_B);
    let inverse = N::of(1.0) / (x + SEVERINGHAUS_K);
    (x * inverse, (square * 3.0 + SEVERINGHAUS_B) * SEVERINGHAUS_K * inverse * inverse)
}

/// How the slope of [`standard_curve`] changes, 1/mmHg².
#[inline]
#[must_use]
pub(crate) fn standard_curve_bend<N: Real>(virtual_po2_mmhg: N) -> N {
    let p = virtual_po2_mmhg;
    let square = p * p;
    let inverse = N::of(1.0) / (p * (square + SEVERINGHAUS_B) + SEVERINGHAUS_K);
    let rise = square * 3.0 + SEVERINGHAUS_B;
    (p * 6.0 - rise * rise * inverse * 2.0) * (inverse * inverse) * SEVERINGHAUS_K
}

/// Factor that turns PO2 into the virtual PO2 of standard blood.
///
/// ```text
/// f = 10^(0.024(37 − T) + 0.40(pH − 7.4) + 0.06 log10(40/PCO2)) · 26.86/P50
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `temperature_c` | degC | 25 to 42 |
/// | `ph` | | any |
/// | `pco2_mmhg` | mmHg | above 0 |
/// | `p50_mmhg` | mmHg, at pH 7.40, PCO2 40, 37 degC | 15 to 40 |
///
/// # Source
/// Kelman GR, J Appl Physiol 1966;21:1375-1376, doi:10.1152/jappl.1966.21.4.1375; P50 as a factor of PO2.
///
/// ```
/// let f = isoshunt::physiology::saturation::virtual_po2_factor(37.0, 7.4, 40.0, 26.86);
/// assert_eq!(f, 1.0);
/// ```
#[must_use]
pub fn virtual_po2_factor(temperature_c: f64, ph: f64, pco2_mmhg: f64, p50_mmhg: f64) -> f64 {
    let decades = TEMPERATURE_SHIFT_PER_C * (37.0 - temperature_c)
        + BOHR_PER_PH * (ph - 7.4)
        + CO2_SHIFT_PER_DECADE * float::log10(40.0 / pco2_mmhg);
    float::pow(10f64, decades) * STANDARD_P50_MMHG / p50_mmhg
}

/// Virtual PO2 that carbon monoxide leaves to O2: `f·PO2` as a function of the virtual PO2 of all ligands, with slope.
///
/// Haldane's rule puts O2Hb and COHb together on the curve at `v = f·PO2·(y + c)/y`, where y and c are their shares of
/// the haemoglobin that can bind. Solved for PO2 it needs no iteration:
/// ```text
/// f·PO2 = v·(1 − c/curve(v)) = v(1 − c) − 23400 c/(v² + 150)
/// ```
/// # Source
/// Haldane J, J Physiol 1895;18:201 and Roughton FJW, Darling RC, Am J Physiol 1944;141:17-31; the closed form follows
/// from [`standard_curve`].
#[inline]
#[must_use]
pub fn o2_part_of_virtual_po2<N: Real>(virtual_po2_mmhg: N, co_share: f64) -> (N, N) {
    let v = virtual_po2_mmhg;
    let inverse = N::of(1.0) / (v * v + SEVERINGHAUS_B);
    let loss = inverse * (SEVERINGHAUS_K * co_share);
    (v * (1.0 - co_share) - loss, v * loss * inverse * 2.0 + (1.0 - co_share))
}

/// How the slope of [`o2_part_of_virtual_po2`] changes, 1/mmHg.
#[inline]
#[must_use]
pub(crate) fn o2_part_bend<N: Real>(virtual_po2_mmhg: N, co_share: f64) -> N {
    let v = virtual_po2_mmhg;
    let inverse = N::of(1.0) / (v * v + SEVERINGHAUS_B);
    (N::of(1.0) - v * v * inverse * 4.0) * (inverse * inverse) * (2.0 * SEVERINGHAUS_K * co_share)
}

/// Virtual PO2 of all ligands for a given `f·PO2`: the inverse of [`o2_part_of_virtual_po2`].
#[must_use]
pub fn virtual_po2_of_all_ligands(o2_part_mmhg: f64, co_share: f64) -> f64 {
    virtual_po2_from_lowest(o2_part_mmhg, co_share, lowest_virtual_po2(co_share))
}

/// As [`virtual_po2_of_all_ligands`], of a blood whose [`lowest_virtual_po2`] is known.
pub(crate) fn virtual_po2_from_lowest(o2_part_mmhg: f64, co_share: f64, lowest_mmhg: f64) -> f64 {
    if co_share <= 0.0 {
        return o2_part_mmhg;
    }
    // v(1 − c) exceeds f·PO2 by at most 23400 c/150.
    let high = (o2_part_mmhg + SEVERINGHAUS_K * co_share / SEVERINGHAUS_B) / (1.0 - co_share);
    let start = (o2_part_mmhg / (1.0 - co_share)).max(lowest_mmhg);
    crate::numerics::roots::increasing(0.0, high, start, |v| {
        let (part, slope) = o2_part_of_virtual_po2(v, co_share);
        (part - o2_part_mmhg, slope)
    })
}

/// Virtual PO2 at which carbon monoxide alone accounts for all ligand and PO2 is 0.
#[must_use]
pub fn lowest_virtual_po2(co_share: f64) -> f64 {
    if co_share <= 0.0 {
        return 0.0;
    }
    let k = SEVERINGHAUS_K * co_share / (1.0 - co_share);
    let high = float::cbrt(k) + 1.0;
    crate::numerics::roots::increasing(0.0, high, high, |v| {
        (v * (v * v + SEVERINGHAUS_B) - k, 3.0 * v * v + SEVERINGHAUS_B)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_severinghaus_1979_p50_and_teaching_points() {
        let (s, _) = standard_curve(STANDARD_P50_MMHG);
        assert!((s - 0.5).abs() < 2e-4);
        for (po2, percent) in [(27.0, 50.0), (40.0, 75.0), (60.0, 90.0), (100.0, 97.5)] {
            assert!((100.0 * standard_curve(po2).0 - percent).abs() < 1.0);
        }
    }

    #[test]
    fn inv_slopes_are_derivatives() {
        for v in [0.5, 5.0, 26.0, 60.0, 400.0] {
            for c in [0.0, 0.3, 0.85] {
                let h = 1e-5 * v;
                let (_, slope) = standard_curve(v);
                assert!((slope - (standard_curve(v + h).0 - standard_curve(v - h).0) / (2.0 * h)).abs() < 1e-9);
                let bend = standard_curve_bend(v);
                let numeric = (standard_curve(v + h).1 - standard_curve(v - h).1) / (2.0 * h);
                assert!((bend - numeric).abs() < 1e-9, "{bend} {numeric}");
                let bend = o2_part_bend(v, c);
                let numeric = (o2_part_of_virtual_po2(v + h, c).1 - o2_part_of_virtual_po2(v - h, c).1) / (2.0 * h);
                assert!((bend - numeric).abs() < 1e-7 * bend.abs().max(1e-3), "{bend} {numeric}");
                let (_, slope) = o2_part_of_virtual_po2(v, c);
                let numeric = (o2_part_of_virtual_po2(v + h, c).0 - o2_part_of_virtual_po2(v - h, c).0) / (2.0 * h);
                assert!((slope / numeric - 1.0).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn inv_haldane_equation_holds() {
        for c in [0.05, 0.3, 0.75, 0.857] {
            assert!((standard_curve(lowest_virtual_po2(c)).0 - c).abs() < 1e-14);
            for part in [0.01, 1.0, 20.0, 100.0, 700.0] {
                let v = virtual_po2_of_all_ligands(part, c);
                let y = standard_curve(v).0 - c;
                assert!((v - part * (y + c) / y).abs() < 1e-7 * v, "c {c} part {part}: {v}");
            }
        }
    }
}
