//! A table of columns: `rows × lanes` values in one allocation, one lane a trial.

/// Rows of equal length laid end to end. Row `r` holds one value per lane (trial of the block).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid<T> {
    lanes: usize,
    cells: Vec<T>,
}

impl<T: Copy + Default> Grid<T> {
    /// A grid of `rows × lanes` default values.
    #[must_use]
    pub fn new(rows: usize, lanes: usize) -> Self {
        Self { lanes, cells: vec![T::default(); rows * lanes] }
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

    /// Row `row`, one value per lane.
    #[inline]
    #[must_use]
    pub fn row(&self, row: usize) -> &[T] {
        &self.cells[row * self.lanes..(row + 1) * self.lanes]
    }

    /// Row `row`, to write.
    #[inline]
    pub fn row_mut(&mut self, row: usize) -> &mut [T] {
        &mut self.cells[row * self.lanes..(row + 1) * self.lanes]
    }

    /// Two different rows at once: `earlier` to read, `later` to write. `earlier` must be the smaller index.
    #[inline]
    pub fn pair_mut(&mut self, earlier: usize, later: usize) -> (&[T], &mut [T]) {
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
