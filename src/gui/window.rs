//! The program with a window: the patient, the page, and what is asked of one by the other.

use std::{sync::Arc, time::Duration};

use eframe::egui::{
    Color32, Context, KeyboardShortcut, Ui, Vec2, ViewportCommand,
    gui_zoom::{self, kb_shortcuts},
    mutex::Mutex,
};
use web_time::Instant;

use super::{
    challenge::{ChallengeView, Wish, challenge_ui},
    compare::compare_ui,
    evidence::evidence_ui,
    explore::{
        Answer, Motion, Own, PanelState, board, explore_ui, exports,
        files::{default_path, patient_path},
        help,
        open::ENDING,
        pictures::Shown,
    },
    export::{Exporter, Source},
    host::Host,
    kept::Kept,
    keys::{Act, page_pressed, pressed},
    lecture,
    measure::{Measurement, Measuring, clock},
    theme::{self, ThemeName},
};
use crate::{
    app::{
        Command, Desk, EVALUATIONS_A_FRAME, NAMES, Page, Session,
        autosaves::Autosaves,
        gas_entry::GasEntry,
        lesson::Lesson,
        library::Library,
        page::{
            challenge::ChallengePage,
            compare::{Ask, Compare, Letter},
            evidence::EvidencePage,
            lecture::{Lecture, ask::Source as DeckSource, playing::Playing},
        },
        slider_preview::SliderPreviews,
    },
    scenario::{self, Scenario, deck::Deck, session::Session as SavedSession},
    sim::params::ParamId,
    store::{AnyStore, Key, Listing, MAX_FILE_BYTES, Mailbox, StoreError, clock as wall_clock, name_of},
    study::{
        Budget, Study,
        challenge_maker::{bad_sample::BadSample, code::CaseCode, maker::Case, name_mechanism::NameMechanism},
    },
    text::words,
};

/// Window that the theme for halls is made for, points; on a larger one everything is larger.
const HALL: Vec2 = Vec2::new(1440.0, 810.0);
/// Most that it is made larger by.
const MOST_ENLARGED: f32 = 3.0;
/// Largest file of settings that is read, bytes.
const MOST_SETTINGS_BYTES: u64 = 1 << 16;
/// How long choices rest before they are written, s.
const SETTINGS_REST_S: f64 = 1.0;
/// Evaluations of a frame in which the run is looked at for the board that lies over the page: about 10 ms.
const EVALUATIONS_OF_THE_BOARD: u32 = 4 * EVALUATIONS_A_FRAME;
/// Longest time that a frame spends on stepping the patient.
const STEPPING: Duration = Duration::from_millis(3);

/// How long the first frame waits for the choices that are kept: nobody should see it in other colours first.
const FIRST_FRAME_WAITS: Duration = Duration::from_secs(1);

/// The lot of the first covered pair where nobody asks for chance.
const FIRST_LOT: u64 = 1;

/// How the window starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Inner size, points.
    pub size: [f32; 2],
    /// Theme of this run of the program; none for the one that was chosen last.
    pub theme: Option<ThemeName>,
    /// The patient; none for the usual one.
    pub scenario: Option<Scenario>,
    /// The patient beside him on page Compare; none for the usual one.
    pub against: Option<Scenario>,
    /// The run that it goes on with.
    pub session: Option<SavedSession>,
    /// The page that it opens on.
    pub page: Page,
    /// The case that is opened on page Challenge; none for the next one.
    pub case: Option<CaseCode>,
    /// The deck that it plays, and from which step.
    pub deck: Option<DeckToPlay>,
    /// When the program started.
    pub started: Instant,
    /// Measure the window and close it.
    pub measure: bool,
}

/// A deck to be played from the start of the program.
#[derive(Debug, Clone)]
pub struct DeckToPlay {
    /// The deck.
    pub deck: Deck,
    /// Where it is from.
    pub source: DeckSource,
    /// Number, from 1, or name of the step.
    pub step: Option<String>,
}

/// Where a window that measures itself leaves what it found.
pub type Measured = Arc<Mutex<Option<Measurement>>>;

/// The window.
pub struct Window {
    /// The page that is shown.
    page: Page,
    /// The patients, those of each page by [`Page::desks`].
    desks: Vec<Desk>,
    lecture: Lecture,
    decks: lecture::ListState,
    evidence: EvidencePage,
    exporter: Exporter,
    /// The frame that is shown, and whether it has had its share of work that takes many of them: a frame of two passes
    /// has the work of one.
    frame: Option<u64>,
    worked: bool,
    /// What work that takes many frames may still spend in this one.
    budget: Budget,
    panel: PanelState,
    /// The patients of page Compare, and what is asked of it.
    compare: Compare,
    asks: Vec<Ask>,
    /// The case of page Challenge, what is typed there, and what is asked of it.
    /// Apart: a case that is being made is most of a window's size, and windows are moved.
    challenge: Box<ChallengePage>,
    challenge_view: ChallengeView,
    wishes: Vec<Wish>,
    shown_theme: ThemeName,
    commands: Vec<Command>,
    measuring: Option<Measuring>,
    autosaves: Autosaves,
    host: Host,
    store: AnyStore,
    mailbox: Mailbox<Heard>,
    /// Patients of files used last, for the library: those that were read, and how many are not yet.
    own: Vec<(String, Scenario)>,
    own_waits: usize,
    /// How often they were asked for.
    own_looks: u64,
    /// The patients to choose from, and the blood gas that is typed.
    library: Library,
    library_was_open: bool,
    gas: GasEntry,
    /// What is kept of the choices; none as long as that is not known, or nothing is to be kept.
    kept: Option<Kept>,
    /// The same, as soon as what stood in their place is kept aside.
    kept_then: Option<Kept>,
    /// What was chosen when those that are kept were asked for.
    chosen_at_first: Option<Kept>,
    /// The size of everything that is chosen, as the frame began.
    zoom_chosen: f32,
    /// Whether a patient was asked for at the start: first steps begin with one of their own.
    asked_for: bool,
    /// Since when they have not been written, s.
    unwritten_since_s: Option<f64>,
    /// A theme that holds for this run of the program, and the one that stays kept meanwhile.
    for_now: Option<(ThemeName, ThemeName)>,
    /// How much larger everything is than was chosen, so that a hall can read it on a screen of many points.
    enlarged: f32,
    /// Whether somebody could see the window in the last frame.
    in_sight: bool,
    /// Time of the last frame, s: what passes between frames drives the run.
    last_frame_s: Option<f64>,
    /// Whether a frame may take as long as its work.
    in_no_hurry: bool,
}

