//! The pictures of page Explore by accessible label: the lung and its blood, which pictures stand where, what lights
//! up together.

use eframe::egui::{
    Color32, Context, Key, Modifiers, OutputCommand, Pos2, RawInput, Rect, Role, Shape, Stroke, Vec2, pos2, vec2,
};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{self, arrangement::Border},
    draw::{ink, lung, svg, trend as drawn_trend},
    figure::{
        Figure, Plot, lung_picture,
        trends::{self, Channel, Event, Recorded, Sample, Sampled},
    },
    gui::{
        Window, keys,
        link::{Link, Target},
        lung_picture as shown_lung, plot,
        theme::{self, ThemeName},
        trend,
    },
    scenario,
    sim::params::{ParamId, SwitchId},
    sim::reading::snapshot::{Model, Snapshot},
    store::{AnyStore, memory::Memory},
};
use resvg::usvg::roxmltree::{Document, Node};

type Page = Harness<'static, Window>;

const LUNG: &str = "Lung and blood";

fn page_of(id: &str, name: ThemeName, size: Vec2) -> Page {
    let scenario = scenario::find(id).expect("a built-in patient").clone();
    let mut page = Harness::builder()
        .with_size(size)
        .with_max_steps(400)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(scenario, name));
    page.run();
    page
}

fn page(id: &str) -> Page {
    page_of(id, ThemeName::Dark, vec2(1440.0, 900.0))
}

/// A page whose files are in a store.
fn page_in(memory: &Memory, id: &str) -> Page {
    let mut page = page(id);
    let scenario = scenario::find(id).expect("a built-in patient").clone();
    *page.state_mut() = Window::with_store(scenario, ThemeName::Dark, AnyStore::new(memory.clone()));
    page.run();
    page
}

/// What a window has written.
fn written(memory: &Memory, path: &str) -> Vec<u8> {
    let key = isoshunt::store::Key::Typed(path.to_owned());
    memory.get(&key).unwrap_or_else(|| panic!("{path} of {memory:?}"))
}

fn now(page: &Page) -> Snapshot {
    page.state().session().now().outcome.clone().expect("a steady state")
}

fn take(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).focus();
    page.run();
    page.key_press_modifiers(Modifiers::NONE, Key::Space);
    page.run();
}

fn names(page: &Page) -> Vec<String> {
    page.state().panel().choices.arrangement.pictures().to_vec()
}

#[test]
fn the_lung_picture_tells_in_words_what_it_shows() {
    for id in ["healthy-young-adult", "severe-ards-recruitable", "copd", "pulmonary-embolism"] {
        let page = page(id);
        let picture = lung_picture::figure(&now(&page), None);
        let said = page.get_by_role_and_label(Role::Figure, LUNG).accesskit_node().description();
        assert_eq!(said.as_deref(), Some(picture.text.as_str()), "{id}");
        for part in picture.parts() {
            let (name, facts) = picture.told(part);
            let node = page.get_by_role_and_label(Role::ListItem, &name);
            assert_eq!(node.value(), Some(facts.join(", ")), "{id}: {name}");
        }
    }
}

#[test]
fn every_part_of_the_lung_can_be_reached_with_the_tab_key() {
    let mut page = page("severe-ards-recruitable");
    let picture = lung_picture::figure(&now(&page), None);
    let mut parts: Vec<String> = picture.parts().into_iter().map(|part| picture.told(part).0).collect();
    for _ in 0..200 {
        page.key_press(Key::Tab);
        page.run();
        parts.retain(|name| !page.get_by_role_and_label(Role::ListItem, name).is_focused());
        if parts.is_empty() {
            return;
        }
    }
    panic!("not reached: {parts:?}");
}

#[test]
fn blood_is_counted_in_a_hundred_cells() {
    let mut page = page("pure-shunt-30");
    take(&mut page, Role::RadioButton, "Lung picture as: 100 cells");
    assert!(page.state().panel().choices.cells);
    let fixed = page.get_by_role_and_label(Role::ListItem, "Fixed shunt").rect();
    let arterial = page.get_by_role_and_label(Role::ListItem, "Arterial blood").rect();
    assert!((arterial.width() - arterial.height()).abs() < 1.0, "ten by ten cells: {arterial}");
    // Thirty of a hundred cells are three rows of ten.
    assert!((fixed.height() - 0.3 * arterial.height()).abs() < 1.0, "{fixed} of {arterial}");
    let said = page.get_by_role_and_label(Role::Figure, LUNG).accesskit_node().description().unwrap_or_default();
    assert!(said.contains("70 leave full; 30 leave poorly loaded"), "{said}");
}

