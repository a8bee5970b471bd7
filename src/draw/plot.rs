//! A figure as a scene: where its axes, lines, marks and labels stand, in a picture of any size.

use crate::draw::ink::{ASCENT, DESCENT, width};
use crate::draw::palette::Palette;
use crate::draw::scene::{Anchor, Item, Outline, Pen, Rect, Scene, Shape, Words, block, circle, line, polygon};
use crate::figure::{Axis, Figure, Mark, RightAxis, Role, Series, Stroke, side_by_side};
use crate::text::spaced;

/// Sizes of type at scale 1.
pub(super) const TITLE: f32 = 15.0;
const LABEL: f32 = 13.0;
pub(crate) const TICK: f32 = 12.0;
/// Type of a long list in a low picture.
const TIGHT: f32 = 10.0;
/// Smallest type of the names of two axes that have not the room beside each other.
const LEAST: f32 = 8.0;
/// Height of a row of words at scale 1.
const ROW: f32 = 16.0;
/// Radius of a named point, at scale 1.
pub const MARK_RADIUS: f32 = 6.0;
/// Radius of one dot of a series, at scale 1.
pub const DOT_RADIUS: f32 = 3.0;
/// Thickness of a bar over the distance between two.
const BAR_SHARE: f32 = 0.62;
/// Drawn and left out of a dashed line, at scale 1.
const DASH: [f32; 2] = [6.0, 4.0];
const DOTS: [f32; 2] = [2.0, 3.0];
const DASH_DOT: [f32; 4] = [8.0, 3.0, 2.0, 3.0];
/// How much a label hides of a line behind it.
const GROUND: f32 = 0.7;

/// A plot as it is painted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotScene {
    /// What is painted.
    pub scene: Scene,
    /// The rectangle between the axes.
    pub plot: Rect,
    /// Where the row of headings over it is free up to: to the heading of the right axis, or to the edge of the plot.
    pub free_until: f32,
}

/// Places a figure in a picture of a size in pixels; `scale` is what type and lines are scaled by.
///
/// Labels keep clear of marks and of each other, and of lines where they can; what finds no room is left to the words of
/// the figure and to what the window says of a point.
#[must_use]
pub fn scene(figure: &Figure, palette: &Palette, size: [f32; 2], scale: f32) -> PlotScene {
    let [wide, high] = size;
    let whole = Rect { left: 12.0 * scale, top: 8.0 * scale, right: wide - 12.0 * scale, bottom: high - 8.0 * scale };
    let scene = Scene {
        size,
        title: figure.title.clone(),
        text: figure.text.clone(),
        ground: palette.panel,
        items: Vec::new(),
    };
    let mut canvas = Canvas {
        figure,
        palette,
        scale,
        type_scale: scale * palette.type_scale,
        line: scale * palette.line_width,
        whole,
        plot: Rect::default(),
        free_until: 0.0,
        // What does not exist has no place.
        marks: figure.marks.iter().filter(|mark| mark.at.iter().all(|value| value.is_finite())).collect(),
        mark_places: Vec::new(),
        taken: Vec::new(),
        scene,
    };
    canvas.paint();
    PlotScene { scene: canvas.scene, plot: canvas.plot, free_until: canvas.free_until }
}

/// Whether a figure has bars.
fn has_bars(figure: &Figure) -> bool {
    figure.series.iter().any(|series| series.stroke == Stroke::Bars)
}

struct Canvas<'a> {
    figure: &'a Figure,
    palette: &'a Palette,
    scale: f32,
    type_scale: f32,
    /// Thickness of a curve.
    line: f32,
    whole: Rect,
    plot: Rect,
    free_until: f32,
    marks: Vec<&'a Mark>,
    mark_places: Vec<Rect>,
    /// What labels must not cover.
    taken: Vec<Rect>,
    scene: Scene,
}

/// A tick: its value on the left or lower axis, and its text.
type Ticks = Vec<(f64, Words)>;

