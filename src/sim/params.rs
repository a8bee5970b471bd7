//! What can be set about a patient: the one table of keys, labels, units, bounds, defaults, steps and sources.
//!
//! Slider, JSON check, error text, property tests, the `params` command and the documentation all read this table.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::physiology::lung_unit::Basis;
use crate::text::{distance, number, shown, spaced};

/// Most ventilated units a lung may have, over all modes or in an explicit list.
pub const MAX_UNITS: usize = 500;
/// Fewest units of a mode that has a spread; one unit is the ideal unit.
pub const MIN_UNITS_OF_A_SPREAD: usize = 5;
/// Most carboxy- and methaemoglobin together, as a fraction of all haemoglobin.
pub const MAX_DYSHAEMOGLOBIN_FRAC: f64 = 0.9;
/// Number of V/Q modes in the table.
pub const MODES: usize = 3;

/// The groups of the table, in the order in which the window shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Inspired gas and altitude.
    InspiredGas,
    /// Spontaneous breathing, ventilator and airway.
    Breathing,
    /// Shunt, recruitment, V/Q distribution, dead space, diffusion.
    Lung,
    /// Cardiac output.
    Circulation,
    /// Haemoglobin and what it binds.
    Blood,
    /// O2 consumption and CO2 production.
    Metabolism,
    /// Veno-venous membrane lung.
    Ecmo,
}

impl Group {
    /// Every group, in display order.
    pub const ALL: [Group; 7] = [
        Group::InspiredGas,
        Group::Breathing,
        Group::Lung,
        Group::Circulation,
        Group::Blood,
        Group::Metabolism,
        Group::Ecmo,
    ];

    /// Heading of the group.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Group::InspiredGas => "Inspired gas",
            Group::Breathing => "Breathing",
            Group::Lung => "Lung",
            Group::Circulation => "Circulation",
            Group::Blood => "Blood",
            Group::Metabolism => "Metabolism",
            Group::Ecmo => "VV ECMO",
        }
    }
}

/// How a control spreads its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Even steps.
    Linear,
    /// Even ratios.
    Log,
    /// Whole numbers only.
    Whole,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Key in JSON, on the command line and in CSV; ends in its unit.
    pub key: &'static str,
    /// Short name on the screen.
    pub label: &'static str,
    /// Unit as printed; empty for a fraction or a ratio.
    pub unit: &'static str,
    /// Group it belongs to.
    pub group: Group,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Value of the default patient.
    pub default: f64,
    /// Clinical step: one press of an arrow key.
    pub step: f64,
    /// Fine step: Shift and an arrow key.
    pub fine_step: f64,
    /// Digits after the point when printed.
    pub decimals: usize,
    /// How a control spreads the range.
    pub scale: Scale,
    /// What it means and where default and range come from.
    pub source: &'static str,
}

macro_rules! parameters {
    ($( $id:ident { $key:literal, $label:literal, $unit:literal, $group:ident, $min:expr, $max:expr, default $default:expr,
        step $step:expr, $fine:expr, decimals $dec:expr, $scale:ident, $source:literal } )*) => {
        /// A continuous parameter of the patient: an index into the one table of bounds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ParamId { $( #[doc = $source] $id, )* }

        impl ParamId {
            /// Every parameter, in table order.
            pub const ALL: &'static [ParamId] = &[ $( ParamId::$id, )* ];
            /// Number of parameters.
            pub const COUNT: usize = Self::ALL.len();
        }

        static TABLE: [Bounds; ParamId::COUNT] = [ $( Bounds {
            key: $key, label: $label, unit: $unit, group: Group::$group, min: $min, max: $max, default: $default,
            step: $step, fine_step: $fine, decimals: $dec, scale: Scale::$scale, source: $source,
        }, )* ];
    };
}

