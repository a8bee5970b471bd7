//! Autosave: what is left of a program that ended without being asked.
//!
//! Each running program keeps its own set of files in one folder, under a name that no other set has:
//!
//! | file | is |
//! |---|---|
//! | `NAME.lock` | empty, and locked as long as the program lives; however it dies, the system unlocks it |
//! | `NAME.7.json`, `NAME.6.json` | the newest save, and the one before it; numbers grow |
//! | `NAME.tmp` | a save being written |
//! | `NAME.7.json.discarded` | what somebody declined; kept until the next start |
//! | `NAME.7.json.damaged` | what could not be opened, told once; kept until somebody removes it |
//!
//! A save is written beside the last one and only then takes its name, so that at every moment a whole one is there.
//! Nothing is created before the first save. Writing happens on a thread of its own with room for one job: a newer one
//! takes the place of one that waits. What goes wrong is a [`Status`] to be shown, and the next save tries again.
//!
//! How a program ends decides what is left: [`Autosave::finish`] removes its set or keeps it, as it is told; a program
//! that ends in any other way leaves its set behind.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

use super::{StoreError, entries, open_lock, sync_folder};
use crate::scenario::{ScenarioError, session};
use crate::store::saves::{AutosaveError, Bytes, Damaged, Found, Left, Saves, Status, first_that_opens};
use crate::store::{Done, Told, clock};
use crate::text::shown_to;

/// Variable of the environment that names the folder of this program's data, in place of the usual one.
pub const FOLDER_VARIABLE: &str = "ISOSHUNT_DATA_DIR";

/// Names tried for a set before giving up.
const NAMES: u32 = 100;
/// Most characters of the message of a panic.
const PANIC_CHARS: usize = 500;
const LOCK: &str = "lock";
const SAVE: &str = "json";
const DISCARDED: &str = "discarded";
const DAMAGED: &str = "damaged";
const TEMPORARY: &str = "tmp";

/// A save that was asked for.
struct Job {
    /// How many were asked for before.
    number: u64,
    /// Gives the bytes; run on the writer's thread.
    bytes: Bytes,
}

/// The folder of this program's data: what [`FOLDER_VARIABLE`] names, or else one in the user's data folder
/// (`XDG_DATA_HOME`, or `.local/share` in `HOME`; on Windows `LOCALAPPDATA`). `variable` reads the environment.
#[must_use]
pub fn data_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = variable(FOLDER_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
    own.or_else(|| {
        let data = if cfg!(windows) {
            path("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            path("HOME").map(|home| home.join("Library/Application Support"))
        } else {
            // A relative XDG_DATA_HOME is to be ignored, says its specification.
            path("XDG_DATA_HOME").or_else(|| path("HOME").map(|home| home.join(".local/share")))
        };
        data.map(|data| data.join("isoshunt"))
    })
}

/// The folder of autosaves, below [`data_folder`].
#[must_use]
pub fn default_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    data_folder(variable).map(|folder| folder.join("autosave"))
}

/// Saves of the running program, and those that programs before it have left.
#[derive(Debug)]
pub struct Autosave {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

impl Autosave {
    /// Starts to save in a folder, which is made at the first save. What was discarded before this start is removed.
    ///
    /// # Errors
    /// Where the system has no thread to give. A folder that cannot be written is no error here: the run goes on and
    /// [`Autosave::status`] says it.
    pub fn open(folder: &Path) -> Result<Autosave, StoreError> {
        let autosave = Autosave::start(folder, || {})?;
        autosave.flush();
        Ok(autosave)
    }

