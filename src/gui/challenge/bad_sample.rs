//! The drill *The bad sample*: four gases side by side, and after the last answer what their patients have.

use eframe::egui::{Color32, Grid, Rect, RichText, ScrollArea, Ui, vec2};

use crate::app::page::challenge::ChallengePage;
use crate::app::page::challenge::bad_sample::{BadSamplePage, LETTERS, Question};
use crate::gui::explore::{scrolling_panel, within};
use crate::gui::theme::{GRID, Theme};
use crate::sim::params::ParamId;
use crate::sim::play::instruments::Mistake;
use crate::study::challenge_maker::bad_sample::{BadSample, Bed, MISTAKES};
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

use super::few_questions::{self, Doors, Shown};
use super::{Hands, Look, line, weak};

/// The line above the page.
pub(super) fn said(page: &ChallengePage) -> &'static str {
    let drill = page.bad_sample();
    match (drill.told(), drill.beds()) {
        (Some(_), _) => page.kept(),
        (None, Some(_)) => "Four patients on air, a blood gas of each. One of the four is not what the patient has.",
        (None, None) => "Four patients are being drawn.",
    }
}

const DOORS: Doors<'static> =
    Doors { next: "Next case", again: "Same case again", explore: "Open the patient of the bad sample in Explore" };

/// The drill.
pub(super) fn shown(ui: &mut Ui, look: Look<'_>, rest: Rect, hands: &mut Hands<'_>) {
    let Look { theme, page, units } = look;
    let drill = page.bad_sample();
    let right = (rest.width() * 0.32).clamp(theme.size(300.0), theme.size(460.0));
    let (left, right) = rest.split_left_right_at_x(rest.right() - right);
    let left = Rect::from_min_max(left.min, left.max - vec2(GRID, 0.0));
    within(ui, left, |ui| scrolling_panel(ui, theme, "Four blood gases", |ui| gases(ui, theme, drill, units)));
    within(ui, right, |ui| match drill.told() {
        Some((case, told)) => scrolling_panel(ui, theme, "The truth", |ui| {
            let total = format!("{:.0} of 100", told.points);
            ui.label(RichText::new(total).font(theme.bold(26.0)).color(theme.text));
            truth(ui, theme, case, told.said.0, units);
            weak(ui, theme, format!("Certainty {} of 3 stands beside and is not added.", told.said.2));
            if told.seen {
                weak(ui, theme, "You had seen this case before.");
            }
            few_questions::doors(ui, theme, &DOORS, true, hands);
        }),
        None => scrolling_panel(ui, theme, "Commit", |ui| {
            if drill.beds().is_some() {
                let questions = Question::ALL.map(|question| Shown {
                    label: question.label(),
                    options: question.options(),
                    locked: drill.locked(question),
                });
                few_questions::asked(ui, theme, &questions, hands);
            }
        }),
    });
}

/// Why the wrong one is wrong, and, where another was taken for it, why that one is right.
fn truth(ui: &mut Ui, theme: &Theme, case: &BadSample, said: usize, units: DisplayUnits) {
    let Bed { printed, truly, spo2_frac, .. } = &case.beds[case.wrong];
    let how = MISTAKES.iter().position(|mistake| *mistake == case.mistake).unwrap_or(0);
    let letter = LETTERS[case.wrong];
    line(ui, theme, format!("Gas {letter} is not the patient's. {}.", Question::How.options()[how]));
    line(
        ui,
        theme,
        format!(
            "Printed: PO₂ {}, SO₂ {:.0} %. The artery has {} and {:.0} %; the oximeter read {:.0} %.",
            units.text(printed.po2_mmhg, "mmHg", 0),
            percent_from_frac(printed.saturation_frac),
            units.text(truly.po2_mmhg, "mmHg", 0),
            percent_from_frac(truly.saturation_frac),
            percent_from_frac(*spo2_frac),
        ),
    );
    if said != case.wrong {
        let Bed { printed, truly, .. } = &case.beds[said];
        line(
            ui,
            theme,
            format!(
                "Gas {} is right: PO₂ {} printed, {} in the artery.",
                LETTERS[said],
                units.text(printed.po2_mmhg, "mmHg", 0),
                units.text(truly.po2_mmhg, "mmHg", 0),
            ),
        );
    }
    ui.add_space(theme.size(4.0));
    for words in lessons(case, units) {
        weak(ui, theme, words);
    }
}

