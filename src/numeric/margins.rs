//! Rounding a table whose rows and columns add up, so that they still do.
//!
//! Controlled rounding (Cox, *A constructive procedure for unbiased controlled rounding*, JASA 82, 1987): every number goes to one of its
//! two neighbours, whole numbers stay, and every row and column that added up to nothing still does. Parts that are not whole form cycles
//! through rows and columns; what is pushed around a cycle leaves every sum as it is and makes at least one number of it whole.

/// Rounds `table` (rows of numerators) over `denominator` to whole numbers. Every row and every column must add up to 0.
#[must_use]
pub fn round(mut table: Vec<Vec<i128>>, denominator: i128) -> Vec<Vec<i128>> {
    while let Some(cycle) = cycle(&table, denominator) {
        // How far the cells of even places can fall, and those of odd ones rise, before one is whole; or the other way round.
        let room = |even: i128| {
            let of = |(at, &(row, column)): (usize, &(usize, usize))| {
                let part = table[row][column].rem_euclid(denominator);
                if (at % 2 == 0) == (even == 1) { part } else { denominator - part }
            };
            cycle.iter().enumerate().map(of).min().unwrap_or(0)
        };
        let (down, up) = (room(1), room(0));
        let push = if down <= up { -down } else { up };
        for (at, &(row, column)) in cycle.iter().enumerate() {
            table[row][column] += if at % 2 == 0 { push } else { -push };
        }
    }
    table.iter().map(|row| row.iter().map(|number| number.div_euclid(denominator)).collect()).collect()
}

/// Cells that are not whole, each in the row or the column of the one before by turns, the last in the column of the first.
fn cycle(table: &[Vec<i128>], denominator: i128) -> Option<Vec<(usize, usize)>> {
    let is_open = |row: usize, column: usize| table[row][column].rem_euclid(denominator) != 0;
    let start = (0..table.len()).find_map(|row| (0..table[row].len()).find(|&column| is_open(row, column)).map(|column| (row, column)))?;
    let mut path = vec![start];
    loop {
        let &(row, column) = path.last()?;
        // A sum of 0 with one open part has another one.
        let next = if path.len() % 2 == 1 {
            (0..table[row].len()).find(|&other| other != column && is_open(row, other)).map(|other| (row, other))
        } else {
            (0..table.len()).find(|&other| other != row && is_open(other, column)).map(|other| (other, column))
        }?;
        path.push(next);
        // The path has come back to a row or column that it has been in: what lies between is the cycle.
        let closes = |at: &usize| match path.len() % 2 {
            1 => at.is_multiple_of(2) && path[*at].0 == next.0,
            _ => at.is_multiple_of(2) && path[*at].1 == next.1,
        };
        let earlier = (0..path.len().saturating_sub(3)).find(closes);
        if let Some(from) = earlier {
            return Some(close(&path, from));
        }
    }
}

/// The cycle in a path whose last cell is in the row (odd length) or column (even length) that cell `from` is in.
fn close(path: &[(usize, usize)], from: usize) -> Vec<(usize, usize)> {
    if path.len().is_multiple_of(2) {
        // … → last, in the column of `from`: from, …, last.
        path[from..].to_vec()
    } else {
        // The last one is in the row of `from` and of the one after it, which is left from by its column.
        path[from + 1..].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::round;

    #[test]
    fn every_sum_stays_and_no_number_moves_far() {
        let mut state = 7u64;
        for _ in 0..500 {
            let mut number = |range: i128| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                i128::from(state >> 33) % (2 * range) - range
            };
            let (rows, columns, denominator) = (4, 6, 60);
            let mut table: Vec<Vec<i128>> = (0..rows).map(|_| (0..columns).map(|_| number(1_000)).collect()).collect();
            table[1][2] = 120;
            table.iter_mut().for_each(|row| row.push(-row.iter().sum::<i128>()));
            table.push((0..=columns).map(|column| -table.iter().map(|row| row[column]).sum::<i128>()).collect());
            let rounded = round(table.clone(), denominator);
            for (row, exact) in rounded.iter().zip(&table) {
                assert_eq!(row.iter().sum::<i128>(), 0);
                assert!(row.iter().zip(exact).all(|(whole, exact)| (whole * denominator - exact).abs() < denominator));
            }
            (0..=columns).for_each(|column| assert_eq!(rounded.iter().map(|row| row[column]).sum::<i128>(), 0));
            assert_eq!(rounded[1][2], 2, "a whole number stays");
        }
    }
}
