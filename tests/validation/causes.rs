//! Causes of severe hypoxaemia that a gas does not tell apart, each with the test that does: it parts the cause from its
//! nearest neighbours by more than three errors of a sample.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::snapshot::Model;

/// Standard error of a sample's PO2 and of its PCO2, relative, as the instruments of the program have it.
const SAMPLE_ERROR: f64 = 0.02;
/// Errors by which two are apart.
const APART: f64 = 3.0;

fn read(params: &Params, key: &str) -> f64 {
    let snapshot = Model::new().snapshot(params).expect("a steady state");
    Quantity::from_key(key).expect("a quantity").read(&snapshot).expect("a value")
}

fn with(id: &str, changes: &[(P, f64)]) -> Params {
    let mut params = scenario::find(id).expect("built in").params.clone();
    params.set_all(changes).expect("in range");
    params
}

/// PaO2 on pure O2.
fn on_oxygen(id: &str) -> f64 {
    read(&with(id, &[(P::Fio2, 1.0)]), "po2_art_mmhg")
}

/// PaO2 on pure O2 at PEEP 12 over that at PEEP 5.
fn by_peep(id: &str) -> f64 {
    let at = |peep| read(&with(id, &[(P::Fio2, 1.0), (P::Peep, peep)]), "po2_art_mmhg");
    at(12.0) / at(5.0)
}

/// PaO2 on pure O2 after an inflation to 40 at PEEP 14, over that at the same PEEP without.
fn by_inflation(id: &str) -> f64 {
    let at = |opened| read(&with(id, &[(P::Fio2, 1.0), (P::Peep, 14.0), (P::OpenedTo, opened)]), "po2_art_mmhg");
    at(40.0) / at(0.0)
}

/// What pure O2 takes of the venous admixture on air.
fn corrected(id: &str) -> f64 {
    let at = |fio2| read(&with(id, &[(P::Fio2, fio2)]), "venous_admixture_frac");
    at(0.21) - at(1.0)
}

/// SpO2 less the share of all haemoglobin that carries O2, as a co-oximeter has it.
fn oximeter_lies_by(id: &str) -> f64 {
    let params = with(id, &[]);
    let co_oximeter = read(&params, "so2_art_frac") * (1.0 - params.get(P::Cohb) - params.get(P::Methb));
    read(&params, "spo2_frac") - co_oximeter
}

/// Arterial above end-tidal PCO2 with a share of the vessels blocked, over arterial.
fn co2_gap(id: &str, clot_frac: f64) -> f64 {
    gap(&with(id, &[(P::Clot, clot_frac)]))
}

fn gap(params: &Params) -> f64 {
    let arterial = read(params, "pco2_art_mmhg");
    (arterial - read(params, "pco2_end_tidal_true_mmhg")) / arterial
}

/// What two fifths of the vessels, with a strength of the heart, leave of mixed venous saturation.
fn venous_fall(id: &str, strength: f64) -> f64 {
    let ill = with(id, &[(P::Clot, 0.4), (P::HeartStrength, strength)]);
    read(&with(id, &[]), "so2_ven_frac") - read(&ill, "so2_ven_frac")
}

#[track_caller]
fn apart(what: &str, cause: f64, neighbour: f64, error: f64) {
    println!("{what}: {cause:.3} against {neighbour:.3}");
    assert!((cause - neighbour).abs() > APART * error, "{what}: {cause} against {neighbour}");
}

