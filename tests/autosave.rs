//! Autosave through the file system and across processes: what is left of a program that was killed, declined, or had
//! no room to write.
//!
//! The processes are this test itself, started again with [`CHILD`] in its environment.

#![allow(clippy::disallowed_methods, reason = "what is tested here happens in time")]
#![allow(clippy::print_stdout, reason = "a started copy tells the test what it has done")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use isoshunt::scenario::session::{self, Session};
use isoshunt::scenario::{self, Scenario, ScenarioError};
use isoshunt::sim::play::run::Run;
use isoshunt::store::native::autosave::{Autosave, Leftover, default_folder};
use isoshunt::store::{SAVE_EVERY_S, clock, native};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// Names the folder in which a started copy of this test saves.
const CHILD: &str = "ISOSHUNT_TEST_AUTOSAVE_CHILD";
/// How the copy behaves: `steady`, `fast`, `panic`, `limited`.
const MODE: &str = "ISOSHUNT_TEST_AUTOSAVE_MODE";
/// Most work that may be lost, ms.
const MOST_LOST_MS: u64 = 5000;

/// Wall-clock time of one step of a started copy, ms.
const STEP_MS: u64 = 16;

/// Held for writing while a child is made: until it is another program it holds every lock that this one does.
static FORKS: RwLock<()> = RwLock::new(());

/// Keeps other tests from making children.
fn apart() -> RwLockReadGuard<'static, ()> {
    FORKS.read().unwrap_or_else(PoisonError::into_inner)
}

fn patient() -> &'static Scenario {
    &scenario::builtin()[0]
}

/// A run after so many steps.
fn run(steps: u64) -> Run {
    let mut run = Run::new(&patient().params, 7);
    run.advance(steps);
    run
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_millis()).expect("a clock before the year 500,000,000")
}

fn bytes(run: &Run) -> Result<Vec<u8>, ScenarioError> {
    session::to_json(&Session::new(patient(), run, clock::now())).map(String::into_bytes)
}

fn save(autosave: &Autosave, steps: u64) {
    let run = run(steps);
    autosave.save(move || bytes(&run));
    autosave.flush();
}

fn parse(bytes: &[u8], origin: &str) -> Result<Session, ScenarioError> {
    session::parse(bytes, origin)
}

/// Steps of the newest save that opens.
fn steps_of(leftover: &Leftover) -> u64 {
    leftover.open(parse).expect("a save that opens").value.steps
}

fn names(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn open(folder: &Path) -> Autosave {
    Autosave::open(folder).expect("a thread")
}

#[test]
fn inv_nothing_is_written_before_the_first_save() {
    let _no_forks = apart();
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("deep/autosave");
    let autosave = open(&folder);
    assert!(autosave.leftovers().is_empty());
    autosave.finish(true);
    assert!(!folder.exists());
}

#[test]
fn inv_the_living_are_not_offered_and_the_dead_are() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let [living, dying] = [open(folder.path()), open(folder.path())];
    save(&living, 5);
    save(&dying, 6);
    let later = open(folder.path());
    assert!(later.leftovers().is_empty() && living.leftovers().is_empty());
    drop(dying);
    let offered = later.leftovers();
    assert_eq!(offered.iter().map(steps_of).collect::<Vec<_>>(), [6]);
    // Nor to a third as long as it is being decided on.
    assert!(living.leftovers().is_empty());
    drop(offered);
    assert_eq!(living.leftovers().len(), 1);
    // A name of its own: the living one goes on to save, and neither touches the other.
    save(&living, 7);
    drop(living);
    let all: BTreeSet<_> = later.leftovers().iter().map(steps_of).collect();
    assert_eq!(all, BTreeSet::from([6, 7]));
}

