//! A patient in time: the run, its clock, its past, its checkpoints, and the steady state it goes to.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::app::clock::Clock;
use crate::app::effect::Worst;
use crate::app::history::{History, ROW_S, Row, Window};
use crate::app::past::Past;
use crate::figure::trends::{self, Channel, Sampled, Trends};
use crate::scenario::{Moment, Scenario, Timeline, session};
use crate::sim::params::{Bounds, ParamId, Params, Setting, SwitchId};
use crate::sim::play::instruments::{Readings, Sample, SampleOrder, Site};
use crate::sim::play::moves::Move;
use crate::sim::play::player::{Player, Refused};
use crate::sim::play::run::{Action, ActionError, Run, time_of_step_s};
use crate::sim::reading::observable::Observable;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;
use crate::sim::time::STEP_S;
use crate::text::display_units::DisplayUnits;
use crate::text::words::{self, Word};
use crate::text::{spaced, spoken};
use crate::units::percent_from_frac;

/// Checkpoints that are kept beside the start; the oldest goes first.
const MOST_CHECKPOINTS: usize = 30;

/// Memory of a run without its log and samples, bytes: that of 500 units, lines of blood and layers.
const RUN_BYTES: usize = 128 << 10;

/// Steps times units that are made again at once when a run is opened: about the time of a frame. What takes longer is
/// made in the frames that follow.
const AT_ONCE_UNIT_STEPS: u64 = 40_000;

/// A moment to which the run can return, whole.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// In a few words.
    pub label: String,
    run: Run,
    /// What the scenario has to be played, as it was then, and how much of it was.
    player: Player,
    /// The same as the scenario has it.
    timeline: Option<Timeline>,
}

impl Checkpoint {
    /// Patient time, s.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.run.time_s()
    }
}

/// One number on its way to the steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Name.
    pub label: &'static str,
    /// Unit as printed.
    pub unit: &'static str,
    /// Digits after the point.
    pub decimals: usize,
    /// Where it stands.
    pub now: f64,
    /// Where it goes.
    pub target: f64,
}

impl Gap {
    /// For example `PaO₂ 412 → 655 mmHg`.
    #[must_use]
    pub fn text(&self, units: DisplayUnits) -> String {
        let shown = units.of(self.unit);
        let [now, target] = [self.now, self.target].map(|value| shown.number(value, self.decimals));
        format!("{} {now} → {target}{}", self.label, spaced(shown.unit))
    }
}

/// How far the patient is from its steady state.
#[derive(Debug, Clone, PartialEq)]
pub enum Steadiness {
    /// Nothing moves that anyone could read.
    Steady,
    /// What still moves, in the order of what matters.
    Moving(Vec<Gap>),
    /// There is nothing to come to rest at.
    NoSteadyState(NoSteadyState),
}

/// What is compared with the steady state: quantity, name, shown per value, digits, and how near is there, as shown
/// (tuned: what a clinician would call the same number).
const WATCHED: [(&str, Word, &str, f64, usize, f64); 6] = [
    ("po2_art_mmhg", words::common::pao2, "mmHg", 1.0, 0, 1.0),
    ("pco2_art_mmhg", words::common::paco2, "mmHg", 1.0, 1, 0.5),
    ("ph_art", words::common::ph, "", 1.0, 2, 0.01),
    ("so2_ven_frac", words::gas::svo2, "%", 100.0, 0, 0.5),
    ("pco2_ven_mmhg", words::time::pvco2, "mmHg", 1.0, 1, 0.5),
    ("pn2_ven_mmhg", words::time::pvn2, "mmHg", 1.0, 0, 2.0),
];
/// A value within this share of its target is there, whatever its size.
const NEAR_SHARE: f64 = 0.01;

/// What is still to come of a saved run that is being made again.
#[derive(Debug, Clone)]
struct Replay {
    player: Player,
    end: u64,
}

