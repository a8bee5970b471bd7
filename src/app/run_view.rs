//! A patient in time: the run, its clock, its past, its checkpoints, and the steady state it goes to.

use crate::app::clock::Clock;
use crate::app::effect::Worst;
use crate::app::history::{History, Row, Window};
use crate::app::past::Past;
use crate::figure::trends::{self, Channel, Sampled, Trends};
use crate::scenario::{Moment, Scenario, Timeline};
use crate::sim::params::{Bounds, Params, Setting, SwitchId};
use crate::sim::play::instruments::{Readings, Sample, SampleOrder, Site};
use crate::sim::play::moves::Move;
use crate::sim::play::run::{Action, ActionError, Run, time_of_step_s};
use crate::sim::reading::observable::Observable;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;
use crate::sim::time::STEP_S;
use crate::text::display_units::DisplayUnits;
use crate::text::spaced;
use crate::units::percent_from_frac;

/// Checkpoints that are kept beside the start; the oldest goes first.
const MOST_CHECKPOINTS: usize = 30;

/// Steps times units that opening a run may cost: about half a second.
const REDRAWN_UNIT_STEPS: u64 = 1_000_000;

/// A moment to which the run can return, whole.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// In a few words.
    pub label: String,
    run: Run,
    /// Moments of the scenario that were played.
    played: usize,
    /// What the scenario has to be played, as it was then.
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
const WATCHED: [(&str, &str, &str, f64, usize, f64); 6] = [
    ("po2_art_mmhg", "PaO₂", "mmHg", 1.0, 0, 1.0),
    ("pco2_art_mmhg", "PaCO₂", "mmHg", 1.0, 1, 0.5),
    ("ph_art", "pH", "", 1.0, 2, 0.01),
    ("so2_ven_frac", "Sv̄O₂", "%", 100.0, 0, 0.5),
    ("pco2_ven_mmhg", "Pv̄CO₂", "mmHg", 1.0, 1, 0.5),
    ("pn2_ven_mmhg", "Pv̄N₂", "mmHg", 1.0, 0, 2.0),
];
/// A value within this share of its target is there, whatever its size.
const NEAR_SHARE: f64 = 0.01;

/// A patient in time.
#[derive(Debug, Clone)]
pub struct RunView {
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
    /// Moments of the scenario's timeline that were played.
    played: usize,
    /// The worst while the last move went on.
    worst: Option<Worst>,
    /// Grows with every step and action: whether there is something to save.
    revision: u64,
}

impl RunView {
    /// A patient whose time begins, in its steady state where there is one. `initial` is the scenario it was loaded
    /// from; its parameters are those of the beginning.
    #[must_use]
    pub fn new(initial: Scenario, seed: u64) -> Self {
        let run = Run::new(&initial.params, seed);
        let mut run_view = RunView {
            history: History::new(0.0),
            past: Past::default(),
            clock: Clock::new(STEP_S),
            target: Err(NoSteadyState::Apnoea),
            target_params: run.live().params().clone(),
            target_collapsed_frac: 0.0,
            model: Model::new(),
            checkpoints: vec![Checkpoint {
                label: "Start".to_owned(),
                run: run.clone(),
                played: 0,
                timeline: initial.timeline.clone(),
            }],
            results: Vec::new(),
            played: 0,
            worst: None,
            revision: 0,
            initial,
            run,
        };
        run_view.aim();
        run_view.record();
        run_view
    }

    /// A saved run that goes on. What it was is drawn again as far as that takes no time that a person would notice;
    /// of a longer one the trend begins where it was saved.
    #[must_use]
    pub fn restored(initial: Scenario, run: Run) -> Self {
        let mut run_view = RunView::new(initial, run.seed());
        let done = run.events().iter().rev().take_while(|event| event.step == run.steps()).count() > 0;
        let is_past = |moment: &&Moment| moment.step < run.steps() || (done && moment.step == run.steps());
        let played = run_view.moments().iter().filter(is_past).count();
        // What was played stands in the log.
        run_view.played = run_view.moments().len();
        let units = run.live().units().count() as u64;
        if run.steps() * (units + 10) <= REDRAWN_UNIT_STEPS {
            for event in run.events() {
                while run_view.run.steps() < event.step {
                    run_view.step_once();
                }
                // It was done once, so it can be done again.
                let _ = run_view.act(event.action.clone());
            }
            while run_view.run.steps() < run.steps() {
                run_view.step_once();
            }
        } else {
            run_view.history = History::new(run.time_s());
            run_view.past = Past::default();
            for event in run.events() {
                let (control, label) = label(&event.action);
                run_view.history.note(time_of_step_s(event.step), control, label);
            }
        }
        run_view.run = run;
        run_view.played = played;
        run_view.aim();
        run_view.record();
        run_view.collect();
        run_view
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

    fn step_once(&mut self) {
        self.play();
        let goes_on = self.run.under_way().is_some();
        self.run.step();
        if let Some(worst) = self.worst.filter(|_| goes_on) {
            self.worst = Some(worst.or(Worst::of(&self.run.live().snapshot())));
        }
        self.revision += 1;
        self.record();
    }

    /// Does what the scenario's timeline has for this moment.
    fn play(&mut self) {
        let steps = self.run.steps();
        while let Some(moment) = self.moments().get(self.played).filter(|moment| moment.step <= steps) {
            let action = moment.action.clone();
            self.played += 1;
            // It was tried when the file was read; a patient who was changed since may refuse it.
            let _ = self.act(action);
        }
    }

    fn moments(&self) -> &[Moment] {
        self.initial.timeline.as_ref().map_or(&[], |timeline| &timeline.moments)
    }

    /// How many moments of the scenario's timeline were played.
    #[must_use]
    pub fn played(&self) -> usize {
        self.played
    }

    /// What the scenario still has to be played; empty where it has no timeline, or it was played or stopped.
    #[must_use]
    pub fn to_come(&self) -> &[Moment] {
        self.moments().get(self.played..).unwrap_or_default()
    }

    /// Nothing more is played of the scenario's timeline. What was played, and so what is saved, keeps its notes.
    pub(super) fn stop_timeline(&mut self) {
        if let Some(timeline) = &mut self.initial.timeline {
            timeline.moments.truncate(self.played);
            // They were written for the whole of it.
            timeline.expected.clear();
        }
        self.revision += 1;
    }

    /// What the scenario says of the last moment that was played.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.moments()[..self.played].iter().rev().find_map(|moment| moment.note.as_deref())
    }

