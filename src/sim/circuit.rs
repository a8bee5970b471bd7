//! Which way blood takes from the veins to the aorta: through the native lung, past it through an open duct, and through
//! a membrane lung that draws blood in one place and returns it in another.
//!
//! ```text
//! veins ──┬──────────────────────────────> right heart ──> native lung, shunts ──> aorta
//!         └─ drained ──> membrane lung ──> returned ┘
//! ```
//! A veno-venous membrane lung draws from the veins and returns before the right heart: the native lung still gets the
//! whole output. A veno-arterial one returns into the aorta: the heart ejects less, and both bloods make up what the body
//! gets; a veno-arterio-venous one does both. There the veins are three with a blood each, of which the pump takes unevenly,
//! and a vent may bring it blood of the left atrium. The steady state and the run both ask here what reaches the lung and the
//! body; nothing else of them knows where the cannulae are.

use crate::physiology::cavae::{Cavae, Use};
use crate::physiology::ecmo_cannulae::Cannulae;
use crate::physiology::ecmo_pump::{Drive, Line, Load, Pumping, Veins};
use crate::physiology::ecmo_wear::Membrane;
use crate::physiology::lung_unit::{self, Contents, GasSupply, mix};
use crate::physiology::membrane::{MembraneLung, Mixing};
use crate::units::{DL_PER_L, ROOM_AIR_FIO2_FRAC};

/// Membrane flow over cardiac output below which the pump stands still.
const LEAST_MEMBRANE_FRAC: f64 = 1e-9;

/// Least D/(10 Q̇) of a membrane, mL/dL/mmHg: what is left of one wholly coated.
const LEAST_CONDUCTANCE: f64 = 1e-3;

/// Pressure in the right atrium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RightAtrium {
    /// Against air, mmHg.
    pub pressure_mmhg: f64,
    /// Against the pleura, mmHg.
    pub transmural_mmhg: f64,
}

/// A circuit whose flow, recirculation and membrane follow from what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LivingCircuit {
    /// What the pump is told.
    pub drive: Drive,
    /// Where the cannulae lie.
    pub cannulae: Cannulae,
    /// How far their tips are apart, cm.
    pub distance_cm: f64,
    /// Its tubes and the veins that they drain.
    pub line: Line,
    /// The membrane and its wear.
    pub membrane: Membrane,
}

impl LivingCircuit {
    /// The pump at work, its blood returning to the veins.
    ///
    /// `output_l_per_min` is above 0.
    #[must_use]
    pub fn pump(&self, output_l_per_min: f64, atrium: &RightAtrium) -> Pumping {
        self.pump_into(output_l_per_min, 0.0, atrium, atrium.pressure_mmhg)
    }

    /// The pump at work, a vent bringing it `beside_l_per_min`, its blood returning into this pressure.
    fn pump_into(
        &self,
        output_l_per_min: f64,
        beside_l_per_min: f64,
        atrium: &RightAtrium,
        return_mmhg: f64,
    ) -> Pumping {
        let veins = Veins {
            output_l_per_min,
            first_frac: self.cannulae.first_frac(),
            right_atrium_mmhg: atrium.pressure_mmhg,
            transmural_mmhg: atrium.transmural_mmhg,
            beside_l_per_min,
        };
        let load = Load { membrane_mmhg_min_per_l: self.membrane.resistance_now_mmhg_min_per_l(), return_mmhg };
        self.line.pump(self.drive, &veins, &load)
    }

    /// The membrane lung that comes of it: `set` with its outcomes.
    fn membrane_lung(&self, set: &MembraneLung, output_l_per_min: f64, pump: f64) -> MembraneLung {
        MembraneLung {
            pump_flow_l_per_min: pump,
            recirculation_frac: self.cannulae.recirculation_frac(pump, output_l_per_min, self.distance_cm),
            sweep_l_per_min: set.sweep_l_per_min * self.membrane.ventilated_frac(),
            membrane_shunt_frac: self.membrane.shunt_now_frac(),
            ..*set
        }
    }
}

