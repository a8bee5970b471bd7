//! The patient in time, by accessible label: what the window shows is the run, and what is asked of it is done.

use eframe::egui::{Event, Key, Modifiers, Order, Rect, Role, Vec2, pos2, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    app::{Command, Mode, Request, Session},
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, Scenario},
    sim::{
        params::ParamId,
        play::run::{Run, RunState},
        time::STEP_S,
    },
    store::{self, AnyStore, memory::Memory},
};

type Page = Harness<'static, Window>;

/// Length of a frame of the tests, s: no multiple of a step.
const FRAME_S: f32 = 0.03;

fn page_with(id: &str, name: ThemeName, size: Vec2) -> Page {
    page_on(id, name, size, Window::new)
}

/// A page whose files are in a store, in which its runs are saved.
fn page_in(memory: &Memory, id: &str, size: Vec2) -> Page {
    page_on(id, ThemeName::Dark, size, |scenario, name| {
        let mut window = Window::with_store(scenario, name, AnyStore::new(memory.clone()));
        window.save_runs();
        window
    })
}

fn page_on(id: &str, name: ThemeName, size: Vec2, window: impl FnOnce(Scenario, ThemeName) -> Window) -> Page {
    let scenario = scenario::find(id).expect("a built-in patient").clone();
    let mut page = Harness::builder()
        .with_size(size)
        .with_step_dt(FRAME_S)
        // An hour is looked ahead over many frames before the window comes to rest.
        .with_max_steps(400)
        .with_context_setup(move |ctx| theme::install(ctx, name))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), window(scenario, name));
    page.run();
    page
}

fn page(id: &str) -> Page {
    page_with(id, ThemeName::Dark, vec2(1440.0, 900.0))
}

fn session(page: &Page) -> &Session {
    page.state().session()
}

fn run_of(page: &Page) -> &Run {
    session(page).run_view().expect("a run").run()
}

fn click(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).click();
    // A patient in time never comes to rest.
    page.run_steps(2);
}

fn key(page: &mut Page, modifiers: Modifiers, key: Key) {
    page.key_press_modifiers(modifiers, key);
    page.run_steps(2);
}

fn focus(page: &mut Page, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).focus();
    page.run_steps(2);
}

fn set_speed(page: &mut Page, speed: u32) {
    click(page, Role::ComboBox, "Speed");
    click(page, Role::Button, &format!("{speed}×"));
    assert_eq!(session(page).run_view().expect("a run").clock().speed(), speed);
}

fn said(page: &Page, role: Role, label: &str) -> String {
    page.get_by_role_and_label(role, label).value().unwrap_or_default()
}

fn bits(run: &Run) -> RunState {
    run.state()
}

#[test]
fn showing_a_patient_in_time_asks_for_nothing() {
    let mut page = page("severe-ards-recruitable");
    click(&mut page, Role::RadioButton, "View: In time");
    page.run();
    let revision = session(&page).revision();
    page.run_steps(20);
    assert_eq!(session(&page).revision(), revision);
    assert_eq!(run_of(&page).steps(), 0, "time stands until somebody lets it run");
    assert!(!session(&page).is_changed() && !session(&page).can_undo());
    // A look in time shows the same numbers as the steady state from which it begins.
    let in_time = said(&page, Role::Meter, "PaO₂");
    click(&mut page, Role::RadioButton, "View: Steady state");
    assert_eq!(said(&page, Role::Meter, "PaO₂"), in_time);
}

#[test]
fn run_lets_the_patient_live_and_pause_stops_and_sleeps() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 60);
    page.run_steps(20);
    let steps = run_of(&page).steps();
    assert!(steps > 60, "{steps}");
    click(&mut page, Role::Button, "Pause");
    let steps = run_of(&page).steps();
    // The window comes to rest: `run` would fail if it kept asking for frames.
    page.run();
    page.run_steps(10);
    assert_eq!(run_of(&page).steps(), steps);
    assert_eq!(said(&page, Role::Timer, "Patient time"), isoshunt::figure::trends::clock(steps as f64 * STEP_S));
    click(&mut page, Role::Button, "Step");
    assert_eq!(run_of(&page).steps(), steps + 1);
}

#[test]
fn a_second_pass_of_a_frame_takes_no_second_step() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::Button, "Run");
    // Every key of a slider makes a frame of two passes.
    focus(&mut page, Role::Slider, "FiO₂");
    let mut time_s = page.ctx.input(|input| input.time);
    let began = run_of(&page).steps();
    let passes = page.ctx.cumulative_pass_nr() - page.ctx.cumulative_frame_nr();
    for arrow in [Key::ArrowRight, Key::ArrowLeft].into_iter().cycle().take(100) {
        // As a window system has it: both passes of a frame are at the same time.
        time_s += f64::from(FRAME_S);
        page.input_mut().time = Some(time_s);
        page.key_press(arrow);
        page.step();
    }
    let second_passes = page.ctx.cumulative_pass_nr() - page.ctx.cumulative_frame_nr() - passes;
    assert!(second_passes >= 100, "{second_passes}");
    let (taken_s, passed_s) = ((run_of(&page).steps() - began) as f64 * STEP_S, 100.0 * f64::from(FRAME_S));
    assert!((taken_s - passed_s).abs() <= 2.0 * STEP_S, "{taken_s} s of {passed_s}");
}

