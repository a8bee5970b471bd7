//! `calc`: one formula at a time, with its inputs checked against where it holds.

use std::io::Write;

use thiserror::Error;

use super::error::CliError;
use super::print::{Align, Json, LINE, Object, columns, figures, wrapped};
use crate::physiology::indices::{self, NoEstimate};
use crate::physiology::membrane;
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::physiology::{acid_base, co2_content, expected_gradient, o2_content, saturation};
use crate::sim::params::{MAX_DYSHAEMOGLOBIN_FRAC, ParamId};
use crate::text::typed::{self, TypedError};
use crate::text::{nearest, number, shown, spaced};

/// One input of a formula.
#[derive(Debug, Clone, Copy)]
struct Input {
    key: &'static str,
    unit: &'static str,
    min: f64,
    max: f64,
    /// Taken where nothing is given; none where something has to be.
    default: Option<f64>,
}

/// A formula as it is offered.
struct Formula {
    name: &'static str,
    title: &'static str,
    equation: &'static str,
    source: &'static str,
    inputs: Vec<Input>,
    /// Keys and units of what comes out.
    outputs: &'static [(&'static str, &'static str)],
    /// Takes the inputs in their order, gives the outputs in theirs.
    compute: fn(&[f64]) -> Result<Vec<f64>, CalcError>,
}

/// Tensions below which, both together and without a unit, kPa will be meant.
const KPA_PO2_BELOW: f64 = 20.0;
const KPA_PCO2_BELOW: f64 = 10.0;

/// Why a formula was not computed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CalcError {
    /// No formula has the name.
    #[error("no formula is called `{name}`{}", hint(.candidates, "; `isoshunt calc --list` lists them"), name = shown(.name))]
    UnknownFormula {
        /// The name as given.
        name: String,
        /// Names that it may have meant.
        candidates: Vec<&'static str>,
    },
    /// An argument that is not `key=value`.
    #[error("`{text}` is not an input: write KEY=VALUE, for example {example}=…", text = shown(.text))]
    Form {
        /// The text as given.
        text: String,
        /// Key of the first input.
        example: &'static str,
    },
    /// A key that the formula does not have.
    #[error("{formula} has no input `{key}`: its inputs are {}", .inputs.join(", "), key = shown(.key))]
    UnknownInput {
        /// The formula.
        formula: &'static str,
        /// The key as given.
        key: String,
        /// The keys it has.
        inputs: Vec<&'static str>,
    },
    /// A stem that fits several inputs.
    #[error("`{key}` fits several inputs: {}", .candidates.join(", "), key = shown(.key))]
    AmbiguousInput {
        /// The key as given.
        key: String,
        /// The keys it fits.
        candidates: Vec<&'static str>,
    },
    /// An input given twice.
    #[error("{key} is given twice")]
    Twice {
        /// The input.
        key: &'static str,
    },
    /// An input that has no default and was not given.
    #[error("{formula} needs {key} ({min} to {max}{unit})", min = number(*.min), max = number(*.max), unit = spaced(.unit))]
    Missing {
        /// The formula.
        formula: &'static str,
        /// The input.
        key: &'static str,
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
        /// Its unit.
        unit: &'static str,
    },
    /// Text that is not a number.
    #[error("{key} = `{text}` is not a number ({min} to {max}{unit})", text = shown(.text), min = number(*.min), max = number(*.max), unit = spaced(.unit))]
    NotANumber {
        /// The input.
        key: &'static str,
        /// The text as given.
        text: String,
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
        /// Its unit.
        unit: &'static str,
    },
    /// A number with a unit that the quantity does not have.
    #[error("{key} = `{text}`: the unit is not one of {}", .known.join(", "), text = shown(.text))]
    UnknownUnit {
        /// The input.
        key: &'static str,
        /// The text as given.
        text: String,
        /// Units that it may have.
        known: Vec<&'static str>,
    },
    /// Out of range.
    #[error("{key} = {value} is outside {min} to {max}{unit}", value = number(*.value), min = number(*.min), max = number(*.max), unit = spaced(.unit))]
    OutOfRange {
        /// The input.
        key: &'static str,
        /// The refused value.
        value: f64,
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
        /// Its unit.
        unit: &'static str,
    },
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
    /// The formula has no value there.
    #[error(transparent)]
    NoEstimate(#[from] NoEstimate),
}

