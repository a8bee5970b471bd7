//! A store without files: everything is kept in memory, for a host that has nothing else, and for tests of the window.
//!
//! Those who share one share what it keeps: a window that is opened on it again finds what the one before has left.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::saves::first_that_opens;
use super::{
    AutosaveError, Bytes, Damaged, Done, Folder, Found, Key, Left, Lines, Listed, Listing, Saves, Status, Store,
    StoreError, Told, check_size, stands_already, whole_lines,
};
use crate::scenario::session;

/// Where files stand for which nobody has said another place.
const HOME: &str = "home";

/// What is kept, and the work that is held back.
#[derive(Default)]
struct Kept {
    files: BTreeMap<String, Vec<u8>>,
    runs: BTreeMap<u64, SavedRun>,
    /// Most bytes that are kept; none for no limit.
    room_bytes: Option<usize>,
    /// Work that waits until [`Memory::go_on`]; none where it is done at once.
    held: Option<Vec<Box<dyn FnOnce() + Send>>>,
}

/// What one program has saved of its run.
#[derive(Debug, Default)]
struct SavedRun {
    /// Whether its program lives, or another decides on it.
    is_claimed: bool,
    /// Whether it was declined: it goes at the next start.
    is_discarded: bool,
    /// Whether nothing of it opens: it is offered no more.
    is_damaged: bool,
    /// The newest save and the one before it, with their numbers.
    saves: Vec<(u64, Vec<u8>)>,
}

/// Keeps everything in memory.
#[derive(Clone, Default)]
pub struct Memory {
    kept: Arc<Mutex<Kept>>,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("files", &self.lock().files.keys()).finish_non_exhaustive()
    }
}

impl Memory {
    /// One that keeps so many bytes at most, as a browser does.
    #[must_use]
    pub fn with_room(room_bytes: usize) -> Self {
        let memory = Memory::default();
        memory.lock().room_bytes = Some(room_bytes);
        memory
    }

    /// Holds work back from now on, as a slow disk does.
    pub fn hold(&self) {
        self.lock().held.get_or_insert_default();
    }

    /// Does what was held back, in the order in which it was asked, and holds no more.
    pub fn go_on(&self) {
        let held = self.lock().held.take();
        held.unwrap_or_default().into_iter().for_each(|work| work());
    }

    /// What stands under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Vec<u8>> {
        self.lock().files.get(&place(key)).cloned()
    }

    /// Puts something under a key, or takes it away.
    pub fn put(&self, key: &Key, bytes: Option<Vec<u8>>) {
        let mut kept = self.lock();
        match bytes {
            Some(bytes) => kept.files.insert(place(key), bytes),
            None => kept.files.remove(&place(key)),
        };
    }

    /// How many saves of runs there are.
    #[must_use]
    pub fn saves_kept(&self) -> usize {
        self.lock().runs.values().map(|run| run.saves.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, work: impl FnOnce(&Memory) + Send + 'static) {
        let own = self.clone();
        if let Some(held) = &mut self.lock().held {
            return held.push(Box::new(move || work(&own)));
        }
        work(self);
    }

    fn read_now(&self, name: &str, most_bytes: u64) -> Result<Vec<u8>, StoreError> {
        let kept = self.lock();
        let missing = || StoreError::Read { path: name.into(), source: io::ErrorKind::NotFound.into() };
        let bytes = kept.files.get(name).ok_or_else(missing)?;
        check_size(Path::new(name), bytes.len() as u64, most_bytes)?;
        Ok(bytes.clone())
    }

    fn write_now(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let mut kept = self.lock();
        let before = kept.files.get(name).map_or(0, Vec::len);
        kept.has_room(name, bytes.len().saturating_sub(before))?;
        kept.files.insert(name.to_owned(), bytes);
        Ok(())
    }
}

impl Kept {
    /// Whether there is room for so many bytes more.
    fn has_room(&self, name: &str, more: usize) -> Result<(), StoreError> {
        let files: usize = self.files.values().map(Vec::len).sum();
        let saves: usize = self.runs.values().flat_map(|run| &run.saves).map(|(_, bytes)| bytes.len()).sum();
        if self.room_bytes.is_some_and(|room| files + saves + more > room) {
            return Err(StoreError::Write { path: name.into(), source: io::ErrorKind::StorageFull.into() });
        }
        Ok(())
    }
}

fn place(key: &Key) -> String {
    let name = || key.own_name().unwrap_or_default();
    match key {
        Key::Typed(path) | Key::Free(path) => path.clone(),
        Key::Votes(_) => Folder::new(HOME.to_owned()).file(&name()),
        Key::New { folder, stem, ending } => Folder::new(folder.clone()).file(&format!("{stem}.{ending}")),
        _ => name(),
    }
}

