//! The one table: keys, labels, units, bounds, defaults, steps and sources.

use std::fmt;

use super::ParamError;
use crate::numerics::float;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::typed::{self, TypedError};
use crate::units::percent_from_frac;

/// The groups of the table, in the order in which the window shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Inspired gas and altitude.
    InspiredGas,
    /// Spontaneous breathing, ventilator and airway.
    Breathing,
    /// Shunt, recruitment, V/Q distribution, dead space, diffusion.
    Lung,
    /// Layers of lung: what is open, can open or cannot, chest wall, position.
    Mechanics,
    /// Cardiac output, both ventricles, pulmonary vessels and what acts on them.
    Circulation,
    /// Haemoglobin and what it binds.
    Blood,
    /// O2 consumption and CO2 production.
    Metabolism,
    /// Membrane lung.
    Ecmo,
    /// Blood volumes and tissue stores: how fast things change.
    Stores,
    /// Pulse oximeter, capnograph, blood samples and what goes wrong with them.
    Monitor,
}

impl Group {
    /// Every group, in display order.
    pub const ALL: [Group; 10] = [
        Group::InspiredGas,
        Group::Breathing,
        Group::Lung,
        Group::Mechanics,
        Group::Circulation,
        Group::Blood,
        Group::Metabolism,
        Group::Ecmo,
        Group::Stores,
        Group::Monitor,
    ];

    /// Heading of the group.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Group::InspiredGas => "Inspired gas",
            Group::Breathing => "Breathing",
            Group::Lung => "Lung",
            Group::Mechanics => "Mechanics",
            Group::Circulation => "Circulation",
            Group::Blood => "Blood",
            Group::Metabolism => "Metabolism",
            Group::Ecmo => "ECMO",
            Group::Stores => "Volumes and stores",
            Group::Monitor => "Monitor and samples",
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

impl Bounds {
    /// Whether people read it in percent: shares of blood or lung, not inspired O2 or the shape of a breath.
    #[must_use]
    pub fn is_percent(&self) -> bool {
        self.key.ends_with("_frac") && !matches!(self.key, "fio2_frac" | "ecmo_fdo2_frac" | "inspiratory_time_frac")
    }

    /// Unit in which a value is read, a fraction in percent.
    #[must_use]
    pub fn shown_unit(&self, units: DisplayUnits) -> &'static str {
        if self.is_percent() { "%" } else { self.shown_in(units).of(self.unit).unit }
    }

    /// The units in which it is read: pressures of the circulation and of a pump are mmHg at every bedside.
    #[must_use]
    pub fn shown_in(&self, units: DisplayUnits) -> DisplayUnits {
        let of_blood = matches!(self.group, Group::Circulation | Group::Ecmo)
            && matches!(self.unit, "mmHg" | "L/min/mmHg" | "mmHg·min/L" | "L/min/√mmHg");
        if of_blood { units.of_circulation() } else { units }
    }

