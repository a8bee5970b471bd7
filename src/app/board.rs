//! The board of rescue: which criteria of severe respiratory failure the run on screen meets and for how long, what of the
//! ladder of rescue was tried, and what a team says is wrong. It teaches and orders nothing.

use crate::physiology::criteria::{
    CRITERIA, Facts, HARMFUL_PCO2_FALL_FRAC, Row, Verdict, murray_score, start_pco2_fall_frac,
};
use crate::physiology::flow_down;
use crate::physiology::ladder::{Effect, Ladder, RUNGS, Standing, Stands};
use crate::physiology::mechanism::{Mechanism, RIGHT_OF_TEN};
use crate::study::mechanism::Truth;
use crate::study::rescue_team::Finding;
use crate::text::display_units::signed;
use crate::text::words;
use crate::units::percent_from_frac;

/// How a criterion or a rung stands, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Met, or tried.
    Done,
    /// Not yet, or under way.
    Waits,
    /// Not met, or not now.
    Not,
    /// Unknown, untried, given up or left out.
    Open,
}

/// One line of the board.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Of what.
    pub label: &'static str,
    /// How it stands, in a word or two.
    pub word: &'static str,
    /// For how long, or why, in words; may be empty.
    pub why: String,
    /// How it stands.
    pub stands: State,
    /// Where it is from.
    pub source: &'static str,
}

/// All of it at one time of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Patient time, s.
    pub time_s: f64,
    /// Oxygenation index, cmH2O/mmHg times 100; none without a gas or a ventilator.
    pub oxygenation_index: Option<f64>,
    /// Murray's lung injury score; none while something is unknown.
    pub murray: Option<f64>,
    /// Share by which PaCO2 has fallen since the membrane lung began, where that is more than is safe.
    pub harmful_fall_frac: Option<f64>,
    /// Criteria, in their order.
    pub criteria: Vec<Line>,
    /// Rungs, in their order.
    pub rungs: Vec<Line>,
    /// What is under way or next, in a sentence.
    pub next: String,
}

impl Board {
    /// Read off what the bedside knew of a run from its beginning, the present last; none without a moment.
    #[must_use]
    pub fn read(standings: &[Standing], facts: &Facts) -> Option<Board> {
        let rows: Vec<Row> = standings.iter().map(|standing| standing.row).collect();
        let now = rows.last()?;
        let native = CRITERIA.iter().map(|criterion| (criterion, criterion.judge(&rows, facts)));
        let weaning = flow_down::weaning(&rows, facts);
        let criteria = native.chain(weaning).map(|(criterion, verdict)| {
            let (word, why) = verdict_words(&verdict);
            let stands = match verdict {
                Verdict::Met { .. } => State::Done,
                Verdict::NotYet { .. } => State::Waits,
                Verdict::NotMet { .. } => State::Not,
                Verdict::Unknown { .. } => State::Open,
            };
            Line { label: criterion.label, word, why, stands, source: criterion.source }
        });
        let ladder = Ladder::read(standings, facts, &[]);
        let rungs = RUNGS.iter().zip(&ladder.stands).map(|(rung, how)| {
            let (word, why) = rung_words(how);
            let stands = match how {
                Stands::Tried { .. } => State::Done,
                Stands::UnderWay { .. } => State::Waits,
                Stands::NotFor { .. } => State::Not,
                Stands::Untried | Stands::GivenUp { .. } | Stands::Skipped { .. } => State::Open,
            };
            Line { label: rung.label, word, why, stands, source: rung.source }
        });
        Some(Board {
            time_s: now.time_s,
            oxygenation_index: now.oxygenation_index(),
            murray: murray_score(now, facts),
            harmful_fall_frac: start_pco2_fall_frac(&rows).filter(|fall| *fall > HARMFUL_PCO2_FALL_FRAC),
            criteria: criteria.collect(),
            rungs: rungs.collect(),
            next: format!("{}.", next_words(&ladder)),
        })
    }
}

