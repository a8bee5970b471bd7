//! What PEEP, turning and drugs do to layered lungs, against published figures.

use isoshunt::scenario;
use isoshunt::sim::mechanics::maneuvers::{TrialPlan, peep_trial, pressure_volume_loop, recruitment_to_inflation};
use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn builtin(id: &str) -> Params {
    scenario::find(id).expect("built in").params.clone()
}

fn with(params: &Params, changes: &[(P, f64)]) -> Params {
    let mut params = params.clone();
    params.set_all(changes).expect("within bounds");
    params
}

fn switched(params: &Params, id: SwitchId, option: &str) -> Params {
    let mut params = params.clone();
    params.set_switch(id, option).expect("an option");
    params
}

fn solved(params: &Params) -> Snapshot {
    Model::new().snapshot(params).expect("a steady state")
}

fn at_peep(params: &Params, peep: f64) -> Snapshot {
    solved(&with(params, &[(P::Peep, peep)]))
}

fn shunt(snapshot: &Snapshot) -> f64 {
    snapshot.truth.shunt_frac
}

fn pf(snapshot: &Snapshot) -> f64 {
    snapshot.estimates.pf_ratio_mmhg
}

fn delivery(snapshot: &Snapshot) -> f64 {
    snapshot.estimates.gas.o2_delivery_ml_per_min
}

fn dead_space(snapshot: &Snapshot) -> f64 {
    snapshot.truth.dead_space_frac.expect("breathing")
}

/// The patient whose tissue is the typical one of Gattinoni 2006.
fn typical() -> Params {
    with(&builtin("ards-not-recruitable"), &[(P::Consolidated, 0.22), (P::Collapsible, 0.22)])
}

#[track_caller]
fn within(what: &str, value: f64, low: f64, high: f64) {
    println!("{what}: {value:.4} in {low} to {high}");
    assert!((low..=high).contains(&value), "{what} {value} is not {low} to {high}");
}

#[test]
fn val_gattinoni_2006_peep_opens_what_can_open() {
    let recruitable = builtin("ards-recruitable");
    let [low, high] = [5.0, 15.0].map(|peep| at_peep(&recruitable, peep));
    within("recruitable, fall of shunt", shunt(&low) - shunt(&high), 0.10, 0.20);
    // Read after what PEEP 15 recruits has been opened: stretch is then shared.
    let opened = solved(&with(&recruitable, &[(P::Peep, 15.0), (P::OpenedTo, 45.0)]));
    within("recruitable, dead space", dead_space(&opened) - dead_space(&low), -0.02, 0.02);
    let rigid = builtin("ards-not-recruitable");
    let [low, high] = [5.0, 15.0].map(|peep| at_peep(&rigid, peep));
    within("not recruitable, shunt", shunt(&high) - shunt(&low), -0.05, 0.05);
    within("not recruitable, dead space", dead_space(&high) - dead_space(&low), 0.02, 0.08);
    within("not recruitable, output", high.output_l_per_min() / low.output_l_per_min() - 1.0, -0.18, -0.08);
}

#[test]
fn val_chen_2020_recruitment_to_inflation() {
    let ratio = |params: &Params| recruitment_to_inflation(params, 15.0, 5.0).expect("on a ventilator").ratio;
    within("recruitable", ratio(&builtin("ards-recruitable")), 0.5, 1.1);
    within("not recruitable", ratio(&builtin("ards-not-recruitable")), 0.0, 0.4);
    let none = with(&builtin("ards-not-recruitable"), &[(P::Collapsible, 0.0)]);
    within("nothing to recruit", ratio(&none), -0.15, 0.15);
}

