//! Two scenarios side by side: who wins, who loses, and by which clause; as text.

use crate::deal::Deal;
use crate::experiment::clauses::Parts;
use crate::study::{About, Comparison, Party};
use crate::words::money;

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The two deals.
    pub deals: [&'a Deal; 2],
    /// What people call them: files, and what was set.
    pub names: [&'a str; 2],
    /// The way from one to the other.
    pub parts: &'a Parts,
    /// What it came to.
    pub found: &'a Comparison,
}

impl Compared<'_> {
    /// The name of a party in a sentence.
    #[must_use]
    pub fn name(&self, party: &Party) -> String {
        match party {
            Party::Payor(name) | Party::Tranche(name) | Party::Guarantor(name) => name.clone(),
            Party::Provider => self.deals[0].program.provider.clone(),
            Party::Work => "the work".into(),
            Party::Kept => "later work".into(),
        }
    }

    /// Parties that anything moves to or from; all of them where nothing does.
    #[must_use]
    pub fn moved(&self) -> Vec<usize> {
        let rows = || self.found.shares.iter().chain([&self.found.total]);
        let moves = |party: &usize| rows().any(|share| share.moved[*party] != 0);
        let moved: Vec<usize> = (0..self.found.parties.len()).filter(moves).collect();
        if moved.is_empty() { (0..self.found.parties.len()).collect() } else { moved }
    }

    /// What a block of clauses moves, and from whom to whom, largest first: amounts in minor units, both above zero.
    pub(super) fn flows(&self, moved: &[i64]) -> [Vec<(String, i64)>; 2] {
        let side = |sign: i64| {
            let own = self.found.parties.iter().zip(moved).filter(|(_, moved)| **moved * sign > 0);
            let mut all: Vec<(String, i64)> = own.map(|(party, moved)| (self.name(party), moved * sign)).collect();
            all.sort_by_key(|(_, amount)| -amount);
            all
        };
        [side(-1), side(1)]
    }

    /// What a block of clauses does, in a sentence without its clause.
    #[must_use]
    pub fn sentence(&self, moved: &[i64]) -> String {
        let [from, to] = self.flows(moved);
        let currency = self.deals[0].currency;
        let money = |amount: i64| money::rounded(currency, amount as f64);
        let all: i64 = from.iter().map(|(_, amount)| amount).sum();
        if all == 0 {
            return "moves no money".into();
        }
        let list = |side: &[(String, i64)]| match side {
            [(name, _)] => name.clone(),
            many => many.iter().map(|(name, amount)| format!("{name} ({})", money(*amount))).collect::<Vec<_>>().join(", "),
        };
        format!("moves {} from {} to {}", money(all), list(&from), list(&to))
    }
}

/// What kind of party it is, in a word.
pub(crate) fn kind(party: &Party) -> &'static str {
    match party {
        Party::Payor(_) => "payor",
        Party::Tranche(_) => "tranche",
        Party::Guarantor(_) => "guarantee",
        Party::Provider => "provider",
        Party::Work => "work",
        Party::Kept => "kept",
    }
}

/// Whom a figure is about, and in which list it stands.
#[must_use]
pub fn about(about: &About) -> (&'static str, &str) {
    match about {
        About::Payor(name) => ("payor", name),
        About::Payors => ("payors", "all payors together"),
        About::Payment(name) => ("payment", name),
        About::Tranche(name) => ("tranche", name),
        About::Investors => ("investors", "all loans together"),
        About::Guarantor(name) => ("guarantee", name),
        About::Provider => ("provider", "the provider"),
        About::Program => ("program", "the program"),
    }
}
