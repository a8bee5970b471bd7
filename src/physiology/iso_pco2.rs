//! Blood along a line of constant PCO2: the O2 dissociation curve as it is drawn, and the path along a capillary.

use std::f64::consts::LN_10;

use crate::numerics::roots;
use crate::physiology::blood::Chemistry;
use crate::physiology::saturation::{self, BOHR_PER_PH, CO2_SHIFT_PER_DECADE};
use crate::units::O2_SOLUBILITY_ML_PER_DL_MMHG;

/// A blood at one PCO2.
#[derive(Debug, Clone, Copy)]
pub struct IsoPco2<'a> {
    chemistry: &'a Chemistry,
    pco2_mmhg: f64,
}

/// A point of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IsoPco2Point {
    /// Virtual PO2 of all ligands, mmHg: the coordinate along the line.
    pub virtual_po2_mmhg: f64,
    /// pH.
    pub ph: f64,
    /// Slope of pH by saturation along the line.
    pub ph_by_saturation: f64,
    /// Saturation.
    pub saturation_frac: f64,
    /// PO2, mmHg.
    pub po2_mmhg: f64,
    /// O2 content, mL/dL.
    pub o2_ml_per_dl: f64,
    /// Slopes of saturation, PO2 and O2 content by virtual PO2 along the line.
    pub saturation_slope: f64,
    /// See `saturation_slope`.
    pub po2_slope: f64,
    /// See `saturation_slope`.
    pub o2_slope: f64,
    /// Slope of PO2 by PCO2 at constant virtual PO2: how the line itself moves.
    pub po2_by_pco2: f64,
}

impl IsoPco2Point {
    /// dS/dPO2 along the line, 1/mmHg.
    #[inline]
    #[must_use]
    pub fn saturation_by_po2(&self) -> f64 {
        self.saturation_slope / self.po2_slope
    }
}

impl<'a> IsoPco2<'a> {
    /// The line of a blood at a PCO2 above 0, mmHg.
    #[must_use]
    pub fn new(chemistry: &'a Chemistry, pco2_mmhg: f64) -> Self {
        IsoPco2 { chemistry, pco2_mmhg }
    }

    /// The point at a virtual PO2; `ph_start` only saves time.
    #[inline]
    #[must_use]
    pub fn point(&self, virtual_po2_mmhg: f64, ph_start: f64) -> IsoPco2Point {
        let (saturation_frac, saturation_slope) = self.chemistry.saturation(virtual_po2_mmhg);
        self.complete(virtual_po2_mmhg, saturation_frac, saturation_slope, ph_start)
    }

    /// As [`IsoPco2::point`], starting from a neighbour on the line.
    #[inline]
    #[must_use]
    pub fn point_beside(&self, virtual_po2_mmhg: f64, neighbour: &IsoPco2Point) -> IsoPco2Point {
        let (saturation_frac, saturation_slope) = self.chemistry.saturation(virtual_po2_mmhg);
        let ph_start = neighbour.ph + neighbour.ph_by_saturation * (saturation_frac - neighbour.saturation_frac);
        self.complete(virtual_po2_mmhg, saturation_frac, saturation_slope, ph_start)
    }

    #[inline]
    fn complete(
        &self,
        virtual_po2_mmhg: f64,
        saturation_frac: f64,
        saturation_slope: f64,
        ph_start: f64,
    ) -> IsoPco2Point {
        let chemistry = self.chemistry;
        let state = chemistry.at_saturation_and_pco2(saturation_frac, self.pco2_mmhg, ph_start);
        let (part, part_slope) = saturation::o2_part_of_virtual_po2(virtual_po2_mmhg, chemistry.co_share());
        let bohr = LN_10 * BOHR_PER_PH;
        let inverse = 1.0 / state.factor;
        let po2_mmhg = part * inverse;
        let po2_slope = part_slope * inverse - po2_mmhg * bohr * state.ph_by_saturation * saturation_slope;
        let capacity = chemistry.o2_capacity_ml_per_dl();
        IsoPco2Point {
            virtual_po2_mmhg,
            ph: state.ph,
            ph_by_saturation: state.ph_by_saturation,
            saturation_frac,
            po2_mmhg,
            o2_ml_per_dl: capacity * saturation_frac + O2_SOLUBILITY_ML_PER_DL_MMHG * po2_mmhg,
            saturation_slope,
            po2_slope,
            o2_slope: capacity * saturation_slope + O2_SOLUBILITY_ML_PER_DL_MMHG * po2_slope,
            po2_by_pco2: -po2_mmhg * (bohr * state.ph_by_pco2 - CO2_SHIFT_PER_DECADE / self.pco2_mmhg),
        }
    }

