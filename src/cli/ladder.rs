//! `ladder`: what of the ladder of rescue has been tried, with what effect, and what is next.

use std::io::Write;

use thiserror::Error;

use super::args::Ladder as Options;
use super::criteria::{Played, facts};
use super::error::{CliError, Exit};
use super::print::{Align, Json, Object, columns};
use super::subject;
use super::times;
use crate::app::board::{next_words, rung_words};
use crate::physiology::ladder::{Ladder, RUNGS, Rung, Standing, Stands, table_peep_cmh2o};
use crate::sim::mechanics::maneuvers::TrialPlan;
use crate::sim::params::ParamId;
use crate::sim::play::bedside::standing;
use crate::study::Study;
use crate::study::rescue_team::PeepComparison;
use crate::text::{number, shown};
use crate::units::MIN_PER_S;

/// Why a rung is not left out.
#[derive(Debug, Error)]
pub enum RungError {
    /// Another name, or not `rung=why`.
    #[error("`{text}` leaves no rung out: write RUNG=WHY with one of {known}", text = shown(.text), known = keys())]
    Unknown {
        /// The text as given.
        text: String,
    },
}

fn keys() -> String {
    RUNGS.iter().map(|rung| rung.key).collect::<Vec<_>>().join(", ")
}

fn skipped(texts: &[String]) -> Result<Vec<(&'static str, String)>, RungError> {
    let one = |text: &String| {
        let unknown = || RungError::Unknown { text: text.clone() };
        let (key, why) = text.split_once('=').filter(|(_, why)| !why.trim().is_empty()).ok_or_else(unknown)?;
        let rung = Rung::from_key(key).ok_or_else(unknown)?;
        Ok((rung.key, why.trim().to_owned()))
    };
    texts.iter().map(one).collect()
}

/// Plays the patient and prints his ladder.
///
/// # Errors
/// [`CliError`]: times, actions, facts and rungs before anything is played.
pub(super) fn print(out: &mut dyn Write, options: &Options) -> Result<Exit, CliError> {
    let patient = subject::load(&options.subject)?;
    let (facts, skipped) = (facts(&options.facts)?, skipped(&options.skipped)?);
    let played = Played {
        at: &options.at,
        duration: options.duration.as_deref(),
        sample_every: (!options.truth).then_some(options.sample_every.as_str()),
        seed: options.seed,
    };
    let mut rows: Vec<Standing> = Vec::new();
    let mut last = patient.params.clone();
    let end = played.play(&patient, |run, gases| {
        rows.push(standing(run, gases));
        last = run.live().params().clone();
    })?;
    let ladder = Ladder::read(&rows, &facts, &skipped);
    let mut comparison = PeepComparison::new(&last);
    while !comparison.is_whole() {
        comparison.advance(u32::MAX);
    }
    let peeps = comparison.found();
    let next = ladder.next.map(|i| &RUNGS[i]);
    if options.json {
        let list: Json = RUNGS.iter().zip(&ladder.stands).map(|(rung, stands)| object(rung, stands)).collect();
        let by_peep: Json = peeps
            .iter()
            .map(|at| {
                Object::default()
                    .with("by", at.name)
                    .with("peep_cmh2o", at.peep_cmh2o)
                    .with("po2_art_mmhg", at.po2_art_mmhg)
                    .with("o2_delivery_ml_per_min", at.o2_delivery_ml_per_min)
                    .with("right_ventricle_frac", at.right_ventricle_frac)
                    .with("driving_pressure_cmh2o", at.driving_cmh2o)
            })
            .collect();
        Object::default()
            .with("scenario", patient.scenario.id.as_str())
            .with("time_s", rows[rows.len() - 1].row.time_s)
            .with("next", next.map(|rung| rung.key))
            .with("rungs", list)
            .with("peep", by_peep)
            .print(out)?;
        return Ok(Exit::Done);
    }
    writeln!(out, "{} ({}), after {}", patient.scenario.title, patient.scenario.id, times::spoken(end))?;
    let table: Vec<Vec<String>> = RUNGS
        .iter()
        .zip(&ladder.stands)
        .map(|(rung, stands)| {
            let (word, why) = rung_words(stands);
            vec![rung.label.to_owned(), word.to_owned(), why]
        })
        .collect();
    columns(out, 2, &[Align::Left, Align::Left, Align::Left], &table)?;
    match next {
        Some(rung) => writeln!(out, "{} ({}).", next_words(&ladder), rung.source)?,
        None => writeln!(out, "{}.", next_words(&ladder))?,
    }
    if !peeps.is_empty() {
        let heading = ["PEEP", "cmH2O", "PaO2, mmHg", "DO2, mL/min", "right ventricle keeps", "driving, cmH2O"]
            .map(str::to_owned)
            .to_vec();
        let mut table = vec![heading];
        table.extend(peeps.iter().map(|at| {
            let right = at.right_ventricle_frac.map_or_else(|| "none".to_owned(), |kept| format!("{kept:.2}"));
            vec![
                at.name.to_owned(),
                number(at.peep_cmh2o),
                format!("{:.0}", at.po2_art_mmhg),
                format!("{:.0}", at.o2_delivery_ml_per_min),
                right,
                format!("{:.0}", at.driving_cmh2o),
            ]
        }));
        let right = Align::Right;
        columns(out, 2, &[Align::Left, right, right, right, right, right], &table)?;
        let [low, high] = table_peep_cmh2o(last.get(ParamId::Fio2));
        if let TrialPlan { inflation: Some([inflation_cmh2o, _]), step_s, .. } = TrialPlan::default() {
            let minutes = number(step_s * MIN_PER_S);
            writeln!(
                out,
                "Each after an inflation to {} cmH2O and {minutes} min at that PEEP.",
                number(inflation_cmh2o)
            )?;
        }
        writeln!(out, "The table gives {} to {} cmH2O for this FiO2.", number(low), number(high))?;
    }
    writeln!(out, "For teaching; it orders nothing.")?;
    Ok(Exit::Done)
}

fn object(rung: &Rung, stands: &Stands) -> Object {
    let object = Object::default().with("rung", rung.key);
    let object = match stands {
        Stands::Tried { hours, effect } => {
            let object = object.with("stands", "tried").with("hours", *hours);
            match effect {
                Some(effect) => object.with(
                    "effect",
                    Object::default()
                        .with("pf_mmhg", effect.pf_mmhg)
                        .with("admixture_frac", effect.admixture_frac)
                        .with("dead_space_frac", effect.dead_space_frac)
                        .with("output_l_per_min", effect.output_l_per_min)
                        .with("o2_delivery_ml_per_min", effect.o2_delivery_ml_per_min)
                        .with("right_ventricle_frac", effect.right_ventricle_frac)
                        .with("together_with", effect.partners()),
                ),
                None => object.with("effect", ()),
            }
        }
        Stands::UnderWay { left_h } => object.with("stands", "under_way").with("left_h", *left_h),
        Stands::GivenUp { hours } => object.with("stands", "given_up").with("hours", *hours),
        Stands::Untried => object.with("stands", "untried"),
        Stands::NotFor { why } => object.with("stands", "not_for").with("why", *why),
        Stands::Skipped { why } => object.with("stands", "skipped").with("why", why.as_str()),
    };
    object.with("source", rung.source)
}
