//! What can be set about a patient: the one table of keys, labels, units, bounds, defaults, steps and sources.
//!
//! Slider, JSON check, error text, property tests, the `params` command and the documentation all read this table.

mod acts;
pub(crate) mod setting;
mod switches;
mod table;

use std::sync::Arc;

use thiserror::Error;

use crate::physiology::ecmo_cannulae::Cannulae;
use crate::physiology::lung_unit::Basis;
use crate::physiology::wide_vessels::WideVessels;
pub use acts::{Acts, View};
pub use setting::{Setting, apply};
pub use switches::{Airway, Breathing, EcmoCircuit, EcmoMode, HeatExchanger, Position, SwitchId};
pub use table::{Bounds, Group, ParamId, Scale};

use crate::text::{distance, number, shown, spaced};

/// Most ventilated units a lung may have, over all modes or in an explicit list.
pub const MAX_UNITS: usize = 500;
/// Fewest units of a mode that has a spread; one unit is the ideal unit.
pub const MIN_UNITS_OF_A_SPREAD: usize = 5;
/// Most carboxy- and methaemoglobin together, as a fraction of all haemoglobin.
pub const MAX_DYSHAEMOGLOBIN_FRAC: f64 = 0.9;
/// Most collapsible and consolidated tissue together, as a fraction of all tissue.
pub const MAX_LOST_FRAC: f64 = 0.98;
/// O2 extraction at which tissues stop getting what they ask for.
///
/// # Source
/// Critical extraction about 0.6 to 0.7 (Schumacker PT, Cain SM, Intensive Care Med 1987;13:223-229).
pub const SUPPLY_LIMIT_FRAC: f64 = 0.70;
/// Most that either tissue compartment may extract where supply limits.
pub const MAX_TISSUE_EXTRACTION_FRAC: f64 = 0.95;
/// Number of V/Q modes in the table.
pub const MODES: usize = 3;
/// Parameters that may move by themselves in time, see [`Params::drifts`].
pub const DRIFTING: [ParamId; 7] = [
    ParamId::Cohb,
    ParamId::Hb,
    ParamId::Temperature,
    ParamId::Vo2,
    ParamId::MembraneCoat,
    ParamId::MembraneClot,
    ParamId::MembraneWater,
];

/// One unit of an explicit lung: shares of ventilation and perfusion, normalised when used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitShare {
    /// Share of ventilation, 0 or more; 0 makes the unit shunt.
    pub ventilation: f64,
    /// Share of perfusion, 0 or more; 0 makes the unit alveolar dead space.
    pub perfusion: f64,
}

