//! The plots of a session, computed once for each state of the patient.

use crate::app::Session;
use crate::figure::{Figure, iso_shunt, o2_dissociation, vq_distribution};
use crate::sim::params::Params;
use crate::sim::snapshot::{Model, Snapshot};

/// Plots of the present patient. A model of its own: what curves solve never flows back into the patient.
#[derive(Debug, Clone, Default)]
pub struct Charts {
    model: Model,
    of: Option<(Params, Option<Params>)>,
    figures: Vec<Figure>,
}

impl Charts {
    /// No plots yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The plots of a session, computed anew where the patient or its ghost has changed since the last call; none
    /// where the patient has no steady state.
    pub fn update(&mut self, session: &Session) -> &[Figure] {
        let before = session.before().map(|view| &view.params);
        let current =
            self.of.as_ref().is_some_and(|(now, ghost)| *now == session.now().params && ghost.as_ref() == before);
        if !current {
            self.figures.clear();
            if let Ok(now) = &session.now().outcome {
                let ghost = session.before().and_then(|view| view.outcome.as_ref().ok());
                self.figures.extend(all(&mut self.model, now, ghost));
            }
            self.of = Some((session.now().params.clone(), before.cloned()));
        }
        &self.figures
    }
}

/// All plots of a patient.
#[must_use]
pub fn all(model: &mut Model, now: &Snapshot, before: Option<&Snapshot>) -> [Figure; 3] {
    [o2_dissociation::figure(now, before), iso_shunt::figure(model, now, before), vq_distribution::figure(now)]
}
