//! What each position of a slider would make of this patient: one steady solve a position, in small jobs between
//! frames.
//!
//! A slider's positions differ from the patient in its own parameter alone, so moving it leaves its track as it is and
//! makes those of all others stale. A stale track is kept, told to be stale, until the new one is whole. Of a patient in
//! time the positions say to which steady state each would lead, collapsed lung counted as shunt.
//!
//! Sliders take turns: the large ones first, among them the one whose track is the oldest. While the patient goes on
//! changing, as under a hand that drags, a track that was begun is solved to its end, or none that takes longer than a
//! frame would ever be; once the patient rests, what is half done for another one is dropped.

use std::collections::BTreeMap;

use crate::app::Session;
use crate::figure::blood_scale;
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::{KeptHistory, Model};
use crate::text::display_units::{DisplayUnits, Pressure};

/// Positions of a track, both ends included.
pub const POSITIONS: usize = 21;
/// How many sliders come before all others: the large ones.
pub const LARGE: usize = 3;

/// A number by which tracks can be coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Previewed {
    /// Arterial saturation.
    #[default]
    So2Art,
    /// Arterial PO2.
    Po2Art,
    /// O2 delivery.
    Delivery,
    /// Alveolar-arterial PO2 difference.
    AaGradient,
}

impl Previewed {
    /// Every choice, in menu order.
    pub const ALL: [Previewed; 4] = [Previewed::So2Art, Previewed::Po2Art, Previewed::Delivery, Previewed::AaGradient];

    /// Key of the quantity.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Previewed::So2Art => "so2_art_frac",
            Previewed::Po2Art => "po2_art_mmhg",
            Previewed::Delivery => "o2_delivery_ml_per_min",
            Previewed::AaGradient => "aa_gradient_mmhg",
        }
    }

    /// The quantity itself.
    #[must_use]
    pub fn quantity(self) -> Option<&'static Quantity> {
        Quantity::from_key(self.key())
    }

    /// Name in the choice and in the legend.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.quantity().map_or("", |quantity| quantity.label)
    }

    /// Share of the colour scale at which a value stands, 0 to 1. That of saturation follows the scale of blood, that of
    /// PO2 is logarithmic.
    #[must_use]
    pub fn share(self, value: f64) -> f64 {
        let share = match self {
            Previewed::So2Art => {
                let stops = blood_scale::STOPS.map(|(at, _)| at);
                let above = stops.partition_point(|stop| *stop <= value).clamp(1, stops.len() - 1);
                let (low, high) = (stops[above - 1], stops[above]);
                ((above - 1) as f64 + (value - low) / (high - low)) / (stops.len() - 1) as f64
            }
            Previewed::Po2Art => {
                let [low, high] = PO2_ENDS_MMHG;
                (value / low).ln() / (high / low).ln()
            }
            Previewed::Delivery => value / DELIVERY_END_ML_PER_MIN,
            Previewed::AaGradient => value / GRADIENT_END_MMHG,
        };
        share.clamp(0.0, 1.0)
    }

    /// Values that the legend names, round in the unit that is shown, as values of the quantity.
    #[must_use]
    pub fn ticks(self, units: DisplayUnits) -> Vec<f64> {
        let mmhg = units.pressure == Pressure::Mmhg;
        let shown = match self {
            Previewed::So2Art => return blood_scale::STOPS.map(|(at, _)| at).into(),
            Previewed::Delivery => return vec![0.0, 500.0, 1000.0, 1500.0],
            Previewed::Po2Art if mmhg => vec![20.0, 40.0, 80.0, 160.0, 320.0, 640.0],
            Previewed::Po2Art => vec![3.0, 5.0, 10.0, 20.0, 40.0, 80.0],
            Previewed::AaGradient if mmhg => vec![0.0, 200.0, 400.0, 600.0],
            Previewed::AaGradient => vec![0.0, 20.0, 40.0, 60.0, 80.0],
        };
        shown.into_iter().map(|value| value / units.of("mmHg").per_value).collect()
    }
}

