//! What moves by itself: a membrane that ages, blood that is lost, heat, carbon monoxide that leaves.

use isoshunt::physiology::carbon_monoxide::half_life_min;
use isoshunt::sim::params::{ParamId as P, Params, Setting, SwitchId};
use isoshunt::sim::play::run::{Action, Event, Run, RunState};
use isoshunt::sim::reading::console::alarms;
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::sampling::random_patient;
use isoshunt::sim::time::STEP_S;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A lung that gives next to nothing on a circuit by flow.
fn on_circuit(switches: &[(SwitchId, &str)], changes: &[(P, f64)]) -> Params {
    let mut params = Params::default();
    for (id, option) in [(SwitchId::Ecmo, "on"), (SwitchId::EcmoCircuit, "by_flow")].iter().chain(switches) {
        params.set_switch(*id, option).expect("an option");
    }
    let usual =
        [(P::Shunt, 0.8), (P::CardiacOutput, 6.0), (P::Hb, 10.0), (P::MembraneShunt, 0.06), (P::Mode1Units, 5.0)];
    params.set_all(&usual).expect("within bounds");
    params.set_all(changes).expect("within bounds");
    params
}

fn minutes(run: &mut Run, minutes: f64) {
    run.advance((minutes * 60.0 / STEP_S).round() as u64);
}

#[track_caller]
fn read(run: &Run, key: &str) -> f64 {
    Quantity::from_key(key).expect("a key").read(&run.live().snapshot()).expect("a value")
}

fn told(run: &Run, part: &str) -> bool {
    alarms(&run.live().snapshot()).iter().any(|alarm| alarm.contains(part))
}

fn make(run: &mut Run, made: &str) {
    run.act(Action::Move(made.parse().expect("a move"))).expect("possible");
}

#[track_caller]
fn nothing_is_lost(run: &Run) {
    let lost = run.live().ledger().lost_ml();
    assert!(lost.to_array().iter().all(|ml| ml.abs() < 1e-5), "{lost:?}");
}

/// COHb halves in 320 min on air at a PO2 of 100 mmHg, this patient's is below (Peterson & Stewart 1970, recalled), and in 74 ± 25 min on pure O2 (Weaver 2000); a
/// patient in whom it stays, stays.
#[test]
fn val_weaver_2000_carbon_monoxide_leaves_by_po2() {
    let halves = |fio2: f64, option: &str| {
        let mut params = Params::default();
        params.set_switch(SwitchId::CarbonMonoxide, option).expect("an option");
        params.set_all(&[(P::Cohb, 0.3), (P::Fio2, fio2), (P::Mode1Units, 5.0)]).expect("within bounds");
        let mut run = Run::new(&params, 1);
        let mut after: f64 = 0.0;
        while run.live().params().get(P::Cohb) > 0.15 && after < 500.0 {
            minutes(&mut run, 5.0);
            after += 5.0;
        }
        nothing_is_lost(&run);
        after
    };
    let [air, oxygen] = [0.21, 1.0].map(|fio2| halves(fio2, "leaves"));
    println!("COHb halves in {air} min on air, {oxygen} on O2");
    assert!((300.0..400.0).contains(&air) && (oxygen - 74.0).abs() < 25.0, "{air} {oxygen}");
    assert!(halves(1.0, "stays") >= 500.0);
    assert!((half_life_min(100.0) - 320.0).abs() < 1e-9);
}

/// A membrane that ages twenty times as fast: clot in half a day, told by pressure; O2 fails by coat; a new one mends both,
/// and wear begins anew. Saved and opened on the way, the run is the same.
#[test]
fn regress_a_membrane_ages_and_is_exchanged() {
    let fast = [(P::Clotting, 5.0), (P::Coating, 4.0), (P::Sweep, 6.0)];
    let mut run = Run::new(&on_circuit(&[(SwitchId::EcmoAgeing, "on")], &fast), 1);
    let [fall, po2] = ["membrane_pressure_fall_mmhg", "po2_returned_mmhg"].map(|key| read(&run, key));
    minutes(&mut run, 600.0);
    let text = serde_json::to_string(&(run.state(), run.events())).expect("finite numbers");
    let (state, events): (RunState, Vec<Event>) = serde_json::from_str(&text).expect("what was written");
    let mut opened = Run::restore(run.initial(), run.seed(), events, run.steps(), state).expect("what was saved");
    for run in [&mut run, &mut opened] {
        minutes(run, 360.0);
    }
    assert_eq!(run.state(), opened.state());
    assert_eq!(run.live().params(), opened.live().params());
    let worn = ["membrane_pressure_fall_mmhg", "po2_returned_mmhg"].map(|key| read(&run, key));
    let clot = run.live().params().get(P::MembraneClot);
    println!("clot {clot:.2}: {fall:.0} to {:.0} mmHg, returned PO2 {po2:.0} to {:.0}", worn[0], worn[1]);
    // 16 hours at twenty times the pace are 13 days.
    assert!((0.3..0.5).contains(&clot), "{clot}");
    assert!(worn[0] > fall + 20.0 && worn[1] < 0.6 * po2, "{worn:?}");
    make(&mut run, "exchange_membrane");
    minutes(&mut run, 30.0);
    assert!(run.live().params().get(P::MembraneClot) < 0.02);
    assert!((read(&run, "membrane_pressure_fall_mmhg") - fall).abs() < 3.0);
    assert!(read(&run, "po2_returned_mmhg") > 0.85 * po2);
    nothing_is_lost(&run);
    // Off, nothing moves.
    let mut still = Run::new(&on_circuit(&[], &fast), 1);
    minutes(&mut still, 60.0);
    assert_eq!(still.live().params(), still.initial());
}

