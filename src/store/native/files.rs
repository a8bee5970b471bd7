//! The store of a desktop: files in folders. One thread works on them in the order in which it was asked: a disk that
//! hangs hangs there, and not where the patient breathes.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::autosave::{Autosave, data_folder};
use super::{files_of, folders_of, path_of, read_bounded_to, record, write_atomic, write_private};
use crate::store::{
    Done, Folder, Key, Lines, Listed, Listing, Saves, Store, StoreError, Told, name_of, stands_already,
};

type Errand = Box<dyn FnOnce() + Send>;

/// Files in folders.
pub struct Files {
    places: Places,
    /// Where the thread waits for the next; none where each is done at once.
    asked: Option<Sender<Errand>>,
    worker: Option<JoinHandle<()>>,
    /// How many were asked for and are not done.
    open: Arc<(Mutex<usize>, Condvar)>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// Where keys stand.
#[derive(Debug, Clone)]
struct Places {
    /// The program's own folder.
    data: Option<PathBuf>,
    home: PathBuf,
}

impl Places {
    fn new(variable: impl Fn(&str) -> Option<OsString>) -> Places {
        let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
        Places { data: data_folder(variable), home: home.unwrap_or_else(|| PathBuf::from(".")) }
    }

    fn of(&self, key: &Key) -> PathBuf {
        match key {
            Key::Typed(path) | Key::Free(path) => path_of(path),
            Key::New { folder, stem, ending } => {
                let mut free = Key::new_places(folder, stem, ending).map(|place| path_of(&place));
                let first = path_of(folder).join(format!("{stem}.{ending}"));
                free.find(|path| !path.exists()).unwrap_or(first)
            }
            Key::Votes(_) => self.home.join(key.own_name().unwrap_or_default()),
            _ => {
                let name = PathBuf::from(key.own_name().unwrap_or_default());
                self.data.as_ref().map_or(name.clone(), |data| data.join(name))
            }
        }
    }

    /// Whether only its user reads it: patients may be real.
    fn is_private(key: &Key) -> bool {
        !matches!(key, Key::Typed(_) | Key::Free(_) | Key::New { .. } | Key::Votes(_))
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("places", &self.places).finish_non_exhaustive()
    }
}

impl Files {
    /// Files on which work is done at once, where it is asked: for a system that has no thread to give, and for tests.
    /// `variable` reads the environment.
    #[must_use]
    pub fn here(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        Files { places: Places::new(variable), asked: None, worker: None, open: Arc::default(), wake: Arc::new(|| {}) }
    }

    /// Files on which a thread works; after each answer it calls `wake`, so that the answer is fetched soon.
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub fn start(
        variable: impl Fn(&str) -> Option<OsString>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (asked, errands) = mpsc::channel::<Errand>();
        let (done, woken) = (Arc::<(Mutex<usize>, Condvar)>::default(), Arc::clone(&wake));
        let open = Arc::clone(&done);
        let worker = thread::Builder::new().name("files".to_owned()).spawn(move || {
            for errand in errands {
                errand();
                *done.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
                done.1.notify_all();
                woken();
            }
        })?;
        Ok(Files { places: Places::new(variable), asked: Some(asked), worker: Some(worker), open, wake })
    }

    fn ask(&self, errand: impl FnOnce() + Send + 'static) {
        let Some(asked) = &self.asked else { return errand() };
        *self.open.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        if let Err(back) = asked.send(Box::new(errand)) {
            // The thread is no more.
            (back.0)();
            *self.open.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        }
    }

    fn at(&self, key: &Key) -> PathBuf {
        self.places.of(key)
    }
}

impl Store for Files {
    fn keeps_own(&self) -> bool {
        self.places.data.is_some()
    }

    fn home(&self) -> Folder {
        Folder::new(name_of(&self.places.home))
    }

    fn place(&self, key: &Key) -> String {
        self.at(key).display().to_string()
    }

