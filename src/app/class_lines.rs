//! What a class said of one case of page Challenge: its lines, and the truth that is laid over them.
//!
//! A line has no name in it: code, level, mechanism, range, next step, score, as [`sample`] writes one.

use crate::app::votes::Vote;
use crate::study::Study;
use crate::study::challenge_maker::code::{CaseCode, Drill};
use crate::study::challenge_maker::kinds::{Mechanism, SizeOf};
use crate::study::challenge_maker::maker::Making;
use crate::study::challenge_maker::next_step::NextStep;
use crate::text::words;

/// Most lines that are read: more than any class has.
pub const MOST_LINES: usize = 200;
/// Largest text that is read, bytes.
pub const MOST_BYTES: usize = 64 << 10;
/// Fields of a line.
const FIELDS: usize = 6;

/// A line as they are written, of a case that there is.
#[must_use]
pub fn sample() -> String {
    format!("{} 1 shunt 18-26 next=5 score=64", CaseCode::FIRST)
}

/// What one of the class said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassLine {
    /// Of which case.
    pub code: CaseCode,
    /// Which mechanism.
    pub mechanism: Mechanism,
    /// Lower end of the range, percent.
    pub low_percent: f64,
    /// Upper end, percent.
    pub high_percent: f64,
    /// What to do next.
    pub step: NextStep,
    /// Points of 100.
    pub score: f64,
}

impl ClassLine {
    /// Reads a line; none where it is not one.
    #[must_use]
    pub fn read(line: &str) -> Option<ClassLine> {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [code, level, mechanism, range, next, score] = <[&str; FIELDS]>::try_from(fields).ok()?;
        // Other drills ask for no mechanism and no range.
        let code: CaseCode = code.parse().ok().filter(|code: &CaseCode| code.drill() == Drill::OxygenTest)?;
        let percent = |text: &str| text.parse::<f64>().ok().filter(|value| (0.0..=100.0).contains(value));
        let (low, high) = range.split_once('-')?;
        let (low_percent, high_percent) = (percent(low)?, percent(high)?);
        let next: usize = next.strip_prefix("next=")?.parse().ok()?;
        let step = *NextStep::ALL.get(next.checked_sub(1)?)?;
        let score = percent(score.strip_prefix("score=")?)?;
        let mechanism = Mechanism::from_key(mechanism)?;
        let sound = low_percent <= high_percent
            && level.parse() == Ok(code.level())
            && Making::new(code).setup().place.offered().contains(&mechanism);
        sound.then_some(ClassLine { code, mechanism, low_percent, high_percent, step, score })
    }
}

/// Lines that were read, and how many with something in them were none or too many.
#[must_use]
pub fn read_all(text: &str) -> (Vec<ClassLine>, usize) {
    let written = || text.lines().filter(|line| !line.trim().is_empty());
    let read: Vec<ClassLine> = written().filter_map(ClassLine::read).take(MOST_LINES).collect();
    let skipped = written().count() - read.len();
    (read, skipped)
}

/// The truth of a case, as far as a class is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseTruth {
    /// The mechanism.
    pub mechanism: Mechanism,
    /// Of what the size was asked.
    pub size_of: SizeOf,
    /// The size, percent.
    pub percent: f64,
}

/// What a class said of a case, and the truth while it is worked out.
#[derive(Debug, Clone)]
pub struct ClassBoard {
    lines: Vec<ClassLine>,
    left_out: usize,
    making: Making,
    shown: bool,
}

impl ClassBoard {
    /// Reads what was pasted or dropped: the case that most lines are of; none where there is no line.
    #[must_use]
    pub fn read(text: &str) -> Option<ClassBoard> {
        if text.len() > MOST_BYTES {
            return None;
        }
        let (read, skipped) = read_all(text);
        let count = |code: CaseCode| read.iter().filter(|line| line.code == code).count();
        // Of two that are as frequent the first.
        let most = read.iter().map(|line| count(line.code)).max()?;
        let code = read.iter().find(|line| count(line.code) == most)?.code;
        let mut lines: Vec<ClassLine> = read.iter().filter(|line| line.code == code).copied().collect();
        lines.sort_by(|a, b| (a.low_percent + a.high_percent).total_cmp(&(b.low_percent + b.high_percent)));
        let left_out = skipped + read.len() - lines.len();
        Some(ClassBoard { lines, left_out, making: Making::new(code), shown: false })
    }

    /// The case.
    #[must_use]
    pub fn code(&self) -> CaseCode {
        self.lines[0].code
    }

    /// What was said, ordered by the middle of the range.
    #[must_use]
    pub fn lines(&self) -> &[ClassLine] {
        &self.lines
    }