parameters! {
    Fio2 { "fio2_frac", "FiO₂", "", InspiredGas, 0.10, 1.0, default 0.21, step 0.05, 0.01, decimals 2, Linear,
        "Inspired O2 fraction of dry gas; room air is 0.2094, at the bedside 0.21" }
    Pb { "pb_mmhg", "Barometric pressure", "mmHg", InspiredGas, 230.0, 800.0, default 760.0, step 10.0, 1.0, decimals 0, Linear,
        "Sea level 760; the summit of Everest about 253 (West 1983)" }
    AlveolarVentilation { "alveolar_ventilation_l_per_min", "Alveolar ventilation", "L/min", Breathing, 0.0, 60.0, default 4.4, step 0.2, 0.05, decimals 2, Linear,
        "BTPS, breathing spontaneously; 4.4 L/min clears 200 mL/min of CO2 at PaCO2 40 (alveolar ventilation equation)" }
    SpontaneousRate { "spontaneous_rate_per_min", "Breathing rate", "/min", Breathing, 0.0, 60.0, default 14.0, step 1.0, 0.5, decimals 0, Linear,
        "Breathing spontaneously; sets the ventilation of the anatomical dead space; adult at rest 12 to 18" }
    TidalVolume { "tidal_volume_ml", "Tidal volume", "mL", Breathing, 50.0, 2000.0, default 450.0, step 10.0, 1.0, decimals 0, Linear,
        "Ventilator; 6 to 8 mL/kg of predicted body weight (ARDS Network 2000); bounds are what adult ventilators deliver" }
    VentilatorRate { "ventilator_rate_per_min", "Ventilator rate", "/min", Breathing, 0.0, 60.0, default 15.0, step 1.0, 0.5, decimals 0, Linear,
        "Ventilator; 0 is apnoea" }
    Peep { "peep_cmh2o", "PEEP", "cmH₂O", Breathing, 0.0, 30.0, default 5.0, step 1.0, 0.5, decimals 1, Linear,
        "Positive end-expiratory pressure; CPAP when breathing spontaneously" }
    InspiratoryTime { "inspiratory_time_frac", "Ti/Ttot", "", Breathing, 0.1, 0.8, default 0.333_333_333_333_333_3, step 0.05, 0.01, decimals 2, Linear,
        "Inspiratory share of the breath; I:E 1:2 is one third" }
    Compliance { "compliance_ml_per_cmh2o", "Compliance", "mL/cmH₂O", Breathing, 5.0, 200.0, default 50.0, step 5.0, 1.0, decimals 0, Linear,
        "Respiratory system; 50 on a ventilator with healthy lungs, about 30 in ARDS" }
    AnatomicalDeadSpace { "anatomical_dead_space_ml", "Anatomical dead space", "mL", Breathing, 0.0, 500.0, default 150.0, step 10.0, 1.0, decimals 0, Linear,
        "Airways, with tubing; about 2.2 mL/kg (Radford 1955)" }
    Shunt { "shunt_at_peep5_frac", "Shunt", "", Lung, 0.0, 1.0, default 0.02, step 0.01, 0.005, decimals 3, Linear,
        "Perfusion without ventilation over cardiac output, at PEEP 5 cmH2O; healthy below 0.05" }
    RecruitableShare { "recruitable_share_frac", "Recruitable share", "", Lung, 0.0, 1.0, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the shunt at PEEP 5 that is collapsed, not consolidated (Gattinoni 2006)" }
    OpeningPressure { "opening_pressure_cmh2o", "Opening pressure", "cmH₂O", Lung, 5.0, 60.0, default 20.0, step 1.0, 0.5, decimals 1, Linear,
        "Mean airway pressure that opens collapsed lung; mode 20 (Crotti 2001)" }
    OpeningPressureSd { "opening_pressure_sd_cmh2o", "Opening pressure SD", "cmH₂O", Lung, 0.5, 15.0, default 5.0, step 0.5, 0.1, decimals 1, Linear,
        "Spread of the opening pressures (Crotti 2001)" }
    ClosingPressure { "closing_pressure_cmh2o", "Closing pressure", "cmH₂O", Lung, 0.0, 30.0, default 5.0, step 1.0, 0.5, decimals 1, Linear,
        "Mean airway pressure below which open lung closes; mode 5 (Crotti 2001)" }
    ClosingPressureSd { "closing_pressure_sd_cmh2o", "Closing pressure SD", "cmH₂O", Lung, 0.5, 15.0, default 2.5, step 0.5, 0.1, decimals 1, Linear,
        "Spread of the closing pressures (Crotti 2001)" }
    AlveolarDeadSpace { "alveolar_dead_space_frac", "Alveolar dead space", "", Lung, 0.0, 0.95, default 0.02, step 0.01, 0.005, decimals 3, Linear,
        "Ventilation without perfusion over alveolar ventilation" }
    Dlo2 { "dlo2_ml_per_min_mmhg", "DLO₂", "mL/min/mmHg", Lung, 1.0, 200.0, default 30.0, step 1.0, 0.5, decimals 1, Linear,
        "Diffusing capacity for O2 of all ventilated units; acts when the diffusion limit is on; about 1.23 times DLCO" }
    Mode1Share { "vq1_share_frac", "Mode 1 share", "", Lung, 0.0, 1.0, default 1.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the ventilated lung's perfusion in the first V/Q mode; shares are normalised (Wagner, Saltzman & West 1974)" }
    Mode1Ratio { "vq1_ratio", "Mode 1 V/Q", "", Lung, 0.001, 100.0, default 1.0, step 0.1, 0.01, decimals 3, Log,
        "Mean V/Q of the first mode, relative to the others" }
    Mode1LogSd { "vq1_log_sd", "Mode 1 log SD", "", Lung, 0.0, 2.5, default 0.4, step 0.1, 0.02, decimals 2, Linear,
        "Spread of the first mode in natural log V/Q; healthy 0.3 to 0.6 (West 1969, Wagner 1974)" }
    Mode1Units { "vq1_units_count", "Mode 1 units", "", Lung, 1.0, 500.0, default 50.0, step 5.0, 1.0, decimals 0, Whole,
        "Units that represent the first mode: 1, or at least 5" }
    Mode2Share { "vq2_share_frac", "Mode 2 share", "", Lung, 0.0, 1.0, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the second mode; 0 leaves it out" }
    Mode2Ratio { "vq2_ratio", "Mode 2 V/Q", "", Lung, 0.001, 100.0, default 0.1, step 0.1, 0.01, decimals 3, Log,
        "Mean V/Q of the second mode, relative to the others" }
    Mode2LogSd { "vq2_log_sd", "Mode 2 log SD", "", Lung, 0.0, 2.5, default 0.4, step 0.1, 0.02, decimals 2, Linear,
        "Spread of the second mode in natural log V/Q" }
    Mode2Units { "vq2_units_count", "Mode 2 units", "", Lung, 1.0, 500.0, default 25.0, step 5.0, 1.0, decimals 0, Whole,
        "Units that represent the second mode: 1, or at least 5" }
    Mode3Share { "vq3_share_frac", "Mode 3 share", "", Lung, 0.0, 1.0, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the third mode; 0 leaves it out" }
    Mode3Ratio { "vq3_ratio", "Mode 3 V/Q", "", Lung, 0.001, 100.0, default 10.0, step 0.1, 0.01, decimals 3, Log,
        "Mean V/Q of the third mode, relative to the others" }
    Mode3LogSd { "vq3_log_sd", "Mode 3 log SD", "", Lung, 0.0, 2.5, default 0.4, step 0.1, 0.02, decimals 2, Linear,
        "Spread of the third mode in natural log V/Q" }
    Mode3Units { "vq3_units_count", "Mode 3 units", "", Lung, 1.0, 500.0, default 25.0, step 5.0, 1.0, decimals 0, Whole,
        "Units that represent the third mode: 1, or at least 5" }
    CardiacOutput { "cardiac_output_l_per_min", "Cardiac output", "L/min", Circulation, 0.5, 25.0, default 5.0, step 0.5, 0.1, decimals 1, Linear,
        "Systemic and pulmonary blood flow; adult at rest about 5" }
    Hb { "hb_g_per_dl", "Haemoglobin", "g/dL", Blood, 3.0, 24.0, default 15.0, step 0.5, 0.1, decimals 1, Linear,
        "All haemoglobin, carboxy- and methaemoglobin included" }
    Temperature { "temperature_c", "Temperature", "°C", Blood, 25.0, 42.0, default 37.0, step 0.5, 0.1, decimals 1, Linear,
        "Of the blood; shifts the dissociation curve and CO2 solubility" }
    BaseExcess { "base_excess_mmol_per_l", "Base excess", "mmol/L", Blood, -25.0, 25.0, default 0.0, step 1.0, 0.5, decimals 1, Linear,
        "Of the blood fully oxygenated (Siggaard-Andersen 1977)" }
    P50 { "p50_mmhg", "P50", "mmHg", Blood, 15.0, 40.0, default 26.86, step 0.5, 0.1, decimals 2, Linear,
        "PO2 of half saturation at pH 7.40, PCO2 40, 37 degC; 26.86 (Severinghaus 1979), fetal 19 to 20" }
    Cohb { "cohb_frac", "COHb", "", Blood, 0.0, 0.6, default 0.0, step 0.01, 0.005, decimals 3, Linear,
        "Carboxyhaemoglobin over all haemoglobin; with MetHb at most 0.9" }
    Methb { "methb_frac", "MetHb", "", Blood, 0.0, 0.6, default 0.0, step 0.01, 0.005, decimals 3, Linear,
        "Methaemoglobin over all haemoglobin; with COHb at most 0.9" }
    Vo2 { "vo2_ml_per_min", "V̇O₂", "mL/min", Metabolism, 60.0, 3000.0, default 250.0, step 10.0, 1.0, decimals 0, Linear,
        "O2 consumption, STPD; adult at rest 250 (Nunn)" }
    Rq { "rq_ratio", "RQ", "", Metabolism, 0.6, 1.3, default 0.8, step 0.05, 0.01, decimals 2, Linear,
        "CO2 production over O2 consumption; mixed diet 0.8" }
    PumpFlow { "ecmo_pump_flow_l_per_min", "Pump flow", "L/min", Ecmo, 0.0, 8.0, default 4.0, step 0.5, 0.1, decimals 1, Linear,
        "Blood through the oxygenator; acts when VV ECMO is on" }
    Recirculation { "ecmo_recirculation_frac", "Recirculation", "", Ecmo, 0.0, 0.9, default 0.15, step 0.05, 0.01, decimals 2, Linear,
        "Share of drained blood that has just been returned; adults median 0.14 to 0.16 (J Clin Med 2023;12:416)" }
    Sweep { "ecmo_sweep_l_per_min", "Sweep gas", "L/min", Ecmo, 0.0, 15.0, default 4.0, step 0.5, 0.1, decimals 1, Linear,
        "Gas through the oxygenator, BTPS; 0 is the gas line off" }
    Fdo2 { "ecmo_fdo2_frac", "FdO₂", "", Ecmo, 0.21, 1.0, default 1.0, step 0.05, 0.01, decimals 2, Linear,
        "O2 fraction of the sweep gas" }
    MembraneShunt { "ecmo_membrane_shunt_frac", "Membrane shunt", "", Ecmo, 0.0, 0.9, default 0.09, step 0.01, 0.005, decimals 2, Linear,
        "Share of pump flow that bypasses the membrane; 0.08 to 0.10 gives post-membrane PO2 400 to 500 mmHg" }
}

impl ParamId {
    /// The row of the table.
    #[must_use]
    pub fn bounds(self) -> &'static Bounds {
        &TABLE[self as usize]
    }

    /// Shorthand for the key.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.bounds().key
    }

    /// Finds a parameter by its key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<ParamId> {
        Self::ALL.iter().copied().find(|id| id.key() == key)
    }

    /// Checks a value against its bounds.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] where it is not finite or outside, [`ParamError::NotWhole`] where a count is not
    /// whole.
    pub fn check(self, value: f64) -> Result<(), ParamError> {
        let bounds = self.bounds();
        if !value.is_finite() || value < bounds.min || value > bounds.max {
            return Err(ParamError::OutOfRange { id: self, value });
        }
        if bounds.scale == Scale::Whole && value.fract() != 0.0 {
            return Err(ParamError::NotWhole { id: self, value });
        }
        Ok(())
    }

    /// The four parameters of V/Q mode `index` (0 to 2): share, ratio, log SD, units.
    #[must_use]
    pub fn mode(index: usize) -> [ParamId; 4] {
        use ParamId as P;
        [
            [P::Mode1Share, P::Mode1Ratio, P::Mode1LogSd, P::Mode1Units],
            [P::Mode2Share, P::Mode2Ratio, P::Mode2LogSd, P::Mode2Units],
            [P::Mode3Share, P::Mode3Ratio, P::Mode3LogSd, P::Mode3Units],
        ][index]
    }
}

impl fmt::Display for ParamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// How the patient breathes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Breathing {
    /// Alveolar ventilation and rate are given; PEEP is CPAP.
    #[default]
    Spontaneous,
    /// A ventilator delivers tidal volume and rate.
    Ventilated,
}

