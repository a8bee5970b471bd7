//! A stage of open units without a diffusion limit, one or four at a time: either way the same bits.

use super::unit::{Mode, Question, SETTLED, STAGE_ITERATIONS, Stage, Surroundings, Unit, UnitSetting};
use crate::numerics::float::{LANES, Lanes, Real};
use crate::physiology::blood::Evaluation;
use crate::physiology::lung_unit::{self, Basis, Contents, GasSupply};
use crate::units::N2_SOLUBILITY_ML_PER_DL_MMHG;

/// Questions of units that share their inflow and the length of the stage.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenQuestion<N> {
    /// O2, CO2 and N2 before the stage, mmHg·L.
    pub(super) base: [N; 3],
    /// Where to start: virtual PO2 and bicarbonate.
    pub(super) start: [N; 2],
    /// As in [`UnitSetting`].
    pub(super) ratio: N,
    pub(super) kappa: N,
}

/// Units solved.
#[derive(Debug, Clone, Copy)]
struct Found<N> {
    at: [N; 2],
    out: [N; 3],
    po2: N,
    pco2: N,
    iterations: N,
}

impl<N: Real> Found<N> {
    /// `other`, where `done` is not 1.
    #[inline]
    fn unless_done(self, done: N, other: Found<N>) -> Found<N> {
        let pick = |old: N, new: N| done.if_below(N::of(1.0), new, old);
        Found {
            at: [0, 1].map(|k| pick(self.at[k], other.at[k])),
            out: [0, 1, 2].map(|x| pick(self.out[x], other.out[x])),
            po2: pick(self.po2, other.po2),
            pco2: pick(self.pco2, other.pco2),
            iterations: pick(self.iterations, other.iterations),
        }
    }
}

/// Answers, as in [`Stage`].
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenAnswer<N> {
    at: [N; 2],
    out: [N; 3],
    gain: [N; 3],
    inspired: [N; 3],
    expired: [N; 3],
    iterations: N,
}

/// Whether a unit can be asked here.
#[inline]
pub(super) fn is_open(around: &Surroundings<'_>, unit: &Unit, setting: &UnitSetting) -> bool {
    unit.mode == Mode::Open
        && around.conductance.is_none()
        && setting.feedback <= 0.0
        && setting.kappa > around.least_kappa
}

/// A stage of one unit, as its state allows.
pub(super) fn stage(unit: &Unit, around: &Surroundings<'_>, setting: &UnitSetting, question: &Question<'_>) -> Stage {
    if is_open(around, unit, setting) {
        let asked = OpenQuestion {
            base: question.base.into(),
            start: around.chemistry.into_domain(question.start).into(),
            ratio: setting.ratio,
            kappa: setting.kappa,
        };
        if let Some(answer) = solve(around, &asked, question.tau_min, question.rest) {
            return answer.stage(question.virtual_po2_in_mmhg);
        }
    }
    unit.stage(around, setting, question)
}

/// Solves the stage; `None` where a search does not end or crosses the kink of the CO2 content.
#[inline]
pub(super) fn solve<N: Real>(
    around: &Surroundings<'_>,
    question: &OpenQuestion<N>,
    tau_min: f64,
    inflow: &Contents,
) -> Option<OpenAnswer<N>> {
    let found = search(around, question, tau_min, inflow)?;
    Some(flows(around, question, inflow, &found))
}

