//! Whether a heart stands on its own: the trial in which the flow of a pump that returns into the aorta is turned down.
//!
//! # Source
//! Aissaoui N et al., Intensive Care Med 2011;37:1738-1745 (abstract only): velocity-time integral of the aorta at least 10
//! cm at the least flow, for which a stroke of 31 mL stands here, on low doses of drugs. The limits of pressures are
//! recalled. No heart rate is in the model: 90 a minute is taken.

use crate::physiology::criteria::{Criterion, Facts, Part, PumpRow, Row, Verdict, WEANING, judge_weaning};
use crate::units::ML_PER_L;

/// Flow at which a heart is tried, L/min, and how long it has to stand it, h. A pump that gives less than the first has
/// stopped: that is no trial, but a clot in the making.
const TRIED_L_PER_MIN: [f64; 2] = [0.5, 1.5];
const STANDS_H: f64 = 0.25;
/// Heart rate that is taken for a stroke, /min.
const RATE_PER_MIN: f64 = 90.0;
/// Least stroke, mL: a velocity-time integral of 10 cm.
const STROKE_ML: f64 = 31.0;
/// Output at which the aortic valve opens, L/min. Chosen.
const VALVE_L_PER_MIN: f64 = 0.5;

const TRIED: &str = "flow at most 1.5 L/min, and not stopped";
const STANDS: &str = "a quarter of an hour of it";

fn is_tried(pump: &PumpRow) -> bool {
    let [least, most] = TRIED_L_PER_MIN;
    (least..=most).contains(&pump.flow_l_per_min)
}

fn pump(row: &Row, holds: impl Fn(&PumpRow) -> Option<bool>) -> Option<bool> {
    row.into_aorta.as_ref().and_then(holds)
}

/// A heart that stands on its own; of rows in which a pump returns into the aorta, see [`judge_flow_down`].
pub static FLOW_DOWN: Criterion = Criterion {
    key: "flow_down",
    label: "Weaning from VA ECMO: 15 min at 1.5 L/min or less",
    parts: &[
        Part { label: TRIED, holds: |row, _| pump(row, |pump| Some(is_tried(pump))) },
        Part {
            label: "arterial pressure above 65",
            holds: |row, _| pump(row, |pump| pump.arterial_mmhg.map(|mmhg| mmhg > 65.0)),
        },
        Part {
            label: "a stroke of at least 31 mL (at 90/min)",
            holds: |row, _| pump(row, |pump| Some(ML_PER_L * pump.ejected_l_per_min / RATE_PER_MIN >= STROKE_ML)),
        },
        Part {
            label: "the aortic valve opens",
            holds: |row, _| pump(row, |pump| Some(pump.ejected_l_per_min >= VALVE_L_PER_MIN)),
        },
        Part {
            label: "left atrium below 18",
            holds: |row, _| pump(row, |pump| pump.left_atrium_mmhg.map(|mmhg| mmhg < 18.0)),
        },
        Part {
            label: "central venous pressure below 15",
            holds: |row, _| pump(row, |pump| pump.central_venous_mmhg.map(|mmhg| mmhg < 15.0)),
        },
        Part {
            label: "PaO2 of the right arm at least 60 (else the lung is wanting: VV)",
            holds: |row, _| row.po2_art_mmhg.map(|po2| po2 >= 60.0),
        },
    ],
    hours: STANDS_H,
    source: "Aissaoui 2011, Intensive Care Med 37:1738-1745; pressures recalled; doses of drugs are not known",
};

/// What has come of the last trial of a heart, by rows in the order of time, of which there is one at least: it stays told
/// when the flow is up again, and is not met then if it was broken off. The parts that fail are named. A gas counts only if
/// it was drawn in the trial: what full flow has made of the right arm says nothing of the heart's own blood.
#[must_use]
pub fn judge_flow_down(rows: &[Row], facts: &Facts) -> Verdict {
    let down = |row: &Row| row.into_aorta.as_ref().is_some_and(is_tried);
    let last = rows.len() - 1;
    let end = rows.iter().rposition(down).unwrap_or(last);
    let begin = rows[..=end].iter().rposition(|row| !down(row)).map_or(0, |before| before + 1).min(end);
    let drawn_in_it = |row: &Row| row.gas_drawn_s.is_none_or(|drawn_s| drawn_s >= rows[begin].time_s);
    let own_gas = |row: &Row| row.po2_art_mmhg.filter(|_| drawn_in_it(row));
    // A gas that is drawn in it speaks for all of it: its result comes later than the blood.
    let of_all = rows[begin..=end].iter().rev().find_map(own_gas);
    let trial: Vec<Row> = rows[..=end]
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let po2_art_mmhg = if i < begin { row.po2_art_mmhg } else { own_gas(row).or(of_all) };
            Row { on_membrane: false, po2_art_mmhg, ..*row }
        })
        .collect();
    match FLOW_DOWN.judge(&trial, facts) {
        Verdict::NotYet { .. } if end < last => Verdict::NotMet { parts: vec![STANDS] },
        verdict => verdict,
    }
}

