//! `fit`: which lungs fit one or two blood gases, and the sums of the bedside beside them.

use std::io::{self, Write};

use super::args::Fit;
use super::error::{CliError, Exit};
use super::print::{Align, Json, Object, columns};
use crate::physiology::indices::NoEstimate;
use crate::scenario::gases::{self, GasFile};
use crate::store::native;
use crate::study::Study;
use crate::study::fit::{self, ASSUMED_AV_ML_PER_DL, Fitting, Ridge, Spot, Sums};
use crate::text::number;
use crate::units::percent_from_frac;

/// Points of the rim of an ellipse in JSON.
const RIM: usize = 36;

/// Fits lungs to a file of gases and prints what they leave possible.
///
/// # Errors
/// [`CliError`]: a file that cannot be read or is refused, a gas that no lung gives.
pub(super) fn print(out: &mut dyn Write, options: &Fit) -> Result<Exit, CliError> {
    let path = &options.gases;
    let bytes = native::read_bounded_to(path, gases::MAX_GAS_BYTES as u64)?;
    let file = gases::parse(bytes, &path.to_string_lossy())?;
    let mut search = Fitting::new(&file.question);
    search.advance(u32::MAX);
    let found = match search.outcome() {
        Some(Ok(found)) => found,
        Some(Err(reason)) => return Err(CliError::Fit(reason.clone())),
        None => return Err(CliError::Fit(fit::NoFit::NoLung)),
    };
    let sums: Vec<Sums> = file.question.gases.iter().map(|gas| Sums::new(&file.question.body, gas)).collect();
    if options.json {
        document(&file, &sums, found, search.solves()).print(out)?;
        return Ok(Exit::Done);
    }
    for assumed in &file.assumed {
        writeln!(out, "assumed: {} = {}", assumed.key, number(assumed.value))?;
    }
    bedside(out, &file, &sums)?;
    match found {
        fit::Fit::Ridge(ridge) => told_ridge(out, ridge)?,
        fit::Fit::Spot(spot) => told_spot(out, spot)?,
    }
    Ok(Exit::Done)
}

/// A shunt in percent, or why there is none.
fn percent(shunt: Result<f64, NoEstimate>) -> String {
    shunt.map_or_else(|reason| format!("– ({reason})"), |frac| format!("{:.1} %", percent_from_frac(frac)))
}

fn bedside(out: &mut dyn Write, file: &GasFile, sums: &[Sums]) -> io::Result<()> {
    for (gas, sums) in file.question.gases.iter().zip(sums) {
        writeln!(
            out,
            "\nFiO2 {}: PaO2 {}, PaCO2 {} mmHg",
            number(gas.fio2_frac),
            number(gas.po2_art_mmhg),
            number(gas.pco2_art_mmhg)
        )?;
        let row = |name: &str, value: String| vec![name.to_owned(), value];
        let [five, three] = ASSUMED_AV_ML_PER_DL;
        let mut rows = vec![
            row("PAO2", format!("{:.1} mmHg", sums.po2_alv_mmhg)),
            row("A-a", format!("{:.1} mmHg", sums.aa_gradient_mmhg)),
            row("P/F", format!("{:.0} mmHg", sums.pf_ratio_mmhg)),
            row(
                "shunt by contents, venous blood measured",
                sums.shunt_measured.map_or_else(|| "–".to_owned(), percent),
            ),
            row(&format!("shunt by contents, a-v difference {} assumed", number(five)), percent(sums.shunt_assumed[0])),
            row(
                &format!("shunt by contents, a-v difference {} assumed", number(three)),
                percent(sums.shunt_assumed[1]),
            ),
            row("shunt by the chart of iso-shunt lines", percent(sums.shunt_by_chart)),
        ];
        // The rule is one of pure oxygen.
        if gas.fio2_frac >= PURE_FIO2_FRAC {
            rows.push(row("shunt by A-a/20", percent(Ok(sums.shunt_by_rule_frac))));
        }
        columns(out, 2, &[Align::Left, Align::Right], &rows)?;
    }
    Ok(())
}

/// FiO2 that counts as pure oxygen.
const PURE_FIO2_FRAC: f64 = 0.95;

