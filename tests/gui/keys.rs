//! Every page walked by a script of its keys, in five sizes of window: what has the keyboard is in sight, nothing of a
//! lecture leaves the window, and no box of it lies over a number, a question or an option.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a frame takes real time, and is told")]

use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers, Rect, Role, Vec2, vec2};
use egui_kittest::{Harness, Node, kittest::NodeT};
use isoshunt::{
    app::{
        Page,
        lesson::{self, Lesson},
        page::lecture::ask::Source,
    },
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, deck::FILES},
    study::challenge_maker::{
        code::CaseCode,
        maker::{Case, Making},
    },
    text::display_units::DisplayUnits,
};

type Shown = Harness<'static, Window>;

/// From a projector to a large screen.
const SIZES: [[f32; 2]; 5] = [[1024.0, 768.0], [1280.0, 720.0], [1440.0, 900.0], [1920.0, 1080.0], [2560.0, 1440.0]];

/// A script of keys: what is pressed, one after the other.
const EXPLORE: &str = "Tab Tab End PageUp Tab ArrowRight Ctrl+Z ? Esc Ctrl+P Esc Ctrl+G Esc Space Space";
const COMPARE: &str = "Tab Tab Tab A B X T Space Tab Enter Ctrl+Z";
const CHALLENGE: &str = "Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Shift+Tab 1 Tab";
/// Backwards: the doors, then the last of all claims, far below.
const EVIDENCE: &str = "Tab Tab Tab Shift+Tab Shift+Tab Shift+Tab Shift+Tab Shift+Tab Shift+Tab Shift+Tab Enter Tab";
const LIST: &str = "Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab";
/// Of each step of a deck, before the reveal and after.
const STEP: &str = "1 2 N V Enter N Up Down Backspace";

fn page(page: Page, size: [f32; 2], case: &Case) -> Shown {
    let name = if size[1] <= 720.0 { ThemeName::Projector } else { ThemeName::Dark };
    let mut window = Window::new(scenario::builtin()[0].clone(), name);
    window.take_time();
    window.open_page(page);
    if page == Page::Challenge {
        window.put_case(case.clone());
    }
    let mut shown = Harness::builder()
        .with_size(Vec2::from(size))
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), window);
    shown.run_steps(3);
    shown
}

/// A key by its name, with Ctrl where that stands before it.
fn key(name: &str) -> (Modifiers, Key) {
    let (modifiers, name) = match name.split_once('+') {
        Some(("Ctrl", name)) => (Modifiers::COMMAND, name),
        Some(("Shift", name)) => (Modifiers::SHIFT, name),
        _ => (Modifiers::NONE, name),
    };
    let key = match name {
        "?" => Key::Questionmark,
        "Esc" => Key::Escape,
        name => Key::from_name(name).unwrap_or_else(|| panic!("{name} is no key")),
    };
    (modifiers, key)
}

fn press(shown: &mut Shown, name: &str) {
    let (modifiers, key) = key(name);
    shown.key_press_modifiers(modifiers, key);
    shown.run_steps(3);
}

/// Every node below another.
fn each(node: &Node<'_>, look: &mut impl FnMut(&Node<'_>)) {
    look(node);
    node.children().for_each(|child| each(&child, look));
}

