//! O2 transfer along a pulmonary capillary that diffusion limits.

use nalgebra::Vector3;

use crate::numerics::float::{self, LANES, Lanes, Real};
use crate::numerics::quadrature::GAUSS_LEGENDRE;
use crate::physiology::blood::{BloodGas, Chemistry};
use crate::physiology::iso_pco2::{Between, IsoPco2, IsoPco2Point};
use crate::units::O2_SOLUBILITY_ML_PER_DL_MMHG;

/// Widest panels of the quadrature, in natural log of virtual PO2, for 4, 8 and 12 nodes. The curve is singular 1.1
/// beside the real line, so each is good to about 1e-10.
const PANEL_LN: [f64; 3] = [0.25, 1.1, 2.0];

/// W from which blood and gas are one to rounding: e^-40 is 4e-18.
pub const MOST_EQUILIBRATIONS: f64 = 40.0;
/// Virtual PO2 from which the standard curve becomes ever less steep, with room to spare, mmHg.
const FALLS_OFF_MMHG: f64 = 30.0;
/// Where on the way, as shares of it in ln virtual PO2, the curve's steepness is looked at for what the integral is at most.
const LOOKED_AT: [f64; LANES] = [0.15, 0.33, 0.5, 0.8];
/// Room that is left for what the curve does between.
const ROOM: f64 = 1.05;

/// Slopes of the alveolar PO2 that a transit needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlveolarSlopes {
    /// By PO2 at the end.
    pub by_end: f64,
    /// By PO2 at the start.
    pub by_start: f64,
    /// By W, mmHg.
    pub by_equilibrations: f64,
}

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
    /// Its slopes.
    pub po2_alv_slopes: AlveolarSlopes,
    /// `∫ C' dw`, mL/dL/mmHg: to be made equal to D/(10 Q̇). Where W is at its most and D/(10 Q̇) larger all the same, only
    /// what the integral is at most is computed, and none of its slopes: nobody asks for them.
    pub integral: f64,
    /// Derivative of the integral by PA, P0, PCO2 (at constant W).
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
/// | `conductance_ml_per_dl_mmhg` | D/(10 Q̇) | 0 or more; 0 computes the integral in any case |
#[must_use]
pub fn transit(
    chemistry: &Chemistry,
    virtual_po2_end_mmhg: f64,
    end: &BloodGas,
    equilibrations: f64,
    o2_in_ml_per_dl: f64,
    virtual_po2_in_start: f64,
    conductance_ml_per_dl_mmhg: f64,
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
    let per_growth = 1.0 / growth(equilibrations);
    let lead = (end_point.po2_mmhg - start.po2_mmhg) * per_growth;
    let po2_alv = end_point.po2_mmhg + lead;
    let span = po2_alv - start.po2_mmhg;
    let stretch = line.between(&start, &end_point);

    let po2_alv_slopes = AlveolarSlopes {
        by_end: 1.0 + per_growth,
        by_start: -per_growth,
        by_equilibrations: -lead * (1.0 + per_growth),
    };
    let end_slope = capacity * end_point.saturation_by_po2() + O2_SOLUBILITY_ML_PER_DL_MMHG;
    if equilibrations >= MOST_EQUILIBRATIONS {
        evaluations += LANES as u32;
        let ends = [&start, &end_point];
        let integral = integral_at_most(capacity, &stretch, ends, po2_alv, equilibrations);
        if let Some(integral) = integral.filter(|integral| *integral <= conductance_ml_per_dl_mmhg) {
            return Transit {
                po2_in_mmhg: start.po2_mmhg,
                virtual_po2_in_mmhg: v_in,
                po2_alv_mmhg: po2_alv,
                po2_alv_slopes,
                integral,
                integral_slopes: Vector3::zeros(),
                end_slope,
                po2_in_slopes,
                evaluations,
            };
        }
    }

    // What the curve does where blood and gas would meet, taken out of the integrands.
    let v_alv = virtual_po2_end_mmhg + lead / end_point.po2_slope;
    let meeting = if v_alv > chemistry.lowest_virtual_po2_mmhg() { v_alv } else { virtual_po2_end_mmhg };
    let meeting = stretch.at(meeting);
    let [slope, bend, shift] = [meeting.saturation_slope, meeting.bend, meeting.shift].map(|of| of / meeting.po2_slope);

    // ∫ (df − σ dP)/(PA − P) + σ·W of S and of what moves dS/dPO2, from the same nodes.
    let (ln_in, ln_end) = (float::ln(v_in), float::ln(virtual_po2_end_mmhg));
    let width = (ln_end - ln_in).abs();
    let nodes = GAUSS_LEGENDRE[PANEL_LN.iter().position(|widest| width <= *widest).unwrap_or(2)];
    let panels = (width / PANEL_LN[2]).ceil().clamp(1.0, 12.0) as usize;
    let half = 0.5 * (ln_end - ln_in) / panels as f64;
    // More than nothing, where blood leaves as it came.
    let least_gap = Lanes::of((1e-9 * span.abs()).max(f64::MIN_POSITIVE));
    let none = Lanes::of(0.0);
    let mut sums = [none; 3];
    for panel in 0..panels {
        let middle = ln_in + half * (2 * panel + 1) as f64;
        for four in nodes {
            let v = float::exp(Lanes::new(four.at) * half + middle);
            let point = stretch.at(v);
            let gap = -point.po2 + po2_alv;
            // Where they meet there is nothing left to integrate.
            let share = gap.abs().if_below(least_gap, none, Lanes::new(four.weight) * half * v / gap);
            sums[0] = sums[0] + share * (point.saturation_slope - point.po2_slope * slope);
            sums[1] = sums[1] + share * (point.bend - point.po2_slope * bend);
            sums[2] = sums[2] + share * (point.shift - point.po2_slope * shift);
        }
    }
    evaluations += (panels * nodes.len() * LANES) as u32;
    let [bound, bends, shifts] = [(0, slope), (1, bend), (2, shift)].map(|(i, at)| sums[i].sum() + at * equilibrations);
    let start_slope = capacity * start.saturation_by_po2() + O2_SOLUBILITY_ML_PER_DL_MMHG;
    // ∫C''·e^{−w} dw is exact by parts; what is left of ∫C'' dw moves with PA.
    let by_start = if span.abs() > 1e-9 { (end_slope - start_slope) / span } else { 0.0 };
    let by_gas = capacity * bends - by_start;
    let by_pco2 = -capacity * shifts;

    Transit {
        po2_in_mmhg: start.po2_mmhg,
        virtual_po2_in_mmhg: v_in,
        po2_alv_mmhg: po2_alv,
        po2_alv_slopes,
        integral: capacity * bound + O2_SOLUBILITY_ML_PER_DL_MMHG * equilibrations,
        integral_slopes: Vector3::new(by_gas, by_start, by_pco2),
        end_slope,
        po2_in_slopes,
        evaluations,
    }
}

