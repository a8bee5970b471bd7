//! Whole snapshots of a run's past, the thinner the older: so that pictures can show what was.
//!
//! Those of a run take at most 24 MiB, whatever its lung and however long it is; those of a run that undo could bring
//! back are thinned to 6 MiB at most, and share what they have in common with the run that went on from it.

use std::sync::Arc;

use crate::numerics::float;
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::steady::UnitState;

/// Memory that snapshots of one run take after they were thinned, bytes; it doubles until they are thinned again.
const BUDGET_BYTES: usize = 12 << 20;
/// The same for a run that is parked.
const PARKED_BYTES: usize = 3 << 20;
/// Snapshots of a day over those of its last stretch without thinning: 1 + ln(day over that stretch), and some more
/// between two thinnings.
const PER_STRETCH: usize = 11;
/// How far back they go, s.
const KEPT_S: f64 = 86_400.0;

/// Snapshots by rising time.
///
/// The distance between two grows with their age, so that on a trend of any length they lie about equally dense: of
/// times in whole seconds those are kept that are a multiple of the largest power of two below the age over a stretch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    kept: Vec<(f64, Arc<Snapshot>)>,
    /// How many there may be until they are thinned again.
    thin_at: usize,
}

/// Memory of a snapshot, bytes.
fn bytes_of(snapshot: &Snapshot) -> usize {
    // Parameters share their list of units.
    size_of::<Snapshot>() + snapshot.units.len() * size_of::<UnitState>()
}

/// Newest seconds that are all kept, for snapshots like one of them to take about so much memory.
fn stretch_of(snapshot: &Snapshot, bytes: usize) -> usize {
    (bytes / bytes_of(snapshot) / PER_STRETCH).max(8)
}

impl Past {
    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Adds what is now; times rise.
    pub fn push(&mut self, time_s: f64, snapshot: Snapshot) {
        let stretch = stretch_of(&snapshot, BUDGET_BYTES);
        self.kept.push((time_s, Arc::new(snapshot)));
        if self.kept.len() > self.thin_at.max(2 * stretch) {
            self.thin(time_s, stretch as f64);
            self.thin_at = self.kept.len() + stretch;
        }
    }

    /// What comes before all of it.
    pub fn put_before(&mut self, earlier: Past) {
        let later = std::mem::replace(self, earlier);
        let begin_s = later.kept.first().map_or(f64::INFINITY, |(time_s, _)| *time_s);
        self.kept.retain(|(time_s, _)| *time_s < begin_s);
        self.kept.extend(later.kept);
        // Thinned with the next that comes.
        self.thin_at = 0;
    }

    /// Thins what is kept of a run that is put aside.
    pub fn park(&mut self) {
        if let Some((time_s, last)) = self.kept.last() {
            let (time_s, stretch) = (*time_s, stretch_of(last, PARKED_BYTES));
            self.thin(time_s, stretch as f64);
            self.kept.shrink_to_fit();
            self.thin_at = 0;
        }
    }

    /// Memory that they take, bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let entry = size_of::<(f64, Arc<Snapshot>)>();
        self.kept.capacity() * entry + self.kept.iter().map(|(_, snapshot)| bytes_of(snapshot)).sum::<usize>()
    }

    fn thin(&mut self, now_s: f64, stretch_s: f64) {
        let newest_s = self.kept.last().map(|(time_s, _)| *time_s);
        self.kept.retain(|(time_s, _)| {
            let age_s = now_s - time_s;
            let apart_s = float::pow(2f64, float::log2(age_s / stretch_s).floor()).max(1.0);
            // A run that was saved at a half second goes on at half seconds.
            let falls_on_it = (time_s.floor() / apart_s).fract() * apart_s < 0.5;
            Some(*time_s) == newest_s || (age_s <= KEPT_S && falls_on_it)
        });
    }

    /// The last one at or before a time, with its own time; the first where there is none before.
    #[must_use]
    pub fn at(&self, time_s: f64) -> Option<(f64, &Snapshot)> {
        let after = self.kept.partition_point(|(kept_s, _)| *kept_s <= time_s);
        self.kept.get(after.saturating_sub(1)).map(|(kept_s, snapshot)| (*kept_s, snapshot.as_ref()))
    }

    /// Forgets what came after a time.
    pub fn truncate_after(&mut self, time_s: f64) {
        self.kept.retain(|(kept_s, _)| *kept_s <= time_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::sim::params::{ParamId, Params};
    use crate::sim::reading::snapshot::Model;

    fn a_day_of(params: &Params) -> (Past, usize) {
        let snapshot = Model::new().snapshot(params).expect("a steady state");
        let (mut past, mut most) = (Past::default(), 0);
        for second in 0..=86_400 {
            past.push(f64::from(second), snapshot.clone());
            if second % 60 == 0 {
                most = most.max(past.bytes());
            }
        }
        (past, most)
    }

    fn a_day(units: f64) -> (Past, usize) {
        a_day_of(&Params::default().with(ParamId::Mode1Units, units).expect("allowed"))
    }

    #[test]
    fn inv_a_day_of_moments_stays_within_its_memory() {
        let layered = scenario::find("ards-recruitable").expect("built in").params.clone();
        for (name, (mut past, most)) in
            [("50 units", a_day(50.0)), ("500 units", a_day(500.0)), ("layers", a_day_of(&layered))]
        {
            assert!(most <= 2 * BUDGET_BYTES, "{name}: {most} bytes");
            assert!(past.len() > 100, "{name}: {}", past.len());
            past.park();
            assert!(past.bytes() <= 2 * PARKED_BYTES, "{name}: {} bytes when parked", past.bytes());
            assert!(past.len() > 40, "{name}: {} when parked", past.len());
            assert!(past.at(86_400.0).is_some_and(|(time_s, _)| time_s > 86_398.0), "{name}: its end is kept");
        }
    }

    #[test]
    fn inv_what_is_found_is_near_for_its_age() {
        let (past, _) = a_day(50.0);
        for age_s in [0.0, 7.0, 60.0, 300.0, 3600.0, 14_400.0, 80_000.0] {
            let (found_s, _) = past.at(86_400.0 - age_s).expect("a moment");
            let off_s = 86_400.0 - age_s - found_s;
            assert!((0.0..=(age_s / 40.0).max(1.0)).contains(&off_s), "{age_s} s ago: {off_s} s off");
        }
        assert!(past.at(-5.0).is_some_and(|(time_s, _)| time_s < 2000.0), "the first");
        assert!(Past::default().at(0.0).is_none());
    }

    #[test]
    fn inv_a_run_that_goes_on_at_half_seconds_keeps_its_past() {
        let snapshot = Model::new().snapshot(&Params::default()).expect("a steady state");
        let mut past = Past::default();
        for second in 0..20_000 {
            past.push(10.5 + f64::from(second), snapshot.clone());
        }
        assert!(past.len() > 100, "{}", past.len());
        past.park();
        assert!(past.len() > 40, "{} when parked", past.len());
        assert!(past.at(1e9).is_some_and(|(time_s, _)| time_s > 20_009.0), "its end is kept");
    }

    #[test]
    fn inv_going_back_forgets_what_came_after() {
        let (mut past, _) = a_day(50.0);
        past.truncate_after(1000.0);
        assert!(past.at(5000.0).is_some_and(|(time_s, _)| time_s <= 1000.0));
    }
}