    /// The point of a given O2 content, mL/dL above 0, and the points evaluated; the starts only save
    /// time.
    ///
    /// Content rises with virtual PO2 without end, so there is one point; the search keeps a bracket.
    #[must_use]
    pub fn at_o2_content(&self, o2_ml_per_dl: f64, virtual_po2_start: f64, ph_start: f64) -> (IsoPco2Point, u32) {
        let lowest = self.chemistry.lowest_virtual_po2_mmhg();
        let (mut low, mut high) = (lowest, f64::INFINITY);
        let mut v = virtual_po2_start.max(lowest * 1.001 + 1e-6);
        let mut point = self.point(v, ph_start);
        let mut evaluations = 1;
        for _ in 0..200 {
            let excess = point.o2_ml_per_dl - o2_ml_per_dl;
            if excess > 0.0 {
                high = v;
            } else {
                low = v;
            }
            let newton = v - excess / point.o2_slope;
            let next = if newton > low && newton < high {
                newton
            } else if high.is_finite() {
                0.5 * (low + high)
            } else {
                4.0 * v
            };
            let step = next - v;
            v = next;
            point = self.point_beside(v, &point);
            evaluations += 1;
            if step.abs() <= 1e-14 * v {
                break;
            }
        }
        (point, evaluations)
    }

    /// The point at a given saturation, strictly between 0 and 1.
    #[must_use]
    pub fn at_saturation(&self, saturation_frac: f64) -> IsoPco2Point {
        let lowest = self.chemistry.lowest_virtual_po2_mmhg();
        let virtual_po2_mmhg = roots::increasing(lowest, 1e6, 30.0 + lowest, |v| {
            let (saturation, slope) = self.chemistry.saturation(v);
            (saturation - saturation_frac, slope)
        });
        self.point(virtual_po2_mmhg, 7.4)
    }

    /// The point at a given PO2, mmHg, 0 or more, searched from a neighbour on the line.
    #[must_use]
    pub fn at_po2_beside(&self, po2_mmhg: f64, neighbour: &IsoPco2Point) -> IsoPco2Point {
        let mut point = *neighbour;
        for _ in 0..30 {
            let step = (po2_mmhg - point.po2_mmhg) / point.po2_slope;
            let virtual_po2_mmhg = (point.virtual_po2_mmhg + step).max(self.chemistry.lowest_virtual_po2_mmhg());
            point = self.point_beside(virtual_po2_mmhg, &point);
            if (point.po2_mmhg - po2_mmhg).abs() <= 1e-9 * po2_mmhg.max(1.0) {
                return point;
            }
        }
        self.at_po2(po2_mmhg)
    }

    /// The point at a given PO2, mmHg, 0 or more.
    #[must_use]
    pub fn at_po2(&self, po2_mmhg: f64) -> IsoPco2Point {
        let at = self.chemistry.at_tensions(po2_mmhg, self.pco2_mmhg);
        self.point(at.virtual_po2_mmhg, self.chemistry.evaluate(at).0.ph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physiology::blood::Blood;

    #[test]
    fn inv_slopes_are_derivatives_and_contents_invert() {
        for blood in [
            Blood::default(),
            Blood { hb_g_per_dl: 8.0, cohb_frac: 0.3, base_excess_mmol_per_l: -12.0, ..Blood::default() },
            Blood { hb_g_per_dl: 22.0, temperature_c: 30.0, methb_frac: 0.2, p50_mmhg: 19.0, ..Blood::default() },
        ] {
            let chemistry = Chemistry::new(&blood);
            for pco2 in [15.0, 40.0, 110.0] {
                let line = IsoPco2::new(&chemistry, pco2);
                for po2 in [8.0, 30.0, 90.0, 500.0] {
                    let point = line.at_po2(po2);
                    assert!((point.po2_mmhg / po2 - 1.0).abs() < 1e-10, "{} {po2}", point.po2_mmhg);
                    let h = 1e-5 * point.virtual_po2_mmhg;
                    let side = |sign: f64| line.point(point.virtual_po2_mmhg + sign * h, point.ph);
                    let numeric = (side(1.0).po2_mmhg - side(-1.0).po2_mmhg) / (2.0 * h);
                    assert!((point.po2_slope / numeric - 1.0).abs() < 1e-6);
                    let moved = |sign: f64| {
                        IsoPco2::new(&chemistry, pco2 * (1.0 + sign * 1e-5))
                            .point(point.virtual_po2_mmhg, point.ph)
                            .po2_mmhg
                    };
                    let numeric = (moved(1.0) - moved(-1.0)) / (2e-5 * pco2);
                    assert!((point.po2_by_pco2 / numeric - 1.0).abs() < 1e-5);
                    let beside = line.at_po2_beside(po2, &line.at_po2(0.7 * po2));
                    assert!((beside.saturation_frac - point.saturation_frac).abs() < 1e-9);
                    let (back, _) = line.at_o2_content(point.o2_ml_per_dl, 40.0, 7.4);
                    assert!((back.po2_mmhg / po2 - 1.0).abs() < 1e-9);
                }
            }
        }
    }
}
