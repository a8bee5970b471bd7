//! A run: a patient in time, the instruments at it, and everything that was done.
//!
//! Actions happen between steps and are kept with the number of the step before which they were done. The patient at
//! the beginning, the seed and those events make the same run again, bit for bit, whatever the speed at which it was
//! watched (same program, same platform).

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::sim::params::setting::{as_object, from_object};
use crate::sim::params::{ParamError, Params, Setting, apply};
use crate::sim::play::instruments::{Bloods, EndTidalTensions, Instruments, Readings, Sample, SampleOrder, Seen, Site};
use crate::sim::play::moves::{Move, MoveError};
use crate::sim::steady::NoSteadyState;
use crate::sim::time::{Live, LiveState, STEP_S, StateError};
use crate::text::number;

/// The number of the form of [`RunState`] and of what the solver makes of a run: it rises when a field is added, goes or
/// means something else, and when the same run ends with other numbers. A state of another number is not gone on with.
pub const STATE_FORMAT: u32 = 9;

/// What can be done to a patient in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Sets parameters and switches, all at once.
    Set(#[serde(serialize_with = "as_object", deserialize_with = "from_object")] Vec<Setting>),
    /// Draws a blood sample.
    Sample(SampleOrder),
    /// Puts the patient into the steady state of its parameters; time stands still.
    JumpToSteady,
    /// A move at the bedside: settings, some of them later.
    Move(Move),
}

impl Action {
    /// The same action as the log has it: settings sorted by key, and of several for one key the last, as an object in
    /// a file holds them.
    fn in_order(self) -> Action {
        match self {
            Action::Set(settings) => {
                let by_key: BTreeMap<_, _> = settings.into_iter().map(|setting| (setting.key(), setting)).collect();
                Action::Set(by_key.into_values().collect())
            }
            other => other,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Set(settings) => {
                f.write_str("set ")?;
                for (i, setting) in settings.iter().enumerate() {
                    let joint = if i == 0 { "" } else { ", " };
                    match setting {
                        Setting::Param(id, value) => write!(f, "{joint}{} = {}", id.key(), number(*value))?,
                        Setting::Switch(id, option) => write!(f, "{joint}{} = {option}", id.key())?,
                    }
                }
                Ok(())
            }
            Action::Sample(order) => write!(f, "sample {order}"),
            Action::JumpToSteady => f.write_str("jump to steady"),
            Action::Move(made) => write!(f, "move {made}"),
        }
    }
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Steps that had been made.
    pub step: u64,
    /// What was done.
    pub action: Action,
}

