//! A figure as SVG: the same axes, lines, marks and labels as in the window, lettered for any browser.

use crate::draw::ink::{FAMILY, width};
use crate::draw::palette::{Palette, Rgb, ThemeName};
use crate::figure::{Figure, Mark, Role, Series, Stroke};
use crate::numerics::float;
use crate::text::spaced;

/// Size at which type is as large as in the window, pixels.
const NATURAL: [f32; 2] = [560.0, 400.0];
/// Least and most of what type is scaled by on smaller and larger pictures.
const SCALES: [f32; 2] = [0.7, 6.0];
/// Sizes of type at scale 1.
pub(super) const TITLE: f32 = 15.0;
const LABEL: f32 = 13.0;
pub(super) const TICK: f32 = 12.0;
/// Radius of a named point, and of a dot of a series, at scale 1.
const MARK_RADIUS: f32 = 6.0;
const DOT_RADIUS: f32 = 3.0;
/// Thickness of a bar over the distance between two.
const BAR_SHARE: f32 = 0.62;
/// Height of the capitals and depth of the descenders over the size of type.
const ASCENT: f32 = 0.76;
const DESCENT: f32 = 0.24;

/// Smallest and largest side of a picture, pixels.
pub const SIDES: [u32; 2] = [200, 8192];

/// A figure as an SVG document of a size in pixels.
///
/// The picture has the title and the words of the figure as its accessible name and description. Text is text: fonts
/// are named with fall-backs of the same width, and no file beside it is needed.
#[must_use]
pub fn svg(figure: &Figure, theme: ThemeName, [wide, high]: [u32; 2]) -> String {
    let palette = theme.palette();
    let (w, h) = (wide as f32, high as f32);
    let scale = scale_of([wide, high]);
    let mut canvas = Canvas {
        figure,
        palette,
        type_scale: scale * palette.type_scale,
        line: scale * palette.line_width,
        scale,
        plot: Rect::default(),
        whole: Rect { left: 0.0, top: 0.0, right: w, bottom: h },
        taken: Vec::new(),
        out: String::new(),
    };
    canvas.out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" role=\"img\" aria-labelledby=\"title description\" font-family=\"'{FAMILY}', 'Bitstream Vera Sans', Verdana, sans-serif\">\n<title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n<rect width=\"{wide}\" height=\"{high}\" fill=\"{}\"/>\n",
        escaped(&figure.title),
        escaped(&figure.text),
        palette.panel.hex()
    );
    canvas.lay_out();
    canvas.paint();
    canvas.out.push_str("</svg>\n");
    canvas.out
}

