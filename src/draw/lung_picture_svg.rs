//! The lung picture as SVG: the same streams, colours and names as in the window.

use crate::draw::ink::{FAMILY, width};
use crate::draw::palette::{Palette, Rgb, ThemeName, contrast};
use crate::draw::plot::{TICK, TITLE};
use crate::draw::scene::Rect;
use crate::draw::svg::{escaped, scale_of};
use crate::figure::blood_scale;
use crate::figure::lung_picture::{LungPicture, Metrics, Placed, Ribbon};
use crate::units::percent_from_frac;

/// Colours along a stream.
const STOPS: usize = 8;
/// Contrast that a mark needs.
const MARK_CONTRAST: f64 = 3.0;

/// The picture as an SVG document of a size in pixels, with its words as accessible description.
#[must_use]
pub fn svg(picture: &LungPicture, theme: ThemeName, size: [u32; 2]) -> String {
    let palette = theme.palette();
    let (scale, [wide, high]) = (scale_of(size), size);
    let (pad, unit) = (14.0 * scale, scale * palette.type_scale);
    let (title, tick) = (TITLE * unit, TICK * unit);
    let room =
        Rect { left: pad, top: pad + 1.7 * title, right: wide as f32 - pad, bottom: high as f32 - pad - 2.0 * tick };
    let placed = picture.place([room.right - room.left, room.bottom - room.top], &Metrics { row: 15.0 * unit });
    let mut canvas = Canvas { picture, palette, placed: &placed, room, scale, tick, out: String::new() };
    canvas.out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" role=\"img\" aria-labelledby=\"title description\" font-family=\"'{FAMILY}', 'Bitstream Vera Sans', Verdana, sans-serif\">\n<title id=\"title\">Lung and blood</title>\n<desc id=\"description\">{}</desc>\n<rect width=\"{wide}\" height=\"{high}\" fill=\"{}\"/>\n",
        escaped(&picture.text),
        palette.panel.hex()
    );
    canvas.write("Lung and blood", [pad, pad + 0.8 * title], "start", (title, true, palette.text));
    canvas.airs();
    for (index, ribbon) in placed.ribbons.iter().enumerate() {
        canvas.ribbon(index, ribbon);
    }
    canvas.trunks();
    canvas.names();
    // In one line, however large the type of the theme.
    let fit = ((room.right - room.left) / width(&picture.caption, tick, false)).min(1.0);
    canvas.write(&picture.caption, [pad, high as f32 - pad], "start", (fit * tick, false, palette.text));
    canvas.out.push_str("</svg>\n");
    canvas.out
}

struct Canvas<'a> {
    picture: &'a LungPicture,
    palette: &'a Palette,
    placed: &'a Placed,
    room: Rect,
    scale: f32,
    /// Size of plain type.
    tick: f32,
    out: String,
}

fn blood(saturation_frac: f64) -> Rgb {
    let [r, g, b] = blood_scale::colour(saturation_frac);
    Rgb(r, g, b)
}

