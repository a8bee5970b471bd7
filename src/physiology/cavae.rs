//! Three venous bloods: of arms and head, of belly and legs, and of the heart itself, each with what its region was given
//! and what that left of it. A pump takes more of one than of another.
//!
//! All are told as departures from mixed venous blood: weighted by flow they sum to nothing, so that no gas is made.

use nalgebra::Matrix3;

use crate::physiology::aorta::{self, Branch};
use crate::physiology::lung_unit::Contents;

/// A vein that returns to the right atrium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vein {
    /// Of arms and head.
    Superior,
    /// Of belly and legs.
    Inferior,
    /// Of the heart.
    CoronarySinus,
}

impl Vein {
    /// Every vein, in the order of all lists here.
    pub const ALL: [Vein; 3] = [Vein::Superior, Vein::Inferior, Vein::CoronarySinus];

    /// The branches of the aorta whose blood it returns.
    fn branches(self) -> &'static [Branch] {
        match self {
            Vein::Superior => &[Branch::RightArm, Branch::RightBrain, Branch::LeftBrain, Branch::LeftArm],
            Vein::Inferior => &[Branch::Viscera, Branch::Legs],
            Vein::CoronarySinus => &[Branch::Coronary],
        }
    }

    /// Share of the flow of the body, and of its O2 consumption: sums of [`Branch::shares`].
    #[must_use]
    pub fn shares(self) -> [f64; 2] {
        let sum = |which: usize| self.branches().iter().map(|branch| branch.shares()[which]).sum();
        [sum(0), sum(1)]
    }
}

/// Which share of each vein's flow a pump takes that takes `taken_frac` of all, `superior_ratio` times as large a share of
/// the superior as of the inferior vein where both can give it.
///
/// No vein gives more than it has; what is then wanting comes from the others, of the coronary sinus last. All 0 to 1.
///
/// ```
/// use isoshunt::physiology::cavae::drained_fracs;
/// let [superior, inferior, coronary] = drained_fracs(0.5, 2.5);
/// assert!(superior > 2.4 * inferior && superior < 1.0 && coronary == 0.0);
/// // Of six tenths the superior vein cannot give two and a half times the inferior's share: it gives all that it has.
/// let [superior, inferior, _] = drained_fracs(0.6, 2.5);
/// assert!((superior - 1.0).abs() < 1e-12 && inferior > 0.4);
/// ```
#[must_use]
pub fn drained_fracs(taken_frac: f64, superior_ratio: f64) -> [f64; 3] {
    let [superior, inferior, coronary] = Vein::ALL.map(|vein| vein.shares()[0]);
    let inferior_frac = taken_frac / (superior_ratio * superior + inferior);
    let [of_superior, of_inferior] = if superior_ratio * inferior_frac > 1.0 {
        [1.0, (taken_frac - superior) / inferior]
    } else if inferior_frac > 1.0 {
        [(taken_frac - inferior) / superior, 1.0]
    } else {
        [superior_ratio * inferior_frac, inferior_frac]
    };
    let [of_superior, of_inferior] = [of_superior, of_inferior].map(|frac| frac.clamp(0.0, 1.0));
    let left = taken_frac - of_superior * superior - of_inferior * inferior;
    [of_superior, of_inferior, (left / coronary).clamp(0.0, 1.0)]
}

/// What tissues take of each dL of blood, and give to it, as a mean over the body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// O2 taken, mL/dL, and its slope by mean arterial O2 content: not 0 where supply limits it.
    pub o2: [f64; 2],
    /// CO2 given, mL/dL, and its slope by the same.
    pub co2: [f64; 2],
    /// Share of the O2 given to a region that it can take at the most.
    pub most_frac: f64,
}

/// The veins of a body that is given two bloods, and what a pump drains of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cavae {
    /// Share of the heart in what the body gets.
    native_frac: f64,
    /// Share of the blood of the heart in what each region gets.
    native: [f64; 3],
    /// Share of each vein in what is drained.
    drained: [f64; 3],
}

/// O2 to spare below which there is none, mL/dL: what rounding leaves.
const LEAST_ROOM_ML_PER_DL: f64 = 1e-10;

/// A value of O2 content and its slopes by that of the blood of the heart and of the blood of the pump.
type Slopes = [f64; 3];

fn scaled(by: f64, of: Slopes) -> Slopes {
    of.map(|part| by * part)
}

fn sum(a: Slopes, b: Slopes) -> Slopes {
    [0, 1, 2].map(|i| a[i] + b[i])
}

