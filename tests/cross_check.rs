//! The lung in time against a stiff integrator by others (`diffsol`, backward differences of variable order) that
//! solves the written equations of a unit.
//!
//! Changed blood takes seconds to come back to the lung, so for the first 4 s after a change venous blood is constant
//! and each unit is three ordinary equations on its own.

use diffsol::{MatrixCommon, NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod};
use isoshunt::physiology::blood::Chemistry;
use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::patient;
use isoshunt::sim::steady::UnitState;
use isoshunt::sim::time::{Live, STEP_S};

/// Tolerance of the reference, relative.
const RELATIVE: f64 = 1e-10;
/// When the two are compared, s after the change.
const TIMES_S: [f64; 3] = [1.0, 2.0, 4.0];
/// Short steps, eight to one, s.
const SHORT_S: [f64; 2] = [1.0 / 16.0, 1.0 / 128.0];

/// What gas may do beside the ventilation that is given.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Airway {
    /// What is not taken up is expired; lung that takes up more shrinks.
    Breathing,
    /// The same, but lung that takes up more draws in what it lacks.
    HeldOpen,
    /// Nothing comes and nothing goes.
    Shut,
}

/// One unit as it stands in the balance: nothing of it is taken from the code that is tested.
struct Reference<'a> {
    chemistry: &'a Chemistry,
    /// Sum of the dry gas pressures, mmHg.
    dry_mmhg: f64,
    /// Inspired O2, CO2, N2, mmHg.
    inspired_mmhg: [f64; 3],
    /// Ventilation as given, L/min.
    given_l_per_min: f64,
    /// L/min.
    perfusion_l_per_min: f64,
    /// O2, CO2, N2 of venous blood, mL/dL.
    venous_ml_per_dl: [f64; 3],
    airway: Airway,
}

impl Reference<'_> {
    /// d(V·P)/dt of O2, CO2 and N2, mmHg·L/min.
    fn slope(&self, amounts: &[f64], slope: &mut [f64]) {
        let volume_l = amounts.iter().sum::<f64>() / self.dry_mmhg;
        let tension = |x: usize| amounts[x] / volume_l;
        let blood = self.chemistry.gas_at_tensions(tension(0), tension(1));
        let leaving = [blood.o2_ml_per_dl, blood.co2_ml_per_dl, 0.0017 * tension(2)];
        let uptake =
            [0, 1, 2].map(|x| 0.863 * 10.0 * self.perfusion_l_per_min * (leaving[x] - self.venous_ml_per_dl[x]));
        let shrink_l_per_min = uptake.iter().sum::<f64>() / self.dry_mmhg;
        let given = self.given_l_per_min;
        let [inspired, expired] = match self.airway {
            Airway::Breathing => [given, (given - shrink_l_per_min).max(0.0)],
            Airway::HeldOpen => [given.max(shrink_l_per_min), (given - shrink_l_per_min).max(0.0)],
            Airway::Shut => [0.0; 2],
        };
        for x in 0..3 {
            slope[x] = inspired * self.inspired_mmhg[x] - expired * tension(x) - uptake[x];
        }
    }

    /// O2, CO2, N2 in mmHg·L at [`TIMES_S`], from what there is at 0.
    fn solve(&self, start: [f64; 3]) -> Vec<[f64; 3]> {
        let small = start.iter().sum::<f64>() * 1e-12;
        let problem = OdeBuilder::<NalgebraMat<f64>>::new()
            .rtol(RELATIVE)
            .atol([small; 3])
            .h0(1e-6)
            .rhs_implicit(
                |y: &[f64], _: &[f64], _: f64, dy: &mut [f64]| self.slope(y, dy),
                |y: &[f64], _: &[f64], _: f64, v: &[f64], jv: &mut [f64]| {
                    // Only Newton's method sees it, so a difference will do.
                    let length = v.iter().fold(f64::MIN_POSITIVE, |most, v| most.max(v.abs()));
                    let by = 1e-6 * y.iter().sum::<f64>() / length;
                    let at = |sign: f64| {
                        let moved = [0, 1, 2].map(|x| y[x] + sign * by * v[x]);
                        let mut slope = [0.0; 3];
                        self.slope(&moved, &mut slope);
                        slope
                    };
                    let (above, below) = (at(1.0), at(-1.0));
                    for x in 0..3 {
                        jv[x] = (above[x] - below[x]) / (2.0 * by);
                    }
                },
            )
            .init(move |_: &[f64], _: f64, y: &mut [f64]| y.copy_from_slice(&start), 3)
            .build()
            .expect("a problem");
        let mut solver = problem.bdf::<NalgebraLU<f64>>().expect("a solver");
        let (solution, _) = solver.solve_dense(&TIMES_S.map(|s| s / 60.0)).expect("a solution");
        let solution = solution.inner();
        (0..TIMES_S.len()).map(|t| [0, 1, 2].map(|x| solution[(x, t)])).collect()
    }
}

