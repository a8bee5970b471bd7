//! Controls and displays that the toolkit does not have.

use std::sync::Arc;

use eframe::egui::{Color32, FontId, Galley, Id, Label, Painter, Pos2, Rect, Response, RichText, Role, Ui, WidgetInfo};

use crate::text::display_units::unbroken;

pub mod bubble;
pub mod controls;
pub mod slider;
pub mod splitter;
pub mod tile;

/// Paints one line of text with its baseline at `at`, so that sizes can be mixed on a line.
pub(crate) fn paint_line(painter: &Painter, at: Pos2, galley: Arc<Galley>) {
    let row = galley.rows.first();
    let baseline = row.and_then(|row| Some(row.pos.y + row.glyphs.first()?.pos.y)).unwrap_or_default();
    painter.galley(Pos2::new(at.x, at.y - baseline), galley, Color32::PLACEHOLDER);
}

/// A text of which no line ends between a number and its unit, read aloud with ordinary spaces.
pub(crate) fn prose(ui: &mut Ui, text: &str, font: FontId, colour: Color32) -> Response {
    let label = ui.add(Label::new(RichText::new(unbroken(text)).font(font).color(colour)).wrap());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    label
}

/// Dashes along a line of any number of points, however close they lie: lengths drawn and left out in turn.
pub(crate) fn dashes(line: &[Pos2], lengths: &[f32]) -> Vec<Vec<Pos2>> {
    let mut out = Vec::new();
    let mut dash: Vec<Pos2> = line.first().copied().into_iter().collect();
    let mut lengths = lengths.iter().copied().filter(|length| *length > 0.0).cycle();
    let Some(mut left) = lengths.next() else { return out };
    let mut drawn = true;
    for [from, to] in line.array_windows() {
        let (length, mut done) = (from.distance(*to), 0.0);
        while length - done > left {
            done += left;
            let at = from.lerp(*to, done / length);
            if drawn {
                dash.push(at);
                out.push(std::mem::take(&mut dash));
            } else {
                dash.push(at);
            }
            drawn = !drawn;
            left = lengths.next().unwrap_or(f32::INFINITY);
        }
        left -= length - done;
        if drawn {
            dash.push(*to);
        }
    }
    if dash.len() > 1 {
        out.push(dash);
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_dashes_are_as_long_on_many_points_as_on_two() {
        let long = dashes(&[Pos2::ZERO, Pos2::new(100.0, 0.0)], &[5.0, 3.0]);
        let points: Vec<Pos2> = (0..=400).map(|i| Pos2::new(i as f32 * 0.25, 0.0)).collect();
        let fine = dashes(&points, &[5.0, 3.0]);
        assert_eq!((long.len(), fine.len()), (13, 13));
        for (a, b) in long.iter().zip(&fine) {
            let ends = |dash: &[Pos2]| [dash[0].x, dash[dash.len() - 1].x];
            for (a, b) in ends(a).into_iter().zip(ends(b)) {
                assert!((a - b).abs() < 0.01, "{a} and {b}");
            }
        }
        assert!(dashes(&[], &[5.0, 3.0]).is_empty() && dashes(&[Pos2::ZERO], &[5.0, 3.0]).is_empty());
        let dash_dot = dashes(&[Pos2::ZERO, Pos2::new(26.0, 0.0)], &[6.0, 3.0, 1.0, 3.0]);
        let lengths: Vec<f32> = dash_dot.iter().map(|dash| dash[dash.len() - 1].x - dash[0].x).collect();
        assert_eq!(lengths, [6.0, 1.0, 6.0, 1.0], "a dash, a dot");
    }
}