    /// How many lines were of another case, none, or more than are read.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The mechanisms that are offered where the case is played.
    #[must_use]
    pub fn offered(&self) -> &'static [Mechanism] {
        self.making.setup().place.offered()
    }

    /// How many chose each mechanism, in the order of [`ClassBoard::offered`].
    #[must_use]
    pub fn mechanisms(&self) -> Vote {
        let mut vote = Vote::new(self.offered().len());
        for line in &self.lines {
            if let Some(index) = self.offered().iter().position(|known| *known == line.mechanism) {
                vote.add(index);
            }
        }
        vote
    }

    /// Shows the truth, or covers it again.
    pub fn turn(&mut self) {
        self.shown = !self.shown;
    }

    /// The truth: none before it is asked for, nor while it is worked out.
    #[must_use]
    pub fn truth(&self) -> Option<CaseTruth> {
        let case = self.making.outcome().filter(|_| self.shown)?.as_ref().ok()?;
        Some(CaseTruth {
            mechanism: case.truth.mechanism,
            size_of: case.truth.size_of,
            percent: 100.0 * case.truth.size_frac(),
        })
    }

    /// Why there is no truth to be shown, where no case comes of the code.
    #[must_use]
    pub fn no_truth(&self) -> Option<String> {
        self.making.outcome().and_then(|made| made.as_ref().err()).map(ToString::to_string)
    }

    /// How many ranges hold the truth; none while it is covered.
    #[must_use]
    pub fn holding(&self) -> Option<usize> {
        let truth = self.truth()?;
        let holds = |line: &&ClassLine| (line.low_percent..=line.high_percent).contains(&truth.percent);
        Some(self.lines.iter().filter(holds).count())
    }

    /// What is worked out in the background.
    pub fn making(&mut self) -> &mut Making {
        &mut self.making
    }

    /// Whether the truth is still worked out.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        !self.making.is_whole()
    }

    /// What it shows, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let votes = self.mechanisms();
        let said: Vec<String> = self
            .offered()
            .iter()
            .zip(votes.counts())
            .map(|(mechanism, count)| words::lecture::so_many_said(count, mechanism.label()))
            .collect();
        let told = match (self.truth(), self.holding()) {
            (Some(truth), Some(holding)) => words::lecture::class_told_truth(
                truth.mechanism.label(),
                truth.size_of.label(),
                truth.percent,
                holding,
                self.lines.len(),
            ),
            _ => self.no_truth().map_or_else(String::new, words::lecture::class_told_no_truth),
        };
        words::lecture::class_told(self.code(), said.join(", "), told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(code: CaseCode, range: &str) -> String {
        format!("{code} {} shunt {range} next=5 score=64", code.level())
    }

    #[test]
    fn inv_a_class_line_is_read_and_nothing_else_is() {
        let code = CaseCode::FIRST;
        let good = line(code, "18-26");
        let read = ClassLine::read(&good).expect("a line");
        assert_eq!((read.code, read.low_percent, read.high_percent, read.score), (code, 18.0, 26.0, 64.0));
        for bad in [
            String::new(),
            good.replace("18-26", "26-18"),
            good.replace("18-26", "18-126"),
            good.replace("shunt", "luck"),
            // Both causes at once are no answer of the laboratory.
            good.replace("shunt", "both"),
            good.replace("score=64", "score=x"),
            good.replace("next=5", "next"),
            good.replace("next=5", "next=0"),
            good.replace("next=5", "next=9"),
            format!("{good} Ann"),
            good.replacen(&code.to_string(), "4G00-00E8", 1),
            // Another drill has no such lines.
            line(CaseCode::first_of(Drill::BadSample), "18-26"),
        ] {
            assert_eq!(ClassLine::read(&bad), None, "{bad}");
        }
    }

    #[test]
    fn inv_the_sample_is_a_line_and_what_is_too_much_is_counted() {
        assert!(ClassLine::read(&sample()).is_some_and(|read| read.code == CaseCode::FIRST), "{}", sample());
        let text = format!("{}\n", sample()).repeat(MOST_LINES + 30);
        let board = ClassBoard::read(&text).expect("a board");
        assert_eq!((board.lines().len(), board.left_out()), (MOST_LINES, 30));
        // Lines of no sort take no room from those that are.
        let board = ClassBoard::read(&format!("{}{}", "hello\n".repeat(300), sample())).expect("a board");
        assert_eq!((board.lines().len(), board.left_out()), (1, 300));
        assert_eq!(board.no_truth(), None);
    }

    #[test]
    fn inv_thirty_lines_make_a_board_and_the_truth_is_covered_until_it_is_asked_for() {
        let code = CaseCode::FIRST;
        let mut text: Vec<String> = (0..30).map(|i| line(code, &format!("{}-{}", i + 1, i + 11))).collect();
        text.push(line(code.next(), "10-20"));
        text.push("hello".to_owned());
        let mut board = ClassBoard::read(&text.join("\r\n")).expect("a board");
        assert_eq!((board.lines().len(), board.left_out(), board.code()), (30, 2, code));
        assert_eq!(board.mechanisms().counts(), [30, 0, 0]);
        board.making().advance(u32::MAX);
        assert_eq!((board.truth(), board.holding()), (None, None));
        assert!(!board.words().contains("truth"), "{}", board.words());
        board.turn();
        let truth = board.truth().expect("the case is there");
        let case = Making::whole(code).expect("a case");
        assert_eq!(truth.percent.to_bits(), (100.0 * case.truth.size_frac()).to_bits());
        let holding = board.holding().expect("a truth");
        assert!(holding > 0 && holding < 30, "{holding}");
        assert!(ClassBoard::read("hello").is_none() && ClassBoard::read(&"x".repeat(MOST_BYTES + 1)).is_none());
    }
}
