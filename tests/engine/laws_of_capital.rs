//! Laws that hold for every stack of capital: no cent is lost, seniors come first, equals share alike, a guarantee harms nobody, a return
//! cap holds.

use proptest::prelude::*;

use pfsim::cohort::{self, Given, World};
use pfsim::deal::{Deal, PaymentId, PayorId, PeriodId, TrancheId, TrancheKind};
use pfsim::delivery::{self, Costs};
use pfsim::engine::{Block, Plan, audit};
use pfsim::settlement::{self, Owed};
use pfsim::waterfall::{Cash, Facts};

const LANES: usize = 24;
const PERIODS: usize = 8;

#[derive(Clone, Debug)]
struct Stack {
    tranches: Vec<Money>,
    guarantee: Option<(usize, u32)>,
    bonus: Option<(i32, u32, Option<u32>)>,
    recycle: bool,
    extension: bool,
    costs: u32,
    outlives: bool,
    /// By period: what each of the two payors pays, before a factor of the trial.
    receipts: Vec<[i32; 2]>,
    stop: Option<u32>,
}

#[derive(Clone, Debug)]
struct Money {
    kind: usize,
    amount: u32,
    rank: u32,
    order: Option<u32>,
    coupon: f64,
    term: usize,
    capped: bool,
    tied: usize,
    ahead: bool,
}

fn money() -> impl Strategy<Value = Money> {
    let terms = (0.0f64..0.2, 0usize..4, prop::bool::weighted(0.25), 0usize..6, prop::bool::weighted(0.25));
    ((0usize..8, 0u32..2_000_000, 1u32..4, prop::option::of(0u32..3)), terms).prop_map(
        |((kind, amount, rank, order), (coupon, term, capped, tied, ahead))| Money {
            kind,
            amount,
            rank,
            order,
            coupon,
            term,
            capped,
            tied,
            ahead,
        },
    )
}

fn stack(two_way: bool) -> impl Strategy<Value = Stack> {
    let low = if two_way { -400_000 } else { 0 };
    let receipts = prop::collection::vec([low..1_500_000i32, low..1_500_000i32], PERIODS);
    let guarantee = prop::option::of((0usize..4, 0u32..1_000_000));
    let bonus = prop::option::of((-50_000i32..100_000, 0u32..8, prop::option::of(1u32..4)));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let stop = prop::option::weighted(0.3, 0u32..8);
    (prop::collection::vec(money(), 1..6), guarantee, bonus, flags, 0u32..400_000, receipts, stop).prop_map(
        |(tranches, guarantee, bonus, (recycle, extension, outlives), costs, receipts, stop)| Stack {
            tranches,
            guarantee,
            bonus,
            recycle,
            extension: recycle && extension,
            costs,
            outlives,
            receipts,
            stop,
        },
    )
}

impl Stack {
    fn text(&self) -> String {
        let mut text = String::from(
            "schema = 1\n[deal]\nname = \"stack\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 8\n[program]\n\
             provider = \"p\"\ncohorts = { count = 1, size = 5 }\noverrun = { gamma = { mean = 1.0, sd = 0.4 } }\n[[outcome]]\nname = \"done\"\n\
             rate = 0.5\n[[measure]]\nname = \"count\"\nof = \"done\"\n[[payor]]\nname = \"A\"\n[[payor]]\nname = \"B\"\n[[payment]]\nname = \"a\"\n\
             payor = \"A\"\non = \"count\"\nprice = { lump_sum = 0 }\n[[payment]]\nname = \"b\"\npayor = \"B\"\non = \"count\"\n\
             price = { lump_sum = 0 }\n",
        );
        text += &format!(
            "[[program.cost]]\nname = \"work\"\nper_period = {}\nuntil = 2030-12-31\n[[program.cost]]\nname = \"late\"\nper_period = 777.77\n\
             after_stop = {}\n",
            self.costs, self.outlives
        );
        if self.recycle {
            text += "[capital]\nrecycle_until = 2027-12-31\n";
        }
        if self.extension {
            text += "extension = { when = \"count > 1\", periods = 2 }\n";
        }
        for (index, money) in self.tranches.iter().enumerate() {
            text += &format!("[[tranche]]\nname = \"tranche {index}\"\namount = {}\n", money.amount);
            text += &money.terms();
        }
        if let (Some((kind, amount)), Some(of)) = (self.guarantee, self.guaranteed()) {
            let half = amount / 2;
            let cover = match kind {
                0 => "percent = 0.6".to_string(),
                1 => format!("amount = {amount}"),
                2 => "floor = 0.7".into(),
                _ => format!("schedule = [{{ drawn = {half}, pays = {half} }}, {{ drawn = {}, pays = {amount} }}]", half + 100_000),
            };
            text += &format!("[[guarantee]]\nname = \"g\"\nguarantor = \"F\"\nof = [{}]\n{cover}\n", of.join(", "));
        }
        if let Some((amount, year, rank)) = self.bonus {
            let rank = rank.map_or(String::new(), |rank| format!("after_rank = {rank}\n"));
            text += &format!("[[bonus]]\nname = \"b\"\namount = {amount}\ndate = {}-01-01\n{rank}", 2025 + year);
        }
        text
    }

