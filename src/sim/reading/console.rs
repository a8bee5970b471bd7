//! What the console of a membrane lung warns of.

use crate::physiology::ecmo_pump::Limit;
use crate::physiology::ecmo_wear::{self, BROKEN_MG_PER_DL};
use crate::sim::params::{EcmoCircuit, ParamId};
use crate::sim::reading::snapshot::Snapshot;
use crate::units::percent_from_frac;

/// Suction from which blood is harmed and the vein may be, mmHg: -100 is the customary limit.
const SUCTION_MMHG: f64 = -100.0;
/// Wanted beyond what the vein gives, from which the line shakes to be seen.
const CHATTER_FRAC: f64 = 0.05;
/// Rise of the fall of pressure across the membrane that tells of clot, mmHg: 30 to 40 above its own (reviews).
const CLOT_MMHG: f64 = 30.0;
/// PO2 of returned blood on pure O2 below which a membrane has failed, as a share of that of its dry gas: 200 mmHg at sea
/// level (recalled).
const FAILED_FRAC: f64 = 200.0 / 713.0;
/// Barometric pressure below which even a new membrane may give no more, mmHg.
const THIN_AIR_MMHG: f64 = 600.0;
/// PO2 of blood returned into the aorta from which it does harm, mmHg (recalled: hyperoxia on veno-arterial support).
const HYPEROXIC_MMHG: f64 = 300.0;
/// Saturation of the right hand that alarms, and by how much that of the leg is then above it.
const POOR_ARM_FRAC: f64 = 0.90;
const ABOVE_ARM_FRAC: f64 = 0.05;
/// Transmural pressure of the left atrium from which the left ventricle is distended, mmHg (recalled).
const DISTENDED_MMHG: f64 = 24.0;
/// Share of its flow that a leg needs. Chosen.
const PALE_LEG_FRAC: f64 = 0.5;
/// Anti-Xa in use, IU/mL (reviews).
const ANTI_XA_IU_PER_ML: [f64; 2] = [0.3, 0.7];
/// Water in the fibres from which it is told. Chosen.
const WET_FRAC: f64 = 0.3;
/// Output of the heart below which its valve hardly opens, L/min. Chosen.
const VALVE_OPENS_L_PER_MIN: f64 = 0.5;
/// Least FdO2 at which that is asked.
const RICH_FDO2_FRAC: f64 = 0.95;

/// Alarms that the circuit gives, in words; empty without a membrane lung, and of one whose flow is as set only that of
/// its blood.
#[must_use]
pub fn alarms(snapshot: &Snapshot) -> Vec<String> {
    let mut alarms = Vec::new();
    let get = |id| snapshot.params.get(id);
    if let Some(pump) = &snapshot.pump {
        let by_flow = snapshot.params.ecmo_circuit() == EcmoCircuit::ByFlow;
        if pump.chatter_frac > CHATTER_FRAC {
            let less = if by_flow { "ask for less flow" } else { "less speed" };
            alarms.push(format!(
                "the line shakes: the pump wants more than the {:.1} L/min that the vein gives; {less} first, then volume",
                pump.most_l_per_min
            ));
        }
        let given = format!("{:.1} L/min", pump.flow_l_per_min);
        let asked = if by_flow { format!(" of the {:.1} asked for", get(ParamId::PumpFlow)) } else { String::new() };
        match pump.limit {
            Some(Limit::Speed) => alarms.push(format!("the pump turns as fast as it can and gives {given}{asked}")),
            Some(Limit::Cannula) => alarms.push(format!(
                "through {:.0} Fr no pump sucks more than {given}{asked}: a wider cannula",
                get(ParamId::DrainageCannula)
            )),
            Some(Limit::Vein) | None => {}
        }
        if pump.inlet_mmhg < SUCTION_MMHG {
            alarms.push(format!("suction of {:.0} mmHg before the pump", pump.inlet_mmhg));
        }
        let risen = pump.membrane_fall_mmhg() - get(ParamId::MembraneResistance) * pump.flow_l_per_min;
        if risen > CLOT_MMHG {
            let fall = pump.membrane_fall_mmhg();
            alarms.push(format!("{fall:.0} mmHg across the membrane, {risen:.0} more than when it was new: clot"));
        }
    }
    alarms.extend(blood(snapshot));
    if let Some(ecmo) = &snapshot.state.ecmo {
        let po2 = ecmo.returned.gas.po2_mmhg;
        if po2 < FAILED_FRAC * snapshot.inspired.dry_mmhg && get(ParamId::Fdo2) >= RICH_FDO2_FRAC {
            let why =
                if get(ParamId::Pb) < THIN_AIR_MMHG { "the membrane or the thin air" } else { "the membrane fails" };
            alarms.push(format!("PO₂ of only {po2:.0} mmHg in the blood returned on pure O₂: {why}"));
        }
    }
    alarms.extend(around_heart(snapshot));
    alarms
}

