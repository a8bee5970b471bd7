//! The run: its fixed point, what it conserves, its order, its robustness and its work.
#![expect(clippy::print_stdout, reason = "the errors of the steps are the table of the README")]

mod part;

use isoshunt::numerics::float;
use isoshunt::scenario;
use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::play::player::Refused;
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::quantity::not_survivable;
use isoshunt::sim::reading::sampling::random_patient;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::time::{Live, STEP_S};
use isoshunt::text::display_units::DisplayUnits;
use rand::{RngExt, SeedableRng, rngs::StdRng};

fn run(live: &mut Live, seconds: f64) {
    for _ in 0..(seconds / STEP_S).round() as u64 {
        live.step();
    }
}

fn without_absorption(params: &Params) -> Params {
    let mut params = params.clone();
    params.set_switch(SwitchId::Absorption, "off").expect("an option");
    params
}

/// Largest distance of arterial and venous gases, mmHg.
fn distance_mmhg(a: &Snapshot, b: &Snapshot) -> f64 {
    let tensions = |s: &Snapshot| {
        let (art, ven) = (&s.state.arterial, &s.state.venous);
        [art.gas.po2_mmhg, art.gas.pco2_mmhg, art.pn2_mmhg, ven.gas.po2_mmhg, ven.gas.pco2_mmhg, ven.pn2_mmhg]
    };
    tensions(a).iter().zip(tensions(b)).fold(0.0, |most, (a, b)| f64::max(most, (a - b).abs()))
}

fn lost_share(live: &Live) -> f64 {
    let ledger = live.ledger();
    let (lost, turnover) = (ledger.lost_ml().to_array(), ledger.turnover_ml().to_array());
    (0..3).fold(0.0, |most, x| f64::max(most, lost[x].abs() / turnover[x].max(1.0)))
}

#[test]
fn inv_fast_cells_come_to_rest_where_they_have_no_memory() {
    let mut params = scenario::find("ards-recruitable").expect("built in").params.clone();
    params.set_switch(SwitchId::Hysteresis, "off").expect("an option");
    let steady = Model::new().snapshot(&params).expect("a steady state");
    let mut live = Live::new(&params.with(P::Peep, 12.0).expect("in range"));
    run(&mut live, 60.0);
    live.set_params(&params);
    run(&mut live, 4.0 * 3600.0);
    let distance = distance_mmhg(&live.snapshot(), &steady);
    assert!(distance < 0.2, "{distance} mmHg");
    let plateau = |s: &Snapshot| s.plateau_cmh2o();
    assert!((plateau(&live.snapshot()) - plateau(&steady)).abs() < 0.05);
}

#[test]
fn inv_the_steady_state_stays_where_it_is() {
    for scenario in scenario::builtin() {
        let mut params = without_absorption(&scenario.params);
        // Carbon monoxide that leaves is what does not stay.
        params.set_switch(SwitchId::CarbonMonoxide, "stays").expect("an option");
        let Ok(steady) = Model::new().snapshot(&params) else { continue };
        let mut live = Live::new(&params);
        assert!(distance_mmhg(&live.snapshot(), &steady) < 1e-6, "{}", scenario.id);
        run(&mut live, 600.0);
        let distance = distance_mmhg(&live.snapshot(), &steady);
        // Layers are balanced to a billionth of a cmH2O, and cells at their thresholds make more of it.
        let [close, same] = if params.mechanics() { [5e-3, 1e-5] } else { [1e-4, 1e-12] };
        assert!(distance < close, "{}: {distance:e} mmHg after 10 minutes", scenario.id);
        let units = live.snapshot();
        assert!((units.truth.shunt_frac - steady.truth.shunt_frac).abs() < same, "{}", scenario.id);
    }
}

/// How many built-in patients live through a day in `./check`; all do in `./check long`.
const DAYS: u64 = 4;

