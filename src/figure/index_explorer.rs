//! Indices of oxygenation over FiO2: they move while the lung does not.

use crate::figure::iso_shunt::FIO2_FRAC;
use crate::figure::{Axis, Figure, RightAxis, Role, Series, Stroke};
use crate::sim::params::ParamId;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::fio2_path::{Fio2Path, Reading};
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// Largest value of the axis of the indices in mmHg; the ratios end with it at 1.
const HIGHEST_MMHG: f64 = 700.0;

/// One index: name, short name, colour, and how it is read.
struct Index {
    name: &'static str,
    label: &'static str,
    role: Role,
    stroke: Stroke,
    is_ratio: bool,
    read: fn(&Reading) -> Option<f64>,
}

const INDICES: [Index; 5] = [
    Index {
        name: "true shunt",
        label: "true shunt",
        role: Role::Reference,
        stroke: Stroke::Dashed,
        is_ratio: true,
        read: |there| Some(there.shunt_frac),
    },
    Index {
        name: "venous admixture",
        label: "admixture",
        role: Role::Shunt,
        stroke: Stroke::Dashed,
        is_ratio: true,
        read: |there| there.venous_admixture_frac,
    },
    Index {
        name: "a/A ratio",
        label: "a/A",
        role: Role::Alveolar,
        stroke: Stroke::Dashed,
        is_ratio: true,
        read: |there| there.arterial_alveolar_ratio,
    },
    Index {
        name: "P/F ratio",
        label: "P/F",
        role: Role::Arterial,
        stroke: Stroke::Solid,
        is_ratio: false,
        read: |there| Some(there.pf_ratio_mmhg),
    },
    Index {
        name: "A-a gradient",
        label: "A-a",
        role: Role::Gradient,
        stroke: Stroke::Solid,
        is_ratio: false,
        read: |there| there.aa_gradient_mmhg,
    },
];

/// Builds the figure with what there is of the path over [`FIO2_FRAC`].
///
/// x is FiO2; A-a gradient and P/F ratio stand on the left axis in mmHg (full lines), a/A ratio and venous admixture
/// beside the true shunt on the right axis as fractions (dashed). Dots are the patient now.
///
/// # Source
/// Karbing DS et al., Crit Care 2007;11:R118, doi:10.1186/cc6174: P/F varies with FiO2 in one patient.
#[must_use]
pub fn figure(now: &Snapshot, path: &Fio2Path, units: DisplayUnits) -> Figure {
    let here = now.params.get(ParamId::Fio2);
    let mut series: Vec<Series> = Vec::with_capacity(2 * INDICES.len());
    let mut dots = Vec::new();
    let mut words = Vec::new();
    for index in &INDICES {
        let points: Vec<[f64; 2]> =
            path.readings().filter_map(|there| Some([there.fio2_frac, (index.read)(there)?])).collect();
        let print = |value: f64| {
            if index.is_ratio && index.label != "a/A" {
                format!("{:.0} %", percent_from_frac(value))
            } else if index.is_ratio {
                format!("{value:.2}")
            } else {
                units.text(value, "mmHg", 0)
            }
        };
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            let (low, high) = (print(first[1]), print(last[1]));
            words.push(format!("{} from {low} at FiO2 {:.2} to {high} at {:.2}", index.name, first[0], last[0]));
        }
        if let Some(nearest) = points.iter().min_by(|a, b| (a[0] - here).abs().total_cmp(&(b[0] - here).abs()))
            && index.role != Role::Reference
            && (FIO2_FRAC[0]..=FIO2_FRAC[1]).contains(&here)
        {
            let value = value_now(now, index).unwrap_or(nearest[1]);
            dots.push(Series {
                on_right: index.is_ratio,
                labels: vec![print(value).trim_end_matches(units.of("mmHg").unit).trim_end().to_owned()],
                ..Series::new(index.role, format!("{} now", index.name), Stroke::Dots, vec![[here, value]])
            });
        }
        series.push(Series {
            end_label: Some(index.label.to_owned()),
            on_right: index.is_ratio,
            ..Series::new(index.role, index.name, index.stroke, points)
        });
    }
    series.append(&mut dots);
    let text = if words.is_empty() {
        "Indices of oxygenation over FiO2: the patient has no steady state there.".to_owned()
    } else {
        format!("Indices of oxygenation over FiO2 in this one lung: {}.", words.join("; "))
    };
    Figure {
        id: "index_explorer",
        title: "Indices over FiO₂".to_owned(),
        x: Axis { ticks: vec![0.21, 0.4, 0.6, 0.8, 1.0], ..Axis::linear("FiO₂", "", FIO2_FRAC, 0.2, 2) },
        y: Axis::linear("P/F, A-a", "mmHg", [0.0, HIGHEST_MMHG], 100.0, 0),
        ends: None,
        right: Some(RightAxis {
            label: "a/A, shunt".to_owned(),
            unit: String::new(),
            per_left: 1.0 / HIGHEST_MMHG,
            ticks: (0..=5).map(|i| 0.2 * f64::from(i)).collect(),
            decimals: 1,
        }),
        series,
        marks: Vec::new(),
        text,
    }
    .shown_in(units)
}

