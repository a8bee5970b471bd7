//! The state of one unit with known inflow, solved on its own and from any start.

use nalgebra::{Matrix2, Matrix3x2, Vector2};

use crate::numerics::roots;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::lung_unit::{self, Basis, Contents, GasSupply};
use crate::units::{DL_PER_L, N2_SOLUBILITY_ML_PER_DL_MMHG};

/// A unit whose state is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitProblem {
    /// What its ventilation means.
    pub basis: Basis,
    /// [`lung_unit::conductance_ratio`], mL/dL/mmHg.
    pub ratio: f64,
    /// Gas that reaches it.
    pub supply: GasSupply,
    /// Contents of the blood that reaches it, mL/dL.
    pub inflow: Contents,
}

/// Coordinates of the blood in equilibrium with the unit's gas.
///
/// Nested bracketed searches that always end. The volume that blood takes up decides how much gas comes in and goes out.
/// With that known, what blood holds of a gas and what is breathed out of it rise with its pressure: O2 at fixed PCO2, then
/// CO2 along that line, since CO2 drives in more of itself than it drives out by way of O2. Last the volume itself, which is
/// the one assumed at one point only: where O2 and CO2 leave room for the N2 there is, a little more of it makes blood take
/// up less than that more. Blood that flows in holds N2, or none, and at least the CO2 that next to no PCO2 gives it.
#[must_use]
pub fn solve(chemistry: &Chemistry, unit: &UnitProblem) -> Coordinates {
    solve_counted(chemistry, unit, middle(unit.supply.dry_mmhg), ROUNDING_FRAC).0
}

/// PO2 and PCO2 to begin with where nothing is known.
fn middle(dry_mmhg: f64) -> [f64; 2] {
    [0.5 * dry_mmhg, 40f64.min(0.5 * dry_mmhg)]
}

/// Share of PB - PH2O that is rounding in a pressure.
const ROUNDING_FRAC: f64 = 1e-14;

/// As [`solve`] from a first PO2 and PCO2, to `close_frac` of PB - PH2O, with how many gases were tried.
pub(crate) fn solve_counted(
    chemistry: &Chemistry,
    unit: &UnitProblem,
    start: [f64; 2],
    close_frac: f64,
) -> (Coordinates, u32) {
    let mut tried = 0;
    let full = chemistry.gas_at_tensions(unit.supply.dry_mmhg, unit.supply.dry_mmhg * LEAST_SHARE);
    let end = search(unit, full.o2_ml_per_dl, start, close_frac, |po2, pco2| {
        tried += 1;
        let at = chemistry.at_tensions(po2, pco2);
        let (gas, slopes) = chemistry.evaluate(at);
        let tensions = Matrix2::new(slopes.po2[0], slopes.po2[1], slopes.pco2[0], slopes.pco2[1]);
        let by_tensions = tensions.try_inverse().unwrap_or_else(|| Matrix2::from_element(f64::NAN));
        Trial {
            at,
            tensions: Vector2::new(po2, pco2),
            out: lung_unit::equilibrium_contents(&gas, unit.supply.dry_mmhg),
            by_tensions: lung_unit::equilibrium_slopes(&slopes) * by_tensions,
        }
    });
    (end.at, tried + 1)
}

/// Least PCO2 that is tried, as a share of PB - PH2O.
const LEAST_SHARE: f64 = 1e-9;

/// What blood comes to that meets a gas.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trial {
    /// At the end of its way.
    pub(crate) at: Coordinates,
    /// Alveolar PO2 and PCO2, mmHg.
    pub(crate) tensions: Vector2<f64>,
    /// Contents there, mL/dL, and their slopes by both tensions.
    pub(crate) out: Contents,
    pub(crate) by_tensions: Matrix3x2<f64>,
}

