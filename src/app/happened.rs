//! What the last action did, in one to four sentences, built from the model's own before and after.
//!
//! What was changed comes first, then what lies upstream of arterial blood, then arterial blood, then what became of
//! the alveolar-arterial difference. A number is one that the model has, at the digits that are printed; a verb is what
//! those digits say.

use crate::app::Session;
use crate::figure::trends::span;
use crate::sim::params::{Group, ParamId, Params, Setting, SwitchId};
use crate::sim::play::moves::MoveKind;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::steady::NoSteadyState;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::spaced;
use crate::text::words::{self, Word};
use crate::units::percent_from_frac;

/// Settings that are named one by one; more are counted.
const NAMED_SETTINGS: usize = 3;

/// A patient before or after: parameters, and what the model says of them.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The patient.
    pub params: &'a Params,
    /// What was read off, or why there is nothing.
    pub outcome: Result<&'a Snapshot, NoSteadyState>,
}

/// Where the numbers after the action are taken from.
#[derive(Debug, Clone, Copy)]
pub enum After<'a> {
    /// The steady state, which answers at once.
    Steady,
    /// The moment that a run has come to, so long after the action, and the steady state it goes to.
    InTime {
        /// In words, for example `40 s`.
        since: &'a str,
        /// Where it goes.
        target: Result<&'a Snapshot, NoSteadyState>,
    },
}

/// A number that the sentences speak of: key in [`crate::sim::reading::quantity::QUANTITIES`], name, digits after the point in
/// the canonical unit, a fraction in percent.
#[derive(Clone, Copy)]
struct Told {
    key: &'static str,
    name: Word,
    decimals: usize,
}

const fn told(key: &'static str, name: Word, decimals: usize) -> Told {
    Told { key, name, decimals }
}

const PIO2: Told = told("pio2_mmhg", words::happened::pio2, 0);
const PO2_ALV: Told = told("po2_alv_ideal_mmhg", words::happened::po2_alv, 0);
const PO2_ALV_MIXED: Told = told("po2_alv_mixed_mmhg", words::happened::po2_alv_mixed, 0);
const O2_CAP: Told = told("o2_cap_ideal_ml_per_dl", words::happened::o2_cap, 1);
const O2_ART: Told = told("o2_art_ml_per_dl", words::happened::o2_art, 1);
const SO2_ART: Told = told("so2_art_frac", words::happened::so2_art, 1);
const SO2_VEN: Told = told("so2_ven_frac", words::happened::so2_ven, 1);
const PO2_ART: Told = told("po2_art_mmhg", words::common::pao2, 0);
const PCO2_ART: Told = told("pco2_art_mmhg", words::common::paco2, 0);
const PH_ART: Told = told("ph_art", words::common::ph, 2);
const SHUNT: Told = told("shunt_true_frac", words::happened::shunt, 1);
const ADMIXTURE: Told = told("venous_admixture_frac", words::happened::admixture, 1);
const DEAD_SPACE: Told = told("dead_space_true_frac", words::happened::dead_space, 1);
const VENTILATION: Told = told("alveolar_ventilation_now_l_per_min", words::happened::ventilation, 2);
const OUTPUT: Told = told("output_now_l_per_min", words::happened::output, 2);
const DELIVERY: Told = told("o2_delivery_ml_per_min", words::happened::delivery, 0);
const EXTRACTION: Told = told("o2_extraction_frac", words::happened::extraction, 1);
const ECMO_FLOW: Told = told("effective_flow_l_per_min", words::happened::ecmo_flow, 2);
const SO2_PULM_ART: Told = told("so2_pulm_art_frac", words::happened::so2_pulm_art, 1);
const POWER: Told = told("mechanical_power_j_per_min", words::happened::power, 1);
const GRADIENT: Told = told("aa_gradient_mmhg", words::happened::gradient, 0);
const PO2_RIGHT_ARM: Told = told("po2_right_arm_mmhg", words::happened::po2_right_arm, 0);
const SO2_RIGHT_ARM: Told = told("so2_right_arm_frac", words::happened::so2_right_arm, 1);
const PCO2_RIGHT_ARM: Told = told("pco2_right_arm_mmhg", words::happened::pco2_right_arm, 0);
const PH_RIGHT_ARM: Told = told("ph_right_arm", words::happened::ph_right_arm, 2);

