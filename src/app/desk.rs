//! A patient with all that is computed of it for display: its session, its plots, those of a moment of its past, and the
//! tracks of its sliders.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::app::board::Board;
use crate::app::charts::Charts;
use crate::app::foreseen::Foreseen;
use crate::app::run_view::Steadiness;
use crate::app::session::{Session, View};
use crate::app::slider_preview::SliderPreviews;
use crate::physiology::criteria::Facts;
use crate::scenario::Scenario;
use crate::sim::params::ParamId;
use crate::sim::play::bedside::{Gases, standing};
use crate::study::bedside_record::BedsideRecord;
use crate::study::forecast::{AHEAD_S, Forecast};
use crate::study::rescue_team::RescueTeam;
use crate::study::{Budget, Study};
use crate::text::display_units::DisplayUnits;

/// Who spends from the budget for the plots of a moment of the past.
const PLOTS_OF_THE_PAST: &str = "plots of the past";
/// Who spends from it to look ahead.
const FORECAST: &str = "forecast";
/// Who spends from it to look at the run from its beginning.
const RECORD: &str = "record of the bedside";

/// Who spends from it to find what a rescue team would.
const TEAM: &str = "rescue team";

/// One patient and what is made of it.
#[derive(Debug, Clone)]
pub struct Desk {
    session: Session,
    charts: Charts,
    previews: SliderPreviews,
    /// The moment of the run's past that is looked at, s, and the patient then.
    past: Option<(f64, View)>,
    past_charts: Charts,
    /// Where the run goes if nothing more is done; none where nothing moves.
    forecast: Option<Box<Forecast>>,
    /// What the bedside knew of the run so far; none where nobody asks.
    record: Option<Box<BedsideRecord>>,
    /// What a rescue team finds in him; none where nobody asks.
    team: Option<Box<RescueTeam>>,
}

