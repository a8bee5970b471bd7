//! When bedside estimates can be believed, what small bodies and short supplies do to them, and what has no number.

mod part;

use isoshunt::physiology::indices::NoEstimate;
use isoshunt::physiology::{indices, membrane};
use isoshunt::scenario;
use isoshunt::sim::mechanics::maneuvers::recruitment_to_inflation;
use isoshunt::sim::params::{Breathing, ParamId, Params, SwitchId};
use isoshunt::sim::reading::quantity::{Quantity, not_survivable, remarks};
use isoshunt::sim::reading::sampling::random_patient;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::time::Live;
use isoshunt::text::display_units::DisplayUnits;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn solved(params: &Params) -> Snapshot {
    Model::new().snapshot(params).expect("a steady state")
}

fn with(params: &Params, changes: &[(ParamId, f64)]) -> Params {
    let mut params = params.clone();
    params.set_all(changes).expect("within bounds");
    params
}

fn read(snapshot: &Snapshot, key: &str) -> f64 {
    Quantity::from_key(key).expect("a key").read(snapshot).expect("a value")
}

/// Of oxygen: A-a, P/F, a/A and estimated shunt.
const OF_OXYGEN: [&str; 4] =
    ["aa_gradient_is_steady", "pf_ratio_is_steady", "arterial_alveolar_ratio_is_steady", "venous_admixture_is_steady"];

/// Patients of whom indices are asked in any case.
const ALWAYS: [&str; 5] = ["healthy-young-adult", "copd", "pure-shunt-30", "lobar-pneumonia", "ards-moderate"];
/// How many more built-in patients who breathe are asked in `./check`; all are in `./check long`.
const ASKED: u64 = 4;

/// What is wrong with the flags of a patient whose FiO2 is stepped by 0.2, and whose ventilation is then halved.
fn flags_of(id: &str, params: &Params) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            faults.push(format!("{id}: {what}"));
        }
    };
    let all = |live: &Live, steady: bool| {
        let now = live.snapshot();
        OF_OXYGEN.iter().all(|key| (read(&now, key) > 0.5) == steady)
    };
    let dead_space = |live: &Live| read(&live.snapshot(), "bohr_enghoff_is_steady") > 0.5;
    let fio2 = params.get(ParamId::Fio2);
    let other = if fio2 > 0.8 { fio2 - 0.2 } else { fio2 + 0.2 };
    let mut live = Live::new(params);
    expect(all(&live, true), "begins in a steady state");
    live.set_params(&with(params, &[(ParamId::Fio2, other)]));
    (0..4).for_each(|_| live.step());
    expect(all(&live, false), "two seconds after other oxygen");
    expect(dead_space(&live), "breathing is as before");
    (0..7200).for_each(|_| live.step());
    expect(all(&live, true), "an hour after other oxygen");
    // Who controls his breathing takes back what is taken from him.
    if params.breathing_controlled() {
        return faults;
    }
    let less = match params.breathing() {
        Breathing::Ventilated => ParamId::VentilatorRate,
        _ => ParamId::AlveolarVentilation,
    };
    let slower = with(live.params(), &[(less, 0.5 * params.get(less))]);
    live.set_params(&slower);
    (0..4).for_each(|_| live.step());
    expect(!dead_space(&live), "two seconds after less breath");
    (0..7200).for_each(|_| live.step());
    expect(dead_space(&live), "an hour after less breath");
    faults
}

