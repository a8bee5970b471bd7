//! Page Lecture in a window without a screen: every deck from its first step to its last and back by keys, what is
//! blind seen by nobody before the reveal, and how many keys an educator needs.
#![allow(clippy::print_stdout, reason = "the keys of an educator are counted aloud")]
#![allow(clippy::disallowed_methods, clippy::float_cmp, reason = "a hall waits in real time; PEEP is what was set")]

use std::time::{Duration, Instant};

use eframe::egui::{Color32, Event, Key, Modifiers, Pos2, Rect, Role, Shape, Vec2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{
        Page, handout,
        lesson::{self, Lesson},
        page::lecture::ask::Source,
    },
    draw::palette::{Rgb, contrast},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, deck::Deck, deck::FILES},
    sim::params::ParamId,
    store::{self, AnyStore, memory::Memory},
    study::challenge_maker::code::CaseCode,
    text::display_units::{Concentration, DisplayUnits, Pressure},
};

/// What the picture of the lung is called.
const LUNG: &str = "Lung and blood";
const OTHER_UNITS: DisplayUnits = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };

type Hall = Harness<'static, Window>;

fn hall(size: Vec2) -> Hall {
    hall_in(size, ThemeName::default())
}

fn hall_in(size: Vec2, name: ThemeName) -> Hall {
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
        assert_eq!(one, other, "after {keys:?}");
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
    assert!(hall.query_by_label_contains("First vote: 2 of 2 right.").is_some(), "{}", seen(&hall));
    press(&mut hall, Key::ArrowDown);
    assert!(hall.query_by_label_contains("Now FiO₂").is_some(), "{}", seen(&hall));
    assert!(hall.query_by_label_contains("as revealed").is_some(), "the foot says what goes back");
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

/// Chooses kPa and g/L, and the light theme, on the page that is shown.
fn choose_otherwise(hall: &mut Hall) {
    for label in ["Settings", "Pressure: kPa", "Haemoglobin: g/L", "Light"] {
        hall.get_by_label(label).focus();
        hall.run_steps(2);
        hall.key_press(Key::Space);
        hall.run_steps(2);
    }
    hall.run_steps(3);
}

/// Every shape that is painted, but for where the letters of a word lie in the memory of the graphics card.
fn paint_list(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| paint_list(shape, out)),
        Shape::Text(text) => out.push_str(&format!(
            "{:?} {:?} {:?} {:?} {:?}\n",
            text.pos, text.galley.job, text.galley.rect, text.fallback_color, text.override_text_color
        )),
        shape => out.push_str(&format!("{shape:?}\n")),
    }
}

/// The same of both.
fn both(halls: &mut [Hall], of: impl FnMut(&mut Hall) -> String) -> [String; 2] {
    halls.iter_mut().map(of).collect::<Vec<_>>().try_into().expect("two")
}

/// Everything that a hall and its tools can see: tree with titles and descriptions, tooltips, what is painted, the table.
fn all_seen(hall: &mut Hall) -> String {
    let mut out = seen(hall);
    let figures: Vec<Pos2> = hall.query_all_by_role(Role::Figure).map(|node| node.rect().center()).collect();
    for at in figures {
        hall.hover_at(at);
        hall.run_steps(2);
        out.push_str(&seen(hall));
    }
    hall.output().shapes.iter().for_each(|clipped| paint_list(&clipped.shape, &mut out));
    out.push_str(&hall.state().playing().expect("a deck").tally());
    out
}

