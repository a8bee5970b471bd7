//! Page Compare by accessible label: who of two has the shunt is found by oxygen, and before it is said nothing tells.
#![allow(clippy::print_stdout, reason = "the keys of a journey are counted aloud")]

use eframe::egui::{Event, Key, Modifiers, Role, Vec2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::store::{self, AnyStore, memory::Memory};
use isoshunt::{
    app::{
        Page,
        page::compare::{Letter, PAIR},
    },
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, Scenario},
    sim::{params::ParamId, reading::snapshot::Model},
};

type Shown = Harness<'static, Window>;

const SIZE: Vec2 = vec2(1440.0, 900.0);
/// Keys from the start to both PaO2 on oxygen and the answer.
const MOST_KEYS: usize = 12;

fn patient(id: &str) -> Scenario {
    scenario::find(id).expect("a built-in patient").clone()
}

/// The window as it starts; `make` prepares it before its first frame.
fn window(make: impl FnOnce(&mut Window)) -> Shown {
    window_on(AnyStore::default(), make)
}

/// The same with the files of a store.
fn window_on(store: AnyStore, make: impl FnOnce(&mut Window)) -> Shown {
    let name = ThemeName::default();
    let mut window = Window::with_store(scenario::builtin()[0].clone(), name, store);
    window.take_time();
    make(&mut window);
    let mut page = Harness::builder()
        .with_size(SIZE)
        .with_max_steps(200)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), window);
    page.run();
    page
}

/// Page Compare with a covered pair: the one with the shunt and the one without; the letter is that of the first.
fn covered(patients: [Scenario; 2], shunt: Letter) -> Shown {
    window(|window| {
        window.cover(patients, shunt);
        window.open_page(Page::Compare);
    })
}

fn beside(ids: [&str; 2]) -> Shown {
    window(|window| {
        window.put_beside(ids.map(patient));
        window.open_page(Page::Compare);
    })
}

fn node<'a>(page: &'a Shown, role: Role, label: &'a str) -> Node<'a> {
    page.get_by_role_and_label(role, label)
}

fn vital(page: &Shown, label: &str) -> String {
    node(page, Role::Meter, label).value().expect("a value")
}

/// PaO2 of A and B as the tile tells them.
fn po2(page: &Shown) -> [f64; 2] {
    let told = vital(page, "PaO₂");
    let number = |part: &str| part.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a number");
    let parts: Vec<&str> = told.split(", ").collect();
    [number(parts[0]), number(parts[1])]
}

fn press(page: &mut Shown, modifiers: Modifiers, key: Key) {
    page.key_press_modifiers(modifiers, key);
    page.run();
}

fn click(page: &mut Shown, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).click();
    page.run();
}

/// Everything that assistive technology is told, in its order.
fn spoken(page: &Shown) -> String {
    let lines = page.root().children_recursive().map(|node| {
        let told = node.accesskit_node();
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}\n",
            told.role(),
            told.label(),
            told.value(),
            told.description(),
            told.numeric_value(),
            told.is_disabled()
        )
    });
    lines.collect()
}

/// Everything that is painted, tooltips with it.
fn painted(page: &Shown) -> String {
    format!("{:?}", page.output().shapes.iter().map(|shape| &shape.shape).collect::<Vec<_>>())
}

#[test]
fn a_student_finds_the_shunt_with_twelve_keys() {
    let mut page = window(|_| {});
    let keys = std::cell::Cell::new(0);
    let hit = |page: &mut Shown, modifiers: Modifiers, key: Key| {
        press(page, modifiers, key);
        keys.set(keys.get() + 1);
    };
    hit(&mut page, Modifiers::COMMAND, Key::Num2);
    assert!(page.query_by_label_contains("Same blood gas. One has a shunt.").is_some());
    let [a, b] = po2(&page);
    assert!((a - b).abs() <= 1.0 && vital(&page, "PaO₂").contains("the same within the error of a sample"));
    assert!(node(&page, Role::Slider, "FiO₂").is_focused(), "oxygen is at hand");
    hit(&mut page, Modifiers::NONE, Key::End);
    let both = po2(&page);
    let shunt = if both[0] < both[1] { "A" } else { "B" };
    assert!((both[0] - both[1]).abs() > 400.0, "{both:?}");
    let name = format!("I say {shunt}");
    while !node(&page, Role::Button, &name).is_focused() {
        hit(&mut page, Modifiers::SHIFT, Key::Tab);
        assert!(keys.get() < 40, "{name} cannot be reached");
    }
    hit(&mut page, Modifiers::NONE, Key::Space);
    let words = format!("Yes: {shunt} has the shunt (Pure shunt of 30 %)");
    assert!(page.query_by_label_contains(&words).is_some());
    let keys = keys.get();
    println!("{keys} keys from the start to both PaO2 on oxygen and the answer");
    assert!(keys <= MOST_KEYS, "{keys} keys");
}

