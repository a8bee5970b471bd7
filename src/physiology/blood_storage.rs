//! What happens to blood in a closed syringe: its cells go on breathing and make acid.

use crate::physiology::blood::{Blood, BloodGas, Chemistry};

/// Leucocytes of the blood for which the rates below were measured, 10^9/L.
pub const NORMAL_LEUCOCYTES_GIGA_PER_L: f64 = 7.5;
/// O2 uptake of normal blood at 37 degC, mL/dL/min.
const O2_USE_ML_PER_DL_MIN: f64 = 8.5e-3;
/// Share of a rate at 37 degC that one degree below takes away.
const LESS_PER_DEGREE: f64 = 0.063 / 2.7;
/// Lactate that normal blood makes at 24 and at 4 degC, mmol/L/min.
const LACTATE_AT_24_MMOL_PER_L_MIN: f64 = 0.012;
const LACTATE_AT_4_MMOL_PER_L_MIN: f64 = 0.0035;
/// Rise of that for each 10^9/L of leucocytes: above 60 the 15 min for which a sample keeps are 10.
const LACTATE_PER_LEUCOCYTE: f64 = 0.5 / (60.0 - NORMAL_LEUCOCYTES_GIGA_PER_L);
/// PO2 at which cells have nothing left to breathe, mmHg.
const LEAST_PO2_MMHG: f64 = 1.0;

/// O2 that the cells of stored blood take up, mL/dL/min.
///
/// ```text
/// uptake = 8.5e-3·(L/7.5)·(1 − 0.0233(37 − T))
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `leucocytes_giga_per_l` | 10^9/L | 0 or more |
/// | `temperature_c` | degC, of the stored blood | 0 to 37 |
///
/// # Source
/// Lenfant C, Aucutt C, J Appl Physiol 1965;20:503-508: 8.5e-5 mL/mL/min at 37 degC, which costs 2.7 mmHg/min where
/// PO2 is above 150, and 0.063 mmHg/min less for each degree below. Laying all of it on the leucocytes is ours; so
/// laid it meets Fox MJ, Am J Med 1979;67:742-746, doi:10.1016/0002-9343(79)90728-9 (`val_fox_1979`).
///
/// ```
/// use isoshunt::physiology::blood_storage::o2_use_ml_per_dl_min;
/// let fall_mmhg_per_min = o2_use_ml_per_dl_min(7.5, 37.0) / 0.0031;
/// assert!((fall_mmhg_per_min - 2.7).abs() < 0.05);
/// ```
#[must_use]
pub fn o2_use_ml_per_dl_min(leucocytes_giga_per_l: f64, temperature_c: f64) -> f64 {
    let warmth = 1.0 - LESS_PER_DEGREE * (37.0 - temperature_c);
    O2_USE_ML_PER_DL_MIN * leucocytes_giga_per_l / NORMAL_LEUCOCYTES_GIGA_PER_L * warmth
}

/// Lactic acid that stored blood makes, mmol/L/min.
///
/// ```text
/// lactate = (0.0035 + (T − 4)·(0.012 − 0.0035)/20)·(1 + 0.0095(L − 7.5)),   not below 0
/// ```
/// Units and ranges as [`o2_use_ml_per_dl_min`].
///
/// # Source
/// Calatayud O, Tenías JM, Scand J Clin Lab Invest 2003;63:311-314: 0.012 mmol/L/min at 24 degC and 0.0035 at 4 degC;
/// more leucocytes than 60e9/L shorten the time for which a sample keeps from 15 to 10 min.
#[must_use]
pub fn lactate_mmol_per_l_min(leucocytes_giga_per_l: f64, temperature_c: f64) -> f64 {
    let per_degree = (LACTATE_AT_24_MMOL_PER_L_MIN - LACTATE_AT_4_MMOL_PER_L_MIN) / 20.0;
    let rate = LACTATE_AT_4_MMOL_PER_L_MIN + per_degree * (temperature_c - 4.0);
    (rate * (1.0 + LACTATE_PER_LEUCOCYTE * (leucocytes_giga_per_l - NORMAL_LEUCOCYTES_GIGA_PER_L))).max(0.0)
}

/// How blood lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Storage {
    /// For how long, min; 0 or more.
    pub time_min: f64,
    /// At what temperature, degC; 0 to 37.
    pub temperature_c: f64,
    /// With how many leucocytes, 10^9/L; 0 or more.
    pub leucocytes_giga_per_l: f64,
}

