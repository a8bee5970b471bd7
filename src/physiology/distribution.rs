//! Distribution of ventilation and perfusion over the units of a lung.

use crate::numerics::float;

/// One log-normal mode of perfusion in V/Q.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode {
    /// Share of the ventilated lung's perfusion, above 0; shares are normalised.
    pub share: f64,
    /// Mean V/Q relative to the other modes, 0.001 to 100.
    pub ratio: f64,
    /// Spread in natural log V/Q, 0 to 2.5.
    pub log_sd: f64,
    /// Units: 1, or at least 5.
    pub units: usize,
}

/// Ventilation and perfusion of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitFlow {
    /// Ventilation, L/min BTPS.
    pub ventilation_l_per_min: f64,
    /// Perfusion, L/min.
    pub perfusion_l_per_min: f64,
    /// Diffusing capacity per flow over that of ordinary capillaries: 1, and less where they are dilated.
    pub diffusing_ratio: f64,
}

impl UnitFlow {
    /// A unit with ordinary capillaries.
    #[must_use]
    pub fn new(ventilation_l_per_min: f64, perfusion_l_per_min: f64) -> Self {
        UnitFlow { ventilation_l_per_min, perfusion_l_per_min, diffusing_ratio: 1.0 }
    }

    /// So much of it, with capillaries of such a ratio.
    fn part(&self, share: f64, diffusing_ratio: f64) -> Self {
        UnitFlow {
            ventilation_l_per_min: share * self.ventilation_l_per_min,
            perfusion_l_per_min: share * self.perfusion_l_per_min,
            diffusing_ratio,
        }
    }
}

/// Mean and spread of flow over V/Q, both on the natural logarithm, the mean given back as V/Q.
///
/// ```text
/// m = Σ w_i·ln(V/Q)_i / Σ w_i,   SD² = Σ w_i·(ln(V/Q)_i − m)² / Σ w_i
/// ```
///
/// | quantity | unit | valid range |
/// |---|---|---|
/// | (V/Q)_i of a unit that has both | | above 0 |
/// | w_i, its perfusion or its ventilation | L/min | above 0 |
///
/// Weighted by perfusion the SD is the log SD Q of the multiple inert gas technique, by ventilation its log SD V. None
/// without a unit.
///
/// # Source
/// Wagner PD, Saltzman HA, West JB, J Appl Physiol 1974;36:588-599, doi:10.1152/jappl.1974.36.5.588.
///
/// ```
/// use isoshunt::physiology::distribution::log_moments;
/// // Two equal flows, e² apart: one SD to either side of the middle.
/// let [mean, sd] = log_moments([[1.0, 2.0], [1f64.exp().powi(2), 2.0]].into_iter()).unwrap();
/// assert!((mean - 1f64.exp()).abs() < 1e-12 && (sd - 1.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn log_moments(vq_and_weight: impl Iterator<Item = [f64; 2]> + Clone) -> Option<[f64; 2]> {
    let total: f64 = vq_and_weight.clone().map(|[_, weight]| weight).sum();
    if total <= 0.0 {
        return None;
    }
    let mean = vq_and_weight.clone().map(|[vq, weight]| weight * float::ln(vq)).sum::<f64>() / total;
    let spread = vq_and_weight.map(|[vq, weight]| weight * float::powi(float::ln(vq) - mean, 2)).sum::<f64>() / total;
    Some([float::exp(mean), spread.max(0.0).sqrt()])
}

/// Half-width of a mode in its own SD.
const HALF_WIDTH_SD: f64 = 4.0;

/// Units of a lung of log-normal modes, appended to `units`, that share a ventilation and a perfusion.
///
/// ```text
/// z = −4 … 4 in n equal steps,   w_i = exp(−z²/2)/Σ,   Q_i = share·w_i,   V_i ∝ share·w_i·ratio·exp(sd·z_i)
/// ```
/// and all V_i are scaled to the ventilation, all Q_i to the perfusion given. One unit, or no spread, is one ideal
/// unit.
///
/// # Source
/// West JB, Respir Physiol 1969;7:88-110, doi:10.1016/0034-5687(69)90071-5.
///
/// ```
/// use isoshunt::physiology::distribution::{Mode, log_normal};
/// let mut units = Vec::new();
/// log_normal(&[Mode { share: 1.0, ratio: 1.0, log_sd: 0.5, units: 50 }], 4.0, 5.0, &mut units);
/// let flow: f64 = units.iter().map(|u| u.perfusion_l_per_min).sum();
/// assert!(units.len() == 50 && (flow - 5.0).abs() < 1e-12);
/// ```
pub fn log_normal(modes: &[Mode], ventilation_l_per_min: f64, perfusion_l_per_min: f64, units: &mut Vec<UnitFlow>) {
    let first = units.len();
    let shares: f64 = modes.iter().map(|mode| mode.share).sum();
    for mode in modes {
        // Normalised first: a share so small that its parts would vanish is still the whole where it stands alone.
        let mode = Mode { share: mode.share / shares, ..*mode };
        if mode.units == 1 || mode.log_sd <= 0.0 {
            units.push(UnitFlow::new(mode.share * mode.ratio, mode.share));
            continue;
        }
        let step = 2.0 * HALF_WIDTH_SD / (mode.units - 1) as f64;
        let z = |i: usize| -HALF_WIDTH_SD + step * i as f64;
        let total: f64 = (0..mode.units).map(|i| float::exp(-0.5 * z(i) * z(i))).sum();
        units.extend((0..mode.units).map(|i| {
            let perfusion = mode.share * float::exp(-0.5 * z(i) * z(i)) / total;
            UnitFlow::new(perfusion * mode.ratio * float::exp(mode.log_sd * z(i)), perfusion)
        }));
    }
    scale(&mut units[first..], ventilation_l_per_min, perfusion_l_per_min);
}

