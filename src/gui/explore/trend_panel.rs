//! The trend with its heading: how long a past is shown, and whether anything still moves.

use eframe::egui::{
    Align, Button, Checkbox, Color32, ComboBox, Label, Layout, PopupCloseBehavior, Rect, RichText, Role, Sense, Ui,
    UiBuilder, WidgetInfo,
    containers::menu::{MenuButton, MenuConfig},
    pos2, vec2,
};

use super::{PanelState, fill};
use crate::{
    app::{
        foreseen::Foreseen,
        run_view::{Gap, RunView, Steadiness},
    },
    figure::trends::{Channel, Lane, WINDOWS, clock},
    gui::{
        export::{self, OfTrend},
        theme::Theme,
        trend,
        widgets::controls::segmented,
    },
    sim::reading::snapshot::Snapshot,
    text::{display_units::DisplayUnits, words},
};

/// The lanes that are wanted, as many as there is room for; that of PaO2 is always among them.
fn lanes_in_sight(wanted: &[bool; Lane::ALL.len()], room: usize) -> Vec<Lane> {
    let wanted: Vec<Lane> = Lane::ALL.into_iter().filter(|lane| wanted[lane.index()]).collect();
    let oxygen = Channel::Po2Art.lane();
    let mut shown: Vec<Lane> = wanted.iter().copied().take(room).collect();
    if wanted.contains(&oxygen)
        && !shown.contains(&oxygen)
        && let Some(last) = shown.last_mut()
    {
        *last = oxygen;
    }
    shown
}

/// Width below which the panel has no room for its name beside what is chosen there, points at scale 1.
const ROOM_FOR_ITS_NAME: f32 = 230.0;
/// Gaps that the badge names.
const NAMED_GAPS: usize = 3;

pub(super) fn trend_panel(
    ui: &mut Ui,
    theme: &Theme,
    (run_view, now, foreseen): (&RunView, &Snapshot, Option<&Foreseen>),
    panel: &mut PanelState,
) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| fill(ui, rect));
    let inner = rect.shrink2(vec2(12.0, 8.0));
    let (head, body) = inner.split_top_bottom_at_y(inner.top() + theme.size(30.0));
    let mut line = ui.new_child(UiBuilder::new().max_rect(head).layout(Layout::left_to_right(Align::Center)));
    if head.width() > theme.size(ROOM_FOR_ITS_NAME) {
        line.label(RichText::new(words::time::trend()).font(theme.bold(15.0)).color(theme.text));
    }
    lengths(&mut line, theme, head.width(), panel);
    let wanted = lanes_menu(&mut line, theme, panel);
    badge(&mut line, theme, &run_view.steadiness(now), foreseen, panel.choices.settings.units);
    let body = Rect::from_min_max(pos2(body.left(), body.top() + 4.0), body.max);
    let lanes = trend::lanes_that_fit(theme, body.height());
    let shown = lanes_in_sight(&panel.page.lanes, lanes);
    let channels: Vec<Channel> = Channel::ALL.into_iter().filter(|channel| shown.contains(&channel.lane())).collect();
    let columns = trend::plot_width(theme, body.width()) * ui.ctx().pixels_per_point();
    let units = panel.choices.settings.units;
    let trends = run_view.trends(WINDOWS[panel.page.window].0, columns as usize / 2, &channels, units);
    panel.frame.pointed_s = trend::show(ui, theme, &trends, body);
    if let Some(what) = wanted {
        panel.sent.export = Some(what.wanted(trends));
    }
}

/// The choice of how long a past is shown: all in sight where there is room, else a menu.
fn lengths(ui: &mut Ui, theme: &Theme, width: f32, panel: &mut PanelState) {
    let labels = WINDOWS.map(|(_, label)| label);
    if width > theme.size(600.0) {
        ui.scope(|ui| {
            ui.set_width(theme.size(316.0));
            if let Some(asked) = segmented(ui, theme, words::time::trend_length(), &labels, panel.page.window) {
                panel.page.window = asked;
            }
        });
        return;
    }
    ComboBox::from_id_salt("length of the trend")
        .selected_text(RichText::new(labels[panel.page.window]).font(theme.font(12.0)))
        .width(theme.size(76.0))
        .show_ui(ui, |ui| {
            for (index, label) in labels.iter().enumerate() {
                if ui.selectable_value(&mut panel.page.window, index, *label).clicked() {
                    ui.close();
                }
            }
        })
        .response
        .accessible_name(words::time::trend_length());
}

