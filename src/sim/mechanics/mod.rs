//! The lung in layers: what is open at which pressure, and what a breath does to it.
//!
//! ```text
//! Params -> Mechanics -> (Aeration) -> Breath -> LayeredLung -> flows of the units
//! ```
//! [`Mechanics`] is what follows from the parameters alone, [`Aeration`] the one thing with a memory: how far each cell of
//! collapsible tissue is open. A [`Breath`] gives pressures, volumes and ventilation by layer; [`bed::LayeredLung`] gives
//! blood to it.

pub mod bed;
pub mod maneuvers;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::numerics::roots;
use crate::numerics::sloped::Sloped;
use crate::physiology::lung_tissue::{OVERDISTENDED_FRAC, Recoil, RecoilAtDepths};
use crate::physiology::recruitment::{self, Cell, Slopes, Swing, Thresholds};
use crate::sim::params::{Breathing, ParamId, Params, Position};
use crate::sim::patient::Ventilation;
use crate::units::{MIN_PER_S, l_from_ml};

/// Layers of the lung along gravity.
pub const LAYERS: usize = 10;
/// Cells of collapsible tissue in a layer.
pub const CELLS: usize = 20;
/// Part of the airway pressure that a normal chest wall takes: threshold pressures were measured at the airway with it.
const NORMAL_CHEST_SHARE: f64 = 0.22;
/// Weight of the tissue at the back over that in the middle, less 1.
const DORSAL_TISSUE: f64 = 0.2;
/// Weight of the prone lung on itself over that of the supine.
const PRONE_WEIGHT: f64 = 0.55;
/// Compliance of the prone chest wall over that of the supine.
const PRONE_CHEST_WALL: f64 = 0.75;
/// How far the pleural pressure of the relaxed chest is lower in the prone, cmH2O: heart and abdomen hang instead of
/// lying on the lung.
///
/// # Source
/// Pelosi P et al., Am J Respir Crit Care Med 1998;157:387-393, doi:10.1164/ajrccm.157.2.97-04023: gas volume and
/// compliance stay although the chest wall is stiffer; the size is tuned to that.
const PRONE_RELIEF_CMH2O: f64 = 3.3;
/// Height of the upright lung over that of the supine along gravity: about 30 cm (West JB, Respir Physiol 1969;7:88-110,
/// recalled). The lung weighs by it on itself, and the column of blood in its vessels.
const UPRIGHT_HEIGHT: f64 = 1.5;
/// How far the pleural pressure of the relaxed chest is lower in the upright, cmH2O: the abdomen hangs from the diaphragm.
///
/// # Source
/// Functional residual capacity falls by 0.5 to 1.0 L on lying down (Agostoni E, Mead J, Handbook of Physiology 1964, and
/// Lumb AB, Nunn's Applied Respiratory Physiology, both recalled); the size is tuned to that.
const UPRIGHT_RELIEF_CMH2O: f64 = 6.5;
/// How much better than in the middle of the lung the vessels at the back conduct, and worse those in front, for as much
/// tissue: whichever side is down.
///
/// # Source
/// Glenny RW et al., J Appl Physiol 1991;71:620-629 (recalled): flow keeps to dorsal lung in both positions, gravity
/// explains little of it. The size is chosen.
const DORSAL_VESSELS: f64 = 0.25;
/// Compliance of the chest wall with its muscles blocked, over that without.
const PARALYSED_CHEST_WALL: f64 = 1.1;
/// Most of a layer's tissue that may be lost: an airway always keeps some of its own open.
const MOST_LOST_FRAC: f64 = 0.985;
/// Ventilated tissue of a layer that counts as none, as a share of its tissue.
const LEAST_OPEN_FRAC: f64 = 1e-6;
/// Share of a change of pressure that acts on cells within a step: fast cells answer with all they have, and would swing
/// from breath to breath.
const ACTING_SHARE: f64 = 0.2;
/// How far below the pressure at its beginning that at the end of a breath is looked for, cmH2O.
const LOWEST_CMH2O: f64 = 100.0;
/// Gas volume below which a lung is empty, L.
const LEAST_STRAINED_L: f64 = 1e-4;
/// Difference of pressures that is rounding and no driving pressure, cmH2O.
const LEAST_DRIVING_CMH2O: f64 = 1e-6;
/// Slowest breathing that is breathing, per minute.
const LEAST_RATE_PER_MIN: f64 = 0.1;
/// Difference between the pressures that act on cells and those of the breath that counts as none, cmH2O.
const AGREED_CMH2O: f64 = 1e-11;
/// Steps towards both pressures at once before one is searched inside the other.
const QUICK_ROUNDS: usize = 8;
/// Breaths after which a lung has settled: a year of them. Endlessly many would let a cell jump where it is at its
/// threshold; so it is on its way, and too slow to see.
const SETTLING_BREATHS: f64 = 1e7;

/// Deviates of all cells: the same for every patient.
static DEVIATES: LazyLock<Vec<[f64; 4]>> = LazyLock::new(|| recruitment::deviates(LAYERS * CELLS));

/// How far each cell of collapsible tissue is open at end expiration, 0 to 1: layer by layer, from the front (supine and
/// prone) or from the top (on the side).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Aeration(pub(crate) Vec<f64>);

impl Aeration {
    /// All cells alike.
    #[must_use]
    pub fn all(open_frac: f64) -> Aeration {
        Aeration(vec![open_frac; LAYERS * CELLS])
    }

