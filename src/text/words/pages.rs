//! Names of the pages.

use crate::text::message::words;

words! {
    "pages":

    explore = "Explore";

    compare = "Compare";

    evidence = "Evidence";
    lecture = "Lecture";
    challenge = "Challenge";
}
