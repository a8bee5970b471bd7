//! Controls and displays that the toolkit does not have.

use std::sync::Arc;

use eframe::egui::{Color32, Galley, Painter, Pos2};

pub mod controls;
pub mod slider;
pub mod tile;

/// Paints one line of text with its baseline at `at`, so that sizes can be mixed on a line.
pub(crate) fn paint_line(painter: &Painter, at: Pos2, galley: Arc<Galley>) {
    let row = galley.rows.first();
    let baseline = row.and_then(|row| Some(row.pos.y + row.glyphs.first()?.pos.y)).unwrap_or_default();
    painter.galley(Pos2::new(at.x, at.y - baseline), galley, Color32::PLACEHOLDER);
}
