//! `replay`: a saved session once more from its beginning.

use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use super::args;
use super::error::{CliError, Exit};
use super::outputs::{self, Signals};
use super::print::{Align, columns, figures};
use super::run::{PlayError, Played, Table};
use super::times;
use crate::scenario::session::{self, EndValue, Session};
use crate::sim::play::player::Player;
use crate::sim::play::run::{Run, RunState};
use crate::store::native;
use crate::text::{shown, shown_to};

/// Most characters of a file's name in a message.
const NAME_CHARS: usize = 1000;

/// Plays the session and says whether it ends as it was saved.
///
/// # Errors
/// [`CliError`]: a file that cannot be read, is refused, or holds something that cannot be done to its patient.
pub(super) fn print(out: &mut dyn Write, options: &args::Replay) -> Result<Exit, CliError> {
    outputs::apart(&[("the session", Some(&options.session)), ("--csv", options.table.csv.as_deref())])?;
    let origin = options.session.to_string_lossy();
    let saved = read(&options.session)?;
    let Session { initial, seed, steps, events, .. } = &saved;
    let table = Table::new(&options.table, *steps)?;
    let signals = Signals::listen();
    let mut run = Run::new(&initial.params, *seed);
    let mut player = Player::new(events.iter().cloned());
    let mut played = Played::Whole;
    let mut rows = |out: &mut dyn Write| {
        played = table.play(out, &mut run, &mut player, *steps, &signals, true)?;
        // A table that ends early would not be told from one that is whole.
        if played == Played::Interrupted { Err(CliError::Interrupted) } else { Ok(()) }
    };
    let outcome = match &options.table.csv {
        Some(path) => outputs::write(out, Some(path), rows),
        None => rows(&mut io::sink()),
    };
    let refused = match outcome {
        Err(CliError::Play(PlayError::Refused { refused, .. })) => Some(refused),
        outcome => outcome.map(|()| None)?,
    };
    let told = format!(
        "{}: {} of {}, {} action{}, seed {seed}",
        shown_to(&origin, NAME_CHARS),
        times::spoken(*steps),
        shown(&initial.title),
        events.len(),
        if events.len() == 1 { "" } else { "s" }
    );
    if let Some(refused) = refused {
        let number = refused.index + 1;
        writeln!(out, "{told}: ends with action {number}, which this program refuses, {refused}")?;
        return Ok(Exit::Difference);
    }
    let end = match &saved.run {
        Ok(end) => end,
        Err(why) => {
            writeln!(out, "{told}: made again, since {why}")?;
            ends(out, &saved.end, &session::end_of(&run))?;
            return Ok(Exit::Done);
        }
    };
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

/// The end of a run as it was saved and as it is now, where both say something.
fn ends(out: &mut dyn Write, saved: &[EndValue], now: &[EndValue]) -> Result<(), CliError> {
    let mut rows = vec![["at the end", "saved", "now"].map(str::to_owned).to_vec()];
    for EndValue { key, value } in saved {
        let Some(now) = now.iter().find(|now| now.key == *key) else { continue };
        rows.push(vec![(*key).to_owned(), figures(*value), figures(now.value)]);
    }
    if rows.len() > 1 {
        columns(out, 2, &[Align::Left, Align::Right, Align::Right], &rows)?;
    }
    Ok(())
}

/// Reads a saved run.
///
/// # Errors
/// [`CliError`]: a file that cannot be read or is refused.
pub(super) fn read(path: &Path) -> Result<Session, CliError> {
    Ok(session::parse(native::read_bounded(path)?, &path.to_string_lossy())?)
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
