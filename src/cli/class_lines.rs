//! `challenge --class`: what a class said of each case, from the lines that its members copied.

use std::io::Write;
use std::path::Path;

use super::error::{CliError, Exit};
use super::print::{Align, columns};
use crate::app::class_lines::{ClassLine, read_all};
use crate::store::native;
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::maker::Making;
use crate::units::percent_from_frac;

/// Largest file of class lines, bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Prints the ranges over the truth, and how many said which mechanism.
///
/// # Errors
/// A file that cannot be read; a case that cannot be made.
pub(super) fn print(out: &mut dyn Write, file: &Path) -> Result<Exit, CliError> {
    let bytes = native::read_bounded_to(file, MOST_BYTES)?;
    let (read, skipped) = read_all(&String::from_utf8_lossy(&bytes));
    let mut codes: Vec<CaseCode> = Vec::new();
    for line in &read {
        if !codes.contains(&line.code) {
            codes.push(line.code);
        }
    }
    for code in codes {
        let case = Making::whole(code)?;
        let truth = percent_from_frac(case.truth.size_frac());
        let lines: Vec<&ClassLine> = read.iter().filter(|line| line.code == code).collect();
        writeln!(out, "Case {code}: {} answers; true {}: {truth:.1} %", lines.len(), case.truth.size_of.key())?;
        let mut rows = Vec::new();
        for mechanism in case.setup.place.offered() {
            let count = lines.iter().filter(|line| line.mechanism == *mechanism).count();
            let right = if case.truth.mechanism.is_answered_by(*mechanism) { "true" } else { "" };
            rows.push(vec![mechanism.short().to_owned(), count.to_string(), "█".repeat(count), right.to_owned()]);
        }
        columns(out, 2, &[Align::Left, Align::Right, Align::Left, Align::Left], &rows)?;
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                let [low, high] = [line.low_percent, line.high_percent];
                let holds = if (low..=high).contains(&truth) { "holds it" } else { "" };
                vec![format!("{low:.0} to {high:.0} %"), format!("score {:.0}", line.score), holds.to_owned()]
            })
            .collect();
        columns(out, 2, &[Align::Right, Align::Right, Align::Left], &rows)?;
    }
    if skipped > 0 {
        writeln!(out, "{skipped} lines are no class lines and were skipped.")?;
    }
    Ok(Exit::Done)
}
