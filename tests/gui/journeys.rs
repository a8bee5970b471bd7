//! Three people use the window with a keyboard and what a screen reader tells them: a student, an educator, a
//! resident. Nothing here points, or moves the focus but by keys; every number is held against the model on its own.
#![allow(clippy::print_stdout, reason = "the number of keys is a figure that is read")]

use eframe::egui::{Event, Key, Modifiers, Rect, Role, Vec2, pos2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use isoshunt::{
    gui::{
        Window,
        theme::{self, ThemeName},
    },
    scenario::{self, Scenario},
    sim::{
        params::{ParamId, Params},
        reading::quantity::Quantity,
        reading::snapshot::{Model, Snapshot},
    },
};

/// More stops than the page has with every group open.
const MOST_STOPS: usize = 200;

/// Numbers of the strip: name, quantity, and the factor from value to shown number.
const VITALS: [(&str, &str, f64); 10] = [
    ("SpO₂", "spo2_frac", 100.0),
    ("PaO₂", "po2_art_mmhg", 1.0),
    ("PaCO₂", "pco2_art_mmhg", 1.0),
    ("pH", "ph_art", 1.0),
    ("A-a", "aa_gradient_mmhg", 1.0),
    ("P/F", "pf_ratio_mmhg", 1.0),
    ("Shunt, true", "shunt_true_frac", 100.0),
    ("Shunt, est.", "venous_admixture_frac", 100.0),
    ("Sv̄O₂", "so2_ven_frac", 100.0),
    ("DO₂", "o2_delivery_ml_per_min", 1.0),
];

fn patient(id: &str) -> &'static Scenario {
    scenario::find(id).expect("a built-in patient")
}

/// A patient with some parameters set, apart from any window.
fn set(id: &str, changes: &[(ParamId, f64)]) -> Params {
    changes.iter().fold(patient(id).params.clone(), |params, (id, value)| params.with(*id, *value).expect("allowed"))
}

fn solved(params: &Params) -> Snapshot {
    Model::new().snapshot(params).expect("a steady state")
}

fn read(snapshot: &Snapshot, key: &str) -> f64 {
    Quantity::from_key(key).expect("a quantity").read(snapshot).expect("a number")
}

/// Somebody at a keyboard, with the names of things for eyes.
struct Desk {
    page: Harness<'static, Window>,
    size: Vec2,
}

impl Desk {
    /// Starts the program as it starts without arguments.
    fn start(size: Vec2) -> Desk {
        let name = ThemeName::default();
        let mut page = Harness::builder()
            .with_size(size)
            .with_max_steps(400)
            .with_context_setup(move |ctx| theme::install(ctx, name))
            .build_ui_state(
                |ui, window: &mut Window| window.show(ui),
                Window::new(scenario::builtin()[0].clone(), name),
            );
        page.run();
        Desk { page, size }
    }

    fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.page.key_press_modifiers(modifiers, key);
        self.page.run();
    }

    /// Lets so much of the hand's clock pass that what comes is another action.
    fn rest(&mut self) {
        self.page.run_steps(10);
    }

    fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    fn undo(&mut self) {
        self.press_with(Modifiers::COMMAND, Key::Z);
    }

    fn redo(&mut self) {
        self.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }

    fn node<'a>(&'a self, role: Role, label: &'a str) -> Node<'a> {
        self.page.get_by_role_and_label(role, label)
    }

    /// Goes to a control with the Tab key, where it must be in sight.
    fn go_to(&mut self, role: Role, label: &str) {
        let mut stops = 0;
        while !self.node(role, label).is_focused() {
            assert!(stops < MOST_STOPS, "{label} cannot be reached with the Tab key");
            self.press(Key::Tab);
            stops += 1;
        }
        let (rect, window) = (self.node(role, label).rect(), Rect::from_min_size(pos2(0.0, 0.0), self.size));
        assert!(window.contains(rect.center()), "{label} has the focus out of sight, at {rect}");
    }

    /// Goes to a button, a header or an option and takes it.
    fn take(&mut self, role: Role, label: &str) {
        self.go_to(role, label);
        self.press(Key::Space);
    }

    /// Opens a menu and takes an entry of it.
    fn choose(&mut self, menu: &str, entry: &str) {
        self.go_to(Role::ComboBox, menu);
        self.press(Key::Enter);
        self.go_to(Role::Button, entry);
        self.press(Key::Enter);
        assert!(self.page.query_by_role_and_label(Role::Button, entry).is_none(), "{menu} has closed");
    }

    fn load(&mut self, id: &str) {
        self.choose("Patient", &patient(id).title);
        self.shows(&patient(id).params);
        assert!(self.says(&isoshunt::text::subscripted(&patient(id).teaches)), "the line says what {id} teaches");
    }

    fn slide(&mut self, slider: &str, key: Key) {
        self.go_to(Role::Slider, slider);
        self.press(key);
    }

    /// Opens a number and types over it; the editor is left open.
    fn write(&mut self, slider: &str, text: &str) {
        self.go_to(Role::Slider, slider);
        self.press(Key::Enter);
        assert!(self.node(Role::TextInput, &format!("{slider}, typed value")).is_focused());
        self.page.event(Event::Text(text.to_owned()));
        self.page.run();
        self.press(Key::Enter);
    }

    fn says(&self, text: &str) -> bool {
        self.page.query_by_label_contains(text).is_some()
    }

    fn slider_value(&self, slider: &str) -> String {
        self.node(Role::Slider, slider).value().expect("a slider has a value")
    }

    fn caption(&self, slider: &str) -> String {
        self.node(Role::Slider, slider).accesskit_node().description().unwrap_or_default()
    }

    fn is_disabled(&self, button: &str) -> bool {
        self.node(Role::Button, button).accesskit_node().is_disabled()
    }

    fn vital(&self, label: &str) -> String {
        self.node(Role::Meter, label).value().expect("a vital number has a value")
    }

    /// The strip and the patient are those of some parameters, whatever the changes beside the numbers say.
    fn shows(&self, params: &Params) {
        assert_eq!(&self.page.state().session().now().params, params);
        let snapshot = solved(params);
        for (label, key, factor) in VITALS {
            let spoken = self.vital(label);
            match Quantity::from_key(key).expect("a quantity").read(&snapshot) {
                Ok(value) => {
                    let decimals = if label == "pH" { 2 } else { 0 };
                    let expected = format!("{:.decimals$}", factor * value).replace('-', "−");
                    assert_eq!(spoken.split([' ', ',']).next(), Some(expected.as_str()), "{label}: {spoken}");
                }
                Err(reason) => assert_eq!(spoken, format!("none: {reason}"), "{label}"),
            }
        }
    }

    /// A number of the strip tells what the last action did, as a difference of what was shown before and is now.
    fn tells_change(&self, label: &str, before: &Snapshot, now: &Snapshot) {
        let (_, key, factor) = VITALS.into_iter().find(|vital| vital.0 == label).expect("in the strip");
        let [before, now] = [before, now].map(|snapshot| (factor * read(snapshot, key)).round());
        let change = match now - before {
            up if up > 0.0 => format!(", up {up}"),
            down if down < 0.0 => format!(", down {}", -down),
            _ => ", unchanged".to_owned(),
        };
        assert!(self.vital(label).contains(&change), "{label}: {} lacks “{change}”", self.vital(label));
    }
}

