//! Page Lecture, without a toolkit: decks of the program and of files, those that were left, the folder, lines of a class.

pub mod ask;
pub mod playing;

use std::sync::LazyLock;

use thiserror::Error;

use crate::app::class_lines::{self, ClassBoard, MOST_BYTES, MOST_LINES};
use crate::app::folder::{self, ENDING, Folder, Listed, MOST_FILES};
use crate::app::lesson::{self, Lesson};
use crate::app::page::lecture::ask::{Ask, Source};
use crate::app::page::lecture::playing::Playing;
use crate::app::refusals::Refusals;
use crate::scenario::deck::{Deck, FILES};
use crate::scenario::{Scenario, ScenarioError};
use crate::store::{AnyStore, Key, Listing, MAX_FILE_BYTES, Mailbox, Patience, StoreError};
use crate::study::Study;
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// Most decks that are kept when they are left.
const MOST_LEFT: usize = 6;

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

/// A deck of the program.
fn builtin(id: &str) -> Result<Deck, NoDeck> {
    lesson::builtin(id).map_err(|_| NoDeck::Unknown { name: id.to_owned() })
}

/// The page.
#[derive(Debug, Default)]
pub struct Lecture {
    playing: Option<Box<Playing>>,
    /// Decks that were left, the last first, as they stood: nobody votes twice because a key was hit.
    left: Vec<Box<Playing>>,
    told: Option<String>,
    /// What does not answer, as long as it is waited for.
    slow: Option<String>,
    refusals: Refusals,
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
    /// The lines of a class, with the number of the question.
    Class(u64, Result<String, StoreError>),
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
        self.refusals.first().or(self.slow.as_deref()).or(self.told.as_deref())
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
                Heard::Tally(Err(reason)) => self.refusals.push(reason.to_string()),
                Heard::Class(asked, _) if asked != self.asked => {}
                Heard::Class(_, Ok(text)) => self.show_class(&text),
                Heard::Class(_, Err(reason)) => self.told = Some(reason.to_string()),
                Heard::Folder { look, listing } if look == self.looks => self.look_at(listing),
                Heard::File { look, place, file } if look == self.looks => self.take_file(place, file),
                Heard::Folder { .. } | Heard::File { .. } => {}
            }
        }
        if !self.is_waiting() {
            self.slow = None;
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

    /// What was asked for before is not waited for any more.
    fn ask_anew(&mut self) -> u64 {
        self.asked += 1;
        (self.patience, self.slow) = (Patience::default(), None);
        self.refusals.ask();
        self.asked
    }

    /// Asks for a deck, to be played or to take the place of the one that plays.
    fn ask_for(&mut self, source: Source, again: bool) {
        let (asked, from) = (self.ask_anew(), source.clone());
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
        if let Some(problem) = listing.problem {
            self.told = Some(problem);
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
        let playing = Playing::new(lesson, source, step);
        let lost = playing.questions_lost();
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
        self.left.retain(|left| left.source() != playing.source());
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
            self.slow = Some(words::window::still_waiting(place));
            return true;
        }
        self.playing.as_mut().is_some_and(|playing| playing.pass(elapsed_s))
    }

    /// Lets time pass in which the page is in sight, s.
    pub fn in_sight(&mut self, elapsed_s: f64) {
        self.refusals.seen(elapsed_s);
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
            Ask::Tally | Ask::TallyOf(_) => self.refusals.ask(),
            _ => self.refusals.act(),
        }
        match ask {
            Ask::Open(source) => {
                self.ask_for(source, false);
                return None;
            }
            Ask::Close if self.board.take().is_some() => return None,
            Ask::Close => {
                self.ask_anew();
                self.leave();
                self.told = None;
                return None;
            }
            Ask::Resume(place) => {
                self.ask_anew();
                self.resume(place);
                return None;
            }
            Ask::TallyOf(place) => {
                if let Some(left) = self.left.get(place) {
                    let (id, tally) = (left.lesson().deck().id.clone(), left.tally());
                    self.write_tally(id, tally);
                }
                return None;
            }
            Ask::Show(patient) => return Some(*patient),
            Ask::Look(folder) => {
                self.told = None;
                self.refusals.ask();
                self.look(folder);
                return None;
            }
            Ask::Class(text) => {
                self.ask_anew();
                self.show_class(&text);
                return None;
            }
            Ask::ClassOf(path) => {
                let asked = self.ask_anew();
                self.patience.begin(path.clone());
                let done = self.mailbox.expect(move |bytes: Result<Vec<u8>, StoreError>| {
                    Heard::Class(asked, bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
                });
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
        (self.told, self.slow) = (None, None);
        match ask {
            Ask::Reload => {
                let source = playing.source().clone();
                self.ask_for(source, true);
            }
            Ask::Tally => {
                let (id, tally) = (playing.lesson().deck().id.clone(), playing.tally());
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
    use crate::app::lesson_pictures::{Picture, Who};
    use crate::app::page::lecture::ask::Blank;
    use crate::app::page::lecture::playing::{Pace, Typed};
    use crate::store::memory::Memory;
    use crate::store::native::files::Files;

    fn playing(id: &str) -> Lecture {
        let mut lecture = Lecture::default();
        lecture.obey(Ask::Open(Source::Program(id.to_owned())));
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
        lecture.obey(Ask::Open(Source::File("one.json".to_owned())));
        lecture.obey(Ask::Close);
        memory.go_on();
        assert!(lecture.hear() && lecture.playing().is_none(), "it was closed meanwhile");
        memory.hold();
        for name in ["one.json", "other.json"] {
            lecture.obey(Ask::Open(Source::File(name.to_owned())));
        }
        assert!(lecture.playing().is_none() && lecture.is_waiting() && !lecture.hear());
        assert!(!lecture.pass(0.9) && lecture.told().is_none());
        assert!(lecture.pass(0.2) && lecture.told().is_some_and(|told| told.starts_with("other.json")));
        memory.go_on();
        assert!(lecture.hear() && !lecture.is_waiting());
        assert_eq!(lecture.playing().expect("a deck").source(), &Source::File("other.json".to_owned()));
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
        lecture.obey(Ask::Open(Source::Program("cascade-altitude".to_owned())));
        lecture.obey(Ask::Resume(0));
        let again = lecture.playing().expect("a deck");
        assert_eq!((again.step(), again.votes_in(), again.lesson().deck().id.as_str()), (1, 3, "peep"));
        assert!(lecture.left().is_empty(), "the other was not begun");
        // From the beginning again: what was voted before is still there.
        lecture.obey(Ask::Close);
        lecture.obey(Ask::Open(Source::Program("peep".to_owned())));
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
