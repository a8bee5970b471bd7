//! What a case may be: why the patient is hypoxaemic, of which kind his lung is, and what goes wrong with the test.

use crate::sim::params::{ParamId, Setting};
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

/// Where the test is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The pulmonary function laboratory: mouthpiece and clip, end-tidal O2 and N2, air against pure oxygen.
    Laboratory,
    /// The intensive care unit: ventilated, an arterial line, a pulmonary artery catheter in one of three.
    IntensiveCare,
}

impl Place {
    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Place::Laboratory => "laboratory",
            Place::IntensiveCare => "icu",
        }
    }

    /// In a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Place::Laboratory => "in the pulmonary function laboratory",
            Place::IntensiveCare => "in the intensive care unit",
        }
    }

    /// The answers that are drawn there, each equally often. On the oxygen of an intensive care unit too little breath
    /// alone makes nobody hypoxaemic.
    #[must_use]
    pub fn drawn(self, level: u8) -> &'static [Mechanism] {
        match (self, level) {
            (Place::Laboratory, _) => &[Mechanism::Shunt, Mechanism::Mismatch, Mechanism::Breathing],
            (Place::IntensiveCare, 3) => &[Mechanism::Shunt, Mechanism::Mismatch, Mechanism::Both],
            (Place::IntensiveCare, _) => &[Mechanism::Shunt, Mechanism::Mismatch],
        }
    }

    /// The answers that are offered there, whatever the level.
    #[must_use]
    pub fn offered(self) -> &'static [Mechanism] {
        match self {
            Place::Laboratory => self.drawn(1),
            Place::IntensiveCare => self.drawn(3),
        }
    }

    /// The classes that have a mechanism there, each drawn equally often. On the oxygen of an intensive care unit only
    /// units of very low V/Q still leave a lung hypoxaemic that is not shunted.
    #[must_use]
    pub fn classes(self, mechanism: Mechanism) -> &'static [Class] {
        match (self, mechanism) {
            (Place::IntensiveCare, Mechanism::Mismatch) => &[Class::LowMode],
            _ => mechanism.classes(),
        }
    }

    /// How long oxygen is breathed at least, s.
    #[must_use]
    pub fn earliest_s(self) -> f64 {
        match self {
            Place::Laboratory => 600.0,
            // A ventilator washes nitrogen out sooner.
            Place::IntensiveCare => 300.0,
        }
    }
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
    /// Shunt and unequal V/Q, each with a good share.
    Both,
}

impl Mechanism {
    /// Every mechanism.
    pub const ALL: [Mechanism; 4] = [Mechanism::Shunt, Mechanism::Mismatch, Mechanism::Breathing, Mechanism::Both];

