//! Files: the run and the patient, with the place that is typed for each, the files that were used last, and the picture
//! of the window.

use eframe::egui::{
    Button, PopupCloseBehavior, Response, RichText, Stroke, TextEdit, Ui,
    containers::menu::{MenuButton, MenuConfig},
    vec2,
};

use super::{Own, PanelState};
use crate::{
    app::{Command, Session, patient_file},
    draw::png::HAS_PNG,
    gui::{export::Wanted, theme::Theme},
    store::{Folder, Listed},
    text::words,
};

/// The usual place of the run of a patient of an id.
pub(in crate::gui) fn default_path(home: &Folder, id: &str) -> String {
    home.file(&format!("{id}.isoshunt.json"))
}

/// The place of the file of a patient: as typed, or the usual one of his name.
pub(in crate::gui) fn patient_path(home: &Folder, own: &Own, session: &Session) -> String {
    let title = if own.title.trim().is_empty() { &session.scenario().title } else { &own.title };
    match own.path.trim() {
        "" => home.file(&format!("{}.json", patient_file::id_of(title))),
        typed => typed.to_owned(),
    }
}

/// The folders of which the first is looked into that can be read: that of the file that was used last, the usual one, or
/// that of the program.
fn near(panel: &PanelState) -> Vec<String> {
    let last = panel.choices.recent_files.first().and_then(|path| Folder::of_file(path));
    let folders = last.iter().chain([&panel.told.home]).map(Folder::name);
    folders.chain(["."]).map(str::to_owned).collect()
}

/// The menu.
pub(super) fn menu(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let stays = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let button = Button::new(RichText::new(words::files::file()).font(theme.font(13.0)));
    let (response, _) = MenuButton::from_button(button).config(stays).ui(ui, |ui| {
        ui.set_min_width(theme.size(440.0));
        run(ui, theme, session, panel, commands);
        ui.separator();
        patient(ui, theme, session, panel, commands);
        recent(ui, theme, panel);
        let hint = words::files::browse_hint();
        if ui.button(words::files::browse_shown()).on_hover_text(hint).accessible_name(words::files::browse()).clicked()
        {
            panel.sent.look = Some(near(panel));
            ui.close();
        }
        ui.separator();
        if !panel.choices.export_folder.is_empty() {
            heading(ui, theme, words::files::exports_go_to());
            field(ui, theme, &mut panel.choices.export_folder, "", words::files::export_folder());
        }
        if HAS_PNG {
            let picture = ui.button(words::files::picture());
            if picture.on_hover_text(words::files::picture_hint()).clicked() {
                panel.sent.export = Some(Wanted::Screen(None, "window".to_owned()));
                ui.close();
            }
        }
    });
    response.on_hover_text(words::files::file_hint()).accessible_name(words::files::file());
}

fn heading(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak))
}

pub(super) fn field(ui: &mut Ui, theme: &Theme, text: &mut String, hint: &str, name: &str) {
    ui.scope(|ui| {
        // A field has to be seen as one before it is touched.
        ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
        let field = TextEdit::singleline(text)
            .desired_width(f32::INFINITY)
            .hint_text(hint)
            .font(theme.font(13.0))
            .margin(vec2(8.0, 5.0));
        ui.add(field).accessible_name(name);
    });
}

/// Buttons of a menu that are no entries.
fn buttons(ui: &mut Ui, theme: &Theme, add: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let inactive = &mut ui.visuals_mut().widgets.inactive;
        inactive.weak_bg_fill = theme.raised;
        inactive.bg_stroke = Stroke::new(1.0, theme.outline);
        ui.spacing_mut().button_padding = vec2(10.0, 4.0);
        add(ui);
    });
}

/// The session file: where, save, open.
fn run(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    heading(ui, theme, words::files::run());
    let id = &session.scenario().id;
    if panel.page.path.is_empty() || panel.page.path_of != *id {
        panel.page.path = default_path(&panel.told.home, id);
        panel.page.path_of.clone_from(id);
    }
    field(ui, theme, &mut panel.page.path, "", words::files::session_file());
    let there_is_a_path = !panel.page.path.trim().is_empty();
    buttons(ui, theme, |ui| {
        let with_run = there_is_a_path && session.run_view().is_some();
        let there = there_is_a_path && panel.frame.places.is_taken(panel.page.path.trim()) == Some(true);
        let save =
            ui.add_enabled(with_run, Button::new(if there { words::files::replace() } else { words::files::save() }));
        let hint = if there { words::files::replace_hint() } else { words::files::save_hint() };
        if save.on_hover_text(hint).accessible_name(words::files::save_session()).clicked() {
            commands.push(Command::Save);
            panel.sent.replaces = there;
            ui.close();
        }
        let csv = ui.add_enabled(with_run, Button::new(words::files::trend_as_csv()));
        if csv.on_hover_text(words::files::trend_as_csv_hint()).clicked() {
            commands.push(Command::SaveTrend);
            ui.close();
        }
        let open = ui.add_enabled(there_is_a_path, Button::new(words::common::open()));
        let hint = words::files::open_hint();
        if open.on_hover_text(hint).accessible_name(words::files::open_session()).clicked() {
            commands.push(Command::Open);
            ui.close();
        }
    });
}

/// The patient on the screen as a file of one's own.
fn patient(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    heading(ui, theme, words::files::patient());
    if panel.page.own.of != session.scenario().id {
        panel.page.own = Own { of: session.scenario().id.clone(), ..Own::default() };
    }
    let usual = patient_path(&panel.told.home, &Own { path: String::new(), ..panel.page.own.clone() }, session);
    let own = &mut panel.page.own;
    field(ui, theme, &mut own.title, &session.scenario().title, words::files::patient_name());
    field(ui, theme, &mut own.text, words::files::patient_teaches_hint(), words::files::patient_teaches());
    field(ui, theme, &mut own.path, &usual, words::files::patient_file());
    let path = patient_path(&panel.told.home, own, session);
    let there = panel.frame.places.is_taken(&path) == Some(true);
    buttons(ui, theme, |ui| {
        // What is there is not written over by surprise.
        let (text, hint) = match there {
            true => (words::files::replace_patient(), words::files::replace_patient_hint(&path)),
            false => (words::files::save_patient(), words::files::save_patient_hint(&path)),
        };
        if ui.button(text).on_hover_text(hint).clicked() {
            commands.push(Command::SavePatient { title: own.title.clone(), text: own.text.clone() });
            panel.sent.replaces = there;
            ui.close();
        }
        let open = ui.button(words::files::open_patient()).on_hover_text(words::files::open_patient_hint(&path));
        if open.clicked() {
            panel.sent.open = Some(path.clone());
            ui.close();
        }
    });
}

/// The files that were used last; those that are gone are grey.
fn recent(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) {
    if panel.choices.recent_files.is_empty() {
        return;
    }
    ui.separator();
    heading(ui, theme, words::files::used_last());
    for path in &panel.choices.recent_files {
        // What is not known to be gone is not said to be.
        let there = panel.frame.places.is_taken(path) != Some(false);
        let name = Listed::at(path).name;
        let text = if there { name } else { words::files::gone(name) };
        let button = ui.add_enabled(there, Button::new(RichText::new(text).font(theme.font(13.0))));
        let button = button.on_hover_text(path).on_disabled_hover_text(path);
        if button.clicked() {
            panel.sent.open = Some(path.clone());
            ui.close();
        }
    }
}
