//! Criteria of severe respiratory failure as pure functions of what has been seen at the bedside, with their hours.
//!
//! A criterion is a list of parts. All must hold, and where it has a time they must have held together for so long
//! without a break up to now. What nobody measured or said is unknown, never false.
//!
//! # Source
//! Refractory hypoxaemia and oxygenation index: reviews of rescue therapy (as printed there: P/F at most 100 or PaO2 at
//! most 60 mmHg on FiO2 0.8 or more, lung-protective, for 12 h; index above 40). EOLIA: Combes A et al., N Engl J Med
//! 2018;378:1965-1975. CESAR: Peek GJ et al., Lancet 2009;374:1351-1363. Lung injury score: Murray JF et al., Am Rev
//! Respir Dis 1988;138:720-723. Berlin: ARDS Definition Task Force, JAMA 2012;307:2526-2533. Global definition: Matthay MA
//! et al., Am J Respir Crit Care Med 2024;209:37-47. Prone: Guérin C et al., N Engl J Med 2013;368:2159-2168. Details of
//! the entry criteria of EOLIA and of the stabilisation in PROSEVA are recalled.

use crate::physiology::indices;
use crate::units::{S_PER_H, SEA_LEVEL_PB_MMHG};

/// What is known at one time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Row {
    /// Time, s; rows stand in the order of time.
    pub time_s: f64,
    /// Arterial PO2, mmHg at 37 °C.
    pub po2_art_mmhg: Option<f64>,
    /// Arterial PCO2, mmHg at 37 °C.
    pub pco2_art_mmhg: Option<f64>,
    /// Arterial pH at 37 °C.
    pub ph_art: Option<f64>,
    /// When that gas was drawn, s; none where it is of the moment of the row.
    pub gas_drawn_s: Option<f64>,
    /// Saturation on the pulse oximeter, 0 to 1.
    pub spo2_frac: Option<f64>,
    /// Inspired O2 fraction as set, 0 to 1.
    pub fio2_frac: f64,
    /// PEEP, or CPAP where nobody ventilates, cmH2O.
    pub peep_cmh2o: f64,
    /// Plateau pressure, cmH2O.
    pub plateau_cmh2o: Option<f64>,
    /// Mean airway pressure, cmH2O.
    pub mean_airway_cmh2o: Option<f64>,
    /// Tidal volume over predicted body weight, mL/kg.
    pub tidal_ml_per_kg: Option<f64>,
    /// Compliance of the respiratory system, mL/cmH2O.
    pub compliance_ml_per_cmh2o: Option<f64>,
    /// Rate of the ventilator, /min.
    pub rate_per_min: Option<f64>,
    /// Barometric pressure, mmHg.
    pub pb_mmhg: f64,
    /// Whether a membrane lung works: the clocks stand meanwhile.
    pub on_membrane: bool,
    /// Whether its gas is off while its blood flows: the trial of a native lung.
    pub sweep_off: bool,
    /// Its pump and the heart, where it returns into the aorta.
    pub into_aorta: Option<PumpRow>,
}

/// What is known of a pump that returns into the aorta at one time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PumpRow {
    /// Flow of the pump, L/min.
    pub flow_l_per_min: f64,
    /// What the left ventricle ejects, L/min.
    pub ejected_l_per_min: f64,
    /// Mean arterial pressure, mmHg.
    pub arterial_mmhg: Option<f64>,
    /// Transmural left atrial pressure, mmHg.
    pub left_atrium_mmhg: Option<f64>,
    /// Central venous pressure, mmHg.
    pub central_venous_mmhg: Option<f64>,
}

/// What no model knows; none is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Opacities on both sides.
    pub bilateral: Option<bool>,
    /// Begun within seven days of a known insult.
    pub within_7_days: Option<bool>,
    /// Not explained by the heart or by fluid alone.
    pub not_cardiac_alone: Option<bool>,
    /// Ventilated for less than seven days.
    pub ventilated_under_7_days: Option<bool>,
    /// Ventilated for less than 36 h.
    pub ventilated_under_36_h: Option<bool>,
    /// Quadrants of the chest film with consolidation, 0 to 4.
    pub quadrants: Option<u8>,
}

impl Row {
    /// PaO2 over FiO2, mmHg.
    #[must_use]
    pub fn pf(&self) -> Option<f64> {
        self.po2_art_mmhg.map(|po2| po2 / self.fio2_frac)
    }

