//! Body temperature: water vapour, gas volumes, and blood gases as a laboratory measures them.

use isoshunt::physiology::blood::{Blood, Chemistry};
use isoshunt::physiology::membrane::flowmeter_l_per_min;
use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Params, SwitchId};
use isoshunt::sim::play::instruments::SampleOrder;
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::time::Live;

fn solved(params: &Params) -> Snapshot {
    Model::new().snapshot(params).expect("a steady state")
}

fn read(snapshot: &Snapshot, key: &str) -> f64 {
    Quantity::from_key(key).expect("a key").read(snapshot).expect("a value")
}

fn at(params: &Params, temperature_c: f64) -> Params {
    params.with(ParamId::Temperature, temperature_c).expect("in range")
}

#[test]
fn val_buck_1981_water_vapour_takes_its_place_in_warm_and_cold_lungs() {
    let oxygen = Params::default().with(ParamId::Fio2, 1.0).expect("in range");
    for (celsius, water) in [(28.0, 28.3), (37.0, 47.0), (40.0, 55.3), (42.0, 61.4)] {
        let now = solved(&at(&oxygen, celsius));
        assert!((read(&now, "pio2_mmhg") - (760.0 - water)).abs() < 0.2, "{celsius}");
        for unit in &now.units {
            let sum = unit.po2_alv_mmhg + unit.capillary.pco2_mmhg + unit.pn2_alv_mmhg;
            assert!((sum - (760.0 - water)).abs() < 0.2, "{celsius}: {sum}");
        }
    }
}

#[test]
fn val_gas_law_ventilation_clears_less_carbon_dioxide_the_warmer_it_is_measured() {
    // PACO2 = K V'CO2/V'A with K in proportion to the absolute temperature: 0.863 at 37 degC.
    let mut ideal = Params::default();
    ideal
        .set_all(&[(ParamId::Shunt, 0.0), (ParamId::AlveolarDeadSpace, 0.0), (ParamId::Mode1Units, 1.0)])
        .expect("in range");
    for (celsius, k) in [(28.0, 0.838), (37.0, 0.863), (42.0, 0.877)] {
        let now = solved(&at(&ideal, celsius));
        let expired: f64 = now.units.iter().map(|unit| unit.expired_l_per_min * unit.capillary.pco2_mmhg).sum();
        assert!((expired / 200.0 - k).abs() < 5e-4, "{celsius}: {}", expired / 200.0);
    }
}

#[test]
fn val_gas_law_flowmeter_of_the_sweep() {
    // 1/1.12 at 37 degC; colder gas is denser and drier.
    for (celsius, factor) in [(37.0, 1.124), (28.0, 1.063), (42.0, 1.165)] {
        assert!((5.0 / flowmeter_l_per_min(5.0, celsius, 760.0) - factor).abs() < 1e-3, "{celsius}");
    }
    let mut params = Params::default();
    params.set_switch(SwitchId::Ecmo, "on").expect("an option");
    params.set(ParamId::Sweep, 5.0).expect("in range");
    assert!((5.0 / read(&solved(&params), "sweep_flowmeter_l_per_min") - 1.124).abs() < 1e-3);
}

#[test]
fn val_kelman_nunn_1966_carbon_dioxide_of_cold_blood() {
    // Kelman GR, Nunn JF, J Appl Physiol 1966;21:1484-1490 (recalled): PCO2 falls by 0.019 log units for each degree.
    let cold = Blood { temperature_c: 28.0, ..Blood::default() };
    let chemistry = Chemistry::new(&Blood::default());
    let normal = chemistry.gas_at_tensions(90.0, 40.0);
    let chemistry = Chemistry::new(&cold);
    let in_patient = chemistry.evaluate(chemistry.at_contents(
        normal.o2_ml_per_dl,
        normal.co2_ml_per_dl,
        chemistry.into_domain(chemistry.at_tensions(50.0, 27.0)),
    ));
    let expected = 40.0 * 0.6745;
    // 13 mmHg less; Douglas' equation with an unshifted Van Slyke equation finds two thirds of it.
    let fall = 40.0 - in_patient.0.pco2_mmhg;
    assert!((0.5..1.15).contains(&(fall / (40.0 - expected))), "{fall} of {}", 40.0 - expected);
    // And back: what the laboratory makes of it is the blood before.
    let measured = cold.measured(&in_patient.0);
    assert!((measured.pco2_mmhg - 40.0).abs() < 1e-6 && (measured.po2_mmhg - 90.0).abs() < 1e-6, "{measured:?}");
}