#[test]
fn val_crotti_2001_a_manoeuvre_lasts_where_peep_holds_it() {
    let gain = |peep: f64| {
        let mut run = Run::new(&with(&builtin("ards-recruitable"), &[(P::Peep, peep)]), 1);
        let before = pf(&run.live().snapshot());
        run.act(Action::Move("sustained_inflation:40:30".parse().expect("a move"))).expect("possible");
        let after = |run: &mut Run, minutes: u64| {
            run.advance(60 + 120 * minutes - run.steps());
            pf(&run.live().snapshot()) / before - 1.0
        };
        [after(&mut run, 15), after(&mut run, 45)]
    };
    let [soon, late] = gain(5.0);
    within("PEEP 5, P/F after 15 min", soon, 0.05, 0.20);
    within("PEEP 5, P/F after 45 min", late, 0.0, 0.20);
    let [soon, late] = gain(14.0);
    within("PEEP 14, P/F after 15 min", soon, 0.30, 0.90);
    within("PEEP 14, P/F after 45 min", late, 0.30, 0.90);
}

#[test]
fn val_decremental_trial_has_three_best_peeps() {
    let trial = peep_trial(&builtin("ards-recruitable"), &TrialPlan::default()).expect("within bounds");
    let [compliance, po2, delivery] = trial.best.map(|i| trial.steps[i].peep_cmh2o);
    println!("best compliance at {compliance}, PaO2 at {po2}, O2 delivery at {delivery} cmH2O");
    assert!(delivery < compliance && compliance < po2, "{delivery} {compliance} {po2}");
}

#[test]
fn val_chikhani_2016_peep_takes_delivery() {
    let change = |params: &Params| delivery(&at_peep(params, 20.0)) / delivery(&at_peep(params, 0.0)) - 1.0;
    within("typical", change(&typical()), -0.35, -0.15);
    within("recruitable", change(&builtin("ards-recruitable")), -0.20, -0.05);
    within("not recruitable", change(&builtin("ards-not-recruitable")), -0.48, -0.25);
    within("hypovolaemic", change(&builtin("hypovolaemia-on-a-ventilator")), -0.48, -0.25);
}

#[test]
fn val_crotti_2001_tidal_recruitment_and_hysteresis() {
    let recruitable = builtin("ards-recruitable");
    let tidal = |peep: f64| {
        let snapshot = at_peep(&recruitable, peep);
        let reading = snapshot.mechanics.expect("layers");
        reading.breath.tidal_recruitment_frac(&reading.layers)
    };
    let (low, high) = (tidal(5.0), tidal(15.0));
    println!("tidal recruitment {low:.4} at PEEP 5, {high:.4} at 15");
    assert!(low > 0.0 && high <= 0.5 * low, "{low} {high}");
    let both = |params: &Params| {
        let at = |opened: f64| shunt(&solved(&with(params, &[(P::Peep, 10.0), (P::OpenedTo, opened)])));
        at(0.0) - at(45.0)
    };
    within("hysteresis at PEEP 10", both(&recruitable), 0.05, 0.12);
    within("without hysteresis", both(&switched(&recruitable, SwitchId::Hysteresis, "off")), -0.01, 0.01);
}

#[test]
fn val_three_responders_differ_in_delivery() {
    let change = |id: &str| delivery(&at_peep(&builtin(id), 15.0)) / delivery(&at_peep(&builtin(id), 5.0)) - 1.0;
    within("better", change("peep-better"), 0.02, 0.3);
    within("no change", change("peep-no-change"), -0.05, 0.05);
    within("worse", change("peep-worse"), -0.3, -0.08);
}

/// Priors of the cohort: each value is drawn evenly from its range.
const COHORT: [(P, f64, f64); 8] = [
    (P::Collapsible, 0.05, 0.45),
    (P::CollapsibleDorsal, -0.4, 1.0),
    (P::Consolidated, 0.05, 0.35),
    (P::ConsolidatedDorsal, -0.8, 1.0),
    (P::SuperimposedPressure, 8.0, 15.0),
    (P::DorsalWeight, 1.0, 6.0),
    (P::Peep, 5.0, 12.0),
    (P::OpeningPressure, 15.0, 25.0),
];
/// Patients of the cohort, and its seeds.
const COHORT_SIZE: usize = 500;
const COHORT_SEEDS: [u64; 3] = [1, 2, 3];

