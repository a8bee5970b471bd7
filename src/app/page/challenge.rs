//! The page of a resident, without a toolkit: a case that is told, played, answered one question after the other, and
//! only then explained. The 100 % O2 test stands here, smaller drills in files of their own.
//!
//! Nothing of the truth leaves this page before the last answer is locked: what is shown of a case until then is its
//! briefing, its monitor and the results of its samples.

pub mod bad_sample;
pub mod bank;
pub mod exercise;
pub mod name_mechanism;
pub mod paper;

use self::bad_sample::BadSamplePage;
use self::bank::BankPage;
use self::exercise::Exercise;
use self::name_mechanism::MechanismPage;
use crate::app::happened::{After, State, happened};
use crate::app::refusals::Refusals;
use crate::figure::{Figure, Mark, Role, iso_shunt};
use crate::scenario::Scenario;
use crate::scenario::record::{self, Entry, Line, beliefs_shown, scenario_of};
use crate::sim::params::ParamId;
use crate::sim::play::instruments::Site;
use crate::sim::reading::snapshot::Model;
use crate::store::{AnyStore, Key, Lines, Mailbox, Patience, StoreError, clock};
use crate::study::Study;
use crate::study::challenge_maker::bad_sample::BadSample;
use crate::study::challenge_maker::bedside::{Bedside, Lever, Monitor};
use crate::study::challenge_maker::code::{CaseCode, CodeError, MAX_SEED};
use crate::study::challenge_maker::debrief::Estimates;
use crate::study::challenge_maker::grounds::Ground;
use crate::study::challenge_maker::kinds::{Mechanism, Place, SizeOf};
use crate::study::challenge_maker::maker::{Case, Making};
use crate::study::challenge_maker::name_mechanism::{NameMechanism, Try};
use crate::study::challenge_maker::next_step::{NextStep, NextSteps};
use crate::study::challenge_maker::patient::Setup;
use crate::study::challenge_maker::rule::{self, Formula};
use crate::study::challenge_maker::score::{AnswerError, Answers, Score, check_range, check_sum, class_line};
use crate::study::fio2_path::Fio2Path;
use crate::text::display_units::DisplayUnits;
use crate::text::words;
use crate::units::percent_from_frac;

/// How far apart points of the trend are, s.
const TREND_S: f64 = 10.0;
/// Half the width of the range in the worked example, percent.
const EXAMPLE_HALF_WIDTH: f64 = 5.0;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is being drawn.
    Drawing,
    /// It is told.
    Briefing,
    /// It is played.
    Bedside,
    /// The clock stands, and this question is open.
    Committing(Question),
    /// It is explained.
    Debrief,
}

/// A question of the commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// An estimate, and its sum.
    Estimate,
    /// The mechanism.
    Mechanism,
    /// The size, a range.
    Size,
    /// The next step.
    Step,
    /// Two grounds.
    Grounds,
    /// How sure.
    Certainty,
}

impl Question {
    /// Every question, in its order.
    pub const ALL: [Question; 6] = [
        Question::Estimate,
        Question::Mechanism,
        Question::Size,
        Question::Step,
        Question::Grounds,
        Question::Certainty,
    ];

    /// As it is asked.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Question::Estimate => words::challenge::how_i_estimate(),
            Question::Mechanism => words::challenge::what_causes(),
            Question::Size => words::challenge::how_much_is_it(),
            Question::Step => words::challenge::what_i_do_next(),
            Question::Grounds => words::challenge::on_these_grounds(),
            Question::Certainty => words::challenge::how_sure(),
        }
    }
}

/// An answer to the open question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// A formula and what it gives, percent.
    Estimate(Formula, f64),
    /// The mechanism.
    Mechanism(Mechanism),
    /// Lower and upper end, percent.
    Size(f64, f64),
    /// A step, and the FiO2 with it.
    Step(NextStep, Option<f64>),
    /// Two grounds.
    Grounds([Ground; 2]),
    /// 1 to 3.
    Certainty(u8),
}

/// What the page is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Another drill.
    Exercise(Exercise),
    /// Locks an option of a smaller drill.
    Option(usize),
    /// Makes a move in *Name the mechanism*.
    Try(Try),
    /// Another case of a level.
    Level(u8),
    /// The case of a code, as it was typed.
    Code(String),
    /// The next case.
    Next,
    /// This case once more.
    Again,
    /// To the bedside.
    Begin,
    /// Something at the bedside.
    Pull(Lever),
    /// So long, s.
    Wait(f64),
    /// The clock stands; the questions begin.
    Commit,
    /// Locks the answer to the open question.
    Lock(Answer),
    /// Leaves the case without an answer.
    Withdraw,
    /// Writes the case for printing beside the record: questions on one page, answers on the next.
    Print,
    /// Writes the record as a table beside it.
    ExportCsv,
    /// Forgets the record.
    Erase,
}

/// A moment of the trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendPoint {
    /// Patient time, s.
    pub time_s: f64,
    /// What the monitor showed.
    pub monitor: Monitor,
}

/// Answers that are locked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Locked {
    answers: Vec<Answer>,
}

