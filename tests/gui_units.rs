//! Units of choice: where mmHg and g/dL are not wanted, none is left on the screen or in what is read aloud.
#![cfg(feature = "gui")]

use eframe::egui::{Key, Modifiers, Role, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{Charts, Command, Session},
    draw::svg::svg,
    figure::{Figure, Plot},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario,
    sim::params::{Group, ParamId},
    study::{Budget, Study},
    text::display_units::{Concentration, DisplayUnits, Pressure},
};
use std::collections::BTreeSet;

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

fn press(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).focus();
    page.run_steps(2);
    page.key_press_modifiers(Modifiers::NONE, Key::Space);
    page.run_steps(2);
}

fn choose_other_units(page: &mut Page) {
    press(page, Role::ComboBox, "Settings");
    press(page, Role::RadioButton, "Pressure: kPa");
    press(page, Role::RadioButton, "Haemoglobin: g/L");
    page.key_press_modifiers(Modifiers::NONE, Key::Escape);
    page.run_steps(3);
}

fn open_all(page: &mut Page) {
    for group in Group::ALL {
        press(page, Role::DisclosureTriangle, group.label());
    }
}

/// Everything that is read of a node and of what stands below it.
fn read_aloud(node: &Node<'_>, out: &mut Vec<String>) {
    let found = node.accesskit_node();
    let texts = [found.label(), found.value(), found.description()];
    out.extend(texts.into_iter().flatten().filter(|text| !text.is_empty()));
    for child in node.children() {
        read_aloud(&child, out);
    }
}

fn everything(page: &Page) -> Vec<String> {
    let mut out = Vec::new();
    read_aloud(&page.root(), &mut out);
    assert!(out.len() > 100, "the whole page is read");
    out
}

#[test]
fn no_other_unit_is_left_on_the_screen() {
    for scenario in scenario::builtin() {
        let mut page = page(&scenario.id);
        open_all(&mut page);
        let canonical = everything(&page);
        assert!(
            canonical.iter().any(|text| text.contains("mmHg")) && canonical.iter().any(|text| text.contains("g/dL"))
        );
        choose_other_units(&mut page);
        for text in everything(&page) {
            for unit in ["mmHg", "g/dL", "mL/dL"] {
                assert!(!text.contains(unit), "{}: {text}", scenario.id);
            }
        }
        assert!(!page.state().session().is_changed(), "a unit is no property of the patient");
    }
}

/// Every text of a picture, its data and its file.
fn texts_of(figure: &Figure) -> Vec<String> {
    vec![figure.text.clone(), figure.to_csv(), svg(figure, ThemeName::Light, [960, 640])]
}

#[test]
fn no_other_unit_is_left_in_any_picture_nor_in_its_file() {
    const KPA: DisplayUnits = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
    let mut seen = BTreeSet::new();
    for scenario in scenario::builtin() {
        let mut session = Session::new(scenario.clone());
        // With a ghost.
        session.apply(Command::Set(ParamId::Fio2, 0.5)).expect("within bounds");
        let texts = |units: DisplayUnits| {
            let mut charts = Charts::new();
            charts.want(Plot::ALL.map(Plot::id));
            charts.update(&session, units, &mut Budget::unlimited());
            while charts.pending() {
                charts.advance(u32::MAX);
                charts.update(&session, units, &mut Budget::unlimited());
            }
            let mut texts: Vec<(&str, String)> = Vec::new();
            for figure in charts.figures() {
                texts.extend(texts_of(figure).into_iter().map(|text| (figure.id, text)));
            }
            texts.extend(charts.absent().iter().map(|(plot, why)| (plot.id(), units.prose(&why.to_string()).into())));
            if let Some(lung) = charts.lung() {
                let told = |part| {
                    let (name, facts) = lung.told(part);
                    format!("{name}: {}", facts.join(", "))
                };
                texts.push(("lung_picture", lung.text.clone()));
                texts.extend(lung.parts().into_iter().map(|part| ("lung_picture", told(part))));
            }
            texts
        };
        for (id, text) in texts(KPA) {
            for unit in ["mmHg", "g/dL", "mL/dL"] {
                assert!(!text.contains(unit), "{} {id}: {text}", scenario.id);
            }
            seen.insert(id.to_owned());
        }
        assert!(texts(DisplayUnits::default()).iter().any(|(_, text)| text.contains("mmHg")), "{}", scenario.id);
    }
    assert!(Plot::ALL.iter().all(|plot| seen.contains(plot.id())), "{seen:?}");
}

