//! A blood gas that is typed.

use crate::text::message::words;

words! {
    "gas":

    title = "Enter a blood gas";
    assumed = "At 760 mmHg, RQ 0.8, 37 °C.";
    for_teaching = "For teaching: no number of it may guide the care of a patient.";
    what_is_needed = "FiO₂, PaO₂, PaCO₂ and haemoglobin give the sums of the bedside.";
    units_may_be_typed = "Every number may be typed with its unit: 11.3 kPa, 140 g/L, 60 %.";
    clear = "Clear";
    clear_hint = "Empties every field";
    optional = "optional";
    no_lung(why) = "No lung gives this gas. {why}.";
    looks_like_kpa = "Read as mmHg, but it looks like kPa: write 11.3 kPa, or choose kPa as the unit.";
    nearest = "Nearest patients of the library";
    nearest_is_computed = "The library is being computed.";
    near_hint(fio2) = "Looks at him on FiO₂ {fio2:.2}";
    near(po2, pco2, unit, shunt) = "PaO₂ {po2}, PaCO₂ {pco2}{unit}, shunt {shunt:.0} %";
    health_has(low, high) = "health of this age has {low} to {high}";
    health_on_air_only = "expected by age on air only";
    health_needs_age = "an age says what to expect";
    aa = "A-a gradient";
    ratio = "a/A";
    po2_alv = "PAO₂ by the equation";
    shunt_by_contents = "Shunt by contents";
    venous_measured = "venous blood measured";
    assumed_difference(difference, unit) = "a-v difference {difference} {unit} assumed";
    rule_for_pure_oxygen = "a rule for pure oxygen";

    age_is_outside(age, young, old) = "Age: {age} is outside {young} to {old} years";
    number_is_missing_of(field) = "{field}: a number is missing";
    age = "Age";
    svo2 = "Sv̄O₂";
    so2 = "SaO₂";
    haemoglobin = "Haemoglobin";
    more_than_all(plain) = "{plain} is more than all: write {plain} % or a share of 1";
    as_a_share = "from 0 to 1, or in %";
    not_a_number(typed, unit) = "“{typed}” is not a number{unit}";
    years = "years";
}
