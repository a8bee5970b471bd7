//! The vital numbers of all patients, and how far they are from those of A.

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
        widgets::paint_line,
    },
    sim::reading::{comparison::Pair, quantity::Quantity},
    text::{self, display_units::DisplayUnits, display_units::signed, words},
};

/// Height of the row.
pub(super) fn height(theme: &Theme, page: &Compare) -> f32 {
    theme.size(match page.letters().len() {
        0..=2 => 100.0,
        rows => 44.0 + ROW * (rows - 1) as f32,
    })
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
    /// Of each patient.
    rows: Vec<Row>,
    /// The line below, of a pair.
    difference: Option<String>,
    /// What assistive technology reads.
    spoken: String,
}

/// A patient in a tile.
struct Row {
    /// His number as printed.
    number: String,
    /// Whether somebody lives at it.
    alarms: bool,
    /// Whether it can be believed.
    steady: bool,
    /// How far it is from that of A; none in the row of A.
    apart: Option<String>,
}

fn shown(page: &Compare, vital: &Vital, quantity: &'static Quantity, units: DisplayUnits) -> Shown {
    let in_units = units.of(vital.unit);
    let decimals = in_units.decimals(vital.decimals);
    let number = |value: f64| signed(in_units.value(value * vital.shown_per_value), decimals);
    let unit = text::spaced(in_units.unit);
    let mut told = Vec::new();
    let mut spoken = Vec::new();
    let mut rows = Vec::new();
    for of in page.letters().iter().copied() {
        let Some(pair) = page.pair(quantity, of) else {
            let covered = || Row { number: "?".to_owned(), alarms: false, steady: true, apart: None };
            let rows = page.letters().iter().map(|_| covered()).collect();
            return Shown {
                rows,
                difference: Some(words::compare::covered_number().to_owned()),
                spoken: words::compare::covered_number().to_owned(),
            };
        };
        let value = pair.other;
        told.push(match value {
            Some(value) => format!("{} {}{unit}", of.name(), number(value)),
            None => words::compare::none_of(of.name()),
        });
        let steady = page.is_steady(quantity, of);
        let apart = (of != Letter::A).then(|| {
            if steady && page.is_steady(quantity, Letter::A) {
                difference(page, &pair, of, &number, decimals)
            } else {
                (words::common::not_steady().to_owned(), words::common::not_steady().to_owned())
            }
        });
        if let Some((_, words)) = &apart {
            // Of more than two it has to be said whose it is.
            let named = words.starts_with(of.name()) || page.is_pair();
            spoken.push(if named { words.clone() } else { format!("{} {words}", of.name()) });
        }
        // Said once, where everybody looks first; the others stand empty in the same colour.
        let lost = page.unsteady(of).is_some();
        let nothing = if lost && vital.key == "po2_art_mmhg" { words::common::no_steady_state() } else { "–" };
        rows.push(Row {
            number: value.map_or_else(|| nothing.to_owned(), number),
            alarms: lost || value.is_some_and(|value| quantity.not_survivable(value)),
            steady,
            apart: apart.map(|(short, _)| short),
        });
    }
    let difference = rows.get_mut(1).filter(|_| page.is_pair()).and_then(|row| row.apart.take());
    let difference = difference.map(|apart| {
        let is_number = apart != "=" && apart != words::common::not_steady();
        if is_number { format!("B − A  {apart}") } else { apart }
    });
    Shown { rows, difference, spoken: format!("{}, {}", told.join(", "), spoken.join(", ")) }
}

/// The difference to A of the numbers as they are printed, and in words.
fn difference(
    page: &Compare,
    pair: &Pair,
    of: Letter,
    number: &dyn Fn(f64) -> String,
    decimals: usize,
) -> (String, String) {
    if page.is_same(pair, of) {
        return ("=".to_owned(), words::compare::same_within_error().to_owned());
    }
    let read = |value: Option<f64>| number(value?).replace('−', "-").parse::<f64>().ok();
    let Some((one, other)) = read(pair.one).zip(read(pair.other)) else {
        return ("–".to_owned(), words::compare::not_comparable().to_owned());
    };
    let by = other - one;
    if by.abs() < 1e-9 {
        return ("=".to_owned(), words::compare::same_as_printed().to_owned());
    }
    let sign = if by > 0.0 { "+" } else { "" };
    let by = format!("{sign}{}", signed(by, decimals));
    let words = words::compare::less_a(of.name(), &by);
    (by, words)
}

