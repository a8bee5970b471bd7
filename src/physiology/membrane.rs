//! The membrane lung in veno-venous bypass: how its blood mixes with the rest.

use crate::physiology::indices::LEAST_SATURATION_FRAC;
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::units::ZERO_C_KELVIN;

/// A veno-venous membrane lung.
///
/// | field | unit | range |
/// |---|---|---|
/// | `pump_flow_l_per_min` | L/min | 0 to 8 |
/// | `recirculation_frac` | fraction of drained blood that was just returned | 0 to 0.9 |
/// | `sweep_l_per_min` | L/min at body temperature, moist; a flowmeter reads [`flowmeter_l_per_min`] | 0 to 15 |
/// | `fdo2_frac` | O2 fraction of the sweep gas | 0.21 to 1 |
/// | `membrane_shunt_frac` | fraction of pump flow that bypasses the membrane | 0 to 0.9 |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MembraneLung {
    /// Blood flow of the pump.
    pub pump_flow_l_per_min: f64,
    /// Recirculation.
    pub recirculation_frac: f64,
    /// Sweep gas flow; 0 is the gas line off, without any exchange.
    pub sweep_l_per_min: f64,
    /// O2 fraction of the sweep gas.
    pub fdo2_frac: f64,
    /// Shunt of the membrane.
    pub membrane_shunt_frac: f64,
}

/// How the blood of a membrane lung mixes, all as shares.
///
/// With drained `Cd = R·Cm + (1 − R)·Cv`, returned `Cm = (1 − s)·Cunit + s·Cd` and pulmonary arterial
/// `Cpa = [P(1 − R)·Cm + (Q̇ − P(1 − R))·Cv]/Q̇`, everything is a mean of the blood that leaves the membrane unit and
/// of tissue venous blood.
///
/// # Source
/// Definitions of Messai E et al., Intensive Care Med 2013;39:327-328, doi:10.1007/s00134-012-2748-y; the rest is
/// conservation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixing {
    /// Recirculation in force: raised where pump flow would exceed what the body returns.
    pub recirculation_frac: f64,
    /// Whether it was raised.
    pub recirculation_raised: bool,
    /// P(1 − R), L/min.
    pub effective_flow_l_per_min: f64,
    /// Share of membrane-unit blood in drained blood; the rest is tissue venous.
    pub unit_in_drained: f64,
    /// Share of membrane-unit blood in returned blood.
    pub unit_in_returned: f64,
    /// Share of membrane-unit blood in pulmonary arterial blood.
    pub unit_in_pulmonary_arterial: f64,
    /// Blood through the membrane unit, L/min.
    pub unit_flow_l_per_min: f64,
}

impl MembraneLung {
    /// Mixing shares at a cardiac output, L/min above 0.
    ///
    /// Recirculation is raised to 1 − Q̇/P where the effective flow would exceed the cardiac output.
    #[must_use]
    pub fn mixing(&self, cardiac_output_l_per_min: f64) -> Mixing {
        let pump = self.pump_flow_l_per_min;
        let floor = if pump > 0.0 { 1.0 - cardiac_output_l_per_min / pump } else { 0.0 };
        let recirculation_raised = floor > self.recirculation_frac;
        let r = self.recirculation_frac.max(floor);
        let s = self.membrane_shunt_frac;
        let effective = pump * (1.0 - r);
        let unit_in_returned = (1.0 - s) / (1.0 - s * r);
        Mixing {
            recirculation_frac: r,
            recirculation_raised,
            effective_flow_l_per_min: effective,
            unit_in_drained: r * unit_in_returned,
            unit_in_returned,
            unit_in_pulmonary_arterial: effective / cardiac_output_l_per_min * unit_in_returned,
            unit_flow_l_per_min: pump * (1.0 - s),
        }
    }

    /// Mixing shares where the pump returns into the aorta, all but a share of its blood, which goes to the right atrium.
    ///
    /// ```text
    /// Cd = R·Cm + (1 − R)·Cv,  Cm = (1 − s)·Cunit + s·Cd,  R ≤ v
    /// Cpa = [(v − R)·P·Cm + (Q̇ − P(1 − R))·Cv]/Q̇n,  Q̇ = Q̇n + P(1 − v)
    /// ```
    /// `native_l_per_min` is what the heart ejects, above 0. Recirculation as given is that of a circuit that returns
    /// everything to the veins; of a part of it returned there it is that part, raised where the heart ejects less.
    #[must_use]
    pub fn bypass_mixing(&self, native_l_per_min: f64, to_vein_frac: f64) -> Mixing {
        let pump = self.pump_flow_l_per_min;
        let floor = if pump > 0.0 { to_vein_frac - native_l_per_min / pump } else { 0.0 };
        let wanted = self.recirculation_frac * to_vein_frac;
        let recirculation_raised = floor > wanted;
        let r = wanted.max(floor);
        let s = self.membrane_shunt_frac;
        let unit_in_returned = (1.0 - s) / (1.0 - s * r);
        Mixing {
            recirculation_frac: r,
            recirculation_raised,
            effective_flow_l_per_min: pump * (1.0 - r),
            unit_in_drained: r * unit_in_returned,
            unit_in_returned,
            unit_in_pulmonary_arterial: (to_vein_frac - r) * pump / native_l_per_min * unit_in_returned,
            unit_flow_l_per_min: pump * (1.0 - s),
        }
    }

