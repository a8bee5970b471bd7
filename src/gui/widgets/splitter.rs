//! A border between panels that can be moved by mouse and keyboard.

use eframe::egui::{CursorIcon, EventFilter, Key, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use crate::gui::theme::Theme;

/// Share by which an arrow key moves it.
const STEP: f32 = 0.02;

/// Shows a border within `gap` and returns the share asked for: how much of `span` lies left of it, or above it.
pub fn splitter(ui: &Ui, theme: &Theme, label: &str, gap: Rect, span: Rect, share: f32) -> Option<f32> {
    let upright = gap.height() > gap.width();
    let id = ui.scope_id().with(("splitter", label));
    let response = ui.interact(gap, id, Sense::drag() | Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, ui.is_enabled(), label));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_numeric_value(f64::from((share * 100.0).round()));
        node.set_value(format!("{:.0} %", share * 100.0));
    });
    let icon = if upright { CursorIcon::ResizeHorizontal } else { CursorIcon::ResizeVertical };
    let response = response.on_hover_cursor(icon);
    let mut asked = None;
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        asked = Some(if upright { (at.x - span.left()) / span.width() } else { (at.y - span.top()) / span.height() });
    }
    if response.has_focus() {
        let keep = EventFilter { horizontal_arrows: upright, vertical_arrows: !upright, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, keep));
        let (less, more) = if upright { (Key::ArrowLeft, Key::ArrowRight) } else { (Key::ArrowUp, Key::ArrowDown) };
        let steps = ui.input(|input| input.num_presses(more) as f32 - input.num_presses(less) as f32);
        if steps != 0.0 {
            asked = Some(share + STEP * steps);
        }
    }
    let stroke = if response.has_focus() {
        theme.focus_stroke()
    } else if response.hovered() || response.dragged() {
        Stroke::new(3.0, theme.accent)
    } else {
        // Three dots in the middle: here is something to take hold of.
        let along = if upright { eframe::egui::vec2(0.0, 6.0) } else { eframe::egui::vec2(6.0, 0.0) };
        for i in -1..=1 {
            ui.painter().circle_filled(gap.center() + along * i as f32, 1.4, theme.outline);
        }
        return asked;
    };
    let ends = if upright {
        [pos2(gap.center().x, gap.top()), pos2(gap.center().x, gap.bottom())]
    } else {
        [pos2(gap.left(), gap.center().y), pos2(gap.right(), gap.center().y)]
    };
    ui.painter().line_segment(ends, stroke);
    asked
}
