//! Exponentials, logarithms, powers and angles that give the same bits on every processor and in every build.
//!
//! The functions of the standard library are those of the C library, which takes another routine where the processor
//! multiplies and adds at once; a run saved on one machine would end otherwise on another. [`exp`] and [`ln`] are made
//! here of sums, products, quotients and the bits of numbers alone, for one number or for four at a time
//! ([`Lanes`]), and both forms are the same code. What is only ever wanted for one number comes from `libm`.
//!
//! `clippy.toml` forbids the functions of the standard library.

use std::ops::{Add, Div, Mul, Neg, Sub};

use wide::bytemuck::cast;
use wide::{f64x4, u64x4};

/// Numbers in [`Lanes`].
pub const LANES: usize = 4;

/// A number, or several that share their way: what a formula needs that is to hold for both.
///
/// Comparisons are answered with one of two values, never with a branch.
pub trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Mul<f64, Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
{
    /// The same number everywhere.
    fn of(value: f64) -> Self;
    /// Square root.
    #[must_use]
    fn sqrt(self) -> Self;
    /// Without its sign.
    #[must_use]
    fn abs(self) -> Self;
    /// `yes` where the number lies below `than`, else `no`.
    #[must_use]
    fn if_below(self, than: Self, yes: Self, no: Self) -> Self;
    /// Whether every one of them lies below `than`; what is no number does not.
    #[must_use]
    fn all_below(self, than: f64) -> bool;
    /// `2^k` of a number `k + 1.5·2^52`, k from -1022 to 1024 (infinite).
    #[must_use]
    fn power_of_two(self) -> Self;
    /// Exponent and mantissa of a positive normal number: `2^k·m`, m from √½ to √2.
    #[must_use]
    fn split(self) -> (Self, Self);

    /// The smaller one.
    #[inline]
    #[must_use]
    fn least(self, other: Self) -> Self {
        self.if_below(other, self, other)
    }

    /// The larger one.
    #[inline]
    #[must_use]
    fn most(self, other: Self) -> Self {
        self.if_below(other, other, self)
    }
}

/// Half of the bits of a mantissa above the point: a sum with it is rounded to whole numbers.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// Bits that make [`ROUNDER`] plus a whole number an exponent when shifted into its place.
const EXPONENT_BIAS: u64 = 1023;
/// Bits of a mantissa.
const MANTISSA: u64 = (1 << 52) - 1;
/// Bits of √½.
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
/// Bits of 1 less those of √½: what brings mantissas from √½ on to an exponent of their own.
const FROM_SQRT_HALF: u64 = 0x3ff0_0000_0000_0000 - SQRT_HALF;
/// 2^52, whose last bits are a whole number.
const WHOLE: f64 = 4_503_599_627_370_496.0;

impl Real for f64 {
    #[inline]
    fn of(value: f64) -> f64 {
        value
    }

    #[inline]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }

    #[inline]
    fn abs(self) -> f64 {
        f64::abs(self)
    }

    #[inline]
    fn if_below(self, than: f64, yes: f64, no: f64) -> f64 {
        if self < than { yes } else { no }
    }

    #[inline]
    fn all_below(self, than: f64) -> bool {
        self < than
    }

    #[inline]
    fn power_of_two(self) -> f64 {
        f64::from_bits(self.to_bits().wrapping_add(EXPONENT_BIAS) << 52)
    }

    #[inline]
    fn split(self) -> (f64, f64) {
        let shifted = self.to_bits().wrapping_add(FROM_SQRT_HALF);
        let exponent = f64::from_bits((shifted >> 52) | WHOLE.to_bits()) - (WHOLE + EXPONENT_BIAS as f64);
        (exponent, f64::from_bits((shifted & MANTISSA) + SQRT_HALF))
    }
}

/// Four numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lanes(f64x4);

impl Lanes {
    /// Four numbers side by side.
    #[inline]
    #[must_use]
    pub fn new(values: [f64; LANES]) -> Self {
        Lanes(f64x4::new(values))
    }

