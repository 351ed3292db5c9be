//! The same people's yes-or-no outcome over several rounds: who keeps it, who leaves, who begins, against the two-state Markov chain, in
//! the program, in the records and in the comparison group.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use pfsim::deal::{GroupId, MeasureId, OutcomeId, PaymentId, Statistic};
use pfsim::engine::{Block, Plan};
use pfsim::report::check;
use pfsim::scenario;

use crate::fit::{FALSE_ALARM, chi_square};
use crate::support::Z;

const LANES: usize = 60_000;
const HEAD: &str = "schema = 1\n[deal]\nname = \"rounds\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"month\"\nperiods = 50\n\
    [program]\nprovider = \"P\"\ncohorts = { count = 1, size = 200 }\n[[payor]]\nname = \"Agency\"\n";

fn simulated(more: &str) -> Block {
    let deal = crate::support::deal(&format!("{HEAD}{more}"));
    let plan = Plan::new(&deal, 17);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    block
}

fn outcome(rates: &str, rounds: u32, says: &str) -> String {
    format!("[[outcome]]\nname = \"work\"\n{rates}\nrounds = {{ count = {rounds}, every = 1 }}\n{says}\n")
}

/// Mean and standard deviation; the standard error of the variance from the fourth moment of what was drawn.
fn moments(what: &str, draws: &[f64], mean: f64, sd: f64) {
    let n = draws.len() as f64;
    let power = |p: i32| draws.iter().map(|draw| (draw - mean).powi(p)).sum::<f64>() / n;
    assert!(power(1).abs() <= Z * sd / n.sqrt() + 1e-9, "{what}: mean off by {}", power(1));
    let error = ((power(4) - sd.powi(4)).max(0.0) / n).sqrt();
    assert!((power(2) - sd * sd).abs() <= Z * error + 1e-9, "{what}: sd {} for {sd}", power(2).sqrt());
}

fn summed(block: &Block, outcome: usize) -> Vec<f64> {
    let count = &block.world.outcomes[OutcomeId(outcome)].count;
    (0..LANES).map(|lane| count.lane(lane).map(f64::from).sum()).collect()
}

/// 200 people of whom 10.7% leave benefit, at 555 for each of 36 months: with everybody who is off staying off the sum is 36 times a binomial
/// number, mean 427,572 and sd 36·555·√(200·0.107·0.893) = 87,343; drawn anew it is the sum of 7,200 people.
#[test]
fn thirty_six_months_off_benefit() {
    let pays = "[[payment]]\nname = \"months\"\npayor = \"Agency\"\non = \"work\"\nprice = { per_unit = 555 }\n";
    let one = (200.0 * 0.107 * 0.893_f64).sqrt();
    for (says, sd) in [("keeps = 1.0", 36.0 * one), ("keeps = \"independent\"", 6.0 * one)] {
        let block = simulated(&format!("{}{pays}", outcome("rate = 0.107", 36, says)));
        moments(says, &summed(&block, 0), 36.0 * 21.4, sd);
        let paid: Vec<f64> = block.owed.payment_paid.row(PaymentId(0)).iter().map(|cents| *cents as f64 / 100.0).collect();
        moments(says, &paid, 427_572.0, 555.0 * sd);
        if says == "keeps = 1.0" {
            let mut sorted = paid;
            sorted.sort_by(f64::total_cmp);
            // The exact quantiles of 19,980 times Bin(200, 0.107): 14 and 29 people.
            assert_eq!([sorted[LANES / 20], sorted[LANES * 19 / 20]], [279_720.0, 579_420.0]);
        }
    }
}

/// One person's chain of two states: each path of three rounds has the product of its chances.
#[test]
fn paths_of_single_people() {
    let head = HEAD.replace("size = 200", "size = 1");
    let text = format!("{head}{}", outcome("rate = 0.3", 3, "keeps = 0.8"));
    let deal = crate::support::deal(&text);
    for one_by_one in [false, true] {
        let mut deal = deal.clone();
        deal.one_by_one = one_by_one;
        let plan = Plan::new(&deal, 5);
        let mut block = Block::new(&plan, LANES);
        block.run(&plan, 0);
        let count = &block.world.outcomes[OutcomeId(0)].count;
        let mut seen = vec![0.0; 8];
        (0..LANES).for_each(|lane| seen[count.lane(lane).fold(0, |path, had| 2 * path + had as usize)] += 1.0);
        let begins = 0.3 * 0.2 / 0.7;
        let step = |before: usize, now: usize| match (before, now) {
            (1, 1) => 0.8,
            (1, _) => 0.2,
            (_, 1) => begins,
            _ => 1.0 - begins,
        };
        let path = |path: usize| {
            let had = [path >> 2 & 1, path >> 1 & 1, path & 1];
            [0.7, 0.3][had[0]] * step(had[0], had[1]) * step(had[1], had[2])
        };
        let chances: Vec<f64> = (0..8).map(path).collect();
        let value = chi_square(&seen, &chances);
        assert!(value > FALSE_ALARM, "one by one {one_by_one}: p-value {value:e}");
    }
}

