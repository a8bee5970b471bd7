//! The strip of vital numbers.

use eframe::egui::{Color32, Rect, Ui};

use super::within;
use crate::{
    app::{Session, View},
    gui::{
        theme::{Channels, GRID, Theme},
        widgets::tile::Tile,
    },
    sim::reading::quantity::Quantity,
    text::{self, display_units::DisplayUnits},
};

/// A number of the strip.
pub(in crate::gui) struct Vital {
    pub(in crate::gui) key: &'static str,
    pub(in crate::gui) label: &'static str,
    pub(in crate::gui) unit: &'static str,
    pub(in crate::gui) decimals: usize,
    /// Shown number = factor times value: 100 for percent.
    pub(in crate::gui) shown_per_value: f64,
    pub(in crate::gui) hint: &'static str,
    pub(in crate::gui) colour: fn(&Channels) -> Color32,
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

/// The numbers that stand on every page.
pub(in crate::gui) static VITALS: [Vital; 10] = [
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

/// What stands in the place of arterial gases where blood of a pump and of the heart meet in the aorta: their mean is in
/// no vessel, and the oximeter and P/F are of the right hand too.
static OF_THE_RIGHT_ARM: [Vital; 3] = [
    vital(
        "po2_right_arm_mmhg",
        "PaO₂, right",
        "mmHg",
        "PO₂ of the right arm: of the heart's own blood first",
        |c| c.arterial,
    ),
    vital("pco2_right_arm_mmhg", "PaCO₂, right", "mmHg", "PCO₂ of the right arm", |c| c.co2),
    Vital { decimals: 2, ..vital("ph_right_arm", "pH, right", "", "pH of the right arm", |c| c.ph) },
];

/// A number of the strip as it is shown of a patient.
fn of_patient(vital: &'static Vital, session: &Session) -> &'static Vital {
    let [po2, pco2, ph] = &OF_THE_RIGHT_ARM;
    match vital.key {
        _ if !session.now().params.bypasses_heart() => vital,
        "po2_art_mmhg" => po2,
        "pco2_art_mmhg" => pco2,
        "ph_art" => ph,
        _ => vital,
    }
}

/// What is added for a lung in layers.
pub(super) static OF_LAYERS: [Vital; 7] = [
    vital(
        "peep_now_cmh2o",
        "PEEP",
        "cmH₂O",
        "Airway pressure at end expiration; while the airway is held, that at which it is",
        |c| c.ventilation,
    ),
    vital("plateau_cmh2o", "Plateau", "cmH₂O", "Airway pressure at end inspiration, without flow", |c| c.ventilation),
    vital("driving_pressure_cmh2o", "ΔP", "cmH₂O", "Driving pressure: plateau less PEEP", |c| c.ventilation),
    Vital {
        decimals: 2,
        ..vital("end_expiratory_volume_l", "EELV", "L", "Gas in the lung at end expiration", |c| c.ventilation)
    },
    vital(
        "oxygenation_index",
        "OI",
        "",
        "Oxygenation index: mean airway pressure times FiO₂ in percent over PaO₂",
        |c| c.arterial,
    ),
    Vital {
        decimals: 1,
        ..vital("output_now_l_per_min", "Output", "L/min", "Cardiac output, as the heart answers", |c| c.delivery)
    },
    vital("arterial_pressure_mmhg", "Mean ABP", "mmHg", "Mean arterial blood pressure", |c| c.arterial),
];

/// Height that the strip takes.
pub(super) fn height(theme: &Theme, session: &Session) -> f32 {
    theme.size(76.0) + 16.0 + if session.now().params.mechanics() { line_height(theme) } else { 0.0 }
}

fn line_height(theme: &Theme) -> f32 {
    theme.size(30.0) + GRID / 2.0
}

/// Shows the strip.
pub(super) fn strip(ui: &mut Ui, theme: &Theme, session: &Session, units: DisplayUnits) {
    let area = ui.max_rect();
    let layers = session.now().params.mechanics();
    let (large, line) = area.split_top_bottom_at_y(area.bottom() - if layers { line_height(theme) } else { 0.0 });
    let gap = GRID / 2.0;
    let place = |area: Rect, count: usize, index: usize| {
        let width = (area.width() + gap) / count as f32;
        let edge = |index: usize| (area.left() + index as f32 * width).round();
        Rect::from_x_y_ranges(edge(index)..=edge(index + 1) - gap, area.y_range())
    };
    for (index, vital) in VITALS.iter().enumerate() {
        within(ui, place(large, VITALS.len(), index), |ui| {
            // All of one width, or one would have its unit elsewhere than the others.
            let width = ((large.width() + gap) / VITALS.len() as f32 - gap).floor();
            let size = eframe::egui::vec2(width, ui.max_rect().height());
            tile(theme, session, of_patient(vital, session), units, |tile| tile.show(ui, theme, size));
        });
    }
    let line = Rect::from_min_max(line.min + eframe::egui::vec2(0.0, gap), line.max);
    for (index, vital) in OF_LAYERS.iter().enumerate().filter(|_| layers) {
        within(ui, place(line, OF_LAYERS.len(), index), |ui| {
            tile(theme, session, vital, units, |tile| tile.show_line(ui, theme, ui.max_rect().size()));
        });
    }
}

fn tile<R>(theme: &Theme, session: &Session, vital: &Vital, units: DisplayUnits, show: impl FnOnce(&Tile<'_>) -> R) {
    let Some(quantity) = Quantity::from_key(vital.key) else { return };
    let read = |view: &View| view.read(quantity);
    let value = read(session.now());
    let in_units = quantity.shown_in(units).of(vital.unit);
    let shown = |value: f64| in_units.value(value * vital.shown_per_value);
    let alarm = value.as_ref().ok().filter(|value| quantity.not_survivable(**value)).and_then(|value| {
        let [low, high] = quantity.survivable?;
        let (side, limit) = if *value < low { ("below", low) } else { ("above", high) };
        let decimals = if in_units.is_converted() { in_units.decimals(vital.decimals) } else { 0 };
        let limit =
            if in_units.is_converted() { format!("{:.decimals$}", shown(limit)) } else { shown(limit).to_string() };
        Some(format!("{side} {limit}{}", text::spaced(in_units.unit)))
    });
    let doubtful = session.now().outcome.as_ref().is_ok_and(|now| !quantity.is_steady(now));
    let value = value.map_err(|reason| units.prose(&reason.to_string()).into_owned());
    let tile = Tile {
        label: vital.label,
        unit: in_units.unit,
        decimals: in_units.decimals(vital.decimals),
        value: value.as_ref().map(|value| shown(*value)).map_err(String::as_str),
        before: session.before().and_then(|before| read(before).ok()).map(shown),
        not_steady: doubtful,
        alarm: alarm.as_deref(),
        hint: vital.hint,
        colour: (vital.colour)(&theme.channels),
    };
    show(&tile);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_every_vital_is_a_quantity_of_the_model() {
        for vital in VITALS.iter().chain(&OF_LAYERS).chain(&OF_THE_RIGHT_ARM) {
            let quantity = Quantity::from_key(vital.key).unwrap_or_else(|| panic!("{}", vital.key));
            assert!(vital.shown_per_value > 1.0 || vital.unit == quantity.unit, "{}", vital.key);
        }
    }
}
