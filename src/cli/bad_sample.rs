//! `challenge bad_sample`: four gases as they are told, and which of them is wrong where that is asked for.

use std::io::Write;

use serde_json::Value;

use super::args::Challenge;
use super::error::{CliError, Exit};
use super::print::{Align, Json, Object, columns};
use super::seen::note_seen;
use crate::app::page::challenge::bad_sample::{LETTERS, scenario_of};
use crate::scenario::record::patient_json;
use crate::sim::params::ParamId;
use crate::sim::play::instruments::Reported;
use crate::study::challenge_maker::bad_sample::{BadSample, Bed, Making};
use crate::study::challenge_maker::code::CaseCode;
use crate::text::number;
use crate::units::percent_from_frac;

/// Prints a case, with `--truth` all of it.
///
/// # Errors
/// [`CliError`] of a case that cannot be made.
pub(super) fn print(out: &mut dyn Write, code: CaseCode, options: &Challenge) -> Result<Exit, CliError> {
    let case = Making::whole(code)?;
    if options.truth {
        note_seen(code);
    }
    if options.json {
        document(&case, options.truth).print(out)?;
        return Ok(Exit::Done);
    }
    writeln!(out, "Case {code}: four patients on air, a blood gas of each, one of them wrong")?;
    let mut rows = vec![
        ["", "SpO2", "etCO2", "PO2", "PCO2", "pH", "SO2", "leucocytes", "analysed after"].map(str::to_owned).to_vec(),
    ];
    for (bed, letter) in case.beds.iter().zip(LETTERS) {
        let Bed { printed, .. } = bed;
        let percent = |frac: f64| format!("{:.0} %", percent_from_frac(frac));
        rows.push(vec![
            letter.to_owned(),
            percent(bed.spo2_frac),
            format!("{:.0}", bed.pco2_end_tidal_mmhg),
            format!("{:.0}", printed.po2_mmhg),
            format!("{:.0}", printed.pco2_mmhg),
            format!("{:.2}", printed.ph),
            percent(printed.saturation_frac),
            number(bed.params.get(ParamId::Leucocytes)),
            format!("{:.0} min{}", bed.analysed_after_min, if bed.on_ice { ", ice" } else { "" }),
        ]);
    }
    let right = Align::Right;
    columns(out, 2, &[Align::Left, right, right, right, right, right, right, right, right], &rows)?;
    if options.truth {
        let truly = case.beds[case.wrong].truly;
        writeln!(
            out,
            "\nTruth: {} is wrong ({}); in the artery PO2 {:.0}, PCO2 {:.0} mmHg, SO2 {:.0} %",
            LETTERS[case.wrong],
            case.mistake.label(),
            truly.po2_mmhg,
            truly.pco2_mmhg,
            percent_from_frac(truly.saturation_frac)
        )?;
    }
    Ok(Exit::Done)
}

fn document(case: &BadSample, truth: bool) -> Object {
    let gas = |gas: &Reported| {
        Object::default()
            .with("po2_mmhg", gas.po2_mmhg)
            .with("pco2_mmhg", gas.pco2_mmhg)
            .with("ph", gas.ph)
            .with("so2_frac", gas.saturation_frac)
    };
    let beds: Json = case
        .beds
        .iter()
        .enumerate()
        .map(|(place, bed)| {
            let told = Object::default()
                .with("bed", LETTERS[place])
                .with("spo2_frac", bed.spo2_frac)
                .with("pco2_end_tidal_mmhg", bed.pco2_end_tidal_mmhg)
                .with("leucocytes_giga_per_l", bed.params.get(ParamId::Leucocytes))
                .with("temperature_c", bed.params.get(ParamId::Temperature))
                .with("analysed_after_min", bed.analysed_after_min)
                .with("on_ice", bed.on_ice)
                .with("printed", gas(&bed.printed));
            match truth {
                true => told.with("truly", gas(&bed.truly)).with("scenario", patient_json(&scenario_of(case, place))),
                false => told,
            }
        })
        .collect();
    let told = Object::default()
        .with("code", case.code.to_string())
        .with("drill", case.code.drill().key())
        .with("level", case.code.level())
        .with("seed", case.code.seed())
        .with("beds", beds);
    match truth {
        true => told
            .with("wrong", LETTERS[case.wrong])
            .with("mistake", Value::from(case.mistake.key()))
            .with("draws", case.draws),
        false => told,
    }
}
