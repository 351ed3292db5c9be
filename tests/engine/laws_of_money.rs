//! Laws that hold for every contract: no cent is lost, caps hold, more outcomes never pay less, order does not matter.

use proptest::prelude::*;

use pfsim::deal::{CohortId, Deal, GroupId, MeasureId, PayorId};
use pfsim::engine::{Block, Plan, audit};
use pfsim::study::{Options, run};

/// A generated contract in the text of a scenario.
#[derive(Clone, Debug)]
struct Contract {
    size: u32,
    cohorts: u32,
    effect: f64,
    method: usize,
    pool: usize,
    prices: Vec<(usize, u32, Option<u32>, Option<u32>)>,
    payor_cap: Option<u32>,
    yearly_cap: Option<u32>,
    deal_cap: Option<u32>,
    tranches: Vec<(bool, u32, f64)>,
    recycle: bool,
    fixed_cost: u32,
}

fn contract() -> impl Strategy<Value = Contract> {
    let cap = || proptest::option::of(0u32..3_000_000);
    let people = (1u32..300, 1u32..7, -0.3f64..0.3, 0usize..4, 0usize..3);
    let prices = proptest::collection::vec((0usize..5, 0u32..20_000, cap(), cap()), 1..5);
    let tranches = proptest::collection::vec((any::<bool>(), 0u32..2_000_000, 0.0f64..0.2), 0..4);
    (people, prices, cap(), cap(), cap(), tranches, any::<bool>(), 0u32..100_000).prop_map(
        |((size, cohorts, effect, method, pool), prices, payor_cap, yearly_cap, deal_cap, tranches, recycle, fixed_cost)| Contract {
            size,
            cohorts,
            effect,
            method,
            pool,
            prices,
            payor_cap,
            yearly_cap,
            deal_cap,
            tranches,
            recycle,
            fixed_cost,
        },
    )
}

impl Contract {
    fn text(&self) -> String {
        let cap = |name: &str, cap: Option<u32>| cap.map_or(String::new(), |cap| format!("{name} = {cap}\n"));
        let method = ["\"count\"", "\"exact\"", "{ randomized = { comparison = 40 } }"];
        let matched = "{ matched = { comparison = 40, bias = { normal = { mean = 0.0, sd = 0.05 } } } }";
        let method = method.get(self.method).copied().unwrap_or(matched);
        let pool = ["cohort", "year", "all"][self.pool];
        let mut text = format!(
            "schema = 1\n[deal]\nname = \"generated\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"quarter\"\nperiods = 20\n{}\
             [program]\nprovider = \"p\"\ncohorts = {{ count = {}, size = {} }}\nenrolment_ratio = {{ lognormal = {{ mu = 0.0, sigma = 0.4 }} }}\n\
             overrun = {{ gamma = {{ mean = 1.0, sd = 0.3 }} }}\n[[program.cost]]\nname = \"each\"\nper_participant = 1_234.56\n\
             [[program.cost]]\nname = \"fixed\"\nper_period = {}\noverrun = {{ uniform = {{ low = 0.5, high = 2.0 }} }}\n\
             [economy]\npersistence_per_year = 0.8\nsd = 2.0\n[[outcome]]\nname = \"step\"\nrate = {{ beta = {{ mean = 0.7, sd = 0.1 }} }}\n\
             [[outcome]]\nname = \"job\"\nwithout = {{ beta = {{ mean = 0.4, sd = 0.1 }} }}\neffect = {:.3}\neffect_through = \"step\"\n\
             per_point_of_unemployment = -0.02\nafter = 2\n[[outcome]]\nname = \"kept\"\ngiven = \"job\"\nrate = 0.6\nafter = 4\n\
             [[outcome]]\nname = \"raise\"\ngiven = \"job\"\nrate = 0.3\nafter = 3\n[[records]]\nname = \"r\"\nmatch_rate = 0.9\n\
             [[measure]]\nname = \"jobs\"\nof = \"job\"\nrecords = \"r\"\nmethod = {method}\npool = \"{pool}\"\n\
             [[measure]]\nname = \"keeps\"\nof = \"kept\"\nrecords = \"r\"\n[[measure]]\nname = \"raises\"\nof = \"raise\"\nrecords = \"r\"\n\
             [[payor]]\nname = \"one\"\n{}{}[[payor]]\nname = \"two\"\n",
            cap("cap", self.deal_cap),
            self.cohorts,
            self.size,
            self.fixed_cost,
            self.effect,
            cap("cap", self.payor_cap),
            cap("cap_per_fiscal_year", self.yearly_cap),
        );
        for (index, &(kind, amount, whole, yearly)) in self.prices.iter().enumerate() {
            let (on, price) = match kind {
                0 => ("jobs", format!("{{ per_unit = {amount}.37 }}")),
                1 => ("keeps", format!("{{ per_unit = {amount} }}")),
                2 => ("raises", format!("{{ lump_sum = {amount} }}")),
                3 => (
                    "jobs",
                    format!("{{ by = \"rate\", steps = [{{ from = 0.2, pay = {amount} }}, {{ from = 0.5, pay = {} }}] }}", amount + 7),
                ),
                _ if self.method == 0 => ("jobs", format!("{{ per_unit = {amount} }}")),
                _ => ("jobs", format!("{{ per_additional = {amount} }}")),
            };
            let payor = if index % 3 == 2 { "two" } else { "one" };
            text.push_str(&format!(
                "[[payment]]\nname = \"payment {index}\"\npayor = \"{payor}\"\non = \"{on}\"\nprice = {price}\npaid_after = {}\n{}{}",
                index % 2,
                cap("cap", whole),
                cap("cap_per_fiscal_year", yearly)
            ));
        }
        if self.recycle {
            text.push_str("[capital]\nrecycle_until = 2026-12-31\n");
        }
        for (index, (grant, amount, coupon)) in self.tranches.iter().enumerate() {
            let terms = match grant {
                true => "kind = \"grant\"".to_string(),
                false => format!("rank = {}\ncoupon = {coupon:.4}\nresidual_share = 0.25", index + 1),
            };
            text.push_str(&format!("[[tranche]]\nname = \"tranche {index}\"\namount = {amount}\n{terms}\n"));
        }
        text
    }

