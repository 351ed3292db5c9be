//! Each party's total is the sum of its own cash flows: refunds that happened and that did not, what the provider makes of a deal, what
//! is set aside for a lender. Amounts are dollars, periods years from 2025, worked out by hand.

use pfsim::engine::{Block, Plan, audit};
use pfsim::metrics::{Catalogue, Observed, observe};
use pfsim::report::{settlement, settlement_text};
use pfsim::study::{Trial, trace};
use pfsim::{engine, scenario};

use crate::support::Z;
use crate::waterfall::{COST, Case};

/// Ten of ten people are done in the first year.
const HEAD: &str = "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n\
    [program]\nprovider = \"Provider\"\ncohorts = { count = 1, size = 10 }\n[[outcome]]\nname = \"done\"\nrate = 1.0\n\
    [[measure]]\nname = \"all done\"\nof = \"done\"\n[[payor]]\nname = \"B\"\n";

fn deal(text: &str) -> pfsim::deal::Deal {
    crate::support::deal(text)
}

fn settled(text: &str) -> Trial {
    let deal = deal(&format!("{HEAD}{text}"));
    let trial = trace(&deal, 1, 0);
    assert_eq!(audit(&deal, &trial.block), Ok(()));
    parties_add_up(&deal, &trial);
    trial
}

