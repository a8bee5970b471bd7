//! A blood gas that is typed: the sums of the bedside, what an age expects, and the patients of the library who are
//! nearest to it. Ranges are those of a file of gases, sums those of the fit.

use crate::app::library::{Library, Near, Nearest};
use crate::app::typed_gas::{self, Members};
use crate::physiology::expected_gradient;
use crate::study::Study;
use crate::study::fit::{Body, Gas, Question, Sums};
use crate::text;
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// Ages for which a healthy gradient is known, years.
const AGES_YEARS: [f64; 2] = [15.0, 90.0];
/// Oxygen up to which a healthy gradient is that of air.
pub const AIR_FIO2_FRAC: f64 = 0.22;

/// Tensions below which, both together and without a unit, kPa will be meant.
const KPA_PO2_BELOW: f64 = 20.0;
const KPA_PCO2_BELOW: f64 = 10.0;

/// A number that can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// FiO2.
    Fio2,
    /// Arterial PO2.
    Po2,
    /// Arterial PCO2.
    Pco2,
    /// Haemoglobin.
    Hb,
    /// Arterial pH, or nothing.
    Ph,
    /// Arterial saturation, or nothing.
    So2,
    /// Mixed venous saturation, or nothing.
    So2Ven,
    /// Age, or nothing.
    Age,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Field; 8] =
        [Field::Fio2, Field::Po2, Field::Pco2, Field::Hb, Field::Ph, Field::So2, Field::So2Ven, Field::Age];

    /// Name in the form.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Field::Fio2 => words::common::fio2(),
            Field::Po2 => words::common::pao2(),
            Field::Pco2 => words::common::paco2(),
            Field::Hb => words::gas::haemoglobin(),
            Field::Ph => words::common::ph(),
            Field::So2 => words::gas::so2(),
            Field::So2Ven => words::gas::svo2(),
            Field::Age => words::gas::age(),
        }
    }

    /// Canonical unit as printed; that of a share and of pH is empty.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Field::Fio2 | Field::Ph | Field::So2 | Field::So2Ven => "",
            Field::Po2 | Field::Pco2 => "mmHg",
            Field::Hb => "g/dL",
            Field::Age => "years",
        }
    }

    /// Whether nothing may stand there.
    #[must_use]
    pub fn may_be_empty(self) -> bool {
        matches!(self, Field::Ph | Field::So2 | Field::So2Ven | Field::Age)
    }

    /// Unit in which it may be typed; an age and a pH have none.
    fn typed_unit(self) -> Option<&'static str> {
        (!matches!(self, Field::Age | Field::Ph)).then(|| self.unit())
    }

    /// Key in a file of gases; an age has none.
    fn key(self) -> Option<&'static str> {
        Some(match self {
            Field::Fio2 => "fio2_frac",
            Field::Po2 => "po2_art_mmhg",
            Field::Pco2 => "pco2_art_mmhg",
            Field::Hb => "hb_g_per_dl",
            Field::Ph => "ph_art",
            Field::So2 => "so2_art_frac",
            Field::So2Ven => "so2_ven_frac",
            Field::Age => return None,
        })
    }
}

/// What is typed, in the reader's units, as [`Field::ALL`].
pub type Typed = [String; Field::ALL.len()];

/// A form as it is opened: no number in it that nobody typed.
#[must_use]
pub fn empty() -> Typed {
    Default::default()
}

/// A blood gas with what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    /// The gas.
    pub gas: Gas,
    /// The patient as far as he was typed; the rest is assumed.
    pub body: Body,
    /// The sums of the bedside.
    pub sums: Sums,
    /// PaO2 over alveolar PO2; none where that is not above 0.
    pub arterial_alveolar_ratio: Option<f64>,
    /// Least, usual and largest A-a gradient of a healthy person of the age that was typed, mmHg; on air only.
    pub expected: Option<expected_gradient::Health>,
    /// Whether the tensions look like kPa where they were read as mmHg.
    pub looks_like_kpa: bool,
    /// Why no lung gives this gas, where none does.
    pub no_lung: Option<String>,
}

/// What is made of what is typed.
#[derive(Debug, Clone, Default)]
pub struct GasEntry {
    /// What was read last, in which units, and whether the library was whole.
    read: Option<(Typed, DisplayUnits, bool)>,
    faults: Vec<String>,
    entered: Option<Entered>,
    /// Patients of the library who are near to it, as far as they are found.
    nearest: Option<Nearest>,
}

impl GasEntry {
    /// Its name as one who spends from a [`Budget`](crate::study::Budget).
    pub const OWNER: &'static str = "nearest patients";

    /// Patients of the library who are near to the gas, as far as they are found.
    #[must_use]
    pub fn nearest(&self) -> &[Near] {
        self.nearest.as_ref().map_or(&[], Nearest::found)
    }

