//! `criteria`: which criteria of severe respiratory failure a patient meets after some hours.

use std::io::Write;

use thiserror::Error;

use super::args;
use super::error::{CliError, Exit};
use super::print::{Align, Json, Object, columns};
use super::run::{PlayError, plan};
use super::subject::{self, Patient};
use super::times;
use crate::app::board::verdict_words;
use crate::physiology::criteria::{
    CRITERIA, Facts, HARMFUL_PCO2_FALL_FRAC, Row, Verdict, murray_score, start_pco2_fall_frac,
};
use crate::physiology::flow_down;
use crate::sim::play::bedside::{Gases, row};
use crate::sim::play::player::{Player, Refused};
use crate::sim::play::run::{Action, Event, Run};
use crate::sim::time::STEP_S;
use crate::study::bedside_record::EVERY_STEPS;
use crate::text::{number, shown};
use crate::units::percent_from_frac;

/// A tolerance that forgives nothing: the patient is looked at every 5 min.
#[derive(Debug, Error)]
#[error("--tolerance {text}: below 5min nothing is forgiven, as the patient is looked at every 5 min", text = shown(.text))]
pub struct ToleranceError {
    /// As given.
    pub text: String,
}

/// What can be said beside the patient.
const FACTS: [&str; 6] = [
    "bilateral",
    "within_7_days",
    "not_cardiac_alone",
    "ventilated_under_7_days",
    "ventilated_under_36_h",
    "quadrants",
];

/// Why a fact is none.
#[derive(Debug, Error)]
pub enum FactError {
    /// Another name, or not `name=value`.
    #[error("`{text}` is no fact: write NAME=yes or NAME=no with one of {}; quadrants=0 to 4", FACTS.join(", "), text = shown(.text))]
    Unknown {
        /// The text as given.
        text: String,
    },
    /// Said twice.
    #[error("the fact {name} is given twice")]
    Twice {
        /// Its name.
        name: &'static str,
    },
}

pub(super) fn facts(texts: &[String]) -> Result<Facts, FactError> {
    let mut facts = Facts::default();
    let mut said: Vec<&'static str> = Vec::new();
    for text in texts {
        let unknown = || FactError::Unknown { text: text.clone() };
        let (name, value) = text.split_once('=').ok_or_else(unknown)?;
        let name = *FACTS.iter().find(|known| **known == name).ok_or_else(unknown)?;
        if said.contains(&name) {
            return Err(FactError::Twice { name });
        }
        said.push(name);
        if name == "quadrants" {
            let quadrants = value.parse().ok().filter(|quadrants| *quadrants <= 4).ok_or_else(unknown)?;
            facts.quadrants = Some(quadrants);
            continue;
        }
        let holds = match value {
            "yes" => true,
            "no" => false,
            _ => return Err(unknown()),
        };
        let slot = match name {
            "bilateral" => &mut facts.bilateral,
            "within_7_days" => &mut facts.within_7_days,
            "not_cardiac_alone" => &mut facts.not_cardiac_alone,
            "ventilated_under_7_days" => &mut facts.ventilated_under_7_days,
            _ => &mut facts.ventilated_under_36_h,
        };
        *slot = Some(holds);
    }
    Ok(facts)
}

/// How a patient is played for a history of him.
pub(super) struct Played<'a> {
    pub(super) at: &'a [String],
    pub(super) duration: Option<&'a str>,
    /// Time between arterial samples; none is the truth.
    pub(super) sample_every: Option<&'a str>,
    pub(super) seed: u64,
}

impl Played<'_> {
    /// Plays him and shows him every 5 min, at the beginning and at the end; returns the step of the end.
    ///
    /// # Errors
    /// [`CliError`]: times and actions, before anything is played.
    pub(super) fn play(&self, patient: &Patient, mut look: impl FnMut(&Run, Gases)) -> Result<u64, CliError> {
        let end = match (self.duration, &patient.scenario.timeline) {
            (Some(text), _) => times::duration(text)?,
            (None, Some(timeline)) => timeline.duration_steps,
            (None, None) => return Err(PlayError::NoEnd { scenario: patient.scenario.id.clone() }.into()),
        };
        let mut player = plan(patient, self.at, end)?;
        let mut gases = Gases::Truth;
        if let Some(every) = self.sample_every {
            gases = Gases::LastSample;
            let every = times::duration(every)?.max(1);
            let order = "arterial".parse().map_err(PlayError::Sample)?;
            let samples = (0..=end / every).map(|k| Event { step: k * every, action: Action::Sample(order) });
            player = Player::new(player.to_come().iter().cloned().chain(samples));
        }
        let mut run = Run::new(&patient.params, self.seed);
        look(&run, gases);
        let played = player.run_to::<Refused>(&mut run, end, |run| {
            if run.steps().is_multiple_of(EVERY_STEPS) && run.steps() > 0 {
                look(run, gases);
            }
            Ok(())
        });
        played.map_err(PlayError::from)?;
        if !end.is_multiple_of(EVERY_STEPS) {
            look(&run, gases);
        }
        Ok(end)
    }
}

