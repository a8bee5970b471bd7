//! Frames of the window on this machine, without a renderer: `cargo bench --bench window`.
//!
//! The window is the real one with four pictures, driven by a pointer that drags a slider so that each frame has another
//! value; counted is all that the processor does for a frame until shapes are triangles. Names say whether time runs,
//! the patient, the slider and the size; `picture` measures each picture beside the lung, while FiO2 is dragged. After
//! each row stands the 99th percentile of its frames.

mod patients;

use std::{hint::black_box, time::Instant};

use criterion::{BenchmarkId, Criterion};
use eframe::egui::{Context, Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Role, Vec2, pos2, vec2};
use egui_kittest::{Harness, kittest::Queryable};
use isoshunt::{
    app::{
        NAMES, Page,
        page::compare::{Ask, Letter, TimeAsk},
    },
    gui::{
        Window, lung_picture,
        theme::{self, ThemeName},
    },
    scenario::{self, Scenario},
    sim::params::{ParamId, SwitchId},
};
use patients::lung;

/// Sizes of the window, points.
const SIZES: [Vec2; 2] = [vec2(1440.0, 900.0), vec2(2560.0, 1440.0)];
/// Time between frames, s.
const FRAME_S: f64 = 1.0 / 60.0;
/// How far the hand goes in a frame, points: further than the finest step of the slider.
const HAND: f32 = 5.0;
/// The pictures that cost most, beside the lung.
const COSTLY: [&str; 3] = ["iso_shunt", "spo2_pio2", "attribution"];
/// The same for a lung in layers.
const COSTLY_LAYERED: [&str; 3] = ["iso_shunt", "pressure_volume", "attribution"];

/// A built-in patient with other parameters.
fn plain(diffusion_limited: bool) -> Scenario {
    let patient = built_in("healthy-young-adult");
    Scenario { params: lung(50.0, diffusion_limited), ..patient }
}

fn built_in(id: &str) -> Scenario {
    scenario::find(id).expect("built in").clone()
}

fn on_ecmo() -> Scenario {
    let mut patient = built_in("severe-ards-non-recruitable");
    patient.params.set_switch(SwitchId::Ecmo, "on").expect("an option");
    patient
}

type Shown = Harness<'static, Window>;

fn click(page: &mut Shown, role: Role, label: &str) {
    page.get_by_role_and_label(role, label).click();
    page.run_steps(3);
}

/// A window with its pictures, and how it is to be driven.
fn page(patient: Scenario, size: Vec2, pictures: &[&str]) -> Shown {
    let mut page = Harness::builder()
        .with_size(size)
        .with_context_setup(|ctx| theme::install(ctx, ThemeName::Dark))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), Window::new(patient, ThemeName::Dark));
    page.run_steps(3);
    // From one picture, the lung, to all.
    while page.query_by_role_and_label(Role::ComboBox, "Picture 2").is_some() {
        click(&mut page, Role::ComboBox, "Picture 2");
        click(&mut page, Role::Button, "Close this picture");
    }
    for (place, name) in pictures.iter().enumerate() {
        let (_, title) = NAMES.iter().find(|(known, _)| known == name).expect("a plot");
        click(&mut page, Role::ComboBox, "Picture 1");
        click(&mut page, Role::Button, "Add a picture");
        let picker = format!("Picture {}", place + 2);
        click(&mut page, Role::ComboBox, &picker);
        click(&mut page, Role::Button, title);
    }
    let shown = page.state().panel().choices.arrangement.pictures();
    assert!(shown[0] == lung_picture::ID && shown[1..] == *pictures, "{shown:?}");
    page
}

/// The window without what a test adds to it, a pointer holding a slider.
struct Hand {
    ctx: Context,
    window: Window,
    track: Rect,
    at: f32,
    step: f32,
    time_s: f64,
}

impl Hand {
    fn new(page: Shown, size: Vec2, id: ParamId) -> Hand {
        let slider = page.get_by_role_and_label(Role::Slider, id.bounds().label).rect();
        // The rail of a large slider is in its lower part, and ends before its ends.
        let track =
            Rect::from_min_max(slider.left_bottom() - vec2(-20.0, 30.0), slider.right_bottom() - vec2(20.0, 0.0));
        let ctx = page.ctx.clone();
        let time_s = page.input().time.unwrap_or_default();
        ctx.disable_accesskit();
        let mut hand = Hand { ctx, window: page.into_state(), track, at: track.left(), step: HAND, time_s };
        let place = hand.place();
        let _ = hand.frame(size, vec![Event::PointerMoved(place)]);
        let press = Event::PointerButton {
            pos: place,
            button: PointerButton::Primary,
            pressed: true,
            modifiers: Modifiers::NONE,
        };
        let _ = hand.frame(size, vec![press]);
        let value = |hand: &Hand| match hand.window.page() {
            Page::Compare => hand.window.compared().value(Letter::A, id),
            _ => hand.window.session().now().params.get(id),
        };
        let before = value(&hand);
        (0..3).for_each(|_| hand.drag(size));
        assert!((value(&hand) - before).abs() > 1e-6, "the hand holds the slider");
        // Fonts and layouts are cached from here on.
        (0..120).for_each(|_| hand.drag(size));
        hand
    }

    fn place(&self) -> Pos2 {
        pos2(self.at, self.track.bottom() - 10.0)
    }

