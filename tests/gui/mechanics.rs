//! The lung in layers by accessible label: what the window shows is what the model says, and what is asked is done.

use eframe::egui::{Key, Modifiers, Rect, Role, Vec2, pos2, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{Command, Mode, Session, happened},
    gui::{
        Window,
        link::Target,
        theme::{self, ThemeName},
    },
    scenario::{self, Scenario},
    sim::{
        params::{Group, ParamId, SwitchId},
        play::moves::MoveKind,
        reading::quantity::Quantity,
    },
    text::display_units::DisplayUnits,
};

type Page = Harness<'static, Window>;

/// A ventilated patient whose lung has layers, of which some can collapse.
fn layered(set: &[(ParamId, f64)]) -> Scenario {
    let mut scenario = scenario::find("severe-ards-recruitable").expect("a built-in patient").clone();
    for (id, option) in [(SwitchId::Mechanics, "on"), (SwitchId::Hpv, "on")] {
        scenario.params.set_switch(id, option).expect("an option");
    }
    let lung = [
        (ParamId::Collapsible, 0.4),
        (ParamId::SuperimposedPressure, 10.0),
        (ParamId::OpenedTo, 0.0),
        (ParamId::Peep, 8.0),
    ];
    scenario.params.set_all(&[&lung, set].concat()).expect("within bounds");
    scenario
}

fn page_of(scenario: Scenario, name: ThemeName, size: Vec2) -> Page {
    let mut page = Harness::builder()
        .with_size(size)
        .with_step_dt(0.03)
        .with_max_steps(200)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(scenario, name));
    page.run();
    page
}

fn page(set: &[(ParamId, f64)]) -> Page {
    page_of(layered(set), ThemeName::Dark, vec2(1440.0, 900.0))
}

fn session(page: &Page) -> &Session {
    page.state().session()
}

fn number(page: &Page, key: &str) -> f64 {
    session(page).now().read(Quantity::from_key(key).expect("a key")).expect("a number")
}

fn meter(page: &Page, label: &str) -> String {
    page.get_by_role_and_label(Role::Meter, label).value().expect("a number has a value")
}

fn click(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).click();
    // A patient in time never comes to rest.
    page.run_steps(3);
}

fn focus(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).focus();
    page.run_steps(2);
}

fn key(page: &mut Page, key: Key) {
    page.key_press_modifiers(Modifiers::NONE, key);
    page.run_steps(2);
}

fn open(page: &mut Page, group: Group) {
    focus(page, Role::DisclosureTriangle, group.label());
    key(page, Key::Space);
}

fn choose(page: &mut Page, id: SwitchId, option: &str) {
    focus(page, Role::RadioButton, &format!("{}: {option}", id.label()));
    key(page, Key::Space);
}

fn type_number(page: &mut Page, label: &str, text: &str) {
    focus(page, Role::Slider, label);
    key(page, Key::Enter);
    page.get_by_role_and_label(Role::TextInput, &format!("{label}, typed value")).type_text(text);
    page.run_steps(2);
    key(page, Key::Enter);
}

fn show_moves(page: &mut Page) {
    let tabs = if session(page).mode() == Mode::InTime { "Beside the trend" } else { "Under the pictures" };
    click(page, Role::RadioButton, &format!("{tabs}: Moves"));
}

fn take(page: &mut Page, place: &str, title: &str) {
    click(page, Role::ComboBox, place);
    click(page, Role::Button, title);
}

#[test]
fn showing_a_lung_in_layers_asks_for_nothing() {
    let mut page = page(&[]);
    for group in Group::ALL {
        open(&mut page, group);
    }
    show_moves(&mut page);
    take(&mut page, "Picture 2", "Lung map");
    take(&mut page, "Picture 3", "Pressure and volume");
    page.run();
    assert!(!session(&page).is_changed() && !session(&page).can_undo() && session(&page).effects().is_empty());
    assert_eq!(session(&page).mode(), Mode::Steady);
}

#[test]
fn the_strip_shows_pressures_volumes_and_the_heart() {
    let page = page(&[]);
    for (label, key, decimals, unit) in [
        ("PEEP", "peep_now_cmh2o", 0, " cmH₂O"),
        ("Plateau", "plateau_cmh2o", 0, " cmH₂O"),
        ("ΔP", "driving_pressure_cmh2o", 0, " cmH₂O"),
        ("EELV", "end_expiratory_volume_l", 2, " L"),
        ("OI", "oxygenation_index", 0, ""),
        ("Output", "output_now_l_per_min", 1, " L/min"),
        ("Mean ABP", "arterial_pressure_mmhg", 0, " mmHg"),
    ] {
        assert_eq!(meter(&page, label), format!("{:.decimals$}{unit}", number(&page, key)), "{label}");
    }
    assert!((number(&page, "peep_now_cmh2o") - 8.0).abs() < 1e-6);
    // What a lung without layers has not got is not shown of it.
    let plain = scenario::find("severe-ards-recruitable").expect("built in").clone();
    let plain = page_of(plain, ThemeName::Dark, vec2(1440.0, 900.0));
    assert!(plain.query_by_role_and_label(Role::Meter, "EELV").is_none());
}