impl Storage {
    /// Blood and its gases after it has lain in a closed syringe, measured at the temperature of `blood`.
    ///
    /// Its cells take O2 from the content and give as much CO2 back (they burn glucose), down to a PO2 of 1 mmHg; the
    /// lactic acid lowers base excess, which drives CO2 out of bicarbonate.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `blood` | | ranges of [`Blood`]; base excess may end below them |
    /// | `gas` | | gases of that blood, PO2 and PCO2 above 0 |
    ///
    /// # Source
    /// Rates as [`o2_use_ml_per_dl_min`] and [`lactate_mmol_per_l_min`]; the rest is conservation of matter.
    #[must_use]
    pub fn of(&self, blood: &Blood, gas: &BloodGas) -> (Blood, BloodGas) {
        let before = Chemistry::new(blood);
        let least = before.gas_at_tensions(LEAST_PO2_MMHG, gas.pco2_mmhg).o2_ml_per_dl;
        let there = (gas.o2_ml_per_dl - least).max(0.0);
        let asked = o2_use_ml_per_dl_min(self.leucocytes_giga_per_l, self.temperature_c) * self.time_min;
        let burnt = asked.min(there);
        let acid = lactate_mmol_per_l_min(self.leucocytes_giga_per_l, self.temperature_c) * self.time_min;
        let after = Blood { base_excess_mmol_per_l: blood.base_excess_mmol_per_l - acid, ..*blood };
        let chemistry = Chemistry::new(&after);
        let start = chemistry.at_tensions(gas.po2_mmhg, gas.pco2_mmhg);
        let at = chemistry.at_contents(gas.o2_ml_per_dl - burnt, gas.co2_ml_per_dl + burnt, start);
        (after, chemistry.evaluate(at).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_37(time_min: f64, leucocytes_giga_per_l: f64, po2_mmhg: f64) -> (BloodGas, BloodGas) {
        let blood = Blood { hb_g_per_dl: 10.0, ..Blood::default() };
        let before = Chemistry::new(&blood).gas_at_tensions(po2_mmhg, 40.0);
        (before, Storage { time_min, temperature_c: 37.0, leucocytes_giga_per_l }.of(&blood, &before).1)
    }

    #[test]
    fn val_lenfant_aucutt_1965() {
        // PO2 falls 2.7 mmHg/min from above 150 mmHg, PCO2 rises 0.11 mmHg/min, at 37 degC.
        let (before, after) = at_37(1.0, NORMAL_LEUCOCYTES_GIGA_PER_L, 400.0);
        let (fall, rise) = (before.po2_mmhg - after.po2_mmhg, after.pco2_mmhg - before.pco2_mmhg);
        assert!((fall - 2.7).abs() < 0.15, "{fall}");
        assert!((rise - 0.11).abs() < 0.04, "{rise}");
    }

    #[test]
    fn val_fox_1979() {
        // Leukaemic blood loses 13 mmHg in 2 min with 55.2e9 leucocytes per litre and 72 with 490e9. The O2 of the
        // tonometer is not in the abstract; 120 mmHg is taken here.
        for (leucocytes, published) in [(55.2, 13.0), (490.0, 72.0)] {
            let (before, after) = at_37(2.0, leucocytes, 120.0);
            let fall = before.po2_mmhg - after.po2_mmhg;
            assert!((fall / published - 1.0).abs() < 0.4, "{leucocytes}: {fall}");
        }
    }

    #[test]
    fn val_fox_1979_ice_blunts() {
        let ratio = o2_use_ml_per_dl_min(300.0, 0.0) / o2_use_ml_per_dl_min(300.0, 37.0);
        assert!((0.1..0.2).contains(&ratio), "{ratio}");
    }

    #[test]
    fn inv_cells_stop_breathing_without_o2() {
        let (_, after) = at_37(180.0, 1000.0, 60.0);
        // What is left of O2 stands at a higher tension than 1 mmHg: the blood is acid by now.
        assert!(after.po2_mmhg > 0.0 && after.po2_mmhg < 5.0, "{}", after.po2_mmhg);
        assert!(after.ph < 7.0 && after.pco2_mmhg > 40.0);
        let (before, same) = at_37(0.0, 1000.0, 60.0);
        assert!((before.po2_mmhg - same.po2_mmhg).abs() < 1e-9 && (before.ph - same.ph).abs() < 1e-12);
    }
}
