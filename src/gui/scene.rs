//! Paints a [`Scene`]: what stands where is decided there.

use eframe::egui::{
    Color32, FontId, Mesh, Painter, Pos2, Rect, Shape as Painted, Stroke, StrokeKind, Vec2, epaint::TextShape, pos2,
    vec2,
};

use crate::{
    draw::{
        palette::Rgb,
        scene::{self, Fill, Item, Outline, Pen, Scene, Shape, Words},
    },
    gui::{theme::Theme, widgets::dashes},
};

/// Paints a scene with its upper left corner at `corner`; the ground is that of the panel.
pub fn paint(painter: &Painter, theme: &Theme, scene: &Scene, corner: Pos2) {
    paint_items(painter, theme, &scene.items, corner);
}

/// Paints a part of a scene.
pub fn paint_items(painter: &Painter, theme: &Theme, list: &[Item], corner: Pos2) {
    items(painter, theme, list, corner.to_vec2());
}

/// A rectangle of a scene where its painter has it.
#[must_use]
pub fn rect(rect: &scene::Rect, corner: Pos2) -> Rect {
    Rect::from_min_max(pos2(rect.left, rect.top), pos2(rect.right, rect.bottom)).translate(corner.to_vec2())
}

fn items(painter: &Painter, theme: &Theme, list: &[Item], by: Vec2) {
    for item in list {
        match item {
            Item::Shape(of) => shape(painter, of, by),
            Item::Words(of) => words(painter, theme, of, by),
            Item::Clipped(within, list) => {
                let clip = rect(within, by.to_pos2()).intersect(painter.clip_rect());
                items(&painter.with_clip_rect(clip), theme, list, by);
            }
        }
    }
}

pub(super) fn colour(Rgb(r, g, b): Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

fn shape(painter: &Painter, shape: &Shape, by: Vec2) {
    let fill = match &shape.fill {
        Some(Fill::Plain(of, opacity)) if *opacity < 1.0 => colour(*of).gamma_multiply(*opacity),
        Some(fill) => colour(fill.at(0.0)),
        None => Color32::TRANSPARENT,
    };
    let stroke = shape.pen.as_ref().map_or(Stroke::NONE, |pen| Stroke::new(pen.width, colour(pen.colour)));
    let at = |[x, y]: [f32; 2]| pos2(x, y) + by;
    match &shape.outline {
        Outline::Line(points) => {
            let points: Vec<Pos2> = points.iter().map(|point| at(*point)).collect();
            match &shape.pen {
                Some(Pen { dash, .. }) if !dash.is_empty() => {
                    let dashes = dashes(&points, dash).into_iter().map(|dash| Painted::line(dash, stroke));
                    painter.extend(dashes);
                }
                _ => {
                    painter.line(points, stroke);
                }
            }
        }
        Outline::Box(within, radius) => {
            painter.rect(rect(within, by.to_pos2()), *radius, fill, stroke, StrokeKind::Middle);
        }
        Outline::Circle(centre, radius) => {
            painter.circle(at(*centre), *radius, fill, stroke);
        }
        Outline::Band(edges) => {
            let (begin, end) = (edges.first().map_or(0.0, |edge| edge[0]), edges.last().map_or(1.0, |edge| edge[0]));
            let mut mesh = Mesh::default();
            for (i, [x, top, bottom]) in edges.iter().enumerate() {
                let share = (x - begin) / (end - begin).max(f32::MIN_POSITIVE);
                let here = shape.fill.as_ref().map_or(Color32::TRANSPARENT, |fill| colour(fill.at(share)));
                mesh.colored_vertex(at([*x, *top]), here);
                mesh.colored_vertex(at([*x, *bottom]), here);
                if i > 0 {
                    let v = 2 * i as u32;
                    mesh.add_triangle(v - 2, v - 1, v);
                    mesh.add_triangle(v - 1, v, v + 1);
                }
            }
            painter.add(Painted::mesh(mesh));
        }
        Outline::Polygon(points) => {
            let points = points.iter().map(|point| at(*point)).collect();
            painter.add(Painted::convex_polygon(points, fill, stroke));
        }
    }
}

fn words(painter: &Painter, theme: &Theme, words: &Words, by: Vec2) {
    let family = if words.bold { theme.bold(1.0).family } else { theme.font(1.0).family };
    let ink = colour(words.colour);
    let galley = painter.layout_no_wrap(words.text.clone(), FontId::new(words.size, family), ink);
    let baseline = galley.rows.first().and_then(|row| Some(row.pos.y + row.glyphs.first()?.pos.y)).unwrap_or_default();
    // From the anchor to the corner, turned with the text; by the measure of the scene, which the file has too.
    let back = vec2(words.anchor.share() * words.wide(), baseline);
    let angle = words.turned_deg.to_radians();
    let corner = pos2(words.at[0], words.at[1]) + by - eframe::emath::Rot2::from_angle(angle) * back;
    painter.add(TextShape::new(corner, galley, ink).with_angle(angle));
}
