//! What a step of a lesson shows beside words: plots, the lung, the course of a run, as far as they are not covered.

use crate::app::charts;
use crate::app::lesson::{LUNG_PICTURE, Lesson, Outcome, Sides};
use crate::figure::lung_picture::{self, LungPicture};
use crate::figure::trends::{Channel, Trends};
use crate::figure::{Figure, Plot, iso_shunt};
use crate::scenario::deck::{Scene, TRENDS};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::text::display_units::DisplayUnits;

/// Lines of a trend that a hall can read.
const CHANNELS: [Channel; 4] = [Channel::Spo2, Channel::Po2Art, Channel::Pco2Art, Channel::Shunt];
/// Points of a line of a trend.
const COLUMNS: usize = 900;

/// A picture of a step.
#[derive(Debug, Clone)]
pub enum Picture {
    /// A plot.
    Plot(Box<Figure>),
    /// Lung and blood.
    Lung(Box<LungPicture>),
    /// The course of a run.
    Trends(Box<Trends>),
    /// Nothing yet: it comes with the reveal.
    Covered {
        /// What it will be.
        title: &'static str,
    },
    /// Nothing: this patient has none.
    Absent {
        /// What it would be.
        title: &'static str,
        /// Why.
        reason: String,
    },
}

impl Picture {
    /// What it shows, in words with numbers.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Picture::Plot(figure) => figure.text.clone(),
            Picture::Lung(lung) => lung.text.clone(),
            Picture::Trends(trends) => trends.text.clone(),
            Picture::Covered { title } => format!("{title}: comes with the reveal"),
            Picture::Absent { title, reason } => format!("{title}: {reason}"),
        }
    }
}

/// Which side of a step's patients is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The patient of the step.
    Here,
    /// Who stands beside.
    Other,
}

/// The name of something that is shown, as a reader sees it.
#[must_use]
pub fn title(name: &str) -> &'static str {
    match Plot::from_id(name) {
        Some(plot) => plot.title(),
        None if name == LUNG_PICTURE => crate::draw::lung::NAME,
        None => "Trend",
    }
}

/// Whether a picture is covered before the reveal: by name, or because it tells what the question asks for.
#[must_use]
pub fn is_covered(scene: &Scene, name: &str) -> bool {
    let then = scene.ask.as_ref().is_some_and(|ask| !ask.then.is_empty());
    let foretells = Plot::from_id(name).is_some_and(|plot| plot.foretells() && plot != Plot::IsoShunt);
    scene.blind.plots.iter().any(|blind| blind == name) || (then && foretells)
}

/// Names of what a step shows.
#[must_use]
pub fn names(scene: &Scene, revealed: bool) -> &[String] {
    if revealed && !scene.reveal_show.is_empty() { &scene.reveal_show } else { &scene.show }
}

impl Lesson {
    /// What a step shows of a patient. `now` stands in for him where he was changed after the reveal.
    #[must_use]
    pub fn pictures(
        &self,
        step: usize,
        who: Who,
        revealed: bool,
        now: Option<&Outcome>,
        units: DisplayUnits,
    ) -> Vec<Picture> {
        let (Some(scene), Some(worked)) =
            (self.deck().steps.get(step).and_then(|step| step.scene()), self.worked(step))
        else {
            return Vec::new();
        };
        let sides = match who {
            Who::Here => Some(&worked.here),
            Who::Other => worked.other.as_ref(),
        };
        let Some(sides) = sides else { return Vec::new() };
        names(scene, revealed).iter().map(|name| picture(scene, sides, name, revealed, now, units)).collect()
    }
}

fn picture(
    scene: &Scene,
    sides: &Sides,
    name: &str,
    revealed: bool,
    now: Option<&Outcome>,
    units: DisplayUnits,
) -> Picture {
    let title = title(name);
    if !revealed && is_covered(scene, name) {
        return Picture::Covered { title };
    }
    if name == TRENDS {
        return match &sides.course {
            Some(course) if revealed => {
                Picture::Trends(Box::new(course.trends(course.time_s(), COLUMNS, &CHANNELS, units)))
            }
            _ => Picture::Covered { title },
        };
    }
    let outcome = now.unwrap_or(if revealed { &sides.after } else { &sides.before });
    let snapshot = match outcome {
        Ok(snapshot) => snapshot,
        Err(reason) => return Picture::Absent { title, reason: reason.to_string() },
    };
    let changed = revealed && scene.ask.as_ref().is_some_and(|ask| !ask.then.is_empty());
    let ghost: Option<&Snapshot> = sides.before.as_ref().ok().filter(|_| changed);
    let Some(plot) = Plot::from_id(name) else {
        return Picture::Lung(Box::new(lung_picture::figure(snapshot, ghost).shown_in(units)));
    };
    match charts::figure(plot, &mut Model::new(), snapshot, ghost, units) {
        Ok(figure) => {
            let hides_path = !revealed && scene.ask.is_some() && plot == Plot::IsoShunt;
            Picture::Plot(Box::new(if hides_path { iso_shunt::without_path(figure) } else { figure }))
        }
        Err(reason) => Picture::Absent { title, reason: reason.to_string() },
    }
}
