//! The left column: one oxygen and one PEEP for all, who is controlled, and the twins of A.

use eframe::egui::{ComboBox, Rect, Response, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::twins;
use crate::{
    app::{
        clock::SPEEDS,
        page::compare::{Ask, Compare, Letter, TimeAsk},
        slider_preview::{Previewed, SliderPreviews},
    },
    figure::trends::clock,
    gui::{
        explore::{
            PanelState,
            slider_preview::{Colours, TrackPreview},
            within,
        },
        theme::{GRID, Theme},
        widgets::{
            controls::segmented,
            slider::{Slider, SliderSpec},
        },
    },
    sim::params::ParamId,
    text::{display_units::DisplayUnits, words},
};

pub(super) fn controls(ui: &mut Ui, theme: &Theme, page: &Compare, panel: &mut PanelState, asks: &mut Vec<Ask>) {
    let area = ui.max_rect();
    // Every patient after the second adds a track to each slider.
    let more = page.letters().len().saturating_sub(2) as f32;
    // Their names take a second row of the choice of who is controlled.
    let high = theme.size(if page.is_covered() { 218.0 } else { 272.0 } + more.min(1.0) * 26.0) + more * 2.0 * 16.0;
    let units = panel.choices.settings.units;
    let wanted = panel.frame.wanted.take();
    let mut column = |ui: &mut Ui, area: Rect| {
        let (upper, lower) = area.split_top_bottom_at_y(area.top() + high);
        within(ui, upper, |ui| sliders(ui, theme, page, wanted, units, asks));
        let lower = Rect::from_min_max(pos2(lower.left(), lower.top() + GRID), lower.max);
        within(ui, lower, |ui| twins::twins(ui, theme, page, units, asks));
    };
    let least = high + GRID + theme.size(LEAST_TWINS);
    if area.height() >= least {
        column(ui, area);
        return;
    }
    // In a low window the sliders keep their height, and the column scrolls.
    ScrollArea::vertical().id_salt("controls of both").auto_shrink(false).show(ui, |ui| {
        let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), least), Sense::hover());
        column(ui, place);
    });
}

/// Least height of the list of twins, points at scale 1.
const LEAST_TWINS: f32 = 120.0;

fn sliders(
    ui: &mut Ui,
    theme: &Theme,
    page: &Compare,
    wanted: Option<ParamId>,
    units: DisplayUnits,
    asks: &mut Vec<Ask>,
) {
    let rect = ui.max_rect();
    theme.panel_frame().inner_margin(eframe::egui::Margin::symmetric(14, 8)).show(ui, |ui| {
        ui.set_min_size((rect.size() - vec2(30.0, 18.0)).max(Vec2::ZERO));
        ui.spacing_mut().item_spacing.y = theme.size(9.0);
        let title = match page.alone() {
            None if page.is_pair() => words::compare::gas_for_both().to_owned(),
            None => words::compare::gas_for_all().to_owned(),
            Some(of) => words::compare::gas_for_one(of.name()),
        };
        ui.label(RichText::new(title).font(theme.bold(15.0)).color(theme.text));
        for id in [ParamId::Fio2, ParamId::Peep] {
            let shown = slider(ui, theme, page, id, units, asks);
            if wanted == Some(id) {
                shown.request_focus();
            }
        }
        let alone: Vec<String> = page.letters().iter().map(|of| words::compare::alone(of.name())).collect();
        let alike = if page.is_pair() { words::compare::both_alike() } else { words::compare::all_alike() };
        let choices: Vec<&str> = std::iter::once(alike).chain(alone.iter().map(String::as_str)).collect();
        let now = page.alone().map_or(0, |of| 1 + of as usize);
        if let Some(asked) = segmented(ui, theme, words::compare::control(), &choices, now) {
            asks.push(Ask::Control(asked.checked_sub(1).and_then(|at| page.letters().get(at)).copied()));
        }
        // In time a covered pair would be told apart by who is slow.
        if !page.is_covered() {
            clock_row(ui, theme, page, asks);
        }
    });
}

