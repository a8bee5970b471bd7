//! `peep-trial`, `pv`, `moves`: what is measured and done at the bedside of a lung in layers.

use std::io::{self, Write};

use thiserror::Error;

use super::args::{PeepTrial, PressureVolume};
use super::complain;
use super::error::{CliError, Exit};
use super::outputs;
use super::print::{Json, LINE, Object, wrapped};
use super::subject;
use super::sweep::write;
use super::times;
use crate::sim::mechanics::maneuvers::{self, LOOP_TOP_CMH2O, TrialPlan};
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::play::moves::MoveKind;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Model;
use crate::sim::time::STEP_S;

/// Most steps of a trial.
const MOST_STEPS: f64 = 100.0;
/// What a trial tells of each step.
const TRIAL_COLUMNS: [&str; 15] = [
    "plateau_cmh2o",
    "driving_pressure_cmh2o",
    "mechanical_power_j_per_min",
    "compliance_now_ml_per_cmh2o",
    "end_expiratory_volume_l",
    "shunt_true_frac",
    "dead_space_true_frac",
    "overdistended_frac",
    "po2_art_mmhg",
    "pco2_art_mmhg",
    "pf_ratio_mmhg",
    "output_now_l_per_min",
    "o2_delivery_ml_per_min",
    "so2_ven_frac",
    "arterial_pressure_mmhg",
];

/// Why a manoeuvre cannot be made.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum BedsideError {
    /// The lung has no layers.
    #[error("{verb} needs a lung in layers: add --set mechanics=on")]
    NoMechanics {
        /// The command.
        verb: &'static str,
    },
    /// Nobody ventilates the patient.
    #[error("{verb} needs a patient on a ventilator: add --set breathing=ventilated")]
    NoVentilator {
        /// The command.
        verb: &'static str,
    },
    /// Steps that lead nowhere, or too many.
    #[error("from {from} to {to} by {by} cmH2O is no decremental trial of 2 to 100 steps")]
    Steps {
        /// First PEEP.
        from: f64,
        /// Last PEEP.
        to: f64,
        /// Between them.
        by: f64,
    },
}

fn layered(params: &Params, verb: &'static str) -> Result<(), BedsideError> {
    if !params.mechanics() {
        return Err(BedsideError::NoMechanics { verb });
    }
    if params.breathing() != Breathing::Ventilated {
        return Err(BedsideError::NoVentilator { verb });
    }
    Ok(())
}

/// Makes a decremental PEEP trial and prints a row for each step.
///
/// # Errors
/// [`CliError`]: a patient or steps for whom it makes no sense, a file that cannot be written.
pub(super) fn peep_trial(out: &mut dyn Write, options: &PeepTrial) -> Result<Exit, CliError> {
    outputs::apart(&[("the scenario", subject::file(&options.subject)), ("--csv", options.csv.as_deref())])?;
    let params = subject::load(&options.subject)?.params;
    layered(&params, "peep-trial")?;
    let PeepTrial { from, to, by, no_inflation, .. } = *options;
    let count = (from - to) / by;
    if !(by > 0.0 && (1.0..MOST_STEPS).contains(&count)) {
        return Err(BedsideError::Steps { from, to, by }.into());
    }
    let plan = TrialPlan {
        from_cmh2o: from,
        to_cmh2o: to,
        by_cmh2o: by,
        step_s: times::duration(&options.step)? as f64 * STEP_S,
        inflation: if no_inflation { None } else { TrialPlan::default().inflation },
    };
    let trial = maneuvers::peep_trial(&params, &plan).map_err(|error| CliError::Params(vec![error]))?;
    let columns = TRIAL_COLUMNS.map(Quantity::from_key);
    let best = ["best_compliance", "best_po2", "best_o2_delivery"];
    let rows = |out: &mut dyn Write| -> Result<(), CliError> {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        let keys = columns.iter().flatten().map(|quantity| quantity.key);
        write(&mut csv, [ParamId::Peep.key()].into_iter().chain(keys).chain(best))?;
        for (i, step) in trial.steps.iter().enumerate() {
            let number =
                |quantity: &&Quantity| quantity.read(&step.snapshot).map_or_else(|_| String::new(), |v| v.to_string());
            let marks = trial.best.map(|at| if at == i { "1" } else { "0" }.to_owned());
            let numbers = columns.iter().flatten().map(number);
            write(&mut csv, [step.peep_cmh2o.to_string()].into_iter().chain(numbers).chain(marks))?;
        }
        csv.flush()?;
        Ok(())
    };
    outputs::write(out, options.csv.as_deref(), rows)?;
    let at = trial.best.map(|i| trial.steps[i].peep_cmh2o);
    complain(&format!("best compliance at {}, best PaO2 at {}, best O2 delivery at {} cmH2O", at[0], at[1], at[2]));
    Ok(Exit::Done)
}

/// Makes a low-flow pressure-volume loop of a settled patient and prints its points.
///
/// # Errors
/// As [`peep_trial`].
pub(super) fn pressure_volume(out: &mut dyn Write, options: &PressureVolume) -> Result<Exit, CliError> {
    outputs::apart(&[("the scenario", subject::file(&options.subject)), ("--csv", options.csv.as_deref())])?;
    let params = subject::load(&options.subject)?.params;
    layered(&params, "pv")?;
    let mut model = Model::new();
    model.snapshot(&params)?;
    let Some(lung) = model.lung() else { return Err(BedsideError::NoMechanics { verb: "pv" }.into()) };
    let made = maneuvers::pressure_volume_loop(&lung.mechanics, &lung.aeration);
    let rows = |out: &mut dyn Write| -> Result<(), CliError> {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        write(&mut csv, ["limb", "airway_pressure_cmh2o", "volume_l", "open_tissue_frac"].into_iter())?;
        for (limb, points) in [("inflation", &made.inflation), ("deflation", &made.deflation)] {
            for point in points {
                let numbers = [point.airway_cmh2o, point.gas_l, point.open_frac].map(|value| value.to_string());
                write(&mut csv, [limb.to_owned()].into_iter().chain(numbers))?;
            }
        }
        csv.flush()?;
        Ok(())
    };
    outputs::write(out, options.csv.as_deref(), rows)?;
    let [low, high] = made
        .inflections_cmh2o
        .map(|p| p.map_or_else(|| format!("none between 0 and {LOOP_TOP_CMH2O} cmH2O"), |p| format!("{p:.1} cmH2O")));
    complain(&format!("lower inflection {low}, upper inflection {high}"));
    if let Some(ratio) = maneuvers::recruitment_to_inflation(&params, 15.0, 5.0) {
        complain(&format!(
            "recruitment-to-inflation ratio {:.2} between PEEP 15 and 5: {:.0} mL recruited",
            ratio.ratio,
            1000.0 * ratio.recruited_l
        ));
    }
    Ok(Exit::Done)
}

/// Prints the moves for people.
pub(super) fn moves(out: &mut dyn Write) -> io::Result<()> {
    for (i, kind) in MoveKind::ALL.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}: {}", kind.key(), kind.label())?;
        wrapped(out, 4, LINE, kind.text())?;
    }
    Ok(())
}

/// Prints the same for programs.
pub(super) fn moves_json(out: &mut dyn Write) -> io::Result<()> {
    let all: Json = MoveKind::ALL
        .iter()
        .map(|kind| Object::default().with("key", kind.key()).with("label", kind.label()).with("text", kind.text()))
        .collect();
    Object::default().with("moves", all).print(out)
}
