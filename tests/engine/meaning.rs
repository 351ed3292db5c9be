//! What numbers mean at the seams: no effect at all, nobody there, late, stopped, not yet known, now and later.
//!
//! Expected values are closed forms or counted by hand. Tests by chance have a false-alarm rate of 10⁻⁶ each (z = 4.8916) and fixed seeds.

use pfsim::deal::{Deal, GroupId, MeasureId, PeriodId};
use pfsim::engine::{Block, Plan};
use pfsim::metrics::{Catalogue, each_trial};
use pfsim::numeric::grid::Grid;
use pfsim::numeric::math::pow;
use pfsim::numeric::normal::cdf;

use crate::support::Z;

const LANES: usize = 20_000;

/// A deal by the year, and every number of its trials by name.
struct Trials {
    catalogue: Catalogue,
    block: Block,
    rows: Grid<f64>,
}

fn read(more: &str) -> Deal {
    let head = "schema = 1\n[deal]\nname = \"seams\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 8\n";
    crate::support::deal(&format!("{head}{more}"))
}

fn trials(more: &str) -> Trials {
    let deal = read(more);
    let (plan, catalogue) = (Plan::new(&deal, 29), Catalogue::new(&deal));
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    let rows = each_trial(&deal, &catalogue, &block);
    Trials { catalogue, block, rows }
}

impl Trials {
    fn row(&self, metric: &str) -> &[f64] {
        self.rows.row(self.catalogue.row(metric).unwrap_or_else(|| panic!("no {metric}")))
    }

    /// The mean of those trials in which it is defined.
    fn mean(&self, metric: &str) -> f64 {
        let known: Vec<f64> = self.row(metric).iter().copied().filter(|value| !value.is_nan()).collect();
        known.iter().sum::<f64>() / known.len() as f64
    }

    fn share(&self, metric: &str, expected: f64) {
        let found = self.mean(metric);
        let error = (expected * (1.0 - expected) / LANES as f64).sqrt();
        assert!((found - expected).abs() <= Z * error, "{metric}: {found}, not {expected}");
    }

    /// The one value that it has in every trial.
    fn always(&self, metric: &str, expected: f64) {
        let row = self.row(metric);
        let other = row.iter().find(|value| !((**value - expected).abs() <= 1e-6 * expected.abs().max(1.0)));
        assert!(other.is_none(), "{metric}: {other:?}, not {expected}");
    }
}

const PAID: &str = "[[payor]]\nname = \"City\"\n[[payment]]\nname = \"jobs\"\npayor = \"City\"\non = \"job\"\nprice = { per_unit = 10 }\n";

fn with_effect(more: &str) -> String {
    format!(
        "[program]\nprovider = \"P\"\ncohorts = {{ count = 3, size = 100 }}\n[[outcome]]\nname = \"starts\"\nrate = {{ beta = {{ mean = 0.7, sd = 0.1 }} }}\n\
         [[outcome]]\nname = \"job\"\nwithout = {{ beta = {{ mean = 0.4, sd = 0.05 }} }}\n\
         effect = {{ mixture = [{{ weight = 0.4, value = 0.0 }}, {{ weight = 0.6, uniform = {{ low = 0.01, high = 0.2 }} }}] }}\n{more}{PAID}"
    )
}

/// An effect of exactly nothing never works, however it reaches people: the program works where the effect is drawn above zero.
#[test]
fn no_effect_never_works() {
    let ways = ["", "effect_through = \"starts\"\n", "intraclass_correlation = 0.05\n", "site_correlation = 0.05\n"];
    for way in ways {
        let trials = trials(&with_effect(way));
        let effects = trials.row("outcome.\"job\".true_effect");
        assert!(effects.iter().all(|effect| *effect == 0.0 || *effect > 1e-6), "{way}: no residue");
        trials.share("payment.\"jobs\".paid_and_effective", 0.6);
        trials.share("payment.\"jobs\".paid_and_ineffective", 0.4);
    }
}

/// The chance that a normal effect with a chance of none is above zero.
#[test]
fn an_effect_works_as_often_as_it_is_above_zero() {
    let law = "effect = { mixture = [{ weight = 0.3, value = 0.0 }, { weight = 0.7, normal = { mean = 0.13, sd = 0.06 } }] }\n";
    let text = with_effect("effect_through = \"starts\"\n");
    let from = text.find("effect = ").expect("an effect");
    let to = from + text[from..].find('\n').expect("a line") + 1;
    let text = format!("{}{law}{}", &text[..from], &text[to..]);
    trials(&text).share("payment.\"jobs\".paid_and_effective", 0.7 * cdf(0.13 / 0.06));
}

