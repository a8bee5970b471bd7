//! `replay`: a saved session once more from its beginning.

use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use super::args;
use super::error::{CliError, Exit};
use super::run::{File, Table};
use super::times;
use crate::scenario::session::{self, MAX_SESSION_BYTES, Session};
use crate::sim::play::run::{Run, RunState};
use crate::store;
use crate::text::{shown, shown_to};

/// Most characters of a file's name in a message.
const NAME_CHARS: usize = 1000;

/// Plays the session and says whether it ends as it was saved.
///
/// # Errors
/// [`CliError`]: a file that cannot be read, is refused, or holds something that cannot be done to its patient.
pub(super) fn print(out: &mut dyn Write, options: &args::Replay) -> Result<Exit, CliError> {
    let origin = options.session.to_string_lossy();
    // What the file says of its end is an end of that patient: that is judged before anything is played.
    let Session { initial, run: end, .. } = read(&options.session)?;
    let (seed, steps, events) = (end.seed(), end.steps(), end.events());
    let table = Table::new(&options.table, steps)?;
    let mut run = Run::new(&initial.params, seed);
    match options.table.csv.as_deref().map(File::create).transpose()? {
        Some(mut file) => {
            table.play(&mut file.file, &mut run, events, steps).map_err(|error| file.blamed(error))?;
            file.commit()?;
        }
        None => table.play(&mut io::sink(), &mut run, events, steps)?,
    }
    let told = format!(
        "{}: {} of {}, {} action{}, seed {seed}",
        shown_to(&origin, NAME_CHARS),
        times::spoken(steps),
        shown(&initial.title),
        events.len(),
        if events.len() == 1 { "" } else { "s" }
    );
    match difference("state", &text(&run.state())?, &text(&end.state())?) {
        None => {
            writeln!(out, "{told}: ends bit for bit as it was saved")?;
            Ok(Exit::Done)
        }
        Some(difference) => {
            writeln!(out, "{told}: ends otherwise than it was saved\n{difference}")?;
            Ok(Exit::Difference)
        }
    }
}

/// Reads a saved run.
///
/// # Errors
/// [`CliError`]: a file that cannot be read or is refused.
pub(super) fn read(path: &Path) -> Result<Session, CliError> {
    let bytes = store::read_bounded_to(path, MAX_SESSION_BYTES as u64)?;
    Ok(session::parse(bytes, &path.to_string_lossy())?)
}

/// A state as JSON holds it: every bit of a number is in its text.
fn text(state: &RunState) -> Result<Value, CliError> {
    serde_json::to_value(state).map_err(|error| CliError::Output { source: io::Error::other(error) })
}

/// The first place where two states part.
fn difference(path: &str, now: &Value, saved: &Value) -> Option<String> {
    match (now, saved) {
        (Value::Object(now), Value::Object(saved)) if now.len() == saved.len() => {
            now.iter().find_map(|(key, value)| {
                difference(&format!("{path}.{key}"), value, saved.get(key).unwrap_or(&Value::Null))
            })
        }
        (Value::Array(now), Value::Array(saved)) if now.len() == saved.len() => {
            let pairs = now.iter().zip(saved).enumerate();
            pairs.into_iter().find_map(|(i, (now, saved))| difference(&format!("{path}[{i}]"), now, saved))
        }
        _ => {
            // As texts: 0 and -0 are not the same end.
            let [now, saved] = [now, saved].map(Value::to_string);
            (now != saved).then(|| format!("{path} is {} and was {}", shown(&now), shown(&saved)))
        }
    }
}
