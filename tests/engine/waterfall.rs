//! Small deals worked out by hand: who funds, who receives, to the cent. Amounts are dollars, periods years from 2025.

use pfsim::cohort::{self, Given, World};
use pfsim::deal::{PaymentId, PayorId, PeriodId, TrancheId};
use pfsim::delivery::{self, Costs};
use pfsim::settlement::{self, Owed};
use pfsim::waterfall::{Cash, Facts, Movement, WaterfallPlan};

/// What two payors pay, and what settlement knows, for a deal with the given costs and capital.
pub struct Case {
    text: String,
    receipts: Vec<(usize, usize, f64)>,
    stopped: Option<u32>,
    holds: Vec<(usize, usize, f64)>,
    rates: Vec<(usize, usize, f64)>,
}

/// What came of it, in dollars.
pub struct Outcome {
    pub cash: Cash,
    pub movements: Vec<(usize, Movement)>,
}

pub const COST: &str = "[[program.cost]]\nname = \"work\"\nonce = 1_000\n";

impl Case {
    pub fn new(text: &str) -> Self {
        let head = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n\
             [program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 10 }\n[[outcome]]\nname = \"done\"\nrate = 1.0\n\
             [[measure]]\nname = \"all done\"\nof = \"done\"\n[[payor]]\nname = \"A\"\n[[payor]]\nname = \"B\"\n\
             [[payment]]\nname = \"a\"\npayor = \"A\"\non = \"all done\"\nprice = { lump_sum = 0 }\n\
             [[payment]]\nname = \"b\"\npayor = \"B\"\non = \"all done\"\nprice = { lump_sum = 0 }\n";
        Self { text: format!("{head}{text}"), receipts: vec![], stopped: None, holds: vec![], rates: vec![] }
    }

    /// The first payor pays `amount` in `period`.
    pub fn paid(self, period: usize, amount: f64) -> Self {
        self.paid_by(0, period, amount)
    }

    pub fn paid_by(mut self, payor: usize, period: usize, amount: f64) -> Self {
        self.receipts.push((payor, period, amount));
        self
    }

    /// The deal stops after `period`.
    pub fn stopped(mut self, period: u32) -> Self {
        self.stopped = Some(period);
        self
    }

    /// A condition does not hold in `period`.
    pub fn fails(mut self, condition: usize, period: usize) -> Self {
        self.holds.push((condition, period, 0.0));
        self
    }

    /// An expression has a value in `period`.
    pub fn rate(mut self, index: usize, period: usize, value: f64) -> Self {
        self.rates.push((index, period, value));
        self
    }

    pub fn run(&self) -> Outcome {
        let deal = crate::support::deal(&self.text);
        let (people, budget) = (cohort::PeoplePlan::new(&deal, 1), delivery::DeliveryPlan::new(&deal, 1));
        let (mut world, mut costs) = (World::new(&people, 1), Costs::new(&budget, 1));
        world.simulate(&people, 0);
        costs.incur(&budget, &world, &Given::nothing(0));
        let mut owed = Owed::new(&settlement::SettlementPlan::new(&deal), 1);
        let plan = WaterfallPlan::new(&deal, &budget);
        for &(payor, period, amount) in &self.receipts {
            owed.paid.row_mut(payor * plan.periods() + period)[0] += cents(amount);
        }
        let (mut cash, mut facts, mut movements) = (Cash::new(&plan, 1), Facts::new(&plan, 1), Vec::new());
        facts.stopped = self.stopped.into_iter().collect();
        cash.start(&plan);
        for period in 0..plan.periods() {
            let mut seen = |movement| movements.push((period, movement));
            cash.open(&plan, PeriodId(period), &mut seen);
            for payment in 0..facts.receipts.rows() {
                facts.receipts.row_mut(PaymentId(payment))[0] = owed.paid_in(PayorId(payment), PeriodId(period))[0];
            }
            (0..facts.holds.rows()).for_each(|condition| facts.holds.row_mut(condition)[0] = 1.0);
            for &(condition, _, value) in self.holds.iter().filter(|(_, at, _)| *at == period) {
                facts.holds.row_mut(condition)[0] = value;
            }
            for &(index, _, value) in self.rates.iter().filter(|(_, at, _)| *at == period) {
                facts.rates.row_mut(index)[0] = value;
            }
            cash.run_period(&plan, &costs, &owed, &facts, PeriodId(period), &mut seen);
        }
        let outcome = Outcome { cash, movements };
        let paid: i64 = self.receipts.iter().map(|&(_, _, amount)| cents(amount)).sum();
        outcome.conserves(paid);
        outcome
    }
}

