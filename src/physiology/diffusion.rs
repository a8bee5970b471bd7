//! O2 transfer along a pulmonary capillary that diffusion limits.

use std::f64::consts::LN_10;

use nalgebra::Vector3;

use crate::numerics::quadrature::GAUSS_LEGENDRE;
use crate::physiology::blood::{BloodGas, Chemistry};
use crate::physiology::saturation::{self, BOHR_PER_PH, CO2_SHIFT_PER_DECADE};
use crate::units::O2_SOLUBILITY_ML_PER_DL_MMHG;

/// Widest panel of the quadrature, in natural log of virtual PO2.
const PANEL_LN: f64 = 1.0;

/// A capillary's transit in the coordinates of its end.
///
/// O2 enters by
/// ```text
/// dC/dτ = D/(10 Q̇)·(PA − P(C)),   τ from 0 to 1
/// ```
/// at the unit's PCO2. With `w = ln((PA − P0)/(PA − P))` and `C' = dC/dP` that becomes
/// ```text
/// ∫₀^W C' dw = D/(10 Q̇),   PA = Pc + (Pc − P0)/(e^W − 1)
/// ```
/// so W, the number of equilibrations, measures the transit: 0.1 is strong limitation, 30 is equilibrium to 1e-13. The
/// dissolved part of the integral is exact; the bound part is a Gauss-Legendre sum in ln virtual PO2 whose integrand is
/// made smooth at PA by taking the slope there out.
///
/// # Source
/// Piiper J, Scheid P, Respir Physiol 1981;46:193-208, doi:10.1016/0034-5687(81)90121-3; the quadrature is ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transit {
    /// PO2 of the blood as it enters, at the unit's PCO2, mmHg.
    pub po2_in_mmhg: f64,
    /// Virtual PO2 of that blood.
    pub virtual_po2_in_mmhg: f64,
    /// Alveolar PO2, mmHg.
    pub po2_alv_mmhg: f64,
    /// `∫ C' dw`, mL/dL/mmHg: to be made equal to D/(10 Q̇).
    pub integral: f64,
    /// Derivative of the integral by PA, P0, PCO2 (at constant W); those by PA and PCO2 are good to about 1e-2.
    pub integral_slopes: Vector3<f64>,
    /// Derivative of the integral by W: C' at the end.
    pub end_slope: f64,
    /// Derivative of P0 by the O2 content that flows in, and by PCO2.
    pub po2_in_slopes: [f64; 2],
    /// Content evaluations spent.
    pub evaluations: u32,
}

/// A point of the capillary at constant PCO2.
#[derive(Clone, Copy)]
struct Point {
    ph: f64,
    saturation: f64,
    /// Slopes by virtual PO2 along constant PCO2.
    saturation_v: f64,
    po2: f64,
    po2_v: f64,
    /// Slope of PO2 by PCO2 at constant virtual PO2.
    po2_pco2: f64,
}

impl Point {
    #[inline]
    fn at(chemistry: &Chemistry, virtual_po2_mmhg: f64, pco2_mmhg: f64, ph_start: f64) -> Self {
        let (saturation, saturation_v) = chemistry.saturation(virtual_po2_mmhg);
        let state = chemistry.at_saturation_and_pco2(saturation, pco2_mmhg, ph_start);
        let (part, part_v) = saturation::o2_part_of_virtual_po2(virtual_po2_mmhg, chemistry.co_share());
        let bohr = LN_10 * BOHR_PER_PH;
        let po2 = part / state.factor;
        Point {
            ph: state.ph,
            saturation,
            saturation_v,
            po2,
            po2_v: part_v / state.factor - po2 * bohr * state.ph_s * saturation_v,
            po2_pco2: -po2 * (bohr * state.ph_pco2 - CO2_SHIFT_PER_DECADE / pco2_mmhg),
        }
    }

    /// dS/dP at constant PCO2.
    fn saturation_slope(&self) -> f64 {
        self.saturation_v / self.po2_v
    }
}