/// What was known at the bedside when a sample was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Steps of the run.
    pub step: u64,
    /// Oxygen that was set.
    pub fio2_set_frac: f64,
    /// For how long it had been, s; none where it was since before the run, or since before what is kept of it.
    pub on_it_s: Option<f64>,
    /// Barometric pressure then, mmHg.
    pub pb_mmhg: f64,
    /// Temperature of the body then, °C.
    pub temperature_c: f64,
    /// Whether gradient, ratios and admixture could be believed.
    pub steady: bool,
}

/// How far the making again of a saved run has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Again {
    /// What is made again: the run itself, or the trend of one that stands whole.
    pub of: Remade,
    /// Patient time up to which it was made, s.
    pub done_s: f64,
    /// Patient time of its end, s.
    pub whole_s: f64,
}

/// What is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remade {
    /// The run: until it is there nothing can be done to the patient.
    Run,
    /// Its trend and its pictures of the past.
    Trend,
}

/// A patient in time.
#[derive(Debug, Clone)]
pub struct RunView {
    /// Number of the run in this program.
    line: u64,
    /// The patient at the beginning.
    initial: Scenario,
    run: Run,
    clock: Clock,
    history: History,
    /// Whole snapshots of the past, for the pictures.
    past: Past,
    /// Steady state of the present parameters, the collapsed lung counted as shunt.
    target: Result<Snapshot, NoSteadyState>,
    /// Collapsed share of the output for which it was solved.
    target_collapsed_frac: f64,
    target_params: Params,
    model: Model,
    /// The start, and those that were set, by rising time.
    checkpoints: Vec<Checkpoint>,
    /// Results that have arrived.
    results: Vec<trends::Sample>,
    /// The scenario's timeline.
    player: Player,
    /// What has to be told: a moment that the patient refused, how making a run again ended.
    news: Vec<String>,
    /// The rest of a saved run that is being made again, and stands where that has come.
    replay: Option<Replay>,
    /// The whole of it was not made again: it was stopped, or an action was refused.
    cut_short: bool,
    /// A run that stands whole is made again beside itself for its trend.
    trend: Option<Box<RunView>>,
    /// The worst while the last move went on.
    worst: Option<Worst>,
    /// What was known at the bedside when samples were drawn.
    drawn: Vec<Drawn>,
    /// Oxygen that was set, from which step on; the first as it was found.
    oxygen: Vec<(u64, f64)>,
    /// Grows with every step and action: whether there is something to save.
    revision: u64,
}

/// How much dearer a step of a unit is than in a plain lung, about.
fn dearness(params: &Params) -> u64 {
    let dearer = [(params.diffusion_limited(), 7), (params.ecmo(), 3), (params.mechanics(), 2)];
    dearer.into_iter().filter(|(is, _)| *is).map(|(_, times)| times).product()
}

/// A number that no other run of this program has.
fn next_line() -> u64 {
    static LINES: AtomicU64 = AtomicU64::new(0);
    LINES.fetch_add(1, Ordering::Relaxed)
}

impl RunView {
    /// A patient whose time begins, in its steady state where there is one. `initial` is the scenario it was loaded
    /// from; its parameters are those of the beginning.
    #[must_use]
    pub fn new(initial: Scenario, seed: u64) -> Self {
        let run = Run::new(&initial.params, seed);
        let mut run_view = RunView {
            line: next_line(),
            history: History::new(0.0),
            past: Past::default(),
            clock: Clock::new(STEP_S),
            target: Err(NoSteadyState::Apnoea),
            target_params: run.live().params().clone(),
            target_collapsed_frac: 0.0,
            model: Model::new(),
            checkpoints: vec![Checkpoint {
                label: words::time::start().to_owned(),
                run: run.clone(),
                player: initial.player(),
                timeline: initial.timeline.clone(),
            }],
            results: Vec::new(),
            player: initial.player(),
            news: Vec::new(),
            replay: None,
            cut_short: false,
            trend: None,
            worst: None,
            drawn: Vec::new(),
            oxygen: vec![(run.steps(), run.live().params().get(ParamId::Fio2))],
            revision: 0,
            initial,
            run,
        };
        run_view.aim();
        run_view.record();
        run_view
    }

