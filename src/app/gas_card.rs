//! A blood gas as a card: what the analyser printed, on which oxygen it was drawn, what a bedside reader makes of it and
//! whether that can be believed; and two of them side by side.

use crate::app::run_view::RunView;
use crate::figure::trends::{clock, span};
use crate::physiology::indices::NoEstimate;
use crate::sim::play::instruments::{Mistake, Reported, Sample, Site};
use crate::sim::play::run::time_of_step_s;
use crate::study::fit::{ASSUMED_AV_ML_PER_DL, Body, Gas, Sums, Venous};
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::number;
use crate::text::words;
use crate::units::percent_from_frac;

/// Mixed venous blood that was drawn within this time of arterial blood, on the same oxygen, belongs to it, s.
const TOGETHER_S: f64 = 300.0;

/// A blood gas whose result is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Patient time at which it was drawn, s.
    pub time_s: f64,
    /// From where.
    pub site: Site,
    /// What went wrong with it.
    pub mistake: Mistake,
    /// Oxygen that was set; none of a run of which that is not kept.
    pub fio2_frac: Option<f64>,
    /// For how long, s; none where it was since before the run.
    pub on_it_s: Option<f64>,
    /// What the analyser printed.
    pub reported: Reported,
    /// The sums of the bedside, of arterial blood on a known oxygen.
    pub sums: Option<Sums>,
    /// Whether they can be believed.
    pub steady: bool,
}

impl Card {
    /// The card of a sample of a run; none as long as its result is not there.
    #[must_use]
    pub fn of(run_view: &RunView, sample: &Sample) -> Option<Card> {
        if run_view.arrives_in_s(sample).is_some() {
            return None;
        }
        let drawn = run_view.drawn(sample.drawn_step);
        let (time_s, reported) = (time_of_step_s(sample.drawn_step), sample.reported);
        let fio2_frac = drawn.map(|drawn| drawn.fio2_set_frac);
        let arterial = sample.order.site() == Site::Arterial;
        let sums = drawn.filter(|_| arterial).map(|drawn| {
            let fio2_frac = drawn.fio2_set_frac;
            let body = Body { hb_g_per_dl: reported.hb_g_per_dl, pb_mmhg: drawn.pb_mmhg, ..Body::default() };
            let gas = Gas {
                fio2_frac,
                po2_art_mmhg: reported.po2_mmhg,
                pco2_art_mmhg: reported.pco2_mmhg,
                ph_art: Some(reported.ph),
                so2_art_frac: Some(reported.saturation_frac),
                venous: venous(run_view, sample, fio2_frac),
            };
            Sums::new(&body, &gas)
        });
        let on_it_s = drawn.and_then(|drawn| drawn.on_it_s);
        let steady = drawn.is_none_or(|drawn| drawn.steady);
        let (site, mistake) = (sample.order.site(), sample.order.mistake());
        Some(Card { time_s, site, mistake, fio2_frac, on_it_s, reported, sums, steady })
    }

    /// When and where it was drawn, on which oxygen and for how long.
    #[must_use]
    pub fn title(&self) -> String {
        let mut out = format!("{} {}", clock(self.time_s), self.site.label().to_lowercase());
        if let Some(fio2) = self.fio2_frac {
            out.push_str(&words::blood_gases::on_fio2(fio2));
        }
        if let Some(on_it_s) = self.on_it_s {
            out.push_str(&words::blood_gases::for_so_long(span(on_it_s)));
        }
        if self.mistake != Mistake::None {
            out.push_str(&format!(" · {}", self.mistake.label()));
        }
        out
    }

    /// What a reader makes of it; none of venous blood.
    #[must_use]
    pub fn made_of_it(&self, units: DisplayUnits) -> Option<String> {
        let sums = self.sums.as_ref()?;
        let doubt = if self.steady { "" } else { words::blood_gases::and_not_steady() };
        let pressure = |mmhg: f64| units.of("mmHg").number(mmhg, 0);
        let aa = units.text(sums.aa_gradient_mmhg, "mmHg", 0);
        Some(words::blood_gases::pf_and_aa(pressure(sums.pf_ratio_mmhg), aa, doubt))
    }

    /// All of it in one line, to be copied.
    #[must_use]
    pub fn line(&self, units: DisplayUnits) -> String {
        let r = &self.reported;
        let pressure = |mmhg: f64| units.text(mmhg, "mmHg", 0);
        let mut out = words::blood_gases::card_line(
            self.title(),
            pressure(r.po2_mmhg),
            pressure(r.pco2_mmhg),
            r.ph,
            percent_from_frac(r.saturation_frac),
            r.bicarbonate_mmol_per_l,
            signed(r.base_excess_mmol_per_l, 0),
            units.text(r.hb_g_per_dl, "g/dL", 1),
        );
        if let Some(made) = self.made_of_it(units) {
            out.push_str(&format!(", {}", made.replace("  ", ", ")));
        }
        out
    }

    /// Shunt by contents, and on which venous blood it rests.
    fn shunt(&self, units: DisplayUnits) -> Option<String> {
        let sums = self.sums.as_ref()?;
        let [av, _] = ASSUMED_AV_ML_PER_DL;
        let content = units.of("mL/dL");
        let (shunt, rests_on): (Result<f64, NoEstimate>, String) = match sums.shunt_measured {
            Some(measured) => (measured, words::gas::venous_measured().to_owned()),
            None => {
                let assumed = words::gas::assumed_difference(number(content.value(av)), content.unit);
                (sums.shunt_assumed[0], assumed)
            }
        };
        let doubt = if self.steady { "" } else { words::blood_gases::but_not_steady() };
        Some(match shunt {
            Ok(frac) => format!("{:.0} % ({rests_on}{doubt})", percent_from_frac(frac)),
            Err(reason) => words::widgets::none(units.prose(&reason.to_string())),
        })
    }
}

