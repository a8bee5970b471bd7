//! The plot of a claim: its number over what the claim sets, or over time, with the published range, point by point.

use crate::figure::{Axis, Figure, Mark, Role, Series, Stroke};
use crate::scenario::asked::What;
use crate::scenario::claims::Claim;
use crate::scenario::sought::Sought;
use crate::scenario::{Setting, apply};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Model;
use crate::sim::time::STEP_S;
use crate::study::cost;
use crate::text::display_units::DisplayUnits;

/// Points of a line, where each is a steady state, and where it is a formula.
const STEADY_POINTS: usize = 17;
const FORMULA_POINTS: usize = 61;
/// What a point is taken to cost, in evaluations of a plain patient.
const A_STEADY_POINT: u32 = 1_200;
const A_FORMULA_POINT: u32 = 50;
/// Most points of a course.
const COURSE_POINTS: usize = 400;
/// Lines of an axis.
const TICKS: usize = 5;

/// What a claim's number is shown over.
#[derive(Debug, Clone)]
enum Over {
    /// An input of the formula.
    Input(usize),
    /// A parameter of the patient.
    Param { id: ParamId, patient: Box<Params>, quantity: &'static Quantity },
    /// The time of his course.
    Time,
}

/// The plot of a claim, as far as it is worked out.
#[derive(Debug, Clone)]
pub(super) struct ClaimPlot {
    claim: &'static Claim,
    over: Over,
    /// Where points are still missing, the next one last.
    missing: Vec<f64>,
    points: Vec<[f64; 2]>,
    /// What the claim changes from, where it is of a change.
    before: Option<[f64; 2]>,
    now: Option<[f64; 2]>,
}

impl ClaimPlot {
    /// A plot that is not worked out yet; none where there is nothing to show the number over.
    pub(super) fn new(claim: &'static Claim) -> Option<ClaimPlot> {
        let begun = |over: Over, [low, high]: [f64; 2], count: usize| {
            let at = |i: usize| low + (high - low) * i as f64 / (count - 1) as f64;
            let missing = (0..count).rev().map(at).collect();
            ClaimPlot { claim, over, missing, points: Vec::new(), before: None, now: None }
        };
        match &claim.sought {
            Sought::Formula(computed) => {
                let (key, value) = computed.given().next()?;
                let input = computed.formula.inputs.iter().position(|input| input.key == key)?;
                let of = &computed.formula.inputs[input];
                let range = around(value, [of.min, of.max]);
                Some(begun(Over::Input(input), range, FORMULA_POINTS))
            }
            Sought::Patient(asked) => match &asked.what {
                What::InTime(_) => Some(ClaimPlot {
                    claim,
                    over: Over::Time,
                    missing: Vec::new(),
                    points: Vec::new(),
                    before: None,
                    now: None,
                }),
                What::Steady { quantity, with, change_from, .. } => {
                    // What doctors turn is shown before what a patient is.
                    let moved = |settings: &[Setting]| {
                        let values = settings.iter().filter_map(|setting| match setting {
                            Setting::Param(id, value) => Some((*id, *value)),
                            Setting::Switch(..) => None,
                        });
                        let values: Vec<(ParamId, f64)> = values.collect();
                        let of = |wanted: ParamId| values.iter().find(|(id, _)| *id == wanted);
                        of(ParamId::Fio2).or(of(ParamId::Peep)).or(values.last()).copied()
                    };
                    let patient = asked.subject().ok()?;
                    let (id, value) = moved(with).unwrap_or((ParamId::Fio2, patient.get(ParamId::Fio2)));
                    let bounds = id.bounds();
                    let from = change_from.as_deref().and_then(moved).filter(|(other, _)| *other == id);
                    let range = match (id, from) {
                        (ParamId::Fio2, _) => [0.21, 1.0],
                        (_, Some((_, from))) if (from - value).abs() > 0.0 => [from.min(value), from.max(value)],
                        _ => around(value, [bounds.min, bounds.max]),
                    };
                    let over = Over::Param { id, patient: Box::new(patient), quantity };
                    let mut plot = begun(over, range, STEADY_POINTS);
                    plot.now = Some([value, f64::NAN]);
                    plot.before = from.map(|(_, from)| [from, f64::NAN]);
                    // Both ends of a change are points of their own.
                    plot.missing.extend(from.map(|(_, from)| from));
                    plot.missing.push(value);
                    Some(plot)
                }
            },
        }
    }

