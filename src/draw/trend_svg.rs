//! The trend as SVG: the same lanes, lines, marks and names as in the window.

use crate::draw::ink::{FAMILY, width};
use crate::draw::palette::{Palette, Rgb, ThemeName};
use crate::draw::svg::{Rect, TICK, TITLE, escaped, scale_of};
use crate::figure::Axis;
use crate::figure::trends::{LanePlot, Trends, clock};

/// Gap between lanes, at scale 1.
const GAP: f32 = 8.0;
/// Distance of a unit from its number, over the size of type.
const SPACE: f32 = 0.32;
/// Radius of the dot of a sample, at scale 1.
const SAMPLE_RADIUS: f32 = 4.5;
/// Share of its colour that the time has in which the patient was not steady.
const SHADE: f32 = 0.11;

/// A trend as an SVG document of a size in pixels, with its title and its words as accessible name and description.
#[must_use]
pub fn svg(trends: &Trends, theme: ThemeName, size: [u32; 2]) -> String {
    let palette = theme.palette();
    let scale = scale_of(size);
    let [wide, high] = size;
    let mut canvas = Canvas {
        trends,
        palette,
        scale,
        tick: TICK * scale * palette.type_scale,
        plot: Rect { left: 0.0, top: 0.0, right: wide as f32, bottom: high as f32 },
        out: format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" role=\"img\" aria-labelledby=\"title description\" font-family=\"'{FAMILY}', 'Bitstream Vera Sans', Verdana, sans-serif\">\n<title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n<rect width=\"{wide}\" height=\"{high}\" fill=\"{}\"/>\n",
            escaped(&trends.title),
            escaped(&trends.text),
            palette.panel.hex()
        ),
    };
    canvas.lay_out();
    canvas.paint();
    canvas.out.push_str("</svg>\n");
    canvas.out
}

struct Canvas<'a> {
    trends: &'a Trends,
    palette: &'a Palette,
    scale: f32,
    /// Size of plain type.
    tick: f32,
    plot: Rect,
    out: String,
}

/// What a line is called at its end: name and value, unit, and where the line ends.
struct Name {
    text: String,
    unit: String,
    colour: Rgb,
    at: f32,
}

