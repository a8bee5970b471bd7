//! The bar at the top: which patient, back and forth, the look; under the strip, what has to be said.

use eframe::egui::{
    Align, Button, Color32, ComboBox, KeyboardShortcut, Layout, PopupCloseBehavior, Rect, RichText, Stroke, StrokeKind,
    Ui,
    gui_zoom::{self, kb_shortcuts},
    pos2, vec2,
};

use super::{Answer, Motion, Overlay, PanelState, files, help, library};
use crate::{
    app::{Command, Page, Session, happened},
    figure::trends::clock,
    gui::{
        keys::{Act, binding, pressed},
        theme::{Theme, ThemeName},
        widgets::controls::segmented,
    },
    sim::{
        play::run::time_of_step_s,
        reading::console::alarms,
        reading::quantity::{not_survivable, remarks},
        reading::snapshot::Snapshot,
        steady::NoSteadyState,
    },
    text::{
        capitalised,
        display_units::{Concentration, DisplayUnits, Pressure},
        subscripted, words,
    },
};

/// Undo and redo from the keyboard, except while a number is typed.
pub(super) fn shortcuts(ui: &Ui, session: &Session, commands: &mut Vec<Command>) {
    if pressed(ui, Act::HoldBeside, true) {
        commands.push(Command::HoldBeside);
    }
    // The longer shortcut first: the shorter one matches it as well.
    let (redo, undo) = (pressed(ui, Act::Redo, true), pressed(ui, Act::Undo, true));
    if redo && session.can_redo() {
        commands.push(Command::Redo);
    } else if undo && session.can_undo() {
        commands.push(Command::Undo);
    }
}

pub(super) fn bar(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let asked = page_bar(
        ui,
        theme,
        panel,
        |ui, panel| {
            let mut asked = Vec::new();
            let narrow = is_narrow(ui, theme);
            library::button(ui, theme, session, menu_width(theme, ui.available_width(), narrow), panel);
            files::menu(ui, theme, session, panel, &mut asked);
            if let Some(problem) = &panel.told.not_saved {
                let label =
                    ui.label(RichText::new(words::explore::not_saved()).font(theme.bold(12.0)).color(theme.danger));
                label.on_hover_text(problem);
            }
            asked
        },
        |ui, _| {
            let mut asked = Vec::new();
            hold_beside(ui, theme, session, &mut asked);
            back_and_forth(ui, theme, session, &mut asked);
            asked
        },
    );
    commands.extend(asked.into_iter().flatten());
}

/// Reset, redo and undo, from the right.
fn back_and_forth(ui: &mut Ui, theme: &Theme, session: &Session, commands: &mut Vec<Command>) {
    let keys = |act| binding(act).text(ui.ctx());
    let buttons = [
        (
            session.is_changed(),
            words::common::reset(),
            words::common::reset(),
            words::explore::reset_hint().to_owned(),
            Command::Reset,
        ),
        (session.can_redo(), "↷", words::common::redo(), words::common::redo_hint(keys(Act::Redo)), Command::Redo),
        (session.can_undo(), "↶", words::common::undo(), words::common::undo_hint(keys(Act::Undo)), Command::Undo),
    ];
    for (enabled, text, name, hint, command) in buttons {
        let button = Button::new(RichText::new(text).font(theme.font(13.0)));
        if ui.add_enabled(enabled, button).on_hover_text(hint).accessible_name(name).clicked() {
            commands.push(command);
        }
    }
}

/// The bar of a page: the pages on the left and what the page adds there, on the right the look, help, and what the page
/// adds before them, from the right. Returns what was added.
pub(in crate::gui) fn page_bar<T>(
    ui: &mut Ui,
    theme: &Theme,
    panel: &mut PanelState,
    left: impl FnOnce(&mut Ui, &mut PanelState) -> T,
    right: impl FnOnce(&mut Ui, &mut PanelState) -> T,
) -> [T; 2] {
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        if is_narrow(ui, theme) {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.spacing_mut().button_padding.x = 5.0;
        }
        title_and_pages(ui, theme, panel);
        let left = left(ui, panel);
        let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            theme_menu(ui, theme, panel);
            help::menu(ui, theme, panel);
            right(ui, panel)
        });
        [left, right.inner]
    })
    .inner
}

