//! Random numbers without a generator in the state: each is a function of seed, channel and count.
//!
//! xoshiro256++ is one of the generators that `rand` promises to keep as they are on every platform, and its words are
//! turned into numbers here. Logarithm and cosine are those of the platform: the same binary on the same platform gives
//! the same bits, another platform may differ in the last one.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use crate::numerics::float;

/// What a random number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Channel {
    /// Where the oximeter's error begins.
    WanderStart = 1,
    /// How it goes on.
    Wander,
    /// Errors of the analyser.
    AnalyserPo2,
    AnalyserPco2,
    AnalyserPh,
    AnalyserHb,
    AnalyserSo2,
    AnalyserCohb,
    AnalyserMethb,
}

/// A standard normal deviate that belongs to seed, channel and count.
///
/// # Source
/// Box GEP, Muller ME, Ann Math Stat 1958;29:610-611.
pub(super) fn normal(seed: u64, channel: Channel, count: u64) -> f64 {
    let key = scramble(scramble(scramble(seed) ^ channel as u64) ^ count);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(key);
    // The logarithm wants no 0.
    let radius = (-2.0 * float::ln(1.0 - uniform(&mut rng))).sqrt();
    radius * float::cos(2.0 * std::f64::consts::PI * uniform(&mut rng))
}

/// From 0 to below 1, in steps of 2^-53.
fn uniform(rng: &mut Xoshiro256PlusPlus) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A bijection of 64 bits that spreads every one of them.
///
/// # Source
/// The finaliser of SplitMix64: Steele GL, Lea D, Flood CH, OOPSLA 2014, doi:10.1145/2660193.2660195.
fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_deviates_are_normal_and_independent() {
        let n = 200_000_u64;
        let (mut sum, mut square, mut fourth, mut product) = (0.0, 0.0, 0.0, 0.0);
        for count in 0..n {
            let x = normal(7, Channel::Wander, count);
            sum += x;
            square += x * x;
            fourth += x * x * x * x;
            product += x * normal(7, Channel::Wander, count + 1);
        }
        let n = n as f64;
        assert!((sum / n).abs() < 0.01 && (product / n).abs() < 0.01);
        assert!((square / n - 1.0).abs() < 0.02 && (fourth / n - 3.0).abs() < 0.1);
    }

    #[test]
    fn inv_seed_channel_and_count_all_matter() {
        let here = normal(1, Channel::Wander, 1);
        assert_eq!(here.to_bits(), normal(1, Channel::Wander, 1).to_bits());
        for other in [normal(2, Channel::Wander, 1), normal(1, Channel::AnalyserPo2, 1), normal(1, Channel::Wander, 2)]
        {
            assert!((other - here).abs() > 1e-6);
        }
    }
}
