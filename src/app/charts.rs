//! The plots of a session, computed once for each state of the patient.

use crate::app::session::{Beside, Session, View};
use crate::figure::lung_picture::{self, LungPicture};
use crate::figure::{
    Figure, NoFigure, Plot, attribution, ecmo_loop, index_explorer, iso_shunt, lung_map, o2_co2, o2_dissociation,
    oxygen_cascade, pressure_volume, spo2_pio2, vq_distribution,
};
use crate::physiology::indices::NoEstimate;
use crate::sim::mechanics::Aeration;
use crate::sim::params::Params;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::study::attribution::{Attributing, Attribution};
use crate::study::fio2_path::Fio2Path;
use crate::study::pressure_volume::{Cells, PressureVolume};
use crate::study::{Budget, Latest, Study, share_out};
use crate::text::display_units::DisplayUnits;

/// Evaluations that all studies of the window may cost in a frame: about 2 ms, of a lung in layers 3.5 ms.
pub const EVALUATIONS_A_FRAME: u32 = 27_000;
/// How many of them plots of a patient who has just changed may take at once: more than all of them cost without layers
/// and without a diffusion limit.
const AT_ONCE: u32 = 24_000;

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

/// What plots are made of beside the snapshot, as far as one of them is wanted.
#[derive(Debug, Clone, Default)]
struct Sources {
    path: Option<Fio2Path>,
    low_path: Option<Fio2Path>,
    /// Of who is held beside.
    path_beside: Option<Fio2Path>,
    causes: Option<Latest<Attributing>>,
    around: Option<Latest<PressureVolume>>,
    /// How often they were worked on: which of them comes first.
    turn: usize,
}

impl Sources {
    /// Turns to a patient: forgets what is of another and cannot be shown meanwhile, and what no plot needs. `kept` are
    /// the cells of a run; none where they are not known. Whether there is anything new to compute.
    fn turn_to(
        &mut self,
        model: &mut Model,
        now: &Snapshot,
        beside: Option<&Beside>,
        kept: Option<Option<Aeration>>,
        plots: &[Plot],
    ) -> bool {
        let wanted = |any: &[Plot]| any.iter().any(|plot| plots.contains(plot));
        let mut begun = false;
        let beside = beside.map(|beside| &beside.view.params).filter(|_| wanted(&[Plot::IsoShunt]));
        self.path_beside = self.path_beside.take().filter(|path| beside.is_some_and(|params| path.is_of(params)));
        if let Some(params) = beside.filter(|_| self.path_beside.is_none()) {
            self.path_beside = Some(Fio2Path::new(Model::new(), params, iso_shunt::FIO2_FRAC));
            begun = true;
        }
        if wanted(&[Plot::Attribution, Plot::AttributionAa]) {
            let causes = self.causes.get_or_insert_default();
            begun |= causes.begin(&now.params, || Attributing::new(model, &now.params));
        } else {
            self.causes = None;
        }
        for (path, range, plots) in [
            (&mut self.path, iso_shunt::FIO2_FRAC, &[Plot::IsoShunt, Plot::IndexExplorer][..]),
            (&mut self.low_path, spo2_pio2::FIO2_FRAC, &[Plot::Spo2Pio2][..]),
        ] {
            *path = path.take().filter(|path| path.is_of(&now.params) && wanted(plots));
            if path.is_none() && wanted(plots) {
                *path = Some(Fio2Path::new(model.clone(), &now.params, range));
                begun = true;
            }
        }
        match kept {
            Some(kept) if wanted(&[Plot::PressureVolume]) => {
                let around = self.around.get_or_insert_default();
                if now.mechanics.is_none() {
                    *around = Latest::default();
                } else {
                    let cells = Cells { params: now.params.clone(), ventilation: now.ventilation, kept };
                    begun |= around.begin(&cells, || PressureVolume::new(model, cells.clone()));
                }
            }
            _ => self.around = None,
        }
        begun
    }

