//! Hypoxic vasoconstriction and control of breathing in the steady state.

mod part;

use isoshunt::numerics::float;
use isoshunt::physiology::breathing_control::{ControlState, desaturation_percent};
use isoshunt::physiology::hpv::Tone;
use isoshunt::scenario;
use isoshunt::sim::circulation::perfusion::Baseline;
use isoshunt::sim::circulation::vessels::{FlowState, VesselGases, Vessels};
use isoshunt::sim::params::{ParamId, Params, Setting, SwitchId, apply};
use isoshunt::sim::patient::{self, Patient};
use isoshunt::sim::reading::reference;
use isoshunt::sim::reading::sampling::random_patient;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::steady::NoSteadyState;
use isoshunt::sim::time::{Live, periodic_breathing};
use isoshunt::units::{DL_PER_L, btps_stpd_mmhg_l_per_ml};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A patient with exactly these feedbacks.
fn with(params: &Params, feedbacks: &[SwitchId]) -> Params {
    let mut params = params.clone();
    for id in [SwitchId::Hpv, SwitchId::BreathingControl] {
        params.set_switch(id, if feedbacks.contains(&id) { "on" } else { "off" }).expect("an option");
    }
    params
}

fn solved(params: &Params) -> Snapshot {
    Model::new().snapshot(params).expect("a steady state")
}

fn opioid(depression: f64, fio2: f64) -> Params {
    let mut params = with(&Params::default(), &[SwitchId::BreathingControl]);
    params.set_all(&[(ParamId::OpioidDepression, depression), (ParamId::Fio2, fio2)]).expect("within bounds");
    params
}

fn pco2(snapshot: &Snapshot) -> f64 {
    snapshot.state.arterial.gas.pco2_mmhg
}

/// What the lung takes up and gives off against what the body asks, and the flows against the output: largest share
/// that is missing.
fn imbalance(now: &Snapshot) -> f64 {
    let (arterial, venous) = (&now.state.arterial.gas, &now.state.venous.gas);
    let output = now.output_l_per_min();
    let flow: f64 = now.units.iter().map(|unit| unit.perfusion_l_per_min).sum();
    let mut worst = (flow + now.truth.shunt_frac * output - output).abs() / output;
    let produced = now.state.vco2_ml_per_min;
    let moved = DL_PER_L * output;
    worst = worst.max(
        (moved * (arterial.o2_ml_per_dl - venous.o2_ml_per_dl) - now.state.vo2_ml_per_min).abs()
            / (moved * (1.0 + venous.o2_ml_per_dl)),
    );
    worst = worst.max(
        (moved * (venous.co2_ml_per_dl - arterial.co2_ml_per_dl) - produced).abs()
            / (moved * (1.0 + venous.co2_ml_per_dl)),
    );
    // Without a membrane lung all CO2 leaves by the units.
    if now.state.ecmo.is_none() {
        let k = btps_stpd_mmhg_l_per_ml(now.params.get(ParamId::Temperature));
        let expired: f64 = now.units.iter().map(|unit| unit.expired_l_per_min * unit.capillary.pco2_mmhg).sum();
        worst = worst.max((expired / k - produced).abs() / (moved * (1.0 + venous.co2_ml_per_dl)));
    }
    worst
}

