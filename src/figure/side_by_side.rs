//! Two to four patients on one diagram: PaO2 over FiO2, each with his own way across the iso-shunt lines; or only what
//! two were given so far, while it is not to be seen who is who.

use crate::figure::{Axis, Figure, Mark, Plot, RightAxis, Role, Series, Stroke, iso_shunt};
use crate::text::display_units::DisplayUnits;
use crate::text::shown_to;

/// Stable name of the diagram with the ways of all.
pub const ID: &str = "iso_shunt_both";
/// Stable name of the diagram of what was given.
pub const GIVEN_ID: &str = "po2_given_both";

/// Roles of the patients, from the first to the fourth.
pub const ROLES: [Role; 4] = [Role::One, Role::Other, Role::Third, Role::Fourth];
/// How their lines are drawn: colour is never alone.
const STROKES: [Stroke; 4] = [Stroke::Solid, Stroke::Dashed, Stroke::Dotted, Stroke::DashDot];
/// Most characters of a name in a legend.
const MOST_NAME_CHARS: usize = 36;
/// Their letters.
const LETTERS: [&str; 4] = ["A", "B", "C", "D"];
/// Top of the diagram of what was given, mmHg: above what any lung gives at sea level, so that it tells nothing.
const TOP_MMHG: f64 = 700.0;

/// A PaO2 on an FiO2 that was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// FiO2.
    pub fio2_frac: f64,
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
}

/// How many there are, as titles say it.
const fn all_of(count: usize) -> &'static str {
    match count {
        0..=2 => "both patients",
        3 => "three patients",
        _ => "four patients",
    }
}

/// All patients, at most four, on the iso-shunt lines of the first: made of the diagram of each ([`iso_shunt::figure`]);
/// none where nobody has one. `names` say who they are.
#[must_use]
pub fn on_iso_shunt(of_each: &[Option<&Figure>], names: &[&str]) -> Option<Figure> {
    let ground = of_each.iter().flatten().next()?;
    let mut figure = Figure {
        id: ID,
        title: format!("Iso-shunt, {}", all_of(of_each.len())),
        series: ground.series.iter().filter(|series| series.role == Role::Reference).cloned().collect(),
        marks: Vec::new(),
        text: String::new(),
        ..(*ground).clone()
    };
    let several = all_of(of_each.len()).replace("both", "two");
    let mut told = vec![format!("PaO2 over FiO2 of {several}, on the iso-shunt lines of the first")];
    for (i, own) in of_each.iter().enumerate() {
        let Some(own) = own else {
            told.push(format!("{} has no steady state", LETTERS[i]));
            continue;
        };
        let way = own.series.iter().find(|series| series.role == Role::Patient);
        let name = format!("{}, {}", LETTERS[i], shown_to(names[i], MOST_NAME_CHARS));
        if let Some([first, .., last]) = way.map(|way| way.points.as_slice()) {
            let decimals = figure.y.decimals + usize::from(figure.y.unit == "kPa");
            told.push(format!(
                "{name}: from {:.decimals$} at FiO2 {:.2} to {:.decimals$} {} at FiO2 {:.2}",
                first[1], first[0], last[1], figure.y.unit, last[0]
            ));
        }
        figure.series.extend(way.map(|way| Series::new(ROLES[i], name.as_str(), STROKES[i], way.points.clone())));
        figure.marks.extend(own.marks.iter().filter(|mark| mark.role == Role::Arterial).map(|mark| Mark {
            role: ROLES[i],
            label: LETTERS[i].to_owned(),
            name: mark.name.replacen("now", &name, 1),
            ..mark.clone()
        }));
    }
    told.extend(figure.marks.iter().map(|mark| format!("Now {}", mark.name)));
    figure.text = told.join(". ") + ".";
    Some(figure)
}

/// Stable name of the diagram in time.
pub const IN_TIME_ID: &str = "po2_in_time_both";
/// Shortest time that it shows, min.
const SHORTEST_MIN: f64 = 5.0;

