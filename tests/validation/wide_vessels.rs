//! Blood in vessels too wide for it, blood too thick for its vessels, and a patient of a twentieth of the size.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId as P, Params, Setting, SwitchId};
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::time::STEP_S;

fn with(base: &Params, switches: &[(SwitchId, &str)], changes: &[(P, f64)]) -> Params {
    let mut params = base.clone();
    for (id, option) in switches {
        params.set_switch(*id, option).expect("an option");
    }
    params.set_all(changes).expect("within bounds");
    params
}

#[track_caller]
fn solved(params: &Params) -> Snapshot {
    Model::new().snapshot(params).expect("a steady state")
}

#[track_caller]
fn read(now: &Snapshot, key: &str) -> f64 {
    Quantity::from_key(key).expect("a key").read(now).expect("a value")
}

#[track_caller]
fn within(what: &str, value: f64, low: f64, high: f64) {
    println!("{what}: {value:.4} in {low} to {high}");
    assert!((low..=high).contains(&value), "{what} {value} is not {low} to {high}");
}

/// A lung with so much dilated, of such a ratio, and so much shunt: output 8, Hb 11.5, breathing more than usual.
fn liver(dilated: f64, ratio: f64, shunt: f64) -> Params {
    let changes = [
        (P::CardiacOutput, 8.0),
        (P::Hb, 11.5),
        (P::AlveolarVentilation, 5.2),
        (P::Shunt, 0.0),
        (P::WideShunt, shunt),
        (P::DilatedShare, dilated),
        (P::DilatedRatio, ratio),
    ];
    with(&Params::default(), &[(SwitchId::DiffusionLimit, "on")], &changes)
}

/// The figures that the design gave: 73 to 56 mmHg on sitting up, 593 on pure O2; 55 to 41 (saturation 0.90 to 0.80), 430.
#[test]
fn regress_two_livers_lying_sitting_and_on_oxygen() {
    for (lung, lying, sitting, on_oxygen) in
        [(liver(0.6, 0.15, 0.08), 73.0, 56.0, 593.0), (liver(0.6, 0.12, 0.20), 55.0, 41.0, 430.0)]
    {
        let [down, up] = ["supine", "upright"].map(|option| solved(&with(&lung, &[(SwitchId::Position, option)], &[])));
        within("PaO2 supine", read(&down, "po2_art_mmhg"), lying - 4.0, lying + 4.0);
        within("PaO2 upright", read(&up, "po2_art_mmhg"), sitting - 4.0, sitting + 4.0);
        let oxygen = solved(&with(&lung, &[], &[(P::Fio2, 1.0)]));
        within("PaO2 on O2", read(&oxygen, "po2_art_mmhg"), on_oxygen - 30.0, on_oxygen + 30.0);
    }
}

/// Martinez-Palli G et al., Chest 2006;129:1615: DLCO 54 % of predicted; PaO2 71 ± 8 mmHg (pages recalled).
#[test]
fn val_martinez_palli_2006_half_of_the_diffusing_capacity_is_left() {
    let now = solved(&liver(0.6, 0.15, 0.08));
    within("DLO2 left", read(&now, "dlo2_now_ml_per_min_mmhg") / now.params.get(P::Dlo2), 0.45, 0.60);
    within("PaO2", read(&now, "po2_art_mmhg"), 63.0, 79.0);
}

/// What is dilated is parted from the rest, and nothing else is: without a ratio all is as if there were none.
#[test]
fn inv_capillaries_dilated_by_nothing_are_as_the_others() {
    let none = solved(&liver(0.0, 0.15, 0.1));
    for (dilated, ratio) in [(0.6, 1.0), (1e-9, 0.15)] {
        let now = solved(&liver(dilated, ratio, 0.1));
        let apart = read(&now, "po2_art_mmhg") - read(&none, "po2_art_mmhg");
        assert!(apart.abs() < 1e-4, "{dilated} of {ratio}: {apart}");
    }
    // All of it dilated is a lung of so much less diffusing capacity.
    let all = solved(&liver(1.0, 0.15, 0.1));
    let poor = solved(&with(&liver(0.0, 0.15, 0.1), &[], &[(P::Dlo2, 0.15 * 30.0)]));
    let apart = read(&all, "po2_art_mmhg") - read(&poor, "po2_art_mmhg");
    assert!(apart.abs() < 1e-6 && all.units.len() == poor.units.len(), "{apart}");
    // CO2 is not limited: what is dilated clears it.
    let now = solved(&liver(0.6, 0.15, 0.1));
    let apart = read(&now, "pco2_art_mmhg") - read(&none, "pco2_art_mmhg");
    within("PaCO2 by dilation alone", apart, -1.0, 1.0);
}