impl Store for Memory {
    fn keeps_own(&self) -> bool {
        true
    }

    fn home(&self) -> Folder {
        Folder::new(HOME.to_owned())
    }

    fn place(&self, key: &Key) -> String {
        place(key)
    }

    fn read(&self, key: Key, most_bytes: u64, done: Done<Vec<u8>>) {
        self.ask(move |memory| done(memory.read_now(&place(&key), most_bytes)));
    }

    fn write(&self, key: Key, bytes: Vec<u8>, done: Done<String>) {
        self.ask(move |memory| {
            let name = match &key {
                Key::New { folder, stem, ending } => {
                    let is_free = |name: &String| !memory.lock().files.contains_key(name);
                    let mut names = Key::new_places(folder, stem, ending);
                    names.find(is_free).unwrap_or_else(|| place(&key))
                }
                _ => place(&key),
            };
            if matches!(key, Key::Free(_)) && memory.lock().files.contains_key(&name) {
                return done(Err(stands_already(Path::new(&name))));
            }
            done(memory.write_now(&name, bytes).map(|()| name));
        });
    }

    fn open_lines(&self, key: Key, is_line: fn(&str) -> bool, most_bytes: u64, done: Done<Lines>) {
        self.ask(move |memory| {
            let name = place(&key);
            let open = || {
                let read = memory.read_now(&name, most_bytes);
                let bytes = read.or_else(|error| if error.is_missing() { Ok(Vec::new()) } else { Err(error) })?;
                let (whole, broken) = bytes.split_at(whole_lines(&bytes, is_line));
                let mut lines = Lines { text: String::from_utf8_lossy(whole).into_owned(), set_aside: None };
                if !broken.is_empty() {
                    let aside = Path::new(&name).with_extension("bad").to_string_lossy().into_owned();
                    let mut kept = memory.lock();
                    let bad = kept.files.entry(aside.clone()).or_default();
                    bad.extend_from_slice(broken.strip_suffix(b"\n").unwrap_or(broken));
                    bad.push(b'\n');
                    kept.files.insert(name.clone(), whole.to_vec());
                    lines.set_aside = Some(aside);
                }
                memory.lock().has_room(&name, 1)?;
                Ok(lines)
            };
            done(open());
        });
    }

    fn add_line(&self, key: Key, head: String, line: String, done: Done<()>) {
        self.ask(move |memory| {
            let name = place(&key);
            let before = memory.lock().files.get(&name).cloned().filter(|bytes| !bytes.is_empty());
            let mut bytes = before.unwrap_or_else(|| head.into_bytes());
            bytes.extend_from_slice(line.as_bytes());
            done(memory.write_now(&name, bytes));
        });
    }

    fn list(&self, folders: Vec<String>, ending: &'static str, done: Told<Listing>) {
        self.ask(move |memory| {
            let mut found = Listing::default();
            for folder in folders {
                found = look_into(&memory.lock().files, &folder, ending);
                if found.problem.is_none() {
                    break;
                }
            }
            done(found);
        });
    }

    fn is_taken(&self, key: Key, done: Told<bool>) {
        self.ask(move |memory| done(memory.lock().files.contains_key(&place(&key))));
    }

    fn saves(&self) -> Result<Box<dyn Saves>, StoreError> {
        self.lock().runs.retain(|_, run| !run.is_discarded);
        Ok(Box::new(MemorySaves {
            memory: self.clone(),
            status: Arc::default(),
            own: Arc::default(),
            restored: RefCell::default(),
            found: Arc::default(),
        }))
    }

    fn wait(&self, _: Duration) {}
}

/// What stands below a folder: as files are named, so that there is one where a file has its name in front.
fn look_into(files: &BTreeMap<String, Vec<u8>>, folder: &str, ending: &str) -> Listing {
    let path = Path::new(folder);
    let mut out = Listing {
        folder: folder.to_owned(),
        above: Folder::of_file(folder).map(|above| above.name().to_owned()),
        ..Listing::default()
    };
    for name in files.keys() {
        let Ok(below) = Path::new(name).strip_prefix(path) else { continue };
        let mut parts = below.components();
        let (Some(first), rest) = (parts.next(), parts.next()) else { continue };
        let here: PathBuf = path.join(first);
        let listed = Listed::at(&here.to_string_lossy());
        let is_file = rest.is_none();
        let wanted =
            if is_file { here.extension().is_some_and(|own| own == ending) } else { !listed.name.starts_with('.') };
        let among = if is_file { &mut out.files } else { &mut out.folders };
        if wanted && !among.contains(&listed) {
            among.push(listed);
        }
    }
    let has_any = files.keys().any(|name| Path::new(name).starts_with(path));
    if !has_any {
        let missing = StoreError::Read { path: path.to_owned(), source: io::ErrorKind::NotFound.into() };
        out.problem = Some(missing.to_string());
    }
    out
}

