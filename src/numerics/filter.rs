//! States that follow a target with a time constant.

use crate::numerics::float;

/// A first-order state after a while, exact for a target that stays.
///
/// ```text
/// dx/dt = (target − x)/τ,   x(t + dt) = target + (x(t) − target)·exp(−dt/τ)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `dt_s` | s | 0 or more |
/// | `tau_s` | s | above 0 |
///
/// ```
/// use isoshunt::numerics::filter::approach;
/// assert!((approach(0.0, 1.0, 10.0, 10.0) - 0.632_120_558_8).abs() < 1e-9);
/// assert_eq!(approach(0.3, 1.0, 0.0, 10.0), 0.3);
/// ```
#[inline]
#[must_use]
pub fn approach(state: f64, target: f64, dt_s: f64, tau_s: f64) -> f64 {
    // In this form a state that has arrived stays, to the last bit.
    state + (target - state) * share(dt_s, tau_s)
}

/// Share of the way to its target that [`approach`] goes.
#[inline]
#[must_use]
pub fn share(dt_s: f64, tau_s: f64) -> f64 {
    -float::exp_m1(-dt_s / tau_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_two_half_steps_are_one_step() {
        let half = approach(approach(3.0, -1.0, 0.25, 7.0), -1.0, 0.25, 7.0);
        assert!((half - approach(3.0, -1.0, 0.5, 7.0)).abs() < 1e-15);
        assert_eq!(approach(0.1, 0.1, 0.5, 7.0), 0.1);
        assert!((approach(3.0, -1.0, 1e6, 7.0) + 1.0).abs() < 1e-15);
    }
}