/// In time a patient goes to the steady state of what is set: with dilated capillaries, without layers and with them, and
/// through a change of how many units there are.
#[test]
fn inv_in_time_dilated_capillaries_come_to_the_steady_state() {
    let lung = liver(0.6, 0.15, 0.08);
    let layers = with(&lung, &[(SwitchId::Mechanics, "on"), (SwitchId::Hpv, "on")], &[(P::Peep, 0.0)]);
    for (what, lung) in [("without layers", &lung), ("in layers", &layers)] {
        let healthy = lung.with(P::DilatedShare, 0.0).expect("within bounds");
        let mut run = Run::new(&healthy, 1);
        run.advance((60.0 / STEP_S) as u64);
        run.act(Action::Set(vec![Setting::Param(P::DilatedShare, 0.6)])).expect("allowed");
        run.advance((3600.0 / STEP_S) as u64);
        let (now, steady) = (run.live().snapshot(), solved(lung));
        assert_eq!(now.units.len(), steady.units.len(), "{what}");
        for (key, near) in [("po2_art_mmhg", 0.15), ("pco2_art_mmhg", 0.15), ("dilated_true_frac", 0.002)] {
            let apart = read(&now, key) - read(&steady, key);
            assert!(apart.abs() < near, "{what}, {key}: {} {}", read(&now, key), read(&steady, key));
        }
        within("fall of PaO2", read(&solved(&healthy), "po2_art_mmhg") - read(&now, "po2_art_mmhg"), 9.0, 14.0);
        let lost = run.live().ledger().lost_ml();
        assert!(lost.to_array().iter().all(|ml| ml.abs() < 1e-6), "{what}: {lost:?}");
    }
}

/// Wide vessels are shunt in a lung with layers as in one without, PEEP opens none of it, and hypoxia narrows none.
#[test]
fn inv_wide_vessels_are_shunt_that_nothing_answers() {
    let layers = [(SwitchId::Mechanics, "on"), (SwitchId::Breathing, "ventilated"), (SwitchId::Hpv, "on")];
    for (what, switches) in [("without layers", &layers[1..]), ("in layers", &layers[..])] {
        let at = |wide: f64, peep: f64| {
            solved(&with(&Params::default(), switches, &[(P::WideShunt, wide), (P::Peep, peep), (P::Fio2, 0.3)]))
        };
        for peep in [5.0, 15.0] {
            let now = at(0.25, peep);
            within(what, read(&now, "wide_shunt_true_frac"), 0.2499, 0.2501);
            let more = read(&now, "shunt_true_frac") - 0.75 * read(&at(0.0, peep), "shunt_true_frac");
            within("shunt by it", more, 0.24, 0.26);
        }
        // A way beside the capillaries lowers the pressure that drives blood through them.
        if let [low, high] = [at(0.25, 5.0), at(0.0, 5.0)].map(|now| now.mechanics).map(|m| m.map(|m| m.circulation))
            && let (Some(low), Some(high)) = (low, high)
        {
            assert!(low.artery_mmhg < high.artery_mmhg - 0.5, "{} {}", low.artery_mmhg, high.artery_mmhg);
        }
    }
}

/// A beat after a strain has been let go of a foramen opens where the left atrium has the higher pressure at rest: of 20
/// foramina 18 let bubbles pass only then (Wei D, Ju Y, J Ultrasound Med 2015;34:879-882, abstract). Malformations do not
/// care, and what is shut stays shut.
#[test]
fn val_wei_2015_most_foramina_show_only_on_release() {
    let layers = [(SwitchId::Mechanics, "on"), (SwitchId::DiffusionLimit, "on")];
    let study = |changes: &[(P, f64)]| {
        let now = solved(&with(&Params::default(), &layers, changes));
        let grade = |key| read(&now, key);
        let beat = |key: &str| Quantity::from_key(key).expect("a key").read(&now).ok();
        let at_rest = (grade("bubbles_grade"), beat("bubbles_first_beat"));
        (at_rest, (grade("bubbles_released_grade"), beat("bubbles_released_first_beat")))
    };
    let quiet = [(P::Peep, 0.0), (P::Foramen, 0.6)];
    assert_eq!(study(&quiet), ((0.0, None), (3.0, Some(1.0))));
    assert_eq!(study(&quiet[..1]), ((0.0, None), (0.0, None)), "shut");
    // A left atrium as full as that of a failing heart keeps it shut.
    let failing = [(P::Peep, 0.0), (P::Foramen, 0.6), (P::LeftAtrium, 22.0)];
    assert_eq!(study(&failing), ((0.0, None), (0.0, None)));
    let ((_, rest), (_, released)) = study(&[(P::Peep, 0.0), (P::WideShunt, 0.25)]);
    assert!(rest == released && rest.is_some_and(|beat| beat > 3.0), "{rest:?} {released:?}");
}

