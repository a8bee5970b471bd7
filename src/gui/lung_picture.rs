//! Shows a [`LungPicture`]: its scene, what moves in it, and what answers the hand; or the same blood in red cells.

use eframe::egui::{
    Align2, Color32, FontId, Id, Painter, Pos2, Rect, Response, Role as NodeRole, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::numerics::float;
use crate::{
    draw::lung::{self, LungScene},
    figure::lung_picture::{Band, CELLS, FULL_FRAC, LungPicture, POOR_FRAC, Part, Placed},
    gui::{
        link::{Link, Target},
        scene,
        theme::Theme,
        widgets::{bubble::bubble, controls::segmented},
    },
    text::words,
    units::percent_from_frac,
};

/// The name under which assistive technology finds the picture.
pub const TITLE: &str = lung::NAME;
/// Its stable name among the pictures.
pub const ID: &str = "lung_picture";
/// How fast a red cell goes, points a second for each L/min of output.
const SPEED: f32 = 13.0;
/// Particles in all streams together.
const PARTICLES: f64 = 90.0;
/// Time between frames while it moves, s.
const FRAME_S: f32 = 1.0 / 30.0;
/// By how much the alveoli grow with a breath.
const BREATH: f32 = 0.07;

/// What the painter has to know beside the picture.
#[derive(Debug)]
pub struct View<'a> {
    /// Whether blood is counted in red cells instead of drawn as streams; the switch on the picture turns it.
    pub cells: &'a mut bool,
    /// Whether it moves.
    pub moving: bool,
    /// Whether it stays as it is: there is no switch on it then.
    pub fixed: bool,
    /// What lights up in all pictures.
    pub link: &'a mut Link,
}

/// How far blood and breath have come, and when that was.
#[derive(Debug, Clone, Copy, Default)]
struct Motion {
    blood: f32,
    breath: f32,
    time_s: f64,
}

/// Shows the picture in a panel of the given size.
pub fn show(ui: &mut Ui, theme: &Theme, picture: &LungPicture, size: Vec2, view: &mut View<'_>) -> Response {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = ui.scope_id().with(ID);
    let response = ui.interact(rect, id, Sense::focusable_noninteractive() | Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, ui.is_enabled(), TITLE));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(picture.text.as_str()));
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let motion = motion(ui, id, picture, view.moving && !*view.cells);
    let breath = 1.0 + BREATH * float::sin(f64::from(std::f32::consts::TAU * motion.breath)) as f32;
    let breath = (!*view.cells).then_some(breath);
    let LungScene { scene: drawn, under, room, placed } = lung::scene(
        picture,
        theme.name.palette(),
        [rect.width(), rect.height()],
        theme.type_scale / theme.name.palette().type_scale,
        breath,
    );
    if !view.fixed {
        head(ui, theme, rect.shrink2(vec2(12.0, 8.0)), view.cells);
    }
    let room = scene::rect(&room, rect.min);
    let (below, names) = drawn.items.split_at(under);
    scene::paint_items(&painter, theme, below, rect.min);
    if room.height() < theme.size(60.0) {
        return response;
    }
    let canvas = Canvas { painter: &painter, theme, picture, placed: &placed, room, lit: view.link.lit.clone() };
    let grid = Grid::new(theme, room);
    if *view.cells {
        canvas.cells(&grid);
    } else {
        canvas.lights();
        canvas.particles(motion);
        scene::paint_items(&painter, theme, names, rect.min);
    }

    let pointer = ui.input(|input| input.pointer.latest_pos()).filter(|at| room.contains(*at));
    let pointer = pointer.filter(|_| ui.rect_contains_pointer(room));
    let hovered = pointer.and_then(|at| {
        let part = if *view.cells {
            canvas.cell_at(&grid, at)
        } else {
            let at = at - room.min.to_vec2();
            placed.part_at([at.x, at.y], 5.0)
        };
        Some((part?, at))
    });
    let focused = parts(ui, id, &canvas, &grid, *view.cells);
    if let Some((part, at)) = focused.or(hovered) {
        if let Some(target) = target(picture, part) {
            view.link.point_at(target);
        }
        let (name, facts) = picture.told(part);
        let lines: Vec<String> = std::iter::once(name).chain(facts.iter().cloned()).collect();
        bubble(&painter, theme, rect.shrink(3.0), at, &lines);
    }
    if response.has_focus() {
        painter.rect_stroke(rect, theme.radius(), theme.focus_stroke(), StrokeKind::Inside);
    }
    response
}

