//! Which people does each report speak of for the first time, and which for the last?
//!
//! The same for all trials: worked out once.

use super::slots::Slots;

/// What a step meets for the first time, and what it sees for the last.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    /// Networks of which nothing was said before.
    pub(super) fresh: Vec<usize>,
    /// Slots of luck that nobody has chosen yet.
    pub(super) open: Vec<usize>,
    /// Whether a later step looks at its people again.
    pub(super) matters_later: bool,
}

/// The turns of all steps; `touched` are the networks that each of them looks at.
pub(super) fn turns(touched: &[Vec<usize>], slots: &Slots) -> Vec<Turn> {
    let (mut met, mut chosen): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let turn = |(at, own): (usize, &Vec<usize>)| {
        let mut turn = Turn { matters_later: touched[at + 1..].iter().flatten().any(|later| own.contains(later)), ..Turn::default() };
        for &network in own {
            if !met.contains(&network) {
                met.push(network);
                turn.fresh.push(network);
            }
        }
        for &slot in turn.fresh.iter().flat_map(|&network| &slots.of_network[network]) {
            if !chosen.contains(&slot) {
                chosen.push(slot);
                turn.open.push(slot);
            }
        }
        turn
    };
    touched.iter().enumerate().map(turn).collect()
}