/// Why a parameter value was refused.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ParamError {
    /// Not finite, or outside the bounds.
    #[error("{key} = {value} is outside {min} to {max}{unit}", value = number(*.value), key = .id.key(), min = .id.bounds().min, max = .id.bounds().max, unit = spaced(.id.bounds().unit))]
    OutOfRange {
        /// The parameter.
        id: ParamId,
        /// The refused value.
        value: f64,
    },
    /// A count that is not whole.
    #[error("{key} = {value} is not a whole number ({min} to {max})", value = number(*.value), key = .id.key(), min = .id.bounds().min, max = .id.bounds().max)]
    NotWhole {
        /// The parameter.
        id: ParamId,
        /// The refused value.
        value: f64,
    },
    /// A mode of two to four units.
    #[error("{key} = {value}: a V/Q mode has 1 unit, or {MIN_UNITS_OF_A_SPREAD} to {MAX_UNITS}", value = number(*.value), key = .id.key())]
    TooFewUnits {
        /// The parameter.
        id: ParamId,
        /// The refused value.
        value: f64,
    },
    /// All modes together, or an explicit list, with too many or no units.
    #[error("{count} lung units: 1 to {MAX_UNITS} in all are allowed")]
    UnitCount {
        /// How many there would be.
        count: usize,
    },
    /// Every mode has a share of 0.
    #[error("vq1_share_frac, vq2_share_frac and vq3_share_frac are all 0: at least one V/Q mode needs a share above 0")]
    NoMode,
    /// Too little haemoglobin left that could carry O2.
    #[error("cohb_frac + methb_frac = {sum}: together at most {MAX_DYSHAEMOGLOBIN_FRAC}")]
    Dyshaemoglobin {
        /// The refused sum.
        sum: f64,
    },
    /// More tissue lost than there may be.
    #[error("collapsible_frac + consolidated_frac = {sum}: together at most {MAX_LOST_FRAC}")]
    LostTissue {
        /// The refused sum.
        sum: f64,
    },
    /// Blood flow and metabolism split so that one tissue would need more O2 than reaches it.
    #[error(
        "tissue_fast_flow_frac and tissue_fast_metabolism_frac leave one tissue an extraction of {extraction_frac:.2} where supply limits: at most {MAX_TISSUE_EXTRACTION_FRAC}"
    )]
    TissueExtraction {
        /// Its extraction at the supply limit.
        extraction_frac: f64,
    },
    /// An explicit unit with a share that is negative or not finite.
    #[error("unit {index}: {what} share {value} is not a finite number of 0 or more", value = number(*.value))]
    UnitShare {
        /// Which unit, from 0.
        index: usize,
        /// `ventilation` or `perfusion`.
        what: &'static str,
        /// The refused value.
        value: f64,
    },
    /// An explicit list without any ventilation or perfusion.
    #[error("the {what} shares of the units add up to {value}: the sum must be positive and finite")]
    UnitTotal {
        /// `ventilation` or `perfusion`.
        what: &'static str,
        /// The refused total.
        value: f64,
    },
    /// A key that no parameter or switch has.
    #[error("unknown parameter `{key}`{}", suggestion(.candidates), key = shown(.key))]
    UnknownKey {
        /// The key as given.
        key: String,
        /// Keys that it may have meant.
        candidates: Vec<&'static str>,
    },
    /// A stem that fits several keys.
    #[error("`{key}` fits several parameters: {}", .candidates.join(", "), key = shown(.key))]
    AmbiguousKey {
        /// The key as given.
        key: String,
        /// The keys it fits.
        candidates: Vec<&'static str>,
    },
    /// An option that the switch does not have.
    #[error("{key} = `{value}`: one of {options} is allowed", value = shown(.value), key = .id.key(), options = .id.options().join(", "))]
    UnknownOption {
        /// The switch.
        id: SwitchId,
        /// The option as given.
        value: String,
    },
    /// A number with a unit that the quantity does not have.
    #[error("{key} = `{text}`: the unit is not {}", units(.known, .id.bounds().unit), text = shown(.text), key = .id.key())]
    UnknownUnit {
        /// The parameter.
        id: ParamId,
        /// The text as given.
        text: String,
        /// Units that it may have.
        known: Vec<&'static str>,
    },
    /// What follows from the patient and cannot be set.
    #[error("{key} is a result, not a setting: set {instead}", key = shown(.key))]
    IsResult {
        /// The key as given.
        key: String,
        /// What to set to change it.
        instead: &'static str,
    },
    /// Text that is not a number.
    #[error("{key} = `{text}` is not a number ({min} to {max}{unit})", text = shown(.text), key = .id.key(), min = .id.bounds().min, max = .id.bounds().max, unit = spaced(.id.bounds().unit))]
    NotANumber {
        /// The parameter.
        id: ParamId,
        /// The text as given.
        text: String,
    },
}

fn units(known: &[&str], canonical: &str) -> String {
    match (known, canonical) {
        ([], "") => "known: it is a plain number".to_owned(),
        ([], unit) => unit.to_owned(),
        (known, _) => format!("one of {}", known.join(", ")),
    }
}

fn suggestion(candidates: &[&str]) -> String {
    if candidates.is_empty() {
        "; `isoshunt params` lists them all".to_owned()
    } else {
        format!("; did you mean {}?", candidates.join(" or "))
    }
}

/// What a key on the command line or in a file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyTarget {
    /// A continuous parameter.
    Param(ParamId),
    /// A switch.
    Switch(SwitchId),
}