#[test]
fn peep_moves_output_and_pressures_and_the_strip_says_by_how_much() {
    let mut page = page(&[(ParamId::MeanSystemicPressure, 8.0)]);
    let before = number(&page, "output_now_l_per_min");
    type_number(&mut page, "PEEP", "20");
    let now = number(&page, "output_now_l_per_min");
    assert!(now < before - 0.3, "{before} to {now}");
    let by = (now * 10.0).round() / 10.0 - (before * 10.0).round() / 10.0;
    assert_eq!(meter(&page, "Output"), format!("{now:.1} L/min, down {:.1}", by.abs()));
}

#[test]
fn of_a_lung_in_layers_the_shunt_is_a_meter_that_leads_to_the_tissue() {
    let mut page = page(&[]);
    assert!(page.query_by_role_and_label(Role::Slider, "Shunt").is_none());
    assert!(page.query_by_role_and_label(Role::Slider, "Collapsible").is_none(), "its group is closed");
    let [shunt, collapsed] = ["shunt_true_frac", "collapsed_tissue_frac"].map(|key| 100.0 * number(&page, key));
    let meter = page.get_by_role_and_label(Role::Button, "Shunt, set by tissue");
    assert_eq!(meter.value(), Some(format!("{shunt:.0} %")));
    let caption = meter.accesskit_node().description();
    assert_eq!(caption, Some(format!("set by tissue · {collapsed:.0} % collapsed at end expiration")));
    click(&mut page, Role::Button, "Shunt, set by tissue");
    page.run_steps(3);
    assert!(page.get_by_role_and_label(Role::Slider, "Collapsible").is_focused());
    open(&mut page, Group::Breathing);
    assert!(page.query_by_role_and_label(Role::Slider, "Compliance").is_none());
    assert!(page.query_by_role_and_label(Role::Slider, "Pressure above PEEP").is_none());
    choose(&mut page, SwitchId::VentilatorMode, "pressure_controlled");
    assert!(page.query_by_role_and_label(Role::Slider, "Tidal volume").is_none());
    page.get_by_role_and_label(Role::Slider, "Pressure above PEEP");
}

#[test]
fn what_is_held_or_off_is_said_and_a_press_lets_it_act() {
    let mut page = page(&[]);
    assert!(page.query_by_label("Held or off:").is_none());
    open(&mut page, Group::Lung);
    choose(&mut page, SwitchId::Hpv, "off");
    let chip = page.get_by_role_and_label(Role::Button, "HPV off");
    assert!(chip.accesskit_node().description().is_some_and(|text| text.contains("without gas")));
    chip.click();
    page.run_steps(3);
    assert_eq!(session(&page).now().params.option(SwitchId::Hpv), "on");
    assert!(page.query_by_label("Held or off:").is_none());
}

#[test]
fn moves_that_make_no_sense_say_why() {
    let mut page = page(&[]);
    show_moves(&mut page);
    click(&mut page, Role::Button, "Prone");
    assert_eq!(session(&page).now().params.option(SwitchId::Position), "prone");
    assert_eq!(session(&page).mode(), Mode::Steady, "turning takes no time");
    let prone = page.get_by_role_and_label(Role::Button, "Prone").accesskit_node();
    assert!(prone.is_disabled());
    assert_eq!(prone.description().as_deref(), Some("Prone: the patient lies prone already"));
    let effect = session(&page).effects().last().expect("a move");
    let now = session(&page).now().outcome.as_ref().expect("a steady state");
    assert_eq!(effect.made.kind, MoveKind::Prone);
    let shunt = effect.changes(now)[0];
    assert!((shunt.after - number(&page, "shunt_true_frac")).abs() < 1e-12);
    let text = format!("Shunt (true): {:.1} % → {:.1} %", 100.0 * shunt.before, 100.0 * shunt.after);
    page.get_by_label(&text);
    click(&mut page, Role::Button, "Supine");
    assert_eq!(session(&page).now().params.option(SwitchId::Position), "supine");
}

