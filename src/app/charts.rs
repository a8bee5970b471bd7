//! The plots of a session, computed once for each state of the patient.

use crate::app::{Session, View};
use crate::figure::fio2_path::Fio2Path;
use crate::figure::lung_picture::{self, LungPicture};
use crate::figure::{
    Figure, NoFigure, Plot, attribution, ecmo_loop, index_explorer, iso_shunt, lung_map, o2_co2, o2_dissociation,
    oxygen_cascade, pressure_volume, spo2_pio2, vq_distribution,
};
use crate::physiology::indices::NoEstimate;
use crate::sim::attribution::{Attributing, Attribution, NoAttribution};
use crate::sim::mechanics::Aeration;
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::mechanics::maneuvers::{LoopInTheMaking, PressureVolumeLoop};
use crate::sim::params::Params;
use crate::sim::snapshot::{Model, Snapshot};
use crate::text::display_units::DisplayUnits;

/// Content evaluations that what takes many solves (paths over FiO2, causes of a low PaO2) may cost at once: 1 ms with a
/// diffusion limit, and more than a whole path costs without one. A frame that answers an action asks up to three
/// times.
const EVALUATIONS: u32 = 12_000;
/// Steps of a pressure-volume loop that are made at once: about 1 ms.
const LOOP_STEPS: usize = 100;

/// Names and titles of all plots, in menu order.
pub const NAMES: [(&str, &str); Plot::ALL.len()] = {
    let mut names = [("", ""); Plot::ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = (Plot::ALL[i].id(), Plot::ALL[i].title());
        i += 1;
    }
    names
};

/// Plots that are wanted where nothing else is said.
const FIRST: [Plot; 3] = [Plot::O2Dissociation, Plot::IsoShunt, Plot::VqDistribution];

/// The loop of a lung, made little by little.
#[derive(Debug, Clone, Default)]
struct Loop {
    /// The state that the last whole one is of.
    of: Option<u64>,
    found: Option<PressureVolumeLoop>,
    making: Option<(u64, LoopInTheMaking)>,
}

impl Loop {
    /// Makes on, for a state of this revision. One that was begun is made whole, whatever becomes of the patient
    /// meanwhile: a run that goes on would never have one. Whether there is news.
    fn advance(
        &mut self,
        revision: u64,
        now: &Snapshot,
        cells: impl FnOnce() -> Option<Aeration>,
        steps: usize,
    ) -> bool {
        if now.mechanics.is_none() {
            *self = Loop::default();
            return false;
        }
        let mut news = false;
        if self.making.is_none() && self.of != Some(revision) {
            let lung = match cells() {
                Some(cells) => LayeredLung::now(&now.params, &now.ventilation, cells),
                None => LayeredLung::settled(&now.params, &now.ventilation, None, None).0,
            };
            self.making = Some((revision, LoopInTheMaking::new(&lung.mechanics, &lung.aeration)));
            news = true;
        }
        if let Some((of, making)) = &mut self.making
            && let Some(found) = making.advance(steps)
        {
            self.of = Some(*of);
            self.found = Some(found);
            self.making = None;
            news = true;
        }
        news
    }

    /// The figure; none as long as nothing is made.
    fn figure(&self, now: &Snapshot) -> Option<Result<Figure, NoFigure>> {
        match (&self.found, &self.making) {
            _ if now.mechanics.is_none() => Some(Err(NoEstimate::NoMechanics.into())),
            (Some(found), _) => Some(pressure_volume::figure(now, found).map_err(NoFigure::from)),
            (None, Some(_)) => None,
            (None, None) => Some(Err(NoFigure::NotKept)),
        }
    }
}

/// What plots are made of beside the snapshot, each computed once it is wanted.
#[derive(Debug, Clone, Default)]
struct Sources {
    path: Option<Fio2Path>,
    low_path: Option<Fio2Path>,
    attributing: Option<Result<Attributing, NoAttribution>>,
    /// The last that was complete, shown until the next is.
    attribution: Option<Result<Attribution, NoAttribution>>,
    around: Loop,
}

impl Sources {
    /// Forgets what was of another patient.
    fn restart(&mut self) {
        let (attribution, around) = (self.attribution.take(), std::mem::take(&mut self.around));
        *self = Sources { attribution, around, ..Sources::default() };
    }

