//! What PEEP, turning and drugs do to layered lungs, against published figures.

use isoshunt::scenario;
use isoshunt::sim::circuit::AroundDuct;
use isoshunt::sim::mechanics::Breath;
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

/// Priors of a cohort: each value is drawn evenly from its range.
type Cohort = [(P, f64, f64); 8];

/// Patients of every kind: what collapses and what is consolidated lies anywhere.
const ANY: Cohort = [
    (P::Collapsible, 0.05, 0.45),
    (P::CollapsibleDorsal, -0.4, 1.0),
    (P::Consolidated, 0.05, 0.35),
    (P::ConsolidatedDorsal, -0.8, 1.0),
    (P::SuperimposedPressure, 8.0, 15.0),
    (P::DorsalWeight, 1.0, 6.0),
    (P::Peep, 5.0, 12.0),
    (P::OpeningPressure, 15.0, 25.0),
];
/// Patients as Pelosi turned them: early ARDS whose lung collapses at the back.
const PELOSI: Cohort = [
    (P::Collapsible, 0.15, 0.50),
    (P::CollapsibleDorsal, 0.2, 1.0),
    (P::Consolidated, 0.05, 0.25),
    (P::ConsolidatedDorsal, -0.4, 1.0),
    (P::SuperimposedPressure, 8.0, 15.0),
    (P::DorsalWeight, 1.0, 6.0),
    (P::Peep, 5.0, 12.0),
    (P::OpeningPressure, 15.0, 25.0),
];
/// Patients of a cohort that are solved, and that are run; a tenth of them unless `ISOSHUNT_LONG=1`.
const COHORT_SIZES: [usize; 2] = [500, 200];
const COHORT_SEEDS: [u64; 3] = [1, 2, 3];
/// Steps of an hour of a run.
const STEPS_PER_H: u64 = 7200;

fn cohort_size(whole: usize) -> usize {
    if std::env::var("ISOSHUNT_LONG").is_ok_and(|long| long == "1") { whole } else { whole / 10 }
}

/// What turning does to one patient, as changes against supine.
struct Turned {
    /// Collapsible share times its dorsal ratio: where lung collapses.
    dorsal_collapse: f64,
    pf: f64,
    gas: f64,
    compliance: f64,
    po2_mmhg: f64,
}

impl Turned {
    fn new(params: &Params, supine: &Snapshot, prone: &Snapshot) -> Turned {
        let breath = |s: &Snapshot| s.mechanics.as_ref().expect("layers").breath;
        let [from, to] = [breath(supine), breath(prone)];
        let compliance = |breath: &Breath| breath.compliance_l_per_cmh2o().expect("a driving pressure");
        Turned {
            dorsal_collapse: params.get(P::Collapsible) * params.get(P::CollapsibleDorsal),
            pf: pf(prone) / pf(supine) - 1.0,
            gas: to.expired.gas_l / from.expired.gas_l - 1.0,
            compliance: compliance(&to) / compliance(&from) - 1.0,
            po2_mmhg: prone.state.arterial.gas.po2_mmhg - supine.state.arterial.gas.po2_mmhg,
        }
    }
}

fn drawn(base: &Params, cohort: &Cohort, seed: u64, size: usize) -> Vec<Params> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..size).map(|_| with(base, &cohort.map(|(id, low, high)| (id, rng.random_range(low..=high))))).collect()
}

fn solved_both_ways(patients: &[Params]) -> Vec<Turned> {
    let mut model = Model::new();
    let mut at = |params: &Params, position| model.snapshot(&switched(params, SwitchId::Position, position)).ok();
    let turn = |params| Some(Turned::new(params, &at(params, "supine")?, &at(params, "prone")?));
    patients.iter().filter_map(turn).collect()
}

/// Patients after 2 h prone, and P/F after another hour on the back, against that at first.
fn run_both_ways(patients: &[Params]) -> Vec<(Turned, f64)> {
    let turn = |params| {
        let mut run = Run::new(params, 1);
        let supine = run.live().snapshot();
        run.act(Action::Move("prone".parse().expect("a move"))).expect("possible");
        run.advance(2 * STEPS_PER_H);
        let prone = run.live().snapshot();
        run.act(Action::Move("supine".parse().expect("a move"))).expect("possible");
        run.advance(STEPS_PER_H);
        (Turned::new(params, &supine, &prone), pf(&run.live().snapshot()) / pf(&supine) - 1.0)
    };
    patients.iter().map(turn).collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().sum::<f64>() / values.count() as f64
}

