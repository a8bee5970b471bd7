//! Rows of published figures, and the account of what became of each.

use std::fmt::Write;

use serde::Deserialize;

/// A row of a file in `tests/data/published`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Row {
    pub(crate) quantity: String,
    pub(crate) inputs: String,
    pub(crate) expected: String,
    pub(crate) unit: String,
    pub(crate) tolerance: String,
    pub(crate) source: String,
    /// `read`: seen in the source or quoted from it; `recalled`: from memory, a band only.
    pub(crate) evidence: String,
}

/// All rows of a file.
pub(crate) fn rows(csv: &str) -> Vec<Row> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().expect("rows of seven columns")
}

impl Row {
    /// The value, where it is a bare number.
    #[track_caller]
    pub(crate) fn value(&self) -> f64 {
        self.expected.parse().unwrap_or_else(|_| panic!("{} is no number in {self:?}", self.expected))
    }

    /// Every number of the value.
    pub(crate) fn values(&self) -> Vec<f64> {
        numbers(&self.expected)
    }

    /// The number after a label of the inputs, such as `Hb` in `Hb 15 S 0.95`.
    #[track_caller]
    pub(crate) fn input(&self, label: &str) -> f64 {
        after(&self.inputs, label).unwrap_or_else(|| panic!("no {label} in {self:?}"))
    }
}

/// Numbers that stand on their own in a text: not the 2 of PO2.
pub(crate) fn numbers(text: &str) -> Vec<f64> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let signed = (c == '-' || c == '+') && matches!(before, ' ' | '(' | ',');
        let digits = &rest[if signed { 1 } else { 0 }..];
        let length = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
        let number = digits[..length].trim_end_matches('.');
        if (signed || c.is_ascii_digit()) && !before.is_alphanumeric() && !number.is_empty() {
            let used = number.len() + usize::from(signed);
            found.extend(rest[..used].parse::<f64>());
            before = '0';
            rest = &rest[used..];
        } else {
            before = c;
            rest = &rest[c.len_utf8()..];
        }
    }
    found
}

/// The number that follows a label, which stands on its own: `Hb` is not in `HbO2`.
pub(crate) fn after(text: &str, label: &str) -> Option<f64> {
    text.match_indices(label).find_map(|(start, _)| {
        let ends_word = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let rest = &text[start + label.len()..];
        let value = rest.trim_start_matches([' ', '=']);
        let follows = value.len() < rest.len() && value.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        (ends_word && follows).then(|| numbers(value).first().copied()).flatten()
    })
}

/// What each equals sign of worked arithmetic ends in.
pub(crate) fn results(text: &str) -> Vec<f64> {
    text.split('=').skip(1).filter_map(|rest| numbers(rest).first().copied()).collect()
}

/// What became of the rows of one file.
pub(crate) struct Account {
    text: String,
    checked: usize,
    context: usize,
    outside: Vec<String>,
}

impl Account {
    pub(crate) fn new(title: &str) -> Self {
        Account { text: format!("\n== {title}\n"), checked: 0, context: 0, outside: Vec::new() }
    }

    /// The model's value lies within a tolerance of the published one.
    pub(crate) fn near(&mut self, row: &Row, model: f64, published: f64, tolerance: f64) {
        let within = (model - published).abs() <= tolerance;
        self.judge(row, within, &format!("model {model:.5}, published {published} ± {tolerance}"));
    }

    /// The model's value lies within a published band.
    pub(crate) fn within(&mut self, row: &Row, model: f64, low: f64, high: f64) {
        self.judge(row, (low..=high).contains(&model), &format!("model {model:.5}, published {low} to {high}"));
    }

    /// A published statement that has no single number.
    pub(crate) fn holds(&mut self, row: &Row, holds: bool, what: &str) {
        self.judge(row, holds, what);
    }

    /// A row that says nothing about the model as it is.
    pub(crate) fn context(&mut self, row: &Row, why: &str) {
        self.context += 1;
        self.line("context", row, why);
    }

    /// A row that no check knows.
    pub(crate) fn unknown(&mut self, row: &Row) {
        self.judge(row, false, "no check knows this row");
    }

    fn judge(&mut self, row: &Row, good: bool, what: &str) {
        self.checked += 1;
        self.line(if good { "ok" } else { "OUTSIDE" }, row, what);
        if !good {
            self.outside.push(format!("{} | {} | {} {}: {what}", row.quantity, row.inputs, row.expected, row.unit));
        }
    }

    fn line(&mut self, verdict: &str, row: &Row, what: &str) {
        let inputs = if row.inputs.chars().count() > 90 {
            row.inputs.chars().take(89).chain(['…']).collect()
        } else {
            row.inputs.clone()
        };
        let Row { quantity, unit, source, evidence, .. } = row;
        writeln!(self.text, "{verdict:8} {quantity} [{inputs}] {unit}: {what} ({source}; {evidence})").expect("text");
    }

    /// Prints the account; nothing may be outside, and no check may get lost.
    pub(crate) fn close(self, checked: usize, context: usize) {
        println!("{}-- {} checks, {} rows are context", self.text, self.checked, self.context);
        assert!(self.outside.is_empty(), "outside:\n{}", self.outside.join("\n"));
        assert_eq!((self.checked, self.context), (checked, context), "checks made and rows that are context");
    }
}

#[test]
fn inv_numbers_are_read_as_people_read_them() {
    assert_eq!(numbers("PO2=12 mmHg; 37 C; pH 7.40."), [12.0, 37.0, 7.4]);
    assert_eq!(numbers("149.7-36-80 = 33.7 (page 34), -0.04"), [149.7, 36.0, 80.0, 33.7, 34.0, -0.04]);
    assert_eq!(after("HbO2 3; Hb 18.0 g/dl", "Hb"), Some(18.0));
    assert_eq!(after("PaCO2 40", "PCO2"), None);
    assert_eq!(after("PO2=12", "PO2"), Some(12.0));
    assert_eq!(results("713-50-300 = 363; A-a/20 = 4.0"), [363.0, 4.0]);
}