/// What heparin and suction make of blood, and what a membrane is mistaken for.
fn blood(snapshot: &Snapshot) -> Vec<String> {
    let Some(pump) = &snapshot.pump else { return Vec::new() };
    let get = |id| snapshot.params.get(id);
    let mut alarms = Vec::new();
    let settles = || ecmo_wear::broken_mg_per_dl(pump.inlet_mmhg);
    let broken = if snapshot.params.ecmo_ages() { snapshot.plasma_hb_mg_per_dl.unwrap_or_else(settles) } else { 0.0 };
    if broken > BROKEN_MG_PER_DL {
        alarms.push(format!("plasma Hb {broken:.0} mg/dL: suction breaks red cells; less speed, then volume"));
    }
    let risen_mmhg = pump.membrane_fall_mmhg() - get(ParamId::MembraneResistance) * pump.flow_l_per_min;
    if get(ParamId::MembraneWater) >= WET_FRAC && snapshot.state.ecmo.is_some() && risen_mmhg <= CLOT_MMHG {
        alarms.push(
            "little CO₂ leaves for this sweep, and no pressure tells of clot: try a flush of the fibres".to_owned(),
        );
    }
    if snapshot.params.ecmo_ages() {
        let anti_xa = get(ParamId::AntiXa);
        if anti_xa < ANTI_XA_IU_PER_ML[0] {
            alarms.push(format!("anti-Xa {anti_xa:.2} IU/mL: the membrane clots sooner"));
        } else if anti_xa > ANTI_XA_IU_PER_ML[1] {
            alarms.push(format!("anti-Xa {anti_xa:.2} IU/mL: blood is lost"));
        }
    }
    alarms
}

/// What there is to say of a membrane lung that returns into the aorta.
fn around_heart(snapshot: &Snapshot) -> Vec<String> {
    let Some(bypass) = &snapshot.bypass else { return Vec::new() };
    let mut alarms = Vec::new();
    if bypass.limited {
        alarms.push(format!("the veins give no more than {:.1} L/min", bypass.pump_l_per_min));
    }
    if let Some(sites) = snapshot.arm_and_leg() {
        let [arm, leg] = [sites.before, sites.after].map(|blood| blood.gas.saturation_frac);
        if arm < POOR_ARM_FRAC && leg > arm + ABOVE_ARM_FRAC {
            alarms.push(format!(
                "right hand {:.0} %, leg {:.0} %: the heart ejects blood that its own lung has left poor, and head and \
                 right arm get that first; mend the lung, or return some to a vein",
                percent_from_frac(arm),
                percent_from_frac(leg)
            ));
        }
    }
    if let Some(ecmo) = snapshot.state.ecmo.filter(|ecmo| ecmo.returned.gas.po2_mmhg > HYPEROXIC_MMHG) {
        alarms.push(format!("PO₂ of {:.0} mmHg goes into the aorta: less FdO₂", ecmo.returned.gas.po2_mmhg));
    }
    if let Some(leg) = snapshot.cannulated_leg_frac().filter(|leg| *leg < PALE_LEG_FRAC) {
        alarms.push(format!(
            "the leg below the cannula gets {:.0} % of its flow: perfuse it by a cannula of its own",
            percent_from_frac(leg)
        ));
    }
    if snapshot.ejected_l_per_min() < VALVE_OPENS_L_PER_MIN {
        alarms.push("the aortic valve hardly opens: blood stands in the heart".to_owned());
    }
    let left_atrium = snapshot.mechanics.as_ref().map_or(0.0, |mechanics| mechanics.circulation.left_atrium_mmhg);
    if left_atrium > DISTENDED_MMHG {
        // What is there to be had: a vent that is not open already.
        let vent =
            !snapshot.params.returns_to_a_vein() && snapshot.params.get(ParamId::Vent) < ParamId::Vent.bounds().max;
        alarms.push(format!(
            "left atrium {left_atrium:.0} mmHg: the left ventricle is distended; {}less pump, less resistance, an inotrope",
            match (vent, bypass.vented_l_per_min > 0.0) {
                (false, _) => "",
                (true, false) => "a vent, ",
                (true, true) => "a wider vent, ",
            }
        ));
    }
    alarms
}