const ONE: &str = "[[outcome]]\nname = \"job\"\nrate = 1.0\n[[outcome]]\nname = \"gains\"\nwithout = 0.4\neffect = 0.1\n";

/// A cohort enrols once, late by the same number of periods as its claims and its costs.
#[test]
fn a_late_cohort_enrols_once() {
    let more = "[[program.cost]]\nname = \"class\"\nper_participant = 7\n[[program.cost]]\nname = \"group\"\nper_group = 30\npeople = 25\n";
    let lump = "[[measure]]\nname = \"first\"\nof = \"job\"\ncohorts = [1]\npool = \"all\"\n[[measure]]\nname = \"gain\"\nof = \"gains\"\n\
        method = { randomized = { comparison = 100 } }\npool = \"all\"\n\
        [[payment]]\nname = \"lump\"\npayor = \"City\"\non = \"job\"\nprice = { lump_sum = 1_000 }\n\
        [[payment]]\nname = \"malus\"\npayor = \"City\"\non = \"job\"\ntwo_way = true\nprice = { by = \"rate\", steps = [{ from = 0.3, pay = 5 }], otherwise = -800 }\n\
        [[payment]]\nname = \"only one\"\npayor = \"City\"\non = \"job\"\ncohorts = [1]\nprice = { per_unit = 2 }\n\
        [[payment]]\nname = \"error\"\npayor = \"City\"\non = \"gain\"\nprice = { formula = \"1_000_000 * gain.standard_error\" }\n\
        [[stop]]\nname = \"bad\"\nwhen = \"first.rate < 30%\"\n";
    let program =
        |delay: &str| format!("[program]\nprovider = \"P\"\ncohorts = {{ count = 2, size = 100 }}\n{delay}\n{more}{ONE}{PAID}{lump}");
    let [on_time, nothing, late] = ["", "delay = [1.0]", "delay = [0.5, 0.0, 0.5]"].map(|delay| trials(&program(delay)));
    let bits = |trials: &Trials| trials.rows.cells().iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
    assert!(bits(&on_time) == bits(&nothing), "a delay of nothing changes nothing");
    for trials in [&on_time, &late] {
        trials.always("program.enrolled", 200.0);
        trials.always("payment.\"jobs\".paid", 2_000.0);
        trials.always("payment.\"lump\".paid", 2_000.0);
        trials.always("payment.\"malus\".paid", 10.0);
        trials.always("payment.\"only one\".paid", 200.0);
        trials.always("program.avoided_cost", 0.0);
    }
    // Nobody's draws move: what is found and its error are the same, in a later year.
    assert_eq!(on_time.row("payment.\"error\".paid"), late.row("payment.\"error\".paid"));
    let [first, third] =
        [0, 2].map(|period| late.block.costs.due.row(PeriodId(period)).iter().map(|cost| *cost as f64).sum::<f64>() / LANES as f64);
    let each = 100.0 * (100.0 * 7.0 + 4.0 * 30.0);
    let error = Z * each * 0.5 / (LANES as f64).sqrt();
    assert!((first - each / 2.0).abs() <= error && (third - each / 2.0).abs() <= error, "{first} and {third}, half of {each}");
    let years = ["payor.\"City\".fy2026", "payor.\"City\".fy2028"].map(|year| late.row(year));
    assert!(years[0].iter().zip(years[1]).all(|(early, late)| (*early == 0.0) != (*late == 0.0)), "one year or the other");
}

/// What happens to people who come late happens in the economy of that later time.
#[test]
fn a_late_cohort_meets_a_later_economy() {
    let trials = trials(&format!(
        "[program]\nprovider = \"P\"\ncohorts = {{ count = 1, size = 10_000 }}\ndelay = [0.0, 1.0]\n[economy]\npersistence_per_year = 0.5\nsd = 0.000001\n\
         path = [0.0, 10.0]\n[[outcome]]\nname = \"job\"\nrate = 0.5\nper_point_of_unemployment = -0.02\n{PAID}"
    ));
    let (mean, error) = (trials.mean("payors.total"), Z * 10.0 * (10_000.0_f64 * 0.3 * 0.7 / LANES as f64).sqrt());
    assert!((mean - 30_000.0).abs() <= error, "{mean}");
}

