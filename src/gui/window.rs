//! The program with a window: the patient, the page, and what is asked of one by the other.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

#[cfg(not(target_arch = "wasm32"))]
use eframe::egui::ViewportBuilder;
use eframe::egui::{Color32, Context, Ui, Vec2, mutex::Mutex};
use web_time::Instant;

#[cfg(not(target_arch = "wasm32"))]
use super::start::{GuiError, probe, refused};
use super::{
    explore::{Answer, Motion, PanelState, bar::default_path, explore_ui, pictures::Shown},
    export::{Exporter, Source},
    kept::Kept,
    measure::{Measurement, Measuring, clock},
    theme::{self, ThemeName},
};
use crate::{
    app::{
        Charts, Command, EVALUATIONS_A_FRAME, NAMES, Session, View, autosaves::Autosaves,
        slider_preview::SliderPreviews,
    },
    scenario::{self, Scenario, session::Session as SavedSession},
    store::{self, autosave},
    study::{Budget, Study},
};

/// Window that the theme for halls is made for, points; on a larger one everything is larger.
const HALL: Vec2 = Vec2::new(1440.0, 810.0);
/// Most that it is made larger by.
const MOST_ENLARGED: f32 = 3.0;
/// Largest file of settings that is read, bytes.
const MOST_SETTINGS_BYTES: u64 = 1 << 16;
/// How long choices rest before they are written, s.
const SETTINGS_REST_S: f64 = 1.0;
/// Longest time that a frame spends on stepping the patient.
const STEPPING: Duration = Duration::from_millis(3);

/// How the window starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Inner size, points.
    pub size: [f32; 2],
    /// Theme of this run of the program; none for the one that was chosen last.
    pub theme: Option<ThemeName>,
    /// The patient; none for the usual one.
    pub scenario: Option<Scenario>,
    /// The run that it goes on with.
    pub session: Option<SavedSession>,
    /// When the program started.
    pub started: Instant,
    /// Measure the window and close it.
    pub measure: bool,
}

/// Where a window that measures itself leaves what it found.
pub type Measured = Arc<Mutex<Option<Measurement>>>;

/// Opens the window and stays until it is closed; returns what was measured, where that was asked for.
///
/// # Errors
/// [`GuiError`] where no window can be opened.
#[cfg(not(target_arch = "wasm32"))]
pub fn run(options: Options) -> Result<Option<Measurement>, GuiError> {
    probe()?;
    let viewport = ViewportBuilder::default()
        .with_title("Isoshunt")
        .with_app_id("isoshunt")
        .with_inner_size(options.size)
        .with_min_inner_size([960.0, 600.0]);
    let native = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let result = Measured::default();
    let for_window = Arc::clone(&result);
    let open = move |context: &eframe::CreationContext<'_>| {
        Ok(Box::new(Window::open(&context.egui_ctx, options, for_window)) as Box<dyn eframe::App>)
    };
    eframe::run_native("isoshunt", native, Box::new(open)).map_err(|error| refused(&error.to_string()))?;
    let measured = result.lock().take();
    Ok(measured)
}

/// The window.
pub struct Window {
    session: Session,
    charts: Charts,
    /// Of the moment that is pointed at in the trend.
    past_charts: Charts,
    exporter: Exporter,
    previews: SliderPreviews,
    /// The frame that is shown, and whether it has had its share of work that takes many of them: a frame of two passes
    /// has the work of one.
    frame: Option<u64>,
    worked: bool,
    /// What work that takes many frames may still spend in this one.
    budget: Budget,
    panel: PanelState,
    shown_theme: ThemeName,
    commands: Vec<Command>,
    measuring: Option<Measuring>,
    autosaves: Autosaves,
    /// Where choices are kept, and what stands there.
    settings_file: Option<(PathBuf, Kept)>,
    /// Since when they have not been written, s.
    unwritten_since_s: Option<f64>,
    /// A theme that holds for this run of the program, and the one that stays kept meanwhile.
    for_now: Option<(ThemeName, ThemeName)>,
    /// How much larger everything is than was chosen, so that a hall can read it on a screen of many points.
    enlarged: f32,
    /// Time of the last frame, s: what passes between frames drives the run.
    last_frame_s: Option<f64>,
    /// Whether a frame may take as long as its work.
    in_no_hurry: bool,
}

