//! Behaviours of the evaluation that no other test looked at (`docs/mutants.md`): against the truth, or against the same people counted
//! cohort by cohort.

use pfsim::deal::{Deal, GroupId, MeasureId, OutcomeId, PaymentId, Statistic};
use pfsim::engine::{Block, Plan};
use pfsim::evaluation::Estimate;

const LANES: usize = 200;

const WORLD: &str = "schema = 1
[deal]
name = \"evaluation\"
currency = \"USD\"
start = 2025-01-01
period = \"quarter\"
periods = 20
[program]
provider = \"p\"
cohorts = { count = 4, every = 2, size = 150 }
[[outcome]]
name = \"job\"
without = 0.4
effect = 0.1
after = 1
[[outcome]]
name = \"pay\"
kind = \"amount\"
without = 20_000
effect = 1_500
sd = 9_000
[[outcome]]
name = \"works\"
rate = 0.5
after = 1
rounds = { count = 3, every = 2 }
keeps = \"independent\"
[[payor]]
name = \"P\"
";

fn deal(text: &str) -> Deal {
    crate::support::deal(text)
}

fn simulate(more: &str) -> Block {
    let plan = Plan::new(&deal(&format!("{WORLD}{more}")), 11);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    block
}

/// `statistic` of `group` in every trial.
fn all(found: &Estimate, statistic: Statistic, group: usize) -> Vec<f64> {
    let mut values = vec![0.0; LANES];
    found.statistic(statistic, GroupId(group), &mut values);
    values
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} and {expected}");
}

/// Standard deviation about a known mean.
fn spread(values: &[f64], mean: f64) -> f64 {
    (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64).sqrt()
}

#[test]
fn a_blend_among_the_treated() {
    let measures = "[[measure]]\nname = \"lottery\"\nof = \"job\"\nmethod = { randomized = { comparison = 50 } }\n\
        [[measure]]\nname = \"matched\"\nof = \"job\"\nmethod = { matched = { comparison = 90, bias = 0.02 } }\n\
        [[measure]]\nname = \"both\"\nof = \"job\"\nmethod = { blend = { lottery = 0.8, matched = 0.2 } }\n";
    let (offered, treated) = (simulate(measures), simulate(&format!("{measures}treated_share = 0.5\n")));
    let (offered, treated) = (&offered.findings.measures[MeasureId(2)], &treated.findings.measures[MeasureId(2)]);
    for (statistic, factor) in [(Statistic::Difference, 0.5), (Statistic::StandardError, 0.5), (Statistic::PValue, 1.0)] {
        for (plain, scaled) in all(offered, statistic, 1).iter().zip(all(treated, statistic, 1)) {
            near(scaled * factor, *plain);
        }
    }
}

#[test]
fn an_exact_evaluator_has_the_truth_and_no_error_of_its_own() {
    let block = simulate("[[measure]]\nname = \"job\"\nof = \"job\"\npool = \"all\"\nmethod = \"exact\"\n");
    let found = &block.findings.measures[MeasureId(0)];
    all(found, Statistic::Rate, 0).into_iter().for_each(|rate| near(rate, 0.5));
    all(found, Statistic::ComparisonRate, 0).into_iter().for_each(|rate| near(rate, 0.4));
    for statistic in [Statistic::StandardError, Statistic::PValue] {
        assert!(all(found, statistic, 0).iter().all(|value| value.is_nan()));
    }
}

/// 40% and a bias of 10 points: half of 2,000 people in each of 200 trials, within 4.89 standard errors.
#[test]
fn a_bias_is_added_to_whom_participants_are_compared_with() {
    let block = simulate("[[measure]]\nname = \"job\"\nof = \"job\"\nmethod = { matched = { comparison = 2_000, bias = 0.1 } }\n");
    let found = &block.findings.measures[MeasureId(0)];
    let [rates, compared, decrease] =
        [Statistic::Rate, Statistic::ComparisonRate, Statistic::Decrease].map(|statistic| all(found, statistic, 0));
    let mean = compared.iter().sum::<f64>() / LANES as f64;
    assert!((mean - 0.5).abs() <= 4.8916 * (0.25_f64 / 2_000.0 / LANES as f64).sqrt(), "{mean}");
    (0..LANES).for_each(|lane| near(decrease[lane], compared[lane] - rates[lane]));
}

