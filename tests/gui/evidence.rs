//! Page Evidence by accessible label: what it says of a claim is what the model gives, and its doors lead there.

use eframe::egui::{Key, Modifiers, Role, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{Page, page::compare::Letter},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, claims},
    sim::params::ParamId,
};

type Shown = Harness<'static, Window>;

fn page_in(name: ThemeName) -> Shown {
    let mut window = Window::new(scenario::builtin()[0].clone(), name);
    window.open_page(Page::Evidence);
    window.take_time();
    let mut page = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_max_steps(256)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), window);
    page.run();
    page
}

fn press(page: &mut Shown, role: Role, start: &str) {
    starting_with(page, role, start).click();
    page.run();
}

fn starting_with<'a>(page: &'a Shown, role: Role, start: &'a str) -> Node<'a> {
    page.get_by(move |node| node.role() == role && node.label().is_some_and(|label| label.starts_with(start)))
}

fn label(page: &Shown, role: Role, start: &str) -> String {
    starting_with(page, role, start).accesskit_node().label().expect("a label")
}

#[test]
fn inv_every_claim_that_needs_no_time_is_computed_when_the_page_is_opened() {
    let page = page_in(ThemeName::Dark);
    let timed = claims::builtin().iter().filter(|claim| claim.sought.is_in_time()).count();
    let all = claims::builtin().len();
    let told = format!("computed now, on this computer: {} of {all} claims", all - timed);
    let _ = page.get_by_label(&told);
    let row = label(&page, Role::RadioButton, "PaO2, 30 % shunt");
    assert!(row.contains("mmHg, inside, range 60.0 to 110.0 mmHg"), "{row}");
    let row = label(&page, Role::RadioButton, "SaO2 at effective flow 60 %");
    assert!(row.contains("88.74 %, outside"), "{row}");
    let row = label(&page, Role::RadioButton, "Closed lung full of O2 collapses");
    assert!(row.contains("not computed yet"), "{row}");
}

#[test]
fn inv_a_group_in_time_runs_when_it_is_opened_and_all_shows_it_then() {
    let mut page = page_in(ThemeName::Dark);
    press(&mut page, Role::RadioButton, "Group: Time");
    let row = label(&page, Role::RadioButton, "Closed lung full of O2 collapses");
    assert!(row.contains("min, inside"), "{row}");
    let others: Vec<_> = page
        .query_all_by(|node| node.label().is_some_and(|label| label.starts_with("CO2 content")))
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    assert!(others.is_empty(), "{others:?}");
    press(&mut page, Role::RadioButton, "Group: All");
    let all = claims::builtin().len();
    let _ = page.get_by_label(&format!("computed now, on this computer: {all} of {all} claims"));
}

#[test]
fn inv_the_door_to_explore_opens_the_patient_of_the_claim() {
    let mut page = page_in(ThemeName::Dark);
    press(&mut page, Role::RadioButton, "PaO2, 10 % shunt");
    press(&mut page, Role::Button, "Open in Explore");
    assert_eq!(page.state().page(), Page::Explore);
    let session = page.state().session();
    // He is no longer the one of the file, and says so.
    let file = scenario::find("pure-shunt-30").expect("a patient");
    let (title, teaches) = (&session.scenario().title, &session.scenario().teaches);
    assert!(title.starts_with(&format!("{}: FiO₂ 1.00", file.title)), "{title}");
    assert!(teaches.starts_with("Made from ") && *teaches != file.teaches, "{teaches}");
    let params = &session.now().params;
    assert!((params.get(ParamId::Fio2) - 1.0).abs() < 1e-12 && (params.get(ParamId::Shunt) - 0.1).abs() < 1e-12);
    // Back by its key, where it was.
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    let tab = Page::ALL.iter().position(|page| *page == Page::Evidence).expect("a tab");
    page.key_press_modifiers(Modifiers::COMMAND, keys[tab]);
    page.run();
    assert_eq!(page.state().page(), Page::Evidence);
}

#[test]
fn inv_a_claim_has_a_plot_and_a_door_to_compare() {
    let mut page = page_in(ThemeName::Dark);
    starting_with(&page, Role::RadioButton, "DO2, PEEP 0 to 20, recruitable").focus();
    page.run();
    page.key_press(Key::Enter);
    page.run();
    page.state_mut().settle();
    page.run();
    let plot = page.get_by_label("The claim as a plot").accesskit_node().description().expect("words");
    assert!(plot.starts_with("DO₂ over PEEP"), "{plot}");
    press(&mut page, Role::Button, "Open in Compare");
    assert_eq!(page.state().page(), Page::Compare);
    // The claim's patient at PEEP 20, and beside him the same one as he was before.
    let compared = page.state().compared();
    let peep = [Letter::A, Letter::B].map(|letter| compared.value(letter, ParamId::Peep));
    assert_eq!(peep.map(f64::to_bits), [20.0, 0.0].map(f64::to_bits), "{peep:?}");
    // Both are the one of the file, and each says what is set otherwise.
    let file = scenario::find("ards-recruitable").expect("a patient");
    for (letter, peep) in [(Letter::A, 20), (Letter::B, 0)] {
        let title = compared.scenario(letter).map(|scenario| scenario.title.clone()).unwrap_or_default();
        assert_eq!(title, format!("{}: PEEP {peep} cmH₂O", file.title));
    }
}

#[test]
fn inv_a_formula_has_no_patient_and_no_door() {
    let mut page = page_in(ThemeName::Dark);
    press(&mut page, Role::RadioButton, "SO2 at PO2 40");
    assert!(page.query_by_label("Open in Explore").is_none() && page.query_by_label("Open in Compare").is_none());
    let _ = page.get_by_label("Copy command");
}

#[test]
fn inv_every_tab_is_shown_in_every_theme_and_search_finds_in_it() {
    for name in ThemeName::ALL {
        let mut page = page_in(name);
        for (tab, held) in [
            ("Equations", "Laplace: why small alveoli close, and what surfactant is for"),
            ("Parameters", "Gas and barometer"),
            ("Not modelled", "High-frequency oscillation and APRV"),
        ] {
            press(&mut page, Role::RadioButton, &format!("Evidence: {tab}"));
            if tab == "Parameters" {
                let _ = page.get_by_label("fio2_frac: 0.1 to 1, default 0.21");
            } else {
                let _ = page.get_by_label(held);
            }
        }
        page.get_by_label("Search").focus();
        page.run();
        page.get_by_label("Search").type_text("pendelluft");
        page.run();
        let _ = page.get_by_label("Pendelluft");
        assert!(page.query_by_label("High-frequency oscillation and APRV").is_none(), "{name:?}");
    }
}

#[test]
fn inv_arrow_keys_and_enter_choose_a_claim() {
    let mut page = page_in(ThemeName::Dark);
    starting_with(&page, Role::RadioButton, "PaO2, embolism:").focus();
    page.run();
    page.key_press(Key::Enter);
    page.run();
    let _ = page.get_by_label("67 ± 11 mmHg.");
}
