//! Where a run goes if nothing more is done, in words: the value at the end of what is looked ahead, the extreme on the
//! way with its time and its cause, and how far it has been looked.

use crate::study::forecast::{AHEAD_S, Forecast, Moment, Outlook};
use crate::text::display_units::DisplayUnits;
use crate::text::spaced;
use crate::text::words::{Word, foreseen as said};

/// What is foreseen of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// Where PaO2 goes.
    pub outlook: Outlook,
    /// Patient time from which it is counted, s.
    pub from_s: f64,
    /// How far it has been looked from there, s.
    pub looked_s: f64,
    /// Patient time now, s: what is told counts from it.
    pub now_s: f64,
}

impl Foreseen {
    /// Of a forecast as far as it has come, at a time of the run.
    #[must_use]
    pub fn of(forecast: &Forecast, now_s: f64) -> Self {
        Foreseen { outlook: forecast.outlook(), from_s: forecast.from_s(), looked_s: forecast.looked_s(), now_s }
    }

    /// Whether it has been looked as far as it will be.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.looked_s >= AHEAD_S
    }

    /// Time until a moment of the forecast, s; below 0 where it is past.
    fn left_s(&self, moment: Moment) -> f64 {
        self.from_s + moment.after_s - self.now_s
    }

    /// What it says, from the whole to a few words: who has little room takes the first that fits. Times count from now.
    #[must_use]
    pub fn words(&self, units: DisplayUnits) -> [String; 3] {
        let unit = spaced(units.of("mmHg").unit);
        let po2 = |moment: Moment| units.of("mmHg").number(moment.po2_art_mmhg, 0);
        let last = self.outlook.last;
        let until_last = until(self.left_s(last));
        if !self.is_whole() {
            let so_far = said::looking(last.after_s / 60.0);
            let long = said::looking_po2(&so_far, po2(last), unit);
            return [long.clone(), long, so_far];
        }
        let still = match (self.outlook.still_moves(), self.outlook.still_falls()) {
            (false, _) => "",
            (true, true) => said::still_falling(),
            (true, false) => said::still_rising(),
        };
        let end = format!("{} {until_last}", po2(last));
        let Some(extreme) = self.outlook.extreme else {
            let all = said::po2_end(format_args!("{}{unit} {until_last}", po2(last)), still);
            return [all, said::po2_end(&end, still), said::po2_end(&end, "")];
        };
        let falls = last.po2_art_mmhg < extreme.po2_art_mmhg;
        let then = if falls { said::falling() } else { said::rising() };
        let cause = if falls { collapse(last.collapsed_units) } else { String::new() };
        if self.left_s(extreme) <= 0.0 {
            // The turn is behind: it is no longer told as what will come.
            let goes = said::po2_goes(then, format_args!("{}{unit} {until_last}", po2(last)));
            let whole = match falls {
                true => said::past_its_peak(&goes, still, po2(extreme), cause),
                false => said::past_its_lowest(&goes, still, po2(extreme), cause),
            };
            return [whole, said::past(&goes, po2(extreme)), said::po2_goes(then, &end)];
        }
        let until_turn = until(self.left_s(extreme));
        let turn = po2(extreme);
        [
            said::turns_and_ends(format_args!("{turn}{unit} {until_turn}"), then, cause, &end, still),
            said::turns(format_args!("{turn} {until_turn}"), &end, still),
            said::turns(format_args!("{turn} {until_turn}"), &end, ""),
        ]
    }
}

/// So long from now.
fn until(left_s: f64) -> String {
    if left_s < 30.0 { said::within_a_minute().to_owned() } else { said::in_minutes(left_s / 60.0) }
}

