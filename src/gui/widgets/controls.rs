//! Group headers and choices among options.

use eframe::egui::{
    Color32, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use crate::gui::{
    theme::Theme,
    widgets::{keep_in_sight, paint_line},
};

/// A line that opens and closes a group of controls; closed, it says what they stand at.
pub fn group_header(ui: &mut Ui, theme: &Theme, title: &str, summary: &str, open: &mut bool) -> Response {
    let summary = if *open { "" } else { summary };
    let width = ui.available_width();
    let mut job = LayoutJob::simple_singleline(summary.to_owned(), theme.font(12.0), theme.weak);
    job.wrap = TextWrapping::truncate_at_width(width - theme.size(38.0));
    let summary_line = ui.painter().layout_job(job);
    let height = theme.size(if summary.is_empty() { 30.0 } else { 44.0 });
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    keep_in_sight(ui, &response, rect);
    if response.clicked() {
        *open = !*open;
    }
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, ui.is_enabled(), title));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_expanded(*open);
        node.set_description(summary);
    });
    let painter = ui.painter();
    let border = if response.has_focus() {
        theme.focus_stroke()
    } else {
        Stroke::new(1.0, if response.hovered() { theme.outline } else { theme.raised })
    };
    painter.rect(rect, CornerRadius::same(6), theme.raised, border, StrokeKind::Inside);
    let sign = painter.layout_no_wrap(if *open { "▾" } else { "▸" }.to_owned(), theme.font(13.0), theme.text);
    let title = painter.layout_no_wrap(title.to_owned(), theme.bold(13.0), theme.text);
    let baseline = rect.top() + theme.size(19.0);
    paint_line(painter, pos2(rect.left() + theme.size(10.0), baseline), sign);
    let left = rect.left() + theme.size(26.0);
    paint_line(painter, pos2(left, baseline), title);
    paint_line(painter, pos2(left, baseline + theme.size(17.0)), summary_line);
    response
}

/// A choice among a few named options, all in sight; returns the one asked for.
pub fn segmented(ui: &mut Ui, theme: &Theme, label: &str, options: &[&str], selected: usize) -> Option<usize> {
    let mut asked = None;
    let height = theme.size(26.0);
    let width = ui.available_width() / options.len().max(1) as f32;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    ui.painter().rect(
        rect,
        CornerRadius::same(6),
        theme.background,
        Stroke::new(1.0, theme.outline),
        StrokeKind::Inside,
    );
    for (i, option) in options.iter().enumerate() {
        let left = rect.left() + width * i as f32;
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, height)).shrink(2.0);
        let response = ui.interact(cell, ui.scope_id().with((label, i)), Sense::click());
        keep_in_sight(ui, &response, rect);
        let is_on = i == selected;
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), is_on, format!("{label}: {option}"))
        });
        if response.clicked() && !is_on {
            asked = Some(i);
        }
        let fill = match (is_on, response.hovered()) {
            (true, _) => theme.accent,
            (false, true) => theme.raised,
            (false, false) => Color32::TRANSPARENT,
        };
        let ring = if response.has_focus() { Stroke::new(2.0, theme.text) } else { Stroke::NONE };
        ui.painter().rect(cell, CornerRadius::same(5), fill, ring, StrokeKind::Inside);
        let (font, colour) = if is_on { (theme.bold(12.0), theme.background) } else { (theme.font(12.0), theme.text) };
        let mut text = ui.painter().layout_no_wrap((*option).to_owned(), font.clone(), colour);
        // Narrow windows get smaller type, never words that run into one another.
        let room = cell.width() - 6.0;
        if text.size().x > room {
            let smaller = FontId { size: (font.size * room / text.size().x).max(8.0), ..font };
            text = ui.painter().layout_no_wrap((*option).to_owned(), smaller, colour);
        }
        ui.painter().galley(cell.center() - text.size() / 2.0, text, colour);
    }
    asked
}