/// The same actions at the same patient times, at a speed, by frames of a length, with pauses.
fn watched(speed: u32, frame_s: f64, pause_every: usize) -> RunState {
    let mut session = Session::new(scenario::find("copd").expect("built in").clone());
    session.apply(Command::Run).expect("allowed");
    session.apply(Command::Speed(speed)).expect("allowed");
    let plot = [
        (40, Command::Set(ParamId::Fio2, 0.6)),
        (101, Command::Draw("arterial".parse().expect("an order"))),
        (160, Command::Undo),
        (200, Command::JumpToSteady),
        (230, Command::Redo),
    ];
    let until = |session: &mut Session, step: u64| {
        let mut frames = 0;
        loop {
            let left = step - session.run_view().expect("a run").run().steps();
            if left == 0 {
                return;
            }
            let mut left = left;
            session.advance(frame_s, || {
                left -= 1;
                left > 0
            });
            frames += 1;
            if pause_every > 0 && frames % pause_every == 0 {
                session.apply(Command::Pause).expect("allowed");
                session.advance(17.3, || true);
                session.apply(Command::Run).expect("allowed");
            }
            // What a window asks for between steps.
            let run_view = session.in_time().expect("in time");
            let _ = run_view.trends(300.0, 400, &isoshunt::figure::trends::Channel::ALL, Default::default());
        }
    };
    for (step, command) in plot {
        until(&mut session, step);
        session.apply(command).expect("allowed");
    }
    until(&mut session, 300);
    bits(session.run_view().expect("a run").run())
}

#[test]
fn speed_frames_and_pauses_change_no_bit() {
    let reference = watched(1, 0.5, 0);
    for (speed, frame_s, pause_every) in
        [(1, 0.016, 7), (5, 0.3, 2), (60, 1.0 / 60.0, 0), (240, 0.0167, 3), (240, 1.0, 0)]
    {
        assert!(watched(speed, frame_s, pause_every) == reference, "{speed}× by {frame_s} s");
    }
}

#[test]
fn oxygen_washes_in_and_the_badge_says_what_still_moves() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::RadioButton, "View: In time");
    assert_eq!(said(&page, Role::Status, "Steadiness"), "✓ steady");
    focus(&mut page, Role::Slider, "FiO₂");
    key(&mut page, Modifiers::NONE, Key::End);
    let status = said(&page, Role::Status, "Steadiness");
    assert!(status.starts_with("looking ahead, ") || status.starts_with("PaO₂ "), "{status}");
    let po2 = |page: &Page| session(page).now().outcome.as_ref().expect("a state").state.arterial.gas.po2_mmhg;
    let before = po2(&page);
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 240);
    page.run_steps(20);
    assert!(po2(&page) > before + 200.0, "{} from {before}", po2(&page));
    let text = page.get_by_role_and_label(Role::Figure, "Trend").accesskit_node().description().unwrap_or_default();
    assert!(text.contains("At 0:00:00: FiO₂ 1.00.") && text.contains("PaO₂: from"), "{text}");
    click(&mut page, Role::Button, "Pause");
    click(&mut page, Role::Button, "Jump to steady");
    assert_eq!(said(&page, Role::Status, "Steadiness"), "✓ steady");
    let target =
        session(&page).run_view().expect("a run").target().expect("a steady state").state.arterial.gas.po2_mmhg;
    assert!((po2(&page) / target - 1.0).abs() < 1e-6);
}

#[test]
fn the_badge_tells_where_the_run_turns_and_why() {
    let mut page = page("lobar-pneumonia");
    click(&mut page, Role::RadioButton, "View: In time");
    focus(&mut page, Role::Slider, "FiO₂");
    key(&mut page, Modifiers::NONE, Key::End);
    assert!(said(&page, Role::Status, "Steadiness").starts_with("looking ahead, "));
    page.state_mut().settle();
    page.run_steps(3);
    let status = page.get_by_role_and_label(Role::Status, "Steadiness");
    let (said, told) = (status.value().unwrap_or_default(), status.accesskit_node().description().unwrap_or_default());
    assert!(said.starts_with("PaO₂ ") && said.contains(", then "), "{said}");
    assert!(told.contains("then falling: ") && told.contains(" collapse") && told.contains("in 60 min"), "{told}");
    // The steady state of the lung as it is now is another number, and is told as what it is.
    assert!(told.contains("The lung as it is now would come to rest at:\nPaO₂ "), "{told}");
}