    /// Whether every cell is one.
    pub(crate) fn is_sound(&self) -> bool {
        self.0.len() == LAYERS * CELLS && self.0.iter().all(|x| (-1e-9..=1.0 + 1e-9).contains(x))
    }

    fn layer_mean(&self, layer: usize) -> f64 {
        self.0[layer * CELLS..(layer + 1) * CELLS].iter().sum::<f64>() / CELLS as f64
    }

    /// The same lung after it has been turned to or from the side: layers are then other tissue, so each takes the mean.
    pub(crate) fn turned(&self, weights: &[f64; LAYERS]) -> Aeration {
        let total: f64 = weights.iter().sum();
        let mean = (0..LAYERS).map(|i| weights[i] * self.layer_mean(i)).sum::<f64>() / total.max(f64::MIN_POSITIVE);
        Aeration::all(if total > 0.0 { mean.clamp(0.0, 1.0) } else { 0.0 })
    }
}

/// One layer of tissue.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerTissue {
    /// Share of all tissue.
    pub weight: f64,
    /// Height along gravity: 0 at the top, 1 at the bottom.
    pub depth_frac: f64,
    /// Height of the whole lung along gravity over that of the supine.
    pub height_ratio: f64,
    /// Conductance of its vessels over that of as much tissue of the whole lung.
    pub vessels_ratio: f64,
    /// Superimposed pressure less its mean over the layers, cmH2O.
    pub superimposed_cmh2o: f64,
    /// Share of its tissue that is always open.
    pub open_frac: f64,
    /// Share of its tissue that opens and closes.
    pub collapsible_frac: f64,
    /// Share of its tissue that nothing opens.
    pub consolidated_frac: f64,
}

/// How the airway moves: what of a way of breathing matters to the lung.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirwayPattern {
    /// At end expiration, cmH2O.
    pub peep_cmh2o: f64,
    /// What a breath brings.
    pub breath: BreathKind,
    /// Length of inspiration and of expiration, s.
    pub times_s: [f64; 2],
    /// Whether pressure stands at its upper value during all of inspiration.
    pub square: bool,
}

/// What a breath brings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreathKind {
    /// A volume by pressure at the airway, L, as far as a pressure limit allows, cmH2O.
    Volume {
        /// L.
        tidal_l: f64,
        /// cmH2O.
        limit_cmh2o: f64,
    },
    /// A pressure at the airway, cmH2O.
    Pressure(f64),
    /// A volume by the muscles of the chest, L.
    Muscles(f64),
    /// Nothing: the airway stands still.
    Held,
}

/// Ends of a breath, end expiration first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Airway pressure, cmH2O.
    pub airway_cmh2o: f64,
    /// Mean transpulmonary pressure, cmH2O.
    pub transpulmonary_cmh2o: f64,
    /// Pleural pressure, cmH2O.
    pub pleural_cmh2o: f64,
    /// Pressure that acts on cells in the middle of the lung, cmH2O.
    pub effective_cmh2o: f64,
    /// Gas in the lung, L.
    pub gas_l: f64,
    /// Ventilated share of each layer's tissue.
    pub open_frac: [f64; LAYERS],
    /// Stretch of open tissue in each layer: gas volume over the largest.
    pub stretch_frac: [f64; LAYERS],
}

impl Phase {
    /// Share of a layer's open tissue that is overdistended: stretch is a straight line from the middle of a layer to that
    /// of the next.
    #[must_use]
    pub fn overdistended_frac(&self, layer: usize) -> f64 {
        let stretch = &self.stretch_frac;
        let here = stretch[layer];
        let half_step = |from: usize, to: usize| 0.5 * (stretch[to] - stretch[from]);
        let before = if layer > 0 { half_step(layer - 1, layer) } else { half_step(layer, layer + 1) };
        let after = if layer + 1 < LAYERS { half_step(layer, layer + 1) } else { before };
        // Each half of the layer from its edge to its middle.
        let above = |edge: f64| {
            let (low, high) = (edge.min(here), edge.max(here));
            if high <= OVERDISTENDED_FRAC {
                0.0
            } else if low >= OVERDISTENDED_FRAC {
                1.0
            } else {
                (high - OVERDISTENDED_FRAC) / (high - low)
            }
        };
        0.5 * (above(here - before) + above(here + after))
    }
}

/// A breath.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breath {
    /// End expiration.
    pub expired: Phase,
    /// End inspiration.
    pub inspired: Phase,
    /// How the airway moves.
    pub pattern: AirwayPattern,
    /// Whether the pressure limit cut the breath short.
    pub limited: bool,
    /// Effective pressures by which its cells opened and closed, end expiration first, cmH2O: those of the breath before
    /// as long as the lung moves.
    pub acting_cmh2o: [f64; 2],
}

/// What a lung remembers: with its parameters, all that its next breath depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LungMemory {
    /// How far its cells are open.
    pub(crate) open: Aeration,
    /// [`Breath::acting_cmh2o`].
    pub(crate) acting_cmh2o: [f64; 2],
    /// How its airway moves.
    pub(crate) pattern: AirwayPattern,
}

impl LungMemory {
    /// Whether it can be that of a lung.
    pub(crate) fn is_sound(&self) -> bool {
        let AirwayPattern { peep_cmh2o, breath, times_s, .. } = &self.pattern;
        let volume = |litres: f64| (0.0..=1e4).contains(&litres);
        let given = match *breath {
            BreathKind::Volume { tidal_l, limit_cmh2o } => volume(tidal_l) && (0.0..=1e3).contains(&limit_cmh2o),
            BreathKind::Pressure(airway) => (0.0..=1e3).contains(&airway),
            BreathKind::Muscles(tidal_l) => volume(tidal_l),
            BreathKind::Held => true,
        };
        self.open.is_sound()
            && self.acting_cmh2o.iter().all(|p| p.is_finite() && p.abs() <= 1e3)
            && (0.0..=1e3).contains(peep_cmh2o)
            && times_s.iter().all(|t| (0.0..=1e4).contains(t))
            && times_s.iter().sum::<f64>() > 0.0
            && given
    }
}

