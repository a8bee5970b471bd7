//! Another language in the whole window: English in brackets, read as any translation is. What is seen, named or described
//! without brackets is a unit, a sign, or stands with its row in the rooms below the window and its pages.
#![cfg(all(feature = "gui", feature = "pictures"))]

use std::{collections::BTreeMap, fs, path::Path, sync::Once};

use eframe::egui::{Key, Modifiers, Role, Shape, Vec2, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{Page, page::compare::Ask},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario,
    text::words,
};

type Shown = Harness<'static, Window>;

const OPEN: char = '«';
const CLOSE: char = '»';

/// Speaks it, once for all tests of this program.
fn speak() {
    static SPOKEN: Once = Once::new();
    SPOKEN.call_once(|| {
        let bracketed: BTreeMap<String, String> =
            words::english().into_iter().map(|(key, text)| (key, format!("{OPEN}{text}{CLOSE}"))).collect();
        let json = serde_json::to_string(&bracketed).expect("texts are JSON");
        words::speak(&json).expect("English in brackets is whole");
    });
}

/// A text without values, in that language.
fn said(key: &str) -> String {
    let english = words::english();
    format!("{OPEN}{}{CLOSE}", english.get(key).unwrap_or_else(|| panic!("{key}")))
}

fn window(id: &str, size: Vec2) -> Shown {
    speak();
    let scenario = scenario::find(id).expect("built in").clone();
    let name = ThemeName::Dark;
    let mut shown = Harness::builder()
        .with_size(size)
        .with_max_steps(400)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(scenario, name));
    shown.state_mut().take_time();
    shown.run_steps(6);
    shown
}

fn click(shown: &mut Shown, role: Role, label: &str) {
    // What lies above is the last of them.
    shown.query_all_by_role_and_label(role, label).last().unwrap_or_else(|| panic!("{label}")).click();
    shown.run_steps(4);
}

/// What a frame says: painted, and to assistive technology.
fn all_said(shown: &Shown) -> Vec<String> {
    fn painted(shape: &Shape, out: &mut Vec<String>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| painted(shape, out)),
            Shape::Text(text) => out.push(text.galley.text().to_owned()),
            _ => {}
        }
    }
    let mut out = Vec::new();
    shown.output().shapes.iter().for_each(|clipped| painted(&clipped.shape, &mut out));
    for node in shown.root().children_recursive() {
        let told = node.accesskit_node();
        // A figure is described by what it was made by.
        let description = told.description().filter(|_| told.role() != Role::Figure);
        out.extend([told.label(), told.value(), description].into_iter().flatten());
    }
    out
}

/// What of a text stands outside of the brackets, in pieces between them.
fn outside(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        match c {
            OPEN => depth += 1,
            CLOSE => depth -= 1,
            c if depth == 0 => pieces.last_mut().expect("a piece").push(c),
            _ => {}
        }
        if depth > 0 && pieces.last().is_some_and(|piece| !piece.is_empty()) {
            pieces.push(String::new());
        }
    }
    pieces
}