    fn read(&self, key: Key, most_bytes: u64, done: Done<Vec<u8>>) {
        let path = self.at(&key);
        self.ask(move || done(read_bounded_to(&path, most_bytes)));
    }

    fn write(&self, key: Key, bytes: Vec<u8>, done: Done<String>) {
        let places = self.places.clone();
        self.ask(move || {
            // A free name is one that is free now.
            let path = places.of(&key);
            if matches!(key, Key::Free(_)) && path.exists() {
                return done(Err(stands_already(&path)));
            }
            let write = if Places::is_private(&key) { write_private } else { write_atomic };
            done(write(&path, &bytes).map(|()| path.display().to_string()));
        });
    }

    fn open_lines(&self, key: Key, is_line: fn(&str) -> bool, most_bytes: u64, done: Done<Lines>) {
        let path = self.at(&key);
        self.ask(move || {
            let lines = record::read(&path, is_line, most_bytes);
            done(lines.and_then(|lines| record::can_append(&path).map(|()| lines)));
        });
    }

    fn add_line(&self, key: Key, head: String, line: String, done: Done<()>) {
        let path = self.at(&key);
        self.ask(move || done(record::append(&path, &head, &line)));
    }

    fn list(&self, folders: Vec<String>, ending: &'static str, done: Told<Listing>) {
        self.ask(move || {
            let mut found = Listing::default();
            for folder in folders {
                found = look_into(&folder, ending);
                if found.problem.is_none() {
                    break;
                }
            }
            done(found);
        });
    }

    fn is_taken(&self, key: Key, done: Told<bool>) {
        let path = self.at(&key);
        self.ask(move || done(path.exists()));
    }

    fn saves(&self) -> Result<Box<dyn Saves>, StoreError> {
        let folder = self.places.data.clone().unwrap_or_default().join("autosave");
        let wake = Arc::clone(&self.wake);
        Ok(Box::new(Autosave::start(&folder, move || wake())?))
    }

    fn wait(&self, most: Duration) {
        let open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.open.1.wait_timeout_while(open, most, |open| *open > 0));
    }
}

impl Drop for Files {
    /// Does what was asked for before it ends: a file that is being written is written.
    fn drop(&mut self) {
        self.asked = None;
        if let Some(worker) = self.worker.take() {
            // An errand that panicked has been told already.
            let _ = worker.join();
        }
    }
}

