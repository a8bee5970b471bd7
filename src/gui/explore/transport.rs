//! The bar at the foot: steady state or in time, run and pause, speed, patient time, samples, checkpoints.

use eframe::egui::{Align, Button, ComboBox, Layout, ProgressBar, Response, RichText, Role, Ui, WidgetInfo, vec2};

use super::PanelState;
use crate::{
    app::{
        Command, Mode, Session,
        clock::SPEEDS,
        run_view::{Again, Remade},
    },
    figure::trends::{clock, span},
    gui::{
        keys::{Act, pressed},
        theme::Theme,
        widgets::controls::segmented,
    },
    sim::{
        params::ParamId,
        play::instruments::{Mistake, SampleOrder, Site},
    },
    text::words,
};

/// Height of the bar.
pub(super) fn height(theme: &Theme) -> f32 {
    theme.size(44.0)
}

/// Run, pause and step from the keyboard, while nothing else has it; single keys can be switched off (WCAG 2.1.4).
pub(super) fn shortcuts(ui: &Ui, session: &Session, panel: &PanelState, commands: &mut Vec<Command>) {
    if pressed(ui, Act::RunOrPause, panel.choices.single_keys) {
        commands.push(run_or_pause(session));
    } else if session.in_time().is_some() && pressed(ui, Act::Step, panel.choices.single_keys) {
        commands.push(Command::Step);
    }
}

fn run_or_pause(session: &Session) -> Command {
    if session.is_running() { Command::Pause } else { Command::Run }
}

/// Width of a bar below which its words are the shortest, points at scale 1.
const TIGHT: f32 = 960.0;

/// Shows the bar.
pub(super) fn transport(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let taken = if session.again().is_some_and(|again| again.of == Remade::Trend) { BESIDE_A_TREND } else { 0.0 };
    let room = ui.available_width() - theme.size(taken);
    let wide = room > theme.size(1250.0);
    let tight = room < theme.size(TIGHT);
    ui.spacing_mut().item_spacing.x = theme.size(if wide { 8.0 } else { 5.0 });
    if tight {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding.x = 4.0;
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.scope(|ui| {
            ui.set_width(theme.size(if wide {
                200.0
            } else if tight {
                130.0
            } else {
                170.0
            }));
            let now = usize::from(session.mode() == Mode::InTime);
            if let Some(asked) =
                segmented(ui, theme, words::time::view(), &[words::time::steady_state(), words::time::in_time()], now)
            {
                commands.push(Command::Look([Mode::Steady, Mode::InTime][asked]));
            }
        });
        let running = session.is_running();
        let (sign, name) = if running { ("▮▮", words::common::pause()) } else { ("▶", words::time::run()) };
        let hint = if running { words::time::pause_hint() } else { words::time::run_hint() };
        // As wide as the wider of both, so that nothing beside it moves.
        let text = if tight { sign.to_owned() } else { format!("{sign} {name}") };
        let text = RichText::new(text).font(theme.font(13.0));
        let run = Button::new(text).min_size(vec2(theme.size(if tight { 30.0 } else { 78.0 }), 0.0));
        if ui.add(run).on_hover_text(hint).accessible_name(name).clicked() {
            commands.push(run_or_pause(session));
        }
        if button(ui, theme, true, words::time::step(), words::time::step(), words::time::step_hint()).clicked() {
            commands.push(Command::Step);
        }
        speed(ui, theme, session, commands);
        if let Some(again) = session.again() {
            made_again(ui, theme, again, commands);
            if again.of == Remade::Run {
                return;
            }
        }
        let Some(run_view) = session.in_time() else {
            let text = match &session.scenario().timeline {
                Some(timeline) if !timeline.moments.is_empty() => words::time::run_plays(span(timeline.duration_s())),
                _ if wide => words::time::run_lets_time_pass_long().to_owned(),
                _ => words::time::run_lets_time_pass().to_owned(),
            };
            ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
            return;
        };
        time(ui, theme, run_view.time_s(), if tight { 18.0 } else { 24.0 });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = if tight { words::time::mark() } else { words::time::checkpoint() };
            let hint = words::time::checkpoint_hint();
            if button(ui, theme, true, text, words::time::checkpoint(), hint).clicked() {
                commands.push(Command::SetCheckpoint);
                panel.choices.side = super::tabs::Tab::Checkpoints;
            }
            let jump = button(
                ui,
                theme,
                run_view.target().is_ok(),
                if wide {
                    words::time::jump_to_steady()
                } else if tight {
                    words::time::jump_to_steady_tight()
                } else {
                    words::time::jump_to_steady_short()
                },
                words::time::jump_to_steady(),
                words::time::jump_to_steady_hint(),
            );
            if jump.clicked() {
                commands.push(Command::JumpToSteady);
            }
            let width = if wide {
                140.0
            } else if tight {
                62.0
            } else {
                104.0
            };
            samples(ui, theme, duct_is_open(session), panel, commands, (wide, theme.size(width)));
        });
    });
}

