//! The record of cases that were played, one JSON object a line: the form of its lines, and its table.
//!
//! ```text
//! {"kind":"isoshunt-record","schema_version":1}
//! {"case":{"time":"2026-01-01T10:00:00Z","program":"0.1.0","code":"XXXX-XXXX",...}}
//! {"seen":{"time":"2026-01-01T10:09:00Z","code":"XXXX-XXXX"}}
//! ```
//! A case keeps its patient as a scenario, so that it can be played again whatever becomes of the generator.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::schema::{Scenario, to_json};
use crate::study::challenge_maker::bedside::{Bedside, Unsafe};
use crate::study::challenge_maker::kinds::Mechanism;
use crate::study::challenge_maker::maker::Case;
use crate::study::challenge_maker::next_step::NextStep;
use crate::study::challenge_maker::score::{Answers, PART, Score};

/// What the file calls itself.
pub const KIND: &str = "isoshunt-record";
/// The version of its lines.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest record that is read, bytes.
pub const MAX_RECORD_BYTES: u64 = 64 << 20;
/// First line of the table.
pub const CSV_HEAD: &str = "date,code,drill,place,level,mechanism_said,mechanism_true,shunt_low,shunt_high,shunt_true,estimate,action,grounds,certainty,score,unsafe,beliefs,seconds,seen";

/// A line after the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A case of the 100 % O2 test that was played to its end.
    Case(Box<Entry>),
    /// A case of a smaller drill that was answered.
    Drill(Box<DrillEntry>),
    /// A case whose truth was looked at.
    Seen(Seen),
}

impl Line {
    /// The code of the case, or the name of the question.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Line::Case(entry) => &entry.code,
            Line::Drill(entry) => &entry.code,
            Line::Seen(seen) => &seen.code,
        }
    }
}

/// A case whose truth was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// When; none where the clock does not say.
    pub time: Option<String>,
    /// Which.
    pub code: String,
}

/// A case of a drill with few questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrillEntry {
    /// When; none where the clock does not say.
    pub time: Option<String>,
    /// Version of the program.
    pub program: String,
    /// Code of the case.
    pub code: String,
    /// The drill.
    pub drill: String,
    /// Its level.
    pub level: u8,
    /// The patient, a scenario.
    pub patient: Value,
    /// What was said, by its keys.
    pub said: String,
    /// What was true.
    pub truth: String,
    /// How sure, 1 to 3.
    pub certainty: u8,
    /// 0 to 100.
    pub points: f64,
    /// Beliefs that the answer shows.
    pub beliefs: Vec<String>,
    /// Whether the truth had been looked at before.
    pub seen: bool,
}

impl DrillEntry {
    /// Its row of the table: what the drill does not ask is empty.
    #[must_use]
    pub fn csv_row(&self) -> String {
        let empty = String::new;
        [
            self.time.clone().unwrap_or_default(),
            self.code.clone(),
            self.drill.clone(),
            empty(),
            self.level.to_string(),
            self.said.clone(),
            self.truth.clone(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            self.certainty.to_string(),
            format!("{:.0}", self.points),
            empty(),
            self.beliefs.join(" "),
            empty(),
            self.seen.to_string(),
        ]
        .map(|cell| quoted(&cell))
        .join(",")
    }
}

/// A patient as the record keeps him.
#[must_use]
pub fn patient_json(patient: &Scenario) -> Value {
    // What this program writes it can read.
    serde_json::from_str(&to_json(patient)).unwrap_or(Value::Null)
}

/// A case that was played to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When; none where the clock does not say.
    pub time: Option<String>,
    /// Version of the program.
    pub program: String,
    /// Code of the case.
    pub code: String,
    /// The drill.
    pub drill: String,
    /// Where it was played.
    pub place: String,
    /// Its level.
    pub level: u8,
    /// The patient, a scenario.
    pub patient: Value,
    /// What was said.
    pub answers: Said,
    /// What was true.
    pub truth: Told,
    /// The parts of the score.
    pub points: Points,
    /// What was unsafe, by its keys.
    pub was_unsafe: Vec<String>,
    /// Beliefs that the answers show.
    pub beliefs: Vec<String>,
    /// Patient time at commitment, s.
    pub seconds: f64,
    /// Whether the truth had been looked at before.
    pub seen: bool,
}

/// [`Answers`] by their keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Formula of the estimate.
    pub formula: String,
    /// What was typed, percent.
    pub sum_percent: f64,
    /// The mechanism.
    pub mechanism: String,
    /// Lower end of the range, percent.
    pub low_percent: f64,
    /// Upper end.
    pub high_percent: f64,
    /// The next step.
    pub step: String,
    /// FiO2 with it.
    pub step_fio2_frac: Option<f64>,
    /// The grounds.
    pub grounds: Vec<String>,
    /// How sure.
    pub certainty: u8,
}