fn told_ridge(out: &mut dyn Write, ridge: &Ridge) -> io::Result<()> {
    let [Some(first), Some(last)] = [ridge.points.first(), ridge.points.last()] else {
        return writeln!(out, "\nAn even lung without shunt gives this gas, within the error of the analyser.");
    };
    let [most, least] = [first, last].map(|point| percent_from_frac(point.shunt_frac));
    writeln!(out, "\nOne gas leaves a ridge: {least:.0} to {most:.0} % shunt, all along it")?;
    let mut rows = vec![["log SD", "shunt %", "± 2 SD", "V̇A L/min"].map(str::to_owned).to_vec()];
    for point in &ridge.points {
        rows.push(vec![
            format!("{:.1}", point.log_sd),
            format!("{:.1}", percent_from_frac(point.shunt_frac)),
            format!("{:.1}", percent_from_frac(2.0 * point.shunt_sd_frac)),
            format!("{:.2}", point.ventilation_l_per_min),
        ]);
    }
    columns(out, 2, &[Align::Right; 4], &rows)?;
    writeln!(out, "\nWhere to sample next")?;
    let mut rows = vec![["FiO2", "SD of shunt, points", "SaO2 there %"].map(str::to_owned).to_vec()];
    for next in &ridge.next {
        let [low, high] = next.so2_art_frac.map(percent_from_frac);
        rows.push(vec![
            format!("{:.2}", next.fio2_frac),
            format!("{:.1}", percent_from_frac(next.shunt_sd_frac)),
            format!("{low:.1} to {high:.1}"),
        ]);
    }
    columns(out, 2, &[Align::Right; 3], &rows)
}

fn told_spot(out: &mut dyn Write, spot: &Spot) -> io::Result<()> {
    let even = if spot.is_even() { " (even)" } else { "" };
    writeln!(out, "\nTwo gases leave a spot, ± 2 SD of the analyser")?;
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let rows = vec![
        row(
            "shunt",
            format!("{:.1} ± {:.1} %", percent_from_frac(spot.shunt_frac), percent_from_frac(2.0 * spot.shunt_sd_frac)),
        ),
        row("log SD", format!("{:.2} ± {:.2}{even}", spot.log_sd, 2.0 * spot.log_sd_sd)),
        row("alveolar ventilation", format!("{:.2} L/min", spot.ventilation_l_per_min)),
        row("cardiac output", format!("{:.2} L/min", spot.output_l_per_min)),
        row("off by", format!("{:.2} SD", spot.off_sd)),
    ];
    columns(out, 2, &[Align::Left, Align::Left], &rows)
}

fn document(file: &GasFile, sums: &[Sums], found: &fit::Fit, solves: u32) -> Object {
    let assumed =
        file.assumed.iter().fold(Object::default(), |object, assumed| object.with(assumed.key, assumed.value));
    let sums: Json = sums
        .iter()
        .map(|sums| {
            Object::default()
                .with("po2_alv_mmhg", sums.po2_alv_mmhg)
                .with("aa_gradient_mmhg", sums.aa_gradient_mmhg)
                .with("pf_ratio_mmhg", sums.pf_ratio_mmhg)
                .with("o2_art_ml_per_dl", sums.o2_art_ml_per_dl)
                .with("shunt_measured_frac", sums.shunt_measured.and_then(Result::ok))
                .with("shunt_av_5_frac", sums.shunt_assumed[0].ok())
                .with("shunt_av_3_5_frac", sums.shunt_assumed[1].ok())
                .with("shunt_chart_frac", sums.shunt_by_chart.ok())
                .with("shunt_aa_rule_frac", sums.shunt_by_rule_frac)
        })
        .collect();
    let object = Object::default().with("assumed", assumed).with("solves", solves).with("sums", sums);
    match found {
        fit::Fit::Ridge(ridge) => {
            let points: Json = ridge
                .points
                .iter()
                .map(|point| {
                    Object::default()
                        .with("log_sd", point.log_sd)
                        .with("shunt_frac", point.shunt_frac)
                        .with("shunt_sd_frac", point.shunt_sd_frac)
                        .with("alveolar_ventilation_l_per_min", point.ventilation_l_per_min)
                })
                .collect();
            let next: Json = ridge
                .next
                .iter()
                .map(|next| {
                    Object::default()
                        .with("fio2_frac", next.fio2_frac)
                        .with("shunt_sd_frac", next.shunt_sd_frac)
                        .with("so2_art_lowest_frac", next.so2_art_frac[0])
                        .with("so2_art_highest_frac", next.so2_art_frac[1])
                })
                .collect();
            object.with("ridge", points).with("next_sample", next)
        }
        fit::Fit::Spot(spot) => {
            let rim: Vec<Vec<f64>> = spot.outline(RIM).iter().map(|point| point.to_vec()).collect();
            object.with(
                "spot",
                Object::default()
                    .with("shunt_frac", spot.shunt_frac)
                    .with("shunt_sd_frac", spot.shunt_sd_frac)
                    .with("log_sd", spot.log_sd)
                    .with("log_sd_sd", spot.log_sd_sd)
                    .with("even", spot.is_even())
                    .with("alveolar_ventilation_l_per_min", spot.ventilation_l_per_min)
                    .with("cardiac_output_l_per_min", spot.output_l_per_min)
                    .with("off_sd", spot.off_sd)
                    .with("rim_95", rim),
            )
        }
    }
}
