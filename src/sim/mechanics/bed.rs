//! The lung in layers with blood in it: ventilation and perfusion of every unit, and the heart that drives it.

use super::{Aeration, AirwayPattern, Breath, LAYERS, LayerTissue, LungMemory, Mechanics};
use crate::physiology::distribution::{self, Mode, UnitFlow};
use crate::physiology::indices;
use crate::physiology::pulmonary_vessels::{self, LayerBed, hydrostatic_mmhg};
use crate::physiology::right_heart::{Circulation, Heart};
use crate::sim::circuit::{ArterialCircuit, Bypass, Circulated, RightAtrium};
use crate::sim::circulation::vessels::FlowState;
use crate::sim::params::{Breathing, ParamId, Params, Position};
use crate::sim::patient::{self, Patient, Ventilation};
use crate::units::{ML_PER_L, mmhg_from_cmh2o};

/// Parts of a layer: its spread of airway disease. Where some capillaries are dilated each part is two units.
const PARTS_OF_LAYER: usize = 6;
/// Stretch from which capillaries are pressed empty, as a share of the largest gas volume: long before tissue is shown
/// as overdistended.
const PRESSED_FRAC: f64 = 0.70;
/// Share of the ventilation of fully stretched tissue that meets no blood: its capillaries are pressed empty. Tuned to
/// the dead space of PEEP 15 (`tests/validation/aeration.rs`).
const PRESSED_DEAD_FRAC: f64 = 0.2;
/// Gas that any unit holds at least, L: the solver's smallest.
const LEAST_UNIT_L: f64 = 1e-4;
/// How far the filling pressure is lower in the upright, mmHg: blood stays in the legs.
///
/// # Source
/// Output falls by a fifth to a quarter on standing up (Wang Y, Marshall RJ, Shepherd JT, J Clin Invest 1960;39:1051-1061,
/// recalled); the size is tuned to that.
const UPRIGHT_POOLING_MMHG: f64 = 2.4;
/// Share of the output that goes to the body below the duct.
const BELOW_DUCT_FRAC: f64 = 0.6;

/// A lung in layers that breathes.
#[derive(Debug, Clone)]
pub struct LayeredLung {
    /// What follows from the parameters.
    pub mechanics: Mechanics,
    /// How far its cells are open.
    pub aeration: Aeration,
    /// Its breath.
    pub breath: Breath,
    /// Units of any layer: shares of its ventilation and perfusion.
    split: Vec<UnitFlow>,
    /// Share of the lung's flow that goes past all layers.
    wide_frac: f64,
    heart: Heart,
    heart_answers: bool,
    /// A membrane lung that returns into the aorta.
    arterial: Option<ArterialCircuit>,
    pulmonary_l_per_min_mmhg: f64,
    systemic_wood: f64,
    clot_frac: f64,
    dead_space_frac: f64,
    scratch: Aeration,
}

/// Flows of one layer, L/min.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerFlow {
    /// Alveolar ventilation, that of dead space included.
    pub ventilation_l_per_min: f64,
    /// Perfusion of ventilated tissue.
    pub perfusion_l_per_min: f64,
    /// Perfusion of tissue without gas.
    pub shunt_l_per_min: f64,
}

/// What can be read off a lung in layers and its heart.
#[derive(Debug, Clone, PartialEq)]
pub struct MechanicsReading {
    /// The breath.
    pub breath: Breath,
    /// Tissue of the layers.
    pub layers: [LayerTissue; LAYERS],
    /// Flows of the layers.
    pub flows: [LayerFlow; LAYERS],
    /// The circulation.
    pub circulation: Circulation,
    /// Mean systemic arterial pressure, mmHg.
    pub arterial_pressure_mmhg: f64,
    /// Mean pulmonary artery pressure against the atmosphere, mmHg.
    pub pulmonary_pressure_mmhg: f64,
    /// Right atrial pressure against the atmosphere, mmHg.
    pub right_atrium_mmhg: f64,
    /// Flow through the foramen in the beat in which a strain is let go of, L/min; 0 where the output is as set.
    pub released_foramen_l_per_min: f64,
    /// Share of the body's arterial flow that passes below an open duct.
    pub below_duct_frac: f64,
}

