//! What can be typed after `isoshunt`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Pulmonary gas exchange: why oxygen sometimes does not work. Without a command the window opens.
#[derive(Debug, Parser)]
#[command(name = "isoshunt", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// Open the window, measure it while a slider sweeps, print the figures and close it.
    #[arg(long)]
    pub(super) measure: bool,
    /// Inner size of the window in points.
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = window_size, default_value = "1440x900")]
    pub(super) size: [f32; 2],
    /// Look of the window.
    #[arg(long, value_parser = ["dark", "light", "projector"], default_value = "dark")]
    pub(super) theme: String,
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
}

/// Reads `1440x900`.
fn window_size(text: &str) -> Result<[f32; 2], String> {
    let side = |text: &str| text.parse::<u16>().ok().filter(|side| (400..=8192).contains(side)).map(f32::from);
    text.split_once('x')
        .and_then(|(width, height)| Some([side(width)?, side(height)?]))
        .ok_or_else(|| "a size is like 1440x900, each side 400 to 8192".to_owned())
}

const EXIT_CODES: &str = "\
Exit codes: 0 done (also where O2 supply limits consumption), 1 `validate` found a difference, 2 bad input or usage,
3 no steady state, 4 cannot read or write, 5 no window.

For teaching; not for clinical use.";

const SETTINGS: &str = "\
A SCENARIO with a / or .json in it is a file; any other is built in (`isoshunt scenarios` lists those).
Keys are those of `isoshunt params`; a unique stem is enough: fio2 for fio2_frac.";

/// One headless command.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Solve one patient and print every number, what is true in the model beside what the bedside would estimate.
    #[command(after_help = SETTINGS)]
    Solve(Solve),
    /// Solve one patient over ranges of parameters, as CSV.
    #[command(after_help = SETTINGS)]
    Sweep(Sweep),
    /// List what can be set about a patient, with units, bounds and sources.
    Params(Listing),
    /// List the built-in patients and what each teaches.
    Scenarios(Listing),
    /// Compute one formula.
    Calc(Calc),
    /// Compare the model with files of solved cases.
    Validate(Validate),
}

/// The patient of a command.
#[derive(Debug, Args)]
pub struct Subject {
    /// A built-in patient, or a scenario file.
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: PathBuf,
    /// Change a parameter or a switch; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) settings: Vec<String>,
}

/// `solve`
#[derive(Debug, Args)]
pub struct Solve {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `sweep`
#[derive(Debug, Args)]
pub struct Sweep {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// Range of a parameter, both ends included: fio2=0.21:1.0:0.01; several make every combination.
    #[arg(long = "over", value_name = "KEY=FROM:TO:STEP", required = true)]
    pub(super) over: Vec<String>,
    /// Write to a file instead; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
}

/// `params`, `scenarios`
#[derive(Debug, Args)]
pub struct Listing {
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `calc`
#[derive(Debug, Args)]
pub struct Calc {
    /// Which formula; `--list` shows them all.
    #[arg(value_name = "FORMULA", required_unless_present = "list")]
    pub(super) formula: Option<String>,
    /// Its inputs; a unique stem of a key is enough.
    #[arg(value_name = "KEY=VALUE")]
    pub(super) inputs: Vec<String>,
    /// List all formulas with their inputs, units, ranges and sources.
    #[arg(long, conflicts_with_all = ["formula", "inputs"])]
    pub(super) list: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `validate`
#[derive(Debug, Args)]
pub struct Validate {
    /// Files of solved cases.
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
}
