//! One vital number: name, unit, value, and what the last action did to it.

use eframe::egui::{
    Color32, FontId, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, text::LayoutJob, vec2,
};

use crate::numerics::float;
use crate::{
    gui::{theme::Theme, widgets::paint_line},
    text::{self, words},
};

/// What a tile shows.
#[derive(Debug, Clone, Copy)]
pub struct Tile<'a> {
    /// Name, for example `PaO₂`.
    pub label: &'a str,
    /// Unit as printed.
    pub unit: &'a str,
    /// Digits after the point.
    pub decimals: usize,
    /// The value, or in a few words why there is none.
    pub value: Result<f64, &'a str>,
    /// The value before the last action, where there was one.
    pub before: Option<f64>,
    /// Whether it mixes gas and blood of different times, and cannot be believed yet.
    pub not_steady: bool,
    /// Why nobody lives at this value, in a few words.
    pub alarm: Option<&'a str>,
    /// What the number is, shown while the pointer rests on it.
    pub hint: &'a str,
    /// Colour of its channel.
    pub colour: Color32,
}

/// A value's change, as printed: the difference of the two numbers as they were shown, so that it can be checked by
/// eye.
fn change(tile: &Tile<'_>) -> Option<(char, f64)> {
    let scale = float::powi(10f64, tile.decimals as i32);
    let shown = |value: f64| (value * scale).round();
    let difference = shown(tile.value.ok()?) - shown(tile.before?);
    let sign = if difference > 0.0 {
        '▲'
    } else if difference < 0.0 {
        '▼'
    } else {
        '='
    };
    Some((sign, difference.abs() / scale))
}

