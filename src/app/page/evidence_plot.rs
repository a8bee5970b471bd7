//! The plot of a claim: its number over what the claim sets, or over time, point by point, and the published range
//! where it was published for.

use crate::figure::{Axis, Figure, Mark, Role, Series, Stroke};
use crate::scenario::Measure;
use crate::scenario::asked::What;
use crate::scenario::claims::Claim;
use crate::scenario::sought::Sought;
use crate::scenario::{Setting, apply};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Model;
use crate::sim::time::STEP_S;
use crate::study::cost;
use crate::text::capitalised;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::words;

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
/// Half the length of the stroke across an end of a range, as a share of the axis.
const STROKE_SHARE: f64 = 0.012;

/// What a claim's number is shown over.
#[derive(Debug, Clone)]
enum Over {
    /// An input of the formula.
    Input(usize),
    /// A parameter of the patient.
    Param { id: ParamId, patient: Box<Params>, quantity: &'static Quantity },
    /// The time of his course.
    Time(Measure),
}

/// Where the published range stands, in the values of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Band {
    /// Of a number: where it was published for.
    At { x: f64, low: f64, high: f64 },
    /// Of a time: at the number that is waited for.
    Until { y: f64, from: f64, to: f64 },
}

/// The plot of a claim, as far as it is worked out.
#[derive(Debug, Clone)]
pub(super) struct ClaimPlot {
    claim: &'static Claim,
    over: Over,
    /// Where points are still missing, the next one last.
    missing: Vec<f64>,
    points: Vec<[f64; 2]>,
    /// The patient whom the claim changes, as long as he is not computed.
    unchanged: Option<Box<Params>>,
    /// What the claim changes from, where it is of a change.
    before: Option<[f64; 2]>,
    now: Option<[f64; 2]>,
    band: Option<Band>,
}