    /// Computes on, for at most about `evaluations` of each source that one of `plots` needs.
    fn advance(&mut self, model: &mut Model, params: &Params, plots: &[Plot], evaluations: u32) {
        let wanted = |any: &[Plot]| any.iter().any(|plot| plots.contains(plot));
        if wanted(&[Plot::IsoShunt, Plot::IndexExplorer]) {
            let path = self.path.get_or_insert_with(|| Fio2Path::new(params, iso_shunt::FIO2_FRAC));
            path.advance(model, evaluations);
        }
        if wanted(&[Plot::Spo2Pio2]) {
            let path = self.low_path.get_or_insert_with(|| Fio2Path::new(params, spo2_pio2::FIO2_FRAC));
            path.advance(model, evaluations);
        }
        if wanted(&[Plot::Attribution, Plot::AttributionAa]) {
            match self.attributing.get_or_insert_with(|| Attributing::new(model, params)) {
                Ok(work) => {
                    work.advance(evaluations);
                    if let Some(found) = work.outcome() {
                        self.attribution = Some(found);
                    }
                }
                Err(reason) => self.attribution = Some(Err(*reason)),
            }
        }
    }

    fn pending(&self) -> bool {
        let paths = [&self.path, &self.low_path];
        paths.into_iter().flatten().any(Fio2Path::pending)
            || self.attributing.as_ref().is_some_and(|work| work.as_ref().is_ok_and(Attributing::pending))
            || self.around.making.is_some()
    }

    /// One plot of a patient; none as long as nothing of it is computed.
    fn figure(
        &self,
        plot: Plot,
        now: &Snapshot,
        before: Option<&Snapshot>,
        units: DisplayUnits,
    ) -> Option<Result<Figure, NoFigure>> {
        let shared_out = |draw: fn(&Attribution, DisplayUnits) -> Figure| {
            let found = self.attribution.as_ref()?;
            Some(found.as_ref().map(|found| draw(found, units)).map_err(|reason| (*reason).into()))
        };
        match plot {
            Plot::O2Dissociation => Some(Ok(o2_dissociation::figure(now, before, units))),
            Plot::IsoShunt => self.path.as_ref().map(|path| Ok(iso_shunt::figure(now, before, path, units))),
            Plot::VqDistribution => Some(Ok(vq_distribution::with_ghost(vq_distribution::figure(now), before))),
            Plot::O2Co2 => Some(Ok(o2_co2::figure(now, before, units))),
            Plot::IndexExplorer => self.path.as_ref().map(|path| Ok(index_explorer::figure(now, path, units))),
            Plot::Spo2Pio2 => self.low_path.as_ref().map(|path| Ok(spo2_pio2::figure(now, path, units))),
            Plot::OxygenCascade => Some(Ok(oxygen_cascade::figure(now, units))),
            Plot::Attribution => shared_out(attribution::fall),
            Plot::AttributionAa => shared_out(attribution::gradient),
            Plot::EcmoLoop => Some(ecmo_loop::figure(now).map_err(NoFigure::from)),
            Plot::PressureVolume => self.around.figure(now),
            Plot::LungMap => Some(lung_map::figure(now).map_err(NoFigure::from)),
        }
    }
}

/// Plots of the present patient. A model of its own: what curves solve never flows back into the patient.
#[derive(Debug, Clone)]
pub struct Charts {
    model: Model,
    wanted: Vec<Plot>,
    /// Whether others are wanted than were computed.
    stale: bool,
    /// What the plots are of: the state that is shown and its units, and the patient for which the sources were
    /// computed.
    of: Option<(u64, DisplayUnits, Params)>,
    sources: Sources,
    figures: Vec<Figure>,
    absent: Vec<(Plot, NoFigure)>,
    lung: Option<LungPicture>,
}

impl Default for Charts {
    fn default() -> Self {
        Self::new()
    }
}

impl Charts {
    /// No plots yet; wanted are O2 dissociation, iso-shunt and V/Q distribution.
    #[must_use]
    pub fn new() -> Self {
        Charts {
            model: Model::new(),
            wanted: FIRST.to_vec(),
            stale: false,
            of: None,
            sources: Sources::default(),
            figures: Vec::new(),
            absent: Vec::new(),
            lung: None,
        }
    }

