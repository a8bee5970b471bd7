//! First guesses of units and capillaries, where no solution is known.

use super::exchanger::{Capillary, Exchanger};
use crate::numerics::float::{self, Lanes, Real};
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::distribution::UnitFlow;
use crate::physiology::lung_unit::{self, Contents};
use crate::units::O2_SOLUBILITY_ML_PER_DL_MMHG;

/// Slope of the CO2 dissociation curve for a guess, mL/dL/mmHg.
const GUESS_CO2_SLOPE: f64 = 0.45;
/// Iterations of a first guess.
const GUESS_ITERATIONS: u32 = 60;

/// First guess of a unit from its V/Q: CO2 on a straight line through venous blood, O2 on the curve at one pH.
pub(super) struct UnitGuess<'a> {
    chemistry: &'a Chemistry,
    venous: BloodGas,
    /// PO2 over virtual PO2 in venous blood.
    po2_per_virtual: f64,
    o2_in: f64,
}

impl<'a> UnitGuess<'a> {
    pub(super) fn new(chemistry: &'a Chemistry, venous_at: Coordinates, venous: &Contents) -> Self {
        let gas = chemistry.evaluate(venous_at).0;
        UnitGuess {
            chemistry,
            venous: gas,
            po2_per_virtual: (gas.po2_mmhg / venous_at.virtual_po2_mmhg).clamp(0.1, 10.0),
            o2_in: venous.x,
        }
    }

    /// Virtual PO2 and bicarbonate of units of these ratios.
    pub(super) fn at(&self, ratio: Lanes, pio2_mmhg: f64) -> [Lanes; 2] {
        let chemistry = self.chemistry;
        let pco2 = Lanes::of(self.venous.pco2_mmhg * GUESS_CO2_SLOPE) / (ratio + GUESS_CO2_SLOPE);
        let lowest = chemistry.lowest_virtual_po2_mmhg();
        let per_virtual = (ratio + O2_SOLUBILITY_ML_PER_DL_MMHG) * self.po2_per_virtual;
        let wanted = ratio * pio2_mmhg + self.o2_in + per_virtual * lowest;
        let capacity = chemistry.o2_capacity_ml_per_dl();
        // Newton's method inside a bracket that every evaluation tightens, to a hundredth.
        let (mut low, mut high) = (Lanes::of(lowest), wanted / per_virtual);
        let mut v = Lanes::of(40.0 + lowest).least(high);
        for _ in 0..GUESS_ITERATIONS {
            let (s, s_v) = chemistry.saturation(v);
            let value = s * capacity + per_virtual * v - wanted;
            let below = |yes: Lanes, no: Lanes| value.if_below(Lanes::of(0.0), yes, no);
            (low, high) = (below(v, low), below(high, v));
            let newton = v - value / (s_v * capacity + per_virtual);
            let middle = (low + high) * 0.5;
            let next = low.if_below(newton, newton.if_below(high, newton, middle), middle);
            let far = v.abs() * 1e-2 - (next - v).abs();
            v = next;
            let none = Lanes::of(0.0);
            if far.if_below(none, Lanes::of(1.0), none).sum() == 0.0 {
                break;
            }
        }
        let v = v.most(Lanes::of(lowest + 0.1));
        [v, chemistry.rough_bicarbonate_at(v, pco2)]
    }
}

/// Capillary of an exchanger: how far it would equilibrate on a straight curve. Its blood is taken back that far.
pub(super) fn guessed_capillary(
    chemistry: &Chemistry,
    unit: &mut Exchanger,
    conductance: f64,
    inflow_at: Coordinates,
) -> Capillary {
    let (gas, entering) = (chemistry.evaluate(unit.at).0, chemistry.evaluate(inflow_at).0);
    let v_in = inflow_at.virtual_po2_mmhg;
    let slope = (gas.o2_ml_per_dl - entering.o2_ml_per_dl) / (gas.po2_mmhg - entering.po2_mmhg);
    let slope = if slope.is_finite() { slope.clamp(O2_SOLUBILITY_ML_PER_DL_MMHG, 2.0) } else { 0.1 };
    let equilibrations = (conductance / slope).clamp(0.01, 30.0);
    // The blood stops that far short of the gas.
    unit.at.virtual_po2_mmhg += (v_in - unit.at.virtual_po2_mmhg) * float::exp(-equilibrations);
    unit.at = chemistry.into_domain(unit.at);
    Capillary::new(equilibrations, v_in)
}

/// [`lung_unit::conductance_ratio`] of a unit, and its share of the flow through all.
pub(super) fn ratio_and_weight(k_mmhg_l_per_ml: f64, flow: &UnitFlow, perfusion_l_per_min: f64) -> [f64; 2] {
    let ratio = lung_unit::conductance_ratio(k_mmhg_l_per_ml, flow.ventilation_l_per_min, flow.perfusion_l_per_min);
    [ratio, flow.perfusion_l_per_min / perfusion_l_per_min]
}
