//! What more than one page says.

use crate::text::message::words;

words! {
    "common":

    reset = "Reset";
    redo = "Redo";
    redo_hint(keys) = "Do again what was undone ({keys})";
    undo = "Undo";
    undo_hint(keys) = "Undo the last action ({keys})";
    pause = "Pause";
    speed = "Speed";
    fio2 = "FiO₂";
    pao2_ideal = "PAO₂";
    aa = "A-a";
    pf = "P/F";
    shunt_by_rule = "Shunt by A-a over 20";
    no_steady_state = "no steady state";
    not_steady = "not steady";
    not_steady_hint = "Not steady: the gas is newer than the blood, so this is of no moment";

    open = "Open";
    etco2_in(unit) = "etCO₂, {unit}";
    pco2_in(unit) = "PCO₂, {unit}";
    ph = "pH";
    so2_percent = "SO₂, %";
    analysed_after = "analysed after";
    blood_gases = "Blood gases";
    fio2_of(fio2) = "FiO₂ {fio2:.2}";
    air = "air";
    minutes(minutes) = "{minutes} min";
    spo2 = "SpO₂";
    etco2 = "etCO₂";
    plateau = "Plateau";
    peep = "PEEP";
    po2_in(unit) = "PO₂, {unit}";
    pao2_in(unit) = "PaO₂, {unit}";
    paco2_in(unit) = "PaCO₂, {unit}";
    sao2_percent = "SaO₂, %";
    whole_minutes(minutes) = "{minutes:.0} min";

    pao2 = "PaO₂";

    search = "Search";

    isoshunt = "Isoshunt";
    unknown = "unknown";
    close = "Close";
    do2 = "DO₂";
    driving_pressure = "ΔP";
    shunt = "Shunt";
    patient = "Patient";
    paco2 = "PaCO₂";
}
