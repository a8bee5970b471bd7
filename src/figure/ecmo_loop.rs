//! The loop of a membrane lung: the saturations along it, and how much of the output it serves.

use crate::figure::waterfall::{Row, bars};
use crate::figure::{Axis, Figure, Role};
use crate::physiology::indices::NoEstimate;
use crate::sim::params::EcmoMode;
use crate::sim::reading::console::alarms;
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// Builds the figure.
///
/// x is percent: saturations of the blood that tissues return, is drained, returned, enters the lung, leaves it; and
/// below them the effective flow (what is pumped less what is pumped twice) over what the body gets, and recirculation.
/// Where the lung returns into the aorta, right arm and leg stand in place of one arterial blood.
///
/// # Errors
/// [`NoEstimate::NoMembraneLung`].
///
/// # Source
/// Definitions of Messai E et al., Intensive Care Med 2013;39:327-328, doi:10.1007/s00134-012-2748-y.
pub fn figure(now: &Snapshot, units: DisplayUnits) -> Result<Figure, NoEstimate> {
    let ecmo = now.state.ecmo.as_ref().ok_or(NoEstimate::NoMembraneLung)?;
    let output = now.systemic_l_per_min();
    let saturation = |gas: &crate::physiology::blood::BloodGas| percent_from_frac(gas.saturation_frac);
    let mut rows = vec![
        (Role::Venous, "Sv̄O₂ of tissues", "mixed venous saturation", saturation(&now.state.venous.gas)),
        (Role::Venous, "drained", "drained", saturation(&ecmo.drained.gas)),
        (Role::Arterial, "returned", "returned", saturation(&ecmo.returned.gas)),
        (Role::PulmonaryArterial, "into the lung", "pulmonary arterial", saturation(&now.state.pulmonary_arterial.gas)),
    ];
    match now.bypass.and(now.arm_and_leg()) {
        None => rows.push((Role::Arterial, "SaO₂", "arterial", saturation(&now.state.arterial.gas))),
        Some(sites) => rows.extend([
            (Role::Arterial, "right arm", "right arm", saturation(&sites.before.gas)),
            (Role::Arterial, "leg", "leg", saturation(&sites.after.gas)),
        ]),
    }
    rows.extend([
        (
            Role::Delivery,
            "flow over output",
            "effective flow over output",
            percent_from_frac(ecmo.effective_flow_l_per_min / output),
        ),
        (Role::Reference, "recirculation", "recirculation", percent_from_frac(ecmo.recirculation_frac)),
    ]);
    let words: Vec<String> = rows.iter().map(|(_, _, name, value)| format!("{name} {value:.0} %")).collect();
    let percent = DisplayUnits::default().of("%");
    let (y, series, _) =
        bars(rows.iter().map(|(role, name, _, value)| Row::level(*role, name, *value, &percent)).collect());
    let alarms: String = alarms(now).iter().map(|alarm| format!(" Alarm: {}.", units.prose(alarm))).collect();
    let raised = if ecmo.recirculation_raised {
        " The pump would take more than the body returns: recirculation was raised to what is left."
    } else {
        ""
    };
    let returns = match now.params.ecmo_mode() {
        EcmoMode::VenoVenous => "Veno-venous",
        EcmoMode::VenoArterial => "Veno-arterial",
        EcmoMode::VenoArterialVenous => "Veno-arterio-venous",
    };
    Ok(Figure {
        id: "ecmo_loop",
        title: "ECMO loop".to_owned(),
        x: Axis::linear("saturation, share of flow", "%", [0.0, 100.0], 20.0, 0),
        y,
        right: None,
        ends: None,
        series,
        marks: Vec::new(),
        text: format!(
            "{returns} ECMO: {}. The membrane takes up {:.0} mL/min of O2 at an effective flow of {:.1} of {output:.1} L/min.{raised}{alarms}",
            words.join("; "),
            ecmo.o2_transfer_ml_per_min,
            ecmo.effective_flow_l_per_min,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Params, SwitchId};
    use crate::sim::reading::snapshot::Model;

    #[test]
    fn inv_the_bars_are_the_loop_of_the_model() {
        let mut params = Params::default();
        params.set(ParamId::Shunt, 0.6).expect("within bounds");
        let now = Model::new().snapshot(&params).expect("a steady state");
        assert_eq!(figure(&now, DisplayUnits::default()).expect_err("no membrane lung"), NoEstimate::NoMembraneLung);
        params.set_switch(SwitchId::Ecmo, "on").expect("an option");
        let now = Model::new().snapshot(&params).expect("a steady state");
        let figure = figure(&now, DisplayUnits::default()).expect("a loop");
        let value = |i: usize| figure.series[i].points[0][0] / 100.0;
        let [tissue, drained, returned] = [value(0), value(1), value(2)];
        assert!(tissue < drained && drained < returned);
        let estimate = now.estimates.recirculation_frac.expect("a loop");
        assert!(((drained - tissue) / (returned - tissue) - estimate).abs() < 1e-12);
        assert!(figure.text.contains(&format!("recirculation {:.0} %", 100.0 * value(6))), "{}", figure.text);
    }
}