/// Why oxygen does not work in a shunt and works in its twin of the same blood gas.
#[test]
fn a_student_learns_why_oxygen_does_not_help_a_shunt() {
    let fio2 = |id, value| set(id, &[(ParamId::Fio2, value)]);
    let mut desk = Desk::start(vec2(1440.0, 900.0));

    desk.go_to(Role::ComboBox, "Patient");
    desk.press(Key::Enter);
    let shunt = patient("pure-shunt-30");
    let teaching = desk.node(Role::Button, &shunt.title).accesskit_node().description();
    assert_eq!(teaching.as_deref(), Some(shunt.teaches.as_str()), "the menu itself teaches");
    desk.press(Key::Escape);
    desk.load("pure-shunt-30");

    // Step by step the gradient widens and PaO2 hardly moves.
    let mut before = solved(&shunt.params);
    desk.go_to(Role::Slider, "FiO₂");
    let mut steps = 0;
    while desk.slider_value("FiO₂") != "1.00" {
        desk.press(Key::ArrowRight);
        // A hand that looks at each: faster it would be one action.
        desk.rest();
        let now = solved(&desk.page.state().session().now().params);
        desk.shows(&now.params);
        desk.tells_change("A-a", &before, &now);
        assert!(read(&now, "aa_gradient_mmhg") > read(&before, "aa_gradient_mmhg") + 10.0);
        assert!(read(&now, "po2_art_mmhg") < read(&before, "po2_art_mmhg") + 10.0);
        before = now;
        steps += 1;
    }
    assert_eq!(steps, 16);
    for _ in 0..steps {
        desk.undo();
    }
    desk.shows(&shunt.params);

    // The same at once: the whole change stands beside each number.
    desk.slide("FiO₂", Key::End);
    let [air, oxygen] = [0.21, 1.0].map(|value| solved(&fio2("pure-shunt-30", value)));
    desk.shows(&oxygen.params);
    for label in ["PaO₂", "A-a", "P/F", "Shunt, true", "Shunt, est."] {
        desk.tells_change(label, &air, &oxygen);
    }
    assert!(read(&oxygen, "po2_art_mmhg") < 120.0);
    assert!(read(&oxygen, "aa_gradient_mmhg") > 500.0);

    // The twin: the same gas on air, the opposite on oxygen.
    desk.load("pure-vq-mismatch");
    let twin_air = solved(&fio2("pure-vq-mismatch", 0.21));
    assert!((read(&air, "po2_art_mmhg") - read(&twin_air, "po2_art_mmhg")).abs() < 1.0);
    desk.slide("FiO₂", Key::End);
    let twin_oxygen = solved(&fio2("pure-vq-mismatch", 1.0));
    desk.shows(&twin_oxygen.params);
    for label in ["PaO₂", "A-a", "Shunt, est."] {
        desk.tells_change(label, &twin_air, &twin_oxygen);
    }
    assert!(read(&twin_oxygen, "po2_art_mmhg") > 600.0);
    assert!(read(&twin_oxygen, "aa_gradient_mmhg") < read(&oxygen, "aa_gradient_mmhg") / 5.0);
    assert!(read(&twin_oxygen, "venous_admixture_frac").abs() < 0.002);

    // Back the whole way, patient by patient.
    for params in [&twin_air.params, &oxygen.params, &air.params, &scenario::builtin()[0].params] {
        desk.undo();
        desk.shows(params);
    }
    assert!(desk.is_disabled("Undo"));
    assert!(!desk.is_disabled("Redo"));
}