#[test]
fn everybody_may_be_missed() {
    let block = simulate("[[measure]]\nname = \"job\"\nof = \"job\"\nfalse_negative = 1.0\n");
    assert!(all(&block.findings.measures[MeasureId(0)], Statistic::Units, 0).iter().all(|units| *units == 0.0));
}

/// 450 = 9,000/√400 and 0.0219 = √(0.4 · 0.6/500), within 4.89 standard errors of a standard deviation of 200 normal numbers.
#[test]
fn an_estimate_from_earlier_people_is_as_uncertain_as_they_are_few() {
    let block = simulate(
        "[[measure]]\nname = \"pay\"\nof = \"pay\"\npool = \"all\"\nmethod = { historical = { estimated_from = 400 } }\n\
         [[measure]]\nname = \"rate\"\nof = \"job\"\npool = \"all\"\nmethod = { historical = { estimated_from = 500 } }\n",
    );
    let within = 4.8916 / (2.0 * LANES as f64).sqrt();
    for (measure, mean, expected) in [(0, 20_000.0, 450.0), (1, 0.4, (0.4_f64 * 0.6 / 500.0).sqrt())] {
        let values = all(&block.findings.measures[MeasureId(measure)], Statistic::ComparisonRate, 0);
        let found = spread(&values, mean);
        let off = values.iter().sum::<f64>() / LANES as f64 - mean;
        assert!(off.abs() <= 4.8916 * expected / (LANES as f64).sqrt(), "{off}");
        assert!((found / expected - 1.0).abs() <= within, "{found} and {expected}");
    }
}

#[test]
fn nobody_has_a_rate_of_nothing() {
    let text = WORLD.replace("size = 150 }\n", "size = 1 }\nenrolment_ratio = { uniform = { low = 0.0, high = 1.0 } }\n");
    let plan = Plan::new(&deal(&format!("{text}[[measure]]\nname = \"job\"\nof = \"job\"\n")), 11);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    let found = &block.findings.measures[MeasureId(0)];
    let rates = all(found, Statistic::Rate, 0);
    let empty: Vec<f64> =
        found.enrolled.row(GroupId(0)).iter().zip(rates).filter(|(people, _)| **people == 0).map(|(_, rate)| rate).collect();
    assert!(!empty.is_empty() && empty.iter().all(|rate| rate.is_nan()), "of nobody there is no rate");
}

/// Each round is counted by itself, and who is found is found in every round: given how many that are, rounds tell nothing of each other.
#[test]
fn rounds_are_found_one_by_one() {
    let block = simulate(
        "[[records]]\nname = \"r\"\nmatch_rate = 0.5\n[[measure]]\nname = \"people\"\nof = \"enrolled\"\nrecords = \"r\"\n\
         [[measure]]\nname = \"true\"\nof = \"works\"\n[[measure]]\nname = \"found\"\nof = \"works\"\nrecords = \"r\"\n",
    );
    let [people, counted, found] = [0, 1, 2].map(|at| &block.findings.measures[MeasureId(at)]);
    let truth = &block.world.outcomes[OutcomeId(2)].count;
    let mut products = [0.0; 3];
    for cohort in 0..4 {
        for lane in 0..LANES {
            let off = [0, 1, 2].map(|round| {
                let row = round * 4 + cohort;
                assert_eq!(counted.units.row(GroupId(row))[lane], truth.row(row)[lane]);
                let matched = f64::from(people.units.row(GroupId(cohort))[lane]) / f64::from(people.enrolled.row(GroupId(cohort))[lane]);
                f64::from(found.units.row(GroupId(row))[lane]) - f64::from(truth.row(row)[lane]) * matched
            });
            products[0] += off[0] * off[1];
            products[1] += off[1] * off[2];
            products[2] += off[1] * off[1];
        }
    }
    // A correlation of 800 independent pairs has a standard error of 1/√800.
    let within = 4.8916 / (4.0 * LANES as f64).sqrt();
    assert!(products[2] > 0.0);
    assert!(products[..2].iter().all(|product| (product / products[2]).abs() <= 1.3 * within), "{products:?}");
}