/// Which rung is under way or next, without a full stop.
#[must_use]
pub fn next_words(ladder: &Ladder) -> String {
    match ladder.next.map(|i| (RUNGS[i].label, &ladder.stands[i])) {
        Some((rung, Stands::UnderWay { .. })) => words::rescue::rung_under_way(rung),
        Some((rung, _)) => words::rescue::rung_next(rung),
        None => words::rescue::no_rung_left().to_owned(),
    }
}

/// A verdict in a word, and for how long or why.
#[must_use]
pub fn verdict_words(verdict: &Verdict) -> (&'static str, String) {
    match verdict {
        Verdict::Met { for_h } => {
            (words::rescue::met(), if *for_h > 0.0 { words::rescue::met_for(for_h) } else { String::new() })
        }
        Verdict::NotYet { left_h } => (words::rescue::not_yet(), words::rescue::hours_left(left_h)),
        Verdict::NotMet { parts } => (words::rescue::not_met(), parts.join("; ")),
        Verdict::Unknown { parts } => (words::common::unknown(), parts.join("; ")),
    }
}

/// How a rung stands in a word, and with what effect or why.
#[must_use]
pub fn rung_words(stands: &Stands) -> (&'static str, String) {
    match stands {
        Stands::Tried { hours, effect } => {
            let changed = effect.as_ref().map_or_else(|| words::rescue::from_the_beginning().to_owned(), told);
            (words::rescue::tried(), words::rescue::tried_for(hours, changed))
        }
        Stands::UnderWay { left_h } => (words::rescue::under_way(), words::rescue::hours_left(left_h)),
        Stands::GivenUp { hours } => (words::rescue::given_up(), words::rescue::given_up_after(hours)),
        Stands::Untried => (words::rescue::untried(), String::new()),
        Stands::NotFor { why } => (words::rescue::not_now(), (*why).to_owned()),
        Stands::Skipped { why } => (words::rescue::left_out(), why.clone()),
    }
}

/// What a rung changed, in words.
fn told(effect: &Effect) -> String {
    let points = |name: &str, value: Option<f64>| {
        value.map(|value| words::rescue::points_of(name, signed(percent_from_frac(value), 0)))
    };
    let parts = [
        effect.pf_mmhg.map(|value| words::rescue::effect_pf(signed(value, 0))),
        points(words::rescue::effect_admixture(), effect.admixture_frac),
        points(words::rescue::effect_dead_space(), effect.dead_space_frac),
        Some(words::rescue::effect_output(signed(effect.output_l_per_min, 1))),
        Some(words::rescue::effect_delivery(signed(effect.o2_delivery_ml_per_min, 0))),
        points(words::rescue::effect_right_ventricle(), effect.right_ventricle_frac),
    ];
    let changed = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match effect.partners().as_slice() {
        [] => changed,
        partners => words::rescue::together_with(partners.join(", "), changed),
    }
}

/// What a team says, in sentences: first and second, how often that is right, what of delivery is farthest from normal.
#[must_use]
pub fn finding_words(finding: &Finding) -> Vec<String> {
    let Finding { measured, said, delivery } = finding;
    let unsure = if said.sure { "" } else { words::rescue::unsure() };
    let mut out = vec![if said.names_any() {
        words::rescue::first_and_second(said.first.label(), unsure, said.second.label())
    } else {
        words::rescue::nothing_to_name().to_owned()
    }];
    let [first, both] = RIGHT_OF_TEN;
    out.push(if said.called {
        words::rescue::how_often_right(first, both)
    } else {
        words::rescue::nobody_is_called(measured.pf_mmhg, measured.pco2_art_mmhg)
    });
    out.extend(delivery.farthest().map(|(part, share)| {
        words::rescue::delivery(percent_from_frac(delivery.extraction_frac), part, percent_from_frac(share))
    }));
    out
}