/// Why something could not be done; the run is as before.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ActionError {
    /// A value out of range, or a broken rule.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Params(Vec<ParamError>),
    /// A move that makes no sense for this patient.
    #[error(transparent)]
    Move(#[from] MoveError),
    /// No steady state to jump to.
    #[error("there is no steady state to jump to: {0}")]
    NoSteadyState(#[from] NoSteadyState),
}

/// Why a saved run cannot go on.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RunError {
    /// Something in its log cannot be done to that patient.
    #[error("events[{index}] at step {step}: {source}")]
    Event {
        /// Which one.
        index: usize,
        /// When it was done.
        step: u64,
        /// Why it cannot be.
        source: ActionError,
    },
    /// The log is not in the order of time, or goes beyond the end.
    #[error("events[{index}] is at step {step}: not in the order of time, or after the end at step {end}")]
    Order {
        /// Which one.
        index: usize,
        /// Its step.
        step: u64,
        /// Steps of the run.
        end: u64,
    },
    /// Its state is none of that patient.
    #[error("state: {0}")]
    State(#[from] StateError),
    /// The state is at another step than the file says.
    #[error("state.live.steps = {found} where the file says {expected}")]
    Steps {
        /// What the state says.
        found: u64,
        /// What the file says.
        expected: u64,
    },
    /// The instruments have another seed than the file says.
    #[error("state.instruments.seed = {found} where the file says {expected}")]
    Seed {
        /// What the instruments say.
        found: u64,
        /// What the file says.
        expected: u64,
    },
}

/// What a move will still do, and the parameters that come of everything done so far.
///
/// It follows from the log alone: nothing of it is saved.
#[derive(Debug, Clone)]
pub struct Schedule {
    params: Params,
    /// Settings still to be made, soonest first.
    pending: VecDeque<(u64, Vec<Setting>)>,
    under_way: Option<Move>,
}

impl Schedule {
    /// Nothing done yet.
    #[must_use]
    pub fn new(params: &Params) -> Schedule {
        Schedule { params: params.clone(), pending: VecDeque::new(), under_way: None }
    }

    /// The parameters that come of what was done.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Goes to other parameters; what is pending stays.
    pub fn replace(&mut self, params: Params) {
        self.params = params;
    }

    /// The move that goes on, and the step at which it ends.
    #[must_use]
    pub fn under_way(&self) -> Option<(Move, u64)> {
        Some((self.under_way?, self.pending.back()?.0))
    }

    /// Does what is due before `step`, that included.
    pub fn go_to(&mut self, step: u64) {
        while self.pending.front().is_some_and(|(due, _)| *due <= step) {
            let Some((_, settings)) = self.pending.pop_front() else { break };
            match apply(&settings, &self.params) {
                Ok(params) => self.params = params,
                // What was set meanwhile no longer allows it: the rest of the move is off.
                Err(_) => self.pending.clear(),
            }
        }
        if self.pending.is_empty() {
            self.under_way = None;
        }
    }

    /// Does something at a step; what does not concern parameters changes nothing here.
    ///
    /// # Errors
    /// [`ActionError`]; then nothing has changed.
    pub fn act(&mut self, action: &Action, step: u64) -> Result<(), ActionError> {
        match action {
            Action::Set(settings) => self.params = apply(settings, &self.params).map_err(ActionError::Params)?,
            Action::Sample(_) | Action::JumpToSteady => {}
            Action::Move(made) => {
                let label = made.kind.label();
                if let Some((under_way, _)) = self.under_way() {
                    return Err(MoveError::UnderWay { label, under_way: under_way.kind.label() }.into());
                }
                let mut plan = made.plan(&self.params)?.into_iter();
                if let Some((_, settings)) = plan.next() {
                    self.params = apply(&settings, &self.params).map_err(ActionError::Params)?;
                }
                self.pending =
                    plan.map(|(after_s, settings)| (step + (after_s / STEP_S).round() as u64, settings)).collect();
                self.under_way = (!self.pending.is_empty()).then_some(*made);
            }
        }
        Ok(())
    }
}

/// Where a run stands: what a saved file holds beside its beginning and its log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunState {
    /// The patient.
    pub live: LiveState,
    /// The instruments, with the samples drawn so far.
    pub instruments: Instruments,
}

/// A patient in time with instruments and a log.
///
/// ```
/// use isoshunt::sim::{params::{ParamId, Params, Setting}, play::run::{Action, Run}};
/// let mut run = Run::new(&Params::default(), 7);
/// run.act(Action::Set(vec![Setting::Param(ParamId::Fio2, 1.0)])).unwrap();
/// run.advance(120);
/// let again = Run::replay(&Params::default(), 7, run.events(), run.steps()).unwrap();
/// assert_eq!(again.state(), run.state());
/// ```
#[derive(Debug, Clone)]
pub struct Run {
    initial: Params,
    seed: u64,
    schedule: Schedule,
    live: Live,
    instruments: Instruments,
    events: Vec<Event>,
}

impl Run {
    /// A run that begins in the steady state of a patient; `seed` makes its random numbers.
    #[must_use]
    pub fn new(params: &Params, seed: u64) -> Run {
        let live = Live::new(params);
        let instruments = Instruments::new(params, seed, &seen(&live));
        let schedule = Schedule::new(params);
        Run { initial: params.clone(), seed, schedule, live, instruments, events: Vec::new() }
    }

    /// Goes on with a saved run.
    ///
    /// # Errors
    /// [`RunError`] where log or state are not of that patient.
    pub fn restore(
        initial: &Params,
        seed: u64,
        events: Vec<Event>,
        steps: u64,
        state: RunState,
    ) -> Result<Run, RunError> {
        in_order(&events, steps)?;
        let mut schedule = Schedule::new(initial);
        for (index, Event { step, action }) in events.iter().enumerate() {
            schedule.go_to(*step);
            schedule.act(action, *step).map_err(|source| RunError::Event { index, step: *step, source })?;
        }
        schedule.go_to(steps);
        let live = Live::from_state(schedule.params(), state.live)?;
        schedule.replace(live.params().clone());
        if live.steps() != steps {
            return Err(RunError::Steps { found: live.steps(), expected: steps });
        }
        if state.instruments.seed() != seed {
            return Err(RunError::Seed { found: state.instruments.seed(), expected: seed });
        }
        Ok(Run { initial: initial.clone(), seed, schedule, live, instruments: state.instruments, events })
    }

