//! What the trend foresees of a run.

use crate::text::message::words;

words! {
    "foreseen":

    looking(minutes) = "looking ahead, {minutes:.0} min so far";
    looking_po2(so_far, po2, unit) = "{so_far}: PaO₂ {po2}{unit}";
    still_falling = ", still falling";
    still_rising = ", still rising";
    falling = "falling";
    rising = "rising";
    po2_end(end, still) = "PaO₂ {end}{still}";
    po2_goes(then, end) = "PaO₂ {then} to {end}";
    past_its_peak(goes, still, peak, cause) = "{goes}{still}; past its peak of {peak}{cause}";
    past_its_lowest(goes, still, lowest, cause) = "{goes}{still}; past its lowest of {lowest}{cause}";
    past(goes, po2) = "{goes}, past {po2}";
    turns_and_ends(turn, then, cause, end, still) = "PaO₂ {turn}, then {then}{cause}; {end}{still}";
    turns(turn, end, still) = "PaO₂ {turn}, then {end}{still}";
    within_a_minute = "within 1 min";
    in_minutes(minutes) = "in {minutes:.0} min";
    one_collapses = ": one unit collapses";
    several_collapse(count) = ": {count} units collapse";
    two = "two";
    three = "three";
    four = "four";
    five = "five";
    six = "six";
    seven = "seven";
    eight = "eight";
    nine = "nine";
}