/// A pump that returns its blood into the aorta, or most of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArterialCircuit {
    /// Flow as set, L/min, where it is no outcome.
    pub set_l_per_min: f64,
    /// What flow follows from, where it is one.
    pub living: Option<LivingCircuit>,
    /// Share that returns to the right atrium instead.
    pub to_vein_frac: f64,
    /// Systemic resistance, mmHg·min/L.
    pub systemic_wood: f64,
    /// Most that a vent takes from the left atrium, L/min.
    pub vent_l_per_min: f64,
    /// Share that is drained of the superior over that of the inferior vein.
    pub superior_ratio: f64,
}

/// What a pump makes of a circulation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circulated {
    /// What flows through the right heart and the lung, L/min.
    pub native_l_per_min: f64,
    /// What of it a vent takes, L/min: the left ventricle ejects the rest.
    pub vented_l_per_min: f64,
    /// The right atrium.
    pub atrium: RightAtrium,
}

/// Blood that goes round the heart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bypass {
    /// Blood through the pump, L/min.
    pub pump_l_per_min: f64,
    /// Share of it that returns to the right atrium.
    pub to_vein_frac: f64,
    /// What of it comes from the left atrium, L/min.
    pub vented_l_per_min: f64,
    /// Share that is drained of the superior over that of the inferior vein.
    pub superior_ratio: f64,
    /// The pump, where its flow is an outcome.
    pub pumping: Option<Pumping>,
    /// Whether the veins give less than the flow that is set.
    pub limited: bool,
}

/// Rounds in which flow of the pump and pressures come to agree, and how near is enough, L/min.
const PUMP_ROUNDS: u32 = 60;
const PUMP_CLOSE_L_PER_MIN: f64 = 1e-9;
/// A circulation from which the search begins: right atrium, mmHg, and output, L/min; by how much more is wanting with each
/// L/min that is pumped, as a guess and at the least.
const REST_ATRIUM_MMHG: f64 = 5.0;
const REST_OUTPUT_L_PER_MIN: f64 = 5.0;
const USUAL_SLOPE: f64 = 1.25;
const LEAST_SLOPE: f64 = 0.5;
/// Share of the most that all veins could return which a pump may take.
const MOST_DRAINED_FRAC: f64 = 0.95;

impl Bypass {
    /// What it gives the aorta, L/min.
    #[must_use]
    pub fn arterial_l_per_min(&self) -> f64 {
        self.pump_l_per_min * (1.0 - self.to_vein_frac)
    }

    /// What the body gets where so much flows through the lung, L/min.
    #[must_use]
    pub fn systemic_l_per_min(&self, lung_l_per_min: f64) -> f64 {
        lung_l_per_min - self.vented_l_per_min + self.arterial_l_per_min()
    }
}

