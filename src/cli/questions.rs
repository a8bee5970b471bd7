//! `questions`: the bank of questions with what the model answers, as a table, CSV or JSON.

use std::io::{self, Write};

use super::args::Questions;
use super::error::{CliError, Exit};
use super::outputs;
use super::print::{Json, LINE, Object, significant, wrapped};
use crate::scenario::choice::Believed;
use crate::scenario::questions::{self, OPTIONS, Question};
use crate::text::display_units::{Concentration, DisplayUnits, Pressure};
use crate::text::spaced;

/// Units of typed numbers.
const UNITS: DisplayUnits = DisplayUnits { pressure: Pressure::Mmhg, concentration: Concentration::PerDl };
/// Digits of an answer.
const FIGURES: i32 = 4;

/// A question with its answer.
struct Answered {
    question: &'static Question,
    value: f64,
    /// The option that is right; none where the ranges leave none, or more than one.
    right: Option<usize>,
}

/// Prints every question, or writes them as CSV; a difference is a question that has lost its key.
///
/// # Errors
/// A question without an answer; an output or a file that does not take it.
pub(super) fn print(out: &mut dyn Write, options: &Questions) -> Result<Exit, CliError> {
    let mut all = Vec::new();
    for question in questions::builtin() {
        let value = question.answer.answer()?;
        all.push(Answered { question, value, right: question.right(value).ok() });
    }
    if options.json {
        let described: Json = all.iter().map(described).collect();
        Object::default().with("questions", described).print(out)?;
    } else if let Some(file) = &options.csv {
        outputs::write(out, Some(file), |out| Ok(csv(out, &all)?))?;
    } else {
        table(out, &all)?;
    }
    Ok(if all.iter().all(|answered| answered.right.is_some()) { Exit::Done } else { Exit::Difference })
}

fn table(out: &mut dyn Write, all: &[Answered]) -> io::Result<()> {
    for (i, Answered { question, value, right }) in all.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        let Question { id, level, form, belief, .. } = question;
        writeln!(out, "{id} (level {level}, form {form} of {})", belief.id)?;
        wrapped(out, 2, LINE, &question.text.typed(UNITS))?;
        for (index, option) in question.options.iter().enumerate() {
            let mark = if *right == Some(index) { "●" } else { "○" };
            wrapped(out, 4, LINE, &format!("{mark} {} {}", index + 1, option.text.typed(UNITS)))?;
        }
        let unit = spaced(question.answer.unit());
        writeln!(out, "    {} = {}{unit}", question.answer.key(), significant(*value, FIGURES))?;
    }
    Ok(())
}

fn csv(out: &mut dyn Write, all: &[Answered]) -> io::Result<()> {
    write!(out, "id,level,form,belief,question")?;
    for number in 1..=OPTIONS.1 {
        write!(out, ",option_{number}")?;
    }
    writeln!(out, ",right,key,value,unit")?;
    for Answered { question, value, right } in all {
        let Question { id, level, form, belief, .. } = question;
        write!(out, "{id},{level},{form},{},{}", belief.id, cell(&question.text.typed(UNITS)))?;
        for index in 0..OPTIONS.1 {
            let option = question.options.get(index).map(|option| option.text.typed(UNITS)).unwrap_or_default();
            write!(out, ",{}", cell(&option))?;
        }
        let right = right.map(|index| (index + 1).to_string()).unwrap_or_default();
        writeln!(out, ",{right},{},{value},{}", question.answer.key(), question.answer.unit())?;
    }
    Ok(())
}

/// A text as a cell of CSV.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn described(answered: &Answered) -> Object {
    let Answered { question, value, right } = answered;
    let options: Json = question
        .options
        .iter()
        .map(|option| {
            let object = Object::default()
                .with("text", option.text.typed(UNITS))
                .with("low", option.span.low)
                .with("high", option.span.high);
            match &option.believed {
                None => object,
                Some(Believed::Belief(belief)) => object.with("belief", belief.id.as_str()),
                Some(Believed::Other { why }) => object.with("belief", "none").with("why", why.as_str()),
            }
        })
        .collect();
    let object = Object::default()
        .with("id", question.id.as_str())
        .with("belief", question.belief.id.as_str())
        .with("level", question.level)
        .with("form", question.form)
        .with("text", question.text.typed(UNITS))
        .with("options", options)
        .with("key", question.answer.key())
        .with("value", *value)
        .with("unit", question.answer.unit());
    match right {
        Some(index) => object.with("right", index + 1),
        None => object,
    }
}
