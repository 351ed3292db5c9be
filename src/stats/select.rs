//! Which values stand at given ranks?

/// Puts, for each of the ascending 0-based `ranks`, the value of that rank at its place, smaller or equal ones before it: a sort of only
/// as much as is asked for. `values` must hold no NaN.
pub(super) fn place_ranks(values: &mut [f64], ranks: &[usize]) {
    place(values, ranks, 0);
}

fn place(values: &mut [f64], ranks: &[usize], offset: usize) {
    let middle = ranks.len() / 2;
    let Some(&rank) = ranks.get(middle) else { return };
    let (below, _, above) = values.select_nth_unstable_by(rank - offset, f64::total_cmp);
    let smaller = ranks[..middle].partition_point(|&r| r < rank);
    let greater = middle + ranks[middle..].partition_point(|&r| r <= rank);
    place(below, &ranks[..smaller], offset);
    place(above, &ranks[greater..], rank + 1);
}

/// The 1-based rank of quantile `p` among `count` > 0 values: the least k with k/count ≥ p, at least 1.
pub(super) fn quantile_rank(p: f64, count: u64) -> u64 {
    let n = count as f64;
    let mut rank = ((p * n).ceil() as u64).clamp(1, count);
    // the product may be rounded across a whole number; the quotient decides
    while rank > 1 && (rank - 1) as f64 / n >= p {
        rank -= 1;
    }
    while rank < count && (rank as f64 / n) < p {
        rank += 1;
    }
    rank
}

/// Ranks one standard deviation √(n p (1−p)) below and above `rank`, held inside 1..=count.
pub(super) fn rank_interval(rank: u64, p: f64, count: u64) -> (u64, u64) {
    let spread = (count as f64 * p * (1.0 - p)).sqrt().round().max(1.0) as u64;
    (rank.saturating_sub(spread).max(1), rank.saturating_add(spread).min(count))
}
