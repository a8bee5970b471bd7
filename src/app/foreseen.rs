//! Where a run goes if nothing more is done, in words: the value at the end of what is looked ahead, the extreme on the
//! way with its time and its cause, and how far it has been looked.

use crate::study::forecast::{AHEAD_S, Forecast, Outlook};
use crate::text::display_units::DisplayUnits;
use crate::text::spaced;

/// What is foreseen of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// Where PaO2 goes.
    pub outlook: Outlook,
    /// Patient time from which it is counted, s.
    pub from_s: f64,
    /// How far it has been looked from there, s.
    pub looked_s: f64,
}

impl Foreseen {
    /// Of a forecast as far as it has come.
    #[must_use]
    pub fn of(forecast: &Forecast) -> Self {
        Foreseen { outlook: forecast.outlook(), from_s: forecast.from_s(), looked_s: forecast.looked_s() }
    }

    /// Whether it has been looked as far as it will be.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.looked_s >= AHEAD_S
    }

    /// What it says, from the whole to a few words: who has little room takes the first that fits.
    #[must_use]
    pub fn words(&self, units: DisplayUnits) -> [String; 3] {
        let unit = spaced(units.of("mmHg").unit);
        let last = self.outlook.last;
        let end = format!("{} at {}", po2(last.po2_art_mmhg, units), minutes(last.after_s));
        if !self.is_whole() {
            let so_far = format!("looking ahead, {} so far", minutes(last.after_s));
            let long = format!("{so_far}: PaO₂ {}{unit}", po2(last.po2_art_mmhg, units));
            return [long.clone(), long, so_far];
        }
        let still = match (self.outlook.still_moves(), self.outlook.still_falls()) {
            (false, _) => "",
            (true, true) => ", still falling",
            (true, false) => ", still rising",
        };
        let Some(extreme) = self.outlook.extreme else {
            let all = format!("PaO₂ {}{unit} at {}{still}", po2(last.po2_art_mmhg, units), minutes(last.after_s));
            return [all.clone(), format!("PaO₂ {end}{still}"), format!("PaO₂ {end}")];
        };
        let falls = last.po2_art_mmhg < extreme.po2_art_mmhg;
        let then = if falls { "falling" } else { "rising" };
        let cause = if falls { collapse(last.collapsed_units) } else { String::new() };
        let peak = format!("{} at {}", po2(extreme.po2_art_mmhg, units), minutes(extreme.after_s));
        let turn = format!("PaO₂ {}{unit} at {}", po2(extreme.po2_art_mmhg, units), minutes(extreme.after_s));
        [
            format!("{turn}, then {then}{cause}; {end}{still}"),
            format!("PaO₂ {peak}, then {end}{still}"),
            format!("PaO₂ {peak}, then {end}"),
        ]
    }
}

fn po2(mmhg: f64, units: DisplayUnits) -> String {
    units.of("mmHg").number(mmhg, 0)
}

fn minutes(after_s: f64) -> String {
    format!("{:.0} min", after_s / 60.0)
}

/// Why PaO2 falls again, where lung that had gas has none.
fn collapse(units: usize) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match (units, WORDS.get(units)) {
        (0, _) => String::new(),
        (1, _) => ": one unit collapses".to_owned(),
        (_, Some(word)) => format!(": {word} units collapse"),
        (count, None) => format!(": {count} units collapse"),
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
        assert!(long.contains(&format!("PaO₂ {:.0} mmHg at ", extreme.po2_art_mmhg)), "{long}");
        assert!(long.contains("then falling: ") && long.contains(" collapse"), "{long}");
        assert!(long.contains("at 60 min") && long.chars().count() > middle.chars().count(), "{long} | {middle}");
        assert!(middle.starts_with(&short), "{middle} | {short}");
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
        assert_eq!(desk.foreseen(), Some(first), "time goes on and nothing was done");
        desk.session_mut().apply(Command::Set(ParamId::Fio2, 0.3)).expect("allowed");
        look(&mut desk);
        let second = desk.foreseen().expect("it moves");
        assert!(second.from_s > first.from_s && !second.is_whole() && desk.forecast_pending());
    }
}
