//! What was done and said, in points: five parts of 20, and what was unsafe taken from them.

use thiserror::Error;

use super::bedside::{Bedside, Unsafe};
use super::grounds::Ground;
use super::kinds::Mechanism;
use super::maker::Case;
use super::next_step::{FIO2_WITHIN, NextStep, NextSteps};
use super::rule::{self, Formula};
use crate::sim::play::instruments::Mistake;
use crate::units::percent_from_frac;

/// Points of a part.
pub const PART: f64 = 20.0;
/// How sure somebody can be, from 1 to 3.
pub const CERTAINTY: [&str; 3] = ["a guess", "likely", "certain"];
/// Widest range that is taken, points of percent.
pub const WIDEST_POINTS: f64 = 20.0;
/// How far a typed sum may be from what the formula makes of the sample, points of percent.
const SUM_WITHIN_POINTS: f64 = 2.0;
/// What an unsafe act costs, and all of them at most.
const UNSAFE_POINTS: f64 = 15.0;
const UNSAFE_MOST_POINTS: f64 = 30.0;

/// What is said at commitment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    /// The formula of the estimate.
    pub formula: Formula,
    /// What it gives, percent, as typed.
    pub sum_percent: f64,
    /// Why he is hypoxaemic.
    pub mechanism: Mechanism,
    /// Lower end of the size, percent.
    pub low_percent: f64,
    /// Upper end.
    pub high_percent: f64,
    /// What to do next.
    pub step: NextStep,
    /// FiO2 with it, where one is asked.
    pub step_fio2_frac: Option<f64>,
    /// On which grounds.
    pub grounds: [Ground; 2],
    /// How sure, 1 to 3.
    pub certainty: u8,
}

/// An answer that is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum AnswerError {
    /// The estimate is no percentage.
    #[error("the estimate is a number from 0 to 100 %")]
    Sum,
    /// The range does not lie within 0 to 100 %.
    #[error("the range lies within 0 to 100 %, its lower end first")]
    Range,
    /// The range is too wide to say anything.
    #[error("the range is at most 20 points wide")]
    TooWide,
    /// No FiO2 that can be given.
    #[error("FiO₂ is from 0.21 to 1.0")]
    Fio2,
    /// Twice the same ground.
    #[error("two different grounds")]
    Grounds,
    /// No certainty there is.
    #[error("certainty is 1, 2 or 3")]
    Certainty,
}

/// Checks an estimate.
///
/// # Errors
/// [`AnswerError::Sum`].
pub fn check_sum(percent: f64) -> Result<(), AnswerError> {
    if (0.0..=100.0).contains(&percent) { Ok(()) } else { Err(AnswerError::Sum) }
}

/// Checks a range.
///
/// # Errors
/// [`AnswerError::Range`], [`AnswerError::TooWide`].
pub fn check_range(low_percent: f64, high_percent: f64) -> Result<(), AnswerError> {
    let within = |value: f64| (0.0..=100.0).contains(&value);
    if !within(low_percent) || !within(high_percent) || low_percent > high_percent {
        return Err(AnswerError::Range);
    }
    if high_percent - low_percent > WIDEST_POINTS + 1e-9 { Err(AnswerError::TooWide) } else { Ok(()) }
}

impl Answers {
    /// Whether it can be scored.
    ///
    /// # Errors
    /// [`AnswerError`] of the first answer that is asked for again.
    pub fn check(&self) -> Result<(), AnswerError> {
        check_sum(self.sum_percent)?;
        check_range(self.low_percent, self.high_percent)?;
        match self.step_fio2_frac {
            Some(fio2) if !(0.21 - 1e-9..=1.0 + 1e-9).contains(&fio2) => return Err(AnswerError::Fio2),
            None if self.step.takes_fio2() => return Err(AnswerError::Fio2),
            _ => {}
        }
        if self.grounds[0] == self.grounds[1] {
            return Err(AnswerError::Grounds);
        }
        if (1..=3).contains(&self.certainty) { Ok(()) } else { Err(AnswerError::Certainty) }
    }
}

/// What a range is worth for a truth, all in points of percent.
///
/// ```text
/// 20 − 0.5·(width − 4, if wider) − 5·(points by which the truth lies outside), 0 to 20
/// ```
///
/// ```
/// use isoshunt::study::challenge_maker::score::size_points;
/// assert_eq!(size_points(10.0, 30.0, 25.0), 12.0);
/// assert_eq!(size_points(20.0, 24.0, 27.0), 5.0);
/// ```
#[must_use]
pub fn size_points(low_percent: f64, high_percent: f64, truth_percent: f64) -> f64 {
    let width = high_percent - low_percent;
    let outside = (low_percent - truth_percent).max(truth_percent - high_percent).max(0.0);
    (PART - 0.5 * (width - 4.0).max(0.0) - 5.0 * outside).clamp(0.0, PART)
}

