//! The vital numbers of both patients, and how far they are apart.

use eframe::egui::{Align2, Color32, Rect, Role, Sense, Ui, pos2, vec2};

use super::{colour_of, frame, named};
use crate::{
    app::page::compare::{Compare, Letter},
    gui::{
        explore::{
            strip::{VITALS, Vital},
            within,
        },
        theme::{GRID, Theme},
        widgets::{paint_line, tile::NOT_STEADY},
    },
    sim::reading::{comparison::Pair, quantity::Quantity},
    text::{self, display_units::DisplayUnits, display_units::signed},
};

/// Height of the row.
pub(super) fn height(theme: &Theme) -> f32 {
    theme.size(100.0)
}

pub(super) fn tiles(ui: &mut Ui, theme: &Theme, page: &Compare, units: DisplayUnits) {
    let area = ui.max_rect();
    let gap = GRID / 2.0;
    let width = (area.width() + gap) / VITALS.len() as f32;
    for (index, vital) in VITALS.iter().enumerate() {
        let edge = |index: usize| (area.left() + index as f32 * width).round();
        let place = Rect::from_x_y_ranges(edge(index)..=edge(index + 1) - gap, area.y_range());
        within(ui, place, |ui| tile(ui, theme, page, vital, units));
    }
}

/// What a tile shows.
struct Shown {
    /// Numbers of A and B as printed.
    numbers: [String; 2],
    /// Whether somebody lives at it.
    alarms: [bool; 2],
    /// Whether each can be believed.
    steady: [bool; 2],
    /// The line below.
    difference: String,
    /// What assistive technology reads.
    spoken: String,
}

fn shown(page: &Compare, vital: &Vital, quantity: &'static Quantity, units: DisplayUnits) -> Shown {
    let in_units = units.of(vital.unit);
    let decimals = in_units.decimals(vital.decimals);
    let number = |value: f64| signed(in_units.value(value * vital.shown_per_value), decimals);
    let Some(pair) = page.pair(quantity) else {
        return Shown {
            numbers: ["?".to_owned(), "?".to_owned()],
            alarms: [false; 2],
            steady: [true; 2],
            difference: "covered".to_owned(),
            spoken: "covered".to_owned(),
        };
    };
    let unit = text::spaced(in_units.unit);
    let [one, other] = [pair.one, pair.other];
    let told = |of: Letter, value: Option<f64>| match value {
        Some(value) => format!("{} {}{unit}", of.name(), number(value)),
        None => format!("{} none", of.name()),
    };
    let both = format!("{}, {}", told(Letter::A, one), told(Letter::B, other));
    let steady = page.is_steady(quantity);
    let (difference, apart) = match steady {
        [true, true] => difference(page, &pair, &number, decimals),
        _ => (NOT_STEADY.to_owned(), NOT_STEADY.to_owned()),
    };
    Shown {
        steady,
        numbers: [one, other].map(|value| value.map_or_else(|| "–".to_owned(), number)),
        alarms: [one, other].map(|value| value.is_some_and(|value| quantity.not_survivable(value))),
        difference,
        spoken: format!("{both}, {apart}"),
    }
}

/// The difference of the numbers as they are printed, and in words.
fn difference(page: &Compare, pair: &Pair, number: &dyn Fn(f64) -> String, decimals: usize) -> (String, String) {
    if page.is_same(pair) {
        return ("=".to_owned(), "the same within the error of a sample".to_owned());
    }
    let read = |value: Option<f64>| number(value?).replace('−', "-").parse::<f64>().ok();
    let Some((one, other)) = read(pair.one).zip(read(pair.other)) else {
        return ("B − A  –".to_owned(), "not to be compared".to_owned());
    };
    let by = other - one;
    if by.abs() < 1e-9 {
        return ("=".to_owned(), "the same as printed".to_owned());
    }
    let sign = if by > 0.0 { "+" } else { "" };
    let by = format!("{sign}{}", signed(by, decimals));
    (format!("B − A  {by}"), format!("B less A {by}"))
}

fn tile(ui: &mut Ui, theme: &Theme, page: &Compare, vital: &Vital, units: DisplayUnits) {
    let Some(quantity) = Quantity::from_key(vital.key) else { return };
    let shown = shown(page, vital, quantity, units);
    let (rect, response) = ui.allocate_exact_size(ui.max_rect().size(), Sense::hover());
    named(ui, &response, Role::Meter, vital.label, shown.spoken);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let alarm = shown.alarms.contains(&true);
    frame(ui, theme, rect, if alarm { theme.danger } else { theme.stroke });
    let inner = rect.shrink2(vec2(theme.size(9.0), 6.0));
    let line = |text: &str, points: f32, bold: bool, colour: Color32| {
        let font = if bold { theme.bold(points) } else { theme.font(points) };
        painter.layout_no_wrap(text.to_owned(), font, colour)
    };
    let top = inner.top() + theme.size(12.0);
    let unit = line(units.of(vital.unit).unit, 11.0, false, theme.weak);
    let name = line(vital.label, 12.0, false, theme.weak);
    if name.size().x + unit.size().x + 6.0 <= inner.width() {
        paint_line(&painter, pos2(inner.right() - unit.size().x, top), unit);
    }
    paint_line(&painter, pos2(inner.left(), top), name);
    for (i, of) in Letter::ALL.into_iter().enumerate() {
        let baseline = inner.top() + theme.size(36.0 + 23.0 * i as f32);
        let at = pos2(inner.left(), baseline - theme.size(1.0));
        painter.text(at, Align2::LEFT_BOTTOM, of.name(), theme.bold(12.0), colour_of(theme, of));
        let colour = match (shown.alarms[i], shown.steady[i]) {
            (true, _) => theme.danger,
            (false, true) => (vital.colour)(&theme.channels),
            (false, false) => theme.weak,
        };
        let left = inner.left() + theme.size(18.0);
        let room = inner.right() - left;
        let mut number = line(&shown.numbers[i], 20.0, true, colour);
        if number.size().x > room {
            number = line(&shown.numbers[i], (20.0 * room / number.size().x).max(9.0), true, colour);
        }
        paint_line(&painter, pos2(left, baseline), number);
    }
    let mut below = line(&shown.difference, 12.0, false, theme.text);
    if below.size().x > inner.width() {
        below = line(&shown.difference, (12.0 * inner.width() / below.size().x).max(9.0), false, theme.text);
    }
    paint_line(&painter, pos2(inner.left(), inner.bottom() - 3.0), below);
    response.on_hover_text(vital.hint);
}
