//! One patient being explored: commands in, a view of the model out.

use thiserror::Error;

use crate::scenario::{self, Scenario};
use crate::sim::params::{ParamError, ParamId, Params, SwitchId};
use crate::sim::quantity::Quantity;
use crate::sim::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;

/// Steps that undo can take back.
const UNDO_DEPTH: usize = 200;

/// What can be asked of a session. Views return commands; scripts and tests speak them too.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Sets a parameter. Changes between [`Command::GestureStart`] and [`Command::GestureEnd`] are one step of undo.
    Set(ParamId, f64),
    /// Turns a switch to one of its options.
    Switch(SwitchId, &'static str),
    /// A drag begins.
    GestureStart,
    /// A drag ends.
    GestureEnd,
    /// Loads a built-in patient by its id; undo brings the present one back.
    LoadBuiltin(String),
    /// Takes the last action back.
    Undo,
    /// Repeats what undo took back.
    Redo,
    /// Back to the patient as loaded; undo brings the changes back.
    Reset,
    /// Takes the notice off the screen.
    DismissNotice,
}

/// Why a command was refused; the patient is as before.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CommandError {
    /// A parameter outside its bounds, or a broken rule.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A scenario that is not built in.
    #[error("there is no built-in patient `{id}`")]
    UnknownScenario {
        /// The id as given.
        id: String,
    },
}

/// What the model says of the present patient.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The patient.
    pub params: Params,
    /// Everything read off its steady state, or why there is none.
    pub outcome: Result<Snapshot, NoSteadyState>,
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

/// A patient being explored.
#[derive(Debug, Clone)]
pub struct Session {
    scenario: Scenario,
    model: Model,
    now: View,
    /// The patient before the last action: what changes are counted from, and the ghost.
    before: Option<View>,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// A drag, while it lasts.
    gesture: Option<Gesture>,
    notice: Option<String>,
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
#[derive(Debug, Clone, PartialEq)]
struct Step {
    scenario: Scenario,
    params: Params,
}

impl Session {
    /// Explores a patient.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        let mut model = Model::new();
        let now = view(&mut model, scenario.params.clone());
        Session { scenario, model, now, before: None, undo: Vec::new(), redo: Vec::new(), gesture: None, notice: None }
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

    /// The patient before the last action.
    #[must_use]
    pub fn before(&self) -> Option<&View> {
        self.before.as_ref()
    }

    /// What a person has to be told: the last refusal.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
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
        let read = |view: &View| view.outcome.as_ref().ok().and_then(|snapshot| quantity.read(snapshot).ok());
        match &self.before {
            None => Change::NoActionYet,
            Some(before) => match (read(before), read(&self.now)) {
                (Some(before), Some(now)) => Change::By(now - before),
                _ => Change::NotComparable,
            },
        }
    }

    /// Obeys a command. Where it is refused the patient stays as it is and the reason becomes the notice.
    ///
    /// # Errors
    /// [`CommandError`]; the same text as the notice.
    pub fn apply(&mut self, command: Command) -> Result<(), CommandError> {
        let outcome = self.obey(command);
        if let Err(error) = &outcome {
            self.notice = Some(error.to_string());
        }
        outcome
    }

    fn obey(&mut self, command: Command) -> Result<(), CommandError> {
        match command {
            Command::Set(id, value) => {
                let params = self.now.params.with(id, value)?;
                self.act(params);
            }
            Command::Switch(id, option) => {
                let mut params = self.now.params.clone();
                params.set_switch(id, option)?;
                self.act(params);
            }
            Command::GestureStart => self.gesture = Some(Gesture::Still),
            Command::GestureEnd => self.gesture = None,
            Command::LoadBuiltin(id) => {
                let scenario = scenario::find(&id).map_err(|_| CommandError::UnknownScenario { id })?.clone();
                self.load(scenario);
            }
            Command::Undo => self.travel(true),
            Command::Redo => self.travel(false),
            Command::Reset => {
                let params = self.scenario.params.clone();
                self.gesture = None;
                self.act(params);
            }
            Command::DismissNotice => self.notice = None,
        }
        Ok(())
    }

    fn step(&self) -> Step {
        Step { scenario: self.scenario.clone(), params: self.now.params.clone() }
    }

    /// Goes to new parameters as an action of the user.
    fn act(&mut self, params: Params) {
        if params == self.now.params || self.gesture == Some(Gesture::Overtaken) {
            return;
        }
        if self.gesture != Some(Gesture::Moved) {
            let step = self.step();
            self.remember(step);
            self.before = Some(self.now.clone());
        }
        if let Some(gesture) = &mut self.gesture {
            *gesture = Gesture::Moved;
        }
        self.notice = None;
        self.now = view(&mut self.model, params);
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
    }

    fn load(&mut self, scenario: Scenario) {
        self.overtake();
        self.notice = None;
        if scenario == self.scenario && !self.is_changed() {
            return;
        }
        let step = self.step();
        self.remember(step);
        self.before = Some(self.now.clone());
        self.now = view(&mut self.model, scenario.params.clone());
        self.scenario = scenario;
    }

    fn travel(&mut self, back: bool) {
        self.overtake();
        let present = self.step();
        let (from, to) = if back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        let Some(step) = from.pop() else { return };
        to.push(present);
        self.notice = None;
        self.before = Some(self.now.clone());
        self.now = view(&mut self.model, step.params);
        self.scenario = step.scenario;
    }
}

fn view(model: &mut Model, params: Params) -> View {
    let outcome = model.snapshot(&params);
    View { params, outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn inv_reset_returns_everything_and_can_be_undone() {
        let mut session = session();
        session.apply(Command::Set(ParamId::Hb, 9.0)).expect("allowed");
        session.apply(Command::Switch(SwitchId::Breathing, "ventilated")).expect("allowed");
        session.apply(Command::Reset).expect("allowed");
        assert!(!session.is_changed());
        session.apply(Command::Undo).expect("allowed");
        assert_eq!(session.now().params.get(ParamId::Hb), 9.0);
    }
}
