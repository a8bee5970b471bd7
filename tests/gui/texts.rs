//! No text of the window lies on another or is cut at its side, in every theme, at the sizes of usual screens and at every
//! size of type: read from what a frame paints. A fixed part of them in `./check`, all of them in `./check long`.

use crate::{painted, part};
use eframe::egui::{Event, Key, Modifiers, Rect, Role, Shape, Vec2, epaint::ClippedShape, pos2, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use painted::{Painted, cut, faults, overlaps, painted, texts};

use isoshunt::{
    app::{Page, page::compare::Ask},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, Scenario},
    sim::params::SwitchId,
};

fn page(scenario: Scenario, name: ThemeName, size: Vec2, zoom: f32) -> Harness<'static, Window> {
    let mut page = Harness::builder()
        .with_size(size)
        .with_max_steps(400)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(scenario, name));
    page.state_mut().take_time();
    page.ctx.set_zoom_factor(zoom);
    page.run_steps(6);
    page
}

fn patient(id: &str) -> Scenario {
    scenario::find(id).expect("built in").clone()
}

/// A lung in layers, some minutes into its run, with marks.
fn in_time(page: &mut Harness<'static, Window>) {
    page.get_by_label("Run").click();
    page.run_steps(4);
    page.get_by_label("Pause").click();
    page.run_steps(4);
}

#[test]
fn a_seeded_overlap_is_found() {
    let page = page(patient("healthy-young-adult"), ThemeName::Dark, vec2(1440.0, 900.0), 1.0);
    let mut all = painted(&page);
    assert!(all.len() > 60, "{} texts", all.len());
    let seeded = Painted { text: "seeded".to_owned(), rect: all[10].rect.translate(vec2(3.0, 3.0)) };
    all.push(seeded);
    assert!(overlaps(&all).iter().any(|pair| pair.contains("seeded")));
    // And a text that stands in less room than it needs.
    let mut found = Vec::new();
    for clipped in &page.output().shapes {
        let left = clipped.clip_rect.split_left_right_at_fraction(0.5).0;
        cut(&clipped.shape, clipped.clip_rect, &mut found);
        assert!(found.is_empty(), "{found:?}");
        cut(&clipped.shape, left.intersect(clipped.clip_rect), &mut found);
        if !found.is_empty() {
            return;
        }
    }
    panic!("no text is cut by half of its room");
}