impl Canvas<'_> {
    /// Decides where the plot stands by what is written around it.
    fn lay_out(&mut self) {
        let pad = 14.0 * self.scale;
        let title = TITLE * self.scale * self.palette.type_scale;
        let numbers = self.trends.lanes.iter().flat_map(|lane| lane.y.ticks.iter().map(|tick| number(&lane.y, *tick)));
        let left = numbers.map(|text| width(&text, self.tick, false)).fold(0.0, f32::max);
        let names = self.trends.lanes.iter().flat_map(|lane| self.names(lane, |_| 0.0));
        let right = names
            .map(|name| width(&name.text, self.tick, true) + SPACE * self.tick + width(&name.unit, self.tick, false))
            .fold(0.0, f32::max);
        self.plot = Rect {
            left: pad + left + 8.0 * self.scale,
            top: pad + 1.4 * title + 1.6 * self.tick,
            right: self.plot.right - pad - right - 10.0 * self.scale,
            bottom: self.plot.bottom - pad - 1.7 * self.tick,
        };
    }

    fn paint(&mut self) {
        let size = TITLE * self.scale * self.palette.type_scale;
        let (title, ink) = (self.trends.title.clone(), self.palette.text);
        self.text(&title, [14.0 * self.scale, 14.0 * self.scale + 0.8 * size], size, "start", (true, ink));
        let trends = self.trends;
        let count = trends.lanes.len().max(1) as f32;
        let gap = GAP * self.scale;
        let height = (self.plot.bottom - self.plot.top + gap) / count - gap;
        let place = |index: usize, plot: Rect| {
            let top = plot.top + index as f32 * (height + gap);
            Rect { top, bottom: top + height, ..plot }
        };
        for index in 0..trends.lanes.len() {
            self.block(&place(index, self.plot), &self.palette.raised.hex(), 0.45);
        }
        for [from, to] in &trends.unsteady_s {
            let [left, right] = [*from, *to].map(|time_s| self.x(time_s).clamp(self.plot.left, self.plot.right));
            for index in 0..trends.lanes.len() {
                let lane = Rect { left, right, ..place(index, self.plot) };
                self.block(&lane, &self.palette.channels.shunt.hex(), SHADE);
            }
            // Not by colour alone.
            let bar = Rect { left, right, top: self.plot.bottom, bottom: self.plot.bottom + 3.0 * self.scale };
            self.block(&bar, &self.palette.channels.shunt.hex(), 1.0);
        }
        self.time_axis();
        for (index, lane) in trends.lanes.iter().enumerate() {
            self.lane(lane, &place(index, self.plot));
        }
        self.events();
        for (index, lane) in trends.lanes.iter().enumerate() {
            let place = place(index, self.plot);
            for (channel, [time_s, value]) in &lane.dots {
                self.out.push_str(&format!(
                    "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{:.2}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{:.2}\"><title>{}</title></circle>\n",
                    self.x(*time_s),
                    y(&lane.y, &place, *value),
                    SAMPLE_RADIUS * self.scale,
                    self.palette.role(channel.role()).hex(),
                    self.palette.text.hex(),
                    1.5 * self.scale,
                    escaped(&format!("{} {} at {}", channel.label(), channel.shown_text(*value, trends.units), clock(*time_s)))
                ));
            }
        }
    }

    fn x(&self, time_s: f64) -> f32 {
        self.plot.left + self.trends.x.share(time_s) as f32 * (self.plot.right - self.plot.left)
    }

    fn text(&mut self, text: &str, [x, y]: [f32; 2], size: f32, anchor: &str, (bold, colour): (bool, Rgb)) {
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        self.out.push_str(&format!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size:.2}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}>{}</text>\n",
            colour.hex(),
            escaped(text)
        ));
    }

    fn line(&mut self, points: &[[f32; 2]], colour: Rgb, width: f32, dash: Option<[f32; 2]>) {
        let dash = dash.map_or_else(String::new, |dash| {
            let [on, off] = dash.map(|length| length * self.scale);
            format!(" stroke-dasharray=\"{on:.2} {off:.2}\"")
        });
        let points: Vec<String> = points.iter().map(|[x, y]| format!("{x:.2},{y:.2}")).collect();
        self.out.push_str(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2}\" stroke-linejoin=\"round\"{dash}/>\n",
            points.join(" "),
            colour.hex(),
            width * self.scale
        ));
    }

    fn block(&mut self, rect: &Rect, fill: &str, opacity: f32) {
        self.out.push_str(&format!(
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"{fill}\" fill-opacity=\"{opacity}\"/>\n",
            rect.left,
            rect.top,
            (rect.right - rect.left).max(0.0),
            (rect.bottom - rect.top).max(0.0)
        ));
    }

    fn time_axis(&mut self) {
        let mut free_from = f32::NEG_INFINITY;
        let ticks = self.trends.x.ticks.clone();
        for tick in ticks {
            let (x, text) = (self.x(tick), clock(tick));
            self.line(&[[x, self.plot.top], [x, self.plot.bottom]], self.palette.grid, 1.0, None);
            let half = width(&text, self.tick, false) / 2.0;
            if x - half >= free_from {
                let at = [x, self.plot.bottom + 1.4 * self.tick];
                self.text(&text, at, self.tick, "middle", (false, self.palette.weak));
                free_from = x + half + 8.0 * self.scale;
            }
        }
    }

    fn lane(&mut self, lane: &LanePlot, place: &Rect) {
        let mut last = f32::INFINITY;
        for tick in &lane.y.ticks {
            let at = y(&lane.y, place, *tick);
            self.line(&[[place.left, at], [place.right, at]], self.palette.grid, 1.0, None);
            let baseline = (at + 0.36 * self.tick).clamp(place.top + 0.7 * self.tick, place.bottom);
            if last - baseline >= 1.1 * self.tick {
                last = baseline;
                let at = [place.left - 6.0 * self.scale, baseline];
                self.text(&number(&lane.y, *tick), at, self.tick, "end", (false, self.palette.weak));
            }
        }
        for (_, series) in &lane.series {
            let colour = self.palette.role(series.role);
            let dash = Trends::is_dashed(series).then_some([6.0, 4.0]);
            // A number that did not exist is a gap.
            for run in series.points.split(|point| !point[1].is_finite()).filter(|run| !run.is_empty()) {
                let points: Vec<[f32; 2]> =
                    run.iter().map(|[time_s, value]| [self.x(*time_s), y(&lane.y, place, *value)]).collect();
                self.line(&points, colour, self.palette.line_width * 0.85, dash);
            }
        }
        let mut names = self.names(lane, |value| y(&lane.y, place, value));
        names.sort_by(|a, b| a.at.total_cmp(&b.at));
        let row = 1.1 * self.tick;
        let mut free_from = place.top - 0.3 * self.tick;
        let count = names.len();
        for (i, name) in names.into_iter().enumerate() {
            // Those that follow need their rows as well.
            let lowest = place.bottom + 0.3 * self.tick - (count - i) as f32 * row;
            let top = (name.at - row / 2.0).min(lowest).max(free_from);
            free_from = top + row;
            let left = place.right + 7.0 * self.scale;
            let baseline = top + 0.85 * self.tick;
            self.text(&name.text, [left, baseline], self.tick, "start", (true, name.colour));
            let left = left + width(&name.text, self.tick, true) + SPACE * self.tick;
            self.text(&name.unit, [left, baseline], self.tick, "start", (false, self.palette.weak));
        }
    }

    fn names(&self, lane: &LanePlot, y: impl Fn(f64) -> f32) -> Vec<Name> {
        let units = self.trends.units;
        let names = lane.series.iter().filter_map(|(channel, series)| {
            let last = series.points.iter().rev().find(|point| point[1].is_finite())?;
            Some(Name {
                text: format!("{} {}", channel.label(), series.end_label.as_ref()?),
                unit: units.of(channel.unit()).unit.to_owned(),
                colour: self.palette.role(series.role),
                at: y(last[1]),
            })
        });
        names.collect()
    }

    /// What was done: a line through all lanes, its label on top where it covers no later one.
    fn events(&mut self) {
        let trends = self.trends;
        let mut free_to = self.plot.right + 100.0 * self.scale;
        for event in trends.events.iter().rev() {
            let x = self.x(event.time_s);
            if x < self.plot.left - 1.0 {
                continue;
            }
            let wide = width(&event.label, self.tick, false);
            let gap = 4.0 * self.scale;
            let fits = |left: &f32| *left >= gap && left + wide <= free_to;
            let named = [x + gap, x - gap - wide].into_iter().find(fits);
            let top = if named.is_some() { self.plot.top - 1.2 * self.tick } else { self.plot.top };
            self.line(&[[x, top], [x, self.plot.bottom]], self.palette.weak, 1.0, Some([4.0, 3.0]));
            if let Some(left) = named {
                free_to = left.min(x) - 2.0 * gap;
                let at = [left, self.plot.top - 0.4 * self.tick];
                self.text(&event.label, at, self.tick, "start", (false, self.palette.text));
            }
        }
    }
}

fn y(axis: &Axis, place: &Rect, value: f64) -> f32 {
    place.bottom - axis.share(value) as f32 * (place.bottom - place.top)
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