    /// Which claim it is of.
    pub(super) fn claim(&self) -> &'static Claim {
        self.claim
    }

    /// Whether nothing is left to do; a course comes with its claim.
    pub(super) fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// Works out the next point; what it has cost.
    pub(super) fn step(&mut self) -> u32 {
        let Some(x) = self.missing.pop() else { return 0 };
        let (y, cost) = match (&self.over, &self.claim.sought) {
            (Over::Input(input), Sought::Formula(computed)) => {
                let mut values = computed.values.clone();
                values[*input] = x;
                let found = computed.formula.compute(&values).ok();
                (found.and_then(|found| found.get(computed.result).copied()), A_FORMULA_POINT)
            }
            (Over::Param { id, patient, quantity }, _) => {
                let patient = apply(&[Setting::Param(*id, x)], patient);
                let cost = patient.as_ref().map_or(1, |patient| cost(patient, A_STEADY_POINT));
                let snapshot = patient.ok().and_then(|patient| Model::new().snapshot(&patient).ok());
                (snapshot.and_then(|snapshot| quantity.read(&snapshot).ok()), cost)
            }
            _ => (None, 1),
        };
        if let Some(y) = y.filter(|y| y.is_finite()) {
            for end in [&mut self.now, &mut self.before].into_iter().flatten() {
                if end[0].to_bits() == x.to_bits() {
                    end[1] = y;
                }
            }
            let place = self.points.partition_point(|point| point[0] < x);
            if self.points.get(place).is_none_or(|point| point[0] > x) {
                self.points.insert(place, [x, y]);
            }
        }
        cost
    }

    /// Takes the course of a claim in time, its number at every model step.
    pub(super) fn take_course(&mut self, course: &[f64]) {
        let every = (course.len() / COURSE_POINTS).max(1);
        let point = |(step, value): (usize, &f64)| [step as f64 * STEP_S / 60.0, *value];
        self.points =
            course.iter().enumerate().step_by(every).filter(|(_, value)| value.is_finite()).map(point).collect();
    }

    /// The figure, once there is a line.
    pub(super) fn figure(&self, units: DisplayUnits) -> Option<Figure> {
        if !self.is_whole() || self.points.len() < 2 {
            return None;
        }
        let (first, last) = (self.points.first()?[0], self.points.last()?[0]);
        let span = self.claim.published.span;
        let sought = &self.claim.sought;
        let of_change = matches!(sought, Sought::Patient(asked)
            if asked.minus.is_some() || matches!(asked.what, What::Steady { change_from: Some(_), .. }));
        let (x, y_label, y_unit) = match (&self.over, sought) {
            (Over::Input(input), Sought::Formula(computed)) => {
                let of = &computed.formula.inputs[*input];
                let axis = Axis::nice(&label_of(of.key, of.unit), of.unit, [first, last], TICKS);
                (axis, label_of(sought.key(), sought.unit()), sought.unit())
            }
            (Over::Param { id, quantity, .. }, _) => {
                let bounds = id.bounds();
                (Axis::nice(bounds.label, bounds.unit, [first, last], TICKS), quantity.label.to_owned(), quantity.unit)
            }
            _ => {
                let quantity = Quantity::from_key(sought.key());
                let label = quantity.map_or_else(|| label_of(sought.key(), ""), |quantity| quantity.label.to_owned());
                (Axis::nice("time", "min", [0.0, last], TICKS), label, quantity.map_or("", |quantity| quantity.unit))
            }
        };
        // What is published stands beside the line where it is that number, not a change of it, nor a time.
        let timed_unit = matches!(self.over, Over::Time) && sought.unit() != y_unit;
        let beside = !of_change && !timed_unit;
        let values = self.points.iter().map(|point| point[1]);
        let ends = if beside { vec![span.low, span.high] } else { Vec::new() };
        let (low, high) = values
            .chain(ends.iter().copied())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let y = Axis::nice(&y_label, y_unit, [low, high.max(low + 1e-6)], TICKS);
        let mut series: Vec<Series> = ends
            .iter()
            .zip(["published, lowest", "published, highest"])
            .map(|(end, name)| {
                let points = vec![[x.min, *end], [x.max, *end]];
                Series { end_label: Some(String::new()), ..Series::new(Role::Reference, name, Stroke::Dashed, points) }
            })
            .collect();
        let line = Series::new(Role::Curve, "model", Stroke::Solid, self.points.clone());
        series.push(Series { end_label: Some(String::new()), ..line });
        let mark = |role, label: &str, at: [f64; 2], hollow| Mark {
            role,
            label: label.to_owned(),
            name: format!("{label}: {:.4}", at[1]),
            at,
            hollow,
        };
        let marks = [(Role::Ghost, "before", self.before, true), (Role::Arterial, "now", self.now, false)];
        let marks: Vec<Mark> = marks
            .into_iter()
            .filter_map(|(role, label, at, hollow)| Some(mark(role, label, at.filter(|at| at[1].is_finite())?, hollow)))
            .collect();
        let text = format!(
            "{y_label} over {}, from {:.4} to {:.4}{}.",
            x.heading(),
            self.points.first()?[1],
            self.points.last()?[1],
            if beside { format!("; published {} to {}", span.low, span.high) } else { String::new() }
        );
        let title = "Here as a plot".to_owned();
        Some(Figure { id: "claim", title, x, y, right: None, series, marks, text }.shown_in(units))
    }
}

