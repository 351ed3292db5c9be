//! Where do labels go when their places collide?
//!
//! Comes in: where each label would like to be, and how long it is. Goes out: where it is put. Must never know: what a label says, or
//! which of the two directions of the page is meant.

/// Moves labels apart along one axis, as little as possible.
///
/// `wanted` holds the centres the labels would like to have, `sizes` their lengths. The centres returned keep the order of `wanted`, leave
/// `gap` between neighbours, lie inside `low..=high` with their whole length, and have the least sum of squared moves among all that do.
/// `None` if the labels are longer than the room.
///
/// This is isotonic regression (pool adjacent violators) on the centres after taking out the distances that neighbours need.
///
/// # Panics
/// If the two slices differ in length.
#[must_use]
pub fn spread(wanted: &[f64], sizes: &[f64], gap: f64, low: f64, high: f64) -> Option<Vec<f64>> {
    assert_eq!(wanted.len(), sizes.len(), "every label has a place and a size");
    let needed = sizes.iter().sum::<f64>() + gap * wanted.len().saturating_sub(1) as f64;
    if needed > high - low {
        return None;
    }
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut offsets = Vec::with_capacity(order.len());
    for (rank, &index) in order.iter().enumerate() {
        let offset = match rank {
            0 => 0.0,
            _ => offsets[rank - 1] + sizes[order[rank - 1]] / 2.0 + gap + sizes[index] / 2.0,
        };
        offsets.push(offset);
    }
    // pools of labels that touch: sum of their wishes, and how many they are
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (rank, &index) in order.iter().enumerate() {
        pools.push((wanted[index] - offsets[rank], 1));
        while let [.., (before, count_before), (last, count)] = pools[..] {
            if before / count_before as f64 <= last / count as f64 {
                break;
            }
            pools.truncate(pools.len() - 2);
            pools.push((before + last, count_before + count));
        }
    }
    let mut centres = vec![0.0; wanted.len()];
    if let (Some(&first), Some(&last)) = (order.first(), order.last()) {
        let lowest = low + sizes[first] / 2.0;
        let highest = high - sizes[last] / 2.0 - offsets[order.len() - 1];
        let starts = pools.iter().flat_map(|&(sum, count)| core::iter::repeat_n(sum / count as f64, count));
        for ((start, &index), offset) in starts.zip(&order).zip(&offsets) {
            centres[index] = start.min(highest).max(lowest) + offset;
        }
    }
    Some(centres)
}

/// As [`spread`], and where there is no room for all, packed evenly from `low` to `high` so that the order at least is right.
pub(super) fn spread_or_pack(wanted: &[f64], sizes: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    if let Some(centres) = spread(wanted, sizes, gap, low, high).or_else(|| spread(wanted, sizes, 0.0, low, high)) {
        return centres;
    }
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut centres = vec![0.0; wanted.len()];
    for (rank, &index) in order.iter().enumerate() {
        centres[index] = low + (high - low) * (rank as f64 + 0.5) / wanted.len() as f64;
    }
    centres
}
