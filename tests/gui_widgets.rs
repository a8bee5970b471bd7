//! The window's own widgets by accessible label: keyboard, typed numbers, pointer, assistive technology.
#![cfg(feature = "gui")]

use eframe::egui::{Key, Modifiers, Role, pos2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    gui::{
        theme::{ThemeName, fonts},
        widgets::slider::{Change, Slider, SliderSpec},
    },
    sim::params::ParamId,
};

/// A panel of two sliders, and what came of showing them.
#[derive(Default)]
struct Panel {
    fio2_frac: f64,
    shunt_frac: f64,
    changes: Vec<Change>,
    ended: usize,
}

fn panel() -> Harness<'static, Panel> {
    let theme = ThemeName::Dark.theme();
    let state = Panel { fio2_frac: 0.21, shunt_frac: 0.28, ..Panel::default() };
    let mut harness = Harness::builder()
        .with_size([320.0, 240.0])
        .with_context_setup(move |ctx| {
            ctx.set_fonts(fonts());
            theme.apply(ctx);
        })
        .build_ui_state(
            move |ui, panel: &mut Panel| {
                let spec = SliderSpec::of(ParamId::Fio2.bounds());
                let shown = Slider::large(spec, panel.fio2_frac).show(ui, theme);
                if let Some(change) = shown.change {
                    panel.fio2_frac = change.value;
                    panel.changes.push(change);
                }
                panel.ended += usize::from(shown.ended);
                let spec = SliderSpec::of(ParamId::Shunt.bounds());
                let caption = "now 22 % at PEEP 12";
                let shown = Slider::compact(spec, panel.shunt_frac).mark(Some(0.22)).caption(caption).show(ui, theme);
                if let Some(change) = shown.change {
                    panel.shunt_frac = change.value;
                    panel.changes.push(change);
                }
                panel.ended += usize::from(shown.ended);
            },
            state,
        );
    harness.run();
    harness
}

fn slider<'a>(harness: &'a Harness<'_, Panel>, label: &'a str) -> Node<'a> {
    harness.get_by_role_and_label(Role::Slider, label)
}

fn press(harness: &mut Harness<'_, Panel>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

fn focus(harness: &mut Harness<'_, Panel>, label: &str) {
    slider(harness, label).focus();
    harness.run();
}

/// Opens the number for typing, as Enter does, and replaces it.
fn type_number(harness: &mut Harness<'_, Panel>, label: &str, text: &str) {
    focus(harness, label);
    press(harness, Modifiers::NONE, Key::Enter);
    harness.get_by_role_and_label(Role::TextInput, &format!("{label}, typed value")).type_text(text);
    harness.run();
    press(harness, Modifiers::NONE, Key::Enter);
}

#[test]
fn showing_a_slider_asks_for_nothing() {
    let mut harness = panel();
    harness.run_steps(5);
    focus(&mut harness, "FiO₂");
    slider(&harness, "Shunt").hover();
    harness.run();
    assert_eq!(harness.state().changes, []);
}

#[test]
fn a_slider_says_its_value_with_unit_and_its_limits() {
    let harness = panel();
    let shunt = slider(&harness, "Shunt");
    assert_eq!(shunt.value().as_deref(), Some("28 %"));
    let node = shunt.accesskit_node();
    assert_eq!((node.min_numeric_value(), node.max_numeric_value()), (Some(0.0), Some(100.0)));
    assert_eq!(node.numeric_value().map(f64::round), Some(28.0));
    assert_eq!(node.description().as_deref(), Some("now 22 % at PEEP 12"));
    assert_eq!(slider(&harness, "FiO₂").value().as_deref(), Some("0.21"));
}

#[test]
fn keys_move_by_clinical_and_fine_step() {
    let mut harness = panel();
    focus(&mut harness, "FiO₂");
    let steps = [
        (Modifiers::NONE, Key::ArrowRight, 0.26),
        (Modifiers::NONE, Key::ArrowUp, 0.31),
        (Modifiers::SHIFT, Key::ArrowRight, 0.32),
        (Modifiers::SHIFT, Key::ArrowDown, 0.31),
        (Modifiers::NONE, Key::PageUp, 0.81),
        (Modifiers::NONE, Key::PageUp, 1.0),
        (Modifiers::NONE, Key::ArrowLeft, 0.95),
        (Modifiers::NONE, Key::Home, 0.10),
        (Modifiers::NONE, Key::End, 1.0),
        (Modifiers::NONE, Key::PageDown, 0.5),
    ];
    for (i, (modifiers, key, expected)) in steps.into_iter().enumerate() {
        press(&mut harness, modifiers, key);
        assert_eq!(harness.state().fio2_frac.to_string(), expected.to_string(), "{key:?}");
        assert_eq!(harness.state().changes.len(), i + 1, "each press is one change");
    }
    assert!(harness.state().changes.iter().all(|change| change.begins), "each press is a gesture of its own");
    assert_eq!(harness.state().shunt_frac.to_string(), "0.28", "the other slider stays");
    assert!(slider(&harness, "FiO₂").is_focused(), "arrows do not move the focus away");
}

#[test]
fn a_key_at_the_limit_asks_for_nothing() {
    let mut harness = panel();
    focus(&mut harness, "FiO₂");
    press(&mut harness, Modifiers::NONE, Key::End);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::End);
    assert_eq!(harness.state().changes.len(), 1);
}