/// The choice of lanes: where there is little room, what is left out makes room for what comes after it. And the way out
/// of the window; returns what is wanted.
fn lanes_menu(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) -> Option<OfTrend> {
    let stays = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let button = Button::new(RichText::new(words::time::lanes()).font(theme.font(12.0)));
    let (response, shown) = MenuButton::from_button(button).config(stays).ui(ui, |ui| {
        let last = panel.page.lanes.iter().filter(|shown| **shown).count() == 1;
        for lane in Lane::ALL {
            let shown = &mut panel.page.lanes[lane.index()];
            // A trend without a lane would look like a fault.
            ui.add_enabled(!(last && *shown), Checkbox::new(shown, lane.label()));
        }
        ui.separator();
        export::trend_entries(ui)
    });
    let hint = words::time::lanes_hint();
    response.on_hover_text(hint).accessible_name(words::time::lanes());
    shown.and_then(|shown| shown.inner)
}

/// Whether the patient is in its steady state, and where he goes where he is not: what is foreseen of his run, the
/// collapse of lung included, and on hover how far the numbers are from the steady state of the lung as it is now.
fn badge(ui: &mut Ui, theme: &Theme, steadiness: &Steadiness, foreseen: Option<&Foreseen>, units: DisplayUnits) {
    let width =
        |ui: &Ui, text: &str| ui.painter().layout_no_wrap(text.to_owned(), theme.font(12.0), theme.text).size().x;
    let ahead = foreseen.map(|foreseen| {
        let words = foreseen.words(units);
        let counted = words::time::foreseen(&words[0], clock(foreseen.from_s));
        (words, counted)
    });
    let (text, colour, all) = match steadiness {
        Steadiness::Steady => (words::time::is_steady().to_owned(), theme.weak, String::new()),
        Steadiness::NoSteadyState(reason) => {
            let reason = units.prose(&reason.to_string()).into_owned();
            let ahead = ahead.map_or_else(String::new, |(_, counted)| format!("\n{counted}"));
            let all = words::time::no_steady_state_to_come(reason, ahead);
            (words::common::no_steady_state().to_owned(), theme.danger, all)
        }
        Steadiness::Moving(gaps) => {
            let texts: Vec<String> = gaps.iter().map(|gap| gap.text(units)).collect();
            let room = ui.available_width() - 4.0;
            let far = words::time::would_rest(texts.join("\n"));
            if let Some((words, counted)) = ahead
                && let Some(text) = words.iter().find(|text| width(ui, text) <= room)
            {
                return show_badge(ui, theme, text, theme.channels.shunt, &format!("{counted}\n{far}"));
            }
            // As many as there is room for; the others are told on hover.
            let named = (1..=NAMED_GAPS).rev().map(|count| {
                words::time::not_yet_steady(texts.iter().take(count).cloned().collect::<Vec<_>>().join(", "))
            });
            let first = gaps.first();
            let value =
                |gap: &Gap| words::time::moving(gap.text(units).trim_end_matches(units.of(gap.unit).unit).trim_end());
            let short = first.map(value).into_iter().chain(first.map(|gap| words::time::moving(gap.label)));
            let text = named.into_iter().chain(short).find(|text| width(ui, text) <= room).unwrap_or_default();
            (text, theme.channels.shunt, far)
        }
    };
    show_badge(ui, theme, &text, colour, &all);
}

fn show_badge(ui: &mut Ui, theme: &Theme, text: &str, colour: Color32, all: &str) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let label =
            Label::new(RichText::new(text).font(theme.font(12.0)).color(colour)).truncate().sense(Sense::hover());
        let response = ui.add(label);
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, words::time::steadiness()));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(text);
            node.set_description(all);
        });
        if !all.is_empty() {
            response.on_hover_text(all);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_the_lane_of_pao2_is_in_sight_however_little_room_there_is() {
        let all = [true; Lane::ALL.len()];
        let oxygen = Channel::Po2Art.lane();
        assert_eq!(lanes_in_sight(&all, 1), [oxygen]);
        assert_eq!(lanes_in_sight(&all, Lane::ALL.len()), Lane::ALL);
        let mut without = all;
        without[oxygen.index()] = false;
        assert!(!lanes_in_sight(&without, 2).contains(&oxygen), "what is not wanted is not shown");
    }
}
