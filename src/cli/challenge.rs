//! `challenge`: a case as it is told at the bedside, and its truth where that is asked for.

use std::io::{self, Write};

use serde_json::Value;

use super::args::Challenge;
use super::error::{CliError, Exit};
use super::print::{Align, Json, LINE, Object, columns, wrapped};
use super::seen::note_seen;
use super::{bad_sample, class_lines, name_mechanism, outputs};
use crate::app::page::challenge;
use crate::scenario::record;
use crate::scenario::{Scenario, to_json};
use crate::sim::params::ParamId;
use crate::study::Study;
use crate::study::challenge_maker::code::{CaseCode, Drill};
use crate::study::challenge_maker::grounds::Ground;
use crate::study::challenge_maker::kinds::{Fault, Place};
use crate::study::challenge_maker::maker::{Case, Making};
use crate::study::challenge_maker::next_step::{NextStep, NextSteps, Outcome};
use crate::study::challenge_maker::rule::{self, Formula, TestGas};
use crate::text::display_units::DisplayUnits;
use crate::text::number;
use crate::units::percent_from_frac;

/// Prints a case, with `--truth` all of it.
///
/// # Errors
/// [`CliError`]: a code that is none, a case that none can be made of.
pub(super) fn print(out: &mut dyn Write, options: &Challenge) -> Result<Exit, CliError> {
    if let Some(file) = &options.class {
        return class_lines::print(out, file);
    }
    let drill = options.drill.as_deref().and_then(Drill::from_key).unwrap_or(Drill::OxygenTest);
    let code = match &options.code {
        Some(text) => CaseCode::of_drill(text, drill)?,
        None => CaseCode::of(drill, options.level, options.seed)?,
    };
    match code.drill() {
        Drill::OxygenTest => {}
        Drill::BadSample => return bad_sample::print(out, code, options),
        Drill::NameMechanism => return name_mechanism::print(out, code, options),
    }
    let case = Making::whole(code)?;
    if let Some(file) = &options.paper {
        note_seen(code);
        let mut steps = NextSteps::new(&case.params, case.truth.cause())?;
        steps.advance(u32::MAX);
        let page = challenge::paper::html(&case, &steps, DisplayUnits::default());
        outputs::write(out, Some(file), |out| Ok(out.write_all(page.as_bytes())?))?;
        return Ok(Exit::Done);
    }
    if !options.truth {
        let told = briefing(&case);
        if options.json {
            told.iter().fold(head(&case), |object, (key, value)| object.with(*key, value.clone())).print(out)?;
        } else {
            told_briefing(out, &case)?;
        }
        return Ok(Exit::Done);
    }
    note_seen(code);
    let truth = &case.truth;
    let mut steps = NextSteps::new(&case.params, truth.cause())?;
    steps.advance(u32::MAX);
    if options.json {
        document(&case, &steps).print(out)?;
    } else {
        told_briefing(out, &case)?;
        told_truth(out, &case, &steps)?;
    }
    Ok(Exit::Done)
}

fn head(case: &Case) -> Object {
    Object::default()
        .with("code", case.code.to_string())
        .with("drill", case.code.drill().key())
        .with("place", case.setup.place.key())
        .with("level", case.code.level())
        .with("seed", case.code.seed())
}

/// What is told before the test, by key.
fn briefing(case: &Case) -> Vec<(&'static str, Value)> {
    let told = |id: ParamId| (id.key(), Value::from(case.params.get(id)));
    let mut rows = vec![("history", Value::from(case.history.words()))];
    rows.extend([ParamId::Pb, ParamId::Hb, ParamId::Temperature, ParamId::Leucocytes].map(told));
    rows.push(("circumstances", Value::from(challenge::circumstances(&case.setup))));
    if case.setup.place == Place::IntensiveCare {
        rows.extend([ParamId::Fio2, ParamId::Peep].map(told));
        rows.push(("catheter", Value::from(case.setup.catheter)));
    }
    rows
}

