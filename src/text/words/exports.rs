//! Pictures and data as files.

use crate::text::message::words;

words! {
    "exports":

    as_png = "Save as PNG";
    as_svg = "Save as SVG";
    as_csv = "Save data as CSV";
    copy_csv = "Copy data as CSV";
    plot_copied(plot) = "Data of {plot} copied";
    trend_copied = "Data of the trend copied";
    the_trend = "the trend";
    written(path) = "Written to {path}";
}
