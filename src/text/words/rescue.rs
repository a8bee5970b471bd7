//! The board of criteria and of the ladder of rescue.

use crate::text::message::words;

words! {
    "rescue":

    yes = "yes";
    no = "no";
    criteria_and_ladder_shown = "Criteria and ladder…";
    criteria_and_ladder_hint(keys) =
        "Which criteria are met and for how long, what of the ladder of rescue was tried ({keys})";
    criteria_and_ladder = "Criteria and ladder";
    title = "Criteria and ladder of rescue";
    gases_as_they_are = "as they are";
    gases_of_the_last_sample = "of the last sample";
    for_teaching = "For teaching: it orders nothing, and no number of it may guide the care of a patient.";
    needs_time =
        "Criteria and rungs count hours. Let time run (In time, then Run or the space bar), or choose a patient with \
         a timeline; the board then counts with it.";
    looking(done, whole) = "Looking at the run from its beginning: {done} of {whole}.";
    made_again = "The run is being made again; the board follows.";
    not_made_again = "The run could not be made again from its beginning: there is no board of it.";
    scores(time, oxygenation_index, murray) =
        "{time} into the run. Oxygenation index {oxygenation_index}, lung injury score {murray}. Limits of tensions \
         are in mmHg, of pressures in cmH₂O.";
    harmful_fall(percent) =
        "PaCO₂ has fallen by {percent:.0} % within 24 h of the start of the membrane lung; more than half harms the \
         brain.";
    criteria = "Criteria";
    ladder = "Ladder";
    mechanism = "Mechanism";
    measuring = "Measuring.";
    not_told(reason) = "Not told: {reason}.";
    truth = "Truth of the mechanism";
    truth_hidden = "hidden";
    truth_shown = "shown";
    looking_for_truth = "Looking.";
    point = "A point is a mL of O₂ per dL of output, or 10 mmHg of PaCO₂, that its going would gain.";
    peep = "PEEP by the table, and by compliance";
    needs_layers = "Not told: it needs a lung in layers on a ventilator.";
    trying = "Trying.";
    rv_keeps = "RV keeps";
    peep_note =
        "Each after an inflation to 40 cmH₂O and 4 min at that PEEP; PEEP and driving pressure in cmH₂O. Of a row of \
         the table the lower end.";
    trying_the_next = "Trying the next.";
    no_gas_tells = "What no gas tells";
    opacities = "Opacities on both sides";
    within_7_days = "Within 7 days of an insult";
    not_by_heart = "Not by heart or fluid alone";
    under_7_days = "Ventilated less than 7 days";
    under_36_h = "Ventilated less than 36 h";
    quadrants = "Quadrants on the film";

    truth_first_and_second(first, second) = "In truth first: {first}; second: {second}.";
    truth_of(mechanism, gain) = "{mechanism} ({gain} points)";
    truth_gains_nothing = "In truth none of the five gains anything: the patient has what is normal of each.";
    measured(admixture, on_oxygen, opened, dead_space, ratio, output, extraction) =
        "Venous admixture {admixture:.0} % as set, {on_oxygen:.0} % on pure O2, {opened:.0} % at PEEP 15 after an \
         inflation to 40; VD/VT {dead_space:.0} %{ratio}, output {output:.1} L/min, O2 extraction {extraction:.0} %.";
    recruitment_ratio(ratio) = ", R/I {ratio:.2}";
    delivery(extraction, part, share) =
        "Of the O2 delivered {extraction:.0} % is extracted: farthest from normal is {part}, at {share:.0} % of what \
         is enough.";
    nobody_is_called(pf, pco2) =
        "P/F is {pf:.0} and PaCO2 {pco2:.0} mmHg: nobody is called; how often this is right is known below P/F 200 or \
         above PaCO2 60 alone.";
    how_often_right(first, both) =
        "On random lungs of this model the first is right in {first} of 10, one of both in {both} of 10; at a bed \
         less.";
    nothing_to_name = "None of the five is worth naming.";
    first_and_second(first, unsure, second) = "First: {first}{unsure}; second: {second}.";
    unsure = " (not sure: the second is near)";
    together_with(partners, changed) = "together with {partners}: {changed}";
    effect_right_ventricle = "right ventricle";
    effect_delivery(value) = "DO2 {value} mL/min";
    effect_output(value) = "output {value} L/min";
    effect_dead_space = "VD/VT";
    effect_admixture = "admixture";
    effect_pf(value) = "P/F {value}";
    points_of(name, value) = "{name} {value} points";
    left_out = "left out";
    not_now = "not now";
    untried = "untried";
    given_up_after(hours) = "after {hours:.1} h";
    given_up = "given up";
    hours_left(left_h) = "{left_h:.1} h left";
    under_way = "under way";
    tried_for(hours, changed) = "{hours:.1} h: {changed}";
    tried = "tried";
    from_the_beginning = "from the beginning";
    not_met = "not met";
    not_yet = "not yet";
    met_for(for_h) = "for {for_h:.1} h";
    met = "met";
    no_rung_left = "Nothing is left on the ladder";
    rung_next(rung) = "Next on the ladder: {rung}";
    rung_under_way(rung) = "Under way on the ladder: {rung}";
}
