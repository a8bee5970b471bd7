//! Choices among named options.

use super::Group;

/// How the patient breathes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Breathing {
    /// Alveolar ventilation and rate are given; PEEP is CPAP.
    #[default]
    Spontaneous,
    /// A ventilator delivers tidal volume and rate.
    Ventilated,
    /// No breath at all; [`Airway`] says what the lung is open to.
    Apnoea,
}

/// What a lung that is not ventilated is open to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Airway {
    /// Open to room air, which it draws in as it takes up O2.
    #[default]
    RoomAir,
    /// Open to pure O2: apnoeic oxygenation.
    Oxygen,
    /// Closed: the lung shrinks.
    Closed,
}

/// What is given of a membrane lung's circuit, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EcmoCircuit {
    /// Pump flow and recirculation are given.
    #[default]
    AsSet,
    /// The speed of the pump is given.
    BySpeed,
    /// The flow is asked for, and the pump turns as fast as that takes.
    ByFlow,
}

/// What a circuit does to the temperature of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HeatExchanger {
    /// Nothing: it is as set.
    #[default]
    AsSet,
    /// It goes to that of the water.
    On,
    /// It falls.
    Off,
}

/// Where a membrane lung returns its blood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EcmoMode {
    /// To the veins.
    #[default]
    VenoVenous,
    /// Into the aorta.
    VenoArterial,
    /// Most into the aorta, part of it to the veins.
    VenoArterialVenous,
}

/// How the patient lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Position {
    /// On the back.
    #[default]
    Supine,
    /// On the belly.
    Prone,
    /// On the side, the lung with more lost tissue below.
    SickSideDown,
    /// On the side, the lung with more lost tissue above.
    SickSideUp,
    /// Sitting or standing: lost tissue that lies towards the back when supine lies towards the bases.
    Upright,
}

macro_rules! switches {
    ($( $id:ident { $key:literal, $label:literal, $group:ident, [$($option:literal),+], $source:literal } )*) => {
        /// A choice among named options.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SwitchId { $( #[doc = $source] $id, )* }

        impl SwitchId {
            /// Every switch.
            pub const ALL: &'static [SwitchId] = &[ $( SwitchId::$id, )* ];
            /// Number of switches.
            pub const COUNT: usize = Self::ALL.len();

            /// Key in JSON and on the command line.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $( SwitchId::$id => $key, )* }
            }

            /// Name on the screen.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $( SwitchId::$id => $label, )* }
            }

            /// Group whose controls it stands among.
            #[must_use]
            pub fn group(self) -> Group {
                match self { $( SwitchId::$id => Group::$group, )* }
            }

            /// Option names in order; the first is the default.
            #[must_use]
            pub fn options(self) -> &'static [&'static str] {
                match self { $( SwitchId::$id => &[$($option),+], )* }
            }

            /// What it means and where it comes from.
            #[must_use]
            pub fn source(self) -> &'static str {
                match self { $( SwitchId::$id => $source, )* }
            }
        }
    };
}