impl Locked {
    /// In words, of a question that has been answered.
    #[must_use]
    pub fn words(&self, question: Question) -> Option<String> {
        Some(match *self.answers.get(question as usize)? {
            Answer::Estimate(formula, percent) => format!("{}: {percent:.0} %", formula.label()),
            Answer::Mechanism(mechanism) => mechanism.label().to_owned(),
            Answer::Size(low, high) => words::fit::from_to(low, high),
            Answer::Step(step, Some(fio2)) => words::challenge::step_with_fio2(step.label(), fio2),
            Answer::Step(step, None) => step.label().to_owned(),
            Answer::Grounds(grounds) => grounds.map(Ground::label).join(" · "),
            Answer::Certainty(certainty) => words::challenge::of_three(certainty),
        })
    }

    fn whole(&self) -> Option<Answers> {
        let [
            Answer::Estimate(formula, sum_percent),
            Answer::Mechanism(mechanism),
            Answer::Size(low_percent, high_percent),
            Answer::Step(step, step_fio2_frac),
            Answer::Grounds(grounds),
            Answer::Certainty(certainty),
        ] = *self.answers.as_slice()
        else {
            return None;
        };
        Some(Answers {
            formula,
            sum_percent,
            mechanism,
            low_percent,
            high_percent,
            step,
            step_fio2_frac,
            grounds,
            certainty,
        })
    }
}

/// What is explained once every answer is locked.
#[derive(Debug, Clone)]
pub struct Debrief {
    /// What was said.
    pub answers: Answers,
    /// What it is worth.
    pub score: Score,
    /// What each estimate would have said.
    pub estimates: Option<Estimates>,
    /// What oxygen did, sentence by sentence.
    pub why: Vec<String>,
    /// His way over his own iso-shunt lines, with the samples on it.
    pub way: Option<Figure>,
    /// What was said, without a name.
    pub class_line: String,
    /// Beliefs that the answers show, in words.
    pub beliefs: Vec<&'static str>,
    /// Whether the case had been seen before.
    pub seen: bool,
}

/// The page.
#[derive(Debug)]
pub struct ChallengePage {
    code: CaseCode,
    making: Option<Making>,
    case: Option<Case>,
    bedside: Option<Bedside>,
    trend: Vec<TrendPoint>,
    stage: Stage,
    locked: Locked,
    steps: Option<NextSteps>,
    debrief: Option<Debrief>,
    example: Example,
    record: Option<Record>,
    lines: Vec<Line>,
    /// How many lines before them were forgotten; whether the record has answered, and with how many lines after it was
    /// not waited for any more.
    erased: usize,
    is_read: bool,
    read_late: usize,
    told: Option<String>,
    refusals: Refusals,
    units: DisplayUnits,
    exercise: Exercise,
    bad_sample: BadSamplePage,
    mechanism: MechanismPage,
    bank: BankPage,
    /// Cases and questions that are in the file since the program began.
    written: Vec<String>,
}

/// Where the record is kept, and what was asked of it.
#[derive(Debug)]
struct Record {
    store: AnyStore,
    mailbox: Mailbox<Heard>,
    patience: Patience,
    /// For how long the record is being read, s; none once it is there, or is not waited for any more.
    waits_s: Option<f64>,
    /// The case, or the level, that was asked for last while it is being read: which case is next rests on it. What else
    /// is asked meanwhile is of a page on which nothing stands yet.
    put_off: Option<Ask>,
}

/// What has been answered.
#[derive(Debug)]
enum Heard {
    /// What stands in the record.
    Read(Result<Lines, StoreError>),
    /// Whether the line of a code is in it.
    Added(String, Result<(), StoreError>),
    /// Where the page for printing stands.
    Printed(Result<String, StoreError>),
    /// Where the table stands.
    Exported(Result<String, StoreError>),
    /// Whether its lines are forgotten, up to one: its number, counted from the first that was ever read or put down.
    Erased {
        /// That line.
        end: usize,
        /// Whether the record had been read when it was asked for.
        is_read: bool,
        outcome: Result<String, StoreError>,
    },
}

impl Default for ChallengePage {
    fn default() -> Self {
        ChallengePage::new(FIRST)
    }
}

/// Seconds after which a record that does not answer is not waited for.
const NO_ANSWER_S: f64 = 5.0;

/// The case that the page opens with where no other is asked for; level 1 has a worked example beside it.
const FIRST: CaseCode = CaseCode::FIRST;

impl ChallengePage {
    /// A page on a case.
    #[must_use]
    pub fn new(code: CaseCode) -> ChallengePage {
        ChallengePage {
            code,
            making: None,
            case: None,
            bedside: None,
            trend: Vec::new(),
            stage: Stage::Drawing,
            locked: Locked::default(),
            steps: None,
            debrief: None,
            example: Example::default(),
            record: None,
            lines: Vec::new(),
            erased: 0,
            is_read: false,
            read_late: 0,
            told: None,
            refusals: Refusals::default(),
            units: DisplayUnits::default(),
            exercise: Exercise::default(),
            bad_sample: BadSamplePage::default(),
            mechanism: MechanismPage::default(),
            bank: BankPage::default(),
            written: Vec::new(),
        }
    }

    /// A page on a case that is there already.
    #[must_use]
    pub fn with_case(case: Case) -> ChallengePage {
        let mut page = ChallengePage::new(case.code);
        page.take(case);
        page
    }