/// The sum over T rounds has the variance n·p(1−p)·[T + 2·Σ (T−k)·rᵏ], r = s − e being the correlation from one round to the next.
#[test]
fn the_rate_of_each_round_holds() {
    for (rate, keeps) in [(0.107, 0.9), (0.6, 0.5), (0.5, 0.0), (0.9, 0.95)] {
        let block = simulated(&outcome(&format!("rate = {rate}"), 6, &format!("keeps = {keeps}")));
        let r = keeps - rate * (1.0 - keeps) / (1.0 - rate);
        let sum: f64 = (1..6).map(|k| f64::from(6 - k) * f64::powi(r, k)).sum();
        let variance = 200.0 * rate * (1.0 - rate) * (6.0 + 2.0 * sum);
        moments(&format!("{rate}, {keeps}"), &summed(&block, 0), 1_200.0 * rate, variance.sqrt());
        for round in 0..6 {
            let count: Vec<f64> = block.world.outcomes[OutcomeId(0)].count.row(round).iter().map(|count| f64::from(*count)).collect();
            moments(&format!("{rate}, {keeps}, round {round}"), &count, 200.0 * rate, (200.0 * rate * (1.0 - rate)).sqrt());
        }
    }
}

/// Who leaves never comes back: rounds never rise, and the rate falls by what leaves.
#[test]
fn who_leaves_stays_away() {
    for luck in ["", "intraclass_correlation = 0.05\n", "site_correlation = 0.05\n"] {
        let block = simulated(&outcome("rate = 0.4", 5, &format!("leaves = 0.1\n{luck}")));
        let count = &block.world.outcomes[OutcomeId(0)].count;
        for round in 0..5 {
            let p = 0.4 * 0.9_f64.powi(round);
            let drawn: Vec<f64> = count.row(round as usize).iter().map(|count| f64::from(*count)).collect();
            // Luck adds the variance of what is left of it: n(n−1)·ρ·p₀(1−p₀)·left².
            let shared = if luck.is_empty() { 0.0 } else { 200.0 * 199.0 * 0.05 * 0.24 * 0.9_f64.powi(2 * round) };
            moments(&format!("{luck}round {round}"), &drawn, 200.0 * p, (200.0 * p * (1.0 - p) + shared).sqrt());
            if round > 0 {
                let before = count.row(round as usize - 1);
                assert!(count.row(round as usize).iter().zip(before).all(|(now, before)| now <= before));
            }
        }
    }
}

/// Those the effect reaches and the others keep it apart; a profile that falls makes more leave, one that rises lets others begin.
#[test]
fn two_arms_and_rates_that_move() {
    let step = "[[outcome]]\nname = \"takes part\"\nrate = 0.5\n";
    let text = format!("{step}{}effect_through = \"takes part\"\n", outcome("without = 0.2\neffect = 0.3", 4, "keeps = 1.0"));
    let block = simulated(&text);
    let (took, work) = (block.world.outcomes[OutcomeId(0)].count.row(0), &block.world.outcomes[OutcomeId(1)].count);
    for lane in (0..LANES).step_by(7) {
        let [first, last] = [0, 3].map(|round| work.row(round)[lane]);
        assert_eq!(first, last, "nobody leaves or begins");
        assert!(first <= 200 && took[lane] <= 200);
    }
    let share: Vec<f64> = (0..LANES).map(|lane| f64::from(work.row(2)[lane])).collect();
    moments("reached or not", &share, 70.0, (200.0 * 0.35 * 0.65_f64).sqrt());
    let falling = simulated(&outcome("rate = 0.4", 3, "keeps = 1.0\nprofile = { without = [1.0, 0.5, 0.75] }"));
    for (round, rate) in [(0, 0.4), (1, 0.2), (2, 0.3)] {
        let drawn: Vec<f64> = falling.world.outcomes[OutcomeId(0)].count.row(round).iter().map(|count| f64::from(*count)).collect();
        moments(&format!("round {round}"), &drawn, 200.0 * rate, (200.0 * rate * (1.0 - rate)).sqrt());
    }
    let count = &falling.world.outcomes[OutcomeId(0)].count;
    assert!((0..LANES).all(|lane| count.row(1)[lane] <= count.row(0)[lane] && count.row(2)[lane] >= count.row(1)[lane]));
}

