//! One patient being explored: commands in, a view of the model out.
//!
//! There are two ways to look at the patient: in its steady state, which answers every change at once, and in time,
//! where the same numbers are read off a run. Both share parameters, undo and notices.

use std::collections::VecDeque;
use std::sync::Arc;

use thiserror::Error;

use crate::app::command::{Command, CommandError, FileKind, Mode, Request};
use crate::app::effect::{Effect, Worst};
use crate::app::patient_file::{self, Opened};
use crate::app::refusals::Refusals;
use crate::app::run_view::{Again, RunView, setting_label};
use crate::app::session_files::{self, Progress, progress};
use crate::figure::trends::clock;
use crate::physiology::indices::NoEstimate;
use crate::scenario::{self, Scenario};
use crate::sim::params::{ParamId, Params, Setting, SwitchId, apply};
use crate::sim::play::instruments::{NoReading, Readings};
use crate::sim::play::moves::Move;
use crate::sim::play::run::ActionError;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::reference;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;
use crate::store;
use crate::text::words;

/// Steps that undo can take back.
const UNDO_DEPTH: usize = 200;
/// Runs that undo and redo can bring back, and the memory that they take together, bytes: each holds up to a day of trend.
const PARKED_RUNS: usize = 4;
/// See [`PARKED_RUNS`].
const PARKED_BYTES: usize = 48 << 20;
/// Moves whose effects are remembered.
const MOST_EFFECTS: usize = 5;
/// Changes of one control within this time of the hand's clock are one action, s.
const ONE_ACTION_S: f64 = 2.0;
/// What comes later than this in patient time is an action of its own, s.
const ONE_ACTION_OF_THE_RUN_S: f64 = 30.0;
/// Seed of a run where nothing else is asked for.
pub const DEFAULT_SEED: u64 = 1;

/// What the model says of the present patient.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The patient.
    pub params: Params,
    /// Everything read off its steady state or its run, or why there is none.
    pub outcome: Result<Snapshot, NoSteadyState>,
    /// What the monitor shows, in time.
    pub readings: Option<Readings>,
}

/// Why a quantity is shown without a number.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum NoNumber {
    /// The patient has no steady state.
    #[error("{}", words::common::no_steady_state())]
    NoSteadyState,
    /// The monitor reads none.
    #[error(transparent)]
    NoReading(#[from] NoReading),
    /// It does not exist for this patient.
    #[error(transparent)]
    NoEstimate(#[from] NoEstimate),
}

impl View {
    /// A quantity as it is shown: in time, the pulse oximeter is read and not computed.
    ///
    /// # Errors
    /// [`NoNumber`], why there is none.
    pub fn read(&self, quantity: &Quantity) -> Result<f64, NoNumber> {
        match (&self.outcome, &self.readings) {
            (Err(_), _) => Err(NoNumber::NoSteadyState),
            (Ok(_), Some(readings)) if quantity.key == "spo2_frac" => Ok(readings.spo2_frac?),
            (Ok(snapshot), _) => Ok(quantity.read(snapshot)?),
        }
    }
}

/// Change of a quantity since the last action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Both values exist.
    By(f64),
    /// It did not exist before, or does not now.
    NotComparable,
    /// Nothing has been done yet.
    NoActionYet,
}

/// A patient and a moment that were on the screen when they were to be held beside what comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The patient.
    pub title: String,
    /// The moment: patient time in a run, else the oxygen that is breathed.
    pub moment: String,
    /// What was on the screen.
    pub view: View,
    /// The patient as he was loaded with what had been changed, so that he can be shown elsewhere.
    pub scenario: Scenario,
}

impl Beside {
    /// Patient and moment, for example `Pure shunt of 30 %, FiO₂ 0.21`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}, {}", self.title, self.moment)
    }
}

/// What a hand moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    /// A slider.
    Param(ParamId),
    /// A switch.
    Switch(SwitchId),
}

/// The last action.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Action {
    /// What the hand has moved; none where nothing can go on with it.
    control: Option<Control>,
    /// When it was last moved by the hand's clock, s.
    hand_s: f64,
    /// When the action began in the run, s; none in a steady patient.
    begun_s: Option<f64>,
    /// When the control was last moved in the run, s.
    moved_s: Option<f64>,
}

/// A patient being explored.
#[derive(Debug, Clone)]
pub struct Session {
    /// Shared with the steps of undo.
    scenario: Arc<Scenario>,
    model: Model,
    now: View,
    /// The patient before the last action: what changes are counted from, and the ghost.
    before: Option<View>,
    /// What was held beside, in its place.
    beside: Option<Box<Beside>>,
    /// The last action; none where what is shown has not been acted on.
    action: Option<Action>,
    /// The hand's clock, s; none where nobody lets it go on.
    hand_s: Option<f64>,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// A drag, while it lasts.
    gesture: Option<Gesture>,
    notice: Option<String>,
    notice_is_good: bool,
    refusals: Refusals,
    mode: Mode,
    /// The run, once there is one; kept while the steady state is looked at.
    run_view: Option<Box<RunView>>,
    /// Where the run stood when it was last written to a file.
    saved: Option<Progress>,
    /// Where it stood when the host was asked to write it, and what has to be told of that, until it answers.
    saving: VecDeque<(Progress, String)>,
    /// What the host is asked for.
    requests: Vec<Request>,
    /// What the last moves have changed, the latest last.
    effects: Vec<Effect>,
    /// Grows with every change of what is shown.
    revision: u64,
}

/// What a drag has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gesture {
    /// Nothing.
    Still,
    /// Changed the patient: what it was before is on the undo list.
    Moved,
    /// Was overtaken by an undo or a load: what the hand still does belongs to a patient who is gone.
    Overtaken,
}

/// A patient that undo can return to.
#[derive(Debug, Clone)]
struct Step {
    scenario: Arc<Scenario>,
    params: Params,
    /// What the action set of that which also moves by itself: to take it back is not to take back time.
    set: Vec<ParamId>,
    /// The run that this step left behind, where it left one.
    parked: Option<Box<RunView>>,
}

impl Step {
    /// Its patient at a later time of the same run: what has moved by itself since stays where it is.
    fn at_time_of(&self, now: &Params) -> Params {
        let mut params = self.params.clone();
        let moved = now.drifted(&self.params).filter(|id| !self.set.contains(id));
        let moved: Vec<(ParamId, f64)> = moved.map(|id| (id, now.get(id))).collect();
        // Where both do not go together the patient is as he was: `set_all` changes nothing then.
        let _ = params.set_all(&moved);
        params
    }
}

