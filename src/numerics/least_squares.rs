//! Least squares of a few unknowns within bounds, asked one evaluation at a time, and how well they are known.

use nalgebra::{SMatrix, SVector};

use super::float;

/// Rounds after which a search is given up.
const MAX_ROUNDS: u32 = 100;
/// Share by which the sum of squares must still fall for the search to go on, and a sum that is rounding.
const FALLS: f64 = 1e-9;
const ROUNDING: f64 = 1e-14;
/// Damping at the beginning, its factors after a good and a bad step, and where the search is over.
const DAMPING: f64 = 1e-2;
const EASED: f64 = 0.2;
const STIFFENED: f64 = 5.0;
const RIGID: f64 = 1e12;

/// Where one unknown may go, and how far apart its slope is taken; one that stands still is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// How far apart a slope is taken.
    pub apart: f64,
    /// Longest step.
    pub longest: f64,
    /// Whether it is known and stays.
    pub known: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase<const N: usize> {
    Start,
    Slope { index: usize, apart: f64 },
    Step { to: [f64; N] },
    Ended,
}

/// A search by Levenberg's and Marquardt's method for the point with the least sum of squared residuals.
///
/// # Source
/// Marquardt DW, J Soc Ind Appl Math 1963;11:431-441; bounds by projection, an unknown that pushes against its bound
/// left out of the step.
///
/// ```
/// use isoshunt::numerics::least_squares::{Bound, LeastSquares};
/// let bound = Bound { low: -5.0, high: 5.0, apart: 1e-6, longest: 5.0, known: false };
/// let mut search = LeastSquares::new([-1.2, 1.0], [bound; 2]);
/// while let Some([x, y]) = search.ask() {
///     search.tell(Some(&[10.0 * (y - x * x), 1.0 - x]));
/// }
/// assert!(search.at().iter().all(|x| (x - 1.0).abs() < 1e-5));
/// ```
#[derive(Debug, Clone)]
pub struct LeastSquares<const N: usize> {
    bounds: [Bound; N],
    at: [f64; N],
    residuals: Vec<f64>,
    /// Slopes of each residual.
    slopes: Vec<[f64; N]>,
    damping: f64,
    rounds: u32,
    phase: Phase<N>,
}

impl<const N: usize> LeastSquares<N> {
    /// A search from a start.
    #[must_use]
    pub fn new(start: [f64; N], bounds: [Bound; N]) -> Self {
        let mut at = start;
        at.iter_mut().zip(&bounds).for_each(|(at, bound)| *at = at.clamp(bound.low, bound.high));
        LeastSquares {
            bounds,
            at,
            residuals: Vec::new(),
            slopes: Vec::new(),
            damping: DAMPING,
            rounds: 0,
            phase: Phase::Start,
        }
    }

    /// The point whose residuals are wanted next; none once the search has ended.
    #[must_use]
    pub fn ask(&self) -> Option<[f64; N]> {
        match self.phase {
            Phase::Start => Some(self.at),
            Phase::Slope { index, apart } => {
                let mut at = self.at;
                at[index] += apart;
                Some(at)
            }
            Phase::Step { to } => Some(to),
            Phase::Ended => None,
        }
    }

    /// Takes the residuals of the point asked for, always as many; none where there are none.
    pub fn tell(&mut self, residuals: Option<&[f64]>) {
        let residuals = residuals.filter(|residuals| residuals.iter().all(|r| r.is_finite()));
        match (self.phase, residuals) {
            (Phase::Start, Some(residuals)) => self.arrive(self.at, residuals),
            (Phase::Slope { index, apart }, Some(residuals)) => {
                for ((slopes, there), here) in self.slopes.iter_mut().zip(residuals).zip(&self.residuals) {
                    slopes[index] = (there - here) / apart;
                }
                self.slope_from(index + 1);
            }
            (Phase::Step { to }, residuals) => {
                let before = self.sum_of_squares();
                match residuals.filter(|residuals| squares(residuals) < before) {
                    Some(residuals) => {
                        let now = squares(residuals);
                        self.damping *= EASED;
                        self.arrive(to, residuals);
                        if before - now <= FALLS * before {
                            self.phase = Phase::Ended;
                        }
                    }
                    None => {
                        self.damping *= STIFFENED;
                        self.aim();
                    }
                }
            }
            _ => self.phase = Phase::Ended,
        }
    }