/// Who is found once is found in every round, and comparison people keep it as participants do: over three rounds that nobody leaves the
/// summed difference varies three times as much as one, and there is no false effect.
#[test]
fn records_and_comparison_people_keep_it_too() {
    let step = "[[outcome]]\nname = \"takes part\"\nrate = 0.5\n";
    for through in ["", "effect_through = \"takes part\"\n"] {
        let text = format!(
            "{step}{}{through}[[records]]\nname = \"r\"\nmatch_rate = 0.7\n[[measure]]\nname = \"found\"\nof = \"work\"\nrecords = \"r\"\n\
             method = {{ randomized = {{ comparison = 150 }} }}\n",
            outcome("without = 0.3\neffect = 0.0", 3, "keeps = 1.0")
        );
        let block = simulated(&text);
        let found = &block.findings.measures[MeasureId(0)];
        let column = |statistic, group| {
            let mut out = vec![0.0; LANES];
            found.statistic(statistic, group, &mut out);
            out
        };
        let units: Vec<Vec<f64>> = (0..3).map(|round| column(Statistic::Units, GroupId(round))).collect();
        let rates: Vec<Vec<f64>> = (0..3).map(|round| column(Statistic::ComparisonRate, GroupId(round))).collect();
        assert!(units[0] == units[1] && units[0] == units[2], "found in one round and not in another");
        assert!(rates[0] == rates[1] && rates[0] == rates[2], "comparison people are the same");
        moments("found", &units[0], 42.0, (200.0 * 0.21 * 0.79_f64).sqrt());
        let compared: Vec<f64> = rates[0].iter().map(|rate| 150.0 * rate).collect();
        moments("compared", &compared, 31.5, (150.0 * 0.21 * 0.79_f64).sqrt());
    }
    // Mistakes are drawn anew in each report, on a chain that leaves one in ten.
    let text = format!(
        "{}[[measure]]\nname = \"found\"\nof = \"work\"\nfalse_negative = 0.1\nfalse_positive = 0.05\n\
         method = {{ matched = {{ comparison = 100, bias = 0.02 }} }}\n",
        outcome("without = 0.3\neffect = 0.0", 3, "leaves = 0.1")
    );
    let block = simulated(&text);
    for round in 0..3 {
        let mut rates = vec![0.0; LANES];
        block.findings.measures[MeasureId(0)].statistic(Statistic::ComparisonRate, GroupId(round), &mut rates);
        let rate = 0.3 * 0.9_f64.powi(round as i32) + 0.02;
        let reported = rate * 0.9 + (1.0 - rate) * 0.05;
        let people: Vec<f64> = rates.iter().map(|rate| 100.0 * rate).collect();
        moments(&format!("round {round}"), &people, 100.0 * reported, (100.0 * reported * (1.0 - reported)).sqrt());
    }
}

fn refused(more: &str) -> String {
    scenario::parse("rounds.toml", &format!("{HEAD}{more}")).expect_err("refused").to_string()
}

#[test]
fn what_is_not_said_or_cannot_be_is_refused() {
    for (text, part) in [
        (outcome("rate = 0.5", 3, ""), "it is not said whether the same people have `work`"),
        (outcome("rate = 0.5", 3, "keeps = 0.9\nleaves = 0.1"), "either keep it with a chance or leave for good"),
        (outcome("rate = 0.5", 3, "keeps = 1.2"), "must lie between 0 and 1"),
        (outcome("rate = 0.5", 1, "keeps = 0.9"), "only of a yes-or-no outcome with several rounds"),
        (outcome("rate = 0.9", 3, "keeps = 0.5"), "at least 0.8889 of those who have it must keep it"),
        (outcome("rate = 0.5", 3, "leaves = 0.1\nprofile = { without_per_year = 0.1 }"), "follows from the first round's"),
        (
            outcome("rate = 0.5", 3, "keeps = 0.9\nintraclass_correlation = 0.1\nprofile = { without_per_year = 0.1 }"),
            "share one luck over all rounds",
        ),
        (
            format!(
                "{}[[outcome]]\nname = \"raise\"\ngiven = \"work\"\nrate = 0.5\nrounds = {{ count = 3 }}\nkeeps = 1.0\n",
                outcome("rate = 0.5", 3, "keeps = 1.0")
            ),
            "change with every round of `work`",
        ),
        (
            "[[outcome]]\nname = \"job\"\nrate = 0.5\nafter = 4\n[[outcome]]\nname = \"kept\"\ngiven = \"job\"\nrate = 0.5\nafter = 3\n"
                .into(),
            "`kept` comes before `job`, which it is given",
        ),
    ] {
        let problems = refused(&text);
        assert!(problems.contains(part) && problems.contains("rounds.toml:"), "{part}\n{problems}");
    }
}

/// `check` says what having it in one round says of the next.
#[test]
fn check_says_who_keeps_it() {
    for (says, sentence) in [
        ("keeps = \"independent\"", "work: drawn anew in every round, whoever had it before."),
        ("keeps = 0.95", "work: who has it in one round has it in the next with a chance of 95%; as many others begin as keep the rate."),
        ("leaves = 0.02", "work: of those who have it 2% leave from one round to the next and never come back; nobody begins later."),
    ] {
        let deal = scenario::parse("rounds.toml", &format!("{HEAD}{}", outcome("rate = 0.4", 3, says))).expect("a deal");
        assert!(check::text(&deal).contains(sentence), "{}", check::text(&deal));
    }
}