    /// As [`Autosave::open`], without waiting for the folder; `wake` is called after each answer.
    ///
    /// # Errors
    /// As [`Autosave::open`].
    pub fn start(folder: &Path, wake: impl Fn() + Send + Sync + 'static) -> Result<Autosave, StoreError> {
        let mut queue = Queue::default();
        queue.errands.push_back(Box::new(|shared| sweep(&shared.folder)));
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            queue: Mutex::new(queue),
            changed: Condvar::new(),
            own: Mutex::new(Own::default()),
            found: Mutex::new(BTreeMap::new()),
            restored: Mutex::new(Vec::new()),
            writer: Mutex::new(None),
            wake: Box::new(wake),
        });
        let for_writer = Arc::clone(&shared);
        let writer = thread::Builder::new()
            .name("autosave".to_owned())
            .spawn(move || for_writer.write_until_closed())
            .map_err(|source| StoreError::Write { path: folder.to_owned(), source })?;
        *lock(&shared.writer) = Some(writer.thread().id());
        Ok(Autosave { shared, writer: Some(writer) })
    }

    /// Saves what `bytes` gives, off this thread and soon. A job that still waits is dropped for this one.
    pub fn save(&self, bytes: impl FnOnce() -> Result<Vec<u8>, ScenarioError> + Send + 'static) {
        let mut queue = lock(&self.shared.queue);
        queue.asked += 1;
        let job = Job { number: queue.asked, bytes: Box::new(bytes) };
        let dropped = queue.waiting.replace(job);
        drop(queue);
        drop(dropped);
        self.shared.changed.notify_all();
    }

    /// How saving goes.
    #[must_use]
    pub fn status(&self) -> Status {
        lock(&self.shared.queue).status.clone()
    }

    /// Where the newest save is.
    #[must_use]
    pub fn newest(&self) -> Option<PathBuf> {
        lock(&self.shared.queue).newest.clone()
    }

    /// Has the writer's thread do something, before it saves what waits.
    fn ask(&self, errand: impl FnOnce(&Shared) + Send + 'static) {
        lock(&self.shared.queue).errands.push_back(Box::new(errand));
        self.shared.changed.notify_all();
    }

    /// Waits until nothing is left to be done.
    pub fn flush(&self) {
        let mut queue = lock(&self.shared.queue);
        while queue.waiting.is_some() || queue.busy || !queue.errands.is_empty() {
            queue = self.shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What programs that live no more have left, the newest first. As long as a [`Leftover`] is held no other program
    /// is offered it.
    #[must_use]
    pub fn leftovers(&self) -> Vec<Leftover> {
        self.shared.leftovers()
    }

    /// Goes on with what a leftover held. It is put aside as [`Leftover::discard`] does it, but only when this
    /// program's first save is on the disk: should it die before, the leftover is offered again.
    pub fn restored(&self, leftover: Leftover) {
        lock(&self.shared.restored).push(leftover);
    }

    /// Lets go of leftovers that were gone on with, without putting them aside: the next start offers them again.
    pub fn let_restored_go(&self) {
        lock(&self.shared.restored).clear();
    }

    /// Ends saving, once what waits is written. `keep` says whether the next start offers it: yes where there is work
    /// that was not saved to a file, no where there is nothing to lose.
    pub fn finish(mut self, keep: bool) {
        self.close();
        if !keep {
            lock(&self.shared.own).set.take().into_iter().for_each(Set::remove);
            self.shared.discard_restored();
        }
    }

    /// On a panic the save that waits is written, and one line on standard error names the panic and the file; then the
    /// hook before has its turn.
    pub fn install_panic_hook(&self) {
        let shared = Arc::clone(&self.shared);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let kept = shared.write_in_panic();
            let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
            let message = shown_to(panic.payload_as_str().unwrap_or("no message"), PANIC_CHARS);
            let kept = match kept {
                Some(path) => format!("; the run is kept in {} and offered at the next start", path.display()),
                None => String::new(),
            };
            // There is nobody left to tell that standard error is closed.
            let _ = writeln!(io::stderr(), "isoshunt: internal error{place}: {message}{kept}");
            before(panic);
        }));
    }

    fn close(&mut self) {
        lock(&self.shared.queue).closed = true;
        self.shared.changed.notify_all();
        if let Some(writer) = self.writer.take() {
            // A panic of the writer was reported by the hook.
            let _ = writer.join();
        }
    }
}

impl Saves for Autosave {
    fn save(&self, bytes: Bytes) {
        Autosave::save(self, bytes);
    }

    fn status(&self) -> Status {
        Autosave::status(self)
    }

    fn find(&self, done: Told<Found>) {
        self.ask(move |shared| done(shared.find()));
    }

    fn restored(&self, id: u64) {
        if let Some(leftover) = lock(&self.shared.found).remove(&id) {
            Autosave::restored(self, leftover);
        }
    }

    fn let_restored_go(&self) {
        Autosave::let_restored_go(self);
    }

