//! Shows a [`Figure`] in a panel: its scene, and over it what answers the hand. The plot library turns values into places
//! and back.

use eframe::egui::{
    CornerRadius, Id, Key, Painter, Pos2, Rect, Response, Role as NodeRole, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, pos2, vec2,
};
use egui_plot::{Plot, PlotBounds, PlotPoint, PlotTransform};
use std::ops::Range;

use crate::numerics::float;
use crate::{
    draw::plot::{self, DOT_RADIUS, MARK_RADIUS, PlotScene},
    figure::{Axis, AxisScale, Figure, Mark, Role, Series},
    gui::{
        link::{Link, Target},
        scene,
        theme::Theme,
    },
};

/// How near the pointer must be to light up a unit, in points.
const UNIT_REACH: f32 = 14.0;
/// How near the pointer must be to name a point, in points.
const HOVER_REACH: f32 = 24.0;

/// Shows a figure in a panel of the given size; what is pointed at lights up in all pictures.
pub fn show(ui: &mut Ui, theme: &Theme, figure: &Figure, size: Vec2, link: &mut Link) -> Response {
    show_in_place(ui, theme, figure, size, link).0
}

/// As [`show`], with where the row of headings over the plot ends on the right: what stands there as well ends at it.
pub(super) fn show_in_place(
    ui: &mut Ui,
    theme: &Theme,
    figure: &Figure,
    size: Vec2,
    link: &mut Link,
) -> (Response, Pos2) {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = ui.scope_id().with(("figure", figure.id));
    // A focus stop, so that its text can be read and its points visited from the keyboard.
    let response = ui.interact(rect, id, Sense::focusable_noninteractive() | Sense::hover());
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
    let PlotScene { scene, plot, free_until } =
        plot::scene(figure, theme.name.palette(), [rect.width(), rect.height()], 1.0);
    let painter = ui.painter().clone();
    scene::paint(&painter, theme, &scene, rect.min);
    let plot = scene::rect(&plot, rect.min);
    let transform = transform(ui, figure, id, plot);
    // What does not exist has no place.
    let marks = figure.marks.iter().filter(|mark| mark.at.iter().all(|value| value.is_finite())).collect();
    let canvas = Canvas { painter: &painter, theme, figure, marks, transform: &transform, plot };
    canvas.lit(link);

    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, ui.is_enabled(), &figure.title));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(figure.text.as_str()));
    if response.has_focus() {
        painter.rect_stroke(rect, theme.radius(), theme.focus_stroke(), StrokeKind::Inside);
    }
    canvas.point_out(ui, &response, link);
    (response, pos2(rect.left() + free_until, plot.top()))
}

/// Where a value stands on the axis of the plot library, which is always linear.
fn along(axis: &Axis, value: f64) -> f64 {
    match axis.scale {
        AxisScale::Linear => value,
        AxisScale::Log10 => float::log10(value.max(f64::MIN_POSITIVE)),
    }
}

/// What turns values into places, and back.
fn transform(ui: &mut Ui, figure: &Figure, id: Id, rect: Rect) -> PlotTransform {
    let [min, max] = [[figure.x.min, figure.y.min], [figure.x.max, figure.y.max]]
        .map(|[x, y]| [along(&figure.x, x), along(&figure.y, y)]);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let plot = Plot::new(id.with("plot"))
        .id(id.with("plot"))
        .width(rect.width())
        .height(rect.height())
        .show_axes(false)
        .show_grid(false)
        .show_x(false)
        .show_y(false)
        .show_background(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .sense(Sense::hover());
    plot.show(&mut child, |plot| plot.set_plot_bounds(PlotBounds::from_min_max(min, max))).transform
}

/// What answers the hand.
struct Canvas<'a> {
    painter: &'a Painter,
    theme: &'a Theme,
    figure: &'a Figure,
    marks: Vec<&'a Mark>,
    transform: &'a PlotTransform,
    plot: Rect,
}

