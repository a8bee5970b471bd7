//! Tissue in time: a store of O2 and CO2 in balance with the blood that leaves it.

use nalgebra::{Matrix2, Vector2};
use serde::{Deserialize, Serialize};

use super::unit::Rate;
use crate::physiology::blood::{Chemistry, Coordinates};
use crate::physiology::lung_unit::Contents;

/// Newton iterations of one stage before the best state is taken as it is.
const STAGE_ITERATIONS: u32 = 40;
/// As for a lung unit: relative length of a step that need not be checked again.
const SETTLED: f64 = 1e-4;

/// State of one tissue compartment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tissue {
    /// O2 and CO2, mL.
    pub(super) stored: [f64; 2],
    /// Blood that leaves.
    pub(super) at: Coordinates,
    /// How it moves, per minute.
    pub(super) rate: Rate,
}

/// What is fixed about it during a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TissueSetting {
    /// O2 and CO2 stored, mL/mmHg.
    pub(super) capacity: [f64; 2],
    /// Blood flow, dL/min.
    pub(super) flow_dl_per_min: f64,
}

/// One stage, solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TissueStage {
    pub(super) at: Coordinates,
    /// O2 and CO2 of the blood that leaves, mL/dL.
    pub(super) out: Vector2<f64>,
    /// O2 and CO2 gained, mL/min.
    pub(super) gain: Vector2<f64>,
    pub(super) settled: bool,
}

/// A stage's question: what is stored before it, its length, and what arrives.
#[derive(Debug, Clone, Copy)]
pub(super) struct TissueQuestion<'a> {
    /// O2 and CO2, mL.
    pub(super) base: Vector2<f64>,
    /// hγ, min.
    pub(super) tau_min: f64,
    pub(super) arterial: &'a Contents,
    /// O2 (negative) and CO2 made, mL/min.
    pub(super) metabolism: Vector2<f64>,
    /// Where to start.
    pub(super) start: Coordinates,
}

impl Tissue {
    /// Tissue in balance with blood of known O2 and CO2 contents that leaves it.
    pub(super) fn of_contents(
        chemistry: &Chemistry,
        setting: &TissueSetting,
        out: [f64; 2],
        start: Coordinates,
    ) -> Self {
        let at = chemistry.at_contents(out[0], out[1], chemistry.into_domain(start));
        let gas = chemistry.evaluate(at).0;
        Tissue {
            stored: [setting.capacity[0] * gas.po2_mmhg, setting.capacity[1] * gas.pco2_mmhg],
            at,
            rate: Rate::default(),
        }
    }

    /// PO2 and PCO2, mmHg.
    pub(super) fn tensions_mmhg(&self, setting: &TissueSetting) -> [f64; 2] {
        [self.stored[0] / setting.capacity[0], self.stored[1] / setting.capacity[1]]
    }

    /// Solves `stored = base + hγ·gain` .
    pub(super) fn stage(
        &self,
        chemistry: &Chemistry,
        setting: &TissueSetting,
        question: &TissueQuestion<'_>,
    ) -> TissueStage {
        let TissueQuestion { base, tau_min, arterial, metabolism, start } = *question;
        let lowest = chemistry.lowest_virtual_po2_mmhg();
        let flow = setting.flow_dl_per_min;
        let store = Vector2::new(setting.capacity[0], setting.capacity[1]) / tau_min;
        let wanted = arterial.xy() * flow + metabolism + base / tau_min;
        let mut at = chemistry.into_domain(start);
        let mut iterations = 0;
        loop {
            iterations += 1;
            let (gas, slopes) = chemistry.evaluate(at);
            let mut out = Vector2::new(gas.o2_ml_per_dl, gas.co2_ml_per_dl);
            let content = Matrix2::new(slopes.o2[0], slopes.o2[1], slopes.co2[0], slopes.co2[1]);
            let tension = Matrix2::new(slopes.po2[0], slopes.po2[1], slopes.pco2[0], slopes.pco2[1]);
            let held = Vector2::new(gas.po2_mmhg, gas.pco2_mmhg).component_mul(&store);
            let residual = wanted - out * flow - held;
            let jacobian = content * flow + Matrix2::from_diagonal(&store) * tension;
            let determinant = 1.0 / (jacobian.m11 * jacobian.m22 - jacobian.m12 * jacobian.m21);
            let step = Vector2::new(
                (jacobian.m22 * residual.x - jacobian.m12 * residual.y) * determinant,
                (jacobian.m11 * residual.y - jacobian.m21 * residual.x) * determinant,
            );
            let small = step.x.abs() <= SETTLED * (at.virtual_po2_mmhg - lowest)
                && step.y.abs() <= SETTLED * at.bicarbonate_mmol_per_l;
            let next = chemistry.limited_step(at, [step.x, step.y]);
            match next {
                Some(next) if !small && iterations < STAGE_ITERATIONS => at = next,
                _ => {
                    let settled = next.is_some() && small;
                    if settled {
                        out += content * step;
                        at = next.unwrap_or(at);
                    }
                    if !settled {
                        // Nothing is stored or given up.
                        out = arterial.xy() + metabolism / flow;
                        at = self.at;
                    }
                    return TissueStage { at, out, gain: (arterial.xy() - out) * flow + metabolism, settled };
                }
            }
        }
    }
}
