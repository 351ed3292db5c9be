//! What chance decided, read from a block as plain numbers, and the engine's books beside it.

use std::collections::BTreeMap;
use std::path::Path;

use pfsim::deal::{CohortId, Deal, GroupId, MeasureId, OutcomeId, PayorId, PeriodId, Statistic, TrancheId};
use pfsim::engine::{Block, Plan};
use pfsim::metrics::{Catalogue, each_trial};
use pfsim::numeric::grid::Grid;
use pfsim::scenario;
use toml::{Table, Value};

use super::found::{Cell, Given, Happened, Stated, groups};
use super::future::Books;
use super::number::Num;
use super::text::{Contract, Method};

/// A scenario and a block of its futures.
pub struct Engine {
    pub deal: Deal,
    pub block: Block,
    /// Whether any future has such a cost, by period.
    possible: Vec<[bool; 2]>,
    catalogue: Catalogue,
    figures: Grid<f64>,
    /// The same people with every measure reported cohort by cohort, and no contract that looks at it.
    apart: Block,
    apart_deal: Deal,
}

fn simulated(deal: &Deal, seed: u64, trials: usize) -> Block {
    let plan = Plan::new(deal, seed).keeping_payments();
    let mut block = Block::new(&plan, trials);
    block.run(&plan, 0);
    block
}

fn costs_of(block: &Block) -> Vec<[bool; 2]> {
    let (due, after) = (&block.costs.due, &block.costs.after_stop);
    let any = |grid: &Grid<i64, PeriodId>, period: usize| period < grid.rows() && grid.row(PeriodId(period)).iter().any(|&cost| cost > 0);
    (0..due.rows().max(after.rows())).map(|period| [any(due, period), any(after, period)]).collect()
}

/// The same world, with a contract that says nothing.
fn apart(root: &Table) -> Table {
    let mut root = root.clone();
    for key in ["formula", "stop", "capital", "tranche", "guarantee", "bonus"] {
        root.remove(key);
    }
    if let Some(Value::Array(measures)) = root.get_mut("measure") {
        measures.retain(|measure| !measure.get("method").and_then(Value::as_table).is_some_and(|method| method.contains_key("blend")));
        for measure in measures.iter_mut().filter_map(Value::as_table_mut) {
            measure.remove("pool");
            measure.remove("minimum_sample");
        }
    }
    let payor = root["payor"][0]["name"].clone();
    let payment = Table::from_iter([
        ("name".to_owned(), Value::from("nothing in particular")),
        ("payor".to_owned(), payor),
        ("dates".to_owned(), Value::from("every_year")),
        ("price".to_owned(), Value::Table(Table::from_iter([("lump_sum".to_owned(), Value::from(1))]))),
    ]);
    root.insert("payment".to_owned(), Value::Array(vec![Value::Table(payment)]));
    root
}

impl Engine {
    pub fn run(path: &Path, text: &str, seed: u64, trials: usize) -> Result<Self, String> {
        let name = path.display().to_string();
        let deal = scenario::parse(&name, text).map_err(|problems| problems.to_string())?;
        let root: Table = text.parse().expect("TOML");
        let world = toml::to_string(&apart(&root)).expect("TOML");
        let apart_deal = scenario::parse(&name, &world).map_err(|problems| format!("apart: {problems}"))?;
        let block = simulated(&deal, seed, trials);
        let apart = simulated(&apart_deal, seed, trials);
        let catalogue = Catalogue::new(&deal);
        let figures = each_trial(&deal, &catalogue, &block);
        let possible = if block.world.late.is_empty() { costs_of(&block) } else { costs_of(&simulated(&deal, seed, 256)) };
        Ok(Self { deal, block, possible, catalogue, figures, apart, apart_deal })
    }

