//! A deck that plays before a hall: at which step, what is revealed, voted, drawn and typed.

use crate::app::lesson::{Lesson, Outcome};
use crate::app::lesson_pictures::{HallLine, Picture, Shown, Who, is_covered, takes_a_line};
use crate::app::page::lecture::ask::{Ask, Blank, Source};
use crate::app::patient_file::as_set;
use crate::app::run_view::RunView;
use crate::app::votes::{self, MOST, Vote};
use crate::app::votes_csv;
use crate::scenario::Scenario;
use crate::scenario::deck::{Deck, Scene, TRENDS};
use crate::sim::reading::snapshot::Model;
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// How long notes stay, s.
pub const NOTES_S: f64 = 5.0;
/// Most digits of a number that is typed.
const MOST_DIGITS: usize = 5;
/// How long a course takes before a hall, s, however long it is.
pub const COURSE_S: f64 = 20.0;
/// Most model steps of a course in one frame: a slow machine plays it slower.
const MOST_STEPS: u64 = 240;
/// FiO2 and PaO2 (mmHg) that a hall may draw.
const DRAWN_FIO2_FRAC: [f64; 2] = [0.21, 1.0];
const DRAWN_PO2_MMHG: [f64; 2] = [0.0, 750.0];

/// What is being typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// The number of a step.
    Step(String),
    /// The votes of an option.
    Count {
        /// Which, from 0.
        option: usize,
        /// As far as it is typed.
        digits: String,
    },
    /// The line of the hall: FiO2 and PaO2 of its ends, one number after the other.
    Line {
        /// What is typed already, in the reader's units.
        numbers: Vec<f64>,
        /// The next number, as far as it is typed.
        digits: String,
        /// Why the last number is not taken.
        refused: Option<String>,
    },
}

/// How the clock stands against the minutes of the steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Within the step's own minutes.
    InTime,
    /// So many minutes before them.
    Early(f64),
    /// So many minutes after them.
    Late(f64),
}

/// A deck that plays.
#[derive(Debug)]
pub struct Playing {
    source: Source,
    lesson: Lesson,
    step: usize,
    /// Of each step.
    steps: Vec<AtStep>,
    blank: Option<Blank>,
    typed: Option<Typed>,
    last_voted: usize,
    lever: Option<Lever>,
    course: Option<Box<OnTheWay>>,
    units: DisplayUnits,
    elapsed_s: f64,
    stands: bool,
    notes_left_s: f64,
    pictures: Option<Pictures>,
}

/// What has become of a step.
#[derive(Debug, Clone, Default)]
struct AtStep {
    revealed: bool,
    votes: Vec<Vote>,
    drawn: Option<HallLine>,
}

/// A course as far as it is played before the hall.
#[derive(Debug)]
struct OnTheWay {
    here: RunView,
    other: Option<RunView>,
    /// Model steps of the whole.
    steps: u64,
    /// Model steps that are owed, and their fraction.
    owed: f64,
    runs: bool,
    /// Whether the right option and the words of the reveal wait for its end.
    tells_at_its_end: bool,
    now: [Option<Outcome>; 2],
}

impl OnTheWay {
    fn new(here: RunView, other: Option<RunView>, steps: u64, tells_at_its_end: bool) -> OnTheWay {
        let mut course = OnTheWay { here, other, steps, owed: 0.0, runs: true, tells_at_its_end, now: [None, None] };
        course.look();
        course
    }

    fn look(&mut self) {
        let snapshot = |view: &RunView| Ok(view.run().live().snapshot());
        self.now = [Some(snapshot(&self.here)), self.other.as_ref().map(snapshot)];
    }

    /// Goes on by the time of a hall, s; whether its end has come.
    fn pass(&mut self, elapsed_s: f64) -> bool {
        if self.runs {
            self.owed += elapsed_s.max(0.0) * self.steps as f64 / COURSE_S;
            let steps = (self.owed.floor() as u64).min(MOST_STEPS);
            self.owed = (self.owed - steps as f64).min(MOST_STEPS as f64);
            let to = (self.here.run().steps() + steps).min(self.steps);
            self.here.step_to(to);
            if let Some(other) = &mut self.other {
                other.step_to(to);
            }
            self.look();
        }
        self.here.run().steps() >= self.steps
    }
}

