//! Why PaO2 is low, shared out among the causes: sums, absent causes, and the causes that textbooks name.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Params};
use isoshunt::sim::reading::snapshot::Model;
use isoshunt::sim::steady::NoSteadyState;
use isoshunt::study::Study;
use isoshunt::study::attribution::{Attributing, Attribution, Cause, NoAttribution, Part};

fn of(params: &Params) -> Attribution {
    let mut work = Attributing::new(&mut Model::new(), params);
    work.advance(u32::MAX);
    work.outcome().expect("done").expect("solved")
}

fn of_scenario(id: &str, changes: &[(ParamId, f64)]) -> Attribution {
    let mut params = scenario_params(id);
    params.set_all(changes).expect("within bounds");
    of(&params)
}

fn scenario_params(id: &str) -> Params {
    scenario::find(id).expect("built in").params.clone()
}

fn fall(of: &Attribution, cause: Cause) -> f64 {
    of.parts[cause as usize].fall_mmhg
}

#[test]
fn inv_parts_add_up_to_the_fall_and_to_the_gradient() {
    for scenario in scenario::builtin() {
        let begun = Attributing::new(&mut Model::new(), &scenario.params);
        if begun.outcome() == Some(Err(NoAttribution::MembraneLung)) {
            continue;
        }
        let found = of(&scenario.params);
        let now = Model::new().snapshot(&scenario.params).expect("a steady state");
        assert!((found.patient.po2_art_mmhg - now.state.arterial.gas.po2_mmhg).abs() < 1e-6, "{}", scenario.id);
        let aa = now.estimates.aa_gradient_mmhg.expect("an estimate");
        assert!((found.patient.aa_gradient_mmhg - aa).abs() < 1e-6, "{}", scenario.id);
        let sum = |read: fn(&Part) -> f64| found.parts.iter().map(read).sum::<f64>();
        let fall_mmhg = found.reference.po2_art_mmhg - found.patient.po2_art_mmhg;
        assert!((sum(|part| part.fall_mmhg) - fall_mmhg).abs() < 1e-9, "{}", scenario.id);
        let rise_mmhg = found.patient.aa_gradient_mmhg - found.reference.aa_gradient_mmhg;
        assert!((sum(|part| part.aa_mmhg) - rise_mmhg).abs() < 1e-9, "{}", scenario.id);
        // The lung of the reference is perfect, and the alveolar gas equation holds for it.
        // Elsewhere than at 37 °C blood is reported as it would be at 37, and alveolar gas is reckoned from it.
        if (scenario.params.get(ParamId::Temperature) - 37.0).abs() < 1e-9 {
            assert!(found.reference.aa_gradient_mmhg.abs() < 0.01, "{}: {found:?}", scenario.id);
        }
    }
}

#[test]
fn inv_a_cause_that_is_absent_has_nothing() {
    let shunt = of_scenario("pure-shunt-30", &[]);
    for cause in [Cause::LowInspired, Cause::Spread, Cause::Diffusion, Cause::LowVenous] {
        assert_eq!((fall(&shunt, cause), shunt.parts[cause as usize].aa_mmhg), (0.0, 0.0), "{cause:?}");
    }
    let mismatch = of_scenario("pure-vq-mismatch", &[]);
    assert!(fall(&mismatch, Cause::Shunt).abs() < f64::MIN_POSITIVE);
    // On O2 nothing is breathed that sea level would better.
    let on_oxygen = of_scenario("high-altitude", &[(ParamId::Fio2, 1.0)]);
    assert!(fall(&on_oxygen, Cause::LowInspired).abs() < f64::MIN_POSITIVE);
}

#[test]
fn inv_pieces_make_the_same_whole() {
    let params = scenario_params("pulmonary-fibrosis-exercise");
    let whole = of(&params);
    let mut work = Attributing::new(&mut Model::new(), &params);
    let mut calls = 0;
    while !work.is_whole() {
        assert!(work.outcome().is_none());
        work.advance(1);
        calls += 1;
    }
    assert!(calls >= 16, "{calls}");
    assert_eq!(work.outcome(), Some(Ok(whole)));
}

#[test]
fn val_causes_of_textbook_patients_dominate() {
    let share = |found: &Attribution, cause| fall(found, cause) / found.parts.iter().map(|p| p.fall_mmhg).sum::<f64>();
    for (id, cause) in [
        ("pure-shunt-30", Cause::Shunt),
        ("severe-ards-non-recruitable", Cause::Shunt),
        ("pure-vq-mismatch", Cause::Spread),
        ("opioid-hypoventilation", Cause::Hypoventilation),
        ("high-altitude", Cause::LowInspired),
    ] {
        let found = of_scenario(id, &[]);
        assert!(share(&found, cause) > 0.6, "{id}: {found:?}");
    }
    // Hyperventilation is what keeps the climber alive.
    assert!(fall(&of_scenario("high-altitude", &[]), Cause::Hypoventilation) < -5.0);
    // Agustí 1991: on exercise four tenths of the gradient of pulmonary fibrosis are diffusion's.
    let fibrosis = of_scenario("pulmonary-fibrosis-exercise", &[]);
    assert!(fall(&fibrosis, Cause::Diffusion) > 5.0, "{fibrosis:?}");
}

#[test]
fn val_manier_1985_low_venous_oxygen_is_part_of_embolism() {
    // Chest 1985;88:829-834: V/Q inequality with some shunt, and a mixed venous PO2 of 27 mmHg that makes it tell.
    let found = of_scenario("pulmonary-embolism", &[]);
    let [venous, lung] = [fall(&found, Cause::LowVenous), fall(&found, Cause::Spread) + fall(&found, Cause::Shunt)];
    assert!(venous > 3.0 && lung > 10.0, "{found:?}");
    assert!(fall(&found, Cause::Hypoventilation) < 0.0, "hyperventilation masks a part of it: {found:?}");
}

#[test]
fn inv_what_cannot_be_shared_out_says_why() {
    let mut params = Params::default();
    params.set(ParamId::AlveolarVentilation, 0.0).expect("within bounds");
    let begun = Attributing::new(&mut Model::new(), &params);
    assert!(begun.is_whole());
    assert_eq!(begun.outcome(), Some(Err(NoAttribution::NoSteadyState(NoSteadyState::Apnoea))));
}