    /// The best point so far.
    #[must_use]
    pub fn at(&self) -> [f64; N] {
        self.at
    }

    /// Sum of squared residuals there; infinite where nothing is known.
    #[must_use]
    pub fn sum_of_squares(&self) -> f64 {
        if self.residuals.is_empty() { f64::INFINITY } else { squares(&self.residuals) }
    }

    /// What the residuals tell of the unknowns, `JᵀJ`; nothing of those that are known.
    #[must_use]
    pub fn information(&self) -> SMatrix<f64, N, N> {
        self.slopes.iter().fold(SMatrix::zeros(), |sum, slopes| sum + outer(slopes))
    }

    fn arrive(&mut self, at: [f64; N], residuals: &[f64]) {
        self.at = at;
        self.residuals = residuals.to_vec();
        self.slopes.resize(residuals.len(), [0.0; N]);
        self.rounds += 1;
        if self.rounds > MAX_ROUNDS { self.phase = Phase::Ended } else { self.slope_from(0) }
    }

    /// Asks for the next slope, inward where a bound is near; a step once all are known.
    fn slope_from(&mut self, index: usize) {
        match (index..N).find(|i| !self.bounds[*i].known) {
            Some(index) => {
                let Bound { high, apart, .. } = self.bounds[index];
                let apart = if self.at[index] + apart > high { -apart } else { apart };
                self.phase = Phase::Slope { index, apart };
            }
            None if self.sum_of_squares() <= ROUNDING => self.phase = Phase::Ended,
            None => self.aim(),
        }
    }

    /// The damped step.
    fn aim(&mut self) {
        let mut normal = self.information();
        let mut downhill = SVector::<f64, N>::zeros();
        for (slopes, residual) in self.slopes.iter().zip(&self.residuals) {
            downhill -= SVector::from(*slopes) * *residual;
        }
        for i in 0..N {
            let Bound { low, high, known, .. } = self.bounds[i];
            let pushes = (self.at[i] <= low && downhill[i] < 0.0) || (self.at[i] >= high && downhill[i] > 0.0);
            if known || pushes || normal[(i, i)] <= 0.0 {
                normal.row_mut(i).fill(0.0);
                normal.column_mut(i).fill(0.0);
                normal[(i, i)] = 1.0;
                downhill[i] = 0.0;
            } else {
                normal[(i, i)] *= 1.0 + self.damping;
            }
        }
        let step = normal.cholesky().map(|factors| factors.solve(&downhill)).unwrap_or(downhill);
        // Shortened as a whole to what each unknown may move.
        let shares = step.iter().zip(&self.bounds).map(|(step, bound)| (step / bound.longest).abs());
        let step = step / shares.fold(1.0, f64::max);
        let mut to = self.at;
        for ((to, step), bound) in to.iter_mut().zip(&step).zip(&self.bounds) {
            *to = (*to + step).clamp(bound.low, bound.high);
        }
        let stands = to.iter().zip(&self.at).zip(&self.bounds).all(|((to, at), bound)| {
            let still = (to - at).abs() <= 1e-7 * bound.apart.max(f64::EPSILON * at.abs());
            still || !to.is_finite()
        });
        self.phase = if stands || self.damping > RIGID { Phase::Ended } else { Phase::Step { to } };
    }
}

/// What one residual of known slopes tells.
#[must_use]
pub fn outer<const N: usize>(slopes: &[f64; N]) -> SMatrix<f64, N, N> {
    let slopes = SVector::from(*slopes);
    slopes * slopes.transpose()
}

fn squares(residuals: &[f64]) -> f64 {
    residuals.iter().map(|r| r * r).sum()
}

