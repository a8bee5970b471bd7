//! Every patient in the program lies where the literature puts him, and the pairs that teach by contrast do.

use isoshunt::scenario::{self, Measure, Scenario, Setting, TimedExpectation};
use isoshunt::sim::params::{ParamId, Params, SwitchId};
use isoshunt::sim::reading::observable::Observable;
use isoshunt::sim::reading::quantity::Quantity;
use isoshunt::sim::reading::snapshot::Model;

/// A quantity of a patient, by key.
#[track_caller]
fn read(params: &Params, key: &str) -> f64 {
    let snapshot = Model::new().snapshot(params).expect("a steady state");
    Quantity::from_key(key).expect("a quantity").read(&snapshot).expect("a value")
}

/// A built-in patient with one parameter changed.
#[track_caller]
fn patient(id: &str, change: (ParamId, f64)) -> Params {
    scenario::find(id).expect("a built-in scenario").params.with(change.0, change.1).expect("within bounds")
}

#[test]
fn val_every_scenario_lies_in_its_published_bands() {
    let mut outside = Vec::new();
    for Scenario { id, params, expected, .. } in scenario::builtin() {
        for band in expected {
            let patient = scenario::apply(&band.with, params).expect("settings that fit");
            let value = read(&patient, band.quantity.key);
            let line = format!(
                "{id:28} {:24} {:44} {value:9.3} in {:?} to {:?} ({})",
                band.quantity.key,
                changes(&band.with),
                band.low,
                band.high,
                band.source
            );
            println!("{line}");
            if !band.contains(value) {
                outside.push(line);
            }
        }
    }
    assert!(outside.is_empty(), "outside their bands:\n{}", outside.join("\n"));
}

#[test]
fn val_every_timeline_goes_as_published() {
    let mut outside = Vec::new();
    let mut played = 0;
    for Scenario { id, params, timeline, .. } in scenario::builtin() {
        let Some(timeline) = timeline else { continue };
        played += 1;
        assert!(!timeline.moments.is_empty() && !timeline.expected.is_empty(), "{id}: nothing happens, or is expected");
        let measured = timeline.measure(params, 1).expect("all of it can be done");
        for (band, value) in timeline.expected.iter().zip(measured) {
            let shown = value.map_or_else(|| "never".to_owned(), |value| format!("{value:.3}"));
            let line = format!(
                "{id:30} {:20} {shown:>9} in {:?} to {:?}, {:?} ({})",
                band.quantity.key(),
                band.low,
                band.high,
                band.measure,
                band.source
            );
            println!("{line}");
            if !value.is_some_and(|value| band.contains(value)) {
                outside.push(line);
            }
        }
    }
    assert!(played >= 12, "{played} scenarios with a timeline");
    assert!(outside.is_empty(), "outside their bands:\n{}", outside.join("\n"));
}

fn changes(with: &[Setting]) -> String {
    let change = |setting: &Setting| match setting {
        Setting::Param(id, value) => format!("{id}={value}"),
        Setting::Switch(id, option) => format!("{}={option}", id.key()),
    };
    with.iter().map(change).collect::<Vec<_>>().join(" ")
}

#[test]
fn inv_every_scenario_states_its_gases_on_air_and_on_pure_o2() {
    for Scenario { id, params, expected, teaches, sources, .. } in scenario::builtin() {
        for fio2_frac in [0.21, 1.0] {
            let stated = expected.iter().any(|band| {
                let patient = scenario::apply(&band.with, params).expect("settings that fit");
                let same_lung = band.with.iter().all(|setting| setting.key() == ParamId::Fio2.key());
                band.quantity.key == "po2_art_mmhg"
                    && same_lung
                    && (patient.get(ParamId::Fio2) - fio2_frac).abs() < 1e-9
            });
            assert!(stated, "{id} does not say where PaO2 lies at FiO2 {fio2_frac}");
        }
        assert!(teaches.ends_with('.') && !teaches.contains('\n'), "{id}: one sentence");
        assert!(
            sources.iter().any(|source| source.contains("19") || source.contains("20")),
            "{id}: a source has a year"
        );
    }
}

