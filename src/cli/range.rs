//! The ranges of a sweep: `fio2=0.21:1.0:0.01`, both ends included.

use thiserror::Error;

use crate::sim::params::{KeyTarget, ParamError, ParamId, SwitchId, resolve_key};
use crate::text::{number, shown};

/// Most rows of one sweep.
pub const MAX_ROWS: usize = 1_000_000;
/// Share of a step by which a range may miss its end and still include it.
const END_TOLERANCE_STEPS: f64 = 1e-6;

/// One parameter and the values it takes in turn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) id: ParamId,
    pub(super) values: Vec<f64>,
}

/// Why ranges make no sweep.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RangeError {
    /// Not of the form `key=from:to:step`.
    #[error("`{text}` is not a range: write KEY=FROM:TO:STEP, for example fio2=0.21:1.0:0.01", text = shown(.text))]
    Form {
        /// The text as given.
        text: String,
    },
    /// An unknown key, or an end that is no number or out of bounds.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A switch has no range.
    #[error("{key} is a switch and has no range: --set {key}={option}", key = .id.key(), option = .id.options()[0])]
    Switch {
        /// The switch.
        id: SwitchId,
    },
    /// A step that leads nowhere.
    #[error("{key}: the step `{step}` is not a number above 0", key = .id.key(), step = shown(.step))]
    Step {
        /// The parameter.
        id: ParamId,
        /// The step as given.
        step: String,
    },
    /// An end below the beginning.
    #[error("{key}: the range ends at {to}, below its beginning {from}", key = .id.key(), from = number(*.from), to = number(*.to))]
    Reversed {
        /// The parameter.
        id: ParamId,
        /// Where it begins.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// One parameter with two ranges, or with a range and a value.
    #[error("{key} is given twice", key = .id.key())]
    Twice {
        /// The parameter.
        id: ParamId,
    },
    /// More rows than are computed.
    #[error("{rows} rows: a sweep has at most {MAX_ROWS}", rows = number(*.rows))]
    TooManyRows {
        /// How many there would be.
        rows: f64,
    },
}

/// A range before its values are spelled out.
#[derive(Debug, Clone, Copy)]
struct Range {
    id: ParamId,
    from: f64,
    to: f64,
    step: f64,
    /// Steps from `from` to the last value.
    steps: f64,
    /// Digits after the point, where beginning and step are plain decimals.
    decimals: Option<usize>,
}

/// Reads all ranges of a sweep; the last one varies fastest.
///
/// # Errors
/// [`RangeError`]. The number of rows is judged before any value is spelled out.
pub(super) fn axes(texts: &[String]) -> Result<Vec<Axis>, RangeError> {
    let ranges: Vec<Range> = texts.iter().map(|text| range(text)).collect::<Result<_, _>>()?;
    for (i, range) in ranges.iter().enumerate() {
        if ranges[..i].iter().any(|other| other.id == range.id) {
            return Err(RangeError::Twice { id: range.id });
        }
    }
    let rows = ranges.iter().map(|range| range.steps + 1.0).product();
    if rows > MAX_ROWS as f64 {
        return Err(RangeError::TooManyRows { rows });
    }
    ranges.into_iter().map(Range::axis).collect()
}

fn range(text: &str) -> Result<Range, RangeError> {
    let form = || RangeError::Form { text: text.to_owned() };
    let (key, rest) = text.split_once('=').ok_or_else(form)?;
    let [from_text, to_text, step_text] =
        rest.split(':').collect::<Vec<_>>().try_into().map_err(|_: Vec<&str>| form())?;
    let id = match resolve_key(key)? {
        KeyTarget::Param(id) => id,
        KeyTarget::Switch(id) => return Err(RangeError::Switch { id }),
    };
    let end = |text: &str| {
        let value = id.read(text)?;
        id.check(value)?;
        Ok::<f64, RangeError>(value)
    };
    let (from, to) = (end(from_text)?, end(to_text)?);
    let wrong_step = || RangeError::Step { id, step: step_text.to_owned() };
    let step = id.read_difference(step_text).map_err(|_| wrong_step())?;
    if step <= 0.0 {
        return Err(wrong_step());
    }
    if to < from {
        return Err(RangeError::Reversed { id, from, to });
    }
    let steps = ((to - from) / step + END_TOLERANCE_STEPS).floor();
    let decimals = decimals(from_text).zip(decimals(step_text)).map(|(a, b)| a.max(b));
    Ok(Range { id, from, to, step, steps, decimals })
}

impl Range {
    fn axis(self) -> Result<Axis, RangeError> {
        // 0.21 + 9·0.01 is not the number that people write as 0.3.
        let as_written =
            |value: f64| self.decimals.and_then(|digits| format!("{value:.digits$}").parse().ok()).unwrap_or(value);
        let value = |i: usize| as_written(self.from + i as f64 * self.step).min(self.to);
        let values: Vec<f64> = (0..=self.steps as usize).map(value).collect();
        for value in &values {
            self.id.check(*value)?;
        }
        Ok(Axis { id: self.id, values })
    }
}

