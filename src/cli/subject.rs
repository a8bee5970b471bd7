//! The patient of a command: a scenario with what `--set` changes about it.

use std::path::Path;

use super::args::Subject;
use super::error::CliError;
use crate::scenario::{self, Scenario, Setting};
use crate::sim::params::{KeyTarget, ParamError, Params, SwitchId, parse_number, resolve_key};
use crate::sim::reading::reference;
use crate::store;

/// A loaded patient.
pub(super) struct Patient {
    pub(super) scenario: Scenario,
    /// With the settings of the command line.
    pub(super) params: Params,
    pub(super) settings: Vec<Setting>,
}

/// Loads the scenario and applies the settings.
///
/// # Errors
/// [`CliError`]: a file that cannot be read or is refused, an unknown name, a setting that is not allowed.
pub(super) fn load(subject: &Subject) -> Result<Patient, CliError> {
    load_from(&subject.scenario, &subject.settings)
}

/// As [`load`], of a name or file and settings.
///
/// # Errors
/// As [`load`].
pub(super) fn load_from(name: &Path, texts: &[String]) -> Result<Patient, CliError> {
    let settings = settings(texts)?;
    let scenario = scenario(name)?;
    // What `--set` turns on finds the patient of the file in balance, before anything else is set.
    let references = reference::of_file(&scenario.params, &settings);
    let params = scenario::apply(&references, &scenario.params).map_err(CliError::Params)?;
    let params = scenario::apply(&settings, &params).map_err(CliError::Params)?;
    Ok(Patient { scenario, params, settings })
}

/// A name with a `/` or `.json` in it is a file, any other a built-in scenario.
pub(super) fn scenario(name: &Path) -> Result<Scenario, CliError> {
    match name.to_str().filter(|name| !name.contains('/') && !name.contains(".json")) {
        Some(name) => Ok(scenario::find(name)?.clone()),
        None => Ok(scenario::parse(store::read_bounded(name)?, &name.to_string_lossy())?),
    }
}

/// Reads the settings; every faulty one is named.
fn settings(texts: &[String]) -> Result<Vec<Setting>, CliError> {
    let mut settings: Vec<Setting> = Vec::new();
    let mut errors = Vec::new();
    for text in texts {
        let (key, value) = text.split_once('=').ok_or_else(|| CliError::SettingForm { text: text.clone() })?;
        match setting(key, value) {
            Ok(new) => {
                if settings.iter().any(|old| old.key() == new.key()) {
                    return Err(CliError::Twice { key: new.key() });
                }
                settings.push(new);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(settings) } else { Err(CliError::Params(errors)) }
}

pub(super) fn setting(key: &str, text: &str) -> Result<Setting, ParamError> {
    match resolve_key(key)? {
        KeyTarget::Param(id) => {
            let value = parse_number(text).ok_or_else(|| ParamError::NotANumber { id, text: text.to_owned() })?;
            id.check(value)?;
            Ok(Setting::Param(id, value))
        }
        KeyTarget::Switch(id) => option(id, text).map(|name| Setting::Switch(id, name)),
    }
}

fn option(id: SwitchId, text: &str) -> Result<&'static str, ParamError> {
    let known = id.options().iter().find(|name| **name == text);
    known.copied().ok_or_else(|| ParamError::UnknownOption { id, value: text.to_owned() })
}
