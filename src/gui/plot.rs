//! Paints a [`Figure`]: grid and lines by the plot library, axes, marks, labels and hover by hand, because the figure
//! says exactly which ticks it has and every label has to keep clear of the others.

use eframe::egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Id, Key, Painter, Pos2, Rect, Response, Role as NodeRole, Sense,
    Shape, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use egui_plot::{GridMark, Line, LineStyle, Plot, PlotBounds, PlotPoint, PlotPoints, PlotTransform};
use std::{ops::Range, sync::Arc};

use crate::numerics::float;
use crate::{
    figure::{Axis, AxisScale, Figure, Mark, RightAxis, Role, Series, Stroke as Drawn},
    gui::{
        link::{Link, Target},
        theme::Theme,
        widgets::{paint_dashed, paint_line},
    },
};

/// Radius of a named point, in points.
const MARK_RADIUS: f32 = 6.0;
/// Radius of one dot of a series, in points.
const DOT_RADIUS: f32 = 3.0;
/// Thickness of a bar over the distance between two.
const BAR_SHARE: f32 = 0.62;
/// How near the pointer must be to light up a unit, in points.
const UNIT_REACH: f32 = 14.0;
/// How near the pointer must be to name a point, in points.
const HOVER_REACH: f32 = 24.0;

/// Shows a figure in a panel of the given size; what is pointed at lights up in all pictures.
pub fn show(ui: &mut Ui, theme: &Theme, figure: &Figure, size: Vec2, link: &mut Link) -> Response {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = ui.scope_id().with(("figure", figure.id));
    // A focus stop, so that its text can be read and its points visited from the keyboard.
    let response = ui.interact(rect, id, Sense::focusable_noninteractive() | Sense::hover());
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
    let layout = Layout::new(ui.painter(), theme, figure, rect.shrink2(vec2(12.0, 8.0)));
    layout.paint_frame(ui.painter(), theme, figure);

    let transform = lines(ui, theme, figure, id, layout.plot);
    let painter = ui.painter().clone();
    // What does not exist has no place.
    let marks = figure.marks.iter().filter(|mark| mark.at.iter().all(|value| value.is_finite())).collect();
    let canvas = Canvas { painter: &painter, theme, figure, marks, transform: &transform, plot: layout.plot };
    canvas.dots();
    canvas.lit(link);
    layout.paint_ticks(&painter, theme, figure, &transform);
    let mut taken: Vec<Rect> = canvas.marks.iter().map(|mark| canvas.mark(mark)).collect();
    // What is now is labelled before what was.
    for hollow in [false, true] {
        for (i, mark) in canvas.marks.iter().enumerate().filter(|(_, mark)| mark.hollow == hollow) {
            canvas.mark_label(mark, taken[i], &mut taken);
        }
    }
    canvas.peak_labels(&mut taken);
    canvas.point_labels(&mut taken);
    canvas.end_labels(layout.end_labels_outside, &mut taken);

    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, ui.is_enabled(), &figure.title));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(figure.text.as_str()));
    if response.has_focus() {
        painter.rect_stroke(rect, theme.radius(), theme.focus_stroke(), StrokeKind::Inside);
    }
    canvas.point_out(ui, &response, link);
    response
}

fn has_bars(figure: &Figure) -> bool {
    figure.series.iter().any(|series| series.stroke == Drawn::Bars)
}

/// Where a value stands on the axis of the plot library, which is always linear.
fn along(axis: &Axis, value: f64) -> f64 {
    match axis.scale {
        AxisScale::Linear => value,
        AxisScale::Log10 => float::log10(value.max(f64::MIN_POSITIVE)),
    }
}