    /// Does something, before the next step.
    ///
    /// # Errors
    /// [`ActionError`]; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<(), ActionError> {
        let action = action.in_order();
        self.schedule.act(&action, self.live.steps())?;
        match &action {
            Action::Set(_) | Action::Move(_) => self.live.set_params(self.schedule.params()),
            Action::Sample(order) => {
                let around_duct = match order.site() {
                    Site::RightArm | Site::Leg => self.live.snapshot().arm_and_leg(),
                    // Where two bloods meet in the aorta the arterial line is one of the right arm.
                    Site::Arterial if self.live.params().bypasses_heart() => self.live.snapshot().arm_and_leg(),
                    Site::Arterial | Site::MixedVenous => None,
                };
                let arterial = match (order.site(), &around_duct) {
                    (Site::Arterial, Some(sites)) => sites.before,
                    _ => self.live.arterial(),
                };
                let bloods = Bloods { arterial, venous: self.live.venous(), around_duct };
                self.instruments.draw(*order, self.live.params(), &bloods, self.live.steps());
            }
            Action::JumpToSteady => self.live.jump_to_steady()?,
        }
        self.events.push(Event { step: self.live.steps(), action });
        Ok(())
    }

    /// One step of [`STEP_S`].
    pub fn step(&mut self) {
        self.live.step();
        // What moved by itself is as it now is, for whoever moves it next.
        if self.live.params() != self.schedule.params() {
            self.schedule.replace(self.live.params().clone());
        }
        self.schedule.go_to(self.live.steps());
        self.live.set_params(self.schedule.params());
        self.instruments.step(self.live.params(), &seen(&self.live), self.live.steps());
    }

    /// Several steps.
    pub fn advance(&mut self, steps: u64) {
        (0..steps).for_each(|_| self.step());
    }

    /// Steps since the beginning.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.live.steps()
    }

    /// Patient time since the beginning, s.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.live.time_s()
    }

    /// The parameters at the beginning.
    #[must_use]
    pub fn initial(&self) -> &Params {
        &self.initial
    }

    /// What the random numbers come from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The move that goes on, and the step at which it ends.
    #[must_use]
    pub fn under_way(&self) -> Option<(Move, u64)> {
        self.schedule.under_way()
    }

    /// The patient.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// What the monitor shows.
    #[must_use]
    pub fn readings(&self) -> Readings {
        self.instruments.readings()
    }

    /// All samples, those on their way included, in the order in which they were drawn.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        self.instruments.samples()
    }

    /// Everything that was done.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Where the run stands.
    #[must_use]
    pub fn state(&self) -> RunState {
        RunState { live: self.live.state().clone(), instruments: self.instruments.clone() }
    }
}

/// Whether a log is in the order of time and ends with the run.
///
/// # Errors
/// [`RunError::Order`] of the first event that is not.
pub fn in_order(events: &[Event], steps: u64) -> Result<(), RunError> {
    match out_of_order(events, steps).next() {
        Some((index, step)) => Err(RunError::Order { index, step, end: steps }),
        None => Ok(()),
    }
}

/// Every event of a log that is before one that stands earlier in it, or after the end: its place and its step.
pub fn out_of_order(events: &[Event], steps: u64) -> impl Iterator<Item = (usize, u64)> {
    let mut last = 0;
    events.iter().enumerate().filter_map(move |(index, Event { step, .. })| {
        let stands = (last..=steps).contains(step);
        if stands {
            last = *step;
        }
        (!stands).then_some((index, *step))
    })
}

/// Patient time of a step, s.
#[must_use]
pub fn time_of_step_s(step: u64) -> f64 {
    step as f64 * STEP_S
}

