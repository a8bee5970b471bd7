//! The past of a run: one row a second, thinned to the width of a plot when it is drawn.

use crate::figure::trends::{Channel, Event, Recorded, Sample};

/// Patient time between rows, s.
pub const ROW_S: f64 = 1.0;
/// Rows that are always kept: 24 hours.
const KEPT_ROWS: usize = 86_400 + 1;
/// Rows by which the past may be longer before its oldest part is let go, all at once.
const SLACK_ROWS: usize = 3600;
/// Actions that are remembered.
const MOST_EVENTS: usize = 20_000;
/// Actions of one kind closer than this are one: a hand on a slider, s.
const SAME_GESTURE_S: f64 = 5.0;
/// Most marks that one window shows; where there are more the latest are shown.
const SHOWN_EVENTS: usize = 60;

/// The values of one moment, by [`Channel::index`]; NaN where there is none.
pub type Row = [f64; Channel::ALL.len()];

/// What was recorded of a run.
///
/// A day takes 40 bytes a row and one for its steadiness: 3.6 MB.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Patient time of the first row that is kept, s.
    start_s: f64,
    /// One column a channel: drawing reads few channels over many rows.
    columns: [Vec<f32>; Channel::ALL.len()],
    unsteady: Vec<bool>,
    /// Whether the indices of each row mix new gas with older blood.
    doubted: Vec<bool>,
    events: Vec<Event>,
    /// The control that the last action came from.
    last_control: String,
}

impl History {
    /// An empty past that begins at `start_s` of patient time.
    #[must_use]
    pub fn new(start_s: f64) -> Self {
        History {
            start_s,
            columns: Default::default(),
            unsteady: Vec::new(),
            doubted: Vec::new(),
            events: Vec::new(),
            last_control: String::new(),
        }
    }

