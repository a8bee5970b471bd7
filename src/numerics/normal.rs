//! The normal distribution.

use crate::numerics::float;

/// Cumulative standard normal distribution, absolute error below 1e-15 in practice.
///
/// ```text
/// Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/15 + …)
/// ```
/// Marsaglia's series near 0, the continued fraction of the tail beyond 3.
///
/// # Source
/// Marsaglia G, J Stat Softw 2004;11(4), doi:10.18637/jss.v011.i04; Abramowitz & Stegun 26.2.14.
///
/// ```
/// let phi = isoshunt::numerics::normal::cumulative(1.959_963_984_540_054);
/// assert!((phi - 0.975).abs() < 1e-15);
/// ```
#[must_use]
pub fn cumulative(z: f64) -> f64 {
    if z.is_nan() {
        return f64::NAN;
    }
    if z.abs() > 38.0 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let density = float::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    if z.abs() < 3.0 {
        let (mut sum, mut term, mut n) = (z, z, 1.0);
        while term.abs() > f64::EPSILON * sum.abs() {
            n += 2.0;
            term *= z * z / n;
            sum += term;
        }
        0.5 + density * sum
    } else {
        let a = z.abs();
        let fraction = (1..=120).rev().fold(a, |fraction, n| a + f64::from(n) / fraction);
        let tail = density / fraction;
        if z > 0.0 { 1.0 - tail } else { tail }
    }
}

/// Value below which a share of the standard normal distribution lies: the inverse of [`cumulative`].
///
/// `share` lies between 0 and 1, both excluded; outside the result is infinite.
///
/// ```
/// assert!((isoshunt::numerics::normal::quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
/// ```
#[must_use]
pub fn quantile(share: f64) -> f64 {
    if !(share > 0.0 && share < 1.0) {
        return if share >= 1.0 { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    super::roots::increasing(-38.0, 38.0, 0.0, |z| {
        let density = float::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
        (cumulative(z) - share, density)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_abramowitz_table_26_1() {
        for (z, phi) in [
            (0.0, 0.5),
            (0.5, 0.691_462_461_274_013),
            (1.0, 0.841_344_746_068_543),
            (2.0, 0.977_249_868_051_821),
            (3.5, 0.999_767_370_920_964),
            (-4.0, 3.167_124_183_312e-5),
        ] {
            assert!((cumulative(z) - phi).abs() < 1e-14, "{z}: {}", cumulative(z));
        }
    }

    #[test]
    fn inv_the_quantile_is_the_inverse() {
        for share in [1e-9, 1e-3, 0.2, 0.5, 0.77, 0.999] {
            assert!((cumulative(quantile(share)) / share - 1.0).abs() < 1e-12, "{share}: {}", quantile(share));
        }
    }

    #[test]
    fn inv_both_branches_meet() {
        assert!((cumulative(3.0 - 1e-9) - cumulative(3.0)).abs() < 1e-11);
        assert!((cumulative(-2.5) + cumulative(2.5) - 1.0).abs() < 1e-15);
    }
}
