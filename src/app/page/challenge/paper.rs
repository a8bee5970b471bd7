//! A case on paper: what is told, the gases and empty boxes on the first page, the answer on the second.

use std::fmt::Write as _;

use super::{TOLD, circumstances};
use crate::study::challenge_maker::grounds::Ground;
use crate::study::challenge_maker::kinds::Place;
use crate::study::challenge_maker::maker::Case;
use crate::study::challenge_maker::next_step::{NextStep, NextSteps};
use crate::study::challenge_maker::rule::{self, Formula, TestGas};
use crate::text::display_units::DisplayUnits;
use crate::text::spaced;
use crate::units::percent_from_frac;

const STYLE: &str = "\
@page { margin: 16mm; }
body { font: 11pt/1.45 'DejaVu Sans', Verdana, sans-serif; color: #14181f; max-width: 178mm; margin: 0 auto; padding: 8mm; }
h1 { font-size: 18pt; margin: 0 0 2mm; } h2 { font-size: 13pt; margin: 5mm 0 1mm; }
.answer { break-before: page; } .small { font-size: 9pt; color: #3c4554; }
table { border-collapse: collapse; font-size: 10pt; margin: 1mm 0; }
td, th { border: 1px solid #8a94a3; padding: .8mm 2.5mm; text-align: left; }
ol { margin: 1mm 0 2mm; padding-left: 8mm; columns: 2; } .box { border: 1px solid #8a94a3; height: 9mm; margin: 1mm 0 3mm; }
.right { font-weight: bold; }
@media print { body { padding: 0; max-width: none; } }
";

/// The case as an HTML document of two pages; the gases are those of an analyser without error, the test without fault.
/// The second page tells the truth.
#[must_use]
pub fn html(case: &Case, steps: &NextSteps, units: DisplayUnits) -> String {
    let mut out = String::new();
    // A string takes everything.
    let _ = written(&mut out, case, steps, units);
    out
}

fn written(out: &mut String, case: &Case, steps: &NextSteps, units: DisplayUnits) -> std::fmt::Result {
    let (code, truth) = (case.code, &case.truth);
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Case {code}</title>\n<style>\n\
         {STYLE}</style>\n</head>\n<body>\n<h1>Case {code}</h1>\n<p class=\"small\">The 100 % O₂ test, {}, level {} · \
         every number computed by isoshunt {}</p>\n",
        case.setup.place.label(),
        code.level(),
        env!("CARGO_PKG_VERSION")
    )?;
    let told: Vec<String> = TOLD
        .iter()
        .map(|id| {
            let bounds = id.bounds();
            let number = bounds.number(case.params.get(*id), units);
            format!("{} {number}{}", bounds.label, spaced(bounds.shown_unit(units)))
        })
        .collect();
    writeln!(out, "<p>{} {}</p>\n<p>{}</p>", case.history.words(), circumstances(&case.setup), told.join(" · "))?;
    gases(out, case, units)?;
    let formulas: Vec<&str> = Formula::offered(case.setup.catheter).iter().map(|formula| formula.label()).collect();
    let mechanisms: Vec<&str> = case.setup.place.offered().iter().map(|mechanism| mechanism.label()).collect();
    let questions: [(&str, Vec<&str>); 6] = [
        ("1 How I estimate the shunt, and what it gives", formulas),
        ("2 What causes the hypoxaemia", mechanisms),
        ("3 How much, as a range of at most 20 points", Vec::new()),
        ("4 What I do next, with the FiO₂ where one is given", NextStep::ALL.map(NextStep::label).to_vec()),
        ("5 On these two grounds", Ground::ALL.map(Ground::label).to_vec()),
        ("6 How sure I am", vec!["a guess", "likely", "certain"]),
    ];
    for (title, options) in questions {
        writeln!(out, "<h2>{title}</h2>")?;
        if !options.is_empty() {
            let items: String = options.iter().map(|option| format!("<li>{option}</li>")).collect();
            writeln!(out, "<ol>{items}</ol>")?;
        }
        writeln!(out, "<div class=\"box\"></div>")?;
    }

    writeln!(out, "<div class=\"answer\">\n<h1>Case {code}: the answer</h1>")?;
    writeln!(
        out,
        "<p class=\"right\">{}: {:.0} % of the fall in PaO₂. On oxygen true shunt is {:.1} %, admixture {:.1} %; asked \
         for was {}.</p>",
        truth.mechanism.label(),
        percent_from_frac(truth.share()),
        percent_from_frac(truth.shunt_frac),
        percent_from_frac(truth.admixture_frac),
        truth.size_of.label()
    )?;
    if let Some(fault) = case.fault {
        writeln!(out, "<p>Played on the screen, this case has a fault. {}</p>", fault.told())?;
    }
    writeln!(out, "<h2>What each estimate gives</h2>\n<table>")?;
    let sums = rule::sums(&rule::body(&case.params), 1.0, truth.on_oxygen);
    for formula in Formula::offered(case.setup.catheter) {
        let given = formula.shunt_frac(&sums);
        let given = given.map_or_else(|why| why.to_string(), |shunt| format!("{:.1} %", percent_from_frac(shunt)));
        writeln!(out, "<tr><td>{}</td><td>{given}</td></tr>", formula.label())?;
    }
    writeln!(out, "</table>\n<h2>What comes next, run for 30 min</h2>\n<table>")?;
    writeln!(out, "<tr><th></th><th>FiO₂</th><th>SaO₂</th><th></th></tr>")?;
    for outcome in steps.outcomes().unwrap_or_default() {
        let verdict = match (steps.best() == Some(outcome.step), outcome.good, steps.harms(outcome.step)) {
            (true, ..) => "best",
            (_, true, _) => "good",
            (.., true) => "harmful",
            _ => "",
        };
        writeln!(
            out,
            "<tr><td>{}</td><td>{:.2}</td><td>{:.0} %</td><td class=\"right\">{verdict}</td></tr>",
            outcome.step.label(),
            outcome.fio2_frac,
            percent_from_frac(outcome.so2_art_frac)
        )?;
    }
    let right: Vec<&str> = Ground::ALL
        .into_iter()
        .zip(truth.grounds)
        .filter(|(_, right)| *right)
        .map(|(ground, _)| ground.label())
        .collect();
    writeln!(
        out,
        "</table>\n<h2>Grounds</h2>\n<p>Right were {}.</p>\n<p class=\"small\">{} For teaching; not for clinical \
         use.</p>\n</div>\n</body>\n</html>",
        right.join(", "),
        rule::words(&case.setup)
    )
}

fn gases(out: &mut String, case: &Case, units: DisplayUnits) -> std::fmt::Result {
    let truth = &case.truth;
    let row = |name: &str, gas: TestGas| {
        let venous = gas.so2_ven_frac.map_or_else(String::new, |so2| format!("{:.0} %", percent_from_frac(so2)));
        let [po2, pco2] = [gas.po2_mmhg, gas.pco2_mmhg].map(|mmhg| units.text(mmhg, "mmHg", 0));
        let venous = if case.setup.catheter { format!("<td>{venous}</td>") } else { String::new() };
        format!("<tr><td>{name}</td><td>{po2}</td><td>{pco2}</td>{venous}</tr>\n")
    };
    let before = match case.setup.place {
        Place::Laboratory => "on air".to_owned(),
        Place::IntensiveCare => format!("on FiO₂ {:.2}", case.setup.fio2_frac),
    };
    let venous = if case.setup.catheter { "<th>SO₂ of mixed venous blood</th>" } else { "" };
    writeln!(out, "<table>\n<tr><th></th><th>PaO₂</th><th>PaCO₂</th>{venous}</tr>")?;
    out.push_str(&row(&before, truth.before));
    out.push_str(&row("after 20 min of oxygen, seal and FiO₂ checked", truth.on_oxygen));
    writeln!(out, "</table>")
}
