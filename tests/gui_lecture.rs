//! Page Lecture in a window without a screen: every deck from its first step to its last and back by keys, what is
//! blind seen by nobody before the reveal, and how many keys an educator needs.
#![cfg(feature = "gui")]
#![allow(clippy::print_stdout, reason = "the keys of an educator are counted aloud")]

use eframe::egui::{Key, Modifiers, Role, Vec2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{Page, lesson, page::lecture::Source},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, deck::Deck, deck::FILES},
    text::display_units::DisplayUnits,
};

type Hall = Harness<'static, Window>;

fn hall(size: Vec2) -> Hall {
    let name = ThemeName::default();
    let window = Window::new(scenario::builtin()[0].clone(), name);
    let mut hall = Harness::builder()
        .with_size(size)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), window);
    hall.run();
    hall
}

fn plays(deck: Deck, size: Vec2) -> Hall {
    let mut hall = hall(size);
    let source = Source::Program(deck.id.clone());
    hall.state_mut().play(deck, source, None);
    hall.run();
    hall
}

fn press(hall: &mut Hall, key: Key) {
    hall.key_press(key);
    hall.run();
}

fn at(hall: &Hall) -> (usize, bool) {
    let playing = hall.state().playing().expect("a deck");
    (playing.step(), playing.is_revealed())
}

/// Every name, value and description of the window, with its place.
fn tree(node: &Node<'_>, out: &mut String) {
    let of = node.accesskit_node();
    out.push_str(&format!(
        "{:?} {:?} {:?} {:?} {:?}\n",
        of.role(),
        of.label(),
        of.value(),
        of.description(),
        of.raw_bounds()
    ));
    node.children().for_each(|child| tree(&child, out));
}

fn seen(hall: &Hall) -> String {
    let mut out = String::new();
    tree(&hall.root(), &mut out);
    out
}

#[test]
fn inv_every_deck_plays_from_its_first_step_to_its_last_and_back() {
    for (id, _) in FILES {
        let mut hall = plays(lesson::builtin(id).expect("in the program"), vec2(1440.0, 810.0));
        let steps = hall.state().playing().expect("a deck").lesson().deck().steps.len();
        let mut texts = Vec::new();
        for step in 0..steps {
            assert_eq!(at(&hall).0, step, "{id}");
            let playing = hall.state().playing().expect("a deck");
            let deck = playing.lesson().deck();
            let title = playing.lesson().filled(step, &deck.steps[step].title, false, DisplayUnits::default());
            let title = format!("{}  {title}", step + 1);
            assert!(hall.query_by_label(&title).is_some(), "{id}: {title}");
            if let Some(ask) = deck.steps[step].scene().and_then(|scene| scene.ask.as_ref()) {
                for (i, option) in ask.options.iter().enumerate() {
                    let text = playing.lesson().filled(step, &option.text, false, DisplayUnits::default());
                    assert!(hall.query_by_label(&format!("{} {text}", i + 1)).is_some(), "{id}: {text}");
                }
                press(&mut hall, Key::PageDown);
                assert_eq!(at(&hall), (step, true));
                let right = hall.state().playing().and_then(|playing| playing.lesson().right(step)).expect("a key");
                let told = hall.query_all_by_role(Role::Button).filter_map(|node| node.accesskit_node().label());
                let told: Vec<String> = told.filter(|label| label.ends_with(": right")).collect();
                assert_eq!(told.len(), 1, "{id}: {told:?}");
                assert!(told[0].starts_with(&(right + 1).to_string()));
            }
            texts.push(seen(&hall));
            press(&mut hall, Key::ArrowRight);
        }
        for step in (0..steps).rev() {
            assert_eq!(at(&hall), (step, true), "{id}");
            // The clock goes on.
            let words = |text: &str| -> Vec<String> {
                text.lines().filter(|line| !line.contains(" min") && !line.contains("\":")).map(str::to_owned).collect()
            };
            let clockless = |text: &str| words(text).into_iter().filter(|line| !is_clock(line)).collect::<Vec<_>>();
            assert_eq!(clockless(&seen(&hall)), clockless(&texts[step]), "{id}: step {step} has another look");
            press(&mut hall, Key::PageUp);
        }
    }
}