    /// What follows once from many steps.
    fn moved(&mut self) {
        let collapsed_frac = self.run.live().collapsed_frac();
        // Moves go on setting parameters.
        let set = self.run.live().params() != &self.target_params;
        if set || collapsed_frac.total_cmp(&self.target_collapsed_frac).is_ne() {
            self.aim();
        }
        self.collect();
    }

    /// Goes to other parameters, from the next step on.
    ///
    /// # Errors
    /// [`ActionError`]; the run is as before.
    pub(super) fn set(&mut self, params: &Params) -> Result<(), ActionError> {
        let changes = params.changes_from(self.run.live().params());
        if changes.is_empty() {
            return Ok(());
        }
        self.act(Action::Set(changes))
    }

    /// Does something, and marks it in the trend.
    fn act(&mut self, action: Action) -> Result<(), ActionError> {
        let (control, label) = label(&action);
        self.run.act(action)?;
        self.history.note(self.time_s(), control, label);
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
        let label = last.map_or_else(|| format!("Checkpoint {number}"), |event| format!("after {}", event.label));
        let at = self.checkpoints.partition_point(|checkpoint| checkpoint.time_s() <= time_s);
        let (run, timeline) = (self.run.clone(), self.initial.timeline.clone());
        self.checkpoints.insert(at.max(1), Checkpoint { label, run, played: self.played, timeline });
        if self.checkpoints.len() > MOST_CHECKPOINTS + 1 {
            self.checkpoints.remove(1);
        }
    }

    /// Returns to a checkpoint, exactly; what was recorded after it is forgotten. Time stands. Whether there is one.
    pub(super) fn return_to(&mut self, index: usize) -> bool {
        let Some(checkpoint) = self.checkpoints.get(index) else { return false };
        self.run = checkpoint.run.clone();
        self.played = checkpoint.played;
        self.initial.timeline.clone_from(&checkpoint.timeline);
        let time_s = self.time_s();
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
        let snapshot = self.run.live().snapshot();
        let steadiness = self.steadiness(&snapshot);
        let n2_frac = Observable::from_key("n2_end_tidal_frac").and_then(|n2| n2.read(&self.run, &snapshot));
        self.history.push(&row(&snapshot, &self.readings(), n2_frac), steadiness != Steadiness::Steady);
        self.past.push(self.time_s(), snapshot);
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
                ((now - target).abs() > near).then_some(Gap { label, unit, decimals: *decimals, now, target })
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
        Action::Sample(order) => ("sample", format!("{} sample", order.site().label())),
        Action::JumpToSteady => ("jump", "Jump to steady".to_owned()),
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
                [first, rest @ ..] => ("several", format!("{} and {} more", of(first).1, rest.len())),
            }
        }
    }
}

fn row(now: &Snapshot, readings: &Readings, n2_end_tidal_frac: Option<f64>) -> Row {
    let mut row = [f64::NAN; Channel::ALL.len()];
    let mut put = |channel: Channel, value: Option<f64>| row[channel.index()] = value.unwrap_or(f64::NAN);
    let end_tidal = readings.end_tidal.ok();
    put(Channel::Spo2, readings.spo2_frac.ok().map(percent_from_frac));
    put(Channel::So2Ven, Some(percent_from_frac(now.state.venous.gas.saturation_frac)));
    put(Channel::Shunt, Some(percent_from_frac(now.truth.shunt_frac)));
    put(Channel::Po2Art, Some(now.state.arterial.gas.po2_mmhg));
    put(Channel::AaGradient, now.estimates.aa_gradient_mmhg.ok());
    put(Channel::EndTidalO2, end_tidal.map(|gas| gas.po2_mmhg));
    put(Channel::Pco2Art, Some(now.state.arterial.gas.pco2_mmhg));
    put(Channel::EndTidalCo2, end_tidal.map(|gas| gas.pco2_mmhg));
    put(Channel::PhArt, Some(now.state.arterial.gas.ph));
    put(Channel::EndTidalN2, n2_end_tidal_frac.map(percent_from_frac));
    put(Channel::Ventilation, Some(now.ventilation.alveolar_l_per_min));
    row
}

/// A result as the trend shows it: mixed venous blood has no channel for its pressures.
fn result(sample: &Sample) -> trends::Sample {
    let reported = &sample.reported;
    let value = |channel, value| Sampled { channel, value };
    let values = match sample.order.site() {
        Site::Arterial => vec![
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
