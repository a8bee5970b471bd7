//! Group headers and choices among options.

use eframe::egui::{
    Color32, CornerRadius, FontId, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
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
    let elided = summary_line.elided;
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
    if elided { response.on_hover_text(summary) } else { response }
}

/// Least room between the names of two options, points.
const BETWEEN: f32 = 12.0;

/// Where the options of a choice stand: each as wide as its name needs, in two rows where one has not the room.
fn cells(widths: &[f32], left_top: Pos2, width: f32, height: f32) -> Vec<Rect> {
    let needs = |widths: &[f32]| widths.iter().map(|width| width + BETWEEN).sum::<f32>();
    let rows = if widths.len() > 3 && needs(widths) > width { 2 } else { 1 };
    let mut out = Vec::with_capacity(widths.len());
    for (row, widths) in widths.chunks(widths.len().div_ceil(rows).max(1)).enumerate() {
        // What is over is shared; what is missing is missing from all.
        let over = (width - needs(widths)) / widths.len() as f32;
        let mut left = left_top.x;
        for name in widths {
            let cell = name + BETWEEN + over;
            out.push(Rect::from_min_size(pos2(left, left_top.y + height * row as f32), vec2(cell, height)));
            left += cell;
        }
    }
    out
}

/// A choice among a few named options, all in sight; returns the one asked for.
pub fn segmented(ui: &mut Ui, theme: &Theme, label: &str, options: &[&str], selected: usize) -> Option<usize> {
    let mut asked = None;
    let height = theme.size(26.0);
    let bold = |option: &str| ui.painter().layout_no_wrap(option.to_owned(), theme.bold(12.0), theme.text).size().x;
    let widths: Vec<f32> = options.iter().map(|option| bold(option)).collect();
    let width = ui.available_width();
    let rows = cells(&widths, Pos2::ZERO, width, height).last().map_or(height, |cell| cell.bottom());
    let (rect, _) = ui.allocate_exact_size(vec2(width, rows), Sense::hover());
    let cells = cells(&widths, rect.min, width, height);
    ui.painter().rect(
        rect,
        CornerRadius::same(6),
        theme.background,
        Stroke::new(1.0, theme.outline),
        StrokeKind::Inside,
    );
    for (i, (option, cell)) in options.iter().zip(cells).enumerate() {
        let cell = cell.shrink(2.0);
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
            let smaller = FontId { size: (font.size * room / text.size().x).max(9.0), ..font };
            text = ui.painter().layout_no_wrap((*option).to_owned(), smaller, colour);
        }
        ui.painter().galley(cell.center() - text.size() / 2.0, text, colour);
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_every_option_has_the_room_of_its_name() {
        let names = [76.0, 80.0, 56.0, 62.0, 42.0];
        for width in [280.0, 320.0, 376.0, 500.0] {
            let cells = cells(&names, pos2(10.0, 20.0), width, 26.0);
            for (cell, name) in cells.iter().zip(names) {
                assert!(cell.width() >= name + BETWEEN - 1e-3, "{width}: {cell:?}");
                assert!(cell.left() >= 10.0 && cell.right() <= 10.0 + width + 1e-3, "{width}: {cell:?}");
            }
            for (i, cell) in cells.iter().enumerate() {
                assert!(cells[..i].iter().all(|other| other.intersect(*cell).area() < 1e-2), "{width}: {cells:?}");
            }
        }
    }
}