/// In a hall: oxygen does little for a collapsed lung, PEEP much.
#[test]
fn an_educator_shows_what_peep_does_that_oxygen_does_not() {
    const ARDS: &str = "severe-ards-recruitable";
    let mut desk = Desk::start(vec2(1280.0, 720.0));
    desk.choose("Settings", "Projector");
    assert_eq!(desk.page.state().theme(), ThemeName::Projector);
    desk.load(ARDS);
    let loaded = solved(&patient(ARDS).params);

    // Ten clinical steps at a time: 0.80, 0.30, 0.80, 1.00.
    for (key, shown, fio2_frac) in
        [(Key::PageDown, "0.30", 0.3), (Key::PageUp, "0.80", 0.8), (Key::PageUp, "1.00", 1.0)]
    {
        desk.slide("FiO₂", key);
        assert_eq!(desk.slider_value("FiO₂"), shown);
        desk.shows(&set(ARDS, &[(ParamId::Fio2, fio2_frac)]));
    }
    let oxygen = solved(&set(ARDS, &[(ParamId::Fio2, 1.0)]));
    desk.tells_change("PaO₂", &loaded, &oxygen);
    let bought = read(&oxygen, "po2_art_mmhg") - read(&loaded, "po2_art_mmhg");
    assert!((5.0..25.0).contains(&bought), "all the oxygen there is buys {bought} mmHg");

    // PEEP 5 to 15 with one key: the shunt slider stays, its second mark and the caption move.
    assert_eq!(desk.caption("Shunt"), "set at PEEP 5 · now 42 % at PEEP 5");
    desk.slide("PEEP", Key::PageUp);
    let peep = solved(&set(ARDS, &[(ParamId::Fio2, 1.0), (ParamId::Peep, 15.0)]));
    desk.shows(&peep.params);
    desk.tells_change("PaO₂", &oxygen, &peep);
    desk.tells_change("Shunt, true", &oxygen, &peep);
    assert_eq!(desk.slider_value("Shunt"), "42 %");
    let (at_5, now) = (peep.params.get(ParamId::Shunt), peep.truth.shunt_frac);
    assert!(at_5 - now > 0.1, "PEEP opens much of this lung");
    assert_eq!(
        desk.caption("Shunt"),
        format!("set at PEEP 5 · now {:.1} % at PEEP 15", 100.0 * now).replace(".0 %", " %")
    );
    assert!(read(&peep, "po2_art_mmhg") > 2.0 * read(&oxygen, "po2_art_mmhg"));

    // One key resets all; undo and redo, by shortcut and by button, go there and back.
    desk.take(Role::Button, "Reset");
    desk.shows(&loaded.params);
    assert_eq!(desk.caption("Shunt"), "set at PEEP 5 · now 42 % at PEEP 5");
    assert!(desk.is_disabled("Reset"));
    desk.undo();
    desk.shows(&peep.params);
    desk.redo();
    desk.shows(&loaded.params);
    desk.take(Role::Button, "Undo");
    desk.shows(&peep.params);
    desk.take(Role::Button, "Redo");
    desk.shows(&loaded.params);
    assert_eq!(desk.page.state().theme(), ThemeName::Projector, "undo is the patient's, not the window's");
}

