//! Blood that shares its syringe with air.

use crate::numerics::float;
use crate::numerics::roots;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::units::{BTPS_STPD_MMHG_L_PER_ML, PH2O_MMHG, ROOM_AIR_FIO2_FRAC};

/// A bubble of moist room air in a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AirBubble {
    /// Its volume over that of the blood; above 0.
    pub volume_frac: f64,
    /// How far bubble and blood have come to equilibrium in O2, 0 to 1.
    pub equilibrated_frac: f64,
    /// Barometric pressure, mmHg; above that of water vapour.
    pub pb_mmhg: f64,
}

/// mL(STPD) in a bubble of the volume of 1 dL of blood at 1 mmHg.
const GAS_ML_PER_DL_MMHG: f64 = 0.1 / BTPS_STPD_MMHG_L_PER_ML;

impl AirBubble {
    /// Gases of the blood after the exchange with the bubble.
    ///
    /// ```text
    /// C(P) + φ·g·P = C0 + φ·g·P_air   for O2 and CO2,   C_end = C0 + e·(C(P) − C0)   for O2
    /// ```
    /// with φ the volume of the bubble over that of the blood and g = 0.1/0.863 mL(STPD)/dL/mmHg. The bubble keeps its
    /// volume and is at 37 degC, as is the blood; its CO2 is 0 at the start. Blood with more O2 than air loses some. CO2, which
    /// diffuses 20 times as easily (Krogh), is in equilibrium however far O2 has come.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `gas` | | gases of the blood of `chemistry`, PO2 and PCO2 above 0 |
    ///
    /// # Source
    /// The balance of Mueller RG, Lang GE, Beam JM, Am J Clin Pathol 1976;65:242-249, doi:10.1093/ajcp/65.2.242; the
    /// degree of equilibrium by Pighi L, Salvagno GL, Lippi G, J Med Biochem, on syringes of 1 mL (`val_pighi`).
    #[must_use]
    pub fn in_blood(&self, chemistry: &Chemistry, gas: &BloodGas) -> BloodGas {
        let g = self.volume_frac * GAS_ML_PER_DL_MMHG;
        let air_po2_mmhg = ROOM_AIR_FIO2_FRAC * (self.pb_mmhg - PH2O_MMHG);
        let all = [gas.o2_ml_per_dl + g * air_po2_mmhg, gas.co2_ml_per_dl];
        let start = chemistry.at_tensions(gas.po2_mmhg, gas.pco2_mmhg);
        let end = chemistry.evaluate(Syringe { chemistry, g_o2: g, g_co2: g, all }.balance(start)).0;
        // CO2 is long in equilibrium, at whatever O2 the blood has by then.
        let o2 = gas.o2_ml_per_dl + self.equilibrated_frac * (end.o2_ml_per_dl - gas.o2_ml_per_dl);
        let part = Syringe { chemistry, g_o2: 0.0, g_co2: g, all: [o2, gas.co2_ml_per_dl] };
        chemistry.evaluate(part.balance(start)).0
    }
}

/// Blood and gas that share their O2 and CO2.
struct Syringe<'a> {
    chemistry: &'a Chemistry,
    /// O2 and CO2 of the gas at 1 mmHg, mL per dL of blood.
    g_o2: f64,
    g_co2: f64,
    /// O2 and CO2 of both, mL per dL of blood.
    all: [f64; 2],
}

impl Syringe<'_> {
    /// The blood in equilibrium with the gas: Newton's method in both coordinates, and where that does not settle,
    /// nested halving, which always does: at a PCO2 all O2 rises with PO2, and along that line all CO2 with PCO2.
    fn balance(&self, start: Coordinates) -> Coordinates {
        let mut at = start;
        for _ in 0..40 {
            let (gas, slopes) = self.chemistry.evaluate(at);
            let miss = self.miss(&gas);
            if miss.iter().zip(self.all).all(|(miss, all)| miss.abs() <= 1e-13 * all.max(1.0)) {
                return at;
            }
            let o2 = [0, 1].map(|i| slopes.o2[i] + self.g_o2 * slopes.po2[i]);
            let co2 = [0, 1].map(|i| slopes.co2[i] + self.g_co2 * slopes.pco2[i]);
            let determinant = o2[0] * co2[1] - o2[1] * co2[0];
            let step = [
                (o2[1] * miss[1] - miss[0] * co2[1]) / determinant,
                (co2[0] * miss[0] - o2[0] * miss[1]) / determinant,
            ];
            let Some(next) = self.chemistry.limited_step(at, step) else { break };
            at = next;
        }
        self.balance_by_halving()
    }

    fn balance_by_halving(&self) -> Coordinates {
        let at_ln_pco2 = |ln_pco2: f64| {
            let at = |po2_mmhg: f64| self.chemistry.at_tensions(po2_mmhg, float::exp(ln_pco2));
            let miss_o2 = |po2_mmhg: f64| (self.miss(&self.chemistry.evaluate(at(po2_mmhg)).0)[0], f64::NAN);
            at(roots::increasing(0.0, HIGHEST_PO2_MMHG, 40.0, miss_o2))
        };
        let miss_co2 = |ln_pco2: f64| (self.miss(&self.chemistry.evaluate(at_ln_pco2(ln_pco2)).0)[1], f64::NAN);
        at_ln_pco2(roots::increasing(-10.0, 10.0, float::ln(40f64), miss_co2))
    }

    /// O2 and CO2 that are too much.
    fn miss(&self, gas: &BloodGas) -> [f64; 2] {
        [
            gas.o2_ml_per_dl + self.g_o2 * gas.po2_mmhg - self.all[0],
            gas.co2_ml_per_dl + self.g_co2 * gas.pco2_mmhg - self.all[1],
        ]
    }
}

