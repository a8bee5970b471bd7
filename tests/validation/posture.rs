//! Where gravity acts when a patient sits up, and where an artery is punctured around an open duct.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::play::instruments::Sample;
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::snapshot::{Model, Snapshot};

fn layered(breathing: &str, changes: &[(P, f64)]) -> Params {
    let mut params = Params::default();
    params.set_switch(SwitchId::Mechanics, "on").expect("an option");
    params.set_switch(SwitchId::Breathing, breathing).expect("an option");
    params.set_all(changes).expect("within bounds");
    params
}

fn lying(params: &Params, position: &str) -> Snapshot {
    let mut params = params.clone();
    params.set_switch(SwitchId::Position, position).expect("an option");
    Model::new().snapshot(&params).expect("a steady state")
}

fn read(snapshot: &Snapshot, key: &str) -> f64 {
    Quantity::from_key(key).expect("a key").read(snapshot).expect("a value")
}

/// Supine and upright.
fn both(params: &Params, key: &str) -> [f64; 2] {
    ["supine", "upright"].map(|position| read(&lying(params, position), key))
}

#[track_caller]
fn within(what: &str, value: f64, low: f64, high: f64) {
    println!("{what}: {value:.4} in {low} to {high}");
    assert!((low..=high).contains(&value), "{what} {value} is not {low} to {high}");
}

/// A healthy adult who breathes without PEEP.
fn healthy() -> Params {
    layered("spontaneous", &[(P::Peep, 0.0), (P::LungCapacity, 6.0)])
}

/// Agostoni E, Mead J, Handbook of Physiology 1964, and Lumb AB, Nunn's Applied Respiratory Physiology: functional
/// residual capacity 0.5 to 1.0 L larger than supine (recalled).
#[test]
fn val_agostoni_1964_the_upright_lung_holds_more() {
    let [supine, upright] = both(&healthy(), "end_expiratory_volume_l");
    println!("supine {supine:.2} L");
    within("gain of end-expiratory volume, L", upright - supine, 0.5, 1.0);
}

/// Wang Y, Marshall RJ, Shepherd JT, J Clin Invest 1960;39:1051-1061: output a fifth to a quarter lower on standing
/// (recalled). Where the heart does not answer it is as set.
#[test]
fn val_wang_1960_the_upright_heart_is_less_filled() {
    let [supine, upright] = both(&healthy(), "output_now_l_per_min");
    within("output", upright / supine - 1.0, -0.30, -0.12);
    let mut held = healthy();
    held.set_switch(SwitchId::RightHeart, "off").expect("an option");
    let [supine, upright] = both(&held, "output_now_l_per_min");
    within("output as set", upright - supine, 0.0, 0.0);
}

/// West JB, Dollery CT, J Appl Physiol 1960;15:405-410 (recalled): more of the blood flows to the bases, ventilation less
/// so; a healthy lung exchanges gas as well upright.
#[test]
fn val_west_1960_blood_flows_to_the_bases() {
    let below = |position| {
        let mechanics = lying(&healthy(), position).mechanics.expect("layers");
        let flows = mechanics.flows.map(|flow| flow.perfusion_l_per_min + flow.shunt_l_per_min);
        flows[5..].iter().sum::<f64>() / flows.iter().sum::<f64>()
    };
    let more = below("upright") - below("supine");
    within("lower half of the upright lung", below("upright"), 0.60, 0.85);
    within("more than in the lower half of the supine lung", more, 0.01, 0.15);
    let [supine, upright] = both(&healthy(), "po2_art_mmhg");
    within("PaO2 of the healthy", upright - supine, -6.0, 10.0);
}

/// Orthodeoxia is a fall of PaO2 by 4 mmHg or of 5 % or more on sitting up (Rodriguez-Roisin R et al., Eur Respir J
/// 2004;24:861-880, recalled): here of lung without gas at the bases, whose blood comes back poorer from a lower output.
#[test]
fn val_rodriguez_roisin_2004_orthodeoxia() {
    let bases = layered("spontaneous", &[(P::Peep, 0.0), (P::Consolidated, 0.2), (P::ConsolidatedDorsal, 1.0)]);
    let fall = |params: &Params| {
        let [supine, upright] = both(params, "po2_art_mmhg");
        supine - upright
    };
    within("bases, fall of PaO2", fall(&bases), 4.0, 25.0);
    // Lung without gas at the front of the supine lung is at the apex of the upright one, where less blood comes.
    let apices = bases.with(P::ConsolidatedDorsal, -1.0).expect("within bounds");
    within("apices, fall over that of the bases", fall(&apices) / fall(&bases), 0.0, 0.95);
    // A healthy lung has none.
    within("healthy, fall of PaO2", fall(&healthy()), -10.0, 3.0);
}

/// Drawn at one place and at once, without the analyser's error.
fn drawn(params: &Params, site: &str) -> Sample {
    let mut run = Run::new(&params.with(P::AnalyserError, 0.0).expect("within bounds"), 1);
    run.act(Action::Sample(site.parse().expect("a site"))).expect("allowed");
    run.samples()[0]
}

/// Blood of the right arm has not yet met that of an open duct, blood of the legs has: in newborns with pulmonary
/// hypertension by 5 % of saturation or more (Walsh-Sukys MC et al., Pediatrics 2000;105:14-20, recalled).
#[test]
fn val_walsh_sukys_2000_arm_and_leg_differ_around_an_open_duct() {
    let open = scenario::find("ards-mild").expect("built in").params.with(P::Ductal, 0.2).expect("within bounds");
    let now = Model::new().snapshot(&open).expect("a steady state");
    let [arm, leg, mixed] = ["right_arm", "leg", "arterial"].map(|site| drawn(&open, site).reported);
    within("saturation of the arm above the leg", arm.saturation_frac - leg.saturation_frac, 0.05, 0.30);
    assert!(leg.po2_mmhg < mixed.po2_mmhg && mixed.po2_mmhg < arm.po2_mmhg, "{leg:?} {mixed:?} {arm:?}");
    assert!((arm.saturation_frac - read(&now, "so2_preductal_frac")).abs() < 1e-4, "{arm:?}");
    assert!((leg.saturation_frac - read(&now, "so2_postductal_frac")).abs() < 1e-4, "{leg:?}");
    // Venous by accident is venous blood there too.
    let vein = drawn(&open, "mixed_venous").reported;
    assert!((drawn(&open, "leg:venous_by_accident").reported.po2_mmhg - vein.po2_mmhg).abs() < 1e-9);
    // With the duct shut all arteries have one blood.
    let shut = open.with(P::Ductal, 0.0).expect("within bounds");
    assert_eq!(drawn(&shut, "right_arm").reported, drawn(&shut, "leg").reported);
    assert_eq!(drawn(&shut, "right_arm").reported, drawn(&shut, "arterial").reported);
}