    /// One after the other.
    #[inline]
    #[must_use]
    pub fn to_array(self) -> [f64; LANES] {
        self.0.to_array()
    }

    /// Their sum, in one order everywhere.
    #[inline]
    #[must_use]
    pub fn sum(self) -> f64 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }
}

macro_rules! operate {
    ($($name:ident $call:ident),*) => {$(
        impl $name for Lanes {
            type Output = Lanes;

            #[inline]
            fn $call(self, other: Lanes) -> Lanes {
                Lanes(self.0.$call(other.0))
            }
        }

        impl $name<f64> for Lanes {
            type Output = Lanes;

            #[inline]
            fn $call(self, other: f64) -> Lanes {
                Lanes(self.0.$call(f64x4::splat(other)))
            }
        }
    )*};
}
operate!(Add add, Sub sub, Mul mul, Div div);

impl Neg for Lanes {
    type Output = Lanes;

    #[inline]
    fn neg(self) -> Lanes {
        Lanes(-self.0)
    }
}

impl Real for Lanes {
    #[inline]
    fn of(value: f64) -> Lanes {
        Lanes(f64x4::splat(value))
    }

    #[inline]
    fn sqrt(self) -> Lanes {
        Lanes(self.0.sqrt())
    }

    #[inline]
    fn abs(self) -> Lanes {
        Lanes(cast(cast::<f64x4, u64x4>(self.0) & u64x4::splat(!(1 << 63))))
    }

    #[inline]
    fn if_below(self, than: Lanes, yes: Lanes, no: Lanes) -> Lanes {
        Lanes(self.0.simd_lt(than.0).select(yes.0, no.0))
    }

    #[inline]
    fn all_below(self, than: f64) -> bool {
        self.0.simd_lt(f64x4::splat(than)).to_bitmask() == (1 << LANES) - 1
    }

    #[inline]
    fn power_of_two(self) -> Lanes {
        let bits: u64x4 = cast(self.0);
        Lanes(cast((bits + u64x4::splat(EXPONENT_BIAS)) << 52u32))
    }

    #[inline]
    fn split(self) -> (Lanes, Lanes) {
        let shifted = cast::<f64x4, u64x4>(self.0) + u64x4::splat(FROM_SQRT_HALF);
        let exponent: f64x4 = cast((shifted >> 52u32) | u64x4::splat(WHOLE.to_bits()));
        let mantissa: f64x4 = cast((shifted & u64x4::splat(MANTISSA)) + u64x4::splat(SQRT_HALF));
        (Lanes(exponent) - (WHOLE + EXPONENT_BIAS as f64), Lanes(mantissa))
    }
}

/// The first bits of ln 2: a product with an exponent is exact.
const LN_2_HEAD: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
/// What they leave of it.
const LN_2_REST: f64 = 1.908_214_929_270_587_7e-10;
/// Below this [`exp`] is 0; the true value is no normal number.
const EXP_LEAST: f64 = -708.0;

/// `e^x`.
///
/// ```text
/// x = k·ln 2 + r,  |r| ≤ ½ ln 2,  e^r = 1 + r + r·t/(2 − t),
/// t = r + 2 − r·coth(r/2),  r·coth(r/2) = Σ 2·B₂ₙ·r²ⁿ/(2n)!
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `x` | 1 | any; below -708 the result is 0, above 709.43 infinite |
///
/// Error below 1 unit in the last place.
///
/// # Source
/// Cody WJ, Waite W, Software Manual for the Elementary Functions, Prentice-Hall 1980 (reduction of x); Abramowitz &
/// Stegun 4.5.67 (series of coth, with Bernoulli's numbers).
///
/// ```
/// use isoshunt::numerics::float::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
#[inline]
#[must_use]
pub fn exp<N: Real>(x: N) -> N {
    let value = x.if_below(N::of(EXP_LEAST), N::of(0.0), exp_inside(x));
    // Beyond the last exponent the bits shifted away would be missed.
    N::of(EXP_MOST).if_below(x, N::of(f64::INFINITY), value)
}

