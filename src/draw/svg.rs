//! A scene as SVG, lettered for any browser; and a figure, which becomes a scene first.

use crate::draw::ink::FAMILY;
use crate::draw::palette::{Rgb, ThemeName};
use crate::draw::plot;
use crate::draw::scene::{Anchor, Fill, Item, Outline, Pen, Scene, Shape, Words};
use crate::figure::Figure;

/// Size at which type is as large as in the window, pixels.
const NATURAL: [f32; 2] = [560.0, 400.0];
/// Least and most of what type is scaled by on smaller and larger pictures.
const SCALES: [f32; 2] = [0.7, 6.0];

/// Smallest and largest side of a picture, pixels.
pub const SIDES: [u32; 2] = [200, 8192];

/// A figure as an SVG document of a size in pixels.
#[must_use]
pub fn svg(figure: &Figure, theme: ThemeName, size: [u32; 2]) -> String {
    written(&plot::scene(figure, theme.palette(), size.map(|side| side as f32), scale_of(size)).scene)
}

/// What type and lines are scaled by on a picture of a size in pixels.
#[must_use]
pub fn scale_of([wide, high]: [u32; 2]) -> f32 {
    (wide as f32 / NATURAL[0]).min(high as f32 / NATURAL[1]).clamp(SCALES[0], SCALES[1])
}

/// A scene as an SVG document.
///
/// The picture has title and words of the scene as its accessible name and description. Text is text: fonts are named
/// with fall-backs of the same width, and no file beside it is needed.
#[must_use]
pub fn written(scene: &Scene) -> String {
    let [wide, high] = scene.size;
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" role=\"img\" aria-labelledby=\"title description\" font-family=\"'{FAMILY}', 'Bitstream Vera Sans', Verdana, sans-serif\">\n<title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n<rect width=\"{wide}\" height=\"{high}\" fill=\"{}\"/>\n",
        escaped(&scene.title),
        escaped(&scene.text),
        scene.ground.hex()
    );
    let mut writer = Writer { out: head, defined: 0 };
    writer.items(&scene.items);
    writer.out.push_str("</svg>\n");
    writer.out
}

struct Writer {
    out: String,
    /// Clips and gradients so far.
    defined: usize,
}

