//! The bedside equations with this patient's numbers in them.
//!
//! A term that a slider sets names it. The result is computed from the terms as they are, not as they are printed, and
//! is the number that the snapshot has.

use crate::physiology::indices::{self, NoEstimate};
use crate::physiology::o2_content::o2_content_ml_per_dl;
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::spaced;
use crate::text::words;
use crate::units::{DL_PER_L, HUFNER_ML_PER_G, O2_SOLUBILITY_ML_PER_DL_MMHG, PH2O_MMHG, percent_from_frac};

/// A piece of an equation as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Signs and constants.
    Sign(String),
    /// A number of this patient.
    Term {
        /// As printed.
        number: String,
        /// What it is, for example `PaCO₂`.
        name: &'static str,
        /// The slider that sets it, or most directly moves it.
        control: Option<ParamId>,
    },
}

/// One equation.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    /// Name, with its author where it has one.
    pub name: &'static str,
    /// In symbols.
    pub symbols: String,
    /// With this patient's numbers.
    pub pieces: Vec<Piece>,
    /// Key of the quantity that it gives.
    pub key: &'static str,
    /// What comes out.
    pub result: Result<f64, NoEstimate>,
    /// The result as printed, with its unit, or in words why there is none.
    pub shown: String,
}

impl Equation {
    /// The equation as a screen reader says it.
    #[must_use]
    pub fn text(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Sign(sign) => sign.clone(),
            Piece::Term { number, .. } => number.clone(),
        });
        format!("{}: {}; {} = {}", self.name, self.symbols, pieces.collect::<String>(), self.shown)
    }
}

/// Writes the pieces of one equation.
struct Writer<'a> {
    params: &'a Params,
    units: DisplayUnits,
    pieces: Vec<Piece>,
}

impl Writer<'_> {
    fn sign(mut self, sign: &str) -> Self {
        self.pieces.push(Piece::Sign(sign.to_owned()));
        self
    }

    /// What a slider sets.
    fn set(mut self, id: ParamId) -> Self {
        let bounds = id.bounds();
        // In an equation a fraction is a fraction.
        let number = if bounds.is_percent() {
            signed(self.params.get(id), bounds.decimals)
        } else {
            bounds.number(self.params.get(id), self.units)
        };
        self.pieces.push(Piece::Term { number, name: bounds.label, control: Some(id) });
        self
    }

    /// What the model found.
    fn found(mut self, name: &'static str, value: f64, unit: &str, decimals: usize, control: Option<ParamId>) -> Self {
        self.pieces.push(Piece::Term { number: self.units.of(unit).number(value, decimals), name, control });
        self
    }

    /// One O2 content less another.
    fn less(self, (name, value): (&'static str, f64), (other, less): (&'static str, f64)) -> Self {
        self.found(name, value, "mL/dL", 2, None).sign(" − ").found(other, less, "mL/dL", 2, None)
    }
}

