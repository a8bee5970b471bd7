//! Blood along a line of constant PCO2: the O2 dissociation curve as it is drawn, and the path along a capillary.

use std::f64::consts::LN_10;

use crate::numerics::float::{self, Real};
use crate::numerics::roots;
use crate::physiology::acid_base::{CARBONIC_PK, CO2_SOLUBILITY_MMOL_PER_L_MMHG, STANDARD_PH};
use crate::physiology::blood::Chemistry;
use crate::physiology::saturation::{self, BOHR_PER_PH, CO2_SHIFT_PER_DECADE};
use crate::units::O2_SOLUBILITY_ML_PER_DL_MMHG;

/// Bohr effect, in natural logarithms.
const BOHR: f64 = LN_10 * BOHR_PER_PH;
/// Share of a virtual PO2 over which the line is straight.
const STRAIGHT: f64 = 1e-8;
/// Width in saturation below which a stretch of the line counts as straight.
const LEAST_WIDTH: f64 = 1e-4;

/// A blood at one PCO2.
#[derive(Debug, Clone, Copy)]
pub struct IsoPco2<'a> {
    chemistry: &'a Chemistry,
    pco2_mmhg: f64,
    /// ln of the virtual PO2 factor at pH 7.4.
    ln_factor: f64,
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

    /// The point a little further along, where the line is straight: at most [`STRAIGHT`] of its virtual PO2.
    fn moved(self, step: f64) -> IsoPco2Point {
        IsoPco2Point {
            virtual_po2_mmhg: self.virtual_po2_mmhg + step,
            ph: self.ph + self.ph_by_saturation * self.saturation_slope * step,
            saturation_frac: self.saturation_frac + self.saturation_slope * step,
            po2_mmhg: self.po2_mmhg + self.po2_slope * step,
            o2_ml_per_dl: self.o2_ml_per_dl + self.o2_slope * step,
            ..self
        }
    }
}

/// A stretch of a line of constant PCO2, whose pH is known well enough not to be searched for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Between<'a> {
    line: IsoPco2<'a>,
    /// At both ends.
    saturation: [f64; 2],
    /// At the first end.
    ph: f64,
    ph_by_saturation: f64,
    /// Second and third divided differences of pH by saturation.
    bends: [f64; 2],
}

/// A point of the stretch, or several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PointBetween<N> {
    /// PO2, mmHg.
    pub(crate) po2: N,
    /// Slopes of saturation and PO2 by virtual PO2.
    pub(crate) saturation_slope: N,
    pub(crate) po2_slope: N,
    /// How dS/dPO2 changes with virtual PO2.
    pub(crate) bend: N,
    /// How `dS/dPO2·∂PO2/∂PCO2` changes with virtual PO2: by how much less dS/dPO2 becomes where PCO2 rises.
    pub(crate) shift: N,
}

impl Between<'_> {
    /// The point at a virtual PO2; beyond the ends not far from exact.
    ///
    /// pH by the cubic in saturation that fits both ends, then two steps of Newton's method.
    #[inline]
    pub(crate) fn at<N: Real>(&self, v: N) -> PointBetween<N> {
        let IsoPco2 { chemistry, pco2_mmhg, ln_factor } = self.line;
        let van_slyke = chemistry.van_slyke();
        let buffer = van_slyke.buffer_mmol_per_l;
        let (s, s_v) = chemistry.saturation(v);
        let s_vv = chemistry.saturation_bend(v);
        let way = s - self.saturation[0];
        let rise = ((s - self.saturation[1]) * self.bends[1] + self.bends[0]) * way + self.ph_by_saturation;
        let ph = way * rise + self.ph;
        let hco3 = float::exp((ph - CARBONIC_PK) * LN_10) * (CO2_SOLUBILITY_MMOL_PER_L_MMHG * pco2_mmhg);
        // What is left of bicarbonate at this pH tells how far it is off.
        let step = (ph - van_slyke.ph(hco3, s)) * buffer / (hco3 * LN_10 + buffer);
        let [ph, hco3] = chemistry.nearer_ph(s, ph - step, hco3, step);

        let per_stiffness = N::of(1.0) / (hco3 * LN_10 + buffer);
        let share = hco3 * per_stiffness * LN_10;
        let ph_s = per_stiffness * -van_slyke.haldane_mmol_per_l;
        let ph_v = ph_s * s_v;
        // Of the logarithm of the virtual PO2 factor.
        let factor_v = ph_v * BOHR;
        let factor_vv = (ph_s * s_vv - ph_v * ph_v * share * LN_10) * BOHR;
        let inverse = float::exp((ph - STANDARD_PH) * -BOHR - ln_factor);
        let (part, part_v) = saturation::o2_part_of_virtual_po2(v, chemistry.co_share());
        let part_vv = saturation::o2_part_bend(v, chemistry.co_share());
        let po2 = part * inverse;
        let po2_v = part_v * inverse - po2 * factor_v;
        let po2_vv = (part_vv - part_v * factor_v) * inverse - po2_v * factor_v - po2 * factor_vv;
        let per_po2_v = N::of(1.0) / po2_v;
        let s_p = s_v * per_po2_v;
        let bend = (s_vv - s_p * po2_vv) * per_po2_v;
        // How ln PO2 answers PCO2, and how that changes.
        let by_pco2 = (share * (BOHR / LN_10) + CO2_SHIFT_PER_DECADE) * (1.0 / pco2_mmhg);
        let by_pco2_v = share * ph_v * per_stiffness * (BOHR * buffer / pco2_mmhg);
        let shift = bend * po2 * by_pco2 + s_p * (po2_v * by_pco2 + po2 * by_pco2_v);
        PointBetween { po2, saturation_slope: s_v, po2_slope: po2_v, bend, shift }
    }
}