/// Turns without a change after which a patient rests.
const RESTING_TURNS: u32 = 12;
/// Ends of the colour scales; what lies beyond has the colour of the end.
const PO2_ENDS_MMHG: [f64; 2] = [20.0, 640.0];
const DELIVERY_END_ML_PER_MIN: f64 = 1500.0;
const GRADIENT_END_MMHG: f64 = 600.0;

/// The numbers of one position, by [`Previewed::ALL`]; none where it has no steady state, or the number does not exist.
pub type Position = [Option<f64>; Previewed::ALL.len()];

/// What is known of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SliderPreview<'a> {
    /// Evenly spread along the track, as [`at_share`](crate::sim::params::Bounds::at_share) has it.
    pub positions: &'a [Position],
    /// Whether they are of the present patient.
    pub is_current: bool,
}

/// What the positions are counted from: a patient, and what the lung has become.
#[derive(Debug, Clone, PartialEq)]
struct Origin {
    params: Params,
    history: KeptHistory,
}

impl Origin {
    fn of(session: &Session) -> Origin {
        let history = session.in_time().map(|run_view| run_view.run().live().lung_history()).unwrap_or_default();
        Origin { params: session.now().params.clone(), history }
    }

    /// Whether a slider's track is the same for both.
    fn same_track(&self, other: &Origin, id: ParamId) -> bool {
        // Cells of a lung in layers move all the time; what they make of a track waits for the next change of the patient.
        self.history.collapsed == other.history.collapsed && self.params.equals_but(&other.params, id)
    }
}

/// A track that is being solved.
#[derive(Debug, Clone)]
struct Job {
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

/// What is known of a slider.
#[derive(Debug, Clone, Default)]
struct Track {
    /// The last one that was whole, and what it is of.
    whole: Option<(Origin, Vec<Position>)>,
    /// When that was, counted in tracks; 0 where there is none.
    turn: u64,
    job: Option<Job>,
}

impl Track {
    fn is_current(&self, origin: &Origin, id: ParamId) -> bool {
        self.whole.as_ref().is_some_and(|(of, _)| of.same_track(origin, id))
    }
}

/// The tracks of all sliders that were in sight. Each has a model of its own: what is solved here never flows back into
/// the patient.
#[derive(Debug, Clone, Default)]
pub struct SliderPreviews {
    tracks: BTreeMap<ParamId, Track>,
    /// What the tracks have to be of.
    origin: Option<Origin>,
    /// How often the patient was the same as the time before.
    unchanged: u32,
    /// Tracks that were solved.
    turns: u64,
}

impl SliderPreviews {
    /// Nothing solved yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns to the patient as it is now. Whether a track has become stale.
    pub fn turn_to(&mut self, session: &Session, in_sight: &[ParamId]) -> bool {
        let origin = Origin::of(session);
        let was_current = |id: &ParamId| self.track(*id).is_some_and(|preview| preview.is_current);
        let before: Vec<ParamId> = in_sight.iter().copied().filter(was_current).collect();
        self.unchanged = if self.origin.as_ref() == Some(&origin) { self.unchanged.saturating_add(1) } else { 0 };
        // A pointer that is dragged slowly does not move in every frame.
        let rests = self.unchanged >= RESTING_TURNS;
        for (id, track) in &mut self.tracks {
            let stale = |job: &Job| rests && !job.origin.same_track(&origin, *id);
            if !in_sight.contains(id) || track.is_current(&origin, *id) || track.job.as_ref().is_some_and(stale) {
                track.job = None;
            }
        }
        self.origin = Some(origin);
        before.into_iter().any(|id| self.track(id).is_some_and(|preview| !preview.is_current))
    }

    /// Solves on for the sliders in sight, the [`LARGE`] that stand first before the others, one position after the other
    /// as long as `goes_on` says that there is time for another. Whether a track has become whole or stale: whether there
    /// is anything new to be seen.
    pub fn work(&mut self, session: &Session, in_sight: &[ParamId], mut goes_on: impl FnMut() -> bool) -> bool {
        let mut news = self.turn_to(session, in_sight);
        let Some(origin) = self.origin.clone() else { return news };
        while let Some(id) = self.next(in_sight, &origin) {
            let track = self.tracks.entry(id).or_default();
            let job = track.job.get_or_insert_with(|| Job::new(id, &origin, session.solved()));
            job.step(id);
            if job.is_done() {
                self.turns += 1;
                track.turn = self.turns;
                track.whole = track.job.take().map(|job| (job.origin, job.positions));
                news = true;
            }
            if !goes_on() {
                break;
            }
        }
        news
    }