fn metric(trial: &Trial, name: &str) -> f64 {
    trial.metrics.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// What payors pay is what the work cost and what everybody gains: investors and guarantors, the provider, the pots.
fn parties_add_up(deal: &pfsim::deal::Deal, trial: &Trial) {
    let sum = |begins: &str, ends: &str| -> f64 {
        let own = trial.metrics.iter().filter(|(name, _)| name.starts_with(begins) && name.ends_with(ends));
        own.map(|(_, value)| value).sum()
    };
    let tranches: f64 = deal.capital.tranches.ids().map(|at| trial.block.cash.flows[at].lane(0).sum::<i64>() as f64 / 100.0).sum();
    let fees: f64 = deal
        .capital
        .tranches
        .ids()
        .filter(|&at| deal.capital.tranches[at].kind == pfsim::deal::TrancheKind::DeferredFee)
        .map(|at| trial.block.cash.flows[at].lane(0).sum::<i64>() as f64 / 100.0)
        .sum();
    let others = tranches - fees - sum("guarantee.", ".paid") + sum("tranche.", ".recycled");
    assert_eq!(metric(trial, "payors.total"), metric(trial, "program.cost") + metric(trial, "provider.result") + others);
    let years = sum("payor.\"B\".fy", "");
    assert_eq!(years, metric(trial, "payor.\"B\".total"), "a payor's total is the sum of its years");
}

fn payment(name: &str, pay: i64, terms: &str) -> String {
    format!(
        "[[payment]]\nname = \"{name}\"\npayor = \"B\"\non = \"all done\"\nprice = {{ steps = [{{ from = 0, pay = {pay} }}], by = \"units\" }}\n{terms}\n"
    )
}

const BACK: &str = "two_way = true\n";

/// 600 in 2026 go to the provider, and 700 are owed back in 2028: it refunds the 600, and 100 are owed and unpaid.
#[test]
fn the_provider_refunds_up_to_what_it_has_received() {
    let trial = settled(&[payment("fee", 600, "paid_after = 1"), payment("clawback", -700, &format!("{BACK}paid_after = 3"))].concat());
    let of = |name: &str| metric(&trial, name);
    assert_eq!([of("payors.total"), of("payor.\"B\".total"), of("payor.\"B\".fy2028")], [0.0, 0.0, -600.0]);
    assert_eq!([of("payors.unpaid_to"), of("payor.\"B\".unpaid_to")], [100.0, 100.0]);
    assert_eq!([of("payment.\"clawback\".due"), of("payment.\"clawback\".paid")], [-700.0, -600.0]);
    assert_eq!([of("provider.refunded"), of("program.residual"), of("provider.result")], [600.0, 0.0, 0.0]);
}

/// Nobody has anything when 300 are owed back: that did not happen, neither for the payor's total nor for its cap.
#[test]
fn a_refund_that_nobody_pays_did_not_happen() {
    let parts = [payment("clawback", -300, BACK), payment("fee", 600, "paid_after = 1"), payment("late", 400, "paid_after = 2")];
    let trial = settled(&["cap = 800\n", &parts.concat()].concat());
    let of = |name: &str| metric(&trial, name);
    assert_eq!([of("payors.total"), of("payors.unpaid_to"), of("payment.\"clawback\".paid")], [800.0, 300.0, 0.0]);
    assert_eq!([of("provider.result"), of("program.residual"), of("provider.refunded")], [800.0, 800.0, 0.0]);
    assert_eq!((of("payor.\"B\".cap_cuts"), of("payor.\"B\".fy2025")), (200.0, 0.0));
}

/// The same where the provider refunds by itself: out of its own pocket, and the refund frees 300 of the cap.
#[test]
fn the_provider_refunds_whatever_it_received() {
    let clawback = payment("clawback", -300, &format!("{BACK}refunded_by = \"provider\""));
    let parts = [clawback, payment("fee", 600, "paid_after = 1"), payment("late", 400, "paid_after = 2")];
    let trial = settled(&["cap = 800\n", &parts.concat()].concat());
    let of = |name: &str| metric(&trial, name);
    assert_eq!([of("payors.total"), of("payors.unpaid_to"), of("provider.refunded")], [700.0, 0.0, 300.0]);
    assert_eq!([of("provider.result"), of("program.residual"), of("provider.working_capital")], [700.0, 700.0, 300.0]);
    let wrong = format!("{HEAD}{}", payment("fee", 600, "refunded_by = \"provider\""));
    let problems = scenario::parse("case.toml", &wrong).expect_err("nothing to refund").to_string();
    assert!(problems.contains("refunded_by") && problems.contains("two_way = true"), "{problems}");
}

/// 301 are owed back to two payors, B and C, three to one: 226 and 75; a commitment of 100 pays a part, and 201 are owed in proportion.
#[test]
fn what_is_unpaid_is_shared_among_payors() {
    let clawback = payment("clawback", -301, BACK).replace("payor = \"B\"", "payors = { B = 0.75, C = 0.25 }");
    let bond = "[[tranche]]\nname = \"bond\"\namount = 100\nrank = 1\n";
    let trial = settled(&["[[payor]]\nname = \"C\"\n", &clawback, bond].concat());
    let owed = ["B", "C"].map(|payor| metric(&trial, &format!("payor.\"{payor}\".unpaid_to")));
    assert_eq!(owed[0] + owed[1], 201.0);
    assert!((owed[0] - 201.0 * 0.75).abs() <= 0.01, "{owed:?}");
    assert_eq!(metric(&trial, "payors.total"), -100.0);
}

/// A settlement says what was not refunded, every bonus and what came back to be used again.
#[test]
fn a_settlement_has_a_line_for_everybody() {
    let text = [
        HEAD,
        COST,
        &payment("clawback", -2_000, &format!("{BACK}paid_after = 3")),
        &payment("fee", 1_500, "paid_after = 1"),
        "[[tranche]]\nname = \"fund\"\nkind = \"recyclable_grant\"\namount = 900\nrecycled_to = \"the next program\"\n",
        "[[bonus]]\nname = \"good work\"\namount = 200\ndate = 2026-01-01\n",
    ];
    let deal = deal(&text.concat());
    let results = "[[enrolled]]\ncohort = 1\npeople = 10\n[[result]]\nmeasure = \"all done\"\ncohort = 1\nunits = 10\n";
    let results = pfsim::results::parse("results.toml", results, &deal).unwrap_or_else(|problems| panic!("{problems}"));
    let settled = engine::settle(&deal, &results);
    let settlement = settlement::settlement(&settled);
    let text = settlement_text::text(&settled, &settlement);
    // 1,500 in 2026: 200 bonus, 900 to be used again, 400 left over. Of 2,000 owed back in 2028 the provider refunds what it got, 600.
    assert_eq!(settlement.unpaid_to_payors[0].amount, 1_400.0, "{text}");
    let provider = &settlement.provider;
    assert_eq!([provider.left_over, provider.bonuses[0].amount, provider.refunded, provider.bore], [400.0, 200.0, 600.0, 100.0]);
    assert_eq!((provider.result, settlement.costs.cost, settlement.total), (-100.0, 1_000.0, 900.0));
    assert_eq!(settlement.tranches[0].recycled, Some(900.0));
    assert!(text.contains("not refunded to B for clawback"), "{text}");
}

/// Observes `trials` trials of a scenario: means of values and shares of chances by name.
fn observed(text: &str, trials: usize) -> (Catalogue, Observed) {
    let deal = deal(text);
    let plan = Plan::new(&deal, 7);
    let mut block = Block::new(&plan, trials);
    block.run(&plan, 0);
    let catalogue = Catalogue::new(&deal);
    let seen = observe(&deal, &catalogue, &block, Observed::default());
    (catalogue, seen)
}

fn column<'a>((catalogue, seen): &'a (Catalogue, Observed), name: &str) -> &'a [f64] {
    seen.values.row(catalogue.values.iter().position(|(known, _)| known == name).expect("a metric"))
}

