//! Controls and displays that the toolkit does not have.

use std::sync::Arc;

use eframe::egui::{Color32, Galley, Id, Painter, Pos2, Rect, Response, Ui};

pub mod controls;
pub mod slider;
pub mod tile;

/// Paints one line of text with its baseline at `at`, so that sizes can be mixed on a line.
pub(crate) fn paint_line(painter: &Painter, at: Pos2, galley: Arc<Galley>) {
    let row = galley.rows.first();
    let baseline = row.and_then(|row| Some(row.pos.y + row.glyphs.first()?.pos.y)).unwrap_or_default();
    painter.galley(Pos2::new(at.x, at.y - baseline), galley, Color32::PLACEHOLDER);
}

/// Scrolls to a control that a key has reached, where it is out of sight.
pub(crate) fn keep_in_sight(ui: &Ui, control: &Response, rect: Rect) {
    if !control.has_focus() {
        return;
    }
    // Arrow keys move the focus after the frame, and the control that gets it is not told of it in the next.
    let last =
        ui.data_mut(|data| data.get_temp_mut_or_default::<Option<Id>>(Id::unique("kept in sight")).replace(control.id));
    if control.gained_focus() || last != Some(control.id) {
        ui.scroll_to_rect(rect, None);
    }
}
