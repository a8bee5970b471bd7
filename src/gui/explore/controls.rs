//! The left column: three large sliders always in sight, all other parameters in groups that open.

use eframe::egui::{RichText, ScrollArea, Ui};

use super::{PanelState, scent::Scenting};
use crate::{
    app::{Command, Session, scent::Scents},
    gui::{
        theme::Theme,
        widgets::{
            controls::{group_header, segmented},
            slider::{Slider, SliderResponse, SliderSpec},
        },
    },
    sim::{
        params::{Breathing, Group, ParamId, Params, SwitchId},
        patient,
    },
};

/// The parameters that matter most.
const LARGE: [ParamId; 3] = [ParamId::Fio2, ParamId::Peep, ParamId::Shunt];

pub(super) fn controls(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    scents: &Scents,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let params = &session.now().params;
    let scenting = Scenting {
        scents,
        scented: panel.settings.scented,
        units: panel.settings.units,
        in_time: session.in_time().is_some(),
        wanted: panel.wanted.take(),
    };
    if let Some(id) = scenting.wanted {
        let group = id.bounds().group;
        let open = Group::ALL.into_iter().zip(&mut panel.open);
        open.filter(|(other, _)| *other == group && in_group(id, group)).for_each(|(_, open)| *open = true);
    }
    panel.in_sight.clear();
    let rect = ui.max_rect();
    theme.panel_frame().inner_margin(eframe::egui::Margin::symmetric(14, 10)).show(ui, |ui| {
        ui.set_min_size(rect.size() - eframe::egui::vec2(30.0, 22.0));
        ui.spacing_mut().item_spacing.y = theme.size(12.0);
        for id in LARGE {
            large(ui, theme, params, id, &scenting, commands);
            panel.in_sight.push(id);
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        if let Some(asked) = scenting.legend(ui, theme) {
            panel.settings.scented = asked;
        }
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.separator();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for (group, open) in Group::ALL.into_iter().zip(&mut panel.open) {
                let mut found = Found { in_sight: &mut panel.in_sight, commands };
                group_ui(ui, theme, params, group, open, &scenting, &mut found);
            }
        });
    });
}

fn large(
    ui: &mut Ui,
    theme: &Theme,
    params: &Params,
    id: ParamId,
    scenting: &Scenting<'_>,
    commands: &mut Vec<Command>,
) {
    let units = scenting.units;
    let spec = SliderSpec::of(id.bounds(), units);
    let colours = scenting.colours(theme, id);
    let slider = Slider::large(spec, params.get(id)).scent(colours.scent());
    if id != ParamId::Shunt {
        let caption = match (id, params.breathing()) {
            (ParamId::Peep, Breathing::Spontaneous) => "breathing spontaneously: CPAP",
            _ => "",
        };
        obey(id, slider.caption(caption).show(ui, theme), scenting, commands);
        return;
    }
    // PEEP never moves this slider; the second mark shows what it makes of it.
    let now_frac = patient::shunt_frac(params);
    let peep = SliderSpec::of(ParamId::Peep.bounds(), units);
    let caption =
        format!("set at PEEP 5 · now {} at PEEP {}", spec.text(now_frac), peep.number(params.get(ParamId::Peep)));
    let moved = (now_frac - params.get(id)).abs() > 5e-4;
    obey(id, slider.caption(&caption).mark(moved.then_some(now_frac)).show(ui, theme), scenting, commands);
}

/// Turns what came of a slider into commands: one gesture is one step of undo.
fn obey(id: ParamId, shown: SliderResponse, scenting: &Scenting<'_>, commands: &mut Vec<Command>) {
    if scenting.wanted == Some(id) {
        shown.response.request_focus();
    }
    if let Some(told) = shown.pointed_at.and_then(|share| scenting.told(id, share)) {
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
    scenting: &Scenting<'_>,
    found: &mut Found<'_>,
) {
    let units = scenting.units;
    let switches = SwitchId::ALL.iter().copied().filter(|id| id.group() == group);
    let ids = || ParamId::ALL.iter().copied().filter(|id| in_group(*id, group) && acts(params, *id));
    let mut summary = String::new();
    if !*open {
        // A switch is worth a word where it is a choice of its own, or not as usual.
        let told = switches.clone().filter(|id| *id == SwitchId::Breathing || params.option_index(*id) > 0);
        let choices = told.map(|id| match params.option(id) {
            "on" => format!("{} on", id.label()),
            option => option.to_owned(),
        });
        let values = ids().map(|id| {
            let spec = SliderSpec::of(id.bounds(), units);
            format!("{} {}", spec.label, spec.text(params.get(id)))
        });
        let parts: Vec<String> = choices.chain(values).collect();
        summary = if parts.is_empty() { "off".to_owned() } else { parts.join(" · ") };
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
            let colours = scenting.colours(theme, id);
            let slider = Slider::compact(SliderSpec::of(id.bounds(), units), params.get(id)).scent(colours.scent());
            let shown = slider.show(ui, theme);
            if ui.is_rect_visible(shown.response.rect) {
                found.in_sight.push(id);
            }
            obey(id, shown, scenting, found.commands);
        }
        if group == Group::Lung
            && let Some(units) = params.units()
        {
            let text = format!("This lung has {} listed units in place of V/Q modes.", units.len());
            ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
        }
        ui.add_space(4.0);
    });
}

fn in_group(id: ParamId, group: Group) -> bool {
    id.bounds().group == group && !LARGE.contains(&id)
}

/// Whether a parameter does anything as the switches stand: a slider that does nothing is not shown.
fn acts(params: &Params, id: ParamId) -> bool {
    use ParamId as P;
    let breathing = params.breathing();
    let of_mode = |index: usize| {
        let [share, ratio, log_sd, units] = ParamId::mode(index);
        let used = params.get(share) > 0.0;
        params.units().is_none() && (id == share || (used && [ratio, log_sd, units].contains(&id)))
    };
    let mode = (0..crate::sim::params::MODES).find(|index| ParamId::mode(*index).contains(&id));
    match id {
        P::AlveolarVentilation | P::SpontaneousRate | P::MaskLeak => breathing == Breathing::Spontaneous,
        P::TidalVolume | P::VentilatorRate | P::InspiratoryTime | P::Compliance => breathing == Breathing::Ventilated,
        P::OpeningPressure | P::OpeningPressureSd | P::ClosingPressure | P::ClosingPressureSd => {
            params.get(P::RecruitableShare) > 0.0
        }
        P::Dlo2 => params.diffusion_limited(),
        P::HpvStrength | P::HpvReference | P::HpvTime => params.hpv(),
        P::Co2SetPoint
        | P::Co2Response
        | P::HypoxicGain
        | P::WakefulnessDrive
        | P::OpioidDepression
        | P::CentralTime
        | P::PeripheralTime => params.breathing_controlled(),
        _ if id.bounds().group == Group::Ecmo => params.ecmo(),
        _ => mode.is_none_or(of_mode),
    }
}