#[test]
fn undo_in_time_is_an_action_of_the_present() {
    let mut page = page("pure-shunt-30");
    click(&mut page, Role::Button, "Run");
    focus(&mut page, Role::Slider, "FiO₂");
    key(&mut page, Modifiers::NONE, Key::End);
    page.run_steps(100);
    let steps = run_of(&page).steps();
    key(&mut page, Modifiers::COMMAND, Key::Z);
    assert!(run_of(&page).steps() >= steps, "time does not go back");
    assert_eq!(run_of(&page).events().len(), 2);
    assert!((session(&page).now().params.get(ParamId::Fio2) - 0.21).abs() < 1e-12);
    key(&mut page, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!((session(&page).now().params.get(ParamId::Fio2) - 1.0).abs() < 1e-12);
}

#[test]
fn space_and_full_stop_drive_time_while_no_widget_has_the_keyboard() {
    let mut page = page("healthy-young-adult");
    key(&mut page, Modifiers::NONE, Key::Space);
    assert!(session(&page).is_running());
    key(&mut page, Modifiers::NONE, Key::Space);
    assert!(!session(&page).is_running() && session(&page).mode() == Mode::InTime);
    let steps = run_of(&page).steps();
    key(&mut page, Modifiers::NONE, Key::Period);
    assert_eq!(run_of(&page).steps(), steps + 1);
    // Single keys can be switched off.
    click(&mut page, Role::ComboBox, "Settings");
    click(&mut page, Role::CheckBox, "Single keys: space, full stop, letters");
    key(&mut page, Modifiers::NONE, Key::Escape);
    page.run();
    for single in [Key::Space, Key::Period] {
        key(&mut page, Modifiers::NONE, single);
    }
    assert!(!session(&page).is_running() && run_of(&page).steps() == steps + 1);
    // On a header, space opens it and time stands.
    focus(&mut page, Role::DisclosureTriangle, "Blood");
    key(&mut page, Modifiers::NONE, Key::Space);
    assert!(!session(&page).is_running());
    assert!(page.query_by_role_and_label(Role::Slider, "Haemoglobin").is_some());
}

#[test]
fn everything_of_time_is_reached_with_the_tab_key() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::RadioButton, "View: In time");
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..120 {
        page.key_press(Key::Tab);
        page.run_steps(2);
        let focused = page.root().children_recursive().find(|node| node.is_focused());
        seen.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    for name in [
        "View: Steady state",
        "Run",
        "Step",
        "Speed",
        "Draw arterial",
        "Draw mixed venous",
        "Mistake",
        "Jump to steady",
        "Set checkpoint",
        "Trend",
        "Length of the trend: 24 h",
        "Lanes",
        "Beside the trend: Checkpoints",
        "File",
    ] {
        assert!(seen.iter().any(|label| label == name), "{name} is not among {seen:?}");
    }
}

#[test]
fn a_checkpoint_returns_exactly_and_undo_brings_the_present_back() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 120);
    page.run_steps(10);
    click(&mut page, Role::Button, "Pause");
    click(&mut page, Role::Button, "Set checkpoint");
    let (there, at) = (bits(run_of(&page)), run_of(&page).time_s());
    focus(&mut page, Role::Slider, "Shunt");
    key(&mut page, Modifiers::NONE, Key::PageUp);
    click(&mut page, Role::Button, "Run");
    page.run_steps(30);
    click(&mut page, Role::Button, "Pause");
    let later = bits(run_of(&page));
    assert!(later != there);
    let label = format!("Return to {}, Checkpoint 1", isoshunt::figure::trends::clock(at));
    click(&mut page, Role::Button, &label);
    assert!(bits(run_of(&page)) == there);
    assert!(
        (session(&page).now().params.get(ParamId::Shunt) - run_of(&page).initial().get(ParamId::Shunt)).abs() < 1e-12
    );
    let rows = session(&page).run_view().expect("a run").history().rows();
    assert_eq!(rows, at.floor() as usize + 1, "the trend ends where the run stands");
    key(&mut page, Modifiers::COMMAND, Key::Z);
    assert!(bits(run_of(&page)) == later);
    click(&mut page, Role::Button, "Return to 0:00:00, Start");
    assert_eq!(run_of(&page).steps(), 0);
}