    /// Shows four gases that are there already.
    pub fn put_bad_sample(&mut self, case: BadSample) {
        self.exercise = Exercise::BadSample;
        self.bad_sample = BadSamplePage::with_case(case);
    }

    /// Shows a patient of *Name the mechanism* who is there already.
    pub fn put_mechanism(&mut self, case: NameMechanism) {
        self.exercise = Exercise::NameMechanism;
        self.mechanism = MechanismPage::with_case(case);
    }

    /// Keeps its record where the store does. As long as it is being read nothing is drawn: the first case that is not in
    /// it is the one to be played, and where no line could be added that is said before.
    pub fn keep_record(&mut self, store: AnyStore) {
        let mut mailbox = Mailbox::default();
        store.open_lines(Key::Record, record::is_line, record::MAX_RECORD_BYTES, mailbox.expect(Heard::Read));
        let mut patience = Patience::default();
        patience.begin(store.place(&Key::Record));
        self.record = Some(Record { store, mailbox, patience, waits_s: Some(0.0), put_off: None });
        self.hear();
    }

    /// Lets time pass, s: what lets wait for long is said, and what does not answer at all is not waited for.
    pub fn pass(&mut self, elapsed_s: f64) {
        // It may have answered while nobody looked.
        self.hear();
        let Some(record) = &mut self.record else { return };
        let Some(waits_s) = &mut record.waits_s else { return };
        *waits_s += elapsed_s;
        if *waits_s >= NO_ANSWER_S {
            let place = record.store.place(&Key::Record);
            self.refusals.push(words::challenge::record_does_not_answer(place));
            self.begin_drills();
        } else if let Some(place) = record.patience.pass(elapsed_s, true) {
            self.told = Some(words::window::still_waiting(place));
        }
    }

    /// Lets time pass in which the page is in sight, s.
    pub fn in_sight(&mut self, elapsed_s: f64) {
        self.refusals.seen(elapsed_s);
    }

