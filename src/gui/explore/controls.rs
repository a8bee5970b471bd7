//! The left column: three large sliders always in sight, all other parameters in groups that open.

use eframe::egui::{
    Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::{PanelState, slider_preview::TrackPreview};
use crate::{
    app::{
        Command, Session,
        slider_preview::{self, SliderPreviews},
    },
    gui::{
        theme::Theme,
        widgets::{
            controls::{group_header, segmented},
            paint_line,
            slider::{Slider, SliderResponse, SliderSpec},
        },
    },
    sim::{
        params::{Acts, Breathing, Group, ParamId, Params, SwitchId, View},
        patient,
    },
    text::words,
    units::percent_from_frac,
};

/// The parameters that matter most: of a lung in layers the shunt is an outcome, and a meter stands in its place.
const LARGE: [ParamId; slider_preview::LARGE] = [ParamId::Fio2, ParamId::Peep, ParamId::Shunt];

fn large_of(params: &Params) -> &'static [ParamId] {
    if params.mechanics() { &LARGE[..2] } else { &LARGE }
}

pub(super) fn controls(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    previews: &SliderPreviews,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let params = &session.now().params;
    let tracks = TrackPreview {
        previews,
        previewed: panel.choices.settings.previewed,
        units: panel.choices.settings.units,
        in_time: session.in_time().is_some(),
        wanted: panel.frame.wanted.take(),
    };
    if let Some(id) = tracks.wanted {
        let group = id.bounds().group;
        let open = Group::ALL.into_iter().zip(&mut panel.page.open);
        open.filter(|(other, _)| *other == group && !large_of(params).contains(&id)).for_each(|(_, open)| *open = true);
    }
    panel.frame.in_sight.clear();
    let rect = ui.max_rect();
    theme.panel_frame().inner_margin(eframe::egui::Margin::symmetric(14, 10)).show(ui, |ui| {
        ui.set_min_size((rect.size() - eframe::egui::vec2(30.0, 22.0)).max(eframe::egui::Vec2::ZERO));
        ui.spacing_mut().item_spacing.y = theme.size(12.0);
        for id in large_of(params) {
            large(ui, theme, session, *id, &tracks, commands);
            panel.frame.in_sight.push(*id);
        }
        if params.mechanics() && shunt_meter(ui, theme, session) {
            panel.frame.wanted = Some(ParamId::Collapsible);
            ui.ctx().request_repaint();
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        if let Some(asked) = tracks.legend(ui, theme) {
            panel.choices.settings.previewed = asked;
        }
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.separator();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for (group, open) in Group::ALL.into_iter().zip(&mut panel.page.open) {
                let mut found = Found { in_sight: &mut panel.frame.in_sight, commands };
                group_ui(ui, theme, params, group, open, &tracks, &mut found);
            }
        });
    });
}

fn large(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    id: ParamId,
    tracks: &TrackPreview<'_>,
    commands: &mut Vec<Command>,
) {
    let params = &session.now().params;
    let units = tracks.units;
    let spec = SliderSpec::of(id.bounds(), units);
    let colours = tracks.colours(theme, id);
    let slider = Slider::large(spec, params.get(id)).preview(colours.preview());
    if id != ParamId::Shunt {
        let caption = match (id, params.breathing()) {
            (ParamId::Peep, Breathing::Spontaneous) => words::sliders::cpap(),
            _ => "",
        };
        obey(id, slider.caption(caption).show(ui, theme), tracks, commands);
        return;
    }
    // PEEP never moves this slider; the second mark shows what it makes of it.
    let now_frac = patient::shunt_frac(params);
    let peep = SliderSpec::of(ParamId::Peep.bounds(), units);
    let (now, peep) = (spec.text(now_frac), peep.number(params.get(ParamId::Peep)));
    // What wide vessels pass is no part of this slider, and all of it is the true shunt.
    let caption = match params.wide_vessels().shunt_frac {
        wide if wide > 0.0 => words::sliders::shunt_beside_wide(now, peep, spec.text(wide)),
        _ => words::sliders::shunt_at_peep(now, peep),
    };
    let moved = (now_frac - params.get(id)).abs() > 5e-4;
    obey(id, slider.caption(&caption).mark(moved.then_some(now_frac)).show(ui, theme), tracks, commands);
}

