//! What is done to a patient at the bedside as one thing: turned, recruited, paralysed, given a drug.
//!
//! A move is nothing but settings, some at once and some later. It acts only through the mechanisms that they belong to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::numerics::float;
use crate::physiology::ecmo_cannulae::Cannulae;
use crate::physiology::wide_vessels::WideVessels;
use crate::sim::params::{
    Breathing, EcmoCircuit, EcmoMode, HeatExchanger, ParamId, Params, Position, Setting, SwitchId,
};
use crate::sim::patient::COOLING_PER_DEGREE;
use crate::text::{distance, shown};

/// PEEP of the steps of a staircase, cmH2O; each lasts [`STAIR_S`].
const STAIRS_CMH2O: [f64; 3] = [20.0, 30.0, 40.0];
/// Length of a step of a staircase, s.
const STAIR_S: f64 = 120.0;
/// PEEP of a decremental trial: first, last, and how far apart, cmH2O.
pub const TRIAL_CMH2O: [f64; 3] = [24.0, 4.0, 2.0];
/// Length of a step of a decremental trial, s.
pub const TRIAL_STEP_S: f64 = 240.0;
/// Coldest that a patient is made, °C.
const COLDEST_C: f64 = 32.0;
/// What sedation leaves of O2 consumption.
const SEDATED_VO2: f64 = 0.90;
/// Rise of haemoglobin with one unit of red cells, g/dL, and of filling pressure with its volume, mmHg.
const TRANSFUSION: [f64; 2] = [1.0, 0.7];
/// What an exchange of blood leaves of the white cells, in how many parts it is made, how long each lasts, s, and the
/// haemoglobin that it costs, g/dL.
///
/// # Source
/// Hu Y et al., Chin J Contemp Pediatr 2024;26:1155-1161, doi:10.7499/j.issn.1008-8830.2407018 (abstract): from 82.6 to
/// 28.4·10⁹/L, medians of five newborns with pertussis. That haemoglobin falls: reviews of leukapheresis; its size is a guess.
const LEUKODEPLETED_FRAC: f64 = 0.35;
const LEUKODEPLETION_PARTS: u32 = 4;
const LEUKODEPLETION_PART_S: f64 = 1800.0;
const LEUKODEPLETION_HB_G_PER_DL: f64 = -1.0;
/// White cells that nobody takes away, 10⁹/L.
const FEW_LEUCOCYTES_GIGA_PER_L: f64 = 11.0;
/// Rise of filling pressure with half a litre of crystalloid, mmHg: part of it stays, in vessels that take about 0.15 L
/// for each mmHg.
const FLUID_MMHG: f64 = 1.5;
/// Fall of filling and of left atrial pressure with a dose of a diuretic, mmHg.
const DIURESIS_MMHG: [f64; 2] = [1.0, 4.0];
/// Consolidated tissue that a diuretic clears in each of two half hours where the left atrium floods the lung.
const DIURESIS_CLEARS_FRAC: f64 = 0.04;
/// Left atrial pressure that floods the lung, mmHg.
const FLOODING_MMHG: f64 = 18.0;
/// What a step of a vasopressor does: systemic resistance over before, and rise of filling pressure, mmHg.
const VASOPRESSOR: [f64; 2] = [1.3, 1.5];
/// Strength of the heart over before, with a step of an inotrope.
const INOTROPE: f64 = 1.25;
/// What a beta-blocker leaves of the strength of the heart, and of the output that its rate allows. Guesses: the output
/// falls by 15 to 28 %.
const BETA_BLOCKED: [f64; 2] = [0.80, 0.88];
/// Ventilation in which a native lung is tried: tidal volume, mL/kg; PEEP, cmH2O; most FiO2 (reviews of weaning).
const PROTECTED_ML_PER_KG: [f64; 2] = [6.0, 8.0];
const PROTECTED_PEEP_CMH2O: [f64; 2] = [8.0, 12.0];
const PROTECTED_FIO2_FRAC: f64 = 0.6;
/// Least and most rate of that ventilation: a lung at rest breathes too seldom to be tried. Chosen.
const PROTECTED_RATE_PER_MIN: [f64; 2] = [14.0, 35.0];
/// A lung at rest on a membrane lung: plateau and PEEP, cmH2O, rate, FiO2 (recalled: plateau at most 24, PEEP at least 10,
/// rate 10 to 30, FiO2 0.3 to 0.5).
const REST: [f64; 4] = [24.0, 10.0, 10.0, 0.4];
/// Shares of the flow in the trial of a heart, the least flow, L/min, and how long each lasts, s; flows of a pump that is set
/// by its speed, of which nobody knows beforehand what it gives. After Aissaoui N et al., Intensive Care Med 2011;37:1738-1745 (recalled).
const DOWN_FRAC: [f64; 2] = [0.66, 0.33];
const DOWN_LEAST_L_PER_MIN: f64 = 1.0;
const DOWN_L_PER_MIN: [f64; 3] = [2.6, 1.3, DOWN_LEAST_L_PER_MIN];
const DOWN_S: f64 = 900.0;
/// How much longer the least flow lasts, s: so that what is seen every 5 min shows a quarter of an hour of it.
const DOWN_LONGER_S: f64 = 300.0;
/// For how long the pump stands while a membrane is exchanged, s.
const EXCHANGE_S: f64 = 60.0;
/// Sweep gas of a flush, L/min, and how long it lasts, s.
const FLUSH_L_PER_MIN: f64 = 10.0;
const FLUSH_S: f64 = 15.0;
/// Share of the lung that one-lung ventilation leaves without gas, and of the tidal volume that the other gets.
const ONE_LUNG: [f64; 2] = [0.40, 0.7];