/// What a case is held to: largest distance of PO2 or PCO2 of any unit at any of the times, mmHg.
#[derive(Debug, Clone, Copy)]
struct Distance {
    /// With the steps of a run.
    run_mmhg: f64,
    /// With short steps.
    short_mmhg: [f64; 2],
    /// Least volume of any unit at the end over that at rest.
    volume_frac: f64,
}

fn tensions(units: &[UnitState], dry_mmhg: f64) -> Vec<[f64; 2]> {
    units.iter().map(|unit| [unit.po2_alv_mmhg, dry_mmhg - unit.po2_alv_mmhg - unit.pn2_alv_mmhg]).collect()
}

/// From the steady state of `before` into the first seconds of `after`, whose units breathe `scale` times as much.
fn distance(before: &Params, after: &Params, scale: f64, inspired_o2_frac: f64, airway: Airway) -> Distance {
    let mut live = Live::new(before);
    let dry_mmhg = before.get(P::Pb) - 47.0;
    let chemistry = Chemistry::new(&patient::blood(before));
    let venous = live.venous();
    let venous_ml_per_dl = [venous.gas.o2_ml_per_dl, venous.gas.co2_ml_per_dl, 0.0017 * venous.pn2_mmhg];
    let units: Vec<UnitState> = live.units().collect();
    let flow_l_per_min: f64 = units.iter().map(|unit| unit.perfusion_l_per_min).sum();
    let po2 = inspired_o2_frac * dry_mmhg;
    let mut volume_frac = f64::INFINITY;
    let solved: Vec<Vec<[f64; 2]>> = units
        .iter()
        .zip(tensions(&units, dry_mmhg))
        .map(|(unit, [po2_mmhg, pco2_mmhg])| {
            let volume_l = before.get(P::Frc) * unit.perfusion_l_per_min / flow_l_per_min;
            let reference = Reference {
                chemistry: &chemistry,
                dry_mmhg,
                inspired_mmhg: [po2, 0.0, dry_mmhg - po2],
                given_l_per_min: scale * unit.inspired_l_per_min,
                perfusion_l_per_min: unit.perfusion_l_per_min,
                venous_ml_per_dl,
                airway,
            };
            let start = [po2_mmhg, pco2_mmhg, dry_mmhg - po2_mmhg - pco2_mmhg].map(|p| p * volume_l);
            let run_view = reference.solve(start);
            let volumes = run_view.iter().map(|amounts| amounts.iter().sum::<f64>() / dry_mmhg);
            volume_frac = volumes.fold(volume_frac, |least, volume| least.min(volume / volume_l));
            let tension = |amounts: &[f64; 3]| {
                let volume_l = amounts.iter().sum::<f64>() / dry_mmhg;
                [amounts[0] / volume_l, amounts[1] / volume_l]
            };
            run_view.iter().map(tension).collect()
        })
        .collect();
    live.set_params(after);
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
            assert_eq!(now.len(), solved.len(), "no unit collapses");
            for (now, solved) in tensions(&now, dry_mmhg).iter().zip(&solved) {
                for (now, solved) in now.iter().zip(solved[t]) {
                    *most = f64::max(*most, (now - solved).abs());
                }
            }
        }
    }
    Distance { run_mmhg, short_mmhg, volume_frac }
}

