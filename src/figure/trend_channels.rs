//! What a trend records, and in which lane it is drawn.

use crate::figure::{Role, Stroke};

/// A lane of the trend: one axis, one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Saturations.
    Saturation,
    /// O2 tensions and their difference.
    O2,
    /// CO2 tensions.
    Co2,
    /// Ventilation.
    Ventilation,
    /// Nitrogen.
    N2,
    /// Shunt.
    Shunt,
    /// pH.
    Ph,
}

impl Lane {
    /// Every lane, from top to bottom, in the order of what is kept where there is little room.
    pub const ALL: [Lane; 7] =
        [Lane::Saturation, Lane::O2, Lane::Co2, Lane::Ventilation, Lane::N2, Lane::Shunt, Lane::Ph];

    /// Where it stands in [`Lane::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Name of its axis.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Lane::Saturation => "Saturation",
            Lane::O2 => "O₂",
            Lane::Co2 => "CO₂",
            Lane::Ventilation => "V̇A",
            Lane::N2 => "N₂",
            Lane::Shunt => "Shunt",
            Lane::Ph => "pH",
        }
    }

    /// Unit of its axis.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Lane::Saturation | Lane::N2 | Lane::Shunt => "%",
            Lane::O2 | Lane::Co2 => "mmHg",
            Lane::Ph => "",
            Lane::Ventilation => "L/min",
        }
    }

    /// Least range that is drawn, in its unit: below it a line is quiet.
    #[must_use]
    pub fn least_span(self) -> f64 {
        match self {
            Lane::Saturation | Lane::Shunt => 8.0,
            Lane::O2 => 30.0,
            Lane::N2 => 20.0,
            Lane::Co2 => 10.0,
            Lane::Ph => 0.1,
            Lane::Ventilation => 1.0,
        }
    }

    /// Values that cannot be passed, in its unit.
    #[must_use]
    pub fn limits(self) -> [f64; 2] {
        match self {
            Lane::Saturation | Lane::N2 | Lane::Shunt => [0.0, 100.0],
            // An A-a difference may fall below zero while gases change.
            Lane::O2 => [f64::NEG_INFINITY, f64::INFINITY],
            Lane::Co2 | Lane::Ph | Lane::Ventilation => [0.0, f64::INFINITY],
        }
    }
}

macro_rules! channels {
    ($( $id:ident { $key:literal, $label:literal, $unit:literal, $decimals:literal, $lane:ident, $role:ident, $stroke:ident, $doc:literal } )*) => {
        /// One line of the trend.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Channel { $( #[doc = $doc] $id, )* }

        impl Channel {
            /// Every channel, in the order in which they are recorded.
            pub const ALL: [Channel; [$( Channel::$id ),*].len()] = [ $( Channel::$id ),* ];

            /// Key in CSV; ends in its unit.
            #[must_use]
            pub fn key(self) -> &'static str { match self { $( Channel::$id => $key, )* } }

            /// Name on the screen.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $( Channel::$id => $label, )* } }

            /// Unit as printed.
            #[must_use]
            pub fn unit(self) -> &'static str { match self { $( Channel::$id => $unit, )* } }

            /// Digits after the point.
            #[must_use]
            pub fn decimals(self) -> usize { match self { $( Channel::$id => $decimals, )* } }

            /// Lane in which it is drawn.
            #[must_use]
            pub fn lane(self) -> Lane { match self { $( Channel::$id => Lane::$lane, )* } }

            /// What it stands for: its colour.
            #[must_use]
            pub fn role(self) -> Role { match self { $( Channel::$id => Role::$role, )* } }

            /// How it is drawn, so that colour never tells alone.
            #[must_use]
            pub fn stroke(self) -> Stroke { match self { $( Channel::$id => Stroke::$stroke, )* } }
        }
    };
}

channels! {
    Spo2 { "spo2_percent", "SpO₂", "%", 0, Saturation, Oximeter, Solid, "What the pulse oximeter reads, %; none while it finds no pulse." }
    So2Ven { "so2_ven_percent", "Sv̄O₂", "%", 0, Saturation, Venous, Solid, "Saturation of mixed venous blood, %." }
    Shunt { "shunt_true_percent", "Shunt", "%", 0, Shunt, Shunt, Solid, "True shunt, %." }
    Po2Art { "po2_art_mmhg", "PaO₂", "mmHg", 0, O2, Arterial, Solid, "Arterial PO2, mmHg." }
    AaGradient { "aa_gradient_mmhg", "A-a", "mmHg", 0, O2, Gradient, Dashed, "Alveolar-arterial PO2 difference by the alveolar gas equation, mmHg." }
    EndTidalO2 { "po2_end_tidal_mmhg", "etO₂", "mmHg", 0, O2, Alveolar, Dashed, "End-tidal PO2, mmHg; none without expiry." }
    Pco2Art { "pco2_art_mmhg", "PaCO₂", "mmHg", 1, Co2, Co2, Solid, "Arterial PCO2, mmHg." }
    EndTidalCo2 { "pco2_end_tidal_mmhg", "etCO₂", "mmHg", 1, Co2, Co2, Dashed, "End-tidal PCO2, mmHg; none without expiry." }
    PhArt { "ph_art", "pH", "", 2, Ph, Ph, Solid, "Arterial pH." }
    EndTidalN2 { "n2_end_tidal_percent", "etN₂", "%", 1, N2, Curve, Solid, "N2 of dry end-tidal gas, %; none without expiry." }
    Ventilation { "alveolar_ventilation_now_l_per_min", "V̇A", "L/min", 1, Ventilation, Ventilation, Solid, "Alveolar ventilation in force, L/min BTPS." }
}

impl Channel {
    /// Where it stands in a row.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::resolve_key;

    #[test]
    fn inv_lines_of_a_lane_differ_in_more_than_colour_where_they_share_it() {
        for (i, channel) in Channel::ALL.into_iter().enumerate() {
            assert_eq!(channel.index(), i);
            assert_eq!(Lane::ALL[channel.lane().index()], channel.lane());
            assert_eq!(channel.unit(), channel.lane().unit(), "{}", channel.key());
            let same = |other: &&Channel| {
                other.lane() == channel.lane() && other.role() == channel.role() && other.stroke() == channel.stroke()
            };
            assert_eq!(Channel::ALL.iter().filter(same).count(), 1, "{}", channel.key());
            // What is in force never goes by the key of what is set.
            assert!(resolve_key(channel.key()).is_err(), "{} is also what is set", channel.key());
        }
    }
}