/// Plays the patient and prints what he meets at the end.
///
/// # Errors
/// [`CliError`]: times, actions, facts before anything is played.
pub(super) fn print(out: &mut dyn Write, options: &args::Criteria) -> Result<Exit, CliError> {
    let patient = subject::load(&options.subject)?;
    let facts = facts(&options.facts)?;
    let tolerance_s = match &options.tolerance {
        Some(text) => match times::duration(text)? {
            steps if steps < EVERY_STEPS => return Err(ToleranceError { text: text.clone() }.into()),
            steps => steps as f64 * STEP_S,
        },
        None => 0.0,
    };
    let played = Played {
        at: &options.at,
        duration: options.duration.as_deref(),
        sample_every: (!options.truth).then_some(options.sample_every.as_str()),
        seed: options.seed,
    };
    let mut rows: Vec<Row> = Vec::new();
    let end = played.play(&patient, |run, gases| rows.push(row(run, gases)))?;
    let now = rows[rows.len() - 1];
    let weaning = flow_down::weaning(&rows, &facts);
    let native = CRITERIA.iter().map(|criterion| (criterion, criterion.judge_tolerant(&rows, &facts, tolerance_s)));
    let judged = native.chain(weaning);
    let (index, score) = (now.oxygenation_index(), murray_score(&now, &facts));
    let fall = start_pco2_fall_frac(&rows);
    if options.json {
        let list: Json = judged.map(|(criterion, verdict)| object(criterion.key, criterion.source, &verdict)).collect();
        Object::default()
            .with("scenario", patient.scenario.id.as_str())
            .with("time_s", now.time_s)
            .with("gases", if options.truth { "truth" } else { "last_sample" })
            .with("oxygenation_index", index)
            .with("murray_score", score)
            .with("pco2_fall_on_membrane_frac", fall)
            .with("criteria", list)
            .print(out)?;
        return Ok(Exit::Done);
    }
    let gas = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.0}"));
    writeln!(
        out,
        "After {}: PaO2 {} mmHg{}, FiO2 {}, PEEP {} cmH2O; oxygenation index {}, lung injury score {}",
        times::spoken(end),
        gas(now.po2_art_mmhg),
        if options.truth { "" } else { " (last sample)" },
        number(now.fio2_frac),
        number(now.peep_cmh2o),
        gas(index),
        score.map_or_else(|| "unknown".to_owned(), |score| format!("{score:.1}")),
    )?;
    let table: Vec<Vec<String>> = judged
        .map(|(criterion, verdict)| {
            let (word, why) = verdict_words(&verdict);
            vec![criterion.label.to_owned(), word.to_owned(), why]
        })
        .collect();
    columns(out, 0, &[Align::Left, Align::Left, Align::Left], &table)?;
    if let Some(fall) = fall.filter(|fall| *fall > HARMFUL_PCO2_FALL_FRAC) {
        writeln!(
            out,
            "WARNING: PaCO2 has fallen by {:.0} % within 24 h of the start of the membrane lung; more than half harms the \
             brain: raise sweep gas slowly.",
            percent_from_frac(fall)
        )?;
    }
    writeln!(out, "For teaching; it orders nothing. Sources: `isoshunt criteria ... --json`.")?;
    Ok(Exit::Done)
}

fn object(key: &str, source: &str, verdict: &Verdict) -> Object {
    let object = Object::default().with("criterion", key);
    let object = match verdict {
        Verdict::Met { for_h } => object.with("verdict", "met").with("for_h", *for_h),
        Verdict::NotYet { left_h } => object.with("verdict", "not_yet").with("left_h", *left_h),
        Verdict::NotMet { parts } => object.with("verdict", "not_met").with("parts", parts.clone()),
        Verdict::Unknown { parts } => object.with("verdict", "unknown").with("parts", parts.clone()),
    };
    object.with("source", source)
}
