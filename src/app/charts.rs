//! The plots of a session, computed once for each state of the patient.

use crate::app::{Session, View};
use crate::figure::fio2_path::Fio2Path;
use crate::figure::lung_picture::{self, LungPicture};
use crate::figure::{
    Figure, NoFigure, Plot, attribution, ecmo_loop, index_explorer, iso_shunt, lung_map, o2_co2, o2_dissociation,
    oxygen_cascade, pressure_volume, spo2_pio2, vq_distribution,
};
use crate::physiology::indices::NoEstimate;
use crate::sim::mechanics::Aeration;
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::mechanics::maneuvers::{LoopInTheMaking, PressureVolumeLoop};
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::Ventilation;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::study::attribution::{Attributing, Attribution, NoAttribution};
use crate::text::display_units::DisplayUnits;

/// Content evaluations that what takes many solves (paths over FiO2, causes of a low PaO2) may cost in a frame, all
/// together: about 2 ms, and more than all of them cost without a diffusion limit.
const EVALUATIONS: u32 = 24_000;
/// How much dearer one is with a diffusion limit.
const WITH_DIFFUSION: u32 = 2;
/// The same in layers, where blood is solved several times until vessels and heart agree with it.
const IN_LAYERS: u32 = 3;
/// What a step of a pressure-volume loop costs in their stead.
const EVALUATIONS_A_STEP: u32 = 120;

/// What a frame may spend on a patient.
fn evaluations_for(params: &Params) -> u32 {
    let diffusion = if params.diffusion_limited() { WITH_DIFFUSION } else { 1 };
    EVALUATIONS / diffusion / if params.mechanics() { IN_LAYERS } else { 1 }
}

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

/// The lung that a loop is of; what it breathes matters to no loop but by how it breathes.
#[derive(Debug, Clone)]
struct Cells {
    params: Params,
    ventilation: Ventilation,
    /// As they are in a run; none where they are those that the parameters bring about.
    kept: Option<Aeration>,
}

impl Cells {
    fn are_of(&self, other: &Cells) -> bool {
        self.kept == other.kept
            && self.ventilation == other.ventilation
            && self.params.equals_but(&other.params, ParamId::Fio2)
    }
}

/// The loop of a lung, made little by little.
#[derive(Debug, Clone, Default)]
struct Loop {
    /// The last whole one.
    found: Option<(Cells, PressureVolumeLoop)>,
    making: Option<(Cells, LoopInTheMaking)>,
    /// Whether the patient is another than that of the last whole one.
    stale: bool,
}

impl Loop {
    /// Begins one of a lung, unless it has it. One that was begun is made whole, whatever becomes of the patient
    /// meanwhile: a run that goes on would never have one. Whether one was begun.
    fn begin(&mut self, model: &Model, now: &Snapshot, kept: Option<Aeration>) -> bool {
        if now.mechanics.is_none() {
            *self = Loop::default();
            return false;
        }
        let cells = Cells { params: now.params.clone(), ventilation: now.ventilation, kept };
        self.stale = !self.found.as_ref().is_some_and(|(of, _)| of.are_of(&cells));
        if self.making.is_some() || !self.stale {
            return false;
        }
        let lung = match &cells.kept {
            Some(kept) => LayeredLung::now(&now.params, &now.ventilation, kept.clone()),
            None => LayeredLung::settled(&now.params, &now.ventilation, None, model.fresh_lung()).0,
        };
        self.making = Some((cells, LoopInTheMaking::new(&lung.mechanics, &lung.aeration)));
        true
    }

    /// Makes on; returns what that has cost.
    fn advance(&mut self, evaluations: u32) -> u32 {
        let Some((_, making)) = &mut self.making else { return 0 };
        let steps = (evaluations / EVALUATIONS_A_STEP).max(1);
        if let Some(found) = making.advance(steps as usize) {
            self.found = self.making.take().map(|(of, _)| (of, found));
        }
        steps.saturating_mul(EVALUATIONS_A_STEP)
    }

