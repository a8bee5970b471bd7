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
use crate::sim::mechanics::maneuvers::{TrialPlan, peep_trial};
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::play::bedside::standing;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Snapshot;
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

/// One PEEP and what the patient is at it.
struct AtPeep {
    name: &'static str,
    peep_cmh2o: f64,
    o2_delivery_ml_per_min: f64,
    right_ventricle_frac: Option<f64>,
}

impl AtPeep {
    fn read(name: &'static str, peep_cmh2o: f64, now: &Snapshot) -> AtPeep {
        let right = Quantity::from_key("right_ventricle_frac").and_then(|quantity| quantity.read(now).ok());
        AtPeep {
            name,
            peep_cmh2o,
            o2_delivery_ml_per_min: now.estimates.gas.o2_delivery_ml_per_min,
            right_ventricle_frac: right,
        }
    }
}

/// The PEEP as it is, that of the table and that of best compliance in a decremental trial, where a ventilated lung has
/// layers. Each is taken the same way: after the inflation of the trial, for as long as a step of it lasts.
fn peeps(params: &Params) -> Vec<AtPeep> {
    if !params.mechanics() || params.breathing() != Breathing::Ventilated {
        return Vec::new();
    }
    let [table_cmh2o, _] = table_peep_cmh2o(params.get(ParamId::Fio2));
    let best = peep_trial(params, &TrialPlan::default()).ok().map(|trial| trial.steps[trial.best[0]].peep_cmh2o);
    let peeps = [
        ("as it is", Some(params.get(ParamId::Peep))),
        ("ARDS Network table", Some(table_cmh2o)),
        ("best compliance", best),
    ];
    let mut found = Vec::new();
    for (name, peep) in peeps {
        let Some(peep) = peep else { continue };
        let alone = TrialPlan { from_cmh2o: peep, to_cmh2o: peep, ..TrialPlan::default() };
        let Ok(trial) = peep_trial(params, &alone) else { continue };
        found.extend(trial.steps.first().map(|step| AtPeep::read(name, peep, &step.snapshot)));
    }
    found
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
    let peeps = peeps(&last);
    let next = ladder.next.map(|i| &RUNGS[i]);
    if options.json {
        let list: Json = RUNGS.iter().zip(&ladder.stands).map(|(rung, stands)| object(rung, stands)).collect();
        let by_peep: Json = peeps
            .iter()
            .map(|at| {
                Object::default()
                    .with("by", at.name)
                    .with("peep_cmh2o", at.peep_cmh2o)
                    .with("o2_delivery_ml_per_min", at.o2_delivery_ml_per_min)
                    .with("right_ventricle_frac", at.right_ventricle_frac)
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
        let heading = ["PEEP", "cmH2O", "DO2, mL/min", "right ventricle keeps"].map(str::to_owned).to_vec();
        let mut table = vec![heading];
        table.extend(peeps.iter().map(|at| {
            let right = at.right_ventricle_frac.map_or_else(|| "none".to_owned(), |kept| format!("{kept:.2}"));
            vec![at.name.to_owned(), number(at.peep_cmh2o), format!("{:.0}", at.o2_delivery_ml_per_min), right]
        }));
        columns(out, 2, &[Align::Left, Align::Right, Align::Right, Align::Right], &table)?;
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
