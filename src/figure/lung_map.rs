//! The lung layer by layer, as gravity has it: what is open, and where gas and blood go.

use std::ops::Range;

use crate::figure::{Axis, Figure, Role, Series, Stroke};
use crate::physiology::indices::NoEstimate;
use crate::physiology::lung_tissue::OVERDISTENDED_FRAC;
use crate::sim::mechanics::LAYERS;
use crate::sim::mechanics::bed::MechanicsReading;
use crate::sim::params::Position;
use crate::sim::reading::snapshot::Snapshot;
use crate::units::percent_from_frac;

/// Tissue of a layer, as shares of all tissue, in the order in which they are drawn.
const TISSUE: [(Role, &str); 5] = [
    (Role::Open, "open"),
    (Role::Overdistended, "overdistended"),
    (Role::Tidal, "tidal"),
    (Role::Shunt, "collapsed"),
    (Role::Consolidated, "consolidated"),
];

/// Builds the figure.
///
/// The layers are a list, the uppermost first: ventral in the supine, dorsal in the prone. Each has its tissue as bars end
/// to end, and as points the gas and the blood that it gets; all are shares of the whole lung, so that they can be
/// compared.
///
/// # Errors
/// [`NoEstimate`] of a lung without layers.
pub fn figure(now: &Snapshot) -> Result<Figure, NoEstimate> {
    let mechanics = now.mechanics.as_ref().ok_or(NoEstimate::NoMechanics)?;
    let order = from_the_top(mechanics);
    let [first, last] = ends(now.params.position());
    let names = order.iter().map(|layer| match *layer {
        0 => format!("{first} 1"),
        layer if layer + 1 == LAYERS => format!("{last} {LAYERS}"),
        layer => (layer + 1).to_string(),
    });
    let mut y = Axis::list(names.collect());
    if let Some(units) = units_by_layer(now) {
        y.units = order.iter().map(|layer| units[*layer].clone()).collect();
    }
    let tissue = order.iter().map(|layer| tissue(mechanics, *layer)).collect::<Vec<_>>();
    let mut series = Vec::new();
    for (kind, (role, name)) in TISSUE.into_iter().enumerate() {
        let begins = |shares: &[f64; 5]| percent_from_frac(shares[..kind].iter().sum());
        let mut bars = Series::new(role, name, Stroke::Bars, Vec::new());
        for (shares, row) in tissue.iter().zip(&y.ticks) {
            // Nothing is no bar, not a thin one.
            if shares[kind] > 1e-6 {
                bars.points.push([begins(shares) + percent_from_frac(shares[kind]), *row]);
                bars.extents.push(begins(shares));
            }
        }
        if !bars.points.is_empty() {
            series.push(bars);
        }
    }
    let [gas, blood] = flows(mechanics);
    let mut widest = tissue.iter().map(|shares| percent_from_frac(shares.iter().sum())).fold(0.0, f64::max);
    for (role, name, label, of) in
        [(Role::Ventilation, "ventilation", "gas V̇", &gas), (Role::Perfusion, "perfusion", "blood Q̇", &blood)]
    {
        let points: Vec<[f64; 2]> =
            order.iter().zip(&y.ticks).map(|(layer, row)| [percent_from_frac(of[*layer]), *row]).collect();
        widest = points.iter().map(|point| point[0]).fold(widest, f64::max);
        let mut line = Series::new(role, name, Stroke::Solid, points.clone());
        line.end_label = Some(label.to_owned());
        series.extend([line, Series::new(role, name, Stroke::Dots, points)]);
    }
    let end = ((widest * 1.08 / 5.0).ceil() * 5.0).max(15.0);
    Ok(Figure {
        id: "lung_map",
        title: "Lung map".to_owned(),
        x: Axis::linear("share of the whole lung", "%", [0.0, end], if end > 40.0 { 10.0 } else { 5.0 }, 0),
        y,
        right: None,
        ends: None,
        series,
        marks: Vec::new(),
        text: words(now, mechanics, [&gas, &blood]),
    })
}