/// The clock of all: runs, stands, how fast, back to the steady state.
fn clock_row(ui: &mut Ui, theme: &Theme, page: &Compare, asks: &mut Vec<Ask>) {
    let button = |ui: &mut Ui, text: &str, hint: &str| {
        ui.button(RichText::new(text).font(theme.font(13.0))).on_hover_text(hint).clicked()
    };
    ui.spacing_mut().item_spacing.x = theme.size(5.0);
    ui.spacing_mut().button_padding.x = theme.size(6.0);
    ui.horizontal(|ui| {
        let (text, ask) = if page.is_running() {
            (words::common::pause(), TimeAsk::Pause)
        } else {
            (words::compare::play(), TimeAsk::Run)
        };
        if button(ui, text, words::compare::time_hint()) {
            asks.push(Ask::Time(ask));
        }
        ComboBox::from_id_salt("speed of both")
            .selected_text(RichText::new(format!("{}×", page.speed())).font(theme.font(13.0)))
            .width(theme.size(52.0))
            .show_ui(ui, |ui| {
                for speed in SPEEDS {
                    if ui.selectable_label(speed == page.speed(), format!("{speed}×")).clicked() {
                        asks.push(Ask::Time(TimeAsk::Speed(speed)));
                        ui.close();
                    }
                }
            })
            .response
            .accessible_name(words::common::speed());
        if let Some(time_s) = page.time_s() {
            let text = clock(time_s);
            let shown = ui.label(RichText::new(&text).font(theme.bold(15.0)).color(theme.text));
            shown.widget_info(|| WidgetInfo::labeled(Role::Timer, true, words::compare::patient_time()));
            ui.ctx().accesskit_node_builder(shown.id, |node| node.set_value(text));
            if button(ui, words::compare::steady(), words::compare::steady_hint()) {
                asks.push(Ask::Time(TimeAsk::Steady));
            }
        }
    });
}

fn slider(
    ui: &mut Ui,
    theme: &Theme,
    page: &Compare,
    id: ParamId,
    units: DisplayUnits,
    asks: &mut Vec<Ask>,
) -> Response {
    let spec = SliderSpec::of(id.bounds(), units);
    // While it is covered who is who, what each position would bring is not shown.
    let tracks: Vec<(Letter, TrackPreview<'_>)> =
        page.letters().iter().filter_map(|of| Some((*of, track(page.previews(*of)?, units)))).collect();
    let colours: Vec<(Letter, Colours)> = tracks.iter().map(|(of, track)| (*of, track.colours(theme, id))).collect();
    let controlled = page.controlled();
    let value = page.value(controlled, id);
    let caption = match (page.alone(), page.is_covered(), id) {
        (Some(alone), ..) => stays(page, alone, id, &spec),
        (None, true, _) => String::new(),
        (None, false, ParamId::Fio2) => words::compare::colour_of_track().to_owned(),
        _ => String::new(),
    };
    let slider = Slider::large(spec, value);
    let slider = slider.tracks(colours.iter().map(|(of, colours)| (of.name(), colours.preview())).collect());
    let shown = slider.caption(&caption).show(ui, theme);
    if let Some(share) = shown.pointed_at {
        let told: Vec<String> = tracks
            .iter()
            .filter_map(|(of, track)| Some(format!("{}: {}", of.name(), track.told(id, share)?)))
            .collect();
        if !told.is_empty() {
            shown.response.clone().on_hover_text_at_pointer(told.join("\n"));
        }
    }
    if let Some(change) = shown.change {
        if change.begins {
            asks.push(Ask::Gesture { begins: true });
        }
        asks.push(Ask::Set(id, change.value));
    }
    if shown.ended {
        asks.push(Ask::Gesture { begins: false });
    }
    shown.response
}

/// What those who are not controlled stay at.
fn stays(page: &Compare, alone: Letter, id: ParamId, spec: &SliderSpec<'_>) -> String {
    let others: Vec<(Letter, String)> =
        page.letters().iter().filter(|of| **of != alone).map(|of| (*of, spec.text(page.value(*of, id)))).collect();
    if let [(of, value)] = others.as_slice() {
        return words::compare::stays_at(of.name(), value);
    }
    let at: Vec<String> = others.iter().map(|(of, value)| words::compare::at(of.name(), value)).collect();
    words::compare::stay(at.join(", "))
}

fn track(previews: &SliderPreviews, units: DisplayUnits) -> TrackPreview<'_> {
    TrackPreview { previews, previewed: Previewed::So2Art, units, in_time: false, wanted: None }
}