    /// What is wrong with what is typed; empty where nothing is, or nothing was typed yet.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The gas that is typed; none where it is none.
    #[must_use]
    pub fn entered(&self) -> Option<&Entered> {
        self.entered.as_ref()
    }

    /// Reads what is typed, where it or the library has changed since.
    pub fn turn_to(&mut self, typed: &Typed, units: DisplayUnits, library: &Library) {
        let whole = library.is_whole();
        if self.read.as_ref().is_some_and(|(text, of, with)| text == typed && *of == units && *with == whole) {
            return;
        }
        self.read = Some((typed.clone(), units, whole));
        let untouched = typed.iter().all(|text| text.trim().is_empty());
        match read(typed, units) {
            Ok(entered) => {
                if !self.nearest.as_ref().is_some_and(|nearest| nearest.is_of(&entered.gas)) {
                    self.nearest = library.nearest(&entered.gas);
                }
                self.entered = Some(entered);
                self.faults.clear();
            }
            Err(faults) => {
                self.entered = None;
                self.nearest = None;
                self.faults = if untouched { Vec::new() } else { faults };
            }
        }
    }
}

impl Study for GasEntry {
    type Of = Gas;

    fn is_of(&self, gas: &Gas) -> bool {
        self.nearest.as_ref().is_some_and(|nearest| nearest.is_of(gas))
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        self.nearest.as_mut().map_or(0, |nearest| nearest.advance(evaluations))
    }

    fn is_whole(&self) -> bool {
        self.nearest.as_ref().is_none_or(Study::is_whole)
    }
}