#[test]
fn inv_every_band_names_a_source_that_is_listed() {
    let is_year = |word: &str| word.len() == 4 && (1900..2100).contains(&word.parse().unwrap_or(0));
    for Scenario { id, expected, timeline, sources, .. } in scenario::builtin() {
        let in_time = timeline.iter().flat_map(|timeline| &timeline.expected).map(|band| &band.source);
        for band in expected.iter().map(|band| &band.source).chain(in_time) {
            let words = band.split(|c: char| !c.is_alphanumeric() && c != '-').collect::<Vec<_>>();
            for pair in words.windows(2).filter(|pair| is_year(pair[1])) {
                let listed = sources.iter().any(|source| pair.iter().all(|word| source.contains(word)));
                assert!(listed, "{id} lists no {} {}: {band}", pair[0], pair[1]);
            }
        }
    }
}

#[test]
fn inv_nothing_on_air_tells_the_twins_apart_and_oxygen_does() {
    let [shunt, mismatch] = ["pure-shunt-30", "pure-vq-mismatch"];
    let both =
        |key: &str, fio2_frac: f64| [shunt, mismatch].map(|id| read(&patient(id, (ParamId::Fio2, fio2_frac)), key));
    for (key, tolerance) in [
        ("po2_art_mmhg", 1.0),
        ("pco2_art_mmhg", 0.5),
        ("ph_art", 0.005),
        ("so2_art_frac", 0.005),
        ("so2_ven_frac", 0.005),
        ("aa_gradient_mmhg", 1.0),
        ("venous_admixture_frac", 0.005),
        ("pf_ratio_mmhg", 5.0),
    ] {
        let [a, b] = both(key, 0.21);
        assert!((a - b).abs() <= tolerance, "{key} on air: {a} and {b}");
    }
    let [a, b] = both("po2_art_mmhg", 1.0);
    assert!(b - a > 500.0, "PaO2 on pure O2: {a} and {b}");
}

#[test]
fn inv_peep_tells_the_ards_twins_apart() {
    let [recruitable, consolidated] = ["severe-ards-recruitable", "severe-ards-non-recruitable"];
    for key in ["po2_art_mmhg", "pco2_art_mmhg", "ph_art", "so2_ven_frac", "driving_pressure_cmh2o"] {
        let [a, b] = [recruitable, consolidated].map(|id| read(&patient(id, (ParamId::Peep, 5.0)), key));
        assert!((a - b).abs() < 1e-9, "{key} at PEEP 5: {a} and {b}");
    }
    let fall = |id| {
        let shunt = |peep| read(&patient(id, (ParamId::Peep, peep)), "shunt_true_frac");
        shunt(5.0) - shunt(15.0)
    };
    assert!((0.10..=0.20).contains(&fall(recruitable)), "recruitable: {}", fall(recruitable));
    assert!((0.0..0.05).contains(&fall(consolidated)), "consolidated: {}", fall(consolidated));
}