/// The way by which an action reaches arterial blood.
struct Chain {
    upstream: &'static [Told],
    arterial: &'static [Told],
    /// What stands before the gradient, or at the end.
    last: &'static [Told],
}

/// More or less oxygen in what is breathed.
const OXYGEN: Chain =
    Chain { upstream: &[PIO2, PO2_ALV, SHUNT], arterial: &[PO2_ART, SO2_ART], last: &[O2_ART, GRADIENT] };
/// Thinner or denser air.
const AIR: Chain = Chain { upstream: &[PIO2, PO2_ALV], arterial: &[PO2_ART, SO2_ART], last: &[PCO2_ART, GRADIENT] };
/// Blood that meets no gas.
const DETOUR: Chain =
    Chain { upstream: &[SHUNT, O2_CAP, SO2_VEN], arterial: &[O2_ART, SO2_ART, PO2_ART], last: &[PO2_ALV, GRADIENT] };
/// Pressure that opens lung and holds blood back.
const PRESSURE: Chain = Chain {
    upstream: &[SHUNT, OUTPUT, SO2_VEN],
    arterial: &[O2_ART, SO2_ART, PO2_ART],
    last: &[DELIVERY, POWER, PO2_ALV, GRADIENT],
};
/// Gas that reaches the lung.
const BREATH: Chain = Chain {
    upstream: &[VENTILATION, DEAD_SPACE, PCO2_ART, PH_ART],
    arterial: &[PO2_ALV, PO2_ART, SO2_ART],
    last: &[POWER, GRADIENT],
};
/// Gas and blood that miss each other.
const MISMATCH: Chain = Chain {
    upstream: &[PO2_ALV_MIXED, PCO2_ART, SHUNT],
    arterial: &[PO2_ART, SO2_ART, ADMIXTURE],
    last: &[PO2_ALV, GRADIENT],
};
/// Blood, its flow and what tissues take of it.
const BLOOD: Chain =
    Chain { upstream: &[EXTRACTION, SO2_VEN], arterial: &[O2_ART, SO2_ART, PO2_ART], last: &[DELIVERY, SHUNT] };
/// The way through the membrane.
const MEMBRANE: Chain =
    Chain { upstream: &[PO2_ALV_MIXED, SO2_VEN], arterial: &[PO2_ART, SO2_ART], last: &[PO2_ALV, GRADIENT] };
/// Blood that has met gas before it reaches the lung.
const ECMO: Chain =
    Chain { upstream: &[ECMO_FLOW, SO2_PULM_ART], arterial: &[SO2_ART, PO2_ART, PCO2_ART], last: &[SO2_VEN, DELIVERY] };

/// The chain of what was changed; where several were, of the first that has one of its own.
fn chain(changes: &[Setting]) -> &'static Chain {
    use ParamId as P;
    let of = |setting: &Setting| match *setting {
        Setting::Param(P::Fio2, _) => Some(&OXYGEN),
        Setting::Param(P::Pb, _) => Some(&AIR),
        Setting::Param(P::Shunt | P::WideShunt | P::RecruitableShare | P::PluggedShare, _) => Some(&DETOUR),
        Setting::Param(P::Peep, _) => Some(&PRESSURE),
        Setting::Param(P::OpeningPressure | P::OpeningPressureSd, _) => Some(&DETOUR),
        Setting::Param(P::ClosingPressure | P::ClosingPressureSd, _) => Some(&DETOUR),
        Setting::Param(P::Dlo2 | P::DilatedShare | P::DilatedRatio, _) => Some(&MEMBRANE),
        Setting::Switch(SwitchId::DiffusionLimit, _) => Some(&MEMBRANE),
        Setting::Param(P::AlveolarDeadSpace, _) => Some(&BREATH),
        Setting::Switch(SwitchId::Ecmo, _) => Some(&ECMO),
        Setting::Param(id, _) => of_group(id.bounds().group),
        Setting::Switch(id, _) => of_group(id.group()),
    };
    changes.iter().find_map(of).unwrap_or(&MISMATCH)
}