/// The stop comes in period 4, when cohort 3 enrols: cohorts 1 to 3 are kept, and of the second year only cohort 3.
#[test]
fn a_stop_keeps_whom_it_finds() {
    let terms = "[[measure]]\nname = \"gain\"\nof = \"job\"\nmethod = { randomized = { comparison = 80 } }\n\
        [[measure]]\nname = \"jobs\"\nof = \"job\"\npool = \"all\"\n[[measure]]\nname = \"each\"\nof = \"job\"\n\
        [[measure]]\nname = \"years\"\nof = \"pay\"\npool = \"year\"\n[[measure]]\nname = \"pays\"\nof = \"pay\"\n\
        [[measure]]\nname = \"together\"\nof = \"pay\"\npool = \"all\"\n[[payment]]\nname = \"d\"\npayor = \"P\"\n\
        on = \"together\"\nprice = { formula = \"together.units / 100\" }\n\
        [[payment]]\nname = \"a\"\npayor = \"P\"\non = \"gain\"\nprice = { formula = \"800 * gain.comparison_rate\" }\n\
        [[payment]]\nname = \"b\"\npayor = \"P\"\non = \"jobs\"\nprice = { per_unit = 1 }\n\
        [[payment]]\nname = \"c\"\npayor = \"P\"\non = \"years\"\nprice = { formula = \"years.units / 100\" }\n\
        [[stop]]\nname = \"enough\"\nat = 2026-03-31\nwhen = \"date >= 2025-01-01\"\n";
    let block = simulate(terms);
    let [gain, _, each, _, pays] = [0, 1, 2, 3, 4].map(|at| &block.findings.measures[MeasureId(at)]);
    // Payment "d" stands first in the file.
    let [d, a, b, c] = [0, 1, 2, 3];
    let totals: Vec<Vec<f64>> = (0..3).map(|cohort| all(pays, Statistic::Units, cohort)).collect();
    let totals: Vec<f64> = (0..LANES).map(|lane| totals.iter().map(|cohort| cohort[lane]).sum()).collect();
    for (lane, total) in totals.into_iter().enumerate() {
        // 800 times a share of 80 are ten dollars a person.
        let compared: u32 = (0..3).map(|cohort| gain.comparison.row(GroupId(cohort))[lane]).sum();
        assert_eq!(block.owed.payment_paid.row(PaymentId(a))[lane], i64::from(compared) * 1_000);
        let people: u32 = (0..3).map(|cohort| each.units.row(GroupId(cohort))[lane]).sum();
        assert_eq!(block.owed.payment_paid.row(PaymentId(b))[lane], i64::from(people) * 100);
        for payment in [c, d] {
            let paid = block.owed.payment_paid.row(PaymentId(payment))[lane] as f64;
            assert!((paid - total).abs() <= 1.0, "{paid} and {total}");
        }
    }
}

/// Half are done and half of those are found; of the others each is taken for done, where found at all: half of everybody.
#[test]
fn who_is_not_found_is_not_mistaken_either() {
    let block = simulate(
        "[[records]]\nname = \"r\"\nmatch_rate = 0.5\n[[measure]]\nname = \"job\"\nof = \"job\"\nrecords = \"r\"\nfalse_positive = 1.0\n",
    );
    let units: Vec<f64> = (0..4).flat_map(|group| all(&block.findings.measures[MeasureId(0)], Statistic::Units, group)).collect();
    let people = 150.0 * units.len() as f64;
    let share = units.iter().sum::<f64>() / people;
    assert!((share - 0.5).abs() <= 4.8916 * (0.25_f64 / people).sqrt(), "{share}");
}