#[test]
fn another_picture_is_chosen_from_the_keyboard() {
    let mut page = page("copd");
    assert_eq!(names(&page), ["lung_picture", "o2_dissociation", "iso_shunt"]);
    take(&mut page, Role::ComboBox, "Picture 2");
    page.get_by_role_and_label(Role::Button, "V/Q distribution").focus();
    page.run();
    page.key_press(Key::Enter);
    page.run();
    assert_eq!(names(&page), ["lung_picture", "vq_distribution", "iso_shunt"]);
    page.get_by_role_and_label(Role::Figure, "V/Q distribution");
    for (entry, count) in
        [("Add a picture", 4), ("Close this picture", 3), ("Close this picture", 2), ("Usual pictures", 3)]
    {
        take(&mut page, Role::ComboBox, "Picture 1");
        page.get_by_role_and_label(Role::Button, entry).click();
        page.run();
        assert_eq!(names(&page).len(), count, "{entry}");
    }
    assert!(!page.state().session().can_undo(), "the patient has nothing to do with it");
}

#[test]
fn borders_move_by_mouse_and_by_key() {
    let mut page = page("copd");
    let label = "Width of the pictures";
    let before = page.get_by_role_and_label(Role::Splitter, label).rect();
    let share = page.state().panel().choices.arrangement.share(Border::Columns);
    page.drag_at(before.center());
    page.run();
    page.hover_at(before.center() - vec2(100.0, 0.0));
    page.run();
    page.drop_at(before.center() - vec2(100.0, 0.0));
    page.run();
    let after = page.get_by_role_and_label(Role::Splitter, label).rect();
    assert!((before.center().x - after.center().x - 100.0).abs() < 3.0, "{before} {after}");
    assert!(page.state().panel().choices.arrangement.share(Border::Columns) < share);
    page.get_by_role_and_label(Role::Splitter, label).focus();
    page.run();
    for _ in 0..3 {
        page.key_press(Key::ArrowRight);
        page.run();
    }
    assert!(page.get_by_role_and_label(Role::Splitter, label).rect().center().x > after.center().x + 30.0);
}

#[test]
fn what_is_pointed_at_in_one_picture_lights_up_in_all() {
    let mut page = page("severe-ards-recruitable");
    let lit = |page: &Page| page.state().panel().frame.link.lit.clone();
    let fixed = page.get_by_role_and_label(Role::ListItem, "Fixed shunt").rect();
    page.hover_at(fixed.center());
    page.run();
    assert_eq!(lit(&page), Some(Target::Shunt));
    page.hover_at(pos2(5.0, 5.0));
    page.run();
    assert_eq!(lit(&page), None);
    let picture = lung_picture::figure(&now(&page), None);
    let stream = &picture.streams[2];
    page.get_by_role_and_label(Role::ListItem, &stream.title()).focus();
    page.run();
    assert_eq!(lit(&page), Some(Target::Units(stream.units.clone())));
}

#[test]
fn it_moves_while_time_runs_and_rests_otherwise() {
    let mut page = page("healthy-young-adult");
    // `run` would fail if the window kept asking for frames.
    page.run();
    page.get_by_role_and_label(Role::Button, "Run").click();
    page.run_steps(4);
    assert!(page.state().session().is_running());
    page.get_by_role_and_label(Role::Button, "Pause").click();
    page.run_steps(2);
    page.run();
}

#[test]
fn pictures_have_their_places_in_every_theme_and_size() {
    for name in ThemeName::ALL {
        for size in [vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(2560.0, 1440.0)] {
            let mut page = page_of("severe-ards-recruitable", name, size);
            for count in [4, 3, 2, 1] {
                let rects: Vec<Rect> = page.get_all_by_role(Role::Figure).map(|figure| figure.rect()).collect();
                let window = Rect::from_min_size(pos2(0.0, 0.0), size);
                for (i, rect) in rects.iter().enumerate() {
                    assert!(window.contains_rect(*rect), "{name:?} {size}: {rect}");
                    assert!(rect.width() > 150.0 && rect.height() > 100.0, "{name:?} {size}: {rect}");
                    assert!(rects[..i].iter().all(|other| !other.shrink(1.0).intersects(*rect)), "{name:?} {size}");
                }
                take(&mut page, Role::ComboBox, "Picture 1");
                let entry = if count == 4 { "Add a picture" } else { "Close this picture" };
                page.get_by_role_and_label(Role::Button, entry).click();
                page.run();
            }
        }
    }
}

