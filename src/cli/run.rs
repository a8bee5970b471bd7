//! `run`: a patient in time, as a table.

use std::fmt::Write as _;
use std::io::{self, Write};

use thiserror::Error;

use super::args;
use super::complain;
use super::error::{CliError, Exit};
use super::idle;
use super::outputs::{self, File, Signals};
use super::print::{Align, columns as aligned};
use super::range::MAX_ROWS;
use super::subject::{self, Patient};
use super::sweep::write;
use super::times;
use crate::scenario::{
    self,
    session::{self, Session},
};
use crate::sim::params::{Setting, View};
use crate::sim::play::instruments::{Reported, Sample, SampleOrderError};
use crate::sim::play::moves::MoveError;
use crate::sim::play::player::{Player, Refused};
use crate::sim::play::run::{Action, Event, Run};
use crate::sim::reading::observable::Observable;
use crate::sim::reading::reference;
use crate::sim::reading::snapshot::Model;
use crate::sim::steady::MixedBlood;
use crate::sim::time::{Ledger, PerGas, STEP_S};
use crate::text::shown;

/// Columns of the table where none are asked for.
const COLUMNS: [&str; 12] = [
    "fio2_frac",
    "spo2_reading_frac",
    "so2_art_frac",
    "po2_art_mmhg",
    "pco2_art_mmhg",
    "ph_art",
    "so2_ven_frac",
    "aa_gradient_mmhg",
    "shunt_true_frac",
    "pco2_end_tidal_mmhg",
    "n2_end_tidal_frac",
    "o2_consumption_ml_per_min",
];