    /// Rows that are kept.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.unsteady.len()
    }

    /// Memory that it takes, bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let rows: usize = self.columns.iter().map(|column| column.capacity() * size_of::<f32>()).sum();
        let labels: usize = self.events.iter().map(|event| event.label.capacity()).sum();
        rows + self.unsteady.capacity() + self.doubted.capacity() + self.events.capacity() * size_of::<Event>() + labels
    }

    /// Gives back the memory of rows that will not come.
    pub fn park(&mut self) {
        self.columns.iter_mut().for_each(Vec::shrink_to_fit);
        self.unsteady.shrink_to_fit();
        self.doubted.shrink_to_fit();
    }

    /// Whether a row is due at `time_s`.
    #[must_use]
    pub fn is_due(&self, time_s: f64) -> bool {
        time_s >= self.time_of(self.rows())
    }

    /// Adds the row that is due; its indices can be believed.
    pub fn push(&mut self, row: &Row, unsteady: bool) {
        self.push_doubted(row, unsteady, false);
    }

    /// As [`History::push`], where `doubted` says whether gradient, ratios and admixture mix new gas with older blood.
    pub fn push_doubted(&mut self, row: &Row, unsteady: bool, doubted: bool) {
        for (column, value) in self.columns.iter_mut().zip(row) {
            // Seven digits are more than a line on a screen shows.
            column.push(*value as f32);
        }
        self.unsteady.push(unsteady);
        self.doubted.push(doubted);
        if self.rows() > KEPT_ROWS + SLACK_ROWS {
            let gone = self.rows() - KEPT_ROWS;
            self.columns.iter_mut().for_each(|column| drop(column.drain(..gone)));
            self.unsteady.drain(..gone);
            self.doubted.drain(..gone);
            self.start_s += gone as f64 * ROW_S;
            let start_s = self.start_s;
            self.events.retain(|event| event.time_s >= start_s);
        }
    }

    /// Notes an action. The settings of one control that are of one piece are one mark, with the last of them as its
    /// label: as the hand's clock says by `goes_on`, and where there is none, those within some seconds.
    pub fn note(&mut self, time_s: f64, control: &str, label: String, goes_on: Option<bool>) {
        let soon = |last: &Event| goes_on.unwrap_or(time_s - last.time_s <= SAME_GESTURE_S);
        let joins = |last: &Event| control == self.last_control && soon(last);
        let full = self.events.len() >= MOST_EVENTS;
        match self.events.last().is_some_and(joins) {
            true => self.events.last_mut().into_iter().for_each(|last| last.label.clone_from(&label)),
            false if full => {}
            false => self.events.push(Event { time_s, label }),
        }
        control.clone_into(&mut self.last_control);
    }

    /// What was done, by rising time.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Forgets what came after `time_s`.
    pub fn truncate_after(&mut self, time_s: f64) {
        let rows = (((time_s - self.start_s) / ROW_S).floor() + 1.0).clamp(0.0, self.rows() as f64) as usize;
        self.columns.iter_mut().for_each(|column| column.truncate(rows));
        self.unsteady.truncate(rows);
        self.doubted.truncate(rows);
        self.events.retain(|event| event.time_s <= time_s);
        // Before all that is kept: it begins anew there.
        self.start_s = self.start_s.min(time_s.max(0.0));
    }

    /// The past that comes before this one, which begins where that ends. Where it does not, this one stays as it is.
    pub fn put_before(&mut self, earlier: History) {
        let later = std::mem::replace(self, earlier);
        if (self.time_of(self.rows()) - later.start_s).abs() > 0.5 * ROW_S {
            *self = later;
            return;
        }
        for row in 0..later.rows() {
            let values = later.columns.each_ref().map(|column| f64::from(column[row]));
            self.push_doubted(&values, later.unsteady[row], later.doubted[row]);
        }
        let room = MOST_EVENTS.saturating_sub(self.events.len());
        self.events.extend(later.events.into_iter().take(room));
        self.last_control = later.last_control;
    }

    fn time_of(&self, row: usize) -> f64 {
        self.start_s + row as f64 * ROW_S
    }

    /// Rows within a window that ends at `now_s`, one more on the left so that lines reach the edge.
    fn within(&self, now_s: f64, window_s: f64) -> std::ops::Range<usize> {
        let from = ((now_s - window_s - self.start_s) / ROW_S).floor().max(0.0) as usize;
        from.min(self.rows())..self.rows()
    }

    /// The points of a channel within a window, at most about two for each of `columns`: in each the lowest and the
    /// highest value, in the order in which they came. Gaps are one point that is no number.
    #[must_use]
    pub fn points(&self, channel: Channel, now_s: f64, window_s: f64, columns: usize) -> Vec<[f64; 2]> {
        let rows = self.within(now_s, window_s);
        let values = &self.columns[channel.index()];
        let per_column = rows.len().div_ceil(2 * columns.max(1)).max(1);
        if per_column == 1 {
            return rows.map(|row| [self.time_of(row), f64::from(values[row])]).collect();
        }
        // Buckets stand at fixed times, not at fixed places in the window, or the line would dance as time goes on.
        let bucket = 2 * per_column;
        let offset = (self.start_s / ROW_S) as usize;
        let mut points = Vec::with_capacity(2 * columns + 4);
        let mut begin = rows.start;
        while begin < rows.end {
            let end = ((begin + offset) / bucket + 1) * bucket - offset;
            let end = end.clamp(begin + 1, rows.end);
            let [mut low, mut high]: [Option<usize>; 2] = [None, None];
            for row in begin..end {
                let value = values[row];
                if value.is_nan() {
                    continue;
                }
                if low.is_none_or(|at| value < values[at]) {
                    low = Some(row);
                }
                if high.is_none_or(|at| value > values[at]) {
                    high = Some(row);
                }
            }
            let mut push = |row: usize| points.push([self.time_of(row), f64::from(values[row])]);
            match (low, high) {
                (Some(low), Some(high)) => {
                    push(low.min(high));
                    if low != high {
                        push(low.max(high));
                    }
                }
                _ => push(begin),
            }
            begin = end;
        }
        // What is now is never thinned away.
        if let Some(last) = rows.end.checked_sub(1)
            && points.last().is_some_and(|point| point[0] < self.time_of(last))
        {
            points.push([self.time_of(last), f64::from(values[last])]);
        }
        points
    }

    /// Spans within a window in which the patient was not steady, s.
    fn unsteady_s(&self, now_s: f64, window_s: f64) -> Vec<[f64; 2]> {
        let mut spans: Vec<[f64; 2]> = Vec::new();
        // A pixel or less of steadiness between two spans is not shown.
        let gap_s = (window_s / 500.0).max(ROW_S);
        for row in self.within(now_s, window_s).filter(|row| self.unsteady[*row]) {
            let time_s = self.time_of(row);
            match spans.last_mut() {
                Some(last) if time_s - last[1] <= gap_s => last[1] = time_s + ROW_S,
                _ => spans.push([time_s, time_s + ROW_S]),
            }
        }
        spans.iter_mut().for_each(|span| span[1] = span[1].min(now_s));
        spans
    }

    /// What a trend of the given channels is made of. `samples` are those with results.
    #[must_use]
    pub fn recorded(&self, view: &Window<'_>) -> Recorded {
        let Window { now_s, window_s, columns, channels, samples } = *view;
        let from_s = now_s - window_s;
        let first = self.events.partition_point(|event| event.time_s < from_s);
        let first = first.max(self.events.len().saturating_sub(SHOWN_EVENTS));
        Recorded {
            now_s,
            window_s,
            channels: channels
                .iter()
                .map(|channel| (*channel, self.points(*channel, now_s, window_s, columns)))
                .collect(),
            events: self.events[first..].to_vec(),
            samples: samples.iter().filter(|sample| sample.time_s >= from_s).cloned().collect(),
            unsteady_s: self.unsteady_s(now_s, window_s),
        }
    }

    /// All rows as CSV, one a second, with the actions in the last column.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = "time_s".to_owned();
        for channel in Channel::ALL {
            out.push(',');
            out.push_str(channel.key());
        }
        out.push_str(",steady,indices_steady,action\n");
        let mut events = self.events.iter().peekable();
        for row in 0..self.rows() {
            let time_s = self.time_of(row);
            out.push_str(&crate::text::number(time_s));
            for column in &self.columns {
                out.push(',');
                if !column[row].is_nan() {
                    out.push_str(&format!("{}", column[row]));
                }
            }
            let told = [self.unsteady[row], self.doubted[row]].map(|not| if not { 0 } else { 1 });
            out.push_str(&format!(",{},{},", told[0], told[1]));
            let mut labels: Vec<&str> = Vec::new();
            while let Some(event) = events.next_if(|event| event.time_s < time_s + ROW_S) {
                labels.push(&event.label);
            }
            if !labels.is_empty() {
                out.push_str(&format!("\"{}\"", labels.join("; ").replace('"', "\"\"")));
            }
            out.push('\n');
        }
        out
    }
}