#[test]
fn a_point_of_the_trend_shows_that_moment_in_every_picture() {
    let mut page = page("healthy-young-adult");
    let saturation = |page: &Page| {
        let lung = page.get_by_role_and_label(Role::Figure, LUNG).accesskit_node().description();
        let curve = page.get_by_role_and_label(Role::Figure, "O₂ dissociation").accesskit_node().description();
        (lung.unwrap_or_default(), curve.unwrap_or_default())
    };
    page.get_by_role_and_label(Role::Button, "Run").click();
    page.run_steps(8);
    page.get_by_role_and_label(Role::Slider, "FiO₂").focus();
    page.run_steps(2);
    page.key_press(Key::End);
    page.run_steps(200);
    page.get_by_role_and_label(Role::Button, "Pause").click();
    page.run_steps(2);
    page.run();
    let present = saturation(&page);
    let trend = page.get_by_role_and_label(Role::Figure, "Trend").rect();
    let run_view = page.state().session().in_time().expect("in time");
    // The trend shows the last five minutes; the run began within them.
    let share = 1.0 - 30.0 / 300.0;
    assert!(run_view.time_s() < 300.0, "{}", run_view.time_s());
    let mut shown = None;
    for x in (0..200).map(|i| trend.left() + trend.width() * i as f32 / 200.0) {
        page.hover_at(pos2(x, trend.center().y));
        page.run();
        shown = page.state().panel().frame.moment_s;
        if shown.is_some() {
            break;
        }
    }
    let moment_s = shown.expect("a moment");
    assert!(moment_s < share * page.state().session().in_time().expect("in time").time_s());
    page.get_by_label_contains("The pictures show");
    let past = saturation(&page);
    assert!(past.0 != present.0 && past.1 != present.1, "{past:?}");
    let run_view = page.state().session().in_time().expect("in time");
    let (_, snapshot) = run_view.past().at(moment_s).expect("kept");
    assert_eq!(past.0, lung_picture::figure(snapshot, None).text);
    page.hover_at(pos2(5.0, 5.0));
    page.run();
    assert_eq!(saturation(&page), present, "and the present comes back");
}

#[test]
fn all_keys_are_shown_by_their_own_key() {
    let mut page = page("copd");
    page.key_press(Key::F1);
    page.run();
    // What acts on two pages stands with both.
    for binding in &keys::BINDINGS {
        let times = binding.pages.len().max(1);
        assert_eq!(page.query_all_by_label((binding.what)()).count(), times, "{}", (binding.what)());
        assert!(page.query_all_by_label(&binding.text(&page.ctx)).count() >= times, "{}", (binding.what)());
    }
    // Some keys do one thing on a page and another in a deck.
    for (keys, what) in keys::OF_CONTROLS.into_iter().chain(keys::OF_COMPARE).chain(keys::OF_A_DECK) {
        let (keys, what) = (keys(), what());
        assert!(page.query_all_by_label(keys).next().is_some(), "{keys}");
        assert!(page.query_all_by_label(what).next().is_some(), "{what}");
    }
    page.key_press(Key::Escape);
    page.run();
    assert!(page.query_by_label((keys::OF_CONTROLS[0].1)()).is_none(), "Escape closes it");
}

#[test]
fn about_says_version_licence_and_what_it_is_not_for() {
    let mut page = page("copd");
    take(&mut page, Role::Button, "Help");
    page.get_by_role_and_label(Role::Button, "About Isoshunt").click();
    page.run();
    for text in [env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_LICENSE"), "not for clinical use"] {
        page.get_by_label_contains(text);
    }
    take(&mut page, Role::Button, "Close");
    assert!(page.query_by_label_contains("not for clinical use").is_none());
}

#[test]
fn first_steps_are_done_by_their_buttons() {
    let mut page = page("copd");
    assert!(page.query_by_label_contains("You begin with a healthy patient").is_none());
    take(&mut page, Role::Button, "Help");
    page.get_by_role_and_label(Role::Button, "First steps").click();
    page.run();
    page.get_by_label_contains("You begin with a healthy patient");
    let po2 = |page: &Page| now(page).state.arterial.gas.po2_mmhg;
    let held = |page: &Page| {
        let beside = page.state().session().beside().expect("somebody");
        let there = beside.view.outcome.as_ref().expect("steady");
        (beside.scenario.id.clone(), there.params.get(ParamId::Fio2), there.state.arterial.gas.po2_mmhg)
    };
    take(&mut page, Role::Button, "A shunt of 30 %, on air");
    assert_eq!((now(&page).truth.shunt_frac, now(&page).params.get(ParamId::Fio2)), (0.3, 0.21));
    let on_air = po2(&page);
    take(&mut page, Role::Button, "Beside it an uneven lung, on air");
    let (id, fio2, of_shunt) = held(&page);
    assert_eq!((id.as_str(), fio2), ("pure-shunt-30", 0.21));
    assert!((po2(&page) - of_shunt).abs() < 1.0 && (of_shunt - on_air).abs() < 0.1, "the same gas on air");
    take(&mut page, Role::Button, "Pure oxygen for both");
    let (id, fio2, of_shunt) = held(&page);
    assert_eq!((id.as_str(), fio2), ("pure-shunt-30", 1.0));
    assert!((on_air..150.0).contains(&of_shunt) && po2(&page) > 500.0, "{of_shunt} beside {}", po2(&page));
    take(&mut page, Role::Button, "Close first steps");
    assert!(page.query_by_label_contains("You begin with a healthy patient").is_none());
}

