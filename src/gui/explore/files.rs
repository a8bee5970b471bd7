//! Files: the run and the patient, with the place that is typed for each, the files that were used last, and the picture
//! of the window.

use std::path::Path;

use eframe::egui::{
    Button, PopupCloseBehavior, Response, RichText, Stroke, TextEdit, Ui,
    containers::menu::{MenuButton, MenuConfig},
    vec2,
};

use super::{OpenFolder, Own, PanelState};
use crate::{
    app::{Command, Session, patient_file},
    draw::png::HAS_PNG,
    gui::{export::Wanted, theme::Theme},
    store,
};

/// The home folder; here where there is none.
pub(super) fn home_folder() -> String {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    home.map_or_else(|| ".".to_owned(), |home| home.to_string_lossy().into_owned())
}

/// A file of a name in the home folder.
fn at_home(name: &str) -> String {
    Path::new(&home_folder()).join(name).to_string_lossy().into_owned()
}

/// The usual place of the run of a patient of an id.
pub(in crate::gui) fn default_path(id: &str) -> String {
    at_home(&format!("{id}.isoshunt.json"))
}

/// The place of the file of a patient: as typed, or the usual one of his name.
pub(in crate::gui) fn patient_path(own: &Own, session: &Session) -> String {
    let title = if own.title.trim().is_empty() { &session.scenario().title } else { &own.title };
    match own.path.trim() {
        "" => at_home(&format!("{}.json", patient_file::id_of(title))),
        typed => typed.to_owned(),
    }
}

/// The menu.
pub(super) fn menu(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let stays = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let button = Button::new(RichText::new("File").font(theme.font(13.0)));
    let (response, _) = MenuButton::from_button(button).config(stays).ui(ui, |ui| {
        ui.set_min_width(theme.size(440.0));
        run(ui, theme, session, panel, commands);
        ui.separator();
        patient(ui, theme, session, panel, commands);
        recent(ui, theme, panel);
        let hint = "The files of a folder: the patient or the run that is chosen is opened";
        if ui.button("Open a file…").on_hover_text(hint).accessible_name("Browse").clicked() {
            let near = panel.choices.recent_files.first().map_or("", String::as_str);
            panel.page.folder = Some(OpenFolder::of(near, &at_home("here")));
            ui.close();
        }
        ui.separator();
        if !panel.choices.export_folder.is_empty() {
            heading(ui, theme, "Pictures and data go to");
            field(ui, theme, &mut panel.choices.export_folder, "", FOLDER);
        }
        if HAS_PNG {
            let picture = ui.button("Picture of the window");
            if picture.on_hover_text("Writes what is seen as PNG").clicked() {
                panel.sent.export = Some(Wanted::Screen(None, "window".to_owned()));
                ui.close();
            }
        }
    });
    response.on_hover_text("Save or open a run or a patient").accessible_name("File");
}

fn heading(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak))
}

/// Name of the field of the folder of pictures and data.
pub(super) const FOLDER: &str = "Folder of pictures and data";

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
    heading(ui, theme, "This run, as a session file");
    let id = &session.scenario().id;
    if panel.page.path.is_empty() || panel.page.path_of != *id {
        panel.page.path = default_path(id);
        panel.page.path_of.clone_from(id);
    }
    field(ui, theme, &mut panel.page.path, "", "Session file");
    let there_is_a_path = !panel.page.path.trim().is_empty();
    buttons(ui, theme, |ui| {
        let with_run = there_is_a_path && session.run_view().is_some();
        let there = there_is_a_path && store::is_taken(Path::new(panel.page.path.trim()));
        let save = ui.add_enabled(with_run, Button::new(if there { "Replace" } else { "Save" }));
        let hint = if there { "The file is there: this run takes its place" } else { "Writes this run to the file" };
        if save.on_hover_text(hint).accessible_name("Save session").clicked() {
            commands.push(Command::Save);
            ui.close();
        }
        let csv = ui.add_enabled(with_run, Button::new("Trend as CSV"));
        if csv.on_hover_text("Writes one row a second beside the session file").clicked() {
            commands.push(Command::SaveTrend);
            ui.close();
        }
        let open = ui.add_enabled(there_is_a_path, Button::new("Open"));
        let hint = "Goes on with the run of the file, or shows its patient; undo brings this one back";
        if open.on_hover_text(hint).accessible_name("Open session").clicked() {
            commands.push(Command::Open);
            ui.close();
        }
    });
}

/// The patient on the screen as a file of one's own.
fn patient(ui: &mut Ui, theme: &Theme, session: &Session, panel: &mut PanelState, commands: &mut Vec<Command>) {
    heading(ui, theme, "This patient, as a file of your own");
    if panel.page.own.of != session.scenario().id {
        panel.page.own = Own { of: session.scenario().id.clone(), ..Own::default() };
    }
    let usual = patient_path(&Own { path: String::new(), ..panel.page.own.clone() }, session);
    let own = &mut panel.page.own;
    field(ui, theme, &mut own.title, &session.scenario().title, "Name of the patient");
    field(ui, theme, &mut own.text, "What he teaches, in a sentence or more", "What he teaches");
    field(ui, theme, &mut own.path, &usual, "Patient file");
    let path = patient_path(own, session);
    buttons(ui, theme, |ui| {
        // What is there is not written over by surprise.
        let (text, hint) = match store::is_taken(Path::new(&path)) {
            true => ("Replace patient", format!("{path} is there: the patient, as he is set now, takes its place")),
            false => ("Save patient", format!("Writes the patient, as he is set now, to {path}")),
        };
        if ui.button(text).on_hover_text(hint).clicked() {
            commands.push(Command::SavePatient { title: own.title.clone(), text: own.text.clone() });
            ui.close();
        }
        let open = ui.button("Open patient").on_hover_text(format!("Shows the patient of {path}"));
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
    heading(ui, theme, "Used last");
    for path in &panel.choices.recent_files {
        let there = store::is_taken(Path::new(path));
        let name = Path::new(path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned());
        let text = if there { name } else { format!("{name} (gone)") };
        let button = ui.add_enabled(there, Button::new(RichText::new(text).font(theme.font(13.0))));
        let button = button.on_hover_text(path).on_disabled_hover_text(path);
        if button.clicked() {
            panel.sent.open = Some(path.clone());
            ui.close();
        }
    }
}
