//! Page Explore by accessible label: what it shows is what the model says, and what is asked of it is done.

use eframe::egui::{Key, Modifiers, Rect, Role, Vec2, pos2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::store::{self, AnyStore, memory::Memory};
use isoshunt::{
    gui::{
        Window,
        theme::{self, ThemeName},
        widgets::slider::SliderSpec,
    },
    physiology::aorta::Branch,
    scenario::{self, Scenario},
    sim::params::{Group, ParamId, SwitchId},
    text::display_units::DisplayUnits,
};

type Page = Harness<'static, Window>;

const TITLES: [&str; 3] = ["Lung and blood", "Iso-shunt, this patient", "O₂ dissociation"];
const LARGE: [&str; 3] = ["FiO₂", "PEEP", "Shunt"];

fn page_of(id: &str, name: ThemeName, size: Vec2) -> Page {
    page_with(scenario::find(id).expect("a built-in patient").clone(), name, size)
}

fn page_with(scenario: Scenario, name: ThemeName, size: Vec2) -> Page {
    let mut page = Harness::builder()
        .with_size(size)
        // With a diffusion limit the patient's path, and the numbers of the library, grow over many frames.
        .with_max_steps(400)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(scenario, name));
    page.run();
    page
}

fn page(id: &str) -> Page {
    page_of(id, ThemeName::Dark, vec2(1440.0, 900.0))
}

fn get(page: &Page, id: ParamId) -> f64 {
    page.state().session().now().params.get(id)
}

fn slider<'a>(page: &'a Page, label: &'a str) -> Node<'a> {
    page.get_by_role_and_label(Role::Slider, label)
}

fn vital(page: &Page, label: &str) -> String {
    page.get_by_role_and_label(Role::Meter, label).value().expect("a vital number has a value")
}

fn press(page: &mut Page, modifiers: Modifiers, key: Key) {
    page.key_press_modifiers(modifiers, key);
    page.run();
}

fn focus(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).focus();
    page.run();
}

fn type_number(page: &mut Page, label: &str, text: &str) {
    focus(page, Role::Slider, label);
    press(page, Modifiers::NONE, Key::Enter);
    page.get_by_role_and_label(Role::TextInput, &format!("{label}, typed value")).type_text(text);
    page.run();
    press(page, Modifiers::NONE, Key::Enter);
}

fn open(page: &mut Page, group: Group) {
    focus(page, Role::DisclosureTriangle, group.label());
    press(page, Modifiers::NONE, Key::Space);
}

fn choose(page: &mut Page, id: SwitchId, option: &str) {
    focus(page, Role::RadioButton, &format!("{}: {option}", id.label()));
    press(page, Modifiers::NONE, Key::Space);
}

#[test]
fn the_strip_shows_what_the_model_says() {
    for scenario in scenario::builtin() {
        let page = page(&scenario.id);
        let snapshot = page.state().session().now().outcome.as_ref().expect("a steady state");
        // Where two bloods meet in the aorta the right arm is told.
        let arm = snapshot.branch(Branch::RightArm).map(|blood| blood.gas);
        let side = if arm.is_some() { ", right" } else { "" };
        let arterial = arm.unwrap_or(snapshot.state.arterial.gas);
        assert_eq!(vital(&page, &format!("PaO₂{side}")), format!("{:.0} mmHg", arterial.po2_mmhg));
        assert_eq!(vital(&page, &format!("PaCO₂{side}")), format!("{:.0} mmHg", arterial.pco2_mmhg));
        assert_eq!(vital(&page, &format!("pH{side}")), format!("{:.2}", arterial.ph));
        assert_eq!(vital(&page, "SpO₂"), format!("{:.0} %", 100.0 * snapshot.estimates.spo2_frac));
        assert_eq!(vital(&page, "Shunt, true"), format!("{:.0} %", 100.0 * snapshot.truth.shunt_frac));
    }
}

