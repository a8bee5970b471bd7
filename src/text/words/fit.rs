//! Page Compare: which lungs fit.

use crate::text::message::words;

words! {
    "fit":

    plot = "Lungs that fit";
    nothing_found = "Nothing is found yet.";
    first_gas = "First gas";
    second_gas = "Second gas, same patient";
    patient = "Patient";
    assumed = "RQ 0.8, 37 °C, base excess 0. Without an output it is about 5 L/min, known to 20 %.";
    field_of(name, whose) = "{name} of the {whose}";
    take = "Take that of";
    take_as_first(who) = "Take the gas of {who} as the first gas";
    take_as_second(who) = "Take the gas of {who} as the second gas";
    take_hint = "As he is now";
    result = "What that leaves";
    outdated = "Of the last gases that could be read, not of what is typed now.";
    sums = "The sums of the bedside";
    even_without_shunt = "An even lung without shunt gives this gas, within the error of the analyser.";
    ridge(least, most) = "One gas cannot tell: {least:.0} to {most:.0} % shunt, all along the line.";
    spot(shunt, shunt_error, log_sd, log_sd_error, even, ventilation, output) =
        "Shunt {shunt:.1} ± {shunt_error:.1} %, log SD {log_sd:.2} ± {log_sd_error:.2}{even} (2 SD of the analyser). \
         Alveolar ventilation {ventilation:.1}, output {output:.1} L/min.";
    next_sample = "Where to sample next";
    shunt_known_to = "shunt known to ±";
    so2_there = "SaO₂ there";
    points(within) = "{within:.1} points";
    from_to(low, high) = "{low:.0} to {high:.0} %";
    on_fio2(fio2_frac) = "On FiO₂ {fio2_frac:.2}";
    shunt_assumed(av, unit) = "Shunt, a-v difference {av} {unit} assumed";
    shunt_by_chart = "Shunt by the iso-shunt chart";
    shunt_measured = "Shunt, venous blood measured";
    the_first_gas = "first gas";
    the_second_gas = "second gas";
    the_patient = "patient";
    spot_even = ", an even lung";

    field_whose(field, whose) = "{field} of {whose}";
    whose_patient = "the patient";
    whose_second_gas = "the second gas";
    whose_first_gas = "the first gas";
    fault_of(field, whose, fault) = "{field} of {whose}: {fault}";
    number_is_missing = "a number is missing";
    output_if_known = "Output, if known";
    vo2 = "V̇O₂";
    barometric_pressure = "Barometric pressure";
    svo2_if_drawn = "Sv̄O₂, if drawn";
}
