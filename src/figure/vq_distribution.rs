//! Ventilation and perfusion of the lung's units over V/Q.

use crate::figure::{Axis, AxisScale, Figure, Mark, Role, Series, Stroke};
use crate::numerics::float;
use crate::physiology::distribution::log_moments;
use crate::sim::params::{MODES, ParamId};
use crate::sim::reading::snapshot::Snapshot;
use crate::units::percent_from_frac;

/// V/Q shown at least.
const RANGE: [f64; 2] = [0.005, 100.0];
/// Flow below which a stem would not be seen, L/min.
const VISIBLE_L_PER_MIN: f64 = 1e-3;
/// How many times the flow of the largest unit the axis still reaches for shunt and dead space.
const MOST_OVER_UNITS: f64 = 3.0;

/// Builds the figure.
///
/// x is V/Q on a decimal logarithm, y L/min of each unit. Perfusion and ventilation are drawn by mode; shunt stands at
/// the left end and alveolar dead space at the right end, not joined to the curves. An explicit lung is drawn as stems.
/// The units of a lung in layers, whose flows are an outcome, are dots, and so are those that are left when some have
/// collapsed. Flows are those in force: what vessels make of them, and what is breathed now.
///
/// # Source
/// Conventions of Wagner PD, Saltzman HA, West JB, J Appl Physiol 1974;36:588-599.
#[must_use]
pub fn figure(now: &Snapshot) -> Figure {
    // What the airway gives, not the gas that a unit draws in besides when it absorbs more than it is given.
    let ventilated = now.units.iter().filter(|unit| unit.given_l_per_min > 0.0);
    let points: Vec<[f64; 3]> = ventilated
        .map(|unit| (unit.given_l_per_min, unit.perfusion_l_per_min))
        .map(|(ventilation, perfusion)| [ventilation / perfusion, perfusion, ventilation])
        .collect();
    let layered = now.mechanics.is_some();
    let bound = |pick: fn(f64, f64) -> f64, start: f64| points.iter().map(|point| point[0]).fold(start, pick);
    let decade = |value: f64, round: fn(f64) -> f64| float::pow(10f64, round(float::log10(value)));
    let lowest = bound(f64::min, RANGE[0]);
    let min = if lowest < RANGE[0] { decade(lowest, f64::floor) } else { RANGE[0] };
    let highest = bound(f64::max, RANGE[1]);
    let max = if highest > RANGE[1] { decade(highest, f64::ceil) } else { RANGE[1] };

    let mut series = Vec::new();
    let mut rest = points.as_slice();
    let mut modes = Vec::new();
    if now.params.units().is_none() && !layered {
        for [share, _, log_sd, units] in (0..MODES).map(ParamId::mode) {
            if now.params.get(share) > 0.0 {
                let one = now.params.get(log_sd) <= 0.0;
                modes.push(if one { 1 } else { now.params.get(units) as usize });
            }
        }
    }
    // A unit without ventilation has no place on the axis and is missing from `points`: then all are stems.
    let listed = modes.iter().sum::<usize>();
    let by_mode = listed == points.len();
    let as_dots = layered || points.len() < listed;
    if as_dots {
        modes = vec![points.len()];
    } else if !by_mode {
        modes = vec![1; points.len()];
    }
    let count = modes.len();
    for (index, size) in modes.into_iter().enumerate() {
        let (mode, others) = rest.split_at(size);
        rest = others;
        let stroke = match size {
            _ if as_dots => Stroke::Dots,
            1 => Stroke::Stems,
            _ => Stroke::Solid,
        };
        let suffix = if count > 1 { format!(" {}", index + 1) } else { String::new() };
        for (role, name, column) in [(Role::Perfusion, "perfusion", 1), (Role::Ventilation, "ventilation", 2)] {
            let points = mode.iter().map(|point| [point[0], point[column]]).collect();
            series.push(Series::new(role, format!("{name}{suffix}"), stroke, points));
        }
    }

    let mut marks = Vec::new();
    let mut ends = Vec::new();
    let alveolar = now.ventilation.alveolar_l_per_min;
    let output = now.output_l_per_min();
    let [shunt, dead] = [now.truth.shunt_frac * output, now.truth.alveolar_dead_space_frac.unwrap_or(0.0) * alveolar];
    for (role, label, name, flow, of, at) in [
        (Role::Shunt, "shunt", "shunt", shunt, output, min),
        (Role::DeadSpace, "alveolar dead space", "alveolar dead space", dead, alveolar, max),
    ] {
        let percent = if of > 0.0 { percent_from_frac(flow / of) } else { 0.0 };
        let text = format!("{name} {flow:.2} L/min ({percent:.0} %)");
        ends.push(text.clone());
        if flow >= VISIBLE_L_PER_MIN {
            series.push(Series::new(role, name, Stroke::Stems, vec![[at, flow]]));
            marks.push(Mark {
                role,
                label: format!("{label} {percent:.0} %"),
                name: text,
                at: [at, flow],
                hollow: false,
            });
        }
    }

    // What meets no gas or no blood is one flow beside many small ones: where it would flatten them all it goes beyond
    // the axis, and its number is printed.
    let tallest = |of: &dyn Fn(&&Series) -> bool| {
        series.iter().filter(of).flat_map(|s| s.points.iter().map(|p| p[1])).fold(0.0, f64::max)
    };
    let is_end = |s: &&Series| matches!(s.role, Role::Shunt | Role::DeadSpace);
    let (of_units, of_ends) = (tallest(&|s| !is_end(s)), tallest(&is_end));
    let y = flow_axis(if of_ends > MOST_OVER_UNITS * of_units && of_units > 0.0 {
        of_units
    } else {
        of_units.max(of_ends)
    });
    let ticks = (float::log10(min).floor() as i32..=float::log10(max).round() as i32)
        .map(|k| float::powi(10f64, k))
        .filter(|t| *t >= min && *t <= max);
    let moments = |column: usize| log_moments(points.iter().map(|point| [point[0], point[column]]));
    let words = match (moments(1), moments(2)) {
        (Some([q, log_sd_q]), Some([v, log_sd_v])) => format!(
            "{} units. Perfusion: mean V/Q {q:.2}, log SD {log_sd_q:.2}. Ventilation: mean V/Q {v:.2}, log SD {log_sd_v:.2}.",
            points.len()
        ),
        _ => "No unit is both ventilated and perfused.".to_owned(),
    };
    Figure {
        id: "vq_distribution",
        title: "V/Q distribution".to_owned(),
        x: Axis {
            label: "V̇/Q̇".to_owned(),
            unit: String::new(),
            min,
            max,
            scale: AxisScale::Log10,
            ticks: ticks.collect(),
            decimals: 3,
            names: Vec::new(),
            units: Vec::new(),
        },
        y,
        right: None,
        ends: None,
        series,
        marks,
        text: format!("Ventilation and perfusion over V/Q. {words} {}.", ends.join("; ")),
    }
}