/// Water in the fibres: PCO2 rises and no pressure tells of it; a flush mends it, a new membrane is not needed.
#[test]
fn inv_water_in_the_fibres_is_no_clot() {
    let slow = [(P::Sweep, 1.5), (P::MembraneWater, 0.4), (P::Vo2, 150.0)];
    let mut run = Run::new(&on_circuit(&[(SwitchId::EcmoAgeing, "on")], &slow), 1);
    let fall = read(&run, "membrane_pressure_fall_mmhg");
    let new = Run::new(&on_circuit(&[(SwitchId::EcmoAgeing, "on")], &[slow[0], slow[2]]), 1);
    let before = read(&new, "pco2_returned_mmhg");
    let begins = read(&run, "pco2_returned_mmhg");
    minutes(&mut run, 120.0);
    let wet = read(&run, "pco2_returned_mmhg");
    assert!(begins > before + 2.0 && wet > begins + 0.2, "{before} {begins} {wet}");
    assert!((read(&run, "membrane_pressure_fall_mmhg") - fall).abs() < 1.0);
    assert!(told(&run, "try a flush of the fibres"));
    make(&mut run, "flush_membrane");
    minutes(&mut run, 120.0);
    let dry = read(&run, "pco2_returned_mmhg");
    println!("returned PCO2 {before:.1}, wet {wet:.1}, flushed {dry:.1}");
    assert!(dry < wet - 0.6 * (wet - before) && !told(&run, "try a flush of the fibres"), "{dry}");
    assert!((run.live().params().get(P::Sweep) - 1.5).abs() < 1e-12);
    let mut none = Run::new(&Params::default(), 1);
    none.act(Action::Move("flush_membrane".parse().expect("a move"))).expect_err("no membrane lung");
}

/// Too much heparin costs blood, too little costs the membrane, and a transfusion adds to what is left.
#[test]
fn inv_heparin_is_paid_for() {
    let at = |anti_xa: f64| {
        let mut run = Run::new(&on_circuit(&[(SwitchId::EcmoAgeing, "on")], &[(P::AntiXa, anti_xa)]), 1);
        minutes(&mut run, 240.0);
        run
    };
    let [little, usual, mut much] = [0.1, 0.5, 0.9].map(at);
    let hb = |run: &Run| run.live().params().get(P::Hb);
    let clot = |run: &Run| run.live().params().get(P::MembraneClot);
    assert!((hb(&usual) - 10.0).abs() < 1e-9 && (10.0 - hb(&much) - 0.5 / 6.0).abs() < 1e-3, "{}", hb(&much));
    assert!(clot(&little) > 2.5 * clot(&usual) && (clot(&much) - clot(&usual)).abs() < 1e-9);
    assert!(told(&little, "clots sooner") && told(&much, "blood is lost") && !told(&usual, "anti-Xa"));
    let left = hb(&much);
    make(&mut much, "transfuse");
    assert!((hb(&much) - left - 1.0).abs() < 1e-9);
    nothing_is_lost(&much);
}