/// The lung in layers as the parameters have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mechanics {
    layers: [LayerTissue; LAYERS],
    cells: Vec<Cell>,
    recoil: RecoilAtDepths<LAYERS>,
    capacity_l: f64,
    chest_l_per_cmh2o: f64,
    chest_load_cmh2o: f64,
    /// Gas volume at which the chest is relaxed, L.
    relaxed_l: f64,
    /// Share of open tissue that a plug keeps from being ventilated.
    plugged_frac: f64,
    /// Airway pressure the lung was opened to before, cmH2O.
    opened_to_cmh2o: f64,
}

impl Mechanics {
    /// Reads the parameters.
    #[must_use]
    pub fn new(params: &Params) -> Mechanics {
        let get = |id| params.get(id);
        let position = params.position();
        let thresholds = Thresholds {
            opening_cmh2o: [get(ParamId::OpeningPressure), get(ParamId::OpeningPressureSd)],
            closing_cmh2o: [get(ParamId::ClosingPressure), get(ParamId::ClosingPressureSd)],
            rates: [get(ParamId::OpeningRate), get(ParamId::ClosingRate)],
            rate_log_sd: get(ParamId::RateSpread),
            hysteresis: params.hysteresis(),
        };
        let prone = position == Position::Prone;
        let chest = [(prone, PRONE_CHEST_WALL), (params.paralysed(), PARALYSED_CHEST_WALL)];
        let layers = layers(params);
        let recoil =
            Recoil { unstressed_frac: get(ParamId::UnstressedShare), shape_per_cmh2o: get(ParamId::RecoilShape) };
        let mut mechanics = Mechanics {
            layers,
            cells: DEVIATES.iter().map(|deviates| thresholds.cell(deviates)).collect(),
            recoil: RecoilAtDepths::new(recoil, layers.map(|layer| layer.superimposed_cmh2o)),
            capacity_l: get(ParamId::LungCapacity),
            chest_l_per_cmh2o: chest.iter().fold(get(ParamId::ChestWall), |compliance, (acts, by)| {
                if *acts { compliance * by } else { compliance }
            }),
            chest_load_cmh2o: get(ParamId::ChestLoad) - relief_cmh2o(position),
            relaxed_l: 0.0,
            plugged_frac: get(ParamId::PluggedShare),
            opened_to_cmh2o: get(ParamId::OpenedTo),
        };
        let never_closed = mechanics.layers.map(|layer| layer.open_frac);
        mechanics.relaxed_l = mechanics.gas_l(0.0, &never_closed).value;
        mechanics
    }

    /// The layers.
    #[must_use]
    pub fn layers(&self) -> &[LayerTissue; LAYERS] {
        &self.layers
    }

    /// Share of open tissue that a plug keeps from being ventilated.
    #[must_use]
    pub fn plugged_frac(&self) -> f64 {
        self.plugged_frac
    }

    /// Gas volume of fully open and stretched tissue, L.
    #[must_use]
    pub fn capacity_l(&self) -> f64 {
        self.capacity_l
    }

    /// Shares of collapsible tissue, by which cells are weighed.
    pub(crate) fn collapsible_weights(&self) -> [f64; LAYERS] {
        self.layers.map(|layer| layer.weight * layer.collapsible_frac)
    }

    /// Gas at a mean transpulmonary pressure, L, and its slope, for ventilated shares of the layers.
    fn gas_l(&self, transpulmonary_cmh2o: f64, open_frac: &[f64; LAYERS]) -> Sloped {
        let mut gas = Sloped { value: 0.0, slope: 0.0 };
        let stretch = self.recoil.stretch(transpulmonary_cmh2o);
        for ((layer, open), of_layer) in self.layers.iter().zip(open_frac).zip(stretch) {
            gas.value += layer.weight * open * of_layer.value;
            gas.slope += layer.weight * open * of_layer.slope;
        }
        gas * self.capacity_l
    }

    fn chest_cmh2o(&self, gas_l: f64) -> f64 {
        self.chest_load_cmh2o + (gas_l - self.relaxed_l) / self.chest_l_per_cmh2o
    }

    /// Transpulmonary pressure of a passive chest at an airway pressure.
    fn at_airway(&self, airway_cmh2o: f64, open_frac: &[f64; LAYERS]) -> f64 {
        let least = airway_cmh2o - self.chest_cmh2o(self.capacity_l) - 1.0;
        let most = airway_cmh2o - self.chest_cmh2o(0.0) + 1.0;
        roots::increasing(least, most, (airway_cmh2o - self.chest_load_cmh2o).clamp(least, most), |t| {
            let Sloped { value: volume, slope } = self.gas_l(t, open_frac);
            (t + self.chest_cmh2o(volume) - airway_cmh2o, 1.0 + slope / self.chest_l_per_cmh2o)
        })
    }

