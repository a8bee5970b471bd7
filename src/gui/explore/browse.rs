//! The files of a folder over the page: the one that is chosen is opened. A sheet of the program's own, so that it is the
//! same on every system, with or without a portal.

use eframe::egui::{Button, Id, Label, Modal, RichText, ScrollArea, Ui, vec2};

use super::{PanelState, open::ENDING};
use crate::gui::theme::Theme;
use crate::store::{Listed, Listing};
use crate::text::words;

/// Most folders and files that are listed.
const MOST: usize = 500;

fn name(listed: &Listed) -> String {
    crate::text::shown(&listed.name)
}

/// Shows the sheet, where it is open.
pub(super) fn overlay(ui: &Ui, theme: &Theme, panel: &mut PanelState) {
    let Some(open) = panel.page.folder.take() else { return };
    let window = ui.ctx().content_rect().size();
    let (mut next, mut chosen) = (None, None);
    let frame = theme.panel_frame().inner_margin(16);
    let modal = Modal::new(Id::unique("browse")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width((window.x - 80.0).min(theme.size(620.0)));
        ui.label(RichText::new(words::files::open_a_file()).font(theme.bold(18.0)).color(theme.text));
        let folder = RichText::new(&open.folder).font(theme.font(12.0)).color(theme.weak);
        ui.add(Label::new(folder).truncate());
        let height = (window.y - theme.size(220.0)).max(theme.size(140.0));
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            let line = |ui: &mut Ui, text: String, name: String| {
                let button = Button::new(RichText::new(text).font(theme.font(13.0))).truncate();
                let size = vec2(ui.available_width(), theme.size(26.0));
                ui.add_sized(size, button.right_text("")).accessible_name(name).clicked()
            };
            if let Some(above) = &open.above
                && line(ui, words::files::folder_above_shown().to_owned(), words::files::folder_above().to_owned())
            {
                next = Some(above.clone());
            }
            let Listing { folders, files, problem, .. } = &open;
            match problem {
                Some(problem) => {
                    ui.label(RichText::new(problem).font(theme.font(13.0)).color(theme.danger));
                }
                None => {
                    for folder in folders.iter().take(MOST) {
                        if line(ui, format!("{}/", name(folder)), words::files::folder_of(name(folder))) {
                            next = Some(folder.path.clone());
                        }
                    }
                    for file in files.iter().take(MOST) {
                        if line(ui, name(file), name(file)) {
                            chosen = Some(file.path.clone());
                        }
                    }
                    let more = folders.len().saturating_sub(MOST) + files.len().saturating_sub(MOST);
                    let told = match (files.is_empty(), more) {
                        (true, _) => words::files::none_ends_in(ENDING),
                        (false, 0) => String::new(),
                        (false, more) => words::files::more_files(more),
                    };
                    ui.label(RichText::new(told).font(theme.font(12.0)).color(theme.weak));
                }
            }
        });
        if ui.button(words::common::close()).clicked() {
            ui.close();
        }
    });
    match (chosen, next) {
        (Some(file), _) => panel.sent.open = Some(file),
        (None, None) if modal.should_close() => {}
        (None, next) => {
            // Until the next one is listed this one stays.
            panel.sent.look = next.map(|folder| vec![folder]);
            panel.page.folder = Some(open);
        }
    }
}
