//! What the model rests on and what it leaves out, as lists to read.

use eframe::egui::{RichText, ScrollArea, Ui};

use super::marks::filled_panel;
use crate::{
    app::page::evidence::Tab,
    evidence::{formulas, laws::LAWS, not_modelled::NOT_MODELLED},
    gui::theme::Theme,
    sim::params::{Group, ParamId, SwitchId},
    text::{display_units::DisplayUnits, number, spaced, subscripted},
};

/// One entry: what it is, and lines below it.
struct Entry {
    title: String,
    /// In the colour of text, then in the weak one.
    lines: [String; 2],
    small: String,
}

impl Entry {
    fn holds(&self, words: &str) -> bool {
        let all = [&self.title, &self.lines[0], &self.lines[1], &self.small];
        words.is_empty() || all.iter().any(|text| text.to_lowercase().contains(words))
    }
}

pub(super) fn table(ui: &mut Ui, theme: &Theme, tab: Tab, search: &str, units: DisplayUnits) {
    let words = search.to_lowercase();
    filled_panel(ui, theme, |ui| {
        ScrollArea::vertical().id_salt(tab.label()).auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let mut found = false;
            for (heading, entries) in sections(tab, units) {
                let entries: Vec<_> = entries.into_iter().filter(|entry| entry.holds(&words)).collect();
                if entries.is_empty() {
                    continue;
                }
                found = true;
                ui.label(RichText::new(heading).font(theme.bold(15.0)).color(theme.accent));
                for entry in &entries {
                    shown(ui, theme, entry);
                }
                ui.add_space(theme.size(10.0));
            }
            if !found {
                ui.label(RichText::new("Nothing here holds these words.").font(theme.font(13.0)).color(theme.weak));
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

fn sections(tab: Tab, units: DisplayUnits) -> Vec<(String, Vec<Entry>)> {
    match tab {
        Tab::Claims => Vec::new(),
        Tab::Equations => equations(),
        Tab::Parameters => parameters(units),
        Tab::NotModelled => vec![(
            "Not modelled, and why".to_owned(),
            NOT_MODELLED
                .iter()
                .map(|left_out| Entry {
                    title: subscripted(left_out.what),
                    lines: [subscripted(left_out.why), String::new()],
                    small: String::new(),
                })
                .collect(),
        )],
    }
}

fn equations() -> Vec<(String, Vec<Entry>)> {
    let laws = LAWS.iter().map(|law| Entry {
        title: subscripted(law.title),
        lines: [law.equation.to_owned(), format!("{} {}.", subscripted(law.here), law.source)],
        small: String::new(),
    });
    let sums = formulas::all().iter().map(|formula| Entry {
        title: subscripted(formula.title),
        lines: [formula.equation.to_owned(), format!("{}.", formula.source)],
        small: format!("isoshunt calc {}", formula.name),
    });
    vec![("Laws".to_owned(), laws.collect()), ("Formulas, one at a time".to_owned(), sums.collect())]
}

fn parameters(units: DisplayUnits) -> Vec<(String, Vec<Entry>)> {
    let of_group = |group: Group| {
        let switches = SwitchId::ALL.iter().filter(move |id| id.group() == group).map(|id| Entry {
            title: subscripted(id.label()),
            lines: [String::new(), subscripted(id.source())],
            small: format!("{}: {}, default {}", id.key(), id.options().join(" or "), id.options()[0]),
        });
        let numbers = ParamId::ALL.iter().map(|id| id.bounds()).filter(move |b| b.group == group).map(move |b| Entry {
            title: subscripted(b.label),
            lines: [String::new(), subscripted(&units.prose(b.source))],
            small: format!(
                "{}: {} to {}{}, default {}",
                b.key,
                number(b.min),
                number(b.max),
                spaced(b.unit),
                crate::text::number((b.default * 1e4).round() / 1e4)
            ),
        });
        (group.label().to_owned(), switches.chain(numbers).collect())
    };
    Group::ALL.into_iter().map(of_group).collect()
}