switches! {
    Breathing { "breathing", "Breathing", Breathing, ["spontaneous", "ventilated", "apnoea"],
        "Spontaneous: alveolar ventilation and rate given; ventilated: tidal volume, rate, compliance; apnoea: none" }
    Airway { "apnoea_airway", "In apnoea the airway is", Breathing, ["open_to_air", "open_to_oxygen", "closed"],
        "What a lung without ventilation draws in as it takes up O2; closed, it shrinks (Frumin 1959; Benumof 1997)" }
    BreathingControl { "breathing_control", "Breathing control", Breathing, ["off", "on"],
        "Breathing spontaneously: ventilation answers PaCO2 and hypoxia and can be depressed; off, it is as set" }
    Basis { "vq_basis", "Ventilation counted as", Lung, ["inspired", "expired"],
        "Ventilation of a unit as delivered (inspired) or as in West's and Wagner's tables (expired)" }
    DiffusionLimit { "diffusion_limit", "Diffusion limit", Lung, ["off", "on"],
        "O2 transfer along the capillary limited by DLO2 (Piiper & Scheid 1981)" }
    Hpv { "hpv", "Hypoxic vasoconstriction", Lung, ["off", "on"],
        "Flow leaves lung that is badly ventilated (Marshall 1994); off, it is distributed as set whatever is breathed" }
    Absorption { "absorption", "Absorption atelectasis", Lung, ["on", "off"],
        "In time: a unit whose gas is taken up faster than it is supplied shrinks and collapses (Dantzker 1975); off, it is held open" }
    Mechanics { "mechanics", "Layers and mechanics", Mechanics, ["off", "on"],
        "Lung in layers along gravity: what is open follows from pressures, ventilation from compliance, perfusion from gravity and vessels, output from the heart; the shunt, its recruitable share, compliance, FRC and all V/Q modes but the spread of the first give way to it" }
    Position { "position", "Position", Mechanics, ["supine", "prone", "sick_side_down", "sick_side_up", "upright"],
        "Which way gravity acts; the prone lose the weight of heart and abdomen and have a stiffer chest wall; upright, the chest is wider, the lung taller and the heart less filled" }
    Hysteresis { "hysteresis", "Hysteresis", Mechanics, ["on", "off"],
        "Opening takes more pressure than staying open (Crotti 2001); off, both take the mean of the two, at once" }
    VentilatorMode { "ventilator_mode", "Breaths are", Breathing, ["volume_controlled", "pressure_controlled"],
        "With mechanics on: a tidal volume is given and pressure follows, or the other way round" }
    AirwayHold { "airway_hold", "Airway held", Breathing, ["off", "on"],
        "Breaths stop and the airway stands at the pressure held: a sustained inflation, or at 0 a disconnection" }
    Paralysis { "neuromuscular_block", "Neuromuscular block", Metabolism, ["off", "on"],
        "On a ventilator: O2 consumption 6.7 % less (Koekkoek 2020) and, with mechanics on, a chest wall a tenth more compliant" }
    RightHeart { "right_heart", "Heart answers", Circulation, ["on", "off"],
        "With mechanics on: output follows from venous return and the load on the right ventricle; off, it is as set" }
    CarbonMonoxide { "carbon_monoxide", "Carbon monoxide", Blood, ["stays", "leaves"],
        "In time: leaves with a half-life by PO2 (320 min on air, 74 on O2); else COHb stays as set" }
    Svo2Feedback { "svo2_feedback", "Mixed venous blood", Circulation, ["follows", "held"],
        "Held: its saturation stays at a value whatever is delivered, so that what low delivery does to arterial blood by it can be taken away; O2 consumption is then what that takes" }
    Ecmo { "ecmo", "ECMO", Ecmo, ["off", "on"],
        "Membrane lung: in series with the native lung, or around the heart" }
    EcmoCircuit { "ecmo_circuit", "Circuit", Ecmo, ["as_set", "by_speed", "by_flow"],
        "As set: pump flow and recirculation are given and the membrane lets O2 through at once. By speed: flow follows from the speed of the pump, cannula and vein, recirculation from flow, output and cannulae, and the membrane has a diffusion of its own. By flow: the same, the pump turning as fast as the flow takes" }
    EcmoAgeing { "ecmo_ageing", "Membrane ages", Ecmo, ["off", "on"],
        "In time, with a circuit by speed or by flow: the membrane coats, clots and gathers water, too much heparin costs blood, and suction breaks red cells; off, all stays as set" }
    HeatExchange { "ecmo_heat_exchanger", "Heat exchanger", Ecmo, ["as_set", "on", "off"],
        "In time: on, the temperature of the body goes to that of the exchanger, and O2 consumption by 7 % a degree with it; off, a circuit cools the body; as set, nothing moves" }
    EcmoMode { "ecmo_mode", "Returns to", Ecmo, ["vv", "va", "vav"],
        "Where the membrane lung returns its blood: before the right heart, into the aorta by the groin, or into both. Into the aorta, the heart ejects less against it, and its blood meets that of the heart somewhere in the aorta" }
    EcmoCannulae { "ecmo_cannulae", "Cannulae", Ecmo, ["femoro_jugular", "jugulo_femoral", "bifemoral", "dual_lumen", "dual_lumen_slipped"],
        "Drained from and returned to, where the circuit is by speed or flow; one cannula with two lumina, placed or slipped" }
}

impl SwitchId {
    /// Finds a switch by its key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<SwitchId> {
        Self::ALL.iter().copied().find(|id| id.key() == key)
    }

    /// Index of an option by its name.
    #[must_use]
    pub fn option_index(self, option: &str) -> Option<usize> {
        self.options().iter().position(|name| *name == option)
    }
}