impl ArterialCircuit {
    /// The pump on a circulation that answers it: `circulation` is told what the aorta gets and tells what the heart then
    /// ejects. `most_l_per_min` is the most that the aorta could be given before nothing returns to the heart, infinite
    /// where the output is as set.
    pub fn settle(&self, most_l_per_min: f64, mut circulation: impl FnMut(f64) -> Circulated) -> Bypass {
        let into_aorta = 1.0 - self.to_vein_frac;
        let most = MOST_DRAINED_FRAC * most_l_per_min / into_aorta;
        let bypass = |pump_l_per_min: f64, vented_l_per_min: f64, pumping, limited| Bypass {
            pump_l_per_min,
            to_vein_frac: self.to_vein_frac,
            vented_l_per_min,
            superior_ratio: self.superior_ratio,
            pumping,
            limited,
        };
        let Some(living) = &self.living else {
            let flow = self.set_l_per_min.min(most);
            let vented = circulation(flow * into_aorta).vented_l_per_min;
            return bypass(flow, vented, None, flow < self.set_l_per_min);
        };
        let mut pumping_at = |pump: f64| {
            let Circulated { native_l_per_min, vented_l_per_min, atrium } = circulation(pump * into_aorta);
            let output = native_l_per_min - vented_l_per_min + pump * into_aorta;
            let arterial_mmhg = self.systemic_wood * output + atrium.pressure_mmhg;
            (living.pump_into(output, vented_l_per_min, &atrium, arterial_mmhg), vented_l_per_min)
        };
        // More flow empties the vein and raises the pressure of the aorta: what is wanting rises with it. Secants, kept
        // between what gives too little and what asks for too much.
        let reach = most.min(MOST_PUMPED_L_PER_MIN);
        let at_rest = RightAtrium { pressure_mmhg: REST_ATRIUM_MMHG, transmural_mmhg: REST_ATRIUM_MMHG };
        let rest_mmhg = self.systemic_wood * REST_OUTPUT_L_PER_MIN + REST_ATRIUM_MMHG;
        let guess = living.pump_into(REST_OUTPUT_L_PER_MIN, 0.0, &at_rest, rest_mmhg);
        let (mut low, mut high, mut at) = (0.0, reach, guess.flow_l_per_min.min(reach));
        let mut last: Option<[f64; 2]> = None;
        let (mut found, mut vented) = pumping_at(at);
        for _ in 0..PUMP_ROUNDS {
            let apart = at - found.flow_l_per_min;
            if apart.abs() <= PUMP_CLOSE_L_PER_MIN {
                break;
            }
            if apart > 0.0 {
                high = at;
            } else if at >= reach {
                return bypass(reach, vented, Some(found), true);
            } else {
                low = at;
            }
            let slope = last.map(|[before, wanting]| (apart - wanting) / (at - before));
            let next = at - apart / slope.filter(|slope| *slope > LEAST_SLOPE).unwrap_or(USUAL_SLOPE);
            last = Some([at, apart]);
            at = match next {
                next if next > low && next < high => next,
                next if next >= reach && at < reach && high >= reach => reach,
                next if next <= 0.0 && at > 0.0 && low <= 0.0 => 0.0,
                _ => 0.5 * (low + high),
            };
            (found, vented) = pumping_at(at);
        }
        bypass(found.flow_l_per_min, vented, Some(found), false)
    }

    /// Most that a vent takes where the aorta is given so much: it is a branch of the drainage, and none where some of the
    /// blood returns to a vein.
    #[must_use]
    pub fn most_vented_l_per_min(&self, arterial_l_per_min: f64) -> f64 {
        if self.to_vein_frac > 0.0 {
            return 0.0;
        }
        self.vent_l_per_min.min(MOST_VENTED_FRAC * arterial_l_per_min)
    }
}

/// Most of what a pump gives the aorta that a vent brings it.
const MOST_VENTED_FRAC: f64 = 0.5;
/// Most that a pump gives, L/min.
const MOST_PUMPED_L_PER_MIN: f64 = 12.0;

/// A membrane lung that exchanges gas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MembraneFlow {
    /// How its blood mixes.
    pub mixing: Mixing,
    /// Gas that reaches it.
    pub gas: GasSupply,
    /// Flow of that gas, L/min at body temperature, moist.
    pub sweep_l_per_min: f64,
    /// [`lung_unit::conductance_ratio`] of that flow.
    pub ratio: f64,
    /// D/(10 Q̇) of its unit, mL/dL/mmHg; none where O2 passes at once.
    pub conductance: Option<f64>,
}

/// The way of a patient's blood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circuit {
    /// What the tissues get and return, L/min.
    pub output_l_per_min: f64,
    /// Flow through the heart and the native lung, shunts in it included, L/min.
    pub lung_l_per_min: f64,
    /// Share of the blood of the heart in what the body gets; 1 without a bypass.
    pub native_frac: f64,
    /// The membrane lung; none where its pump stands still or its gas is off.
    pub membrane: Option<MembraneFlow>,
    /// What the pump drains, where it returns into the aorta.
    pub drained: Option<Drained>,
}

/// The blood that a pump drains which returns it into the aorta: of three veins with a blood each, and of a vent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drained {
    /// The veins.
    pub cavae: Cavae,
    /// Share of the left atrium in what is drained, but for what recirculates.
    pub vented_frac: f64,
    /// What is drained of veins, over the flow through the lung.
    pub over_lung: f64,
    /// What veins keep for the heart, over the same.
    pub kept_frac: f64,
}

/// Most of mixed venous blood by which what is drained may depart from it, and leave of what the heart gets.
const MOST_DEPARTURE_FRAC: f64 = 0.99;

