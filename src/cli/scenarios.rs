//! `scenarios`: the built-in patients and what each teaches.

use std::io::{self, Write};

use super::print::{Json, LINE, Object, wrapped};
use super::times;
use crate::scenario::{self, Timeline};

/// Prints the list for people.
pub(super) fn print(out: &mut dyn Write) -> io::Result<()> {
    for (i, scenario) in scenario::builtin().iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        let played = scenario.timeline.as_ref().map(|timeline| times::spoken(timeline.duration_steps));
        let played = played.map_or_else(String::new, |time| format!(" (`run` plays {time})"));
        writeln!(out, "{}: {}{played}", scenario.id, scenario.title)?;
        wrapped(out, 4, LINE, &scenario.teaches)?;
    }
    Ok(())
}

/// Prints the same, with text and sources, for programs.
pub(super) fn print_json(out: &mut dyn Write) -> io::Result<()> {
    let all: Json = scenario::builtin()
        .iter()
        .map(|scenario| {
            Object::default()
                .with("id", scenario.id.as_str())
                .with("title", scenario.title.as_str())
                .with("teaches", scenario.teaches.as_str())
                .with("text", scenario.text.as_str())
                .with("sources", scenario.sources.clone())
                .with("duration_s", scenario.timeline.as_ref().map(Timeline::duration_s))
        })
        .collect();
    Object::default().with("scenarios", all).print(out)
}
