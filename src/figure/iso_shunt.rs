//! The iso-shunt diagram of this patient, with the patient's own path across it.

use crate::figure::{Axis, Figure, Mark, Role, Series, Stroke, shunt_lines};
use crate::physiology::indices;
use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::fio2_path::Fio2Path;
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// Shunts of the lines.
pub const LINES_FRAC: [f64; 9] = [0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50];
/// Largest shunt that has a line of its own.
const MOST_FRAC: f64 = 0.95;
/// FiO2 of the diagram.
pub const FIO2_FRAC: [f64; 2] = [0.21, 1.0];

/// Builds the figure with what there is of the path; `before` gives the ghost of the arterial point.
///
/// x is FiO2, y PaO2 in mmHg. A line says what PaO2 a shunt gives at each FiO2 in this patient's blood at the present
/// PaCO2 and arteriovenous O2 difference; the path is the patient solved anew at each FiO2. A pure shunt runs along a
/// line, V/Q mismatch crosses them.
///
/// # Source
/// Benatar SR, Hewlett AM, Nunn JF, Br J Anaesth 1973;45:711-718, doi:10.1093/bja/45.7.711; lines computed, not copied.
#[must_use]
pub fn figure(now: &Snapshot, before: Option<&Snapshot>, path: &Fio2Path, units: DisplayUnits) -> Figure {
    let params = &now.params;
    let arterial = &now.state.arterial.gas;
    let pb = params.get(ParamId::Pb);

    let lines = shunt_lines::lines(now, FIO2_FRAC, &LINES_FRAC, |fio2, blood| [fio2, blood.po2_mmhg]);
    let mut series: Vec<Series> = lines
        .into_iter()
        .zip(LINES_FRAC)
        .map(|(points, shunt)| {
            let percent = format!("{:.0}", percent_from_frac(shunt));
            let name = format!("{percent} % shunt");
            Series { end_label: Some(percent), ..Series::new(Role::Reference, name, Stroke::Solid, points) }
        })
        .collect();

    let fio2 = params.get(ParamId::Fio2);
    let path: Vec<[f64; 2]> = path.readings().map(|there| [there.fio2_frac, there.po2_art_mmhg]).collect();
    let ends = [path.first().copied(), path.last().copied()];
    series.push(Series::new(Role::Patient, "this patient", Stroke::Solid, path));

    let mark = |role, label: &str, name: &str, at: [f64; 2], hollow| Mark {
        role,
        label: label.to_owned(),
        name: format!("{name}: FiO₂ {:.2}, PaO₂ {}", at[0], units.text(at[1], "mmHg", 0)),
        at,
        hollow,
    };
    let mut marks = Vec::with_capacity(2);
    if let Some(before) = before {
        let at = [before.params.get(ParamId::Fio2), before.state.arterial.gas.po2_mmhg];
        marks.push(mark(Role::Ghost, "before", "before", at, true));
    }
    marks.push(mark(Role::Arterial, "a", "now", [fio2, arterial.po2_mmhg], false));

    let highest = (indices::inspired_po2_mmhg(1.0, pb, patient::ph2o_mmhg(params)) / 100.0).ceil().max(1.0) * 100.0;
    let admixture = match now.estimates.gas.venous_admixture_frac {
        Ok(frac) => format!("venous admixture {:.0} %", percent_from_frac(frac)),
        Err(reason) => format!("no venous admixture: {reason}"),
    };
    let journey = match ends {
        [Some(low), Some(high)] => format!(
            "{PATH} from PaO2 {} at FiO2 {:.2} to {} at FiO2 {:.2}.",
            units.text(low[1], "mmHg", 0),
            low[0],
            units.of("mmHg").number(high[1], 0),
            high[0]
        ),
        _ => "The patient has no steady state on this diagram.".to_owned(),
    };
    let text = format!(
        "Iso-shunt lines from 0 to 50 % for haemoglobin {}, output {:.1} L/min, PaCO2 {} and an arteriovenous O2 difference of {}. {journey} Now {}; {admixture}, true shunt {:.0} %.",
        units.text(params.get(ParamId::Hb), "g/dL", 1),
        now.output_l_per_min(),
        units.text(arterial.pco2_mmhg, "mmHg", 0),
        units.text(arterial.o2_ml_per_dl - now.state.venous.gas.o2_ml_per_dl, "mL/dL", 1),
        marks.last().map_or("", |mark| mark.name.trim_start_matches("now: ")),
        percent_from_frac(now.truth.shunt_frac),
    );
    Figure {
        id: "iso_shunt",
        title: "Iso-shunt, this patient".to_owned(),
        x: Axis { ticks: vec![0.21, 0.4, 0.6, 0.8, 1.0], ..Axis::linear("FiO₂", "", FIO2_FRAC, 0.2, 2) },
        y: Axis::linear("PaO₂", "mmHg", [0.0, highest], if highest > 500.0 { 100.0 } else { 50.0 }, 0),
        right: None,
        ends: Some(shunt_lines::HEADING),
        series,
        marks,
        text,
    }
    .shown_in(units)
}

