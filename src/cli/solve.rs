//! `solve`: one patient, every number of the model with its unit, each unit of the lung, the solver's work.

use std::io::{self, Write};

use super::error::{CliError, Exit};
use super::idle;
use super::print::{Align, Json, LINE, Object, columns, significant, wrapped};
use super::subject::Patient;
use crate::scenario::Setting;
use crate::sim::params::{ParamId, SwitchId, View};
use crate::sim::reading::console::alarms;
use crate::sim::reading::quantity::{QUANTITIES, Quantity, Site, not_survivable, remarks};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::{NoSteadyState, UnitState};
use crate::sim::time::{PeriodicBreathing, periodic_breathing};
use crate::text::display_units::DisplayUnits;
use crate::text::{number, spaced};

/// Word for a patient who gets the O2 that is asked for, and for one who does not.
pub(super) fn state_name(snapshot: &Snapshot) -> &'static str {
    if snapshot.state.supply_limited { "supply_limited" } else { "steady" }
}

/// Solves the patient and prints what came out.
///
/// # Errors
/// [`CliError::NoSteadyState`] where there is none, which JSON says too; an output that does not take it.
pub(super) fn print(out: &mut dyn Write, patient: &Patient, json: bool) -> Result<Exit, CliError> {
    idle::tell(&patient.settings, std::slice::from_ref(&patient.params), View::Steady);
    let outcome = Model::new().snapshot(&patient.params);
    match outcome {
        Ok(snapshot) if json => {
            let swing = periodic_breathing(&patient.params).map(|swing| {
                Object::default()
                    .with("least_l_per_min", swing.least_l_per_min)
                    .with("most_l_per_min", swing.most_l_per_min)
                    .with("period_s", swing.period_s)
            });
            let document = document(patient, &snapshot);
            match swing {
                Some(swing) => document.with("periodic_breathing", swing).print(out)?,
                None => document.with("periodic_breathing", ()).print(out)?,
            }
        }
        Ok(snapshot) => report(out, patient, &snapshot)?,
        Err(reason) => {
            if json {
                absent(patient, &reason).print(out)?;
            }
            return Err(reason.into());
        }
    }
    Ok(Exit::Done)
}

fn report(out: &mut dyn Write, patient: &Patient, snapshot: &Snapshot) -> io::Result<()> {
    writeln!(out, "{} ({})", patient.scenario.title, patient.scenario.id)?;
    wrapped(out, 2, LINE, &patient.scenario.teaches)?;
    for setting in &patient.settings {
        match *setting {
            Setting::Param(id, value) => {
                writeln!(out, "  set: {} = {}{}", id.key(), number(value), spaced(id.bounds().unit))?;
            }
            Setting::Switch(id, option) => writeln!(out, "  set: {} = {option}", id.key())?,
        }
    }
    for reason in not_survivable(snapshot, DisplayUnits::default()) {
        writeln!(out, "  NOT SURVIVABLE: {reason}")?;
    }
    for remark in remarks(snapshot) {
        writeln!(out, "  {remark}")?;
    }
    for alarm in alarms(snapshot) {
        writeln!(out, "  ALARM: {alarm}")?;
    }
    if let Some(swing) = periodic_breathing(&patient.params) {
        let PeriodicBreathing { least_l_per_min, most_l_per_min, period_s } = swing;
        writeln!(
            out,
            "  PERIODIC BREATHING: minute ventilation swings from {least_l_per_min:.1} to {most_l_per_min:.1} L/min every \
             {period_s:.0} s;\n  what is printed here is its mean, which no run stays at."
        )?;
    }
    quantities(out, snapshot)?;
    units(out, snapshot)?;
    let work = &snapshot.state.work;
    writeln!(
        out,
        "\nSolver: {} start, {} iterations, {} content evaluations, residual {:.1e}",
        work.path.name(),
        work.iterations,
        work.content_evaluations,
        work.residual
    )
}