/// The chain of a move that is more than its settings.
fn chain_of_move(made: MoveKind) -> Option<&'static Chain> {
    use MoveKind as K;
    matches!(made, K::SustainedInflation | K::Staircase | K::PeepTrial | K::Disconnect).then_some(&PRESSURE)
}

fn of_group(group: Group) -> Option<&'static Chain> {
    match group {
        Group::InspiredGas => Some(&AIR),
        Group::Breathing => Some(&BREATH),
        Group::Lung => Some(&MISMATCH),
        Group::Mechanics => Some(&PRESSURE),
        Group::Circulation | Group::Blood | Group::Metabolism => Some(&BLOOD),
        Group::Ecmo => Some(&ECMO),
        Group::Stores | Group::Monitor => None,
    }
}

impl Told {
    /// The same of a patient in whose aorta two bloods meet: the mean of both is in no vessel, so the right arm is told.
    fn of(self, snapshot: &Snapshot) -> Told {
        match self.key {
            _ if snapshot.bypass.is_none() => self,
            "po2_art_mmhg" => PO2_RIGHT_ARM,
            "so2_art_frac" => SO2_RIGHT_ARM,
            "pco2_art_mmhg" => PCO2_RIGHT_ARM,
            "ph_art" => PH_RIGHT_ARM,
            _ => self,
        }
    }

    fn read(&self, snapshot: &Snapshot) -> Option<f64> {
        Quantity::from_key(self.of(snapshot).key)?.read(snapshot).ok()
    }

    /// The number as printed, and its unit.
    fn shown(&self, value: f64, units: DisplayUnits) -> (String, String) {
        if self.key.ends_with("_frac") {
            return (signed(percent_from_frac(value), self.decimals), spaced("%"));
        }
        let quantity = Quantity::from_key(self.key);
        let units = quantity.map_or(units, |quantity| quantity.shown_in(units));
        let shown = units.of(quantity.map_or("", |quantity| quantity.unit));
        (shown.number(value, self.decimals), spaced(shown.unit))
    }

    /// What has to be said after it of a patient in whom it cannot be believed yet.
    fn doubt(&self, snapshot: &Snapshot) -> &'static str {
        let steady = Quantity::from_key(self.key).is_none_or(|quantity| quantity.is_steady(snapshot));
        if steady { "" } else { words::happened::not_steady() }
    }

    /// What became of it, and whether it moved; none where it is not known both before and after.
    fn clause(&self, before: &Snapshot, now_at: &Snapshot, units: DisplayUnits) -> Option<(String, bool)> {
        let (before, now) = (self.read(before)?, self.read(now_at)?);
        let ((from, unit), (to, _)) = (self.shown(before, units), self.shown(now, units));
        // What is printed alike has not moved.
        let moved = from != to;
        let (name, doubt) = ((self.of(now_at).name)(), self.doubt(now_at));
        let said = match moved {
            true if now > before => words::happened::rose(name, from, to, unit, doubt),
            true => words::happened::fell(name, from, to, unit, doubt),
            false => words::happened::stayed(name, to, unit, doubt),
        };
        Some((said, moved))
    }
}

/// Numbers by which a patient is introduced, and told apart from who is held beside.
const FIRST: [Told; 5] = [PO2_ART, SO2_ART, PCO2_ART, SHUNT, GRADIENT];

/// Who the patient of a session is, in two sentences: how he breathes, and what his blood says. Nothing is counted against
/// the patient before.
#[must_use]
pub fn introduction(session: &Session, units: DisplayUnits) -> Vec<String> {
    let params = &session.now().params;
    let breathing = params.option(SwitchId::Breathing).replace('_', " ");
    let setting = |id: ParamId| {
        format!(
            "{} {}{}",
            id.bounds().label,
            id.bounds().number(params.get(id), units),
            spaced(id.bounds().shown_unit(units))
        )
    };
    let mut settings = vec![breathing, setting(ParamId::Fio2)];
    if params.get(ParamId::Peep) > 0.0 {
        settings.push(setting(ParamId::Peep));
    }
    let mut out = vec![format!("{}: {}.", session.scenario().title, settings.join(", "))];
    match &session.now().outcome {
        Ok(now) => {
            let facts = FIRST.iter().filter_map(|told| {
                let (number, unit) = told.shown(told.read(now)?, units);
                Some(words::happened::is_doubted((told.of(now).name)(), number, unit, told.doubt(now)))
            });
            out.push(sentence("", &facts.collect::<Vec<_>>()));
        }
        Err(reason) => out.push(words::happened::no_steady_state(units.prose(&reason.to_string()))),
    }
    out
}

