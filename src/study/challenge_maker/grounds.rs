//! The grounds of an answer: which of the data of a case it rests on.
//!
//! A ground is right if the printed rule, or the lungs that still fit, give another answer when that datum is withheld, or
//! if the range of the size widens by half. A range counts as 8 points at least: a narrower one is worth little more.
//!
//! - PaO2 on oxygen: withheld, one gas is left, and the ridge of lungs that fit it.
//! - A-a before: withheld, a clause of the rule may stay open.
//! - PaCO2: withheld, the normal 40 mmHg is taken, as a table without it would.
//! - How admixture changed: withheld, the gas on oxygen fits an even lung as well as a wide one. It decides where both
//!   gases together say which: wide, or, of a shunt, even enough for it to be the shunt alone.
//! - Nitrogen out: withheld, the gas on oxygen may be that of 3 min. Where nobody measures it, it decides nothing.
//! - Venous blood: withheld, an a-v difference is assumed. Where there is none to be had, it decides nothing.

use crate::study::Study;
use crate::study::attribution::NORMAL_PCO2_MMHG;
use crate::study::challenge_maker::kinds::{Mechanism, Place};
use crate::study::challenge_maker::patient::{Setup, range};
use crate::study::challenge_maker::rule::{self, Formula, Known, TestGas};
use crate::study::fit::{Body, EVEN_LOG_SD, Fit, Fitting, Question, Spot};
use crate::units::DL_PER_L;

/// By how much an estimate has to move to be another one.
pub const MOVES_FRAC: f64 = 0.04;
/// Narrowest range that counts: it is still worth 18 of 20.
const NARROWEST_FRAC: f64 = 0.08;
/// By how much a range widens where a datum decides.
const WIDER: f64 = 1.5;
/// SD of a range that holds 95 of a hundred.
const RANGE_SD: f64 = 1.96;
/// SD from a limit at which nine of ten lungs that fit lie on its one side.
const SURE_SD: f64 = 1.28;

/// A ground on which an answer may rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// PaO2 after 20 min of oxygen.
    Po2OnOxygen,
    /// The A-a gradient before.
    GradientBefore,
    /// PaCO2.
    Pco2,
    /// How admixture changed from the gas before to oxygen.
    AdmixtureChange,
    /// End-tidal N2 below 2.5 %.
    NitrogenOut,
    /// Venous blood.
    VenousBlood,
}

impl Ground {
    /// Every ground, in the order in which they are offered.
    pub const ALL: [Ground; 6] = [
        Ground::Po2OnOxygen,
        Ground::GradientBefore,
        Ground::Pco2,
        Ground::AdmixtureChange,
        Ground::NitrogenOut,
        Ground::VenousBlood,
    ];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Ground::Po2OnOxygen => "po2_on_oxygen",
            Ground::GradientBefore => "aa_before",
            Ground::Pco2 => "pco2",
            Ground::AdmixtureChange => "admixture_change",
            Ground::NitrogenOut => "n2_out",
            Ground::VenousBlood => "venous_blood",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Ground::Po2OnOxygen => "PaO₂ after 20 min on O₂",
            Ground::GradientBefore => "A-a before",
            Ground::Pco2 => "PaCO₂",
            Ground::AdmixtureChange => "how admixture changed",
            Ground::NitrogenOut => "etN₂ below 2.5 %",
            Ground::VenousBlood => "venous blood",
        }
    }
}

/// What the grounds are weighed on.
#[derive(Debug, Clone, Copy)]
pub struct Evidence {
    /// Where, and with what.
    pub setup: Setup,
    /// The patient apart from his gases.
    pub body: Body,
    /// The answer.
    pub mechanism: Mechanism,
    /// Gas before, after 3 and after 20 min of oxygen.
    pub before: TestGas,
    /// After 3 min of oxygen.
    pub early: TestGas,
    /// After 20 min.
    pub on_oxygen: TestGas,
    /// Output by Fick where a catheter lies, L/min.
    pub output_l_per_min: Option<f64>,
}

impl Evidence {
    /// Which grounds are right, in the order of [`Ground::ALL`].
    #[must_use]
    pub fn right(&self) -> [bool; 6] {
        let spot = self.spot(self.output_l_per_min);
        Ground::ALL.map(|ground| match ground {
            Ground::Po2OnOxygen => spot.is_some_and(|spot| self.widens_without_oxygen(width(&spot))),
            Ground::GradientBefore => self.answers(Known { gradient: false, ..self.known() }),
            Ground::Pco2 => self.rests_on_pco2(),
            Ground::AdmixtureChange => spot.is_some_and(|spot| self.change_decides(&spot)),
            Ground::NitrogenOut => {
                self.setup.place == Place::Laboratory
                    && changes(&self.setup, &self.body, self.before, self.on_oxygen, self.early)
            }
            Ground::VenousBlood => self.setup.catheter && spot.is_some_and(|spot| self.venous_decides(&spot)),
        })
    }

    fn known(&self) -> Known {
        Known { before: Some(self.before), gradient: true, on_oxygen: Some(self.on_oxygen) }
    }

    /// Whether what is left gives another answer, or none.
    fn answers(&self, left: Known) -> bool {
        left.answer(&self.setup, &self.body) != self.known().answer(&self.setup, &self.body)
    }

