//! Every number that leaves the model: one table of key, label, unit and how it is read off a snapshot.
//!
//! The strip of the window, `solve --json`, the columns of `sweep` and the expectations of scenarios all read it.

use crate::physiology::aorta::Branch;
use crate::physiology::cavae::Vein;
use crate::physiology::ecmo_pump::Pumping;
use crate::physiology::ecmo_wear;
use crate::physiology::indices::NoEstimate;
use crate::physiology::lung_load::LungLoad;
use crate::physiology::membrane;
use crate::sim::circuit::AroundDuct;
use crate::sim::mechanics::bed::MechanicsReading;
use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::steady::{EcmoState, MixedBlood};
use crate::text::display_units::{DisplayUnits, signed};
use crate::units::{J_PER_KJ, ML_PER_L, percent_from_frac};

/// Where a quantity belongs when they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// Inspired and alveolar gas.
    Gas,
    /// Arterial blood.
    Arterial,
    /// Tissue venous blood.
    Venous,
    /// Pulmonary arterial blood.
    PulmonaryArterial,
    /// Oxygenation indices.
    Oxygenation,
    /// Ventilation and dead space.
    Ventilation,
    /// O2 transport.
    Transport,
    /// Pressures and volumes of a lung with mechanics.
    Mechanics,
    /// Heart and vessels of a lung with mechanics.
    Circulation,
    /// Membrane lung.
    Ecmo,
}

impl Site {
    /// Heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Site::Gas => "Inspired and alveolar gas",
            Site::Arterial => "Arterial blood",
            Site::Venous => "Mixed venous blood (tissue)",
            Site::PulmonaryArterial => "Pulmonary arterial blood",
            Site::Oxygenation => "Oxygenation: estimate and truth",
            Site::Ventilation => "Ventilation and dead space: estimate and truth",
            Site::Transport => "O2 transport",
            Site::Mechanics => "Mechanics",
            Site::Circulation => "Heart and vessels",
            Site::Ecmo => "ECMO",
        }
    }
}

/// One number of the model.
#[derive(Clone, Copy)]
pub struct Quantity {
    /// Key in JSON and CSV, with its unit.
    pub key: &'static str,
    /// Short name with the field's symbols.
    pub label: &'static str,
    /// Unit as printed; empty for a fraction or ratio.
    pub unit: &'static str,
    /// Digits after the point when printed.
    pub decimals: usize,
    /// Group.
    pub site: Site,
    /// Below and above this a state is called not survivable; none where no such limit is in use.
    pub survivable: Option<[f64; 2]>,
    read: fn(&Snapshot) -> Result<f64, NoEstimate>,
}

impl std::fmt::Debug for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Quantity").field("key", &self.key).finish_non_exhaustive()
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Quantity {
    /// Finds a quantity by its key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<&'static Quantity> {
        QUANTITIES.iter().find(|quantity| quantity.key == key)
    }

    /// Reads it off a snapshot.
    ///
    /// # Errors
    /// [`NoEstimate`] with the reason where it does not exist.
    pub fn read(&self, snapshot: &Snapshot) -> Result<f64, NoEstimate> {
        (self.read)(snapshot)
    }

    /// What the bedside reads in its place: where two bloods meet in the aorta, what a needle draws of the right arm in place
    /// of arterial blood.
    #[must_use]
    pub fn at_bedside(&'static self, snapshot: &Snapshot) -> &'static Quantity {
        let of_arm = OF_THE_RIGHT_ARM.iter().find(|[of_all, _]| snapshot.bypass.is_some() && *of_all == self.key);
        of_arm.and_then(|[_, of_arm]| Quantity::from_key(of_arm)).unwrap_or(self)
    }

    /// Whether it belongs to a patient at all: readings of a pump do not where its flow is as set, nor those of an aorta
    /// with two bloods where it has one, nor what adds up in time outside it.
    #[must_use]
    pub fn is_of(&self, snapshot: &Snapshot) -> bool {
        !matches!(
            self.read(snapshot),
            Err(NoEstimate::CircuitAsSet
                | NoEstimate::NoBypass
                | NoEstimate::NoTime
                | NoEstimate::NoBubbles
                | NoEstimate::NoDiffusionLimit)
        )
    }

    /// A value with its unit as people read it, a fraction in percent: `97.5 %`, `12.3 kPa`.
    #[must_use]
    pub fn text(&self, value: f64, units: DisplayUnits) -> String {
        if self.key.ends_with("_frac") {
            return format!("{} %", signed(percent_from_frac(value), self.decimals.saturating_sub(3)));
        }
        self.shown_in(units).text(value, self.unit, self.decimals)
    }

    /// The units in which it is read: pressures of the circulation and of a pump are mmHg at every bedside.
    #[must_use]
    pub fn shown_in(&self, units: DisplayUnits) -> DisplayUnits {
        match self.key {
            "arterial_pressure_mmhg"
            | "pulmonary_pressure_mmhg"
            | "right_atrial_pressure_mmhg"
            | "pump_inlet_mmhg"
            | "membrane_inlet_mmhg"
            | "membrane_outlet_mmhg"
            | "membrane_pressure_fall_mmhg"
            | "left_atrium_now_mmhg" => units.of_circulation(),
            _ => units,
        }
    }

    /// Whether it can be believed: an index that mixes new gas with older blood cannot, until both agree.
    #[must_use]
    pub fn is_steady(&self, snapshot: &Snapshot) -> bool {
        let steadiness = &snapshot.steadiness;
        match self.key {
            "aa_gradient_mmhg" => steadiness.aa_gradient,
            "pf_ratio_mmhg" => steadiness.pf_ratio,
            "arterial_alveolar_ratio" => steadiness.arterial_alveolar_ratio,
            "venous_admixture_frac" => steadiness.venous_admixture,
            "bohr_enghoff_frac" => steadiness.bohr_enghoff,
            _ => true,
        }
    }

    /// Whether it says of another quantity that it can be believed, and is no number of its own.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        self.key.ends_with("_is_steady")
    }

    /// Whether a value lies outside what anybody survives.
    #[must_use]
    pub fn not_survivable(&self, value: f64) -> bool {
        self.survivable.is_some_and(|[low, high]| value < low || value > high)
    }
}