impl Canvas<'_> {
    fn at(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [self.room.left + x, self.room.top + y]
    }

    fn write(&mut self, text: &str, [x, y]: [f32; 2], anchor: &str, (size, bold, colour): (f32, bool, Rgb)) {
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        self.out.push_str(&format!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size:.2}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}>{}</text>\n",
            colour.hex(),
            escaped(text)
        ));
    }

    /// Text around a middle line, on the ground of the picture: blood may pass behind it.
    fn label(&mut self, text: &str, [x, y]: [f32; 2], anchor: &str, (bold, colour): (bool, Rgb)) {
        let wide = width(text, self.tick, bold);
        let left = match anchor {
            "end" => x - wide,
            "middle" => x - wide / 2.0,
            _ => x,
        };
        self.out.push_str(&format!(
            "<rect x=\"{left:.2}\" y=\"{:.2}\" width=\"{wide:.2}\" height=\"{:.2}\" fill=\"{}\" fill-opacity=\"0.75\"/>\n",
            y - 0.5 * self.tick,
            self.tick,
            self.palette.panel.hex()
        ));
        self.write(text, [x, y + 0.36 * self.tick], anchor, (self.tick, bold, colour));
    }

    /// The line around blood whose colour does not stand out from the ground.
    fn outline(&self, colour: Rgb) -> Rgb {
        if contrast(colour, self.palette.panel) >= MARK_CONTRAST { colour } else { self.palette.outline }
    }

    fn gradient(&mut self, id: &str, stops: &[(f32, Rgb)]) {
        let stops =
            stops.iter().map(|(at, colour)| format!("<stop offset=\"{at:.3}\" stop-color=\"{}\"/>", colour.hex()));
        let stops: String = stops.collect();
        self.out.push_str(&format!("<linearGradient id=\"{id}\">{stops}</linearGradient>\n"));
    }

    fn shape(&mut self, points: &[[f32; 2]], fill: &str, stroke: &str, title: &str) {
        let points: Vec<String> = points.iter().map(|[x, y]| format!("{x:.2},{y:.2}")).collect();
        self.out.push_str(&format!(
            "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{}\" stroke-width=\"{:.2}\"><title>{}</title></polygon>\n",
            points.join(" "),
            stroke,
            self.scale,
            escaped(title)
        ));
    }

    /// A rectangle of the picture.
    fn block(&mut self, [left, top, right, bottom]: [f32; 4], fill: &str, stroke: Rgb, title: &str) {
        let corners = [[left, top], [right, top], [right, bottom], [left, bottom]].map(|corner| self.at(corner));
        self.shape(&corners, fill, &stroke.hex(), title);
    }

    fn ribbon(&mut self, index: usize, ribbon: &Ribbon) {
        let stream = &self.picture.streams[index];
        let (from, to) = (self.picture.incoming.saturation_frac, stream.out.saturation_frac);
        let [begin, end] = ribbon.ends();
        let stops: Vec<(f32, Rgb)> = (0..=STOPS)
            .map(|i| {
                let share = i as f32 / STOPS as f32;
                let x = ribbon.exchange[0] + share * (ribbon.exchange[1] - ribbon.exchange[0]);
                let smooth = f64::from(share * share * (3.0 - 2.0 * share));
                ((x - begin) / (end - begin), blood(from + smooth * (to - from)))
            })
            .collect();
        let id = format!("stream{index}");
        self.gradient(&id, &stops);
        let side = |below: f32| ribbon.middle.iter().map(move |[x, y]| [*x, y + below * ribbon.width / 2.0]);
        let edge: Vec<[f32; 2]> = side(-1.0).chain(side(1.0).rev()).map(|point| self.at(point)).collect();
        let (title, fill) = (format!("{}: {}", stream.title(), stream.facts.join(", ")), format!("url(#{id})"));
        let stands_out = [from, to].iter().all(|saturation| self.outline(blood(*saturation)) == blood(*saturation));
        let stroke = if stands_out { fill.clone() } else { self.palette.outline.hex() };
        self.shape(&edge, &fill, &stroke, &title);
    }

    /// Venous and arterial blood, the membrane lung between, and where the streams mix.
    fn trunks(&mut self) {
        let (picture, placed) = (self.picture, self.placed);
        let [venous, arterial] = [&picture.venous, &picture.arterial].map(|place| blood(place.load.saturation_frac));
        self.block(placed.venous, &venous.hex(), self.outline(venous), &picture.venous.facts.join(", "));
        if let (Some(band), Some(membrane)) = (placed.membrane, &picture.membrane) {
            self.gradient("membrane", &[(0.0, venous), (1.0, blood(picture.incoming.saturation_frac))]);
            self.block(band, "url(#membrane)", self.outline(venous), &membrane.facts.join(", "));
        }
        // Each stream ends in its own colour and is drawn into the mixture.
        let [left, _, right, _] = placed.mixing;
        for (index, (ribbon, stream)) in placed.ribbons.iter().zip(&picture.streams).enumerate() {
            let y = ribbon.middle.last().map_or(0.0, |point| point[1]);
            let (id, own) = (format!("mix{index}"), blood(stream.out.saturation_frac));
            self.gradient(&id, &[(0.0, own), (1.0, arterial)]);
            let (top, bottom, fill) = (y - ribbon.width / 2.0, y + ribbon.width / 2.0, format!("url(#{id})"));
            let corners = [[left, top], [right, top], [right, bottom], [left, bottom]].map(|corner| self.at(corner));
            self.shape(&corners, &fill, &fill, &stream.title());
        }
        self.block(placed.arterial, &arterial.hex(), self.outline(arterial), &picture.arterial.facts.join(", "));
    }

    /// Gas on its way down, and the alveoli.
    fn airs(&mut self) {
        let gas = self.palette.channels.ventilation;
        for air in &self.placed.airs {
            let line: Vec<String> =
                air.middle.iter().map(|point| self.at(*point)).map(|[x, y]| format!("{x:.2},{y:.2}")).collect();
            self.out.push_str(&format!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-opacity=\"0.42\" stroke-width=\"{:.2}\"/>\n",
                line.join(" "),
                gas.hex(),
                air.width.max(self.scale)
            ));
            for centre in &air.alveoli {
                let [x, y] = self.at(*centre);
                let fill = if air.stream.is_some() { 0.2 } else { 0.0 };
                self.out.push_str(&format!(
                    "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{:.2}\" fill=\"{}\" fill-opacity=\"{fill}\" stroke=\"{}\" stroke-width=\"{:.2}\"/>\n",
                    air.radius,
                    gas.hex(),
                    gas.hex(),
                    1.8 * self.scale
                ));
            }
        }
    }

    fn names(&mut self) {
        let (picture, placed, palette) = (self.picture, self.placed, self.palette);
        let whole = |frac: f64| format!("{:.0} %", percent_from_frac(frac));
        for (index, (ribbon, stream)) in placed.ribbons.iter().zip(&picture.streams).enumerate() {
            let top = ribbon.lane[3] - ribbon.width;
            let middle = (ribbon.lane[1] + top) / 2.0;
            if stream.kind.is_shunt() {
                let at = self.at([(ribbon.lane[0] + ribbon.lane[2]) / 2.0, middle]);
                self.label(
                    &format!("{} {}", whole(stream.share_frac), stream.name),
                    at,
                    "middle",
                    (true, palette.text),
                );
                continue;
            }
            let air = placed.airs.iter().find(|air| air.stream == Some(index));
            let right = placed.airs.iter().map(|air| air.middle[0][0] - air.width / 2.0).fold(f32::INFINITY, f32::min);
            let right = if air.is_some() { right } else { (ribbon.lane[0] + ribbon.lane[2]) / 2.0 };
            let at = self.at([right - 6.0 * self.scale, middle]);
            self.label(&stream.name, at, "end", (false, palette.text));
            let at = self.at([ribbon.lane[2] - 2.0 * self.scale, middle]);
            self.label(&whole(stream.out.saturation_frac), at, "end", (true, palette.text));
        }
        let row = 15.0 * self.tick / TICK;
        let gap = 7.0 * self.scale;
        let (v, a) = (placed.venous, placed.arterial);
        let y = (v[1] + v[3]) / 2.0;
        for (x, anchor, name, saturation, colour) in [
            (v[0] - gap, "end", "v̄", picture.venous.load.saturation_frac, palette.channels.venous),
            (a[2] + gap, "start", "a", picture.arterial.load.saturation_frac, palette.channels.arterial),
        ] {
            for (line, text) in [name.to_owned(), whole(saturation)].into_iter().enumerate() {
                let at = self.at([x, y + row * (line as f32 - 0.1)]);
                self.write(&text, at, anchor, (1.2 * self.tick, true, colour));
            }
        }
        let at = self.at([v[0] - gap, y + 1.9 * row]);
        let flow = format!("{:.1} L/min", picture.output_l_per_min);
        self.write(&flow, at, "end", (0.9 * self.tick, false, palette.weak));
        let top = 0.75 * row + 0.36 * self.tick;
        if let Some(first) = placed.airs.first() {
            let at = self.at([first.middle[0][0] - 1.3 * row - 4.0 * self.scale, top]);
            let text = format!("gas in, {}", picture.inspired.first().map_or("", String::as_str));
            self.write(&text, at, "end", (self.tick, false, palette.weak));
        }
        let dead = placed.airs.iter().find(|air| air.stream.is_none()).and_then(|air| Some((air, air.alveoli.last()?)));
        if let (Some(space), Some((air, last))) = (&picture.dead_space, dead) {
            let at = self.at([last[0] + air.radius + 6.0 * self.scale, top]);
            let text = format!("dead space {}", whole(space.share_frac));
            self.write(&text, at, "start", (self.tick, false, palette.weak));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::png::drawn;
    use crate::figure::lung_picture::figure;
    use crate::scenario;
    use crate::sim::reading::snapshot::Model;

    #[test]
    fn inv_every_patient_can_be_drawn_and_each_stream_tells_its_numbers() {
        for scenario in scenario::builtin() {
            let Ok(now) = Model::new().snapshot(&scenario.params) else { continue };
            let picture = figure(&now, None);
            let text = svg(&picture, ThemeName::Light, [900, 600]);
            for stream in &picture.streams {
                assert!(text.contains(&escaped(&stream.facts.join(", "))), "{}: {}", scenario.id, stream.name);
            }
            assert!(!text.contains("NaN") && !text.contains("inf"), "{}", scenario.id);
            let png = drawn("the lung picture", &text, [900, 600]).expect("a picture");
            assert!(png.len() > 8000, "{}: {}", scenario.id, png.len());
        }
    }
}