fn search<N: Real>(
    around: &Surroundings<'_>,
    question: &OpenQuestion<N>,
    tau_min: f64,
    inflow: &Contents,
) -> Option<Found<N>> {
    let (chemistry, supply) = (around.chemistry, &around.supply);
    let (none, one) = (N::of(0.0), N::of(1.0));
    let base = question.base;
    // Of the gas that is stored, mL/dL: the volume stays.
    let per_store = one / (question.kappa * tau_min);
    let volume = (base[0] + base[1] + base[2]) * (1.0 / supply.dry_mmhg);
    let mut at = question.start;
    let mut end = Found { at, out: [none; 3], po2: none, pco2: none, iterations: none };
    // 1 for each that has come to its end.
    let mut done = none;
    for iteration in 1..=STAGE_ITERATIONS {
        let found = chemistry.evaluate_at(at);
        let (out, slopes) = blood_in_equilibrium(&found, supply);
        let gain = [out[0] - inflow.x, out[1] - inflow.y, out[2] - inflow.z];
        let mut balance = lung_unit::gas_balance(around.basis, question.ratio, supply, [found.po2, found.pco2], gain);
        balance.residual[0] = balance.residual[0] - (found.po2 * volume - base[0]) * per_store;
        balance.residual[1] = balance.residual[1] - (found.pco2 * volume - base[1]) * per_store;
        balance.by_tension = balance.by_tension - volume * per_store;
        let step = balance.eliminate(&found, &slopes).solve(-balance.residual[0], -balance.residual[1]);
        let (next, _) = chemistry.smooth_step(at, found.ph, step)?;
        // A step so short need not be checked again: what is left is about its square.
        let above = (at[0] - chemistry.lowest_virtual_po2_mmhg()) * SETTLED;
        let now = above.if_below(step[0].abs(), none, (at[1] * SETTLED).if_below(step[1].abs(), none, one));
        let by = |value: N, slopes: [N; 2]| value + (slopes[0] * step[0] + slopes[1] * step[1]);
        // The last step on the straight line: blood and gas move together, so no gas is lost.
        let reached = Found {
            at: next,
            out: [0, 1, 2].map(|x| by(out[x], [slopes[0][x], slopes[1][x]])),
            po2: by(found.po2, found.po2_slopes),
            pco2: by(found.pco2, found.pco2_slopes),
            iterations: N::of(f64::from(iteration)),
        };
        end = end.unless_done(done, reached);
        done = done.most(now);
        if (one - done).all_below(0.5) {
            return Some(end);
        }
        at = next;
    }
    None
}

/// Contents of blood in equilibrium with the gas of its unit, whose N2 fills what O2 and CO2 leave; and their slopes by
/// virtual PO2 and bicarbonate.
#[inline]
fn blood_in_equilibrium<N: Real>(found: &Evaluation<N>, supply: &GasSupply) -> ([N; 3], [[N; 3]; 2]) {
    let n2 = |po2: N, pco2: N| (po2 + pco2) * -N2_SOLUBILITY_ML_PER_DL_MMHG;
    let out = [found.o2, found.co2, n2(found.po2, found.pco2) + N2_SOLUBILITY_ML_PER_DL_MMHG * supply.dry_mmhg];
    let slopes =
        [0, 1].map(|k| [found.o2_slopes[k], found.co2_slopes[k], n2(found.po2_slopes[k], found.pco2_slopes[k])]);
    (out, slopes)
}

/// Flows at the end of a stage. Every amount is made of the same flows, so gas is conserved however near the search
/// came.
#[inline]
fn flows<N: Real>(
    around: &Surroundings<'_>,
    question: &OpenQuestion<N>,
    inflow: &Contents,
    found: &Found<N>,
) -> OpenAnswer<N> {
    let supply = &around.supply;
    let none = N::of(0.0);
    let gain = [found.out[0] - inflow.x, found.out[1] - inflow.y, found.out[2] - inflow.z];
    let shrink = (gain[0] + gain[1] + gain[2]) * (1.0 / supply.dry_mmhg);
    let ratio = question.ratio;
    // Of the gas that is given, drawn in besides, and breathed out.
    let [given, drawn, expired] = match around.basis {
        Basis::Inspired => [ratio, (shrink - ratio).most(none), (ratio - shrink).most(none)],
        Basis::Expired => {
            let given = (ratio + shrink).most(none);
            [given, none, none.if_below(given, ratio, -shrink)]
        }
    }
    .map(|flow| flow * question.kappa);
    let inspired =
        [(supply.pio2_mmhg, supply.drawn_po2_mmhg), (0.0, 0.0)].map(|(set, besides)| given * set + drawn * besides);
    let n2 = given * (supply.dry_mmhg - supply.pio2_mmhg) + drawn * (supply.dry_mmhg - supply.drawn_po2_mmhg);
    let inspired = [inspired[0], inspired[1], n2];
    let gas = [found.po2, found.pco2, -(found.po2 + found.pco2) + supply.dry_mmhg];
    let expired = gas.map(|gas| gas * expired);
    OpenAnswer {
        at: found.at,
        out: found.out,
        gain: [0, 1, 2].map(|x| inspired[x] - expired[x] - gain[x] * question.kappa),
        inspired,
        expired,
        iterations: found.iterations,
    }
}

