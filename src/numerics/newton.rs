//! Newton's method for two unknowns, asked one evaluation at a time: the caller decides how much work a slice has.

use super::float;

/// Shortest share of a step that is tried.
const SHORTEST: f64 = 1.0 / 64.0;
/// A step that leaves less than this of the residual keeps the slopes, corrected by what the step has shown (Broyden).
const KEEPS_SLOPES: f64 = 0.2;

/// Where one unknown may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// Longest step.
    pub longest: f64,
    /// How far apart a slope is taken.
    pub apart: f64,
}

impl Axis {
    /// The nearest value that is allowed.
    #[must_use]
    pub fn clamped(&self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// The start is asked for.
    Start,
    /// The slope by one unknown is asked for, at this distance.
    Slope {
        axis: usize,
        apart: f64,
    },
    /// A step is tried.
    Step {
        share: f64,
    },
    Found,
    Lost,
}

/// A search for the point where two residuals vanish.
///
/// ```
/// use isoshunt::numerics::newton::{Axis, Newton};
/// let axis = Axis { low: 0.1, high: 10.0, longest: 1.0, apart: 1e-6 };
/// let mut search = Newton::new([3.0, 3.0], [axis; 2], [1e-9; 2]);
/// while let Some([x, y]) = search.ask() {
///     search.tell(Some([x * y - 2.0, x - y - 1.0]));
/// }
/// let [x, y] = search.found().unwrap();
/// assert!((x - 2.0).abs() < 1e-8 && (y - 1.0).abs() < 1e-8);
/// ```
#[derive(Debug, Clone)]
pub struct Newton {
    axes: [Axis; 2],
    close: [f64; 2],
    at: [f64; 2],
    residual: [f64; 2],
    /// Of each residual by each unknown.
    slopes: [[f64; 2]; 2],
    step: [f64; 2],
    phase: Phase,
}

impl Newton {
    /// A search from a start until both residuals are within `close` of zero.
    #[must_use]
    pub fn new(start: [f64; 2], axes: [Axis; 2], close: [f64; 2]) -> Self {
        let at = [0, 1].map(|i| axes[i].clamped(start[i]));
        let phase = Phase::Start;
        Newton { axes, close, at, residual: [f64::INFINITY; 2], slopes: [[0.0; 2]; 2], step: [0.0; 2], phase }
    }

    /// The point whose residuals are wanted next; none once the search has ended.
    #[must_use]
    pub fn ask(&self) -> Option<[f64; 2]> {
        match self.phase {
            Phase::Start => Some(self.at),
            Phase::Slope { axis, apart } => {
                let mut at = self.at;
                at[axis] += apart;
                Some(at)
            }
            Phase::Step { share } => Some(self.stepped(share)),
            Phase::Found | Phase::Lost => None,
        }
    }

    /// Takes the residuals of the point asked for; none where there are none.
    pub fn tell(&mut self, residual: Option<[f64; 2]>) {
        let residual = residual.filter(|residual| residual.iter().all(|r| r.is_finite()));
        match (self.phase, residual) {
            (Phase::Start, Some(residual)) => self.arrive(self.at, residual, false),
            (Phase::Slope { axis, apart }, Some(residual)) => {
                for (slopes, (there, here)) in self.slopes.iter_mut().zip(residual.iter().zip(self.residual)) {
                    slopes[axis] = (there - here) / apart;
                }
                self.phase = if axis == 0 { self.slope(1) } else { self.aim() };
            }
            (Phase::Step { share }, residual) => {
                let before = size(self.residual);
                match residual.filter(|residual| size(*residual) < before) {
                    Some(residual) => {
                        let at = self.stepped(share);
                        let keeps = share >= 1.0 && size(residual) < KEEPS_SLOPES * before;
                        if keeps {
                            self.correct(at, residual);
                        }
                        self.arrive(at, residual, keeps);
                    }
                    None if share <= SHORTEST => self.phase = Phase::Lost,
                    None => self.phase = Phase::Step { share: 0.5 * share },
                }
            }
            _ => self.phase = Phase::Lost,
        }
    }

    /// The point found; none as long as there is none, and where there will be none.
    #[must_use]
    pub fn found(&self) -> Option<[f64; 2]> {
        (self.phase == Phase::Found).then_some(self.at)
    }

    /// Slopes of each residual by each unknown, as last known.
    #[must_use]
    pub fn slopes(&self) -> [[f64; 2]; 2] {
        self.slopes
    }