/// What sets the patient of a session apart from who is held beside; none where nobody is.
#[must_use]
pub fn beside(session: &Session, units: DisplayUnits) -> Option<String> {
    let beside = session.beside()?;
    let name = beside.name();
    Some(match (&beside.view.outcome, &session.now().outcome) {
        (Ok(there), Ok(here)) => {
            let facts = FIRST.iter().filter_map(|told| {
                let doubts = [told.doubt(there), told.doubt(here)];
                let [(there, unit), (here, _)] =
                    [told.read(there)?, told.read(here)?].map(|value| told.shown(value, units));
                Some(words::happened::against((told.name)(), there, unit, doubts[0], here, doubts[1]))
            });
            sentence(&words::happened::held_beside(name), &facts.collect::<Vec<_>>())
        }
        (Err(reason), _) => words::happened::held_beside_not_steady(name, units.prose(&reason.to_string())),
        (Ok(_), Err(_)) => words::happened::held_beside_alone(name),
    })
}

/// What the last action of a session did, sentence by sentence, and what sets it apart from who is held beside; empty
/// where there is neither.
#[must_use]
pub fn of_session(session: &Session, units: DisplayUnits) -> Vec<String> {
    let mut out = of_action(session, units);
    out.extend(beside(session, units));
    out
}

fn of_action(session: &Session, units: DisplayUnits) -> Vec<String> {
    let Some(before) = session.before_action() else { return Vec::new() };
    let [before, now] = [before, session.now()]
        .map(|view| State { params: &view.params, outcome: view.outcome.as_ref().map_err(|reason| *reason) });
    let last = session.effects().last();
    let made = last.filter(|effect| before.outcome.is_ok_and(|before| effect.is_last_since(before)));
    let kind = made.map(|effect| effect.made.kind);
    let Some(run_view) = session.in_time() else {
        return told_of(kind.map(|kind| (kind, true)), before, now, After::Steady, units);
    };
    // From where the action began: a sample drawn since is none.
    let done_s = session.acted_s().unwrap_or_else(|| run_view.time_s());
    // Settings that a move makes later are part of it.
    let done_s = made.and_then(|effect| effect.begun_s).unwrap_or(done_s);
    let since = span(run_view.time_s() - done_s);
    let goes_on = run_view.run().under_way().map(|(under_way, _)| under_way.kind);
    let made = kind.map(|kind| (kind, goes_on != Some(kind)));
    told_of(made, before, now, After::InTime { since: &since, target: run_view.target() }, units)
}

/// What an action did, sentence by sentence; empty where nothing was changed.
#[must_use]
pub fn happened(before: State<'_>, now: State<'_>, after: After<'_>, units: DisplayUnits) -> Vec<String> {
    told_of(None, before, now, after, units)
}