/// The name of an input or a result of a formula: its key without the unit that ends it.
fn label_of(key: &str, unit: &str) -> String {
    if let Some(quantity) = Quantity::from_key(key) {
        return quantity.label.to_owned();
    }
    if let Some(id) = ParamId::from_key(key) {
        return id.bounds().label.to_owned();
    }
    let tail = unit.to_lowercase().replace('/', "_per_");
    let name = key.strip_suffix(&tail).or_else(|| key.strip_suffix("_frac")).unwrap_or(key);
    name.trim_end_matches('_').replace('_', " ")
}

/// A range around a value, within bounds.
fn around(value: f64, [min, max]: [f64; 2]) -> [f64; 2] {
    let high = if value > 0.0 { 2.0 * value } else { min + 0.5 * (max - min) };
    let low = if value > 0.0 { 0.25 * value } else { min };
    let range = [low.max(min), high.min(max)];
    if range[1] > range[0] { range } else { [min, max] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::claims;

    fn plot(id: &str) -> Figure {
        let mut plot = ClaimPlot::new(claims::find(id).expect("a claim")).expect("a plot");
        while !plot.is_whole() {
            assert!(plot.step() > 0);
        }
        plot.figure(DisplayUnits::default()).expect("a figure")
    }

    #[test]
    fn inv_the_mark_of_a_claim_stands_where_its_number_does() {
        let claim = claims::find("shunt-30-on-oxygen").expect("a claim");
        let value = claim.sought.answer().expect("a number");
        let figure = plot("shunt-30-on-oxygen");
        let mark = figure.marks.last().expect("a mark");
        assert_eq!(mark.at[1].to_bits(), value.to_bits());
        assert!(figure.y.min <= claim.published.span.low && figure.y.max >= claim.published.span.high);
        assert_eq!((figure.series.len(), figure.x.label.as_str()), (3, "FiO₂"), "{}", figure.text);
    }

    #[test]
    fn inv_a_change_has_both_its_ends_and_a_formula_its_curve() {
        let figure = plot("peep-delivery-recruitable");
        let [before, now] = [&figure.marks[0], &figure.marks[1]];
        let change = (now.at[1] - before.at[1]) / before.at[1];
        let value = claims::find("peep-delivery-recruitable").expect("a claim").sought.answer().expect("a number");
        assert!((change - value).abs() < 1e-9, "{change} is not {value}");
        let figure = plot("saturation-at-40");
        let line = &figure.series.last().expect("a line").points;
        assert!(line.len() == FORMULA_POINTS && line.windows(2).all(|pair| pair[0][1] < pair[1][1]), "{line:?}");
        assert_eq!((figure.x.label.as_str(), figure.x.unit.as_str()), ("po2", "mmHg"));
    }

    #[test]
    fn inv_every_claim_has_something_to_be_shown_over() {
        for claim in claims::builtin() {
            assert!(ClaimPlot::new(claim).is_some(), "{}", claim.id);
        }
    }
}