fn look_into(folder: &str, ending: &str) -> Listing {
    let path = &path_of(folder);
    let held = folders_of(path).and_then(|folders| Ok((folders, files_of(path, ending)?)));
    let problem = held.as_ref().err().map(ToString::to_string);
    let (folders, files) = held.unwrap_or_default();
    let listed = |paths: Vec<PathBuf>| paths.iter().map(|path| Listed::at(&name_of(path))).collect();
    let above = Folder::of_file(folder).map(|above| above.name().to_owned());
    Listing { folder: folder.to_owned(), above, folders: listed(folders), files: listed(files), problem }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::store::Mailbox;

    fn in_folder(folder: &Path) -> impl Fn(&str) -> Option<OsString> {
        let folder = folder.to_owned();
        move |name| matches!(name, "ISOSHUNT_DATA_DIR" | "HOME").then(|| folder.join(name).into_os_string())
    }

    #[test]
    fn inv_answers_come_in_order_and_nobody_waits_for_them() {
        let (woken, wakes) = mpsc::channel();
        let woken = Mutex::new(woken);
        let (let_go, held) = mpsc::channel::<()>();
        let wake = move || woken.lock().expect("one at a time").send(()).expect("somebody listens");
        let files = Files::start(|_| None, wake).expect("a thread");
        let mut mailbox = Mailbox::default();
        let first = mailbox.expect(|()| 1);
        files.ask(move || held.recv().map_or((), first));
        files.is_taken(Key::Typed("/".to_owned()), mailbox.expect(|taken| if taken { 2 } else { 0 }));
        assert_eq!((mailbox.fetch(), mailbox.waiting()), (None, 2), "the first one hangs");
        files.wait(Duration::from_millis(1));
        assert_eq!(mailbox.fetch(), None);
        let_go.send(()).expect("it waits");
        wakes.iter().take(2).for_each(drop);
        assert_eq!([mailbox.fetch(), mailbox.fetch(), mailbox.fetch()], [Some(1), Some(2), None]);
        files.wait(Duration::MAX);
    }

    #[test]
    fn inv_what_was_asked_for_is_done_before_the_end() {
        let done = Arc::new(AtomicUsize::new(0));
        let files = Files::start(|_| None, || {}).expect("a thread");
        for _ in 0..20 {
            let done = Arc::clone(&done);
            files.ask(move || {
                done.fetch_add(1, Ordering::SeqCst);
            });
        }
        drop(files);
        assert_eq!(done.load(Ordering::SeqCst), 20);
    }

    #[test]
    fn inv_what_is_the_programs_own_stands_in_its_folder_and_the_rest_where_a_person_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let files = Files::here(in_folder(root));
        assert!(files.keeps_own() && !Files::here(|_| None).keeps_own());
        let mut mailbox = Mailbox::default();
        let mut put = |key: Key| {
            files.write(key, b"x".to_vec(), mailbox.expect(|outcome| outcome));
            mailbox.fetch().expect("an answer")
        };
        let own = root.join("ISOSHUNT_DATA_DIR");
        let typed = root.join("typed.json").to_string_lossy().into_owned();
        let new = Key::New { folder: root.to_string_lossy().into_owned(), stem: "plot".to_owned(), ending: "svg" };
        std::fs::create_dir(root.join("HOME")).expect("made");
        for (key, path) in [
            (Key::Settings, own.join("settings.json")),
            (Key::Record, own.join("record.jsonl")),
            (Key::RecordTable, own.join("record.csv")),
            (Key::CasePage("1".to_owned()), own.join("case-1.html")),
            (Key::Votes("peep".to_owned()), root.join("HOME/peep-votes.csv")),
            (Key::Typed(typed.clone()), PathBuf::from(&typed)),
            (new.clone(), root.join("plot.svg")),
            (new.clone(), root.join("plot-2.svg")),
            (new, root.join("plot-3.svg")),
        ] {
            assert_eq!(put(key).expect("written"), path.display().to_string());
            assert!(path.is_file(), "{}", path.display());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&own).expect("a folder").permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "patients may be real");
        }
        // The folder of what a person names is not made.
        let error = put(Key::Typed(root.join("none/a.json").to_string_lossy().into_owned())).expect_err("no folder");
        assert!(error.to_string().starts_with("cannot write "), "{error}");
    }

    #[test]
    fn inv_the_first_folder_that_can_be_read_is_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for name in ["b.json", "a.json", "notes.txt", "dir.json/c.json", ".hidden/d.json", "decks/e.json"] {
            std::fs::create_dir_all(root.join(name).parent().expect("a folder")).expect("made");
            std::fs::write(root.join(name), "{}").expect("written");
        }
        let name = |path: &str| root.join(path).to_string_lossy().into_owned();
        let files = Files::here(|_| None);
        let mut mailbox = Mailbox::default();
        let mut list = |folders: Vec<String>| {
            files.list(folders, "json", mailbox.expect(|listing| listing));
            mailbox.fetch().expect("an answer")
        };
        let names = |listed: &[Listed]| listed.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        let found = list(vec![name("none"), name(""), name("decks")]);
        assert_eq!(names(&found.files), ["a.json", "b.json"]);
        assert_eq!(names(&found.folders), ["decks", "dir.json"]);
        assert_eq!((found.problem.clone(), found.files[0].path.clone()), (None, name("a.json")));
        assert_eq!(list(vec![name("decks")]).above, Some(name("").trim_end_matches('/').to_owned()));
        let missing = list(vec![name("none")]);
        assert!(missing.problem.is_some_and(|why| why.starts_with("cannot read ")) && missing.files.is_empty());
    }
}