/// No blood in a syringe has a higher PO2, mmHg.
const HIGHEST_PO2_MMHG: f64 = 1000.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physiology::blood::Blood;
    use crate::units::SEA_LEVEL_PB_MMHG;

    fn after(volume_frac: f64, equilibrated_frac: f64, po2_mmhg: f64, pco2_mmhg: f64) -> (BloodGas, BloodGas) {
        let chemistry = Chemistry::new(&Blood::default());
        let before = chemistry.gas_at_tensions(po2_mmhg, pco2_mmhg);
        let bubble = AirBubble { volume_frac, equilibrated_frac, pb_mmhg: SEA_LEVEL_PB_MMHG };
        (before, bubble.in_blood(&chemistry, &before))
    }

    #[test]
    fn val_pighi() {
        // Venous blood, 0.2 mL of air on 0.8 mL: PO2 +10.8 %, SO2 +11.2 %, PCO2 -4.8 %, pH +0.1 %.
        let (before, after) = after(0.25, 0.5, 35.0, 47.0);
        let change = |a: f64, b: f64| 100.0 * (b / a - 1.0);
        let so2 = change(before.saturation_frac, after.saturation_frac);
        let po2 = change(before.po2_mmhg, after.po2_mmhg);
        let pco2 = change(before.pco2_mmhg, after.pco2_mmhg);
        let ph = change(before.ph, after.ph);
        assert!((so2 - 11.2).abs() < 3.0, "{so2}");
        assert!((po2 - 10.8).abs() < 4.0, "{po2}");
        assert!((pco2 + 4.8).abs() < 2.0, "{pco2}");
        assert!((ph - 0.1).abs() < 0.2, "{ph}");
    }

    #[test]
    fn val_toffaletti_2012() {
        // Small bubbles, shaken: little change up to 70 mmHg, more from 80 to 140, falling PO2 from about 180. Their air
        // was at room temperature; here, at 37 degC, the change of sign lies at 149 mmHg.
        let change = |po2: f64| after(0.02, 1.0, po2, 40.0).1.po2_mmhg - po2;
        assert!(change(60.0) > 0.0 && change(60.0) < 3.0, "{}", change(60.0));
        for po2 in [80.0, 100.0, 120.0] {
            assert!(change(po2) > 1.8 * change(60.0), "{po2}: {}", change(po2));
        }
        assert!(change(180.0) < 0.0 && change(400.0) < 5.0 * change(180.0), "{}", change(400.0));
    }

    #[test]
    fn val_mueller_lang_1976() {
        // A bubble of 1 % of the volume is a potential source of significant error.
        let (before, shaken) = after(0.01, 1.0, 400.0, 40.0);
        assert!(before.po2_mmhg - shaken.po2_mmhg > 20.0, "{}", shaken.po2_mmhg);
    }

    #[test]
    fn inv_matter_is_conserved() {
        for (po2, pco2) in [(5.0, 90.0), (60.0, 40.0), (95.0, 20.0), (550.0, 40.0)] {
            let (before, end) = after(0.3, 1.0, po2, pco2);
            let g = 0.3 * GAS_ML_PER_DL_MMHG;
            let air = ROOM_AIR_FIO2_FRAC * (SEA_LEVEL_PB_MMHG - PH2O_MMHG);
            let o2 = end.o2_ml_per_dl + g * end.po2_mmhg - before.o2_ml_per_dl - g * air;
            let co2 = end.co2_ml_per_dl + g * end.pco2_mmhg - before.co2_ml_per_dl;
            assert!(o2.abs() < 1e-9 && co2.abs() < 1e-9, "{po2}: {o2} {co2}");
        }
    }

    #[test]
    fn inv_halving_agrees_with_newton() {
        let chemistry = Chemistry::new(&Blood { base_excess_mmol_per_l: -20.0, cohb_frac: 0.3, ..Blood::default() });
        for (po2, pco2) in [(5.0, 120.0), (90.0, 20.0), (600.0, 60.0)] {
            let before = chemistry.gas_at_tensions(po2, pco2);
            let all = [before.o2_ml_per_dl + 3.0, before.co2_ml_per_dl];
            let syringe = Syringe { chemistry: &chemistry, g_o2: 0.03, g_co2: 0.03, all };
            let [newton, halving] = [syringe.balance(chemistry.at_tensions(po2, pco2)), syringe.balance_by_halving()]
                .map(|at| chemistry.evaluate(at).0);
            assert!((newton.po2_mmhg / halving.po2_mmhg - 1.0).abs() < 1e-9, "{newton:?} {halving:?}");
            assert!((newton.pco2_mmhg / halving.pco2_mmhg - 1.0).abs() < 1e-9, "{newton:?} {halving:?}");
        }
    }
}