/// The figure with the line on which the patient stands now: its label is written before all others. None while his
/// admixture is not steady; and not for pages where it is hidden.
#[must_use]
pub fn with_own_line(mut figure: Figure, now: &Snapshot, units: DisplayUnits) -> Figure {
    let own = now.estimates.gas.venous_admixture_frac.ok().filter(|own| (0.0..MOST_FRAC).contains(own));
    // Of gas that is newer than the blood there is no line.
    let Some(own) = own.filter(|_| now.steadiness.venous_admixture) else { return figure };
    let per_mmhg = units.of("mmHg").per_value;
    let points = shunt_lines::lines(now, FIO2_FRAC, &[own], |fio2, blood| [fio2, blood.po2_mmhg * per_mmhg]);
    let percent = format!("{:.0}", percent_from_frac(own));
    for points in points {
        let line = Series::new(Role::Shunt, format!("{percent} % shunt, this patient now"), Stroke::Dashed, points);
        let at = figure.series.iter().position(|series| series.role == Role::Patient).unwrap_or(figure.series.len());
        figure.series.insert(at, Series { end_label: Some(percent.clone()), ..line });
    }
    figure
}

/// The figure with the path of another patient, who is held beside; `name` is his.
#[must_use]
pub fn with_path_beside(mut figure: Figure, name: &str, path: &Fio2Path, units: DisplayUnits) -> Figure {
    let per_mmhg = units.of("mmHg").per_value;
    let points = path.readings().map(|there| [there.fio2_frac, there.po2_art_mmhg * per_mmhg]).collect();
    let at = figure.series.iter().position(|series| series.role == Role::Patient).unwrap_or(figure.series.len());
    figure.series.insert(at, Series::new(Role::Ghost, name, Stroke::Dashed, points));
    figure
}

/// Top of the low range by unit, with the distance of its ticks: what a shunt of a third and more gives on any oxygen.
const LOW: [(&str, f64, f64); 2] = [("mmHg", 300.0, 50.0), ("kPa", 40.0, 10.0)];

/// The top of the low range of a figure, with its unit; none where it shows no more anyway.
#[must_use]
pub fn low_top(figure: &Figure) -> Option<(f64, &'static str)> {
    let (unit, top, _) = LOW.into_iter().find(|(unit, ..)| *unit == figure.y.unit)?;
    (figure.y.max > top).then_some((top, unit))
}

/// The figure up to the low range: lines end where they leave it, and what is above stands as an arrow at its edge.
#[must_use]
pub fn low(figure: &Figure) -> Figure {
    let Some((top, unit)) = low_top(figure) else { return figure.clone() };
    let tick = LOW.into_iter().find(|(of, ..)| *of == unit).map_or(top, |(_, _, tick)| tick);
    let cut = |points: &[[f64; 2]]| -> Vec<[f64; 2]> {
        let inside = points.iter().position(|[_, y]| *y > top).unwrap_or(points.len());
        let mut kept = points[..inside].to_vec();
        if let (Some([x0, y0]), Some([x1, y1])) = (kept.last().copied(), points.get(inside)) {
            kept.push([x0 + (x1 - x0) * (top - y0) / (y1 - y0), top]);
        }
        kept
    };
    let series = figure.series.iter().map(|series| Series { points: cut(&series.points), ..series.clone() });
    Figure {
        y: Axis::linear(&figure.y.label, unit, [0.0, top], tick, 0),
        series: series.collect(),
        text: format!("{} Shown up to {top:.0} {unit}.", figure.text),
        ..figure.clone()
    }
}

/// The figure without the patient's path, in words too: his lines and his point stay.
#[must_use]
pub fn without_path(mut figure: Figure) -> Figure {
    figure.series.retain(|series| series.role != Role::Patient);
    if let Some((lines, rest)) = figure.text.split_once(PATH)
        && let Some((_, now)) = rest.split_once(NOW)
    {
        figure.text = format!("{lines}{}{now}", NOW.trim_start_matches(". "));
    }
    figure
}

