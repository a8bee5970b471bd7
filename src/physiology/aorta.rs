//! Two bloods in one aorta: what the heart ejects comes from the valve, what a pump returns comes up from the groin, and
//! somewhere both meet.

use crate::numerics::{float, normal, roots};

/// A part of the body that the aorta feeds, in the order of its branches from the valve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// The heart itself.
    Coronary,
    /// The right arm, where pulse oximeter and arterial line belong.
    RightArm,
    /// The right half of the brain.
    RightBrain,
    /// The left half of the brain.
    LeftBrain,
    /// The left arm.
    LeftArm,
    /// Gut, liver, kidneys.
    Viscera,
    /// Legs.
    Legs,
}

impl Branch {
    /// Every branch, from the valve on.
    pub const ALL: [Branch; 7] = [
        Branch::Coronary,
        Branch::RightArm,
        Branch::RightBrain,
        Branch::LeftBrain,
        Branch::LeftArm,
        Branch::Viscera,
        Branch::Legs,
    ];

    /// Share of the flow to the body, and of its O2 consumption.
    ///
    /// # Source
    /// Guesses from the shares of textbooks; each sums to 1.
    #[must_use]
    pub fn shares(self) -> [f64; 2] {
        match self {
            Branch::Coronary => [0.05, 0.11],
            Branch::RightArm => [0.06, 0.03],
            Branch::RightBrain | Branch::LeftBrain => [0.07, 0.09],
            Branch::LeftArm => [0.06, 0.03],
            Branch::Viscera => [0.46, 0.45],
            Branch::Legs => [0.23, 0.20],
        }
    }

    /// Where along the flow, from 0 at the valve to 1, the branch begins and ends.
    fn place(self) -> [f64; 2] {
        let before: f64 = Branch::ALL[..self as usize].iter().map(|branch| branch.shares()[0]).sum();
        [before, before + self.shares()[0]]
    }
}

/// Width over which both bloods mix where they meet, in shares of the flow. A guess.
const WIDTH: f64 = 0.05;
/// Native share below which and above which one blood is all there is.
const LEAST_FRAC: f64 = 1e-6;
/// How far beyond the ends of the aorta the meeting point may lie, widths.
const BEYOND: f64 = 6.0;

/// Integral of the normal distribution up to z.
fn integral(z: f64) -> f64 {
    let density = float::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    z * normal::cumulative(z) + density
}

/// Mean over a stretch of what of the blood there comes from the heart, both meeting at `meet`.
fn native_over([from, to]: [f64; 2], meet: f64) -> f64 {
    let [z0, z1] = [from, to].map(|x| (x - meet) / WIDTH);
    native_of(integral(z1) - integral(z0), to - from)
}

/// The same of the [`integral`] over the stretch.
fn native_of(over: f64, length: f64) -> f64 {
    (1.0 - WIDTH * over / length).clamp(0.0, 1.0)
}

/// Share of native blood in that of every branch, in the order of [`Branch::ALL`].
///
/// ```text
/// f_i = mean over the branch of 1 − Φ((x − x0)/0.05),  x0 so that the mean over all is Qn/Q
/// ```
/// Flow-weighted they make up `native_frac`, the share of the heart in all that flows, 0 to 1.
///
/// # Source
/// The form is ours. Where the pump gives 90 % of the flow or more, both bloods meet in the arch; where less, the heart
/// alone supplies the arch (figures of computed flow fields as told in abstracts); the heart turns hypoxic before the
/// brain (Prisco AR et al., 2021, abstract only).
///
/// ```
/// use isoshunt::physiology::aorta::{Branch, native_fracs};
/// let shares = native_fracs(0.25);
/// assert!(shares[Branch::RightArm as usize] > 0.95 && shares[Branch::Legs as usize] < 0.01);
/// ```
#[must_use]
pub fn native_fracs(native_frac: f64) -> [f64; 7] {
    if native_frac <= LEAST_FRAC {
        return [0.0; 7];
    }
    if native_frac >= 1.0 - LEAST_FRAC {
        return [1.0; 7];
    }
    let (low, high) = (-BEYOND * WIDTH, 1.0 + BEYOND * WIDTH);
    let meet = roots::increasing(low, high, native_frac, |meet| {
        let slope = normal::cumulative((1.0 - meet) / WIDTH) - normal::cumulative(-meet / WIDTH);
        (native_over([0.0, 1.0], meet) - native_frac, slope)
    });
    let along = |to: f64| integral((to - meet) / WIDTH);
    // Where one branch ends the next begins.
    let mut before = along(0.0);
    Branch::ALL.map(|branch| {
        let [from, to] = branch.place();
        let after = along(to);
        native_of(after - std::mem::replace(&mut before, after), to - from)
    })
}

/// What near-infrared light at the forehead makes of arterial and jugular saturation: a quarter of the blood that it meets
/// is arterial, as devices have it (recalled).
#[must_use]
pub fn near_infrared_frac(arterial_frac: f64, jugular_frac: f64) -> f64 {
    0.25 * arterial_frac + 0.75 * jugular_frac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_shares_sum_to_one_and_branches_to_the_whole() {
        for which in 0..2 {
            assert!((Branch::ALL.iter().map(|branch| branch.shares()[which]).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        for native in [0.0, 0.03, 0.1, 0.25, 0.5, 0.75, 0.97, 1.0] {
            let shares = native_fracs(native);
            let whole: f64 = Branch::ALL.iter().zip(shares).map(|(branch, share)| branch.shares()[0] * share).sum();
            assert!((whole - native).abs() < 1e-9, "{native}: {whole}");
            assert!(shares.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12), "{shares:?}");
        }
    }

    /// Shares of native blood as the design of this aorta had them, within 0.05.
    #[test]
    fn regress_where_both_bloods_meet() {
        let of = |native: f64, branch: Branch| native_fracs(native)[branch as usize];
        for (native, branch, expected) in [
            (0.10, Branch::Coronary, 0.92),
            (0.10, Branch::RightArm, 0.64),
            (0.10, Branch::RightBrain, 0.20),
            (0.10, Branch::LeftBrain, 0.02),
            (0.10, Branch::LeftArm, 0.0),
            (0.25, Branch::RightArm, 1.0),
            (0.25, Branch::LeftBrain, 0.74),
            (0.25, Branch::LeftArm, 0.29),
            (0.50, Branch::LeftArm, 1.0),
            (0.50, Branch::Viscera, 0.41),
            (0.50, Branch::Legs, 0.0),
        ] {
            assert!((of(native, branch) - expected).abs() < 0.05, "{native} {branch:?}: {}", of(native, branch));
        }
    }
}
