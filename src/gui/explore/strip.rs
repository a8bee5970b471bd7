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
    text::{
        self,
        display_units::DisplayUnits,
        words::{self, Word},
    },
};

/// A number of the strip.
pub(in crate::gui) struct Vital {
    pub(in crate::gui) key: &'static str,
    pub(in crate::gui) label: Word,
    pub(in crate::gui) unit: &'static str,
    pub(in crate::gui) decimals: usize,
    /// Shown number = factor times value: 100 for percent.
    pub(in crate::gui) shown_per_value: f64,
    pub(in crate::gui) hint: Word,
    pub(in crate::gui) colour: fn(&Channels) -> Color32,
}

const fn vital(
    key: &'static str,
    label: Word,
    unit: &'static str,
    hint: Word,
    colour: fn(&Channels) -> Color32,
) -> Vital {
    Vital { key, label, unit, decimals: 0, shown_per_value: 1.0, hint, colour }
}

const fn percent(vital: Vital) -> Vital {
    Vital { unit: "%", shown_per_value: 100.0, ..vital }
}

/// The numbers that stand on every page.
pub(in crate::gui) static VITALS: [Vital; 10] = [
    percent(vital("spo2_frac", words::common::spo2, "", words::vitals::spo2, |c| c.spo2)),
    vital("po2_art_mmhg", words::common::pao2, "mmHg", words::vitals::po2, |c| c.arterial),
    vital("pco2_art_mmhg", words::common::paco2, "mmHg", words::vitals::pco2, |c| c.co2),
    Vital { decimals: 2, ..vital("ph_art", words::common::ph, "", words::vitals::ph, |c| c.ph) },
    vital("aa_gradient_mmhg", words::common::aa, "mmHg", words::vitals::aa, |c| c.aa),
    vital("pf_ratio_mmhg", words::common::pf, "mmHg", words::vitals::pf, |c| c.spo2),
    percent(vital("shunt_true_frac", words::vitals::true_shunt_label, "", words::vitals::true_shunt, |c| c.shunt)),
    percent(vital(
        "venous_admixture_frac",
        words::vitals::estimated_shunt_label,
        "",
        words::vitals::estimated_shunt,
        |c| c.shunt,
    )),
    percent(vital("so2_ven_frac", words::vitals::svo2_label, "", words::vitals::svo2, |c| c.venous)),
    vital("o2_delivery_ml_per_min", words::common::do2, "mL/min", words::vitals::do2, |c| c.delivery),
];

/// What stands in the place of arterial gases where blood of a pump and of the heart meet in the aorta: their mean is in
/// no vessel, and the oximeter and P/F are of the right hand too.
static OF_THE_RIGHT_ARM: [Vital; 3] = [
    vital("po2_right_arm_mmhg", words::vitals::right_po2_label, "mmHg", words::vitals::right_po2, |c| c.arterial),
    vital("pco2_right_arm_mmhg", words::vitals::right_pco2_label, "mmHg", words::vitals::right_pco2, |c| c.co2),
    Vital {
        decimals: 2,
        ..vital("ph_right_arm", words::vitals::right_ph_label, "", words::vitals::right_ph, |c| c.ph)
    },
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
    vital("peep_now_cmh2o", words::common::peep, "cmH₂O", words::vitals::peep, |c| c.ventilation),
    vital("plateau_cmh2o", words::common::plateau, "cmH₂O", words::vitals::plateau, |c| c.ventilation),
    vital("driving_pressure_cmh2o", words::common::driving_pressure, "cmH₂O", words::vitals::driving_pressure, |c| {
        c.ventilation
    }),
    Vital {
        decimals: 2,
        ..vital("end_expiratory_volume_l", words::vitals::eelv_label, "L", words::vitals::eelv, |c| c.ventilation)
    },
    vital("oxygenation_index", words::vitals::oxygenation_index_label, "", words::vitals::oxygenation_index, |c| {
        c.arterial
    }),
    Vital {
        decimals: 1,
        ..vital("output_now_l_per_min", words::vitals::output_label, "L/min", words::vitals::output, |c| c.delivery)
    },
    vital("arterial_pressure_mmhg", words::vitals::pressure_label, "mmHg", words::vitals::pressure, |c| c.arterial),
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
        let (side, limit): (fn(String) -> String, f64) =
            if *value < low { (words::vitals::below, low) } else { (words::vitals::above, high) };
        let decimals = if in_units.is_converted() { in_units.decimals(vital.decimals) } else { 0 };
        let limit =
            if in_units.is_converted() { format!("{:.decimals$}", shown(limit)) } else { shown(limit).to_string() };
        Some(side(format!("{limit}{}", text::spaced(in_units.unit))))
    });
    let doubtful = session.now().outcome.as_ref().is_ok_and(|now| !quantity.is_steady(now));
    let value = value.map_err(|reason| units.prose(&reason.to_string()).into_owned());
    let tile = Tile {
        label: (vital.label)(),
        unit: in_units.unit,
        decimals: in_units.decimals(vital.decimals),
        value: value.as_ref().map(|value| shown(*value)).map_err(String::as_str),
        before: session.before().and_then(|before| read(before).ok()).map(shown),
        not_steady: doubtful,
        alarm: alarm.as_deref(),
        hint: (vital.hint)(),
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