/// A patient moved after the reveal.
#[derive(Debug, Clone)]
struct Lever {
    value: f64,
    here: Outcome,
    other: Option<Outcome>,
}

/// What the pictures of a step rest on; numbers by their bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Looks {
    step: usize,
    revealed: bool,
    lever: Option<u64>,
    units: DisplayUnits,
    /// Model steps of a course that is played.
    course: Option<u64>,
    drawn: Option<[[u64; 2]; 2]>,
}

/// The pictures of a step as they were last computed.
#[derive(Debug)]
struct Pictures {
    of: Looks,
    here: Vec<Picture>,
    other: Vec<Picture>,
}

impl Playing {
    /// A deck at its first step, or at `step`: its number from 1, or its name.
    pub(super) fn new(lesson: Lesson, source: Source, step: Option<&str>) -> Playing {
        let all = &lesson.deck().steps;
        let by_number = |step: &str| step.parse::<usize>().ok()?.checked_sub(1).filter(|step| *step < all.len());
        let by_name = |step: &str| all.iter().position(|of| of.id == step);
        let first = step.and_then(|step| by_name(step).or_else(|| by_number(step))).unwrap_or(0);
        let options = |scene: &Scene| scene.ask.as_ref().map_or(0, |ask| ask.options.len());
        let steps = lesson.deck().steps.iter().map(|step| AtStep {
            revealed: false,
            votes: vec![Vote::new(step.scene().map_or(0, options))],
            drawn: None,
        });
        let steps = steps.collect();
        Playing {
            source,
            lesson,
            step: first,
            steps,
            blank: None,
            typed: None,
            last_voted: 0,
            lever: None,
            course: None,
            units: DisplayUnits::default(),
            elapsed_s: 0.0,
            stands: false,
            notes_left_s: 0.0,
            pictures: None,
        }
    }

    /// Its numbers.
    #[must_use]
    pub fn lesson(&self) -> &Lesson {
        &self.lesson
    }

    /// Where it is from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Which step is shown, from 0.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// The patient of the step; none in the last.
    #[must_use]
    pub fn scene(&self) -> Option<&Scene> {
        self.lesson.deck().steps[self.step].scene()
    }

    /// Whether the step is as after its reveal: a step without a question is from the beginning.
    #[must_use]
    pub fn is_revealed(&self) -> bool {
        self.steps[self.step].revealed || !self.asks()
    }

