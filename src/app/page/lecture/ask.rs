//! What can be asked of page Lecture, and where a deck is from.

use crate::scenario::Scenario;

/// Where a deck is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The program.
    Program(String),
    /// A file, at the place that a person has named.
    File(String),
}

/// What can be asked of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Plays a deck from its first step.
    Open(Source),
    /// Leaves the deck, which is kept with its votes; or the lines of a class that lie over it.
    Close,
    /// Goes on with a deck that was left: its place in [`Lecture::left`](super::Lecture::left).
    Resume(usize),
    /// Writes the votes of a deck that was left: its place in [`Lecture::left`](super::Lecture::left).
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
