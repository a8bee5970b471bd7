//! The lung picture.

use crate::text::message::words;

words! {
    "lung":

    view = "Lung picture as";
    flow = "Flow";
    cells = "100 cells";
    leaving = "leaving the lung";
    mixed = "mixed: arterial blood";
    full(full) = "{full} full";
    poor(poor) = "{poor} poor";
    partly(partly) = "{partly} partly";
    mixed_cells(percent, full_after) = "100 at {percent:.0} %: {full_after} full";
    legend(full, poor) = "● full: {full:.0} % and more   ⊙ partly   ○ poor: below {poor:.0} %";
}
