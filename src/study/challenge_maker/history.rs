//! What is told of a patient before the test: lines that fit several answers equally well, so that nobody need test to
//! be right more often than by a little.
//!
//! A line is true in every class of the mechanisms it fits, with the same weight in each. Each two mechanisms share
//! lines of the same total weight, so that what is left for lines that fit all is the same everywhere.

use super::kinds::{Mechanism, Place};
use super::patient::Dice;

/// A line of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What is told.
    pub words: &'static str,
    /// In which mechanisms it is true.
    pub fits: &'static [Mechanism],
    /// Its weight in each of them; the weights of a mechanism add up to 60.
    pub weight: u32,
}

use Mechanism::{Both, Breathing, Mismatch, Shunt};

/// Every answer of the laboratory, and of the intensive care unit.
const LABORATORY: &[Mechanism] = &[Shunt, Mismatch, Breathing];
const INTENSIVE_CARE: &[Mechanism] = &[Shunt, Mismatch, Both];

/// Every line of the intensive care unit: each fits all answers there with the same weight.
pub const ICU_LINES: [Line; 5] = [
    Line { words: "Ventilated for two days, after food went down the wrong way.", fits: INTENSIVE_CARE, weight: 12 },
    Line { words: "Ventilated since an operation on the abdomen.", fits: INTENSIVE_CARE, weight: 12 },
    Line { words: "Ventilated for pneumonia.", fits: INTENSIVE_CARE, weight: 12 },
    Line { words: "Ventilated after a long way in an ambulance, chest bruised.", fits: INTENSIVE_CARE, weight: 12 },
    Line { words: "Ventilated for a sepsis of the belly.", fits: INTENSIVE_CARE, weight: 12 },
];

/// Every line of the laboratory.
pub const LINES: [Line; 9] = [
    Line { words: "Coughs up a little sputum for a week.", fits: &[Shunt, Mismatch], weight: 6 },
    Line { words: "Crackles at the base of one lung.", fits: &[Shunt, Mismatch], weight: 6 },
    Line { words: "Has smoked for thirty years.", fits: &[Mismatch, Breathing], weight: 6 },
    Line { words: "Sleeps badly and has headaches in the morning.", fits: &[Mismatch, Breathing], weight: 6 },
    Line { words: "Operated on three days ago, drowsy from the pain relief.", fits: &[Shunt, Breathing], weight: 6 },
    Line { words: "Has been weak and has swallowed badly for a week.", fits: &[Shunt, Breathing], weight: 6 },
    Line { words: "Sent for a low saturation that was found by chance.", fits: LABORATORY, weight: 12 },
    Line { words: "Short of breath on the stairs since last week.", fits: LABORATORY, weight: 12 },
    Line { words: "Short of breath at rest since yesterday.", fits: LABORATORY, weight: 12 },
];

/// What is told of a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// Whether it is a woman.
    pub woman: bool,
    /// Years.
    pub age: u32,
    /// The line.
    pub line: Line,
}

impl History {
    /// Draws it for an answer; age and sex tell nothing.
    pub fn draw(dice: &mut Dice, place: Place, mechanism: Mechanism) -> History {
        let lines: &[Line] = match place {
            Place::Laboratory => &LINES,
            Place::IntensiveCare => &ICU_LINES,
        };
        let woman = dice.one_of(2) == 1;
        let age = 25 + dice.one_of(51) as u32;
        let fitting = || lines.iter().filter(|line| line.fits.contains(&mechanism));
        let total: u32 = fitting().map(|line| line.weight).sum();
        let mut left = dice.one_of(total as usize) as u32;
        let mut chosen = lines[lines.len() - 1];
        for line in fitting() {
            if left < line.weight {
                chosen = *line;
                break;
            }
            left -= line.weight;
        }
        History { woman, age, line: chosen }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} of {}. {}", if self.woman { "Woman" } else { "Man" }, self.age, self.line.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_who_knows_only_the_history_is_right_little_more_often_than_by_chance() {
        for mechanism in LABORATORY {
            let total: u32 = LINES.iter().filter(|line| line.fits.contains(mechanism)).map(|line| line.weight).sum();
            assert_eq!(total, 60, "{mechanism:?}");
        }
        assert!(LINES.iter().all(|line| line.fits.len() >= 2));
        // The best guess on a line is any mechanism it fits: each line adds its weight once.
        let best: u32 = LINES.iter().map(|line| line.weight).sum();
        let right = f64::from(best) / (60.0 * LABORATORY.len() as f64);
        let chance = 1.0 / LABORATORY.len() as f64;
        assert!(right - chance <= 0.10, "{right} against {chance}");
        // In the intensive care unit a line tells nothing.
        assert!(ICU_LINES.iter().all(|line| line.fits == INTENSIVE_CARE));
    }
}