/// As [`exp`], of what lies between -708 and 709.43 and need not be looked at: anything beyond gives any number.
#[inline]
#[must_use]
pub fn exp_inside<N: Real>(x: N) -> N {
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let (head, rest) = (x - k * LN_2_HEAD, k * LN_2_REST);
    let r = head - rest;
    let z = r * r;
    let w = z * z;
    // r less what r·coth(r/2) has above 2: even and odd terms apart, two chains at once.
    let even = (w * (1.0 / 23_950_080.0) + 1.0 / 15_120.0) * w + 1.0 / 6.0;
    let odd = (w * (-691.0 / 653_837_184_000.0) - 1.0 / 604_800.0) * w - 1.0 / 360.0;
    let t = r - (odd * z + even) * z;
    // The quotient is small beside the rest, so its rounding does not count.
    let quotient = (r * t) / (N::of(2.0) - t);
    (((quotient - rest) + head) + 1.0) * shifted.power_of_two()
}

/// Above this [`exp`] is infinite.
const EXP_MOST: f64 = 709.43;

/// Natural logarithm.
///
/// ```text
/// x = 2^k·(1 + f),  s = f/(2 + f),  ln(1 + f) = f − s·(f − R),  R = Σ 2·s²ⁿ/(2n + 1)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `x` | 1 | any; 0 and what is less than a normal number give minus infinity, below 0 it is no number |
///
/// Error below 1 unit in the last place.
///
/// # Source
/// Abramowitz & Stegun 4.1.27 (series); the reduction keeps the first bits of k·ln 2 apart (Cody & Waite 1980).
///
/// ```
/// use isoshunt::numerics::float::ln;
/// assert_eq!(ln(1.0), 0.0);
/// assert!((ln(10.0) - std::f64::consts::LN_10).abs() < 1e-15);
/// assert!(ln(0.0) == f64::NEG_INFINITY && ln(-1.0).is_nan());
/// ```
#[inline]
#[must_use]
pub fn ln<N: Real>(x: N) -> N {
    let value = x.if_below(N::of(f64::MIN_POSITIVE), N::of(f64::NEG_INFINITY), ln_inside(x));
    let value = x.if_below(N::of(0.0), N::of(f64::NAN), value);
    // Infinity and what is no number stay what they are.
    x.if_below(N::of(f64::INFINITY), value, x)
}

/// As [`ln`], of a positive normal number that need not be looked at: anything else gives any number.
#[inline]
#[must_use]
pub fn ln_inside<N: Real>(x: N) -> N {
    let (k, mantissa) = x.split();
    let f = mantissa - 1.0;
    let s = f / (f + 2.0);
    let z = s * s;
    let w = z * z;
    // Odd and even terms apart: two chains at once.
    let even = (((w * (2.0 / 19.0) + 2.0 / 15.0) * w + 2.0 / 11.0) * w + 2.0 / 7.0) * w + 2.0 / 3.0;
    let odd = (((w * (2.0 / 21.0) + 2.0 / 17.0) * w + 2.0 / 13.0) * w + 2.0 / 9.0) * w + 2.0 / 5.0;
    let series = (odd * z + even) * z;
    let half_square = f * f * 0.5;
    k * LN_2_HEAD - ((half_square - (s * (half_square + series) + k * LN_2_REST)) - f)
}