#[test]
fn inv_the_keys_of_every_page_are_walked_in_five_sizes_and_what_has_the_keyboard_is_in_sight() {
    let case = Making::whole(CaseCode::new(1, 11).expect("a code")).expect("a case");
    let scripts = [
        (Page::Explore, EXPLORE),
        (Page::Compare, COMPARE),
        (Page::Challenge, CHALLENGE),
        (Page::Lecture, LIST),
        (Page::Evidence, EVIDENCE),
    ];
    for (of, script) in scripts {
        for size in SIZES {
            let mut shown = page(of, size, &case);
            let window = Rect::from_min_size([0.0, 0.0].into(), size.into());
            let mut stops = 0;
            for name in script.split(' ') {
                press(&mut shown, name);
                assert_eq!(shown.state().page(), of, "{of:?} at {size:?}: {name} has left the page");
                each(&shown.root(), &mut |node| {
                    if node.is_focused() && node.accesskit_node().raw_bounds().is_some() {
                        stops += 1;
                        let (rect, label) = (node.rect(), node.accesskit_node().label());
                        let seen = window.intersect(rect);
                        assert!(
                            seen.width() >= 0.9 * rect.width().min(window.width()) && seen.height() > 0.0,
                            "{of:?} at {size:?}: after {name} {label:?} has the keyboard out of sight, at {rect}"
                        );
                        assert!(
                            label.is_some_and(|label| !label.trim().is_empty()),
                            "{of:?} at {size:?}: after {name} something without a name has the keyboard, at {rect}"
                        );
                    }
                });
            }
            assert!(stops >= 4, "{of:?} at {size:?}: nothing was reached by its keys ({stops})");
        }
    }
}

/// Points from the top in which the bar of a page and the line below it lie.
const BAR: f32 = 100.0;

#[test]
fn inv_no_button_of_a_bar_lies_over_another_in_five_sizes() {
    let case = Making::whole(CaseCode::new(1, 11).expect("a code")).expect("a case");
    for of in Page::ALL {
        for size in SIZES {
            let shown = page(of, size, &case);
            let mut buttons: Vec<(Rect, String)> = Vec::new();
            each(&shown.root(), &mut |node| {
                let of_it = node.accesskit_node();
                let pressed =
                    matches!(of_it.role(), Role::Button | Role::RadioButton | Role::TextInput | Role::ComboBox);
                if pressed && of_it.raw_bounds().is_some() && node.rect().bottom() < BAR {
                    buttons.push((node.rect(), of_it.label().unwrap_or_default()));
                }
            });
            assert!(buttons.len() >= 4, "{of:?} at {size:?}: {buttons:?}");
            for (at, (rect, name)) in buttons.iter().enumerate() {
                for (other, lower) in &buttons[at + 1..] {
                    let both = rect.intersect(*other);
                    assert!(
                        both.width() <= 2.0 || both.height() <= 2.0,
                        "{of:?} at {size:?}: {name} lies over {lower}, {rect} and {other}"
                    );
                }
            }
        }
    }
}

/// Words that only this page has.
fn own_words(page: Page) -> &'static str {
    match page {
        Page::Explore => "Hold beside",
        Page::Compare => "A alone",
        Page::Challenge => "Commit",
        Page::Lecture => "Decks for a hall",
        Page::Evidence => "Not modelled",
    }
}

#[test]
fn inv_a_page_is_turned_within_a_frame() {
    /// Several frames: the whole suite may run beside it on two cores.
    const MOST: Duration = Duration::from_millis(100);
    let case = Making::whole(CaseCode::new(1, 11).expect("a code")).expect("a case");
    let mut shown = page(Page::Challenge, [1440.0, 900.0], &case);
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    // The shortest of a few: others use this computer too. On the first visit a page begins its work.
    let mut shortest = [Duration::MAX; 5];
    for round in 0..6 {
        for (i, (page, key)) in Page::ALL.into_iter().zip(keys).enumerate() {
            shown.key_press_modifiers(Modifiers::COMMAND, key);
            let begun = Instant::now();
            shown.step();
            if round > 0 {
                shortest[i] = shortest[i].min(begun.elapsed());
            }
            assert_eq!(shown.state().page(), page);
            shown.step();
            let mut there = false;
            each(&shown.root(), &mut |node| {
                let of = node.accesskit_node();
                let words = of.label().or_else(|| of.value()).unwrap_or_default();
                there |= words.contains(own_words(page));
            });
            assert!(there, "{page:?} is not shown in the frame after it was asked for");
            shown.run_steps(2);
        }
    }
    println!("pages are turned in {shortest:?}");
    assert!(shortest.iter().all(|took| *took < MOST), "{shortest:?}");
}

/// Where a step has its numbers, its options and its notes.
struct Places {
    tiles: Vec<Rect>,
    options: Vec<Rect>,
    notes: Option<Rect>,
}

