//! A number that a file asks for: of a built-in patient ([`Asked`]), or of one formula.
//!
//! ```text
//! { "patient": "pure-shunt-30", "quantity": "po2_art_mmhg", "with": { "fio2_frac": 1 } }
//! { "formula": "o2_saturation", "result": "so2_frac", "with": { "po2_mmhg": 27 } }
//! ```
//! The first is the grammar of `scenario::asked`; of a formula (`isoshunt calc --list`) `with` gives the inputs,
//! those left out stand at their default.

use thiserror::Error;

use super::asked::{self, Asked, NoAnswer, What};
use super::fault::Fault;
use super::schema::Scenario;
use super::tree::{Node, Report};
use super::walk::Range;
use crate::evidence::formulas::{self, Formula, FormulaError};
use crate::text::nearest;

/// A number that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Sought {
    /// Of a patient.
    Patient(Box<Asked>),
    /// Of a formula.
    Formula(Computed),
}

/// One result of a formula.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The formula.
    pub formula: &'static Formula,
    /// Which of its results.
    pub result: usize,
    /// All its inputs, in their order.
    pub values: Vec<f64>,
}

impl PartialEq for Computed {
    fn eq(&self, other: &Self) -> bool {
        self.formula.name == other.formula.name && self.result == other.result && self.values == other.values
    }
}

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NoNumber {
    /// The patient has none.
    #[error(transparent)]
    Patient(#[from] NoAnswer),
    /// The formula has none.
    #[error(transparent)]
    Formula(#[from] FormulaError),
}

impl Sought {
    /// The number, computed now.
    ///
    /// # Errors
    /// [`NoNumber`].
    pub fn answer(&self) -> Result<f64, NoNumber> {
        match self {
            Sought::Patient(asked) => Ok(asked.answer()?),
            Sought::Formula(computed) => Ok(computed.answer()?),
        }
    }

    /// Its unit; empty for a fraction, a ratio, or a change as a share.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self {
            Sought::Patient(asked) => asked.unit(),
            Sought::Formula(computed) => computed.formula.outputs.get(computed.result).map_or("", |(_, unit)| unit),
        }
    }

    /// Key of what it is.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Sought::Patient(asked) => asked.key(),
            Sought::Formula(computed) => computed.formula.outputs.get(computed.result).map_or("", |(key, _)| key),
        }
    }

    /// Whether it is a change as a share of what it was.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        matches!(self, Sought::Patient(asked) if matches!(asked.what, What::Steady { relative: true, .. }))
    }

    /// Who is asked; none where a formula is.
    #[must_use]
    pub fn patient(&self) -> Option<&'static Scenario> {
        match self {
            Sought::Patient(asked) => Some(asked.patient),
            Sought::Formula(_) => None,
        }
    }

    /// Whether time runs before there is a number.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        matches!(self, Sought::Patient(asked) if asked.is_in_time())
    }
}

impl Computed {
    fn answer(&self) -> Result<f64, FormulaError> {
        Ok(self.formula.compute(&self.values)?.get(self.result).copied().unwrap_or(f64::NAN))
    }

    /// The inputs that do not stand at their default.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        let inputs = self.formula.inputs.iter().zip(&self.values);
        inputs.filter(|(input, value)| input.default != Some(**value)).map(|(input, value)| (input.key, *value))
    }
}

/// Reads what is sought.
pub(super) fn sought<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Sought> {
    match node {
        Node::Object(object) if *object.get("formula") != Node::Absent => computed(r, node).map(Sought::Formula),
        node => asked::asked(r, node).map(|asked| Sought::Patient(Box::new(asked))),
    }
}

fn computed<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Computed> {
    let object = r.object_of(node, &["formula", "result", "with"])?;
    let names: Vec<&str> = formulas::all().iter().map(|formula| formula.name).collect();
    let formula = r.at(object, "formula", |r, node| named(r, node, &names, "the name of a formula"))?;
    let formula = &formulas::all()[formula];
    let results: Vec<&str> = formula.outputs.iter().map(|(key, _)| *key).collect();
    let result = r.at(object, "result", |r, node| named(r, node, &results, "a result of this formula"));
    let values = r.at(object, "with", |r, node| {
        let keys: Vec<&'static str> = formula.inputs.iter().map(|input| input.key).collect();
        let given = r.object(node)?;
        r.only(given, &keys);
        let values: Vec<_> = formula
            .inputs
            .iter()
            .map(|input| match (given.get(input.key), input.default) {
                (Node::Absent, Some(default)) => Some(default),
                _ => {
                    let range = Range { min: input.min, max: input.max, unit: input.unit };
                    r.at(given, input.key, |r, node| r.number(node, range))
                }
            })
            .collect();
        values.into_iter().collect::<Option<Vec<f64>>>()
    });
    Some(Computed { formula, result: result?, values: values? })
}

/// The index of a name among those known.
fn named(r: &mut Report<'_>, node: &Node<'_>, known: &[&str], what: &str) -> Option<usize> {
    let name = r.prose(node, false)?;
    let index = known.iter().position(|known| *known == name);
    if index.is_none() {
        let near = nearest(&name, known.iter().copied());
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
        let found = crate::text::shown(&name);
        r.fault(|path| Fault::WrongText { path, found, expected: format!("{what}{hint}") });
    }
    index
}