/// Solves random patients with feedbacks on, cold and from a neighbour, and says what is wrong.
fn faults(feedbacks: &[SwitchId], seeds: std::ops::Range<u64>) -> (usize, Vec<String>) {
    let (mut solved, mut faults) = (0, Vec::new());
    for seed in seeds {
        let mut params = with(&random_patient(&mut StdRng::seed_from_u64(seed)), feedbacks);
        if feedbacks.contains(&SwitchId::BreathingControl) {
            params.set_switch(SwitchId::Breathing, "spontaneous").expect("an option");
        }
        let cold = Model::new().snapshot(&params);
        let mut model = Model::new();
        let fio2 = (params.get(ParamId::Fio2) + 0.1).min(1.0);
        let _ = model.steady(&params.with(ParamId::Fio2, fio2).expect("within bounds"));
        let fault = match (&cold, &model.snapshot(&params)) {
            (Ok(cold), Ok(warm)) => {
                solved += 1;
                let apart = |of: fn(&Snapshot) -> f64| (of(cold) - of(warm)).abs() / of(cold).abs().max(1e-3);
                let apart = apart(pco2).max(apart(|now| now.state.arterial.gas.po2_mmhg));
                let missing = imbalance(cold);
                // Cells of lung that open at a threshold of pressure make a small difference of pressures a larger one.
                let close = if params.mechanics() { 1e-6 } else { 1e-9 };
                (apart.is_nan() || missing.is_nan() || apart > close || missing > 1e-9)
                    .then(|| format!("two starts end {apart:.1e} apart, {missing:.1e} missing"))
            }
            (Err(NoSteadyState::NotConverged { .. }), _) => Some(format!("{cold:?}")),
            (Err(a), Err(b)) if a == b => None,
            (a, b) => Some(format!("cold {:?}, warm {:?}", a.as_ref().err(), b.as_ref().err())),
        };
        faults.extend(fault.map(|fault| format!("seed {seed}: {fault}")));
    }
    (solved, faults)
}

#[test]
fn inv_vasoconstriction_conserves_and_does_not_depend_on_the_start() {
    let (solved, faults) = faults(&[SwitchId::Hpv], 1..part::of(300, 100));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(solved as u64 > part::of(50, 16), "{solved}");
}

#[test]
fn inv_breathing_control_conserves_and_does_not_depend_on_the_start() {
    let (solved, faults) = faults(&[SwitchId::BreathingControl], 1..part::of(150, 30));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(solved as u64 > part::of(25, 4), "{solved}");
}

#[test]
fn inv_both_feedbacks_together_conserve_and_do_not_depend_on_the_start() {
    let (solved, faults) = faults(&[SwitchId::Hpv, SwitchId::BreathingControl], 1..part::of(150, 30));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(solved as u64 > part::of(25, 4), "{solved}");
}

#[test]
fn inv_on_the_reference_fio2_the_flows_are_as_set() {
    // In layers flows follow from pressures: none are set.
    for case in scenario::builtin().iter().filter(|case| !case.params.mechanics()) {
        let fio2 = case.params.get(ParamId::Fio2);
        let base = with(&case.params, &[]);
        let with_hpv = with(&base.with(ParamId::HpvReference, fio2).expect("within bounds"), &[SwitchId::Hpv]);
        let (off, on) = (Model::new().snapshot(&base), Model::new().snapshot(&with_hpv));
        let (Ok(off), Ok(on)) = (off, on) else { panic!("{} has no steady state", case.id) };
        for (a, b) in off.units.iter().zip(&on.units) {
            let apart = (a.perfusion_l_per_min / b.perfusion_l_per_min - 1.0).abs();
            assert!(apart < 1e-9, "{}: {apart:.1e}", case.id);
        }
    }
}

#[test]
fn inv_without_strength_there_is_no_vasoconstriction() {
    let copd = &scenario::find("copd").expect("built in").params;
    let none = [(ParamId::HpvStrength, 0.0), (ParamId::Fio2, 1.0)];
    let mut params = with(copd, &[SwitchId::Hpv]);
    params.set_all(&none).expect("within bounds");
    let (off, on) = (solved(&with(&params, &[])), solved(&params));
    assert!((pco2(&off) - pco2(&on)).abs() < 1e-9);
    params.set(ParamId::HpvStrength, 1.0).expect("within bounds");
    assert!(pco2(&solved(&params)) > pco2(&off) + 1.0, "strength is felt");
}