impl Tile<'_> {
    fn number(&self) -> String {
        match self.value {
            Ok(value) => format!("{value:.*}", self.decimals).replace('-', "−"),
            Err(_) => "–".to_owned(),
        }
    }

    /// What assistive technology reads as the value.
    fn spoken(&self) -> String {
        let mut out = match self.value {
            Ok(_) => format!("{}{}", self.number(), text::spaced(self.unit)),
            Err(reason) => words::widgets::none(reason),
        };
        if let Some((sign, by)) = change(self) {
            match sign {
                '▲' => out.push_str(&words::widgets::up(format_args!("{by:.*}", self.decimals))),
                '▼' => out.push_str(&words::widgets::down(format_args!("{by:.*}", self.decimals))),
                _ => out.push_str(words::widgets::unchanged()),
            }
        }
        if self.not_steady {
            out.push_str(&format!(", {}", words::common::not_steady()));
        }
        if let Some(alarm) = self.alarm {
            out.push_str(&words::widgets::spoken_alarm(alarm));
        }
        out
    }

    /// Shows the tile as one line of a given size: name, number, unit, change.
    pub fn show_line(&self, ui: &mut Ui, theme: &Theme, size: Vec2) -> Response {
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, self.label));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(self.spoken());
            if let Ok(value) = self.value {
                node.set_numeric_value(value);
            }
        });
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let border = if self.alarm.is_some() { theme.danger } else { theme.stroke };
        painter.rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, border), StrokeKind::Inside);
        let colour = match (self.alarm, self.value) {
            (Some(_), _) => theme.danger,
            (None, Ok(_)) if !self.not_steady => self.colour,
            (None, _) => theme.weak,
        };
        let change = change(self).filter(|_| self.value.is_ok());
        let change = change.map_or_else(String::new, |(sign, by)| match sign {
            '=' => "=".to_owned(),
            sign => format!("{sign} {by:.*}", self.decimals),
        });
        let texts = |scale: f32| {
            let plain = |text: &str, colour| painter.layout_no_wrap(text.to_owned(), theme.font(12.0 * scale), colour);
            [
                plain(self.label, theme.weak),
                painter.layout_no_wrap(self.number(), theme.bold(18.0 * scale), colour),
                plain(self.unit, theme.weak),
                plain(&change, theme.text),
            ]
        };
        let inner = rect.shrink2(vec2(theme.size(8.0), 0.0));
        let width = |texts: &[std::sync::Arc<eframe::egui::Galley>; 4]| -> f32 {
            texts.iter().map(|text| text.size().x).sum::<f32>() + 18.0
        };
        let mut line = texts(1.0);
        if width(&line) > inner.width() {
            // Narrow windows get smaller type, never a cut number.
            line = texts((inner.width() / width(&line)).max(0.65));
        }
        let baseline = rect.center().y + theme.size(6.0);
        let [label, number, unit, change] = line;
        let mut x = inner.left();
        for (text, gap) in [(label, 7.0), (number, 4.0), (unit, 7.0)] {
            let step = text.size().x + gap;
            paint_line(&painter, pos2(x, baseline), text);
            x += step;
        }
        paint_line(&painter, pos2((inner.right() - change.size().x).max(x), baseline), change);
        let hover = match self.value {
            Err(reason) => words::widgets::none_hint(self.hint, reason),
            Ok(_) => self.hint.to_owned(),
        };
        response.on_hover_text(hover)
    }

    /// Shows the tile at a given size.
    pub fn show(&self, ui: &mut Ui, theme: &Theme, size: Vec2) -> Response {
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, self.label));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(self.spoken());
            if let Ok(value) = self.value {
                node.set_numeric_value(value);
            }
        });
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let border = match self.alarm {
            Some(_) => Stroke::new(2.0, theme.danger),
            None => Stroke::new(1.0, theme.stroke),
        };
        painter.rect(rect, theme.radius(), theme.panel, border, StrokeKind::Inside);
        let fit = |text: &str, font: &dyn Fn(f32) -> FontId, points: f32, colour, width: f32| {
            let galley = painter.layout_no_wrap(text.to_owned(), font(points), colour);
            if galley.size().x <= width {
                return galley;
            }
            // Narrow windows get smaller type, never a cut number.
            painter.layout_no_wrap(text.to_owned(), font((points * width / galley.size().x).max(9.0)), colour)
        };
        let (plain, bold) = (|points| theme.font(points), |points| theme.bold(points));
        let inner = rect.shrink2(vec2(theme.size(10.0), 8.0));
        let top = inner.top() + theme.size(12.0);
        let unit = fit(self.unit, &plain, 12.0, theme.weak, inner.width());
        let unit_left = inner.right() - unit.size().x;
        // On a narrow tile the unit makes room for the name.
        let narrow = rect.width() < theme.size(118.0);
        // On a wide one the number is larger, and the unit stands beside it.
        let wide = rect.width() >= theme.size(165.0);
        let room = if narrow || wide { inner.width() } else { unit_left - inner.left() - 4.0 };
        let name = fit(self.label, &plain, 13.0, theme.weak, room);
        let after_name = inner.left() + name.size().x + 6.0;
        paint_line(&painter, pos2(inner.left(), top), name);
        let note = |text: &str| painter.layout_no_wrap(text.to_owned(), theme.font(12.0), theme.weak).size().x;
        if let (None, Err(reason)) = (self.alarm, self.value)
            && note(reason) > inner.width()
        {
            // Why there is none has the room of the number.
            let sign = painter.layout_no_wrap("–".to_owned(), theme.bold(13.0), theme.weak);
            let left = after_name.min(rect.right() - 1.0 - sign.size().x);
            paint_line(&painter, pos2(left, top), sign);
            let above = inner.top() + theme.size(19.0);
            let lines = |points: f32| {
                let mut job = LayoutJob::simple(reason.to_owned(), theme.font(points), theme.weak, inner.width());
                job.wrap.max_rows =
                    ((inner.bottom() + 4.0 - above) / theme.size(points * 1.18)).floor().max(1.0) as usize;
                painter.layout_job(job)
            };
            let whole = [12.0, 11.0, 10.0].into_iter().map(lines).find(|galley| !galley.elided);
            painter.galley(pos2(inner.left(), above), whole.unwrap_or_else(|| lines(10.0)), theme.weak);
            return response.on_hover_text(words::widgets::no_value_hint(self.hint, reason));
        }

        let colour = if self.alarm.is_some() { theme.danger } else { self.colour };
        let colour = if self.value.is_ok() && !self.not_steady { colour } else { theme.weak };
        if wide {
            let unit = painter.layout_no_wrap(self.unit.to_owned(), theme.font(15.0), theme.weak);
            let baseline = inner.top() + theme.size(51.0);
            let number = fit(&self.number(), &bold, 40.0, colour, inner.width() - unit.size().x - 7.0);
            let right = inner.left() + number.size().x + 7.0;
            paint_line(&painter, pos2(inner.left(), baseline), number);
            paint_line(&painter, pos2(right, baseline), unit);
        } else {
            let number = fit(&self.number(), &bold, 32.0, colour, inner.width());
            paint_line(&painter, pos2(inner.left(), inner.top() + theme.size(46.0)), number);
        }

        let (note, colour) = match (self.alarm, self.value, change(self)) {
            (Some(alarm), ..) => (alarm.to_owned(), theme.danger),
            (None, Err(reason), _) => (reason.to_owned(), theme.weak),
            (None, Ok(_), _) if self.not_steady => (words::common::not_steady().to_owned(), theme.text),
            (None, Ok(_), Some((sign, by))) => {
                (format!("{sign} {by:.*}", self.decimals), if sign == '=' { theme.weak } else { theme.text })
            }
            (None, Ok(_), None) => (String::new(), theme.weak),
        };
        let bottom = inner.bottom() - 3.0;
        // A number that cannot be believed can do without its unit, not without the word.
        let unit_below = narrow && self.alarm.is_none() && self.value.is_ok() && !self.not_steady;
        let room = if unit_below { unit_left - inner.left() - 4.0 } else { inner.width() };
        paint_line(&painter, pos2(inner.left(), bottom), fit(&note, &plain, 12.0, colour, room));
        if unit_below || !(narrow || wide) {
            paint_line(&painter, pos2(unit_left, if narrow { bottom } else { top }), unit);
        }

        let hover = match (self.alarm, self.value) {
            (None, Ok(_)) if self.not_steady => format!("{}\n{}", self.hint, words::common::not_steady_hint()),
            (Some(alarm), _) => words::widgets::alarm_hint(self.hint, alarm),
            (None, Err(reason)) => words::widgets::no_value_hint(self.hint, reason),
            (None, Ok(_)) => self.hint.to_owned(),
        };
        if hover.is_empty() { response } else { response.on_hover_text(hover) }
    }
}