/// `e^x − 1`.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// `ln(1 + x)`.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Decimal logarithm.
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// Logarithm to base 2.
#[must_use]
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// `x^y`; costs as much as four exponentials.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// `x^n`, by squares.
///
/// ```
/// use isoshunt::numerics::float::powi;
/// assert_eq!([powi(3.0, 4), powi(2.0, -2), powi(7.0, 0)], [81.0, 0.25, 1.0]);
/// ```
#[must_use]
pub fn powi(x: f64, n: i32) -> f64 {
    let (mut square, mut left, mut value) = (x, n.unsigned_abs(), 1.0);
    while left > 0 {
        if left & 1 == 1 {
            value *= square;
        }
        square *= square;
        left >>= 1;
    }
    if n < 0 { 1.0 / value } else { value }
}

/// Cube root.
#[must_use]
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// Length of the way `x` across and `y` up.
#[must_use]
pub fn hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// Sine of an angle in radians.
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians.
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Units in the last place by which two numbers differ.
    fn ulps(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    /// A million numbers, and those at which something changes.
    fn arguments(low: f64, high: f64, edges: &[f64]) -> Vec<f64> {
        let mut rng = StdRng::seed_from_u64(7);
        let drawn = (0..1_000_000).map(|_| rng.random_range(low..high));
        edges.iter().copied().chain(drawn).collect()
    }

    #[test]
    fn inv_one_and_four_at_a_time_are_the_same_bits() {
        let edges = [0.0, -0.0, 1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 709.42, 709.44, -707.9, -708.1, 1e300];
        for (low, high) in [(-750.0, 750.0), (-2.0, 2.0)] {
            for four in arguments(low, high, &edges).chunks_exact(4) {
                let lanes = exp(Lanes::new([four[0], four[1], four[2], four[3]])).to_array();
                for (one, lane) in four.iter().zip(lanes) {
                    let one = exp(*one);
                    assert!(one.to_bits() == lane.to_bits() || (one.is_nan() && lane.is_nan()), "{one} {lane}");
                }
            }
        }
        let edges = [0.0, -0.0, 1.0, f64::INFINITY, -3.0, f64::NAN, f64::MIN_POSITIVE, 1e-310, f64::MAX, 0.5, 2.0, 4.0];
        for four in arguments(-700.0, 700.0, &[]).iter().map(|x| exp(*x)).chain(edges).collect::<Vec<f64>>().chunks(4) {
            let lanes = ln(Lanes::new([four[0], four[1], four[2], four[3]])).to_array();
            for (one, lane) in four.iter().zip(lanes) {
                let one = ln(*one);
                assert!(one.to_bits() == lane.to_bits() || (one.is_nan() && lane.is_nan()), "{one} {lane}");
            }
        }
    }

    /// Against the correctly rounded value to half a unit, as `libm` comes to one.
    #[test]
    fn inv_exponential_and_logarithm_are_right_to_the_last_place() {
        let mut worst = [0, 0];
        for x in arguments(-700.0, 700.0, &[0.0, 1.0, -1.0, 709.0]) {
            worst[0] = worst[0].max(ulps(exp(x), libm::exp(x)));
            worst[1] = worst[1].max(ulps(ln(libm::exp(x)), libm::log(libm::exp(x))));
        }
        for x in arguments(0.5, 2.0, &[]) {
            worst[0] = worst[0].max(ulps(exp(x), libm::exp(x)));
            worst[1] = worst[1].max(ulps(ln(x), libm::log(x)));
        }
        assert!(worst[0] <= 1 && worst[1] <= 1, "{worst:?}");
        assert!(exp(-1000.0) == 0.0 && exp(1000.0) == f64::INFINITY && exp(f64::NAN).is_nan());
        assert!(ln(f64::INFINITY) == f64::INFINITY && ln(f64::NAN).is_nan());
    }

    #[test]
    fn inv_whole_powers_are_products() {
        for n in -8..=8 {
            let product = (0..i32::abs(n)).fold(1.0, |product, _| product * 1.25);
            assert_eq!(powi(1.25, n), if n < 0 { 1.0 / product } else { product });
        }
        assert_eq!([pow(10.0, 3.0), pow(10.0, -0.0), pow(2.0, 10.0)], [1000.0, 1.0, 1024.0]);
    }
}