    /// Number of the run: another after it has gone back to a checkpoint, since what comes then is another run.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A saved run that goes on. Where its state could be read it stands whole at once, and only its trend is made
    /// again; else the run is. What takes longer than a frame is made by `RunView::make_again`.
    #[must_use]
    pub fn opened(saved: session::Session) -> Self {
        let session::Session { initial, seed, events, steps, run, .. } = saved;
        let mut again = RunView::new(initial.clone(), seed);
        again.replay = Some(Replay { player: Player::new(events), end: steps });
        // One after the other: no machine is so slow that it matters where the frame ends.
        let per_step = again.run.live().units().count() as u64 + 10;
        let mut left = AT_ONCE_UNIT_STEPS / (per_step * dearness(&again.initial.params));
        again.replay_on(&mut || {
            left = left.saturating_sub(1);
            left > 0
        });
        let run = match run {
            Ok(run) => run,
            Err(why) => {
                if again.replay.is_some() {
                    again.news.insert(0, words::time::run_is_made_again(why));
                }
                return again;
            }
        };
        if again.replay.is_none() && again.run.steps() == steps {
            again.run = run;
            again.moved();
            return again;
        }
        let mut whole = RunView::new(initial, seed);
        // Its first row is the one after those that are made again.
        whole.history = History::new(run.time_s().floor() + ROW_S);
        whole.past = Past::default();
        whole.run = run;
        whole.oxygen.clear();
        whole.note_oxygen();
        whole.place_timeline();
        whole.aim();
        whole.collect();
        whole.trend = Some(Box::new(again));
        whole
    }

    /// Counts as played what the scenario has for the time before now, and for now where something was done.
    fn place_timeline(&mut self) {
        let steps = self.run.steps();
        let done = self.run.events().last().is_some_and(|event| event.step == steps);
        self.player.skip_to(steps, done);
    }

    /// How far the making again of a saved run has come; none where all is there.
    #[must_use]
    pub fn again(&self) -> Option<Again> {
        let of = |view: &RunView, of| {
            let end = view.replay.as_ref()?.end;
            Some(Again { of, done_s: view.time_s(), whole_s: time_of_step_s(end) })
        };
        of(self, Remade::Run).or_else(|| of(self.trend.as_deref()?, Remade::Trend))
    }

    /// Whether the run itself is being made again: nothing else can be done to it, and it is in its file.
    #[must_use]
    pub fn is_made_again(&self) -> bool {
        self.replay.is_some()
    }

    /// Whether it was a saved run that was not made again to its end.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    /// Goes on with a run, or a trend, that is being made again, by at least a step and as long as `goes_on` says that
    /// there is time. Whether there was anything to do.
    pub(super) fn make_again(&mut self, goes_on: &mut impl FnMut() -> bool) -> bool {
        if self.replay.is_some() {
            self.replay_on(goes_on);
            return true;
        }
        let Some(mut again) = self.trend.take() else { return false };
        again.replay_on(goes_on);
        if again.replay.is_some() {
            self.trend = Some(again);
        } else {
            self.drawn.splice(0..0, again.drawn);
            self.oxygen.splice(0..0, again.oxygen);
            self.oxygen.dedup_by_key(|(_, fio2)| fio2.to_bits());
            self.history.put_before(again.history);
            self.past.put_before(again.past);
        }
        self.revision += 1;
        true
    }

    /// Makes nothing again any more. A run stands where it has come.
    pub(super) fn stop_making_again(&mut self) {
        self.trend = None;
        if let Some(Replay { end, .. }) = self.replay.take() {
            let [at, end] = [self.run.steps(), end].map(|step| spoken(time_of_step_s(step)));
            self.news.push(words::time::run_made_again_to(at, end));
            self.cut_short = true;
            self.place_timeline();
            self.moved();
        }
    }

