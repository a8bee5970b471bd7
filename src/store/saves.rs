//! Saves of the running program, and what programs before it have left: what a host gives for them.
//!
//! How a program ends decides what is left: [`Saves::finish`] removes what it has saved or keeps it, as it is told; a
//! program that ends in any other way leaves it behind.

use std::fmt;

use super::{Done, StoreError, Told};
use crate::scenario::ScenarioError;
use crate::scenario::session::Session;

/// How often a run that changes is saved, seconds of the wall clock. Below the 5 s that may be lost, so that a slow
/// disk and a late frame have their time.
pub const SAVE_EVERY_S: f64 = 4.0;

/// Gives the bytes of a save, where the host has time for it.
pub type Bytes = Box<dyn FnOnce() -> Result<Vec<u8>, ScenarioError> + Send>;

/// Why a save did not come to the disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the run is not being saved automatically: {reason}")]
pub struct AutosaveError {
    /// What the system or the writer of the format says.
    pub reason: String,
}

/// How saving goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// How many saves came to the disk.
    pub saves: u64,
    /// Why the last try failed; none where it did not.
    pub error: Option<AutosaveError>,
}

/// What a program left that lives no more, as far as it opens. As long as it is not decided on, no other program is
/// offered it.
#[derive(Debug)]
pub struct Left {
    /// By which it is called.
    pub id: u64,
    /// Its newest save that opens.
    pub saved: Session,
    /// Why newer ones were passed over, each with its name.
    pub passed_over: Vec<String>,
}

/// What a program left of which nothing opens: it is kept aside, and told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// What is wrong with each save, the newest first.
    pub why: Vec<String>,
    /// Where each is kept, in the host's words; nowhere where that was not possible: it is told again at the next start.
    pub kept: Vec<String>,
}

/// What programs have left that live no more.
#[derive(Debug, Default)]
pub struct Found {
    /// What can be gone on with, the newest first.
    pub left: Vec<Left>,
    /// What cannot.
    pub damaged: Vec<Damaged>,
}

/// Saves of the running program, and what programs before it have left.
///
/// Dropped without [`Saves::finish`] it keeps what was saved, since nobody said otherwise.
pub trait Saves: fmt::Debug {
    /// Starts to save what `bytes` gives. One that still waits gives way to it.
    fn save(&self, bytes: Bytes);

    /// How saving goes.
    fn status(&self) -> Status;

    /// Starts to look for what programs have left that live no more.
    fn find(&self, done: Told<Found>);

    /// Goes on with what was found. It is put aside as [`Saves::discard`] does it, but only when this program's first
    /// save is kept: should it die before, the other is offered again.
    fn restored(&self, id: u64);

    /// Lets go of what was gone on with, without putting it aside: the next start offers it again.
    fn let_restored_go(&self);

    /// Starts to put aside what was found: it is offered no more, and removed at the next start of the program.
    fn discard(&self, id: u64, done: Done<()>);

    /// On a panic the save that waits is written, and one line on standard error names the panic and where the run is
    /// kept; then the hook before has its turn. Nothing where a host has no such line.
    fn install_panic_hook(&self);

    /// Ends saving, once what waits is written. `keep` says whether the next start offers it: yes where there is work
    /// that was not saved to a file, no where there is nothing to lose.
    fn finish(self: Box<Self>, keep: bool);
}

/// The first of some saves that opens, by its place, and why those before it do not; else what is wrong with each.
pub(super) fn first_that_opens<T, N>(
    saves: &[N],
    read: impl Fn(&N) -> (String, Result<Vec<u8>, StoreError>),
    parse: impl Fn(&[u8], &str) -> Result<T, ScenarioError>,
) -> Result<(usize, T, Vec<String>), Vec<String>> {
    let mut damaged = Vec::new();
    for (place, save) in saves.iter().enumerate() {
        let (name, bytes) = read(save);
        let bytes = bytes.map_err(|error| error.to_string());
        match bytes.and_then(|bytes| parse(&bytes, &name).map_err(|error| error.to_string())) {
            Ok(value) => return Ok((place, value, damaged)),
            Err(message) => damaged.push(message),
        }
    }
    Err(damaged)
}