fn tile(ui: &mut Ui, theme: &Theme, page: &Compare, vital: &Vital, units: DisplayUnits) {
    let Some(quantity) = Quantity::from_key(vital.key) else { return };
    let shown = shown(page, vital, quantity, units);
    let (rect, response) = ui.allocate_exact_size(ui.max_rect().size(), Sense::hover());
    named(ui, &response, Role::Meter, (vital.label)(), shown.spoken);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let alarm = shown.rows.iter().any(|row| row.alarms);
    frame(ui, theme, rect, if alarm { theme.danger } else { theme.stroke });
    let inner = rect.shrink2(vec2(theme.size(9.0), 6.0));
    let line = |text: &str, points: f32, bold: bool, colour: Color32| {
        let font = if bold { theme.bold(points) } else { theme.font(points) };
        painter.layout_no_wrap(text.to_owned(), font, colour)
    };
    // Smaller type where there is less room, never words that run into one another.
    let fitted = |text: &str, points: f32, bold: bool, colour: Color32, room: f32| {
        let whole = line(text, points, bold, colour);
        let share = room / whole.size().x;
        if share < 1.0 { line(text, (points * share).max(9.0), bold, colour) } else { whole }
    };
    let top = inner.top() + theme.size(12.0);
    let unit = line(units.of(vital.unit).unit, 11.0, false, theme.weak);
    let name = line((vital.label)(), 12.0, false, theme.weak);
    if name.size().x + unit.size().x + 6.0 <= inner.width() {
        paint_line(&painter, pos2(inner.right() - unit.size().x, top), unit);
    }
    paint_line(&painter, pos2(inner.left(), top), name);
    let pair = page.is_pair();
    let points = if pair { 20.0 } else { 17.0 };
    for (i, (row, of)) in shown.rows.iter().zip(page.letters().iter().copied()).enumerate() {
        let baseline =
            inner.top() + if pair { theme.size(36.0 + 23.0 * i as f32) } else { theme.size(33.0 + ROW * i as f32) };
        let at = pos2(inner.left(), baseline - theme.size(1.0));
        painter.text(at, Align2::LEFT_BOTTOM, of.name(), theme.bold(12.0), colour_of(theme, of));
        let colour = match (row.alarms, row.steady) {
            (true, _) => theme.danger,
            (false, true) => (vital.colour)(&theme.channels),
            (false, false) => theme.weak,
        };
        let left = inner.left() + theme.size(18.0);
        let room = inner.right() - left;
        // The difference stands at the right and gets what the number leaves.
        let room_of_number = if pair { room } else { room * 0.55 };
        let number = fitted(&row.number, points, true, colour, room_of_number);
        let right = left + number.size().x + 4.0;
        paint_line(&painter, pos2(left, baseline), number);
        if let Some(apart) = &row.apart {
            let apart = if apart == words::common::not_steady() { "…" } else { apart };
            let apart = fitted(apart, 12.0, false, theme.text, inner.right() - right);
            // Where even small type has no room it is left to what is pointed at and read aloud.
            if apart.size().x <= inner.right() - right {
                paint_line(&painter, pos2(inner.right() - apart.size().x, baseline), apart);
            }
        }
    }
    if let Some(difference) = &shown.difference {
        let below = fitted(difference, 12.0, false, theme.text, inner.width());
        paint_line(&painter, pos2(inner.left(), inner.bottom() - 3.0), below);
    }
    let apart = if pair { "" } else { words::compare::difference_hint() };
    response.on_hover_text(format!("{}{apart}", (vital.hint)()));
}

/// Height of a row where there are more than two, points at scale 1.
const ROW: f32 = 20.0;