#[test]
fn numbers_and_plots_answer_in_the_same_frame() {
    let mut page = page("pure-shunt-30");
    focus(&mut page, Role::Slider, "FiO₂");
    let text = |page: &Page| page.get_by_label(TITLES[1]).accesskit_node().description();
    let before = (vital(&page, "PaO₂"), text(&page));
    page.key_down(Key::End);
    page.step();
    let now = &page.state().session().now().outcome.as_ref().expect("a steady state").state.arterial.gas;
    assert!(vital(&page, "PaO₂").starts_with(&format!("{:.0} mmHg, up", now.po2_mmhg)), "{}", vital(&page, "PaO₂"));
    assert_ne!((vital(&page, "PaO₂"), text(&page)), before);
    assert_ne!(text(&page), before.1, "the text of a plot speaks of the present patient");
}

#[test]
fn every_plot_is_named_and_described() {
    let page = page("severe-ards-recruitable");
    for title in TITLES {
        let plot = page.get_by_role_and_label(Role::Figure, title);
        assert!(plot.accesskit_node().description().is_some_and(|text| text.len() > 20), "{title}");
    }
}

#[test]
fn a_drag_is_one_step_of_undo() {
    let mut page = page("pure-shunt-30");
    let loaded = page.state().session().now().params.clone();
    let track = slider(&page, "Shunt").rect();
    let at = |share: f32| pos2(track.left() + share * track.width(), track.center().y);
    page.drag_at(at(0.3));
    page.run();
    for share in [0.35, 0.4, 0.45] {
        page.hover_at(at(share));
        page.run();
    }
    page.drop_at(at(0.5));
    page.run();
    assert!((get(&page, ParamId::Shunt) - 0.5).abs() < 0.04);
    let dragged = page.state().session().now().params.clone();
    press(&mut page, Modifiers::COMMAND, Key::Z);
    assert_eq!(page.state().session().now().params, loaded);
    assert!(!page.state().session().can_undo());
    press(&mut page, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(page.state().session().now().params, dragged);
}

#[test]
fn undo_redo_and_reset_are_buttons_too() {
    let mut page = page("healthy-young-adult");
    for name in ["Undo", "Redo", "Reset"] {
        assert!(page.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled(), "{name}");
    }
    type_number(&mut page, "FiO₂", "0.6");
    type_number(&mut page, "Shunt", "20");
    for (name, fio2, shunt) in [("Undo", "0.6", "0.02"), ("Redo", "0.6", "0.2"), ("Reset", "0.21", "0.02")] {
        page.get_by_role_and_label(Role::Button, name).click();
        page.run();
        let loaded = page.state().session().scenario().params.get(ParamId::Fio2);
        let fio2 = if name == "Reset" { loaded.to_string() } else { fio2.to_owned() };
        assert_eq!(get(&page, ParamId::Fio2).to_string(), fio2, "{name}");
        let loaded = page.state().session().scenario().params.get(ParamId::Shunt);
        let shunt = if shunt == "0.02" { loaded.to_string() } else { shunt.to_owned() };
        assert_eq!(get(&page, ParamId::Shunt).to_string(), shunt, "{name}");
    }
}

#[test]
fn a_patient_is_chosen_from_the_keyboard() {
    let mut page = page("healthy-young-adult");
    focus(&mut page, Role::ComboBox, "Patient");
    press(&mut page, Modifiers::NONE, Key::Enter);
    let ards = scenario::find("severe-ards-recruitable").expect("built in");
    let entry = page.get_by_role_and_label(Role::Button, &ards.title);
    assert_eq!(entry.accesskit_node().description().as_deref(), Some(ards.teaches.as_str()));
    entry.focus();
    page.run();
    press(&mut page, Modifiers::NONE, Key::Enter);
    assert_eq!(page.state().session().scenario().id, ards.id);
    page.run();
    assert!(page.query_by_role_and_label(Role::Button, &ards.title).is_none(), "the list has closed");
    press(&mut page, Modifiers::COMMAND, Key::Z);
    assert_eq!(page.state().session().scenario().id, "healthy-young-adult");
}

#[test]
fn a_patient_is_found_by_typing_and_taken_with_enter() {
    let mut page = page("healthy-young-adult");
    press(&mut page, Modifiers::COMMAND, Key::P);
    let search = page.get_by_role_and_label(Role::TextInput, "Search patients");
    assert!(search.is_focused(), "what is typed searches");
    search.type_text("embolism");
    page.run();
    let massive = scenario::find("massive-embolism").expect("built in");
    page.get_by_role_and_label(Role::Button, &massive.title);
    assert!(page.query_by_role_and_label(Role::Button, "Healthy old adult").is_none());
    // Up and down go through what was found; the first is chosen where the present patient is not among them.
    let chosen = |page: &Page| page.state().panel().page.library.as_ref().map(|open| open.chosen.clone());
    let first = chosen(&page);
    press(&mut page, Modifiers::NONE, Key::ArrowDown);
    assert_ne!(chosen(&page), first);
    let second = chosen(&page).expect("somebody");
    press(&mut page, Modifiers::NONE, Key::Enter);
    assert_eq!(page.state().session().scenario().id, second);
    assert!(page.state().panel().page.library.is_none());
    assert_eq!(page.state().panel().choices.last_used, [second.as_str(), "healthy-young-adult"]);
    // He who is not there is not found, and Escape changes nothing.
    press(&mut page, Modifiers::COMMAND, Key::P);
    assert_eq!(chosen(&page), Some(second.clone()), "it opens on the one who is there");
    page.get_by_role_and_label(Role::TextInput, "Search patients").type_text("zebra");
    page.run();
    page.get_by_label_contains("No patient is found by “zebra”");
    press(&mut page, Modifiers::NONE, Key::Escape);
    assert!(page.state().panel().page.library.is_none());
    assert_eq!(page.state().session().scenario().id, second);
}

#[test]
fn a_blood_gas_is_typed_and_leads_to_the_nearest_patient() {
    let mut page = page("healthy-young-adult");
    press(&mut page, Modifiers::COMMAND, Key::P);
    page.get_by_role_and_label(Role::Button, "Enter a blood gas").click();
    page.run();
    page.get_by_label_contains("give the sums of the bedside");
    let write = |page: &mut Page, field: &str, text: &str| {
        page.get_by_role_and_label(Role::TextInput, field).focus();
        page.run();
        page.get_by_role_and_label(Role::TextInput, field).type_text(text);
        page.run();
    };
    write(&mut page, "FiO₂", "1.0");
    page.get_by_label_contains("PaO₂: a number is missing");
    for (field, text) in [("PaO₂", "14.1 kPa"), ("PaCO₂", "39"), ("Haemoglobin", "15")] {
        write(&mut page, field, text);
    }
    page.get_by_label_contains("P/F: 106 mmHg");
    assert_eq!(page.query_all_by_label_contains("Shunt by contents: ").count(), 2, "each assumption has its line");
    page.get_by_role_and_label(Role::Button, "Pure shunt of 30 %").click();
    page.run();
    assert_eq!(page.state().session().scenario().id, "pure-shunt-30");
    assert_eq!(get(&page, ParamId::Fio2).to_string(), "1");
    assert!(!page.state().panel().page.gas.is_open);
}

#[test]
fn what_was_typed_of_a_gas_is_there_when_the_form_is_opened_again() {
    let mut page = page("healthy-young-adult");
    press(&mut page, Modifiers::COMMAND, Key::G);
    page.get_by_role_and_label(Role::TextInput, "PaO₂").focus();
    page.run();
    page.get_by_role_and_label(Role::TextInput, "PaO₂").type_text("61");
    page.run();
    press(&mut page, Modifiers::NONE, Key::Escape);
    assert!(!page.state().panel().page.gas.is_open);
    press(&mut page, Modifiers::COMMAND, Key::G);
    assert_eq!(page.get_by_role_and_label(Role::TextInput, "PaO₂").value().as_deref(), Some("61"));
    page.get_by_role_and_label(Role::Button, "Clear").click();
    page.run();
    assert_eq!(page.get_by_role_and_label(Role::TextInput, "PaO₂").value().unwrap_or_default(), "");
}

#[test]
fn one_click_shows_the_range_in_which_a_shunt_is_read() {
    let mut page = page("pure-shunt-30");
    let text = |page: &Page| {
        let figure = page.get_by_role_and_label(Role::Figure, "Iso-shunt, this patient");
        figure.accesskit_node().description().unwrap_or_default()
    };
    assert!(!text(&page).contains("Shown up to"));
    page.get_by_role_and_label(Role::Button, "PaO₂ up to 300 mmHg").click();
    page.run();
    assert!(text(&page).ends_with("Shown up to 300 mmHg."), "{}", text(&page));
}

#[test]
fn a_wide_window_shows_six_pictures_and_what_is_chosen_there_stays() {
    let scenario = scenario::find("pure-shunt-30").expect("built in").clone();
    let mut page = page_with(scenario, ThemeName::Dark, vec2(1920.0, 1080.0));
    page.run_steps(4);
    let pictures = |page: &Page| {
        page.query_all_by_role(Role::ComboBox)
            .filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with("Picture ")))
            .count()
    };
    assert_eq!(pictures(&page), 6);
    page.get_by_role_and_label(Role::ComboBox, "Picture 6").click();
    page.run_steps(4);
    page.get_by_role_and_label(Role::Button, "Close this picture").click();
    page.run_steps(4);
    assert_eq!((pictures(&page), page.state().panel().choices.arrangement.pictures().len()), (5, 5));
}

