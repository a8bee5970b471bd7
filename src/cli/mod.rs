//! The command line: what is typed, what is printed, and the exit code that says how it went.
//!
//! Nothing here knows the window; [`parse`] says when it is wanted, and `main` opens it.

mod args;
mod bad_sample;
mod bedside;
mod calc;
mod challenge;
mod class_lines;
mod criteria;
mod deck;
mod error;
mod evidence;
mod figure;
mod fit;
mod idle;
mod ladder;
mod mechanism;
mod name_mechanism;
mod outputs;
mod params;
mod print;
mod questions;
mod range;
mod replay;
mod run;
mod scenarios;
mod seen;
mod solve;
mod subject;
mod sweep;
mod times;
mod twin;
mod validate;
mod words;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::Parser;

pub use args::{
    Calc, Challenge, Criteria, Deck, DeckCheck, DeckHandout, DeckPlay, DeckVerb, Evidence, Fit, Listing, PeepTrial,
    Picture, PressureVolume, Questions, Replay, Run, Solve, Subject, Sweep, Table, Twin, Validate, Verb,
};
pub use bedside::BedsideError;
pub use calc::CalcError;
pub use criteria::FactError;
pub use deck::{DeckError, DeckOpening};
pub use error::{CliError, Exit};
pub use figure::PictureError;
pub use range::{MAX_ROWS, RangeError};
pub use run::PlayError;
pub use times::TimeError;
pub use words::NotSpoken;

use crate::{
    app::Page,
    draw::palette::ThemeName,
    scenario::{Scenario, session::Session},
    study::challenge_maker::code::CaseCode,
    text::shown_to,
};

/// Most characters of one line of a message.
const MESSAGE_CHARS: usize = 2_000;

/// What the arguments ask for.
#[derive(Debug)]
pub enum Request {
    /// The window.
    Window(Box<Opening>),
    /// A command without a window.
    Verb(Box<Verb>),
}

/// What the window opens with.
#[derive(Debug)]
pub struct Opening {
    /// Measure it and close it.
    pub measure: bool,
    /// Inner size, points.
    pub size: [f32; 2],
    /// Its theme this time; none for the one that was chosen last.
    pub theme: Option<ThemeName>,
    /// Its patient; none for the usual one.
    pub scenario: Option<Scenario>,
    /// The patient beside him.
    pub against: Option<Scenario>,
    /// The run that it goes on with.
    pub session: Option<Session>,
    /// The deck that it plays.
    pub deck: Option<DeckOpening>,
    /// The page that it opens on.
    pub page: Page,
    /// The case that is opened on page Challenge.
    pub case: Option<CaseCode>,
}

/// Reads the arguments, the program's name first.
///
/// # Errors
/// The exit code where there is nothing left to do: help was asked for and printed, or the arguments are wrong and
/// standard error says how.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, Exit> {
    match args::Arguments::try_parse_from(arguments) {
        Ok(args::Arguments { verb: Some(verb), .. }) => Ok(Request::Verb(Box::new(verb))),
        Ok(arguments) => match opening(&arguments) {
            Ok(opening) => Ok(Request::Window(Box::new(opening))),
            Err(error) => Err(report(&error)),
        },
        Err(message) => {
            if message.use_stderr() {
                complain(&message.render().to_string().trim_start_matches("error: "));
                return Err(Exit::BadInput);
            }
            match message.print().map_err(CliError::from) {
                Ok(()) => Err(Exit::Done),
                Err(error) => Err(report(&error)),
            }
        }
    }
}

/// Arguments that ask for nothing there is, or for help.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.render())]
pub struct Unclear(clap::Error);