/// Pelosi P et al., Am J Respir Crit Care Med 1998;157:387-393 (n 16): PaO2 103 to 129 mmHg, end-expiratory volume and
/// compliance of the respiratory system unchanged, PaO2 up by 10 mmHg or more in 12.
#[track_caller]
fn as_pelosi_saw(how: &str, turned: &[Turned]) {
    within(&format!("{how}: P/F"), median(turned.iter().map(|t| t.pf)), 0.15, 0.30);
    within(&format!("{how}: end-expiratory volume"), median(turned.iter().map(|t| t.gas)), -0.05, 0.15);
    within(&format!("{how}: compliance"), median(turned.iter().map(|t| t.compliance)), -0.10, 0.10);
    let risen = turned.iter().filter(|t| t.po2_mmhg >= 10.0).count() as f64 / turned.len() as f64;
    within(&format!("{how}: PaO2 up by 10 mmHg"), risen, 0.55, 0.80);
}

#[track_caller]
fn as_any_cohort_does(how: &str, turned: &[Turned]) {
    within(&format!("{how}: P/F"), median(turned.iter().map(|t| t.pf)), 0.08, 0.20);
    let dorsal = mean(turned.iter().filter(|t| t.dorsal_collapse > 0.2).map(|t| t.pf));
    let ventral = mean(turned.iter().filter(|t| t.dorsal_collapse < 0.0).map(|t| t.pf));
    println!("{how}: dorsal collapse {dorsal:.3}, ventral {ventral:.3}");
    assert!(dorsal > ventral + 0.04, "{dorsal} {ventral}");
}

#[test]
fn val_pelosi_1998_prone_raises_po2_at_the_same_volume_and_compliance() {
    let base = with(&builtin("ards-not-recruitable"), &[(P::Fio2, 0.6)]);
    for seed in COHORT_SEEDS {
        let solved = solved_both_ways(&drawn(&base, &PELOSI, seed, cohort_size(COHORT_SIZES[0])));
        as_pelosi_saw(&format!("seed {seed}"), &solved);
    }
    let (run, back): (Vec<_>, Vec<_>) =
        run_both_ways(&drawn(&base, &PELOSI, COHORT_SEEDS[0], cohort_size(COHORT_SIZES[1]))).into_iter().unzip();
    as_pelosi_saw("after 2 h", &run);
    let kept = median(back.iter().copied());
    assert!(kept > 0.0, "on the back again P/F is {kept} from where it was");
}

#[test]
fn val_prone_helps_most_those_whose_lung_collapses_dorsally() {
    let base = builtin("ards-not-recruitable");
    for seed in COHORT_SEEDS {
        let solved = solved_both_ways(&drawn(&base, &ANY, seed, cohort_size(COHORT_SIZES[0])));
        as_any_cohort_does(&format!("seed {seed}"), &solved);
    }
    let run = run_both_ways(&drawn(&base, &ANY, COHORT_SEEDS[0], cohort_size(COHORT_SIZES[1])));
    let run: Vec<Turned> = run.into_iter().map(|(turned, _)| turned).collect();
    as_any_cohort_does("after 2 h", &run);
}

