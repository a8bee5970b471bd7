//! A few lines beside a point: what is there, in numbers.

use eframe::egui::{CornerRadius, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use crate::gui::theme::Theme;

/// Paints lines beside a point, within `area`, on the side that has more room; the first line is bold.
pub fn bubble(painter: &Painter, theme: &Theme, area: Rect, at: Pos2, lines: &[String]) {
    let texts: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(i, line)| {
            let font = if i == 0 { theme.bold(12.0) } else { theme.font(12.0) };
            painter.layout_no_wrap(line.clone(), font, theme.text)
        })
        .collect();
    let height: f32 = texts.iter().map(|text| text.size().y).sum();
    let width = texts.iter().map(|text| text.size().x).fold(0.0, f32::max);
    let size = vec2(width + 16.0, height + 12.0);
    let x = if at.x > area.center().x { at.x - size.x - 14.0 } else { at.x + 14.0 };
    let y = if at.y > area.center().y { at.y - size.y - 14.0 } else { at.y + 14.0 };
    let corner = pos2(
        x.clamp(area.left(), (area.right() - size.x).max(area.left())),
        y.clamp(area.top(), (area.bottom() - size.y).max(area.top())),
    );
    let frame = Rect::from_min_size(corner, size);
    painter.rect(frame, CornerRadius::same(6), theme.raised, Stroke::new(1.0, theme.outline), StrokeKind::Inside);
    let mut top = frame.top() + 6.0;
    for text in texts {
        let row = text.size().y;
        painter.galley(pos2(frame.left() + 8.0, top), text, theme.text);
        top += row;
    }
}