    fn replay_on(&mut self, goes_on: &mut impl FnMut() -> bool) {
        let Some(mut replay) = self.replay.take() else { return };
        loop {
            let steps = self.run.steps();
            if let Err(refused) = replay.player.play(steps, |action| self.act(action.clone())) {
                let number = refused.index + 1;
                self.news.push(words::time::run_ends(number, refused));
                self.cut_short = true;
                break;
            }
            if steps >= replay.end {
                break;
            }
            self.make_step();
            if !goes_on() {
                self.replay = Some(replay);
                break;
            }
        }
        if self.replay.is_none() {
            self.place_timeline();
        }
        self.moved();
    }

    /// What has to be told, once.
    pub(super) fn take_news(&mut self) -> Option<String> {
        let news = std::mem::take(&mut self.news);
        (!news.is_empty()).then(|| news.join("\n"))
    }

    /// The moment of the scenario's timeline that this patient will refuse, as far as parameters tell.
    #[must_use]
    pub fn foreseen(&self) -> Option<Refused> {
        self.player.foreseen(&self.initial.params)
    }

    /// The patient at the beginning.
    #[must_use]
    pub fn initial(&self) -> &Scenario {
        &self.initial
    }

    /// What is recorded and can be replayed.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Whether time runs, and how fast.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What was recorded for the trend.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Whole snapshots of the past.
    #[must_use]
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// Moments to which the run can return; the start is the first.
    #[must_use]
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// Patient time, s.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.run.time_s()
    }

    /// What the monitor shows.
    #[must_use]
    pub fn readings(&self) -> Readings {
        self.run.readings()
    }

    /// Samples drawn so far, by draw time, those on their way included.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        self.run.samples()
    }

    /// Patient time until a sample's result is there, s; none where it is.
    #[must_use]
    pub fn arrives_in_s(&self, sample: &Sample) -> Option<f64> {
        let steps = self.run.steps();
        (!sample.is_known_at(steps)).then(|| time_of_step_s(sample.arrives_step - steps))
    }

    /// The steady state it goes to.
    ///
    /// # Errors
    /// [`NoSteadyState`] where there is none.
    pub fn target(&self) -> Result<&Snapshot, NoSteadyState> {
        self.target.as_ref().map_err(|reason| *reason)
    }

    /// The model as it has solved that.
    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    /// Grows with every step and every action.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Puts the run aside: its time stands, and its pictures of the past are thinned.
    pub(super) fn park(&mut self) {
        self.clock.set_running(false);
        self.past.park();
        self.history.park();
    }

    /// Memory that it takes, bytes.
    pub(super) fn bytes(&self) -> usize {
        let runs = self.checkpoints.iter().map(|checkpoint| &checkpoint.run).chain([&self.run]);
        let of_run = |run: &Run| RUN_BYTES + size_of_val(run.events()) + size_of_val(run.samples());
        let trend = self.trend.as_ref().map_or(0, |trend| trend.bytes());
        self.history.bytes() + self.past.bytes() + runs.map(of_run).sum::<usize>() + trend
    }

    pub(super) fn clock_mut(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// Takes the steps that `elapsed_s` of the wall clock have made due; `goes_on` says whether there is time for
    /// another. Returns how many were taken.
    pub(super) fn advance(&mut self, elapsed_s: f64, mut goes_on: impl FnMut() -> bool) -> u64 {
        let mut clock = self.clock.clone();
        let taken = clock.advance(elapsed_s, || {
            self.step_once();
            goes_on()
        });
        self.clock = clock;
        if taken > 0 {
            self.moved();
        }
        taken
    }

    /// Takes one step, whether time runs or not.
    pub(super) fn step(&mut self) {
        self.step_once();
        self.moved();
    }

    /// Takes all steps to one, and does what is due then.
    pub(super) fn step_to(&mut self, step: u64) {
        while self.run.steps() < step {
            self.step_once();
        }
        self.play();
        self.moved();
    }

    fn step_once(&mut self) {
        self.play();
        self.make_step();
    }

    fn make_step(&mut self) {
        let goes_on = self.run.under_way().is_some();
        self.note_oxygen();
        self.run.step();
        if let Some(worst) = self.worst.filter(|_| goes_on) {
            self.worst = Some(worst.or(Worst::of(&self.run.live().snapshot())));
        }
        self.revision += 1;
        self.record();
    }

    /// Does what the scenario's timeline has for this moment; a moment that the patient refuses is told.
    fn play(&mut self) {
        let steps = self.run.steps();
        let mut player = std::mem::take(&mut self.player);
        while let Err(refused) = player.play(steps, |action| self.act(action.clone())) {
            self.news.push(words::time::timeline_goes_on(refused));
        }
        self.player = player;
    }

    fn moments(&self) -> &[Moment] {
        self.initial.timeline.as_ref().map_or(&[], |timeline| &timeline.moments)
    }

    /// How many moments of the scenario's timeline were played.
    #[must_use]
    pub fn played(&self) -> usize {
        self.player.played()
    }

    /// What the scenario still has to be played; empty where it has no timeline, or it was played or stopped.
    #[must_use]
    pub fn to_come(&self) -> &[Moment] {
        self.moments().get(self.played()..).unwrap_or_default()
    }

    /// Nothing more is played of the scenario's timeline. What was played, and so what is saved, keeps its notes.
    pub(super) fn stop_timeline(&mut self) {
        self.player.stop();
        if let Some(timeline) = &mut self.initial.timeline {
            timeline.moments.truncate(self.player.played());
            // They were written for the whole of it.
            timeline.expected.clear();
        }
        self.revision += 1;
    }

    /// What the scenario says of the last moment that was played.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.moments()[..self.played()].iter().rev().find_map(|moment| moment.note.as_deref())
    }

    /// What follows once from many steps.
    fn moved(&mut self) {
        self.aim_at_what_is();
        self.collect();
    }

    /// Solves the steady state that the run goes to anew, where it is another one than before.
    fn aim_at_what_is(&mut self) {
        let collapsed_frac = self.run.live().collapsed_frac();
        // Moves go on setting parameters.
        let set = self.run.live().params() != &self.target_params;
        if set || collapsed_frac.total_cmp(&self.target_collapsed_frac).is_ne() {
            self.aim();
        }
    }

    /// Goes to other parameters, from the next step on. `goes_on` says whether that is of one piece with the last action
    /// by the hand's clock; none where there is no such clock.
    ///
    /// # Errors
    /// [`ActionError`]; the run is as before.
    pub(super) fn set(&mut self, params: &Params, goes_on: Option<bool>) -> Result<(), ActionError> {
        let changes = params.changes_from(self.run.live().params());
        if changes.is_empty() {
            return Ok(());
        }
        self.mark(Action::Set(changes), goes_on)
    }

    /// Does something, and marks it in the trend.
    fn act(&mut self, action: Action) -> Result<(), ActionError> {
        self.mark(action, None)
    }

    /// Keeps since when the oxygen is what it is; of what is set and taken back within a step nothing.
    fn note_oxygen(&mut self) {
        let (step, fio2) = (self.run.steps(), self.run.live().params().get(ParamId::Fio2));
        if self.oxygen.last().is_none_or(|(_, last)| last.total_cmp(&fio2).is_ne()) {
            self.oxygen.push((step, fio2));
        }
    }

    /// Keeps what is known at the bedside of a sample that is drawn now.
    fn note_sample(&mut self) {
        self.note_oxygen();
        let now = self.run.live().snapshot();
        let steady = now.steadiness.aa_gradient && now.steadiness.pf_ratio && now.steadiness.venous_admixture;
        let [fio2_set_frac, pb_mmhg, temperature_c] =
            [ParamId::Fio2, ParamId::Pb, ParamId::Temperature].map(|id| now.params.get(id));
        let step = self.run.steps();
        let since = self.oxygen.get(1..).unwrap_or_default().last().map(|(since, _)| time_of_step_s(step - since));
        self.drawn.push(Drawn { step, fio2_set_frac, on_it_s: since, pb_mmhg, temperature_c, steady });
    }

    /// What was known at the bedside when a sample was drawn at a step; none of a run that was opened as it stands.
    #[must_use]
    pub fn drawn(&self, step: u64) -> Option<Drawn> {
        self.drawn.iter().rev().find(|drawn| drawn.step == step).copied()
    }

    /// When the last thing was done that acts on the patient, s; none where nothing was.
    pub(super) fn last_done_s(&self) -> Option<f64> {
        let acts = |action: &Action| !matches!(action, Action::Sample(_));
        let last = self.run.events().iter().rev().find(|event| acts(&event.action));
        last.map(|event| time_of_step_s(event.step))
    }

    fn mark(&mut self, action: Action, goes_on: Option<bool>) -> Result<(), ActionError> {
        let (control, label) = label(&action);
        let sample = matches!(action, Action::Sample(_));
        self.run.act(action)?;
        if sample {
            self.note_sample();
        }
        self.history.note(self.time_s(), control, label, goes_on);
        self.revision += 1;
        self.aim();
        self.collect();
        Ok(())
    }

    /// Draws a sample of blood now.
    ///
    /// # Errors
    /// As the run has it.
    pub(super) fn draw(&mut self, order: SampleOrder) -> Result<(), ActionError> {
        self.act(Action::Sample(order))
    }

    /// Makes a move at the bedside.
    ///
    /// # Errors
    /// [`ActionError`] where it makes no sense for this patient.
    pub(super) fn make(&mut self, made: Move) -> Result<(), ActionError> {
        self.act(Action::Move(made))?;
        self.worst = Some(Worst::of(&self.run.live().snapshot()));
        Ok(())
    }

    /// The worst while the last move went on; none where none was made.
    #[must_use]
    pub fn worst(&self) -> Option<Worst> {
        self.worst
    }

    /// Puts the patient into the steady state of its parameters at once.
    ///
    /// # Errors
    /// [`ActionError`] where there is none.
    pub(super) fn jump_to_steady(&mut self) -> Result<(), ActionError> {
        self.act(Action::JumpToSteady)
    }

    pub(super) fn set_checkpoint(&mut self) {
        let number = self.checkpoints.len();
        let time_s = self.time_s();
        let last = self.history.events().iter().rev().find(|event| event.time_s <= time_s);
        let label = last.map_or_else(
            || words::time::checkpoint_number(number),
            |event| words::time::checkpoint_after(&event.label),
        );
        let at = self.checkpoints.partition_point(|checkpoint| checkpoint.time_s() <= time_s);
        let (run, timeline) = (self.run.clone(), self.initial.timeline.clone());
        self.checkpoints.insert(at.max(1), Checkpoint { label, run, player: self.player.clone(), timeline });
        if self.checkpoints.len() > MOST_CHECKPOINTS + 1 {
            self.checkpoints.remove(1);
        }
    }

    /// Returns to a checkpoint, exactly; what was recorded after it is forgotten. Time stands. Whether there is one.
    pub(super) fn return_to(&mut self, index: usize) -> bool {
        let Some(checkpoint) = self.checkpoints.get(index) else { return false };
        self.line = next_line();
        self.run = checkpoint.run.clone();
        self.player = checkpoint.player.clone();
        self.initial.timeline.clone_from(&checkpoint.timeline);
        let time_s = self.time_s();
        if self.trend.as_ref().and_then(|again| again.replay.as_ref()).is_some_and(|rest| self.run.steps() < rest.end) {
            self.trend = None;
        }
        let steps = self.run.steps();
        self.drawn.retain(|drawn| drawn.step <= steps);
        self.oxygen.retain(|(since, _)| *since <= steps);
        self.history.truncate_after(time_s);
        self.past.truncate_after(time_s);
        self.clock.set_running(false);
        self.revision += 1;
        self.aim();
        self.collect();
        true
    }

    /// Solves the steady state that the run goes to.
    fn aim(&mut self) {
        self.target = self.run.live().steady(&mut self.model);
        self.target_collapsed_frac = self.run.live().collapsed_frac();
        self.target_params.clone_from(self.run.live().params());
    }

    /// Adds the row that is due.
    fn record(&mut self) {
        if !self.history.is_due(self.time_s()) {
            return;
        }
        self.aim_at_what_is();
        let snapshot = self.run.live().snapshot();
        let steadiness = self.steadiness(&snapshot);
        let n2_frac = Observable::from_key("n2_end_tidal_frac").and_then(|n2| n2.read(&self.run, &snapshot));
        let indices = &snapshot.steadiness;
        let doubted = !(indices.aa_gradient && indices.pf_ratio && indices.venous_admixture);
        let row = row(&snapshot, &self.readings(), n2_frac);
        self.history.push_doubted(&row, steadiness != Steadiness::Steady, doubted);
        self.past.push(self.time_s(), snapshot);
    }

    /// Fills the past with a day of the present, for tests of what it takes.
    #[cfg(test)]
    pub(super) fn fill_a_day(&mut self) {
        let snapshot = self.run.live().snapshot();
        let now = row(&snapshot, &self.readings(), None);
        for second in 0..86_400 {
            self.history.push(&now, false);
            if second % 10 == 0 {
                self.history.note(f64::from(second), "FiO₂", format!("FiO₂ after {second} s"), None);
                self.past.push(f64::from(second), snapshot.clone());
            }
        }
    }

    /// Keeps the results that have arrived, for the trend.
    fn collect(&mut self) {
        let steps = self.run.steps();
        let known = self.run.samples().iter().filter(|sample| sample.is_known_at(steps));
        self.results = known.map(result).collect();
    }

    /// How far a state of this run is from its steady state.
    #[must_use]
    pub fn steadiness(&self, now: &Snapshot) -> Steadiness {
        let target = match &self.target {
            Ok(target) => target,
            Err(reason) => return Steadiness::NoSteadyState(*reason),
        };
        let gaps: Vec<Gap> = WATCHED
            .iter()
            .filter_map(|(key, label, unit, shown, decimals, near)| {
                let quantity = Quantity::from_key(key)?;
                let (now, target) = (quantity.read(now).ok()? * shown, quantity.read(target).ok()? * shown);
                let near = near.max(if *unit == "mmHg" { NEAR_SHARE * target.abs() } else { 0.0 });
                ((now - target).abs() > near).then_some(Gap { label: label(), unit, decimals: *decimals, now, target })
            })
            .collect();
        if gaps.is_empty() { Steadiness::Steady } else { Steadiness::Moving(gaps) }
    }

    /// The trend of the last `window_s` seconds, for a plot `columns` pixels wide.
    #[must_use]
    pub fn trends(&self, window_s: f64, columns: usize, channels: &[Channel], units: DisplayUnits) -> Trends {
        let recorded = self.history.recorded(&Window {
            now_s: self.time_s(),
            window_s,
            columns,
            channels,
            samples: &self.results,
        });
        trends::figure(recorded, units)
    }
}