    fn rests_on_pco2(&self) -> bool {
        let normal = |gas: TestGas| TestGas { pco2_mmhg: NORMAL_PCO2_MMHG, ..gas };
        let [before, on_oxygen] = [self.before, self.on_oxygen].map(normal);
        rule::answer(&self.setup, &self.body, before, on_oxygen)
            != rule::answer(&self.setup, &self.body, self.before, self.on_oxygen)
            || changes(&self.setup, &self.body, self.before, self.on_oxygen, on_oxygen)
    }

    fn fitting(&self, gases: Vec<(f64, TestGas)>, output_l_per_min: Option<f64>) -> Fitting {
        let gases = gases.into_iter().map(|(fio2_frac, gas)| {
            // What the output is worth is said by itself.
            rule::gas_of(fio2_frac, TestGas { so2_ven_frac: None, ..gas })
        });
        let body = Body { cardiac_output_l_per_min: output_l_per_min, ..self.body };
        Fitting::new(&Question { body, gases: gases.collect() })
    }

    /// The lung that both gases leave.
    fn spot(&self, output_l_per_min: Option<f64>) -> Option<Spot> {
        let gases = vec![(self.setup.fio2_frac, self.before), (1.0, self.on_oxygen)];
        let mut fitting = self.fitting(gases, output_l_per_min);
        fitting.advance(u32::MAX);
        match fitting.outcome() {
            Some(Ok(Fit::Spot(spot))) => Some(*spot),
            _ => None,
        }
    }

    /// Whether the gas before alone leaves a range that is wider by half; the ridge is followed only as far as it takes.
    fn widens_without_oxygen(&self, width_frac: f64) -> bool {
        let mut fitting = self.fitting(vec![(self.setup.fio2_frac, self.before)], self.output_l_per_min);
        loop {
            let ends = fitting.ridge_so_far().iter().map(|point| {
                let sd = RANGE_SD * point.shunt_sd_frac;
                [(point.shunt_frac - sd).max(0.0), point.shunt_frac + sd]
            });
            let [low, high] = ends.fold([1.0_f64, 0.0_f64], |[low, high], ends| [low.min(ends[0]), high.max(ends[1])]);
            if high - low >= WIDER * width_frac {
                return true;
            }
            if fitting.outcome().is_some() {
                return false;
            }
            fitting.advance(1);
        }
    }

    /// Whether both gases together say how wide the lung is, where that is asked.
    fn change_decides(&self, spot: &Spot) -> bool {
        let sd = SURE_SD * spot.log_sd_sd;
        let told = match self.mechanism {
            // The rule has answered before it asks.
            Mechanism::Breathing => false,
            Mechanism::Shunt => spot.log_sd + sd < range::WIDE_LOG_SD[0],
            Mechanism::Mismatch | Mechanism::Both => spot.log_sd - sd > EVEN_LOG_SD,
        };
        told && self.oxygen_alone_leaves_open()
    }

    /// Whether the gas on oxygen fits an even lung and a wide one.
    fn oxygen_alone_leaves_open(&self) -> bool {
        let mut fitting = self.fitting(vec![(1.0, self.on_oxygen)], self.output_l_per_min);
        loop {
            let ridge = fitting.ridge_so_far();
            let wide = ridge.last().is_some_and(|point| point.log_sd >= range::WIDE_LOG_SD[0]);
            let even = ridge.first().is_some_and(|point| point.log_sd < EVEN_LOG_SD);
            if wide || fitting.outcome().is_some() {
                return wide && even;
            }
            fitting.advance(1);
        }
    }

    /// Whether without venous blood the range widens by half, or the rule says something else.
    fn venous_decides(&self, spot: &Spot) -> bool {
        let without = Setup { catheter: false, ..self.setup };
        rule::answer(&without, &self.body, self.before, self.on_oxygen)
            != rule::answer(&self.setup, &self.body, self.before, self.on_oxygen)
            || self.spot(None).is_some_and(|assumed| width(&assumed) >= WIDER * width(spot))
    }
}

fn width(spot: &Spot) -> f64 {
    (2.0 * RANGE_SD * spot.shunt_sd_frac).max(NARROWEST_FRAC)
}

/// Whether another gas on oxygen changes the answer, or the estimate by 4 points.
#[must_use]
pub fn changes(setup: &Setup, body: &Body, before: TestGas, one: TestGas, other: TestGas) -> bool {
    let formula = Formula::of_the_rule(setup);
    let estimate = |gas| formula.shunt_frac(&rule::sums(body, 1.0, gas));
    let moved = match (estimate(one), estimate(other)) {
        (Ok(one), Ok(other)) => (one - other).abs() >= MOVES_FRAC,
        (one, other) => one.is_ok() != other.is_ok(),
    };
    moved || rule::answer(setup, body, before, one) != rule::answer(setup, body, before, other)
}

/// Output by Fick, L/min.
#[must_use]
pub fn fick_l_per_min(vo2_ml_per_min: f64, av_ml_per_dl: f64) -> f64 {
    vo2_ml_per_min / (DL_PER_L * av_ml_per_dl)
}