    /// Whether the record is still being read.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.waits_s.is_some())
    }

    /// Takes what has been answered; whether there was anything.
    pub fn hear(&mut self) -> bool {
        let mut heard = false;
        while let Some(answer) = self.record.as_mut().and_then(|record| record.mailbox.fetch()) {
            heard = true;
            match answer {
                Heard::Read(read) => self.take_record(read),
                Heard::Added(code, Ok(())) => self.written.push(code),
                Heard::Added(_, Err(error)) => self.refusals.push(words::challenge::not_recorded(error)),
                Heard::Printed(Ok(place)) => self.told = Some(words::challenge::for_printing(place)),
                Heard::Exported(Ok(place)) => self.told = Some(words::challenge::record_written(place)),
                Heard::Erased { end, is_read, outcome: Ok(_) } => {
                    let end = if is_read { end } else { end + self.read_late };
                    let lines = end.saturating_sub(self.erased).min(self.lines.len());
                    self.lines.drain(..lines);
                    self.erased += lines;
                    self.written.clear();
                    self.told = Some(words::challenge::record_erased().to_owned());
                }
                Heard::Printed(Err(error))
                | Heard::Exported(Err(error))
                | Heard::Erased { outcome: Err(error), .. } => {
                    self.refusals.push(error.to_string());
                }
            }
        }
        heard
    }

    /// Takes what stands in the record, and begins where that was waited for.
    fn take_record(&mut self, read: Result<Lines, StoreError>) {
        let is_waiting = self.is_waiting();
        self.is_read = true;
        if is_waiting {
            self.told = None;
        }
        match read {
            Ok(read) => {
                self.told = read.set_aside.map(words::challenge::line_kept_aside).or_else(|| self.told.take());
                // What was put down meanwhile comes after it; numbers of lines begin with it.
                let before = record::lines_of(&read.text).0;
                self.read_late = if is_waiting { 0 } else { before.len() };
                self.lines.splice(0..0, before);
            }
            Err(error) => self.refusals.push(words::challenge::not_recorded_cases(error)),
        }
        if is_waiting {
            self.begin_drills();
        }
    }

    /// Begins with the first cases that are not in the record, as far as that is known, and does what was put off.
    fn begin_drills(&mut self) {
        if self.stage == Stage::Drawing {
            self.code = self.first_unseen(self.code);
            self.making = None;
        }
        self.bad_sample = BadSamplePage::new(self.first_unseen(self.bad_sample.code()));
        self.mechanism = MechanismPage::new(self.first_unseen(self.mechanism.code()));
        self.bank = self.first_unasked(0);
        let put_off = self.record.as_mut().and_then(|record| {
            record.waits_s = None;
            record.put_off.take()
        });
        let told = self.told.take();
        put_off.into_iter().for_each(|ask| self.apply(ask));
        self.told = self.told.take().or(told);
    }

    /// The first question of the bank from a place on that is not in the record.
    fn first_unasked(&self, from: usize) -> BankPage {
        BankPage::first_unseen(from, |id| record::was_seen(&self.lines, id))
    }

    /// The first case from one on that has not been seen.
    fn first_unseen(&self, mut code: CaseCode) -> CaseCode {
        while record::was_seen(&self.lines, &code.to_string()) {
            code = code.next();
        }
        code
    }

    /// Opens a case.
    pub fn open(&mut self, code: CaseCode) {
        if self.is_waiting() {
            self.put_off(Ask::Code(code.to_string()));
            return;
        }
        self.exercise = Exercise::of(code.drill());
        match self.exercise {
            Exercise::OxygenTest => self.open_test(code),
            Exercise::BadSample => self.bad_sample = BadSamplePage::new(code),
            Exercise::NameMechanism => self.mechanism = MechanismPage::new(code),
            Exercise::Questions => {}
        }
    }

    /// Remembers which case was asked for while the record is being read.
    fn put_off(&mut self, ask: Ask) {
        if let Some(record) = &mut self.record {
            record.put_off = Some(ask);
        }
    }

    fn open_test(&mut self, code: CaseCode) {
        let fresh = ChallengePage::new(code);
        let old = std::mem::replace(self, fresh);
        self.record = old.record;
        self.lines = old.lines;
        self.erased = old.erased;
        (self.is_read, self.read_late) = (old.is_read, old.read_late);
        self.refusals = old.refusals;
        self.example = old.example;
        self.units = old.units;
        self.bad_sample = old.bad_sample;
        self.mechanism = old.mechanism;
        self.bank = old.bank;
        self.written = old.written;
    }

    /// Begins what is drawn only while the page is shown.
    pub fn look(&mut self, units: DisplayUnits) {
        self.units = units;
        if self.is_waiting() {
            return;
        }
        match self.exercise {
            Exercise::OxygenTest => {
                if self.stage == Stage::Drawing && self.making.is_none() {
                    self.making = Some(Making::new(self.code));
                }
                if self.code.level() < 3 {
                    self.example.begin();
                }
            }
            Exercise::BadSample => self.bad_sample.look(),
            Exercise::NameMechanism => self.mechanism.look(),
            Exercise::Questions => {}
        }
    }

    /// What grows.
    pub fn studies(&mut self) -> Vec<(&'static str, &mut dyn Study)> {
        let mut studies: Vec<(&'static str, &mut dyn Study)> = Vec::new();
        if let Some(making) = &mut self.making {
            studies.push(("case", making));
        }
        if let Some(steps) = &mut self.steps {
            studies.push(("next steps", steps));
        }
        if let Some(making) = &mut self.example.making {
            studies.push(("worked example", making));
        }
        if let Some(steps) = &mut self.example.steps {
            studies.push(("worked example, next steps", steps));
        }
        studies.extend(self.bad_sample.study());
        studies.extend(self.mechanism.study());
        studies.extend(self.bank.study());
        studies
    }

    /// Whether anything grows.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        let steps = |steps: &Option<NextSteps>| steps.as_ref().is_some_and(|steps| !steps.is_whole());
        self.making.is_some()
            || self.example.making.is_some()
            || steps(&self.steps)
            || steps(&self.example.steps)
            || self.bad_sample.is_growing()
            || self.mechanism.is_growing()
            || self.bank.is_growing()
    }

    /// Takes what has grown whole.
    pub fn settle(&mut self) {
        match self.making.take_if(|making| making.is_whole()).and_then(|making| making.outcome().cloned()) {
            Some(Ok(case)) => self.take(case),
            Some(Err(error)) => {
                self.told = Some(words::challenge::next_is_drawn(error));
                self.code = self.code.next();
            }
            None => {}
        }
        self.example.settle();
        for told in [self.bad_sample.settle(), self.mechanism.settle()].into_iter().flatten() {
            self.told = Some(told);
        }
        let seen = record::was_seen(&self.lines, &self.bank.question().id);
        if let Some(entry) = self.bank.settle(seen, clock::now().map(|now| now.to_string())) {
            self.put_down(Line::Drill(Box::new(entry)));
        }
        if self.debrief.is_none()
            && let Some(answers) = self.locked.whole()
        {
            self.explain(answers);
        }
    }

    fn take(&mut self, case: Case) {
        self.bedside = Some(Bedside::new(&case));
        self.case = Some(case);
        self.stage = Stage::Briefing;
        self.note();
    }

    /// Does what was asked; a refusal is told on the page. What has to be written is answered later, by
    /// [`ChallengePage::hear`].
    pub fn apply(&mut self, ask: Ask) {
        if self.is_waiting() && !matches!(ask, Ask::Exercise(_)) {
            if matches!(ask, Ask::Code(_) | Ask::Level(_)) {
                self.put_off(ask);
            }
            return;
        }
        self.told = None;
        match ask {
            Ask::Print | Ask::ExportCsv | Ask::Erase => self.refusals.ask(),
            _ => self.refusals.act(),
        }
        self.do_at_once(ask);
        self.hear();
    }

    fn do_at_once(&mut self, ask: Ask) {
        match ask {
            Ask::Exercise(exercise) => self.exercise = exercise,
            Ask::Option(option) => self.lock_option(option),
            Ask::Try(what) if self.exercise == Exercise::NameMechanism => self.mechanism.make(what),
            Ask::Level(level) => match CaseCode::new(level, u64::from(self.code.seed())) {
                Ok(code) => self.open(self.first_unseen(code)),
                Err(error) => self.told = Some(error.to_string()),
            },
            Ask::Code(text) => match text.trim().parse::<CaseCode>() {
                Ok(code) => self.open(code),
                Err(error) => self.tell_code(&error),
            },
            Ask::Next if self.exercise == Exercise::Questions => {
                self.bank = self.first_unasked(self.bank.place().0 + 1);
            }
            Ask::Again if self.exercise == Exercise::Questions => self.bank = BankPage::new(self.bank.place().0),
            Ask::Next => self.open(self.first_unseen(self.code().next())),
            Ask::Again => self.open(self.code()),
            Ask::Begin if self.stage == Stage::Briefing => self.begin(),
            Ask::Pull(lever) if self.stage == Stage::Bedside => {
                if let Some(Err(error)) = self.bedside.as_mut().map(|bedside| bedside.pull(lever)) {
                    self.told = Some(error.to_string());
                }
                self.note();
            }
            Ask::Wait(time_s) if self.stage == Stage::Bedside => self.wait(time_s),
            Ask::Commit if self.stage == Stage::Bedside => self.commit(),
            Ask::Lock(answer) => self.lock(answer),
            Ask::Withdraw if matches!(self.stage, Stage::Bedside | Stage::Committing(_)) => {
                self.open(self.code.next());
                self.told = Some(words::challenge::left_unfinished().to_owned());
            }
            Ask::Print => self.print(),
            Ask::ExportCsv => self.export(),
            Ask::Erase => self.erase(),
            // What belongs to another stage is no button there.
            _ => {}
        }
    }

    fn tell_code(&mut self, error: &CodeError) {
        self.told = Some(error.to_string());
    }

    fn wait(&mut self, time_s: f64) {
        let mut left_s = time_s;
        while left_s > 0.0 {
            let slice_s = left_s.min(TREND_S);
            if let Some(Err(error)) = self.bedside.as_mut().map(|bedside| bedside.wait(slice_s)) {
                self.told = Some(error.to_string());
                break;
            }
            self.note();
            left_s -= slice_s;
        }
    }

    /// Puts down what the monitor shows.
    fn note(&mut self) {
        if let Some(bedside) = &self.bedside {
            self.trend.push(TrendPoint { time_s: bedside.time_s(), monitor: bedside.monitor() });
        }
    }

    /// To the bedside; meanwhile the next steps are run, so that nobody waits for them after the last answer.
    fn begin(&mut self) {
        let Some(case) = &self.case else { return };
        match NextSteps::new(&case.params, case.truth.cause()) {
            Ok(steps) => self.steps = Some(steps),
            Err(error) => self.told = Some(error.to_string()),
        }
        self.stage = Stage::Bedside;
    }

    fn commit(&mut self) {
        let Some(bedside) = &self.bedside else { return };
        if bedside.rests_on().is_none() {
            self.told = Some(words::challenge::no_result_yet().to_owned());
            return;
        }
        self.stage = Stage::Committing(Question::Estimate);
    }

    fn lock(&mut self, answer: Answer) {
        let Stage::Committing(question) = self.stage else { return };
        let checked = match (question, answer) {
            (Question::Estimate, Answer::Estimate(_, percent)) => check_sum(percent),
            (Question::Mechanism, Answer::Mechanism(_)) => Ok(()),
            (Question::Size, Answer::Size(low, high)) => check_range(low, high),
            (Question::Step, Answer::Step(step, fio2)) => match fio2 {
                None if step.takes_fio2() => Err(AnswerError::Fio2),
                Some(fio2) if !(0.21..=1.0).contains(&fio2) => Err(AnswerError::Fio2),
                _ => Ok(()),
            },
            (Question::Grounds, Answer::Grounds([one, other])) if one == other => Err(AnswerError::Grounds),
            (Question::Grounds, Answer::Grounds(_)) => Ok(()),
            (Question::Certainty, Answer::Certainty(1..=3)) => Ok(()),
            (Question::Certainty, Answer::Certainty(_)) => Err(AnswerError::Certainty),
            // An answer to another question locks nothing.
            _ => return,
        };
        if let Err(error) = checked {
            self.told = Some(words::challenge::asked_again(error));
            return;
        }
        self.locked.answers.push(answer);
        match Question::ALL.get(question as usize + 1) {
            Some(next) => self.stage = Stage::Committing(*next),
            None => self.settle(),
        }
    }

    /// Explains the case, once its next steps have been run.
    fn explain(&mut self, answers: Answers) {
        let (Some(case), Some(bedside)) = (&self.case, &self.bedside) else { return };
        let Some(steps) = self.steps.as_ref().filter(|steps| steps.is_whole()) else { return };
        let score = Score::new(case, bedside, &answers, steps);
        let seen = record::was_seen(&self.lines, &case.code.to_string());
        let beliefs = beliefs_shown(case, bedside, &answers, &score)
            .into_iter()
            .filter_map(|id| crate::scenario::beliefs::find(id).ok())
            .map(|belief| belief.words.as_str())
            .collect();
        let time = clock::now().map(|now| now.to_string());
        let line = Line::Case(Box::new(Entry::new(time, case, bedside, &answers, &score, seen)));
        let debrief = Debrief {
            class_line: class_line(case, &answers, &score),
            estimates: Estimates::new(case, bedside, answers.formula),
            why: why(case, self.units),
            way: way(case, bedside, self.units),
            answers,
            score,
            beliefs,
            seen,
        };
        self.told = None;
        self.debrief = Some(debrief);
        self.stage = Stage::Debrief;
        self.put_down(line);
    }

    /// Locks an option of a smaller drill; after its last one the case is recorded.
    fn lock_option(&mut self, option: usize) {
        let time = || clock::now().map(|now| now.to_string());
        let seen = record::was_seen(&self.lines, &self.code().to_string());
        let entry = match self.exercise {
            Exercise::OxygenTest => None,
            Exercise::BadSample => self.bad_sample.lock(option, seen, time()),
            Exercise::NameMechanism => self.mechanism.lock(option, seen, time()),
            Exercise::Questions => {
                self.bank.lock(option);
                None
            }
        };
        if let Some(entry) = entry {
            self.put_down(Line::Drill(Box::new(entry)));
        }
    }

    /// Adds a line to the record.
    fn put_down(&mut self, line: Line) {
        if let Some(Record { store, mailbox, .. }) = &mut self.record {
            let code = line.code().to_owned();
            match record::to_line(&line) {
                Ok(text) => {
                    let done = mailbox.expect(move |outcome| Heard::Added(code, outcome));
                    store.add_line(Key::Record, record::head(), text, done);
                }
                Err(error) => self.told = Some(words::challenge::not_recorded(error)),
            }
        }
        self.lines.push(line);
        self.hear();
    }

    /// Only once it is explained: the second page tells the truth.
    fn print(&mut self) {
        let Some((case, _, steps)) = self.debrief() else { return };
        let (key, text) = (Key::CasePage(case.code.to_string()), paper::html(case, steps, self.units));
        if let Some(Record { store, mailbox, .. }) = &mut self.record {
            store.write(key, text.into_bytes(), mailbox.expect(Heard::Printed));
        }
    }

    /// Whether there is somewhere that a case for printing goes to.
    #[must_use]
    pub fn can_print(&self) -> bool {
        self.record.is_some()
    }

    fn export(&mut self) {
        let Some(Record { store, mailbox, .. }) = &mut self.record else { return };
        let table = record::csv(&self.lines).into_bytes();
        store.write(Key::RecordTable, table, mailbox.expect(Heard::Exported));
    }

    fn erase(&mut self) {
        let Some(Record { store, mailbox, .. }) = &mut self.record else { return };
        // What is put down until the answer is there stays.
        let (end, is_read) = (self.erased + self.lines.len(), self.is_read);
        let done = mailbox.expect(move |outcome| Heard::Erased { end, is_read, outcome });
        store.write(Key::Record, record::head().into_bytes(), done);
    }

    /// The drill that is open.
    #[must_use]
    pub fn exercise(&self) -> Exercise {
        self.exercise
    }

    /// The drill of the bad sample.
    #[must_use]
    pub fn bad_sample(&self) -> &BadSamplePage {
        &self.bad_sample
    }

    /// The drill that names the mechanism.
    #[must_use]
    pub fn mechanism(&self) -> &MechanismPage {
        &self.mechanism
    }

    /// The drill of questions.
    #[must_use]
    pub fn bank(&self) -> &BankPage {
        &self.bank
    }

    /// The code of the case of the open drill; of questions, which have none, that of the test.
    #[must_use]
    pub fn code(&self) -> CaseCode {
        match self.exercise {
            Exercise::OxygenTest | Exercise::Questions => self.code,
            Exercise::BadSample => self.bad_sample.code(),
            Exercise::NameMechanism => self.mechanism.code(),
        }
    }

    /// Where the case stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What has to be said: a refusal, or what was done.
    #[must_use]
    pub fn told(&self) -> Option<&str> {
        self.refusals.first().or(self.told.as_deref())
    }

    /// The bedside: its monitor, its samples.
    #[must_use]
    pub fn bedside(&self) -> Option<&Bedside> {
        self.bedside.as_ref()
    }

    /// The trend of the monitor.
    #[must_use]
    pub fn trend(&self) -> &[TrendPoint] {
        &self.trend
    }

    /// Answers that are locked.
    #[must_use]
    pub fn locked(&self) -> &Locked {
        &self.locked
    }

    /// Whether every answer is locked and the next steps are still being run.
    #[must_use]
    pub fn is_being_judged(&self) -> bool {
        self.locked.whole().is_some() && self.debrief.is_none()
    }

    /// What is told of the patient: words, then name and value.
    #[must_use]
    pub fn briefing(&self) -> Option<(String, Vec<(&'static str, String)>)> {
        let case = self.case.as_ref()?;
        let told = |id: &ParamId| {
            let bounds = id.bounds();
            let unit = crate::text::spaced(bounds.shown_unit(self.units));
            (bounds.label, format!("{}{unit}", bounds.number(case.params.get(*id), self.units)))
        };
        Some((case.history.words(), TOLD.iter().map(told).collect()))
    }

    /// Where the case is played, and with what.
    #[must_use]
    pub fn setup(&self) -> Option<&Setup> {
        self.case.as_ref().map(|case| &case.setup)
    }

    /// How the patient breathes before the test, and what is to be had of venous blood.
    #[must_use]
    pub fn circumstances(&self) -> Option<String> {
        self.setup().map(circumstances)
    }

    /// Of what the size is asked: to be read once the mechanism is locked.
    #[must_use]
    pub fn size_of(&self) -> Option<SizeOf> {
        let asked = matches!(self.stage, Stage::Committing(question) if question >= Question::Size);
        self.case.as_ref().filter(|_| asked || self.stage == Stage::Debrief).map(|case| case.truth.size_of)
    }

    /// The explanation, once there is one.
    #[must_use]
    pub fn debrief(&self) -> Option<(&Case, &Debrief, &NextSteps)> {
        Some((self.case.as_ref()?, self.debrief.as_ref()?, self.steps.as_ref()?))
    }

    /// The patient of a case that is explained, for other pages.
    #[must_use]
    pub fn patient(&self) -> Option<Scenario> {
        match self.exercise {
            Exercise::OxygenTest => self.debrief.as_ref().and(self.case.as_ref()).map(scenario_of),
            Exercise::BadSample => self.bad_sample.told().map(|(case, _)| bad_sample::scenario_of(case, case.wrong)),
            Exercise::NameMechanism => self.mechanism.told().map(|(case, _)| name_mechanism::scenario_of(case)),
            Exercise::Questions => self.bank.patient(),
        }
    }

    /// Whether there are [`ChallengePage::twins`].
    #[must_use]
    pub fn has_twin(&self) -> bool {
        self.debrief.is_some() && self.case.as_ref().is_some_and(|case| case.truth.twin.is_some())
    }

    /// The patient of a case that is explained, and the one of the next mechanism with the same gas before; none where no
    /// such lung gives it.
    #[must_use]
    pub fn twins(&self) -> Option<[Scenario; 2]> {
        let case = self.debrief.as_ref().and(self.case.as_ref())?;
        let (twin, _) = case.truth.twin.as_ref()?;
        let by = case.truth.mechanism.next()?;
        let own = scenario_of(case);
        let other = Scenario {
            id: format!("{}-twin", own.id),
            title: words::challenge::twin_by(by.name()),
            teaches: words::challenge::twin_teaches(&own.title, by.name()),
            text: words::challenge::made_from(&own.title, by.told(twin.value)),
            params: twin.params.clone(),
            ..own.clone()
        };
        Some([own, other])
    }

    /// What of the record has been finished, the latest first: cases, and what the smaller drills asked.
    pub fn finished(&self) -> impl Iterator<Item = Finished> {
        self.lines.iter().rev().filter_map(Finished::of)
    }

    /// Whether all that has been finished is known: the record has answered, or there is none.
    #[must_use]
    pub fn knows_finished(&self) -> bool {
        self.record.is_none() || self.is_read
    }

    /// What is said of what has been answered: whether it is in the record.
    #[must_use]
    pub fn kept(&self) -> &'static str {
        let code = match self.exercise {
            Exercise::Questions => self.bank.question().id.clone(),
            _ => self.code().to_string(),
        };
        match self.written.contains(&code) {
            true => words::challenge::is_recorded(),
            false => words::challenge::is_not_recorded(),
        }
    }

    /// Whether there is a record that could be exported or erased.
    #[must_use]
    pub fn has_record(&self) -> bool {
        self.record.is_some() && self.lines.iter().any(|line| !matches!(line, Line::Seen(_)))
    }

    /// The worked example of the level: another patient, his first steps filled in.
    #[must_use]
    pub fn worked_example(&self) -> Option<Vec<String>> {
        self.example.lines(self.code.level())
    }
}

