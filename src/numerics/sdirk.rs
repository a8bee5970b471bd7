//! The implicit Runge-Kutta method with which everything moves in time.
//!
//! ```text
//! Y1 = y + hγ·f(Y1)
//! Y2 = y + h(1 − γ)·f(Y1) + hγ·f(Y2),   y(t + h) = Y2,   γ = 1 − 1/√2
//! ```
//! Order 2, L-stable: whatever is much faster than a step is simply gone at its end. `hγ·(f(Y2) − f(Y1))` is the
//! difference from the solution of order 1 and bounds the error of a step.
//!
//! # Source
//! Alexander R, SIAM J Numer Anal 1977;14:1006-1021, doi:10.1137/0714068.

use std::f64::consts::FRAC_1_SQRT_2;

/// γ of both stages.
const GAMMA: f64 = 1.0 - FRAC_1_SQRT_2;

/// A step of one or two implicit stages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// Length of each stage over that of the step.
    pub gamma: f64,
    /// Weights of the stages' slopes in the step: what flows in a step is their mean by these.
    pub weights: [f64; 2],
    /// Stages: 1 or 2.
    pub stages: usize,
}

impl Method {
    /// The method of order 2.
    pub const SECOND_ORDER: Method = Method { gamma: GAMMA, weights: [1.0 - GAMMA, GAMMA], stages: 2 };
    /// Implicit Euler, of order 1: never overshoots, so that an amount that has to stay positive does, however fast it
    /// decays. The second stage of the other method may start from less than nothing.
    pub const SAFE: Method = Method { gamma: 1.0, weights: [1.0, 0.0], stages: 1 };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    /// `y' = λy` from 1 over one unit of time in `steps` steps.
    fn decay(lambda: f64, steps: u32) -> f64 {
        let h = 1.0 / f64::from(steps);
        (0..steps).fold(1.0, |y, _| {
            let first = lambda * y / (1.0 - h * GAMMA * lambda);
            let [a, b] = Method::SECOND_ORDER.weights;
            let second = lambda * (y + h * a * first) / (1.0 - h * GAMMA * lambda);
            y + h * (a * first + b * second)
        })
    }

    #[test]
    fn inv_the_order_is_two_and_stiff_parts_vanish() {
        let error = |steps: u32| (decay(-1.0, steps) - float::exp(-1.0f64)).abs();
        let order = float::log2(error(100) / error(200));
        assert!((order - 2.0).abs() < 0.02, "{order}");
        assert!(decay(-1e8, 1).abs() < 1e-6);
    }
}