/// What type and lines are scaled by on a picture of a size in pixels.
pub(super) fn scale_of([wide, high]: [u32; 2]) -> f32 {
    (wide as f32 / NATURAL[0]).min(high as f32 / NATURAL[1]).clamp(SCALES[0], SCALES[1])
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rect {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Rect {
    fn around([x, y]: [f32; 2], radius: f32) -> Rect {
        Rect { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
    }

    fn contains(&self, other: &Rect) -> bool {
        other.left >= self.left && other.right <= self.right && other.top >= self.top && other.bottom <= self.bottom
    }

    fn meets(&self, other: &Rect) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn grown(&self, by: f32) -> Rect {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    fn distance(&self, [x, y]: [f32; 2]) -> f32 {
        let off = |value: f32, low: f32, high: f32| (low - value).max(value - high).max(0.0);
        let [across, up] = [off(x, self.left, self.right), off(y, self.top, self.bottom)];
        float::hypot(across.into(), up.into()) as f32
    }
}

/// A text where it stands: its box, and how it looks.
#[derive(Debug, Clone)]
struct Text<'a> {
    text: &'a str,
    size: f32,
    bold: bool,
    colour: Rgb,
}

struct Canvas<'a> {
    figure: &'a Figure,
    palette: &'a Palette,
    type_scale: f32,
    line: f32,
    scale: f32,
    whole: Rect,
    plot: Rect,
    /// What labels must not cover: marks first, in their order.
    taken: Vec<Rect>,
    out: String,
}

impl<'a> Canvas<'a> {
    /// Decides where the plot stands by what is written around it.
    fn lay_out(&mut self) {
        let figure = self.figure;
        let (pad_x, pad_y) = (14.0 * self.scale, 10.0 * self.scale);
        let whole = Rect {
            left: self.whole.left + pad_x,
            top: self.whole.top + pad_y,
            right: self.whole.right - pad_x,
            bottom: self.whole.bottom - pad_y,
        };
        let tick = TICK * self.type_scale;
        let widest =
            |texts: &mut dyn Iterator<Item = String>| texts.map(|text| width(&text, tick, false)).fold(0.0, f32::max);
        let left = widest(&mut (0..figure.y.ticks.len()).map(|i| figure.y.tick_text(i)));
        let last = figure.x.ticks.len().checked_sub(1).map_or_else(String::new, |i| figure.x.tick_text(i));
        let beside = match &figure.right {
            Some(axis) => widest(&mut axis.ticks.iter().map(|value| format!("{value:.*}", axis.decimals))),
            None => widest(
                &mut figure.series.iter().filter(|s| self.ends_at_the_edge(s)).filter_map(|s| s.end_label.clone()),
            ),
        };
        let row = 16.0 * self.type_scale;
        let named = !figure.y.label.is_empty() || figure.right.is_some();
        let legend = if self.legend().is_empty() { 0.0 } else { row * 1.35 };
        self.plot = Rect {
            left: whole.left + left + 8.0 * self.scale,
            top: whole.top + 24.0 * self.type_scale + legend + if named { row } else { 0.0 },
            right: whole.right - (beside + 8.0 * self.scale).max(width(&last, tick, false) / 2.0),
            bottom: whole.bottom - 2.1 * row,
        };
    }

    fn paint(&mut self) {
        let figure = self.figure;
        self.frame();
        self.grid();
        let Rect { left, top, right, bottom } = self.plot;
        self.out.push_str(&format!(
            "<clipPath id=\"plot\"><rect x=\"{left:.2}\" y=\"{top:.2}\" width=\"{:.2}\" height=\"{:.2}\"/></clipPath>\n<g clip-path=\"url(#plot)\">\n",
            right - left,
            bottom - top
        ));
        figure.series.iter().filter(|series| series.stroke == Stroke::Bars).for_each(|series| self.bars(series));
        figure.series.iter().for_each(|series| self.line(series));
        self.out.push_str("</g>\n");
        let largest = figure.largest_dot();
        figure.series.iter().for_each(|series| self.dots(series, largest));
        // What does not exist has no place.
        let marks: Vec<&Mark> =
            figure.marks.iter().filter(|mark| mark.at.iter().all(|value| value.is_finite())).collect();
        let places: Vec<Rect> = marks.iter().map(|mark| self.mark(mark)).collect();
        self.taken.clone_from(&places);
        // What is now is labelled before what was.
        for hollow in [false, true] {
            for (mark, place) in marks.iter().zip(&places).filter(|(mark, _)| mark.hollow == hollow) {
                self.mark_label(mark, *place, &places);
            }
        }
        self.peaks();
        let obstacles = self.dot_places();
        for series in &figure.series {
            for (text, point) in series.labels.iter().zip(&series.points).filter(|(text, _)| !text.is_empty()) {
                let colour = self.palette.role(series.role);
                let label = Text { text, size: TICK * self.type_scale, bold: false, colour };
                let at = Rect::around(self.place(series, *point), 1.5 * DOT_RADIUS * self.scale);
                self.above(&label, at, &obstacles);
            }
        }
        self.end_labels();
    }

    /// Title, legend and the names of the axes.
    fn frame(&mut self) {
        let figure = self.figure;
        let (weak, text) = (self.palette.weak, self.palette.text);
        let (left, right) = (14.0 * self.scale, self.whole.right - 14.0 * self.scale);
        let title = TITLE * self.type_scale;
        let top = 10.0 * self.scale + title;
        self.text(&Text { text: &figure.title, size: title, bold: true, colour: text }, [left, top], "start");
        let size = TICK * self.type_scale;
        let mut x = left;
        let baseline = top + 1.7 * size;
        for (series, name) in self.legend() {
            let step = 26.0 * self.scale + width(name, size, false) + 14.0 * self.scale;
            if x + step - 14.0 * self.scale > right {
                break;
            }
            let y = baseline - 0.32 * size;
            let dash = self.dash(series.stroke);
            let colour = self.palette.role(series.role).hex();
            let end = x + 20.0 * self.scale;
            let line = self.line;
            self.out.push_str(&format!(
                "<line x1=\"{x:.2}\" y1=\"{y:.2}\" x2=\"{end:.2}\" y2=\"{y:.2}\" stroke=\"{colour}\" stroke-width=\"{line:.2}\"{dash}/>\n"
            ));
            let text = Text { text: name, size, bold: false, colour: weak };
            self.text(&text, [x + 26.0 * self.scale, baseline], "start");
            x += step;
        }
        let above = self.plot.top - 9.0 * self.scale;
        let y_name = figure.y.heading();
        fn named(text: &str, size: f32, colour: Rgb) -> Text<'_> {
            Text { text, size, bold: false, colour }
        }
        self.text(&named(&y_name, size, weak), [left, above], "start");
        if let Some(axis) = &figure.right {
            self.text(&named(&axis.heading(), size, weak), [right, above], "end");
        }
        let x_name = figure.x.heading();
        self.text(&named(&x_name, size, weak), [right, self.whole.bottom - 10.0 * self.scale], "end");
    }

    /// Lines that carry no label of their own.
    fn legend(&self) -> Vec<(&'a Series, &'a str)> {
        let figure = self.figure;
        let unnamed = |series: &&Series| {
            series.end_label.is_none()
                && !matches!(series.role, Role::Perfusion | Role::Ventilation)
                && matches!(series.stroke, Stroke::Solid | Stroke::Dashed)
        };
        figure.series.iter().filter(unnamed).map(|series| (series, series.name.as_str())).collect()
    }

    fn grid(&mut self) {
        let figure = self.figure;
        let (grid, thin) = (self.palette.grid.hex(), self.scale.max(1.0));
        let Rect { left, top, right, bottom } = self.plot;
        let size = TICK * self.type_scale;
        let mut free_from = f32::NEG_INFINITY;
        for (i, value) in figure.x.ticks.iter().enumerate() {
            let x = self.x(*value);
            self.out.push_str(&format!(
                "<line x1=\"{x:.2}\" y1=\"{top:.2}\" x2=\"{x:.2}\" y2=\"{bottom:.2}\" stroke=\"{grid}\" stroke-width=\"{thin:.2}\"/>\n"
            ));
            let text = figure.x.tick_text(i);
            let half = width(&text, size, false) / 2.0;
            // A narrow plot drops a label rather than print one over another; its grid line stays.
            if x - half >= free_from {
                let tick = Text { text: &text, size, bold: false, colour: self.palette.weak };
                self.text(&tick, [x, bottom + 1.25 * size], "middle");
                free_from = x + half + 4.0 * self.scale;
            }
        }
        let listed = !figure.y.names.is_empty();
        for (i, value) in figure.y.ticks.iter().enumerate() {
            let y = self.y(*value);
            if !listed {
                self.out.push_str(&format!(
                    "<line x1=\"{left:.2}\" y1=\"{y:.2}\" x2=\"{right:.2}\" y2=\"{y:.2}\" stroke=\"{grid}\" stroke-width=\"{thin:.2}\"/>\n"
                ));
            }
            let text = figure.y.tick_text(i);
            let colour = if listed { self.palette.text } else { self.palette.weak };
            let at = [left - 6.0 * self.scale, y + 0.36 * size];
            self.text(&Text { text: &text, size, bold: false, colour }, at, "end");
        }
        if let Some(axis) = &figure.right {
            for value in &axis.ticks {
                let y = self.y(value / axis.per_left);
                let text = format!("{value:.*}", axis.decimals).replace('-', "−");
                let at = [right + 6.0 * self.scale, y + 0.36 * size];
                self.text(&Text { text: &text, size, bold: false, colour: self.palette.weak }, at, "start");
            }
        }
    }

    fn dash(&self, stroke: Stroke) -> String {
        if stroke == Stroke::Dashed {
            format!(" stroke-dasharray=\"{:.2} {:.2}\"", 6.0 * self.scale, 4.0 * self.scale)
        } else {
            String::new()
        }
    }

    fn line(&mut self, series: &Series) {
        if !matches!(series.stroke, Stroke::Solid | Stroke::Dashed) {
            return;
        }
        let mut points = String::new();
        for point in series.points.iter().filter(|point| point.iter().all(|value| value.is_finite())) {
            let [x, y] = self.place(series, *point);
            points.push_str(&format!("{x:.2},{y:.2} "));
        }
        let width = match series.role {
            Role::Reference | Role::Ghost => self.line * 0.5,
            Role::Patient => self.line * 1.25,
            _ => self.line,
        };
        let colour = self.palette.role(series.role).hex();
        let dash = self.dash(series.stroke);
        self.out.push_str(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width:.2}\" stroke-linejoin=\"round\"{dash}/>\n",
            points.trim_end()
        ));
    }

    fn bars(&mut self, series: &Series) {
        let colour = self.palette.role(series.role).hex();
        for (i, [to, row]) in series.points.iter().enumerate() {
            let from = series.extents.get(i).copied().unwrap_or_default();
            let (a, b) = (self.x(from), self.x(*to));
            let thick = BAR_SHARE * (self.y(row - 1.0) - self.y(*row)).abs();
            let look = if series.role == Role::Ghost {
                format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{:.2}\"", self.scale)
            } else {
                format!("fill=\"{colour}\"")
            };
            self.out.push_str(&format!(
                "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{thick:.2}\" rx=\"{:.2}\" {look}/>\n",
                a.min(b),
                self.y(*row) - thick / 2.0,
                (a - b).abs().max(self.scale),
                (2.0 * self.scale).min((a - b).abs() / 2.0),
            ));
        }
    }

    fn dots(&mut self, series: &Series, largest: f64) {
        if !matches!(series.stroke, Stroke::Dots | Stroke::Stems) {
            return;
        }
        let colour = self.palette.role(series.role).hex();
        let ground = self.palette.panel.hex();
        let base = self.y(self.figure.y.min.max(0.0));
        for (i, point) in series.points.iter().enumerate() {
            let [x, y] = self.place(series, *point);
            if !self.plot.grown(1.0).contains(&Rect::around([x, y], 0.0)) {
                continue;
            }
            if series.stroke == Stroke::Stems {
                self.out.push_str(&format!(
                    "<line x1=\"{x:.2}\" y1=\"{y:.2}\" x2=\"{x:.2}\" y2=\"{base:.2}\" stroke=\"{colour}\" stroke-width=\"{:.2}\"/>\n",
                    self.line
                ));
            }
            let share =
                series.extents.get(i).map(|flow| (flow / largest.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0).sqrt());
            let radius = share.map_or(DOT_RADIUS / 2.0 * self.line, |share| self.line * (0.6 + 3.4 * share as f32));
            self.out.push_str(&format!(
                "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\" fill=\"{colour}\" stroke=\"{ground}\" stroke-width=\"{:.2}\"/>\n",
                self.scale
            ));
        }
    }

    /// Paints a named point and returns the space it takes. Outside the axes it is an arrow at the edge.
    fn mark(&mut self, mark: &Mark) -> Rect {
        let at = self.at(mark.at);
        let colour = self.palette.role(mark.role).hex();
        let (radius, text) = (MARK_RADIUS * self.scale, self.palette.text.hex());
        let edge = self.inside(at, radius);
        if let Some([dx, dy]) = self.beyond(at) {
            let point = |along: f32, aside: f32| {
                format!("{:.2},{:.2}", edge[0] + dx * along - dy * aside, edge[1] + dy * along + dx * aside)
            };
            let (back, side) = (-4.0 * self.scale, 5.0 * self.scale);
            self.out.push_str(&format!(
                "<polygon points=\"{} {} {}\" fill=\"{colour}\" stroke=\"{text}\" stroke-width=\"{:.2}\"><title>{}</title></polygon>\n",
                point(radius, 0.0),
                point(back, side),
                point(back, -side),
                self.scale,
                escaped(&mark.name)
            ));
            return Rect::around(edge, radius + self.scale);
        }
        let (fill, stroke, line) =
            if mark.hollow { (self.palette.panel.hex(), colour, 2.0) } else { (colour, text, 1.0) };
        self.out.push_str(&format!(
            "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{radius:.2}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{:.2}\"><title>{}</title></circle>\n",
            at[0],
            at[1],
            line * self.scale,
            escaped(&mark.name)
        ));
        Rect::around(at, radius + self.scale)
    }

    /// The short label of a mark, on the side where it covers nothing.
    fn mark_label(&mut self, mark: &Mark, place: Rect, marks: &[Rect]) {
        let figure = self.figure;
        let text = match self.beyond(self.at(mark.at)) {
            None => mark.label.clone(),
            Some([dx, dy]) if dx.abs() > dy.abs() => {
                let (arrow, axis) = (if dx > 0.0 { '→' } else { '←' }, &figure.x);
                format!("{}, {:.*}{} {arrow}", mark.label, axis.decimals, mark.at[0], spaced(&axis.unit))
            }
            Some([_, dy]) => {
                let (arrow, axis) = (if dy < 0.0 { '↑' } else { '↓' }, &figure.y);
                format!("{}, {:.*}{} {arrow}", mark.label, axis.decimals, mark.at[1], spaced(&axis.unit))
            }
        };
        let colour = self.palette.role(mark.role);
        self.beside(&Text { text: &text, size: LABEL * self.type_scale, bold: true, colour }, place, marks);
    }

    /// Writes a text on the first side of `at` where it stays inside and covers nothing; where all is full it is left
    /// to the words of the figure.
    fn beside(&mut self, text: &Text<'_>, at: Rect, marks: &[Rect]) {
        let near = at.grown(2.0 * self.scale);
        let (w, h) = (width(text.text, text.size, text.bold), (ASCENT + DESCENT) * text.size);
        let (middle_x, middle_y) = ((near.left + near.right - w) / 2.0, (near.top + near.bottom - h) / 2.0);
        let places = [
            [near.right, near.bottom],
            [near.right, middle_y],
            [near.left - w, near.top - h],
            [near.left - w, middle_y],
            [middle_x, near.bottom],
            [middle_x, near.top - h],
            [near.left - w, near.bottom],
            [near.right, near.top - h],
        ];
        let centre = [(at.left + at.right) / 2.0, (at.top + at.bottom) / 2.0];
        let fits = |rect: &Rect| {
            // Nearer to its own mark than to any other, or it would name the wrong one.
            let own = rect.distance(centre);
            let other = |mark: &Rect| [(mark.left + mark.right) / 2.0, (mark.top + mark.bottom) / 2.0];
            self.plot.contains(rect)
                && !self.taken.iter().any(|taken| taken.meets(rect))
                && !marks.iter().any(|mark| *mark != at && rect.distance(other(mark)) < own)
        };
        let boxes = places.map(|[left, top]| Rect { left, top, right: left + w, bottom: top + h });
        if let Some(rect) = boxes.into_iter().find(fits) {
            self.label(text, rect);
        }
    }

    /// Writes a text above or beside a dot where it covers no other dot and no label.
    fn above(&mut self, text: &Text<'_>, at: Rect, obstacles: &[Rect]) {
        let near = at.grown(self.scale);
        let (w, h) = (width(text.text, text.size, text.bold), (ASCENT + DESCENT) * text.size);
        let middle = (near.left + near.right - w) / 2.0;
        let places = [
            [near.right, near.top - h],
            [middle, near.top - h],
            [near.right, (near.top + near.bottom - h) / 2.0],
            [near.left - w, near.top - h],
            [near.right, near.bottom],
            [near.left - w, near.bottom],
        ];
        let fits = |rect: &Rect| {
            self.plot.contains(rect) && !self.taken.iter().chain(obstacles).any(|other| other.meets(rect))
        };
        let boxes = places.map(|[left, top]| Rect { left, top, right: left + w, bottom: top + h });
        if let Some(rect) = boxes.into_iter().find(fits) {
            self.label(text, rect);
        }
    }

    /// The room that dots take.
    fn dot_places(&self) -> Vec<Rect> {
        let figure = self.figure;
        let dots = figure.series.iter().filter(|series| series.stroke == Stroke::Dots);
        let radius = DOT_RADIUS * self.scale;
        dots.flat_map(|series| series.points.iter().map(|point| Rect::around(self.place(series, *point), radius)))
            .collect()
    }

    /// Names perfusion and ventilation at their peaks: two curves of one style must not differ by colour alone.
    fn peaks(&mut self) {
        let figure = self.figure;
        // Over a list there are no peaks.
        if !figure.y.names.is_empty() {
            return;
        }
        for (role, text) in [(Role::Perfusion, "perfusion Q̇"), (Role::Ventilation, "ventilation V̇")] {
            let of_role = figure.series.iter().filter(|series| series.role == role && series.stroke != Stroke::Bars);
            let Some(peak) = of_role.flat_map(|series| &series.points).max_by(|a, b| a[1].total_cmp(&b[1])) else {
                continue;
            };
            let [x, y] = self.at(*peak);
            let text = Text { text, size: TICK * self.type_scale, bold: true, colour: self.palette.role(role) };
            let (w, h) = (width(text.text, text.size, true), (ASCENT + DESCENT) * text.size);
            // Above its peak and away from the other curve: perfusion weighs on low V/Q, ventilation on high.
            let left = if role == Role::Perfusion { x - 6.0 * self.scale - w } else { x + 6.0 * self.scale };
            let left = left.clamp(self.plot.left, (self.plot.right - w).max(self.plot.left));
            let top = (y - h).clamp(self.plot.top, (self.plot.bottom - h).max(self.plot.top));
            let rect = Rect { left, top, right: left + w, bottom: top + h };
            if !self.taken.iter().any(|taken| taken.meets(&rect)) {
                self.label(&text, rect);
            }
        }
    }

    /// Labels at the last point of a series, each where its line ends or, a little moved, beside it.
    fn end_labels(&mut self) {
        let figure = self.figure;
        let mut labels: Vec<(&Series, &str, [f32; 2])> = figure
            .series
            .iter()
            .filter_map(|series| {
                Some((series, series.end_label.as_deref()?, self.place(series, *series.points.last()?)))
            })
            .collect();
        // What is the patient's own is placed first; references give way.
        labels.sort_by(|a, b| {
            (a.0.role == Role::Reference).cmp(&(b.0.role == Role::Reference)).then(a.2[1].total_cmp(&b.2[1]))
        });
        for (series, label, [x, y]) in labels {
            let bold = series.role != Role::Reference;
            let text = Text { text: label, size: TICK * self.type_scale, bold, colour: self.palette.role(series.role) };
            let (w, h) = (width(label, text.size, bold), (ASCENT + DESCENT) * text.size);
            let outside = figure.right.is_none() && self.ends_at_the_edge(series);
            let left = if outside {
                self.plot.right + 5.0 * self.scale
            } else {
                (x - w / 2.0).clamp(self.plot.left, (self.plot.right - w - 4.0 * self.scale).max(self.plot.left))
            };
            let offsets: &[f32] = if outside { &[0.0, -0.35, 0.35] } else { &[-0.9, 0.9, -1.8, 1.8, -2.7, 2.7] };
            let place = offsets.iter().map(|offset| {
                let low = if outside { self.plot.top } else { self.plot.top + h / 2.0 };
                let high = if outside { self.plot.bottom } else { self.plot.bottom - h / 2.0 };
                let middle = (y + offset * h).clamp(low, high.max(low));
                Rect { left, top: middle - h / 2.0, right: left + w, bottom: middle + h / 2.0 }
            });
            // Lines may be close: their labels touch before one is left out.
            let free = |rect: &Rect| {
                !self
                    .taken
                    .iter()
                    .any(|taken| taken.meets(&Rect { top: rect.top + 0.1 * h, bottom: rect.bottom - 0.1 * h, ..*rect }))
            };
            if let Some(rect) = place.into_iter().find(free) {
                self.label(&text, rect);
            }
        }
    }

    /// Writes a text into its box, with a halo: lines behind it must not cross it out.
    fn label(&mut self, text: &Text<'_>, rect: Rect) {
        let halo = self.palette.panel.hex();
        let weight = if text.bold { " font-weight=\"bold\"" } else { "" };
        self.out.push_str(&format!(
            "<text x=\"{:.2}\" y=\"{:.2}\" font-size=\"{:.2}\" fill=\"{}\"{weight} stroke=\"{halo}\" stroke-width=\"{:.2}\" stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>\n",
            rect.left,
            rect.top + ASCENT * text.size,
            text.size,
            text.colour.hex(),
            3.0 * self.scale,
            escaped(text.text)
        ));
        self.taken.push(rect);
    }

    fn text(&mut self, text: &Text<'_>, [x, y]: [f32; 2], anchor: &str) {
        if text.text.is_empty() {
            return;
        }
        let weight = if text.bold { " font-weight=\"bold\"" } else { "" };
        self.out.push_str(&format!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{:.2}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}>{}</text>\n",
            text.size,
            text.colour.hex(),
            escaped(text.text)
        ));
    }

    fn x(&self, value: f64) -> f32 {
        self.plot.left + self.figure.x.share(value) as f32 * (self.plot.right - self.plot.left)
    }

    fn y(&self, value: f64) -> f32 {
        self.plot.bottom - self.figure.y.share(value) as f32 * (self.plot.bottom - self.plot.top)
    }

    fn at(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        [self.x(x), self.y(y)]
    }

    fn place(&self, series: &Series, point: [f64; 2]) -> [f32; 2] {
        self.at(self.figure.on_axes(series, point))
    }

    /// The nearest place to a point that is so far inside the plot.
    fn inside(&self, [x, y]: [f32; 2], by: f32) -> [f32; 2] {
        let room = self.plot.grown(-by);
        [x.clamp(room.left, room.right.max(room.left)), y.clamp(room.top, room.bottom.max(room.top))]
    }

    /// Which way a point lies outside the plot; none where it is inside, or as good as.
    fn beyond(&self, at: [f32; 2]) -> Option<[f32; 2]> {
        let edge = self.inside(at, 0.0);
        let way = [at[0] - edge[0], at[1] - edge[1]];
        let length = float::hypot(way[0].into(), way[1].into()) as f32;
        (length > 3.0 * self.scale).then(|| way.map(|part| part / length))
    }

    fn ends_at_the_edge(&self, series: &Series) -> bool {
        series.points.last().is_some_and(|[x, _]| self.figure.x.share(*x) >= 0.98)
    }
}

/// A text as XML has it; what cannot be printed is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
