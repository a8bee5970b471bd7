//! Solves the cases of `cases.rs` with a stiff integrator by others (`diffsol`, backward differences of variable order)
//! and prints what `tests/data/stiff_units.json` keeps. The equations of a unit are written out here; of the model only
//! the blood is taken.
//!
//! ```text
//! cargo run --release --manifest-path reference/Cargo.toml > tests/data/stiff_units.json
//! ```

#[expect(dead_code, reason = "the patient after the change is for the model alone")]
mod cases;

use cases::{Airway, Case, Reference, Solved, Start, TIMES_S, Tensions, UnitAtStart};
use diffsol::{MatrixCommon, NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod};
use isoshunt::physiology::blood::Chemistry;
use isoshunt::sim::patient;

/// Tolerance, relative.
const RELATIVE: f64 = 1e-10;

/// One unit as it stands in the balance.
struct Unit<'a> {
    chemistry: &'a Chemistry,
    start: &'a Start,
    unit: &'a UnitAtStart,
    /// Inspired O2, CO2, N2, mmHg.
    inspired_mmhg: [f64; 3],
    airway: Airway,
}

impl Unit<'_> {
    /// d(V·P)/dt of O2, CO2 and N2, mmHg·L/min.
    fn slope(&self, amounts: &[f64], slope: &mut [f64]) {
        let dry_mmhg = self.start.dry_mmhg;
        let venous = &self.start.venous;
        let venous_ml_per_dl = [venous.o2_ml_per_dl, venous.co2_ml_per_dl, venous.n2_ml_per_dl];
        let volume_l = amounts.iter().sum::<f64>() / dry_mmhg;
        let tension = |x: usize| amounts[x] / volume_l;
        let blood = self.chemistry.gas_at_tensions(tension(0), tension(1));
        let leaving = [blood.o2_ml_per_dl, blood.co2_ml_per_dl, 0.0017 * tension(2)];
        let uptake =
            [0, 1, 2].map(|x| 0.863 * 10.0 * self.unit.perfusion_l_per_min * (leaving[x] - venous_ml_per_dl[x]));
        let shrink_l_per_min = uptake.iter().sum::<f64>() / dry_mmhg;
        let given = self.unit.given_l_per_min;
        let [inspired, expired] = match self.airway {
            Airway::Breathing => [given, (given - shrink_l_per_min).max(0.0)],
            Airway::HeldOpen => [given.max(shrink_l_per_min), (given - shrink_l_per_min).max(0.0)],
            Airway::Shut => [0.0; 2],
        };
        for x in 0..3 {
            slope[x] = inspired * self.inspired_mmhg[x] - expired * tension(x) - uptake[x];
        }
    }

    fn solve(&self) -> Solved {
        let Tensions { po2_mmhg, pco2_mmhg } = self.unit.tensions;
        let rest = [po2_mmhg, pco2_mmhg, self.start.dry_mmhg - po2_mmhg - pco2_mmhg];
        let start = rest.map(|p| p * self.unit.volume_l);
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
        let volumes_l = [0, 1, 2].map(|t| (0..3).map(|x| solution[(x, t)]).sum::<f64>() / self.start.dry_mmhg);
        Solved {
            tensions: [0, 1, 2].map(|t| Tensions {
                po2_mmhg: solution[(0, t)] / volumes_l[t],
                pco2_mmhg: solution[(1, t)] / volumes_l[t],
            }),
            volume_frac: volumes_l.into_iter().fold(f64::INFINITY, f64::min) / self.unit.volume_l,
        }
    }
}

fn solved(case: &Case) -> Reference {
    let (_, start) = case.begin();
    let chemistry = Chemistry::new(&patient::blood(&case.before));
    let po2_mmhg = case.inspired_o2_frac * start.dry_mmhg;
    let inspired_mmhg = [po2_mmhg, 0.0, start.dry_mmhg - po2_mmhg];
    let one = |unit: &UnitAtStart| {
        Unit { chemistry: &chemistry, start: &start, unit, inspired_mmhg, airway: case.airway }.solve()
    };
    let solved = start.units.iter().map(one).collect();
    Reference { name: case.name.to_owned(), lung: case.lung, start, solved }
}

fn main() {
    println!("[");
    let cases = cases::cases();
    for (i, case) in cases.iter().enumerate() {
        let comma = if i + 1 < cases.len() { "," } else { "" };
        println!("{}{comma}", serde_json::to_string(&solved(case)).expect("numbers"));
    }
    println!("]");
}
