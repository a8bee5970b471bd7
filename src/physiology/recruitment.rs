//! How collapsible lung opens and closes in time: cells with opening and closing pressures and rates.

use crate::numerics::float;
use crate::numerics::normal;

/// Rates times time beyond which a cell has forgotten how it was, to the last digit.
const FORGOTTEN: f64 = 40.0;

/// A cell of collapsible lung: many alveoli with one pair of threshold pressures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Effective pressure above which it opens, cmH2O.
    pub opening_cmh2o: f64,
    /// Effective pressure below which it closes, cmH2O; not above the opening pressure.
    pub closing_cmh2o: f64,
    /// How fast it opens, per s and cmH2O above the opening pressure.
    pub opening_rate: f64,
    /// How fast it closes, per s and cmH2O below the closing pressure.
    pub closing_rate: f64,
}

/// Effective pressure of a cell over a breath: it rises during inspiration and stands at its lower value during
/// expiration; both are the same where the airway is held at one pressure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// At end expiration, cmH2O.
    pub low_cmh2o: f64,
    /// At end inspiration, cmH2O; not below the other.
    pub high_cmh2o: f64,
    /// Length of inspiration, s.
    pub inspiration_s: f64,
    /// Length of expiration, s.
    pub expiration_s: f64,
    /// Whether pressure stands at its upper value during all of inspiration (pressure control) instead of rising evenly.
    pub square: bool,
}

/// How far a breath opens and closes a cell: rates times time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turnover {
    /// Exponent of opening over one breath, 0 or more.
    pub opening: f64,
    /// Exponent of closing over one breath, 0 or more.
    pub closing: f64,
}

/// Slopes of something against both pressures of a breath, per cmH2O: that at end expiration first.
pub type Slopes = [f64; 2];

/// Mean over a ramp from `low` to `high` of what lies above `threshold`.
fn mean_above(low: f64, high: f64, threshold: f64) -> f64 {
    if low >= threshold {
        return 0.5 * (low + high) - threshold;
    }
    if high <= threshold {
        return 0.0;
    }
    0.5 * (high - threshold) * (high - threshold) / (high - low)
}

/// Slopes of [`mean_above`] against both ends of the ramp.
fn mean_above_slopes(low: f64, high: f64, threshold: f64) -> Slopes {
    if low >= threshold {
        return [0.5; 2];
    }
    if high <= threshold {
        return [0.0; 2];
    }
    let part = (high - threshold) / (high - low);
    [0.5 * part * part, part - 0.5 * part * part]
}

impl Cell {
    /// What one breath does to the cell.
    #[must_use]
    pub fn turnover(&self, swing: &Swing) -> Turnover {
        let Swing { low_cmh2o: low, high_cmh2o: high, inspiration_s, expiration_s, square } = *swing;
        let (above, below) = if square {
            ((high - self.opening_cmh2o).max(0.0), (self.closing_cmh2o - high).max(0.0))
        } else {
            (mean_above(low, high, self.opening_cmh2o), mean_above(-high, -low, -self.closing_cmh2o))
        };
        let (above_low, below_low) = ((low - self.opening_cmh2o).max(0.0), (self.closing_cmh2o - low).max(0.0));
        Turnover {
            opening: self.opening_rate * (above * inspiration_s + above_low * expiration_s),
            closing: self.closing_rate * (below * inspiration_s + below_low * expiration_s),
        }
    }

    /// Slopes of [`Cell::turnover`]: of opening, then of closing.
    #[must_use]
    pub fn turnover_slopes(&self, swing: &Swing) -> [Slopes; 2] {
        let Swing { low_cmh2o: low, high_cmh2o: high, inspiration_s, expiration_s, square } = *swing;
        let past = |over: f64| if over > 0.0 { 1.0 } else { 0.0 };
        let (above, below) = if square {
            ([0.0, past(high - self.opening_cmh2o)], [0.0, -past(self.closing_cmh2o - high)])
        } else {
            let [high_end, low_end] = mean_above_slopes(-high, -low, -self.closing_cmh2o);
            (mean_above_slopes(low, high, self.opening_cmh2o), [-low_end, -high_end])
        };
        let (above_low, below_low) = (past(low - self.opening_cmh2o), -past(self.closing_cmh2o - low));
        let whole = |rate: f64, slopes: Slopes, at_low: f64| {
            [rate * (slopes[0] * inspiration_s + at_low * expiration_s), rate * slopes[1] * inspiration_s]
        };
        [whole(self.opening_rate, above, above_low), whole(self.closing_rate, below, below_low)]
    }
}