#[test]
fn what_is_held_beside_is_named_and_let_go() {
    let mut page = page("pure-shunt-30");
    let change = |page: &Page| page.get_by_role_and_label(Role::Meter, "PaO₂").value().unwrap_or_default();
    let first = change(&page);
    take(&mut page, Role::Button, "Hold beside");
    let name = page.state().session().beside().expect("held").name();
    page.get_by_label(&name);
    for _ in 0..2 {
        page.get_by_role_and_label(Role::Slider, "FiO₂").focus();
        page.run();
        page.key_press(Key::PageUp);
        page.run();
    }
    let said = page.get_by_role_and_label(Role::Figure, LUNG).accesskit_node().description().unwrap_or_default();
    let before = page.state().session().before().expect("the ghost").outcome.as_ref().expect("steady").clone();
    assert_eq!(first, format!("{:.0} mmHg", before.state.arterial.gas.po2_mmhg));
    assert!(said.contains(" Held beside, ") && said.contains(&page.state().session().scenario().title), "{said}");
    assert!(page.query_by_label_contains(&format!("Held beside, {name}: ")).is_some(), "in What happened too");
    take(&mut page, Role::Button, "Let go");
    assert!(page.query_by_label(&name).is_none());
    let counted = page.state().session().before().map(|view| view.params.get(ParamId::Fio2));
    assert_eq!(counted, page.state().session().before_action().map(|view| view.params.get(ParamId::Fio2)));
}

const SETTINGS: isoshunt::store::Key = isoshunt::store::Key::Settings;

fn settings_in(memory: &Memory) -> String {
    String::from_utf8(memory.get(&SETTINGS).expect("they are kept")).expect("text")
}

type Kept = Harness<'static, (Window, bool)>;

/// A window that keeps its choices in a store.
fn kept_in(memory: &Memory) -> Kept {
    opened_with(memory, None)
}

/// The same with a theme that is asked for at the start.
fn opened_with(memory: &Memory, asked_for: Option<ThemeName>) -> Kept {
    let scenario = scenario::builtin()[0].clone();
    let theme = asked_for.unwrap_or(ThemeName::Dark);
    let window = Window::with_store(scenario, theme, AnyStore::new(memory.clone()));
    let mut page = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_max_steps(400)
        .with_context_setup(move |ctx| theme::install(ctx, ThemeName::Dark))
        .build_ui_state(
            move |ui, (window, known): &mut (Window, bool)| {
                if !std::mem::replace(known, true) {
                    window.keep_settings(ui.ctx(), asked_for);
                }
                window.show(ui);
            },
            (window, false),
        );
    page.run();
    page
}

fn take_in(page: &mut Kept, label: &str) {
    page.get_by_label(label).focus();
    page.run();
    page.key_press(Key::Space);
    page.run();
}

#[test]
fn choices_are_kept_from_one_start_to_the_next() {
    let memory = Memory::default();
    let mut first = kept_in(&memory);
    first.get_by_label_contains("You begin with a healthy patient");
    take_in(&mut first, "Close first steps");
    take_in(&mut first, "Lung picture as: 100 cells");
    // The window writes once the hand rests; `run` waits for it.
    first.run();
    let text = settings_in(&memory);
    assert!(text.contains("\"cells\": true"), "{text}");
    let second = kept_in(&memory);
    assert!(second.state().0.panel().choices.cells && !second.state().0.panel().choices.welcome);
    memory.put(&SETTINGS, Some(text[..40].into()));
    let third = kept_in(&memory);
    assert!(!third.state().0.panel().choices.cells);
    third.get_by_label_contains("The settings are the usual ones");
}

