//! Why PaO2 is low and the A-a gradient wide: a step for each cause.

use crate::figure::waterfall::{Row, bars, signed};
use crate::figure::{Axis, Figure, Role};
use crate::study::attribution::{Attribution, Cause, Part};
use crate::text::display_units::{DisplayUnits, Shown};

/// What a cause looks like.
fn role(cause: Cause) -> Role {
    match cause {
        Cause::LowInspired => Role::Ventilation,
        Cause::Hypoventilation => Role::Co2,
        Cause::Spread => Role::Gradient,
        Cause::Shunt => Role::Shunt,
        Cause::Diffusion => Role::Alveolar,
        Cause::LowVenous => Role::Venous,
    }
}

/// The steps of one whole from a beginning, their words, and where they end.
fn steps(found: &Attribution, from: f64, change: fn(&Part) -> f64, shown: &Shown<'_>) -> (Vec<Row>, Vec<String>) {
    let mut at = from;
    let mut rows = Vec::new();
    let mut words = Vec::new();
    for part in &found.parts {
        let next = at + change(part);
        let name = part.cause.name(part.fall_mmhg >= 0.0);
        rows.push(Row::step(role(part.cause), name, at, next, shown));
        words.push(format!("{name} {}", signed(next - at, shown)));
        at = next;
    }
    (rows, words)
}

/// The fall in PaO2 from that of a healthy person with a perfect lung to that of the patient.
///
/// # Source
/// As [`crate::study::attribution`] and [`crate::numerics::shapley`].
#[must_use]
pub fn fall(found: &Attribution, units: DisplayUnits) -> Figure {
    let shown = units.of("mmHg");
    let [reference, now] = [found.reference, found.patient].map(|of| of.po2_art_mmhg);
    let (steps, words) = steps(found, reference, |part| -part.fall_mmhg, &shown);
    let mut rows = vec![Row::level(Role::Ghost, "perfect lung", reference, &shown)];
    rows.extend(steps);
    rows.push(Row::level(Role::Arterial, "PaO₂", now, &shown));
    let (y, series, range) = bars(rows);
    Figure {
        id: "attribution",
        title: "What lowers PaO₂".to_owned(),
        x: Axis::nice("PaO₂ in steady state", "mmHg", range, 6),
        y,
        right: None,
        ends: None,
        series,
        marks: Vec::new(),
        text: format!(
            "From the PaO2 of a perfect lung, {}, to this patient's {}: {}. Each cause has the mean of what it takes away over all orders in which the causes may come.",
            shown.text(reference, 0),
            shown.number(now, 0),
            words.join("; ")
        ),
    }
    .shown_in(units)
}

/// The A-a gradient from that of a perfect lung to that of the patient.
///
/// # Source
/// As [`fall`].
#[must_use]
pub fn gradient(found: &Attribution, units: DisplayUnits) -> Figure {
    let shown = units.of("mmHg");
    let [reference, now] = [found.reference, found.patient].map(|of| of.aa_gradient_mmhg);
    let (mut rows, words) = steps(found, reference, |part| part.aa_mmhg, &shown);
    rows.push(Row::level(Role::Curve, "A-a", now, &shown));
    let (y, series, range) = bars(rows);
    Figure {
        id: "attribution_aa",
        title: "What widens A-a".to_owned(),
        x: Axis::nice("A-a in steady state", "mmHg", range, 6),
        y,
        right: None,
        ends: None,
        series,
        marks: Vec::new(),
        text: format!(
            "The A-a gradient of {}: {}. Each cause has the mean of what it adds over all orders in which the causes may come.",
            shown.text(now, 0),
            words.join("; ")
        ),
    }
    .shown_in(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Params};
    use crate::sim::reading::snapshot::Model;
    use crate::study::Study;
    use crate::study::attribution::Attributing;

    #[test]
    fn inv_the_steps_lead_from_the_perfect_lung_to_the_patient() {
        let mut params = Params::default();
        params.set_all(&[(ParamId::Shunt, 0.2), (ParamId::CardiacOutput, 3.0)]).expect("within bounds");
        let mut model = Model::new();
        let mut work = Attributing::new(&mut model, &params);
        work.advance(u32::MAX);
        let found = work.outcome().expect("done").expect("solved");
        let now = model.snapshot(&params).expect("a steady state");
        let figure = fall(&found, DisplayUnits::default());
        let ends = |figure: &Figure, i: usize| figure.series[i].points[0][0];
        assert_eq!(figure.series.len(), 8);
        assert!((ends(&figure, 6) - now.state.arterial.gas.po2_mmhg).abs() < 1e-6);
        assert!((ends(&figure, 7) - now.state.arterial.gas.po2_mmhg).abs() < 1e-6);
        let shunt = signed(-found.parts[Cause::Shunt as usize].fall_mmhg, &DisplayUnits::default().of("mmHg"));
        assert!(figure.text.contains(&format!("shunt {shunt}")) && shunt.starts_with('−'), "{}", figure.text);
        assert!(figure.y.names[4] == format!("shunt  {shunt}"), "{:?}", figure.y.names);
        let gradient = gradient(&found, DisplayUnits::default());
        assert!((ends(&gradient, 5) - ends(&gradient, 6)).abs() < 1e-6);
        assert!(gradient.to_csv().contains("shunt,"), "{}", gradient.to_csv());
    }
}