/// Saves of a run in memory.
#[derive(Debug)]
struct MemorySaves {
    memory: Memory,
    status: Arc<Mutex<Status>>,
    /// The number of its own, once there is one.
    own: Arc<Mutex<Option<u64>>>,
    restored: RefCell<Vec<u64>>,
    /// What was found and not decided on.
    found: Arc<Mutex<Vec<u64>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemorySaves {
    fn write(memory: &Memory, own: &Mutex<Option<u64>>, bytes: Bytes) -> Result<(), AutosaveError> {
        let refused = |reason: String| AutosaveError { reason };
        let bytes = bytes().map_err(|error| refused(error.to_string()))?;
        let mut kept = memory.lock();
        kept.has_room("autosave", bytes.len()).map_err(|error| refused(error.to_string()))?;
        let next = kept.runs.last_key_value().map_or(0, |(number, _)| number + 1);
        let number = *locked(own).get_or_insert(next);
        let run = kept.runs.entry(number).or_default();
        run.is_claimed = true;
        let newest = run.saves.first().map_or(0, |(number, _)| *number);
        run.saves.insert(0, (newest + 1, bytes));
        run.saves.truncate(2);
        Ok(())
    }

    fn discard_restored(memory: &Memory, restored: Vec<u64>) {
        let mut kept = memory.lock();
        for number in restored {
            if let Some(run) = kept.runs.get_mut(&number) {
                run.is_discarded = true;
            }
        }
    }
}

impl Saves for MemorySaves {
    fn save(&self, bytes: Bytes) {
        let (status, own) = (Arc::clone(&self.status), Arc::clone(&self.own));
        let restored = self.restored.borrow().clone();
        self.memory.ask(move |memory| {
            let written = MemorySaves::write(memory, &own, bytes);
            let mut status = locked(&status);
            match written {
                Ok(()) => {
                    *status = Status { saves: status.saves + 1, error: None };
                    MemorySaves::discard_restored(memory, restored);
                }
                Err(error) => status.error = Some(error),
            }
        });
    }

    fn status(&self) -> Status {
        locked(&self.status).clone()
    }

    fn find(&self, done: Told<Found>) {
        let found = Arc::clone(&self.found);
        self.memory.ask(move |memory| {
            let mut out = Found::default();
            let mut kept = memory.lock();
            let left = |run: &SavedRun| !(run.is_claimed || run.is_discarded || run.is_damaged || run.saves.is_empty());
            for (id, run) in kept.runs.iter_mut().rev().filter(|(_, run)| left(run)) {
                let read = |save: &(u64, Vec<u8>)| (format!("autosave {id}.{}", save.0), Ok(save.1.clone()));
                match first_that_opens(&run.saves, read, |bytes, name| session::parse(bytes, name)) {
                    Ok((_, saved, passed_over)) => {
                        run.is_claimed = true;
                        locked(&found).push(*id);
                        out.left.push(Left { id: *id, saved, passed_over });
                    }
                    Err(why) => {
                        run.is_damaged = true;
                        let kept = run.saves.iter().map(|save| read(save).0).collect();
                        out.damaged.push(Damaged { why, kept });
                    }
                }
            }
            drop(kept);
            done(out);
        });
    }

    fn restored(&self, id: u64) {
        locked(&self.found).retain(|found| *found != id);
        self.restored.borrow_mut().push(id);
    }

    fn let_restored_go(&self) {
        let mut kept = self.memory.lock();
        for id in self.restored.take() {
            if let Some(run) = kept.runs.get_mut(&id) {
                run.is_claimed = false;
            }
        }
    }

    fn discard(&self, id: u64, done: Done<()>) {
        locked(&self.found).retain(|found| *found != id);
        self.memory.ask(move |memory| {
            MemorySaves::discard_restored(memory, vec![id]);
            done(Ok(()));
        });
    }

    fn install_panic_hook(&self) {}

    fn finish(self: Box<Self>, keep: bool) {
        if !keep {
            if let Some(own) = locked(&self.own).take() {
                self.memory.lock().runs.remove(&own);
            }
            MemorySaves::discard_restored(&self.memory, self.restored.take());
        }
    }
}

impl Drop for MemorySaves {
    /// What nobody has decided on is offered again, and what was saved is kept.
    fn drop(&mut self) {
        let own = *locked(&self.own);
        let claimed = locked(&self.found).drain(..).chain(self.restored.take()).chain(own).collect::<Vec<_>>();
        let mut kept = self.memory.lock();
        for id in claimed {
            if let Some(run) = kept.runs.get_mut(&id) {
                run.is_claimed = false;
            }
        }
    }
}