/// Whether a line of the tree is the clock's.
fn is_clock(line: &str) -> bool {
    let label = line.split('"').nth(1).unwrap_or_default();
    !label.is_empty() && label.chars().all(|c| c.is_ascii_digit() || c == ':')
}

/// A deck of one blind step with a shunt of its own.
fn blind(shunt: &str) -> Deck {
    let file = format!(
        r#"{{"kind": "isoshunt-deck", "schema_version": 1, "id": "blind", "title": "Blind", "minutes": 3, "language": "en",
        "checked_with": "0.1.0", "sources": [], "steps": [
        {{"id": "one", "title": "One", "minutes": 2, "vote": "quick", "patient": "pure-shunt-30",
            "set": {{"shunt_at_peep5_frac": {shunt}}}, "show": ["iso_shunt", "lung_picture"],
            "tiles": ["po2_art_mmhg", "pf_ratio_mmhg", "spo2_frac", "shunt_true_frac", "pio2_mmhg"],
            "blind": ["po2_art_mmhg", "so2_art_frac", "shunt_true_frac", "plot.iso_shunt", "plot.lung_picture"],
            "say": "PaO2 {{po2_art_mmhg}}, SpO2 {{spo2_frac}}, FiO2 {{fio2_frac}}.",
            "ask": {{"text": "PaO2 is", "answer": {{"quantity": "po2_art_mmhg"}},
                "options": [{{"text": "about {{lit:55 mmHg}}", "low": 40, "high": 70}},
                    {{"text": "above {{lit:70 mmHg}}", "low": 70, "high": 713, "belief": "none", "why": "a guess"}}]}},
            "notes": "It is {{po2_art_mmhg}}.", "reveal": "{{po2_art_mmhg}}, because it is so."}},
        {{"id": "end", "title": "To take home", "minutes": 1,
            "take_home": ["{{one.po2_art_mmhg}}.", "{{one.so2_art_frac}}.", "{{one.shunt_true_frac}}."]}}]}}"#
    );
    lesson::read(file, "blind.json").expect("sound")
}

#[test]
fn inv_two_patients_that_differ_in_what_is_blind_have_one_tree_before_the_reveal() {
    let mut halls = ["0.3", "0.28"].map(|shunt| plays(blind(shunt), vec2(1280.0, 720.0)));
    for keys in [&[][..], &[Key::Num1, Key::Num2], &[Key::N], &[Key::ArrowUp], &[Key::B, Key::B]] {
        for hall in &mut halls {
            keys.iter().for_each(|key| press(hall, *key));
        }
        let [one, other] = halls.each_ref().map(seen);
        // What is advised after a vote is for the presenter, who asks for it.
        if keys != [Key::N] {
            assert_eq!(one, other, "after {keys:?}");
        }
        assert!(!one.contains("55 mmHg\"") || one.contains("about 55 mmHg"), "{one}");
    }
    halls.iter_mut().for_each(|hall| press(hall, Key::Enter));
    let [one, other] = halls.each_ref().map(seen);
    assert_ne!(one, other, "the reveal tells");
}