impl<'a> IsoPco2<'a> {
    /// The line of a blood at a PCO2 above 0, mmHg.
    #[must_use]
    pub fn new(chemistry: &'a Chemistry, pco2_mmhg: f64) -> Self {
        IsoPco2 { chemistry, pco2_mmhg, ln_factor: chemistry.ln_virtual_po2_factor(pco2_mmhg) }
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
        let [ph, hco3] = chemistry.at_saturation_and_pco2(saturation_frac, self.pco2_mmhg, ph_start);
        let per_stiffness = 1.0 / (chemistry.van_slyke().buffer_mmol_per_l + LN_10 * hco3);
        let ph_by_saturation = -chemistry.van_slyke().haldane_mmol_per_l * per_stiffness;
        let ph_by_pco2 = -hco3 / self.pco2_mmhg * per_stiffness;
        let (part, part_slope) = saturation::o2_part_of_virtual_po2(virtual_po2_mmhg, chemistry.co_share());
        let inverse = float::exp(-self.ln_factor - BOHR * (ph - STANDARD_PH));
        let po2_mmhg = part * inverse;
        let po2_slope = part_slope * inverse - po2_mmhg * BOHR * ph_by_saturation * saturation_slope;
        let capacity = chemistry.o2_capacity_ml_per_dl();
        IsoPco2Point {
            virtual_po2_mmhg,
            ph,
            ph_by_saturation,
            saturation_frac,
            po2_mmhg,
            o2_ml_per_dl: capacity * saturation_frac + O2_SOLUBILITY_ML_PER_DL_MMHG * po2_mmhg,
            saturation_slope,
            po2_slope,
            o2_slope: capacity * saturation_slope + O2_SOLUBILITY_ML_PER_DL_MMHG * po2_slope,
            po2_by_pco2: -po2_mmhg * (BOHR * ph_by_pco2 - CO2_SHIFT_PER_DECADE / self.pco2_mmhg),
        }
    }

    /// The stretch of the line between two of its points.
    #[must_use]
    pub(crate) fn between(&self, from: &IsoPco2Point, to: &IsoPco2Point) -> Between<'a> {
        let width = to.saturation_frac - from.saturation_frac;
        let bends = if width.abs() < LEAST_WIDTH {
            [0.0; 2]
        } else {
            let mean = (to.ph - from.ph) / width;
            let bend = (mean - from.ph_by_saturation) / width;
            [bend, ((to.ph_by_saturation - mean) / width - bend) / width]
        };
        Between {
            line: *self,
            saturation: [from.saturation_frac, to.saturation_frac],
            ph: from.ph,
            ph_by_saturation: from.ph_by_saturation,
            bends,
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
            let step = -excess / point.o2_slope;
            if step.abs() <= STRAIGHT * v {
                return (point.moved(step), evaluations);
            }
            if excess > 0.0 {
                high = v;
            } else {
                low = v;
            }
            let newton = v + step;
            v = if newton > low && newton < high {
                newton
            } else if high.is_finite() {
                0.5 * (low + high)
            } else {
                4.0 * v
            };
            point = self.point_beside(v, &point);
            evaluations += 1;
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
    use crate::numerics::float::Lanes;
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
                    let bohr = |v: f64, q: f64| {
                        let point = IsoPco2::new(&chemistry, q).point(v, 7.4);
                        [point.saturation_by_po2(), point.saturation_by_po2() * point.po2_by_pco2]
                    };
                    let other = line.at_po2(0.6 * po2);
                    let stretch = line.between(&other, &line.at_po2(1.3 * po2));
                    let found = stretch.at(point.virtual_po2_mmhg);
                    assert!((found.po2 / point.po2_mmhg - 1.0).abs() < 1e-13);
                    assert!((found.po2_slope / point.po2_slope - 1.0).abs() < 1e-13);
                    let sides = [1.0, -1.0].map(|sign: f64| bohr(point.virtual_po2_mmhg + sign * h, pco2));
                    for (slope, x) in [(found.bend, 0), (found.shift, 1)] {
                        let numeric = (sides[0][x] - sides[1][x]) / (2.0 * h);
                        assert!((slope - numeric).abs() < 1e-5 * numeric.abs() + 1e-10, "{x}: {slope} {numeric}");
                    }
                    // Four at a time are the same bits.
                    let lanes = stretch.at(Lanes::of(point.virtual_po2_mmhg));
                    for (one, four) in [(found.po2, lanes.po2), (found.bend, lanes.bend), (found.shift, lanes.shift)] {
                        assert_eq!([one; 4], four.to_array());
                    }
                    let beside = line.at_po2_beside(po2, &line.at_po2(0.7 * po2));
                    assert!((beside.saturation_frac - point.saturation_frac).abs() < 1e-9);
                    let (back, _) = line.at_o2_content(point.o2_ml_per_dl, 40.0, 7.4);
                    assert!((back.po2_mmhg / po2 - 1.0).abs() < 1e-9);
                }
            }
        }
    }
}