fn product(a: Slopes, b: Slopes) -> Slopes {
    [a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[0] * b[2] + a[2] * b[0]]
}

impl Cavae {
    /// The veins of a body of whose flow the heart gives `native_frac` and a pump takes `taken_frac`, both 0 to 1, the
    /// latter above 0; `superior_ratio` as in [`drained_fracs`].
    ///
    /// # Source
    /// That drainage of the better blood of the inferior vein leaves the poor blood of the superior one to the lungs, and
    /// that draining the superior vein corrects it: sheep (title only). Form and shares are ours.
    #[must_use]
    pub fn new(native_frac: f64, taken_frac: f64, superior_ratio: f64) -> Cavae {
        let of_branch = aorta::native_fracs(native_frac);
        let native = Vein::ALL.map(|vein| {
            let of = |branch: &Branch| branch.shares()[0] * of_branch[*branch as usize];
            vein.branches().iter().map(of).sum::<f64>() / vein.shares()[0]
        });
        let fracs = drained_fracs(taken_frac, superior_ratio);
        let drained = Vein::ALL.map(|vein| fracs[vein as usize] * vein.shares()[0] / taken_frac);
        Cavae { native_frac, native, drained }
    }

    /// O2 that each region takes of each dL, mL/dL: its share of all, at most what it can take of what it is given; what it
    /// goes without is taken where there is most to spare, so that the body uses what it uses.
    fn o2_used(&self, native: f64, returned: f64, used: &Use) -> [Slopes; 3] {
        let given = self.native.map(|share| [share * native + (1.0 - share) * returned, share, 1.0 - share]);
        let body = self.used_by_body(used);
        let wanted = Vein::ALL.map(|vein| scaled(vein.shares()[1] / vein.shares()[0], body));
        let most = given.map(|given| scaled(used.most_frac, given));
        let taken = [0, 1, 2].map(|i| if wanted[i][0] > most[i][0] { most[i] } else { wanted[i] });
        let weigh = |of: [Slopes; 3]| {
            Vein::ALL.iter().fold([0.0; 3], |all, vein| sum(all, scaled(vein.shares()[0], of[*vein as usize])))
        };
        let spare = [0, 1, 2].map(|i| sum(most[i], scaled(-1.0, taken[i])));
        let (lacking, room) = (sum(body, scaled(-1.0, weigh(taken))), weigh(spare));
        if lacking[0] <= 0.0 || room[0] <= LEAST_ROOM_ML_PER_DL {
            return taken;
        }
        let share = lacking[0] / room[0];
        let share = [share, (lacking[1] - share * room[1]) / room[0], (lacking[2] - share * room[2]) / room[0]];
        [0, 1, 2].map(|i| sum(taken[i], product(share, spare[i])))
    }

    fn used_by_body(&self, used: &Use) -> Slopes {
        [used.o2[0], used.o2[1] * self.native_frac, used.o2[1] * (1.0 - self.native_frac)]
    }

    /// Departure of the blood of each vein from mixed venous blood, in balance.
    ///
    /// ```text
    /// Cv_i − Cv = (f_i − Qn/Q)·(Cn − Cp) − (u_i − u)
    /// ```
    /// `native` is the blood of the heart, `returned` that of the pump.
    #[must_use]
    pub fn departures(&self, native: &Contents, returned: &Contents, used: &Use) -> [Contents; 3] {
        let of_region = self.o2_used(native.x, returned.x, used);
        let per_o2 = used.co2[0] / used.o2[0];
        [0, 1, 2].map(|i| {
            let more = of_region[i][0] - used.o2[0];
            (native - returned) * (self.native[i] - self.native_frac) + Contents::new(-more, per_o2 * more, 0.0)
        })
    }

    /// Departure of what is drained, of the departures of the veins.
    #[must_use]
    pub fn drained(&self, departures: &[Contents; 3]) -> Contents {
        departures.iter().zip(self.drained).map(|(departure, share)| departure * share).sum()
    }

