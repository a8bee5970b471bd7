//! The lung picture as a scene: blood from the right heart on the left to the left heart on the right, gas from above.

use crate::draw::ink::{ASCENT, DESCENT, width};
use crate::draw::palette::{Palette, Rgb, ThemeName, contrast};
use crate::draw::plot::{TICK, TITLE};
use crate::draw::scene::{
    Anchor, Fill, Item, Outline, Pen, Rect, Scene, Shape, Words, block, circle, clear, line, mixed,
};
use crate::draw::svg::{scale_of, written};
use crate::figure::blood_scale;
use crate::figure::lung_picture::{Band, Kind, LungPicture, Metrics, Placed, Ribbon};
use crate::units::percent_from_frac;

/// What the picture is called.
pub const NAME: &str = "Lung and blood";
/// Type of the lesson at the foot, at scale 1.
const CAPTION: f32 = 13.0;
/// Height of a row of words, at scale 1.
const ROW: f32 = 15.0;
/// Colours along the way on which blood meets gas.
const STOPS: usize = 14;
/// Contrast that a mark needs (WCAG 2.1, 1.4.11).
const MARK_CONTRAST: f64 = 3.0;
/// How much of the gas's colour its streams and alveoli have.
const PALE: f32 = 0.42;
const FAINT: f32 = 0.2;
/// How much a name hides of the blood behind it.
const GROUND: f32 = 0.75;

/// The lung picture as it is painted.
#[derive(Debug, Clone, PartialEq)]
pub struct LungScene {
    /// What is painted.
    pub scene: Scene,
    /// How many of its items lie under what moves; names follow.
    pub under: usize,
    /// The room between title and lesson.
    pub room: Rect,
    /// Where each part stands in that room.
    pub placed: Placed,
}

/// The picture as an SVG document of a size in pixels, with its words as accessible description.
#[must_use]
pub fn svg(picture: &LungPicture, theme: ThemeName, size: [u32; 2]) -> String {
    written(&scene(picture, theme.palette(), size.map(|side| side as f32), scale_of(size), Some(1.0)).scene)
}

/// Colour of blood.
#[must_use]
pub fn blood(saturation_frac: f64) -> Rgb {
    let [r, g, b] = blood_scale::colour(saturation_frac);
    Rgb(r, g, b)
}

/// Black or white, whichever is read better on a ground.
#[must_use]
pub fn text_on(ground: Rgb) -> Rgb {
    let [white, black] = [Rgb(255, 255, 255), Rgb(0, 0, 0)];
    if contrast(ground, white) >= contrast(ground, black) { white } else { black }
}

/// The line around blood: its own colour, or that of borders where it does not stand out from the ground.
#[must_use]
pub fn outline(palette: &Palette, blood: Rgb) -> Rgb {
    if contrast(blood, palette.panel) >= MARK_CONTRAST { blood } else { palette.outline }
}

/// Places the picture in a size in pixels; `scale` is what type and lines are scaled by, `breath` how large the alveoli
/// are now, over their size at rest. Without it the room is left empty, for blood counted in cells.
#[must_use]
pub fn scene(picture: &LungPicture, palette: &Palette, size: [f32; 2], scale: f32, breath: Option<f32>) -> LungScene {
    let unit = scale * palette.type_scale;
    laid_out(picture, palette, size, &Sizes { scale, unit, type_unit: unit, hall: false }, breath)
}

/// The same for a hall: no type is smaller than `least` pixels, and of the names only those stay that have the room; the
/// step that shows it has its title and its lesson.
#[must_use]
pub fn scene_for_a_hall(picture: &LungPicture, palette: &Palette, size: [f32; 2], least: f32) -> LungScene {
    let unit = HALL_ROW * least / ROW * (size[0] / HALL_WIDTH).clamp(1.0, 1.3);
    let sizes = Sizes { scale: unit / palette.type_scale, unit, type_unit: least / TICK, hall: true };
    laid_out(picture, palette, size, &sizes, Some(1.0))
}

/// A line of the lung before a hall, as a share of its type, and the width from which on it is larger, pixels.
const HALL_ROW: f32 = 0.85;
const HALL_WIDTH: f32 = 420.0;
/// Contrast of words before a hall.
const HALL_CONTRAST: f64 = 7.0;
/// Narrowest room in which streams are named before a hall, in sizes of its type.
const NAMES_FROM: f32 = 22.0;
/// Share of the width that the title may take: the choice of what is shown stands beside it.
const TITLE_SHARE: f32 = 0.47;

