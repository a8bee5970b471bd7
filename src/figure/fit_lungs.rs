//! Which lungs fit a blood gas: the ridge of shunt over V/Q spread that one gas leaves, the spot that two leave.

use crate::figure::{Axis, Figure, Mark, Role, Series, Stroke};
use crate::study::fit::{Fit, RidgePoint, Spot};
use crate::units::percent_from_frac;

/// Points of the rim of a spot.
const RIM: usize = 72;
/// Largest spread of the axis.
const MOST_LOG_SD: f64 = 2.5;
/// How many SD stand about what is found.
const BAND_SD: f64 = 2.0;

/// Builds the figure: x is the spread of V/Q (log SD), y the shunt in percent.
#[must_use]
pub fn figure(found: &Fit) -> Figure {
    let (series, marks, text) = match found {
        Fit::Ridge(ridge) => ridge_of(&ridge.points),
        Fit::Spot(spot) => spot_of(spot),
    };
    let shunts = series.iter().flat_map(|series: &Series| &series.points).map(|point| point[1]);
    let highest = shunts.fold(10.0, f64::max);
    Figure {
        id: "fit_lungs",
        title: "Lungs that fit".to_owned(),
        x: Axis::linear("log SD of V/Q", "", [0.0, MOST_LOG_SD], 0.5, 1),
        y: Axis::nice("Shunt", "%", [0.0, highest], 6),
        right: None,
        ends: None,
        series,
        marks,
        text,
    }
}

type Drawn = (Vec<Series>, Vec<Mark>, String);

fn ridge_of(points: &[RidgePoint]) -> Drawn {
    let [Some(first), Some(last)] = [points.first(), points.last()] else {
        let text = "An even lung without shunt gives this gas, within the error of the analyser.".to_owned();
        return (Vec::new(), Vec::new(), text);
    };
    let line = |by_sd: f64| -> Vec<[f64; 2]> {
        let shunt = |point: &RidgePoint| percent_from_frac((point.shunt_frac + by_sd * point.shunt_sd_frac).max(0.0));
        points.iter().map(|point| [point.log_sd, shunt(point)]).collect()
    };
    // Around the band: there and back.
    let band = line(BAND_SD).into_iter().chain(line(-BAND_SD).into_iter().rev()).collect();
    let series = vec![
        Series::new(Role::Reference, "± 2 SD", Stroke::Dashed, band),
        Series::new(Role::Shunt, "every lung on this line", Stroke::Solid, line(0.0)),
    ];
    let text = format!(
        "One gas leaves a line: from shunt {:.0} % in an even lung to {:.0} % at log SD {:.1}.",
        percent_from_frac(first.shunt_frac),
        percent_from_frac(last.shunt_frac),
        last.log_sd
    );
    (series, Vec::new(), text)
}

fn spot_of(spot: &Spot) -> Drawn {
    let mut rim: Vec<[f64; 2]> =
        spot.outline(RIM).iter().map(|[shunt, log_sd]| [log_sd.min(MOST_LOG_SD), percent_from_frac(*shunt)]).collect();
    rim.extend(rim.first().copied());
    let [shunt, sd] = [spot.shunt_frac, BAND_SD * spot.shunt_sd_frac].map(percent_from_frac);
    let name = format!("shunt {shunt:.1} ± {sd:.1} %, log SD {:.2} ± {:.2}", spot.log_sd, BAND_SD * spot.log_sd_sd);
    let mark =
        Mark { role: Role::Shunt, label: String::new(), name: name.clone(), at: [spot.log_sd, shunt], hollow: false };
    let series = vec![Series::new(Role::Shunt, "95 of 100", Stroke::Solid, rim)];
    (series, vec![mark], format!("Two gases leave a spot: {name}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;
    use crate::study::fit::{Fitting, Gas, Question};

    fn fit(gases: &[(f64, f64)]) -> Fit {
        let gas = |(fio2_frac, po2_art_mmhg): &(f64, f64)| Gas {
            fio2_frac: *fio2_frac,
            po2_art_mmhg: *po2_art_mmhg,
            pco2_art_mmhg: 40.0,
            ph_art: None,
            so2_art_frac: None,
            venous: None,
        };
        let mut search = Fitting::new(&Question { gases: gases.iter().map(gas).collect(), ..Question::default() });
        search.advance(u32::MAX);
        search.outcome().expect("ended").as_ref().expect("a lung").clone()
    }

    #[test]
    fn inv_a_ridge_falls_with_the_spread_and_a_spot_lies_within_its_rim() {
        let ridge = figure(&fit(&[(0.21, 54.0)]));
        let line = &ridge.series.iter().find(|series| series.role == Role::Shunt).expect("a line").points;
        assert!(line.windows(2).all(|pair| pair[1][1] < pair[0][1]) && line[0][1] <= ridge.y.max);
        let spot = figure(&fit(&[(0.21, 54.0), (1.0, 105.0)]));
        let rim = &spot.series[0].points;
        let [low, high] = [f64::min, f64::max].map(|pick| rim.iter().map(|point| point[1]).reduce(pick).expect("rim"));
        assert!((low..=high).contains(&spot.marks[0].at[1]) && spot.text.contains("Two gases leave a spot"));
    }
}