#[test]
fn inv_before_it_is_said_nothing_tells_who_is_who() {
    // The same readings on every gas, another truth: the one has the name and the teaching of the other.
    let shunt = patient(PAIR[0]);
    let double = Scenario { params: shunt.params.clone(), ..patient(PAIR[1]) };
    let mut pages = Letter::PAIR.map(|letter| covered([shunt.clone(), double.clone()], letter));
    let same = |pages: &[Shown; 2], when: &str| {
        assert_eq!(spoken(&pages[0]), spoken(&pages[1]), "{when}: what is read out");
        assert_eq!(painted(&pages[0]), painted(&pages[1]), "{when}: what is painted");
    };
    same(&pages, "on air");
    for key in [Key::ArrowRight, Key::PageUp, Key::End] {
        pages.iter_mut().for_each(|page| press(page, Modifiers::NONE, key));
        same(&pages, "on oxygen");
    }
    for (role, label) in [(Role::Meter, "PaO₂"), (Role::Meter, "Shunt, true"), (Role::Slider, "FiO₂")] {
        for page in &mut pages {
            page.get_by_role_and_label(role, label).hover();
            page.run();
        }
        same(&pages, label);
    }
    for page in &mut pages {
        click(page, Role::RadioButton, "Compare: Which lungs fit");
        click(page, Role::Button, "Take the gas of A as the first gas");
    }
    same(&pages, "which lungs fit");
    for page in &mut pages {
        click(page, Role::RadioButton, "Compare: Side by side");
        click(page, Role::Button, "I say A");
    }
    assert_ne!(spoken(&pages[0]), spoken(&pages[1]), "once it is said it is told");

    // The pair itself on air: every number is printed alike, whoever comes first.
    let pages = Letter::PAIR.map(|letter| covered(PAIR.map(patient), letter));
    same(&pages, "the pair on air");
    for word in ["Pure", "30 %", "mismatch", "V/Q", "5.8", "4.7"] {
        assert!(!spoken(&pages[0]).contains(word), "{word} is told");
    }
}

#[test]
fn inv_one_slider_moves_both_and_every_number_is_the_models() {
    let mut page = beside(PAIR);
    node(&page, Role::Slider, "FiO₂").focus();
    page.run();
    for _ in 0..8 {
        press(&mut page, Modifiers::NONE, Key::ArrowRight);
    }
    let solved = |id: &str| {
        let params = patient(id).params.with(ParamId::Fio2, 0.61).expect("within bounds");
        Model::new().snapshot(&params).expect("a steady state").state.arterial.gas.po2_mmhg
    };
    let found = PAIR.map(solved);
    let expected = found.map(|po2| format!("{po2:.0}"));
    let told = vital(&page, "PaO₂");
    assert!(told.starts_with(&format!("A {} mmHg, B {} mmHg, B less A +", expected[0], expected[1])), "{told}");
    let apart = found[1].round() - found[0].round();
    let words = format!("On FiO₂ 0.61 PaO₂ is {apart:.0} mmHg higher in B than in A.");
    assert!(page.query_by_label_contains(&words).is_some(), "{words}");
    assert!(page.query_by_label_contains("Shunt: A 30 %, B 0 %.").is_some());
    // One alone, and back.
    click(&mut page, Role::RadioButton, "Control: A alone");
    node(&page, Role::Slider, "FiO₂").focus();
    page.run();
    press(&mut page, Modifiers::NONE, Key::End);
    let compared = page.state().compared();
    let fio2 = Letter::PAIR.map(|of| compared.value(of, ParamId::Fio2));
    assert!((fio2[0] - 1.0).abs() < 1e-9 && (fio2[1] - 0.61).abs() < 1e-9, "{fio2:?}");
    click(&mut page, Role::RadioButton, "Control: Both alike");
    assert!((page.state().compared().value(Letter::B, ParamId::Fio2) - 1.0).abs() < 1e-9);
    press(&mut page, Modifiers::COMMAND, Key::Z);
    assert!((page.state().compared().value(Letter::B, ParamId::Fio2) - 0.61).abs() < 1e-9);
}