    /// Whether what the step asks is told: its right option and its reveal. While a covered course is shown as it goes,
    /// they wait for its end.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.is_revealed() && self.course.as_ref().is_none_or(|course| !course.tells_at_its_end)
    }

    /// Whether anything was done with it: a vote, a line, a reveal, or another step than the first.
    pub(super) fn is_begun(&self) -> bool {
        let done = |at: &AtStep| at.revealed || at.drawn.is_some() || at.votes.iter().any(|vote| vote.total() > 0);
        self.step > 0 || self.steps.iter().any(done)
    }

    /// How many votes are in, first and second together.
    #[must_use]
    pub fn votes_in(&self) -> u32 {
        self.steps.iter().flat_map(|at| &at.votes).map(Vote::total).sum()
    }

    /// Lets time pass, s; whether anything that is shown has changed by it.
    pub(super) fn pass(&mut self, elapsed_s: f64) -> bool {
        let before = (self.elapsed_s.floor(), self.shows_notes());
        if !self.stands {
            self.elapsed_s += elapsed_s;
        }
        self.notes_left_s = (self.notes_left_s - elapsed_s).max(0.0);
        if let Some(course) = self.course.as_mut().filter(|course| course.runs) {
            if course.pass(elapsed_s) {
                // Its end is the reveal, with the numbers that it has in any case.
                self.course = None;
                self.steps[self.step].revealed = true;
            }
            return true;
        }
        before != (self.elapsed_s.floor(), self.shows_notes())
    }

    /// Lets go what belongs to the moment.
    pub(super) fn rest(&mut self) {
        (self.blank, self.typed, self.lever, self.course, self.pictures) = (None, None, None, None, None);
        self.notes_left_s = 0.0;
    }

    /// Whether the step asks: a question that has lost its key is not asked.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.lesson.right(self.step).is_some()
    }

    /// How many steps ask what this program's numbers do not answer.
    pub(super) fn questions_lost(&self) -> usize {
        (0..self.steps.len()).filter(|step| self.is_lost(*step)).count()
    }

    fn is_lost(&self, step: usize) -> bool {
        let asks = self.lesson.deck().steps[step].scene().is_some_and(|scene| scene.ask.is_some());
        asks && self.lesson.right(step).is_none()
    }

    /// The votes of a step, the first before the second.
    #[must_use]
    pub fn votes_of(&self, step: usize) -> &[Vote] {
        self.steps.get(step).map_or(&[], |at| &at.votes)
    }

    /// The votes as a table: of a question that was not revealed without its answer.
    #[must_use]
    pub fn tally(&self) -> String {
        let told = |step: usize| self.steps.get(step).is_some_and(|at| at.revealed);
        votes_csv::csv(&self.lesson, |step| self.votes_of(step), told)
    }

    /// The screen without anything, where that is shown.
    #[must_use]
    pub fn blank(&self) -> Option<Blank> {
        self.blank
    }

    /// What is being typed.
    #[must_use]
    pub fn typed(&self) -> Option<&Typed> {
        self.typed.as_ref()
    }

    /// Seconds on the clock.
    #[must_use]
    pub fn elapsed_s(&self) -> f64 {
        self.elapsed_s
    }

    /// Whether the clock stands.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.stands
    }

    /// Whether notes are shown.
    #[must_use]
    pub fn shows_notes(&self) -> bool {
        self.notes_left_s > 0.0
    }

    /// The clock against the minutes of the steps.
    #[must_use]
    pub fn pace(&self) -> Pace {
        let minutes = |steps: &[crate::scenario::deck::Step]| steps.iter().map(|step| step.minutes).sum::<f64>();
        let steps = &self.lesson.deck().steps;
        let [begins, ends] = [self.step, self.step + 1].map(|end| minutes(&steps[..end]));
        let now = self.elapsed_s / 60.0;
        if now < begins {
            Pace::Early(begins - now)
        } else if now > ends {
            Pace::Late(now - ends)
        } else {
            Pace::InTime
        }
    }

    /// The notes: of the step, what first votes ask for, and after the reveal how many were right.
    #[must_use]
    pub fn notes(&self, units: DisplayUnits) -> String {
        let mut said: Vec<String> = Vec::new();
        if let Some(notes) = self.scene().and_then(|scene| scene.notes.as_ref()) {
            said.push(self.lesson.filled(self.step, notes, self.is_revealed(), units));
        }
        // Before the reveal nothing that rests on which option is right: the hall reads it too.
        if let (Some(right), Some(vote)) = (self.lesson.right(self.step), self.votes_of(self.step).first())
            && vote.total() > 0
        {
            let talk = self.scene().is_some_and(|scene| scene.talk);
            said.extend(match self.is_revealed() {
                true => Some(words::lecture::first_vote(vote.counts()[right], vote.total())),
                false => talk.then(votes::advice_for_all),
            });
        }
        if self.is_lost(self.step)
            && let Some(Ok(answer)) = self.lesson.worked(self.step).and_then(|worked| worked.answer.as_ref())
        {
            let key = self.scene().and_then(|scene| scene.ask.as_ref()).map_or("", |ask| ask.answer.key());
            said.push(words::lecture::question_not_asked(key, answer));
        }
        if said.is_empty() { words::lecture::no_notes().to_owned() } else { said.join(" ") }
    }

    /// Whether the hall can draw at this step.
    #[must_use]
    pub fn takes_a_line(&self) -> bool {
        self.asks() && !self.is_revealed() && self.scene().is_some_and(takes_a_line)
    }

    /// What the hall drew at this step: FiO2 and PaO2, mmHg, of two points.
    #[must_use]
    pub fn drawn(&self) -> Option<HallLine> {
        self.steps[self.step].drawn
    }

    /// Patient time of a course that is played, s, and whether it runs; none where none is.
    #[must_use]
    pub fn course(&self) -> Option<(f64, bool)> {
        self.course.as_ref().map(|course| (course.here.time_s(), course.runs))
    }

    /// What the lever stands at, where it was moved.
    #[must_use]
    pub fn lever(&self) -> Option<f64> {
        self.lever.as_ref().map(|lever| lever.value)
    }

    /// A patient of the step as he is shown.
    #[must_use]
    pub fn outcome(&self, who: Who) -> Option<&Outcome> {
        let worked = self.lesson.worked(self.step)?;
        if let Some(lever) = &self.lever {
            return match who {
                Who::Here => Some(&lever.here),
                Who::Other => lever.other.as_ref(),
            };
        }
        if let Some(course) = &self.course {
            return course.now[usize::from(who == Who::Other)].as_ref();
        }
        let sides = match who {
            Who::Here => &worked.here,
            Who::Other => worked.other.as_ref()?,
        };
        Some(if self.is_revealed() { &sides.after } else { &sides.before })
    }

    /// The pictures of a patient of the step, as [`Lecture::drawn`](super::Lecture::drawn) has computed them.
    #[must_use]
    pub fn pictures(&self, who: Who) -> &[Picture] {
        match (&self.pictures, who) {
            (Some(pictures), Who::Here) => &pictures.here,
            (Some(pictures), Who::Other) => &pictures.other,
            (None, _) => &[],
        }
    }

    pub(super) fn draw(&mut self, units: DisplayUnits) {
        self.units = units;
        let course = self.course.as_ref().map(|course| course.here.run().steps());
        let drawn = self.drawn().map(|line| line.map(|point| point.map(f64::to_bits)));
        let lever = self.lever().map(f64::to_bits);
        let of = Looks { step: self.step, revealed: self.is_revealed(), lever, units, course, drawn };
        if self.pictures.as_ref().is_some_and(|pictures| pictures.of == of) {
            return;
        }
        let [here, other] = [Who::Here, Who::Other].map(|who| {
            let of_lever = self.lever.as_ref().and_then(|lever| match who {
                Who::Here => Some(&lever.here),
                Who::Other => lever.other.as_ref(),
            });
            let course = self.course.as_deref();
            let of_course = course.and_then(|course| course.now[usize::from(who == Who::Other)].as_ref());
            let shown = Shown {
                revealed: self.is_revealed(),
                now: of_lever.or(of_course),
                playing: course.and_then(|course| match who {
                    Who::Here => Some(&course.here),
                    Who::Other => course.other.as_ref(),
                }),
                drawn: self.drawn().filter(|_| who == Who::Here),
            };
            self.lesson.pictures(self.step, who, shown, units)
        });
        self.pictures = Some(Pictures { of, here, other });
    }

    /// The patient as he is shown, for another page.
    pub(super) fn patient(&self) -> Option<Scenario> {
        let scene = self.scene()?;
        let params = self.outcome(Who::Here)?.as_ref().ok()?.params.clone();
        Some(as_set(scene.patient.scenario, params))
    }

    /// Reads the deck again where it stands: a step of the same name keeps its votes and its reveal.
    pub(super) fn read_again(&mut self, deck: Deck) {
        let mut again = Playing::new(Lesson::open(deck), self.source.clone(), None);
        let id = |playing: &Playing, step: usize| playing.lesson.deck().steps[step].id.clone();
        for step in 0..again.steps.len() {
            let old = (0..self.steps.len()).find(|old| id(self, *old) == id(&again, step));
            if let Some(old) = old.map(|old| &self.steps[old])
                && old.votes[0].counts().len() == again.steps[step].votes[0].counts().len()
            {
                again.steps[step] = old.clone();
            }
        }
        let here = id(self, self.step);
        let found = (0..again.steps.len()).find(|step| id(&again, *step) == here);
        again.step = found.unwrap_or_else(|| self.step.min(again.steps.len() - 1));
        (again.elapsed_s, again.stands) = (self.elapsed_s, self.stands);
        *self = again;
    }

    pub(super) fn obey(&mut self, ask: &Ask) {
        if let Some(typed) = self.typed.take() {
            match ask {
                Ask::Digit(digit) => self.typed = Some(typed.with(char::from(b'0' + digit.min(&9)))),
                Ask::Point => self.typed = Some(typed.with('.')),
                Ask::LeverBack => self.typed = Some(typed.without_the_last()),
                Ask::Enter | Ask::Reveal => self.enter(typed),
                // Anything else forgets it.
                _ => {}
            }
            return;
        }
        // A blank screen comes back by whatever is done.
        if self.blank.take().is_some() {
            return;
        }
        match ask {
            Ask::Next if self.tells() => self.show(self.step + 1),
            Ask::Next | Ask::Reveal => {
                self.steps[self.step].revealed = true;
                self.course = None;
            }
            Ask::Back => self.show(self.step.saturating_sub(1)),
            Ask::Blank(blank) => self.blank = Some(*blank),
            Ask::Point => self.blank = Some(Blank::Black),
            Ask::Course => self.play_or_stand(),
            // Drawn again it is taken away.
            Ask::Line if self.takes_a_line() && self.steps[self.step].drawn.take().is_none() => {
                self.typed = Some(Typed::Line { numbers: Vec::new(), digits: String::new(), refused: None });
            }
            Ask::Digit(digit) => self.vote(usize::from(*digit).wrapping_sub(1), Vote::add),
            Ask::Add(option) => self.vote(*option, Vote::add),
            Ask::Take(option) => self.vote(*option, Vote::take),
            Ask::Second => {
                let talk = self.scene().is_some_and(|scene| scene.talk);
                let at = &mut self.steps[self.step];
                if talk && at.votes.len() == 1 && at.votes[0].total() > 0 {
                    at.votes.push(Vote::new(at.votes[0].counts().len()));
                }
            }
            Ask::Lever(by) => self.pull(*by),
            Ask::LeverBack => self.lever = None,
            Ask::Notes => self.notes_left_s = NOTES_S,
            Ask::Timer => self.stands = !self.stands,
            Ask::GoTo => self.typed = Some(Typed::Step(String::new())),
            Ask::Count if self.asks() => {
                self.typed = Some(Typed::Count { option: self.last_voted, digits: String::new() });
            }
            Ask::End { last } => self.show(if *last { self.steps.len() - 1 } else { 0 }),
            _ => {}
        }
    }

    /// Shows a step, as it was left.
    fn show(&mut self, step: usize) {
        self.step = step.min(self.steps.len() - 1);
        self.lever = None;
        self.course = None;
        self.notes_left_s = 0.0;
        self.last_voted = 0;
    }

    fn vote(&mut self, option: usize, count: fn(&mut Vote, usize) -> bool) {
        if self.is_revealed() {
            return;
        }
        if let Some(vote) = self.steps[self.step].votes.last_mut()
            && count(vote, option)
        {
            self.last_voted = option;
        }
    }

    /// Plays the course of the step from its beginning, or lets it stand, or run again. Where the step covers its trend
    /// there is nothing to be seen before the reveal: it is the reveal then, as it goes.
    fn play_or_stand(&mut self) {
        if let Some(course) = &mut self.course {
            course.runs = !course.runs;
            return;
        }
        let steps = self.scene().and_then(|scene| Some(scene.course.as_ref()?.duration_steps));
        if let (Some(steps), Some((here, other))) = (steps, self.lesson.at_the_start(self.step)) {
            let covered = !self.is_revealed() && self.scene().is_some_and(|scene| is_covered(scene, TRENDS));
            self.steps[self.step].revealed |= covered;
            self.course = Some(Box::new(OnTheWay::new(here, other, steps, covered)));
        }
    }

    fn enter(&mut self, typed: Typed) {
        match &typed {
            Typed::Step(digits) => {
                if let Some(step) = digits.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                    self.show(step);
                }
            }
            Typed::Count { option, digits } => {
                if let (Ok(count), Some(vote)) = (digits.parse::<u32>(), self.steps[self.step].votes.last_mut()) {
                    vote.set(*option, count.min(MOST));
                }
            }
            Typed::Line { numbers, digits, .. } => self.enter_number(numbers.clone(), digits),
        }
    }

    /// Takes a number of the line of the hall: FiO2 and PaO2 in turn.
    fn enter_number(&mut self, mut numbers: Vec<f64>, digits: &str) {
        let pressure = self.units.of("mmHg");
        let is_fio2 = matches!(numbers.len(), 0 | 2);
        let [low, high] = if is_fio2 { DRAWN_FIO2_FRAC } else { DRAWN_PO2_MMHG.map(|value| pressure.value(value)) };
        // A FiO2 of 60 is one of 0.60.
        let value = digits.parse::<f64>().ok().map(|value| if is_fio2 && value > 1.0 { value / 100.0 } else { value });
        let again = |numbers, refused| Some(Typed::Line { numbers, digits: String::new(), refused });
        let Some(value) = value.filter(|value| (low..=high).contains(value)) else {
            let unit = if is_fio2 { String::new() } else { format!(" {}", pressure.unit) };
            let what = if is_fio2 { words::common::fio2() } else { words::common::pao2() };
            self.typed = again(
                numbers,
                Some(words::lecture::out_of_range(what, low, format!("{high:.3}").replace(".000", ""), unit)),
            );
            return;
        };
        numbers.push(value);
        if let [x1, y1, x2, y2] = *numbers.as_slice() {
            if (x1 - x2).abs() < 1e-9 {
                self.typed = again(Vec::new(), Some(words::lecture::two_points().to_owned()));
                return;
            }
            let point = |x: f64, y: f64| [x, y / pressure.per_value];
            let mut line = [point(x1, y1), point(x2, y2)];
            line.sort_by(|a, b| a[0].total_cmp(&b[0]));
            self.steps[self.step].drawn = Some(line);
        } else {
            self.typed = again(numbers, None);
        }
    }

    /// Moves what can be moved after the reveal, in steady state.
    fn pull(&mut self, by: i32) {
        let Some(scene) = self.scene().filter(|scene| scene.course.is_none() && self.is_revealed()) else { return };
        let id = scene.lever;
        let Some(worked) = self.lesson.worked(self.step) else { return };
        let Ok(base) = &worked.here.after else { return };
        let bounds = id.bounds();
        let from = self.lever().unwrap_or_else(|| base.params.get(id));
        // On the grid of clinical steps: air is 0.21, the next is 0.25.
        let steps = from / bounds.step;
        let next = if by > 0 { (steps + 1e-6).floor() + f64::from(by) } else { (steps - 1e-6).ceil() + f64::from(by) };
        // 17 times 0.05 is not 0.85 to the last bit.
        let value = ((next * bounds.step * 1e6).round() / 1e6).clamp(bounds.min, bounds.max);
        let value = if id == crate::sim::params::ParamId::Fio2 { value.max(0.21) } else { value };
        let with = |outcome: &Outcome| -> Option<Outcome> {
            let params = outcome.as_ref().ok()?.params.with(id, value).ok()?;
            Some(Model::new().snapshot(&params))
        };
        let Some(here) = with(&worked.here.after) else { return };
        let other = worked.other.as_ref().and_then(|other| with(&other.after));
        self.lever = Some(Lever { value, here, other });
    }
}

impl Typed {
    fn digits_mut(&mut self) -> &mut String {
        match self {
            Typed::Step(digits) | Typed::Count { digits, .. } | Typed::Line { digits, .. } => digits,
        }
    }

    /// With one sign more; a decimal sign only in a number that may have one, once.
    fn with(mut self, sign: char) -> Typed {
        let decimal = matches!(self, Typed::Line { .. });
        let digits = self.digits_mut();
        if digits.len() < MOST_DIGITS && (sign != '.' || (decimal && !digits.contains('.'))) {
            digits.push(sign);
        }
        self
    }

    fn without_the_last(mut self) -> Typed {
        self.digits_mut().pop();
        self
    }
}
