//! The patient on every FiO2 of a range, solved a few at a time: what the diagrams over FiO2 share.

use super::{Study, cost, cost_of_failure};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::snapshot::{Model, Snapshot};

/// Full solves of a path.
pub const POINTS: usize = 40;

/// What is kept of the patient on one FiO2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// FiO2.
    pub fio2_frac: f64,
    /// Inspired PO2, mmHg.
    pub pio2_mmhg: f64,
    /// Arterial PO2 as the bedside has it, mmHg.
    pub po2_art_mmhg: f64,
    /// Pulse oximeter reading.
    pub spo2_frac: f64,
    /// A-a gradient, mmHg, where it exists.
    pub aa_gradient_mmhg: Option<f64>,
    /// PaO2 over alveolar PO2, where it exists.
    pub arterial_alveolar_ratio: Option<f64>,
    /// PaO2 over FiO2, mmHg.
    pub pf_ratio_mmhg: f64,
    /// Venous admixture, where it exists.
    pub venous_admixture_frac: Option<f64>,
    /// True shunt.
    pub shunt_frac: f64,
}

impl Reading {
    fn new(now: &Snapshot) -> Self {
        let estimates = &now.estimates;
        Reading {
            fio2_frac: now.params.get(ParamId::Fio2),
            pio2_mmhg: estimates.gas.pio2_mmhg,
            po2_art_mmhg: now.bedside_arterial().po2_mmhg,
            spo2_frac: estimates.spo2_frac,
            aa_gradient_mmhg: estimates.aa_gradient_mmhg.ok(),
            arterial_alveolar_ratio: estimates.arterial_alveolar_ratio.ok(),
            pf_ratio_mmhg: estimates.pf_ratio_mmhg,
            venous_admixture_frac: estimates.gas.venous_admixture_frac.ok(),
            shunt_frac: now.truth.shunt_frac,
        }
    }
}

/// The patient's own way over a range of FiO2.
///
/// It grows from the patient's own FiO2 outwards, each solve starting from its neighbour, and ends in either direction
/// where there is no steady state.
#[derive(Debug, Clone)]
pub struct Fio2Path {
    model: Model,
    params: Params,
    range_frac: [f64; 2],
    readings: [Option<Reading>; POINTS],
    /// Index from which it grows.
    origin: usize,
    /// Next index upwards and downwards; none where that direction is finished.
    up: Option<usize>,
    down: Option<usize>,
}

impl Fio2Path {
    /// A path with nothing computed yet; `model` is best one that has solved the patient.
    #[must_use]
    pub fn new(model: Model, params: &Params, range_frac: [f64; 2]) -> Self {
        let origin = nearest(params, range_frac);
        Fio2Path {
            model,
            params: params.clone(),
            range_frac,
            readings: [None; POINTS],
            origin,
            up: Some(origin),
            down: origin.checked_sub(1),
        }
    }

    /// What has been computed so far, by rising FiO2.
    pub fn readings(&self) -> impl DoubleEndedIterator<Item = &Reading> {
        self.readings.iter().flatten()
    }
}

impl Study for Fio2Path {
    type Of = Params;

    /// Whether it is the path of this patient, who may have gone along it.
    fn is_of(&self, params: &Params) -> bool {
        let there = self.readings[nearest(params, self.range_frac)];
        self.params.equals_but(params, &[ParamId::Fio2]) && (!self.is_whole() || there.is_some())
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while spent < evaluations {
            let Some(index) = self.up.or(self.down) else { break };
            let there = self.params.with(ParamId::Fio2, fio2_at(self.range_frac, index));
            let now = there.ok().and_then(|there| self.model.snapshot(&there).ok());
            let solved = now.as_ref().map(|now| cost(&self.params, now.state.work.content_evaluations));
            spent = spent.saturating_add(solved.unwrap_or_else(|| cost_of_failure(&self.params)));
            self.readings[index] = now.as_ref().map(Reading::new);
            let found = now.is_some();
            if self.up.is_some() {
                self.up = Some(index + 1).filter(|next| found && *next < POINTS);
                // Where the patient's own FiO2 has no steady state, the diagram has no path.
                if !found && index == self.origin {
                    self.down = None;
                }
            } else {
                self.down = index.checked_sub(1).filter(|_| found);
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.up.is_none() && self.down.is_none()
    }
}

/// The point of a path over a range that is nearest to a patient.
fn nearest(params: &Params, range_frac: [f64; 2]) -> usize {
    let share = (params.get(ParamId::Fio2) - range_frac[0]) / (range_frac[1] - range_frac[0]);
    (share * (POINTS - 1) as f64).round().clamp(0.0, (POINTS - 1) as f64) as usize
}

/// FiO2 of a point of a path over a range.
#[must_use]
pub fn fio2_at(range_frac: [f64; 2], index: usize) -> f64 {
    let [from, to] = range_frac;
    from + (to - from) * index as f64 / (POINTS - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_path_in_pieces_is_the_path_at_once_and_stops_where_nothing_is_steady() {
        let range = [0.21, 1.0];
        let mut params = Params::default();
        params.set_all(&[(ParamId::Shunt, 0.3), (ParamId::Fio2, 0.6)]).expect("within bounds");
        let mut whole = Fio2Path::new(Model::new(), &params, range);
        whole.advance(u32::MAX);
        let (mut pieces, mut calls) = (Fio2Path::new(Model::new(), &params, range), 0);
        while !pieces.is_whole() {
            pieces.advance(1);
            calls += 1;
        }
        assert_eq!((calls, whole.readings().count(), pieces.readings().count()), (POINTS, POINTS, POINTS));
        for (a, b) in whole.readings().zip(pieces.readings()) {
            assert!((a.po2_art_mmhg / b.po2_art_mmhg - 1.0).abs() < 1e-9);
        }
        let [along, beside] = [(ParamId::Fio2, 0.9), (ParamId::Hb, 9.0)]
            .map(|(id, value)| params.with(id, value).expect("within bounds"));
        assert!(whole.is_of(&params) && whole.is_of(&along) && !whole.is_of(&beside));
        let apnoea = params.with(ParamId::AlveolarVentilation, 0.0).expect("within bounds");
        let mut none = Fio2Path::new(Model::new(), &apnoea, range);
        none.advance(u32::MAX);
        assert!(none.readings().count() == 0 && none.is_whole() && !none.is_of(&apnoea));
    }
}
