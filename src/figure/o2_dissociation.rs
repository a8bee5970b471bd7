//! The O2 dissociation curve of this blood, with the patient's points on it.

use crate::figure::{Axis, Figure, Mark, RightAxis, Role, Series, Stroke, arterial_name};
use crate::physiology::blood::{BloodGas, Chemistry};
use crate::physiology::iso_pco2::IsoPco2;
use crate::physiology::saturation;
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// Points of a curve.
const POINTS: usize = 160;
/// PO2 range that shows the bend, mmHg.
const NEAR_MMHG: f64 = 150.0;
/// PO2 range that shows arterial blood on O2, mmHg.
const FAR_MMHG: f64 = 700.0;
/// Saturation points by which the standard curve must differ to be drawn beside this one.
const SHIFTED_PERCENT: f64 = 3.0;

/// Builds the figure; `before` gives the ghost of the arterial point.
///
/// x is PO2 in mmHg, y saturation in percent, the right axis bound O2 in mL/dL. The curve is that of this blood at the
/// present PaCO2. The dashed line from mixed venous to end-capillary blood is what mixing would give if pressures
/// averaged; contents average, so arterial blood lies on the curve, far to the left of the line at its saturation.
#[must_use]
pub fn figure(now: &Snapshot, before: Option<&Snapshot>, units: DisplayUnits) -> Figure {
    let blood = &now.blood;
    let chemistry = Chemistry::new(blood);
    let (arterial, venous) = (&now.bedside_arterial(), &now.state.venous.gas);
    let far = arterial.po2_mmhg > NEAR_MMHG;
    let x = if far {
        Axis::linear("PO₂", "mmHg", [0.0, FAR_MMHG], 100.0, 0)
    } else {
        Axis::linear("PO₂", "mmHg", [0.0, NEAR_MMHG], 25.0, 0)
    };
    let line = IsoPco2::new(&chemistry, arterial.pco2_mmhg);
    let curve = curve_points(&line, x.max);
    let standard: Vec<[f64; 2]> =
        positions(x.max).map(|po2| [po2, percent_from_frac(saturation::standard_curve(po2).0)]).collect();
    let shifted = curve.iter().zip(&standard).any(|(a, b)| (a[1] - b[1]).abs() > SHIFTED_PERCENT);
    let point = |gas: &BloodGas| [gas.po2_mmhg, percent_from_frac(gas.saturation_frac)];

    let mut list = Vec::with_capacity(4);
    if shifted {
        list.push(Series::new(Role::Reference, "standard blood (pH 7.40, PCO₂ 40, 37 °C)", Stroke::Dashed, standard));
    }
    if let Some(ghost) = before.map(|before| curve_of(before, x.max)) {
        let moved = curve.iter().zip(&ghost).any(|(a, b)| (a[1] - b[1]).abs() > SHIFTED_PERCENT);
        if moved {
            list.push(Series::new(Role::Ghost, "this blood before", Stroke::Dashed, ghost));
        }
    }
    list.push(Series::new(Role::Curve, "this blood at PaCO₂", Stroke::Solid, curve));
    let ideal = now
        .estimates
        .gas
        .o2_cap_ml_per_dl
        .ok()
        .map(|_| chemistry.gas_at_tensions(now.estimates.gas.po2_alv_mmhg, arterial.pco2_mmhg));
    if let Some(ideal) = &ideal {
        list.push(Series::new(
            Role::Reference,
            "mixing line v̄ to c′",
            Stroke::Dashed,
            vec![point(venous), point(ideal)],
        ));
    }
    list.push(Series::new(
        Role::Unit,
        "lung units",
        Stroke::Dots,
        now.units.iter().map(|unit| point(&unit.capillary)).collect(),
    ));

    let mark = |role, label: &str, name: String, gas: &BloodGas, hollow| Mark {
        role,
        label: label.to_owned(),
        name: format!(
            "{name}: PO₂ {}, saturation {:.1} %, {}",
            units.text(gas.po2_mmhg, "mmHg", 0),
            percent_from_frac(gas.saturation_frac),
            units.text(gas.o2_ml_per_dl, "mL/dL", 1)
        ),
        at: point(gas),
        hollow,
    };
    let mut marks = Vec::with_capacity(6);
    let half = line.at_saturation(0.5);
    marks.push(Mark {
        role: Role::Reference,
        label: "P50".to_owned(),
        name: format!(
            "half saturated here at PO2 {} (P50 at pH 7.40: {})",
            units.text(half.po2_mmhg, "mmHg", 1),
            units.of("mmHg").number(blood.p50_mmhg, 1)
        ),
        at: [half.po2_mmhg, 50.0],
        hollow: true,
    });
    if let Some(before) = before {
        marks.push(mark(Role::Ghost, "before", "arterial before".into(), &before.bedside_arterial(), true));
    }
    marks.push(mark(Role::Venous, "v̄", "mixed venous".into(), venous, false));
    if now.state.ecmo.is_some() {
        marks.push(mark(
            Role::PulmonaryArterial,
            "pa",
            "pulmonary arterial".into(),
            &now.state.pulmonary_arterial.gas,
            false,
        ));
    }
    if let Some(ideal) = &ideal {
        marks.push(mark(Role::Capillary, "c′", "ideal end-capillary".into(), ideal, false));
    }
    marks.push(mark(Role::Arterial, "a", arterial_name(now, "arterial").into(), arterial, false));

    let capacity = chemistry.o2_capacity_ml_per_dl();
    let text = format!(
        "O2 dissociation curve of this blood: P50 {} at pH 7.40, half saturated here at {}, O2 capacity {}. {}.{}",
        units.text(blood.p50_mmhg, "mmHg", 1),
        units.text(half.po2_mmhg, "mmHg", 1),
        units.text(capacity, "mL/dL", 1),
        marks.iter().skip(1).map(|mark| mark.name.as_str()).collect::<Vec<_>>().join(". "),
        if shifted { " The standard curve is drawn beside it." } else { "" }
    );
    let tick = if capacity > 16.0 {
        5.0
    } else if capacity > 6.0 {
        2.0
    } else {
        1.0
    };
    Figure {
        id: "o2_dissociation",
        title: "O₂ dissociation".to_owned(),
        x,
        y: Axis::linear("Saturation", "%", [0.0, 100.0], 25.0, 0),
        ends: None,
        right: Some(RightAxis {
            label: "bound O₂".to_owned(),
            unit: "mL/dL".to_owned(),
            per_left: capacity / 100.0,
            ticks: (0..).map(|i| tick * f64::from(i)).take_while(|value| *value <= capacity).collect(),
            decimals: 0,
        }),
        series: list,
        marks,
        text,
    }
    .shown_in(units)
}