#[test]
fn inv_the_newest_save_and_the_one_before_are_kept() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    for steps in 1..=5 {
        save(&autosave, steps);
    }
    assert_eq!(autosave.status().saves, 5);
    let newest = autosave.newest().expect("where the newest is");
    drop(autosave);
    let offered = open(folder.path()).leftovers().pop().expect("a leftover");
    assert_eq!(offered.paths().len(), 2);
    assert_eq!(offered.paths()[0], newest);
    let steps: Vec<_> = offered
        .paths()
        .iter()
        .map(|path| parse(&fs::read(path).expect("a save"), "save").expect("it opens").steps)
        .collect();
    assert_eq!(steps, [5, 4]);
}

#[test]
fn inv_a_damaged_save_falls_back_to_the_one_before() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    save(&autosave, 1);
    save(&autosave, 2);
    let newest = autosave.newest().expect("where the newest is");
    drop(autosave);
    let whole = fs::read(&newest).expect("a save");
    fs::write(&newest, &whole[..whole.len() / 20]).expect("the beginning of it");

    let offered = open(folder.path()).leftovers().pop().expect("a leftover");
    let opened = offered.open(parse).expect("the one before opens");
    assert_eq!(opened.value.steps, 1);
    assert_eq!(opened.path, offered.paths()[1]);
    let [message] = opened.damaged.as_slice() else { panic!("{:?}", opened.damaged) };
    assert!(message.starts_with(&newest.to_string_lossy().into_owned()) && message.contains("line 1"), "{message}");

    // Both: nothing opens, and nothing is removed.
    fs::write(&offered.paths()[1], "").expect("an empty one");
    assert_eq!(offered.open(parse).expect_err("nothing opens").len(), 2);
    drop(offered);
    assert_eq!(names(folder.path()).len(), 3);
}

#[test]
fn inv_what_is_discarded_is_kept_until_the_next_start() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    save(&autosave, 1);
    save(&autosave, 2);
    drop(autosave);

    let second = open(folder.path());
    second.leftovers().pop().expect("a leftover").discard().expect("it is put aside");
    assert!(second.leftovers().is_empty());
    let aside = names(folder.path());
    assert_eq!(aside.len(), 2);
    assert!(aside.iter().all(|name| name.ends_with(".json.discarded")), "{aside:?}");
    let whole = aside.iter().all(|name| parse(&fs::read(folder.path().join(name)).expect("a file"), name).is_ok());
    assert!(whole);
    drop(second);

    drop(open(folder.path()));
    assert_eq!(names(folder.path()), BTreeSet::new());
}

#[test]
fn inv_what_is_restored_stays_until_it_is_saved_anew() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    save(&autosave, 9);
    drop(autosave);

    // The program that took it up dies before its first save.
    let second = open(folder.path());
    second.restored(second.leftovers().pop().expect("a leftover"));
    assert!(second.leftovers().is_empty());
    drop(second);

    let third = open(folder.path());
    third.restored(third.leftovers().pop().expect("it is offered again"));
    save(&third, 10);
    drop(third);
    let offered = open(folder.path()).leftovers();
    assert_eq!(offered.iter().map(steps_of).collect::<Vec<_>>(), [10]);
}

#[test]
fn inv_a_program_that_finishes_leaves_what_it_is_told_to() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    save(&autosave, 1);
    autosave.finish(true);
    let second = open(folder.path());
    second.restored(second.leftovers().pop().expect("a leftover"));
    second.finish(false);
    let left = names(folder.path());
    assert!(left.len() == 1 && left.iter().all(|name| name.ends_with(".discarded")), "{left:?}");
    let third = open(folder.path());
    save(&third, 2);
    third.finish(false);
    assert_eq!(names(folder.path()), BTreeSet::new());
}

#[test]
fn inv_a_job_that_waits_gives_way_to_a_newer_one() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let first = bytes(&run(1));
    autosave.save(move || {
        begun.send(()).expect("the test listens");
        may_go_on.recv().expect("the test says so");
        first
    });
    has_begun.recv().expect("the writer begins");
    // The disk is slow now; the run is not.
    for steps in 2..=100 {
        let run = run(steps);
        autosave.save(move || bytes(&run));
    }
    go_on.send(()).expect("the writer listens");
    autosave.flush();
    assert_eq!(autosave.status().saves, 2);
    drop(autosave);
    assert_eq!(steps_of(&open(folder.path()).leftovers()[0]), 100);
}