    fn arrive(&mut self, at: [f64; 2], residual: [f64; 2], keeps_slopes: bool) {
        (self.at, self.residual) = (at, residual);
        self.phase = if (0..2).all(|i| residual[i].abs() <= self.close[i]) {
            Phase::Found
        } else if keeps_slopes {
            self.aim()
        } else {
            self.slope(0)
        };
    }

    /// Asks for a slope, inward where a bound is near.
    fn slope(&self, axis: usize) -> Phase {
        let Axis { high, apart, .. } = self.axes[axis];
        Phase::Slope { axis, apart: if self.at[axis] + apart > high { -apart } else { apart } }
    }

    /// The step that the slopes ask for, shortened as a whole to what each unknown may move.
    fn aim(&mut self) -> Phase {
        let [[a, b], [c, d]] = self.slopes;
        let determinant = a * d - b * c;
        let [r, s] = self.residual;
        let step = [(b * s - d * r) / determinant, (c * r - a * s) / determinant];
        let longest = (0..2).map(|i| (step[i] / self.axes[i].longest).abs()).fold(1.0, f64::max);
        self.step = step.map(|step| step / longest);
        // Both unknowns at their bounds and no way on, or slopes that tell nothing.
        let to = self.stepped(1.0);
        let moves = (0..2).any(|i| (to[i] - self.at[i]).abs() > 0.0);
        if moves && self.step.iter().all(|step| step.is_finite()) { Phase::Step { share: 1.0 } } else { Phase::Lost }
    }

    fn stepped(&self, share: f64) -> [f64; 2] {
        [0, 1].map(|i| self.axes[i].clamped(self.at[i] + share * self.step[i]))
    }

    /// Broyden's correction: the slopes that explain the step just made and differ least from those before.
    fn correct(&mut self, at: [f64; 2], residual: [f64; 2]) {
        let moved = [at[0] - self.at[0], at[1] - self.at[1]];
        let squared = moved[0] * moved[0] + moved[1] * moved[1];
        if squared == 0.0 {
            return;
        }
        for (i, slopes) in self.slopes.iter_mut().enumerate() {
            let foretold = slopes[0] * moved[0] + slopes[1] * moved[1];
            let missed = (residual[i] - self.residual[i] - foretold) / squared;
            slopes.iter_mut().zip(moved).for_each(|(slope, moved)| *slope += missed * moved);
        }
    }
}

fn size(residual: [f64; 2]) -> f64 {
    float::hypot(residual[0], residual[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(start: [f64; 2], axes: [Axis; 2], f: impl Fn([f64; 2]) -> Option<[f64; 2]>) -> (Option<[f64; 2]>, u32) {
        let mut search = Newton::new(start, axes, [1e-9; 2]);
        let mut asked = 0;
        while let Some(at) = search.ask() {
            asked += 1;
            assert!(asked < 500, "the search does not end");
            assert!((0..2).all(|i| at[i] >= axes[i].low - axes[i].apart && at[i] <= axes[i].high + axes[i].apart));
            search.tell(f(at));
        }
        (search.found(), asked)
    }

    #[test]
    fn inv_a_curved_pair_is_found_from_far_and_past_where_nothing_is_known() {
        let axis = Axis { low: 0.0, high: 6.0, longest: 1.0, apart: 1e-6 };
        let f = |[x, y]: [f64; 2]| (x + y < 9.0).then(|| [float::exp(x - 1.0) * y - 2.0, x * x + y * y - 5.0]);
        let (found, asked) = solve([4.0, 4.5], [axis; 2], f);
        let [x, y] = found.expect("a root");
        assert!((x - 1.0).abs() < 1e-8 && (y - 2.0).abs() < 1e-8, "{x} {y}");
        assert!(asked < 40, "{asked}");
    }

    #[test]
    fn inv_where_there_is_no_root_the_search_ends() {
        let axis = Axis { low: 0.0, high: 1.0, longest: 0.35, apart: 1e-6 };
        assert_eq!(solve([0.5, 0.5], [axis; 2], |[x, y]| Some([x + 1.0, y - 0.5])).0, None);
        assert_eq!(solve([0.5, 0.5], [axis; 2], |_| Some([1.0, 1.0])).0, None);
        assert_eq!(solve([0.5, 0.5], [axis; 2], |_| None).0, None);
        assert_eq!(solve([0.5, 0.5], [axis; 2], |_| Some([f64::NAN, 1.0])).0, None);
    }
}
