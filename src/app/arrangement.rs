//! Which pictures are on the page, where, and how large: chosen by a person and kept from one start to the next.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::words;

/// Most pictures at once: three columns of two, where there is room for them; else four.
pub const MOST_PICTURES: usize = 6;
/// Least width of a window that shows so many of its own, points.
const WIDE_POINTS: f32 = 1900.0;
/// The usual pictures, and those that a wide window shows besides.
const USUAL: [&str; 3] = ["lung_picture", "o2_dissociation", "iso_shunt"];
const USUAL_WIDE: [&str; MOST_PICTURES] =
    ["lung_picture", "vq_distribution", "o2_dissociation", "o2_co2", "iso_shunt", "oxygen_cascade"];
/// Smallest share of the page that a splitter leaves to either side.
const LEAST_SHARE: f32 = 0.2;

/// The borders that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// Between the columns of pictures.
    Columns,
    /// Between the pictures of the left column.
    Left,
    /// Between those of the right column.
    Right,
    /// Between the pictures and the numbers below them.
    BottomTab,
    /// Between the pictures and the trend below them.
    Trend,
}

/// The pictures in their places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrangement {
    /// Names of the pictures: the first is the large one; one to [`MOST_PICTURES`], each once.
    pictures: Vec<String>,
    /// Shares of what lies left of or above each border, in the order of [`Border`].
    shares: [f32; 5],
}

/// What is wrong with an arrangement that was not made here.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BadArrangement {
    /// None, or more than have room.
    #[error("{}", words::pictures::too_many(.count, MOST_PICTURES))]
    Count {
        /// How many.
        count: usize,
    },
    /// A picture stands in two places.
    #[error("{}", words::pictures::twice())]
    Twice,
    /// A border leaves one side no room.
    #[error("{}", words::pictures::bad_share(.share, LEAST_SHARE, 1.0 - LEAST_SHARE))]
    Share {
        /// The share.
        share: f32,
    },
}

impl Default for Arrangement {
    fn default() -> Self {
        Arrangement { pictures: USUAL.map(str::to_owned).into(), shares: [0.53, 0.5, 0.5, 0.66, 0.55] }
    }
}

impl Arrangement {
    /// Names of the pictures, by place.
    #[must_use]
    pub fn pictures(&self) -> &[String] {
        &self.pictures
    }

    /// As it is shown in a window of a width in points: where nobody has chosen, a wide one shows more.
    #[must_use]
    pub fn in_window(&self, width: f32) -> Arrangement {
        if width < WIDE_POINTS || self.pictures != USUAL {
            return self.clone();
        }
        Arrangement { pictures: USUAL_WIDE.map(str::to_owned).into(), shares: self.shares }
    }

    /// Share of what lies left of or above a border.
    #[must_use]
    pub fn share(&self, border: Border) -> f32 {
        self.shares[border as usize]
    }

    /// Moves a border, as far as both sides keep room.
    pub fn set_share(&mut self, border: Border, share: f32) {
        if share.is_finite() {
            self.shares[border as usize] = share.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
        }
    }

    /// Puts a picture into a place; where it stands in another, the two change places.
    pub fn put(&mut self, place: usize, name: &str) {
        let Some(old) = self.pictures.get(place).cloned() else { return };
        if let Some(other) = self.pictures.iter().position(|picture| picture == name) {
            self.pictures[other] = old;
        }
        name.clone_into(&mut self.pictures[place]);
    }

    /// Adds the first of `names` that is not shown yet; whether there was room and a name.
    pub fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> bool {
        let new = names.into_iter().find(|name| !self.pictures.iter().any(|picture| picture == name));
        match new {
            Some(name) if self.pictures.len() < MOST_PICTURES => {
                self.pictures.push(name.to_owned());
                true
            }
            _ => false,
        }
    }

    /// Takes a picture away, unless it is the last.
    pub fn remove(&mut self, place: usize) {
        if self.pictures.len() > 1 && place < self.pictures.len() {
            self.pictures.remove(place);
        }
    }

    /// What is wrong with it, where it was not made here.
    ///
    /// # Errors
    /// [`BadArrangement`].
    pub fn check(&self) -> Result<(), BadArrangement> {
        let count = self.pictures.len();
        if !(1..=MOST_PICTURES).contains(&count) {
            return Err(BadArrangement::Count { count });
        }
        if (1..count).any(|i| self.pictures[..i].contains(&self.pictures[i])) {
            return Err(BadArrangement::Twice);
        }
        let fits = |share: &f32| (LEAST_SHARE..=1.0 - LEAST_SHARE).contains(share);
        match self.shares.iter().find(|share| !fits(share)) {
            Some(share) => Err(BadArrangement::Share { share: *share }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_picture_stands_in_one_place() {
        let mut page = Arrangement::default();
        page.put(0, "iso_shunt");
        assert_eq!(page.pictures(), ["iso_shunt", "o2_dissociation", "lung_picture"]);
        page.put(1, "trends");
        assert_eq!(page.pictures(), ["iso_shunt", "trends", "lung_picture"]);
        assert!(page.add(["trends", "vq"]) && page.add(["fifth"]) && page.add(["sixth"]));
        assert!(!page.add(["more"]), "six at most");
        (0..9).for_each(|_| page.remove(0));
        assert_eq!(page.pictures(), ["sixth"], "and one at least");
        page.put(7, "nowhere");
        assert!(page.check().is_ok());
    }

    #[test]
    fn inv_a_wide_window_shows_six_where_nobody_has_chosen() {
        let usual = Arrangement::default();
        assert_eq!(usual.in_window(1440.0), usual);
        let wide = usual.in_window(1920.0);
        assert!(wide.pictures().len() == 6 && wide.check().is_ok());
        assert!(usual.pictures().iter().all(|name| wide.pictures().contains(name)), "the usual ones among them");
        let mut own = usual.clone();
        own.remove(2);
        assert_eq!(own.in_window(2560.0), own);
    }

    #[test]
    fn inv_no_border_takes_all_the_room() {
        let mut page = Arrangement::default();
        for (asked, got) in [(0.0, 0.2), (2.0, 0.8), (f32::NAN, 0.8), (0.4, 0.4)] {
            page.set_share(Border::BottomTab, asked);
            assert_eq!(page.share(Border::BottomTab), got);
        }
        assert!(page.check().is_ok());
    }

    #[test]
    fn inv_what_makes_no_page_is_refused() {
        let refused = |text: &str| {
            let page: Arrangement = serde_json::from_str(text).expect("the right form");
            page.check().expect_err("refused").to_string()
        };
        assert!(refused(r#"{"pictures":[],"shares":[0.5,0.5,0.5,0.5,0.5]}"#).contains("0 of them"));
        assert!(refused(r#"{"pictures":["a","a"],"shares":[0.5,0.5,0.5,0.5,0.5]}"#).contains("twice"));
        assert!(refused(r#"{"pictures":["a"],"shares":[0.5,0.5,0.5,0.5,9]}"#).contains('9'));
    }
}