#[test]
fn inv_every_scenario_comes_to_its_steady_state_in_a_day() {
    // Disturbed by ten minutes of oxygen, or of air for who is on it; fat gives its nitrogen back over hours.
    let day = |scenario: &scenario::Scenario| {
        let mut params = without_absorption(&scenario.params);
        // Carbon monoxide that leaves is what does not come back.
        params.set_switch(SwitchId::CarbonMonoxide, "stays").expect("an option");
        let Ok(steady) = Model::new().snapshot(&params) else { return };
        let mut live = Live::new(&params);
        let other = if params.get(P::Fio2) > 0.9 { 0.5 } else { 1.0 };
        live.set_params(&params.with(P::Fio2, other).expect("in range"));
        run(&mut live, 600.0);
        assert!(distance_mmhg(&live.snapshot(), &steady) > 1.0, "{} was not disturbed", scenario.id);
        live.set_params(&params);
        run(&mut live, 24.0 * 3600.0);
        let distance = distance_mmhg(&live.snapshot(), &steady);
        assert!(distance < 0.1, "{}: {distance} mmHg after a day", scenario.id);
    };
    // A day of every patient takes minutes.
    let scenarios = scenario::builtin();
    let every = scenarios.len() / part::of(scenarios.len() as u64, DAYS) as usize;
    std::thread::scope(|scope| {
        let half = |k: usize| scope.spawn(move || scenarios.iter().skip(k * every).step_by(2 * every).for_each(day));
        let halves = [half(0), half(1)];
        halves.into_iter().for_each(|half| half.join().expect("no scenario misses"));
    });
}

#[test]
fn inv_feedbacks_plugs_diffusion_and_membranes_share_the_fixed_point() {
    let with = |base: &Params, switches: &[(SwitchId, &str)], values: &[(P, f64)]| {
        let mut params = base.clone();
        for (id, option) in switches {
            params.set_switch(*id, option).expect("an option");
        }
        params.set_all(values).expect("in range");
        params
    };
    let copd = scenario::find("copd").expect("built in").params.clone();
    let on = |id| (id, "on");
    let patients = [
        ("hpv", with(&copd, &[on(SwitchId::Hpv)], &[(P::Fio2, 0.4)])),
        ("hpv and a plug", with(&copd, &[on(SwitchId::Hpv)], &[(P::Fio2, 0.4), (P::PluggedShare, 0.2)])),
        (
            "plug and diffusion",
            with(&copd, &[on(SwitchId::DiffusionLimit)], &[(P::PluggedShare, 0.3), (P::Dlo2, 15.0)]),
        ),
        ("control", with(&Params::default(), &[on(SwitchId::BreathingControl)], &[(P::OpioidDepression, 0.6)])),
        ("control and hpv", with(&copd, &[on(SwitchId::BreathingControl), on(SwitchId::Hpv)], &[(P::Fio2, 0.3)])),
        ("membrane", with(&copd, &[on(SwitchId::Ecmo)], &[(P::Shunt, 0.6), (P::Sweep, 3.0)])),
        ("membrane and hpv", with(&copd, &[on(SwitchId::Ecmo), on(SwitchId::Hpv)], &[(P::Shunt, 0.5)])),
        (
            "membrane, lung open to O2",
            with(
                &copd,
                &[on(SwitchId::Ecmo), (SwitchId::Breathing, "apnoea"), (SwitchId::Airway, "open_to_oxygen")],
                &[(P::Sweep, 8.0)],
            ),
        ),
        (
            "membrane, lung shut",
            with(
                &copd,
                &[on(SwitchId::Ecmo), (SwitchId::Breathing, "apnoea"), (SwitchId::Airway, "closed")],
                &[(P::Sweep, 8.0)],
            ),
        ),
        ("leaking mask", with(&copd, &[], &[(P::MaskLeak, 0.4), (P::Fio2, 1.0)])),
        ("supply limited", with(&Params::default(), &[], &[(P::Hb, 4.0), (P::CardiacOutput, 3.0)])),
    ];
    for (name, params) in patients {
        let params = without_absorption(&params);
        let steady = Model::new().snapshot(&params).expect("a steady state");
        let mut live = Live::new(&params);
        run(&mut live, 600.0);
        let distance = distance_mmhg(&live.snapshot(), &steady);
        assert!(distance < 1e-4, "{name}: {distance:e} mmHg after 10 minutes of rest");
        // Disturbed, and back within hours.
        live.set_params(&params.with(P::Vo2, params.get(P::Vo2) * 1.2).expect("in range"));
        run(&mut live, 600.0);
        assert!(distance_mmhg(&live.snapshot(), &steady) > 0.5, "{name} was not disturbed");
        live.set_params(&params);
        run(&mut live, 4.0 * 3600.0);
        let now = live.snapshot();
        let distance = distance_mmhg(&now, &steady);
        assert!(distance < 0.1, "{name}: {distance} mmHg after 4 hours");
        let breath = (now.ventilation.alveolar_l_per_min - steady.ventilation.alveolar_l_per_min).abs();
        assert!(breath < 5e-3, "{name}: ventilation {breath} L/min off");
        let shunt = (now.truth.shunt_frac - steady.truth.shunt_frac).abs();
        // A shut lung that still holds gas is not yet shunt in the run.
        assert!(shunt < 1e-4 || name.ends_with("shut"), "{name}: shunt {shunt} off");
    }
}