/// The layers, the uppermost first.
pub(super) fn from_the_top(mechanics: &MechanicsReading) -> Vec<usize> {
    let mut order: Vec<usize> = (0..LAYERS).collect();
    order.sort_by(|a, b| mechanics.layers[*a].depth_frac.total_cmp(&mechanics.layers[*b].depth_frac));
    order
}

/// The units of each layer, as indices into [`Snapshot::units`]; none where the lung has no layers, or where units of
/// some get no blood.
pub(super) fn units_by_layer(now: &Snapshot) -> Option<Vec<Range<usize>>> {
    now.mechanics.as_ref()?;
    let per_layer = now.units.len() / LAYERS;
    let whole = per_layer > 0 && per_layer * LAYERS == now.units.len();
    let flows = now.units.iter().all(|unit| unit.perfusion_l_per_min > 0.0);
    (whole && flows).then(|| (0..LAYERS).map(|layer| layer * per_layer..(layer + 1) * per_layer).collect())
}

/// Names of the first and the last layer.
fn ends(position: Position) -> [&'static str; 2] {
    match position {
        Position::Supine | Position::Prone => ["ventral", "dorsal"],
        Position::SickSideDown | Position::SickSideUp => ["upper", "lower"],
        Position::Upright => ["apex", "base"],
    }
}

/// What a layer's tissue is, as shares of all tissue, in the order of [`TISSUE`].
fn tissue(mechanics: &MechanicsReading, index: usize) -> [f64; 5] {
    let layer = &mechanics.layers[index];
    let (low, high) = (&mechanics.breath.expired, &mechanics.breath.inspired);
    let open = low.open_frac[index];
    let tidal = (high.open_frac[index] - open).max(0.0);
    let is_over = high.stretch_frac[index] > OVERDISTENDED_FRAC;
    let collapsed = (1.0 - layer.consolidated_frac - open - tidal).max(0.0);
    let [open, over] = if is_over { [0.0, open] } else { [open, 0.0] };
    [open, over, tidal, collapsed, layer.consolidated_frac].map(|share| layer.weight * share)
}

/// Shares of the layers in ventilation, and in the blood that flows through the lung with gas or without.
fn flows(mechanics: &MechanicsReading) -> [[f64; LAYERS]; 2] {
    let shares = |of: [f64; LAYERS]| {
        let sum: f64 = of.iter().sum();
        of.map(|flow| if sum > 0.0 { flow / sum } else { 0.0 })
    };
    let gas = mechanics.flows.map(|flow| flow.ventilation_l_per_min);
    [shares(gas), shares(mechanics.flows.map(|flow| flow.perfusion_l_per_min + flow.shunt_l_per_min))]
}