/// The grid and every line, by the plot library.
fn lines(ui: &mut Ui, theme: &Theme, figure: &Figure, id: Id, rect: Rect) -> PlotTransform {
    let min = [along(&figure.x, figure.x.min), along(&figure.y, figure.y.min)];
    let max = [along(&figure.x, figure.x.max), along(&figure.y, figure.y.max)];
    let grid = |axis: &Axis, span: f64| -> Vec<GridMark> {
        // A step as wide as the axis: every line is drawn in full.
        axis.ticks.iter().map(|tick| GridMark { value: along(axis, *tick), step_size: span }).collect()
    };
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let plot = Plot::new(id.with("plot"))
        .id(id.with("plot"))
        .width(rect.width())
        .height(rect.height())
        .show_axes(false)
        .show_x(false)
        .show_y(false)
        .show_background(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .sense(Sense::hover())
        .grid_color(theme.grid)
        .grid_fade(0.0)
        .x_grid_spacer(|_| grid(&figure.x, max[0] - min[0]))
        .y_grid_spacer(|_| if figure.y.names.is_empty() { grid(&figure.y, max[1] - min[1]) } else { Vec::new() });
    let shown = plot.show(&mut child, |plot| {
        plot.set_plot_bounds(PlotBounds::from_min_max(min, max));
        // Lines over bars are painted with them, above.
        let lines = if has_bars(figure) { &[][..] } else { &figure.series };
        for series in lines {
            let (style, role) = match series.stroke {
                Drawn::Solid => (LineStyle::Solid, series.role),
                Drawn::Dashed => (LineStyle::Dashed { length: 6.0 }, series.role),
                Drawn::Dots | Drawn::Stems | Drawn::Bars => continue,
            };
            let points = series.points.iter().filter(|point| point.iter().all(|value| value.is_finite()));
            let points: Vec<PlotPoint> = points
                .map(|point| figure.on_axes(series, *point))
                .map(|[x, y]| PlotPoint::new(along(&figure.x, x), along(&figure.y, y)))
                .collect();
            let width = match role {
                Role::Reference | Role::Ghost => theme.line_width * 0.5,
                Role::Patient => theme.line_width * 1.25,
                _ => theme.line_width,
            };
            plot.line(
                Line::new("", PlotPoints::Owned(points))
                    .color(theme.role_colour(role))
                    .width(width)
                    .style(style)
                    .allow_hover(false),
            );
        }
    });
    shown.transform
}

/// Where marks and labels go, once the lines are drawn.
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

    fn text(&self, text: &str, font: FontId, role: Role) -> Arc<Galley> {
        self.painter.layout_no_wrap(text.to_owned(), font, self.theme.role_colour(role))
    }

    fn place(&self, series: &Series, point: [f64; 2]) -> Pos2 {
        self.on_screen(self.figure.on_axes(series, point))
    }

    /// Bars with the lines over them, dots and stems.
    fn dots(&self) {
        let inside = self.painter.with_clip_rect(self.plot.expand(1.0).intersect(self.painter.clip_rect()));
        let plain = DOT_RADIUS * self.theme.line_width / 2.0;
        let largest = self.figure.largest_dot();
        let base = self.transform.position_from_point_y(along(&self.figure.y, self.figure.y.min.max(0.0)));
        for series in self.figure.series.iter().filter(|series| series.stroke == Drawn::Bars) {
            let colour = self.theme.role_colour(series.role);
            for (i, point) in series.points.iter().enumerate() {
                let from = series.extents.get(i).copied().unwrap_or_default();
                let (a, b) = (self.on_screen([from, point[1]]), self.on_screen(*point));
                let row = (self.on_screen([from, point[1] - 1.0]).y - a.y).abs();
                let bar = Rect::from_x_y_ranges(
                    a.x.min(b.x)..=a.x.max(b.x).max(a.x.min(b.x) + 1.0),
                    a.y - BAR_SHARE * row / 2.0..=a.y + BAR_SHARE * row / 2.0,
                );
                if series.role == Role::Ghost {
                    inside.rect_stroke(bar, 2.0, Stroke::new(1.0, colour), StrokeKind::Inside);
                } else {
                    inside.rect_filled(bar, 2.0, colour);
                }
            }
        }
        for series in self.figure.series.iter().filter(|_| has_bars(self.figure)) {
            let line: Vec<Pos2> = series.points.iter().map(|point| self.place(series, *point)).collect();
            let stroke = Stroke::new(self.theme.line_width, self.theme.role_colour(series.role));
            match series.stroke {
                Drawn::Solid => {
                    inside.line(line, stroke);
                }
                Drawn::Dashed => paint_dashed(&inside, &line, stroke),
                Drawn::Dots | Drawn::Stems | Drawn::Bars => {}
            }
        }
        for series in self.figure.series.iter().filter(|series| matches!(series.stroke, Drawn::Dots | Drawn::Stems)) {
            let colour = self.theme.role_colour(series.role);
            for (i, at) in series.points.iter().map(|point| self.place(series, *point)).enumerate() {
                let extent = series.extents.get(i);
                let radius = extent.map_or(plain, |flow| dot_radius(*flow, largest, self.theme.line_width));
                if series.stroke == Drawn::Stems {
                    inside.vline(at.x, at.y.min(base)..=base, Stroke::new(self.theme.line_width, colour));
                }
                inside.circle(at, radius, colour, Stroke::new(1.0, self.theme.panel));
            }
        }
    }

    /// Text above or beside single points of a series, where it covers no other dot and no label.
    fn point_labels(&self, taken: &mut Vec<Rect>) {
        let dots = self.figure.series.iter().filter(|series| series.stroke == Drawn::Dots);
        let dot = |at: Pos2| Rect::from_center_size(at, Vec2::splat(2.0 * DOT_RADIUS));
        let obstacles: Vec<Rect> =
            dots.flat_map(|series| series.points.iter().map(|point| dot(self.place(series, *point)))).collect();
        for series in &self.figure.series {
            for (text, point) in series.labels.iter().zip(&series.points).filter(|(text, _)| !text.is_empty()) {
                let galley = self.text(text, self.theme.font(12.0), series.role);
                let near = dot(self.place(series, *point)).expand(2.0);
                let places = [
                    (near.right_top(), Align2::LEFT_BOTTOM),
                    (near.center_top(), Align2::CENTER_BOTTOM),
                    (near.right_center(), Align2::LEFT_CENTER),
                    (near.left_top(), Align2::RIGHT_BOTTOM),
                    (near.right_bottom(), Align2::LEFT_TOP),
                    (near.left_bottom(), Align2::RIGHT_TOP),
                ];
                let fits = |rect: &Rect| {
                    self.plot.contains_rect(*rect)
                        && !taken.iter().chain(&obstacles).any(|other| other.intersects(*rect))
                };
                let place = places.iter().map(|(corner, align)| align.anchor_size(*corner, galley.size())).find(fits);
                if let Some(rect) = place {
                    self.label(galley, rect, taken);
                }
            }
        }
    }

    /// Paints a named point and returns the space it takes. Outside the axes it is an arrow at the edge.
    fn mark(&self, mark: &Mark) -> Rect {
        let at = self.on_screen(mark.at);
        let colour = self.theme.role_colour(mark.role);
        if let Some(out) = beyond(self.plot, at) {
            let edge = self.plot.shrink(MARK_RADIUS).clamp(at);
            let side = vec2(-out.y, out.x);
            let tip = edge + out * MARK_RADIUS;
            let shape = vec![tip, edge - out * 4.0 + side * 5.0, edge - out * 4.0 - side * 5.0];
            self.painter.add(Shape::convex_polygon(shape, colour, Stroke::new(1.0, self.theme.text)));
            return Rect::from_center_size(edge, Vec2::splat(2.0 * MARK_RADIUS + 2.0));
        }
        let (fill, outline) = if mark.hollow {
            (self.theme.panel, Stroke::new(2.0, colour))
        } else {
            (colour, Stroke::new(1.0, self.theme.text))
        };
        self.painter.circle(at, MARK_RADIUS, fill, outline);
        Rect::from_center_size(at, Vec2::splat(2.0 * MARK_RADIUS + 2.0))
    }

    /// The short label of a mark, on the side where it covers nothing; of one outside the axes with its value, where
    /// there is room for that.
    fn mark_label(&self, mark: &Mark, at: Rect, taken: &mut Vec<Rect>) {
        let with = |axis: &Axis, value: f64, arrow: char| {
            let unit = crate::text::spaced(&axis.unit);
            Some(format!("{}, {value:.*}{unit} {arrow}", mark.label, axis.decimals))
        };
        let whole = match beyond(self.plot, self.on_screen(mark.at)) {
            None => None,
            Some(out) if out.x.abs() > out.y.abs() => {
                with(&self.figure.x, mark.at[0], if out.x > 0.0 { '→' } else { '←' })
            }
            Some(out) => with(&self.figure.y, mark.at[1], if out.y < 0.0 { '↑' } else { '↓' }),
        };
        for text in whole.iter().chain([&mark.label]) {
            let galley = self.text(text, self.theme.bold(13.0), mark.role);
            if self.beside(galley, at, taken) {
                return;
            }
        }
    }

    /// Paints a text on the first side of `at` where it stays inside and covers nothing, and says whether there is one;
    /// where all is full it is left to hover and to the text of the figure.
    fn beside(&self, galley: Arc<Galley>, at: Rect, taken: &mut Vec<Rect>) -> bool {
        let near = at.expand(2.0);
        let places = [
            (near.right_bottom(), Align2::LEFT_TOP),
            (near.right_center(), Align2::LEFT_CENTER),
            (near.left_top(), Align2::RIGHT_BOTTOM),
            (near.left_center(), Align2::RIGHT_CENTER),
            (near.center_bottom(), Align2::CENTER_TOP),
            (near.center_top(), Align2::CENTER_BOTTOM),
            (near.left_bottom(), Align2::RIGHT_TOP),
            (near.right_top(), Align2::LEFT_BOTTOM),
        ];
        let others: Vec<Rect> = taken[..self.marks.len()].iter().copied().filter(|other| *other != at).collect();
        let fits = |rect: &Rect| {
            // Nearer to its own mark than to any other, or it would name the wrong one.
            let own = rect.distance_to_pos(at.center());
            self.plot.contains_rect(*rect)
                && !taken.iter().any(|other| other.intersects(*rect))
                && !others.iter().any(|other| rect.distance_to_pos(other.center()) < own)
        };
        // Rather where it covers no dot and no line either.
        let points: Vec<Pos2> = self
            .figure
            .series
            .iter()
            .filter(|series| series.stroke != Drawn::Bars)
            .flat_map(|series| series.points.iter().map(|point| self.place(series, *point)))
            .collect();
        let clear = |rect: &Rect| points.iter().all(|point| !rect.expand(DOT_RADIUS).contains(*point));
        let all = places.map(|(corner, align)| align.anchor_size(corner, galley.size()));
        let place = all.into_iter().find(|rect| fits(rect) && clear(rect)).or_else(|| all.into_iter().find(fits));
        if let Some(rect) = place {
            self.label(galley, rect, taken);
        }
        place.is_some()
    }

    /// Names perfusion and ventilation at their peaks: two curves of one style must not differ by colour alone.
    fn peak_labels(&self, taken: &mut Vec<Rect>) {
        // Over a list there are no peaks.
        if !self.figure.y.names.is_empty() {
            return;
        }
        for (role, name) in [(Role::Perfusion, "perfusion Q̇"), (Role::Ventilation, "ventilation V̇")] {
            let shares = |series: &&Series| series.role == role && series.stroke != Drawn::Bars;
            let points = self.figure.series.iter().filter(shares).flat_map(|series| &series.points);
            let Some(peak) = points.max_by(|a, b| a[1].total_cmp(&b[1])) else { continue };
            let at = self.on_screen(*peak);
            let galley = self.text(name, self.theme.bold(12.0), role);
            // Above its peak and away from the other curve: perfusion weighs on low V/Q, ventilation on high.
            let align = if role == Role::Perfusion { Align2::RIGHT_BOTTOM } else { Align2::LEFT_BOTTOM };
            let aside = if role == Role::Perfusion { -6.0 } else { 6.0 };
            let mut rect = align.anchor_size(at + vec2(aside, -1.0), galley.size());
            let room = self.plot.shrink(1.0);
            rect = rect.translate((room.min - rect.min).max(Vec2::ZERO) + (room.max - rect.max).min(Vec2::ZERO));
            if !taken.iter().any(|other| other.intersects(rect)) {
                self.label(galley, rect, taken);
            }
        }
    }

    /// Paints a label; lines behind it must not cross it out, and on a bar it has a ground of its own.
    fn label(&self, galley: Arc<Galley>, rect: Rect, taken: &mut Vec<Rect>) {
        let (ground, margin) = if has_bars(self.figure) {
            (self.theme.panel, vec2(3.0, 1.0))
        } else {
            (self.theme.panel.gamma_multiply(0.7), vec2(-1.0, -1.0))
        };
        self.painter.rect_filled(rect.expand2(margin), 3.0, ground);
        self.painter.galley(rect.min, galley, Color32::PLACEHOLDER);
        taken.push(rect);
    }

    /// Labels at the last point of a series, each where its line ends or, a little moved, beside it.
    fn end_labels(&self, outside_the_plot: bool, taken: &mut Vec<Rect>) {
        let mut labels: Vec<(&Series, Pos2, Arc<Galley>)> = Vec::new();
        for series in &self.figure.series {
            let (Some(text), Some(last)) = (&series.end_label, series.points.last()) else { continue };
            let font = if series.role == Role::Reference { self.theme.font(12.0) } else { self.theme.bold(12.0) };
            let galley = self.text(text, font, series.role);
            labels.push((series, self.place(series, *last), galley));
        }
        // What is the patient's own is placed first; references give way.
        labels.sort_by(|a, b| {
            (a.0.role == Role::Reference).cmp(&(b.0.role == Role::Reference)).then(a.1.y.total_cmp(&b.1.y))
        });
        for (series, at, galley) in labels {
            let outside = outside_the_plot && ends_at_the_edge(self.figure, series);
            let size = galley.size() * vec2(1.0, 0.86);
            let x = if outside { self.plot.right() + 5.0 } else { at.x - size.x / 2.0 };
            let offsets: &[f32] = if outside { &[0.0, -0.35, 0.35] } else { &[-0.9, 0.9, -1.8, 1.8] };
            let place = offsets.iter().map(|offset| {
                let y = (at.y + offset * size.y).clamp(self.plot.top(), self.plot.bottom());
                let left = if outside { x } else { x.clamp(self.plot.left(), self.plot.right() - size.x) };
                Rect::from_min_size(pos2(left, y - size.y / 2.0), size)
            });
            let free = place.into_iter().find(|rect| !taken.iter().any(|other| other.intersects(*rect)));
            match free {
                Some(rect) if outside => {
                    let corner = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
                    self.painter.galley(corner, galley, Color32::PLACEHOLDER);
                    taken.push(rect);
                }
                Some(rect) => {
                    let rect = Align2::LEFT_CENTER.anchor_size(rect.left_center(), galley.size());
                    self.label(galley, rect, taken);
                }
                None => {}
            }
        }
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

/// Radius of a dot whose area shows a flow, in points; the smallest can still be seen.
fn dot_radius(flow: f64, largest: f64, line_width: f32) -> f32 {
    let share = if largest > 0.0 { (flow / largest).clamp(0.0, 1.0).sqrt() } else { 0.0 };
    line_width * (0.6 + 3.4 * share as f32)
}

/// The rectangles of a figure and the texts that decide them.
struct Layout {
    whole: Rect,
    plot: Rect,
    x_ticks: Vec<(f64, Arc<Galley>)>,
    y_ticks: Vec<(f64, Arc<Galley>)>,
    right_ticks: Vec<(f64, Arc<Galley>)>,
    legend: Legend,
    end_labels_outside: bool,
}

impl Layout {
    fn new(painter: &Painter, theme: &Theme, figure: &Figure, whole: Rect) -> Layout {
        // A long list in a low picture has smaller type before it loses names.
        let rows = figure.y.names.len() as f32;
        let tight = (whole.height() - theme.size(56.0)) < rows * theme.size(13.5);
        let text = |text: String, colour| painter.layout_no_wrap(text, theme.font(12.0), colour);
        let small = |text: String, colour| painter.layout_no_wrap(text, theme.font(10.0), colour);
        let ticks = |axis: &Axis| -> Vec<_> {
            let listed = !axis.names.is_empty();
            let one = |i| match listed {
                true if tight => small(axis.tick_text(i), theme.text),
                true => text(axis.tick_text(i), theme.text),
                false => text(axis.tick_text(i), theme.weak),
            };
            axis.ticks.iter().enumerate().map(|(i, value)| (*value, one(i))).collect()
        };
        let (x_ticks, y_ticks) = (ticks(&figure.x), ticks(&figure.y));
        let right = figure.right.iter();
        let right_ticks: Vec<_> = right
            .flat_map(|axis| {
                axis.ticks.iter().map(|value| {
                    (value / axis.per_left, text(format!("{value:.*}", axis.decimals).replace('-', "−"), theme.weak))
                })
            })
            .collect();
        let widest = |ticks: &[(f64, Arc<Galley>)]| ticks.iter().map(|(_, g)| g.size().x).fold(0.0, f32::max);
        let end_labels: Vec<_> = figure
            .series
            .iter()
            .filter(|series| ends_at_the_edge(figure, series))
            .filter_map(|series| series.end_label.as_ref())
            .map(|text| painter.layout_no_wrap(text.clone(), theme.font(12.0), theme.weak).size().x)
            .collect();
        let row = theme.size(16.0);
        let title = painter.layout_no_wrap(figure.title.clone(), theme.bold(15.0), theme.text).size().x;
        let legend = Legend::new(painter, theme, figure, whole, title + theme.size(26.0));
        let left = widest(&y_ticks) + 8.0;
        let last_x_tick = x_ticks.last().map_or(0.0, |(_, g)| g.size().x / 2.0);
        let right = if right_ticks.is_empty() {
            end_labels.iter().copied().fold(0.0, f32::max) + 6.0
        } else {
            widest(&right_ticks) + 8.0
        };
        // A list has no name over it.
        let heading =
            if figure.y.label.is_empty() && figure.right.is_none() { row * legend.rows_below() as f32 } else { row };
        let plot = Rect::from_min_max(
            pos2(whole.left() + left, whole.top() + theme.size(24.0) + heading),
            pos2(whole.right() - right.max(last_x_tick), whole.bottom() - 2.0 * row),
        );
        Layout {
            whole,
            plot,
            x_ticks,
            y_ticks,
            right_ticks,
            legend,
            end_labels_outside: !end_labels.is_empty() && figure.right.is_none(),
        }
    }

    /// Title and the names of the axes.
    fn paint_frame(&self, painter: &Painter, theme: &Theme, figure: &Figure) {
        let name = |label: &str, unit: &str| {
            let text = if unit.is_empty() { label.to_owned() } else { format!("{label}, {unit}") };
            painter.layout_no_wrap(text, theme.font(12.0), theme.weak)
        };
        // Two that have not the room beside each other are smaller.
        let above = |label: &str, unit: &str, other: f32| {
            let whole = name(label, unit);
            let share = (self.whole.width() - 10.0) / (whole.size().x + other);
            if other <= 0.0 || share >= 1.0 {
                return whole;
            }
            let text = if unit.is_empty() { label.to_owned() } else { format!("{label}, {unit}") };
            painter.layout_no_wrap(text, theme.font((12.0 * share).max(8.0)), theme.weak)
        };
        let widths = [
            name(&figure.y.label, &figure.y.unit).size().x,
            figure.right.as_ref().map_or(0.0, |axis| name(&axis.label, &axis.unit).size().x),
        ];
        let title = painter.layout_no_wrap(figure.title.clone(), theme.bold(15.0), theme.text);
        paint_line(painter, self.whole.left_top() + vec2(0.0, theme.size(14.0)), title);
        self.legend.paint(painter, theme);
        let y_name = above(&figure.y.label, &figure.y.unit, widths[1]);
        painter.galley(pos2(self.whole.left(), self.plot.top() - theme.size(21.0)), y_name, theme.weak);
        if let Some(RightAxis { label, unit, .. }) = &figure.right {
            let galley = above(label, unit, widths[0]);
            let at = pos2(self.whole.right() - galley.size().x, self.plot.top() - theme.size(21.0));
            painter.galley(at, galley, theme.weak);
        }
        let x_name = name(&figure.x.label, &figure.x.unit);
        painter.galley(self.whole.right_bottom() - x_name.size() + vec2(0.0, 2.0), x_name, theme.weak);
    }

    fn paint_ticks(&self, painter: &Painter, theme: &Theme, figure: &Figure, transform: &PlotTransform) {
        let mut free_from = f32::NEG_INFINITY;
        for (value, galley) in &self.x_ticks {
            let x = transform.position_from_point_x(along(&figure.x, *value));
            let left = x - galley.size().x / 2.0;
            // A narrow plot drops a label rather than print one over another; its grid line stays.
            if left >= free_from {
                painter.galley(pos2(left, self.plot.bottom() + 3.0), galley.clone(), theme.weak);
                free_from = left + galley.size().x + 4.0;
            }
        }
        let right = self.right_ticks.iter().map(|(value, galley)| (value, galley, self.plot.right() + 6.0));
        let mut left: Vec<_> = self
            .y_ticks
            .iter()
            .map(|(value, galley)| (value, galley, self.plot.left() - 6.0 - galley.size().x))
            .collect();
        // The longest bars of a list keep their names, and of parts that are alike the ends.
        let ends = [figure.y.ticks.first(), figure.y.ticks.last()];
        let is_end = |value: f64| ends.iter().flatten().any(|end| end.total_cmp(&value).is_eq());
        let weight = |value: f64| match bar_of_row(figure, value) {
            Some([from, to]) => (to - from).abs(),
            None if is_end(value) && !figure.y.names.is_empty() => 1.0,
            None => 0.0,
        };
        left.sort_by(|a, b| weight(*b.0).total_cmp(&weight(*a.0)));
        for side in [left, right.collect()] {
            let mut named: Vec<f32> = Vec::new();
            for (value, galley, x) in side {
                let y = transform.position_from_point_y(along(&figure.y, *value));
                // A low plot drops labels as a narrow one does.
                if named.iter().all(|other| (other - y).abs() >= 0.8 * galley.size().y) {
                    painter.galley(pos2(x, y - galley.size().y / 2.0), galley.clone(), theme.weak);
                    named.push(y);
                }
            }
        }
    }
}

fn ends_at_the_edge(figure: &Figure, series: &Series) -> bool {
    series.points.last().is_some_and(|[x, _]| {
        let [min, max, x] = [figure.x.min, figure.x.max, *x].map(|value| along(&figure.x, value));
        x >= max - 0.02 * (max - min)
    })
}

/// Which way a point lies outside the plot; none where it is inside, or as good as.
fn beyond(plot: Rect, at: Pos2) -> Option<Vec2> {
    let way = at - plot.clamp(at);
    (way.length() > 3.0).then(|| way.normalized())
}

/// Where the only bar of a row of a list begins and ends; none where a row has several, or where nothing is listed.
fn bar_of_row(figure: &Figure, row: f64) -> Option<[f64; 2]> {
    let bars = figure.series.iter().filter(|series| series.stroke == Drawn::Bars && series.role != Role::Ghost);
    let mut here = bars
        .flat_map(|series| series.points.iter().enumerate().map(move |(i, point)| (series.extents.get(i), *point)))
        .filter(|(_, point)| point[1].total_cmp(&row).is_eq());
    let (from, point) = here.next()?;
    here.next().is_none().then(|| [from.copied().unwrap_or_default(), point[0]])
}

/// What the lines and bars are that carry no label of their own: beside the title, or where a list is too long for that
/// in rows of their own below it.
struct Legend {
    /// Where each entry begins, its sample and its name.
    entries: Vec<(Pos2, Drawn, Role, Arc<Galley>)>,
    /// Width of a sample and its distance from the name.
    sample: [f32; 2],
    rows_below: usize,
}

impl Legend {
    /// Sample beside the title.
    const SAMPLE: [f32; 2] = [20.0, 6.0];
    /// Distance between two entries.
    const GAP: f32 = 14.0;
    /// Height of a picture that has room for two rows, in rows.
    const HIGH: f32 = 13.0;

    fn new(painter: &Painter, theme: &Theme, figure: &Figure, whole: Rect, title: f32) -> Legend {
        let entries = figure.series.iter().filter(|series| {
            let named = series.end_label.is_some() || matches!(series.role, Role::Perfusion | Role::Ventilation);
            let is_line = matches!(series.stroke, Drawn::Solid | Drawn::Dashed);
            // Bars of one row are named by it.
            let is_part = series.stroke == Drawn::Bars && series.points.len() > 1;
            !named && (is_line || is_part)
        });
        let entries: Vec<_> = entries
            .map(|series| {
                let text = painter.layout_no_wrap(series.name.clone(), theme.font(12.0), theme.weak);
                (series.stroke, series.role, text)
            })
            .collect();
        let width = |text: &Galley| Self::SAMPLE[0] + Self::SAMPLE[1] + text.size().x;
        let all: f32 = entries.iter().map(|(.., text)| width(text) + Self::GAP).sum::<f32>() - Self::GAP;
        let middle = whole.top() + theme.size(9.0);
        if all > whole.width() - title && !figure.y.names.is_empty() {
            return Legend::below(entries, whole, middle, theme.size(16.0));
        }
        // The last is the first to stay where there is not room for all.
        let mut right = whole.right();
        let mut placed = Vec::new();
        for (stroke, role, text) in entries.into_iter().rev() {
            let left = right - width(&text);
            if left < whole.left() + title {
                break;
            }
            placed.push((pos2(left, middle), stroke, role, text));
            right = left - Self::GAP;
        }
        Legend { entries: placed, sample: Self::SAMPLE, rows_below: 0 }
    }

    /// In rows of their own, from the left, closer together: a low picture has one.
    fn below(entries: Vec<(Drawn, Role, Arc<Galley>)>, whole: Rect, middle: f32, row: f32) -> Legend {
        let most_rows = if whole.height() > Self::HIGH * row { 2 } else { 1 };
        let mut legend = Legend { entries: Vec::new(), sample: [14.0, 5.0], rows_below: 1 };
        let mut left = whole.left();
        for (stroke, role, text) in entries {
            let width = legend.sample.iter().sum::<f32>() + text.size().x;
            let is_first = left <= whole.left();
            if left + width > whole.right() {
                if legend.rows_below == most_rows || is_first {
                    break;
                }
                legend.rows_below += 1;
                left = whole.left();
            }
            let y = middle + row * legend.rows_below as f32 + 4.0;
            legend.entries.push((pos2(left, y), stroke, role, text));
            left += width + Self::GAP / 2.0;
        }
        legend
    }

    fn rows_below(&self) -> usize {
        self.rows_below
    }

    fn paint(&self, painter: &Painter, theme: &Theme) {
        for (at, stroke, role, text) in &self.entries {
            let colour = theme.role_colour(*role);
            let line = Stroke::new(theme.line_width, colour);
            let sample = [*at, *at + vec2(self.sample[0], 0.0)];
            match stroke {
                Drawn::Dashed => paint_dashed(painter, &sample, line),
                Drawn::Bars => {
                    let swatch = Rect::from_min_max(sample[0] - vec2(0.0, 5.0), sample[1] + vec2(0.0, 5.0));
                    painter.rect_filled(swatch, 2.0, colour);
                }
                _ => {
                    painter.line_segment(sample, line);
                }
            }
            let corner = pos2(sample[1].x + self.sample[1], at.y - text.size().y / 2.0);
            painter.galley(corner, text.clone(), theme.weak);
        }
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