/// 20,000 without the program, found in 4 cohorts of 50 in each of 200 trials, within 4.89 standard errors.
#[test]
fn a_pooled_mean_is_the_mean_of_its_cohorts() {
    let block = simulate("[[measure]]\nname = \"pay\"\nof = \"pay\"\npool = \"all\"\nmethod = { randomized = { comparison = 50 } }\n");
    let means = all(&block.findings.measures[MeasureId(0)], Statistic::ComparisonRate, 0);
    let mean = means.iter().sum::<f64>() / LANES as f64;
    assert!((mean - 20_000.0).abs() <= 4.8916 * 9_000.0 / (200.0 * LANES as f64).sqrt(), "{mean}");
}

/// Without a comparison all is gain, and only the own people are uncertain: 9,000/√600.
#[test]
fn what_is_only_counted_is_compared_with_nothing() {
    let block = simulate(
        "[[measure]]\nname = \"pay\"\nof = \"pay\"\npool = \"all\"\n[[measure]]\nname = \"job\"\nof = \"job\"\n\
         [[measure]]\nname = \"gain\"\nof = \"job\"\nmethod = { randomized = { comparison = 80 } }\n",
    );
    let [pay, job, gain] = [0, 1, 2].map(|at| &block.findings.measures[MeasureId(at)]);
    all(pay, Statistic::StandardError, 0).into_iter().for_each(|error| near(error, 9_000.0 / 600.0_f64.sqrt()));
    assert_eq!(all(job, Statistic::Difference, 1), all(job, Statistic::Rate, 1));
    assert_eq!(all(pay, Statistic::Difference, 0), all(pay, Statistic::Rate, 0));
    assert!(all(job, Statistic::ComparisonRate, 1).iter().all(|rate| *rate == 0.0));
    for (reduction, change) in all(gain, Statistic::Reduction, 1).iter().zip(all(gain, Statistic::RelativeChange, 1)) {
        near(*reduction, -change);
    }
    let [rate, other] = [Statistic::Rate, Statistic::ComparisonRate].map(|statistic| all(gain, statistic, 1));
    all(gain, Statistic::Reduction, 1).iter().enumerate().for_each(|(lane, found)| near(*found, (other[lane] - rate[lane]) / other[lane]));
}

/// The stop comes in period 4: of four cohorts three are kept, 450 people and 240 to compare them with. What was known before stays.
#[test]
fn a_stop_leaves_less_to_be_certain_of() {
    let measure =
        |name: &str, method: &str| format!("[[measure]]\nname = \"{name}\"\nof = \"job\"\npool = \"all\"\nmethod = {{ {method} }}\n");
    let payment = |measure: &str, price: &str| {
        format!("[[payment]]\nname = \"{price}\"\npayor = \"P\"\non = \"{measure}\"\nprice = {{ formula = \"1_000_000 * {price}\" }}\n")
    };
    let terms = [
        measure("gain", "randomized = { comparison = 80 }"),
        measure("few", "historical = { estimated_from = 400 }"),
        measure("known", "historical = { baseline = 0.25 }"),
        ["gain", "few", "known"].map(|name| payment(name, &format!("{name}.rate"))).concat(),
        ["gain", "few", "known"].map(|name| payment(name, &format!("{name}.comparison_rate"))).concat(),
        ["gain", "few", "known"].map(|name| payment(name, &format!("{name}.standard_error"))).concat(),
        "[[stop]]\nname = \"enough\"\nat = 2026-03-31\nwhen = \"date >= 2025-01-01\"\n".into(),
    ];
    let block = simulate(&terms.concat());
    let paid = |row: usize, lane: usize| block.owed.payment_paid.row(PaymentId(row))[lane] as f64 / 1e8;
    for lane in 0..LANES {
        for (measure, behind) in [240.0, 400.0, f64::INFINITY].into_iter().enumerate() {
            let [rate, other, error] = [0, 3, 6].map(|row| paid(row + measure, lane));
            let people = rate * 450.0;
            assert!((people - people.round()).abs() <= 1e-5, "{people} of 450");
            let expected = (rate * (1.0 - rate) / 450.0 + other * (1.0 - other) / behind).sqrt();
            assert!((error - expected).abs() <= 2e-8, "{error} and {expected}");
        }
        let compared = paid(3, lane) * 240.0;
        assert!(compared > 0.0 && (compared - compared.round()).abs() <= 1e-5, "{compared} of 240");
        assert_eq!(paid(5, lane), 0.25);
    }
}