#[test]
fn a_typed_number_is_taken_as_shown() {
    let mut harness = panel();
    type_number(&mut harness, "Shunt", "35.5");
    assert_eq!(harness.state().shunt_frac.to_string(), "0.355");
    assert_eq!(harness.state().changes.len(), 1);
    assert!(slider(&harness, "Shunt").is_focused(), "the slider has the focus again");
    type_number(&mut harness, "FiO₂", "0.2094");
    assert_eq!(harness.state().fio2_frac.to_string(), "0.2094", "typed numbers are not rounded to a step");
}

#[test]
fn a_refused_number_says_why_and_keeps_the_value() {
    let mut harness = panel();
    type_number(&mut harness, "FiO₂", "50");
    assert_eq!(harness.state().changes, []);
    let refusal = "FiO₂: 50 is outside 0.10 to 1.00";
    assert_eq!(slider(&harness, "FiO₂").accesskit_node().description().as_deref(), Some(refusal));
    let editor = harness.get_by_role_and_label(Role::TextInput, "FiO₂, typed value");
    assert!(editor.is_focused(), "the text stays open for mending");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().changes, []);
    assert_ne!(
        slider(&harness, "FiO₂").accesskit_node().description().as_deref(),
        Some(refusal),
        "the refusal is gone"
    );
}

#[test]
fn opening_the_number_and_leaving_it_changes_nothing() {
    let mut harness = panel();
    harness.state_mut().fio2_frac = 0.2094;
    focus(&mut harness, "FiO₂");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::NONE, Key::Tab);
    assert_eq!(harness.state().changes, []);
}

#[test]
fn the_number_opens_by_pointer_too() {
    let mut harness = panel();
    harness.get_by_label("Type Shunt").click();
    harness.run();
    assert!(harness.query_by_role_and_label(Role::TextInput, "Shunt, typed value").is_some());
}

#[test]
fn assistive_technology_sets_and_steps() {
    let mut harness = panel();
    slider(&harness, "Shunt").set_value_accesskit(40.0);
    harness.run();
    assert_eq!(harness.state().shunt_frac.to_string(), "0.4");
    slider(&harness, "FiO₂").increment_accesskit();
    harness.run();
    assert_eq!(harness.state().fio2_frac.to_string(), "0.26");
    slider(&harness, "FiO₂").decrement_accesskit();
    harness.run();
    assert_eq!(harness.state().fio2_frac.to_string(), "0.21");
    slider(&harness, "FiO₂").set_value_accesskit(f64::NAN);
    harness.run();
    assert_eq!(harness.state().changes.len(), 3);
}

#[test]
fn a_drag_is_one_gesture_rounded_to_the_fine_step() {
    let mut harness = panel();
    let track = slider(&harness, "FiO₂").rect();
    let at = |share: f32| pos2(track.left() + share * track.width(), track.center().y);
    harness.drag_at(at(0.3));
    harness.run();
    for share in [0.35, 0.4, 0.5, 0.613] {
        harness.hover_at(at(share));
        harness.run();
    }
    assert_eq!(harness.state().ended, 0, "the gesture goes on");
    harness.drop_at(at(0.7));
    harness.run();
    let Panel { changes, ended, fio2_frac, .. } = harness.state();
    assert!(changes.len() >= 5, "the model follows the pointer: {changes:?}");
    assert!(changes[0].begins && changes[1..].iter().all(|change| !change.begins), "{changes:?}");
    assert_eq!(*ended, 1);
    for Change { value, .. } in changes {
        assert!(((value * 100.0).round() / 100.0 - value).abs() < 1e-12, "{value}");
    }
    assert!((fio2_frac - 0.73).abs() < 0.03, "{fio2_frac}");
}

#[test]
fn a_press_on_the_handle_asks_for_nothing() {
    let mut harness = panel();
    harness.state_mut().fio2_frac = 0.2094;
    harness.run();
    let track = slider(&harness, "FiO₂").rect();
    let handle = pos2(track.left() + 10.0 + (0.1094 / 0.9) * (track.width() - 20.0), track.center().y);
    harness.drag_at(handle);
    harness.run();
    harness.drop_at(handle);
    harness.run();
    assert_eq!(harness.state().changes, []);
    assert!(slider(&harness, "FiO₂").is_focused(), "the arrow keys act on what was pressed");
}
