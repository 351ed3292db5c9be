//! Sums of money stay below what 64 bits hold: what could come to more is refused when it is read, and what is read can be simulated.

use proptest::prelude::*;

use pfsim::analysis::MOST_MONEY;
use pfsim::deal::Deal;
use pfsim::scenario::{self, Problems};
use pfsim::study::{Options, run};

const BASE: &str = include_str!("../../docs/examples/base.toml");

/// Most major units of dollars that a file may state in one place.
const LARGEST: f64 = 1e13;

fn parse(text: &str) -> Result<Deal, Problems> {
    scenario::parse("deal.toml", text)
}

/// Runs with every trial's books checked; sums that overflow panic in this build.
fn runs(deal: &Deal) {
    let options = Options::default().trials(3).seed(5).audit(true);
    run(deal, &options).unwrap_or_else(|error| panic!("{error}"));
}

fn many(count: usize, table: impl Fn(usize) -> String) -> String {
    (0..count).map(table).collect()
}

fn tranche(at: usize, amount: f64, more: &str) -> String {
    format!("[[tranche]]\nname = \"t{at}\"\nkind = \"loan\"\nrank = 1\namount = {amount}\n{more}")
}

fn bonus(at: usize, amount: f64) -> String {
    format!("[[bonus]]\nname = \"b{at}\"\namount = {amount}\ndate = 2027-01-01\n")
}