/// What a mark says of an action: the control it belongs to, and its words.
fn label(action: &Action) -> (&'static str, String) {
    match action {
        Action::Sample(order) => ("sample", words::time::sample_of(order.site().label())),
        Action::JumpToSteady => ("jump", words::time::jump_to_steady().to_owned()),
        Action::Move(made) => ("move", made.kind.label().to_owned()),
        Action::Set(settings) => {
            let of = |setting: &Setting| match *setting {
                Setting::Param(id, value) => (id.bounds().label, setting_label(id.bounds(), value)),
                Setting::Switch(id, option) => (id.label(), switch_label(id, option)),
            };
            match settings.as_slice() {
                [] => ("", String::new()),
                [only] => of(only),
                // Whether a patient breathes comes before how.
                [how, breathing @ Setting::Switch(SwitchId::Breathing, _)] | [breathing, how] => {
                    ("several", format!("{}, {}", of(breathing).1, of(how).1))
                }
                // Back to a whole patient is one mark, not thirty.
                [first, rest @ ..] => ("several", words::time::and_more(of(first).1, rest.len())),
            }
        }
    }
}

fn row(now: &Snapshot, readings: &Readings, n2_end_tidal_frac: Option<f64>) -> Row {
    let mut row = [f64::NAN; Channel::ALL.len()];
    let mut put = |channel: Channel, value: Option<f64>| row[channel.index()] = value.unwrap_or(f64::NAN);
    let end_tidal = readings.end_tidal.ok();
    let arterial = now.bedside_arterial();
    put(Channel::Spo2, readings.spo2_frac.ok().map(percent_from_frac));
    put(Channel::So2Ven, Some(percent_from_frac(now.state.venous.gas.saturation_frac)));
    put(Channel::Shunt, Some(percent_from_frac(now.truth.shunt_frac)));
    put(Channel::Po2Art, Some(arterial.po2_mmhg));
    put(Channel::AaGradient, now.estimates.aa_gradient_mmhg.ok());
    put(Channel::EndTidalO2, end_tidal.map(|gas| gas.po2_mmhg));
    put(Channel::Pco2Art, Some(arterial.pco2_mmhg));
    put(Channel::EndTidalCo2, end_tidal.map(|gas| gas.pco2_mmhg));
    put(Channel::PhArt, Some(arterial.ph));
    put(Channel::EndTidalN2, n2_end_tidal_frac.map(percent_from_frac));
    put(Channel::Ventilation, Some(now.ventilation.alveolar_l_per_min));
    row
}

