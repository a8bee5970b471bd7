//! Page Explore: the choice of pictures.

use crate::text::message::words;

words! {
    "pictures":

    unknown = "Unknown picture";
    width = "Width of the pictures";
    height_left = "Height of the left pictures";
    height_right = "Height of the right pictures";
    whole_range = "The whole range of PaO₂ again";
    low_range = "The low range of PaO₂ alone: a shunt is read there";
    up_to(top, unit) = "PaO₂ up to {top:.0} {unit}";
    picture(number) = "Picture {number}";
    add = "Add a picture";
    close = "Close this picture";
    usual = "Usual pictures";
    hint = "Another picture here, or this one as a file";
    too_many(count, most) = "pictures: {count} of them, not 1 to {most}";
    twice = "pictures: one of them stands there twice";
    bad_share(share, least, most) = "shares: {share} is not {least} to {most}";
}
