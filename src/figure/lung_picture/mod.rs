//! The lung as it works: blood that comes from the right heart, splits into streams as wide as they are, meets gas or
//! not, changes its colour, and mixes; gas that comes from above, some of it for nothing.
//!
//! The picture is data: [`LungPicture`] says what there is and what each part's numbers are, [`Placed`] where it
//! stands in a room of a given size. No toolkit; every number is the model's.

mod place;

pub use place::{Air, Band, Metrics, Placed, Ribbon};

use std::borrow::Cow;

use crate::figure::lung_map;
use crate::physiology::blood::BloodGas;
use crate::sim::params::ParamId;
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::steady::UnitState;
use crate::text::capitalised;
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// Saturation from which a red cell counts as fully loaded.
pub const FULL_FRAC: f64 = 0.95;
/// Saturation below which a red cell counts as poorly loaded.
pub const POOR_FRAC: f64 = 0.90;
/// Red cells that the blood is counted in.
pub const CELLS: usize = 100;

/// V/Q at which one group of units ends and the next begins, from high to low: fixed, so that a group stays what it is
/// while the patient changes. Below 0.1 lung is said to have a low V/Q (Wagner, Saltzman & West 1974).
const BORDERS: [f64; 5] = [3.2, 1.4, 0.7, 0.32, 0.1];
/// Share of the output below which a group joins its neighbour: a stream nobody would see.
const LEAST_GROUP_FRAC: f64 = 0.01;
/// Share of the output below which a detour is no detour but rounding.
const LEAST_DETOUR_FRAC: f64 = 1e-6;

/// Units that are shown as one stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What stands beside it, for example `V/Q 0.8`.
    pub name: String,
    /// Which units, as indices into [`Snapshot::units`].
    pub units: Vec<usize>,
}

/// What becomes of the blood of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Meets enough gas.
    Open,
    /// Meets little gas for its flow: V/Q below 0.1.
    LowVq,
    /// Passes lung without gas: collapsed, or behind a plug.
    Collapsed,
    /// Passes no lung that could be opened: the fixed part of the shunt.
    Fixed,
}

impl Kind {
    /// Whether the blood meets no gas.
    #[must_use]
    pub fn is_shunt(self) -> bool {
        matches!(self, Kind::Collapsed | Kind::Fixed)
    }
}

/// How blood is loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Saturation of the Hb that can bind O2.
    pub saturation_frac: f64,
    /// O2 content, mL/dL.
    pub o2_ml_per_dl: f64,
}

/// One stream of blood through or past the lung.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// What becomes of it.
    pub kind: Kind,
    /// For example `V/Q 0.8` or `collapsed lung`.
    pub name: String,
    /// Its units, as indices into [`Snapshot::units`]; none in a shunt.
    pub units: Vec<usize>,
    /// Blood, L/min.
    pub perfusion_l_per_min: f64,
    /// Gas, L/min BTPS.
    pub ventilation_l_per_min: f64,
    /// Share of all blood that comes.
    pub share_frac: f64,
    /// Its blood where it leaves the lung.
    pub out: Load,
    /// Its numbers, one line each.
    pub facts: Vec<String>,
}

/// Ventilation that meets no blood.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadSpace {
    /// In airways and in alveoli, L/min BTPS.
    pub ventilation_l_per_min: f64,
    /// Share of the ventilation.
    pub share_frac: f64,
    /// Its numbers.
    pub facts: Vec<String>,
}

/// Blood at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Blood {
    /// How it is loaded.
    pub load: Load,
    /// Its numbers.
    pub facts: Vec<String>,
}

/// The membrane lung.
#[derive(Debug, Clone, PartialEq)]
pub struct Membrane {
    /// Blood that it returns.
    pub returned: Load,
    /// Whether any of it comes before the lung.
    pub to_vein: bool,
    /// Whether any of it goes past heart and lung into the aorta.
    pub to_aorta: bool,
    /// Its numbers.
    pub facts: Vec<String>,
}

/// The blood counted in red cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// Cells of each stream, in the order of [`LungPicture::streams`]; [`CELLS`] together.
    pub of_stream: Vec<usize>,
    /// Of those that leave the lung, how many are fully and how many are poorly loaded.
    pub before: [usize; 2],
    /// The same once all are mixed.
    pub after: [usize; 2],
}