    /// The figure; none as long as nothing is made.
    fn figure(&self, now: &Snapshot) -> Option<Result<Figure, NoFigure>> {
        match (&self.found, &self.making) {
            _ if now.mechanics.is_none() => Some(Err(NoEstimate::NoMechanics.into())),
            (Some((_, found)), _) => Some(pressure_volume::figure(now, found).map_err(NoFigure::from)),
            (None, Some(_)) => None,
            (None, None) => Some(Err(NoFigure::NotKept)),
        }
    }
}

/// The causes of a low PaO2, shared out little by little.
#[derive(Debug, Clone, Default)]
struct Causes {
    /// The last that was complete, shown until the next is.
    found: Option<(Params, Result<Attribution, NoAttribution>)>,
    making: Option<(Params, Attributing)>,
}

impl Causes {
    fn are_of(&self, params: &Params) -> bool {
        self.found.as_ref().is_some_and(|(of, _)| of == params)
    }

    /// Shares on; those that were begun are shared to their end first, or a patient who goes on changing would never
    /// have any. Returns how many evaluations were spent.
    fn advance(&mut self, model: &mut Model, params: &Params, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while !self.are_of(params) && spent < evaluations {
            let Some((_, making)) = &mut self.making else {
                match Attributing::new(model, params) {
                    Ok(begun) => self.making = Some((params.clone(), begun)),
                    Err(reason) => self.found = Some((params.clone(), Err(reason))),
                }
                continue;
            };
            spent = spent.saturating_add(making.advance(evaluations - spent));
            if let Some(found) = making.outcome() {
                self.found = self.making.take().map(|(of, _)| (of, found));
            }
        }
        spent
    }
}

/// What plots are made of beside the snapshot, as far as one of them is wanted.
#[derive(Debug, Clone, Default)]
struct Sources {
    path: Option<Fio2Path>,
    low_path: Option<Fio2Path>,
    causes: Option<Causes>,
    around: Option<Loop>,
}

impl Sources {
    /// Turns to a patient: forgets what is of another and cannot be shown meanwhile, and what no plot needs. `kept` are
    /// the cells of a run; none where they are not known. Whether there is anything new to compute.
    fn turn_to(&mut self, model: &Model, now: &Snapshot, kept: Option<Option<Aeration>>, plots: &[Plot]) -> bool {
        let wanted = |any: &[Plot]| any.iter().any(|plot| plots.contains(plot));
        let mut begun = false;
        for (path, range, plots) in [
            (&mut self.path, iso_shunt::FIO2_FRAC, &[Plot::IsoShunt, Plot::IndexExplorer][..]),
            (&mut self.low_path, spo2_pio2::FIO2_FRAC, &[Plot::Spo2Pio2][..]),
        ] {
            *path = path.take().filter(|path| path.is_of(&now.params) && wanted(plots));
            if path.is_none() && wanted(plots) {
                *path = Some(Fio2Path::new(&now.params, range));
                begun = true;
            }
        }
        if wanted(&[Plot::Attribution, Plot::AttributionAa]) {
            begun |= !self.causes.get_or_insert_default().are_of(&now.params);
        } else {
            self.causes = None;
        }
        match kept {
            Some(kept) if wanted(&[Plot::PressureVolume]) => {
                begun |= self.around.get_or_insert_default().begin(model, now, kept);
            }
            _ => self.around = None,
        }
        begun
    }

    /// Computes on for at most about `evaluations`, shared among what is not whole yet.
    fn advance(&mut self, model: &mut Model, params: &Params, evaluations: u32) {
        let mut left = evaluations;
        let mut waiting = self.waiting(params);
        for path in [&mut self.path, &mut self.low_path].into_iter().flatten().filter(|path| path.pending()) {
            left = left.saturating_sub(path.advance(model, (left / waiting).max(1)));
            waiting -= 1;
        }
        if let Some(causes) = self.causes.as_mut().filter(|causes| !causes.are_of(params)) {
            left = left.saturating_sub(causes.advance(model, params, (left / waiting).max(1)));
        }
        if let Some(around) = &mut self.around {
            around.advance(left);
        }
    }

