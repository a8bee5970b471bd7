//! What a case may be: why the patient is hypoxaemic, of which kind his lung is, and what goes wrong with the test.

use crate::sim::play::instruments::Mistake;
use crate::sim::time::STEP_S;
use crate::study::attribution::Cause;
use crate::study::twin::By;

/// What a step in time is taken to cost, in evaluations of blood contents.
pub const STEP_EVALUATIONS: u32 = 200;

/// Steps of a time, s.
#[must_use]
pub fn steps_of_s(time_s: f64) -> u64 {
    (time_s / STEP_S).round() as u64
}

/// Why a patient is hypoxaemic: the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// Blood that meets no gas.
    Shunt,
    /// Units of unequal V/Q, or a diffusion limit: on air and on oxygen the two look alike.
    Mismatch,
    /// Too little breath.
    Breathing,
}

impl Mechanism {
    /// Every mechanism, in the order in which they are offered.
    pub const ALL: [Mechanism; 3] = [Mechanism::Shunt, Mechanism::Mismatch, Mechanism::Breathing];

    /// Name in files and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Mechanism::Shunt => "shunt",
            Mechanism::Mismatch => "vq_or_diffusion",
            Mechanism::Breathing => "breathing",
        }
    }

    /// Name in few words.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Mechanism::Shunt => "shunt",
            Mechanism::Mismatch => "V/Q or diffusion",
            Mechanism::Breathing => "breathing",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Mechanism::Shunt => "Shunt: blood that meets no gas",
            Mechanism::Mismatch => "V/Q mismatch or a diffusion limit",
            Mechanism::Breathing => "Too little breath",
        }
    }

    /// The classes that have it, each drawn equally often.
    #[must_use]
    pub fn classes(self) -> &'static [Class] {
        match self {
            Mechanism::Shunt => &[Class::Shunt],
            Mechanism::Mismatch => &[Class::Spread, Class::LowMode, Class::Diffusion],
            Mechanism::Breathing => &[Class::Breathing],
        }
    }

    /// With what a patient of the next mechanism has the same gas on air; none where PaCO2 alone tells them apart.
    #[must_use]
    pub fn next(self) -> Option<By> {
        match self {
            Mechanism::Shunt => Some(By::Spread),
            Mechanism::Mismatch => Some(By::Shunt),
            Mechanism::Breathing => None,
        }
    }
}

/// The kind of a patient's lung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A shunt of 0.15 to 0.40.
    Shunt,
    /// A log SD of V/Q of 0.85 to 1.4.
    Spread,
    /// A second mode of low V/Q.
    LowMode,
    /// A diffusion limit.
    Diffusion,
    /// PaCO2 58 to 85 mmHg.
    Breathing,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 5] = [Class::Shunt, Class::Spread, Class::LowMode, Class::Diffusion, Class::Breathing];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Class::Shunt => "shunt",
            Class::Spread => "spread",
            Class::LowMode => "low_mode",
            Class::Diffusion => "diffusion",
            Class::Breathing => "breathing",
        }
    }

    /// The cause of the attribution that has to be the largest.
    #[must_use]
    pub fn cause(self) -> Cause {
        match self {
            Class::Shunt => Cause::Shunt,
            Class::Spread | Class::LowMode => Cause::Spread,
            Class::Diffusion => Cause::Diffusion,
            Class::Breathing => Cause::Hypoventilation,
        }
    }
}

/// What goes wrong with the test, unless it is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// Room air is drawn in beside the mouthpiece: this share of each breath.
    Leak(f64),
    /// The first sample on oxygen has air in it.
    Bubble,
    /// The first sample on oxygen lies on the bench, and there are many leucocytes in it.
    Bench,
}

impl Fault {
    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Fault::Leak(_) => "leak",
            Fault::Bubble => "air_bubble",
            Fault::Bench => "bench_delay",
        }
    }

    /// What it does to the first sample on oxygen.
    #[must_use]
    pub fn mistake(self) -> Mistake {
        match self {
            Fault::Leak(_) => Mistake::None,
            Fault::Bubble => Mistake::AirBubble,
            Fault::Bench => Mistake::BenchDelay,
        }
    }
}

/// Of what the size is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeOf {
    /// The true shunt.
    Shunt,
    /// Venous admixture on oxygen: where the content equation with his own venous blood misses the true shunt.
    Admixture,
}

impl SizeOf {
    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            SizeOf::Shunt => "shunt",
            SizeOf::Admixture => "admixture",
        }
    }

    /// In a question.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            SizeOf::Shunt => "the shunt, in percent of the output",
            SizeOf::Admixture => "venous admixture on oxygen, in percent of the output",
        }
    }
}