/// The shunt of a lung in layers, as large as the sliders: nobody sets it but the tissue, and a press leads there. Whether
/// it was pressed.
fn shunt_meter(ui: &mut Ui, theme: &Theme, session: &Session) -> bool {
    let now = session.now().outcome.as_ref().ok();
    let share = now.map(|now| now.truth.shunt_frac);
    let collapsed = now.and_then(|now| now.mechanics.as_ref()).map(|reading| reading.tissue_shares().collapsed_frac);
    let percent = |frac: f64| format!("{:.0}", percent_from_frac(frac));
    let number = share.map_or_else(|| "–".to_owned(), percent);
    let said = |of: fn(String) -> String| {
        collapsed.map_or_else(|| words::sliders::by_tissue().to_owned(), |collapsed| of(percent(collapsed)))
    };
    let caption = said(words::sliders::by_tissue_collapsed);
    let size = vec2(ui.available_width(), theme.size(30.0) + 16.0 + theme.size(15.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words::sliders::shunt_by_tissue()));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(format!("{number} %"));
        node.set_description(caption.as_str());
    });
    let painter = ui.painter();
    let text = |text: &str, points: f32, colour| painter.layout_no_wrap(text.to_owned(), theme.font(points), colour);
    let baseline = rect.top() + theme.size(30.0) - theme.size(24.0) * 0.3;
    let name = painter.layout_no_wrap(words::common::shunt().to_owned(), theme.bold(15.0), theme.text);
    paint_line(painter, pos2(rect.left(), baseline), name);
    let unit = text("%", 13.0, theme.weak);
    let number = painter.layout_no_wrap(number, theme.bold(24.0), theme.text);
    let right = rect.right() - unit.size().x;
    paint_line(painter, pos2(right - 5.0 - number.size().x, baseline), number);
    paint_line(painter, pos2(right, baseline), unit);
    let rail = Rect::from_min_size(pos2(rect.left(), rect.top() + theme.size(30.0) + 2.0), vec2(rect.width(), 10.0));
    painter.rect_filled(rail, 3.0, theme.stroke);
    if let Some(share) = share {
        let filled = vec2(rail.width() * share.clamp(0.0, 1.0) as f32, rail.height());
        painter.rect_filled(Rect::from_min_size(rail.min, filled), 3.0, theme.channels.shunt);
    }
    painter.rect_stroke(rail, 3.0, Stroke::new(1.0, theme.outline), StrokeKind::Inside);
    let colour = if response.hovered() || response.has_focus() { theme.text } else { theme.weak };
    let short = said(words::sliders::by_tissue_collapsed_short);
    let mut told = LayoutJob::simple_singleline(format!("{short} ›"), theme.font(12.0), colour);
    told.wrap = TextWrapping::truncate_at_width(rect.width());
    paint_line(painter, pos2(rect.left(), rect.bottom() - theme.size(3.0)), painter.layout_job(told));
    if response.has_focus() {
        painter.rect_stroke(rect.expand(4.0), 6.0, theme.focus_stroke(), StrokeKind::Inside);
    }
    let hint = words::sliders::shunt_hint(caption);
    response.on_hover_text(hint).clicked()
}

/// Turns what came of a slider into commands: one gesture is one step of undo.
fn obey(id: ParamId, shown: SliderResponse, tracks: &TrackPreview<'_>, commands: &mut Vec<Command>) {
    if tracks.wanted == Some(id) {
        shown.response.request_focus();
    }
    if let Some(told) = shown.pointed_at.and_then(|share| tracks.told(id, share)) {
        shown.response.clone().on_hover_text_at_pointer(told);
    }
    if let Some(change) = shown.change {
        if change.begins {
            commands.push(Command::GestureStart);
        }
        commands.push(Command::Set(id, change.value));
    }
    if shown.ended {
        commands.push(Command::GestureEnd);
    }
}

/// What comes of a group: the sliders in sight, and what is asked for.
struct Found<'a> {
    in_sight: &'a mut Vec<ParamId>,
    commands: &'a mut Vec<Command>,
}