/// Why PaO2 falls again, where lung that had gas has none.
fn collapse(units: usize) -> String {
    // Small numbers in letters, from two on.
    let words: [Word; 8] =
        [said::two, said::three, said::four, said::five, said::six, said::seven, said::eight, said::nine];
    match (units, units.checked_sub(2).and_then(|at| words.get(at))) {
        (0, _) => String::new(),
        (1, _) => said::one_collapses().to_owned(),
        (_, Some(word)) => said::several_collapse(word()),
        (count, None) => said::several_collapse(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Command, Desk};
    use crate::scenario;
    use crate::sim::params::ParamId;
    use crate::study::Budget;
    use crate::text::display_units::Pressure;

    fn on_oxygen(id: &str) -> Desk {
        let mut desk = Desk::new(scenario::find(id).expect("built in").clone());
        for command in [Command::Step, Command::Set(ParamId::Fio2, 1.0)] {
            desk.session_mut().apply(command).expect("allowed");
        }
        desk.look(DisplayUnits::default(), &mut Budget::unlimited());
        desk
    }

    fn grow(desk: &mut Desk) {
        Budget::unlimited().share(u32::MAX, &mut desk.studies(&[]));
    }

    #[test]
    fn inv_the_turn_that_oxygen_brings_is_told_with_its_cause_and_in_every_unit() {
        let mut desk = on_oxygen("lobar-pneumonia");
        let begun = desk.foreseen().expect("it moves");
        assert!(
            !begun.is_whole() && begun.words(DisplayUnits::default())[0].starts_with("looking ahead, 0 min so far")
        );
        grow(&mut desk);
        let foreseen = desk.foreseen().expect("it moves");
        let [long, middle, short] = foreseen.words(DisplayUnits::default());
        let extreme = foreseen.outlook.extreme.expect("a turn");
        assert!(long.starts_with(&format!("PaO₂ {:.0} mmHg in ", extreme.po2_art_mmhg)), "{long}");
        assert!(long.contains("then falling: ") && long.contains(" collapse"), "{long}");
        assert!(long.contains(" in 60 min") && long.chars().count() > middle.chars().count(), "{long} | {middle}");
        assert!(middle.starts_with(&short), "{middle} | {short}");
        // Half an hour later the end is nearer, and a turn that is behind is not promised.
        let later = |by_s: f64| Foreseen { now_s: foreseen.now_s + by_s, ..foreseen }.words(DisplayUnits::default());
        assert!(later(600.0)[0].contains(" in 50 min"), "{}", later(600.0)[0]);
        for words in later(extreme.after_s + 30.0) {
            assert!(words.starts_with("PaO₂ falling to ") && !words.contains("then"), "{words}");
        }
        assert!(later(extreme.after_s + 30.0)[0].contains(&format!("past its peak of {:.0}", extreme.po2_art_mmhg)));
        let kpa = foreseen.words(DisplayUnits { pressure: Pressure::Kpa, ..DisplayUnits::default() });
        assert!(kpa[0].contains("kPa") && !kpa[0].contains("mmHg"), "{}", kpa[0]);
    }

    #[test]
    fn inv_it_is_looked_ahead_only_where_something_moves_and_anew_after_an_action() {
        let mut desk = Desk::new(scenario::find("copd").expect("built in").clone());
        let look = |desk: &mut Desk| desk.look(DisplayUnits::default(), &mut Budget::unlimited());
        look(&mut desk);
        assert!(desk.foreseen().is_none(), "a steady state goes nowhere");
        desk.session_mut().apply(Command::Step).expect("a step");
        look(&mut desk);
        assert!(desk.foreseen().is_none() && !desk.forecast_pending(), "nor does a run that has come to it");
        desk.session_mut().apply(Command::Set(ParamId::Fio2, 0.6)).expect("allowed");
        look(&mut desk);
        grow(&mut desk);
        let first = desk.foreseen().expect("it moves");
        desk.session_mut().apply(Command::Step).expect("a step");
        look(&mut desk);
        let now = desk.foreseen().expect("it moves");
        assert_eq!(now.outlook, first.outlook, "time goes on and nothing was done");
        assert!(now.now_s > first.now_s);
        desk.session_mut().apply(Command::Set(ParamId::Fio2, 0.3)).expect("allowed");
        look(&mut desk);
        let second = desk.foreseen().expect("it moves");
        assert!(second.from_s > first.from_s && !second.is_whole() && desk.forecast_pending());
    }
}
