//! What can be typed after `isoshunt`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

use crate::app::Page;
use crate::draw::svg;
use crate::scenario::claims::Group;

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
    /// Look of the window, this time; the one that was chosen in it is kept.
    #[arg(long, value_parser = ["dark", "light", "projector"])]
    pub(super) theme: Option<String>,
    /// Open the window on this page.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Page::ALL.map(Page::key)))]
    pub(super) page: Option<String>,
    /// Open the window on the case of a code, on page Challenge.
    #[arg(long, value_name = "CODE")]
    pub(super) case: Option<String>,
    /// Play a deck in the window: a name of `isoshunt deck list` or a deck file, and from which step (number or name).
    #[arg(long, value_name = "DECK[:STEP]", conflicts_with = "page")]
    pub(super) deck: Option<OsString>,
    /// Open the window on this patient: a name of `isoshunt scenarios`, or a scenario file.
    #[arg(long, value_name = "SCENARIO", conflicts_with = "session")]
    pub(super) scenario: Option<PathBuf>,
    /// Open page Compare with this patient beside that of --scenario: a name of `isoshunt scenarios`, or a scenario file.
    #[arg(long, value_name = "SCENARIO", conflicts_with = "session")]
    pub(super) against: Option<PathBuf>,
    /// Open the window on a saved run.
    #[arg(long, value_name = "FILE")]
    pub(super) session: Option<PathBuf>,
    /// Have the window say its texts in another language: a translation of what `isoshunt words` prints.
    #[arg(long, value_name = "FILE")]
    pub(super) words: Option<PathBuf>,
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

/// Reads `960x640`.
fn picture_size(text: &str) -> Result<[u32; 2], String> {
    let [least, most] = svg::SIDES;
    let side = |text: &str| text.parse::<u32>().ok().filter(|side| (least..=most).contains(side));
    text.split_once('x')
        .and_then(|(width, height)| Some([side(width)?, side(height)?]))
        .ok_or_else(|| format!("a size is like 960x640, each side {least} to {most}"))
}