/// The figure with the distribution before the last action, where it was another.
#[must_use]
pub fn with_ghost(mut figure: Figure, before: Option<&Snapshot>) -> Figure {
    let Some(before) = before else { return figure };
    let lines = |series: &Series| matches!(series.role, Role::Perfusion | Role::Ventilation);
    let ghosts: Vec<Series> = self::figure(before)
        .series
        .into_iter()
        .filter(|series| lines(series) && series.stroke == Stroke::Solid)
        .filter(|series| !figure.series.iter().any(|now| now.role == series.role && now.points == series.points))
        .map(|series| Series::new(Role::Ghost, format!("{} before", series.name), Stroke::Dashed, series.points))
        .collect();
    // What was lies under what is.
    figure.series.splice(0..0, ghosts);
    figure
}

/// A flow axis with round ticks above the tallest point.
fn flow_axis(tallest_l_per_min: f64) -> Axis {
    let raw = (tallest_l_per_min * 1.12).max(0.01) / 4.0;
    let decade = float::pow(10f64, float::log10(raw).floor());
    let tick = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * decade).into_iter().find(|t| *t >= raw).unwrap_or(10.0 * decade);
    let decimals = if tick >= 1.0 {
        1
    } else {
        (-float::log10(tick)).ceil() as usize + usize::from((tick / decade - 2.5).abs() < 1e-9)
    };
    Axis::linear("flow per unit", "L/min", [0.0, 4.0 * tick], tick, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{Params, SwitchId, UnitShare};
    use crate::sim::reading::snapshot::Model;

    #[test]
    fn inv_flows_of_the_figure_add_up_to_the_patient() {
        let mut params = Params::default();
        let two_modes = [(ParamId::Mode2Share, 0.3), (ParamId::Mode2Ratio, 0.05), (ParamId::Shunt, 0.2)];
        params.set_all(&two_modes).expect("within bounds");
        let figure = figure(&Model::new().snapshot(&params).expect("a steady state"));
        let sum = |role| -> f64 {
            figure.series.iter().filter(|s| s.role == role).flat_map(|s| &s.points).map(|p| p[1]).sum()
        };
        assert!((sum(Role::Perfusion) + sum(Role::Shunt) - 5.0).abs() < 1e-9);
        assert!((sum(Role::Ventilation) + sum(Role::DeadSpace) - 4.4).abs() < 1e-6);
        assert_eq!(figure.series.iter().filter(|s| s.role == Role::Perfusion).count(), 2);
    }

    #[test]
    fn inv_the_distribution_is_the_lungs_and_does_not_move_with_oxygen() {
        let lung = |fio2| {
            let mut params = Params::default();
            params.set_all(&[(ParamId::Mode1LogSd, 1.8), (ParamId::Fio2, fio2)]).expect("within bounds");
            figure(&Model::new().snapshot(&params).expect("a steady state")).series
        };
        assert_eq!(lung(0.21), lung(1.0));
    }

    #[test]
    fn inv_flows_are_those_in_force() {
        let mut params = Params::default();
        params.set_switch(SwitchId::BreathingControl, "on").expect("an option");
        params.set_all(&[(ParamId::OpioidDepression, 0.7), (ParamId::AlveolarDeadSpace, 0.0)]).expect("within bounds");
        let now = Model::new().snapshot(&params).expect("a steady state");
        let set = params.get(ParamId::AlveolarVentilation);
        let in_force = now.ventilation.alveolar_l_per_min;
        let series = figure(&now).series;
        let drawn: f64 =
            series.iter().filter(|s| s.role == Role::Ventilation).flat_map(|s| &s.points).map(|p| p[1]).sum();
        assert!(in_force < 0.85 * set, "{in_force} of {set}");
        assert!((drawn - in_force).abs() < 1e-9, "{drawn} of {in_force}");
    }

    #[test]
    fn inv_the_distribution_before_is_drawn_where_it_was_another() {
        let solve = |log_sd, fio2| {
            let mut params = Params::default();
            params.set_all(&[(ParamId::Mode1LogSd, log_sd), (ParamId::Fio2, fio2)]).expect("within bounds");
            Model::new().snapshot(&params).expect("a steady state")
        };
        let before = solve(0.4, 0.21);
        let ghosts = |now: &Snapshot| {
            let figure = with_ghost(figure(now), Some(&before));
            figure.series.iter().filter(|series| series.role == Role::Ghost).count()
        };
        assert_eq!(ghosts(&solve(1.0, 0.21)), 2);
        assert_eq!(ghosts(&solve(0.4, 1.0)), 0, "oxygen moves no lung");
    }

    #[test]
    fn inv_a_lung_in_layers_shows_the_flows_that_result() {
        let mut params = Params::default();
        for (id, option) in [(SwitchId::Breathing, "ventilated"), (SwitchId::Mechanics, "on")] {
            params.set_switch(id, option).expect("an option");
        }
        params.set_all(&[(ParamId::Collapsible, 0.5), (ParamId::SuperimposedPressure, 12.0)]).expect("within bounds");
        let now = Model::new().snapshot(&params).expect("a steady state");
        let figure = figure(&now);
        let sum = |role| -> f64 {
            figure.series.iter().filter(|s| s.role == role).flat_map(|s| &s.points).map(|p| p[1]).sum()
        };
        assert!((sum(Role::Perfusion) + sum(Role::Shunt) - now.output_l_per_min()).abs() < 1e-6);
        assert!(sum(Role::Shunt) > 0.5 && now.truth.shunt_frac > 0.1, "{}", figure.text);
        assert!(figure.series.iter().any(|series| series.stroke == Stroke::Dots && series.points.len() == 60));
    }

    #[test]
    fn inv_an_explicit_lung_is_drawn_as_stems() {
        let mut params = Params::default();
        let unit = |ventilation, perfusion| UnitShare { ventilation, perfusion };
        params.set_units(Some(&[unit(0.7, 0.3), unit(0.3, 0.7)])).expect("a lung");
        let figure = figure(&Model::new().snapshot(&params).expect("a steady state"));
        assert!(figure.series.iter().all(|series| series.stroke == Stroke::Stems));
    }
}
