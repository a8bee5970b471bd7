//! Page Lecture, without a toolkit: which deck plays, at which step, what the hall voted, what is covered.

use std::sync::LazyLock;

use thiserror::Error;

use crate::app::class_lines::{self, ClassBoard, MOST_BYTES, MOST_LINES};
use crate::app::folder::{self, ENDING, Folder, Listed, MOST_FILES};
use crate::app::lesson::{self, Lesson, Outcome};
use crate::app::lesson_pictures::{HallLine, Picture, Shown, Who, is_covered, takes_a_line};
use crate::app::patient_file::as_set;
use crate::app::run_view::RunView;
use crate::app::votes::{self, MOST, Vote};
use crate::app::votes_csv;
use crate::scenario::deck::{Deck, FILES, Scene, TRENDS};
use crate::scenario::{Scenario, ScenarioError};
use crate::sim::reading::snapshot::Model;
use crate::store::{AnyStore, Key, Listing, MAX_FILE_BYTES, Mailbox, Patience, StoreError};
use crate::study::Study;
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// How long notes stay, s.
pub const NOTES_S: f64 = 5.0;
/// Most digits of a number that is typed.
const MOST_DIGITS: usize = 5;
/// How long a course takes before a hall, s, however long it is.
pub const COURSE_S: f64 = 20.0;
/// Most decks that are kept when they are left.
const MOST_LEFT: usize = 6;
/// Most model steps of a course in one frame: a slow machine plays it slower.
const MOST_STEPS: u64 = 240;
/// FiO2 and PaO2 (mmHg) that a hall may draw.
const DRAWN_FIO2_FRAC: [f64; 2] = [0.21, 1.0];
const DRAWN_PO2_MMHG: [f64; 2] = [0.0, 750.0];

/// Where a deck is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The program.
    Program(String),
    /// A file, at the place that a person has named.
    File(String),
}

/// Why a deck is not played.
#[derive(Debug, Error)]
pub enum NoDeck {
    /// There is none of that name in the program.
    #[error("{}", words::lecture::no_deck(.name))]
    Unknown {
        /// The name.
        name: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is refused.
    #[error(transparent)]
    Refused(#[from] ScenarioError),
}

impl Source {
    /// A name with a `/` or `.json` in it is a file, any other a deck in the program.
    #[must_use]
    pub fn named(name: &str) -> Source {
        let file = name.contains(['/', '\\']) || name.contains(".json");
        if file { Source::File(name.to_owned()) } else { Source::Program(name.to_owned()) }
    }
}

/// A deck of the program.
fn builtin(id: &str) -> Result<Deck, NoDeck> {
    lesson::builtin(id).map_err(|_| NoDeck::Unknown { name: id.to_owned() })
}

/// What can be asked of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Plays a deck from its first step.
    Open(Source),
    /// Leaves the deck, which is kept with its votes; or the lines of a class that lie over it.
    Close,
    /// Goes on with a deck that was left: its place in [`Lecture::left`].
    Resume(usize),
    /// Writes the votes of a deck that was left: its place in [`Lecture::left`].
    TallyOf(usize),
    /// The reveal, or the next step.
    Next,
    /// The step before.
    Back,
    /// The reveal.
    Reveal,
    /// Black or white screen, or the step again.
    Blank(Blank),
    /// One vote more for an option.
    Add(usize),
    /// One less.
    Take(usize),
    /// Counts a second vote.
    Second,
    /// Moves the lever so many clinical steps.
    Lever(i32),
    /// The patient of the reveal again.
    LeverBack,
    /// Shows the notes for some seconds.
    Notes,
    /// Lets the clock stand or run.
    Timer,
    /// Begins to type the number of a step.
    GoTo,
    /// Begins to type the count of the option that was last voted for.
    Count,
    /// Plays the course of the step, or lets it stand.
    Course,
    /// Begins to type the line of the hall, or takes it away.
    Line,
    /// A digit of what is typed.
    Digit(u8),
    /// The decimal sign of what is typed; a black screen where nothing is.
    Point,
    /// Does what was typed.
    Enter,
    /// Forgets what was typed.
    Forget,
    /// The first step or the last.
    End {
        /// The last.
        last: bool,
    },
    /// Reads the file again.
    Reload,
    /// Goes into Explore with the patient.
    Leave,
    /// Goes into Explore with a patient of the folder.
    Show(Box<Scenario>),
    /// Looks into the folder of one's own.
    Look(String),
    /// Shows the lines of a class, as they were pasted.
    Class(String),
    /// Shows the lines of a class that a file holds, by its place.
    ClassOf(String),
    /// Writes the votes.
    Tally,
}

/// A screen without anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// Black.
    Black,
    /// White.
    White,
}

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

/// The page.
#[derive(Debug, Default)]
pub struct Lecture {
    playing: Option<Box<Playing>>,
    /// Decks that were left, the last first, as they stood: nobody votes twice because a key was hit.
    left: Vec<Box<Playing>>,
    told: Option<String>,
    out: bool,
    board: Option<Box<ClassBoard>>,
    /// The folder that was looked into last.
    folder: Option<Folder>,
    store: AnyStore,
    mailbox: Mailbox<Heard>,
    patience: Patience,
    /// How often another deck was asked for: the answer to a question before that is not waited for any more.
    asked: u64,
    /// The folder that is being looked into, and how often one was.
    looking: Option<Looking>,
    looks: u64,
}