/// Numbers of arterial blood, and the same of the right arm.
const OF_THE_RIGHT_ARM: [[&str; 2]; 5] = [
    ["po2_art_mmhg", "po2_right_arm_mmhg"],
    ["pco2_art_mmhg", "pco2_right_arm_mmhg"],
    ["ph_art", "ph_right_arm"],
    ["so2_art_frac", "so2_right_arm_frac"],
    ["o2_art_ml_per_dl", "o2_right_arm_ml_per_dl"],
];

fn mechanics(snapshot: &Snapshot, read: fn(&MechanicsReading) -> f64) -> Result<f64, NoEstimate> {
    snapshot.mechanics.as_ref().map(read).ok_or(NoEstimate::NoMechanics)
}

fn around_duct(snapshot: &Snapshot, read: fn(&AroundDuct<MixedBlood>) -> f64) -> Result<f64, NoEstimate> {
    snapshot.around_duct().as_ref().map(read).ok_or(NoEstimate::NoDuct)
}

/// Tidal volume over predicted body weight, mL/kg.
fn tidal_per_kg(snapshot: &Snapshot) -> Result<f64, NoEstimate> {
    let tidal_ml = snapshot.ventilation.tidal_ml().ok_or(NoEstimate::DividesByZero { what: "breathing rate" })?;
    Ok(tidal_ml / snapshot.params.get(ParamId::PredictedWeight))
}

/// What of the O2 that the body takes up the native lung gives, beside a membrane lung that works.
fn native_o2_share(snapshot: &Snapshot) -> Result<f64, NoEstimate> {
    let of_membrane = ecmo(snapshot, |ecmo| ecmo.o2_transfer_ml_per_min)?;
    let of_lung = snapshot.native_o2_uptake_ml_per_min();
    let all = of_membrane + of_lung;
    if all > 0.0 { Ok(of_lung / all) } else { Err(NoEstimate::DividesByZero { what: "O2 uptake" }) }
}

/// Arterial less drained saturation, which consoles call venous: 20 to 25 points are customarily aimed at, and recirculation
/// makes fewer of them.
fn saturation_difference(snapshot: &Snapshot) -> Result<f64, NoEstimate> {
    let drained = ecmo(snapshot, |ecmo| ecmo.drained.gas.saturation_frac)?;
    if snapshot.bypass.is_some() {
        return Err(NoEstimate::TwoBloods);
    }
    Ok(snapshot.state.arterial.gas.saturation_frac - drained)
}

/// What suction has broken, or in a steady state comes to; none where nothing of a membrane lung ages.
fn plasma_hb(snapshot: &Snapshot) -> Result<f64, NoEstimate> {
    let settles = pump(snapshot, |pump| ecmo_wear::broken_mg_per_dl(pump.inlet_mmhg))?;
    if !snapshot.params.ecmo_ages() {
        return Err(NoEstimate::NothingAges);
    }
    Ok(snapshot.plasma_hb_mg_per_dl.unwrap_or(settles))
}

/// Saturation of a vein.
fn vein(snapshot: &Snapshot, which: Vein) -> Result<f64, NoEstimate> {
    snapshot.vein(which).map(|blood| blood.gas.saturation_frac).ok_or(NoEstimate::NoBypass)
}

/// What the ventilator's breaths have done to the lung since the run began.
fn load(snapshot: &Snapshot, read: fn(&LungLoad) -> f64) -> Result<f64, NoEstimate> {
    let load = snapshot.load.as_ref().ok_or(NoEstimate::NoTime)?;
    snapshot.breath_load().map(|_| read(load)).ok_or(NoEstimate::NoVentilator)
}

/// What its layers have gone through since the run began.
fn load_of_layers(snapshot: &Snapshot, read: fn(&LungLoad) -> f64) -> Result<f64, NoEstimate> {
    snapshot.mechanics.as_ref().ok_or(NoEstimate::NoMechanics)?;
    load(snapshot, read)
}