/// The picture, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct LungPicture {
    /// Blood, L/min.
    pub output_l_per_min: f64,
    /// Gas, L/min BTPS.
    pub minute_l_per_min: f64,
    /// Breaths per minute.
    pub rate_per_min: f64,
    /// What is breathed, with its numbers.
    pub inspired: Vec<String>,
    /// Blood that the tissues return.
    pub venous: Blood,
    /// Blood that comes to the lung: venous blood, but for a membrane lung.
    pub incoming: Load,
    /// The membrane lung, where there is one.
    pub membrane: Option<Membrane>,
    /// The streams from top to bottom: by falling V/Q, then the detours.
    pub streams: Vec<Stream>,
    /// Ventilation that meets no blood; none where there is none.
    pub dead_space: Option<DeadSpace>,
    /// Blood that leaves for the body.
    pub arterial: Blood,
    /// Arterial blood before the last action: the ghost.
    pub arterial_before: Option<Load>,
    /// Whose arterial blood that is, where he is held beside and was not before.
    pub beside: Option<String>,
    /// The blood in red cells.
    pub cells: Cells,
    /// The lesson in a sentence.
    pub caption: String,
    /// What the picture shows, in words with numbers.
    pub text: String,
}

/// A part of the picture that can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Gas that is breathed.
    Inspired,
    /// Ventilation that meets no blood.
    DeadSpace,
    /// Mixed venous blood.
    Venous,
    /// The membrane lung.
    Membrane,
    /// A stream, by its index.
    Stream(usize),
    /// Arterial blood.
    Arterial,
}

/// The picture of a patient: a lung in layers by its layers, another by V/Q; `before` gives the ghost.
#[must_use]
pub fn figure(now: &Snapshot, before: Option<&Snapshot>) -> LungPicture {
    let groups = groups_by_layer(now).unwrap_or_else(|| groups_by_vq(now));
    picture(now, &groups, before)
}

impl LungPicture {
    /// The same with a name for the blood that it is compared with, which is held beside.
    #[must_use]
    pub fn beside(mut self, name: &str) -> LungPicture {
        self.beside = Some(name.to_owned());
        self.text = words(&self);
        self
    }
}

/// Groups of units by layer, from the top against gravity; none where the lung has no layers, or where units of some
/// have collapsed.
#[must_use]
pub fn groups_by_layer(now: &Snapshot) -> Option<Vec<Group>> {
    let units = lung_map::units_by_layer(now)?;
    let order = lung_map::from_the_top(now.mechanics.as_ref()?);
    // Two layers are one stream, or there would be more streams than room.
    let pairs = order.chunks(2);
    let last = pairs.len() - 1;
    let group = |(i, pair): (usize, &[usize])| {
        let mut numbers: Vec<usize> = pair.iter().map(|layer| layer + 1).collect();
        numbers.sort_unstable();
        Group {
            name: match i {
                0 => "top layers".to_owned(),
                _ if i == last => "lowest layers".to_owned(),
                _ => format!("layers {}", numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
            },
            units: pair.iter().flat_map(|layer| units[*layer].clone()).collect(),
        }
    };
    Some(pairs.enumerate().map(group).collect())
}

/// Groups of units by their V/Q, from high to low.
#[must_use]
pub fn groups_by_vq(now: &Snapshot) -> Vec<Group> {
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); BORDERS.len() + 1];
    for (index, unit) in now.units.iter().enumerate() {
        let vq = now.unit_vq(unit);
        groups[BORDERS.partition_point(|border| *border > vq)].push(index);
    }
    let flow = |units: &[usize]| -> f64 { units.iter().map(|i| now.units[*i].perfusion_l_per_min).sum() };
    let least = LEAST_GROUP_FRAC * now.output_l_per_min();
    // From the ends inwards, so that a thin tail goes to what lies next to it.
    let middle = BORDERS.len() / 2;
    for i in 0..middle {
        join(&mut groups, i, i + 1, flow, least);
    }
    for i in (middle + 1..=BORDERS.len()).rev() {
        join(&mut groups, i, i - 1, flow, least);
    }
    let name = |units: &[usize]| {
        let ventilation: f64 = units.iter().map(|i| ventilation(now, &now.units[*i])).sum();
        format!("V̇/Q̇ {}", ratio(ventilation / flow(units)))
    };
    groups
        .into_iter()
        .filter(|units| !units.is_empty())
        .map(|mut units| {
            units.sort_unstable();
            Group { name: name(&units), units }
        })
        .collect()
}

