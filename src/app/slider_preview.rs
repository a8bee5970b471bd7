//! The tracks of the sliders in sight: what each position of a slider would make of this patient.
//!
//! Moving a slider leaves its own track as it is and makes those of all others stale. A stale track is kept, told to be
//! stale, until the new one is whole.
//!
//! Sliders take turns: the large ones first, among them the one whose track is the oldest. While the patient goes on
//! changing, as under a hand that drags, a track that was begun is solved to its end, or none that takes longer than a
//! frame would ever be; once the patient rests, what is half done for another one is dropped.

use std::collections::BTreeMap;

use crate::app::Session;
use crate::figure::blood_scale;
use crate::numerics::float;
use crate::sim::params::ParamId;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Model;
use crate::study::slider_track::{Origin, Position, READ, SliderTrack};
use crate::study::{Latest, Study};
use crate::text::display_units::{DisplayUnits, Pressure};

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
    pub const ALL: [Previewed; READ.len()] =
        [Previewed::So2Art, Previewed::Po2Art, Previewed::Delivery, Previewed::AaGradient];

    /// Key of the quantity.
    #[must_use]
    pub fn key(self) -> &'static str {
        READ[self as usize]
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
                float::ln(value / low) / float::ln(high / low)
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

/// What is known of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SliderPreview<'a> {
    /// See [`SliderTrack::positions`].
    pub positions: &'a [Position],
    /// Whether they are of the present patient.
    pub is_current: bool,
}

/// What is known of a slider.
#[derive(Debug, Clone, Default)]
struct Track {
    latest: Latest<SliderTrack>,
    /// When the last one was whole, counted in tracks; 0 where there is none.
    turn: u64,
}

/// The tracks of all sliders that were in sight, one study. What is solved here never flows back into the patient.
#[derive(Debug, Clone, Default)]
pub struct SliderPreviews {
    tracks: BTreeMap<ParamId, Track>,
    /// What the tracks have to be of.
    origin: Option<Origin>,
    /// Its last solution is the patient.
    patient: Model,
    in_sight: Vec<ParamId>,
    /// How often the patient was the same as the time before.
    unchanged: u32,
    /// Tracks that were solved.
    turns: u64,
    /// Whether a track has become whole or stale since that was asked last.
    news: bool,
}

impl SliderPreviews {
    /// Its name as one who spends from a [`Budget`](crate::study::Budget).
    pub const OWNER: &'static str = "slider previews";

    /// Nothing solved yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns to the patient as it is now, and to the sliders in sight: the [`LARGE`] that stand first come before the
    /// others.
    pub fn turn_to(&mut self, session: &Session, in_sight: &[ParamId]) {
        let history = session.in_time().map(|run_view| run_view.run().live().lung_history()).unwrap_or_default();
        let origin = Origin { params: session.now().params.clone(), history };
        let was_current = |id: &ParamId| self.track(*id).is_some_and(|preview| preview.is_current);
        let before: Vec<ParamId> = in_sight.iter().copied().filter(was_current).collect();
        if self.origin.as_ref() == Some(&origin) {
            self.unchanged = self.unchanged.saturating_add(1);
        } else {
            self.unchanged = 0;
            self.patient.clone_from(session.solved());
        }
        // A pointer that is dragged slowly does not move in every frame.
        let rests = self.unchanged >= RESTING_TURNS;
        for (id, track) in &mut self.tracks {
            let stale = |growing: &SliderTrack| rests && !growing.is_of(&origin);
            let latest = &mut track.latest;
            if !in_sight.contains(id) || latest.is_of(&origin) || latest.growing().is_some_and(stale) {
                latest.drop_growing();
            }
        }
        self.origin = Some(origin);
        if self.in_sight != in_sight {
            self.in_sight = in_sight.to_vec();
        }
        self.news |= before.into_iter().any(|id| self.track(id).is_some_and(|preview| !preview.is_current));
    }

    /// Whether a track has become whole or stale since this was asked last: whether there is anything new to be seen.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// Whose turn it is: of the large ones, or else of the others, the one whose track is the oldest.
    fn next(&self) -> Option<ParamId> {
        let (large, others) = self.in_sight.split_at(self.in_sight.len().min(LARGE));
        let waits = |id: &&ParamId| self.track(**id).is_none_or(|preview| !preview.is_current);
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
        let latest = &self.tracks.get(&id)?.latest;
        let is_current = self.origin.as_ref().is_some_and(|origin| latest.is_of(origin));
        Some(SliderPreview { positions: latest.whole()?.positions(), is_current })
    }
}

impl Study for SliderPreviews {
    type Of = Origin;

    fn is_of(&self, origin: &Origin) -> bool {
        self.origin.as_ref() == Some(origin)
    }