/// What the texts tell the reader to try comes out as they say.
#[test]
fn inv_the_texts_promise_what_the_model_does() {
    use ParamId as P;
    let try_it = |id: &str, changes: &[(ParamId, f64)], key: &str| {
        let mut patient = scenario::find(id).expect("a built-in scenario").params.clone();
        patient.set_all(changes).expect("within bounds");
        read(&patient, key)
    };
    let po2 = "po2_art_mmhg";
    for (id, changes, key, promised, tolerance) in [
        ("healthy-old-adult", &[][..], po2, 80.0, 1.0),
        ("high-altitude", &[(P::AlveolarVentilation, 4.8)], po2, 26.0, 1.0),
        ("high-altitude", &[], "pco2_art_mmhg", 26.0, 1.0),
        ("opioid-hypoventilation", &[(P::Fio2, 0.3)], "spo2_frac", 0.96, 0.005),
        ("opioid-hypoventilation", &[(P::Fio2, 0.3)], "pco2_art_mmhg", 80.0, 1.0),
        ("copd", &[], "venous_admixture_frac", 0.31, 0.005),
        ("copd", &[(P::Fio2, 1.0)], "venous_admixture_frac", 0.03, 0.005),
        ("copd", &[(P::Fio2, 1.0)], "pco2_art_mmhg", 47.7 + 1.5, 0.5),
        ("pulmonary-embolism", &[], "po2_ven_mmhg", 27.0, 1.0),
        ("pulmonary-embolism", &[(P::CardiacOutput, 5.0)], po2, 59.5 + 7.0, 1.0),
        ("pulmonary-fibrosis-exercise", &[], "po2_ven_mmhg", 23.0, 1.0),
        ("lobar-pneumonia", &[(P::Fio2, 0.5)], po2, 94.0, 1.0),
        ("lobar-pneumonia", &[(P::Fio2, 0.5), (P::Vo2, 220.0)], po2, 114.0, 1.0),
        ("cardiogenic-oedema", &[], "po2_ven_mmhg", 30.0, 1.0),
        ("severe-ards-recruitable", &[(P::Fio2, 1.0)], po2, 65.8 + 14.0, 1.0),
        ("severe-ards-recruitable", &[(P::Peep, 15.0)], "shunt_true_frac", 0.42 - 0.17, 0.01),
        ("severe-ards-non-recruitable", &[(P::Peep, 15.0)], "shunt_true_frac", 0.42 - 0.04, 0.005),
        ("severe-ards-non-recruitable", &[(P::Peep, 15.0)], po2, 65.8 + 9.0, 1.0),
        ("severe-ards-non-recruitable", &[(P::Hb, 13.0)], po2, 65.8 + 6.0, 1.0),
        ("severe-ards-non-recruitable", &[(P::CardiacOutput, 9.0)], po2, 65.8 + 16.0, 1.0),
        ("pure-shunt-30", &[], "aa_gradient_mmhg", 48.0, 0.5),
        ("pure-shunt-30", &[(P::Fio2, 1.0)], "aa_gradient_mmhg", 566.0, 1.0),
        ("pure-shunt-30", &[(P::Fio2, 1.0)], "pf_ratio_mmhg", 106.0, 1.0),
        ("pure-vq-mismatch", &[(P::Fio2, 0.3)], po2, 59.5 + 20.0, 1.0),
        ("pure-vq-mismatch", &[(P::Fio2, 0.5)], po2, 66.9 + 126.0, 1.0),
        ("pure-vq-mismatch", &[(P::Fio2, 1.0)], po2, 106.4 + 565.0, 1.0),
    ] {
        let value = try_it(id, changes, key);
        assert!((value - promised).abs() <= tolerance, "{id}: {key} is {value}, the text has {promised}");
    }
    assert!(try_it("acute-asthma", &[(P::AlveolarVentilation, 5.6)], "pco2_art_mmhg") > 38.0);
    assert!(try_it("acute-asthma", &[(P::AlveolarVentilation, 4.5)], "pco2_art_mmhg") > 48.0);
}

/// What the texts say of the course comes out when it is played.
#[test]
fn inv_the_texts_promise_what_the_run_does() {
    let at = |minutes: f64| (minutes * 120.0) as u64;
    let value = |minutes: f64| Measure::Value { at: at(minutes) };
    let crossing = |minutes: f64, value: f64| Measure::Crossing { since: at(minutes), value };
    let (po2, so2, pco2) = ("po2_art_mmhg", "so2_art_frac", "pco2_art_mmhg");
    for (id, promises) in [
        ("fio2-step-in-health", vec![(po2, value(31.0), 146.0, 1.0)]),
        ("nitrogen-washout-in-health", vec![("n2_end_tidal_frac", crossing(1.0, 0.025), 150.0, 20.0)]),
        (
            "apnoea-in-health",
            vec![
                (so2, crossing(1.0, 0.9), 55.0, 5.0),
                (so2, crossing(12.0, 0.9), 570.0, 29.0),
                (pco2, Measure::Change { since: at(12.0), at: at(13.0) }, 7.0, 0.5),
                (pco2, Measure::Change { since: at(13.0), at: at(17.0) }, 14.0, 2.0),
            ],
        ),
        ("apnoea-in-illness", vec![(so2, crossing(1.0, 0.9), 28.0, 3.0), (so2, crossing(12.0, 0.9), 330.0, 29.0)]),
        ("apnoea-in-obesity", vec![(so2, crossing(1.0, 0.9), 20.0, 3.0), (so2, crossing(12.0, 0.9), 210.0, 29.0)]),
        (
            "opioid-overdose-on-air",
            vec![(so2, value(10.0), 0.61, 0.02), (so2, value(40.0), 0.89, 0.015), (pco2, value(40.0), 60.0, 1.5)],
        ),
        (
            "opioid-overdose-on-oxygen",
            vec![
                ("alveolar_ventilation_now_l_per_min", value(10.0), 1.85, 0.3),
                (pco2, value(40.0), 61.0, 1.5),
                (so2, value(50.0), 0.90, 0.015),
            ],
        ),
        (
            "pneumothorax",
            vec![(po2, value(10.0), 55.0, 2.0), (po2, value(20.0), 122.0, 5.0), (pco2, value(10.0), 38.6, 1.0)],
        ),
        (
            "mucus-plug-on-air",
            vec![
                (po2, value(1.0), 92.0, 1.0),
                (po2, value(6.0), 63.0, 1.0),
                ("venous_admixture_frac", value(15.0), 0.225, 0.01),
                ("collapsed_frac", crossing(1.0, 0.1), 6.0 * 3600.0, 1800.0),
            ],
        ),
        (
            "mucus-plug-on-oxygen",
            vec![
                ("collapsed_frac", crossing(11.0, 0.1), 470.0, 40.0),
                (po2, crossing(15.0, 610.0), 190.0, 30.0),
                (po2, crossing(15.0, 300.0), 360.0, 30.0),
            ],
        ),
    ] {
        let scenario = scenario::find(id).expect("a built-in scenario");
        let mut timeline = scenario.timeline.clone().expect("a timeline");
        let asked = promises.iter().map(|(key, measure, ..)| TimedExpectation {
            quantity: Observable::from_key(key).expect("a key"),
            measure: *measure,
            low: None,
            high: None,
            source: String::new(),
        });
        timeline.expected = asked.collect();
        let measured = timeline.measure(&scenario.params, 1).expect("all of it can be done");
        for ((key, measure, promised, tolerance), value) in promises.iter().zip(measured) {
            let value = value.unwrap_or(f64::NAN);
            assert!(
                (value - promised).abs() <= *tolerance,
                "{id}: {key} {measure:?} is {value}, the text has {promised}"
            );
        }
    }
}