/// What has been finished, in three lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What was said, whether that was right, and the points.
    pub said: String,
    /// Which case.
    pub case: String,
    /// What was true.
    pub truth: String,
}

impl Finished {
    fn of(line: &Line) -> Option<Finished> {
        let ticked = |name: &str, right: bool, points: f64| {
            let name = name.replace('_', " ");
            format!("{name} {}  {points:.0}", if right { "✓" } else { "–" })
        };
        Some(match line {
            Line::Case(entry) => {
                let (said, truth) = (&entry.answers, &entry.truth);
                let (low, high) = (said.low_percent, said.high_percent);
                let [answer, own] = [&said.mechanism, &truth.mechanism].map(|key| Mechanism::from_key(key));
                let name = answer.map_or(said.mechanism.as_str(), |mechanism| mechanism.short());
                let right = own.zip(answer).is_some_and(|(own, answer)| own.is_answered_by(answer));
                Finished {
                    said: ticked(name, right, entry.points.total),
                    case: words::challenge::case_and_level(&entry.code, entry.level),
                    truth: words::challenge::finished_size(low, high, truth.size_percent),
                }
            }
            Line::Drill(entry) if entry.drill == bank::DRILL => Finished {
                said: ticked(words::challenge::finished_question(), entry.said == entry.truth, entry.points),
                case: entry.code.replace('-', " "),
                truth: words::challenge::finished_option(&entry.said, &entry.truth),
            },
            Line::Drill(entry) => {
                let plain = |text: &str| text.replace('_', " ").replace(':', ", ");
                Finished {
                    said: ticked(&entry.drill, entry.said == entry.truth, entry.points),
                    case: words::challenge::case_and_level(&entry.code, entry.level),
                    truth: words::challenge::finished_truth(plain(&entry.truth)),
                }
            }
            Line::Seen(_) => return None,
        })
    }
}