    /// Names of the tranches that can be guaranteed, if any.
    fn guaranteed(&self) -> Option<Vec<String>> {
        let names: Vec<String> =
            self.tranches.iter().enumerate().filter(|(_, money)| money.kind > 2).map(|(index, _)| format!("\"tranche {index}\"")).collect();
        (!names.is_empty()).then_some(names)
    }

    fn deal(&self) -> Deal {
        let text = self.text();
        crate::support::deal(&text)
    }

    /// Trials that differ in their costs and by a factor in their receipts; every second one may stop.
    fn run(&self) -> Block {
        let deal = self.deal();
        let mut block = Block::new(&Plan::new(&deal, 1), LANES);
        let (people, budget) = (cohort::PeoplePlan::new(&deal, 1), delivery::DeliveryPlan::new(&deal, 1));
        let plan = pfsim::waterfall::WaterfallPlan::new(&deal, &budget);
        let (mut world, mut costs) = (World::new(&people, LANES), Costs::new(&budget, LANES));
        world.simulate(&people, 0);
        costs.incur(&budget, &world, &Given::nothing(0));
        let mut owed = Owed::new(&settlement::SettlementPlan::new(&deal), LANES);
        for (period, paid) in self.receipts.iter().enumerate() {
            for (payor, &paid) in paid.iter().enumerate() {
                for lane in 0..LANES {
                    let amount = i64::from(paid) * lane as i64 * 10 / 3;
                    owed.paid.row_mut(payor * PERIODS + period)[lane] = amount;
                    owed.payor_paid.row_mut(PayorId(payor))[lane] += amount;
                    owed.payment_paid.row_mut(PaymentId(payor))[lane] += amount;
                    owed.payment_due.row_mut(PaymentId(payor))[lane] += amount;
                }
            }
        }
        let (mut cash, mut facts) = (Cash::new(&plan, LANES), Facts::new(&plan, LANES));
        if let Some(stop) = self.stop {
            facts.stopped = (0..LANES).map(|lane| if lane % 2 == 0 { stop } else { u32::MAX }).collect();
        }
        cash.start(&plan);
        for period in 0..PERIODS {
            cash.open(&plan, PeriodId(period), |_| {});
            for payment in 0..facts.receipts.rows() {
                facts.receipts.row_mut(PaymentId(payment)).copy_from_slice(owed.paid_in(PayorId(payment), PeriodId(period)));
            }
            for condition in 0..facts.holds.rows() {
                (0..LANES).for_each(|lane| facts.holds.row_mut(condition)[lane] = f64::from(u8::from(lane % 3 == 0 && period > 0)));
            }
            for rate in 0..facts.rates.rows() {
                (0..LANES).for_each(|lane| facts.rates.row_mut(rate)[lane] = [0.0, 0.07, f64::NAN, 0.3][(lane + period) % 4]);
            }
            cash.run_period(&plan, &costs, &owed, &facts, PeriodId(period), |_| {});
        }
        (block.world, block.costs, block.owed, block.cash) = (world, costs, owed, cash);
        block
    }
}

