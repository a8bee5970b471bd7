//! Who is held beside, by name: what changes, dashed curves and hollow points are counted from.

use eframe::egui::{Align, Button, Label, Layout, RichText, Ui};

use super::PanelState;
use crate::{
    app::{Command, Page, Session},
    gui::theme::Theme,
    text::words,
};

/// Height of the row; none where nobody is held.
pub(super) fn height(theme: &Theme, session: &Session) -> f32 {
    if session.beside().is_some() { theme.size(28.0) } else { 0.0 }
}

/// Shows the row: the name, the way to page Compare with both, and how it is let go.
pub(super) fn row(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let Some(beside) = session.beside() else { return };
    ui.spacing_mut().item_spacing.x = 8.0;
    ui.spacing_mut().button_padding = eframe::egui::vec2(8.0, 1.0);
    ui.spacing_mut().interact_size.y = theme.size(22.0);
    let button = |text: &str| Button::new(RichText::new(text).font(theme.font(12.0)));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let hint = words::explore::let_go_hint();
        if ui.add(button(words::explore::let_go())).on_hover_text(hint).clicked() {
            commands.push(Command::LetGo);
        }
        let hint = words::explore::compare_both_hint();
        if ui
            .add(button(words::pages::compare()))
            .on_hover_text(hint)
            .accessible_name(words::explore::compare_both())
            .clicked()
        {
            let here = session.scenario().as_set(session.now().params.clone());
            panel.sent.beside = Some([beside.scenario.clone(), here]);
            panel.sent.page = Some(Page::Compare);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.label(RichText::new(words::explore::held_beside()).font(theme.font(12.0)).color(theme.weak));
            let name = RichText::new(beside.name()).font(theme.bold(12.0)).color(theme.text);
            let all = words::explore::held_beside_hint(beside.name());
            ui.add(Label::new(name).truncate()).on_hover_text(all);
        });
    });
}