/// What other pictures know a part by.
fn target(picture: &LungPicture, part: Part) -> Option<Target> {
    match part {
        Part::Stream(index) => {
            let stream = picture.streams.get(index)?;
            Some(if stream.kind.is_shunt() { Target::Shunt } else { Target::Units(stream.units.clone()) })
        }
        Part::DeadSpace => Some(Target::DeadSpace),
        _ => None,
    }
}

/// Each part is a stop of the Tab key with its numbers; returns the one that has the focus, and where.
fn parts(ui: &Ui, id: Id, canvas: &Canvas<'_>, grid: &Grid, cells: bool) -> Option<(Part, Pos2)> {
    let mut focused = None;
    for part in canvas.picture.parts() {
        let place = if cells { canvas.cells_of(grid, part) } else { canvas.placed.band(part).map(|b| canvas.rect(&b)) };
        let Some(place) = place else { continue };
        let (name, facts) = canvas.picture.told(part);
        let part_id = id.with(&name);
        let response = ui.interact(place, part_id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(NodeRole::ListItem, true, &name));
        ui.ctx().accesskit_node_builder(part_id, |node| node.set_value(facts.join(", ")));
        if response.has_focus() {
            canvas.painter.rect_stroke(place.expand(3.0), 6.0, canvas.theme.focus_stroke(), StrokeKind::Outside);
            focused = Some((part, place.center()));
        }
    }
    focused
}

/// The choice between flows and cells.
fn head(ui: &mut Ui, theme: &Theme, inner: Rect, cells: &mut bool) {
    let title = ui.painter().layout_no_wrap(TITLE.to_owned(), theme.bold(15.0), theme.text).size().x;
    // Beside the title and its sign.
    let room = (inner.width() - title - theme.size(30.0)).max(theme.size(60.0));
    let width = theme.size(150.0).min(inner.width() * 0.45).min(room);
    let place = Rect::from_min_size(pos2(inner.right() - width, inner.top() - 2.0), vec2(width, theme.size(26.0)));
    let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
    if let Some(asked) = segmented(
        &mut child,
        theme,
        words::lung::view(),
        &[words::lung::flow(), words::lung::cells()],
        usize::from(*cells),
    ) {
        *cells = asked == 1;
        ui.ctx().request_repaint();
    }
}

/// How far blood and breath have come; asks for the next frame while they move.
fn motion(ui: &Ui, id: Id, picture: &LungPicture, moving: bool) -> Motion {
    let now_s = ui.input(|input| input.time);
    let id = id.with("motion");
    let mut motion: Motion = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if moving {
        let passed_s = (now_s - motion.time_s).clamp(0.0, 0.1) as f32;
        motion.blood += passed_s * SPEED * picture.output_l_per_min as f32;
        motion.breath = (motion.breath + passed_s * picture.rate_per_min as f32 / 60.0).fract();
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f32(FRAME_S));
    }
    motion.time_s = now_s;
    ui.data_mut(|data| data.insert_temp(id, motion));
    motion
}

struct Canvas<'a> {
    painter: &'a Painter,
    theme: &'a Theme,
    picture: &'a LungPicture,
    placed: &'a Placed,
    room: Rect,
    lit: Option<Target>,
}

