//! What a step of a lesson shows beside words: plots, the lung, the course of a run, as far as they are not covered.

use crate::app::charts;
use crate::app::lesson::{LUNG_PICTURE, Lesson, Outcome, Sides};
use crate::app::run_view::RunView;
use crate::figure::lung_picture::{self, LungPicture};
use crate::figure::trends::{Channel, Trends};
use crate::figure::{Axis, Figure, Plot, Role, Series, Stroke, iso_shunt};
use crate::scenario::deck::{Scene, TRENDS};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// Lines of a trend that a hall can read.
const CHANNELS: [Channel; 4] = [Channel::Spo2, Channel::Po2Art, Channel::Pco2Art, Channel::Shunt];
/// Points of a line of a trend.
const COLUMNS: usize = 900;

/// Number of a trend's line, as a step covers it.
const KEYS: [&str; 4] = ["spo2_frac", "po2_art_mmhg", "pco2_art_mmhg", "shunt_true_frac"];

/// A line that a hall drew before the reveal: FiO2 and PaO2 (mmHg) of its two ends.
pub type HallLine = [[f64; 2]; 2];

/// How a step is shown beside what stands in its file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'s> {
    /// Whether its reveal has come.
    pub revealed: bool,
    /// The patient, where he was changed after it.
    pub now: Option<&'s Outcome>,
    /// His course as far as it is played.
    pub playing: Option<&'s RunView>,
    /// What the hall drew on the axes of the reveal's plot.
    pub drawn: Option<HallLine>,
}

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
            Picture::Covered { title } => words::lecture::comes_with_the_reveal(title),
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
        None => words::time::trend(),
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
    /// What a step shows of a patient.
    #[must_use]
    pub fn pictures(&self, step: usize, who: Who, shown: Shown<'_>, units: DisplayUnits) -> Vec<Picture> {
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
        if let Some(line) = shown.drawn.filter(|_| !shown.revealed && takes_a_line(scene)) {
            return vec![empty_axes(sides, line, units)];
        }
        let picture = |name: &String| {
            let picture = picture(scene, sides, name, shown, units);
            match (picture, shown.drawn) {
                (Picture::Plot(figure), Some(line)) if name == Plot::IsoShunt.id() => {
                    Picture::Plot(Box::new(with_line(*figure, line, units)))
                }
                (picture, _) => picture,
            }
        };
        names(scene, shown.revealed).iter().map(picture).collect()
    }
}

/// Whether a hall can draw before a step's reveal: on axes of FiO2 and PaO2, which tell nothing of the patient.
#[must_use]
pub fn takes_a_line(scene: &Scene) -> bool {
    scene.ask.is_some() && names(scene, true).iter().any(|name| name == Plot::IsoShunt.id())
}

/// The axes of the reveal's plot with nothing on them but the line of the hall.
fn empty_axes(sides: &Sides, line: HallLine, units: DisplayUnits) -> Picture {
    let title = title(Plot::IsoShunt.id());
    let snapshot = match &sides.before {
        Ok(snapshot) => snapshot,
        Err(reason) => return Picture::Absent { title, reason: reason.to_string() },
    };
    match charts::figure(Plot::IsoShunt, &mut Model::new(), snapshot, None, units) {
        Ok(figure) => {
            let empty = Figure {
                series: Vec::new(),
                marks: Vec::new(),
                text: words::lecture::empty_axes().to_owned(),
                ..figure
            };
            Picture::Plot(Box::new(with_line(empty, line, units)))
        }
        Err(reason) => Picture::Absent { title, reason: reason.to_string() },
    }
}

/// A plot with the line of the hall, as high as that is.
fn with_line(mut figure: Figure, line: HallLine, units: DisplayUnits) -> Figure {
    let pressure = units.of("mmHg");
    let points: Vec<[f64; 2]> = line.iter().map(|[fio2, po2_mmhg]| [*fio2, pressure.value(*po2_mmhg)]).collect();
    let highest = points.iter().map(|point| point[1]).fold(figure.y.max, f64::max);
    if highest > figure.y.max {
        figure.y = Axis::nice(&figure.y.label, &figure.y.unit, [figure.y.min, highest], 8);
    }
    let [from, to] = line;
    figure.text = words::lecture::hall_drew_from_to(
        figure.text,
        pressure.text(from[1], 0),
        from[0],
        pressure.text(to[1], 0),
        to[0],
    );
    let end_label = Some(words::lecture::hall_drew().to_owned());
    figure
        .series
        .push(Series { end_label, ..Series::new(Role::Shunt, words::lecture::hall_drew(), Stroke::Dashed, points) });
    figure
}

/// The lines of a step's trend: those of which it speaks, in its tiles or by its question; all where it speaks of none.
fn lines(scene: &Scene) -> impl Iterator<Item = (&'static str, Channel)> + '_ {
    let asked = scene.ask.as_ref().map(|ask| ask.answer.key());
    let spoken = move |key: &str| asked == Some(key) || scene.tiles.iter().any(|tile| tile.key == key);
    let none = !KEYS.into_iter().any(&spoken);
    KEYS.into_iter().zip(CHANNELS).filter(move |(key, _)| none || spoken(key))
}

fn picture(scene: &Scene, sides: &Sides, name: &str, shown: Shown<'_>, units: DisplayUnits) -> Picture {
    let Shown { revealed, now, playing, .. } = shown;
    let title = title(name);
    if !revealed && is_covered(scene, name) {
        return Picture::Covered { title };
    }
    if name == TRENDS {
        let course = playing.or(sides.course.as_deref().filter(|_| revealed));
        let Some(course) = course else { return Picture::Covered { title } };
        let seen = |key: &str| revealed || !scene.blind.covers(key);
        let channels: Vec<Channel> = lines(scene).filter(|(key, _)| seen(key)).map(|(_, line)| line).collect();
        if channels.is_empty() {
            return Picture::Covered { title };
        }
        let length_s = sides.course.as_ref().map_or(course.time_s(), |whole| whole.time_s());
        let mut trends = course.trends(length_s, COLUMNS, &channels, units);
        // What is asked for stands first: where there is not room for all lanes, the last are left out.
        let asked = scene.ask.as_ref().and_then(|ask| KEYS.iter().position(|key| *key == ask.answer.key()));
        let asked = asked.map(|index| CHANNELS[index].lane());
        trends.lanes.sort_by_key(|of| Some(of.lane) != asked);
        return Picture::Trends(Box::new(trends));
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