#[test]
fn inv_flows_in_time_go_to_those_of_the_steady_state() {
    let copd = &scenario::find("copd").expect("built in").params;
    let params = with(&copd.with(ParamId::Fio2, 1.0).expect("within bounds"), &[SwitchId::Hpv]);
    let steady = solved(&params);
    let base = Patient::new(&params);
    let mut baseline = Baseline::new();
    let tone: &Tone = baseline.tone(&params, base.units.len()).expect("a baseline");
    let mut target = FlowState::default();
    target.targets(
        tone,
        &Vessels::new(&params).expect("they answer"),
        VesselGases {
            po2_ven_mmhg: steady.state.pulmonary_arterial.gas.po2_mmhg,
            ph_art: steady.state.arterial.gas.ph,
        },
        steady.units.iter().map(|unit| unit.po2_alv_mmhg),
    );
    let mut state = FlowState::baseline(base.units.len());
    let mut now = base.clone();
    let apart = |now: &Patient| {
        let pairs = now.units.iter().zip(&steady.units);
        pairs.map(|(a, b)| (a.perfusion_l_per_min / b.perfusion_l_per_min - 1.0).abs()).fold(0.0, f64::max)
    };
    state.apply(&base, &mut now);
    let first = apart(&now);
    assert!(first > 0.2, "{first}");
    // Two time constants, then long enough.
    let tau_s = params.get(ParamId::HpvTime);
    for _ in 0..4 {
        state.advance(&target, 0.5 * tau_s, tau_s);
    }
    state.apply(&base, &mut now);
    assert!(apart(&now) < 0.3 * first && apart(&now) > 0.05 * first, "{} of {first}", apart(&now));
    state.advance(&target, 40.0 * tau_s, tau_s);
    state.apply(&base, &mut now);
    assert!(apart(&now) < 1e-9, "{}", apart(&now));
    let total = now.units.iter().map(|unit| unit.perfusion_l_per_min).sum::<f64>() + now.shunt_l_per_min;
    assert!((total / base.cardiac_output_l_per_min - 1.0).abs() < 1e-12);
}

#[test]
fn val_robinson_2000_oxygen_in_copd_raises_paco2_by_haldane_and_vasoconstriction() {
    // Aubier 1980, Hanson 1996: 2 to 7 mmHg at unchanged ventilation, about half by either.
    let copd = &scenario::find("copd").expect("built in").params;
    let rise = |feedbacks: &[SwitchId]| {
        let at = |fio2| pco2(&solved(&with(&copd.with(ParamId::Fio2, fio2).expect("within bounds"), feedbacks)));
        at(1.0) - at(0.21)
    };
    let (haldane, all) = (rise(&[]), rise(&[SwitchId::Hpv]));
    assert!((2.0..7.0).contains(&all), "{all}");
    assert!((0.3..0.7).contains(&(haldane / all)), "{haldane} of {all}");
}

#[test]
fn val_marshall_1994_a_collapsed_lung_takes_a_quarter_of_the_flow() {
    // The other way round: a collapsed lung set to take 25% on O2 would take 40% with its vessels open.
    let mut params = with(&Params::default(), &[SwitchId::Hpv]);
    let changes = [(ParamId::Shunt, 0.25), (ParamId::Fio2, 1.0), (ParamId::HpvReference, 1.0)];
    params.set_all(&changes).expect("within bounds");
    let now = solved(&params);
    let po2_ven = now.state.pulmonary_arterial.gas.po2_mmhg;
    let mut baseline = Baseline::new();
    let base = Patient::new(&params);
    let tone = baseline.tone(&params, base.units.len()).expect("a baseline");
    // All tone gone: as in a lung full of O2 with arterialised venous blood.
    let mut gone = FlowState::default();
    let vessels = Vessels::new(&params).expect("they answer");
    let gases = VesselGases { po2_ven_mmhg: 600.0, ph_art: 7.4 };
    gone.targets(tone, &vessels, gases, tone.units.iter().map(|_| 600.0));
    let mut dilated = base.clone();
    gone.apply(&base, &mut dilated);
    let share = dilated.shunt_l_per_min / dilated.cardiac_output_l_per_min;
    assert!((0.36..0.44).contains(&share), "{share} at PvO2 {po2_ven}");
}

