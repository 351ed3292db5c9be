//! What a number looks like at the edges: nothing, almost nothing, almost all, the last thousand, and no number at all.

use pfsim::quantity::{Currency, Money};
use pfsim::words::{board, count, list, money, number, share, typed};

fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

#[test]
fn counts_have_commas_and_plurals() {
    let cases = [(0, "0 cohorts"), (1, "1 cohort"), (2, "2 cohorts"), (1_000, "1,000 cohorts"), (1_234_567, "1,234,567 cohorts")];
    for (number, text) in cases {
        assert_eq!(count::counted(number, "cohort"), text);
    }
    let nouns = ["person", "paired trial", "day", "city", "class", "box", "branch", "deal"].map(count::plural);
    assert_eq!(nouns, ["people", "paired trials", "days", "cities", "classes", "boxes", "branches", "deals"]);
    assert_eq!([1_u32, 2].map(|years| count::spelled(years, "year")), ["one year", "2 years"]);
    assert_eq!(count::grouped(u64::MAX), "18,446,744,073,709,551,615");
    let whole = [0.4, -0.4, 0.5, -0.5, 999.5, -1_234.4, f64::NAN].map(count::whole);
    assert_eq!(whole, ["0", "0", "1", "−1", "1,000", "−1,234", "–"]);
}

#[test]
fn names_are_listed() {
    assert_eq!(list::listed::<&str>(&[]), "");
    assert_eq!([list::listed(&["a"]), list::listed(&["a", "b"]), list::listed(&["a", "b", "c"])], ["a", "a and b", "a, b and c"]);
    let many: Vec<String> = (1..=1_021).map(|number| number.to_string()).collect();
    assert!(list::some(&many).ends_with("19, 20 and 1,001 more"));
    assert!(list::some(&many[..20]).ends_with("19 and 20"));
}

#[test]
fn amounts_round_once_and_keep_their_currency() {
    let (usd, jpy, kwd, chf) = (currency("USD"), currency("JPY"), currency("KWD"), currency("CHF"));
    let exact = [963_891_136, 0, -5, 5, -123_456].map(|minor| money::exact(usd, Money(minor)));
    assert_eq!(exact, ["9,638,911.36", "0.00", "−0.05", "0.05", "−1,234.56"]);
    assert_eq!((money::exact(jpy, Money(1_234)), money::exact(kwd, Money(1_234_500))), ("1,234".into(), "1,234.500".into()));
    assert_eq!(money::exact(usd, Money(i64::MIN)), "−92,233,720,368,547,758.08");

    let stated = [960_000, 950, -300_000, 0, 1].map(|minor| money::stated(usd, Money(minor)));
    assert_eq!(stated, ["$9,600", "$9.50", "−$3,000", "$0", "$0.01"]);
    assert_eq!([jpy, kwd, chf].map(|at| money::stated(at, Money(-9_600_000))), ["−JPY 9,600,000", "−KWD 9,600", "−CHF 96,000"]);

    // 0.4 cents below nothing is nothing, and has no sign.
    let whole = [0.0, -0.004, -0.4, -0.6, 999_999.4, 999_999.995, f64::NAN].map(|major| money::whole(usd, major));
    assert_eq!(whole, ["$0", "$0", "$0", "−$1", "$999,999", "$1,000,000", "–"]);
    let shown = ["USD", "CAD", "AUD", "NZD", "GBP", "CHF"].map(|code| money::whole(currency(code), -1e3));
    assert_eq!(shown, ["−$1,000", "−C$1,000", "−A$1,000", "−NZ$1,000", "−£1,000", "−CHF 1,000"]);
    assert_eq!(money::with_error(usd, 1_402_300.2, 900.4), "$1,402,300 ± $900");
    assert_eq!(money::with_error(usd, 12.0, f64::NAN), "$12");
    assert_eq!([3_100.0, -3_100.0, 0.2, -0.2].map(|major| money::change(usd, major)), ["+$3,100", "−$3,100", "$0", "$0"]);
    let rounded = [1_234.4, -950.0, -0.4, 0.0, 9_999.0, 10_000.0].map(|minor| money::rounded(usd, minor));
    assert_eq!(rounded, ["$12.34", "−$9.50", "$0.00", "$0", "$99.99", "$100"]);
    let thousands = [312_400.0, 999.4, 999.6, 999_999.995, -1_500_000.0].map(|major| money::thousands(usd, major));
    assert_eq!(thousands, ["$312k", "$999", "$1k", "$1,000k", "−$1,500k"]);
}