#[test]
fn inv_a_circuit_that_lives_shares_the_fixed_point() {
    let copd = scenario::find("copd").expect("built in").params.clone();
    let with = |circuit: &str, diffusion: &str, values: &[(P, f64)]| {
        let mut params = copd.clone();
        let switches =
            [(SwitchId::Ecmo, "on"), (SwitchId::EcmoCircuit, circuit), (SwitchId::DiffusionLimit, diffusion)];
        for (id, option) in switches {
            params.set_switch(id, option).expect("an option");
        }
        params.set_all(values).expect("in range");
        without_absorption(&params)
    };
    let worn = [(P::Shunt, 0.6), (P::Sweep, 3.0), (P::MembraneCoat, 0.2), (P::MembraneClot, 0.1)];
    let near = [(P::Shunt, 0.5), (P::Dlo2, 12.0), (P::TipDistance, 8.0)];
    for (name, params, back_h) in
        [("worn", with("by_speed", "off", &worn), 3.0), ("diffusion in both lungs", with("by_flow", "on", &near), 0.5)]
    {
        let steady = Model::new().snapshot(&params).expect("a steady state");
        let mut live = Live::new(&params);
        run(&mut live, 300.0);
        let distance = distance_mmhg(&live.snapshot(), &steady);
        assert!(distance < 1e-4, "{name}: {distance:e} mmHg after 5 minutes of rest");
        live.set_params(&params.with(P::Vo2, params.get(P::Vo2) * 1.2).expect("in range"));
        run(&mut live, 300.0);
        let disturbed = distance_mmhg(&live.snapshot(), &steady);
        live.set_params(&params);
        run(&mut live, back_h * 3600.0);
        let distance = distance_mmhg(&live.snapshot(), &steady);
        assert!(disturbed > 0.5 && distance < 0.25 * disturbed, "{name}: {disturbed}, then {distance} mmHg");
    }
}

#[test]
fn inv_a_leaking_mask_costs_nitrogen_and_time() {
    let params = Params::default();
    let after = |leak: f64| {
        let mut live = Live::new(&params);
        let mut masked = params.with(P::Fio2, 1.0).expect("in range");
        masked.set(P::MaskLeak, leak).expect("in range");
        live.set_params(&masked);
        run(&mut live, 300.0);
        let n2_frac = live.end_tidal().expect("breathing").pn2_mmhg / 713.0;
        masked.set_switch(SwitchId::Breathing, "apnoea").expect("an option");
        live.set_params(&masked);
        let start_s = live.time_s();
        while live.saturation_art_frac() > 0.9 {
            live.step();
        }
        (n2_frac, live.time_s() - start_s)
    };
    let (tight, leaking) = (after(0.0), after(0.3));
    // The leak's own share of air stays: 0.3 of 79 %.
    assert!(tight.0 < 0.02 && (leaking.0 - 0.3 * 0.79).abs() < 0.04, "{tight:?} {leaking:?}");
    assert!(leaking.1 < 0.8 * tight.1, "{tight:?} {leaking:?}");
}

