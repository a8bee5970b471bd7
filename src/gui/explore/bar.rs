//! The bar at the top: which patient, back and forth, the look; under the strip, what has to be said.

use eframe::egui::{
    Align, Button, Color32, ComboBox, Key, KeyboardShortcut, Layout, Modifiers, Rect, RichText, Stroke, StrokeKind, Ui,
    WidgetText, pos2,
    text::{LayoutJob, TextFormat, TextWrapping},
    vec2,
};

use super::PanelState;
use crate::{
    app::{Command, Session},
    gui::theme::{Theme, ThemeName},
    scenario::{self, Scenario},
    sim::quantity::not_survivable,
};

const UNDO: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Z);
const REDO: [KeyboardShortcut; 2] = [
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
    KeyboardShortcut::new(Modifiers::COMMAND, Key::Y),
];

/// Undo and redo from the keyboard, except while a number is typed.
pub(super) fn shortcuts(ui: &Ui, session: &Session, commands: &mut Vec<Command>) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    // The longer shortcut first: the shorter one matches it as well.
    let (redo, undo) = ui.input_mut(|input| {
        (REDO.iter().any(|shortcut| input.consume_shortcut(shortcut)), input.consume_shortcut(&UNDO))
    });
    if redo && session.can_redo() {
        commands.push(Command::Redo);
    } else if undo && session.can_undo() {
        commands.push(Command::Undo);
    }
}

pub(super) fn bar(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let area = ui.max_rect();
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.label(RichText::new("Isoshunt").font(theme.bold(18.0)).color(theme.text));
        ui.add_space(theme.size(24.0));
        scenario_menu(ui, theme, session, (area.width() * 0.32).max(theme.size(280.0)), commands);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ComboBox::from_id_salt("theme")
                .selected_text(panel.theme.label())
                .width(theme.size(92.0))
                .show_ui(ui, |ui| {
                    for name in ThemeName::ALL {
                        if ui.selectable_value(&mut panel.theme, name, name.label()).clicked() {
                            // A key closes no menu by itself, as a click does.
                            ui.close();
                        }
                    }
                })
                .response
                .accessible_name("Theme");
            let keys = |shortcut: &KeyboardShortcut| ui.ctx().format_shortcut(shortcut);
            let buttons = [
                (session.is_changed(), "Reset", "Reset", "Back to the patient as loaded".to_owned(), Command::Reset),
                (
                    session.can_redo(),
                    "↷",
                    "Redo",
                    format!("Do again what was undone ({})", keys(&REDO[0])),
                    Command::Redo,
                ),
                (session.can_undo(), "↶", "Undo", format!("Undo the last action ({})", keys(&UNDO)), Command::Undo),
            ];
            for (enabled, text, name, hint, command) in buttons {
                let button = Button::new(RichText::new(text).font(theme.font(13.0)));
                if ui.add_enabled(enabled, button).on_hover_text(hint).accessible_name(name).clicked() {
                    commands.push(command);
                }
            }
        });
    });
}

fn scenario_menu(ui: &mut Ui, theme: &Theme, session: &Session, width: f32, commands: &mut Vec<Command>) {
    let chosen = session.scenario();
    ComboBox::from_id_salt("scenario")
        .selected_text(RichText::new(&chosen.title).font(theme.font(14.0)))
        .width(width)
        .height(ui.ctx().content_rect().height() - theme.size(90.0))
        .show_ui(ui, |ui| {
            let width = width.max(theme.size(640.0));
            ui.set_min_width(width);
            for scenario in scenario::builtin() {
                let entry = Button::selectable(scenario.id == chosen.id, entry(theme, scenario, width - 24.0));
                let response = ui.add(entry).accessible_name(&*scenario.title);
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(&*scenario.teaches));
                if response.clicked() {
                    commands.push(Command::LoadBuiltin(scenario.id.clone()));
                    ui.close();
                }
            }
        })
        .response
        .accessible_name("Patient");
}

/// Title and teaching line of a patient, one under the other.
fn entry(theme: &Theme, scenario: &Scenario, width: f32) -> WidgetText {
    let mut job = LayoutJob { wrap: TextWrapping::wrap_at_width(width), ..LayoutJob::default() };
    job.append(&scenario.title, 0.0, TextFormat::simple(theme.bold(13.0), theme.text));
    job.append("\n", 0.0, TextFormat::simple(theme.font(12.0), theme.weak));
    job.append(&scenario.teaches, 0.0, TextFormat::simple(theme.font(12.0), theme.weak));
    job.into()
}

/// One line, in the order of urgency: a refusal, no steady state, not survivable, or what this patient teaches.
pub(super) fn message(ui: &mut Ui, theme: &Theme, session: &Session, commands: &mut Vec<Command>) {
    let (text, urgent) = if let Some(notice) = session.notice() {
        (notice.to_owned(), true)
    } else {
        match &session.now().outcome {
            Err(reason) => (format!("No steady state: {reason}"), true),
            Ok(snapshot) => {
                let reasons = not_survivable(snapshot);
                if reasons.is_empty() {
                    (session.scenario().teaches.clone(), false)
                } else {
                    (format!("Not survivable: {}", reasons.join(" · ")), true)
                }
            }
        }
    };
    let area = ui.max_rect();
    let rect = Rect::from_min_max(pos2(area.left(), area.top() + 4.0), pos2(area.right(), area.bottom() - 4.0));
    if urgent {
        ui.painter().rect(
            rect,
            6.0,
            theme.danger.gamma_multiply(0.12),
            Stroke::new(1.0, theme.danger),
            StrokeKind::Inside,
        );
    }
    let colour: Color32 = if urgent { theme.danger } else { theme.weak };
    let mut line = ui.new_child(
        eframe::egui::UiBuilder::new()
            .max_rect(rect.shrink2(vec2(10.0, 0.0)))
            .layout(Layout::right_to_left(Align::Center)),
    );
    if session.notice().is_some()
        && line.add(Button::new(RichText::new("✗").color(colour)).frame(false)).accessible_name("Dismiss").clicked()
    {
        commands.push(Command::DismissNotice);
    }
    line.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let font = if urgent { theme.bold(13.0) } else { theme.font(13.0) };
        let label = eframe::egui::Label::new(RichText::new(&text).font(font).color(colour)).truncate();
        ui.add(label);
    });
}
