//! First steps, keys, glossary.

use crate::text::message::words;

words! {
    "help":

    glossary = "Glossary";
    first_see =
        "You begin with a healthy patient: blood comes from the left, meets the gas from above, and leaves red on the \
         right.";
    first_drag = "Drag FiO₂, PEEP or Shunt: every picture and number answers at once, and all of it is computed.";
    first_point = "Point at anything, or go to it with the Tab key, and it tells its numbers.";
    try_shunt = "A shunt of 30 %, on air";
    try_shunt_look = "the detour below, and what it makes of the mixture";
    try_uneven = "Beside it an uneven lung, on air";
    try_uneven_look = "the same blood gas, and no shunt at all";
    try_oxygen = "Pure oxygen for both";
    try_oxygen_look = "how little it helps the shunt, held beside, and how far it lifts the other";
    keys_shown(keys) = "Keys ({keys})";
    keys = "Keys";
    first_steps = "First steps";
    about = "About Isoshunt";
    help_hint = "Keys, first steps, glossary, about";
    help = "Help";
    keys_everywhere = "Everywhere";
    keys_of_explore = "On page Explore";
    keys_of_compare = "On page Compare";
    keys_of_decks = "While a deck plays";
    keys_note =
        "Space and full stop act while no button or field has the keyboard, letters while no field has it; Settings \
         switches them off.";
    glossary_fio2 = "Share of oxygen in the gas that is breathed in: 0.21 in air";
    glossary_peep = "Pressure that is left in the airway at the end of a breath";
    vq = "V̇/Q̇";
    glossary_vq = "Ventilation over blood flow of a part of the lung; 0 where blood meets no gas";
    mixed_venous = "v̄";
    glossary_mixed_venous = "Mixed venous blood: all blood that comes back from the body";
    arterial = "a";
    glossary_arterial = "Arterial blood: all blood that leaves for the body";
    end_capillary = "c′";
    glossary_end_capillary = "Blood at the end of the capillaries of an ideal lung";
    inspired = "I";
    glossary_inspired = "Inspired gas, once it is warm and wet";
    ideal = "ideal";
    glossary_ideal = "The ideal point: alveolar gas as it would be if gas and blood were spread alike";
    alveolar = "A";
    glossary_alveolar = "Mixed alveolar gas; on page Compare the first patient";
    glossary_po2_alv = "PO₂ of alveolar gas, by the alveolar gas equation; a small letter is blood";
    p50 = "P50";
    glossary_p50 = "PO₂ at which haemoglobin is half full: a higher one gives oxygen off more easily";
    true_shunt = "True shunt";
    glossary_true_shunt = "Blood that meets no gas, as the model knows it";
    venous_admixture = "Venous admixture";
    glossary_venous_admixture = "What would have to be shunt if all the rest of the lung were ideal";
    iso_shunt_line = "Iso-shunt line";
    glossary_iso_shunt_line = "PaO₂ that one shunt gives on every FiO₂, in this patient's blood";
    dead_space = "Dead space of the breath";
    glossary_dead_space = "Share of a breath that meets no blood, airways included";
    alveolar_dead_space = "Alveolar dead space";
    glossary_alveolar_dead_space = "The part of it that reaches alveoli without blood";
    not_steady = "Not steady";
    glossary_not_steady = "The gas is newer than the blood: an index that uses both is of no moment";
    about_title(version) = "Isoshunt {version}";
    about_warning =
        "For teaching. Not a medical device and not for clinical use: no number of it may guide the care of a patient.";
    about_licence(licence) = "Licence: {licence}. Typeface: DejaVu Sans, under the Bitstream Vera licence.";
    close_first_steps = "Close first steps";
    try_riddle_look = "two lungs with one blood gas, and oxygen";
    look_at(look) = "Look at {look}.";
    try_riddle = "Which of two has the shunt?";
}