impl Turnover {
    /// Open share at end expiration after `breaths` breaths, of a cell that had `open_frac`.
    ///
    /// In inspiration what is closed opens, in expiration what is open closes, each at a rate that its distance from
    /// the threshold gives:
    /// ```text
    /// x_ei = 1 − (1 − x_ee)·e^(−O),   x_ee' = x_ei·e^(−C)
    /// ```
    /// of which any number of breaths, or a part of one, is the exact continuation. Infinitely many lead to the balance;
    /// where neither acts the cell stays as it was, which is hysteresis.
    ///
    /// # Source
    /// Form of Bates JHT, Irvin CG, J Appl Physiol 2002;93:705-713: rates in proportion to the distance from the
    /// thresholds. That each acts on what is still closed or open is ours: a cell stands for many alveoli.
    ///
    /// ```
    /// use isoshunt::physiology::recruitment::Turnover;
    /// let opens = Turnover { opening: 0.5, closing: 0.0 };
    /// assert!(opens.end_expiration(0.0, 20.0) > 0.9999 && opens.end_expiration(0.3, 0.0) == 0.3);
    /// assert_eq!(Turnover { opening: 0.0, closing: 0.0 }.end_expiration(0.3, f64::INFINITY), 0.3);
    /// ```
    #[must_use]
    pub fn end_expiration(&self, open_frac: f64, breaths: f64) -> f64 {
        let sum = self.opening + self.closing;
        if sum <= 0.0 || breaths <= 0.0 {
            return open_frac;
        }
        let balance = if self.closing <= 0.0 {
            1.0
        } else if self.opening <= 0.0 {
            0.0
        } else {
            float::exp_m1(-self.opening) / float::exp_m1(-sum) * float::exp(-self.closing)
        };
        if sum * breaths > FORGOTTEN {
            return balance;
        }
        balance + (open_frac - balance) * float::exp(-sum * breaths)
    }

    /// Slopes of both ends' open shares, end expiration first, of a cell that had `open_frac` and has `end` at end
    /// expiration, from the slopes of its turnover.
    #[must_use]
    pub fn open_slopes(&self, open_frac: f64, breaths: f64, end: f64, [opening, closing]: &[Slopes; 2]) -> [Slopes; 2] {
        let sum = self.opening + self.closing;
        let left = float::exp(-self.opening);
        // What only opens or only closes, and has had the time, is all open or all closed.
        if sum <= 0.0 || (self.opening.min(self.closing) <= 0.0 && sum * breaths > FORGOTTEN) {
            return [[0.0; 2]; 2];
        }
        let kept = float::exp(-self.closing);
        let moved = -float::exp_m1(-sum);
        let balance = -float::exp_m1(-self.opening) * kept / moved;
        let (gone, still) = if sum * breaths > FORGOTTEN {
            (1.0, 0.0)
        } else {
            (-float::exp_m1(-sum * breaths), breaths * (balance - open_frac) * float::exp(-sum * breaths))
        };
        let by_opening = still - gone * float::exp_m1(-self.closing) * left * kept / (moved * moved);
        let by_closing = still + gone * float::exp_m1(-self.opening) * kept / (moved * moved);
        let expired = [0, 1].map(|k| by_opening * opening[k] + by_closing * closing[k]);
        [expired, [0, 1].map(|k| left * (expired[k] + (1.0 - end) * opening[k]))]
    }

    /// Open share at end inspiration of a cell that had `open_frac` at end expiration.
    #[must_use]
    pub fn end_inspiration(&self, open_frac: f64) -> f64 {
        if self.opening <= 0.0 { open_frac } else { 1.0 - (1.0 - open_frac) * float::exp(-self.opening) }
    }
}

