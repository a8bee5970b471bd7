//! The ladder of rescue: what has been tried of it, for how long and with what effect, what is next and why not the rest;
//! and the PEEP of the ARDS Network's tables.
//!
//! It teaches what stands where and orders nothing.

use crate::physiology::criteria::{Facts, Row};
use crate::units::S_PER_H;

/// What is known at one time, beyond what criteria ask for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// As criteria ask for it.
    pub row: Row,
    /// Whether the patient lies prone.
    pub prone: bool,
    /// Whether his muscles are blocked.
    pub blocked: bool,
    /// Whether he inhales a vasodilator.
    pub inhaled_vasodilator: bool,
    /// Flow of a membrane lung's pump, L/min; 0 without one.
    pub pump_l_per_min: f64,
    /// What afterload leaves of the right ventricle's output, 0 to 1, where a heart is modelled.
    pub right_ventricle_frac: Option<f64>,
    /// O2 delivery, mL/min.
    pub o2_delivery_ml_per_min: f64,
    /// Venous admixture.
    pub admixture_frac: Option<f64>,
    /// Dead space over tidal volume (Enghoff).
    pub dead_space_frac: Option<f64>,
    /// Cardiac output, L/min.
    pub output_l_per_min: f64,
}

/// One rung.
#[derive(Debug, Clone, Copy)]
pub struct Rung {
    /// Name on the command line.
    pub key: &'static str,
    /// In words.
    pub label: &'static str,
    /// For how long before it has been tried, h.
    pub hours: f64,
    /// Where it stands.
    pub source: &'static str,
    holds: fn(&Standing) -> Option<bool>,
    /// Why it is none for a patient as he is.
    not_for: fn(&Standing, &Facts) -> Option<&'static str>,
}

/// Flow of a pump up to which it removes CO2 and does not oxygenate, L/min.
const LOW_FLOW_L_PER_MIN: f64 = 1.5;
/// What afterload leaves of a right ventricle that is loaded.
const LOADED_FRAC: f64 = 0.85;

/// Why what a ventilator does is none for one who breathes for himself: his tidal volume and rate are no ventilator's.
fn unless_ventilated(standing: &Standing) -> Option<&'static str> {
    let ventilated = standing.row.tidal_ml_per_kg.is_some() || standing.row.rate_per_min.is_some();
    (!ventilated).then_some("not on a ventilator")
}