#[test]
fn a_sample_is_frozen_and_waited_for() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::Button, "Run");
    click(&mut page, Role::Button, "Draw arterial");
    let sample = run_of(&page).samples()[0];
    assert!(page.query_by_label_contains("result in").is_some());
    // Oxygen given later does not reach it.
    focus(&mut page, Role::Slider, "FiO₂");
    key(&mut page, Modifiers::NONE, Key::End);
    set_speed(&mut page, 240);
    let mut frames = 0;
    while !sample.is_known_at(run_of(&page).steps()) {
        page.step();
        frames += 1;
        assert!(frames < 1000);
    }
    page.run_steps(2);
    assert!(page.query_by_label_contains("result in").is_none());
    let shown = format!(
        "PO₂ {:.0}  PCO₂ {:.0} mmHg  pH {:.2}",
        sample.reported.po2_mmhg, sample.reported.pco2_mmhg, sample.reported.ph
    );
    assert!(page.query_by_label_contains(&shown).is_some(), "{shown}");
    assert!(sample.reported.po2_mmhg < 150.0);
    // A vein is not taken for an artery by somebody who means the vein.
    click(&mut page, Role::ComboBox, "Mistake");
    click(&mut page, Role::Button, "venous by accident");
    assert!(page.get_by_role_and_label(Role::Button, "Draw mixed venous").accesskit_node().is_disabled());
    click(&mut page, Role::Button, "Draw arterial");
    assert_eq!(run_of(&page).samples().len(), 2);
    assert!(page.query_by_label_contains("venous by accident: result in").is_some());
}

#[test]
fn another_patient_is_another_run_and_undo_returns_to_the_first() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 60);
    page.run_steps(20);
    click(&mut page, Role::Button, "Pause");
    let first = bits(run_of(&page));
    let ards = scenario::find("severe-ards-recruitable").expect("built in");
    click(&mut page, Role::ComboBox, "Patient");
    focus(&mut page, Role::Button, &ards.title);
    key(&mut page, Modifiers::NONE, Key::Enter);
    assert_eq!((run_of(&page).steps(), session(&page).mode()), (0, Mode::InTime));
    key(&mut page, Modifiers::COMMAND, Key::Z);
    assert!(bits(run_of(&page)) == first);
}

#[test]
fn apnoea_has_no_steady_state_and_lives_on_in_time() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::RadioButton, "View: In time");
    focus(&mut page, Role::DisclosureTriangle, "Breathing");
    key(&mut page, Modifiers::NONE, Key::Space);
    focus(&mut page, Role::RadioButton, "Breathing: apnoea");
    key(&mut page, Modifiers::NONE, Key::Space);
    assert_eq!(said(&page, Role::Status, "Steadiness"), "no steady state");
    assert!(page.get_by_role_and_label(Role::Button, "Jump to steady").accesskit_node().is_disabled());
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 60);
    page.run_steps(40);
    let now = session(&page).now().outcome.as_ref().expect("a state in time");
    assert!(now.state.arterial.gas.saturation_frac < 0.9, "{}", now.state.arterial.gas.saturation_frac);
    assert!(page.query_by_label("O₂ dissociation").is_some());
}

/// Lets a page run until its run is saved, and leaves it as a crash does.
fn crash(mut page: Page, memory: &Memory) -> RunState {
    click(&mut page, Role::Button, "Run");
    let mut tries = 0;
    while memory.saves_kept() == 0 {
        page.run_steps(20);
        tries += 1;
        assert!(tries < 500, "nothing was saved");
    }
    click(&mut page, Role::Button, "Pause");
    // Until what was last handed over is written.
    page.run();
    let state = bits(run_of(&page));
    drop(page);
    state
}

#[test]
fn a_window_that_nobody_sees_saves_at_once() {
    let memory = Memory::default();
    let mut page = page_in(&memory, "copd", vec2(1280.0, 720.0));
    click(&mut page, Role::Button, "Step");
    page.run_steps(5);
    assert_eq!(memory.saves_kept(), 0, "it can wait");
    page.input_mut().focused = false;
    page.run_steps(1);
    assert_eq!(memory.saves_kept(), 1);
}

#[test]
fn what_a_crash_left_is_offered_with_its_patient_and_time() {
    let (memory, size) = (Memory::default(), vec2(1280.0, 720.0));
    let left = crash(page_in(&memory, "copd", size), &memory);
    // The window is there before the store has looked.
    memory.hold();
    let mut page = page_in(&memory, "healthy-young-adult", size);
    assert!(page.query_by_label_contains("A run was not saved").is_none());
    memory.go_on();
    page.run_steps(2);
    let title = &scenario::find("copd").expect("built in").title;
    let offer = page.get_by_label_contains("A run was not saved");
    let offer = offer.value().unwrap_or_default();
    assert!(offer.contains(title.as_str()) && offer.contains(" of patient time, saved 20"), "{offer}");
    click(&mut page, Role::Button, "Restore");
    assert_eq!(session(&page).scenario().id, "copd");
    assert!(run_of(&page).steps() > 0 && run_of(&page).steps() <= left.live_steps());
    assert!(page.query_by_label_contains("A run was not saved").is_none());
    let rows = session(&page).run_view().expect("a run").history().rows();
    assert_eq!(rows, run_of(&page).time_s().floor() as usize + 1, "the trend is drawn again");
    assert!(session(&page).can_undo(), "undo returns to what was here before");
}