fn seen(live: &Live) -> Seen {
    let end_tidal = live
        .end_tidal()
        .map(|gas| EndTidalTensions { po2_mmhg: gas.po2_mmhg.max(0.0), pco2_mmhg: gas.pco2_mmhg.max(0.0) });
    Seen::of(live.params(), live.output_l_per_min(), live.saturation_at_hand_frac(), end_tidal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, SwitchId};

    fn set_param(id: ParamId, value: f64) -> Setting {
        Setting::Param(id, value)
    }

    fn set(id: ParamId, value: f64) -> Action {
        Action::Set(vec![set_param(id, value)])
    }

    /// A run in which a good deal happens.
    fn eventful(pauses: impl Fn(&mut Run)) -> Run {
        let mut run = Run::new(&Params::default(), 11);
        let plot: Vec<(u64, Action)> = vec![
            (20, set(ParamId::Fio2, 1.0)),
            (100, Action::Sample("arterial".parse().expect("a site"))),
            (200, Action::Set(vec![Setting::Switch(SwitchId::Breathing, "apnoea"), Setting::Param(ParamId::Hb, 9.0)])),
            (420, Action::Set(vec![Setting::Switch(SwitchId::Breathing, "spontaneous")])),
            (421, set(ParamId::PluggedShare, 0.2)),
            (500, Action::JumpToSteady),
            (520, Action::Set(vec![Setting::Switch(SwitchId::Ecmo, "on")])),
            (640, set(ParamId::Mode1Units, 20.0)),
            (700, Action::Sample("mixed_venous".parse().expect("a site"))),
            (710, Action::Set(vec![Setting::Switch(SwitchId::Mechanics, "on"), set_param(ParamId::Collapsible, 0.4)])),
            (712, Action::Set(vec![Setting::Switch(SwitchId::Breathing, "ventilated")])),
            (715, Action::Move("sustained_inflation:40:20".parse().expect("a move"))),
            (770, Action::Move("prone".parse().expect("a move"))),
            (
                780,
                Action::Set(vec![
                    Setting::Switch(SwitchId::Breathing, "spontaneous"),
                    Setting::Switch(SwitchId::BreathingControl, "on"),
                ]),
            ),
        ];
        for (step, action) in plot {
            while run.steps() < step {
                run.step();
                pauses(&mut run);
            }
            run.act(action).expect("allowed");
        }
        run.advance(800 - run.steps());
        run
    }

    #[test]
    fn inv_a_run_is_the_same_however_it_is_watched_saved_and_loaded() {
        let run = eventful(|_| {});
        let state = run.state();
        // Watched: everything that a window asks for between steps.
        let watched = eventful(|run| {
            let _ = (
                run.live().snapshot(),
                run.readings(),
                run.live().steady(&mut crate::sim::reading::snapshot::Model::new()),
            );
        });
        assert_eq!(watched.state(), state);
        // Replayed.
        let again = Run::replay(run.initial(), run.seed(), run.events(), run.steps()).expect("the same run");
        assert_eq!(again.state(), state);
        // Saved and loaded after every step, through text.
        let saved = eventful(|run| {
            let text = serde_json::to_string(&(run.state(), run.events())).expect("finite numbers");
            let (state, events): (RunState, Vec<Event>) = serde_json::from_str(&text).expect("what was written");
            *run = Run::restore(run.initial(), run.seed(), events, run.steps(), state).expect("what was saved");
        });
        assert_eq!(saved.state(), state);
        assert_eq!(saved.events(), run.events());
        // Another patient is another run.
        let mut other = Run::new(&Params::default(), 12);
        other.advance(800);
        assert_ne!(other.state(), state);
    }

    #[test]
    fn inv_a_move_does_what_it_does_later_and_one_at_a_time() {
        let mut params = Params::default();
        for (id, option) in [(SwitchId::Breathing, "ventilated"), (SwitchId::Mechanics, "on")] {
            params.set_switch(id, option).expect("an option");
        }
        let mut run = Run::new(&params, 1);
        run.act(Action::Move("staircase".parse().expect("a move"))).expect("possible");
        let peep = |run: &Run| run.live().params().get(ParamId::Peep);
        assert!((peep(&run) - 20.0).abs() < 1e-12);
        assert!(matches!(
            run.act(Action::Move("disconnect".parse().expect("a move"))),
            Err(ActionError::Move(MoveError::UnderWay { .. }))
        ));
        run.advance(240);
        assert!((peep(&run) - 30.0).abs() < 1e-12);
        assert_eq!(run.under_way().map(|(_, end)| end), Some(720));
        run.advance(480);
        assert!((peep(&run) - 5.0).abs() < 1e-12 && run.under_way().is_none());
        assert_eq!(run.events().len(), 1);
    }

    #[test]
    fn inv_what_cannot_be_done_changes_nothing() {
        let mut run = Run::new(&Params::default(), 1);
        run.advance(10);
        let state = run.state();
        assert!(matches!(run.act(set(ParamId::Fio2, 50.0)), Err(ActionError::Params(_))));
        run.act(Action::Set(vec![Setting::Switch(SwitchId::Breathing, "apnoea")])).expect("allowed");
        assert!(matches!(run.act(Action::JumpToSteady), Err(ActionError::NoSteadyState(_))));
        assert_eq!(run.events().len(), 1);
        assert_eq!(run.state().instruments, state.instruments);
        // A log that does not fit, and a state that does not.
        let events = run.events().to_vec();
        assert!(matches!(
            Run::replay(run.initial(), 1, &events, 3),
            Err(RunError::Order { index: 0, step: 10, end: 3 })
        ));
        let other = Run::new(&Params::default().with(ParamId::Mode1Units, 7.0).expect("allowed"), 1);
        assert!(matches!(
            Run::restore(&Params::default(), 1, Vec::new(), 0, other.state()),
            Err(RunError::State(StateError::Count { .. }))
        ));
    }
}