impl Session {
    /// Explores a patient, in its steady state.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        let mut model = Model::new();
        let now = view(&mut model, scenario.params.clone());
        Session {
            scenario: Arc::new(scenario),
            model,
            now,
            before: None,
            beside: None,
            action: None,
            hand_s: None,
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            notice: None,
            notice_is_good: false,
            refusals: Refusals::default(),
            mode: Mode::Steady,
            run_view: None,
            saved: None,
            saving: VecDeque::new(),
            requests: Vec::new(),
            effects: Vec::new(),
            revision: 0,
        }
    }

    /// The patient that was loaded.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The present patient and what the model says of it.
    #[must_use]
    pub fn now(&self) -> &View {
        &self.now
    }

    /// What changes are counted from, the ghost: what is held beside, or the patient before the last action.
    #[must_use]
    pub fn before(&self) -> Option<&View> {
        self.beside.as_ref().map(|beside| &beside.view).or(self.before.as_ref())
    }

    /// The patient before the last action, whatever is held beside; none where nothing was done to the one that is shown.
    #[must_use]
    pub fn before_action(&self) -> Option<&View> {
        self.before.as_ref()
    }

    /// When the last action began, s of the run; none where there was none, or no run.
    #[must_use]
    pub fn acted_s(&self) -> Option<f64> {
        self.action?.begun_s
    }

    /// What is held beside.
    #[must_use]
    pub fn beside(&self) -> Option<&Beside> {
        self.beside.as_deref()
    }

    /// The model as it has solved the steady state of the patient that is looked at, or that to which the run goes.
    pub(super) fn solved(&self) -> &Model {
        self.in_time().map_or(&self.model, RunView::model)
    }

    /// How the patient is looked at.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The run that is looked at; none in the steady state.
    #[must_use]
    pub fn in_time(&self) -> Option<&RunView> {
        self.run_view.as_deref().filter(|_| self.mode == Mode::InTime)
    }

    /// The run, also while the steady state is looked at; none where there is none yet.
    #[must_use]
    pub fn run_view(&self) -> Option<&RunView> {
        self.run_view.as_deref()
    }

    /// Whether time runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.in_time().is_some_and(|run_view| run_view.clock().is_running())
    }

    /// Grows with every change of what is shown.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Goes on with a saved run; undo brings the present patient back.
    pub fn resume(&mut self, saved: scenario::session::Session) {
        let (steps, events) = (saved.steps, saved.events.len());
        self.enter(session_files::run_view(saved));
        self.saved = self.run_view.as_deref().map(|run_view| Progress { steps, events, ..progress(run_view) });
    }

    /// What the host is asked for, each once.
    pub fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }

    /// What a person has to be told: what the host refused, the last refusal, or what was written where.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.refusals.first().or(self.notice.as_deref())
    }

    /// Whether the notice says that something was done, and not that it was refused.
    #[must_use]
    pub fn notice_is_good(&self) -> bool {
        self.notice_is_good && !self.host_refused()
    }

    /// Whether the notice is a refusal of the host.
    #[must_use]
    pub fn host_refused(&self) -> bool {
        self.refusals.first().is_some()
    }

    /// Tells a person what the host has refused: it stands until it can have been read, whatever is done meanwhile.
    pub fn tell_refusal(&mut self, text: String) {
        self.refusals.push(text);
    }

    /// The host is asked for another thing.
    pub fn ask_host(&mut self) {
        self.refusals.ask();
    }

    /// Lets time pass in which the notice is in sight, s.
    pub fn in_sight(&mut self, elapsed_s: f64) {
        self.refusals.seen(elapsed_s);
    }

    /// Something was done: what was said before is over.
    fn end_notice(&mut self) {
        self.notice = None;
        self.refusals.act();
    }

    /// Tells a person of something that went wrong without a command.
    pub fn tell(&mut self, notice: String) {
        self.notice_is_good = false;
        self.notice = Some(notice);
    }

    /// Tells a person that something was done.
    pub fn confirm(&mut self, notice: String) {
        self.notice_is_good = true;
        self.notice = Some(notice);
    }

    /// The last moves with what they have changed, the latest last.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The worst while the last move went on.
    #[must_use]
    pub fn worst(&self) -> Option<Worst> {
        self.in_time().and_then(RunView::worst)
    }

    /// How many steps undo can take back.
    pub(in crate::app) fn undo_depth(&self) -> usize {
        self.undo.len()
    }

    /// Whether undo would do anything.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether redo would do anything.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Whether the patient differs from the one loaded.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.now.params != self.scenario.params
    }

    /// Change of a quantity since the last action.
    #[must_use]
    pub fn change(&self, quantity: &Quantity) -> Change {
        match self.before() {
            None => Change::NoActionYet,
            Some(before) => match (before.read(quantity), self.now.read(quantity)) {
                (Ok(before), Ok(now)) => Change::By(now - before),
                _ => Change::NotComparable,
            },
        }
    }

    /// Lets `elapsed_s` of the wall clock pass: the run takes the steps that are due, as long as `goes_on` says that
    /// there is time for another. Returns how many it took.
    pub fn advance(&mut self, elapsed_s: f64, mut goes_on: impl FnMut() -> bool) -> u64 {
        *self.hand_s.get_or_insert(0.0) += elapsed_s;
        let Some(run_view) = &mut self.run_view else { return 0 };
        if run_view.is_made_again() {
            run_view.make_again(&mut goes_on);
            self.look();
            self.tell_news();
            return 1;
        }
        let played = run_view.played();
        let taken = if self.mode == Mode::InTime { run_view.advance(elapsed_s, &mut goes_on) } else { 0 };
        run_view.make_again(&mut goes_on);
        self.tell_news();
        let Some(run_view) = &self.run_view else { return taken };
        if taken > 0 {
            // What the scenario does is an action like any other: changes are counted from before it.
            if run_view.played() > played {
                let last_s = run_view.last_done_s();
                self.before = Some(self.now.clone());
                self.action = Some(Action { control: None, hand_s: 0.0, begun_s: last_s, moved_s: last_s });
            }
            self.look();
        }
        taken
    }

    /// Obeys a command. Where it is refused the patient stays as it is and the reason becomes the notice.
    ///
    /// # Errors
    /// [`CommandError`]; the same text as the notice.
    pub fn apply(&mut self, command: Command) -> Result<(), CommandError> {
        let waits = !matches!(
            command,
            Command::StopMakingAgain
                | Command::DismissNotice
                | Command::GestureStart
                | Command::GestureEnd
                | Command::Written { .. }
        );
        let is_answer = matches!(command, Command::Written { .. } | Command::Read { .. });
        if matches!(command, Command::Save | Command::SaveTrend | Command::SavePatient { .. } | Command::Open) {
            self.ask_host();
        }
        let is_made_again = self.run_view.as_deref().is_some_and(RunView::is_made_again);
        let outcome = if waits && is_made_again { Err(CommandError::MadeAgain) } else { self.obey(command) };
        match &outcome {
            Err(error) if is_answer => self.tell_refusal(error.to_string()),
            Err(error) => self.tell(error.to_string()),
            Ok(()) => self.tell_news(),
        }
        outcome
    }

    /// Tells what the run has to say.
    fn tell_news(&mut self) {
        if let Some(news) = self.run_view.as_mut().and_then(|run_view| run_view.take_news()) {
            self.tell(news);
        }
    }

    /// How far the making again of a saved run has come; none where all is there.
    #[must_use]
    pub fn again(&self) -> Option<Again> {
        self.run_view.as_deref().and_then(RunView::again)
    }

    /// Another action begins: what comes now is no longer of the last move alone.
    fn end_effect(&mut self) {
        let worst = self.worst();
        if let Some(last) = self.effects.last_mut() {
            last.end(self.now.outcome.as_ref().ok(), worst);
        }
    }

    /// Remembers what a move was made on.
    fn begin_effect(&mut self, made: Move, before: &View) {
        let Ok(before) = &before.outcome else { return };
        let begun_s = self.in_time().map(RunView::time_s);
        if self.effects.len() == MOST_EFFECTS {
            self.effects.remove(0);
        }
        self.effects.push(Effect::new(made, begun_s, before.clone()));
    }

    fn obey(&mut self, command: Command) -> Result<(), CommandError> {
        match command {
            Command::Set(id, value) => {
                let params = self.now.params.with(id, value)?;
                self.act(params, Some(Control::Param(id)))?;
            }
            Command::Switch(id, option) => {
                let mut settings = vec![Setting::Switch(id, option)];
                if let Ok(now) = &self.now.outcome {
                    // What is turned on finds the patient as he is in balance.
                    settings.extend(reference::of_controls(now, &settings));
                }
                let params = apply(&settings, &self.now.params).map_err(ActionError::Params)?;
                self.act(params, Some(Control::Switch(id)))?;
            }
            Command::GestureStart => self.gesture = Some(Gesture::Still),
            Command::GestureEnd => {
                if let (Some(Gesture::Moved), Some(action), Some(hand_s)) =
                    (self.gesture, &mut self.action, self.hand_s)
                {
                    action.hand_s = hand_s;
                }
                self.gesture = None;
            }
            Command::LoadBuiltin(id) => {
                let scenario = scenario::find(&id).map_err(|_| CommandError::UnknownScenario { id })?.clone();
                self.load(scenario);
            }
            Command::Undo => self.travel(true)?,
            Command::Redo => self.travel(false)?,
            Command::Reset => {
                let params = self.scenario.params.clone();
                self.gesture = None;
                if self.mode == Mode::Steady && self.run_view.is_some() {
                    self.set_run_aside(params);
                } else {
                    self.act(params, None)?;
                }
            }
            Command::DismissNotice => {
                if !self.refusals.dismiss() {
                    self.notice = None;
                }
            }
            Command::HoldBeside => {
                self.beside = Some(Box::new(self.as_beside()));
                self.end_action();
                self.revision += 1;
            }
            Command::LetGo => {
                if self.beside.take().is_none() {
                    self.before = None;
                    self.action = None;
                }
                self.end_action();
                self.revision += 1;
            }
            Command::Look(mode) => self.set_mode(mode)?,
            Command::Run | Command::Pause => {
                let runs = command == Command::Run;
                if runs {
                    self.set_mode(Mode::InTime)?;
                }
                if let Some(run_view) = &mut self.run_view {
                    run_view.clock_mut().set_running(runs);
                }
            }
            Command::Step => {
                self.set_mode(Mode::InTime)?;
                if let Some(run_view) = &mut self.run_view {
                    run_view.clock_mut().set_running(false);
                    run_view.step();
                }
                self.look();
            }
            Command::Speed(speed) => {
                self.set_mode(Mode::InTime)?;
                if let Some(run_view) = &mut self.run_view {
                    run_view.clock_mut().set_speed(speed);
                }
            }
            Command::JumpToSteady => {
                self.set_mode(Mode::InTime)?;
                self.end_effect();
                let before = self.now.clone();
                if let Some(run_view) = &mut self.run_view {
                    run_view.jump_to_steady()?;
                }
                self.before = Some(before);
                self.begin_action(None);
                self.end_notice();
                self.look();
            }
            Command::Draw(order) => {
                self.set_mode(Mode::InTime)?;
                if let Some(run_view) = &mut self.run_view {
                    run_view.draw(order)?;
                }
                self.look();
            }
            Command::Make(made) => self.make(made)?,
            Command::SetCheckpoint => {
                self.set_mode(Mode::InTime)?;
                if let Some(run_view) = &mut self.run_view {
                    run_view.set_checkpoint();
                }
            }
            Command::ReturnTo(index) => self.return_to(index)?,
            Command::StopTimeline => self.stop_timeline(),
            Command::Save => {
                let run_view = self.run_view.as_ref().ok_or(CommandError::NoRun)?;
                let written = session_files::write(run_view, store::clock::now())?;
                let left_out = written.without_state.map_or_else(String::new, words::files::without_state);
                self.saving.push_back((progress(run_view), left_out));
                let name = format!("{}.isoshunt.json", self.scenario.id);
                self.requests.push(Request::Put { name, kind: FileKind::Session, bytes: written.json.into_bytes() });
            }
            Command::SaveTrend => {
                let run_view = self.run_view.as_ref().ok_or(CommandError::NoRun)?;
                let name = format!("{}.csv", self.scenario.id);
                let bytes = run_view.history().to_csv().into_bytes();
                self.requests.push(Request::Put { name, kind: FileKind::Trend, bytes });
            }
            Command::SavePatient { title, text } => {
                let own = patient_file::own(&self.now.params, &self.scenario, &title, &text);
                let bytes = scenario::to_json(&own).into_bytes();
                // What cannot be opened again is not written.
                scenario::parse(&bytes, &own.id)?;
                self.requests.push(Request::Put { name: format!("{}.json", own.id), kind: FileKind::Patient, bytes });
            }
            Command::Open => self.requests.push(Request::Get { kind: FileKind::Session }),
            Command::Written { kind: FileKind::Session, outcome } => {
                let saving = self.saving.pop_front();
                let place = outcome?;
                let (progress, left_out) = saving.unzip();
                self.saved = progress.or(self.saved);
                self.confirm(words::files::saved_to(place, left_out.unwrap_or_default()));
            }
            Command::Written { kind: FileKind::Trend, outcome } => {
                self.confirm(words::files::trend_written(outcome?));
            }
            Command::Written { kind: FileKind::Patient, outcome } => {
                self.confirm(words::files::patient_saved(outcome?));
            }
            Command::Read { outcome } => {
                let (name, bytes) = outcome?;
                match patient_file::open(&bytes, &name)? {
                    Opened::Run(saved) => self.resume(*saved),
                    Opened::Patient(scenario) => {
                        self.load(*scenario);
                        self.confirm(words::files::opened(name));
                    }
                }
            }
            Command::StopMakingAgain => {
                if let Some(run_view) = &mut self.run_view {
                    run_view.stop_making_again();
                }
                self.look();
            }
        }
        Ok(())
    }

    fn step(&self) -> Step {
        let (scenario, params) = (Arc::clone(&self.scenario), self.now.params.clone());
        Step { scenario, params, set: Vec::new(), parked: None }
    }

    /// What is shown, to be held beside what comes.
    fn as_beside(&self) -> Beside {
        let title = self.scenario.title.clone();
        let moment = match self.in_time() {
            Some(run_view) => words::time::at_time(clock(run_view.time_s())),
            None => setting_label(ParamId::Fio2.bounds(), self.now.params.get(ParamId::Fio2)),
        };
        let scenario = self.scenario.as_set(self.now.params.clone());
        Beside { title, moment, view: self.now.clone(), scenario }
    }

    /// Another action begins here.
    fn begin_action(&mut self, control: Option<Control>) {
        let begun_s = self.in_time().map(RunView::time_s);
        self.action = Some(Action { control, hand_s: self.hand_s.unwrap_or(0.0), begun_s, moved_s: begun_s });
    }

    /// What comes next is another action, whichever control it moves.
    fn end_action(&mut self) {
        if let Some(action) = &mut self.action {
            action.control = None;
        }
    }

    /// Whether moving a control goes on with the last action: a drag goes on until the hand lets go, and what the same
    /// control does within two seconds of the hand's clock is of one piece. What comes much later in the run is not.
    fn goes_on(&self, control: Option<Control>) -> bool {
        let Some(action) = &self.action else { return false };
        let since_s = self.in_time().map(RunView::time_s).zip(action.moved_s).map_or(0.0, |(now, then)| now - then);
        if since_s > ONE_ACTION_OF_THE_RUN_S {
            return false;
        }
        let same = control.is_some() && control == action.control;
        let soon = self.hand_s.is_some_and(|hand_s| hand_s - action.hand_s <= ONE_ACTION_S);
        self.gesture == Some(Gesture::Moved) || (same && soon)
    }

    /// Goes to new parameters as an action of the user.
    fn act(&mut self, params: Params, control: Option<Control>) -> Result<(), CommandError> {
        if params == self.now.params || self.gesture == Some(Gesture::Overtaken) {
            return Ok(());
        }
        let goes_on = self.goes_on(control);
        let set: Vec<ParamId> = params.drifted(&self.now.params).collect();
        if self.mode == Mode::InTime
            && let Some(run_view) = &mut self.run_view
        {
            run_view.set(&params, self.hand_s.is_some().then_some(goes_on))?;
        }
        self.end_effect();
        if goes_on {
            let moved_s = self.in_time().map(RunView::time_s);
            if let Some(action) = &mut self.action {
                action.hand_s = self.hand_s.unwrap_or(0.0);
                action.moved_s = moved_s;
            }
            if let Some(step) = self.undo.last_mut() {
                step.set.extend(set);
            }
        } else {
            let step = Step { set, ..self.step() };
            self.remember(step);
            self.before = Some(self.now.clone());
            self.begin_action(control);
        }
        if let Some(gesture) = &mut self.gesture {
            *gesture = Gesture::Moved;
        }
        self.end_notice();
        self.show(params);
        Ok(())
    }

    /// Makes a move: in time through the run; on a steady patient what it sets at once, and one that takes time begins a
    /// run.
    fn make(&mut self, made: Move) -> Result<(), CommandError> {
        // Refused before a run begins.
        let plan = made.plan(&self.now.params).map_err(ActionError::Move)?;
        let takes_time = made.kind.takes_time() || plan.iter().any(|(after_s, _)| *after_s > 0.0);
        if self.mode != Mode::InTime && !takes_time {
            let settings = plan.first().map_or(&[][..], |(_, settings)| settings);
            let params = apply(settings, &self.now.params).map_err(ActionError::Params)?;
            let before = self.now.clone();
            self.act(params, None)?;
            self.begin_effect(made, &before);
            return Ok(());
        }
        let of = |setting: &Setting| match setting {
            Setting::Param(id, _) => Some(*id),
            Setting::Switch(..) => None,
        };
        let set = plan.iter().flat_map(|(_, settings)| settings.iter().filter_map(of)).collect();
        let own_run = self.run_view.is_none();
        self.set_mode(Mode::InTime)?;
        if let Some(run_view) = self.run_view.as_mut().filter(|_| own_run) {
            // Who begins with a move of one's own does not want the scenario's settings on top of it.
            run_view.stop_timeline();
        }
        let step = Step { set, ..self.step() };
        let before = self.now.clone();
        let worst = self.worst();
        if let Some(run_view) = &mut self.run_view {
            run_view.make(made)?;
            if let Some(last) = self.effects.last_mut() {
                last.end(before.outcome.as_ref().ok(), worst);
            }
            if takes_time {
                run_view.clock_mut().set_running(true);
            }
        }
        self.remember(step);
        self.begin_effect(made, &before);
        self.before = Some(before);
        self.begin_action(None);
        self.end_notice();
        self.look();
        Ok(())
    }

    /// Takes the patient out of a hand that is still dragging.
    fn overtake(&mut self) {
        if let Some(gesture) = &mut self.gesture {
            *gesture = Gesture::Overtaken;
        }
    }

    fn remember(&mut self, step: Step) {
        if self.undo.len() == UNDO_DEPTH {
            self.undo.remove(0);
        }
        self.undo.push(step);
        self.redo.clear();
        self.let_old_runs_go();
    }

    /// Runs that undo could bring back take memory: the latest few are kept, from the others only the patient.
    fn let_old_runs_go(&mut self) {
        let (mut runs, mut bytes) = (0, 0);
        for step in self.undo.iter_mut().rev().chain(self.redo.iter_mut().rev()) {
            let Some(parked) = &step.parked else { continue };
            runs += 1;
            bytes += parked.bytes();
            if runs > PARKED_RUNS || bytes > PARKED_BYTES {
                step.parked = None;
            }
        }
    }

    /// Looks at another patient; undo brings the present one back.
    pub fn load(&mut self, scenario: Scenario) {
        self.overtake();
        self.end_notice();
        if scenario == *self.scenario && !self.is_changed() && self.run_view.is_none() {
            return;
        }
        self.effects.clear();
        let step = Step { parked: self.park(), ..self.step() };
        self.remember(step);
        // Another patient is no action: nothing is counted against the one before.
        self.before = None;
        self.action = None;
        self.scenario = Arc::new(scenario);
        if self.mode == Mode::InTime {
            self.begin(self.scenario.params.clone());
        }
        self.show(self.scenario.params.clone());
    }

    /// Goes on with a run that was opened or restored; undo brings the present one back.
    pub fn enter(&mut self, run_view: RunView) {
        self.overtake();
        self.end_notice();
        self.effects.clear();
        let step = Step { parked: self.park(), ..self.step() };
        self.remember(step);
        self.before = None;
        self.action = None;
        self.scenario = Arc::new(run_view.initial().clone());
        let params = run_view.run().live().params().clone();
        self.run_view = Some(Box::new(run_view));
        self.mode = Mode::InTime;
        self.show(params);
    }

    /// Whether there is a run that is not in a file as it stands.
    #[must_use]
    pub fn has_unsaved_run(&self) -> bool {
        let there = self.run_view.as_deref().filter(|run_view| !run_view.is_made_again());
        let progress = there.map(progress);
        progress.is_some_and(|progress| progress.is_begun()) && progress != self.saved
    }

    /// Takes the run away, its time standing.
    fn park(&mut self) -> Option<Box<RunView>> {
        let mut run_view = self.run_view.take()?;
        run_view.park();
        Some(run_view)
    }

    /// Back to a steady patient who has no run yet; undo brings the run back.
    fn set_run_aside(&mut self, params: Params) {
        self.end_effect();
        let before = Some(self.now.clone());
        let step = Step { parked: self.park(), ..self.step() };
        self.remember(step);
        self.before = before;
        self.begin_action(None);
        self.end_notice();
        self.show(params);
    }

    /// Begins a run of the present patient at these parameters.
    fn begin(&mut self, params: Params) {
        let initial = Scenario { params, ..Scenario::clone(&self.scenario) };
        let run_view = RunView::new(initial, DEFAULT_SEED);
        let begins = run_view.target().err().map(words::time::begins_in_quiet_breathing);
        let refused = run_view.foreseen().map(words::time::timeline_will_go_on);
        let told: Vec<_> = begins.into_iter().chain(refused).collect();
        if !told.is_empty() {
            self.tell(told.join("\n"));
        }
        self.run_view = Some(Box::new(run_view));
    }

    fn set_mode(&mut self, mode: Mode) -> Result<(), CommandError> {
        if mode == self.mode {
            return Ok(());
        }
        self.end_effect();
        let params = self.now.params.clone();
        match (mode, &mut self.run_view) {
            (Mode::InTime, Some(run_view)) => run_view.set(&params, Some(false))?,
            (Mode::InTime, None) => self.begin(params.clone()),
            (Mode::Steady, Some(run_view)) => run_view.clock_mut().set_running(false),
            (Mode::Steady, None) => {}
        }
        self.mode = mode;
        // What changed is the way of looking, not the patient.
        self.before = None;
        self.action = None;
        self.show(params);
        Ok(())
    }

    fn return_to(&mut self, index: usize) -> Result<(), CommandError> {
        let unknown = CommandError::UnknownCheckpoint { index };
        let Some(run_view) = self.run_view.as_ref().filter(|run_view| index < run_view.checkpoints().len()) else {
            return Err(unknown);
        };
        let mut returned = run_view.clone();
        self.effects.clear();
        returned.return_to(index);
        self.overtake();
        self.end_notice();
        let before = Some(self.now.clone());
        let params = returned.run().live().params().clone();
        let step = Step { parked: self.park(), ..self.step() };
        self.remember(step);
        self.before = before;
        self.run_view = Some(returned);
        self.mode = Mode::InTime;
        self.begin_action(None);
        self.show(params);
        Ok(())
    }

    fn stop_timeline(&mut self) {
        let Some(run_view) = self.run_view.as_ref().filter(|run_view| !run_view.to_come().is_empty()) else { return };
        let mut stopped = run_view.clone();
        stopped.stop_timeline();
        let step = Step { parked: self.park(), ..self.step() };
        self.remember(step);
        self.run_view = Some(stopped);
        self.revision += 1;
    }

    fn travel(&mut self, back: bool) -> Result<(), CommandError> {
        self.overtake();
        let (from, to) = if back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        let Some(step) = from.pop() else { return Ok(()) };
        let worst = self.run_view.as_deref().and_then(RunView::worst);
        if let Some(last) = self.effects.last_mut() {
            last.end(self.now.outcome.as_ref().ok(), worst);
        }
        let (scenario, params) = (Arc::clone(&self.scenario), self.now.params.clone());
        let mut present = Step { scenario, params, set: step.set.clone(), parked: None };
        self.notice = None;
        self.refusals.act();
        let before = Some(self.now.clone());
        let same_patient = Arc::ptr_eq(&step.scenario, &self.scenario) || step.scenario == self.scenario;
        let there = step.at_time_of(&self.now.params);
        match (step.parked, &mut self.run_view) {
            (Some(parked), run_view) => {
                present.parked = run_view.replace(parked);
                if let Some(parked) = &mut present.parked {
                    parked.park();
                }
            }
            (None, Some(run_view)) if same_patient => {
                if self.mode == Mode::InTime {
                    run_view.set(&there, Some(false))?;
                }
            }
            (None, run_view) => {
                present.parked = run_view.take();
                if let Some(parked) = &mut present.parked {
                    parked.park();
                }
            }
        }
        to.push(present);
        self.scenario = step.scenario;
        if self.mode == Mode::InTime && self.run_view.is_none() {
            self.begin(step.params.clone());
        }
        self.before = before.filter(|_| same_patient);
        self.action = None;
        if same_patient {
            self.begin_action(None);
        }
        self.let_old_runs_go();
        self.show(step.params);
        Ok(())
    }

    /// Shows a patient of these parameters, in the way it is looked at.
    fn show(&mut self, params: Params) {
        match self.in_time() {
            Some(_) => self.look(),
            None => {
                self.now = view(&mut self.model, params);
                self.revision += 1;
            }
        }
    }

    /// Reads the run off.
    fn look(&mut self) {
        let Some(run_view) = self.in_time() else { return };
        let live = run_view.run().live();
        self.now =
            View { params: live.params().clone(), outcome: Ok(live.snapshot()), readings: Some(run_view.readings()) };
        self.revision += 1;
    }
}