#[test]
fn cardiac_arrest_is_an_outcome_with_undo_at_hand() {
    let mut page = page(&[(ParamId::MeanSystemicPressure, 3.0), (ParamId::RightReserve, 15.0), (ParamId::Peep, 0.0)]);
    let alive = session(&page).now().outcome.is_ok();
    assert!(alive, "{:?}", session(&page).now().outcome.as_ref().err());
    type_number(&mut page, "PEEP", "40");
    let message = page.get_by_label_contains("Cardiac arrest");
    assert!(message.value().is_some_and(|text| text.starts_with("Cardiac arrest: ")));
    click(&mut page, Role::Button, "Undo the arrest");
    assert!(session(&page).now().outcome.is_ok());
    assert!(page.query_by_label_contains("Cardiac arrest").is_none());
}

#[test]
fn the_pictures_of_a_lung_in_layers_tell_its_numbers() {
    let mut page = page(&[]);
    take(&mut page, "Picture 2", "Lung map");
    take(&mut page, "Picture 3", "Pressure and volume");
    page.run();
    let text = |page: &Page, title: &str| {
        page.get_by_role_and_label(Role::Figure, title).accesskit_node().description().expect("words")
    };
    assert!(text(&page, "Lung map").starts_with("Supine, ventral uppermost. Tissue: open "));
    let eelv = format!("{:.2} L (EELV)", number(&page, "end_expiratory_volume_l"));
    assert!(text(&page, "Pressure and volume").contains(&eelv), "{eelv}: {}", text(&page, "Pressure and volume"));
    // Without layers the pictures say so.
    open(&mut page, Group::Mechanics);
    choose(&mut page, SwitchId::Mechanics, "off");
    assert!(page.query_by_role_and_label(Role::Figure, "Lung map").is_none());
    assert_eq!(page.get_all_by_label("– layers and mechanics are off").count(), 2);
}

#[test]
fn a_sustained_inflation_opens_lung_that_peep_then_holds_open() {
    let mut scenario = scenario::find("severe-ards-recruitable").expect("built in").clone();
    scenario.params.set(ParamId::SuperimposedPressure, 10.0).expect("within bounds");
    let mut page = page_of(scenario, ThemeName::Dark, vec2(1440.0, 900.0));
    assert_eq!(session(&page).now().params.option(SwitchId::Breathing), "ventilated");
    open(&mut page, Group::Mechanics);
    choose(&mut page, SwitchId::Mechanics, "on");
    type_number(&mut page, "Collapsible", "40");
    type_number(&mut page, "PEEP", "14");
    let before = number(&page, "shunt_true_frac");
    assert!(before > 0.1, "{before}");
    show_moves(&mut page);
    click(&mut page, Role::Button, "Sustained inflation");
    assert_eq!(session(&page).mode(), Mode::InTime);
    let left = page.get_by_role_and_label(Role::Status, "Under way").value().expect("a time");
    assert!(left.starts_with("Under way: Sustained inflation, ") && left.ends_with(" s left"), "{left}");
    let staircase = page.get_by_role_and_label(Role::Button, "Staircase").accesskit_node();
    assert_eq!(staircase.description().as_deref(), Some("Staircase: Sustained inflation is still under way"));
    click(&mut page, Role::ComboBox, "Speed");
    click(&mut page, Role::Button, "60×");
    // A minute after, and a quarter of an hour after.
    let mut shunts = Vec::new();
    for until_s in [90.0, 900.0] {
        let mut frames = 0;
        while session(&page).in_time().expect("a run").time_s() < until_s {
            page.run_steps(10);
            frames += 10;
            assert!(frames < 60_000, "time stands");
        }
        shunts.push(number(&page, "shunt_true_frac"));
    }
    assert!(shunts.iter().all(|shunt| *shunt < before - 0.03), "{before} to {shunts:?}");
    assert!((shunts[1] - shunts[0]).abs() < 0.05, "it stays: {shunts:?}");
    assert!(page.query_by_role_and_label(Role::Status, "Under way").is_none());
    let effect = session(&page).effects().last().expect("a move");
    let now = session(&page).now().outcome.as_ref().expect("a patient");
    assert!((effect.changes(now)[0].before - before).abs() < 1e-9);
    let worst = session(&page).worst().expect("a move");
    assert!(worst.output_l_per_min < 0.95 * effect.changes(now)[5].before, "{worst:?}: the price of it");
}