/// What a flowmeter reads of the sweep gas.
fn sweep_flowmeter(snapshot: &Snapshot) -> Result<f64, NoEstimate> {
    let get = |id| snapshot.params.get(id);
    let read = membrane::flowmeter_l_per_min(get(ParamId::Sweep), get(ParamId::Temperature), get(ParamId::Pb));
    ecmo(snapshot, |_| 0.0).map(|_| read)
}

fn pump(snapshot: &Snapshot, read: fn(&Pumping) -> f64) -> Result<f64, NoEstimate> {
    let absent = if snapshot.params.ecmo() { NoEstimate::CircuitAsSet } else { NoEstimate::NoMembraneLung };
    snapshot.pump.as_ref().map(read).ok_or(absent)
}

/// What is read off the blood of a branch of the aorta where two meet.
fn branch(snapshot: &Snapshot, branch: Branch, read: fn(&MixedBlood) -> f64) -> Result<f64, NoEstimate> {
    snapshot.branch(branch).as_ref().map(read).ok_or(NoEstimate::NoBypass)
}

fn bypass(snapshot: &Snapshot, read: fn(&Snapshot) -> f64) -> Result<f64, NoEstimate> {
    snapshot.bypass.map(|_| read(snapshot)).ok_or(NoEstimate::NoBypass)
}

fn ecmo(snapshot: &Snapshot, read: fn(&EcmoState) -> f64) -> Result<f64, NoEstimate> {
    snapshot.state.ecmo.as_ref().map(read).ok_or(NoEstimate::NoMembraneLung)
}

macro_rules! quantities {
    ($( $site:ident { $( $key:literal, $label:literal, $unit:literal, $dec:literal, $survivable:expr, $read:expr; )* } )*) => {
        /// Every quantity, grouped by site.
        pub static QUANTITIES: &[Quantity] = &[ $( $( Quantity {
            key: $key, label: $label, unit: $unit, decimals: $dec, site: Site::$site, survivable: $survivable, read: $read,
        }, )* )* ];
    };
}