#[test]
fn a_gas_of_no_lung_is_said_to_be_one() {
    let mut page = page("healthy-young-adult");
    press(&mut page, Modifiers::COMMAND, Key::P);
    page.get_by_role_and_label(Role::Button, "Enter a blood gas").click();
    page.run();
    for (field, text) in [("FiO₂", "21 %"), ("PaO₂", "140"), ("PaCO₂", "40"), ("Haemoglobin", "15")] {
        page.get_by_role_and_label(Role::TextInput, field).focus();
        page.run();
        page.get_by_role_and_label(Role::TextInput, field).type_text(text);
        page.run();
    }
    page.get_by_label_contains("No lung gives this gas. PaO₂ 140 mmHg is more than any lung gives");
}

#[test]
fn changes_within_two_seconds_are_one_action_and_later_ones_are_not() {
    let mut page = page("healthy-young-adult");
    focus(&mut page, Role::Slider, "FiO₂");
    for _ in 0..3 {
        page.key_press(Key::ArrowRight);
        page.step();
    }
    assert!((get(&page, ParamId::Fio2) - 0.36).abs() < 1e-9);
    page.run_steps(10);
    press(&mut page, Modifiers::NONE, Key::ArrowRight);
    press(&mut page, Modifiers::COMMAND, Key::Z);
    assert!((get(&page, ParamId::Fio2) - 0.36).abs() < 1e-9, "{}", get(&page, ParamId::Fio2));
    press(&mut page, Modifiers::COMMAND, Key::Z);
    assert!((get(&page, ParamId::Fio2) - 0.21).abs() < 1e-9 && !page.state().session().can_undo());
}

