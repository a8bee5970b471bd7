//! What the last action did, in sentences.

use crate::text::message::words;

words! {
    "happened":

    and(first, last) = "{first}, and {last}";
    was_switched(name, from, to) = "{name} went from {from} to {to}";
    was_turned(name, option) = "{name} was turned {option}";
    went(name, from, to, unit) = "{name} went from {from} to {to}{unit}";
    moved_a_little(name, to, unit) = "{name} was moved a little, and is still {to}{unit}";
    units_changed = "The units of the lung were changed.";
    settings_changed(count) = "{count} settings were changed.";
    goes_to_none(reason) = "It goes to no steady state: {reason}.";
    would_rest = "The lung as it is now would come to rest at ";
    so = "So ";
    within(since) = "In {since} ";
    steady_again = "There is a steady state again: ";
    is(name, number, unit) = "{name} is {number}{unit}";
    no_steady_state_now(reason) = "Now there is no steady state: {reason}.";
    goes_on(move_made) = "{move_made} goes on: for now all settings are as they were before.";
    is_over(move_made) = "{move_made} is over: all settings are as they were before.";
    held_beside_alone(name) = "Held beside, {name}.";
    held_beside_not_steady(name, reason) = "Held beside, {name}: no steady state, {reason}.";
    held_beside(name) = "Held beside, {name}: ";
    against(name, there, unit, doubt_there, here, doubt_here) =
        "{name} {there}{unit}{doubt_there} against {here} here{doubt_here}";
    no_steady_state(reason) = "There is no steady state: {reason}.";
    is_doubted(name, number, unit, doubt) = "{name} is {number}{unit}{doubt}";
    not_steady = " (not steady)";
    ph_right_arm = "pH of the right arm";
    pco2_right_arm = "PCO₂ of the right arm";
    so2_right_arm = "saturation of the right arm";
    po2_right_arm = "PO₂ of the right arm";
    gradient = "the A-a gradient";
    power = "mechanical power of the ventilator";
    so2_pulm_art = "pulmonary arterial saturation";
    ecmo_flow = "effective flow of the membrane lung";
    extraction = "O₂ extraction";
    delivery = "O₂ delivery";
    output = "cardiac output";
    ventilation = "alveolar ventilation";
    dead_space = "dead space of the breath";
    admixture = "venous admixture";
    shunt = "true shunt";
    so2_ven = "mixed venous saturation";
    so2_art = "arterial saturation";
    o2_art = "arterial O₂ content";
    o2_cap = "O₂ content of ideal end-capillary blood";
    po2_alv_mixed = "PO₂ of mixed alveolar gas";
    po2_alv = "alveolar PO₂ by the equation";
    pio2 = "inspired PO₂";
    rose(name, from, to, unit, doubt) = "{name} rose from {from} to {to}{unit}{doubt}";
    fell(name, from, to, unit, doubt) = "{name} fell from {from} to {to}{unit}{doubt}";
    stayed(name, to, unit, doubt) = "{name} stayed at {to}{unit}{doubt}";
}
