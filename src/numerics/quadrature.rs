//! Quadrature.

/// Nodes and weights of the 12-point Gauss-Legendre rule on [-1, 1].
///
/// # Source
/// Abramowitz & Stegun 25.4.30; computed by Newton's method on the Legendre polynomial, checked by the test below.
pub const GAUSS_LEGENDRE: [[f64; 2]; 12] = [
    [-0.9815606342467192, 0.047175336386511835],
    [-0.9041172563704748, 0.10693932599531818],
    [-0.7699026741943047, 0.16007832854334633],
    [-0.5873179542866175, 0.20316742672306584],
    [-0.3678314989981802, 0.23349253653835478],
    [-0.1252334085114689, 0.24914704581340288],
    [0.12523340851146894, 0.24914704581340288],
    [0.3678314989981802, 0.23349253653835478],
    [0.5873179542866175, 0.20316742672306584],
    [0.7699026741943047, 0.16007832854334633],
    [0.9041172563704748, 0.10693932599531818],
    [0.9815606342467192, 0.047175336386511835],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;

    #[test]
    fn inv_exact_for_polynomials_of_degree_23() {
        for degree in 0..24 {
            let sum: f64 = GAUSS_LEGENDRE.iter().map(|[x, w]| w * float::powi(*x, degree)).sum();
            let exact = if degree % 2 == 0 { 2.0 / f64::from(degree + 1) } else { 0.0 };
            assert!((sum - exact).abs() < 1e-14, "x^{degree}: {sum}");
        }
    }
}