#[test]
fn inv_an_educator_needs_few_keys_to_a_reveal_and_back_into_explore() {
    let mut hall = hall(vec2(1440.0, 900.0));
    let mut keys = 0;
    let mut count = |hall: &mut Hall, modifiers: Modifiers, key: Key| {
        hall.key_press_modifiers(modifiers, key);
        hall.run();
        keys += 1;
    };
    let lecture = Page::ALL.iter().position(|page| *page == Page::Lecture).expect("a page");
    let number = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5][lecture];
    count(&mut hall, Modifiers::COMMAND, number);
    assert_eq!(hall.state().page(), Page::Lecture);
    let deck = lesson::builtin(FILES[0].0).expect("in the program");
    let play = format!("Play {}", deck.title);
    for _ in 0..12 {
        if hall.get_by_role_and_label(Role::Button, &play).is_focused() {
            break;
        }
        count(&mut hall, Modifiers::NONE, Key::Tab);
    }
    count(&mut hall, Modifiers::NONE, Key::Space);
    assert!(hall.state().playing().is_some(), "the deck plays");
    count(&mut hall, Modifiers::NONE, Key::PageDown);
    assert_eq!(at(&hall), (0, true));
    count(&mut hall, Modifiers::NONE, Key::E);
    assert_eq!(hall.state().page(), Page::Explore);
    assert_eq!(hall.state().session().scenario().id, "healthy-young-adult");
    println!("{keys} keys from the start to the first reveal of a deck and into Explore");
    assert!(keys <= 15, "{keys} keys from the start to the first reveal and into Explore");
    press(&mut hall, Key::E);
    assert_eq!((hall.state().page(), at(&hall)), (Page::Lecture, (0, true)), "back at the step");
}

#[test]
fn inv_keys_of_a_hall_blank_vote_go_and_end() {
    let mut hall = plays(lesson::builtin("peep").expect("in the program"), vec2(1440.0, 810.0));
    press(&mut hall, Key::Period);
    assert!(hall.query_by_label("Black screen").is_some() && hall.query_by_label("1  The responder").is_none());
    press(&mut hall, Key::PageDown);
    assert!(hall.query_by_label("1  The responder").is_some(), "any key brings the step back");
    for key in [Key::G, Key::Num3, Key::Enter] {
        press(&mut hall, key);
    }
    assert_eq!(at(&hall), (2, false));
    for key in [Key::Num2, Key::Num2, Key::Num1] {
        press(&mut hall, key);
    }
    hall.key_press_modifiers(Modifiers::SHIFT, Key::Num1);
    hall.run();
    let talk = "2 votes in. Talk to your neighbour, then vote again (V).";
    assert!(hall.query_by_label(talk).is_some(), "{}", seen(&hall));
    press(&mut hall, Key::V);
    assert!(hall.query_by_label("Second vote").is_some());
    press(&mut hall, Key::Num2);
    press(&mut hall, Key::Enter);
    assert!(hall.query_by_label("2 changes by less than 5 %: right, 1 vote").is_some(), "{}", seen(&hall));
    press(&mut hall, Key::N);
    assert!(hall.query_by_label_contains("After the first vote").is_some());
    press(&mut hall, Key::ArrowDown);
    assert!(hall.query_by_label_contains("Now FiO₂").is_some(), "{}", seen(&hall));
    press(&mut hall, Key::Backspace);
    assert!(hall.query_by_label_contains("Now FiO₂").is_none());
    press(&mut hall, Key::Escape);
    assert!(hall.state().playing().is_none() && hall.state().page() == Page::Lecture);
}

#[test]
fn inv_every_word_of_a_step_is_within_the_window_of_a_projector() {
    for (id, _) in FILES {
        let size = vec2(1280.0, 720.0);
        let mut hall = plays(lesson::builtin(id).expect("in the program"), size);
        let steps = hall.state().playing().expect("a deck").lesson().deck().steps.len();
        for _ in 0..2 * steps {
            for role in [Role::Label, Role::Button, Role::Figure] {
                for node in hall.query_all_by_role(role) {
                    let rect = node.rect();
                    let inside = rect.left() >= -1.0
                        && rect.top() >= -1.0
                        && rect.right() <= size.x + 1.0
                        && rect.bottom() <= size.y + 1.0;
                    let label = node.accesskit_node().label();
                    assert!(inside, "{id}, step {}: {label:?} at {rect:?}", at(&hall).0 + 1);
                }
            }
            press(&mut hall, Key::PageDown);
        }
    }
}