    /// P/F as at sea level above 1,000 m, mmHg.
    fn pf_of_berlin(&self) -> Option<f64> {
        let at_height = self.pb_mmhg < PB_AT_1000_M_MMHG;
        self.pf().map(|pf| if at_height { pf * self.pb_mmhg / SEA_LEVEL_PB_MMHG } else { pf })
    }

    /// Oxygenation index, see [`indices::oxygenation_index`]; none where it cannot be told.
    #[must_use]
    pub fn oxygenation_index(&self) -> Option<f64> {
        indices::oxygenation_index(self.mean_airway_cmh2o?, self.fio2_frac, self.po2_art_mmhg?).ok()
    }

    /// Whether the tidal volume is at least `low` and at most 6 mL/kg, but for rounding of the ventilator.
    fn tidal_within(&self, low: f64) -> Option<bool> {
        let most = PROTECTIVE_ML_PER_KG + TIDAL_ROUNDING;
        self.tidal_ml_per_kg.map(|tidal| tidal >= low - TIDAL_ROUNDING && tidal <= most)
    }

    /// Whether ventilation protects the lung: tidal volume at most 6 mL/kg, plateau at most 30 cmH2O (ARDS Network, N
    /// Engl J Med 2000;342:1301-1308); none where one of them is unknown.
    #[must_use]
    pub fn is_protective(&self) -> Option<bool> {
        let plateau = self.plateau_cmh2o?;
        Some(self.tidal_within(0.0)? && plateau <= PROTECTIVE_PLATEAU_CMH2O)
    }
}

/// Barometric pressure at 1,000 m, mmHg (ICAO standard atmosphere).
const PB_AT_1000_M_MMHG: f64 = 674.0;
/// Most tidal volume and plateau of ventilation that protects (ARDS Network 2000).
const PROTECTIVE_ML_PER_KG: f64 = 6.0;
const PROTECTIVE_PLATEAU_CMH2O: f64 = 30.0;
/// How far a tidal volume may miss what is asked for by rounding of the ventilator, mL/kg.
const TIDAL_ROUNDING: f64 = 0.05;

/// Lung injury score of Murray: the mean of P/F, PEEP, compliance and quadrants, each 0 to 4; of what is known, but
/// never without P/F.
///
/// | part | 1 | 2 | 3 | 4 |
/// |---|---|---|---|---|
/// | P/F, mmHg, below | 300 | 225 | 175 | 100 |
/// | PEEP, cmH2O, from | 6 | 9 | 12 | 15 |
/// | compliance, mL/cmH2O, below | 80 | 60 | 40 | 20 |
/// | quadrants | 1 | 2 | 3 | 4 |
#[must_use]
pub fn murray_score(row: &Row, facts: &Facts) -> Option<f64> {
    let below = |value: f64, limits: [f64; 4]| limits.iter().filter(|limit| value < **limit).count() as f64;
    let from = |value: f64, limits: [f64; 4]| limits.iter().filter(|limit| value >= **limit).count() as f64;
    let parts = [
        Some(below(row.pf()?, [300.0, 225.0, 175.0, 100.0])),
        Some(from(row.peep_cmh2o, [6.0, 9.0, 12.0, 15.0])),
        row.compliance_ml_per_cmh2o.map(|compliance| below(compliance, [80.0, 60.0, 40.0, 20.0])),
        facts.quadrants.map(|quadrants| f64::from(quadrants.min(4))),
    ];
    let known: Vec<f64> = parts.into_iter().flatten().collect();
    Some(known.iter().sum::<f64>() / known.len() as f64)
}

/// One thing that a criterion asks for; none is unknown.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// In words.
    pub label: &'static str,
    pub(super) holds: fn(&Row, &Facts) -> Option<bool>,
}

/// A criterion.
#[derive(Debug, Clone, Copy)]
pub struct Criterion {
    /// Name on the command line.
    pub key: &'static str,
    /// Name as people say it.
    pub label: &'static str,
    /// What has to hold together.
    pub parts: &'static [Part],
    /// For how long, h; 0 is now.
    pub hours: f64,
    /// Where it stands.
    pub source: &'static str,
}

/// What has come of a criterion.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// All parts hold, and have for long enough.
    Met {
        /// For how long, h.
        for_h: f64,
    },
    /// All parts hold, but not yet for long enough.
    NotYet {
        /// How long is left, h.
        left_h: f64,
    },
    /// Some part does not hold now.
    NotMet {
        /// Which.
        parts: Vec<&'static str>,
    },
    /// No known part fails, but some is not known.
    Unknown {
        /// Which.
        parts: Vec<&'static str>,
    },
}