    fn deal(&self) -> Deal {
        let text = self.text();
        crate::support::deal(&text)
    }
}

fn block(deal: &Deal, lanes: usize) -> Block {
    let plan = Plan::new(deal, 3);
    let mut block = Block::new(&plan, lanes);
    block.run(&plan, 0);
    block
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// drawn + paid = spent + distributed + held, every limit holds, nothing is negative (`engine::audit`), in every trial.
    #[test]
    fn no_cent_is_lost_and_no_limit_exceeded(contract in contract()) {
        let deal = contract.deal();
        prop_assert_eq!(audit(&deal, &block(&deal, 100)), Ok(()));
    }

    /// Nobody found who did not truly have the outcome, nobody with an inner outcome who lacks the outer one.
    #[test]
    fn findings_nest_as_outcomes_do(contract in contract()) {
        let deal = contract.deal();
        let block = block(&deal, 100);
        let (world, found) = (&block.world, &block.findings.measures);
        for cohort in 0..deal.program.cohorts.len() {
            for lane in 0..100 {
                let truth: Vec<u32> = world.outcomes.iter().map(|outcome| outcome.count.row(cohort)[lane]).collect();
                prop_assert!(truth[2] <= truth[1] && truth[3] <= truth[1] && truth[1] <= world.enrolled.row(CohortId(cohort))[lane]);
                let [kept, raised] = [1, 2].map(|measure: usize| found[MeasureId(measure)].units.row(GroupId(cohort))[lane]);
                prop_assert!(kept <= truth[2] && raised <= truth[3]);
                if contract.pool == 0 {
                    let jobs = found[MeasureId(0)].units.row(GroupId(cohort))[lane];
                    prop_assert!(jobs <= truth[1] && kept <= jobs && raised <= jobs);
                }
            }
        }
    }

    /// A higher cap never pays less, and the same world is settled: only the terms differ.
    #[test]
    fn a_higher_cap_never_pays_less(contract in contract(), more in 1u32..1_000_000) {
        prop_assume!(contract.payor_cap.is_some());
        let low = block(&contract.deal(), 64);
        let mut raised = contract.clone();
        raised.payor_cap = contract.payor_cap.map(|cap| cap + more);
        let high = block(&raised.deal(), 64);
        prop_assert_eq!(&low.world.enrolled, &high.world.enrolled);
        if contract.deal_cap.is_none() {
            for (low, high) in low.owed.payor_paid.row(PayorId(0)).iter().zip(high.owed.payor_paid.row(PayorId(0))) {
                prop_assert!(low <= high);
            }
        }
    }

    /// Quantiles in order, means between the extremes, a standard error for every number.
    #[test]
    fn summaries_are_within_what_the_contract_allows(contract in contract()) {
        let deal = contract.deal();
        let options = Options::default().trials(700).seed(3).audit(true);
        let run = run(&deal, &options).expect("a run");
        for metric in &run.metrics {
            let summary = &metric.summary;
            if summary.count > 0 {
                prop_assert!(summary.min <= summary.p5 && summary.p5 <= summary.p50 && summary.p50 <= summary.p95 && summary.p95 <= summary.max);
                prop_assert!(summary.mean >= summary.min - 1e-6 && summary.mean <= summary.max + 1e-6, "{}: {:?}", metric.name, summary);
                prop_assert!(summary.se.is_finite() || summary.count < 2);
            }
        }
        for chance in &run.chances {
            prop_assert!(chance.share.hits <= chance.share.count && chance.share.count <= 700);
        }
    }
}