#[test]
fn inv_each_cause_is_parted_from_its_neighbours_by_its_test() {
    // Of two PO2: of their ratio.
    let ratio = SAMPLE_ERROR * std::f64::consts::SQRT_2;
    let malformation = "arteriovenous-malformation";
    // Pure oxygen: none of it is corrected in a malformation, all of what is uneven in fat embolism.
    for neighbour in ["fat-embolism", "healthy-young-adult"] {
        let (cause, other) = (on_oxygen(malformation), on_oxygen(neighbour));
        apart("PaO2 on O2, malformation", cause, other, SAMPLE_ERROR * cause.max(other));
        assert!(cause < 300.0 && other > 500.0, "{cause} {other}");
    }
    // PEEP: opens what is collapsed, and no vessel.
    for neighbour in ["near-drowning", "trali"] {
        apart("PEEP on O2, malformation", by_peep(malformation), by_peep(neighbour), ratio * by_peep(neighbour));
        assert!((by_peep(malformation) - 1.0).abs() < ratio);
    }
    // The open lung of near-drowning is uneven; that of TRALI and around a malformation is not.
    for neighbour in ["trali", malformation] {
        apart("admixture that O2 corrects", corrected("near-drowning"), corrected(neighbour), 0.03);
    }
    for neighbour in ["trali", "arteriovenous-malformation"] {
        apart("admixture that O2 corrects, fat", corrected("fat-embolism"), corrected(neighbour), 0.03);
    }
    // An inflation opens what aspiration has closed, and nothing of what is consolidated.
    for neighbour in ["one-sided-pneumonia", "ards-not-recruitable"] {
        let (cause, other) = (by_inflation("aspiration"), by_inflation(neighbour));
        apart("inflation", cause, other, ratio * cause);
    }
    // PEEP opens what is collapsed on both sides; in one bruised lung it sends blood to it.
    for neighbour in ["aspiration", "trali"] {
        let (cause, other) = (by_peep("pulmonary-contusion"), by_peep(neighbour));
        apart("PEEP on O2, contusion", cause, other, ratio * other);
        assert!(cause < 0.9 && other > 1.1, "{cause} {other}");
    }
    // A high output brings its mixed venous blood back well filled.
    for neighbour in ["aspiration", "ards-severe"] {
        let at = |id: &str| read(&with(id, &[]), "so2_ven_frac");
        apart("SvO2, sepsis", at("septic-ards"), at(neighbour), SAMPLE_ERROR * at("septic-ards"));
    }
    // A co-oximeter tells carbon monoxide; without it the patient is healthy.
    for neighbour in ["healthy-young-adult", "fat-embolism"] {
        apart("oximeter", oximeter_lies_by("smoke-inhalation"), oximeter_lies_by(neighbour), 0.02);
        assert!(oximeter_lies_by(neighbour).abs() < 0.03);
    }
    // Methaemoglobin keeps SpO2 from full on pure oxygen; carbon monoxide hides.
    for neighbour in ["fat-embolism", "smoke-inhalation"] {
        let spo2 = |id: &str| read(&with(id, &[(P::Fio2, 1.0)]), "spo2_frac");
        assert!((0.02..0.09).contains(&(spo2(neighbour) - spo2("nitrogen-dioxide"))), "{}", spo2("nitrogen-dioxide"));
        apart("oximeter, MetHb", oximeter_lies_by("nitrogen-dioxide"), oximeter_lies_by(neighbour), 0.02);
    }
    // Blood that passes the foramen meets no gas; where the lung was shut by clot its gas meets no blood besides.
    let foramen = "pulmonary-hypertension-with-foramen";
    for neighbour in ["fat-embolism", "healthy-young-adult"] {
        apart("PaO2 on O2, foramen", on_oxygen(foramen), on_oxygen(neighbour), SAMPLE_ERROR * on_oxygen(neighbour));
    }
    let embolism = gap(&with("massive-embolism-with-foramen-ovale", &[]));
    apart("CO2 gap, foramen", gap(&with(foramen, &[])), embolism, SAMPLE_ERROR);
    // A heart that fails besides returns poorer blood than blocked vessels alone.
    for neighbour in ["air-embolism", "massive-embolism"] {
        apart("SvO2", venous_fall("amniotic-fluid-embolism", 0.5), venous_fall(neighbour, 1.0), 0.02);
    }
    // End-tidal CO2 parts embolism from lung that is only lost.
    for (neighbour, clot) in [("aspiration", 0.0), ("air-embolism", 0.0)] {
        apart("CO2 gap", co2_gap("air-embolism", 0.4), co2_gap(neighbour, clot), SAMPLE_ERROR);
    }
}

/// What one number of a patient is, by key; 0 where it does not exist.
fn or_none(id: &str, key: &str) -> f64 {
    let snapshot = Model::new().snapshot(&with(id, &[])).expect("a steady state");
    Quantity::from_key(key).expect("a quantity").read(&snapshot).unwrap_or(0.0)
}

/// PaO2 upright over that supine.
fn by_sitting_up(id: &str) -> f64 {
    let params = with(id, &[]);
    let mut upright = params.clone();
    upright.set_switch(SwitchId::Position, "upright").expect("an option");
    read(&upright, "po2_art_mmhg") / read(&params, "po2_art_mmhg")
}

/// PaO2 after exchange of blood has taken two thirds of the white cells, over that before.
fn by_leukodepletion(id: &str) -> f64 {
    let at = |count| read(&with(id, &[(P::Leucocytes, count)]), "po2_art_mmhg");
    let set = with(id, &[]).get(P::Leucocytes);
    at(0.35 * set) / at(set)
}