/// Mixed venous blood that belongs to arterial blood, where it was drawn.
fn venous(run_view: &RunView, arterial: &Sample, fio2_frac: f64) -> Option<Venous> {
    let time_s = |sample: &Sample| time_of_step_s(sample.drawn_step);
    let near = |sample: &&Sample| {
        let same =
            run_view.drawn(sample.drawn_step).is_some_and(|drawn| (drawn.fio2_set_frac - fio2_frac).abs() < 1e-9);
        sample.order.site() == Site::MixedVenous
            && same
            && run_view.arrives_in_s(sample).is_none()
            && (time_s(sample) - time_s(arterial)).abs() <= TOGETHER_S
    };
    let all = run_view.samples().iter().filter(near);
    let nearest =
        all.min_by(|a, b| (time_s(a) - time_s(arterial)).abs().total_cmp(&(time_s(b) - time_s(arterial)).abs()));
    nearest.map(|sample| Venous::So2(sample.reported.saturation_frac))
}

/// What changed from one card to another, the earlier first, and the shunt of each.
#[must_use]
pub fn between(one: &Card, other: &Card, units: DisplayUnits) -> Vec<String> {
    let [first, last] = if one.time_s <= other.time_s { [one, other] } else { [other, one] };
    let mmhg = units.of("mmHg");
    let pressure = |name: &str, of: fn(&Reported) -> f64| {
        let [from, to] = [of(&first.reported), of(&last.reported)];
        format!("{name} {} → {}", mmhg.number(from, 0), mmhg.text(to, 0))
    };
    let mut out = vec![words::blood_gases::from_to(first.title(), last.title())];
    out.push(words::blood_gases::tensions_from_to(
        pressure(words::blood_gases::po2(), |r| r.po2_mmhg),
        pressure(words::blood_gases::pco2(), |r| r.pco2_mmhg),
        first.reported.ph,
        last.reported.ph,
    ));
    if let (Some(from), Some(to)) = (&first.sums, &last.sums) {
        out.push(words::blood_gases::indices_from_to(
            mmhg.number(from.pf_ratio_mmhg, 0),
            mmhg.text(to.pf_ratio_mmhg, 0),
            mmhg.number(from.aa_gradient_mmhg, 0),
            mmhg.text(to.aa_gradient_mmhg, 0),
        ));
    }
    if let (Some(from), Some(to)) = (first.shunt(units), last.shunt(units)) {
        out.push(words::blood_gases::shunt_from_to(from, to));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Command, Session};
    use crate::scenario;
    use crate::sim::params::ParamId;

    fn drawn(session: &mut Session, what: &str) {
        session.apply(Command::Draw(what.parse().expect("an order"))).expect("allowed");
    }

    fn wait(session: &mut Session, minutes: usize) {
        for _ in 0..120 * minutes {
            session.apply(Command::Step).expect("a step");
        }
    }

    #[test]
    fn inv_a_card_knows_its_oxygen_its_doubt_and_its_shunt() {
        let mut session = Session::new(scenario::find("pure-shunt-30").expect("built in").clone());
        session.apply(Command::Set(ParamId::Fio2, 0.21)).expect("allowed");
        session.apply(Command::Step).expect("a step");
        drawn(&mut session, "arterial");
        let card = |session: &Session, index: usize| {
            let run_view = session.run_view().expect("a run");
            Card::of(run_view, &run_view.samples()[index])
        };
        assert_eq!(card(&session, 0), None, "its result comes later");
        session.apply(Command::Set(ParamId::Fio2, 1.0)).expect("allowed");
        wait(&mut session, 1);
        drawn(&mut session, "arterial");
        wait(&mut session, 30);
        drawn(&mut session, "arterial");
        drawn(&mut session, "mixed_venous");
        wait(&mut session, 10);
        let cards = [0, 1, 2, 3].map(|index| card(&session, index).expect("a result"));
        assert_eq!(cards.each_ref().map(|card| card.on_it_s), [None, Some(60.0), Some(1860.0), Some(1860.0)]);
        assert!(cards[2].title().ends_with("arterial · FiO₂ 1.00 for 31 min"), "{}", cards[2].title());
        assert_eq!(cards.each_ref().map(|card| card.fio2_frac), [Some(0.21), Some(1.0), Some(1.0), Some(1.0)]);
        assert_eq!(cards.each_ref().map(|card| card.steady), [true, false, true, true]);
        let units = DisplayUnits::default();
        assert!(cards[1].made_of_it(units).is_some_and(|text| text.ends_with("not steady")));
        assert!(cards[3].made_of_it(units).is_none(), "no sums of venous blood");
        assert!(cards[0].line(units).contains("FiO₂ 0.21: PO2 ") && cards[0].line(units).contains("P/F "));
        // Venous blood was drawn with the third alone.
        let told = between(&cards[2], &cards[0], units);
        assert!(told[0].starts_with("From 0:00:00 arterial · FiO₂ 0.21 to "), "{told:?}");
        let shunts = told.last().expect("shunts");
        assert!(
            shunts.contains("a-v difference 5 mL/dL assumed") && shunts.contains("venous blood measured"),
            "{shunts}"
        );
        // What is set later changes no card.
        session.apply(Command::Set(ParamId::Pb, 600.0)).expect("allowed");
        assert_eq!(card(&session, 2), Some(cards[2].clone()));
        let measured = cards[2].sums.as_ref().and_then(|sums| sums.shunt_measured).expect("measured");
        assert!(measured.is_ok_and(|frac| (frac - 0.3).abs() < 0.04), "{measured:?}");
    }
}