fn join(groups: &mut [Vec<usize>], from: usize, to: usize, flow: impl Fn(&[usize]) -> f64, least: f64) {
    if flow(&groups[from]) < least {
        let gone = std::mem::take(&mut groups[from]);
        groups[to].extend(gone);
    }
}

/// V/Q with two digits.
fn ratio(vq: f64) -> String {
    let decimals = if vq >= 10.0 {
        0
    } else if vq >= 1.0 {
        1
    } else if vq >= 0.1 {
        2
    } else {
        3
    };
    format!("{vq:.decimals$}")
}

/// Ventilation of a unit, by the basis of the patient.
fn ventilation(now: &Snapshot, unit: &UnitState) -> f64 {
    now.unit_vq(unit) * unit.perfusion_l_per_min
}

/// The picture of a patient whose units are grouped as given, from top to bottom.
#[must_use]
pub fn picture(now: &Snapshot, groups: &[Group], before: Option<&Snapshot>) -> LungPicture {
    let incoming = &now.state.pulmonary_arterial.gas;
    let incoming = Load { saturation_frac: incoming.saturation_frac, o2_ml_per_dl: incoming.o2_ml_per_dl };
    let through: f64 = now.units.iter().map(|unit| unit.perfusion_l_per_min).sum();
    let past = now.truth.shunt_frac * now.output_l_per_min();
    let output = through + past;
    let mut streams: Vec<Stream> = groups.iter().map(|group| stream(now, group, &incoming, output)).collect();
    streams.extend(detours(now, &incoming, output));
    let arterial = Blood { load: load(&leaving(now)), facts: blood_facts(&leaving(now), now.output_l_per_min()) };
    let cells = cells(&streams, &arterial.load);
    let caption = caption(&cells, &streams, &arterial.load);
    let mut picture = LungPicture {
        output_l_per_min: output,
        minute_l_per_min: now.ventilation.minute_l_per_min,
        rate_per_min: now.ventilation.rate_per_min,
        inspired: inspired(now),
        venous: Blood {
            load: load(&now.state.venous.gas),
            facts: blood_facts(&now.state.venous.gas, now.output_l_per_min()),
        },
        incoming,
        membrane: membrane(now),
        streams,
        dead_space: dead_space(now),
        arterial,
        arterial_before: before.map(|before| load(&leaving(before))),
        beside: None,
        cells,
        caption,
        text: String::new(),
    };
    picture.text = words(&picture);
    picture
}

fn load(gas: &BloodGas) -> Load {
    Load { saturation_frac: gas.saturation_frac, o2_ml_per_dl: gas.o2_ml_per_dl }
}

fn stream(now: &Snapshot, group: &Group, incoming: &Load, output: f64) -> Stream {
    let units = || group.units.iter().map(|i| &now.units[*i]);
    let sum = |of: &dyn Fn(&UnitState) -> f64| -> f64 { units().map(of).sum() };
    let perfusion = sum(&|unit| unit.perfusion_l_per_min);
    let ventilation = sum(&|unit| ventilation(now, unit));
    // Blood mixes by content; of the Hb as much is saturated as the flows bring together.
    let mean = |of: &dyn Fn(&UnitState) -> f64| sum(&|unit| unit.perfusion_l_per_min * of(unit)) / perfusion;
    let out = Load {
        saturation_frac: mean(&|unit| unit.capillary.saturation_frac),
        o2_ml_per_dl: mean(&|unit| unit.capillary.o2_ml_per_dl),
    };
    let vq = ventilation / perfusion;
    let share = perfusion / output;
    let range = |of: &dyn Fn(&UnitState) -> f64| {
        units().map(of).fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| [low.min(x), high.max(x)])
    };
    let to = |[low, high]: [f64; 2], text: &dyn Fn(f64) -> String| {
        let (low, high) = (text(low), text(high));
        if low == high { low } else { format!("{low} to {high}") }
    };
    let whole = |value: f64| format!("{value:.0}");
    let spread = match group.units.len() {
        1 => String::new(),
        _ => format!(" ({})", to(range(&|unit| now.unit_vq(unit)), &ratio)),
    };
    let facts = vec![
        format!("V̇/Q̇ {}{spread}", ratio(vq)),
        format!("V̇ {ventilation:.2} L/min, Q̇ {perfusion:.2} L/min ({})", percent(share)),
        format!("alveolar PO₂ {} mmHg", to(range(&|unit| unit.po2_alv_mmhg), &whole)),
        format!("end-capillary PO₂ {} mmHg", to(range(&|unit| unit.capillary.po2_mmhg), &whole)),
        format!("PCO₂ {} mmHg", to(range(&|unit| unit.capillary.pco2_mmhg), &whole)),
        change(incoming, &out),
    ];
    Stream {
        kind: if vq < BORDERS[BORDERS.len() - 1] { Kind::LowVq } else { Kind::Open },
        name: group.name.clone(),
        units: group.units.clone(),
        perfusion_l_per_min: perfusion,
        ventilation_l_per_min: ventilation,
        share_frac: share,
        out,
        facts,
    }
}