/// What has been answered.
#[derive(Debug)]
enum Heard {
    /// A deck, with the number of the question.
    Deck { asked: u64, source: Source, again: bool, deck: Box<Result<Deck, NoDeck>> },
    /// Where votes stand, or why not.
    Tally(Result<String, StoreError>),
    /// The lines of a class.
    Class(String),
    /// What a folder holds, with the number of the look.
    Folder { look: u64, listing: Listing },
    /// A file of the folder: its place there.
    File { look: u64, place: usize, file: Listed },
}

/// A folder whose files are being read.
#[derive(Debug)]
struct Looking {
    files: Vec<Option<Listed>>,
    more: usize,
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

impl Lecture {
    /// Name by which it spends of the budget.
    pub const OWNER: &'static str = "case of a class";

    /// The deck that plays.
    #[must_use]
    pub fn playing(&self) -> Option<&Playing> {
        self.playing.as_deref()
    }

    /// As [`Lecture::playing`], to be drawn: pictures are computed where they are not known.
    pub fn drawn(&mut self, units: DisplayUnits) -> Option<&Playing> {
        let playing = self.playing.as_deref_mut()?;
        playing.draw(units);
        Some(playing)
    }

    /// Decks that were left, the last first: step, reveals and votes are as they were.
    #[must_use]
    pub fn left(&self) -> &[Box<Playing>] {
        &self.left
    }

    /// What has to be said: a file that is refused, votes that are written.
    #[must_use]
    pub fn told(&self) -> Option<&str> {
        self.told.as_deref()
    }

    /// What a class said of a case, where that is shown.
    #[must_use]
    pub fn board(&self) -> Option<&ClassBoard> {
        self.board.as_deref()
    }

    /// What the folder of one's own holds that was looked into last.
    #[must_use]
    pub fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// Reads and writes where this store does.
    pub fn keep_in(&mut self, store: AnyStore) {
        self.store = store;
    }

    /// Whether something was asked of the store and not answered.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.mailbox.waiting() > 0
    }

    /// Takes what has been answered; whether there was anything.
    pub fn hear(&mut self) -> bool {
        let mut heard = false;
        while let Some(answer) = self.mailbox.fetch() {
            heard = true;
            match answer {
                Heard::Deck { asked, .. } if asked != self.asked => {}
                Heard::Deck { source, again, deck, .. } => self.take_deck(*deck, source, again),
                Heard::Tally(Ok(place)) => self.told = Some(words::lecture::votes_written(place)),
                Heard::Tally(Err(reason)) => self.told = Some(reason.to_string()),
                Heard::Class(text) => self.show_class(&text),
                Heard::Folder { look, listing } if look == self.looks => self.look_at(listing),
                Heard::File { look, place, file } if look == self.looks => self.take_file(place, file),
                Heard::Folder { .. } | Heard::File { .. } => {}
            }
        }
        heard
    }

    /// Plays a deck that was asked for, or goes on with the one that plays as its file is now; or says why not.
    fn take_deck(&mut self, deck: Result<Deck, NoDeck>, source: Source, again: bool) {
        match (deck, &mut self.playing) {
            (Ok(deck), Some(playing)) if again => {
                playing.read_again(deck);
                self.told = None;
            }
            (Err(reason), _) if again => self.told = Some(words::lecture::deck_goes_on(reason)),
            (Ok(deck), _) => {
                self.board = None;
                self.open(deck, source, None);
            }
            (Err(reason), _) => self.told = Some(reason.to_string()),
        }
    }

    /// Asks for a deck, to be played or to take the place of the one that plays.
    fn ask_for(&mut self, source: Source, again: bool) {
        self.asked += 1;
        let (asked, from) = (self.asked, source.clone());
        match source {
            Source::Program(id) => self.take_deck(builtin(&id), from, again),
            Source::File(path) => {
                self.patience.begin(path.clone());
                let key = Key::Typed(path.clone());
                let done = self.mailbox.expect(move |bytes: Result<Vec<u8>, StoreError>| {
                    let read = |bytes: Vec<u8>| lesson::read(bytes, &path).map_err(NoDeck::from);
                    let deck = Box::new(bytes.map_err(NoDeck::from).and_then(read));
                    Heard::Deck { asked, source: from, again, deck }
                });
                self.store.read(key, MAX_FILE_BYTES, done);
            }
        }
    }

    /// Has the votes of a deck written.
    fn write_tally(&mut self, id: String, tally: String) {
        let key = Key::Votes(id);
        self.patience.begin(self.store.place(&key));
        self.store.write(key, tally.into_bytes(), self.mailbox.expect(Heard::Tally));
    }