/// At the bedside: how much of the admixture is shunt, and what else the patient would not stand.
#[test]
fn a_resident_gives_pure_oxygen_in_pneumonia() {
    const PNEUMONIA: &str = "lobar-pneumonia";
    let mut desk = Desk::start(vec2(1280.0, 720.0));
    desk.load(PNEUMONIA);
    let air = solved(&patient(PNEUMONIA).params);

    // On air the estimate takes barely ventilated lung for shunt; pure oxygen leaves the true shunt.
    let told = |desk: &Desk, snapshot: &Snapshot| {
        let [admixture, shunt] = ["venous_admixture_frac", "shunt_true_frac"].map(|key| 100.0 * read(snapshot, key));
        assert!(desk.says(&format!("Venous admixture (estimate): {admixture:.1} %")), "{admixture}");
        assert!(desk.says(&format!("Shunt (true): {shunt:.1} %")), "{shunt}");
        admixture - shunt
    };
    let mistaken = told(&desk, &air);
    desk.slide("FiO₂", Key::End);
    let oxygen = solved(&set(PNEUMONIA, &[(ParamId::Fio2, 1.0)]));
    desk.shows(&oxygen.params);
    desk.tells_change("Shunt, est.", &air, &oxygen);
    let left = told(&desk, &oxygen);
    assert!(mistaken > 5.0 && left.abs() < 1.0, "{mistaken} on air, {left} on oxygen");

    // A number out of range is refused with its range; the patient stays, and a right number is taken after it.
    desk.write("FiO₂", "50");
    assert_eq!(desk.caption("FiO₂"), "FiO₂: 50 is outside 0.10 to 1.00");
    desk.shows(&oxygen.params);
    desk.press(Key::Escape);
    desk.shows(&oxygen.params);
    desk.write("FiO₂", "0.5");
    let half = solved(&set(PNEUMONIA, &[(ParamId::Fio2, 0.5)]));
    desk.shows(&half.params);
    assert!(!desk.caption("FiO₂").contains("outside"));

    // A closed group is opened, and the heart fails: half of the output, then what remains is not enough.
    desk.take(Role::DisclosureTriangle, "Circulation");
    desk.slide("Cardiac output", Key::PageDown);
    let failing = solved(&set(PNEUMONIA, &[(ParamId::Fio2, 0.5), (ParamId::CardiacOutput, 1.5)]));
    desk.shows(&failing.params);
    for label in ["Sv̄O₂", "DO₂"] {
        desk.tells_change(label, &half, &failing);
    }
    assert!(failing.state.supply_limited);
    assert!(desk.says("Not survivable: O₂ supply meets"));
    desk.undo();
    desk.shows(&half.params);

    // The membrane lung: what it returns, and what reaches the native lung.
    assert!(!desk.says("SO₂ returned"));
    desk.take(Role::DisclosureTriangle, "ECMO");
    desk.take(Role::RadioButton, "ECMO: on");
    let on_ecmo = solved(&desk.page.state().session().now().params);
    assert!(on_ecmo.params.ecmo());
    desk.shows(&on_ecmo.params);
    for (label, key, unit, factor) in [
        ("SO₂ returned", "so2_returned_frac", "%", 100.0),
        ("PO₂ returned", "po2_returned_mmhg", "mmHg", 1.0),
        ("PpaO₂", "po2_pulm_art_mmhg", "mmHg", 1.0),
        ("SpaO₂", "so2_pulm_art_frac", "%", 100.0),
    ] {
        let text = format!("{label}: {:.1} {unit}", factor * read(&on_ecmo, key));
        assert!(desk.says(&text), "{text}");
    }
    assert!(read(&on_ecmo, "so2_pulm_art_frac") > read(&on_ecmo, "so2_ven_frac") + 0.05);
    desk.tells_change("PaO₂", &half, &on_ecmo);
    desk.undo();
    desk.shows(&half.params);

    // All blood past the lung: no steady state, said with its reason, and undo brings the patient back.
    desk.slide("Shunt", Key::End);
    assert!(desk.page.state().session().now().outcome.is_err());
    for (label, ..) in VITALS {
        assert_eq!(desk.vital(label), "none: no steady state", "{label}");
    }
    let message = desk.page.get_by_label_contains("No steady state: ").value();
    assert!(message.is_some_and(|text| text.contains("no blood meets gas")));
    desk.undo();
    desk.shows(&half.params);

    // Nearly all of it, and thin air: nobody lives so, and the numbers go on.
    desk.slide("FiO₂", Key::Home);
    desk.write("Shunt", "80");
    let dying = solved(&set(PNEUMONIA, &[(ParamId::Fio2, 0.1), (ParamId::Shunt, 0.8)]));
    desk.shows(&dying.params);
    assert!(desk.vital("PaO₂").contains("not survivable: below 19 mmHg"), "{}", desk.vital("PaO₂"));
    assert!(desk.says("Not survivable: PaO₂"));
    desk.undo();
    desk.undo();
    desk.shows(&half.params);
    assert!(!desk.says("Not survivable"));
}

/// Somebody who knows the keys: every key that is pressed counts, letters and digits too.
struct Quick {
    page: Harness<'static, Window>,
    keys: usize,
}

impl Quick {
    fn start(name: ThemeName, size: Vec2) -> Quick {
        let mut page = Harness::builder()
            .with_size(size)
            .with_max_steps(400)
            .with_context_setup(move |ctx| theme::install(ctx, name))
            .build_ui_state(
                |ui, window: &mut Window| window.show(ui),
                Window::new(scenario::builtin()[0].clone(), name),
            );
        page.run();
        Quick { page, keys: 0 }
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.keys += 1;
        self.page.key_press_modifiers(modifiers, key);
        self.page.run();
    }

