//! A unit's blood whose O2 transfer diffusion limits: everything by its three unknowns, virtual PO2 and bicarbonate at
//! the end of the capillary and ln W.

use nalgebra::{Matrix3, Vector3};

use crate::numerics::float;
use crate::numerics::roots;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::diffusion::{self, AlveolarSlopes};
use crate::physiology::iso_pco2::IsoPco2;
use crate::units::N2_SOLUBILITY_ML_PER_DL_MMHG;

/// Least W: D/(10 Q̇) is at least 0.004 mL/dL/mmHg, of a membrane 0.001, and C' at most some 60 mL/dL/mmHg, in cold blood
/// whose Hb holds O2 and CO tightly (52 is the most of 20,000 random patients).
pub(crate) const MIN_EQUILIBRATIONS: f64 = 1e-5;
/// Most W.
pub(crate) const MAX_EQUILIBRATIONS: f64 = diffusion::MOST_EQUILIBRATIONS;

/// What a gas costs whose blood has to be found first, in evaluations.
pub(crate) const EVALUATIONS_OF_A_GAS: u32 = 16;
/// Distance of ln W from its last that is rounding.
const AT_THE_LAST: f64 = 1e-12;
/// Share of virtual PO2 by which a step is shorter that was stopped; less is rounding.
const SHORTENED: f64 = 1e-12;

/// What a unit's alveolar gas and its transit equation come to at a trial state.
pub(crate) struct LimitedPoint {
    /// Gases at the end of the capillary.
    pub(crate) gas: BloodGas,
    /// Alveolar PO2, mmHg.
    pub(crate) po2_alv_mmhg: f64,
    /// Its slopes by the three unknowns.
    pub(crate) alv: Vector3<f64>,
    /// Its slope by the O2 content that flows in.
    pub(crate) alv_by_o2_in: f64,
    /// Slopes of PCO2 by the three unknowns.
    pub(crate) pco2: Vector3<f64>,
    /// Slopes of the contents by the three unknowns, N2 filling what O2 and CO2 leave.
    pub(crate) content: Matrix3<f64>,
    /// `ln(D/(10 Q̇)/∫C' dw)`: what is wrong with W.
    pub(crate) residual: f64,
    /// Its slopes by the three unknowns.
    pub(crate) row: Vector3<f64>,
    /// Its slope by the O2 content that flows in.
    pub(crate) row_by_o2_in: f64,
    /// Where the inversion of the inflowing content ended.
    pub(crate) virtual_po2_in_mmhg: f64,
    /// Content evaluations spent.
    pub(crate) evaluations: u32,
}

/// State of a transit: W, and where the search for the entering blood ended last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Transit {
    /// W of [`diffusion::Transit`].
    pub(crate) equilibrations: f64,
    /// Virtual PO2 of the blood that enters, mmHg.
    pub(crate) virtual_po2_in_mmhg: f64,
}

impl Transit {
    /// Where a search begins of which nothing is known but about where blood enters.
    pub(crate) fn usual(virtual_po2_in_mmhg: f64) -> Transit {
        Transit { equilibrations: 1.0, virtual_po2_in_mmhg }
    }
}

impl LimitedPoint {
    /// Evaluates the transit of blood of O2 content `o2_in` that ends at `at`; D/(10 Q̇) is `conductance`.
    pub(crate) fn new(
        chemistry: &Chemistry,
        at: Coordinates,
        transit: Transit,
        conductance: f64,
        o2_in_ml_per_dl: f64,
    ) -> LimitedPoint {
        let (gas, slopes) = chemistry.evaluate(at);
        let w = transit.equilibrations;
        let (v, v_in) = (at.virtual_po2_mmhg, transit.virtual_po2_in_mmhg);
        let transit = diffusion::transit(chemistry, v, &gas, w, o2_in_ml_per_dl, v_in, conductance);

        // Alveolar PO2 and the integral by (virtual PO2, bicarbonate, ln W) and by the O2 that flows in.
        let AlveolarSlopes { by_end, by_start, by_equilibrations: by_w } = transit.po2_alv_slopes;
        let [in_by_o2, in_by_pco2] = transit.po2_in_slopes;
        let [integral_gas, integral_start, integral_pco2] = transit.integral_slopes.into();
        let alv = Vector3::new(
            by_end * slopes.po2[0] + by_start * in_by_pco2 * slopes.pco2[0],
            by_end * slopes.po2[1] + by_start * in_by_pco2 * slopes.pco2[1],
            by_w * w,
        );
        let alv_by_o2_in = by_start * in_by_o2;
        let integral_by = |pco2_slope: f64, alv_slope: f64| {
            integral_gas * alv_slope + (integral_start * in_by_pco2 + integral_pco2) * pco2_slope
        };
        let integral = transit.integral.max(f64::MIN_POSITIVE);
        // ln of the integral is nearly a line in ln W. Beyond the last W blood and gas are one, whatever is left over.
        let unlimited = w >= MAX_EQUILIBRATIONS && conductance >= integral;
        let (residual, row, row_by_o2_in) = if unlimited {
            (0.0, Vector3::z(), 0.0)
        } else {
            let row = Vector3::new(
                -integral_by(slopes.pco2[0], alv.x) / integral,
                -integral_by(slopes.pco2[1], alv.y) / integral,
                -(integral_by(0.0, alv.z) + transit.end_slope * w) / integral,
            );
            let by_o2_in = -(integral_gas * alv_by_o2_in + integral_start * in_by_o2) / integral;
            (float::ln(conductance / integral), row, by_o2_in)
        };
        let n2 = -N2_SOLUBILITY_ML_PER_DL_MMHG;
        let content = Matrix3::new(
            slopes.o2[0],
            slopes.o2[1],
            0.0,
            slopes.co2[0],
            slopes.co2[1],
            0.0,
            n2 * (alv.x + slopes.pco2[0]),
            n2 * (alv.y + slopes.pco2[1]),
            n2 * alv.z,
        );
        LimitedPoint {
            gas,
            po2_alv_mmhg: transit.po2_alv_mmhg,
            alv,
            alv_by_o2_in,
            pco2: Vector3::new(slopes.pco2[0], slopes.pco2[1], 0.0),
            content,
            residual,
            row,
            row_by_o2_in,
            virtual_po2_in_mmhg: transit.virtual_po2_in_mmhg,
            evaluations: transit.evaluations,
        }
    }
}

