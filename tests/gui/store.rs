//! The window on the stores of two hosts: a desktop, where a thread works on its files, and one that answers late.
#![allow(clippy::disallowed_methods, reason = "a thread works in its own time, and the window is told when it began")]

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use eframe::{
    App,
    egui::{DroppedFile, Event, Key, Modifiers, Role, vec2},
};
use egui_kittest::{Harness, kittest::Queryable};
use isoshunt::{
    app::Page,
    gui::{Measured, Options, Window, theme::ThemeName},
    scenario,
    store::{self, AnyStore, memory::Memory, native::files::Files},
};

type Shown = Harness<'static, Option<Window>>;

/// A window as a host opens it.
fn opened(store: AnyStore) -> Shown {
    let options = Options {
        size: [1440.0, 900.0],
        theme: None,
        scenario: None,
        against: None,
        session: None,
        page: Page::default(),
        case: None,
        deck: None,
        started: Instant::now(),
        measure: false,
    };
    let mut options = Some(options);
    let show = move |ui: &mut eframe::egui::Ui, window: &mut Option<Window>| {
        if let Some(options) = options.take() {
            *window = Some(Window::open(ui.ctx(), options, store.clone(), Measured::default()));
        }
        window.as_mut().expect("it is open").show(ui);
    };
    let mut shown = Harness::builder().with_size(vec2(1440.0, 900.0)).build_ui_state(show, None);
    shown.run_steps(4);
    shown
}

fn window(shown: &Shown) -> &Window {
    shown.state().as_ref().expect("it is open")
}

fn click(shown: &mut Shown, role: Role, label: &str) {
    shown.get_by_role_and_label(role, label).click();
    shown.run_steps(3);
}

/// Lets frames pass until something is there.
fn wait_for(shown: &mut Shown, label: &str) {
    let begun = Instant::now();
    while shown.query_by_label_contains(label).is_none() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{label} never comes");
        std::thread::sleep(Duration::from_millis(5));
        shown.run_steps(1);
    }
}

/// A file that is dropped on the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the store reads it".to_owned())
    }
}

/// The files of a desktop below a folder.
fn desktop(root: &Path) -> AnyStore {
    let root = root.to_owned();
    let variable = move |name: &str| -> Option<OsString> {
        matches!(name, "ISOSHUNT_DATA_DIR" | "HOME").then(|| root.clone().into_os_string())
    };
    AnyStore::new(Files::start(variable, || {}).expect("a thread"))
}

#[test]
fn inv_on_a_desktop_what_was_chosen_and_done_is_on_the_disk_when_the_program_has_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = opened(desktop(folder.path()));
    first.get_by_label_contains("You begin with a healthy patient");
    click(&mut first, Role::Button, "Close first steps");
    click(&mut first, Role::Button, "Step");
    // At once: nothing has rested long enough to be written before the end.
    let mut last = first.state_mut().take().expect("it is open");
    last.on_exit(None);
    drop((last, first));
    let text = std::fs::read_to_string(folder.path().join("settings.json")).expect("they are written");
    assert!(text.contains("\"first_steps\": false"), "{text}");
    let mut second = opened(desktop(folder.path()));
    assert!(second.query_by_label_contains("You begin with a healthy patient").is_none(), "in its first frame");
    wait_for(&mut second, "A run was not saved");
    click(&mut second, Role::Button, "Restore");
    assert_eq!(window(&second).session().run_view().expect("a run").run().steps(), 1);
}

#[test]
fn inv_a_store_that_answers_late_is_not_waited_for() {
    let memory = Memory::default();
    let key = store::Key::Typed("own/beds/bed-7.json".to_owned());
    memory.put(&key, Some(scenario::to_json(scenario::find("copd").expect("a patient")).into_bytes()));
    let settings = {
        let mut kept = opened(AnyStore::new(memory.clone()));
        click(&mut kept, Role::Button, "Close first steps");
        kept.state_mut().as_mut().expect("it is open").on_exit(None);
        String::from_utf8(memory.get(&store::Key::Settings).expect("written")).expect("text")
    };
    let changed = settings.replace("\"theme\": \"dark\"", "\"theme\": \"light\"");
    let changed = changed.replace("\"recent_files\": []", "\"recent_files\": [\"own/beds/bed-7.json\"]");
    assert_ne!(settings, changed);
    memory.put(&store::Key::Settings, Some(changed.clone().into_bytes()));

    memory.hold();
    let mut late = opened(AnyStore::new(memory.clone()));
    assert_eq!(window(&late).theme(), ThemeName::Dark);
    // What is not known yet is not written over.
    late.input_mut().focused = false;
    late.run_steps(100);
    late.input_mut().focused = true;
    memory.go_on();
    late.run_steps(3);
    assert_eq!(window(&late).theme(), ThemeName::Light);
    assert_eq!(memory.get(&store::Key::Settings), Some(changed.into_bytes()));

    // What stands at a place is said once it is known.
    memory.hold();
    click(&mut late, Role::Button, "File");
    late.get_by_role_and_label(Role::Button, "bed-7.json");
    memory.put(&key, None);
    memory.go_on();
    late.run_steps(3);
    late.get_by_role_and_label(Role::Button, "bed-7.json (gone)");
    // A folder that is listed after its sheet was closed does not open it again.
    memory.put(&key, Some(b"{}".to_vec()));
    click(&mut late, Role::Button, "Browse");
    assert!(late.query_by_label_contains("bed-7.json").is_some());
    memory.hold();
    click(&mut late, Role::Button, "Folder above");
    click(&mut late, Role::Button, "Close");
    memory.go_on();
    late.run_steps(3);
    assert!(late.query_by_role_and_label(Role::Button, "Folder above").is_none());

    // A file that does not answer is named.
    memory.hold();
    late.event(Event::Key {
        key: Key::Escape,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    });
    late.run_steps(2);
    click(&mut late, Role::Button, "File");
    click(&mut late, Role::Button, "Open session");
    late.run_steps(100);
    assert!(late.query_by_label_contains("does not answer: still waiting").is_some());
    memory.go_on();
}