/// 2⁶³ cents are 9,223 times 10¹³ dollars: so many tranches, maluses, floors or caps of payors cannot be added; one by one each is allowed.
#[test]
fn many_large_amounts_are_refused_where_they_stand() {
    let payor = |at: usize| format!("[[payor]]\nname = \"p{at}\"\n");
    let floor = |at: usize| {
        format!(
            "[[payment]]\nname = \"f{at}\"\npayor = \"p0\"\non = \"placements\"\nprice = {{ per_unit = 1 }}\nfloor = {LARGEST}\npaid_after = 1\n"
        )
    };
    let once = |at: usize| format!("[[program.cost]]\nname = \"c{at}\"\nonce = {LARGEST}\n");
    type Table<'a> = &'a dyn Fn(usize) -> String;
    let cases: [(&str, usize, Table<'_>, &str); 5] = [
        ("tranches", 9_225, &|at| tranche(at, LARGEST, ""), "[[tranche]]"),
        ("maluses", 9_300, &|at| bonus(at, -LARGEST), "-10000000000000"),
        ("bonuses", 9_300, &|at| bonus(at, LARGEST), "10000000000000"),
        ("floors", 600, &floor, "[[payment]]"),
        ("costs", 7, &once, "[[program.cost]]"),
    ];
    for (what, count, table, place) in cases {
        let text = |count: usize| format!("{BASE}\n{}{}", payor(0), many(count, table));
        let problems = parse(&text(count)).err().unwrap_or_else(|| panic!("{what} pass"));
        let problem = &problems.problems[0];
        assert_eq!((problem.code, problems.problems.len()), ("amount", 1), "{what}: {problems}");
        let span = problem.span.clone().expect("a place");
        assert_eq!(&text(count)[span], place, "{what}");
        assert!(problem.message.contains("more money than can be counted to the minor unit"), "{problems}");
        parse(&text(1)).unwrap_or_else(|problems| panic!("{what}: {problems}"));
    }
}

/// People are counted in 32 bits: 430 groups of ten million are more than 4,294,967,295.
#[test]
fn more_people_than_can_be_counted() {
    let cohorts = |count: u32| {
        let size = format!("cohorts = {{ count = {count}, size = 10_000_000 }}");
        let text = BASE.replacen("cohorts = { count = 2, size = 100 }", &size, 1).replacen("periods = 6", "periods = 600", 1);
        assert_ne!(text, BASE);
        parse(&text)
    };
    cohorts(429).unwrap_or_else(|problems| panic!("{problems}"));
    let problems = cohorts(430).expect_err("too many").to_string();
    assert!(problems.contains("4,300,000,000 could come: more than can be counted (4,294,967,295)"), "{problems}");
    let compared =
        BASE.replace("comparison = 100", "comparison = 10_000_000").replacen("count = 2, size = 100", "count = 500, size = 1", 1);
    let problems = parse(&compared.replacen("periods = 6", "periods = 600", 1)).expect_err("too many").to_string();
    assert!(problems.contains("the comparison groups of all cohorts have more people than can be counted"), "{problems}");
}

/// What results say that it cost is added too.
#[test]
fn costs_of_results_are_counted() {
    let costs = many(300, |at| format!("[[program.cost]]\nname = \"c{at}\"\nonce = 1\n"));
    let deal = parse(&format!("{BASE}\n{costs}")).unwrap_or_else(|problems| panic!("{problems}"));
    let spent = |count: usize| {
        let spent = many(count, |at| format!("[[cost]]\nname = \"c{at}\"\ntotal = {LARGEST}\n"));
        pfsim::results::parse("results.toml", &spent, &deal)
    };
    spent(100).unwrap_or_else(|problems| panic!("{problems}"));
    let problems = spent(200).expect_err("too much").to_string();
    assert!(problems.contains("more money than can be counted") && problems.contains("results.toml:"), "{problems}");
}

/// A deal of every kind of large sum, its amounts in proportion.
fn giant(counts: [usize; 4], parts: [f64; 6], years: u32, scale: f64) -> String {
    let [tranches, bonuses, maluses, payments] = counts;
    let amount = |at: usize| (parts[at] * scale).min(LARGEST).floor().max(1.0);
    let base = BASE.replacen("periods = 6", &format!("periods = {years}"), 1);
    let draws = format!("coupon = 1.0\ndraws = [{{ date = 2026-01-01, amount = {} }}]\n", amount(0));
    let tables = [
        many(tranches, |at| tranche(at, amount(0), &draws)),
        many(bonuses, |at| bonus(at, amount(1))),
        many(maluses, |at| bonus(bonuses + at, -amount(2))),
        format!("[[program.cost]]\nname = \"overrun\"\nonce = {}\noverrun = 100\n", amount(3)),
        "[[program.cost]]\nname = \"overhead\"\nshare_of_costs = 0.5\n".to_string(),
        many(payments, |at| {
            let price = if at % 2 == 0 { "lump_sum" } else { "per_unit" };
            let part = amount(4 + at % 2);
            let on = if at % 2 == 0 { "dates = [2028-01-01]" } else { "on = \"placements\"" };
            format!("[[payment]]\nname = \"x{at}\"\npayor = \"City\"\n{on}\nprice = {{ {price} = {part} }}\nfloor = {part}\n")
        }),
    ];
    base + "\n" + &tables.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The largest deal of a shape that is read can be simulated, its books audited, and no sum overflows; a little more is refused.
    #[test]
    fn just_below_the_bound_everything_is_counted(
        counts in [1usize..40, 1usize..30, 1usize..30, 1usize..12],
        parts in [0.0f64..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0],
        years in 4u32..14,
    ) {
        let at = |scale: f64| parse(&giant(counts, parts, years, scale));
        // By doubling and halving between what is read and what is not.
        let (mut low, mut high) = (1.0f64, 1e15);
        if at(high).is_ok() {
            low = high;
        }
        while high / low > 1.01 {
            let middle = (low * high).sqrt();
            if at(middle).is_ok() { low = middle } else { high = middle }
        }
        let deal = at(low).unwrap_or_else(|problems| panic!("{problems}"));
        let sum: f64 = deal.most_moved().parts.iter().map(|(_, most)| most).sum();
        prop_assert!(sum <= MOST_MONEY);
        runs(&deal);
    }
}

/// Where lenders are owed 2⁵⁸ cents and more, every sum is still exact: 2⁴⁰ dollars at 100% a year for eleven years are 2⁵¹ dollars.
#[test]
fn interest_on_interest_is_exact_near_the_bound() {
    let dollars = (1u64 << 40) as f64;
    let text = |years: u32| {
        let draws = format!("coupon = 1.0\ndraws = [{{ date = 2026-01-01, amount = {dollars} }}]\n");
        BASE.replacen("periods = 6", &format!("periods = {years}"), 1) + "\n" + &tranche(0, dollars, &draws)
    };
    let deal = parse(&text(12)).unwrap_or_else(|problems| panic!("{problems}"));
    let moved = deal.most_moved().parts.iter().map(|(_, most)| *most).fold(0.0, f64::max);
    assert_eq!(moved, dollars * 100.0 * 4_096.0, "2⁴⁰ dollars doubled twelve times, in cents");
    runs(&deal);
    assert!(parse(&text(13)).is_err(), "2⁵³ dollars in cents are more than 2⁵⁹");
}