impl LayeredLung {
    /// The lung of some parameters and a way of breathing, settled in it from how it was before.
    ///
    /// `last` is a lung settled from no other `before` than its parameters', which this one may turn out to equal: what
    /// moves only gas, blood or heart leaves the breath alone. Returns the lung with the breathing that results: tidal
    /// volume where pressure is controlled or limited, and the pressures.
    #[must_use]
    pub fn settled(
        params: &Params,
        set: &Ventilation,
        before: Option<&Aeration>,
        last: Option<&LayeredLung>,
    ) -> (LayeredLung, Ventilation) {
        let mechanics = Mechanics::new(params);
        let pattern = AirwayPattern::new(params, set);
        let same =
            last.filter(|last| before.is_none() && last.breath.pattern == pattern && last.mechanics == mechanics);
        let (aeration, breath) = match same {
            Some(last) => (last.aeration.clone(), last.breath),
            None => {
                let mut aeration = before.cloned().unwrap_or_else(|| mechanics.history());
                let breath = mechanics.settle(&pattern, &mut aeration);
                (aeration, breath)
            }
        };
        let lung = LayeredLung::of(params, mechanics, aeration, breath);
        let ventilation = lung.breathing(params, set);
        (lung, ventilation)
    }

    /// The lung of some parameters with its cells as given.
    #[must_use]
    pub fn now(params: &Params, set: &Ventilation, aeration: Aeration) -> LayeredLung {
        let mechanics = Mechanics::new(params);
        let breath = mechanics.now(&AirwayPattern::new(params, set), &aeration);
        LayeredLung::of(params, mechanics, aeration, breath)
    }

    /// A lung as it was left.
    #[must_use]
    pub fn recalled(params: &Params, memory: &LungMemory) -> LayeredLung {
        let mechanics = Mechanics::new(params);
        let breath = mechanics.recalled(memory);
        LayeredLung::of(params, mechanics, memory.open.clone(), breath)
    }

    /// What it remembers.
    #[must_use]
    pub fn memory(&self) -> LungMemory {
        LungMemory { open: self.aeration.clone(), acting_cmh2o: self.breath.acting_cmh2o, pattern: self.breath.pattern }
    }

    fn of(params: &Params, mechanics: Mechanics, aeration: Aeration, breath: Breath) -> LayeredLung {
        let get = |id| params.get(id);
        let mode = Mode { share: 1.0, ratio: 1.0, log_sd: get(ParamId::Mode1LogSd), units: PARTS_OF_LAYER };
        let mut split = Vec::with_capacity(2 * PARTS_OF_LAYER);
        distribution::log_normal(&[mode], 1.0, 1.0, &mut split);
        // A layer without a spread is cut in equal parts.
        if split.len() != PARTS_OF_LAYER {
            let part = 1.0 / PARTS_OF_LAYER as f64;
            split = vec![UnitFlow::new(part, part); PARTS_OF_LAYER];
        }
        let wide = params.wide_vessels();
        if wide.dilates() {
            distribution::dilate(&mut split, wide.dilated_frac, wide.dilated_d_ratio);
        }
        let thickness = pulmonary_vessels::leucocyte_resistance(get(ParamId::Leucocytes));
        let pooled_mmhg = if params.position() == Position::Upright { UPRIGHT_POOLING_MMHG } else { 0.0 };
        LayeredLung {
            mechanics,
            aeration,
            breath,
            split,
            wide_frac: wide.shunt_frac,
            heart: Heart {
                set_output_l_per_min: get(ParamId::CardiacOutput),
                mean_systemic_mmhg: get(ParamId::MeanSystemicPressure) - pooled_mmhg,
                strength: get(ParamId::HeartStrength),
                reserve_mmhg: get(ParamId::RightReserve),
                left_atrium_mmhg: get(ParamId::LeftAtrium),
                foramen_l_per_min: get(ParamId::Foramen),
                ductal_frac: get(ParamId::Ductal),
                bypass_l_per_min: 0.0,
                vent_l_per_min: 0.0,
                afterload_mmhg_min_per_l: get(ParamId::SystemicResistance),
            },
            arterial: patient::arterial_circuit(params),
            heart_answers: params.right_heart(),
            pulmonary_l_per_min_mmhg: 1.0 / (get(ParamId::PulmonaryResistance) * thickness),
            systemic_wood: get(ParamId::SystemicResistance),
            clot_frac: get(ParamId::Clot),
            dead_space_frac: get(ParamId::AlveolarDeadSpace),
            scratch: Aeration(Vec::new()),
        }
    }

