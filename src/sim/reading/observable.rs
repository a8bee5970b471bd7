//! Every number of a run that can be followed in time: what the model knows, what the monitor shows, what is set.

use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::play::run::Run;
use crate::sim::reading::quantity::{QUANTITIES, Quantity};
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::DisplayUnits;
use crate::text::nearest;

/// A number that only a run has.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Key in files and CSV, with its unit.
    pub key: &'static str,
    /// Short name with the field's symbols.
    pub label: &'static str,
    /// Unit as printed; empty for a fraction or ratio.
    pub unit: &'static str,
    read: fn(&Run) -> Option<f64>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What the monitor shows, with its delays and errors, and what collapse and washout have come to.
pub static READINGS: &[Reading] = &[
    Reading {
        key: "spo2_reading_frac",
        label: "SpO₂, pulse oximeter",
        unit: "",
        read: |run| run.readings().spo2_frac.ok(),
    },
    Reading {
        key: "po2_end_tidal_mmhg",
        label: "etO₂, monitor",
        unit: "mmHg",
        read: |run| run.readings().end_tidal.ok().map(|gas| gas.po2_mmhg),
    },
    Reading {
        key: "pco2_end_tidal_mmhg",
        label: "etCO₂, capnograph",
        unit: "mmHg",
        read: |run| run.readings().end_tidal.ok().map(|gas| gas.pco2_mmhg),
    },
    Reading {
        key: "n2_end_tidal_frac",
        label: "End-tidal N₂ (true)",
        unit: "",
        read: |run| {
            let params = run.live().params();
            let dry_mmhg = params.get(ParamId::Pb) - patient::ph2o_mmhg(params);
            run.live().end_tidal().map(|gas| gas.pn2_mmhg / dry_mmhg)
        },
    },
    Reading {
        key: "collapsed_frac",
        label: "Collapsed lung (true)",
        unit: "",
        read: |run| Some(run.live().collapsed_frac()),
    },
];

/// One number that can be followed.
#[derive(Debug, Clone, Copy)]
pub enum Observable {
    /// Read off the model.
    Model(&'static Quantity),
    /// Read off the run.
    Reading(&'static Reading),
    /// What a parameter stands at.
    Param(ParamId),
}

impl PartialEq for Observable {
    fn eq(&self, other: &Self) -> bool {
        // Keys are unique over all three kinds.
        self.key() == other.key()
    }
}

impl Observable {
    /// Every number that can be followed: results, readings, parameters.
    pub fn all() -> impl Iterator<Item = Observable> {
        let results = QUANTITIES.iter().map(Observable::Model);
        results
            .chain(READINGS.iter().map(Observable::Reading))
            .chain(ParamId::ALL.iter().copied().map(Observable::Param))
    }

    /// Key, with its unit.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Observable::Model(quantity) => quantity.key,
            Observable::Reading(reading) => reading.key,
            Observable::Param(id) => id.key(),
        }
    }

    /// Short name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Observable::Model(quantity) => quantity.label,
            Observable::Reading(reading) => reading.label,
            Observable::Param(id) => id.bounds().label,
        }
    }

    /// Unit as printed; empty for a fraction or ratio.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Observable::Model(quantity) => quantity.unit,
            Observable::Reading(reading) => reading.unit,
            Observable::Param(id) => id.bounds().unit,
        }
    }

    /// The units in which it is read.
    #[must_use]
    pub fn shown_in(self, units: DisplayUnits) -> DisplayUnits {
        match self {
            Observable::Model(quantity) => quantity.shown_in(units),
            Observable::Reading(_) => units,
            Observable::Param(id) => id.bounds().shown_in(units),
        }
    }

    /// Finds one by its key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Observable> {
        Observable::all().find(|observable| observable.key() == key)
    }

    /// The keys that a mistyped one may have meant; at most three.
    #[must_use]
    pub fn near(key: &str) -> Vec<&'static str> {
        nearest(key, Observable::all().map(Observable::key))
    }

    /// Reads it off a run and the snapshot of that moment; none where it does not exist.
    #[must_use]
    pub fn read(self, run: &Run, snapshot: &Snapshot) -> Option<f64> {
        match self {
            Observable::Model(quantity) => quantity.read(snapshot).ok(),
            Observable::Reading(reading) => (reading.read)(run),
            Observable::Param(id) => Some(run.live().params().get(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{Params, Setting, SwitchId};
    use crate::sim::play::run::Action;

    #[test]
    fn inv_every_number_has_a_key_of_its_own_and_a_value_where_there_is_one() {
        let mut run = Run::new(&Params::default(), 1);
        let all: Vec<_> = Observable::all().collect();
        for (i, observable) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|other| other.key() != observable.key()), "{}", observable.key());
            assert_eq!(Observable::from_key(observable.key()), Some(*observable));
        }
        let read = |run: &Run, key: &str| Observable::from_key(key).expect("a key").read(run, &run.live().snapshot());
        for reading in READINGS {
            assert!(read(&run, reading.key).is_some(), "{}", reading.key);
        }
        assert_eq!(read(&run, "fio2_frac"), Some(0.21));
        assert_eq!(read(&run, "po2_returned_mmhg"), None);
        run.act(Action::Set(vec![Setting::Switch(SwitchId::Breathing, "apnoea")])).expect("allowed");
        run.advance(30);
        for key in ["po2_end_tidal_mmhg", "pco2_end_tidal_mmhg", "n2_end_tidal_frac"] {
            assert_eq!(read(&run, key), None, "{key} without a breath");
        }
    }
}
