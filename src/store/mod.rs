//! What is kept beyond the moment: a [`Store`] over keys and bytes, whichever host it belongs to.
//!
//! Whatever is asked of a store is started, and its answer is fetched later from a [`Mailbox`]: nobody waits for a disk,
//! and a browser, which only ever answers later, is a host like any other. [`native`] keeps files in folders and works
//! on a thread of its own, [`memory`] keeps them in memory and answers at once; [`Saves`] are the runs that a program
//! leaves behind if it ends without being asked. The wall clock stands here too ([`clock`]).

pub mod clock;
mod mailbox;
pub mod memory;
pub mod native;
mod saves;

use std::fmt;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use thiserror::Error;

use crate::scenario;
use crate::text::{number, shown_to};

pub use mailbox::{Done, Mailbox, Patience, Told};
pub use saves::{AutosaveError, Bytes, Damaged, Found, Left, SAVE_EVERY_S, Saves, Status};

/// Largest file that is read where nothing else is said, bytes.
pub const MAX_FILE_BYTES: u64 = scenario::MAX_FILE_BYTES as u64;
/// Most characters of a path that a message repeats.
const PATH_CHARS: usize = 1000;
/// Names tried before an older file is replaced.
const FREE_NAMES: u32 = 1000;

/// Keeps bytes under keys. Every method that takes a `done` only starts its work: `done` is called with the answer once
/// it is there, at once or later and on whatever thread. Work is done in the order in which it was asked.
pub trait Store: fmt::Debug {
    /// Whether it keeps what the program writes for itself: settings, the record, runs that are saved as they go.
    fn keeps_own(&self) -> bool;

    /// Where files stand for which nobody has said another place.
    fn home(&self) -> Folder;

    /// Where a key stands, in the host's words.
    fn place(&self, key: &Key) -> String;

    /// Reads what stands under a key, of at most `most_bytes`. Where nothing does, [`StoreError::is_missing`].
    fn read(&self, key: Key, most_bytes: u64, done: Done<Vec<u8>>);

    /// Writes it whole: on an error what stood there is untouched. Says where it stands, in the host's words.
    fn write(&self, key: Key, bytes: Vec<u8>, done: Done<String>);

    /// Opens what only grows, a line at a time, of at most `most_bytes`: what is there, after a last line that is broken
    /// was put aside. Nothing there is no error, but where no line could be added, that is one.
    fn open_lines(&self, key: Key, is_line: fn(&str) -> bool, most_bytes: u64, done: Done<Lines>);

    /// Adds a line, with its end, behind `head` where there is none yet. Once this is answered, no end of the program,
    /// however it comes, takes the line away.
    fn add_line(&self, key: Key, head: String, line: String, done: Done<()>);

    /// Looks into the first of some folders that can be read, or says why the last one cannot: its folders, and its files
    /// whose names end in `.{ending}`.
    fn list(&self, folders: Vec<String>, ending: &'static str, done: Told<Listing>);

    /// Whether something stands under a key.
    fn is_taken(&self, key: Key, done: Told<bool>);

    /// Begins to save the run of this program.
    ///
    /// # Errors
    /// Where the host cannot.
    fn saves(&self) -> Result<Box<dyn Saves>, StoreError>;

    /// Waits until all that was asked is answered, but no longer than `most`; a host that cannot wait does not. For the
    /// first frame alone, which nobody should see in other colours than the chosen ones.
    fn wait(&self, most: Duration);
}

/// The store of a program, shared by all who ask it; where none is given, one in memory.
#[derive(Debug, Clone)]
pub struct AnyStore(Rc<dyn Store>);

impl AnyStore {
    /// Of a host's own.
    #[must_use]
    pub fn new(store: impl Store + 'static) -> Self {
        AnyStore(Rc::new(store))
    }
}

impl Default for AnyStore {
    fn default() -> Self {
        AnyStore::new(memory::Memory::default())
    }
}

impl Deref for AnyStore {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// Names what is kept; a host maps it to whatever it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// What was chosen about the window.
    Settings,
    /// The record of cases.
    Record,
    /// The record as a table.
    RecordTable,
    /// A case for printing, by its code.
    CasePage(String),
    /// The votes of a deck, by its id.
    Votes(String),
    /// What the settings were that could not be read, before others took their place.
    OldSettings,
    /// A file at a place that a person has named.
    Typed(String),
    /// The same, to be written only where nothing stands yet.
    Free(String),
    /// A file in a folder that a person has named, under the first free name.
    New {
        /// The folder.
        folder: String,
        /// How the name begins.
        stem: String,
        /// How it ends.
        ending: &'static str,
    },
}

impl Key {
    /// Name of what the program writes for itself, and of the votes of a deck; none of what a person has named.
    fn own_name(&self) -> Option<String> {
        Some(match self {
            Key::Settings => "settings.json".to_owned(),
            Key::OldSettings => "settings-not-read.json".to_owned(),
            Key::Record => "record.jsonl".to_owned(),
            Key::RecordTable => "record.csv".to_owned(),
            Key::CasePage(code) => format!("case-{code}.html"),
            Key::Votes(id) => format!("{id}-votes.csv"),
            Key::Typed(_) | Key::Free(_) | Key::New { .. } => return None,
        })
    }

