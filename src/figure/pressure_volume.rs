//! Pressure and volume of a lung in layers: a low-flow loop, the breath in it, what is open.

use crate::figure::{Axis, Figure, Mark, RightAxis, Role, Series, Stroke};
use crate::physiology::indices::NoEstimate;
use crate::sim::mechanics::maneuvers::{LOOP_TOP_CMH2O, LoopPoint, PressureVolumeLoop};
use crate::sim::reading::snapshot::Snapshot;
use crate::units::{ML_PER_L, percent_from_frac};

/// Builds the figure.
///
/// x is airway pressure, y the gas in the lung, on the right the ventilated share of all tissue. Inflation and deflation
/// of a quasi-static loop enclose its hysteresis; the breath stands in it as a chord from end expiration (PEEP and EELV)
/// to plateau, with the driving pressure as its width.
///
/// # Errors
/// [`NoEstimate`] of a lung without layers.
///
/// # Source
/// Inflections as [`PressureVolumeLoop`] has them.
pub fn figure(now: &Snapshot, around: &PressureVolumeLoop) -> Result<Figure, NoEstimate> {
    let mechanics = now.mechanics.as_ref().ok_or(NoEstimate::NoMechanics)?;
    let (low, high) = (&mechanics.breath.expired, &mechanics.breath.inspired);
    let breath = [[low.airway_cmh2o, low.gas_l], [high.airway_cmh2o, high.gas_l]];
    let of = |points: &[LoopPoint], value: fn(&LoopPoint) -> f64| -> Vec<[f64; 2]> {
        points.iter().map(|point| [point.airway_cmh2o, value(point)]).collect()
    };
    let gas: fn(&LoopPoint) -> f64 = |point| point.gas_l;
    let open: fn(&LoopPoint) -> f64 = |point| percent_from_frac(point.open_frac);
    let mut series = vec![
        Series::new(Role::Curve, "inflation", Stroke::Solid, of(&around.inflation, gas)),
        Series::new(Role::Curve, "deflation", Stroke::Dashed, of(&around.deflation, gas)),
    ];
    let limbs = [("open, inflation", "open ↑", &around.inflation), ("open, deflation", "open ↓", &around.deflation)];
    for (name, label, points) in limbs {
        let mut share = Series::new(Role::Open, name, Stroke::Dashed, of(points, open));
        share.on_right = true;
        share.end_label = Some(label.to_owned());
        series.push(share);
    }
    let driving = mechanics.breath.driving_cmh2o();
    if driving > 0.0 {
        let width = vec![breath[0], [high.airway_cmh2o, low.gas_l]];
        let mut across = Series::new(Role::Gradient, "driving pressure", Stroke::Dashed, width);
        across.end_label = Some(format!("ΔP {driving:.0}"));
        series.push(across);
    }
    series.push(Series::new(Role::Patient, "breath", Stroke::Solid, breath.to_vec()));

    let mark = |role, label: String, name: String, at, hollow| Mark { role, label, name, at, hollow };
    let mut marks = vec![mark(
        Role::Patient,
        format!("EELV {:.2} L", low.gas_l),
        format!("end expiration: {:.0} cmH₂O, EELV {:.2} L", low.airway_cmh2o, low.gas_l),
        breath[0],
        false,
    )];
    if driving > 0.0 {
        marks.push(mark(
            Role::Patient,
            format!("plateau {:.0}", high.airway_cmh2o),
            format!("plateau: {:.0} cmH₂O, {:.2} L", high.airway_cmh2o, high.gas_l),
            breath[1],
            false,
        ));
    }
    for (found, label, name) in [(0, "LIP", "lower inflection"), (1, "UIP", "upper inflection")] {
        if let Some(pressure) = around.inflections_cmh2o[found] {
            let at = [pressure, between(&around.inflation, pressure)];
            marks.push(mark(Role::Curve, label.to_owned(), format!("{name}: {pressure:.0} cmH₂O"), at, true));
        }
    }

    let largest = around.inflation.iter().chain(&around.deflation).map(|point| point.gas_l);
    let y = volume_axis(largest.fold(high.gas_l, f64::max));
    let x_end = LOOP_TOP_CMH2O.max((high.airway_cmh2o / 10.0).ceil() * 10.0);
    let right = RightAxis {
        label: "open tissue".to_owned(),
        unit: "%".to_owned(),
        per_left: 100.0 / y.max,
        ticks: vec![0.0, 25.0, 50.0, 75.0, 100.0],
        decimals: 0,
    };
    Ok(Figure {
        id: "pressure_volume",
        title: "Pressure and volume".to_owned(),
        x: Axis::linear("airway pressure", "cmH₂O", [0.0, x_end], 10.0, 0),
        y,
        right: Some(right),
        ends: None,
        series,
        marks,
        text: words(now, around),
    })
}

/// Gas on a limb of rising pressure at a pressure, L.
fn between(limb: &[LoopPoint], pressure_cmh2o: f64) -> f64 {
    let above = limb.partition_point(|point| point.airway_cmh2o < pressure_cmh2o).clamp(1, limb.len() - 1);
    let (a, b) = (&limb[above - 1], &limb[above]);
    a.gas_l + (b.gas_l - a.gas_l) * (pressure_cmh2o - a.airway_cmh2o) / (b.airway_cmh2o - a.airway_cmh2o)
}