#[test]
fn another_patient_is_introduced_and_nothing_is_counted_against_the_one_before() {
    let mut page = page("healthy-young-adult");
    type_number(&mut page, "FiO₂", "0.6");
    assert!(vital(&page, "PaO₂").contains("up"));
    press(&mut page, Modifiers::COMMAND, Key::P);
    page.get_by_role_and_label(Role::TextInput, "Search patients").type_text("lobar");
    page.run();
    press(&mut page, Modifiers::NONE, Key::Enter);
    let lobar = scenario::find("lobar-pneumonia").expect("built in");
    for label in ["PaO₂", "Shunt, true", "DO₂"] {
        assert!(
            !vital(&page, label).contains("up") && !vital(&page, label).contains("down"),
            "{}",
            vital(&page, label)
        );
    }
    page.get_by_label_contains(&format!("{}: spontaneous, FiO₂ ", lobar.title));
    page.get_by_label_contains("PaO₂ is ");
}

#[test]
fn peep_never_moves_the_shunt_slider_but_says_what_it_makes_of_it() {
    let mut page = page("severe-ards-recruitable");
    let set = get(&page, ParamId::Shunt);
    type_number(&mut page, "PEEP", "5");
    let at_5 = vital(&page, "Shunt, true");
    type_number(&mut page, "PEEP", "18");
    assert_eq!(get(&page, ParamId::Shunt).to_string(), set.to_string());
    assert_ne!(vital(&page, "Shunt, true"), at_5);
    let snapshot = page.state().session().now().outcome.as_ref().expect("a steady state");
    let now = SliderSpec::of(ParamId::Shunt.bounds(), DisplayUnits::default()).text(snapshot.truth.shunt_frac);
    let caption = slider(&page, "Shunt").accesskit_node().description();
    assert_eq!(caption, Some(format!("set at PEEP 5 · now {now} at PEEP 18")));
}