fn hint(candidates: &[&str], otherwise: &str) -> String {
    if candidates.is_empty() { otherwise.to_owned() } else { format!("; did you mean {}?", candidates.join(" or ")) }
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
fn check_dyshaemoglobin(cohb_frac: f64, methb_frac: f64) -> Result<(), CalcError> {
    let sum = cohb_frac + methb_frac;
    // 0.6 + 0.3 is a rounding error above 0.9.
    if sum > MAX_DYSHAEMOGLOBIN_FRAC + 1e-12 { Err(CalcError::Dyshaemoglobin { sum }) } else { Ok(()) }
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
            compute: of!(|[age_years]| Ok(expected_gradient::aa_gradient_mmhg(age_years).to_vec())),
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
                    .ok_or(CalcError::ReturnedNotAboveVenous { returned, venous })
            }),
        },
    ]
}

impl Formula {
    /// The index of the input that a key names; a unique stem is enough.
    fn input(&self, key: &str) -> Result<usize, CalcError> {
        if let Some(i) = self.inputs.iter().position(|input| input.key == key) {
            return Ok(i);
        }
        let is_stem = |full: &str| !key.is_empty() && full.strip_prefix(key).is_some_and(|rest| rest.starts_with('_'));
        let stems: Vec<usize> = (0..self.inputs.len()).filter(|i| is_stem(self.inputs[*i].key)).collect();
        match stems.as_slice() {
            [one] => Ok(*one),
            [] => Err(CalcError::UnknownInput {
                formula: self.name,
                key: key.to_owned(),
                inputs: self.inputs.iter().map(|input| input.key).collect(),
            }),
            several => Err(CalcError::AmbiguousInput {
                key: key.to_owned(),
                candidates: several.iter().map(|i| self.inputs[*i].key).collect(),
            }),
        }
    }

    /// What is to be said of tensions that look like kPa: given without a unit, PO2 below 20 with PCO2 below 10.
    fn looks_like_kpa(&self, texts: &[String], values: &[f64]) -> Option<String> {
        let bare = |word: &str, below: f64| {
            let mut found = texts.iter().filter_map(|text| {
                let (key, text) = text.split_once('=')?;
                let i = self.input(key).ok()?;
                let input = &self.inputs[i];
                let low = input.unit == "mmHg" && input.key.starts_with(word) && values[i] < below;
                (low && typed::has_no_unit(text)).then_some((input.key, text.trim()))
            });
            found.next()
        };
        let ((o2, text), (co2, other)) = (bare("po2", KPA_PO2_BELOW)?, bare("pco2", KPA_PCO2_BELOW)?);
        Some(format!(
            "{o2}={text} and {co2}={other} were read as mmHg but look like kPa: write {o2}={text}kPa {co2}={other}kPa"
        ))
    }

    /// The values of all inputs, those given and the defaults.
    fn values(&self, texts: &[String]) -> Result<Vec<f64>, CalcError> {
        let mut values = vec![None; self.inputs.len()];
        for text in texts {
            let form = || CalcError::Form { text: text.clone(), example: self.inputs[0].key };
            let (key, text) = text.split_once('=').ok_or_else(form)?;
            let i = self.input(key)?;
            let Input { key, unit, min, max, .. } = self.inputs[i];
            let value = typed::read(text, typed::unit_of(key, unit)).map_err(|error| match error {
                TypedError::NotANumber => CalcError::NotANumber { key, text: text.to_owned(), min, max, unit },
                TypedError::Unit { known } => CalcError::UnknownUnit { key, text: text.to_owned(), known },
            })?;
            if !(min..=max).contains(&value) {
                return Err(CalcError::OutOfRange { key, value, min, max, unit });
            }
            if values[i].replace(value).is_some() {
                return Err(CalcError::Twice { key });
            }
        }
        let filled = values.into_iter().zip(&self.inputs).map(|(value, input)| {
            let &Input { key, unit, min, max, default } = input;
            value.or(default).ok_or(CalcError::Missing { formula: self.name, key, min, max, unit })
        });
        filled.collect()
    }
}

