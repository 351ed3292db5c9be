//! What an evaluator reports, against the formulas worked out here from the people that were counted.

use pfsim::deal::{Deal, GroupId, MeasureId, PaymentId, Statistic};
use pfsim::engine::{Block, Plan};
use pfsim::evaluation::Estimate;
use statrs::distribution::{ContinuousCDF, Normal};

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
enrolment_ratio = { uniform = { low = 0.5, high = 1.5 } }
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
name = \"certain pay\"
kind = \"amount\"
without = 20_000
effect = 1_500
sd = 0
[[outcome]]
name = \"days\"
kind = \"count\"
rate = 12
after = 1
rounds = { count = 3, every = 2 }
[[payor]]
name = \"P\"
";

fn deal(more: &str) -> Deal {
    crate::support::deal(&format!("{WORLD}{more}"))
}

fn simulate(deal: &Deal) -> Block {
    let plan = Plan::new(deal, 11);
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

#[test]
fn a_difference_of_shares_its_error_and_its_p_value() {
    let deal = deal("[[measure]]\nname = \"gain\"\nof = \"job\"\nmethod = { randomized = { comparison = 80 } }\n");
    let block = simulate(&deal);
    let found = &block.findings.measures[MeasureId(0)];
    let normal = Normal::standard();
    for group in 0..4 {
        let numbers =
            [Statistic::Difference, Statistic::Additional, Statistic::RelativeChange, Statistic::StandardError, Statistic::PValue]
                .map(|statistic| all(found, statistic, group));
        for lane in 0..LANES {
            let [difference, additional, relative, error_found, p_value] = numbers.each_ref().map(|column| column[lane]);
            let [units, people, others] = [
                found.units.row(GroupId(group))[lane],
                found.enrolled.row(GroupId(group))[lane],
                found.comparison.row(GroupId(group))[lane],
            ]
            .map(f64::from);
            let (rate, comparison) = (units / people, others / 80.0);
            let error = (rate * (1.0 - rate) / people + comparison * (1.0 - comparison) / 80.0).sqrt();
            near(difference, rate - comparison);
            near(additional, (rate - comparison) * people);
            near(relative, rate / comparison - 1.0);
            near(error_found, error);
            let two_sided = 2.0 * normal.cdf(-((rate - comparison) / error).abs());
            assert!((p_value - two_sided).abs() < 1e-9, "{} and {two_sided}", p_value);
        }
    }
}

/// 400 people with a standard deviation of 9,000 against 100: √(9,000²/400 + 9,000²/100) = 1,006.23.
#[test]
fn the_error_of_a_difference_of_means() {
    let text = WORLD.replace("enrolment_ratio = { uniform = { low = 0.5, high = 1.5 } }\n", "").replace("size = 150", "size = 400");
    let measure = "[[measure]]\nname = \"gain\"\nof = \"pay\"\nmethod = { randomized = { comparison = 100 } }\n";
    let deal = crate::support::deal(&format!("{text}{measure}"));
    let block = simulate(&deal);
    for error in all(&block.findings.measures[MeasureId(0)], Statistic::StandardError, 0) {
        assert!((error - 1_006.230_589_874_905_4).abs() < 1e-9, "{error}");
    }
}

/// 38 points among all who were offered a place are 50 points among the 76% who took it; the p-value is the same.
#[test]
fn treatment_on_the_treated() {
    let measures = "[[measure]]\nname = \"offered\"\nof = \"job\"\nmethod = { randomized = { comparison = 80 } }\n\
                    [[measure]]\nname = \"treated\"\nof = \"certain pay\"\nmethod = \"exact\"\ntreated_share = 0.76\n";
    let block = simulate(&deal(measures));
    for value in all(&block.findings.measures[MeasureId(1)], Statistic::Difference, 0) {
        near(value, 1_500.0 / 0.76);
    }
    let scaled = measures.replace("comparison = 80 } }\n", "comparison = 80 } }\ntreated_share = 0.76\n");
    let scaled = simulate(&deal(&scaled));
    let (offered, treated) = (&block.findings.measures[MeasureId(0)], &scaled.findings.measures[MeasureId(0)]);
    for (statistic, factor) in [(Statistic::Difference, 0.76), (Statistic::StandardError, 0.76), (Statistic::PValue, 1.0)] {
        for (plain, scaled) in all(offered, statistic, 2).iter().zip(all(treated, statistic, 2)) {
            near(scaled * factor, *plain);
        }
    }
}

#[test]
fn too_few_people_are_not_reported_and_nothing_is_paid_for_them() {
    let deal = deal(
        "[[measure]]\nname = \"jobs\"\nof = \"job\"\nminimum_sample = 140\n[[measure]]\nname = \"everybody\"\nof = \"job\"\n\
         [[payment]]\nname = \"units\"\npayor = \"P\"\non = \"jobs\"\nprice = { per_unit = 10 }\n\
         [[payment]]\nname = \"always\"\npayor = \"P\"\non = \"everybody\"\nwhen = \"jobs.rate < 2\"\nprice = { lump_sum = 1 }\n",
    );
    let block = simulate(&deal);
    let (found, everybody) = (&block.findings.measures[MeasureId(0)], &block.findings.measures[MeasureId(1)]);
    let (mut paid, mut open) = (vec![0; LANES], vec![0; LANES]);
    for group in 0..4 {
        for (lane, value) in all(found, Statistic::Units, group).into_iter().enumerate() {
            let enough = found.enrolled.row(GroupId(group))[lane] >= 140;
            assert_eq!(value.is_nan(), !enough);
            if enough {
                paid[lane] += i64::from(everybody.units.row(GroupId(group))[lane]) * 1_000;
                open[lane] += 100;
            }
        }
    }
    assert_eq!(block.owed.payment_paid.row(PaymentId(0)), paid);
    assert_eq!(block.owed.payment_paid.row(PaymentId(1)), open, "a condition on what is not reported is not met");
}

#[test]
fn a_blend_weighs_the_differences_and_their_errors() {
    let deal = deal(
        "[[measure]]\nname = \"lottery\"\nof = \"job\"\npool = \"all\"\nmethod = { randomized = { comparison = 50 } }\n\
         [[measure]]\nname = \"matched\"\nof = \"job\"\npool = \"all\"\nmethod = { matched = { comparison = 90, bias = 0.02 } }\n\
         [[measure]]\nname = \"both\"\nof = \"job\"\npool = \"all\"\nmethod = { blend = { lottery = 0.8, matched = 0.2 } }\n",
    );
    let block = simulate(&deal);
    let [lottery, matched, both] = [0, 1, 2].map(|at| &block.findings.measures[MeasureId(at)]);
    let differences = [lottery, matched, both].map(|found| all(found, Statistic::Difference, 0));
    let errors = [lottery, matched, both].map(|found| all(found, Statistic::StandardError, 0));
    for lane in 0..LANES {
        near(differences[2][lane], 0.8 * differences[0][lane] + 0.2 * differences[1][lane]);
        let error = {
            let [one, two] = [0.8 * errors[0][lane], 0.2 * errors[1][lane]];
            (one * one + two * two).sqrt()
        };
        near(errors[2][lane], error);
    }
}

#[test]
fn a_fixed_comparison_first_and_a_live_one_then() {
    let deal = deal(
        "[[measure]]\nname = \"gain\"\nof = \"job\"\nmethod = { fixed_then_live = { baseline = 0.35, cohorts = 2, comparison = 60 } }\n",
    );
    let block = simulate(&deal);
    let found = &block.findings.measures[MeasureId(0)];
    for group in 0..4 {
        let comparison = all(found, Statistic::ComparisonRate, group);
        let error = all(found, Statistic::StandardError, group);
        for lane in 0..LANES {
            let [units, people, others] = [
                found.units.row(GroupId(group))[lane],
                found.enrolled.row(GroupId(group))[lane],
                found.comparison.row(GroupId(group))[lane],
            ]
            .map(f64::from);
            let rate = units / people;
            let own = rate * (1.0 - rate) / people;
            if group < 2 {
                near(comparison[lane], 0.35);
                // What is agreed beforehand has no error of its own.
                near(error[lane], own.sqrt());
            } else {
                near(comparison[lane], others / 60.0);
                near(error[lane], (own + others / 60.0 * (1.0 - others / 60.0) / 60.0).sqrt());
            }
        }
    }
}

#[test]
fn what_was_known_before_drifts_and_regresses() {
    let deal = deal(
        "[[measure]]\nname = \"known\"\nof = \"certain pay\"\nmethod = { historical = { baseline = 19_000, drift = 300 } }\n\
         [[measure]]\nname = \"own\"\nof = \"certain pay\"\nmethod = { historical = { drift = 300 } }\n\
         [[measure]]\nname = \"rate\"\nof = \"job\"\npool = \"all\"\nmethod = { historical = { estimated_from = 500 } }\n",
    );
    let block = simulate(&deal);
    // Participants reach 21,500 for certain. Compared with 19,000 − 300 they gain 2,800; with 20,000 − 300, 1,800.
    for (measure, expected) in [(0, 2_800.0), (1, 1_800.0)] {
        all(&block.findings.measures[MeasureId(measure)], Statistic::Difference, 3).into_iter().for_each(|gain| near(gain, expected));
    }
    let rates = all(&block.findings.measures[MeasureId(2)], Statistic::ComparisonRate, 0);
    assert!(rates.iter().all(|rate| (rate * 500.0 - (rate * 500.0).round()).abs() < 1e-9), "a share of 500 people");
    let mean = rates.iter().sum::<f64>() / LANES as f64;
    let error = (0.4_f64 * 0.6 / 500.0 / LANES as f64).sqrt();
    assert!((mean - 0.4).abs() <= crate::support::Z * error, "{mean}");
}

#[test]
fn some_cohorts_and_all_of_them() {
    let deal = deal(
        "[[measure]]\nname = \"first two\"\nof = \"job\"\npool = \"all\"\ncohorts = [1, 2]\n\
         [[measure]]\nname = \"each\"\nof = \"job\"\n[[measure]]\nname = \"years\"\nof = \"job\"\npool = \"year\"\n",
    );
    let block = simulate(&deal);
    let [first, each, years] = [0, 1, 2].map(|at| &block.findings.measures[MeasureId(at)]);
    assert_eq!([first.groups().len(), each.groups().len(), years.groups().len()], [1, 4, 2]);
    for lane in 0..LANES {
        assert_eq!(first.units.row(GroupId(0))[lane], each.units.row(GroupId(0))[lane] + each.units.row(GroupId(1))[lane]);
        assert_eq!(years.enrolled.row(GroupId(1))[lane], each.enrolled.row(GroupId(2))[lane] + each.enrolled.row(GroupId(3))[lane]);
    }
}

/// Cohorts enrol in periods 0, 2, 4 and 6; a day is counted one period later and two periods apart, known one period after that and paid
/// one more period after: cohort 1 in 3, 5 and 7.
#[test]
fn rounds_fall_due_one_after_another() {
    let deal = deal(
        "[[measure]]\nname = \"found\"\nof = \"days\"\nobserved_after = 1\n[[measure]]\nname = \"pooled\"\nof = \"days\"\npool = \"all\"\n",
    );
    assert_eq!(deal.due_periods(MeasureId(0), 1).as_slice(), [3, 5, 7, 9, 5, 7, 9, 11, 7, 9, 11, 13]);
    // All cohorts together are known when the last of them is: it enrols in 6 and is counted in 7, 9 and 11.
    assert_eq!(deal.due_periods(MeasureId(1), 0).as_slice(), [7, 9, 11]);
}

#[test]
fn cohorts_after_a_stop_are_not_reported() {
    let measures = "[[measure]]\nname = \"jobs\"\nof = \"job\"\npool = \"all\"\nmethod = { randomized = { comparison = 80 } }\n\
                    [[measure]]\nname = \"each\"\nof = \"job\"\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"jobs\"\n\
                    price = { per_unit = 1 }\n";
    let all = simulate(&deal(measures));
    let stop = "[[stop]]\nname = \"enough\"\nat = 2025-06-30\nwhen = \"date >= 2025-01-01\"\n";
    let stopped = simulate(&deal(&format!("{measures}{stop}")));
    let each = &all.findings.measures[MeasureId(1)];
    for lane in 0..LANES {
        // By 30 June, cohort 1 (period 0) has enrolled; cohort 2 enrols on 1 July.
        assert_eq!(stopped.owed.payment_paid.row(PaymentId(0))[lane], i64::from(each.units.row(GroupId(0))[lane]) * 100);
        let everybody: u32 = (0..4).map(|cohort| each.units.row(GroupId(cohort))[lane]).sum();
        assert_eq!(all.owed.payment_paid.row(PaymentId(0))[lane], i64::from(everybody) * 100);
    }
}

/// An effect below zero is a success where fewer are better: a true effect above zero, and each one avoided is worth something.
#[test]
fn of_some_outcomes_fewer_are_better() {
    let text = WORLD
        .replace("[[payor]]\nname = \"P\"\n", "")
        .replace("periods = 20\n", "periods = 20\ndiscount_rate = 0\n")
        .replace("effect = 1_500\nsd = 9_000", "effect = -1_500\nsd = 0\nbetter = \"fewer\"");
    let payments = "[[payor]]\nname = \"P\"\nvalue_per_outcome = { pay = 2 }\n[[measure]]\nname = \"less\"\nof = \"pay\"\nmethod = \"exact\"\n\
                    pool = \"all\"\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"less\"\n\
                    price = { by = \"less.reduction\", steps = [{ from = 0.05, pay = 1 }] }\n";
    let deal = crate::support::deal(&format!("{text}{payments}"));
    let options = pfsim::study::Options::default().trials(50).seed(1).audit(true);
    let run = pfsim::study::run(&deal, &options).expect("a run");
    let share = |name: &str| run.chances.iter().find(|chance| chance.name == name).map(|chance| chance.share.share());
    assert_eq!(share("payment.\"a\".paid_and_effective"), Some(1.0));
    assert_eq!(share("payment.\"a\".paid_and_ineffective"), Some(0.0));
    let mean = |name: &str| run.metrics.iter().find(|metric| metric.name == name).expect("a metric").summary.mean;
    near(mean("payor.\"P\".benefit"), 1_500.0 * 2.0 * mean("program.enrolled"));
    near(mean("outcome.\"pay\".true_effect"), 1_500.0);
}