/// Threshold pressures and rates of collapsible lung, as distributions over its cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Mean and SD of the opening pressure, cmH2O.
    pub opening_cmh2o: [f64; 2],
    /// Mean and SD of the closing pressure, cmH2O.
    pub closing_cmh2o: [f64; 2],
    /// Median rates of opening and closing, per s and cmH2O.
    pub rates: [f64; 2],
    /// SD of the natural logarithm of both rates.
    pub rate_log_sd: f64,
    /// Whether a cell that neither opens nor closes stays as it was.
    pub hysteresis: bool,
}

impl Thresholds {
    /// The cell with these four normal deviates: of the pressures of opening and closing and of the two rates.
    ///
    /// Opening pressure, closing pressure and rates are independent; a closing pressure above the opening pressure is
    /// set to it. Without hysteresis both lie at their mean, and the cell is so fast that no breath is too short.
    ///
    /// # Source
    /// Crotti S et al., Am J Respir Crit Care Med 2001;164:131-140, doi:10.1164/ajrccm.164.1.2007011: both pressures
    /// normally distributed.
    #[must_use]
    pub fn cell(&self, deviates: &[f64; 4]) -> Cell {
        let opening = self.opening_cmh2o[0] + self.opening_cmh2o[1] * deviates[0];
        let closing = (self.closing_cmh2o[0] + self.closing_cmh2o[1] * deviates[1]).min(opening);
        if !self.hysteresis {
            let middle = 0.5 * (opening + closing);
            return Cell { opening_cmh2o: middle, closing_cmh2o: middle, opening_rate: 10.0, closing_rate: 10.0 };
        }
        let rate = |median: f64, k: usize| median * float::exp(self.rate_log_sd * deviates[k]);
        Cell {
            opening_cmh2o: opening,
            closing_cmh2o: closing,
            opening_rate: rate(self.rates[0], 2),
            closing_rate: rate(self.rates[1], 3),
        }
    }
}