/// Ways past the gas, with their shares of all blood.
fn ways_past(now: &Snapshot) -> Vec<(Kind, &'static str, f64)> {
    let wide = (Kind::Fixed, "wide vessels", now.truth.wide_shunt_frac);
    let all = now.truth.shunt_frac - now.truth.wide_shunt_frac;
    let ways = match &now.mechanics {
        Some(mechanics) => {
            let circulation = &mechanics.circulation;
            let share = |flow: f64| flow / circulation.output_l_per_min;
            let (foramen, duct) = (share(circulation.foramen_l_per_min), share(circulation.ductal_l_per_min));
            [
                (Kind::Collapsed, "lung without gas", all - foramen - duct),
                (Kind::Fixed, "foramen ovale", foramen),
                (Kind::Fixed, "open duct", duct),
                wide,
            ]
        }
        None => {
            let fixed = now.params.get(ParamId::Shunt) * (1.0 - now.params.get(ParamId::RecruitableShare));
            let fixed = ((1.0 - now.truth.wide_shunt_frac) * fixed).min(all);
            [
                (Kind::Collapsed, "collapsed lung", all - fixed),
                (Kind::Fixed, "fixed shunt", fixed),
                (Kind::Fixed, "", 0.0),
                wide,
            ]
        }
    };
    ways.into_iter().filter(|(.., frac)| *frac > LEAST_DETOUR_FRAC).collect()
}

/// Blood that meets no gas: what could be opened, and what could not.
fn detours(now: &Snapshot, incoming: &Load, output: f64) -> Vec<Stream> {
    ways_past(now)
        .into_iter()
        .map(|(kind, name, frac)| {
            let perfusion = frac * now.output_l_per_min();
            let gas = &now.state.pulmonary_arterial.gas;
            Stream {
                kind,
                name: name.to_owned(),
                units: Vec::new(),
                perfusion_l_per_min: perfusion,
                ventilation_l_per_min: 0.0,
                share_frac: perfusion / output,
                out: *incoming,
                facts: vec![
                    "V̇ 0: this blood meets no gas".to_owned(),
                    format!("Q̇ {perfusion:.2} L/min ({})", percent(perfusion / output)),
                    format!("PO₂ {:.0} mmHg, PCO₂ {:.0} mmHg", gas.po2_mmhg, gas.pco2_mmhg),
                    format!("stays at {}, {:.1} mL/dL", percent(incoming.saturation_frac), incoming.o2_ml_per_dl),
                ],
            }
        })
        .collect()
}

/// Blood that leaves lung and heart: arterial blood, but where another joins it in the aorta.
fn leaving(now: &Snapshot) -> BloodGas {
    now.left_heart().map_or(now.state.arterial.gas, |blood| blood.gas)
}