/// What `∫ C' dw` is at most for blood that takes up O2: of each part of the way the steepness at its beginning. None where
/// the curve does not become ever less steep.
fn integral_at_most(
    capacity_ml_per_dl: f64,
    stretch: &Between<'_>,
    [start, end]: [&IsoPco2Point; 2],
    po2_alv_mmhg: f64,
    equilibrations: f64,
) -> Option<f64> {
    if start.virtual_po2_mmhg < FALLS_OFF_MMHG || start.virtual_po2_mmhg >= end.virtual_po2_mmhg {
        return None;
    }
    let (ln_in, ln_end) = (float::ln(start.virtual_po2_mmhg), float::ln(end.virtual_po2_mmhg));
    let point = stretch.at(float::exp(Lanes::new(LOOKED_AT) * (ln_end - ln_in) + ln_in));
    let steep = (point.saturation_slope / point.po2_slope).to_array();
    let passed = ((-point.po2 + po2_alv_mmhg) * (1.0 / (po2_alv_mmhg - start.po2_mmhg))).to_array();
    let (mut before, mut since, mut sum) = (start.saturation_by_po2(), 0.0, 0.0);
    for (steep, left) in steep.into_iter().zip(passed) {
        let now = -float::ln(left);
        // Written so that what is no number is no bound.
        if !(steep <= before && now >= since) {
            return None;
        }
        sum += before * (now - since);
        (before, since) = (steep, now);
    }
    sum += before * (equilibrations - since);
    Some(ROOM * (capacity_ml_per_dl * sum + O2_SOLUBILITY_ML_PER_DL_MMHG * equilibrations))
}