/// Normal deviates of the first `count` of endlessly many cells that fill the four distributions evenly.
///
/// # Source
/// The R sequence in four dimensions: multiples of the powers of the root of x⁵ = x + 1.
#[must_use]
pub fn deviates(count: usize) -> Vec<[f64; 4]> {
    const STEPS: [f64; 4] =
        [0.856_674_883_854_502_9, 0.733_891_856_627_126, 0.628_706_721_037_808_6, 0.538_597_257_223_61];
    let of = |index: usize, step: f64| normal::quantile((0.5 + step * (index as f64 + 1.0)).fract());
    (0..count).map(|index| STEPS.map(|step| of(index, step))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: Cell = Cell { opening_cmh2o: 18.0, closing_cmh2o: 6.0, opening_rate: 0.03, closing_rate: 0.15 };

    fn breath(low: f64, high: f64) -> Swing {
        Swing { low_cmh2o: low, high_cmh2o: high, inspiration_s: 0.9, expiration_s: 1.8, square: false }
    }

    #[test]
    fn inv_a_breath_is_its_two_phases_and_many_are_its_repetition() {
        let turnover = CELL.turnover(&breath(4.0, 30.0));
        let once = |x: f64| turnover.end_inspiration(x) * float::exp(-turnover.closing);
        let mut x = 0.2;
        for _ in 0..7 {
            x = once(x);
        }
        assert!((turnover.end_expiration(0.2, 7.0) - x).abs() < 1e-14);
        let balance = turnover.end_expiration(0.2, 1e9);
        assert!((once(balance) - balance).abs() < 1e-14);
        let halves = turnover.end_expiration(turnover.end_expiration(0.2, 0.3), 0.7);
        assert!((halves - turnover.end_expiration(0.2, 1.0)).abs() < 1e-15);
    }

    #[test]
    fn inv_turnover_is_the_integral_over_the_breath() {
        for (low, high) in [(4.0, 30.0), (0.0, 5.0), (20.0, 25.0), (8.0, 16.0), (3.0, 3.0)] {
            let swing = breath(low, high);
            let parts = 200_000;
            let (mut opening, mut closing) = (0.0, 0.0);
            for i in 0..parts {
                let p = low + (high - low) * (f64::from(i) + 0.5) / f64::from(parts);
                opening += (p - CELL.opening_cmh2o).max(0.0) * swing.inspiration_s / f64::from(parts);
                closing += (CELL.closing_cmh2o - p).max(0.0) * swing.inspiration_s / f64::from(parts);
            }
            opening += (low - CELL.opening_cmh2o).max(0.0) * swing.expiration_s;
            closing += (CELL.closing_cmh2o - low).max(0.0) * swing.expiration_s;
            let turnover = CELL.turnover(&swing);
            assert!((turnover.opening - CELL.opening_rate * opening).abs() < 1e-9, "{low} {high}");
            assert!((turnover.closing - CELL.closing_rate * closing).abs() < 1e-9, "{low} {high}");
        }
    }

    #[test]
    fn inv_slopes_are_those_of_the_open_shares() {
        for square in [false, true] {
            for (low, high) in [(4.0, 30.0), (0.5, 5.0), (20.0, 25.0), (8.0, 16.0), (5.0, 18.5), (19.0, 19.0)] {
                for (open, breaths) in [(0.2, 7.0), (0.8, 0.5), (0.0, 1e3), (1.0, 1e7)] {
                    let at = |low: f64, high: f64| {
                        let turnover = CELL.turnover(&Swing { square, ..breath(low, high) });
                        let end = turnover.end_expiration(open, breaths);
                        [end, turnover.end_inspiration(end)]
                    };
                    let swing = Swing { square, ..breath(low, high) };
                    let found = CELL.turnover(&swing).open_slopes(
                        open,
                        breaths,
                        at(low, high)[0],
                        &CELL.turnover_slopes(&swing),
                    );
                    let h = 1e-6;
                    for (end, slopes) in found.into_iter().enumerate() {
                        let by_high = (at(low, high + h)[end] - at(low, high - h)[end]) / (2.0 * h);
                        let by_both = (at(low + h, high + h)[end] - at(low - h, high - h)[end]) / (2.0 * h);
                        // A ramp of no height is not smooth against one of its ends.
                        if low < high {
                            let off = (slopes[1] - by_high).abs();
                            assert!(off < 1e-6 * (1.0 + by_high.abs()), "{low} {high} {open} {breaths}: {off}");
                        }
                        let off = (slopes[0] + slopes[1] - by_both).abs();
                        assert!(off < 1e-6 * (1.0 + by_both.abs()), "{low} {high} {open} {breaths}: {off}");
                    }
                }
            }
        }
    }

    #[test]
    fn inv_between_the_thresholds_a_cell_stays_as_it_was() {
        let turnover = CELL.turnover(&breath(8.0, 16.0));
        for x in [0.0, 0.4, 1.0] {
            assert!((turnover.end_expiration(x, 1e6) - x).abs() < 1e-15);
        }
    }

    #[test]
    fn val_crotti_2001_cells_have_the_distributions_asked_for() {
        let law = Thresholds {
            opening_cmh2o: [20.0, 5.0],
            closing_cmh2o: [5.0, 2.5],
            rates: [0.03, 0.15],
            rate_log_sd: 1.0,
            hysteresis: true,
        };
        let cells: Vec<Cell> = deviates(2000).iter().map(|z| law.cell(z)).collect();
        let moments = |of: fn(&Cell) -> f64| {
            let mean = cells.iter().map(of).sum::<f64>() / 2000.0;
            (mean, (cells.iter().map(|c| float::powi(of(c) - mean, 2)).sum::<f64>() / 2000.0).sqrt())
        };
        for (of, mean, sd) in [
            ((|c| c.opening_cmh2o) as fn(&Cell) -> f64, 20.0, 5.0),
            (|c| c.closing_cmh2o, 5.0, 2.5),
            (|c| float::ln(c.opening_rate), float::ln(0.03f64), 1.0),
            (|c| float::ln(c.closing_rate), float::ln(0.15f64), 1.0),
        ] {
            let (m, s) = moments(of);
            assert!((m - mean).abs() < 0.02 * sd && (s / sd - 1.0).abs() < 0.02, "{m} {s}");
        }
        // One layer's worth is already close.
        let few = cells[40..60].iter().map(|c| c.opening_cmh2o).sum::<f64>() / 20.0;
        assert!((few - 20.0).abs() < 1.0, "{few}");
    }
}