    fn look(&mut self, folder: String) {
        self.patience.begin(folder.clone());
        self.looks += 1;
        let look = self.looks;
        let done = self.mailbox.expect(move |listing| Heard::Folder { look, listing });
        self.store.list(vec![folder], ENDING, done);
    }

    /// Reads the files of a folder.
    fn look_at(&mut self, listing: Listing) {
        self.folder = None;
        self.told = listing.problem;
        if self.told.is_some() {
            return;
        }
        let look = self.looks;
        let more = listing.files.len().saturating_sub(MOST_FILES);
        let files = listing.files.into_iter().take(MOST_FILES);
        for (place, file) in files.clone().enumerate() {
            let key = Key::Typed(file.path.clone());
            let done = self.mailbox.expect(move |bytes| {
                let what = folder::found(&file.path, bytes);
                Heard::File { look, place, file: Listed { file, what } }
            });
            self.store.read(key, MAX_FILE_BYTES, done);
        }
        self.looking = Some(Looking { files: vec![None; files.len()], more });
        self.show_folder();
    }

    fn take_file(&mut self, place: usize, file: Listed) {
        if let Some(slot) = self.looking.as_mut().and_then(|looking| looking.files.get_mut(place)) {
            *slot = Some(file);
        }
        self.show_folder();
    }

    /// Shows the folder whose files have all been read.
    fn show_folder(&mut self) {
        let is_whole = |looking: &mut Looking| looking.files.iter().all(Option::is_some);
        if let Some(Looking { files, more }) = self.looking.take_if(is_whole) {
            self.folder = Some(Folder { files: files.into_iter().flatten().collect(), more });
        }
    }

    fn show_class(&mut self, text: &str) {
        match ClassBoard::read(text) {
            Some(board) => (self.board, self.told) = (Some(Box::new(board)), None),
            None => self.told = Some(words::lecture::no_class_line(MOST_LINES, class_lines::sample())),
        }
    }

    /// What is worked out in the background: the truth of the case that a class has solved.
    pub fn study(&mut self) -> Option<&mut dyn Study> {
        let board = self.board.as_deref_mut().filter(|board| board.is_growing())?;
        Some(board.making())
    }

    /// Whether something is worked out.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        self.board.as_ref().is_some_and(|board| board.is_growing())
    }

    /// Whether its patient is looked at in Explore.
    #[must_use]
    pub fn is_out(&self) -> bool {
        self.out
    }

    /// It is shown again.
    pub fn come_back(&mut self) {
        self.out = false;
    }

    /// Plays a deck that was read, from a step: its number from 1, or its name.
    pub fn open(&mut self, deck: Deck, source: Source, step: Option<&str>) {
        self.open_lesson(Lesson::open(deck), source, step);
    }

    /// As [`Lecture::open`], with its numbers.
    pub fn open_lesson(&mut self, lesson: Lesson, source: Source, step: Option<&str>) {
        let mut playing = Playing::new(lesson, source);
        let steps = &playing.lesson.deck().steps;
        let by_number = |step: &str| step.parse::<usize>().ok()?.checked_sub(1).filter(|step| *step < steps.len());
        let by_name = |step: &str| steps.iter().position(|of| of.id == step);
        if let Some(at) = step.and_then(|step| by_name(step).or_else(|| by_number(step))) {
            playing.step = at;
        }
        let lost = (0..playing.lesson.deck().steps.len()).filter(|step| playing.is_lost(*step)).count();
        self.told = (lost > 0).then(|| words::lecture::questions_lost(lost));
        self.leave();
        self.playing = Some(Box::new(playing));
        self.out = false;
    }

    /// Keeps what plays among what was left, where anything was done with it.
    fn leave(&mut self) {
        let Some(mut playing) = self.playing.take() else { return };
        if !playing.is_begun() {
            return;
        }
        playing.rest();
        self.left.retain(|left| left.source != playing.source);
        self.left.insert(0, playing);
        self.left.truncate(MOST_LEFT);
    }

    /// Goes on with a deck that was left.
    fn resume(&mut self, place: usize) {
        if place < self.left.len() {
            let again = self.left.remove(place);
            self.leave();
            (self.playing, self.told, self.out) = (Some(again), None, false);
        }
    }

    /// Lets time pass, s; whether anything that is shown has changed by it.
    pub fn pass(&mut self, elapsed_s: f64) -> bool {
        let is_waiting = self.is_waiting();
        if let Some(place) = self.patience.pass(elapsed_s, is_waiting) {
            self.told = Some(words::window::still_waiting(place));
            return true;
        }
        let Some(playing) = &mut self.playing else { return false };
        let before = (playing.elapsed_s.floor(), playing.shows_notes());
        if !playing.stands {
            playing.elapsed_s += elapsed_s;
        }
        playing.notes_left_s = (playing.notes_left_s - elapsed_s).max(0.0);
        if let Some(course) = &mut playing.course
            && course.runs
        {
            if course.pass(elapsed_s) {
                // Its end is the reveal, with the numbers that it has in any case.
                playing.course = None;
                playing.steps[playing.step].revealed = true;
            }
            return true;
        }
        before != (playing.elapsed_s.floor(), playing.shows_notes())
    }

    /// Does what is asked; a patient for Explore where that is wanted. What has to be read or written is answered later,
    /// by [`Lecture::hear`].
    pub fn obey(&mut self, ask: Ask) -> Option<Scenario> {
        let patient = self.obey_now(ask);
        self.hear();
        patient
    }

    fn obey_now(&mut self, ask: Ask) -> Option<Scenario> {
        match ask {
            Ask::Open(source) => {
                self.ask_for(source, false);
                return None;
            }
            Ask::Close if self.board.take().is_some() => return None,
            Ask::Close => {
                self.asked += 1;
                self.leave();
                self.told = None;
                return None;
            }
            Ask::Resume(place) => {
                self.asked += 1;
                self.resume(place);
                return None;
            }
            Ask::TallyOf(place) => {
                if let Some(left) = self.left.get(place) {
                    let (id, tally) = (left.lesson.deck().id.clone(), left.tally());
                    self.write_tally(id, tally);
                }
                return None;
            }
            Ask::Show(patient) => return Some(*patient),
            Ask::Look(folder) => {
                self.look(folder);
                return None;
            }
            Ask::Class(text) => {
                self.show_class(&text);
                return None;
            }
            Ask::ClassOf(path) => {
                // What cannot be read has no line in it, and that is said.
                let text = |bytes: Result<Vec<u8>, StoreError>| {
                    bytes.map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
                };
                self.patience.begin(path.clone());
                let done = self.mailbox.expect(move |bytes| Heard::Class(text(bytes)));
                self.store.read(Key::Typed(path), MOST_BYTES as u64, done);
                return None;
            }
            _ => {}
        }
        if let Some(board) = &mut self.board {
            // What else is asked is of the deck below, which is not seen.
            match ask {
                Ask::Reveal | Ask::Next | Ask::Enter => board.turn(),
                Ask::Back if board.truth().is_some() => board.turn(),
                _ => {}
            }
            return None;
        }
        let playing = self.playing.as_deref_mut()?;
        self.told = None;
        match ask {
            Ask::Reload => {
                let source = playing.source.clone();
                self.ask_for(source, true);
            }
            Ask::Tally => {
                let (id, tally) = (playing.lesson.deck().id.clone(), playing.tally());
                self.write_tally(id, tally);
            }
            Ask::Leave => {
                let patient = playing.patient()?;
                self.out = true;
                return Some(patient);
            }
            ask => playing.obey(&ask),
        }
        None
    }
}

