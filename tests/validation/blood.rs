//! Blood: the dissociation curve and its shifts, CO2 content of measured bloods.

use isoshunt::numerics::float;
use isoshunt::physiology::blood::{Blood, Chemistry};
use isoshunt::physiology::co2_content::{blood_to_plasma, co2_content_ml_per_dl, plasma_co2_content_ml_per_dl};
use isoshunt::physiology::saturation::{STANDARD_P50_MMHG, standard_curve, virtual_po2_factor};
use isoshunt::sim::params::{ParamId, Params};
use isoshunt::sim::reading::snapshot::Model;
use isoshunt::units::{mmhg_from_kpa, percent_from_frac};

use crate::published::{Account, numbers, rows};

/// Saturation at PO2, PCO2, pH and temperature.
fn saturation_frac(po2_mmhg: f64, pco2_mmhg: f64, ph: f64, temperature_c: f64) -> f64 {
    standard_curve(po2_mmhg * virtual_po2_factor(temperature_c, ph, pco2_mmhg, STANDARD_P50_MMHG)).0
}

#[test]
fn val_severinghaus_1979_dissociation_curve_and_its_shifts() {
    const PUBLISHED_FIT_POINTS: f64 = 0.55;
    let mut account = Account::new("O2 dissociation");
    let mut worst = (0.0, 0.0);
    for row in &rows(include_str!("../data/published/01_o2_dissociation.csv")) {
        match row.quantity.as_str() {
            "SO2 standard human blood" => {
                let po2 = row.input("PO2");
                let percent = percent_from_frac(saturation_frac(po2, row.input("PCO2"), row.input("pH"), 37.0));
                account.near(row, percent, row.value(), PUBLISHED_FIT_POINTS);
                // The tolerance column starts with what his equation gives.
                let equation = numbers(&row.tolerance)[1];
                assert!((percent - equation).abs() < 0.0051, "PO2 {po2}: {percent}, equation 1 gives {equation}");
                if (percent - row.value()).abs() > worst.1 {
                    worst = (po2, (percent - row.value()).abs());
                }
            }
            "SO2 equation (eq 1)" => {
                let stated = format!("largest deviation {:.3} points at PO2 {}", worst.1, worst.0);
                account.holds(row, (worst.1 - 0.546).abs() < 0.001 && (worst.0 - 150.0f64).abs() < 1e-9, &stated);
            }
            "P50 given by eq 1" => {
                account.near(row, saturation_frac(row.value(), 40.0, 7.4, 37.0), 0.5, 1e-4);
            }
            "P50 standard adult" => account.within(row, STANDARD_P50_MMHG, row.values()[0], 26.9),
            "P50 standard in Dash 2016" => account.near(row, STANDARD_P50_MMHG, row.value(), 0.1),
            "P50 HbA" => account.near(row, STANDARD_P50_MMHG, row.value(), 0.5),
            "P50 fetal blood (HbF)" => {
                let bounds = ParamId::P50.bounds();
                let allowed = row.expected.split('-').all(|p50| ParamId::P50.check(p50.parse().expect("mmHg")).is_ok());
                account.holds(row, allowed, &format!("may be set from {} to {}", bounds.min, bounds.max));
            }
            "Kelman 1966 virtual PO2 shift" => {
                let kelman = |t: f64, ph: f64, pco2: f64| {
                    float::pow(10f64, 0.024 * (37.0 - t) + 0.40 * (ph - 7.40) + 0.06 * float::log10(40.0 / pco2))
                };
                let largest = [(37.0, 7.4, 40.0), (30.0, 7.1, 80.0), (41.0, 7.6, 15.0), (25.0, 6.8, 120.0)]
                    .map(|(t, ph, pco2)| virtual_po2_factor(t, ph, pco2, STANDARD_P50_MMHG) / kelman(t, ph, pco2) - 1.0)
                    .into_iter()
                    .fold(0.0, |largest: f64, difference| largest.max(difference.abs()));
                account.near(row, largest, 0.0, 1e-12);
            }
            "Bohr coefficient dlogP50/dpH" => {
                let shift = float::log10(virtual_po2_factor(37.0, 7.4, 40.0, 26.86))
                    - float::log10(virtual_po2_factor(37.0, 8.4, 40.0, 26.86));
                account.within(row, shift, -0.52, -0.40);
            }
            "temperature coefficient dlogP50/dT" => {
                let shift = float::log10(virtual_po2_factor(37.0, 7.4, 40.0, 26.86))
                    - float::log10(virtual_po2_factor(38.0, 7.4, 40.0, 26.86));
                account.near(row, shift, row.value(), 1e-12);
            }
            "O2Hb curve with COHb (Roughton-Darling)" => {
                let blood = Blood { cohb_frac: 0.4, ..Blood::default() };
                let at_p50 = Chemistry::new(&blood).gas_at_tensions(STANDARD_P50_MMHG, 40.0).saturation_frac;
                account.holds(row, at_p50 > 0.5, &format!("at COHb 0.4 the rest is {at_p50:.3} saturated at P50"));
            }
            "critical teaching points" => {
                for (po2, percent) in numbers(&row.inputs).into_iter().zip(row.values()) {
                    account.near(row, percent_from_frac(saturation_frac(po2, 40.0, 7.4, 37.0)), percent, 1.0);
                }
            }
            "PO2 from S (eq 2)" => account.context(row, "an inverse fit; the model inverts the curve itself"),
            "temperature coefficient of PO2 at constant content (eq 3)"
            | "PaO2 corrected to patient temperature"
            | "PaCO2 corrected to patient temperature"
            | "pH corrected to patient temperature" => {
                account
                    .context(row, "corrects a sample measured at 37 degC; the model's blood is at its own temperature");
            }
            "Bohr coefficient vs PO2 (eq 4)" => account.context(row, "the model takes Kelman's constant coefficient"),
            "Kelman 1966 SO2" | "low-PO2 branch of Kelman" => {
                account.context(row, "another curve; here Severinghaus's")
            }
            "Hill slope maximum" => account.context(row, "of another curve"),
            "Hb saturation at standard arterial conditions" | "PCO2 effect on P50 (Dash 2010 polynomial, fixed pH)" => {
                account.context(row, "another model of haemoglobin");
            }
            "DPG effect on P50 (Dash-Bassingthwaighte 2010 polynomial)" => {
                account.context(row, "DPG is not modelled apart from P50");
            }
            _ => account.unknown(row),
        }
    }
    account.close(65, 12);
}