/// What there is to wean from, and what has come of its trial: of rows in the order of time, of which there is one at least;
/// none without a membrane lung.
#[must_use]
pub fn weaning(rows: &[Row], facts: &Facts) -> Option<(&'static Criterion, Verdict)> {
    let now = rows.last()?;
    if now.into_aorta.is_some() {
        return Some((&FLOW_DOWN, judge_flow_down(rows, facts)));
    }
    now.on_membrane.then(|| (&WEANING, judge_weaning(rows, facts)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 5 min: full flow for half an hour, then what is given, then full flow again.
    fn rows(trial: &[Row]) -> Vec<Row> {
        let full = Row {
            po2_art_mmhg: Some(90.0),
            fio2_frac: 0.5,
            on_membrane: true,
            into_aorta: Some(PumpRow {
                flow_l_per_min: 4.0,
                ejected_l_per_min: 1.5,
                arterial_mmhg: Some(80.0),
                left_atrium_mmhg: Some(10.0),
                central_venous_mmhg: Some(8.0),
            }),
            ..Row::default()
        };
        let all = [&[full; 6][..], trial, &[full; 3][..]].concat();
        all.iter().enumerate().map(|(i, row)| Row { time_s: 300.0 * i as f64, ..*row }).collect()
    }

    fn down() -> Row {
        let good = PumpRow {
            flow_l_per_min: 1.2,
            ejected_l_per_min: 3.6,
            arterial_mmhg: Some(72.0),
            left_atrium_mmhg: Some(12.0),
            central_venous_mmhg: Some(9.0),
        };
        Row { po2_art_mmhg: Some(80.0), fio2_frac: 0.5, on_membrane: true, into_aorta: Some(good), ..Row::default() }
    }

    #[test]
    fn inv_a_heart_that_stands_is_told_and_one_part_that_fails_is_named() {
        let facts = Facts::default();
        let passed = judge_flow_down(&rows(&[down(); 4]), &facts);
        assert_eq!(passed, Verdict::Met { for_h: 0.25 });
        // Ten minutes are not enough, and no trial is none.
        let short = rows(&[down(); 3]);
        assert!(matches!(judge_flow_down(&short[..9], &facts), Verdict::NotYet { .. }), "while it lasts");
        assert_eq!(judge_flow_down(&short, &facts), Verdict::NotMet { parts: vec![STANDS] }, "broken off");
        let Verdict::NotMet { parts } = judge_flow_down(&rows(&[]), &facts) else { panic!("no trial") };
        assert!(parts.contains(&TRIED), "{parts:?}");
        let mut stopped = down();
        stopped.into_aorta = stopped.into_aorta.map(|pump| PumpRow { flow_l_per_min: 0.0, ..pump });
        let Verdict::NotMet { parts } = judge_flow_down(&rows(&[stopped; 6]), &facts) else { panic!("no trial") };
        assert!(parts.contains(&TRIED), "a pump that stands tries nothing: {parts:?}");
        // The gas of full flow is none of the trial; one that is drawn in it speaks for all of it.
        let before = Row { gas_drawn_s: Some(0.0), ..down() };
        assert!(matches!(judge_flow_down(&rows(&[before; 4]), &facts), Verdict::Unknown { .. }));
        let drawn = Row { gas_drawn_s: Some(1900.0), ..down() };
        assert_eq!(judge_flow_down(&rows(&[before, before, drawn, drawn]), &facts), passed);
        type Spoil = fn(&mut Row, &mut PumpRow);
        let spoilt: [(&str, Spoil); 6] = [
            ("arterial pressure above 65", |_, pump| pump.arterial_mmhg = Some(60.0)),
            ("a stroke of at least 31 mL (at 90/min)", |_, pump| pump.ejected_l_per_min = 2.7),
            ("the aortic valve opens", |_, pump| pump.ejected_l_per_min = 0.3),
            ("left atrium below 18", |_, pump| pump.left_atrium_mmhg = Some(22.0)),
            ("central venous pressure below 15", |_, pump| pump.central_venous_mmhg = Some(16.0)),
            ("PaO2 of the right arm at least 60 (else the lung is wanting: VV)", |row, _| {
                row.po2_art_mmhg = Some(48.0)
            }),
        ];
        for (label, spoil) in spoilt {
            let mut last = down();
            let mut pump = last.into_aorta.expect("a pump");
            spoil(&mut last, &mut pump);
            last.into_aorta = Some(pump);
            let Verdict::NotMet { parts } = judge_flow_down(&rows(&[down(), down(), down(), last]), &facts) else {
                panic!("{label} holds")
            };
            assert!(parts.contains(&label), "{label}: {parts:?}");
        }
        let nobody = Row { po2_art_mmhg: None, ..down() };
        assert!(matches!(judge_flow_down(&rows(&[nobody; 4]), &facts), Verdict::Unknown { .. }));
        assert!(weaning(&[Row::default()], &facts).is_none());
    }
}