/// Every equation with the numbers of a patient.
#[must_use]
pub fn equations(now: &Snapshot, units: DisplayUnits) -> Vec<Equation> {
    let params = &now.params;
    let writer = || Writer { params, units, pieces: Vec::new() };
    let gas = &now.estimates.gas;
    let (arterial, venous) = (&now.bedside_arterial(), &now.state.venous.gas);
    // As the laboratory has it, at 37 °C.
    let measured = &now.estimates.measured;
    let get = |id| params.get(id);
    // PaCO2 is set by nobody; what moves it is breathing.
    let breath = match params.breathing() {
        Breathing::Spontaneous => ParamId::AlveolarVentilation,
        Breathing::Ventilated | Breathing::Apnoea => ParamId::VentilatorRate,
    };
    let breathes = now.ventilation.minute_l_per_min > 0.0;
    let per_dl = units.of("mL/dL");
    let mut out = Vec::new();
    let mut push =
        |name, symbols: &str, writer: Writer<'_>, key, result: Result<f64, NoEstimate>, unit: &str, decimals| {
            let shown = match (&result, unit) {
                (Ok(value), "%") => format!("{}{}", signed(percent_from_frac(*value), decimals), spaced("%")),
                (Ok(value), _) => units.text(*value, unit, decimals),
                (Err(reason), _) => format!("– ({})", units.prose(&reason.to_string())),
            };
            out.push(Equation { name, symbols: symbols.to_owned(), pieces: writer.pieces, key, result, shown });
        };

    let po2_alv = indices::alveolar_po2_mmhg(
        get(ParamId::Fio2),
        get(ParamId::Pb),
        PH2O_MMHG,
        measured.pco2_mmhg,
        get(ParamId::Rq),
    );
    let water = units.of("mmHg").number(PH2O_MMHG, 0);
    push(
        words::equations::alveolar_gas(),
        "PAO₂ = FiO₂ · (PB − PH₂O) − PaCO₂ · (FiO₂ + (1 − FiO₂) / R)",
        writer()
            .set(ParamId::Fio2)
            .sign(" · (")
            .set(ParamId::Pb)
            .sign(&format!(" − {water}) − "))
            .found("PaCO₂", measured.pco2_mmhg, "mmHg", 1, Some(breath))
            .sign(" · (")
            .set(ParamId::Fio2)
            .sign(" + (1 − ")
            .set(ParamId::Fio2)
            .sign(") / ")
            .set(ParamId::Rq)
            .sign(")"),
        "po2_alv_ideal_mmhg",
        Ok(po2_alv),
        "mmHg",
        1,
    );
    push(
        words::gas::aa(),
        "A-a = PAO₂ − PaO₂",
        writer().found("PAO₂", po2_alv, "mmHg", 1, Some(ParamId::Fio2)).sign(" − ").found(
            "PaO₂",
            measured.po2_mmhg,
            "mmHg",
            1,
            None,
        ),
        "aa_gradient_mmhg",
        gas.aa_gradient_mmhg.map(|_| po2_alv - measured.po2_mmhg),
        "mmHg",
        1,
    );
    let content = o2_content_ml_per_dl(
        get(ParamId::Hb),
        get(ParamId::Cohb),
        get(ParamId::Methb),
        arterial.saturation_frac,
        arterial.po2_mmhg,
    );
    let solubility = signed(O2_SOLUBILITY_ML_PER_DL_MMHG * per_dl.per_value / units.of("mmHg").per_value, 4);
    push(
        words::equations::o2_content(),
        "CaO₂ = 1.34 · Hb · (1 − COHb − MetHb) · SaO₂ + α · PaO₂",
        writer()
            .sign(&format!("{HUFNER_ML_PER_G} · "))
            .set(ParamId::Hb)
            .sign(" · (1 − ")
            .set(ParamId::Cohb)
            .sign(" − ")
            .set(ParamId::Methb)
            .sign(") · ")
            .found("SaO₂", arterial.saturation_frac, "", 4, None)
            .sign(&format!(" + {solubility} · "))
            .found("PaO₂", arterial.po2_mmhg, "mmHg", 1, None),
        if now.bypass.is_some() { "o2_right_arm_ml_per_dl" } else { "o2_art_ml_per_dl" },
        Ok(content),
        "mL/dL",
        2,
    );
    let capillary = gas.o2_cap_ml_per_dl;
    let [in_art, in_ven] = [("CaO₂", arterial.o2_ml_per_dl), ("Cv̄O₂", venous.o2_ml_per_dl)];
    if let Ok(in_cap) = capillary.map(|capillary| ("Cc′O₂", capillary)) {
        let admixture = indices::venous_admixture_frac(in_cap.1, in_art.1, in_ven.1);
        push(
            words::equations::shunt(),
            "Q̇s/Q̇t = (Cc′O₂ − CaO₂) / (Cc′O₂ − Cv̄O₂)",
            writer().sign("(").less(in_cap, in_art).sign(") / (").less(in_cap, in_ven).sign(")"),
            "venous_admixture_frac",
            admixture,
            "%",
            1,
        );
    }
    // What the tissues take is of all blood that they get: of two bloods that meet in the aorta the mean.
    let (output, in_art) = match now.bypass {
        None => ((words::equations::output(), now.output_l_per_min(), Some(ParamId::CardiacOutput)), in_art),
        Some(_) => {
            let flow = (words::equations::body_flow(), now.systemic_l_per_min(), Some(ParamId::PumpFlow));
            (flow, (words::equations::o2_of_the_aorta(), now.state.arterial.gas.o2_ml_per_dl))
        }
    };
    let [flow_factor, fick] = if per_dl.is_converted() {
        [String::new(), "V̇O₂ = Q̇ · (CaO₂ − Cv̄O₂)".to_owned()]
    } else {
        [format!("{DL_PER_L} · "), format!("V̇O₂ = {DL_PER_L} · Q̇ · (CaO₂ − Cv̄O₂)")]
    };
    push(
        words::equations::fick(),
        &fick,
        writer()
            .sign(&flow_factor)
            .found(output.0, output.1, "L/min", 1, output.2)
            .sign(" · (")
            .less(in_art, in_ven)
            .sign(")"),
        "o2_consumption_ml_per_min",
        Ok(DL_PER_L * output.1 * (in_art.1 - in_ven.1)),
        "mL/min",
        0,
    );
    if let (true, Ok(expired)) = (breathes, now.estimates.pco2_mixed_expired_mmhg) {
        push(
            words::equations::dead_space(),
            "VD/VT = (PaCO₂ − PĒCO₂) / PaCO₂",
            writer()
                .sign("(")
                .found("PaCO₂", arterial.pco2_mmhg, "mmHg", 1, Some(breath))
                .sign(" − ")
                .found("PĒCO₂", expired, "mmHg", 1, Some(ParamId::AnatomicalDeadSpace))
                .sign(") / ")
                .found("PaCO₂", arterial.pco2_mmhg, "mmHg", 1, Some(breath)),
            "bohr_enghoff_frac",
            indices::bohr_enghoff_frac(arterial.pco2_mmhg, expired),
            "%",
            1,
        );
    }
    if let (Ok(shunt), Ok(capillary)) = (gas.venous_admixture_frac, capillary)
        && shunt < 1.0
    {
        let difference = arterial.o2_ml_per_dl - venous.o2_ml_per_dl;
        push(
            words::equations::iso_shunt(),
            "CaO₂ = Cc′O₂ − s / (1 − s) · (CaO₂ − Cv̄O₂), s = Q̇s/Q̇t",
            writer()
                .found("Cc′O₂", capillary, "mL/dL", 2, Some(ParamId::Fio2))
                .sign(" − ")
                .found("Q̇s/Q̇t", shunt, "", 3, Some(ParamId::Shunt))
                .sign(" / (1 − ")
                .found("Q̇s/Q̇t", shunt, "", 3, Some(ParamId::Shunt))
                .sign(") · ")
                .found("CaO₂ − Cv̄O₂", difference, "mL/dL", 2, Some(ParamId::CardiacOutput)),
            "o2_art_ml_per_dl",
            Ok(capillary - shunt / (1.0 - shunt) * difference),
            "mL/dL",
            2,
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::sim::reading::quantity::Quantity;
    use crate::sim::reading::sampling::random_patient;
    use crate::sim::reading::snapshot::Model;
    use crate::text::display_units::{Concentration, Pressure};

    #[test]
    fn inv_results_are_those_of_the_snapshot() {
        let mut model = Model::new();
        let mut counted = 0;
        for seed in 0..400 {
            let Ok(now) = model.snapshot(&random_patient(&mut StdRng::seed_from_u64(seed))) else { continue };
            for equation in equations(&now, DisplayUnits::default()) {
                let expected = Quantity::from_key(equation.key).expect("a quantity").read(&now);
                match (equation.result, expected) {
                    (Ok(found), Ok(expected)) => {
                        let scale = expected.abs().max(if equation.key.ends_with("_frac") { 1.0 } else { 10.0 });
                        assert!(
                            (found - expected).abs() <= 2e-8 * scale,
                            "{seed} {}: {found} {expected}",
                            equation.name
                        );
                        counted += 1;
                    }
                    (found, expected) => assert_eq!(found.is_ok(), expected.is_ok(), "{seed} {}", equation.name),
                }
            }
        }
        assert!(counted > 300, "{counted}");
    }

    /// Content is of the right arm, as its saturation is; what tissues take is of all blood that they get.
    #[test]
    fn inv_on_a_bypass_each_equation_says_whose_blood_it_is_of() {
        let patient = crate::scenario::find("va-ecmo").expect("built in").params.with(ParamId::HeartStrength, 0.8);
        let now = Model::new().snapshot(&patient.expect("within bounds")).expect("a steady state");
        let all = equations(&now, DisplayUnits::default());
        let of = |name: &str| all.iter().find(|equation| equation.name == name).expect("an equation");
        let read = |key: &str| Quantity::from_key(key).expect("a key").read(&now).expect("a number");
        let content = of("O₂ content").result.expect("a number");
        assert!((content - read("o2_right_arm_ml_per_dl")).abs() < 1e-6, "{content}");
        assert!(read("o2_art_ml_per_dl") > content + 0.5, "{content}");
        let taken = of("Fick").result.expect("a number");
        assert!((taken - read("o2_consumption_ml_per_min")).abs() < 1e-4 * taken, "{taken}");
        let flow = format!("10 · {:.1} · (", now.systemic_l_per_min());
        assert!(of("Fick").text().contains(&flow), "{}", of("Fick").text());
    }

    #[test]
    fn inv_a_healthy_adult_fills_every_equation_in_either_unit() {
        let now = Model::new().snapshot(&Params::default()).expect("healthy");
        let plain = equations(&now, DisplayUnits::default());
        let names: Vec<&str> = plain.iter().map(|equation| equation.name).collect();
        assert_eq!(names.len(), 7, "{names:?}");
        assert!(plain[0].text().contains("0.21 · (760 − 47) − "), "{}", plain[0].text());
        let others = DisplayUnits { pressure: Pressure::Kpa, concentration: Concentration::PerL };
        let other = equations(&now, others);
        assert!(other[0].text().contains("0.21 · (101.3 − 6.3) − "), "{}", other[0].text());
        assert!(
            other[2].text().contains("1.34 · 150 · ") && other[2].text().contains(" + 0.2325 · "),
            "{}",
            other[2].text()
        );
        assert!(other.iter().all(|equation| !["mmHg", "dL"].iter().any(|unit| equation.text().contains(unit))));
        let controls = plain.iter().flat_map(|equation| &equation.pieces);
        assert!(controls.filter(|piece| matches!(piece, Piece::Term { control: Some(_), .. })).count() >= 12);
    }
}