/// Reads a form.
///
/// # Errors
/// Every fault, in the reader's units.
pub fn read(typed: &Typed, units: DisplayUnits) -> Result<Entered, Vec<String>> {
    let mut faults = Vec::new();
    let (mut of_gas, mut of_body, mut age_years) = (Members::new(), Members::new(), None);
    for (field, text) in Field::ALL.into_iter().zip(typed) {
        let value = match typed_gas::number(text, field.typed_unit(), units) {
            Ok(Some(value)) => value,
            Ok(None) if field.may_be_empty() => continue,
            Ok(None) => {
                faults.push(words::gas::number_is_missing_of(field.label()));
                continue;
            }
            Err(fault) => {
                faults.push(format!("{}: {fault}", field.label()));
                continue;
            }
        };
        match field.key() {
            None => age_years = Some(value),
            Some(key) if field == Field::Hb => of_body.push((key, value)),
            Some(key) => of_gas.push((key, value)),
        }
    }
    let [young, old] = AGES_YEARS;
    if let Some(age) = age_years.filter(|age| !(young..=old).contains(age)) {
        faults.push(words::gas::age_is_outside(text::number(age), young, old));
    }
    let named = |line: &str| {
        let line = line.replace("gases[0].", "").replace("body.", "");
        Field::ALL.into_iter().fold(line, |line, field| match field.key() {
            Some(key) => line.replace(key, field.label()),
            None => line,
        })
    };
    if !faults.is_empty() {
        faults.extend(typed_gas::other_faults(&of_body, &[of_gas], units, named));
        // In the order of the form.
        let place = |fault: &String| Field::ALL.iter().position(|field| fault.starts_with(field.label()));
        faults.sort_by_key(|fault| place(fault).unwrap_or(Field::ALL.len()));
        return Err(faults);
    }
    let Question { body, gases } = typed_gas::question(&of_body, &[of_gas], units, named)?;
    let Some(gas) = gases.first().copied() else { return Err(Vec::new()) };
    let sums = Sums::new(&body, &gas);
    let no_lung = Question { body, gases }.check().err();
    let bare = |field: Field| text::typed::has_no_unit(typed[field as usize].trim());
    let looks_like_kpa = !units.of("mmHg").is_converted()
        && bare(Field::Po2)
        && bare(Field::Pco2)
        && gas.po2_art_mmhg < KPA_PO2_BELOW
        && gas.pco2_art_mmhg < KPA_PCO2_BELOW;
    let alveolar = Some(sums.po2_alv_mmhg).filter(|po2| *po2 > 0.0);
    Ok(Entered {
        gas,
        body,
        sums,
        arterial_alveolar_ratio: alveolar.map(|po2| gas.po2_art_mmhg / po2),
        expected: age_years.filter(|_| gas.fio2_frac <= AIR_FIO2_FRAC).map(expected_gradient::aa_gradient_mmhg),
        looks_like_kpa,
        no_lung: no_lung.map(|reason| {
            let told = reason.to_string();
            let told = told.strip_prefix("gases[0]: ").unwrap_or(&told);
            units.prose(told).into_owned()
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::fit::Venous;
    use crate::text::display_units::Pressure;

    fn typed(numbers: [&str; 8]) -> Typed {
        numbers.map(str::to_owned)
    }

    /// Toffaletti JG, Zavorsky GS, Physiol Rep 2026, doi:10.14814/phy2.70763: a healthy man on pure oxygen, PaO2 587,
    /// PaCO2 38, haemoglobin 15.2, barometric pressure 752 (here 760): A-a over 20 is 4.0 %.
    #[test]
    fn val_toffaletti_2026_a_healthy_man_on_oxygen() {
        let entered =
            read(&typed(["100 %", "587", "38", "15.2", "", "", "", ""]), DisplayUnits::default()).expect("a gas");
        assert!((entered.sums.pf_ratio_mmhg - 587.0).abs() < 1e-9);
        // 8 mmHg more of barometric pressure are 0.4 points of A-a over 20.
        assert!((100.0 * entered.sums.shunt_by_rule_frac - 4.4).abs() < 0.1, "{:?}", entered.sums);
        assert!(entered.no_lung.is_none() && entered.expected.is_none(), "an age expects nothing on oxygen");
    }

    #[test]
    fn inv_what_is_typed_is_read_in_its_unit_and_what_is_left_out_is_not_there() {
        let full = ["0.21", "11.3 kPa", "5.3kPa", "140 g/L", "7.4", "95 %", "0.7", "60"];
        let entered = read(&typed(full), DisplayUnits::default()).expect("a gas");
        assert!((entered.gas.po2_art_mmhg - 84.76).abs() < 0.01 && (entered.body.hb_g_per_dl - 14.0).abs() < 1e-9);
        assert_eq!((entered.gas.ph_art, entered.gas.so2_art_frac), (Some(7.4), Some(0.95)));
        assert_eq!(entered.gas.venous, Some(Venous::So2(0.7)));
        assert!(entered.sums.shunt_measured.is_some());
        let ratio = entered.arterial_alveolar_ratio.expect("a ratio");
        assert!((ratio - entered.gas.po2_art_mmhg / entered.sums.po2_alv_mmhg).abs() < 1e-12);
        let expected_gradient::Health { low_mmhg: low, usual_mmhg: usual, high_mmhg: high } =
            entered.expected.expect("on air, with an age");
        assert!(low < usual && usual < high && (usual - 15.1).abs() < 1e-9);
        let kpa = DisplayUnits { pressure: Pressure::Kpa, ..DisplayUnits::default() };
        let entered = read(&typed(["0.21", "11.3", "5.3", "14", "", "", "", ""]), kpa).expect("a gas");
        assert!((entered.gas.po2_art_mmhg - 84.76).abs() < 0.01 && !entered.looks_like_kpa);
        let low = read(&typed(["0.21", "11.3", "5.3", "14", "", "", "", ""]), DisplayUnits::default()).expect("a gas");
        assert!(low.looks_like_kpa);
    }

    #[test]
    fn inv_every_fault_is_named_and_a_gas_of_no_lung_is_said_to_be_one() {
        let faults = |numbers| read(&typed(numbers), DisplayUnits::default()).expect_err("refused");
        let told = faults(["60", "", "x", "15", "", "", "", "200"]);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].contains("write 60 %") && told[1].starts_with("PaO₂: ") && told[3].starts_with("Age: 200"));
        // What cannot be read and what is out of range are told together, in the order of the form.
        let told = faults(["21 %", "900", "", "150", "x", "", "", ""]);
        let of: Vec<&str> =
            ["PaO₂ = 900 is outside", "PaCO₂: a number is missing", "Haemoglobin = 150 is", "pH: "].into();
        assert!(told.len() == 4 && told.iter().zip(of).all(|(told, of)| told.starts_with(of)), "{told:?}");
        let told = faults(["0.21", "900", "40", "15", "", "", "", ""]);
        assert!(told[0].contains("PaO₂ = 900 is outside 5 to 800 mmHg"), "{told:?}");
        // Above the alveolar PO2 by more than the error of the analyser.
        let entered = read(&typed(["0.21", "130", "40", "15", "", "", "", ""]), DisplayUnits::default()).expect("read");
        let why = entered.no_lung.expect("no lung");
        assert!(why.starts_with("PaO2 130 mmHg is more than any lung gives on FiO2 0.21"), "{why}");
        let entered = read(&typed(["0.21", "102", "40", "15", "", "", "", ""]), DisplayUnits::default()).expect("read");
        assert_eq!(entered.no_lung, None);
        // An empty form is no fault.
        let mut entry = GasEntry::default();
        entry.turn_to(&empty(), DisplayUnits::default(), &Library::default());
        assert!(entry.faults().is_empty() && entry.entered().is_none());
        entry.turn_to(&typed(["0.21", "", "", "", "", "", "", ""]), DisplayUnits::default(), &Library::default());
        assert_eq!(entry.faults().len(), 3);
    }
}
