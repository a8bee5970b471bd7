//! The window as it looks, pixel by pixel, drawn in software. `UPDATE_SNAPSHOTS=force` draws the images anew.

use eframe::egui::{Key, Role, Ui, vec2};
use egui_kittest::{Harness, kittest::Queryable};
use isoshunt::{
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario,
    sim::params::ParamId,
};

/// A patient with one parameter changed.
fn page(id: &str, name: ThemeName, (changed, value): (ParamId, f64)) -> Harness<'static, Window> {
    let mut scenario = scenario::find(id).expect("a built-in patient").clone();
    scenario.params = scenario.params.with(changed, value).expect("allowed");
    // The ground that eframe clears the window to.
    let show = move |ui: &mut Ui, window: &mut Window| {
        ui.painter().rect_filled(ui.ctx().content_rect(), 0, name.theme().background);
        window.show(ui);
    };
    let mut page = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .with_max_steps(64)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .wgpu()
        .build_ui_state(show, Window::new(scenario, name));
    page.state_mut().take_time();
    page.run();
    settle(&mut page);
    page
}

/// Nothing on the picture depends on how fast it was drawn.
fn settle(page: &mut Harness<'static, Window>) {
    page.state_mut().settle();
    page.run();
}

/// Draws a patient with one parameter changed and compares it with the image of that name.
fn looks(image: &str, id: &str, name: ThemeName, change: (ParamId, f64)) {
    page(id, name, change).snapshot(image);
}

/// Draws a patient some minutes after pure oxygen was given, with a sample drawn before it.
fn lives(image: &str, id: &str, name: ThemeName) {
    let mut page = page(id, name, (ParamId::Fio2, 0.21));
    let click = |page: &mut Harness<'static, Window>, role: Role, label: &str| {
        page.get_by_role_and_label(role, label).click();
        page.run_steps(2);
    };
    click(&mut page, Role::Button, "Run");
    click(&mut page, Role::Button, "Draw arterial");
    click(&mut page, Role::ComboBox, "Speed");
    click(&mut page, Role::Button, "10×");
    page.run_steps(30);
    page.get_by_role_and_label(Role::Slider, "FiO₂").focus();
    page.run_steps(1);
    page.key_press(Key::End);
    page.run_steps(60);
    click(&mut page, Role::Button, "Draw mixed venous");
    page.run_steps(20);
    click(&mut page, Role::Button, "Pause");
    // Off the buttons: no hover, no tooltip.
    page.hover_at(eframe::egui::pos2(4.0, 4.0));
    page.run();
    settle(&mut page);
    page.snapshot(image);
}

#[test]
fn a_pure_shunt_on_the_dark_ground() {
    looks("explore_dark", "pure-shunt-30", ThemeName::Dark, (ParamId::Fio2, 0.21));
}

#[test]
fn chronic_disease_on_the_light_ground() {
    looks("explore_light", "copd", ThemeName::Light, (ParamId::Fio2, 0.28));
}

#[test]
fn the_second_mark_of_the_shunt_in_a_hall() {
    looks("explore_projector", "severe-ards-recruitable", ThemeName::Projector, (ParamId::Peep, 15.0));
}

/// A lung in layers that has been turned, with its map, its curve and what turning did.
#[test]
fn a_lung_in_layers_and_what_a_move_did() {
    let mut page = page("ards-recruitable", ThemeName::Light, (ParamId::Peep, 12.0));
    let mut click = |role: Role, label: &str| {
        page.get_by_role_and_label(role, label).click();
        page.run_steps(3);
    };
    for (place, title) in [(1, "Lung map"), (2, "Pressure and volume"), (3, "V/Q distribution")] {
        click(Role::ComboBox, &format!("Picture {place}"));
        click(Role::Button, title);
    }
    click(Role::RadioButton, "Under the pictures: Moves");
    click(Role::Button, "Prone");
    page.hover_at(eframe::egui::pos2(4.0, 4.0));
    page.run();
    settle(&mut page);
    page.snapshot("layers_light");
}

#[test]
fn a_patient_without_a_steady_state() {
    looks("no_steady_state", "healthy-young-adult", ThemeName::Dark, (ParamId::Shunt, 1.0));
}

#[test]
fn a_patient_in_time_on_the_dark_ground() {
    lives("in_time_dark", "lobar-pneumonia", ThemeName::Dark);
}

#[test]
fn a_patient_in_time_in_a_hall() {
    lives("in_time_projector", "lobar-pneumonia", ThemeName::Projector);
}
