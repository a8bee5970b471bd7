//! Why the numbers are what they are: what the last action did, and the equations with this patient's numbers.

use eframe::egui::{Button, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use super::{
    PanelState, board, fill, moves, numbers, scrolling_panel,
    tabs::{BottomTab, Tab},
    within,
};
use crate::{
    app::{
        Command, Session,
        equations::{Equation, Piece, equations},
        happened,
    },
    gui::{
        theme::{GRID, Theme},
        widgets::{controls::segmented, keep_in_sight, prose},
    },
    text::words,
};

/// Under the pictures of the steady state: what happened on the left, numbers or equations on the right.
pub(super) fn bottom(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let area = ui.max_rect();
    let (left, mut right) = area.split_left_right_at_x((area.left() + 0.34 * area.width()).round());
    right.min.x += GRID;
    within(ui, left, |ui| {
        scrolling_panel(ui, theme, words::explore::what_happened(), |ui| happened(ui, theme, session, panel));
    });
    within(ui, right, |ui| {
        theme.panel_frame().show(ui, |ui| {
            fill(ui, right);
            let now = panel.choices.bottom as usize;
            let labels = BottomTab::ALL.map(BottomTab::label);
            ui.scope(|ui| {
                ui.set_max_width(theme.size(340.0));
                if let Some(asked) = segmented(ui, theme, words::explore::under_the_pictures(), &labels, now) {
                    panel.choices.bottom = BottomTab::ALL[asked];
                    // A move that takes time goes on beside the trend.
                    if panel.choices.bottom == BottomTab::Moves {
                        panel.choices.side = Tab::Moves;
                    }
                }
            });
            if panel.choices.bottom == BottomTab::Moves {
                board::button(ui, theme, panel);
                moves::moves(ui, theme, session, panel.choices.settings.units, commands);
                return;
            }
            ScrollArea::vertical().id_salt(now).auto_shrink(false).show(ui, |ui| match panel.choices.bottom {
                BottomTab::Numbers => numbers::list(ui, theme, session, panel.choices.settings.units),
                BottomTab::Equations => list(ui, theme, session, panel),
                // It scrolls by itself.
                BottomTab::Moves => {}
            });
        });
    });
}

/// The sentences, the first of them what was done.
pub(super) fn happened(ui: &mut Ui, theme: &Theme, session: &Session, panel: &PanelState) {
    let units = panel.choices.settings.units;
    let mut sentences = happened::of_session(session, units);
    let nothing_done = session.before_action().is_none();
    if nothing_done {
        // Another patient, or another way of looking: who he is, before anything is done to him.
        sentences.splice(0..0, happened::introduction(session, units));
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    for (index, sentence) in sentences.iter().enumerate() {
        let (font, colour) = if index == 0 { (theme.bold(13.0), theme.text) } else { (theme.font(13.0), theme.text) };
        prose(ui, sentence, font, colour);
    }
    if nothing_done {
        let text = words::explore::move_a_slider();
        ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
    }
}

/// Every equation: its name, its symbols, and the numbers, those of a slider as a way to it.
pub(super) fn list(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState) {
    let Ok(now) = &session.now().outcome else {
        ui.label(RichText::new(words::explore::dash_no_steady_state()).color(theme.weak));
        return;
    };
    let all = equations(now, panel.choices.settings.units);
    ui.spacing_mut().interact_size.y = theme.size(17.0);
    // Side by side where each has the room of a line.
    let columns = if ui.available_width() > theme.size(COLUMN) * 2.0 { 2 } else { 1 };
    ui.columns(columns, |columns| {
        let rows = all.len().div_ceil(columns.len());
        for (column, part) in columns.iter_mut().zip(all.chunks(rows.max(1))) {
            part.iter().for_each(|equation| one_equation(column, theme, equation, panel));
        }
    });
}

/// Least width of a column of equations, points.
const COLUMN: f32 = 400.0;

fn one_equation(ui: &mut Ui, theme: &Theme, equation: &Equation, panel: &mut PanelState) {
    ui.spacing_mut().item_spacing = vec2(0.0, 2.0);
    let (_, response) = ui.allocate_exact_size(vec2(0.0, 0.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Math, true, equation.text()));
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(equation.name).font(theme.bold(12.0)).color(theme.weak));
        ui.add_space(10.0);
        ui.label(RichText::new(&equation.symbols).font(theme.font(12.0)).color(theme.weak));
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        ui.spacing_mut().interact_size.y = theme.size(18.0);
        ui.spacing_mut().button_padding = vec2(1.0, 0.0);
        for piece in &equation.pieces {
            match piece {
                Piece::Sign(sign) => {
                    ui.label(RichText::new(sign).font(theme.font(13.0)).color(theme.text));
                }
                Piece::Term { number, name, control: None } => {
                    ui.label(RichText::new(number).font(theme.bold(13.0)).color(theme.text)).on_hover_text(*name);
                }
                Piece::Term { number, name, control: Some(id) } => {
                    let text = RichText::new(number).font(theme.bold(13.0)).color(theme.accent).underline();
                    let slider = id.bounds().label;
                    let link = ui.add(Button::new(text).frame_when_inactive(false).small());
                    keep_in_sight(ui, &link, link.rect);
                    let link = link.on_hover_text(words::explore::to_the_slider(name, slider));
                    if link.accessible_name(words::explore::term_of_slider(name, number, slider)).clicked() {
                        panel.frame.wanted = Some(*id);
                        ui.ctx().request_repaint();
                    }
                }
            }
        }
        let result = format!(" = {}", equation.shown);
        let colour = if equation.result.is_ok() { theme.text } else { theme.weak };
        ui.label(RichText::new(result).font(theme.bold(13.0)).color(colour));
    });
    ui.add_space(6.0);
}
