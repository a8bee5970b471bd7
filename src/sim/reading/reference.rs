//! What a control begins from: the patient as he is when it is turned on, so that turning it changes nothing.

use crate::numerics::illinois::Illinois;
use crate::physiology::breathing_control::desaturation_percent;
use crate::sim::params::{EcmoCircuit, ParamId, Params, Setting, SwitchId, apply};
use crate::sim::reading::snapshot::{Model, Snapshot};

/// Whether a setting turns a control on that these parameters do not have.
fn turns_on(params: &Params, setting: &Setting, id: SwitchId) -> bool {
    let Setting::Switch(switch, option) = setting else { return false };
    *switch == id && params.option(id) != *option && *option != id.options()[0]
}

/// What has to be set with `settings` so that the controls that they turn on find the patient of `now` in balance.
///
/// Control of breathing keeps what is breathed, with the PaCO2, hypoxia, acid and opioid that go with it; vasoconstriction
/// takes the FiO2 breathed as that on which flows are as set; a held venous saturation is the one there is; a circuit that
/// comes to live has its tips as far apart, and the shunt of its membrane as large, as recirculation and O2 transfer as set
/// ask for. What was set by hand wins: a set point, reference, saturation or distance other than the usual, in the patient
/// or among `settings`.
#[must_use]
pub fn of_controls(now: &Snapshot, settings: &[Setting]) -> Vec<Setting> {
    let params = &now.params;
    let by_hand = |id: ParamId| {
        let usual = params.get(id).to_bits() == id.bounds().default.to_bits();
        !usual || settings.iter().any(|setting| setting.key() == id.key())
    };
    let turned = |id| settings.iter().any(|setting| turns_on(params, setting, id));
    let mut found = Vec::new();
    if turned(SwitchId::BreathingControl) && !by_hand(ParamId::Co2SetPoint) && now.ventilation.minute_l_per_min > 0.0 {
        found.extend(of_breathing(now));
    }
    if turned(SwitchId::Hpv) && !by_hand(ParamId::HpvReference) {
        found.push(Setting::Param(ParamId::HpvReference, params.get(ParamId::Fio2)));
    }
    if turned(SwitchId::Svo2Feedback) && !by_hand(ParamId::HeldSvo2) {
        found.push(Setting::Param(ParamId::HeldSvo2, now.state.venous.gas.saturation_frac));
    }
    if turned(SwitchId::EcmoCircuit) && params.ecmo() {
        match &now.pump {
            None => found.extend(of_circuit(now, settings, by_hand)),
            // Told otherwise, the pump goes on as it goes.
            Some(pump) => {
                let goes = [(ParamId::PumpFlow, pump.flow_l_per_min), (ParamId::PumpSpeed, pump.speed_per_min())];
                let given = |id: ParamId| settings.iter().any(|setting| setting.key() == id.key());
                found.extend(
                    goes.into_iter().filter(|(id, _)| !given(*id)).map(|(id, value)| Setting::Param(id, value)),
                );
            }
        }
    }
    found.retain(|setting| matches!(setting, Setting::Param(id, value) if id.check(*value).is_ok()));
    found
}

/// Evaluations of a search for what keeps a patient as he is: far nearer than any instrument reads.
const ROUNDS: u32 = 12;

/// The value of a parameter at which a function that falls with it is 0, or the end of its range nearest to that.
fn of_zero(id: ParamId, mut falling: impl FnMut(f64) -> f64) -> f64 {
    let [least, most] = [id.bounds().min, id.bounds().max];
    let [at_least, at_most] = [falling(least), falling(most)];
    if at_least <= 0.0 {
        return least;
    }
    if at_most >= 0.0 {
        return most;
    }
    let mut search = Illinois::new([least, at_least], [most, at_most]);
    for _ in 0..ROUNDS {
        let at = search.ask();
        search.tell(falling(at));
    }
    search.ask()
}

