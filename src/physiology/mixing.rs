//! Blood that is mixed: contents add, and the tensions are those of a blood that holds the sum.

use crate::numerics::float;
use crate::numerics::roots;
use crate::physiology::acid_base::{self, STANDARD_PH};
use crate::physiology::blood::{Chemistry, Coordinates};
use crate::physiology::iso_pco2::IsoPco2;
use crate::physiology::saturation::STANDARD_P50_MMHG;

/// Share of both coordinates over which contents are straight, and how near the kink in pH that is not said.
const STRAIGHT: f64 = 1e-8;
const NEAR_KINK: f64 = 1e-4;
/// Virtual PO2 at which haemoglobin is full, mmHg.
const MOST_VIRTUAL_PO2_MMHG: f64 = 1e4;

impl Chemistry {
    /// Coordinates at given contents: what mixed blood comes to.
    ///
    /// `start` only saves time. Newton's method in both coordinates; where it does not settle, nested halving, which
    /// always does: at fixed PCO2 the O2 content rises with PO2, and at fixed O2 content the CO2 content rises with
    /// PCO2.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `o2_ml_per_dl` | mL/dL | above 0 |
    /// | `co2_ml_per_dl` | mL/dL | above 0 |
    #[must_use]
    pub fn at_contents(&self, o2_ml_per_dl: f64, co2_ml_per_dl: f64, start: Coordinates) -> Coordinates {
        let mut at = start;
        for _ in 0..40 {
            let (gas, slopes) = self.evaluate(at);
            let r = [o2_ml_per_dl - gas.o2_ml_per_dl, co2_ml_per_dl - gas.co2_ml_per_dl];
            let determinant = slopes.o2[0] * slopes.co2[1] - slopes.o2[1] * slopes.co2[0];
            let step = [
                (r[0] * slopes.co2[1] - r[1] * slopes.o2[1]) / determinant,
                (slopes.o2[0] * r[1] - slopes.co2[0] * r[0]) / determinant,
            ];
            let smooth = self.smooth_step([at.virtual_po2_mmhg, at.bicarbonate_mmol_per_l], gas.ph, step);
            let next = match smooth {
                Some(([virtual_po2_mmhg, bicarbonate_mmol_per_l], _)) => {
                    Coordinates { virtual_po2_mmhg, bicarbonate_mmol_per_l }
                }
                // Across the kink of the CO2 content.
                None => match self.limited_step(at, step) {
                    Some(next) => next,
                    None => break,
                },
            };
            // Away from the kink of the CO2 content what is left is the square of the step.
            let close = if (gas.ph - self.co2_ph_cap).abs() > NEAR_KINK { STRAIGHT } else { 4e-16 };
            let stays = |next: f64, at: f64| (next - at).abs() <= close * at;
            let holds = |r: f64, content: f64| r.abs() <= 2e-15 * content.max(1.0);
            let is_found = (stays(next.virtual_po2_mmhg, at.virtual_po2_mmhg)
                && stays(next.bicarbonate_mmol_per_l, at.bicarbonate_mmol_per_l))
                || (holds(r[0], o2_ml_per_dl) && holds(r[1], co2_ml_per_dl));
            at = next;
            if is_found {
                return at;
            }
        }
        // Rounding may keep the last steps from shrinking further: that is as good as it gets.
        let (gas, _) = self.evaluate(at);
        let close = |value: f64, wanted: f64| (value - wanted).abs() <= 1e-12 * wanted.max(1.0);
        if close(gas.o2_ml_per_dl, o2_ml_per_dl) && close(gas.co2_ml_per_dl, co2_ml_per_dl) {
            return at;
        }
        self.at_contents_by_halving(o2_ml_per_dl, co2_ml_per_dl)
    }

    /// The slow way of [`Chemistry::at_contents`] that needs no start.
    fn at_contents_by_halving(&self, o2_ml_per_dl: f64, co2_ml_per_dl: f64) -> Coordinates {
        let mut at = Coordinates { virtual_po2_mmhg: STANDARD_P50_MMHG, bicarbonate_mmol_per_l: 24.0 };
        let mut of_ln_pco2 = |ln_pco2: f64| {
            at = self.at_o2_content_and_pco2(o2_ml_per_dl, float::exp(ln_pco2));
            (self.evaluate(at).0.co2_ml_per_dl - co2_ml_per_dl, f64::NAN)
        };
        roots::increasing(-30.0, 14.0, float::ln(40f64), &mut of_ln_pco2);
        at
    }

    /// Bicarbonate of blood at a virtual PO2, mmHg, that holds so much CO2, mL/dL, both above 0; with the evaluations spent.
    /// `start` only saves time: that of blood like it.
    pub(crate) fn bicarbonate_at_co2_content(
        &self,
        virtual_po2_mmhg: f64,
        co2_ml_per_dl: f64,
        start: f64,
    ) -> (f64, u32) {
        let mut evaluations = 0;
        let bicarbonate_mmol_per_l = roots::increasing(0.0, self.most_bicarbonate_mmol_per_l(), start, |hco3| {
            evaluations += 1;
            let at = Coordinates { virtual_po2_mmhg, bicarbonate_mmol_per_l: hco3.max(f64::MIN_POSITIVE) };
            let (gas, slopes) = self.evaluate(at);
            (gas.co2_ml_per_dl - co2_ml_per_dl, slopes.co2[1])
        });
        (bicarbonate_mmol_per_l, evaluations)
    }

    /// Virtual PO2 of a saturation, mmHg; both above 0, the latter below 1.
    pub(crate) fn virtual_po2_at_saturation(&self, saturation_frac: f64) -> f64 {
        let lowest = self.lowest_virtual_po2_mmhg();
        roots::increasing(lowest, MOST_VIRTUAL_PO2_MMHG, STANDARD_P50_MMHG.max(lowest), |v| {
            let (saturation, slope) = self.saturation(v);
            (saturation - saturation_frac, slope)
        })
    }

    /// Coordinates at a given O2 content, mL/dL above 0, and PCO2, mmHg above 0.
    #[must_use]
    pub fn at_o2_content_and_pco2(&self, o2_ml_per_dl: f64, pco2_mmhg: f64) -> Coordinates {
        let (point, _) = IsoPco2::new(self, pco2_mmhg).at_o2_content(o2_ml_per_dl, STANDARD_P50_MMHG, STANDARD_PH);
        let bicarbonate_mmol_per_l = acid_base::bicarbonate_mmol_per_l(point.ph, pco2_mmhg);
        Coordinates { virtual_po2_mmhg: point.virtual_po2_mmhg, bicarbonate_mmol_per_l }
    }
}