/// Why choices are not made again.
#[derive(Debug)]
enum NotRead {
    /// They may stand there whole, and nothing is written over them.
    Refused(StoreError),
    /// They are damaged, or of another program: why, and their bytes.
    Unknown(String, Vec<u8>),
}

/// What the store has answered.
#[derive(Debug)]
enum Heard {
    /// The choices that are kept, or why they are not made again; and the theme that was asked for at the start.
    Choices(Box<Result<Option<Kept>, NotRead>>, Option<ThemeName>),
    /// Whether choices that could not be read are kept aside.
    OldChoicesKept(Result<String, StoreError>),
    /// Whether choices are kept.
    ChoicesKept(Result<String, StoreError>),
    /// What a folder holds, and whether it was asked for in the sheet of another.
    Folder(Listing, bool),
    /// Whether something stands at a place.
    Taken(String, bool),
    /// The patient of a file that was used last, with the number of the look; none where it is gone, or something else.
    Own(u64, String, Option<Box<Scenario>>),
}

impl Window {
    /// A window as any host opens it: with fonts and theme, the runs, choices and cases that its store keeps, and what was
    /// asked for.
    #[must_use]
    pub fn open(ctx: &Context, options: Options, store: AnyStore, measured: Measured) -> Self {
        let theme = options.theme.unwrap_or_default();
        theme::install(ctx, theme);
        ctx.send_viewport_cmd(ViewportCommand::Title(words::window::title().to_owned()));
        let keeps = store.keeps_own() && !options.measure;
        let asked_for = options.scenario.is_some() || options.session.is_some();
        let usual = || scenario::builtin()[0].clone();
        let chosen = options.against.is_some() || (options.page == Page::Compare && options.scenario.is_some());
        let scenario = options.scenario.unwrap_or_else(usual);
        let mut window = Window::with_store(scenario.clone(), theme, store.clone());
        window.asked_for = asked_for;
        if keeps {
            window.save_runs();
            window.autosaves.install_panic_hook();
            window.keep_settings(ctx, options.theme);
            store.wait(FIRST_FRAME_WAITS);
            window.hear(ctx);
        }
        if chosen {
            window.put_beside([scenario, options.against.unwrap_or_else(usual)]);
        } else {
            window.compare = Compare::first_visit(wall_clock::lot());
        }
        if let Some(saved) = options.session {
            window.desk_mut().session_mut().resume(saved);
        }
        if keeps {
            window.challenge.keep_record(store);
        }
        if let Some(code) = options.case {
            window.challenge.open(code);
        }
        window.open_page(options.page);
        if let Some(DeckToPlay { deck, source, step }) = options.deck {
            window.play(deck, source, step.as_deref());
        }
        if options.measure {
            window.measuring = Some(Measuring::new(ctx, options.started, measured));
        }
        window
    }

    /// A window on a patient that keeps its files in memory; [`theme::install`] gives it its fonts.
    #[must_use]
    pub fn new(scenario: Scenario, theme: ThemeName) -> Self {
        Window::with_store(scenario, theme, AnyStore::default())
    }

    /// As [`Window::new`], with the files of a store.
    #[must_use]
    pub fn with_store(scenario: Scenario, theme: ThemeName, store: AnyStore) -> Self {
        let mut lecture = Lecture::default();
        lecture.keep_in(store.clone());
        let mut panel = PanelState::default();
        panel.choices.theme = theme;
        panel.told.home = store.home();
        Window {
            page: Page::default(),
            desks: Page::ALL.into_iter().flat_map(Page::desks).map(|_| Desk::new(scenario.clone())).collect(),
            lecture,
            decks: lecture::ListState::default(),
            evidence: EvidencePage::default(),
            exporter: Exporter::into_store(store.clone()),
            frame: None,
            worked: false,
            budget: Budget::new(EVALUATIONS_A_FRAME),
            panel,
            compare: Compare::first_visit(FIRST_LOT),
            asks: Vec::new(),
            challenge: Box::default(),
            challenge_view: ChallengeView::default(),
            wishes: Vec::new(),
            shown_theme: theme,
            commands: Vec::new(),
            measuring: None,
            in_no_hurry: false,
            autosaves: Autosaves::none(),
            host: Host::of(store.clone()),
            store,
            mailbox: Mailbox::default(),
            own: Vec::new(),
            own_waits: 0,
            own_looks: 0,
            library: Library::default(),
            library_was_open: false,
            gas: GasEntry::default(),
            kept: None,
            kept_then: None,
            chosen_at_first: None,
            zoom_chosen: 1.0,
            asked_for: false,
            unwritten_since_s: None,
            for_now: None,
            enlarged: 1.0,
            in_sight: true,
            last_frame_s: None,
        }
    }

    /// Saves runs as they go, and offers what programs before this one have left.
    pub fn save_runs(&mut self) {
        self.autosaves = Autosaves::open(&self.store);
        self.panel.told.offer = self.autosaves.offer(wall_clock::now());
    }

    /// Shows a page, as its tab does.
    pub fn open_page(&mut self, page: Page) {
        self.panel.sent.page = Some(page);
        self.turn_page();
    }

    /// Plays a deck, from a step.
    pub fn play(&mut self, deck: Deck, source: DeckSource, step: Option<&str>) {
        self.play_lesson(Lesson::open(deck), source, step);
    }