impl Writer {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Shape(shape) => self.shape(shape),
                Item::Words(words) => self.words(words),
                Item::Clipped(rect, items) => {
                    let id = self.define();
                    self.out.push_str(&format!(
                        "<clipPath id=\"{id}\"><rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"/></clipPath>\n<g clip-path=\"url(#{id})\">\n",
                        rect.left,
                        rect.top,
                        rect.wide().max(0.0),
                        rect.high().max(0.0)
                    ));
                    self.items(items);
                    self.out.push_str("</g>\n");
                }
            }
        }
    }

    fn define(&mut self) -> String {
        self.defined += 1;
        format!("d{}", self.defined)
    }

    fn shape(&mut self, shape: &Shape) {
        let fill = match &shape.fill {
            None => "fill=\"none\"".to_owned(),
            Some(Fill::Plain(colour, opacity)) if *opacity >= 1.0 => format!("fill=\"{}\"", colour.hex()),
            Some(Fill::Plain(colour, opacity)) => format!("fill=\"{}\" fill-opacity=\"{opacity}\"", colour.hex()),
            Some(Fill::Across(stops)) => {
                let id = self.define();
                let stop = |(at, of): &(f32, Rgb)| format!("<stop offset=\"{at:.3}\" stop-color=\"{}\"/>", of.hex());
                let stops: String = stops.iter().map(stop).collect();
                self.out.push_str(&format!("<linearGradient id=\"{id}\">{stops}</linearGradient>\n"));
                format!("fill=\"url(#{id})\"")
            }
        };
        let look = format!("{fill}{}", shape.pen.as_ref().map_or_else(String::new, drawn_with));
        let (tag, place) = match &shape.outline {
            Outline::Line(points) => ("polyline", format!("points=\"{}\"", listed(points))),
            Outline::Polygon(points) => ("polygon", format!("points=\"{}\"", listed(points))),
            Outline::Band(edges) => {
                let upper = edges.iter().map(|[x, top, _]| [*x, *top]);
                let edge: Vec<[f32; 2]> = upper.chain(edges.iter().rev().map(|[x, _, low]| [*x, *low])).collect();
                ("polygon", format!("points=\"{}\"", listed(&edge)))
            }
            Outline::Circle([x, y], radius) => ("circle", format!("cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\"")),
            Outline::Box(rect, radius) => {
                let round = if *radius > 0.0 { format!(" rx=\"{radius:.2}\"") } else { String::new() };
                let place = format!(
                    "x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"{round}",
                    rect.left,
                    rect.top,
                    rect.wide().max(0.0),
                    rect.high().max(0.0)
                );
                ("rect", place)
            }
        };
        let end = if shape.name.is_empty() {
            "/>".to_owned()
        } else {
            format!("><title>{}</title></{tag}>", escaped(&shape.name))
        };
        self.out.push_str(&format!("<{tag} {place} {look}{end}\n"));
    }

    fn words(&mut self, words: &Words) {
        let [x, y] = words.at;
        let anchor = match words.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if words.bold { " font-weight=\"bold\"" } else { "" };
        let turned = if words.turned_deg.abs() > 0.0 {
            format!(" transform=\"rotate({:.1} {x:.2} {y:.2})\"", words.turned_deg)
        } else {
            String::new()
        };
        self.out.push_str(&format!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{:.2}\" fill=\"{}\"{anchor}{weight}{turned}>{}</text>\n",
            words.size,
            words.colour.hex(),
            escaped(&words.text)
        ));
    }
}

fn drawn_with(pen: &Pen) -> String {
    let dash: Vec<String> = pen.dash.iter().map(|length| format!("{length:.2}")).collect();
    let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", dash.join(" ")) };
    format!(" stroke=\"{}\" stroke-width=\"{:.2}\" stroke-linejoin=\"round\"{dash}", pen.colour.hex(), pen.width)
}

fn listed(points: &[[f32; 2]]) -> String {
    points.iter().map(|[x, y]| format!("{x:.2},{y:.2}")).collect::<Vec<_>>().join(" ")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::scene::{Rect, line};

    #[test]
    fn inv_what_a_scene_holds_is_written() {
        let ink = Rgb(1, 2, 3);
        let dotted = Pen { dash: vec![1.0, 3.0, 6.0, 3.0], ..Pen::full(ink, 2.0) };
        let mut scene = Scene {
            size: [300.0, 200.0],
            title: "A & B".to_owned(),
            text: "words".to_owned(),
            ground: Rgb(255, 255, 255),
            items: vec![Item::Clipped(
                Rect::at([10.0, 10.0], [50.0, 40.0]),
                vec![line([[0.0, 0.0], [f32::NAN, 5.0], [60.0, 60.0]], dotted)],
            )],
        };
        let turned = Words { turned_deg: -90.0, ..Words::new("<up>", 12.0, ink).bold() };
        scene.write(turned.at(Anchor::Middle, [20.0, 100.0]));
        scene.write(Words::new("", 12.0, ink));
        let text = written(&scene);
        for said in [
            "<title id=\"title\">A &amp; B</title>",
            "<clipPath id=\"d1\"><rect x=\"10.00\" y=\"10.00\" width=\"50.00\" height=\"40.00\"/></clipPath>",
            "points=\"0.00,0.00 60.00,60.00\"",
            "stroke-dasharray=\"1.00 3.00 6.00 3.00\"",
            "text-anchor=\"middle\" font-weight=\"bold\" transform=\"rotate(-90.0 20.00 100.00)\">&lt;up&gt;</text>",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert_eq!(text.matches("<text").count(), 1, "an empty text is not written");
    }
}