/// Finds what a key names; a unique stem is enough (`fio2` for `fio2_frac`).
///
/// # Errors
/// [`ParamError::UnknownKey`] with near candidates, [`ParamError::AmbiguousKey`] where a stem fits several.
pub fn resolve_key(key: &str) -> Result<KeyTarget, ParamError> {
    if let Some(id) = ParamId::from_key(key) {
        return Ok(KeyTarget::Param(id));
    }
    if let Some(id) = SwitchId::from_key(key) {
        return Ok(KeyTarget::Switch(id));
    }
    let known = || {
        ParamId::ALL
            .iter()
            .map(|id| (id.key(), KeyTarget::Param(*id)))
            .chain(SwitchId::ALL.iter().map(|id| (id.key(), KeyTarget::Switch(*id))))
    };
    if !key.is_empty() {
        // A stem ends at a word of the key, so `vo2` cannot silently mean something longer that starts alike.
        let is_stem = |full: &str| full.strip_prefix(key).is_some_and(|rest| rest.starts_with('_'));
        let stems: Vec<_> = known().filter(|(full, _)| is_stem(full)).collect();
        match stems.as_slice() {
            [(_, target)] => return Ok(*target),
            [] => {}
            several => {
                return Err(ParamError::AmbiguousKey {
                    key: key.to_owned(),
                    candidates: several.iter().map(|(full, _)| *full).collect(),
                });
            }
        }
    }
    let mut near: Vec<_> = known()
        .map(|(full, _)| (distance(key, full).min(distance(key, stem_of(full))), full))
        .filter(|(d, full)| *d <= 2 || (key.len() >= 3 && full.contains(key)))
        .collect();
    near.sort_unstable();
    Err(ParamError::UnknownKey { key: key.to_owned(), candidates: near.into_iter().take(3).map(|(_, k)| k).collect() })
}

/// The key without its unit: what people type.
fn stem_of(key: &str) -> &str {
    key.split("_frac").next().and_then(|k| k.split("_l_per").next()).and_then(|k| k.split("_mm").next()).unwrap_or(key)
}

/// A whole, valid set of parameters: a patient at one moment.
///
/// Every value lies within its bounds and the rules that join values hold, always: the only way in is checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    values: [f64; ParamId::COUNT],
    /// Index into [`SwitchId::options`].
    options: [u8; SwitchId::COUNT],
    units: Option<Arc<[UnitShare]>>,
}

impl Default for Params {
    fn default() -> Self {
        let mut values = [0.0; ParamId::COUNT];
        for id in ParamId::ALL {
            values[*id as usize] = id.bounds().default;
        }
        Params { values, options: [0; SwitchId::COUNT], units: None }
    }
}

impl Params {
    /// Value of a parameter.
    #[must_use]
    pub fn get(&self, id: ParamId) -> f64 {
        self.values[id as usize]
    }

    /// How the patient breathes.
    #[must_use]
    pub fn breathing(&self) -> Breathing {
        match self.option_index(SwitchId::Breathing) {
            0 => Breathing::Spontaneous,
            1 => Breathing::Ventilated,
            _ => Breathing::Apnoea,
        }
    }

    /// What the lung is open to where it is not ventilated.
    #[must_use]
    pub fn airway(&self) -> Airway {
        match self.option_index(SwitchId::Airway) {
            0 => Airway::RoomAir,
            1 => Airway::Oxygen,
            _ => Airway::Closed,
        }
    }

    /// What the ventilation of a unit means.
    #[must_use]
    pub fn basis(&self) -> Basis {
        if self.option_index(SwitchId::Basis) == 0 { Basis::Inspired } else { Basis::Expired }
    }

    /// Whether DLO2 limits O2 transfer.
    #[must_use]
    pub fn diffusion_limited(&self) -> bool {
        self.option(SwitchId::DiffusionLimit) == "on"
    }

    /// Whether vessels of badly ventilated lung narrow.
    #[must_use]
    pub fn hpv(&self) -> bool {
        self.option(SwitchId::Hpv) == "on"
    }

    /// Whether the patient breathes, and how much is the outcome of PaCO2 and hypoxia.
    #[must_use]
    pub fn breathing_controlled(&self) -> bool {
        self.option(SwitchId::BreathingControl) == "on" && self.breathing() == Breathing::Spontaneous
    }

    /// Whether lung collapses that takes up gas faster than it gets it.
    #[must_use]
    pub fn absorption(&self) -> bool {
        self.option(SwitchId::Absorption) == "on"
    }

    /// Where the membrane lung returns its blood.
    #[must_use]
    pub fn ecmo_mode(&self) -> EcmoMode {
        match self.option_index(SwitchId::EcmoMode) {
            0 => EcmoMode::VenoVenous,
            1 => EcmoMode::VenoArterial,
            _ => EcmoMode::VenoArterialVenous,
        }
    }

    /// Whether a membrane lung runs that returns blood into the aorta.
    #[must_use]
    pub fn bypasses_heart(&self) -> bool {
        self.ecmo() && self.ecmo_mode() != EcmoMode::VenoVenous
    }

    /// Whether a membrane lung that returns into the aorta gives some of it to a vein: then it has no vent.
    #[must_use]
    pub fn returns_to_a_vein(&self) -> bool {
        self.bypasses_heart()
            && self.ecmo_mode() == EcmoMode::VenoArterialVenous
            && self.get(ParamId::ReturnToVein) > 0.0
    }