impl OpenAnswer<f64> {
    /// As the stage of a unit.
    pub(super) fn stage(&self, virtual_po2_in_mmhg: f64) -> Stage {
        settled([self.at, [self.iterations, virtual_po2_in_mmhg]], [self.out, self.gain, self.inspired, self.expired])
    }
}

impl OpenAnswer<Lanes> {
    /// Gives each of the four to its stage, as far as there are stages; beside each its virtual PO2 of the blood that
    /// enters.
    #[inline]
    pub(super) fn give<'a>(&self, stages: impl Iterator<Item = (&'a mut Stage, f64)>) {
        let [at, iterations] = [self.at, [self.iterations; 2]].map(|of| of.map(Lanes::to_array));
        let gases = [self.out, self.gain, self.inspired, self.expired].map(|of| of.map(Lanes::to_array));
        for (i, (kept, virtual_po2_in_mmhg)) in stages.take(LANES).enumerate() {
            let places = [at.map(|of| of[i]), [iterations[0][i], virtual_po2_in_mmhg]];
            *kept = settled(places, gases.map(|gas| gas.map(|of| of[i])));
        }
    }
}

/// A settled stage, of where it ended, its iterations and the blood that enters, and its gases.
#[inline]
fn settled(
    [at, [iterations, virtual_po2_in_mmhg]]: [[f64; 2]; 2],
    [out, gain, inspired, expired]: [[f64; 3]; 4],
) -> Stage {
    Stage {
        at: at.into(),
        ln_w: 0.0,
        virtual_po2_in_mmhg,
        out: out.into(),
        gain: gain.into(),
        inspired: inspired.into(),
        expired: expired.into(),
        iterations: iterations as u32,
        evaluations: iterations as u32,
        settled: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physiology::blood::{Blood, Chemistry};

    /// Units of unlike V/Q and gas, some of which settle sooner than others.
    #[test]
    fn inv_one_and_four_at_a_time_are_the_same_bits() {
        let chemistry = Chemistry::new(&Blood { cohb_frac: 0.05, ..Blood::default() });
        let inflow = Contents::new(13.0, 50.0, 0.9);
        for basis in [Basis::Inspired, Basis::Expired] {
            let around = Surroundings {
                chemistry: &chemistry,
                basis,
                supply: GasSupply::at_body_temperature(760.0, 37.0, 0.4),
                conductance: None,
                least_kappa: 0.0,
            };
            let dry = around.supply.dry_mmhg;
            let one = |i: usize| {
                let (po2, pco2) = ([110.0, 45.0, 250.0, 80.0][i], [38.0, 46.0, 8.0, 41.0][i]);
                let at = chemistry.at_tensions(po2 + 3.0 * i as f64, pco2);
                OpenQuestion {
                    base: [po2 * 0.05, pco2 * 0.05, (dry - po2 - pco2) * 0.05],
                    start: at.into(),
                    ratio: [0.1, 0.0, 3.0, 0.05][i],
                    kappa: [0.8, 0.4, 0.1, 1.2][i],
                }
            };
            let each: [OpenQuestion<f64>; LANES] = std::array::from_fn(one);
            let of = |of: fn(&OpenQuestion<f64>) -> f64| Lanes::new(std::array::from_fn(|i| of(&each[i])));
            let four = OpenQuestion {
                base: [of(|q| q.base[0]), of(|q| q.base[1]), of(|q| q.base[2])],
                start: [of(|q| q.start[0]), of(|q| q.start[1])],
                ratio: of(|q| q.ratio),
                kappa: of(|q| q.kappa),
            };
            let mut together = [Stage::NONE; LANES];
            let answer = solve(&around, &four, 0.002, &inflow).expect("four ends");
            answer.give(together.iter_mut().zip([40.0; LANES]));
            let alone = each.map(|question| solve(&around, &question, 0.002, &inflow).expect("an end").stage(40.0));
            assert_eq!(together, alone);
            assert!(alone.iter().any(|stage| stage.iterations != alone[0].iterations), "all end at once");
        }
    }
}