/// What the team has measured, in a sentence.
#[must_use]
pub fn measured_words(finding: &Finding) -> String {
    let Finding { measured, delivery, .. } = finding;
    let percent = percent_from_frac;
    let ratio = measured.recruitment_ratio.map_or_else(String::new, words::rescue::recruitment_ratio);
    words::rescue::measured(
        percent(measured.admixture_frac),
        percent(measured.admixture_on_oxygen_frac),
        percent(measured.admixture_opened_frac),
        percent(measured.dead_space_frac),
        ratio,
        measured.output_l_per_min,
        percent(delivery.extraction_frac),
    )
}

/// What is so, in a sentence.
#[must_use]
pub fn truth_words(truth: &Truth) -> String {
    if !truth.names_any() {
        return words::rescue::truth_gains_nothing().to_owned();
    }
    let of = |mechanism: Mechanism| {
        let gain = signed(truth.gains[mechanism as usize], 1);
        words::rescue::truth_of(mechanism.label(), gain)
    };
    words::rescue::truth_first_and_second(of(truth.first), of(truth.second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::sim::play::bedside::Gases;
    use crate::sim::play::player::Player;
    use crate::sim::play::run::{Action, Run};
    use crate::study::Study;
    use crate::study::bedside_record::BedsideRecord;

    fn of(id: &str, hours: u64, events: &[(u64, &str)]) -> Run {
        let patient = scenario::find(id).expect("built in");
        let made = |(minute, name): &(u64, &str)| crate::sim::play::run::Event {
            step: minute * 120,
            action: Action::Move(name.parse().expect("a move")),
        };
        let mut run = Run::new(&patient.params, 1);
        let mut player = Player::new(events.iter().map(made));
        player.run_to::<crate::sim::play::player::Refused>(&mut run, hours * 7200, |_| Ok(())).expect("allowed");
        run
    }

    #[test]
    fn inv_the_record_in_slices_is_that_of_the_run_and_goes_on_with_it() {
        let mut run = of("ards-severe", 1, &[(20, "prone")]);
        let mut whole = BedsideRecord::new(&run, Gases::Truth);
        whole.advance(u32::MAX);
        let mut slices = BedsideRecord::new(&run, Gases::Truth);
        while !slices.is_whole() {
            slices.advance(1);
        }
        assert_eq!(whole.rows(), slices.rows());
        assert_eq!(whole.rows().len(), 13);
        assert!(!whole.rows()[4].prone && whole.rows()[5].prone);
        // It goes on without beginning anew, and begins anew where another thing was done.
        run.advance(600);
        slices.follow(&run, Gases::Truth);
        assert_eq!(slices.looked_s(), 3600.0);
        slices.advance(u32::MAX);
        assert_eq!(slices.rows().len(), 14);
        slices.follow(&of("ards-severe", 1, &[]), Gases::Truth);
        assert_eq!(slices.looked_s(), 0.0);
    }

    #[test]
    fn inv_the_board_counts_hours_and_tells_what_was_tried() {
        let run = of("ards-severe", 2, &[(30, "prone")]);
        let mut record = BedsideRecord::new(&run, Gases::Truth);
        record.advance(u32::MAX);
        let board = Board::read(record.rows(), &Facts::default()).expect("rows");
        let prone = board.rungs.iter().find(|line| line.label.to_lowercase().contains("prone")).expect("a rung");
        assert_eq!(prone.stands, State::Waits, "{prone:?}");
        assert!(board.criteria.iter().any(|line| line.stands == State::Open), "films are unknown: {board:?}");
        let facts = Facts {
            bilateral: Some(true),
            within_7_days: Some(true),
            not_cardiac_alone: Some(true),
            ..Facts::default()
        };
        let said = Board::read(record.rows(), &facts).expect("rows");
        let open = |board: &Board| board.criteria.iter().filter(|line| line.stands == State::Open).count();
        assert!(open(&said) < open(&board), "what is said is no longer unknown");
        assert!(Board::read(&[], &facts).is_none());
    }
}