    /// Says by name which plots are wanted, in the order in which [`Charts::update`] is to return them; other names are
    /// passed over.
    pub fn want<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let plots: Vec<Plot> = names.into_iter().filter_map(Plot::from_id).collect();
        if self.wanted != plots {
            self.wanted = plots;
            self.stale = true;
        }
    }

    /// The wanted plots of a session, computed anew where the patient or its ghost has changed since the last call;
    /// none where the patient has no steady state, and without those that [`Charts::absent`] gives a reason for.
    ///
    /// A plot that costs more than a frame allows grows with each call until [`Charts::pending`] is false; the causes of
    /// a low PaO2 are those of the last patient until all are known.
    pub fn update(&mut self, session: &Session, units: DisplayUnits) -> &[Figure] {
        if let (true, Ok(now)) = (self.wanted.contains(&Plot::PressureVolume), &session.now().outcome) {
            let cells = || session.in_time().and_then(|course| course.run().live().lung_history().aeration);
            self.stale |= self.sources.around.advance(session.revision(), now, cells, LOOP_STEPS);
        } else {
            self.sources.around = Loop::default();
        }
        self.update_of(session.revision(), session.now(), session.before(), units)
    }

    /// As [`Charts::update`], of any view of a patient; `revision` tells one from another.
    pub fn update_of(&mut self, revision: u64, now: &View, before: Option<&View>, units: DisplayUnits) -> &[Figure] {
        let params = &now.params;
        let current = self.of.as_ref().is_some_and(|of| (of.0, of.1) == (revision, units));
        if current && !self.stale && !self.pending() {
            return &self.figures;
        }
        if self.of.as_ref().is_none_or(|(.., of)| of != params) {
            self.sources.restart();
        }
        if !current {
            self.lung = None;
        }
        self.figures.clear();
        self.absent.clear();
        if let Ok(now) = &now.outcome {
            let ghost = before.and_then(|view| view.outcome.as_ref().ok());
            self.sources.advance(&mut self.model, params, &self.wanted, EVALUATIONS);
            for plot in &self.wanted {
                match self.sources.figure(*plot, now, ghost, units) {
                    Some(Ok(figure)) => self.figures.push(figure),
                    Some(Err(reason)) => self.absent.push((*plot, reason)),
                    None => {}
                }
            }
            if self.lung.is_none() {
                self.lung = Some(lung_picture::figure(now, ghost).shown_in(units));
            }
        }
        self.stale = false;
        self.of = Some((revision, units, params.clone()));
        &self.figures
    }

    /// The plots as they were last computed.
    #[must_use]
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Wanted plots that do not exist for this patient, and why.
    #[must_use]
    pub fn absent(&self) -> &[(Plot, NoFigure)] {
        &self.absent
    }

    /// The lung as it was last computed; none where the patient has no steady state.
    #[must_use]
    pub fn lung(&self) -> Option<&LungPicture> {
        self.lung.as_ref()
    }

    /// Whether another call would add to the plots.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.sources.pending()
    }
}

/// One plot of a patient, complete.
///
/// # Errors
/// [`NoFigure`] where the patient has not got it.
pub fn figure(
    plot: Plot,
    model: &mut Model,
    now: &Snapshot,
    before: Option<&Snapshot>,
    units: DisplayUnits,
) -> Result<Figure, NoFigure> {
    let mut sources = Sources::default();
    if plot == Plot::PressureVolume {
        sources.around.advance(0, now, || None, usize::MAX);
    }
    loop {
        sources.advance(model, &now.params, &[plot], u32::MAX);
        if let Some(figure) = sources.figure(plot, now, before, units) {
            return figure;
        }
    }
}

