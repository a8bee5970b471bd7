//! Trials of rescue, as their papers give them: what was compared, in how many, with what effect, and what it does not
//! show. No outcome of a patient of the program follows from any of them.

/// How a card is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// From the abstract or from a summary that prints the paper's numbers.
    Read,
    /// From memory, not read.
    Recalled,
}

impl Known {
    /// Key in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Known::Read => "read",
            Known::Recalled => "recalled",
        }
    }

    /// What a reader is told.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Known::Read => "Read in its abstract or a summary.",
            Known::Recalled => "Recalled, not read.",
        }
    }
}

/// A trial on a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Name on the command line.
    pub key: &'static str,
    /// As it is called.
    pub name: &'static str,
    /// Patients who were taken in.
    pub patients_count: u32,
    /// Who they were and what was compared.
    pub compared: &'static str,
    /// The main result: events in both groups.
    pub result: &'static str,
    /// Effect with its 95 % confidence interval, where the source prints one.
    pub effect: &'static str,
    /// What it does not show.
    pub not_shown: &'static str,
    /// What of it can be tried on a patient here.
    pub try_here: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// How it is known.
    pub known: Known,
}

/// The cards, by the rung of the ladder that they belong to.
pub static TRIALS: [Trial; 12] = [
    Trial {
        key: "ards_network",
        name: "ARDS Network, tidal volume",
        patients_count: 861,
        compared: "Acute lung injury and ARDS: 6 mL/kg of predicted weight and a plateau of at most 30 cmH2O, against 12 mL/kg \
                   and at most 50",
        result: "Death before going home breathing unaided: 31.0 % against 39.8 %, P = 0.007; days without ventilator to day \
                 28: 12 ± 11 against 10 ± 11. Plateau on days 1 to 3: 25 ± 6 against 33 ± 8 cmH2O",
        effect: "8.8 points fewer deaths; the abstract prints no interval",
        not_shown: "That 6 is better than 8 or 10, or which of volume, plateau and driving pressure does it. PaO2 was worse at \
                    first in those who did better: a better gas is no measure of harm",
        try_here: "The patients tidal-volume-12 and tidal-volume-6, who goes on to 12 mL/kg after an hour",
        source: "ARDS Network, N Engl J Med 2000;342:1301-1308",
        known: Known::Read,
    },
    Trial {
        key: "factt",
        name: "FACTT, fluid",
        patients_count: 1000,
        compared: "Acute lung injury: conservative against liberal fluid for seven days",
        result: "Death at 60 days: 25.5 % against 28.4 %, P = 0.30; days without ventilator to day 28: 14.6 ± 0.5 against 12.1 \
                 ± 0.5 (mean ± SE). Fluid balance of seven days: −136 ± 491 against 6,992 ± 502 mL",
        effect: "Difference of deaths 2.9 points, −2.6 to 8.4",
        not_shown: "That less fluid saves lives, or that it is safe in shock: shock was treated first. Fluid over days is not \
                    modelled here",
        try_here: "Filling (mean systemic pressure) against output and flooding",
        source: "Wiedemann HP et al. (ARDS Network), N Engl J Med 2006;354:2564-2575",
        known: Known::Read,
    },
    Trial {
        key: "acurasys",
        name: "ACURASYS, muscle block",
        patients_count: 340,
        compared: "P/F below 150 within 48 h: cisatracurium for 48 h against placebo, both deeply sedated",
        result: "Death at 90 days: 31.6 % against 40.7 %, P = 0.08",
        effect: "Adjusted hazard ratio 0.68, 0.48 to 0.98",
        not_shown: "A lower crude mortality, or how it worked: less pressure, less barotrauma or less effort",
        try_here: "move=neuromuscular_block: chest wall and O2 consumption",
        source: "Papazian L et al., N Engl J Med 2010;363:1107-1116",
        known: Known::Recalled,
    },
    Trial {
        key: "rose",
        name: "ROSE, muscle block",
        patients_count: 1006,
        compared: "P/F below 150 at PEEP 8 or more: cisatracurium for 48 h with deep sedation against usual care with light \
                   sedation, both at high PEEP",
        result: "Death in hospital at 90 days: 42.5 % against 42.8 %, P = 0.93; stopped for futility",
        effect: "−0.3 points; interval −6.4 to 5.9 (recalled)",
        not_shown: "That block is useless where it is needed for a turn or against dyssynchrony; few lay prone, and the other \
                    group was sedated lightly, unlike in ACURASYS",
        try_here: "move=neuromuscular_block at PEEP 8 and 15",
        source: "PETAL Network, N Engl J Med 2019;380:1997-2008",
        known: Known::Read,
    },
    Trial {
        key: "proseva",
        name: "PROSEVA, prone",
        patients_count: 466,
        compared: "P/F below 150 at FiO2 0.6 or more and PEEP 5 or more, after 12 to 24 h: prone for 16 h a day against supine",
        result: "Death at 28 days: 16.0 % against 32.8 %; at 90 days: 23.6 % against 41.0 %",
        effect: "Hazard ratio at 28 days 0.39, 0.25 to 0.63; at 90 days 0.44, 0.29 to 0.67",
        not_shown: "That those whose PaO2 rises are those who live: survival did not follow the answer of the gas. Centres were \
                    used to it",
        try_here: "move=prone: shunt, and strain at the same tidal volume",
        source: "Guérin C et al., N Engl J Med 2013;368:2159-2168",
        known: Known::Read,
    },
    Trial {
        key: "cesar",
        name: "CESAR, referral for ECMO",
        patients_count: 180,
        compared: "Murray score of 3 or more, or pH below 7.20: referral to one centre that considers ECMO, against care where \
                   they were",
        result: "Alive at 6 months without severe disability: 63 % (57 of 90) against 47 % (41 of 87), P = 0.03; 68 of 90 got \
                 ECMO",
        effect: "Relative risk of death or severe disability 0.69, 0.05 to 0.97 as printed",
        not_shown: "That ECMO did it: a quarter of those referred had none, and those who stayed need not be ventilated \
                    protectively",
        try_here: "criteria: CESAR, with Murray's score",
        source: "Peek GJ et al., Lancet 2009;374:1351-1363",
        known: Known::Read,
    },
    Trial {
        key: "eolia",
        name: "EOLIA, early ECMO",
        patients_count: 249,
        compared: "P/F below 50 for 3 h, below 80 for 6 h, or pH below 7.25 with PaCO2 60 or more for 6 h: ECMO at once against \
                   protective ventilation with ECMO as rescue",
        result: "Death at 60 days: 35 % (44 of 124) against 46 % (57 of 125), P = 0.09; 35 of 125 (28 %) crossed over to ECMO",
        effect: "Relative risk 0.76, 0.55 to 1.04",
        not_shown: "That early ECMO saves lives, nor that it does not: stopped early, and more than a quarter of the other \
                    group got it in the end. Bleeding with transfusion 46 % against 28 %",
        try_here: "criteria: EOLIA 1 to 3 with their hours; the patients vv-ecmo and va-ecmo",
        source: "Combes A et al., N Engl J Med 2018;378:1965-1975",
        known: Known::Read,
    },
    Trial {
        key: "ecmo_pooled",
        name: "CESAR and EOLIA, patient by patient",
        patients_count: 429,
        compared: "Both trials together, by intention to treat",
        result: "Death at 90 days: 36 % (77 of 214) against 48 % (103 of 215), P = 0.013",
        effect: "Relative risk 0.75, 0.60 to 0.94; as treated 0.86, 0.68 to 1.09",
        not_shown: "Who gains: less in those with more than two failing organs, the one difference between groups that stood out",
        try_here: "Facts that no gas tells, on the board of criteria",
        source: "Combes A et al., Intensive Care Med 2020;46:2048-2057",
        known: Known::Read,
    },
    Trial {
        key: "recovery_dexamethasone",
        name: "RECOVERY, dexamethasone in COVID-19",
        patients_count: 6425,
        compared: "In hospital with COVID-19: dexamethasone 6 mg a day for up to 10 days against usual care",
        result: "Death at 28 days: 22.9 % (482 of 2,104) against 25.7 % (1,110 of 4,321); on a ventilator 29.3 % against 41.4 %, \
                 on oxygen 23.3 % against 26.2 %, on neither 17.8 % against 14.0 %",
        effect: "Rate ratio 0.83, 0.75 to 0.93; on a ventilator 0.64, 0.51 to 0.81; on neither 1.19, 0.92 to 1.55",
        not_shown: "Anything of ARDS of another cause; inflammation is not modelled, so there is nothing here to be treated",
        try_here: "Nothing: drugs that treat the disease are not modelled",
        source: "RECOVERY Collaborative Group, N Engl J Med 2021;384:693-704",
        known: Known::Read,
    },
    Trial {
        key: "awake_prone",
        name: "Awake prone in COVID-19, six trials as one",
        patients_count: 1126,
        compared: "Hypoxaemia on high-flow nasal oxygen: awake prone for as long as borne against usual care",
        result: "Intubated or dead within 28 days: 40 % against 46 %",
        effect: "Relative risk 0.86, 0.75 to 0.98; intubation, hazard ratio 0.75, 0.62 to 0.91; death 0.87, 0.68 to 1.11",
        not_shown: "A lower mortality; nobody was masked, and it is intubation that it puts off",
        try_here: "position=prone with breathing=spontaneous",
        source: "Ehrmann S et al., Lancet Respir Med 2021;9:1387-1395",
        known: Known::Recalled,
    },
    Trial {
        key: "covi_prone",
        name: "COVI-PRONE, awake prone in COVID-19",
        patients_count: 400,
        compared: "Hypoxaemia on 40 % oxygen or more, or on non-invasive ventilation: awake prone against usual care",
        result: "Intubated within 30 days: 34 % (70 of 205) against 41 % (79 of 195), P = 0.20; death at 60 days 22 % against 24 %",
        effect: "Hazard ratio of intubation 0.81, 0.59 to 1.12",
        not_shown: "That it does not work: the interval holds both the effect of the six trials and none",
        try_here: "position=prone with breathing=spontaneous",
        source: "Alhazzani W et al., JAMA 2022;327:2104-2113",
        known: Known::Read,
    },
    Trial {
        key: "mechanical_power",
        name: "Mechanical power, two cohorts",
        patients_count: 8207,
        compared: "On a ventilator for 48 h or more: power of the second day against death in hospital",
        result: "Median power 21.4 J/min in one, 16.0 in the other; risk rises from 17 J/min on",
        effect: "Odds ratio for 5 J/min more: 1.06, 1.01 to 1.11, and 1.10, 1.02 to 1.18",
        not_shown: "That power kills: nobody was given more or less of it. The gauge here leaves airway resistance out and so \
                    reads lower",
        try_here: "mechanical_power_j_per_min, and hours above 17 J/min as time runs",
        source: "Serpa Neto A et al., Intensive Care Med 2018;44:1914-1922",
        known: Known::Read,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_every_card_is_whole_and_named_once() {
        for (i, trial) in TRIALS.iter().enumerate() {
            assert!(TRIALS[..i].iter().all(|other| other.key != trial.key), "{}", trial.key);
            for text in [trial.compared, trial.result, trial.effect, trial.not_shown, trial.try_here] {
                assert!(text.len() > 10 && !text.contains("  ") && !text.ends_with('.'), "{}: {text}", trial.key);
            }
            assert!(trial.source.contains(char::is_numeric), "{}", trial.key);
        }
    }

    /// Shares that a card prints beside counts are those of the counts.
    #[test]
    fn val_shares_follow_from_the_counts_beside_them() {
        let mut checked = 0;
        for trial in &TRIALS {
            for (at, _) in trial.result.match_indices(" % (") {
                let before = trial.result[..at].rsplit(' ').next().expect("a number");
                let counts = trial.result[at + 4..].split(')').next().expect("counts").replace(',', "");
                let Some((part, whole)) = counts.split_once(" of ") else { continue };
                let [share, part, whole] = [before, part, whole].map(|text| text.parse::<f64>().expect("a number"));
                let within = if before.contains('.') { 0.051 } else { 0.51 };
                assert!((100.0 * part / whole - share).abs() <= within, "{}: {share} of {counts}", trial.key);
                checked += 1;
            }
        }
        assert!(checked >= 8, "{checked}");
    }
}