    fn discard(&self, id: u64, done: Done<()>) {
        self.ask(move |shared| {
            let leftover = lock(&shared.found).remove(&id);
            done(leftover.map_or(Ok(()), Leftover::discard));
        });
    }

    fn install_panic_hook(&self) {
        Autosave::install_panic_hook(self);
    }

    fn finish(self: Box<Self>, keep: bool) {
        Autosave::finish(*self, keep);
    }
}

/// Ends saving and keeps what was saved, since nobody said otherwise.
impl Drop for Autosave {
    fn drop(&mut self) {
        self.close();
        // The hook of a panic outlives it, and must hold no lock: what is left is offered to whoever comes next.
        lock(&self.shared.own).set = None;
        lock(&self.shared.restored).clear();
        lock(&self.shared.found).clear();
    }
}

/// Also after a panic of another thread: what the lock guards is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Shared {
    folder: PathBuf,
    queue: Mutex<Queue>,
    /// Something was queued, written, or is to end.
    changed: Condvar,
    /// The files of this program, once there are any. Held while writing, for as long as a disk takes.
    own: Mutex<Own>,
    /// What was found of programs that live no more, until somebody decides on it.
    found: Mutex<BTreeMap<u64, Leftover>>,
    /// What this run goes on from, until its own first save is on the disk.
    restored: Mutex<Vec<Leftover>>,
    writer: Mutex<Option<ThreadId>>,
    /// Called after each errand.
    wake: Box<dyn Fn() + Send + Sync>,
}

type Errand = Box<dyn FnOnce(&Shared) + Send>;

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Own {
    set: Option<Set>,
    /// [`Job::number`] of the newest save.
    written: u64,
}

#[derive(Default)]
struct Queue {
    asked: u64,
    waiting: Option<Job>,
    errands: VecDeque<Errand>,
    /// Whether a job or an errand is in hand.
    busy: bool,
    closed: bool,
    status: Status,
    /// Where the newest save is.
    newest: Option<PathBuf>,
}