fn cents(dollars: f64) -> i64 {
    (dollars * 100.0).round() as i64
}

impl Outcome {
    /// Net flow of a tranche in every year, in dollars.
    pub fn flows(&self, tranche: usize) -> Vec<f64> {
        self.cash.flows[TrancheId(tranche)].lane(0).map(|cents| cents as f64 / 100.0).collect()
    }

    pub fn drawn(&self, tranche: usize) -> f64 {
        self.cash.standing.drawn.row(TrancheId(tranche))[0] as f64 / 100.0
    }

    pub fn received(&self, tranche: usize) -> f64 {
        self.cash.received.row(TrancheId(tranche))[0] as f64 / 100.0
    }

    pub fn owed(&self, tranche: usize) -> f64 {
        self.cash.standing.owed.row(TrancheId(tranche))[0] as f64 / 100.0
    }

    /// Provider, shortfall, avoided, unpaid to payors: in dollars.
    pub fn rest(&self) -> [f64; 4] {
        let cash = &self.cash;
        [&cash.provider, &cash.shortfall, &cash.avoided, &cash.unpaid_to_payors].map(|column| column[0] as f64 / 100.0)
    }

    fn conserves(&self, paid: i64) {
        let cash = &self.cash;
        fn all<I: pfsim::numeric::each::Id>(grid: &pfsim::numeric::grid::Grid<i64, I>) -> i64 {
            grid.lane(0).sum()
        }
        let came = paid + all(&cash.standing.drawn) + all(&cash.guaranteed) + cash.unpaid_to_payors[0] + cash.refunded[0];
        let went = cash.spent[0] + all(&cash.received) + all(&cash.pots) + all(&cash.bonuses) + cash.provider[0];
        assert_eq!((came, cash.held[0]), (went, 0));
    }
}

fn tranche(name: &str, amount: u32, terms: &str) -> String {
    format!("[[tranche]]\nname = \"{name}\"\namount = {amount}\n{terms}\n")
}

#[test]
fn pari_passu_shares_to_the_cent() {
    // Drawn 600 and 400 as committed. 501.01 is shared 6 to 4: 300.606 and 200.404, rounded so that not a cent is lost.
    let text = [COST.into(), tranche("x", 600, "rank = 1"), tranche("y", 400, "rank = 1")].concat();
    let outcome = Case::new(&text).paid(1, 501.01).run();
    assert_eq!([outcome.drawn(0), outcome.drawn(1)], [600.0, 400.0]);
    assert_eq!([outcome.received(0), outcome.received(1)], [300.60, 200.41]);
    assert_eq!(outcome.rest(), [0.0; 4]);
    // By what is owed, not by what was lent: 660 and 400 of 1,060, so 330 and 200 of 530.
    let text = [COST.into(), tranche("x", 600, "rank = 1\ncoupon = 0.1"), tranche("y", 400, "rank = 1")].concat();
    let outcome = Case::new(&text).paid(1, 530.0).run();
    assert_eq!([outcome.received(0), outcome.received(1)], [330.0, 200.0]);
}

#[test]
fn equal_draw_orders_share_what_is_needed() {
    // 1,000 are needed of 1,500 and 500: three quarters and one quarter.
    let text = [COST.into(), tranche("x", 1_500, "rank = 1\ndraw_order = 1"), tranche("y", 500, "rank = 2\ndraw_order = 1")].concat();
    let outcome = Case::new(&text).run();
    assert_eq!([outcome.drawn(0), outcome.drawn(1)], [750.0, 250.0]);
}

#[test]
fn first_losses_are_drawn_first_and_repaid_last() {
    let text = [
        COST.into(),
        tranche("grant", 200, "kind = \"grant\""),
        tranche("junior", 300, "kind = \"junior\"\ncoupon = 0.08"),
        tranche("senior", 800, "kind = \"senior\"\ncoupon = 0.05"),
    ];
    let outcome = Case::new(&text.concat()).paid(1, 600.0).run();
    // 1,000 = 200 + 300 + 500. Senior is owed 525, so 75 of 324 are left for junior.
    assert_eq!([0, 1, 2].map(|tranche| outcome.drawn(tranche)), [200.0, 300.0, 500.0]);
    assert_eq!([0, 1, 2].map(|tranche| outcome.received(tranche)), [0.0, 75.0, 525.0]);
}

