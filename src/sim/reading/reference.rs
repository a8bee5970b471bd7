//! What a control begins from: the patient as he is when it is turned on, so that turning it changes nothing.

use crate::physiology::breathing_control::desaturation_percent;
use crate::sim::params::{ParamId, Params, Setting, SwitchId};
use crate::sim::reading::snapshot::{Model, Snapshot};

/// Whether a setting turns a control on that these parameters do not have.
fn turns_on(params: &Params, setting: &Setting, id: SwitchId) -> bool {
    let Setting::Switch(switch, option) = setting else { return false };
    *switch == id && params.option(id) != *option && *option != id.options()[0]
}

/// What has to be set with `settings` so that the controls that they turn on find the patient of `now` in balance.
///
/// Control of breathing keeps what is breathed, with the PaCO2, hypoxia, acid and opioid that go with it; vasoconstriction
/// takes the FiO2 breathed as that on which flows are as set; a held venous saturation is the one there is. What was set
/// by hand wins: a set point, reference or saturation other than the usual, in the patient or among `settings`.
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
    found.retain(|setting| matches!(setting, Setting::Param(id, value) if id.check(*value).is_ok()));
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
    let controls = [SwitchId::BreathingControl, SwitchId::Hpv, SwitchId::Svo2Feedback];
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
