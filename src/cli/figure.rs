//! `figure`: one plot of one patient as a file, without a display.

use std::io::Write;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::args::Picture;
use super::error::CliError;
use super::outputs;
use super::print::{Align, columns};
use super::subject;
use crate::app;
use crate::draw::palette::ThemeName;
use crate::draw::png::{PngError, png};
use crate::draw::svg::svg;
use crate::figure::{NoFigure, Plot};
use crate::sim::reading::snapshot::Model;
use crate::store::native;
use crate::text::display_units::DisplayUnits;
use crate::text::{nearest, shown};

/// Why a plot was not written.
#[derive(Debug, Error)]
pub enum PictureError {
    /// No plot of that name.
    #[error("no plot is called `{name}`{}", suggestion(.candidates), name = shown(.name))]
    UnknownPlot {
        /// The name as given.
        name: String,
        /// Names that it may have meant.
        candidates: Vec<&'static str>,
    },
    /// A file whose name does not say what it is to be.
    #[error("{path}: a picture ends in .svg or .png, its data in .csv", path = shown(&.path.to_string_lossy()))]
    UnknownFormat {
        /// The path as given.
        path: PathBuf,
    },
    /// The patient has not got this plot.
    #[error("this patient has no plot `{plot}`: {reason}", plot = .plot.id())]
    Absent {
        /// The plot.
        plot: Plot,
        /// Why.
        reason: NoFigure,
    },
    /// The picture could not be drawn.
    #[error(transparent)]
    Png(#[from] PngError),
}

fn suggestion(candidates: &[&str]) -> String {
    if candidates.is_empty() {
        "; `isoshunt figure --list` shows them all".to_owned()
    } else {
        format!("; did you mean {}?", candidates.join(" or "))
    }
}

/// What a file holds, by the end of its name.
#[derive(Debug, Clone, Copy)]
enum Format {
    Svg,
    Png,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "svg" => Some(Format::Svg),
            "png" => Some(Format::Png),
            "csv" => Some(Format::Csv),
            _ => None,
        }
    }
}

/// Writes the plot, or lists all.
///
/// # Errors
/// [`CliError`]: a plot or format that is unknown, a patient without a steady state or without that plot, a file that
/// cannot be written.
pub(super) fn write(out: &mut dyn Write, options: &Picture) -> Result<(), CliError> {
    let (Some(name), Some(scenario), Some(path)) = (&options.plot, &options.scenario, &options.out) else {
        let rows: Vec<Vec<String>> =
            Plot::ALL.iter().map(|plot| vec![plot.id().to_owned(), plot.title().to_owned()]).collect();
        return Ok(columns(out, 0, &[Align::Left, Align::Left], &rows)?);
    };
    let plot = Plot::from_id(name).ok_or_else(|| {
        let candidates = nearest(name, Plot::ALL.map(Plot::id));
        PictureError::UnknownPlot { name: name.clone(), candidates }
    })?;
    let format = Format::of(path).ok_or_else(|| PictureError::UnknownFormat { path: path.clone() })?;
    outputs::apart(&[("the scenario", subject::path_of(scenario)), ("--out", Some(path.as_path()))])?;
    let patient = subject::load_from(scenario, &options.settings)?;
    let mut model = Model::new();
    let now = model.snapshot(&patient.params)?;
    let figure = app::figure(plot, &mut model, &now, None, DisplayUnits::default())
        .map_err(|reason| PictureError::Absent { plot, reason })?;
    // The arguments allow no other name.
    let theme = ThemeName::from_name(&options.theme).unwrap_or_default();
    let bytes = match format {
        Format::Svg => svg(&figure, theme, options.size).into_bytes(),
        Format::Png => png(&figure, theme, options.size).map_err(PictureError::from)?,
        Format::Csv => figure.to_csv().into_bytes(),
    };
    native::write_atomic(path, &bytes)?;
    Ok(())
}