/// What is uncertain is never called 0% or 100%.
#[test]
fn shares_do_not_look_certain() {
    let percent = [0.0, 1e-6, 0.0004, 0.0005, 0.123, 0.9994, 0.9996, 0.999_99, 1.0, -0.05, f64::NAN].map(share::percent);
    assert_eq!(percent, ["0.0%", "0.0001%", "0.04%", "0.1%", "12.3%", "99.9%", "99.96%", "99.999%", "100.0%", "−5.0%", "–"]);
    let about = [0.0, 0.003, 0.12, 0.994, 0.996, 1.0].map(share::about);
    assert_eq!(about, ["0%", "0.3%", "12%", "99%", "99.6%", "100%"]);
    assert_eq!(share::percent(0.1 + 0.2 + 0.7 - 1.0), "0.0%", "what arithmetic left");
    let errors =
        [(0.123, 0.002), (0.123, 1e-6), (0.0004, 0.003), (1e-4, 1e-4), (0.9999, 1e-4), (0.5, 0.0), (0.5, f64::NAN), (f64::NAN, 0.1)];
    let errors = errors.map(|(value, error)| share::with_error(value, error));
    assert_eq!(errors, ["12.3% ± 0.2", "12.3% ± 0.1", "0.0% ± 0.3", "0.01% ± 0.01", "99.99% ± 0.01", "50.0% ± 0.0", "50.0%", "–"]);
    let chances = [(0.0, 0.0, Some(0.000_299)), (1.0, 0.0, Some(0.999_701)), (0.07, 0.01, None)];
    let chances = chances.map(|(value, error, bound)| share::chance(value, error, bound));
    assert_eq!(chances, ["under 0.03%", "over 99.97%", "7.0% ± 1.0"]);
    let board = [0.0, 1e-6, 0.042, 0.234, 0.999_99, 1.0].map(board::percent);
    assert_eq!(board, ["0%", "<0.1%", "4.2%", "23%", ">99.9%", "100%"]);
    assert_eq!(board::percent_with_error(1e-6, 1e-6), "<0.1% ± <0.01");
    assert_eq!(board::percent_with_error(0.231, 0.004), "23.1% ± 0.4");
}

#[test]
fn rates_and_points_have_signs() {
    assert_eq!([0.048, -0.12, -0.000_4, 12.0].map(share::rate), ["4.8%", "−12.0%", "0.0%", "1,200.0%"]);
    assert_eq!([0.05, -0.05, 0.0].map(share::change), ["+5.0%", "−5.0%", "0.0%"]);
    assert_eq!([0.083, -0.083, 0.000_4, f64::NAN].map(share::points), ["+8.3 points", "−8.3 points", "0.0 points", "–"]);
    assert_eq!([0.01, 0.035, 0.0].map(share::stated_points), ["1 point", "3.5 points", "0 points"]);
    assert_eq!([0.05, 0.125, 1.0, 0.000_004, 1.0 / 3.0].map(share::stated), ["5%", "12.5%", "100%", "0.0004%", "33.3333%"]);
}

#[test]
fn numbers_have_the_decimals_that_they_need() {
    let plain = [0.0, 0.38, 258_858.0, -1.5, 1e-17, 0.000_012_34, -0.000_012_345, 0.5, 999_999.995, f64::NAN].map(number::plain);
    assert_eq!(plain, ["0", "0.38", "258,858", "−1.5", "0", "0.00001234", "−0.00001234", "0.5", "999,999.995", "undefined"]);
    assert_eq!([2.0, 1.256, -0.004, 1_234.5].map(|value| number::decimals(value, 2)), ["2", "1.26", "0", "1,234.5"]);
    assert_eq!([2.0, 1.256, -0.004, 1_234.5, f64::NAN].map(|value| number::fixed(value, 2)), ["2.00", "1.26", "0.00", "1,234.50", "–"]);
    let digits = [1_234_567.0, 0.052_345_6, -12.345, 0.0].map(|value| number::significant(value, 3));
    assert_eq!(digits, ["1,230,000", "0.0523", "−12.3", "0"]);
    assert_eq!(number::signed(0.3, "0.3"), "+0.3");
    assert_eq!(number::signed(-f64::INFINITY, "inf"), "−inf");
}

/// A file takes neither commas nor `−`.
#[test]
fn what_is_typed_can_be_read_back() {
    let typed = [0.0, -0.05, 1_250_000.0, 0.123_456, 1e-5, -1e-5].map(typed::number);
    assert_eq!(typed, ["0", "-0.05", "1250000", "0.1235", "1e-5", "-1e-5"]);
    for text in &typed {
        text.parse::<f64>().expect("a number");
    }
    assert_eq!([0.3 + 0.6, 1.0 / 3.0].map(typed::sum), ["0.9", "0.333333333333"]);
    assert_eq!([1_250_000.0, -999.5, 0.25].map(typed::amount), ["1_250_000", "-999.5", "0.25"]);
}

#[test]
fn a_board_reads_three_digits() {
    let amounts = [0.0, -0.004, 3.25, 340_000.0, 999_999.995, 1_240_000.0, -12e9].map(|amount| board::money("USD", amount));
    assert_eq!(amounts, ["$0", "$0", "$3.25", "$340k", "$1M", "$1.24M", "−$12B"]);
    assert_eq!(board::money_with_error("USD", 1_243_000.0, 1_000.0), "$1.243M ± $1k");
    let axis = board::money_axis("EUR", 2_000_000.0, 500_000.0);
    assert_eq!([0.0, 1_500_000.0, -500_000.0].map(axis), ["€0", "€1.5M", "−€0.5M"]);
    assert_eq!([1, 10_000].map(board::trials), ["1 trial", "10,000 trials"]);
    assert_eq!(
        [0.0, 0.001, 0.5, 0.999, 1.0].map(board::of_hundred)[1..4],
        ["fewer than 1 of 100 futures", "50 of 100 futures", "more than 99 of 100 futures"]
    );
    assert_eq!([0.048, -0.12, 12.0].map(board::rate), ["4.8%", "−12%", "1,200%"]);
}