fn membrane(now: &Snapshot) -> Option<Membrane> {
    let ecmo = now.state.ecmo.as_ref()?;
    let pump = now.pump.as_ref().map(|pump| {
        format!(
            "pump {:.1} L/min at {:.0} turns, {:.0} mmHg before it",
            pump.flow_l_per_min,
            pump.speed_per_min(),
            pump.inlet_mmhg
        )
    });
    // Into the aorta it goes past the lung: what the picture draws beside it says so.
    let past = now.bypass.map(|bypass| {
        format!(
            "{:.1} L/min into the aorta, past heart and lung; the heart gives {} of the body's flow",
            bypass.arterial_l_per_min(),
            percent(now.native_frac())
        )
    });
    let sites = now.bypass.and(now.arm_and_leg()).map(|sites| {
        let [arm, leg] = [sites.before, sites.after].map(|blood| percent(blood.gas.saturation_frac));
        format!("right arm {arm}, leg {leg}")
    });
    Some(Membrane {
        returned: load(&ecmo.returned.gas),
        to_vein: now.bypass.is_none_or(|bypass| bypass.to_vein_frac > 0.0),
        to_aorta: now.bypass.is_some_and(|bypass| bypass.arterial_l_per_min() > 0.0),
        facts: pump
            .into_iter()
            .chain(past)
            .chain(sites)
            .chain([
                format!("effective flow {:.2} L/min", ecmo.effective_flow_l_per_min),
                format!("recirculation {}", percent(ecmo.recirculation_frac)),
                format!(
                    "returns PO₂ {:.0} mmHg, PCO₂ {:.0} mmHg",
                    ecmo.returned.gas.po2_mmhg, ecmo.returned.gas.pco2_mmhg
                ),
                change(&load(&ecmo.drained.gas), &load(&ecmo.returned.gas)),
                format!("O₂ {:.0} mL/min in", ecmo.o2_transfer_ml_per_min),
            ])
            .collect(),
    })
}

fn inspired(now: &Snapshot) -> Vec<String> {
    let mut facts = vec![
        format!("FiO₂ {:.2}", now.inspired_o2_frac()),
        format!("PIO₂ {:.0} mmHg", now.inspired.pio2_mmhg),
        format!("V̇E {:.2} L/min", now.ventilation.minute_l_per_min),
    ];
    facts.push(format!("V̇A {:.2} L/min", now.ventilation.alveolar_l_per_min));
    facts
}

fn dead_space(now: &Snapshot) -> Option<DeadSpace> {
    let share = now.truth.dead_space_frac.ok()?;
    let all = share * now.ventilation.minute_l_per_min;
    let airways = now.ventilation.minute_l_per_min - now.ventilation.alveolar_l_per_min;
    (all > 0.0).then(|| DeadSpace {
        ventilation_l_per_min: all,
        share_frac: share,
        facts: vec![
            format!("V̇ {all:.2} L/min ({} of each breath)", percent(share)),
            format!("airways {airways:.2} L/min, alveoli {:.2} L/min", (all - airways).max(0.0)),
            "Q̇ 0: this gas meets no blood".to_owned(),
        ],
    })
}

fn blood_facts(gas: &BloodGas, flow: f64) -> Vec<String> {
    vec![
        format!("Q̇ {flow:.2} L/min"),
        format!("PO₂ {:.0} mmHg, PCO₂ {:.0} mmHg, pH {:.2}", gas.po2_mmhg, gas.pco2_mmhg, gas.ph),
        format!("saturation {}, {:.1} mL/dL", percent(gas.saturation_frac), gas.o2_ml_per_dl),
    ]
}

fn change(from: &Load, to: &Load) -> String {
    format!(
        "saturation {} → {}, {:.1} to {:.1} mL/dL",
        percent(from.saturation_frac),
        percent(to.saturation_frac),
        from.o2_ml_per_dl,
        to.o2_ml_per_dl
    )
}

/// Whole percent, but never a whole where something is missing of it.
fn percent(frac: f64) -> String {
    let shown = percent_from_frac(frac);
    if (99.5..100.0).contains(&shown) { format!("{:.1} %", shown.min(99.9)) } else { format!("{shown:.0} %") }
}