/// PaO2 of all over patient time: points of seconds and mmHg; `done` is what was set for them, with its time.
#[must_use]
pub fn in_time(of_each: &[Vec<[f64; 2]>], names: &[&str], done: &[(f64, String)], units: DisplayUnits) -> Figure {
    let end_min =
        of_each.iter().filter_map(|points| points.last()).map(|[time_s, _]| time_s / 60.0).fold(SHORTEST_MIN, f64::max);
    let top = of_each.iter().flat_map(|points| points.iter()).map(|[_, po2]| *po2).fold(100.0, f64::max);
    let end = (end_min / SHORTEST_MIN).ceil() * SHORTEST_MIN;
    let mut told = Vec::new();
    let mut series = Vec::new();
    for (i, points) in of_each.iter().enumerate() {
        let name = format!("{}, {}", LETTERS[i], shown_to(names[i], MOST_NAME_CHARS));
        if let Some([time_s, po2]) = points.last() {
            told.push(format!("{name}: {} after {:.1} min", units.text(*po2, "mmHg", 0), time_s / 60.0));
        }
        let minutes = points.iter().map(|[time_s, po2]| [time_s / 60.0, *po2]).collect();
        series.push(Series::new(ROLES[i], name, STROKES[i], minutes));
    }
    let marks: Vec<Mark> = done
        .iter()
        .map(|(time_s, words)| Mark {
            role: Role::Reference,
            label: words.clone(),
            name: format!("{words} after {:.1} min", time_s / 60.0),
            at: [time_s / 60.0, 0.0],
            hollow: true,
        })
        .collect();
    told.extend(marks.iter().map(|mark| mark.name.clone()));
    Figure {
        id: IN_TIME_ID,
        title: format!("PaO₂ in time, {}", all_of(of_each.len())),
        x: Axis::linear("time", "min", [0.0, end], if end > 30.0 { 10.0 } else { SHORTEST_MIN }, 0),
        y: Axis::linear("PaO₂", "mmHg", [0.0, (top / 100.0).ceil() * 100.0], 100.0, 0),
        right: None,
        ends: None,
        series,
        marks,
        text: format!("PaO2 over patient time. {}.", told.join(". ")),
    }
    .shown_in(units)
}

/// The plots that can carry several patients.
pub const OVERLAID: [Plot; 5] =
    [Plot::IsoShunt, Plot::VqDistribution, Plot::O2Dissociation, Plot::O2Co2, Plot::Spo2Pio2];