    fn key(&mut self, key: Key) {
        self.press(Modifiers::NONE, key);
    }

    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            self.keys += 1;
            self.page.event(Event::Text(letter.to_string()));
            self.page.run();
        }
    }

    /// Finds a patient by typing, and takes him.
    fn find(&mut self, search: &str, id: &str) {
        self.press(Modifiers::COMMAND, Key::P);
        self.write(search);
        self.key(Key::Enter);
        assert_eq!(self.page.state().session().scenario().id, id, "“{search}”");
        assert!(self.page.get_by_role_and_label(Role::Slider, "FiO₂").is_focused(), "oxygen is what is turned first");
    }

    fn po2_mmhg(&self) -> f64 {
        let now = self.page.state().session().now().outcome.as_ref().expect("a steady state");
        now.state.arterial.gas.po2_mmhg
    }

    fn done(self, who: &str, most: usize) {
        println!("{who}: {} keys of at most {most}", self.keys);
        assert!(self.keys <= most, "{who}: {} keys", self.keys);
    }
}

/// Which of two has the shunt, by oxygen, one after the other.
#[test]
fn val_keys_of_a_student_with_two_patients() {
    let mut student = Quick::start(ThemeName::Dark, vec2(1440.0, 900.0));
    student.find("shunt-30", "pure-shunt-30");
    student.key(Key::End);
    let of_shunt = student.po2_mmhg();
    student.press(Modifiers::COMMAND, Key::B);
    student.find("pure-v", "pure-vq-mismatch");
    student.key(Key::End);
    assert!(of_shunt < 120.0 && student.po2_mmhg() > 500.0, "{of_shunt} beside {}", student.po2_mmhg());
    let name = student.page.state().session().beside().expect("held").name();
    assert!(student.page.query_by_label_contains(&format!("Held beside, {name}: ")).is_some());
    student.done("student", 25);
}

/// Air, pure oxygen, PEEP, in a lung that opens and in one that does not, before a hall.
#[test]
fn val_keys_of_an_educator_with_two_patients_before_a_hall() {
    let mut educator = Quick::start(ThemeName::Projector, vec2(1280.0, 720.0));
    let mut gains = Vec::new();
    for (search, id) in [("ards,", "severe-ards-recruitable"), ("non-r", "severe-ards-non-recruitable")] {
        educator.find(search, id);
        educator.key(Key::Enter);
        educator.write(".21");
        educator.key(Key::Enter);
        assert_eq!(educator.page.state().session().now().params.get(ParamId::Fio2).to_string(), "0.21");
        educator.key(Key::End);
        let on_oxygen = educator.po2_mmhg();
        educator.key(Key::Tab);
        educator.key(Key::PageUp);
        gains.push(educator.po2_mmhg() - on_oxygen);
    }
    assert!(gains[0] > 2.0 * gains[1].abs(), "{gains:?}");
    educator.done("educator", 30);
}

/// Two gases, the shunt of each by hand, and the patient who has them.
#[test]
fn val_keys_of_a_resident_with_two_gases() {
    let mut resident = Quick::start(ThemeName::Dark, vec2(1440.0, 900.0));
    resident.press(Modifiers::COMMAND, Key::G);
    for (i, text) in ["0.21", "55", "40", "15"].into_iter().enumerate() {
        if i > 0 {
            resident.key(Key::Tab);
        }
        resident.write(text);
    }
    resident.page.get_by_label_contains("P/F: 262 mmHg");
    for _ in 0..3 {
        resident.press(Modifiers::SHIFT, Key::Tab);
    }
    for (i, text) in ["1.0", "105"].into_iter().enumerate() {
        if i > 0 {
            resident.key(Key::Tab);
        }
        resident.press(Modifiers::COMMAND, Key::A);
        resident.write(text);
    }
    resident.page.get_by_label_contains("P/F: 105 mmHg");
    let shunt = "Pure shunt of 30 %";
    while !resident.page.get_by_role_and_label(Role::Button, shunt).is_focused() {
        resident.key(Key::Tab);
        assert!(resident.keys < 60, "the nearest patient is not reached");
    }
    resident.key(Key::Enter);
    assert_eq!(resident.page.state().session().scenario().title, shunt);
    resident.done("resident", 40);
}