/// An index of the patient as it is now.
fn value_now(now: &Snapshot, index: &Index) -> Option<f64> {
    let estimates = &now.estimates;
    match index.label {
        "admixture" => estimates.gas.venous_admixture_frac.ok(),
        "a/A" => estimates.arterial_alveolar_ratio.ok(),
        "P/F" => Some(estimates.pf_ratio_mmhg),
        _ => estimates.aa_gradient_mmhg.ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::Params;
    use crate::sim::reading::snapshot::Model;
    use crate::study::Study;

    fn figure_of(changes: &[(ParamId, f64)]) -> (Snapshot, Figure) {
        let mut params = Params::default();
        params.set_all(changes).expect("within bounds");
        let mut model = Model::new();
        let now = model.snapshot(&params).expect("a steady state");
        let mut path = Fio2Path::new(model, &params, FIO2_FRAC);
        path.advance(u32::MAX);
        let figure = figure(&now, &path, DisplayUnits::default());
        (now, figure)
    }

    fn ends(figure: &Figure, name: &str) -> [f64; 2] {
        let points = &figure.series.iter().find(|series| series.name == name).expect("an index").points;
        [points[0][1], points[points.len() - 1][1]]
    }

    #[test]
    fn inv_the_indices_move_while_the_shunt_does_not() {
        let (_, figure) = figure_of(&[(ParamId::Shunt, 0.25)]);
        let [low, high] = ends(&figure, "true shunt");
        assert!((low - 0.25).abs() < 1e-12 && (high - 0.25).abs() < 1e-12);
        let [low, high] = ends(&figure, "A-a gradient");
        assert!(high > 5.0 * low, "{low} {high}");
        let [low, high] = ends(&figure, "P/F ratio");
        assert!((low - high).abs() > 50.0, "{low} {high}");
    }

    #[test]
    fn val_virtual_shunt_falls_with_oxygen() {
        // Br J Anaesth 1994 (recalled): 0.19 on air, 0.11 at 0.60 in lungs of mixed shunt and V/Q mismatch.
        let (_, figure) = figure_of(&[(ParamId::Mode1LogSd, 0.9), (ParamId::Shunt, 0.1)]);
        let [low, high] = ends(&figure, "venous admixture");
        assert!(low > high + 0.03, "{low} {high}");
    }

    #[test]
    fn inv_dots_and_words_are_the_patients_numbers() {
        let (now, figure) = figure_of(&[(ParamId::Shunt, 0.25), (ParamId::Fio2, 0.5)]);
        let dot = figure.series.iter().find(|series| series.name == "P/F ratio now").expect("a dot");
        assert_eq!(dot.points, [[0.5, now.estimates.pf_ratio_mmhg]]);
        let [low, high] = ends(&figure, "A-a gradient");
        let said = format!("A-a gradient from {low:.0} mmHg at FiO2 0.21 to {high:.0} mmHg at 1.00");
        assert!(figure.text.contains(&said), "{said}: {}", figure.text);
        assert!(figure.to_csv().starts_with("series,FiO₂,\"P/F, A-a (mmHg) or a/A, shunt\"\n"), "{}", figure.to_csv());
    }
}