/// 200 people at 1,000 each, 3,000 for each of those who get a job, 40% of them: a year of 200,000 out of pocket, 40,000 to gain, and a
/// loss where 66 jobs or fewer come: 2.47% by the binomial law.
#[test]
fn a_provider_paid_by_results_has_a_result() {
    let text = "schema = 1\n[deal]\nname = \"pbr\"\ncurrency = \"GBP\"\nstart = 2024-01-01\nperiod = \"quarter\"\nperiods = 12\n[program]\n\
        provider = \"Charity\"\ncohorts = { count = 4, size = 50 }\n[[program.cost]]\nname = \"service\"\nper_participant = 1_000\n[[outcome]]\n\
        name = \"job\"\nrate = 0.4\nafter = 4\n[[payor]]\nname = \"Council\"\n[[payment]]\nname = \"jobs\"\npayor = \"Council\"\non = \"job\"\n\
        price = { per_unit = 3_000 }\n";
    const TRIALS: usize = 20_000;
    let seen = observed(text, TRIALS);
    let n = TRIALS as f64;
    let result = column(&seen, "provider.result");
    let mean = result.iter().sum::<f64>() / n;
    // 3,000 × √(200 × 0.4 × 0.6) = 20,785 is the standard deviation of a trial.
    assert!((mean - 40_000.0).abs() < Z * 20_785.0 / n.sqrt(), "{mean}");
    let chance = seen.0.chances.iter().position(|(name, _)| name == "provider.loss").expect("a chance");
    let [loses, all] = seen.1.chances[chance];
    // P(jobs ≤ 66), jobs binomial: the sum of its terms.
    let mut term = pfsim::numeric::math::pow(0.6, 200.0);
    let mut below = term;
    for jobs in 1..=66 {
        term *= f64::from(201 - jobs) / f64::from(jobs) * 0.4 / 0.6;
        below += term;
    }
    assert!((below - 0.0247).abs() < 1e-4, "{below}");
    let error = (below * (1.0 - below) / n).sqrt();
    assert!((loses as f64 / all as f64 - below).abs() < Z * error, "{loses} of {all}");
    for (name, amount) in
        [("program.cost", 200_000.0), ("program.cost_paid", 0.0), ("program.shortfall", 200_000.0), ("provider.working_capital", 200_000.0)]
    {
        assert!(column(&seen, name).iter().all(|seen| *seen == amount), "{name}");
    }
}

/// 10,000 a month for a year; 45,000 for each quarter's 30 people, four months after they start. Out of pocket at the end of each month:
/// 10, 20, 30, 40, 5 (45 come in), 15, 25, −10, …
#[test]
fn working_capital_is_the_most_that_is_out_of_pocket() {
    let text = "schema = 1\n[deal]\nname = \"wc\"\ncurrency = \"GBP\"\nstart = 2024-01-01\nperiod = \"month\"\nperiods = 24\n[program]\n\
        provider = \"Provider\"\ncohorts = { count = 4, every = 3, size = 30 }\n[[program.cost]]\nname = \"service\"\nper_period = 10_000\n\
        until = 2024-12-31\n[[outcome]]\nname = \"work\"\nrate = 1.0\nafter = 3\n[[payor]]\nname = \"D\"\n[[payment]]\nname = \"jobs\"\n\
        payor = \"D\"\non = \"work\"\nprice = { per_unit = 1_500 }\npaid_after = 1\n";
    let seen = observed(text, 1);
    assert_eq!(column(&seen, "provider.working_capital"), [40_000.0]);
    assert_eq!(column(&seen, "provider.result"), [60_000.0]);
}