/// `e^W − 1`.
fn growth(equilibrations: f64) -> f64 {
    if equilibrations < 1.0 { float::exp_m1(equilibrations) } else { float::exp(equilibrations) - 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physiology::blood::Blood;

    /// `∫ C' dw` is D/(10 Q̇) of the very transit that a fine integration in time makes.
    #[test]
    fn inv_the_integral_is_the_time_that_the_equation_takes() {
        let bloods = [
            Blood::default(),
            Blood { hb_g_per_dl: 8.0, p50_mmhg: 19.0, cohb_frac: 0.25, ..Blood::default() },
            Blood { hb_g_per_dl: 22.0, temperature_c: 31.0, base_excess_mmol_per_l: -10.0, ..Blood::default() },
        ];
        for blood in bloods {
            let chemistry = Chemistry::new(&blood);
            for (po2_in, po2_alv, pco2, share) in
                [(25.0, 90.0, 40.0, 1.5), (40.0, 650.0, 35.0, 0.7), (12.0, 45.0, 25.0, 2.0), (60.0, 40.0, 50.0, 1.0)]
            {
                let line = IsoPco2::new(&chemistry, pco2);
                let start = line.at_po2(po2_in);
                // Some share of what would equilibrate the blood on a straight curve.
                let gain = line.at_po2(po2_alv).o2_ml_per_dl - start.o2_ml_per_dl;
                let conductance = share * gain / (po2_alv - po2_in);
                // dv/dτ = D/(10 Q̇)·(PA − P)/(dC/dv) by the classical Runge-Kutta method.
                let speed = |v: f64| {
                    let point = line.point(v, 7.4);
                    conductance * (po2_alv - point.po2_mmhg) / point.o2_slope
                };
                let steps = 4000;
                let h = 1.0 / f64::from(steps);
                let mut v = start.virtual_po2_mmhg;
                for _ in 0..steps {
                    let a = speed(v);
                    let b = speed(v + 0.5 * h * a);
                    let c = speed(v + 0.5 * h * b);
                    let d = speed(v + h * c);
                    v += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
                }
                let end = line.point(v, 7.4);
                let w = float::ln((po2_alv - start.po2_mmhg) / (po2_alv - end.po2_mmhg));
                assert!(w < 16.0, "{w}: rounding of PA - P would speak, not the quadrature");
                let gas = chemistry.gas_at_tensions(end.po2_mmhg, pco2);
                let transit = transit(&chemistry, v, &gas, w, start.o2_ml_per_dl, 1.4 * start.virtual_po2_mmhg, 0.0);
                assert!((transit.po2_alv_mmhg / po2_alv - 1.0).abs() < 1e-9, "{}", transit.po2_alv_mmhg);
                let error = transit.integral / conductance - 1.0;
                assert!(error.abs() < 1e-7, "{blood:?} {po2_in} to {po2_alv}: {error:e}");
            }
        }
    }

    /// Where blood and gas are one the integral need not be known, and what it is at most tells so: above it always, and not
    /// by so much that it would be of no use.
    #[test]
    fn inv_the_most_that_an_integral_is_is_more_than_it_is() {
        let (mut told, mut silent) = (0, 0);
        for i in 0..2000_u32 {
            let of = |k: u32, low: f64, high: f64| low + (high - low) * (f64::from((i * k) % 997) / 996.0);
            let blood = Blood {
                hb_g_per_dl: of(3, 5.0, 22.0),
                p50_mmhg: of(7, 18.0, 35.0),
                cohb_frac: of(11, 0.0, 0.3),
                temperature_c: of(13, 31.0, 41.0),
                base_excess_mmol_per_l: of(17, -20.0, 15.0),
                ..Blood::default()
            };
            let chemistry = Chemistry::new(&blood);
            let (po2_in, po2_end, pco2) = (of(19, 18.0, 60.0), of(23, 80.0, 700.0), of(29, 15.0, 90.0));
            let line = IsoPco2::new(&chemistry, pco2);
            let start = line.at_po2(po2_in);
            let end = chemistry.at_tensions(po2_end, pco2);
            let gas = chemistry.evaluate(end).0;
            let at = |conductance: f64| {
                let v = end.virtual_po2_mmhg;
                transit(&chemistry, v, &gas, MOST_EQUILIBRATIONS, start.o2_ml_per_dl, v, conductance)
            };
            let (whole, most) = (at(0.0), at(f64::MAX));
            if most.evaluations == whole.evaluations {
                silent += 1;
                continue;
            }
            told += 1;
            assert!(
                most.integral > whole.integral,
                "{blood:?} {po2_in} to {po2_end}: {} of {}",
                most.integral,
                whole.integral
            );
            assert!(
                most.integral < 2.5 * whole.integral,
                "{blood:?} {po2_in} to {po2_end}: {} of {}",
                most.integral,
                whole.integral
            );
            assert_eq!((most.po2_alv_mmhg, most.po2_alv_slopes), (whole.po2_alv_mmhg, whole.po2_alv_slopes));
        }
        assert!(told > 3 * silent, "{told} told, {silent} silent");
    }
}