const EXIT_CODES: &str = "\
Exit codes: 0 done (also where O2 supply limits consumption), 1 `validate` or `replay` found a difference or `deck
check` something to mend, 2 bad input or usage, 3 no steady state, 4 cannot read or write, 5 no window.

For teaching; not for clinical use.";

const SETTINGS: &str = "\
A SCENARIO with a / or .json in it is a file; any other is built in (`isoshunt scenarios` lists those).
Keys are those of `isoshunt params`; a unique stem is enough: fio2 for fio2_frac. A value may have a unit: fio2=60%,
hb=150g/L, pb=101.3kPa, temperature=98.6degF; altitude=4300m is the barometric pressure of West's model atmosphere (1996).";

const PLAYING: &str = "\
Times are patient time: 30s, 5min, 2h, 1h30min. A row shows the patient as found at its time; what is done then acts
from there on. --at knows, beside parameters and switches, sample=arterial, mixed_venous, right_arm or leg (with a mistake
sample=arterial:air_bubble), move=prone and the like (`isoshunt moves` lists them) and jump=steady. A scenario with a timeline plays it; --at adds to it.

A SCENARIO with a / or .json in it is a file; any other is built in (`isoshunt scenarios` lists those).
Keys are those of `isoshunt params`; a unique stem is enough: fio2 for fio2_frac. A value may have a unit: fio2=60%,
hb=150g/L, pb=101.3kPa, temperature=98.6degF; altitude=4300m is the barometric pressure of West's model atmosphere (1996).";

/// One headless command.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Solve one patient and print every number, what is true in the model beside what the bedside would estimate.
    #[command(after_help = SETTINGS)]
    Solve(Solve),
    /// Solve one patient over ranges of parameters, as CSV.
    #[command(after_help = SETTINGS)]
    Sweep(Sweep),
    /// Play a patient in time, from his steady state, and print the course as CSV.
    #[command(after_help = PLAYING)]
    Run(Run),
    /// Play a saved session again from its beginning, and say whether it ends bit for bit as it was saved.
    Replay(Replay),
    /// Make a decremental PEEP trial of a ventilated lung in layers, as CSV; the best steps are marked.
    #[command(name = "peep-trial", after_help = SETTINGS)]
    PeepTrial(PeepTrial),
    /// Make a low-flow pressure-volume loop of a ventilated lung in layers, as CSV.
    #[command(name = "pv", after_help = SETTINGS)]
    PressureVolume(PressureVolume),
    /// List what `run --at TIME move=...` can do at the bedside.
    Moves(Listing),
    /// Find a lung with another thing wrong that gives the same blood gas, and say what parts the two.
    #[command(after_help = SETTINGS)]
    Twin(Twin),
    /// Say which lungs fit one or two blood gases, with the sums of the bedside beside them.
    Fit(Fit),
    /// Say which criteria of severe respiratory failure a patient meets, and for how long: refractory, EOLIA, Berlin, ...
    #[command(after_help = PLAYING)]
    Criteria(Criteria),
    /// Say what of the ladder of rescue a patient has been tried on, for how long and with what effect, what is next and why
    /// not the rest; and the PEEP of the ARDS Network's table beside the one of best compliance.
    #[command(after_help = PLAYING)]
    Ladder(Ladder),
    /// Measure a ventilated lung in layers as a rescue team would, and say which of five mechanisms it is: shunt, collapsed
    /// lung, low V/Q, dead space, circulation.
    #[command(after_help = SETTINGS)]
    Mechanism(Mechanism),
    /// Check a lecture, play it without a window, or print it.
    Deck(Deck),
    /// Make a case of a drill: the patient as he is told, or the truth as well.
    Challenge(Challenge),
    /// Write a plot of one patient as a picture, or its data as CSV.
    #[command(after_help = SETTINGS)]
    Figure(Picture),
    /// List what can be set about a patient, with units, bounds and sources.
    Params(Listing),
    /// List the built-in patients and what each teaches.
    Scenarios(Listing),
    /// Print what the window says by key, as JSON to be translated.
    Words,
    /// Compute one formula.
    Calc(Calc),
    /// Say what the literature claims, beside what the model gives now.
    Evidence(Evidence),
    /// Print the bank of questions with what the model answers.
    Questions(Questions),
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

/// `run`
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// How long; a scenario with a timeline has its own end.
    #[arg(long = "for", value_name = "TIME")]
    pub(super) duration: Option<String>,
    /// Do something at a time; may be repeated.
    #[arg(long = "at", num_args = 2, value_names = ["TIME", "KEY=VALUE"], action = clap::ArgAction::Append)]
    pub(super) at: Vec<String>,
    /// Leave the timeline of the scenario out.
    #[arg(long)]
    pub(super) no_timeline: bool,
    /// Where the random errors of the instruments come from; the same seed makes the same run.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) table: Table,
    /// Write the results of the samples as CSV; without it they are told on standard error.
    #[arg(long, value_name = "FILE")]
    pub(super) samples: Option<PathBuf>,
    /// Save the run as a session, for the window or `isoshunt replay`.
    #[arg(long, value_name = "FILE")]
    pub(super) session: Option<PathBuf>,
    /// Tell on standard error where the O2, CO2 and N2 went.
    #[arg(long)]
    pub(super) ledger: bool,
}

/// The table of a run.
#[derive(Debug, Args)]
pub struct Table {
    /// Time between rows.
    #[arg(long, value_name = "TIME", default_value = "1s")]
    pub(super) every: String,
    /// What to print: keys of results, readings and parameters, with commas between them; `list` shows them.
    #[arg(long, value_name = "KEYS")]
    pub(super) columns: Option<String>,
    /// Write the table to a file; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
}

/// `replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// A session, saved by the window or by `isoshunt run --session`.
    #[arg(value_name = "SESSION")]
    pub(super) session: PathBuf,
    #[command(flatten)]
    pub(super) table: Table,
}

/// `peep-trial`
#[derive(Debug, Args)]
pub struct PeepTrial {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// First PEEP, cmH2O.
    #[arg(long, value_name = "CMH2O", default_value_t = 24.0)]
    pub(super) from: f64,
    /// Last PEEP, cmH2O.
    #[arg(long, value_name = "CMH2O", default_value_t = 4.0)]
    pub(super) to: f64,
    /// How far apart, cmH2O.
    #[arg(long, value_name = "CMH2O", default_value_t = 2.0)]
    pub(super) by: f64,
    /// Length of a step.
    #[arg(long, value_name = "TIME", default_value = "4min")]
    pub(super) step: String,
    /// Leave out the sustained inflation (40 cmH2O, 30 s) before it.
    #[arg(long)]
    pub(super) no_inflation: bool,
    /// Write to a file instead; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
}