fn group_ui(
    ui: &mut Ui,
    theme: &Theme,
    params: &Params,
    group: Group,
    open: &mut bool,
    tracks: &TrackPreview<'_>,
    found: &mut Found<'_>,
) {
    let units = tracks.units;
    let switches = SwitchId::ALL.iter().copied().filter(|id| id.group() == group && switches(params, *id));
    let is_large = |id: ParamId| large_of(params).contains(&id);
    let ids =
        || ParamId::ALL.iter().copied().filter(|id| id.bounds().group == group && acts(params, *id) && !is_large(*id));
    let mut summary = String::new();
    if !*open {
        // A switch is worth a word where it is a choice of its own, or not as usual.
        let told = switches.clone().filter(|id| *id == SwitchId::Breathing || params.option_index(*id) > 0);
        let choices = told.map(|id| match params.option(id) {
            "on" => words::sliders::switched_on(id.label()),
            option => option.to_owned(),
        });
        let values = ids().map(|id| {
            let spec = SliderSpec::of(id.bounds(), units);
            format!("{} {}", spec.label, spec.text(params.get(id)))
        });
        let parts: Vec<String> = choices.chain(values).collect();
        summary = if parts.is_empty() { words::sliders::all_off().to_owned() } else { parts.join(" · ") };
    }
    group_header(ui, theme, group.label(), &summary, open);
    if !*open {
        return;
    }
    ui.indent(group.label(), |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        for id in switches {
            ui.label(RichText::new(id.label()).font(theme.font(12.0)).color(theme.weak)).on_hover_text(id.source());
            let now = params.option_index(id);
            if let Some(option) = segmented(ui, theme, id.label(), id.options(), now) {
                found.commands.push(Command::Switch(id, id.options()[option]));
            }
        }
        for id in ids() {
            let colours = tracks.colours(theme, id);
            let slider = Slider::compact(SliderSpec::of(id.bounds(), units), params.get(id)).preview(colours.preview());
            let shown = slider.show(ui, theme);
            if ui.is_rect_visible(shown.response.rect) {
                found.in_sight.push(id);
            }
            obey(id, shown, tracks, found.commands);
        }
        if group == Group::Lung
            && !params.mechanics()
            && let Some(units) = params.units()
        {
            let text = words::sliders::listed_units(units.len());
            ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
        }
        ui.add_space(4.0);
    });
}

/// Whether a switch is shown: where it does something, and what is for apnoea also before it.
fn switches(params: &Params, id: SwitchId) -> bool {
    id == SwitchId::Airway || !matches!(id.acts(params, View::InTime), Acts::No(_))
}

/// Whether a parameter is shown: a slider that does nothing is not, but for those by which a V/Q mode begins to be one.
fn acts(params: &Params, id: ParamId) -> bool {
    if id.is_reference() {
        return false;
    }
    let of_a_mode = id == ParamId::Mode1Share || id == ParamId::Mode1Ratio;
    match id.acts(params, View::InTime) {
        Acts::Yes | Acts::Perhaps => true,
        Acts::No(_) => of_a_mode && !params.mechanics() && params.units().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::play::run::Run;

    /// What a patient comes to in steady state and in a minute.
    fn outcome(params: &Params) -> String {
        let mut run = Run::new(params, 1);
        let before = run.live().snapshot();
        run.advance(40);
        let after = run.live().snapshot();
        let told = |now: &crate::sim::reading::snapshot::Snapshot| {
            format!("{:?} {:?} {:?}", now.state, now.estimates, now.truth)
        };
        format!("{} {}", told(&before), told(&after))
    }

    #[test]
    fn inv_a_control_that_is_hidden_does_nothing() {
        for (breathing, position) in [("ventilated", "supine"), ("ventilated", "prone"), ("spontaneous", "supine")] {
            let mut params = Params::default();
            let turns = [(SwitchId::Mechanics, "on"), (SwitchId::Breathing, breathing), (SwitchId::Position, position)];
            for (id, option) in turns {
                params.set_switch(id, option).expect("an option");
            }
            params.set(ParamId::Collapsible, 0.3).expect("within bounds");
            let usual = outcome(&params);
            let hidden = ParamId::ALL.iter().copied().filter(|id| {
                !acts(&params, *id) && !large_of(&params).contains(id) && id.bounds().group != Group::Ecmo
            });
            for id in hidden {
                let bounds = id.bounds();
                let other = if params.get(id) < bounds.max { bounds.max } else { bounds.min };
                let moved =
                    [other, bounds.default + bounds.step].into_iter().find_map(|value| params.with(id, value).ok());
                let Some(moved) = moved else { continue };
                assert_eq!(outcome(&moved), usual, "{id} acts and is hidden ({breathing}, {position})");
            }
        }
    }
}