trait LiveSteps {
    fn live_steps(&self) -> u64;
}

impl LiveSteps for RunState {
    /// Steps, read from the state as a file has it.
    fn live_steps(&self) -> u64 {
        serde_json::to_value(&self.live).expect("finite")["steps"].as_u64().expect("a count")
    }
}

#[test]
fn what_is_discarded_is_not_offered_again() {
    let (memory, size) = (Memory::default(), vec2(1280.0, 720.0));
    crash(page_in(&memory, "copd", size), &memory);
    let mut page = page_in(&memory, "healthy-young-adult", size);
    click(&mut page, Role::Button, "Discard");
    assert!(page.query_by_label_contains("A run was not saved").is_none());
    assert_eq!(session(&page).scenario().id, "healthy-young-adult");
    drop(page);
    let page = page_in(&memory, "healthy-young-adult", size);
    assert!(page.query_by_label_contains("A run was not saved").is_none());
}

#[test]
fn saving_that_fails_is_told_and_the_run_goes_on() {
    let mut page = page_in(&Memory::with_room(100), "copd", vec2(1440.0, 900.0));
    click(&mut page, Role::Button, "Run");
    let mut tries = 0;
    while page.query_by_label_contains("not being saved").is_none() {
        page.run_steps(20);
        tries += 1;
        assert!(tries < 500, "nobody was told");
    }
    let steps = run_of(&page).steps();
    click(&mut page, Role::Button, "Dismiss");
    page.run_steps(40);
    assert!(run_of(&page).steps() > steps);
    assert!(page.query_by_label_contains("⚠ not saved").is_some(), "it stays in sight");
}

/// While the trend of a long run is made again its bar stands in the row too, and nothing there is covered.
#[test]
fn the_clock_is_not_covered_while_a_trend_is_made_again() {
    let (memory, path) = (Memory::default(), "run.json");
    let scenario = scenario::find("ards-recruitable").expect("built in");
    let mut run = Run::new(&scenario.params, 1);
    run.advance(2 * 7200);
    let saved = isoshunt::scenario::session::Session::new(scenario, &run, None);
    let json = isoshunt::scenario::session::to_json(&saved).expect("a session");
    memory.put(&store::Key::Typed(path.to_owned()), Some(json.into_bytes()));
    for width in [1280.0, 1440.0, 1024.0] {
        let mut page = page_on("ards-recruitable", ThemeName::Light, vec2(width, 720.0), |scenario, name| {
            Window::with_store(scenario, name, AnyStore::new(memory.clone()))
        });
        click(&mut page, Role::Button, "File");
        focus(&mut page, Role::TextInput, "Session file");
        key(&mut page, Modifiers::COMMAND, Key::A);
        page.event(Event::Text(path.to_owned()));
        page.run_steps(2);
        page.get_by_role_and_label(Role::Button, "Open session").click();
        page.run_steps(3);
        let stop = page.get_by_role_and_label(Role::Button, "Stop making again").rect();
        let clock = page.get_by_role_and_label(Role::Timer, "Patient time").rect();
        for label in ["Draw arterial", "Draw mixed venous", "Set checkpoint"] {
            let button = page.get_by_role_and_label(Role::Button, label).rect();
            assert!(!button.intersects(clock) && !button.intersects(stop), "{width}: {label} {button:?}, {clock:?}");
        }
    }
}

#[test]
fn a_session_is_saved_and_opened_to_the_bit() {
    let memory = Memory::default();
    let [file, trend] = ["own/run.json", "own/run.csv"].map(|path| store::Key::Typed(path.to_owned()));
    let mut page = page_in(&memory, "copd", vec2(1440.0, 900.0));
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 60);
    page.run_steps(20);
    click(&mut page, Role::Button, "Pause");
    let saved = bits(run_of(&page));
    let with_file = |page: &mut Page, button: &str| {
        click(page, Role::Button, "File");
        focus(page, Role::TextInput, "Session file");
        key(page, Modifiers::COMMAND, Key::A);
        page.event(Event::Text("own/run.json".to_owned()));
        page.run_steps(2);
        click(page, Role::Button, button);
        page.run_steps(2);
    };
    with_file(&mut page, "Save session");
    assert!(page.query_by_label_contains("Saved to").is_some());
    assert!(!session(&page).has_unsaved_run());
    with_file(&mut page, "Trend as CSV");
    let rows = String::from_utf8(memory.get(&trend).expect("written")).expect("text");
    assert_eq!(rows.lines().count(), 1 + session(&page).run_view().expect("a run").history().rows());
    click(&mut page, Role::Button, "Step");
    assert!(session(&page).has_unsaved_run());
    with_file(&mut page, "Open session");
    assert!(bits(run_of(&page)) == saved);
    // Undo brings back the run that was here.
    key(&mut page, Modifiers::COMMAND, Key::Z);
    assert_ne!(run_of(&page).steps(), saved.live_steps());
    // Nonsense is refused, with the file's name, and the run stays.
    memory.put(&file, Some(b"{".to_vec()));
    let before = bits(run_of(&page));
    with_file(&mut page, "Open session");
    assert!(page.query_by_label_contains("run.json").is_some());
    assert!(bits(run_of(&page)) == before);
}