/// What of a patient the briefing tells in numbers.
pub const TOLD: [ParamId; 4] = [ParamId::Hb, ParamId::Temperature, ParamId::Leucocytes, ParamId::Pb];

/// How a patient breathes before the test, and what is to be had of venous blood.
#[must_use]
pub fn circumstances(setup: &Setup) -> String {
    let Setup { fio2_frac, peep_cmh2o, catheter, .. } = setup;
    match setup.place {
        Place::Laboratory => words::challenge::in_the_laboratory(setup.cue()),
        Place::IntensiveCare => words::challenge::in_intensive_care(
            fio2_frac,
            peep_cmh2o,
            setup.cue(),
            match catheter {
                true => words::challenge::catheter_lies(),
                false => words::challenge::no_catheter(),
            },
        ),
    }
}

/// What oxygen did to the patient, from his steady state before to that on oxygen.
fn why(case: &Case, units: DisplayUnits) -> Vec<String> {
    let Ok(on_oxygen) = case.params.with(ParamId::Fio2, 1.0) else { return Vec::new() };
    let [before, now] = [&case.params, &on_oxygen].map(|params| Model::new().snapshot(params));
    let before = State { params: &case.params, outcome: before.as_ref().map_err(|reason| *reason) };
    let now = State { params: &on_oxygen, outcome: now.as_ref().map_err(|reason| *reason) };
    happened(before, now, After::Steady, units)
}