/// Why a rung for those below a P/F is none for one above.
fn unless_pf_below(standing: &Standing, most: f64, why: &'static str) -> Option<&'static str> {
    standing.row.pf().filter(|pf| *pf >= most).map(|_| why)
}

/// The rungs, from the first.
pub static RUNGS: [Rung; 7] = [
    Rung {
        key: "protective",
        label: "Tidal volume at most 6 mL/kg, plateau at most 30 cmH2O",
        hours: 1.0,
        source: "ARDS Network, N Engl J Med 2000;342:1301-1308",
        holds: |now| now.row.is_protective(),
        not_for: |now, _| unless_ventilated(now),
    },
    Rung {
        key: "peep",
        label: "PEEP at least 10 cmH2O",
        hours: 1.0,
        source: "EOLIA's optimisation before randomisation: Combes 2018, N Engl J Med 378:1965-1975",
        holds: |now| Some(now.row.peep_cmh2o >= 10.0),
        not_for: |now, _| unless_ventilated(now).or_else(|| unless_pf_below(now, 300.0, "P/F is 300 or more")),
    },
    Rung {
        key: "block",
        label: "Neuromuscular block",
        hours: 1.0,
        source: "Papazian 2010 (ACURASYS), N Engl J Med 363:1107-1116: P/F below 150, first 48 h",
        holds: |now| Some(now.blocked),
        not_for: |now, _| unless_ventilated(now).or_else(|| unless_pf_below(now, 150.0, "P/F is 150 or more")),
    },
    Rung {
        key: "prone",
        label: "Prone for 16 h",
        hours: 16.0,
        source: "Guérin 2013 (PROSEVA), N Engl J Med 368:2159-2168",
        holds: |now| Some(now.prone),
        // What the position has made of P/F is no reason to end it.
        not_for: |now, _| match now.prone {
            true => None,
            false => unless_ventilated(now).or_else(|| unless_pf_below(now, 150.0, "P/F is 150 or more")),
        },
    },
    Rung {
        key: "inhaled_vasodilator",
        label: "Inhaled NO or prostacyclin",
        hours: 0.5,
        source: "reviews of rescue therapy: where the right ventricle is loaded, for a while",
        holds: |now| Some(now.inhaled_vasodilator),
        not_for: |now, _| match now.right_ventricle_frac {
            _ if now.inhaled_vasodilator => None,
            Some(kept) if kept >= LOADED_FRAC => Some("the right ventricle is not loaded"),
            Some(_) => None,
            None => Some("no right ventricle is known to be loaded"),
        },
    },
    Rung {
        key: "ecmo",
        label: "ECMO",
        hours: 0.0,
        source: "Combes 2018 (EOLIA); within 7 days of ventilation",
        holds: |now| Some(supports(now)),
        not_for: |now, facts| match facts.ventilated_under_7_days {
            _ if supports(now) => None,
            Some(false) => Some("ventilated for 7 days or more"),
            _ if now.row.ph_art.is_some_and(|ph| ph < 7.25) => None,
            _ => unless_pf_below(now, 80.0, "P/F is 80 or more and pH at least 7.25"),
        },
    },
    Rung {
        key: "co2_removal",
        label: "Low-flow CO2 removal",
        hours: 0.0,
        source: "reviews of rescue therapy: where ECMO is not to be had and CO2 is what is wrong",
        holds: |now| Some(now.pump_l_per_min >= 0.1 && !supports(now)),
        not_for: |now, _| match now.row.ph_art {
            Some(ph) if ph < 7.25 => None,
            Some(_) => Some("pH is 7.25 or more"),
            None => Some("no pH is known"),
        },
    },
];

/// Whether a pump carries more than CO2: one that returns into the aorta does at any flow, also while its heart is tried.
fn supports(now: &Standing) -> bool {
    now.pump_l_per_min > LOW_FLOW_L_PER_MIN || (now.pump_l_per_min >= 0.1 && now.row.into_aorta.is_some())
}

/// What a rung changed: at the end of its longest stretch less before it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Effect {
    /// P/F, mmHg.
    pub pf_mmhg: Option<f64>,
    /// Venous admixture, points of 1.
    pub admixture_frac: Option<f64>,
    /// Dead space, points of 1.
    pub dead_space_frac: Option<f64>,
    /// Cardiac output, L/min.
    pub output_l_per_min: f64,
    /// O2 delivery, mL/min.
    pub o2_delivery_ml_per_min: f64,
    /// What afterload leaves of the right ventricle.
    pub right_ventricle_frac: Option<f64>,
    /// Which others of [`RUNGS`] began or ended meanwhile: where there is one, it is the effect of them together.
    pub together_with: [bool; RUNGS.len()],
}

impl Effect {
    /// Names of the rungs that share in it.
    #[must_use]
    pub fn partners(&self) -> Vec<&'static str> {
        RUNGS.iter().zip(self.together_with).filter(|(_, with)| *with).map(|(rung, _)| rung.key).collect()
    }
}

/// Where a rung stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stands {
    /// Tried for as long as it takes.
    Tried {
        /// For how long, h.
        hours: f64,
        /// What it changed; none where it was so from the beginning.
        effect: Option<Effect>,
    },
    /// It is being tried.
    UnderWay {
        /// How long is left, h.
        left_h: f64,
    },
    /// It was given up early.
    GivenUp {
        /// After how long, h.
        hours: f64,
    },
    /// Not tried.
    Untried,
    /// None for this patient.
    NotFor {
        /// Why.
        why: &'static str,
    },
    /// Left out, as was said.
    Skipped {
        /// Why, as said.
        why: String,
    },
}

/// The ladder of one patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Ladder {
    /// Each of [`RUNGS`].
    pub stands: Vec<Stands>,
    /// Index of the next one to be tried, or to be gone on with.
    pub next: Option<usize>,
}

