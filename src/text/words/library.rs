//! The library of patients.

use crate::text::message::words;

words! {
    "library":

    button_hint = "All patients, by what they teach";
    patients = "Patients";
    gas_hint = "Its sums, and the patients who are nearest to it";
    none_found(search) = "No patient is found by “{search}”.";
    keys = "Type to search · ↑ ↓ choose · Enter takes · Escape closes";
    search_hint = "Search: shunt, apnoea, PEEP …";
    search = "Search patients";
    shunt = "shunt";
    path = "PaO₂ by FiO₂";
    path_range = "0.21 to 1.0";
    timeline(teaches, length) = "{teaches} Timeline of {length}.";

    last_used = "Last used";
    own = "Own";
    ecmo = "ECMO";
    shock_and_embolism = "Shock and embolism";
    apnoea = "Apnoea";
    time_and_oxygen = "Time and oxygen";
    peep_and_heart = "PEEP and the heart";
    shunt_or_mismatch = "Shunt or V̇/Q̇";
}
