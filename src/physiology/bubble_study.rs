//! A study with agitated saline: bubbles in a vein, and the beat at which they are seen in the left heart.
//!
//! Alveolar capillaries stop them. What passes an open foramen is there at once; what passes wide vessels of the lung comes
//! some beats later; lung that is consolidated or collapsed lets none pass, however large its shunt.

use crate::numerics::float;
use crate::units::{ADULT_WEIGHT_KG, ML_PER_L};

/// Share of output through the foramen from which bubbles are seen there.
const SEEN_FRAC: f64 = 0.02;
/// Blood between the right heart and the left that bubbles have to travel, mL, and beats a minute, of an adult of
/// [`ADULT_WEIGHT_KG`].
const TRANSIT_ML: f64 = 300.0;
const BEATS_PER_MIN: f64 = 80.0;
/// Power of the weight with which a heart beats faster.
const RATE_POWER: f64 = -0.25;
/// Shares of output up to which a study is of grade 1 and of grade 2.
const GRADES_FRAC: [f64; 2] = [0.02, 0.10];
/// Share of output below which nothing is seen at all.
const LEAST_FRAC: f64 = 0.005;

/// What such a study shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BubbleStudy {
    /// Beat after the right heart fills at which the first are in the left; none where none are.
    pub first_beat: Option<f64>,
    /// 0 none, 1 few, 2 moderate, 3 many.
    pub grade: u8,
}

/// Makes a study.
///
/// | argument | unit | range |
/// |---|---|---|
/// | `foramen_frac` | share of output from the right to the left atrium | 0 to 1 |
/// | `vessels_frac` | share of output through lung vessels wide enough for bubbles | 0 to 1 |
/// | `output_l_per_min` | L/min | above 0 |
/// | `weight_kg` | kg: how much blood lies between both hearts, and how often they beat | above 0 |
///
/// ```text
/// first beat   1 through the foramen,   1 + 300·(W/70)/stroke through the lung,   stroke = output/(80·(W/70)^−0.25)
/// ```
///
/// # Source
/// That hearts beat with the power −0.25 of the weight: Stahl WR, J Appl Physiol 1967;22:453-460 (recalled; 80 at 70 kg, 169 at
/// 3.5 kg). Intracardiac within 3 beats, intrapulmonary after 3 to 8 (reviews of contrast echocardiography, read as text); that
/// 300 mL lie between both hearts, and the shares of grades, are chosen: 5.3 beats at a stroke volume of 70 mL. One early study of a
/// malformation is published (Echocardiography 2008): with a stroke volume of 110 it comes with beat 3.7.
///
/// ```
/// use isoshunt::physiology::bubble_study::bubble_study;
/// let malformation = bubble_study(0.0, 0.25, 6.0, 70.0);
/// assert!(malformation.first_beat == Some(5.0) && malformation.grade == 3);
/// assert_eq!(bubble_study(0.1, 0.0, 6.0, 70.0).first_beat, Some(1.0));
/// assert_eq!(bubble_study(0.0, 0.0, 6.0, 70.0).first_beat, None);
/// ```
#[must_use]
pub fn bubble_study(foramen_frac: f64, vessels_frac: f64, output_l_per_min: f64, weight_kg: f64) -> BubbleStudy {
    let size = weight_kg / ADULT_WEIGHT_KG;
    let stroke_ml = ML_PER_L * output_l_per_min / (BEATS_PER_MIN * float::pow(size, RATE_POWER));
    let early = foramen_frac > SEEN_FRAC;
    let late = vessels_frac > LEAST_FRAC;
    let first_beat = match (early, late) {
        (true, _) => Some(1.0),
        (false, true) => Some(1.0 + TRANSIT_ML * size / stroke_ml),
        (false, false) => None,
    };
    let share = if early { foramen_frac } else { 0.0 } + if late { vessels_frac } else { 0.0 };
    let grade = match share {
        share if share <= 0.0 => 0,
        share if share < GRADES_FRAC[0] => 1,
        share if share <= GRADES_FRAC[1] => 2,
        _ => 3,
    };
    BubbleStudy { first_beat, grade }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_bubbles_come_within_three_beats_through_the_heart_and_after_three_to_eight_through_the_lung() {
        for stroke_ml in [45.0, 70.0, 110.0] {
            let output_l_per_min = BEATS_PER_MIN * stroke_ml / ML_PER_L;
            let study = |foramen, vessels| bubble_study(foramen, vessels, output_l_per_min, ADULT_WEIGHT_KG);
            let beat = |foramen, vessels| study(foramen, vessels).first_beat.expect("bubbles");
            assert!(beat(0.05, 0.0) <= 3.0 && beat(0.05, 0.3) <= 3.0);
            assert!((3.0..=8.0).contains(&beat(0.0, 0.2)), "{}", beat(0.0, 0.2));
        }
    }

    /// A newborn's bubbles come as late, counted in beats, give or take two: there is less blood on the way, and a smaller
    /// stroke.
    #[test]
    fn regress_bubbles_of_a_newborn_are_counted_in_his_own_beats() {
        let beat = |output, weight| bubble_study(0.0, 0.2, output, weight).first_beat.expect("bubbles");
        assert!((beat(5.6, 70.0) - 5.286).abs() < 0.01, "{}", beat(5.6, 70.0));
        assert!((beat(0.6, 3.5) - 5.23).abs() < 0.05, "{}", beat(0.6, 3.5));
    }

    #[test]
    fn inv_grades_rise_with_the_share_and_a_trace_through_the_foramen_is_none() {
        let grade = |foramen, vessels| bubble_study(foramen, vessels, 5.6, ADULT_WEIGHT_KG).grade;
        assert_eq!([grade(0.0, 0.0), grade(0.01, 0.0), grade(0.0, 0.01), grade(0.05, 0.0)], [0, 0, 1, 2]);
        assert_eq!([grade(0.0, 0.1), grade(0.0, 0.11), grade(0.06, 0.06)], [2, 3, 3]);
    }
}
