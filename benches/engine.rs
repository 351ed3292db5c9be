//! The reference deal, room by room and as a whole: time for a block of trials.
//!
//! `cargo bench --bench engine`; items are trials.

use divan::{Bencher, counter::ItemsCount};
use pfsim::cohort::{Given, World};
use pfsim::deal::Deal;
use pfsim::delivery::Costs;
use pfsim::engine::{BLOCK, Block, Plan, SettlementSpace};
use pfsim::evaluation::Estimates;
use pfsim::metrics::{Catalogue, Observed, observe};
use pfsim::numeric::each::first;
use pfsim::settlement::Owed;
use pfsim::stats::Column;
use pfsim::waterfall::{Cash, Facts};
use pfsim::{cohort, delivery, evaluation, scenario, settlement, waterfall};

const TEXT: &str = include_str!("../scenarios/bench/workforce-12x150.toml");

fn main() {
    divan::main();
}

fn deal(text: &str) -> Deal {
    scenario::parse("bench", text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Benches `work` on ever new blocks of trials.
fn blocks(bencher: Bencher<'_, '_>, mut work: impl FnMut(u64)) {
    let mut first = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        first += BLOCK as u64;
        work(first);
    });
}

#[divan::bench]
fn a_cohort(bencher: Bencher<'_, '_>) {
    let plan = cohort::PeoplePlan::new(&deal(TEXT), 1);
    let mut world = World::new(&plan, BLOCK);
    blocks(bencher, |first| world.simulate(&plan, first));
}

#[divan::bench]
fn b_evaluation(bencher: Bencher<'_, '_>) {
    let deal = deal(TEXT);
    let (people, plan) = (cohort::PeoplePlan::new(&deal, 1), evaluation::EvaluationPlan::new(&deal, 1));
    let (mut world, mut findings) = (World::new(&people, BLOCK), Estimates::new(&plan, BLOCK));
    world.simulate(&people, 0);
    blocks(bencher, |first| findings.observe(&plan, &world, first));
}

#[divan::bench]
fn c_delivery(bencher: Bencher<'_, '_>) {
    let deal = deal(TEXT);
    let (people, plan) = (cohort::PeoplePlan::new(&deal, 1), delivery::DeliveryPlan::new(&deal, 1));
    let (mut world, mut costs) = (World::new(&people, BLOCK), Costs::new(&plan, BLOCK));
    world.simulate(&people, 0);
    blocks(bencher, |first| costs.incur(&plan, &world, &Given::nothing(first)));
}

/// A block with everything in it.
fn filled(deal: &Deal) -> Block {
    let plan = Plan::new(deal, 1);
    let mut block = Block::new(&plan, BLOCK);
    block.run(&plan, 0);
    block
}

#[divan::bench]
fn d_settlement(bencher: Bencher<'_, '_>) {
    let deal = deal(TEXT);
    let plan = settlement::SettlementPlan::new(&deal);
    let (block, mut owed) = (filled(&deal), Owed::new(&plan, BLOCK));
    let standing = settlement::Standing::default();
    blocks(bencher, |_| {
        owed.begin(&plan, &block.findings);
        for period in first(plan.periods()) {
            owed.settle_period(&plan, &block.findings, &block.credit, &standing, period, |_| {});
        }
    });
}

#[divan::bench]
fn e_waterfall(bencher: Bencher<'_, '_>) {
    let deal = deal(TEXT);
    let plan = waterfall::WaterfallPlan::new(&deal, &delivery::DeliveryPlan::new(&deal, 1));
    let (block, mut cash, mut facts) = (filled(&deal), Cash::new(&plan, BLOCK), Facts::new(&plan, BLOCK));
    blocks(bencher, |_| {
        cash.start(&plan);
        for period in first(plan.periods()) {
            cash.open(&plan, period, |_| {});
            facts.read(&plan, &block.owed, period);
            cash.run_period(&plan, &block.costs, &block.owed, &facts, period, |_| {});
        }
    });
}

#[divan::bench]
fn f_metrics(bencher: Bencher<'_, '_>) {
    let deal = deal(TEXT);
    let (catalogue, block) = (Catalogue::new(&deal), filled(&deal));
    let mut spare = Observed::default();
    blocks(bencher, |_| spare = observe(&deal, &catalogue, &block, std::mem::take(&mut spare)));
}

#[divan::bench]
fn g_stats(bencher: Bencher<'_, '_>) {
    let deal = deal(TEXT);
    let catalogue = Catalogue::new(&deal);
    let observed = observe(&deal, &catalogue, &filled(&deal), Observed::default());
    let mut columns: Vec<Column> = catalogue.values.iter().map(|_| Column::new(&[], None)).collect();
    blocks(bencher, |_| {
        for (index, column) in columns.iter_mut().enumerate() {
            column.push_block(observed.values.row(index));
        }
    });
}

#[divan::bench]
fn h_all_rooms(bencher: Bencher<'_, '_>) {
    let plan = Plan::new(&deal(TEXT), 1);
    let mut block = Block::new(&plan, BLOCK);
    blocks(bencher, |first| block.run(&plan, first));
}

/// Time grows with the cohorts, and with nothing else of them.
#[divan::bench(args = [6, 12, 24, 48, 96])]
fn i_cohorts(bencher: Bencher<'_, '_>, cohorts: u32) {
    let text = TEXT.replace("count = 12", &format!("count = {cohorts}")).replace("periods = 24", &format!("periods = {}", cohorts + 12));
    let plan = Plan::new(&deal(&text), 1);
    let mut block = Block::new(&plan, BLOCK);
    blocks(bencher, |first| block.run(&plan, first));
}

/// Another term sheet on a world that is already simulated: at most a quarter of `h_all_rooms`.
#[divan::bench]
fn j_another_term_sheet(bencher: Bencher<'_, '_>) {
    let plan = Plan::new(&deal(&TEXT.replace("pay = 300_000", "pay = 250_000")), 1);
    let mut block = filled(&deal(TEXT));
    block.exchange(&mut SettlementSpace::new(&plan, BLOCK));
    blocks(bencher, |_| block.settle(&plan, |_| {}));
}
