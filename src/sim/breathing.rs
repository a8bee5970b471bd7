//! How much a patient breathes whose breathing is controlled: in the steady state neither set nor known.

use crate::physiology::breathing_control::{Controller, Pattern};
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::{self, Ventilation};
use crate::sim::steady::{NoSteadyState, SteadyState, Work};
use crate::units::btps_stpd_mmhg_l_per_ml;

/// Change of alveolar ventilation, relative, that counts as settled.
const TOLERANCE: f64 = 1e-12;
/// How exact blood is known in the first round, and later against the last change of ventilation; below the third it is
/// known to the last digit.
const ROUGH: f64 = 1e-4;
const CLOSER: f64 = 1e-3;
const EXACT: f64 = 1e-10;
/// By how much more than blood, relative, what is asked for may be wrong: a steep controller asks for twenty times as much.
const STEEP: f64 = 100.0;
/// Want of ventilation, relative, that is rounding.
const ROUNDING: f64 = 1e-10;
/// Width of the bracket, relative, within which a patient stands at the edge of what has a steady state.
const EDGE: f64 = 1e-3;
/// Width of the bracket, relative, at which that edge is found where there is no balance above it; and where none is
/// foretold either.
const CLOSED: f64 = 1e-6;
const NEARLY_CLOSED: f64 = 1e-3;
/// How far beside the edge that is foretold ventilation is tried, relative.
const BESIDE: f64 = 0.4 * NEARLY_CLOSED;
/// Rounds after which the search is given up; halving alone ends before.
const MAX_ROUNDS: u32 = 150;
/// Alveolar ventilation that is none, L/min.
const LEAST_L_PER_MIN: f64 = 1e-6;

/// Alveolar ventilation that would about hold PaCO2 where breathing is in balance, L/min.
pub(super) fn guess_l_per_min(params: &Params) -> f64 {
    let vco2_ml_per_min = params.get(ParamId::Rq) * params.get(ParamId::Vo2);
    let open = 1.0 - params.get(ParamId::AlveolarDeadSpace);
    btps_stpd_mmhg_l_per_ml(params.get(ParamId::Temperature)) * vco2_ml_per_min
        / (patient::controller(params).reference.pco2_art_mmhg * open)
}