#[test]
fn inv_with_absorption_the_run_meets_the_steady_state_of_the_lung_that_is_left() {
    let mut params = scenario::find("copd").expect("built in").params.clone();
    params.set_all(&[(P::Peep, 0.0), (P::Mode2Ratio, 0.02), (P::Fio2, 0.3)]).expect("in range");
    let mut live = Live::new(&params);
    live.set_params(&params.with(P::Fio2, 1.0).expect("in range"));
    // On pure O2 a day leaves 0.2 mmHg of N2 in venous blood: fat takes longer.
    run(&mut live, 48.0 * 3600.0);
    assert!(live.collapsed_frac() > 0.01, "{}", live.collapsed_frac());
    let target = live.steady(&mut Model::new()).expect("a steady state");
    let distance = distance_mmhg(&live.snapshot(), &target);
    assert!(distance < 0.1, "{distance}");
    assert!((live.snapshot().truth.shunt_frac - target.truth.shunt_frac).abs() < 1e-9);
    // Without the collapse it would be another patient.
    let open = Model::new().snapshot(live.params()).expect("a steady state");
    assert!(distance_mmhg(&open, &target) > 1.0);
    // A jump leads there too.
    live.jump_to_steady().expect("a steady state");
    assert!(distance_mmhg(&live.snapshot(), &target) < 1e-6);
}

/// Who holds a saturation may use less than is set, and is not short of O2 for that.
#[test]
fn inv_a_run_that_holds_a_saturation_is_limited_where_supply_limits() {
    for (held, fio2, limited) in [(0.85, 0.21, false), (0.1, 1.0, true)] {
        let mut params =
            Params::default().with(P::HeldSvo2, held).expect("in range").with(P::Fio2, fio2).expect("in range");
        params.set_switch(SwitchId::Svo2Feedback, "held").expect("an option");
        let steady = Model::new().snapshot(&params).expect("a steady state");
        let mut live = Live::new(&params);
        run(&mut live, 60.0);
        let now = live.snapshot();
        assert_eq!([steady.state.supply_limited, now.state.supply_limited], [limited; 2], "{held}");
        let as_set = Params::default().get(P::Vo2);
        assert_eq!(now.state.vo2_ml_per_min < as_set, !limited, "{held}: {} of {as_set}", now.state.vo2_ml_per_min);
        for snapshot in [&steady, &now] {
            let reasons = not_survivable(snapshot, DisplayUnits::default());
            let said = reasons.iter().any(|reason| reason.contains("too little to bring Sv̄O₂ down to the 10 % held"));
            assert_eq!(said, limited, "{held}: {reasons:?}");
        }
    }
}

#[test]
fn inv_a_jump_takes_the_lung_behind_a_plug_along() {
    let mut live = Live::new(&Params::default());
    live.set_params(&Params::default().with(P::PluggedShare, 0.3).expect("in range"));
    run(&mut live, 60.0);
    assert!(live.snapshot().truth.shunt_frac < 0.1, "still full of gas");
    live.jump_to_steady().expect("a steady state");
    assert!(live.collapsed_frac() > 0.2);
    let target = live.steady(&mut Model::new()).expect("a steady state");
    let shunt_frac = live.snapshot().truth.shunt_frac;
    assert!((shunt_frac - target.truth.shunt_frac).abs() < 1e-9, "{shunt_frac}");
    run(&mut live, 600.0);
    assert!(distance_mmhg(&live.snapshot(), &target) < 1e-4);
    assert!(lost_share(&live) < 1e-6);
}

#[test]
fn inv_a_lung_whose_airway_opens_fills_at_once() {
    // Nothing is held open by PEEP, so what fills does so of itself.
    let air = Params::default().with(P::Peep, 0.0).expect("in range");
    let mut shut = air.clone();
    shut.set_switch(SwitchId::Breathing, "apnoea").expect("an option");
    shut.set_switch(SwitchId::Airway, "closed").expect("an option");
    let mut live = Live::new(&air);
    live.set_params(&shut);
    run(&mut live, 120.0);
    assert!(live.end_tidal().is_none());
    live.set_params(&air);
    live.step();
    assert!(live.snapshot().units.iter().all(|unit| unit.expired_l_per_min > 0.0));
    assert!(lost_share(&live) < 1e-6);
}