/// A patient whose units all lose volume as soon as they take up more than they get.
fn patient_of(settings: &[(P, f64)]) -> Params {
    let mut params = Params::default();
    params.set_all(&[(P::ClosingPressure, 30.0), (P::ClosingPressureSd, 0.5)]).expect("in range");
    params.set_all(settings).expect("in range");
    params
}

/// The lungs: ordinary; of wide spread; small, its units below 1 mL.
fn lungs() -> [Params; 3] {
    [
        patient_of(&[]),
        patient_of(&[(P::Mode1LogSd, 1.5), (P::Mode1Units, 25.0)]),
        patient_of(&[(P::Mode1LogSd, 1.5), (P::Frc, 0.2)]),
    ]
}

/// Holds the three lungs to bounds in mmHg: with the steps of a run, and with the shortest.
fn hold(bounds_mmhg: [[f64; 2]; 3], case: impl Fn(&Params) -> Distance) {
    for (i, (lung, [run_mmhg, shortest_mmhg])) in lungs().iter().zip(bounds_mmhg).enumerate() {
        let distance = case(lung);
        let [short, shortest] = distance.short_mmhg;
        assert!(distance.run_mmhg < run_mmhg && shortest < shortest_mmhg, "lung {i}: {distance:?}");
        // Order 2: an eighth of the step leaves a sixty-fourth of the error, down to that of the searches.
        assert!(shortest < short / 40.0 || shortest < 1e-6, "lung {i}: {distance:?}");
    }
}

fn apnoea(lung: &Params, airway: &str) -> Params {
    let mut params = lung.clone();
    params.set_switch(SwitchId::Breathing, "apnoea").expect("an option");
    params.set_switch(SwitchId::Airway, airway).expect("an option");
    params
}

#[test]
fn oxygen_washes_in() {
    // The wide lung's high-V/Q units turn over in less than a step, and 560 mmHg pass through them.
    hold([[0.04, 1e-5], [10.0, 2.5e-3], [0.5, 2.5e-3]], |lung| {
        // A unit that begins to shrink does so from the end of a step: held open, none does.
        let mut lung = lung.clone();
        lung.set_switch(SwitchId::Absorption, "off").expect("an option");
        distance(&lung, &lung.with(P::Fio2, 1.0).expect("in range"), 1.0, 1.0, Airway::HeldOpen)
    });
}

#[test]
fn ventilation_falls_to_a_third() {
    hold([[0.003, 1e-6], [0.1, 2e-5], [0.1, 1e-4]], |lung| {
        let less = lung.with(P::AlveolarVentilation, 0.3 * lung.get(P::AlveolarVentilation)).expect("in range");
        distance(lung, &less, 0.3, lung.get(P::Fio2), Airway::Breathing)
    });
}

#[test]
fn a_closed_lung_shrinks() {
    hold([[0.003, 1e-6], [0.06, 2e-5], [0.4, 6e-4]], |lung| {
        distance(lung, &apnoea(lung, "closed"), 0.0, 1.0, Airway::Shut)
    });
}

#[test]
fn an_open_lung_draws_in_oxygen() {
    hold([[0.003, 1e-6], [0.06, 2e-5], [0.4, 8e-4]], |lung| {
        distance(lung, &apnoea(lung, "open_to_oxygen"), 0.0, 1.0, Airway::HeldOpen)
    });
}

#[test]
fn lung_that_takes_up_more_than_it_gets_shrinks() {
    hold([[1e-6, 1e-6], [4e-5, 1e-6], [0.01, 3e-6]], |lung| {
        let rich = lung.with(P::Fio2, 1.0).expect("in range");
        let distance = distance(&rich, &rich, 1.0, 1.0, Airway::Breathing);
        assert!(lung.get(P::Mode1LogSd) < 1.0 || distance.volume_frac < 0.995, "{distance:?}");
        distance
    });
}