fn effect(before: &Standing, after: &Standing) -> Effect {
    let change = |read: fn(&Standing) -> Option<f64>| Some(read(after)? - read(before)?);
    Effect {
        pf_mmhg: change(|now| now.row.pf()),
        admixture_frac: change(|now| now.admixture_frac),
        dead_space_frac: change(|now| now.dead_space_frac),
        output_l_per_min: after.output_l_per_min - before.output_l_per_min,
        o2_delivery_ml_per_min: after.o2_delivery_ml_per_min - before.o2_delivery_ml_per_min,
        right_ventricle_frac: change(|now| now.right_ventricle_frac),
        ..Effect::default()
    }
}

impl Rung {
    /// The rung of a name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<&'static Rung> {
        RUNGS.iter().find(|rung| rung.key == key)
    }

    fn is_held(&self, row: &Standing) -> bool {
        (self.holds)(row) == Some(true)
    }

    /// Whether it begins or ends within these rows.
    fn turns(&self, rows: &[Standing]) -> bool {
        rows.windows(2).any(|pair| self.is_held(&pair[0]) != self.is_held(&pair[1]))
    }

    /// Where it stands, by rows in the order of time, the last of which is now; there is at least one.
    fn stands(&self, rows: &[Standing], facts: &Facts) -> Stands {
        // Stretches of rows on which it holds, as first and last index.
        let mut stretches: Vec<[usize; 2]> = Vec::new();
        for (i, _) in rows.iter().enumerate().filter(|(_, row)| self.is_held(row)) {
            match stretches.last_mut() {
                Some([_, last]) if *last + 1 == i => *last = i,
                _ => stretches.push([i, i]),
            }
        }
        // A row shows the patient before what is done at its time: a stretch began at the row before its first.
        let since = |first: usize| rows[first.saturating_sub(1)].row.time_s;
        let hours = |[first, last]: [usize; 2]| (rows[last].row.time_s - since(first)) / S_PER_H;
        let longest = stretches.iter().copied().max_by(|a, b| hours(*a).total_cmp(&hours(*b)));
        if let Some(stretch) = longest.filter(|stretch| hours(*stretch) >= self.hours) {
            let [first, last] = stretch;
            let effect = first.checked_sub(1).map(|before| Effect {
                together_with: RUNGS.each_ref().map(|rung| rung.key != self.key && rung.turns(&rows[before..=last])),
                ..effect(&rows[before], &rows[last])
            });
            return Stands::Tried { hours: hours(stretch), effect };
        }
        if let Some(stretch) = stretches.last().filter(|[_, last]| last + 1 == rows.len()) {
            return Stands::UnderWay { left_h: self.hours - hours(*stretch) };
        }
        if let Some(why) = rows.last().and_then(|now| (self.not_for)(now, facts)) {
            return Stands::NotFor { why };
        }
        longest.map_or(Stands::Untried, |stretch| Stands::GivenUp { hours: hours(stretch) })
    }
}