impl Window {
    /// A window as a host opens it: with fonts and theme, autosaves, the choices that are kept, and what was asked for.
    #[must_use]
    pub fn open(ctx: &Context, options: Options, measured: Measured) -> Self {
        let theme = options.theme.unwrap_or_default();
        theme::install(ctx, theme);
        let folder = autosave::default_folder(|name| std::env::var_os(name)).filter(|_| !options.measure);
        let autosaves = folder.map_or_else(Autosaves::none, |folder| Autosaves::open(&folder));
        autosaves.install_panic_hook();
        let asked_for = options.scenario.is_some() || options.session.is_some();
        let scenario = options.scenario.unwrap_or_else(|| scenario::builtin()[0].clone());
        let mut window = Window::with_keeper(scenario, theme, autosaves);
        if let Some(path) = store::settings_file(|name| std::env::var_os(name)).filter(|_| !options.measure) {
            window.keep_settings(ctx, path, options.theme);
        }
        if let Some(saved) = options.session {
            window.session.resume(saved);
        }
        // First steps begin with a patient of their own.
        window.panel.welcome &= !asked_for;
        if options.measure {
            window.measuring = Some(Measuring::new(ctx, options.started, measured));
        }
        window
    }

    /// A window on a patient; [`theme::install`] gives it its fonts.
    #[must_use]
    pub fn new(scenario: Scenario, theme: ThemeName) -> Self {
        Window {
            session: Session::new(scenario),
            charts: Charts::new(),
            past_charts: Charts::new(),
            exporter: Exporter::default(),
            previews: SliderPreviews::new(),
            frame: None,
            worked: false,
            budget: Budget::new(EVALUATIONS_A_FRAME),
            panel: PanelState { theme, ..PanelState::default() },
            shown_theme: theme,
            commands: Vec::new(),
            measuring: None,
            in_no_hurry: false,
            autosaves: Autosaves::none(),
            settings_file: None,
            unwritten_since_s: None,
            for_now: None,
            enlarged: 1.0,
            last_frame_s: None,
        }
    }

    /// As [`Window::new`], with runs saved by `autosaves` and what it has found offered.
    #[must_use]
    pub fn with_keeper(scenario: Scenario, theme: ThemeName, autosaves: Autosaves) -> Self {
        let mut window = Window::new(scenario, theme);
        window.panel.offer = autosaves.offer(store::clock::now());
        window.autosaves = autosaves;
        window
    }

    /// Makes the choices again that a file holds, and keeps them there from now on. A file that is damaged does not
    /// count, and that is said; where there is none, the page begins with first steps. A `theme` that was asked for at
    /// the start counts more than the one that was kept, and does not take its place.
    pub fn keep_settings(&mut self, ctx: &Context, path: PathBuf, theme: Option<ThemeName>) {
        let read = store::read_optional(&path, MOST_SETTINGS_BYTES).map_err(|error| error.to_string());
        let kept = read.and_then(|bytes| {
            let parse = |bytes: Vec<u8>| Kept::parse(&bytes).map_err(|why| format!("{}: {why}", path.display()));
            bytes.map(parse).transpose()
        });
        match kept {
            Ok(Some(kept)) => {
                // Known names, or it would not have been read.
                let _ = kept.apply(&mut self.panel);
                ctx.set_zoom_factor(kept.zoom());
            }
            Ok(None) => self.panel.welcome = true,
            Err(why) => self.session.tell(format!("The settings are the usual ones: {why}")),
        }
        if let Some(theme) = theme {
            self.for_now = Some((theme, self.panel.theme));
            self.panel.theme = theme;
        }
        self.settings_file = Some((path, self.chosen(ctx.zoom_factor())));
    }

