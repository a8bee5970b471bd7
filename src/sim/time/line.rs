//! Blood on its way: a vessel that delays without mixing.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::physiology::lung_unit::Contents;

/// Blood in the order in which it entered, in parcels of one step's flow.
///
/// A change of flow changes the delay, as in a vessel; no O2, CO2 or N2 is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Line {
    /// The next to leave first.
    pub(super) parcels: VecDeque<Parcel>,
}

/// Some blood on its way; a file has its volume, then its contents.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
pub(super) struct Parcel {
    pub(super) volume_l: f64,
    /// mL/dL.
    pub(super) contents: Contents,
}

impl From<[f64; 4]> for Parcel {
    fn from([volume_l, o2, co2, n2]: [f64; 4]) -> Self {
        Parcel { volume_l, contents: Contents::new(o2, co2, n2) }
    }
}

impl From<Parcel> for [f64; 4] {
    fn from(parcel: Parcel) -> Self {
        [parcel.volume_l, parcel.contents.x, parcel.contents.y, parcel.contents.z]
    }
}

impl Line {
    /// A vessel full of one blood.
    pub(super) fn full_of(volume_l: f64, contents: &Contents) -> Line {
        Line { parcels: VecDeque::from([Parcel { volume_l, contents: *contents }]) }
    }

    /// Mean contents of the next `volume_l` to leave; less than the whole vessel.
    pub(super) fn next(&self, volume_l: f64) -> Contents {
        let mut left = volume_l;
        let mut sum = Contents::zeros();
        for parcel in &self.parcels {
            let part = left.min(parcel.volume_l);
            sum += parcel.contents * part;
            left -= part;
            if left <= 0.0 {
                break;
            }
        }
        sum / (volume_l - left)
    }

    /// Lets `volume_l` leave and as much of another blood in.
    pub(super) fn flow(&mut self, volume_l: f64, inflow: &Contents) {
        let mut left = volume_l;
        while let Some(first) = self.parcels.front_mut() {
            if first.volume_l > left {
                first.volume_l -= left;
                break;
            }
            left -= first.volume_l;
            self.parcels.pop_front();
        }
        self.parcels.push_back(Parcel { volume_l, contents: *inflow });
    }

    /// Gas in it, mL.
    pub(super) fn stored_ml(&self) -> Contents {
        let of = |parcel: &Parcel| parcel.contents * (parcel.volume_l * crate::units::DL_PER_L);
        self.parcels.iter().map(of).sum()
    }

    /// Blood in it, L.
    pub(super) fn volume_l(&self) -> f64 {
        self.parcels.iter().map(|parcel| parcel.volume_l).sum()
    }

    /// Makes the vessel as large as asked for, every parcel in proportion.
    pub(super) fn resize(&mut self, volume_l: f64) {
        let scale = volume_l / self.volume_l();
        self.parcels.iter_mut().for_each(|parcel| parcel.volume_l *= scale);
    }

    /// Changes every parcel's contents.
    pub(super) fn convert(&mut self, mut new: impl FnMut(Contents) -> Contents) {
        for parcel in &mut self.parcels {
            parcel.contents = new(parcel.contents);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_blood_leaves_in_its_order_after_its_delay() {
        let blood = |o2: f64| Contents::new(o2, 50.0, 1.0);
        let mut line = Line::full_of(0.4, &blood(20.0));
        let mut left = Contents::zeros();
        for step in 0..40 {
            let out = line.next(0.05);
            left += out * 0.5;
            // 0.4 L at 0.05 L a step: eight steps.
            assert!((out.x - if step < 8 { 20.0 } else { 10.0 }).abs() < 1e-12, "{step}: {out}");
            line.flow(0.05, &blood(10.0));
        }
        assert!((line.volume_l() - 0.4).abs() < 1e-12);
        let entered = blood(10.0) * (40.0 * 0.5);
        assert!((line.stored_ml() - (blood(20.0) * 4.0 + entered - left)).amax() < 1e-9);
        // Parcels that do not fit the flow are split.
        assert!((line.next(0.071).x - 10.0).abs() < 1e-12);
        line.flow(0.071, &blood(0.0));
        assert!((line.volume_l() - 0.4).abs() < 1e-12);
    }
}