fn places(shown: &Shown) -> Places {
    let playing = shown.state().playing().expect("a deck");
    let tiles: Vec<&str> =
        playing.scene().map_or(Vec::new(), |scene| scene.tiles.iter().map(|tile| tile.label).collect());
    let options = playing.scene().and_then(|scene| scene.ask.as_ref()).map_or(0, |ask| ask.options.len());
    let told = playing.notes(DisplayUnits::default());
    let mut out = Places { tiles: Vec::new(), options: Vec::new(), notes: None };
    each(&shown.root(), &mut |node| {
        let of = node.accesskit_node();
        let Some(label) = of.label().or_else(|| of.value()) else { return };
        let (label, role) = (label.replace('\u{a0}', " "), node.accesskit_node().role());
        let begins = |text: &str| label.starts_with(text);
        if role == Role::Label && label == told {
            out.notes = Some(node.rect());
        } else if role == Role::Label && tiles.iter().any(|tile| begins(&format!("{tile} "))) && label.len() < 60 {
            out.tiles.push(node.rect());
        } else if role == Role::Button && (1..=options).any(|number| begins(&format!("{number} "))) {
            out.options.push(node.rect());
        }
    });
    out
}

#[test]
fn inv_the_keys_of_a_deck_are_walked_in_five_sizes_and_nothing_lies_over_a_number_or_an_option() {
    let lessons = ["peep", "refractory-hypoxaemia"].map(|id| {
        assert!(FILES.iter().any(|(known, _)| *known == id));
        (id, Lesson::open(lesson::builtin(id).expect("in the program")))
    });
    let mut noted = 0;
    for size in SIZES {
        for (id, lesson) in &lessons {
            let case_free = Window::new(scenario::builtin()[0].clone(), ThemeName::Dark);
            let mut shown = Harness::builder()
                .with_size(Vec2::from(size))
                .with_context_setup(|ctx| theme::install(ctx, ThemeName::Dark))
                .build_ui_state(|ui, window: &mut Window| window.show(ui), case_free);
            shown.state_mut().play_lesson(lesson.clone(), Source::Program((*id).to_owned()), None);
            shown.run_steps(3);
            let window = Rect::from_min_size([0.0, 0.0].into(), size.into()).expand2(vec2(1.0, 1.0));
            for step in 0..lesson.deck().steps.len() {
                for name in STEP.split(' ') {
                    press(&mut shown, name);
                    let at = format!("{id}, step {} at {size:?}, after {name}", step + 1);
                    assert_eq!(shown.state().playing().map(|playing| playing.step()), Some(step), "{at}");
                    each(&shown.root(), &mut |node| {
                        let of = node.accesskit_node();
                        if matches!(of.role(), Role::Label | Role::Button | Role::Figure) {
                            assert!(window.contains_rect(node.rect()), "{at}: {:?} at {}", of.label(), node.rect());
                        }
                    });
                    let Places { tiles, options, notes } = places(&shown);
                    let count = lesson.deck().steps[step].scene().map_or(0, |scene| scene.tiles.len());
                    assert!(tiles.len() >= count, "{at}: {} of {count} tiles", tiles.len());
                    let apart = |one: &Rect, other: &Rect| {
                        let both = one.shrink(1.0).intersect(other.shrink(1.0));
                        both.width() <= 0.0 || both.height() <= 0.0
                    };
                    for option in &options {
                        assert!(tiles.iter().all(|tile| apart(tile, option)), "{at}: an option lies over a number");
                    }
                    if name == "N" {
                        let notes = notes.unwrap_or_else(|| panic!("{at}: no notes"));
                        noted += 1;
                        assert!(
                            tiles.iter().chain(&options).all(|place| apart(place, &notes)),
                            "{at}: the notes lie over a number or an option, at {notes}"
                        );
                    }
                }
                shown.key_press(Key::PageDown);
                shown.run_steps(3);
            }
        }
    }
    assert!(noted > 100, "{noted}");
}
