//! The window's own widgets by accessible label: keyboard, typed numbers, pointer, assistive technology.

use eframe::egui::{self, Key, Modifiers, Role, pos2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    figure::{Axis, AxisScale, Figure, Mark, RightAxis, Role as Stands, Series, Stroke},
    gui::{
        link::Link,
        plot,
        theme::{self, ThemeName},
        widgets::{
            controls,
            slider::{Change, Slider, SliderSpec},
            tile::Tile,
        },
    },
    sim::params::ParamId,
    text::display_units::DisplayUnits,
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
        .with_context_setup(move |ctx| theme::install(ctx, ThemeName::Dark))
        .build_ui_state(
            move |ui, panel: &mut Panel| {
                let spec = SliderSpec::of(ParamId::Fio2.bounds(), DisplayUnits::default());
                let shown = Slider::large(spec, panel.fio2_frac).show(ui, theme);
                if let Some(change) = shown.change {
                    panel.fio2_frac = change.value;
                    panel.changes.push(change);
                }
                panel.ended += usize::from(shown.ended);
                let spec = SliderSpec::of(ParamId::Shunt.bounds(), DisplayUnits::default());
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
fn a_key_held_down_is_one_gesture() {
    let mut harness = panel();
    focus(&mut harness, "FiO₂");
    for _ in 0..3 {
        harness.key_down(Key::ArrowRight);
        harness.run();
    }
    assert_eq!((harness.state().changes.len(), harness.state().ended), (3, 0));
    harness.key_up(Key::ArrowRight);
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    let begins: Vec<_> = harness.state().changes.iter().map(|change| change.begins).collect();
    assert_eq!((begins.as_slice(), harness.state().ended), ([true, false, false, true].as_slice(), 2));
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
fn a_tap_within_one_frame_is_seen() {
    let mut harness = panel();
    let track = slider(&harness, "FiO₂").rect();
    let pos = track.center();
    let button = |pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.hover_at(pos);
    harness.run();
    harness.input_mut().events.extend([button(true), button(false)]);
    harness.run();
    assert_eq!(harness.state().fio2_frac.to_string(), "0.55");
    assert_eq!((harness.state().changes.len(), harness.state().ended), (1, 1));
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

/// Anything else, in a window of its own.
/// Frames of a slow machine: what a hand does in 200 ms lies in one of them.
#[test]
fn a_flick_whose_end_shares_a_frame_counts() {
    for press_is_seen in [true, false] {
        let mut harness = panel();
        let track = slider(&harness, "Shunt").rect();
        let at = |share: f32| pos2(track.left() + share * track.width(), track.center().y);
        let button = |pos, pressed| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        harness.event(egui::Event::PointerMoved(at(0.28)));
        harness.event(button(at(0.28), true));
        if press_is_seen {
            harness.step();
        }
        // The last move and the release, with nothing between them.
        harness.event(egui::Event::PointerMoved(at(0.7)));
        harness.event(button(at(0.7), false));
        harness.run();
        let state = harness.state();
        assert!((state.shunt_frac - 0.7).abs() < 0.05, "{press_is_seen}: {}", state.shunt_frac);
        assert_eq!((state.changes.len(), state.ended), (1, 1), "{press_is_seen}: one gesture, and it is over");
        harness.run();
        assert_eq!(harness.state().changes.len(), 1, "nothing is held any more");
    }
}

/// A click anywhere on the handle takes the focus and leaves the value.
#[test]
fn a_click_that_only_focuses_changes_nothing() {
    let mut harness = panel();
    let track = slider(&harness, "FiO₂").rect();
    // The handle stands at a tenth of the range above its foot.
    let handle = track.left() + 10.0 + (0.21 - 0.1) / 0.9 * (track.width() - 20.0);
    for off in [-8.0, -3.0, 0.0, 5.0, 9.0] {
        let at = pos2(handle + off, track.center().y);
        harness.drag_at(at);
        harness.run();
        harness.drop_at(at);
        harness.run();
        assert_eq!(harness.state().changes, [], "{off} beside its middle");
        assert!(slider(&harness, "FiO₂").is_focused());
    }
    // Beside it the handle comes, and held off its middle it moves by as much as the hand.
    let at = pos2(handle + 5.0, track.center().y);
    harness.drag_at(at);
    harness.run();
    harness.hover_at(at + vec2(0.4 * (track.width() - 20.0), 0.0));
    harness.run();
    harness.drop_at(at + vec2(0.4 * (track.width() - 20.0), 0.0));
    harness.run();
    assert!((harness.state().fio2_frac - 0.57).abs() < 0.011, "{}", harness.state().fio2_frac);
}

fn shown<'a, State: 'a>(state: State, ui: impl FnMut(&mut egui::Ui, &mut State) + 'a) -> Harness<'a, State> {
    let mut harness = Harness::builder()
        .with_size([480.0, 360.0])
        .with_context_setup(|ctx| theme::install(ctx, ThemeName::Light))
        .build_ui_state(ui, state);
    harness.run();
    harness
}

fn tile(value: Result<f64, &'static str>, before: Option<f64>, alarm: Option<&'static str>) -> Option<String> {
    let theme = ThemeName::Light.theme();
    let harness = shown((), move |ui, ()| {
        let colour = theme.channels.arterial;
        let tile = Tile {
            label: "PaO₂",
            unit: "mmHg",
            decimals: 0,
            value,
            before,
            not_steady: false,
            alarm,
            hint: "Arterial PO2",
            colour,
        };
        tile.show(ui, theme, vec2(140.0, 90.0));
    });
    harness.get_by_role_and_label(Role::Meter, "PaO₂").value()
}

#[test]
fn a_tile_says_value_unit_and_change() {
    assert_eq!(tile(Ok(67.4), None, None).as_deref(), Some("67 mmHg"));
    assert_eq!(tile(Ok(67.4), Some(58.1), None).as_deref(), Some("67 mmHg, up 9"));
    assert_eq!(tile(Ok(58.1), Some(67.4), None).as_deref(), Some("58 mmHg, down 9"));
    assert_eq!(tile(Ok(67.4), Some(67.0), None).as_deref(), Some("67 mmHg, unchanged"));
}

#[test]
fn a_tile_gives_the_reason_of_a_dash_and_of_an_alarm() {
    assert_eq!(tile(Err("no ventilator"), Some(3.0), None).as_deref(), Some("none: no ventilator"));
    assert_eq!(tile(Ok(11.0), None, Some("below 19")).as_deref(), Some("11 mmHg, not survivable: below 19"));
}

#[test]
fn a_group_opens_by_pointer_and_key() {
    let theme = ThemeName::Light.theme();
    let mut harness = shown(false, move |ui, open: &mut bool| {
        controls::group_header(ui, theme, "Blood", "Hb 10.5 · 37.8 °C", open);
    });
    let header = |harness: &Harness<'_, bool>| {
        let node = harness.get_by_role_and_label(Role::DisclosureTriangle, "Blood");
        (node.accesskit_node().data().is_expanded(), node.accesskit_node().description())
    };
    assert_eq!(header(&harness), (Some(false), Some("Hb 10.5 · 37.8 °C".to_owned())));
    harness.get_by_label("Blood").click();
    harness.run();
    assert!(*harness.state());
    assert_eq!(header(&harness).0, Some(true));
    harness.get_by_label("Blood").focus();
    harness.run();
    harness.key_press(Key::Space);
    harness.run();
    assert!(!*harness.state());
}

#[test]
fn a_choice_asks_only_for_another_option() {
    let theme = ThemeName::Light.theme();
    let mut harness = shown((0, Vec::new()), move |ui, (selected, asked): &mut (usize, Vec<usize>)| {
        if let Some(option) = controls::segmented(ui, theme, "Breathing", &["spontaneous", "ventilated"], *selected) {
            *selected = option;
            asked.push(option);
        }
    });
    assert!(harness.state().1.is_empty(), "showing asks for nothing");
    for option in ["Breathing: spontaneous", "Breathing: ventilated", "Breathing: ventilated"] {
        harness.get_by_role_and_label(Role::RadioButton, option).click();
        harness.run();
    }
    assert_eq!(harness.state().1, [1]);
    harness.get_by_label("Breathing: spontaneous").focus();
    harness.run();
    harness.key_press(Key::Space);
    harness.run();
    assert_eq!(harness.state().1, [1, 0]);
}

fn figure() -> Figure {
    let axis = |label: &str, unit: &str, max: f64, ticks: &[f64]| Axis {
        label: label.into(),
        unit: unit.into(),
        min: 0.0,
        max,
        scale: AxisScale::Linear,
        ticks: ticks.to_vec(),
        decimals: 0,
        names: Vec::new(),
        units: Vec::new(),
    };
    let mark =
        |role, label: &str, name: &str, at| Mark { role, label: label.into(), name: name.into(), at, hollow: false };
    let points: Vec<[f64; 2]> = (0..=10).map(|i| [15.0 * f64::from(i), 10.0 * f64::from(i)]).collect();
    let series = |role, stroke, end_label: Option<&str>| Series {
        end_label: end_label.map(str::to_owned),
        ..Series::new(role, "points", stroke, points.clone())
    };
    Figure {
        id: "test",
        title: "O₂ dissociation".into(),
        x: axis("PO₂", "mmHg", 150.0, &[0.0, 50.0, 100.0, 150.0]),
        y: axis("Saturation", "%", 100.0, &[0.0, 50.0, 100.0]),
        ends: None,
        right: Some(RightAxis {
            label: "Content".into(),
            unit: "mL/dL".into(),
            per_left: 0.2,
            ticks: vec![0.0, 10.0],
            decimals: 0,
        }),
        series: vec![
            series(Stands::Curve, Stroke::Solid, Some("curve")),
            series(Stands::Ghost, Stroke::Dashed, None),
            series(Stands::Unit, Stroke::Dots, None),
            series(Stands::Shunt, Stroke::Stems, None),
        ],
        marks: vec![
            mark(Stands::Arterial, "a", "arterial blood", [75.0, 50.0]),
            mark(Stands::Capillary, "c′", "end-capillary blood", [668.0, 99.0]),
            mark(Stands::Venous, "v̄", "mixed venous blood", [40.0, f64::NAN]),
        ],
        text: "Arterial blood at 75 mmHg.".into(),
    }
}

#[test]
fn a_plot_has_its_title_as_name_and_its_text_as_description() {
    let theme = ThemeName::Projector.theme();
    let mut harness = shown((), move |ui, ()| {
        plot::show(ui, theme, &figure(), vec2(460.0, 240.0), &mut Link::default());
        let _ = ui.button("below");
    });
    let plot = harness.get_by_role_and_label(Role::Figure, "O₂ dissociation");
    assert_eq!(plot.accesskit_node().description().as_deref(), Some("Arterial blood at 75 mmHg."));
    plot.hover();
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    assert!(harness.get_by_label("O₂ dissociation").is_focused(), "a plot can be reached from the keyboard");
    let visited = [
        (Key::ArrowRight, "arterial blood"),
        (Key::ArrowRight, "end-capillary blood"),
        (Key::ArrowRight, "arterial blood"),
        (Key::ArrowLeft, "end-capillary blood"),
    ];
    for (key, name) in visited {
        harness.key_press(key);
        harness.run();
        let plot = harness.get_by_label("O₂ dissociation");
        assert!(plot.is_focused(), "arrows visit its points and do not leave it");
        assert_eq!(plot.value().as_deref(), Some(name), "a point that does not exist is not visited");
    }
}