#[test]
fn inv_a_run_that_cannot_be_written_leaves_the_last_that_could() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let autosave = open(folder.path());
    save(&autosave, 3);
    let half = bytes(&run(4)).expect("a session").split_off(1000);
    autosave.save(move || parse(&half, "the session").map(|_| half));
    autosave.flush();
    let error = autosave.status().error.expect("an error").to_string();
    assert!(error.starts_with("the run is not being saved automatically: the session: line 1"), "{error}");
    assert_eq!(autosave.status().saves, 1);
    save(&autosave, 5);
    assert_eq!(autosave.status().error, None);
    drop(autosave);
    assert_eq!(steps_of(&open(folder.path()).leftovers()[0]), 5);
}

/// A file where the folder should be: also root cannot write there.
#[test]
fn inv_a_folder_that_cannot_be_written_is_told_and_tried_again() {
    let _no_forks = apart();
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("autosave");
    fs::write(&folder, "in the way").expect("a file");
    let autosave = open(&folder);
    assert!(autosave.leftovers().is_empty());
    save(&autosave, 1);
    let error = autosave.status().error.expect("an error").to_string();
    assert!(error.contains("cannot write") && error.contains(&*folder.to_string_lossy()), "{error}");
    fs::remove_file(&folder).expect("out of the way");
    save(&autosave, 2);
    let status = autosave.status();
    assert_eq!((status.saves, status.error), (1, None));
}

#[test]
fn inv_the_folder_is_the_users_data_folder() {
    let folder = |set: &[(&str, &str)]| {
        let value = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into());
        default_folder(value)
    };
    let own = [("ISOSHUNT_DATA_DIR", "here"), ("XDG_DATA_HOME", "/data"), ("HOME", "/home/a")];
    assert_eq!(folder(&own), Some(PathBuf::from("here/autosave")));
    if cfg!(target_os = "linux") {
        assert_eq!(folder(&own[1..]), Some(PathBuf::from("/data/isoshunt/autosave")));
        assert_eq!(folder(&own[2..]), Some(PathBuf::from("/home/a/.local/share/isoshunt/autosave")));
        let relative = [("XDG_DATA_HOME", "data"), ("HOME", "/home/a")];
        assert_eq!(folder(&relative), Some(PathBuf::from("/home/a/.local/share/isoshunt/autosave")));
    }
    assert_eq!(folder(&[]), None);
}

/// Not a test of its own: what a started copy does.
#[test]
fn child() {
    let (Ok(folder), Ok(mode)) = (std::env::var(CHILD), std::env::var(MODE)) else { return };
    let autosave = open(Path::new(&folder));
    autosave.install_panic_hook();
    match mode.as_str() {
        // As the window does it: something changes all the time, and is saved every few seconds.
        // The seed says when it began, and its steps how long ago that is.
        "steady" => {
            let (begun_ms, mut saved) = (unix_ms(), Instant::now());
            let mut run = Run::new(&patient().params, begun_ms);
            loop {
                run.advance(((unix_ms() - begun_ms) / STEP_MS).saturating_sub(run.steps()));
                if saved.elapsed().as_secs_f64() >= SAVE_EVERY_S {
                    saved = Instant::now();
                    let now = run.clone();
                    autosave.save(move || bytes(&now));
                }
                thread::sleep(Duration::from_millis(STEP_MS));
            }
        }
        // One save after the other, each told once it is on the disk: most of the time something is being written, and
        // it is so much that a kill may come in its middle.
        "fast" => {
            let text = String::from_utf8(bytes(&run(0)).expect("a session")).expect("text");
            let large = " ".repeat(4_000_000);
            for steps in 1.. {
                let text = large.clone() + &text.replace("\"steps\":0", &format!("\"steps\":{steps}"));
                autosave.save(|| Ok(text.into_bytes()));
                autosave.flush();
                println!("saved {steps}");
            }
        }
        // The writer still has the save before in hand.
        "panic" => {
            save(&autosave, 1);
            let (begun, has_begun) = std::sync::mpsc::channel();
            autosave.save(move || {
                begun.send(()).expect("the test listens");
                thread::sleep(Duration::from_millis(100));
                bytes(&run(2))
            });
            has_begun.recv().expect("the writer begins");
            autosave.save(|| bytes(&run(3)));
            panic!("a gas\u{7} of negative pressure");
        }
        // The disk is full for all but small files.
        "limited" => {
            save(&autosave, 1);
            let large = " ".repeat(1 << 20).into_bytes();
            autosave.save(|| Ok(large));
            autosave.flush();
            let error = autosave.status().error.expect("an error");
            println!("told {error}");
            save(&autosave, 3);
            println!("then {:?} {}", autosave.status().error, autosave.status().saves);
        }
        other => panic!("{other}"),
    }
}