/// An empty cohort has no rate, no claim and no condition that holds; its comparison people are not there either.
#[test]
fn nobody_is_not_zero_percent() {
    let trials = trials(&format!(
        "[program]\nprovider = \"P\"\ncohorts = {{ count = 2, size = 100 }}\n\
         referral_ratio = {{ discrete = [{{ value = 0, weight = 1 }}, {{ value = 1, weight = 1 }}] }}\n{ONE}{PAID}\
         [[measure]]\nname = \"gain\"\nof = \"gains\"\nmethod = {{ randomized = {{ comparison = 50 }} }}\npool = \"all\"\n\
         [[measure]]\nname = \"first\"\nof = \"job\"\ncohorts = [1]\npool = \"all\"\n\
         [[payment]]\nname = \"low\"\npayor = \"City\"\non = \"job\"\nwhen = \"job.rate < 60%\"\nprice = {{ lump_sum = 10_000 }}\n\
         [[payment]]\nname = \"lump\"\npayor = \"City\"\non = \"job\"\nprice = {{ lump_sum = 100 }}\n\
         [[payment]]\nname = \"error\"\npayor = \"City\"\non = \"gain\"\nprice = {{ formula = \"gain.standard_error\" }}\n\
         [[stop]]\nname = \"bad\"\nwhen = \"first.rate < 50%\"\n"
    ));
    trials.always("payment.\"low\".paid", 0.0);
    trials.always("program.avoided_cost", 0.0);
    let enrolled = trials.row("program.enrolled");
    let lumps = trials.row("payment.\"lump\".paid");
    assert!(enrolled.iter().zip(lumps).all(|(people, paid)| *people == *paid), "100 for each cohort of 100 people");
    trials.share("payment.\"lump\".pays", 0.75);
    let undefined = trials.row("outcome.\"gains\".true_effect").iter().filter(|effect| effect.is_nan()).count();
    assert_eq!(undefined, enrolled.iter().filter(|people| **people == 0.0).count(), "the effect on nobody");
    // Of one cohort of two, 50 people are compared, not 100.
    let found = &trials.block.findings.measures[MeasureId(trials.catalogue.row("measure.\"gain\".found_effect").map_or(0, |_| 0))];
    let mut errors = vec![0.0; LANES];
    found.statistic(pfsim::deal::Statistic::StandardError, GroupId(0), &mut errors);
    let rates = found.units.row(GroupId(0)).iter().zip(found.comparison.row(GroupId(0))).zip(found.enrolled.row(GroupId(0))).zip(&errors);
    for (((units, compared), people), error) in rates.filter(|((_, people), _)| **people == 100) {
        let [p, q] = [f64::from(*units) / f64::from(*people), f64::from(*compared) / 50.0];
        assert!((error - (p * (1.0 - p) / 100.0 + q * (1.0 - q) / 50.0).sqrt()).abs() < 1e-12, "{units} {compared}");
    }
}

/// After a stop nobody comes any more, and no figure counts who would have.
#[test]
fn a_stop_cuts_the_people_too() {
    let trials = trials(
        "[program]\nprovider = \"P\"\ncohorts = { count = 3, size = 100 }\n[[program.cost]]\nname = \"training\"\nper_participant = 1_000\n\
         [[outcome]]\nname = \"placed\"\nwithout = 0.0\neffect = 1.0\n[[outcome]]\nname = \"wages\"\nkind = \"amount\"\nwithout = 500\neffect = 20\nsd = 100\n\
         [[measure]]\nname = \"raise\"\nof = \"wages\"\nmethod = { randomized = { comparison = 100 } }\npool = \"all\"\n\
         [[measure]]\nname = \"truth\"\nof = \"wages\"\nmethod = \"exact\"\npool = \"all\"\n\
         [[payor]]\nname = \"City\"\nvalue_per_outcome = { placed = 20_000 }\n\
         [[payment]]\nname = \"jobs\"\npayor = \"City\"\non = \"placed\"\nprice = { per_unit = 3_000 }\n\
         [[stop]]\nname = \"after one\"\nat = 2026-06-30\nwhen = \"year >= 1\"\n[[tranche]]\nname = \"g\"\nkind = \"grant\"\namount = 1_000_000\n",
    );
    trials.always("program.enrolled", 100.0);
    trials.always("outcome.\"placed\".count", 100.0);
    trials.always("outcome.\"placed\".additional", 100.0);
    trials.always("outcome.\"placed\".true_effect", 1.0);
    trials.always("measure.\"placed\".units", 100.0);
    trials.always("payor.\"City\".benefit", 2_000_000.0);
    trials.always("payor.\"City\".net_benefit", 1_700_000.0);
    trials.always("measure.\"truth\".found_effect", 20.0);
    // One cohort of 100 people against 100: the comparison of the others never took place.
    let (mean, sd) = (trials.mean("measure.\"raise\".found_effect"), 100.0 * (2.0_f64 / 100.0).sqrt());
    assert!((mean - 20.0).abs() <= Z * sd / (LANES as f64).sqrt(), "{mean}");
    let square =
        trials.row("measure.\"raise\".found_effect").iter().map(|found| (found - 20.0) * (found - 20.0)).sum::<f64>() / LANES as f64;
    assert!((square / (sd * sd) - 1.0).abs() <= Z * (2.0 / LANES as f64).sqrt(), "{square}, not {}", sd * sd);
}