impl Desk {
    /// A patient in its steady state, with nothing computed of it yet.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        Desk {
            session: Session::new(scenario),
            charts: Charts::new(),
            previews: SliderPreviews::new(),
            past: None,
            past_charts: Charts::new(),
            forecast: None,
            record: None,
            team: None,
        }
    }

    /// The patient.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The patient, for whoever does what was asked for.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The tracks of the sliders.
    #[must_use]
    pub fn previews(&self) -> &SliderPreviews {
        &self.previews
    }

    /// Says by name which plots are wanted, see [`Charts::want`].
    pub fn want<'a>(&mut self, names: impl IntoIterator<Item = &'a str> + Clone) {
        self.charts.want(names.clone());
        self.past_charts.want(names);
    }

    /// Computes the plots of what has come of the patient, and looks ahead.
    pub fn look(&mut self, units: DisplayUnits, budget: &mut Budget) {
        self.look_now(units, budget);
        self.look_ahead();
    }

    /// Computes the plots alone: where nothing is told of what will be, nobody looks ahead.
    pub fn look_now(&mut self, units: DisplayUnits, budget: &mut Budget) {
        self.charts.update(&self.session, units, budget);
    }

    /// Begins to look ahead where something moves and another thing was done than what the last look began with, or its
    /// hour has passed.
    fn look_ahead(&mut self) {
        let Some(run_view) = self.session.in_time().filter(|run_view| !run_view.is_made_again()) else {
            self.forecast = None;
            return;
        };
        let (run, time_s) = (run_view.run(), run_view.time_s());
        let holds = |forecast: &Forecast| (0.0..AHEAD_S).contains(&(time_s - forecast.from_s())) && forecast.is_of(run);
        if self.forecast.as_deref().is_some_and(holds) {
            return;
        }
        let now = self.session.now().outcome.as_ref();
        let moves = now.is_ok_and(|now| run_view.steadiness(now) != Steadiness::Steady);
        self.forecast = moves.then(|| Box::new(Forecast::new(run)));
    }

    /// Keeps the record of the bedside for the board, by these gases, or lets go of it.
    pub fn keep_record(&mut self, gases: Option<Gases>) {
        let run_view = self.session.in_time().filter(|run_view| !run_view.is_made_again());
        let Some((gases, run_view)) = gases.zip(run_view) else {
            self.record = None;
            return;
        };
        match &mut self.record {
            Some(record) => record.follow(run_view.run(), gases),
            None => self.record = Some(Box::new(BedsideRecord::new(run_view.run(), gases))),
        }
    }

    /// Keeps what a rescue team finds in the patient as he is set, for the board, with the truth where that is asked for; or
    /// lets go of it. What was begun comes to its end before another patient is looked at.
    pub fn keep_team(&mut self, truth: Option<bool>) {
        let Some(truth) = truth else {
            self.team = None;
            return;
        };
        let params = &self.session.now().params;
        let stays = |team: &RescueTeam| team.is_of(params) || !team.is_whole();
        if !self.team.as_deref().is_some_and(stays) {
            self.team = Some(Box::new(RescueTeam::new(params)));
        }
        if let Some(team) = self.team.as_deref_mut().filter(|_| truth) {
            team.want_truth();
        }
    }

    /// What a rescue team finds in him, as far as it has come; none where nobody asks.
    #[must_use]
    pub fn team(&self) -> Option<&RescueTeam> {
        self.team.as_deref()
    }

    /// How far the record of the bedside has come, s of patient time; none where it lacks no row, or none is kept.
    #[must_use]
    pub fn record_pending_s(&self) -> Option<f64> {
        let run = self.session.in_time()?.run();
        self.record.as_deref().filter(|record| !record.has_come_to(run)).map(BedsideRecord::looked_s)
    }

    /// Goes on with the record of the bedside, and with what a team finds, besides their share of a frame: nobody looks at
    /// the page under the board.
    pub fn hasten_record(&mut self, evaluations: u32) {
        let mut left = evaluations;
        if let Some(record) = self.record.as_deref_mut().filter(|record| !record.is_whole()) {
            left = left.saturating_sub(record.advance(left));
        }
        if let Some(team) = self.team.as_deref_mut().filter(|team| left > 0 && !team.is_whole()) {
            team.advance(left);
        }
    }

    /// The board of the run now; none in the steady state, and while the record lacks a row.
    #[must_use]
    pub fn board(&self, facts: &Facts) -> Option<Board> {
        let run = self.session.in_time()?.run();
        let record = self.record.as_deref().filter(|record| record.has_come_to(run) && !record.is_cut_short())?;
        let mut rows = record.rows().to_vec();
        if rows.last().is_none_or(|last| last.row.time_s < run.time_s()) {
            rows.push(standing(run, record.gases()));
        }
        Board::read(&rows, facts)
    }

    /// Where the run goes if nothing more is done, as far as it has been looked; none where nothing moves.
    #[must_use]
    pub fn foreseen(&self) -> Option<Foreseen> {
        let time_s = self.session.in_time()?.time_s();
        self.forecast.as_deref().map(|forecast| Foreseen::of(forecast, time_s))
    }

    /// Whether it has not been looked ahead as far as it will be.
    #[must_use]
    pub fn forecast_pending(&self) -> bool {
        self.forecast.as_deref().is_some_and(|forecast| !forecast.is_whole())
    }

    /// Looks at the moment of the past that is nearest to a time; none is the present.
    pub fn look_back(&mut self, time_s: Option<f64>, units: DisplayUnits, budget: &mut Budget) {
        self.past = self.moment(time_s);
        if let Some((time_s, view)) = &self.past {
            self.past_charts.update_of(mark_of(*time_s, view), view, None, units, budget);
        }
    }

    /// The moment of the past that is looked at, s.
    #[must_use]
    pub fn moment_s(&self) -> Option<f64> {
        self.past.as_ref().map(|(time_s, _)| *time_s)
    }

    /// The moment of the past that is nearest to a time, s.
    #[must_use]
    pub fn nearest_s(&self, time_s: Option<f64>) -> Option<f64> {
        Some(self.session.in_time()?.past().at(time_s?)?.0)
    }

    /// The patient at a time of the run's past, with that time.
    fn moment(&self, time_s: Option<f64>) -> Option<(f64, View)> {
        let (time_s, snapshot) = self.session.in_time()?.past().at(time_s?)?;
        let view = View { params: snapshot.params.clone(), outcome: Ok(snapshot.clone()), readings: None };
        Some((time_s, view))
    }

    /// The patient that is looked at: now, or then.
    #[must_use]
    pub fn view(&self) -> &View {
        self.past.as_ref().map_or(self.session.now(), |(_, view)| view)
    }

    /// The plots of the patient that is looked at.
    #[must_use]
    pub fn charts(&self) -> &Charts {
        if self.past.is_some() { &self.past_charts } else { &self.charts }
    }

    /// What grows here over frames, with the names of those who spend; `in_sight` are the sliders whose tracks are seen.
    pub fn studies(&mut self, in_sight: &[ParamId]) -> Vec<(&'static str, &mut dyn Study)> {
        self.previews.turn_to(&self.session, in_sight);
        let mut out: Vec<(&'static str, &mut dyn Study)> =
            vec![(Charts::OWNER, &mut self.charts), (SliderPreviews::OWNER, &mut self.previews)];
        if self.past.is_some() {
            out.push((PLOTS_OF_THE_PAST, &mut self.past_charts));
        }
        if let Some(forecast) = &mut self.forecast {
            out.push((FORECAST, &mut **forecast));
        }
        if let Some(record) = &mut self.record {
            out.push((RECORD, &mut **record));
        }
        if let Some(team) = &mut self.team {
            out.push((TEAM, &mut **team));
        }
        out
    }

    /// Lets the plots that are looked at grow by their smallest step.
    pub fn step_plots(&mut self) {
        let plots = if self.past.is_some() { &mut self.past_charts } else { &mut self.charts };
        if !plots.is_whole() {
            plots.advance(1);
        }
    }

    /// Whether plots that are looked at are not whole.
    #[must_use]
    pub fn plots_pending(&self) -> bool {
        self.charts.pending() || (self.past.is_some() && self.past_charts.pending())
    }

    /// Whether the tracks show anything that was not told yet.
    pub fn take_news(&mut self) -> bool {
        self.previews.take_news()
    }
}