/// As [`happened`], with the move at the bedside that it was, and whether that is over.
fn told_of(
    made: Option<(MoveKind, bool)>,
    before: State<'_>,
    now: State<'_>,
    after: After<'_>,
    units: DisplayUnits,
) -> Vec<String> {
    let changes = now.params.changes_from(before.params);
    let mut out = Vec::new();
    match (made, done(&changes, before.params, now.params, units)) {
        (Some((kind, _)), Some(done)) => out.push(format!("{}: {done}", kind.label())),
        (Some((kind, true)), None) => {
            out.push(words::happened::is_over(kind.label()));
        }
        (Some((kind, false)), None) => {
            out.push(words::happened::goes_on(kind.label()));
        }
        (None, Some(done)) => out.push(done),
        (None, None) if now.params == before.params => return out,
        (None, None) => {}
    }
    let nothing = |reason: NoSteadyState| units.prose(&reason.to_string()).into_owned();
    let (was, is) = match (before.outcome, now.outcome) {
        (_, Err(reason)) => {
            out.push(words::happened::no_steady_state_now(nothing(reason)));
            return out;
        }
        (Err(_), Ok(now)) => {
            let facts = [PO2_ART, SO2_ART, PCO2_ART].iter().filter_map(|told| {
                let (number, unit) = told.shown(told.read(now)?, units);
                Some(words::happened::is((told.name)(), number, unit))
            });
            out.push(sentence(words::happened::steady_again(), &facts.collect::<Vec<_>>()));
            return out;
        }
        (Ok(before), Ok(now)) => (before, now),
    };
    let chain = made.and_then(|(kind, _)| chain_of_move(kind)).unwrap_or_else(|| chain(&changes));
    let steady = matches!(after, After::Steady);
    let mut any_moved = false;
    for (index, part) in [chain.upstream, chain.arterial, chain.last].into_iter().enumerate() {
        if index == 2 && !steady {
            break;
        }
        let clauses: Vec<(String, bool)> = part.iter().filter_map(|told| told.clause(was, is, units)).collect();
        let moved = clauses.iter().any(|(_, moved)| *moved);
        let texts: Vec<String> = clauses.into_iter().map(|(text, _)| text).collect();
        if texts.is_empty() {
            continue;
        }
        let opening = match (&after, index) {
            (After::InTime { since, .. }, 0) => words::happened::within(since),
            // What follows is what the chain carries on.
            (After::Steady, 1) if any_moved && moved => words::happened::so().to_owned(),
            _ => String::new(),
        };
        out.push(sentence(&opening, &texts));
        any_moved |= moved;
    }
    if let After::InTime { target, .. } = after {
        out.push(match target {
            Ok(target) => {
                let facts = [PO2_ART, SO2_ART, PCO2_ART].iter().filter_map(|told| {
                    let (number, unit) = told.shown(told.read(target)?, units);
                    Some(format!("{} {number}{unit}", (told.name)()))
                });
                sentence(words::happened::would_rest(), &facts.collect::<Vec<_>>())
            }
            Err(reason) => words::happened::goes_to_none(nothing(reason)),
        });
    }
    out
}

/// What parts two patients of one making, as a sentence; none where they are the same.
#[must_use]
pub fn changed(before: &Params, now: &Params, units: DisplayUnits) -> Option<String> {
    done(&now.changes_from(before), before, now, units)
}

/// What was changed, in the order of the table.
fn done(changes: &[Setting], before: &Params, now: &Params, units: DisplayUnits) -> Option<String> {
    if changes.len() > NAMED_SETTINGS {
        return Some(words::happened::settings_changed(changes.len()));
    }
    if changes.is_empty() {
        return (before.units() != now.units()).then(|| words::happened::units_changed().to_owned());
    }
    let texts: Vec<String> = changes
        .iter()
        .map(|setting| match *setting {
            Setting::Param(id, value) => {
                let bounds = id.bounds();
                let [from, to] = [before.get(id), value].map(|value| bounds.number(value, units));
                let unit = spaced(bounds.shown_unit(units));
                if from == to {
                    // Less than is printed.
                    words::happened::moved_a_little(bounds.label, to, unit)
                } else {
                    words::happened::went(bounds.label, from, to, unit)
                }
            }
            Setting::Switch(id, option @ ("on" | "off")) => words::happened::was_turned(id.label(), option),
            Setting::Switch(id, option) => {
                let plain = |option: &str| option.replace('_', " ");
                words::happened::was_switched(id.label(), plain(before.option(id)), plain(option))
            }
        })
        .collect();
    Some(sentence("", &texts))
}