/// The search of [`solve`] where `meets` says what blood comes to; it holds no more O2 than `full`, mL/dL.
pub(crate) fn search(
    unit: &UnitProblem,
    full: f64,
    start: [f64; 2],
    close_frac: f64,
    mut meets: impl FnMut(f64, f64) -> Trial,
) -> Trial {
    let dry = unit.supply.dry_mmhg;
    let [po2, pco2] = match start.map(|tension| tension.clamp(dry * LEAST_SHARE, dry)) {
        known if known.iter().all(|tension| tension.is_finite()) => known,
        _ => middle(dry),
    };
    let mut trial = meets(po2, pco2);
    let first = (trial.out - unit.inflow).sum() / dry;
    // From blood that gives off all it has to blood full of O2 that keeps its CO2. A gas on trial may have twice as much
    // pressure as there is, and so as much less N2 than none.
    let of_gas = N2_SOLUBILITY_ML_PER_DL_MMHG * dry;
    let least = (-unit.inflow.sum() - of_gas) / dry;
    let most = (full.max(unit.inflow.x) - unit.inflow.x - unit.inflow.z.min(0.0) + of_gas) / dry;
    // Each search ends that close to its root, so that what is made of it is known no better.
    let close = close_frac * dry;
    roots::increasing_to(close_frac, least, most.max(least), first, |volume| {
        let breathed = unit.breathed_at(volume);
        // Contents and what is breathed out of a gas, over what is brought, and slopes by PO2 and PCO2.
        let over = |of: &Trial| of.out.xy() + of.tensions * breathed.breathed_out - unit.inflow.xy() - breathed.brought;
        let slopes = |of: &Trial| of.by_tensions.fixed_rows::<2>(0) + Matrix2::identity() * breathed.breathed_out;
        roots::increasing_to(close, dry * LEAST_SHARE, dry, trial.tensions.y, |pco2| {
            roots::increasing_to(close, 0.0, dry, trial.tensions.x, |po2| {
                trial = meets(po2, pco2);
                (over(&trial).x, slopes(&trial).m11)
            });
            let by = slopes(&trial);
            (over(&trial).y, by.m22 - by.m21 * by.m12 / by.m11)
        });
        let wanted = breathed.brought_by_volume - trial.tensions * breathed.breathed_out_by_volume;
        let inverse = slopes(&trial).try_inverse().unwrap_or_else(|| Matrix2::from_element(f64::NAN));
        let taken_up = (trial.out - unit.inflow).sum() / dry;
        (volume - taken_up, 1.0 - (trial.by_tensions * (inverse * wanted)).sum() / dry)
    });
    trial
}

/// What is breathed by a unit whose blood takes up a known volume, over K·10·Q̇.
struct Breathed {
    /// O2 and CO2 that come in, and by that volume.
    brought: Vector2<f64>,
    brought_by_volume: Vector2<f64>,
    /// Ventilation that goes out with alveolar gas, and by that volume.
    breathed_out: f64,
    breathed_out_by_volume: f64,
}

impl UnitProblem {
    /// As [`lung_unit::balance`] has it.
    fn breathed_at(&self, volume: f64) -> Breathed {
        let UnitProblem { ratio, supply: GasSupply { pio2_mmhg, drawn_po2_mmhg, .. }, .. } = *self;
        let [o2, o2_by_volume, breathed_out, breathed_out_by_volume] = match self.basis {
            Basis::Inspired if ratio > volume => [ratio * pio2_mmhg, 0.0, ratio - volume, -1.0],
            Basis::Inspired => [ratio * pio2_mmhg + (volume - ratio) * drawn_po2_mmhg, drawn_po2_mmhg, 0.0, 0.0],
            Basis::Expired if ratio + volume >= 0.0 => [(ratio + volume) * pio2_mmhg, pio2_mmhg, ratio, 0.0],
            Basis::Expired => [0.0, 0.0, -volume, -1.0],
        };
        Breathed {
            brought: Vector2::new(o2, 0.0),
            brought_by_volume: Vector2::new(o2_by_volume, 0.0),
            breathed_out,
            breathed_out_by_volume,
        }
    }
}