/// PO2 from 0 to the end of the axis, closer together where the curve bends.
fn positions(po2_max_mmhg: f64) -> impl Iterator<Item = f64> {
    (0..=POINTS).map(move |i| {
        let share = i as f64 / POINTS as f64;
        po2_max_mmhg * share * share
    })
}

/// The curve of a patient's blood at its PaCO2.
fn curve_of(snapshot: &Snapshot, po2_max_mmhg: f64) -> Vec<[f64; 2]> {
    let chemistry = Chemistry::new(&snapshot.blood);
    curve_points(&IsoPco2::new(&chemistry, snapshot.bedside_arterial().pco2_mmhg), po2_max_mmhg)
}

/// Points of a curve, each found from its neighbour.
fn curve_points(line: &IsoPco2<'_>, po2_max_mmhg: f64) -> Vec<[f64; 2]> {
    let mut point = line.at_po2(0.0);
    positions(po2_max_mmhg)
        .map(|po2| {
            point = line.at_po2_beside(po2, &point);
            [point.po2_mmhg, percent_from_frac(point.saturation_frac)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Params};
    use crate::sim::reading::snapshot::Model;

    fn figure_of(changes: &[(ParamId, f64)]) -> Figure {
        let mut params = Params::default();
        params.set_all(changes).expect("within bounds");
        figure(&Model::new().snapshot(&params).expect("a steady state"), None, DisplayUnits::default())
    }

    #[test]
    fn inv_the_arterial_point_lies_on_the_curve() {
        let figure = figure_of(&[(ParamId::Shunt, 0.3)]);
        let a = figure.marks.last().expect("the arterial mark").at;
        let curve = &figure.series.iter().find(|series| series.role == Role::Curve).expect("a curve").points;
        let right = curve.iter().position(|point| point[0] > a[0]).expect("inside");
        let (p, q) = (curve[right - 1], curve[right]);
        let on_curve = p[1] + (q[1] - p[1]) * (a[0] - p[0]) / (q[0] - p[0]);
        assert!((on_curve - a[1]).abs() < 0.05, "{on_curve} {}", a[1]);
    }

    #[test]
    fn inv_the_standard_curve_stands_beside_a_shifted_one_only() {
        let has = |figure: &Figure| figure.series.iter().any(|series| series.name.starts_with("standard blood"));
        assert!(!has(&figure_of(&[])));
        assert!(has(&figure_of(&[(ParamId::P50, 19.5)])));
    }

    #[test]
    fn inv_the_curve_before_is_drawn_where_it_has_moved() {
        let solve = |changes: &[(ParamId, f64)]| {
            let mut params = Params::default();
            params.set_all(changes).expect("within bounds");
            Model::new().snapshot(&params).expect("a steady state")
        };
        let before = solve(&[]);
        let has = |now: &Snapshot| {
            figure(now, Some(&before), DisplayUnits::default()).series.iter().any(|series| series.role == Role::Ghost)
        };
        assert!(has(&solve(&[(ParamId::P50, 32.0)])));
        assert!(!has(&solve(&[(ParamId::Shunt, 0.03)])));
    }

    #[test]
    fn inv_the_axis_grows_for_arterial_blood_on_oxygen() {
        assert!((figure_of(&[]).x.max - NEAR_MMHG).abs() < 1e-9);
        assert!((figure_of(&[(ParamId::Fio2, 1.0)]).x.max - FAR_MMHG).abs() < 1e-9);
    }
}
