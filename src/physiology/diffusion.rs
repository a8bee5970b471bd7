//! O2 transfer along a pulmonary capillary that diffusion limits.

use nalgebra::Vector3;

use crate::numerics::quadrature::GAUSS_LEGENDRE;
use crate::physiology::blood::{BloodGas, Chemistry};
use crate::physiology::iso_pco2::IsoPco2;
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
    let capacity = chemistry.o2_capacity_ml_per_dl();
    // Where the blood starts: its O2 content at the unit's PCO2.
    let line = IsoPco2::new(chemistry, end.pco2_mmhg);
    let (start, evaluations) = line.at_o2_content(o2_in_ml_per_dl, virtual_po2_in_start, end.ph);
    let mut evaluations = evaluations + 2;
    let v_in = start.virtual_po2_mmhg;
    let po2_in_slopes = [
        start.po2_slope / start.o2_slope,
        start.po2_by_pco2 * (1.0 - start.po2_slope * O2_SOLUBILITY_ML_PER_DL_MMHG / start.o2_slope),
    ];

    let end_point = line.point(virtual_po2_end_mmhg, end.ph);
    let lead = (end_point.po2_mmhg - start.po2_mmhg) / equilibrations.exp_m1();
    let po2_alv = end_point.po2_mmhg + lead;
    let span = po2_alv - start.po2_mmhg;

    // Slope of the curve where blood and gas would meet, taken out of the integrand.
    let v_alv = virtual_po2_end_mmhg + lead / end_point.po2_slope;
    let meeting = if v_alv > chemistry.lowest_virtual_po2_mmhg() { v_alv } else { virtual_po2_end_mmhg };
    let meeting_slope = line.point(meeting, end.ph).saturation_by_po2();

    // ∫ (dS − σ dP)/(PA − P) + σ·W, and on the way what moves it: ∫C'' dw from the same nodes.
    let (ln_in, ln_end) = (v_in.ln(), virtual_po2_end_mmhg.ln());
    let panels = (((ln_end - ln_in).abs() / PANEL_LN).ceil()).clamp(1.0, 12.0) as usize;
    let half = 0.5 * (ln_end - ln_in) / panels as f64;
    let mut bound = meeting_slope * equilibrations;
    let mut bound_by_span = 0.0;
    let mut previous = (start.saturation_by_po2(), start.po2_mmhg);
    let mut ph = start.ph;
    for panel in 0..panels {
        let middle = ln_in + half * (2 * panel + 1) as f64;
        for [x, weight] in GAUSS_LEGENDRE {
            let v = (middle + half * x).exp();
            let point = line.point(v, ph);
            ph = point.ph;
            evaluations += 1;
            let gap = po2_alv - point.po2_mmhg;
            if gap.abs() > 1e-9 * span.abs() {
                bound += weight * half * v * (point.saturation_slope - meeting_slope * point.po2_slope) / gap;
                let slope = point.saturation_by_po2();
                let width = point.po2_mmhg - previous.1;
                if width.abs() > 1e-9 {
                    let dw = ((po2_alv - previous.1) / gap).ln();
                    bound_by_span += (slope - previous.0) / width * dw;
                }
                previous = (slope, point.po2_mmhg);
            }
        }
    }
    let end_slope = capacity * end_point.saturation_by_po2() + O2_SOLUBILITY_ML_PER_DL_MMHG;
    let start_slope = capacity * start.saturation_by_po2() + O2_SOLUBILITY_ML_PER_DL_MMHG;
    // ∫C''·e^{−w} dw is exact by parts; what is left of ∫C'' dw moves with PA.
    let by_start = if span.abs() > 1e-9 { (end_slope - start_slope) / span } else { 0.0 };
    let by_gas = capacity * bound_by_span - by_start;
    // A change of PCO2 shifts the curve along PO2: ∂C'/∂PCO2 = φ·(C'_bound + P·C'').
    let shift = -end_point.po2_by_pco2 / end_point.po2_mmhg.max(1e-9);
    let by_pco2 = shift * (capacity * (bound + po2_alv * bound_by_span) - (end_slope - start_slope));

    Transit {
        po2_in_mmhg: start.po2_mmhg,
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
