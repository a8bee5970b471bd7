//! Which gas reaches the lung: one rule for the steady state and for the run.

use crate::sim::params::{Airway, Breathing, ParamId, Params};
use crate::units::ROOM_AIR_FIO2_FRAC;

/// What an airway gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AirwayGas {
    /// O2 fraction of the gas that reaches the lung; of a shut airway that of room air, which would come in if it opened.
    pub fio2_frac: f64,
    /// Whether the airway is shut: no gas meets blood, whatever the lung is made of.
    pub shut: bool,
}

impl AirwayGas {
    /// The gas of an airway, by whether anybody breathes.
    ///
    /// Who breathes gets what the device gives. So does a lung held open by a pressure; a circuit that stands at none is
    /// off. Without a breath it is what lies before the airway: room air, O2, or nothing where it is shut.
    #[must_use]
    pub fn of(params: &Params, breathing: bool) -> AirwayGas {
        let open = |fio2_frac| AirwayGas { fio2_frac, shut: false };
        if params.airway_held() {
            let is_off = params.get(ParamId::HoldPressure) <= 0.0;
            return open(if is_off { ROOM_AIR_FIO2_FRAC } else { inspired_o2_frac(params) });
        }
        if breathing {
            return open(inspired_o2_frac(params));
        }
        match params.airway() {
            Airway::RoomAir => open(ROOM_AIR_FIO2_FRAC),
            Airway::Oxygen => open(1.0),
            Airway::Closed => AirwayGas { fio2_frac: ROOM_AIR_FIO2_FRAC, shut: true },
        }
    }
}

/// Inspired O2 fraction: what the device gives, thinned by the room air that leaks in beside a mask.
fn inspired_o2_frac(params: &Params) -> f64 {
    let fio2_frac = params.get(ParamId::Fio2);
    match params.breathing() {
        Breathing::Spontaneous => fio2_frac + params.get(ParamId::MaskLeak) * (ROOM_AIR_FIO2_FRAC - fio2_frac),
        Breathing::Ventilated | Breathing::Apnoea => fio2_frac,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::SwitchId;

    #[test]
    fn inv_without_a_breath_the_lung_gets_what_lies_before_its_airway() {
        let mut params = Params::default();
        params.set_all(&[(ParamId::Fio2, 0.6), (ParamId::MaskLeak, 0.5)]).expect("within bounds");
        let of = |params: &Params, breathing| AirwayGas::of(params, breathing);
        assert!(
            (of(&params, true).fio2_frac - 0.5 * (0.6 + ROOM_AIR_FIO2_FRAC)).abs() < 1e-12,
            "half of the mask is room air"
        );
        for (option, fio2_frac, shut) in [
            ("open_to_air", ROOM_AIR_FIO2_FRAC, false),
            ("open_to_oxygen", 1.0, false),
            ("closed", ROOM_AIR_FIO2_FRAC, true),
        ] {
            params.set_switch(SwitchId::Airway, option).expect("an option");
            assert_eq!(of(&params, false), AirwayGas { fio2_frac, shut }, "{option}");
            assert!(!of(&params, true).shut, "who breathes has an open airway");
        }
    }
}
