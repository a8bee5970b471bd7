//! Figures in the units that are shown.

use crate::figure::{Axis, Figure, Stroke};
use crate::numerics::float;
use crate::text::display_units::DisplayUnits;

/// Share of half a tick by which a converted limit may miss a round number.
const ROUNDING: f64 = 0.02;

/// The step of 1, 2 or 5 that is nearest to a number.
#[must_use]
pub fn round_step(near: f64) -> f64 {
    let decade = float::pow(10f64, float::log10(near).floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade);
    let far = |step: &f64| float::ln(step / near).abs();
    steps.into_iter().min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(near)
}

/// The step of 1, 2 or 5 that keeps ticks about as many as they were, rather fewer.
fn tick_step(near: f64) -> f64 {
    let step = round_step(near);
    if step < 0.8 * near { round_step(1.9 * step) } else { step }
}

/// Multiples of a step within a range.
fn multiples(step: f64, [min, max]: [f64; 2]) -> Vec<f64> {
    let (first, last) = ((min / step - 1e-9).ceil() as i64, (max / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Digits after the point that tell multiples of a step apart.
fn decimals_of(step: f64) -> usize {
    (-(float::log10(step) + 1e-9).floor()).max(0.0) as usize
}

impl Axis {
    /// Goes over to the unit that is shown, between round numbers again; points beyond the axis stay beyond it.
    fn show_in(&mut self, units: DisplayUnits) {
        let shown = units.of(&self.unit);
        if !shown.is_converted() {
            return;
        }
        let per_value = shown.per_value;
        let unit = shown.unit.to_owned();
        self.unit = unit;
        let [first, second, ..] = *self.ticks else { return };
        let tick = tick_step((second - first) * per_value);
        let half = tick / 2.0;
        self.min = (self.min * per_value / half + ROUNDING).floor() * half;
        self.max = (self.max * per_value / half - ROUNDING).ceil() * half;
        self.ticks = multiples(tick, [self.min, self.max]);
        self.decimals = decimals_of(tick);
    }
}

impl Figure {
    /// The figure in the units that are shown: axes, lines, bars and marks. Its words are written in them from the
    /// start.
    #[must_use]
    pub fn shown_in(mut self, units: DisplayUnits) -> Figure {
        let [x, y] = [&self.x, &self.y].map(|axis| units.of(&axis.unit).per_value);
        let right = self.right.as_ref().map_or(1.0, |right| units.of(&right.unit).per_value);
        for series in &mut self.series {
            let y = if series.on_right { right } else { y };
            series.points.iter_mut().for_each(|[at_x, at_y]| (*at_x, *at_y) = (*at_x * x, *at_y * y));
            if series.stroke == Stroke::Bars {
                series.extents.iter_mut().for_each(|begin| *begin *= x);
            }
        }
        self.marks.iter_mut().for_each(|mark| mark.at = [mark.at[0] * x, mark.at[1] * y]);
        if let Some(axis) = &mut self.right {
            let shown = units.of(&axis.unit);
            axis.per_left *= right / y;
            if shown.is_converted()
                && let [first, .., last] = *axis.ticks
            {
                let step = tick_step((last - first) / (axis.ticks.len() - 1) as f64 * right);
                axis.ticks = multiples(step, [first, last].map(|tick| tick * right));
                axis.decimals = decimals_of(step);
                axis.unit = shown.unit.to_owned();
            }
        }
        self.x.show_in(units);
        self.y.show_in(units);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Mark, RightAxis, Role};
    use crate::text::display_units::{Concentration, Pressure};

    #[test]
    fn inv_axes_stay_round_in_other_units_and_points_stay_where_they_are() {
        let other = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
        for (range, tick, shown, step) in [
            ([0.0, 150.0], 25.0, [0.0, 20.0], 5.0),
            ([0.0, 700.0], 100.0, [0.0, 100.0], 20.0),
            ([0.0, 800.0], 100.0, [0.0, 110.0], 20.0),
            ([20.0, 60.0], 10.0, [2.0, 8.0], 2.0),
            ([-30.0, 30.0], 10.0, [-4.0, 4.0], 2.0),
        ] {
            let figure = Figure {
                id: "test",
                title: String::new(),
                x: Axis::linear("PO₂", "mmHg", range, tick, 0),
                y: Axis::linear("Saturation", "%", [0.0, 100.0], 25.0, 0),
                ends: None,
                right: Some(RightAxis {
                    label: "O₂".to_owned(),
                    unit: "mL/dL".to_owned(),
                    per_left: 0.2,
                    ticks: vec![0.0, 5.0, 10.0, 15.0, 20.0],
                    decimals: 0,
                }),
                series: Vec::new(),
                marks: vec![Mark {
                    role: Role::Arterial,
                    label: "a".to_owned(),
                    name: "a".to_owned(),
                    at: [range[1], 90.0],
                    hollow: false,
                }],
                text: String::new(),
            };
            assert_eq!(figure.clone().shown_in(DisplayUnits::default()), figure);
            let kpa = figure.clone().shown_in(other);
            let x = &kpa.x;
            assert_eq!(([x.min, x.max], x.ticks[1] - x.ticks[0], x.unit.as_str()), (shown, step, "kPa"));
            assert!((kpa.marks[0].at[0] - range[1] / 7.500_616_827).abs() < 1e-9 && kpa.y == figure.y);
            let right = kpa.right.expect("a right axis");
            assert_eq!((right.ticks.last(), right.unit.as_str()), (Some(&200.0), "mL/L"));
            assert!((right.per_left - 2.0).abs() < 1e-12);
        }
    }
}