/// His way over his own iso-shunt lines, with the samples on it.
fn way(case: &Case, bedside: &Bedside, units: DisplayUnits) -> Option<Figure> {
    let mut model = Model::new();
    let now = model.snapshot(&case.params).ok()?;
    let mut path = Fio2Path::new(model, &case.params, iso_shunt::FIO2_FRAC);
    path.advance(u32::MAX);
    let mut figure = iso_shunt::figure(&now, None, &path, units);
    figure.title = words::challenge::way().to_owned();
    // The samples stand for him: the first is his gas on air.
    figure.marks.clear();
    for (number, (_, drawn)) in bedside.samples().enumerate() {
        let Some((_, reported)) = bedside.result(number).filter(|(drawn, _)| drawn.site == Site::Arterial) else {
            continue;
        };
        let shown = units.of("mmHg").value(reported.po2_mmhg);
        figure.marks.push(Mark {
            role: Role::Arterial,
            label: (number + 1).to_string(),
            name: words::challenge::way_sample(number + 1, units.text(reported.po2_mmhg, "mmHg", 0)),
            at: [drawn.fio2_frac, shown],
            hollow: drawn.is_early(),
        });
    }
    Some(figure)
}

/// A case worked through: another patient, computed as any other.
#[derive(Debug, Default)]
struct Example {
    begun: bool,
    making: Option<Making>,
    case: Option<Case>,
    steps: Option<NextSteps>,
}