#[test]
fn inv_at_every_blind_step_a_double_that_differs_only_in_what_is_blind_looks_the_same_before_the_reveal() {
    let mut steps = 0;
    // Four windows are more than the stack of a test holds.
    let pair = |otherwise: bool| -> Vec<Hall> {
        let one = |_| {
            let mut hall = hall(vec2(1280.0, 720.0));
            if otherwise {
                choose_otherwise(&mut hall);
                assert_eq!(hall.state().theme(), ThemeName::Light);
            }
            hall
        };
        (0..2).map(one).collect()
    };
    // As it begins, and in the other units after another theme was chosen.
    let mut halls = [pair(false), pair(true)];
    for (id, _) in FILES {
        let lesson = Lesson::open(lesson::builtin(id).expect("in the program"));
        for step in 0..lesson.deck().steps.len() {
            let Some(scene) = lesson.deck().steps[step].scene() else { continue };
            if scene.blind.is_empty() {
                continue;
            }
            steps += 1;
            let other = lesson.doubled(step).expect("a question with a key");
            assert_ne!(other.right(step), lesson.right(step), "{id}: the double has another key");
            // Nor do the questions on paper.
            for units in [DisplayUnits::default(), OTHER_UNITS] {
                let paper = [&lesson, &other].map(|lesson| handout::html(lesson, units));
                let [one, two] = paper.each_ref().map(|paper| paper.split_once("<h2>Answers</h2>").expect("answers"));
                assert!(one.0 == two.0, "{id}, {}: the questions on paper tell", lesson.deck().steps[step].id);
                assert!(one.1 != two.1, "{id}: the answers on paper tell");
            }
            for halls in &mut halls {
                let name = lesson.deck().steps[step].id.clone();
                for (hall, lesson) in halls.iter_mut().zip([&lesson, &other]) {
                    hall.state_mut().play_lesson(lesson.clone(), Source::Program(id.to_owned()), Some(&name));
                    // The clock is no part of it, nor where the pointer was left.
                    hall.key_press(Key::T);
                    hall.hover_at(Pos2::new(2.0, 2.0));
                    hall.run_steps(3);
                }
                let [one, two] = both(halls, all_seen);
                // The first thing that is seen of it, with what stands before.
                let at = one.bytes().zip(two.bytes()).take_while(|(one, two)| one == two).count();
                let around =
                    |text: &str| String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(90)..]).into_owned();
                let [first, second] = [&one, &two].map(|text| around(text).chars().take(160).collect::<String>());
                assert!(one == two, "{id}, {name}: {first}\nis not\n{second}");
                for hall in halls.iter_mut() {
                    hall.key_press(Key::Enter);
                    hall.run_steps(3);
                }
                let [one, two] = both(halls, all_seen);
                assert!(one != two, "{id}, {name}: the reveal tells");
            }
        }
    }
    assert!(steps >= 8, "{steps}");
}

/// A word that is painted: its text, size in pixels, ink, middle.
struct Painted {
    text: String,
    pixels: f32,
    ink: Color32,
    at: Pos2,
    ground: Option<Color32>,
}

/// Every word of a frame, and the plain ground that it stands on.
fn painted(hall: &Hall) -> Vec<Painted> {
    fn walk(shape: &Shape, grounds: &mut Vec<(Rect, Color32)>, out: &mut Vec<Painted>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| walk(shape, grounds, out)),
            Shape::Rect(rect) if rect.fill.a() == 255 => grounds.push((rect.rect, rect.fill)),
            Shape::Text(text) if !text.galley.text().trim().is_empty() => {
                let section = &text.galley.job.sections[0].format;
                let ink = text.override_text_color.unwrap_or(match section.color {
                    Color32::PLACEHOLDER => text.fallback_color,
                    ink => ink,
                });
                let at = text.pos + text.galley.rect.center().to_vec2();
                let ground = grounds.iter().rev().find(|(rect, _)| rect.contains(at)).map(|(_, fill)| *fill);
                let pixels = section.font_id.size;
                out.push(Painted { text: text.galley.text().to_owned(), pixels, ink, at, ground });
            }
            _ => {}
        }
    }
    let (mut grounds, mut out) = (Vec::new(), Vec::new());
    for clipped in &hall.output().shapes {
        walk(&clipped.shape, &mut grounds, &mut out);
    }
    out
}

#[test]
fn inv_a_projector_shows_every_word_large_enough_and_in_clear_ink_for_the_last_row() {
    let mut faint = Vec::new();
    let mut small = Vec::new();
    for (id, _) in FILES {
        let mut hall = plays(lesson::builtin(id).expect("in the program"), vec2(1280.0, 720.0));
        let steps = hall.state().playing().expect("a deck").lesson().deck().steps.len();
        for _ in 0..2 * steps {
            let figures: Vec<Rect> = hall.query_all_by_role(Role::Figure).map(|node| node.rect()).collect();
            let is_lung = |node: &Node<'_>| node.accesskit_node().label().is_some_and(|label| label == LUNG);
            let lungs: Vec<Rect> =
                hall.query_all_by_role(Role::Figure).filter(is_lung).map(|node| node.rect()).collect();
            for word in painted(&hall) {
                let in_figure = figures.iter().any(|figure| figure.contains(word.at));
                let (foot, clock) = (word.at.y > 680.0, word.at.y < 75.0 && word.at.x > 1000.0);
                if foot || clock {
                    continue;
                }
                // Numbers on axes, and names of an axis that lists things with theirs.
                let is_figure = word.text.ends_with(|c: char| c.is_ascii_digit());
                let least = if in_figure && is_figure { 20.0 } else { 24.0 };
                if word.pixels < least - 0.01 {
                    small.push(format!("{id} {}: `{}` {:.1}", at(&hall).0 + 1, word.text, word.pixels));
                }
                let rgb = |colour: Color32| Rgb(colour.r(), colour.g(), colour.b());
                // Names within the picture of the lung stand on blood; its own test looks at them.
                if lungs.iter().any(|lung| lung.contains(word.at)) {
                    continue;
                }
                let Some(ground) = word.ground else { continue };
                let ratio = contrast(rgb(word.ink), rgb(ground));
                if ratio < 7.0 {
                    faint.push(format!("{id} {}: `{}` {ratio:.1}", at(&hall).0 + 1, word.text));
                }
            }
            press(&mut hall, Key::PageDown);
        }
    }
    assert!(small.is_empty(), "{}", small.join("\n"));
    assert!(faint.is_empty(), "{}", faint.join("\n"));
}