impl Shared {
    fn write_until_closed(&self) {
        loop {
            let mut queue = lock(&self.queue);
            while queue.waiting.is_none() && queue.errands.is_empty() && !queue.closed {
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            if let Some(errand) = queue.errands.pop_front() {
                queue.busy = true;
                drop(queue);
                // Only where panics unwind: the hook has reported it, and the writer goes on.
                let _ = catch_unwind(AssertUnwindSafe(|| errand(self)));
                lock(&self.queue).busy = false;
                self.changed.notify_all();
                (self.wake)();
                continue;
            }
            let Some(job) = queue.waiting.take() else { return };
            queue.busy = true;
            drop(queue);
            let written = self.write(job);
            self.note(written);
        }
    }

    fn leftovers(&self) -> Vec<Leftover> {
        let locks = entries(&self.folder).into_iter().filter(|path| has_extension(path, LOCK));
        let mut found: Vec<_> = locks.filter_map(|path| Leftover::claim(&path)).collect();
        found.sort_by_key(|leftover| std::cmp::Reverse(leftover.modified()));
        found
    }

    /// Opens what is left, and keeps aside that of which nothing opens.
    fn find(&self) -> Found {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut out = Found::default();
        for leftover in self.leftovers() {
            match leftover.open(|bytes, origin| session::parse(bytes, origin)) {
                Ok(opened) => {
                    let id = NEXT.fetch_add(1, Ordering::Relaxed);
                    lock(&self.found).insert(id, leftover);
                    out.left.push(Left { id, saved: opened.value, passed_over: opened.damaged });
                }
                Err(why) => {
                    // What cannot be put aside is told again at the next start.
                    let kept = leftover.keep_aside().unwrap_or_default();
                    let kept = kept.iter().map(|path| path.display().to_string()).collect();
                    out.damaged.push(Damaged { why, kept });
                }
            }
        }
        out
    }

    /// Writes a save and says where; none where a newer one was written meanwhile, in a panic.
    fn write(&self, job: Job) -> Result<Option<PathBuf>, AutosaveError> {
        // Only where panics unwind: the hook has reported it, and the writer goes on.
        let bytes = catch_unwind(AssertUnwindSafe(job.bytes))
            .map_err(|_| AutosaveError { reason: "internal error".to_owned() })?
            .map_err(|error| AutosaveError { reason: error.to_string() })?;
        let refused = |error: StoreError| AutosaveError { reason: error.to_string() };
        let mut own = lock(&self.own);
        if job.number < own.written {
            return Ok(None);
        }
        let set = match own.set.as_mut() {
            Some(set) => set,
            None => own.set.insert(Set::create(&self.folder).map_err(refused)?),
        };
        let path = match set.write(&bytes) {
            // The folder has gone, and the files of this program with it.
            Err(_) if !self.folder.exists() => {
                own.set.insert(Set::create(&self.folder).map_err(refused)?).write(&bytes).map_err(refused)?
            }
            written => written.map_err(refused)?,
        };
        own.written = job.number;
        self.discard_restored();
        Ok(Some(path))
    }

    fn discard_restored(&self) {
        for leftover in mem::take(&mut *lock(&self.restored)) {
            // What cannot be put aside is offered once more.
            let _ = leftover.discard();
        }
    }

    fn note(&self, written: Result<Option<PathBuf>, AutosaveError>) {
        let mut queue = lock(&self.queue);
        queue.busy = false;
        match written {
            Ok(None) => {}
            Ok(Some(path)) => {
                queue.status = Status { saves: queue.status.saves + 1, error: None };
                queue.newest = Some(path);
            }
            Err(error) => queue.status.error = Some(error),
        }
        drop(queue);
        self.changed.notify_all();
    }

    /// Writes what waits, on the thread that panics; where the newest save is then.
    fn write_in_panic(&self) -> Option<PathBuf> {
        // A panic of the writer itself may have come while it held its files.
        let is_writer = lock(&self.writer).is_some_and(|writer| writer == thread::current().id());
        let job = lock(&self.queue).waiting.take();
        if let Some(job) = job.filter(|_| !is_writer) {
            let written = self.write(job);
            self.note(written);
        }
        lock(&self.queue).newest.clone()
    }
}

/// The files of one program, and the lock that says whether it lives.
#[derive(Debug)]
struct Set {
    lock_path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
    /// Number of the newest save.
    newest: u64,
}

impl Set {
    /// A set under a new name, its lock held before it can be seen.
    fn create(folder: &Path) -> Result<Set, StoreError> {
        let write = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Write { path, source }
        };
        create_private_folder(folder).map_err(write(folder))?;
        let started = clock::now().map_or(0, |now| now.unix_s());
        for attempt in 0..NAMES {
            let stem = folder.join(format!("{started}-{}-{attempt}", std::process::id()));
            let (unlocked, lock_path) = (stem.with_extension(TEMPORARY), stem.with_extension(LOCK));
            if lock_path.exists() {
                continue;
            }
            let file = match OpenOptions::new().write(true).create_new(true).open(&unlocked) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(write(&unlocked)(error)),
            };
            // A lock belongs to the file, not to its name.
            let locked = file.try_lock().map_err(io::Error::from).and_then(|()| fs::rename(&unlocked, &lock_path));
            if let Err(error) = locked {
                let _ = fs::remove_file(&unlocked);
                return Err(write(&lock_path)(error));
            }
            return Ok(Set { lock_path, _lock: file, newest: 0 });
        }
        Err(write(folder)(io::ErrorKind::AlreadyExists.into()))
    }

    fn save_path(&self, number: u64) -> PathBuf {
        self.lock_path.with_extension(format!("{number}.{SAVE}"))
    }

    /// Writes a save; the one before stays, older ones go.
    fn write(&mut self, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        let (temporary, path) = (self.lock_path.with_extension(TEMPORARY), self.save_path(self.newest + 1));
        let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
        if let Err(source) = written {
            // Room for the next try.
            let _ = fs::remove_file(&temporary);
            return Err(StoreError::Write { path, source });
        }
        sync_folder(&path);
        self.newest += 1;
        if let Some(old) = self.newest.checked_sub(2).filter(|old| *old > 0) {
            let _ = fs::remove_file(self.save_path(old));
        }
        Ok(path)
    }

    /// Every save, the newest first.
    fn saves(&self) -> Vec<PathBuf> {
        let folder = self.lock_path.parent().unwrap_or(Path::new("."));
        let mut saves: Vec<_> =
            entries(folder).into_iter().filter_map(|path| Some((self.number_of(&path)?, path))).collect();
        saves.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        saves.into_iter().map(|(_, path)| path).collect()
    }

    fn number_of(&self, path: &Path) -> Option<u64> {
        let name = path.file_name()?.to_str()?;
        let stem = self.lock_path.file_stem()?.to_str()?;
        name.strip_prefix(stem)?.strip_prefix('.')?.strip_suffix(SAVE)?.strip_suffix('.')?.parse().ok()
    }

    /// Removes all of it, the lock last: what is left of a set without a lock would never be found.
    fn remove(self) {
        let Set { lock_path, .. } = &self;
        for path in self.saves().iter().chain([&lock_path.with_extension(TEMPORARY), lock_path]) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Removes what was discarded before this start, and what a program left that died while it took its name. What cannot
/// be removed now can be removed at the next start.
fn sweep(folder: &Path) {
    for path in entries(folder) {
        let nameless = has_extension(&path, TEMPORARY)
            && !path.with_extension(LOCK).exists()
            && open_lock(&path).is_some_and(|file| file.try_lock().is_ok());
        if nameless || has_extension(&path, DISCARDED) {
            let _ = fs::remove_file(path);
        }
    }
}

/// A folder that only its user reads: patients may be real.
pub(super) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What stands there is of this set and no more wanted; to open a FIFO of that name would be to wait.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A path with another extension after its own.
fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(format!(".{end}"));
    longer.into()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}