impl Canvas<'_> {
    fn paint(&mut self) {
        let legend = self.lay_out();
        let figure = self.figure;
        let title = Words::new(&*figure.title, TITLE * self.type_scale, self.palette.text).bold();
        // A narrow plot has a smaller title before it has half of one.
        let share = (self.whole.wide() / title.wide()).min(1.0);
        let title = Words { size: (title.size * share).max(LEAST * self.type_scale), ..title };
        let at = [self.whole.left, self.whole.top + 14.0 * self.type_scale];
        self.scene.write(title.at(Anchor::Start, at));
        self.legend(legend);
        self.headings();
        self.grid();
        let bars: Vec<Item> = self.of_stroke(|stroke| stroke == Stroke::Bars).flat_map(|s| self.bars(s)).collect();
        let lines = self.of_stroke(Stroke::is_line).map(|s| self.line(s));
        let clipped = bars.into_iter().chain(lines).collect();
        self.scene.items.push(Item::Clipped(self.plot, clipped));
        let largest = figure.largest_dot();
        let dots = self.of_stroke(|stroke| matches!(stroke, Stroke::Dots | Stroke::Stems));
        let dots: Vec<Item> = dots.flat_map(|series| self.dots(series, largest)).collect();
        self.scene.items.push(Item::Clipped(self.plot.grown(self.scale), dots));
        self.mark_places = self.marks.clone().into_iter().map(|mark| self.mark(mark)).collect();
        self.taken.clone_from(&self.mark_places);
        // What is now is labelled before what was.
        for hollow in [false, true] {
            for i in 0..self.marks.len() {
                if self.marks[i].hollow == hollow {
                    self.mark_label(self.marks[i], self.mark_places[i]);
                }
            }
        }
        self.peak_labels();
        self.point_labels();
        self.end_labels();
    }

    fn of_stroke(&self, wanted: impl Fn(Stroke) -> bool) -> impl Iterator<Item = &Series> {
        self.figure.series.iter().filter(move |series| wanted(series.stroke))
    }

    /// Decides where the plot stands by what is written around it, and says where the legend does.
    fn lay_out(&mut self) -> Legend {
        let figure = self.figure;
        let size = TICK * self.type_scale;
        let widest = |ticks: &Ticks| ticks.iter().map(|(_, words)| words.wide()).fold(0.0, f32::max);
        let [x, y, right] = self.ticks();
        let legend = self.place_legend();
        let row = ROW * self.type_scale;
        let below = row * legend.rows_below as f32;
        // A list has no name over it.
        let heading = match figure.y.label.is_empty() && figure.right.is_none() {
            true => below,
            false if legend.rows_below > 0 => row + below + 6.0 * self.scale,
            false => row,
        };
        let ends = figure.series.iter().filter(|series| ends_at_the_edge(figure, series));
        let ends = ends.filter_map(|series| series.end_label.as_deref()).map(|text| width(text, size, true));
        let beside = match right.is_empty() {
            true => ends.fold(0.0, f32::max) + 6.0 * self.scale,
            false => widest(&right) + 8.0 * self.scale,
        };
        let last = x.last().map_or(0.0, |(_, words)| words.wide() / 2.0);
        self.plot = Rect {
            left: self.whole.left + widest(&y) + 8.0 * self.scale,
            top: self.whole.top + 24.0 * self.type_scale + heading,
            right: self.whole.right - beside.max(last),
            bottom: self.whole.bottom - 2.0 * row,
        };
        legend
    }

    /// Texts of the ticks: of the horizontal, the left and the right axis.
    fn ticks(&self) -> [Ticks; 3] {
        let figure = self.figure;
        let size = TICK * self.type_scale;
        let weak = |text: String| Words::new(text, size, self.palette.weak);
        // A long list in a low picture has smaller type before it loses names.
        let rows = figure.y.names.len() as f32;
        let tight = self.whole.high() - 56.0 * self.type_scale < rows * 13.5 * self.type_scale;
        let listed = if tight { TIGHT * self.type_scale } else { size };
        let of = |axis: &Axis| -> Ticks {
            let one = |i| match axis.names.is_empty() {
                true => weak(axis.tick_text(i)),
                false => Words::new(axis.tick_text(i), listed, self.palette.text),
            };
            axis.ticks.iter().enumerate().map(|(i, value)| (*value, one(i))).collect()
        };
        let right = figure.right.iter().flat_map(|axis| {
            let text = |value: &f64| format!("{value:.*}", axis.decimals).replace('-', "−");
            axis.ticks.iter().map(move |value| (value / axis.per_left, weak(text(value))))
        });
        [of(&figure.x), of(&figure.y), right.collect()]
    }

    /// Names of the axes.
    fn headings(&mut self) {
        let figure = self.figure;
        let size = TICK * self.type_scale;
        let named = |text: String, size: f32| Words::new(text, size, self.palette.weak);
        let name = named(figure.y.heading(), size);
        let beside = figure.right.as_ref().map(RightAxis::heading).or_else(|| figure.ends.map(str::to_owned));
        let other = beside.map(|text| named(text, size));
        // Two that have not the room beside each other are smaller.
        let both = name.wide() + other.as_ref().map_or(0.0, Words::wide);
        let share = (self.whole.wide() - 10.0 * self.scale) / both;
        let fit = |words: Words| match share < 1.0 {
            true => Words { size: (size * share).max(LEAST * self.type_scale), ..words },
            false => words,
        };
        let baseline = self.plot.top - 21.0 * self.type_scale + ASCENT * size;
        let fitted = if other.is_some() { fit(name) } else { name };
        let other = other.map(fit);
        let taken = other.as_ref().map_or(0.0, |words| words.wide() + 6.0 * self.scale);
        self.free_until = self.plot.right.min(self.whole.right - taken);
        let right = other.map(|words| words.at(Anchor::End, [self.whole.right, baseline]));
        let below = self.whole.bottom + 2.0 * self.scale - DESCENT * size;
        let x_name = named(figure.x.heading(), size).at(Anchor::End, [self.whole.right, below]);
        self.scene.write(fitted.at(Anchor::Start, [self.whole.left, baseline]));
        right.into_iter().for_each(|words| self.scene.write(words));
        self.scene.write(x_name);
    }

    /// Grid lines and the numbers or names beside them.
    fn grid(&mut self) {
        let figure = self.figure;
        let Rect { left, top, right, bottom } = self.plot;
        let pen = || Pen::full(self.palette.grid, self.scale.max(1.0));
        let columns = figure.x.ticks.iter().map(|value| self.x(*value)).map(|x| line([[x, top], [x, bottom]], pen()));
        let rows = if figure.y.names.is_empty() { figure.y.ticks.as_slice() } else { &[] };
        let rows = rows.iter().map(|value| self.y(*value)).map(|y| line([[left, y], [right, y]], pen()));
        let lines: Vec<Item> = columns.chain(rows).collect();
        self.scene.items.extend(lines);
        let [x_ticks, mut y_ticks, right_ticks] = self.ticks();
        let mut free_from = f32::NEG_INFINITY;
        for (value, words) in x_ticks {
            let (x, half) = (self.x(value), words.wide() / 2.0);
            // A narrow plot drops a label rather than print one over another; its grid line stays.
            if x - half >= free_from {
                let baseline = bottom + 3.0 * self.scale + ASCENT * words.size;
                self.scene.write(words.at(Anchor::Middle, [x, baseline]));
                free_from = x + half + 4.0 * self.scale;
            }
        }
        // The longest bars of a list keep their names, and of parts that are alike the ends.
        let ends = [figure.y.ticks.first(), figure.y.ticks.last()];
        let is_end = |value: f64| ends.iter().flatten().any(|end| end.total_cmp(&value).is_eq());
        let weight = |value: f64| match bar_of_row(figure, value) {
            Some([from, to]) => (to - from).abs(),
            None if is_end(value) && !figure.y.names.is_empty() => 1.0,
            None => 0.0,
        };
        y_ticks.sort_by(|a, b| weight(b.0).total_cmp(&weight(a.0)));
        let sides =
            [(y_ticks, Anchor::End, left - 6.0 * self.scale), (right_ticks, Anchor::Start, right + 6.0 * self.scale)];
        for (ticks, anchor, x) in sides {
            let mut named: Vec<f32> = Vec::new();
            for (value, words) in ticks {
                let y = self.y(value);
                // A low plot drops labels as a narrow one does.
                if named.iter().all(|other| (other - y).abs() >= 0.8 * words.high()) {
                    named.push(y);
                    let baseline = y + (ASCENT - DESCENT) / 2.0 * words.size;
                    self.scene.write(words.at(anchor, [x, baseline]));
                }
            }
        }
    }

    fn line(&self, series: &Series) -> Item {
        let share = match series.role {
            Role::Reference | Role::Ghost => 0.5,
            Role::Patient | Role::One | Role::Other | Role::Third | Role::Fourth => 1.25,
            _ => 1.0,
        };
        let points = series.points.iter().map(|point| self.place(series, *point));
        line(points, self.pen(series, share * self.line))
    }

    /// What a series is drawn with.
    fn pen(&self, series: &Series, width: f32) -> Pen {
        let dash: &[f32] = match series.stroke {
            Stroke::Dashed => &DASH,
            Stroke::Dotted => &DOTS,
            Stroke::DashDot => &DASH_DOT,
            Stroke::Solid | Stroke::Dots | Stroke::Stems | Stroke::Bars => &[],
        };
        let dash = dash.iter().map(|length| length * self.scale).collect();
        Pen { colour: self.palette.role(series.role), width, dash }
    }

    fn bars(&self, series: &Series) -> Vec<Item> {
        let colour = self.palette.role(series.role);
        let bar = |(i, [to, row]): (usize, &[f64; 2])| {
            let from = series.extents.get(i).copied().unwrap_or_default();
            let (a, b) = (self.x(from), self.x(*to));
            let thick = BAR_SHARE * (self.y(row - 1.0) - self.y(*row)).abs();
            let corner = [a.min(b), self.y(*row) - thick / 2.0];
            let rect = Rect::at(corner, [(a - b).abs().max(self.scale), thick]);
            let radius = (2.0 * self.scale).min(rect.wide() / 2.0);
            if series.role != Role::Ghost {
                return block(rect, radius, colour, 1.0);
            }
            let outline = Outline::Box(rect.grown(-0.5 * self.scale), radius);
            Item::Shape(Shape { outline, fill: None, pen: Some(Pen::full(colour, self.scale)), name: String::new() })
        };
        series.points.iter().enumerate().map(bar).collect()
    }

    fn dots(&self, series: &Series, largest: f64) -> Vec<Item> {
        let colour = self.palette.role(series.role);
        let base = self.y(self.figure.y.min.max(0.0));
        let mut out = Vec::with_capacity(2 * series.points.len());
        for (i, point) in series.points.iter().enumerate() {
            let [x, y] = self.place(series, *point);
            if !(x.is_finite() && y.is_finite()) {
                continue;
            }
            if series.stroke == Stroke::Stems {
                out.push(line([[x, y.min(base)], [x, base]], Pen::full(colour, self.line)));
            }
            let radius = match series.extents.get(i) {
                None => DOT_RADIUS / 2.0 * self.line,
                Some(flow) => dot_radius(*flow, largest) * self.line,
            };
            out.push(circle([x, y], radius, colour, Pen::full(self.palette.panel, self.scale), ""));
        }
        out
    }

    /// Paints a named point and returns the space it takes. Outside the axes it is an arrow at the edge.
    fn mark(&mut self, mark: &Mark) -> Rect {
        let at = self.at(mark.at);
        let colour = self.palette.role(mark.role);
        let (radius, text) = (MARK_RADIUS * self.scale, self.palette.text);
        if let Some([dx, dy]) = self.beyond(at) {
            let edge = self.plot.grown(-radius).clamp(at);
            let point = |along: f32, aside: f32| [edge[0] + dx * along - dy * aside, edge[1] + dy * along + dx * aside];
            let (back, side) = (-4.0 * self.scale, 5.0 * self.scale);
            let corners = vec![point(radius, 0.0), point(back, side), point(back, -side)];
            let pen = Pen::full(text, self.scale);
            self.scene.items.push(polygon(corners, colour, pen, &mark.name));
            return Rect::around(edge, radius + self.scale);
        }
        let (fill, pen) = match mark.hollow {
            true => (self.palette.panel, Pen::full(colour, 2.0 * self.scale)),
            false => (colour, Pen::full(text, self.scale)),
        };
        self.scene.items.push(circle(at, radius, fill, pen, &mark.name));
        Rect::around(at, radius + self.scale)
    }

    /// The short label of a mark, on the side where it covers nothing; of one outside the axes with its value, where
    /// there is room for that.
    fn mark_label(&mut self, mark: &Mark, place: Rect) {
        if mark.label.is_empty() {
            return;
        }
        let with = |axis: &Axis, value: f64, arrow: char| {
            format!("{}, {value:.*}{} {arrow}", mark.label, axis.decimals, spaced(&axis.unit))
        };
        let whole = self.beyond(self.at(mark.at)).map(|[dx, dy]| match dx.abs() > dy.abs() {
            true => with(&self.figure.x, mark.at[0], if dx > 0.0 { '→' } else { '←' }),
            false => with(&self.figure.y, mark.at[1], if dy < 0.0 { '↑' } else { '↓' }),
        });
        for text in whole.iter().chain([&mark.label]) {
            let words = Words::new(text, LABEL * self.type_scale, self.palette.role(mark.role)).bold();
            if self.beside(words, place) {
                return;
            }
        }
    }

    /// Writes a text on the first side of `at` where it stays inside and covers nothing, and says whether there is one.
    fn beside(&mut self, words: Words, at: Rect) -> bool {
        let near = at.grown(2.0 * self.scale);
        let [w, h] = words.room();
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
        let fits = |rect: &Rect| {
            // Nearer to its own mark than to any other, or it would name the wrong one.
            let own = rect.distance(at.centre());
            self.plot.contains(rect)
                && !self.taken.iter().any(|taken| taken.meets(rect))
                && !self.mark_places.iter().any(|mark| *mark != at && rect.distance(mark.centre()) < own)
        };
        // Rather where it covers no dot and no line either.
        let clear = |rect: &Rect| {
            let around = rect.grown(DOT_RADIUS * self.scale);
            let mut points = self
                .of_stroke(|stroke| stroke != Stroke::Bars)
                .flat_map(|series| series.points.iter().map(|point| self.place(series, *point)));
            points.all(|point| around.distance(point) > 0.0)
        };
        let all = places.map(|corner| Rect::at(corner, [w, h]));
        let place = all.iter().find(|rect| fits(rect) && clear(rect)).or_else(|| all.iter().find(|rect| fits(rect)));
        let place = place.copied();
        if let Some(rect) = place {
            self.label(words, rect);
        }
        place.is_some()
    }

    /// Text above or beside single points of a series, where it covers no other dot and no label.
    fn point_labels(&mut self) {
        let figure = self.figure;
        let radius = DOT_RADIUS * self.scale;
        let obstacles: Vec<Rect> = self
            .of_stroke(|stroke| stroke == Stroke::Dots)
            .flat_map(|series| series.points.iter().map(|point| Rect::around(self.place(series, *point), radius)))
            .collect();
        for series in &figure.series {
            for (text, point) in series.labels.iter().zip(&series.points).filter(|(text, _)| !text.is_empty()) {
                let words = Words::new(text, TICK * self.type_scale, self.palette.role(series.role));
                let near = Rect::around(self.place(series, *point), radius).grown(2.0 * self.scale);
                let [w, h] = words.room();
                let places = [
                    [near.right, near.top - h],
                    [(near.left + near.right - w) / 2.0, near.top - h],
                    [near.right, (near.top + near.bottom - h) / 2.0],
                    [near.left - w, near.top - h],
                    [near.right, near.bottom],
                    [near.left - w, near.bottom],
                ];
                let fits = |rect: &Rect| {
                    self.plot.contains(rect) && !self.taken.iter().chain(&obstacles).any(|other| other.meets(rect))
                };
                if let Some(rect) = places.map(|corner| Rect::at(corner, [w, h])).into_iter().find(fits) {
                    self.label(words, rect);
                }
            }
        }
    }

    /// Names perfusion and ventilation at their peaks: two curves of one style must not differ by colour alone.
    fn peak_labels(&mut self) {
        // Over a list there are no peaks.
        if !self.figure.y.names.is_empty() {
            return;
        }
        let flows = [(Role::Perfusion, "perfusion Q̇"), (Role::Ventilation, "ventilation V̇")];
        let letters = [Some("A"), Some("B"), Some("C"), Some("D"), None];
        for ((role, name), letter) in flows.into_iter().flat_map(|flow| letters.map(|letter| (flow, letter))) {
            let shares = self.of_stroke(|stroke| stroke != Stroke::Bars);
            let shares = shares.filter(|series| series.role == role && side_by_side::letter_of(series) == letter);
            let name = letter.map_or_else(|| name.to_owned(), |letter| format!("{letter} {name}"));
            let Some(peak) = shares.flat_map(|series| &series.points).max_by(|a, b| a[1].total_cmp(&b[1])) else {
                continue;
            };
            let [x, y] = self.at(*peak);
            let words = Words::new(name, TICK * self.type_scale, self.palette.role(role)).bold();
            let [w, h] = words.room();
            // Above its peak and away from the other curve: perfusion weighs on low V/Q, ventilation on high.
            let left = if role == Role::Perfusion { x - 6.0 * self.scale - w } else { x + 6.0 * self.scale };
            let room = self.plot.grown(-self.scale);
            let room = Rect { right: room.right - w, bottom: room.bottom - h, ..room };
            // Peaks of two patients may be close: one makes room for the other, upwards.
            let rows: &[f32] = if letter.is_some() { &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0] } else { &[0.0] };
            let mut places =
                rows.iter().map(|row| Rect::at(room.clamp([left, y - self.scale - (1.0 + row) * h]), [w, h]));
            if let Some(rect) = places.find(|rect| !self.taken.iter().any(|taken| taken.meets(rect))) {
                self.label(words, rect);
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
        for (series, text, [x, y]) in labels {
            let bold = series.role != Role::Reference;
            let words = Words { bold, ..Words::new(text, TICK * self.type_scale, self.palette.role(series.role)) };
            let [w, high] = words.room();
            // Lines may be close: their labels touch before one is left out.
            let h = 0.86 * high;
            let outside = figure.right.is_none() && ends_at_the_edge(figure, series);
            let left = match outside {
                true => self.plot.right + 5.0 * self.scale,
                false => (x - w / 2.0).clamp(self.plot.left, (self.plot.right - w).max(self.plot.left)),
            };
            let offsets: &[f32] = if outside { &[0.0, -0.35, 0.35] } else { &[-0.9, 0.9, -1.8, 1.8, -2.7, 2.7] };
            let [top, bottom] = match outside {
                true => [self.plot.top, self.plot.bottom],
                false => [self.plot.top + high / 2.0, self.plot.bottom - high / 2.0],
            };
            let mut places = offsets.iter().map(|offset| {
                let middle = (y + offset * h).clamp(top, bottom.max(top));
                Rect::at([left, middle - h / 2.0], [w, h])
            });
            let free = places.find(|rect| !self.taken.iter().any(|taken| taken.meets(rect)));
            if let Some(rect) = free {
                let whole = Rect { top: rect.centre()[1] - high / 2.0, bottom: rect.centre()[1] + high / 2.0, ..rect };
                if outside {
                    self.scene.write(words.in_box(&whole));
                    self.taken.push(rect);
                } else {
                    self.label(words, whole);
                }
            }
        }
    }

    /// Writes a label; lines behind it must not cross it out, and on a bar it has a ground of its own.
    fn label(&mut self, words: Words, rect: Rect) {
        let (ground, opacity) = if has_bars(self.figure) {
            let [aside, above] = [3.0 * self.scale, self.scale];
            let Rect { left, top, right, bottom } = rect;
            (Rect { left: left - aside, top: top - above, right: right + aside, bottom: bottom + above }, 1.0)
        } else {
            (rect.grown(-self.scale), GROUND)
        };
        self.scene.items.push(block(ground, 3.0 * self.scale, self.palette.panel, opacity));
        self.scene.write(words.in_box(&rect));
        self.taken.push(rect);
    }

    /// Which way a point lies outside the plot; none where it is inside, or as good as.
    fn beyond(&self, at: [f32; 2]) -> Option<[f32; 2]> {
        let edge = self.plot.clamp(at);
        let way = [at[0] - edge[0], at[1] - edge[1]];
        let length = self.plot.distance(at);
        (length > 3.0 * self.scale).then(|| way.map(|part| part / length))
    }

    fn x(&self, value: f64) -> f32 {
        self.plot.left + self.figure.x.share(value) as f32 * self.plot.wide()
    }

    fn y(&self, value: f64) -> f32 {
        self.plot.bottom - self.figure.y.share(value) as f32 * self.plot.high()
    }

    fn at(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        [self.x(x), self.y(y)]
    }

    fn place(&self, series: &Series, point: [f64; 2]) -> [f32; 2] {
        self.at(self.figure.on_axes(series, point))
    }
}

