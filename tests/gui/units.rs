//! Units of choice: where mmHg and g/dL are not wanted, none is left on the screen or in what is read aloud, but for
//! pressures of the circulation, which are mmHg at every bedside.

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

/// What names a pressure of the circulation or of a pump.
const OF_CIRCULATION: [&str; 22] = [
    "PAP, mean",
    "CVP",
    "Arterial pressure, mean",
    "Mean ABP",
    "Left atrium",
    "left atrium",
    "Filling pressure",
    "Right ventricular reserve",
    "Left atrial pressure",
    "Pulmonary resistance",
    "Systemic resistance",
    "Foramen ovale",
    "Drainage",
    "Vein collapses at",
    "Membrane resistance",
    "P before",
    "P after",
    "ΔP of membrane",
    "arterial pressure",
    "atrial pressure",
    "artery pressure",
    "mmHg before it",
];

/// The unit that should not stand in a text, if one does.
fn other_unit(text: &str) -> Option<&'static str> {
    let of_blood = OF_CIRCULATION.iter().any(|word| text.contains(word));
    ["g/dL", "mL/dL"].into_iter().find(|unit| text.contains(unit)).or_else(|| {
        // What names such a pressure may have it in mmHg, and nothing else.
        (text.contains("mmHg") && !of_blood).then_some("mmHg")
    })
}

/// Everything that is read of a node and of what stands below it: name, value and description in one.
fn read_aloud(node: &Node<'_>, out: &mut Vec<String>) {
    let found = node.accesskit_node();
    let texts: Vec<String> = [found.label(), found.value(), found.description()].into_iter().flatten().collect();
    out.extend(Some(texts.join("; ")).filter(|text| !text.is_empty()));
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
fn showing_the_page_asks_for_nothing_and_no_other_unit_is_left_on_the_screen() {
    for scenario in scenario::builtin() {
        let mut page = page(&scenario.id);
        open_all(&mut page);
        page.run_steps(3);
        assert!(!page.state().session().is_changed(), "{}", scenario.id);
        assert!(!page.state().session().can_undo(), "{}", scenario.id);
        let canonical = everything(&page);
        assert!(
            canonical.iter().any(|text| text.contains("mmHg")) && canonical.iter().any(|text| text.contains("g/dL"))
        );
        choose_other_units(&mut page);
        for text in everything(&page) {
            assert_eq!(other_unit(&text), None, "{}: {text}", scenario.id);
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
            assert_eq!(other_unit(&text), None, "{} {id}: {text}", scenario.id);
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
                assert_eq!(other_unit(&text), None, "{id} {}: {text}", plot.id());
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
            assert_eq!(other_unit(&text), None, "{tab}: {text}");
        }
    }
}

#[test]
fn pressures_of_the_circulation_stay_in_mmhg() {
    let mut page = page("oedema-on-peep");
    open_all(&mut page);
    choose_other_units(&mut page);
    for (label, unit) in [
        ("Left atrial pressure", " mmHg"),
        ("Filling pressure", " mmHg"),
        ("Pulmonary resistance", " mmHg·min/L"),
        ("Barometric pressure", " kPa"),
    ] {
        let value = page.get_by_role_and_label(Role::Slider, label).value().expect("a value");
        assert!(value.ends_with(unit), "{label}: {value}");
    }
    let pressure = page.get_by_role_and_label(Role::Meter, "Mean ABP").value().expect("a value");
    assert!(pressure.contains("mmHg"), "{pressure}");
    let gas = page.get_by_role_and_label(Role::Meter, "PaO₂").value().expect("a value");
    assert!(gas.contains("kPa"), "{gas}");
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
