//! Who has how much in the end: every party's money, so that what one gains others have lost.

use crate::deal::Deal;
use crate::engine::Block;
use crate::numeric::grid::Grid;

/// Somebody at the table, by name, so that parties of different scenarios can be told to be the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// A payor: less what it pays.
    Payor(String),
    /// A tranche: what whoever gives it receives, less what it puts in.
    Tranche(String),
    /// A guarantor: less what it pays.
    Guarantor(String),
    /// The provider: what is left for it and its bonuses, less what it refunds and the costs that no money is left for. Its deferred fees are
    /// a tranche.
    Provider,
    /// Those who do the work: all costs, also those that the provider has to bear.
    Work,
    /// What is kept for later work.
    Kept,
}

/// The parties of all these deals, each once: payors, tranches, guarantors, the provider, the work.
pub(super) fn of(deals: &[Deal]) -> Vec<Party> {
    let mut all: Vec<Party> = Vec::new();
    let payors = deals.iter().flat_map(|deal| deal.payors.iter().map(|payor| Party::Payor(payor.name.clone())));
    let tranches = deals.iter().flat_map(|deal| deal.capital.tranches.iter().map(|tranche| Party::Tranche(tranche.name.clone())));
    let guarantors = deals.iter().flat_map(|deal| deal.capital.guarantees.iter().map(|one| Party::Guarantor(one.name.clone())));
    for party in payors.chain(tranches).chain(guarantors).chain([Party::Provider, Party::Work, Party::Kept]) {
        if !all.contains(&party) {
            all.push(party);
        }
    }
    all
}

/// What each of `parties` has in the end, in minor units, one value per trial of `block`. In every trial they add up to 0.
pub(super) fn money(parties: &[Party], deal: &Deal, block: &Block) -> Grid<i64> {
    let mut all = Grid::new(parties.len(), block.lanes);
    let (owed, cash) = (&block.owed, &block.cash);
    for (row, party) in parties.iter().enumerate() {
        let out = all.row_mut(row);
        match party {
            Party::Payor(name) => {
                let own = deal.payors.ids().filter(|&payor| deal.payors[payor].name == *name);
                own.for_each(|payor| add(out, -1, owed.payor_paid.row(payor)));
            }
            Party::Tranche(name) => {
                for tranche in deal.capital.tranches.ids().filter(|&tranche| deal.capital.tranches[tranche].name == *name) {
                    add(out, 1, cash.received.row(tranche));
                    add(out, -1, cash.standing.drawn.row(tranche));
                }
            }
            Party::Guarantor(name) => {
                let own = (0..deal.capital.guarantees.len()).filter(|&one| deal.capital.guarantees[one].name == *name);
                own.for_each(|guarantee| add(out, -1, cash.guaranteed.row(guarantee)));
            }
            Party::Provider => {
                add(out, 1, &cash.provider);
                add(out, -1, &cash.refunded);
                add(out, -1, &cash.shortfall);
                (0..cash.bonuses.rows()).for_each(|bonus| add(out, 1, cash.bonuses.row(bonus)));
            }
            Party::Work => {
                add(out, 1, &cash.spent);
                add(out, 1, &cash.shortfall);
            }
            Party::Kept => {
                add(out, 1, &cash.held);
                cash.pots.ids().for_each(|tranche| add(out, 1, cash.pots.row(tranche)));
            }
        }
    }
    all
}

fn add(sums: &mut [i64], sign: i64, terms: &[i64]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += sign * term);
}