impl Example {
    fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            self.making = CaseCode::new(1, u64::from(MAX_SEED)).ok().map(Making::new);
        }
    }

    fn settle(&mut self) {
        if let Some(making) = self.making.take_if(|making| making.is_whole())
            && let Some(Ok(case)) = making.outcome().cloned()
        {
            self.steps = NextSteps::new(&case.params, case.truth.cause()).ok();
            self.case = Some(case);
        }
    }

    fn lines(&self, level: u8) -> Option<Vec<String>> {
        if level > 2 {
            return None;
        }
        let (case, steps) = (self.case.as_ref()?, self.steps.as_ref().filter(|steps| steps.is_whole())?);
        let truth = &case.truth;
        let body = rule::body(&case.params);
        let before = rule::sums(&body, case.setup.fio2_frac, truth.before);
        let sum = Formula::ContentAv5.shunt_frac(&rule::sums(&body, 1.0, truth.on_oxygen)).ok()?;
        let percent = percent_from_frac(sum);
        let (low, high) = ((percent - EXAMPLE_HALF_WIDTH).max(0.0), percent + EXAMPLE_HALF_WIDTH);
        let step = steps.best()?;
        let outcome = steps.outcomes()?.iter().find(|outcome| outcome.step == step)?;
        let grounds: Vec<&str> = Ground::ALL
            .into_iter()
            .zip(truth.grounds)
            .filter(|(_, right)| *right)
            .map(|(ground, _)| ground.label())
            .collect();
        let all = [
            words::challenge::example_estimate(truth.before.po2_mmhg, truth.on_oxygen.po2_mmhg, percent),
            words::challenge::example_mechanism(
                truth.before.pco2_mmhg,
                before.aa_gradient_mmhg,
                truth.mechanism.label(),
            ),
            words::challenge::example_size(low, high),
            words::challenge::example_step(step.label(), percent_from_frac(outcome.so2_art_frac)),
            words::challenge::example_grounds(
                grounds.iter().take(2).copied().collect::<Vec<_>>().join(words::challenge::example_and()),
            ),
        ];
        Some(all.into_iter().take(if level == 1 { 5 } else { 3 }).collect())
    }
}