    /// How many sources are not whole yet.
    fn waiting(&self, params: &Params) -> u32 {
        let paths = [&self.path, &self.low_path].into_iter().flatten().map(Fio2Path::pending);
        let causes = self.causes.iter().map(|causes| !causes.are_of(params));
        let around = self.around.iter().map(|around| around.making.is_some() || around.stale);
        paths.chain(causes).chain(around).map(u32::from).sum()
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
            let (_, found) = self.causes.as_ref()?.found.as_ref()?;
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
            Plot::PressureVolume => {
                self.around.as_ref().map_or(Some(Err(NoFigure::NotKept)), |around| around.figure(now))
            }
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
    /// What the plots are of: the state that is shown, its units, and the patient.
    of: Option<(u64, DisplayUnits, Params)>,
    /// Whether something was computed for this patient since [`Charts::grow`] was asked last.
    grew: bool,
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
            grew: false,
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
    /// A plot that costs more than a frame allows is shown as far as it has come, and [`Charts::grow`] goes on with it;
    /// the causes of a low PaO2 and the loop are those of a patient before until the next are whole.
    pub fn update(&mut self, session: &Session, units: DisplayUnits) -> &[Figure] {
        let cells = || Some(session.in_time().and_then(|run_view| run_view.run().live().lung_history().aeration));
        let solved = Some(session.solved()).filter(|_| session.in_time().is_none());
        self.make(session.revision(), (session.now(), session.before()), solved, cells, units)
    }

    /// As [`Charts::update`], of any view of a patient; `revision` tells one from another.
    pub fn update_of(&mut self, revision: u64, now: &View, before: Option<&View>, units: DisplayUnits) -> &[Figure] {
        self.make(revision, (now, before), None, || None, units)
    }

    fn make(
        &mut self,
        revision: u64,
        (now, before): (&View, Option<&View>),
        solved: Option<&Model>,
        cells: impl FnOnce() -> Option<Option<Aeration>>,
        units: DisplayUnits,
    ) -> &[Figure] {
        let params = &now.params;
        let current = self.of.as_ref().is_some_and(|of| (of.0, of.1) == (revision, units) && of.2 == *params);
        if current && !self.stale {
            return &self.figures;
        }
        if !current {
            self.lung = None;
        }
        self.figures.clear();
        self.absent.clear();
        if let Ok(now) = &now.outcome {
            let ghost = before.and_then(|view| view.outcome.as_ref().ok());
            if let Some(solved) = solved {
                self.model.recall_lung(solved);
            }
            if self.sources.turn_to(&self.model, now, cells(), &self.wanted) {
                self.sources.advance(&mut self.model, params, evaluations_for(params));
                self.grew = true;
            }
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
        } else {
            self.sources = Sources::default();
        }
        self.stale = false;
        self.of = Some((revision, units, params.clone()));
        &self.figures
    }

    /// Goes on with plots that are not whole, unless this frame has had its share with [`Charts::update`]; the next
    /// update shows what has come of it.
    pub fn grow(&mut self) {
        if std::mem::take(&mut self.grew) {
            return;
        }
        if let Some((.., params)) = self.of.as_ref().filter(|(.., params)| self.sources.waiting(params) > 0) {
            self.sources.advance(&mut self.model, params, evaluations_for(params));
            self.stale = true;
        }
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

    /// Whether another [`Charts::grow`] and [`Charts::update`] would add to the plots.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.stale || self.of.as_ref().is_some_and(|(.., params)| self.sources.waiting(params) > 0)
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
    loop {
        sources.turn_to(model, now, Some(None), &[plot]);
        sources.advance(model, &now.params, u32::MAX);
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
    use crate::sim::params::SwitchId;

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
            charts.grow();
            let points = points_of_path(charts.update(&session, DisplayUnits::default()));
            assert!(points >= last);
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
            charts.grow();
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