impl LimitedPoint {
    /// As [`LimitedPoint::new`], where a share `feedback` of the blood that flows in is the blood that flows out, and the
    /// rest holds `rest_o2_ml_per_dl`. The slope by what flows in stays that by all of it.
    pub(crate) fn recirculated(
        chemistry: &Chemistry,
        at: Coordinates,
        transit: Transit,
        conductance: f64,
        rest_o2_ml_per_dl: f64,
        feedback: f64,
    ) -> LimitedPoint {
        if feedback <= 0.0 {
            return LimitedPoint::new(chemistry, at, transit, conductance, rest_o2_ml_per_dl);
        }
        let out = chemistry.evaluate(at).0.o2_ml_per_dl;
        let inflow = feedback * out + (1.0 - feedback) * rest_o2_ml_per_dl;
        let mut point = LimitedPoint::new(chemistry, at, transit, conductance, inflow);
        let by_unknowns = point.content.row(0).transpose() * feedback;
        point.alv += by_unknowns * point.alv_by_o2_in;
        point.row += by_unknowns * point.row_by_o2_in;
        let n2 = -N2_SOLUBILITY_ML_PER_DL_MMHG * point.alv_by_o2_in;
        let nitrogen = point.content.row(2) + by_unknowns.transpose() * n2;
        point.content.set_row(2, &nitrogen);
        point.evaluations += 1;
        point
    }
}

/// Blood and transit that belong to a known alveolar gas: the transit equation alone, whose integral rises with W,
/// solved by bracketing from `start`; last the evaluations spent.
pub(crate) fn trace(
    chemistry: &Chemistry,
    po2_alv_mmhg: f64,
    pco2_mmhg: f64,
    conductance: f64,
    o2_in_ml_per_dl: f64,
    start: Transit,
    ph: f64,
) -> (Coordinates, Transit, u32) {
    let line = IsoPco2::new(chemistry, pco2_mmhg);
    let (entering, mut evaluations) = line.at_o2_content(o2_in_ml_per_dl, start.virtual_po2_in_mmhg, ph);
    let end_at =
        |w: f64| chemistry.at_tensions(po2_alv_mmhg - (po2_alv_mmhg - entering.po2_mmhg) * float::exp(-w), pco2_mmhg);
    let [least, most, first] = [MIN_EQUILIBRATIONS, MAX_EQUILIBRATIONS, start.equilibrations].map(float::ln);
    let ln_w = roots::increasing(least, most, first, |ln_w| {
        let end = end_at(float::exp(ln_w));
        let gas = chemistry.evaluate(end).0;
        let (v, from) = (end.virtual_po2_mmhg, entering.virtual_po2_mmhg);
        let transit = diffusion::transit(chemistry, v, &gas, float::exp(ln_w), o2_in_ml_per_dl, from, 0.0);
        evaluations += transit.evaluations + EVALUATIONS_OF_A_GAS;
        (transit.integral - conductance, transit.end_slope * float::exp(ln_w))
    });
    // Halving ends just short of the last W, from which on diffusion does not limit.
    let equilibrations = if most - ln_w < AT_THE_LAST { MAX_EQUILIBRATIONS } else { float::exp(ln_w) };
    let transit = Transit { equilibrations, virtual_po2_in_mmhg: entering.virtual_po2_mmhg };
    (chemistry.into_domain(end_at(equilibrations)), transit, evaluations)
}

/// Shortens a Newton step in all three unknowns together, because they pull against each other: blood by
/// [`Chemistry::limited_step`], W by a factor of e at most. `None` where the step is not finite.
pub(crate) fn advance(
    chemistry: &Chemistry,
    at: Coordinates,
    equilibrations: f64,
    step: Vector3<f64>,
) -> Option<(Coordinates, f64)> {
    if !(step.x.is_finite() && step.y.is_finite() && step.z.is_finite()) {
        return None;
    }
    let above = at.virtual_po2_mmhg - chemistry.lowest_virtual_po2_mmhg();
    let longest =
        |step: f64, down: f64, up: f64| if step < 0.0 { down / -step } else { up / step.max(f64::MIN_POSITIVE) };
    let share = longest(step.z, 1.0, 1.0).min(longest(step.x, 0.75 * above, 3.0 * above + 1.0)).min(1.0);
    let next = chemistry.limited_step(at, [share * step.x, share * step.y])?;
    // Where the blood was stopped at the kink of its CO2 content, W stops with it.
    let moved = next.virtual_po2_mmhg - at.virtual_po2_mmhg;
    let stopped = (moved - share * step.x).abs() > SHORTENED * at.virtual_po2_mmhg;
    let share = if stopped { (moved / step.x).clamp(0.0, share) } else { share };
    let equilibrations = (equilibrations * float::exp(share * step.z)).clamp(MIN_EQUILIBRATIONS, MAX_EQUILIBRATIONS);
    Some((next, equilibrations))
}
