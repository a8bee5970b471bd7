//! The plots of a session, computed once for each state of the patient.

use crate::app::{Session, View};
use crate::figure::lung_picture::{self, LungPicture};
use crate::figure::{Figure, iso_shunt, o2_dissociation, vq_distribution};
use crate::sim::params::Params;
use crate::sim::snapshot::{Model, Snapshot};
use crate::text::display_units::DisplayUnits;

/// Content evaluations that the patient's path across the iso-shunt diagram may cost at once: 1 ms with a diffusion
/// limit, and more than a whole path costs without one. A frame that answers an action asks up to three times.
const PATH_EVALUATIONS: u32 = 12_000;

/// Names and titles of all plots, in menu order.
pub const NAMES: [(&str, &str); 3] = [
    ("o2_dissociation", "O₂ dissociation"),
    ("iso_shunt", "Iso-shunt, this patient"),
    ("vq_distribution", "V/Q distribution"),
];

/// Plots of the present patient. A model of its own: what curves solve never flows back into the patient.
#[derive(Debug, Clone, Default)]
pub struct Charts {
    model: Model,
    /// What the plots are of: the state that is shown and its units, and the patient whose path was solved.
    of: Option<(u64, DisplayUnits, Params)>,
    path: Option<iso_shunt::Path>,
    figures: Vec<Figure>,
    lung: Option<LungPicture>,
}

impl Charts {
    /// No plots yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The plots of a session, computed anew where the patient or its ghost has changed since the last call; none
    /// where the patient has no steady state.
    ///
    /// A path that costs more than a frame allows grows with each call until [`Charts::pending`] is false.
    pub fn update(&mut self, session: &Session, units: DisplayUnits) -> &[Figure] {
        self.update_of(session.revision(), session.now(), session.before(), units)
    }

    /// As [`Charts::update`], of any view of a patient; `revision` tells one from another.
    pub fn update_of(&mut self, revision: u64, now: &View, before: Option<&View>, units: DisplayUnits) -> &[Figure] {
        let params = &now.params;
        let current = self.of.as_ref().is_some_and(|of| (of.0, of.1) == (revision, units));
        if current && !self.pending() {
            return &self.figures;
        }
        if self.of.as_ref().is_none_or(|(.., of)| of != params) {
            self.path = None;
        }
        if !current {
            self.figures.clear();
            self.lung = None;
        }
        if let Ok(now) = &now.outcome {
            let ghost = before.and_then(|view| view.outcome.as_ref().ok());
            let path = self.path.get_or_insert_with(|| iso_shunt::Path::new(params));
            path.advance(&mut self.model, PATH_EVALUATIONS);
            self.figures = figures(now, ghost, path, units).into();
            if self.lung.is_none() {
                self.lung = Some(lung_picture::figure(now, ghost).shown_in(units));
            }
        }
        self.of = Some((revision, units, params.clone()));
        &self.figures
    }

    /// The plots as they were last computed.
    #[must_use]
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// The lung as it was last computed; none where the patient has no steady state.
    #[must_use]
    pub fn lung(&self) -> Option<&LungPicture> {
        self.lung.as_ref()
    }

    /// Whether another call would add to the plots.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.path.as_ref().is_some_and(iso_shunt::Path::pending)
    }
}

/// All plots of a patient, complete.
#[must_use]
pub fn all(model: &mut Model, now: &Snapshot, before: Option<&Snapshot>, units: DisplayUnits) -> [Figure; 3] {
    let mut path = iso_shunt::Path::new(&now.params);
    path.advance(model, u32::MAX);
    figures(now, before, &path, units)
}

fn figures(now: &Snapshot, before: Option<&Snapshot>, path: &iso_shunt::Path, units: DisplayUnits) -> [Figure; 3] {
    [
        o2_dissociation::figure(now, before, units),
        iso_shunt::figure(now, before, path, units),
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
        assert_eq!(points_of_path(&first), iso_shunt::POINTS);
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
        assert_eq!(last, iso_shunt::POINTS);
    }
}
