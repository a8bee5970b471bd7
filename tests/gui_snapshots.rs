//! The window as it looks, pixel by pixel, drawn in software. `UPDATE_SNAPSHOTS=force` draws the images anew.
#![cfg(feature = "snapshots")]

use eframe::egui::{Ui, vec2};
use egui_kittest::Harness;
use isoshunt::{
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario,
    sim::params::ParamId,
};

/// Draws a patient with one parameter changed and compares it with the image of that name.
fn looks(image: &str, id: &str, name: ThemeName, (changed, value): (ParamId, f64)) {
    let mut scenario = scenario::find(id).expect("a built-in patient").clone();
    scenario.params = scenario.params.with(changed, value).expect("allowed");
    // The ground that eframe clears the window to.
    let show = move |ui: &mut Ui, window: &mut Window| {
        ui.painter().rect_filled(ui.ctx().content_rect(), 0, name.theme().background);
        window.show(ui);
    };
    let mut page = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .wgpu()
        .build_ui_state(show, Window::new(scenario, name));
    page.run();
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

#[test]
fn a_patient_without_a_steady_state() {
    looks("no_steady_state", "healthy-young-adult", ThemeName::Dark, (ParamId::Shunt, 1.0));
}