/// What the procedure is worth, clause by clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Procedure {
    /// The seal was checked, or nothing leaked when the sample was drawn. 3 points.
    pub sealed: bool,
    /// Not too early: 10 min of oxygen and nitrogen out. 5 points.
    pub in_time: bool,
    /// Arterial blood on air and on oxygen, and the last sample on oxygen not spoilt. 5 points.
    pub right_sample: bool,
    /// Oxygen was taken down before commitment. 2 points.
    pub taken_down: bool,
    /// The typed sum is within 2 points of what the formula makes of their sample. 5 points.
    pub sum: bool,
}

impl Procedure {
    /// What was done at a bedside, and typed of it.
    #[must_use]
    pub fn of(case: &Case, bedside: &Bedside, formula: Formula, sum_percent: f64) -> Procedure {
        let rests_on = bedside.rests_on();
        let result = rests_on.and_then(|number| bedside.result(number));
        let made = rests_on.and_then(|number| bedside.gas(number)).and_then(|gas| {
            formula.shunt_frac(&rule::sums(&rule::body(&case.params), 1.0, gas)).ok().map(percent_from_frac)
        });
        Procedure {
            sealed: bedside.seal().is_some(),
            in_time: result.is_some_and(|(drawn, _)| !drawn.is_early()),
            right_sample: bedside.baseline().is_some()
                && result.is_some_and(|(drawn, _)| drawn.mistake == Mistake::None && !drawn.diluted),
            taken_down: rests_on.is_some() && !bedside.is_on_oxygen(),
            sum: made.is_some_and(|made| (made - sum_percent).abs() <= SUM_WITHIN_POINTS),
        }
    }

    /// Its points.
    #[must_use]
    pub fn points(&self) -> f64 {
        let worth = |held: bool, points: f64| if held { points } else { 0.0 };
        worth(self.sealed, 3.0)
            + worth(self.in_time, 5.0)
            + worth(self.right_sample, 5.0)
            + worth(self.taken_down, 2.0)
            + worth(self.sum, 5.0)
    }
}

/// What a next step is worth: the best 20, another good one or a wrong FiO2 10.
#[must_use]
pub fn step_points(steps: &NextSteps, step: NextStep, fio2_frac: Option<f64>) -> f64 {
    let outcome = steps.outcomes().unwrap_or_default().iter().find(|outcome| outcome.step == step);
    let Some(outcome) = outcome.filter(|outcome| outcome.good) else { return 0.0 };
    let near =
        fio2_frac.is_none_or(|fio2| !step.takes_fio2() || (fio2 - outcome.fio2_frac).abs() <= FIO2_WITHIN + 1e-9);
    if near && steps.best() == Some(step) { PART } else { 0.5 * PART }
}

/// What the grounds are worth: 10 each that is right, of [`Ground::ALL`].
#[must_use]
pub fn ground_points(right: &[bool; 6], grounds: [Ground; 2]) -> f64 {
    let is_right = |ground: &&Ground| right[**ground as usize];
    0.5 * PART * grounds.iter().filter(is_right).count() as f64
}

/// The score.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// What was done.
    pub procedure: Procedure,
    /// The points of the mechanism.
    pub mechanism_points: f64,
    /// Of the size.
    pub size_points: f64,
    /// Of the next step.
    pub step_points: f64,
    /// Of the grounds.
    pub ground_points: f64,
    /// Which grounds were right.
    pub right_grounds: [bool; 6],
    /// What was unsafe.
    pub was_unsafe: Vec<Unsafe>,
}

impl Score {
    /// Of a case that was played and answered; the steps have been run to their end.
    #[must_use]
    pub fn new(case: &Case, bedside: &Bedside, answers: &Answers, steps: &NextSteps) -> Score {
        let truth = &case.truth;
        let right_grounds = truth.grounds;
        let mut was_unsafe = bedside.was_unsafe();
        if steps.harms(answers.step) {
            was_unsafe.push(Unsafe::HarmfulStep);
        }
        Score {
            procedure: Procedure::of(case, bedside, answers.formula, answers.sum_percent),
            mechanism_points: if truth.mechanism.is_answered_by(answers.mechanism) { PART } else { 0.0 },
            size_points: size_points(answers.low_percent, answers.high_percent, percent_from_frac(truth.size_frac())),
            step_points: step_points(steps, answers.step, answers.step_fio2_frac),
            ground_points: ground_points(&right_grounds, answers.grounds),
            right_grounds,
            was_unsafe,
        }
    }

    /// What unsafe acts cost.
    #[must_use]
    pub fn unsafe_points(&self) -> f64 {
        (UNSAFE_POINTS * self.was_unsafe.len() as f64).min(UNSAFE_MOST_POINTS)
    }

    /// All of it, 0 to 100.
    #[must_use]
    pub fn total(&self) -> f64 {
        let sum =
            self.procedure.points() + self.mechanism_points + self.size_points + self.step_points + self.ground_points
                - self.unsafe_points();
        sum.clamp(0.0, 100.0).round()
    }
}