    /// A value as people read it, without its unit: a fraction in percent, three digits where steps are ratios.
    #[must_use]
    pub fn number(&self, value: f64, units: DisplayUnits) -> String {
        let trimmed = |text: String| match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        };
        if self.scale == Scale::Log {
            let decimals = if value > 0.0 { (2.0 - float::log10(value).floor()).clamp(0.0, 5.0) as usize } else { 0 };
            return trimmed(signed(value, decimals));
        }
        if self.is_percent() {
            return trimmed(signed(percent_from_frac(value), self.decimals.saturating_sub(2)));
        }
        let text = self.shown_in(units).of(self.unit).number(value, self.decimals);
        if self.unit == "cmH₂O" { trimmed(text) } else { text }
    }

    /// Share of the range, 0 to 1, at which a value stands, as a control spreads it.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let share = if self.scale == Scale::Log {
            float::ln(value / self.min) / float::ln(self.max / self.min)
        } else {
            (value - self.min) / (self.max - self.min)
        };
        share.clamp(0.0, 1.0)
    }

    /// Value at a share of the range, as a control spreads it.
    #[must_use]
    pub fn at_share(&self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        let value = match self.scale {
            Scale::Log => self.min * float::pow(self.max / self.min, share),
            Scale::Linear => self.min + share * (self.max - self.min),
            Scale::Whole => (self.min + share * (self.max - self.min)).round(),
        };
        value.clamp(self.min, self.max)
    }
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
        "Sea level 760 mmHg; the summit of Everest about 253 mmHg (West 1983)" }
    AlveolarVentilation { "alveolar_ventilation_l_per_min", "Alveolar ventilation", "L/min", Breathing, 0.0, 60.0, default 4.4, step 0.2, 0.05, decimals 2, Linear,
        "BTPS, breathing spontaneously; 4.4 L/min clears 200 mL/min of CO2 at PaCO2 40 mmHg (alveolar ventilation equation)" }
    SpontaneousRate { "spontaneous_rate_per_min", "Breathing rate", "/min", Breathing, 0.0, 120.0, default 14.0, step 1.0, 0.5, decimals 0, Linear,
        "Breathing spontaneously; sets the ventilation of the anatomical dead space; adult at rest 12 to 18, newborn 30 to 60" }
    Co2SetPoint { "co2_set_point_mmhg", "PaCO₂ set point", "mmHg", Breathing, 15.0, 100.0, default 42.0, step 1.0, 0.1, decimals 1, Linear,
        "Breathing control: PaCO2 at which, with normal PaO2 and acid-base, the ventilation set is breathed; given, it wins over the patient's own reference; 42 mmHg is what the default patient has (Bouillon 2003: 42.4 mmHg in volunteers)" }
    Co2Response { "co2_response_l_per_min_mmhg", "CO₂ response", "L/min/mmHg", Breathing, 0.05, 10.0, default 2.0, step 0.1, 0.05, decimals 2, Linear,
        "Breathing control: rise of minute ventilation with PaCO2 at normal PaO2; awake about 2, from 0.5 to 8 (Read 1967; Weil 1975: 1.7)" }
    HypoxicGain { "hypoxic_gain_per_percent", "Hypoxic gain", "/%", Breathing, 0.0, 0.35, default 0.10, step 0.01, 0.005, decimals 3, Linear,
        "Breathing control: share by which the CO2 response rises for each percent of saturation lost (Rebuck & Campbell 1974; Weil 1970)" }
    HypoxicDrive { "hypoxic_drive_l_per_min_percent", "Hypoxic drive", "L/min/%", Breathing, 0.0, 1.0, default 0.25, step 0.05, 0.01, decimals 2, Linear,
        "Breathing control: rise of minute ventilation for each percent of saturation lost, without CO2; tuned to 10 min of FiO2 0.12 and to acute altitude" }
    WakefulnessDrive { "wakefulness_drive_frac", "Wakefulness drive", "", Breathing, 0.0, 1.0, default 0.5, step 0.05, 0.01, decimals 2, Linear,
        "Breathing control: share of resting ventilation that goes on without CO2 drive; an opioid that takes two thirds of the response takes all of it (Fink 1961)" }
    OpioidDepression { "opioid_depression_frac", "Opioid depression", "", Breathing, 0.0, 1.0, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Breathing control: what an opioid takes of the CO2 response; 0.5 is remifentanil at 0.9 ng/mL (Bouillon 2003), 1 is apnoea" }
    CentralTime { "central_drive_time_constant_s", "Central drive, time", "s", Breathing, 10.0, 1000.0, default 180.0, step 10.0, 1.0, decimals 0, Linear,
        "Breathing control: time constant of the central chemoreceptor, CO2 in brain tissue; 60 to 180 s (Bellville 1979)" }
    PeripheralTime { "peripheral_drive_time_constant_s", "Peripheral drive, time", "s", Breathing, 1.0, 100.0, default 10.0, step 1.0, 0.5, decimals 1, Linear,
        "Breathing control: time constant of the carotid body; about 10 s (Bellville 1979)" }
    AcidTime { "acid_drive_time_constant_h", "Acid, time", "h", Breathing, 0.1, 100.0, default 8.0, step 1.0, 0.5, decimals 1, Linear,
        "Breathing control: time constant with which the brain follows a change of base excess; hours (Mitchell 1965, recalled)" }
    ReferencePco2 { "control_reference_pco2_mmhg", "Reference PaCO₂", "mmHg", Breathing, 1.0, 500.0, default 40.0, step 1.0, 0.1, decimals 1, Linear,
        "Breathing control: PaCO2 of the patient in balance, as he was before the control; with a reference ventilation" }
    ReferenceVentilation { "control_reference_ventilation_l_per_min", "Reference V̇E", "L/min", Breathing, 0.0, 200.0, default 0.0, step 0.5, 0.1, decimals 2, Linear,
        "Breathing control: minute ventilation of the patient in balance; 0 is no reference, then the set point counts" }
    ReferenceDesaturation { "control_reference_desaturation_percent", "Reference desaturation", "%", Breathing, 0.0, 100.0, default 0.0, step 1.0, 1.0, decimals 0, Linear,
        "Breathing control: hypoxia of the patient in balance, percent of saturation lost; with a reference ventilation" }
    ReferenceBaseExcess { "control_reference_base_excess_mmol_per_l", "Reference BE", "mmol/L", Breathing, -25.0, 25.0, default 0.0, step 1.0, 0.1, decimals 1, Linear,
        "Breathing control: base excess of the patient in balance; with a reference ventilation" }
    ReferenceOpioid { "control_reference_opioid_frac", "Reference opioid", "", Breathing, 0.0, 1.0, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Breathing control: depression by an opioid in balance; with a reference ventilation" }
    TidalVolume { "tidal_volume_ml", "Tidal volume", "mL", Breathing, 5.0, 2000.0, default 450.0, step 10.0, 1.0, decimals 0, Linear,
        "Ventilator; 6 to 8 mL/kg of predicted body weight (ARDS Network 2000); 6 mL/kg of a newborn of 1 kg to what adult ventilators deliver" }
    VentilatorRate { "ventilator_rate_per_min", "Ventilator rate", "/min", Breathing, 0.0, 120.0, default 15.0, step 1.0, 0.5, decimals 0, Linear,
        "Ventilator; 0 is apnoea" }
    Peep { "peep_cmh2o", "PEEP", "cmH₂O", Breathing, 0.0, 40.0, default 5.0, step 1.0, 0.5, decimals 1, Linear,
        "Positive end-expiratory pressure; CPAP when breathing spontaneously" }
    InspiratoryPressure { "inspiratory_pressure_cmh2o", "Pressure above PEEP", "cmH₂O", Breathing, 1.0, 60.0, default 15.0, step 1.0, 0.5, decimals 1, Linear,
        "Pressure control, with mechanics on: airway pressure in inspiration above PEEP" }
    PressureLimit { "pressure_limit_cmh2o", "Pressure limit", "cmH₂O", Breathing, 10.0, 100.0, default 60.0, step 5.0, 1.0, decimals 0, Linear,
        "With mechanics on: plateau above which the ventilator ends a breath; the tidal volume is then not delivered whole" }
    HoldPressure { "hold_pressure_cmh2o", "Hold at", "cmH₂O", Breathing, 0.0, 60.0, default 40.0, step 5.0, 1.0, decimals 0, Linear,
        "With the airway held: its pressure; 30 to 40 is a sustained inflation, 0 a disconnection" }
    InspiratoryTime { "inspiratory_time_frac", "Ti/Ttot", "", Breathing, 0.1, 0.8, default 0.333_333_333_333_333_3, step 0.05, 0.01, decimals 2, Linear,
        "Inspiratory share of the breath; I:E 1:2 is one third" }
    Compliance { "compliance_ml_per_cmh2o", "Compliance", "mL/cmH₂O", Breathing, 1.0, 200.0, default 50.0, step 5.0, 1.0, decimals 0, Linear,
        "Respiratory system; 50 on a ventilator with healthy lungs, about 30 in ARDS, a newborn 3 to 5" }
    AnatomicalDeadSpace { "anatomical_dead_space_ml", "Anatomical dead space", "mL", Breathing, 0.0, 500.0, default 150.0, step 10.0, 1.0, decimals 0, Linear,
        "Airways, with tubing; about 2.2 mL/kg (Radford 1955)" }
    MaskLeak { "mask_leak_frac", "Mask leak", "", Breathing, 0.0, 0.95, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Breathing spontaneously: share of each breath that is room air drawn in beside the mask (McGowan & Skinner 1995)" }
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
    Dlo2 { "dlo2_ml_per_min_mmhg", "DLO₂", "mL/min/mmHg", Lung, 0.1, 200.0, default 30.0, step 1.0, 0.5, decimals 1, Linear,
        "Diffusing capacity for O2 of all ventilated units, were no capillary dilated; acts when the diffusion limit is on; about 1.23 times DLCO" }
    HpvStrength { "hpv_strength_frac", "Vasoconstriction", "", Lung, 0.0, 1.0, default 1.0, step 0.05, 0.01, decimals 2, Linear,
        "Strength of hypoxic pulmonary vasoconstriction: 1 as measured in dogs and men (Marshall 1994); less in sepsis and under volatile anaesthetics" }
    HpvReference { "hpv_reference_fio2_frac", "Flows as set on FiO₂", "", Lung, 0.10, 1.0, default 0.21, step 0.05, 0.01, decimals 2, Linear,
        "Hypoxic vasoconstriction: FiO2 on which, all else as set, shunt and V/Q distribution are as set" }
    HpvTime { "hpv_time_constant_s", "Vasoconstriction, time", "s", Lung, 5.0, 2000.0, default 150.0, step 10.0, 1.0, decimals 0, Linear,
        "Time constant with which vessels answer; fast part in man 2.4 min (Talbot 2005, figure recalled), the slow part of hours left out" }
    Frc { "frc_l", "FRC", "L", Lung, 0.05, 8.0, default 2.5, step 0.1, 0.05, decimals 2, Linear,
        "Resting gas volume of the ventilated lung; supine 2.5 L, anaesthetised and obese about 1.0 (Benumof 1997), COPD 4 to 5, newborn 0.03 L/kg" }
    ClosedFloor { "closed_lung_floor_frac", "Least volume when closed", "", Lung, 0.1, 0.9, default 0.4, step 0.05, 0.01, decimals 2, Linear,
        "Share of the FRC below which a lung with its airway closed does not shrink: from there its pressure falls; residual over resting volume supine about 0.5" }
    PluggedShare { "plugged_share_frac", "Plugged share", "", Lung, 0.0, 0.9, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the ventilated lung behind a mucus plug: its gas is absorbed and its flow becomes shunt (Dale & Rahn 1952)" }
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
    Collapsible { "collapsible_frac", "Collapsible", "", Mechanics, 0.0, 0.95, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the tissue that opens and closes with pressure; potentially recruitable lung 0.13 ± 0.11 of the weight (Gattinoni 2006)" }
    Consolidated { "consolidated_frac", "Consolidated", "", Mechanics, 0.0, 0.95, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the tissue that no pressure opens; about 0.24 of the weight in ARDS (Gattinoni 2006, recalled); with collapsible at most 0.98" }
    CollapsibleDorsal { "collapsible_dorsal_ratio", "Collapsible, dorsal", "", Mechanics, -1.0, 1.0, default 0.6, step 0.1, 0.05, decimals 2, Linear,
        "Where collapsible tissue lies: 1 all the more towards the back, 0 even, -1 towards the front" }
    ConsolidatedDorsal { "consolidated_dorsal_ratio", "Consolidated, dorsal", "", Mechanics, -1.0, 1.0, default 0.6, step 0.1, 0.05, decimals 2, Linear,
        "Where consolidated tissue lies, as for collapsible" }
    OneSided { "one_sided_frac", "One-sided", "", Mechanics, 0.5, 1.0, default 0.5, step 0.05, 0.01, decimals 2, Linear,
        "Share of lost tissue in one of the two lungs: 0.5 both alike, 1 one lung alone; shows with that side down or up" }
    LungCapacity { "lung_capacity_l", "Capacity of the lung", "L", Mechanics, 0.1, 10.0, default 4.5, step 0.5, 0.1, decimals 1, Linear,
        "Gas volume of the lung with all of its tissue open and fully stretched; 4.0 fits ARDS (tuned with recoil and chest wall)" }
    UnstressedShare { "unstressed_volume_frac", "Unstressed volume", "", Mechanics, 0.1, 0.8, default 0.40, step 0.05, 0.01, decimals 2, Linear,
        "Volume of open tissue at a transpulmonary pressure of zero, over its capacity" }
    RecoilShape { "recoil_shape_per_cmh2o", "Shape of recoil", "/cmH₂O", Mechanics, 0.01, 0.3, default 0.07, step 0.01, 0.005, decimals 3, Linear,
        "Shape constant of the exponential pressure-volume curve of open tissue (Salazar & Knowles 1964); healthy about 0.1, stiffer in ARDS" }
    ChestWall { "chest_wall_compliance_l_per_cmh2o", "Chest wall compliance", "L/cmH₂O", Mechanics, 0.002, 1.0, default 0.16, step 0.02, 0.01, decimals 3, Linear,
        "Of a supine adult; 0.1 to 0.2, less in obesity and abdominal hypertension (Gattinoni 1998); newborn about 0.005 L/cmH2O for each kg (recalled)" }
    ChestLoad { "chest_load_cmh2o", "Load on the chest", "cmH₂O", Mechanics, -10.0, 20.0, default 0.0, step 1.0, 0.5, decimals 1, Linear,
        "Pleural pressure at the relaxed volume above that of a normal supine chest; obesity 5 to 10 (Behazin 2010)" }
    SuperimposedPressure { "superimposed_pressure_cmh2o", "Weight of the lung", "cmH₂O", Mechanics, 0.0, 25.0, default 3.0, step 1.0, 0.5, decimals 1, Linear,
        "Superimposed pressure at the lowest point of the supine lung; healthy about 3, ARDS 10 to 15 (Pelosi 1994)" }
    DorsalWeight { "dorsal_weight_cmh2o", "Heart and abdomen", "cmH₂O", Mechanics, 0.0, 10.0, default 2.0, step 1.0, 0.5, decimals 1, Linear,
        "What heart and abdomen add to it in the supine; 1 to 6, gone in the prone" }
    OpeningRate { "opening_rate_per_cmh2o_s", "Opening rate", "/cmH₂O/s", Mechanics, 0.001, 1.0, default 0.03, step 0.01, 0.001, decimals 3, Log,
        "How fast a cell opens with pressure above its opening pressure, median (form Bates & Irvin 2002; tuned)" }
    ClosingRate { "closing_rate_per_cmh2o_s", "Closing rate", "/cmH₂O/s", Mechanics, 0.01, 1.0, default 0.15, step 0.05, 0.01, decimals 2, Log,
        "How fast a cell closes with pressure below its closing pressure, median (form Bates & Irvin 2002; tuned)" }
    RateSpread { "recruitment_rate_log_sd", "Spread of rates", "", Mechanics, 0.0, 2.0, default 1.0, step 0.1, 0.05, decimals 2, Linear,
        "SD of the natural logarithm of both rates over the cells" }
    OpenedTo { "opened_to_cmh2o", "Opened to before", "cmH₂O", Mechanics, 0.0, 60.0, default 0.0, step 5.0, 1.0, decimals 0, Linear,
        "Airway pressure that the lung was opened to before the present setting; 0 is never: cells that neither open nor close now are open where this opened them" }
    CardiacOutput { "cardiac_output_l_per_min", "Cardiac output", "L/min", Circulation, 0.1, 25.0, default 5.0, step 0.5, 0.1, decimals 2, Linear,
        "Systemic and pulmonary blood flow; adult at rest about 5" }
    MeanSystemicPressure { "mean_systemic_pressure_mmhg", "Filling pressure", "mmHg", Circulation, 2.0, 40.0, default 10.0, step 1.0, 0.5, decimals 1, Linear,
        "Mean systemic pressure, with mechanics on: at 10 and with a relaxed chest the output set flows; less is hypovolaemia" }
    HeartStrength { "heart_strength_ratio", "Strength of the heart", "", Circulation, 0.2, 3.0, default 1.0, step 0.1, 0.05, decimals 2, Linear,
        "Contractility of both ventricles over normal; an inotrope raises it" }
    RightReserve { "right_ventricle_reserve_mmhg", "Right ventricular reserve", "mmHg", Circulation, 15.0, 80.0, default 40.0, step 5.0, 1.0, decimals 0, Linear,
        "Mean pulmonary artery pressure (transmural) at which the right ventricle keeps half of its output; a normal one fails at a mean of about 40 (McIntyre & Sasahara 1971)" }
    LeftAtrium { "left_atrial_pressure_mmhg", "Left atrial pressure", "mmHg", Circulation, 1.0, 40.0, default 8.0, step 1.0, 0.5, decimals 1, Linear,
        "Transmural, at the output set; follows output; above 18 the lung floods" }
    PulmonaryResistance { "pulmonary_resistance_wood", "Pulmonary resistance", "mmHg·min/L", Circulation, 0.3, 400.0, default 1.5, step 0.5, 0.1, decimals 1, Log,
        "Of all vessels dilated, at the best volume, without collapse and with few white cells; normal 0.5 to 2, of a newborn about 20 times as much, as his flow is a twentieth" }
    SystemicResistance { "systemic_resistance_wood", "Systemic resistance", "mmHg·min/L", Circulation, 2.0, 400.0, default 16.0, step 1.0, 0.5, decimals 1, Log,
        "Mean arterial pressure over output, right atrial pressure aside; normal 12 to 20, newborn about 80; a vasopressor raises it" }
    Clot { "clot_frac", "Clot", "", Circulation, 0.0, 0.9, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the vessels of ventilated lung that embolism blocks: what they served becomes dead space" }
    Foramen { "foramen_ovale_l_per_min_sqrt_mmhg", "Foramen ovale", "L/min/√mmHg", Circulation, 0.0, 3.0, default 0.0, step 0.1, 0.05, decimals 2, Linear,
        "Flow from right to left atrium at a difference of 1 mmHg, where the heart answers; 0 is closed (a quarter of people have one: Hagen 1984)" }
    WideShunt { "wide_shunt_frac", "Shunt, wide vessels", "", Circulation, 0.0, 0.95, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the lung's flow that goes from artery to vein past all gas, in layers too: malformations, 0.1 to 0.4 (Shovlin 2014, recalled), the widest vessels of the liver's lung; bubbles pass, nothing opens or narrows it; upright a quarter more (a guess)" }
    DilatedShare { "dilated_share_frac", "Dilated capillaries", "", Circulation, 0.0, 1.0, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the flow of ventilated lung through capillaries so wide that O2 does not reach the middle of the stream, with the diffusion limit on; hepatopulmonary syndrome; bubbles pass; upright 1.3 times as much (a guess)" }
    DilatedRatio { "dilated_d_ratio", "Their D over flow", "", Circulation, 0.02, 1.0, default 0.15, step 0.05, 0.01, decimals 2, Linear,
        "Diffusing capacity per flow of dilated capillaries over that of the others; 0.15 with six tenths of the flow leaves half of the whole, as measured (Martinez-Palli 2006: DLCO 54 %); upright 0.85 of it (a guess)" }
    Ductal { "ductal_frac", "Ductal shunt", "", Circulation, 0.0, 0.6, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of right ventricular output that passes an open duct from right to left; blood of the right arm is before it, that of the legs after it" }
    InhaledNo { "inhaled_no_ppm", "Inhaled NO", "ppm", Circulation, 0.0, 80.0, default 0.0, step 5.0, 1.0, decimals 0, Linear,
        "Dilates vessels of ventilated lung as far as they respond, and lifts what hypoxia constricts them beyond a healthy lung on air; full effect on oxygenation from a few ppm (Rossaint 1993: 18 ppm)" }
    InhaledProstacyclin { "inhaled_prostacyclin_ng_per_kg_min", "Inhaled prostacyclin", "ng/kg/min", Circulation, 0.0, 50.0, default 0.0, step 5.0, 1.0, decimals 0, Linear,
        "As inhaled NO; 10 to 50 in ARDS (Zwissler 1996)" }
    NoResponsiveness { "inhaled_vasodilator_response_frac", "Response to inhaled NO", "", Circulation, 0.0, 1.0, default 0.0, step 0.1, 0.05, decimals 2, Linear,
        "How far inhaled vasodilators widen vessels of ventilated lung beyond their normal tone: 1 in ARDS (Rossaint 1993), 0 in a healthy lung or one alone (Frostell 1991; Schwarzkopf 2001)" }
    IvVasodilator { "iv_vasodilator_frac", "Intravenous vasodilator", "", Circulation, 0.0, 1.0, default 0.0, step 0.1, 0.05, decimals 2, Linear,
        "Dilates all vessels of the lung and lifts all hypoxic constriction: flow returns to collapsed lung (Rossaint 1993: prostacyclin)" }
    HeldSvo2 { "held_svo2_frac", "Mixed venous saturation held at", "", Circulation, 0.1, 0.95, default 0.70, step 0.05, 0.01, decimals 2, Linear,
        "With the SvO2 feedback off: mixed venous saturation, whatever delivery and consumption" }
    Hb { "hb_g_per_dl", "Haemoglobin", "g/dL", Blood, 2.0, 25.0, default 15.0, step 0.5, 0.1, decimals 1, Linear,
        "All haemoglobin, carboxy- and methaemoglobin included" }
    Temperature { "temperature_c", "Temperature", "°C", Blood, 25.0, 42.0, default 37.0, step 0.5, 0.1, decimals 1, Linear,
        "Of the blood; shifts the dissociation curve and CO2 solubility" }
    BaseExcess { "base_excess_mmol_per_l", "Base excess", "mmol/L", Blood, -25.0, 25.0, default 0.0, step 1.0, 0.5, decimals 1, Linear,
        "Of the blood fully oxygenated (Siggaard-Andersen 1977)" }
    P50 { "p50_mmhg", "P50", "mmHg", Blood, 15.0, 40.0, default 26.86, step 0.5, 0.1, decimals 2, Linear,
        "PO2 of half saturation at pH 7.40, PCO2 40 mmHg, 37 degC; 26.86 mmHg (Severinghaus 1979), fetal 19 to 20 mmHg" }
    Cohb { "cohb_frac", "COHb", "", Blood, 0.0, 0.6, default 0.0, step 0.01, 0.005, decimals 3, Linear,
        "Carboxyhaemoglobin over all haemoglobin; with MetHb at most 0.9" }
    Methb { "methb_frac", "MetHb", "", Blood, 0.0, 0.9, default 0.0, step 0.01, 0.005, decimals 3, Linear,
        "Methaemoglobin over all haemoglobin; with COHb at most 0.9" }
    Vo2 { "vo2_ml_per_min", "V̇O₂", "mL/min", Metabolism, 10.0, 3000.0, default 250.0, step 10.0, 1.0, decimals 0, Linear,
        "O2 consumption, STPD; adult at rest 250 (Nunn)" }
    PredictedWeight { "predicted_weight_kg", "Predicted weight", "kg", Metabolism, 0.5, 150.0, default 70.0, step 1.0, 0.1, decimals 1, Linear,
        "Predicted body weight, to which a tidal volume is compared; from sex and height in adults, the weight itself in newborns (ARDS Network 2000)" }
    Rq { "rq_ratio", "RQ", "", Metabolism, 0.6, 1.3, default 0.8, step 0.05, 0.01, decimals 2, Linear,
        "CO2 production over O2 consumption; mixed diet 0.8" }
    PumpFlow { "ecmo_pump_flow_l_per_min", "Pump flow", "L/min", Ecmo, 0.0, 8.0, default 4.0, step 0.5, 0.1, decimals 1, Linear,
        "Blood through the oxygenator; where the circuit is by flow, what the pump is asked for: it turns as fast as that takes" }
    PumpSpeed { "ecmo_pump_speed_per_min", "Pump speed", "/min", Ecmo, 0.0, 5000.0, default 3000.0, step 100.0, 10.0, decimals 0, Linear,
        "Turns of a centrifugal pump, where the circuit is by speed: flow follows, and past what the vein gives more speed gives less (Zakhary 2020)" }
    DrainageCannula { "ecmo_drainage_cannula_fr", "Drainage cannula", "Fr", Ecmo, 13.0, 31.0, default 25.0, step 2.0, 1.0, decimals 0, Linear,
        "Outer diameter; pressure lost goes with its fourth power: -100 mmHg at 5.5 L/min with 25 Fr, at 4.7 with 23 Fr (Robak); a dual lumen is 27 to 31" }
    TipDistance { "ecmo_tip_distance_cm", "Distance of the tips", "cm", Ecmo, 1.0, 40.0, default 20.0, step 1.0, 0.5, decimals 0, Linear,
        "Between drainage and return of two cannulae; recirculation falls with it" }
    DrainageGain { "ecmo_drainage_l_per_min_mmhg", "Drainage per filling", "L/min/mmHg", Ecmo, 0.2, 2.0, default 0.75, step 0.05, 0.01, decimals 2, Linear,
        "Flow that a mmHg of transmural right atrial pressure adds to what the vein gives the pump; a guess" }
    VeinCollapse { "ecmo_vein_collapse_mmhg", "Vein collapses at", "mmHg", Ecmo, -5.0, 2.0, default -1.0, step 0.5, 0.1, decimals 1, Linear,
        "Transmural right atrial pressure at which the vein is shut on the ports of the cannula; a guess" }
    Recirculation { "ecmo_recirculation_frac", "Recirculation", "", Ecmo, 0.0, 0.9, default 0.15, step 0.05, 0.01, decimals 2, Linear,
        "Share of drained blood that has just been returned; adults median 0.14 to 0.16 (J Clin Med 2023;12:416)" }
    Sweep { "ecmo_sweep_l_per_min", "Sweep gas", "L/min", Ecmo, 0.0, 15.0, default 4.0, step 0.5, 0.1, decimals 1, Linear,
        "Gas through the oxygenator, BTPS; 0 is the gas line off" }
    Fdo2 { "ecmo_fdo2_frac", "FdO₂", "", Ecmo, 0.21, 1.0, default 1.0, step 0.05, 0.01, decimals 2, Linear,
        "O2 fraction of the sweep gas" }
    MembraneShunt { "ecmo_membrane_shunt_frac", "Membrane shunt", "", Ecmo, 0.0, 0.9, default 0.09, step 0.01, 0.005, decimals 2, Linear,
        "Share of pump flow that bypasses the membrane; 0.08 to 0.10 gives post-membrane PO2 400 to 500 mmHg, with the diffusion of a circuit by speed or flow about 0.06" }
    MembraneDiffusion { "ecmo_diffusing_capacity_ml_per_min_mmhg", "Membrane diffusion", "mL/min/mmHg", Ecmo, 0.1, 2.0, default 0.6, step 0.05, 0.01, decimals 2, Linear,
        "Diffusing capacity of the new membrane for O2; tuned to about 370 mL/min of O2 at 7 L/min, Hb 12 and a drained saturation of 0.65" }
    MembraneResistance { "ecmo_membrane_resistance_mmhg_min_per_l", "Membrane resistance", "mmHg·min/L", Ecmo, 2.0, 15.0, default 5.0, step 0.5, 0.1, decimals 1, Linear,
        "Fall of pressure across the new membrane over flow: 20 mmHg at 4 L/min (recalled)" }
    MembraneCoat { "ecmo_membrane_coat_frac", "Membrane coat", "", Ecmo, 0.0, 0.9, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the fibres that are covered: blood passes them as through a shunt, and no pressure tells of it (Epis & Belliato 2018)" }
    MembraneClot { "ecmo_membrane_clot_frac", "Membrane clot", "", Ecmo, 0.0, 0.9, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the channels that are closed: the fall of pressure rises, and their sweep gas meets no blood (Epis & Belliato 2018)" }
    MembraneWater { "ecmo_membrane_water_frac", "Water in the fibres", "", Ecmo, 0.0, 0.9, default 0.0, step 0.05, 0.01, decimals 2, Linear,
        "Share of the fibres with water on the side of the gas: CO2 stays and no pressure tells of it; a flush of sweep gas mends it (reviews; size a guess)" }
    AntiXa { "ecmo_anti_xa_iu_per_ml", "Anti-Xa", "IU/mL", Ecmo, 0.0, 1.5, default 0.5, step 0.05, 0.01, decimals 2, Linear,
        "Effect of heparin; 0.3 to 0.7 in use: below, a membrane that ages clots sooner, above, blood is lost (guesses)" }
    Clotting { "ecmo_clotting_per_day", "Clotting", "/day", Ecmo, 0.0, 5.0, default 0.25, step 0.05, 0.01, decimals 2, Linear,
        "Rate at which clot grows in a membrane that ages; chosen so that one lasts 10 to 14 days (recalled)" }
    Coating { "ecmo_coating_per_day", "Coating", "/day", Ecmo, 0.0, 5.0, default 0.20, step 0.05, 0.01, decimals 2, Linear,
        "Rate at which coat grows on a membrane that ages; a guess" }
    HeatSet { "ecmo_heat_set_c", "Heat exchanger set to", "°C", Ecmo, 33.0, 39.0, default 37.0, step 0.5, 0.1, decimals 1, Linear,
        "Temperature of the water; with the heat exchanger on, the body goes there by an eightieth of the difference a minute for each L/min of blood" }
    MembraneGas { "ecmo_gas_volume_l", "Membrane gas", "L", Ecmo, 0.05, 1.0, default 0.2, step 0.05, 0.01, decimals 2, Linear,
        "Gas volume of the oxygenator; adult hollow-fibre devices 0.1 to 0.3 L" }
    ReturnToVein { "ecmo_return_to_vein_frac", "Returned to the vein", "", Ecmo, 0.0, 0.9, default 0.4, step 0.05, 0.01, decimals 2, Linear,
        "Veno-arterio-venous: share of pump flow that returns before the right heart; the rest goes into the aorta; set by a clamp" }
    SuperiorDrainage { "ecmo_superior_drainage_ratio", "Drained, SVC over IVC", "", Ecmo, 0.2, 4.0, default 1.0, step 0.1, 0.05, decimals 2, Linear,
        "Veno-arterial: share that is drained of the superior over that of the inferior vein; about 0.35 with the tip in the inferior vein, 1 in the atrium, 2.5 in the superior vein; guesses" }
    Vent { "ecmo_vent_l_per_min", "Vent", "L/min", Ecmo, 0.0, 1.5, default 0.0, step 0.25, 0.05, decimals 2, Linear,
        "Veno-arterial: what a vent takes from the left atrium to the pump; 0.5 to 1 where the left ventricle is distended" }
    LegPerfusion { "ecmo_leg_perfusion_l_per_min", "Leg perfusion", "L/min", Ecmo, 0.0, 0.6, default 0.25, step 0.05, 0.01, decimals 2, Linear,
        "Veno-arterial, by the groin: what a cannula of its own gives the leg below; 0.1 to 0.3 in use (recalled); 0 is none" }
    ArterialPool { "arterial_pool_l", "Arterial pool", "L", Stores, 0.05, 5.0, default 1.5, step 0.1, 0.05, decimals 2, Linear,
        "Mixed blood between lung and tissues; sets how fast arterial gases follow (chosen, with the venous pool, to add up to 5 L of blood)" }
    VenousPool { "venous_pool_l", "Venous pool", "L", Stores, 0.05, 10.0, default 3.5, step 0.1, 0.05, decimals 2, Linear,
        "Mixed blood between tissues and lung" }
    ArterialLine { "lung_to_artery_l", "Lung to artery", "L", Stores, 0.01, 2.0, default 0.4, step 0.05, 0.01, decimals 2, Linear,
        "Blood that flows without mixing from lung to arterial pool: over the output, a delay of 5 s at 5 L/min; least that outlasts a step at 25 L/min" }
    VenousLine { "tissue_to_vein_l", "Tissue to vein", "L", Stores, 0.01, 2.0, default 0.4, step 0.05, 0.01, decimals 2, Linear,
        "Blood that flows without mixing from tissues to venous pool" }
    TissueO2Fast { "tissue_o2_fast_ml_per_mmhg", "Tissue O₂, fast", "mL/mmHg", Stores, 0.05, 10.0, default 1.0, step 0.1, 0.05, decimals 2, Linear,
        "O2 store of well-perfused tissue (Farhi & Rahn 1955; Cherniack & Longobardo 1970)" }
    TissueO2Slow { "tissue_o2_slow_ml_per_mmhg", "Tissue O₂, slow", "mL/mmHg", Stores, 0.05, 20.0, default 3.0, step 0.1, 0.05, decimals 2, Linear,
        "O2 store of the other tissue, myoglobin included" }
    TissueCo2Fast { "tissue_co2_fast_ml_per_mmhg", "Tissue CO₂, fast", "mL/mmHg", Stores, 0.5, 100.0, default 10.0, step 1.0, 0.5, decimals 1, Linear,
        "CO2 store of well-perfused tissue (Farhi & Rahn 1955, 1960)" }
    TissueCo2Slow { "tissue_co2_slow_ml_per_mmhg", "Tissue CO₂, slow", "mL/mmHg", Stores, 1.0, 500.0, default 50.0, step 5.0, 1.0, decimals 0, Linear,
        "CO2 store of the other tissue, as far as it takes part within hours" }
    FastTissueFlow { "tissue_fast_flow_frac", "Flow to fast tissue", "", Stores, 0.5, 0.9, default 0.75, step 0.05, 0.01, decimals 2, Linear,
        "Share of the output that well-perfused tissue gets" }
    FastTissueMetabolism { "tissue_fast_metabolism_frac", "Metabolism of fast tissue", "", Stores, 0.4, 0.9, default 0.70, step 0.05, 0.01, decimals 2, Linear,
        "Its share of O2 consumption and CO2 production" }
    TissueN2Lean { "tissue_n2_lean_ml_per_mmhg", "N₂ in lean tissue", "mL/mmHg", Stores, 0.01, 5.0, default 0.77, step 0.05, 0.01, decimals 2, Linear,
        "N2 store of lean tissue: 55 L of water at 0.014 mL/L/mmHg" }
    TissueN2Fat { "tissue_n2_fat_ml_per_mmhg", "N₂ in fat", "mL/mmHg", Stores, 0.01, 10.0, default 1.15, step 0.05, 0.01, decimals 2, Linear,
        "N2 store of fat: about 15 L, five times as soluble" }
    FatFlow { "fat_flow_frac", "Flow to fat", "", Stores, 0.01, 0.3, default 0.05, step 0.01, 0.005, decimals 3, Linear,
        "Share of the output that fat gets" }
    OximeterAveraging { "oximeter_averaging_s", "Oximeter averaging", "s", Monitor, 0.5, 30.0, default 8.0, step 1.0, 0.5, decimals 1, Linear,
        "Time over which the pulse oximeter averages; devices offer 2 to 16 s (manuals of Nellcor, Masimo, Mindray)" }
    OximeterDelay { "oximeter_delay_s", "Artery to finger", "s", Monitor, 1.0, 60.0, default 20.0, step 1.0, 0.5, decimals 1, Linear,
        "Transport from the arterial pool to a warm finger at an output of 5 L/min, of another size as much by weight; with the way from the lung about 25 s; an ear is reached in about half (Young 1992)" }
    OximeterAccuracy { "oximeter_accuracy_frac", "Oximeter accuracy", "", Monitor, 0.0, 0.05, default 0.02, step 0.005, 0.001, decimals 3, Linear,
        "Root mean square of the oximeter's wandering error; devices claim 0.02 to 0.03 between 70 and 100 % (ISO 80601-2-61 allows 0.04)" }
    OximeterBias { "oximeter_bias_frac", "Oximeter bias", "", Monitor, -0.05, 0.10, default 0.0, step 0.01, 0.005, decimals 3, Linear,
        "Constant error, for instance of dark skin: it reads high by 0.01 to 0.04, most where saturation is low (Bickler 2005; Sjoding 2020)" }
    FingerPerfusion { "finger_perfusion_frac", "Finger perfusion", "", Monitor, 0.01, 1.0, default 1.0, step 0.05, 0.01, decimals 2, Linear,
        "Blood flow of the finger over that of a warm one; cold delays the reading by a minute or more (0.2: MacLeod 2005) and in the end stops it" }
    CapnographDelay { "capnograph_delay_s", "Capnograph delay", "s", Monitor, 0.0, 10.0, default 2.5, step 0.5, 0.5, decimals 1, Linear,
        "Transport through the sampling line; 0.6 to 5.0 s in six capnometers (Breen 1994)" }
    SampleDelay { "sample_delay_s", "Sample result after", "s", Monitor, 0.0, 7200.0, default 300.0, step 60.0, 10.0, decimals 0, Linear,
        "From drawing a blood sample to its result; beside the bed 2 to 5 min, from a laboratory 15 to 60" }
    AnalyserError { "analyser_error_ratio", "Analyser error", "", Monitor, 0.0, 5.0, default 1.0, step 0.5, 0.1, decimals 1, Linear,
        "Random error of the blood-gas analyser over that of a well-kept one; 0 is an ideal analyser" }
    SampleBubble { "sample_bubble_frac", "Air bubble", "", Monitor, 0.005, 0.5, default 0.1, step 0.05, 0.005, decimals 3, Linear,
        "Volume of air over that of blood in a sample drawn with a bubble; matters from 0.005 to 0.01 (Mueller & Lang 1976), 0.1 clearly raises PO2 (Madiedo 1980)" }
    SampleBubbleEquilibrated { "sample_bubble_equilibrated_frac", "Bubble equilibrated", "", Monitor, 0.05, 1.0, default 0.5, step 0.1, 0.05, decimals 2, Linear,
        "How far bubble and blood have come to equilibrium; about 0.5 by usual handling (Pighi, J Med Biochem), near 1 after shaking or a pneumatic tube" }
    SampleBench { "sample_bench_min", "Time on the bench", "min", Monitor, 1.0, 480.0, default 20.0, step 5.0, 1.0, decimals 0, Linear,
        "How long a forgotten sample lies before it is analysed; up to 20 min at room temperature was found acceptable (Madiedo 1980)" }
    SampleBenchTemperature { "sample_bench_c", "Bench temperature", "°C", Monitor, 0.0, 37.0, default 22.0, step 1.0, 0.5, decimals 1, Linear,
        "Temperature at which it lies: room 22, on ice 0; blood cells breathe 2.3 % less of the rate at 37 for each degree below (Lenfant & Aucutt 1965)" }
    Leucocytes { "leucocytes_giga_per_l", "Leucocytes", "10⁹/L", Blood, 1.0, 1000.0, default 7.5, step 10.0, 1.0, decimals 1, Log,
        "White cells of the blood: they use up O2 in a sample that lies, and above 50 raise the resistance of the lung's vessels, 0.012 of it each (a guess); normal 4 to 11, pertussis up to 100 and more (Rowlands 2010), leukaemia up to 1000 (Charan 1994)" }
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

    /// Reads a value as people type it, in any unit that the quantity has; a share may be given in percent.
    ///
    /// # Errors
    /// [`ParamError::NotANumber`], [`ParamError::UnknownUnit`]; bounds are not looked at.
    pub fn read(self, text: &str) -> Result<f64, ParamError> {
        typed::read(text, typed::unit_of(self.key(), self.bounds().unit)).map_err(|error| self.unreadable(text, error))
    }

    /// As [`ParamId::read`], of a difference of two values.
    ///
    /// # Errors
    /// As [`ParamId::read`].
    pub fn read_difference(self, text: &str) -> Result<f64, ParamError> {
        let unit = typed::unit_of(self.key(), self.bounds().unit);
        typed::read_difference(text, unit).map_err(|error| self.unreadable(text, error))
    }

    fn unreadable(self, text: &str, error: TypedError) -> ParamError {
        let text = text.to_owned();
        match error {
            TypedError::NotANumber => ParamError::NotANumber { id: self, text },
            TypedError::Unit { known } => ParamError::UnknownUnit { id: self, text, known },
        }
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
