//! The drill *The bad sample*: four blood gases, one of them wrong; said first, told after.

use crate::scenario::Scenario;
use crate::scenario::record::{DrillEntry, patient_json};
use crate::sim::play::instruments::Mistake;
use crate::study::Study;
use crate::study::challenge_maker::bad_sample::{BadSample, Bed, GASES, MISTAKES, Making};
use crate::study::challenge_maker::code::{CaseCode, Drill};
use crate::study::challenge_maker::score::CERTAINTY;
use crate::text::words;

/// Letters of the beds.
pub const LETTERS: [&str; GASES] = ["A", "B", "C", "D"];

/// A question of the drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Which of the four.
    Which,
    /// What went wrong with it.
    How,
    /// How sure.
    Certainty,
}

impl Question {
    /// Every question, in its order.
    pub const ALL: [Question; 3] = [Question::Which, Question::How, Question::Certainty];

    /// As it is asked.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Question::Which => words::bad_sample::which(),
            Question::How => words::bad_sample::what_went_wrong(),
            Question::Certainty => words::challenge::how_sure(),
        }
    }

    /// Its options.
    #[must_use]
    pub fn options(self) -> Vec<&'static str> {
        use words::bad_sample as said;
        match self {
            Question::Which => vec![said::gas_a(), said::gas_b(), said::gas_c(), said::gas_d()],
            Question::How => vec![said::air_bubble(), said::bench_delay(), said::venous()],
            Question::Certainty => CERTAINTY.to_vec(),
        }
    }
}

/// What is told at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// 0 to 100.
    pub points: f64,
    /// Which was said, how, and how sure, 1 to 3.
    pub said: (usize, Mistake, u8),
    /// Whether the case had been seen before.
    pub seen: bool,
}

/// The drill.
#[derive(Debug)]
pub struct BadSamplePage {
    code: CaseCode,
    making: Option<Making>,
    case: Option<BadSample>,
    locked: Vec<usize>,
    told: Option<Told>,
}

impl Default for BadSamplePage {
    fn default() -> Self {
        BadSamplePage::new(CaseCode::first_of(Drill::BadSample))
    }
}

impl BadSamplePage {
    /// On a case.
    #[must_use]
    pub fn new(code: CaseCode) -> BadSamplePage {
        BadSamplePage { code, making: None, case: None, locked: Vec::new(), told: None }
    }

    /// On a case that is there already.
    #[must_use]
    pub fn with_case(case: BadSample) -> BadSamplePage {
        BadSamplePage { case: Some(case.clone()), ..BadSamplePage::new(case.code) }
    }

    /// Begins to draw the case.
    pub fn look(&mut self) {
        if self.case.is_none() && self.making.is_none() {
            self.making = Some(Making::new(self.code));
        }
    }

    /// What grows.
    pub fn study(&mut self) -> Option<(&'static str, &mut dyn Study)> {
        self.making.as_mut().map(|making| ("four gases", making as &mut dyn Study))
    }

    /// Whether it grows.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        self.making.is_some()
    }

    /// Takes what has grown whole; what has to be said where nothing came of it.
    pub fn settle(&mut self) -> Option<String> {
        match self.making.take_if(|making| making.is_whole()).and_then(|making| making.outcome().cloned())? {
            Ok(case) => {
                self.case = Some(case);
                None
            }
            Err(error) => {
                self.code = self.code.next();
                Some(words::challenge::next_is_drawn(error))
            }
        }
    }

    /// The code of the case.
    #[must_use]
    pub fn code(&self) -> CaseCode {
        self.code
    }

    /// The question that is open.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        self.case.as_ref()?;
        Question::ALL.get(self.locked.len()).copied()
    }

    /// The option that was locked of a question.
    #[must_use]
    pub fn locked(&self, question: Question) -> Option<usize> {
        self.locked.get(question as usize).copied()
    }

    /// The four gases, as they are told before the last answer.
    #[must_use]
    pub fn beds(&self) -> Option<&[Bed; GASES]> {
        self.case.as_ref().map(|case| &case.beds)
    }

    /// The case and what came of it, once everything is said.
    #[must_use]
    pub fn told(&self) -> Option<(&BadSample, &Told)> {
        Some((self.case.as_ref()?, self.told.as_ref()?))
    }

    /// Locks an option of the open question; what is to be recorded after the last one.
    pub fn lock(&mut self, option: usize, seen: bool, time: Option<String>) -> Option<DrillEntry> {
        let question = self.question()?;
        if option >= question.options().len() {
            return None;
        }
        self.locked.push(option);
        let [which, how, sure] = *self.locked.as_slice() else { return None };
        let case = self.case.as_ref()?;
        let (how, certainty) = (*MISTAKES.get(how)?, sure as u8 + 1);
        let points = case.points(which, how);
        self.told = Some(Told { points, said: (which, how, certainty), seen });
        let named = |which: usize, how: Mistake| format!("{}:{}", LETTERS[which], how.key());
        Some(DrillEntry {
            time,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            code: case.code.to_string(),
            drill: Drill::BadSample.key().to_owned(),
            level: case.code.level(),
            patient: patient_json(&scenario_of(case, case.wrong)),
            said: named(which, how),
            truth: named(case.wrong, case.mistake),
            certainty,
            points,
            beliefs: Vec::new(),
            seen,
        })
    }
}

/// A patient of a case as a scenario.
#[must_use]
pub fn scenario_of(case: &BadSample, bed: usize) -> Scenario {
    let letter = LETTERS[bed];
    Scenario {
        id: format!("case-{}-{}", case.code, letter).to_ascii_lowercase(),
        title: words::bad_sample::case_patient(case.code, letter),
        teaches: match bed == case.wrong {
            true => words::bad_sample::sample_was_wrong(case.mistake.label()),
            false => words::bad_sample::sample_was_right().to_owned(),
        },
        text: words::bad_sample::on_air_at_rest().to_owned(),
        sources: Vec::new(),
        params: case.beds[bed].params.clone(),
        expected: Vec::new(),
        timeline: None,
    }
}
