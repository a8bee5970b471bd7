//! The left column: three large sliders always in sight, all other parameters in groups that open.

use eframe::egui::{RichText, ScrollArea, Ui};

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
            slider::{Slider, SliderResponse, SliderSpec},
        },
    },
    sim::{
        params::{Breathing, Group, ParamId, Params, Position, SwitchId},
        patient,
    },
};

/// The parameters that matter most: of a lung in layers the shunt is an outcome, and what can collapse is set.
fn large_of(params: &Params) -> [ParamId; slider_preview::LARGE] {
    let third = if params.mechanics() { ParamId::Collapsible } else { ParamId::Shunt };
    [ParamId::Fio2, ParamId::Peep, third]
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
    let scenting = TrackPreview {
        previews,
        previewed: panel.settings.previewed,
        units: panel.settings.units,
        in_time: session.in_time().is_some(),
        wanted: panel.wanted.take(),
    };
    if let Some(id) = scenting.wanted {
        let group = id.bounds().group;
        let open = Group::ALL.into_iter().zip(&mut panel.open);
        open.filter(|(other, _)| *other == group && !large_of(params).contains(&id)).for_each(|(_, open)| *open = true);
    }
    panel.in_sight.clear();
    let rect = ui.max_rect();
    theme.panel_frame().inner_margin(eframe::egui::Margin::symmetric(14, 10)).show(ui, |ui| {
        ui.set_min_size(rect.size() - eframe::egui::vec2(30.0, 22.0));
        ui.spacing_mut().item_spacing.y = theme.size(12.0);
        for id in large_of(params) {
            large(ui, theme, session, id, &scenting, commands);
            panel.in_sight.push(id);
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        if let Some(asked) = scenting.legend(ui, theme) {
            panel.settings.previewed = asked;
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
    session: &Session,
    id: ParamId,
    scenting: &TrackPreview<'_>,
    commands: &mut Vec<Command>,
) {
    let params = &session.now().params;
    let units = scenting.units;
    let spec = SliderSpec::of(id.bounds(), units);
    let colours = scenting.colours(theme, id);
    let slider = Slider::large(spec, params.get(id)).preview(colours.preview());
    if id == ParamId::Collapsible {
        let open = session.now().outcome.as_ref().ok().and_then(|now| now.mechanics.as_ref());
        let collapsed = open.map(|reading| reading.tissue_shares()[1]);
        let caption = collapsed.map_or_else(
            || "of the tissue".to_owned(),
            |now| format!("of the tissue · {} collapsed at end expiration", spec.text(now)),
        );
        obey(id, slider.caption(&caption).mark(collapsed).show(ui, theme), scenting, commands);
        return;
    }
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
fn obey(id: ParamId, shown: SliderResponse, scenting: &TrackPreview<'_>, commands: &mut Vec<Command>) {
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
    scenting: &TrackPreview<'_>,
    found: &mut Found<'_>,
) {
    let units = scenting.units;
    let switches = SwitchId::ALL.iter().copied().filter(|id| id.group() == group && switches(params, *id));
    let is_large = |id: ParamId| large_of(params).contains(&id);
    let ids =
        || ParamId::ALL.iter().copied().filter(|id| id.bounds().group == group && acts(params, *id) && !is_large(*id));
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
            let slider = Slider::compact(SliderSpec::of(id.bounds(), units), params.get(id)).preview(colours.preview());
            let shown = slider.show(ui, theme);
            if ui.is_rect_visible(shown.response.rect) {
                found.in_sight.push(id);
            }
            obey(id, shown, scenting, found.commands);
        }
        if group == Group::Lung
            && !params.mechanics()
            && let Some(units) = params.units()
        {
            let text = format!("This lung has {} listed units in place of V/Q modes.", units.len());
            ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
        }
        ui.add_space(4.0);
    });
}

/// Whether a switch does anything as the others stand.
fn switches(params: &Params, id: SwitchId) -> bool {
    use SwitchId as S;
    let ventilated = params.breathing() == Breathing::Ventilated;
    match id {
        S::Position | S::RightHeart => params.mechanics(),
        S::Hysteresis => params.mechanics() && params.get(ParamId::Collapsible) > 0.0,
        S::VentilatorMode => params.mechanics() && ventilated,
        S::BreathingControl => params.breathing() == Breathing::Spontaneous,
        S::Paralysis => params.breathing() != Breathing::Spontaneous,
        _ => true,
    }
}

/// Whether a parameter does anything as the switches stand: a slider that does nothing is not shown.
fn acts(params: &Params, id: ParamId) -> bool {
    use ParamId as P;
    let breathing = params.breathing();
    let layers = params.mechanics();
    let lost = |id| params.get(id) > 0.0;
    let drugs = [P::InhaledNo, P::InhaledProstacyclin];
    match id {
        P::AlveolarVentilation | P::SpontaneousRate | P::MaskLeak => breathing == Breathing::Spontaneous,
        P::VentilatorRate => breathing == Breathing::Ventilated,
        P::TidalVolume => breathing == Breathing::Ventilated && !params.pressure_controlled(),
        P::InspiratoryTime => breathing == Breathing::Ventilated || (layers && breathing == Breathing::Spontaneous),
        P::Compliance => breathing == Breathing::Ventilated && !layers,
        P::InspiratoryPressure => breathing == Breathing::Ventilated && params.pressure_controlled(),
        P::PressureLimit => breathing == Breathing::Ventilated && layers,
        P::HoldPressure => params.airway_held(),
        P::OpeningPressure | P::OpeningPressureSd | P::ClosingPressure | P::ClosingPressureSd => {
            if layers {
                lost(P::Collapsible)
            } else {
                lost(P::RecruitableShare)
            }
        }
        P::OpeningRate | P::ClosingRate | P::RateSpread => layers && lost(P::Collapsible) && params.hysteresis(),
        P::CollapsibleDorsal => layers && lost(P::Collapsible) && !on_the_side(params),
        P::ConsolidatedDorsal => layers && lost(P::Consolidated) && !on_the_side(params),
        P::OneSided => layers && on_the_side(params) && (lost(P::Collapsible) || lost(P::Consolidated)),
        P::DorsalWeight => layers && params.position() == Position::Supine,
        P::OpenedTo => layers && lost(P::Collapsible) && params.hysteresis(),
        P::Shunt | P::RecruitableShare | P::Frc => !layers,
        P::MeanSystemicPressure | P::Foramen | P::RightReserve => params.right_heart(),
        P::HeartStrength | P::LeftAtrium | P::PulmonaryResistance | P::SystemicResistance | P::Clot | P::Ductal => {
            layers
        }
        P::IvVasodilator => layers || params.hpv() || drugs.iter().any(|id| lost(*id)),
        P::HeldSvo2 => params.held_svo2_frac().is_some(),
        P::Dlo2 => params.diffusion_limited(),
        P::HpvStrength => params.hpv(),
        P::HpvReference => params.hpv() && !layers,
        P::HpvTime => params.hpv() || layers || drugs.iter().any(|id| lost(*id)),
        P::Co2SetPoint
        | P::Co2Response
        | P::HypoxicGain
        | P::WakefulnessDrive
        | P::OpioidDepression
        | P::CentralTime
        | P::PeripheralTime => params.breathing_controlled(),
        P::Mode1LogSd if layers => true,
        _ if id.bounds().group == Group::Ecmo => params.ecmo(),
        _ if id.bounds().group == Group::Mechanics => layers,
        _ => of_a_mode(params, id).unwrap_or(true),
    }
}

/// Whether a parameter of a V/Q mode acts; none of any other.
fn of_a_mode(params: &Params, id: ParamId) -> Option<bool> {
    let mode = (0..crate::sim::params::MODES).map(ParamId::mode).find(|mode| mode.contains(&id))?;
    let [share, ..] = mode;
    let used = id == share || params.get(share) > 0.0;
    Some(used && params.units().is_none() && !params.mechanics())
}

fn on_the_side(params: &Params) -> bool {
    matches!(params.position(), Position::SickSideDown | Position::SickSideUp)
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
