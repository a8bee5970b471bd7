//! Names of the equations.

use crate::text::message::words;

words! {
    "equations":

    iso_shunt = "Iso-shunt line of this patient";
    dead_space = "Dead space (Bohr, Enghoff)";
    output = "Cardiac output";
    fick = "Fick";
    shunt = "Shunt (Berggren)";
    o2_content = "O₂ content";
    alveolar_gas = "Alveolar gas";
    body_flow = "Flow to the body";
    o2_of_the_aorta = "CaO₂, all blood of the aorta";
}
