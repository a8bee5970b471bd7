//! SpO2 over inspired PO2: shunt presses the curve down, low V/Q moves it right.

use crate::figure::{Axis, Figure, Mark, Role, Series, Stroke, shunt_lines};
use crate::physiology::{indices, oximeter};
use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::fio2_path::Fio2Path;
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// FiO2 of the diagram.
pub const FIO2_FRAC: [f64; 2] = [0.10, 0.45];
/// Shunts of the lines.
const LINES_FRAC: [f64; 4] = [0.0, 0.10, 0.20, 0.30];
/// SpO2 below which little is drawn, percent.
const LOWEST_PERCENT: f64 = 60.0;
/// SpO2 at which the words compare curves, percent.
const COMPARED_PERCENT: f64 = 90.0;

/// Builds the figure with what there is of the path over [`FIO2_FRAC`].
///
/// x is inspired PO2, y SpO2. Lines are lungs without V/Q mismatch and with shunts of 0 to 30 %, in this patient's blood
/// at the present PaCO2 and arteriovenous O2 difference.
///
/// # Source
/// Sapsford DJ, Jones JG, Eur J Anaesthesiol 1995;12:375-386.
#[must_use]
pub fn figure(now: &Snapshot, path: &Fio2Path, units: DisplayUnits) -> Figure {
    let params = &now.params;
    let (pb, ph2o) = (params.get(ParamId::Pb), patient::ph2o_mmhg(params));
    let blood = &now.blood;
    // Where two bloods meet in the aorta no shunt alone gives what the oximeter reads.
    let shunts: &[f64] = if now.bypass.is_some() { &[] } else { &LINES_FRAC };
    let lines = shunt_lines::lines(now, FIO2_FRAC, shunts, |fio2, arterial| {
        let spo2 = oximeter::spo2_frac(arterial.saturation_frac, blood.cohb_frac, blood.methb_frac);
        [indices::inspired_po2_mmhg(fio2, pb, ph2o), percent_from_frac(spo2)]
    });
    let mut series: Vec<Series> = lines
        .into_iter()
        .zip(shunts)
        .map(|(points, shunt)| {
            let percent = format!("{:.0}", percent_from_frac(*shunt));
            let name = format!("shunt of {percent} % alone");
            Series { end_label: Some(percent), ..Series::new(Role::Reference, name, Stroke::Solid, points) }
        })
        .collect();
    let own: Vec<[f64; 2]> =
        path.readings().map(|there| [there.pio2_mmhg, percent_from_frac(there.spo2_frac)]).collect();
    let ideal = series.first().map(|line| crossing(&line.points, COMPARED_PERCENT));
    let needed = crossing(&own, COMPARED_PERCENT);
    series.push(Series::new(Role::Oximeter, "this patient", Stroke::Solid, own));

    let at = [now.estimates.gas.pio2_mmhg, percent_from_frac(now.estimates.spo2_frac)];
    let name = format!("now: PIO₂ {}, SpO₂ {:.0} %", units.text(at[0], "mmHg", 0), at[1]);
    let needs = |name: &str, at: Option<f64>| match at {
        Some(pio2) => format!("{name} {}", units.text(pio2, "mmHg", 0)),
        None => format!("{name} more or less than is drawn"),
    };
    let whose = if now.bypass.is_some() { "SpO2 of the right hand" } else { "SpO2" };
    let ideal = ideal.map(|at| needs("an ideal lung needs an inspired PO2 of", at) + " and ").unwrap_or_default();
    let text = format!(
        "{whose} over inspired PO2. For {COMPARED_PERCENT:.0} % {ideal}{}. {name}.",
        needs("this patient needs", needed),
    );
    let highest = indices::inspired_po2_mmhg(FIO2_FRAC[1], pb, ph2o);
    let lowest = at[1].min(LOWEST_PERCENT);
    let x = Axis::nice("PIO₂", "mmHg", [0.0, highest], 7);
    let ticks = x.ticks.iter().copied().filter(|tick| *tick <= highest).collect();
    Figure {
        id: "spo2_pio2",
        title: "SpO₂ over inspired PO₂".to_owned(),
        // The lines end where the axis does, so that they are labelled outside.
        x: Axis { ticks, max: highest, ..x },
        y: Axis::nice("SpO₂", "%", [(lowest / 10.0).floor() * 10.0, 100.0], 7),
        right: None,
        ends: now.bypass.is_none().then_some(shunt_lines::HEADING),
        series,
        marks: vec![Mark { role: Role::Oximeter, label: "now".to_owned(), name, at, hollow: false }],
        text,
    }
    .shown_in(units)
}

/// Where a rising curve reaches a value; none where it does not, or begins above it.
fn crossing(points: &[[f64; 2]], value: f64) -> Option<f64> {
    points.windows(2).find(|pair| pair[0][1] < value && pair[1][1] >= value).map(|pair| {
        let [[ax, ay], [bx, by]] = [pair[0], pair[1]];
        ax + (bx - ax) * (value - ay) / (by - ay)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::Params;
    use crate::sim::reading::snapshot::Model;
    use crate::study::Study;

    fn figure_of(changes: &[(ParamId, f64)]) -> Figure {
        let mut params = Params::default();
        params.set_all(changes).expect("within bounds");
        let mut model = Model::new();
        let now = model.snapshot(&params).expect("a steady state");
        let mut path = Fio2Path::new(model, &params, FIO2_FRAC);
        path.advance(u32::MAX);
        figure(&now, &path, DisplayUnits::default())
    }

    fn at(figure: &Figure, pio2: f64) -> f64 {
        let path = &figure.series.last().expect("a path").points;
        let right = path.iter().position(|point| point[0] > pio2).expect("inside");
        let (a, b) = (path[right - 1], path[right]);
        a[1] + (b[1] - a[1]) * (pio2 - a[0]) / (b[0] - a[0])
    }

    fn needed(figure: &Figure) -> f64 {
        crossing(&figure.series.last().expect("a path").points, COMPARED_PERCENT).expect("a crossing")
    }

    #[test]
    fn val_sapsford_1995_shunt_presses_down_and_low_vq_moves_right() {
        let healthy = figure_of(&[]);
        let shunt = figure_of(&[(ParamId::Shunt, 0.25)]);
        let low_vq = figure_of(&[(ParamId::Mode1LogSd, 1.1)]);
        // At the end of the diagram most of the V/Q mismatch has gone, shunt has not.
        let lost = |figure: &Figure| at(&healthy, 300.0) - at(figure, 300.0);
        assert!(lost(&shunt) > 3.0 && lost(&low_vq) < 0.6 * lost(&shunt), "{} {}", lost(&shunt), lost(&low_vq));
        assert!(needed(&low_vq) > needed(&healthy) + 20.0);
        assert!(healthy.text.contains(&format!("this patient needs {:.0} mmHg", needed(&healthy))), "{}", healthy.text);
    }
}
