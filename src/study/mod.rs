//! Work on a patient that takes many solves and grows in slices: the way over FiO2, what lowers PaO2 and how much of it
//! each cause makes, the pressure-volume loop, what each position of a slider would give, which other lung
//! would give the same blood gas, which lungs fit a blood gas. And what all of it together may spend in a frame.
//!
//! A study owns all that it works with, its model included: what it solves never flows back into the patient. It is of
//! something, grows by [`Study::advance`] and is whole at some time. What it costs is counted in evaluations of blood
//! contents and never in time, so that the same work comes in the same slices on every machine.

pub mod attribution;
pub mod bedside_record;
pub mod challenge_maker;
pub mod fio2_path;
pub mod fit;
pub mod forecast;
pub mod mechanism;
pub mod pressure_volume;
pub mod rescue_team;
pub mod slider_track;
pub mod twin;

use crate::sim::params::Params;

/// How much dearer an evaluation is with a diffusion limit.
const WITH_DIFFUSION: u32 = 2;
/// The same in layers, where blood is solved several times until vessels and heart agree with it.
const IN_LAYERS: u32 = 3;
/// What a solve that ends without a steady state is taken to cost: it tells no number.
pub(crate) const WITHOUT_STEADY_STATE: u32 = 1_500;

/// Evaluations of a patient, counted in those of one without layers and without a diffusion limit.
#[must_use]
pub fn cost(params: &Params, evaluations: u32) -> u32 {
    let diffusion = if params.diffusion_limited() { WITH_DIFFUSION } else { 1 };
    evaluations.saturating_mul(diffusion * if params.mechanics() { IN_LAYERS } else { 1 })
}

/// What a solve that failed is taken to cost, see [`cost`].
#[must_use]
pub fn cost_of_failure(params: &Params) -> u32 {
    cost(params, WITHOUT_STEADY_STATE)
}

/// Work that grows in slices.
pub trait Study {
    /// What it is of: a patient, two blood gases.
    type Of: ?Sized
    where
        Self: Sized;

    /// Whether it is of this one.
    #[must_use]
    fn is_of(&self, of: &Self::Of) -> bool
    where
        Self: Sized;

    /// Works on until about `evaluations` are spent or it is whole, at least by its smallest step; returns how many were,
    /// counted as [`cost`] does.
    fn advance(&mut self, evaluations: u32) -> u32;

    /// Whether nothing is left to do.
    #[must_use]
    fn is_whole(&self) -> bool;
}

/// The last study that was whole, shown until the next one is.
///
/// One that was begun comes to its end, whatever becomes of the patient meanwhile: a run that goes on, or a slider that
/// is dragged, would never have one.
#[derive(Debug, Clone)]
pub struct Latest<S> {
    whole: Option<S>,
    growing: Option<S>,
}

impl<S> Default for Latest<S> {
    fn default() -> Self {
        Latest { whole: None, growing: None }
    }
}

impl<S: Study> Latest<S> {
    /// The last that was whole.
    #[must_use]
    pub fn whole(&self) -> Option<&S> {
        self.whole.as_ref()
    }

    /// The one that grows.
    #[must_use]
    pub fn growing(&self) -> Option<&S> {
        self.growing.as_ref()
    }

    /// Begins another where neither the last whole one is of this nor one grows. Whether one was begun.
    pub fn begin(&mut self, of: &S::Of, make: impl FnOnce() -> S) -> bool {
        let wanted = self.growing.is_none() && !self.is_of(of);
        if wanted {
            self.growing = Some(make());
            self.end();
        }
        wanted
    }

    /// Lets the one go that grows.
    pub fn drop_growing(&mut self) {
        self.growing = None;
    }

    /// What is whole takes the place of the last.
    fn end(&mut self) {
        if self.growing.as_ref().is_some_and(Study::is_whole) {
            self.whole = self.growing.take();
        }
    }
}

impl<S: Study> Study for Latest<S> {
    type Of = S::Of;

    fn is_of(&self, of: &S::Of) -> bool {
        self.whole.as_ref().is_some_and(|whole| whole.is_of(of))
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let spent = self.growing.as_mut().map_or(0, |growing| growing.advance(evaluations));
        self.end();
        spent
    }

    fn is_whole(&self) -> bool {
        self.growing.is_none()
    }
}

/// Lets studies share `evaluations`: each gets as much as any other, what one leaves is for those after it, and what is
/// left then goes round again. `first` says with which it begins, so that no study is always the last. Returns what was
/// spent; `told` hears of each slice the study's place and its cost.
pub fn share_out(
    evaluations: u32,
    first: usize,
    studies: &mut [&mut dyn Study],
    mut told: impl FnMut(usize, u32),
) -> u32 {
    let mut spent: u32 = 0;
    let count = studies.len();
    loop {
        let before = spent;
        let mut waiting = studies.iter().filter(|study| !study.is_whole()).count() as u32;
        for index in (0..count).map(|i| (first + i) % count) {
            let study = &mut studies[index];
            if study.is_whole() || spent >= evaluations {
                continue;
            }
            let cost = study.advance(((evaluations - spent) / waiting.max(1)).max(1));
            waiting = waiting.saturating_sub(1);
            spent = spent.saturating_add(cost);
            told(index, cost);
        }
        if spent == before || spent >= evaluations {
            return spent;
        }
    }
}