#[test]
fn a_theme_that_is_asked_for_at_the_start_holds_for_that_time_only() {
    let memory = Memory::default();
    let mut chosen = kept_in(&memory);
    take_in(&mut chosen, "Close first steps");
    chosen.run();
    let mut asked = opened_with(&memory, Some(ThemeName::Projector));
    assert_eq!(asked.state().0.theme(), ThemeName::Projector);
    take_in(&mut asked, "Lung picture as: 100 cells");
    asked.run();
    let text = settings_in(&memory);
    assert!(text.contains("\"cells\": true") && text.contains("\"theme\": \"dark\""), "{text}");
    // Also where it is the usual one, and another was kept.
    memory.put(&SETTINGS, Some(text.replace("\"dark\"", "\"light\"").into()));
    assert_eq!(kept_in(&memory).state().0.theme(), ThemeName::Light);
    assert_eq!(opened_with(&memory, Some(ThemeName::Dark)).state().0.theme(), ThemeName::Dark);
    // And where nothing was kept yet.
    memory.put(&SETTINGS, None);
    let mut asked = opened_with(&memory, Some(ThemeName::Projector));
    take_in(&mut asked, "Close first steps");
    asked.run();
    assert_eq!(asked.state().0.theme(), ThemeName::Projector);
    let text = settings_in(&memory);
    assert!(text.contains("\"first_steps\": false") && text.contains("\"theme\": \"dark\""), "{text}");
}

#[test]
fn the_usual_size_is_the_one_that_the_theme_chose() {
    let mut page = opened_with(&Memory::default(), Some(ThemeName::Projector));
    page.set_size(vec2(2560.0, 1440.0));
    page.run();
    let chosen = page.ctx.zoom_factor();
    assert!(chosen > 1.5, "{chosen}");
    page.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
    page.run();
    assert!(page.ctx.zoom_factor() > chosen);
    page.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    page.run();
    assert_eq!(page.ctx.zoom_factor().to_string(), chosen.to_string());
}

/// Answers where pictures and data go: it is asked before the first of them.
fn answer_where(page: &mut Page, typed: &str) {
    page.get_by_role_and_label(Role::TextInput, "Folder of pictures and data").focus();
    page.run();
    page.key_press_modifiers(Modifiers::COMMAND, Key::A);
    page.get_by_role_and_label(Role::TextInput, "Folder of pictures and data").type_text(typed);
    page.run();
    take(page, Role::Button, "Save there");
    page.run();
    assert_eq!(page.state().panel().choices.export_folder, typed);
}

#[test]
fn the_trend_leaves_the_window_as_it_is_shown() {
    let memory = Memory::default();
    let mut page = page_in(&memory, "lobar-pneumonia");
    take(&mut page, Role::Button, "Step");
    for (entry, file) in [("Save as PNG", "png"), ("Save as SVG", "svg"), ("Save data as CSV", "csv")] {
        take(&mut page, Role::Button, "Lanes");
        take(&mut page, Role::Button, entry);
        if file == "png" {
            answer_where(&mut page, "own/pictures");
        }
        let name = format!("lobar-pneumonia-trend.{file}");
        let bytes = written(&memory, &format!("own/pictures/{name}"));
        assert!(bytes.len() > 200, "{name}");
        if file != "png" {
            let text = String::from_utf8(bytes).expect("text");
            assert!(text.contains(if file == "svg" { "PaO₂" } else { "time_s,series,value" }), "{text}");
        }
    }
}

#[test]
fn a_picture_leaves_the_window_as_file_and_on_the_clipboard() {
    let memory = Memory::default();
    let mut page = page_in(&memory, "pure-shunt-30");
    take(&mut page, Role::ComboBox, "Picture 1");
    take(&mut page, Role::Button, "Save as SVG");
    answer_where(&mut page, "own/pictures");
    let lung = String::from_utf8(written(&memory, "own/pictures/pure-shunt-30-lung_picture.svg")).expect("text");
    assert!(lung.contains("30 % fixed shunt") && lung.ends_with("</svg>\n"), "{lung}");
    let plot = names(&page).into_iter().find(|name| name != isoshunt::gui::lung_picture::ID).expect("a plot");
    let place = names(&page).iter().position(|name| *name == plot).expect("a place") + 1;
    for (entry, file) in [
        ("Save as PNG", "png"),
        ("Save as SVG", "svg"),
        ("Save data as CSV", "csv"),
        // A second one stands beside the first.
        ("Save data as CSV", "2.csv"),
    ] {
        take(&mut page, Role::ComboBox, &format!("Picture {place}"));
        take(&mut page, Role::Button, entry);
        let name = if file == "2.csv" {
            format!("pure-shunt-30-{plot}-2.csv")
        } else {
            format!("pure-shunt-30-{plot}.{file}")
        };
        let bytes = written(&memory, &format!("own/pictures/{name}"));
        assert!(bytes.len() > 200, "{name}");
    }
    let csv = String::from_utf8(written(&memory, &format!("own/pictures/pure-shunt-30-{plot}.csv"))).expect("text");
    assert!(csv.starts_with("series,"), "{csv}");
    take(&mut page, Role::ComboBox, &format!("Picture {place}"));
    page.get_by_role_and_label(Role::Button, "Copy data as CSV").focus();
    page.run();
    page.key_down(Key::Space);
    page.step();
    let is_it = |command: &OutputCommand| matches!(command, OutputCommand::CopyText(text) if *text == csv);
    assert!(page.output().platform_output.commands.iter().any(is_it));
    page.key_up(Key::Space);
    page.run();
}