    fn frame(&mut self, size: Vec2, events: Vec<Event>) -> usize {
        self.time_s += FRAME_S;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(self.time_s),
            focused: true,
            events,
            ..RawInput::default()
        };
        let window = &mut self.window;
        let output = self.ctx.run_ui(input, |ui| window.show(ui));
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        black_box(shapes).len()
    }

    /// A frame in which the hand goes on.
    fn drag(&mut self, size: Vec2) {
        if !self.track.x_range().contains(self.at + self.step) {
            self.step = -self.step;
        }
        self.at += self.step;
        let place = self.place();
        black_box(self.frame(size, vec![Event::PointerMoved(place)]));
    }
}

/// Measures frames in which `slider` is dragged.
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and says what it found")]
fn bench(criterion: &mut Criterion, group: &str, name: &str, size: Vec2, slider: ParamId, make: impl Fn() -> Shown) {
    let id = BenchmarkId::new(name, format!("{:.0}x{:.0}", size.x, size.y));
    let (mut hand, mut took) = (None, Vec::new());
    criterion.benchmark_group(group).bench_function(id, |bencher| {
        // Made only where it is measured.
        let hand = hand.get_or_insert_with(|| Hand::new(make(), size, slider));
        bencher.iter_custom(|frames| {
            let each = (0..frames).map(|_| {
                let start = Instant::now();
                hand.drag(size);
                start.elapsed()
            });
            let begun = took.len();
            took.extend(each);
            took[begun..].iter().sum()
        });
    });
    if !took.is_empty() {
        took.sort_unstable();
        let p99_ms = took[(took.len() - 1) * 99 / 100].as_secs_f64() * 1e3;
        println!("{:24}p99:    {p99_ms:.4} ms of {} frames", "", took.len());
    }
}

/// Lets time run, as fast as it can, with equations beside the trend.
fn let_run(mut page: Shown) -> Shown {
    click(&mut page, Role::Button, "Run");
    click(&mut page, Role::ComboBox, "Speed");
    click(&mut page, Role::Button, "240×");
    click(&mut page, Role::RadioButton, "Beside the trend: Equations");
    page
}

/// Page Compare with so many patients on one clock, as fast as it can.
fn beside(size: Vec2, patients: &[Scenario]) -> Shown {
    let mut window = Window::new(plain(false), ThemeName::Dark);
    window.put_beside([patients[0].clone(), patients[1].clone()]);
    patients[2..].iter().for_each(|patient| window.ask_compare(Ask::Add(Box::new(patient.clone()))));
    window.open_page(Page::Compare);
    window.ask_compare(Ask::Time(TimeAsk::Speed(240)));
    window.ask_compare(Ask::Time(TimeAsk::Run));
    let mut page = Harness::builder()
        .with_size(size)
        .with_context_setup(|ctx| theme::install(ctx, ThemeName::Dark))
        .build_ui_state(|ui, window: &mut Window| window.show(ui), window);
    page.run_steps(3);
    assert!(page.state().compared().is_running());
    page
}

/// A steady patient, with equations under the pictures.
fn equations(mut page: Shown) -> Shown {
    click(&mut page, Role::RadioButton, "Under the pictures: Equations");
    page
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let (fio2, shunt, peep) = (ParamId::Fio2, ParamId::Shunt, ParamId::Peep);
    for size in SIZES {
        let of_plain = |diffusion_limited| page(plain(diffusion_limited), size, &COSTLY);
        let of_layers = || page(built_in("ards-recruitable"), size, &COSTLY_LAYERED);
        let on_bypass = || page(built_in("va-ecmo"), size, &COSTLY_LAYERED);
        bench(&mut criterion, "steady", "plain, FiO2", size, fio2, || equations(of_plain(false)));
        bench(&mut criterion, "steady", "plain, shunt", size, shunt, || equations(of_plain(false)));
        bench(&mut criterion, "steady", "DLO2, FiO2", size, fio2, || equations(of_plain(true)));
        bench(&mut criterion, "steady", "DLO2, shunt", size, shunt, || equations(of_plain(true)));
        bench(&mut criterion, "steady", "layers, FiO2", size, fio2, || equations(of_layers()));
        bench(&mut criterion, "steady", "layers, PEEP", size, peep, || equations(of_layers()));
        bench(&mut criterion, "steady", "VA ECMO, FiO2", size, fio2, || equations(on_bypass()));
        bench(&mut criterion, "240x", "plain, FiO2", size, fio2, || let_run(of_plain(false)));
        bench(&mut criterion, "240x", "DLO2, FiO2", size, fio2, || let_run(of_plain(true)));
        bench(&mut criterion, "240x", "layers, FiO2", size, fio2, || let_run(of_layers()));
        bench(&mut criterion, "240x", "VA ECMO, FiO2", size, fio2, || let_run(on_bypass()));
        let pair = || [built_in("pure-shunt-30"), built_in("pure-vq-mismatch")];
        bench(&mut criterion, "240x", "two patients, FiO2", size, fio2, || beside(size, &pair()));
        let four = || [pair(), [built_in("copd"), built_in("lobar-pneumonia")]].concat();
        bench(&mut criterion, "240x", "four patients, FiO2", size, fio2, || beside(size, &four()));
    }
    let size = SIZES[0];
    bench(&mut criterion, "picture", "lung alone", size, fio2, || page(plain(false), size, &[]));
    for (name, _) in NAMES {
        let patient = || match name {
            "ecmo_loop" => on_ecmo(),
            "pressure_volume" | "lung_map" => built_in("ards-recruitable"),
            _ => plain(false),
        };
        bench(&mut criterion, "picture", name, size, fio2, || page(patient(), size, &[name]));
    }
    criterion.final_summary();
}
