//! Moves at the bedside.

use crate::text::message::words;

words! {
    "moves":

    recruit = "Recruit";
    position = "Position";
    vessels = "Vessels of the lung";
    circulation = "Circulation and blood";
    lung_and_body = "Lung and body";
    membrane_lung = "Membrane lung";
    under_way_shown(move_made, left) = "Under way: {move_made}, {left} left";
    under_way = "Under way";
    at(move_made, begun) = "{move_made} at {begun}";
    at_so_far(move_made, begun) = "{move_made} at {begun}, so far";

    overdistension(percent) = "overdistension: {percent:.0} % of open tissue";
    derecruitment(was, is) = "derecruitment: open tissue {was:.0} → {is:.0} %";
    plateau(plateau) = "plateau pressure {plateau:.0} cmH₂O";
    strain(cmh2o) = "strain: transpulmonary pressure up to {cmh2o:.0} cmH₂O";
    hypotension(mmhg) = "hypotension: mean arterial pressure down to {mmhg:.0} mmHg";
    output_down(percent) = "output down by {percent:.0} % at worst";
    arrest = "cardiac arrest";
    log_sd = "V̇/Q̇ log SD";
}
