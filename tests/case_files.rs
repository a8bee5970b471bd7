//! Files of solved cases: the wrong ones are refused by name, and the model agrees with the right ones.
#![expect(clippy::float_cmp, reason = "what a file says is taken over bit for bit")]

use isoshunt::physiology::lung_unit::Basis;
use isoshunt::scenario::cases::{self, CaseFile, CaseQuantity};
use isoshunt::sim::reading::snapshot::Model;

/// A small right file in which the text `from` is exchanged for `to`.
fn file(from: &str, to: &str) -> String {
    let right = r#"{
  "format": "steady-state cases, version 1", "relative_tolerance": 0.01, "absolute_tolerance": 0.001,
  "cases": [{
    "name": "11-000",
    "blood": { "hb": 9.3, "temperature": 37.5, "base_excess": -2.0, "p50": 27, "cohb": 0.1, "methb": 0.2 },
    "body": { "fio2": 0.5, "barometric_pressure": 700, "vo2": 200, "rq": 0.9, "cardiac_output": 4 },
    "lung": { "basis": "expired", "alveolar_ventilation": 5, "alveolar_dead_space": 0.1, "shunt": 0.25, "dlo2": 20,
      "modes": [{ "share": 3, "ratio": 1, "log_sd": 0.5, "compartments": 10 }, { "share": 1, "ratio": 0.1, "log_sd": 0, "compartments": 1 }] },
    "ecmo": { "pump_flow": 3, "recirculation": 0.1, "sweep": 2, "fdo2": 0.9, "membrane_shunt": 0.05 },
    "expected": { "venous_po2": 40, "arterial_po2": 90 }
  }]
}"#;
    assert!(right.contains(from), "the right file does not hold {from}");
    right.replacen(from, to, 1)
}

/// The file with one exchange is refused with exactly this one fault.
#[track_caller]
fn refused(from: &str, to: &str, message: &str) {
    let error = cases::parse(file(from, to), "bad.json").expect_err("the file is wrong");
    assert_eq!(error.to_string(), format!("bad.json: {message}"));
}

/// The modes of the right file exchanged for explicit units.
fn with_units(units: &str) -> String {
    let modes = file("", "");
    let (start, end) = (modes.find("\"modes\"").expect("modes"), modes.find("}] },").expect("their end"));
    format!("{}\"units\": [{units}{}", &modes[..start], &modes[end + 1..])
}

#[test]
fn inv_the_right_file_is_read() {
    let read = cases::parse(file("", ""), "good.json").expect("nothing is wrong with it");
    let [case] = read.cases.as_slice() else { panic!("one case") };
    assert_eq!(case.name, "11-000");
    // In the order in which results are listed, not in the file's.
    assert_eq!(case.expected, [(CaseQuantity::ArterialPo2, 90.0), (CaseQuantity::VenousPo2, 40.0)]);
    let patient = &case.patient;
    let blood = [patient.blood.hb_g_per_dl, patient.blood.temperature_c, patient.blood.base_excess_mmol_per_l];
    assert_eq!(blood, [9.3, 37.5, -2.0]);
    assert_eq!([patient.blood.p50_mmhg, patient.blood.cohb_frac, patient.blood.methb_frac], [27.0, 0.1, 0.2]);
    assert_eq!(
        [patient.fio2_frac, patient.pb_mmhg, patient.vo2_ml_per_min, patient.rq_ratio],
        [0.5, 700.0, 200.0, 0.9]
    );
    assert_eq!(patient.basis, Basis::Expired);
    assert_eq!([patient.cardiac_output_l_per_min, patient.shunt_l_per_min], [4.0, 1.0]);
    assert_eq!((patient.dead_space_l_per_min, patient.dlo2_ml_per_min_mmhg), (0.5, Some(20.0)));
    assert_eq!(patient.units.len(), 11);
    // Shares 3 to 1 of the 3 L/min that are not shunted.
    assert!((patient.units[10].perfusion_l_per_min - 0.75).abs() < 1e-12);
    let membrane = patient.ecmo.expect("a membrane lung");
    assert_eq!([membrane.pump_flow_l_per_min, membrane.recirculation_frac, membrane.sweep_l_per_min], [3.0, 0.1, 2.0]);
    assert_eq!([membrane.fdo2_frac, membrane.membrane_shunt_frac], [0.9, 0.05]);
}