#[test]
fn no_position_of_a_slider_breaks_the_page() {
    for (label, key, reason) in
        [("Shunt", Key::End, "no blood meets gas"), ("Alveolar ventilation", Key::Home, "apnoea")]
    {
        let mut page = page("healthy-young-adult");
        if label != "Shunt" {
            open(&mut page, Group::Breathing);
        }
        focus(&mut page, Role::Slider, label);
        press(&mut page, Modifiers::NONE, key);
        assert!(page.state().session().now().outcome.is_err(), "{label}");
        for name in ["SpO₂", "PaO₂", "PaCO₂", "pH", "A-a", "P/F", "Shunt, true", "Shunt, est.", "Sv̄O₂", "DO₂"]
        {
            assert_eq!(vital(&page, name), "none: no steady state");
        }
        let message = page.get_by_label_contains("No steady state");
        assert!(message.value().is_some_and(|text| text.contains(reason)), "{label}: {:?}", message.value());
        press(&mut page, Modifiers::COMMAND, Key::Z);
        assert!(page.state().session().now().outcome.is_ok(), "undo brings the patient back");
        page.get_by_label(TITLES[0]);
    }
}

#[test]
fn what_nobody_survives_is_said_and_computed_on() {
    let mut page = page("pure-shunt-30");
    type_number(&mut page, "FiO₂", "0.1");
    type_number(&mut page, "Shunt", "80");
    assert!(vital(&page, "PaO₂").contains("not survivable: below 19 mmHg"), "{}", vital(&page, "PaO₂"));
    page.get_by_label_contains("Not survivable: PaO₂");
}

#[test]
fn a_refused_rule_is_told_and_the_patient_kept() {
    let mut page = page("healthy-young-adult");
    open(&mut page, Group::Blood);
    type_number(&mut page, "COHb", "60");
    type_number(&mut page, "MetHb", "50");
    assert_eq!(get(&page, ParamId::Methb).to_string(), "0");
    page.get_by_label_contains("together at most 0.9");
    page.get_by_role_and_label(Role::Button, "Dismiss").click();
    page.run();
    assert!(page.query_by_label_contains("together at most 0.9").is_none());
}

#[test]
fn the_membrane_lung_shows_its_numbers() {
    let mut page = page("severe-ards-non-recruitable");
    assert!(page.query_by_label_contains("Effective flow").is_none());
    open(&mut page, Group::Ecmo);
    choose(&mut page, SwitchId::Ecmo, "on");
    type_number(&mut page, "Pump flow", "5");
    let ecmo = page.state().session().now().outcome.as_ref().expect("a steady state").state.ecmo.expect("on");
    let shown = format!("Effective flow: {:.2} L/min", ecmo.effective_flow_l_per_min);
    assert!(page.query_by_label(&shown).is_some(), "{shown}");
}

#[test]
fn a_vein_that_runs_empty_is_an_alarm_in_the_line_of_what_happens() {
    let mut page = page("vv-ecmo");
    assert!(page.query_by_label_contains("Alarm").is_none());
    open(&mut page, Group::Ecmo);
    type_number(&mut page, "Pump speed", "4800");
    assert!(page.query_by_label_contains("Alarm: the line shakes").is_some());
    let pump = page.state().session().now().outcome.as_ref().expect("a steady state").pump.expect("a pump");
    assert!(page.query_by_label_contains(&format!("Pumped: {:.2} L/min", pump.flow_l_per_min)).is_some());
}