/// Every quantity under the heading of its site; where one does not exist, a dash and why.
fn quantities(out: &mut dyn Write, snapshot: &Snapshot) -> io::Result<()> {
    // Without a membrane lung the blood that enters the lung is the venous blood.
    let ecmo_only = |site| matches!(site, Site::PulmonaryArterial | Site::Ecmo);
    let shown = || {
        let of_site = |quantity: &&Quantity| snapshot.state.ecmo.is_some() || !ecmo_only(quantity.site);
        QUANTITIES.iter().filter(of_site).filter(|quantity| quantity.is_of(snapshot))
    };
    let row = |quantity: &Quantity| {
        let (value, remark) = match quantity.read(snapshot) {
            Ok(value) => (format!("{value:.*}", quantity.decimals), String::new()),
            Err(reason) => ("–".to_owned(), reason.to_string()),
        };
        vec![quantity.label.to_owned(), value, quantity.unit.to_owned(), quantity.key.to_owned(), remark]
    };
    // One table, so that all sites line up; its lines then go under their headings.
    let rows: Vec<_> = shown().map(row).collect();
    let mut table = Vec::new();
    columns(&mut table, 2, &[Align::Left, Align::Right, Align::Left, Align::Left, Align::Left], &rows)?;
    let mut site = None;
    for (line, quantity) in String::from_utf8_lossy(&table).lines().zip(shown()) {
        if site != Some(quantity.site) {
            site = Some(quantity.site);
            writeln!(out, "\n{}", quantity.site.label())?;
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// How a number of a unit is printed: flows span decades.
#[derive(Debug, Clone, Copy)]
enum Digits {
    Decimals(usize),
    Significant(i32),
}

/// A number of a unit: key, heading, digits, and how it is read.
type UnitColumn = (&'static str, &'static str, Digits, fn(&Snapshot, &UnitState) -> f64);

const UNIT_COLUMNS: [UnitColumn; 12] = [
    ("ventilation_inspired_l_per_min", "V̇I L/min", Digits::Significant(3), |_, unit| unit.inspired_l_per_min),
    ("ventilation_expired_l_per_min", "V̇E L/min", Digits::Significant(3), |_, unit| unit.expired_l_per_min),
    ("perfusion_l_per_min", "Q̇ L/min", Digits::Significant(3), |_, unit| unit.perfusion_l_per_min),
    ("vq_ratio", "V̇/Q̇", Digits::Significant(3), |snapshot, unit| snapshot.unit_vq(unit)),
    ("po2_alv_mmhg", "PO₂ mmHg", Digits::Decimals(1), |_, unit| unit.po2_alv_mmhg),
    ("pco2_alv_mmhg", "PCO₂ mmHg", Digits::Decimals(1), |_, unit| unit.capillary.pco2_mmhg),
    ("pn2_alv_mmhg", "PN₂ mmHg", Digits::Decimals(1), |_, unit| unit.pn2_alv_mmhg),
    ("po2_cap_mmhg", "Pc′O₂ mmHg", Digits::Decimals(1), |_, unit| unit.capillary.po2_mmhg),
    ("so2_cap_frac", "Sc′O₂", Digits::Decimals(4), |_, unit| unit.capillary.saturation_frac),
    ("ph_cap", "pHc′", Digits::Decimals(3), |_, unit| unit.capillary.ph),
    ("o2_cap_ml_per_dl", "Cc′O₂ mL/dL", Digits::Decimals(2), |_, unit| unit.capillary.o2_ml_per_dl),
    ("co2_cap_ml_per_dl", "Cc′CO₂ mL/dL", Digits::Decimals(2), |_, unit| unit.capillary.co2_ml_per_dl),
];

fn units(out: &mut dyn Write, snapshot: &Snapshot) -> io::Result<()> {
    writeln!(out, "\nLung units")?;
    if snapshot.units.is_empty() {
        return writeln!(out, "  none: no part of the lung has both ventilation and perfusion");
    }
    let head = ["unit"].into_iter().chain(UNIT_COLUMNS.map(|(_, head, ..)| head));
    let mut rows = vec![head.map(str::to_owned).collect::<Vec<_>>()];
    for (i, unit) in snapshot.units.iter().enumerate() {
        let cells = UNIT_COLUMNS.iter().map(|(_, _, digits, read)| match *digits {
            Digits::Decimals(n) => format!("{:.n$}", read(snapshot, unit)),
            Digits::Significant(n) => significant(read(snapshot, unit), n),
        });
        rows.push([(i + 1).to_string()].into_iter().chain(cells).collect());
    }
    columns(out, 2, &[Align::Right; UNIT_COLUMNS.len() + 1], &rows)
}

fn document(patient: &Patient, snapshot: &Snapshot) -> Object {
    let mut results = Object::default();
    let mut missing = Object::default();
    for quantity in QUANTITIES {
        match quantity.read(snapshot) {
            Ok(value) => results = results.with(quantity.key, value),
            Err(reason) => {
                results = results.with(quantity.key, ());
                missing = missing.with(quantity.key, reason.to_string());
            }
        }
    }
    let units: Json = snapshot
        .units
        .iter()
        .map(|unit| {
            UNIT_COLUMNS
                .iter()
                .fold(Object::default(), |object, (key, _, _, read)| object.with(*key, read(snapshot, unit)))
        })
        .collect();
    let work = &snapshot.state.work;
    let solver = Object::default()
        .with("start", work.path.name())
        .with("iterations", work.iterations)
        .with("content_evaluations", work.content_evaluations)
        .with("residual", work.residual);
    subject(patient)
        .with("state", state_name(snapshot))
        .with("not_survivable", not_survivable(snapshot, DisplayUnits::default()))
        .with("remarks", remarks(snapshot).into_iter().map(str::to_owned).collect::<Vec<_>>())
        .with("recirculation_raised", snapshot.state.ecmo.is_some_and(|ecmo| ecmo.recirculation_raised))
        .with("alarms", alarms(snapshot))
        .with("results", results)
        .with("absent", missing)
        .with("units", units)
        .with("solver", solver)
}

/// What JSON says of a patient without a steady state.
fn absent(patient: &Patient, reason: &NoSteadyState) -> Object {
    subject(patient).with("state", "no_steady_state").with("reason", reason.name()).with("message", reason.to_string())
}

/// The patient as asked for.
fn subject(patient: &Patient) -> Object {
    let params = &patient.params;
    let values = ParamId::ALL.iter().fold(Object::default(), |object, id| object.with(id.key(), params.get(*id)));
    let switches = SwitchId::ALL.iter().fold(Object::default(), |object, id| object.with(id.key(), params.option(*id)));
    Object::default()
        .with("scenario", patient.scenario.id.as_str())
        .with("title", patient.scenario.title.as_str())
        .with("teaches", patient.scenario.teaches.as_str())
        .with("parameters", values)
        .with("switches", switches)
}
