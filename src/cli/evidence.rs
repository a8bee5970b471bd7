//! `evidence`: what the literature says, beside what the model gives, computed now.

use std::io::Write;

use super::args::Evidence;
use super::error::{CliError, Exit};
use super::print::{Align, Json, LINE, Object, columns, figures, significant, wrapped};
use crate::evidence::trials::{TRIALS, Trial};
use crate::physiology::mechanism::{COUNTED, Mechanism};
use crate::scenario::claims::{self, Claim, Group, Tally};
use crate::text::spaced;

/// Digits of a value in the table.
const FIGURES: i32 = 4;

/// Prints the claims, of one group or all; a difference is a value outside its range that nothing explains.
///
/// # Errors
/// A claim without an answer; an output that does not take it.
pub(super) fn print(out: &mut dyn Write, options: &Evidence) -> Result<Exit, CliError> {
    if options.trials {
        return cards(out, options.json);
    }
    let group = options.group.as_deref().and_then(Group::from_word);
    let mut tally = Tally::default();
    let mut found = Vec::new();
    let mut exit = Exit::Done;
    for claim in claims::builtin().iter().filter(|claim| group.is_none_or(|group| claim.group == group)) {
        let value = claim.sought.answer()?;
        let inside = claim.published.span.contains(value);
        tally.add(claim, inside);
        if !inside && claim.outside.is_none() {
            exit = Exit::Difference;
        }
        found.push((claim, value, inside));
    }
    if options.json {
        let all: Json = found.iter().map(|(claim, value, inside)| described(claim, *value, *inside)).collect();
        let count = |count: claims::Count| Object::default().with("inside", count.inside).with("all", count.all);
        let document = Object::default()
            .with("claims", all)
            .with("predicted", count(tally.predicted))
            .with("tuned", count(tally.tuned))
            .with("printed", tally.printed);
        let document = if group.is_none() {
            document.with("trials", trials()).with("mechanism_of_500", counted())
        } else {
            document
        };
        document.print(out)?;
        return Ok(exit);
    }
    let mut last = None;
    for group in Group::ALL {
        let of_group = || found.iter().filter(|(claim, ..)| claim.group == *group);
        if of_group().next().is_none() {
            continue;
        }
        if last.replace(group).is_some() {
            writeln!(out)?;
        }
        writeln!(out, "{}", group.label())?;
        let rows: Vec<_> = of_group().map(|(claim, value, inside)| row(claim, *value, *inside)).collect();
        let align = [Align::Left, Align::Left, Align::Right, Align::Left, Align::Left, Align::Left, Align::Left];
        columns(out, 2, &align, &rows)?;
    }
    let outside: Vec<_> = found.iter().filter(|(_, _, inside)| !inside).collect();
    if !outside.is_empty() {
        writeln!(out)?;
    }
    for (claim, ..) in outside {
        let reason = claim.outside.as_deref().unwrap_or("nothing explains it");
        wrapped(out, 2, LINE, &format!("◆ {}: {reason}", claim.claim))?;
    }
    let Tally { predicted, tuned, printed } = tally;
    writeln!(out)?;
    writeln!(
        out,
        "Predicted: {} of {} inside. Tuned to: {} of {} inside. {printed} ranges are printed in the source, the others judged.",
        predicted.inside, predicted.all, tuned.inside, tuned.all
    )?;
    Ok(exit)
}

fn trials() -> Json {
    let card = |trial: &Trial| {
        Object::default()
            .with("id", trial.key)
            .with("name", trial.name)
            .with("patients", trial.patients_count)
            .with("compared", trial.compared)
            .with("result", trial.result)
            .with("effect", trial.effect)
            .with("not_shown", trial.not_shown)
            .with("here", trial.try_here)
            .with("source", trial.source)
            .with("evidence", trial.known.word())
    };
    TRIALS.iter().map(card).collect()
}

/// The mechanism by the team against the truth: of each truth what was said first.
fn counted() -> Object {
    let row = |truth: &Mechanism| {
        let counts = Mechanism::ALL.iter().zip(COUNTED[*truth as usize]);
        counts.fold(Object::default(), |object, (said, count)| object.with(said.key(), count))
    };
    Mechanism::ALL.iter().fold(Object::default(), |object, truth| object.with(truth.key(), row(truth)))
}

/// The trials of rescue alone.
fn cards(out: &mut dyn Write, json: bool) -> Result<Exit, CliError> {
    if json {
        Object::default().with("trials", trials()).print(out)?;
        return Ok(Exit::Done);
    }
    for trial in &TRIALS {
        writeln!(out, "{}, {} patients ({})", trial.name, trial.patients_count, trial.key)?;
        for line in [
            format!("{}.", trial.compared),
            format!("{}. {}.", trial.result, trial.effect),
            format!("Does not show: {}.", trial.not_shown),
            format!("Here: {}.", trial.try_here),
            format!("{}. {}", trial.source, trial.known.label()),
        ] {
            wrapped(out, 2, LINE, &line)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "For teaching: no outcome of a patient follows from them.")?;
    Ok(Exit::Done)
}

fn row(claim: &Claim, value: f64, inside: bool) -> Vec<String> {
    let span = claim.published.span;
    vec![
        if inside { "●" } else { "◆" }.to_owned(),
        claim.claim.clone(),
        format!("{}{}", significant(value, FIGURES), spaced(claim.sought.unit())),
        format!("{} to {}", figures(span.low), figures(span.high)),
        claim.published.how.label().to_owned(),
        claim.basis.label().to_owned(),
        claim.id.clone(),
    ]
}

fn described(claim: &Claim, value: f64, inside: bool) -> Object {
    let published = Object::default()
        .with("low", claim.published.span.low)
        .with("high", claim.published.span.high)
        .with("how", claim.published.how.word())
        .with("words", claim.published.words.as_str());
    let object = Object::default()
        .with("id", claim.id.as_str())
        .with("group", claim.group.word())
        .with("claim", claim.claim.as_str())
        .with("source", claim.source.as_str())
        .with("evidence", claim.evidence.word())
        .with("basis", claim.basis.word())
        .with("published", published)
        .with("key", claim.sought.key())
        .with("value", value)
        .with("unit", claim.sought.unit())
        .with("verdict", if inside { "inside" } else { "outside" })
        .with("fails_when", claim.fails_when.as_str());
    match &claim.outside {
        Some(reason) => object.with("outside", reason.as_str()),
        None => object,
    }
}