#[test]
fn inv_estimates_say_when_they_still_move() {
    let breathe: Vec<_> = scenario::builtin()
        .iter()
        .filter(|scenario| {
            let solved = Model::new().snapshot(&scenario.params);
            solved.is_ok_and(|now| now.ventilation.alveolar_l_per_min > 0.0)
        })
        .collect();
    assert!(breathe.len() > 35, "{}", breathe.len());
    let every = breathe.len() / part::of(breathe.len() as u64, ASKED) as usize;
    let (always, others): (Vec<_>, Vec<_>) =
        breathe.into_iter().partition(|scenario| ALWAYS.contains(&scenario.id.as_str()));
    assert_eq!(always.len(), ALWAYS.len());
    let asked: Vec<_> = always.into_iter().chain(others.into_iter().step_by(every)).collect();
    let faults: Vec<String> = std::thread::scope(|scope| {
        let asked = &asked;
        let half = |k: usize| {
            let of = move || asked.iter().skip(k).step_by(2).flat_map(|s| flags_of(&s.id, &s.params)).collect();
            scope.spawn(of)
        };
        let halves: [std::thread::ScopedJoinHandle<'_, Vec<String>>; 2] = [half(0), half(1)];
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn val_dubin_2017_carbon_dioxide_follows_a_supply_that_falls_short() {
    let short = with(&Params::default(), &[(ParamId::Hb, 3.0), (ParamId::CardiacOutput, 2.0)]);
    let now = solved(&short);
    assert!(now.state.supply_limited);
    let rq = now.state.vco2_ml_per_min / now.state.vo2_ml_per_min;
    assert!(rq > 1.1 && rq <= 1.3, "{rq}");
    assert!(read(&now, "aa_gradient_mmhg") >= 0.0, "{}", read(&now, "aa_gradient_mmhg"));
    let apart = read(&now, "venous_admixture_frac") - read(&now, "shunt_true_frac");
    assert!(apart.abs() < 0.01, "{apart}");
    // In time the same.
    let mut live = Live::new(&short);
    (0..1200).for_each(|_| live.step());
    let later = live.snapshot();
    assert!((later.state.vco2_ml_per_min / now.state.vco2_ml_per_min - 1.0).abs() < 1e-6);
    assert!((read(&later, "pco2_art_mmhg") - read(&now, "pco2_art_mmhg")).abs() < 0.1);
    // Supply that suffices changes nothing.
    let enough = solved(&Params::default());
    assert!((enough.state.vco2_ml_per_min - 200.0).abs() < 1e-9);
}

/// Patients drawn from the box in `./check`.
const DRAWN: u64 = 200;

#[test]
fn inv_no_gradient_is_below_zero_where_supply_falls_short() {
    let mut model = Model::new();
    let (mut asked, mut withheld) = (0, 0);
    for seed in 0..part::of(3_000, DRAWN) {
        let Ok(now) = model.snapshot(&random_patient(&mut StdRng::seed_from_u64(seed))) else { continue };
        if !now.state.supply_limited {
            continue;
        }
        asked += 1;
        match now.estimates.aa_gradient_mmhg {
            Ok(gradient_mmhg) => assert!(gradient_mmhg >= 0.0, "seed {seed}: {gradient_mmhg}"),
            Err(NoEstimate::OtherQuotient { gradient_mmhg, assumed_ratio, quotient_ratio }) => {
                withheld += 1;
                assert!(gradient_mmhg < 0.0 && quotient_ratio > assumed_ratio, "seed {seed}");
            }
            Err(_) => {}
        }
    }
    // It is the exception that has no gradient.
    assert!(asked >= 20 && 5 * withheld <= asked, "{withheld} of {asked}");
    // An ideal lung, of which the equation that takes R for 0.8 makes a gradient below zero.
    let short = [(ParamId::Hb, 3.0), (ParamId::CardiacOutput, 2.0), (ParamId::Mode1LogSd, 0.0), (ParamId::Shunt, 0.0)];
    let gradient = solved(&with(&Params::default(), &short)).estimates.aa_gradient_mmhg;
    let Err(NoEstimate::OtherQuotient { gradient_mmhg, assumed_ratio, quotient_ratio }) = gradient else {
        panic!("{gradient:?}")
    };
    assert!(gradient_mmhg < -1.0 && (assumed_ratio - 0.8).abs() < 1e-12 && quotient_ratio > 1.1);
}

#[test]
fn inv_a_newborn_can_be_set() {
    // 3 kg: V'O2 6 mL/kg/min, tidal volume 6 mL/kg, dead space 2 mL/kg, FRC 30 mL/kg, output 200 mL/kg/min, Hb 17.
    let newborn = with(
        &Params::default(),
        &[
            (ParamId::PredictedWeight, 3.0),
            (ParamId::Vo2, 18.0),
            (ParamId::AlveolarVentilation, 0.4),
            (ParamId::SpontaneousRate, 40.0),
            (ParamId::AnatomicalDeadSpace, 6.0),
            (ParamId::Frc, 0.09),
            (ParamId::CardiacOutput, 0.6),
            (ParamId::Hb, 17.0),
            (ParamId::P50, 20.0),
            (ParamId::ArterialPool, 0.07),
            (ParamId::VenousPool, 0.15),
            (ParamId::ArterialLine, 0.02),
            (ParamId::VenousLine, 0.02),
            (ParamId::TissueO2Fast, 0.05),
            (ParamId::TissueO2Slow, 0.12),
            (ParamId::TissueCo2Fast, 0.5),
            (ParamId::TissueCo2Slow, 2.0),
            (ParamId::TissueN2Lean, 0.04),
            (ParamId::TissueN2Fat, 0.02),
        ],
    );
    let now = solved(&newborn);
    assert!((28.0..42.0).contains(&read(&now, "pco2_art_mmhg")), "{}", read(&now, "pco2_art_mmhg"));
    assert!((4.0..8.0).contains(&read(&now, "tidal_volume_per_kg_ml")), "{}", read(&now, "tidal_volume_per_kg_ml"));
    let mut live = Live::new(&newborn);
    (0..1200).for_each(|_| live.step());
    assert!((read(&live.snapshot(), "po2_art_mmhg") - read(&now, "po2_art_mmhg")).abs() < 0.5);
    let lost = live.ledger().lost_ml();
    assert!(lost.to_array().iter().all(|ml| ml.abs() < 1e-6), "{lost:?}");
}

#[test]
fn inv_compliance_of_a_breath_without_driving_pressure_is_none() {
    let mut params = Params::default();
    params.set_switch(SwitchId::Mechanics, "on").expect("an option");
    for peep in [0.0, 3.0, 5.0, 7.3, 10.0] {
        let now = solved(&with(&params, &[(ParamId::Peep, peep)]));
        let crs = Quantity::from_key("compliance_now_ml_per_cmh2o").expect("a key").read(&now);
        assert!(crs.is_err(), "PEEP {peep}: {crs:?}");
    }
}

/// Denominators that are zero in exact arithmetic, and what rounding leaves of them.
#[test]
fn inv_nothing_is_divided_by_what_rounding_leaves() {
    for rest in [0.0, 1e-15, 1e-12, 1e-9] {
        assert!(indices::venous_admixture_frac(20.0, 19.0, 20.0 - rest).is_err(), "Cc' less Cv {rest}");
        assert!(indices::o2_extraction_frac(rest, 0.0).is_err(), "CaO2 {rest}");
        assert!(indices::bohr_enghoff_frac(rest, 0.0).is_err(), "PaCO2 {rest}");
        assert!(indices::oxygenation_index(12.0, 0.6, rest).is_err(), "PaO2 {rest}");
        assert!(indices::mixed_expired_pco2_mmhg(37.0, 200.0, rest).is_err(), "minute ventilation {rest}");
        assert!(
            membrane::recirculation_from_saturations(0.7, 0.6 + rest, 0.6).is_none(),
            "returned less venous {rest}"
        );
    }
    // What is small is not nothing.
    assert!(indices::venous_admixture_frac(20.0, 19.9999, 19.999).is_ok());
    assert!(indices::bohr_enghoff_frac(1.0, 0.5).is_ok());
}

/// A patient who breathes for himself has no plateau, and nothing that is divided by one.
#[test]
fn inv_without_a_driving_pressure_nothing_inflates() {
    let mut params = Params::default();
    params.set_switch(SwitchId::Mechanics, "on").expect("an option");
    for low in [0.0, 3.0, 5.0, 7.3] {
        assert_eq!(recruitment_to_inflation(&params, low + 10.0, low), None, "from {low}");
    }
}

/// Every number of random patients is one that somebody could have, or a dash: none is what a difference of rounding
/// made of it.
#[test]
fn inv_no_number_of_a_random_patient_is_one_of_rounding() {
    let mut model = Model::new();
    let mut solved = 0;
    for seed in 0..part::of(10_000, 150) {
        let Ok(now) = model.snapshot(&random_patient(&mut StdRng::seed_from_u64(seed))) else { continue };
        solved += 1;
        for quantity in isoshunt::sim::reading::quantity::QUANTITIES {
            if let Ok(value) = quantity.read(&now) {
                assert!(value.is_finite() && value.abs() < 1e6, "seed {seed}: {} = {value}", quantity.key);
            }
        }
        // A pressure in the vessels of the lung below that of the air is nobody's.
        let below = now.mechanics.as_ref().is_some_and(|reading| reading.pulmonary_pressure_mmhg < 0.0);
        let told = not_survivable(&now, DisplayUnits::default());
        assert!(!below || told.iter().any(|reason| reason.starts_with("PAP, mean")), "seed {seed}: {told:?}");
    }
    assert!(solved > 40, "{solved}");
}

/// A chest that pulls at its lung by more than muscles keep up: the outcome is named.
#[test]
fn regress_a_pulmonary_pressure_below_that_of_the_air_is_named() {
    let mut params = Params::default();
    params.set_switch(SwitchId::Mechanics, "on").expect("an option");
    let pulled = with(
        &params,
        &[
            (ParamId::Peep, 0.0),
            (ParamId::LungCapacity, 1.5),
            (ParamId::AlveolarVentilation, 12.0),
            (ParamId::InspiratoryTime, 0.6),
            (ParamId::ChestLoad, -2.0),
            (ParamId::PulmonaryResistance, 0.3),
            (ParamId::LeftAtrium, 2.0),
        ],
    );
    let now = solved(&pulled);
    assert!(read(&now, "pleural_mean_cmh2o") < -15.0, "{}", read(&now, "pleural_mean_cmh2o"));
    let told = not_survivable(&now, DisplayUnits::default()).join("; ");
    assert!(read(&now, "pulmonary_pressure_mmhg") < 0.0, "{}", read(&now, "pulmonary_pressure_mmhg"));
    assert!(told.contains("Pleural pressure, mean −") && told.contains("PAP, mean −"), "{told}");
    for scenario in scenario::builtin() {
        let Ok(now) = Model::new().snapshot(&scenario.params) else { continue };
        let told = not_survivable(&now, DisplayUnits::default()).join("; ");
        assert!(!told.contains("PAP") && !told.contains("Pleural"), "{}: {told}", scenario.id);
    }
}

/// On a membrane lung PaO2 steps where tidal volume no longer exceeds the dead space: the outcome says why.
#[test]
fn regress_a_lung_that_is_no_longer_ventilated_says_so() {
    let mut params = scenario::find("ards-severe").expect("built in").params.clone();
    for (id, option) in [(SwitchId::Ecmo, "on"), (SwitchId::Mechanics, "off"), (SwitchId::Breathing, "ventilated")] {
        params.set_switch(id, option).expect("an option");
    }
    let at = |tidal_ml: f64| solved(&with(&params, &[(ParamId::TidalVolume, tidal_ml)]));
    let dead_ml = params.get(ParamId::AnatomicalDeadSpace);
    let [more, less] = [at(dead_ml + 10.0), at(dead_ml - 10.0)];
    assert!(remarks(&more).is_empty(), "{:?}", remarks(&more));
    assert_eq!(remarks(&less), ["The lung is no longer ventilated: no breath is larger than its dead space."]);
    // A volume that only rounding tells from the dead space is none.
    assert_eq!(remarks(&at(dead_ml * (1.0 + 1e-15))).len(), 1);
    let mut live = Live::new(&with(&params, &[(ParamId::TidalVolume, dead_ml - 10.0)]));
    (0..20).for_each(|_| live.step());
    assert_eq!(remarks(&live.snapshot()).len(), 1);
}