#[test]
fn inv_an_undisturbed_patient_breathes_as_set() {
    let set = solved(&Params::default());
    let controlled = solved(&opioid(0.0, 0.21));
    let (set, controlled) = (set.ventilation, controlled.ventilation);
    assert!((controlled.alveolar_l_per_min / set.alveolar_l_per_min - 1.0).abs() < 0.01, "{controlled:?}");
    assert!((controlled.rate_per_min - set.rate_per_min).abs() < 0.2, "{controlled:?}");
    assert!((controlled.tidal_ml().expect("breathes") - set.tidal_ml().expect("breathes")).abs() < 10.0);
}

#[test]
fn inv_ventilation_found_is_the_one_asked_for() {
    for (depression, fio2) in [(0.0, 0.21), (0.0, 0.12), (0.5, 0.3), (0.9, 1.0)] {
        let params = opioid(depression, fio2);
        let now = solved(&params);
        let gas = &now.state.arterial.gas;
        let asked = patient::controller(&params).steady(gas.pco2_mmhg, gas.po2_mmhg);
        let share = asked.alveolar_l_per_min / now.ventilation.alveolar_l_per_min;
        assert!((share - 1.0).abs() < 1e-9, "{depression} {fio2}: {share}");
        assert!((asked.minute_l_per_min / now.ventilation.minute_l_per_min - 1.0).abs() < 1e-9);
    }
}

#[test]
fn val_read_1967_the_co2_response_is_a_line() {
    let controller = patient::controller(&Params::default());
    let at = |pco2, po2| controller.steady(pco2, po2).minute_l_per_min;
    assert!((at(55.0, 100.0) - at(45.0, 100.0) - 20.0).abs() < 1e-9, "2 L/min/mmHg");
    // Lloyd & Cunningham 1963: less steep in hyperoxia, steeper in hypoxia, one threshold.
    let slope = |po2| (at(48.0, po2) - at(44.0, po2)) / 4.0;
    assert!(slope(600.0) > 0.6 * slope(100.0) && slope(600.0) < 0.85 * slope(100.0), "{}", slope(600.0));
    assert!(slope(50.0) > 2.0 * slope(100.0), "{}", slope(50.0));
    // Fink 1961: awake, breathing goes on without CO2 drive.
    assert!((at(20.0, 100.0) - 3.25).abs() < 1e-9, "{}", at(20.0, 100.0));
}

#[test]
fn val_weil_1970_hypoxia_at_constant_paco2() {
    // A = 108 to 180 L/min·mmHg of V̇E = V0 + A/(PaO2 − 32), normal men of 1975 and 1970.
    let controller = patient::controller(&Params::default());
    let at = |po2| controller.steady(42.0, po2).minute_l_per_min;
    let rise = at(40.0) - at(100.0);
    let weil = |a: f64| a / (40.0 - 32.0) - a / (100.0 - 32.0);
    assert!(rise > weil(108.0) && rise < weil(180.0), "{rise}");
    // Rebuck & Campbell 1974: linear in saturation.
    let desaturation = |po2| desaturation_percent(po2) - desaturation_percent(100.0);
    let per_percent = |po2: f64| (at(po2) - at(100.0)) / desaturation(po2);
    assert!((per_percent(40.0) / per_percent(60.0) - 1.0).abs() < 1e-9);
}

#[test]
fn val_weil_1975_morphine_takes_more_of_the_hypoxic_response_than_of_that_to_co2() {
    // 7.5 mg: CO2 response to 0.58, A to 0.40 ± 0.1 at a resting PACO2 up from 42.9 to 45.4.
    let (before, after) = (opioid(0.0, 0.21), opioid(0.42, 0.21));
    let hypoxic = |params: &Params| {
        let rest = pco2(&solved(params));
        let controller = patient::controller(params);
        controller.steady(rest, 40.0).minute_l_per_min - controller.steady(rest, 100.0).minute_l_per_min
    };
    let left = hypoxic(&after) / hypoxic(&before);
    assert!((0.3..0.56).contains(&left), "{left}");
    let rise = pco2(&solved(&after)) - pco2(&solved(&before));
    assert!((1.0..5.0).contains(&rise), "{rise}");
}