/// The plots of [`Charts::new`] of a patient, complete.
#[must_use]
pub fn all(model: &mut Model, now: &Snapshot, before: Option<&Snapshot>, units: DisplayUnits) -> [Figure; 3] {
    let mut path = Fio2Path::new(&now.params, iso_shunt::FIO2_FRAC);
    path.advance(model, u32::MAX);
    [
        o2_dissociation::figure(now, before, units),
        iso_shunt::figure(now, before, &path, units),
        vq_distribution::with_ghost(vq_distribution::figure(now), before),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Command;
    use crate::figure::{Role, Series};
    use crate::scenario;
    use crate::sim::params::{ParamId, SwitchId};

    fn points_of_path(figures: &[Figure]) -> usize {
        figures[1].series.last().map_or(0, |series| series.points.len())
    }

    #[test]
    fn inv_plots_follow_the_patient_and_come_back_after_no_steady_state() {
        let mut session = Session::new(scenario::builtin()[0].clone());
        let mut charts = Charts::new();
        let first = charts.update(&session, DisplayUnits::default()).to_vec();
        assert_eq!(points_of_path(&first), crate::figure::fio2_path::POINTS);
        assert!(!charts.pending());
        session.apply(Command::Set(ParamId::Shunt, 0.3)).expect("allowed");
        let second = charts.update(&session, DisplayUnits::default()).to_vec();
        assert_ne!(first, second);
        assert!(second[0].marks.iter().any(|mark| mark.label == "before"), "the ghost of the first patient");
        session.apply(Command::Set(ParamId::Shunt, 1.0)).expect("allowed");
        assert!(charts.update(&session, DisplayUnits::default()).is_empty());
        session.apply(Command::Undo).expect("allowed");
        let third = charts.update(&session, DisplayUnits::default()).to_vec();
        // The ghost of another before beside it.
        let lung = |figures: &[Figure]| -> Vec<Series> {
            figures[2].series.iter().filter(|series| series.role != Role::Ghost).cloned().collect()
        };
        assert_eq!(lung(&third), lung(&second));
    }

    #[test]
    fn inv_a_costly_path_grows_over_calls_to_the_same_end() {
        let mut session = Session::new(scenario::builtin()[0].clone());
        session.apply(Command::Switch(SwitchId::DiffusionLimit, "on")).expect("allowed");
        let mut charts = Charts::new();
        let mut last = points_of_path(charts.update(&session, DisplayUnits::default()));
        assert!(last > 0 && charts.pending(), "{last} points in one call");
        while charts.pending() {
            let points = points_of_path(charts.update(&session, DisplayUnits::default()));
            assert!(points > last);
            last = points;
        }
        assert_eq!(last, crate::figure::fio2_path::POINTS);
    }

    #[test]
    fn inv_every_plot_can_be_wanted_and_grows_to_the_whole_one() {
        let mut session = Session::new(scenario::find("pulmonary-embolism").expect("built in").clone());
        session.apply(Command::Set(ParamId::Fio2, 0.3)).expect("allowed");
        let mut charts = Charts::new();
        charts.want(Plot::ALL.map(Plot::id));
        let mut calls = 0;
        while charts.update(&session, DisplayUnits::default()).is_empty() || charts.pending() {
            calls += 1;
            assert!(calls < 500, "the plots never end");
        }
        let now = session.now().outcome.as_ref().expect("a steady state");
        let before = session.before().and_then(|view| view.outcome.as_ref().ok());
        for plot in Plot::ALL {
            let whole = figure(plot, &mut Model::new(), now, before, DisplayUnits::default());
            match charts.figures().iter().find(|figure| figure.id == plot.id()) {
                Some(found) => {
                    assert_eq!(found.id, plot.id());
                    let whole = whole.expect("the same plot");
                    assert_eq!((&found.text, &found.title), (&whole.text, &whole.title));
                }
                None => assert!(charts.absent().contains(&(plot, whole.expect_err("no plot"))), "{plot:?}"),
            }
        }
        // The choice of plots is a choice of what is computed.
        charts.want(["lung", "oxygen_cascade"]);
        assert_eq!(charts.update(&session, DisplayUnits::default()).len(), 1);
    }

    #[test]
    fn inv_plots_have_one_name_each() {
        for (i, plot) in Plot::ALL.into_iter().enumerate() {
            assert_eq!(Plot::from_id(plot.id()), Some(plot));
            assert!(Plot::ALL[..i].iter().all(|other| other.id() != plot.id() && other.title() != plot.title()));
        }
    }
}