fn words(now: &Snapshot, mechanics: &MechanicsReading, [gas, blood]: [&[f64; LAYERS]; 2]) -> String {
    let position = match now.params.position() {
        Position::Supine => "Supine, ventral uppermost",
        Position::Prone => "Prone, dorsal uppermost",
        Position::SickSideDown => "On the side, the sick lung below",
        Position::SickSideUp => "On the side, the sick lung above",
        Position::Upright => "Upright, the apex uppermost",
    };
    let all: Vec<[f64; 5]> = (0..LAYERS).map(|layer| tissue(mechanics, layer)).collect();
    let whole = TISSUE.iter().enumerate().map(|(kind, (_, name))| {
        format!("{name} {:.0} %", percent_from_frac(all.iter().map(|shares| shares[kind]).sum::<f64>()))
    });
    let half = |of: &[f64; LAYERS]| {
        let lower = |(layer, _): &(usize, &f64)| mechanics.layers[*layer].depth_frac > 0.5;
        percent_from_frac(of.iter().enumerate().filter(lower).map(|(_, share)| share).sum::<f64>())
    };
    let missed: f64 = mechanics.flows.iter().map(|flow| flow.shunt_l_per_min).sum();
    format!(
        "{position}. Tissue: {}. The lower half gets {:.0} % of the gas and {:.0} % of the blood; {missed:.2} L/min flow through tissue without gas.",
        whole.collect::<Vec<_>>().join(", "),
        half(gas),
        half(blood)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Params, SwitchId};
    use crate::sim::reading::snapshot::Model;

    fn ards(position: &str) -> Snapshot {
        let mut params = Params::default();
        for (id, option) in
            [(SwitchId::Breathing, "ventilated"), (SwitchId::Mechanics, "on"), (SwitchId::Position, position)]
        {
            params.set_switch(id, option).expect("an option");
        }
        let set = [(ParamId::Collapsible, 0.4), (ParamId::Consolidated, 0.1), (ParamId::SuperimposedPressure, 12.0)];
        params.set_all(&set).expect("within bounds");
        Model::new().snapshot(&params).expect("a steady state")
    }

    #[test]
    fn inv_the_bars_are_all_tissue_and_the_points_all_gas_and_blood() {
        let now = ards("supine");
        let figure = figure(&now).expect("a lung in layers");
        let bars = figure.series.iter().filter(|series| series.stroke == Stroke::Bars);
        let tissue: f64 = bars
            .flat_map(|series| series.points.iter().zip(&series.extents))
            .map(|(point, from)| point[0] - from)
            .sum();
        assert!((tissue - 100.0).abs() < 1e-6, "{tissue}");
        for name in ["ventilation", "perfusion"] {
            let dots = figure.series.iter().find(|series| series.name == name && series.stroke == Stroke::Dots);
            let sum: f64 = dots.expect("points").points.iter().map(|point| point[0]).sum();
            assert!((sum - 100.0).abs() < 1e-6, "{name}: {sum}");
        }
        let units: Vec<usize> = figure.y.units.iter().cloned().flatten().collect();
        assert_eq!(units, (0..now.units.len()).collect::<Vec<_>>(), "each unit lies in one layer");
        let collapsed = now.mechanics.as_ref().expect("on").tissue_shares().collapsed_frac;
        let told: f64 = figure
            .series
            .iter()
            .filter(|series| ["collapsed", "tidal"].contains(&series.name.as_str()))
            .flat_map(|series| series.points.iter().zip(&series.extents))
            .map(|(point, from)| point[0] - from)
            .sum();
        assert!((told - 100.0 * collapsed).abs() < 1e-6, "{told} and {collapsed}");
    }

    #[test]
    fn inv_prone_turns_the_map_and_the_words_say_so() {
        let [supine, prone] = ["supine", "prone"].map(|position| figure(&ards(position)).expect("a lung in layers"));
        assert_eq!((supine.y.names[0].as_str(), supine.y.names[9].as_str()), ("ventral 1", "dorsal 10"));
        assert_eq!((prone.y.names[0].as_str(), prone.y.names[9].as_str()), ("dorsal 10", "ventral 1"));
        assert_eq!(supine.y.units.iter().rev().collect::<Vec<_>>(), prone.y.units.iter().collect::<Vec<_>>());
        assert!(supine.text.starts_with("Supine, ventral uppermost. Tissue: open "), "{}", supine.text);
        assert!(prone.text.starts_with("Prone, dorsal uppermost.") && prone.text.contains("consolidated 10 %"));
        assert!(prone.to_csv().contains("collapsed,"), "{}", prone.to_csv());
        assert!(supine.to_csv().contains(",dorsal 10,"), "{}", supine.to_csv());
    }

    #[test]
    fn inv_a_lung_without_layers_has_no_map() {
        let now = Model::new().snapshot(&Params::default()).expect("healthy");
        assert_eq!(figure(&now), Err(NoEstimate::NoMechanics));
    }
}
