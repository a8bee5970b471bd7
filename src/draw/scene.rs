//! What is painted, once for every painter: lines, boxes, circles, polygons and placed words, in pixels.
//!
//! A plot, a trend and the lung picture each become a [`Scene`]; the window paints it and [`crate::draw::svg`] writes it.
//! Neither decides where anything stands, what it is called or what it looks like.

use crate::draw::ink::{ASCENT, DESCENT, width};
use crate::draw::palette::{Rgb, contrast};

/// A rectangle, y downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

impl Rect {
    /// A rectangle of a size at a corner.
    #[must_use]
    pub fn at([left, top]: [f32; 2], [wide, high]: [f32; 2]) -> Rect {
        Rect { left, top, right: left + wide, bottom: top + high }
    }

    /// The square around a point.
    #[must_use]
    pub fn around([x, y]: [f32; 2], radius: f32) -> Rect {
        Rect { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
    }

    /// Width.
    #[must_use]
    pub fn wide(&self) -> f32 {
        self.right - self.left
    }

    /// Height.
    #[must_use]
    pub fn high(&self) -> f32 {
        self.bottom - self.top
    }

    /// Its middle.
    #[must_use]
    pub fn centre(&self) -> [f32; 2] {
        [(self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0]
    }

    /// Whether another lies in it.
    #[must_use]
    pub fn contains(&self, other: &Rect) -> bool {
        other.left >= self.left && other.right <= self.right && other.top >= self.top && other.bottom <= self.bottom
    }

    /// Whether it and another share any room.
    #[must_use]
    pub fn meets(&self, other: &Rect) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Larger on all sides, or smaller.
    #[must_use]
    pub fn grown(&self, by: f32) -> Rect {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// How far a point is from it; 0 inside.
    #[must_use]
    pub fn distance(&self, [x, y]: [f32; 2]) -> f32 {
        let off = |value: f32, low: f32, high: f32| (low - value).max(value - high).max(0.0);
        let (dx, dy) = (off(x, self.left, self.right), off(y, self.top, self.bottom));
        (dx * dx + dy * dy).sqrt()
    }

    /// The nearest point to another that lies in it.
    #[must_use]
    pub fn clamp(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [x.clamp(self.left, self.right.max(self.left)), y.clamp(self.top, self.bottom.max(self.top))]
    }
}

/// A line: its colour, its thickness, and lengths drawn and left out in turn (empty for a full line).
#[derive(Debug, Clone, PartialEq)]
pub struct Pen {
    /// Colour.
    pub colour: Rgb,
    /// Thickness, pixels.
    pub width: f32,
    /// Drawn, left out, drawn, left out, pixels.
    pub dash: Vec<f32>,
}

impl Pen {
    /// A full line.
    #[must_use]
    pub fn full(colour: Rgb, width: f32) -> Pen {
        Pen { colour, width, dash: Vec::new() }
    }
}

/// What an area is filled with.
#[derive(Debug, Clone, PartialEq)]
pub enum Fill {
    /// A colour, and how much it hides of what lies behind it, 0 to 1.
    Plain(Rgb, f32),
    /// Colours from left to right, each with the share of the width at which it is reached; of a [`Outline::Band`].
    Across(Vec<(f32, Rgb)>),
}

impl Fill {
    /// The colour at a share of the width.
    #[must_use]
    pub fn at(&self, share: f32) -> Rgb {
        let stops = match self {
            Fill::Plain(colour, _) => return *colour,
            Fill::Across(stops) => stops,
        };
        let after = stops.partition_point(|(at, _)| *at < share);
        match (after.checked_sub(1).map(|i| stops[i]), stops.get(after).copied()) {
            (Some((a, from)), Some((b, to))) => mixed(from, to, (share - a) / (b - a)),
            (None, Some((_, only))) | (Some((_, only)), None) => only,
            (None, None) => Rgb(0, 0, 0),
        }
    }
}

/// A colour so far on the way to another, 0 to 1.
#[must_use]
pub fn mixed(from: Rgb, to: Rgb, share: f32) -> Rgb {
    let channel = |a: u8, b: u8| (f32::from(a) + share * (f32::from(b) - f32::from(a))).round() as u8;
    Rgb(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

/// A colour on a ground, drawn towards that of text until their contrast is at least `least`.
#[must_use]
pub fn clear(colour: Rgb, ground: Rgb, text: Rgb, least: f64) -> Rgb {
    let mut shades = (0..=20u8).map(|step| mixed(colour, text, f32::from(step) / 20.0));
    shades.find(|shade| contrast(*shade, ground) >= least).unwrap_or(text)
}

/// The outline of a shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// An open line.
    Line(Vec<[f32; 2]>),
    /// A rectangle and the radius of its corners.
    Box(Rect, f32),
    /// Centre and radius.
    Circle([f32; 2], f32),
    /// A closed line.
    Polygon(Vec<[f32; 2]>),
    /// A stream from left to right: x, its upper and its lower edge there.
    Band(Vec<[f32; 3]>),
}

/// A shape. The line lies half inside, half outside of the outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Where it is.
    pub outline: Outline,
    /// What it is filled with.
    pub fill: Option<Fill>,
    /// What it is drawn with.
    pub pen: Option<Pen>,
    /// What it is, with its numbers; empty where it has no name of its own.
    pub name: String,
}

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Anchor {
    /// Share of the text that lies before its place.
    #[must_use]
    pub fn share(self) -> f32 {
        match self {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        }
    }
}

/// A text in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// What it says.
    pub text: String,
    /// Where its anchor stands, on the baseline.
    pub at: [f32; 2],
    /// Size of type, pixels.
    pub size: f32,
    /// Whether it is bold.
    pub bold: bool,
    /// Colour.
    pub colour: Rgb,
    /// Which end stands at its place.
    pub anchor: Anchor,
    /// Turned clockwise about its place, degrees.
    pub turned_deg: f32,
}

impl Words {
    /// Plain words that begin at a place.
    #[must_use]
    pub fn new(text: impl Into<String>, size: f32, colour: Rgb) -> Words {
        let text = text.into();
        Words { text, at: [0.0; 2], size, bold: false, colour, anchor: Anchor::Start, turned_deg: 0.0 }
    }

    /// The same in bold.
    #[must_use]
    pub fn bold(self) -> Words {
        Words { bold: true, ..self }
    }

    /// The same at a place on the baseline.
    #[must_use]
    pub fn at(self, anchor: Anchor, at: [f32; 2]) -> Words {
        Words { anchor, at, ..self }
    }

    /// The same in a box of [`Words::room`].
    #[must_use]
    pub fn in_box(self, rect: &Rect) -> Words {
        let at = [rect.left, rect.top + ASCENT * self.size];
        self.at(Anchor::Start, at)
    }

    /// Width.
    #[must_use]
    pub fn wide(&self) -> f32 {
        width(&self.text, self.size, self.bold)
    }

    /// Height of a line.
    #[must_use]
    pub fn high(&self) -> f32 {
        (ASCENT + DESCENT) * self.size
    }

    /// Width and height.
    #[must_use]
    pub fn room(&self) -> [f32; 2] {
        [self.wide(), self.high()]
    }
}

/// One thing that is painted.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A shape.
    Shape(Shape),
    /// A text.
    Words(Words),
    /// Things of which only what lies in a rectangle is seen.
    Clipped(Rect, Vec<Item>),
}

/// A picture, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width and height, pixels.
    pub size: [f32; 2],
    /// What it is called.
    pub title: String,
    /// What it shows, in words.
    pub text: String,
    /// What it stands on.
    pub ground: Rgb,
    /// What is painted, the first at the bottom.
    pub items: Vec<Item>,
}

