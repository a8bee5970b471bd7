//! Changes of parameters and switches, and their form in files.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::{KeyTarget, ParamError, ParamId, Params, SwitchId, resolve_key};

/// One parameter or switch with what it is set to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    /// A parameter and its value in the parameter's unit.
    Param(ParamId, f64),
    /// A switch and the name of its option.
    Switch(SwitchId, &'static str),
}

impl Setting {
    /// Key of what is set.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Setting::Param(id, _) => id.key(),
            Setting::Switch(id, _) => id.key(),
        }
    }
}

/// The patient with settings changed; the rules that join parameters are judged on the result.
///
/// # Errors
/// Every [`ParamError`] found.
pub fn apply(settings: &[Setting], params: &Params) -> Result<Params, Vec<ParamError>> {
    let mut next = params.clone();
    let mut values = Vec::new();
    for setting in settings {
        match *setting {
            Setting::Param(id, value) => values.push((id, value)),
            Setting::Switch(id, option) => next.set_switch(id, option).map_err(|error| vec![error])?,
        }
    }
    next.set_all(&values)?;
    Ok(next)
}

/// Settings as `{"fio2_frac": 0.6, "ecmo": "on"}`, in their order.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn as_object<S: Serializer>(settings: &impl AsRef<[Setting]>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for setting in settings.as_ref() {
        match setting {
            Setting::Param(id, value) => map.serialize_entry(id.key(), value)?,
            Setting::Switch(id, option) => map.serialize_entry(id.key(), option)?,
        }
    }
    map.end()
}

/// Reads what [`as_object`] writes: full keys only, each once, values in their ranges.
///
/// # Errors
/// A key that no parameter or switch has or that stands twice, a value outside its range, an unknown option.
pub(crate) fn from_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Setting>, D::Error> {
    struct Settings;
    impl<'de> Visitor<'de> for Settings {
        type Value = Vec<Setting>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of parameters and switches")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Setting>, A::Error> {
            let mut settings: Vec<Setting> = Vec::new();
            while let Some(key) = map.next_key::<String>()? {
                let target = resolve_key(&key).map_err(A::Error::custom)?;
                let setting = match target {
                    KeyTarget::Param(id) => {
                        let value: f64 = map.next_value()?;
                        id.check(value).map_err(A::Error::custom)?;
                        Setting::Param(id, value)
                    }
                    KeyTarget::Switch(id) => {
                        let option: String = map.next_value()?;
                        let index = id
                            .option_index(&option)
                            .ok_or_else(|| A::Error::custom(ParamError::UnknownOption { id, value: option.clone() }))?;
                        Setting::Switch(id, id.options()[index])
                    }
                };
                if setting.key() != key || settings.iter().any(|other| other.key() == key) {
                    return Err(A::Error::custom(format_args!("{key} is no key of its own here")));
                }
                settings.push(setting);
            }
            Ok(settings)
        }
    }
    deserializer.deserialize_map(Settings)
}

impl Params {
    /// What has to be set to make these parameters of others; the units of a listed lung apart.
    #[must_use]
    pub fn changes_from(&self, before: &Params) -> Vec<Setting> {
        let values = ParamId::ALL.iter().filter(|id| self.get(**id).to_bits() != before.get(**id).to_bits());
        let switches = SwitchId::ALL.iter().filter(|id| self.option_index(**id) != before.option_index(**id));
        values
            .map(|id| Setting::Param(*id, self.get(*id)))
            .chain(switches.map(|id| Setting::Switch(*id, self.option(*id))))
            .collect()
    }
}
