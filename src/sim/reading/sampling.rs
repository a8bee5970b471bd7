//! Random patients from the whole box of parameters, a tenth of the values on its faces.

use rand::{Rng, RngExt};

use crate::numerics::float;
use crate::sim::params::{
    MAX_DYSHAEMOGLOBIN_FRAC, MAX_LOST_FRAC, MAX_UNITS, ParamId, Params, Scale, SwitchId, UnitShare,
};

/// What a random patient has as by default: settings of circuits that return into the aorta, of what ages,
/// and of vessels that are too wide.
const NOT_DRAWN: [ParamId; 12] = [
    ParamId::ReturnToVein,
    ParamId::SuperiorDrainage,
    ParamId::Vent,
    ParamId::LegPerfusion,
    ParamId::MembraneWater,
    ParamId::AntiXa,
    ParamId::Clotting,
    ParamId::Coating,
    ParamId::HeatSet,
    ParamId::WideShunt,
    ParamId::DilatedShare,
    ParamId::DilatedRatio,
];
/// Switches that stand at their first option in a random patient.
const NOT_TURNED: [SwitchId; 4] =
    [SwitchId::EcmoMode, SwitchId::EcmoAgeing, SwitchId::HeatExchange, SwitchId::CarbonMonoxide];

/// Most white cells of a random patient: those that change nothing but a sample that lies, 10⁹/L.
const MOST_LEUCOCYTES_GIGA_PER_L: f64 = 50.0;

/// Chance that a value is drawn from the ends of its range.
const EDGE_CHANCE: f64 = 0.1;

/// A patient drawn from the box: every parameter within its bounds, a tenth of them on an end, every tenth patient
/// with all of them on an end.
///
/// Log-scaled parameters are drawn evenly in their logarithm. Rules that join parameters bend the draw: COHb and MetHb
/// above 0.9 together leave MetHb what COHb does not take, the first mode has a share whenever all draws are ends, and
/// a mode has up to 60 units, or 1 or 125 on an end, so that three never pass 500. A membrane lung returns to the veins:
/// what returns into the aorta, and what moves by itself, is drawn by those who ask for it, so that every other patient stays who he was.
pub fn random_patient<R: Rng>(rng: &mut R) -> Params {
    let mut params = Params::default();
    let corner = rng.random_bool(EDGE_CHANCE);
    for &switch in SwitchId::ALL.iter().filter(|switch| !NOT_TURNED.contains(switch)) {
        let mut options = switch.options();
        // Without breath there is no steady state: a tenth is enough.
        let breathless = matches!(switch, SwitchId::Breathing | SwitchId::AirwayHold);
        if breathless && !rng.random_bool(EDGE_CHANCE) {
            options = &options[..options.len() - 1];
        }
        let option = options[rng.random_range(0..options.len())];
        // Every option of a switch is allowed.
        let _ = params.set_switch(switch, option);
    }
    loop {
        let mut changes: Vec<(ParamId, f64)> = ParamId::ALL
            .iter()
            .map(|id| (*id, if NOT_DRAWN.contains(id) { id.bounds().default } else { draw(rng, *id, corner) }))
            .collect();
        // Drawn from all there are, but not so many that they raise resistance.
        let leucocytes = &mut changes[ParamId::Leucocytes as usize].1;
        *leucocytes = leucocytes.min(MOST_LEUCOCYTES_GIGA_PER_L);
        let room = MAX_DYSHAEMOGLOBIN_FRAC - changes[ParamId::Cohb as usize].1;
        let methb = &mut changes[ParamId::Methb as usize].1;
        *methb = methb.min(room);
        let room = MAX_LOST_FRAC - changes[ParamId::Collapsible as usize].1;
        let consolidated = &mut changes[ParamId::Consolidated as usize].1;
        *consolidated = consolidated.min(room);
        if params.set_all(&changes).is_ok() {
            break;
        }
    }
    if rng.random_bool(EDGE_CHANCE) {
        let units = random_units(rng);
        // Shares are drawn positive, so the list is allowed.
        let _ = params.set_units(Some(&units));
    }
    params
}

/// The range from which a parameter is drawn: its own, but for those that reach down to a newborn. The box is that of older
/// patients, evenly filled.
fn range(id: ParamId) -> (f64, f64, Scale) {
    let bounds = id.bounds();
    match id {
        ParamId::Dlo2 => (1.0, bounds.max, Scale::Linear),
        ParamId::ChestWall => (0.01, bounds.max, Scale::Linear),
        ParamId::PulmonaryResistance => (bounds.min, 20.0, Scale::Linear),
        ParamId::SystemicResistance => (bounds.min, 60.0, Scale::Linear),
        _ => (bounds.min, bounds.max, bounds.scale),
    }
}

fn draw<R: Rng>(rng: &mut R, id: ParamId, corner: bool) -> f64 {
    let (min, max, scale) = range(id);
    // A reference is a patient in balance, or there is none.
    match id {
        ParamId::ReferenceVentilation if rng.random_bool(0.5) => return id.bounds().default,
        ParamId::ReferenceVentilation => return rng.random_range(2.0..15.0),
        ParamId::ReferencePco2 => return rng.random_range(25.0..70.0),
        ParamId::ReferenceDesaturation => return rng.random_range(0.0..20.0),
        _ => {}
    }
    if corner || rng.random_bool(EDGE_CHANCE) {
        let end = if rng.random_bool(0.5) { min } else { max };
        return match id {
            // All ends at once would break the rules that join them.
            ParamId::Mode1Units | ParamId::Mode2Units | ParamId::Mode3Units => end.min((MAX_UNITS / 4) as f64),
            ParamId::Mode1Share => max,
            _ => end,
        };
    }
    match scale {
        Scale::Linear => rng.random_range(min..=max),
        Scale::Log => float::exp(rng.random_range(float::ln(min)..=float::ln(max))).clamp(min, max),
        Scale::Whole => rng.random_range(5..=60) as f64,
    }
}

fn random_units<R: Rng>(rng: &mut R) -> Vec<UnitShare> {
    let count = rng.random_range(1..=30);
    let mut share = || if rng.random_bool(EDGE_CHANCE) { 0.0 } else { rng.random_range(0.001..1.0) };
    let mut units: Vec<UnitShare> =
        (0..count).map(|_| UnitShare { ventilation: share(), perfusion: share() }).collect();
    units.push(UnitShare { ventilation: 1.0, perfusion: 1.0 });
    units
}
