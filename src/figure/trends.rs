//! The trend of a run: what the patient was over time, in lanes above one another, with what was done to it.
//!
//! The recorder thins its rows to the width of the plot and hands them over; here they get their lanes, axes and words.

use crate::figure::{Axis, AxisScale, Series, Stroke, field};
use crate::numerics::float;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::spaced;

pub use super::trend_channels::{Channel, Lane};

/// Widths of the window in time, s, with their names.
pub const WINDOWS: [(f64, &str); 6] =
    [(60.0, "1 min"), (300.0, "5 min"), (900.0, "15 min"), (3600.0, "60 min"), (14_400.0, "4 h"), (86_400.0, "24 h")];

/// Least height of the range of a lane, in the unit of its axis, so that noise does not look like a storm.
const LEAST_SPAN: f64 = 0.05;

/// Something that was done to the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, s of patient time.
    pub time_s: f64,
    /// In a few words, for example `FiO₂ 0.60`.
    pub label: String,
}

/// One measured value of a sample of blood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampled {
    /// What was measured.
    pub channel: Channel,
    /// The result, in the unit of the channel; in a trend that is shown, in the shown unit.
    pub value: f64,
}

/// A sample of blood with its result, shown where it was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// When it was drawn, s of patient time.
    pub time_s: f64,
    /// For example `arterial`.
    pub name: String,
    /// What came of it.
    pub values: Vec<Sampled>,
}

/// What a trend is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// Patient time at the right edge, s.
    pub now_s: f64,
    /// Width of the window, s.
    pub window_s: f64,
    /// Points of each channel, thinned, by rising time; values in the unit of the channel.
    pub channels: Vec<(Channel, Vec<[f64; 2]>)>,
    /// What was done within the window.
    pub events: Vec<Event>,
    /// Samples whose results have arrived, drawn within the window.
    pub samples: Vec<Sample>,
    /// Spans in which the patient was not in its steady state, s.
    pub unsteady_s: Vec<[f64; 2]>,
}

/// One lane: channels of one unit on one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct LanePlot {
    /// Which one.
    pub lane: Lane,
    /// Its axis.
    pub y: Axis,
    /// Its lines; [`Series::end_label`] is the value at the right edge.
    pub series: Vec<(Channel, Series)>,
    /// Results of samples: channel, draw time and value.
    pub dots: Vec<(Channel, [f64; 2])>,
}

/// The trend, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Trends {
    /// Heading.
    pub title: String,
    /// Patient time, s.
    pub x: Axis,
    /// The lanes that hold anything, from top to bottom.
    pub lanes: Vec<LanePlot>,
    /// What was done.
    pub events: Vec<Event>,
    /// Samples with results.
    pub samples: Vec<Sample>,
    /// Spans that are not steady, s.
    pub unsteady_s: Vec<[f64; 2]>,
    /// What it shows, in words with numbers.
    pub text: String,
    /// The units in which its values are shown.
    pub units: DisplayUnits,
}

impl Channel {
    /// A value in the unit that is shown, as printed, without the unit.
    #[must_use]
    pub fn shown_number(self, shown: f64, units: DisplayUnits) -> String {
        signed(shown, units.of(self.unit()).decimals(self.decimals()))
    }

    /// As [`Channel::shown_number`], with the unit.
    #[must_use]
    pub fn shown_text(self, shown: f64, units: DisplayUnits) -> String {
        format!("{}{}", self.shown_number(shown, units), spaced(units.of(self.unit()).unit))
    }
}

