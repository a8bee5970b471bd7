//! The oxygen cascade of this patient: PO2 from inspired gas to venous blood, and what takes each step down.

use crate::figure::waterfall::{Row, bars};
use crate::figure::{Axis, Figure, Role};
use crate::physiology::blood::Chemistry;
use crate::physiology::indices;
use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::DisplayUnits;

/// Builds the figure.
///
/// x is PO2, mmHg; bars are PIO2, ideal alveolar PO2, PO2 of the mixed end-capillary blood of all units (their contents
/// averaged by flow), arterial and mixed venous PO2; where two bloods meet in the aorta those of left heart and right arm. V/Q spread and diffusion are told apart by what blood would hold in
/// equilibrium with the gas of its unit. The ideal alveolar PO2 is that of the alveolar gas equation at the PCO2 of
/// end-capillary blood; the bedside takes PaCO2, which shunted blood has raised a little, and is some mmHg lower.
#[must_use]
pub fn figure(now: &Snapshot, units: DisplayUnits) -> Figure {
    let shown = units.of("mmHg");
    let print = |po2: f64| shown.number(po2, 0);
    let pio2 = now.inspired.pio2_mmhg;
    let (arterial, venous) = (now.bedside_arterial().po2_mmhg, now.state.venous.gas.po2_mmhg);
    let pulmonary = now.state.pulmonary_arterial.gas.po2_mmhg;
    let mut rows = vec![Row::level(Role::Ventilation, "PIO₂", pio2, &shown)];
    let mut words = vec![format!("inspired {}", print(pio2))];
    let mut last = pio2;
    let mixed = end_capillary(now);
    if let Some(alveolar) = mixed.map(|mixed| ideal_alveolar_mmhg(now, mixed.pco2_mmhg)).filter(|po2| *po2 > 0.0)
        && now.estimates.aa_gradient_mmhg.is_ok()
    {
        rows.push(Row::step(Role::Co2, "O₂ taken up (CO₂ / R)", last, alveolar, &shown));
        rows.push(Row::level(Role::Alveolar, "PAO₂", alveolar, &shown));
        words.push(format!("alveolar {} after {} of O2 taken up (CO2 / R)", print(alveolar), print(last - alveolar)));
        last = alveolar;
    }
    if let Some(EndCapillary { equilibrated_mmhg: equilibrated, po2_mmhg: capillary, .. }) = mixed {
        rows.push(Row::step(Role::Gradient, "V̇/Q̇ spread", last, equilibrated, &shown));
        rows.push(Row::step(Role::Alveolar, "diffusion", equilibrated, capillary, &shown));
        rows.push(Row::level(Role::Capillary, "Pc′O₂", capillary, &shown));
        words.push(format!(
            "end-capillary {} after {} for V/Q spread and {} for diffusion",
            print(capillary),
            print(last - equilibrated),
            print(equilibrated - capillary)
        ));
        last = capillary;
    }
    let ejected = now.left_heart().map_or(arterial, |blood| blood.gas.po2_mmhg);
    rows.push(Row::step(Role::Shunt, "shunt", last, ejected, &shown));
    if now.bypass.is_some() {
        rows.push(Row::level(Role::Capillary, "left heart", ejected, &shown));
        rows.push(Row::step(Role::Oximeter, "pump’s blood", ejected, arterial, &shown));
        rows.push(Row::level(Role::Arterial, "right arm", arterial, &shown));
        words.push(format!("left heart {} after {} for shunt", print(ejected), print(last - ejected)));
        words.push(format!("right arm {} with the blood of the pump", print(arterial)));
    } else {
        rows.push(Row::level(Role::Arterial, "PaO₂", arterial, &shown));
        words.push(format!("arterial {} after {} for shunt", print(arterial), print(last - arterial)));
    }
    rows.push(Row::step(Role::Delivery, "tissues", arterial, venous, &shown));
    rows.push(Row::level(Role::Venous, "Pv̄O₂", venous, &shown));
    words.push(format!("mixed venous {} after {} for the tissues", print(venous), print(arterial - venous)));
    if now.state.ecmo.is_some() {
        // A pump that returns nothing to the veins leaves the right heart what it does not drain.
        let returns = now.bypass.is_none_or(|bypass| bypass.to_vein_frac > 0.0);
        let (name, by) = if returns {
            ("membrane lung", "with the membrane lung")
        } else {
            ("undrained veins", "of what the pump leaves")
        };
        rows.push(Row::step(Role::Oximeter, name, venous, pulmonary, &shown));
        rows.push(Row::level(Role::PulmonaryArterial, "PpaO₂", pulmonary, &shown));
        words.push(format!("pulmonary arterial {} {by}", print(pulmonary)));
    }
    let (y, series, range) = bars(rows);
    Figure {
        id: "oxygen_cascade",
        title: "Oxygen cascade".to_owned(),
        x: Axis::nice("PO₂", "mmHg", range, 6),
        y,
        right: None,
        ends: None,
        series,
        marks: Vec::new(),
        text: format!("Oxygen cascade, PO2 in {}: {}.", shown.unit, words.join("; ")),
    }
    .shown_in(units)
}