fn volume_axis(largest_l: f64) -> Axis {
    let tick = if largest_l > 4.0 { 1.0 } else { 0.5 };
    Axis::linear("gas in the lung", "L", [0.0, ((largest_l / tick - 1e-9).ceil() * tick).max(tick)], tick, 1)
}

fn words(now: &Snapshot, around: &PressureVolumeLoop) -> String {
    let Some(mechanics) = &now.mechanics else { return String::new() };
    let breath = &mechanics.breath;
    let (low, high) = (&breath.expired, &breath.inspired);
    let ends = |limb: &[LoopPoint]| {
        let [first, .., last] = limb else { return String::new() };
        let open = |point: &LoopPoint| percent_from_frac(point.open_frac);
        format!(
            "from {:.2} L at {:.0} cmH₂O ({:.0} % of the tissue open) to {:.2} L at {:.0} ({:.0} %)",
            first.gas_l,
            first.airway_cmh2o,
            open(first),
            last.gas_l,
            last.airway_cmh2o,
            open(last)
        )
    };
    let middle = 0.5 * LOOP_TOP_CMH2O;
    let falling: Vec<LoopPoint> = around.deflation.iter().rev().copied().collect();
    let mut out = format!(
        "Low-flow loop of this lung: inflation {}; at {middle:.0} cmH₂O {:.2} L on the way up and {:.2} L on the way down.",
        ends(&around.inflation),
        between(&around.inflation, middle),
        between(&falling, middle)
    );
    for (at, name) in around.inflections_cmh2o.iter().zip(["Lower", "Upper"]) {
        if let Some(at) = at {
            out.push_str(&format!(" {name} inflection at {at:.0} cmH₂O."));
        }
    }
    let open = percent_from_frac(mechanics.tissue_shares().open_frac);
    out.push_str(&format!(
        " End expiration at {:.0} cmH₂O with {:.2} L (EELV), {open:.0} % of the tissue open.",
        low.airway_cmh2o, low.gas_l
    ));
    if let Some(compliance) = breath.compliance_l_per_cmh2o() {
        out.push_str(&format!(
            " Plateau {:.0} cmH₂O with {:.2} L: driving pressure {:.0} cmH₂O, compliance {:.0} mL/cmH₂O.",
            high.airway_cmh2o,
            high.gas_l,
            breath.driving_cmh2o(),
            ML_PER_L * compliance
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::mechanics::bed::LayeredLung;
    use crate::sim::mechanics::maneuvers::pressure_volume_loop;
    use crate::sim::params::{ParamId, Params, SwitchId};
    use crate::sim::patient::Ventilation;
    use crate::sim::reading::snapshot::Model;

    fn collapsing(peep_cmh2o: f64) -> (Snapshot, PressureVolumeLoop) {
        let mut params = Params::default();
        for (id, option) in [(SwitchId::Breathing, "ventilated"), (SwitchId::Mechanics, "on")] {
            params.set_switch(id, option).expect("an option");
        }
        let set = [(ParamId::Collapsible, 0.4), (ParamId::SuperimposedPressure, 12.0), (ParamId::Peep, peep_cmh2o)];
        params.set_all(&set).expect("within bounds");
        let now = Model::new().snapshot(&params).expect("a steady state");
        let (lung, _) = LayeredLung::settled(&params, &Ventilation::new(&params), None, None);
        let around = pressure_volume_loop(&lung.mechanics, &lung.aeration);
        (now, around)
    }

    #[test]
    fn inv_the_breath_stands_in_the_loop_and_the_words_say_its_numbers() {
        let (now, around) = collapsing(8.0);
        let figure = figure(&now, &around).expect("a lung in layers");
        let breath = &now.mechanics.as_ref().expect("on").breath;
        let chord = figure.series.iter().find(|series| series.name == "breath").expect("a breath");
        let ends = [&breath.expired, &breath.inspired].map(|phase| [phase.airway_cmh2o, phase.gas_l]);
        assert_eq!(chord.points, ends);
        assert!((ends[0][0] - 8.0).abs() < 1e-9);
        let says = [
            format!("End expiration at 8 cmH₂O with {:.2} L (EELV)", breath.expired.gas_l),
            format!("driving pressure {:.0} cmH₂O", breath.driving_cmh2o()),
            format!("Plateau {:.0} cmH₂O", breath.inspired.airway_cmh2o),
            format!("{:.2} L at 40 (", around.inflation.last().expect("a point").gas_l),
        ];
        for part in says {
            assert!(figure.text.contains(&part), "{part}: {}", figure.text);
        }
        // Hysteresis: more gas on the way down.
        let falling: Vec<LoopPoint> = around.deflation.iter().rev().copied().collect();
        assert!(between(&falling, 20.0) > between(&around.inflation, 20.0) + 0.05, "{}", figure.text);
        let csv = figure.to_csv();
        assert!(csv.starts_with("series,airway pressure (cmH₂O),gas in the lung (L) or open tissue (%)\n"), "{csv}");
        assert!(csv.contains("\ninflation,0,") && csv.contains("\n\"open, deflation\",40,"), "{csv}");
    }

    #[test]
    fn inv_a_lung_without_layers_has_no_loop() {
        let (_, around) = collapsing(5.0);
        let now = Model::new().snapshot(&Params::default()).expect("healthy");
        assert_eq!(figure(&now, &around), Err(NoEstimate::NoMechanics));
    }
}