    /// Whose turn it is: of the large ones, or else of the others, the one whose track is the oldest.
    fn next(&self, in_sight: &[ParamId], origin: &Origin) -> Option<ParamId> {
        let (large, others) = in_sight.split_at(in_sight.len().min(LARGE));
        let waits = |id: &&ParamId| !self.tracks.get(id).is_some_and(|track| track.is_current(origin, **id));
        let turn = |id: &&ParamId| self.tracks.get(id).map_or(0, |track| track.turn);
        let oldest = |ids: &[ParamId]| ids.iter().filter(waits).min_by_key(turn).copied();
        oldest(large).or_else(|| oldest(others))
    }

    /// Whether any of the sliders has a track that is not solved yet.
    #[must_use]
    pub fn pending(&self, in_sight: &[ParamId]) -> bool {
        in_sight.iter().any(|id| self.track(*id).is_none_or(|preview| !preview.is_current))
    }

    /// What is known of a slider's track; none where nothing is.
    #[must_use]
    pub fn track(&self, id: ParamId) -> Option<SliderPreview<'_>> {
        let track = self.tracks.get(&id)?;
        let (_, positions) = track.whole.as_ref()?;
        let is_current = self.origin.as_ref().is_some_and(|origin| track.is_current(origin, id));
        Some(SliderPreview { positions, is_current })
    }
}

impl Job {
    fn new(id: ParamId, origin: &Origin, patient: &Model) -> Job {
        let share = id.bounds().share(origin.params.get(id));
        let start = (share * (POSITIONS - 1) as f64).round() as usize;
        Job {
            origin: origin.clone(),
            positions: vec![[None; Previewed::ALL.len()]; POSITIONS],
            start,
            up: Some(start),
            down: start.checked_sub(1),
            patient: patient.clone(),
            model: Model::new(),
        }
    }

    /// Solves one position, from its neighbour on the side of the patient.
    fn step(&mut self, id: ParamId) {
        let Some(index) = self.up.or(self.down) else { return };
        let from_patient = if self.up.is_some() { index == self.start } else { index + 1 == self.start };
        if from_patient {
            self.model.clone_from(&self.patient);
        }
        let value = id.bounds().at_share(index as f64 / (POSITIONS - 1) as f64);
        let there = self.origin.params.with(id, value).ok();
        let solved = there.and_then(|there| self.model.snapshot_from(&there, self.origin.history.borrowed()).ok());
        if let Some(snapshot) = solved {
            self.positions[index] = Previewed::ALL.map(|previewed| previewed.quantity()?.read(&snapshot).ok());
        }
        if self.up.is_some() {
            self.up = Some(index + 1).filter(|next| *next < POSITIONS);
        } else {
            self.down = index.checked_sub(1);
        }
    }