impl Playing {
    fn new(lesson: Lesson, source: Source) -> Playing {
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
            step: 0,
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
    fn is_begun(&self) -> bool {
        let done = |at: &AtStep| at.revealed || at.drawn.is_some() || at.votes.iter().any(|vote| vote.total() > 0);
        self.step > 0 || self.steps.iter().any(done)
    }

    /// How many votes are in, first and second together.
    #[must_use]
    pub fn votes_in(&self) -> u32 {
        self.steps.iter().flat_map(|at| &at.votes).map(Vote::total).sum()
    }

    /// Lets go what belongs to the moment.
    fn rest(&mut self) {
        (self.blank, self.typed, self.lever, self.course, self.pictures) = (None, None, None, None, None);
        self.notes_left_s = 0.0;
    }

    /// Whether the step asks: a question that has lost its key is not asked.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.lesson.right(self.step).is_some()
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

    /// The pictures of a patient of the step, as [`Lecture::drawn`] has computed them.
    #[must_use]
    pub fn pictures(&self, who: Who) -> &[Picture] {
        match (&self.pictures, who) {
            (Some(pictures), Who::Here) => &pictures.here,
            (Some(pictures), Who::Other) => &pictures.other,
            (None, _) => &[],
        }
    }

    fn draw(&mut self, units: DisplayUnits) {
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
    fn patient(&self) -> Option<Scenario> {
        let scene = self.scene()?;
        let params = self.outcome(Who::Here)?.as_ref().ok()?.params.clone();
        Some(as_set(scene.patient.scenario, params))
    }

    /// Reads the deck again where it stands: a step of the same name keeps its votes and its reveal.
    fn read_again(&mut self, deck: Deck) {
        let mut again = Playing::new(Lesson::open(deck), self.source.clone());
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

    fn obey(&mut self, ask: &Ask) {
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

/// The decks in the program, as they are listed.
#[must_use]
pub fn listed() -> &'static [(&'static str, Deck)] {
    static LISTED: LazyLock<Vec<(&'static str, Deck)>> =
        LazyLock::new(|| FILES.iter().filter_map(|(id, _)| Some((*id, lesson::builtin(id).ok()?))).collect());
    &LISTED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::folder::Found;
    use crate::store::memory::Memory;
    use crate::store::native::files::Files;

    fn playing(id: &str) -> Lecture {
        let mut lecture = Lecture::default();
        lecture.obey(Ask::Open(Source::named(id)));
        lecture
    }

    fn at(lecture: &Lecture) -> (usize, bool) {
        let playing = lecture.playing().expect("a deck");
        (playing.step(), playing.is_revealed())
    }

    #[test]
    fn inv_a_deck_goes_forth_and_back_and_keeps_its_reveals() {
        let mut lecture = playing("peep");
        let last = lecture.playing().expect("a deck").lesson().deck().steps.len() - 1;
        let mut presses = 0;
        while at(&lecture).0 < last {
            lecture.obey(Ask::Next);
            presses += 1;
        }
        assert_eq!(presses, 2 * last, "each question is revealed before the next step");
        lecture.obey(Ask::Next);
        assert_eq!(at(&lecture), (last, true));
        (0..last + 2).for_each(|_| {
            lecture.obey(Ask::Back);
        });
        assert_eq!(at(&lecture), (0, true));
    }

    #[test]
    fn inv_votes_are_counted_typed_and_taken_twice_where_neighbours_talk() {
        let mut lecture = playing("peep");
        lecture.obey(Ask::GoTo);
        lecture.obey(Ask::Digit(3));
        lecture.obey(Ask::Enter);
        assert_eq!(at(&lecture), (2, false));
        lecture.obey(Ask::Second);
        for ask in [Ask::Digit(2), Ask::Digit(2), Ask::Take(1), Ask::Digit(9), Ask::Count, Ask::Digit(3), Ask::Digit(4)]
        {
            lecture.obey(ask);
        }
        lecture.obey(Ask::Enter);
        lecture.obey(Ask::Add(0));
        lecture.obey(Ask::Second);
        lecture.obey(Ask::Add(2));
        let votes = lecture.playing().expect("a deck").votes_of(2).to_vec();
        assert_eq!(
            votes.iter().map(|vote| vote.counts().to_vec()).collect::<Vec<_>>(),
            [vec![1, 34, 0], vec![0, 0, 1]]
        );
        lecture.obey(Ask::Reveal);
        lecture.obey(Ask::Add(0));
        assert_eq!(lecture.playing().expect("a deck").votes_of(2), votes, "after the reveal nobody votes");
    }

    #[test]
    fn inv_the_lever_moves_after_the_reveal_and_comes_back_exactly() {
        let mut lecture = playing("peep");
        let outcome = |lecture: &Lecture| {
            let outcome = lecture.playing().expect("a deck").outcome(Who::Here).expect("a patient");
            outcome.as_ref().expect("a steady state").state.arterial.gas.po2_mmhg
        };
        lecture.obey(Ask::Lever(1));
        assert_eq!(lecture.playing().expect("a deck").lever(), None);
        lecture.obey(Ask::Reveal);
        let before = outcome(&lecture);
        lecture.obey(Ask::Lever(1));
        assert_eq!(lecture.playing().expect("a deck").lever(), Some(0.85));
        assert!(outcome(&lecture) > before);
        lecture.obey(Ask::LeverBack);
        assert_eq!(outcome(&lecture).to_bits(), before.to_bits());
    }

    /// A lecture that reads files.
    fn on_disk() -> Lecture {
        let mut lecture = Lecture::default();
        lecture.keep_in(AnyStore::new(Files::here(|_| None)));
        lecture
    }

    #[test]
    fn inv_a_folder_lists_decks_and_patients_and_says_what_it_cannot_read() {
        let memory = Memory::default();
        let write = |name: &str, text: &str| memory.put(&Key::Typed(format!("own/{name}")), Some(text.into()));
        write("b-deck.json", FILES[2].1);
        write("a-patient.json", &crate::scenario::to_json(&crate::scenario::builtin()[0]));
        write("c-broken.json", &FILES[2].1.replace("\"quick\"", "\"loud\""));
        write("notes.txt", "nothing");
        write("d.json/e.json", "nothing");
        let mut lecture = Lecture::default();
        lecture.keep_in(AnyStore::new(memory.clone()));
        lecture.obey(Ask::Look("own".to_owned()));
        let listed = lecture.folder().expect("a folder");
        let names: Vec<&str> = listed.files.iter().map(|listed| listed.file.name.as_str()).collect();
        assert_eq!((names, listed.more), (vec!["a-patient.json", "b-deck.json", "c-broken.json"], 0));
        let first = &crate::scenario::builtin()[0].id;
        assert!(matches!(&listed.files[0].what, Found::Patient(patient) if patient.id == *first));
        assert!(matches!(&listed.files[1].what, Found::Deck { questions, .. } if *questions > 3));
        let Found::Refused(reason) = &listed.files[2].what else { panic!("it is read") };
        assert!(reason.contains("c-broken.json:") && reason.contains("`loud`"), "{reason}");
        lecture.obey(Ask::Look("none".to_owned()));
        assert!(lecture.folder().is_none() && lecture.told().is_some_and(|told| told.contains("cannot read none")));
    }

    #[test]
    fn inv_a_slow_disk_is_not_waited_for_and_only_the_last_question_counts() {
        let memory = Memory::default();
        for (name, deck) in [("one.json", FILES[2].1), ("other.json", FILES[1].1)] {
            memory.put(&Key::Typed(name.to_owned()), Some(deck.into()));
        }
        let mut lecture = Lecture::default();
        lecture.keep_in(AnyStore::new(memory.clone()));
        memory.hold();
        lecture.obey(Ask::Open(Source::named("one.json")));
        lecture.obey(Ask::Close);
        memory.go_on();
        assert!(lecture.hear() && lecture.playing().is_none(), "it was closed meanwhile");
        memory.hold();
        for name in ["one.json", "other.json"] {
            lecture.obey(Ask::Open(Source::named(name)));
        }
        assert!(lecture.playing().is_none() && lecture.is_waiting() && !lecture.hear());
        assert!(!lecture.pass(0.9) && lecture.told().is_none());
        assert!(lecture.pass(0.2) && lecture.told().is_some_and(|told| told.starts_with("other.json")));
        memory.go_on();
        assert!(lecture.hear() && !lecture.is_waiting());
        assert_eq!(lecture.playing().expect("a deck").source(), &Source::named("other.json"));
        assert!(lecture.left().is_empty());
        // Votes are those of the moment at which they were asked for.
        lecture.obey(Ask::Add(0));
        memory.hold();
        lecture.obey(Ask::Tally);
        lecture.obey(Ask::Add(0));
        assert_eq!(lecture.told(), None);
        memory.go_on();
        lecture.hear();
        let id = lecture.playing().expect("a deck").lesson().deck().id.clone();
        let votes = String::from_utf8(memory.get(&Key::Votes(id)).expect("written")).expect("text");
        assert!(votes.contains(",1,") && !votes.contains(",2,"), "{votes}");
        assert!(lecture.told().is_some_and(|told| told.contains("-votes.csv")));
    }

    #[test]
    fn inv_a_faulty_edit_keeps_the_last_good_deck_and_its_votes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deck.json");
        let text = FILES[2].1;
        std::fs::write(&path, text).expect("written");
        let mut lecture = on_disk();
        lecture.obey(Ask::Open(Source::File(path.to_string_lossy().into_owned())));
        lecture.obey(Ask::Add(1));
        for bad in [text.replace("\"quick\"", "\"loud\""), " ".repeat(5 << 20)] {
            std::fs::write(&path, bad).expect("written");
            lecture.obey(Ask::Reload);
            assert!(lecture.told().is_some_and(|told| told.starts_with("The deck goes on as it was")));
            assert_eq!(lecture.playing().expect("a deck").votes_of(0)[0].total(), 1);
        }
        std::fs::remove_file(&path).expect("removed");
        std::fs::create_dir(&path).expect("made");
        lecture.obey(Ask::Reload);
        assert!(lecture.told().is_some_and(|told| told.contains("is a directory")));
        std::fs::remove_dir(&path).expect("removed");
        std::fs::write(&path, text.replace("The responder", "Who answers")).expect("written");
        lecture.obey(Ask::Reload);
        let playing = lecture.playing().expect("a deck");
        assert_eq!((lecture.told(), playing.votes_of(0)[0].total()), (None, 1));
        let title = playing.lesson().filled(0, &playing.lesson().deck().steps[0].title, false, DisplayUnits::default());
        assert_eq!(title, "Who answers");
    }

    #[test]
    fn inv_a_faulty_edit_is_told_with_the_line_that_it_stands_in_and_a_pipe_waits_for_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deck.json");
        let text = FILES[2].1;
        std::fs::write(&path, text).expect("written");
        let mut lecture = on_disk();
        lecture.obey(Ask::Open(Source::File(path.to_string_lossy().into_owned())));
        let told = |lecture: &Lecture| lecture.told().expect("it is refused").to_owned();
        let line = text.lines().position(|line| line.contains("\"quick\"")).expect("a vote") + 1;
        std::fs::write(&path, text.replacen("\"quick\"", "\"loud\"", 1)).expect("written");
        lecture.obey(Ask::Reload);
        let place = format!("{}:{line}: steps[0].vote = `loud`", path.display());
        assert!(told(&lecture).contains(&place), "{} without {place}", told(&lecture));
        std::fs::write(&path, text.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1)).expect("written");
        lecture.obey(Ask::Reload);
        assert!(told(&lecture).contains("needs a later Isoshunt: it is in version 9"), "{}", told(&lecture));
        std::fs::remove_file(&path).expect("removed");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        if made.is_ok_and(|made| made.success()) {
            lecture.obey(Ask::Reload);
            assert!(told(&lecture).contains("The deck goes on as it was"), "{}", told(&lecture));
        }
        assert_eq!(at(&lecture), (0, false));
    }

    #[test]
    fn inv_a_hall_draws_two_points_and_the_line_stays_beside_the_truth() {
        let mut lecture = playing("refractory-hypoxaemia");
        let type_all = |lecture: &mut Lecture, text: &str| {
            for sign in text.chars() {
                lecture.obey(match sign {
                    '.' => Ask::Point,
                    '/' => Ask::Enter,
                    digit => Ask::Digit(digit.to_digit(10).expect("a digit") as u8),
                });
            }
        };
        let drawn = |lecture: &Lecture| lecture.playing().expect("a deck").drawn();
        lecture.obey(Ask::Line);
        assert_eq!(lecture.playing().expect("a deck").typed(), None, "there are no axes at this step");
        lecture.obey(Ask::GoTo);
        type_all(&mut lecture, "4/");
        lecture.obey(Ask::Line);
        type_all(&mut lecture, "0.21/5000/");
        assert!(matches!(lecture.playing().expect("a deck").typed(), Some(Typed::Line { refused: Some(_), .. })));
        type_all(&mut lecture, "55/100/300/");
        assert_eq!(drawn(&lecture), Some([[0.21, 55.0], [1.0, 300.0]]));
        let text = |lecture: &mut Lecture| {
            let playing = lecture.drawn(DisplayUnits::default()).expect("a deck");
            playing.pictures(Who::Here).iter().map(Picture::words).collect::<Vec<_>>().join(" ")
        };
        let before = text(&mut lecture);
        let line = "The hall drew from 55 mmHg at FiO2 0.21 to 300 mmHg at FiO2 1.00.";
        assert!(before.ends_with(line) && !before.contains("Iso-shunt lines"), "{before}");
        lecture.obey(Ask::Reveal);
        let after = text(&mut lecture);
        assert!(after.contains("The patient's path goes") && after.ends_with(line), "{after}");
        lecture.obey(Ask::Line);
        assert!(drawn(&lecture).is_some(), "it stays after the reveal");
        lecture.obey(Ask::Next);
        lecture.obey(Ask::Back);
        assert_eq!(text(&mut lecture), after);
    }

    #[test]
    fn inv_a_course_is_played_stands_and_ends_in_the_reveal_with_the_same_bits() {
        let mut lecture = playing("shunt-or-mismatch");
        let hour = |lecture: &Lecture| {
            let playing = lecture.playing().expect("a deck");
            playing.lesson().deck().steps.iter().position(|step| step.id == "hour").expect("a step in time")
        };
        lecture.obey(Ask::Course);
        assert_eq!(lecture.playing().expect("a deck").course(), None, "time stands at the first step");
        lecture.obey(Ask::GoTo);
        lecture.obey(Ask::Digit(hour(&lecture) as u8 + 1));
        lecture.obey(Ask::Enter);
        let po2 = |lecture: &Lecture| {
            let outcome = lecture.playing().expect("a deck").outcome(Who::Here).expect("a patient");
            outcome.as_ref().expect("a state").state.arterial.gas.po2_mmhg
        };
        let at_rest = po2(&lecture);
        lecture.obey(Ask::Course);
        assert!(lecture.pass(0.05));
        let (time_s, runs) = lecture.playing().expect("a deck").course().expect("a course");
        assert!(runs && time_s > 0.0);
        // Its trend is covered: to play it is the reveal, whose words wait for the end.
        let tells = |lecture: &Lecture| lecture.playing().expect("a deck").tells();
        assert!(at(&lecture).1 && !tells(&lecture));
        let shown = lecture.drawn(DisplayUnits::default()).expect("a deck").pictures(Who::Here)[0].clone();
        let Picture::Trends(trends) = shown else { panic!("{}", shown.words()) };
        // What is asked for stands first, where a low window has not room for all.
        assert!(trends.text.contains("hunt"), "{}", trends.text);
        lecture.obey(Ask::Course);
        lecture.pass(5.0);
        assert_eq!(lecture.playing().expect("a deck").course(), Some((time_s, false)), "it stands");
        lecture.obey(Ask::Course);
        for _ in 0..2_000 {
            if tells(&lecture) {
                break;
            }
            lecture.pass(0.1);
        }
        assert!(tells(&lecture), "at its end it is told");
        let played = po2(&lecture);
        let mut jumped = playing("shunt-or-mismatch");
        jumped.obey(Ask::GoTo);
        jumped.obey(Ask::Digit(hour(&jumped) as u8 + 1));
        jumped.obey(Ask::Enter);
        jumped.obey(Ask::Reveal);
        assert_eq!(played.to_bits(), po2(&jumped).to_bits());
        assert_ne!(played.to_bits(), at_rest.to_bits());
    }

    #[test]
    fn inv_the_table_of_votes_has_no_answer_of_a_question_that_was_not_revealed() {
        let mut lecture = playing("peep");
        lecture.obey(Ask::Add(1));
        let row = |lecture: &Lecture| {
            let tally = lecture.playing().expect("a deck").tally();
            tally.lines().nth(1).expect("a row").to_owned()
        };
        assert!(row(&lecture).starts_with("peep,responder,shunt_true_frac,,,0,1,0"), "{}", row(&lecture));
        lecture.obey(Ask::Reveal);
        assert!(row(&lecture).starts_with("peep,responder,shunt_true_frac,0."), "{}", row(&lecture));
    }

    #[test]
    fn inv_lines_of_a_class_lie_over_a_deck_until_they_are_left() {
        let mut lecture = playing("peep");
        lecture.obey(Ask::Class("nothing".to_owned()));
        assert!(lecture.board().is_none() && lecture.told().is_some_and(|told| told.contains("No class line")));
        let code = crate::study::challenge_maker::code::CaseCode::FIRST;
        lecture.obey(Ask::Class(format!("{code} 1 shunt 18-26 next=5 score=64")));
        assert!(lecture.board().is_some() && lecture.is_growing());
        while let Some(study) = lecture.study() {
            study.advance(u32::MAX);
        }
        assert!(lecture.board().is_some_and(|board| board.truth().is_none()));
        lecture.obey(Ask::Reveal);
        assert!(lecture.board().is_some_and(|board| board.truth().is_some()));
        // What else is asked is of the deck below it.
        for ask in [Ask::Notes, Ask::Add(0), Ask::Lever(1), Ask::Blank(Blank::Black), Ask::Second, Ask::Leave] {
            assert!(lecture.obey(ask).is_none() && lecture.board().is_some());
        }
        assert_eq!(lecture.playing().expect("a deck").votes_in(), 0);
        lecture.obey(Ask::Back);
        assert!(lecture.board().is_some_and(|board| board.truth().is_none()));
        lecture.obey(Ask::Close);
        assert!(lecture.board().is_none() && lecture.playing().is_some());
    }

    #[test]
    fn inv_a_deck_that_is_left_keeps_its_votes_and_goes_on_where_it_stood() {
        let mut lecture = playing("peep");
        lecture.obey(Ask::Close);
        assert!(lecture.left().is_empty(), "nothing was done with it");
        let mut lecture = playing("peep");
        for ask in [Ask::Add(1), Ask::Add(1), Ask::Reveal, Ask::Next, Ask::Add(0), Ask::Close] {
            lecture.obey(ask);
        }
        assert!(lecture.playing().is_none());
        assert_eq!(lecture.left().iter().map(|left| left.votes_in()).collect::<Vec<_>>(), [3]);
        let memory = Memory::default();
        lecture.keep_in(AnyStore::new(memory.clone()));
        lecture.obey(Ask::TallyOf(0));
        let tally = memory.get(&Key::Votes("peep".to_owned())).expect("written");
        assert!(String::from_utf8(tally).expect("text").contains(",0,2,"));
        assert!(lecture.told().is_some_and(|told| told.contains("peep-votes.csv")), "{:?}", lecture.told());
        // Another deck meanwhile.
        lecture.obey(Ask::Open(Source::named("cascade-altitude")));
        lecture.obey(Ask::Resume(0));
        let again = lecture.playing().expect("a deck");
        assert_eq!((again.step(), again.votes_in(), again.lesson().deck().id.as_str()), (1, 3, "peep"));
        assert!(lecture.left().is_empty(), "the other was not begun");
        // From the beginning again: what was voted before is still there.
        lecture.obey(Ask::Close);
        lecture.obey(Ask::Open(Source::named("peep")));
        assert_eq!((lecture.playing().expect("a deck").votes_in(), lecture.left().len()), (0, 1));
        lecture.obey(Ask::Close);
        assert_eq!(lecture.left()[0].votes_in(), 3);
    }

    #[test]
    fn inv_notes_before_the_reveal_say_nothing_that_rests_on_what_is_right() {
        let notes = |option: usize, revealed: bool| {
            let mut lecture = playing("peep");
            for ask in [Ask::GoTo, Ask::Digit(3), Ask::Enter] {
                lecture.obey(ask);
            }
            (0..10).for_each(|_| {
                lecture.obey(Ask::Add(option));
            });
            if revealed {
                lecture.obey(Ask::Reveal);
            }
            lecture.playing().expect("a deck").notes(DisplayUnits::default())
        };
        let before: Vec<String> = (0..3).map(|option| notes(option, false)).collect();
        assert!(before.iter().all(|notes| *notes == before[0]), "{before:?}");
        assert!(
            before[0].ends_with("above 70 % right, reveal; 35 to 70 %, talk and vote again (V); below, a hint first.")
        );
        let after: Vec<String> = (0..3).map(|option| notes(option, true)).collect();
        assert_eq!(after.iter().filter(|notes| notes.contains("First vote: 10 of 10 right.")).count(), 1, "{after:?}");
    }

    #[test]
    fn inv_the_clock_knows_early_and_late() {
        let mut lecture = playing("peep");
        assert_eq!(lecture.playing().expect("a deck").pace(), Pace::InTime);
        lecture.pass(4.0 * 60.0);
        assert_eq!(lecture.playing().expect("a deck").pace(), Pace::Late(1.0));
        lecture.obey(Ask::End { last: true });
        assert!(matches!(lecture.playing().expect("a deck").pace(), Pace::Early(_)));
        lecture.obey(Ask::Timer);
        assert!(!lecture.pass(60.0));
    }

    #[test]
    fn inv_a_patient_goes_to_explore_as_he_is_shown() {
        let mut lecture = playing("peep");
        lecture.obey(Ask::Reveal);
        let patient = lecture.obey(Ask::Leave).expect("a patient");
        assert!(lecture.is_out());
        assert_eq!(patient.params.get(crate::sim::params::ParamId::Peep), 15.0);
        assert_eq!(at(&lecture), (0, true));
    }
}