#[test]
fn inv_a_twin_is_shown_and_a_patient_chosen() {
    let mut page = beside(["lobar-pneumonia", "copd"]);
    click(&mut page, Role::Button, "Twin by V/Q spread");
    assert!(vital(&page, "PaO₂").contains("the same within the error of a sample"));
    assert!(vital(&page, "PaCO₂").contains("the same within the error of a sample"));
    assert_eq!(node(&page, Role::ComboBox, "Patient B").value().as_deref(), Some("Twin by V/Q spread"));
    click(&mut page, Role::Button, "3 more causes");
    for cause in ["Diffusion limit", "Low inspired PO₂", "Hypoventilation"] {
        let told = node(&page, Role::Button, &format!("Twin by {cause}")).accesskit_node().description();
        assert!(told.is_some_and(|told| !told.contains("looked for")), "{cause}");
    }
    let chosen = &scenario::builtin()[1].title;
    click(&mut page, Role::ComboBox, "Patient A");
    click(&mut page, Role::Button, chosen);
    assert_eq!(page.state().compared().name(Letter::A), chosen);
    click(&mut page, Role::Button, "Swap A and B");
    assert_eq!(page.state().compared().name(Letter::B), chosen);
    // Explored alone, as he is.
    click(&mut page, Role::Link, "Open B in Explore");
    assert_eq!(page.state().page(), Page::Explore);
    assert_eq!(&page.state().session().scenario().title, chosen);
}

#[test]
fn inv_a_patient_without_a_steady_state_says_so_and_the_other_goes_on() {
    let mut page = window(|window| {
        let apnoea = patient("healthy-young-adult");
        let params = apnoea.params.with(ParamId::AlveolarVentilation, 0.0).expect("within bounds");
        window.put_beside([Scenario { params, ..apnoea }, patient("copd")]);
        window.open_page(Page::Compare);
    });
    assert!(vital(&page, "PaO₂").starts_with("A none, B "));
    assert!(page.query_by_label_contains("A: no steady state").is_some());
    node(&page, Role::Slider, "FiO₂").focus();
    page.run();
    press(&mut page, Modifiers::NONE, Key::End);
    assert!(po2_of_b(&page) > 400.0);
}

fn po2_of_b(page: &Shown) -> f64 {
    let told = vital(page, "PaO₂");
    let part = told.split(", ").nth(1).expect("B");
    part.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a number")
}

#[test]
fn inv_typed_gases_are_fitted_and_a_bad_one_is_named() {
    let mut page = beside(PAIR);
    click(&mut page, Role::RadioButton, "Compare: Which lungs fit");
    assert!(page.query_by_label_contains("One gas cannot tell: ").is_some());
    assert!(page.query_by_label_contains("Where to sample next").is_some());
    click(&mut page, Role::CheckBox, "Second gas, same patient");
    assert!(page.query_by_label_contains("Shunt 3").is_some(), "two gases leave a spot");
    let write = |page: &mut Shown, text: &str| {
        node(page, Role::TextInput, "PaO₂ of the first gas").focus();
        page.run();
        press(page, Modifiers::COMMAND, Key::A);
        page.event(Event::Text(text.to_owned()));
        page.run();
    };
    write(&mut page, "300");
    assert!(page.query_by_label_contains("more than any lung gives").is_some());
    assert!(page.query_by_label_contains("not of what is typed now").is_some());
    write(&mut page, "55");
    assert!(page.query_by_label_contains("not of what is typed now").is_none());
}