    fn studies(&mut self) -> Vec<&mut dyn Study> {
        let mut out: Vec<&mut dyn Study> = Vec::new();
        let paths = [&mut self.path, &mut self.low_path, &mut self.path_beside];
        out.extend(paths.into_iter().flatten().map(|path| path as &mut dyn Study));
        out.extend(self.causes.iter_mut().map(|causes| causes as &mut dyn Study));
        out.extend(self.around.iter_mut().map(|around| around as &mut dyn Study));
        out
    }

    /// One plot of a patient; none as long as nothing of it is computed. What it is compared with is the moment before, or
    /// has a name of its own where it is held beside.
    fn figure(
        &self,
        plot: Plot,
        now: &Snapshot,
        (before, name): (Option<&Snapshot>, Option<&str>),
        units: DisplayUnits,
    ) -> Option<Result<Figure, NoFigure>> {
        let figure = self.alone(plot, now, before, units)?;
        let Some(name) = name else { return Some(figure) };
        let beside = self.path_beside.as_ref().filter(|_| plot == Plot::IsoShunt);
        Some(figure.map(|figure| match beside {
            Some(path) => iso_shunt::with_path_beside(figure, name, path, units).beside(name),
            None => figure.beside(name),
        }))
    }

    fn alone(
        &self,
        plot: Plot,
        now: &Snapshot,
        before: Option<&Snapshot>,
        units: DisplayUnits,
    ) -> Option<Result<Figure, NoFigure>> {
        let shared_out = |draw: fn(&Attribution, DisplayUnits) -> Figure| {
            let found = self.causes.as_ref()?.whole()?.outcome()?;
            Some(found.map(|found| draw(&found, units)).map_err(NoFigure::from))
        };
        match plot {
            Plot::O2Dissociation => Some(Ok(o2_dissociation::figure(now, before, units))),
            Plot::IsoShunt if now.bypass.is_some() => Some(Err(NoEstimate::TwoBloods.into())),
            Plot::IsoShunt => self.path.as_ref().map(|path| Ok(iso_shunt::figure(now, before, path, units))),
            Plot::VqDistribution => Some(Ok(vq_distribution::with_ghost(vq_distribution::figure(now), before))),
            Plot::O2Co2 => Some(Ok(o2_co2::figure(now, before, units))),
            Plot::IndexExplorer => self.path.as_ref().map(|path| Ok(index_explorer::figure(now, path, units))),
            Plot::Spo2Pio2 => self.low_path.as_ref().map(|path| Ok(spo2_pio2::figure(now, path, units))),
            Plot::OxygenCascade => Some(Ok(oxygen_cascade::figure(now, units))),
            Plot::Attribution => shared_out(attribution::fall),
            Plot::AttributionAa => shared_out(attribution::gradient),
            Plot::EcmoLoop => Some(ecmo_loop::figure(now, units).map_err(NoFigure::from)),
            Plot::PressureVolume => self.loop_figure(now),
            Plot::LungMap => Some(lung_map::figure(now).map_err(NoFigure::from)),
        }
    }

    fn loop_figure(&self, now: &Snapshot) -> Option<Result<Figure, NoFigure>> {
        let Some(around) = &self.around else { return Some(Err(NoFigure::NotKept)) };
        if now.mechanics.is_none() {
            return Some(Err(NoEstimate::NoMechanics.into()));
        }
        let found = around.whole()?.found()?;
        Some(pressure_volume::figure(now, found).map_err(NoFigure::from))
    }
}

impl Study for Sources {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        [&self.path, &self.low_path].into_iter().flatten().all(|path| path.is_of(params))
            && self.causes.as_ref().is_none_or(|causes| causes.is_of(params))
    }

    /// Shared among what is not whole yet.
    fn advance(&mut self, evaluations: u32) -> u32 {
        self.turn = self.turn.wrapping_add(1);
        let first = self.turn;
        share_out(evaluations, first, &mut self.studies(), |_, _| {})
    }

    fn is_whole(&self) -> bool {
        [&self.path, &self.low_path, &self.path_beside].into_iter().flatten().all(Study::is_whole)
            && self.causes.as_ref().is_none_or(Study::is_whole)
            && self.around.as_ref().is_none_or(Study::is_whole)
    }
}

