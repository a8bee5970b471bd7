//! The strip of vital numbers.

use eframe::egui::{Color32, Rect, Ui};

use super::within;
use crate::{
    app::{Session, View},
    gui::{
        theme::{Channels, GRID, Theme},
        widgets::tile::Tile,
    },
    sim::quantity::Quantity,
    text::{self, display_units::DisplayUnits},
};

/// A number of the strip.
struct Vital {
    key: &'static str,
    label: &'static str,
    unit: &'static str,
    decimals: usize,
    /// Shown number = factor times value: 100 for percent.
    shown_per_value: f64,
    hint: &'static str,
    colour: fn(&Channels) -> Color32,
}

const fn vital(
    key: &'static str,
    label: &'static str,
    unit: &'static str,
    hint: &'static str,
    colour: fn(&Channels) -> Color32,
) -> Vital {
    Vital { key, label, unit, decimals: 0, shown_per_value: 1.0, hint, colour }
}

const fn percent(vital: Vital) -> Vital {
    Vital { unit: "%", shown_per_value: 100.0, ..vital }
}

static VITALS: [Vital; 10] = [
    percent(vital("spo2_frac", "SpO₂", "", "What a pulse oximeter reads", |c| c.spo2)),
    vital("po2_art_mmhg", "PaO₂", "mmHg", "Arterial PO₂", |c| c.arterial),
    vital("pco2_art_mmhg", "PaCO₂", "mmHg", "Arterial PCO₂", |c| c.co2),
    Vital { decimals: 2, ..vital("ph_art", "pH", "", "Arterial pH", |c| c.ph) },
    vital("aa_gradient_mmhg", "A-a", "mmHg", "Alveolar PO₂ by the alveolar gas equation less PaO₂", |c| c.aa),
    vital("pf_ratio_mmhg", "P/F", "mmHg", "PaO₂ over FiO₂", |c| c.spo2),
    percent(vital(
        "shunt_true_frac",
        "Shunt, true",
        "",
        "Share of cardiac output that meets no gas, as the model knows it",
        |c| c.shunt,
    )),
    percent(vital(
        "venous_admixture_frac",
        "Shunt, est.",
        "",
        "Venous admixture by the shunt equation, as the bedside estimates it: all that is not ideal counts as shunt",
        |c| c.shunt,
    )),
    percent(vital("so2_ven_frac", "Sv̄O₂", "", "Saturation of mixed venous blood", |c| c.venous)),
    vital(
        "o2_delivery_ml_per_min",
        "DO₂",
        "mL/min",
        "O₂ delivery: cardiac output times arterial O₂ content",
        |c| c.delivery,
    ),
];

/// Height that the strip takes.
pub(super) fn height(theme: &Theme) -> f32 {
    theme.size(76.0) + 16.0
}

/// Shows the strip.
pub(super) fn strip(ui: &mut Ui, theme: &Theme, session: &Session, units: DisplayUnits) {
    let area = ui.max_rect();
    let gap = GRID / 2.0;
    let count = VITALS.len() + usize::from(!theme.few_numbers());
    let width = (area.width() + gap) / count as f32;
    let place = |index: usize| {
        let edge = |index: usize| (area.left() + index as f32 * width).round();
        Rect::from_x_y_ranges(edge(index)..=edge(index + 1) - gap, area.y_range())
    };
    for (index, vital) in VITALS.iter().enumerate() {
        within(ui, place(index), |ui| tile(ui, theme, session, vital, units));
    }
    if theme.few_numbers() {
        return;
    }
    let not_modelled = Tile {
        label: "PEEP → output",
        unit: "",
        decimals: 0,
        value: Err("not modelled yet"),
        before: None,
        alarm: None,
        hint: "What PEEP does to cardiac output, and how much lung it overdistends",
        colour: theme.text,
    };
    within(ui, place(VITALS.len()), |ui| not_modelled.show(ui, theme, ui.max_rect().size()));
}

fn tile(ui: &mut Ui, theme: &Theme, session: &Session, vital: &Vital, units: DisplayUnits) {
    let Some(quantity) = Quantity::from_key(vital.key) else { return };
    let read = |view: &View| view.read(quantity);
    let value = read(session.now());
    let in_units = units.of(vital.unit);
    let shown = |value: f64| in_units.value(value * vital.shown_per_value);
    let alarm = value.as_ref().ok().filter(|value| quantity.not_survivable(**value)).and_then(|value| {
        let [low, high] = quantity.survivable?;
        let (side, limit) = if *value < low { ("below", low) } else { ("above", high) };
        let decimals = if in_units.is_converted() { in_units.decimals(vital.decimals) } else { 0 };
        let limit =
            if in_units.is_converted() { format!("{:.decimals$}", shown(limit)) } else { shown(limit).to_string() };
        Some(format!("{side} {limit}{}", text::spaced(in_units.unit)))
    });
    let value = value.map_err(|reason| units.prose(&reason).into_owned());
    let tile = Tile {
        label: vital.label,
        unit: in_units.unit,
        decimals: in_units.decimals(vital.decimals),
        value: value.as_ref().map(|value| shown(*value)).map_err(String::as_str),
        before: session.before().and_then(|before| read(before).ok()).map(shown),
        alarm: alarm.as_deref(),
        hint: vital.hint,
        colour: (vital.colour)(&theme.channels),
    };
    tile.show(ui, theme, ui.max_rect().size());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_every_vital_is_a_quantity_of_the_model() {
        for vital in &VITALS {
            let quantity = Quantity::from_key(vital.key).unwrap_or_else(|| panic!("{}", vital.key));
            assert!(vital.shown_per_value > 1.0 || vital.unit == quantity.unit, "{}", vital.key);
        }
    }
}
