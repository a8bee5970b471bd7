//! A root inside a bracket, asked one evaluation at a time.

/// Regula falsi that halves the weight of an end which stays (the Illinois method).
///
/// # Source
/// Dowell M, Jarratt P, BIT 1971;11:168-174.
///
/// ```
/// use isoshunt::numerics::illinois::Illinois;
/// let mut search = Illinois::new([0.0, -2.0], [2.0, 6.0]);
/// for _ in 0..12 {
///     let x = search.ask();
///     search.tell(x * x * x - 2.0);
/// }
/// assert!((search.ask() - 1.259_921_049_894_873).abs() < 1e-9);
/// ```
#[derive(Debug, Clone)]
pub struct Illinois {
    /// Places and values of both ends.
    ends: [[f64; 2]; 2],
    /// Which end was replaced last.
    replaced: Option<usize>,
}

impl Illinois {
    /// A search between two points, each with its value; the values differ in sign.
    #[must_use]
    pub fn new(one: [f64; 2], other: [f64; 2]) -> Self {
        Illinois { ends: [one, other], replaced: None }
    }

    /// Where the value is wanted next.
    #[must_use]
    pub fn ask(&self) -> f64 {
        let [[a, fa], [b, fb]] = self.ends;
        let at = b - fb * (b - a) / (fb - fa);
        // Rounding, or an end whose value is no number.
        if at.is_finite() && (a.min(b)..=a.max(b)).contains(&at) { at } else { 0.5 * (a + b) }
    }

    /// Takes the value there.
    pub fn tell(&mut self, value: f64) {
        let at = self.ask();
        let same = usize::from(value.signum() == self.ends[1][1].signum());
        self.ends[same] = [at, value];
        if self.replaced == Some(same) {
            self.ends[1 - same][1] *= 0.5;
        }
        self.replaced = Some(same);
    }

    /// How far apart the ends are.
    #[must_use]
    pub fn width(&self) -> f64 {
        (self.ends[1][0] - self.ends[0][0]).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    #[test]
    fn inv_a_bent_function_is_found_from_either_side() {
        for [low, high] in [[-1.0, 4.0], [4.0, -1.0]] {
            let f = |x: f64| float::exp(x) - 2.0;
            let mut search = Illinois::new([low, f(low)], [high, f(high)]);
            let mut asked = 0;
            while f(search.ask()).abs() > 1e-10 {
                let x = search.ask();
                search.tell(f(x));
                asked += 1;
                assert!(asked < 20, "{x}");
            }
            assert!((search.ask() - float::ln(2.0)).abs() < 1e-9);
        }
    }
}
