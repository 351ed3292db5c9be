//! How a program is run: groups of people with rates of their own, several providers, referrals, a late start, shares of the budget.

use pfsim::deal::{CohortId, Deal, OutcomeId, PeriodId};
use pfsim::engine::{Block, Plan};

use crate::support::Z;

const LANES: usize = 20_000;

fn deal(program: &str, more: &str) -> Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"operation\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 6\n\
         [program]\nprovider = \"Centre\"\n{program}\n{more}"
    );
    crate::support::deal(&text)
}

fn simulate(deal: &Deal) -> Block {
    let plan = Plan::new(deal, 23);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    block
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    values.sum::<f64>() / LANES as f64
}

const TWO: &str = "[[program.site]]\nname = \"Youth\"\nprovider = \"Bridge\"\ncapacity = 70\ncohorts = { count = 1, size = 80 }\n\
    [[program.site]]\nname = \"Adults\"\ncohorts = { count = 1, size = 100 }\n[[program.cost]]\nname = \"class\"\nper_participant = 1_000\n\
    [[program.cost]]\nname = \"mentor\"\nper_participant = 500\nsites = [\"Youth\"]\n";

/// Two groups with their own counterfactual and effect: rates, additional outcomes, costs and capacity of each are its own.
#[test]
fn people_are_not_all_alike() {
    let deal = deal(
        TWO,
        "[[outcome]]\nname = \"job\"\nwithout = 0.4\neffect = 0.1\n\
         at = [{ sites = [\"Youth\"], without = { beta = { mean = 0.2, sd = 0.04 } }, effect = 0.3 }]\n",
    );
    assert_eq!(deal.program.providers(), ["Bridge", "Centre"]);
    let block = simulate(&deal);
    let [youth, adults] = [0, 1].map(|row| block.world.outcomes[OutcomeId(0)].with.row(row));
    assert!(adults.iter().all(|rate| (rate - 0.5).abs() < 1e-12), "everywhere else as said");
    let average = mean(youth.iter().copied());
    assert!((average - 0.5).abs() <= Z * 0.04 / (LANES as f64).sqrt(), "{average}");
    assert!(youth.iter().any(|rate| (rate - 0.5).abs() > 0.02), "its own law");
    assert!(
        block.world.enrolled.row(CohortId(0)).iter().all(|people| *people == 70)
            && block.world.enrolled.row(CohortId(1)).iter().all(|people| *people == 100)
    );
    let additional = &block.world.outcomes[OutcomeId(0)].additional;
    assert!(additional.iter().all(|additional| (additional - (70.0 * 0.3 + 100.0 * 0.1)).abs() < 1e-9));
    assert!(block.costs.due.row(PeriodId(0)).iter().all(|cost| *cost == (170 * 1_000 + 70 * 500) * 100));
}

/// What is otherwise elsewhere moves no draw of what is not: adding a group's own rates leaves the other's people as they were.
#[test]
fn one_group_moves_nothing_of_another() {
    let job = "[[outcome]]\nname = \"job\"\nrate = { beta = { mean = 0.5, sd = 0.1 } }\n";
    let alike = simulate(&deal(TWO, job));
    let other = simulate(&deal(TWO, &format!("{job}at = [{{ sites = [\"Youth\"], rate = 0.9 }}]\n")));
    assert_eq!(alike.world.outcomes[OutcomeId(0)].count.row(1), other.world.outcomes[OutcomeId(0)].count.row(1));
    assert_ne!(alike.world.outcomes[OutcomeId(0)].count.row(0), other.world.outcomes[OutcomeId(0)].count.row(0));
}