    /// Transpulmonary pressure at a gas volume that the open tissue holds at `most_cmh2o`; that pressure where it does
    /// not.
    fn at_volume(&self, gas_l: f64, start_cmh2o: f64, most_cmh2o: f64, open_frac: &[f64; LAYERS]) -> Option<f64> {
        let at_most = self.gas_l(most_cmh2o, open_frac).value;
        if at_most <= gas_l {
            return None;
        }
        // What opens in the breath may hold more than the breath brings: then less pressure than at its beginning will do.
        Some(roots::increasing(start_cmh2o.min(most_cmh2o) - LOWEST_CMH2O, most_cmh2o, start_cmh2o, |t| {
            let Sloped { value: volume, slope } = self.gas_l(t, open_frac);
            (volume - gas_l, slope)
        }))
    }

    /// A phase at a transpulmonary pressure; the airway's is that of a passive chest unless `airway_cmh2o` is given.
    fn phase(&self, transpulmonary_cmh2o: f64, airway_cmh2o: Option<f64>, open_frac: [f64; LAYERS]) -> Phase {
        let gas_l = self.gas_l(transpulmonary_cmh2o, &open_frac).value;
        let passive = transpulmonary_cmh2o + self.chest_cmh2o(gas_l);
        let airway = airway_cmh2o.unwrap_or(passive);
        Phase {
            airway_cmh2o: airway,
            transpulmonary_cmh2o,
            pleural_cmh2o: airway - transpulmonary_cmh2o,
            effective_cmh2o: transpulmonary_cmh2o + NORMAL_CHEST_SHARE * passive,
            gas_l,
            open_frac,
            stretch_frac: self.recoil.stretch(transpulmonary_cmh2o).map(|tissue| tissue.value),
        }
    }

    /// A breath of a lung whose cells are open as far as given at both its ends, by pressures that acted.
    fn breathe(&self, pattern: &AirwayPattern, open: &[[f64; LAYERS]; 2], acting_cmh2o: [f64; 2]) -> Breath {
        let low = self.at_airway(pattern.peep_cmh2o, &open[0]);
        let expired = self.phase(low, None, open[0]);
        let mut limited = false;
        let inspired = match pattern.breath {
            BreathKind::Held => self.phase(self.at_airway(pattern.peep_cmh2o, &open[1]), None, open[1]),
            BreathKind::Pressure(airway) => self.phase(self.at_airway(airway, &open[1]), None, open[1]),
            BreathKind::Volume { tidal_l, limit_cmh2o } => {
                let most = self.at_airway(limit_cmh2o.max(pattern.peep_cmh2o), &open[1]);
                let start = self.at_airway(pattern.peep_cmh2o, &open[1]).min(low);
                let found = self.at_volume(expired.gas_l + tidal_l, start, most, &open[1]);
                limited = found.is_none();
                self.phase(found.unwrap_or(most), None, open[1])
            }
            BreathKind::Muscles(tidal_l) => {
                // No one draws in more than fits at the recoil of a full inspiration.
                let most = self.at_airway(60.0, &open[1]);
                let start = self.at_airway(pattern.peep_cmh2o, &open[1]).min(low);
                let found = self.at_volume(expired.gas_l + tidal_l, start, most, &open[1]);
                limited = found.is_none();
                self.phase(found.unwrap_or(most), Some(pattern.peep_cmh2o), open[1])
            }
        };
        Breath { expired, inspired, pattern: *pattern, limited, acting_cmh2o }
    }

    /// Swing of the pressure that acts on the cells of a layer.
    fn swing(&self, layer: usize, effective_cmh2o: [f64; 2], pattern: &AirwayPattern) -> Swing {
        let [low, high] = effective_cmh2o.map(|p| p - self.layers[layer].superimposed_cmh2o);
        Swing {
            low_cmh2o: low,
            high_cmh2o: high.max(low),
            inspiration_s: pattern.times_s[0],
            expiration_s: pattern.times_s[1],
            square: pattern.square,
        }
    }

    /// Lets the cells go on for some breaths at effective pressures; returns the ventilated shares of the layers at both
    /// ends of a breath, and their slopes against both pressures where asked for.
    fn open_cells(
        &self,
        pattern: &AirwayPattern,
        effective_cmh2o: [f64; 2],
        breaths: f64,
        from: &Aeration,
        to: &mut Aeration,
        mut slopes: Option<&mut [[Slopes; LAYERS]; 2]>,
    ) -> [[f64; LAYERS]; 2] {
        let mut open = [[0.0; LAYERS]; 2];
        to.0.resize(from.0.len(), 0.0);
        for (i, layer) in self.layers.iter().enumerate() {
            let (mut expired, mut inspired) = (0.0, 0.0);
            if layer.collapsible_frac > 0.0 {
                let swing = self.swing(i, effective_cmh2o, pattern);
                let part = (1.0 - self.plugged_frac) * layer.collapsible_frac / CELLS as f64;
                for k in i * CELLS..(i + 1) * CELLS {
                    let turnover = self.cells[k].turnover(&swing);
                    let x = turnover.end_expiration(from.0[k], breaths);
                    to.0[k] = x;
                    expired += x;
                    inspired += turnover.end_inspiration(x);
                    if let Some(slopes) = slopes.as_deref_mut() {
                        let of_cell =
                            turnover.open_slopes(from.0[k], breaths, x, &self.cells[k].turnover_slopes(&swing));
                        for (of_layer, [low, high]) in slopes.iter_mut().zip(of_cell) {
                            // Where the pressure does not rise in the breath that at end expiration is both.
                            let both = effective_cmh2o[1] < effective_cmh2o[0];
                            of_layer[i][0] += part * if both { low + high } else { low };
                            of_layer[i][1] += part * if both { 0.0 } else { high };
                        }
                    }
                }
            } else {
                to.0[i * CELLS..(i + 1) * CELLS].copy_from_slice(&from.0[i * CELLS..(i + 1) * CELLS]);
            }
            let aerated = |sum: f64| {
                let share = layer.open_frac + layer.collapsible_frac * sum / CELLS as f64;
                ((1.0 - self.plugged_frac) * share).max(LEAST_OPEN_FRAC)
            };
            open[0][i] = aerated(expired);
            open[1][i] = aerated(inspired);
        }
        open
    }

