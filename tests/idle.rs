//! What the table says of a parameter or switch that does nothing is so: each is moved, solved and run.

mod part;

use isoshunt::scenario;
use isoshunt::sim::params::{Acts, ParamId, Params, Setting, SwitchId, View};
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::observable::Observable;
use isoshunt::sim::reading::quantity::QUANTITIES;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};

/// Relative distance within which two results are the same: what rounding leaves.
const SAME: f64 = 1e-9;
/// Built-in patients that `./check` moves.
const PART: u64 = 2;

/// Everything that came out: numbers, and words where there is no number.
#[derive(Debug, Clone, Default)]
struct Outcome {
    numbers: Vec<Option<f64>>,
    words: String,
}

impl Outcome {
    fn add(&mut self, now: &Snapshot) {
        // What is set is no result, though it is listed beside them.
        let results = QUANTITIES.iter().filter(|quantity| quantity.key != "shunt_set_frac");
        self.numbers.extend(results.map(|quantity| quantity.read(now).ok()));
        self.numbers.push(Some(now.units.len() as f64));
        self.numbers
            .extend(now.units.iter().flat_map(|unit| [Some(unit.po2_alv_mmhg), Some(unit.perfusion_l_per_min)]));
    }

    fn is_as(&self, other: &Outcome) -> bool {
        let close = |a: f64, b: f64| (a - b).abs() <= SAME * a.abs().max(b.abs()).max(1e-6);
        let same = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
            (Some(a), Some(b)) => close(*a, *b),
            (a, b) => a.is_none() == b.is_none(),
        };
        let pieces = |text: &str| -> Vec<String> {
            text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).map(str::to_owned).collect()
        };
        let (ours, theirs) = (pieces(&self.words), pieces(&other.words));
        let alike =
            |(a, b): (&String, &String)| a == b || matches!((a.parse(), b.parse()), (Ok(a), Ok(b)) if close(a, b));
        self.numbers.len() == other.numbers.len()
            && self.numbers.iter().zip(&other.numbers).all(same)
            && ours.len() == theirs.len()
            && ours.iter().zip(&theirs).all(alike)
    }
}

fn solved(params: &Params) -> Outcome {
    let mut outcome = Outcome::default();
    match Model::new().snapshot(params) {
        Ok(now) => outcome.add(&now),
        Err(reason) => outcome.words = format!("{reason:?}"),
    }
    outcome
}

/// Ten minutes: after one the inspired O2 changes, after two blood is drawn, well and badly.
fn run(params: &Params) -> Outcome {
    let mut outcome = Outcome::default();
    let mut run = Run::new(params, 1);
    let mut record = |run: &Run| {
        let now = run.live().snapshot();
        outcome.add(&now);
        let readings = Observable::all().filter(|of| matches!(of, Observable::Reading(_)));
        outcome.numbers.extend(readings.map(|reading| reading.read(run, &now)));
    };
    run.advance(120);
    let fio2 = if params.get(ParamId::Fio2) < 0.6 { 0.8 } else { 0.4 };
    run.act(Action::Set(vec![Setting::Param(ParamId::Fio2, fio2)])).expect("allowed");
    run.advance(60);
    record(&run);
    run.advance(60);
    for order in ["arterial", "arterial:air_bubble", "arterial:bench_delay", "mixed_venous"] {
        run.act(Action::Sample(order.parse().expect("a sample"))).expect("allowed");
    }
    run.advance(240);
    record(&run);
    run.advance(720);
    record(&run);
    outcome.words = format!("{:?}", run.samples());
    outcome
}

/// The same patient with one thing moved, in several ways.
fn moved(params: &Params) -> Vec<(Setting, Vec<Params>)> {
    let of_param = |id: &ParamId| {
        let (bounds, now) = (id.bounds(), params.get(*id));
        let values = [now + bounds.step, now - bounds.step, bounds.max, bounds.min];
        let apart = values.into_iter().filter(|value| (value - now).abs() > 0.0);
        (Setting::Param(*id, now), apart.filter_map(|value| params.with(*id, value).ok()).collect())
    };
    let of_switch = |id: &SwitchId| {
        let turned = |option: &&'static str| {
            let mut params = params.clone();
            params.set_switch(*id, option).expect("an option");
            params
        };
        let others = id.options().iter().filter(|option| **option != params.option(*id));
        (Setting::Switch(*id, params.option(*id)), others.map(turned).collect())
    };
    ParamId::ALL.iter().map(of_param).chain(SwitchId::ALL.iter().map(of_switch)).collect()
}

/// How a patient is asked what comes out.
type Ask = fn(&Params) -> Outcome;

/// Where the table and what came out part, in words.
fn faults(name: &str, params: &Params) -> Vec<String> {
    let mut faults = Vec::new();
    let views: [(View, Ask); 2] = [(View::Steady, solved), (View::InTime, run)];
    for (view, outcome) in views {
        let usual = outcome(params);
        for (setting, moved) in moved(params) {
            let told = setting.acts(params, view);
            // Each way of moving what does nothing changes nothing; some way of moving what acts changes something.
            let changes = told != Acts::Perhaps && moved.iter().any(|moved| !outcome(moved).is_as(&usual));
            match told {
                Acts::Yes if !changes => {
                    faults.push(format!("{name}, {view:?}: {} acts by the table alone", setting.key()))
                }
                Acts::No(why) if changes => {
                    faults.push(format!("{name}, {view:?}: {} acts, and the table says it needs {why}", setting.key()));
                }
                _ => {}
            }
        }
    }
    faults
}

#[test]
fn inv_what_does_nothing_is_what_the_table_calls_idle() {
    let patients = scenario::builtin();
    let named = std::env::var("ISOSHUNT_PATIENT").ok();
    let every = patients.len() / part::of(patients.len() as u64, PART) as usize;
    let faults: Vec<String> = patients
        .iter()
        .enumerate()
        .filter(|(i, patient)| named.as_ref().map_or(i % every == every / 2, |name| *name == patient.id))
        .flat_map(|(_, patient)| faults(&patient.id, &patient.params))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