macro_rules! moves {
    ($( $id:ident $key:literal, $label:literal, $text:literal; )*) => {
        /// What is done. Text: its key, for a sustained inflation, a disconnection and inhaled NO with what is given
        /// (`sustained_inflation:40:30`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum MoveKind { $( #[doc = $text] $id, )* }

        impl MoveKind {
            /// Every move, in the order in which they are shown.
            pub const ALL: &'static [MoveKind] = &[ $( MoveKind::$id, )* ];

            /// Key in files and on the command line.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $( MoveKind::$id => $key, )* }
            }

            /// Name on the screen.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $( MoveKind::$id => $label, )* }
            }

            /// What it does, and at what price.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $( MoveKind::$id => $text, )* }
            }
        }
    };
}

moves! {
    SustainedInflation "sustained_inflation", "Sustained inflation", "The airway is held at 40 cmH₂O for 30 s: opens lung; takes output while it lasts, strains what is open";
    Staircase "staircase", "Staircase", "PEEP 20, 30 and 40 cmH₂O, two minutes each, then as before: opens lung more gently";
    PeepTrial "peep_trial", "Decremental PEEP trial", "PEEP from 24 down to 4 cmH₂O by 2 every four minutes, then as before; open the lung first. Best compliance, best PaO₂ and best DO₂ are at different PEEP";
    Disconnect "disconnect", "Disconnection", "The airway is open for 15 s: lung that PEEP held open closes";
    Suction "suction", "Suction", "A plug is sucked out; the airway is open meanwhile and lung closes";
    Prone "prone", "Prone", "Gravity acts the other way, heart and abdomen hang away from the lung, the chest wall is stiffer";
    Supine "supine", "Supine", "Back on the back";
    Upright "upright", "Upright", "Sitting or standing up: more gas in the lung, blood goes to the bases, the heart is less filled, as far as on standing";
    SickSideDown "sick_side_down", "Sick side down", "On the side: blood goes to the sick lung";
    SickSideUp "sick_side_up", "Sick side up", "On the side: blood goes to the healthy lung";
    OneLung "one_lung", "One-lung ventilation", "One lung gets no gas; the other less than both";
    TwoLungs "two_lungs", "Two-lung ventilation", "Both lungs get gas again";
    InhaledNo "inhaled_no", "Inhaled NO", "20 ppm: dilates vessels of ventilated lung only";
    StopInhaledNo "stop_inhaled_no", "Stop inhaled NO", "Vessels of ventilated lung narrow again";
    InhaledProstacyclin "inhaled_prostacyclin", "Inhaled prostacyclin", "20 ng/kg/min: as inhaled NO";
    StopInhaledProstacyclin "stop_inhaled_prostacyclin", "Stop inhaled prostacyclin", "Vessels of ventilated lung narrow again";
    IvVasodilator "iv_vasodilator", "Intravenous vasodilator", "Dilates all vessels of the lung, those of collapsed lung too: shunt rises";
    StopIvVasodilator "stop_iv_vasodilator", "Stop intravenous vasodilator", "Hypoxic vasoconstriction comes back";
    Paralyse "neuromuscular_block", "Neuromuscular block", "Muscles use no O₂ and the chest wall is softer; nobody can breathe for himself";
    EndParalysis "end_neuromuscular_block", "End the block", "Muscles work again";
    Sedate "sedate", "Sedation", "A tenth less O₂ is used; breathing for himself, the patient is depressed";
    Cool "cool", "Cool by 1 °C", "7 % less O₂ is used; the dissociation curve moves left";
    Warm "warm", "Warm by 1 °C", "More O₂ is used; the dissociation curve moves right";
    Transfuse "transfuse", "Transfusion", "One unit of red cells: 1 g/dL, and some volume";
    Leukodepletion "leukodepletion", "Leukodepletion", "Exchange of blood over two hours: about a third of the white cells is left, and the lung's vessels are as much wider as the count was above 50. Costs 1 g/dL of haemoglobin; platelets and clotting factors, which it costs too, are not in the model, nor that the count rises again in a day or two";
    Fluid "fluid", "Fluid, 0.5 L", "Venous return rises where it was wanting";
    Diuresis "diuresis", "Diuresis", "Filling and left atrial pressure fall; a flooded lung clears within the hour; output may fall";
    Vasopressor "vasopressor", "Vasopressor", "Systemic resistance and filling pressure rise";
    Inotrope "inotrope", "Inotrope", "Both ventricles eject more";
    BetaBlocker "beta_blocker", "Beta-blocker", "Output falls by about a fifth and less O₂ is delivered. On a membrane lung more of the output passes it, so that SaO₂ rises all the same";
    SweepOff "sweep_off", "Sweep gas off", "The trial of a native lung: no gas passes the membrane, blood still flows. O₂ tells within minutes, CO₂ takes hours. A ventilator is set to protect: breaths of 6 to 8 mL/kg, at least 14 a minute, PEEP 8 to 12 cmH₂O, FiO₂ at most 0.6";
    LungRest "lung_rest", "Rest the lung", "With a membrane lung: plateau 24 over PEEP 10 cmH₂O, rate 10, FiO₂ 0.4. Less strain, and what the native lung gave is lost";
    FlowDown "flow_down", "Flow down", "The trial of a heart on a pump that returns into the aorta: two thirds of the flow, one third and a litre, a quarter of an hour each, the last a little longer, then as before. Watch arterial and left atrial pressure, and blood of the right arm";
    ExchangeMembrane "exchange_membrane", "Exchange the membrane", "A new one; the pump stands for a minute";
    Flush "flush_membrane", "Flush the membrane", "Ten litres of sweep gas for 15 s blow the water out of its fibres: where PCO₂ rises and no pressure tells of clot, this comes first";
    Reposition "reposition", "Reposition the cannulae", "Tips 25 cm apart, a slipped dual lumen back in its place: less recirculation";
}

