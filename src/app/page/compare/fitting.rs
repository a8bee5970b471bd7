//! Which lungs fit: what is typed of one or two blood gases, the question that it makes, and what is found.

use crate::app::typed_gas::{self, Members};
use crate::sim::params::ParamId;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::Study;
use crate::study::fit::{Fit, Fitting, Question, Sums};
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// A number that can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// FiO2.
    Fio2,
    /// Arterial PO2.
    Po2,
    /// Arterial PCO2.
    Pco2,
    /// Mixed venous saturation, or nothing.
    So2Ven,
    /// Haemoglobin.
    Hb,
    /// Barometric pressure.
    Pb,
    /// O2 consumption.
    Vo2,
    /// Cardiac output, or nothing: about 5 L/min.
    Output,
}

impl Field {
    /// Of each gas.
    pub const OF_GAS: [Field; 4] = [Field::Fio2, Field::Po2, Field::Pco2, Field::So2Ven];
    /// Of the patient.
    pub const OF_BODY: [Field; 4] = [Field::Hb, Field::Pb, Field::Vo2, Field::Output];

    /// Key in a file of gases.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Field::Fio2 => "fio2_frac",
            Field::Po2 => "po2_art_mmhg",
            Field::Pco2 => "pco2_art_mmhg",
            Field::So2Ven => "so2_ven_frac",
            Field::Hb => "hb_g_per_dl",
            Field::Pb => "pb_mmhg",
            Field::Vo2 => "vo2_ml_per_min",
            Field::Output => "cardiac_output_l_per_min",
        }
    }

    /// Name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Field::Fio2 => words::common::fio2(),
            Field::Po2 => words::common::pao2(),
            Field::Pco2 => words::common::paco2(),
            Field::So2Ven => words::fit::svo2_if_drawn(),
            Field::Hb => words::gas::haemoglobin(),
            Field::Pb => words::fit::barometric_pressure(),
            Field::Vo2 => words::fit::vo2(),
            Field::Output => words::fit::output_if_known(),
        }
    }

    /// Canonical unit; that of a share is empty.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Field::Fio2 | Field::So2Ven => "",
            Field::Po2 | Field::Pco2 | Field::Pb => "mmHg",
            Field::Hb => "g/dL",
            Field::Vo2 => "mL/min",
            Field::Output => "L/min",
        }
    }

    fn decimals(self) -> usize {
        match self {
            Field::Fio2 | Field::So2Ven => 2,
            Field::Hb | Field::Output | Field::Pco2 | Field::Po2 => 1,
            Field::Pb | Field::Vo2 => 0,
        }
    }

    /// Whether nothing may stand there.
    #[must_use]
    pub fn may_be_empty(self) -> bool {
        matches!(self, Field::So2Ven | Field::Output)
    }

    /// A value as it is typed.
    fn typed(self, value: f64, units: DisplayUnits) -> String {
        units.of(self.unit()).number(value, self.decimals())
    }
}

/// Everything that is typed, in the reader's units.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// Of each gas, as [`Field::OF_GAS`].
    pub gases: [[String; 4]; 2],
    /// Of the patient, as [`Field::OF_BODY`].
    pub body: [String; 4],
    /// Whether the second gas counts.
    pub second: bool,
}

/// What is typed, and what is found.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// What is typed.
    pub(super) typed: Typed,
    /// What the fields were read as last, with their units.
    read: Option<(Typed, DisplayUnits)>,
    /// Why that is no question.
    faults: Vec<String>,
    question: Option<Question>,
    growing: Option<Fitting>,
    /// The last that was whole and good, and its question.
    found: Option<(Question, Fit)>,
    /// Why the last question has no answer.
    refused: Option<String>,
}

impl Default for Fitted {
    fn default() -> Self {
        let default = |id: ParamId| id.bounds().default;
        let units = DisplayUnits::default();
        let body = [
            Field::Hb.typed(default(ParamId::Hb), units),
            Field::Pb.typed(default(ParamId::Pb), units),
            Field::Vo2.typed(default(ParamId::Vo2), units),
            String::new(),
        ];
        // The gas of a shunt of three tenths, and what it becomes on oxygen.
        let gas = |fio2: &str, po2: &str, pco2: &str| [fio2, po2, pco2, ""].map(str::to_owned);
        Fitted {
            typed: Typed { gases: [gas("0.21", "55", "40"), gas("1.00", "105", "40")], body, second: false },
            read: None,
            faults: Vec::new(),
            question: None,
            growing: None,
            found: None,
            refused: None,
        }
    }
}

impl Fitted {
    /// Its name as one who spends from a [`Budget`](crate::study::Budget).
    pub const OWNER: &'static str = "fit";

    /// What is typed.
    #[must_use]
    pub fn typed(&self) -> &Typed {
        &self.typed
    }