    /// Whether a membrane lung runs.
    #[must_use]
    pub fn ecmo(&self) -> bool {
        self.option(SwitchId::Ecmo) == "on"
    }

    /// What is given of the membrane lung's circuit.
    #[must_use]
    pub fn ecmo_circuit(&self) -> EcmoCircuit {
        match self.option_index(SwitchId::EcmoCircuit) {
            0 => EcmoCircuit::AsSet,
            1 => EcmoCircuit::BySpeed,
            _ => EcmoCircuit::ByFlow,
        }
    }

    /// Whether a membrane wears in time, and blood with it.
    #[must_use]
    pub fn ecmo_ages(&self) -> bool {
        self.ecmo() && self.ecmo_circuit() != EcmoCircuit::AsSet && self.option(SwitchId::EcmoAgeing) == "on"
    }

    /// What a circuit does to the temperature of the body in time.
    #[must_use]
    pub fn heat_exchanger(&self) -> HeatExchanger {
        match self.option_index(SwitchId::HeatExchange) {
            _ if !self.ecmo() => HeatExchanger::AsSet,
            0 => HeatExchanger::AsSet,
            1 => HeatExchanger::On,
            _ => HeatExchanger::Off,
        }
    }

    /// Whether carbon monoxide leaves the blood in time.
    #[must_use]
    pub fn co_leaves(&self) -> bool {
        self.option(SwitchId::CarbonMonoxide) == "leaves"
    }

    /// Of [`DRIFTING`] those that are not as another patient has them.
    pub fn drifted<'a>(&'a self, other: &'a Params) -> impl Iterator<Item = ParamId> + 'a {
        DRIFTING.into_iter().filter(|id| self.get(*id).to_bits() != other.get(*id).to_bits())
    }

    /// Whether parameters move by themselves in time: some of [`DRIFTING`].
    #[must_use]
    pub fn drifts(&self) -> bool {
        self.ecmo_ages() || self.heat_exchanger() != HeatExchanger::AsSet || self.co_leaves()
    }

    /// Where the cannulae of the membrane lung lie.
    #[must_use]
    pub fn ecmo_cannulae(&self) -> Cannulae {
        match self.option_index(SwitchId::EcmoCannulae) {
            0 => Cannulae::FemoroJugular,
            1 => Cannulae::JuguloFemoral,
            2 => Cannulae::Bifemoral,
            3 => Cannulae::DualLumen,
            _ => Cannulae::DualLumenSlipped,
        }
    }

    /// Whether the lung has layers and mechanics.
    #[must_use]
    pub fn mechanics(&self) -> bool {
        self.option(SwitchId::Mechanics) == "on"
    }

    /// How the patient lies.
    #[must_use]
    pub fn position(&self) -> Position {
        match self.option_index(SwitchId::Position) {
            0 => Position::Supine,
            1 => Position::Prone,
            2 => Position::SickSideDown,
            3 => Position::SickSideUp,
            _ => Position::Upright,
        }
    }

    /// Vessels of the lung that are too wide, as the patient lies. Where diffusion does not limit, no capillary is.
    #[must_use]
    pub fn wide_vessels(&self) -> WideVessels {
        let shunt_frac = self.get(ParamId::WideShunt);
        let lying = match self.diffusion_limited() {
            true => WideVessels {
                shunt_frac,
                dilated_frac: self.get(ParamId::DilatedShare),
                dilated_d_ratio: self.get(ParamId::DilatedRatio),
            },
            false => WideVessels { shunt_frac, ..WideVessels::NONE },
        };
        if self.position() == Position::Upright { lying.upright() } else { lying }
    }

    /// Whether what a cell of lung was before decides what it is.
    #[must_use]
    pub fn hysteresis(&self) -> bool {
        self.option(SwitchId::Hysteresis) == "on"
    }

    /// Whether the ventilator controls pressure instead of volume; with mechanics on.
    #[must_use]
    pub fn pressure_controlled(&self) -> bool {
        self.mechanics() && self.option(SwitchId::VentilatorMode) == "pressure_controlled"
    }

    /// Whether the airway is held at one pressure and nobody breathes.
    #[must_use]
    pub fn airway_held(&self) -> bool {
        self.option(SwitchId::AirwayHold) == "on"
    }

    /// Whether the muscles of a patient on a ventilator are blocked.
    #[must_use]
    pub fn paralysed(&self) -> bool {
        self.option(SwitchId::Paralysis) == "on" && self.breathing() != Breathing::Spontaneous
    }

