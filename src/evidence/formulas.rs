//! The formulas that are offered one at a time, with their inputs checked against where they hold.

use std::sync::LazyLock;

use thiserror::Error;

use crate::physiology::blood::{Blood, Chemistry};
use crate::physiology::indices::{self, NoEstimate};
use crate::physiology::lung_unit::{self, Basis, GasSupply};
use crate::physiology::membrane;
use crate::physiology::unit_state::{self, UnitProblem};
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::physiology::{
    acid_base, carbon_monoxide, co2_content, expected_gradient, ladder, lung_load, o2_content, saturation,
};
use crate::sim::params::{MAX_DYSHAEMOGLOBIN_FRAC, ParamId};
use crate::text::number;
use crate::units::{BTPS_STPD_MMHG_L_PER_ML, NORMAL_TEMPERATURE_C};

/// One input of a formula.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Its key.
    pub key: &'static str,
    /// Its unit; empty for a fraction or a ratio.
    pub unit: &'static str,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Taken where nothing is given; none where something has to be.
    pub default: Option<f64>,
}

/// A formula as it is offered.
#[derive(Debug)]
pub struct Formula {
    /// Its name, as typed.
    pub name: &'static str,
    /// What it gives.
    pub title: &'static str,
    /// In symbols.
    pub equation: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// What it needs.
    pub inputs: Vec<Input>,
    /// Keys and units of what comes out.
    pub outputs: &'static [(&'static str, &'static str)],
    /// Takes the inputs in their order, gives the outputs in theirs.
    compute: fn(&[f64]) -> Result<Vec<f64>, FormulaError>,
}

/// Why a formula has no value there.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum FormulaError {
    /// Too little haemoglobin left that could carry O2.
    #[error("cohb_frac + methb_frac = {sum}: together at most {MAX_DYSHAEMOGLOBIN_FRAC}", sum = number(*.sum))]
    Dyshaemoglobin {
        /// The refused sum.
        sum: f64,
    },
    /// Saturations of venous and returned blood that leave nothing to compare drained blood with.
    #[error("returned saturation {returned} is not above venous {venous}", returned = number(*.returned), venous = number(*.venous))]
    ReturnedNotAboveVenous {
        /// Of returned blood.
        returned: f64,
        /// Of venous blood.
        venous: f64,
    },
    /// A pressure at the end of inspiration below that at its beginning.
    #[error("plateau {plateau} is below PEEP {peep}", plateau = number(*.plateau), peep = number(*.peep))]
    PlateauBelowPeep {
        /// At the end.
        plateau: f64,
        /// At the beginning.
        peep: f64,
    },
    /// The formula has no value there.
    #[error(transparent)]
    NoEstimate(#[from] NoEstimate),
}

impl Formula {
    /// What comes out, in the order of [`Formula::outputs`]; the values are those of [`Formula::inputs`], in their
    /// order and within their bounds.
    ///
    /// # Errors
    /// [`FormulaError`] where there is no value.
    pub fn compute(&self, values: &[f64]) -> Result<Vec<f64>, FormulaError> {
        (self.compute)(values)
    }
}

/// An input with bounds and default of the parameter it is.
fn parameter(id: ParamId) -> Input {
    let b = id.bounds();
    Input { key: b.key, unit: b.unit, min: b.min, max: b.max, default: Some(b.default) }
}

/// An input that has to be given.
fn given(key: &'static str, unit: &'static str, min: f64, max: f64) -> Input {
    Input { key, unit, min, max, default: None }
}

fn with_default(input: Input, default: f64) -> Input {
    Input { default: Some(default), ..input }
}

fn needed(input: Input) -> Input {
    Input { default: None, ..input }
}

/// Tensions of blood and gas, up to hyperbaric O2.
fn tension(key: &'static str) -> Input {
    given(key, "mmHg", 0.0, 3000.0)
}

/// CO2 tension of a blood that has a pH.
fn co2_tension(key: &'static str) -> Input {
    given(key, "mmHg", 1.0, 800.0)
}

fn fraction(key: &'static str) -> Input {
    given(key, "", 0.0, 1.0)
}

fn content(key: &'static str) -> Input {
    given(key, "mL/dL", 0.0, 100.0)
}

fn ph_input() -> Input {
    given("ph", "", 6.0, 8.6)
}

/// Inputs by name: `|[a, b]| …` over a slice of exactly as many.
macro_rules! of {
    (|[$($name:ident),*]| $body:expr) => {
        |values: &[f64]| {
            let mut values = values.iter().copied();
            $( let $name = values.next().unwrap_or(f64::NAN); )*
            $body
        }
    };
}