#[test]
fn no_other_unit_is_left_on_the_screen_whatever_picture_stands_there() {
    for id in ["ards-recruitable", "pure-vq-mismatch"] {
        let mut page = page(id);
        choose_other_units(&mut page);
        for plot in Plot::ALL {
            press(&mut page, Role::ComboBox, "Picture 1");
            press(&mut page, Role::Button, plot.title());
            page.run();
            for text in everything(&page) {
                let left = ["mmHg", "g/dL", "mL/dL"].iter().find(|unit| text.contains(**unit));
                assert!(left.is_none(), "{id} {}: {text}", plot.id());
            }
        }
    }
}

#[test]
fn no_other_unit_is_left_in_time() {
    let mut page = page("severe-ards-recruitable");
    choose_other_units(&mut page);
    press(&mut page, Role::Button, "Run");
    page.run_steps(40);
    press(&mut page, Role::Button, "Draw arterial");
    press(&mut page, Role::Slider, "FiO₂");
    page.key_press_modifiers(Modifiers::NONE, Key::End);
    page.run_steps(40);
    for tab in ["Blood gases", "Checkpoints", "Numbers", "Equations", "Moves"] {
        press(&mut page, Role::RadioButton, &format!("Beside the trend: {tab}"));
        for text in everything(&page) {
            assert!(!["mmHg", "g/dL", "mL/dL"].iter().any(|unit| text.contains(unit)), "{tab}: {text}");
        }
    }
}

#[test]
fn a_number_is_typed_in_the_unit_that_is_shown() {
    let mut page = page("healthy-young-adult");
    open_all(&mut page);
    choose_other_units(&mut page);
    let mut type_number = |label: &str, text: &str| {
        page.get_by_role_and_label(Role::Slider, label).focus();
        page.run();
        page.key_press_modifiers(Modifiers::NONE, Key::Enter);
        page.run();
        page.get_by_role_and_label(Role::TextInput, &format!("{label}, typed value")).type_text(text);
        page.run();
        page.key_press_modifiers(Modifiers::NONE, Key::Enter);
        page.run();
        let slider = page.get_by_role_and_label(Role::Slider, label);
        let told = slider.accesskit_node().description().unwrap_or_default();
        let value = slider.value().expect("a slider has a value");
        page.key_press_modifiers(Modifiers::NONE, Key::Escape);
        page.run();
        (value, told, page.state().session().now().params.clone())
    };
    let (shown, _, params) = type_number("Barometric pressure", "80");
    assert_eq!(shown, "80.0 kPa");
    assert!((params.get(ParamId::Pb) - 600.049).abs() < 1e-3);
    let (shown, _, params) = type_number("Haemoglobin", "90 g/L");
    assert!(shown == "90 g/L" && (params.get(ParamId::Hb) - 9.0).abs() < 1e-12);
    let (_, told, params) = type_number("Haemoglobin", "9");
    assert!(told.contains("Haemoglobin: 9 is outside 20 to 250 g/L"), "{told}");
    assert!((params.get(ParamId::Hb) - 9.0).abs() < 1e-12);
    let (_, told, _) = type_number("Barometric pressure", "760");
    assert!(told.contains("Barometric pressure: 760 is outside 30.7 to 106.7 kPa"), "{told}");
}
