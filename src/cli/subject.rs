//! The patient of a command: a scenario with what `--set` changes about it.

use std::path::Path;

use super::args::Subject;
use super::error::CliError;
use crate::physiology::altitude;
use crate::scenario::{self, Scenario, Setting};
use crate::sim::params::{KeyTarget, ParamError, ParamId, Params, SwitchId, resolve_key};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::reference;
use crate::store::native;
use crate::text::typed;

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

/// The file of a patient; none where he is built in.
pub(super) fn file(subject: &Subject) -> Option<&Path> {
    path_of(&subject.scenario)
}

/// As [`file`], of a name or file.
pub(super) fn path_of(name: &Path) -> Option<&Path> {
    Some(name).filter(|name| built_in(name).is_none())
}

/// The name of a patient in the program, where this is none of a file.
fn built_in(name: &Path) -> Option<&str> {
    name.to_str().filter(|name| !name.contains('/') && !name.contains(".json"))
}

/// A name with a `/` or `.json` in it is a file, any other a built-in scenario.
pub(super) fn scenario(name: &Path) -> Result<Scenario, CliError> {
    match built_in(name) {
        Some(name) => Ok(scenario::find(name)?.clone()),
        None => Ok(scenario::parse(native::read_bounded(name)?, &name.to_string_lossy())?),
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

/// What to set instead of a result, by its key on the bedside or the word in its key.
const INSTEAD: [(&[&str], &str); 7] = [
    (
        &["pco2", "paco2", "petco2", "etco2"],
        "alveolar_ventilation_l_per_min, or tidal_volume_ml and ventilator_rate_per_min",
    ),
    (&["ph", "bicarbonate", "hco3"], "base_excess_mmol_per_l and ventilation"),
    (
        &["so2_ven", "svo2", "po2_ven", "pvo2"],
        "cardiac_output_l_per_min, hb_g_per_dl or vo2_ml_per_min (held_svo2_frac with svo2_feedback=held)",
    ),
    (&["output"], "cardiac_output_l_per_min"),
    (&["plateau", "driving"], "tidal_volume_ml, peep_cmh2o or compliance_ml_per_cmh2o"),
    (&["qs", "venous_admixture", "shunt_true"], "shunt_at_peep5_frac"),
    (
        &["pao2", "po2", "sao2", "so2", "spo2", "pf", "aa", "o2", "paa"],
        "fio2_frac, shunt_at_peep5_frac, vq1_log_sd or alveolar_ventilation_l_per_min",
    ),
];

/// What a key that names no setting but a result should be set by.
fn instead(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let begins = |word: &str| key.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    let known = INSTEAD.iter().find(|(words, _)| words.iter().any(|word| begins(word))).map(|(_, instead)| *instead);
    let is_result = Quantity::from_key(&key).is_some();
    known.or(is_result.then_some("what it follows from; `isoshunt params` lists all that can be set"))
}

/// Reads one setting as people type it: values with any unit that the quantity has, and `altitude`, which is the
/// barometric pressure of West's model atmosphere.
pub(super) fn setting(key: &str, text: &str) -> Result<Setting, ParamError> {
    if matches!(key, "altitude" | "altitude_m") {
        let id = ParamId::Pb;
        let metres = typed::read(text, Some("m")).map_err(|_| ParamError::NotANumber { id, text: text.to_owned() })?;
        let value = altitude::barometric_pressure_mmhg(metres);
        id.check(value)?;
        return Ok(Setting::Param(id, value));
    }
    let target = resolve_key(key).map_err(|error| match (&error, instead(key)) {
        (ParamError::UnknownKey { .. }, Some(instead)) => ParamError::IsResult { key: key.to_owned(), instead },
        _ => error,
    })?;
    match (target, instead(key)) {
        // A stem of a switch that is given a number is meant as the result.
        (KeyTarget::Switch(id), Some(instead)) if id.key() != key && typed::has_no_unit(text) => {
            Err(ParamError::IsResult { key: key.to_owned(), instead })
        }
        (KeyTarget::Param(id), _) => {
            let value = id.read(text)?;
            id.check(value)?;
            Ok(Setting::Param(id, value))
        }
        (KeyTarget::Switch(id), _) => option(id, text).map(|name| Setting::Switch(id, name)),
    }
}

fn option(id: SwitchId, text: &str) -> Result<&'static str, ParamError> {
    let known = id.options().iter().find(|name| **name == text);
    known.copied().ok_or_else(|| ParamError::UnknownOption { id, value: text.to_owned() })
}