/// What this case shows of its mistake, and of what did no harm.
fn lessons(case: &BadSample, units: DisplayUnits) -> Vec<String> {
    let mmhg = |value: f64| units.text(value, "mmHg", 0);
    let wrong = &case.beds[case.wrong];
    let parted = percent_from_frac(wrong.printed.saturation_frac - wrong.spo2_frac);
    let side = if parted > 0.0 { "above" } else { "below" };
    let mut told = vec![format!(
        "Its SO₂ lies {:.0} points {side} the oximeter's, more than both errors explain; the other three agree with theirs.",
        parted.abs()
    )];
    told.push(match case.mistake {
        Mistake::AirBubble => format!(
            "A bubble draws PO₂ towards that of air and takes CO₂ away: here from {} up, and on pure oxygen down.",
            mmhg(wrong.truly.po2_mmhg)
        ),
        Mistake::BenchDelay => format!(
            "In {:.0} min its leucocytes, {:.0}·10⁹/L, used up {} of PO₂.",
            wrong.analysed_after_min,
            wrong.params.get(ParamId::Leucocytes),
            mmhg(wrong.lost_mmhg)
        ),
        _ => format!(
            "A vein has less O₂ and more CO₂: printed PCO₂ is {}, in the artery {}.",
            mmhg(wrong.printed.pco2_mmhg),
            mmhg(wrong.truly.pco2_mmhg)
        ),
    });
    // Waits and counts that did no harm, the longest and the highest of them.
    let others = || case.beds.iter().enumerate().filter(|(bed, _)| *bed != case.wrong);
    if let Some((bed, lay)) = others().max_by(|(_, a), (_, b)| a.analysed_after_min.total_cmp(&b.analysed_after_min)) {
        let ice = if lay.on_ice { " on ice" } else { "" };
        told.push(format!(
            "Gas {} lay {:.0} min{ice} and lost {}.",
            LETTERS[bed],
            lay.analysed_after_min,
            units.text(lay.lost_mmhg, "mmHg", 1)
        ));
    }
    told
}

/// The four side by side; with the truth, what the arteries have.
fn gases(ui: &mut Ui, theme: &Theme, drill: &BadSamplePage, units: DisplayUnits) {
    let Some(beds) = drill.beds() else {
        weak(ui, theme, "Four patients are being drawn who hold every rule of the drill.");
        return;
    };
    let wrong = drill.told().map(|(case, _)| case.wrong);
    let cell = |ui: &mut Ui, text: String, colour: Color32| {
        ui.label(RichText::new(text).font(theme.font(14.0)).color(colour));
    };
    let mmhg = units.of("mmHg");
    let percent = |frac: f64| format!("{:.0}", percent_from_frac(frac));
    ui.spacing_mut().interact_size.y = theme.size(18.0);
    ScrollArea::horizontal().show(ui, |ui| {
        Grid::new("four gases").num_columns(5).spacing(vec2(theme.size(34.0), theme.size(7.0))).show(ui, |ui| {
            cell(ui, String::new(), theme.weak);
            for (bed, letter) in LETTERS.iter().enumerate() {
                let name = if wrong == Some(bed) { format!("Gas {letter}: wrong") } else { format!("Gas {letter}") };
                let colour = if wrong == Some(bed) { theme.danger } else { theme.text };
                ui.label(RichText::new(name).font(theme.bold(15.0)).color(colour));
            }
            ui.end_row();
            let mut row = |name: &str, colour: Color32, of: &dyn Fn(&Bed) -> String| {
                cell(ui, name.to_owned(), theme.weak);
                for bed in beds {
                    cell(ui, of(bed), colour);
                }
                ui.end_row();
            };
            let (arterial, co2) = (theme.channels.arterial, theme.channels.co2);
            row("The monitor: SpO₂, %", theme.channels.spo2, &|bed| percent(bed.spo2_frac));
            row(&format!("etCO₂, {}", mmhg.unit), co2, &|bed| mmhg.number(bed.pco2_end_tidal_mmhg, 0));
            row(&format!("The sample: PO₂, {}", mmhg.unit), arterial, &|bed| mmhg.number(bed.printed.po2_mmhg, 0));
            row(&format!("PCO₂, {}", mmhg.unit), co2, &|bed| mmhg.number(bed.printed.pco2_mmhg, 0));
            row("pH", theme.channels.ph, &|bed| format!("{:.2}", bed.printed.ph));
            row("SO₂, %", theme.channels.spo2, &|bed| percent(bed.printed.saturation_frac));
            row("Leucocytes, 10⁹/L", theme.text, &|bed| format!("{:.0}", bed.params.get(ParamId::Leucocytes)));
            row("Temperature, °C", theme.text, &|bed| format!("{:.1}", bed.params.get(ParamId::Temperature)));
            row("analysed after", theme.weak, &|bed| {
                format!("{:.0} min{}", bed.analysed_after_min, if bed.on_ice { " on ice" } else { "" })
            });
            if wrong.is_some() {
                row(&format!("In the artery: PO₂, {}", mmhg.unit), arterial, &|bed| {
                    mmhg.number(bed.truly.po2_mmhg, 0)
                });
                row(&format!("PCO₂, {}", mmhg.unit), co2, &|bed| mmhg.number(bed.truly.pco2_mmhg, 0));
                row("SO₂, %", theme.channels.spo2, &|bed| percent(bed.truly.saturation_frac));
            }
        });
    });
    ui.add_space(theme.size(8.0));
    weak(ui, theme, "Samples at 37 °C. The oximeter has an error of its own, a point or two.");
}