#[test]
fn inv_sweep_gas_below_its_uptake_is_all_used() {
    let mut params = Params::default().with(P::Sweep, 0.05).expect("in range");
    params.set_switch(SwitchId::Ecmo, "on").expect("an option");
    let steady = Model::new().snapshot(&params).expect("a steady state");
    let mut live = Live::new(&params);
    run(&mut live, 600.0);
    let distance = distance_mmhg(&live.snapshot(), &steady);
    assert!(distance < 1e-4, "{distance} mmHg");
    assert!(lost_share(&live) < 1e-6);
}

#[test]
fn inv_other_blood_meets_the_membrane_at_the_same_tensions() {
    let mut params = Params::default();
    params.set_switch(SwitchId::Ecmo, "on").expect("an option");
    let mut live = Live::new(&params);
    let pco2_mmhg = |live: &Live| live.snapshot().state.ecmo.expect("running").returned.gas.pco2_mmhg;
    let before = pco2_mmhg(&live);
    live.set_params(&params.with(P::BaseExcess, -20.0).expect("in range"));
    let after = pco2_mmhg(&live);
    assert!((after - before).abs() < 3.0, "{before} to {after} mmHg");
}

#[test]
fn inv_gas_is_conserved_through_an_hour_of_everything() {
    let mut params = Params::default();
    params.set_all(&[(P::Mode2Share, 0.1), (P::Mode2Ratio, 0.02), (P::Peep, 0.0)]).expect("in range");
    let mut live = Live::new(&params);
    let mut rng = StdRng::seed_from_u64(1);
    let switches: [(SwitchId, &str); 8] = [
        (SwitchId::Breathing, "apnoea"),
        (SwitchId::Airway, "closed"),
        (SwitchId::Ecmo, "on"),
        (SwitchId::Breathing, "ventilated"),
        (SwitchId::DiffusionLimit, "on"),
        (SwitchId::Ecmo, "off"),
        (SwitchId::Breathing, "spontaneous"),
        (SwitchId::DiffusionLimit, "off"),
    ];
    let changes = [
        (P::Fio2, 1.0),
        (P::PluggedShare, 0.3),
        (P::Frc, 1.2),
        (P::Hb, 9.0),
        (P::CardiacOutput, 8.0),
        (P::Mode1Units, 20.0),
        (P::Shunt, 0.3),
        (P::ArterialPool, 0.8),
        (P::PluggedShare, 0.0),
        (P::Pb, 500.0),
        (P::TissueCo2Slow, 80.0),
        (P::VenousLine, 1.0),
        (P::Frc, 3.0),
        (P::MembraneGas, 0.5),
        (P::Temperature, 39.0),
        (P::Pb, 760.0),
    ];
    for minute in 0..60 {
        let mut params = live.params().clone();
        if minute % 3 == 1 {
            let (id, value) = changes[(minute / 3) % changes.len()];
            params.set(id, value).expect("in range");
        }
        if minute % 7 == 3 {
            let (id, option) = switches[(minute / 7) % switches.len()];
            params.set_switch(id, option).expect("an option");
        }
        if minute % 11 == 5 {
            params.set(P::Fio2, rng.random_range(0.15..1.0)).expect("in range");
        }
        live.set_params(&params);
        run(&mut live, 60.0);
        let share = lost_share(&live);
        assert!(share < 1e-6, "minute {minute}: {:?} lost, {share:e} of turnover", live.ledger().lost_ml());
    }
    assert_eq!(live.work().unsettled, 0);
    // The ledger counts something.
    assert!(live.ledger().turnover_ml().o2 > 10_000.0);
}