/// Finds the ventilation at which the controller asks for what is breathed.
///
/// More ventilation lowers PaCO2 and raises PaO2, and both lower what the controller asks for: there is one balance.
/// The secant method on a bracket that every solve tightens finds it; where too little ventilation has no steady state,
/// more is wanted.
///
/// `solve` is the steady state at a way of breathing, to the last digit or within what it is given: while ventilation is
/// still far off, blood need not be known any better. `start` is where to begin, L/min.
pub(super) fn steady(
    controller: &Controller,
    start: f64,
    mut solve: impl FnMut(&Ventilation, f64) -> Result<SteadyState, NoSteadyState>,
) -> Result<(Ventilation, SteadyState), NoSteadyState> {
    let most = controller.most_alveolar_l_per_min;
    // Alveolar ventilation that goes with a minute ventilation, and back: the pattern is that of the controller.
    let breathing = |alveolar: f64| Ventilation::of_pattern(&with_alveolar(controller, alveolar));
    let none = breathing(0.0);
    let asked_for = |state: &SteadyState| {
        let gas = &state.arterial.gas;
        controller.steady(gas.pco2_mmhg, gas.po2_mmhg).alveolar_l_per_min
    };
    if controller.never_breathes() {
        return solve(&none, 0.0).map(|state| (none, state));
    }
    let (mut low, mut high) = (0.0, most);
    let mut low_reason = None;
    let mut most_is_tried = false;
    // The last balance: alveolar ventilation, how much more is asked for, and whether that is all or nothing.
    let mut last: Option<([f64; 2], bool)> = None;
    // By how much the next may exceed ventilation that has no steady state.
    let mut stride = 2.0;
    let mut at = if start > 0.0 { start.min(most) } else { 1.0 };
    let mut width = f64::INFINITY;
    // Ventilation and venous PCO2 of the last two states: at the edge that reaches its limit.
    let mut states: [Option<[f64; 2]>; 2] = [None; 2];
    let mut within = ROUGH;
    let mut work = Work::default();
    for round in 0..MAX_ROUNDS {
        let solved = solve(&breathing(at), within);
        // Whom the most breath does not help nothing in between does; who then still asks for more breathes it.
        if solved.is_err() && at < most && !std::mem::replace(&mut most_is_tried, true) {
            match solve(&breathing(most), within) {
                Err(hopeless @ NoSteadyState::Co2NotCleared { .. }) => return Err(hopeless),
                Ok(state) if asked_for(&state) >= most => {
                    at = most;
                    continue;
                }
                _ => {}
            }
        }
        let balance = match solved {
            Ok(mut state) => {
                work.iterations += state.work.iterations;
                work.content_evaluations += state.work.content_evaluations;
                if round == 0 {
                    work.path = state.work.path;
                }
                work.residual = state.work.residual;
                state.work = work;
                Some((asked_for(&state) - at, state))
            }
            Err(reason @ (NoSteadyState::Apnoea | NoSteadyState::Co2NotCleared { .. })) if at < most => {
                low_reason = Some(reason);
                None
            }
            // At the very edge of what has a steady state flows and gas may find none between them.
            Err(reason) => return Err(low_reason.filter(|_| high - low <= EDGE * high).unwrap_or(reason)),
        };
        if let Some((_, state)) = &balance {
            states = [states[1], Some([at, state.venous.gas.pco2_mmhg])];
        }
        let wanted = balance.as_ref().map_or(f64::INFINITY, |(wanted, _)| *wanted);
        if within > 0.0 && wanted.abs() <= STEEP * within * at {
            // It is not known which way; once more, better.
            within = if within < EXACT / CLOSER { 0.0 } else { CLOSER * within };
            continue;
        }
        let asked = at + wanted;
        let at_a_limit = asked <= 0.0 || asked >= most;
        if wanted >= 0.0 {
            low = at;
            if balance.is_some() {
                low_reason = None;
            }
        } else {
            high = at;
        }
        // Breathing at the limit.
        let limited = at >= most && wanted >= 0.0;
        let mut next = match last {
            // All or nothing has no slope.
            Some(_) if at_a_limit && low > 0.0 && high < most => f64::NAN,
            Some(([before, wanted_before], _)) if wanted.is_finite() => {
                at - wanted * (at - before) / (wanted - wanted_before)
            }
            // PaCO2 goes as the inverse of ventilation: the first step, a slope of the usual size.
            _ if wanted.is_finite() => at + wanted / 10.0,
            _ => f64::NAN,
        };
        // Between what has no steady state and what is more than is asked for.
        let foretold = next > low && next < high;
        let last_at_a_limit = last.is_some_and(|(_, at_a_limit)| at_a_limit);
        if let Some((wanted, state)) = balance {
            let settled = wanted.abs() <= ROUNDING * at || (last.is_some() && (next - at).abs() <= TOLERANCE * at);
            // Next to ventilation that has no steady state the bracket closes on an edge, not on a balance.
            let closed = low_reason.is_none() && high - low <= TOLERANCE * high;
            if limited || settled || closed {
                if within <= 0.0 {
                    return Ok((breathing(at), state));
                }
                within = 0.0;
                continue;
            }
            last = Some(([at, wanted], at_a_limit));
            within = f64::min(ROUGH, CLOSER * (next - at).abs() / at);
            if within < EXACT {
                within = 0.0;
            }
        }
        let stuck = round % 3 == 2 && {
            let before = std::mem::replace(&mut width, high / low.max(LEAST_L_PER_MIN));
            width > before.sqrt()
        };
        let all_again = asked >= most && asked.is_finite() && high >= most && last_at_a_limit;
        if all_again && !std::mem::replace(&mut most_is_tried, true) {
            // Who asks for all there is again may breathe it.
            next = most;
        } else if stuck || !(next > low && next < high) {
            next = match edge(low_reason, states).filter(|edge| !stuck && *edge > low && *edge < high) {
                // First from above, where more is learnt of it.
                Some(edge) if edge * (1.0 + BESIDE) < high => edge * (1.0 + BESIDE),
                Some(edge) if edge * (1.0 - BESIDE) > low => edge * (1.0 - BESIDE),
                _ => (low.max(0.01 * LEAST_L_PER_MIN) * high).sqrt(),
            };
        }
        if balance.is_none() {
            // Rarely is twice as much too much, and what has no steady state is dear to try: ever more if that does not do.
            next = next.min(stride * at);
            stride *= stride;
        }
        if high <= LEAST_L_PER_MIN {
            // Nothing asks for a breath: there is a steady state where something else clears the CO2.
            return solve(&none, 0.0).map(|state| (none, state));
        }
        if let Some(reason) = low_reason
            && high - low <= if foretold { CLOSED } else { NEARLY_CLOSED } * high
        {
            return Err(reason);
        }
        at = next;
    }
    Err(NoSteadyState::NotConverged { residual: (high - low) / high, iterations: work.iterations, unit: None })
}

/// Ventilation at which venous PCO2 reaches its limit, L/min, by two states above it: it goes about as the inverse.
fn edge(reason: Option<NoSteadyState>, states: [Option<[f64; 2]>; 2]) -> Option<f64> {
    let (Some(NoSteadyState::Co2NotCleared { limit_mmhg, .. }), [Some(before), Some(last)]) = (reason, states) else {
        return None;
    };
    let slope = (last[1] - before[1]) / (1.0 / last[0] - 1.0 / before[0]);
    let inverse = 1.0 / last[0] + (limit_mmhg - last[1]) / slope;
    Some(1.0 / inverse).filter(|edge| slope > 0.0 && edge.is_finite())
}

/// The pattern of a controller at an alveolar ventilation.
///
/// The inverse of [`Controller::pattern`]: below rest everything is in proportion; above, with x the square root of
/// minute ventilation over that at rest, `V̇A = V̇E,rest·x² − VD·f_rest·x`.
fn with_alveolar(controller: &Controller, alveolar_l_per_min: f64) -> Pattern {
    let rest = controller.resting_l_per_min();
    let dead = rest - controller.alveolar_l_per_min;
    let minute = if alveolar_l_per_min <= controller.alveolar_l_per_min {
        // Both 0 where nothing is breathed at rest.
        if alveolar_l_per_min > 0.0 { rest * (alveolar_l_per_min / controller.alveolar_l_per_min) } else { 0.0 }
    } else if rest > 0.0 {
        let x = (dead + (dead * dead + 4.0 * rest * alveolar_l_per_min).sqrt()) / (2.0 * rest);
        rest * x * x
    } else {
        alveolar_l_per_min
    };
    Pattern { alveolar_l_per_min, ..controller.pattern(minute) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_the_pattern_of_an_alveolar_ventilation_has_it() {
        let controller = patient::controller(&Params::default());
        for alveolar in [0.0, 0.3, 4.4, 5.0, 30.0] {
            let pattern = with_alveolar(&controller, alveolar);
            let again = controller.pattern(pattern.minute_l_per_min);
            assert!((again.alveolar_l_per_min - alveolar).abs() < 1e-12, "{pattern:?} {again:?}");
        }
    }
}