/// Transit of blood of O2 content `o2_in_ml_per_dl` that leaves a unit with gases `end`.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `virtual_po2_end_mmhg`, `end` | state at the end of the capillary | |
/// | `equilibrations` | W, 1 | above 0 |
/// | `virtual_po2_in_start` | mmHg, a guess | above the lowest virtual PO2 |
#[must_use]
pub fn transit(
    chemistry: &Chemistry,
    virtual_po2_end_mmhg: f64,
    end: &BloodGas,
    equilibrations: f64,
    o2_in_ml_per_dl: f64,
    virtual_po2_in_start: f64,
) -> Transit {
    let pco2 = end.pco2_mmhg;
    let capacity = chemistry.o2_capacity_ml_per_dl();
    let mut evaluations = 1;

    // Where the blood starts: its O2 content at the unit's PCO2.
    let lowest = chemistry.lowest_virtual_po2_mmhg();
    let mut v_in = virtual_po2_in_start;
    let mut start = Point::at(chemistry, v_in, pco2, end.ph);
    for _ in 0..60 {
        evaluations += 1;
        let content = capacity * start.saturation + O2_SOLUBILITY_ML_PER_DL_MMHG * start.po2;
        let slope = capacity * start.saturation_v + O2_SOLUBILITY_ML_PER_DL_MMHG * start.po2_v;
        let above = v_in - lowest;
        let step = ((o2_in_ml_per_dl - content) / slope).clamp(-0.75 * above, 3.0 * above + 1.0);
        v_in += step;
        start = Point::at(chemistry, v_in, pco2, start.ph);
        if step.abs() <= 1e-13 * v_in {
            break;
        }
    }
    let content_slope = capacity * start.saturation_v + O2_SOLUBILITY_ML_PER_DL_MMHG * start.po2_v;
    let po2_in_slopes = [
        start.po2_v / content_slope,
        start.po2_pco2 - start.po2_v * O2_SOLUBILITY_ML_PER_DL_MMHG * start.po2_pco2 / content_slope,
    ];

    let end_point = Point::at(chemistry, virtual_po2_end_mmhg, pco2, end.ph);
    let lead = (end_point.po2 - start.po2) / equilibrations.exp_m1();
    let po2_alv = end_point.po2 + lead;
    let span = po2_alv - start.po2;

    // Slope of the curve where blood and gas would meet, taken out of the integrand.
    let v_alv = {
        let guess = virtual_po2_end_mmhg + lead / end_point.po2_v;
        if guess > lowest { guess } else { virtual_po2_end_mmhg }
    };
    let at_gas = Point::at(chemistry, v_alv, pco2, end.ph);
    let meeting_slope = at_gas.saturation_slope();

    // ∫ (dS − σ dP)/(PA − P) + σ·W, and on the way what moves it: ∫C'' dw from the same nodes.
    let (ln_in, ln_end) = (v_in.ln(), virtual_po2_end_mmhg.ln());
    let panels = (((ln_end - ln_in).abs() / PANEL_LN).ceil()).clamp(1.0, 12.0) as usize;
    let half = 0.5 * (ln_end - ln_in) / panels as f64;
    let mut bound = meeting_slope * equilibrations;
    let mut bound_by_span = 0.0;
    let mut previous = (start.saturation_slope(), start.po2);
    let mut ph = start.ph;
    for panel in 0..panels {
        let middle = ln_in + half * (2 * panel + 1) as f64;
        for [x, weight] in GAUSS_LEGENDRE {
            let v = (middle + half * x).exp();
            let point = Point::at(chemistry, v, pco2, ph);
            ph = point.ph;
            evaluations += 1;
            let gap = po2_alv - point.po2;
            if gap.abs() > 1e-9 * span.abs() {
                bound += weight * half * v * (point.saturation_v - meeting_slope * point.po2_v) / gap;
                let slope = point.saturation_slope();
                let width = point.po2 - previous.1;
                if width.abs() > 1e-9 {
                    let dw = ((po2_alv - previous.1) / gap).ln();
                    bound_by_span += (slope - previous.0) / width * dw;
                }
                previous = (slope, point.po2);
            }
        }
    }
    let end_slope = capacity * end_point.saturation_slope() + O2_SOLUBILITY_ML_PER_DL_MMHG;
    let start_slope = capacity * start.saturation_slope() + O2_SOLUBILITY_ML_PER_DL_MMHG;
    // ∫C''·e^{−w} dw is exact by parts; what is left of ∫C'' dw moves with PA.
    let by_start = if span.abs() > 1e-9 { (end_slope - start_slope) / span } else { 0.0 };
    let by_gas = capacity * bound_by_span - by_start;
    // A change of PCO2 shifts the curve along PO2: ∂C'/∂PCO2 = φ·(C'_bound + P·C'').
    let shift = -end_point.po2_pco2 / end_point.po2.max(1e-9);
    let by_pco2 = shift * (capacity * (bound + po2_alv * bound_by_span) - (end_slope - start_slope));

    Transit {
        po2_in_mmhg: start.po2,
        virtual_po2_in_mmhg: v_in,
        po2_alv_mmhg: po2_alv,
        integral: capacity * bound + O2_SOLUBILITY_ML_PER_DL_MMHG * equilibrations,
        integral_slopes: Vector3::new(by_gas, by_start, by_pco2),
        end_slope,
        po2_in_slopes,
        evaluations,
    }
}

/// Slopes of alveolar PO2 by PO2 at the end, by PO2 at the start and by W.
#[must_use]
pub fn alveolar_slopes(po2_end_mmhg: f64, po2_in_mmhg: f64, equilibrations: f64) -> [f64; 3] {
    let growth = equilibrations.exp_m1();
    let inverse = 1.0 / growth;
    [1.0 + inverse, -inverse, -(po2_end_mmhg - po2_in_mmhg) * (inverse + inverse * inverse)]
}