fn told_briefing(out: &mut dyn Write, case: &Case) -> io::Result<()> {
    let place = case.setup.place.label();
    writeln!(out, "Case {}, level {}: the 100 % O2 test, {place}", case.code, case.code.level())?;
    wrapped(out, 0, LINE, &case.history.words())?;
    let shown = |id: ParamId| number(case.params.get(id));
    writeln!(
        out,
        "Hb {} g/dL, {} °C, leucocytes {} giga/L, barometric pressure {} mmHg.",
        shown(ParamId::Hb),
        shown(ParamId::Temperature),
        shown(ParamId::Leucocytes),
        shown(ParamId::Pb)
    )?;
    wrapped(out, 0, LINE, &challenge::circumstances(&case.setup))
}

fn told_truth(out: &mut dyn Write, case: &Case, steps: &NextSteps) -> io::Result<()> {
    let truth = &case.truth;
    let percent = |frac: f64| format!("{:.1} %", percent_from_frac(frac));
    writeln!(out, "\nTruth: {} ({})", truth.mechanism.label(), truth.class.key())?;
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let gas = |gas: TestGas| format!("PaO2 {:.1}, PaCO2 {:.1} mmHg", gas.po2_mmhg, gas.pco2_mmhg);
    let mut rows = vec![
        row("share of the fall in PaO2", percent(truth.share())),
        row("before", gas(truth.before)),
        row("after 3 min of oxygen", gas(truth.early)),
        row("after 20 min of oxygen", gas(truth.on_oxygen)),
    ];
    if let Some((twin, on_oxygen)) = &truth.twin {
        rows.push(row(&format!("its twin by {}", twin.by.name()), gas(*on_oxygen)));
    }
    rows.extend([
        row("true shunt then", percent(truth.shunt_frac)),
        row("admixture then, venous blood measured", percent(truth.admixture_frac)),
        row("asked for", truth.size_of.key().to_owned()),
        row("fault", case.fault.map_or("none", |fault| fault.key()).to_owned()),
        row("the rule is right in", percent(truth.stability_frac)),
        row("patients drawn", truth.draws.to_string()),
    ]);
    columns(out, 2, &[Align::Left, Align::Left], &rows)?;
    writeln!(out, "\nEstimates of the gas after 20 min")?;
    let sums = rule::sums(&rule::body(&case.params), 1.0, truth.on_oxygen);
    let rows: Vec<Vec<String>> = Formula::offered(case.setup.catheter)
        .iter()
        .map(|formula| row(formula.label(), formula.shunt_frac(&sums).map_or_else(|why| why.to_string(), percent)))
        .collect();
    columns(out, 2, &[Align::Left, Align::Right], &rows)?;
    writeln!(
        out,
        "\nNext steps, after 30 min; wanted: SaO2 {} to {}",
        percent(steps.target_frac()[0]),
        percent(steps.target_frac()[1])
    )?;
    let mut rows = vec![["", "FiO2", "SaO2", "PaCO2", "pH", "DO2", ""].map(str::to_owned).to_vec()];
    for outcome in steps.outcomes().unwrap_or_default() {
        rows.push(vec![
            outcome.step.label().to_owned(),
            format!("{:.2}", outcome.fio2_frac),
            percent(outcome.so2_art_frac),
            format!("{:.1}", outcome.pco2_art_mmhg),
            format!("{:.3}", outcome.ph_art),
            format!("{:.0} %", percent_from_frac(outcome.delivery_ratio)),
            verdict(steps, outcome).to_owned(),
        ]);
    }
    let right = Align::Right;
    columns(out, 2, &[Align::Left, right, right, right, right, right, Align::Left], &rows)?;
    let grounds: Vec<&str> = right_grounds(case).into_iter().map(Ground::label).collect();
    writeln!(out, "\nGrounds: {}", grounds.join(", "))?;
    writeln!(out)?;
    wrapped(out, 0, LINE, &rule::words(&case.setup))
}

fn verdict(steps: &NextSteps, outcome: &Outcome) -> &'static str {
    match (steps.best() == Some(outcome.step), outcome.good, steps.harms(outcome.step)) {
        (true, ..) => "best",
        (_, true, _) => "good",
        (.., true) => "harmful",
        _ => "",
    }
}