/// A move with what is given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Move {
    /// What is done.
    pub kind: MoveKind,
    /// How much: pressure in cmH2O and length in s of a sustained inflation, length of a disconnection, dose of a drug.
    amounts: [f64; 2],
}

/// Settings that a move makes, and how long after it, s.
pub type Plan = Vec<(f64, Vec<Setting>)>;

/// Why a move cannot be made.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MoveError {
    /// No move has this name.
    #[error("unknown move `{}`{}", shown(.key), if .near.is_empty() { "; see `isoshunt moves`".to_owned() } else { format!("; did you mean {}?", .near.join(" or ")) })]
    Unknown {
        /// As given.
        key: String,
        /// Names it may have meant.
        near: Vec<&'static str>,
    },
    /// Not a number, or one that nobody gives.
    #[error("{move_key}: {what} {value} is outside {low} to {high} {unit}", value = shown(.value))]
    Amount {
        /// Which move.
        move_key: &'static str,
        /// What of it.
        what: &'static str,
        /// As given.
        value: String,
        /// Least.
        low: f64,
        /// Most.
        high: f64,
        /// Unit.
        unit: &'static str,
    },
    /// More amounts than the move has.
    #[error("{move_key} takes {most} amounts at most")]
    TooMany {
        /// Which move.
        move_key: &'static str,
        /// How many it takes.
        most: usize,
    },
    /// It is so already.
    #[error("{label}: {why} already")]
    Already {
        /// Name of the move.
        label: &'static str,
        /// What is so already.
        why: &'static str,
    },
    /// It makes no sense for this patient.
    #[error("{label}: {why}")]
    NotFor {
        /// Name of the move.
        label: &'static str,
        /// Why.
        why: String,
    },
    /// A move that takes time has not ended.
    #[error("{label}: {under_way} is still under way")]
    UnderWay {
        /// Name of the move.
        label: &'static str,
        /// What has not ended.
        under_way: &'static str,
    },
}

/// What can be given with a move: what it is, unit, least, most, usual.
type Amount = (&'static str, &'static str, f64, f64, f64);

