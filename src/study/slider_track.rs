//! What each position of a slider would make of a patient, one steady state a position.
//!
//! A slider's positions differ from the patient in its own parameter alone, so moving it leaves its track as it is. Of a
//! patient in time the positions say to which steady state each would lead, collapsed lung counted as shunt.

use super::{Study, cost, cost_of_failure};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::{KeptHistory, Model};

/// Positions of a track, both ends included.
pub const POSITIONS: usize = 21;
/// Keys of the numbers that are read off each position.
pub const READ: [&str; 4] = ["so2_art_frac", "po2_art_mmhg", "o2_delivery_ml_per_min", "aa_gradient_mmhg"];
/// What reading a snapshot off a steady state costs beside its solve, as evaluations of blood contents.
const EVALUATIONS_A_READING: u32 = 60;

/// The numbers of one position, by [`READ`]; none where it has no steady state, or the number does not exist.
pub type Position = [Option<f64>; READ.len()];

/// What the positions are counted from: a patient, and what the lung has become.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Origin {
    /// The patient.
    pub params: Params,
    /// Of a run.
    pub history: KeptHistory,
}

/// A track that grows, from the patient's own position outwards.
#[derive(Debug, Clone)]
pub struct SliderTrack {
    id: ParamId,
    origin: Origin,
    positions: Vec<Position>,
    /// Where it starts: next to the patient.
    start: usize,
    /// Next position upwards and downwards; none where that direction is finished.
    up: Option<usize>,
    down: Option<usize>,
    /// Its last solution is the patient.
    patient: Model,
    model: Model,
}

impl SliderTrack {
    /// Nothing solved yet; the last solution of `patient` is best the patient.
    #[must_use]
    pub fn new(id: ParamId, origin: &Origin, patient: &Model) -> Self {
        let share = id.bounds().share(origin.params.get(id));
        let start = (share * (POSITIONS - 1) as f64).round() as usize;
        SliderTrack {
            id,
            origin: origin.clone(),
            positions: vec![[None; READ.len()]; POSITIONS],
            start,
            up: Some(start),
            down: start.checked_sub(1),
            patient: patient.clone(),
            model: Model::new(),
        }
    }

    /// Evenly spread along the track, as [`at_share`](crate::sim::params::Bounds::at_share) has it.
    #[must_use]
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// Solves one position, from its neighbour on the side of the patient; returns what that has cost.
    fn step(&mut self) -> u32 {
        let Some(index) = self.up.or(self.down) else { return 0 };
        let from_patient = if self.up.is_some() { index == self.start } else { index + 1 == self.start };
        if from_patient {
            self.model.clone_from(&self.patient);
        }
        let value = self.id.bounds().at_share(index as f64 / (POSITIONS - 1) as f64);
        let there = self.origin.params.with(self.id, value).ok();
        let solved = there.and_then(|there| self.model.snapshot_from(&there, self.origin.history.borrowed()).ok());
        if self.up.is_some() {
            self.up = Some(index + 1).filter(|next| *next < POSITIONS);
        } else {
            self.down = index.checked_sub(1);
        }
        let Some(snapshot) = solved else { return cost_of_failure(&self.origin.params) };
        self.positions[index] = READ.map(|key| Quantity::from_key(key)?.read(&snapshot).ok());
        cost(&self.origin.params, snapshot.state.work.content_evaluations + EVALUATIONS_A_READING)
    }
}

impl Study for SliderTrack {
    type Of = Origin;

    /// Whether it is the same for a patient who may have gone along it. Cells of a lung in layers move all the time; what
    /// they make of a track waits for the next change of the patient.
    fn is_of(&self, of: &Origin) -> bool {
        self.origin.history.collapsed == of.history.collapsed && self.origin.params.equals_but(&of.params, &[self.id])
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while !self.is_whole() {
            spent = spent.saturating_add(self.step());
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.up.is_none() && self.down.is_none()
    }
}