/// Width of a bar that has room for the name of the program, which the title of the window has as well, points at scale
/// 1.
const ROOM_FOR_THE_NAME: f32 = 1160.0;
/// Width of a window below which the bar makes do with less: smaller tabs, less between buttons, shorter words.
const NARROW: f32 = 1030.0;

fn is_narrow(ui: &Ui, theme: &Theme) -> bool {
    ui.ctx().content_rect().width() < theme.size(NARROW)
}

fn title_and_pages(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) {
    if ui.available_width() >= theme.size(ROOM_FOR_THE_NAME) {
        ui.label(RichText::new(words::common::isoshunt()).font(theme.bold(18.0)).color(theme.text));
        ui.add_space(theme.size(if Page::ALL.len() < 2 { 24.0 } else { 8.0 }));
    }
    pages(ui, theme, panel);
}

/// Look, units, size of type and motion.
fn theme_menu(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) {
    let width = if is_narrow(ui, theme) { 72.0 } else { 92.0 };
    ComboBox::from_id_salt("theme")
        .selected_text(words::explore::settings())
        .width(theme.size(width))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            for name in ThemeName::ALL {
                if ui.selectable_value(&mut panel.choices.theme, name, name.label()).clicked() {
                    // A key closes no menu by itself, as a click does.
                    ui.close();
                }
            }
            ui.separator();
            units(ui, theme, &mut panel.choices.settings.units);
            ui.separator();
            type_size(ui, theme);
            ui.separator();
            motion(ui, theme, &mut panel.choices.motion);
            ui.separator();
            ui.checkbox(&mut panel.choices.single_keys, words::explore::single_keys());
        })
        .response
        .on_hover_text(words::explore::settings_hint())
        .accessible_name(words::explore::settings());
}

/// Width of the tab of a page, points at scale 1.
const PAGE_TAB: f32 = 82.0;
const NARROW_TAB: f32 = 52.0;

/// The way to other pages; where there is one alone there is none.
fn pages(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) {
    if Page::ALL.len() < 2 {
        return;
    }
    let now = Page::ALL.iter().position(|page| *page == panel.told.page).unwrap_or_default();
    ui.scope(|ui| {
        let tab = if is_narrow(ui, theme) { NARROW_TAB } else { PAGE_TAB };
        ui.set_max_width(theme.size(tab * Page::ALL.len() as f32));
        if let Some(asked) = segmented(ui, theme, words::explore::page(), &Page::ALL.map(Page::label), now) {
            panel.sent.page = Some(Page::ALL[asked]);
        }
    });
}

/// Width of the list of patients: what the buttons after it leave of `left`, within what a name needs and what is seen at
/// a glance.
fn menu_width(theme: &Theme, left: f32, narrow: bool) -> f32 {
    let [buttons, least] = if narrow { [NARROW_BUTTONS, 56.0] } else { [BUTTONS, 140.0] };
    (left - theme.size(buttons)).clamp(theme.size(least), theme.size(430.0))
}

/// Width of the file menu and of all buttons on the right, points at the usual size of type.
const BUTTONS: f32 = 470.0;
const NARROW_BUTTONS: f32 = 372.0;

/// In which units numbers are shown.
fn units(ui: &mut Ui, theme: &Theme, units: &mut DisplayUnits) {
    let mut choice = |label: &str, options: &[&str], now: usize| {
        ui.label(RichText::new(label).font(theme.font(12.0)).color(theme.weak));
        segmented(ui, theme, label, options, now)
    };
    let pressure = choice(words::explore::pressure(), &Pressure::ALL.map(Pressure::label), units.pressure as usize);
    let concentration = choice(
        words::explore::haemoglobin(),
        &Concentration::ALL.map(Concentration::label),
        units.concentration as usize,
    );
    units.pressure = pressure.map_or(units.pressure, |index| Pressure::ALL[index]);
    units.concentration = concentration.map_or(units.concentration, |index| Concentration::ALL[index]);
}

/// When the lung picture moves.
fn motion(ui: &mut Ui, theme: &Theme, motion: &mut Motion) {
    ui.label(RichText::new(words::explore::motion()).font(theme.font(12.0)).color(theme.weak));
    ui.scope(|ui| {
        ui.set_min_width(theme.size(300.0));
        if let Some(asked) =
            segmented(ui, theme, words::explore::motion(), &Motion::ALL.map(Motion::label), *motion as usize)
        {
            *motion = Motion::ALL[asked];
            ui.ctx().request_repaint();
        }
    });
}

