//! What can go wrong with a command, and the exit code that says so.

use std::io;

use thiserror::Error;

use super::bedside::BedsideError;
use super::calc::CalcError;
use super::criteria::{FactError, ToleranceError};
use super::deck::DeckError;
use super::figure::PictureError;
use super::ladder::RungError;
use super::outputs::SameFile;
use super::range::RangeError;
use super::run::PlayError;
use super::times::TimeError;
use super::words::NotSpoken;
use crate::scenario::ScenarioError;
use crate::scenario::sought::NoNumber;
use crate::sim::params::ParamError;
use crate::sim::play::run::ActionError;
use crate::sim::steady::NoSteadyState;
use crate::store::StoreError;
use crate::study::challenge_maker::code::CodeError;
use crate::study::challenge_maker::maker::NoCase;
use crate::study::fit::NoFit;
use crate::study::mechanism::NoMechanism;
use crate::study::twin::NoTwin;
use crate::text::shown;

/// How the program ended; the number is its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; a patient whose O2 supply limits consumption is a result like any other.
    Done = 0,
    /// `validate` or `replay` found a difference, `deck check` something to mend.
    Difference = 1,
    /// Bad input or usage.
    BadInput = 2,
    /// The patient has no steady state.
    NoSteadyState = 3,
    /// Something cannot be read or written.
    Files = 4,
    /// No window can be opened.
    NoWindow = 5,
    /// A signal ended it: what was asked for is written as far as it had come.
    Interrupted = 130,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// Why a command was not done.
#[derive(Debug, Error)]
pub enum CliError {
    /// A `--set` that is not `key=value`.
    #[error("`{text}` is not a setting: write KEY=VALUE, for example fio2=0.5", text = shown(.text))]
    SettingForm {
        /// The text as given.
        text: String,
    },
    /// A key set twice, or set and swept.
    #[error("{key} is given twice")]
    Twice {
        /// The key.
        key: &'static str,
    },
    /// Parameters out of bounds, unknown or in conflict.
    #[error("{}", lines(.0))]
    Params(Vec<ParamError>),
    /// A scenario that is unknown or refused.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// What was said beside a patient.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// A tolerance too short to forgive anything.
    #[error(transparent)]
    Tolerance(#[from] ToleranceError),
    /// A rung that is left out.
    #[error(transparent)]
    Rung(#[from] RungError),
    /// A file that cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Two files that are one.
    #[error(transparent)]
    SameFile(#[from] SameFile),
    /// A signal between two rows.
    #[error("interrupted")]
    Interrupted,
    /// A range of a sweep.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// A time.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// A run that cannot be played as asked for.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// A manoeuvre that makes no sense.
    #[error(transparent)]
    Bedside(#[from] BedsideError),
    /// A formula or its inputs.
    #[error(transparent)]
    Calc(#[from] CalcError),
    /// A plot or its file.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A patient of whom no twin can be made.
    #[error(transparent)]
    Twin(NoTwin),
    /// Gases that no lung gives.
    #[error(transparent)]
    Fit(NoFit),
    /// A patient whose mechanism cannot be told.
    #[error(transparent)]
    Mechanism(NoMechanism),
    /// A claim without an answer.
    #[error(transparent)]
    NoNumber(#[from] NoNumber),
    /// A deck, or votes on it.
    #[error(transparent)]
    Deck(#[from] DeckError),
    /// A case code that is none.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A code of which no case comes.
    #[error(transparent)]
    NoCase(#[from] NoCase),
    /// A language that the window cannot speak.
    #[error(transparent)]
    Words(#[from] NotSpoken),
    /// The patient has no steady state.
    #[error("no steady state: {0}")]
    NoSteadyState(#[from] NoSteadyState),
    /// Standard output does not take what is written.
    #[error("cannot write standard output: {source}")]
    Output {
        /// The operating system's reason.
        #[from]
        source: io::Error,
    },
}

impl CliError {
    /// The exit code that says so.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            CliError::Play(PlayError::Refused { refused, .. })
                if matches!(*refused.source, ActionError::NoSteadyState(_)) =>
            {
                Exit::NoSteadyState
            }
            CliError::Interrupted => Exit::Interrupted,
            CliError::SettingForm { .. }
            | CliError::Twice { .. }
            | CliError::Params(_)
            | CliError::Scenario(_)
            | CliError::SameFile(_)
            | CliError::Range(_)
            | CliError::Time(_)
            | CliError::Play(_)
            | CliError::Bedside(_)
            | CliError::Picture(_)
            | CliError::Twin(_)
            | CliError::Fit(_)
            | CliError::Mechanism(_)
            | CliError::Fact(_)
            | CliError::Tolerance(_)
            | CliError::Rung(_)
            | CliError::NoNumber(_)
            | CliError::Deck(_)
            | CliError::Code(_)
            | CliError::NoCase(_)
            | CliError::Words(_)
            | CliError::Calc(_) => Exit::BadInput,
            // The file could be read, it is only more than a scenario can be.
            CliError::Store(StoreError::TooLarge { .. }) => Exit::BadInput,
            CliError::Store(_) => Exit::Files,
            CliError::NoSteadyState(_) => Exit::NoSteadyState,
            // Whoever read the output has seen enough.
            CliError::Output { source } if source.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            CliError::Output { .. } => Exit::Files,
        }
    }
}

/// One message a line.
fn lines<T: ToString>(errors: &[T]) -> String {
    errors.iter().map(T::to_string).collect::<Vec<_>>().join("\n")
}
