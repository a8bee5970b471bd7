//! Paints the trend of a run: lanes above one another on one axis of time, each line named by its last value.

use std::sync::Arc;

use eframe::egui::{
    Align2, Color32, CornerRadius, EventFilter, Galley, Id, Key, Painter, Pos2, Rect, Response, Role as NodeRole,
    Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    text::{LayoutJob, TextFormat, TextWrapping},
    vec2,
};

use crate::{
    figure::{
        Axis,
        trends::{LanePlot, Trends, clock},
    },
    gui::{theme::Theme, widgets::paint_dashed},
    text::spaced,
};

/// Lowest height of a lane, points at type scale 1; lanes that do not fit are left to the text and the CSV.
const LEAST_LANE: f32 = 38.0;
/// Radius of the dot of a sample, points.
const SAMPLE_RADIUS: f32 = 4.5;
/// Least room for the beginning of a label, points at type scale 1.
const LEAST_LABEL: f32 = 44.0;
/// Gap between lanes, points.
const GAP: f32 = 6.0;

/// The name under which assistive technology finds the trend.
pub const NAME: &str = "Trend";

/// Height that the lanes need to be shown in full, beside the axis and the labels of actions, points.
#[must_use]
pub fn lanes_that_fit(theme: &Theme, height: f32) -> usize {
    let lanes = (height - top(theme) - bottom(theme) + GAP) / (theme.size(LEAST_LANE) + GAP);
    (lanes.floor().max(1.0)) as usize
}

/// Width of the plot itself in a place that wide, points.
#[must_use]
pub fn plot_width(theme: &Theme, width: f32) -> f32 {
    (width - left(theme) - right(theme)).max(10.0)
}

/// Room for the labels of actions.
fn top(theme: &Theme) -> f32 {
    theme.size(17.0)
}

/// Room for the axis of time.
fn bottom(theme: &Theme) -> f32 {
    theme.size(18.0)
}

/// Room for the numbers of the lanes.
fn left(theme: &Theme) -> f32 {
    theme.size(44.0)
}

/// Room for the names and values of the lines.
fn right(theme: &Theme) -> f32 {
    theme.size(124.0)
}

/// Shows a trend in the whole of `rect`; returns the patient time that is pointed at, s.
pub fn show(ui: &mut Ui, theme: &Theme, trends: &Trends, rect: Rect) -> Option<f64> {
    let id = ui.scope_id().with("trend");
    let response = ui.interact(rect, id, Sense::focusable_noninteractive() | Sense::hover());
    let plot =
        Rect::from_min_max(rect.min + vec2(left(theme), top(theme)), rect.max - vec2(right(theme), bottom(theme)));
    let painter = ui.painter().with_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
    let shown = &trends.lanes[..trends.lanes.len().min(lanes_that_fit(theme, rect.height()))];
    let canvas = Canvas { painter: &painter, theme, trends, plot };
    let height = (plot.height() + GAP) / shown.len().max(1) as f32;
    let place = |index: usize| {
        let top = plot.top() + index as f32 * height;
        Rect::from_x_y_ranges(plot.x_range(), top..=top + height - GAP)
    };
    for index in 0..shown.len() {
        painter.rect_filled(place(index), 2, theme.panel.lerp_to_gamma(theme.raised, 0.45));
    }
    canvas.shade((0..shown.len()).map(place));
    canvas.time_axis(rect);
    for (index, lane) in shown.iter().enumerate() {
        canvas.lane(lane, place(index), rect);
    }
    canvas.events(rect);
    for (index, lane) in shown.iter().enumerate() {
        canvas.samples(lane, place(index));
    }

    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, ui.is_enabled(), NAME));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(trends.text.as_str()));
    if response.has_focus() {
        painter.rect_stroke(rect, CornerRadius::same(4), theme.focus_stroke(), StrokeKind::Inside);
    }
    canvas.point_out(ui, &response, shown)
}

/// Where time and values lie on the screen.
struct Canvas<'a> {
    painter: &'a Painter,
    theme: &'a Theme,
    trends: &'a Trends,
    plot: Rect,
}