#[test]
fn every_parameter_that_acts_has_a_slider() {
    let mut seen: Vec<ParamId> = Vec::new();
    let ventilated = (SwitchId::Breathing, "ventilated");
    let layers = (SwitchId::Mechanics, "on");
    let ways: [&[(SwitchId, &str)]; 5] = [
        &[(SwitchId::Breathing, "spontaneous")],
        &[(SwitchId::Breathing, "spontaneous"), (SwitchId::BreathingControl, "on")],
        &[ventilated],
        &[ventilated, layers, (SwitchId::VentilatorMode, "pressure_controlled"), (SwitchId::AirwayHold, "on")],
        &[ventilated, layers, (SwitchId::Position, "sick_side_up"), (SwitchId::Svo2Feedback, "held")],
    ];
    for way in ways {
        let with_layers = way.contains(&layers);
        let mut scenario = scenario::find("severe-ards-recruitable").expect("a built-in patient").clone();
        scenario.params.set_all(&[(ParamId::PluggedShare, 0.1), (ParamId::InhaledNo, 10.0)]).expect("within bounds");
        if with_layers {
            let lost = [(ParamId::Collapsible, 0.3), (ParamId::Consolidated, 0.1)];
            scenario.params.set_all(&lost).expect("within bounds");
        }
        let mut page = page_with(scenario, ThemeName::Dark, vec2(1440.0, 6000.0));
        for group in Group::ALL {
            open(&mut page, group);
        }
        for (id, option) in way {
            choose(&mut page, *id, option);
        }
        for id in [SwitchId::DiffusionLimit, SwitchId::Hpv, SwitchId::Ecmo] {
            choose(&mut page, id, "on");
        }
        for mode in ["Mode 2 share", "Mode 3 share"].iter().filter(|_| !with_layers) {
            type_number(&mut page, mode, "10");
        }
        type_number(&mut page, "Dilated capillaries", "10");
        let shown = |page: &Page| {
            let has = |id: &&ParamId| page.query_by_role_and_label(Role::Slider, id.bounds().label).is_some();
            ParamId::ALL.iter().filter(has).copied().collect::<Vec<_>>()
        };
        seen.extend(shown(&page));
        if !with_layers {
            for circuit in ["by_speed", "by_flow"] {
                choose(&mut page, SwitchId::EcmoCircuit, circuit);
                seen.extend(shown(&page));
            }
            for (id, option) in [
                (SwitchId::EcmoAgeing, "on"),
                (SwitchId::HeatExchange, "on"),
                (SwitchId::EcmoMode, "vav"),
                (SwitchId::EcmoMode, "va"),
            ] {
                choose(&mut page, id, option);
                seen.extend(shown(&page));
            }
        }
    }
    for id in ParamId::ALL {
        // What a controlled patient was in balance with is found, not set.
        assert_eq!(seen.contains(id), !id.is_reference(), "{id}");
    }
}

#[test]
fn the_theme_changes_and_the_patient_stays() {
    let mut page = page("copd");
    let before = page.state().session().now().clone();
    focus(&mut page, Role::ComboBox, "Settings");
    press(&mut page, Modifiers::NONE, Key::Enter);
    page.get_by_role_and_label(Role::Button, "Projector").click();
    page.run();
    assert_eq!(page.state().session().now(), &before);
    assert_eq!(page.state().theme(), ThemeName::Projector);
}

#[test]
fn everything_has_its_place_in_every_theme_and_size() {
    for name in ThemeName::ALL {
        for size in [vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(2560.0, 1440.0)] {
            let page = page_of("severe-ards-recruitable", name, size);
            let window = Rect::from_min_size(pos2(0.0, 0.0), size);
            let mut rects: Vec<(String, Rect)> = Vec::new();
            for title in TITLES {
                rects.push((title.to_owned(), page.get_by_label(title).rect()));
            }
            for label in LARGE {
                rects.push((label.to_owned(), slider(&page, label).rect()));
            }
            for meter in page.get_all_by_role(Role::Meter) {
                rects.push((meter.accesskit_node().label().unwrap_or_default(), meter.rect()));
            }
            for (i, (label, rect)) in rects.iter().enumerate() {
                assert!(window.contains_rect(*rect), "{name:?} {size}: {label} at {rect}");
                assert!(rect.width() > 60.0 && rect.height() > 15.0, "{name:?} {size}: {label} at {rect}");
                for (other, at) in &rects[..i] {
                    assert!(!rect.shrink(1.0).intersects(at.shrink(1.0)), "{name:?} {size}: {label} covers {other}");
                }
            }
        }
    }
}

