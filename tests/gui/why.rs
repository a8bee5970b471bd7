//! Why the numbers are what they are, by accessible label: coloured tracks, what happened, equations.

use eframe::egui::{Key, Modifiers, Role, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{equations::equations, happened, slider_preview::Previewed},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario,
    sim::{params::ParamId, reading::snapshot::Model},
    study::slider_track::POSITIONS,
    text::display_units::DisplayUnits,
};

type Page = Harness<'static, Window>;

fn page(id: &str) -> Page {
    let scenario = scenario::find(id).expect("a built-in patient").clone();
    let mut page = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_max_steps(64)
        .with_context_setup(|ctx| theme::install(ctx, ThemeName::Dark))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(scenario, ThemeName::Dark));
    page.run();
    page
}

fn key(page: &mut Page, role: Role, label: &str, key: Key) {
    page.get_by_role_and_label(role, label).focus();
    page.run_steps(2);
    page.key_press_modifiers(Modifiers::NONE, key);
    page.run_steps(3);
}

#[test]
fn tracks_are_solved_in_pieces_and_then_the_window_rests() {
    let mut page = page("pure-shunt-30");
    let mut frames = 0;
    while page.state().previews().pending(&[ParamId::Fio2, ParamId::Peep, ParamId::Shunt]) {
        page.step();
        frames += 1;
        assert!(frames < 3 * POSITIONS, "every frame solves at least one position");
    }
    page.state_mut().settle();
    page.run_steps(3);
    let track = page.state().previews().track(ParamId::Fio2).expect("a track");
    assert!(track.is_current);
    let there = page.state().session().now().params.with(ParamId::Fio2, 1.0).expect("within bounds");
    let there = Model::new().snapshot(&there).expect("steady");
    let end = track.positions[POSITIONS - 1][Previewed::Po2Art as usize].expect("a PaO2");
    assert!((end / there.state.arterial.gas.po2_mmhg - 1.0).abs() < 1e-6);
    assert!(!page.state().session().is_changed(), "what is solved for a track never reaches the patient");
}

#[test]
fn the_number_of_the_tracks_is_chosen_and_its_scale_is_told() {
    let mut page = page("pure-shunt-30");
    let told = |page: &Page| page.get_by_label("Scale of the tracks").accesskit_node().description().expect("words");
    assert!(told(&page).starts_with("SaO₂, from 30 to 100 %. "), "{}", told(&page));
    let value = page.get_by_role_and_label(Role::Slider, "FiO₂").value();
    key(&mut page, Role::RadioButton, "Colour of tracks: A-a", Key::Space);
    assert!(told(&page).starts_with("A-a, from 0 to 600 mmHg. "), "{}", told(&page));
    assert_eq!(page.get_by_role_and_label(Role::Slider, "FiO₂").value(), value, "a colour is no value");
    key(&mut page, Role::Button, "Run", Key::Space);
    assert!(told(&page).contains("the steady state to which each position would lead"), "{}", told(&page));
}

#[test]
fn what_happened_is_told_cause_first() {
    let mut page = page("healthy-young-adult");
    assert!(page.query_by_label_contains("Move a slider").is_some());
    key(&mut page, Role::Slider, "Shunt", Key::PageUp);
    let told = happened::of_session(page.state().session(), DisplayUnits::default());
    assert!(told.len() == 4 && told[0].starts_with("Shunt went from 2 to "), "{told:?}");
    for sentence in &told {
        assert!(page.query_by_label(sentence).is_some(), "{sentence}");
    }
    assert!(page.query_by_label(&told.join(" ")).is_none(), "told once");
    key(&mut page, Role::Button, "Undo", Key::Space);
    assert!(page.query_by_label_contains("to 2 %.").is_some());
}

#[test]
fn what_happened_in_time_says_what_is_compared() {
    let mut page = page("healthy-young-adult");
    key(&mut page, Role::Button, "Run", Key::Space);
    key(&mut page, Role::Slider, "FiO₂", Key::End);
    page.run_steps(200);
    let told = happened::of_session(page.state().session(), DisplayUnits::default());
    assert!(told[0] == "FiO₂ went from 0.21 to 1.00." && told[1].starts_with("In "), "{told:?}");
    assert!(told[told.len() - 1].starts_with("The lung as it is now would come to rest at PaO₂ "), "{told:?}");
    assert!(page.query_by_label(&told.join(" ")).is_some(), "in the line under the strip");
}

#[test]
fn an_equation_has_the_numbers_of_the_patient_and_leads_to_their_sliders() {
    let mut page = page("copd");
    key(&mut page, Role::RadioButton, "Under the pictures: Equations", Key::Space);
    let now = page.state().session().now().outcome.as_ref().expect("steady").clone();
    for equation in equations(&now, DisplayUnits::default()) {
        assert!(page.query_by_label(&equation.text()).is_some(), "{}", equation.text());
    }
    let hb = format!("Haemoglobin {:.1}, slider Haemoglobin", now.params.get(ParamId::Hb));
    key(&mut page, Role::Button, &hb, Key::Enter);
    page.run_steps(2);
    assert!(page.get_by_role_and_label(Role::Slider, "Haemoglobin").is_focused(), "its group opened for it");
    page.key_press(Key::PageDown);
    page.run_steps(3);
    assert!(page.state().session().now().params.get(ParamId::Hb) < now.params.get(ParamId::Hb));
    key(&mut page, Role::Button, "Run", Key::Space);
    key(&mut page, Role::RadioButton, "Beside the trend: Equations", Key::Space);
    assert!(page.query_all_by_label_contains("Fick").count() > 0);
}

/// The mean of both is in no vessel: strip and words are of the right arm, as the oximeter and P/F are.
#[test]
fn where_two_bloods_meet_in_the_aorta_strip_and_words_are_of_the_right_arm() {
    let page = page("va-ecmo");
    let now = page.state().session().now().outcome.as_ref().expect("steady");
    let [arm, mixed] = ["po2_right_arm_mmhg", "po2_art_mmhg"].map(|key| {
        isoshunt::sim::reading::quantity::Quantity::from_key(key).expect("a key").read(now).expect("there is one")
    });
    assert!(mixed > arm + 100.0, "{mixed} and {arm}: they are told apart");
    let shown = page.get_by_role_and_label(Role::Meter, "PaO₂, right").value().expect("a number");
    assert!(shown.starts_with(&format!("{arm:.0} ")), "{shown}, the arm has {arm}");
    let pf = page.get_by_role_and_label(Role::Meter, "P/F").value().expect("a number");
    let ratio = arm / now.params.get(ParamId::Fio2);
    assert!((pf.split(' ').next().and_then(|n| n.parse::<f64>().ok()).expect("a number") - ratio).abs() < 8.0, "{pf}");
    let told = happened::introduction(page.state().session(), DisplayUnits::default()).join(" ");
    assert!(told.contains(&format!("PO₂ of the right arm is {arm:.0} mmHg")), "{told}");
    assert!(!told.contains(&format!("{mixed:.0} mmHg")), "{told}");
}