#[test]
fn val_bouillon_2003_paco2_by_depression() {
    // V̇/V̇0 = (1 − d)·(P/P0)^4.30 and V̇·P constant: P/P0 = (1 − d)^(−1/5.30), at normal PaO2.
    let rest = pco2(&solved(&opioid(0.0, 0.3)));
    for depression in [0.5f64, 0.8, 0.9] {
        let now = solved(&opioid(depression, 0.3));
        let published = rest * float::pow(1.0 - depression, -1.0 / 5.30);
        assert!((pco2(&now) / published - 1.0).abs() < 0.05, "{depression}: {} for {published}", pco2(&now));
        // Breaths become few, not shallow.
        assert!((now.ventilation.tidal_ml().expect("breathes") / 464.0 - 1.0).abs() < 0.05);
    }
}

#[test]
fn val_fu_2004_oxygen_hides_hypoventilation_from_the_oximeter() {
    let (air, oxygen) = (solved(&opioid(0.95, 0.21)), solved(&opioid(0.95, 0.30)));
    assert!(air.estimates.spo2_frac < 0.90, "{}", air.estimates.spo2_frac);
    assert!(oxygen.estimates.spo2_frac > 0.94, "{}", oxygen.estimates.spo2_frac);
    assert!(pco2(&air) > 65.0 && pco2(&oxygen) > 65.0, "{} {}", pco2(&air), pco2(&oxygen));
    assert!(pco2(&oxygen) > pco2(&air) && pco2(&oxygen) < 1.1 * pco2(&air));
}

#[test]
fn inv_full_depression_is_apnoea_with_its_reason() {
    let outcome = Model::new().snapshot(&opioid(1.0, 0.21)).map(|_| ());
    assert_eq!(outcome, Err(NoSteadyState::Apnoea));
    // A membrane lung clears the CO2 of who does not breathe.
    let mut params = opioid(1.0, 0.5);
    params.set_switch(SwitchId::Ecmo, "on").expect("an option");
    let now = solved(&params);
    assert!(now.ventilation.minute_l_per_min.abs() < 1e-12 && now.ventilation.tidal_ml().is_none());
}

#[test]
fn val_bouillon_2003_an_opioid_given_at_once_stops_breathing_until_co2_has_risen() {
    let controller = patient::controller(&opioid(0.95, 0.21));
    let mut drive = ControlState::settled(42.0, 95.0, &controller);
    assert!(drive.pattern(&controller).minute_l_per_min < 0.7, "{:?}", drive.pattern(&controller));
    for _ in 0..1200 {
        drive.advance(0.5, 75.0, 95.0, &controller);
    }
    let end = controller.steady(75.0, 95.0).minute_l_per_min;
    let now = drive.pattern(&controller).minute_l_per_min;
    assert!(end > 2.0 && (now / end - 1.0).abs() < 0.06, "{now} of {end}");
}

#[test]
fn val_bellville_1979_the_carotid_body_answers_in_seconds_and_the_brain_in_minutes() {
    let controller = patient::controller(&Params::default());
    let mut drive = ControlState::settled(42.0, 95.0, &controller);
    let rest = drive.pattern(&controller).minute_l_per_min;
    let rise = controller.steady(48.0, 95.0).minute_l_per_min - rest;
    let mut share = |seconds: u32| {
        for _ in 0..2 * seconds {
            drive.advance(0.5, 48.0, 95.0, &controller);
        }
        (drive.pattern(&controller).minute_l_per_min - rest) / rise
    };
    // A quarter to a third is peripheral.
    let (half_minute, ten_minutes) = (share(30), share(570));
    assert!((0.3..0.5).contains(&half_minute), "{half_minute}");
    assert!((0.95..1.0).contains(&ten_minutes), "{ten_minutes}");
}

#[test]
fn inv_control_acts_only_on_spontaneous_breathing() {
    let mut ventilated = Params::default();
    ventilated.set_switch(SwitchId::Breathing, "ventilated").expect("an option");
    let off = solved(&ventilated);
    let mut on = with(&ventilated, &[SwitchId::BreathingControl]);
    on.set(ParamId::OpioidDepression, 0.9).expect("within bounds");
    assert_eq!(solved(&on).state, off.state);
}