impl Drained {
    /// A departure of drained venous blood that leaves some of every gas in it and in what the heart gets.
    #[must_use]
    pub fn possible(&self, venous: &Contents, departure: &Contents) -> Contents {
        let mut kept = *departure;
        for gas in 0..2 {
            let high = MOST_DEPARTURE_FRAC * venous[gas] * self.kept_frac / self.over_lung;
            kept[gas] = departure[gas].clamp(-MOST_DEPARTURE_FRAC * venous[gas], high);
        }
        kept
    }
}

/// Venous blood as a circuit meets it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VenousBlood {
    /// All of it mixed.
    pub mixed: Contents,
    /// By how much what is drained of veins departs from that.
    pub departure: Contents,
}

impl VenousBlood {
    /// Of one blood in all veins.
    #[must_use]
    pub fn even(mixed: Contents) -> VenousBlood {
        VenousBlood { mixed, departure: Contents::zeros() }
    }
}

impl MembraneFlow {
    /// A veno-venous membrane lung at work; none where its pump stands still or its gas is off.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `output_l_per_min` | L/min | above 0 |
    /// | `air` | gas at the pressure and temperature of the patient, of any O2 fraction | |
    #[must_use]
    pub fn veno_venous(lung: &MembraneLung, output_l_per_min: f64, air: &GasSupply) -> Option<MembraneFlow> {
        MembraneFlow::mixed(lung, lung.mixing(output_l_per_min), output_l_per_min, air)
    }

    /// As [`MembraneFlow::veno_venous`], of a way in which its blood mixes.
    fn mixed(lung: &MembraneLung, mixing: Mixing, output_l_per_min: f64, air: &GasSupply) -> Option<MembraneFlow> {
        if !lung.exchanges() || mixing.unit_flow_l_per_min <= LEAST_MEMBRANE_FRAC * output_l_per_min {
            return None;
        }
        let sweep_l_per_min = lung.sweep_l_per_min;
        Some(MembraneFlow {
            gas: GasSupply {
                pio2_mmhg: lung.fdo2_frac * air.dry_mmhg,
                drawn_po2_mmhg: ROOM_AIR_FIO2_FRAC * air.dry_mmhg,
                ..*air
            },
            ratio: lung_unit::conductance_ratio(air.k_mmhg_l_per_ml, sweep_l_per_min, mixing.unit_flow_l_per_min),
            sweep_l_per_min,
            mixing,
            conductance: None,
        })
    }

    /// As [`MembraneFlow::veno_venous`], of a circuit whose flows are outcomes.
    #[must_use]
    pub fn living(
        set: &MembraneLung,
        circuit: &LivingCircuit,
        output_l_per_min: f64,
        atrium: &RightAtrium,
        air: &GasSupply,
    ) -> Option<MembraneFlow> {
        let pump = circuit.pump(output_l_per_min, atrium).flow_l_per_min;
        let lung = circuit.membrane_lung(set, output_l_per_min, pump);
        Some(MembraneFlow::veno_venous(&lung, output_l_per_min, air)?.limited_by(circuit))
    }

    /// With the diffusion of a membrane.
    fn limited_by(self, circuit: &LivingCircuit) -> MembraneFlow {
        let flow = self;
        let per_flow = DL_PER_L * flow.mixing.unit_flow_l_per_min;
        let conductance = (circuit.membrane.diffusing_now_ml_per_min_mmhg() / per_flow).max(LEAST_CONDUCTANCE);
        MembraneFlow { conductance: Some(conductance), ..flow }
    }
}

impl Circuit {
    /// The way of blood where all of it passes the heart.
    #[must_use]
    pub fn through_heart(output_l_per_min: f64, membrane: Option<MembraneFlow>) -> Circuit {
        Circuit { output_l_per_min, lung_l_per_min: output_l_per_min, native_frac: 1.0, membrane, drained: None }
    }