    /// As [`Cavae::drained`] of [`Cavae::departures`], with its slopes by the blood of the heart and by that of the pump.
    #[must_use]
    pub fn drained_in_balance(
        &self,
        native: &Contents,
        returned: &Contents,
        used: &Use,
    ) -> (Contents, [Matrix3<f64>; 2]) {
        let of_region = self.o2_used(native.x, returned.x, used);
        let body = self.used_by_body(used);
        let mut more = [0.0; 3];
        let mut apart = 0.0;
        for ((share, native), used) in self.drained.into_iter().zip(self.native).zip(of_region) {
            more = sum(more, scaled(share, sum(used, scaled(-1.0, body))));
            apart += share * (native - self.native_frac);
        }
        // CO2 per O2, which supply may change.
        let co2 = [used.co2[0], used.co2[1] * self.native_frac, used.co2[1] * (1.0 - self.native_frac)];
        let per_o2 = co2[0] / body[0];
        let per_o2 = [per_o2, (co2[1] - per_o2 * body[1]) / body[0], (co2[2] - per_o2 * body[2]) / body[0]];
        let given = product(per_o2, more);
        let slopes = [(1.0, 1), (-1.0, 2)].map(|(sign, which)| {
            let mut by = Matrix3::identity() * (sign * apart);
            by[(0, 0)] -= more[which];
            by[(1, 0)] += given[which];
            by
        });
        ((native - returned) * apart + Contents::new(-more[0], given[0], 0.0), slopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESTING: Use = Use { o2: [4.2, 0.0], co2: [3.4, 0.0], most_frac: 0.7 };

    #[test]
    fn inv_veins_are_the_whole_and_a_pump_takes_what_it_takes() {
        for which in 0..2 {
            assert!((Vein::ALL.iter().map(|vein| vein.shares()[which]).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        for taken in [0.01, 0.2, 0.5, 0.8, 0.96, 0.99] {
            for ratio in [0.2, 0.35, 1.0, 2.5, 4.0] {
                let fracs = drained_fracs(taken, ratio);
                let all: f64 = Vein::ALL.iter().map(|vein| vein.shares()[0] * fracs[*vein as usize]).sum();
                assert!((all - taken).abs() < 1e-12, "{taken} {ratio}: {fracs:?}");
                assert!(fracs.iter().all(|frac| (0.0..=1.0).contains(frac)), "{fracs:?}");
            }
        }
    }

    /// Departures sum to nothing, no region takes more than it can, and the slopes are those of the values.
    #[test]
    fn inv_departures_balance_and_slopes_are_theirs() {
        for (native_frac, taken) in [(0.05, 0.9), (0.35, 0.65), (0.75, 0.25)] {
            let cavae = Cavae::new(native_frac, taken, 0.35);
            for (poor, rich) in [(11.0, 15.0), (7.0, 14.0), (6.0, 6.5)] {
                let (native, returned) = (Contents::new(poor, 50.0, 0.9), Contents::new(rich, 44.0, 0.2));
                let mean = native_frac * poor + (1.0 - native_frac) * rich;
                for used in [RESTING, Use { o2: [0.69 * mean, 0.69], co2: [0.8 * mean, 0.7], most_frac: 0.7 }] {
                    let departures = cavae.departures(&native, &returned, &used);
                    let all: Contents =
                        Vein::ALL.iter().map(|vein| departures[*vein as usize] * vein.shares()[0]).sum();
                    assert!(all.amax() < 1e-12, "{all:?}");
                    for vein in Vein::ALL {
                        let i = vein as usize;
                        let given = cavae.native[i] * poor + (1.0 - cavae.native[i]) * rich;
                        let left = mean - used.o2[0] + departures[i].x;
                        assert!(left > 0.3 * given - 1e-9, "{vein:?}: {left} of {given}");
                    }
                    let (value, slopes) = cavae.drained_in_balance(&native, &returned, &used);
                    assert!((value - cavae.drained(&departures)).amax() < 1e-12);
                    let at = |native: &Contents, returned: &Contents| {
                        let more = native_frac * (native.x - poor) + (1.0 - native_frac) * (returned.x - rich);
                        let [o2, co2] = [used.o2, used.co2].map(|[value, slope]| [value + slope * more, slope]);
                        cavae.drained_in_balance(native, returned, &Use { o2, co2, ..used }).0
                    };
                    for axis in 0..3 {
                        let mut step = Contents::zeros();
                        step[axis] = 1e-6;
                        let found = [
                            at(&(native + step), &returned) - at(&(native - step), &returned),
                            at(&native, &(returned + step)) - at(&native, &(returned - step)),
                        ];
                        for (which, found) in found.iter().enumerate() {
                            let apart = found / 2e-6 - slopes[which].column(axis);
                            assert!(apart.amax() < 1e-6, "{which} {axis}: {apart:?}");
                        }
                    }
                }
            }
        }
    }
}