    /// The next breath of a lung that has gone on for a while under the pressures of `before`.
    pub fn advance(
        &self,
        pattern: &AirwayPattern,
        dt_s: f64,
        before: &Breath,
        aeration: &mut Aeration,
        scratch: &mut Aeration,
    ) -> Breath {
        let acting = before.next_acting_cmh2o();
        let breaths = dt_s / (pattern.times_s[0] + pattern.times_s[1]);
        let open = self.open_cells(pattern, acting, breaths, aeration, scratch, None);
        std::mem::swap(aeration, scratch);
        self.breathe(pattern, &open, acting)
    }

    /// The breath of a lung as it was left.
    #[must_use]
    pub fn recalled(&self, memory: &LungMemory) -> Breath {
        let mut scratch = Aeration(Vec::new());
        let open = self.open_cells(&memory.pattern, memory.acting_cmh2o, 0.0, &memory.open, &mut scratch, None);
        self.breathe(&memory.pattern, &open, memory.acting_cmh2o)
    }

    /// The breath of a lung whose cells are as given at end expiration, whatever breath was before.
    #[must_use]
    pub fn now(&self, pattern: &AirwayPattern, aeration: &Aeration) -> Breath {
        self.agreed(pattern, 0.0, aeration, &mut Aeration(Vec::new()))
    }

    /// Airway pressures beyond which a lung was opened: cells as they are after it was held there for long.
    #[must_use]
    pub fn history(&self) -> Aeration {
        let mut start = Aeration::all(0.0);
        if self.opened_to_cmh2o <= 0.0 {
            return start;
        }
        let held = AirwayPattern::held(self.opened_to_cmh2o);
        self.settle(&held, &mut start);
        start
    }

    /// Lets a lung breathe in one way until it has settled; returns its breath.
    pub fn settle(&self, pattern: &AirwayPattern, aeration: &mut Aeration) -> Breath {
        let start = aeration.clone();
        self.agreed(pattern, SETTLING_BREATHS, &start, aeration)
    }

    /// The breath by whose own pressures its cells came to be as they are in it, after some breaths from `start`; writes
    /// how far they are open.
    ///
    /// The cells depend on each other only through two pressures, those that act at both ends of a breath: more open lung
    /// lowers both. For each pressure at end inspiration there is one at end expiration; the pair that agrees is bracketed
    /// as for one cell, and in every lung of the tests it is found.
    fn agreed(&self, pattern: &AirwayPattern, breaths: f64, start: &Aeration, aeration: &mut Aeration) -> Breath {
        let open = self.open_cells(pattern, [0.0; 2], 0.0, start, aeration, None);
        let mut breath = self.breathe(pattern, &[open[0], open[0]], [0.0; 2]);
        breath.acting_cmh2o = breath.effective_cmh2o();
        if self.layers.iter().all(|layer| layer.collapsible_frac <= 0.0) {
            return breath;
        }
        let [mut low, mut high] = breath.effective_cmh2o();
        let mut answer = |acting: [f64; 2]| {
            let mut slopes = [[Slopes::default(); LAYERS]; 2];
            let open = self.open_cells(pattern, acting, breaths, start, aeration, Some(&mut slopes));
            let breath = self.breathe(pattern, &open, acting);
            let slopes = self.effective_slopes(&breath, &slopes);
            (breath, slopes)
        };
        if pattern.breath == BreathKind::Held {
            roots::steep(high, AGREED_CMH2O, |p| {
                let (found, slopes) = answer([p; 2]);
                breath = found;
                (p - found.inspired.effective_cmh2o, 1.0 - slopes[1][0] - slopes[1][1])
            });
            return breath;
        }
        // Both pressures at once, as long as each step comes closer.
        let (mut at, mut least) = ([low, high], f64::INFINITY);
        for _ in 0..QUICK_ROUNDS {
            let (found, slopes) = answer(at);
            let effective = found.effective_cmh2o();
            let off = [at[0] - effective[0], at[1] - effective[1]];
            let size = off[0].abs().max(off[1].abs());
            if size >= least {
                break;
            }
            breath = found;
            if size <= AGREED_CMH2O {
                return breath;
            }
            ([low, high], least) = (at, size);
            let [[a, b], [c, d]] = [[1.0 - slopes[0][0], -slopes[0][1]], [-slopes[1][0], 1.0 - slopes[1][1]]];
            let determinant = a * d - b * c;
            if determinant.is_nan() || determinant < 0.5 {
                break;
            }
            at = [low - (d * off[0] - b * off[1]) / determinant, high - (a * off[1] - c * off[0]) / determinant];
        }
        let mut before = None;
        roots::steep(high, AGREED_CMH2O, |high| {
            if let Some((high_before, slope)) = before {
                low += slope * (high - high_before);
            }
            let mut slopes = [Slopes::default(); 2];
            low = roots::steep(low, 0.1 * AGREED_CMH2O, |low| {
                (breath, slopes) = answer([low, high]);
                (low - breath.expired.effective_cmh2o, 1.0 - slopes[0][0])
            });
            let along = slopes[0][1] / (1.0 - slopes[0][0]);
            before = Some((high, along));
            (high - breath.inspired.effective_cmh2o, 1.0 - slopes[1][1] - slopes[1][0] * along)
        });
        breath
    }