/// A choice among named options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SwitchId {
    /// [`Breathing`].
    Breathing,
    /// [`Basis`].
    Basis,
    /// Whether DLO2 limits O2 transfer.
    DiffusionLimit,
    /// Whether a veno-venous membrane lung runs.
    Ecmo,
}

impl SwitchId {
    /// Every switch.
    pub const ALL: [SwitchId; 4] = [SwitchId::Breathing, SwitchId::Basis, SwitchId::DiffusionLimit, SwitchId::Ecmo];

    /// Key in JSON and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            SwitchId::Breathing => "breathing",
            SwitchId::Basis => "vq_basis",
            SwitchId::DiffusionLimit => "diffusion_limit",
            SwitchId::Ecmo => "ecmo",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            SwitchId::Breathing => "Breathing",
            SwitchId::Basis => "Ventilation counted as",
            SwitchId::DiffusionLimit => "Diffusion limit",
            SwitchId::Ecmo => "VV ECMO",
        }
    }

    /// Group whose controls it stands among.
    #[must_use]
    pub fn group(self) -> Group {
        match self {
            SwitchId::Breathing => Group::Breathing,
            SwitchId::Basis | SwitchId::DiffusionLimit => Group::Lung,
            SwitchId::Ecmo => Group::Ecmo,
        }
    }

    /// Option names in order; the first is the default.
    #[must_use]
    pub fn options(self) -> &'static [&'static str] {
        match self {
            SwitchId::Breathing => &["spontaneous", "ventilated"],
            SwitchId::Basis => &["inspired", "expired"],
            SwitchId::DiffusionLimit | SwitchId::Ecmo => &["off", "on"],
        }
    }

    /// What it means and where it comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            SwitchId::Breathing => {
                "Spontaneous: alveolar ventilation and rate given; ventilated: tidal volume, rate, compliance"
            }
            SwitchId::Basis => {
                "Ventilation of a unit as delivered (inspired) or as in West's and Wagner's tables (expired)"
            }
            SwitchId::DiffusionLimit => "O2 transfer along the capillary limited by DLO2 (Piiper & Scheid 1981)",
            SwitchId::Ecmo => "Veno-venous membrane lung in series with the native lung",
        }
    }

    /// Finds a switch by its key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<SwitchId> {
        Self::ALL.into_iter().find(|id| id.key() == key)
    }
}

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
    /// Text that is not a number.
    #[error("{key} = `{text}` is not a number ({min} to {max}{unit})", text = shown(.text), key = .id.key(), min = .id.bounds().min, max = .id.bounds().max, unit = spaced(.id.bounds().unit))]
    NotANumber {
        /// The parameter.
        id: ParamId,
        /// The text as given.
        text: String,
    },
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
    breathing: Breathing,
    basis: Basis,
    diffusion_limited: bool,
    ecmo: bool,
    units: Option<Arc<[UnitShare]>>,
}

