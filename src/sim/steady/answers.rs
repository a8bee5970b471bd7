//! How the bloods of a circuit answer venous blood and what is drained of it: slopes of everything between.

use nalgebra::Matrix3;

use super::exchanger::Response;
use crate::physiology::lung_unit::Contents;
use crate::sim::circuit::Circuit;

/// How a blood answers: what of its change no other explains, and its slopes by venous blood and by the departure of what
/// is drained from that.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub(super) constant: Contents,
    pub(super) by_venous: Matrix3<f64>,
    pub(super) by_departure: Matrix3<f64>,
}

impl Answer {
    /// A blood so much of which is venous, and to which so much of the departure comes.
    pub(super) fn of(venous: f64, departure: f64) -> Answer {
        let of = |share: f64| Matrix3::identity() * share;
        Answer { constant: Contents::zeros(), by_venous: of(venous), by_departure: of(departure) }
    }

    pub(super) fn times(&self, share: f64) -> Answer {
        let Answer { constant, by_venous, by_departure } = self;
        Answer { constant: constant * share, by_venous: by_venous * share, by_departure: by_departure * share }
    }

    pub(super) fn plus(&self, other: &Answer) -> Answer {
        Answer {
            constant: self.constant + other.constant,
            by_venous: self.by_venous + other.by_venous,
            by_departure: self.by_departure + other.by_departure,
        }
    }

    /// Blood that answers this one.
    pub(super) fn through(&self, by: &Matrix3<f64>, constant: &Contents) -> Answer {
        Answer {
            constant: by * self.constant + constant,
            by_venous: by * self.by_venous,
            by_departure: by * self.by_departure,
        }
    }

    pub(super) fn change(&self, venous: &Contents, departure: &Contents) -> Contents {
        self.constant + self.by_venous * venous + self.by_departure * departure
    }
}

/// How the bloods of a circuit answer venous blood.
pub(super) struct Answers {
    pub(super) drained: Answer,
    pub(super) pulmonary: Answer,
    pub(super) native: Answer,
    pub(super) returned: Answer,
    pub(super) arterial: Answer,
}

impl Answers {
    /// `membrane` answers what is drained, and the lung what reaches it.
    pub(super) fn of(
        circuit: &Circuit,
        membrane: Option<&Response>,
        lung: &Matrix3<f64>,
        lung_constant: &Contents,
    ) -> Answers {
        let unit_of = |drained: &Answer| membrane.map(|unit| drained.through(&unit.by_inflow, &unit.constant));
        let Some(of) = &circuit.drained else {
            // One venous blood, of which a membrane lung returns all before the heart.
            let all = Answer::of(1.0, 0.0);
            let (pulmonary, native) = match membrane {
                None => (all, Answer { constant: *lung_constant, by_venous: *lung, ..all }),
                Some(unit) => {
                    let share = circuit.membrane_share();
                    let constant = unit.constant * share;
                    let by_venous = unit.by_inflow * share + Matrix3::identity() * (1.0 - share);
                    let native =
                        Answer { constant: lung * constant + lung_constant, by_venous: lung * by_venous, ..all };
                    (Answer { constant, by_venous, ..all }, native)
                }
            };
            return Answers { drained: all, pulmonary, native, returned: all, arterial: native };
        };
        let again = circuit.again_frac(of);
        let of_veins = Answer::of(1.0, 1.0);
        let mut pulmonary = Answer::of(of.kept_frac, -of.over_lung).plus(&of_veins.times(again.drained_frac));
        if let Some(unit) = unit_of(&of_veins).filter(|_| again.fresh_frac > 0.0) {
            pulmonary = pulmonary.plus(&unit.times(again.fresh_frac));
        }
        let native = pulmonary.through(lung, lung_constant);
        let vented = of.vented_frac;
        let drained = of_veins.times(1.0 - vented).plus(&native.times(vented));
        let returned = match unit_of(&drained) {
            Some(unit) => {
                let share = circuit.returned_share();
                unit.times(share).plus(&drained.times(1.0 - share))
            }
            None => drained,
        };
        let arterial = native.times(circuit.native_frac).plus(&returned.times(1.0 - circuit.native_frac));
        Answers { drained, pulmonary, native, returned, arterial }
    }
}