/// Radius of a dot whose area shows a flow, over the thickness of a curve; the smallest can still be seen.
fn dot_radius(flow: f64, largest: f64) -> f32 {
    let share = if largest > 0.0 { (flow / largest).clamp(0.0, 1.0).sqrt() } else { 0.0 };
    0.6 + 3.4 * share as f32
}

fn ends_at_the_edge(figure: &Figure, series: &Series) -> bool {
    series.points.last().is_some_and(|[x, _]| figure.x.share(*x) >= 0.98)
}

/// Where the only bar of a row of a list begins and ends; none where a row has several, or where nothing is listed.
fn bar_of_row(figure: &Figure, row: f64) -> Option<[f64; 2]> {
    let bars = figure.series.iter().filter(|series| series.stroke == Stroke::Bars && series.role != Role::Ghost);
    let mut here = bars
        .flat_map(|series| series.points.iter().enumerate().map(move |(i, point)| (series.extents.get(i), *point)))
        .filter(|(_, point)| point[1].total_cmp(&row).is_eq());
    let (from, point) = here.next()?;
    here.next().is_none().then(|| [from.copied().unwrap_or_default(), point[0]])
}

/// What the lines and bars are that carry no label of their own: beside the title, or where there are too many for that
/// in rows of their own below it.
struct Legend {
    entries: Vec<Entry>,
    /// Length of a sample and its distance from the name.
    sample: [f32; 2],
    rows_below: usize,
}

