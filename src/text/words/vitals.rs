//! The strip of vital numbers.

use crate::text::message::words;

words! {
    "vitals":

    spo2 = "What a pulse oximeter reads";
    po2 = "Arterial PO₂";
    pco2 = "Arterial PCO₂";
    ph = "Arterial pH";
    aa = "Alveolar PO₂ by the alveolar gas equation less PaO₂";
    pf = "PaO₂ over FiO₂";
    true_shunt_label = "Shunt, true";
    true_shunt = "Share of cardiac output that meets no gas, as the model knows it";
    estimated_shunt_label = "Shunt, est.";
    estimated_shunt =
        "Venous admixture by the shunt equation, as the bedside estimates it: all that is not ideal counts as shunt";
    svo2_label = "Sv̄O₂";
    svo2 = "Saturation of mixed venous blood";
    do2 = "O₂ delivery: cardiac output times arterial O₂ content";
    right_po2_label = "PaO₂, right";
    right_po2 = "PO₂ of the right arm: of the heart's own blood first";
    right_pco2_label = "PaCO₂, right";
    right_pco2 = "PCO₂ of the right arm";
    right_ph_label = "pH, right";
    right_ph = "pH of the right arm";
    peep = "Airway pressure at end expiration; while the airway is held, that at which it is";
    plateau = "Airway pressure at end inspiration, without flow";
    driving_pressure = "Driving pressure: plateau less PEEP";
    eelv_label = "EELV";
    eelv = "Gas in the lung at end expiration";
    oxygenation_index_label = "OI";
    oxygenation_index = "Oxygenation index: mean airway pressure times FiO₂ in percent over PaO₂";
    output_label = "Output";
    output = "Cardiac output, as the heart answers";
    pressure_label = "Mean ABP";
    pressure = "Mean arterial blood pressure";
    below(limit) = "below {limit}";
    above(limit) = "above {limit}";
}
