//! What the model rests on and what it leaves out, as lists to read.

use eframe::egui::{RichText, ScrollArea, Ui};

use super::marks::filled_panel;
use crate::{
    app::page::{evidence::EvidencePage, evidence_tables::Entry},
    gui::theme::Theme,
    text::{display_units::DisplayUnits, words},
};

pub(super) fn table(ui: &mut Ui, theme: &Theme, page: &mut EvidencePage, units: DisplayUnits) {
    let words = page.search.to_lowercase();
    let tab = page.tab;
    let sections = page.table(units);
    filled_panel(ui, theme, |ui| {
        ScrollArea::vertical().id_salt(tab.label()).auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let mut found = false;
            for section in sections {
                let mut entries = section.entries.iter().filter(|entry| entry.holds(&words)).peekable();
                if entries.peek().is_none() {
                    continue;
                }
                found = true;
                ui.label(RichText::new(&section.heading).font(theme.bold(15.0)).color(theme.accent));
                for entry in entries {
                    shown(ui, theme, entry);
                }
                ui.add_space(theme.size(10.0));
            }
            if !found {
                ui.label(RichText::new(words::evidence::nothing_found()).font(theme.font(13.0)).color(theme.weak));
            }
        });
    });
}

fn shown(ui: &mut Ui, theme: &Theme, entry: &Entry) {
    ui.add_space(theme.size(4.0));
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&entry.title).font(theme.bold(13.0)).color(theme.text));
        if !entry.small.is_empty() {
            ui.label(RichText::new(&entry.small).font(theme.font(12.0)).color(theme.weak));
        }
    });
    let [first, second] = &entry.lines;
    if !first.is_empty() {
        ui.label(RichText::new(first).font(theme.font(13.0)).color(theme.text));
    }
    if !second.is_empty() {
        ui.label(RichText::new(second).font(theme.font(12.0)).color(theme.weak));
    }
}
