//! Beside the trend: blood gases, checkpoints, and all numbers of the moment.

use eframe::egui::{Align, Button, Layout, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{PanelState, board, fill, moves, numbers, tabs::Tab, why};
use crate::{
    app::{
        Command, Session,
        gas_card::{self, Card},
        run_view::RunView,
    },
    figure::trends::{clock, span},
    gui::{
        theme::Theme,
        widgets::{controls::segmented, paint_line},
    },
    sim::{
        params::ParamId,
        play::instruments::{Mistake, Sample},
        play::run::time_of_step_s,
    },
    text::{display_units::DisplayUnits, words},
    units::{NORMAL_TEMPERATURE_C, percent_from_frac},
};

pub(super) fn side(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    run_view: &RunView,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        let labels = Tab::ALL.map(Tab::label);
        let now = panel.choices.side as usize;
        if let Some(asked) = segmented(ui, theme, words::blood_gases::beside_the_trend(), &labels, now) {
            panel.choices.side = Tab::ALL[asked];
        }
        if panel.choices.side == Tab::Moves {
            board::button(ui, theme, panel);
            moves::moves(ui, theme, session, panel.choices.settings.units, commands);
            return;
        }
        ScrollArea::vertical().id_salt(now).auto_shrink(false).show(ui, |ui| match panel.choices.side {
            Tab::Samples => samples(ui, theme, run_view, panel),
            Tab::Checkpoints => checkpoints(ui, theme, run_view, commands),
            Tab::Numbers => numbers::list(ui, theme, session, panel.choices.settings.units),
            Tab::Equations => why::list(ui, theme, session, panel),
            Tab::Happened => why::happened(ui, theme, session, panel),
            // It scrolls by itself.
            Tab::Moves => {}
        });
    });
}

fn hint(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
}

fn samples(ui: &mut Ui, theme: &Theme, run_view: &RunView, panel: &mut PanelState) {
    let units = panel.choices.settings.units;
    let chosen = &mut panel.page.cards;
    chosen.retain(|index| *index < run_view.samples().len());
    ui.spacing_mut().item_spacing.y = 4.0;
    if run_view.samples().is_empty() {
        hint(ui, theme, words::blood_gases::none_yet());
    }
    compared(ui, theme, run_view, chosen, units);
    for (index, sample) in run_view.samples().iter().enumerate().rev() {
        one_sample(ui, theme, run_view, (index, sample), chosen, units);
    }
    hint(ui, theme, &words::blood_gases::seed(run_view.run().seed()));
}

/// Two chosen cards side by side; with one, that another is wanted.
fn compared(ui: &mut Ui, theme: &Theme, run_view: &RunView, chosen: &[usize], units: DisplayUnits) {
    let card = |index: &usize| Card::of(run_view, run_view.samples().get(*index)?);
    let cards: Vec<Card> = chosen.iter().filter_map(card).collect();
    match cards.as_slice() {
        [one, other] => {
            for line in gas_card::between(one, other, units) {
                let text = RichText::new(&line).font(theme.bold(12.0)).color(theme.text);
                ui.add(eframe::egui::Label::new(text).wrap());
            }
        }
        [_] => hint(ui, theme, words::blood_gases::choose_another()),
        _ if run_view.samples().len() > 1 => hint(ui, theme, words::blood_gases::choose_two()),
        _ => {}
    }
}

