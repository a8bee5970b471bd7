//! How the vessels of the lung answer its gases and drugs.
//!
//! What the parameters set is the distribution that the patient has on the reference FiO2, all else as set: the tone
//! there is the baseline. On another FiO2 each unit's conductance is multiplied by
//! ```text
//! c_i = dilation·(1 + 2.15·h·r0_i)/(1 + 2.15·h'·r_i)
//! ```
//! collapsed lung likewise, and all flows are scaled to the cardiac output; h' is what drugs leave of the strength h.
//!
//! A lung in layers has no flows as set: its factors are those against vessels without tone (r0 = 0), and what they make of
//! flows and output is up to [`crate::sim::mechanics::bed::LayeredLung`].

use serde::{Deserialize, Serialize};

use crate::numerics::filter;
use crate::physiology::hpv::{self, Tone};
use crate::physiology::pulmonary_vessels;
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::Patient;

/// What vasoconstriction makes of the flows: conductance of every unit and of the collapsed lung over the one at the
/// patient's baseline tone. Only their ratios matter.
///
/// ```
/// use isoshunt::sim::{params::Params, patient::Patient, circulation::vessels::FlowState};
/// let base = Patient::new(&Params::default());
/// let mut now = base.clone();
/// FlowState::baseline(base.units.len()).apply(&base, &mut now);
/// assert_eq!(now.units.len(), base.units.len());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowState {
    /// Of each unit, above 0.
    pub units: Vec<f64>,
    /// Of the collapsed lung, above 0.
    pub shunt: f64,
    /// Resistance of all vessels by acidosis, 1 or more; moves no flow between units.
    pub resistance: f64,
}

impl Default for FlowState {
    fn default() -> Self {
        FlowState::baseline(0)
    }
}

/// Half of the full effect of an inhaled vasodilator: NO, ppm, and prostacyclin, ng/kg/min.
///
/// # Source
/// NO: the effect on oxygenation is full from 1.5 to 5 ppm (Manktelow 1997; Crit Care 1997: admixture plateau from 1.5
/// ppm). Prostacyclin: 10 to 50 are given (Zwissler B et al., Am J Respir Crit Care Med 1996;154:1671-1677).
const HALF_EFFECT: [f64; 2] = [1.0, 8.0];
/// Conductance of ventilated lung under a full inhaled vasodilator.
///
/// # Source
/// Tuned: shunt 36 to about 31 % as in Rossaint R et al., N Engl J Med 1993;328:399-405.
const INHALED_DILATION: f64 = 1.28;
/// Conductance of all vessels under a full intravenous vasodilator.
const INTRAVENOUS_DILATION: f64 = 1.3;
/// Share of hypoxic vasoconstriction that a full vasodilator lifts where it reaches.
const LIFTED_FRAC: f64 = 0.9;

/// How vessels answer: strength of hypoxic vasoconstriction, and what drugs make of it and of the vessels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vessels {
    /// Strength of vasoconstriction without drugs, 0 to 1.
    pub strength_frac: f64,
    /// What drugs in the veins leave of it.
    pub left_frac: f64,
    /// What inhaled drugs leave, of that, of what exceeds the response of a healthy lung on air, in ventilated and in
    /// other lung.
    pub excess_left_frac: [f64; 2],
    /// Conductance that drugs give to ventilated and to other lung.
    pub dilation: [f64; 2],
}

impl Vessels {
    /// Reads the parameters; none where flows are as set, whatever is breathed.
    #[must_use]
    pub fn new(params: &Params) -> Option<Vessels> {
        let get = |id| params.get(id);
        let doses = [get(ParamId::InhaledNo), get(ParamId::InhaledProstacyclin)];
        let left: f64 = doses.iter().zip(HALF_EFFECT).map(|(dose, half)| half / (half + dose)).product();
        let (inhaled, intravenous) = (1.0 - left, get(ParamId::IvVasodilator));
        if !params.hpv() && !params.mechanics() && inhaled <= 0.0 {
            return None;
        }
        let everywhere = 1.0 - LIFTED_FRAC * intravenous;
        let dilated = 1.0 + (INTRAVENOUS_DILATION - 1.0) * intravenous;
        Some(Vessels {
            strength_frac: if params.hpv() { get(ParamId::HpvStrength) } else { 0.0 },
            left_frac: everywhere,
            excess_left_frac: [1.0 - LIFTED_FRAC * inhaled, 1.0],
            dilation: [dilated * (1.0 + (INHALED_DILATION - 1.0) * inhaled * get(ParamId::NoResponsiveness)), dilated],
        })
    }
}

