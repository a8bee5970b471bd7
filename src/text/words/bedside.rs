//! Page Challenge: the test with pure oxygen, at the bedside.

use crate::text::message::words;

words! {
    "bedside":

    patient = "The patient";
    what_you_do = "What you do";
    being_drawn = "A patient is being drawn who holds every rule of the test.";
    task =
        "Test with pure oxygen. Say what causes the hypoxaemia and how much of it there is, what you do next, and why.";
    begin = "Begin";
    oxygen = "oxygen";
    breathes(gas, time) = "Breathes {gas} for {time}";
    give_oxygen = "Oxygen, FiO₂ 1.0";
    back_to(before) = "Back to {before}";
    check_fio2 = "Check the FiO₂ that is given";
    check_seal = "Check the seal";
    leaked = "The mouthpiece leaked; it is sealed now.";
    tight = "The mouthpiece is tight.";
    gave_less = "The ventilator gave less than 1.0; it gives it now.";
    gives_what_is_set = "What is set is given.";
    peep_up = "PEEP +5";
    peep_down = "PEEP −5";
    arterial_sample = "Arterial sample";
    venous_sample = "Mixed venous sample";
    time_hint = "Time goes on only when you let it.";
    no_breath = "no breath";
    no_pulse = "no pulse";
    spo2_hint = "Pulse oximeter, with its own delay and error";
    breaths = "Breaths";
    breaths_hint = "Breathing rate";
    etco2_hint = "End-tidal PCO₂";
    plateau_hint = "Plateau pressure";
    peep_hint = "Positive end-expiratory pressure";
    eto2 = "etO₂";
    eto2_hint = "End-tidal O₂ of dry gas";
    etn2 = "etN₂";
    etn2_hint = "End-tidal N₂ of dry gas";
    trend = "Since the beginning";
    lane_eto2 = "etO₂ %";
    lane_spo2 = "SpO₂ %";
    no_sample = "No sample has been drawn. A result is there 5 min after the sample.";
    sample = "sample";
    sample_at(number, time) = "{number} at {time}";
    at = "at";
    breathing = "breathing";
    on_oxygen(for_min) = "O₂, {for_min:.0} min";
    venous(gas) = "{gas}, venous";
    hb_in(unit) = "Hb, {unit}";
    ready_in(time) = "in {time}";
    note(vapour) = "PO₂ at 37 °C. Inspired PO₂ on oxygen is PB less {vapour} of water vapour.";
    last_five = "The last five";
    kept_here = "Kept on this computer only.";
    export_csv = "Export CSV";
    erase_for_good = "Erase for good?";
    erase = "Erase";
    nothing_finished = "Nothing has been finished yet.";
}