#[test]
fn f6_goes_from_pane_to_pane_and_space_runs_while_a_slider_has_the_keyboard() {
    let mut page = page("healthy-young-adult");
    let f6 = |page: &mut Page, modifiers| {
        page.key_press_modifiers(modifiers, Key::F6);
        page.run_steps(4);
    };
    f6(&mut page, Modifiers::NONE);
    assert!(slider(&page, "FiO₂").is_focused(), "the controls come first");
    f6(&mut page, Modifiers::NONE);
    f6(&mut page, Modifiers::NONE);
    assert!(!slider(&page, "FiO₂").is_focused());
    f6(&mut page, Modifiers::SHIFT);
    f6(&mut page, Modifiers::SHIFT);
    assert!(slider(&page, "FiO₂").is_focused(), "and back");
    assert!(!page.state().session().is_running());
    page.key_press(Key::Space);
    page.run_steps(3);
    assert!(page.state().session().is_running(), "a slider does not want space");
    page.key_press(Key::Space);
    page.run_steps(3);
    assert!(!page.state().session().is_running());
    // A button keeps it.
    page.get_by_role_and_label(Role::Button, "Glossary").focus();
    page.run_steps(2);
    page.key_press(Key::Space);
    page.run_steps(3);
    assert!(!page.state().session().is_running());
    page.get_by_label_contains("What would have to be shunt");
}

#[test]
fn a_patient_is_saved_as_a_file_and_opened_from_those_used_last() {
    let (memory, path) = (Memory::default(), "own/beds/bed-7.json");
    let key = store::Key::Typed(path.to_owned());
    let mut page = page("pure-shunt-30");
    let shunt = scenario::find("pure-shunt-30").expect("a built-in patient").clone();
    *page.state_mut() = Window::with_store(shunt, ThemeName::Dark, AnyStore::new(memory.clone()));
    page.run();
    type_number(&mut page, "FiO₂", "0.5");
    page.get_by_role_and_label(Role::Button, "File").click();
    page.run();
    for (field, text) in
        [("Name of the patient", "Bed 7"), ("What he teaches", "Lips are blue."), ("Patient file", path)]
    {
        page.get_by_role_and_label(Role::TextInput, field).focus();
        page.run();
        page.get_by_role_and_label(Role::TextInput, field).type_text(text);
        page.run();
    }
    page.get_by_role_and_label(Role::Button, "Save patient").click();
    page.run();
    page.get_by_label_contains("Patient saved to ");
    let saved = scenario::parse(memory.get(&key).expect("a file"), "bed-7.json").expect("a patient");
    assert_eq!((saved.title.as_str(), saved.params.get(ParamId::Fio2)), ("Bed 7", 0.5));
    assert_eq!(page.state().panel().choices.recent_files, [path]);
    // What is there is not written over by surprise; and what was typed of him is not another's.
    page.get_by_role_and_label(Role::Button, "File").click();
    page.run();
    page.get_by_role_and_label(Role::Button, "Replace patient");
    press(&mut page, Modifiers::NONE, Key::Escape);
    press(&mut page, Modifiers::COMMAND, Key::Z);
    press(&mut page, Modifiers::COMMAND, Key::P);
    page.get_by_role_and_label(Role::Button, "Pure V/Q mismatch").click();
    page.run();
    page.get_by_role_and_label(Role::Button, "File").click();
    page.run();
    assert_eq!(page.get_by_role_and_label(Role::TextInput, "Patient file").value().unwrap_or_default(), "");
    let run = page.get_by_role_and_label(Role::TextInput, "Session file").value().unwrap_or_default();
    assert!(run.ends_with("pure-vq-mismatch.isoshunt.json"), "{run}");
    // Back by the file, where the library has him as well.
    page.get_by_role_and_label(Role::Button, "bed-7.json").click();
    page.run();
    assert_eq!(page.state().session().scenario(), &saved);
    press(&mut page, Modifiers::COMMAND, Key::P);
    page.run_steps(3);
    page.get_by_role_and_label(Role::Button, "Bed 7");
    press(&mut page, Modifiers::NONE, Key::Escape);
    // Or by his folder.
    press(&mut page, Modifiers::COMMAND, Key::Z);
    page.get_by_role_and_label(Role::Button, "File").click();
    page.run();
    page.get_by_role_and_label(Role::Button, "Browse").click();
    page.run();
    page.get_by_label_contains("Folder above");
    page.get_by_role_and_label(Role::Button, "bed-7.json").click();
    page.run();
    assert_eq!(page.state().session().scenario(), &saved);
    // A file that is gone is grey.
    memory.put(&key, None);
    page.get_by_role_and_label(Role::Button, "File").click();
    page.run();
    assert!(page.get_by_role_and_label(Role::Button, "bed-7.json (gone)").accesskit_node().is_disabled());
}