#[test]
fn everything_of_a_lung_in_layers_has_its_place_in_every_theme_and_size() {
    for name in ThemeName::ALL {
        for size in [vec2(1280.0, 720.0), vec2(1440.0, 900.0)] {
            let mut scenario = layered(&[]);
            scenario.params.set_switch(SwitchId::Hysteresis, "off").expect("an option");
            let page = page_of(scenario, name, size);
            let window = Rect::from_min_size(pos2(0.0, 0.0), size);
            let mut rects: Vec<(String, Rect)> = Vec::new();
            for role in [Role::Meter, Role::Figure] {
                for node in page.get_all_by_role(role) {
                    rects.push((node.accesskit_node().label().unwrap_or_default(), node.rect()));
                }
            }
            for label in ["FiO₂", "PEEP"] {
                rects.push((label.to_owned(), page.get_by_role_and_label(Role::Slider, label).rect()));
            }
            let meter = page.get_by_role_and_label(Role::Button, "Shunt, set by tissue").rect();
            rects.push(("shunt".to_owned(), meter));
            rects.push(("chip".to_owned(), page.get_by_role_and_label(Role::Button, "Hysteresis off").rect()));
            for (i, (label, rect)) in rects.iter().enumerate() {
                assert!(window.contains_rect(*rect), "{name:?} {size}: {label} at {rect}");
                for (other, at) in &rects[..i] {
                    assert!(!rect.shrink(1.0).intersects(at.shrink(1.0)), "{name:?} {size}: {label} covers {other}");
                }
            }
        }
    }
}

#[test]
fn commands_of_moves_are_one_step_of_undo() {
    let mut session = Session::new(layered(&[]));
    let loaded = session.now().params.clone();
    session.apply(Command::Make(MoveKind::Prone.usual())).expect("possible");
    session.apply(Command::Make(MoveKind::InhaledNo.usual())).expect("possible");
    assert_eq!(session.effects().len(), 2);
    assert!(!session.effects()[0].goes_on() && session.effects()[1].goes_on());
    assert!(session.apply(Command::Make(MoveKind::Prone.usual())).is_err());
    session.apply(Command::Undo).expect("allowed");
    session.apply(Command::Undo).expect("allowed");
    assert_eq!(session.now().params, loaded);
}

#[test]
fn a_layer_that_is_pointed_at_lights_up_in_all_pictures_and_back() {
    let mut page = page(&[]);
    take(&mut page, "Picture 2", "Lung map");
    let lit = |page: &Page| page.state().panel().frame.link.lit.clone();
    let units = |of: std::ops::Range<usize>| Some(Target::Units(of.collect()));
    let map = page.get_by_role_and_label(Role::Figure, "Lung map").rect();
    let mut seen = Vec::new();
    for share in 0..40 {
        page.hover_at(pos2(map.right() - 40.0, map.top() + map.height() * share as f32 / 40.0));
        page.run();
        if let Some(target) = lit(&page).filter(|target| seen.last() != Some(target)) {
            seen.push(target);
        }
    }
    let per_layer = session(&page).now().outcome.as_ref().expect("a patient").units.len() / 10;
    let layers: Vec<Target> = (0..10).filter_map(|layer| units(layer * per_layer..(layer + 1) * per_layer)).collect();
    assert_eq!(seen, layers, "every layer, from the top");
    // The picture of the lung has two layers in one stream.
    page.get_by_role_and_label(Role::ListItem, "Ventilated lung, top layers").focus();
    page.run();
    assert_eq!(lit(&page), units(0..2 * per_layer));
}

#[test]
fn what_happened_names_the_move() {
    let mut page = page(&[]);
    show_moves(&mut page);
    click(&mut page, Role::Button, "Prone");
    let told = |page: &Page| happened::of_session(session(page), DisplayUnits::default());
    assert!(told(&page)[0].starts_with("Prone: Position went from supine to prone"), "{:?}", told(&page));
    click(&mut page, Role::Button, "Sustained inflation");
    page.run_steps(20);
    let during = told(&page);
    assert!(during[0].starts_with("Sustained inflation: ") && during.len() > 1, "{during:?}");
    let mut frames = 0;
    while session(&page).in_time().expect("a run").run().under_way().is_some() {
        page.run_steps(10);
        frames += 10;
        assert!(frames < 60_000, "time stands");
    }
    page.run_steps(10);
    let after = told(&page);
    assert_eq!(after[0], "Sustained inflation is over: all settings are as they were before.");
    assert!(after.iter().any(|sentence| sentence.contains("true shunt fell")), "{after:?}");
    let effect = session(&page).effects().last().expect("a move");
    let now = session(&page).now().outcome.as_ref().expect("a patient");
    assert!(effect.changes(now).iter().any(|changed| changed.judged.label() == "V̇/Q̇ log SD"));
}
