//! `twin`: the same blood gas from another cause.

use std::io::{self, Write};

use super::args::Twin;
use super::error::{CliError, Exit};
use super::print::{Align, Json, LINE, Object, columns, wrapped};
use super::subject::{self, Patient};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::comparison::{Pair, what_parts};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::study::Study;
use crate::study::twin::{By, NoTwin, Target, TwinSearch, Wanted};
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::number;

/// What stands side by side.
const COMPARED: [&str; 14] = [
    "po2_art_mmhg",
    "pco2_art_mmhg",
    "ph_art",
    "so2_art_frac",
    "aa_gradient_mmhg",
    "pf_ratio_mmhg",
    "venous_admixture_frac",
    "shunt_true_frac",
    "bohr_enghoff_frac",
    "dead_space_true_frac",
    "alveolar_ventilation_now_l_per_min",
    "so2_ven_frac",
    "output_now_l_per_min",
    "o2_delivery_ml_per_min",
];
/// FiO2 on which both are looked at.
const FIO2_FRAC: [f64; 6] = [0.21, 0.30, 0.40, 0.60, 0.80, 1.0];

/// Makes a twin and prints both.
///
/// # Errors
/// [`CliError`]: a patient without a gas of his own; a patient without a twin is a result.
pub(super) fn print(out: &mut dyn Write, options: &Twin) -> Result<Exit, CliError> {
    let patient = subject::load(&options.subject)?;
    let mut model = Model::new();
    let now = model.snapshot(&patient.params)?;
    // The argument takes no other.
    let by = By::from_key(&options.by).unwrap_or(By::Shunt);
    let mut search = TwinSearch::new(&mut model, &Wanted { params: patient.params.clone(), by });
    search.advance(u32::MAX);
    let target =
        Target { po2_art_mmhg: now.state.arterial.gas.po2_mmhg, pco2_art_mmhg: now.state.arterial.gas.pco2_mmhg };
    let [solves, newton_solves] = search.solves();
    let head = Object::default()
        .with("scenario", patient.scenario.id.as_str())
        .with("by", by.key())
        .with("fio2_frac", now.params.get(ParamId::Fio2))
        .with("po2_art_mmhg", target.po2_art_mmhg)
        .with("pco2_art_mmhg", target.pco2_art_mmhg)
        .with("solves", solves)
        .with("newton_solves", newton_solves);
    match search.outcome() {
        Some(Ok(twin)) => {
            let twin_now = Model::new().snapshot(&twin.params)?;
            let other_gas = on_other_gas(&patient.params, &twin.params);
            if options.json {
                document(head, &patient, twin, [&now, &twin_now], &other_gas).print(out)?;
            } else {
                report(out, &patient, twin, [&now, &twin_now], &other_gas, solves)?;
            }
            Ok(Exit::Done)
        }
        Some(Err(NoTwin::NoSteadyState(reason))) => Err((*reason).into()),
        Some(Err(reason @ (NoTwin::MembraneLung | NoTwin::NotPlain(_)))) => Err(CliError::Twin(reason.clone())),
        other => {
            let reason = match other {
                Some(Err(reason)) => reason.to_string(),
                _ => "the search did not end".to_owned(),
            };
            if options.json {
                head.with("twin", ()).with("reason", reason).print(out)?;
            } else {
                title(out, &patient, target)?;
                writeln!(out, "No twin by {}: {reason}.", by.name())?;
            }
            Ok(Exit::Done)
        }
    }
}

/// FiO2 and PaO2 of both; none where there is no steady state.
type OnOtherGas = (f64, [Option<f64>; 2]);

fn on_other_gas(one: &Params, other: &Params) -> Vec<OnOtherGas> {
    let mut models = [Model::new(), Model::new()];
    let mut po2 = |i: usize, params: &Params, fio2_frac| {
        let there = params.with(ParamId::Fio2, fio2_frac).ok()?;
        Some(models[i].steady(&there).ok()?.arterial.gas.po2_mmhg)
    };
    FIO2_FRAC.iter().map(|fio2_frac| (*fio2_frac, [po2(0, one, *fio2_frac), po2(1, other, *fio2_frac)])).collect()
}

fn title(out: &mut dyn Write, patient: &Patient, target: Target) -> io::Result<()> {
    writeln!(
        out,
        "A  {} ({}): PaO2 {:.1}, PaCO2 {:.1} mmHg on FiO2 {}",
        patient.scenario.title,
        patient.scenario.id,
        target.po2_art_mmhg,
        target.pco2_art_mmhg,
        number(patient.params.get(ParamId::Fio2))
    )
}

