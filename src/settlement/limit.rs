//! Caps: how much of what is due is paid, and how a cut is shared.

use crate::numeric::whole::add;
use crate::numeric::wide::widest;

/// Cuts `rows` so that their sum in each lane is at most `room` there. A cut is shared in proportion to what is due, rounded so that
/// the shares add up to the room and none exceeds its due. Amounts must not be negative; a negative room counts as none. Says whether any
/// lane may have been cut; then `sum` is what was due in each.
pub fn cut(rows: &mut [&mut [i64]], room: &[i64], sum: &mut [i64]) -> bool {
    match rows {
        [] => return false,
        [only] => {
            if !any_above(only, room) {
                return false;
            }
            sum.copy_from_slice(only);
            hold(only, room);
        }
        rows => {
            sum.copy_from_slice(rows[0]);
            rows[1..].iter().for_each(|row| add(sum, row));
            if !any_above(sum, room) {
                return false;
            }
            for (lane, (&due, &room)) in sum.iter().zip(room).enumerate() {
                if due > room {
                    share(rows, lane, room.max(0), due);
                }
            }
        }
    }
    true
}

widest! {
    /// Writes what is left of a cap.
    pub(super) fn leave_room(room: &mut [i64], cap: i64, paid: &[i64]) {
        room.iter_mut().zip(paid).for_each(|(room, paid)| *room = cap - paid);
    }

    /// Cuts `payable` to what a cap leaves after what was `paid`.
    pub(super) fn leave(payable: &mut [i64], cap: i64, paid: &[i64]) {
        payable.iter_mut().zip(paid).for_each(|(payable, paid)| *payable = (*payable).min((cap - paid).max(0)));
    }

    /// Adds what of `due` lies beyond `room`.
    pub(super) fn add_beyond(sums: &mut [i64], due: &[i64], room: &[i64]) {
        sums.iter_mut().zip(due.iter().zip(room)).for_each(|(sum, (due, room))| *sum += (*due - (*room).max(0)).max(0));
    }

    /// Takes `terms` off `sums`.
    pub(super) fn take_off(sums: &mut [i64], terms: &[i64]) {
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum -= term);
    }

    /// Holds `amounts` at most as high as `most`.
    pub(super) fn hold_at(amounts: &mut [i64], most: i64) {
        amounts.iter_mut().for_each(|amount| *amount = (*amount).min(most));
    }

    fn hold(amounts: &mut [i64], room: &[i64]) {
        amounts.iter_mut().zip(room).for_each(|(amount, room)| *amount = (*amount).min((*room).max(0)));
    }

    fn any_above(due: &[i64], room: &[i64]) -> bool {
        due.iter().zip(room).fold(false, |any, (due, room)| any | (due > room))
    }
}

/// Differences of the rounded-down cumulative shares: they telescope to `room`.
fn share(rows: &mut [&mut [i64]], lane: usize, room: i64, due: i64) {
    let (mut due_so_far, mut paid_so_far) = (0i128, 0i64);
    for row in rows.iter_mut() {
        due_so_far += i128::from(row[lane]);
        let product = due_so_far * i128::from(room);
        // Most products fit in 64 bits, where dividing is many times faster.
        let paid = match i64::try_from(product) {
            Ok(product) => product / due,
            Err(_) => (product / i128::from(due)) as i64,
        };
        row[lane] = paid - paid_so_far;
        paid_so_far = paid;
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_cut_is_shared_in_proportion_to_the_cent() {
        let (mut a, mut b, mut c) = ([100, 10, 0], [100, 20, 5], [100, 30, 7]);
        cut(&mut [&mut a, &mut b, &mut c], &[200, 60, -1], &mut [0; 3]);
        assert_eq!([a[0], b[0], c[0]], [66, 67, 67]);
        assert_eq!([a[1], b[1], c[1]], [10, 20, 30]);
        assert_eq!([a[2], b[2], c[2]], [0, 0, 0]);
    }
}