#[test]
fn inv_the_order_is_two() {
    // FiO2 goes up and ventilation down; errors after 60 s against steps of 1/128 s.
    let params = Params::default();
    let mut start = Live::new(&params);
    let mut changed = params.with(P::Fio2, 0.6).expect("in range");
    changed.set(P::AlveolarVentilation, 2.0).expect("in range");
    start.set_params(&changed);
    let end = |steps_per_s: u32| {
        let mut live = start.clone();
        for _ in 0..60 * steps_per_s {
            live.step_of(1.0 / f64::from(steps_per_s));
        }
        let s = live.snapshot();
        [s.state.arterial.gas.po2_mmhg, s.state.arterial.gas.pco2_mmhg, s.units[25].po2_alv_mmhg]
    };
    let exact = end(128);
    let errors: Vec<[f64; 3]> = [2, 4, 8, 16]
        .map(|steps_per_s| {
            let now = end(steps_per_s);
            [0, 1, 2].map(|k| (now[k] - exact[k]).abs())
        })
        .into();
    for (errors, steps_per_s) in errors.iter().zip([2, 4, 8, 16]) {
        println!(
            "step 1/{steps_per_s} s: PaO2 {:.2e}, PaCO2 {:.2e}, PAO2 {:.2e} mmHg",
            errors[0], errors[1], errors[2]
        );
    }
    assert!(errors[0][0] < 0.02, "PaO2 is {} off with steps of 0.5 s", errors[0][0]);
    for pair in errors.windows(2) {
        let order = float::log2(pair[0][2] / pair[1][2]);
        assert!((1.7..2.4).contains(&order), "order {order}");
    }
}