#[test]
fn everything_of_time_has_its_place_in_every_theme_and_size() {
    for name in ThemeName::ALL {
        for size in [vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(2560.0, 1440.0)] {
            let mut page = page_with("severe-ards-recruitable", name, size);
            click(&mut page, Role::Button, "Run");
            click(&mut page, Role::Button, "Draw arterial");
            let window = Rect::from_min_size(pos2(0.0, 0.0), size);
            let mut rects: Vec<(String, Rect)> = Vec::new();
            for role in [Role::Meter, Role::Figure, Role::Timer, Role::Status] {
                for node in page.get_all_by_role(role) {
                    rects.push((node.accesskit_node().label().unwrap_or_default(), node.rect()));
                }
            }
            for label in
                ["Pause", "Step", "Draw arterial", "Draw mixed venous", "Jump to steady", "Set checkpoint", "File"]
            {
                rects.push((label.to_owned(), page.get_by_role_and_label(Role::Button, label).rect()));
            }
            for label in ["Speed", "Mistake", "Patient", "Settings"] {
                rects.push((label.to_owned(), page.get_by_role_and_label(Role::ComboBox, label).rect()));
            }
            for label in ["View: In time", "Beside the trend: Numbers"] {
                rects.push((label.to_owned(), page.get_by_role_and_label(Role::RadioButton, label).rect()));
            }
            let lengths = page.query_by_role_and_label(Role::RadioButton, "Length of the trend: 24 h");
            let lengths = lengths.unwrap_or_else(|| page.get_by_role_and_label(Role::ComboBox, "Length of the trend"));
            rects.push(("length".to_owned(), lengths.rect()));
            assert!(rects.len() > 25);
            for (i, (label, rect)) in rects.iter().enumerate() {
                assert!(window.contains_rect(*rect), "{name:?} {size}: {label} at {rect}");
                assert!(rect.width() > 20.0 && rect.height() > 12.0, "{name:?} {size}: {label} at {rect}");
                for (other, at) in &rects[..i] {
                    assert!(!rect.shrink(1.0).intersects(at.shrink(1.0)), "{name:?} {size}: {label} covers {other}");
                }
            }
        }
    }
}

#[test]
fn a_scenario_with_a_timeline_is_played_and_says_what_happens() {
    let mut page = page("apnoea-in-health");
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 240);
    let timeline = scenario::find("apnoea-in-health").expect("built in").timeline.as_ref().expect("a timeline");
    let first = &timeline.moments[0];
    let mut frames = 0;
    while run_of(&page).steps() <= first.step {
        assert!(run_of(&page).events().is_empty());
        page.step();
        frames += 1;
        assert!(frames < 1000);
    }
    assert_eq!(run_of(&page).events()[0].step, first.step);
    if let Some(note) = &first.note {
        page.run_steps(2);
        assert!(page.query_by_label(note).is_some(), "{note}");
    }
    // Back at the start it is played again.
    click(&mut page, Role::Button, "Pause");
    click(&mut page, Role::RadioButton, "Beside the trend: Checkpoints");
    click(&mut page, Role::Button, "Return to 0:00:00, Start");
    assert!(run_of(&page).events().is_empty());
    click(&mut page, Role::Button, "Run");
    while run_of(&page).steps() <= first.step {
        page.step();
    }
    assert_eq!(run_of(&page).events()[0].step, first.step);
}