/// Holds what is shown beside what comes; pressed again it takes the place of what was held.
fn hold_beside(ui: &mut Ui, theme: &Theme, session: &Session, commands: &mut Vec<Command>) {
    let text = if is_narrow(ui, theme) { words::explore::hold() } else { words::explore::hold_beside() };
    let button = Button::new(RichText::new(text).font(theme.font(13.0)));
    let hint = match session.beside() {
        Some(beside) => words::explore::hold_anew_hint(beside.name()),
        None => words::explore::hold_beside_hint().to_owned(),
    };
    let hint = format!("{hint} ({})", binding(Act::HoldBeside).text(ui.ctx()));
    if ui.add(button).on_hover_text(hint).accessible_name(words::explore::hold_beside()).clicked() {
        commands.push(Command::HoldBeside);
    }
}

/// How large everything is: for a hall, or tired eyes.
fn type_size(ui: &mut Ui, theme: &Theme) {
    let percent = (ui.ctx().zoom_factor() * 100.0).round();
    ui.label(RichText::new(words::explore::size(percent)).font(theme.font(12.0)).color(theme.weak));
    ui.horizontal(|ui| {
        let keys = |shortcut: &KeyboardShortcut| ui.ctx().format_shortcut(shortcut);
        let [smaller, larger] = [keys(&kb_shortcuts::ZOOM_OUT), keys(&kb_shortcuts::ZOOM_IN)];
        if ui.button("−").on_hover_text(smaller).accessible_name(words::explore::smaller()).clicked() {
            gui_zoom::zoom_out(ui.ctx());
        }
        if ui.button("+").on_hover_text(larger).accessible_name(words::explore::larger()).clicked() {
            gui_zoom::zoom_in(ui.ctx());
        }
    });
}

/// What an earlier program left, and what to do with it.
fn answer(ui: &mut Ui, theme: &Theme, offer: &str, panel: &mut PanelState) {
    let rect = ui.max_rect().shrink2(vec2(0.0, 2.0));
    ui.painter().rect(rect, 6.0, theme.selection(), Stroke::new(1.0, theme.accent), StrokeKind::Inside);
    let layout = Layout::right_to_left(Align::Center);
    let mut line = ui.new_child(eframe::egui::UiBuilder::new().max_rect(rect.shrink2(vec2(8.0, 0.0))).layout(layout));
    line.spacing_mut().interact_size.y = theme.size(22.0);
    line.spacing_mut().button_padding.y = 1.0;
    let choices = [
        (words::explore::discard(), words::explore::discard_hint(), Answer::Discard),
        (words::explore::restore(), words::explore::restore_hint(), Answer::Restore),
    ];
    for (name, hint, choice) in choices {
        if line.button(name).on_hover_text(hint).clicked() {
            panel.sent.answer = Some(choice);
        }
    }
    line.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let text = RichText::new(offer).font(theme.bold(13.0)).color(theme.text);
        ui.add(eframe::egui::Label::new(text).truncate());
    });
}

/// That the patient's timeline is being played, when it acts next, and the way to stop it.
fn timeline(ui: &mut Ui, theme: &Theme, session: &Session, panel: &PanelState, commands: &mut Vec<Command>) {
    let Some(next) = session.in_time().and_then(|run_view| run_view.to_come().first()) else { return };
    // From right to left.
    ui.spacing_mut().interact_size.y = theme.size(22.0);
    ui.spacing_mut().button_padding.y = 1.0;
    let button = Button::new(RichText::new(words::explore::stop_timeline()).font(theme.font(12.0)));
    let hint = words::explore::stop_timeline_hint();
    if ui.add(button).on_hover_text(hint).clicked() {
        commands.push(Command::StopTimeline);
    }
    let text = words::explore::timeline_next(clock(time_of_step_s(next.step)));
    let label = ui.label(RichText::new(text).font(theme.bold(12.0)).color(theme.text));
    if let Some(note) = &next.note {
        label.on_hover_text(panel.choices.settings.units.prose(note));
    }
}

/// Whether the heart stands still in time.
fn stands_still(now: &Snapshot) -> bool {
    now.mechanics.as_ref().is_some_and(|reading| reading.circulation.arrest)
}