/// A pump that sucks hard breaks red cells; with less speed they heal.
#[test]
fn inv_suction_breaks_red_cells() {
    let narrow = [(P::DrainageCannula, 19.0), (P::PumpFlow, 4.0)];
    let mut run = Run::new(&on_circuit(&[(SwitchId::EcmoAgeing, "on")], &narrow), 1);
    assert!(read(&run, "plasma_hb_mg_per_dl") <= 0.0);
    minutes(&mut run, 300.0);
    let (inlet, broken) = (read(&run, "pump_inlet_mmhg"), read(&run, "plasma_hb_mg_per_dl"));
    println!("{inlet:.0} mmHg before the pump: plasma Hb {broken:.0} mg/dL");
    assert!(inlet < -150.0 && broken > 50.0 && told(&run, "breaks red cells"), "{inlet} {broken}");
    assert!(run.live().params().get(P::Hb) < 10.0 - 0.01);
    run.act(Action::Set(vec![Setting::Param(P::PumpFlow, 2.0)])).expect("allowed");
    minutes(&mut run, 300.0);
    assert!(read(&run, "plasma_hb_mg_per_dl") < 0.4 * broken && !told(&run, "breaks red cells"));
}

/// The heat exchanger takes a fever, and with it 7 % of the O2 consumption a degree; not heated, a circuit cools.
#[test]
fn inv_a_heat_exchanger_takes_a_fever() {
    let fever = [(P::Temperature, 39.5), (P::HeatSet, 36.5), (P::PumpFlow, 4.0), (P::Vo2, 300.0)];
    let mut run = Run::new(&on_circuit(&[(SwitchId::HeatExchange, "on")], &fever), 1);
    minutes(&mut run, 120.0);
    let now = run.live().params();
    let vo2 = 300.0 * isoshunt::numerics::float::pow(0.93, 39.5 - now.get(P::Temperature));
    assert!((now.get(P::Temperature) - 36.5).abs() < 0.05, "{}", now.get(P::Temperature));
    assert!((now.get(P::Vo2) - vo2).abs() < 0.1 && vo2 < 245.0, "{} {vo2}", now.get(P::Vo2));
    nothing_is_lost(&run);
    let mut cold = Run::new(&on_circuit(&[(SwitchId::HeatExchange, "off")], &[]), 1);
    minutes(&mut cold, 60.0);
    assert!((cold.live().params().get(P::Temperature) - 36.5).abs() < 1e-9);
}

/// Random patients on every kind of circuit with all that moves by itself: no gas is lost, a run that is saved and opened
/// on the way is the same, and so is one made again from its log.
#[test]
fn inv_random_circuits_keep_their_gas_and_replay() {
    let mut rng = StdRng::seed_from_u64(0x5eed_0e0f);
    let mut played = 0;
    for i in 0..10 {
        let mut patient = random_patient(&mut rng);
        let switches = [
            (SwitchId::Ecmo, "on"),
            (SwitchId::EcmoMode, ["va", "vv", "vav", "va", "vv"][i % 5]),
            (SwitchId::EcmoCircuit, ["by_speed", "by_flow", "as_set"][i % 3]),
            (SwitchId::EcmoAgeing, "on"),
            (SwitchId::HeatExchange, ["on", "off"][i % 2]),
            (SwitchId::CarbonMonoxide, "leaves"),
        ];
        for (id, option) in switches {
            patient.set_switch(id, option).expect("an option");
        }
        let anti_xa = 0.15 * i as f64;
        patient.set_all(&[(P::Vent, 0.5), (P::AntiXa, anti_xa), (P::SuperiorDrainage, 0.35)]).expect("within bounds");
        let mut run = Run::new(&patient, i as u64);
        minutes(&mut run, 2.25);
        // What makes no sense for a patient is refused, and changes nothing.
        let _ = run.act(Action::Move(["flush_membrane", "exchange_membrane"][i % 2].parse().expect("a move")));
        minutes(&mut run, 1.5);
        run.act(Action::Set(vec![Setting::Param(P::Vent, 1.0), Setting::Param(P::SuperiorDrainage, 2.5)]))
            .expect("allowed");
        let text = serde_json::to_string(&(run.state(), run.events())).expect("finite numbers");
        let (state, events): (RunState, Vec<Event>) = serde_json::from_str(&text).expect("what was written");
        let mut opened = Run::restore(run.initial(), run.seed(), events, run.steps(), state).expect("what was saved");
        for run in [&mut run, &mut opened] {
            minutes(run, 2.0);
        }
        assert_eq!(run.state(), opened.state(), "patient {i}");
        let again = Run::replay(run.initial(), run.seed(), run.events(), run.steps()).expect("the same run");
        assert_eq!(run.state(), again.state(), "patient {i}");
        assert_eq!(run.live().params(), again.live().params(), "patient {i}");
        let ledger = run.live().ledger();
        for (lost, turned) in ledger.lost_ml().to_array().into_iter().zip(ledger.turnover_ml().to_array()) {
            assert!(lost.abs() < 1e-6 * turned + 1e-5, "patient {i}: {lost} of {turned} mL");
        }
        assert!(run.live().params() != run.initial());
        played += 1;
    }
    assert_eq!(played, 10);
}
