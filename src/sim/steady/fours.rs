//! The units of a lung without a diffusion limit, four at a time: evaluated, eliminated and moved as the single
//! [`super::exchanger::Exchanger`] is.

use nalgebra::Matrix3;

use super::exchanger::{Exchanger, Response, SETTLED, Setting, TURNOVER_FLOOR};
use crate::numerics::float::{LANES, Lanes, Real};
use crate::physiology::blood::{Chemistry, Coordinates, Evaluation};
use crate::physiology::lung_unit::{self, Contents};
use crate::units::N2_SOLUBILITY_ML_PER_DL_MMHG;

/// Four units and their last linearisation.
#[derive(Debug, Clone, Copy)]
struct Four {
    ratio: Lanes,
    weight: Lanes,
    /// Virtual PO2 and bicarbonate.
    at: [Lanes; 2],
    step: [Lanes; 2],
    step_by_inflow: [[Lanes; 3]; 2],
    /// Gases and slopes of the last evaluation.
    found: Evaluation<Lanes>,
    /// How far the units moved last.
    moved: [Lanes; 2],
    /// Residuals of the last linearisation as shares of turnover.
    off: Lanes,
}

/// Units of a lung. The last four are filled up with units like the last one that have no weight.
#[derive(Debug, Clone, Default)]
pub(super) struct Fours {
    count: usize,
    fours: Vec<Four>,
    /// Whether there has been an evaluation, whether it is one of the units where they stand, and whether it was brought
    /// there along its straight line.
    evaluated: bool,
    kept: bool,
    by_line: bool,
}

/// What all units together come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    /// Mean outflow by the weights, and how it answers.
    pub(super) out: Contents,
    pub(super) response: Response,
    /// Largest residual.
    pub(super) residual: f64,
    /// Whether all that is told by an evaluation elsewhere and its straight line.
    pub(super) by_line: bool,
    /// Evaluations spent.
    pub(super) evaluations: u32,
}