/// Alveolar PO2 by the alveolar gas equation of what is breathed, mmHg.
fn ideal_alveolar_mmhg(now: &Snapshot, pco2_mmhg: f64) -> f64 {
    let [pb_mmhg, rq_ratio] = [ParamId::Pb, ParamId::Rq].map(|id| now.params.get(id));
    let ph2o_mmhg = patient::ph2o_mmhg(&now.params);
    indices::alveolar_po2_mmhg(now.inspired_o2_frac(), pb_mmhg, ph2o_mmhg, pco2_mmhg, rq_ratio)
}

/// The mixed blood of all units, mmHg.
#[derive(Debug, Clone, Copy)]
struct EndCapillary {
    /// PO2 as it would be in equilibrium with the gas of each unit.
    equilibrated_mmhg: f64,
    /// PO2.
    po2_mmhg: f64,
    /// PCO2.
    pco2_mmhg: f64,
}

/// Mixes the blood of all units; none without units.
fn end_capillary(now: &Snapshot) -> Option<EndCapillary> {
    let first = now.units.first()?;
    let chemistry = Chemistry::new(&now.blood);
    let start = chemistry.at_tensions(first.capillary.po2_mmhg, first.capillary.pco2_mmhg);
    let flow: f64 = now.units.iter().map(|unit| unit.perfusion_l_per_min).sum();
    let mixed = |equilibrated: bool| {
        let contents = now.units.iter().fold([0.0; 2], |sum, unit| {
            let gas = if equilibrated && unit.po2_alv_mmhg - unit.capillary.po2_mmhg > 1e-9 {
                chemistry.gas_at_tensions(unit.po2_alv_mmhg, unit.capillary.pco2_mmhg)
            } else {
                unit.capillary
            };
            let share = unit.perfusion_l_per_min / flow;
            [sum[0] + share * gas.o2_ml_per_dl, sum[1] + share * gas.co2_ml_per_dl]
        });
        chemistry.evaluate(chemistry.at_contents(contents[0], contents[1], chemistry.into_domain(start))).0
    };
    let (equilibrated, real) = (mixed(true), mixed(false));
    Some(EndCapillary { equilibrated_mmhg: equilibrated.po2_mmhg, po2_mmhg: real.po2_mmhg, pco2_mmhg: real.pco2_mmhg })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Series;
    use crate::sim::params::{Params, SwitchId};
    use crate::sim::reading::snapshot::Model;

    fn figure_of(changes: &[(ParamId, f64)], switches: &[(SwitchId, &str)]) -> (Snapshot, Figure) {
        let mut params = Params::default();
        params.set_all(changes).expect("within bounds");
        switches.iter().for_each(|(id, option)| params.set_switch(*id, option).expect("an option"));
        let now = Model::new().snapshot(&params).expect("a steady state");
        let figure = figure(&now, DisplayUnits::default());
        (now, figure)
    }

    fn row<'a>(figure: &'a Figure, name: &str) -> &'a Series {
        figure.series.iter().find(|series| series.name == name).expect("a row")
    }

    fn step(figure: &Figure, name: &str) -> f64 {
        let row = row(figure, name);
        row.points[0][0] - row.extents[0]
    }

    #[test]
    fn inv_every_step_begins_where_the_last_ended() {
        let ecmo: [(SwitchId, &str); 2] = [(SwitchId::Ecmo, "on"), (SwitchId::DiffusionLimit, "on")];
        let (now, figure) = figure_of(&[(ParamId::Shunt, 0.3), (ParamId::Mode1LogSd, 1.0)], &ecmo);
        let mut last = f64::NAN;
        for series in &figure.series {
            if series.extents[0] != 0.0 {
                assert!((series.extents[0] - last).abs() < 1e-9, "{}", series.name);
            }
            last = series.points[0][0];
        }
        assert!((last - now.state.pulmonary_arterial.gas.po2_mmhg).abs() < 1e-12);
    }

    #[test]
    fn inv_each_cause_takes_its_own_step() {
        let ideal = [(ParamId::Mode1Units, 1.0), (ParamId::Mode1LogSd, 0.0)];
        let (now, shunt) = figure_of(&[&ideal[..], &[(ParamId::Shunt, 0.3)]].concat(), &[]);
        assert!(step(&shunt, "V̇/Q̇ spread").abs() < 0.01 && step(&shunt, "diffusion").abs() < 1e-9);
        assert!(step(&shunt, "shunt") < -30.0, "{}", step(&shunt, "shunt"));
        let said = format!("arterial {:.0} after", now.state.arterial.gas.po2_mmhg);
        assert!(shunt.text.contains(&said), "{}", shunt.text);
        let (_, spread) = figure_of(&[(ParamId::Mode1LogSd, 1.2), (ParamId::Shunt, 0.0)], &[]);
        assert!(step(&spread, "V̇/Q̇ spread") < -20.0 && step(&spread, "shunt").abs() < 1e-6);
        let thick = [(SwitchId::DiffusionLimit, "on")];
        let (_, thick) = figure_of(&[&ideal[..], &[(ParamId::Shunt, 0.0), (ParamId::Dlo2, 8.0)]].concat(), &thick);
        let [diffusion, shunt] = ["diffusion", "shunt"].map(|name| step(&thick, name));
        assert!(diffusion < -0.5 && shunt.abs() < 1e-6, "{diffusion} {shunt}");
    }
}