#[test]
fn letters_control_swap_and_unfold_and_both_lie_over_each_other_and_run_on_one_clock() {
    let mut page = beside(PAIR);
    press(&mut page, Modifiers::SHIFT, Key::A);
    assert!(page.query_by_label("For A alone").is_some());
    press(&mut page, Modifiers::SHIFT, Key::A);
    assert!(page.query_by_label("One gas for both").is_some());
    let first = page.state().compared().name(Letter::A).to_owned();
    press(&mut page, Modifiers::NONE, Key::X);
    assert_eq!(page.state().compared().name(Letter::B), first);
    press(&mut page, Modifiers::NONE, Key::T);
    assert!(page.query_by_label("Fewer").is_some());
    page.get_by_label("Compare: Over each other").click();
    page.run();
    for plot in ["Plot 1", "Plot 2"] {
        assert!(page.query_by_label(plot).is_some(), "{plot}");
    }
    assert!(page.query_by_role_and_label(Role::Figure, "V/Q distribution, both patients").is_some());
    page.get_by_label("Compare: Side by side").click();
    page.run();
    page.get_by_label("Play").click();
    page.run_steps(4);
    let compared = page.state().compared();
    assert!(compared.is_running() && compared.is_in_time());
    assert!(page.query_by_label("Patient time of both").is_some());
    // Nothing runs on behind another page.
    page.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    page.run_steps(3);
    assert!(!page.state().compared().is_running());
}

#[test]
fn up_to_four_stand_beside_each_other_and_a_key_looks_closely_at_one() {
    let mut page = beside(PAIR);
    for title in [&scenario::builtin()[1].title, &scenario::builtin()[2].title] {
        click(&mut page, Role::ComboBox, "Add a patient");
        click(&mut page, Role::Button, title);
    }
    assert!(page.query_by_role_and_label(Role::ComboBox, "Add a patient").is_none(), "there are four");
    let told = vital(&page, "PaO₂");
    let parts: Vec<&str> = told.split(", ").collect();
    assert!(parts.len() == 7 && parts[3].starts_with("D ") && parts[5].starts_with('C'), "{told}");
    assert!(page.query_by_role_and_label(Role::Figure, "Iso-shunt, four patients").is_some());
    for (key, of) in [(Key::C, "C"), (Key::D, "D"), (Key::B, "B")] {
        press(&mut page, Modifiers::NONE, key);
        assert!(page.query_by_label(&format!("{of} against A")).is_some(), "{of}");
        assert!(page.query_by_label(&format!("Open {of} in Explore")).is_some(), "{of}");
    }
    press(&mut page, Modifiers::NONE, Key::A);
    assert!(["B", "C", "D"].iter().all(|of| page.query_by_label(&format!("{of} against A")).is_some()));
    let [first, third] = [Letter::A, Letter::C].map(|of| page.state().compared().name(of).to_owned());
    press(&mut page, Modifiers::NONE, Key::C);
    press(&mut page, Modifiers::NONE, Key::X);
    let now = [Letter::A, Letter::C].map(|of| page.state().compared().name(of).to_owned());
    assert_eq!(now, [third, first]);
    click(&mut page, Role::RadioButton, "Control: D alone");
    assert!(page.query_by_label("For D alone").is_some());
    click(&mut page, Role::ComboBox, "Patient B");
    click(&mut page, Role::Button, "Take B out");
    assert_eq!(page.state().compared().letters().len(), 3);
    assert!(page.query_by_label("For C alone").is_some(), "who was D is C");
}

#[test]
fn a_plot_of_both_leaves_the_window_and_it_is_asked_where_once() {
    let memory = Memory::default();
    let mut page = window_on(AnyStore::new(memory.clone()), |window| {
        window.put_beside(PAIR.map(patient));
        window.open_page(Page::Compare);
    });
    for (index, file) in ["two-patients-iso_shunt_both.svg", "two-patients-iso_shunt_both-2.svg"].iter().enumerate() {
        click(&mut page, Role::Button, "Save Iso-shunt, both patients");
        click(&mut page, Role::Button, "Save as SVG");
        if index == 0 {
            node(&page, Role::TextInput, "Folder of pictures and data").focus();
            page.run();
            press(&mut page, Modifiers::COMMAND, Key::A);
            node(&page, Role::TextInput, "Folder of pictures and data").type_text("own/pictures");
            page.run();
            click(&mut page, Role::Button, "Save there");
        }
        let drawn = memory.get(&store::Key::Typed(format!("own/pictures/{file}"))).expect("a file");
        let drawn = String::from_utf8(drawn).expect("text");
        assert!(drawn.contains("A, Pure shunt of 30 %") && drawn.contains("B, Pure V/Q mismatch"), "{file}");
        assert!(page.query_by_label_contains(file).is_some(), "it is said");
    }
}