#[test]
fn inv_explicit_units_are_normalised() {
    let units = with_units(r#"{ "ventilation": 6, "perfusion": 1 }, { "ventilation": 2, "perfusion": 3 }"#);
    let read = cases::parse(units, "good.json").expect("nothing is wrong with it");
    let flows = read.cases[0].patient.units.iter().map(|unit| [unit.ventilation_l_per_min, unit.perfusion_l_per_min]);
    let expected = [[4.5 * 0.75, 3.0 * 0.25], [4.5 * 0.25, 3.0 * 0.75]];
    for (found, expected) in flows.flatten().zip(expected.into_iter().flatten()) {
        assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
    }
    // Smaller than any number has digits for, and still half and half.
    let tiny = r#"{ "ventilation": 5e-324, "perfusion": 5e-324 }"#;
    let read = cases::parse(with_units(&format!("{tiny}, {tiny}")), "good.json").expect("positive");
    assert!((read.cases[0].patient.units[0].perfusion_l_per_min - 1.5).abs() < 1e-12);
}

#[test]
fn inv_wrong_cases_are_refused() {
    refused(
        "version 1",
        "version 2",
        "format = `steady-state cases, version 2` is not `steady-state cases, version 1`",
    );
    refused("\"format\"", "\"form\"", "format is missing: `steady-state cases, version 1` belongs there");
    refused("\"relative_tolerance\": 0.01", "\"relative_tolerance\": -1", "relative_tolerance = -1 is below 0");
    refused(
        "\"absolute_tolerance\": 0.001",
        "\"absolute_tolerance\": 1e999",
        "absolute_tolerance is 1e999, not a finite number of 0 or more",
    );
    refused("\"hb\": 9.3", "\"hb\": 93", "cases[0].blood.hb = 93 is outside 2 to 25 g/dL");
    refused("\"fio2\": 0.5", "\"fio2\": 50", "cases[0].body.fio2 = 50 is outside 0.1 to 1");
    refused("\"fio2\": 0.5, ", "", "cases[0].body.fio2 is missing: a number from 0.1 to 1 belongs there");
    refused("\"fio2\"", "\"fi02\": 0.5, \"fio2\"", "cases[0].body.fi02 is not a known key; did you mean fio2?");
    refused("\"expired\"", "\"middle\"", "cases[0].lung.basis = `middle` is not `inspired` or `expired`");
    refused("\"sweep\": 2", "\"sweep\": 20", "cases[0].ecmo.sweep = 20 is outside 0 to 15 L/min");
    refused("\"dlo2\": 20", "\"dlo2\": 0", "cases[0].lung.dlo2 = 0 is outside 0.1 to 200 mL/min/mmHg");
    refused("\"methb\": 0.2", "\"methb\": 0.6, \"cohb\": 0.1", "cases[0].blood.cohb stands more than once");
    refused(
        "\"cohb\": 0.1, \"methb\": 0.2",
        "\"cohb\": 0.5, \"methb\": 0.6",
        "cases[0].blood: cohb_frac + methb_frac = 1.1: together at most 0.9",
    );
    refused(
        "\"compartments\": 10",
        "\"compartments\": 4",
        "cases[0].lung.modes[0].compartments = 4: a V/Q mode has 1 unit, or 5 to 500",
    );
    refused(
        "\"compartments\": 10",
        "\"compartments\": 500",
        "cases[0].lung: 501 lung units: 1 to 500 in all are allowed".replace("lung:", "lung.modes:").as_str(),
    );
    refused("\"share\": 3", "\"share\": -3", "cases[0].lung.modes[0].share = -3 is below 0");
    refused(
        "\"modes\"",
        "\"units\": [{ \"ventilation\": 1, \"perfusion\": 1 }], \"modes\"",
        "cases[0].lung has both of `modes` and `units`: exactly one is needed",
    );
    refused(
        "\"venous_po2\"",
        "\"venous_po\"",
        "cases[0].expected.venous_po is not a known key; did you mean venous_po2 or venous_pco2?",
    );
    refused(
        "{ \"venous_po2\": 40, \"arterial_po2\": 90 }",
        "{}",
        "cases[0].expected is empty: at least one number belongs there",
    );
    let no_cases = r#"{ "format": "steady-state cases, version 1", "relative_tolerance": 0, "absolute_tolerance": 0, "cases": [] }"#;
    let error = cases::parse(no_cases, "bad.json").expect_err("nothing to compare").to_string();
    assert_eq!(error, "bad.json: cases has 0 entries: 1 to 1000000 are allowed");
}

#[test]
fn inv_totals_have_to_be_positive() {
    let total = |units: &str| cases::parse(with_units(units), "bad.json").expect_err("no total").to_string();
    assert_eq!(
        total(r#"{ "ventilation": 0, "perfusion": 1 }"#),
        "bad.json: cases[0].lung.units: the ventilation shares of the units add up to 0: the sum must be positive and finite"
    );
    assert_eq!(
        total(r#"{ "ventilation": 1, "perfusion": 1e308 }, { "ventilation": 1, "perfusion": 1e308 }"#),
        "bad.json: cases[0].lung.units: the perfusion shares of the units add up to inf: the sum must be positive and finite"
    );
    assert_eq!(total(""), "bad.json: cases[0].lung.units has 0 entries: 1 to 500 are allowed");
    let none = file("\"share\": 3", "\"share\": 0").replace("\"share\": 1,", "\"share\": 0,");
    let message = cases::parse(none, "bad.json").expect_err("no total").to_string();
    assert_eq!(message, "bad.json: cases[0].lung.modes: the shares add up to 0: the sum must be positive and finite");
}

#[test]
fn inv_tolerances_are_the_files() {
    let read = cases::parse(file("", ""), "good.json").expect("nothing is wrong with it");
    assert!((read.tolerance(-100.0) - 1.001).abs() < 1e-12);
    assert!(read.accepts(101.0, 100.0) && read.accepts(99.0, 100.0) && !read.accepts(98.99, 100.0));
    assert!(!read.accepts(f64::NAN, 100.0));
    assert!((read.share_of_tolerance(100.5005, 100.0) - 0.5).abs() < 1e-9);
    let exact = CaseFile { relative_tolerance: 0.0, absolute_tolerance: 0.0, ..read };
    assert!(exact.accepts(100.0, 100.0) && !exact.accepts(100.0_f64.next_up(), 100.0));
    assert_eq!((exact.share_of_tolerance(1.0, 1.0), exact.share_of_tolerance(2.0, 1.0)), (0.0, f64::INFINITY));
}

/// Largest share of its tolerance that any value of a file uses.
fn worst(text: &str, tolerance: f64) -> f64 {
    let read = cases::parse(text, "data").expect("a file of cases");
    let file = CaseFile { relative_tolerance: tolerance, absolute_tolerance: tolerance, ..read };
    let mut model = Model::new();
    let mut worst = 0.0_f64;
    for case in &file.cases {
        let (state, estimates) = model.solve_patient(&case.patient).expect("a steady state");
        for (quantity, expected) in &case.expected {
            let value = quantity.read(&state, &estimates).expect("an estimate");
            let share = file.share_of_tolerance(value, *expected);
            assert!(file.accepts(value, *expected), "{} {}: {value}, not {expected}", case.name, quantity.key());
            worst = worst.max(share);
        }
    }
    worst
}

/// Random patients solved by an independent implementation, in another language with other solvers.
#[test]
fn val_independent_solver_agrees() {
    for text in [include_str!("data/steady_state.json"), include_str!("data/steady_state_wide.json")] {
        let worst = worst(text, 1e-7);
        assert!(worst > 0.0, "solved apart, some digit differs");
    }
}