#[test]
fn val_ashwood_1983_cooling_does_not_change_what_indices_say_of_a_lung() {
    for id in ["ards-moderate", "pure-shunt-30", "lobar-pneumonia", "copd"] {
        let params = &scenario::find(id).expect("built in").params;
        let [warm, cold] = [37.0, 28.0].map(|celsius| solved(&at(params, celsius)));
        let ratio = read(&cold, "pf_ratio_mmhg") / read(&warm, "pf_ratio_mmhg");
        let in_patient = read(&cold, "po2_art_mmhg") / read(&warm, "po2_art_mmhg");
        // Cold blood binds more in badly ventilated lung, so that P/F rises a little; in the patient PaO2 falls by a third.
        assert!((0.95..1.27).contains(&ratio), "{id}: P/F {ratio}, in the patient {in_patient}");
        assert!(in_patient < 0.8, "{id}: P/F {ratio}, in the patient {in_patient}");
        let dead = |now: &Snapshot| read(now, "bohr_enghoff_frac");
        assert!((dead(&cold) - dead(&warm)).abs() < 0.05, "{id}: {} {}", dead(&warm), dead(&cold));
    }
}

#[test]
fn val_ashwood_1983_a_sample_is_measured_at_37_degrees() {
    let mut params = at(&Params::default(), 28.0);
    params.set_all(&[(ParamId::AnalyserError, 0.0), (ParamId::SampleDelay, 0.0)]).expect("in range");
    let mut run = Run::new(&params, 1);
    let order: SampleOrder = "arterial".parse().expect("an order");
    run.act(Action::Sample(order)).expect("allowed");
    let sample = run.samples()[0];
    let now = run.live().snapshot();
    assert!((sample.reported.pco2_mmhg - read(&now, "pco2_art_at_37_mmhg")).abs() < 1e-6);
    assert!((sample.reported.po2_mmhg - read(&now, "po2_art_at_37_mmhg")).abs() < 1e-6);
    assert!((sample.true_blood.gas.pco2_mmhg - read(&now, "pco2_art_mmhg")).abs() < 1e-6);
    assert!(sample.reported.pco2_mmhg > 1.2 * sample.true_blood.gas.pco2_mmhg, "{sample:?}");
    // What is derived of it is what went in.
    assert!((sample.reported.base_excess_mmol_per_l).abs() < 0.01, "{sample:?}");
}

#[test]
fn inv_cooling_in_time_loses_no_gas_and_ends_where_the_cold_patient_stands() {
    let warm = Params::default();
    let mut live = Live::new(&warm);
    let cold = at(&warm, 28.0);
    live.set_params(&cold);
    (0..4 * 3600 * 2).for_each(|_| live.step());
    let ledger = live.ledger();
    for (lost, turnover) in ledger.lost_ml().to_array().into_iter().zip(ledger.turnover_ml().to_array()) {
        assert!(lost.abs() < 1e-9 * turnover.max(1.0), "{lost} of {turnover}");
    }
    let (now, end) = (live.snapshot(), solved(&cold));
    for key in ["po2_art_mmhg", "pco2_art_mmhg", "po2_art_at_37_mmhg"] {
        assert!((read(&now, key) - read(&end, key)).abs() < 0.3, "{key}: {} {}", read(&now, key), read(&end, key));
    }
}