    /// Whether the output follows from venous return and the load on the heart.
    #[must_use]
    pub fn right_heart(&self) -> bool {
        self.mechanics() && self.option(SwitchId::RightHeart) == "on"
    }

    /// Mixed venous saturation that is held, where one is.
    #[must_use]
    pub fn held_svo2_frac(&self) -> Option<f64> {
        (self.option(SwitchId::Svo2Feedback) == "held").then(|| self.get(ParamId::HeldSvo2))
    }

    /// The explicit units that stand in for the V/Q modes, where the patient has them.
    #[must_use]
    pub fn units(&self) -> Option<&[UnitShare]> {
        self.units.as_deref()
    }

    /// Name of the option that a switch stands at.
    #[must_use]
    pub fn option(&self, id: SwitchId) -> &'static str {
        id.options()[self.option_index(id)]
    }

    /// Index into [`SwitchId::options`] of the option that a switch stands at.
    #[must_use]
    pub fn option_index(&self, id: SwitchId) -> usize {
        usize::from(self.options[id as usize])
    }

    /// The same patient with one parameter changed.
    ///
    /// # Errors
    /// [`ParamError`] where the value, or a rule that joins it with another, is broken.
    pub fn with(&self, id: ParamId, value: f64) -> Result<Params, ParamError> {
        let mut next = self.clone();
        next.set(id, value)?;
        Ok(next)
    }

    /// Whether a patient is the same but for some parameters.
    #[must_use]
    pub fn equals_but(&self, other: &Params, but: &[ParamId]) -> bool {
        let apart = |of: &ParamId| !but.contains(of) && self.get(*of).to_bits() != other.get(*of).to_bits();
        self.options == other.options && self.units == other.units && !ParamId::ALL.iter().any(apart)
    }

    /// Changes one parameter; on an error nothing is changed.
    ///
    /// # Errors
    /// As [`Params::with`].
    pub fn set(&mut self, id: ParamId, value: f64) -> Result<(), ParamError> {
        self.set_all(&[(id, value)]).map_err(|mut errors| errors.swap_remove(0))
    }

    /// Changes several parameters at once, so that rules joining them are judged on the result only.
    ///
    /// # Errors
    /// Every error found; on any, nothing is changed.
    pub fn set_all(&mut self, changes: &[(ParamId, f64)]) -> Result<(), Vec<ParamError>> {
        let mut errors: Vec<_> = changes.iter().filter_map(|(id, value)| id.check(*value).err()).collect();
        if errors.is_empty() {
            let mut next = self.clone();
            for (id, value) in changes {
                // Adding 0 makes 0 of -0.
                next.values[*id as usize] = *value + 0.0;
            }
            let given = |id| changes.iter().any(|(changed, _)| *changed == id);
            if given(ParamId::Co2SetPoint) && !given(ParamId::ReferenceVentilation) {
                // A set point that is given wins over what the patient was.
                next.values[ParamId::ReferenceVentilation as usize] = 0.0;
            }
            errors = next.joint_errors();
            if errors.is_empty() {
                *self = next;
                return Ok(());
            }
        }
        Err(errors)
    }

    /// Turns a switch.
    ///
    /// # Errors
    /// [`ParamError::UnknownOption`].
    pub fn set_switch(&mut self, id: SwitchId, option: &str) -> Result<(), ParamError> {
        let index =
            id.option_index(option).ok_or_else(|| ParamError::UnknownOption { id, value: option.to_owned() })?;
        self.options[id as usize] = index as u8;
        Ok(())
    }

    /// Replaces the V/Q modes by explicit units, or brings the modes back.
    ///
    /// # Errors
    /// [`ParamError`] where there are none or too many, or a share is negative or not finite, or a total is 0.
    pub fn set_units(&mut self, units: Option<&[UnitShare]>) -> Result<(), ParamError> {
        if let Some(units) = units {
            check_units(units)?;
        }
        self.units = units.map(Arc::from);
        Ok(())
    }

    /// Rules that join several parameters.
    fn joint_errors(&self) -> Vec<ParamError> {
        let mut errors = Vec::new();
        let sum = self.get(ParamId::Cohb) + self.get(ParamId::Methb);
        // 0.6 + 0.3 is a rounding error above 0.9.
        if sum > MAX_DYSHAEMOGLOBIN_FRAC + 1e-12 {
            errors.push(ParamError::Dyshaemoglobin { sum });
        }
        let sum = self.get(ParamId::Collapsible) + self.get(ParamId::Consolidated);
        if sum > MAX_LOST_FRAC + 1e-12 {
            errors.push(ParamError::LostTissue { sum });
        }
        let mut count = 0;
        for [share, _, _, units] in (0..MODES).map(ParamId::mode) {
            let n = self.get(units);
            if n > 1.0 && n < MIN_UNITS_OF_A_SPREAD as f64 {
                errors.push(ParamError::TooFewUnits { id: units, value: n });
            }
            if self.get(share) > 0.0 {
                count += n as usize;
            }
        }
        // What each tissue takes of the blood that reaches it when supply limits everything.
        let [flow, metabolism] = [ParamId::FastTissueFlow, ParamId::FastTissueMetabolism].map(|id| self.get(id));
        let most = f64::max(metabolism / flow, (1.0 - metabolism) / (1.0 - flow));
        let extraction_frac = SUPPLY_LIMIT_FRAC * most;
        if extraction_frac > MAX_TISSUE_EXTRACTION_FRAC {
            errors.push(ParamError::TissueExtraction { extraction_frac });
        }
        if count == 0 {
            errors.push(ParamError::NoMode);
        } else if count > MAX_UNITS {
            errors.push(ParamError::UnitCount { count });
        }
        errors
    }
}