/// What a picture is scaled by.
struct Sizes {
    /// Lines and distances.
    scale: f32,
    /// Rows.
    unit: f32,
    /// Type.
    type_unit: f32,
    /// Whether a hall reads it.
    hall: bool,
}

fn laid_out(picture: &LungPicture, palette: &Palette, size: [f32; 2], sizes: &Sizes, breath: Option<f32>) -> LungScene {
    let [wide, high] = size;
    let Sizes { scale, unit, type_unit, hall } = *sizes;
    let narrow = hall && wide < NAMES_FROM * TICK * type_unit;
    let inner = Rect { left: 12.0 * scale, top: 8.0 * scale, right: wide - 12.0 * scale, bottom: high - 8.0 * scale };
    let mut scene =
        Scene { size, title: NAME.to_owned(), text: picture.text.clone(), ground: palette.panel, items: Vec::new() };
    if !hall {
        let title = Words::new(NAME, TITLE * unit, palette.text).bold();
        let share = (TITLE_SHARE * inner.wide() / title.wide()).min(1.0);
        let title = Words { size: title.size * share, ..title };
        scene.write(title.at(Anchor::Start, [inner.left, inner.top + 14.0 * unit]));
    }
    // A low picture keeps its room for the streams; its lesson stands in its words.
    let rows = 6.0 + 1.4 * picture.streams.len() as f32;
    let mut foot = inner.bottom;
    if !hall && inner.high() >= ROW * unit * rows {
        // No line begins with a unit.
        let words = Words::new(picture.caption.replace(" %", "\u{a0}%"), CAPTION * unit, palette.text);
        let lines = in_lines(&words, inner.wide());
        foot -= lines.len() as f32 * words.high();
        for (i, line) in lines.into_iter().enumerate() {
            let corner = Rect::at([inner.left, foot + i as f32 * words.high()], [0.0; 2]);
            scene.write(Words { text: line, ..words.clone() }.in_box(&corner));
        }
        foot -= 6.0 * scale;
    }
    let above = if hall { 0.0 } else { 34.0 * unit };
    let room = Rect { top: inner.top + above, bottom: foot, ..inner };
    let placed = picture.place([room.wide(), room.high().max(0.0)], &Metrics { row: ROW * unit });
    let mut under = scene.items.len();
    if let Some(breath) = breath
        && room.high() >= 60.0 * unit
    {
        let mut canvas = Canvas {
            picture,
            palette,
            placed: &placed,
            room,
            scale,
            unit,
            type_unit,
            hall,
            narrow,
            scene,
            taken: Vec::new(),
        };
        canvas.airs(breath);
        for (index, ribbon) in placed.ribbons.iter().enumerate() {
            canvas.ribbon(index, ribbon);
        }
        canvas.trunks();
        under = canvas.scene.items.len();
        canvas.names();
        scene = canvas.scene;
    }
    LungScene { scene, under, room, placed }
}

/// A text in one line or two, cut short where that is not enough.
fn in_lines(words: &Words, room: f32) -> Vec<String> {
    let fits = |text: &str| width(text, words.size, words.bold) <= room;
    let mut lines = vec![String::new()];
    for word in words.text.split(' ') {
        let last = lines.len() - 1;
        let longer = if lines[last].is_empty() { word.to_owned() } else { format!("{} {word}", lines[last]) };
        if fits(&longer) || lines[last].is_empty() {
            lines[last] = longer;
        } else if last == 0 {
            lines.push(word.to_owned());
        } else {
            let mut cut = lines[last].clone();
            while !fits(&format!("{cut}…")) && cut.pop().is_some() {}
            lines[last] = format!("{}…", cut.trim_end());
            break;
        }
    }
    lines
}

struct Canvas<'a> {
    picture: &'a LungPicture,
    palette: &'a Palette,
    placed: &'a Placed,
    room: Rect,
    scale: f32,
    /// What rows are scaled by, and what type is.
    unit: f32,
    type_unit: f32,
    /// Whether a hall reads it, and whether it has not the room for names of streams.
    hall: bool,
    narrow: bool,
    /// Where words stand so far.
    taken: Vec<Rect>,
    scene: Scene,
}

/// Where the letters of words around a middle line stand.
fn letters(words: &Words, anchor: Anchor, [x, y]: [f32; 2]) -> Rect {
    let high = LETTERS * words.size;
    Rect::at([x - anchor.share() * words.wide(), y - high / 2.0], [words.wide(), high])
}

