//! Beliefs that the oxygen which a patient of the page was given has contradicted, by the numbers of the page.

use super::Letter;
use crate::scenario::asked::What;
use crate::scenario::beliefs::{self, Belief};
use crate::sim::params::{ParamId, Setting};
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::words;
use crate::units::percent_from_frac;

/// How near an FiO2 has to be to that of a belief.
const NEAR_FRAC: f64 = 0.005;

/// A belief about a patient, with what was read where it says.
#[derive(Debug, Clone, Copy)]
struct Seen {
    of: Letter,
    belief: &'static Belief,
    /// The number where the belief is asked, and that which it is counted from.
    read: [Option<f64>; 2],
}

/// What was read of all on the oxygen given so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Sweep {
    seen: Vec<Seen>,
}

/// The only FiO2 among settings.
fn oxygen(settings: &[Setting]) -> Option<f64> {
    match settings {
        [Setting::Param(ParamId::Fio2, fio2_frac)] => Some(*fio2_frac),
        _ => None,
    }
}

/// The FiO2 at which a belief is asked, and that from which it is counted; none where it asks something else.
fn asked_at(belief: &Belief) -> Option<(f64, Option<f64>)> {
    let asked = &belief.where_false;
    match &asked.what {
        What::Steady { with, change_from, .. } if asked.minus.is_none() => {
            let from = change_from.as_ref().map(|settings| oxygen(settings));
            // One that is counted from something else is nobody's sweep.
            Some((oxygen(with)?, from.map_or(Some(None), |from| from.map(Some))?))
        }
        _ => None,
    }
}

impl Sweep {
    /// Notes the numbers of a patient, by his name on the command line, in his steady state.
    pub(super) fn note(&mut self, of: Letter, patient: &str, now: &Snapshot) {
        let fio2 = now.params.get(ParamId::Fio2);
        for belief in beliefs::contradicted_by(patient, ParamId::Fio2) {
            let What::Steady { quantity, .. } = &belief.where_false.what else { continue };
            let (Some((at, from)), Ok(value)) = (asked_at(belief), quantity.read(now)) else { continue };
            let is_there = |wanted: f64| (wanted - fio2).abs() < NEAR_FRAC;
            let there = [is_there(at), from.is_some_and(is_there)];
            if there == [false, false] {
                continue;
            }
            let place = self.seen.iter().position(|seen| seen.of == of && seen.belief.id == belief.id);
            let place = place.unwrap_or_else(|| {
                self.seen.push(Seen { of, belief, read: [None; 2] });
                self.seen.len() - 1
            });
            for (read, _) in self.seen[place].read.iter_mut().zip(there).filter(|(_, there)| *there) {
                *read = Some(value);
            }
        }
    }

    /// Another patient has come.
    pub(super) fn forget(&mut self, of: Letter) {
        self.seen.retain(|seen| seen.of != of);
    }

    /// Patients have taken other letters; who has none any more is forgotten.
    pub(super) fn rename(&mut self, named: impl Fn(Letter) -> Option<Letter>) {
        self.seen.retain_mut(|seen| named(seen.of).map(|of| seen.of = of).is_some());
    }

    /// Each belief that is contradicted, with the number that does it.
    pub(super) fn told(&self, units: DisplayUnits) -> Vec<String> {
        self.seen.iter().filter_map(|seen| seen.told(units)).collect()
    }
}

impl Seen {
    fn told(&self, units: DisplayUnits) -> Option<String> {
        let What::Steady { quantity, change_from, relative, .. } = &self.belief.where_false.what else { return None };
        let (at, from) = asked_at(self.belief)?;
        let there = self.read[0]?;
        let whom = self.of.name();
        let label = quantity.label;
        let (answer, found) = if change_from.is_none() {
            let number = quantity.text(there, units);
            (there, words::compare::seen_at(label, whom, number, at))
        } else {
            let before = self.read[1]?;
            let [number, was] = [there, before].map(|value| quantity.text(value, units));
            let by = there - before;
            let share = if *relative { by / before } else { by };
            let percent = signed(percent_from_frac(share), 0);
            let percent = if *relative { format!(" ({percent} %)") } else { String::new() };
            let from = from?;
            (share, words::compare::seen_change(label, whom, was, from, number, at, percent))
        };
        self.belief.found.contains(answer).then(|| words::compare::not_so(&self.belief.words, found))
    }
}
