//! The drill *Name the mechanism*: a patient with a low PaO2, up to five moves and what each does, then the cause.

use crate::scenario::Scenario;
use crate::scenario::record::{DrillEntry, patient_json};
use crate::study::Study;
use crate::study::attribution::Cause;
use crate::study::challenge_maker::code::{CaseCode, Drill};
use crate::study::challenge_maker::name_mechanism::{CAUSES, MOST_MOVES, Making, NameMechanism, Seen, Try, key, label};
use crate::study::challenge_maker::score::CERTAINTY;
use crate::text::words;

/// A question of the drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// What lowers PaO2 most.
    Cause,
    /// How sure.
    Certainty,
}

impl Question {
    /// Every question, in its order.
    pub const ALL: [Question; 2] = [Question::Cause, Question::Certainty];

    /// As it is asked.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Question::Cause => words::name_mechanism::what_lowers(),
            Question::Certainty => words::challenge::how_sure(),
        }
    }

    /// Its options.
    #[must_use]
    pub fn options(self) -> Vec<&'static str> {
        match self {
            Question::Cause => CAUSES.map(label).to_vec(),
            Question::Certainty => CERTAINTY.to_vec(),
        }
    }
}

/// What is told at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// 0 to 100.
    pub points: f64,
    /// Which cause was said, and how sure, 1 to 3.
    pub said: (Cause, u8),
    /// Whether the case had been seen before.
    pub seen: bool,
}

/// The drill.
#[derive(Debug)]
pub struct MechanismPage {
    code: CaseCode,
    making: Option<Making>,
    case: Option<NameMechanism>,
    tried: Vec<Try>,
    locked: Vec<usize>,
    told: Option<Told>,
}

impl Default for MechanismPage {
    fn default() -> Self {
        MechanismPage::new(CaseCode::first_of(Drill::NameMechanism))
    }
}

impl MechanismPage {
    /// On a case.
    #[must_use]
    pub fn new(code: CaseCode) -> MechanismPage {
        MechanismPage { code, making: None, case: None, tried: Vec::new(), locked: Vec::new(), told: None }
    }

    /// On a case that is there already.
    #[must_use]
    pub fn with_case(case: NameMechanism) -> MechanismPage {
        MechanismPage { case: Some(case.clone()), ..MechanismPage::new(case.code) }
    }

    /// Begins to draw the case.
    pub fn look(&mut self) {
        if self.case.is_none() && self.making.is_none() {
            self.making = Some(Making::new(self.code));
        }
    }

    /// What grows.
    pub fn study(&mut self) -> Option<(&'static str, &mut dyn Study)> {
        self.making.as_mut().map(|making| ("a mechanism", making as &mut dyn Study))
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

    /// Whether a move can be made: each once, five at most, and none once an answer is locked.
    #[must_use]
    pub fn can_try(&self, what: Try) -> bool {
        self.case.is_some() && self.locked.is_empty() && self.tried.len() < MOST_MOVES && !self.tried.contains(&what)
    }

    /// Makes a move.
    pub fn make(&mut self, what: Try) {
        if self.can_try(what) {
            self.tried.push(what);
        }
    }

    /// The gas on air, once there is a patient.
    #[must_use]
    pub fn before(&self) -> Option<&Seen> {
        self.case.as_ref().map(|case| &case.before)
    }

    /// The moves that were made, in their order, and the gas after each.
    pub fn tried(&self) -> impl Iterator<Item = (Try, &Seen)> {
        let case = self.case.as_ref();
        self.tried.iter().filter_map(move |what| Some((*what, case?.after.get(*what as usize)?)))
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

    /// The case and what came of it, once everything is said.
    #[must_use]
    pub fn told(&self) -> Option<(&NameMechanism, &Told)> {
        Some((self.case.as_ref()?, self.told.as_ref()?))
    }

    /// Locks an option of the open question; what is to be recorded after the last one.
    pub fn lock(&mut self, option: usize, seen: bool, time: Option<String>) -> Option<DrillEntry> {
        let question = self.question()?;
        if option >= question.options().len() {
            return None;
        }
        self.locked.push(option);
        let [cause, sure] = *self.locked.as_slice() else { return None };
        let case = self.case.as_ref()?;
        let (said, certainty) = (*CAUSES.get(cause)?, sure as u8 + 1);
        let points = case.points(said, self.tried.len());
        self.told = Some(Told { points, said: (said, certainty), seen });
        Some(DrillEntry {
            time,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            code: case.code.to_string(),
            drill: Drill::NameMechanism.key().to_owned(),
            level: case.code.level(),
            patient: patient_json(&scenario_of(case)),
            said: key(said).to_owned(),
            truth: key(case.cause).to_owned(),
            certainty,
            points,
            beliefs: belief_of(said, case.cause).ok().into_iter().map(str::to_owned).collect(),
            seen,
        })
    }
}

/// What belief a wrong cause shows.
///
/// # Errors
/// Why it shows none.
pub fn belief_of(said: Cause, truth: Cause) -> Result<&'static str, &'static str> {
    match (said, truth) {
        (said, truth) if said == truth => Err("it is right"),
        (_, Cause::Hypoventilation) => Ok("hypoventilation-widens-aa"),
        (Cause::Hypoventilation, _) => Ok("more-breath-more-oxygen"),
        (_, Cause::LowInspired) => Ok("hypoxaemia-is-only-lung"),
        (Cause::LowInspired, _) => Err(words::name_mechanism::mountain()),
        (Cause::Shunt, _) => Ok("mismatch-does-not-correct"),
        (_, Cause::Shunt) => Ok("shunt-never-responds"),
        _ => Ok("little-oxygen-tells-them-apart"),
    }
}

/// The patient of a case as a scenario. It tells the truth.
#[must_use]
pub fn scenario_of(case: &NameMechanism) -> Scenario {
    Scenario {
        id: format!("case-{}", case.code).to_ascii_lowercase(),
        title: words::name_mechanism::case(case.code),
        teaches: words::name_mechanism::case_teaches(label(case.cause).to_lowercase()),
        text: words::name_mechanism::at_rest_on_air().to_owned(),
        sources: Vec::new(),
        params: case.params.clone(),
        expected: Vec::new(),
        timeline: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::beliefs;

    #[test]
    fn inv_every_wrong_cause_names_a_belief_there_is_or_why_none() {
        for said in CAUSES {
            for truth in CAUSES {
                match belief_of(said, truth) {
                    Ok(id) => assert!(said != truth && beliefs::find(id).is_ok(), "{id}"),
                    Err(why) => assert!(!why.is_empty()),
                }
            }
        }
    }
}