    /// Slopes of the effective pressures of a breath, end expiration first, against those that act on its cells, from the
    /// slopes of the open shares.
    fn effective_slopes(&self, breath: &Breath, open_slopes: &[[Slopes; LAYERS]; 2]) -> [Slopes; 2] {
        let chest = self.chest_l_per_cmh2o;
        // Gas that more open tissue takes at the same pressure, and gas that more pressure brings into the same tissue.
        let of_phase = |phase: &Phase, slopes: &[Slopes; LAYERS]| {
            let stretch = self.recoil.stretch(phase.transpulmonary_cmh2o);
            let (mut opened, mut stretched) = (Slopes::default(), 0.0);
            for (i, Sloped { value, slope }) in stretch.into_iter().enumerate() {
                let tissue_l = self.capacity_l * self.layers[i].weight;
                opened[0] += tissue_l * value * slopes[i][0];
                opened[1] += tissue_l * value * slopes[i][1];
                stretched += tissue_l * slope * phase.open_frac[i];
            }
            (opened, stretched)
        };
        let (opened, stretched) = of_phase(&breath.expired, &open_slopes[0]);
        // At one pressure of the airway what opens shares the pressure with the chest.
        let expired = opened.map(|gas| -gas / (chest + stretched));
        let gas = [0, 1].map(|k| opened[k] + stretched * expired[k]);
        let (opened, stretched) = of_phase(&breath.inspired, &open_slopes[1]);
        let of_volume = matches!(breath.pattern.breath, BreathKind::Volume { .. } | BreathKind::Muscles(_));
        let inspired = if of_volume && !breath.limited {
            [0, 1].map(|k| {
                let transpulmonary = (gas[k] - opened[k]) / stretched;
                transpulmonary + NORMAL_CHEST_SHARE * (transpulmonary + gas[k] / chest)
            })
        } else {
            opened.map(|gas| -gas / (chest + stretched))
        };
        [expired, inspired]
    }
}

impl AirwayPattern {
    /// An airway that stands at one pressure.
    #[must_use]
    pub fn held(airway_cmh2o: f64) -> AirwayPattern {
        AirwayPattern { peep_cmh2o: airway_cmh2o, breath: BreathKind::Held, times_s: [0.5, 0.5], square: true }
    }

    /// What of a way of breathing matters to the lung.
    #[must_use]
    pub fn new(params: &Params, ventilation: &Ventilation) -> AirwayPattern {
        let get = |id| params.get(id);
        if params.airway_held() {
            return AirwayPattern::held(get(ParamId::HoldPressure));
        }
        let peep_cmh2o = get(ParamId::Peep);
        if ventilation.rate_per_min < LEAST_RATE_PER_MIN {
            return AirwayPattern::held(peep_cmh2o);
        }
        let whole_s = 1.0 / (ventilation.rate_per_min * MIN_PER_S);
        let inspiration_s = get(ParamId::InspiratoryTime) * whole_s;
        let tidal_l = ventilation.minute_l_per_min / ventilation.rate_per_min;
        let limit_cmh2o = get(ParamId::PressureLimit);
        let breath = match params.breathing() {
            Breathing::Ventilated if params.pressure_controlled() => {
                BreathKind::Pressure((peep_cmh2o + get(ParamId::InspiratoryPressure)).min(limit_cmh2o.max(peep_cmh2o)))
            }
            Breathing::Ventilated => BreathKind::Volume { tidal_l: l_from_ml(get(ParamId::TidalVolume)), limit_cmh2o },
            Breathing::Spontaneous | Breathing::Apnoea => BreathKind::Muscles(tidal_l),
        };
        AirwayPattern {
            peep_cmh2o,
            breath,
            times_s: [inspiration_s, whole_s - inspiration_s],
            square: matches!(breath, BreathKind::Pressure(_)),
        }
    }
}

impl Breath {
    /// Pressures that act on cells in the middle of the lung, end expiration first, cmH2O.
    #[must_use]
    pub fn effective_cmh2o(&self) -> [f64; 2] {
        [self.expired.effective_cmh2o, self.inspired.effective_cmh2o]
    }

    /// Pressures that act next: on their way from those that acted to those that the breath has.
    fn next_acting_cmh2o(&self) -> [f64; 2] {
        let effective = self.effective_cmh2o();
        [0, 1].map(|k| self.acting_cmh2o[k] + ACTING_SHARE * (effective[k] - self.acting_cmh2o[k]))
    }

    /// Tidal volume that reaches the lung, L.
    #[must_use]
    pub fn tidal_l(&self) -> f64 {
        (self.inspired.gas_l - self.expired.gas_l).max(0.0)
    }

    /// Pressure that a breath adds, cmH2O: plateau less PEEP; 0 for breaths of the patient.
    #[must_use]
    pub fn driving_cmh2o(&self) -> f64 {
        self.inspired.airway_cmh2o - self.expired.airway_cmh2o
    }

    /// Compliance of the respiratory system, L/cmH2O; none without a driving pressure.
    #[must_use]
    pub fn compliance_l_per_cmh2o(&self) -> Option<f64> {
        // A difference of rounding is none.
        (self.driving_cmh2o() > LEAST_DRIVING_CMH2O).then(|| self.tidal_l() / self.driving_cmh2o())
    }