impl Ladder {
    /// Reads the ladder off a history, which has a row at least; `skipped` names rungs that are left out, and why.
    #[must_use]
    pub fn read(rows: &[Standing], facts: &Facts, skipped: &[(&'static str, String)]) -> Ladder {
        let said = |key: &str| skipped.iter().find(|(rung, _)| *rung == key).map(|(_, why)| why.clone());
        let mut stands: Vec<Stands> = RUNGS
            .iter()
            .map(|rung| match (rung.stands(rows, facts), said(rung.key)) {
                (Stands::Untried | Stands::GivenUp { .. } | Stands::NotFor { .. }, Some(why)) => {
                    Stands::Skipped { why }
                }
                (stands, _) => stands,
            })
            .collect();
        // Where ECMO is to be had, a pump that only clears CO2 is no rung.
        let to_be_had = !matches!(stands[ECMO], Stands::Skipped { .. });
        if to_be_had && matches!(stands[CO2_REMOVAL], Stands::Untried) {
            stands[CO2_REMOVAL] = Stands::NotFor { why: "ECMO is to be had" };
        }
        let open =
            |stands: &Stands| matches!(stands, Stands::Untried | Stands::GivenUp { .. } | Stands::UnderWay { .. });
        let next = stands.iter().position(open);
        Ladder { stands, next }
    }
}

/// Places of both pumps among [`RUNGS`].
const ECMO: usize = 5;
const CO2_REMOVAL: usize = 6;

/// PEEP that the ARDS Network's table of lower PEEP gives for an FiO2, least and most, cmH2O; of the row of the next FiO2
/// above. `fio2_frac` is at most 1.
///
/// # Source
/// ARDS Network, N Engl J Med 2000;342:1301-1308; the table as of the network's protocol card, recalled.
///
/// ```
/// use isoshunt::physiology::ladder::table_peep_cmh2o;
/// assert_eq!(table_peep_cmh2o(0.6), [10.0, 10.0]);
/// ```
#[must_use]
pub fn table_peep_cmh2o(fio2_frac: f64) -> [f64; 2] {
    const TABLE: [(f64, [f64; 2]); 8] = [
        (0.3, [5.0, 5.0]),
        (0.4, [5.0, 8.0]),
        (0.5, [8.0, 10.0]),
        (0.6, [10.0, 10.0]),
        (0.7, [10.0, 14.0]),
        (0.8, [14.0, 14.0]),
        (0.9, [14.0, 18.0]),
        (1.0, [18.0, 24.0]),
    ];
    TABLE.iter().find(|(fio2, _)| fio2_frac <= fio2 + 1e-9).map_or([18.0, 24.0], |(_, peep)| *peep)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eighteen hours of one who fails everything but is tried on nothing.
    fn rows() -> Vec<Standing> {
        let row = Row {
            po2_art_mmhg: Some(60.0),
            ph_art: Some(7.2),
            fio2_frac: 1.0,
            peep_cmh2o: 5.0,
            plateau_cmh2o: Some(34.0),
            tidal_ml_per_kg: Some(8.0),
            pb_mmhg: 760.0,
            ..Row::default()
        };
        let now =
            Standing { row, right_ventricle_frac: Some(0.6), o2_delivery_ml_per_min: 700.0, ..Standing::default() };
        (0..=216).map(|k| Standing { row: Row { time_s: 300.0 * f64::from(k), ..row }, ..now }).collect()
    }

    fn read(rows: &[Standing]) -> Ladder {
        Ladder::read(rows, &Facts::default(), &[])
    }

    #[test]
    fn inv_the_first_untried_rung_is_next() {
        let mut rows = rows();
        assert_eq!(read(&rows).next, Some(0));
        for now in &mut rows {
            (now.row.tidal_ml_per_kg, now.row.plateau_cmh2o, now.row.peep_cmh2o) = (Some(6.0), Some(29.0), 12.0);
        }
        let ladder = read(&rows);
        assert_eq!(ladder.next, Some(2));
        assert_eq!(ladder.stands[0], Stands::Tried { hours: 18.0, effect: None });
        assert_eq!(ladder.stands[6], Stands::NotFor { why: "ECMO is to be had" });
        // Blocked and turned an hour ago, just after the row of that time: the first is tried, the other under way.
        let at = rows.len() - 12;
        for now in &mut rows[at..] {
            (now.blocked, now.prone, now.row.po2_art_mmhg) = (true, true, Some(75.0));
        }
        let ladder = read(&rows);
        let Stands::Tried { effect: Some(effect), .. } = &ladder.stands[2] else { panic!("{ladder:?}") };
        assert!((effect.pf_mmhg.expect("gases") - 15.0).abs() < 1e-9);
        let Stands::UnderWay { left_h } = ladder.stands[3] else { panic!("{ladder:?}") };
        assert!((left_h - 15.0).abs() < 1e-9);
        assert_eq!(ladder.next, Some(3));
        assert_eq!(effect.partners(), ["prone"]);
    }

    #[test]
    fn inv_a_heart_that_is_tried_at_low_flow_is_on_ecmo_and_not_on_co2_removal() {
        let stands = |pump_l_per_min: f64, into_aorta: bool| {
            let mut rows = rows();
            for now in &mut rows {
                now.pump_l_per_min = pump_l_per_min;
                now.row.into_aorta = into_aorta.then_some(crate::physiology::criteria::PumpRow::default());
            }
            let ladder = read(&rows);
            ["ecmo", "co2_removal"].map(|key| {
                let rung = RUNGS.iter().position(|rung| rung.key == key).expect("a rung");
                matches!(ladder.stands[rung], Stands::Tried { .. } | Stands::UnderWay { .. })
            })
        };
        assert_eq!([stands(1.0, false), stands(1.0, true)], [[false, true], [true, false]]);
        assert_eq!([stands(3.0, false), stands(3.0, true)], [[true, false]; 2]);
        assert_eq!([stands(0.0, false), stands(0.0, true)], [[false; 2]; 2]);
    }

    #[test]
    fn inv_sixteen_hours_are_enough_and_a_row_less_is_not() {
        let turned = |rows_prone: usize| {
            let mut rows = rows();
            // Turned at the row of 1 h, which shows him supine.
            rows[13..13 + rows_prone].iter_mut().for_each(|now| now.prone = true);
            read(&rows).stands[3].clone()
        };
        let Stands::Tried { hours, effect: Some(effect) } = turned(16 * 12) else { panic!("{:?}", turned(16 * 12)) };
        assert!((hours - 16.0).abs() < 1e-9 && effect.partners().is_empty(), "{hours} {effect:?}");
        let Stands::GivenUp { hours } = turned(16 * 12 - 1) else { panic!("{:?}", turned(16 * 12 - 1)) };
        assert!((hours - (16.0 - 1.0 / 12.0)).abs() < 1e-9, "{hours}");
    }

    #[test]
    fn inv_an_effect_is_a_rungs_own_only_where_no_other_turned() {
        let mut rows = rows();
        let middle = rows.len() / 2;
        rows[5..].iter_mut().for_each(|now| now.prone = true);
        rows[middle..middle + 6].iter_mut().for_each(|now| now.inhaled_vasodilator = true);
        let Stands::Tried { effect: Some(effect), .. } = &read(&rows).stands[3] else { panic!("{:?}", read(&rows)) };
        assert_eq!(effect.partners(), ["inhaled_vasodilator"]);
        let Stands::Tried { effect: Some(effect), .. } = &read(&rows).stands[4] else { panic!("{:?}", read(&rows)) };
        // He lay prone before and after.
        assert!(effect.partners().is_empty(), "{effect:?}");
    }

    #[test]
    fn inv_who_breathes_for_himself_is_not_told_of_a_ventilator() {
        let healthy = Row { po2_art_mmhg: Some(92.0), ph_art: Some(7.4), fio2_frac: 0.21, ..Row::default() };
        let ladder = read(&[Standing { row: healthy, ..Standing::default() }]);
        for stands in &ladder.stands[..4] {
            assert_eq!(*stands, Stands::NotFor { why: "not on a ventilator" });
        }
        assert_eq!(ladder.next, None);
    }

    #[test]
    fn inv_what_is_skipped_or_none_says_why() {
        let mut rows = rows();
        let ladder =
            Ladder::read(&rows, &Facts::default(), &[("prone", "spine".to_owned()), ("ecmo", "none".to_owned())]);
        assert_eq!(ladder.stands[3], Stands::Skipped { why: "spine".to_owned() });
        assert_eq!(ladder.stands[6], Stands::Untried);
        let late = Facts { ventilated_under_7_days: Some(false), ..Facts::default() };
        let ladder = Ladder::read(&rows, &late, &[]);
        assert_eq!(ladder.stands[5], Stands::NotFor { why: "ventilated for 7 days or more" });
        for now in &mut rows {
            (now.row.po2_art_mmhg, now.right_ventricle_frac) = (Some(200.0), Some(0.95));
        }
        let ladder = read(&rows);
        assert_eq!(ladder.stands[2], Stands::NotFor { why: "P/F is 150 or more" });
        assert_eq!(ladder.stands[4], Stands::NotFor { why: "the right ventricle is not loaded" });
    }

    #[test]
    fn val_ards_network_2000_peep_by_fio2() {
        for (fio2, peep) in [(0.3, 5.0), (0.35, 5.0), (0.5, 8.0), (0.8, 14.0), (0.95, 18.0), (1.0, 18.0)] {
            assert!((table_peep_cmh2o(fio2)[0] - peep).abs() < 1e-12, "{fio2}");
        }
    }
}