/// A text, a circle or a line, as a painter has it: what it says, where it begins and ends, how large and how coloured it
/// is. A dashed line is one line for each dash.
#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    kind: &'static str,
    says: String,
    at: [f32; 2],
    to: [f32; 2],
    size: f32,
    colour: Color32,
}

impl Drawn {
    fn is(&self, other: &Drawn) -> bool {
        self.kind == other.kind
            && self.says == other.says
            && [(self.at, other.at), (self.to, other.to)].iter().all(|(one, other)| is_near(*one, *other))
            && (self.size - other.size).abs() <= 0.02
            && self.colour == other.colour
    }
}

fn is_near(one: [f32; 2], other: [f32; 2]) -> bool {
    one.iter().zip(other).all(|(a, b)| (a - b).abs() <= 1.0)
}

fn is_dot(one: [f32; 2], other: [f32; 2]) -> bool {
    one.iter().zip(other).all(|(a, b)| (a - b).abs() <= 0.05)
}

/// What is drawn of a line, first and last point of each dash: lengths drawn and left out in turn.
fn dashes(line: &[[f32; 2]], lengths: &[f32]) -> Vec<[[f32; 2]; 2]> {
    let (mut out, mut begun, mut part, mut left) = (Vec::new(), Some(line[0]), 0, lengths[0]);
    for pair in line.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        let [dx, dy] = [0, 1].map(|x| to[x] - from[x]);
        let whole = (dx * dx + dy * dy).sqrt();
        let mut done = 0.0;
        while whole - done > left {
            done += left;
            let at = [0, 1].map(|x| from[x] + (to[x] - from[x]) * done / whole);
            match begun.take() {
                Some(first) => out.push([first, at]),
                None => begun = Some(at),
            }
            part = (part + 1) % lengths.len();
            left = lengths[part];
        }
        left -= whole - done;
    }
    // What is left at the end may be of rounding alone.
    let last = *line.last().expect("a line");
    out.extend(begun.filter(|first| !is_dot(*first, last)).map(|first| [first, last]));
    out
}

/// What the window paints where `show` puts a picture, without the frame around it.
fn in_window(name: ThemeName, size: Vec2, mut show: impl FnMut(&mut eframe::egui::Ui) -> Rect) -> Vec<Drawn> {
    fn flat(shape: Shape, out: &mut Vec<Shape>) {
        match shape {
            Shape::Vec(list) => list.into_iter().for_each(|shape| flat(shape, out)),
            other => out.push(other),
        }
    }
    let ctx = Context::default();
    theme::install(&ctx, name);
    let input = RawInput { screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)), ..RawInput::default() };
    let mut place = Rect::ZERO;
    let mut output = ctx.run_ui(input, |ui| place = show(ui));
    output.textures_delta.clear();
    let mut shapes = Vec::new();
    output.shapes.into_iter().for_each(|clipped| flat(clipped.shape, &mut shapes));
    let at = |point: Pos2| [point.x - place.left(), point.y - place.top()];
    let line = |points: &[Pos2], stroke: Stroke, closed: bool| {
        let kind = if closed { "polygon" } else { "line" };
        let to = at(points[points.len() - 1]);
        Drawn { kind, says: String::new(), at: at(points[0]), to, size: stroke.width, colour: stroke.color }
    };
    let drawn = shapes.into_iter().filter_map(|shape| match shape {
        Shape::Text(text) => {
            let format = &text.galley.job.sections[0].format;
            let row = &text.galley.rows[0];
            let baseline = row.pos.y + row.glyphs[0].pos.y;
            Some(Drawn {
                kind: "text",
                says: text.galley.text().to_owned(),
                at: at(text.pos + vec2(0.0, baseline)),
                to: at(text.pos + vec2(0.0, baseline)),
                size: format.font_id.size,
                colour: format.color,
            })
        }
        Shape::Circle(circle) => Some(Drawn {
            kind: "circle",
            says: String::new(),
            at: at(circle.center),
            to: at(circle.center),
            size: circle.radius,
            colour: circle.fill,
        }),
        Shape::LineSegment { points, stroke } => Some(line(&points, stroke, false)),
        Shape::Path(path) if path.points.len() > 1 => {
            let eframe::epaint::ColorMode::Solid(color) = path.stroke.color else { return None };
            Some(line(&path.points, Stroke { width: path.stroke.width, color }, path.closed))
        }
        _ => None,
    });
    drawn.collect()
}