    /// The way of blood of which part goes round the heart.
    #[must_use]
    pub fn around_heart(
        set: &MembraneLung,
        living: Option<&LivingCircuit>,
        bypass: &Bypass,
        native_l_per_min: f64,
        air: &GasSupply,
    ) -> Circuit {
        let output_l_per_min = bypass.systemic_l_per_min(native_l_per_min);
        let native_frac = (native_l_per_min - bypass.vented_l_per_min) / output_l_per_min;
        let lung = match living {
            Some(circuit) => circuit.membrane_lung(set, output_l_per_min, bypass.pump_l_per_min),
            None => MembraneLung { pump_flow_l_per_min: bypass.pump_l_per_min, ..*set },
        };
        let mixing = lung.bypass_mixing(native_l_per_min, bypass.to_vein_frac);
        let membrane = MembraneFlow::mixed(&lung, mixing, output_l_per_min, air);
        let membrane = membrane.map(|flow| living.map_or(flow, |circuit| flow.limited_by(circuit)));
        let drained_l_per_min = mixing.effective_flow_l_per_min;
        let drained = (drained_l_per_min > LEAST_MEMBRANE_FRAC * output_l_per_min).then(|| {
            let of_veins_l_per_min = drained_l_per_min - bypass.vented_l_per_min;
            let taken_frac = of_veins_l_per_min / output_l_per_min;
            Drained {
                cavae: Cavae::new(native_frac, taken_frac, bypass.superior_ratio),
                vented_frac: bypass.vented_l_per_min / drained_l_per_min,
                over_lung: of_veins_l_per_min / native_l_per_min,
                kept_frac: (output_l_per_min - of_veins_l_per_min).max(0.0) / native_l_per_min,
            }
        });
        Circuit { output_l_per_min, lung_l_per_min: native_l_per_min, native_frac, membrane, drained }
    }

    /// Whether blood goes round the heart.
    #[must_use]
    pub fn bypasses(&self) -> bool {
        self.native_frac < 1.0
    }

    /// Share of blood fresh from the membrane's unit in what a bypass gives the aorta; the rest is as tissues return it.
    #[must_use]
    pub fn returned_share(&self) -> f64 {
        self.membrane.as_ref().map_or(0.0, |membrane| membrane.mixing.unit_in_returned)
    }

    /// Whether blood of the left heart is drained: the membrane then waits for the lung.
    #[must_use]
    pub fn vents(&self) -> bool {
        self.drained.is_some_and(|drained| drained.vented_frac > 0.0)
    }

    /// Blood that is drained, but for what recirculates; `native` is what leaves the lung.
    #[inline]
    #[must_use]
    pub fn drained(&self, venous: &VenousBlood, native: &Contents) -> Contents {
        match &self.drained {
            None => venous.mixed,
            Some(of) if of.vented_frac > 0.0 => mix(of.vented_frac, native, &(venous.mixed + venous.departure)),
            Some(_) => venous.mixed + venous.departure,
        }
    }

    /// Blood that a pump returns into the aorta, of what leaves the membrane's unit, where one works, and what is drained.
    #[inline]
    #[must_use]
    pub fn returned(&self, unit: Option<&Contents>, drained: &Contents) -> Contents {
        unit.map_or(*drained, |unit| mix(self.returned_share(), unit, drained))
    }

    /// Blood that the body gets, of what leaves the lung, what leaves the membrane's unit, where one works, and what is
    /// drained.
    #[inline]
    #[must_use]
    pub fn arterial(&self, native: &Contents, unit: Option<&Contents>, drained: &Contents) -> Contents {
        if !self.bypasses() {
            return *native;
        }
        mix(self.native_frac, native, &self.returned(unit, drained))
    }

    /// Departures of the veins from mixed venous blood in balance, where a pump returns into the aorta.
    #[must_use]
    pub fn departures(&self, native: &Contents, returned: &Contents, used: &Use) -> Option<[Contents; 3]> {
        self.drained.map(|of| of.cavae.departures(native, returned, used))
    }

    /// Share of blood fresh from the membrane's unit in what reaches the native lung; the rest is as tissues return it.
    #[must_use]
    pub fn membrane_share(&self) -> f64 {
        self.membrane.as_ref().map_or(0.0, |membrane| membrane.mixing.unit_in_pulmonary_arterial)
    }

    /// What of the blood that reaches the lung a pump has returned to the vein.
    #[must_use]
    pub fn again_frac(&self, of: &Drained) -> Again {
        let fresh_frac = self.membrane_share();
        Again { fresh_frac, drained_frac: (1.0 - of.kept_frac - fresh_frac).max(0.0) }
    }