#[test]
fn no_text_lies_on_another() {
    let sizes =
        [vec2(1440.0, 900.0), vec2(1280.0, 720.0), vec2(1920.0, 1080.0), vec2(1024.0, 768.0), vec2(2560.0, 1440.0)];
    let zooms = [1.0, 1.2, 0.7, 0.85, 1.4, 1.6, 1.8, 2.0];
    let apnoeic = {
        let mut scenario = patient("healthy-young-adult");
        scenario.params.set_switch(SwitchId::Breathing, "apnoea").expect("an option");
        scenario
    };
    let on_ecmo = {
        let mut scenario = patient("severe-ards-non-recruitable");
        scenario.params.set_switch(SwitchId::Ecmo, "on").expect("an option");
        scenario
    };
    let layered = patient("ards-recruitable");
    let patients = [(patient("healthy-young-adult"), false), (layered, true), (on_ecmo, false), (apnoeic, false)];
    let mut found = Vec::new();
    for size in &sizes[..part::of(5, 2) as usize] {
        for zoom in &zooms[..part::of(8, 1) as usize] {
            // Below this panels fold or scroll.
            if size.x / zoom < 900.0 || size.y / zoom < 560.0 {
                continue;
            }
            for name in ThemeName::ALL {
                for (scenario, runs) in &patients[..part::of(4, 2) as usize] {
                    let mut page = page(scenario.clone(), name, *size, *zoom);
                    if *runs {
                        in_time(&mut page);
                    }
                    let of = format!("{} {size} {zoom} {name:?}", scenario.id);
                    found.extend(faults(&page).into_iter().map(|pair| format!("{of}: {pair}")));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// Patients of page Compare; none for those it opens with.
type Patients = Option<&'static [&'static str]>;
/// What is clicked, one after the other.
type Clicks = &'static [(Role, &'static str)];

/// What can be asked of page Compare to be shown: patients, then what is clicked.
const SHOWS: [(&str, Patients, Clicks); 8] = [
    ("covered", None, &[]),
    ("said", None, &[(Role::Button, "I say A")]),
    ("side by side", Some(&["ards-recruitable", "copd"]), &[]),
    (
        "all causes",
        Some(&["oxygen-in-copd", "pure-vq-mismatch"]),
        &[(Role::Button, "3 more causes"), (Role::RadioButton, "Control: B alone"), (Role::Button, "Play")],
    ),
    ("over each other", Some(&["pure-vq-mismatch", "copd"]), &[(Role::RadioButton, "Compare: Over each other")]),
    ("four", Some(&["pure-shunt-30", "copd", "lobar-pneumonia", "ards-moderate"]), &[]),
    (
        "four over each other",
        Some(&["pure-shunt-30", "copd", "lobar-pneumonia", "ards-moderate"]),
        &[(Role::RadioButton, "Control: D alone"), (Role::RadioButton, "Compare: Over each other")],
    ),
    (
        "which lungs fit",
        Some(&["pure-shunt-30", "copd"]),
        &[(Role::RadioButton, "Compare: Which lungs fit"), (Role::CheckBox, "Second gas, same patient")],
    ),
];

fn compare(patients: Patients, clicks: Clicks, name: ThemeName, size: Vec2) -> Harness<'static, Window> {
    let mut page = page(patient("healthy-young-adult"), name, size, 1.0);
    if let Some(ids) = patients {
        page.state_mut().put_beside([patient(ids[0]), patient(ids[1])]);
        for id in &ids[2..] {
            page.state_mut().ask_compare(Ask::Add(Box::new(patient(id))));
        }
    }
    page.state_mut().open_page(Page::Compare);
    page.run_steps(4);
    for (role, label) in clicks {
        page.get_by_role_and_label(*role, label).click();
        page.run_steps(4);
    }
    page
}

/// All that page Compare shows, also in the smallest window: nothing breaks, and no text lies on another.
#[test]
fn no_text_of_page_compare_lies_on_another() {
    let sizes =
        [vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(2560.0, 1440.0), vec2(1024.0, 768.0), vec2(1920.0, 1080.0)];
    let mut found = Vec::new();
    for size in &sizes[..part::of(5, 1) as usize] {
        for name in [ThemeName::Projector, ThemeName::Dark, ThemeName::Light].into_iter().take(part::of(3, 2) as usize)
        {
            for (what, patients, clicks) in SHOWS {
                let page = compare(patients, clicks, name, *size);
                let of = format!("{what} {size} {name:?}");
                found.extend(faults(&page).into_iter().map(|pair| format!("{of}: {pair}")));
            }
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// Every page as it opens, and the tabs of Evidence.
#[test]
fn no_text_of_a_page_that_opens_lies_on_another() {
    let sizes =
        [vec2(1024.0, 768.0), vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(1920.0, 1080.0), vec2(2560.0, 1440.0)];
    let tabs = ["Equations", "Parameters", "Not modelled"];
    let mut found = Vec::new();
    for size in &sizes[..part::of(5, 1) as usize] {
        for name in [ThemeName::Projector, ThemeName::Dark, ThemeName::Light].into_iter().take(part::of(3, 2) as usize)
        {
            for shown in Page::ALL {
                let mut page = page(patient("copd"), name, *size, 1.0);
                page.state_mut().open_page(shown);
                page.run_steps(8);
                let mut looked = |page: &Harness<'_, Window>, what: &str| {
                    let of = format!("{shown:?} {what} {size} {name:?}");
                    found.extend(faults(page).into_iter().map(|pair| format!("{of}: {pair}")));
                };
                looked(&page, "");
                for tab in tabs.iter().filter(|_| shown == Page::Evidence) {
                    page.query_all_by_role(Role::RadioButton)
                        .find(|node| node.accesskit_node().label().is_some_and(|label| label.ends_with(tab)))
                        .expect("a tab")
                        .click();
                    page.run_steps(4);
                    looked(&page, tab);
                }
            }
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// Every page, and every sheet over it, in a hall's window and in the smallest: nothing breaks.
#[test]
fn every_page_and_sheet_opens_in_a_low_window() {
    for (name, size) in [(ThemeName::Projector, vec2(1280.0, 720.0)), (ThemeName::Projector, vec2(960.0, 600.0))] {
        for shown in Page::ALL {
            let mut page = page(patient("ards-recruitable"), name, size, 1.0);
            page.state_mut().open_page(shown);
            page.run_steps(4);
            assert_eq!(page.state().page(), shown);
        }
        let (_, patients, clicks) = SHOWS[3];
        compare(patients, clicks, name, size);
        let mut found = Vec::new();
        for (modifiers, key) in [(Modifiers::COMMAND, Key::P), (Modifiers::COMMAND, Key::G), (Modifiers::NONE, Key::F1)]
        {
            let mut page = page(patient("pure-shunt-30"), name, size, 1.0);
            page.key_press_modifiers(modifiers, key);
            page.run_steps(4);
            let panel = &page.state().panel().page;
            assert!(panel.library.is_some() || panel.gas.is_open || panel.overlay.is_some(), "{key:?}");
            // What lies over the page has a ground of its own: only its own texts count.
            let all = painted(&page);
            let sheet = all
                .iter()
                .rposition(|painted| ["Patients", "Enter a blood gas", "Keys"].contains(&painted.text.as_str()));
            let sheet = &all[sheet.expect("its title")..];
            found.extend(overlaps(sheet).into_iter().map(|pair| format!("{key:?} {size}: {pair}")));
        }
        assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
    }
}

#[test]
fn who_is_held_beside_has_room_for_his_name() {
    for size in [vec2(1440.0, 900.0), vec2(1280.0, 720.0)] {
        let mut page = page(patient("pure-shunt-30"), ThemeName::Dark, size, 1.0);
        page.get_by_label("Hold beside").click();
        page.run_steps(4);
        let session = page.state().session();
        assert!(session.beside().is_some());
        let name = session.beside().expect("held").name();
        let all = painted(&page);
        assert!(all.iter().any(|painted| painted.text == name), "{size}: whole and in sight");
        assert_eq!(overlaps(&all), Vec::<String>::new(), "{size}");
    }
}

/// While the gas is newer than the blood indices say so, and the word lies on no unit.
#[test]
fn what_is_not_steady_has_room_to_say_so() {
    for (name, size) in [(ThemeName::Projector, vec2(1280.0, 720.0)), (ThemeName::Dark, vec2(1280.0, 720.0))] {
        let mut page = page(patient("lobar-pneumonia"), name, size, 1.0);
        in_time(&mut page);
        page.get_by_role_and_label(Role::Slider, "FiO₂").focus();
        page.run_steps(2);
        page.key_press(Key::End);
        page.run_steps(4);
        let said = page.get_by_role_and_label(Role::Meter, "A-a").value().unwrap_or_default();
        assert!(said.contains("not steady"), "{said}");
        let all = painted(&page);
        assert!(all.iter().any(|painted| painted.text == "not steady"), "{name:?}");
        assert_eq!(overlaps(&all), Vec::<String>::new(), "{name:?}");
        let trend = page.get_by_role_and_label(Role::Figure, "Trend").accesskit_node().description();
        assert!(trend.is_some_and(|text| text.contains("PaO₂")), "{name:?}");
    }
}

/// Texts that do not stand there whole, with where they are.
fn elided(shape: &Shape, clip: Rect, out: &mut Vec<Painted>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| elided(shape, clip, out)),
        Shape::Text(text) if text.galley.elided => texts(shape, clip, out),
        _ => {}
    }
}

/// What is cut short says the whole of it to a pointer that rests there.
#[test]
fn what_is_elided_is_told_whole_by_a_tooltip() {
    let sizes = [vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(1024.0, 768.0)];
    let mut seen = 0;
    for size in &sizes[..part::of(3, 1) as usize] {
        for name in [ThemeName::Projector, ThemeName::Dark].into_iter().take(part::of(2, 1) as usize) {
            let mut page = page(patient("ards-recruitable"), name, *size, 1.0);
            in_time(&mut page);
            let mut cut = Vec::new();
            page.output().shapes.iter().for_each(|clipped| elided(&clipped.shape, clipped.clip_rect, &mut cut));
            seen += cut.len();
            for short in cut {
                page.event(Event::PointerMoved(short.rect.center()));
                page.run_steps(6);
                let begins: String = short.text.chars().take(12).collect();
                let told = |shape: &ClippedShape| {
                    let mut whole = Vec::new();
                    texts(&shape.shape, shape.clip_rect, &mut whole);
                    let mut cut = Vec::new();
                    elided(&shape.shape, shape.clip_rect, &mut cut);
                    cut.is_empty() && whole.iter().any(|text| text.text.contains(&begins))
                };
                assert!(page.output().shapes.iter().any(told), "{size} {name:?}: “{}” has no tooltip", short.text);
                page.event(Event::PointerMoved(pos2(2.0, 2.0)));
                page.run_steps(2);
            }
        }
    }
    assert!(seen > 0, "nothing is cut short: the test sees nothing");
}