    /// The places that a [`Key::New`] may stand at, the best first.
    fn new_places(folder: &str, stem: &str, ending: &str) -> impl Iterator<Item = String> {
        let folder = Folder::new(folder.to_owned());
        let first = format!("{stem}.{ending}");
        let (stem, ending) = (stem.to_owned(), ending.to_owned());
        let others = (2..FREE_NAMES).map(move |i| format!("{stem}-{i}.{ending}"));
        std::iter::once(first).chain(others).map(move |name| folder.file(&name))
    }
}

/// A folder as a person names it; without a name, where the program was started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folder(String);

impl Folder {
    /// Of its name.
    #[must_use]
    pub fn new(name: String) -> Self {
        Folder(name)
    }

    /// That in which a file stands; none where it says none.
    #[must_use]
    pub fn of_file(path: &str) -> Option<Self> {
        let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty())?;
        Some(Folder(folder.to_string_lossy().into_owned()))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The place of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        Path::new(&self.0).join(name).to_string_lossy().into_owned()
    }
}

/// A file or a folder in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name there.
    pub name: String,
    /// Where it is.
    pub path: String,
}

impl Listed {
    /// The last name of a place.
    #[must_use]
    pub fn at(path: &str) -> Self {
        let name = Path::new(path).file_name();
        let name = name.map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
        Listed { name, path: path.to_owned() }
    }

    /// The place beside this one whose name ends in `.{ending}` instead.
    #[must_use]
    pub fn with_ending(&self, ending: &str) -> String {
        Path::new(&self.path).with_extension(ending).to_string_lossy().into_owned()
    }
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Which.
    pub folder: String,
    /// The folder above it; none at the top.
    pub above: Option<String>,
    /// Folders in it, by name; without those whose names begin with a full stop.
    pub folders: Vec<Listed>,
    /// Files in it that were asked for, by name.
    pub files: Vec<Listed>,
    /// Why what it holds is not known, where it is not.
    pub problem: Option<String>,
}

/// What only grows, as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// Whole lines.
    pub text: String,
    /// Where a broken last line was put, in the host's words.
    pub set_aside: Option<String>,
}

/// Where whole lines end, and what comes then that is broken: a last line without an end, or one that is none.
fn whole_lines(bytes: &[u8], is_line: fn(&str) -> bool) -> usize {
    let end_of = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let whole = end_of(bytes);
    if whole < bytes.len() || whole == 0 {
        return whole;
    }
    let last = end_of(&bytes[..whole - 1]);
    // The first line is the head: what does not begin as a record is left alone.
    if last > 0 && !is_line(&String::from_utf8_lossy(&bytes[last..whole - 1])) { last } else { whole }
}

