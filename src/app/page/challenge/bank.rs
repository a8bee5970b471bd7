//! The drill *Questions*: one of the bank at a time, said with a certainty, then what the model gives and which belief
//! the answer shows.

use std::sync::LazyLock;

use crate::app::happened;
use crate::app::lesson::said;
use crate::scenario::Scenario;
use crate::scenario::asked::{Asked, NoAnswer, Playing};
use crate::scenario::beliefs::Belief;
use crate::scenario::choice::Believed;
use crate::scenario::questions::{self, Question};
use crate::scenario::record::{DrillEntry, patient_json};
use crate::scenario::sought::{NoNumber, Sought};
use crate::sim::reading::observable::Observable;
use crate::study::challenge_maker::score::CERTAINTY;
use crate::study::{Study, cost};
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::spaced;
use crate::text::words;

/// Name of the drill in the record.
pub const DRILL: &str = "questions";
/// What a steady answer is taken to cost, in evaluations of a plain patient, and a model step of a course.
const STEADY: u32 = 1_200;
const A_STEP: u32 = 500;
/// Seconds from which a time is told in minutes.
const MINUTES_FROM_S: f64 = 90.0;

/// What is told at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What the model gives, or why it gives nothing.
    pub answer: Result<f64, NoNumber>,
    /// The option that holds it; none where not exactly one does: then the question is not counted.
    pub right: Option<usize>,
    /// The option that was said, and how sure, 1 to 3.
    pub said: (usize, u8),
    /// Whether it had been asked before.
    pub seen: bool,
}

/// The drill.
#[derive(Debug)]
pub struct BankPage {
    /// Its place in [`in_order`].
    place: usize,
    locked: Vec<usize>,
    working: Option<Working>,
    told: Option<Told>,
}

/// An answer on its way.
#[derive(Debug, Clone)]
struct Working {
    asked: &'static Sought,
    playing: Option<Playing>,
    answer: Option<Result<f64, NoNumber>>,
}

impl Working {
    fn new(asked: &'static Sought) -> Working {
        let begun = match asked {
            Sought::Patient(asked) => asked.play(),
            Sought::Formula(_) => Ok(None),
        };
        match begun {
            Ok(playing) => Working { asked, playing, answer: None },
            Err(reason) => Working { asked, playing: None, answer: Some(Err(reason.into())) },
        }
    }

    fn of_a_course(asked: &Asked, playing: &mut Playing, evaluations: u32) -> (u32, Result<Option<f64>, NoAnswer>) {
        let a_step = cost(playing.params(), A_STEP);
        let before = playing.steps();
        let played = asked.play_on(playing, u64::from((evaluations / a_step).max(1)));
        let taken = u32::try_from(playing.steps() - before).unwrap_or(u32::MAX);
        (taken.max(1).saturating_mul(a_step), played)
    }
}

impl Study for Working {
    type Of = Sought;

    fn is_of(&self, of: &Sought) -> bool {
        self.asked == of
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        if self.is_whole() {
            return 0;
        }
        if let (Some(playing), Sought::Patient(asked)) = (&mut self.playing, self.asked) {
            let (spent, played) = Working::of_a_course(asked, playing, evaluations);
            match played {
                Ok(None) => {}
                Ok(Some(value)) => self.answer = Some(Ok(value)),
                Err(reason) => self.answer = Some(Err(reason.into())),
            }
            return spent;
        }
        self.answer = Some(self.asked.answer());
        STEADY
    }

    fn is_whole(&self) -> bool {
        self.answer.is_some()
    }
}

/// The bank in the order in which it is asked: of every belief one question, then of every one another form.
#[must_use]
pub fn in_order() -> &'static [&'static Question] {
    static ORDER: LazyLock<Vec<&'static Question>> = LazyLock::new(|| {
        let mut order: Vec<&Question> = questions::builtin().iter().collect();
        order.sort_by_key(|question| question.form);
        order
    });
    &ORDER
}

impl Default for BankPage {
    fn default() -> Self {
        BankPage::new(0)
    }
}

impl BankPage {
    /// On the question of a place in [`in_order`]; beyond the last the first.
    #[must_use]
    pub fn new(place: usize) -> BankPage {
        let place = if place < questions::builtin().len() { place } else { 0 };
        BankPage { place, locked: Vec::new(), working: None, told: None }
    }