/// Draw time, site, oxygen and mistake above, results or time to arrival below. A press chooses it, at most two at once.
fn one_sample(
    ui: &mut Ui,
    theme: &Theme,
    run_view: &RunView,
    (index, sample): (usize, &Sample),
    chosen: &mut Vec<usize>,
    units: DisplayUnits,
) {
    let card = Card::of(run_view, sample);
    let order = sample.order;
    let mut title = format!("{} {}", clock(time_of_step_s(sample.drawn_step)), order.site().label().to_lowercase());
    if order.mistake() != Mistake::None {
        title.push_str(&format!(" · {}", order.mistake().label()));
    }
    if let Some(card) = &card {
        title = card.title();
    }
    // Of a run of which that is not kept, as it is now.
    let temperature_c = run_view
        .drawn(sample.drawn_step)
        .map_or_else(|| run_view.run().live().params().get(ParamId::Temperature), |drawn| drawn.temperature_c);
    let pending = run_view.arrives_in_s(sample);
    let lines = match pending {
        Some(left_s) => vec![(words::blood_gases::result_in(span(left_s)), theme.weak)],
        None => {
            let r = &sample.reported;
            let mut lines = vec![
                (
                    words::blood_gases::tensions(
                        units.of("mmHg").number(r.po2_mmhg, 0),
                        units.text(r.pco2_mmhg, "mmHg", 0),
                        r.ph,
                    ),
                    theme.text,
                ),
                (
                    words::blood_gases::contents(
                        percent_from_frac(r.saturation_frac),
                        r.bicarbonate_mmol_per_l,
                        r.base_excess_mmol_per_l,
                        units.of("g/dL").number(r.hb_g_per_dl, 1),
                    )
                    .replace('-', "−"),
                    theme.text,
                ),
            ];
            if let Some(made) = card.as_ref().and_then(|card| card.made_of_it(units)) {
                let believed = card.as_ref().is_some_and(|card| card.steady);
                lines.push((made, if believed { theme.text } else { theme.weak }));
            }
            if temperature_c != NORMAL_TEMPERATURE_C {
                let gas = &sample.true_blood.gas;
                lines.push((words::blood_gases::in_the_patient(temperature_c), theme.weak));
                let in_patient = words::blood_gases::tensions(
                    units.of("mmHg").number(gas.po2_mmhg, 0),
                    units.of("mmHg").number(gas.pco2_mmhg, 0),
                    gas.ph,
                );
                lines.push((in_patient, theme.weak));
            }
            lines
        }
    };
    let row = theme.size(17.0);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), row * (1 + lines.len()) as f32 + 8.0), Sense::click());
    let is_chosen = chosen.contains(&index);
    if response.clicked() && card.is_some() {
        match is_chosen {
            true => chosen.retain(|other| *other != index),
            false => {
                // The older of two gives way.
                if chosen.len() == 2 {
                    chosen.remove(0);
                }
                chosen.push(index);
            }
        }
    }
    response.widget_info(|| {
        let told: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
        WidgetInfo::labeled(Role::ListItem, true, format!("{title}: {}", told.join(", ")))
    });
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let colour = if pending.is_some() { theme.weak } else { theme.channels.arterial };
    painter.rect_filled(rect, 6, if is_chosen { theme.selection() } else { theme.raised });
    painter.circle_filled(pos2(rect.left() + 11.0, rect.top() + row * 0.72), 4.0, colour);
    if response.has_focus() {
        painter.rect_stroke(rect, 6, theme.focus_stroke(), eframe::egui::StrokeKind::Inside);
    }
    let mut baseline = rect.top() + row * 0.95;
    let left = rect.left() + 22.0;
    paint_line(&painter, pos2(left, baseline), painter.layout_no_wrap(title, theme.bold(12.0), theme.text));
    for (line, colour) in lines {
        baseline += row;
        paint_line(&painter, pos2(left, baseline), painter.layout_no_wrap(line, theme.font(12.0), colour));
    }
    if let Some(card) = card {
        let font = theme.font(11.0);
        let wide =
            ui.painter().layout_no_wrap(words::blood_gases::copy().to_owned(), font.clone(), theme.text).size().x;
        let size = vec2(wide + 2.0 * ui.spacing().button_padding.x + 2.0, theme.size(18.0));
        let place =
            eframe::egui::Rect::from_min_size(pos2(rect.right() - size.x - 6.0, rect.bottom() - size.y - 4.0), size);
        let button = Button::new(RichText::new(words::blood_gases::copy()).font(font)).small();
        let response = ui.put(place, button).on_hover_text(words::blood_gases::copy_hint());
        if response.accessible_name(words::blood_gases::copy_card(card.title())).clicked() {
            ui.ctx().copy_text(card.line(units));
        }
    }
}

fn checkpoints(ui: &mut Ui, theme: &Theme, run_view: &RunView, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    for (index, checkpoint) in run_view.checkpoints().iter().enumerate().rev() {
        let row = vec2(ui.available_width(), theme.size(28.0));
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            let time = clock(checkpoint.time_s());
            let button = Button::new(RichText::new(words::blood_gases::return_to()).font(theme.font(12.0)));
            let response =
                ui.add(button).accessible_name(words::blood_gases::return_to_moment(&time, &checkpoint.label));
            if response.clicked() {
                commands.push(Command::ReturnTo(index));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new(time).font(theme.bold(12.0)).color(theme.text));
                let label = RichText::new(&checkpoint.label).font(theme.font(12.0)).color(theme.weak);
                ui.add(eframe::egui::Label::new(label).truncate());
            });
        });
    }
    hint(ui, theme, words::blood_gases::return_hint());
}
