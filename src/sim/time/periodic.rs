//! Whether controlled breathing comes to rest at all, or waxes and wanes for ever.

use super::live::{Live, STEP_S};
use crate::sim::params::Params;

/// How far the brain's PCO2 is pushed to see what comes of it, mmHg.
const PUSH_MMHG: f64 = 3.0;
/// Patient time after the push, s, and the end of it that is judged.
const FOLLOWED_S: f64 = 1200.0;
const JUDGED_S: f64 = 240.0;
/// Swing of minute ventilation over its mean that is no rest.
const SWING_FRAC: f64 = 0.05;

/// Breathing that waxes and wanes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodicBreathing {
    /// Least minute ventilation of a cycle, L/min.
    pub least_l_per_min: f64,
    /// Most, L/min.
    pub most_l_per_min: f64,
    /// Time from one rise to the next, s.
    pub period_s: f64,
}

/// Pushes a patient out of his steady state and follows what comes of it: none where breathing comes to rest, or is not
/// controlled. Where it does not, the steady state is the mean of a periodic breathing that no run stays at.
///
/// # Source
/// Khoo MC et al., J Appl Physiol 1982;53:644-659 (recalled): delayed feedback with a high gain makes periodic breathing.
#[must_use]
pub fn periodic_breathing(params: &Params) -> Option<PeriodicBreathing> {
    if !params.breathing_controlled() || params.airway_held() {
        return None;
    }
    let mut live = Live::new(params);
    if let Some(drive) = &mut live.state.drive {
        drive.central_pco2_mmhg += PUSH_MMHG;
    }
    let steps = |seconds: f64| (seconds / STEP_S) as usize;
    let mut followed = Vec::with_capacity(steps(JUDGED_S));
    for step in 0..steps(FOLLOWED_S) {
        live.step();
        if step >= steps(FOLLOWED_S - JUDGED_S) {
            followed.push(live.setup.ventilation.minute_l_per_min);
        }
    }
    let mean = followed.iter().sum::<f64>() / followed.len() as f64;
    let (least, most) =
        followed.iter().fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), v| (low.min(*v), high.max(*v)));
    let rises: Vec<usize> = (1..followed.len()).filter(|i| followed[i - 1] < mean && followed[*i] >= mean).collect();
    let (first, last) = (rises.first()?, rises.last()?);
    if rises.len() < 3 || most - least <= SWING_FRAC * mean {
        return None;
    }
    let period_s = (last - first) as f64 * STEP_S / (rises.len() - 1) as f64;
    Some(PeriodicBreathing { least_l_per_min: least, most_l_per_min: most, period_s })
}