/// One entry: where its sample begins, how that is drawn, its name.
struct Entry {
    at: [f32; 2],
    stroke: Stroke,
    pen: Pen,
    words: Words,
}

/// A sample beside the title and its distance from the name, at scale 1.
const BESIDE: [f32; 2] = [20.0, 6.0];
/// The same in rows below.
const BELOW: [f32; 2] = [14.0, 5.0];
/// Distance between two entries.
const GAP: f32 = 14.0;
/// Height of a picture that has room for two rows below its title, and of one without a list for one, in rows.
const HIGH: f32 = 13.0;
const HIGH_FOR_LINES: f32 = 20.0;

impl Canvas<'_> {
    fn place_legend(&self) -> Legend {
        let figure = self.figure;
        let size = TICK * self.type_scale;
        let entries = figure.series.iter().filter(|series| {
            let named = series.end_label.is_some() || matches!(series.role, Role::Perfusion | Role::Ventilation);
            let is_line = series.stroke.is_line();
            // Bars of one row are named by it.
            let is_part = series.stroke == Stroke::Bars && series.points.len() > 1;
            !named && (is_line || is_part)
        });
        let entries: Vec<Entry> = entries
            .map(|series| Entry {
                at: [0.0; 2],
                stroke: series.stroke,
                pen: self.pen(series, self.line),
                words: Words::new(&*series.name, size, self.palette.weak),
            })
            .collect();
        let title = width(&figure.title, TITLE * self.type_scale, true) + 26.0 * self.type_scale;
        let sample = BESIDE.map(|length| length * self.scale);
        let gap = GAP * self.scale;
        let wide = |entry: &Entry| sample[0] + sample[1] + entry.words.wide();
        let all: f32 = entries.iter().map(|entry| wide(entry) + gap).sum::<f32>() - gap;
        let middle = self.whole.top + 9.0 * self.type_scale;
        let rows = self.whole.high() / (ROW * self.type_scale);
        let two = side_by_side::shows_several(figure);
        if all > self.whole.wide() - title && (two || !figure.y.names.is_empty() || rows > HIGH_FOR_LINES) {
            return self.legend_below(entries, middle, if two || rows > HIGH { 2 } else { 1 });
        }
        // The last is the first to stay where there is not room for all.
        let mut right = self.whole.right;
        let mut placed = Vec::new();
        for entry in entries.into_iter().rev() {
            let left = right - wide(&entry);
            if left < self.whole.left + title {
                break;
            }
            placed.push(Entry { at: [left, middle], ..entry });
            right = left - gap;
        }
        Legend { entries: placed, sample, rows_below: 0 }
    }

    /// In rows of their own, from the left, closer together.
    fn legend_below(&self, entries: Vec<Entry>, middle: f32, most_rows: usize) -> Legend {
        let row = ROW * self.type_scale;
        let mut legend = Legend { entries: Vec::new(), sample: BELOW.map(|length| length * self.scale), rows_below: 1 };
        let mut left = self.whole.left;
        for entry in entries {
            let wide = legend.sample.iter().sum::<f32>() + entry.words.wide();
            let is_first = left <= self.whole.left;
            if left + wide > self.whole.right {
                if legend.rows_below == most_rows || is_first {
                    break;
                }
                legend.rows_below += 1;
                left = self.whole.left;
            }
            let y = middle + row * legend.rows_below as f32 + 4.0 * self.scale;
            legend.entries.push(Entry { at: [left, y], ..entry });
            left += wide + GAP / 2.0 * self.scale;
        }
        legend
    }

    fn legend(&mut self, legend: Legend) {
        let [long, gap] = legend.sample;
        for Entry { at: [x, y], stroke, pen, words } in legend.entries {
            let end = x + long;
            let sample = match stroke {
                Stroke::Bars => {
                    let half = 5.0 * self.scale;
                    let swatch = Rect { left: x, top: y - half, right: end, bottom: y + half };
                    block(swatch, 2.0 * self.scale, pen.colour, 1.0)
                }
                _ => line([[x, y], [end, y]], pen),
            };
            self.scene.items.push(sample);
            let baseline = y + (ASCENT - DESCENT) / 2.0 * words.size;
            self.scene.write(words.at(Anchor::Start, [end + gap, baseline]));
        }
    }
}