#[test]
fn a_used_block_forgets_the_errors_of_a_blend() {
    let text = format!(
        "{WORLD}[[measure]]\nname = \"lottery\"\nof = \"job\"\nmethod = {{ randomized = {{ comparison = 50 }} }}\n\
         [[measure]]\nname = \"blended\"\nof = \"job\"\nmethod = {{ blend = {{ lottery = 1.0 }} }}\n"
    );
    let plan = Plan::new(&deal(&text), 11);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, LANES as u64);
    block.run(&plan, 0);
    let [lottery, blended] = [0, 1].map(|at| all(&block.findings.measures[MeasureId(at)], Statistic::StandardError, 0));
    lottery.iter().zip(blended).for_each(|(alone, blended)| near(blended, *alone));
}

/// Of 40% a fifth is missed, and of 60% a tenth taken for it, and half are found at all: 19% of 1,000 in each of 800 groups.
#[test]
fn those_compared_with_are_mistaken_as_participants_are() {
    let block = simulate(
        "[[records]]\nname = \"r\"\nmatch_rate = 0.5\n[[measure]]\nname = \"job\"\nof = \"job\"\nrecords = \"r\"\nfalse_negative = 0.2\n\
         false_positive = 0.1\nmethod = { randomized = { comparison = 1_000 } }\n",
    );
    let rates: Vec<f64> = (0..4).flat_map(|group| all(&block.findings.measures[MeasureId(0)], Statistic::ComparisonRate, group)).collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    assert!((mean - 0.19).abs() <= 4.8916 * (0.19_f64 * 0.81 / 1_000.0 / rates.len() as f64).sqrt(), "{mean}");
}

/// Two cohorts against a quarter, the third against 40% of 80 people; a mean against those with 1,000 more; a blend of one amount is it.
#[test]
fn each_method_compares_with_its_own() {
    let block = simulate(
        "[[measure]]\nname = \"job\"\nof = \"job\"\nmethod = { fixed_then_live = { baseline = 0.25, cohorts = 2, comparison = 80 } }\n\
         [[measure]]\nname = \"pay\"\nof = \"pay\"\nmethod = { matched = { comparison = 50, bias = 1_000 } }\n\
         [[measure]]\nname = \"blended\"\nof = \"pay\"\nmethod = { blend = { pay = 1.0 } }\n",
    );
    let [job, pay, blended] = [0, 1, 2].map(|at| &block.findings.measures[MeasureId(at)]);
    let mean = |found: &Estimate, group: usize| all(found, Statistic::ComparisonRate, group).iter().sum::<f64>() / LANES as f64;
    near(mean(job, 1), 0.25);
    assert!((mean(job, 2) - 0.4).abs() <= 4.8916 * (0.24_f64 / 80.0 / LANES as f64).sqrt(), "{}", mean(job, 2));
    assert!((mean(pay, 0) - 21_000.0).abs() <= 4.8916 * 9_000.0 / (50.0 * LANES as f64).sqrt(), "{}", mean(pay, 0));
    let [one, other] = [pay, blended].map(|found| all(found, Statistic::Difference, 0));
    one.iter().zip(other).for_each(|(one, other)| assert!((one - other).abs() <= 1e-9 * 20_000.0, "{one} and {other}"));
    assert_eq!(all(blended, Statistic::Rate, 0), all(pay, Statistic::Rate, 0));
}
