//! What each of several causes contributes to a whole, in whatever order they come.

/// The Shapley value of each player of a game.
///
/// ```text
/// φ_i = Σ_S |S|!(n − |S| − 1)!/n! · (v(S ∪ i) − v(S)),   S every set of players without i
/// ```
/// the mean, over all orders in which the players may come, of what player i adds when it comes. The values add up to
/// v(all) − v(none); players that add the same have the same, a player that never adds anything has 0.
///
/// `values[set]` is what a set of players is worth, bit i of `set` standing for player i.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `values` | any | 2^n of them |
///
/// # Source
/// Shapley LS, A value for n-person games, in: Contributions to the Theory of Games II, Princeton 1953:307-317; of
/// causes of a physical or economic change: Shorrocks AF, J Econ Inequal 2013;11:99-126,
/// doi:10.1007/s10888-011-9214-z.
///
/// ```
/// // Two left gloves and a right one: a pair is worth 1, and the right glove is scarce.
/// let pair = |set: usize| if set & 4 != 0 && set & 3 != 0 { 1.0 } else { 0.0 };
/// let values: Vec<f64> = (0..8).map(pair).collect();
/// let shares = isoshunt::numerics::shapley::shapley(&values);
/// assert!((shares[0] - 1.0 / 6.0).abs() < 1e-15 && (shares[2] - 4.0 / 6.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn shapley(values: &[f64]) -> Vec<f64> {
    let players = values.len().max(1).ilog2() as usize;
    // Share of the orders in which exactly a given set of `size` comes before a given player: size!(n − size − 1)!/n!.
    let weight = |size: usize| {
        let choices: f64 = (0..size).map(|k| (players - 1 - k) as f64 / (k + 1) as f64).product();
        1.0 / (players as f64 * choices)
    };
    (0..players)
        .map(|player| {
            let without = (0..values.len()).filter(|set| set >> player & 1 == 0);
            without.map(|set| weight(set.count_ones() as usize) * (values[set | 1 << player] - values[set])).sum()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A game of four players without any order in it.
    fn game() -> Vec<f64> {
        (0..16u32).map(|set| f64::from(set * set % 23) + 0.3 * f64::from(set)).collect()
    }

    #[test]
    fn inv_shares_add_up_to_the_whole() {
        let values = game();
        let sum: f64 = shapley(&values).iter().sum();
        assert!((sum - (values[15] - values[0])).abs() < 1e-12);
        assert!(shapley(&[3.0]).is_empty());
    }

    #[test]
    fn inv_shares_are_the_mean_over_all_orders() {
        let values = game();
        let mut sums = [0.0f64; 4];
        let mut orders = 0.0f64;
        for code in 0..256usize {
            let order = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3];
            if (0..4).any(|player| !order.contains(&player)) {
                continue;
            }
            orders += 1.0;
            let mut set = 0;
            for player in order {
                sums[player] += values[set | 1 << player] - values[set];
                set |= 1 << player;
            }
        }
        assert!((orders - 24.0).abs() < 1e-12);
        for (sum, share) in sums.iter().zip(shapley(&values)) {
            assert!((sum / orders - share).abs() < 1e-12);
        }
    }

    #[test]
    fn inv_names_do_not_matter_and_who_adds_nothing_gets_nothing() {
        // Players 0 and 2 are alike, player 1 adds nothing.
        let worth = |set: usize| ((set & 1) + (set >> 2 & 1)).pow(2) as f64;
        let shares = shapley(&(0..8).map(worth).collect::<Vec<_>>());
        assert!((shares[0] - shares[2]).abs() < 1e-15 && shares[1].abs() < 1e-15);
        assert!((shares[0] - 2.0).abs() < 1e-15);
    }
}