/// Why a run cannot be played as asked for.
#[derive(Debug, Error)]
pub enum PlayError {
    /// No end.
    #[error("how long? {scenario} has no timeline with an end: write --for 30min")]
    NoEnd {
        /// Id of the scenario.
        scenario: String,
    },
    /// Something to be done that is not `key=value`.
    #[error("`{text}` is nothing that can be done: write KEY=VALUE, for example fio2=1.0, breathing=apnoea, sample=arterial, jump=steady", text = shown(.text))]
    Form {
        /// The text as given.
        text: String,
    },
    /// A jump to somewhere else.
    #[error("jump = `{to}`: only steady is allowed", to = shown(.to))]
    Jump {
        /// The text as given.
        to: String,
    },
    /// A time after the end.
    #[error("--at {at} is after the end of the run, at {end}")]
    AfterEnd {
        /// When.
        at: String,
        /// The end.
        end: String,
    },
    /// A key that names nothing that can be followed.
    #[error("no column is called `{key}`{}", hint(.near), key = shown(.key))]
    UnknownColumn {
        /// The key as given.
        key: String,
        /// Keys that it may have meant.
        near: Vec<&'static str>,
    },
    /// More rows than are written.
    #[error("{rows} rows: a table has at most {MAX_ROWS}; write a longer --every")]
    TooManyRows {
        /// How many there would be.
        rows: u64,
    },
    /// A sample that cannot be drawn.
    #[error(transparent)]
    Sample(#[from] SampleOrderError),
    /// A move that there is not.
    #[error(transparent)]
    Move(MoveError),
    /// Something that cannot be done to this patient.
    #[error("{refused}{help}")]
    Refused {
        /// When, what and why.
        refused: Refused,
        /// What helps, after a semicolon.
        help: &'static str,
    },
}

impl From<Refused> for PlayError {
    fn from(refused: Refused) -> PlayError {
        PlayError::Refused { refused, help: "" }
    }
}

fn hint(near: &[&str]) -> String {
    if near.is_empty() {
        "; --columns list shows them".to_owned()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    }
}

/// Plays the patient and prints the course.
///
/// # Errors
/// [`CliError`]: times, actions and columns before anything is played, files before and after.
pub(super) fn print(out: &mut dyn Write, options: &args::Run) -> Result<Exit, CliError> {
    if options.table.columns.as_deref() == Some("list") {
        list(out)?;
        return Ok(Exit::Done);
    }
    let mut patient = subject::load(&options.subject)?;
    if options.no_timeline {
        patient.scenario.timeline = None;
    }
    let end = match (&options.duration, &patient.scenario.timeline) {
        (Some(text), _) => times::duration(text)?,
        (None, Some(timeline)) => timeline.duration_steps,
        (None, None) => return Err(PlayError::NoEnd { scenario: patient.scenario.id }.into()),
    };
    let mut player = plan(&patient, &options.at, end)?;
    let mut asked = patient.settings.clone();
    asked.extend(added(&options.at, end)?.into_iter().flat_map(|event| match event.action {
        Action::Set(settings) => settings,
        _ => Vec::new(),
    }));
    for event in player.to_come() {
        // As with `--set`: the patient of the file, before anything is set.
        let Action::Set(settings) = &event.action else { continue };
        let together = [patient.settings.as_slice(), settings.as_slice()].concat();
        let references = reference::of_file(&patient.scenario.params, &together);
        patient.params = scenario::apply(&references, &patient.params).map_err(CliError::Params)?;
    }
    let table = Table::new(&options.table, end)?;
    let scenario = subject::file(&options.subject);
    let files = [
        ("the scenario", scenario),
        ("--csv", options.table.csv.as_deref()),
        ("--samples", options.samples.as_deref()),
        ("--session", options.session.as_deref()),
    ];
    outputs::apart(&files)?;
    // Files that cannot be written are found before the run, not after it.
    let mut csv = options.table.csv.as_deref().map(File::create).transpose()?;
    let samples = options.samples.as_deref().map(File::create).transpose()?;
    let session = options.session.as_deref().map(File::create).transpose()?;
    // What else is asked for does not end with the reader of the table.
    let goes_on = samples.is_some() || session.is_some() || options.ledger;

    let signals = Signals::listen();
    let mut run = Run::new(&patient.params, options.seed);
    if let Err(reason) = Model::new().snapshot(&patient.params) {
        complain(&format!("there is no steady state ({reason}): the run begins as in quiet breathing"));
    }
    let mut played = match &mut csv {
        Some(file) => {
            let played = table.play(file.writer(out), &mut run, &mut player, end, &signals, goes_on);
            played.map_err(|error| file.blamed(error))
        }
        None => table.play(out, &mut run, &mut player, end, &signals, goes_on),
    }?;
    let interrupted = played == Played::Interrupted;
    if interrupted {
        complain(&format!("interrupted at {}", times::spoken(run.steps())));
    }
    if played == Played::Unread && !goes_on {
        return Ok(Exit::Done);
    }
    // A table that ends early would not be told from one that is whole.
    match csv {
        Some(file) if !interrupted => match file.commit() {
            Err(error) if outputs::is_closed(&error) => played = Played::Unread,
            committed => committed?,
        },
        _ => {}
    }
    match samples {
        Some(mut file) => {
            match write_samples(file.writer(out), &run) {
                Err(error) if outputs::is_closed(&error) && played == Played::Unread => {}
                written => written.map_err(|error| file.blamed(error))?,
            }
            file.commit()?;
        }
        None => tell_samples(&run),
    }
    if let Some(mut file) = session {
        let written = session::write(&Session::new(&patient.scenario, &run, None))?;
        file.writer(out).write_all(written.json.as_bytes()).map_err(|error| file.blamed(error.into()))?;
        file.commit()?;
        if interrupted {
            complain(&format!("the session holds the run up to {}", times::spoken(run.steps())));
        }
        if let Some(why) = written.without_state {
            complain(&format!("the session is saved without its state, and is made again when it is opened: {why}"));
        }
    }
    idle::tell(&asked, &idle::patients_of(&run), View::InTime);
    if options.ledger {
        complain(&ledger(&run.live().ledger())?);
    }
    Ok(if interrupted { Exit::Interrupted } else { Exit::Done })
}

/// How a table came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Played {
    /// Every row was written.
    Whole,
    /// Nobody reads it any more; the run went on where something else was asked for.
    Unread,
    /// A signal came.
    Interrupted,
}

/// What is done, in the order of time: the scenario's own first, then what the command line adds.
pub(super) fn plan(patient: &Patient, at: &[String], end: u64) -> Result<Player, CliError> {
    let moments = patient.scenario.timeline.iter().flat_map(|timeline| &timeline.moments);
    let mut plan: Vec<Event> =
        moments.map(|moment| Event { step: moment.step, action: moment.action.clone() }).collect();
    let own = plan.clone();
    plan.extend(added(at, end)?);
    plan.retain(|event| event.step <= end);
    let player = Player::new(plan);
    // What this patient will refuse is told before the first row.
    if let Some(refused) = player.foreseen(&patient.params) {
        let is_own = own.iter().any(|event| event.step == refused.step && event.action == *refused.action);
        let help = match is_own {
            true => "; that is of the scenario's timeline, which --no-timeline leaves out",
            false => "",
        };
        return Err(PlayError::Refused { refused, help }.into());
    }
    Ok(player)
}