fn report(
    out: &mut dyn Write,
    patient: &Patient,
    twin: &crate::study::twin::Twin,
    [one, other]: [&Snapshot; 2],
    other_gas: &[OnOtherGas],
    solves: u32,
) -> io::Result<()> {
    let gas = one.state.arterial.gas;
    title(out, patient, Target { po2_art_mmhg: gas.po2_mmhg, pco2_art_mmhg: gas.pco2_mmhg })?;
    writeln!(
        out,
        "B  twin by {}: {}, alveolar ventilation {:.2} L/min ({solves} solves)",
        twin.by.name(),
        twin.by.told(twin.value),
        twin.ventilation_l_per_min
    )?;
    if twin.by == By::Hypoventilation {
        writeln!(out, "   meets PaO2 alone: it needs a PaCO2 of {:.1} mmHg", twin.gas.pco2_art_mmhg)?;
    }
    writeln!(out, "   = is within the error of a sample\n")?;
    let mut rows = vec![["", "A", "B", "B - A", ""].map(str::to_owned).to_vec()];
    for pair in compared(one, other) {
        let text =
            |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.*}", pair.quantity.decimals));
        let difference = match pair.difference() {
            _ if pair.is_same() => "=".to_owned(),
            Some(difference) => signed(difference, pair.quantity.decimals),
            None => "–".to_owned(),
        };
        rows.push(vec![
            pair.quantity.label.to_owned(),
            text(pair.one),
            text(pair.other),
            difference,
            pair.quantity.unit.to_owned(),
        ]);
    }
    columns(out, 2, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], &rows)?;
    writeln!(out, "\nPaO2 on other oxygen, mmHg")?;
    let mut rows = vec![["FiO2", "A", "B"].map(str::to_owned).to_vec()];
    for (fio2_frac, po2) in other_gas {
        let text = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |po2| format!("{po2:.0}"));
        rows.push(vec![format!("{fio2_frac:.2}"), text(po2[0]), text(po2[1])]);
    }
    columns(out, 2, &[Align::Right; 3], &rows)?;
    writeln!(out, "\nWhat parts them")?;
    for parting in what_parts(one, other) {
        wrapped(out, 2, LINE, &parting.words(["A", "B"], DisplayUnits::default()))?;
    }
    Ok(())
}

fn compared(one: &Snapshot, other: &Snapshot) -> Vec<Pair> {
    let pair = |key: &str| Quantity::from_key(key).map(|quantity| Pair::new(quantity, one, other));
    COMPARED.iter().filter_map(|key| pair(key)).collect()
}

fn document(
    head: Object,
    patient: &Patient,
    twin: &crate::study::twin::Twin,
    [one, other]: [&Snapshot; 2],
    other_gas: &[OnOtherGas],
) -> Object {
    let settings =
        twin.params.changes_from(&patient.params).into_iter().fold(
            Object::default(),
            |object, setting| match setting {
                crate::scenario::Setting::Param(id, value) => object.with(id.key(), value),
                crate::scenario::Setting::Switch(id, option) => object.with(id.key(), option),
            },
        );
    let made = Object::default()
        .with("parameter", twin.by.param().key())
        .with("value", twin.value)
        .with("alveolar_ventilation_l_per_min", twin.ventilation_l_per_min)
        .with("po2_art_mmhg", twin.gas.po2_art_mmhg)
        .with("pco2_art_mmhg", twin.gas.pco2_art_mmhg)
        .with("changes", settings);
    let compared: Json = compared(one, other)
        .iter()
        .map(|pair| {
            Object::default()
                .with("quantity", pair.quantity.key)
                .with("a", pair.one)
                .with("b", pair.other)
                .with("same", pair.is_same())
        })
        .collect();
    let other_gas: Json = other_gas
        .iter()
        .map(|(fio2_frac, po2)| {
            let object = Object::default().with("fio2_frac", *fio2_frac);
            object.with("po2_art_a_mmhg", po2[0]).with("po2_art_b_mmhg", po2[1])
        })
        .collect();
    let parts: Vec<String> =
        what_parts(one, other).iter().map(|parting| parting.words(["A", "B"], DisplayUnits::default())).collect();
    head.with("twin", made).with("compared", compared).with("on_other_oxygen", other_gas).with("what_parts_them", parts)
}
