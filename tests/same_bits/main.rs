//! The last numbers of three runs, to the bit: no processor, build or system may move them.

mod format;
mod runs;

use runs::PINNED;

fn ends_as_pinned(at: usize) {
    let run = &PINNED[at];
    let bits = (run.play)();
    assert_eq!(bits, run.bits, "{bits:#x?}");
}

#[test]
fn regress_a_lung_in_layers_has_the_same_bits_everywhere() {
    ends_as_pinned(0);
}

#[test]
fn regress_a_diffusion_limit_has_the_same_bits_everywhere() {
    ends_as_pinned(1);
}

#[test]
fn regress_samples_have_the_same_bits_everywhere() {
    ends_as_pinned(2);
}