/// The same plot of all, one over the other: the first drawn solid, the second dashed, the third dotted, the fourth with
/// dashes and dots, each mark with its letter. What is a reference for everybody stands once; none where nobody has the
/// plot.
#[must_use]
pub fn overlaid(plot: Plot, of_each: &[Option<&Figure>], names: &[&str]) -> Option<Figure> {
    if plot == Plot::IsoShunt {
        return on_iso_shunt(of_each, names);
    }
    let all: Vec<&Figure> = of_each.iter().flatten().copied().collect();
    let (ground, others) = all.split_first()?;
    // What holds for the blood of one alone would be taken for that of both.
    let of_both = |series: &&Series| {
        let alike =
            |own: &Series| own.role == Role::Reference && own.name == series.name && alike(&own.points, &series.points);
        let everyone = others.iter().all(|other| other.series.iter().any(alike));
        series.role == Role::Reference && (series.end_label.is_some() || everyone)
    };
    let right = ground.right.clone().filter(|one| {
        let alike = |other: &RightAxis| (one.per_left / other.per_left - 1.0).abs() < ALIKE_FRAC;
        others.iter().all(|other| other.right.as_ref().is_some_and(alike))
    });
    let mut figure = Figure {
        title: format!("{}, {}", ground.title, all_of(of_each.len())),
        x: others.iter().fold(ground.x.clone(), |x, other| wider(&x, &other.x)),
        y: others.iter().fold(ground.y.clone(), |y, other| wider(&y, &other.y)),
        right,
        series: ground.series.iter().filter(of_both).cloned().collect(),
        marks: Vec::new(),
        text: String::new(),
        ..(*ground).clone()
    };
    let mut told = Vec::new();
    for (i, own) in of_each.iter().enumerate() {
        let who = format!("{}, {}", LETTERS[i], names[i]);
        let Some(own) = own else {
            told.push(format!("{who}: this plot does not exist for this patient"));
            continue;
        };
        told.push(format!("{who}: {}", own.text.trim_end_matches('.')));
        // What stands at an end of his own axis stands at that of both.
        let [own_x, all_x] = [[own.x.min, own.x.max], [figure.x.min, figure.x.max]];
        let at_the_end = |[x, y]: [f64; 2]| {
            let end = own_x.iter().position(|end| (x - end).abs() <= 1e-9 * end.abs());
            [end.map_or(x, |end| all_x[end]), y]
        };
        let is_an_end = |role: Role| matches!(role, Role::Shunt | Role::DeadSpace);
        let shown = |role: Role| !matches!(role, Role::Reference | Role::Ghost);
        // Dots have no second look, and labels of ticks would stand on those of the other.
        let told_apart = |series: &&Series| {
            shown(series.role)
                && series.labels.is_empty()
                && (series.role != Role::Ventilation || series.stroke != Stroke::Dots)
        };
        figure.series.extend(own.series.iter().filter(told_apart).map(|series| Series {
            // Two flows of one patient keep their colours: he is told by the line.
            role: match (series.role, series.stroke) {
                (Role::Perfusion | Role::Ventilation, Stroke::Solid | Stroke::Stems) => series.role,
                _ => ROLES[i],
            },
            name: format!("{}: {}", LETTERS[i], series.name),
            stroke: if series.stroke == Stroke::Solid { STROKES[i] } else { series.stroke },
            end_label: None,
            labels: Vec::new(),
            points: match is_an_end(series.role) {
                true => series.points.iter().copied().map(at_the_end).collect(),
                false => series.points.clone(),
            },
            ..series.clone()
        }));
        figure.marks.extend(own.marks.iter().filter(|mark| shown(mark.role) && !mark.hollow).map(|mark| Mark {
            role: ROLES[i],
            label: format!("{} {}", LETTERS[i], mark.label).trim_end().to_owned(),
            name: format!("{}: {}", LETTERS[i], mark.name),
            at: if is_an_end(mark.role) { at_the_end(mark.at) } else { mark.at },
            hollow: i % 2 == 1,
        }));
    }
    figure.text = told.join(". ") + ".";
    Some(figure)
}

/// How far lines and axes may part and still be the same for both, of their size.
const ALIKE_FRAC: f64 = 0.01;

fn alike(one: &[[f64; 2]], other: &[[f64; 2]]) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= ALIKE_FRAC * a.abs().max(b.abs()).max(1.0);
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| close(a[0], b[0]) && close(a[1], b[1]))
}

/// Whether a figure shows several patients: then none of them may be left out of what is named.
#[must_use]
pub fn shows_several(figure: &Figure) -> bool {
    figure
        .series
        .iter()
        .map(|series| series.role)
        .chain(figure.marks.iter().map(|mark| mark.role))
        .any(|role| ROLES.contains(&role))
}

/// Letter of the patient whose series it is, of a plot of several.
#[must_use]
pub fn letter_of(series: &Series) -> Option<&'static str> {
    LETTERS.into_iter().find(|letter| series.name.strip_prefix(letter).is_some_and(|rest| rest.starts_with(": ")))
}

/// The axis that holds both: that of the wider range.
fn wider(one: &Axis, other: &Axis) -> Axis {
    let wide = if other.max - other.min > one.max - one.min { other } else { one };
    Axis { min: one.min.min(other.min), max: one.max.max(other.max), ..wide.clone() }
}

