//! A trend as a scene: lanes above one another on one axis of time, each line named by its last value.

use crate::draw::ink::{ASCENT, DESCENT, width};
use crate::draw::palette::{Palette, ThemeName};
use crate::draw::plot::{TICK, TITLE};
use crate::draw::scene::{Anchor, Item, Pen, Rect, Scene, Words, block, circle, line};
use crate::draw::svg::{scale_of, written};
use crate::figure::Axis;
use crate::figure::trends::{LanePlot, Trends, clock};
use crate::text::spaced;

/// Lowest height of a lane, at scale 1; lanes that do not fit are left to the words and the data.
const LEAST_LANE: f32 = 38.0;
/// Gap between lanes, at scale 1.
const GAP: f32 = 6.0;
/// Room for the labels of actions, the axis of time, the numbers of the lanes, the names of the lines, at scale 1.
const TOP: f32 = 17.0;
const BOTTOM: f32 = 18.0;
const LEFT: f32 = 44.0;
const RIGHT: f32 = 124.0;
/// Width of the plot below which only the names of its lines are written.
const LEAST_PLOT: f32 = 48.0;
/// Least room for the beginning of a label, at scale 1.
const LEAST_LABEL: f32 = 44.0;
/// Type of the unit behind a value, at scale 1.
pub(crate) const UNIT: f32 = 11.0;
/// Radius of the dot of a sample, at scale 1.
const SAMPLE_RADIUS: f32 = 4.5;
/// How far the ground of a lane stands out from that of the picture.
const GROUND: f32 = 0.45;
/// Share of its colour that the time has in which the patient was not steady.
const SHADE: f32 = 0.11;
/// Thickness of a line over that of a curve of a plot.
const THIN: f32 = 0.85;
/// Drawn and left out of a dashed line, and of the line of an action, at scale 1.
const DASH: [f32; 2] = [5.0, 3.0];
const EVENT_DASH: [f32; 2] = [4.0, 3.0];

/// A trend as it is painted.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendScene {
    /// What is painted.
    pub scene: Scene,
    /// The rectangle of all lanes.
    pub plot: Rect,
    /// How many lanes there was room for.
    pub lanes: usize,
}

/// How many lanes a height has room for.
#[must_use]
pub fn lanes_that_fit(palette: &Palette, height: f32, scale: f32) -> usize {
    let (unit, gap) = (scale * palette.type_scale, GAP * scale);
    let lanes = (height - (TOP + BOTTOM) * unit + gap) / (LEAST_LANE * unit + gap);
    lanes.floor().max(1.0) as usize
}

/// Width of the lanes themselves in a width.
#[must_use]
pub fn plot_width(palette: &Palette, width: f32, scale: f32) -> f32 {
    (width - (LEFT + RIGHT) * scale * palette.type_scale).max(10.0)
}

/// A trend as an SVG document of a size in pixels, with its title.
#[must_use]
pub fn svg(trends: &Trends, theme: ThemeName, size: [u32; 2]) -> String {
    let palette = theme.palette();
    let scale = scale_of(size);
    let size = size.map(|side| side as f32);
    let title = Words::new(&*trends.title, TITLE * scale * palette.type_scale, palette.text).bold();
    let body = body(palette, size, scale);
    let baseline = 14.0 * scale + 0.8 * title.size;
    let mut canvas = Canvas::new(trends, palette, size, scale, body);
    canvas.scene.write(title.at(Anchor::Start, [body.left, baseline]));
    canvas.paint();
    written(&canvas.scene)
}

/// What the title leaves of a picture.
#[must_use]
pub fn body(palette: &Palette, [wide, high]: [f32; 2], scale: f32) -> Rect {
    let pad = 14.0 * scale;
    let top = pad + 1.4 * TITLE * scale * palette.type_scale;
    Rect { left: pad, top, right: wide - pad, bottom: high - pad }
}

/// Places a trend in a picture of a size in pixels, without its title; `scale` is what type and lines are scaled by.
#[must_use]
pub fn scene(trends: &Trends, palette: &Palette, size: [f32; 2], scale: f32) -> TrendScene {
    let mut canvas = Canvas::new(trends, palette, size, scale, Rect::at([0.0, 0.0], size));
    canvas.paint();
    TrendScene { scene: canvas.scene, plot: canvas.plot, lanes: canvas.lanes.len() }
}