/// What plots are of: the patient, and what he is compared with.
#[derive(Clone, Copy)]
struct Shown<'a> {
    now: &'a View,
    before: Option<&'a View>,
    /// Where that is held beside.
    beside: Option<&'a Beside>,
}

/// Plots of the present patient, a study of all that they are made of. A model of its own: what curves solve never flows
/// back into the patient.
#[derive(Debug, Clone)]
pub struct Charts {
    model: Model,
    wanted: Vec<Plot>,
    /// Whether others are wanted than were computed.
    stale: bool,
    /// What the plots are of: the state that is shown, its units, and the patient.
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
    /// Its name as one who spends from a [`Budget`].
    pub const OWNER: &'static str = "plots";

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
    /// A plot that costs more than `budget` allows at once is shown as far as it has come, and [`Study::advance`] goes on
    /// with it; the causes of a low PaO2 and the loop are those of a patient before until the next are whole.
    pub fn update(&mut self, session: &Session, units: DisplayUnits, budget: &mut Budget) -> &[Figure] {
        let cells = || Some(session.in_time().and_then(|run_view| run_view.run().live().lung_history().aeration));
        let solved = Some(session.solved()).filter(|_| session.in_time().is_none());
        let shown = Shown { now: session.now(), before: session.before(), beside: session.beside() };
        self.make(session.revision(), shown, solved, cells, units, budget)
    }

    /// As [`Charts::update`], of any view of a patient; `revision` tells one from another.
    pub fn update_of(
        &mut self,
        revision: u64,
        now: &View,
        before: Option<&View>,
        units: DisplayUnits,
        budget: &mut Budget,
    ) -> &[Figure] {
        self.make(revision, Shown { now, before, beside: None }, None, || None, units, budget)
    }

    fn make(
        &mut self,
        revision: u64,
        Shown { now, before, beside }: Shown<'_>,
        solved: Option<&Model>,
        cells: impl FnOnce() -> Option<Option<Aeration>>,
        units: DisplayUnits,
        budget: &mut Budget,
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
            if self.sources.turn_to(&mut self.model, now, beside, cells(), &self.wanted) {
                budget.share(AT_ONCE, &mut [(Self::OWNER, &mut self.sources)]);
            }
            let name = beside.map(Beside::name);
            let name = name.as_deref();
            for plot in &self.wanted {
                match self.sources.figure(*plot, now, (ghost, name), units) {
                    Some(Ok(figure)) if *plot == Plot::IsoShunt => {
                        self.figures.push(iso_shunt::with_own_line(figure, now, units));
                    }
                    Some(Ok(figure)) => self.figures.push(figure),
                    Some(Err(reason)) => self.absent.push((*plot, reason)),
                    None => {}
                }
            }
            if self.lung.is_none() {
                let lung = lung_picture::figure(now, ghost);
                let lung = if let Some(name) = name { lung.beside(name) } else { lung };
                self.lung = Some(lung.shown_in(units));
            }
        } else {
            self.sources = Sources::default();
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

    /// Whether another [`Study::advance`] and [`Charts::update`] would add to the plots.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.stale || !self.sources.is_whole()
    }
}