const BILATERAL: Part = Part { label: "opacities on both sides", holds: |_, facts| facts.bilateral };
const RECENT: Part = Part { label: "within 7 days of an insult", holds: |_, facts| facts.within_7_days };
const NOT_HEART: Part = Part { label: "not by heart or fluid alone", holds: |_, facts| facts.not_cardiac_alone };
const UNDER_7_DAYS: Part =
    Part { label: "ventilated less than 7 days", holds: |_, facts| facts.ventilated_under_7_days };
const FIO2_80: Part = Part { label: "FiO2 at least 0.8", holds: |row, _| Some(row.fio2_frac >= 0.8) };
const PEEP_5: Part = Part { label: "PEEP at least 5", holds: |row, _| Some(row.peep_cmh2o >= 5.0) };
const PEEP_10: Part = Part { label: "PEEP at least 10", holds: |row, _| Some(row.peep_cmh2o >= 10.0) };
const TIDAL_6: Part = Part { label: "tidal volume at most 6 mL/kg", holds: |row, _| row.tidal_within(0.0) };

macro_rules! berlin {
    ($key:literal, $label:literal, $words:literal, $above:literal, $most:literal) => {
        Criterion {
            key: $key,
            label: $label,
            parts: &[
                Part { label: $words, holds: |row, _| row.pf_of_berlin().map(|pf| pf > $above && pf <= $most) },
                PEEP_5,
                BILATERAL,
                RECENT,
                NOT_HEART,
            ],
            hours: 0.0,
            source: "ARDS Definition Task Force, JAMA 2012;307:2526-2533",
        }
    };
}

/// Every criterion.
pub static CRITERIA: [Criterion; 11] = [
    Criterion {
        key: "refractory",
        label: "Refractory hypoxaemia",
        parts: &[
            Part {
                label: "P/F at most 100 or PaO2 at most 60",
                holds: |row, _| row.po2_art_mmhg.map(|po2| po2 / row.fio2_frac <= 100.0 || po2 <= 60.0),
            },
            FIO2_80,
            Part {
                label: "PEEP above 15 or plateau above 30",
                holds: |row, _| {
                    if row.peep_cmh2o > 15.0 { Some(true) } else { row.plateau_cmh2o.map(|plateau| plateau > 30.0) }
                },
            },
            Part { label: "tidal volume 4 to 6 mL/kg", holds: |row, _| row.tidal_within(4.0) },
        ],
        hours: 12.0,
        source: "reviews of rescue therapy",
    },
    Criterion {
        key: "oi_40",
        label: "Oxygenation index above 40",
        parts: &[Part {
            label: "oxygenation index above 40",
            holds: |row, _| row.oxygenation_index().map(|index| index > 40.0),
        }],
        hours: 0.0,
        source: "reviews of rescue therapy",
    },
    Criterion {
        key: "eolia_1",
        label: "EOLIA 1",
        parts: &[
            Part { label: "P/F below 50", holds: |row, _| row.pf().map(|pf| pf < 50.0) },
            FIO2_80,
            PEEP_10,
            TIDAL_6,
            UNDER_7_DAYS,
        ],
        hours: 3.0,
        source: "Combes 2018, N Engl J Med 378:1965-1975",
    },
    Criterion {
        key: "eolia_2",
        label: "EOLIA 2",
        parts: &[
            Part { label: "P/F below 80", holds: |row, _| row.pf().map(|pf| pf < 80.0) },
            FIO2_80,
            PEEP_10,
            TIDAL_6,
            UNDER_7_DAYS,
        ],
        hours: 6.0,
        source: "Combes 2018, N Engl J Med 378:1965-1975",
    },
    Criterion {
        key: "eolia_3",
        label: "EOLIA 3",
        parts: &[
            Part { label: "pH below 7.25", holds: |row, _| row.ph_art.map(|ph| ph < 7.25) },
            Part { label: "PaCO2 at least 60", holds: |row, _| row.pco2_art_mmhg.map(|pco2| pco2 >= 60.0) },
            Part { label: "rate 35 tried", holds: |row, _| row.rate_per_min.map(|rate| rate >= 35.0) },
            Part { label: "plateau at most 32", holds: |row, _| row.plateau_cmh2o.map(|plateau| plateau <= 32.0) },
            UNDER_7_DAYS,
        ],
        hours: 6.0,
        source: "Combes 2018, N Engl J Med 378:1965-1975",
    },
    Criterion {
        key: "cesar",
        label: "CESAR",
        parts: &[Part {
            label: "lung injury score at least 3, or pH below 7.20",
            holds: |row, facts| {
                let acid = row.ph_art.map(|ph| ph < 7.20);
                if acid == Some(true) { acid } else { murray_score(row, facts).map(|score| score >= 3.0) }
            },
        }],
        hours: 0.0,
        source: "Peek 2009, Lancet 374:1351-1363",
    },
    berlin!("berlin_mild", "Berlin, mild", "P/F 201 to 300", 200.0, 300.0),
    berlin!("berlin_moderate", "Berlin, moderate", "P/F 101 to 200", 100.0, 200.0),
    berlin!("berlin_severe", "Berlin, severe", "P/F at most 100", 0.0, 100.0),
    Criterion {
        key: "global_ards",
        label: "Global definition of ARDS",
        parts: &[
            Part {
                label: "P/F at most 300, or S/F at most 315 with SpO2 at most 97 %",
                holds: |row, _| {
                    let by_gas = row.pf_of_berlin().map(|pf| pf <= 300.0);
                    let by_light = row.spo2_frac.map(|spo2| spo2 <= 0.97 && 100.0 * spo2 / row.fio2_frac <= 315.0);
                    if by_light == Some(true) { by_light } else { by_gas.or(by_light) }
                },
            },
            PEEP_5,
            BILATERAL,
            RECENT,
            NOT_HEART,
        ],
        hours: 0.0,
        source: "Matthay 2024, Am J Respir Crit Care Med 209:37-47",
    },
    Criterion {
        key: "prone",
        label: "Prone position (PROSEVA)",
        parts: &[
            Part { label: "P/F below 150", holds: |row, _| row.pf().map(|pf| pf < 150.0) },
            Part { label: "FiO2 at least 0.6", holds: |row, _| Some(row.fio2_frac >= 0.6) },
            PEEP_5,
            Part { label: "ventilated less than 36 h", holds: |_, facts| facts.ventilated_under_36_h },
        ],
        hours: 12.0,
        source: "Guérin 2013, N Engl J Med 368:2159-2168",
    },
];