quantities! {
    Gas {
        "pio2_mmhg", "PIO₂", "mmHg", 1, None, |s| Ok(s.estimates.gas.pio2_mmhg);
        "po2_alv_ideal_mmhg", "PAO₂ (equation)", "mmHg", 1, None, |s| Ok(s.estimates.gas.po2_alv_mmhg);
        "po2_alv_mixed_mmhg", "PAO₂, mixed (true)", "mmHg", 1, None, |s| s.truth.po2_alv_mixed_mmhg;
        "pco2_alv_mixed_mmhg", "PACO₂, mixed (true)", "mmHg", 1, None, |s| s.truth.pco2_alv_mixed_mmhg;
        "po2_end_tidal_true_mmhg", "etO₂ (true)", "mmHg", 1, None, |s| Ok(s.truth.end_tidal_mmhg?[0]);
        "pco2_end_tidal_true_mmhg", "etCO₂ (true)", "mmHg", 1, None, |s| Ok(s.truth.end_tidal_mmhg?[1]);
        "altitude_m", "Altitude of this pressure", "m", 0, None, |s| Ok(s.estimates.altitude_m);
    }
    Arterial {
        "po2_art_mmhg", "PaO₂", "mmHg", 1, PO2_SURVIVABLE, |s| Ok(s.state.arterial.gas.po2_mmhg);
        "pco2_art_mmhg", "PaCO₂", "mmHg", 1, PCO2_SURVIVABLE, |s| Ok(s.state.arterial.gas.pco2_mmhg);
        "ph_art", "pH", "", 3, PH_SURVIVABLE, |s| Ok(s.state.arterial.gas.ph);
        "bicarbonate_art_mmol_per_l", "HCO₃⁻", "mmol/L", 1, None, |s| Ok(s.estimates.bicarbonate_art_mmol_per_l);
        "po2_art_at_37_mmhg", "PaO₂ at 37 °C", "mmHg", 1, None, |s| Ok(s.estimates.measured.po2_mmhg);
        "pco2_art_at_37_mmhg", "PaCO₂ at 37 °C", "mmHg", 1, None, |s| Ok(s.estimates.measured.pco2_mmhg);
        "ph_art_at_37", "pH at 37 °C", "", 3, None, |s| Ok(s.estimates.measured.ph);
        "so2_art_frac", "SaO₂", "", 4, None, |s| Ok(s.state.arterial.gas.saturation_frac);
        "spo2_frac", "SpO₂", "", 4, None, |s| Ok(s.estimates.spo2_frac);
        "o2_art_ml_per_dl", "CaO₂", "mL/dL", 2, None, |s| Ok(s.state.arterial.gas.o2_ml_per_dl);
        "co2_art_ml_per_dl", "CaCO₂", "mL/dL", 2, None, |s| Ok(s.state.arterial.gas.co2_ml_per_dl);
        "pn2_art_mmhg", "PaN₂", "mmHg", 1, None, |s| Ok(s.state.arterial.pn2_mmhg);
        "hb_now_g_per_dl", "Hb", "g/dL", 2, None, |s| Ok(s.params.get(ParamId::Hb));
        "cohb_now_frac", "COHb", "", 4, None, |s| Ok(s.params.get(ParamId::Cohb));
        "temperature_now_c", "Temperature", "°C", 2, None, |s| Ok(s.params.get(ParamId::Temperature));
    }
    Venous {
        "po2_ven_mmhg", "Pv̄O₂", "mmHg", 1, None, |s| Ok(s.state.venous.gas.po2_mmhg);
        "pco2_ven_mmhg", "Pv̄CO₂", "mmHg", 1, None, |s| Ok(s.state.venous.gas.pco2_mmhg);
        "ph_ven", "pHv̄", "", 3, None, |s| Ok(s.state.venous.gas.ph);
        "so2_ven_frac", "Sv̄O₂", "", 4, None, |s| Ok(s.state.venous.gas.saturation_frac);
        "o2_ven_ml_per_dl", "Cv̄O₂", "mL/dL", 2, None, |s| Ok(s.state.venous.gas.o2_ml_per_dl);
        "co2_ven_ml_per_dl", "Cv̄CO₂", "mL/dL", 2, None, |s| Ok(s.state.venous.gas.co2_ml_per_dl);
        "pn2_ven_mmhg", "Pv̄N₂", "mmHg", 1, None, |s| Ok(s.state.venous.pn2_mmhg);
    }
    PulmonaryArterial {
        "po2_pulm_art_mmhg", "PpaO₂", "mmHg", 1, None, |s| Ok(s.state.pulmonary_arterial.gas.po2_mmhg);
        "pco2_pulm_art_mmhg", "PpaCO₂", "mmHg", 1, None, |s| Ok(s.state.pulmonary_arterial.gas.pco2_mmhg);
        "ph_pulm_art", "pHpa", "", 3, None, |s| Ok(s.state.pulmonary_arterial.gas.ph);
        "so2_pulm_art_frac", "SpaO₂", "", 4, None, |s| Ok(s.state.pulmonary_arterial.gas.saturation_frac);
        "o2_pulm_art_ml_per_dl", "CpaO₂", "mL/dL", 2, None, |s| Ok(s.state.pulmonary_arterial.gas.o2_ml_per_dl);
        "co2_pulm_art_ml_per_dl", "CpaCO₂", "mL/dL", 2, None, |s| Ok(s.state.pulmonary_arterial.gas.co2_ml_per_dl);
    }
    Oxygenation {
        "aa_gradient_mmhg", "A-a", "mmHg", 1, None, |s| s.estimates.aa_gradient_mmhg;
        "aa_gradient_is_steady", "A-a is steady (1)", "", 0, None, |s| Ok(f64::from(s.steadiness.aa_gradient));
        "arterial_alveolar_ratio", "a/A", "", 3, None, |s| s.estimates.arterial_alveolar_ratio;
        "arterial_alveolar_ratio_is_steady", "a/A is steady (1)", "", 0, None, |s| Ok(f64::from(s.steadiness.arterial_alveolar_ratio));
        "pf_ratio_mmhg", "P/F", "mmHg", 0, None, |s| Ok(s.estimates.pf_ratio_mmhg);
        "pf_ratio_is_steady", "P/F is steady (1)", "", 0, None, |s| Ok(f64::from(s.steadiness.pf_ratio));
        "sf_ratio", "S/F", "", 0, None, |s| Ok(s.estimates.sf_ratio);
        "oxygenation_index", "OI", "", 1, None, |s| s.estimates.oxygenation_index;
        "o2_cap_ideal_ml_per_dl", "Cc′O₂ (ideal)", "mL/dL", 2, None, |s| s.estimates.gas.o2_cap_ml_per_dl;
        "venous_admixture_frac", "Venous admixture (estimate)", "", 4, None, |s| s.estimates.gas.venous_admixture_frac;
        "venous_admixture_is_steady", "Venous admixture is steady (1)", "", 0, None, |s| Ok(f64::from(s.steadiness.venous_admixture));
        "native_admixture_frac", "Admixture, native lung (estimate)", "", 4, None, |s| s.estimates.gas.native_admixture_frac;
        "shunt_true_frac", "Shunt (true)", "", 4, None, |s| Ok(s.truth.shunt_frac);
        "wide_shunt_true_frac", "Shunt through wide vessels (true)", "", 4, None, |s| Ok(s.truth.wide_shunt_frac);
        "dilated_true_frac", "Flow through dilated capillaries (true)", "", 4, None, |s| Ok(s.truth.dilated_frac);
        "dlo2_now_ml_per_min_mmhg", "DLO₂ with the capillaries it has", "mL/min/mmHg", 1, None, |s| s.dlo2_ml_per_min_mmhg().ok_or(NoEstimate::NoDiffusionLimit);
        "bubbles_grade", "Bubble study, grade", "", 0, None, |s| Ok(f64::from(s.bubble_study().grade));
        "bubbles_first_beat", "Bubble study, first beat", "", 1, None, |s| s.bubble_study().first_beat.ok_or(NoEstimate::NoBubbles);
        "bubbles_released_grade", "Bubble study on release, grade", "", 0, None, |s| Ok(f64::from(s.released_bubble_study().grade));
        "bubbles_released_first_beat", "Bubble study on release, first beat", "", 1, None, |s| s.released_bubble_study().first_beat.ok_or(NoEstimate::NoBubbles);
        "shunt_set_frac", "Shunt at PEEP 5 (set)", "", 4, None, |s| Ok(s.params.get(ParamId::Shunt));
    }
    Ventilation {
        "minute_ventilation_l_per_min", "V̇E", "L/min", 2, None, |s| Ok(s.ventilation.minute_l_per_min);
        "alveolar_ventilation_now_l_per_min", "V̇A", "L/min", 2, None, |s| Ok(s.ventilation.alveolar_l_per_min);
        "tidal_volume_per_kg_ml", "VT/PBW", "mL/kg", 1, None, |s| tidal_per_kg(s);
        "pco2_mixed_expired_mmhg", "PĒCO₂", "mmHg", 1, None, |s| s.estimates.pco2_mixed_expired_mmhg;
        "bohr_enghoff_frac", "VD/VT (Enghoff estimate)", "", 3, None, |s| s.estimates.bohr_enghoff_frac;
        "bohr_enghoff_is_steady", "VD/VT is steady (1)", "", 0, None, |s| Ok(f64::from(s.steadiness.bohr_enghoff));
        "dead_space_true_frac", "VD/VT (true)", "", 3, None, |s| s.truth.dead_space_frac;
        "alveolar_dead_space_true_frac", "Alveolar dead space (true)", "", 3, None, |s| s.truth.alveolar_dead_space_frac;
        "driving_pressure_cmh2o", "Driving pressure", "cmH₂O", 1, None, |s| s.ventilation.mean_airway_cmh2o.map(|_| s.ventilation.driving_cmh2o).ok_or(NoEstimate::NoVentilator);
        "plateau_cmh2o", "Plateau pressure", "cmH₂O", 1, None, |s| s.ventilation.mean_airway_cmh2o.map(|_| s.plateau_cmh2o()).ok_or(NoEstimate::NoVentilator);
        "mean_airway_pressure_cmh2o", "Mean airway pressure", "cmH₂O", 1, None, |s| s.ventilation.mean_airway_cmh2o.ok_or(NoEstimate::NoVentilator);
        "mechanical_power_j_per_min", "Mechanical power", "J/min", 1, None, |s| s.breath_load().map(|load| load.power_j_per_min).ok_or(NoEstimate::NoVentilator);
        "breath_energy_kj", "Energy of breaths so far", "kJ", 2, None, |s| load(s, |l| l.energy_j / J_PER_KJ);
        "driving_above_15_h", "ΔP above 15 cmH₂O so far", "h", 2, None, |s| load(s, |l| l.driving_above_h);
        "power_above_17_h", "Power above 17 J/min so far", "h", 2, None, |s| load(s, |l| l.power_above_h);
    }
    Transport {
        "o2_delivery_ml_per_min", "DO₂", "mL/min", 0, None, |s| Ok(s.estimates.gas.o2_delivery_ml_per_min);
        "o2_consumption_ml_per_min", "V̇O₂", "mL/min", 0, None, |s| Ok(s.state.vo2_ml_per_min);
        "o2_demand_ml_per_min", "V̇O₂, demand", "mL/min", 0, None, |s| Ok(patient::vo2_ml_per_min(&s.params));
        "co2_production_ml_per_min", "V̇CO₂", "mL/min", 0, None, |s| Ok(patient::vo2_ml_per_min(&s.params) * s.params.get(ParamId::Rq));
        "o2_extraction_frac", "O₂ER", "", 3, None, |s| s.estimates.o2_extraction_frac;
    }
    Mechanics {
        "peep_now_cmh2o", "PEEP", "cmH₂O", 1, None, |s| mechanics(s, |m| m.breath.expired.airway_cmh2o);
        "end_expiratory_volume_l", "EELV", "L", 2, None, |s| mechanics(s, |m| m.breath.expired.gas_l);
        "tidal_volume_now_ml", "VT", "mL", 0, None, |s| s.ventilation.tidal_ml().ok_or(NoEstimate::NoBreath);
        "compliance_now_ml_per_cmh2o", "Crs", "mL/cmH₂O", 1, None, |s| s.mechanics.as_ref().ok_or(NoEstimate::NoMechanics)?.breath.compliance_l_per_cmh2o().map(|c| ML_PER_L * c).ok_or(NoEstimate::NoVentilator);
        "transpulmonary_end_inspiration_cmh2o", "PL, end inspiration", "cmH₂O", 1, None, |s| mechanics(s, |m| m.breath.inspired.transpulmonary_cmh2o);
        "pleural_mean_cmh2o", "Pleural pressure, mean", "cmH₂O", 1, PLEURAL_SURVIVABLE, |s| mechanics(s, |m| m.breath.mean(|phase| phase.pleural_cmh2o));
        "open_tissue_frac", "Open tissue", "", 3, None, |s| mechanics(s, |m| m.tissue_shares().open_frac);
        "collapsed_tissue_frac", "Collapsed tissue", "", 3, None, |s| mechanics(s, |m| m.tissue_shares().collapsed_frac);
        "tidal_recruitment_frac", "Tidal recruitment", "", 4, None, |s| mechanics(s, |m| m.breath.tidal_recruitment_frac(&m.layers));
        "overdistended_frac", "Overdistended", "", 3, None, |s| mechanics(s, |m| m.breath.overdistended_frac(&m.layers));
        "strain_ratio", "Strain, VT/EELV", "", 2, None, |s| s.mechanics.as_ref().ok_or(NoEstimate::NoMechanics)?.strain().ok_or(NoEstimate::DividesByZero { what: "end-expiratory volume" });
        "strain_dose_h", "Strain × time so far", "h", 2, None, |s| load_of_layers(s, |l| l.strain_h);
        "tidal_recruitment_dose_h", "Tidal recruitment × time", "h", 3, None, |s| load_of_layers(s, |l| l.recruited_h);
        "overdistension_dose_h", "Overdistension × time", "h", 3, None, |s| load_of_layers(s, |l| l.overdistended_h);
    }
    Circulation {
        "output_now_l_per_min", "Cardiac output", "L/min", 2, None, |s| Ok(s.output_l_per_min());
        "arterial_pressure_mmhg", "Arterial pressure, mean", "mmHg", 0, None, |s| mechanics(s, |m| m.arterial_pressure_mmhg);
        "pulmonary_pressure_mmhg", "PAP, mean", "mmHg", 1, PAP_SURVIVABLE, |s| mechanics(s, |m| m.pulmonary_pressure_mmhg);
        "right_atrial_pressure_mmhg", "CVP", "mmHg", 1, None, |s| mechanics(s, |m| m.right_atrium_mmhg);
        "right_ventricle_frac", "Right ventricle keeps", "", 2, None, |s| mechanics(s, |m| m.circulation.right_ventricle_frac);
        "foramen_flow_l_per_min", "Flow through foramen ovale", "L/min", 2, None, |s| mechanics(s, |m| m.circulation.foramen_l_per_min);
        "so2_preductal_frac", "SaO₂ before the duct", "", 4, None, |s| around_duct(s, |blood| blood.before.gas.saturation_frac);
        "so2_postductal_frac", "SaO₂ after the duct", "", 4, None, |s| around_duct(s, |blood| blood.after.gas.saturation_frac);
    }
    Ecmo {
        "so2_drained_frac", "SO₂ drained", "", 4, None, |s| ecmo(s, |e| e.drained.gas.saturation_frac);
        "so2_returned_frac", "SO₂ returned", "", 4, None, |s| ecmo(s, |e| e.returned.gas.saturation_frac);
        "po2_returned_mmhg", "PO₂ returned", "mmHg", 1, None, |s| ecmo(s, |e| e.returned.gas.po2_mmhg);
        "pco2_returned_mmhg", "PCO₂ returned", "mmHg", 1, None, |s| ecmo(s, |e| e.returned.gas.pco2_mmhg);
        "effective_flow_l_per_min", "Effective flow", "L/min", 2, None, |s| ecmo(s, |e| e.effective_flow_l_per_min);
        "effective_flow_frac", "Effective flow over output", "", 3, None, |s| Ok(ecmo(s, |e| e.effective_flow_l_per_min)? / s.systemic_l_per_min());
        "recirculation_true_frac", "Recirculation (true)", "", 3, None, |s| ecmo(s, |e| e.recirculation_frac);
        "recirculation_estimate_frac", "Recirculation (from saturations)", "", 3, None, |s| s.estimates.recirculation_frac;
        "sweep_flowmeter_l_per_min", "Sweep, dry flowmeter", "L/min", 2, None, |s| sweep_flowmeter(s);
        "membrane_o2_transfer_ml_per_min", "O₂ transfer", "mL/min", 0, None, |s| ecmo(s, |e| e.o2_transfer_ml_per_min);
        "membrane_co2_removal_ml_per_min", "CO₂ removal", "mL/min", 0, None, |s| ecmo(s, |e| e.co2_removal_ml_per_min);
        "native_o2_share_frac", "Share of O₂ uptake, native lung", "", 3, None, |s| native_o2_share(s);
        "saturation_difference_frac", "SaO₂ − SO₂ drained", "", 3, None, |s| saturation_difference(s);
        "pco2_drained_mmhg", "PCO₂ drained", "mmHg", 1, None, |s| ecmo(s, |e| e.drained.gas.pco2_mmhg);
        "pump_flow_now_l_per_min", "Pumped", "L/min", 2, None, |s| pump(s, |p| p.flow_l_per_min);
        "pump_speed_now_per_min", "Turns of the pump", "/min", 0, None, |s| pump(s, Pumping::speed_per_min);
        "pump_chatter_frac", "Chatter", "", 3, None, |s| pump(s, |p| p.chatter_frac);
        "pump_inlet_mmhg", "P before pump", "mmHg", 0, None, |s| pump(s, |p| p.inlet_mmhg);
        "membrane_inlet_mmhg", "P before membrane", "mmHg", 0, None, |s| pump(s, |p| p.before_membrane_mmhg);
        "membrane_outlet_mmhg", "P after membrane", "mmHg", 0, None, |s| pump(s, |p| p.after_membrane_mmhg);
        "membrane_pressure_fall_mmhg", "ΔP of membrane", "mmHg", 0, None, |s| pump(s, Pumping::membrane_fall_mmhg);
        "plasma_hb_mg_per_dl", "Plasma Hb", "mg/dL", 0, None, |s| plasma_hb(s);
        "membrane_coat_now_frac", "Coat of the membrane", "", 4, None, |s| pump(s, |_| 0.0).map(|_| s.params.get(ParamId::MembraneCoat));
        "membrane_clot_now_frac", "Clot of the membrane", "", 4, None, |s| pump(s, |_| 0.0).map(|_| s.params.get(ParamId::MembraneClot));
        "membrane_water_now_frac", "Water in its fibres", "", 4, None, |s| pump(s, |_| 0.0).map(|_| s.params.get(ParamId::MembraneWater));
        "bypass_flow_l_per_min", "Pumped into the aorta", "L/min", 2, None, |s| s.bypass.map(|of| of.arterial_l_per_min()).ok_or(NoEstimate::NoBypass);
        "systemic_flow_l_per_min", "Flow to the body", "L/min", 2, None, |s| bypass(s, Snapshot::systemic_l_per_min);
        "native_flow_frac", "Of the body's flow by the heart", "", 3, None, |s| bypass(s, Snapshot::native_frac);
        "vent_flow_now_l_per_min", "Vented", "L/min", 2, None, |s| s.bypass.map(|of| of.vented_l_per_min).ok_or(NoEstimate::NoBypass);
        "so2_superior_cava_frac", "SO₂, superior vena cava", "", 4, None, |s| vein(s, Vein::Superior);
        "so2_inferior_cava_frac", "SO₂, inferior vena cava", "", 4, None, |s| vein(s, Vein::Inferior);
        "so2_coronary_sinus_frac", "SO₂, coronary sinus", "", 4, None, |s| vein(s, Vein::CoronarySinus);
        "cannulated_leg_flow_frac", "Cannulated leg, of its usual flow", "", 3, None, |s| s.cannulated_leg_frac().ok_or(NoEstimate::NoBypass);
        "left_atrium_now_mmhg", "Left atrium, transmural", "mmHg", 1, None, |s| bypass(s, |_| 0.0).and_then(|_| mechanics(s, |m| m.circulation.left_atrium_mmhg));
        "po2_left_heart_mmhg", "PO₂, left heart", "mmHg", 1, None, |s| s.left_heart().map(|blood| blood.gas.po2_mmhg).ok_or(NoEstimate::NoBypass);
        "so2_left_heart_frac", "SO₂, left heart", "", 4, None, |s| s.left_heart().map(|blood| blood.gas.saturation_frac).ok_or(NoEstimate::NoBypass);
        "so2_coronary_frac", "SO₂, coronaries", "", 4, None, |s| branch(s, Branch::Coronary, |blood| blood.gas.saturation_frac);
        "po2_right_arm_mmhg", "PO₂, right arm", "mmHg", 1, None, |s| branch(s, Branch::RightArm, |blood| blood.gas.po2_mmhg);
        "pco2_right_arm_mmhg", "PCO₂, right arm", "mmHg", 1, None, |s| branch(s, Branch::RightArm, |blood| blood.gas.pco2_mmhg);
        "ph_right_arm", "pH, right arm", "", 3, None, |s| branch(s, Branch::RightArm, |blood| blood.gas.ph);
        "so2_right_arm_frac", "SO₂, right arm", "", 4, None, |s| branch(s, Branch::RightArm, |blood| blood.gas.saturation_frac);
        "o2_right_arm_ml_per_dl", "O₂ content, right arm", "mL/dL", 2, None, |s| branch(s, Branch::RightArm, |blood| blood.gas.o2_ml_per_dl);
        "so2_brain_right_frac", "SO₂, brain, right", "", 4, None, |s| branch(s, Branch::RightBrain, |blood| blood.gas.saturation_frac);
        "so2_brain_left_frac", "SO₂, brain, left", "", 4, None, |s| branch(s, Branch::LeftBrain, |blood| blood.gas.saturation_frac);
        "near_infrared_right_frac", "NIRS, forehead, right", "", 4, None, |s| s.near_infrared_frac().ok_or(NoEstimate::NoBypass);
        "so2_left_arm_frac", "SO₂, left arm", "", 4, None, |s| branch(s, Branch::LeftArm, |blood| blood.gas.saturation_frac);
        "po2_leg_mmhg", "PO₂, leg", "mmHg", 1, None, |s| branch(s, Branch::Legs, |blood| blood.gas.po2_mmhg);
        "so2_leg_frac", "SO₂, leg", "", 4, None, |s| branch(s, Branch::Legs, |blood| blood.gas.saturation_frac);
    }
}