impl ClaimPlot {
    /// A plot that is not worked out yet; none where there is nothing to show the number over.
    pub(super) fn new(claim: &'static Claim) -> Option<ClaimPlot> {
        let begun = |over: Over, value: f64, [low, high]: [f64; 2], count: usize| {
            let at = |i: usize| low + (high - low) * i as f64 / (count - 1) as f64;
            let mut missing: Vec<f64> = (0..count).rev().map(at).collect();
            // Where the claim stands is a point of its own.
            missing.push(value);
            let now = Some([value, f64::NAN]);
            ClaimPlot { claim, over, missing, points: Vec::new(), unchanged: None, before: None, now, band: None }
        };
        match &claim.sought {
            Sought::Formula(computed) => {
                let (key, value) = computed.given().next()?;
                let input = computed.formula.inputs.iter().position(|input| input.key == key)?;
                let of = &computed.formula.inputs[input];
                let range = around(value, [of.min, of.max]);
                Some(begun(Over::Input(input), value, range, FORMULA_POINTS))
            }
            Sought::Patient(asked) => match &asked.what {
                What::InTime(course) => {
                    let over = Over::Time(course.expected.first()?.measure);
                    let plot = begun(over, f64::NAN, [0.0, 0.0], 2);
                    Some(ClaimPlot { missing: Vec::new(), now: None, ..plot })
                }
                What::Steady { quantity, with, change_from, .. } => {
                    // What doctors turn is shown before what a patient is.
                    let values: Vec<(ParamId, f64)> = with
                        .iter()
                        .filter_map(|setting| match setting {
                            Setting::Param(id, value) => Some((*id, *value)),
                            Setting::Switch(..) => None,
                        })
                        .collect();
                    let of = |wanted: ParamId| values.iter().find(|(id, _)| *id == wanted);
                    let moved = of(ParamId::Fio2).or(of(ParamId::Peep)).or(values.last()).copied();
                    let patient = asked.subject().ok()?;
                    let (id, value) = moved.unwrap_or((ParamId::Fio2, patient.get(ParamId::Fio2)));
                    let bounds = id.bounds();
                    let unchanged = change_from.as_ref().and_then(|from| {
                        let made = apply(&asked.set, &asked.patient.params).ok()?;
                        apply(from, &made).ok()
                    });
                    let from = unchanged.as_ref().map_or(value, |unchanged| unchanged.get(id));
                    let range = match id {
                        ParamId::Fio2 => [0.21, 1.0],
                        _ if (from - value).abs() > 0.0 => [from.min(value), from.max(value)],
                        _ => around(value, [bounds.min, bounds.max]),
                    };
                    let over = Over::Param { id, patient: Box::new(patient), quantity };
                    let mut plot = begun(over, value, range, STEADY_POINTS);
                    plot.missing.push(from);
                    plot.unchanged = unchanged.map(Box::new);
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
        self.missing.is_empty() && self.unchanged.is_none()
    }

    /// Works out the next point; what it has cost.
    pub(super) fn step(&mut self) -> u32 {
        let steady = |patient: &Params, quantity: &Quantity| {
            let snapshot = Model::new().snapshot(patient).ok()?;
            quantity.read(&snapshot).ok()
        };
        if let (Some(unchanged), Over::Param { id, quantity, .. }) = (self.unchanged.take(), &self.over) {
            self.before = steady(&unchanged, quantity).map(|y| [unchanged.get(*id), y]);
            return cost(&unchanged, A_STEADY_POINT);
        }
        let Some(x) = self.missing.pop() else { return 0 };
        let (y, cost) = match (&self.over, &self.claim.sought) {
            (Over::Input(input), Sought::Formula(computed)) => {
                let mut values = computed.values.clone();
                values[*input] = x;
                let found = computed.formula.compute(&values).ok();
                (found.and_then(|found| found.get(computed.result).copied()), A_FORMULA_POINT)
            }
            (Over::Param { id, patient, quantity }, _) => match apply(&[Setting::Param(*id, x)], patient) {
                Ok(patient) => (steady(&patient, quantity), cost(&patient, A_STEADY_POINT)),
                Err(_) => (None, 1),
            },
            _ => (None, 1),
        };
        if let Some(y) = y.filter(|y| y.is_finite()) {
            if let Some(now) = self.now.as_mut().filter(|now| now[0].to_bits() == x.to_bits()) {
                now[1] = y;
            }
            let place = self.points.partition_point(|point| point[0] < x);
            if self.points.get(place).is_none_or(|point| point[0] > x) {
                self.points.insert(place, [x, y]);
            }
        }
        if self.missing.is_empty() {
            self.band = self.published_at();
        }
        cost
    }

    /// Where the range of a steady number stands: of a change, beside what it changes from.
    fn published_at(&self) -> Option<Band> {
        let span = self.claim.published.span;
        let [x, _] = self.now?;
        let of_change = matches!(&self.claim.sought, Sought::Patient(asked)
            if matches!(asked.what, What::Steady { change_from: Some(_), .. }));
        let ends = if of_change {
            let from = self.before?[1];
            let to = |change: f64| if self.claim.sought.is_relative() { from * (1.0 + change) } else { from + change };
            [to(span.low), to(span.high)]
        } else {
            [span.low, span.high]
        };
        let less_another = matches!(&self.claim.sought, Sought::Patient(asked) if asked.minus.is_some());
        (!less_another).then(|| Band::At { x, low: ends[0].min(ends[1]), high: ends[0].max(ends[1]) })
    }

    /// Takes the course of a claim in time, its number at every model step.
    pub(super) fn take_course(&mut self, course: &[f64]) {
        let Over::Time(measure) = self.over else { return };
        let minutes = |step: u64| step as f64 * STEP_S / 60.0;
        let every = (course.len() / COURSE_POINTS).max(1);
        let point = |(step, value): (usize, &f64)| [minutes(step as u64), *value];
        self.points =
            course.iter().enumerate().step_by(every).filter(|(_, value)| value.is_finite()).map(point).collect();
        let at = |step: u64| course.get(usize::try_from(step).ok()?).copied().filter(|value| value.is_finite());
        let span = self.claim.published.span;
        let until = |since: u64, y: f64| Band::Until {
            y,
            from: minutes(since) + span.low / 60.0,
            to: minutes(since) + span.high / 60.0,
        };
        let reached = |since: u64, y: f64| Some([minutes(since) + measure.of(course)? / 60.0, y]);
        match measure {
            Measure::Value { at: when } => {
                self.now = at(when).map(|y| [minutes(when), y]);
                self.band = Some(Band::At { x: minutes(when), low: span.low, high: span.high });
            }
            Measure::Change { since, at: when } => {
                self.before = at(since).map(|y| [minutes(since), y]);
                self.now = at(when).map(|y| [minutes(when), y]);
                let band = |from: f64| Band::At { x: minutes(when), low: from + span.low, high: from + span.high };
                self.band = at(since).map(band);
            }
            Measure::Crossing { since, value } => {
                self.now = reached(since, value);
                self.band = Some(until(since, value));
            }
            Measure::ShareOfChange { since, until: end, share_frac } => {
                let level = at(since).zip(at(end)).map(|(from, to)| from + share_frac * (to - from));
                self.before = at(since).map(|y| [minutes(since), y]);
                self.now = level.and_then(|y| reached(since, y));
                self.band = level.map(|y| until(since, y));
            }
        }
    }

    /// What is shown upwards, where the model has it.
    fn quantity(&self) -> Option<&'static Quantity> {
        match &self.over {
            Over::Param { quantity, .. } => Some(quantity),
            Over::Time(_) | Over::Input(_) => Quantity::from_key(self.claim.sought.key()),
        }
    }

    /// What is shown upwards: its name, its unit as shown, what a number of the model is multiplied by, and digits
    /// after the point.
    fn upwards(&self) -> (String, &'static str, f64, usize) {
        let sought = &self.claim.sought;
        let (key, unit) = match &self.over {
            Over::Param { quantity, .. } => (quantity.key, quantity.unit),
            Over::Time(_) => (sought.key(), Quantity::from_key(sought.key()).map_or("", |quantity| quantity.unit)),
            Over::Input(_) => (sought.key(), sought.unit()),
        };
        let label = label_of(key, unit);
        if unit.is_empty() && key.ends_with("_frac") {
            return (label, "%", 100.0, 1);
        }
        (label, unit, 1.0, Quantity::from_key(key).map_or(1, |quantity| quantity.decimals))
    }

    /// The horizontal axis over a range, and what a value on it is multiplied by.
    fn across(&self, [low, high]: [f64; 2]) -> (Axis, f64) {
        let (label, unit, is_percent) = match (&self.over, &self.claim.sought) {
            (Over::Input(input), Sought::Formula(computed)) => {
                let of = &computed.formula.inputs[*input];
                (label_of(of.key, of.unit), of.unit, false)
            }
            (Over::Param { id, .. }, _) => {
                let bounds = id.bounds();
                (bounds.label.to_owned(), bounds.unit, bounds.is_percent())
            }
            _ => (words::evidence::plot_time().to_owned(), "min", false),
        };
        let (unit, factor) = if is_percent { ("%", 100.0) } else { (unit, 1.0) };
        (Axis::nice(&label, unit, [low * factor, high * factor], TICKS), factor)
    }

    /// The figure, once there is a line.
    pub(super) fn figure(&self, units: DisplayUnits) -> Option<Figure> {
        if !self.is_whole() || self.points.len() < 2 {
            return None;
        }
        let (y_label, y_unit, times, decimals) = self.upwards();
        let units = self.quantity().map_or(units, |quantity| quantity.shown_in(units));
        let mut right = self.points.last()?[0];
        let left = if matches!(self.over, Over::Time(_)) { 0.0 } else { self.points.first()?[0] };
        if let Some(Band::Until { to, .. }) = self.band {
            right = right.max(to);
        }
        let (x, x_times) = self.across([left, right]);
        let ends: Vec<f64> =
            [self.before, self.now].into_iter().flatten().map(|at| at[1]).filter(|y| y.is_finite()).collect();
        let heights = match self.band {
            Some(Band::At { low, high, .. }) => vec![low, high],
            Some(Band::Until { y, .. }) => vec![y],
            None => Vec::new(),
        };
        let values = self.points.iter().map(|point| point[1]);
        let (low, high) = values
            .chain(ends)
            .chain(heights)
            .map(|value| value * times)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let y = Axis::nice(&y_label, y_unit, [low, high.max(low + 1e-6)], TICKS);
        let scaled = |point: &[f64; 2]| [point[0] * x_times, point[1] * times];
        let said = |value: f64| match y_unit {
            "%" => format!("{} %", signed(value * times, decimals)),
            unit => units.text(value, unit, decimals),
        };
        let there = |value: f64| match x.unit.as_str() {
            "%" => format!("{} %", signed(value * x_times, 1)),
            unit => units.text(value, unit, 2),
        };
        let mut series: Vec<Series> = self
            .band
            .map(|band| {
                let points = bracket(band, [x.max - x.min, y.max - y.min], [x_times, times]);
                Series::new(Role::Curve, words::evidence::plot_published(), Stroke::Solid, points)
            })
            .into_iter()
            .collect();
        series.push(Series::new(
            Role::Patient,
            words::evidence::plot_model(),
            Stroke::Solid,
            self.points.iter().map(scaled).collect(),
        ));
        let marks = [
            (Role::Ghost, words::evidence::plot_before(), self.before, true),
            (Role::Arterial, words::evidence::plot_now(), self.now, false),
        ];
        let marks: Vec<Mark> = marks
            .into_iter()
            .filter_map(|(role, label, at, hollow)| {
                let at = at.filter(|at| at[1].is_finite())?;
                let name = words::evidence::plot_mark(label, said(at[1]), there(at[0]));
                Some(Mark { role, label: label.to_owned(), name, at: scaled(&at), hollow })
            })
            .collect();
        let mut text = words::evidence::plot_told(
            y_label,
            x.heading(),
            said(self.points.first()?[1]),
            said(self.points.last()?[1]),
        );
        marks.iter().for_each(|mark| text.push_str(&format!(" {}.", capitalised(&mark.name))));
        match self.band {
            Some(Band::At { x, low, high }) => {
                text.push_str(&words::evidence::plot_published_at(there(x), said(low), said(high)));
            }
            Some(Band::Until { y, from, to }) => {
                text.push_str(&words::evidence::plot_published_reached(said(y), there(from), there(to)));
            }
            None => {}
        }
        let title = words::evidence::plot_title().to_owned();
        Some(Figure { id: "claim", title, x, y, right: None, ends: None, series, marks, text }.shown_in(units))
    }
}

/// A range as a line with a short stroke across each end, on axes so wide and so high.
fn bracket(band: Band, [wide, high]: [f64; 2], [x_times, y_times]: [f64; 2]) -> Vec<[f64; 2]> {
    let (from, to, across) = match band {
        Band::At { x, low, high } => {
            ([x * x_times, low * y_times], [x * x_times, high * y_times], [STROKE_SHARE * wide, 0.0])
        }
        Band::Until { y, from, to } => {
            ([from * x_times, y * y_times], [to * x_times, y * y_times], [0.0, 2.0 * STROKE_SHARE * high])
        }
    };
    let beside = |at: [f64; 2], side: f64| [at[0] + side * across[0], at[1] + side * across[1]];
    vec![beside(from, -1.0), beside(from, 1.0), from, to, beside(to, 1.0), beside(to, -1.0)]
}

/// The name of an input or a result of a formula: its key without the unit that ends it.
fn label_of(key: &str, unit: &str) -> String {
    if let Some(quantity) = Quantity::from_key(key) {
        return quantity.label.to_owned();
    }
    if let Some(id) = ParamId::from_key(key) {
        return id.bounds().label.to_owned();
    }
    let tail = if unit.is_empty() { "_frac".to_owned() } else { unit.to_lowercase().replace('/', "_per_") };
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

    /// The published range, as it is drawn.
    fn published(figure: &Figure) -> &[[f64; 2]] {
        let series = figure.series.iter().find(|series| series.name == "published");
        &series.unwrap_or_else(|| panic!("{}: no range", figure.text)).points
    }

    #[test]
    fn inv_the_mark_of_a_claim_stands_where_its_number_does_and_the_range_where_it_was_published_for() {
        let claim = claims::find("shunt-30-on-oxygen").expect("a claim");
        let value = claim.sought.answer().expect("a number");
        let figure = plot("shunt-30-on-oxygen");
        let mark = figure.marks.last().expect("a mark");
        assert_eq!(mark.at.map(f64::to_bits), [1.0, value].map(f64::to_bits));
        assert!(figure.y.min <= claim.published.span.low && figure.y.max >= claim.published.span.high);
        assert_eq!((figure.series.len(), figure.x.label.as_str()), (2, "FiO₂"), "{}", figure.text);
        // On pure oxygen alone: on air nothing was published.
        let range = published(&figure);
        assert!(range.iter().all(|[x, _]| (*x - 1.0).abs() < 0.02), "{range:?}");
        assert_eq!([range[2], range[3]], [[1.0, 60.0], [1.0, 110.0]]);
        assert!(figure.text.ends_with("Published at 1.00: 60.0 mmHg to 110.0 mmHg."), "{}", figure.text);
    }

    #[test]
    fn inv_a_change_has_both_its_ends_and_a_formula_its_curve_and_its_mark() {
        let figure = plot("peep-delivery-recruitable");
        let [before, now] = [&figure.marks[0], &figure.marks[1]];
        let change = (now.at[1] - before.at[1]) / before.at[1];
        let claim = claims::find("peep-delivery-recruitable").expect("a claim");
        let value = claim.sought.answer().expect("a number");
        assert!((change - value).abs() < 1e-9, "{change} is not {value}");
        let range = published(&figure);
        let low = before.at[1] * (1.0 + claim.published.span.low);
        assert!((range[2][1] - low).abs() < 1e-9 && (range[2][0] - 20.0).abs() < 1e-9, "{range:?}");
        // Without diffusion limitation: another patient at the same FiO2.
        let figure = plot("fibrosis-rest-diffusion");
        assert_eq!((figure.marks.len(), figure.marks[0].at[0]), (2, figure.marks[1].at[0]));
        assert!(figure.marks[0].at[1] > figure.marks[1].at[1]);
        let figure = plot("saturation-at-40");
        let line = &figure.series.last().expect("a line").points;
        assert!(line.len() >= FORMULA_POINTS && line.windows(2).all(|pair| pair[0][1] < pair[1][1]), "{line:?}");
        assert_eq!((figure.x.label.as_str(), figure.x.unit.as_str()), ("po2", "mmHg"));
        // A share is in percent.
        let value = claims::find("saturation-at-40").expect("a claim").sought.answer().expect("a number");
        assert_eq!((figure.marks[0].at, figure.y.unit.as_str()), ([40.0, 100.0 * value], "%"));
        assert_eq!(figure.y.heading(), "so2, %");
        assert!(figure.text.contains("Now: 74.9 % at 40.00 mmHg."), "{}", figure.text);
    }

    #[test]
    fn inv_a_time_has_its_range_at_what_is_waited_for() {
        let claim = claims::find("apnoea-ill").expect("a claim");
        let Sought::Patient(asked) = &claim.sought else { panic!("of a patient") };
        let mut playing = asked.play().expect("sound").expect("a course");
        let answer = asked.play_on(&mut playing, u64::MAX).expect("played").expect("a number");
        let mut plot = ClaimPlot::new(claim).expect("a plot");
        plot.take_course(playing.course());
        let figure = plot.figure(DisplayUnits::default()).expect("a figure");
        let now = figure.marks.last().expect("a mark");
        assert_eq!(now.at, [12.0 + answer / 60.0, 90.0]);
        let range = published(&figure);
        assert_eq!([range[2], range[3]], [[12.0 + 258.0 / 60.0, 90.0], [12.0 + 342.0 / 60.0, 90.0]]);
        assert_eq!((figure.x.heading().as_str(), figure.y.unit.as_str()), ("time, min", "%"));
    }

    #[test]
    fn inv_every_claim_has_something_to_be_shown_over() {
        for claim in claims::builtin() {
            assert!(ClaimPlot::new(claim).is_some(), "{}", claim.id);
        }
    }
}