    /// Whether any gas is exchanged.
    #[must_use]
    pub fn exchanges(&self) -> bool {
        self.pump_flow_l_per_min > 0.0 && self.sweep_l_per_min > 0.0
    }
}

/// Room temperature at which gas flowmeters are read, degC.
const FLOWMETER_C: f64 = 21.0;

/// What a dry flowmeter in a room of 21 degC reads of a sweep gas flow, L/min.
///
/// ```text
/// read = sweep/[(273.15 + T)/294.15·PB/(PB − PH2O(T))]
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `sweep_l_per_min` | L/min at body temperature, moist | 0 or more |
/// | `temperature_c` | degC | 25 to 42 |
/// | `pb_mmhg` | mmHg | above PH2O |
///
/// # Source
/// The gas law: the gas warms and takes up water at constant pressure.
///
/// ```
/// let read = isoshunt::physiology::membrane::flowmeter_l_per_min(5.0, 37.0, 760.0);
/// assert!((5.0 / read - 1.12).abs() < 0.005);
/// ```
#[must_use]
pub fn flowmeter_l_per_min(sweep_l_per_min: f64, temperature_c: f64, pb_mmhg: f64) -> f64 {
    let warmed = (ZERO_C_KELVIN + temperature_c) / (ZERO_C_KELVIN + FLOWMETER_C);
    sweep_l_per_min / (warmed * pb_mmhg / (pb_mmhg - water_vapour_mmhg(temperature_c)))
}

/// Recirculation from the three saturations read at the bedside.
///
/// ```text
/// R = (S_drained − S_venous)/(S_returned − S_venous)
/// ```
/// All in the same unit; absent where returned blood is no richer than venous.
///
/// # Source
/// Messai 2013 as above.
///
/// ```
/// let r = isoshunt::physiology::membrane::recirculation_from_saturations(0.70, 1.0, 0.60).unwrap();
/// assert!((r - 0.25).abs() < 1e-12);
/// ```
#[must_use]
pub fn recirculation_from_saturations(drained: f64, returned: f64, venous: f64) -> Option<f64> {
    (returned - venous > LEAST_SATURATION_FRAC).then(|| (drained - venous) / (returned - venous))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LUNG: MembraneLung = MembraneLung {
        pump_flow_l_per_min: 4.0,
        recirculation_frac: 0.2,
        sweep_l_per_min: 4.0,
        fdo2_frac: 1.0,
        membrane_shunt_frac: 0.1,
    };

    #[test]
    fn inv_shares_solve_the_mixing_equations() {
        let m = LUNG.mixing(6.0);
        let (unit, venous) = (20.0, 12.0);
        let mean = |share: f64| share * unit + (1.0 - share) * venous;
        let (drained, returned, pulmonary) =
            (mean(m.unit_in_drained), mean(m.unit_in_returned), mean(m.unit_in_pulmonary_arterial));
        assert!((drained - (0.2 * returned + 0.8 * venous)).abs() < 1e-12);
        assert!((returned - (0.9 * unit + 0.1 * drained)).abs() < 1e-12);
        assert!((pulmonary - (3.2 * returned + 2.8 * venous) / 6.0).abs() < 1e-12);
    }

    #[test]
    fn inv_a_bypass_conserves_blood_and_all_of_it_to_the_vein_is_veno_venous() {
        let (unit, venous) = (20.0, 12.0);
        for (native, to_vein) in [(2.0, 0.0), (2.0, 0.4), (0.5, 0.5), (6.0, 1.0)] {
            let m = LUNG.bypass_mixing(native, to_vein);
            let mean = |share: f64| share * unit + (1.0 - share) * venous;
            let (pump, returned) = (LUNG.pump_flow_l_per_min, mean(m.unit_in_returned));
            let systemic = native + pump * (1.0 - to_vein);
            // What the tissues return and the pump gives the veins leaves by the pump or by the heart.
            let came = systemic * venous + to_vein * pump * returned;
            let went = pump * mean(m.unit_in_drained) + native * mean(m.unit_in_pulmonary_arterial);
            assert!((came - went).abs() < 1e-9, "{native} {to_vein}: {came} {went}");
            assert!(m.recirculation_frac <= to_vein && m.unit_in_pulmonary_arterial <= 1.0 + 1e-12, "{m:?}");
        }
        let [all, vv] = [LUNG.bypass_mixing(6.0, 1.0), LUNG.mixing(6.0)];
        assert!((all.unit_in_pulmonary_arterial - vv.unit_in_pulmonary_arterial).abs() < 1e-12);
    }

    #[test]
    fn inv_effective_flow_never_exceeds_output() {
        let m = MembraneLung { pump_flow_l_per_min: 8.0, ..LUNG }.mixing(5.0);
        assert!(m.recirculation_raised && (m.effective_flow_l_per_min - 5.0).abs() < 1e-12);
        assert!(!LUNG.mixing(5.0).recirculation_raised);
    }
}
