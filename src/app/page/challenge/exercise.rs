//! The list of drills of page Challenge: each has a file of its own here and one among the pictures of the page.

use crate::study::challenge_maker::code::Drill;
use crate::text::words;

/// A drill of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exercise {
    /// The 100 % O2 test.
    #[default]
    OxygenTest,
    /// Which of four gases is wrong, and how.
    BadSample,
    /// What lowers PaO2, by what is tried.
    NameMechanism,
    /// The bank of questions, one at a time.
    Questions,
}

impl Exercise {
    /// Every drill, in the order of the list.
    pub const ALL: [Exercise; 4] =
        [Exercise::OxygenTest, Exercise::BadSample, Exercise::NameMechanism, Exercise::Questions];

    /// Name in the list.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Exercise::OxygenTest => words::challenge::oxygen_test_name(),
            Exercise::BadSample => words::challenge::bad_sample(),
            Exercise::NameMechanism => words::challenge::name_mechanism(),
            Exercise::Questions => words::challenge::questions(),
        }
    }

    /// Whether its cases have codes.
    #[must_use]
    pub fn has_codes(self) -> bool {
        self != Exercise::Questions
    }

    /// The drill of a case that has a code.
    #[must_use]
    pub fn of(drill: Drill) -> Exercise {
        match drill {
            Drill::OxygenTest => Exercise::OxygenTest,
            Drill::BadSample => Exercise::BadSample,
            Drill::NameMechanism => Exercise::NameMechanism,
        }
    }
}
