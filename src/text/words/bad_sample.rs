//! Page Challenge: the drill of the bad sample.

use crate::text::message::words;

words! {
    "bad_sample":

    task = "Four patients on air, a blood gas of each. One of the four is not what the patient has.";
    being_drawn = "Four patients are being drawn.";
    four_gases = "Four blood gases";
    wrong_gas(letter, how) = "Gas {letter} is not the patient's. {how}.";
    wrong_printed(po2, so2, po2_truly, so2_truly, spo2) =
        "Printed: PO₂ {po2}, SO₂ {so2:.0} %. The artery has {po2_truly} and {so2_truly:.0} %; the oximeter read \
         {spo2:.0} %.";
    right_gas(letter, po2, po2_truly) = "Gas {letter} is right: PO₂ {po2} printed, {po2_truly} in the artery.";
    lesson_air_bubble(po2) =
        "A bubble draws PO₂ towards that of air and takes CO₂ away: here from {po2} up, and on pure oxygen down.";
    lesson_bench_delay(minutes, leucocytes, lost) =
        "In {minutes:.0} min its leucocytes, {leucocytes:.0}·10⁹/L, used up {lost} of PO₂.";
    lesson_venous(pco2, pco2_truly) =
        "A vein has less O₂ and more CO₂: printed PCO₂ is {pco2}, in the artery {pco2_truly}.";
    being_drawn_long = "Four patients are being drawn who hold every rule of the drill.";
    gas_that_is_wrong(letter) = "Gas {letter}: wrong";
    gas(letter) = "Gas {letter}";
    monitor_spo2 = "The monitor: SpO₂, %";
    sample_po2(unit) = "The sample: PO₂, {unit}";
    leucocytes = "Leucocytes, 10⁹/L";
    temperature = "Temperature, °C";
    artery_po2(unit) = "In the artery: PO₂, {unit}";
    note = "Samples at 37 °C. The oximeter has an error of its own, a point or two.";
    explore = "Open the patient of the bad sample in Explore";
    so2_lies_above(points) =
        "Its SO₂ lies {points:.0} points above the oximeter's, more than both errors explain; the other three agree with \
         theirs.";
    so2_lies_below(points) =
        "Its SO₂ lies {points:.0} points below the oximeter's, more than both errors explain; the other three agree with \
         theirs.";
    gas_lay(letter, minutes, lost) = "Gas {letter} lay {minutes:.0} min and lost {lost}.";
    gas_lay_on_ice(letter, minutes, lost) = "Gas {letter} lay {minutes:.0} min on ice and lost {lost}.";
    minutes_on_ice(minutes) = "{minutes:.0} min on ice";

    on_air_at_rest = "On air, at rest.";
    sample_was_right = "The sample of this patient was right.";
    sample_was_wrong(mistake) = "The sample of this patient was wrong: {mistake}.";
    case_patient(case, letter) = "Case {case}, patient {letter}";
    what_went_wrong = "What went wrong with it";
    which = "Which gas is not the patient's";
    gas_a = "Gas A";
    gas_b = "Gas B";
    gas_c = "Gas C";
    gas_d = "Gas D";
    air_bubble = "Air in the syringe";
    bench_delay = "It lay on the bench";
    venous = "Drawn from a vein";
}