impl Canvas<'_> {
    fn at(&self, [x, y]: [f32; 2]) -> Pos2 {
        self.room.min + vec2(x, y)
    }

    fn rect(&self, band: &Band) -> Rect {
        Rect::from_min_max(self.at([band[0], band[1]]), self.at([band[2], band[3]]))
    }

    fn text(&self, at: Pos2, align: Align2, text: impl Into<String>, font: FontId, colour: Color32) -> Rect {
        let galley = self.painter.layout_no_wrap(text.into(), font, colour);
        let rect = align.anchor_size(at, galley.size());
        self.painter.galley(rect.min, galley, colour);
        rect
    }

    fn is_lit(&self, part: Part) -> bool {
        match (&self.lit, part) {
            (Some(Target::Units(units)), Part::Stream(index)) => {
                self.picture.streams[index].units.iter().any(|unit| units.contains(unit))
            }
            (Some(Target::Shunt), Part::Stream(index)) => self.picture.streams[index].kind.is_shunt(),
            (Some(Target::DeadSpace), Part::DeadSpace) => true,
            _ => false,
        }
    }

    /// What is pointed at here or in another picture: lines along the blood, rings around the alveoli.
    fn lights(&self) {
        let ring = Stroke::new(2.5, self.theme.accent);
        for (index, ribbon) in self.placed.ribbons.iter().enumerate() {
            if !self.is_lit(Part::Stream(index)) {
                continue;
            }
            for half in [-0.5, 0.5] {
                let edge = ribbon.middle.iter().map(|[x, y]| self.at([*x, y + half * ribbon.width]));
                self.painter.line(edge.collect(), ring);
            }
        }
        for air in &self.placed.airs {
            if self.is_lit(air.stream.map_or(Part::DeadSpace, Part::Stream)) {
                for centre in &air.alveoli {
                    self.painter.circle_stroke(self.at(*centre), air.radius, ring);
                }
            }
        }
    }

    /// Red cells on their way: as many as there is flow, as fast as the output is large.
    fn particles(&self, motion: Motion) {
        let radius = 1.9 * self.theme.line_width / 2.0;
        for (stream, ribbon) in self.picture.streams.iter().zip(&self.placed.ribbons) {
            let count = (stream.share_frac * PARTICLES).round().max(1.0) as usize;
            let [begin, end] = ribbon.ends();
            let room = (ribbon.width - 2.0 * radius - 2.0).max(0.0);
            for i in 0..count {
                // Spread without a pattern, and the same in every frame.
                let share = (spread(2 * i) + motion.blood / (end - begin)).fract();
                let aside = spread(2 * i + 1) - 0.5;
                let x = begin + share * (end - begin);
                let at = self.at([x, ribbon.y_at(x) + aside * room]);
                self.painter.circle_filled(at, radius.min(ribbon.width / 2.0), Color32::from_white_alpha(105));
            }
        }
    }
}

/// A number from 0 to 1 for each index, as if thrown.
fn spread(index: usize) -> f32 {
    let mixed = (index as u32 + 1).wrapping_mul(0x9E37_79B1);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85EB_CA77);
    ((mixed ^ (mixed >> 13)) >> 8) as f32 / (1 << 24) as f32
}

/// Two squares of a hundred cells: leaving the lung, and mixed.
struct Grid {
    left: Pos2,
    right: Pos2,
    step: f32,
}

impl Grid {
    fn new(theme: &Theme, room: Rect) -> Grid {
        let height = room.height() - theme.size(58.0);
        let step = (height / 10.0).min((room.width() - theme.size(70.0)) / 20.0).max(2.0);
        let gap = (room.width() - 20.0 * step) / 3.0;
        let top = room.top() + theme.size(24.0) + (height - 10.0 * step).max(0.0) / 2.0;
        Grid { left: pos2(room.left() + gap, top), right: pos2(room.left() + 2.0 * gap + 10.0 * step, top), step }
    }

    fn centre(&self, corner: Pos2, index: usize) -> Pos2 {
        corner + self.step * vec2((index % 10) as f32 + 0.5, (index / 10) as f32 + 0.5)
    }

    fn square(&self, corner: Pos2) -> Rect {
        Rect::from_min_size(corner, Vec2::splat(10.0 * self.step))
    }
}

