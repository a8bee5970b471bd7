//! `sweep`: one row of CSV for each combination of parameter values.

use std::io::{self, Write};
use std::path::Path;

use super::error::{CliError, Exit};
use super::outputs::{self, Signals};
use super::range::{self, Axis, MAX_ROWS};
use super::solve::state_name;
use super::subject::Patient;
use crate::scenario::Setting;
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::quantity::QUANTITIES;
use crate::sim::reading::snapshot::Model;

/// Sweeps the patient and writes the rows to the file, or to `out` where there is none.
///
/// # Errors
/// [`CliError`]: ranges, a combination of values that is not allowed, a file that cannot be written.
pub(super) fn print(
    out: &mut dyn Write,
    patient: &Patient,
    over: &[String],
    file: Option<&Path>,
) -> Result<Exit, CliError> {
    let axes = range::axes(over)?;
    for setting in &patient.settings {
        if let Some(axis) = axes.iter().find(|axis| matches!(setting, Setting::Param(id, _) if *id == axis.id)) {
            return Err(CliError::Twice { key: axis.id.key() });
        }
    }
    let grid = Grid { base: &patient.params, axes: &axes };
    // A value that only together with another is out of bounds is found before the first row, not after half an hour.
    for i in 0..grid.rows() {
        grid.params(i)?;
    }
    let signals = Signals::listen();
    outputs::write(out, file, |out| write_rows(out, &grid, &signals))?;
    Ok(Exit::Done)
}

/// All combinations of the values, the last axis fastest.
struct Grid<'a> {
    base: &'a Params,
    axes: &'a [Axis],
}

impl Grid<'_> {
    fn rows(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// The values of row `i`, one for each axis.
    fn values(&self, i: usize) -> Vec<(ParamId, f64)> {
        let mut rest = i;
        let mut values: Vec<_> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let value = axis.values[rest % axis.values.len()];
                rest /= axis.values.len();
                (axis.id, value)
            })
            .collect();
        values.reverse();
        values
    }

    fn params(&self, i: usize) -> Result<Params, CliError> {
        let mut params = self.base.clone();
        params.set_all(&self.values(i)).map_err(CliError::Params)?;
        Ok(params)
    }
}

fn write_rows(out: &mut dyn Write, grid: &Grid<'_>, signals: &Signals) -> Result<(), CliError> {
    debug_assert!(grid.rows() <= MAX_ROWS);
    let mut csv = csv::WriterBuilder::new().from_writer(out);
    let keys = grid.axes.iter().map(|axis| axis.id.key());
    write(&mut csv, keys.chain(["state"]).chain(QUANTITIES.iter().map(|quantity| quantity.key)))?;
    let mut model = Model::new();
    for i in 0..grid.rows() {
        if signals.have_come() {
            return Err(CliError::Interrupted);
        }
        let set = grid.values(i).into_iter().map(|(_, value)| value.to_string());
        // No steady state is a result too: the row says which kind, and has no numbers.
        let (state, numbers): (_, Vec<String>) = match model.snapshot(&grid.params(i)?) {
            Ok(snapshot) => {
                let number = |value: f64| value.to_string();
                (
                    state_name(&snapshot),
                    QUANTITIES.iter().map(|q| q.read(&snapshot).map_or_else(|_| String::new(), number)).collect(),
                )
            }
            Err(reason) => (reason.name(), vec![String::new(); QUANTITIES.len()]),
        };
        write(&mut csv, set.chain([state.to_owned()]).chain(numbers))?;
    }
    csv.flush()?;
    Ok(())
}

/// Writes one row.
pub(super) fn write<W: Write, T: AsRef<[u8]>>(
    csv: &mut csv::Writer<W>,
    row: impl Iterator<Item = T>,
) -> io::Result<()> {
    csv.write_record(row).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // All rows are as long as the first: nothing but the output can fail.
        other => io::Error::other(format!("{other:?}")),
    })
}