/// What gives a circuit whose flows become outcomes the flow, recirculation and O2 transfer that it has as set, as near as
/// it can.
fn of_circuit(now: &Snapshot, settings: &[Setting], by_hand: impl Fn(ParamId) -> bool) -> Vec<Setting> {
    let params = &now.params;
    let mut model = Model::new();
    let (Ok(living), Ok(steady)) = (apply(settings, params), model.snapshot(params)) else { return Vec::new() };
    let (Some(set), output) = (steady.state.ecmo, steady.output_l_per_min()) else { return Vec::new() };
    let given = |id: ParamId| settings.iter().any(|setting| setting.key() == id.key());
    let flow = living.get(ParamId::PumpFlow);
    let mut found = Vec::new();
    let cannulae = living.ecmo_cannulae();
    if !by_hand(ParamId::TipDistance) && !cannulae.dual_lumen() {
        let excess = |cm: f64| cannulae.recirculation_frac(flow, output, cm) - set.recirculation_frac;
        found.push(Setting::Param(ParamId::TipDistance, of_zero(ParamId::TipDistance, excess)));
    }
    let by_flow = Setting::Switch(SwitchId::EcmoCircuit, "by_flow");
    let Ok(mut trial) = apply(&[&found[..], &[by_flow]].concat(), &living) else { return Vec::new() };
    if !given(ParamId::MembraneShunt) {
        // Where no steady state is, too little passes.
        let shunt = of_zero(ParamId::MembraneShunt, |shunt| {
            let tried = trial.with(ParamId::MembraneShunt, shunt).ok().and_then(|tried| model.snapshot(&tried).ok());
            let transfer = tried.and_then(|tried| tried.state.ecmo).map_or(0.0, |ecmo| ecmo.o2_transfer_ml_per_min);
            transfer - set.o2_transfer_ml_per_min
        });
        found.push(Setting::Param(ParamId::MembraneShunt, shunt));
        if trial.set(ParamId::MembraneShunt, shunt).is_err() {
            return Vec::new();
        }
    }
    if living.ecmo_circuit() == EcmoCircuit::BySpeed
        && !by_hand(ParamId::PumpSpeed)
        && let Some(pump) = model.snapshot(&trial).ok().and_then(|tried| tried.pump)
    {
        found.push(Setting::Param(ParamId::PumpSpeed, pump.speed_per_min()));
    }
    found
}

/// The reference of breathing control that makes a moment an equilibrium.
fn of_breathing(now: &Snapshot) -> [Setting; 5] {
    let gas = &now.state.arterial.gas;
    [
        (ParamId::ReferencePco2, gas.pco2_mmhg),
        (ParamId::ReferenceVentilation, now.ventilation.minute_l_per_min),
        (ParamId::ReferenceDesaturation, desaturation_percent(gas.po2_mmhg)),
        (ParamId::ReferenceBaseExcess, now.params.get(ParamId::BaseExcess)),
        (ParamId::ReferenceOpioid, now.params.get(ParamId::OpioidDepression)),
    ]
    .map(|(id, value)| Setting::Param(id, value))
}

/// As [`of_controls`], of the patient of a file in the steady state that he has without the controls of `settings`;
/// nothing where there is none.
#[must_use]
pub fn of_file(params: &Params, settings: &[Setting]) -> Vec<Setting> {
    let controls = [SwitchId::BreathingControl, SwitchId::Hpv, SwitchId::Svo2Feedback, SwitchId::EcmoCircuit];
    if !controls.iter().any(|id| settings.iter().any(|setting| turns_on(params, setting, *id))) {
        return Vec::new();
    }
    Model::new().snapshot(params).map(|now| of_controls(&now, settings)).unwrap_or_default()
}

/// A patient whose file has breathing controlled and says nothing of a set point, with the reference of what he is
/// without control.
#[must_use]
pub fn with_reference(params: Params, set_point_given: bool) -> Params {
    let referred = params.get(ParamId::ReferenceVentilation) > 0.0;
    if !params.breathing_controlled() || set_point_given || referred {
        return params;
    }
    let mut without = params.clone();
    let off = SwitchId::BreathingControl.options()[0];
    if without.set_switch(SwitchId::BreathingControl, off).is_err() {
        return params;
    }
    let found = Model::new().snapshot(&without).map(|now| of_breathing(&now).to_vec()).unwrap_or_default();
    crate::sim::params::apply(&found, &params).unwrap_or(params)
}