/// The truth of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The mechanism.
    pub mechanism: String,
    /// Of what the size was asked.
    pub size_of: String,
    /// The size, percent.
    pub size_percent: f64,
    /// True shunt on oxygen, percent.
    pub shunt_percent: f64,
    /// The fault that was planted.
    pub fault: Option<String>,
}

/// The parts of a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Procedure.
    pub procedure: f64,
    /// Mechanism.
    pub mechanism: f64,
    /// Size.
    pub size: f64,
    /// Next step.
    pub step: f64,
    /// Grounds.
    pub grounds: f64,
    /// All of it.
    pub total: f64,
}

impl Entry {
    /// A case that was played, answered and scored.
    #[must_use]
    pub fn new(
        time: Option<String>,
        case: &Case,
        bedside: &Bedside,
        answers: &Answers,
        score: &Score,
        seen: bool,
    ) -> Entry {
        let percent = crate::units::percent_from_frac;
        let truth = &case.truth;
        Entry {
            time,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            code: case.code.to_string(),
            drill: case.code.drill().key().to_owned(),
            place: case.setup.place.key().to_owned(),
            level: case.code.level(),
            patient: patient_json(&scenario_of(case)),
            answers: Said {
                formula: answers.formula.key().to_owned(),
                sum_percent: answers.sum_percent,
                mechanism: answers.mechanism.key().to_owned(),
                low_percent: answers.low_percent,
                high_percent: answers.high_percent,
                step: answers.step.key().to_owned(),
                step_fio2_frac: answers.step_fio2_frac,
                grounds: answers.grounds.iter().map(|ground| ground.key().to_owned()).collect(),
                certainty: answers.certainty,
            },
            truth: Told {
                mechanism: truth.mechanism.key().to_owned(),
                size_of: truth.size_of.key().to_owned(),
                size_percent: percent(truth.size_frac()),
                shunt_percent: percent(truth.shunt_frac),
                fault: case.fault.map(|fault| fault.key().to_owned()),
            },
            points: Points {
                procedure: score.procedure.points(),
                mechanism: score.mechanism_points,
                size: score.size_points,
                step: score.step_points,
                grounds: score.ground_points,
                total: score.total(),
            },
            was_unsafe: score.was_unsafe.iter().map(|what| what.key().to_owned()).collect(),
            beliefs: beliefs_shown(case, bedside, answers, score).into_iter().map(str::to_owned).collect(),
            seconds: bedside.time_s(),
            seen,
        }
    }

    /// Its row of the table.
    #[must_use]
    pub fn csv_row(&self) -> String {
        let Entry { answers, truth, points, .. } = self;
        [
            self.time.clone().unwrap_or_default(),
            self.code.clone(),
            self.drill.clone(),
            self.place.clone(),
            self.level.to_string(),
            answers.mechanism.clone(),
            truth.mechanism.clone(),
            format!("{:.1}", answers.low_percent),
            format!("{:.1}", answers.high_percent),
            format!("{:.1}", truth.size_percent),
            format!("{}:{:.1}", answers.formula, answers.sum_percent),
            answers.step.clone(),
            answers.grounds.join(" "),
            answers.certainty.to_string(),
            format!("{:.0}", points.total),
            self.was_unsafe.join(" "),
            self.beliefs.join(" "),
            format!("{:.0}", self.seconds),
            self.seen.to_string(),
        ]
        .map(|cell| quoted(&cell))
        .join(",")
    }
}

/// A cell that holds a comma, a quote or a line end in quotes.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// The table of all cases of a record.
#[must_use]
pub fn csv(lines: &[Line]) -> String {
    let rows = lines.iter().filter_map(|line| match line {
        Line::Case(entry) => Some(entry.csv_row()),
        Line::Drill(entry) => Some(entry.csv_row()),
        Line::Seen(_) => None,
    });
    std::iter::once(CSV_HEAD.to_owned()).chain(rows).fold(String::new(), |text, row| text + &row + "\n")
}

/// Whether the truth of a case was looked at, or shown when it was played.
#[must_use]
pub fn was_seen(lines: &[Line], code: &str) -> bool {
    lines.iter().any(|line| line.code() == code)
}

/// The first line.
#[must_use]
pub fn head() -> String {
    format!("{{\"kind\":\"{KIND}\",\"schema_version\":{SCHEMA_VERSION}}}\n")
}

/// Whether a line is the first of a record that this program reads.
#[must_use]
pub fn is_head(line: &str) -> bool {
    line == head().trim_end()
}

/// A line as it is written.
///
/// # Errors
/// [`serde_json::Error`] of a number that JSON cannot hold.
pub fn to_line(line: &Line) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(line)? + "\n")
}

/// Reads a line; none where it is broken.
#[must_use]
pub fn from_line(line: &str) -> Option<Line> {
    serde_json::from_str(line).ok()
}

/// Whether a line after the first is one of a record.
#[must_use]
pub fn is_line(line: &str) -> bool {
    from_line(line).is_some()
}