    /// One track after the other.
    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while let Some(id) = self.next() {
            let (Some(origin), patient) = (&self.origin, &self.patient) else { break };
            let track = self.tracks.entry(id).or_default();
            track.latest.begin(origin, || SliderTrack::new(id, origin, patient));
            spent = spent.saturating_add(track.latest.advance(evaluations - spent));
            if track.latest.is_whole() {
                self.turns += 1;
                track.turn = self.turns;
                self.news = true;
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.origin.is_none() || !self.pending(&self.in_sight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Command;
    use crate::scenario;
    use crate::sim::params::SwitchId;
    use crate::study::slider_track::POSITIONS;

    const HEROES: [ParamId; 3] = [ParamId::Fio2, ParamId::Peep, ParamId::Shunt];

    fn session(id: &str) -> Session {
        Session::new(scenario::find(id).expect("built in").clone())
    }

    fn whole(session: &Session, in_sight: &[ParamId]) -> SliderPreviews {
        let mut previews = SliderPreviews::new();
        work(&mut previews, session, in_sight, u32::MAX);
        assert!(!previews.pending(in_sight));
        previews
    }

    /// A frame of so many evaluations; whether there was anything new to be seen.
    fn work(previews: &mut SliderPreviews, session: &Session, in_sight: &[ParamId], evaluations: u32) -> bool {
        previews.turn_to(session, in_sight);
        previews.advance(evaluations);
        previews.take_news()
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
            work(&mut one, &session, &HEROES, 1);
            calls += 1;
        }
        assert_eq!(calls, HEROES.len() * POSITIONS, "a call that has no time still does one job");
        for id in HEROES {
            assert_eq!(one.track(id), all.track(id));
        }
        assert!(!work(&mut one, &session, &HEROES, u32::MAX), "nothing is left to do");
        // What goes out of sight half done is done when it comes back.
        let mut hidden = SliderPreviews::new();
        work(&mut hidden, &session, &HEROES, 1);
        work(&mut hidden, &session, &HEROES[1..], u32::MAX);
        assert!(hidden.track(ParamId::Fio2).is_none() && hidden.pending(&HEROES));
        work(&mut hidden, &session, &HEROES, u32::MAX);
        assert_eq!(hidden.track(ParamId::Fio2), all.track(ParamId::Fio2));
    }

    #[test]
    fn inv_a_moved_slider_keeps_its_own_track_and_makes_the_others_stale() {
        let mut session = session("pure-shunt-30");
        let mut previews = whole(&session, &HEROES);
        let before = previews.track(ParamId::Shunt).expect("a track").positions.to_vec();
        session.apply(Command::Set(ParamId::Fio2, 0.8)).expect("allowed");
        assert!(work(&mut previews, &session, &HEROES, 1), "a track has become stale");
        assert!(previews.track(ParamId::Fio2).expect("a track").is_current);
        let shunt = previews.track(ParamId::Shunt).expect("the last whole one");
        assert!(!shunt.is_current && shunt.positions == before);
        // A patient who goes on changing: what was half done comes to its end, and after it the present one.
        session.apply(Command::Set(ParamId::Fio2, 1.0)).expect("allowed");
        work(&mut previews, &session, &HEROES, u32::MAX);
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
        let mut once = SliderPreviews::new();
        once.turn_to(&session("copd"), &in_sight);
        let a_track = once.advance(u32::MAX) / in_sight.len() as u32;
        // What a frame may cost: less than a track, and less than the large ones together.
        for evaluations in [a_track / 3, a_track + a_track / 4] {
            let mut session = session("copd");
            let mut previews = whole(&session, &in_sight);
            let mut solved = BTreeMap::from(in_sight.map(|id| (id, 0)));
            for frame in 0..60 {
                let fio2 = 0.3 + 0.01 * f64::from(frame);
                session.apply(Command::Set(ParamId::Fio2, fio2)).expect("allowed");
                let before = in_sight.map(|id| previews.tracks[&id].turn);
                work(&mut previews, &session, &in_sight, evaluations);
                for (id, before) in in_sight.into_iter().zip(before) {
                    *solved.entry(id).or_default() += u32::from(previews.tracks[&id].turn > before);
                }
            }
            let [peep, shunt] = [solved[&ParamId::Peep], solved[&ParamId::Shunt]];
            assert!(peep >= 8 && peep.abs_diff(shunt) <= 1, "{evaluations} a frame: {solved:?}");
            assert_eq!(solved[&ParamId::Fio2], 0, "its own track stays: {solved:?}");
            assert_eq!(solved[&ParamId::Hb], 0, "the large ones first: {solved:?}");
            // At rest all come to their end, the others in turn.
            let mut order = Vec::new();
            while previews.pending(&in_sight) {
                let before = in_sight.map(|id| previews.tracks[&id].turn);
                work(&mut previews, &session, &in_sight, 1);
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