    /// The first question from a place on that was not asked; where all were, that place.
    #[must_use]
    pub fn first_unseen(from: usize, was_asked: impl Fn(&str) -> bool) -> BankPage {
        let order = in_order();
        let places = (from..order.len()).chain(0..from.min(order.len()));
        let unseen = places.into_iter().find(|place| !was_asked(&order[*place].id));
        BankPage::new(unseen.unwrap_or(from))
    }

    /// Its place, from 0, and how many there are.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.place, questions::builtin().len())
    }

    /// The question.
    #[must_use]
    pub fn question(&self) -> &'static Question {
        in_order()[self.place]
    }

    /// How many options are asked next: those of the question, then the certainty; none once all is said.
    #[must_use]
    pub fn options(&self) -> usize {
        match self.locked.len() {
            0 => self.question().options.len(),
            1 => CERTAINTY.len(),
            _ => 0,
        }
    }

    /// How many answers are locked: the option, and how sure.
    #[must_use]
    pub fn locked(&self) -> &[usize] {
        &self.locked
    }

    /// Locks an option, or how sure.
    pub fn lock(&mut self, option: usize) {
        if option >= self.options() {
            return;
        }
        self.locked.push(option);
        if self.locked.len() == 2 {
            self.working = Some(Working::new(&self.question().answer));
        }
    }

    /// What grows: the answer of the model.
    pub fn study(&mut self) -> Option<(&'static str, &mut dyn Study)> {
        self.working.as_mut().map(|working| ("answer", working as &mut dyn Study))
    }

    /// Whether it grows.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        self.working.is_some()
    }

    /// Tells once the model has answered; what is to be recorded.
    pub fn settle(&mut self, seen: bool, time: Option<String>) -> Option<DrillEntry> {
        let answer = self.working.take_if(|working| working.is_whole())?.answer?;
        let [option, sure] = *self.locked.as_slice() else { return None };
        let question = self.question();
        let right = answer.as_ref().ok().and_then(|value| question.right(*value).ok());
        let certainty = sure as u8 + 1;
        self.told = Some(Told { answer, right, said: (option, certainty), seen });
        let right = right?;
        Some(DrillEntry {
            time,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            code: question.id.clone(),
            drill: DRILL.to_owned(),
            level: question.level,
            patient: self.patient().map(|patient| patient_json(&patient)).unwrap_or_default(),
            said: (option + 1).to_string(),
            truth: (right + 1).to_string(),
            certainty,
            points: if option == right { 100.0 } else { 0.0 },
            beliefs: self.belief().map(|belief| belief.id.clone()).into_iter().collect(),
            seen,
        })
    }

    /// What came of it, once everything is said and the model has answered.
    #[must_use]
    pub fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// The belief that the answer shows.
    #[must_use]
    pub fn belief(&self) -> Option<&'static Belief> {
        let told = self.told.as_ref()?;
        match &self.question().options.get(told.said.0)?.believed {
            Some(Believed::Belief(belief)) if told.right != Some(told.said.0) => Some(belief),
            _ => None,
        }
    }

    /// Whether it asks for something of a patient, and not for what a formula gives.
    #[must_use]
    pub fn has_patient(&self) -> bool {
        matches!(self.question().answer, Sought::Patient(_))
    }

    /// The patient of the question as it leaves him, for other pages; none of a formula, nor before the end. Who was
    /// changed has a name of his own and says what was changed: the lines of his file no longer hold for him.
    #[must_use]
    pub fn patient(&self) -> Option<Scenario> {
        let question = self.question();
        let (Some(_), Sought::Patient(asked)) = (&self.told, &question.answer) else { return None };
        let params = asked.subject().ok()?;
        let (own, units) = (asked.patient, DisplayUnits::default());
        let Some(changed) = happened::changed(&own.params, &params, units) else {
            return Some(Scenario { timeline: None, expected: Vec::new(), ..own.clone() });
        };
        Some(Scenario {
            id: format!("question-{}", question.id),
            title: words::bank::patient_changed(&own.title),
            teaches: words::bank::patient_of_a_question(question.text.typed(units)),
            text: words::bank::made_from(&own.title, changed),
            sources: own.sources.clone(),
            params,
            expected: Vec::new(),
            timeline: None,
        })
    }
}