/// The lines of a record, and how many in it are not of this form: they are left where they are.
#[must_use]
pub fn lines_of(text: &str) -> (Vec<Line>, usize) {
    let all = text.lines().enumerate().filter(|(index, line)| *index > 0 || !is_head(line));
    let (mut lines, mut unknown) = (Vec::new(), 0);
    for (_, line) in all {
        match from_line(line) {
            Some(line) => lines.push(line),
            None => unknown += 1,
        }
    }
    (lines, unknown)
}

/// The patient of a case as a scenario, on air before the test. It tells the truth.
#[must_use]
pub fn scenario_of(case: &Case) -> Scenario {
    Scenario {
        id: format!("case-{}", case.code.to_string().to_ascii_lowercase()),
        title: format!("Case {}", case.code),
        teaches: format!("The cause of the hypoxaemia: {}.", case.truth.mechanism.label()),
        text: case.history.words(),
        sources: Vec::new(),
        params: case.params.clone(),
        expected: Vec::new(),
        timeline: None,
    }
}

/// What belief a wrong mechanism shows, by what was said and what is true; none where it was right.
#[must_use]
pub fn belief_of_mechanism(said: Mechanism, truth: Mechanism) -> Option<&'static str> {
    match (said, truth) {
        (said, truth) if truth.is_answered_by(said) => None,
        (_, Mechanism::Breathing) => Some("hypoventilation-widens-aa"),
        (Mechanism::Breathing, _) => Some("more-breath-more-oxygen"),
        (Mechanism::Mismatch, _) => Some("shunt-never-responds"),
        // Who sees two causes in one takes what is left on oxygen for more than it is.
        (Mechanism::Both, _) => Some("shunt-equation-is-anatomical"),
        (Mechanism::Shunt, _) => Some("mismatch-does-not-correct"),
    }
}

/// What belief a step shows where it is not good, or why none.
///
/// # Errors
/// The reason why a wrong choice of it shows no belief.
pub fn belief_of_step(step: NextStep) -> Result<&'static str, &'static str> {
    match step {
        NextStep::MoreOxygen => Ok("shunt-never-responds"),
        NextStep::Breathe => Ok("more-breath-more-oxygen"),
        NextStep::Pressure => Ok("peep-always-helps"),
        NextStep::Output => Ok("output-always-raises-pao2"),
        NextStep::Ecmo => Ok("ecmo-must-give-full-saturation"),
        NextStep::LessOxygen => {
            Err("the target is not reached with less oxygen: nothing is believed, a number was not looked at")
        }
        NextStep::SickSideUp => Err("no side of this lung is the sick one"),
        NextStep::Repeat => Err("the gas was good: it is time that is lost"),
    }
}

/// The beliefs that answers show, each once.
#[must_use]
pub fn beliefs_shown(case: &Case, bedside: &Bedside, answers: &Answers, score: &Score) -> Vec<&'static str> {
    let truth_percent = crate::units::percent_from_frac(case.truth.size_frac());
    let early = bedside.rests_on().and_then(|number| bedside.result(number)).is_some_and(|(drawn, _)| drawn.is_early());
    let outside = !(answers.low_percent..=answers.high_percent).contains(&truth_percent);
    let rests_on_sum = (answers.low_percent..=answers.high_percent).contains(&answers.sum_percent);
    let mut found: Vec<&'static str> = [
        early.then_some("nitrogen-leaves-in-minutes"),
        belief_of_mechanism(answers.mechanism, case.truth.mechanism),
        (outside && rests_on_sum).then_some("shunt-equation-is-anatomical"),
        (score.step_points < 0.5 * PART).then(|| belief_of_step(answers.step).ok()).flatten(),
        score.was_unsafe.contains(&Unsafe::LongOxygen).then_some("test-is-harmless"),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::beliefs;

    #[test]
    fn inv_every_wrong_option_names_a_belief_there_is_or_why_none() {
        for said in Mechanism::ALL {
            for truth in Mechanism::ALL {
                let belief = belief_of_mechanism(said, truth);
                assert_eq!(belief.is_none(), truth.is_answered_by(said));
                assert!(belief.is_none_or(|id| beliefs::find(id).is_ok()), "{belief:?}");
            }
        }
        for step in NextStep::ALL {
            match belief_of_step(step) {
                Ok(id) => assert!(beliefs::find(id).is_ok(), "{id}"),
                Err(why) => assert!(!why.is_empty()),
            }
        }
        for id in ["nitrogen-leaves-in-minutes", "shunt-equation-is-anatomical", "test-is-harmless"] {
            assert!(beliefs::find(id).is_ok(), "{id}");
        }
    }

    #[test]
    fn inv_a_cell_is_quoted_where_it_must_be() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(CSV_HEAD.split(',').count(), 19);
        assert!(is_head(head().trim_end()));
    }
}