/// What a file holds.
fn in_file(text: &str) -> Vec<Drawn> {
    let document = Document::parse(text).expect("XML");
    let number =
        |node: &Node<'_, '_>, name: &str| -> f32 { node.attribute(name).map_or(0.0, |n| n.parse().expect(name)) };
    let colour = |node: &Node<'_, '_>, name: &str| match node.attribute(name) {
        Some(hex) if hex.starts_with('#') => Color32::from_hex(hex).expect("a colour"),
        _ => Color32::TRANSPARENT,
    };
    let drawn = document.descendants().flat_map(|node| match node.tag_name().name() {
        "text" => {
            let (says, size) = (node.text().unwrap_or_default().to_owned(), number(&node, "font-size"));
            let share = match node.attribute("text-anchor") {
                Some("middle") => 0.5,
                Some("end") => 1.0,
                _ => 0.0,
            };
            let wide = ink::width(&says, size, node.attribute("font-weight") == Some("bold"));
            let at = [number(&node, "x") - share * wide, number(&node, "y")];
            vec![Drawn { kind: "text", says, at, to: at, size, colour: colour(&node, "fill") }]
        }
        "circle" => {
            let at = [number(&node, "cx"), number(&node, "cy")];
            let (size, colour) = (number(&node, "r"), colour(&node, "fill"));
            vec![Drawn { kind: "circle", says: String::new(), at, to: at, size, colour }]
        }
        name @ ("polyline" | "polygon") => {
            let numbers = |text: &str, at: &[char]| -> Vec<f32> {
                text.split(at).filter(|n| !n.is_empty()).map(|n| n.parse().expect("a number")).collect()
            };
            let points = numbers(node.attribute("points").unwrap_or_default(), &[' ', ',']);
            let points: Vec<[f32; 2]> = points.chunks_exact(2).map(|point| [point[0], point[1]]).collect();
            let lengths = numbers(node.attribute("stroke-dasharray").unwrap_or_default(), &[' ']);
            let parts = match points[..] {
                [] | [_] => Vec::new(),
                [first, .., last] if lengths.is_empty() => vec![[first, last]],
                _ => dashes(&points, &lengths),
            };
            let kind = if name == "polyline" { "line" } else { "polygon" };
            let (size, colour) = (number(&node, "stroke-width"), colour(&node, "stroke"));
            let drawn = |[at, to]: [[f32; 2]; 2]| Drawn { kind, says: String::new(), at, to, size, colour };
            parts.into_iter().map(drawn).collect()
        }
        _ => Vec::new(),
    });
    drawn.collect()
}

/// Every plot of six patients, with a ghost.
fn figures() -> Vec<(&'static str, Figure)> {
    let ids = ["healthy-young-adult", "pure-shunt-30", "copd", "pulmonary-embolism", "ards-recruitable"];
    let mut patients: Vec<_> =
        ids.iter().map(|id| (*id, scenario::find(id).expect("built in").params.clone())).collect();
    let mut on_ecmo = scenario::find("severe-ards-non-recruitable").expect("built in").params.clone();
    on_ecmo.set_switch(SwitchId::Ecmo, "on").expect("an option");
    patients.push(("on a membrane lung", on_ecmo));
    let mut out = Vec::new();
    for (id, params) in patients {
        let mut model = Model::new();
        let now = model.snapshot(&params).expect("a steady state");
        let before = model.snapshot(&params.with(ParamId::Fio2, 0.5).expect("within bounds")).ok();
        let plots = Plot::ALL.into_iter();
        let plots = plots.filter_map(|of| app::figure(of, &mut model, &now, before.as_ref(), Default::default()).ok());
        out.extend(plots.map(|figure| (id, figure)));
    }
    assert!(Plot::ALL.iter().all(|plot| out.iter().any(|(_, figure)| figure.id == plot.id())));
    out
}

/// What stands in a file stands in the window and the other way round, to a pixel.
fn assert_same(what: &str, window: &[Drawn], file: &[Drawn]) {
    assert!(file.iter().filter(|drawn| drawn.kind == "text").count() > 4, "{what}");
    for drawn in file {
        assert!(window.iter().any(|other| other.is(drawn)), "{what}: only in the file: {drawn:?} {window:#?}");
    }
    for drawn in window.iter().filter(|drawn| drawn.kind != "line" || !is_dot(drawn.at, drawn.to)) {
        assert!(file.iter().any(|other| other.is(drawn)), "{what}: only in the window: {drawn:?}");
    }
}

