//! `calc`: one formula at a time, with its inputs checked against where it holds.

use std::io::Write;

use thiserror::Error;

use super::error::CliError;
use super::print::{Align, Json, LINE, Object, columns, figures, wrapped};
use crate::evidence::formulas::{self, Formula, FormulaError, Input};
use crate::text::typed::{self, TypedError};
use crate::text::{nearest, number, shown, spaced};

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
    /// The formula has no value there.
    #[error(transparent)]
    NoValue(#[from] FormulaError),
}

fn hint(candidates: &[&str], otherwise: &str) -> String {
    if candidates.is_empty() { otherwise.to_owned() } else { format!("; did you mean {}?", candidates.join(" or ")) }
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
    let formulas = formulas::all();
    let formula = formulas.iter().find(|formula| formula.name == name).ok_or_else(|| CalcError::UnknownFormula {
        name: name.to_owned(),
        candidates: nearest(name, formulas.iter().map(|formula| formula.name)),
    })?;
    let inputs = formula.values(texts)?;
    let outputs = formula.compute(&inputs).map_err(CalcError::from)?;
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
    let formulas = formulas::all();
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