/// The words of a text, small, a space between two.
fn plain(text: &str) -> String {
    let words = text.to_lowercase().replace('₂', "2");
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The texts of the rooms below the pages: names and sentences that stand with their rows, patients and questions.
fn below() -> String {
    fn walk(folder: &Path, out: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension().and_then(|ending| ending.to_str()) {
                _ if path.is_dir() => walk(&path, out),
                Some("rs" | "json") => out.push_str(&fs::read_to_string(&path).expect("text")),
                _ => {}
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = String::new();
    for room in ["physiology", "sim", "study", "evidence", "scenario", "figure", "draw"] {
        walk(&root.join("src").join(room), &mut out);
    }
    for folder in ["assets", "scenarios"] {
        walk(&root.join(folder), &mut out);
    }
    // A text that goes on in the next line of its source is one.
    plain(&out.replace("\\\n", ""))
}

/// The phrases of a text: what stands between signs and numbers.
fn phrases(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for part in text.split(|c: char| ".,:;·()“”–−→=<>%?!×/+\n".contains(c)).flat_map(|part| part.split("  "))
    {
        for word in plain(part).split(' ') {
            match word.starts_with(|c: char| c.is_ascii_digit()) {
                true => out.push(String::new()),
                false => {
                    let phrase = out.last_mut().expect("a phrase");
                    phrase.push(' ');
                    phrase.push_str(word);
                }
            }
        }
        out.push(String::new());
    }
    let named =
        |phrase: &str| LETTERS.iter().find_map(|letter| phrase.strip_prefix(letter)).unwrap_or(phrase).to_owned();
    out.iter().map(|phrase| named(phrase.trim())).collect()
}

/// Letters of the patients of page Compare, before what a picture says of one of them.
const LETTERS: [&str; 4] = ["a ", "b ", "c ", "d "];
/// What stands in no list: a key as the toolkit names it, and the age of a patient between words of the rooms below.
const ELSEWHERE: [&str; 3] = ["ctrl", "woman of", "man of"];

/// What is said without brackets and by no room below: each with the text in which it was found.
fn strangers(shown: &Shown, below: &str, out: &mut BTreeMap<String, String>) {
    for text in all_said(shown) {
        for phrase in outside(&text).iter().flat_map(|piece| phrases(piece)) {
            let is_word = phrase.chars().filter(|c| c.is_alphabetic()).count() > 2;
            // A command is typed in one language.
            let is_command = text.starts_with("isoshunt ");
            if is_word && !is_command && !ELSEWHERE.contains(&&*phrase) && !below.contains(&phrase) {
                out.insert(phrase, text.clone());
            }
        }
    }
}

/// Looks at what a frame says; how much of it stands in brackets.
fn look(shown: &Shown, what: &str, below: &str, found: &mut Vec<String>) -> usize {
    let mut strange = BTreeMap::new();
    strangers(shown, below, &mut strange);
    found.extend(strange.into_iter().map(|(words, text)| format!("{what}: “{words}” in “{text}”")));
    let said = all_said(shown).into_iter().filter(|text| text.contains(OPEN)).count();
    assert!(said > 10, "{what}: {said} texts in brackets");
    said
}

#[test]
fn inv_a_word_that_no_list_holds_is_found() {
    let text = format!("{OPEN}A and {OPEN}B{CLOSE} change{CLOSE} places: 30 %, {OPEN}here{CLOSE} or elsewhere");
    assert_eq!(outside(&text).concat(), " places: 30 %,  or elsewhere");
    assert_eq!(plain("PaO₂, 30 mmHg\u{a0}– or: so"), "pao2 30 mmhg or so");
    let below = below();
    assert!(below.contains("mixed venous") && below.contains("venous admixture"), "the rooms below are read");
    assert!(!below.contains("hide who is who"), "the lists are not among them");
}

#[test]
fn inv_page_explore_speaks_the_language() {
    let below = below();
    let mut found = Vec::new();
    let mut shown = window("ards-recruitable", vec2(1440.0, 900.0));
    look(&shown, "steady", &below, &mut found);
    click(&mut shown, Role::Button, &said("time.run"));
    click(&mut shown, Role::Button, &said("time.draw_arterial"));
    click(&mut shown, Role::Button, &said("time.draw_venous"));
    click(&mut shown, Role::Button, &said("time.checkpoint"));
    click(&mut shown, Role::Button, &said("explore.hold_beside"));
    for tab in ["common.blood_gases", "explore.checkpoints", "explore.numbers", "explore.equations", "explore.moves"] {
        let tab = shown
            .query_all_by_role(Role::RadioButton)
            .chain(shown.query_all_by_role(Role::Tab))
            .find(|node| node.accesskit_node().label().is_some_and(|label| label.ends_with(&said(tab))));
        tab.expect("a tab beside the trend").click();
        shown.run_steps(4);
        look(&shown, "in time", &below, &mut found);
    }
    for (modifiers, key) in [
        (Modifiers::COMMAND, Key::P),
        (Modifiers::COMMAND, Key::G),
        (Modifiers::COMMAND, Key::L),
        (Modifiers::NONE, Key::F1),
    ] {
        let mut shown = window("ards-recruitable", vec2(1440.0, 900.0));
        shown.key_press_modifiers(modifiers, key);
        shown.run_steps(6);
        look(&shown, &format!("{key:?}"), &below, &mut found);
    }
    for menu in ["files.file", "help.help"] {
        let mut shown = window("copd", vec2(1440.0, 900.0));
        click(&mut shown, Role::Button, &said(menu));
        look(&shown, menu, &below, &mut found);
        if menu == "help.help" {
            click(&mut shown, Role::Button, &said("help.glossary"));
            look(&shown, "glossary", &below, &mut found);
        }
    }
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}

#[test]
fn inv_page_compare_speaks_the_language() {
    let below = below();
    let mut found = Vec::new();
    let mut shown = window("healthy-young-adult", vec2(1440.0, 900.0));
    shown.state_mut().open_page(Page::Compare);
    shown.run_steps(6);
    look(&shown, "covered", &below, &mut found);
    let patient = |id: &str| scenario::find(id).expect("built in").clone();
    shown.state_mut().put_beside([patient("pure-vq-mismatch"), patient("copd")]);
    shown.run_steps(8);
    look(&shown, "side by side", &below, &mut found);
    shown.state_mut().ask_compare(Ask::Add(Box::new(patient("pure-shunt-30"))));
    shown.run_steps(8);
    look(&shown, "three", &below, &mut found);
    for show in ["compare.over_each_other", "compare.which_fit"] {
        let label = said(show);
        shown
            .query_all_by_role(Role::RadioButton)
            .find(|node| node.accesskit_node().label().is_some_and(|told| told.ends_with(&label)))
            .expect("a way to compare")
            .click();
        shown.run_steps(8);
        look(&shown, show, &below, &mut found);
    }
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}

#[test]
fn inv_the_other_pages_speak_the_language() {
    let below = below();
    let mut found = Vec::new();
    for page in [Page::Challenge, Page::Lecture, Page::Evidence] {
        let mut shown = window("copd", vec2(1440.0, 900.0));
        shown.state_mut().open_page(page);
        shown.run_steps(60);
        look(&shown, page.key(), &below, &mut found);
    }
    let mut shown = window("copd", vec2(1440.0, 900.0));
    shown.state_mut().open_page(Page::Lecture);
    shown.run_steps(4);
    shown
        .query_all_by_role(Role::Button)
        .find(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(&format!("{OPEN}Play "))))
        .expect("a deck")
        .click();
    shown.run_steps(6);
    for step in 0..4 {
        shown.key_press(Key::PageDown);
        shown.run_steps(4);
        look(&shown, &format!("deck, {step}"), &below, &mut found);
    }
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}
