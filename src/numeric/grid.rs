//! A table of columns: `rows × lanes` values in one allocation, one lane a trial.

use core::marker::PhantomData;

use super::each::{Id, first};

/// Rows of equal length laid end to end. Row `r` holds one value per lane (trial of the block). Rows are named by `I`: a row for each payor
/// is a row of a payor.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid<T, I = usize> {
    lanes: usize,
    cells: Vec<T>,
    of: PhantomData<fn(I) -> I>,
}

impl<T, I> Default for Grid<T, I> {
    fn default() -> Self {
        Self { lanes: 0, cells: Vec::new(), of: PhantomData }
    }
}

impl<T: Copy + Default, I: Id> Grid<T, I> {
    /// A grid of `rows × lanes` default values.
    #[must_use]
    pub fn new(rows: usize, lanes: usize) -> Self {
        Self { lanes, cells: vec![T::default(); rows * lanes], of: PhantomData }
    }

    /// Values per row.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Number of rows (0 for a grid without lanes).
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.len().checked_div(self.lanes).unwrap_or(0)
    }

    /// The names of the rows, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone + use<T, I> {
        first(self.rows())
    }

    /// Row `row`, one value per lane.
    #[inline]
    #[must_use]
    pub fn row(&self, row: I) -> &[T] {
        let row = row.index();
        &self.cells[row * self.lanes..(row + 1) * self.lanes]
    }

    /// Row `row`, to write.
    #[inline]
    pub fn row_mut(&mut self, row: I) -> &mut [T] {
        let row = row.index();
        &mut self.cells[row * self.lanes..(row + 1) * self.lanes]
    }

    /// Two different rows at once: `earlier` to read, `later` to write. `earlier` must be the smaller index.
    #[inline]
    pub fn pair_mut(&mut self, earlier: I, later: I) -> (&[T], &mut [T]) {
        let (earlier, later) = (earlier.index(), later.index());
        let (head, tail) = self.cells.split_at_mut(later * self.lanes);
        (&head[earlier * self.lanes..(earlier + 1) * self.lanes], &mut tail[..self.lanes])
    }

    /// All cells, row after row.
    #[inline]
    #[must_use]
    pub fn cells(&self) -> &[T] {
        &self.cells
    }

    /// The values of one lane, row by row.
    pub fn lane(&self, lane: usize) -> impl Iterator<Item = T> + '_ {
        self.cells.iter().skip(lane).step_by(self.lanes.max(1)).copied()
    }

    /// Sets every cell to the default value.
    pub fn clear(&mut self) {
        self.cells.fill(T::default());
    }
}
