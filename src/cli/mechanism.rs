//! `mechanism`: what a rescue team measures, what it says it is, and the truth on demand.

use std::io::Write;

use super::args::Mechanism as Options;
use super::error::{CliError, Exit};
use super::print::{Align, Json, Object, columns};
use super::subject;
use crate::app::board::finding_words;
use crate::physiology::mechanism::Mechanism;
use crate::study::mechanism::{NoMechanism, Truth};
use crate::study::rescue_team::Finding;
use crate::text::display_units::signed;
use crate::units::percent_from_frac;

/// Prints what is measured and said.
///
/// # Errors
/// [`CliError`]: a patient of whom it cannot be told.
pub(super) fn print(out: &mut dyn Write, options: &Options) -> Result<Exit, CliError> {
    let patient = subject::load(&options.subject)?;
    let finding = Finding::of(&patient.params).map_err(refused)?;
    let Finding { measured, said, delivery } = finding;
    let truth = if options.truth { Some(Truth::of(&patient.params).map_err(refused)?) } else { None };
    let findings = [
        ("admixture_frac", "venous admixture, FiO2 as set, %", percent_from_frac(measured.admixture_frac)),
        ("admixture_on_oxygen_frac", "on pure O2, %", percent_from_frac(measured.admixture_on_oxygen_frac)),
        ("admixture_opened_frac", "on pure O2, PEEP 15 after 40, %", percent_from_frac(measured.admixture_opened_frac)),
        ("dead_space_frac", "VD/VT (Enghoff), %", percent_from_frac(measured.dead_space_frac)),
        ("output_l_per_min", "cardiac output, L/min", measured.output_l_per_min),
        ("extraction_frac", "O2 extraction, %", percent_from_frac(delivery.extraction_frac)),
    ];
    if options.json {
        let table = |values: &[f64; 5]| {
            Mechanism::ALL
                .iter()
                .zip(values)
                .fold(Object::default(), |object, (it, value)| object.with(it.key(), *value))
        };
        let shares = |key: &str, value: f64| if key.ends_with("_frac") { value / 100.0 } else { value };
        let measures =
            findings.iter().fold(Object::default(), |object, (key, _, value)| object.with(*key, shares(key, *value)));
        let mut document = Object::default()
            .with("scenario", patient.scenario.id.as_str())
            .with("measured", measures.with("recruitment_ratio", measured.recruitment_ratio))
            .with("first", said.names_any().then(|| said.first.key()))
            .with("second", said.names_any().then(|| said.second.key()))
            .with("sure", said.sure)
            .with("of_the_cohort", said.called)
            .with("scores", table(&said.scores))
            .with("delivery", delivery.farthest().map_or(Json::from(()), |(part, _)| part.into()));
        if let Some(truth) = &truth {
            let object = Object::default()
                .with("first", truth.names_any().then(|| truth.first.key()))
                .with("second", truth.names_any().then(|| truth.second.key()))
                .with("gains", table(&truth.gains));
            document = document.with("truth", object);
        }
        document.print(out)?;
        return Ok(Exit::Done);
    }
    writeln!(out, "{} ({})", patient.scenario.title, patient.scenario.id)?;
    let mut rows: Vec<Vec<String>> =
        findings.iter().map(|(_, label, value)| vec![(*label).to_owned(), format!("{value:.1}")]).collect();
    let ratio = measured.recruitment_ratio.map_or_else(|| "none".to_owned(), |ratio| format!("{ratio:.2}"));
    rows.push(vec!["recruitment-to-inflation ratio, PEEP 15 to 5".to_owned(), ratio]);
    columns(out, 2, &[Align::Left, Align::Right], &rows)?;
    for line in finding_words(&finding) {
        writeln!(out, "{line}")?;
    }
    let heading = |of: &str| vec!["mechanism".to_owned(), "score".to_owned(), of.to_owned()];
    let mut table = vec![heading(if truth.is_some() { "truth" } else { "" })];
    table.extend(Mechanism::ALL.iter().zip(said.scores).map(|(it, score)| {
        let real = truth.as_ref().map_or_else(String::new, |truth| signed(truth.gains[*it as usize], 2));
        vec![it.label().to_owned(), format!("{score:.2}"), real]
    }));
    columns(out, 2, &[Align::Left, Align::Right, Align::Right], &table)?;
    if truth.as_ref().is_some_and(|truth| !truth.names_any()) {
        writeln!(out, "In truth none of the five gains anything: the patient has what is normal of each.")?;
    }
    writeln!(
        out,
        "Points: what the mechanism's going would gain, a mL of O2 per dL of output or 10 mmHg of PaCO2 each. For teaching; it orders nothing."
    )?;
    Ok(Exit::Done)
}

fn refused(reason: NoMechanism) -> CliError {
    match reason {
        NoMechanism::NoSteadyState(reason) => reason.into(),
        other => CliError::Mechanism(other),
    }
}