/// A fee of 400 waits and 250 of it come back; the rest of the 1,000 has no money, and a malus of 50 is paid in.
#[test]
fn deferred_fees_and_maluses_are_the_providers() {
    let parts = [
        COST,
        &payment("fee", 200, "paid_after = 1"),
        "[[tranche]]\nname = \"own fee\"\nkind = \"deferred_fee\"\namount = 400\n[[bonus]]\nname = \"malus\"\namount = -50\ndate = 2026-01-01\n",
    ];
    let trial = settled(&parts.concat());
    let of = |name: &str| metric(&trial, name);
    assert_eq!([of("program.cost"), of("program.cost_paid"), of("program.shortfall")], [1_000.0, 400.0, 600.0]);
    assert_eq!([of("provider.result"), of("provider.working_capital")], [250.0 - 400.0 - 600.0 - 50.0, 1_000.0]);
}

fn tranche(name: &str, amount: u32, terms: &str) -> String {
    format!("[[tranche]]\nname = \"{name}\"\namount = {amount}\n{terms}\n")
}

const BULLET: &str = "repaid = \"bullet\"\nmatures = 2029-06-30";

/// Equal ranks, one repaid at once: 60 and then 40 are shared by halves, and what is set aside is not shared again.
#[test]
fn equal_ranks_share_in_proportion_to_what_is_not_yet_set_aside() {
    let text = [COST, &tranche("a", 500, "rank = 1"), &tranche("b", 500, &format!("rank = 1\n{BULLET}"))].concat();
    let once = Case::new(&text).paid(1, 500.0).run();
    assert_eq!(once.flows(0), [-500.0, 250.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(once.flows(1), [-500.0, 0.0, 0.0, 0.0, 250.0, 0.0]);
    let twice = Case::new(&text).paid(1, 60.0).paid(3, 40.0).run();
    assert_eq!((twice.flows(0), twice.flows(1)), (vec![-500.0, 30.0, 0.0, 20.0, 0.0, 0.0], vec![-500.0, 0.0, 0.0, 0.0, 50.0, 0.0]));
    // 400 and then 800: a has 200 and then 300, its last; b has 200 and then 300 set aside; 200 go to the provider.
    let full = Case::new(&text).paid(1, 400.0).paid(3, 800.0).run();
    assert_eq!((full.flows(0)[3], full.flows(1)[4], full.rest()[0]), (300.0, 500.0, 200.0));
}

/// What is set aside for a later rank is not for an earlier one that is drawn afterwards; a payor that is owed something comes before it.
#[test]
fn what_is_set_aside_is_its_lenders_own() {
    let later = "[[program.cost]]\nname = \"more\"\nonce = 200\nfrom = 2027-01-01\n";
    let junior = tranche("junior", 1_000, &format!("rank = 2\ndraw_order = 1\n{BULLET}"));
    let text = [COST, later, &junior, &tranche("senior", 500, "rank = 1\ndraw_order = 2")].concat();
    let outcome = Case::new(&text).paid(1, 300.0).run();
    assert_eq!((outcome.flows(0)[4], outcome.received(1), outcome.owed(1)), (300.0, 0.0, 200.0));
    let refunded = Case::new(&text).paid(1, 300.0).paid_by(1, 3, -120.0).run();
    assert_eq!((refunded.flows(0)[4], refunded.rest()[3]), (180.0, 0.0));
}

/// A loan whose formula gives 10% and whose return is capped at 5% has 1,000 × 1.05⁴ = 1,215.50 set aside, and no more; the rest is the provider's at once.
#[test]
fn no_more_is_set_aside_than_a_return_cap_lets_be_taken() {
    let bond = tranche("bond", 1_000, &format!("rank = 1\ncoupon = {{ formula = \"all done.rate * 0.1\" }}\nreturn_cap = 0.05\n{BULLET}"));
    let text = [COST, &bond].concat();
    let outcome = (1..6).fold(Case::new(&text), |case, year| case.rate(0, year, 0.1)).paid(1, 2_000.0).run();
    assert!((outcome.received(0) - 1_215.50).abs() < 0.05, "{}", outcome.received(0));
    let at_once = outcome.movements.iter().filter(|line| line.0 == 1);
    let at_once: i64 =
        at_once.filter_map(|line| if let pfsim::waterfall::Movement::Provider(amount) = line.1 { Some(amount) } else { None }).sum();
    assert!((at_once as f64 / 100.0 - (2_000.0 - 1_215.50)).abs() < 0.05, "{at_once}");
}