impl Default for Params {
    fn default() -> Self {
        let mut values = [0.0; ParamId::COUNT];
        for id in ParamId::ALL {
            values[*id as usize] = id.bounds().default;
        }
        Params {
            values,
            breathing: Breathing::default(),
            basis: Basis::Inspired,
            diffusion_limited: false,
            ecmo: false,
            units: None,
        }
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
        self.breathing
    }

    /// What the ventilation of a unit means.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.basis
    }

    /// Whether DLO2 limits O2 transfer.
    #[must_use]
    pub fn diffusion_limited(&self) -> bool {
        self.diffusion_limited
    }

    /// Whether a veno-venous membrane lung runs.
    #[must_use]
    pub fn ecmo(&self) -> bool {
        self.ecmo
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
        match id {
            SwitchId::Breathing => usize::from(self.breathing == Breathing::Ventilated),
            SwitchId::Basis => usize::from(self.basis == Basis::Expired),
            SwitchId::DiffusionLimit => usize::from(self.diffusion_limited),
            SwitchId::Ecmo => usize::from(self.ecmo),
        }
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

    /// Changes one parameter; on an error nothing is changed.
    ///
    /// # Errors
    /// As [`Params::with`].
    pub fn set(&mut self, id: ParamId, value: f64) -> Result<(), ParamError> {
        id.check(value)?;
        // Adding 0 makes 0 of -0.
        let before = std::mem::replace(&mut self.values[id as usize], value + 0.0);
        if let Some(error) = self.joint_errors().into_iter().next() {
            self.values[id as usize] = before;
            return Err(error);
        }
        Ok(())
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
                next.values[*id as usize] = *value + 0.0;
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
        let index = id
            .options()
            .iter()
            .position(|name| *name == option)
            .ok_or_else(|| ParamError::UnknownOption { id, value: option.to_owned() })?;
        match id {
            SwitchId::Breathing => {
                self.breathing = [Breathing::Spontaneous, Breathing::Ventilated][index];
            }
            SwitchId::Basis => self.basis = [Basis::Inspired, Basis::Expired][index],
            SwitchId::DiffusionLimit => self.diffusion_limited = index == 1,
            SwitchId::Ecmo => self.ecmo = index == 1,
        }
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

    /// Sets whatever `key` names from text, as the command line does.
    ///
    /// # Errors
    /// [`ParamError`]; on any, nothing is changed.
    pub fn set_from_text(&mut self, key: &str, text: &str) -> Result<(), ParamError> {
        match resolve_key(key)? {
            KeyTarget::Param(id) => {
                let value = parse_number(text).ok_or_else(|| ParamError::NotANumber { id, text: text.to_owned() })?;
                self.set(id, value)
            }
            KeyTarget::Switch(id) => self.set_switch(id, text),
        }
    }

    /// Rules that join several parameters.
    fn joint_errors(&self) -> Vec<ParamError> {
        let mut errors = Vec::new();
        let sum = self.get(ParamId::Cohb) + self.get(ParamId::Methb);
        // 0.6 + 0.3 is a rounding error above 0.9.
        if sum > MAX_DYSHAEMOGLOBIN_FRAC + 1e-12 {
            errors.push(ParamError::Dyshaemoglobin { sum });
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
        if count == 0 {
            errors.push(ParamError::NoMode);
        } else if count > MAX_UNITS {
            errors.push(ParamError::UnitCount { count });
        }
        errors
    }
}

/// Reads a plain finite decimal number: what people type and JSON allows.
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain || text.len() > 64 {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
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
