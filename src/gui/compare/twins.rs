//! The same blood gas from another cause: the list of the twins of A.

use eframe::egui::{
    Label, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, text::LayoutJob, vec2,
};

use super::{SMALL, empty};
use crate::{
    app::page::compare::{Ask, Compare, Entry, Letter, Stand, Twins},
    gui::{
        explore::fill,
        theme::Theme,
        widgets::{keep_in_sight, paint_line},
    },
    study::twin::By,
    text::{display_units::DisplayUnits, subscripted, words},
};

pub(super) fn twins(ui: &mut Ui, theme: &Theme, page: &Compare, units: DisplayUnits, asks: &mut Vec<Ask>) {
    let rect = ui.max_rect();
    let Some(twins) = page.twins() else {
        let covered = words::compare::covered_hint();
        empty(ui, theme, words::compare::covered(), covered);
        return;
    };
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ui.label(RichText::new(words::compare::twins()).font(theme.bold(15.0)).color(theme.text));
        ui.add(Label::new(RichText::new(aim(twins, units)).font(theme.font(12.0)).color(theme.weak)).wrap());
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            for entry in twins.entries(units) {
                line(ui, theme, &entry, page.against(), asks);
            }
            let more = By::ALL.len() - 2;
            let text = if twins.is_open() {
                words::compare::fewer_causes().to_owned()
            } else {
                words::compare::more_causes(more)
            };
            if ui.button(RichText::new(text).font(theme.font(13.0))).clicked() {
                asks.push(Ask::Unfold(!twins.is_open()));
            }
        });
    });
}

/// What a twin has to have.
fn aim(twins: &Twins, units: DisplayUnits) -> String {
    match (twins.target(), twins.fio2_frac()) {
        (Some(gas), Some(fio2)) => words::compare::aim(
            fio2,
            units.of("mmHg").number(gas.po2_art_mmhg, 0),
            units.text(gas.pco2_art_mmhg, "mmHg", 0),
        ),
        _ => words::compare::aim_unknown().to_owned(),
    }
}

pub(super) fn name(by: By) -> &'static str {
    match by {
        By::Spread => words::compare::by_spread(),
        By::Shunt => words::compare::by_shunt(),
        By::Diffusion => words::compare::by_diffusion(),
        By::LowInspired => words::compare::by_low_inspired(),
        By::Hypoventilation => words::compare::by_hypoventilation(),
    }
}

fn line(ui: &mut Ui, theme: &Theme, entry: &Entry, against: Letter, asks: &mut Vec<Ask>) {
    let (words, can) = match &entry.stand {
        Stand::Looked => (words::compare::twin_looked_for().to_owned(), false),
        Stand::Found(words) => (subscripted(words), true),
        Stand::Himself => (words::compare::twin_is_a().to_owned(), false),
        Stand::None(reason) => (words::compare::twin_none(subscripted(reason)), false),
    };
    let can = can && entry.shown.is_none();
    let width = ui.available_width();
    let inner = width - theme.size(20.0);
    let told = ui.painter().layout_job(LayoutJob::simple(words.clone(), theme.font(12.0), theme.weak, inner));
    let height = theme.size(26.0) + told.size().y;
    let sense = if can { Sense::click() } else { Sense::focusable_noninteractive() };
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), sense);
    keep_in_sight(ui, &response, rect);
    let label = words::compare::twin(name(entry.by));
    response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Button, can, &label));
    let state = entry.shown.map_or_else(|| words.clone(), |of| words::compare::twin_shown(&words, of.name()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(state));
    let border = match () {
        () if response.has_focus() => theme.focus_stroke(),
        () if entry.shown.is_some() => Stroke::new(1.5, theme.accent),
        () if can && response.hovered() => Stroke::new(1.0, theme.outline),
        () => Stroke::new(1.0, theme.stroke),
    };
    let painter = ui.painter();
    painter.rect(rect, SMALL, theme.raised, border, StrokeKind::Inside);
    let left = rect.left() + theme.size(10.0);
    let baseline = rect.top() + theme.size(17.0);
    let ink = if can || entry.shown.is_some() { theme.text } else { theme.weak };
    let title = painter.layout_no_wrap(name(entry.by).to_owned(), theme.bold(13.0), ink);
    paint_line(painter, pos2(left, baseline), title);
    let (right, colour) = match () {
        () if let Some(of) = entry.shown => (words::compare::shown_as(of.name()), theme.text),
        () if can => (words::compare::show_as(against.name()), theme.accent),
        () => (String::new(), theme.weak),
    };
    let right = painter.layout_no_wrap(right, theme.font(12.0), colour);
    paint_line(painter, pos2(rect.right() - theme.size(10.0) - right.size().x, baseline), right);
    painter.galley(pos2(left, rect.top() + theme.size(21.0)), told, theme.weak);
    if can && response.clicked() {
        asks.push(Ask::Twin(entry.by));
    }
}