#[test]
fn a_timeline_is_seen_to_be_played_and_can_be_stopped() {
    let mut page = page("apnoea-in-health");
    let timeline = scenario::find("apnoea-in-health").expect("built in").timeline.as_ref().expect("a timeline");
    let at = |moment: usize| {
        let time_s = timeline.moments[moment].step as f64 * STEP_S;
        format!("Timeline: next at {}", isoshunt::figure::trends::clock(time_s))
    };
    assert!(page.query_by_label_contains("Run plays this patient's timeline of").is_some());
    click(&mut page, Role::Button, "Run");
    assert!(page.query_by_label(&at(0)).is_some());
    set_speed(&mut page, 240);
    while run_of(&page).events().is_empty() {
        page.step();
    }
    page.run_steps(2);
    assert!(page.query_by_label(&at(1)).is_some());
    click(&mut page, Role::Button, "Stop timeline");
    assert!(session(&page).is_running(), "time goes on");
    assert!(page.query_by_label_contains("Timeline: next").is_none());
    assert!(page.query_by_role_and_label(Role::Button, "Stop timeline").is_none());
    let (stopped, last) = (run_of(&page).steps(), timeline.moments.last().expect("moments").step);
    while run_of(&page).steps() <= last {
        page.step();
    }
    assert_eq!(run_of(&page).events().len(), 1, "nothing more was done");
    // Undo brings back the moment, and with it what was to come.
    key(&mut page, Modifiers::COMMAND, Key::Z);
    assert!(run_of(&page).steps().abs_diff(stopped) < 100);
    assert!(page.query_by_label(&at(1)).is_some());
    // So does a checkpoint from before.
    click(&mut page, Role::Button, "Stop timeline");
    click(&mut page, Role::RadioButton, "Beside the trend: Checkpoints");
    click(&mut page, Role::Button, "Return to 0:00:00, Start");
    assert!(page.query_by_label(&at(0)).is_some());
}

#[test]
fn a_stopped_timeline_stays_stopped_in_the_file() {
    let mut first = Session::new(scenario::find("apnoea-in-health").expect("built in").clone());
    for command in [Command::Step, Command::StopTimeline, Command::Save] {
        first.apply(command).expect("allowed");
    }
    let requests = first.take_requests();
    let [Request::Put { name, bytes, .. }] = requests.as_slice() else { panic!("{requests:?}") };
    let mut second = Session::new(scenario::builtin()[0].clone());
    second.apply(Command::Read { outcome: Ok((name.clone(), bytes.clone())) }).expect("a session");
    let opened = second.run_view().expect("a run");
    assert_eq!(opened.run().steps(), 1);
    assert!(opened.to_come().is_empty());
}

#[test]
fn nitrogen_is_seen_to_wash_out_and_lanes_are_chosen() {
    let mut page = page_with("nitrogen-washout-in-health", ThemeName::Dark, vec2(1440.0, 1065.0));
    let text = |page: &Page| {
        let trend = page.get_by_role_and_label(Role::Figure, "Trend");
        trend.accesskit_node().description().unwrap_or_default()
    };
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 240);
    while run_of(&page).time_s() < 240.0 {
        page.step();
    }
    click(&mut page, Role::Button, "Pause");
    let rows = session(&page).run_view().expect("a run").history().to_csv();
    let n2 = rows.lines().next().and_then(|head| head.split(',').position(|key| key == "n2_end_tidal_percent"));
    let read = |line: &str| line.split(',').nth(n2.expect("a column")).and_then(|value| value.parse::<f64>().ok());
    let [first, last] = [rows.lines().nth(1), rows.lines().last()].map(|line| line.and_then(read).expect("a value"));
    assert!(first > 70.0 && last < 5.0, "{first} to {last} %");
    assert!(text(&page).contains("etN₂: from "), "{}", text(&page));
    // What is not wanted makes room for what comes after it.
    assert!(text(&page).contains("PaO₂") && !text(&page).contains(" pH: "), "{}", text(&page));
    click(&mut page, Role::Button, "Lanes");
    click(&mut page, Role::CheckBox, "O₂");
    assert!(!text(&page).contains("PaO₂") && text(&page).contains(" pH: "), "{}", text(&page));
}

#[test]
fn the_list_of_patients_is_as_long_as_the_window_and_says_which_of_them_are_played() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::ComboBox, "Patient");
    page.run();
    let node = page.get_by_role_and_label(Role::Button, "Apnoea: healthy adult");
    let told = node.accesskit_node().description().unwrap_or_default();
    assert!(told.contains("Timeline of "), "{told}");
    let healthy = page.get_by_role_and_label(Role::Button, "Healthy old adult").accesskit_node().description();
    assert!(healthy.is_some_and(|told| !told.contains("Timeline")));
    // It goes down nearly to the edge of the window.
    let heights = page.ctx.memory(|memory| {
        let popups = memory.layer_ids().filter(|layer| layer.order == Order::Foreground);
        popups.filter_map(|layer| memory.area_rect(layer.id)).map(|rect| rect.height()).collect::<Vec<_>>()
    });
    assert!(heights.iter().any(|height| *height > 750.0), "{heights:?}");
}