/// Height of letters, of their size.
const LETTERS: f32 = 1.0;

fn percent(frac: f64) -> String {
    format!("{:.0} %", percent_from_frac(frac))
}

impl Canvas<'_> {
    fn at(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [self.room.left + x, self.room.top + y]
    }

    fn rect(&self, [left, top, right, bottom]: &Band) -> Rect {
        let ([left, top], [right, bottom]) = (self.at([*left, *top]), self.at([*right, *bottom]));
        Rect { left, top, right, bottom }
    }

    fn words(&self, text: impl Into<String>, colour: Rgb) -> Words {
        Words::new(text, TICK * self.type_unit, colour)
    }

    /// Height of a line of names.
    fn line(&self) -> f32 {
        if self.hall { 1.15 * TICK * self.type_unit } else { ROW * self.unit }
    }

    /// Writes around a middle line; returns the room that it takes.
    fn write(&mut self, words: Words, anchor: Anchor, [x, y]: [f32; 2]) {
        self.taken.push(letters(&words, anchor, [x, y]));
        let baseline = y + (ASCENT - DESCENT) / 2.0 * words.size;
        self.scene.write(words.at(anchor, [x, baseline]));
    }

    /// Whether words would lie on no others; before a hall streams are named by other rules.
    fn has_room(&self, words: &Words, anchor: Anchor, at: [f32; 2]) -> bool {
        let place = letters(words, anchor, at);
        self.hall || !self.taken.iter().any(|taken| taken.meets(&place))
    }

    /// The same on a ground of its own, where blood may pass behind it.
    fn plated(&mut self, words: Words, anchor: Anchor, at: [f32; 2], aside: f32) {
        let [wide, high] = words.room();
        let left = at[0] - anchor.share() * wide - aside;
        let ground = Rect::at([left, at[1] - high / 2.0 + self.scale], [wide + 2.0 * aside, high - 2.0 * self.scale]);
        let opacity = if self.hall { 1.0 } else { GROUND };
        self.scene.items.push(block(ground, 3.0 * self.scale, self.palette.panel, opacity));
        self.write(words, anchor, at);
    }

    /// Words on blood, black or white; before a hall on a ground of their own, as neither is clear on every blood.
    fn on_blood(&mut self, words: Words, anchor: Anchor, at: [f32; 2], blood: Rgb) {
        if self.hall {
            self.plated(words, anchor, at, 2.0 * self.scale);
        } else {
            self.write(Words { colour: text_on(blood), ..words }, anchor, at);
        }
    }

    fn shape(&mut self, outline: Outline, fill: Fill, pen: Option<Pen>, name: String) {
        self.scene.items.push(Item::Shape(Shape { outline, fill: Some(fill), pen, name }));
    }

    /// A block of blood of one colour.
    fn block(&mut self, band: &Band, colour: Rgb, name: String) {
        let rect = self.rect(band).grown(self.scale / 2.0);
        let pen = Pen::full(outline(self.palette, colour), self.scale);
        self.shape(Outline::Box(rect, 2.0 * self.scale), Fill::Plain(colour, 1.0), Some(pen), name);
    }

    /// Gas on its way down, behind the blood; then the alveoli.
    fn airs(&mut self, breath: f32) {
        let (gas, placed) = (self.palette.channels.ventilation, self.placed);
        let pale = mixed(self.palette.panel, gas, PALE);
        for air in &placed.airs {
            let points: Vec<[f32; 2]> = air.middle.iter().map(|point| self.at(*point)).collect();
            self.scene.items.push(line(points, Pen::full(pale, air.width.max(self.scale))));
        }
        let full = mixed(self.palette.panel, gas, FAINT);
        for air in &placed.airs {
            let fill = if air.stream.is_some() { full } else { self.palette.panel };
            for centre in &air.alveoli {
                let pen = Pen::full(gas, 1.8 * self.scale);
                self.scene.items.push(circle(self.at(*centre), air.radius * breath, fill, pen, ""));
            }
        }
    }

    /// Saturation along a stream at an x.
    fn saturation_at(&self, index: usize, ribbon: &Ribbon, x: f32) -> f64 {
        let (from, to) = (self.picture.incoming.saturation_frac, self.picture.streams[index].out.saturation_frac);
        let share = ((x - ribbon.exchange[0]) / (ribbon.exchange[1] - ribbon.exchange[0])).clamp(0.0, 1.0);
        from + f64::from(share * share * (3.0 - 2.0 * share)) * (to - from)
    }

    fn ribbon(&mut self, index: usize, ribbon: &Ribbon) {
        let [begin, end] = ribbon.ends();
        let way = ribbon.exchange[1] - ribbon.exchange[0];
        let exchange = (0..=STOPS).map(|i| ribbon.exchange[0] + i as f32 / STOPS as f32 * way);
        let stops = exchange
            .clone()
            .map(|x| ((x - begin) / (end - begin), blood(self.saturation_at(index, ribbon, x))))
            .collect();
        let mut xs: Vec<f32> = ribbon.middle.iter().map(|point| point[0]).chain(exchange).collect();
        xs.sort_by(f32::total_cmp);
        let half = ribbon.width / 2.0;
        let edges: Vec<[f32; 3]> = xs
            .iter()
            .map(|x| (self.at([*x, ribbon.y_at(*x)]), half))
            .map(|([x, y], half)| [x, y - half, y + half])
            .collect();
        let stream = &self.picture.streams[index];
        let name = format!("{}: {}", stream.title(), stream.facts.join(", "));
        // Where blood does not stand out from the ground, lines along it do.
        let faint: Vec<bool> = xs
            .iter()
            .map(|x| blood(self.saturation_at(index, ribbon, *x)))
            .map(|colour| outline(self.palette, colour) != colour)
            .collect();
        self.shape(Outline::Band(edges.clone()), Fill::Across(stops), None, name);
        let mut first = 0;
        for run in faint.chunk_by(|a, b| a == b) {
            let until = (first + run.len() + 1).min(edges.len());
            if run[0] {
                for side in [1, 2] {
                    let edge = edges[first..until].iter().map(|edge| [edge[0], edge[side]]);
                    self.scene.items.push(line(edge, Pen::full(self.palette.outline, self.scale)));
                }
            }
            first += run.len();
        }
    }

    /// A band of colour that becomes another from left to right.
    fn blend(&mut self, rect: &Rect, from: Rgb, to: Rgb, name: String) {
        let edges = vec![[rect.left, rect.top, rect.bottom], [rect.right, rect.top, rect.bottom]];
        self.shape(Outline::Band(edges), Fill::Across(vec![(0.0, from), (1.0, to)]), None, name);
    }

    /// Lines above and below a rectangle.
    fn bounded(&mut self, rect: &Rect, colour: Rgb) {
        for y in [rect.top, rect.bottom] {
            self.scene.items.push(line([[rect.left, y], [rect.right, y]], Pen::full(colour, self.scale)));
        }
    }

    /// Venous and arterial blood, the membrane lung between, and where the streams mix.
    fn trunks(&mut self) {
        let (picture, placed) = (self.picture, self.placed);
        let [venous, arterial] = [&picture.venous, &picture.arterial].map(|place| blood(place.load.saturation_frac));
        self.block(&placed.venous, venous, picture.venous.facts.join(", "));
        if let (Some(band), Some(membrane)) = (&placed.membrane, &picture.membrane) {
            let to = blood(picture.incoming.saturation_frac);
            let rect = self.rect(band);
            self.blend(&rect, venous, to, membrane.facts.join(", "));
            self.bounded(&rect, outline(self.palette, to));
            let returned = blood(membrane.returned.saturation_frac);
            let top = rect.top - 30.0 * self.unit;
            let circuit = Rect { top, bottom: rect.top - 6.0 * self.scale, ..rect };
            let pen = Pen::full(outline(self.palette, returned), self.scale);
            let corners = Outline::Box(circuit.grown(-self.scale / 2.0), 4.0 * self.scale);
            self.shape(corners, Fill::Plain(returned, 1.0), Some(pen), String::new());
            let label = self.words("ML", self.palette.text).bold();
            self.on_blood(label, Anchor::Middle, circuit.centre(), returned);
            let inset = 6.0 * self.scale;
            let down = |x: f32| [[x, circuit.bottom], [x, rect.top]];
            let mut pipes = vec![(down(circuit.left + inset), venous)];
            if membrane.to_vein {
                pipes.push((down(circuit.right - inset), returned));
            }
            if membrane.to_aorta {
                // It goes past the lung: a pipe away from it, with the name of where it ends.
                let y = circuit.centre()[1];
                let end = [circuit.right + 4.0 * inset, y];
                pipes.push(([[circuit.right, y], end], returned));
                let label = self.words("aorta", self.palette.text);
                self.plated(label, Anchor::Start, [end[0] + inset, y], 2.0 * self.scale);
            }
            for (pipe, colour) in pipes {
                let pen = Pen::full(outline(self.palette, colour), 4.0 * self.scale);
                self.scene.items.push(line(pipe, pen));
            }
        }
        // Each stream ends in its own colour and is drawn into the mixture.
        let mixing = self.rect(&placed.mixing);
        for (ribbon, stream) in placed.ribbons.iter().zip(&picture.streams) {
            let middle = self.room.top + ribbon.middle.last().map_or(0.0, |point| point[1]);
            let slot = Rect { top: middle - ribbon.width / 2.0, bottom: middle + ribbon.width / 2.0, ..mixing };
            self.blend(&slot, blood(stream.out.saturation_frac), arterial, stream.title());
        }
        self.bounded(&mixing, outline(self.palette, arterial));
        self.block(&placed.arterial, arterial, picture.arterial.facts.join(", "));
    }

    /// Every name: of what comes and leaves, of the gas, of the streams, of the dead space.
    fn names(&mut self) {
        self.ends();
        self.gas_names();
        let mut named: Vec<f32> = Vec::new();
        let streams = &self.picture.streams;
        let mut order: Vec<usize> = (0..self.placed.ribbons.len()).collect();
        // Those first that have to be named: the detours, then the widest.
        let weight = |index: usize| streams[index].share_frac + if streams[index].kind.is_shunt() { 1.0 } else { 0.0 };
        order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
        for index in order {
            let ribbon = &self.placed.ribbons[index];
            // A name that would cover another is left to what is said of the part, and to the words.
            let y = self.name_y(index, ribbon);
            if named.iter().all(|other| (other - y).abs() >= 0.88 * self.line()) {
                named.push(y);
                self.stream_names(index, ribbon);
            }
        }
    }

    fn ends(&mut self) {
        let (left, right) = (self.rect(&self.placed.venous), self.rect(&self.placed.arterial));
        let (row, gap, y) = (16.0 / ROW * self.line(), 7.0 * self.scale, left.centre()[1]);
        let [large, usual] = if self.hall { [1.1 * TICK, TICK] } else { [16.0, 14.0] };
        let [venous, arterial] = [&self.picture.venous, &self.picture.arterial].map(|of| of.load.saturation_frac);
        let (channels, before) = (&self.palette.channels, self.picture.arterial_before);
        // Where a pump's blood joins it in the aorta, what leaves the heart is no artery's.
        let leaving = if self.picture.membrane.as_ref().is_some_and(|of| of.to_aorta) { "LV" } else { "a" };
        for (x, anchor, name, saturation, colour, before) in [
            (left.left - gap, Anchor::End, "v̄", venous, channels.venous, None),
            (right.right + gap, Anchor::Start, leaving, arterial, channels.arterial, before),
        ] {
            let colour = match self.hall {
                true => clear(colour, self.palette.panel, self.palette.text, HALL_CONTRAST),
                false => colour,
            };
            let sized = |text: String, size: f32| Words::new(text, size * self.type_unit, colour).bold();
            let (name, number) = (sized(name.to_owned(), large), sized(percent(saturation), usual));
            self.write(name, anchor, [x, y - row / 2.0]);
            self.write(number, anchor, [x, y + row / 2.0]);
            if let Some(before) = before.filter(|before| percent(before.saturation_frac) != percent(saturation)) {
                let weak = self.palette.weak;
                let word = if self.picture.beside.is_some() { "held" } else { "before" };
                self.write(self.words(word, weak), anchor, [x, y + 1.5 * row]);
                self.write(self.words(percent(before.saturation_frac), weak), anchor, [x, y + 2.4 * row]);
            }
        }
        if !self.narrow && y + 2.9 * row <= self.room.bottom {
            let flow = format!("{:.1}", self.picture.output_l_per_min);
            for (text, rows) in [(flow, 1.5), ("L/min".to_owned(), 2.4)] {
                let words = self.words(text, self.palette.weak);
                self.write(words, Anchor::End, [left.left - gap, y + rows * row]);
            }
        }
    }

    fn gas_names(&mut self) {
        let (picture, placed) = (self.picture, self.placed);
        let row = ROW * self.unit;
        if let Some(first) = placed.airs.first() {
            let right = self.at([first.middle[0][0], 0.0])[0] - 1.3 * row - 4.0 * self.scale;
            let y = self.rect(&placed.airway).top + 0.75 * row;
            let text = format!("gas in, {}", picture.inspired.first().map_or("", String::as_str));
            let words = self.words(text, self.palette.weak);
            if right - words.wide() >= self.room.left {
                self.write(words, Anchor::End, [right, y]);
            }
        }
        let dead = placed.airs.iter().find(|air| air.stream.is_none()).and_then(|air| Some((air, air.alveoli.last()?)));
        if let (Some(space), Some((air, last))) = (&picture.dead_space, dead) {
            let [x, y] = self.at([last[0] + air.radius + 6.0 * self.scale, last[1]]);
            let words = self.words(format!("dead space {}", percent(space.share_frac)), self.palette.weak);
            if x + words.wide() <= self.room.right {
                self.write(words, Anchor::Start, [x, y]);
            }
        }
    }

    /// y of the name of a stream.
    fn name_y(&self, index: usize, ribbon: &Ribbon) -> f32 {
        let top = ribbon.lane[3] - ribbon.width;
        let inside = self.picture.streams[index].kind.is_shunt() && self.is_thick(ribbon);
        self.room.top + if inside { top + ribbon.width / 2.0 } else { (ribbon.lane[1] + top) / 2.0 }
    }

    /// Whether the name of a detour has room in it.
    fn is_thick(&self, ribbon: &Ribbon) -> bool {
        ribbon.width > 18.0 / ROW * self.line()
    }

    /// Name above the stream, its saturation where it leaves.
    fn stream_names(&mut self, index: usize, ribbon: &Ribbon) {
        let stream = &self.picture.streams[index];
        let lane = self.rect(&ribbon.lane);
        let top = lane.bottom - ribbon.width;
        let (middle, ink) = ((lane.top + top) / 2.0, self.palette.text);
        if stream.kind.is_shunt() {
            let thick = self.is_thick(ribbon);
            // As much as there is room for between the bends.
            let short = format!("{} {}", percent(stream.share_frac), stream.name);
            let words = |text: String| self.words(text, ink).bold();
            let whole = words(format!("{short}, meets no gas"));
            let least = words(percent(stream.share_frac));
            let shortest = least.clone();
            let words = match [whole.wide(), words(short.clone()).wide()].map(|wide| wide <= lane.wide()) {
                [true, _] => whole,
                // On blood of its own colour nothing of a word may stand beside it.
                [false, false] if self.hall || thick => least,
                _ => words(short),
            };
            let x = lane.centre()[0];
            let y = if thick { top + ribbon.width / 2.0 } else { middle };
            let words = if self.has_room(&words, Anchor::Middle, [x, y]) { words } else { shortest };
            match thick {
                true => {
                    let blood = blood(self.picture.incoming.saturation_frac);
                    self.on_blood(words, Anchor::Middle, [x, top + ribbon.width / 2.0], blood);
                }
                false => self.plated(words, Anchor::Middle, [x, middle], 2.0 * self.scale),
            }
            let row = ROW * self.unit;
            let above = if thick { 0.0 } else { row };
            if stream.kind == Kind::Collapsed && top - lane.top > row + above {
                self.collapsed([x, middle - above]);
            }
            return;
        }
        let air = self.placed.airs.iter().any(|air| air.stream == Some(index));
        let airway =
            self.placed.airs.iter().map(|air| air.middle[0][0] - air.width / 2.0).fold(f32::INFINITY, f32::min);
        let right = if air { self.room.left + airway } else { lane.centre()[0] };
        let out = percent(stream.out.saturation_frac);
        let x = lane.right - 2.0 * self.scale;
        if ribbon.width > self.line() {
            let blood = blood(stream.out.saturation_frac);
            let words = self.words(out, ink).bold();
            self.on_blood(words, Anchor::End, [x, top + ribbon.width / 2.0], blood);
        } else {
            let words = self.words(out, ink).bold();
            if self.has_room(&words, Anchor::End, [x, middle]) {
                self.plated(words, Anchor::End, [x, middle], 0.0);
            }
        }
        let (name, at) = (self.words(&*stream.name, ink), [right - 6.0 * self.scale, middle]);
        if !self.narrow && self.has_room(&name, Anchor::End, at) {
            self.plated(name, Anchor::End, at, 0.0);
        }
    }

    /// Alveoli without gas.
    fn collapsed(&mut self, [x, y]: [f32; 2]) {
        let radius = 4.0 * self.unit;
        let weak = self.palette.weak;
        for i in -2..=2 {
            let x = x + 3.0 * radius * i as f32;
            let pen = Pen { dash: vec![5.0 * self.scale, 3.0 * self.scale], ..Pen::full(weak, 2.0 * self.scale) };
            self.scene.items.push(line([[x - radius, y], [x + radius, y]], pen));
            let outline = Outline::Circle([x, y], radius);
            let pen = Some(Pen::full(weak, self.scale));
            self.scene.items.push(Item::Shape(Shape { outline, fill: None, pen, name: String::new() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::svg::escaped;
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
            #[cfg(feature = "pictures")]
            {
                let png = crate::draw::png::drawn("the lung picture", &text, [900, 600]).expect("a picture");
                assert!(png.len() > 8000, "{}: {}", scenario.id, png.len());
            }
        }
    }

    #[test]
    fn inv_text_on_blood_is_readable_whatever_its_saturation() {
        for percent in 0..=100 {
            let ground = blood(f64::from(percent) / 100.0);
            assert!(contrast(text_on(ground), ground) >= 4.5, "{percent} %");
        }
    }

    /// What is painted last below a place.
    fn under(items: &[Item], [x, y]: [f32; 2], ground: Rgb) -> Rgb {
        items.iter().fold(ground, |under, item| match item {
            Item::Clipped(_, items) => super::tests::under(items, [x, y], under),
            Item::Words(_) => under,
            Item::Shape(shape) => {
                let Some(fill) = &shape.fill else { return under };
                let opaque = !matches!(fill, Fill::Plain(_, opacity) if *opacity < 1.0);
                let share = match &shape.outline {
                    Outline::Box(rect, _) if rect.distance([x, y]) <= 0.0 => Some((x - rect.left) / rect.wide()),
                    Outline::Band(edges) => {
                        let after = edges.partition_point(|edge| edge[0] < x);
                        let pair = after.checked_sub(1).and_then(|i| Some((edges[i], *edges.get(after)?)));
                        let inside = pair.is_some_and(|(a, b)| {
                            let t = (x - a[0]) / (b[0] - a[0]).max(1e-6);
                            (a[1] + t * (b[1] - a[1])..=a[2] + t * (b[2] - a[2])).contains(&y)
                        });
                        let ends = edges.first().zip(edges.last());
                        ends.filter(|_| inside).map(|(first, last)| (x - first[0]) / (last[0] - first[0]))
                    }
                    _ => None,
                };
                share.filter(|_| opaque).map_or(under, |share| fill.at(share))
            }
        })
    }

    #[test]
    fn inv_every_word_of_the_lung_before_a_hall_is_clear_on_what_it_stands_on() {
        let palette = ThemeName::Projector.palette();
        let (mut words, mut faint) = (0, Vec::new());
        for scenario in scenario::builtin() {
            let Ok(now) = Model::new().snapshot(&scenario.params) else { continue };
            let picture = figure(&now, None);
            for size in [[420.0, 300.0], [700.0, 380.0], [1300.0, 760.0]] {
                let scene = scene_for_a_hall(&picture, palette, size, 24.0).scene;
                for (i, item) in scene.items.iter().enumerate() {
                    let Item::Words(of) = item else { continue };
                    let x = of.at[0] + (0.5 - of.anchor.share()) * of.wide();
                    let ground = under(&scene.items[..i], [x, of.at[1] - 0.3 * of.size], palette.panel);
                    words += 1;
                    let ratio = contrast(of.colour, ground);
                    if ratio < HALL_CONTRAST {
                        faint.push(format!("{}: `{}` {ratio:.1} on {ground:?}", scenario.id, of.text));
                    }
                }
            }
        }
        assert!(faint.is_empty(), "{} of {words}: {}", faint.len(), faint.join("\n"));
        assert!(words > 500, "{words}");
    }

    #[test]
    fn inv_blood_or_its_outline_stands_out_from_the_panel() {
        for name in ThemeName::ALL {
            let palette = name.palette();
            for percent in 0..=100 {
                let line = outline(palette, blood(f64::from(percent) / 100.0));
                assert!(contrast(line, palette.panel) >= MARK_CONTRAST, "{name:?} at {percent} %");
            }
        }
    }
}
