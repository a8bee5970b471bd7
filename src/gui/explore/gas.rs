//! A blood gas that is typed, over the page: what it says, and who of the library is nearest to it.

use eframe::egui::{
    Align2, Button, Grid, Id, Label, Modal, RichText, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2,
};

use super::{OpenGas, PanelState};
use crate::{
    app::{
        Command,
        gas_entry::{self, Entered, Field, GasEntry},
        library::Near,
    },
    gui::theme::{GRID, Theme},
    physiology::indices::NoEstimate,
    sim::params::ParamId,
    study::fit::ASSUMED_AV_ML_PER_DL,
    text::{display_units::DisplayUnits, number, subscripted, words},
    units::percent_from_frac,
};

/// FiO2 from which the rule of A-a over 20 holds.
const PURE_FIO2_FRAC: f64 = 0.95;

/// Shows the form, where it is open.
pub(super) fn overlay(ui: &Ui, theme: &Theme, entry: &GasEntry, panel: &mut PanelState, commands: &mut Vec<Command>) {
    if !panel.page.gas.is_open {
        return;
    }
    let open = &mut panel.page.gas;
    let units = panel.choices.settings.units;
    let window = ui.ctx().content_rect().size();
    let mut taken = None;
    let frame = theme.panel_frame().inner_margin(16);
    let modal = Modal::new(Id::unique("gas")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width((window.x - 80.0).min(theme.size(820.0)));
        ui.label(RichText::new(words::gas::title()).font(theme.bold(18.0)).color(theme.text));
        let height = (window.y - theme.size(150.0)).max(theme.size(160.0));
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.vertical(|ui| {
                    ui.set_width(theme.size(270.0));
                    form(ui, theme, open, units);
                    note(ui, theme, words::gas::assumed(), units);
                    note(ui, theme, words::gas::for_teaching(), units);
                });
                ui.add_space(theme.size(20.0));
                ui.vertical(|ui| {
                    ui.set_width(ui.available_width());
                    for fault in entry.faults() {
                        let text = RichText::new(subscripted(fault)).font(theme.bold(13.0)).color(theme.danger);
                        ui.add(Label::new(text).wrap());
                    }
                    match entry.entered() {
                        Some(entered) => taken = answer(ui, theme, entered, entry.nearest(), units),
                        None if entry.faults().is_empty() => {
                            note(ui, theme, words::gas::what_is_needed(), units);
                            note(ui, theme, words::gas::units_may_be_typed(), units);
                        }
                        None => {}
                    }
                });
            });
        });
        ui.add_space(GRID);
        ui.horizontal(|ui| {
            if ui.button(words::common::close()).clicked() {
                ui.close();
            }
            let typed = open.typed.iter().any(|text| !text.is_empty());
            let clear = ui.add_enabled(typed, Button::new(words::gas::clear()));
            if clear.on_hover_text(words::gas::clear_hint()).clicked() {
                open.typed = gas_entry::empty();
                open.begun = false;
            }
        });
    });
    open.is_open = taken.is_none() && !modal.should_close();
    if let Some(near) = taken {
        commands.push(Command::LoadBuiltin(near.scenario.id.clone()));
        if let Some(entered) = entry.entered() {
            commands.push(Command::Set(ParamId::Fio2, entered.gas.fio2_frac));
        }
    }
}

fn note(ui: &mut Ui, theme: &Theme, text: &str, units: DisplayUnits) {
    let text = RichText::new(units.prose(text).into_owned()).font(theme.font(12.0)).color(theme.weak);
    ui.add(Label::new(text).wrap());
}

fn form(ui: &mut Ui, theme: &Theme, open: &mut OpenGas, units: DisplayUnits) {
    let begun = std::mem::replace(&mut open.begun, true);
    Grid::new("typed gas").num_columns(3).spacing(vec2(GRID, 5.0)).show(ui, |ui| {
        for (field, text) in Field::ALL.into_iter().zip(&mut open.typed) {
            ui.label(RichText::new(field.label()).font(theme.font(13.0)).color(theme.text));
            ui.scope(|ui| {
                ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
                let hint = if field.may_be_empty() { words::gas::optional() } else { "" };
                let edit = TextEdit::singleline(text)
                    .desired_width(theme.size(90.0))
                    .align(Align2::LEFT_CENTER)
                    .font(theme.font(13.0))
                    .hint_text(hint)
                    .char_limit(16)
                    .margin(vec2(6.0, 3.0));
                // A grid would give it the room of what is typed alone.
                let size = vec2(theme.size(96.0), theme.size(24.0));
                let edit = ui.add_sized(size, edit).accessible_name(field.label());
                if !begun && field == Field::Fio2 {
                    edit.request_focus();
                }
            });
            let unit = if field == Field::Age { words::gas::years() } else { units.of(field.unit()).unit };
            ui.label(RichText::new(unit).font(theme.font(12.0)).color(theme.weak));
            ui.end_row();
        }
    });
}

