//! The O2-CO2 diagram: gas and blood of this patient as points of PO2 and PCO2, and the line on which its units lie.

use crate::figure::{Axis, Figure, Mark, Role, Series, Stroke, arterial_name};
use crate::numerics::float;
use crate::physiology::indices;
use crate::physiology::lung_unit::Basis;
use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::steady::vq_line;
use crate::text::display_units::DisplayUnits;

/// Points of the V/Q line.
const POINTS: usize = 90;
/// V/Q at its ends, as powers of ten.
const DECADES: [f64; 2] = [-3.0, 3.0];
/// V/Q that have a tick on it.
const TICKS: [f64; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];

/// Builds the figure; `before` gives the ghost of the arterial point.
///
/// x is PO2, y PCO2, mmHg. The V/Q line is solved unit by unit from the gas and the blood that reach the lung, from
/// mixed venous blood (V/Q 0) to inspired gas (V/Q without end). The dashed line is that of the whole body's RQ: more or
/// less ventilation moves the ideal point along it, while a lung that fails moves the arterial point left of it.
///
/// # Source
/// Rahn H, Fenn WO, A Graphical Analysis of the Respiratory Gas Exchange, Am Physiol Soc 1955; Riley RL, Cournand A, J
/// Appl Physiol 1949;1:825-847.
#[must_use]
pub fn figure(now: &Snapshot, before: Option<&Snapshot>, units: DisplayUnits) -> Figure {
    let params = &now.params;
    let pressure = units.of("mmHg");
    let inflow = &now.state.pulmonary_arterial;
    let gases = |basis, vq: &[f64]| -> Vec<[f64; 2]> {
        let line = vq_line(&now.blood, basis, now.inspired, inflow, vq);
        line.iter().map(|gas| [gas.po2_mmhg, gas.pco2_mmhg]).collect()
    };
    let ticks = gases(params.basis(), &TICKS);
    let vq: Vec<f64> = (0..POINTS)
        .map(|i| float::pow(10f64, DECADES[0] + (DECADES[1] - DECADES[0]) * i as f64 / (POINTS - 1) as f64))
        .collect();
    // By what they expire all units lie between the ends, also those that draw gas in because they absorb it.
    let line = gases(Basis::Expired, &vq);

    let pio2 = now.inspired.pio2_mmhg;
    let (arterial, venous) = (&now.bedside_arterial(), &now.state.venous.gas);
    let highest = [arterial.pco2_mmhg, venous.pco2_mmhg, inflow.gas.pco2_mmhg, 45.0].into_iter().fold(0.0, f64::max);
    let y = Axis::nice("PCO₂", "mmHg", [0.0, 1.1 * highest], 6);
    let x = Axis::nice("PO₂", "mmHg", [0.0, 1.04 * pio2], 7);

    let mut series = Vec::with_capacity(4);
    if now.estimates.aa_gradient_mmhg.is_ok() {
        let (fio2, pb, rq) = (now.inspired_o2_frac(), params.get(ParamId::Pb), params.get(ParamId::Rq));
        let at = |pco2: f64| [indices::alveolar_po2_mmhg(fio2, pb, patient::ph2o_mmhg(params), pco2, rq), pco2];
        let top = pio2 / (fio2 + (1.0 - fio2) / rq);
        let name = format!("gas of RQ {rq:.2}");
        series.push(Series::new(Role::Reference, name, Stroke::Dashed, vec![at(0.0), at(top.min(y.max))]));
    }
    series.push(Series::new(Role::Curve, "V̇/Q̇ line", Stroke::Solid, line));
    let lung = now.units.iter();
    series.push(Series {
        extents: lung.clone().map(|unit| unit.perfusion_l_per_min).collect(),
        ..Series::new(
            Role::Unit,
            "lung units",
            Stroke::Dots,
            lung.map(|unit| [unit.po2_alv_mmhg, unit.capillary.pco2_mmhg]).collect(),
        )
    });

    series.push(Series {
        labels: TICKS.iter().map(f64::to_string).collect(),
        ..Series::new(Role::Curve, "V̇/Q̇ of the line", Stroke::Dots, ticks)
    });

    let mark = |role, label: &str, name: &str, at: [f64; 2], hollow| Mark {
        role,
        label: label.to_owned(),
        name: format!("{name}: PO₂ {}, PCO₂ {}", pressure.number(at[0], 0), pressure.text(at[1], 1)),
        at,
        hollow,
    };
    let mut marks = Vec::with_capacity(7);
    marks.push(mark(Role::Ventilation, "I", "inspired gas", [pio2, 0.0], false));
    if let Some(before) = before {
        let gas = &before.bedside_arterial();
        marks.push(mark(Role::Ghost, "before", "arterial before", [gas.po2_mmhg, gas.pco2_mmhg], true));
    }
    marks.push(mark(Role::Venous, "v̄", "mixed venous blood", [venous.po2_mmhg, venous.pco2_mmhg], false));
    if now.state.ecmo.is_some() {
        let at = [inflow.gas.po2_mmhg, inflow.gas.pco2_mmhg];
        marks.push(mark(Role::PulmonaryArterial, "pa", "pulmonary arterial blood", at, false));
    }
    if now.estimates.aa_gradient_mmhg.is_ok() {
        // Where the gas of this RQ holds the PCO2 of arterial blood, both at body temperature.
        let (fio2, pb, rq) = (now.inspired_o2_frac(), params.get(ParamId::Pb), params.get(ParamId::Rq));
        let ideal = indices::alveolar_po2_mmhg(fio2, pb, patient::ph2o_mmhg(params), arterial.pco2_mmhg, rq);
        let at = [ideal, arterial.pco2_mmhg];
        marks.push(mark(Role::Alveolar, "ideal", "ideal point", at, true));
    }
    if let (Ok(po2), Ok(pco2)) = (now.truth.po2_alv_mixed_mmhg, now.truth.pco2_alv_mixed_mmhg) {
        marks.push(mark(Role::Alveolar, "A", "mixed alveolar gas", [po2, pco2], false));
    }
    marks.push(mark(
        Role::Arterial,
        "a",
        arterial_name(now, "arterial blood"),
        [arterial.po2_mmhg, arterial.pco2_mmhg],
        false,
    ));

    let names: Vec<&str> = marks.iter().map(|mark| mark.name.as_str()).collect();
    let text = format!(
        "O2-CO2 diagram with this patient's V/Q line from mixed venous blood to inspired gas and {} lung units on it. {}.",
        now.units.len(),
        names.join("; ")
    );
    Figure { id: "o2_co2", title: "O₂-CO₂ diagram".to_owned(), x, y, right: None, ends: None, series, marks, text }
        .shown_in(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{Params, Setting, SwitchId};
    use crate::sim::play::run::{Action, Run};
    use crate::sim::reading::snapshot::Model;
    use crate::units::ROOM_AIR_FIO2_FRAC;

    fn figure_of(changes: &[(ParamId, f64)]) -> Figure {
        let mut params = Params::default();
        params.set_all(changes).expect("within bounds");
        figure(&Model::new().snapshot(&params).expect("a steady state"), None, DisplayUnits::default())
    }

    fn mark<'a>(figure: &'a Figure, label: &str) -> &'a Mark {
        figure.marks.iter().find(|mark| mark.label == label).expect("a mark")
    }

    #[test]
    fn inv_units_lie_on_the_line_and_flows_are_the_patients() {
        let figure = figure_of(&[(ParamId::Mode1LogSd, 1.0), (ParamId::Shunt, 0.2)]);
        let line = &figure.series.iter().find(|series| series.name == "V̇/Q̇ line").expect("a line").points;
        let units = figure.series.iter().find(|series| series.role == Role::Unit).expect("units");
        for [po2, pco2] in &units.points {
            // The nearest stretch of the line, seen on axes of 150 and 50 mmHg.
            let off = line.windows(2).map(|pair| {
                let scaled = |p: [f64; 2]| [p[0] / 150.0, p[1] / 50.0];
                let ([ax, ay], [bx, by], [px, py]) = (scaled(pair[0]), scaled(pair[1]), scaled([*po2, *pco2]));
                let length = float::hypot(bx - ax, by - ay).max(1e-12);
                let along = (((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length).clamp(0.0, length);
                float::hypot(ax + along * (bx - ax) / length - px, ay + along * (by - ay) / length - py)
            });
            assert!(off.fold(f64::INFINITY, f64::min) < 2e-3, "{po2} {pco2}");
        }
        assert!((units.extents.iter().sum::<f64>() - 4.0).abs() < 1e-9);
    }

    #[test]
    fn inv_points_stand_as_rahn_and_riley_drew_them() {
        let figure = figure_of(&[(ParamId::Mode1LogSd, 1.0), (ParamId::Shunt, 0.2), (ParamId::AlveolarDeadSpace, 0.0)]);
        let at = |label| mark(&figure, label).at;
        assert!((at("I")[0] - 149.7).abs() < 0.1 && at("I")[1] == 0.0);
        assert!(at("a")[0] < at("ideal")[0] && at("ideal")[0] < at("A")[0], "a left of i, A right of it");
        assert!((at("a")[1] - at("ideal")[1]).abs() < 1e-9 && at("A")[1] < at("ideal")[1]);
        assert!(at("v̄")[0] < at("a")[0] && at("v̄")[1] > at("a")[1]);
        assert!(figure.text.contains(&format!("arterial blood: PO₂ {:.0}", at("a")[0])), "{}", figure.text);
        assert!(figure.text.contains("ideal point: PO₂"), "{}", figure.text);
    }

    #[test]
    fn inv_in_an_opioid_apnoea_inspired_gas_is_what_the_airway_gives() {
        let mut params = Params::default();
        params.set_switch(SwitchId::BreathingControl, "on").expect("an option");
        params.set(ParamId::Fio2, 0.6).expect("within bounds");
        let mut run = Run::new(&params, 1);
        let opioid =
            vec![Setting::Param(ParamId::OpioidDepression, 1.0), Setting::Param(ParamId::WakefulnessDrive, 0.0)];
        let inspired = |run: &Run| {
            let now = run.live().snapshot();
            mark(&figure(&now, None, DisplayUnits::default()), "I").at[0]
        };
        assert!((inspired(&run) - 0.6 * 713.0).abs() < 1e-6, "{}", inspired(&run));
        run.act(Action::Set(opioid)).expect("a change");
        run.advance(600);
        assert!(run.live().snapshot().ventilation.alveolar_l_per_min <= 0.0, "no breath");
        // The mask is still at 0.6; without a breath the airway is open to room air.
        assert!((inspired(&run) - ROOM_AIR_FIO2_FRAC * 713.0).abs() < 1e-6, "{}", inspired(&run));
    }

    /// A mask that leaks gives less than it is set to, and the ideal point is of what it gives.
    #[test]
    fn inv_the_ideal_point_lies_on_the_line_of_the_gas_in_force() {
        for leak in [0.0, 0.5] {
            let figure = figure_of(&[(ParamId::Fio2, 1.0), (ParamId::MaskLeak, leak)]);
            let at = |label| mark(&figure, label).at;
            let dashed = &figure.series[0].points;
            let share = at("ideal")[1] / dashed[1][1];
            let on_line = dashed[0][0] + share * (dashed[1][0] - dashed[0][0]);
            assert!(
                (on_line - at("ideal")[0]).abs() < 1e-6 && at("ideal")[0] < at("I")[0],
                "{leak}: {:?}",
                at("ideal")
            );
            assert!((at("I")[0] < 500.0) == (leak > 0.0), "{leak}: {:?}", at("I"));
        }
    }

    #[test]
    fn inv_hypoventilation_climbs_the_line_of_the_rq() {
        let figure = figure_of(&[(ParamId::AlveolarVentilation, 2.4)]);
        let dashed = &figure.series[0].points;
        let i = mark(&figure, "ideal").at;
        let share = i[1] / dashed[1][1];
        assert!(i[1] > 70.0 && (dashed[0][0] + share * (dashed[1][0] - dashed[0][0]) - i[0]).abs() < 1e-6);
    }
}
