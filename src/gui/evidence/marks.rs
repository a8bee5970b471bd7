//! What a claim's verdict looks like: the mark, the range with the mark on it, and the panels they stand on.

use eframe::egui::{Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::{
    app::page::evidence::Standing,
    gui::theme::Theme,
    scenario::claims::{Claim, Evidence},
};

/// Share of the bar that the published range takes.
const RANGE_SHARE: f32 = 0.5;

/// A panel that fills its place.
pub(super) fn filled_panel<R>(ui: &mut Ui, theme: &Theme, add: impl FnOnce(&mut Ui) -> R) -> R {
    let rect = ui.max_rect();
    let inside = theme.panel_frame().show(ui, |ui| {
        ui.set_min_size(rect.shrink2(vec2(13.0, 9.0)).size());
        add(ui)
    });
    inside.inner
}

pub(super) fn inside_colour(theme: &Theme) -> Color32 {
    theme.channels.delivery
}

pub(super) fn outside_colour(theme: &Theme) -> Color32 {
    theme.channels.shunt
}

/// A disc inside, a diamond outside, hollow where the source was not read, a dash where nothing is known yet.
pub(super) fn mark(ui: &Ui, theme: &Theme, at: Pos2, standing: &Standing, was_read: bool) {
    let radius = theme.size(4.5);
    let filled =
        |colour: Color32| if was_read { (colour, Stroke::NONE) } else { (theme.panel, Stroke::new(1.5, colour)) };
    match standing {
        Standing::Inside(_) => {
            let (fill, stroke) = filled(inside_colour(theme));
            ui.painter().circle(at, radius, fill, stroke);
        }
        Standing::Outside(_) => {
            let (fill, stroke) = filled(outside_colour(theme));
            let corner = radius * 1.3;
            let corners = [vec2(0.0, -corner), vec2(corner, 0.0), vec2(0.0, corner), vec2(-corner, 0.0)];
            ui.painter().add(Shape::convex_polygon(corners.map(|corner| at + corner).to_vec(), fill, stroke));
        }
        Standing::Open | Standing::NoNumber(_) => {
            let half = vec2(radius, 0.0);
            ui.painter().line_segment([at - half, at + half], Stroke::new(1.5, theme.weak));
        }
    }
}

/// The published range in the middle of a line, and the model's number on it: outside as far as the line goes.
pub(super) fn range_bar(ui: &Ui, theme: &Theme, rect: Rect, claim: &Claim, standing: &Standing) {
    let y = rect.center().y;
    let inner = rect.shrink2(vec2(theme.size(6.0), 0.0));
    ui.painter().line_segment([pos2(inner.left(), y), pos2(inner.right(), y)], Stroke::new(1.0, theme.outline));
    let half = inner.width() * RANGE_SHARE / 2.0;
    let middle = inner.center().x;
    let thick = theme.size(8.0);
    let range = Rect::from_min_max(pos2(middle - half, y - thick / 2.0), pos2(middle + half, y + thick / 2.0));
    ui.painter().rect(range, CornerRadius::same(3), theme.raised, Stroke::new(1.0, theme.outline), StrokeKind::Inside);
    if let Some(value) = standing.value() {
        let span = claim.published.span;
        let share = ((value - span.low) / (span.high - span.low)) as f32;
        let x = (range.left() + share * range.width()).clamp(inner.left(), inner.right());
        mark(ui, theme, pos2(x, y), standing, claim.evidence == Evidence::Read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::{Rgb, contrast};
    use crate::gui::theme::ThemeName;

    #[test]
    fn inv_verdicts_are_readable_and_their_marks_are_seen() {
        let rgb = |colour: Color32| {
            let [r, g, b, _] = colour.to_array();
            Rgb(r, g, b)
        };
        for name in ThemeName::ALL {
            let theme = name.theme();
            for colour in [inside_colour(theme), outside_colour(theme)] {
                let on_panel = contrast(rgb(colour), rgb(theme.panel));
                assert!(on_panel >= 4.5, "{name:?}: a word on a panel is {on_panel:.2}");
                for ground in [theme.selection(), theme.raised] {
                    let ratio = contrast(rgb(colour), rgb(ground));
                    assert!(ratio >= 3.0, "{name:?}: a mark is {ratio:.2}");
                }
            }
        }
    }
}