    /// Name in files and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Mechanism::Shunt => "shunt",
            Mechanism::Mismatch => "vq_or_diffusion",
            Mechanism::Breathing => "breathing",
            Mechanism::Both => "both",
        }
    }

    /// The mechanism of a name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Mechanism> {
        Mechanism::ALL.into_iter().find(|mechanism| mechanism.key() == key)
    }

    /// Whether an answer is right: of two causes either is, or both.
    #[must_use]
    pub fn is_answered_by(self, said: Mechanism) -> bool {
        said == self || (self == Mechanism::Both && said != Mechanism::Breathing)
    }

    /// Name in few words.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Mechanism::Shunt => "shunt",
            Mechanism::Mismatch => "V/Q or diffusion",
            Mechanism::Breathing => "breathing",
            Mechanism::Both => "both",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Mechanism::Shunt => "Shunt: blood that meets no gas",
            Mechanism::Mismatch => "V/Q mismatch or a diffusion limit",
            Mechanism::Breathing => "Too little breath",
            Mechanism::Both => "Both: a shunt, and V/Q mismatch or a diffusion limit",
        }
    }

    /// The classes that have it, each drawn equally often.
    #[must_use]
    pub fn classes(self) -> &'static [Class] {
        match self {
            Mechanism::Shunt => &[Class::Shunt],
            Mechanism::Mismatch => &[Class::Spread, Class::LowMode, Class::Diffusion],
            Mechanism::Breathing => &[Class::Breathing],
            Mechanism::Both => &[Class::Both],
        }
    }

    /// With what a patient of the next mechanism has the same gas on air; none where PaCO2 alone tells them apart, or
    /// where the patient has both.
    #[must_use]
    pub fn next(self) -> Option<By> {
        match self {
            Mechanism::Shunt => Some(By::Spread),
            Mechanism::Mismatch => Some(By::Shunt),
            Mechanism::Breathing | Mechanism::Both => None,
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
    /// A shunt of 0.08 to 0.25 and a second mode of low V/Q.
    Both,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 6] =
        [Class::Shunt, Class::Spread, Class::LowMode, Class::Diffusion, Class::Breathing, Class::Both];
    /// The classes of who breathes air in the laboratory.
    pub const OF_THE_LABORATORY: [Class; 5] =
        [Class::Shunt, Class::Spread, Class::LowMode, Class::Diffusion, Class::Breathing];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Class::Shunt => "shunt",
            Class::Spread => "spread",
            Class::LowMode => "low_mode",
            Class::Diffusion => "diffusion",
            Class::Breathing => "breathing",
            Class::Both => "both",
        }
    }

    /// The causes of the attribution that have to be the largest.
    #[must_use]
    pub fn causes(self) -> &'static [Cause] {
        match self {
            Class::Shunt => &[Cause::Shunt],
            Class::Spread | Class::LowMode => &[Cause::Spread],
            Class::Diffusion => &[Cause::Diffusion],
            Class::Breathing => &[Cause::Hypoventilation],
            Class::Both => &[Cause::Shunt, Cause::Spread],
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
    /// The ventilator gives this FiO2 where 1.0 is set and noted.
    WrongFio2(f64),
    /// The first sample on oxygen is drawn from a vein.
    Venous,
}

impl Fault {
    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Fault::Leak(_) => "leak",
            Fault::Bubble => "air_bubble",
            Fault::Bench => "bench_delay",
            Fault::WrongFio2(_) => "wrong_fio2",
            Fault::Venous => "venous_by_accident",
        }
    }

    /// What it does to the first sample on oxygen.
    #[must_use]
    pub fn mistake(self) -> Mistake {
        match self {
            Fault::Leak(_) | Fault::WrongFio2(_) => Mistake::None,
            Fault::Bubble => Mistake::AirBubble,
            Fault::Bench => Mistake::BenchDelay,
            Fault::Venous => Mistake::VenousByAccident,
        }
    }

    /// What it changes in what is breathed where pure oxygen is set.
    #[must_use]
    pub fn breathed(self) -> Vec<Setting> {
        match self {
            Fault::Leak(leak_frac) => vec![Setting::Param(ParamId::MaskLeak, leak_frac)],
            Fault::WrongFio2(fio2_frac) => vec![Setting::Param(ParamId::Fio2, fio2_frac)],
            Fault::Bubble | Fault::Bench | Fault::Venous => Vec::new(),
        }
    }

    /// What was wrong, in a sentence of the debrief.
    #[must_use]
    pub fn told(self) -> String {
        let percent = crate::units::percent_from_frac;
        match self {
            Fault::Leak(leak) => format!("The mouthpiece leaked: {:.0} % of each breath was air.", percent(leak)),
            Fault::Bubble => "The first sample on oxygen had an air bubble in it.".to_owned(),
            Fault::Bench => "The first sample on oxygen lay on the bench, with many leucocytes in it.".to_owned(),
            Fault::WrongFio2(fio2) => format!("With FiO₂ 1.0 on the note the ventilator gave {fio2:.2}."),
            Fault::Venous => "The first sample on oxygen was drawn from a vein.".to_owned(),
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
