//! What can be asked of a session, and what a session asks of its host in turn.
//!
//! Views return commands; scripts and tests speak them too. They are plain data without paths, so they can be written
//! down, sent and played again. Files are the host's: a session asks for one by a [`Request`], whose answer is a later
//! command, and waits for nothing.
//!
//! ```
//! use isoshunt::app::Command;
//! use isoshunt::sim::params::ParamId;
//! let text = serde_json::to_string(&Command::Set(ParamId::Fio2, 0.6)).unwrap();
//! assert_eq!(text, r#"{"set":{"fio2_frac":0.6}}"#);
//! assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), Command::Set(ParamId::Fio2, 0.6));
//! ```

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::app::patient_file::NotOpened;
use crate::scenario::ScenarioError;
use crate::sim::params::{ParamError, ParamId, SwitchId};
use crate::sim::play::instruments::SampleOrder;
use crate::sim::play::moves::Move;
use crate::sim::play::run::ActionError;
use crate::text::words;

/// Name of an option of a switch; a name of its own, or serde would take it from the text that is read.
pub type OptionName = &'static str;

/// What can be asked of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Sets a parameter. Changes between [`Command::GestureStart`] and [`Command::GestureEnd`] are one step of undo.
    #[serde(with = "as_param")]
    Set(ParamId, f64),
    /// Turns a switch to one of its options.
    #[serde(with = "as_switch")]
    Switch(SwitchId, OptionName),
    /// A drag begins.
    GestureStart,
    /// A drag ends.
    GestureEnd,
    /// Loads a built-in patient by its id; undo brings the present one back.
    LoadBuiltin(String),
    /// Takes the last action back. In time, parameters go back as an action of the present moment.
    Undo,
    /// Repeats what undo took back.
    Redo,
    /// Back to the patient as loaded; undo brings the changes back.
    Reset,
    /// Takes the notice off the screen.
    DismissNotice,
    /// Holds what is shown beside what comes: numbers, curves and paths are counted from it, under its name.
    HoldBeside,
    /// Lets go what is held beside, or what was before the last action.
    LetGo,
    /// Looks at the patient in this way. What was set meanwhile acts on the run from now on.
    Look(Mode),
    /// Lets time run; begins a run where there is none.
    Run,
    /// Lets time stand.
    Pause,
    /// Takes one step of the run, and lets time stand.
    Step,
    /// Sets how fast time runs: one of [`crate::app::clock::SPEEDS`].
    Speed(u32),
    /// Puts the run into the steady state of its parameters.
    JumpToSteady,
    /// Draws a sample of blood.
    Draw(SampleOrder),
    /// Makes a move at the bedside; one that takes time begins a run.
    Make(Move),
    /// Remembers this moment of the run.
    SetCheckpoint,
    /// Returns to a checkpoint of the run, the start being 0; undo brings the present back.
    ReturnTo(usize),
    /// Plays no more of the scenario's timeline; undo brings back this moment, and the timeline with it.
    StopTimeline,
    /// Has the run written to a session file.
    Save,
    /// Has the patient, as he is set, written as a scenario of one's own.
    SavePatient {
        /// His name; empty for that of the one he was made from.
        title: String,
        /// What he teaches, the first sentence before all; empty as well.
        text: String,
    },
    /// Has the trend of the run written as CSV, one row a second.
    SaveTrend,
    /// Makes no more of a saved run again: it stands where that has come, or goes on without the trend of its past.
    StopMakingAgain,
    /// Has a file read: its run is then gone on with, or its patient shown.
    Open,
    /// The host has written what it was asked to, or has not.
    Written {
        /// What it holds.
        kind: FileKind,
        /// Where it stands, in the host's words; or why nothing was written.
        outcome: Result<String, HostError>,
    },
    /// The host has read a file, or has not: goes on with its run, or shows its patient; undo brings the present one
    /// back.
    Read {
        /// Its name and contents, or why they could not be read.
        outcome: Result<(String, Vec<u8>), HostError>,
    },
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A run.
    Session,
    /// The trend of a run as CSV.
    Trend,
    /// A patient.
    Patient,
}

/// What a session asks of its host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Write a file; the answer is [`Command::Written`].
    Put {
        /// A name for it, as a proposal.
        name: String,
        /// What it holds.
        kind: FileKind,
        /// The file.
        bytes: Vec<u8>,
    },
    /// Read a file; the answer is [`Command::Read`].
    Get {
        /// What it is to hold.
        kind: FileKind,
    },
}

/// Why a host did not do what was asked of it, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{reason}")]
pub struct HostError {
    /// The reason.
    pub reason: String,
}