/// A sentence of several clauses.
fn sentence(opening: &str, clauses: &[String]) -> String {
    let body = match clauses {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => words::happened::and(first.join(", "), last),
    };
    let text = format!("{opening}{body}.");
    // Symbols keep their case.
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if first.is_ascii_lowercase() && second.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_uppercase(), &text[1..])
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::sim::reading::sampling::random_patient;
    use crate::sim::reading::snapshot::Model;
    use crate::text::display_units::{Concentration, Pressure};

    /// Everything that may be told.
    const ALL: [Told; 21] = [
        OUTPUT,
        PIO2,
        PO2_ALV,
        PO2_ALV_MIXED,
        O2_CAP,
        O2_ART,
        SO2_ART,
        SO2_VEN,
        PO2_ART,
        PCO2_ART,
        PH_ART,
        SHUNT,
        ADMIXTURE,
        DEAD_SPACE,
        VENTILATION,
        DELIVERY,
        EXTRACTION,
        ECMO_FLOW,
        SO2_PULM_ART,
        POWER,
        GRADIENT,
    ];

    fn told_of(
        before: &Params,
        now: &Params,
        units: DisplayUnits,
    ) -> (Vec<String>, [Result<Snapshot, NoSteadyState>; 2]) {
        let states = [before, now].map(|params| Model::new().snapshot(params));
        let state = |params, index: usize| State { params, outcome: states[index].as_ref().map_err(|reason| *reason) };
        (happened(state(before, 0), state(now, 1), After::Steady, units), states)
    }

    /// Takes every clause out of the text whose numbers and verb are those of the model; what is left says nothing in
    /// digits.
    fn unexplained(text: &[String], before: &Snapshot, now: &Snapshot, units: DisplayUnits) -> String {
        let mut rest = text[1..].join(" ").to_lowercase();
        // The longer name first: pulmonary arterial saturation is no arterial saturation.
        let mut all: Vec<_> = ALL.iter().collect();
        all.sort_by_key(|told| std::cmp::Reverse((told.name)().len()));
        for told in all {
            let quantity = Quantity::from_key(told.key).expect("a key");
            let (Ok(was), Ok(is)) = (quantity.read(before), quantity.read(now)) else { continue };
            let percent = told.key.ends_with("_frac");
            let shown = quantity.shown_in(units).of(quantity.unit);
            let factor = if percent { 100.0 } else { shown.per_value };
            let decimals = if percent { told.decimals } else { shown.decimals(told.decimals) };
            let unit = if percent { " %".to_owned() } else { spaced(shown.unit) };
            let number = |value: f64| {
                let text = format!("{:.decimals$}", value * factor);
                if text.trim_matches(['-', '0', '.']).is_empty() {
                    text.replace('-', "")
                } else {
                    text.replace('-', "−")
                }
            };
            let (a, b) = (number(was), number(is));
            let verb = if a == b {
                format!("stayed at {b}{unit}")
            } else if is > was {
                format!("rose from {a} to {b}{unit}")
            } else {
                format!("fell from {a} to {b}{unit}")
            };
            rest = rest.replace(&format!("{} {verb}", (told.name)()).to_lowercase(), "");
        }
        rest
    }

    #[test]
    fn inv_every_number_and_every_verb_is_the_models() {
        let others = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
        let mut counted = 0;
        // Whole in `./check long`.
        let seeds = if std::env::var_os("ISOSHUNT_LONG").is_some() { 600 } else { 200 };
        for seed in 0..seeds {
            let mut rng = StdRng::seed_from_u64(seed);
            let before = random_patient(&mut rng);
            let id = ParamId::ALL[rng.random_range(0..ParamId::COUNT)];
            let Ok(now) = before.with(id, id.bounds().at_share(rng.random_range(0.0..=1.0))) else { continue };
            let units = if seed % 2 == 0 { DisplayUnits::default() } else { others };
            let (text, states) = told_of(&before, &now, units);
            let [Ok(was), Ok(is)] = &states else {
                assert!(text.is_empty() || text.len() == 2, "{seed} {id}: {text:?}");
                continue;
            };
            if text.is_empty() {
                continue;
            }
            assert!((1..=4).contains(&text.len()), "{seed} {id}: {text:?}");
            let rest = unexplained(&text, was, is, units);
            let words: String = rest.split([',', '.', ' ']).filter(|w| !["so", "and", ""].contains(w)).collect();
            assert!(words.is_empty(), "{seed} {id}: {text:?} leaves {rest:?}");
            counted += 1;
        }
        assert!(200 * counted > 35 * seeds, "{counted} of {seeds}");
    }

    #[test]
    fn inv_a_shunt_is_told_from_its_cause_on() {
        let before = Params::default();
        let now = before.with(ParamId::Shunt, 0.3).expect("within bounds");
        let (text, states) = told_of(&before, &now, DisplayUnits::default());
        let [Ok(was), Ok(is)] = &states else { panic!("steady states") };
        assert_eq!(text[0], "Shunt went from 2 to 30 %.");
        assert!(
            text[1].starts_with("True shunt rose from 2.0 to 30.0 %, O₂ content of ideal end-capillary blood "),
            "{text:?}"
        );
        let saturation = |s: &Snapshot| format!("{:.1}", 100.0 * s.state.arterial.gas.saturation_frac);
        let fell = format!("arterial saturation fell from {} to {} %", saturation(was), saturation(is));
        assert!(text[2].starts_with("So arterial O₂ content fell from ") && text[2].contains(&fell), "{text:?}");
        assert!(text[3].contains("the A-a gradient rose from "), "{text:?}");
    }

    #[test]
    fn inv_each_kind_of_action_has_its_own_chain() {
        let before = Params::default();
        let begins = |id: ParamId, value: f64, expected: &str| {
            let now = before.with(id, value).expect("within bounds");
            let (text, _) = told_of(&before, &now, DisplayUnits::default());
            assert!(text[1].starts_with(expected), "{id}: {text:?}");
        };
        begins(ParamId::Fio2, 0.6, "Inspired PO₂ rose from ");
        begins(ParamId::Peep, 15.0, "True shunt stayed at ");
        begins(ParamId::Pb, 500.0, "Inspired PO₂ fell from ");
        begins(ParamId::AlveolarVentilation, 2.0, "Alveolar ventilation fell from ");
        begins(ParamId::AlveolarDeadSpace, 0.4, "Alveolar ventilation stayed at ");
        begins(ParamId::Mode1LogSd, 1.5, "PO₂ of mixed alveolar gas ");
        begins(ParamId::CardiacOutput, 2.5, "O₂ extraction rose from ");
        begins(ParamId::Hb, 8.0, "O₂ extraction rose from ");
        begins(ParamId::Vo2, 400.0, "O₂ extraction rose from ");
        let mut ecmo = before.clone();
        ecmo.set_switch(SwitchId::Ecmo, "on").expect("an option");
        let (text, _) = told_of(&before, &ecmo, DisplayUnits::default());
        assert_eq!(text[0], "ECMO was turned on.");
        assert!(
            text.iter().any(|sentence| sentence.starts_with("Pulmonary arterial saturation rose from ")),
            "{text:?}"
        );
    }

    #[test]
    fn inv_no_steady_state_is_told_with_its_reason() {
        let before = Params::default();
        let now = before.with(ParamId::Shunt, 1.0).expect("within bounds");
        let (text, _) = told_of(&before, &now, DisplayUnits::default());
        assert_eq!(text.len(), 2);
        assert!(text[1].starts_with("Now there is no steady state: no blood meets gas"), "{text:?}");
        let (text, _) = told_of(&now, &before, DisplayUnits::default());
        assert!(text[1].starts_with("There is a steady state again: PaO₂ is "), "{text:?}");
        let (text, _) = told_of(&before, &before, DisplayUnits::default());
        assert!(text.is_empty());
    }

    #[test]
    fn inv_in_time_it_is_said_what_is_compared() {
        let before = Params::default();
        let now = before.with(ParamId::Fio2, 1.0).expect("within bounds");
        let [was, is] = [&before, &now].map(|params| Model::new().snapshot(params).expect("steady"));
        let state = |params, snapshot| State { params, outcome: Ok(snapshot) };
        let after = After::InTime { since: "40 s", target: Ok(&is) };
        let text = happened(state(&before, &was), state(&now, &was), after, DisplayUnits::default());
        assert!(text[1].starts_with("In 40 s inspired PO₂ stayed at "), "{text:?}");
        let goes =
            format!("The lung as it is now would come to rest at PaO₂ {:.0} mmHg", is.state.arterial.gas.po2_mmhg);
        assert!(text[3].starts_with(&goes), "{text:?}");
    }
}