/// Inspired V/Q below which a unit on the inspired basis expires nothing: uptake takes all it gets.
///
/// ```text
/// (V̇I/Q̇)_crit = K·10·Σ(Cc' − Cv)/(PB − PH2O)   at V̇E = 0
/// ```
/// At V̇E = 0 no CO2 leaves, so the unit's blood has venous CO2 content; its gas is the inspired gas less CO2.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `fio2_frac` | fraction | 0.1 to 1 |
/// | `venous` | gases of the blood that flows in | |
/// | result | ratio | 0.0014 on air, 0.088 on O2 (PvO2 40) |
///
/// # Source
/// Dantzker DR, Wagner PD, West JB, J Appl Physiol 1975;38:886-895, doi:10.1152/jappl.1975.38.5.886.
#[must_use]
pub fn critical_inspired_vq(chemistry: &Chemistry, supply: &GasSupply, venous: &BloodGas, pn2_ven_mmhg: f64) -> f64 {
    let inflow = lung_unit::contents(venous, pn2_ven_mmhg);
    let at = solve(chemistry, &UnitProblem { basis: Basis::Inspired, ratio: 0.0, supply: *supply, inflow });
    let (gas, _) = chemistry.evaluate(at);
    let gain = lung_unit::equilibrium_contents(&gas, supply.dry_mmhg) - inflow;
    supply.k_mmhg_l_per_ml * DL_PER_L * gain.sum() / supply.dry_mmhg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;
    use crate::physiology::blood::Blood;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    /// Blood so rich in haemoglobin and base that it holds next to no CO2, where one pressure alone tells little.
    #[test]
    fn inv_a_unit_is_in_balance_where_blood_holds_next_to_no_co2() {
        let mut rng = StdRng::seed_from_u64(17);
        let mut draw = |range: std::ops::Range<f64>| rng.random_range(range);
        for round in 0..1_000 {
            let blood = Blood {
                hb_g_per_dl: draw(23.0..25.0),
                temperature_c: draw(25.0..42.0),
                base_excess_mmol_per_l: draw(5.0..25.0),
                p50_mmhg: draw(15.0..40.0),
                cohb_frac: draw(0.0..0.6),
                methb_frac: draw(0.0..0.3),
            };
            let chemistry = Chemistry::new(&blood);
            let dry_mmhg = draw(183.0..753.0);
            let pio2_mmhg = dry_mmhg * draw(0.1..1.0);
            // A membrane lung draws room air.
            let drawn_po2_mmhg = if round % 2 == 0 { pio2_mmhg } else { 0.21 * dry_mmhg };
            let supply = GasSupply { dry_mmhg, pio2_mmhg, drawn_po2_mmhg, k_mmhg_l_per_ml: 0.863 };
            let venous = chemistry.gas_at_tensions(float::pow(10f64, draw(-1.0..1.5)), draw(1.0..40.0));
            let mut inflow = lung_unit::contents(&venous, draw(0.0..100.0));
            if round % 7 == 0 {
                inflow.x = 0.0;
            }
            let ratio = if round % 5 == 0 { 0.0 } else { float::pow(10f64, draw(-5.0..1.5)) };
            for basis in [Basis::Inspired, Basis::Expired] {
                let (gas, _) = chemistry.evaluate(solve(&chemistry, &UnitProblem { basis, ratio, supply, inflow }));
                let out = lung_unit::equilibrium_contents(&gas, dry_mmhg);
                let balance = lung_unit::balance(basis, ratio, &supply, gas.po2_mmhg, gas.pco2_mmhg, &out, &inflow);
                let off = balance.residual.amax() / (1.0 + ratio * dry_mmhg);
                assert!(off < 1e-9, "{blood:?} {basis:?} {supply:?} {inflow:?} ratio {ratio}: {off:e}");
            }
        }
    }
}
