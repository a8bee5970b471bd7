//! Roots of one function of one variable.

/// Halving alone reaches rounding from any bracket used here well before this.
const MAX_ITERATIONS: usize = 200;
/// Iterations in which Newton's method ends where it is any good; from then on every second one halves the bracket.
const NEWTON_ITERATIONS: usize = 16;
/// Share of a root below which a step is rounding.
const CLOSE: f64 = 4.0 * f64::EPSILON;

/// Root of an increasing function by Newton's method, kept inside a bracket that every evaluation tightens.
///
/// `f` returns value and derivative. The bracket must hold the root; a Newton step that leaves it is replaced by the
/// middle, and so is every second of a search that takes long: where the derivative is that of another branch, steps may be
/// as short as one likes.
///
/// # Panics
/// In debug builds where the bracket is empty or not finite.
pub fn increasing(low: f64, high: f64, start: f64, f: impl FnMut(f64) -> (f64, f64)) -> f64 {
    increasing_to(0.0, low, high, start, f)
}

/// As [`increasing`], to a step of `close` at most; the last point evaluated lies that near to what is returned.
///
/// # Panics
/// In debug builds where the bracket is empty or not finite.
pub fn increasing_to(close: f64, mut low: f64, mut high: f64, start: f64, mut f: impl FnMut(f64) -> (f64, f64)) -> f64 {
    debug_assert!(low.is_finite() && high.is_finite() && low <= high, "bracket {low} to {high}");
    let mut x = start.clamp(low, high);
    for iteration in 0..MAX_ITERATIONS {
        let (value, slope) = f(x);
        if value > 0.0 {
            high = x;
        } else if value < 0.0 {
            low = x;
        } else {
            return x;
        }
        let newton = x - value / slope;
        if slope.is_finite() && (newton - x).abs() <= close.max(CLOSE * x.abs()) {
            return newton;
        }
        let is_good = newton > low && newton < high && (iteration < NEWTON_ITERATIONS || iteration % 2 == 0);
        let next = if is_good { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= close.max(CLOSE * x.abs()) || next <= low || next >= high {
            return next;
        }
        x = next;
    }
    x
}

/// Root of a function that rises at least as fast as its argument, to within `close` of zero, by Newton's method from
/// `start`; steps that do not halve the way are replaced by halves of what is left of it.
///
/// `f` returns value and derivative. The root lies no farther from a point than the value there, so the bracket is found
/// on the way. Where the function is so steep that no number brings it that close, the search ends beside the root.
///
/// Returns the last point evaluated.
pub fn steep(start: f64, close: f64, mut f: impl FnMut(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut x = start;
    let mut last_step = f64::INFINITY;
    for _ in 0..MAX_ITERATIONS {
        let (value, slope) = f(x);
        if value.abs() <= close {
            return x;
        }
        if value > 0.0 {
            high = x;
            low = low.max(x - 2.0 * value);
        } else {
            low = x;
            high = high.min(x - 2.0 * value);
        }
        let newton = -value / slope.max(1.0);
        let within = |x: f64| x > low && x < high;
        let quick = newton.abs() <= 0.5 * last_step && within(x + newton);
        let step = if quick { newton } else { 0.5 * (low + high) - x };
        if !within(x + step) {
            return x;
        }
        last_step = step.abs();
        x += step;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    #[test]
    fn inv_steep_finds_the_root_on_a_cliff_and_on_a_plain() {
        for cliff_at in [-3.0, 0.0, 0.7, 12.5] {
            for width in [1.0, 1e-3, 1e-9] {
                let mut calls = 0;
                let f = |x: f64| {
                    let z = 1.0 - 2.0 / (float::exp(2.0 * (x - cliff_at) / width) + 1.0);
                    (x - 1.0 + 5.0 * z, 1.0 + 5.0 * (1.0 - z * z) / width)
                };
                let root = steep(20.0, 1e-10, |x| {
                    calls += 1;
                    f(x)
                });
                // On the cliff the next number up or down may be all that can be done.
                let rounding = 2.0 * f64::EPSILON * root.abs() * f(root).1;
                assert!(f(root).0.abs() <= rounding.max(1e-10), "{cliff_at} {width}: {} at {root}", f(root).0);
                assert!(calls < 60, "{cliff_at} {width}: {calls}");
            }
        }
    }

    #[test]
    fn inv_finds_roots_where_newton_alone_runs_away() {
        // y/√(1 + y²) has a slope that sends plain Newton to infinity from beyond 1.
        let root = increasing(-1e6, 1e6, 9e5, |x: f64| {
            let (y, square) = (x - 3.0, 1.0 + (x - 3.0) * (x - 3.0));
            (y / square.sqrt(), 1.0 / (square * square.sqrt()))
        });
        assert!((root - 3.0).abs() < 1e-14);
        // Nor does it get anywhere with a slope that is far too steep.
        let root = increasing(0.0, 1000.0, 900.0, |x| (x - 3.0, 1e6));
        assert!((root - 3.0).abs() < 1e-8, "{root}");
        // A slope of 0 or NaN is no step at all.
        let root = increasing(0.0, 8.0, 0.0, |x| (float::powi(x, 3) - 27.0, 0.0));
        assert!((root - 3.0).abs() < 1e-12);
    }
}