#[test]
fn val_prone_helps_most_and_those_whose_lung_collapses_dorsally() {
    let base = builtin("ards-not-recruitable");
    for seed in COHORT_SEEDS {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut gains = Vec::new();
        let mut model = Model::new();
        while gains.len() < COHORT_SIZE {
            let drawn = COHORT.map(|(id, low, high)| (id, rng.random_range(low..=high)));
            let params = with(&base, &drawn);
            let get = |id: P| params.get(id);
            let collapse = get(P::Collapsible) * get(P::CollapsibleDorsal);
            let [supine, prone] = ["supine", "prone"]
                .map(|position| model.snapshot(&switched(&params, SwitchId::Position, position)).ok().map(|s| pf(&s)));
            if let (Some(supine), Some(prone)) = (supine, prone) {
                gains.push((collapse, get(P::Consolidated) * get(P::ConsolidatedDorsal), prone / supine - 1.0));
            }
        }
        let risen = gains.iter().filter(|(.., gain)| *gain > 0.0).count() as f64 / COHORT_SIZE as f64;
        let mean = |of: &dyn Fn(&(f64, f64, f64)) -> bool| {
            let chosen: Vec<f64> = gains.iter().filter(|g| of(g)).map(|(.., gain)| *gain).collect();
            (chosen.iter().sum::<f64>() / chosen.len() as f64, chosen.len())
        };
        let dorsal = mean(&|(collapse, ..)| *collapse > 0.2);
        let ventral = mean(&|(collapse, ..)| *collapse < 0.0);
        println!("seed {seed}: P/F rises in {risen:.3}; dorsal collapse {dorsal:?}, ventral {ventral:?}");
        within("share that improves", risen, 0.60, 0.80);
        assert!(dorsal.0 > ventral.0 + 0.04 && ventral.0 < 0.01, "{dorsal:?} {ventral:?}");
    }
}

/// A lung like those of Rossaint 1993: shunt a third of the output, high pulmonary pressure, an output of sepsis.
fn rossaint() -> Params {
    with(
        &builtin("ards-not-recruitable"),
        &[
            (P::Hb, 12.0),
            (P::CardiacOutput, 8.0),
            (P::Vo2, 210.0),
            (P::Consolidated, 0.38),
            (P::Mode1LogSd, 0.5),
            (P::PulmonaryResistance, 2.5),
            (P::MeanSystemicPressure, 13.0),
            (P::RightReserve, 48.0),
        ],
    )
}

#[test]
fn val_rossaint_1993_inhaled_and_intravenous_vasodilators() {
    let before = solved(&rossaint());
    let inhaled = solved(&with(&rossaint(), &[(P::InhaledNo, 18.0)]));
    let intravenous = solved(&with(&rossaint(), &[(P::IvVasodilator, 1.0)]));
    within("shunt", shunt(&before), 0.34, 0.38);
    within("shunt on inhaled NO", shunt(&inhaled), 0.29, 0.33);
    within("P/F on inhaled NO", pf(&inhaled) / pf(&before) - 1.0, 0.20, 0.30);
    within("shunt on an intravenous vasodilator", shunt(&intravenous) - shunt(&before), 0.05, 0.2);
    let pressure = |s: &Snapshot| s.mechanics.as_ref().expect("layers").pulmonary_pressure_mmhg;
    within("fall of PAP on NO, mmHg", pressure(&before) - pressure(&inhaled), 1.0, 10.0);
}

#[test]
fn val_mekontso_2010_peep_opens_a_foramen_where_the_right_ventricle_fails() {
    let flow =
        |params: &Params, peep: f64| at_peep(params, peep).mechanics.expect("layers").circulation.foramen_l_per_min;
    let failing = builtin("ards-with-foramen-ovale");
    let (low, high) = (flow(&failing, 5.0), flow(&failing, 20.0));
    println!("foramen at its limit: {low:.3} to {high:.3} L/min");
    assert!(low > 0.0 && high >= 2.0 * low);
    let ordinary = with(&builtin("ards-mild"), &[(P::Foramen, 0.5)]);
    for peep in [5.0, 20.0] {
        within("ordinary ventricle", flow(&ordinary, peep), 0.0, 0.05);
    }
}