impl MoveKind {
    fn amounts(self) -> &'static [Amount] {
        match self {
            MoveKind::SustainedInflation => {
                &[("pressure", "cmH2O", 20.0, 60.0, 40.0), ("length", "s", 5.0, 60.0, 30.0)]
            }
            MoveKind::Disconnect => &[("length", "s", 1.0, 60.0, 15.0)],
            MoveKind::Reposition => &[("distance", "cm", 5.0, 40.0, 25.0)],
            MoveKind::InhaledNo => &[("dose", "ppm", 1.0, 80.0, 20.0)],
            MoveKind::InhaledProstacyclin => &[("dose", "ng/kg/min", 1.0, 50.0, 20.0)],
            MoveKind::IvVasodilator => &[("dose", "of full effect", 0.1, 1.0, 1.0)],
            _ => &[],
        }
    }

    /// The move as usually made.
    #[must_use]
    pub fn usual(self) -> Move {
        let mut amounts = [0.0; 2];
        for (amount, (.., usual)) in amounts.iter_mut().zip(self.amounts()) {
            *amount = *usual;
        }
        Move { kind: self, amounts }
    }

    /// Whether it goes on for a while.
    #[must_use]
    pub fn takes_time(self) -> bool {
        matches!(
            self,
            MoveKind::SustainedInflation
                | MoveKind::Staircase
                | MoveKind::PeepTrial
                | MoveKind::Disconnect
                | MoveKind::Suction
                | MoveKind::ExchangeMembrane
                | MoveKind::Flush
                | MoveKind::FlowDown
                | MoveKind::Leukodepletion
        )
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.key())?;
        let given = self.kind.amounts();
        if *self != self.kind.usual() {
            for (amount, _) in self.amounts.iter().zip(given) {
                write!(f, ":{amount}")?;
            }
        }
        Ok(())
    }
}

impl From<Move> for String {
    fn from(value: Move) -> String {
        value.to_string()
    }
}

impl TryFrom<String> for Move {
    type Error = MoveError;

    fn try_from(text: String) -> Result<Move, MoveError> {
        text.parse()
    }
}

impl FromStr for Move {
    type Err = MoveError;

    fn from_str(text: &str) -> Result<Move, MoveError> {
        let mut parts = text.split(':');
        let key = parts.next().unwrap_or_default();
        let kind = MoveKind::ALL.iter().copied().find(|kind| kind.key() == key).ok_or_else(|| {
            let mut near: Vec<_> = MoveKind::ALL
                .iter()
                .map(|kind| (distance(key, kind.key()), kind.key()))
                .filter(|(d, full)| *d <= 3 || (key.len() >= 3 && full.contains(key)))
                .collect();
            near.sort_unstable();
            MoveError::Unknown { key: key.to_owned(), near: near.into_iter().take(3).map(|(_, key)| key).collect() }
        })?;
        let mut made = kind.usual();
        let known = kind.amounts();
        for (i, part) in parts.enumerate() {
            let Some(&(what, unit, low, high, _)) = known.get(i) else {
                return Err(MoveError::TooMany { move_key: kind.key(), most: known.len() });
            };
            let amount = crate::text::typed::parse_number(part).filter(|value| (low..=high).contains(value));
            made.amounts[i] = amount.ok_or_else(|| MoveError::Amount {
                move_key: kind.key(),
                what,
                value: part.to_owned(),
                low,
                high,
                unit,
            })?;
        }
        Ok(made)
    }
}