impl Fours {
    /// How many units there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn clear(&mut self) {
        self.kept = false;
        self.count = 0;
        self.fours.clear();
    }

    /// Becomes like another, in the memory it has.
    pub(super) fn become_like(&mut self, other: &Fours) {
        self.fours.clone_from(&other.fours);
        (self.count, self.evaluated) = (other.count, other.evaluated);
        (self.kept, self.by_line) = (other.kept, other.by_line);
    }

    /// Units of these [`crate::physiology::lung_unit::conductance_ratio`]s and weights, each to be given its place by
    /// `guess`.
    pub(super) fn fill(&mut self, units: impl ExactSizeIterator<Item = [f64; 2]>, guess: impl Fn(Lanes) -> [Lanes; 2]) {
        self.kept = false;
        self.count = units.len();
        let nothing = Lanes::of(0.0);
        let blank = Four {
            ratio: nothing,
            weight: nothing,
            at: [nothing; 2],
            step: [nothing; 2],
            step_by_inflow: [[nothing; 3]; 2],
            found: Evaluation::of(nothing),
            moved: [nothing; 2],
            off: nothing,
        };
        self.fours.resize(self.count.div_ceil(LANES), blank);
        self.give(units);
        self.fours.iter_mut().for_each(|four| four.at = guess(four.ratio));
    }

    /// Gives every unit its ratio and weight anew.
    pub(super) fn give(&mut self, mut units: impl Iterator<Item = [f64; 2]>) {
        let mut last = [0.0; 2];
        for four in &mut self.fours {
            let (mut ratio, mut weight) = ([0.0; LANES], [0.0; LANES]);
            for i in 0..LANES {
                last = units.next().unwrap_or([last[0], 0.0]);
                [ratio[i], weight[i]] = last;
            }
            (four.ratio, four.weight) = (Lanes::new(ratio), Lanes::new(weight));
        }
    }

    /// Every place as it is, or one like it in blood of another kind.
    pub(super) fn keep_in_domain(&mut self, chemistry: &Chemistry) {
        self.kept = false;
        for four in &mut self.fours {
            four.at[0] = chemistry.virtual_po2_in_domain(four.at[0]);
        }
    }

    /// Where a unit stands.
    pub(super) fn at(&self, i: usize) -> Coordinates {
        let [v, hco3] = self.fours[i / LANES].at.map(|lanes| lanes.to_array()[i % LANES]);
        Coordinates { virtual_po2_mmhg: v, bicarbonate_mmol_per_l: hco3 }
    }

    /// Ratio of a unit.
    pub(super) fn ratio(&self, i: usize) -> f64 {
        self.fours[i / LANES].ratio.to_array()[i % LANES]
    }

    /// The unit as one of its own.
    pub(super) fn single(&self, i: usize) -> Exchanger {
        Exchanger::new(self.ratio(i), self.fours[i / LANES].weight.to_array()[i % LANES], self.at(i))
    }

    /// Solves every unit on its own for a fixed inflow; returns the evaluations spent.
    pub(super) fn settle(&mut self, setting: &Setting<'_>, inflow: &Contents) -> u32 {
        self.kept = false;
        let mut evaluations = 0;
        let mut neighbour = None;
        for four in 0..self.fours.len() {
            let settled: [Coordinates; LANES] = std::array::from_fn(|i| {
                let mut unit = self.single(LANES * four + i);
                evaluations += unit.settle(setting, inflow, 0.0, neighbour);
                neighbour = Some(unit.at).filter(|_| unit.residual <= SETTLED).or(neighbour);
                unit.at
            });
            self.fours[four].at = [
                Lanes::new(settled.map(|at| at.virtual_po2_mmhg)),
                Lanes::new(settled.map(|at| at.bicarbonate_mmol_per_l)),
            ];
        }
        evaluations
    }

    /// As [`Fours::settle`], of those units alone whose residual at the last linearisation was above `far`, where they are
    /// at most so many; ended by the first that stays there. Whether none did is the second result.
    pub(super) fn settle_far(
        &mut self,
        setting: &Setting<'_>,
        inflow: &Contents,
        far: f64,
        most: usize,
    ) -> (u32, bool) {
        let mut evaluations = 0;
        let offs = self.fours.iter().flat_map(|four| four.off.to_array()).take(self.count);
        if offs.filter(|off| *off > far).count() > most {
            return (0, true);
        }
        for i in 0..LANES * self.fours.len() {
            if self.fours[i / LANES].off.to_array()[i % LANES] > far {
                let mut unit = self.single(i);
                let neighbour = i.checked_sub(1).map(|before| self.at(before));
                evaluations += unit.settle(setting, inflow, 0.0, neighbour);
                if unit.residual > far {
                    return (evaluations, false);
                }
                let place = &mut self.fours[i / LANES].at;
                let settled = [unit.at.virtual_po2_mmhg, unit.at.bicarbonate_mmol_per_l];
                for (lanes, value) in place.iter_mut().zip(settled) {
                    let mut all = lanes.to_array();
                    all[i % LANES] = value;
                    *lanes = Lanes::new(all);
                }
                self.kept = false;
            }
        }
        (evaluations, true)
    }

    /// Evaluates all balances and eliminates all units, as [`Exchanger::linearise`].
    pub(super) fn linearise(&mut self, setting: &Setting<'_>, inflow: &Contents) -> Sum {
        let nothing = Lanes::of(0.0);
        let (mut out, mut constant, mut by_inflow) = ([nothing; 3], [nothing; 3], [[nothing; 3]; 3]);
        let mut residual = nothing;
        let inflow = [inflow.x, inflow.y, inflow.z].map(Lanes::of);
        let evaluations = if self.kept { 0 } else { self.count as u32 };
        for four in &mut self.fours {
            if !self.kept {
                setting.chemistry.evaluate_into(four.at, &mut four.found);
            }
            let (own, answer, response, off) = four.linearise(setting, inflow);
            for x in 0..3 {
                out[x] = out[x] + own[x] * four.weight;
                constant[x] = constant[x] + answer[x];
                for y in 0..3 {
                    by_inflow[x][y] = by_inflow[x][y] + response[x][y];
                }
            }
            // What is no number is as far off as can be.
            four.off = off.if_below(Lanes::of(f64::INFINITY), off, Lanes::of(f64::INFINITY));
            residual = four.off.most(residual);
        }
        let by_line = self.kept && self.by_line;
        self.evaluated = true;
        self.kept = false;
        let residual = residual.to_array().into_iter().fold(0.0, f64::max);
        let contents = |of: [Lanes; 3]| Contents::from(of.map(Lanes::sum));
        let rows = by_inflow.map(|row| row.map(Lanes::sum));
        // What a unit passes on, less what the content itself takes.
        let by_inflow = Matrix3::from_fn(|x, y| if y < 2 { rows[x][2] - rows[x][y] } else { rows[x][2] });
        let response = Response { constant: contents(constant), by_inflow };
        Sum { out: contents(out), response, residual, by_line, evaluations }
    }

    /// The unit with the largest residual at the last linearisation; none where all are balanced.
    pub(super) fn worst(&self) -> Option<usize> {
        let offs = self.fours.iter().flat_map(|four| four.off.to_array()).take(self.count).enumerate();
        offs.filter(|(_, off)| *off > 0.0).max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(i, _)| i)
    }

    /// Moves all by the last linearisation, given how the inflow moves: whether each went as far as it was meant to.
    /// `None` where a step is not finite.
    pub(super) fn advance(&mut self, chemistry: &Chemistry, inflow_step: &Contents) -> Option<bool> {
        let change = [inflow_step.x, inflow_step.y, inflow_step.z].map(Lanes::of);
        let mut whole = true;
        for four in &mut self.fours {
            let step = [0, 1].map(|k| {
                let by = &four.step_by_inflow[k];
                four.step[k] + (by[0] * change[0] + by[1] * change[1] + by[2] * change[2])
            });
            let (next, free) = chemistry.limited_steps(four.at, four.found.ph, step)?;
            four.moved = step;
            four.at = next;
            whole &= free;
        }
        Some(whole)
    }

    /// Keeps the last evaluation for the next linearisation: the units have not moved since, or by a whole step that was
    /// as good as the last one, `by_step`.
    pub(super) fn keep(&mut self, chemistry: &Chemistry, by_step: bool) {
        (self.kept, self.by_line) = (self.evaluated, by_step);
        if self.kept && by_step {
            self.fours.iter_mut().for_each(|four| four.found.move_along(chemistry, four.at, four.moved));
        }
    }
}