#[test]
fn inv_every_patient_of_the_box_lives_through_every_change() {
    let lives = |seed: u64| -> Vec<String> {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut faults = Vec::new();
        let mut live = Live::new(&random_patient(&mut rng));
        for _ in 0..4 {
            run(&mut live, 30.0);
            let s = live.snapshot();
            let gas = &s.state.arterial.gas;
            let sound = [gas.po2_mmhg, gas.pco2_mmhg, s.state.venous.gas.po2_mmhg, s.state.venous.gas.pco2_mmhg]
                .iter()
                // Nobody's CO2 stops rising because it is more than the air presses on.
                .all(|p| p.is_finite() && *p >= 0.0 && *p < 1e5)
                && s.units
                    .iter()
                    .all(|unit| unit.po2_alv_mmhg >= 0.0 && unit.po2_alv_mmhg < 800.0 && unit.expired_l_per_min >= 0.0);
            if !sound {
                let worst = s.units.iter().map(|unit| (unit.po2_alv_mmhg, unit.expired_l_per_min));
                let worst = worst.fold([0.0, 0.0], |[p, e], unit| [f64::max(p, unit.0), f64::min(e, unit.1)]);
                faults.push(format!("seed {seed}: {gas:?}, PAO2 up to {}, expired from {}", worst[0], worst[1]));
            }
            let share = lost_share(&live);
            if share.is_nan() || share > 1e-6 {
                faults.push(format!("seed {seed}: {:?} mL lost", live.ledger().lost_ml()));
            }
            // A unit whose search fails at the shortest step stands still for it: rare and short.
            if live.work().unsettled > 4 {
                faults.push(format!("seed {seed}: {:?}", live.work()));
            }
            if !faults.is_empty() {
                break;
            }
            // Another patient altogether.
            live.set_params(&random_patient(&mut rng));
        }
        faults
    };
    let seeds: Vec<u64> = match std::env::var("ISOSHUNT_SEED") {
        Ok(seed) => vec![seed.parse().expect("a number")],
        Err(_) => (1..=part::of(120, 20)).collect(),
    };
    let faults: Vec<String> = std::thread::scope(|scope| {
        let (seeds, lives) = (&seeds, &lives);
        let half = |k: usize| scope.spawn(move || seeds.iter().skip(k).step_by(2).flat_map(|s| lives(*s)).collect());
        let halves: [std::thread::ScopedJoinHandle<'_, Vec<String>>; 2] = [half(0), half(1)];
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn regress_work_of_the_steps() {
    let params = Params::default();
    let mut live = Live::new(&params);
    run(&mut live, 60.0);
    let quiet = live.work();
    // Two stages of 50 units in 120 steps: one iteration each.
    assert_eq!((quiet.steps, quiet.rejected, quiet.iterations), (120, 0, 12_000));
    live.set_params(&params.with(P::Fio2, 1.0).expect("in range"));
    run(&mut live, 60.0);
    let stirred = live.work();
    assert!(stirred.iterations - quiet.iterations < 18_000, "{stirred:?}");
    assert!(stirred.rejected <= 12, "{stirred:?}");
}

/// Every built-in patient on his timeline, and random ones who jump and change: no step leaves what cannot be.
#[test]
fn inv_every_step_leaves_a_state_that_can_be() {
    let mut faults = Vec::new();
    for scenario in scenario::builtin() {
        let mut run = Run::new(&scenario.params, 1);
        let mut wrong = None;
        let end = scenario.timeline.as_ref().map_or(240, |timeline| timeline.duration_steps.min(3000));
        let played = scenario.player().run_to::<Refused>(&mut run, end, |run| {
            let at = || format!("{} at step {}", scenario.id, run.steps());
            wrong = wrong.take().or_else(|| run.live().check().err().map(|error| format!("{}: {error}", at())));
            Ok(())
        });
        played.expect("all of it can be done");
        faults.extend(wrong);
    }
    // From one corner of the box to the next as well.
    for seed in 0..part::of(150, 15) {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut run = Run::new(&random_patient(&mut rng), seed);
        for _ in 0..6 {
            let next = random_patient(&mut rng).changes_from(run.live().params());
            for action in [Action::Set(next), Action::JumpToSteady] {
                // Not every change can be made in one, and not everybody has a steady state.
                let _ = run.act(action);
                let mut look = |run: &Run| {
                    let fault = |error| format!("seed {seed}, step {}: {error}", run.steps());
                    faults.extend(run.live().check().err().map(fault));
                };
                look(&run);
                run.advance(1);
                look(&run);
                run.advance(rng.random_range(0..19));
                look(&run);
            }
        }
    }
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

/// Without N2 a search leaves O2 and CO2 that together fill more than the pressure there is: no unit of a run holds less
/// than nothing of N2 for that.
#[test]
fn regress_a_jump_on_pure_oxygen_leaves_no_gas_below_zero() {
    let mut params = scenario::find("healthy-young-adult").expect("built in").params.clone();
    params.set_switch(SwitchId::Mechanics, "on").expect("an option");
    let params = params.with(P::SuperimposedPressure, 25.0).and_then(|p| p.with(P::UnstressedShare, 0.1));
    let mut run = Run::new(&params.expect("allowed"), 1);
    run.advance(10);
    run.act(Action::Set(vec![scenario::Setting::Param(P::Fio2, 1.0)])).expect("allowed");
    run.advance(10);
    run.act(Action::JumpToSteady).expect("a steady state");
    for _ in 0..40 {
        assert_eq!(run.live().check(), Ok(()), "step {}", run.steps());
        run.step();
    }
}

fn patient_of(file: &str) -> scenario::Scenario {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/runs").join(file);
    scenario::parse(std::fs::read(path).expect("a file of the repository"), file).expect("a patient")
}

/// A fever of 2.2 L/min of CO2 at an output of almost nothing: there is no steady state, and the run began with mixed
/// venous blood of 5657 mmHg of CO2.
#[test]
fn regress_a_run_without_a_steady_state_begins_as_in_quiet_breathing() {
    let params = patient_of("no-steady-state.json").params;
    assert!(Model::new().snapshot(&params).is_err());
    let live = Live::new(&params);
    assert_eq!(live.check(), Ok(()));
    let venous = live.snapshot().state.venous.gas;
    let arterial = live.snapshot().state.arterial.gas;
    assert!((arterial.pco2_mmhg - 40.0).abs() < 0.1, "{}", arterial.pco2_mmhg);
    assert!((40.0..60.0).contains(&venous.pco2_mmhg), "{}", venous.pco2_mmhg);
    assert!((arterial.o2_ml_per_dl - venous.o2_ml_per_dl) < 5.01);
}

/// Breaths as large as their dead space leave a flow of rounding, and mixed expired gas is none of it.
#[test]
fn regress_a_flow_of_rounding_is_no_breath() {
    let scenario = patient_of("breath-of-rounding.json");
    let mut run = Run::new(&scenario.params, 1);
    let mut most = 0.0;
    let played = scenario.player().run_to::<Refused>(&mut run, 400, |run| {
        let now = run.live().snapshot();
        if let Ok(pco2_mmhg) = now.estimates.pco2_mixed_expired_mmhg {
            most = f64::max(most, pco2_mmhg);
        }
        Ok(())
    });
    played.expect("all of it can be done");
    assert!(most > 0.0 && most < 760.0, "{most}");
}
