//! When bedside estimates can be believed, what small bodies and short supplies do to them, and what has no number.

use isoshunt::scenario;
use isoshunt::sim::params::{Breathing, ParamId, Params, SwitchId};
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::time::Live;

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

#[test]
fn inv_estimates_say_when_they_still_move() {
    for id in ["healthy-young-adult", "copd", "pure-shunt-30", "lobar-pneumonia", "ards-moderate"] {
        let params = &scenario::find(id).expect("built in").params;
        let fio2 = params.get(ParamId::Fio2);
        let other = if fio2 > 0.8 { fio2 - 0.2 } else { fio2 + 0.2 };
        let mut live = Live::new(params);
        assert!(OF_OXYGEN.iter().all(|key| read(&live.snapshot(), key) > 0.5), "{id} begins in a steady state");
        live.set_params(&with(params, &[(ParamId::Fio2, other)]));
        (0..4).for_each(|_| live.step());
        let now = live.snapshot();
        assert!(OF_OXYGEN.iter().all(|key| read(&now, key) < 0.5), "{id}: two seconds after");
        assert!(read(&now, "bohr_enghoff_is_steady") > 0.5, "{id}: breathing is as before");
        (0..7200).for_each(|_| live.step());
        assert!(OF_OXYGEN.iter().all(|key| read(&live.snapshot(), key) > 0.5), "{id}: an hour after");
        let half = match params.breathing() {
            Breathing::Ventilated => ParamId::VentilatorRate,
            _ => ParamId::AlveolarVentilation,
        };
        let slower = with(live.params(), &[(half, 0.5 * params.get(half))]);
        live.set_params(&slower);
        (0..4).for_each(|_| live.step());
        assert!(read(&live.snapshot(), "bohr_enghoff_is_steady") < 0.5, "{id}: two seconds after less breath");
        (0..7200).for_each(|_| live.step());
        assert!(read(&live.snapshot(), "bohr_enghoff_is_steady") > 0.5, "{id}: an hour after less breath");
    }
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
    assert!(lost.iter().all(|ml| ml.abs() < 1e-6), "{lost:?}");
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