/// Patient time as hours, minutes and seconds.
///
/// ```
/// assert_eq!(isoshunt::figure::trends::clock(3725.0), "1:02:05");
/// ```
#[must_use]
pub fn clock(time_s: f64) -> String {
    let seconds = time_s.max(0.0).floor() as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A span of time in the largest units that say it: `40 s`, `2 min 30 s`, `1 h 5 min`.
#[must_use]
pub fn span(time_s: f64) -> String {
    let seconds = time_s.max(0.0).round() as u64;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, rest) {
        (0, 0, s) => format!("{s} s"),
        (0, m, 0) => format!("{m} min"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, 0, _) => format!("{h} h"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

/// Builds the trend.
///
/// x is patient time in s, labelled as h:min:s; each lane has the range of what it shows, never less than a clinically
/// quiet span. Values become those that are shown.
#[must_use]
pub fn figure(mut recorded: Recorded, units: DisplayUnits) -> Trends {
    let per_value = |channel: Channel| units.of(channel.unit()).per_value;
    for (channel, points) in &mut recorded.channels {
        points.iter_mut().for_each(|point| point[1] *= per_value(*channel));
    }
    for value in recorded.samples.iter_mut().flat_map(|sample| &mut sample.values) {
        value.value *= per_value(value.channel);
    }
    for event in &mut recorded.events {
        event.label = units.prose(&event.label).into_owned();
    }
    let recorded = &recorded;
    let to_s = recorded.now_s.max(recorded.window_s);
    let from_s = to_s - recorded.window_s;
    let lanes: Vec<LanePlot> = Lane::ALL.into_iter().filter_map(|lane| lane_plot(lane, recorded, units)).collect();
    let name = WINDOWS.iter().find(|(width, _)| *width >= recorded.window_s).map_or("24 h", |(_, name)| name);
    let text = words(recorded, from_s, &lanes, units);
    Trends {
        title: format!("Trend, {name}"),
        x: Axis {
            label: "Patient time".to_owned(),
            unit: "h:min:s".to_owned(),
            min: from_s,
            max: to_s,
            scale: AxisScale::Linear,
            ticks: time_ticks(from_s, to_s),
            decimals: 0,
            names: Vec::new(),
            units: Vec::new(),
        },
        lanes,
        events: recorded.events.clone(),
        samples: recorded.samples.clone(),
        unsteady_s: recorded.unsteady_s.clone(),
        text,
        units,
    }
}

/// Four to seven ticks at round times.
fn time_ticks(from_s: f64, to_s: f64) -> Vec<f64> {
    const STEPS: [f64; 13] =
        [10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0];
    let width = to_s - from_s;
    let step = STEPS.into_iter().find(|step| width / step <= 6.0).unwrap_or(21_600.0);
    let first = (from_s / step).ceil() as i64;
    let last = (to_s / step).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

fn lane_plot(lane: Lane, recorded: &Recorded, units: DisplayUnits) -> Option<LanePlot> {
    let of_lane = |channel: &Channel| channel.lane() == lane;
    let mut series = Vec::new();
    let [mut low, mut high] = [f64::INFINITY, f64::NEG_INFINITY];
    let mut stretch = |value: f64| {
        low = low.min(value);
        high = high.max(value);
    };
    for (channel, points) in recorded.channels.iter().filter(|(channel, _)| of_lane(channel)) {
        let Some(last) = points.iter().rev().find(|point| point[1].is_finite()) else { continue };
        points.iter().filter(|point| point[1].is_finite()).for_each(|point| stretch(point[1]));
        series.push((
            *channel,
            Series {
                end_label: Some(channel.shown_number(last[1], units)),
                ..Series::new(channel.role(), channel.label(), channel.stroke(), points.clone())
            },
        ));
    }
    if series.is_empty() {
        return None;
    }
    let from_s = recorded.now_s.max(recorded.window_s) - recorded.window_s;
    let dots: Vec<(Channel, [f64; 2])> = recorded
        .samples
        .iter()
        .filter(|sample| sample.time_s >= from_s)
        .flat_map(|sample| sample.values.iter().map(|value| (value.channel, [sample.time_s, value.value])))
        .filter(|(channel, at)| of_lane(channel) && at[1].is_finite())
        .collect();
    dots.iter().for_each(|(_, at)| stretch(at[1]));
    Some(LanePlot { lane, y: value_axis(lane, low, high, units), series, dots })
}

/// An axis over a range, between round numbers, with two to four ticks.
fn value_axis(lane: Lane, low: f64, high: f64, units: DisplayUnits) -> Axis {
    let shown = units.of(lane.unit());
    let [floor, ceiling] = lane.limits().map(|limit| limit * shown.per_value);
    let least = (lane.least_span() * shown.per_value).max(LEAST_SPAN);
    let middle = (low + high) / 2.0;
    let (low, high) = if high - low < least { (middle - least / 2.0, middle + least / 2.0) } else { (low, high) };
    let raw = (high - low) / 2.5;
    let magnitude = float::pow(10f64, float::log10(raw).floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| *step >= raw * 0.999)
        .unwrap_or(10.0 * magnitude);
    // The outermost values keep clear of the edges, which move in quarters of a step, and not below zero without need.
    let (quarter, clear) = (step / 4.0, 0.06 * (high - low));
    let zero = if low >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
    let min = (((low - clear) / quarter).floor() * quarter).max(floor).max(zero);
    let max = (((high + clear) / quarter).ceil() * quarter).min(ceiling);
    let max = if max > min { max } else { min + step };
    // A step of 2.5, 0.25 has one digit more than its magnitude, 250 has not.
    let digits = -float::log10(step).floor() + f64::from(u8::from((step / magnitude - 2.5).abs() < 1e-9));
    let decimals = digits.max(0.0) as usize;
    let first = (min / step - 1e-9).ceil() as i64;
    let last = (max / step + 1e-9).floor() as i64;
    Axis {
        label: lane.label().to_owned(),
        unit: shown.unit.to_owned(),
        min,
        max,
        scale: AxisScale::Linear,
        ticks: (first..=last).map(|i| i as f64 * step).collect(),
        decimals,
        names: Vec::new(),
        units: Vec::new(),
    }
}

/// The trend in words: from what to what each line went, what was done, what the samples said.
fn words(recorded: &Recorded, from_s: f64, lanes: &[LanePlot], units: DisplayUnits) -> String {
    let mut out = format!("Trend from {} to {} of patient time.", clock(from_s.max(0.0)), clock(recorded.now_s));
    for (channel, series) in lanes.iter().flat_map(|lane| &lane.series) {
        let mut points = series.points.iter().filter(|point| point[1].is_finite());
        let Some(first) = points.next() else { continue };
        let (mut low, mut high, mut last) = (first[1], first[1], first[1]);
        for point in points {
            low = low.min(point[1]);
            high = high.max(point[1]);
            last = point[1];
        }
        let number = |value: f64| channel.shown_number(value, units);
        let (first, last, low, high) = (number(first[1]), number(last), number(low), number(high));
        let unit = spaced(units.of(channel.unit()).unit);
        let way = if low == high {
            format!("{last}{unit} throughout")
        } else {
            format!("from {first} to {last}{unit}, lowest {low}, highest {high}")
        };
        out.push_str(&format!(" {}: {way}.", channel.label()));
    }
    for event in recorded.events.iter().rev().take(8).rev() {
        out.push_str(&format!(" At {}: {}.", clock(event.time_s), event.label));
    }
    for sample in recorded.samples.iter().rev().take(4).rev() {
        let values: Vec<String> = sample
            .values
            .iter()
            .map(|v| format!("{} {}", v.channel.label(), v.channel.shown_text(v.value, units)))
            .collect();
        out.push_str(&format!(" Sample drawn at {}, {}: {}.", clock(sample.time_s), sample.name, values.join(", ")));
    }
    match recorded.unsteady_s.last() {
        Some(span) if span[1] >= recorded.now_s => out.push_str(" Not yet steady."),
        _ => {}
    }
    out
}

impl Trends {
    /// What is drawn, one row a point: `time_s,series,value`, then samples and actions. A series in its canonical unit
    /// has its key for a name, one in another unit its label and that unit.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let name = |channel: Channel| {
            let shown = self.units.of(channel.unit());
            if shown.is_converted() {
                format!("{} ({})", channel.label(), shown.unit)
            } else {
                channel.key().to_owned()
            }
        };
        let mut out = "time_s,series,value\n".to_owned();
        for (channel, series) in self.lanes.iter().flat_map(|lane| &lane.series) {
            for [time_s, value] in series.points.iter().filter(|point| point[1].is_finite()) {
                out.push_str(&format!("{time_s},{},{value}\n", field(&name(*channel))));
            }
        }
        for sample in &self.samples {
            for value in &sample.values {
                let name = format!("{} ({} sample)", name(value.channel), sample.name);
                out.push_str(&format!("{},{},{}\n", sample.time_s, field(&name), value.value));
            }
        }
        for event in &self.events {
            out.push_str(&format!("{},action,{}\n", event.time_s, field(&event.label)));
        }
        out
    }

    /// Whether a line is dashed in the lane: the second of its colour.
    #[must_use]
    pub fn is_dashed(series: &Series) -> bool {
        series.stroke == Stroke::Dashed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::display_units::Pressure;

    fn recorded() -> Recorded {
        Recorded {
            now_s: 400.0,
            window_s: 300.0,
            channels: vec![
                (Channel::Spo2, vec![[100.0, 88.0], [200.0, 90.0], [400.0, 97.0]]),
                (Channel::Po2Art, vec![[100.0, 55.0], [250.0, f64::NAN], [400.0, 310.0]]),
                (Channel::Pco2Art, vec![[100.0, 40.0], [400.0, 40.1]]),
                (Channel::EndTidalCo2, vec![[100.0, f64::NAN], [400.0, f64::NAN]]),
            ],
            events: vec![Event { time_s: 150.0, label: "FiO₂ 0.60".into() }],
            samples: vec![Sample {
                time_s: 120.0,
                name: "arterial".into(),
                values: vec![Sampled { channel: Channel::Po2Art, value: 56.0 }],
            }],
            unsteady_s: vec![[150.0, 400.0]],
        }
    }

    #[test]
    fn inv_every_point_lies_within_its_lane_and_every_tick_too() {
        let trends = figure(recorded(), DisplayUnits::default());
        assert_eq!(trends.lanes.len(), 3, "a channel without a value has no lane");
        for lane in &trends.lanes {
            let inside = |value: f64| (lane.y.min..=lane.y.max).contains(&value);
            assert!((2..=7).contains(&lane.y.ticks.len()), "{:?}", lane.y);
            assert!(lane.y.ticks.iter().all(|tick| inside(*tick)), "{:?}", lane.y);
            for (_, series) in &lane.series {
                assert!(series.points.iter().all(|point| point[1].is_nan() || inside(point[1])), "{series:?}");
            }
            assert!(lane.dots.iter().all(|(_, at)| inside(at[1])));
        }
        assert!([trends.x.min, trends.x.max] == [100.0, 400.0]);
        assert!((3..=7).contains(&trends.x.ticks.len()), "{:?}", trends.x.ticks);
    }

    #[test]
    fn inv_another_unit_shows_the_same_patient_between_round_numbers() {
        let kpa = DisplayUnits { pressure: Pressure::Kpa, ..DisplayUnits::default() };
        let trends = figure(recorded(), kpa);
        let o2 = trends.lanes.iter().find(|lane| lane.lane == Lane::O2).expect("O2");
        assert!((o2.series[0].1.points[2][1] - 41.33).abs() < 0.01 && o2.y.unit == "kPa");
        assert!(o2.y.ticks.iter().all(|tick| (tick / 5.0).fract() == 0.0), "{:?}", o2.y.ticks);
        assert!(trends.text.contains("PaCO₂: from 5.33 to 5.35 kPa"), "{}", trends.text);
        assert!(trends.text.contains("arterial: PaO₂ 7.5 kPa") && !trends.text.contains("mmHg"), "{}", trends.text);
        assert!(trends.to_csv().contains("400,PaO₂ (kPa),41.32"), "{}", trends.to_csv());
    }

    #[test]
    fn inv_a_quiet_line_looks_quiet() {
        let trends = figure(recorded(), DisplayUnits::default());
        let co2 = trends.lanes.iter().find(|lane| lane.lane == Lane::Co2).expect("CO2");
        assert!(co2.y.max - co2.y.min >= Lane::Co2.least_span());
        let saturation = trends.lanes.iter().find(|lane| lane.lane == Lane::Saturation).expect("saturation");
        assert!(saturation.y.max <= 100.0, "no saturation above 100 %");
    }

    #[test]
    fn inv_ticks_have_the_digits_that_tell_them_apart_and_no_more() {
        for (lane, low, high, decimals) in [
            (Lane::O2, 40.0, 640.0, 0),
            (Lane::O2, 40.0, 100.0, 0),
            (Lane::Ventilation, 0.0, 6.0, 1),
            (Lane::Ventilation, 4.6, 5.2, 1),
            (Lane::Ph, 7.2, 7.4, 1),
            (Lane::Ph, 7.38, 7.42, 2),
        ] {
            let axis = value_axis(lane, low, high, DisplayUnits::default());
            assert_eq!(axis.decimals, decimals, "{axis:?}");
            let texts: Vec<String> = axis.ticks.iter().map(|tick| format!("{tick:.decimals$}")).collect();
            assert!(texts.windows(2).all(|pair| pair[0] != pair[1]), "{texts:?}");
        }
    }

    #[test]
    fn inv_the_words_and_the_rows_hold_what_is_drawn() {
        let trends = figure(recorded(), DisplayUnits::default());
        for said in [
            "from 0:01:40 to 0:06:40",
            "SpO₂: from 88 to 97 %, lowest 88, highest 97",
            "PaCO₂: from 40.0 to 40.1 mmHg",
            "At 0:02:30: FiO₂ 0.60.",
            "Sample drawn at 0:02:00, arterial: PaO₂ 56 mmHg",
            "Not yet steady.",
        ] {
            assert!(trends.text.contains(said), "{said}: {}", trends.text);
        }
        let csv = trends.to_csv();
        // Three SpO2, two PaO2, two PaCO2, a sample, an action.
        assert_eq!(csv.lines().count(), 1 + 3 + 2 + 2 + 1 + 1, "{csv}");
    }

    #[test]
    fn inv_a_young_run_fills_the_window_from_zero() {
        let trends = figure(Recorded { now_s: 20.0, window_s: 300.0, ..Recorded::default() }, DisplayUnits::default());
        assert!([trends.x.min, trends.x.max] == [0.0, 300.0]);
        assert_eq!(clock(86_399.9), "23:59:59");
        assert_eq!([span(40.0), span(150.0), span(3900.0)], ["40 s", "2 min 30 s", "1 h 5 min"]);
        for (width, name) in WINDOWS {
            let trends =
                figure(Recorded { now_s: 90_000.0, window_s: width, ..Recorded::default() }, DisplayUnits::default());
            assert!(trends.title.ends_with(name));
            assert!((3..=7).contains(&trends.x.ticks.len()), "{name}: {:?}", trends.x.ticks);
        }
    }
}
