//! Where pictures and data go: asked once, before the first of them.

use eframe::egui::{Button, Id, Label, Modal, RichText, Ui};

use super::{PanelState, Waiting, files::field};
use crate::gui::{
    export::Wanted,
    theme::{GRID, Theme},
};
use crate::text::words;

/// What is wanted, where it is known where it goes; what goes nowhere yet waits for an answer.
pub(in crate::gui) fn with_a_place(panel: &mut PanelState) -> Option<Wanted> {
    let wanted = panel.sent.export.take()?;
    if !wanted.is_written() || !panel.choices.export_folder.is_empty() {
        return Some(wanted);
    }
    panel.page.waiting = Some(Waiting { wanted, folder: panel.told.home.name().to_owned() });
    None
}

/// Shows the question, where something waits for it.
pub(in crate::gui) fn overlay(ui: &Ui, theme: &Theme, panel: &mut PanelState) {
    let Some(mut waiting) = panel.page.waiting.take() else { return };
    let window = ui.ctx().content_rect().size();
    let frame = theme.panel_frame().inner_margin(16);
    let mut answered = false;
    let modal = Modal::new(Id::unique("exports")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width((window.x - 80.0).min(theme.size(520.0)));
        ui.label(RichText::new(words::files::where_to()).font(theme.bold(18.0)).color(theme.text));
        let words = words::files::where_to_hint();
        ui.add(Label::new(RichText::new(words).font(theme.font(13.0)).color(theme.weak)).wrap());
        ui.add_space(GRID / 2.0);
        field(ui, theme, &mut waiting.folder, "", words::files::export_folder());
        ui.add_space(GRID / 2.0);
        ui.horizontal(|ui| {
            let there = !waiting.folder.trim().is_empty();
            answered = ui.add_enabled(there, Button::new(words::files::save_there())).clicked();
            if ui.button(words::files::cancel()).clicked() {
                ui.close();
            }
        });
    });
    if answered {
        panel.choices.export_folder = waiting.folder.trim().to_owned();
        panel.sent.export = Some(waiting.wanted);
    } else if !modal.should_close() {
        panel.page.waiting = Some(waiting);
    }
}