/// Reads pairs of a time and what is done then. Settings of one time are one action: rules that join them are judged
/// on the result.
fn added(at: &[String], end: u64) -> Result<Vec<Event>, CliError> {
    let mut plan: Vec<Event> = Vec::new();
    let mut errors = Vec::new();
    for pair in at.chunks(2) {
        let [time, text] = pair else { continue };
        let step = times::moment(time)?;
        if step > end {
            return Err(PlayError::AfterEnd { at: shown(time), end: times::spoken(end) }.into());
        }
        let (key, value) = text.split_once('=').ok_or_else(|| PlayError::Form { text: text.clone() })?;
        let action = match key {
            "sample" => Action::Sample(value.parse().map_err(PlayError::Sample)?),
            "jump" if value == "steady" => Action::JumpToSteady,
            "move" => Action::Move(value.parse().map_err(PlayError::Move)?),
            "jump" => return Err(PlayError::Jump { to: value.to_owned() }.into()),
            _ => match subject::setting(key, value) {
                Ok(setting) => {
                    if let Some(settings) = settings_at(&mut plan, step) {
                        if settings.iter().any(|old| old.key() == setting.key()) {
                            return Err(CliError::Twice { key: setting.key() });
                        }
                        settings.push(setting);
                        continue;
                    }
                    Action::Set(vec![setting])
                }
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            },
        };
        plan.push(Event { step, action });
    }
    if errors.is_empty() { Ok(plan) } else { Err(CliError::Params(errors)) }
}

/// The settings that are already to be made at a step.
fn settings_at(plan: &mut [Event], at: u64) -> Option<&mut Vec<Setting>> {
    plan.iter_mut().find_map(|event| match event {
        Event { step, action: Action::Set(settings) } if *step == at => Some(settings),
        _ => None,
    })
}

/// What a run is printed as.
pub(super) struct Table {
    every: u64,
    columns: Vec<Observable>,
}

impl Table {
    /// Reads what is asked for.
    pub(super) fn new(options: &args::Table, end: u64) -> Result<Table, CliError> {
        let every = times::duration(&options.every)?;
        let rows = end / every + 1;
        if rows > MAX_ROWS as u64 {
            return Err(PlayError::TooManyRows { rows }.into());
        }
        let column = |key: &str| {
            let unknown = || PlayError::UnknownColumn { key: key.to_owned(), near: Observable::near(key) };
            Observable::from_key(key).ok_or_else(unknown)
        };
        let keys = match &options.columns {
            // Time stands in front anyway.
            Some(keys) => keys.split(',').map(str::trim).filter(|key| *key != "time_s").collect(),
            None => COLUMNS.to_vec(),
        };
        Ok(Table { every, columns: keys.into_iter().map(column).collect::<Result<_, _>>()? })
    }

    /// Plays a run to its end and writes a row every so often, and one at the end. Where nobody reads on, the run
    /// `goes_on` without a table.
    pub(super) fn play(
        &self,
        out: &mut dyn Write,
        run: &mut Run,
        player: &mut Player,
        end: u64,
        signals: &Signals,
        goes_on: bool,
    ) -> Result<Played, CliError> {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        let mut unread = false;
        let mut seen = |written: io::Result<()>| match written.map_err(CliError::from) {
            Err(error) if outputs::is_closed(&error) => {
                unread = true;
                if goes_on { Ok(()) } else { Err(Stop::Early(Played::Unread)) }
            }
            written => written.map_err(Stop::Failed),
        };
        let keys = ["time_s"].into_iter().chain(self.columns.iter().map(|column| column.key()));
        let begun = seen(write(&mut csv, keys));
        let played = begun.and_then(|()| {
            player.run_to(run, end, |run| {
                if signals.have_come() {
                    return Err(Stop::Early(Played::Interrupted));
                }
                if !(run.steps().is_multiple_of(self.every) || run.steps() == end) {
                    return Ok(());
                }
                let snapshot = run.live().snapshot();
                let cell =
                    |column: &Observable| column.read(run, &snapshot).map_or_else(String::new, |v| v.to_string());
                seen(write(&mut csv, [run.time_s().to_string()].into_iter().chain(self.columns.iter().map(cell))))
            })
        });
        match played.and_then(|()| seen(csv.flush())) {
            Ok(()) if unread => Ok(Played::Unread),
            Ok(()) => Ok(Played::Whole),
            Err(Stop::Early(played)) => Ok(played),
            Err(Stop::Failed(error)) => Err(error),
        }
    }
}

/// Why a table ends before its run.
enum Stop {
    Early(Played),
    Failed(CliError),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Stop {
        Stop::Failed(PlayError::from(refused).into())
    }
}

/// Prints every column that can be asked for.
fn list(out: &mut dyn Write) -> Result<(), CliError> {
    let rows: Vec<_> = Observable::all()
        .map(|column| {
            let default = if COLUMNS.contains(&column.key()) { "printed by default" } else { "" };
            vec![column.key().to_owned(), column.unit().to_owned(), column.label().to_owned(), default.to_owned()]
        })
        .collect();
    aligned(out, 0, &[Align::Left; 4], &rows)?;
    Ok(())
}

