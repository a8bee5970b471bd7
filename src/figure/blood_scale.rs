//! Colours of blood by its saturation, the same wherever blood is painted.

/// Saturation and its colour, sRGB, by rising saturation.
///
/// Luminance rises with saturation, so that the scale reads in grey and with any colour vision. On a dark ground the
/// dark end needs an outline, on a light ground the light end.
pub const STOPS: [(f64, [u8; 3]); 6] = [
    (0.30, [0x27, 0x34, 0x8B]),
    (0.55, [0x4B, 0x3F, 0xA6]),
    (0.75, [0x8E, 0x3E, 0x93]),
    (0.88, [0xCF, 0x44, 0x68]),
    (0.95, [0xF0, 0x55, 0x4E]),
    (1.00, [0xFF, 0x7A, 0x66]),
];

/// Colour of blood of a saturation (fraction of 1), sRGB; beyond the ends of the scale that of the end.
///
/// ```
/// use isoshunt::figure::blood_scale::colour;
/// assert_eq!(colour(0.95), [0xF0, 0x55, 0x4E]);
/// assert_eq!(colour(0.1), colour(0.3));
/// ```
#[must_use]
pub fn colour(saturation_frac: f64) -> [u8; 3] {
    let above = STOPS.partition_point(|(at, _)| *at <= saturation_frac);
    let (Some((low, from)), Some((high, to))) = (above.checked_sub(1).map(|i| STOPS[i]), STOPS.get(above)) else {
        return if above == 0 { STOPS[0].1 } else { STOPS[STOPS.len() - 1].1 };
    };
    let share = (saturation_frac - low) / (high - low);
    let mut out = from;
    for (byte, to) in out.iter_mut().zip(to) {
        *byte = (f64::from(*byte) + share * (f64::from(*to) - f64::from(*byte))).round() as u8;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    /// Relative luminance (WCAG 2.1).
    fn luminance(colour: [u8; 3]) -> f64 {
        let linear = |byte: u8| {
            let x = f64::from(byte) / 255.0;
            if x <= 0.04045 { x / 12.92 } else { float::pow((x + 0.055) / 1.055, 2.4) }
        };
        0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
    }

    #[test]
    fn inv_better_saturated_blood_is_never_darker() {
        let mut last = 0.0;
        for percent in 0..=1000 {
            let now = luminance(colour(f64::from(percent) / 1000.0));
            assert!(now >= last - 2e-3, "{percent}: {now} after {last}");
            last = last.max(now);
        }
        assert_eq!(colour(f64::NAN), STOPS[0].1, "what is no number has the end of the scale");
    }
}