/// The class line of a case: what was said, without a name.
///
/// ```text
/// CODE 2 shunt 18-26 next=5 score=64
/// ```
#[must_use]
pub fn class_line(case: &Case, answers: &Answers, score: &Score) -> String {
    let step = NextStep::ALL.iter().position(|step| *step == answers.step).map_or(0, |place| place + 1);
    format!(
        "{} {} {} {:.0}-{:.0} next={step} score={:.0}",
        case.code,
        case.code.level(),
        answers.mechanism.key(),
        answers.low_percent,
        answers.high_percent,
        score.total()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_range_is_worth_what_the_rule_says() {
        // Lower end, upper end, truth, points.
        let rows = [
            (10.0, 30.0, 25.0, 12.0),
            (20.0, 24.0, 27.0, 5.0),
            (20.0, 24.0, 22.0, 20.0),
            (20.0, 24.0, 20.0, 20.0),
            (20.0, 24.0, 24.0, 20.0),
            (20.0, 24.0, 25.0, 15.0),
            (20.0, 24.0, 26.0, 10.0),
            (20.0, 24.0, 28.0, 0.0),
            (20.0, 24.0, 19.0, 15.0),
            (20.0, 24.0, 17.0, 5.0),
            (20.0, 24.0, 16.0, 0.0),
            (20.0, 20.0, 20.0, 20.0),
            (20.0, 20.0, 21.0, 15.0),
            (20.0, 20.0, 23.0, 5.0),
            (20.0, 22.0, 21.0, 20.0),
            (20.0, 22.0, 22.5, 17.5),
            (20.0, 25.0, 22.0, 19.5),
            (20.0, 26.0, 22.0, 19.0),
            (20.0, 28.0, 22.0, 18.0),
            (20.0, 30.0, 22.0, 17.0),
            (20.0, 32.0, 22.0, 16.0),
            (20.0, 34.0, 22.0, 15.0),
            (20.0, 36.0, 22.0, 14.0),
            (20.0, 38.0, 22.0, 13.0),
            (20.0, 40.0, 22.0, 12.0),
            (20.0, 30.0, 31.0, 12.0),
            (20.0, 30.0, 32.0, 7.0),
            (20.0, 30.0, 33.0, 2.0),
            (20.0, 30.0, 33.5, 0.0),
            (20.0, 30.0, 19.0, 12.0),
            (20.0, 30.0, 18.0, 7.0),
            (20.0, 36.0, 37.0, 9.0),
            (20.0, 36.0, 38.0, 4.0),
            (20.0, 40.0, 41.0, 7.0),
            (20.0, 40.0, 42.0, 2.0),
            (20.0, 40.0, 43.0, 0.0),
            (20.0, 40.0, 18.0, 2.0),
            (0.0, 4.0, 2.0, 20.0),
            (0.0, 10.0, 4.0, 17.0),
            (0.0, 10.0, 12.0, 7.0),
            (0.0, 20.0, 3.0, 12.0),
            (0.0, 0.0, 0.4, 18.0),
            (96.0, 100.0, 90.0, 0.0),
        ];
        assert!(rows.len() >= 40);
        for (low, high, truth, points) in rows {
            let found = size_points(low, high, truth);
            assert!((found - points).abs() < 1e-9, "{low} to {high} for {truth}: {found}, not {points}");
        }
    }

    #[test]
    fn inv_answers_that_cannot_be_scored_are_asked_for_again() {
        assert_eq!(check_sum(f64::NAN), Err(AnswerError::Sum));
        assert_eq!(check_sum(-1.0), Err(AnswerError::Sum));
        assert_eq!(check_sum(100.0), Ok(()));
        assert_eq!(check_range(10.0, 31.0), Err(AnswerError::TooWide));
        assert_eq!(check_range(30.0, 10.0), Err(AnswerError::Range));
        assert_eq!(check_range(-1.0, 10.0), Err(AnswerError::Range));
        assert_eq!(check_range(90.0, 101.0), Err(AnswerError::Range));
        assert_eq!(check_range(10.0, 30.0), Ok(()));
        let answers = Answers {
            formula: Formula::ContentAv5,
            sum_percent: 20.0,
            mechanism: Mechanism::Shunt,
            low_percent: 18.0,
            high_percent: 26.0,
            step: NextStep::MoreOxygen,
            step_fio2_frac: Some(0.4),
            grounds: [Ground::Pco2, Ground::Po2OnOxygen],
            certainty: 2,
        };
        assert_eq!(answers.check(), Ok(()));
        assert_eq!(Answers { step_fio2_frac: None, ..answers }.check(), Err(AnswerError::Fio2));
        assert_eq!(Answers { grounds: [Ground::Pco2; 2], ..answers }.check(), Err(AnswerError::Grounds));
        assert_eq!(Answers { certainty: 4, ..answers }.check(), Err(AnswerError::Certainty));
    }

    #[test]
    fn inv_the_procedure_is_worth_twenty_points_in_five_clauses() {
        let all = Procedure { sealed: true, in_time: true, right_sample: true, taken_down: true, sum: true };
        assert_eq!(all.points(), PART);
        for (without, points) in [
            (Procedure { sealed: false, ..all }, 17.0),
            (Procedure { in_time: false, ..all }, 15.0),
            (Procedure { right_sample: false, ..all }, 15.0),
            (Procedure { taken_down: false, ..all }, 18.0),
            (Procedure { sum: false, ..all }, 15.0),
        ] {
            assert_eq!(without.points(), points);
        }
    }
}
