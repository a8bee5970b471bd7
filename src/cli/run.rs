//! `run`: a patient in time, as a table.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use thiserror::Error;

use super::args;
use super::complain;
use super::error::{CliError, Exit};
use super::idle;
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
use crate::sim::play::run::{Action, ActionError, Event, Run, Schedule};
use crate::sim::reading::observable::Observable;
use crate::sim::reading::reference;
use crate::sim::steady::MixedBlood;
use crate::sim::time::{Ledger, STEP_S};
use crate::store::{AtomicFile, StoreError};
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
    #[error("at {at}: {source}")]
    Action {
        /// When.
        at: String,
        /// Why.
        source: ActionError,
    },
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
    let plan = plan(&patient, &options.at, end)?;
    for event in &plan {
        // As with `--set`: the patient of the file, before anything is set.
        let Action::Set(settings) = &event.action else { continue };
        let together = [patient.settings.as_slice(), settings.as_slice()].concat();
        let references = reference::of_file(&patient.scenario.params, &together);
        patient.params = scenario::apply(&references, &patient.params).map_err(CliError::Params)?;
    }
    let table = Table::new(&options.table, end)?;
    // Files that cannot be written are found before the run, not after it.
    let csv = options.table.csv.as_deref().map(File::create).transpose()?;
    let samples = options.samples.as_deref().map(File::create).transpose()?;
    let session = options.session.as_deref().map(File::create).transpose()?;

    let mut run = Run::new(&patient.params, options.seed);
    match csv {
        Some(mut file) => {
            table.play(&mut file.file, &mut run, &plan, end).map_err(|error| file.blamed(error))?;
            file.commit()?;
        }
        None => table.play(out, &mut run, &plan, end)?,
    }
    match samples {
        Some(mut file) => {
            write_samples(&mut file.file, &run).map_err(|error| file.blamed(error))?;
            file.commit()?;
        }
        None => tell_samples(&run),
    }
    if let Some(mut file) = session {
        let json = saved(&patient, &run)?;
        file.file.write_all(json.as_bytes()).map_err(|error| file.blamed(error.into()))?;
        file.commit()?;
    }
    idle::tell(&patient.settings, &idle::patients_of(&run), View::InTime);
    if options.ledger {
        complain(&ledger(&run.live().ledger())?);
    }
    Ok(Exit::Done)
}

/// The run as a session file. The time of day is left out: the same command writes the same file.
fn saved(patient: &Patient, run: &Run) -> Result<String, CliError> {
    Ok(session::to_json(&Session::new(&patient.scenario, run, None))?)
}

/// A file to be written, with its name for messages.
pub(super) struct File<'p> {
    path: &'p Path,
    pub(super) file: AtomicFile,
}

impl<'p> File<'p> {
    pub(super) fn create(path: &'p Path) -> Result<File<'p>, CliError> {
        Ok(File { path, file: AtomicFile::create(path)? })
    }

    pub(super) fn commit(self) -> Result<(), CliError> {
        Ok(self.file.commit()?)
    }

    /// An error of the output is one of this file.
    pub(super) fn blamed(&self, error: CliError) -> CliError {
        match error {
            CliError::Output { source } => StoreError::Write { path: self.path.to_owned(), source }.into(),
            other => other,
        }
    }
}

/// What is done, in the order of time: the scenario's own first, then what the command line adds.
fn plan(patient: &Patient, at: &[String], end: u64) -> Result<Vec<Event>, CliError> {
    let moments = patient.scenario.timeline.iter().flat_map(|timeline| &timeline.moments);
    let mut plan: Vec<Event> =
        moments.map(|moment| Event { step: moment.step, action: moment.action.clone() }).collect();
    plan.extend(added(at, end)?);
    // What is done at the same time stays in its order.
    plan.sort_by_key(|event| event.step);
    plan.retain(|event| event.step <= end);
    // What only together with something else is not allowed is found before the first row.
    let mut schedule = Schedule::new(&patient.params);
    for Event { step, action } in &plan {
        schedule.go_to(*step);
        schedule.act(action, *step).map_err(|source| PlayError::Action { at: times::spoken(*step), source })?;
    }
    Ok(plan)
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

    /// Plays a run to its end and writes a row every so often, and one at the end.
    pub(super) fn play(&self, out: &mut dyn Write, run: &mut Run, plan: &[Event], end: u64) -> Result<(), CliError> {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        write(&mut csv, ["time_s"].into_iter().chain(self.columns.iter().map(|column| column.key())))?;
        let mut plan = plan.iter().peekable();
        loop {
            if run.steps().is_multiple_of(self.every) || run.steps() == end {
                let snapshot = run.live().snapshot();
                let cell =
                    |column: &Observable| column.read(run, &snapshot).map_or_else(String::new, |v| v.to_string());
                write(&mut csv, [run.time_s().to_string()].into_iter().chain(self.columns.iter().map(cell)))?;
            }
            while let Some(event) = plan.next_if(|event| event.step == run.steps()) {
                run.act(event.action.clone())
                    .map_err(|source| PlayError::Action { at: times::spoken(event.step), source })?;
            }
            if run.steps() == end {
                break;
            }
            run.step();
        }
        csv.flush()?;
        Ok(())
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
    let rows: [(&str, [f64; 3]); 8] = [
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
        cells.push([name.to_owned()].into_iter().chain(values.map(number)).collect());
    }
    let mut text = Vec::new();
    aligned(&mut text, 0, &[Align::Left, Align::Right, Align::Right, Align::Right], &cells)?;
    let mut out = String::new();
    for line in String::from_utf8_lossy(&text).lines() {
        let _ = writeln!(out, "{line}");
    }
    Ok(out)
}