fn start(folder: &Path, mode: &str) -> Child {
    let test = std::env::current_exe().expect("this test");
    let mut command = Command::new(&test);
    if mode == "limited" {
        // 128 blocks of 512 bytes or 1 KiB; ignoring the signal turns it into an error of the write.
        command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""]).arg(&test);
    }
    let _no_claims = FORKS.write().unwrap_or_else(PoisonError::into_inner);
    command
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .env(MODE, mode)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a copy of this test")
}

fn output(mut child: Child) -> (String, String) {
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
    child.wait().expect("it ends");
    (out, err)
}

/// Fifty programs live at once and are killed at random moments of their first fifteen seconds.
#[test]
#[cfg(unix)]
fn inv_a_killed_program_loses_at_most_five_seconds() {
    let root = tempfile::tempdir().expect("a folder");
    // All in one folder: each has its own files there.
    let mut random = SmallRng::seed_from_u64(50);
    let mut children: Vec<_> =
        (0..50).map(|_| (random.random_range(0.0..15.0_f64), start(root.path(), "steady"))).collect();
    children.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let begun = Instant::now();
    let reader = open(root.path());
    let (mut found, mut oldest_ms) = (0, 0);
    for (at_s, child) in &mut children {
        thread::sleep(Duration::from_secs_f64(*at_s).saturating_sub(begun.elapsed()));
        child.kill().expect("it lives");
        let killed_ms = unix_ms();
        child.wait().expect("it is dead");
        let offered = reader.leftovers();
        assert!(offered.len() <= 1, "{} programs died of one kill", offered.len());
        // Before its first save a program has nothing, and has not run for longer than may be lost.
        if begun.elapsed() > Duration::from_millis(MOST_LOST_MS + 1000) {
            assert_eq!(offered.len(), 1, "killed after {at_s} s");
        }
        for leftover in offered {
            let opened = leftover.open(parse).expect("it opens");
            assert_eq!(opened.damaged, Vec::<String>::new());
            let run = opened.value;
            oldest_ms = oldest_ms.max(killed_ms - run.seed - run.steps * STEP_MS);
            leftover.discard().expect("it is put aside");
            found += 1;
        }
    }
    assert!(oldest_ms <= MOST_LOST_MS, "{oldest_ms} ms lost");
    assert!(found >= 25, "only {found} had saved");
    assert!(!names(root.path()).iter().any(|name| name.ends_with(".tmp") || name.ends_with(".lock")));
}

/// Killed while it writes: fifty times at a random moment of a save.
#[test]
#[cfg(unix)]
fn inv_a_program_killed_while_it_writes_leaves_a_whole_save() {
    let mut random = SmallRng::seed_from_u64(9);
    for kill in 0..50 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = start(folder.path(), "fast");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        // Not before it has begun.
        let told = |line: std::io::Result<String>| line.ok()?.split("saved ").nth(1)?.parse::<u64>().ok();
        let first = lines.by_ref().find_map(told).expect("a first save");
        thread::sleep(Duration::from_secs_f64(random.random_range(0.0..0.1)));
        child.kill().expect("it lives");
        child.wait().expect("it is dead");
        let last = lines.filter_map(told).last().unwrap_or(first);
        let reader = open(folder.path());
        let leftover = reader.leftovers().pop().expect("a leftover");
        let opened = leftover.open(parse).expect("it opens");
        assert_eq!(opened.damaged, Vec::<String>::new(), "kill {kill}");
        let steps = opened.value.steps;
        assert!((last..=last + 1).contains(&steps), "kill {kill}: {steps}, and {last} was told");
    }
}