fn view(model: &mut Model, params: Params) -> View {
    let outcome = model.snapshot(&params);
    View { params, outcome, readings: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::HostError;
    use crate::sim::play::moves::MoveKind;

    fn session() -> Session {
        Session::new(scenario::builtin()[0].clone())
    }

    #[test]
    fn inv_a_gesture_is_one_step_of_undo() {
        let mut session = session();
        let loaded = session.now().params.clone();
        for command in [
            Command::GestureStart,
            Command::Set(ParamId::Fio2, 0.3),
            Command::Set(ParamId::Fio2, 0.5),
            Command::GestureEnd,
        ] {
            session.apply(command).expect("allowed");
        }
        assert_eq!(session.now().params.get(ParamId::Fio2), 0.5);
        session.apply(Command::Undo).expect("allowed");
        assert_eq!(session.now().params, loaded);
        assert!(!session.can_undo());
        session.apply(Command::Redo).expect("allowed");
        assert_eq!(session.now().params.get(ParamId::Fio2), 0.5);
    }

    /// Two hundred steps, each of which put a run with a day of trend aside, there and back again.
    #[test]
    fn inv_undo_with_its_runs_stays_within_its_memory() {
        let mut session = session();
        let layered = ["ards-recruitable", "ards-severe"].map(|id| scenario::find(id).expect("built in"));
        let bytes = |session: &Session| {
            let steps = || session.undo.iter().chain(&session.redo);
            let parked: usize = steps().filter_map(|step| step.parked.as_deref()).map(RunView::bytes).sum();
            parked + steps().count() * (size_of::<Step>() + size_of::<Params>() + (4 << 10))
        };
        session.apply(Command::Look(Mode::InTime)).expect("allowed");
        let mut most = 0;
        for k in 0..UNDO_DEPTH + 20 {
            session.load(layered[k % 2].clone());
            if k + 8 > UNDO_DEPTH + 20 {
                session.run_view.as_mut().expect("in time").fill_a_day();
            }
            most = most.max(bytes(&session));
        }
        assert_eq!(session.undo.len(), UNDO_DEPTH);
        for _ in 0..8 {
            session.apply(Command::Undo).expect("allowed");
            most = most.max(bytes(&session));
        }
        assert!((8 << 20..64 << 20).contains(&most), "{most} bytes");
    }

    #[test]
    fn inv_undo_during_a_drag_takes_the_patient_out_of_the_hand() {
        let mut session = session();
        let loaded = session.now().params.clone();
        for command in [
            Command::GestureStart,
            Command::Set(ParamId::Fio2, 0.3),
            Command::Undo,
            Command::Set(ParamId::Fio2, 0.4),
            Command::Set(ParamId::Fio2, 0.5),
            Command::GestureEnd,
        ] {
            session.apply(command).expect("allowed");
        }
        assert_eq!(session.now().params, loaded);
        assert!(!session.can_undo() && session.can_redo());
        // A drag that moves nothing, and loading who is here already, are no actions.
        session.apply(Command::Redo).expect("allowed");
        let change = session.change(Quantity::from_key("po2_art_mmhg").expect("a key"));
        session.apply(Command::GestureStart).expect("allowed");
        session.apply(Command::GestureEnd).expect("allowed");
        assert_eq!(session.change(Quantity::from_key("po2_art_mmhg").expect("a key")), change);
        session.apply(Command::Undo).expect("allowed");
        session.apply(Command::LoadBuiltin(session.scenario().id.clone())).expect("built in");
        assert!(session.can_redo() && !session.can_undo());
    }

    #[test]
    fn inv_a_refused_command_changes_nothing_and_says_why() {
        let mut session = session();
        let before = session.now().clone();
        assert!(session.apply(Command::Set(ParamId::Fio2, 50.0)).is_err());
        assert!(session.apply(Command::LoadBuiltin("nobody".into())).is_err());
        assert_eq!(session.now(), &before);
        assert!(session.notice().is_some_and(|text| text.contains("nobody")));
        session.apply(Command::DismissNotice).expect("allowed");
        assert!(session.notice().is_none() && !session.can_undo());
    }

    #[test]
    fn inv_changes_are_counted_from_before_the_last_action() {
        let mut session = session();
        let po2 = Quantity::from_key("po2_art_mmhg").expect("a key");
        assert_eq!(session.change(po2), Change::NoActionYet);
        session.apply(Command::Set(ParamId::Fio2, 0.6)).expect("allowed");
        assert!(matches!(session.change(po2), Change::By(rise) if rise > 100.0));
        session.apply(Command::Set(ParamId::Shunt, 0.02)).expect("the value it has");
        assert!(matches!(session.change(po2), Change::By(rise) if rise > 100.0), "no change is no action");
    }

    #[test]
    fn inv_what_is_held_beside_is_what_was_on_the_screen_and_stays_until_it_is_let_go() {
        let mut session = session();
        let fio2 = |session: &Session| session.before().map(|view| view.params.get(ParamId::Fio2));
        for value in [0.4, 0.5] {
            session.apply(Command::Set(ParamId::Fio2, value)).expect("allowed");
        }
        assert_eq!(fio2(&session), Some(0.4));
        session.apply(Command::HoldBeside).expect("allowed");
        assert_eq!(session.before(), Some(session.now()));
        assert_eq!(session.beside().map(Beside::name).as_deref(), Some("Healthy young adult, FiO₂ 0.50"));
        session.apply(Command::Set(ParamId::Fio2, 0.9)).expect("allowed");
        assert_eq!(session.before_action().map(|view| view.params.get(ParamId::Fio2)), Some(0.5));
        session.apply(Command::LoadBuiltin("copd".into())).expect("built in");
        assert_eq!(fio2(&session), Some(0.5), "through actions and patients");
        session.apply(Command::LetGo).expect("allowed");
        assert_eq!(fio2(&session), None);
        assert_eq!(session.change(Quantity::from_key("po2_art_mmhg").expect("a key")), Change::NoActionYet);
        session.apply(Command::Step).expect("a step");
        session.apply(Command::HoldBeside).expect("allowed");
        let moment = session.beside().map(|beside| beside.moment.clone());
        assert_eq!(moment.as_deref(), Some(format!("at {}", clock(0.5)).as_str()));
    }

    #[test]
    fn inv_another_patient_is_no_action() {
        let mut session = session();
        let po2 = Quantity::from_key("po2_art_mmhg").expect("a key");
        session.apply(Command::Set(ParamId::Fio2, 0.6)).expect("allowed");
        session.apply(Command::LoadBuiltin("copd".into())).expect("built in");
        assert_eq!((session.change(po2), session.before()), (Change::NoActionYet, None));
        session.apply(Command::Undo).expect("allowed");
        assert_eq!(session.change(po2), Change::NoActionYet, "nor is the way back");
        session.apply(Command::Undo).expect("allowed");
        assert!(matches!(session.change(po2), Change::By(fall) if fall < -100.0), "an undo of an action is one");
    }

    /// Steps of undo after changes, each of a control to a value at a time of the hand's clock.
    fn undo_steps(changes: &[(f64, ParamId, f64)]) -> usize {
        let mut session = session();
        let mut hand_s = 0.0;
        session.advance(0.0, || true);
        for (at_s, id, value) in changes {
            session.advance(at_s - hand_s, || true);
            hand_s = *at_s;
            session.apply(Command::Set(*id, *value)).expect("allowed");
        }
        session.undo_depth()
    }

    #[test]
    fn inv_changes_of_one_control_within_two_seconds_are_one_action() {
        use ParamId::{Fio2, Peep};
        assert_eq!(undo_steps(&[(0.0, Fio2, 0.3), (1.5, Fio2, 0.4), (3.4, Fio2, 0.5)]), 1);
        assert_eq!(undo_steps(&[(0.0, Fio2, 0.3), (2.1, Fio2, 0.4)]), 2);
        assert_eq!(undo_steps(&[(0.0, Fio2, 0.3), (0.5, Peep, 8.0), (1.0, Fio2, 0.4)]), 3);
        // Where nobody lets the hand's clock go on, each is its own.
        let mut still = session();
        for value in [0.3, 0.4] {
            still.apply(Command::Set(Fio2, value)).expect("allowed");
        }
        assert_eq!(still.undo_depth(), 2);
        // What is held beside is counted from what was seen.
        let mut session = session();
        session.advance(0.0, || true);
        for command in [Command::Set(Fio2, 0.3), Command::HoldBeside, Command::Set(Fio2, 0.4)] {
            session.apply(command).expect("allowed");
        }
        assert_eq!(session.undo_depth(), 2);
    }

    #[test]
    fn inv_in_a_run_each_change_keeps_its_step_and_what_is_late_is_its_own_action() {
        let mut session = session();
        session.advance(0.0, || true);
        session.apply(Command::Speed(60)).expect("allowed");
        session.apply(Command::Run).expect("allowed");
        let set = |session: &mut Session, wait_s: f64, value| {
            let mut taken = 0;
            let mut waits_s = wait_s;
            // Frames of a sixtieth of a second.
            while waits_s > 0.0 {
                taken += session.advance(1.0 / 60.0, || true);
                waits_s -= 1.0 / 60.0;
            }
            session.apply(Command::Set(ParamId::Fio2, value)).expect("allowed");
            taken
        };
        set(&mut session, 0.1, 0.3);
        // A fifth of a second later, twelve of the run: the same action, with an event of its own.
        assert!(set(&mut session, 0.2, 0.4) >= 22);
        assert_eq!(session.undo_depth(), 1);
        let events = session.run_view().expect("a run").run().events();
        assert!(events.len() == 2 && events[0].step < events[1].step, "{events:?}");
        assert_eq!(session.run_view().map(|run_view| run_view.history().events().len()), Some(1), "one mark");
        // A second later, sixty of the run.
        set(&mut session, 1.0, 0.5);
        assert_eq!(session.undo_depth(), 2);
        assert_eq!(session.run_view().map(|run_view| run_view.history().events().len()), Some(2));
        let began_s = session.acted_s().expect("an action");
        session.apply(Command::Draw("arterial".parse().expect("an order"))).expect("allowed");
        set(&mut session, 0.0, 0.5);
        assert_eq!(session.acted_s(), Some(began_s), "a sample is no action of the patient");
    }

    /// Carbon monoxide leaves while time goes on: what an action is taken back from is the patient as he is now.
    #[test]
    fn inv_undo_takes_back_an_action_and_not_time() {
        let mut session = Session::new(scenario::find("smoke-inhalation").expect("built in").clone());
        let wait = |session: &mut Session| {
            for _ in 0..600 {
                session.apply(Command::Step).expect("a step");
            }
        };
        session.apply(Command::Step).expect("a step");
        let begun = session.now().params.clone();
        session.apply(Command::Set(ParamId::Fio2, 1.0)).expect("allowed");
        wait(&mut session);
        let cohb = |session: &Session| session.now().params.get(ParamId::Cohb);
        let left = cohb(&session);
        assert!(left < begun.get(ParamId::Cohb) - 0.01, "{left}");
        session.apply(Command::Undo).expect("allowed");
        assert_eq!(session.now().params.get(ParamId::Fio2), begun.get(ParamId::Fio2));
        assert_eq!(cohb(&session), left, "what has left has left");
        session.apply(Command::Redo).expect("allowed");
        assert_eq!((session.now().params.get(ParamId::Fio2), cohb(&session)), (1.0, left));
        // What a hand has set itself comes back.
        session.apply(Command::Set(ParamId::Cohb, 0.02)).expect("allowed");
        wait(&mut session);
        session.apply(Command::Undo).expect("allowed");
        assert_eq!(cohb(&session), left);
    }

    #[test]
    fn inv_a_steady_patient_who_was_reset_begins_another_run() {
        let mut session = Session::new(scenario::find("ards-recruitable").expect("built in").clone());
        session.apply(Command::Set(ParamId::Peep, 12.0)).expect("allowed");
        for _ in 0..20 {
            session.apply(Command::Step).expect("a step");
        }
        session.apply(Command::Look(Mode::Steady)).expect("allowed");
        session.apply(Command::Reset).expect("allowed");
        assert!(session.run_view().is_none());
        session.apply(Command::Undo).expect("allowed");
        assert!(session.run_view().is_some_and(|run_view| run_view.time_s() > 9.0), "the run is back");
        session.apply(Command::Look(Mode::Steady)).expect("allowed");
        session.apply(Command::Reset).expect("allowed");
        let inflation = MoveKind::SustainedInflation.usual();
        session.apply(Command::Make(inflation)).expect("allowed");
        let run_view = session.in_time().expect("a run");
        assert!(run_view.time_s() < 0.1 && run_view.to_come().is_empty(), "it begins with the move alone");
    }

    #[test]
    fn inv_reset_returns_everything_and_can_be_undone() {
        let mut session = session();
        session.apply(Command::Set(ParamId::Hb, 9.0)).expect("allowed");
        session.apply(Command::Switch(SwitchId::Breathing, "ventilated")).expect("allowed");
        session.apply(Command::Reset).expect("allowed");
        assert!(!session.is_changed());
        session.apply(Command::Undo).expect("allowed");
        assert_eq!(session.now().params.get(ParamId::Hb), 9.0);
    }

    #[test]
    fn inv_a_patient_is_saved_as_he_is_set_and_opened_again() {
        let mut session = session();
        session.apply(Command::Set(ParamId::Shunt, 0.3)).expect("allowed");
        let save = Command::SavePatient { title: "Bed 7".to_owned(), text: "Lips are blue.".to_owned() };
        session.apply(save).expect("asked for");
        let requests = session.take_requests();
        let [Request::Put { name, kind: FileKind::Patient, bytes }] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(name, "bed-7.json");
        session.apply(Command::Written { kind: FileKind::Patient, outcome: Ok("a.json".to_owned()) }).expect("done");
        assert_eq!(session.notice(), Some("Patient saved to a.json"));
        let mut second = self::session();
        second.apply(Command::Read { outcome: Ok(("a.json".to_owned(), bytes.clone())) }).expect("a patient");
        assert_eq!((second.scenario().title.as_str(), second.scenario().teaches.as_str()), ("Bed 7", "Lips are blue."));
        assert_eq!(second.now().params, session.now().params);
        assert!(second.can_undo() && second.notice_is_good());
        // Words that no file can hold are refused before anything is written.
        let save = Command::SavePatient { title: "Bed\u{7}".to_owned(), text: String::new() };
        assert!(session.apply(save).is_err() && session.take_requests().is_empty());
    }

    /// Two runs that are as long as each other are two runs.
    #[test]
    fn inv_another_run_is_not_the_one_that_was_saved() {
        let mut session = session();
        session.apply(Command::Step).expect("a step");
        session.apply(Command::Save).expect("asked for");
        let answer = Command::Written { kind: FileKind::Session, outcome: Ok("a.json".to_owned()) };
        session.apply(answer).expect("an answer");
        assert!(!session.has_unsaved_run());
        session.load(scenario::builtin()[1].clone());
        session.apply(Command::Step).expect("a step");
        assert!(session.has_unsaved_run(), "of another patient");
        session.apply(Command::Undo).expect("back");
        session.apply(Command::Undo).expect("back");
        assert!(!session.has_unsaved_run(), "the one that was saved");
        // Nor is one that went another way from a checkpoint on.
        session.apply(Command::ReturnTo(0)).expect("the start");
        session.apply(Command::Step).expect("a step");
        assert!(session.has_unsaved_run(), "one that may end otherwise");
    }

    /// What the host refuses stands whatever is done next, until it can have been read.
    #[test]
    fn inv_a_late_refusal_outlives_what_is_done_meanwhile() {
        let mut session = session();
        session.apply(Command::Step).expect("a step");
        let refused = HostError { reason: "the disk is full".to_owned() };
        let answer = Command::Written { kind: FileKind::Session, outcome: Err(refused) };
        session.apply(Command::Save).expect("asked for");
        assert!(session.apply(answer).is_err());
        session.apply(Command::Set(ParamId::Fio2, 0.4)).expect("set");
        session.load(scenario::builtin()[1].clone());
        session.confirm("Opened".to_owned());
        assert!(session.notice() == Some("the disk is full") && !session.notice_is_good());
        session.in_sight(10.0);
        session.apply(Command::Set(ParamId::Fio2, 0.5)).expect("set");
        assert_eq!(session.notice(), None);
    }

    /// A flooded lung clears in the hour after a diuretic, not at once: that is a run.
    #[test]
    fn inv_a_move_whose_effects_come_later_begins_a_run() {
        let mut session = Session::new(scenario::find("oedema-on-peep").expect("built in").clone());
        let diuresis = || Command::Make(MoveKind::Diuresis.usual());
        session.apply(Command::Set(ParamId::Consolidated, 0.0)).expect("set");
        session.apply(diuresis()).expect("it can be done");
        assert!(session.run_view().is_none(), "nothing is to clear");
        session.apply(Command::Set(ParamId::LeftAtrium, 28.0)).expect("set");
        session.apply(Command::Set(ParamId::Consolidated, 0.3)).expect("set");
        session.apply(diuresis()).expect("it can be done");
        let now = |session: &Session| session.now().params.get(ParamId::Consolidated);
        assert!(session.run_view().is_some_and(|view| view.clock().is_running()) && now(&session) == 0.3);
        while session.run_view().is_some_and(|view| view.time_s() < 3700.0) {
            session.advance(10.0, || true);
        }
        assert!(now(&session) < 0.25, "{}", now(&session));
    }

    #[test]
    fn inv_a_run_is_saved_once_the_host_says_so() {
        let mut session = session();
        assert_eq!(session.apply(Command::Save), Err(CommandError::NoRun));
        session.apply(Command::Step).expect("a step");
        session.apply(Command::Save).expect("asked for");
        let requests = session.take_requests();
        let [Request::Put { name, kind: FileKind::Session, bytes }] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(name, "healthy-young-adult.isoshunt.json");
        assert!(session.take_requests().is_empty() && session.has_unsaved_run(), "asked once, not yet done");
        let refused = HostError { reason: "the disk is full".to_owned() };
        let answer = |outcome| Command::Written { kind: FileKind::Session, outcome };
        assert!(session.apply(answer(Err(refused))).is_err() && session.has_unsaved_run());
        assert_eq!(session.notice(), Some("the disk is full"));
        session.in_sight(2.0);
        session.apply(Command::Save).expect("asked for");
        session.apply(answer(Ok("a.json".to_owned()))).expect("an answer");
        assert!(!session.has_unsaved_run() && session.notice() == Some("Saved to a.json"));
        let mut second = self::session();
        second.apply(Command::Open).expect("asked for");
        assert_eq!(second.take_requests(), [Request::Get { kind: FileKind::Session }]);
        let refused = second.apply(Command::Read { outcome: Ok(("b.json".to_owned(), b"[]".to_vec())) });
        assert!(refused.is_err_and(|reason| reason.to_string().starts_with("b.json is a list in JSON: a patient")));
        second.apply(Command::Read { outcome: Ok(("a.json".to_owned(), bytes.clone())) }).expect("a session");
        let bits = |session: &Session| session.run_view().map(|run_view| run_view.run().state());
        assert!(bits(&second).is_some() && bits(&second) == bits(&session), "the same run");
    }
}