    /// What chance decided in a trial.
    pub fn given(&self, contract: &Contract, lane: usize) -> Given {
        let block = &self.block;
        let periods = contract.calendar.periods;
        let enrolled: Vec<i128> = block.world.enrolled.lane(lane).map(i128::from).collect();
        let cohorts = enrolled.len();
        let mut cells = Vec::new();
        let mut stated = Vec::new();
        for measure in &contract.measures {
            let counted = self.apart_deal.measures.iter().position(|other| other.name == measure.name);
            let mut of = BTreeMap::new();
            let outcome = self.deal.outcomes.iter().position(|outcome| outcome.name == measure.of);
            if let Some(index) = counted {
                let found = &self.apart.findings.measures[MeasureId(index)];
                let single = super::text::Measure { pool: "cohort".into(), ..measure.clone() };
                for group in groups(contract, &single, 0) {
                    let g = group.index;
                    let units = if found.units.rows() > 0 {
                        Num::whole(i128::from(found.units.row(GroupId(g))[lane]))
                    } else {
                        Num::Near(found.totals.row(GroupId(g))[lane])
                    };
                    let comparison = (found.comparison.rows() > 0)
                        .then(|| (i128::from(found.comparison.row(GroupId(g))[lane]), i128::from(found.comparators[GroupId(g)])));
                    of.insert((group.cohorts[0], group.round), Cell { units, comparison });
                }
            } else {
                // an outcome named like a measure, or a blend: everybody is found
                for round in 0..contract.outcomes[&measure.of].rounds {
                    for &cohort in &measure.cohorts {
                        let row = round * cohorts + cohort;
                        let units = match outcome.map(|index| &block.world.outcomes[OutcomeId(index)]) {
                            None => Num::whole(enrolled[cohort]),
                            Some(world) if world.count.rows() > 0 => Num::whole(i128::from(world.count.row(row)[lane])),
                            Some(world) => Num::Near(world.total.row(row)[lane]),
                        };
                        of.insert((cohort, round), Cell { units, comparison: None });
                    }
                }
            }
            let real = self.deal.measures.iter().position(|other| other.name == measure.name);
            let plain = of.values().all(|cell| cell.comparison.is_some()) && !of.is_empty();
            let quantity = contract.outcomes[&measure.of].quantity;
            let mut says = Vec::new();
            if let (Some(index), true) =
                (real, measure.method == Method::Exact || measure.method == Method::Compared && (!plain || quantity))
            {
                let found = &block.found().measures[MeasureId(index)];
                for group in groups(contract, measure, 0) {
                    let mut all = vec![0.0; block.lanes];
                    let mut ask = |statistic| {
                        found.statistic(statistic, GroupId(group.index), &mut all);
                        Some(all[lane]).filter(|value: &f64| !value.is_nan())
                    };
                    says.push(Stated {
                        comparison_rate: ask(Statistic::ComparisonRate),
                        rate: if measure.method == Method::Exact { ask(Statistic::Rate) } else { None },
                        error: ask(Statistic::StandardError),
                    });
                }
            }
            cells.push(of);
            stated.push(says);
        }
        let row = |grid: &Grid<i64, PeriodId>, period: usize| {
            if grid.rows() > period {
                grid.row(PeriodId(period)).iter().map(|&cost| i128::from(cost)).collect()
            } else {
                vec![0; block.lanes]
            }
        };
        let costs: Vec<[Vec<i128>; 2]> =
            (0..periods).map(|period| [row(&block.costs.due, period), row(&block.costs.after_stop, period)]).collect();
        Given {
            late: block.world.late.get(lane).map_or(0, |&late| late as usize),
            happened: self.happened(contract, lane),
            enrolled,
            cells,
            stated,
            costs: costs.iter().map(|both| [both[0][lane], both[1][lane]]).collect(),
            possible: self.possible.clone(),
            fails: (0..contract.payors.len()).map(|payor| self.fails(contract, payor, lane)).collect(),
        }
    }

    /// What truly happened of each outcome: participants who had it (or its total), and what the program added.
    fn happened(&self, contract: &Contract, lane: usize) -> BTreeMap<String, Happened> {
        let world = &self.block.world;
        let cohorts = world.enrolled.rows();
        let outcome = |(outcome, seen): (&pfsim::deal::Outcome, &pfsim::cohort::OutcomeWorld)| {
            let rounds = contract.outcomes[&outcome.name].rounds;
            let cell = |(cohort, round): (usize, usize)| {
                let row = round * cohorts + cohort;
                let count = if seen.count.rows() > 0 { f64::from(seen.count.row(row)[lane]) } else { seen.total.row(row)[lane] };
                let people = f64::from(world.enrolled.row(CohortId(cohort))[lane]);
                let added = if seen.without.rows() > 0 { seen.with.row(row)[lane] - seen.without.row(row)[lane] } else { 0.0 };
                ((cohort, round), (count, added * people))
            };
            let rows = (0..cohorts).flat_map(|cohort| (0..rounds).map(move |round| (cohort, round)));
            (outcome.name.clone(), rows.map(cell).collect())
        };
        self.deal.outcomes.iter().zip(&world.outcomes).filter(|(_, seen)| seen.count.rows() + seen.total.rows() > 0).map(outcome).collect()
    }

