//! A membrane lung that returns into the aorta: two bloods, who gets which, and the heart against the pump.

use isoshunt::physiology::aorta::Branch;
use isoshunt::physiology::cavae::Vein;
use isoshunt::physiology::criteria::{Facts, Verdict};
use isoshunt::physiology::flow_down::judge_flow_down;
use isoshunt::scenario;
use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::play::bedside::{Gases, row};
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::console::alarms;
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::sampling::random_patient;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};
use isoshunt::sim::steady::NoSteadyState;
use isoshunt::sim::time::{Live, STEP_S};
use isoshunt::units::DL_PER_L;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A lung with a shunt of 0.45 on FiO2 0.6, Hb 10, on a circuit as set.
fn shunted(mode: &str, changes: &[(P, f64)]) -> Params {
    let mut params = Params::default();
    params.set_switch(SwitchId::Ecmo, "on").expect("an option");
    params.set_switch(SwitchId::EcmoMode, mode).expect("an option");
    params.set_all(&[(P::Shunt, 0.45), (P::Fio2, 0.6), (P::Hb, 10.0)]).expect("within bounds");
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

/// The figures that the design of the aorta gave: of a heart that gives 0.35 of the flow the right arm has a PO2 of about
/// 47 mmHg and the leg one of about 586.
#[test]
fn regress_right_arm_and_leg_where_the_heart_gives_a_third() {
    let now = solved(&shunted("va", &[(P::CardiacOutput, 2.1), (P::PumpFlow, 3.9)]));
    let [native, arm, leg] = ["native_flow_frac", "po2_right_arm_mmhg", "po2_leg_mmhg"].map(|key| read(&now, key));
    println!("native {native:.3}: right arm {arm:.1}, leg {leg:.0} mmHg");
    assert!((native - 0.35).abs() < 1e-9);
    assert!((35.0..=60.0).contains(&arm) && leg > 350.0, "{arm} {leg}");
    // All arteries mixed are neither.
    assert!((arm + 50.0..leg - 50.0).contains(&read(&now, "po2_art_mmhg")));
    // The nearer to the valve the more of the heart's blood; indices of one arterial blood are none.
    let of = |branch| now.branch(branch).expect("two bloods").gas.o2_ml_per_dl;
    assert!(of(Branch::Coronary) <= of(Branch::LeftArm) && of(Branch::LeftArm) < of(Branch::Legs));
    for key in ["venous_admixture_frac", "aa_gradient_mmhg", "native_admixture_frac"] {
        let why = Quantity::from_key(key).expect("a key").read(&now).expect_err("of neither");
        assert!(why.to_string().contains("two bloods"), "{key}: {why}");
    }
}

/// What the design of the veins gave at a heart of 3 and a pump of 3 L/min: 50 mmHg at the right arm, 588 at the leg, 0.64
/// and 0.80 in the superior and the inferior vein.
#[test]
fn regress_two_caval_bloods() {
    let at = |ratio: f64| {
        let flows = [(P::CardiacOutput, 3.0), (P::PumpFlow, 3.0), (P::MembraneShunt, 0.06), (P::Hb, 11.0)];
        solved(&shunted("va", &flows).with(P::SuperiorDrainage, ratio).expect("in range"))
    };
    let [inferior, superior] = [0.35, 2.5].map(at);
    let of = |now: &Snapshot| {
        ["po2_right_arm_mmhg", "po2_leg_mmhg", "so2_superior_cava_frac", "so2_inferior_cava_frac", "so2_right_arm_frac"]
            .map(|key| read(now, key))
    };
    let ([arm, leg, svc, ivc, poor], [.., better]) = (of(&inferior), of(&superior));
    println!("right arm {arm:.1}, leg {leg:.0} mmHg; SVC {svc:.3}, IVC {ivc:.3}; right arm {poor:.3} to {better:.3}");
    assert!((arm - 50.0).abs() < 8.0 && (leg - 588.0).abs() < 25.0, "{arm} {leg}");
    assert!((svc - 0.64).abs() < 0.05 && (ivc - 0.80).abs() < 0.05, "{svc} {ivc}");
    // Drained of the superior vein, the lungs get the better blood. Published of sheep (title only): it corrects the arm.
    assert!((0.01..0.06).contains(&(better - poor)), "{poor} {better}");
    assert!(read(&inferior, "so2_coronary_sinus_frac") < svc - 0.1);
    // The body gets what both give, whatever is drained where.
    for now in [&inferior, &superior] {
        let blood = Vein::ALL.map(|vein| now.vein(vein).expect("three veins").gas.o2_ml_per_dl);
        let all: f64 = Vein::ALL.iter().map(|vein| vein.shares()[0] * blood[*vein as usize]).sum();
        assert!((all - now.state.venous.gas.o2_ml_per_dl).abs() < 1e-9);
    }
}

/// The more is returned to the vein, the better the blood that the heart ejects: steadily, and by more than a hand's
/// oximeter errs.
#[test]
fn inv_blood_returned_to_the_vein_helps_the_right_arm() {
    let at = |share: f64| {
        let now = solved(&shunted("vav", &[(P::CardiacOutput, 3.0), (P::PumpFlow, 4.0), (P::ReturnToVein, share)]));
        read(&now, "so2_right_arm_frac")
    };
    let rising = [0.0, 0.1, 0.2, 0.3, 0.4].map(at);
    println!("right arm by share to the vein: {rising:.3?}");
    assert!(rising.windows(2).all(|pair| pair[1] > pair[0] + 0.002), "{rising:?}");
    assert!(rising[4] > rising[0] + 0.03);
    let none = solved(&shunted("va", &[(P::CardiacOutput, 3.0), (P::PumpFlow, 4.0)]));
    assert!((read(&none, "so2_right_arm_frac") - rising[0]).abs() < 1e-12, "none to the vein is veno-arterial");
}

/// In time the patient goes to the steady state, blood of the right arm and of the leg is drawn as it is, the oximeter is
/// on the right hand, and no gas is lost.
#[test]
fn inv_in_time_both_bloods_are_those_of_the_steady_state() {
    let patient = scenario::find("va-ecmo").expect("built in").params.with(P::AnalyserError, 0.0).expect("in range");
    let mut run = Run::new(&patient.with(P::HeartStrength, 0.5).expect("in range"), 1);
    run.act(Action::Set(vec![isoshunt::sim::params::Setting::Param(P::HeartStrength, 0.7)])).expect("allowed");
    run.advance((2400.0 / STEP_S) as u64);
    let steady = solved(&patient.with(P::HeartStrength, 0.7).expect("in range"));
    let now = run.live().snapshot();
    for key in ["so2_right_arm_frac", "so2_leg_frac", "so2_brain_right_frac", "so2_art_frac", "so2_ven_frac"] {
        assert!(
            (read(&now, key) - read(&steady, key)).abs() < 2e-3,
            "{key}: {} {}",
            read(&now, key),
            read(&steady, key)
        );
    }
    for site in ["right_arm", "leg"] {
        run.act(Action::Sample(site.parse().expect("a site"))).expect("allowed");
    }
    let [arm, leg] = [0, 1].map(|i| run.samples()[i].reported.saturation_frac);
    assert!((arm - read(&now, "so2_right_arm_frac")).abs() < 1e-4 && leg > arm + 0.05, "{arm} {leg}");
    run.act(Action::Sample("arterial".parse().expect("a site"))).expect("allowed");
    assert!(
        (run.samples()[2].reported.po2_mmhg - run.samples()[0].reported.po2_mmhg).abs() < 1e-9,
        "the line is there"
    );
    assert!((read(&now, "po2_art_at_37_mmhg") - run.samples()[2].reported.po2_mmhg).abs() < 0.01);
    let hand = run.readings().spo2_frac.expect("a pulse");
    assert!((hand - arm).abs() < 0.03, "{hand} {arm}");
    let lost = run.live().ledger().lost_ml();
    assert!(lost.to_array().iter().all(|ml| ml.abs() < 1e-6), "{lost:?}");
}

/// A pump loads the heart: more of it, less native output and, in a heart that fails, a fuller left atrium; less resistance
/// mends that. Into a higher pressure the same speed gives less.
#[test]
fn inv_the_heart_against_the_pump() {
    let mut failing = scenario::find("va-ecmo").expect("built in").params.clone();
    failing.set_all(&[(P::HeartStrength, 0.25)]).expect("in range");
    let at = |speed: f64, wood: f64| {
        solved(
            &failing.with(P::PumpSpeed, speed).and_then(|at| at.with(P::SystemicResistance, wood)).expect("in range"),
        )
    };
    let [slow, fast] = [2000.0, 3000.0].map(|speed| at(speed, 13.0));
    assert!(read(&fast, "output_now_l_per_min") < read(&slow, "output_now_l_per_min") - 0.2);
    assert!(read(&fast, "left_atrium_now_mmhg") > read(&slow, "left_atrium_now_mmhg") + 3.0);
    assert!(read(&fast, "arterial_pressure_mmhg") > read(&slow, "arterial_pressure_mmhg") + 5.0);
    let dilated = at(3000.0, 9.0);
    assert!(read(&dilated, "left_atrium_now_mmhg") < read(&fast, "left_atrium_now_mmhg") - 5.0);
    assert!(read(&dilated, "pump_flow_now_l_per_min") > read(&fast, "pump_flow_now_l_per_min") + 0.1);
    assert!(alarms(&fast).iter().any(|alarm| alarm.contains("distended")), "{:?}", alarms(&fast));
    // Flows and pressures are those of each other: resistance times what the body gets, above the right atrium.
    let mean = 13.0 * read(&fast, "systemic_flow_l_per_min") + read(&fast, "right_atrial_pressure_mmhg").max(0.0);
    assert!((mean - read(&fast, "arterial_pressure_mmhg")).abs() < 1e-9);
    let given = read(&fast, "systemic_flow_l_per_min") - read(&fast, "output_now_l_per_min");
    assert!((given - read(&fast, "pump_flow_now_l_per_min")).abs() < 1e-8, "{given}");
    // What is set beyond what the veins return is not given, and said.
    let mut greedy = failing.clone();
    greedy.set_all(&[(P::PumpFlow, 8.0), (P::MeanSystemicPressure, 8.0)]).expect("in range");
    greedy.set_switch(SwitchId::EcmoCircuit, "as_set").expect("an option");
    let now = solved(&greedy);
    assert!(now.bypass.expect("it runs").limited && now.systemic_l_per_min() < 8.0);
    assert!(alarms(&now).iter().any(|alarm| alarm.starts_with("the veins give no more")), "{:?}", alarms(&now));
}

/// A vent of the left atrium empties it and costs neither flow to the body nor gas; a leg without a cannula of its own is
/// pale. What is vented passes the membrane.
#[test]
fn regress_a_vent_empties_the_left_heart() {
    let mut failing = scenario::find("va-ecmo").expect("built in").params.clone();
    failing.set_switch(SwitchId::EcmoMode, "va").expect("an option");
    failing.set_all(&[(P::HeartStrength, 0.25), (P::PumpSpeed, 3000.0)]).expect("in range");
    let at = |vent: f64| solved(&failing.with(P::Vent, vent).expect("in range"));
    let [none, half, one] = [0.0, 0.5, 1.0].map(at);
    let atrium = [&none, &half, &one].map(|now| read(now, "left_atrium_now_mmhg"));
    println!("left atrium {atrium:.1?} mmHg; vented {:.2}", read(&one, "vent_flow_now_l_per_min"));
    assert!(atrium[1] < atrium[0] - 4.0 && atrium[2] < atrium[1] - 2.0, "{atrium:?}");
    assert!((read(&half, "vent_flow_now_l_per_min") - 0.5).abs() < 1e-9);
    assert!(read(&one, "systemic_flow_l_per_min") > read(&none, "systemic_flow_l_per_min") - 0.3);
    assert!(alarms(&none).iter().any(|alarm| alarm.contains("a vent")), "{:?}", alarms(&none));
    // In time as in the steady state, and no gas is lost.
    let mut live = Live::new(&failing.with(P::Vent, 0.3).expect("in range"));
    live.set_params(&failing.with(P::Vent, 0.8).expect("in range"));
    (0..4800).for_each(|_| live.step());
    let (now, steady) = (live.snapshot(), at(0.8));
    for key in ["so2_right_arm_frac", "so2_leg_frac", "so2_superior_cava_frac", "so2_drained_frac", "so2_ven_frac"] {
        assert!(
            (read(&now, key) - read(&steady, key)).abs() < 3e-3,
            "{key}: {} {}",
            read(&now, key),
            read(&steady, key)
        );
    }
    let lost = live.ledger().lost_ml();
    assert!(lost.to_array().iter().all(|ml| ml.abs() < 1e-6), "{lost:?}");
    let leg = |given: f64| solved(&failing.with(P::LegPerfusion, given).expect("in range"));
    assert!(read(&leg(0.3), "cannulated_leg_flow_frac") > read(&leg(0.0), "cannulated_leg_flow_frac") + 0.2);
    assert!(alarms(&leg(0.0)).iter().any(|alarm| alarm.starts_with("the leg below")));
    assert!(!alarms(&leg(0.3)).iter().any(|alarm| alarm.starts_with("the leg below")));
}

/// The failing heart of the design: against 3 L/min its left atrium is at 30, 13, 8 and 5 mmHg at resistances of 16, 13, 11
/// and 8. The form here is another, and its heart fuller: it falls in the same sense, by less.
#[test]
fn regress_a_failing_heart_by_resistance() {
    let mut failing = scenario::find("va-ecmo").expect("built in").params.clone();
    failing.set_switch(SwitchId::EcmoMode, "va").expect("an option");
    failing.set_switch(SwitchId::EcmoCircuit, "as_set").expect("an option");
    failing.set_all(&[(P::HeartStrength, 0.25), (P::PumpFlow, 3.0), (P::LeftAtrium, 6.0)]).expect("in range");
    let at = |wood: f64| {
        let now = solved(&failing.with(P::SystemicResistance, wood).expect("in range"));
        [read(&now, "left_atrium_now_mmhg"), read(&now, "output_now_l_per_min")]
    };
    let found = [16.0, 13.0, 11.0, 8.0].map(at);
    println!("left atrium and output at 16, 13, 11, 8: {found:.1?}");
    assert!(found.windows(2).all(|pair| pair[1][0] < pair[0][0] - 0.5 && pair[1][1] > pair[0][1]), "{found:?}");
    assert!((1.5..3.0).contains(&(found[0][0] / found[3][0])), "{found:?}");
}

/// A heart that has recovered stands the trial, one that has not is named by what fails, and a heart whose lung is bad is
/// told to want a lung (Aissaoui 2011, abstract only).
#[test]
fn val_aissaoui_2011_a_heart_is_tried() {
    let tried = |strength: f64, lung: f64| {
        let mut patient = scenario::find("va-ecmo").expect("built in").params.clone();
        patient
            .set_all(&[
                (P::HeartStrength, strength),
                (P::Consolidated, lung),
                (P::Collapsible, 0.1),
                (P::SystemicResistance, 15.0),
            ])
            .expect("in range");
        let mut run = Run::new(&patient, 1);
        run.act(Action::Move("flow_down".parse().expect("a move"))).expect("possible");
        let mut rows = vec![row(&run, Gases::Truth)];
        for _ in 0..11 {
            run.advance((300.0 / STEP_S) as u64);
            rows.push(row(&run, Gases::Truth));
        }
        let flows: Vec<f64> = rows.iter().filter_map(|row| row.into_aorta).map(|pump| pump.flow_l_per_min).collect();
        println!(
            "strength {strength}, consolidated {lung}: flows {flows:.1?}, {:?}",
            judge_flow_down(&rows, &Facts::default())
        );
        judge_flow_down(&rows, &Facts::default())
    };
    assert!(matches!(tried(1.0, 0.05), Verdict::Met { .. }));
    let Verdict::NotMet { parts } = tried(0.25, 0.05) else { panic!("a weak heart passes") };
    assert!(parts.iter().any(|part| part.contains("stroke")), "{parts:?}");
    let Verdict::NotMet { parts } = tried(1.0, 0.6) else { panic!("a bad lung passes") };
    assert!(parts.iter().any(|part| part.contains("right arm")), "{parts:?}");
}

/// A trial of the heart, and what makes no sense where blood goes into the aorta.
#[test]
fn inv_moves_where_blood_goes_into_the_aorta() {
    let patient = scenario::find("va-ecmo").expect("built in").params.with(P::HeartStrength, 0.8).expect("in range");
    let mut run = Run::new(&patient, 1);
    let flow = |run: &Run| read(&run.live().snapshot(), "pump_flow_now_l_per_min");
    let before = flow(&run);
    run.act(Action::Move("flow_down".parse().expect("a move"))).expect("possible");
    let mut flows = Vec::new();
    for _ in 0..3 {
        run.advance((800.0 / STEP_S) as u64);
        flows.push(flow(&run));
        run.advance((100.0 / STEP_S) as u64);
    }
    run.advance((360.0 / STEP_S) as u64);
    println!("{before:.1}: {flows:.1?}, {:.1}", flow(&run));
    assert!(flows.windows(2).all(|pair| pair[1] < pair[0] - 0.2) && flows[0] < before - 0.4, "{flows:?}");
    assert!((flow(&run) - before).abs() < 0.2);
    let refused = |run: &mut Run, text: &str| {
        run.act(Action::Move(text.parse().expect("a move"))).expect_err("refused").to_string()
    };
    assert!(refused(&mut run, "sweep_off").contains("aorta"));
    let mut veno_venous = patient.clone();
    veno_venous.set_switch(SwitchId::EcmoMode, "vv").expect("an option");
    assert!(refused(&mut Run::new(&veno_venous, 1), "flow_down").contains("sweep gas"));
    let mut arterial = patient.clone();
    arterial.set_switch(SwitchId::EcmoMode, "va").expect("an option");
    assert!(refused(&mut Run::new(&arterial, 1), "reposition").contains("nothing recirculates"));
}

/// Of random patients with such a circuit: the bloods of the branches make up that of all arteries, the body uses what it
/// is given, and the run begins where the steady state is.
#[test]
fn inv_random_patients_keep_their_blood() {
    let mut rng = StdRng::seed_from_u64(0x5eed_0a0a);
    let (mut found, mut lost) = (0, 0);
    for i in 0..240 {
        let mut patient = random_patient(&mut rng);
        patient.set_switch(SwitchId::Ecmo, "on").expect("an option");
        patient.set_switch(SwitchId::EcmoMode, ["va", "vav"][i % 2]).expect("an option");
        patient.set(P::ReturnToVein, 0.09 * (i % 11) as f64).expect("in range");
        let vent = if i % 4 == 0 { 0.25 * (i % 6) as f64 } else { 0.0 };
        let ratio = [0.35, 1.0, 2.5][i % 3];
        patient.set_all(&[(P::Vent, vent), (P::SuperiorDrainage, ratio)]).expect("in range");
        let now = match Model::new().snapshot(&patient) {
            Ok(now) => now,
            Err(NoSteadyState::NotConverged { .. }) => {
                lost += 1;
                continue;
            }
            Err(_) => continue,
        };
        found += 1;
        let of = |branch: &Branch| branch.shares()[0] * now.branch(*branch).expect("two bloods").gas.o2_ml_per_dl;
        let (arterial, venous) = (now.state.arterial.gas.o2_ml_per_dl, now.state.venous.gas.o2_ml_per_dl);
        let apart = Branch::ALL.iter().map(of).sum::<f64>() - arterial;
        // Blood of known contents is found to some parts in ten thousand millions of them.
        assert!(apart.abs() < 1e-8, "patient {i}: {apart:e}");
        let used = DL_PER_L * now.systemic_l_per_min() * (arterial - venous);
        assert!((used / now.state.vo2_ml_per_min - 1.0).abs() < 1e-7, "patient {i}: {used}");
        if i % 8 == 0 && !patient.breathing_controlled() && patient.held_svo2_frac().is_none() {
            let mut live = Live::new(&patient);
            (0..20).for_each(|_| live.step());
            let apart = live.arterial().gas.saturation_frac - now.state.arterial.gas.saturation_frac;
            assert!(apart.abs() < 0.02, "patient {i}: {apart}");
        }
    }
    println!("{found} with a steady state, {lost} without convergence");
    assert!(found > 70 && lost <= 1, "{found} {lost}");
}

/// By speed and at his own resistance the patient of the library is tried as well: the move asks for flow, whatever speed
/// gives it. A gas drawn before the trial says nothing of it.
#[test]
fn inv_a_trial_comes_down_by_speed_and_asks_for_a_gas_of_its_own() {
    let mut patient = scenario::find("va-ecmo").expect("built in").params.clone();
    patient.set_switch(SwitchId::EcmoCircuit, "by_speed").expect("an option");
    patient.set_all(&[(P::HeartStrength, 1.0), (P::Consolidated, 0.2), (P::Collapsible, 0.34)]).expect("in range");
    let verdict = |draws_within: bool| {
        let mut run = Run::new(&patient, 1);
        let draw = |run: &mut Run| run.act(Action::Sample("right_arm".parse().expect("an order"))).expect("allowed");
        draw(&mut run);
        run.advance((600.0 / STEP_S) as u64);
        run.act(Action::Move("flow_down".parse().expect("a move"))).expect("possible");
        let mut rows = vec![row(&run, Gases::LastSample)];
        for minute in (5..=55).step_by(5) {
            run.advance((300.0 / STEP_S) as u64);
            if draws_within && minute == 35 {
                draw(&mut run);
            }
            rows.push(row(&run, Gases::LastSample));
        }
        let least = rows.iter().filter_map(|row| row.into_aorta).map(|pump| pump.flow_l_per_min).fold(9.0, f64::min);
        assert!((0.9..=1.1).contains(&least), "the pump comes down to a litre: {least}");
        run.advance((600.0 / STEP_S) as u64);
        assert!(run.live().params().option(SwitchId::EcmoCircuit) == "by_speed", "as before");
        judge_flow_down(&rows, &Facts::default())
    };
    let poor = "PaO2 of the right arm at least 60 (else the lung is wanting: VV)";
    let Verdict::Unknown { parts } = verdict(false) else { panic!("a gas of before counts: {:?}", verdict(false)) };
    assert_eq!(parts, [poor]);
    let Verdict::NotMet { parts } = verdict(true) else { panic!("a poor arm passes: {:?}", verdict(true)) };
    assert!(parts.contains(&poor), "{parts:?}");
}