fn right_grounds(case: &Case) -> Vec<Ground> {
    Ground::ALL.into_iter().zip(case.truth.grounds).filter(|(_, right)| *right).map(|(ground, _)| ground).collect()
}

fn document(case: &Case, steps: &NextSteps) -> Object {
    let truth = &case.truth;
    let gas = |gas: TestGas| {
        let told = Object::default().with("po2_art_mmhg", gas.po2_mmhg).with("pco2_art_mmhg", gas.pco2_mmhg);
        match gas.so2_ven_frac {
            Some(so2_ven) => told.with("so2_ven_frac", so2_ven),
            None => told,
        }
    };
    let sums = rule::sums(&rule::body(&case.params), 1.0, truth.on_oxygen);
    let estimates = Formula::offered(case.setup.catheter)
        .iter()
        .fold(Object::default(), |object, formula| object.with(formula.key(), formula.shunt_frac(&sums).ok()));
    let before = rule::sums(&rule::body(&case.params), case.setup.fio2_frac, truth.before);
    let outcomes: Json = steps
        .outcomes()
        .unwrap_or_default()
        .iter()
        .map(|outcome| {
            Object::default()
                .with("step", outcome.step.key())
                .with("fio2_frac", outcome.fio2_frac)
                .with("so2_art_frac", outcome.so2_art_frac)
                .with("ph_art", outcome.ph_art)
                .with("pco2_art_mmhg", outcome.pco2_art_mmhg)
                .with("o2_delivery_ratio", outcome.delivery_ratio)
                .with("good", outcome.good)
                .with("harmful", steps.harms(outcome.step))
        })
        .collect();
    let grounds: Vec<&str> = right_grounds(case).into_iter().map(Ground::key).collect();
    let mut object = briefing(case).iter().fold(head(case), |object, (key, value)| object.with(*key, value.clone()));
    object = object
        .with("mechanism", truth.mechanism.key())
        .with("mechanisms", case.setup.place.offered().iter().map(|mechanism| mechanism.key()).collect::<Vec<_>>())
        .with("class", truth.class.key())
        .with("share_of_fall", truth.share())
        .with("before", gas(truth.before).with("aa_gradient_mmhg", before.aa_gradient_mmhg))
        .with("after_3_min", gas(truth.early))
        .with("after_20_min", gas(truth.on_oxygen))
        .with("shunt_true_frac", truth.shunt_frac)
        .with("venous_admixture_frac", truth.admixture_frac)
        .with("size_of", truth.size_of.key())
        .with("stability_frac", truth.stability_frac)
        .with("draws", truth.draws)
        .with("fault", case.fault.map(|fault| fault.key()))
        .with(
            "leak_frac",
            match case.fault {
                Some(Fault::Leak(leak_frac)) => Some(leak_frac),
                _ => None,
            },
        )
        .with(
            "given_fio2_frac",
            match case.fault {
                Some(Fault::WrongFio2(fio2_frac)) => Some(fio2_frac),
                _ => None,
            },
        );
    if let Some((twin, on_oxygen)) = &truth.twin {
        object = object.with(
            "twin",
            gas(*on_oxygen)
                .with("by", twin.by.key())
                .with("parameter", twin.by.param().key())
                .with("value", twin.value)
                .with("scenario", scenario_json(&twin_scenario(case, &twin.params))),
        );
    }
    object
        .with("estimates", estimates)
        .with("next_steps", outcomes)
        .with("best", steps.best().map(NextStep::key))
        .with("next_step_is_offered", steps.is_offered())
        .with("grounds", grounds)
        .with("scenario", scenario_json(&record::scenario_of(case)))
}

fn twin_scenario(case: &Case, params: &crate::sim::params::Params) -> Scenario {
    let own = record::scenario_of(case);
    Scenario { id: format!("{}-twin", own.id), params: params.clone(), ..own }
}

fn scenario_json(scenario: &Scenario) -> Value {
    // What this program writes it can read.
    serde_json::from_str(&to_json(scenario)).unwrap_or(Value::Null)
}
