//! The lung in time against a stiff integrator by others (`diffsol` 0.18, backward differences of variable order) that
//! solved the written equations of a unit. Its numbers are kept in `data/stiff_units.json`; `reference/` makes them.

#[path = "../reference/src/cases.rs"]
#[expect(dead_code, reason = "the gas breathed is for the integrator alone")]
mod cases;

use cases::{Airway, Case, Reference, Start, TIMES_S, Tensions, tensions};
use isoshunt::sim::steady::UnitState;
use isoshunt::sim::time::STEP_S;

/// Short steps, eight to one, s.
const SHORT_S: [f64; 2] = [1.0 / 16.0, 1.0 / 128.0];
/// Largest relative distance of what the model begins with from what the integrator began with.
const SAME_START: f64 = 1e-9;

/// What a case is held to: largest distance of PO2 or PCO2 of any unit at any of the times, mmHg.
#[derive(Debug, Clone, Copy)]
struct Distance {
    /// With the steps of a run.
    run_mmhg: f64,
    /// With short steps.
    short_mmhg: [f64; 2],
    /// Least volume of any unit over that at rest.
    volume_frac: f64,
}

/// That both begin with the same lung and blood: else their ends say nothing.
fn hold_start(ours: &Start, theirs: &Start) {
    let numbers = |start: &Start| {
        let venous = [start.venous.o2_ml_per_dl, start.venous.co2_ml_per_dl, start.venous.n2_ml_per_dl];
        let units = start.units.iter().flat_map(|unit| {
            let Tensions { po2_mmhg, pco2_mmhg } = unit.tensions;
            [unit.given_l_per_min, unit.perfusion_l_per_min, unit.volume_l, po2_mmhg, pco2_mmhg]
        });
        std::iter::once(start.dry_mmhg).chain(venous).chain(units).collect::<Vec<f64>>()
    };
    let (ours, theirs) = (numbers(ours), numbers(theirs));
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        assert!((ours - theirs).abs() <= SAME_START * theirs.abs(), "{ours} is not {theirs}: solve the cases again");
    }
}

fn distance(case: &Case, reference: &Reference) -> Distance {
    let (mut live, start) = case.begin();
    hold_start(&start, &reference.start);
    live.set_params(&case.after);
    let mut short = [live.clone(), live.clone()];
    let (mut run_mmhg, mut short_mmhg, mut now_s) = (0.0, [0.0; 2], 0.0);
    for (t, time_s) in TIMES_S.into_iter().enumerate() {
        (0..((time_s - now_s) / STEP_S).round() as u32).for_each(|_| live.step());
        for (short, step_s) in short.iter_mut().zip(SHORT_S) {
            (0..((time_s - now_s) / step_s).round() as u32).for_each(|_| short.step_of(step_s));
        }
        now_s = time_s;
        for (live, most) in std::iter::once((&live, &mut run_mmhg)).chain(short.iter().zip(&mut short_mmhg)) {
            let now: Vec<UnitState> = live.units().collect();
            assert_eq!(now.len(), reference.solved.len(), "no unit collapses");
            for (now, solved) in tensions(&now, start.dry_mmhg).iter().zip(&reference.solved) {
                let solved = solved.tensions[t];
                let apart = (now.po2_mmhg - solved.po2_mmhg).abs().max((now.pco2_mmhg - solved.pco2_mmhg).abs());
                *most = f64::max(*most, apart);
            }
        }
    }
    let volume_frac = reference.solved.iter().map(|unit| unit.volume_frac).fold(f64::INFINITY, f64::min);
    Distance { run_mmhg, short_mmhg, volume_frac }
}

/// Holds a change in the three lungs to bounds in mmHg: with the steps of a run, and with the shortest.
fn hold(name: &str, bounds_mmhg: [[f64; 2]; 3]) -> [Distance; 3] {
    let references: Vec<Reference> =
        serde_json::from_str(include_str!("data/stiff_units.json")).expect("the integrator's numbers");
    let cases = cases::cases();
    std::array::from_fn(|lung| {
        let case = cases.iter().find(|case| case.name == name && case.lung == lung).expect("the case");
        let reference = references.iter().find(|solved| solved.name == name && solved.lung == lung).expect("solved");
        let distance = distance(case, reference);
        let ([short, shortest], [run_mmhg, shortest_mmhg]) = (distance.short_mmhg, bounds_mmhg[lung]);
        assert!(distance.run_mmhg < run_mmhg && shortest < shortest_mmhg, "lung {lung}: {distance:?}");
        // Order 2: an eighth of the step leaves a sixty-fourth of the error, down to that of the searches.
        assert!(shortest < short / 40.0 || shortest < 1e-6, "lung {lung}: {distance:?}");
        // What is held open or breathes enough stays as it was; the others shrink.
        assert!(case.airway != Airway::HeldOpen || (distance.volume_frac - 1.0).abs() < 1e-6, "{distance:?}");
        distance
    })
}

#[test]
fn val_diffsol_oxygen_washes_in() {
    // The wide lung's high-V/Q units turn over in less than a step, and 560 mmHg pass through them.
    hold("oxygen washes in", [[0.04, 1e-5], [10.0, 2.5e-3], [0.5, 2.5e-3]]);
}

#[test]
fn val_diffsol_ventilation_falls_to_a_third() {
    hold("ventilation falls to a third", [[0.003, 1e-6], [0.1, 2e-5], [0.1, 1e-4]]);
}

#[test]
fn val_diffsol_a_closed_lung_shrinks() {
    hold("a closed lung shrinks", [[0.003, 1e-6], [0.06, 2e-5], [0.4, 6e-4]]);
}

#[test]
fn val_diffsol_an_open_lung_draws_in_oxygen() {
    hold("an open lung draws in oxygen", [[0.003, 1e-6], [0.06, 2e-5], [0.4, 8e-4]]);
}

#[test]
fn val_diffsol_lung_that_takes_up_more_than_it_gets_shrinks() {
    let distances = hold("lung that takes up more than it gets shrinks", [[1e-6, 1e-6], [4e-5, 1e-6], [0.01, 3e-6]]);
    for uneven in &distances[1..] {
        assert!(uneven.volume_frac < 0.995, "{uneven:?}");
    }
}