/// Computes the formula of a name and prints it.
///
/// # Errors
/// [`CalcError`] with everything a person needs to type it right; an output that does not take it.
pub(super) fn print(out: &mut dyn Write, name: &str, texts: &[String], json: bool) -> Result<(), CliError> {
    let formulas = formulas();
    let formula = formulas.iter().find(|formula| formula.name == name).ok_or_else(|| CalcError::UnknownFormula {
        name: name.to_owned(),
        candidates: nearest(name, formulas.iter().map(|formula| formula.name)),
    })?;
    let inputs = formula.values(texts)?;
    let outputs = (formula.compute)(&inputs)?;
    let mut warnings = warnings(formula, &outputs);
    warnings.extend(formula.looks_like_kpa(texts, &inputs));
    if json {
        let object = |pairs: &mut dyn Iterator<Item = (&'static str, f64)>| {
            pairs.fold(Object::default(), |object, (key, value)| object.with(key, value))
        };
        let given = object(&mut formula.inputs.iter().map(|input| input.key).zip(inputs));
        let found = object(&mut formula.outputs.iter().map(|(key, _)| *key).zip(outputs));
        Object::default()
            .with("formula", formula.name)
            .with("inputs", given)
            .with("results", found)
            .with("warnings", warnings)
            .print(out)?;
        return Ok(());
    }
    writeln!(out, "{}", formula.title)?;
    wrapped(out, 2, LINE, formula.equation)?;
    writeln!(out)?;
    let row = |key: &str, value: f64, unit: &str| vec![key.to_owned(), figures(value), unit.to_owned()];
    let given = formula.inputs.iter().zip(&inputs).map(|(input, value)| row(input.key, *value, input.unit));
    let found = formula.outputs.iter().zip(&outputs).map(|((key, unit), value)| row(key, *value, unit));
    let rows: Vec<_> = given.chain([vec![String::new()]]).chain(found).collect();
    columns(out, 2, &[Align::Left, Align::Right, Align::Left], &rows)?;
    if !warnings.is_empty() {
        writeln!(out)?;
    }
    for warning in warnings {
        wrapped(out, 2, LINE, &format!("Warning: {warning}"))?;
    }
    Ok(())
}

/// What cannot be true of a patient in balance, of these results.
fn warnings(formula: &Formula, outputs: &[f64]) -> Vec<String> {
    let told = |key: &str, value: f64| match key {
        "aa_gradient_mmhg" if value < 0.0 => {
            "A-a is negative: blood is not richer than the gas it comes from. Not in balance, another FiO2 or pressure than given, or a wrong unit or sample"
        }
        "po2_alv_ideal_mmhg" if value < 0.0 => {
            "PAO2 is below 0: with this PaCO2, FiO2 and barometric pressure nobody lives"
        }
        "venous_admixture_frac" if !(0.0..=1.0).contains(&value) => {
            "a shunt outside 0 to 1: the contents are not of one patient in balance"
        }
        "bohr_enghoff_frac" if value < 0.0 => {
            "VD/VT is below 0: expired gas holds more CO2 than arterial blood. Not in balance, or not of one patient"
        }
        _ => "",
    };
    let found = formula.outputs.iter().zip(outputs).map(|((key, _), value)| told(key, *value));
    found.filter(|warning| !warning.is_empty()).map(str::to_owned).collect()
}

/// Prints every formula with inputs, units, ranges and source.
///
/// # Errors
/// An output that does not take it.
pub(super) fn list(out: &mut dyn Write, json: bool) -> Result<(), CliError> {
    let formulas = formulas();
    if json {
        let all: Json = formulas.iter().map(described).collect();
        Object::default().with("formulas", all).print(out)?;
        return Ok(());
    }
    for (i, formula) in formulas.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}: {}", formula.name, formula.title)?;
        wrapped(out, 4, LINE, formula.equation)?;
        wrapped(out, 4, LINE, formula.source)?;
        let given = formula.inputs.iter().map(|input| {
            let range = format!("{} to {}{}", number(input.min), number(input.max), spaced(input.unit));
            let default = input.default.map_or("needed".to_owned(), |value| format!("default {}", number(value)));
            vec![input.key.to_owned(), range, default]
        });
        let found =
            formula.outputs.iter().map(|(key, unit)| vec![(*key).to_owned(), (*unit).to_owned(), "result".to_owned()]);
        columns(out, 4, &[Align::Left; 3], &given.chain(found).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn described(formula: &Formula) -> Object {
    let inputs: Json = formula
        .inputs
        .iter()
        .map(|input| {
            let object = Object::default()
                .with("key", input.key)
                .with("unit", input.unit)
                .with("min", input.min)
                .with("max", input.max);
            match input.default {
                Some(default) => object.with("default", default),
                None => object,
            }
        })
        .collect();
    let results: Json =
        formula.outputs.iter().map(|(key, unit)| Object::default().with("key", *key).with("unit", *unit)).collect();
    Object::default()
        .with("formula", formula.name)
        .with("title", formula.title)
        .with("equation", formula.equation)
        .with("source", formula.source)
        .with("inputs", inputs)
        .with("results", results)
}