/// Grade of a bubble study in the beat in which a strain is let go of.
fn bubbles_on_release(id: &str) -> f64 {
    or_none(id, "bubbles_released_grade")
}

/// Saturation of the right hand less that of the foot.
fn hand_less_foot(id: &str) -> f64 {
    or_none(id, "so2_preductal_frac") - or_none(id, "so2_postductal_frac")
}

fn bubbles(id: &str) -> f64 {
    or_none(id, "bubbles_grade")
}

fn first_beat(id: &str) -> f64 {
    or_none(id, "bubbles_first_beat")
}

fn tidal_per_kg(id: &str) -> f64 {
    or_none(id, "tidal_volume_per_kg_ml")
}

/// Haemoglobin that carries, as content over saturation has it, g/dL.
fn carrying(id: &str) -> f64 {
    let params = with(id, &[]);
    read(&params, "o2_art_ml_per_dl") / (1.34 * read(&params, "so2_art_frac"))
}

/// What a test shows of a patient.
type Shows = fn(&str) -> f64;

/// A cause, a neighbour, the test that parts them, and its standard error as the instruments have it.
const PARTED: [(&str, &str, &str, Shows, f64); 23] = [
    // Gas: on pure oxygen a wide capillary gives what a malformation does not.
    ("hepatopulmonary-syndrome", "arteriovenous-malformation", "PaO2 on O2", on_oxygen, 0.02 * 500.0),
    // A grade is one of four; half of one is its error at most.
    ("hepatopulmonary-syndrome", "pulmonary-fibrosis-rest", "bubbles", bubbles, 0.5),
    // Of two PO2, and of their ratio.
    ("hepatopulmonary-syndrome", "pulmonary-fibrosis-rest", "sitting up", by_sitting_up, 0.02 * 1.42),
    ("hepatopulmonary-syndrome", "pure-vq-mismatch", "sitting up", by_sitting_up, 0.02 * 1.42),
    ("arteriovenous-malformation", "lobar-pneumonia", "bubbles", bubbles, 0.5),
    ("arteriovenous-malformation", "pure-shunt-30", "bubbles", bubbles, 0.5),
    // A beat more or less.
    ("pulmonary-hypertension-with-foramen", "arteriovenous-malformation", "first beat", first_beat, 1.0),
    ("massive-embolism-with-foramen-ovale", "massive-embolism", "bubbles", bubbles, 0.5),
    ("infant-pertussis", "alveolar-capillary-dysplasia", "hand less foot", hand_less_foot, 0.02),
    ("ards-with-foramen-ovale", "ards-severe", "bubbles on release", bubbles_on_release, 0.5),
    ("infant-pertussis", "lobar-pneumonia", "bubbles", bubbles, 0.5),
    ("infant-pertussis", "alveolar-capillary-dysplasia", "leukodepletion", by_leukodepletion, 0.02 * 1.42),
    ("infant-pertussis", "massive-embolism-with-foramen-ovale", "leukodepletion", by_leukodepletion, 0.02 * 1.42),
    ("alveolar-capillary-dysplasia", "massive-embolism-with-foramen-ovale", "hand less foot", hand_less_foot, 0.02),
    ("alveolar-capillary-dysplasia", "pulmonary-hypertension-with-foramen", "hand less foot", hand_less_foot, 0.02),
    ("alveolar-haemorrhage", "trali", "haemoglobin that carries", carrying, 0.03 * 11.0),
    ("alveolar-haemorrhage", "lobar-pneumonia", "haemoglobin that carries", carrying, 0.03 * 13.0),
    ("radiation-pneumonitis", "alveolar-haemorrhage", "PaO2 on O2", on_oxygen, 0.02 * 520.0),
    ("radiation-pneumonitis", "pulmonary-fibrosis-rest", "PaO2 on O2", on_oxygen, 0.02 * 600.0),
    ("chlorine", "nitrogen-dioxide", "oximeter", oximeter_lies_by, 0.02),
    ("chlorine", "smoke-inhalation", "oximeter", oximeter_lies_by, 0.02),
    ("residual-block", "opioid-hypoventilation", "VT/kg", tidal_per_kg, 0.1 * 7.0),
    ("residual-block", "copd", "admixture that O2 corrects", corrected, 0.03),
];

/// The table, whole: a cause is parted from its neighbour by more than three errors of the test.
#[test]
fn inv_each_cause_of_the_table_is_parted_from_its_nearest_neighbours() {
    for (cause, neighbour, what, shows, error) in PARTED {
        apart(&format!("{what}, {cause} and {neighbour}"), shows(cause), shows(neighbour), error);
    }
}
