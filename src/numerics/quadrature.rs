//! Quadrature.

use super::float::LANES;

/// Four nodes of a rule on [-1, 1] and their weights.
#[derive(Debug, Clone, Copy)]
pub struct FourNodes {
    /// Places.
    pub at: [f64; LANES],
    /// Weights.
    pub weight: [f64; LANES],
}

/// The 4-, 8- and 12-point Gauss-Legendre rules on [-1, 1]: exact for polynomials of degree 7, 15 and 23.
///
/// # Source
/// Abramowitz & Stegun 25.4.30; computed by Newton's method on the Legendre polynomials, checked by the test below.
pub const GAUSS_LEGENDRE: [&[FourNodes]; 3] = [
    &[FourNodes {
        at: [-0.8611363115940526, -0.33998104358485626, 0.33998104358485626, 0.8611363115940526],
        weight: [0.34785484513745385, 0.6521451548625461, 0.6521451548625461, 0.34785484513745385],
    }],
    &[
        FourNodes {
            at: [-0.9602898564975363, -0.7966664774136267, -0.525532409916329, -0.1834346424956498],
            weight: [0.10122853629037626, 0.22238103445337448, 0.31370664587788727, 0.362683783378362],
        },
        FourNodes {
            at: [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363],
            weight: [0.362683783378362, 0.31370664587788727, 0.22238103445337448, 0.10122853629037626],
        },
    ],
    &[
        FourNodes {
            at: [-0.9815606342467192, -0.9041172563704749, -0.7699026741943047, -0.5873179542866175],
            weight: [0.04717533638651183, 0.10693932599531843, 0.16007832854334622, 0.20316742672306592],
        },
        FourNodes {
            at: [-0.3678314989981802, -0.1252334085114689, 0.1252334085114689, 0.3678314989981802],
            weight: [0.2334925365383548, 0.24914704581340277, 0.24914704581340277, 0.2334925365383548],
        },
        FourNodes {
            at: [0.5873179542866175, 0.7699026741943047, 0.9041172563704749, 0.9815606342467192],
            weight: [0.20316742672306592, 0.16007832854334622, 0.10693932599531843, 0.04717533638651183],
        },
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    #[test]
    fn inv_exact_for_polynomials_up_to_their_degree() {
        for rule in GAUSS_LEGENDRE {
            for degree in 0..=8 * rule.len() as i32 {
                let sum: f64 = rule
                    .iter()
                    .flat_map(|four| four.at.iter().zip(four.weight))
                    .map(|(x, weight)| weight * float::powi(*x, degree))
                    .sum();
                let exact = if degree % 2 == 0 { 2.0 / f64::from(degree + 1) } else { 0.0 };
                let off = (sum - exact).abs();
                let meant = degree < 8 * rule.len() as i32;
                assert!(if meant { off < 1e-14 } else { off > 1e-9 }, "{} x^{degree}: {sum}", rule.len());
            }
        }
    }
}
