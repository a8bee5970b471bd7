//! Page Evidence: what the literature says beside what the model gives, what it rests on, and what it leaves out.

mod claims;
mod detail;
mod marks;
mod tables;

use eframe::egui::{Align2, RichText, Stroke, TextEdit, Ui, vec2};

use crate::{
    app::page::evidence::{EvidencePage, Tab},
    gui::{
        explore::{PanelState, bar, help, within},
        theme::{GRID, Theme},
        widgets::controls::segmented,
    },
};

/// Shows the page over the whole of `ui`.
pub fn evidence_ui(ui: &mut Ui, page: &mut EvidencePage, panel: &mut PanelState) {
    let theme = panel.choices.theme.theme();
    help::shortcuts(ui, panel);
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| {
        let _ = bar::page_bar(ui, theme, panel, |_, _| (), |_, _| ());
    });
    let theme = &theme.to_fill(ui);
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (head, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(38.0));
    within(ui, head, |ui| head_line(ui, theme, page));
    let body = rest.with_max_y(rest.bottom() - GRID);
    match page.tab {
        Tab::Claims => claims::claims(ui, theme, body, page, panel),
        _ => within(ui, body, |ui| tables::table(ui, theme, page, panel.choices.settings.units)),
    }
    help::overlay(ui, theme, panel);
}

/// The tabs, the search, and how far the work has come.
fn head_line(ui: &mut Ui, theme: &Theme, page: &mut EvidencePage) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.4).clamp(theme.size(380.0), theme.size(560.0));
        ui.allocate_ui(vec2(width, theme.size(28.0)), |ui| {
            let now = Tab::ALL.iter().position(|tab| *tab == page.tab).unwrap_or_default();
            if let Some(asked) = segmented(ui, theme, "Evidence", &Tab::ALL.map(Tab::label), now) {
                page.tab = Tab::ALL[asked];
            }
        });
        ui.scope(|ui| {
            ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
            let hint = RichText::new("Search: author, quantity, patient").color(theme.weak);
            let field = TextEdit::singleline(&mut page.search)
                .hint_text(hint)
                .desired_width(theme.size(300.0))
                .font(theme.font(13.0))
                .margin(vec2(theme.size(8.0), theme.size(5.0)))
                .align(Align2::LEFT_CENTER);
            ui.add(field).accessible_name("Search");
        });
        if page.tab == Tab::Claims {
            let (done, all) = (page.count(None).all, crate::scenario::claims::builtin().len());
            let text = format!("computed now, on this computer: {done} of {all} claims");
            ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
        }
    });
}