/// Counts blood in red cells: each stream has cells by its share, and they are [`CELLS`] together.
fn cells(streams: &[Stream], arterial: &Load) -> Cells {
    let exact: Vec<f64> = streams.iter().map(|stream| stream.share_frac * CELLS as f64).collect();
    let mut of_stream: Vec<usize> = exact.iter().map(|cells| cells.floor() as usize).collect();
    let mut order: Vec<usize> = (0..streams.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()));
    let missing = CELLS.saturating_sub(of_stream.iter().sum());
    for index in order.into_iter().cycle().take(if streams.is_empty() { 0 } else { missing }) {
        of_stream[index] += 1;
    }
    let count = |counts: &dyn Fn(f64) -> bool| {
        let cells = streams.iter().zip(&of_stream).filter(|(stream, _)| counts(stream.out.saturation_frac));
        cells.map(|(_, cells)| *cells).sum()
    };
    let all = |is: bool| if is { CELLS } else { 0 };
    Cells {
        before: [count(&|s| s >= FULL_FRAC), count(&|s| s < POOR_FRAC)],
        after: [all(arterial.saturation_frac >= FULL_FRAC), all(arterial.saturation_frac < POOR_FRAC)],
        of_stream,
    }
}

/// Saturation that mixing adds to the mean of the streams, as O₂ dissolved in some is bound in others, from which on it is
/// told.
const TOLD_GAIN_FRAC: f64 = 0.015;

fn caption(cells: &Cells, streams: &[Stream], arterial: &Load) -> String {
    let [full, poor] = cells.before;
    let mixed = percent(arterial.saturation_frac);
    let flow: f64 = streams.iter().map(|stream| stream.share_frac).sum();
    let mean = streams.iter().map(|stream| stream.share_frac * stream.out.saturation_frac).sum::<f64>() / flow;
    if full > 0 && poor > 0 && arterial.saturation_frac - mean >= TOLD_GAIN_FRAC {
        let partly = match CELLS - full - poor {
            0 => String::new(),
            partly => format!(" {partly} partly,"),
        };
        let mean = percent(mean);
        return format!(
            "Of 100 red cells {full} leave full,{partly} {poor} poorly loaded: on average {mean}. Dissolved O₂ makes it {mixed}."
        );
    }
    match (full, CELLS - full - poor, poor) {
        (_, 0, 0) => format!("Of 100 red cells all leave full; mixed they carry {mixed}."),
        (0, _, 0) => format!("Of 100 red cells none leaves full; mixed they carry {mixed}."),
        (full, partly, 0) => {
            format!("Of 100 red cells {full} leave full and {partly} partly loaded; mixed they carry {mixed}.")
        }
        (0, 0, _) => format!("Of 100 red cells none leaves full; mixed they carry {mixed}."),
        (full, 0, poor) => {
            format!("Of 100 red cells {full} leave full; {poor} leave poorly loaded and pull the mixture to {mixed}.")
        }
        (full, partly, poor) => format!(
            "Of 100 red cells {full} leave full, {partly} partly and {poor} poorly loaded; mixed they carry {mixed}."
        ),
    }
}

fn words(picture: &LungPicture) -> String {
    let mut out = format!(
        "Blood comes to the lung at {:.1} L/min, {} saturated with {:.1} mL/dL of O2.",
        picture.output_l_per_min,
        percent(picture.incoming.saturation_frac),
        picture.incoming.o2_ml_per_dl
    );
    if picture.membrane.is_some() {
        out.push_str(&format!(
            " The membrane lung has raised it from {}.",
            percent(picture.venous.load.saturation_frac)
        ));
    }
    for stream in &picture.streams {
        let way = match stream.kind {
            Kind::Open => format!("meets gas at {}", stream.name),
            Kind::LowVq => format!("meets little gas, at {}", stream.name),
            Kind::Collapsed => format!("passes {}", stream.name),
            Kind::Fixed => format!("takes a way past the lung ({})", stream.name),
        };
        out.push_str(&format!(
            " {} {way} and leaves {} saturated.",
            percent(stream.share_frac),
            percent(stream.out.saturation_frac)
        ));
    }
    let arterial = &picture.arterial.load;
    let named = match picture.membrane.as_ref().is_some_and(|membrane| membrane.to_aorta) {
        true => "the blood that the heart ejects",
        false => "arterial blood",
    };
    out.push_str(&format!(
        " Mixed, {named} is {} saturated with {:.1} mL/dL.",
        percent(arterial.saturation_frac),
        arterial.o2_ml_per_dl
    ));
    match (&picture.arterial_before, &picture.beside) {
        (Some(before), None) => out.push_str(&format!(" Before it was {}.", percent(before.saturation_frac))),
        (Some(of), Some(name)) => out.push_str(&format!(" Held beside, {name} has {}.", percent(of.saturation_frac))),
        (None, _) => {}
    }
    if let Some(dead) = &picture.dead_space {
        out.push_str(&format!(
            " Of {:.1} L/min of ventilation {} meets no blood.",
            picture.minute_l_per_min,
            percent(dead.share_frac)
        ));
    }
    out.push(' ');
    out.push_str(&picture.caption);
    out
}

