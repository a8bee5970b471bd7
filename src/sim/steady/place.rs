//! Where everything stands in a solve: what Newton's method moves.

use super::exchanger::{Capillary, Exchanger};
use super::fours::Fours;
use crate::physiology::blood::{Blood, Chemistry, Coordinates};
use crate::physiology::lung_unit::Contents;
use crate::sim::circuit::{Circuit, VenousBlood};

/// Lung, membrane and blood, in balance or on the way to it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) chemistry: Chemistry,
    /// Units in equilibrium with their blood.
    pub(super) fours: Fours,
    /// Units where diffusion limits, and a capillary for each; else both empty.
    pub(super) units: Vec<Exchanger>,
    pub(super) capillaries: Vec<Capillary>,
    pub(super) membrane: Option<Exchanger>,
    pub(super) membrane_capillary: Option<Capillary>,
    pub(super) venous: Contents,
    /// By how much what is drained of veins departs from that, where a pump returns into the aorta.
    pub(super) departure: Contents,
    /// Mean outflow of all units times their share of the flow.
    pub(super) outflow: Contents,
    /// Where the last inversions of arterial, pulmonary arterial and venous contents ended.
    pub(super) arterial_at: Coordinates,
    pub(super) venous_at: Coordinates,
    pub(super) pulmonary_at: Coordinates,
}

impl Place {
    /// No place yet: without units.
    pub(super) fn nowhere() -> Self {
        let nowhere = Coordinates { virtual_po2_mmhg: 40.0, bicarbonate_mmol_per_l: 26.0 };
        Place {
            chemistry: Chemistry::new(&Blood::default()),
            fours: Fours::default(),
            units: Vec::new(),
            capillaries: Vec::new(),
            membrane: None,
            membrane_capillary: None,
            venous: Contents::zeros(),
            departure: Contents::zeros(),
            outflow: Contents::zeros(),
            arterial_at: nowhere,
            venous_at: nowhere,
            pulmonary_at: nowhere,
        }
    }

    /// Becomes like another, in the memory it has.
    pub(super) fn become_like(&mut self, other: &Place) {
        let Place { fours, units, capillaries, .. } = self;
        fours.become_like(&other.fours);
        units.clone_from(&other.units);
        capillaries.clone_from(&other.capillaries);
        self.chemistry = other.chemistry;
        self.membrane = other.membrane;
        self.membrane_capillary = other.membrane_capillary;
        self.venous = other.venous;
        self.departure = other.departure;
        self.outflow = other.outflow;
        self.arterial_at = other.arterial_at;
        self.venous_at = other.venous_at;
        self.pulmonary_at = other.pulmonary_at;
    }

    /// The same of another blood.
    pub(super) fn move_to(&mut self, chemistry: &Chemistry) {
        self.chemistry = *chemistry;
        self.fours.keep_in_domain(chemistry);
        for alone in self.units.iter_mut().chain(&mut self.membrane) {
            alone.at = chemistry.into_domain(alone.at);
        }
    }

    /// Units that stand here.
    pub(super) fn count(&self) -> usize {
        self.fours.len().max(self.units.len())
    }

    pub(super) fn venous_blood(&self) -> VenousBlood {
        VenousBlood { mixed: self.venous, departure: self.departure }
    }

    pub(super) fn pulmonary_contents(&self, circuit: &Circuit) -> Contents {
        circuit.pulmonary_arterial(self.membrane.as_ref().map(|membrane| &membrane.out), &self.venous_blood())
    }
}
