//! Cards of blood gases, and checkpoints.

use crate::text::message::words;

words! {
    "blood_gases":

    beside_the_trend = "Beside the trend";
    none_yet = "No sample drawn yet. A sample is frozen when it is drawn; its result comes some minutes later.";
    seed(seed) = "Random errors from seed {seed}";
    choose_another = "Choose another card, and the change from one to the other stands here.";
    choose_two = "Two chosen cards give the change and the shunt of each.";
    result_in(time) = "result in {time}";
    tensions(po2, pco2, ph) = "PO₂ {po2}  PCO₂ {pco2}  pH {ph:.2}";
    contents(so2, bicarbonate, base_excess, hb) =
        "SO₂ {so2:.0} %  HCO₃⁻ {bicarbonate:.0}  BE {base_excess:.0}  Hb {hb}";
    in_the_patient(temperature_c) = "at 37 °C; in the patient at {temperature_c:.1} °C:";
    copy = "Copy";
    copy_hint = "Copies the card as a line of text";
    copy_card(card) = "Copy {card}";
    return_to = "Return";
    return_to_moment(time, checkpoint) = "Return to {time}, {checkpoint}";
    return_hint = "Return goes back to a moment exactly; undo brings the present back.";

    shunt_from_to(from, to) = "Shunt by contents: {from}, then {to}";
    indices_from_to(pf_from, pf_to, aa_from, aa_to) = "P/F {pf_from} → {pf_to}, A-a {aa_from} → {aa_to}";
    pco2 = "PCO₂";
    po2 = "PO₂";
    tensions_from_to(po2, pco2, ph_from, ph_to) = "{po2}, {pco2}, pH {ph_from:.2} → {ph_to:.2}";
    from_to(first, last) = "From {first} to {last}";
    but_not_steady = ", not steady";
    card_line(title, po2, pco2, ph, so2, bicarbonate, base_excess, hb) =
        "{title}: PO2 {po2}, PCO2 {pco2}, pH {ph:.2}, SO2 {so2:.0} %, HCO3 {bicarbonate:.0} mmol/L, BE {base_excess} \
         mmol/L, Hb {hb}";
    pf_and_aa(pf, aa, doubt) = "P/F {pf}  A-a {aa}{doubt}";
    and_not_steady = " · not steady";
    for_so_long(time) = " for {time}";
    on_fio2(fio2) = " · FiO₂ {fio2:.2}";
}
