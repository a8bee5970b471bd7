//! Mechanisms that are held or switched off, while the lung has layers: what a learner must not overlook.

use eframe::egui::{Align, Button, Layout, RichText, Stroke, Ui};

use crate::{
    app::Command,
    gui::theme::Theme,
    sim::params::{Params, SwitchId},
    text::{display_units::DisplayUnits, words},
    units::percent_from_frac,
};

/// A mechanism that does not act.
struct Held {
    id: SwitchId,
    /// The option that lets it act.
    acts: &'static str,
    text: String,
    hint: &'static str,
}

/// What does not act in a patient; empty where the lung has no layers.
fn held(params: &Params) -> Vec<Held> {
    if !params.mechanics() {
        return Vec::new();
    }
    let one = |id: SwitchId, acts: &'static str, text: String, hint: &'static str| {
        (params.option(id) != acts).then_some(Held { id, acts, text, hint })
    };
    let svo2 =
        params.held_svo2_frac().map_or_else(String::new, |frac| words::sliders::svo2_held(percent_from_frac(frac)));
    [
        one(SwitchId::Hpv, "on", words::sliders::hpv_off().to_owned(), words::sliders::hpv_off_hint()),
        one(
            SwitchId::Hysteresis,
            "on",
            words::sliders::hysteresis_off().to_owned(),
            words::sliders::hysteresis_off_hint(),
        ),
        one(
            SwitchId::Absorption,
            "on",
            words::sliders::absorption_off().to_owned(),
            words::sliders::absorption_off_hint(),
        ),
        one(SwitchId::RightHeart, "on", words::sliders::heart_held().to_owned(), words::sliders::heart_held_hint()),
        one(SwitchId::Svo2Feedback, "follows", svo2, words::sliders::svo2_held_hint()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Height of the row; none where everything acts.
pub(super) fn height(theme: &Theme, params: &Params) -> f32 {
    if held(params).is_empty() { 0.0 } else { theme.size(28.0) }
}

/// Shows the row: a press lets a mechanism act again.
pub(super) fn row(ui: &mut Ui, theme: &Theme, params: &Params, units: DisplayUnits, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.spacing_mut().button_padding = eframe::egui::vec2(8.0, 1.0);
    ui.spacing_mut().interact_size.y = theme.size(22.0);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let held = held(params);
        if !held.is_empty() {
            ui.label(RichText::new(words::sliders::held_or_off()).font(theme.font(12.0)).color(theme.weak));
        }
        for one in held {
            let text = RichText::new(format!("{} ✗", one.text)).font(theme.bold(12.0)).color(theme.channels.shunt);
            let chip = Button::new(text).fill(theme.panel).stroke(Stroke::new(1.0, theme.channels.shunt));
            let hint = words::sliders::let_it_act(units.prose(one.hint));
            let response = ui.add(chip).accessible_name(&one.text);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(hint.as_str()));
            if response.on_hover_text(hint).clicked() {
                commands.push(Command::Switch(one.id, one.acts));
            }
        }
    });
}
