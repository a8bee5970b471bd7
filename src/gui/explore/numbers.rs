//! Every other number of the patient, the model's truth beside the bedside's estimate.

use eframe::egui::{
    RichText, Role, Sense, Ui, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use crate::{
    app::{NoNumber, Session},
    gui::{theme::Theme, widgets::paint_line},
    sim::reading::quantity::{QUANTITIES, Quantity, Site},
    text::{display_units::DisplayUnits, words},
};

/// Room between the columns, points.
const COLUMN_GAP: f32 = 28.0;

const SITES: [Site; 10] = [
    Site::Ecmo,
    Site::Mechanics,
    Site::Circulation,
    Site::Oxygenation,
    Site::Ventilation,
    Site::Transport,
    Site::Arterial,
    Site::Venous,
    Site::PulmonaryArterial,
    Site::Gas,
];

/// The numbers, site by site.
pub(super) fn list(ui: &mut Ui, theme: &Theme, session: &Session, units: DisplayUnits) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 0.0;
        let Ok(snapshot) = &session.now().outcome else {
            ui.label(RichText::new(words::explore::dash_no_steady_state()).color(theme.weak));
            return;
        };
        let (with_ecmo, with_layers) = (snapshot.params.ecmo(), snapshot.mechanics.is_some());
        for site in SITES {
            // Without a membrane lung these are absent, or the same as venous blood.
            if !with_ecmo && matches!(site, Site::Ecmo | Site::PulmonaryArterial) {
                continue;
            }
            if !with_layers && matches!(site, Site::Mechanics | Site::Circulation) {
                continue;
            }
            ui.label(RichText::new(site.label()).font(theme.bold(12.0)).color(theme.weak));
            // The last pixels belong to the edge of what scrolls.
            let room = ui.available_width() - 3.0;
            let columns = ((room / theme.size(220.0)) as usize).clamp(1, 6);
            let width = (room - COLUMN_GAP * (columns - 1) as f32) / columns as f32;
            let shown =
                |quantity: &&Quantity| quantity.site == site && !quantity.is_doubt() && quantity.is_of(snapshot);
            let all: Vec<_> = QUANTITIES.iter().filter(shown).collect();
            for line in all.chunks(columns) {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = COLUMN_GAP;
                    for quantity in line {
                        let steady = quantity.is_steady(snapshot);
                        number(ui, theme, quantity, (session.now().read(quantity), steady), width, units);
                    }
                });
            }
            ui.add_space(6.0);
        }
    });
}

/// Name on the left, number on the right.
fn number(
    ui: &mut Ui,
    theme: &Theme,
    quantity: &Quantity,
    (value, steady): (Result<f64, NoNumber>, bool),
    width: f32,
    units: DisplayUnits,
) {
    let shown = match &value {
        Ok(value) => quantity.text(*value, units),
        Err(_) => "–".to_owned(),
    };
    let value = value.map_err(|reason| units.prose(&reason.to_string()).into_owned());
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme.size(18.0)), Sense::hover());
    let mut elided = false;
    if ui.is_rect_visible(rect) {
        let alarm = value.as_ref().is_ok_and(|value| quantity.not_survivable(*value));
        let colour = if alarm { theme.danger } else { theme.text };
        // Grey, and in words where there is room for them.
        let colour = if steady { colour } else { theme.weak };
        let shown = if steady { shown.clone() } else { words::explore::doubtful(&shown) };
        let number = ui.painter().layout_no_wrap(shown, theme.bold(12.0), colour);
        let baseline = rect.top() + theme.size(13.0);
        let left = rect.right() - number.size().x;
        let mut name = LayoutJob::simple_singleline(quantity.label.to_owned(), theme.font(12.0), theme.weak);
        name.wrap = TextWrapping::truncate_at_width(left - rect.left() - 6.0);
        let name = ui.painter().layout_job(name);
        elided = name.elided;
        paint_line(ui.painter(), pos2(rect.left(), baseline), name);
        paint_line(ui.painter(), pos2(left, baseline), number);
    }
    response.widget_info(|| {
        let why = value.as_ref().err().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let doubt = if steady { String::new() } else { format!(", {}", words::common::not_steady()) };
        WidgetInfo::labeled(Role::Label, true, format!("{}: {shown}{why}{doubt}", quantity.label))
    });
    match value {
        Err(reason) => drop(response.on_hover_text(format!("{}: {reason}", quantity.label))),
        Ok(_) if elided => drop(response.on_hover_text(quantity.label)),
        Ok(_) => {}
    }
}
