//! The state of one unit with known inflow, solved on its own and from any start.

use nalgebra::{Matrix2, Vector2};

use crate::numerics::roots;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::lung_unit::{self, Basis, Contents, GasSupply};
use crate::units::DL_PER_L;

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
/// Nested bracketed searches that always end: at fixed PCO2 the O2 balance falls as PO2 rises, because more O2 is breathed
/// out and more taken up; along that line the CO2 balance falls as PCO2 rises. Where Hb above 24 g/dL and much base leave
/// blood next to no CO2 it need not: they may end beside the balance.
#[must_use]
pub fn solve(chemistry: &Chemistry, unit: &UnitProblem) -> Coordinates {
    solve_counted(chemistry, unit).0
}

/// As [`solve`], with how many gases were tried.
pub(crate) fn solve_counted(chemistry: &Chemistry, unit: &UnitProblem) -> (Coordinates, u32) {
    let dry = unit.supply.dry_mmhg;
    let mut tried = 0;
    let mut po2 = 0.5 * dry;
    let pco2 = roots::increasing(dry * 1e-9, dry, 40f64.min(0.5 * dry), |pco2| {
        let high = dry - pco2;
        po2 = roots::increasing(0.0, high, po2.min(high), |po2| {
            tried += 1;
            let (residual, slopes, _) = at_gas(chemistry, unit, po2, pco2);
            (-residual.x, -slopes.m11)
        });
        tried += 1;
        let (residual, slopes, _) = at_gas(chemistry, unit, po2, pco2);
        // Along the line on which O2 is balanced.
        (-residual.y, -(slopes.m22 - slopes.m21 * slopes.m12 / slopes.m11))
    });
    (at_gas(chemistry, unit, po2, pco2).2, tried + 1)
}

/// Balance at a trial gas, its derivative by PO2 and PCO2, and the coordinates of the blood there.
fn at_gas(
    chemistry: &Chemistry,
    unit: &UnitProblem,
    po2_mmhg: f64,
    pco2_mmhg: f64,
) -> (Vector2<f64>, Matrix2<f64>, Coordinates) {
    let at = chemistry.at_tensions(po2_mmhg, pco2_mmhg);
    let (gas, slopes) = chemistry.evaluate(at);
    let out = lung_unit::equilibrium_contents(&gas, unit.supply.dry_mmhg);
    let balance = lung_unit::balance(unit.basis, unit.ratio, &unit.supply, po2_mmhg, pco2_mmhg, &out, &unit.inflow);
    let by_coordinates = lung_unit::equilibrium_jacobian(&balance, &slopes, &lung_unit::equilibrium_slopes(&slopes));
    let tensions = Matrix2::new(slopes.po2[0], slopes.po2[1], slopes.pco2[0], slopes.pco2[1]);
    let by_tensions = tensions.try_inverse().map_or_else(|| Matrix2::from_element(f64::NAN), |t| by_coordinates * t);
    (balance.residual, by_tensions, at)
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
