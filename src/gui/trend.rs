//! Shows the trend of a run: its scene, and over it what answers the hand.

use eframe::egui::{
    CornerRadius, EventFilter, Id, Key, LayerId, Order, Painter, Rect, Response, Role as NodeRole, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::{
    draw::trend::{self, TrendScene},
    figure::{
        Axis,
        trends::{LanePlot, Trends, clock},
    },
    gui::{scene, theme::Theme},
    text::words,
};

/// How many lanes a height has room for.
#[must_use]
pub fn lanes_that_fit(theme: &Theme, height: f32) -> usize {
    trend::lanes_that_fit(theme.name.palette(), height, 1.0)
}

/// Width of the plot itself in a place that wide, points.
#[must_use]
pub fn plot_width(theme: &Theme, width: f32) -> f32 {
    trend::plot_width(theme.name.palette(), width, 1.0)
}

/// Shows a trend in the whole of `rect`; returns the patient time that is pointed at, s.
pub fn show(ui: &mut Ui, theme: &Theme, trends: &Trends, rect: Rect) -> Option<f64> {
    let id = ui.scope_id().with("trend");
    let response = ui.interact(rect, id, Sense::focusable_noninteractive() | Sense::hover());
    let painter = ui.painter().with_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
    let TrendScene { scene, plot, lanes } =
        trend::scene(trends, theme.name.palette(), [rect.width(), rect.height()], 1.0);
    scene::paint(&painter, theme, &scene, rect.min);
    let canvas = Canvas { painter: &painter, theme, trends, plot: scene::rect(&plot, rect.min) };

    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, ui.is_enabled(), words::time::trend()));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(trends.text.as_str()));
    if response.has_focus() {
        painter.rect_stroke(rect, CornerRadius::same(4), theme.focus_stroke(), StrokeKind::Inside);
    }
    canvas.point_out(ui, &response, &trends.lanes[..lanes])
}

/// What answers the hand.
struct Canvas<'a> {
    painter: &'a Painter,
    theme: &'a Theme,
    trends: &'a Trends,
    plot: Rect,
}

impl Canvas<'_> {
    fn x(&self, time_s: f64) -> f32 {
        self.plot.left() + self.trends.x.share(time_s) as f32 * self.plot.width()
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
        let font = |i: usize| if i == 0 { self.theme.bold(12.0) } else { self.theme.font(12.0) };
        let lay = |(i, line)| self.painter.layout_no_wrap(line, font(i), self.theme.text);
        let texts: Vec<_> = lines.into_iter().enumerate().map(lay).collect();
        let height: f32 = texts.iter().map(|text| text.size().y).sum();
        let width = texts.iter().map(|text| text.size().x).fold(0.0, f32::max);
        let size = vec2(width + 16.0, height + 10.0);
        let left = if x > self.plot.center().x { x - size.x - 10.0 } else { x + 10.0 };
        let screen = ui.ctx().content_rect().shrink(4.0);
        let top =
            (self.plot.center().y - size.y / 2.0).clamp(screen.top(), (screen.bottom() - size.y).max(screen.top()));
        let frame = Rect::from_min_size(pos2(left.clamp(screen.left(), screen.right() - size.x), top), size);
        // Above its own panel, which may be lower than the list is long.
        let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, response.id));
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
            painter.galley(pos2(frame.left() + 8.0, baseline), text, self.theme.text);
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
            (sample.time_s, words::time::sample_told(&sample.name, values.join(", ")))
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
