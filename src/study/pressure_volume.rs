//! The pressure-volume loop of a lung in layers, a few steps at a time.

use super::{Study, cost};
use crate::sim::mechanics::Aeration;
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::mechanics::maneuvers::{LoopInTheMaking, PressureVolumeLoop};
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::Ventilation;
use crate::sim::reading::snapshot::Model;

/// What a step of a loop costs as evaluations of blood contents.
const EVALUATIONS_A_STEP: u32 = 120;

/// The lung that a loop is of; what it breathes matters to no loop but by how it breathes.
#[derive(Debug, Clone)]
pub struct Cells {
    /// The patient.
    pub params: Params,
    /// The ventilation in force.
    pub ventilation: Ventilation,
    /// As they are in a run; none where they are those that the parameters bring about.
    pub kept: Option<Aeration>,
}

/// A loop that grows.
#[derive(Debug, Clone)]
pub struct PressureVolume {
    of: Cells,
    making: LoopInTheMaking,
    found: Option<PressureVolumeLoop>,
}

impl PressureVolume {
    /// Nothing made yet, of a patient with layers; `model` is best one that has settled this lung.
    #[must_use]
    pub fn new(model: &Model, of: Cells) -> Self {
        let lung = match &of.kept {
            Some(kept) => LayeredLung::now(&of.params, &of.ventilation, kept.clone()),
            None => LayeredLung::settled(&of.params, &of.ventilation, None, model.fresh_lung()).0,
        };
        PressureVolume { making: LoopInTheMaking::new(&lung.mechanics, &lung.aeration), of, found: None }
    }

    /// The whole loop; none as long as it grows.
    #[must_use]
    pub fn found(&self) -> Option<&PressureVolumeLoop> {
        self.found.as_ref()
    }
}

impl Study for PressureVolume {
    type Of = Cells;

    fn is_of(&self, of: &Cells) -> bool {
        self.of.kept == of.kept
            && self.of.ventilation == of.ventilation
            && self.of.params.equals_but(&of.params, &[ParamId::Fio2])
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        if self.is_whole() {
            return 0;
        }
        let a_step = cost(&self.of.params, EVALUATIONS_A_STEP);
        let steps = (evaluations / a_step).max(1);
        self.found = self.making.advance(steps as usize);
        steps.saturating_mul(a_step)
    }

    fn is_whole(&self) -> bool {
        self.found.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::mechanics::maneuvers::pressure_volume_loop;
    use crate::sim::params::SwitchId;

    #[test]
    fn inv_a_loop_in_pieces_is_the_loop_at_once() {
        let mut params = Params::default();
        params.set_switch(SwitchId::Mechanics, "on").expect("an option");
        params.set(ParamId::Collapsible, 0.4).expect("within bounds");
        let of = Cells { ventilation: Ventilation::new(&params), params, kept: None };
        let mut pieces = PressureVolume::new(&Model::new(), of.clone());
        let mut calls = 0;
        while !pieces.is_whole() {
            pieces.advance(10_000);
            calls += 1;
        }
        assert!(calls > 5, "{calls}");
        let (lung, _) = LayeredLung::settled(&of.params, &of.ventilation, None, None);
        assert_eq!(pieces.found(), Some(&pressure_volume_loop(&lung.mechanics, &lung.aeration)));
        let on = |id, value| Cells { params: of.params.with(id, value).expect("within bounds"), ..of.clone() };
        assert!(pieces.is_of(&on(ParamId::Fio2, 0.9)) && !pieces.is_of(&on(ParamId::Collapsible, 0.5)));
    }
}