impl Canvas<'_> {
    fn cells(&self, grid: &Grid) {
        let theme = self.theme;
        let mut index = 0;
        for (stream, cells) in self.picture.cells.of_stream.iter().enumerate() {
            let saturation = self.picture.streams[stream].out.saturation_frac;
            for _ in 0..*cells {
                self.cell(grid, grid.centre(grid.left, index), saturation, self.is_lit(Part::Stream(stream)));
                index += 1;
            }
        }
        let arterial = self.picture.arterial.load.saturation_frac;
        (0..CELLS).for_each(|index| self.cell(grid, grid.centre(grid.right, index), arterial, false));

        let (left, right) = (grid.square(grid.left), grid.square(grid.right));
        let heads = [(left, words::lung::leaving()), (right, words::lung::mixed())];
        for (square, head) in heads {
            let at = pos2(square.center().x, square.top() - 4.0);
            self.text(at, Align2::CENTER_BOTTOM, head, theme.bold(12.0), theme.text);
        }
        let between = pos2((left.right() + right.left()) / 2.0, left.center().y);
        self.text(between, Align2::CENTER_CENTER, "→", theme.bold(18.0), theme.weak);
        let [full, poor] = self.picture.cells.before;
        let partly = CELLS - full - poor;
        let mut counts = vec![words::lung::full(full), words::lung::poor(poor)];
        if partly > 0 {
            counts.insert(1, words::lung::partly(partly));
        }
        let [full_after, _] = self.picture.cells.after;
        let mixed = words::lung::mixed_cells(percent_from_frac(arterial), full_after);
        for (square, text) in [(left, counts.join(" · ")), (right, mixed)] {
            self.text(
                pos2(square.center().x, square.bottom() + 4.0),
                Align2::CENTER_TOP,
                text,
                theme.font(13.0),
                theme.text,
            );
        }
        let legend = words::lung::legend(percent_from_frac(FULL_FRAC), percent_from_frac(POOR_FRAC));
        self.text(
            pos2(self.room.center().x, self.room.bottom()),
            Align2::CENTER_BOTTOM,
            legend,
            theme.font(12.0),
            theme.weak,
        );
    }

    /// One red cell: filled where it is full, a ring where it is poorly loaded, between them a ring with a dot.
    fn cell(&self, grid: &Grid, at: Pos2, saturation_frac: f64, lit: bool) {
        let blood = lung::blood(saturation_frac);
        let outline = Stroke::new(1.0, scene::colour(lung::outline(self.theme.name.palette(), blood)));
        let radius = 0.40 * grid.step;
        self.painter.circle(at, radius, scene::colour(blood), outline);
        if saturation_frac < FULL_FRAC {
            let hole = if saturation_frac < POOR_FRAC { 0.55 } else { 0.25 };
            self.painter.circle(at, hole * radius, self.theme.panel, outline);
        }
        if lit {
            self.painter.circle_stroke(at, radius + 1.5, Stroke::new(2.0, self.theme.accent));
        }
    }

    /// The stream of the cell at a point, or the mixture.
    fn cell_at(&self, grid: &Grid, at: Pos2) -> Option<Part> {
        if grid.square(grid.right).contains(at) {
            return Some(Part::Arterial);
        }
        let inside = grid.square(grid.left).contains(at);
        let [column, row] = [at.x - grid.left.x, at.y - grid.left.y].map(|d| (d / grid.step).max(0.0) as usize);
        let index = 10 * row.min(9) + column.min(9);
        let ends = self.picture.cells.of_stream.iter().scan(0, |sum, cells| {
            *sum += cells;
            Some(*sum)
        });
        inside.then(|| ends.into_iter().position(|end| index < end)).flatten().map(Part::Stream)
    }

    /// Where the cells of a part stand.
    fn cells_of(&self, grid: &Grid, part: Part) -> Option<Rect> {
        match part {
            Part::Arterial => Some(grid.square(grid.right)),
            Part::Stream(index) => {
                let first: usize = self.picture.cells.of_stream[..index].iter().sum();
                let cells = self.picture.cells.of_stream[index];
                let half = Vec2::splat(grid.step / 2.0);
                let place = |index| Rect::from_center_size(grid.centre(grid.left, index), 2.0 * half);
                (first..first + cells).map(place).reduce(|all, cell| all.union(cell))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_what_is_pointed_at_lights_up_until_it_is_not() {
        let mut link = Link::default();
        link.point_at(Target::Shunt);
        link.point_at(Target::DeadSpace);
        assert!(link.settle() && link.lit == Some(Target::Shunt), "the first is heard");
        link.point_at(Target::Shunt);
        assert!(!link.settle(), "nothing new");
        assert!(link.settle() && link.lit.is_none());
    }
}