impl Canvas<'_> {
    fn on_screen(&self, [x, y]: [f64; 2]) -> Pos2 {
        let (x, y) = (along(&self.figure.x, x), along(&self.figure.y, y));
        self.transform.position_from_point(&PlotPoint::new(x, y))
    }

    fn place(&self, series: &Series, point: [f64; 2]) -> Pos2 {
        self.on_screen(self.figure.on_axes(series, point))
    }

    /// Names the point under the pointer, or the one chosen with the arrow keys.
    fn point_out(&self, ui: &Ui, response: &Response, link: &mut Link) {
        let chosen = response.has_focus().then(|| chosen_mark(ui, &self.marks, response.id)).flatten();
        let pointer = response.hover_pos().filter(|pos| self.plot.expand(MARK_RADIUS).contains(*pos));
        if let Some(target) = self.target(chosen, pointer, link) {
            link.point_at(target);
        }
        let named = match (chosen, pointer) {
            (Some(mark), _) => Some((mark.name.clone(), None, mark.at)),
            (None, Some(pointer)) => self.nearest(pointer),
            (None, None) => None,
        };
        let Some((name, series, point)) = named else { return };
        let at = self.plot.clamp(series.map_or_else(|| self.on_screen(point), |series| self.place(series, point)));
        self.painter.circle_stroke(at, MARK_RADIUS + 3.0, Stroke::new(2.0, self.theme.accent));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(name.as_str()));
        let lines = [Some(name), Some(value(&self.figure.x, point[0])), self.y_value(series, point[1])];
        let lay = |line| self.painter.layout_no_wrap(line, self.theme.font(12.0), self.theme.text);
        let texts: Vec<_> = lines.into_iter().flatten().map(lay).collect();
        let height: f32 = texts.iter().map(|text| text.size().y).sum();
        let width = texts.iter().map(|text| text.size().x).fold(0.0, f32::max);
        let size = vec2(width + 16.0, height + 12.0);
        // On the side of the point that has more room, so that the point stays in sight.
        let x = if at.x > self.plot.center().x { at.x - size.x - 14.0 } else { at.x + 14.0 };
        let y = if at.y > self.plot.center().y { at.y - size.y - 14.0 } else { at.y + 14.0 };
        let area = response.rect.shrink(2.0);
        let corner = pos2(
            x.clamp(area.left(), (area.right() - size.x).max(area.left())),
            y.clamp(area.top(), (area.bottom() - size.y).max(area.top())),
        );
        let frame = Rect::from_min_size(corner, size);
        self.painter.rect(
            frame,
            CornerRadius::same(6),
            self.theme.raised,
            Stroke::new(1.0, self.theme.outline),
            StrokeKind::Inside,
        );
        let mut top = frame.top() + 6.0;
        for text in texts {
            let line_height = text.size().y;
            self.painter.galley(pos2(frame.left() + 8.0, top), text, self.theme.text);
            top += line_height;
        }
    }

    /// Every point that stands for a unit, with its place.
    fn units(&self, units: usize) -> impl Iterator<Item = (usize, Pos2)> {
        self.figure.series.iter().enumerate().flat_map(move |(index, series)| {
            let first = self.figure.first_unit(index, units);
            let points = first.map_or(&[][..], |_| &series.points);
            points.iter().enumerate().map(move |(i, point)| (first.unwrap_or(0) + i, self.place(series, *point)))
        })
    }

    /// Every row of a list that stands for units, with its place.
    fn rows(&self, units: usize) -> impl Iterator<Item = (&Range<usize>, Rect)> {
        let axis = &self.figure.y;
        let known = axis.units.iter().all(|row| row.end <= units);
        let rows = if known { axis.units.as_slice() } else { &[] };
        rows.iter().zip(&axis.ticks).map(|(units, row)| {
            let y = |value: f64| self.transform.position_from_point_y(value);
            (units, Rect::from_x_y_ranges(self.plot.x_range(), y(row + 0.5)..=y(row - 0.5)))
        })
    }

    /// Lights up what is pointed at here or in another picture.
    fn lit(&self, link: &Link) {
        let inside = self.painter.with_clip_rect(self.plot.expand(4.0).intersect(self.painter.clip_rect()));
        let Some(target) = &link.lit else { return };
        let ring = Stroke::new(2.0, self.theme.accent);
        for (_, at) in self.units(link.units).filter(|(unit, _)| target.has_unit(*unit)) {
            inside.circle(at, DOT_RADIUS + 1.0, self.theme.panel, ring);
        }
        for (units, row) in self.rows(link.units) {
            if units.clone().any(|unit| target.has_unit(unit)) {
                inside.rect_stroke(row, 3.0, ring, StrokeKind::Inside);
            }
        }
        let role = match target {
            Target::Shunt => Role::Shunt,
            Target::DeadSpace => Role::DeadSpace,
            Target::Units(_) => return,
        };
        for mark in self.marks.iter().filter(|mark| mark.role == role) {
            inside.circle_stroke(self.on_screen(mark.at), MARK_RADIUS + 3.0, ring);
        }
    }

    /// What other pictures know the thing by that is pointed at.
    fn target(&self, chosen: Option<&Mark>, pointer: Option<Pos2>, link: &Link) -> Option<Target> {
        let of_mark = |mark: &Mark| match mark.role {
            Role::Shunt => Some(Target::Shunt),
            Role::DeadSpace => Some(Target::DeadSpace),
            _ => None,
        };
        if let Some(mark) = chosen {
            return of_mark(mark);
        }
        let pointer = pointer?;
        let near = |at: Pos2| at.distance(pointer) < UNIT_REACH;
        let mark = self.marks.iter().find(|mark| near(self.on_screen(mark.at))).and_then(|mark| of_mark(mark));
        let distance = |at: &(usize, Pos2)| at.1.distance(pointer);
        let unit = || {
            let nearest = self.units(link.units).min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
            near(nearest.1).then(|| Target::Units(vec![nearest.0]))
        };
        let row = || {
            let (units, _) = self.rows(link.units).find(|(_, row)| row.contains(pointer))?;
            Some(Target::Units(units.clone().collect()))
        };
        mark.or_else(unit).or_else(row)
    }

    /// The value of a point on its vertical axis; none where that lists things.
    fn y_value(&self, series: Option<&Series>, y: f64) -> Option<String> {
        match &self.figure.right {
            Some(right) if series.is_some_and(|series| series.on_right) => {
                let unit = crate::text::spaced(&right.unit);
                Some(format!("{} {y:.*}{unit}", right.label, right.decimals + 1))
            }
            _ => self.figure.y.names.is_empty().then(|| value(&self.figure.y, y)),
        }
    }

    /// The named point, or the point of a series, nearest to the pointer.
    fn nearest(&self, pointer: Pos2) -> Option<(String, Option<&Series>, [f64; 2])> {
        let marks = self.marks.iter().map(|mark| (mark.name.as_str(), None, mark.at, MARK_RADIUS));
        let of_series = |series| move |point: &[f64; 2]| (series, *point);
        let points = self.figure.series.iter().flat_map(|s| s.points.iter().map(of_series(s)));
        marks
            .chain(points.map(|(series, point): (&Series, _)| (series.name.as_str(), Some(series), point, 0.0)))
            // A mark stands before the line it lies on.
            .map(|(name, series, point, head_start)| {
                let at = series.map_or_else(|| self.on_screen(point), |series| self.place(series, point));
                (at.distance(pointer) - head_start, name, series, point)
            })
            .filter(|(distance, ..)| *distance < HOVER_REACH)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name, series, point)| (name.to_owned(), series, point))
    }
}

/// The mark that the arrow keys have reached.
fn chosen_mark<'a>(ui: &Ui, marks: &[&'a Mark], id: Id) -> Option<&'a Mark> {
    let count = marks.len();
    if count == 0 {
        return None;
    }
    let keep = eframe::egui::EventFilter { horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, keep));
    let step =
        ui.input(|input| input.num_presses(Key::ArrowRight) as isize - input.num_presses(Key::ArrowLeft) as isize);
    let before: Option<usize> = ui.data(|data| data.get_temp(id)).flatten();
    let now = match before {
        Some(index) => Some((index as isize + step).rem_euclid(count as isize) as usize),
        None if step != 0 => Some(if step > 0 { 0 } else { count - 1 }),
        None => None,
    };
    ui.data_mut(|data| data.insert_temp(id, now));
    now.map(|index| marks[index])
}

/// A value with the name and unit of its axis, a digit finer than the ticks.
fn value(axis: &Axis, value: f64) -> String {
    let decimals = axis.decimals_at(value) + 1;
    let unit = crate::text::spaced(&axis.unit);
    format!("{} {value:.decimals$}{unit}", axis.label)
}