/// What a program left that lives no more; held, it is locked for every other.
#[derive(Debug)]
pub struct Leftover {
    set: Set,
    saves: Vec<PathBuf>,
}

/// A leftover as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened<T> {
    /// What the file holds.
    pub value: T,
    /// The file.
    pub path: PathBuf,
    /// Why newer saves of the same program were passed over, each with its path.
    pub damaged: Vec<String>,
}

impl Leftover {
    /// The set of a lock, if its program lives no more and left a save. A set without one is removed.
    fn claim(lock_path: &Path) -> Option<Leftover> {
        let file = open_lock(lock_path)?;
        file.try_lock().ok()?;
        let set = Set { lock_path: lock_path.to_owned(), _lock: file, newest: 0 };
        let saves = set.saves();
        if saves.is_empty() {
            set.remove();
            return None;
        }
        Some(Leftover { set, saves })
    }

    /// The saves, the newest first.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.saves
    }

    fn modified(&self) -> Option<std::time::SystemTime> {
        self.saves.first().and_then(|path| fs::metadata(path).ok()?.modified().ok())
    }

    /// Reads the newest save that opens. `parse` takes the bytes and the name that messages give them.
    ///
    /// # Errors
    /// Where none opens: what is wrong with each, the newest first.
    pub fn open<T>(&self, parse: impl Fn(&[u8], &str) -> Result<T, ScenarioError>) -> Result<Opened<T>, Vec<String>> {
        let read = |path: &PathBuf| (path.to_string_lossy().into_owned(), super::read_bounded(path));
        let (place, value, damaged) = first_that_opens(&self.saves, read, parse)?;
        Ok(Opened { value, path: self.saves[place].clone(), damaged })
    }

    /// Puts it aside: it is offered no more, and removed at the next start of the program.
    ///
    /// # Errors
    /// [`StoreError::Write`] where a file cannot be renamed; it is offered again then.
    pub fn discard(self) -> Result<(), StoreError> {
        self.rename(DISCARDED)
    }

    /// Keeps aside what cannot be opened: it is offered no more, and stays until somebody removes it. Says where.
    ///
    /// # Errors
    /// As [`Leftover::discard`].
    pub fn keep_aside(self) -> Result<Vec<PathBuf>, StoreError> {
        let aside = self.saves.iter().map(|path| with_end(path, DAMAGED)).collect();
        self.rename(DAMAGED)?;
        Ok(aside)
    }

    fn rename(self, end: &str) -> Result<(), StoreError> {
        for path in &self.saves {
            let aside = with_end(path, end);
            fs::rename(path, aside).map_err(|source| StoreError::Write { path: path.clone(), source })?;
        }
        self.set.remove();
        Ok(())
    }
}