/// Choices that could not be read may be whole: nothing is written over them. Those that are damaged are kept aside.
#[test]
fn inv_choices_that_were_not_read_are_not_lost() {
    let memory = Memory::default();
    let large = vec![b' '; 1 << 17];
    memory.put(&store::Key::Settings, Some(large.clone()));
    let mut shown = opened(AnyStore::new(memory.clone()));
    assert!(shown.query_by_label_contains("what you choose now is not kept").is_some());
    click(&mut shown, Role::Button, "Step");
    shown.state_mut().as_mut().expect("it is open").on_exit(None);
    assert_eq!(memory.get(&store::Key::Settings), Some(large));

    memory.put(&store::Key::Settings, Some(b"{\"version\": 2}".to_vec()));
    let mut shown = opened(AnyStore::new(memory.clone()));
    assert!(shown.query_by_label_contains("The settings are the usual ones").is_some());
    // Whatever is done next, it stands until it can have been read.
    click(&mut shown, Role::Button, "Step");
    assert!(shown.query_by_label_contains("The settings are the usual ones").is_some());
    click(&mut shown, Role::Button, "Dismiss");
    assert!(shown.query_by_label_contains("The settings are the usual ones").is_none());
    assert_eq!(memory.get(&store::Key::OldSettings), Some(b"{\"version\": 2}".to_vec()));
}

/// Who has gone to another page is not called away from it, and of two files the one that was asked for last is opened.
#[test]
fn inv_a_file_that_comes_late_calls_nobody_away() {
    let memory = Memory::default();
    let files = [("own/one.json", "copd"), ("own/two.json", "mucus-plug-on-air")];
    for (path, id) in files {
        let patient = scenario::to_json(scenario::find(id).expect("a patient"));
        memory.put(&store::Key::Typed(path.to_owned()), Some(patient.into_bytes()));
    }
    let mut shown = opened(AnyStore::new(memory.clone()));
    let ask = |shown: &mut Shown, path: &str| {
        shown.input_mut().dropped_files.push(Arc::new(Dropped(path.into())));
        shown.run_steps(2);
    };
    memory.hold();
    for (path, _) in files {
        ask(&mut shown, path);
    }
    memory.go_on();
    shown.run_steps(3);
    assert_eq!(window(&shown).session().scenario().id, "mucus-plug-on-air");
    memory.hold();
    ask(&mut shown, "own/one.json");
    shown.state_mut().as_mut().expect("it is open").open_page(Page::Evidence);
    shown.run_steps(2);
    memory.go_on();
    shown.run_steps(3);
    assert_eq!(window(&shown).page(), Page::Evidence);
    shown.state_mut().as_mut().expect("it is open").open_page(Page::Explore);
    shown.run_steps(2);
    assert_eq!(window(&shown).session().scenario().id, "copd");
}

/// As long as nobody knows what stands at a place, nothing is written over it.
#[test]
fn inv_what_is_saved_takes_no_place_by_surprise() {
    let memory = Memory::default();
    let mut shown = opened(AnyStore::new(memory.clone()));
    click(&mut shown, Role::Button, "Step");
    let key = store::Key::Typed("home/healthy-young-adult.isoshunt.json".to_owned());
    memory.put(&key, Some(b"of somebody else".to_vec()));
    memory.hold();
    click(&mut shown, Role::Button, "File");
    assert!(shown.query_by_label_contains("Replace").is_none(), "nobody knows yet");
    click(&mut shown, Role::Button, "Save session");
    memory.go_on();
    shown.run_steps(3);
    assert_eq!(memory.get(&key), Some(b"of somebody else".to_vec()));
    assert!(shown.query_by_label_contains("something stands there already").is_some());
    // Now it is known, and said on the button.
    click(&mut shown, Role::Button, "File");
    shown.run_steps(60);
    click(&mut shown, Role::Button, "Save session");
    assert_ne!(memory.get(&key), Some(b"of somebody else".to_vec()));
}

/// Who has finished cases is not told that nothing was finished before their record has been read.
#[test]
fn inv_a_record_that_comes_late_is_not_taken_for_an_empty_one() {
    let memory = Memory::default();
    memory.hold();
    let mut shown = opened(AnyStore::new(memory.clone()));
    shown.state_mut().as_mut().expect("it is open").open_page(Page::Challenge);
    shown.run_steps(3);
    assert!(shown.query_by_label_contains("Nothing has been finished").is_none());
    assert!(shown.query_all_by_label_contains("The record is being read").next().is_some());
    memory.go_on();
    shown.run_steps(3);
    assert!(shown.query_by_label_contains("Nothing has been finished").is_some());
}
