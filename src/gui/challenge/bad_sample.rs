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
use crate::text::words;
use crate::units::percent_from_frac;

use super::few_questions::{self, Doors, Shown};
use super::{Hands, Look, line, weak};

/// The line above the page.
pub(super) fn said(page: &ChallengePage) -> &'static str {
    let drill = page.bad_sample();
    match (drill.told(), drill.beds()) {
        (Some(_), _) => page.kept(),
        (None, Some(_)) => words::bad_sample::task(),
        (None, None) => words::bad_sample::being_drawn(),
    }
}

fn doors() -> Doors<'static> {
    Doors {
        next: words::challenge::next_case(),
        again: words::challenge::same_case(),
        explore: words::bad_sample::explore(),
    }
}

/// The drill.
pub(super) fn shown(ui: &mut Ui, look: Look<'_>, rest: Rect, hands: &mut Hands<'_>) {
    let Look { theme, page, units } = look;
    let drill = page.bad_sample();
    let right = (rest.width() * 0.32).clamp(theme.size(300.0), theme.size(460.0));
    let (left, right) = rest.split_left_right_at_x(rest.right() - right);
    let left = Rect::from_min_max(left.min, left.max - vec2(GRID, 0.0));
    within(ui, left, |ui| {
        scrolling_panel(ui, theme, words::bad_sample::four_gases(), |ui| gases(ui, theme, drill, units))
    });
    within(ui, right, |ui| match drill.told() {
        Some((case, told)) => scrolling_panel(ui, theme, words::challenge::the_truth(), |ui| {
            let total = words::challenge::score(told.points);
            ui.label(RichText::new(total).font(theme.bold(26.0)).color(theme.text));
            truth(ui, theme, case, told.said.0, units);
            weak(ui, theme, words::challenge::certainty(told.said.2));
            if told.seen {
                weak(ui, theme, words::challenge::case_seen());
            }
            few_questions::doors(ui, theme, &doors(), true, hands);
        }),
        None => scrolling_panel(ui, theme, words::challenge::commit(), |ui| {
            if drill.beds().is_some() {
                let options = Question::ALL.map(Question::options);
                let questions: Vec<Shown<'_>> = Question::ALL
                    .into_iter()
                    .zip(&options)
                    .map(|(question, options)| Shown {
                        label: question.label(),
                        options,
                        locked: drill.locked(question),
                    })
                    .collect();
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
    line(ui, theme, words::bad_sample::wrong_gas(letter, Question::How.options()[how]));
    line(
        ui,
        theme,
        words::bad_sample::wrong_printed(
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
            words::bad_sample::right_gas(
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
    let mut told = vec![if parted > 0.0 {
        words::bad_sample::so2_lies_above(parted)
    } else {
        words::bad_sample::so2_lies_below(parted.abs())
    }];
    told.push(match case.mistake {
        Mistake::AirBubble => words::bad_sample::lesson_air_bubble(mmhg(wrong.truly.po2_mmhg)),
        Mistake::BenchDelay => words::bad_sample::lesson_bench_delay(
            wrong.analysed_after_min,
            wrong.params.get(ParamId::Leucocytes),
            mmhg(wrong.lost_mmhg),
        ),
        _ => words::bad_sample::lesson_venous(mmhg(wrong.printed.pco2_mmhg), mmhg(wrong.truly.pco2_mmhg)),
    });
    // Waits and counts that did no harm, the longest and the highest of them.
    let others = || case.beds.iter().enumerate().filter(|(bed, _)| *bed != case.wrong);
    if let Some((bed, lay)) = others().max_by(|(_, a), (_, b)| a.analysed_after_min.total_cmp(&b.analysed_after_min)) {
        let lost = units.text(lay.lost_mmhg, "mmHg", 1);
        told.push(if lay.on_ice {
            words::bad_sample::gas_lay_on_ice(LETTERS[bed], lay.analysed_after_min, lost)
        } else {
            words::bad_sample::gas_lay(LETTERS[bed], lay.analysed_after_min, lost)
        });
    }
    told
}

/// The four side by side; with the truth, what the arteries have.
fn gases(ui: &mut Ui, theme: &Theme, drill: &BadSamplePage, units: DisplayUnits) {
    let Some(beds) = drill.beds() else {
        weak(ui, theme, words::bad_sample::being_drawn_long());
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
                let name = if wrong == Some(bed) {
                    words::bad_sample::gas_that_is_wrong(letter)
                } else {
                    words::bad_sample::gas(letter)
                };
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
            row(words::bad_sample::monitor_spo2(), theme.channels.spo2, &|bed| percent(bed.spo2_frac));
            row(&words::common::etco2_in(mmhg.unit), co2, &|bed| mmhg.number(bed.pco2_end_tidal_mmhg, 0));
            row(&words::bad_sample::sample_po2(mmhg.unit), arterial, &|bed| mmhg.number(bed.printed.po2_mmhg, 0));
            row(&words::common::pco2_in(mmhg.unit), co2, &|bed| mmhg.number(bed.printed.pco2_mmhg, 0));
            row(words::common::ph(), theme.channels.ph, &|bed| format!("{:.2}", bed.printed.ph));
            row(words::common::so2_percent(), theme.channels.spo2, &|bed| percent(bed.printed.saturation_frac));
            row(words::bad_sample::leucocytes(), theme.text, &|bed| {
                format!("{:.0}", bed.params.get(ParamId::Leucocytes))
            });
            row(words::bad_sample::temperature(), theme.text, &|bed| {
                format!("{:.1}", bed.params.get(ParamId::Temperature))
            });
            row(words::common::analysed_after(), theme.weak, &|bed| {
                if bed.on_ice {
                    words::bad_sample::minutes_on_ice(bed.analysed_after_min)
                } else {
                    words::common::whole_minutes(bed.analysed_after_min)
                }
            });
            if wrong.is_some() {
                row(&words::bad_sample::artery_po2(mmhg.unit), arterial, &|bed| mmhg.number(bed.truly.po2_mmhg, 0));
                row(&words::common::pco2_in(mmhg.unit), co2, &|bed| mmhg.number(bed.truly.pco2_mmhg, 0));
                row(words::common::so2_percent(), theme.channels.spo2, &|bed| percent(bed.truly.saturation_frac));
            }
        });
    });
    ui.add_space(theme.size(8.0));
    weak(ui, theme, words::bad_sample::note());
}