/// Reads the arguments, the program's name first, without a word and without opening a file: the command that they ask
/// for, none for the window.
///
/// # Errors
/// [`Unclear`] with what [`parse`] would say.
pub fn understand(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Verb>, Unclear> {
    args::Arguments::try_parse_from(arguments).map(|arguments| arguments.verb).map_err(Unclear)
}

/// Reads what the window is to open with, so that a file that is no good is told of before it opens.
fn opening(arguments: &args::Arguments) -> Result<Opening, CliError> {
    let case = arguments.case.as_deref().map(str::parse::<CaseCode>).transpose()?;
    arguments.words.as_deref().map(words::speak).transpose()?;
    Ok(Opening {
        measure: arguments.measure,
        size: arguments.size,
        theme: arguments.theme.as_deref().and_then(ThemeName::from_name),
        scenario: arguments.scenario.as_deref().map(subject::scenario).transpose()?,
        against: arguments.against.as_deref().map(subject::scenario).transpose()?,
        session: arguments.session.as_deref().map(replay::read).transpose()?,
        deck: arguments.deck.as_deref().map(deck::opening).transpose()?,
        page: match arguments.page.as_deref().and_then(Page::from_key) {
            Some(page) => page,
            None if arguments.against.is_some() => Page::Compare,
            // A case has its page.
            None if case.is_some() => Page::Challenge,
            None => Page::default(),
        },
        case,
    })
}

/// Does a command. Results go to standard output, messages to standard error.
#[must_use]
pub fn run(verb: &Verb) -> Exit {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = execute(verb, &mut out);
    // What was printed before a failure belongs to it: the JSON of a patient without a steady state.
    let flushed = out.flush().map_err(CliError::from);
    match done.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(error) => report(&error),
    }
}

fn execute(verb: &Verb, out: &mut dyn Write) -> Result<Exit, CliError> {
    match verb {
        Verb::Solve(Solve { subject, json }) => return solve::print(out, &subject::load(subject)?, *json),
        Verb::Sweep(Sweep { subject, over, csv }) => {
            outputs::apart(&[("the scenario", subject::file(subject)), ("--csv", csv.as_deref())])?;
            return sweep::print(out, &subject::load(subject)?, over, csv.as_deref());
        }
        Verb::Run(options) => return run::print(out, options),
        Verb::Replay(options) => return replay::print(out, options),
        Verb::PeepTrial(options) => return bedside::peep_trial(out, options),
        Verb::PressureVolume(options) => return bedside::pressure_volume(out, options),
        Verb::Challenge(options) => return challenge::print(out, options),
        Verb::Twin(options) => return twin::print(out, options),
        Verb::Fit(options) => return fit::print(out, options),
        Verb::Criteria(options) => return criteria::print(out, options),
        Verb::Ladder(options) => return ladder::print(out, options),
        Verb::Mechanism(options) => return mechanism::print(out, options),
        Verb::Deck(options) => return deck::execute(out, options),
        Verb::Moves(Listing { json: true }) => bedside::moves_json(out)?,
        Verb::Moves(_) => bedside::moves(out)?,
        Verb::Figure(options) => figure::write(out, options)?,
        Verb::Params(Listing { json: true }) => params::print_json(out)?,
        Verb::Params(_) => params::print(out)?,
        Verb::Scenarios(Listing { json: true }) => scenarios::print_json(out)?,
        Verb::Scenarios(_) => scenarios::print(out)?,
        Verb::Words => words::print(out)?,
        Verb::Calc(Calc { formula: Some(name), inputs, json, .. }) => calc::print(out, name, inputs, *json)?,
        Verb::Calc(Calc { json, .. }) => calc::list(out, *json)?,
        Verb::Evidence(options) => return evidence::print(out, options),
        Verb::Questions(options) => return questions::print(out, options),
        Verb::Validate(Validate { files }) => return validate::print(out, files),
    }
    Ok(Exit::Done)
}

/// Tells why a command was not done, and how the program therefore ends.
fn report(error: &CliError) -> Exit {
    let exit = error.exit();
    if exit != Exit::Done {
        complain(error);
    }
    exit
}

/// Prints what is no command's result, such as what the window measured of itself.
#[must_use]
pub fn say(message: &dyn Display) -> Exit {
    match write!(io::stdout().lock(), "{message}").map_err(CliError::from) {
        Ok(()) => Exit::Done,
        Err(error) => report(&error),
    }
}

/// Writes a message to standard error, each line with the program's name; what cannot be printed is escaped, what is
/// endless is cut.
pub fn complain(message: &dyn Display) {
    let mut err = io::stderr().lock();
    for line in message.to_string().lines().filter(|line| !line.trim().is_empty()) {
        // Nobody is left to hear that standard error is closed.
        let _ = writeln!(err, "isoshunt: {}", shown_to(line, MESSAGE_CHARS));
    }
}