/// How the sentence about the path begins, and the one after it.
const PATH: &str = "The patient's path goes";
const NOW: &str = ". Now ";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{Params, SwitchId};
    use crate::sim::reading::snapshot::Model;
    use crate::study::Study;

    fn solved(changes: &[(ParamId, f64)]) -> (Model, Snapshot) {
        let mut params = Params::default();
        params.set_all(changes).expect("within bounds");
        params.set_switch(SwitchId::Breathing, "spontaneous").expect("an option");
        let mut model = Model::new();
        let snapshot = model.snapshot(&params).expect("a steady state");
        (model, snapshot)
    }

    fn whole(model: &mut Model, now: &Snapshot) -> Figure {
        let mut path = Fio2Path::new(model.clone(), &now.params, FIO2_FRAC);
        path.advance(u32::MAX);
        figure(now, None, &path, DisplayUnits::default())
    }

    /// Shunt line nearest to the patient's path at a FiO2 near `fio2`, percent.
    fn nearest_line(figure: &Figure, fio2: f64) -> f64 {
        let at = |series: &Series| {
            let nearer = |a: &&[f64; 2], b: &&[f64; 2]| (a[0] - fio2).abs().total_cmp(&(b[0] - fio2).abs());
            series.points.iter().min_by(nearer).map_or(f64::INFINITY, |point| point[1])
        };
        let path = at(figure.series.last().expect("a path"));
        let nearest = LINES_FRAC
            .iter()
            .zip(&figure.series)
            .min_by(|a, b| (at(a.1) - path).abs().total_cmp(&(at(b.1) - path).abs()));
        100.0 * nearest.expect("a line").0
    }

    #[test]
    fn inv_a_low_range_shows_the_same_lines_as_far_as_it_goes() {
        for (units, top) in [
            (DisplayUnits::default(), 300.0),
            (DisplayUnits { pressure: crate::text::display_units::Pressure::Kpa, ..DisplayUnits::default() }, 40.0),
        ] {
            let params = Params::default().with(ParamId::Shunt, 0.3).expect("within bounds");
            let mut model = Model::new();
            let now = model.snapshot(&params).expect("a steady state");
            let mut path = Fio2Path::new(model, &params, FIO2_FRAC);
            path.advance(u32::MAX);
            let whole = figure(&now, None, &path, units);
            let shown = low(&whole);
            assert!(whole.y.max > top && shown.y.max == top && low_top(&shown).is_none());
            let own =
                |of: &Figure| of.series.iter().find(|s| s.role == Role::Patient).expect("his path").points.clone();
            assert_eq!(own(&shown), own(&whole), "a shunt of three tenths stays below");
            let [all, cut] = [&whole, &shown].map(|of| &of.series[0].points);
            assert!(cut.len() < all.len() && cut[..cut.len() - 1] == all[..cut.len() - 1]);
            assert!((cut[cut.len() - 1][1] - top).abs() < 1e-9, "it ends where it leaves");
        }
    }

    #[test]
    fn inv_a_pure_shunt_runs_along_its_line_and_mismatch_crosses_them() {
        let ideal = [(ParamId::Mode1Units, 1.0), (ParamId::Mode1LogSd, 0.0), (ParamId::AlveolarDeadSpace, 0.0)];
        let (mut model, now) = solved(&[&ideal[..], &[(ParamId::Shunt, 0.25), (ParamId::Fio2, 0.5)]].concat());
        let figure = whole(&mut model, &now);
        assert_eq!(figure.series.len(), LINES_FRAC.len() + 1);
        let with = with_own_line(figure.clone(), &now, DisplayUnits::default());
        let own = &with.series[LINES_FRAC.len()];
        assert!(own.role == Role::Shunt && own.end_label.as_deref() == Some("25"), "{own:?}");
        // It goes through where he stands.
        let at = with.marks.last().expect("a dot").at;
        let far = |point: &&[f64; 2]| (point[0] - at[0]).abs();
        let there = own.points.iter().min_by(|a, b| far(a).total_cmp(&far(b))).expect("a point");
        assert!((there[1] / at[1] - 1.0).abs() < 0.06, "{there:?} {at:?}");
        for fio2 in [0.21, 0.4, 0.6, 0.8] {
            assert!((nearest_line(&figure, fio2) - 25.0).abs() < 5.1, "{fio2}: {}", nearest_line(&figure, fio2));
        }
        let (mut model, now) = solved(&[(ParamId::Mode1LogSd, 1.4), (ParamId::Shunt, 0.0)]);
        let figure = whole(&mut model, &now);
        assert!(nearest_line(&figure, 0.21) >= 20.0 && nearest_line(&figure, 1.0) <= 5.0);
    }

    #[test]
    fn inv_without_its_path_nothing_of_another_fio2_is_told() {
        let (mut model, now) = solved(&[(ParamId::Shunt, 0.3)]);
        let with = whole(&mut model, &now);
        let without = without_path(with.clone());
        assert_eq!(without.series.len(), LINES_FRAC.len());
        let last = with.series.last().and_then(|path| path.points.last()).expect("an end")[1];
        assert!(with.text.contains(&format!("to {last:.0} at FiO2 1.00")), "{}", with.text);
        assert!(!without.text.contains("1.00") && without.text.contains("Now FiO₂ 0.21"), "{}", without.text);
        assert_eq!(without.marks, with.marks);
    }

    #[test]
    fn inv_the_dot_lies_on_the_path_and_the_text_names_it() {
        let (mut model, now) = solved(&[(ParamId::Shunt, 0.3), (ParamId::Fio2, 1.0)]);
        let figure = whole(&mut model, &now);
        let end = figure.series.last().and_then(|path| path.points.last()).expect("an end");
        let dot = figure.marks.last().expect("a dot").at;
        assert!((end[1] - dot[1]).abs() < 1e-6 * dot[1]);
        assert!(figure.text.contains(&format!("PaO₂ {:.0} mmHg", dot[1])), "{}", figure.text);
        assert_eq!(
            figure.to_csv().lines().count(),
            1 + figure.series.iter().map(|s| s.points.len()).sum::<usize>() + 1
        );
    }
}