/// White cells that stand in the way: nothing up to 50, then pressure and the right heart tell.
#[test]
fn regress_white_cells_raise_pulmonary_resistance() {
    let infant = scenario::find("infant-pertussis").expect("built in").params.clone();
    let at = |count: f64| solved(&infant.with(P::Leucocytes, count).expect("within bounds"));
    let [few, fifty, hundred] = [7.5, 50.0, 100.0].map(at);
    let apart = read(&few, "po2_art_mmhg") - read(&fifty, "po2_art_mmhg");
    assert!(apart.abs() < 1e-9, "{apart}");
    // As much as resistance set 1.6 times as high.
    let set = infant.get(P::PulmonaryResistance);
    let narrow = solved(&with(&infant, &[], &[(P::Leucocytes, 7.5), (P::PulmonaryResistance, 1.6 * set)]));
    let apart = read(&narrow, "pulmonary_pressure_mmhg") - read(&hundred, "pulmonary_pressure_mmhg");
    assert!(apart.abs() < 1e-6, "{apart}");
    within(
        "rise of pressure",
        read(&hundred, "pulmonary_pressure_mmhg") - read(&few, "pulmonary_pressure_mmhg"),
        4.5,
        7.0,
    );
    within("fall of PaO2, share", read(&hundred, "po2_art_mmhg") / read(&few, "po2_art_mmhg"), 0.15, 0.3);
}

/// Hu Y et al., Chin J Contemp Pediatr 2024;26:1155-1161 (abstract): exchange of blood brings the count from 82.6 to
/// 28.4·10⁹/L, medians of five. It costs haemoglobin, takes two hours, and who has few white cells needs none.
#[test]
fn val_hu_2024_exchange_takes_two_thirds_of_the_white_cells() {
    let infant = scenario::find("infant-pertussis").expect("built in").params.clone();
    let infant = infant.with(P::Leucocytes, 82.6).expect("within bounds");
    let mut run = Run::new(&infant, 1);
    run.act(Action::Move("leukodepletion".parse().expect("a move"))).expect("possible");
    run.advance((3600.0 / STEP_S) as u64);
    let half = run.live().snapshot();
    within("count after an hour", half.params.get(P::Leucocytes), 28.4 + 5.0, 82.6 - 5.0);
    run.advance((3601.0 / STEP_S) as u64);
    let done = run.live().snapshot();
    within("count after two hours", done.params.get(P::Leucocytes), 28.4 - 1.5, 28.4 + 1.5);
    within("haemoglobin", done.params.get(P::Hb) - infant.get(P::Hb), -1.01, -0.99);
    let few = infant.with(P::Leucocytes, 9.0).expect("within bounds");
    let refused = Run::new(&few, 1).act(Action::Move("leukodepletion".parse().expect("a move")));
    assert!(refused.expect_err("refused").to_string().contains("white cells"));
}

/// What of a patient is flow or volume, and what is flow over pressure.
const WITH_SIZE: [P; 22] = [
    P::PredictedWeight,
    P::TidalVolume,
    P::AnatomicalDeadSpace,
    P::CardiacOutput,
    P::Vo2,
    P::Dlo2,
    P::LungCapacity,
    P::ChestWall,
    P::Foramen,
    P::Frc,
    P::Compliance,
    P::AlveolarVentilation,
    P::ArterialPool,
    P::VenousPool,
    P::ArterialLine,
    P::VenousLine,
    P::TissueO2Fast,
    P::TissueO2Slow,
    P::TissueCo2Fast,
    P::TissueCo2Slow,
    P::TissueN2Lean,
    P::TissueN2Fat,
];

/// Nothing in the model but what is named beside the parameters is of an adult: a newborn whose flows, volumes and stores are
/// a twentieth has the blood of the patient twenty times his size, at rest and in time.
#[test]
fn inv_a_newborn_is_an_adult_of_a_twentieth_of_the_size() {
    let newborn = scenario::find("alveolar-capillary-dysplasia").expect("built in").params.clone();
    let mut grown = newborn.clone();
    let mut changes: Vec<(P, f64)> = Vec::new();
    for id in WITH_SIZE {
        let value = 20.0 * newborn.get(id);
        // What this patient does not use need not fit.
        if id.check(value).is_ok() {
            changes.push((id, value));
        }
    }
    for id in [P::PulmonaryResistance, P::SystemicResistance] {
        changes.push((id, newborn.get(id) / 20.0));
    }
    grown.set_all(&changes).expect("within bounds");
    let mut runs = [&newborn, &grown].map(|params| Run::new(params, 1));
    let keys = [
        "po2_art_mmhg",
        "pco2_art_mmhg",
        "so2_preductal_frac",
        "so2_postductal_frac",
        "pulmonary_pressure_mmhg",
        "shunt_true_frac",
    ];
    let compare = |runs: &[Run; 2], what: &str| {
        let [small, large] = [0, 1].map(|i| runs[i].live().snapshot());
        for key in keys {
            let (small, large) = (read(&small, key), read(&large, key));
            println!("{what}, {key}: {small:.4} {large:.4}");
            assert!((small / large - 1.0).abs() < 0.005, "{what}, {key}: {small} {large}");
        }
    };
    compare(&runs, "at rest");
    for run in &mut runs {
        run.act(Action::Set(vec![Setting::Param(P::Fio2, 0.4), Setting::Param(P::Peep, 8.0)])).expect("allowed");
        run.advance((90.0 / STEP_S) as u64);
    }
    compare(&runs, "after a minute and a half");
    // The oximeter finds a pulse in both, and is as late.
    let [small, large] = [0, 1].map(|i| runs[i].readings().spo2_frac.expect("a pulse"));
    assert!((small - large).abs() < 0.002, "{small} {large}");
}