struct Canvas<'a> {
    trends: &'a Trends,
    /// The lanes that there is room for.
    lanes: &'a [LanePlot],
    palette: &'a Palette,
    scale: f32,
    /// Size of plain type.
    tick: f32,
    whole: Rect,
    plot: Rect,
    scene: Scene,
}

/// What a line is called at its end: name and value, unit, and where the line ends.
struct Name {
    text: Words,
    unit: Words,
    at: f32,
}

impl<'a> Canvas<'a> {
    fn new(trends: &'a Trends, palette: &'a Palette, size: [f32; 2], scale: f32, whole: Rect) -> Canvas<'a> {
        let unit = scale * palette.type_scale;
        let fit = lanes_that_fit(palette, whole.high(), scale);
        let (title, text) = (trends.title.clone(), trends.text.clone());
        Canvas {
            trends,
            lanes: &trends.lanes[..trends.lanes.len().min(fit)],
            palette,
            scale,
            tick: TICK * unit,
            whole,
            plot: Rect {
                left: whole.left + LEFT * unit,
                top: whole.top + TOP * unit,
                right: whole.right - RIGHT * unit,
                bottom: whole.bottom - BOTTOM * unit,
            },
            scene: Scene { size, title, text, ground: palette.panel, items: Vec::new() },
        }
    }

    fn place(&self, index: usize) -> Rect {
        let gap = GAP * self.scale;
        let height = (self.plot.high() + gap) / self.lanes.len().max(1) as f32;
        let top = self.plot.top + index as f32 * height;
        Rect { top, bottom: top + height - gap, ..self.plot }
    }

    fn paint(&mut self) {
        let places: Vec<Rect> = (0..self.lanes.len()).map(|index| self.place(index)).collect();
        for place in &places {
            self.scene.items.push(block(*place, 2.0 * self.scale, self.palette.raised, GROUND));
        }
        self.shade(&places);
        self.time_axis();
        for (lane, place) in self.lanes.iter().zip(&places) {
            self.lane(lane, place);
        }
        self.events();
        for (lane, place) in self.lanes.iter().zip(&places) {
            self.samples(lane, place);
        }
    }

    fn x(&self, time_s: f64) -> f32 {
        self.plot.left + self.trends.x.share(time_s) as f32 * self.plot.wide()
    }

    fn text(&self, text: impl Into<String>) -> Words {
        Words::new(text, self.tick, self.palette.weak)
    }

    /// Whether numbers of the axes stand clear of the names of the lines.
    fn has_room(&self) -> bool {
        self.plot.wide() >= LEAST_PLOT * self.scale
    }

    /// The time in which the patient was not steady: a ground and a bar, so that not colour alone says it.
    fn shade(&mut self, places: &[Rect]) {
        let colour = self.palette.channels.shunt;
        for [from, to] in &self.trends.unsteady_s {
            let (left, right) = (self.x(*from).max(self.plot.left), self.x(*to).min(self.plot.right));
            if right - left < 0.5 * self.scale {
                continue;
            }
            let grounds = places.iter().map(|lane| block(Rect { left, right, ..*lane }, 0.0, colour, SHADE));
            self.scene.items.extend(grounds);
            let bottom = self.plot.bottom + 3.0 * self.scale;
            let bar = Rect { left, top: self.plot.bottom, right, bottom };
            self.scene.items.push(block(bar, 0.0, colour, 1.0));
        }
    }

    fn time_axis(&mut self) {
        let mut free_from = f32::NEG_INFINITY;
        for tick in &self.trends.x.ticks {
            let x = self.x(*tick);
            let pen = Pen::full(self.palette.grid, self.scale);
            self.scene.items.push(line([[x, self.plot.top], [x, self.plot.bottom]], pen));
            let words = self.text(clock(*tick));
            let wide = words.wide();
            let left = (x - wide / 2.0).clamp(self.whole.left, (self.whole.right - wide).max(self.whole.left));
            if left >= free_from && self.has_room() {
                free_from = left + wide + 8.0 * self.scale;
                let baseline = self.plot.bottom + 4.0 * self.scale + ASCENT * self.tick;
                self.scene.write(words.at(Anchor::Start, [left, baseline]));
            }
        }
    }

    fn lane(&mut self, lane: &LanePlot, place: &Rect) {
        let mut last = f32::INFINITY;
        for tick in &lane.y.ticks {
            let at = y(&lane.y, place, *tick);
            let pen = Pen::full(self.palette.grid, self.scale);
            self.scene.items.push(line([[place.left, at], [place.right, at]], pen));
            let words = self.text(number(&lane.y, *tick));
            // Numbers stay within their lane and clear of one another.
            let half = words.high() / 2.0;
            let low = place.top + half - 3.0 * self.scale;
            let centre = at.clamp(low, (place.bottom - half + 3.0 * self.scale).max(low));
            if last - centre >= 1.7 * half && self.has_room() {
                last = centre;
                let baseline = centre + (ASCENT - DESCENT) / 2.0 * self.tick;
                self.scene.write(words.at(Anchor::End, [place.left - 6.0 * self.scale, baseline]));
            }
        }
        let mut lines = Vec::new();
        for (_, series) in &lane.series {
            let dash: &[f32] = if Trends::is_dashed(series) { &DASH } else { &[] };
            let width = THIN * self.palette.line_width * self.scale;
            let dash = dash.iter().map(|length| length * self.scale).collect();
            let pen = Pen { dash, ..Pen::full(self.palette.role(series.role), width) };
            // A number that did not exist is a gap.
            for run in series.points.split(|point| !point[1].is_finite()).filter(|run| !run.is_empty()) {
                let at = |[time_s, value]: &[f64; 2]| [self.x(*time_s), y(&lane.y, place, *value)];
                lines.push(match run {
                    [only] => circle(at(only), pen.width / 2.0, pen.colour, pen.clone(), ""),
                    _ => line(run.iter().map(at), pen.clone()),
                });
            }
        }
        let above = 2.0 * self.scale;
        let seen = Rect { top: place.top - above, bottom: place.bottom + above, ..*place };
        self.scene.items.push(Item::Clipped(seen, lines));
        self.names(lane, place);
    }

    /// Name and last value of each line at its right end, moved apart where they would meet.
    fn names(&mut self, lane: &LanePlot, place: &Rect) {
        let units = self.trends.units;
        let unit_size = UNIT * self.scale * self.palette.type_scale;
        let names = lane.series.iter().filter_map(|(channel, series)| {
            let last = series.points.iter().rev().find(|point| point[1].is_finite())?;
            let value = series.end_label.as_ref()?.replace('-', "−");
            let text = format!("{} {value}", channel.label());
            let unit = units.of(channel.unit()).unit;
            Some(Name {
                text: Words::new(text, self.tick, self.palette.role(series.role)).bold(),
                unit: Words::new(unit, unit_size, self.palette.weak),
                at: y(&lane.y, place, last[1]),
            })
        });
        let mut names: Vec<Name> = names.collect();
        names.sort_by(|a, b| a.at.total_cmp(&b.at));
        let row = 0.92 * (ASCENT + DESCENT) * self.tick;
        let beyond = 4.0 * self.scale;
        let mut free_from = place.top - beyond;
        let count = names.len();
        for (i, Name { text, unit, at }) in names.into_iter().enumerate() {
            // Those that follow need their rows as well.
            let lowest = place.bottom + beyond - (count - i) as f32 * row;
            let top = (at - row / 2.0).min(lowest).max(free_from);
            free_from = top + row;
            let left = self.plot.right + 7.0 * self.scale;
            let gap = if spaced(&unit.text).starts_with(' ') { width(" ", unit_size, false) } else { 0.0 };
            let behind = left + text.wide() + gap;
            let fits = behind + unit.wide() <= self.whole.right + 2.0 * self.scale;
            if fits && top + row <= self.whole.bottom {
                let baseline = top + ASCENT * self.tick;
                self.scene.write(text.at(Anchor::Start, [left, baseline]));
                self.scene.write(unit.at(Anchor::Start, [behind, baseline]));
            }
        }
    }

    /// What was done: a line through all lanes, its label on top. Where labels would meet, the earlier is cut short, or
    /// left out.
    fn events(&mut self) {
        let mut free_to = self.whole.right;
        let gap = 4.0 * self.scale;
        for event in self.trends.events.iter().rev() {
            let x = self.x(event.time_s);
            if x < self.plot.left - self.scale {
                continue;
            }
            let mut words = Words { colour: self.palette.text, ..self.text(&*event.label) };
            let wide = words.wide();
            let fits = |left: &f32| *left >= self.whole.left && left + wide <= free_to;
            let mut named = [x + gap, x - gap - wide].into_iter().find(fits);
            let room = free_to - x - gap;
            if named.is_none() && room >= LEAST_LABEL * self.scale * self.palette.type_scale {
                words.text = cut(&words, room);
                named = Some(x + gap);
            }
            let top = if named.is_some() { self.whole.top + 2.0 * self.scale } else { self.plot.top };
            let dash = EVENT_DASH.map(|length| length * self.scale).to_vec();
            let pen = Pen { dash, ..Pen::full(self.palette.weak, self.scale) };
            self.scene.items.push(line([[x, top], [x, self.plot.bottom]], pen));
            if let Some(left) = named {
                free_to = left.min(x) - 2.0 * gap;
                let at = [left, self.whole.top + ASCENT * self.tick];
                self.scene.write(words.at(Anchor::Start, at));
            }
        }
    }

    /// Results of samples where they were drawn.
    fn samples(&mut self, lane: &LanePlot, place: &Rect) {
        for (channel, [time_s, value]) in &lane.dots {
            let at = [self.x(*time_s), y(&lane.y, place, *value)];
            if place.grown(6.0 * self.scale).distance(at) > 0.0 {
                continue;
            }
            let value = channel.shown_text(*value, self.trends.units);
            let name = format!("{} {value} at {}", channel.label(), clock(*time_s));
            let pen = Pen::full(self.palette.text, 1.5 * self.scale);
            let colour = self.palette.role(channel.role());
            self.scene.items.push(circle(at, SAMPLE_RADIUS * self.scale, colour, pen, &name));
        }
    }
}