impl Move {
    /// What it makes of a patient, and when.
    ///
    /// # Errors
    /// [`MoveError`] where it makes no sense for this patient.
    pub fn plan(&self, params: &Params) -> Result<Plan, MoveError> {
        use MoveKind as K;
        let kind = self.kind;
        let label = kind.label();
        let get = |id| params.get(id);
        let not_for = |why: &str| MoveError::NotFor { label, why: why.to_owned() };
        let already = |why| MoveError::Already { label, why };
        let set = Setting::Param;
        let switch = Setting::Switch;
        let at_once = |settings: Vec<Setting>| Ok(vec![(0.0, settings)]);
        let needs_layers = || match params.mechanics() {
            true => Ok(()),
            false => Err(not_for("acts on a lung in layers; turn mechanics on first")),
        };
        let living = || params.ecmo() && params.ecmo_circuit() != EcmoCircuit::AsSet;
        let needs_answering_heart = || match params.right_heart() {
            true => Ok(()),
            false => Err(not_for("the output is as set and asks for no filling; turn right_heart on first")),
        };
        let needs_membrane_lung = || match params.ecmo() {
            true => Ok(()),
            false => Err(not_for("no membrane lung runs")),
        };
        let needs_ventilator = || match params.breathing() {
            Breathing::Ventilated => Ok(()),
            _ => Err(not_for("needs a patient on a ventilator")),
        };
        // A number moved by so much, as far as its bounds allow; an error where it stands at its bound.
        let moved = |id: ParamId, by: f64, least: f64| {
            let bounds = id.bounds();
            let next = (get(id) + by).clamp(bounds.min.max(least), bounds.max);
            let stuck = (next - get(id)).abs() < 1e-9 || (next - get(id)).signum() != by.signum();
            if stuck {
                Err(MoveError::NotFor { label, why: format!("{} is at its limit, {}", bounds.label, get(id)) })
            } else {
                Ok(set(id, next))
            }
        };
        let scaled = |id: ParamId, by: f64| moved(id, get(id) * (by - 1.0), f64::NEG_INFINITY);
        let hold = |cmh2o: f64, seconds: f64| -> Plan {
            let on = vec![set(ParamId::HoldPressure, cmh2o), switch(SwitchId::AirwayHold, "on")];
            vec![(0.0, on), (seconds, vec![switch(SwitchId::AirwayHold, "off")])]
        };
        let turn = |to: Position, option: &'static str, why| {
            // Sitting up sends blood to wide vessels, with layers and without.
            let goes = matches!(to, Position::Upright | Position::Supine);
            if !(goes && params.wide_vessels() != WideVessels::NONE) {
                needs_layers()?;
            }
            if params.position() == to {
                return Err(already(why));
            }
            at_once(vec![switch(SwitchId::Position, option)])
        };
        let dose = |id: ParamId, amount: f64| {
            if get(id).total_cmp(&amount).is_eq() {
                return Err(already("runs at this dose"));
            }
            at_once(vec![set(id, amount)])
        };
        let stop =
            |id: ParamId| if get(id) > 0.0 { at_once(vec![set(id, 0.0)]) } else { Err(not_for("none is running")) };
        match kind {
            K::SustainedInflation => {
                needs_layers()?;
                needs_ventilator()?;
                Ok(hold(self.amounts[0], self.amounts[1]))
            }
            K::Disconnect => {
                needs_ventilator()?;
                Ok(hold(0.0, self.amounts[0]))
            }
            K::Suction => {
                needs_ventilator()?;
                if get(ParamId::PluggedShare) <= 0.0 {
                    return Err(not_for("there is no plug"));
                }
                let mut plan = hold(0.0, 10.0);
                plan[1].1.push(set(ParamId::PluggedShare, 0.0));
                Ok(plan)
            }
            K::Staircase => {
                needs_layers()?;
                needs_ventilator()?;
                let steps = STAIRS_CMH2O.into_iter().chain([get(ParamId::Peep)]);
                Ok(steps.enumerate().map(|(i, peep)| (STAIR_S * i as f64, vec![set(ParamId::Peep, peep)])).collect())
            }
            K::PeepTrial => {
                needs_ventilator()?;
                let [first, last, by] = TRIAL_CMH2O;
                let count = ((first - last) / by).round() as usize;
                let peep = |i: usize| first - by * i as f64;
                let steps = (0..=count).map(peep).chain([get(ParamId::Peep)]);
                Ok(steps.enumerate().map(|(i, p)| (TRIAL_STEP_S * i as f64, vec![set(ParamId::Peep, p)])).collect())
            }
            K::Prone => turn(Position::Prone, "prone", "the patient lies prone"),
            K::Supine => turn(Position::Supine, "supine", "the patient lies supine"),
            K::Upright => turn(Position::Upright, "upright", "the patient is upright"),
            K::SickSideDown => turn(Position::SickSideDown, "sick_side_down", "the sick side is down"),
            K::SickSideUp => turn(Position::SickSideUp, "sick_side_up", "the sick side is up"),
            K::OneLung => {
                needs_ventilator()?;
                if get(ParamId::PluggedShare) >= ONE_LUNG[0] {
                    return Err(already("one lung is without gas"));
                }
                if get(ParamId::PluggedShare) > 0.0 {
                    return Err(not_for("there is a plug; suck it out first"));
                }
                at_once(vec![set(ParamId::PluggedShare, ONE_LUNG[0]), scaled(ParamId::TidalVolume, ONE_LUNG[1])?])
            }
            K::TwoLungs => {
                needs_ventilator()?;
                if get(ParamId::PluggedShare) < ONE_LUNG[0] {
                    return Err(already("both lungs get gas"));
                }
                at_once(vec![set(ParamId::PluggedShare, 0.0), scaled(ParamId::TidalVolume, 1.0 / ONE_LUNG[1])?])
            }
            K::InhaledNo => dose(ParamId::InhaledNo, self.amounts[0]),
            K::StopInhaledNo => stop(ParamId::InhaledNo),
            K::InhaledProstacyclin => dose(ParamId::InhaledProstacyclin, self.amounts[0]),
            K::StopInhaledProstacyclin => stop(ParamId::InhaledProstacyclin),
            K::IvVasodilator => dose(ParamId::IvVasodilator, self.amounts[0]),
            K::StopIvVasodilator => stop(ParamId::IvVasodilator),
            K::Paralyse => {
                needs_ventilator()?;
                if params.paralysed() {
                    return Err(already("the muscles are blocked"));
                }
                at_once(vec![switch(SwitchId::Paralysis, "on")])
            }
            K::EndParalysis => match params.paralysed() {
                true => at_once(vec![switch(SwitchId::Paralysis, "off")]),
                false => Err(not_for("the muscles are not blocked")),
            },
            K::Sedate => {
                let mut settings = vec![scaled(ParamId::Vo2, SEDATED_VO2)?];
                if params.breathing_controlled() {
                    settings.push(moved(ParamId::OpioidDepression, 0.2, 0.0)?);
                }
                at_once(settings)
            }
            K::Cool | K::Warm if params.heat_exchanger() == HeatExchanger::On => {
                let by_c = if kind == K::Cool { -1.0 } else { 1.0 };
                let bounds = ParamId::HeatSet.bounds();
                at_once(vec![moved(ParamId::HeatSet, by_c, if by_c < 0.0 { bounds.min } else { f64::NEG_INFINITY })?])
            }
            K::Cool => at_once(vec![
                moved(ParamId::Temperature, -1.0, COLDEST_C)?,
                scaled(ParamId::Vo2, 1.0 - COOLING_PER_DEGREE)?,
            ]),
            K::Warm => at_once(vec![
                moved(ParamId::Temperature, 1.0, f64::NEG_INFINITY)?,
                scaled(ParamId::Vo2, 1.0 / (1.0 - COOLING_PER_DEGREE))?,
            ]),
            K::Transfuse => at_once(vec![
                moved(ParamId::Hb, TRANSFUSION[0], 0.0)?,
                moved(ParamId::MeanSystemicPressure, TRANSFUSION[1], 0.0)?,
            ]),
            K::Leukodepletion => {
                let before = get(ParamId::Leucocytes);
                if before <= FEW_LEUCOCYTES_GIGA_PER_L {
                    return Err(not_for("there are no more white cells than usual"));
                }
                let parts = f64::from(LEUKODEPLETION_PARTS);
                let hb = get(ParamId::Hb);
                let least = ParamId::Hb.bounds().min;
                Ok((1..=LEUKODEPLETION_PARTS)
                    .map(|part| {
                        let done = f64::from(part) / parts;
                        let left = before * float::pow(LEUKODEPLETED_FRAC, done);
                        let settings = vec![
                            set(ParamId::Leucocytes, left),
                            set(ParamId::Hb, (hb + LEUKODEPLETION_HB_G_PER_DL * done).max(least)),
                        ];
                        (LEUKODEPLETION_PART_S * f64::from(part - 1), settings)
                    })
                    .collect())
            }
            K::Fluid => {
                // What a pump drains from fills without layers, and with an output that is set.
                if !living() {
                    needs_layers()?;
                    needs_answering_heart()?;
                }
                at_once(vec![moved(ParamId::MeanSystemicPressure, FLUID_MMHG, 0.0)?])
            }
            K::Diuresis => {
                needs_layers()?;
                let mut plan = vec![(
                    0.0,
                    vec![
                        moved(ParamId::MeanSystemicPressure, -DIURESIS_MMHG[0], 0.0)?,
                        moved(ParamId::LeftAtrium, -DIURESIS_MMHG[1], 4.0)?,
                    ],
                )];
                let flooded = get(ParamId::Consolidated);
                if get(ParamId::LeftAtrium) >= FLOODING_MMHG && flooded > 0.0 {
                    for half_hour in 1..=2 {
                        let left = (flooded - DIURESIS_CLEARS_FRAC * f64::from(half_hour)).max(0.0);
                        plan.push((1800.0 * f64::from(half_hour), vec![set(ParamId::Consolidated, left)]));
                    }
                }
                Ok(plan)
            }
            K::Vasopressor => {
                needs_layers()?;
                at_once(vec![
                    scaled(ParamId::SystemicResistance, VASOPRESSOR[0])?,
                    moved(ParamId::MeanSystemicPressure, VASOPRESSOR[1], 0.0)?,
                ])
            }
            K::Inotrope => {
                needs_layers()?;
                at_once(vec![scaled(ParamId::HeartStrength, INOTROPE)?])
            }
            K::BetaBlocker => match params.mechanics() && params.right_heart() {
                true => at_once(vec![
                    scaled(ParamId::HeartStrength, BETA_BLOCKED[0])?,
                    scaled(ParamId::CardiacOutput, BETA_BLOCKED[1])?,
                ]),
                false => at_once(vec![scaled(ParamId::CardiacOutput, BETA_BLOCKED[0])?]),
            },
            K::SweepOff => {
                needs_membrane_lung()?;
                if get(ParamId::Sweep) <= 0.0 {
                    return Err(already("no gas passes the membrane"));
                }
                if params.bypasses_heart() {
                    return Err(not_for(
                        "its blood goes into the aorta: without gas that is venous blood; turn the flow down",
                    ));
                }
                let mut settings = vec![set(ParamId::Sweep, 0.0)];
                if params.breathing() == Breathing::Ventilated {
                    let within = |id: ParamId, [low, high]: [f64; 2]| {
                        let value = get(id).clamp(low, high);
                        ((value - get(id)).abs() > 0.0).then(|| set(id, value))
                    };
                    let weight_kg = get(ParamId::PredictedWeight);
                    // A tidal volume is given, whatever the lung was rested with.
                    if params.pressure_controlled() {
                        settings.push(switch(SwitchId::VentilatorMode, "volume_controlled"));
                    }
                    settings.extend(within(ParamId::VentilatorRate, PROTECTED_RATE_PER_MIN));
                    settings.extend(within(ParamId::TidalVolume, PROTECTED_ML_PER_KG.map(|ml| ml * weight_kg)));
                    settings.extend(within(ParamId::Peep, PROTECTED_PEEP_CMH2O));
                    settings.extend(within(ParamId::Fio2, [0.0, PROTECTED_FIO2_FRAC]));
                }
                at_once(settings)
            }
            K::LungRest => {
                needs_membrane_lung()?;
                needs_ventilator()?;
                let [plateau, peep, rate, fio2] = REST;
                let mut settings =
                    vec![set(ParamId::Peep, peep), set(ParamId::VentilatorRate, rate), set(ParamId::Fio2, fio2)];
                // Without layers the plateau is what compliance makes of a tidal volume.
                settings.extend(match params.mechanics() {
                    true => vec![
                        switch(SwitchId::VentilatorMode, "pressure_controlled"),
                        set(ParamId::InspiratoryPressure, plateau - peep),
                    ],
                    false => {
                        let bounds = ParamId::TidalVolume.bounds();
                        let tidal_ml = get(ParamId::Compliance) * (plateau - peep);
                        vec![set(ParamId::TidalVolume, tidal_ml.clamp(bounds.min, bounds.max))]
                    }
                });
                at_once(settings)
            }
            K::FlowDown => {
                needs_membrane_lung()?;
                if !params.bypasses_heart() {
                    return Err(not_for("the heart carries all of the flow; turn the sweep gas off to try the lung"));
                }
                let flow = get(ParamId::PumpFlow);
                let by_speed = params.ecmo_circuit() == EcmoCircuit::BySpeed;
                if !by_speed && flow <= DOWN_LEAST_L_PER_MIN {
                    return Err(already("the flow is down"));
                }
                let steps = match by_speed {
                    true => DOWN_L_PER_MIN.to_vec(),
                    false => {
                        let steps = DOWN_FRAC.map(|share| (share * flow).max(DOWN_LEAST_L_PER_MIN));
                        steps.into_iter().chain([DOWN_LEAST_L_PER_MIN]).collect()
                    }
                };
                let mut plan: Plan = (0..)
                    .map(|i| DOWN_S * f64::from(i))
                    .zip(steps.iter().map(|value| vec![set(ParamId::PumpFlow, *value)]))
                    .collect();
                let mut up = vec![set(ParamId::PumpFlow, flow)];
                // A pump that is set by its speed is meanwhile set by the flow that is wanted.
                if by_speed {
                    plan[0].1.push(switch(SwitchId::EcmoCircuit, "by_flow"));
                    up.push(switch(SwitchId::EcmoCircuit, "by_speed"));
                }
                plan.push((DOWN_S * steps.len() as f64 + DOWN_LONGER_S, up));
                Ok(plan)
            }
            K::ExchangeMembrane => {
                needs_membrane_lung()?;
                let pump = match params.ecmo_circuit() {
                    EcmoCircuit::AsSet => {
                        return Err(not_for("its circuit is as set: there is no wear; see ecmo_circuit"));
                    }
                    EcmoCircuit::BySpeed => ParamId::PumpSpeed,
                    EcmoCircuit::ByFlow => ParamId::PumpFlow,
                };
                let new = [ParamId::MembraneCoat, ParamId::MembraneClot, ParamId::MembraneWater].map(|id| set(id, 0.0));
                let again = new.into_iter().chain([set(pump, get(pump))]).collect();
                Ok(vec![(0.0, vec![set(pump, 0.0)]), (EXCHANGE_S, again)])
            }
            K::Flush => {
                needs_membrane_lung()?;
                if !living() {
                    return Err(not_for("its circuit is as set: there is no water; see ecmo_circuit"));
                }
                let sweep = get(ParamId::Sweep);
                if sweep <= 0.0 {
                    return Err(not_for("no gas passes the membrane"));
                }
                let flush = vec![set(ParamId::Sweep, sweep.max(FLUSH_L_PER_MIN))];
                let dry = vec![set(ParamId::MembraneWater, 0.0), set(ParamId::Sweep, sweep)];
                Ok(vec![(0.0, flush), (FLUSH_S, dry)])
            }
            K::Reposition => {
                needs_membrane_lung()?;
                if !living() {
                    return Err(not_for("its recirculation is as set; see ecmo_circuit"));
                }
                if params.ecmo_mode() == EcmoMode::VenoArterial {
                    return Err(not_for("it returns into the aorta: nothing recirculates"));
                }
                match params.ecmo_cannulae() {
                    Cannulae::DualLumen => Err(already("the dual lumen is in its place")),
                    Cannulae::DualLumenSlipped => at_once(vec![switch(SwitchId::EcmoCannulae, "dual_lumen")]),
                    _ if (get(ParamId::TipDistance) - self.amounts[0]).abs() < 1e-9 => {
                        Err(already("the tips are that far apart"))
                    }
                    _ => at_once(vec![set(ParamId::TipDistance, self.amounts[0])]),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ventilated() -> Params {
        let mut params = Params::default();
        for (id, option) in [(SwitchId::Breathing, "ventilated"), (SwitchId::Mechanics, "on")] {
            params.set_switch(id, option).expect("an option");
        }
        params
    }

    #[test]
    fn inv_every_move_reads_back_and_is_possible_or_says_why() {
        for kind in MoveKind::ALL {
            let made = kind.usual();
            assert_eq!(made.to_string().parse(), Ok(made));
            assert!(!kind.label().is_empty() && kind.text().len() > 10);
            match made.plan(&ventilated()) {
                Ok(plan) => {
                    let mut params = ventilated();
                    for (_, settings) in plan {
                        params = crate::sim::params::apply(&settings, &params).expect("allowed");
                    }
                }
                Err(error) => assert!(error.to_string().starts_with(kind.label()), "{error}"),
            }
            let _ = made.plan(&Params::default());
        }
        let weaker: Move = "sustained_inflation:30:20".parse().expect("a move");
        assert_eq!(weaker.to_string(), "sustained_inflation:30:20");
    }

    #[test]
    fn inv_what_makes_no_sense_is_refused_in_words() {
        let refused = |kind: MoveKind, params: &Params| kind.usual().plan(params).expect_err("refused").to_string();
        let mut params = ventilated();
        assert_eq!(refused(MoveKind::Supine, &params), "Supine: the patient lies supine already");
        params.set_switch(SwitchId::Position, "prone").expect("an option");
        assert_eq!(refused(MoveKind::Prone, &params), "Prone: the patient lies prone already");
        assert_eq!(refused(MoveKind::StopInhaledNo, &params), "Stop inhaled NO: none is running");
        assert!(refused(MoveKind::Prone, &Params::default()).contains("mechanics"));
        assert!(refused(MoveKind::Paralyse, &Params::default()).contains("ventilator"));
        for (text, says) in [
            ("sustained_inflation:90", "pressure 90 is outside 20 to 60 cmH2O"),
            ("disconnect:x", "length x is outside 1 to 60 s"),
            ("prone:3", "takes 0 amounts"),
            ("pron", "did you mean prone"),
        ] {
            let error = text.parse::<Move>().expect_err("refused").to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