#[test]
fn a_recoverable_grant_gets_its_principal_at_its_rank() {
    let text =
        [COST.into(), tranche("loan", 500, "kind = \"senior\"\ncoupon = 0.1"), tranche("grant", 500, "kind = \"recoverable_grant\"")]
            .concat();
    let outcome = Case::new(&text).paid(1, 800.0).paid(2, 400.0).run();
    // Year 1: 550 to the loan, 250 to the grant; year 2: the other 250, without interest, and 150 to the provider.
    assert_eq!(outcome.flows(0), [-500.0, 550.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(outcome.flows(1), [-500.0, 250.0, 250.0, 0.0, 0.0, 0.0]);
    assert_eq!(outcome.rest()[0], 150.0);
}

#[test]
fn a_recyclable_grant_pays_later_costs_or_fills_a_pot() {
    let later = "[[program.cost]]\nname = \"more\"\nonce = 200\nfrom = 2027-01-01\n";
    let text = |terms: &str| {
        let grant = tranche("grant", 500, &format!("kind = \"recyclable_grant\"{terms}"));
        Case::new(&[COST, later, &tranche("loan", 500, "kind = \"senior\""), &grant].concat()).paid(1, 900.0).paid(3, 350.0).run()
    };
    // Year 1: 500 to the loan, 400 of 500 into the pot. Year 2: the pot pays 200. Year 3: 300 are owed to it again, 50 to the provider.
    let stays = text("");
    assert_eq!(
        [stays.received(1), stays.cash.pots.row(TrancheId(1))[0] as f64, stays.cash.recycled.row(TrancheId(1))[0] as f64],
        [0.0, 50_000.0, 70_000.0]
    );
    assert_eq!(stays.rest(), [50.0, 0.0, 0.0, 0.0]);
    // A pot elsewhere pays no costs here: 100 are owed to it in year 3, 250 go to the provider.
    let leaves = text("\nrecycled_to = \"Fund\"");
    assert_eq!([leaves.cash.pots.row(TrancheId(1))[0], leaves.cash.recycled.row(TrancheId(1))[0]], [50_000, 50_000]);
    assert_eq!(leaves.rest(), [250.0, 200.0, 0.0, 0.0]);
}

#[test]
fn a_deferred_fee_waits_and_shares_what_is_left() {
    let fee = tranche("fee", 300, "kind = \"deferred_fee\"\nresidual_share = 0.5");
    let outcome = Case::new(&[COST, &fee, &tranche("loan", 700, "kind = \"senior\"")].concat()).paid(1, 1_200.0).run();
    // 700 to the loan, 300 to the fee; of the 200 left, half each.
    assert_eq!([outcome.received(0), outcome.received(1), outcome.rest()[0]], [400.0, 700.0, 100.0]);
}

#[test]
fn equity_gets_its_share_of_what_is_left() {
    let equity = tranche("fund", 400, "kind = \"equity\"\nresidual_share = 0.75");
    let outcome = Case::new(&[COST, &equity, &tranche("loan", 600, "kind = \"senior\"\ncoupon = 0.05")].concat()).paid(2, 1_000.0).run();
    // The loan is owed 600 × 1.05² = 661.50; three quarters of 338.50 are 253.875.
    assert_eq!([outcome.received(0), outcome.received(1)], [253.88, 661.50]);
    assert_eq!(outcome.rest()[0], 84.62);
    assert_eq!(outcome.owed(0), 0.0);
}

#[test]
fn a_bullet_pays_interest_in_cash_and_principal_at_once() {
    let terms = "rank = 1\ncoupon = 0.05\ninterest = \"cash\"\nrepaid = \"bullet\"\nmatures = 2028-06-30";
    let text = [COST, &tranche("bond", 1_000, terms), &tranche("junior", 100, "rank = 2")].concat();
    let outcome = Case::new(&text).paid(1, 100.0).paid(2, 30.0).paid(3, 1_100.0).run();
    // Junior is drawn first: 100, and 900 of the bond; interest is 45. What is over waits for 2028: 55, then 40, and nothing to junior.
    assert_eq!(outcome.flows(0), [-900.0, 45.0, 45.0, 945.0, 0.0, 0.0]);
    assert_eq!(outcome.flows(1), [-100.0, 0.0, 0.0, 100.0, 0.0, 0.0]);
    assert_eq!(outcome.rest()[0], 100.0 + 30.0 + 1_100.0 - 45.0 - 45.0 - 945.0 - 100.0);
}

#[test]
fn what_a_bullet_will_be_owed_is_set_aside() {
    let text = [COST, &tranche("bond", 1_000, "rank = 1\ncoupon = 0.05\nrepaid = \"bullet\"\nmatures = 2028-06-30")].concat();
    let outcome = Case::new(&text).paid(1, 2_000.0).run();
    // 1,050.00, 1,102.50, 1,157.625 half up: all of it is there, and the provider had the rest at once, but for a few cents of rounding.
    assert_eq!(outcome.flows(0), [-1_000.0, 0.0, 0.0, 1_157.63, 0.0, 0.0]);
    assert_eq!(outcome.rest()[0], 842.37);
    let at_once = outcome.movements.iter().find_map(|&(period, movement)| match movement {
        Movement::Provider(amount) if period == 1 => Some(amount),
        _ => None,
    });
    assert!(at_once.is_some_and(|amount| (84_230..=84_237).contains(&amount)), "{at_once:?}");
}

#[test]
fn costs_do_not_use_up_what_is_set_aside() {
    let later = "[[program.cost]]\nname = \"more\"\nonce = 200\nfrom = 2027-01-01\n";
    let bond = tranche("bond", 1_000, "rank = 1\ndraw_order = 1\nrepaid = \"bullet\"\nmatures = 2028-06-30");
    let outcome = Case::new(&[COST, later, &bond, &tranche("junior", 500, "rank = 2\ndraw_order = 2")].concat()).paid(1, 900.0).run();
    // 900 wait for the bond from year 1 on, so junior is drawn for the 200 of year 2.
    assert_eq!(outcome.flows(0), [-1_000.0, 0.0, 0.0, 900.0, 0.0, 0.0]);
    assert_eq!(outcome.flows(1), [0.0, 0.0, -200.0, 0.0, 0.0, 0.0]);
}

#[test]
fn unpaid_cash_interest_is_owed_with_interest() {
    let outcome = Case::new(&[COST, &tranche("loan", 1_000, "rank = 1\ncoupon = 0.1\ninterest = \"cash\"")].concat()).paid(1, 60.0).run();
    // 100 are due in year 1 and 60 paid: 1,040 × 1.1⁴ = 1,522.664.
    assert_eq!((outcome.received(0), outcome.owed(0)), (60.0, 1_522.66));
}

#[test]
fn a_coupon_follows_its_formula() {
    let text = [COST, &tranche("loan", 1_000, "rank = 1\ncoupon = { formula = \"all done.rate * 0.075\" }")].concat();
    let case = Case::new(&text).rate(0, 1, 0.075).rate(0, 2, f64::NAN).rate(0, 3, 0.089).rate(0, 4, -0.5).rate(0, 5, 0.0);
    // 75.00; undefined: nothing; 8.9% of 1,075 is 95.675, half up 95.68; below zero: nothing.
    assert_eq!(case.run().owed(0), 1_170.68);
}

#[test]
fn cash_drawn_ahead_waits_for_costs() {
    let costs = "[[program.cost]]\nname = \"work\"\nper_period = 300\nuntil = 2027-12-31\n";
    let draws = "rank = 1\ndraws = [{ date = 2025-03-01, amount = 500 }, { date = 2026-01-01, amount = 400, when = \"all done > 5\" }]";
    let text = [costs, &tranche("loan", 900, draws)].concat();
    // 500, less 300, less 200 and 100 of the 400, less 300: nothing is distributed before costs end, then nothing is left.
    let all = Case::new(&text).run();
    assert_eq!((all.flows(0), all.rest()), (vec![-500.0, -400.0, 0.0, 0.0, 0.0, 0.0], [0.0; 4]));
    // Without the second: 100 and then 300 find no money but 50 of receipts; these pay costs before they repay anybody.
    let one = Case::new(&text).fails(0, 1).paid(1, 50.0).run();
    assert_eq!((one.flows(0), one.rest()[1]), (vec![-500.0, 0.0, 0.0, 0.0, 0.0, 0.0], 350.0));
    // What no cost needed goes back.
    let over = Case::new(&[COST, &tranche("loan", 1_500, "rank = 1\ndraws = [{ date = 2025-01-01, amount = 1_400 }]")].concat()).run();
    assert_eq!(over.flows(0)[0], -1_000.0);
    assert_eq!([over.drawn(0), over.received(0)], [1_400.0, 400.0]);
}

#[test]
fn what_payors_receive_is_paid_by_cash_then_by_commitments() {
    let recycling = "[capital]\nrecycle_until = 2029-12-31\n";
    let text = [COST, recycling, &tranche("loan", 1_150, "rank = 1")].concat();
    // 100 of receipts wait in the project and 150 are undrawn: 50 of 300 nobody can pay.
    let outcome = Case::new(&text).paid(1, 100.0).paid_by(1, 2, -300.0).run();
    assert_eq!((outcome.flows(0), outcome.rest()), (vec![-1_000.0, 0.0, -150.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 50.0]));
    assert!(outcome.movements.contains(&(2, Movement::DrawForPayor(TrancheId(0), 15_000))));
}