impl Study for Charts {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.of.as_ref().is_some_and(|(.., of)| of == params)
    }

    /// The next [`Charts::update`] shows what has come of it.
    fn advance(&mut self, evaluations: u32) -> u32 {
        self.stale |= !self.sources.is_whole();
        self.sources.advance(evaluations)
    }

    fn is_whole(&self) -> bool {
        self.sources.is_whole()
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
        sources.turn_to(model, now, None, Some(None), &[plot]);
        sources.advance(u32::MAX);
        if let Some(figure) = sources.figure(plot, now, (before, None), units) {
            return figure;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Command;
    use crate::figure::{Role, Series};
    use crate::scenario;
    use crate::sim::params::{ParamId, SwitchId};
    use crate::study::fio2_path;

    fn frame() -> Budget {
        Budget::new(EVALUATIONS_A_FRAME)
    }

    fn points_of_path(figures: &[Figure]) -> usize {
        figures[1].series.last().map_or(0, |series| series.points.len())
    }

    /// Where two bloods meet in the aorta no plot tells their mean, which flows in no vessel, as the patient's.
    #[test]
    fn inv_on_a_bypass_plots_are_of_the_right_arm() {
        let mut session = Session::new(scenario::find("va-ecmo").expect("built in").clone());
        session.apply(Command::Set(ParamId::HeartStrength, 0.8)).expect("allowed");
        let mut charts = Charts::new();
        charts.want(Plot::ALL.map(Plot::id));
        charts.update(&session, DisplayUnits::default(), &mut Budget::unlimited());
        let now = session.now().outcome.as_ref().expect("a steady state");
        let (arm, mean) = (now.bedside_arterial(), now.state.arterial.gas);
        assert!(mean.po2_mmhg > arm.po2_mmhg + 20.0, "{arm:?} {mean:?}");
        let figure = |plot: Plot| charts.figures().iter().find(|figure| figure.id == plot.id()).expect("a plot");
        for plot in [Plot::O2Dissociation, Plot::O2Co2] {
            let mark = figure(plot).marks.iter().find(|mark| mark.label == "a").expect("arterial blood");
            assert!((mark.at[0] - arm.po2_mmhg).abs() < 1e-6, "{plot:?}: {mark:?}");
            assert!(mark.name.starts_with("blood of the right arm: "), "{mark:?}");
        }
        let cascade = &figure(Plot::OxygenCascade).series;
        let row = |name: &str| cascade.iter().find(|series| series.name == name).map(|series| series.points[0][0]);
        assert!((row("right arm").expect("a row") - arm.po2_mmhg).abs() < 1e-6);
        let ejected = now.left_heart().expect("a bypass").gas.po2_mmhg;
        assert!((row("left heart").expect("a row") - ejected).abs() < 1e-6);
        assert_eq!((row("PaO₂"), row("membrane lung")), (None, None));
        let absent = charts.absent().iter().find(|(plot, _)| *plot == Plot::IsoShunt);
        assert_eq!(absent.map(|(_, reason)| *reason), Some(NoEstimate::TwoBloods.into()));
        let oximeter = figure(Plot::Spo2Pio2);
        assert!(oximeter.series.iter().all(|series| series.role != Role::Reference), "no line of a shunt alone");
        assert!((oximeter.marks[0].at[1] - 100.0 * now.estimates.spo2_frac).abs() < 1e-9);
    }

    #[test]
    fn inv_plots_follow_the_patient_and_come_back_after_no_steady_state() {
        let mut session = Session::new(scenario::builtin()[0].clone());
        let mut charts = Charts::new();
        let first = charts.update(&session, DisplayUnits::default(), &mut frame()).to_vec();
        assert_eq!(points_of_path(&first), fio2_path::POINTS);
        assert!(!charts.pending());
        session.apply(Command::Set(ParamId::Shunt, 0.3)).expect("allowed");
        let second = charts.update(&session, DisplayUnits::default(), &mut frame()).to_vec();
        assert_ne!(first, second);
        assert!(second[0].marks.iter().any(|mark| mark.label == "before"), "the ghost of the first patient");
        session.apply(Command::Set(ParamId::Shunt, 1.0)).expect("allowed");
        assert!(charts.update(&session, DisplayUnits::default(), &mut frame()).is_empty());
        session.apply(Command::Undo).expect("allowed");
        let third = charts.update(&session, DisplayUnits::default(), &mut frame()).to_vec();
        // The ghost of another before beside it.
        let lung = |figures: &[Figure]| -> Vec<Series> {
            figures[2].series.iter().filter(|series| series.role != Role::Ghost).cloned().collect()
        };
        assert_eq!(lung(&third), lung(&second));
    }

    #[test]
    fn inv_who_is_held_beside_has_his_name_in_every_plot_and_his_own_path() {
        let mut session = Session::new(scenario::find("pure-shunt-30").expect("built in").clone());
        session.apply(Command::HoldBeside).expect("allowed");
        session.apply(Command::LoadBuiltin("pure-vq-mismatch".to_owned())).expect("built in");
        session.apply(Command::Set(ParamId::Fio2, 1.0)).expect("allowed");
        let mut charts = Charts::new();
        charts.want(Plot::ALL.map(Plot::id));
        while charts.update(&session, DisplayUnits::default(), &mut frame()).is_empty() || charts.pending() {
            frame().share(u32::MAX, &mut [(Charts::OWNER, &mut charts)]);
        }
        let name = &scenario::find("pure-shunt-30").expect("built in").title;
        for figure in charts.figures() {
            let ghosts = figure.series.iter().filter(|series| series.role == Role::Ghost).map(|series| &series.name);
            let marks = figure.marks.iter().filter(|mark| mark.role == Role::Ghost).map(|mark| &mark.name);
            // The sums of causes have a perfect lung in the same colour.
            let of_another = ghosts.chain(marks).filter(|said| !said.contains("perfect"));
            of_another.for_each(|said| assert!(said.contains(name), "{}: {said}", figure.id));
            assert!(figure.text.contains(name), "{}", figure.text);
        }
        let iso = charts.figures().iter().find(|figure| figure.id == "iso_shunt").expect("a plot");
        let path = iso.series.iter().find(|series| series.role == Role::Ghost).expect("a path of his own");
        assert_eq!(path.points.len(), fio2_path::POINTS);
        assert!(path.points.last().is_some_and(|end| end[1] < 110.0), "that of the shunt");
        assert!(charts.lung().is_some_and(|lung| lung.text.contains(name)));
    }

    #[test]
    fn inv_a_costly_path_grows_over_calls_to_the_same_end() {
        let mut session = Session::new(scenario::builtin()[0].clone());
        session.apply(Command::Switch(SwitchId::DiffusionLimit, "on")).expect("allowed");
        let mut charts = Charts::new();
        let mut last = points_of_path(charts.update(&session, DisplayUnits::default(), &mut frame()));
        assert!(last > 0 && charts.pending(), "{last} points in one call");
        while charts.pending() {
            frame().share(u32::MAX, &mut [(Charts::OWNER, &mut charts)]);
            let points = points_of_path(charts.update(&session, DisplayUnits::default(), &mut frame()));
            assert!(points >= last);
            last = points;
        }
        assert_eq!(last, fio2_path::POINTS);
    }

    #[test]
    fn inv_every_plot_can_be_wanted_and_grows_to_the_whole_one() {
        let mut session = Session::new(scenario::find("pulmonary-embolism").expect("built in").clone());
        session.apply(Command::Set(ParamId::Fio2, 0.3)).expect("allowed");
        let mut charts = Charts::new();
        charts.want(Plot::ALL.map(Plot::id));
        let mut calls = 0;
        while charts.update(&session, DisplayUnits::default(), &mut frame()).is_empty() || charts.pending() {
            calls += 1;
            assert!(calls < 500, "the plots never end");
            frame().share(u32::MAX, &mut [(Charts::OWNER, &mut charts)]);
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
        assert_eq!(charts.update(&session, DisplayUnits::default(), &mut frame()).len(), 1);
    }

    #[test]
    fn inv_plots_have_one_name_each() {
        for (i, plot) in Plot::ALL.into_iter().enumerate() {
            assert_eq!(Plot::from_id(plot.id()), Some(plot));
            assert!(Plot::ALL[..i].iter().all(|other| other.id() != plot.id() && other.title() != plot.title()));
        }
    }
}