/// A built-in patient whose controls are turned on as the command line does, then changed.
fn turned_on(id: &str, controls: &[SwitchId], changes: &[(ParamId, f64)]) -> Params {
    let params = &scenario::find(id).expect("built in").params;
    let settings: Vec<Setting> = controls.iter().map(|control| Setting::Switch(*control, "on")).collect();
    let references = reference::of_file(params, &settings);
    let mut on = apply(&[references, settings].concat(), params).expect("allowed");
    on.set_all(changes).expect("within bounds");
    on
}

fn healthy(changes: &[(ParamId, f64)]) -> Params {
    turned_on("healthy-young-adult", &[SwitchId::BreathingControl], changes)
}

fn live_for(live: &mut Live, seconds: u32) {
    (0..2 * seconds).for_each(|_| live.step());
}

fn minute(live: &Live) -> f64 {
    live.snapshot().ventilation.minute_l_per_min
}

#[test]
fn inv_turning_control_on_leaves_every_patient_as_he_is() {
    for case in scenario::builtin() {
        let Ok(before) = Model::new().snapshot(&case.params) else { continue };
        let on = turned_on(&case.id, &[SwitchId::BreathingControl], &[]);
        if !on.breathing_controlled() {
            continue;
        }
        let after = solved(&on);
        let moved = pco2(&after) - pco2(&before);
        assert!(moved.abs() < 0.2, "{}: PaCO2 moves by {moved}", case.id);
        let mut live = Live::new(&case.params);
        live.set_params(&on);
        live_for(&mut live, 60);
        let moved = pco2(&live.snapshot()) - pco2(&before);
        assert!(moved.abs() < 0.2, "{}: in a minute PaCO2 moves by {moved}", case.id);
    }
}

#[test]
fn inv_a_held_saturation_and_vasoconstriction_begin_from_what_is() {
    for case in scenario::builtin() {
        let id = &case.id;
        let Ok(before) = Model::new().snapshot(&case.params) else { continue };
        for control in [SwitchId::Hpv, SwitchId::Svo2Feedback] {
            let settings = [Setting::Switch(control, control.options()[1])];
            let references = reference::of_file(&before.params, &settings);
            let on = apply(&[references, settings.to_vec()].concat(), &before.params).expect("allowed");
            let after = solved(&on);
            let apart = after.state.arterial.gas.po2_mmhg - before.state.arterial.gas.po2_mmhg;
            assert!(apart.abs() < 0.2, "{id} {}: PaO2 moves by {apart}", control.key());
        }
    }
}

/// A circuit that comes to live is the one as set: nothing of the patient moves beyond what a sample could tell.
#[test]
fn inv_a_circuit_that_comes_to_live_leaves_the_patient_as_he_is() {
    for id in ["vv-ecmo", "ards-moderate", "pure-shunt-30"] {
        let mut before = scenario::find(id).expect("built in").params.clone();
        before.set_switch(SwitchId::Ecmo, "on").expect("an option");
        before.set_switch(SwitchId::EcmoCircuit, "as_set").expect("an option");
        // Nobody has set the speed of a pump whose flow is given.
        before.set(ParamId::PumpSpeed, ParamId::PumpSpeed.bounds().default).expect("in range");
        for recirculation in [0.12, 0.20] {
            before.set(ParamId::Recirculation, recirculation).expect("in range");
            let was = solved(&before);
            for circuit in ["by_flow", "by_speed"] {
                let settings = [Setting::Switch(SwitchId::EcmoCircuit, circuit)];
                let references = reference::of_file(&before, &settings);
                let now = solved(&apply(&[references, settings.to_vec()].concat(), &before).expect("allowed"));
                let gas = |of: &Snapshot| of.state.arterial.gas;
                let apart = now.state.ecmo.expect("it runs").recirculation_frac - recirculation;
                let ends = [ParamId::TipDistance.bounds().min, ParamId::TipDistance.bounds().max];
                let at_an_end = ends.iter().any(|end| (now.params.get(ParamId::TipDistance) - end).abs() < 1e-9);
                let moved = [
                    gas(&now).po2_mmhg / gas(&was).po2_mmhg - 1.0,
                    gas(&now).pco2_mmhg / gas(&was).pco2_mmhg - 1.0,
                    now.pump.expect("it lives").flow_l_per_min - before.get(ParamId::PumpFlow),
                    // No distance makes more or less than that of the ends.
                    if at_an_end { 0.0 } else { apart },
                ];
                let name = format!("{id}, recirculation {recirculation}, {circuit}: {moved:?}");
                assert!(moved.iter().all(|by| by.abs() < 0.02), "{name}");
            }
        }
    }
    // A pump that is told otherwise goes on as it goes.
    let by_speed = &scenario::find("vv-ecmo").expect("built in").params;
    let settings = [Setting::Switch(SwitchId::EcmoCircuit, "by_flow")];
    let found = reference::of_file(by_speed, &settings);
    let by_flow = solved(&apply(&[found, settings.to_vec()].concat(), by_speed).expect("allowed"));
    let flows = [solved(by_speed), by_flow].map(|now| now.pump.expect("it lives").flow_l_per_min);
    assert!((flows[0] - flows[1]).abs() < 1e-6, "{flows:?}");
    // A distance given by hand wins.
    let mut as_set = by_speed.clone();
    as_set.set_switch(SwitchId::EcmoCircuit, "as_set").expect("an option");
    let settings = [Setting::Switch(SwitchId::EcmoCircuit, "by_flow"), Setting::Param(ParamId::TipDistance, 9.0)];
    let found = reference::of_file(&as_set, &settings);
    assert!(!found.is_empty() && found.iter().all(|setting| setting.key() != ParamId::TipDistance.key()), "{found:?}");
}