impl Canvas<'_> {
    fn x(&self, time_s: f64) -> f32 {
        let Axis { min, max, .. } = self.trends.x;
        self.plot.left() + ((time_s - min) / (max - min)) as f32 * self.plot.width()
    }

    fn text(&self, text: impl Into<String>, bold: bool, colour: Color32) -> Arc<Galley> {
        let font = if bold { self.theme.bold(12.0) } else { self.theme.font(12.0) };
        self.painter.layout_no_wrap(text.into(), font, colour)
    }

    /// The time in which the patient was not steady: a ground and a bar, so that not colour alone says it.
    fn shade(&self, lanes: impl Iterator<Item = Rect> + Clone) {
        let ground = self.theme.panel.lerp_to_gamma(self.theme.channels.shunt, 0.11);
        for [from, to] in &self.trends.unsteady_s {
            let (left, right) = (self.x(*from).max(self.plot.left()), self.x(*to).min(self.plot.right()));
            if right - left < 0.5 {
                continue;
            }
            for lane in lanes.clone() {
                self.painter.rect_filled(Rect::from_x_y_ranges(left..=right, lane.y_range()), 0, ground);
            }
            let bar = Rect::from_x_y_ranges(left..=right, self.plot.bottom()..=self.plot.bottom() + 3.0);
            self.painter.rect_filled(bar, 0, self.theme.channels.shunt);
        }
    }

    fn time_axis(&self, rect: Rect) {
        let mut free_from = f32::NEG_INFINITY;
        for tick in &self.trends.x.ticks {
            let x = self.x(*tick);
            self.painter.vline(x, self.plot.y_range(), Stroke::new(1.0, self.theme.grid));
            let galley = self.text(clock(*tick), false, self.theme.weak);
            let left = (x - galley.size().x / 2.0).clamp(rect.left(), rect.right() - galley.size().x);
            if left >= free_from {
                free_from = left + galley.size().x + 8.0;
                self.painter.galley(pos2(left, self.plot.bottom() + 4.0), galley, self.theme.weak);
            }
        }
    }

    fn lane(&self, lane: &LanePlot, place: Rect, whole: Rect) {
        let y =
            |value: f64| place.bottom() - ((value - lane.y.min) / (lane.y.max - lane.y.min)) as f32 * place.height();
        let mut last_label = f32::INFINITY;
        for tick in &lane.y.ticks {
            let at = y(*tick);
            self.painter.hline(place.x_range(), at, Stroke::new(1.0, self.theme.grid));
            let number = format!("{tick:.*}", lane.y.decimals).replace('-', "−");
            let galley = self.text(number, false, self.theme.weak);
            let half = galley.size().y / 2.0;
            // Numbers stay within their lane and clear of one another.
            let centre = at.clamp(place.top() + half - 3.0, place.bottom() - half + 3.0);
            if last_label - centre >= 1.7 * half {
                last_label = centre;
                let left = place.left() - 6.0 - galley.size().x;
                self.painter.galley(pos2(left, centre - half), galley, self.theme.weak);
            }
        }
        let inside = self.painter.with_clip_rect(place.expand2(vec2(0.0, 2.0)).intersect(self.painter.clip_rect()));
        for (_, series) in &lane.series {
            let stroke = Stroke::new(self.theme.line_width * 0.85, self.theme.role_colour(series.role));
            let mut run: Vec<Pos2> = Vec::with_capacity(series.points.len());
            let draw = |run: &mut Vec<Pos2>| {
                match run.as_slice() {
                    [] => {}
                    [only] => {
                        inside.circle_filled(*only, stroke.width, stroke.color);
                    }
                    points if Trends::is_dashed(series) => {
                        paint_dashed(&inside, points, stroke);
                    }
                    _ => {
                        inside.line(std::mem::take(run), stroke);
                    }
                }
                run.clear();
            };
            for [time_s, value] in &series.points {
                if value.is_finite() {
                    run.push(pos2(self.x(*time_s), y(*value)));
                } else {
                    draw(&mut run);
                }
            }
            draw(&mut run);
        }
        self.names(lane, place, whole, y);
    }

    /// Name and last value of each line at its right end, moved apart where they would meet.
    fn names(&self, lane: &LanePlot, place: Rect, whole: Rect, y: impl Fn(f64) -> f32) {
        let mut names: Vec<(f32, Arc<Galley>)> = lane
            .series
            .iter()
            .filter_map(|(channel, series)| {
                let last = series.points.iter().rev().find(|point| point[1].is_finite())?;
                let text = format!("{} {}", channel.label(), series.end_label.as_ref()?);
                let text = text.replace('-', "−").replace("A−a", "A-a");
                let colour = self.theme.role_colour(series.role);
                let mut line = LayoutJob::default();
                line.append(&text, 0.0, TextFormat::simple(self.theme.bold(12.0), colour));
                let unit = TextFormat::simple(self.theme.font(11.0), self.theme.weak);
                line.append(&spaced(self.trends.units.of(channel.unit()).unit), 0.0, unit);
                Some((y(last[1]), self.painter.layout_job(line)))
            })
            .collect();
        names.sort_by(|a, b| a.0.total_cmp(&b.0));
        let row = names.first().map_or(0.0, |(_, galley)| galley.size().y * 0.92);
        let mut free_from = place.top() - 4.0;
        let count = names.len();
        for (i, (at, galley)) in names.into_iter().enumerate() {
            // Those that follow need their rows as well.
            let lowest = place.bottom() + 4.0 - (count - i) as f32 * row;
            let top = (at - row / 2.0).min(lowest).max(free_from);
            free_from = top + row;
            let left = self.plot.right() + 7.0;
            if left + galley.size().x <= whole.right() + 2.0 && top + row <= whole.bottom() {
                self.painter.galley(pos2(left, top), galley, self.theme.text);
            }
        }
    }

    /// What was done: a line through all lanes, its label on top. Where labels would meet, the earlier is cut short, or
    /// left out.
    fn events(&self, rect: Rect) {
        let mut free_to = rect.right();
        for event in self.trends.events.iter().rev() {
            let x = self.x(event.time_s);
            if x < self.plot.left() - 1.0 {
                continue;
            }
            let mut galley = self.text(event.label.as_str(), false, self.theme.text);
            let width = galley.size().x;
            let places = [x + 4.0, x - 4.0 - width];
            let fits = |left: &f32| *left >= rect.left() && left + width <= free_to;
            let mut named = places.into_iter().find(fits);
            let room = free_to - x - 4.0;
            if named.is_none() && room >= self.theme.size(LEAST_LABEL) {
                let mut line =
                    LayoutJob::simple_singleline(event.label.clone(), self.theme.font(12.0), self.theme.text);
                line.wrap = TextWrapping::truncate_at_width(room);
                galley = self.painter.layout_job(line);
                named = Some(x + 4.0);
            }
            let top = if named.is_some() { rect.top() + 2.0 } else { self.plot.top() };
            let line = [pos2(x, top), pos2(x, self.plot.bottom())];
            self.painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, self.theme.weak), 4.0, 3.0));
            if let Some(left) = named {
                free_to = left.min(x) - 8.0;
                self.painter.galley(pos2(left, rect.top()), galley, self.theme.text);
            }
        }
    }

    fn samples(&self, lane: &LanePlot, place: Rect) {
        let y =
            |value: f64| place.bottom() - ((value - lane.y.min) / (lane.y.max - lane.y.min)) as f32 * place.height();
        for (channel, [time_s, value]) in &lane.dots {
            let colour = self.theme.role_colour(channel.role());
            let at = pos2(self.x(*time_s), y(*value));
            if place.expand(6.0).contains(at) {
                self.painter.circle(at, SAMPLE_RADIUS, colour, Stroke::new(1.5, self.theme.text));
            }
        }
    }

    /// All values at the time under the pointer, or at the mark that the arrow keys have reached.
    fn point_out(&self, ui: &Ui, response: &Response, lanes: &[LanePlot]) -> Option<f64> {
        let chosen = response.has_focus().then(|| self.chosen(ui, response.id)).flatten();
        let pointer = response.hover_pos().filter(|at| self.plot.expand(2.0).contains(*at)).map(|at| {
            let share = f64::from((at.x - self.plot.left()) / self.plot.width());
            let Axis { min, max, .. } = self.trends.x;
            (min + share * (max - min), Vec::new())
        });
        let (time_s, mut lines) = chosen.or(pointer)?;
        // Of what is to come there is no number.
        let last_s = lanes.iter().flat_map(|lane| &lane.series).filter_map(|(_, series)| series.points.last());
        if last_s.map(|point| point[0]).fold(f64::NEG_INFINITY, f64::max) + 1.0 < time_s {
            return None;
        }
        let x = self.x(time_s);
        self.painter.vline(x, self.plot.y_range(), Stroke::new(1.0, self.theme.accent));
        for (channel, series) in lanes.iter().flat_map(|lane| &lane.series) {
            let until = series.points.partition_point(|point| point[0] <= time_s);
            let Some(point) = until.checked_sub(1).map(|i| series.points[i]).filter(|point| point[1].is_finite())
            else {
                continue;
            };
            lines.push(format!("{} {}", channel.label(), channel.shown_text(point[1], self.trends.units)));
        }
        lines.insert(0, clock(time_s));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(lines.join(", ")));
        let texts: Vec<_> = lines.into_iter().enumerate().map(|(i, l)| self.text(l, i == 0, self.theme.text)).collect();
        let height: f32 = texts.iter().map(|text| text.size().y).sum();
        let width = texts.iter().map(|text| text.size().x).fold(0.0, f32::max);
        let size = vec2(width + 16.0, height + 10.0);
        let left = if x > self.plot.center().x { x - size.x - 10.0 } else { x + 10.0 };
        let screen = ui.ctx().content_rect().shrink(4.0);
        let top =
            (self.plot.center().y - size.y / 2.0).clamp(screen.top(), (screen.bottom() - size.y).max(screen.top()));
        let frame = Rect::from_min_size(pos2(left.clamp(screen.left(), screen.right() - size.x), top), size);
        // Above its own panel, which may be lower than the list is long.
        let painter = ui.ctx().layer_painter(eframe::egui::LayerId::new(eframe::egui::Order::Tooltip, response.id));
        painter.rect(
            frame,
            CornerRadius::same(6),
            self.theme.raised,
            Stroke::new(1.0, self.theme.outline),
            StrokeKind::Inside,
        );
        let mut baseline = frame.top() + 5.0;
        for text in texts {
            let row = text.size().y;
            let rect = Align2::LEFT_TOP.anchor_size(pos2(frame.left() + 8.0, baseline), text.size());
            painter.galley(rect.min, text, self.theme.text);
            baseline += row;
        }
        Some(time_s)
    }

    /// The action or sample that the arrow keys have reached, with its words.
    fn chosen(&self, ui: &Ui, id: Id) -> Option<(f64, Vec<String>)> {
        let mut stops: Vec<(f64, String)> =
            self.trends.events.iter().map(|event| (event.time_s, event.label.clone())).collect();
        stops.extend(self.trends.samples.iter().map(|sample| {
            let values: Vec<String> = sample
                .values
                .iter()
                .map(|v| format!("{} {}", v.channel.label(), v.channel.shown_number(v.value, self.trends.units)))
                .collect();
            (sample.time_s, format!("sample, {}: {}", sample.name, values.join(", ")))
        }));
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        ui.memory_mut(|memory| {
            memory.set_focus_lock_filter(id, EventFilter { horizontal_arrows: true, ..Default::default() });
        });
        let step =
            ui.input(|input| input.num_presses(Key::ArrowRight) as isize - input.num_presses(Key::ArrowLeft) as isize);
        let before: Option<usize> = ui.data(|data| data.get_temp(id)).flatten();
        let count = stops.len() as isize;
        let now = match before {
            _ if count == 0 => None,
            Some(index) => Some((index as isize + step).rem_euclid(count) as usize),
            None if step != 0 => Some(if step > 0 { 0 } else { count as usize - 1 }),
            None => None,
        };
        ui.data_mut(|data| data.insert_temp(id, now));
        now.map(|index| (stops[index].0, vec![stops[index].1.clone()]))
    }
}