/// What all studies together may spend in a frame.
///
/// A step that costs more than is left is made all the same, and paid back in the frames after it.
///
/// ```
/// use isoshunt::study::Budget;
/// let mut budget = Budget::new(1000);
/// budget.begin_frame();
/// budget.share(u32::MAX, &mut []);
/// assert_eq!(budget.left(), 1000);
/// ```
#[derive(Debug, Clone)]
pub struct Budget {
    a_frame: u32,
    left: u32,
    owes: u32,
    /// Frames begun: with whom a frame begins.
    frames: usize,
    spent: Vec<(&'static str, u32)>,
}

impl Budget {
    /// So many evaluations a frame; the first has begun.
    #[must_use]
    pub fn new(a_frame: u32) -> Budget {
        Budget { a_frame, left: a_frame, owes: 0, frames: 0, spent: Vec::new() }
    }

    /// As much as is asked for.
    #[must_use]
    pub fn unlimited() -> Budget {
        Budget::new(u32::MAX)
    }

    /// Another frame begins, with what the one before has not overspent.
    pub fn begin_frame(&mut self) {
        self.left = self.a_frame.saturating_sub(self.owes);
        self.owes = self.owes.saturating_sub(self.a_frame);
        self.frames = self.frames.wrapping_add(1);
        self.spent.clear();
    }

    /// What is left of this frame.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left
    }

    /// Who has spent how much in this frame, in the order of their first slice.
    #[must_use]
    pub fn spent(&self) -> &[(&'static str, u32)] {
        &self.spent
    }

    /// Shares what is left of this frame, `most` of it at most, among studies by the names of their owners; whether any
    /// has grown.
    pub fn share(&mut self, most: u32, studies: &mut [(&'static str, &mut dyn Study)]) -> bool {
        let owners: Vec<&'static str> = studies.iter().map(|(owner, _)| *owner).collect();
        let mut studies: Vec<&mut dyn Study> =
            studies.iter_mut().map(|(_, study)| &mut **study as &mut dyn Study).collect();
        let account = &mut self.spent;
        let mut grew = false;
        let spent = share_out(self.left.min(most), self.frames, &mut studies, |index, cost| {
            grew = true;
            match account.iter_mut().find(|(owner, _)| *owner == owners[index]) {
                Some((_, sum)) => *sum = sum.saturating_add(cost),
                None => account.push((owners[index], cost)),
            }
        });
        self.owes = self.owes.saturating_add(spent.saturating_sub(self.left));
        self.left = self.left.saturating_sub(spent);
        grew
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many steps of a cost each.
    struct Steps {
        left: u32,
        cost: u32,
    }

    impl Study for Steps {
        type Of = u32;

        fn is_of(&self, of: &u32) -> bool {
            self.cost == *of
        }

        fn advance(&mut self, evaluations: u32) -> u32 {
            let mut spent = 0;
            while self.left > 0 && spent < evaluations {
                self.left -= 1;
                spent += self.cost;
            }
            spent
        }

        fn is_whole(&self) -> bool {
            self.left == 0
        }
    }

    #[test]
    fn inv_a_frame_is_shared_evenly_and_what_one_leaves_goes_to_the_others() {
        let mut budget = Budget::new(1000);
        let [mut small, mut one, mut two] = [(5, 10), (1000, 1), (1000, 1)].map(|(left, cost)| Steps { left, cost });
        let mut share = |budget: &mut Budget| {
            budget.share(u32::MAX, &mut [("small", &mut small), ("one", &mut one), ("two", &mut two)])
        };
        assert!(share(&mut budget));
        assert_eq!(budget.spent(), [("small", 50), ("one", 475), ("two", 475)]);
        assert!(budget.left() == 0 && !share(&mut budget), "nothing is left");
        // Whoever was last is not always the last, and what is left over goes round.
        budget.begin_frame();
        share(&mut budget);
        assert_eq!(budget.spent().iter().map(|(_, sum)| sum).sum::<u32>(), 1000);
        budget.begin_frame();
        share(&mut budget);
        assert_eq!(budget.spent(), [("two", 25), ("one", 25)]);
        assert_eq!(budget.left(), 950);
    }

    #[test]
    fn inv_what_a_step_overspends_is_paid_back() {
        let mut budget = Budget::new(100);
        let mut dear = Steps { left: 3, cost: 250 };
        let mut frames = 0;
        while !dear.is_whole() {
            budget.begin_frame();
            budget.share(u32::MAX, &mut [("dear", &mut dear)]);
            frames += 1;
        }
        // 750 evaluations, the last of them unpaid.
        assert_eq!(frames, 6);
    }

    #[test]
    fn inv_a_part_of_a_frame_leaves_the_rest_to_others() {
        let mut budget = Budget::new(100);
        let [mut greedy, mut other] = [(); 2].map(|()| Steps { left: 1000, cost: 1 });
        budget.share(60, &mut [("greedy", &mut greedy)]);
        budget.share(u32::MAX, &mut [("greedy", &mut greedy), ("other", &mut other)]);
        assert_eq!(budget.spent(), [("greedy", 80), ("other", 20)]);
    }

    #[test]
    fn inv_the_last_whole_one_stays_until_the_next_is() {
        let mut latest: Latest<Steps> = Latest::default();
        assert!(latest.is_whole() && latest.whole().is_none());
        assert!(latest.begin(&1, || Steps { left: 4, cost: 1 }));
        assert!(!latest.begin(&2, || Steps { left: 4, cost: 2 }), "what was begun comes to its end");
        latest.advance(2);
        assert!(latest.whole().is_none() && !latest.is_whole());
        latest.advance(2);
        assert!(latest.is_of(&1) && latest.is_whole() && !latest.begin(&1, || Steps { left: 4, cost: 1 }));
        assert!(latest.begin(&2, || Steps { left: 4, cost: 2 }));
        assert!(latest.is_of(&1) && !latest.is_whole());
        assert_eq!(latest.advance(u32::MAX), 8);
        assert!(latest.is_of(&2));
        assert!(latest.begin(&3, || Steps { left: 0, cost: 3 }) && latest.is_of(&3), "whole from the start");
    }
}