/// `pv`
#[derive(Debug, Args)]
pub struct PressureVolume {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// Write to a file instead; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
}

/// `twin`
#[derive(Debug, Args)]
pub struct Twin {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// What is wrong with the twin; hypoventilation meets PaO2 alone.
    #[arg(long, value_name = "CAUSE", value_parser = ["shunt", "vq", "diffusion", "pio2", "hypoventilation"])]
    pub(super) by: String,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `fit`
#[derive(Debug, Args)]
pub struct Fit {
    /// A file of gases (`"kind": "isoshunt-gases"`).
    #[arg(value_name = "GASES")]
    pub(super) gases: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `criteria`
#[derive(Debug, Args)]
pub struct Criteria {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// How long; a scenario with a timeline has its own end.
    #[arg(long = "for", value_name = "TIME")]
    pub(super) duration: Option<String>,
    /// Do something at a time; may be repeated.
    #[arg(long = "at", num_args = 2, value_names = ["TIME", "KEY=VALUE"], action = clap::ArgAction::Append)]
    pub(super) at: Vec<String>,
    /// What no model knows, as NAME=yes or NAME=no: bilateral, within_7_days, not_cardiac_alone,
    /// ventilated_under_7_days, ventilated_under_36_h; quadrants=0 to 4. What is not said is unknown.
    #[arg(long = "fact", value_name = "NAME=VALUE")]
    pub(super) facts: Vec<String>,
    /// Time between arterial samples; between them the last gas counts.
    #[arg(long, value_name = "TIME", default_value = "1h", conflicts_with = "truth")]
    pub(super) sample_every: String,
    /// How long a part may fail without the clock starting anew, at least 5 min; not at all where it is not given.
    #[arg(long, value_name = "TIME")]
    pub(super) tolerance: Option<String>,
    /// Judge the blood as it is instead of the last sample.
    #[arg(long)]
    pub(super) truth: bool,
    /// Where the random errors of the instruments come from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `ladder`
#[derive(Debug, Args)]
pub struct Ladder {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// How long; a scenario with a timeline has its own end.
    #[arg(long = "for", value_name = "TIME")]
    pub(super) duration: Option<String>,
    /// Do something at a time; may be repeated.
    #[arg(long = "at", num_args = 2, value_names = ["TIME", "KEY=VALUE"], action = clap::ArgAction::Append)]
    pub(super) at: Vec<String>,
    /// What no model knows, as for `criteria`.
    #[arg(long = "fact", value_name = "NAME=VALUE")]
    pub(super) facts: Vec<String>,
    /// A rung that is left out, and why: protective, peep, block, prone, inhaled_vasodilator, ecmo, co2_removal.
    #[arg(long = "skip", value_name = "RUNG=WHY")]
    pub(super) skipped: Vec<String>,
    /// Time between arterial samples; between them the last gas counts.
    #[arg(long, value_name = "TIME", default_value = "1h", conflicts_with = "truth")]
    pub(super) sample_every: String,
    /// Judge the blood as it is instead of the last sample.
    #[arg(long)]
    pub(super) truth: bool,
    /// Where the random errors of the instruments come from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `mechanism`
#[derive(Debug, Args)]
pub struct Mechanism {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// Tell the truth beside it: what each mechanism's going would really gain.
    #[arg(long)]
    pub(super) truth: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `deck`
#[derive(Debug, Args)]
pub struct Deck {
    #[command(subcommand)]
    pub(super) verb: DeckVerb,
}

/// What is done with a deck.
#[derive(Debug, Subcommand)]
pub enum DeckVerb {
    /// Say what the model answers to every question, and what is to be mended.
    Check(DeckCheck),
    /// Print every step as a hall would see it, with the votes that are given.
    Play(DeckPlay),
    /// Write it as one HTML page to print: questions first, answers at the end, notes for the lesson.
    Handout(DeckHandout),
    /// List the decks in the program.
    List,
}

/// `deck check`
#[derive(Debug, Args)]
pub struct DeckCheck {
    /// A deck in the program (`isoshunt deck list`), or a deck file.
    #[arg(value_name = "DECK")]
    pub(super) deck: PathBuf,
}

/// `deck play`
#[derive(Debug, Args)]
pub struct DeckPlay {
    /// A deck in the program (`isoshunt deck list`), or a deck file.
    #[arg(value_name = "DECK")]
    pub(super) deck: PathBuf,
    /// Votes of a step, by its name or number, a count for each option; given again for the same step it is the second
    /// vote.
    #[arg(long = "vote", value_name = "STEP=COUNT,COUNT,...")]
    pub(super) votes: Vec<String>,
    /// Write the votes as CSV, one row a question; the file appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) tally: Option<PathBuf>,
    /// Print every step as JSON, as it is before its reveal and after.
    #[arg(long)]
    pub(super) json: bool,
    /// Of every step only what is seen before its reveal.
    #[arg(long, requires = "json")]
    pub(super) covered: bool,
}

/// `deck handout`
#[derive(Debug, Args)]
pub struct DeckHandout {
    /// A deck in the program (`isoshunt deck list`), or a deck file.
    #[arg(value_name = "DECK")]
    pub(super) deck: PathBuf,
    /// Where to; the file appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

/// `challenge`
#[derive(Debug, Args)]
pub struct Challenge {
    /// Which drill: o2test is the 100 % O2 test, bad_sample four gases of which one is wrong, name_mechanism a cause to be
    /// named by what is tried.
    #[arg(value_name = "DRILL", value_parser = ["o2test", "bad_sample", "name_mechanism"], required_unless_present = "class")]
    pub(super) drill: Option<String>,
    /// Read class lines instead, one a line, and count what was said of each case; tells its truth.
    #[arg(long, value_name = "FILE", exclusive = true)]
    pub(super) class: Option<PathBuf>,
    /// Level: 1 in the laboratory without faults, 2 there and in intensive care with one in a third of the cases, 3 in
    /// intensive care with one in two thirds.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) level: u8,
    /// Which case of the level.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// The case of a code instead.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["level", "seed"])]
    pub(super) code: Option<String>,
    /// Tell the truth as well; the record then counts the case as seen.
    #[arg(long)]
    pub(super) truth: bool,
    /// Write a case of the O2 test for printing, HTML: questions on one page, answers on the next; counts as seen.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["truth", "json"])]
    pub(super) paper: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `figure`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["plot", "list"]))]
pub struct Picture {
    /// A built-in patient, or a scenario file.
    #[arg(value_name = "SCENARIO", required_unless_present = "list")]
    pub(super) scenario: Option<PathBuf>,
    /// Change a parameter or a switch; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) settings: Vec<String>,
    /// Which plot; `--list` shows them all.
    #[arg(long, value_name = "NAME", requires = "out")]
    pub(super) plot: Option<String>,
    /// Where to: the name ends in .svg, .png or .csv. The file appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Look of the picture.
    #[arg(long, value_parser = ["dark", "light", "projector"], default_value = "light")]
    pub(super) theme: String,
    /// Size of the picture in pixels.
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = picture_size, default_value = "960x640")]
    pub(super) size: [u32; 2],
    /// List all plots.
    #[arg(long, conflicts_with_all = ["scenario", "settings", "out"])]
    pub(super) list: bool,
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

/// `evidence`
#[derive(Debug, Args)]
pub struct Evidence {
    /// Only what it is about: one of blood, bedside, lung, peep, time, ecmo.
    #[arg(long, value_name = "GROUP", value_parser = group_words())]
    pub(super) group: Option<String>,
    /// Only the trials of rescue: what was compared, with what effect, what it does not show.
    #[arg(long, conflicts_with = "group")]
    pub(super) trials: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

fn group_words() -> Vec<&'static str> {
    Group::ALL.iter().map(|group| group.word()).collect()
}

/// `questions`
#[derive(Debug, Args)]
pub struct Questions {
    /// Write CSV to a file instead; it appears whole or not at all.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(super) csv: Option<PathBuf>,
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