/// What both were given so far, and what came of it.
#[must_use]
pub fn given(of_each: [&[Given]; 2], units: DisplayUnits) -> Figure {
    let mut series = Vec::new();
    let mut marks = Vec::new();
    let mut told = Vec::new();
    for (i, given) in of_each.into_iter().enumerate() {
        let letter = LETTERS[i];
        let points: Vec<[f64; 2]> = given.iter().map(|at| [at.fio2_frac, at.po2_art_mmhg]).collect();
        let words = |at: &Given| format!("PaO₂ {} on FiO₂ {:.2}", units.text(at.po2_art_mmhg, "mmHg", 0), at.fio2_frac);
        let first_and_last = given.first().into_iter().chain(given.last().filter(|_| given.len() > 1));
        // Where he is now has his letter; at the start, where all may stand at one place, it would lie on the lines.
        marks.extend(first_and_last.clone().rev().enumerate().map(|(back, at)| Mark {
            role: ROLES[i],
            label: if back == 0 { letter.to_owned() } else { String::new() },
            name: format!("{letter}: {}", words(at)),
            at: [at.fio2_frac, at.po2_art_mmhg],
            hollow: i == 1,
        }));
        let way: Vec<String> = first_and_last.map(words).collect();
        if !way.is_empty() {
            told.push(format!("{letter}: {}", way.join(" to ")));
        }
        series.push(Series::new(ROLES[i], format!("Patient {letter}"), STROKES[i], points));
    }
    Figure {
        id: GIVEN_ID,
        title: "PaO₂ on the oxygen given so far".to_owned(),
        x: Axis { ticks: vec![0.21, 0.4, 0.6, 0.8, 1.0], ..Axis::linear("FiO₂", "", iso_shunt::FIO2_FRAC, 0.2, 2) },
        y: Axis::linear("PaO₂", "mmHg", [0.0, TOP_MMHG], 100.0, 0),
        right: None,
        ends: None,
        series,
        marks,
        text: format!("PaO2 on the oxygen given so far. {}.", told.join(". ")),
    }
    .shown_in(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Params};
    use crate::sim::reading::snapshot::Model;
    use crate::study::Study;
    use crate::study::fio2_path::Fio2Path;

    fn diagram(shunt_frac: f64, units: DisplayUnits) -> Figure {
        let params = Params::default().with(ParamId::Shunt, shunt_frac).expect("within bounds");
        let mut model = Model::new();
        let now = model.snapshot(&params).expect("a steady state");
        let mut path = Fio2Path::new(model, &params, iso_shunt::FIO2_FRAC);
        path.advance(u32::MAX);
        iso_shunt::figure(&now, None, &path, units)
    }

    #[test]
    fn inv_both_ways_and_both_points_stand_on_one_diagram() {
        let units = DisplayUnits::default();
        let [one, other] = [diagram(0.02, units), diagram(0.3, units)];
        let figure = on_iso_shunt(&[Some(&one), Some(&other)], &["sound", "shunt"]).expect("both");
        let way = |of: &Figure| of.series.iter().find(|s| s.role == Role::Patient).expect("a way").points.clone();
        for (role, of) in ROLES.into_iter().zip([&one, &other]) {
            let drawn = figure.series.iter().find(|series| series.role == role).expect("drawn");
            assert_eq!(drawn.points, way(of));
            assert_eq!(figure.marks.iter().filter(|mark| mark.role == role).count(), 1);
        }
        assert!(figure.text.contains("B, shunt: from ") && figure.marks[1].name.starts_with("B, shunt: FiO₂"));
        let alone = on_iso_shunt(&[None, Some(&other)], &["sound", "shunt"]).expect("one of them");
        assert!(alone.text.contains("A has no steady state") && alone.marks.len() == 1);
        assert!(on_iso_shunt(&[None, None], &["", ""]).is_none());
    }

    #[test]
    fn inv_what_was_not_given_is_not_drawn() {
        let at = |fio2_frac, po2_art_mmhg| Given { fio2_frac, po2_art_mmhg };
        let figure = given([&[at(0.21, 55.0), at(0.4, 62.0)], &[at(0.21, 55.0)]], DisplayUnits::default());
        assert_eq!(figure.series.iter().map(|series| series.points.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(figure.marks.len(), 3);
        assert!(figure.series.iter().all(|series| series.role != Role::Reference));
        assert!(figure.text.contains("A: PaO₂ 55 mmHg on FiO₂ 0.21 to PaO₂ 62 mmHg on FiO₂ 0.40"));
    }
}
