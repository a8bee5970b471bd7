//! A plan played against a run: a scenario's timeline, what a command line asks for, the log of a saved run.

use thiserror::Error;

use super::run::{Action, ActionError, Event, Run, RunError, Schedule, in_order, time_of_step_s};
use crate::sim::params::Params;
use crate::text::spoken;

/// A moment of a plan that the patient refuses; nothing was done then.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("at {}: {source} ({action})", spoken(time_of_step_s(*.step)))]
pub struct Refused {
    /// Which moment of the plan, from 0.
    pub index: usize,
    /// Steps of the run before it.
    pub step: u64,
    /// What was to be done.
    pub action: Box<Action>,
    /// Why it cannot be.
    pub source: Box<ActionError>,
}

/// What is to be done to a run, in the order of time, and how much of it has been.
///
/// ```
/// use isoshunt::sim::{params::Params, play::{player::{Player, Refused}, run::{Action, Event, Run}}};
/// let sample = Action::Sample("arterial".parse().unwrap());
/// let mut player = Player::new([Event { step: 4, action: sample }]);
/// let mut run = Run::new(&Params::default(), 7);
/// player.run_to::<Refused>(&mut run, 10, |_| Ok(())).unwrap();
/// assert_eq!((run.samples().len(), player.to_come().len()), (1, 0));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Player {
    plan: Vec<Event>,
    played: usize,
}

impl Player {
    /// A plan of which nothing has been played. What is to be done at the same step stays in its order.
    #[must_use]
    pub fn new(plan: impl IntoIterator<Item = Event>) -> Player {
        let mut plan: Vec<Event> = plan.into_iter().collect();
        plan.sort_by_key(|event| event.step);
        Player { plan, played: 0 }
    }

    /// How many moments were played, those that were refused included.
    #[must_use]
    pub fn played(&self) -> usize {
        self.played
    }

    /// What is still to be done.
    #[must_use]
    pub fn to_come(&self) -> &[Event] {
        &self.plan[self.played..]
    }

    /// Counts moments before a step as played, and with `that_included` those at it.
    pub fn skip_to(&mut self, step: u64, that_included: bool) {
        self.played = self.plan.partition_point(|event| event.step < step || (that_included && event.step == step));
    }

    /// Nothing more is played.
    pub fn stop(&mut self) {
        self.plan.truncate(self.played);
    }

    /// The first moment that a patient of these parameters will refuse, as far as parameters tell: that there is no
    /// steady state to jump to shows only then.
    #[must_use]
    pub fn foreseen(&self, params: &Params) -> Option<Refused> {
        let mut schedule = Schedule::new(params);
        self.plan.iter().enumerate().find_map(|(index, Event { step, action })| {
            schedule.go_to(*step);
            let source = schedule.act(action, *step).err()?;
            Some(Refused { index, step: *step, action: Box::new(action.clone()), source: Box::new(source) })
        })
    }

    /// Does by `act` what is due before a step of the run, that which is late included.
    ///
    /// # Errors
    /// [`Refused`] at the first moment that is; it counts as played, and the next call goes on after it.
    pub fn play(&mut self, step: u64, mut act: impl FnMut(&Action) -> Result<(), ActionError>) -> Result<(), Refused> {
        while let Some(event) = self.plan.get(self.played).filter(|event| event.step <= step) {
            let index = self.played;
            self.played += 1;
            act(&event.action).map_err(|source| {
                let (action, source) = (Box::new(event.action.clone()), Box::new(source));
                Refused { index, step, action, source }
            })?;
        }
        Ok(())
    }

    /// Plays a run to a step, what is due then included. `watch` sees it before anything is done at a step.
    ///
    /// # Errors
    /// [`Refused`], or that of `watch`, where the run then stands.
    pub fn run_to<E: From<Refused>>(
        &mut self,
        run: &mut Run,
        end: u64,
        mut watch: impl FnMut(&Run) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            watch(run)?;
            self.play(run.steps(), |action| run.act(action.clone()))?;
            if run.steps() >= end {
                return Ok(());
            }
            run.step();
        }
    }
}

impl From<Refused> for RunError {
    fn from(Refused { index, step, source, .. }: Refused) -> RunError {
        RunError::Event { index, step, source: *source }
    }
}

impl Run {
    /// Makes a run again from its beginning.
    ///
    /// # Errors
    /// [`RunError`] where the log is not one of that patient.
    pub fn replay(initial: &Params, seed: u64, events: &[Event], steps: u64) -> Result<Run, RunError> {
        in_order(events, steps)?;
        let mut run = Run::new(initial, seed);
        Player::new(events.iter().cloned()).run_to(&mut run, steps, |_| Ok::<(), RunError>(()))?;
        Ok(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Setting};

    fn set(step: u64, fio2_frac: f64) -> Event {
        Event { step, action: Action::Set(vec![Setting::Param(ParamId::Fio2, fio2_frac)]) }
    }

    #[test]
    fn inv_a_refused_moment_is_told_and_the_plan_goes_on_after_it() {
        let turn = Event { step: 4, action: Action::Move("prone".parse().expect("a move")) };
        let mut player = Player::new([set(6, 0.5), turn, set(2, 0.4)]);
        let params = Params::default();
        let foreseen = player.foreseen(&params).expect("the default patient has no lung in layers");
        let mut run = Run::new(&params, 1);
        let refused = player.run_to::<Refused>(&mut run, 10, |_| Ok(())).expect_err("as foreseen");
        assert_eq!((&refused, refused.index, run.steps()), (&foreseen, 1, 4));
        let told = refused.to_string();
        assert!(told.starts_with("at 2s: ") && told.ends_with(" (move prone)"), "{told}");
        player.run_to::<Refused>(&mut run, 10, |_| Ok(())).expect("the rest can be done");
        assert!((run.live().params().get(ParamId::Fio2) - 0.5).abs() < 1e-12);
        assert_eq!((run.steps(), run.events().len(), player.to_come().len()), (10, 2, 0));
    }
}