#[test]
fn inv_a_panic_saves_what_waits_and_says_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, errors) = output(start(folder.path(), "panic"));
    let leftover = open(folder.path()).leftovers().pop().expect("a leftover");
    assert_eq!(steps_of(&leftover), 3);
    let ours: Vec<_> = errors.lines().filter(|line| !line.is_empty()).collect();
    // Then the hook before has its turn, here that of the tests.
    let [line, others @ ..] = ours.as_slice() else { panic!("{errors}") };
    assert!(others.iter().any(|line| line.contains("panicked at")), "{errors}");
    assert!(line.starts_with("isoshunt: internal error at "), "{line}");
    assert!(line.contains("a gas\\u{7} of negative pressure"), "{line}");
    assert!(line.contains(&*leftover.paths()[0].to_string_lossy()), "{line}");
}

#[test]
#[cfg(unix)]
fn inv_a_full_disk_is_told_and_the_run_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (out, errors) = output(start(folder.path(), "limited"));
    assert!(out.contains("told the run is not being saved automatically: cannot write"), "{out}{errors}");
    assert!(out.contains("then None 2"), "{out}{errors}");
    assert_eq!(steps_of(&open(folder.path()).leftovers()[0]), 3);
}

/// The folder goes while the program runs, with all that was in it: the next save makes it again.
#[test]
fn regress_a_folder_that_disappears_is_made_again() {
    let _no_forks = apart();
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("autosave");
    let autosave = open(&folder);
    save(&autosave, 1);
    fs::remove_dir_all(&folder).expect("it goes");
    save(&autosave, 2);
    assert_eq!(autosave.status().error, None);
    drop(autosave);
    assert_eq!(steps_of(&open(&folder).leftovers()[0]), 2);
}

/// Nothing waits for a FIFO, whatever it is called, and no link leads out of the folder.
#[cfg(unix)]
#[test]
fn regress_nothing_waits_for_a_fifo_in_the_folder() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let outside = tempfile::NamedTempFile::new().expect("a file");
    for name in ["1-1-0.lock", "1-1-0.tmp", "2-2-0.tmp", "3-3-0.3.json", ".isoshunt-1-1.tmp"] {
        assert!(Command::new("mkfifo").arg(folder.path().join(name)).status().expect("mkfifo").success());
    }
    fs::write(folder.path().join("3-3-0.lock"), "").expect("written");
    std::os::unix::fs::symlink(outside.path(), folder.path().join("4-4-0.lock")).expect("a link");
    fs::write(folder.path().join("4-4-0.1.json"), bytes(&run(1)).expect("a session")).expect("written");
    let autosave = open(folder.path());
    let offered = autosave.leftovers();
    assert_eq!(offered.len(), 1, "a link is no lock");
    assert!(offered[0].open(parse).is_err());
    save(&autosave, 1);
    assert_eq!(autosave.status().error, None);
    native::write_atomic(&folder.path().join("settings.json"), b"{}").expect("written");
    assert!(outside.path().exists());
}

/// What a program left that was killed while it wrote goes with the next file that is written there.
#[test]
fn regress_temporary_files_of_the_dead_are_removed() {
    let _no_forks = apart();
    let folder = tempfile::tempdir().expect("a folder");
    let dead = folder.path().join(".isoshunt-4000000-0.tmp");
    fs::write(&dead, "half a file").expect("written");
    let living = native::AtomicFile::create(&folder.path().join("a")).expect("a file");
    assert!(!dead.exists());
    native::write_atomic(&folder.path().join("b"), b"whole").expect("written");
    living.commit().expect("it is still there");
    assert_eq!(names(folder.path()), ["a", "b"].map(str::to_owned).into());
}