    /// Tidal volume over the gas volume at end expiration; none where the lung is empty then.
    #[must_use]
    pub fn strain(&self) -> Option<f64> {
        (self.expired.gas_l > LEAST_STRAINED_L).then(|| self.tidal_l() / self.expired.gas_l)
    }

    /// Share of a breath's time that counts for its upper end: a ramp stands there half of inspiration.
    fn upper_share(&self) -> f64 {
        let [inspiration, expiration] = self.pattern.times_s;
        let share = inspiration / (inspiration + expiration);
        if self.pattern.square { share } else { 0.5 * share }
    }

    /// Mean over the breath of something that follows the pressure.
    #[must_use]
    pub fn mean(&self, of: impl Fn(&Phase) -> f64) -> f64 {
        let (low, high) = (of(&self.expired), of(&self.inspired));
        low + (high - low) * self.upper_share()
    }

    /// Ventilated tissue that opens and closes with each breath, over all tissue.
    #[must_use]
    pub fn tidal_recruitment_frac(&self, layers: &[LayerTissue; LAYERS]) -> f64 {
        let opened = |i: usize| layers[i].weight * (self.inspired.open_frac[i] - self.expired.open_frac[i]);
        (0..LAYERS).map(opened).sum()
    }

    /// Share of ventilated tissue that is overdistended at end inspiration.
    #[must_use]
    pub fn overdistended_frac(&self, layers: &[LayerTissue; LAYERS]) -> f64 {
        let open = |i: usize| layers[i].weight * self.inspired.open_frac[i];
        let over = |i: usize| open(i) * self.inspired.overdistended_frac(i);
        (0..LAYERS).map(over).sum::<f64>() / (0..LAYERS).map(open).sum::<f64>()
    }
}

/// How far the position lowers the pleural pressure of the relaxed chest against that of the supine, cmH2O.
fn relief_cmh2o(position: Position) -> f64 {
    match position {
        Position::Supine | Position::SickSideDown | Position::SickSideUp => 0.0,
        Position::Prone => PRONE_RELIEF_CMH2O,
        Position::Upright => UPRIGHT_RELIEF_CMH2O,
    }
}

/// Height of the lung along gravity over that of the supine.
fn height_ratio(position: Position) -> f64 {
    if position == Position::Upright { UPRIGHT_HEIGHT } else { 1.0 }
}

/// The tissue of every layer.
fn layers(params: &Params) -> [LayerTissue; LAYERS] {
    let get = |id| params.get(id);
    let position = params.position();
    let sideways = matches!(position, Position::SickSideDown | Position::SickSideUp);
    let middle = |i: usize| (i as f64 + 0.5) / LAYERS as f64;
    let one_sided = get(ParamId::OneSided);
    let mut layers = [LayerTissue::default(); LAYERS];
    for (i, layer) in layers.iter_mut().enumerate() {
        let dorsal = 2.0 * middle(i) - 1.0;
        let depth = match position {
            Position::Prone => 1.0 - middle(i),
            _ => middle(i),
        };
        let weight = get(ParamId::SuperimposedPressure);
        let on_top = match position {
            Position::Supine => weight + get(ParamId::DorsalWeight),
            Position::Prone => PRONE_WEIGHT * weight,
            Position::SickSideDown | Position::SickSideUp => weight,
            Position::Upright => height_ratio(position) * weight,
        };
        *layer = LayerTissue {
            weight: if sideways { 1.0 } else { 1.0 + DORSAL_TISSUE * dorsal } / LAYERS as f64,
            depth_frac: depth,
            height_ratio: height_ratio(position),
            vessels_ratio: if sideways { 1.0 } else { 1.0 + DORSAL_VESSELS * dorsal },
            superimposed_cmh2o: on_top * (depth - 0.5),
            ..LayerTissue::default()
        };
    }
    let whole: f64 = layers.iter().map(|layer| layer.weight * layer.vessels_ratio).sum();
    layers.iter_mut().for_each(|layer| layer.vessels_ratio /= whole);
    // On the side the tissue of a lung is spread over its half of the layers, whatever was in front and behind.
    let shape = |dorsal_ratio: f64| {
        move |i: usize| {
            let below = i >= LAYERS / 2;
            match position {
                Position::Supine | Position::Prone | Position::Upright => 1.0 + dorsal_ratio * (2.0 * middle(i) - 1.0),
                Position::SickSideDown => 2.0 * if below { one_sided } else { 1.0 - one_sided },
                Position::SickSideUp => 2.0 * if below { 1.0 - one_sided } else { one_sided },
            }
        }
    };
    let consolidated =
        filled(&layers, get(ParamId::Consolidated), shape(get(ParamId::ConsolidatedDorsal)), |_| MOST_LOST_FRAC);
    let collapsible = filled(&layers, get(ParamId::Collapsible), shape(get(ParamId::CollapsibleDorsal)), |i| {
        MOST_LOST_FRAC - consolidated[i]
    });
    for (i, layer) in layers.iter_mut().enumerate() {
        layer.consolidated_frac = consolidated[i];
        layer.collapsible_frac = collapsible[i];
        layer.open_frac = 1.0 - consolidated[i] - collapsible[i];
    }
    layers
}