#[test]
fn of_what_is_to_come_the_trend_tells_no_number() {
    let mut page = page("healthy-young-adult");
    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 240);
    while run_of(&page).time_s() < 100.0 {
        page.step();
    }
    click(&mut page, Role::Button, "Pause");
    let told = |page: &mut Page, share: f32| {
        let rect = page.get_by_role_and_label(Role::Figure, "Trend").rect();
        page.hover_at(pos2(rect.left() + share * rect.width(), rect.center().y));
        page.run_steps(3);
        page.get_by_role_and_label(Role::Figure, "Trend").value()
    };
    assert!(told(&mut page, 0.2).is_some_and(|value| value.contains("PaO₂")));
    assert_eq!(told(&mut page, 0.6), None);
}

#[test]
fn everything_can_be_made_larger() {
    let mut page = page("healthy-young-adult");
    let before = page.ctx.zoom_factor();
    click(&mut page, Role::ComboBox, "Settings");
    click(&mut page, Role::Button, "Larger");
    page.run();
    assert!(page.ctx.zoom_factor() > before);
    click(&mut page, Role::Button, "Smaller");
    page.run();
    assert!((page.ctx.zoom_factor() - before).abs() < 0.01);
}

#[test]
fn the_board_counts_hours_of_the_run_and_says_what_it_needs_in_the_steady_state() {
    let mut page = page("ards-severe");
    key(&mut page, Modifiers::COMMAND, Key::L);
    assert!(page.query_by_label_contains("Criteria and rungs count hours.").is_some(), "the empty board says why");
    // What is set has a mechanism and a PEEP without a clock; the truth is told when it is asked for.
    page.run_steps(400);
    assert!(page.query_by_label_contains("First: ").is_some() && page.query_by_label_contains("In truth").is_none());
    for name in ["as it is", "ARDS Network table", "best compliance"] {
        assert!(page.query_by_label(name).is_some(), "{name}");
    }
    focus(&mut page, Role::RadioButton, "Truth of the mechanism: shown");
    key(&mut page, Modifiers::NONE, Key::Space);
    page.run_steps(20);
    assert!(page.query_by_label_contains("In truth first: ").is_some());
    key(&mut page, Modifiers::NONE, Key::Escape);
    assert!(page.query_by_label_contains("Criteria and rungs count hours.").is_none());

    click(&mut page, Role::Button, "Run");
    set_speed(&mut page, 240);
    // Quarter of an hour.
    while run_of(&page).steps() < 1800 {
        page.run_steps(10);
    }
    click(&mut page, Role::Button, "Pause");
    page.run();
    key(&mut page, Modifiers::COMMAND, Key::L);
    page.run();
    let minutes = (run_of(&page).time_s() / 60.0).floor();
    let head = format!("0:{minutes:02.0}:");
    assert!(page.query_by_label_contains(&head).is_some(), "{head} into the run");
    assert!(page.query_by_label("● met").is_some() || page.query_all_by_label("● met").count() > 0);
    // What no gas tells is unknown until it is said.
    let unknown = page.query_all_by_label("? unknown").count();
    assert!(unknown > 0, "films are unknown");
    for fact in ["Opacities on both sides: yes", "Within 7 days of an insult: yes", "Not by heart or fluid alone: yes"]
    {
        focus(&mut page, Role::RadioButton, fact);
        key(&mut page, Modifiers::NONE, Key::Space);
    }
    page.run();
    assert!(page.query_all_by_label("? unknown").count() < unknown, "what was said counts");
    assert!(page.query_by_label_contains(" on the ladder: ").is_some());
    // All of it is in sight where there is room, though it may have opened on one line.
    let last = page.query_by_label_contains(" on the ladder: ").expect("the end of the ladder").rect();
    assert!(page.query_all_by_label("● met").chain(page.query_all_by_label("○ not met")).count() > 3);
    let close = page.query_all_by_label("Close").last().expect("a way out").rect();
    assert!(last.bottom() < close.top(), "{last} is above {close}");
    assert!(close.bottom() < 900.0, "{close} is in the window");
    // It stays while time runs.
    key(&mut page, Modifiers::NONE, Key::Escape);
    click(&mut page, Role::Button, "Run");
    key(&mut page, Modifiers::COMMAND, Key::L);
    page.run_steps(20);
    let before = run_of(&page).steps();
    for _ in 0..40 {
        page.run_steps(1);
        assert!(page.query_by_label_contains(" on the ladder: ").is_some(), "at {} s", run_of(&page).time_s());
    }
    assert!(run_of(&page).steps() > before + 200, "time has run");
    // By samples nothing is known of a patient from whom none was drawn.
    focus(&mut page, Role::RadioButton, "Blood gases: of the last sample");
    key(&mut page, Modifiers::NONE, Key::Space);
    page.run();
    assert!(page.query_by_label_contains("Oxygenation index unknown").is_some());
}