    /// As [`Window::play`], of a deck with its numbers.
    pub fn play_lesson(&mut self, lesson: Lesson, source: DeckSource, step: Option<&str>) {
        self.lecture.open_lesson(lesson, source, step);
        self.open_page(Page::Lecture);
    }

    /// The deck that plays.
    #[must_use]
    pub fn playing(&self) -> Option<&Playing> {
        self.lecture.playing()
    }

    /// The theme of what is shown: a deck has that of a hall, whatever was chosen.
    fn theme_in_force(&self) -> ThemeName {
        let hall = self.page == Page::Lecture && (self.lecture.playing().is_some() || self.lecture.board().is_some());
        if hall { ThemeName::Projector } else { self.panel.choices.theme }
    }

    /// The page that is shown.
    #[must_use]
    pub fn page(&self) -> Page {
        self.page
    }

    /// Makes the choices again that are kept, and keeps them from now on. What is damaged does not count, and that is
    /// said; where there is nothing, the page begins with first steps. A `theme` that was asked for at the start counts
    /// more than the one that was kept, and does not take its place.
    pub fn keep_settings(&mut self, ctx: &Context, theme: Option<ThemeName>) {
        let place = self.store.place(&Key::Settings);
        let done = self.mailbox.expect(move |read: Result<Vec<u8>, StoreError>| {
            let kept = match read {
                Ok(bytes) => {
                    Kept::parse(&bytes).map(Some).map_err(|why| NotRead::Unknown(format!("{place}: {why}"), bytes))
                }
                Err(error) if error.is_missing() => Ok(None),
                Err(error) => Err(NotRead::Refused(error)),
            };
            Heard::Choices(Box::new(kept), theme)
        });
        self.zoom_chosen = ctx.zoom_factor() / self.enlarged;
        self.chosen_at_first = Some(self.chosen(self.zoom_chosen));
        self.store.read(Key::Settings, MOST_SETTINGS_BYTES, done);
        self.hear(ctx);
    }

    /// What was chosen while they were being read counts more than they do.
    fn make_choices_again(&mut self, ctx: &Context, kept: Result<Option<Kept>, NotRead>, theme: Option<ThemeName>) {
        let mut zoom = self.zoom_chosen;
        let now = self.chosen(zoom);
        let before = self.chosen_at_first.take().unwrap_or_else(|| now.clone());
        let theme = theme.filter(|_| before.is_of_theme(&now));
        if theme.is_some() {
            // What was asked for once is not what is kept, also where nothing is kept yet.
            self.panel.choices.theme = ThemeName::default();
        }
        // The kept choices as they stand, to which those of meanwhile are a change.
        let mut stands = None;
        let mut aside = false;
        match kept {
            Ok(Some(kept)) => {
                let joined = kept.with_changes(&before, &now);
                // Known names, or it would not have been read.
                let _ = joined.apply(&mut self.panel.choices);
                zoom = joined.zoom();
                ctx.set_zoom_factor(zoom * self.enlarged);
                stands = (joined != kept).then_some(kept);
            }
            Ok(None) => self.panel.choices.welcome = before == now && !self.session().can_undo(),
            Err(NotRead::Unknown(why, bytes)) => {
                self.desk_mut().session_mut().tell_refusal(words::window::settings_not_read(why));
                // Nothing takes their place before they are kept aside.
                self.store.write(Key::OldSettings, bytes, self.mailbox.expect(Heard::OldChoicesKept));
                aside = true;
            }
            Err(NotRead::Refused(error)) => {
                self.desk_mut().session_mut().tell_refusal(words::window::settings_not_there(error));
                self.panel.choices.theme = theme.unwrap_or(self.panel.choices.theme);
                return;
            }
        }
        self.panel.choices.welcome &= !self.asked_for;
        if let Some(theme) = theme {
            self.for_now = Some((theme, self.panel.choices.theme));
            self.panel.choices.theme = theme;
        }
        let kept = stands.unwrap_or_else(|| self.chosen(zoom));
        match aside {
            true => self.kept_then = Some(kept),
            false => self.kept = Some(kept),
        }
    }

    /// Takes what the store has answered; whether there was anything.
    fn hear(&mut self, ctx: &Context) -> bool {
        let mut heard = self.lecture.hear() | self.challenge.hear();
        if self.autosaves.hear() {
            heard = true;
            self.panel.told.offer = self.autosaves.offer(wall_clock::now());
        }
        while let Some(answer) = self.mailbox.fetch() {
            heard |= match answer {
                Heard::Choices(kept, theme) => {
                    self.make_choices_again(ctx, *kept, theme);
                    true
                }
                Heard::OldChoicesKept(Ok(_)) => {
                    self.kept = self.kept_then.take();
                    false
                }
                Heard::OldChoicesKept(Err(error)) => {
                    self.desk_mut().session_mut().tell_refusal(words::window::settings_not_there(error));
                    true
                }
                Heard::ChoicesKept(kept) => {
                    if let Err(error) = &kept {
                        self.desk_mut().session_mut().tell_refusal(words::window::settings_not_kept(error));
                    }
                    kept.is_err()
                }
                // Who has closed the sheet meanwhile sees no other folder.
                Heard::Folder(listing, within) if !within || self.panel.page.folder.is_some() => {
                    self.panel.page.folder = Some(listing);
                    true
                }
                Heard::Folder(..) => false,
                Heard::Taken(path, taken) => self.panel.frame.places.hear(&path, taken),
                Heard::Own(look, path, patient) if look == self.own_looks => {
                    self.own.extend(patient.map(|patient| (path, *patient)));
                    self.own_waits -= 1;
                    if self.own_waits == 0 {
                        self.library.set_own(std::mem::take(&mut self.own));
                    }
                    self.own_waits == 0
                }
                Heard::Own(..) => false,
            };
        }
        heard
    }