/// What follows from the gas; the patient that was taken.
fn answer<'a>(
    ui: &mut Ui,
    theme: &Theme,
    entered: &Entered,
    nearest: &'a [Near],
    units: DisplayUnits,
) -> Option<&'a Near> {
    if let Some(why) = &entered.no_lung {
        let text = RichText::new(subscripted(&words::gas::no_lung(why))).font(theme.bold(13.0));
        ui.add(Label::new(text.color(theme.danger)).wrap());
    }
    if entered.looks_like_kpa {
        let text = words::gas::looks_like_kpa();
        ui.add(Label::new(RichText::new(text).font(theme.bold(13.0)).color(theme.channels.shunt)).wrap());
    }
    for (index, [name, value, why]) in rows(entered, units).into_iter().enumerate() {
        let first = index < 3;
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = theme.size(18.0);
            let (rect, response) = ui.allocate_exact_size(vec2(theme.size(225.0), theme.size(18.0)), Sense::hover());
            let font = theme.font(13.0);
            ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, &name, font, theme.weak);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value} {why}")));
            let font = if first { theme.bold(15.0) } else { theme.bold(13.0) };
            ui.label(RichText::new(&value).font(font).color(theme.text));
            ui.add(Label::new(RichText::new(&why).font(theme.font(12.0)).color(theme.weak)).truncate());
        });
    }
    ui.add_space(GRID);
    ui.label(RichText::new(words::gas::nearest()).font(theme.bold(13.0)).color(theme.text));
    if nearest.is_empty() {
        note(ui, theme, words::gas::nearest_is_computed(), units);
    }
    let mut taken = None;
    for near in nearest {
        ui.horizontal(|ui| {
            let button = Button::new(RichText::new(&near.scenario.title).font(theme.bold(13.0)));
            let hint = words::gas::near_hint(entered.gas.fio2_frac);
            if ui.add(button).on_hover_text(hint).clicked() {
                taken = Some(near);
            }
            let pressure = |mmhg: f64| units.of("mmHg").number(mmhg, 0);
            let told = words::gas::near(
                pressure(near.po2_art_mmhg),
                pressure(near.pco2_art_mmhg),
                crate::text::spaced(units.of("mmHg").unit),
                percent_from_frac(near.shunt_frac),
            );
            ui.label(RichText::new(told).font(theme.font(12.0)).color(theme.weak));
        });
    }
    taken
}

/// Name, value, and what has to be known of it.
fn rows(entered: &Entered, units: DisplayUnits) -> Vec<[String; 3]> {
    let sums = &entered.sums;
    let percent = |shunt: &Result<f64, NoEstimate>| match shunt {
        Ok(frac) => format!("{:.1} %", percent_from_frac(*frac)),
        Err(reason) => format!("– ({})", units.prose(&reason.to_string())),
    };
    let row = |name: &str, value: String, why: String| [name.to_owned(), value, why];
    let pressure = |mmhg: f64| units.text(mmhg, "mmHg", 0);
    let expected = match entered.expected {
        Some(health) => {
            let unit = units.of("mmHg");
            words::gas::health_has(unit.number(health.low_mmhg, 0), unit.text(health.high_mmhg, 0))
        }
        None if entered.gas.fio2_frac > gas_entry::AIR_FIO2_FRAC => words::gas::health_on_air_only().to_owned(),
        None => words::gas::health_needs_age().to_owned(),
    };
    let mut out = vec![
        row(words::common::pf(), pressure(sums.pf_ratio_mmhg), String::new()),
        row(words::gas::aa(), pressure(sums.aa_gradient_mmhg), expected),
        row(
            words::gas::ratio(),
            entered.arterial_alveolar_ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}")),
            String::new(),
        ),
        row(words::gas::po2_alv(), pressure(sums.po2_alv_mmhg), String::new()),
    ];
    if let Some(measured) = &sums.shunt_measured {
        out.push(row(words::gas::shunt_by_contents(), percent(measured), words::gas::venous_measured().to_owned()));
    }
    let content = units.of("mL/dL");
    for (av, shunt) in ASSUMED_AV_ML_PER_DL.into_iter().zip(&sums.shunt_assumed) {
        let why = words::gas::assumed_difference(number(content.value(av)), content.unit);
        out.push(row(words::gas::shunt_by_contents(), percent(shunt), why));
    }
    if entered.gas.fio2_frac >= PURE_FIO2_FRAC {
        let rule = percent(&Ok(sums.shunt_by_rule_frac));
        out.push(row(words::common::shunt_by_rule(), rule, words::gas::rule_for_pure_oxygen().to_owned()));
    }
    out
}