/// Referrals are each cohort's own: means are the product's, and cohorts are independent where the program's ratio is certain.
#[test]
fn referrals_fall_short_cohort_by_cohort() {
    let block = simulate(&deal(
        "cohorts = { count = 2, size = 1_000 }\nenrolment_ratio = 0.9\nreferral_ratio = { beta = { mean = 0.8, sd = 0.1 } }",
        "",
    ));
    let people = |cohort: usize| block.world.enrolled.row(CohortId(cohort)).iter().map(|people| f64::from(*people));
    let sd = 900.0 * 0.1;
    for cohort in 0..2 {
        let mean = mean(people(cohort));
        assert!((mean - 720.0).abs() <= Z * sd / (LANES as f64).sqrt() + 0.5, "{mean}");
    }
    let together = mean(people(0).zip(people(1)).map(|(one, two)| (one - 720.0) * (two - 720.0)));
    assert!(together.abs() <= Z * sd * sd / (LANES as f64).sqrt() + 1.0, "{together}");
}

/// A late start moves all cohorts together and loses nobody; it happens as often as said.
#[test]
fn a_late_start() {
    let deal = deal(
        "cohorts = { sizes = [100, 50], periods = [0, 1] }\ndelay = [0.6, 0.3, 0.1]\n[[program.cost]]\nname = \"class\"\nper_participant = 10\n",
        "[[outcome]]\nname = \"job\"\nrate = 1\nafter = 2\n",
    );
    assert_eq!(deal.program.planned(), 150);
    let block = simulate(&deal);
    let people = |cohort: usize| block.world.enrolled.row(CohortId(cohort));
    assert!(people(0).iter().all(|people| *people == 100) && people(1).iter().all(|people| *people == 50), "each cohort enrols once");
    let mut seen = [0.0; 3];
    for lane in 0..LANES {
        let late = block.world.late[lane] as usize;
        seen[late] += 1.0 / LANES as f64;
        assert_eq!(block.costs.due.row(PeriodId(late))[lane], 100 * 10 * 100, "costs come as late as the people");
        assert_eq!(block.costs.due.row(PeriodId(late + 1))[lane], 50 * 10 * 100);
    }
    for (seen, chance) in seen.into_iter().zip([0.6, 0.3, 0.1_f64]) {
        assert!((seen - chance).abs() <= Z * (chance * (1.0 - chance) / LANES as f64).sqrt(), "{seen} {chance}");
    }
}

/// 15% of what the other lines turn out to cost, and a contingency of which a part is used; shares are not shares of each other.
#[test]
fn shares_of_the_budget() {
    let block = simulate(&deal(
        "cohorts = { count = 1, size = 100 }\noverrun = { uniform = { low = 0.9, high = 1.3 } }\n[[program.cost]]\nname = \"class\"\n\
         per_participant = 1_000\n[[program.cost]]\nname = \"rent\"\nonce = 5_000\nfrom = 2027-01-01\noutside_raise = true\n\
         [[program.cost]]\nname = \"overhead\"\nshare_of_costs = 0.15\n[[program.cost]]\nname = \"contingency\"\nshare_of_costs = 0.1\n\
         overrun = { uniform = { low = 0, high = 1 } }\n",
        "",
    ));
    let [all, rent] = [block.costs.due.row(PeriodId(0)), block.costs.due.row(PeriodId(2))];
    for lane in 0..LANES {
        let ratio = all[lane] as f64 / 100.0 / 115_000.0;
        assert!(ratio > 0.9 - 1e-6 && ratio < 1.3 * 1.25 / 1.15 + 1e-6, "{ratio}");
        assert!(rent[lane] >= 500_000 * 9 / 10 * 15 / 100 && rent[lane] <= 500_000 * 13 / 10 * 25 / 100, "the overhead of what others pay");
    }
    // Mean: 1.1 × 100,000 × (1 + 0.15 + 0.1 × ½); its standard deviation is at most the sum of its parts'.
    let sd = 100_000.0 * (0.4 * 1.25 + 1.3 * 0.1) / 12_f64.sqrt();
    let mean = mean(all.iter().map(|cost| *cost as f64 / 100.0));
    assert!((mean - 132_000.0).abs() <= Z * sd / (LANES as f64).sqrt(), "{mean}");
}