    /// What is wrong with what is typed, or why nothing fits it.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.faults.iter().chain(&self.refused).cloned().collect()
    }

    /// The last good answer with its question; kept while what is typed makes none.
    #[must_use]
    pub fn found(&self) -> Option<&(Question, Fit)> {
        self.found.as_ref()
    }

    /// Whether the answer is to what is typed.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.faults.is_empty()
            && self.refused.is_none()
            && self.found.as_ref().map(|(question, _)| question) == self.question.as_ref()
    }

    /// The sums of the bedside of each gas that is typed; of the last good ones where it is none.
    #[must_use]
    pub fn sums(&self) -> Vec<(f64, Sums)> {
        let question = self.question.as_ref().or(self.found.as_ref().map(|(question, _)| question));
        let sums = |question: &Question| {
            question.gases.iter().map(|gas| (gas.fio2_frac, Sums::new(&question.body, gas))).collect()
        };
        question.map(sums).unwrap_or_default()
    }

    /// Takes the gas of a patient into the first or the second place, and the rest of him.
    pub(super) fn take(&mut self, now: &Snapshot, place: usize, units: DisplayUnits) {
        let gas = now.bedside_arterial();
        let get = |id| now.params.get(id);
        let Some(typed) = self.typed.gases.get_mut(place) else { return };
        *typed = [
            Field::Fio2.typed(get(ParamId::Fio2), units),
            Field::Po2.typed(gas.po2_mmhg, units),
            Field::Pco2.typed(gas.pco2_mmhg, units),
            String::new(),
        ];
        self.typed.body = [
            Field::Hb.typed(get(ParamId::Hb), units),
            Field::Pb.typed(get(ParamId::Pb), units),
            Field::Vo2.typed(now.state.vo2_ml_per_min, units),
            String::new(),
        ];
        self.typed.second |= place == 1;
    }

    /// Reads what is typed where that has changed.
    pub(super) fn turn_to(&mut self, units: DisplayUnits) {
        match &self.read {
            Some((typed, of)) if *typed == self.typed && *of == units => return,
            Some((_, of)) if *of != units => {
                let of = *of;
                self.convert(of, units);
            }
            // It is written in the usual units.
            None if units != DisplayUnits::default() => self.convert(DisplayUnits::default(), units),
            _ => {}
        }
        self.read = Some((self.typed.clone(), units));
        match question(&self.typed, units) {
            Ok(question) => {
                self.faults.clear();
                if self.question.as_ref() != Some(&question) {
                    self.refused = None;
                    self.growing = Some(Fitting::new(&question));
                    self.question = Some(question);
                    self.end();
                }
            }
            Err(faults) => self.faults = faults,
        }
    }

    /// Writes what is typed in other units.
    fn convert(&mut self, from: DisplayUnits, to: DisplayUnits) {
        let Typed { gases, body, .. } = &mut self.typed;
        let gases = gases.iter_mut().flat_map(|gas| Field::OF_GAS.into_iter().zip(gas));
        for (field, text) in gases.chain(Field::OF_BODY.into_iter().zip(body)) {
            if let Ok(Some(value)) = typed_gas::number(text, Some(field.unit()), from) {
                *text = field.typed(value, to);
            }
        }
    }

    fn end(&mut self) {
        let Some(growing) = self.growing.take_if(|growing| growing.is_whole()) else { return };
        match (growing.outcome(), &self.question) {
            (Some(Ok(fit)), Some(question)) => self.found = Some((question.clone(), fit.clone())),
            (Some(Err(reason)), _) => self.refused = Some(reason.to_string()),
            _ => {}
        }
    }
}

impl Study for Fitted {
    type Of = Question;

    fn is_of(&self, question: &Question) -> bool {
        self.question.as_ref() == Some(question)
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let spent = self.growing.as_mut().map_or(0, |growing| growing.advance(evaluations));
        self.end();
        spent
    }

    fn is_whole(&self) -> bool {
        self.growing.is_none()
    }
}

/// The question that is typed, through the grammar of a file of gases.
fn question(typed: &Typed, units: DisplayUnits) -> Result<Question, Vec<String>> {
    let mut faults = Vec::new();
    let mut members = |fields: [Field; 4], texts: &[String; 4], whose: &str| {
        let mut members = Members::new();
        for (field, text) in fields.into_iter().zip(texts) {
            let fault = match typed_gas::number(text, Some(field.unit()), units) {
                Ok(Some(value)) => {
                    members.push((field.key(), value));
                    continue;
                }
                Ok(None) if field.may_be_empty() => continue,
                Ok(None) => words::fit::number_is_missing().to_owned(),
                Err(fault) => fault,
            };
            faults.push(words::fit::fault_of(field.label(), whose, fault));
        }
        members
    };
    let body = members(Field::OF_BODY, &typed.body, words::fit::whose_patient());
    let count = if typed.second { 2 } else { 1 };
    let names = [words::fit::whose_first_gas(), words::fit::whose_second_gas()];
    let gases: Vec<Members> =
        typed.gases.iter().zip(names).take(count).map(|(gas, name)| members(Field::OF_GAS, gas, name)).collect();
    // Names of the form in the place of keys of a file.
    let named = |line: &str| {
        let places = [("gases[0].", names[0]), ("gases[1].", names[1]), ("body.", words::fit::whose_patient())];
        let Some((place, whose)) = places.into_iter().find(|(place, _)| line.starts_with(place)) else {
            return line.to_owned();
        };
        let line = line.trim_start_matches(place);
        let mut fields = Field::OF_GAS.into_iter().chain(Field::OF_BODY);
        let field = fields.find(|field| line.starts_with(field.key()));
        field.map_or_else(
            || line.to_owned(),
            |field| line.replacen(field.key(), &words::fit::field_whose(field.label(), whose), 1),
        )
    };
    if !faults.is_empty() {
        faults.extend(typed_gas::other_faults(&body, &gases, units, named));
        return Err(faults);
    }
    typed_gas::question(&body, &gases, units, named)
}