/// Shares of the layers in proportion to a shape, none above what it has room for, that make up a share of all tissue.
fn filled(
    layers: &[LayerTissue; LAYERS],
    share: f64,
    shape: impl Fn(usize) -> f64,
    room: impl Fn(usize) -> f64,
) -> [f64; LAYERS] {
    let mut filled = [0.0; LAYERS];
    if share <= 0.0 {
        return filled;
    }
    let sum = |level: f64| -> f64 { (0..LAYERS).map(|i| layers[i].weight * (level * shape(i)).min(room(i))).sum() };
    // A shape that leaves layers empty fills them last.
    let level = roots::increasing(0.0, 1e6, share, |level| {
        let slope = (sum(level * (1.0 + 1e-9) + 1e-12) - sum(level)) / (level * 1e-9 + 1e-12);
        (sum(level) - share, slope)
    });
    for (i, part) in filled.iter_mut().enumerate() {
        *part = (level * shape(i)).min(room(i)).max(0.0);
    }
    let missing = share - (0..LAYERS).map(|i| layers[i].weight * filled[i]).sum::<f64>();
    if missing > 1e-9 {
        let space: f64 = (0..LAYERS).map(|i| layers[i].weight * (room(i) - filled[i])).sum();
        for (i, part) in filled.iter_mut().enumerate() {
            *part += (room(i) - *part) * (missing / space).min(1.0);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::SwitchId;

    fn patient(settings: &[(ParamId, f64)], breathing: &str, mode: &str) -> (Mechanics, AirwayPattern) {
        let mut params = Params::default();
        params.set_all(settings).expect("within bounds");
        for (id, option) in
            [(SwitchId::Mechanics, "on"), (SwitchId::Breathing, breathing), (SwitchId::VentilatorMode, mode)]
        {
            params.set_switch(id, option).expect("an option");
        }
        (Mechanics::new(&params), AirwayPattern::new(&params, &Ventilation::new(&params)))
    }

    #[test]
    fn inv_slopes_of_the_effective_pressures_are_their_derivatives() {
        let lung = [(ParamId::Collapsible, 0.4), (ParamId::Peep, 8.0), (ParamId::PluggedShare, 0.1)];
        for (breathing, mode) in [
            ("ventilated", "volume_controlled"),
            ("ventilated", "pressure_controlled"),
            ("spontaneous", "volume_controlled"),
            ("apnoea", "volume_controlled"),
        ] {
            let (mechanics, pattern) = patient(&lung, breathing, mode);
            let start = Aeration::all(0.3);
            for acting in [[7.0, 19.0], [3.0, 24.0], [12.0, 12.5]] {
                let mut to = Aeration(Vec::new());
                let mut found = |acting: [f64; 2]| {
                    let mut slopes = [[Slopes::default(); LAYERS]; 2];
                    let open = mechanics.open_cells(&pattern, acting, 20.0, &start, &mut to, Some(&mut slopes));
                    let breath = mechanics.breathe(&pattern, &open, acting);
                    (breath.effective_cmh2o(), mechanics.effective_slopes(&breath, &slopes))
                };
                let (_, slopes) = found(acting);
                for k in 0..2 {
                    let moved = |by: f64| {
                        let mut there = acting;
                        there[k] += by;
                        there
                    };
                    let h = 1e-5;
                    let [more, less] = [found(moved(h)).0, found(moved(-h)).0];
                    for end in 0..2 {
                        let numeric = (more[end] - less[end]) / (2.0 * h);
                        let off = (slopes[end][k] - numeric).abs();
                        assert!(off < 1e-5, "{breathing} {mode} {acting:?} {end} {k}: {numeric} {}", slopes[end][k]);
                    }
                }
            }
        }
    }

    /// The box of everything that the breath depends on.
    const OF_THE_BREATH: [ParamId; 21] = [
        ParamId::Peep,
        ParamId::TidalVolume,
        ParamId::VentilatorRate,
        ParamId::Collapsible,
        ParamId::Consolidated,
        ParamId::OpeningPressure,
        ParamId::OpeningPressureSd,
        ParamId::ClosingPressure,
        ParamId::ClosingPressureSd,
        ParamId::OpeningRate,
        ParamId::ClosingRate,
        ParamId::RateSpread,
        ParamId::UnstressedShare,
        ParamId::RecoilShape,
        ParamId::LungCapacity,
        ParamId::ChestWall,
        ParamId::ChestLoad,
        ParamId::SuperimposedPressure,
        ParamId::OpenedTo,
        ParamId::InspiratoryPressure,
        ParamId::PressureLimit,
    ];

    #[test]
    fn inv_a_settled_breath_has_the_pressures_that_made_it() {
        use rand::{RngExt, SeedableRng, rngs::StdRng};
        let mut rng = StdRng::seed_from_u64(20);
        let mut settled = 0;
        for _ in 0..1000 {
            let mut params = Params::default();
            params.set_switch(SwitchId::Mechanics, "on").expect("an option");
            for id in OF_THE_BREATH {
                let bounds = id.bounds();
                // What is refused beside the others stays as it was.
                let _ = params.set(id, rng.random_range(bounds.min..=bounds.max));
            }
            for id in [SwitchId::Hysteresis, SwitchId::VentilatorMode, SwitchId::Breathing, SwitchId::Position] {
                let options = id.options();
                params.set_switch(id, options[rng.random_range(0..options.len())]).expect("an option");
            }
            let mechanics = Mechanics::new(&params);
            let pattern = AirwayPattern::new(&params, &Ventilation::new(&params));
            let mut aeration = mechanics.history();
            let before = aeration.clone();
            let breath = mechanics.settle(&pattern, &mut aeration);
            let off = [0, 1].map(|k| (breath.effective_cmh2o()[k] - breath.acting_cmh2o[k]).abs());
            assert!(off[0].max(off[1]) < 2e-6, "{off:?}: {params:?}");
            settled += usize::from(before != aeration);
        }
        // Most of them had something to open or close.
        assert!(settled > 500, "{settled}");
    }
}
