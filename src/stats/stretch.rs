//! What is the mean of a stretch of a stream, and how much does it vary, to the bit the same however the stream was cut into stretches?

use core::ops::Range;

use serde::{Deserialize, Serialize};

use super::moments::Moments;

/// The moments of consecutive values, from some place in the stream on.
///
/// Moments are taken of blocks that end at multiples of their length and added one after the other from the beginning of the stream. A
/// stretch from there on adds them as they come. One that begins later keeps those of each whole block, and the values at its ends that
/// fill none, until what stands before it is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stretch {
    /// Values in a block; `None`: each push is a block.
    lanes: Option<u64>,
    start: u64,
    end: u64,
    /// Of all blocks from the beginning of the stream on.
    sum: Moments,
    /// Values before the first whole block.
    head: Vec<f64>,
    /// Whole blocks that do not begin with the stream.
    blocks: Vec<Moments>,
    /// Values after the last whole block.
    tail: Vec<f64>,
}

impl Stretch {
    /// Nothing yet, of a stream whose blocks are what is pushed.
    #[must_use]
    pub fn as_pushed() -> Self {
        Self { lanes: None, start: 0, end: 0, sum: Moments::default(), head: Vec::new(), blocks: Vec::new(), tail: Vec::new() }
    }

    /// Nothing yet, from value `start` (counted from 0) of a stream in blocks of `lanes`, at least 1.
    #[must_use]
    pub fn from(start: u64, lanes: usize) -> Self {
        Self { lanes: Some(lanes.max(1) as u64), start, end: start, ..Self::as_pushed() }
    }

    /// Adds the next values and says how many of them are NaN.
    pub fn push(&mut self, values: &[f64]) -> u64 {
        let Some(lanes) = self.lanes else {
            let moments = Moments::of(values);
            self.sum.merge(&moments);
            return moments.undefined;
        };
        let mut rest = values;
        let mut undefined = 0;
        while !rest.is_empty() {
            let room = lanes - self.end % lanes;
            let (next, later) = rest.split_at(rest.len().min(room as usize));
            self.end += next.len() as u64;
            rest = later;
            if next.len() as u64 == lanes {
                let moments = Moments::of(next);
                undefined += moments.undefined;
                self.whole(&moments);
                continue;
            }
            undefined += next.iter().filter(|value| value.is_nan()).count() as u64;
            let first_whole = self.start.next_multiple_of(lanes);
            let open = if self.end <= first_whole && self.start < first_whole { &mut self.head } else { &mut self.tail };
            open.extend_from_slice(next);
            if self.tail.len() as u64 == lanes {
                let filled = Moments::of(&std::mem::take(&mut self.tail));
                self.whole(&filled);
            }
        }
        undefined
    }

    fn whole(&mut self, block: &Moments) {
        if self.start == 0 { self.sum.merge(block) } else { self.blocks.push(*block) }
    }

    /// Adds the stretch that begins where this one ends, of the same stream.
    pub fn append(&mut self, later: Self) {
        if self.start == self.end {
            *self = later;
            return;
        }
        self.push(&later.head);
        later.blocks.iter().for_each(|block| self.whole(block));
        self.end += self.lanes.unwrap_or(0) * later.blocks.len() as u64;
        self.push(&later.tail);
    }

    /// Whether its parts fit together and are of the values `range` of a stream.
    pub(super) fn is_sound(&self, range: &Range<u64>) -> bool {
        let Some(lanes) = self.lanes.filter(|lanes| *lanes > 0) else { return false };
        let (head, tail) = (self.head.len() as u64, self.tail.len() as u64);
        let whole = if self.start == 0 { self.sum.seen() } else { lanes.saturating_mul(self.blocks.len() as u64) };
        let first = self.start.checked_next_multiple_of(lanes).unwrap_or(u64::MAX).min(self.end);
        (self.start, self.end) == (range.start, range.end)
            && self.start <= self.end
            && head == first - self.start
            && tail < lanes
            && self.blocks.iter().all(|block| block.seen() == lanes)
            && head.checked_add(whole).and_then(|sum| sum.checked_add(tail)) == Some(self.end - self.start)
    }

    /// The moments of a stretch from the beginning of the stream on.
    #[must_use]
    pub fn moments(&self) -> Moments {
        let mut all = self.sum;
        if !self.tail.is_empty() {
            all.merge(&Moments::of(&self.tail));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::Stretch;

    /// Any cut of a stream, read from left to right or merged from right to left, gives the bits of the whole.
    #[test]
    fn cuts_move_no_bit() {
        let values: Vec<f64> = (0..1_000).map(|at| if at % 97 == 5 { f64::NAN } else { f64::from(at * at % 611) / 7.0 - 40.0 }).collect();
        let whole = |lanes: usize| {
            let mut all = Stretch::from(0, lanes);
            values.chunks(lanes).for_each(|block| assert_eq!(all.push(block), block.iter().filter(|value| value.is_nan()).count() as u64));
            all.moments()
        };
        let mut state = 12_345_u32;
        for case in 0..500 {
            let lanes = [1, 2, 7, 64, 512][case % 5];
            let mut next = |most: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((u64::from(state) * u64::from(most)) >> 32) as usize
            };
            let mut cuts = vec![0, values.len()];
            (0..next(6)).for_each(|_| cuts.push(next(1_001)));
            cuts.sort_unstable();
            let mut parts: Vec<Stretch> = cuts
                .windows(2)
                .map(|cut| {
                    let mut part = Stretch::from(cut[0] as u64, lanes);
                    values[cut[0]..cut[1]].chunks(1 + next(600)).for_each(|values| {
                        part.push(values);
                    });
                    part
                })
                .collect();
            while parts.len() > 1 {
                let at = next(parts.len() as u32 - 1);
                let later = parts.remove(at + 1);
                parts[at].append(later);
            }
            assert_eq!(parts[0].moments(), whole(lanes), "cuts {cuts:?} of blocks of {lanes}");
        }
    }
}