impl Money {
    fn terms(&self) -> String {
        let mut text = self.order.map_or(String::new(), |order| format!("draw_order = {order}\n"));
        let kinds = ["grant", "equity", "recyclable_grant", "recoverable_grant", "deferred_fee", "senior", "junior", "loan"];
        text += &format!("kind = \"{}\"\n", kinds[self.kind]);
        if self.ahead && self.kind != 4 {
            let (first, second) = (self.amount / 3, self.amount / 2);
            text += &format!(
                "draws = [{{ date = 2025-01-01, amount = {first} }}, {{ date = 2027-01-01, amount = {second}, when = \"count > 2\" }}]\n"
            );
        }
        if self.kind > 1 {
            text += &format!("rank = {}\n", self.rank);
        }
        if self.kind > 2 && self.term == 1 {
            text += "repaid = \"bullet\"\nmatures = 2029-06-30\n";
        }
        if self.kind > 3 {
            text += &match self.term {
                3 => "coupon = { formula = \"count.rate\" }\n".to_string(),
                _ => format!("coupon = {:.4}\n", self.coupon),
            };
            text += if self.term == 2 { "interest = \"cash\"\n" } else { "" };
        }
        if self.kind == 1 || self.kind > 3 {
            text += "residual_share = 0.15\n";
            text += if self.capped { "return_cap = 0.21\n" } else { "" };
        }
        if self.kind > 0 && self.tied < 2 {
            text += &format!("tied_to = [\"{}\"]\n", ["a", "b"][self.tied]);
        }
        text
    }
}

/// Whatever everybody but guarantors gets in the end: investors, pots and the provider.
fn fortunes(block: &Block, lane: usize) -> Vec<i64> {
    let cash = &block.cash;
    let provider = cash.provider[lane] + cash.bonuses.lane(lane).sum::<i64>();
    cash.received.lane(lane).chain(cash.pots.lane(lane)).chain([provider]).collect()
}

