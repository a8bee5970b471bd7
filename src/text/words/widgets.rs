//! Sliders and tiles.

use crate::text::message::words;

words! {
    "widgets":

    from_to(low, high) = "{low} to {high}";
    type_number(of) = "Type {of}";
    typed_value(of) = "{of}, typed value";
    none(reason) = "none: {reason}";
    unchanged = ", unchanged";
    spoken_alarm(alarm) = ", not survivable: {alarm}";
    none_hint(hint, reason) = "{hint}\nNone: {reason}";
    no_value_hint(hint, reason) = "{hint}\nNo value: {reason}";
    alarm_hint(hint, alarm) = "{hint}\nNot survivable: {alarm}";
    up(by) = ", up {by}";
    down(by) = ", down {by}";
    not_a_number(label, typed, range) = "{label}: “{typed}” is not a number ({range})";
    not_in_unit(label, typed, known, range) = "{label}: “{typed}” is not in {known} ({range})";
    outside(label, shown, range) = "{label}: {shown} is outside {range}";
    not_whole(label, shown, range) = "{label}: {shown} is not a whole number ({range})";
}