/// A condition is looked at as soon as it can be decided: two bad quarters in a row end the program with the second of them.
#[test]
fn a_condition_waits_for_nothing_that_it_does_not_need() {
    let measures: String =
        (1..=4).map(|cohort| format!("[[measure]]\nname = \"q{cohort}\"\nof = \"job\"\ncohorts = [{cohort}]\npool = \"all\"\n")).collect();
    let bad = |cohort: usize| format!("q{cohort}.rate < 26%");
    let pair = |cohort: usize| format!("({} and {})", bad(cohort), bad(cohort + 1));
    let trials = trials(&format!(
        "[program]\nprovider = \"P\"\ncohorts = {{ count = 4, size = 50 }}\n[[outcome]]\nname = \"job\"\nrate = 0.3\n{PAID}{measures}\
         [[stop]]\nname = \"break\"\nwhen = \"{} or {} or {}\"\n",
        pair(1),
        pair(2),
        pair(3)
    ));
    // Fewer than 13 of 50, at 0.3: the binomial sum.
    let bad: f64 = (0..13_u32).map(|k| (0..k).fold(pow(0.7, 50.0), |p, i| p * f64::from(50 - i) / f64::from(i + 1) * 0.3 / 0.7)).sum();
    // Followed cohort by cohort: so many have come, and the last was good or bad.
    let [ends_after_two, ends_after_three] = [bad * bad, (1.0 - bad) * bad * bad];
    let enrolled = trials.row("program.enrolled");
    let share = |people: f64| enrolled.iter().filter(|enrolled| **enrolled == people).count() as f64 / LANES as f64;
    for (people, chance) in [(100.0, ends_after_two), (150.0, ends_after_three), (200.0, 1.0 - ends_after_two - ends_after_three)] {
        let error = Z * (chance * (1.0 - chance) / LANES as f64).sqrt();
        assert!((share(people) - chance).abs() <= error, "{people} people: {} not {chance}", share(people));
    }
}

/// Benefits and payments are compared as of the start of the deal, and a stream counts from the outcome.
#[test]
fn benefits_and_payments_stand_on_one_time_base() {
    let head = |value: &str, after: &str, rate: f64, cohorts: &str| {
        let text = format!(
            "schema = 1\n[deal]\nname = \"value\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 8\ndiscount_rate = {rate}\n\
             [program]\nprovider = \"P\"\ncohorts = {cohorts}\n[[outcome]]\nname = \"job\"\nwithout = 0.0\neffect = 1.0\n{after}\n\
             [[payor]]\nname = \"State\"\nvalue_per_outcome = {{ job = {value} }}\n\
             [[payment]]\nname = \"jobs\"\npayor = \"State\"\non = \"job\"\nprice = {{ per_unit = 1_100 }}\npaid_after = 4\n"
        );
        let deal = crate::support::deal(&text);
        let (plan, catalogue) = (Plan::new(&deal, 3), Catalogue::new(&deal));
        let mut block = Block::new(&plan, 4);
        block.run(&plan, 0);
        let rows = each_trial(&deal, &catalogue, &block);
        Trials { catalogue, block, rows }
    };
    // Worth 1,000 at once, paid 1,100 after four years at 5%.
    let flip = head("1_000", "", 0.05, "{ count = 1, size = 100 }");
    flip.always("payor.\"State\".net_benefit", 100.0 * (1_000.0 - 1_100.0 / pow(1.05, 4.0)));
    flip.always("payor.\"State\".benefit_exceeds_payment", 1.0);
    // Two cohorts of ten, outcomes in years 1 and 3; a stream of three years that fades by 10%, from a year after each.
    let stream = "{ per_year = 3_000, years = 3, from_year = 1, fade = 0.10, share = 0.5 }";
    let later = head(stream, "after = 1", 0.035, "{ count = 2, every = 2, size = 10 }");
    let r: f64 = 1.035;
    let each = 1_500.0 / r + 1_350.0 / pow(r, 2.0) + 1_215.0 / pow(r, 3.0);
    let benefit = 10.0 * each * (pow(r, -1.0) + pow(r, -3.0));
    let paid = 11_000.0 * (pow(r, -5.0) + pow(r, -7.0));
    // The worth of an outcome is rounded to the cent.
    for (metric, expected) in [("benefit", benefit), ("net_benefit", benefit - paid)] {
        let found = later.mean(&format!("payor.\"State\".{metric}"));
        assert!((found - expected).abs() < 0.2, "{metric}: {found}, not {expected}");
    }
    let ratio = later.mean("payor.\"State\".benefit_cost_ratio");
    assert!((ratio - benefit / paid).abs() < 1e-4, "{ratio}");
}