/// A result as the trend shows it: mixed venous blood has no channel for its pressures.
fn result(sample: &Sample) -> trends::Sample {
    let reported = &sample.reported;
    let value = |channel, value| Sampled { channel, value };
    let values = match sample.order.site() {
        Site::Arterial | Site::RightArm | Site::Leg => vec![
            value(Channel::Po2Art, reported.po2_mmhg),
            value(Channel::Pco2Art, reported.pco2_mmhg),
            value(Channel::PhArt, reported.ph),
        ],
        Site::MixedVenous => vec![value(Channel::So2Ven, percent_from_frac(reported.saturation_frac))],
    };
    trends::Sample {
        time_s: time_of_step_s(sample.drawn_step),
        name: sample.order.site().label().to_lowercase(),
        values,
    }
}

/// A parameter and its value as people read them: `FiO₂ 0.60`, `Shunt 30 %`.
#[must_use]
pub fn setting_label(bounds: &Bounds, value: f64) -> String {
    let (shown, unit, decimals) = if bounds.is_percent() {
        (percent_from_frac(value), "%", bounds.decimals.saturating_sub(2))
    } else {
        (value, bounds.unit, bounds.decimals)
    };
    let text = format!("{shown:.decimals$}");
    let text = if bounds.unit == "cmH₂O" { text.trim_end_matches(".0").to_owned() } else { text };
    format!("{} {}{}", bounds.label, text.replace('-', "−"), spaced(unit))
}

fn switch_label(id: SwitchId, option: &str) -> String {
    match option {
        "on" | "off" => format!("{} {option}", id.label()),
        option => option.replace('_', " "),
    }
}
