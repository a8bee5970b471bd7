//! The state of one unit with known inflow, solved on its own and from any start.

use crate::numerics::roots;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::lung_unit::{self, Basis, Contents, GasSupply};
use crate::units::{BTPS_STPD_MMHG_L_PER_ML, DL_PER_L};

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
/// Nested halving that cannot fail: at fixed PCO2 the O2 balance falls as PO2 rises, because more O2 is breathed out
/// and more taken up; along that line the CO2 balance falls as PCO2 rises.
#[must_use]
pub fn solve(chemistry: &Chemistry, unit: &UnitProblem) -> Coordinates {
    let dry = unit.supply.dry_mmhg;
    let residual = |po2: f64, pco2: f64| {
        let at = chemistry.at_tensions(po2, pco2);
        let (gas, _) = chemistry.evaluate(at);
        let out = lung_unit::equilibrium_contents(&gas, dry);
        let balance = lung_unit::balance(unit.basis, unit.ratio, &unit.supply, po2, pco2, &out, &unit.inflow);
        (balance.residual, at)
    };
    let po2_at = |pco2: f64| {
        let high = dry - pco2;
        roots::increasing(0.0, high, 0.5 * high, |po2| (-residual(po2, pco2).0.x, f64::NAN))
    };
    let pco2 =
        roots::increasing(dry * 1e-9, dry, 40f64.min(0.5 * dry), |pco2| (-residual(po2_at(pco2), pco2).0.y, f64::NAN));
    residual(po2_at(pco2), pco2).1
}

/// Inspired V/Q below which a unit on the inspired basis expires nothing: uptake takes all it gets.
///
/// ```text
/// (V̇I/Q̇)_crit = K·10·Σ(Cc' − Cv)/(PB − 47)   at V̇E = 0
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
    BTPS_STPD_MMHG_L_PER_ML * DL_PER_L * gain.sum() / supply.dry_mmhg
}