/// At rest 19 % and on exercise 40 % of the gradient was diffusion in 15 patients (Agustí AGN et al., Am Rev Respir
/// Dis 1991;143:219-225).
#[test]
fn val_agusti_1991_share_of_diffusion_in_the_gradient() {
    for (id, published) in [("pulmonary-fibrosis-rest", 0.19), ("pulmonary-fibrosis-exercise", 0.40)] {
        let limited = scenario::find(id).expect("a built-in scenario").params.clone();
        let mut free = limited.clone();
        free.set_switch(SwitchId::DiffusionLimit, "off").expect("an option");
        let [with, without] = [&limited, &free].map(|params| read(params, "aa_gradient_mmhg"));
        let share = 1.0 - without / with;
        println!("{id}: {share:.3} of an A-a gradient of {with:.1} mmHg, published {published}");
        assert!((share - published).abs() < 0.05, "{id}: {share}");
    }
}

/// Low mixed venous PO2 is the largest cause of hypoxaemia in embolism (Huet Y et al., Am Rev Respir Dis
/// 1985;132:332-338): with normal output the same lung leaves half as much.
#[test]
fn val_huet_1985_output_in_embolism() {
    let po2 = |output| read(&patient("pulmonary-embolism", (ParamId::CardiacOutput, output)), "po2_art_mmhg");
    let venous = |output| read(&patient("pulmonary-embolism", (ParamId::CardiacOutput, output)), "po2_ven_mmhg");
    println!(
        "output 3.2 and 5 L/min: PaO2 {:.1} and {:.1}, PvO2 {:.1} and {:.1}",
        po2(3.2),
        po2(5.0),
        venous(3.2),
        venous(5.0)
    );
    assert!(po2(5.0) - po2(3.2) > 5.0 && venous(5.0) > venous(3.2));
}

/// Dead space itself leaves PaO2 alone as long as alveolar ventilation of perfused lung is kept.
#[test]
fn inv_dead_space_alone_lowers_no_po2() {
    let healthy = &scenario::find("healthy-young-adult").expect("a built-in scenario").params;
    let share = healthy.get(ParamId::AlveolarDeadSpace);
    let perfused = healthy.get(ParamId::AlveolarVentilation) * (1.0 - share);
    let mut wasteful = healthy.clone();
    wasteful
        .set_all(&[(ParamId::AlveolarDeadSpace, 0.5), (ParamId::AlveolarVentilation, perfused / 0.5)])
        .expect("within bounds");
    let difference = read(healthy, "po2_art_mmhg") - read(&wasteful, "po2_art_mmhg");
    assert!(difference.abs() < 1e-6, "{difference}");
    assert!(read(&wasteful, "bohr_enghoff_frac") > read(healthy, "bohr_enghoff_frac") + 0.2);
}