/// Key and value of one number that the analyser prints.
type ReportedColumn = (&'static str, fn(&Reported) -> f64);

/// What a sample says, column by column.
const REPORTED: [ReportedColumn; 9] = [
    ("po2_mmhg", |r| r.po2_mmhg),
    ("pco2_mmhg", |r| r.pco2_mmhg),
    ("ph", |r| r.ph),
    ("bicarbonate_mmol_per_l", |r| r.bicarbonate_mmol_per_l),
    ("base_excess_mmol_per_l", |r| r.base_excess_mmol_per_l),
    ("so2_frac", |r| r.saturation_frac),
    ("hb_g_per_dl", |r| r.hb_g_per_dl),
    ("cohb_frac", |r| r.cohb_frac),
    ("methb_frac", |r| r.methb_frac),
];

/// Key and value of one number of the patient's own blood.
type TrueColumn = (&'static str, fn(&MixedBlood) -> f64);

/// What the patient had at the site asked for, at body temperature, beside what the analyser printed at 37 °C.
const IN_PATIENT: [TrueColumn; 3] = [
    ("po2_in_patient_mmhg", |blood| blood.gas.po2_mmhg),
    ("pco2_in_patient_mmhg", |blood| blood.gas.pco2_mmhg),
    ("ph_in_patient", |blood| blood.gas.ph),
];

/// Writes the results that have come.
fn write_samples(out: &mut dyn Write, run: &Run) -> Result<(), CliError> {
    let mut csv = csv::WriterBuilder::new().from_writer(out);
    let in_patient = IN_PATIENT.map(|(key, _)| key);
    write(
        &mut csv,
        ["sample", "drawn_s", "known_s"].into_iter().chain(REPORTED.map(|(key, _)| key)).chain(in_patient),
    )?;
    for sample in run.samples().iter().filter(|sample| sample.is_known_at(run.steps())) {
        let times = [sample.drawn_step, sample.arrives_step].map(|step| (step as f64 * STEP_S).to_string());
        let values = REPORTED.map(|(_, read)| read(&sample.reported).to_string());
        let true_values = IN_PATIENT.map(|(_, read)| read(&sample.true_blood).to_string());
        write(&mut csv, [sample.order.to_string()].into_iter().chain(times).chain(values).chain(true_values))?;
    }
    csv.flush()?;
    Ok(())
}

/// Tells the results that have come, and which have not.
fn tell_samples(run: &Run) {
    for Sample { order, drawn_step, arrives_step, reported, .. } in run.samples() {
        let (drawn, known) = (times::spoken(*drawn_step), times::spoken(*arrives_step));
        if run.steps() < *arrives_step {
            complain(&format!("{order} sample of {drawn}: its result would come at {known}, after the end"));
            continue;
        }
        let Reported { po2_mmhg, pco2_mmhg, ph, saturation_frac, base_excess_mmol_per_l, .. } = reported;
        complain(&format!(
            "{order} sample of {drawn}, known at {known}: PO2 {po2_mmhg:.0} mmHg, PCO2 {pco2_mmhg:.0} mmHg, \
             pH {ph:.2}, SO2 {saturation_frac:.3}, BE {base_excess_mmol_per_l:.1} mmol/L"
        ));
    }
}

/// Where the gas went, for people.
fn ledger(ledger: &Ledger) -> Result<String, CliError> {
    let rows: [(&str, PerGas); 8] = [
        ("at the start", ledger.start_ml),
        ("breathed in", ledger.inspired_ml),
        ("breathed out", ledger.expired_ml.map(|ml| -ml)),
        ("metabolised", ledger.metabolised_ml),
        ("by changes of the patient", ledger.adjusted_ml),
        ("at the end", ledger.stored_ml),
        ("unaccounted for", ledger.lost_ml()),
        ("turned over", ledger.turnover_ml()),
    ];
    let mut cells = vec![["mL (STPD)", "O2", "CO2", "N2"].map(str::to_owned).to_vec()];
    for (name, values) in rows {
        let number = |ml: f64| if ml.abs() < 0.05 && ml != 0.0 { format!("{ml:.1e}") } else { format!("{ml:.1}") };
        cells.push([name.to_owned()].into_iter().chain(values.to_array().map(number)).collect());
    }
    let mut text = Vec::new();
    aligned(&mut text, 0, &[Align::Left, Align::Right, Align::Right, Align::Right], &cells)?;
    let mut out = String::new();
    for line in String::from_utf8_lossy(&text).lines() {
        let _ = writeln!(out, "{line}");
    }
    Ok(out)
}