    /// Asks the store for what the page has asked for in this frame.
    fn ask_store(&mut self, now_s: f64) {
        if let Some(folders) = self.panel.sent.look.take() {
            let within = self.panel.page.folder.is_some();
            let done = self.mailbox.expect(move |listing| Heard::Folder(listing, within));
            self.store.list(folders, ENDING, done);
        }
        for path in self.panel.frame.places.due(now_s) {
            let key = Key::Typed(path.clone());
            self.store.is_taken(key, self.mailbox.expect(move |taken| Heard::Taken(path, taken)));
        }
    }

    /// Reads the patients of the files that were used last, for the library.
    fn read_own(&mut self) {
        self.own_looks += 1;
        self.own_waits = 0;
        self.own.clear();
        if self.panel.choices.recent_files.is_empty() {
            self.library.set_own(Vec::new());
        }
        let look = self.own_looks;
        for path in &self.panel.choices.recent_files {
            self.own_waits += 1;
            let (key, path) = (Key::Typed(path.clone()), path.clone());
            let done = self.mailbox.expect(move |bytes: Result<Vec<u8>, StoreError>| {
                let patient = bytes.ok().and_then(|bytes| scenario::parse(&bytes, &path).ok());
                Heard::Own(look, path, patient.map(Box::new))
            });
            self.store.read(key, MAX_FILE_BYTES, done);
        }
    }