    /// Units of the whole lung.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        LAYERS * self.split.len()
    }

    /// The breathing that comes of a way of breathing with this breath.
    #[must_use]
    pub fn breathing(&self, params: &Params, set: &Ventilation) -> Ventilation {
        let tidal_l = self.breath.tidal_l();
        let ventilated = params.breathing() == Breathing::Ventilated || params.airway_held();
        let mean = ventilated.then(|| self.breath.mean(|phase| phase.airway_cmh2o));
        if set.rate_per_min <= 0.0 {
            return Ventilation { driving_cmh2o: 0.0, mean_airway_cmh2o: mean, ..*set };
        }
        let alveolar_l_per_min = if ventilated {
            let dead_ml = params.get(ParamId::AnatomicalDeadSpace);
            indices::alveolar_ventilation_l_per_min(ML_PER_L * tidal_l, dead_ml, set.rate_per_min)
        } else {
            set.alveolar_l_per_min * (tidal_l * set.rate_per_min / set.minute_l_per_min).min(1.0)
        };
        Ventilation {
            alveolar_l_per_min,
            minute_l_per_min: tidal_l * set.rate_per_min,
            rate_per_min: set.rate_per_min,
            driving_cmh2o: if ventilated { self.breath.driving_cmh2o() } else { 0.0 },
            mean_airway_cmh2o: mean,
        }
        .without_rounding()
    }

    /// Lets the lung go on breathing for a while; returns the breathing that results.
    pub fn advance(&mut self, params: &Params, set: &Ventilation, dt_s: f64) -> Ventilation {
        let pattern = AirwayPattern::new(params, set);
        let before = self.breath;
        self.breath = self.mechanics.advance(&pattern, dt_s, &before, &mut self.aeration, &mut self.scratch);
        self.breathing(params, set)
    }

    /// Stretch of a layer's open tissue, mean over the breath.
    fn stretch(&self, layer: usize) -> f64 {
        self.breath.mean(|phase| phase.stretch_frac[layer])
    }

    /// Ventilated share of a layer's tissue, mean over the breath.
    fn open(&self, layer: usize) -> f64 {
        self.breath.mean(|phase| phase.open_frac[layer])
    }

    /// Share of a layer's ventilation that meets no blood.
    fn dead_frac(&self, layer: usize) -> f64 {
        let over = (self.breath.inspired.stretch_frac[layer] - PRESSED_FRAC) / (1.0 - PRESSED_FRAC);
        1.0 - (1.0 - self.clot_frac) * (1.0 - PRESSED_DEAD_FRAC * over.max(0.0))
    }

    /// Gas volume of every unit, mean over the breath, L; then that of lung behind a plug.
    pub fn rest_volumes_l(&self) -> impl Iterator<Item = f64> + '_ {
        let layer_l = |i: usize| {
            let tissue = self.mechanics.layers()[i].weight * self.mechanics.capacity_l();
            tissue * self.breath.mean(|phase| phase.open_frac[i] * phase.stretch_frac[i])
        };
        let ventilated: f64 = (0..LAYERS).map(layer_l).sum();
        let plugged = self.mechanics.plugged_frac();
        (0..LAYERS)
            .flat_map(move |i| {
                let volume = layer_l(i);
                self.split.iter().map(move |part| (part.perfusion_l_per_min * volume).max(LEAST_UNIT_L))
            })
            .chain(std::iter::once(ventilated * plugged / (1.0 - plugged)))
    }

    /// Beds of the layers for the state of the vessels.
    fn beds(&self, flows: &FlowState) -> [LayerBed; LAYERS] {
        // Wide vessels are a way of their own beside the layers.
        let base = self.pulmonary_l_per_min_mmhg / flows.resistance / (1.0 - self.wide_frac);
        let per_layer = self.split.len();
        let mut beds = [LayerBed::default(); LAYERS];
        for (i, bed) in beds.iter_mut().enumerate() {
            let tissue = self.mechanics.layers()[i];
            let open = self.open(i);
            let units = &flows.units[i * per_layer..(i + 1) * per_layer];
            let parts = self.split.iter().zip(units);
            let factor: f64 = parts.map(|(part, factor)| part.perfusion_l_per_min * factor).sum();
            let stretch = pulmonary_vessels::stretch_resistance(self.stretch(i));
            *bed = LayerBed {
                hydrostatic_mmhg: tissue.height_ratio * hydrostatic_mmhg(tissue.depth_frac),
                alveolar_mmhg: mmhg_from_cmh2o(
                    self.breath.mean(|phase| phase.transpulmonary_cmh2o) - tissue.superimposed_cmh2o,
                ),
                open_l_per_min_mmhg: base
                    * tissue.weight
                    * tissue.vessels_ratio
                    * open
                    * (1.0 - self.clot_frac)
                    * factor
                    / stretch,
                closed_l_per_min_mmhg: base * tissue.weight * tissue.vessels_ratio * (1.0 - open) * flows.shunt,
            };
        }
        beds
    }

    /// Mean pleural pressure above that of the relaxed chest, mmHg.
    fn pleural_mmhg(&self) -> f64 {
        mmhg_from_cmh2o(self.breath.mean(|phase| phase.pleural_cmh2o))
    }

    /// Flows for the state of the vessels, and what a bypass takes of them.
    fn circulate(&self, beds: &[LayerBed; LAYERS]) -> (Circulation, Option<Bypass>) {
        let pleural_mmhg = self.pleural_mmhg();
        let with = |bypass_l_per_min: f64| {
            let vent_l_per_min =
                self.arterial.as_ref().map_or(0.0, |circuit| circuit.most_vented_l_per_min(bypass_l_per_min));
            let heart = Heart { bypass_l_per_min, vent_l_per_min, ..self.heart };
            if self.heart_answers { heart.flows(beds, pleural_mmhg) } else { heart.held(beds) }
        };
        let Some(circuit) = &self.arterial else { return (with(0.0), None) };
        let most = if self.heart_answers { self.heart.most_bypass_l_per_min(pleural_mmhg) } else { f64::INFINITY };
        let mut last = None;
        let bypass = circuit.settle(most, |bypass_l_per_min| {
            let circulation = with(bypass_l_per_min);
            last = Some(circulation);
            Circulated {
                native_l_per_min: circulation.output_l_per_min,
                vented_l_per_min: circulation.vented_l_per_min,
                atrium: self.atrium(&circulation),
            }
        });
        // It has ended at the flow that was asked for last.
        (last.unwrap_or_else(|| with(bypass.arterial_l_per_min())), Some(bypass))
    }

    fn atrium(&self, circulation: &Circulation) -> RightAtrium {
        RightAtrium {
            pressure_mmhg: circulation.right_atrium_mmhg + self.pleural_mmhg(),
            transmural_mmhg: circulation.right_atrium_mmhg,
        }
    }

    /// Gives blood and gas to the units of `patient`, in the order of the layers; returns the circulation.
    ///
    /// `flows` has a factor for each of [`LayeredLung::unit_count`]. Ventilation is shared by what each layer's gas volume
    /// changes over the breath.
    pub fn fill(&self, alveolar_l_per_min: f64, flows: &FlowState, patient: &mut Patient) -> Circulation {
        let beds = self.beds(flows);
        let (circulation, bypass) = self.circulate(&beds);
        let driving = beds.map(|bed| bed.driving_mmhg(circulation.artery_mmhg, circulation.left_atrium_mmhg));
        let shares = self.ventilation_shares();
        let reaching = alveolar_l_per_min * (1.0 - self.dead_space_frac);
        let per_layer = self.split.len();
        let mut alive = 0.0;
        let (mut perfused, mut closed) = (0.0, 0.0);
        patient.units.clear();
        for i in 0..LAYERS {
            let ventilation = reaching * shares[i] * (1.0 - self.dead_frac(i));
            alive += ventilation;
            let factors = &flows.units[i * per_layer..(i + 1) * per_layer];
            let parts = self.split.iter().zip(factors);
            let whole: f64 = parts.clone().map(|(part, factor)| part.perfusion_l_per_min * factor).sum();
            let perfusion = beds[i].open_l_per_min_mmhg * driving[i][0];
            closed += beds[i].closed_l_per_min_mmhg * driving[i][1];
            perfused += perfusion;
            for (part, factor) in parts {
                patient.units.push(UnitFlow {
                    ventilation_l_per_min: ventilation * part.ventilation_l_per_min,
                    perfusion_l_per_min: perfusion * part.perfusion_l_per_min * factor / whole,
                    diffusing_ratio: part.diffusing_ratio,
                });
            }
        }
        // The trace that shut vessels carry is taken from all.
        let wide = circulation.lung_l_per_min * self.wide_frac;
        let scale = (circulation.lung_l_per_min - wide) / (perfused + closed);
        patient.units.iter_mut().for_each(|unit| unit.perfusion_l_per_min *= scale);
        patient.cardiac_output_l_per_min = circulation.output_l_per_min;
        patient.right_atrium = self.atrium(&circulation);
        patient.bypass = bypass;
        patient.shunt_l_per_min = closed * scale + circulation.foramen_l_per_min + circulation.ductal_l_per_min + wide;
        patient.wide_shunt_l_per_min = wide;
        patient.dead_space_l_per_min = alveolar_l_per_min - alive;
        circulation
    }

    /// Shares of the layers in ventilation.
    fn ventilation_shares(&self) -> [f64; LAYERS] {
        let Breath { expired, inspired, .. } = &self.breath;
        let mut shares = [0.0; LAYERS];
        for (i, share) in shares.iter_mut().enumerate() {
            let gas = |phase: &super::Phase| phase.open_frac[i] * phase.stretch_frac[i];
            *share = self.mechanics.layers()[i].weight * (gas(inspired) - gas(expired)).max(0.0);
        }
        let sum: f64 = shares.iter().sum();
        // Where nothing moves, by what is open.
        let open: f64 = (0..LAYERS).map(|i| self.mechanics.layers()[i].weight * self.open(i)).sum();
        for (i, share) in shares.iter_mut().enumerate() {
            *share = if sum > 0.0 { *share / sum } else { self.mechanics.layers()[i].weight * self.open(i) / open };
        }
        shares
    }

    /// Flow behind plugs, L/min, of a flow through lung without gas.
    #[must_use]
    pub fn plugged_share(&self) -> f64 {
        let plugged = self.mechanics.plugged_frac();
        let part = |i: usize| {
            let open = self.open(i);
            let weight = self.mechanics.layers()[i].weight;
            [weight * open * plugged / (1.0 - plugged), weight * (1.0 - open)]
        };
        let [behind, all] = (0..LAYERS).map(part).fold([0.0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]]);
        if all > 0.0 { (behind / all).min(1.0) } else { 0.0 }
    }

    /// Everything to be read, for the state of the vessels.
    #[must_use]
    pub fn reading(&self, alveolar_l_per_min: f64, flows: &FlowState) -> MechanicsReading {
        let beds = self.beds(flows);
        let (circulation, bypass) = self.circulate(&beds);
        let through_heart = circulation.output_l_per_min;
        let systemic_l_per_min = bypass.map_or(through_heart, |bypass| bypass.systemic_l_per_min(through_heart));
        let shares = self.ventilation_shares();
        let mut layer_flows = [LayerFlow::default(); LAYERS];
        for (i, flow) in layer_flows.iter_mut().enumerate() {
            let [open, closed] = beds[i].driving_mmhg(circulation.artery_mmhg, circulation.left_atrium_mmhg);
            *flow = LayerFlow {
                ventilation_l_per_min: alveolar_l_per_min * shares[i],
                perfusion_l_per_min: (1.0 - self.wide_frac) * beds[i].open_l_per_min_mmhg * open,
                shunt_l_per_min: (1.0 - self.wide_frac) * beds[i].closed_l_per_min_mmhg * closed,
            };
        }
        let pleural = self.pleural_mmhg();
        let right_atrium = circulation.right_atrium_mmhg + pleural;
        MechanicsReading {
            breath: self.breath,
            layers: *self.mechanics.layers(),
            flows: layer_flows,
            circulation,
            arterial_pressure_mmhg: self.systemic_wood * systemic_l_per_min + right_atrium.max(0.0),
            pulmonary_pressure_mmhg: circulation.artery_mmhg + pleural,
            right_atrium_mmhg: right_atrium,
            released_foramen_l_per_min: match self.heart_answers {
                true => self.heart.released_foramen_l_per_min(&circulation),
                false => 0.0,
            },
            below_duct_frac: BELOW_DUCT_FRAC,
        }
    }
}

/// What tissue does at end expiration; the three make up all of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TissueShares {
    /// Ventilated.
    pub open_frac: f64,
    /// Closed, and could open.
    pub collapsed_frac: f64,
    /// Filled: no pressure opens it.
    pub consolidated_frac: f64,
}

impl MechanicsReading {
    /// Shares of all tissue at end expiration.
    #[must_use]
    pub fn tissue_shares(&self) -> TissueShares {
        let open_frac: f64 =
            self.layers.iter().zip(&self.breath.expired.open_frac).map(|(layer, open)| layer.weight * open).sum();
        let consolidated_frac: f64 = self.layers.iter().map(|layer| layer.weight * layer.consolidated_frac).sum();
        let collapsed_frac = (1.0 - open_frac - consolidated_frac).max(0.0);
        TissueShares { open_frac, collapsed_frac, consolidated_frac }
    }

    /// Tidal volume over the gas volume at end expiration; none where the lung is empty then.
    #[must_use]
    pub fn strain(&self) -> Option<f64> {
        self.breath.strain()
    }
}