/// Digits after the point of a number written without exponent and unit.
fn decimals(text: &str) -> Option<usize> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
    is_plain.then(|| text.split_once('.').map_or(0, |(_, digits)| digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Vec<f64>, RangeError> {
        axes(&[text.to_owned()]).map(|mut axes| axes.remove(0).values)
    }

    #[test]
    fn inv_both_ends_are_included_whatever_rounding_does() {
        let values = one("fio2=0.21:1.0:0.01").expect("a range");
        assert_eq!(values.len(), 80);
        let written: Vec<f64> =
            (21..=100).map(|i| format!("{}.{:02}", i / 100, i % 100).parse().expect("a number")).collect();
        assert_eq!(values, written);
        for (text, expected) in [
            ("peep=0:30:10", vec![0.0, 10.0, 20.0, 30.0]),
            ("peep=5:5:1", vec![5.0]),
            ("peep=0:10:3", vec![0.0, 3.0, 6.0, 9.0]),
            ("peep=0:10:30", vec![0.0]),
            ("be=-1:1:.5", vec![]),
            ("base_excess=-1:1:.5", vec![-1.0, -0.5, 0.0, 0.5, 1.0]),
            ("vq1_units=5:50:15", vec![5.0, 20.0, 35.0, 50.0]),
            // (0.7 - 0.1)/0.1 is a rounding error below 6.
            ("fio2=0.1:0.7:0.1", vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
            ("fio2=2e-1:1:0.4", vec![0.2, 0.2 + 0.4, 1.0]),
            ("fio2=20%:100%:40%", vec![0.2, 0.2 + 0.4, 1.0]),
            ("hb=100g/L:140g/L:20g/L", vec![10.0, 12.0, 14.0]),
            ("temperature=86degF:104degF:9degF", vec![30.0, 35.0, 40.0]),
        ] {
            match one(text) {
                Ok(values) => assert_eq!(values, expected, "{text}"),
                Err(error) => assert!(expected.is_empty(), "{text}: {error}"),
            }
        }
    }

    #[test]
    fn inv_no_value_passes_the_end() {
        // 0.1 + 6·0.1 is a rounding error above 0.7.
        for text in
            ["fio2=1e-1:0.7:0.1", "fio2=0.1:1:0.0299999999", "fio2=0.1:1:0.3", "vo2=60:3000:0.7", "p50=15:26.86:0.01"]
        {
            let values = one(text).expect(text);
            assert!(values.is_sorted_by(|a, b| a < b), "{text}");
            let end: f64 = text.split(':').nth(1).and_then(|t| t.parse().ok()).expect("the end");
            assert!(*values.last().expect("a value") <= end, "{text}");
        }
    }

    #[test]
    fn inv_hostile_ranges_are_refused_before_they_cost_anything() {
        let refused = |text: &str| one(text).expect_err(text).to_string();
        for text in ["", "fio2", "fio2=", "fio2=0.21", "fio2=0.21:1", "fio2=0.21:1:0.1:0.1", "=0:1:1"] {
            assert!(!refused(text).is_empty());
        }
        for step in ["0", "-0.1", "nan", "inf", "", "x", "-0", "0x10"] {
            assert!(refused(&format!("fio2=0.21:1:{step}")).contains("step"), "{step}");
        }
        assert!(refused("fio2=1:0.21:0.1").contains("below its beginning"));
        assert!(refused("fio2=0.21:50:1").contains("outside 0.1 to 1"));
        assert!(refused("fio2=nan:1:0.1").contains("not a number"));
        assert!(refused("ecmo=0:1:1").contains("--set ecmo=off"));
        assert!(refused("vq1_units=5:50:0.5").contains("whole"));
        for step in ["0.0000001", "1e-300", "5e-324"] {
            assert!(refused(&format!("fio2=0.21:1:{step}")).contains("at most 1000000"), "{step}");
        }
    }

    #[test]
    fn inv_rows_of_a_product_are_counted_first() {
        let texts = |list: &[&str]| list.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        // 1000 x 1000 rows are allowed, 1000 x 1001 are not.
        let wide = texts(&["shunt=0.001:1:0.001", "cohb=0.0005:0.5:0.0005"]);
        assert_eq!(axes(&wide).map(|axes| axes.iter().map(|a| a.values.len()).product()), Ok(MAX_ROWS));
        let wider = texts(&["shunt=0.001:1:0.001", "cohb=0:0.5:0.0005"]);
        assert_eq!(axes(&wider), Err(RangeError::TooManyRows { rows: 1_001_000.0 }));
        let many = vec!["shunt=0:1:1e-9".to_owned(), "fio2=0.21:1:1e-9".to_owned()];
        assert!(matches!(axes(&many), Err(RangeError::TooManyRows { .. })));
        assert_eq!(
            axes(&texts(&["fio2=0.3:1:0.1", "fio2_frac=0.3:1:0.1"])),
            Err(RangeError::Twice { id: ParamId::Fio2 })
        );
    }
}