    fn is_done(&self) -> bool {
        self.up.is_none() && self.down.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Command;
    use crate::scenario;
    use crate::sim::params::SwitchId;

    const HEROES: [ParamId; 3] = [ParamId::Fio2, ParamId::Peep, ParamId::Shunt];

    fn session(id: &str) -> Session {
        Session::new(scenario::find(id).expect("built in").clone())
    }

    fn whole(session: &Session, in_sight: &[ParamId]) -> SliderPreviews {
        let mut previews = SliderPreviews::new();
        previews.work(session, in_sight, || true);
        assert!(!previews.pending(in_sight));
        previews
    }

    #[test]
    fn inv_a_position_is_the_patient_who_stands_there() {
        for scenario in scenario::builtin() {
            let session = Session::new(scenario.clone());
            let previews = whole(&session, &HEROES);
            for id in HEROES {
                let preview = previews.track(id).expect("a track");
                assert!(preview.is_current && preview.positions.len() == POSITIONS);
                for index in [0, 7, 20] {
                    let value = id.bounds().at_share(index as f64 / 20.0);
                    let there = session.now().params.with(id, value).expect("within bounds");
                    let alone = Model::new().snapshot(&there);
                    for (previewed, found) in Previewed::ALL.into_iter().zip(preview.positions[index]) {
                        let read = |snapshot| previewed.quantity().expect("a quantity").read(snapshot).ok();
                        let expected = alone.as_ref().ok().and_then(read);
                        let same = match (expected, found) {
                            (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
                            (a, b) => a == b,
                        };
                        assert!(same, "{} {id} {value}: {expected:?} {found:?}", scenario.id);
                    }
                }
            }
        }
    }

    #[test]
    fn inv_one_job_at_a_time_ends_where_all_at_once_do() {
        let session = session("copd");
        let all = whole(&session, &HEROES);
        let mut one = SliderPreviews::new();
        let mut calls = 0;
        while one.pending(&HEROES) {
            one.work(&session, &HEROES, || false);
            calls += 1;
        }
        assert_eq!(calls, HEROES.len() * POSITIONS, "a call that has no time still does one job");
        for id in HEROES {
            assert_eq!(one.track(id), all.track(id));
        }
        assert!(!one.work(&session, &HEROES, || true), "nothing is left to do");
        // What goes out of sight half done is done when it comes back.
        let mut hidden = SliderPreviews::new();
        hidden.work(&session, &HEROES, || false);
        hidden.work(&session, &HEROES[1..], || true);
        assert!(hidden.track(ParamId::Fio2).is_none() && hidden.pending(&HEROES));
        hidden.work(&session, &HEROES, || true);
        assert_eq!(hidden.track(ParamId::Fio2), all.track(ParamId::Fio2));
    }

    #[test]
    fn inv_a_moved_slider_keeps_its_own_track_and_makes_the_others_stale() {
        let mut session = session("pure-shunt-30");
        let mut previews = whole(&session, &HEROES);
        let before = previews.track(ParamId::Shunt).expect("a track").positions.to_vec();
        session.apply(Command::Set(ParamId::Fio2, 0.8)).expect("allowed");
        assert!(previews.work(&session, &HEROES, || false), "a track has become stale");
        assert!(previews.track(ParamId::Fio2).expect("a track").is_current);
        let shunt = previews.track(ParamId::Shunt).expect("the last whole one");
        assert!(!shunt.is_current && shunt.positions == before);
        // A patient who goes on changing: what was half done comes to its end, and after it the present one.
        session.apply(Command::Set(ParamId::Fio2, 1.0)).expect("allowed");
        previews.work(&session, &HEROES, || true);
        let shunt = previews.track(ParamId::Shunt).expect("a track");
        assert!(shunt.is_current && shunt.positions != before);
        let fresh = whole(&session, &HEROES);
        for (a, b) in shunt.positions.iter().zip(fresh.track(ParamId::Shunt).expect("a track").positions) {
            for (a, b) in a.iter().zip(b) {
                assert!(a.zip(*b).is_none_or(|(a, b)| (a - b).abs() <= 1e-6 * a.abs().max(1.0)));
                assert_eq!(a.is_some(), b.is_some());
            }
        }
    }

    #[test]
    fn inv_sliders_take_turns_while_the_patient_goes_on_changing() {
        // Of all sliders in sight, the one that is dragged keeps its track.
        let in_sight = [ParamId::Fio2, ParamId::Peep, ParamId::Shunt, ParamId::Hb, ParamId::CardiacOutput];
        // Jobs that a frame has time for: less than a track takes, and less than the large ones take together.
        for jobs in [POSITIONS / 3, POSITIONS + POSITIONS / 2] {
            let mut session = session("copd");
            let mut previews = whole(&session, &in_sight);
            let mut solved = BTreeMap::from(in_sight.map(|id| (id, 0)));
            for frame in 0..60 {
                let fio2 = 0.3 + 0.01 * f64::from(frame);
                session.apply(Command::Set(ParamId::Fio2, fio2)).expect("allowed");
                let before = in_sight.map(|id| previews.tracks[&id].turn);
                let mut left = jobs;
                previews.work(&session, &in_sight, || {
                    left -= 1;
                    left > 0
                });
                for (id, before) in in_sight.into_iter().zip(before) {
                    *solved.entry(id).or_default() += u32::from(previews.tracks[&id].turn > before);
                }
            }
            let [peep, shunt] = [solved[&ParamId::Peep], solved[&ParamId::Shunt]];
            assert!(peep >= 8 && peep.abs_diff(shunt) <= 1, "{jobs} jobs a frame: {solved:?}");
            assert_eq!(solved[&ParamId::Fio2], 0, "its own track stays: {solved:?}");
            assert_eq!(solved[&ParamId::Hb], 0, "the large ones first: {solved:?}");
            // At rest all come to their end, the others in turn.
            let mut order = Vec::new();
            while previews.pending(&in_sight) {
                let before = in_sight.map(|id| previews.tracks[&id].turn);
                previews.work(&session, &in_sight, || false);
                let done = |(id, before): (ParamId, u64)| (previews.tracks[&id].turn > before).then_some(id);
                order.extend(in_sight.into_iter().zip(before).filter_map(done));
            }
            assert!(order.ends_with(&[ParamId::Hb, ParamId::CardiacOutput]), "{order:?}");
            let fresh = whole(&session, &in_sight);
            for id in in_sight {
                let [a, b] = [&previews, &fresh].map(|previews| previews.track(id).expect("a track").positions);
                let near = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
                    (a, b) => a == b,
                };
                assert!(a.iter().flatten().zip(b.iter().flatten()).all(near), "{id}");
            }
        }
    }

    #[test]
    fn inv_positions_without_a_steady_state_are_nothing() {
        let session = session("healthy-young-adult");
        let previews = whole(&session, &[ParamId::Shunt, ParamId::AlveolarVentilation]);
        let shunt = previews.track(ParamId::Shunt).expect("a track").positions;
        assert!(shunt[POSITIONS - 1] == [None; 4] && shunt[0].iter().all(Option::is_some));
        assert_eq!(previews.track(ParamId::AlveolarVentilation).expect("a track").positions[0], [None; 4]);
    }

    #[test]
    fn inv_in_time_a_position_leads_to_the_steady_state_of_the_run() {
        let mut session = session("mucus-plug-on-oxygen");
        session.apply(Command::Switch(SwitchId::Absorption, "on")).expect("an option");
        session.apply(Command::Look(crate::app::Mode::InTime)).expect("allowed");
        session.apply(Command::Run).expect("allowed");
        session.apply(Command::Speed(240)).expect("a speed");
        for _ in 0..200 {
            session.advance(0.1, || true);
        }
        let previews = whole(&session, &[ParamId::Hb]);
        let run_view = session.in_time().expect("a run");
        let target = run_view.target().expect("a steady state").state.arterial.gas.po2_mmhg;
        let at = ParamId::Hb.bounds().share(session.now().params.get(ParamId::Hb)) * (POSITIONS - 1) as f64;
        let positions = previews.track(ParamId::Hb).expect("a track").positions;
        let around = [at.floor(), at.ceil()].map(|i| positions[i as usize][1].expect("a steady state"));
        let [low, high] = [around[0].min(around[1]), around[0].max(around[1])];
        assert!((low - 1e-6..=high + 1e-6).contains(&target), "{around:?} {target}");
    }

    #[test]
    fn inv_colour_scales_rise_and_hold_their_ticks() {
        for previewed in Previewed::ALL {
            for pressure in Pressure::ALL {
                let units = DisplayUnits { pressure, ..DisplayUnits::default() };
                let shares: Vec<f64> = previewed.ticks(units).into_iter().map(|tick| previewed.share(tick)).collect();
                assert!(shares.windows(2).all(|pair| pair[1] > pair[0] + 0.05), "{previewed:?}: {shares:?}");
            }
        }
        assert!((Previewed::So2Art.share(0.95) - 0.8).abs() < 1e-12 && Previewed::So2Art.share(1.0) >= 1.0);
    }
}
