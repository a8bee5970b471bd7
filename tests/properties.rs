//! What holds for any input: the properties of the fuzz targets, on what the fuzzer has kept and on mutations of it.
#![cfg(feature = "cli")]

use std::path::Path;
use std::time::{Duration, Instant};

mod mutation;
mod part;

#[path = "../fuzz/fuzz_targets/arguments_property.rs"]
mod arguments;
#[path = "../fuzz/fuzz_targets/course_property.rs"]
mod course;
#[path = "../fuzz/fuzz_targets/property.rs"]
mod scenario;
#[path = "../fuzz/fuzz_targets/session_property.rs"]
mod session;

/// How long mutations of one corpus are tried, s: all together 20 s.
const SECONDS: u64 = 5;
/// The same in `./check long`.
const LONG_SECONDS: u64 = 60;

/// Holds a property to the corpus of a target, and then to mutations of it, each named by its seed.
fn hold(target: &str, property: impl Fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut names: Vec<_> =
        std::fs::read_dir(corpus).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    let kept: Vec<Vec<u8>> = names.iter().map(|name| std::fs::read(name).expect("a file of the corpus")).collect();
    assert!(kept.len() >= 8, "{} files are not the corpus of {target}", kept.len());
    kept.iter().for_each(|bytes| property(bytes));
    if let Ok(seed) = std::env::var("ISOSHUNT_SEED") {
        let seed = seed.parse().expect("ISOSHUNT_SEED is a whole number");
        return property(&mutation::mutated(&kept, seed));
    }
    let clock = || {
        #[expect(clippy::disallowed_methods, reason = "tried for a time; what is tried does not depend on it")]
        Instant::now()
    };
    let (begun, long) = (clock(), Duration::from_secs(part::of(LONG_SECONDS, SECONDS)));
    let mut seed = 0;
    while clock() - begun < long {
        let told = Told { target, seed };
        property(&mutation::mutated(&kept, seed));
        std::mem::forget(told);
        seed += 1;
    }
    assert!(seed > 20, "{seed} mutations of {target} say little");
}

/// Says which mutation it was where a property panics.
struct Told<'a> {
    target: &'a str,
    seed: u64,
}

impl Drop for Told<'_> {
    #[expect(clippy::print_stderr, reason = "a mutation that breaks a property can be made again")]
    fn drop(&mut self) {
        eprintln!("ISOSHUNT_SEED={} breaks a property of {}", self.seed, self.target);
    }
}

#[test]
fn inv_any_scenario_is_read_whole_or_refused() {
    hold("scenario", scenario::a_file_is_read_whole_or_refused);
}

#[test]
fn inv_any_session_is_read_whole_or_refused() {
    hold("session", |bytes| {
        session::a_session_is_read_whole_or_refused(bytes);
    });
}

#[test]
fn inv_any_arguments_are_understood_or_refused() {
    hold("arguments", arguments::arguments_are_understood_or_refused);
}

#[test]
fn inv_any_course_is_saved_loaded_and_replayed_to_the_bit() {
    hold("course", course::a_course_is_saved_loaded_and_replayed_to_the_bit);
}