/// A number of the model as an answer: a change as such, a share in percent, a long time in minutes.
#[must_use]
pub fn answer_words(question: &Question, value: f64, units: DisplayUnits) -> String {
    let of = &question.answer;
    if of.is_relative() {
        return format!("{} %", signed(100.0 * value, 1));
    }
    if of.unit() == "s" {
        let minutes = value >= MINUTES_FROM_S;
        return if minutes { format!("{:.1} min", value / 60.0) } else { format!("{value:.0} s") };
    }
    match Observable::from_key(of.key()) {
        Some(what) => said(what, value, units),
        None => format!("{value:.3}{}", spaced(of.unit())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(page: &mut BankPage, option: usize) -> Option<DrillEntry> {
        page.lock(option);
        page.lock(2);
        while let Some((_, study)) = page.study().filter(|(_, study)| !study.is_whole()) {
            study.advance(1_000_000);
        }
        page.settle(false, None)
    }

    #[test]
    fn inv_of_every_belief_one_question_is_asked_before_another_form_of_it() {
        let order = in_order();
        assert_eq!(order.len(), questions::builtin().len());
        let mut beliefs: Vec<&str> = questions::builtin().iter().map(|question| question.belief.id.as_str()).collect();
        beliefs.sort_unstable();
        beliefs.dedup();
        let mut first: Vec<&str> = order[..beliefs.len()].iter().map(|question| question.belief.id.as_str()).collect();
        first.sort_unstable();
        assert_eq!(first, beliefs);
    }

    #[test]
    fn inv_nothing_is_told_before_the_certainty_is_locked_and_a_wrong_answer_shows_its_belief() {
        let place = in_order().iter().position(|question| question.id == "shunt-half-on-oxygen").expect("in the bank");
        let mut page = BankPage::new(place);
        let question = page.question();
        let value = question.answer.answer().expect("a number");
        let right = question.right(value).expect("a key");
        let wrong = question
            .options
            .iter()
            .position(|option| matches!(option.believed, Some(Believed::Belief(_))))
            .expect("a belief");
        page.lock(wrong);
        assert!(page.told().is_none() && page.study().is_none() && page.patient().is_none());
        let mut page = BankPage::new(place);
        let entry = answered(&mut page, wrong).expect("it is recorded");
        assert_eq!((entry.points, entry.certainty, entry.drill.as_str()), (0.0, 3, DRILL));
        assert_eq!((entry.said, entry.truth), ((wrong + 1).to_string(), (right + 1).to_string()));
        assert_eq!(entry.beliefs, std::slice::from_ref(&question.belief.id));
        assert_eq!(page.told().map(|told| told.answer.clone()), Some(Ok(value)));
        assert!(page.patient().is_some());
        let mut page = BankPage::new(place);
        let entry = answered(&mut page, right).expect("it is recorded");
        assert!(entry.points > 99.0 && entry.beliefs.is_empty() && page.belief().is_none());
        page.lock(0);
        assert_eq!(page.locked().len(), 2, "what is locked stays");
    }

    #[test]
    fn inv_who_was_changed_by_a_question_has_a_name_of_his_own_and_says_how() {
        let (mut changed, mut same) = (0, 0);
        for place in 0..in_order().len() {
            let mut page = BankPage::new(place);
            let Sought::Patient(asked) = &page.question().answer else { continue };
            if asked.is_in_time() {
                continue;
            }
            answered(&mut page, 0);
            let patient = page.patient().expect("the end");
            assert_eq!(Ok(&patient.params), asked.subject().as_ref());
            if patient.params == asked.patient.params {
                assert_eq!((&patient.title, &patient.teaches), (&asked.patient.title, &asked.patient.teaches));
                same += 1;
            } else {
                let own = asked.patient;
                assert!(patient.id != own.id && patient.title != own.title && patient.teaches != own.teaches);
                assert!(patient.text.starts_with(&format!("Made from {}. ", own.title)), "{}", patient.text);
                assert!(patient.text.len() > own.title.len() + 20, "what was changed: {}", patient.text);
                changed += 1;
            }
        }
        assert!(changed > 20 && same > 0, "{changed} and {same}");
    }

    #[test]
    fn inv_the_next_question_is_one_that_was_not_asked() {
        let order = in_order();
        let asked = |id: &str| id == order[0].id || id == order[1].id;
        assert_eq!(BankPage::first_unseen(0, asked).place().0, 2);
        assert_eq!(BankPage::first_unseen(order.len(), asked).place().0, 2, "after the last the first");
        assert_eq!(BankPage::first_unseen(5, |_| true).place().0, 5, "all were asked");
    }
}
