//! Sliders of a patient, colours of their tracks, and what is held.

use crate::text::message::words;

words! {
    "sliders":

    cpap = "breathing spontaneously: CPAP";
    shunt_at_peep(shunt, peep) = "set at PEEP 5 · now {shunt} at PEEP {peep}";
    shunt_beside_wide(shunt, peep, wide) = "{shunt} at PEEP {peep} · wide vessels {wide}";
    shunt_by_tissue = "Shunt, set by tissue";
    by_tissue = "set by tissue";
    by_tissue_collapsed(percent) = "set by tissue · {percent} % collapsed at end expiration";
    shunt_hint(caption) = "True shunt, 0 to 100 % of the output. {caption}. Press for the sliders of the tissue";
    switched_on(switch) = "{switch} on";
    all_off = "off";
    listed_units(units) = "This lung has {units} listed units in place of V/Q modes.";
    svo2_held(percent) = "Sv̄O₂ held at {percent:.0} %";
    hpv_off = "HPV off";
    hpv_off_hint = "Vessels of lung without gas stay open: its blood goes on to it";
    hysteresis_off = "Hysteresis off";
    hysteresis_off_hint = "Opening takes no more pressure than staying open: no manoeuvre can leave anything behind";
    absorption_off = "Absorption off";
    absorption_off_hint = "Lung that gives up its gas is held open: oxygen makes no atelectasis";
    heart_held = "Heart held";
    heart_held_hint = "Output is as set, whatever pressure is in the chest: PEEP costs nothing";
    svo2_held_hint = "Venous blood is as set, whatever is delivered: a low output does not lower PaO₂";
    held_or_off = "Held or off:";
    let_it_act(hint) = "{hint}. Press to let it act.";
    track_has_no(place, quantity) = "{place}: no {quantity}";
    track_leads_to_hint =
        "Colour of a track: the steady state to which each position would lead. Hatched: there is none.";
    track_gives_hint =
        "Colour of a track: what each position would give this patient. Hatched: there is no steady state.";
    track_steady_at = "Steady at";
    track_gives = "Gives";
    track_colour = "Colour of tracks";
    scale_told(quantity, low, high, unit, hint) = "{quantity}, from {low} to {high} {unit}. {hint}";
    scale = "Scale of the tracks";
    by_tissue_collapsed_short(percent) = "set by tissue · {percent} % collapsed";
    track_leads_to(place, quantity, value) = "{place} leads to {quantity} {value}";
    track_gives_so(place, quantity, value) = "{place} gives {quantity} {value}";
}