impl Four {
    /// Outflow; by weight its response to the inflow as constant and matrix, whose first two columns are to be taken off the
    /// third; and the residual as a share of turnover.
    #[inline]
    fn linearise(
        &mut self,
        setting: &Setting<'_>,
        inflow: [Lanes; 3],
    ) -> ([Lanes; 3], [Lanes; 3], [[Lanes; 3]; 3], Lanes) {
        let (supply, ratio, found) = (&setting.supply, self.ratio, &self.found);
        let n2 = |po2: Lanes, pco2: Lanes| (po2 + pco2) * -N2_SOLUBILITY_ML_PER_DL_MMHG;
        let out = [found.o2, found.co2, n2(found.po2, found.pco2) + N2_SOLUBILITY_ML_PER_DL_MMHG * supply.dry_mmhg];
        let slopes =
            [0, 1].map(|k| [found.o2_slopes[k], found.co2_slopes[k], n2(found.po2_slopes[k], found.pco2_slopes[k])]);
        let gain = [out[0] - inflow[0], out[1] - inflow[1], out[2] - inflow[2]];
        let balance = lung_unit::gas_balance(setting.basis, ratio, supply, [found.po2, found.pco2], gain);
        let (residual, share) = (balance.residual, balance.by_contents);
        let unit = balance.eliminate(found, &slopes);
        self.step = unit.solve(-residual[0], -residual[1]);
        // Columns of the balance by contents: the share, less one where the gas itself is meant.
        let shared = unit.solve(share[0], share[1]);
        let (of_o2, of_co2) = (unit.by_o2, unit.by_co2);
        self.step_by_inflow = [0, 1].map(|k| [shared[k] - of_o2[k], shared[k] - of_co2[k], shared[k]]);
        let weighed = slopes.map(|of| of.map(|slope| slope * self.weight));
        let outflow = |x: usize, by: [Lanes; 2]| weighed[0][x] * by[0] + weighed[1][x] * by[1];
        let constant = [0, 1, 2].map(|x| outflow(x, self.step));
        let response = [0, 1, 2].map(|x| [of_o2, of_co2, shared].map(|by| outflow(x, by)));
        let turnover = ratio * supply.dry_mmhg + TURNOVER_FLOOR;
        let [o2, co2] = residual.map(|residual| residual.abs());
        // In this order what is no number is kept: the volume that blood takes up is in the first, and with it CO2.
        let off = o2.most(co2);
        (out, constant, response, off / turnover)
    }
}