/// Why a file was not read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A directory, FIFO, socket or device.
    #[error("{path} is {kind}, not a file", path = shown_path(.path))]
    NotAFile {
        /// The path as given.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// More bytes than are read.
    #[error("{path} holds {bytes} bytes: at most {limit_bytes} ({mib} MiB) are read", path = shown_path(.path), mib = number(*.limit_bytes as f64 / f64::from(1 << 20)))]
    TooLarge {
        /// The path as given.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// Largest allowed.
        limit_bytes: u64,
    },
    /// The operating system refused to read.
    #[error("cannot read {path}: {source}", path = shown_path(.path))]
    Read {
        /// The path as given.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The operating system refused to write.
    #[error("cannot write {path}: {source}", path = shown_path(.path))]
    Write {
        /// The path as given.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
}

impl StoreError {
    /// Whether there is nothing at the path.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, StoreError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Where the bytes of a name stand that are no text, in the last plane of characters for private use.
const FOREIGN_BYTES: u32 = 0x10_FF00;

/// A path as the text by which a [`Key`] calls it, of which [`native::path_of`] makes the same path again: a name of bytes
/// that are no text is one too, where a system has such.
#[must_use]
pub fn name_of(path: &Path) -> String {
    let mut name = String::new();
    let foreign = |byte: u8| char::from_u32(FOREIGN_BYTES + u32::from(byte));
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            // A name that holds such characters is spelled out too, or it would be read as another.
            if u32::from(letter) >= FOREIGN_BYTES {
                name.extend(letter.encode_utf8(&mut [0; 4]).bytes().filter_map(foreign));
            } else {
                name.push(letter);
            }
        }
        name.extend(chunk.invalid().iter().copied().filter_map(foreign));
    }
    name
}

/// Why a [`Key::Free`] is not written.
fn stands_already(path: &Path) -> StoreError {
    let source = io::Error::new(io::ErrorKind::AlreadyExists, "something stands there already");
    StoreError::Write { path: path.to_owned(), source }
}

fn shown_path(path: &Path) -> String {
    shown_to(&path.to_string_lossy(), PATH_CHARS)
}

fn check_size(path: &Path, bytes: u64, limit_bytes: u64) -> Result<(), StoreError> {
    if bytes > limit_bytes { Err(StoreError::TooLarge { path: path.to_owned(), bytes, limit_bytes }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::*;
    use crate::scenario::session::{self, Session};
    use crate::sim::play::run::Run;
    use memory::Memory;
    use native::files::Files;

    /// A store that is asked and answers in turn.
    struct Asked(AnyStore);

    impl Asked {
        fn answer<A: Send + 'static>(&self, ask: impl FnOnce(&AnyStore, Told<A>)) -> A {
            let mut mailbox = Mailbox::default();
            ask(&self.0, mailbox.expect(|answer| answer));
            loop {
                if let Some(answer) = mailbox.fetch() {
                    return answer;
                }
                std::thread::yield_now();
            }
        }

        fn write(&self, key: &Key, text: &str) -> Result<String, StoreError> {
            self.answer(|store, done| store.write(key.clone(), text.into(), done))
        }

        fn read(&self, key: &Key) -> Result<String, StoreError> {
            let bytes = self.answer(|store, done| store.read(key.clone(), 100, done))?;
            Ok(String::from_utf8(bytes).expect("text"))
        }

        fn open_lines(&self) -> Lines {
            let is_line: fn(&str) -> bool = |line| line.starts_with("line");
            self.answer(|store, done| store.open_lines(Key::Record, is_line, 1000, done)).expect("it opens")
        }

        fn add(&self, line: &str) {
            let line = format!("{line}\n");
            self.answer(|store, done| store.add_line(Key::Record, "head\n".to_owned(), line, done)).expect("added");
        }

        fn taken(&self, key: &Key) -> bool {
            self.answer(|store, done| store.is_taken(key.clone(), done))
        }
    }

    /// Every store, by its name, with a folder in which a person may keep files.
    fn every(test: impl Fn(&str, &Asked, &str)) {
        let folder = tempfile::tempdir().expect("a folder");
        let in_folder = |name: &'static str| {
            let root = folder.path().join(name);
            std::fs::create_dir_all(root.join("HOME")).expect("made");
            move |variable: &str| -> Option<OsString> {
                matches!(variable, "ISOSHUNT_DATA_DIR" | "HOME").then(|| root.join(variable).into_os_string())
            }
        };
        let own = |name: &str| folder.path().join(name).join("HOME").to_string_lossy().into_owned();
        test("memory", &Asked(AnyStore::default()), "own");
        test("files here", &Asked(AnyStore::new(Files::here(in_folder("here")))), &own("here"));
        let files = Files::start(in_folder("thread"), || {}).expect("a thread");
        test("files on a thread", &Asked(AnyStore::new(files)), &own("thread"));
    }

    #[test]
    fn inv_every_store_keeps_whole_what_it_was_given() {
        every(|name, store, folder| {
            let typed = |file: &str| Key::Typed(Folder::new(folder.to_owned()).file(file));
            for key in [Key::Settings, Key::Votes("peep".to_owned()), typed("run.json")] {
                assert!(
                    !store.taken(&key) && store.read(&key).is_err_and(|error| error.is_missing()),
                    "{name} {key:?}"
                );
                for text in ["one", "another"] {
                    let place = store.write(&key, text).expect("written");
                    assert_eq!(place, store.0.place(&key), "{name}");
                    assert_eq!((store.read(&key).expect("read"), store.taken(&key)), (text.to_owned(), true), "{name}");
                }
            }
            store.write(&typed("large"), &"x".repeat(101)).expect("written");
            let refused = store.read(&typed("large")).expect_err("too large").to_string();
            assert!(refused.contains("holds 101 bytes"), "{name}: {refused}");
            let new = Key::New { folder: folder.to_owned(), stem: "plot".to_owned(), ending: "json" };
            let places = [(); 3].map(|()| store.write(&new, "new").expect("written"));
            assert_eq!(
                places.map(|place| Listed::at(&place).name),
                ["plot.json", "plot-2.json", "plot-3.json"],
                "{name}"
            );
            let listed = store.answer(|store, done| store.list(vec![folder.to_owned()], "json", done));
            let names: Vec<_> = listed.files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, ["plot-2.json", "plot-3.json", "plot.json", "run.json"], "{name}");
            assert_eq!((listed.folders, listed.problem), (Vec::new(), None), "{name}");
            let none = store.answer(|store, done| store.list(vec![format!("{folder}/none")], "json", done));
            assert!(none.problem.is_some_and(|why| why.starts_with("cannot read ")), "{name}");
        });
    }

    #[test]
    fn inv_in_every_store_lines_are_added_and_a_broken_one_is_put_aside() {
        every(|name, store, _| {
            assert_eq!(store.open_lines(), Lines::default(), "{name}");
            store.add("line 1");
            store.add("line 2");
            assert_eq!(store.open_lines().text, "head\nline 1\nline 2\n", "{name}");
            for broken in ["head\nline 1\nlin", "head\nline 1\nbroken\n"] {
                store.write(&Key::Record, broken).expect("written");
                let lines = store.open_lines();
                assert_eq!(lines.text, "head\nline 1\n", "{name}");
                let aside = Key::Typed(lines.set_aside.expect("put aside"));
                let kept = store.read(&aside).expect("it is kept");
                assert_eq!(kept.lines().last(), broken.lines().last(), "{name}");
                assert_eq!(store.open_lines().set_aside, None, "{name}: once");
            }
            store.add("line 3");
            assert_eq!(store.open_lines().text, "head\nline 1\nline 3\n", "{name}");
            // What does not end in a line of this kind at its beginning is left alone.
            store.write(&Key::Record, "something else\n").expect("written");
            assert_eq!(store.open_lines().text, "something else\n", "{name}");
        });
    }

    /// A run after so many steps, as it is saved.
    fn run(steps: u64) -> Bytes {
        let patient = &scenario::builtin()[0];
        let mut run = Run::new(&patient.params, 7);
        run.advance(steps);
        let saved = Session::new(patient, &run, None);
        Box::new(move || session::to_json(&saved).map(String::into_bytes))
    }

    fn save(saves: &dyn Saves, bytes: Bytes) {
        let before = saves.status();
        saves.save(bytes);
        while saves.status() == before {
            std::thread::yield_now();
        }
    }

    fn found(store: &Asked, saves: &dyn Saves) -> Found {
        store.answer(|_, done| saves.find(done))
    }

    fn steps(found: &Found) -> Vec<u64> {
        found.left.iter().map(|left| left.saved.steps).collect()
    }

    #[test]
    fn inv_in_every_store_what_a_program_left_is_offered_until_it_is_decided_on() {
        every(|name, store, _| {
            let open = || store.0.saves().expect("saves");
            let first = open();
            assert_eq!(steps(&found(store, &*first)), [0; 0], "{name}");
            save(&*first, run(1));
            save(&*first, run(2));
            assert_eq!(first.status(), Status { saves: 2, error: None }, "{name}");
            let second = open();
            assert_eq!(steps(&found(store, &*second)), [0; 0], "{name}: the living are not offered");
            drop(first);
            let offered = found(store, &*second);
            assert_eq!(steps(&offered), [2], "{name}: the newest");
            assert_eq!(steps(&found(store, &*second)), [0; 0], "{name}: once");
            drop(second);

            // What is gone on with is offered again as long as nothing was saved anew.
            let third = open();
            third.restored(found(store, &*third).left[0].id);
            drop(third);
            let fourth = open();
            fourth.restored(found(store, &*fourth).left[0].id);
            fourth.let_restored_go();
            save(&*fourth, run(3));
            drop(fourth);
            let fifth = open();
            let both = found(store, &*fifth);
            let mut offered = steps(&both);
            offered.sort_unstable();
            assert_eq!(offered, [2, 3], "{name}");
            let newer = both.left.iter().find(|left| left.saved.steps == 3).expect("one of both");
            fifth.restored(newer.id);
            save(&*fifth, run(4));
            fifth.finish(true);
            let sixth = open();
            let both = found(store, &*sixth);
            let mut offered = steps(&both);
            offered.sort_unstable();
            assert_eq!(offered, [2, 4], "{name}: the third gave way");
            for left in both.left {
                store.answer(|_, done| sixth.discard(left.id, done)).expect("it is put aside");
            }
            save(&*sixth, run(5));
            sixth.finish(false);
            assert_eq!(steps(&found(store, &*open())), [0; 0], "{name}: nothing to lose");
        });
    }

    #[test]
    fn inv_in_every_store_what_does_not_open_is_passed_over_and_told_once() {
        every(|name, store, _| {
            let open = || store.0.saves().expect("saves");
            let broken = || -> Bytes { Box::new(|| Ok(b"{ \"kind\"".to_vec())) };
            let [one, other] = [open(), open()];
            save(&*one, run(1));
            save(&*one, broken());
            save(&*other, broken());
            drop((one, other));
            let third = open();
            let seen = found(store, &*third);
            assert_eq!((steps(&seen), seen.left[0].passed_over.len()), (vec![1], 1), "{name}");
            let [damaged] = seen.damaged.as_slice() else { panic!("{name}: {:?}", seen.damaged) };
            assert_eq!((damaged.why.len(), damaged.kept.len()), (1, 1), "{name}");
            drop(third);
            let again = open();
            assert_eq!(found(store, &*again).damaged, [], "{name}: once");
            // A run that cannot be written is told, and the next one can.
            let refused: Bytes = Box::new(|| Err(session::parse(b"nothing", "the run").expect_err("no session")));
            save(&*again, refused);
            assert!(again.status().error.is_some_and(|error| error.reason.starts_with("the run")), "{name}");
            save(&*again, run(2));
            assert_eq!(again.status(), Status { saves: 1, error: None }, "{name}");
        });
    }

    #[test]
    fn inv_a_memory_is_full_where_its_room_ends() {
        let store = Asked(AnyStore::new(Memory::with_room(5)));
        store.write(&Key::Settings, "12345").expect("it fits");
        assert!(
            store.write(&Key::Typed("a".to_owned()), "1").is_err_and(|error| error.to_string().contains("write a"))
        );
        store.write(&Key::Settings, "1234").expect("it takes the place of what was there");
        let saves = store.0.saves().expect("saves");
        save(&*saves, run(1));
        assert!(saves.status().error.is_some_and(|error| error.reason.contains("autosave")));
        let opened = store.answer(|store, done| store.open_lines(Key::Record, |_| true, 10, done));
        opened.expect("one byte is left");
        store.write(&Key::Settings, "12345").expect("it fits");
        assert!(store.answer(|store, done| store.open_lines(Key::Record, |_| true, 10, done)).is_err());
    }

    #[test]
    fn inv_the_folder_of_a_file_is_named_as_the_file_is() {
        let folder = |path: &str| Folder::of_file(path).map(|folder| folder.name().to_owned());
        assert_eq!(folder("own/run.json"), Some("own".to_owned()));
        assert_eq!((folder("run.json"), folder("")), (None, None));
        assert_eq!(Folder::default().file("run.json"), "run.json");
        assert_eq!(Listed::at("own/run.isoshunt.json").with_ending("csv"), "own/run.isoshunt.csv");
        assert_eq!(Listed::at("..").name, "..");
        assert!(Path::new(&Folder::new("own".to_owned()).file("a")).starts_with("own"));
    }
}
