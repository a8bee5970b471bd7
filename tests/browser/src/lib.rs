//! The runs of `tests/same_bits` for a host without a system: numbers go out one by one.

#[path = "../../same_bits/runs.rs"]
mod runs;

use runs::PINNED;

/// How many runs there are.
#[unsafe(no_mangle)]
pub extern "C" fn runs_count() -> usize {
    PINNED.len()
}

/// How many numbers a run ends with.
#[unsafe(no_mangle)]
pub extern "C" fn numbers_count(run: usize) -> usize {
    PINNED[run].bits.len()
}

/// The bits that a number must have.
#[unsafe(no_mangle)]
pub extern "C" fn pinned(run: usize, number: usize) -> u64 {
    PINNED[run].bits[number]
}

/// The bits that it has: the run is played for it.
#[unsafe(no_mangle)]
pub extern "C" fn played(run: usize, number: usize) -> u64 {
    (PINNED[run].play)()[number]
}

#[cfg(test)]
mod tests {
    use super::PINNED;

    /// On the machine that builds, with whatever processor it is told to build for.
    #[test]
    fn regress_every_run_ends_as_pinned() {
        for run in PINNED {
            assert_eq!((run.play)(), run.bits);
        }
    }
}