    /// What the engine says of a number that people quote; nothing where it has no such number.
    pub fn figure(&self, name: &str, lane: usize) -> Option<f64> {
        let index = self.catalogue.values.iter().position(|value| value.0 == name)?;
        Some(self.figures.row(index)[lane])
    }

    /// Names of all its numbers.
    pub fn figures(&self) -> impl Iterator<Item = &str> {
        self.catalogue.values.iter().map(|value| value.0.as_str())
    }

    fn fails(&self, contract: &Contract, payor: usize, lane: usize) -> Vec<bool> {
        let first = contract.calendar.fiscal_year(0);
        (0..contract.calendar.periods)
            .map(|period| {
                let year = usize::try_from(contract.calendar.fiscal_year(period) - first).unwrap();
                self.block.credit.fails(PayorId(payor), u32::try_from(period).unwrap(), year, lane)
            })
            .collect()
    }

    /// The engine's books in the same order and under the same names as those of the second reader.
    pub fn books(&self, contract: &Contract, lane: usize) -> Books {
        let (deal, owed, cash) = (&self.deal, &self.block.owed, &self.block.cash);
        let mut books = Books::new();
        let mut say = |name: String, amount: i64| books.push((name, i128::from(amount)));
        for (index, payment) in deal.payments.pairs() {
            say(format!("payment {} due", payment.name), owed.payment_due.row(index)[lane]);
        }
        let periods = self.block.cash.flows.iter().next().map_or_else(|| owed.paid.rows() / deal.payors.len(), |flows| flows.rows());
        for (index, payor) in deal.payors.pairs() {
            for period in 0..periods {
                say(format!("payor {} in {period}", payor.name), owed.paid_in(index, PeriodId(period))[lane]);
            }
        }
        for (index, payment) in deal.payments.pairs() {
            say(format!("payment {} paid", payment.name), owed.payment_paid.row(index)[lane]);
        }
        for (index, payor) in deal.payors.pairs() {
            say(format!("payor {} due", payor.name), owed.payor_due.row(index)[lane]);
            say(format!("payor {} defaulted", payor.name), owed.defaulted.row(index)[lane]);
            say(format!("payor {} paid", payor.name), owed.payor_paid.row(index)[lane]);
        }
        let stopped = owed.stopped().map_or(u32::MAX, |stopped| stopped[lane]);
        say("stopped after".into(), if stopped == u32::MAX { -1 } else { i64::from(stopped) });
        for (index, tranche) in contract.capital.tranches.iter().enumerate() {
            for period in 0..periods {
                say(format!("tranche {} in {period}", tranche.name), cash.flows[TrancheId(index)].row(PeriodId(period))[lane]);
            }
            say(format!("tranche {} drawn", tranche.name), cash.standing.drawn.row(TrancheId(index))[lane]);
            say(format!("tranche {} received", tranche.name), cash.received.row(TrancheId(index))[lane]);
            say(format!("tranche {} recycled", tranche.name), cash.recycled.row(TrancheId(index))[lane]);
        }
        for index in 0..cash.guaranteed.rows() {
            say(format!("guarantee {index}"), cash.guaranteed.row(index)[lane]);
        }
        for index in 0..cash.bonuses.rows() {
            say(format!("bonus {index}"), cash.bonuses.row(index)[lane]);
        }
        say("costs spent".into(), cash.spent[lane]);
        say("costs nobody paid".into(), cash.shortfall[lane]);
        say("unpaid to payors".into(), cash.unpaid_to_payors[lane]);
        books
    }
}
