//! `validate`: the model against cases that something else solved.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use super::error::{CliError, Exit};
use super::print::{Align, columns, figures};
use crate::scenario::cases::{self, Case, CaseFile, CaseQuantity};
use crate::sim::reading::snapshot::Model;
use crate::store::native;
use crate::text::{shown, shown_to, spaced};

/// Most characters of a file's name in the report.
const NAME_CHARS: usize = 1000;

/// Compares the model with every case of the files and prints how near it comes.
///
/// # Errors
/// [`CliError`]: a file that cannot be read or is refused, before anything is solved.
pub(super) fn print(out: &mut dyn Write, paths: &[PathBuf]) -> Result<Exit, CliError> {
    let mut files = Vec::new();
    for path in paths {
        let name = shown_to(&path.to_string_lossy(), NAME_CHARS);
        let bytes = native::read_bounded(path)?;
        files.push((name, cases::parse(bytes, &path.to_string_lossy())?));
    }
    let mut exit = Exit::Done;
    for (i, (name, file)) in files.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        let comparison = Comparison::new(file);
        comparison.print(out, name, file)?;
        if !comparison.outside.is_empty() {
            exit = Exit::Difference;
        }
    }
    Ok(exit)
}

/// How far one quantity lies from what is expected, over all cases.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    values: usize,
    share_of_tolerance: f64,
    deviation: f64,
}

/// A file compared with the model.
#[derive(Debug, Default)]
struct Comparison {
    spreads: BTreeMap<CaseQuantity, Spread>,
    values: usize,
    /// A line for each value outside, and for each case without values.
    outside: Vec<String>,
    cases_outside: usize,
}

impl Comparison {
    fn new(file: &CaseFile) -> Self {
        let mut comparison = Comparison::default();
        for case in &file.cases {
            let before = comparison.outside.len();
            comparison.compare(file, case);
            comparison.cases_outside += usize::from(comparison.outside.len() > before);
        }
        comparison
    }

    fn compare(&mut self, file: &CaseFile, case: &Case) {
        self.values += case.expected.len();
        let name = shown(&case.name);
        // Each case starts cold: what is found does not depend on the order of the file.
        let (state, estimates) = match Model::new().solve_patient(&case.patient) {
            Ok(solved) => solved,
            Err(reason) => {
                self.outside.push(format!("{name}: no steady state: {reason}"));
                return;
            }
        };
        for &(quantity, expected) in &case.expected {
            let key = quantity.key();
            let value = match quantity.read(&state, &estimates) {
                Ok(value) => value,
                Err(reason) => {
                    self.outside.push(format!("{name}: {key} does not exist: {reason}"));
                    continue;
                }
            };
            let share = file.share_of_tolerance(value, expected);
            let spread = self.spreads.entry(quantity).or_default();
            spread.values += 1;
            spread.share_of_tolerance = spread.share_of_tolerance.max(share);
            spread.deviation = spread.deviation.max((value - expected).abs());
            if !file.accepts(value, expected) {
                let unit = spaced(quantity.unit());
                self.outside.push(format!(
                    "{name}: {key} = {value}{unit}, expected {expected}{unit}: {} of its tolerance",
                    figures(share)
                ));
            }
        }
    }

    fn print(&self, out: &mut dyn Write, name: &str, file: &CaseFile) -> io::Result<()> {
        let CaseFile { relative_tolerance, absolute_tolerance, cases } = file;
        writeln!(out, "{name}: {} cases, {} values", cases.len(), self.values)?;
        writeln!(
            out,
            "tolerance: {relative_tolerance:e} of the expected value + {absolute_tolerance:e} in its unit\n"
        )?;
        let head = ["quantity", "values", "largest share of tolerance", "largest deviation", ""];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.spreads.iter().map(|(quantity, spread)| {
            vec![
                quantity.key().to_owned(),
                spread.values.to_string(),
                format!("{:.2e}", spread.share_of_tolerance),
                format!("{:.2e}", spread.deviation),
                quantity.unit().to_owned(),
            ]
        }));
        columns(out, 2, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], &rows)?;
        if self.outside.is_empty() {
            return writeln!(out, "\nall inside");
        }
        writeln!(out, "\noutside:")?;
        for line in &self.outside {
            writeln!(out, "  {line}")?;
        }
        writeln!(out, "\n{} of {} cases outside", self.cases_outside, cases.len())
    }
}