#[test]
fn inv_a_step_is_shown_at_once_and_a_jump_has_the_same_bits() {
    const STEP: Duration = Duration::from_millis(100);
    let lesson = Lesson::open(lesson::builtin("shunt-or-mismatch").expect("in the program"));
    let steps = lesson.deck().steps.len();
    let mut hall = hall(vec2(1280.0, 720.0));
    hall.state_mut().play_lesson(lesson, Source::Program("shunt-or-mismatch".to_owned()), None);
    hall.run();
    // The shortest of three: others use this computer too.
    let mut shortest = vec![Duration::MAX; steps];
    let mut looks: Vec<String> = vec![String::new(); steps];
    for round in 0..3 {
        for step in (0..steps).map(|step| if round == 1 { (step * 3 + 2) % steps } else { step }) {
            press(&mut hall, Key::G);
            let number = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7][step];
            press(&mut hall, number);
            hall.key_press(Key::Enter);
            let begun = Instant::now();
            hall.step();
            shortest[step] = shortest[step].min(begun.elapsed());
            hall.run();
            let look: String = seen(&hall).lines().filter(|line| !is_clock(line) && !line.contains(" min")).collect();
            if round == 0 {
                looks[step] = look;
            } else {
                assert_eq!(look, looks[step], "step {} looks otherwise after a jump", step + 1);
            }
        }
    }
    let longest = shortest.iter().max().expect("a step");
    println!("the slowest step is shown in {longest:?}");
    assert!(*longest < STEP, "{shortest:?}");
}

#[test]
fn inv_a_mouse_leads_from_the_list_to_a_reveal_the_notes_and_back_to_the_list() {
    let mut hall = hall(vec2(1440.0, 900.0));
    hall.state_mut().open_page(Page::Lecture);
    hall.run();
    let deck = lesson::builtin("peep").expect("in the program");
    let click = |hall: &mut Hall, label: &str| {
        hall.get_by_role_and_label(Role::Button, label).click();
        hall.run();
    };
    click(&mut hall, &format!("Play {}", deck.title));
    click(&mut hall, "2 about 25 %");
    assert!(hall.query_by_label("1 vote in").is_some(), "{}", seen(&hall));
    click(&mut hall, "Enter reveal");
    assert_eq!(at(&hall), (0, true));
    click(&mut hall, "↑ FiO₂");
    assert!(hall.query_by_label_contains("Now FiO₂").is_some());
    click(&mut hall, "N notes");
    assert!(hall.query_by_label_contains("First vote: ").is_some());
    click(&mut hall, "PgDn next");
    assert_eq!(at(&hall).0, 1);
    click(&mut hall, "PgUp back");
    click(&mut hall, "E Explore");
    assert_eq!(hall.state().page(), Page::Explore);
    hall.state_mut().open_page(Page::Lecture);
    hall.run();
    assert_eq!(at(&hall), (0, true));
    click(&mut hall, "Esc leave");
    assert!(hall.state().playing().is_none() && hall.query_by_label("Decks for a hall").is_some());
    assert!(hall.query_by_label("left at step 1 of 8, 1 vote").is_some(), "{}", seen(&hall));
    click(&mut hall, &format!("Go on with {}", deck.title));
    assert_eq!(at(&hall), (0, true), "it goes on where it stood");
}