/// Gases that vessels answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VesselGases {
    /// PO2 of the blood that enters the lung, mmHg.
    pub po2_ven_mmhg: f64,
    /// pH of arterial blood.
    pub ph_art: f64,
}

impl FlowState {
    /// Flows as the parameters set them.
    #[must_use]
    pub fn baseline(units: usize) -> Self {
        FlowState { units: vec![1.0; units], shunt: 1.0, resistance: 1.0 }
    }

    /// Sets the factors that a lung of known gases goes to.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `tone` | baseline of as many units | |
    /// | `po2_alv_mmhg` | of every unit, in a collapsed one that of the blood, mmHg | 0 or more |
    pub fn targets(
        &mut self,
        tone: &Tone,
        vessels: &Vessels,
        gases: VesselGases,
        po2_alv_mmhg: impl IntoIterator<Item = f64>,
    ) {
        let strength = vessels.strength_frac;
        let normal = hpv::normal_response_frac();
        let venous = hpv::VenousBlood::new(gases.po2_ven_mmhg);
        let factor = |before: f64, po2_alv: f64, kind: usize| {
            let now = venous.response_frac(po2_alv);
            let now = now.min(normal) + vessels.excess_left_frac[kind] * (now - normal).max(0.0);
            let left = strength * vessels.left_frac;
            vessels.dilation[kind] * hpv::resistance_factor(before, strength) / hpv::resistance_factor(now, left)
        };
        self.shunt = factor(tone.shunt, gases.po2_ven_mmhg, 1);
        self.units.clear();
        self.units.extend(tone.units.iter().zip(po2_alv_mmhg).map(|(before, po2_alv)| factor(*before, po2_alv, 0)));
        self.resistance = pulmonary_vessels::acidosis_resistance(gases.ph_art);
    }

    /// Follows `target` for a while; a lung cut up anew, with another number of units, is there at once.
    pub fn advance(&mut self, target: &FlowState, dt_s: f64, tau_s: f64) {
        if self.units.len() != target.units.len() {
            self.units.clone_from(&target.units);
            self.shunt = target.shunt;
            self.resistance = target.resistance;
            return;
        }
        let share = filter::share(dt_s, tau_s);
        let approach = |now: &mut f64, then: f64| *now += (then - *now) * share;
        approach(&mut self.shunt, target.shunt);
        approach(&mut self.resistance, target.resistance);
        for (now, then) in self.units.iter_mut().zip(&target.units) {
            approach(now, *then);
        }
    }

    /// Gives the units and the shunt of `patient` the flows that these factors make of those of `base`.
    ///
    /// Ventilation is left alone, and the output is that of `base`. Both patients have as many units as there are
    /// factors; flows without a factor stay in proportion.
    pub fn apply(&self, base: &Patient, patient: &mut Patient) {
        let weights = || base.units.iter().zip(&self.units).map(|(unit, factor)| unit.perfusion_l_per_min * factor);
        // Wide vessels have no muscle that would answer.
        let wide = base.wide_shunt_l_per_min;
        let shunt = (base.shunt_l_per_min - wide) * self.shunt;
        let scale = (base.cardiac_output_l_per_min - wide) / (weights().sum::<f64>() + shunt);
        for (unit, flow) in patient.units.iter_mut().zip(weights()) {
            unit.perfusion_l_per_min = flow * scale;
        }
        patient.shunt_l_per_min = shunt * scale + wide;
    }
}