    /// Makes everything larger on a large window where the theme is for a hall: the last row sees the share of the
    /// screen that a letter takes, however many points that is.
    fn enlarge(&mut self, ctx: &Context) {
        let zoom = ctx.zoom_factor();
        let window = ctx.content_rect().size() * zoom;
        let share = (window / HALL).min_elem();
        let deck = self.page == Page::Lecture && (self.lecture.playing().is_some() || self.lecture.board().is_some());
        // A deck measures its window itself.
        let wanted = if self.panel.choices.theme.theme().few_numbers() && !deck {
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

    /// Larger, smaller, and back to the size that the theme has chosen.
    fn zoom(&self, ctx: &Context) {
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let pressed = |keys: &KeyboardShortcut| ctx.input_mut(|input| input.consume_shortcut(keys));
        if pressed(&kb_shortcuts::ZOOM_RESET) {
            ctx.set_zoom_factor(self.enlarged);
        } else if pressed(&kb_shortcuts::ZOOM_IN) || pressed(&kb_shortcuts::ZOOM_IN_SECONDARY) {
            gui_zoom::zoom_in(ctx);
        } else if pressed(&kb_shortcuts::ZOOM_OUT) {
            gui_zoom::zoom_out(ctx);
        }
    }

    /// The choices that are to be kept.
    fn chosen(&self, zoom: f32) -> Kept {
        let mut chosen = Kept::of(&self.panel.choices, zoom);
        if let Some((_, theme)) = self.for_now.filter(|(theme, _)| *theme == self.panel.choices.theme) {
            chosen.set_theme(theme);
        }
        chosen
    }

    /// Writes choices that have changed, once the hand that makes them rests.
    fn keep(&mut self, ui: &Ui) {
        let Some(written) = &self.kept else { return };
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
        let bytes = now.to_json().into_bytes();
        // What cannot be written is not tried again until it changes.
        self.kept = Some(now);
        self.unwritten_since_s = None;
        self.store.write(Key::Settings, bytes, self.mailbox.expect(Heard::ChoicesKept));
    }

    /// The desk whose patient the page shows.
    fn desk(&self) -> &Desk {
        &self.desks[self.page.first_desk()]
    }

    fn desk_mut(&mut self) -> &mut Desk {
        &mut self.desks[self.page.first_desk()]
    }

    /// The patient.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.desk().session()
    }

    /// What it remembers that is not the patient's.
    #[must_use]
    pub fn panel(&self) -> &PanelState {
        &self.panel
    }

    /// The theme that is shown.
    #[must_use]
    pub fn theme(&self) -> ThemeName {
        self.panel.choices.theme
    }

    /// Shows one frame and does what is asked for in it.
    pub fn show(&mut self, ui: &mut Ui) {
        let frame = ui.ctx().cumulative_frame_nr();
        if self.frame.replace(frame) != Some(frame) {
            self.budget.begin_frame();
            self.worked = false;
        }
        self.zoom(ui.ctx());
        // The second pass of a frame draws what the first one asked for.
        if ui.ctx().current_pass_index() == 0
            && let Some(measuring) = &mut self.measuring
        {
            measuring.frame(ui.ctx(), &mut self.commands);
        }
        if self.theme_in_force() != self.shown_theme {
            self.shown_theme = self.theme_in_force();
            // Another one was chosen, and the choice is kept, whichever it will be.
            self.for_now = self.for_now.filter(|(theme, _)| *theme == self.panel.choices.theme);
            self.shown_theme.theme().apply(ui.ctx());
        }
        // What the hall adds in this frame counts from the next one on.
        self.zoom_chosen = ui.ctx().zoom_factor() / self.enlarged;
        self.enlarge(ui.ctx());
        self.advance(ui);
        if pressed(ui, Act::FullScreen, true) {
            let full = ui.input(|input| input.viewport().fullscreen.unwrap_or(false));
            ui.ctx().send_viewport_cmd(ViewportCommand::Fullscreen(!full));
        }
        if let Some(page) = page_pressed(ui).and_then(|index| Page::ALL.get(index)) {
            self.panel.sent.page = Some(*page);
            self.turn_page();
        }
        if self.page == Page::Explore
            && self.lecture.is_out()
            && lecture::returns(ui.ctx(), self.panel.choices.single_keys)
        {
            self.panel.sent.page = Some(Page::Lecture);
            self.turn_page();
        }
        let chosen_before = self.theme_in_force();
        let shown_settings = self.panel.choices.settings;
        let units = shown_settings.units;
        if self.panel.page.gas.is_open {
            self.gas.turn_to(&self.panel.page.gas.typed, units, &self.library);
        }
        let library_is_open = self.panel.page.library.is_some();
        if !std::mem::replace(&mut self.library_was_open, library_is_open) && library_is_open {
            self.read_own();
            self.hear(ui.ctx());
        }
        let desk = &mut self.desks[self.page.first_desk()];
        let pictures = self.panel.choices.arrangement.in_window(ui.ctx().content_rect().width());
        desk.want(pictures.pictures().iter().map(String::as_str));
        desk.look(units, &mut self.budget);
        desk.look_back(self.panel.frame.pointed_s.take(), units, &mut self.budget);
        desk.keep_record(self.panel.page.board.gases().filter(|_| self.page == Page::Explore));
        desk.keep_team(self.panel.page.board.truth_asked().filter(|_| self.page == Page::Explore));
        self.panel.frame.moment_s = desk.moment_s();
        self.panel.frame.link.units = desk.view().outcome.as_ref().map_or(0, |now| now.units.len());
        let charts = desk.charts();
        let shown = Shown {
            lung: charts.lung(),
            figures: charts.figures(),
            names: &NAMES,
            absent: charts.absent(),
            previews: desk.previews(),
            library: &self.library,
            gas: &self.gas,
            board: board::Shown {
                board: desk.board(&self.panel.page.board.facts),
                looked_s: desk.record_pending_s(),
                team: desk.team(),
            },
            foreseen: desk.foreseen(),
            moving: match self.panel.choices.motion {
                Motion::Running => desk.session().is_running(),
                Motion::Always => true,
                Motion::Never => false,
            },
        };
        match self.page {
            Page::Explore => explore_ui(ui, desk.session(), &shown, &mut self.panel, &mut self.commands),
            Page::Compare => {
                self.compare.look(units, &mut self.budget);
                compare_ui(ui, &self.compare, &mut self.panel, &mut self.asks);
            }
            Page::Challenge => {
                self.challenge.look(units);
                challenge_ui(ui, &self.challenge, &mut self.challenge_view, &mut self.panel, &mut self.wishes);
            }
            Page::Lecture => {}
            Page::Evidence => {
                self.evidence.open();
                evidence_ui(ui, &mut self.evidence, &mut self.panel);
            }
        }
        let pointed_s = desk.nearest_s(self.panel.frame.pointed_s);
        if self.panel.frame.link.settle() || pointed_s != self.panel.frame.moment_s {
            ui.ctx().request_discard("what is pointed at lights up in every picture of the frame");
        }
        self.compare(ui);
        self.challenge(ui);
        if self.page == Page::Lecture {
            self.lecture_ui(ui);
        }
        self.turn_page();
        self.answer();
        self.open_files(ui);
        self.export(ui);
        let chosen_anew = self.theme_in_force() != chosen_before || self.panel.choices.settings != shown_settings;
        if !self.commands.is_empty() || chosen_anew {
            self.obey();
            ui.ctx().request_discard("the answer belongs into the same frame");
        }
        self.hear_files(ui);
        self.work(ui);
        self.keep(ui);
        self.look_away(ui);
        self.ask_for_frames(ui);
    }

    /// Shows the decks, or the step of the one that plays, and does what is asked for there.
    fn lecture_ui(&mut self, ui: &mut Ui) {
        let units = self.panel.choices.settings.units;
        let told = self.lecture.told().map(str::to_owned);
        let mut asks = Vec::new();
        let hall = ThemeName::Projector.theme();
        lecture::given(ui, &mut asks);
        let helped = self.panel.page.overlay.is_some();
        if lecture::shows_board(&self.lecture) {
            lecture::board_keys(ui, &mut asks);
        } else if let Some(playing) = self.lecture.playing().filter(|_| !helped) {
            lecture::keys(ui, playing, self.panel.choices.single_keys, &mut asks);
        }
        // Keys first: what they ask for is shown in the same frame.
        let mut patient = asks.drain(..).filter_map(|ask| self.lecture.obey(ask)).last();
        if let Some(board) = self.lecture.board() {
            lecture::board_ui(ui, hall, board);
        } else if let Some(playing) = self.lecture.drawn(units) {
            help::shortcuts(ui, &mut self.panel);
            lecture::step_ui(ui, hall, playing, told.as_deref(), units, &mut asks);
            help::overlay(ui, hall, &mut self.panel);
        } else {
            lecture::list_ui(ui, &mut self.panel, &mut self.decks, &self.lecture, &mut asks);
        }
        if !asks.is_empty() {
            patient = asks.into_iter().filter_map(|ask| self.lecture.obey(ask)).last().or(patient);
            ui.ctx().request_discard("the answer belongs into the same frame");
        }
        if let Some(patient) = patient {
            self.desk_mut().session_mut().load(patient);
            self.panel.choices.welcome = false;
            self.panel.sent.page = Some(Page::Explore);
            ui.ctx().request_repaint();
        }
    }

    /// Asks for the frames in which something will have changed without a hand.
    fn ask_for_frames(&self, ui: &Ui) {
        if self.page == Page::Lecture {
            let runs = self.lecture.playing().and_then(Playing::course).is_some_and(|(_, runs)| runs);
            if runs || self.lecture.is_growing() {
                ui.ctx().request_repaint();
            } else if self.lecture.playing().is_some_and(|playing| !playing.stands() || playing.shows_notes()) {
                ui.ctx().request_repaint_after(Duration::from_secs(1));
            }
            return;
        }
        let desk = self.desk();
        let grows = match self.page {
            Page::Explore | Page::Lecture => false,
            Page::Compare => self.compare.pending(),
            Page::Challenge => self.challenge.is_growing(),
            Page::Evidence => !self.evidence.is_whole(),
        };
        // What grows only while its page is shown is not waited for elsewhere.
        let of_desk = matches!(self.page, Page::Explore | Page::Evidence);
        let board_pending = desk.record_pending_s().is_some() || desk.team().is_some_and(|team| !team.is_whole());
        let of_desk = of_desk && (desk.plots_pending() || desk.forecast_pending() || board_pending);
        if of_desk || grows || self.library_works() {
            ui.ctx().request_repaint();
        }
        if desk.session().again().is_some() {
            ui.ctx().request_repaint();
        }
        if let Some(next_s) = self.compare.next_step_in_s().filter(|_| self.page == Page::Compare) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(next_s));
        }
        if let Some(next_s) = desk.session().in_time().and_then(|run_view| run_view.clock().next_step_in_s()) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(next_s));
        }
        if let Some(due_s) = self.autosaves.due_in_s() {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(due_s));
        }
        if let Some(measuring) = &self.measuring {
            measuring.ask_for_next_frame(ui.ctx());
        }
    }

    /// Goes on with what takes longer than a frame, plots and the tracks of the sliders in sight, and asks for the frame
    /// that shows it.
    fn work(&mut self, ui: &Ui) {
        if self.page == Page::Lecture && !self.lecture.is_growing() {
            return;
        }
        if !std::mem::replace(&mut self.worked, true) {
            let begun = clock();
            let news = self.grow();
            if let Some(measuring) = &self.measuring {
                measuring.model_took(begun.elapsed());
            }
            if !news && !self.desk().previews().pending(&self.panel.frame.in_sight) {
                return;
            }
        }
        // With the next frame of the screen: nothing that is shown waits for it.
        let frame_s = ui.input(|input| input.predicted_dt);
        ui.ctx().request_repaint_after(Duration::from_secs_f32(frame_s) + Duration::from_millis(1));
    }

    /// Shares what is left of the frame among all that grows. Whether the tracks of sliders show anything new.
    fn grow(&mut self) -> bool {
        let library_works = self.library_works();
        // Beside claims the plots of Explore come to their end: they are there when it is gone back to.
        let working = if self.page == Page::Evidence { Page::Explore.desks() } else { self.page.desks() };
        let desks = self.desks.get_mut(working).unwrap_or_default();
        desks.iter_mut().for_each(|desk| desk.hasten_record(EVALUATIONS_OF_THE_BOARD));
        let mut studies: Vec<_> = desks.iter_mut().flat_map(|desk| desk.studies(&self.panel.frame.in_sight)).collect();
        if self.page == Page::Compare {
            studies.extend(self.compare.studies());
        }
        let growing = self.page == Page::Challenge && self.challenge.is_growing();
        if growing {
            studies.extend(self.challenge.studies());
        }
        if library_works {
            studies.push((Library::OWNER, &mut self.library));
            studies.push((GasEntry::OWNER, &mut self.gas));
        }
        let evidence_works = self.page == Page::Evidence && !self.evidence.is_whole();
        if evidence_works {
            studies.push((EvidencePage::OWNER, &mut self.evidence));
        }
        let class = self.page == Page::Lecture && self.lecture.is_growing();
        if class && let Some(study) = self.lecture.study() {
            studies.push((Lecture::OWNER, study));
        }
        self.budget.share(u32::MAX, &mut studies);
        if growing {
            self.challenge.settle();
        }
        // A plot takes a step in every frame, however dear its steps are; the tracks wait until the debt is paid.
        if self.budget.left() == 0 {
            desks.iter_mut().for_each(Desk::step_plots);
        }
        let news = desks.iter_mut().map(Desk::take_news).filter(|news| *news).count() > 0;
        news || growing || evidence_works || library_works || class
    }

    /// Whether numbers of the library are seen, or asked of it, and not all computed.
    fn library_works(&self) -> bool {
        let open = self.panel.page.library.is_some() || self.panel.page.gas.is_open;
        let gas = self.panel.page.gas.is_open && !self.gas.is_whole();
        self.page == Page::Explore && open && (gas || !self.library.is_whole())
    }

    /// Solves all that is shown faded or not yet, however long it takes: pictures must not depend on how fast they were
    /// drawn.
    pub fn settle(&mut self) {
        let mut all = Budget::unlimited();
        let library_works = self.library_works();
        let desk = &mut self.desks[self.page.first_desk()];
        all.share(u32::MAX, &mut desk.studies(&self.panel.frame.in_sight));
        if self.page == Page::Compare {
            all.share(u32::MAX, &mut self.compare.studies());
        }
        if library_works {
            all.share(u32::MAX, &mut [(Library::OWNER, &mut self.library), (GasEntry::OWNER, &mut self.gas)]);
        }
        if self.page == Page::Evidence {
            all.share(u32::MAX, &mut [(EvidencePage::OWNER, &mut self.evidence)]);
        }
        if let Some(study) = self.lecture.study() {
            all.share(u32::MAX, &mut [(Lecture::OWNER, study)]);
        }
    }

    /// Lets every frame take as long as its work, so that what is shown does not depend on how fast the machine is.
    pub fn take_time(&mut self) {
        self.in_no_hurry = true;
        self.budget = Budget::unlimited();
    }

    /// The tracks of the sliders.
    #[must_use]
    pub fn previews(&self) -> &SliderPreviews {
        self.desk().previews()
    }

    /// Lets the run go on by the time since the last frame. A second pass of a frame has the same time as the first.
    fn advance(&mut self, ui: &Ui) {
        let now_s = ui.input(|input| input.time);
        let elapsed_s = self.last_frame_s.replace(now_s).map_or(0.0, |last_s| now_s - last_s);
        self.lecture.pass(elapsed_s);
        self.challenge.pass(elapsed_s);
        match self.page {
            Page::Explore => self.desk_mut().session_mut().in_sight(elapsed_s),
            Page::Compare => self.compare.in_sight(elapsed_s),
            Page::Challenge => self.challenge.in_sight(elapsed_s),
            Page::Lecture => self.lecture.in_sight(elapsed_s),
            Page::Evidence => {}
        }
        self.hear(ui.ctx());
        if let Some(path) = self.host.pass(elapsed_s) {
            self.desk_mut().session_mut().tell(words::window::still_waiting(path));
        }
        let begun = clock();
        // Whoever comes after the first takes as long again.
        let share = STEPPING / self.compare.letters().len().max(1) as u32;
        if self.page == Page::Compare
            && self.compare.advance(elapsed_s, || self.in_no_hurry || begun.elapsed() < share) > 0
            && let Some(measuring) = &self.measuring
        {
            measuring.model_took(begun.elapsed());
        }
        let desk = &mut self.desks[self.page.first_desk()];
        if desk.session_mut().advance(elapsed_s, || self.in_no_hurry || begun.elapsed() < STEPPING) > 0 {
            desk.look(self.panel.choices.settings.units, &mut self.budget);
            if let Some(measuring) = &self.measuring {
                measuring.model_took(begun.elapsed());
            }
        }
        self.autosaves.tick(elapsed_s, desk.session(), wall_clock::now);
        if let Some(problem) = self.autosaves.news() {
            desk.session_mut().tell_refusal(problem);
        }
        self.panel.told.not_saved = self.autosaves.problem();
    }

    /// The place of the session file, as it was typed or the usual one.
    fn typed_path(&self) -> String {
        let (typed, id) = (self.panel.page.path.trim(), &self.session().scenario().id);
        let own = !typed.is_empty() && self.panel.page.path_of == *id;
        if own { typed.to_owned() } else { default_path(&self.panel.told.home, id) }
    }

    /// Brings out of the window what is wanted.
    fn export(&mut self, ui: &Ui) {
        let wanted = exports::with_a_place(&mut self.panel);
        if wanted.is_some() {
            match self.page {
                Page::Compare => self.compare.ask_host(),
                _ => self.desk_mut().session_mut().ask_host(),
            }
        }
        let folder = self.panel.choices.export_folder.clone();
        if self.page == Page::Compare {
            let figures = wanted.as_ref().map(|_| self.compare.figures(self.panel.choices.settings.units));
            let source = Source {
                figures: &figures.unwrap_or_default(),
                lung: None,
                theme: self.panel.choices.theme,
                patient: ["two-patients", "three-patients", "four-patients"]
                    [self.compare.letters().len().saturating_sub(2).min(2)],
                folder: &folder,
            };
            if let Some(outcome) = self.exporter.work(ui.ctx(), wanted, &source) {
                let is_good = outcome.is_ok();
                self.compare.tell(outcome.unwrap_or_else(|problem| problem), is_good);
                ui.ctx().request_repaint();
            }
            return;
        }
        let desk = &mut self.desks[self.page.first_desk()];
        let source = Source {
            figures: desk.charts().figures(),
            lung: desk.charts().lung(),
            theme: self.panel.choices.theme,
            patient: &desk.session().scenario().id,
            folder: &folder,
        };
        match self.exporter.work(ui.ctx(), wanted, &source) {
            Some(Ok(done)) => desk.session_mut().confirm(done),
            Some(Err(problem)) => desk.session_mut().tell_refusal(problem),
            None => return,
        }
        ui.ctx().request_repaint();
    }

    /// Does what page Compare asks for, so that the answer stands in the same frame.
    fn compare(&mut self, ui: &Ui) {
        if self.asks.is_empty() {
            return;
        }
        let begun = clock();
        for ask in self.asks.drain(..) {
            self.compare.obey(ask);
        }
        self.compare.look(self.panel.choices.settings.units, &mut self.budget);
        if let Some(patient) = self.compare.take_explored() {
            self.desks[Page::Explore.desks().start].session_mut().load(patient);
            self.panel.sent.page = Some(Page::Explore);
        }
        if let Some(measuring) = &self.measuring {
            measuring.model_took(begun.elapsed());
        }
        ui.ctx().request_discard("the answer belongs into the same frame");
    }

    /// Puts two patients on page Compare, who gets which letter as they come.
    pub fn put_beside(&mut self, patients: [Scenario; 2]) {
        self.compare.put(patients);
    }

    /// Asks page Compare for something before the next frame.
    pub fn ask_compare(&mut self, ask: Ask) {
        self.asks.push(ask);
    }

    /// Puts a covered pair there: the one with the shunt, the one without, and the letter of the first.
    pub fn cover(&mut self, patients: [Scenario; 2], shunt: Letter) {
        self.compare = Compare::covered(patients, shunt);
    }

    /// What page Compare shows.
    #[must_use]
    pub fn compared(&self) -> &Compare {
        &self.compare
    }

    /// Does what page Challenge asks for, so that the answer stands in the same frame.
    fn challenge(&mut self, ui: &Ui) {
        if self.wishes.is_empty() {
            return;
        }
        let begun = clock();
        for wish in self.wishes.drain(..) {
            match wish {
                Wish::Page(ask) => self.challenge.apply(ask),
                Wish::Explore => {
                    if let Some(patient) = self.challenge.patient() {
                        self.desks[Page::Explore.desks().start].session_mut().load(patient);
                        self.panel.sent.page = Some(Page::Explore);
                    }
                }
                Wish::Compare => {
                    if let Some(patients) = self.challenge.twins() {
                        self.panel.sent.beside = Some(patients);
                        self.panel.sent.page = Some(Page::Compare);
                    }
                }
            }
        }
        if let Some(measuring) = &self.measuring {
            measuring.model_took(begun.elapsed());
        }
        ui.ctx().request_discard("the answer belongs into the same frame");
    }

    /// Puts a case on page Challenge that is there already.
    pub fn put_case(&mut self, case: Case) {
        *self.challenge = ChallengePage::with_case(case);
    }

    /// Puts four gases on page Challenge that are there already.
    pub fn put_bad_sample(&mut self, case: BadSample) {
        self.challenge.put_bad_sample(case);
    }

    /// Puts a patient of *Name the mechanism* on page Challenge who is there already.
    pub fn put_mechanism(&mut self, case: NameMechanism) {
        self.challenge.put_mechanism(case);
    }

    /// What page Challenge shows.
    #[must_use]
    pub fn challenge_page(&self) -> &ChallengePage {
        &self.challenge
    }

    /// Goes to the page that was asked for; the one that is left keeps its state.
    fn turn_page(&mut self) {
        if let Some(patients) = self.panel.sent.beside.take() {
            self.compare.put_as_they_are(patients);
        }
        if let Some(patient) = self.panel.sent.patient.take() {
            self.desks[Page::Explore.desks().start].session_mut().load(*patient);
            self.panel.choices.welcome = false;
        }
        if let Some(page) = self.panel.sent.page.take().filter(|page| *page != self.page) {
            self.page.leave(&mut self.desks);
            self.compare.pause();
            self.page = page;
            self.panel.told.page = page;
            // Oxygen is what is turned first there.
            self.panel.frame.wanted = (page == Page::Compare).then_some(ParamId::Fio2);
            if page == Page::Lecture {
                self.lecture.come_back();
            }
        }
    }

    /// Asks for the file that was chosen, or was dropped on the window: what it holds is shown on page Explore.
    fn open_files(&mut self, ui: &Ui) {
        let dropped = ui.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let dropped = dropped.first().map(|file| name_of(file.path()));
        let Some(path) = self.panel.sent.open.take().or(dropped) else { return };
        self.desk_mut().session_mut().ask_host();
        self.host.read(Page::Explore.desks().start, Some(self.page), &path);
    }

    /// Does what files have answered, and says which one has not for long.
    fn hear_files(&mut self, ui: &Ui) {
        let mut heard = false;
        while let Some(answered) = self.host.answer() {
            heard = true;
            let is_read = matches!(answered.command, Command::Read { .. });
            let is_run_of_desk = is_read && answered.opens.is_none();
            let desk = &mut self.desks[answered.desk];
            let done = desk.session_mut().apply(answered.command);
            desk.look(self.panel.choices.settings.units, &mut self.budget);
            let session = desk.session();
            if let Some(path) = answered.path.filter(|_| done.is_ok()) {
                self.panel.choices.use_file(&path);
                if is_run_of_desk {
                    // The run of a file goes back to it, whoever it is of.
                    self.panel.page.path.clone_from(&path);
                    self.panel.page.path_of.clone_from(&session.scenario().id);
                }
                if !is_read {
                    self.panel.frame.places.hear(&path, true);
                }
                if answered.opens.is_some() {
                    self.panel.choices.welcome = false;
                    // What is saved goes back to where it came from: a run to its file, a patient to his.
                    let is_run = session.run_view().is_some_and(|run_view| run_view.time_s() > 0.0);
                    self.panel.page.path = if is_run { path.clone() } else { String::new() };
                    self.panel.page.path_of.clone_from(&session.scenario().id);
                    let place = if is_run { String::new() } else { path };
                    self.panel.page.own = Own { of: session.scenario().id.clone(), path: place, ..Own::default() };
                }
            }
            // Who has gone to another page meanwhile is not called away from it.
            if answered.opens == Some(self.page) {
                self.panel.sent.page = Some(Page::Explore);
                self.turn_page();
            }
        }
        self.ask_store(ui.input(|input| input.time));
        heard |= self.hear(ui.ctx());
        if heard {
            ui.ctx().request_discard("the answer belongs into the same frame");
        }
        let own = self.mailbox.waiting() > 0 || self.autosaves.is_looking() || self.exporter.is_waiting();
        if own || self.host.is_waiting() || self.challenge.is_waiting() || self.lecture.is_waiting() {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(500));
        }
    }

    /// Does with a run that is offered what was asked for.
    fn answer(&mut self) {
        match self.panel.sent.answer.take() {
            Some(Answer::Restore) => {
                if let Some(run_view) = self.autosaves.restore() {
                    self.desk_mut().session_mut().enter(run_view);
                }
            }
            Some(Answer::Discard) => {
                self.autosaves.discard();
                self.autosaves.hear();
            }
            None => return,
        }
        self.panel.told.offer = self.autosaves.offer(wall_clock::now());
    }

    /// Does what was asked for, and computes the plots of what has come of it.
    fn obey(&mut self) {
        let begun = clock();
        let typed = self.typed_path();
        let patient = patient_path(&self.panel.told.home, &self.panel.page.own, self.session());
        let first = self.page.first_desk();
        let desk = &mut self.desks[first];
        let session = desk.session_mut();
        let who = session.scenario().id.clone();
        let replaces = std::mem::take(&mut self.panel.sent.replaces);
        // A refusal is the session's notice, and on the screen.
        for command in self.commands.drain(..) {
            let _ = session.apply(command);
        }
        if session.scenario().id != who {
            // The one before is the one to come back to.
            self.panel.choices.use_patient(&who);
            self.panel.choices.use_patient(&session.scenario().id);
        }
        for request in session.take_requests() {
            self.host.serve(first, request, &typed, &patient, replaces);
        }
        desk.look(self.panel.choices.settings.units, &mut self.budget);
        if let Some(measuring) = &self.measuring {
            measuring.model_took(begun.elapsed());
        }
    }

    /// Writes what is written at the end as soon as nobody sees the window: it may never be shown again.
    fn look_away(&mut self, ui: &Ui) {
        let in_sight = ui.input(|input| {
            let viewport = input.viewport();
            input.focused && viewport.minimized != Some(true) && viewport.occluded != Some(true)
        });
        if std::mem::replace(&mut self.in_sight, in_sight) && !in_sight {
            self.write_what_waits();
            let saved_at = wall_clock::now();
            self.autosaves.save_now(self.desks[self.page.first_desk()].session(), saved_at);
        }
    }

    /// Writes choices that have not rested long enough yet.
    fn write_what_waits(&mut self) {
        if self.unwritten_since_s.is_some() {
            let zoom = self.kept.as_ref().map_or(1.0, Kept::zoom);
            self.write_settings(self.chosen(zoom));
        }
    }
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.write_what_waits();
        let session = self.desks[self.page.first_desk()].session();
        self.autosaves.finish(session, wall_clock::now());
    }

    fn clear_color(&self, _visuals: &eframe::egui::Visuals) -> [f32; 4] {
        let ground: Color32 = self.shown_theme.theme().background;
        ground.to_normalized_gamma_f32()
    }
}