#[test]
fn inv_a_plot_is_the_same_in_the_window_and_in_its_file() {
    let all = figures();
    for name in ThemeName::ALL {
        for size in [[560, 400], [900, 400]] {
            for (id, figure) in &all {
                let room = vec2(size[0] as f32, size[1] as f32);
                let window =
                    in_window(name, room, |ui| plot::show(ui, name.theme(), figure, room, &mut Link::default()).rect);
                let file = in_file(&svg::svg(figure, name, size));
                assert_same(&format!("{id} {} {name:?} {size:?}", figure.id), &window, &file);
            }
        }
    }
}

#[test]
fn inv_a_trend_is_the_same_in_the_window_and_in_its_file() {
    let lines =
        |value: f64| vec![[10.0, value], [150.0, 1.1 * value], [160.0, f64::NAN], [200.0, value], [400.0, 1.3 * value]];
    let event = |time_s: f64, label: &str| Event { time_s, label: label.to_owned() };
    let mut all = Channel::ALL.to_vec();
    for count in [2, 5, all.len()] {
        let channels = all.drain(..count.min(all.len())).map(|channel| (channel, lines(40.0))).collect();
        let trends = trends::figure(
            Recorded {
                now_s: 400.0,
                window_s: 300.0,
                channels,
                events: vec![
                    event(150.0, "FiO₂ 0.60"),
                    event(170.0, "a label that has to be cut short"),
                    event(300.0, "PEEP 10"),
                ],
                samples: vec![Sample {
                    time_s: 120.0,
                    name: "arterial".to_owned(),
                    values: vec![Sampled { channel: Channel::Po2Art, value: 41.0 }],
                }],
                unsteady_s: vec![[150.0, 400.0]],
            },
            Default::default(),
        );
        all = Channel::ALL.to_vec();
        for name in ThemeName::ALL {
            for size in [[560, 400], [1100, 400]] {
                let body = drawn_trend::body(name.palette(), size.map(|side| side as f32), 1.0);
                let corner = pos2(body.left, body.top);
                let room = Rect::from_min_size(corner, vec2(body.wide(), body.high()));
                let window = in_window(name, vec2(size[0] as f32, size[1] as f32), |ui| {
                    trend::show(ui, name.theme(), &trends, room);
                    Rect::ZERO
                });
                let mut file = in_file(&drawn_trend::svg(&trends, name, size));
                file.retain(|drawn| drawn.says != trends.title);
                assert_same(&format!("{count} channels, {name:?} {size:?}"), &window, &file);
            }
        }
    }
}

#[test]
fn inv_the_lung_picture_is_the_same_in_the_window_and_in_its_file() {
    let mut on_ecmo = scenario::find("severe-ards-non-recruitable").expect("built in").params.clone();
    on_ecmo.set_switch(SwitchId::Ecmo, "on").expect("an option");
    let ids = ["healthy-young-adult", "pure-shunt-30", "copd", "pulmonary-embolism", "ards-recruitable"];
    let patients = ids.iter().map(|id| scenario::find(id).expect("built in").params.clone()).chain([on_ecmo]);
    for params in patients {
        let mut model = Model::new();
        let now = model.snapshot(&params).expect("a steady state");
        let before = model.snapshot(&params.with(ParamId::CardiacOutput, 3.0).expect("within bounds")).ok();
        let picture = lung_picture::figure(&now, before.as_ref());
        for name in ThemeName::ALL {
            for size in [[560, 400], [900, 400]] {
                let room = vec2(size[0] as f32, size[1] as f32);
                let (mut cells, mut link) = (false, Link::default());
                let mut window = in_window(name, room, |ui| {
                    let mut view = shown_lung::View { cells: &mut cells, moving: false, fixed: false, link: &mut link };
                    shown_lung::show(ui, name.theme(), &picture, room, &mut view).rect
                });
                // The choice on the picture, and red cells on their way.
                window.retain(|drawn| !["Flow", "100 cells"].contains(&drawn.says.as_str()));
                window.retain(|drawn| drawn.kind != "circle" || drawn.colour != Color32::from_white_alpha(105));
                let mut file = in_file(&lung::svg(&picture, name, size));
                file.retain(|drawn| drawn.kind != "polygon");
                assert_same(&format!("{} {name:?} {size:?}", picture.caption), &window, &file);
            }
        }
    }
}