#[test]
fn inv_a_set_point_that_is_given_wins() {
    let mut params = turned_on("high-altitude", &[SwitchId::BreathingControl], &[]);
    assert!(params.get(ParamId::ReferenceVentilation) > 0.0);
    params.set(ParamId::Co2SetPoint, 42.0).expect("within bounds");
    let reference = patient::controller(&params).reference;
    assert!((reference.pco2_art_mmhg - 42.0).abs() < 1e-12 && reference.base_excess_mmol_per_l == 0.0);
    assert!((reference.desaturation_percent - desaturation_percent(100.0)).abs() < 1e-12);
}

#[test]
fn val_albert_1967_acidosis_is_breathed_down_after_winters() {
    // Albert MS, Dell RB, Winters RW, Ann Intern Med 1967;66:312-322 (recalled): PaCO2 = 1.5 HCO3 + 8 ± 2.
    for (be, low, high) in [(-10.0, 26.0, 33.0), (-15.0, 19.0, 26.0), (-20.0, 13.0, 20.0)] {
        let now = solved(&healthy(&[(ParamId::BaseExcess, be)]));
        let expected = 1.5 * now.estimates.bicarbonate_art_mmol_per_l + 8.0;
        assert!((pco2(&now) - expected).abs() <= 2.0, "BE {be}: {} for {expected}", pco2(&now));
        assert!((low..=high).contains(&pco2(&now)), "BE {be}: {}", pco2(&now));
    }
}

#[test]
fn val_javaheri_1987_alkalosis_is_breathed_up() {
    // Javaheri S, Kazemi H, Am Rev Respir Dis 1987;136:1011-1016 (recalled): PaCO2 = 0.7 HCO3 + 20 ± 5.
    let (normal, now) = (solved(&healthy(&[])), solved(&healthy(&[(ParamId::BaseExcess, 10.0)])));
    let rise = pco2(&now) - pco2(&normal);
    assert!((4.0..9.0).contains(&rise), "{rise}");
    let expected = 0.7 * now.estimates.bicarbonate_art_mmol_per_l + 20.0;
    assert!((pco2(&now) - expected).abs() < 5.0 && pco2(&now) < 55.0, "{} for {expected}", pco2(&now));
}

