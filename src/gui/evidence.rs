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
    text::words,
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

/// Least width of the search beside words on how far the work has come, points at scale 1.
const LEAST_SEARCH: f32 = 240.0;

/// The tabs, the search, and how far the work has come.
fn head_line(ui: &mut Ui, theme: &Theme, page: &mut EvidencePage) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.4).clamp(theme.size(380.0), theme.size(560.0));
        ui.allocate_ui(vec2(width, theme.size(28.0)), |ui| {
            let now = Tab::ALL.iter().position(|tab| *tab == page.tab).unwrap_or_default();
            if let Some(asked) = segmented(ui, theme, words::evidence::title(), &Tab::ALL.map(Tab::label), now) {
                page.tab = Tab::ALL[asked];
            }
        });
        let told = (page.tab == Tab::Claims).then(|| {
            let (done, all) = (page.count(None).all, crate::scenario::claims::builtin().len());
            let told = |text: String| ui.painter().layout_no_wrap(text, theme.font(12.0), theme.weak);
            let whole = told(words::evidence::computed_here(done, all));
            let room = ui.available_width() - theme.size(LEAST_SEARCH) - 2.0 * ui.spacing().item_spacing.x;
            if whole.size().x < room { whole } else { told(words::evidence::computed(done, all)) }
        });
        ui.scope(|ui| {
            ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
            let beside = told.as_ref().map_or(0.0, |told| told.size().x) + 2.0 * ui.spacing().item_spacing.x;
            let room = ui.available_width() - beside;
            let hint = RichText::new(words::evidence::search_hint()).color(theme.weak);
            let field = TextEdit::singleline(&mut page.search)
                .hint_text(hint)
                .desired_width(theme.size(300.0).min(room - theme.size(24.0)))
                .font(theme.font(13.0))
                .margin(vec2(theme.size(8.0), theme.size(5.0)))
                .align(Align2::LEFT_CENTER);
            ui.add(field).accessible_name(words::common::search());
        });
        if let Some(told) = told {
            ui.label(told);
        }
    });
}