impl LungPicture {
    /// The picture with its words and numbers in the units that are shown.
    #[must_use]
    pub fn shown_in(mut self, units: DisplayUnits) -> LungPicture {
        let translate = |text: &mut String| {
            if let Cow::Owned(shown) = units.prose(text) {
                *text = shown;
            }
        };
        translate(&mut self.text);
        let parts = [&mut self.inspired, &mut self.venous.facts, &mut self.arterial.facts];
        let streams = self.streams.iter_mut().map(|stream| &mut stream.facts);
        let membrane = self.membrane.iter_mut().map(|membrane| &mut membrane.facts);
        parts.into_iter().chain(streams).chain(membrane).flatten().for_each(translate);
        self
    }

    /// Every part that can be pointed at, in reading order.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = vec![Part::Inspired];
        parts.extend(self.dead_space.as_ref().map(|_| Part::DeadSpace));
        parts.push(Part::Venous);
        parts.extend(self.membrane.as_ref().map(|_| Part::Membrane));
        parts.extend((0..self.streams.len()).map(Part::Stream));
        parts.push(Part::Arterial);
        parts
    }

    /// Name and numbers of a part.
    #[must_use]
    pub fn told(&self, part: Part) -> (String, &[String]) {
        match part {
            Part::Inspired => ("Inspired gas".to_owned(), &self.inspired),
            Part::DeadSpace => ("Dead space".to_owned(), self.dead_space.as_ref().map_or(&[], |dead| &dead.facts)),
            Part::Venous => ("Mixed venous blood".to_owned(), &self.venous.facts),
            Part::Membrane => ("Membrane lung".to_owned(), self.membrane.as_ref().map_or(&[], |it| &it.facts)),
            Part::Arterial => ("Arterial blood".to_owned(), &self.arterial.facts),
            Part::Stream(index) => {
                self.streams.get(index).map_or((String::new(), &[]), |stream| (stream.title(), &stream.facts))
            }
        }
    }
}