#[test]
fn inv_part_of_an_acid_acts_at_once_and_the_rest_comes_to_the_steady_state() {
    let changes = [(ParamId::AcidTime, 0.5)];
    let mut live = Live::new(&healthy(&changes));
    let start = pco2(&live.snapshot());
    let acid = healthy(&[(ParamId::AcidTime, 0.5), (ParamId::BaseExcess, -10.0)]);
    let end = pco2(&solved(&acid));
    // The first quarter of an hour is for CO2 to be breathed out; acid of long standing would be halfway there.
    let slow = healthy(&[(ParamId::AcidTime, 8.0), (ParamId::BaseExcess, -10.0)]);
    let mut sudden = live.clone();
    sudden.set_params(&slow);
    live_for(&mut sudden, 3600);
    let share = (pco2(&sudden.snapshot()) - start) / (end - start);
    assert!((0.25..0.65).contains(&share), "{share}");
    live.set_params(&acid);
    live_for(&mut live, 6 * 3600);
    assert!((pco2(&live.snapshot()) - end).abs() < 0.1, "{} {end}", pco2(&live.snapshot()));
}

#[test]
fn val_weil_1970_low_oxygen_is_answered_in_ten_minutes() {
    // FiO2 0.12: V'E +12 to +42 %, PaCO2 falls by 2.5 to 8 mmHg; band over several series, recalled.
    let mut live = Live::new(&healthy(&[]));
    let (rest, before) = (minute(&live), pco2(&live.snapshot()));
    live.set_params(&healthy(&[(ParamId::Fio2, 0.12)]));
    live_for(&mut live, 600);
    let (rise, fall) = (minute(&live) / rest - 1.0, before - pco2(&live.snapshot()));
    assert!((0.12..0.42).contains(&rise), "{rise}");
    assert!((2.5..8.0).contains(&fall), "{fall}");
}

#[test]
fn val_rahn_otis_1949_acute_altitude_is_breathed_down() {
    // Rahn H, Otis AB, Am J Physiol 1949;157:445-462 (recalled): at 4,300 m, 458 mmHg, PaCO2 29.5 to 37 in the first hours.
    let now = solved(&healthy(&[(ParamId::Pb, 458.0)]));
    assert!((29.5..37.0).contains(&pco2(&now)), "{}", pco2(&now));
}

#[test]
fn val_aubier_1980_oxygen_in_copd_takes_breath_for_minutes_only() {
    let controls = [SwitchId::BreathingControl, SwitchId::Hpv];
    let mut live = Live::new(&turned_on("copd", &controls, &[]));
    let (rest, before) = (minute(&live), pco2(&live.snapshot()));
    live.set_params(&turned_on("copd", &controls, &[(ParamId::Fio2, 1.0)]));
    let mut least = rest;
    for _ in 0..300 {
        live_for(&mut live, 1);
        least = least.min(minute(&live));
    }
    assert!((-0.35..-0.10).contains(&(least / rest - 1.0)), "{}", least / rest - 1.0);
    live_for(&mut live, 1500);
    assert!((minute(&live) / rest - 1.0).abs() < 0.10, "{}", minute(&live) / rest - 1.0);
    live_for(&mut live, 1800);
    let rise = pco2(&live.snapshot()) - before;
    assert!((2.0..10.0).contains(&rise), "{rise}");
}

#[test]
fn inv_breathing_comes_to_rest_in_hypoxia_unless_the_loop_is_too_strong() {
    for percent in 10..=21 {
        let params = healthy(&[(ParamId::Fio2, f64::from(percent) / 100.0)]);
        assert_eq!(periodic_breathing(&params), None, "FiO2 {percent} %");
    }
    assert_eq!(periodic_breathing(&healthy(&[(ParamId::Pb, 458.0)])), None);
    for strong in [(ParamId::Co2Response, 4.0), (ParamId::HypoxicGain, 0.2)] {
        let swing = periodic_breathing(&healthy(&[(ParamId::Fio2, 0.14), strong])).expect("it swings");
        // Periodic breathing at altitude has cycles of 15 to 60 s (West JB, J Appl Physiol 1986, recalled).
        assert!((15.0..90.0).contains(&swing.period_s), "{swing:?}");
        assert!(swing.most_l_per_min > 1.05 * swing.least_l_per_min, "{swing:?}");
    }
}
