//! Things that need each other, put in an order in which each comes after what it needs.

use crate::numeric::each::{Each, Id};

/// An order of the first `count` things of a kind in which everything `needs` names comes first; equals keep their order.
///
/// # Errors
/// The members of a circle, in the order in which they need each other.
pub fn needed_first<I: Id>(count: usize, needs: impl Fn(I) -> Vec<I>) -> Result<Vec<I>, Vec<I>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks: Each<I, Mark> = Each::filled(count, Mark::New);
    let mut order = Vec::with_capacity(count);
    for start in marks.ids() {
        if marks[start] == Mark::Done {
            continue;
        }
        // Each entry: a thing and those it needs that are not yet looked at.
        let mut path = vec![(start, needs(start))];
        marks[start] = Mark::Open;
        while let Some((thing, open)) = path.last_mut() {
            match open.pop() {
                Some(needed) if marks[needed] == Mark::New => {
                    marks[needed] = Mark::Open;
                    path.push((needed, needs(needed)));
                }
                Some(needed) if marks[needed] == Mark::Open => {
                    let from = path.iter().position(|(thing, _)| *thing == needed).unwrap_or(0);
                    return Err(path[from..].iter().map(|(thing, _)| *thing).collect());
                }
                Some(_) => {}
                None => {
                    marks[*thing] = Mark::Done;
                    order.push(*thing);
                    path.pop();
                }
            }
        }
    }
    Ok(order)
}