    /// Makes everything larger on a large window where the theme is for a hall: the last row sees the share of the
    /// screen that a letter takes, however many points that is.
    fn enlarge(&mut self, ctx: &Context) {
        // Without a window of the system there is nothing to fill.
        if ctx.input(|input| input.viewport().inner_rect.is_none()) {
            return;
        }
        let zoom = ctx.zoom_factor();
        let window = ctx.content_rect().size() * zoom;
        let share = (window / HALL).min_elem();
        let wanted = if self.panel.theme.theme().few_numbers() {
            // In steps, so that a window that is drawn to size does not flicker.
            ((share * 20.0).floor() / 20.0).clamp(1.0, MOST_ENLARGED)
        } else {
            1.0
        };
        if (wanted - self.enlarged).abs() > 1e-3 {
            ctx.set_zoom_factor(zoom / self.enlarged * wanted);
            self.enlarged = wanted;
            ctx.request_repaint();
        }
    }

    /// The choices that are to be kept.
    fn chosen(&self, zoom: f32) -> Kept {
        let mut chosen = Kept::of(&self.panel, zoom);
        if let Some((_, theme)) = self.for_now.filter(|(theme, _)| *theme == self.panel.theme) {
            chosen.set_theme(theme);
        }
        chosen
    }

    /// Writes choices that have changed, once the hand that makes them rests.
    fn keep(&mut self, ui: &Ui) {
        let Some((_, written)) = &self.settings_file else { return };
        // What the hall adds leaves a rounding behind.
        let zoom = (ui.ctx().zoom_factor() / self.enlarged * 1000.0).round() / 1000.0;
        let now = self.chosen(zoom);
        if now == *written {
            self.unwritten_since_s = None;
            return;
        }
        let time_s = ui.input(|input| input.time);
        let waits_s = time_s - *self.unwritten_since_s.get_or_insert(time_s);
        if waits_s < SETTINGS_REST_S {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(SETTINGS_REST_S - waits_s));
        } else {
            self.write_settings(now);
        }
    }

    fn write_settings(&mut self, now: Kept) {
        let Some((path, written)) = &mut self.settings_file else { return };
        if let Err(error) = store::write_private(path, now.to_json().as_bytes()) {
            self.session.tell(format!("The settings are not kept: {error}"));
        }
        // What cannot be written is not tried again until it changes.
        *written = now;
        self.unwritten_since_s = None;
    }

    /// The patient.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the page remembers that is not the patient's.
    #[must_use]
    pub fn panel(&self) -> &PanelState {
        &self.panel
    }

    /// The theme that is shown.
    #[must_use]
    pub fn theme(&self) -> ThemeName {
        self.panel.theme
    }

    /// Shows one frame and does what is asked for in it.
    pub fn show(&mut self, ui: &mut Ui) {
        let frame = ui.ctx().cumulative_frame_nr();
        if self.frame.replace(frame) != Some(frame) {
            self.budget.begin_frame();
            self.worked = false;
        }
        // The second pass of a frame draws what the first one asked for.
        if ui.ctx().current_pass_index() == 0
            && let Some(measuring) = &mut self.measuring
        {
            measuring.frame(ui.ctx(), &mut self.commands);
        }
        if self.panel.theme != self.shown_theme {
            self.shown_theme = self.panel.theme;
            // Another one was chosen, and the choice is kept, whichever it will be.
            self.for_now = self.for_now.filter(|(theme, _)| *theme == self.shown_theme);
            self.shown_theme.theme().apply(ui.ctx());
        }
        self.enlarge(ui.ctx());
        self.advance(ui);
        let shown_settings = self.panel.settings;
        for charts in [&mut self.charts, &mut self.past_charts] {
            charts.want(self.panel.arrangement.pictures().iter().map(String::as_str));
        }
        self.charts.update(&self.session, self.panel.settings.units, &mut self.budget);
        let pointed_s = self.panel.pointed_s.take();
        let past = self.moment(pointed_s);
        self.panel.moment_s = past.as_ref().map(|(time_s, _)| *time_s);
        if let Some((time_s, view)) = &past {
            let units = self.panel.settings.units;
            self.past_charts.update_of(mark_of(*time_s, view), view, None, units, &mut self.budget);
        }
        let view = past.as_ref().map_or(self.session.now(), |(_, view)| view);
        self.panel.link.units = view.outcome.as_ref().map_or(0, |now| now.units.len());
        let charts = if past.is_some() { &self.past_charts } else { &self.charts };
        let shown = Shown {
            lung: charts.lung(),
            figures: charts.figures(),
            names: &NAMES,
            absent: charts.absent(),
            previews: &self.previews,
            moving: match self.panel.motion {
                Motion::Running => self.session.is_running(),
                Motion::Always => true,
                Motion::Never => false,
            },
        };
        explore_ui(ui, &self.session, &shown, &mut self.panel, &mut self.commands);
        let pointed = self.moment(self.panel.pointed_s).map(|(time_s, _)| time_s);
        if self.panel.link.settle() || pointed != self.panel.moment_s {
            ui.ctx().request_discard("what is pointed at lights up in every picture of the frame");
        }
        self.answer();
        self.export(ui);
        let chosen_anew = self.panel.theme != self.shown_theme || self.panel.settings != shown_settings;
        if !self.commands.is_empty() || chosen_anew {
            self.obey();
            ui.ctx().request_discard("the answer belongs into the same frame");
        }
        self.work(ui);
        self.keep(ui);
        if self.charts.pending() || (self.panel.moment_s.is_some() && self.past_charts.pending()) {
            ui.ctx().request_repaint();
        }
        if self.session.again().is_some() {
            ui.ctx().request_repaint();
        }
        if let Some(next_s) = self.session.in_time().and_then(|run_view| run_view.clock().next_step_in_s()) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(next_s));
        }
        if let Some(due_s) = self.autosaves.due_in_s() {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(due_s));
        }
        if let Some(measuring) = &self.measuring {
            measuring.ask_for_next_frame(ui.ctx());
        }
    }

    /// The patient at a time of the run's past, with that time.
    fn moment(&self, time_s: Option<f64>) -> Option<(f64, View)> {
        let (time_s, snapshot) = self.session.in_time()?.past().at(time_s?)?;
        let view = View { params: snapshot.params.clone(), outcome: Ok(snapshot.clone()), readings: None };
        Some((time_s, view))
    }

    /// Goes on with what takes longer than a frame, plots and the tracks of the sliders in sight, and asks for the frame
    /// that shows it.
    fn work(&mut self, ui: &Ui) {
        if !std::mem::replace(&mut self.worked, true) {
            let begun = clock();
            let news = self.grow();
            if let Some(measuring) = &self.measuring {
                measuring.model_took(begun.elapsed());
            }
            if !news && !self.previews.pending(&self.panel.in_sight) {
                return;
            }
        }
        // With the next frame of the screen: nothing that is shown waits for it.
        let frame_s = ui.input(|input| input.predicted_dt);
        ui.ctx().request_repaint_after(Duration::from_secs_f32(frame_s) + Duration::from_millis(1));
    }

    /// Shares what is left of the frame among all that grows. Whether the tracks of sliders show anything new.
    fn grow(&mut self) -> bool {
        self.previews.turn_to(&self.session, &self.panel.in_sight);
        let mut studies: Vec<(&'static str, &mut dyn Study)> =
            vec![(Charts::OWNER, &mut self.charts), (SliderPreviews::OWNER, &mut self.previews)];
        if self.panel.moment_s.is_some() {
            studies.push(("plots of the past", &mut self.past_charts));
        }
        self.budget.share(u32::MAX, &mut studies);
        self.previews.take_news()
    }

    /// Solves all that is shown faded or not yet, however long it takes: pictures must not depend on how fast they were
    /// drawn.
    pub fn settle(&mut self) {
        self.previews.turn_to(&self.session, &self.panel.in_sight);
        self.previews.advance(u32::MAX);
    }

    /// Lets every frame take as long as its work, so that what is shown does not depend on how fast the machine is.
    pub fn take_time(&mut self) {
        self.in_no_hurry = true;
        self.budget = Budget::unlimited();
    }

    /// The tracks of the sliders.
    #[must_use]
    pub fn previews(&self) -> &SliderPreviews {
        &self.previews
    }

    /// Lets the run go on by the time since the last frame. A second pass of a frame has the same time as the first.
    fn advance(&mut self, ui: &Ui) {
        let now_s = ui.input(|input| input.time);
        let elapsed_s = self.last_frame_s.replace(now_s).map_or(0.0, |last_s| now_s - last_s);
        let begun = clock();
        if self.session.advance(elapsed_s, || self.in_no_hurry || begun.elapsed() < STEPPING) > 0 {
            self.charts.update(&self.session, self.panel.settings.units, &mut self.budget);
            if let Some(measuring) = &self.measuring {
                measuring.model_took(begun.elapsed());
            }
        }
        self.autosaves.tick(elapsed_s, &self.session, store::clock::now);
        if let Some(problem) = self.autosaves.news() {
            self.session.tell(problem);
        }
        self.panel.not_saved = self.autosaves.problem();
    }

    /// Brings out of the window what is wanted.
    fn export(&mut self, ui: &Ui) {
        let id = &self.session.scenario().id;
        let typed = self.panel.path.trim();
        let beside = if typed.is_empty() { default_path(id) } else { typed.to_owned() };
        let charts = if self.panel.moment_s.is_some() { &self.past_charts } else { &self.charts };
        let source = Source {
            figures: charts.figures(),
            lung: charts.lung(),
            theme: self.panel.theme,
            patient: id,
            beside: Path::new(&beside),
        };
        match self.exporter.work(ui.ctx(), self.panel.export.take(), &source) {
            Some(Ok(done)) => self.session.confirm(done),
            Some(Err(problem)) => self.session.tell(problem),
            None => return,
        }
        ui.ctx().request_repaint();
    }

    /// Does with a run that is offered what was asked for.
    fn answer(&mut self) {
        match self.panel.answer.take() {
            Some(Answer::Restore) => {
                if let Some(run_view) = self.autosaves.restore() {
                    self.session.enter(run_view);
                }
            }
            Some(Answer::Discard) => {
                if let Err(reason) = self.autosaves.discard() {
                    self.session.tell(reason);
                }
            }
            None => return,
        }
        self.panel.offer = self.autosaves.offer(store::clock::now());
    }

    /// Does what was asked for, and computes the plots of what has come of it.
    fn obey(&mut self) {
        let begun = clock();
        for command in self.commands.drain(..) {
            // A refusal is the session's notice, and on the screen.
            let _ = self.session.apply(command);
        }
        self.charts.update(&self.session, self.panel.settings.units, &mut self.budget);
        if let Some(measuring) = &self.measuring {
            measuring.model_took(begun.elapsed());
        }
    }
}

/// A number by which the moments of all runs are told apart: what they have in time, blood and breathing.
fn mark_of(time_s: f64, view: &View) -> u64 {
    let blood = view.outcome.as_ref().map_or([0.0; 3], |now| {
        let arterial = &now.state.arterial.gas;
        [arterial.po2_mmhg, arterial.pco2_mmhg, now.state.venous.gas.po2_mmhg]
    });
    let mut mark = DefaultHasher::new();
    [time_s].iter().chain(&blood).for_each(|number| number.to_bits().hash(&mut mark));
    mark.finish()
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if self.unwritten_since_s.is_some() {
            let zoom = self.settings_file.as_ref().map_or(1.0, |(_, kept)| kept.zoom());
            self.write_settings(self.chosen(zoom));
        }
        self.autosaves.finish(&self.session, store::clock::now());
    }

    fn clear_color(&self, _visuals: &eframe::egui::Visuals) -> [f32; 4] {
        let ground: Color32 = self.shown_theme.theme().background;
        ground.to_normalized_gamma_f32()
    }
}