/// Checks an explicit list of units.
///
/// # Errors
/// [`ParamError`] where there are none or too many, a share is negative or not finite, or a total is not positive.
pub fn check_units(units: &[UnitShare]) -> Result<(), ParamError> {
    if units.is_empty() || units.len() > MAX_UNITS {
        return Err(ParamError::UnitCount { count: units.len() });
    }
    type Share = fn(&UnitShare) -> f64;
    let columns: [(&'static str, Share); 2] =
        [("ventilation", |unit| unit.ventilation), ("perfusion", |unit| unit.perfusion)];
    for (what, share) in columns {
        for (index, unit) in units.iter().enumerate() {
            let value = share(unit);
            if !value.is_finite() || value < 0.0 {
                return Err(ParamError::UnitShare { index, what, value });
            }
        }
        let value: f64 = units.iter().map(share).sum();
        if !value.is_finite() || value <= 0.0 {
            return Err(ParamError::UnitTotal { what, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_table_is_sound() {
        for id in ParamId::ALL {
            let b = id.bounds();
            assert!(b.min < b.max, "{}", b.key);
            assert!(id.check(b.default).is_ok(), "{}", b.key);
            assert!(b.fine_step > 0.0 && b.fine_step <= b.step && b.step < b.max - b.min, "{}", b.key);
            assert!(!b.source.is_empty() && !b.label.is_empty(), "{}", b.key);
            assert_eq!(ParamId::from_key(b.key), Some(*id));
        }
    }

    #[test]
    fn inv_a_unique_stem_is_enough() {
        assert_eq!(resolve_key("fio2"), Ok(KeyTarget::Param(ParamId::Fio2)));
        assert_eq!(resolve_key("peep"), Ok(KeyTarget::Param(ParamId::Peep)));
        assert_eq!(resolve_key("shunt"), Ok(KeyTarget::Param(ParamId::Shunt)));
        assert!(matches!(resolve_key("vq1"), Err(ParamError::AmbiguousKey { .. })));
        assert!(
            matches!(resolve_key("fi02"), Err(ParamError::UnknownKey { candidates, .. }) if candidates == ["fio2_frac"])
        );
        assert!(matches!(resolve_key(""), Err(ParamError::UnknownKey { .. })));
    }

    #[test]
    fn inv_refused_values_change_nothing() {
        let mut params = Params::default();
        let before = params.clone();
        assert!(params.set(ParamId::Fio2, 50.0).is_err());
        assert!(params.set(ParamId::Fio2, f64::NAN).is_err());
        assert!(params.set(ParamId::Mode1Units, 3.0).is_err());
        assert!(params.set(ParamId::Mode1Units, 50.5).is_err());
        assert!(params.set(ParamId::Mode1Share, 0.0).is_err());
        assert!(params.set_switch(SwitchId::Ecmo, "maybe").is_err());
        assert!(params.set_units(Some(&[])).is_err());
        assert!(params.set_all(&[(ParamId::Cohb, 0.6), (ParamId::Methb, 0.4)]).is_err());
        assert_eq!(params, before);
        params.set_all(&[(ParamId::Cohb, 0.6), (ParamId::Methb, 0.3)]).expect("the corner of the box");
    }
}