#[test]
fn val_low_output_makes_a_shunt_worse_through_mixed_venous_blood() {
    let base = switched(&builtin("ards-not-recruitable"), SwitchId::RightHeart, "off");
    let po2 = |params: &Params| solved(params).state.arterial.gas.po2_mmhg;
    let at = |output: f64, held: bool| {
        let params = with(&base, &[(P::CardiacOutput, output), (P::HeldSvo2, 0.65)]);
        po2(&switched(&params, SwitchId::Svo2Feedback, if held { "held" } else { "follows" }))
    };
    let (follows, held) = (at(8.0, false) - at(4.0, false), at(8.0, true) - at(4.0, true));
    println!("PaO2 at 8 less at 4 L/min: {follows:.1} mmHg; with SvO2 held {held:.1}");
    assert!(follows > 10.0 && held.abs() < 0.4 * follows, "{follows} {held}");
    let snapshot = solved(&switched(&with(&base, &[(P::HeldSvo2, 0.65)]), SwitchId::Svo2Feedback, "held"));
    assert!((snapshot.state.venous.gas.saturation_frac - 0.65).abs() < 1e-9);
}

#[test]
fn inv_a_loop_shows_hysteresis_where_lung_opens_and_none_where_nothing_does() {
    let area = |params: &Params| {
        let mut model = Model::new();
        model.snapshot(params).expect("a steady state");
        let lung = model.lung().expect("layers");
        let made = pressure_volume_loop(&lung.mechanics, &lung.aeration);
        let pairs = made.inflation.iter().zip(made.deflation.iter().rev());
        pairs.map(|(up, down)| (down.gas_l - up.gas_l) * 0.5).sum::<f64>()
    };
    let (opens, rigid) = (area(&builtin("ards-recruitable")), {
        area(&with(&builtin("ards-not-recruitable"), &[(P::Collapsible, 0.0)]))
    });
    assert!(opens > 3.0 && rigid.abs() < 1e-9, "{opens} {rigid} L cmH2O");
}

#[test]
fn inv_layers_and_heart_add_up() {
    for id in ["ards-recruitable", "one-sided-pneumonia", "massive-embolism-with-foramen-ovale", "one-lung-ventilation"]
    {
        let snapshot = solved(&builtin(id));
        let reading = snapshot.mechanics.as_ref().expect("layers");
        let circulation = &reading.circulation;
        let units: f64 = snapshot.units.iter().map(|unit| unit.perfusion_l_per_min).sum();
        let total = units + shunt(&snapshot) * circulation.output_l_per_min;
        assert!((total / circulation.output_l_per_min - 1.0).abs() < 1e-9, "{id}");
        let layers: f64 = reading.flows.iter().map(|flow| flow.perfusion_l_per_min + flow.shunt_l_per_min).sum();
        assert!((layers / circulation.lung_l_per_min - 1.0).abs() < 1e-3, "{id}: {layers}");
        let ventilation: f64 = reading.flows.iter().map(|flow| flow.ventilation_l_per_min).sum();
        assert!((ventilation / snapshot.ventilation.alveolar_l_per_min - 1.0).abs() < 1e-9, "{id}");
        let [open, collapsed, consolidated] = reading.tissue_shares();
        assert!((open + collapsed + consolidated - 1.0).abs() < 1e-9, "{id}");
    }
}

#[test]
fn inv_blood_before_and_after_a_duct_mixes_to_arterial_blood() {
    let open = with(&builtin("ards-mild"), &[(P::Ductal, 0.15)]);
    let snapshot = solved(&open);
    let [before, after] = snapshot.around_duct().expect("an open duct");
    let reading = snapshot.mechanics.as_ref().expect("layers");
    assert!(before.gas.saturation_frac > after.gas.saturation_frac + 0.03);
    let mixed =
        (1.0 - reading.below_duct_frac) * before.gas.o2_ml_per_dl + reading.below_duct_frac * after.gas.o2_ml_per_dl;
    assert!((mixed - snapshot.state.arterial.gas.o2_ml_per_dl).abs() < 1e-6);
    assert!(solved(&builtin("ards-mild")).around_duct().is_none());
}
