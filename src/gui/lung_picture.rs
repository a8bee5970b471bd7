//! Paints a [`LungPicture`]: blood from the right heart on the left to the left heart on the right, gas from above.

use eframe::egui::{
    Align2, Color32, FontId, Id, Mesh, Painter, Pos2, Rect, Response, Role as NodeRole, Sense, Shape, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use crate::numerics::float;
use crate::{
    draw::palette::{self, Rgb},
    figure::{
        blood_scale,
        lung_picture::{Band, CELLS, FULL_FRAC, Kind, LungPicture, Metrics, POOR_FRAC, Part, Placed, Ribbon},
    },
    gui::{
        link::{Link, Target},
        theme::Theme,
        widgets::{bubble::bubble, controls::segmented, paint_dashed},
    },
    units::percent_from_frac,
};

/// The name under which assistive technology finds the picture.
pub const TITLE: &str = "Lung and blood";
/// Its stable name among the pictures.
pub const ID: &str = "lung_picture";
/// Name of the choice between flows and cells.
const VIEW: &str = "Lung picture as";
/// How fast a red cell goes, points a second for each L/min of output.
const SPEED: f32 = 13.0;
/// Particles in all streams together.
const PARTICLES: f64 = 90.0;
/// Time between frames while it moves, s.
const FRAME_S: f32 = 1.0 / 30.0;
/// Least contrast of a mark with its ground (WCAG 2.1, 1.4.11).
const MARK_CONTRAST: f64 = 3.0;
/// By how much the alveoli grow with a breath.
const BREATH: f32 = 0.07;

/// What the painter has to know beside the picture.
#[derive(Debug)]
pub struct View<'a> {
    /// Whether blood is counted in red cells instead of drawn as streams; the switch on the picture turns it.
    pub cells: &'a mut bool,
    /// Whether it moves.
    pub moving: bool,
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
    let inner = rect.shrink2(vec2(12.0, 8.0));
    head(ui, theme, inner, view.cells);

    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    // A low picture keeps its room for the streams; its lesson stands in its words.
    let rows = 6.0 + 1.4 * picture.streams.len() as f32;
    let foot = if inner.height() < theme.size(15.0 * rows) {
        inner.bottom()
    } else {
        foot(&painter, theme, picture, inner) - 6.0
    };
    let room = Rect::from_min_max(inner.min + vec2(0.0, theme.size(34.0)), pos2(inner.right(), foot));
    if room.height() < theme.size(60.0) {
        return response;
    }
    let motion = motion(ui, id, picture, view.moving && !*view.cells);
    let placed = picture.place([room.width(), room.height()], &Metrics { row: theme.size(15.0) });
    let canvas = Canvas { painter: &painter, theme, picture, placed: &placed, room, lit: view.link.lit.clone() };
    let grid = Grid::new(theme, room);
    if *view.cells {
        canvas.cells(&grid);
    } else {
        canvas.flows(motion);
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

/// Title, and the choice between flows and cells.
fn head(ui: &mut Ui, theme: &Theme, inner: Rect, cells: &mut bool) {
    let width = theme.size(150.0).min(inner.width() * 0.45);
    let place = Rect::from_min_size(pos2(inner.right() - width, inner.top() - 2.0), vec2(width, theme.size(26.0)));
    let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
    if let Some(asked) = segmented(&mut child, theme, VIEW, &["Flow", "100 cells"], usize::from(*cells)) {
        *cells = asked == 1;
        ui.ctx().request_repaint();
    }
    let title = ui.painter().layout_no_wrap(TITLE.to_owned(), theme.bold(15.0), theme.text);
    crate::gui::widgets::paint_line(ui.painter(), inner.left_top() + vec2(0.0, theme.size(14.0)), title);
}

/// The lesson at the foot; returns where it begins.
fn foot(painter: &Painter, theme: &Theme, picture: &LungPicture, inner: Rect) -> f32 {
    // No line begins with a unit.
    let caption = picture.caption.replace(" %", "\u{a0}%");
    let mut job = LayoutJob::simple(caption, theme.font(13.0), theme.text, inner.width());
    job.wrap = TextWrapping { max_width: inner.width(), max_rows: 2, ..TextWrapping::default() };
    let galley = painter.layout_job(job);
    let top = inner.bottom() - galley.size().y;
    painter.galley(pos2(inner.left(), top), galley, theme.text);
    top
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

/// Colour of blood.
pub(crate) fn blood(saturation_frac: f64) -> Color32 {
    let [r, g, b] = blood_scale::colour(saturation_frac);
    Color32::from_rgb(r, g, b)
}

/// Contrast of two opaque colours, 1 to 21.
fn contrast(a: Color32, b: Color32) -> f64 {
    let rgb = |colour: Color32| Rgb(colour.r(), colour.g(), colour.b());
    palette::contrast(rgb(a), rgb(b))
}

/// Black or white, whichever is read better on a ground.
fn text_on(ground: Color32) -> Color32 {
    if contrast(ground, Color32::WHITE) >= contrast(ground, Color32::BLACK) { Color32::WHITE } else { Color32::BLACK }
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

    /// The line around blood whose colour does not stand out from the panel.
    fn outline(&self, blood: Color32) -> Color32 {
        if contrast(blood, self.theme.panel) >= MARK_CONTRAST { blood } else { self.theme.outline }
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

    fn flows(&self, motion: Motion) {
        self.airs(motion);
        for (index, ribbon) in self.placed.ribbons.iter().enumerate() {
            self.ribbon(index, ribbon);
        }
        self.trunks();
        self.particles(motion);
        let mut named: Vec<f32> = Vec::new();
        for (index, ribbon) in self.by_weight() {
            // A name that would cover another is left to hover and to the words.
            let half = self.theme.size(15.0) * 0.44;
            let y = self.name_y(index, ribbon);
            if named.iter().all(|other| (other - y).abs() >= 2.0 * half) {
                named.push(y);
                self.names(index, ribbon);
            }
        }
        self.dead_space_name();
    }

    /// The streams, those first that have to be named: the detours, then the widest.
    fn by_weight(&self) -> impl Iterator<Item = (usize, &Ribbon)> {
        let streams = &self.picture.streams;
        let mut order: Vec<usize> = (0..self.placed.ribbons.len()).collect();
        let weight = |index: usize| streams[index].share_frac + if streams[index].kind.is_shunt() { 1.0 } else { 0.0 };
        order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
        order.into_iter().map(|index| (index, &self.placed.ribbons[index]))
    }

    /// y of the name of a stream.
    fn name_y(&self, index: usize, ribbon: &Ribbon) -> f32 {
        let top = ribbon.lane[3] - ribbon.width;
        let inside = self.picture.streams[index].kind.is_shunt() && ribbon.width > self.theme.size(18.0);
        let y = if inside { top + ribbon.width / 2.0 } else { (ribbon.lane[1] + top) / 2.0 };
        self.at([0.0, y]).y
    }

    /// Text on a ground of its own, where blood may pass behind it.
    fn plated(&self, at: Pos2, align: Align2, text: impl Into<String>, font: FontId, colour: Color32) {
        let galley = self.painter.layout_no_wrap(text.into(), font, colour);
        let rect = align.anchor_size(at, galley.size());
        self.painter.rect_filled(rect.expand2(vec2(0.0, -1.0)), 3.0, self.theme.panel.gamma_multiply(0.75));
        self.painter.galley(rect.min, galley, colour);
    }

    /// Saturation along a stream at an x.
    fn saturation_at(&self, index: usize, ribbon: &Ribbon, x: f32) -> f64 {
        let (from, to) = (self.picture.incoming.saturation_frac, self.picture.streams[index].out.saturation_frac);
        let share = ((x - ribbon.exchange[0]) / (ribbon.exchange[1] - ribbon.exchange[0])).clamp(0.0, 1.0);
        from + f64::from(share * share * (3.0 - 2.0 * share)) * (to - from)
    }

    fn ribbon(&self, index: usize, ribbon: &Ribbon) {
        let mut xs: Vec<f32> = ribbon.middle.iter().map(|point| point[0]).collect();
        xs.extend((0..=14).map(|i| ribbon.exchange[0] + i as f32 / 14.0 * (ribbon.exchange[1] - ribbon.exchange[0])));
        xs.sort_by(f32::total_cmp);
        let lit = self.is_lit(Part::Stream(index));
        let mut mesh = Mesh::default();
        let mut edges: Vec<(Pos2, Pos2, Color32)> = Vec::with_capacity(xs.len());
        for (i, x) in xs.into_iter().enumerate() {
            let (y, half) = (ribbon.y_at(x), ribbon.width / 2.0);
            let colour = blood(self.saturation_at(index, ribbon, x));
            let (top, bottom) = (self.at([x, y - half]), self.at([x, y + half]));
            mesh.colored_vertex(top, colour);
            mesh.colored_vertex(bottom, colour);
            if i > 0 {
                let v = 2 * i as u32;
                mesh.add_triangle(v - 2, v - 1, v);
                mesh.add_triangle(v - 1, v, v + 1);
            }
            edges.push((top, bottom, if lit { self.theme.accent } else { self.outline(colour) }));
        }
        self.painter.add(Shape::mesh(mesh));
        let width = if lit { 2.5 } else { 1.0 };
        for side in [|edge: &(Pos2, Pos2, Color32)| edge.0, |edge: &(Pos2, Pos2, Color32)| edge.1] {
            let mut run: Vec<Pos2> = Vec::new();
            for (i, edge) in edges.iter().enumerate() {
                run.push(side(edge));
                let next = edges.get(i + 1);
                if next.is_none_or(|next| next.2 != edge.2) {
                    run.extend(next.map(side));
                    self.painter.line(std::mem::take(&mut run), Stroke::new(width, edge.2));
                }
            }
        }
    }

    /// Venous and arterial blood, the membrane lung between, and where the streams mix.
    fn trunks(&self) {
        let venous = self.picture.venous.load.saturation_frac;
        let arterial = self.picture.arterial.load.saturation_frac;
        self.block(&self.placed.venous, blood(venous));
        if let (Some(band), Some(membrane)) = (&self.placed.membrane, &self.picture.membrane) {
            let (from, to) = (blood(venous), blood(self.picture.incoming.saturation_frac));
            self.blend(self.rect(band), &[(0.0, 1.0, from)], to);
            let rect = self.rect(band);
            let loop_ = Rect::from_min_max(
                rect.left_top() - vec2(0.0, self.theme.size(30.0)),
                rect.right_top() - vec2(0.0, 6.0),
            );
            let returned = blood(membrane.returned.saturation_frac);
            self.painter.rect(loop_, 4.0, returned, Stroke::new(1.0, self.outline(returned)), StrokeKind::Inside);
            self.text(loop_.center(), Align2::CENTER_CENTER, "ML", self.theme.bold(12.0), text_on(returned));
            for x in [loop_.left() + 6.0, loop_.right() - 6.0] {
                let colour = if x > loop_.center().x { returned } else { from };
                self.painter.vline(x, loop_.bottom()..=rect.top(), Stroke::new(4.0, self.outline(colour)));
            }
        }
        // Each stream ends in its own colour and is drawn into the mixture.
        let mixing = self.rect(&self.placed.mixing);
        let slots: Vec<(f32, f32, Color32)> = self
            .placed
            .ribbons
            .iter()
            .zip(&self.picture.streams)
            .map(|(ribbon, stream)| {
                let y = ribbon.middle.last().map_or(0.0, |point| point[1]) + self.room.top();
                let share = |y: f32| (y - mixing.top()) / mixing.height();
                (share(y - ribbon.width / 2.0), share(y + ribbon.width / 2.0), blood(stream.out.saturation_frac))
            })
            .collect();
        self.blend(mixing, &slots, blood(arterial));
        self.block(&self.placed.arterial, blood(arterial));
        self.ends(venous, arterial);
    }

    fn block(&self, band: &Band, colour: Color32) {
        self.painter.rect(self.rect(band), 2.0, colour, Stroke::new(1.0, self.outline(colour)), StrokeKind::Outside);
    }

    /// Strips of colour on the left that become one on the right.
    fn blend(&self, rect: Rect, slots: &[(f32, f32, Color32)], to: Color32) {
        let mut mesh = Mesh::default();
        for (top, bottom, colour) in slots {
            let y = |share: f32| rect.top() + share * rect.height();
            let v = mesh.vertices.len() as u32;
            mesh.colored_vertex(pos2(rect.left(), y(*top)), *colour);
            mesh.colored_vertex(pos2(rect.left(), y(*bottom)), *colour);
            mesh.colored_vertex(pos2(rect.right(), y(*top)), to);
            mesh.colored_vertex(pos2(rect.right(), y(*bottom)), to);
            mesh.add_triangle(v, v + 1, v + 2);
            mesh.add_triangle(v + 1, v + 2, v + 3);
        }
        self.painter.add(Shape::mesh(mesh));
        let stroke = Stroke::new(1.0, self.outline(to));
        self.painter.hline(rect.x_range(), rect.top(), stroke);
        self.painter.hline(rect.x_range(), rect.bottom(), stroke);
    }

    /// What comes and what leaves: names and saturations beside the blocks.
    fn ends(&self, venous: f64, arterial: f64) {
        let percent = |frac: f64| format!("{:.0} %", percent_from_frac(frac));
        let (left, right) = (self.rect(&self.placed.venous), self.rect(&self.placed.arterial));
        let row = self.theme.size(16.0);
        let sides = [
            (left.left() - 7.0, Align2::RIGHT_CENTER, "v̄", venous, self.theme.channels.venous, None),
            (
                right.right() + 7.0,
                Align2::LEFT_CENTER,
                "a",
                arterial,
                self.theme.channels.arterial,
                self.picture.arterial_before,
            ),
        ];
        for (x, align, name, saturation, colour, before) in sides {
            let y = left.center().y;
            self.text(pos2(x, y - row / 2.0), align, name, self.theme.bold(16.0), colour);
            self.text(pos2(x, y + row / 2.0), align, percent(saturation), self.theme.bold(14.0), colour);
            if let Some(before) = before.filter(|before| percent(before.saturation_frac) != percent(saturation)) {
                self.text(pos2(x, y + 1.5 * row), align, "before", self.theme.font(12.0), self.theme.weak);
                self.text(
                    pos2(x, y + 2.4 * row),
                    align,
                    percent(before.saturation_frac),
                    self.theme.font(12.0),
                    self.theme.weak,
                );
            }
        }
        if left.center().y + 2.9 * row > self.room.bottom() {
            return;
        }
        let flow = format!("{:.1}", self.picture.output_l_per_min);
        self.text(
            pos2(left.left() - 7.0, left.center().y + 1.5 * row),
            Align2::RIGHT_CENTER,
            flow,
            self.theme.font(12.0),
            self.theme.weak,
        );
        self.text(
            pos2(left.left() - 7.0, left.center().y + 2.4 * row),
            Align2::RIGHT_CENTER,
            "L/min",
            self.theme.font(12.0),
            self.theme.weak,
        );
    }

    /// Gas on its way down, behind the blood; then the alveoli.
    fn airs(&self, motion: Motion) {
        let gas = self.theme.channels.ventilation;
        let pale = self.theme.panel.lerp_to_gamma(gas, 0.42);
        for air in &self.placed.airs {
            let line: Vec<Pos2> = air.middle.iter().map(|point| self.at(*point)).collect();
            self.painter.line(line, Stroke::new(air.width.max(1.0), pale));
        }
        let breath = 1.0 + BREATH * float::sin(f64::from(std::f32::consts::TAU * motion.breath)) as f32;
        for air in &self.placed.airs {
            let part = air.stream.map_or(Part::DeadSpace, Part::Stream);
            let lit = self.is_lit(part);
            let stroke = Stroke::new(if lit { 3.0 } else { 1.8 }, if lit { self.theme.accent } else { gas });
            let fill = if air.stream.is_some() { self.theme.panel.lerp_to_gamma(gas, 0.2) } else { self.theme.panel };
            for centre in &air.alveoli {
                self.painter.circle(self.at(*centre), air.radius * breath, fill, stroke);
            }
        }
        if let Some(first) = self.placed.airs.first() {
            let band = self.rect(&self.placed.airway);
            let left = self.at([first.middle[0][0], 0.0]).x - self.theme.size(15.0 * 1.3) - 4.0;
            let names = [format!("gas in, {}", self.picture.inspired.first().map_or("", String::as_str))];
            for (i, name) in names.into_iter().enumerate() {
                let y = band.top() + self.theme.size(15.0) * (0.75 + i as f32);
                let galley = self.painter.layout_no_wrap(name, self.theme.font(12.0), self.theme.weak);
                if left - galley.size().x >= self.room.left() {
                    let rect = Align2::RIGHT_CENTER.anchor_size(pos2(left, y), galley.size());
                    self.painter.galley(rect.min, galley, self.theme.weak);
                }
            }
        }
    }

    fn dead_space_name(&self) {
        let Some(dead) = &self.picture.dead_space else { return };
        let Some(air) = self.placed.airs.iter().find(|air| air.stream.is_none()) else { return };
        let Some(last) = air.alveoli.last() else { return };
        let at = self.at([last[0] + air.radius + 6.0, last[1]]);
        let text = format!("dead space {:.0} %", percent_from_frac(dead.share_frac));
        let galley = self.painter.layout_no_wrap(text, self.theme.font(12.0), self.theme.weak);
        if at.x + galley.size().x <= self.room.right() {
            self.painter.galley(Align2::LEFT_CENTER.anchor_size(at, galley.size()).min, galley, self.theme.weak);
        }
    }

    /// Name above the stream, its saturation where it leaves.
    fn names(&self, index: usize, ribbon: &Ribbon) {
        let stream = &self.picture.streams[index];
        let lane = self.rect(&ribbon.lane);
        let colour = if self.is_lit(Part::Stream(index)) { self.theme.accent } else { self.theme.text };
        let top = ribbon.lane[3] - ribbon.width;
        let middle = self.at([0.0, (ribbon.lane[1] + top) / 2.0]).y;
        let share = format!("{:.0} %", percent_from_frac(stream.share_frac));
        if stream.kind.is_shunt() {
            let name = &stream.name;
            let y = self.at([0.0, top]).y;
            let thick = ribbon.width > self.theme.size(18.0);
            let blood = blood(self.picture.incoming.saturation_frac);
            let (y, ink) = if thick { (y + ribbon.width / 2.0, text_on(blood)) } else { (middle, colour) };
            // As much as there is room for between the bends.
            let whole = format!("{share} {name}, meets no gas");
            let galley = |text: String| self.painter.layout_no_wrap(text, self.theme.bold(12.0), ink);
            let mut text = galley(whole);
            if text.size().x > lane.width() {
                text = galley(format!("{share} {name}"));
            }
            let rect = Align2::CENTER_CENTER.anchor_size(pos2(lane.center().x, y), text.size());
            if !thick {
                let ground = self.theme.panel.gamma_multiply(0.75);
                self.painter.rect_filled(rect.expand2(vec2(2.0, -1.0)), 3.0, ground);
            }
            self.painter.galley(rect.min, text, ink);
            let room = top - ribbon.lane[1];
            if stream.kind == Kind::Collapsed && room > self.theme.size(if thick { 15.0 } else { 30.0 }) {
                self.collapsed(lane.center().x, if thick { middle } else { middle - self.theme.size(15.0) });
            }
            return;
        }
        let first = self.placed.airs.iter().find(|air| air.stream == Some(index));
        let right = first.map_or(lane.center().x, |air| {
            self.at([air.middle[0][0] - air.width / 2.0, 0.0]).x.min(self.airway_left())
        });
        let (name, font) = (stream.name.as_str(), self.theme.font(12.0));
        self.plated(pos2(right - 6.0, middle), Align2::RIGHT_CENTER, name, font, colour);
        let out = format!("{:.0} %", percent_from_frac(stream.out.saturation_frac));
        if ribbon.width > self.theme.size(15.0) {
            let ink = text_on(blood(stream.out.saturation_frac));
            let y = self.at([0.0, top + ribbon.width / 2.0]).y;
            self.text(pos2(lane.right() - 2.0, y), Align2::RIGHT_CENTER, out, self.theme.bold(12.0), ink);
        } else {
            self.plated(pos2(lane.right() - 2.0, middle), Align2::RIGHT_CENTER, out, self.theme.bold(12.0), colour);
        }
    }

    fn airway_left(&self) -> f32 {
        let left = self.placed.airs.iter().map(|air| air.middle[0][0] - air.width / 2.0).fold(f32::INFINITY, f32::min);
        if left.is_finite() { self.at([left, 0.0]).x } else { self.room.center().x }
    }

    /// Alveoli without gas.
    fn collapsed(&self, x: f32, y: f32) {
        let radius = self.theme.size(4.0);
        for i in -2..=2 {
            let at = pos2(x + 3.0 * radius * i as f32, y);
            let half = vec2(radius, 0.0);
            paint_dashed(self.painter, &[at - half, at + half], Stroke::new(2.0, self.theme.weak));
            self.painter.circle_stroke(at, radius, Stroke::new(1.0, self.theme.weak));
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
        let heads = [(left, "leaving the lung"), (right, "mixed: arterial blood")];
        for (square, head) in heads {
            let at = pos2(square.center().x, square.top() - 4.0);
            self.text(at, Align2::CENTER_BOTTOM, head, theme.bold(12.0), theme.text);
        }
        let between = pos2((left.right() + right.left()) / 2.0, left.center().y);
        self.text(between, Align2::CENTER_CENTER, "→", theme.bold(18.0), theme.weak);
        let [full, poor] = self.picture.cells.before;
        let partly = CELLS - full - poor;
        let mut counts = vec![format!("{full} full"), format!("{poor} poor")];
        if partly > 0 {
            counts.insert(1, format!("{partly} partly"));
        }
        let [full_after, _] = self.picture.cells.after;
        let mixed = format!("100 at {:.0} %: {full_after} full", percent_from_frac(arterial));
        for (square, text) in [(left, counts.join(" · ")), (right, mixed)] {
            self.text(
                pos2(square.center().x, square.bottom() + 4.0),
                Align2::CENTER_TOP,
                text,
                theme.font(13.0),
                theme.text,
            );
        }
        let legend = format!(
            "● full: {:.0} % and more   ⊙ partly   ○ poor: below {:.0} %",
            percent_from_frac(FULL_FRAC),
            percent_from_frac(POOR_FRAC)
        );
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
        let colour = blood(saturation_frac);
        let radius = 0.40 * grid.step;
        self.painter.circle(at, radius, colour, Stroke::new(1.0, self.outline(colour)));
        if saturation_frac < FULL_FRAC {
            let hole = if saturation_frac < POOR_FRAC { 0.55 } else { 0.25 };
            self.painter.circle(at, hole * radius, self.theme.panel, Stroke::new(1.0, self.outline(colour)));
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
    use crate::gui::theme::ThemeName;

    #[test]
    fn inv_text_on_blood_is_readable_whatever_its_saturation() {
        for percent in 0..=100 {
            let ground = blood(f64::from(percent) / 100.0);
            assert!(contrast(text_on(ground), ground) >= 4.5, "{percent} %");
        }
    }

    #[test]
    fn inv_blood_or_its_outline_stands_out_from_the_panel() {
        for name in ThemeName::ALL {
            let theme = name.theme();
            for percent in 0..=100 {
                let ground = blood(f64::from(percent) / 100.0);
                let best = contrast(ground, theme.panel).max(contrast(theme.outline, theme.panel));
                assert!(best >= MARK_CONTRAST, "{name:?} at {percent} %");
            }
        }
    }

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