/// Lowest PaO2 measured in people who lived: 19.1 mmHg near the summit of Everest (Grocott MPW et al., N Engl J Med
/// 2009;360:140-149). There is no upper limit at these pressures.
const PO2_SURVIVABLE: Option<[f64; 2]> = Some([19.0, f64::INFINITY]);
/// As commonly taught; single patients have recovered from far higher PaCO2, so this marks danger, not certainty.
const PCO2_SURVIVABLE: Option<[f64; 2]> = Some([7.0, 150.0]);
/// pH compatible with life as commonly taught, 6.8 to 7.8; single patients have recovered from lower.
const PH_SURVIVABLE: Option<[f64; 2]> = Some([6.8, 7.8]);

/// Lowest mean pleural pressure that muscles of breathing keep up: 0.15 of a largest pressure of about 100 cmH2O
/// (Bellemare F, Grassino A, J Appl Physiol 1982;53:1190-1195, recalled). A chest held so far below its relaxed volume as
/// to pull more is nobody's either.
const PLEURAL_SURVIVABLE: Option<[f64; 2]> = Some([-15.0, f64::INFINITY]);
/// A mean pulmonary artery pressure below that of the air is none of a patient: veins outside the chest fall shut before.
const PAP_SURVIVABLE: Option<[f64; 2]> = Some([0.0, f64::INFINITY]);