#[test]
fn inv_a_hall_draws_its_line_with_keys_and_keeps_it_beside_the_truth() {
    let mut hall = plays(lesson::builtin("refractory-hypoxaemia").expect("in the program"), vec2(1440.0, 810.0));
    let figures = |hall: &Hall| -> String {
        let described = |node: Node<'_>| node.accesskit_node().description();
        hall.query_all_by_role(Role::Figure).filter_map(described).collect::<Vec<_>>().join(" ")
    };
    let keys =
        [Key::G, Key::Num3, Key::Enter, Key::D, Key::Num2, Key::Num1, Key::Enter, Key::Num5, Key::Num5, Key::Enter];
    keys.into_iter().for_each(|key| press(&mut hall, key));
    assert!(
        hall.query_by_label_contains("The hall’s line (mmHg): FiO₂ 0.21, PaO₂ 55, FiO₂ …").is_some(),
        "{}",
        seen(&hall)
    );
    let keys = [Key::Num1, Key::Comma, Key::Num0, Key::Enter, Key::Num3, Key::Num0, Key::Num0, Key::Enter];
    keys.into_iter().for_each(|key| press(&mut hall, key));
    assert!(figures(&hall).contains("The hall drew from 55 mmHg at FiO2 0.21 to 300 mmHg at FiO2 1.00."));
    assert!(!figures(&hall).contains("Iso-shunt lines"), "only axes");
    press(&mut hall, Key::Enter);
    assert!(figures(&hall).contains("The hall drew") && figures(&hall).contains("Iso-shunt lines"));
    assert!(painted(&hall).iter().any(|word| word.text == "the hall drew this"));
}

#[test]
fn inv_lines_of_a_class_are_pasted_and_drawn_over_the_truth_when_that_is_asked_for() {
    let mut hall = hall(vec2(1440.0, 900.0));
    hall.state_mut().take_time();
    hall.state_mut().open_page(Page::Lecture);
    hall.run();
    let code = CaseCode::FIRST;
    let lines: Vec<String> = (0..30).map(|i| format!("{code} 1 shunt {}-{} next=5 score=64", i + 1, i + 11)).collect();
    hall.event(Event::Paste(lines.join("\n")));
    hall.run_steps(8);
    let words = |hall: &Hall| hall.get_by_label("Lines of a class").accesskit_node().description().expect("words");
    assert!(words(&hall).starts_with(&format!("Case {code}: 30 said Shunt")), "{}", words(&hall));
    assert!(!words(&hall).contains("truth"), "{}", words(&hall));
    hall.key_press(Key::Enter);
    hall.run_steps(8);
    assert!(words(&hall).contains("of 30 ranges hold it"), "{}", words(&hall));
    hall.key_press(Key::Escape);
    hall.run_steps(4);
    assert!(hall.query_by_label("Decks for a hall").is_some());
}

#[test]
fn inv_a_folder_of_ones_own_is_listed_played_and_kept_in_the_settings() {
    let memory = Memory::default();
    let put = |path: &str, text: String| memory.put(&store::Key::Typed(path.to_owned()), Some(text.into_bytes()));
    put("own/decks/mine.json", FILES[2].1.replace("\"title\": \"", "\"title\": \"My "));
    put("own/decks/patient.json", scenario::to_json(scenario::find("copd").expect("a patient")));
    let open = || {
        let mut hall = hall(vec2(1440.0, 900.0));
        let (ctx, store) = (hall.ctx.clone(), AnyStore::new(memory.clone()));
        *hall.state_mut() = Window::with_store(scenario::builtin()[0].clone(), ThemeName::default(), store);
        hall.state_mut().keep_settings(&ctx, None);
        hall.state_mut().open_page(Page::Lecture);
        hall.run();
        hall
    };
    let mut first = open();
    first.get_by_role_and_label(Role::TextInput, "Folder").focus();
    first.run();
    first.event(Event::Text("own/decks".to_owned()));
    first.run();
    first.get_by_role_and_label(Role::Button, "List folder").click();
    first.run();
    assert!(first.query_by_label("Play mine.json").is_some(), "{}", seen(&first));
    // Choices are written once they have rested.
    for _ in 0..80 {
        first.step();
    }
    let mut again = open();
    assert!(again.query_by_label("Play mine.json").is_some(), "listed at the next start");
    again.get_by_role_and_label(Role::Button, "Explore patient.json").click();
    again.run();
    assert_eq!((again.state().page(), again.state().session().scenario().id.as_str()), (Page::Explore, "copd"));
    again.state_mut().open_page(Page::Lecture);
    again.run();
    again.get_by_role_and_label(Role::Button, "Play mine.json").click();
    again.run();
    assert!(again.state().playing().is_some());
    press(&mut again, Key::Enter);
    press(&mut again, Key::E);
    assert_eq!(again.state().session().now().params.get(ParamId::Peep), 15.0);
}