#[test]
fn val_douglas_1988_co2_content_of_measured_bloods() {
    let mut account = Account::new("CO2 content");
    let mut misses = Vec::new();
    for row in &rows(include_str!("../data/published/03_co2_content.csv")) {
        match row.quantity.as_str() {
            "CO2 content whole blood (measured)" => {
                let (hb, so2, pco2) = (row.input("Hb"), row.input("SO2"), row.input("PCO2"));
                let content = co2_content_ml_per_dl(hb, so2, row.input("pH"), pco2, 37.0);
                let equation = row.tolerance.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number");
                account.near(row, content, equation, 0.0051);
                misses.push(content - row.value());
            }
            "CO2 content plasma (column is CALCULATED by the Douglas plasma equation, not measured)" => {
                let content = plasma_co2_content_ml_per_dl(row.input("pH"), row.input("PCO2"), 37.0);
                account.near(row, content, row.value(), 0.01);
            }
            "Douglas plasma CO2 content" | "Douglas whole-blood CO2 content" => {
                account.context(row, "the equation itself; its values are checked in the rows around it");
            }
            "Douglas blood/plasma ratio test" => {
                account.near(row, blood_to_plasma(10.0, 0.9, 7.4)[0], row.value(), 1e-6);
            }
            "Douglas whole-blood test" => {
                let pco2 = mmhg_from_kpa(after_pco2_kpa(&row.inputs));
                account.near(row, co2_content_ml_per_dl(10.0, 0.9, 7.4, pco2, 37.0), row.value(), 5e-4);
            }
            "CO2 content mixed venous, textbook" => {
                let content = Chemistry::new(&Blood::default()).gas_at_tensions(40.0, row.input("PCO2")).co2_ml_per_dl;
                account.within(row, content, 49.0, 53.0);
            }
            "v-a CO2 content difference at rest" => {
                let state = Model::new().steady(&Params::default()).expect("a healthy adult");
                let difference = state.venous.gas.co2_ml_per_dl - state.arterial.gas.co2_ml_per_dl;
                account.near(row, difference, row.value(), 0.5);
            }
            "Haldane share of CO2 exchange at rest" => {
                // CO2 that blood gives off at unchanged PCO2 because it is oxygenated, over all that it gives off.
                let state = Model::new().steady(&Params::default()).expect("a healthy adult");
                let (a, v) = (state.arterial.gas, state.venous.gas);
                let chemistry = Chemistry::new(&Blood::default());
                let haldane = v.co2_ml_per_dl - chemistry.gas_at_tensions(a.po2_mmhg, v.pco2_mmhg).co2_ml_per_dl;
                let share = percent_from_frac(haldane / (v.co2_ml_per_dl - a.co2_ml_per_dl));
                account.within(row, share, 30.0, 55.0);
            }
            "CO2 electrode: Christiansen-Douglas-Haldane ordering" => {
                let chemistry = Chemistry::new(&Blood::default());
                let content = |po2, pco2| chemistry.gas_at_tensions(po2, pco2).co2_ml_per_dl;
                let ordered = (20..=80).all(|pco2| content(20.0, f64::from(pco2)) > content(100.0, f64::from(pco2)));
                account.holds(row, ordered, "at every PCO2 from 20 to 80");
            }
            "Siggaard-Andersen erythrocyte pK"
            | "Siggaard-Andersen erythrocyte pH"
            | "Siggaard-Andersen ctCO2(B) (Physiolibrary/NewBloodyMary OSA)"
            | "Kelman 1967 cell/plasma ratio"
            | "CO2 content arterial, hypercapnic (V/Q program)"
            | "CO2 content arterial" => account.context(row, "another equation for CO2 in cells"),
            _ => account.unknown(row),
        }
    }
    let n = misses.len() as f64;
    let mean = misses.iter().sum::<f64>() / n;
    let sd = (misses.iter().map(|miss| float::powi(miss - mean, 2)).sum::<f64>() / (n - 1.0)).sqrt();
    println!("Douglas's equation less measured blood: {mean:.3} ± {sd:.3} mL/dL over {n} bloods");
    // Stated for all bloods of the paper, -0.04 ± 1.15; these are part of them.
    assert!((mean + 0.04).abs() < 0.1 && (sd - 1.15).abs() < 0.1, "{mean} ± {sd}");
    account.close(54, 8);
}

/// `PCO2 5 kPa` of a row in kPa.
fn after_pco2_kpa(inputs: &str) -> f64 {
    crate::published::after(inputs, "PCO2").expect("a PCO2 in kPa")
}