/// Which part of the past is drawn, and how wide.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// Patient time at its right edge, s.
    pub now_s: f64,
    /// Its width, s.
    pub window_s: f64,
    /// Its width on the screen, pixels.
    pub columns: usize,
    /// What is drawn.
    pub channels: &'a [Channel],
    /// Samples with results, by rising time.
    pub samples: &'a [Sample],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    fn row(spo2: f64) -> Row {
        let mut row = [f64::NAN; Channel::ALL.len()];
        row[Channel::Spo2.index()] = spo2;
        row
    }

    fn filled(rows: usize) -> History {
        let mut history = History::new(0.0);
        for i in 0..rows {
            history.push(&row(95.0 + float::sin(i as f64 / 40.0)), false);
        }
        history
    }

    #[test]
    fn inv_one_row_a_second_whatever_the_steps() {
        let mut history = History::new(10.0);
        for step in 0..=40 {
            let time_s = 10.0 + f64::from(step) * 0.5;
            if history.is_due(time_s) {
                history.push(&row(time_s), false);
            }
        }
        let points = history.points(Channel::Spo2, 30.0, 60.0, 500);
        assert_eq!(points.len(), 21);
        assert!(points.iter().all(|[time_s, value]| time_s == value));
    }

    #[test]
    fn inv_thinning_loses_no_extreme_and_keeps_its_size() {
        let mut history = filled(86_400);
        history.push(&row(60.0), false);
        (0..30_000).for_each(|_| history.push(&row(96.0), false));
        history.push(&row(99.5), false);
        let now_s = history.time_of(history.rows() - 1);
        for columns in [300, 1000] {
            let points = history.points(Channel::Spo2, now_s, 86_400.0, columns);
            assert!(points.len() <= 2 * columns + 4, "{}", points.len());
            let values = || points.iter().map(|point| point[1]);
            assert!(values().fold(f64::INFINITY, f64::min) == 60.0);
            assert!(points.last() == Some(&[now_s, 99.5]), "{:?}", points.last());
            assert!(points.is_sorted_by(|a, b| a[0] < b[0]));
        }
    }

    #[test]
    fn inv_a_thinned_line_stands_still_while_time_goes_on() {
        let mut history = filled(40_000);
        let now_s = 39_999.0;
        let before = history.points(Channel::Spo2, now_s, 14_400.0, 400);
        (0..100).for_each(|_| history.push(&row(95.0), false));
        let after = history.points(Channel::Spo2, now_s + 100.0, 14_400.0, 400);
        let kept = before.iter().filter(|point| after.contains(point)).count();
        assert!(kept + 12 >= before.len(), "{kept} of {}", before.len());
    }

    #[test]
    fn inv_a_day_is_kept_and_no_more_than_a_little_longer() {
        let mut history = History::new(0.0);
        for i in 0..200_000 {
            history.push(&row(f64::from(i)), false);
        }
        assert!((KEPT_ROWS..=KEPT_ROWS + SLACK_ROWS).contains(&history.rows()));
        let last = history.points(Channel::Spo2, 199_999.0, 60.0, 500).pop().expect("a row");
        assert!(last == [199_999.0, 199_999.0], "time goes on as the old is let go: {last:?}");
        let rows = history.rows() * (4 * Channel::ALL.len() + 1);
        assert!(rows < 10_000_000, "{rows}");
        for i in 0..30_000 {
            history.note(
                f64::from(i) * 6.0,
                "FiO₂",
                format!("FiO₂ {i} and what else a mark may say of an action"),
                None,
            );
        }
        assert!(history.bytes() < 16 << 20, "{} bytes", history.bytes());
    }

    #[test]
    fn inv_a_gap_is_a_gap() {
        let mut history = filled(50);
        (0..5_000).for_each(|_| history.push(&row(f64::NAN), false));
        let points = history.points(Channel::Spo2, 5_049.0, 6_000.0, 200);
        assert!(points.iter().any(|point| point[1].is_nan()));
        assert!(points.iter().any(|point| point[1].is_finite()));
    }

    #[test]
    fn inv_going_back_forgets_what_came_after() {
        let mut history = filled(100);
        history.note(20.0, "FiO₂", "FiO₂ 0.5".into(), None);
        history.note(80.0, "FiO₂", "FiO₂ 0.9".into(), None);
        history.truncate_after(50.0);
        assert_eq!((history.rows(), history.events().len()), (51, 1));
        assert!(!history.is_due(50.5) && history.is_due(51.0));
        history.truncate_after(-1.0);
        assert_eq!(history.rows(), 0);
    }

    #[test]
    fn inv_a_hand_on_a_slider_is_one_mark() {
        let mut history = filled(100);
        for (time_s, value) in [(20.0, 0.3), (20.5, 0.4), (21.0, 0.5)] {
            history.note(time_s, "FiO₂", format!("FiO₂ {value}"), None);
        }
        history.note(21.0, "PEEP", "PEEP 10".into(), None);
        history.note(60.0, "FiO₂", "FiO₂ 0.6".into(), None);
        let labels: Vec<&str> = history.events().iter().map(|event| event.label.as_str()).collect();
        assert_eq!(labels, ["FiO₂ 0.5", "PEEP 10", "FiO₂ 0.6"]);
        assert!(history.events()[0].time_s == 20.0, "it stands where the hand began");
    }

    #[test]
    fn inv_spans_that_are_not_steady_are_joined() {
        let mut history = History::new(0.0);
        for i in 0..100 {
            history.push(&row(95.0), (10..40).contains(&i) || i >= 90);
        }
        let channels = [Channel::Spo2];
        let view = Window { now_s: 99.0, window_s: 300.0, columns: 500, channels: &channels, samples: &[] };
        assert_eq!(history.recorded(&view).unsteady_s, [[10.0, 40.0], [90.0, 99.0]]);
        let csv = history.to_csv();
        assert_eq!(csv.lines().count(), 101);
        assert!(csv.lines().nth(11).is_some_and(|line| line.starts_with("10,95,") && line.ends_with(",0,1,")), "{csv}");
    }

    #[test]
    fn inv_the_file_says_of_each_row_whether_it_moves_and_whether_its_indices_can_be_believed() {
        let mut history = History::new(0.0);
        for (unsteady, doubted) in [(false, false), (true, true), (true, false)] {
            history.push_doubted(&row(95.0), unsteady, doubted);
        }
        let csv = history.to_csv();
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].ends_with(",steady,indices_steady,action"), "{}", lines[0]);
        let ends = lines[1..].iter().map(|line| line.rsplit(',').take(3).skip(1).collect::<Vec<_>>());
        assert_eq!(ends.collect::<Vec<_>>(), [["1", "1"], ["0", "0"], ["1", "0"]], "last column first");
    }
}