/// An ellipse about a point in a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Its middle.
    pub middle: [f64; 2],
    /// Ends of its half axes, from the middle; the longer first.
    pub axes: [[f64; 2]; 2],
}

/// Square of the distance, in SD, within which a normal pair lies 95 times in a hundred: `−2·ln 0.05`.
const WITHIN_95: f64 = 5.991_464_547_107_98;

impl Ellipse {
    /// Where a normal pair of this middle and covariance lies 95 times in a hundred.
    ///
    /// ```
    /// use isoshunt::numerics::least_squares::Ellipse;
    /// let [long, short] = Ellipse::of_95([0.0; 2], [[4.0, 0.0], [0.0, 1.0]]).axes;
    /// assert!((long[0].abs() - 2.0 * 2.447_747).abs() < 1e-5 && (short[1].abs() - 2.447_747).abs() < 1e-5);
    /// ```
    #[must_use]
    pub fn of_95(middle: [f64; 2], covariance: [[f64; 2]; 2]) -> Self {
        let [[a, b], [_, d]] = covariance;
        let (mean, half) = (0.5 * (a + d), 0.5 * (a - d));
        let radius = float::hypot(half, b);
        // Half the angle of (half, b), without angles.
        let along = if radius > 0.0 { half / radius } else { 1.0 };
        let [cos, sin] = [1.0 + along, 1.0 - along].map(|double| (0.5 * double).max(0.0).sqrt());
        let sin = sin.copysign(b);
        let lengths = [mean + radius, mean - radius].map(|variance| (WITHIN_95 * variance.max(0.0)).sqrt());
        Ellipse { middle, axes: [[lengths[0] * cos, lengths[0] * sin], [-lengths[1] * sin, lengths[1] * cos]] }
    }

    /// The point of the rim at an angle, radians from the longer axis.
    #[must_use]
    pub fn rim(&self, angle: f64) -> [f64; 2] {
        let (sin, cos) = (float::sin(angle), float::cos(angle));
        [0, 1].map(|i| self.middle[i] + cos * self.axes[0][i] + sin * self.axes[1][i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_bounds_hold_and_the_best_within_them_is_found() {
        let bound = Bound { low: 0.5, high: 5.0, apart: 1e-6, longest: 5.0, known: false };
        let mut search = LeastSquares::new([4.0, 4.0], [bound; 2]);
        while let Some([x, y]) = search.ask() {
            assert!(x >= 0.5 && y >= 0.5);
            search.tell(Some(&[x + 1.0, y - 2.0 * x, 0.1 * (y - 3.0)]));
        }
        let [x, y] = search.at();
        assert!((x - 0.5).abs() < 1e-6, "{x}");
        // (y − 1) + 0.01 (y − 3) = 0.
        assert!((y - 1.03 / 1.01).abs() < 1e-5, "{y}");
    }

    #[test]
    fn inv_what_is_known_stays_and_gaps_are_stepped_around() {
        let bound = Bound { low: -9.0, high: 9.0, apart: 1e-6, longest: 5.0, known: false };
        let mut search = LeastSquares::new([8.0, 2.0], [bound, Bound { known: true, ..bound }]);
        while let Some([x, y]) = search.ask() {
            assert_eq!(y, 2.0);
            let residuals = [float::exp(x * y) - 1.0];
            search.tell((x * y < 17.0).then_some(&residuals[..]));
        }
        assert!(search.at()[0].abs() < 1e-4, "{:?}", search.at());
    }

    #[test]
    fn inv_an_ellipse_lies_where_its_covariance_says() {
        let ellipse = Ellipse::of_95([1.0, 2.0], [[2.0, 1.5], [1.5, 3.0]]);
        let determinant = 2.0 * 3.0 - 1.5 * 1.5;
        for i in 0..8 {
            let [x, y] = ellipse.rim(f64::from(i));
            let [x, y] = [x - 1.0, y - 2.0];
            let distance = (3.0 * x * x - 2.0 * 1.5 * x * y + 2.0 * y * y) / determinant;
            assert!((distance - WITHIN_95).abs() < 1e-9, "{distance}");
        }
    }
}