    /// Blood that reaches the native lung, of what leaves the membrane's unit, where one works, and what tissues return.
    #[inline]
    #[must_use]
    pub fn pulmonary_arterial(&self, unit: Option<&Contents>, venous: &VenousBlood) -> Contents {
        match (&self.membrane, unit, &self.drained) {
            (Some(membrane), Some(unit), None) => mix(membrane.mixing.unit_in_pulmonary_arterial, unit, &venous.mixed),
            (_, unit, Some(of)) => {
                let again_frac = self.again_frac(of);
                let kept = venous.mixed * of.kept_frac - venous.departure * of.over_lung;
                let again = kept + (venous.mixed + venous.departure) * again_frac.drained_frac;
                unit.map_or(again, |unit| again + unit * again_frac.fresh_frac)
            }
            _ => venous.mixed,
        }
    }
}

/// What of the blood that reaches the lung a pump has returned to the vein, as shares of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Again {
    /// Fresh from the membrane's unit.
    pub fresh_frac: f64,
    /// As it was drained.
    pub drained_frac: f64,
}

/// An open duct from the pulmonary artery into the aorta.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duct {
    /// Share of the output that passes it.
    pub through_frac: f64,
    /// Share of the output that goes to the body below it, at least [`Duct::through_frac`].
    pub below_frac: f64,
}

/// What lies before and after a duct.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AroundDuct<T> {
    /// Head and arms, as far as they branch off before.
    pub before: T,
    /// The body below.
    pub after: T,
}

impl Duct {
    /// A duct; none where nothing passes.
    #[must_use]
    pub fn open(ductal_l_per_min: f64, output_l_per_min: f64, below_frac: f64) -> Option<Duct> {
        let through_frac = ductal_l_per_min / output_l_per_min;
        (through_frac > 0.0).then(|| Duct { through_frac, below_frac: below_frac.max(through_frac) })
    }

    /// Blood before and after the duct, mixed arterial blood being that of both.
    ///
    /// ```text
    /// Ca = (1 − b)·C_pre + b·C_post,    b·C_post = (b − d)·C_pre + d·C_pa
    /// ```
    /// with d the share of the output that passes the duct and b that which goes to the body below it.
    #[must_use]
    pub fn around(&self, arterial: &Contents, pulmonary_arterial: &Contents) -> AroundDuct<Contents> {
        let Duct { through_frac, below_frac } = *self;
        let before = (arterial - pulmonary_arterial * through_frac) / (1.0 - through_frac);
        let after = (before * (below_frac - through_frac) + pulmonary_arterial * through_frac) / below_frac;
        AroundDuct { before, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_both_sides_of_a_duct_make_up_arterial_blood() {
        let (arterial, pulmonary) = (Contents::new(16.0, 50.0, 0.9), Contents::new(11.0, 54.0, 0.9));
        let duct = Duct::open(1.5, 5.0, 0.6).expect("open");
        let sides = duct.around(&arterial, &pulmonary);
        assert!((mix(0.6, &sides.after, &sides.before) - arterial).amax() < 1e-12);
        assert!(sides.before.x > arterial.x && sides.after.x < arterial.x);
        assert!(Duct::open(0.0, 5.0, 0.6).is_none());
    }

    #[test]
    fn inv_what_stands_still_is_no_membrane() {
        let air = GasSupply::at_body_temperature(760.0, 37.0, 0.21);
        let lung = MembraneLung {
            pump_flow_l_per_min: 4.0,
            recirculation_frac: 0.1,
            sweep_l_per_min: 4.0,
            fdo2_frac: 1.0,
            membrane_shunt_frac: 0.1,
        };
        let of = |lung: &MembraneLung| Circuit::through_heart(5.0, MembraneFlow::veno_venous(lung, 5.0, &air));
        let works = of(&lung);
        assert!(works.membrane_share() > 0.6 && works.lung_l_per_min.total_cmp(&5.0).is_eq());
        for still in [MembraneLung { sweep_l_per_min: 0.0, ..lung }, MembraneLung { pump_flow_l_per_min: 0.0, ..lung }]
        {
            let venous = Contents::new(12.0, 50.0, 0.9);
            assert_eq!(of(&still).membrane, None);
            let even = VenousBlood::even(venous);
            assert_eq!(of(&still).pulmonary_arterial(Some(&Contents::zeros()), &even), venous);
        }
    }
}