/// Parts every unit in two of its V/Q that lie side by side, the second with dilated capillaries: they get
/// `dilated_frac` (above 0, at most 1) of its flow and have `diffusing_ratio` of the diffusing capacity per flow.
///
/// ```
/// use isoshunt::physiology::distribution::{UnitFlow, dilate};
/// let mut units = vec![UnitFlow::new(4.0, 5.0)];
/// dilate(&mut units, 0.6, 0.15);
/// assert!(units.len() == 2 && units[1].perfusion_l_per_min == 3.0 && units[1].diffusing_ratio == 0.15);
/// ```
pub fn dilate(units: &mut Vec<UnitFlow>, dilated_frac: f64, diffusing_ratio: f64) {
    if dilated_frac >= 1.0 {
        units.iter_mut().for_each(|unit| unit.diffusing_ratio = diffusing_ratio);
        return;
    }
    let count = units.len();
    units.resize(2 * count, UnitFlow::new(0.0, 0.0));
    // From the end on, so that nothing is overwritten before it is parted.
    for i in (0..count).rev() {
        let whole = units[i];
        units[2 * i + 1] = whole.part(dilated_frac, diffusing_ratio);
        units[2 * i] = whole.part(1.0 - dilated_frac, whole.diffusing_ratio);
    }
}

/// Scales units so that their ventilation and perfusion add up to the totals given.
pub fn scale(units: &mut [UnitFlow], ventilation_l_per_min: f64, perfusion_l_per_min: f64) {
    let ventilation: f64 = units.iter().map(|unit| unit.ventilation_l_per_min).sum();
    let perfusion: f64 = units.iter().map(|unit| unit.perfusion_l_per_min).sum();
    for unit in units {
        // In this order nothing overflows however small the totals are.
        unit.ventilation_l_per_min = unit.ventilation_l_per_min / ventilation * ventilation_l_per_min;
        unit.perfusion_l_per_min = unit.perfusion_l_per_min / perfusion * perfusion_l_per_min;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_the_spread_is_the_log_sd_asked_for() {
        let mut units = Vec::new();
        log_normal(&[Mode { share: 1.0, ratio: 3.0, log_sd: 0.8, units: 200 }], 4.0, 5.0, &mut units);
        let log_vq = |u: &UnitFlow| float::ln(u.ventilation_l_per_min / u.perfusion_l_per_min);
        let mean: f64 = units.iter().map(|u| u.perfusion_l_per_min * log_vq(u)).sum::<f64>() / 5.0;
        let variance: f64 =
            units.iter().map(|u| u.perfusion_l_per_min * float::powi(log_vq(u) - mean, 2)).sum::<f64>() / 5.0;
        // Truncation at 4 SD takes a little off.
        assert!((variance.sqrt() - 0.8).abs() < 1e-3, "{}", variance.sqrt());
    }

    #[test]
    fn inv_modes_keep_their_ratio_of_vq() {
        let mut units = Vec::new();
        let mode = |share, ratio| Mode { share, ratio, log_sd: 0.0, units: 1 };
        log_normal(&[mode(0.25, 0.1), mode(0.5, 1.0)], 4.0, 6.0, &mut units);
        assert!((units[0].perfusion_l_per_min - 2.0).abs() < 1e-12);
        let vq: Vec<f64> = units.iter().map(|u| u.ventilation_l_per_min / u.perfusion_l_per_min).collect();
        assert!((vq[1] / vq[0] - 10.0).abs() < 1e-12);
    }

    #[test]
    fn inv_shares_too_small_to_divide_are_still_shares() {
        let mut units = Vec::new();
        log_normal(&[Mode { share: 5e-324, ratio: 0.001, log_sd: 2.5, units: 5 }], 4.0, 5.0, &mut units);
        let ventilation: f64 = units.iter().map(|u| u.ventilation_l_per_min).sum();
        let perfusion: f64 = units.iter().map(|u| u.perfusion_l_per_min).sum();
        assert!((ventilation - 4.0).abs() < 1e-12 && (perfusion - 5.0).abs() < 1e-12, "{units:?}");
        let mut halves = [UnitFlow::new(5e-324, 5e-324); 2];
        scale(&mut halves, 4.0, 5.0);
        assert_eq!(halves, [UnitFlow::new(2.0, 2.5); 2]);
    }
}