/// What a trend that is made again takes of the bar, points at scale 1.
const BESIDE_A_TREND: f32 = 130.0;
/// Width from which the bar has room for how far the trend has been made again, in words, points at scale 1.
const ROOM_FOR_THE_TREND: f32 = 1120.0;

/// How far a saved run, or its trend, has been made again, and a way to end that.
fn made_again(ui: &mut Ui, theme: &Theme, again: Again, commands: &mut Vec<Command>) {
    let Again { of, done_s, whole_s } = again;
    let (what, hint) = match of {
        Remade::Run => (words::time::run(), words::time::stop_making_run_hint()),
        Remade::Trend => (words::time::trend(), words::time::stop_making_trend_hint()),
    };
    let share = if whole_s > 0.0 { (done_s / whole_s) as f32 } else { 1.0 };
    let text = words::time::made_again(what, clock(done_s), clock(whole_s));
    // Beside a trend that is made again stands all that a run has.
    let room = of == Remade::Run || ui.available_width() > theme.size(ROOM_FOR_THE_TREND);
    let (width, shown) = if room { (230.0, text.as_str()) } else { (60.0, what) };
    let bar = ProgressBar::new(share).desired_width(theme.size(width));
    let response = ui.add(bar.text(RichText::new(shown).font(theme.font(12.0)))).on_hover_text(&text);
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, text.clone()));
    if button(ui, theme, true, words::time::stop(), words::time::stop_making_again(), hint).clicked() {
        commands.push(Command::StopMakingAgain);
    }
}

fn button(ui: &mut Ui, theme: &Theme, enabled: bool, text: &str, name: &str, hint: &str) -> Response {
    let button = Button::new(RichText::new(text).font(theme.font(13.0)));
    ui.add_enabled(enabled, button).on_hover_text(hint).accessible_name(name)
}

fn speed(ui: &mut Ui, theme: &Theme, session: &Session, commands: &mut Vec<Command>) {
    let now = session.run_view().map_or(SPEEDS[0], |run_view| run_view.clock().speed());
    let behind = session.in_time().is_some_and(|run_view| run_view.clock().is_behind());
    let text = format!("{now}×{}", if behind { " ⚠" } else { "" });
    let response = ComboBox::from_id_salt("speed")
        .selected_text(RichText::new(text).font(theme.font(13.0)))
        .width(theme.size(64.0))
        .show_ui(ui, |ui| {
            for speed in SPEEDS {
                if ui.selectable_label(speed == now, format!("{speed}×")).clicked() {
                    commands.push(Command::Speed(speed));
                    ui.close();
                }
            }
        })
        .response;
    let hint = if behind { words::time::too_costly() } else { words::time::speed_hint() };
    response.on_hover_text(hint).accessible_name(words::common::speed());
}

/// Patient time, large; a timer for assistive technology.
fn time(ui: &mut Ui, theme: &Theme, time_s: f64, points: f32) {
    let text = clock(time_s);
    let response = ui.label(RichText::new(&text).font(theme.bold(points)).color(theme.text));
    response.widget_info(|| WidgetInfo::labeled(Role::Timer, true, words::time::patient_time()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(text));
}

/// Whether arms and legs have different blood.
fn duct_is_open(session: &Session) -> bool {
    let params = &session.now().params;
    params.bypasses_heart() || (params.mechanics() && params.get(ParamId::Ductal) > 0.0)
}

fn samples(
    ui: &mut Ui,
    theme: &Theme,
    around_duct: bool,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
    (wide, width): (bool, f32),
) {
    // From right to left.
    ComboBox::from_id_salt("mistake")
        .selected_text(RichText::new(panel.page.mistake.label()).font(theme.font(13.0)))
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            for mistake in Mistake::ALL {
                if ui.selectable_value(&mut panel.page.mistake, mistake, mistake.label()).clicked() {
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text(words::time::mistake_hint())
        .accessible_name(words::time::mistake());
    let venous = (Site::MixedVenous, words::time::venous(), words::time::draw_venous());
    let places = if around_duct {
        let before = (Site::RightArm, words::time::right_arm(), words::time::draw_right_arm());
        vec![venous, (Site::Leg, words::time::leg(), words::time::draw_leg()), before]
    } else {
        vec![venous, (Site::Arterial, words::time::arterial(), words::time::draw_arterial())]
    };
    for (site, short, name) in places {
        let order = SampleOrder::new(site, panel.page.mistake);
        let text = if wide { name } else { short };
        let hint = words::time::draw_hint();
        if button(ui, theme, order.is_ok(), text, name, hint).clicked()
            && let Ok(order) = order
        {
            commands.push(Command::Draw(order));
            panel.choices.side = super::tabs::Tab::Samples;
        }
    }
}