/// The two dyshaemoglobins leave enough haemoglobin for O2.
fn check_dyshaemoglobin(cohb_frac: f64, methb_frac: f64) -> Result<(), FormulaError> {
    let sum = cohb_frac + methb_frac;
    // 0.6 + 0.3 is a rounding error above 0.9.
    if sum > MAX_DYSHAEMOGLOBIN_FRAC + 1e-12 { Err(FormulaError::Dyshaemoglobin { sum }) } else { Ok(()) }
}

/// Every formula, in the order in which they are offered.
#[must_use]
pub fn all() -> &'static [Formula] {
    static ALL: LazyLock<Vec<Formula>> = LazyLock::new(formulas);
    &ALL
}

fn formulas() -> Vec<Formula> {
    use ParamId as P;
    vec![
        Formula {
            name: "o2_saturation",
            title: "O2 saturation of the haemoglobin that can bind O2",
            equation: "x = p^3 + 150 p, p = f PO2, S = x/(x + 23400); f = 10^(0.024(37 - T) + 0.40(pH - 7.4) + 0.06 log10(40/PCO2)) 26.86/P50; with CO: O2Hb + COHb = curve(f PO2 (O2Hb + COHb)/O2Hb)",
            source: "Severinghaus JW, J Appl Physiol 1979;46:599-602; Kelman GR, J Appl Physiol 1966;21:1375-1376",
            inputs: vec![
                tension("po2_mmhg"),
                with_default(ph_input(), 7.4),
                with_default(co2_tension("pco2_mmhg"), 40.0),
                parameter(P::Temperature),
                parameter(P::P50),
                parameter(P::Cohb),
                parameter(P::Methb),
            ],
            outputs: &[("so2_frac", "")],
            compute: of!(|[po2_mmhg, ph, pco2_mmhg, temperature_c, p50_mmhg, cohb_frac, methb_frac]| {
                check_dyshaemoglobin(cohb_frac, methb_frac)?;
                let factor = saturation::virtual_po2_factor(temperature_c, ph, pco2_mmhg, p50_mmhg);
                let co_share = cohb_frac / (1.0 - methb_frac);
                let all = saturation::virtual_po2_of_all_ligands(factor * po2_mmhg, co_share);
                let bound = saturation::standard_curve(all).0;
                Ok(vec![((bound - co_share) / (1.0 - co_share)).max(0.0)])
            }),
        },
        Formula {
            name: "o2_content",
            title: "O2 content of blood, bound and dissolved",
            equation: "C = 1.34 Hb (1 - COHb - MetHb) S + 0.0031 PO2",
            source: "Hüfner's constant and solubility as in most teaching texts (Lumb, Nunn's Applied Respiratory Physiology)",
            inputs: vec![
                fraction("so2_frac"),
                tension("po2_mmhg"),
                parameter(P::Hb),
                parameter(P::Cohb),
                parameter(P::Methb),
            ],
            outputs: &[("o2_content_ml_per_dl", "mL/dL")],
            compute: of!(|[so2_frac, po2_mmhg, hb_g_per_dl, cohb_frac, methb_frac]| {
                check_dyshaemoglobin(cohb_frac, methb_frac)?;
                Ok(vec![o2_content::o2_content_ml_per_dl(hb_g_per_dl, cohb_frac, methb_frac, so2_frac, po2_mmhg)])
            }),
        },
        Formula {
            name: "ph",
            title: "pH of blood from PCO2 and base excess",
            equation: "(1 - 0.0143 Hb)[(HCO3 - HCO3_ref) + (1.43 Hb + 7.7)(pH - 7.4)] = BE + 0.2 Hb (1 - S), HCO3 = 0.0307 PCO2 10^(pH - 6.105)",
            source: "Siggaard-Andersen O, Scand J Clin Lab Invest Suppl 1977;146:15-20 (Van Slyke equation)",
            inputs: vec![
                co2_tension("pco2_mmhg"),
                parameter(P::BaseExcess),
                parameter(P::Hb),
                with_default(fraction("so2_frac"), 1.0),
            ],
            outputs: &[("ph", ""), ("bicarbonate_mmol_per_l", "mmol/L")],
            compute: of!(|[pco2_mmhg, base_excess_mmol_per_l, hb_g_per_dl, so2_frac]| {
                let blood = acid_base::VanSlyke::new(hb_g_per_dl, base_excess_mmol_per_l);
                let ph = acid_base::ph(&blood, pco2_mmhg, so2_frac);
                Ok(vec![ph, acid_base::bicarbonate_mmol_per_l(ph, pco2_mmhg)])
            }),
        },
        Formula {
            name: "co2_content",
            title: "CO2 content of blood",
            equation: "plasma = 2.226 s PCO2 (1 + 10^(pH - pK)), blood = plasma [1 - 0.0289 Hb/((3.352 - 0.456 S)(8.142 - min(pH, 7.90)))]",
            source: "Douglas AR, Jones NL, Reed JW, J Appl Physiol 1988;65:473-477",
            inputs: vec![
                ph_input(),
                co2_tension("pco2_mmhg"),
                fraction("so2_frac"),
                parameter(P::Hb),
                parameter(P::Temperature),
            ],
            outputs: &[("co2_content_ml_per_dl", "mL/dL")],
            compute: of!(|[ph, pco2_mmhg, so2_frac, hb_g_per_dl, temperature_c]| {
                Ok(vec![co2_content::co2_content_ml_per_dl(hb_g_per_dl, so2_frac, ph, pco2_mmhg, temperature_c)])
            }),
        },
        Formula {
            name: "alveolar_po2",
            title: "Alveolar PO2 by the alveolar gas equation",
            equation: "PAO2 = FiO2 (PB - PH2O) - PaCO2 (FiO2 + (1 - FiO2)/R)",
            source: "Fenn WO, Rahn H, Otis AB, Am J Physiol 1946;146:637-653",
            inputs: vec![
                tension("pco2_art_mmhg"),
                parameter(P::Fio2),
                parameter(P::Pb),
                parameter(P::Rq),
                parameter(P::Temperature),
            ],
            outputs: &[("pio2_mmhg", "mmHg"), ("po2_alv_ideal_mmhg", "mmHg")],
            compute: of!(|[pco2_art_mmhg, fio2_frac, pb_mmhg, rq_ratio, temperature_c]| {
                let ph2o = water_vapour_mmhg(temperature_c);
                let po2_alv_mmhg = indices::alveolar_po2_mmhg(fio2_frac, pb_mmhg, ph2o, pco2_art_mmhg, rq_ratio);
                Ok(vec![indices::inspired_po2_mmhg(fio2_frac, pb_mmhg, ph2o), po2_alv_mmhg])
            }),
        },
        Formula {
            name: "aa_gradient",
            title: "Alveolar-arterial PO2 difference",
            equation: "A-a = PAO2 - PaO2, PAO2 by the alveolar gas equation",
            source: "Fenn WO, Rahn H, Otis AB, Am J Physiol 1946;146:637-653",
            inputs: vec![
                tension("po2_art_mmhg"),
                tension("pco2_art_mmhg"),
                parameter(P::Fio2),
                parameter(P::Pb),
                parameter(P::Rq),
                parameter(P::Temperature),
            ],
            outputs: &[("po2_alv_ideal_mmhg", "mmHg"), ("aa_gradient_mmhg", "mmHg")],
            compute: of!(|[po2_art_mmhg, pco2_art_mmhg, fio2_frac, pb_mmhg, rq_ratio, temperature_c]| {
                let ph2o = water_vapour_mmhg(temperature_c);
                let po2_alv_mmhg = indices::alveolar_po2_mmhg(fio2_frac, pb_mmhg, ph2o, pco2_art_mmhg, rq_ratio);
                Ok(vec![po2_alv_mmhg, po2_alv_mmhg - po2_art_mmhg])
            }),
        },
        Formula {
            name: "expected_aa_gradient",
            title: "Alveolar-arterial PO2 difference of a healthy person of an age, on air at sea level",
            equation: "A-a = 2.5 + 0.21 age; 19 of 20 within 11 mmHg of it",
            source: "Mellemgaard K, Acta Physiol Scand 1966;67:10-20 (recalled)",
            inputs: vec![given("age_years", "", 15.0, 90.0)],
            outputs: &[
                ("aa_gradient_least_mmhg", "mmHg"),
                ("aa_gradient_usual_mmhg", "mmHg"),
                ("aa_gradient_most_mmhg", "mmHg"),
            ],
            compute: of!(|[age_years]| {
                let health = expected_gradient::aa_gradient_mmhg(age_years);
                Ok(vec![health.low_mmhg, health.usual_mmhg, health.high_mmhg])
            }),
        },
        Formula {
            name: "shunt_equation",
            title: "Venous admixture from O2 contents",
            equation: "Qs/Qt = (Cc' - Ca)/(Cc' - Cv)",
            source: "Berggren SM, Acta Physiol Scand 1942;4 Suppl 11",
            inputs: vec![content("o2_cap_ideal_ml_per_dl"), content("o2_art_ml_per_dl"), content("o2_ven_ml_per_dl")],
            outputs: &[("venous_admixture_frac", "")],
            compute: of!(|[capillary_ml_per_dl, arterial_ml_per_dl, venous_ml_per_dl]| {
                Ok(vec![indices::venous_admixture_frac(capillary_ml_per_dl, arterial_ml_per_dl, venous_ml_per_dl)?])
            }),
        },
        Formula {
            name: "bohr_enghoff",
            title: "Dead space over tidal volume, with arterial PCO2 for alveolar",
            equation: "VD/VT = (PaCO2 - PeCO2)/PaCO2",
            source: "Enghoff H, Uppsala Läkarefören Förh 1938;44:191-218",
            inputs: vec![tension("pco2_art_mmhg"), tension("pco2_mixed_expired_mmhg")],
            outputs: &[("bohr_enghoff_frac", "")],
            compute: of!(|[pco2_art_mmhg, pco2_mixed_expired_mmhg]| {
                Ok(vec![indices::bohr_enghoff_frac(pco2_art_mmhg, pco2_mixed_expired_mmhg)?])
            }),
        },
        Formula {
            name: "oxygenation_index",
            title: "Oxygenation index",
            equation: "OI = 100 Pmean FiO2/PaO2",
            source: "Ortiz RM, Cilley RE, Bartlett RH, Pediatr Clin North Am 1987;34:39-46",
            inputs: vec![
                given("mean_airway_pressure_cmh2o", "cmH₂O", 0.0, 100.0),
                needed(parameter(P::Fio2)),
                tension("po2_art_mmhg"),
            ],
            outputs: &[("oxygenation_index", "")],
            compute: of!(|[mean_airway_cmh2o, fio2_frac, po2_art_mmhg]| {
                Ok(vec![indices::oxygenation_index(mean_airway_cmh2o, fio2_frac, po2_art_mmhg)?])
            }),
        },
        Formula {
            name: "lung_unit",
            title: "Gas of one lung unit by its ventilation and perfusion",
            equation: "k VA (PI - PA) = 10 Q (C' - Cv) for O2 and CO2, N2 in balance; C' in equilibrium with PA",
            source: "West JB, J Appl Physiol 1962;17:893-898",
            inputs: vec![
                given("ventilation_l_per_min", "L/min", 0.001, 100.0),
                given("perfusion_l_per_min", "L/min", 0.001, 100.0),
                with_default(given("po2_ven_mmhg", "mmHg", 1.0, 800.0), 40.0),
                with_default(co2_tension("pco2_ven_mmhg"), 45.0),
                parameter(P::Fio2),
                parameter(P::Pb),
                parameter(P::Hb),
            ],
            outputs: &[("po2_alv_mmhg", "mmHg"), ("pco2_alv_mmhg", "mmHg"), ("o2_cap_ml_per_dl", "mL/dL")],
            compute: of!(|[ventilation, perfusion, po2_ven, pco2_ven, fio2_frac, pb_mmhg, hb_g_per_dl]| {
                let chemistry = Chemistry::new(&Blood { hb_g_per_dl, ..Blood::default() });
                let venous = chemistry.gas_at_tensions(po2_ven, pco2_ven);
                let supply = GasSupply::at_body_temperature(pb_mmhg, NORMAL_TEMPERATURE_C, fio2_frac);
                let inflow = lung_unit::contents(&venous, supply.dry_mmhg - supply.pio2_mmhg);
                let ratio = lung_unit::conductance_ratio(BTPS_STPD_MMHG_L_PER_ML, ventilation, perfusion);
                let unit = UnitProblem { basis: Basis::Expired, ratio, supply, inflow };
                let (gas, _) = chemistry.evaluate(unit_state::solve(&chemistry, &unit));
                Ok(vec![gas.po2_mmhg, gas.pco2_mmhg, gas.o2_ml_per_dl])
            }),
        },
        Formula {
            name: "o2_delivery",
            title: "O2 delivery",
            equation: "DO2 = 10 Q CaO2",
            source: "Definition; Q in L/min, content in mL/dL",
            inputs: vec![parameter(P::CardiacOutput), content("o2_art_ml_per_dl")],
            outputs: &[("o2_delivery_ml_per_min", "mL/min")],
            compute: of!(|[cardiac_output_l_per_min, o2_art_ml_per_dl]| {
                Ok(vec![indices::o2_delivery_ml_per_min(cardiac_output_l_per_min, o2_art_ml_per_dl)])
            }),
        },
        Formula {
            name: "sweep_flowmeter",
            title: "What a dry flowmeter at 21 degC reads of a membrane lung's sweep gas",
            equation: "read = sweep/[(273.15 + T)/294.15 PB/(PB - PH2O(T))]",
            source: "Gas law: the gas warms and takes up water at constant pressure; PH2O by Buck AL, J Appl Meteorol 1981;20:1527-1532",
            inputs: vec![needed(parameter(P::Sweep)), parameter(P::Temperature), parameter(P::Pb)],
            outputs: &[("sweep_flowmeter_l_per_min", "L/min")],
            compute: of!(|[sweep_l_per_min, temperature_c, pb_mmhg]| {
                Ok(vec![membrane::flowmeter_l_per_min(sweep_l_per_min, temperature_c, pb_mmhg)])
            }),
        },
        Formula {
            name: "recirculation",
            title: "Recirculation of veno-venous ECMO from three saturations",
            equation: "R = (S_drained - S_venous)/(S_returned - S_venous)",
            source: "Messaï E et al., Intensive Care Med 2013;39:327",
            inputs: vec![fraction("so2_drained_frac"), fraction("so2_returned_frac"), fraction("so2_ven_frac")],
            outputs: &[("recirculation_estimate_frac", "")],
            compute: of!(|[drained, returned, venous]| {
                membrane::recirculation_from_saturations(drained, returned, venous)
                    .map(|r| vec![r])
                    .ok_or(FormulaError::ReturnedNotAboveVenous { returned, venous })
            }),
        },
        Formula {
            name: "co_half_life",
            title: "Half-life of carboxyhaemoglobin",
            equation: "t½ = 320 (PO2/100)^-0.82 min",
            source: "Fitted to Weaver LK et al., Chest 2000;117:801-808: 74 ± 25 min on pure O2, about 320 on air",
            inputs: vec![given("po2_art_mmhg", "mmHg", 20.0, 3000.0)],
            outputs: &[("cohb_half_life_min", "min")],
            compute: of!(|[po2]| Ok(vec![carbon_monoxide::half_life_min(po2)])),
        },
        Formula {
            name: "table_peep",
            title: "PEEP of the ARDS Network's table (lower PEEP) for an FiO2",
            equation: "0.3: 5; 0.4: 5 to 8; 0.5: 8 to 10; 0.6: 10; 0.7: 10 to 14; 0.8: 14; 0.9: 14 to 18; 1.0: 18 to 24",
            source: "ARDS Network, N Engl J Med 2000;342:1301-1308; the table recalled",
            inputs: vec![given("fio2_frac", "", 0.21, 1.0)],
            outputs: &[("peep_least_cmh2o", "cmH2O"), ("peep_most_cmh2o", "cmH2O")],
            compute: of!(|[fio2]| Ok(ladder::table_peep_cmh2o(fio2).to_vec())),
        },
        Formula {
            name: "mechanical_power",
            title: "Mechanical power of volume-controlled breaths, without airway resistance",
            equation: "0.098 f VT (PEEP + (Pplat - PEEP)/2)",
            source: "Gattinoni L et al., Intensive Care Med 2016;42:1567-1575 (recalled), without its part of resistance",
            inputs: vec![
                given("ventilator_rate_per_min", "/min", 0.0, 60.0),
                given("tidal_volume_ml", "mL", 0.0, 2000.0),
                given("peep_cmh2o", "cmH₂O", 0.0, 50.0),
                given("plateau_cmh2o", "cmH₂O", 0.0, 100.0),
            ],
            outputs: &[("mechanical_power_j_per_min", "J/min")],
            compute: of!(|[rate, tidal_ml, peep, plateau]| {
                if plateau < peep {
                    return Err(FormulaError::PlateauBelowPeep { plateau, peep });
                }
                let tidal_l = crate::units::l_from_ml(tidal_ml);
                Ok(vec![lung_load::mechanical_power_j_per_min(rate, tidal_l, peep, plateau - peep, false)])
            }),
        },
    ]
}