/// A native lung that has stood the trial of sweep gas off; of a patient on a membrane lung alone, see
/// [`judge_weaning`].
pub static WEANING: Criterion = Criterion {
    key: "weaning",
    label: "Weaning from VV ECMO: 4 h without sweep gas",
    parts: &[
        Part { label: "sweep gas off", holds: |row, _| Some(row.sweep_off) },
        Part { label: "PaO2 at least 70", holds: |row, _| row.po2_art_mmhg.map(|po2| po2 >= 70.0) },
        Part { label: "FiO2 at most 0.6", holds: |row, _| Some(row.fio2_frac <= 0.6) },
        Part { label: "pH above 7.30", holds: |row, _| row.ph_art.map(|ph| ph > 7.30) },
        Part { label: "plateau at most 28", holds: |row, _| row.plateau_cmh2o.map(|plateau| plateau <= 28.0) },
    ],
    hours: 4.0,
    source: "reviews of weaning, 4 to 6 h; limits recalled",
};

/// What has come of the trial of a native lung, by rows in the order of time, of which there is one at least: the parts
/// that fail are named. O2 tells within minutes, CO2 takes hours: an early gas misleads.
#[must_use]
pub fn judge_weaning(rows: &[Row], facts: &Facts) -> Verdict {
    let trial: Vec<Row> = rows.iter().map(|row| Row { on_membrane: false, ..*row }).collect();
    WEANING.judge(&trial, facts)
}

