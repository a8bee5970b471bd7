//! Page Compare.

use crate::text::message::words;

words! {
    "compare":

    reset_hint = "All as they were loaded";
    title = "Compare";
    swap(with) = "Swap A and {with}";
    swap_hint(with) = "A and {with} change places (X)";
    show_who_is_who = "Shows who is who without an answer";
    hide_hint = "Two with the same blood gas, one of them with a shunt, in an order by lot";
    hide = "Hide who is who";
    look_closely(of) = "Look closely at {of}";
    look_closely_hint(of) = "What parts this patient from A ({of})";
    take_out(who) = "Take {who} out";
    patient(of) = "Patient {of}";
    twin_of_a(by) = "Twin of A by {by}";
    add_hint = "One more patient beside these, up to four";
    add = "Add a patient";
    no_such_plot = "No patient has this plot.";
    plot(number) = "Plot {number}";
    iso_shunt = "Iso-shunt, both patients";
    nobody_is_steady = "No patient has a steady state.";
    save = "Save";
    save_hint = "This plot as a file";
    save_plot(plot) = "Save {plot}";
    lung(of) = "Lung {of}";
    say(who) = "I say {who}";
    say_hint = "Uncovers who is who";
    another_pair = "Another pair";
    another_pair_hint = "Covered again, in an order by lot";
    question = "Same blood gas. One has a shunt. Give both oxygen, then say which.";
    what_parts_them = "What parts them";
    open_in_explore(who) = "Open {who} in Explore";
    open(who) = "Open {who}";
    open_hint = "This patient as he is now, alone in Explore";
    not_steady(who, reason) = "{who}: no steady state: {reason}";
    against_a(who) = "{who} against A";
    nothing_parts_them = "Nothing that can be seen: both lungs, bloods and gases are alike.";
    gas_for_both = "One gas for both";
    gas_for_all = "One gas for all";
    gas_for_one(who) = "For {who} alone";
    both_alike = "Both alike";
    all_alike = "All alike";
    control = "Control";
    play = "Play";
    time_hint = "Time for all, on one clock (Space)";
    patient_time = "Patient time of both";
    steady = "Steady";
    steady_hint = "All in the steady state of what is set";
    colour_of_track = "colour: SaO₂ that each would have";
    covered_number = "covered";
    none_of(who) = "{who} none";
    same_within_error = "the same within the error of a sample";
    not_comparable = "not to be compared";
    same_as_printed = "the same as printed";
    less_a(who, by) = "{who} less A {by}";
    difference_hint = "\nAt the right: the difference to A.";
    covered_hint = "Names, lungs, shunt, twins and what parts them, until you have said who has the shunt.";
    covered = "Covered";
    fewer_causes = "Fewer";
    more_causes(more) = "{more} more causes";
    aim(fio2, po2, pco2) = "Another lung with the same blood gas on FiO₂ {fio2:.2}: PaO₂ {po2}, PaCO₂ {pco2}";
    aim_unknown = "Another lung with the same blood gas, from one cause";
    by_spread = "V/Q spread";
    by_shunt = "Shunt";
    by_diffusion = "Diffusion limit";
    by_low_inspired = "Low inspired PO₂";
    by_hypoventilation = "Hypoventilation";
    twin_looked_for = "looked for …";
    twin_is_a = "A is one already";
    twin_none(reason) = "none: {reason}";
    twin(by) = "Twin by {by}";
    twin_shown(words, as_whom) = "{words}, shown as {as_whom}";
    shown_as(whom) = "shown as {whom}";
    show_as(whom) = "show as {whom}";
    alone(who) = "{who} alone";
    stays_at(who, value) = "{who} stays at {value}";
    at(who, value) = "{who} at {value}";
    stay(values) = "stay: {values}";
    twins = "Make a twin of A";

    still_moves_all(time, told) = "At {time} of patient time it still moves: {told}";
    po2_of_all(unit, values) = "PaO₂, {unit}: {values}.";
    none = "none";
    po2_in(po2, whom) = "{po2} in {whom}";
    po2_is_higher(on, apart, higher, lower) = "{on} PaO₂ is {apart} higher in {higher} than in {lower}.";
    po2_is_the_same(on) = "{on} PaO₂ is the same in both, within the error of a sample.";
    on_two_fio2(a, b) = "On FiO₂ {a:.2} and {b:.2}";
    one_is_not_steady = "One of them has no steady state.";
    patient_b = "Patient B";
    patient_a = "Patient A";
    done_for(said, whom) = "{said} for {whom}";
    verdict_even(in_whom, percent) =
        "In {in_whom} every part meets some gas, much of it too little: oxygen takes the place of nitrogen even \
         there, and the worst unit gives blood {percent:.0} % saturated.";
    verdict_shunt(in_whom, percent, venous) =
        "In {in_whom} {percent:.0} of 100 parts of blood meet no gas at all: they arrive as they came, {venous:.0} % \
         saturated, whatever is breathed.";
    verdict_po2_apart(one, one_fio2, one_is, other, other_fio2, other_is) =
        "PaO₂ is {one} on FiO₂ {one_fio2:.2} in {one_is}, {other} on FiO₂ {other_fio2:.2} in {other_is}.";
    verdict_po2(one_fio2, one, one_is, other, other_is) =
        "On FiO₂ {one_fio2:.2} PaO₂ is {one} in {one_is} and {other} in {other_is}.";
    verdict_same(one) =
        "Nothing had told them apart yet: PaO₂ is {one} in both, within the error of a sample. More oxygen does.";
    verdict_no = "No:";
    verdict_yes = "Yes:";
    verdict(yes_or_no, shunted, shunted_name, even, even_name) =
        "{yes_or_no} {shunted} has the shunt ({shunted_name}), {even} is {even_name}.";
    which_fit = "Which lungs fit";
    over_each_other = "Over each other";
    side_by_side = "Side by side";
    not_so(belief, found) = "Not so: “{belief}” {found}.";
    seen_change(label, whom, was, from, number, at, percent) =
        "{label} of {whom} goes from {was} on FiO₂ {from:.2} to {number} on {at:.2}{percent}";
    seen_at(label, whom, number, at) = "{label} of {whom} is {number} on FiO₂ {at:.2}";
    twin_teaches(gas, of, fio2, by) = "The {gas} of {of} on FiO2 {fio2:.2}, from another cause: {by}.";
    twin_of_both = "PaO2 and PaCO2";
    twin_of_po2 = "PaO2";
    twin_with(with, ventilation) = "{with}, ventilation {ventilation:.1} L/min";
    twin_po2_only(pco2) = "PaO2 only: PaCO2 would be {pco2}";
    po2_in_on(po2, whom, fio2) = "{po2} in {whom} on FiO₂ {fio2:.2}";
    on_fio2_all(fio2, told) = "On FiO₂ {fio2:.2} {told}";
    still_moves(time, one, other, fio2) =
        "At {time} of patient time it still moves: PaO₂ {one} in A, {other} in B, on FiO₂ {fio2:.2} so far.";
    still_moves_apart(time, one, other, a, b) =
        "At {time} of patient time it still moves: PaO₂ {one} in A, {other} in B, on FiO₂ {a:.2} and {b:.2} so far.";
}