/// What has to be said of a patient before his numbers are read, in sentences.
#[must_use]
pub fn remarks(snapshot: &Snapshot) -> Vec<&'static str> {
    let breath = &snapshot.ventilation;
    let unventilated = breath.minute_l_per_min > 0.0 && breath.alveolar_l_per_min <= 0.0;
    let raised = snapshot.state.ecmo.is_some_and(|ecmo| ecmo.recirculation_raised);
    [
        (unventilated, "The lung is no longer ventilated: no breath is larger than its dead space."),
        (
            snapshot.bypass.is_some(),
            "Two bloods meet in the aorta: what is called arterial is all of it mixed, as no needle draws it; oximeter, P/F, gas \
             at 37 °C, arterial samples and what is told of an action are of the right arm.",
        ),
        (raised, "The pump would take more than the body returns: recirculation was raised to what is left."),
    ]
    .into_iter()
    .filter_map(|(is_so, words)| is_so.then_some(words))
    .collect()
}

/// Why a patient would not live, in words; empty where nothing says so.
#[must_use]
pub fn not_survivable(snapshot: &Snapshot, units: DisplayUnits) -> Vec<String> {
    let mut reasons: Vec<String> = QUANTITIES
        .iter()
        .filter_map(|quantity| {
            let value = quantity.read(snapshot).ok().filter(|value| quantity.not_survivable(*value))?;
            let units = quantity.shown_in(units);
            Some(format!("{} {}", quantity.label, units.text(value, quantity.unit, quantity.decimals)))
        })
        .collect();
    if snapshot.state.supply_limited {
        let used = snapshot.state.vo2_ml_per_min;
        reasons.push(match snapshot.params.held_svo2_frac() {
            None => {
                format!("O₂ supply meets {used:.0} of {:.0} mL/min demanded", patient::vo2_ml_per_min(&snapshot.params))
            }
            Some(held) => {
                format!(
                    "O₂ supply allows {used:.0} mL/min, too little to bring Sv̄O₂ down to the {:.0} % held",
                    percent_from_frac(held)
                )
            }
        });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::Params;
    use crate::sim::reading::snapshot::Model;

    #[test]
    fn inv_keys_are_unique_and_a_healthy_adult_has_finite_values() {
        let snapshot = Model::new().snapshot(&Params::default()).expect("healthy");
        for (i, quantity) in QUANTITIES.iter().enumerate() {
            assert!(QUANTITIES[..i].iter().all(|other| other.key != quantity.key), "{}", quantity.key);
            assert!(ParamId::from_key(quantity.key).is_none(), "{} is also a parameter", quantity.key);
            if let Ok(value) = quantity.read(&snapshot) {
                assert!(value.is_finite(), "{}", quantity.key);
                assert!(!quantity.not_survivable(value), "{}", quantity.key);
            }
        }
        assert!(not_survivable(&snapshot, DisplayUnits::default()).is_empty());
    }

    #[test]
    fn inv_absent_values_say_why() {
        let snapshot = Model::new().snapshot(&Params::default()).expect("healthy");
        let read = |key: &str| Quantity::from_key(key).expect("a key").read(&snapshot);
        assert_eq!(read("oxygenation_index"), Err(NoEstimate::NoVentilator));
        assert_eq!(read("so2_returned_frac"), Err(NoEstimate::NoMembraneLung));
    }
}