/// Terragni PP et al., Am J Respir Crit Care Med 2007;175:160-166 (abstract only): most of the tidal inflation goes into
/// hyperinflated lung at plateaus of 28 to 30, little at 25 to 26 and below.
#[test]
fn val_terragni_2007_overdistension_comes_with_the_plateau() {
    let over = |params: &Params| {
        let reading = solved(params).mechanics.expect("layers");
        (reading.breath.inspired.airway_cmh2o, reading.breath.overdistended_frac(&reading.layers))
    };
    for id in ["ards-mild", "ards-moderate", "ards-not-recruitable", "ards-recruitable", "ards-severe"] {
        within(
            &format!("{id}, PEEP 5, 6 mL/kg"),
            over(&with(&builtin(id), &[(P::Peep, 5.0), (P::TidalVolume, 420.0)])).1,
            0.0,
            0.15,
        );
    }
    for id in ["ards-not-recruitable", "ards-severe"] {
        let peeps = (0..=40).map(|step| 0.5 * f64::from(step));
        let at = |peep| over(&with(&builtin(id), &[(P::Peep, peep)]));
        let (plateau, share) = peeps.map(at).find(|(plateau, _)| *plateau >= 28.0).expect("reached");
        within(&format!("{id}, plateau"), plateau, 28.0, 31.0);
        within(&format!("{id}, overdistended"), share, 0.45, 1.0);
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

/// A patient with healthy lungs under anaesthesia, in layers.
fn healthy() -> Params {
    let mut params = builtin("one-lung-ventilation");
    params.set_all(&[(P::PluggedShare, 0.0), (P::Collapsible, 0.0), (P::Fio2, 0.21)]).expect("within bounds");
    params
}

#[test]
fn val_frostell_1991_inhaled_no_leaves_healthy_vessels_alone() {
    // Frostell C et al., Circulation 1991;83:2038-2047 (lambs; recalled): it lifts hypoxic constriction alone.
    let pressure = |params: &Params| solved(params).mechanics.expect("layers").pulmonary_pressure_mmhg;
    for dose in [5.0, 20.0, 40.0, 80.0] {
        let change = pressure(&with(&healthy(), &[(P::InhaledNo, dose)])) - pressure(&healthy());
        within(&format!("PAP on {dose} ppm"), change, -1.0, 0.0);
    }
    // On 10 to 12 % O2 it does reach vessels that are constricted.
    let hypoxic = with(&healthy(), &[(P::Fio2, 0.12)]);
    let lifted = pressure(&hypoxic) - pressure(&with(&hypoxic, &[(P::InhaledNo, 40.0)]));
    let raised = pressure(&hypoxic) - pressure(&healthy());
    println!("hypoxia raises PAP by {raised:.2} mmHg, NO takes {lifted:.2} of it");
    assert!(raised > 3.0 && lifted > 0.3 * raised, "{raised} {lifted}");
}

#[test]
fn val_schwarzkopf_2001_inhaled_no_changes_no_po2_in_one_lung_ventilation() {
    // Anesth Analg 2001;92:842-847 (n 152, FiO2 0.3 to 1.0; abstract only); Fradj K et al. 1999 (n 60; recalled).
    let po2 = |params: &Params| solved(params).state.arterial.gas.po2_mmhg;
    for fio2 in [0.3, 0.4, 0.5, 0.7, 1.0] {
        let off = with(&builtin("one-lung-ventilation"), &[(P::Fio2, fio2)]);
        for drug in [(P::InhaledNo, 20.0), (P::InhaledProstacyclin, 20.0)] {
            within(&format!("PaO2 on FiO2 {fio2}"), po2(&with(&off, &[drug])) / po2(&off) - 1.0, -0.10, 0.10);
        }
    }
}

#[test]
fn val_spadaro_2018_peep_lowers_shunt_in_one_lung_ventilation() {
    let one_lung = builtin("one-lung-ventilation");
    let [none, five, ten] = [0.0, 5.0, 10.0].map(|peep| shunt(&at_peep(&one_lung, peep)));
    within("shunt without PEEP", none, 0.20, 0.32);
    within("PEEP 5", five - none, -0.08, -0.03);
    within("PEEP 10", ten - none, -0.14, -0.07);
}

/// Cujec B et al., Ann Intern Med 1993;119:887-894 (n 7, abstract only): shunt + 0.05, 0 to 0.09, from PEEP 0 to 10.
#[test]
fn val_cujec_1993_peep_opens_a_foramen_from_zero_on() {
    let open = builtin("ards-with-foramen-ovale");
    let mut last = 0.0;
    for step in 0..=40 {
        let now = shunt(&at_peep(&open, 0.5 * f64::from(step)));
        assert!(now >= last, "shunt falls from {last} to {now} at PEEP {}", 0.5 * f64::from(step));
        last = now;
    }
    let rise = |params: &Params| shunt(&at_peep(params, 10.0)) - shunt(&at_peep(params, 0.0));
    within("with a foramen", rise(&open), 0.03, 0.09);
    // Beyond what was measured it goes on, and no faster than the widest of the seven.
    let on = shunt(&at_peep(&open, 20.0)) - shunt(&at_peep(&open, 10.0));
    within("with a foramen, from 10 to 20", on, 0.0, 0.09);
    within("without", rise(&builtin("ards-severe")), -0.09, -0.03);
}

#[test]
fn val_mekontso_2010_peep_opens_a_foramen_where_the_right_ventricle_fails() {
    let flow =
        |params: &Params, peep: f64| at_peep(params, peep).mechanics.expect("layers").circulation.foramen_l_per_min;
    let failing = builtin("ards-with-foramen-ovale");
    let (low, high) = (flow(&failing, 5.0), flow(&failing, 20.0));
    println!("foramen at its limit: {low:.3} to {high:.3} L/min");
    assert!(low > 0.0 && high >= 2.0 * low);
    for id in ["ards-mild", "ards-moderate", "ards-severe", "ards-recruitable"] {
        let ordinary = with(&builtin(id), &[(P::Foramen, 0.5)]);
        for peep in [0.0, 5.0, 10.0, 20.0] {
            within("ordinary ventricle", flow(&ordinary, peep), 0.0, 0.05);
        }
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
        let shares = reading.tissue_shares();
        assert!((shares.open_frac + shares.collapsed_frac + shares.consolidated_frac - 1.0).abs() < 1e-9, "{id}");
    }
}

#[test]
fn inv_blood_before_and_after_a_duct_mixes_to_arterial_blood() {
    let open = with(&builtin("ards-mild"), &[(P::Ductal, 0.15)]);
    let snapshot = solved(&open);
    let AroundDuct { before, after } = snapshot.around_duct().expect("an open duct");
    let reading = snapshot.mechanics.as_ref().expect("layers");
    assert!(before.gas.saturation_frac > after.gas.saturation_frac + 0.03);
    let mixed =
        (1.0 - reading.below_duct_frac) * before.gas.o2_ml_per_dl + reading.below_duct_frac * after.gas.o2_ml_per_dl;
    assert!((mixed - snapshot.state.arterial.gas.o2_ml_per_dl).abs() < 1e-6);
    assert!(solved(&builtin("ards-mild")).around_duct().is_none());
}
