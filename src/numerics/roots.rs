//! Roots of one function of one variable.

/// Halving alone reaches rounding from any bracket used here well before this.
const MAX_ITERATIONS: usize = 200;

/// Root of an increasing function by Newton's method, kept inside a bracket that every evaluation tightens.
///
/// `f` returns value and derivative. The bracket must hold the root; a Newton step that leaves it is replaced by the
/// middle, so the search always ends.
///
/// # Panics
/// In debug builds where the bracket is empty or not finite.
pub fn increasing(low: f64, high: f64, start: f64, f: impl FnMut(f64) -> (f64, f64)) -> f64 {
    search(low, high, start, 4.0 * f64::EPSILON, f)
}

/// As [`increasing`], to a hundredth: a start for something better.
pub fn increasing_roughly(low: f64, high: f64, start: f64, f: impl FnMut(f64) -> (f64, f64)) -> f64 {
    search(low, high, start, 1e-2, f)
}

#[inline]
fn search(mut low: f64, mut high: f64, start: f64, close: f64, mut f: impl FnMut(f64) -> (f64, f64)) -> f64 {
    debug_assert!(low.is_finite() && high.is_finite() && low <= high, "bracket {low} to {high}");
    let mut x = start.clamp(low, high);
    for _ in 0..MAX_ITERATIONS {
        let (value, slope) = f(x);
        if value > 0.0 {
            high = x;
        } else if value < 0.0 {
            low = x;
        } else {
            return x;
        }
        let newton = x - value / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= close * x.abs() || next <= low || next >= high {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_finds_roots_where_newton_alone_runs_away() {
        // atan has a slope that sends plain Newton to infinity from beyond 1.39.
        let root = increasing(-1e6, 1e6, 9e5, |x| ((x - 3.0).atan(), 1.0 / (1.0 + (x - 3.0).powi(2))));
        assert!((root - 3.0).abs() < 1e-14);
        // A slope of 0 or NaN is no step at all.
        let root = increasing(0.0, 8.0, 0.0, |x| (x.powi(3) - 27.0, 0.0));
        assert!((root - 3.0).abs() < 1e-12);
    }
}