/// Share by which PaCO2 has fallen within 24 h of the start of a membrane lung, from the last gas before it to the lowest
/// since; none without a start and gases on both sides. By more than half it harms the brain.
///
/// # Source
/// Cavayas YA et al., Am J Respir Crit Care Med 2020;201:1525-1535: a relative fall of more than half within 24 h of the
/// start of ECMO goes with neurological complications, odds ratio 1.7 (abstract only).
#[must_use]
pub fn start_pco2_fall_frac(rows: &[Row]) -> Option<f64> {
    let start = rows.iter().position(|row| row.on_membrane).filter(|start| *start > 0)?;
    let before = rows[..start].iter().rev().find_map(|row| row.pco2_art_mmhg)?;
    let until_s = rows[start].time_s + 24.0 * S_PER_H;
    let since = rows[start..].iter().take_while(|row| row.time_s <= until_s).filter_map(|row| row.pco2_art_mmhg);
    let lowest = since.fold(f64::INFINITY, f64::min);
    lowest.is_finite().then(|| 1.0 - lowest / before)
}

/// Fall from which it is warned of.
pub const HARMFUL_PCO2_FALL_FRAC: f64 = 0.5;

impl Criterion {
    /// The criterion of a name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<&'static Criterion> {
        CRITERIA.iter().find(|criterion| criterion.key == key)
    }

    /// Whether every part is known to hold in a row.
    fn all_hold(&self, row: &Row, facts: &Facts) -> bool {
        self.parts.iter().all(|part| (part.holds)(row, facts) == Some(true))
    }

    /// What has come of it, by rows in the order of time, the last of which is now. Rows with a membrane lung at work do
    /// not count, and no time passes between them; without a row that counts all parts are unknown.
    #[must_use]
    pub fn judge(&self, rows: &[Row], facts: &Facts) -> Verdict {
        self.judge_tolerant(rows, facts, 0.0)
    }

    /// As [`Criterion::judge`]; for `tolerance_s` a part may fail without the clock starting anew, but that time does not
    /// count. A failure that still lasts is forgiven as one that has ended: it counts from the last row on which all held.
    #[must_use]
    pub fn judge_tolerant(&self, rows: &[Row], facts: &Facts, tolerance_s: f64) -> Verdict {
        let labels = |of: Option<bool>, row: &Row| -> Vec<&'static str> {
            self.parts.iter().filter(|part| (part.holds)(row, facts) == of).map(|part| part.label).collect()
        };
        let Some(mut last) = rows.iter().rposition(|row| !row.on_membrane) else {
            return Verdict::Unknown { parts: self.parts.iter().map(|part| part.label).collect() };
        };
        if !labels(Some(false), &rows[last]).is_empty() {
            let held = rows[..last].iter().rposition(|row| !row.on_membrane && self.all_hold(row, facts));
            last = held.filter(|held| rows[last].time_s - rows[*held].time_s <= tolerance_s).unwrap_or(last);
        }
        let failing = labels(Some(false), &rows[last]);
        if !failing.is_empty() {
            return Verdict::NotMet { parts: failing };
        }
        let unknown = labels(None, &rows[last]);
        if !unknown.is_empty() {
            return Verdict::Unknown { parts: unknown };
        }
        let (mut held_s, mut failing_s) = (0.0, 0.0);
        for pair in rows[..=last].windows(2).rev() {
            if pair.iter().any(|row| row.on_membrane) {
                continue;
            }
            let passed_s = pair[1].time_s - pair[0].time_s;
            if self.all_hold(&pair[0], facts) {
                failing_s = 0.0;
                held_s += passed_s;
            } else {
                failing_s += passed_s;
                if failing_s > tolerance_s {
                    break;
                }
            }
        }
        let held_h = held_s / S_PER_H;
        if held_h >= self.hours {
            Verdict::Met { for_h: held_h }
        } else {
            Verdict::NotYet { left_h: self.hours - held_h }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A patient who meets everything that can be met at once, every 5 minutes for so many hours.
    fn rows(hours: f64) -> Vec<Row> {
        let row = Row {
            po2_art_mmhg: Some(45.0),
            pco2_art_mmhg: Some(65.0),
            ph_art: Some(7.18),
            spo2_frac: Some(0.78),
            fio2_frac: 1.0,
            peep_cmh2o: 16.0,
            plateau_cmh2o: Some(31.0),
            mean_airway_cmh2o: Some(24.0),
            tidal_ml_per_kg: Some(6.04),
            compliance_ml_per_cmh2o: Some(19.0),
            rate_per_min: Some(35.0),
            pb_mmhg: 760.0,
            ..Row::default()
        };
        (0..=(hours * 12.0) as usize).map(|k| Row { time_s: 300.0 * k as f64, ..row }).collect()
    }

    const ALL_SAID: Facts = Facts {
        bilateral: Some(true),
        within_7_days: Some(true),
        not_cardiac_alone: Some(true),
        ventilated_under_7_days: Some(true),
        ventilated_under_36_h: Some(true),
        quadrants: Some(4),
    };

    #[test]
    fn val_each_clock_runs_its_hours_and_no_less() {
        for criterion in &CRITERIA {
            if criterion.key.starts_with("berlin") && criterion.key != "berlin_severe" {
                continue;
            }
            let long = rows(criterion.hours);
            let verdict = criterion.judge(&long, &ALL_SAID);
            assert_eq!(verdict, Verdict::Met { for_h: criterion.hours }, "{}", criterion.key);
            if criterion.hours > 0.0 {
                let short = criterion.judge(&long[1..], &ALL_SAID);
                let Verdict::NotYet { left_h } = short else { panic!("{}: {short:?}", criterion.key) };
                assert!((left_h - 1.0 / 12.0).abs() < 1e-9, "{}: {left_h}", criterion.key);
            }
        }
    }

    #[test]
    fn inv_one_row_that_breaks_a_part_starts_the_clock_anew() {
        for criterion in CRITERIA.iter().filter(|criterion| criterion.hours > 0.0) {
            let mut broken = rows(14.0);
            let at = broken.len() - 25;
            // Two hours ago it was better than any of them asks for.
            broken[at] = Row { po2_art_mmhg: Some(200.0), ph_art: Some(7.4), ..broken[at] };
            let verdict = criterion.judge(&broken, &ALL_SAID);
            let Verdict::NotYet { left_h } = verdict else { panic!("{}: {verdict:?}", criterion.key) };
            assert!((criterion.hours - left_h - 23.0 / 12.0).abs() < 1e-9, "{}: {left_h}", criterion.key);
        }
    }

    #[test]
    fn inv_a_short_break_within_the_tolerance_does_not_count() {
        let refractory = Criterion::from_key("refractory").expect("known");
        let mut broken = rows(14.0);
        let at = broken.len() - 25;
        broken[at] = Row { po2_art_mmhg: Some(200.0), ..broken[at] };
        let verdict = refractory.judge_tolerant(&broken, &ALL_SAID, 300.0);
        let Verdict::Met { for_h } = verdict else { panic!("{verdict:?}") };
        assert!((for_h - (14.0 - 1.0 / 12.0)).abs() < 1e-9, "{for_h}");
        assert!(matches!(refractory.judge_tolerant(&broken, &ALL_SAID, 299.0), Verdict::NotYet { .. }));
    }

    #[test]
    fn inv_a_failure_that_still_lasts_is_forgiven_as_long() {
        let refractory = Criterion::from_key("refractory").expect("known");
        let mut broken = rows(14.0);
        let from = broken.len() - 2;
        broken[from..].iter_mut().for_each(|row| row.po2_art_mmhg = Some(200.0));
        let verdict = refractory.judge_tolerant(&broken, &ALL_SAID, 600.0);
        let Verdict::Met { for_h } = verdict else { panic!("{verdict:?}") };
        assert!((for_h - (14.0 - 2.0 / 12.0)).abs() < 1e-9, "{for_h}");
        for tolerance_s in [0.0, 599.0] {
            let verdict = refractory.judge_tolerant(&broken, &ALL_SAID, tolerance_s);
            assert!(matches!(verdict, Verdict::NotMet { .. }), "{tolerance_s}: {verdict:?}");
        }
    }

    #[test]
    fn inv_what_is_not_said_is_unknown_and_what_fails_is_named_first() {
        let now = rows(12.0);
        let eolia = Criterion::from_key("eolia_2").expect("known");
        let unsaid = eolia.judge(&now, &Facts::default());
        assert_eq!(unsaid, Verdict::Unknown { parts: vec!["ventilated less than 7 days"] });
        let mut better = now.clone();
        better.last_mut().expect("rows").po2_art_mmhg = Some(85.0);
        assert_eq!(eolia.judge(&better, &Facts::default()), Verdict::NotMet { parts: vec!["P/F below 80"] });
        let Verdict::Unknown { parts } = eolia.judge(&[], &ALL_SAID) else { panic!("nothing is known") };
        assert_eq!(parts.len(), eolia.parts.len());
    }

    #[test]
    fn inv_on_a_membrane_the_clock_stands() {
        let mut rows = rows(12.0);
        // The last hour on a membrane: eleven hours have counted.
        let from = rows.len() - 12;
        rows[from..].iter_mut().for_each(|row| row.on_membrane = true);
        let refractory = Criterion::from_key("refractory").expect("known");
        let Verdict::NotYet { left_h } = refractory.judge(&rows, &ALL_SAID) else { panic!("not yet") };
        assert!((left_h - 1.0).abs() < 1e-9, "{left_h}");
    }

    #[test]
    fn inv_a_native_lung_is_tried_for_hours_and_what_is_missing_is_named() {
        let good = Row {
            po2_art_mmhg: Some(80.0),
            ph_art: Some(7.36),
            fio2_frac: 0.5,
            plateau_cmh2o: Some(26.0),
            ..rows(0.0)[0]
        };
        let on = Row { on_membrane: true, ..good };
        let history = |hours: f64, last: Row| -> Vec<Row> {
            let steps = (hours * 12.0) as usize;
            let before = (0..12).map(|k| Row { time_s: 300.0 * f64::from(k), ..on });
            let trial = (12..=12 + steps).map(|k| Row { time_s: 300.0 * k as f64, sweep_off: true, ..on });
            let mut rows: Vec<Row> = before.chain(trial).collect();
            let end = rows.len() - 1;
            rows[end] = Row { time_s: rows[end].time_s, sweep_off: true, on_membrane: true, ..last };
            rows
        };
        let judged = |hours, last| judge_weaning(&history(hours, last), &Facts::default());
        assert_eq!(judged(4.0, good), Verdict::Met { for_h: 4.0 });
        let Verdict::NotYet { left_h } = judged(0.5, good) else { panic!("early") };
        assert!((left_h - 3.5).abs() < 1e-9, "{left_h}");
        let acid = Row { ph_art: Some(7.22), plateau_cmh2o: Some(31.0), ..good };
        assert_eq!(judged(5.0, acid), Verdict::NotMet { parts: vec!["pH above 7.30", "plateau at most 28"] });
        let with_gas = judge_weaning(&[on], &Facts::default());
        assert_eq!(with_gas, Verdict::NotMet { parts: vec!["sweep gas off"] });
    }

    #[test]
    fn val_cavayas_2020_fall_of_pco2_at_the_start() {
        let at = |hour: f64, pco2: f64, on: bool| Row {
            time_s: 3600.0 * hour,
            pco2_art_mmhg: Some(pco2),
            on_membrane: on,
            ..Row::default()
        };
        let fast = [at(0.0, 90.0, false), at(1.0, 88.0, true), at(3.0, 40.0, true), at(30.0, 20.0, true)];
        let fall = start_pco2_fall_frac(&fast).expect("a start");
        assert!((fall - 5.0 / 9.0).abs() < 1e-12 && fall > HARMFUL_PCO2_FALL_FRAC, "{fall}");
        assert_eq!(start_pco2_fall_frac(&fast[..1]), None);
        assert_eq!(start_pco2_fall_frac(&fast[1..]), None);
    }

    #[test]
    fn val_murray_1988_score_of_known_parts() {
        let row = rows(0.0)[0];
        assert_eq!(murray_score(&row, &ALL_SAID), Some(4.0));
        let mild = Row { po2_art_mmhg: Some(150.0), fio2_frac: 0.6, peep_cmh2o: 8.0, ..row };
        // P/F 250: 1; PEEP 8: 1; compliance 50: 2; no film.
        let mild = Row { compliance_ml_per_cmh2o: Some(50.0), ..mild };
        let score = murray_score(&mild, &Facts::default()).expect("a gas");
        assert!((score - 4.0 / 3.0).abs() < 1e-12, "{score}");
        assert_eq!(murray_score(&Row { po2_art_mmhg: None, ..row }, &ALL_SAID), None);
    }

    #[test]
    fn val_ards_task_force_2012_altitude_corrects_the_ratio() {
        // P/F 110 at 1,600 m (PB 626) is 91 at sea level: severe.
        let high = Row { po2_art_mmhg: Some(110.0), pb_mmhg: 626.0, ..rows(0.0)[0] };
        let severe = Criterion::from_key("berlin_severe").expect("known");
        assert_eq!(severe.judge(&[high], &ALL_SAID), Verdict::Met { for_h: 0.0 });
        let low = Row { pb_mmhg: 760.0, ..high };
        assert_eq!(severe.judge(&[low], &ALL_SAID), Verdict::NotMet { parts: vec!["P/F at most 100"] });
    }
}