/// As much of a text as there is room for, with a sign that it goes on.
fn cut(words: &Words, room: f32) -> String {
    let mut text = words.text.clone();
    while text.pop().is_some() {
        let cut = format!("{}…", text.trim_end());
        if width(&cut, words.size, words.bold) <= room {
            return cut;
        }
    }
    text
}

fn y(axis: &Axis, place: &Rect, value: f64) -> f32 {
    place.bottom - axis.share(value) as f32 * place.high()
}

fn number(axis: &Axis, tick: f64) -> String {
    format!("{tick:.*}", axis.decimals).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::png::drawn;
    use crate::figure::trends::{Channel, Event, Recorded, Sample, Sampled, figure};
    use crate::text::display_units::{Concentration, DisplayUnits, Pressure};

    fn trends(units: DisplayUnits) -> Trends {
        let recorded = Recorded {
            now_s: 400.0,
            window_s: 300.0,
            channels: vec![
                (Channel::Spo2, vec![[100.0, 88.0], [200.0, 90.0], [400.0, 97.0]]),
                (Channel::Po2Art, vec![[100.0, 55.0], [250.0, f64::NAN], [300.0, 300.0], [400.0, 310.0]]),
            ],
            events: vec![Event { time_s: 150.0, label: "FiO₂ 0.60 <&>".into() }],
            samples: vec![Sample {
                time_s: 120.0,
                name: "arterial".into(),
                values: vec![Sampled { channel: Channel::Po2Art, value: 56.0 }],
            }],
            unsteady_s: vec![[150.0, 400.0]],
        };
        figure(recorded, units)
    }

    #[test]
    fn inv_the_picture_holds_what_is_recorded_and_can_be_drawn_in_every_theme() {
        for theme in ThemeName::ALL {
            let text = svg(&trends(DisplayUnits::default()), theme, [1200, 800]);
            for said in
                ["SpO₂ 97", "PaO₂ 310", ">mmHg<", "FiO₂ 0.60 &lt;&amp;&gt;", "PaO₂ 56 mmHg at 0:02:00", "0:05:00"]
            {
                assert!(text.contains(said), "{said}: {text}");
            }
            // SpO2 in one piece, PaO2 in two: nothing is drawn where there was no number.
            let curve = format!("stroke-width=\"{:.2}\"", theme.palette().line_width * 0.85 * 2.0);
            assert_eq!(text.matches(&curve).count(), 3, "{text}");
            assert!(!text.contains("NaN"));
            let picture = drawn("trend", &text, [1200, 800]).expect("a picture");
            assert!(picture.len() > 5000, "{}", picture.len());
        }
    }

    #[test]
    fn inv_in_other_units_none_is_left_behind() {
        let kpa = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
        let text = svg(&trends(kpa), ThemeName::Light, [800, 500]);
        assert!(text.contains("PaO₂ 41.3") && text.contains(">kPa<") && !text.contains("mmHg"), "{text}");
    }
}
