//! `challenge name_mechanism`: the patient's gas on air, and with `--truth` what every move does and the cause.

use std::io::Write;

use super::args::Challenge;
use super::error::{CliError, Exit};
use super::print::{Align, LINE, Object, columns, wrapped};
use super::seen::note_seen;
use crate::app::page::challenge::name_mechanism::scenario_of;
use crate::scenario::record::patient_json;
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::name_mechanism::{CAUSES, Making, RULE, Seen, Try, key};
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
        let gas = |gas: &Seen| {
            Object::default()
                .with("po2_art_mmhg", gas.po2_mmhg)
                .with("pco2_art_mmhg", gas.pco2_mmhg)
                .with("so2_art_frac", gas.so2_frac)
        };
        let told = Object::default()
            .with("code", code.to_string())
            .with("drill", code.drill().key())
            .with("level", code.level())
            .with("seed", code.seed())
            .with("before", gas(&case.before))
            .with("causes", CAUSES.map(key).to_vec());
        let told = match options.truth {
            true => {
                let moves = Try::ALL.into_iter().zip(&case.after);
                let moves = moves.fold(Object::default(), |object, (what, seen)| object.with(what.key(), gas(seen)));
                told.with("after", moves)
                    .with("cause", key(case.cause))
                    .with("share_of_fall", case.share)
                    .with("draws", case.draws)
                    .with("scenario", patient_json(&scenario_of(&case)))
            }
            false => told,
        };
        told.print(out)?;
        return Ok(Exit::Done);
    }
    writeln!(out, "Case {code}: a low PaO2 on air and one cause of it")?;
    let row = |name: &str, gas: &Seen| {
        let so2 = format!("{:.0} %", percent_from_frac(gas.so2_frac));
        vec![name.to_owned(), format!("{:.0}", gas.po2_mmhg), format!("{:.0}", gas.pco2_mmhg), so2]
    };
    let mut rows = vec![["", "PaO2", "PaCO2", "SaO2"].map(str::to_owned).to_vec(), row("on air", &case.before)];
    if options.truth {
        rows.extend(Try::ALL.into_iter().zip(&case.after).map(|(what, gas)| row(what.key(), gas)));
    }
    columns(out, 2, &[Align::Left, Align::Right, Align::Right, Align::Right], &rows)?;
    if options.truth {
        let percent = percent_from_frac(case.share);
        writeln!(out, "\nTruth: {}, {percent:.0} % of the fall in PaO2", key(case.cause))?;
        wrapped(out, 0, LINE, RULE)?;
    }
    Ok(Exit::Done)
}