impl Stream {
    /// Its whole name.
    #[must_use]
    pub fn title(&self) -> String {
        match self.kind {
            Kind::Open => format!("Ventilated lung, {}", self.name),
            Kind::LowVq => format!("Poorly ventilated lung, {}", self.name),
            Kind::Collapsed | Kind::Fixed => capitalised(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::sim::reading::snapshot::Model;

    fn pictures() -> Vec<(String, Snapshot, LungPicture)> {
        let mut out = Vec::new();
        for scenario in scenario::builtin() {
            let Ok(now) = Model::new().snapshot(&scenario.params) else { continue };
            let picture = figure(&now, None);
            out.push((scenario.id.clone(), now, picture));
        }
        out
    }

    #[test]
    fn inv_streams_bring_together_what_arterial_blood_holds() {
        for (id, now, picture) in pictures() {
            let sum = |of: fn(&Stream) -> f64| picture.streams.iter().map(of).sum::<f64>();
            assert!((sum(|stream| stream.share_frac) - 1.0).abs() < 1e-9, "{id}");
            let output = now.output_l_per_min();
            assert!((picture.output_l_per_min - output).abs() < 1e-9 * output, "{id}: {}", picture.output_l_per_min);
            let content = sum(|stream| stream.share_frac * stream.out.o2_ml_per_dl);
            let arterial = leaving(&now).o2_ml_per_dl;
            assert!((content - arterial).abs() < 1e-6 * arterial, "{id}: {content} against {arterial}");
        }
    }

    #[test]
    fn inv_every_unit_is_in_one_group_and_groups_fall_in_vq() {
        for (id, now, picture) in pictures() {
            let mut seen: Vec<usize> = picture.streams.iter().flat_map(|stream| stream.units.clone()).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..now.units.len()).collect::<Vec<_>>(), "{id}");
            let open = picture.streams.iter().filter(|stream| !stream.kind.is_shunt());
            let vq: Vec<f64> = open.map(|stream| stream.ventilation_l_per_min / stream.perfusion_l_per_min).collect();
            // Layers stand in their own order.
            assert!(now.mechanics.is_some() || vq.is_sorted_by(|a, b| a > b), "{id}: {vq:?}");
        }
    }

    #[test]
    fn inv_a_hundred_cells_are_a_hundred() {
        for (id, _, picture) in pictures() {
            assert_eq!(picture.cells.of_stream.iter().sum::<usize>(), CELLS, "{id}");
            let [full, poor] = picture.cells.before;
            assert!(full + poor <= CELLS, "{id}");
            assert!(picture.text.contains(&picture.caption), "{id}");
        }
    }

    #[test]
    fn inv_shunted_blood_stays_as_it_came_and_pulls_the_mixture_down() {
        let scenario = scenario::find("pure-shunt-30").expect("built in");
        let now = Model::new().snapshot(&scenario.params).expect("a steady state");
        let picture = figure(&now, None);
        let shunt = picture.streams.last().expect("a stream");
        assert_eq!((shunt.kind, shunt.out), (Kind::Fixed, picture.incoming));
        assert!((shunt.share_frac - 0.3).abs() < 1e-9);
        assert_eq!(picture.cells.before, [70, 30]);
        assert!(picture.caption.contains("70 leave full; 30 leave poorly loaded"), "{}", picture.caption);
    }

    #[test]
    fn inv_peep_opens_the_collapsed_stream_and_leaves_the_fixed_one() {
        let scenario = scenario::find("severe-ards-recruitable").expect("built in");
        let at = |peep: f64| {
            let params = scenario.params.with(ParamId::Peep, peep).expect("allowed");
            figure(&Model::new().snapshot(&params).expect("a steady state"), None)
        };
        let share = |picture: &LungPicture, kind| {
            picture.streams.iter().filter(|stream| stream.kind == kind).map(|stream| stream.share_frac).sum::<f64>()
        };
        let (low, high) = (at(5.0), at(15.0));
        assert!(share(&high, Kind::Collapsed) < 0.5 * share(&low, Kind::Collapsed));
        assert!((share(&high, Kind::Fixed) - share(&low, Kind::Fixed)).abs() < 1e-9);
    }

    #[test]
    fn inv_a_lung_in_layers_is_shown_from_the_top_down() {
        use crate::sim::params::SwitchId;
        let mut params = scenario::find("severe-ards-recruitable").expect("built in").params.clone();
        params.set_switch(SwitchId::Mechanics, "on").expect("an option");
        let now = Model::new().snapshot(&params).expect("a steady state");
        let picture = figure(&now, None);
        let names: Vec<&str> = picture.streams.iter().map(|stream| stream.name.as_str()).collect();
        assert_eq!(names[..2], ["top layers", "layers 3, 4"], "{names:?}");
        assert!(names.contains(&"lowest layers"), "{names:?}");
        assert!((picture.streams.iter().map(|stream| stream.share_frac).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((picture.output_l_per_min / now.output_l_per_min() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn inv_in_other_units_no_number_is_left_behind() {
        use crate::text::display_units::{Concentration, Pressure};
        let units = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
        for (id, _, picture) in pictures() {
            let picture = picture.shown_in(units);
            let told = picture.parts().into_iter().flat_map(|part| picture.told(part).1.to_vec());
            for text in told.chain([picture.text.clone()]) {
                // What presses in a tube is no tension.
                let of_a_tube = text.starts_with("pump ");
                assert!((of_a_tube || !text.contains("mmHg")) && !text.contains("/dL"), "{id}: {text}");
            }
        }
    }

    #[test]
    fn inv_every_part_tells_its_numbers() {
        for (id, _, picture) in pictures() {
            for part in picture.parts() {
                let (name, facts) = picture.told(part);
                assert!(!name.is_empty() && facts.len() > 1, "{id}: {part:?}");
            }
        }
    }
}
