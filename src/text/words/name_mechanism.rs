//! Page Challenge: the drill that names the mechanism.

use crate::text::message::words;

words! {
    "name_mechanism":

    task = "Low PaO₂ on air, and one cause of it. Try what you need, at most five things; fewer score more.";
    what_you_try = "What you try";
    moves_left(made, most_moves) =
        "Each from air again, until it is steady. {made} of {most_moves} made; each costs ten points.";
    what_it_does = "What it does";
    verdict(verdict, mechanism, share) = "{verdict} {mechanism}: {share:.0} % of the fall in PaO₂.";
    named_by(pco2, po2, some, pure) =
        "PaCO₂ {pco2} on air; PaO₂ {po2} on air, {some} on FiO₂ 0.30, {pure} on FiO₂ 1.0.";
    being_drawn = "A patient is being drawn who holds every rule of the drill.";
    on_air = "On air, at rest";
    not_tried(what) = "{what} (not tried)";

    at_rest_on_air = "At rest, on air.";
    case_teaches(cause) = "What lowers PaO2 most: {cause}.";
    case(case) = "Case {case}";
    mountain = "the mountain was not looked for: a number was not held against its limit";
    what_lowers = "What lowers PaO₂ most";
}