impl Scene {
    /// Adds a text; none where it says nothing.
    pub fn write(&mut self, words: Words) {
        if !words.text.is_empty() {
            self.items.push(Item::Words(words));
        }
    }

    /// The same with every text drawn towards a colour until its contrast to the box that it stands on, or to the ground
    /// of the picture, is at least `least`; what hides its ground in part only is not looked at.
    #[must_use]
    pub fn with_clear_words(mut self, text: Rgb, least: f64) -> Scene {
        fn of(items: &mut [Item], grounds: &mut Vec<(Rect, Rgb)>, made: &impl Fn(Rgb, Rgb) -> Rgb, panel: Rgb) {
            for item in items {
                match item {
                    Item::Shape(Shape {
                        outline: Outline::Box(rect, _),
                        fill: Some(Fill::Plain(fill, opacity)),
                        ..
                    }) if *opacity >= 1.0 => {
                        grounds.push((*rect, *fill));
                    }
                    Item::Shape(_) => {}
                    Item::Words(words) => {
                        let under = grounds.iter().rev().find(|(rect, _)| rect.distance(words.at) <= 0.0);
                        words.colour = made(words.colour, under.map_or(panel, |(_, fill)| *fill));
                    }
                    Item::Clipped(_, items) => of(items, grounds, made, panel),
                }
            }
        }
        let ground = self.ground;
        of(&mut self.items, &mut Vec::new(), &|colour, under| clear(colour, under, text, least), ground);
        self
    }

    /// Every text, in the order in which they are painted.
    pub fn words(&self) -> impl Iterator<Item = &Words> {
        fn of(items: &[Item]) -> Box<dyn Iterator<Item = &Words> + '_> {
            Box::new(items.iter().flat_map(|item| match item {
                Item::Words(words) => Box::new(std::iter::once(words)) as Box<dyn Iterator<Item = &Words>>,
                Item::Clipped(_, items) => of(items),
                Item::Shape(_) => Box::new(std::iter::empty()),
            }))
        }
        of(&self.items)
    }
}

/// A full or dashed line through points; what is not a number is left out.
#[must_use]
pub fn line(points: impl IntoIterator<Item = [f32; 2]>, pen: Pen) -> Item {
    let points = points.into_iter().filter(|point| point.iter().all(|value| value.is_finite())).collect();
    Item::Shape(Shape { outline: Outline::Line(points), fill: None, pen: Some(pen), name: String::new() })
}

/// A filled box.
#[must_use]
pub fn block(rect: Rect, radius: f32, colour: Rgb, opacity: f32) -> Item {
    let fill = Some(Fill::Plain(colour, opacity));
    Item::Shape(Shape { outline: Outline::Box(rect, radius), fill, pen: None, name: String::new() })
}

/// A circle, filled and drawn around.
#[must_use]
pub fn circle(at: [f32; 2], radius: f32, colour: Rgb, pen: Pen, name: &str) -> Item {
    let fill = Some(Fill::Plain(colour, 1.0));
    Item::Shape(Shape { outline: Outline::Circle(at, radius), fill, pen: Some(pen), name: name.to_owned() })
}

/// A polygon, filled and drawn around.
#[must_use]
pub fn polygon(points: Vec<[f32; 2]>, colour: Rgb, pen: Pen, name: &str) -> Item {
    let fill = Some(Fill::Plain(colour, 1.0));
    Item::Shape(Shape { outline: Outline::Polygon(points), fill, pen: Some(pen), name: name.to_owned() })
}