/// One line, in the order of urgency: a refusal, no steady state, not survivable, what has to be said of
/// the numbers, or what this patient teaches.
pub(super) fn message(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    // What is offered waits; a refusal is gone once it has been read.
    if let Some(offer) = panel.told.offer.clone().filter(|_| !session.host_refused()) {
        answer(ui, theme, &offer, panel);
        return;
    }
    let (text, urgent) = if let Some(moment_s) = panel.frame.moment_s {
        (words::explore::moment(clock(moment_s)), false)
    } else if let Some(notice) = session.notice() {
        (notice.to_owned(), !session.notice_is_good())
    } else {
        match &session.now().outcome {
            // It says itself what it is.
            Err(reason @ NoSteadyState::CardiacArrest) => (capitalised(&reason.to_string()), true),
            Err(reason) => (words::explore::not_steady(reason), true),
            Ok(snapshot) if stands_still(snapshot) => {
                (words::explore::arrest(capitalised(&NoSteadyState::CardiacArrest.to_string())), true)
            }
            Ok(snapshot) => {
                let reasons = not_survivable(snapshot, panel.choices.settings.units);
                let alarms = alarms(snapshot);
                if reasons.is_empty() && !alarms.is_empty() {
                    (words::explore::alarm(panel.choices.settings.units.prose(&alarms.join(" · "))), true)
                } else if reasons.is_empty() {
                    let note = session.in_time().and_then(|run_view| run_view.note());
                    let happened = || {
                        let told = happened::of_session(session, panel.choices.settings.units).join(" ");
                        // Else it stands under the pictures.
                        let here = session.in_time().is_some() || theme.few_numbers() || panel.choices.welcome;
                        Some(told).filter(|told| here && session.is_changed() && !told.is_empty())
                    };
                    let text = note.map(str::to_owned).or_else(|| {
                        let remarks = remarks(snapshot).join(" ");
                        Some(remarks).filter(|remarks| !remarks.is_empty()).or_else(happened)
                    });
                    (text.unwrap_or_else(|| subscripted(&session.scenario().teaches)), false)
                } else {
                    (words::explore::not_survivable(reasons.join(" · ")), true)
                }
            }
        }
    };
    let text = panel.choices.settings.units.prose(&text).into_owned();
    let area = ui.max_rect();
    let rect = Rect::from_min_max(pos2(area.left(), area.top() + 4.0), pos2(area.right(), area.bottom() - 4.0));
    if urgent {
        ui.painter().rect(
            rect,
            6.0,
            theme.danger.gamma_multiply(0.12),
            Stroke::new(1.0, theme.danger),
            StrokeKind::Inside,
        );
    }
    let colour: Color32 = if urgent { theme.danger } else { theme.weak };
    let mut line = ui.new_child(
        eframe::egui::UiBuilder::new()
            .max_rect(rect.shrink2(vec2(10.0, 0.0)))
            .layout(Layout::right_to_left(Align::Center)),
    );
    line.label(RichText::new(words::explore::not_for_clinical_use()).font(theme.font(12.0)).color(theme.weak));
    line.spacing_mut().interact_size.y = theme.size(22.0);
    let glossary = Button::new(RichText::new(words::help::glossary()).font(theme.font(12.0)));
    if line.add(glossary).on_hover_text(words::explore::glossary_hint()).clicked() {
        panel.page.overlay = Some(Overlay::Glossary);
    }
    timeline(&mut line, theme, session, panel, commands);
    let arrest = match &session.now().outcome {
        Ok(snapshot) => stands_still(snapshot),
        Err(reason) => *reason == NoSteadyState::CardiacArrest,
    };
    if arrest && session.can_undo() {
        line.spacing_mut().button_padding.y = 1.0;
        line.spacing_mut().interact_size.y = theme.size(22.0);
        let button = Button::new(RichText::new(words::explore::undo_arrest_shown()).font(theme.bold(12.0)));
        let hint = words::explore::undo_arrest_hint();
        if line.add(button).on_hover_text(hint).accessible_name(words::explore::undo_arrest()).clicked() {
            commands.push(Command::Undo);
        }
    }
    if session.notice().is_some()
        && line
            .add(Button::new(RichText::new("✗").color(colour)).frame(false))
            .accessible_name(words::explore::dismiss())
            .clicked()
    {
        commands.push(Command::DismissNotice);
    }
    line.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let font = if urgent { theme.bold(13.0) } else { theme.font(13.0) };
        let label = eframe::egui::Label::new(RichText::new(&text).font(font).color(colour)).truncate();
        ui.add(label);
    });
}