/// A number by which the moments of all runs are told apart: what they have in time, blood and breathing.
fn mark_of(time_s: f64, view: &View) -> u64 {
    let blood = view.outcome.as_ref().map_or([0.0; 3], |now| {
        let arterial = &now.state.arterial.gas;
        [arterial.po2_mmhg, arterial.pco2_mmhg, now.state.venous.gas.po2_mmhg]
    });
    let mut mark = DefaultHasher::new();
    [time_s].iter().chain(&blood).for_each(|number| number.to_bits().hash(&mut mark));
    mark.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::charts::EVALUATIONS_A_FRAME;
    use crate::app::command::Command;
    use crate::scenario;

    #[test]
    fn inv_two_desks_share_a_frame_and_keep_their_patients_apart() {
        let [copd, young] = ["copd", "healthy-young-adult"].map(|id| scenario::find(id).expect("built in").clone());
        let mut desks = [Desk::new(copd), Desk::new(young)];
        let mut budget = Budget::new(EVALUATIONS_A_FRAME);
        let in_sight = [ParamId::Fio2, ParamId::Shunt];
        let units = DisplayUnits::default();
        let mut frames = 0;
        while desks.iter().any(|desk| desk.plots_pending() || desk.previews().pending(&in_sight)) {
            budget.begin_frame();
            desks.iter_mut().for_each(|desk| desk.look(units, &mut budget));
            let mut studies: Vec<_> = desks.iter_mut().flat_map(|desk| desk.studies(&in_sight)).collect();
            budget.share(u32::MAX, &mut studies);
            frames += 1;
            assert!(frames < 100, "it never ends");
        }
        let [copd, young] = &desks;
        assert!(copd.charts().figures().len() == 3 && young.charts().figures().len() == 3);
        assert_ne!(copd.charts().figures(), young.charts().figures());
        assert_ne!(copd.previews().track(ParamId::Fio2), young.previews().track(ParamId::Fio2));
        desks[0].session_mut().apply(Command::Set(ParamId::Fio2, 0.5)).expect("within bounds");
        assert!(!desks[1].session().can_undo() && desks[0].session().can_undo());
    }
}