impl HostError {
    /// A host's own error.
    #[must_use]
    pub fn new(reason: &impl std::error::Error) -> Self {
        HostError { reason: reason.to_string() }
    }
}

/// Ways to look at a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Its steady state, at once.
    #[default]
    Steady,
    /// The run, as time goes on.
    InTime,
}

/// Why a command was refused; the patient is as before.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CommandError {
    /// A parameter outside its bounds, or a broken rule.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A scenario that is not built in.
    #[error("{}", words::files::unknown_patient(.id))]
    UnknownScenario {
        /// The id as given.
        id: String,
    },
    /// What the run does not allow.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// A session that cannot be read or written.
    #[error(transparent)]
    Session(#[from] ScenarioError),
    /// A file that holds neither a patient nor a run.
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    /// The host did not read or write.
    #[error(transparent)]
    Host(#[from] HostError),
    /// A saved run that is not there yet.
    #[error("{}", words::files::still_made_again())]
    MadeAgain,
    /// No run to be saved.
    #[error("{}", words::files::no_run_yet())]
    NoRun,
    /// A checkpoint that is not there.
    #[error("{}", words::files::no_such_checkpoint(.index))]
    UnknownCheckpoint {
        /// Its index.
        index: usize,
    },
}

/// A parameter with its value as `{"fio2_frac": 0.6}`.
mod as_param {
    use serde::{Deserializer, Serializer, de::Error};

    use crate::sim::params::setting::{as_object, from_object};
    use crate::sim::params::{ParamId, Setting};

    pub(super) fn serialize<S: Serializer>(id: &ParamId, value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        as_object(&[Setting::Param(*id, *value)], serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(ParamId, f64), D::Error> {
        match from_object(deserializer)?[..] {
            [Setting::Param(id, value)] => Ok((id, value)),
            _ => Err(D::Error::custom("one parameter is set at a time")),
        }
    }
}

/// A switch with its option as `{"ecmo": "on"}`.
mod as_switch {
    use serde::{Deserializer, Serializer, de::Error};

    use crate::sim::params::setting::{as_object, from_object};
    use crate::sim::params::{Setting, SwitchId};

    pub(super) fn serialize<S: Serializer>(id: &SwitchId, option: &str, serializer: S) -> Result<S::Ok, S::Error> {
        let known = id.option_index(option).map(|index| id.options()[index]);
        let option = known.ok_or_else(|| serde::ser::Error::custom("no option of this switch"))?;
        as_object(&[Setting::Switch(*id, option)], serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<(SwitchId, &'static str), D::Error> {
        match from_object(deserializer)?[..] {
            [Setting::Switch(id, option)] => Ok((id, option)),
            _ => Err(D::Error::custom("one switch is turned at a time")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::play::instruments::{Mistake, Site};
    use crate::sim::play::moves::MoveKind;

    #[test]
    fn inv_a_command_is_the_same_after_it_was_written_down() {
        let order = SampleOrder::new(Site::Arterial, Mistake::None).expect("a sample");
        let refused = HostError { reason: "the disk is full".to_owned() };
        for command in [
            Command::Set(ParamId::Peep, 12.0),
            Command::Switch(SwitchId::Ecmo, "on"),
            Command::GestureStart,
            Command::LoadBuiltin("copd".to_owned()),
            Command::Look(Mode::InTime),
            Command::Speed(60),
            Command::SavePatient { title: "Bed 7".to_owned(), text: String::new() },
            Command::HoldBeside,
            Command::Draw(order),
            Command::Make(MoveKind::SustainedInflation.usual()),
            Command::ReturnTo(3),
            Command::Written { kind: FileKind::Trend, outcome: Err(refused) },
            Command::Read { outcome: Ok(("a.json".to_owned(), b"{}".to_vec())) },
        ] {
            let text = serde_json::to_string(&command).expect("plain data");
            assert_eq!(serde_json::from_str::<Command>(&text).expect("what was written"), command, "{text}");
        }
    }

    #[test]
    fn inv_a_command_that_is_none_is_not_read() {
        for text in [
            r#"{"set":{"fio2_frac":60}}"#,
            r#"{"set":{"fio2_frac":0.5,"peep_cmh2o":5}}"#,
            r#"{"set":{"ecmo":"on"}}"#,
            r#"{"switch":{"ecmo":"perhaps"}}"#,
            r#"{"switch":{"fio2_frac":0.5}}"#,
            r#"{"save_as":"/home"}"#,
        ] {
            assert!(serde_json::from_str::<Command>(text).is_err(), "{text}");
        }
    }
}