/// Found by the law below: the first of two equal ranks takes all the cash there is, and the second, whose claim is then not worked out, none.
#[test]
fn nothing_is_shared_of_nothing() {
    let money =
        |kind, amount, coupon, tied| Money { kind, amount, rank: 3, order: None, coupon, term: 1, capped: false, tied, ahead: true };
    let mut receipts = vec![[0, 0]; 8];
    (receipts[2], receipts[3]) = ([9_987, 2], [1, 0]);
    let stack = Stack {
        tranches: vec![money(5, 6_612, 0.087_388_057_016_320_05, 0), money(3, 2, 0.0, 2)],
        guarantee: None,
        bonus: None,
        recycle: false,
        extension: false,
        costs: 0,
        outlives: false,
        receipts,
        stop: None,
    };
    assert_eq!(audit(&stack.deal(), &stack.run()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// In every trial what came in went out, nothing is negative, no tranche, cover or return cap is exceeded (`engine::audit`).
    #[test]
    fn every_stack_conserves_money(stack in stack(false)) {
        prop_assert_eq!(audit(&stack.deal(), &stack.run()), Ok(()));
    }

    /// The same where payors may receive: only how limits are kept is another matter.
    #[test]
    fn payors_may_receive(stack in stack(true)) {
        let block = stack.run();
        for lane in 0..LANES {
            let cash = &block.cash;
            let unpaid = cash.unpaid_to_payors[lane];
            let came = all(&block.owed.payor_paid, lane) + all(&cash.standing.drawn, lane) + all(&cash.guaranteed, lane) + unpaid + cash.refunded[lane];
            let went = cash.spent[lane] + all(&cash.received, lane) + all(&cash.pots, lane) + all(&cash.bonuses, lane) + cash.provider[lane];
            prop_assert_eq!((came, cash.held[lane]), (went, 0));
            prop_assert!(cash.unpaid_to_payors[lane] >= 0 && cash.provider[lane] >= 0);
        }
    }

    /// A guarantee lowers nobody's money, and what it pays is all that it adds. (After a stop the lender may earn less interest, because it
    /// has its money sooner.)
    #[test]
    fn a_guarantee_harms_nobody(mut stack in stack(false)) {
        stack.stop = None;
        let with = stack.run();
        stack.guarantee = None;
        let without = stack.run();
        for lane in 0..LANES {
            let (with_it, without_it) = (fortunes(&with, lane), fortunes(&without, lane));
            prop_assert!(with_it.iter().zip(&without_it).all(|(with, without)| with >= without));
            let paid: i64 = with.cash.guaranteed.lane(lane).sum();
            prop_assert_eq!(with_it.iter().sum::<i64>(), without_it.iter().sum::<i64>() + paid);
        }
    }

    /// Nothing goes to a later rank, to a share of what is left or to the provider in the end while a loan that nothing holds back is owed.
    #[test]
    fn seniors_come_first(mut stack in stack(false)) {
        (stack.stop, stack.guarantee, stack.bonus) = (None, None, None);
        for money in &mut stack.tranches {
            (money.capped, money.tied, money.term) = (false, 9, 0);
        }
        let (deal, block) = (stack.deal(), stack.run());
        for lane in 0..LANES {
            for (index, tranche) in deal.capital.tranches.pairs() {
                let owed_until_the_end = block.cash.standing.owed.row(TrancheId(index.index()))[lane] > 0;
                let Some(rank) = tranche.rank.filter(|_| owed_until_the_end) else { continue };
                let last = |later: usize| block.cash.flows[TrancheId(later)].row(PeriodId(PERIODS - 1))[lane];
                for (later, other) in deal.capital.tranches.pairs().filter(|(_, other)| other.rank.is_none_or(|other| other > rank)) {
                    prop_assert!(last(later.index()) <= 0, "{} before {}", other.name, tranche.name);
                }
            }
        }
    }

    /// Loans of one rank that are owed the same per dollar lent get the same per dollar, to the cent a period.
    #[test]
    fn equals_share_alike(amounts in prop::collection::vec(1u32..1_000_000, 2..5), paid in 0i32..3_000_000, coupon in 0.0f64..0.2) {
        let money = |amount| Money { kind: 7, amount, rank: 1, order: Some(0), coupon, term: 0, capped: false, tied: 9, ahead: false };
        let stack = Stack {
            tranches: amounts.iter().map(|&amount| money(amount)).collect(),
            guarantee: None,
            bonus: None,
            recycle: false,
            extension: false,
            costs: 0,
            outlives: false,
            receipts: (0..PERIODS).map(|period| [if period == 5 { paid } else { 0 }, 0]).collect(),
            stop: None,
        };
        let block = stack.run();
        let total: f64 = amounts.iter().map(|&amount| f64::from(amount)).sum();
        for lane in 0..LANES {
            let all: i64 = block.cash.received.lane(lane).sum::<i64>();
            for (index, &amount) in amounts.iter().enumerate() {
                let drawn = block.cash.standing.drawn.row(TrancheId(index))[lane] as f64;
                let all_drawn: i64 = block.cash.standing.drawn.lane(lane).sum();
                // a cent a period of drawing, of interest, and of the one repayment
                let slack = 3.0 * PERIODS as f64;
                prop_assert!((drawn - all_drawn as f64 * f64::from(amount) / total).abs() <= slack);
                // residual shares are equal, not proportional: where there are any, something is also left for the provider
                if block.cash.provider[lane] == 0 {
                    let expected = all as f64 * f64::from(amount) / total;
                    prop_assert!((block.cash.received.row(TrancheId(index))[lane] as f64 - expected).abs() <= 2.0 * slack);
                }
            }
        }
    }

    /// Whoever gives a grant gets nothing back.
    #[test]
    fn gifts_do_not_return(stack in stack(false)) {
        let (deal, block) = (stack.deal(), stack.run());
        for (index, tranche) in deal.capital.tranches.pairs() {
            if matches!(tranche.kind, TrancheKind::Grant | TrancheKind::RecyclableGrant { .. }) {
                prop_assert!(block.cash.received.row(TrancheId(index.index())).iter().all(|received| *received == 0));
            }
        }
    }
}

/// What the rows of a grid hold in one trial, all together.
fn all<I: pfsim::numeric::each::Id>(grid: &pfsim::numeric::grid::Grid<i64, I>, lane: usize) -> i64 {
    grid.lane(lane).sum()
}
