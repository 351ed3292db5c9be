//! Rates and values that no other test looked at: found by changing one operator, number or statement after another and asking who
//! notices (`docs/mutants.md`). Every expectation is a closed form.

use pfsim::finance::*;

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got:e}, want {want:e}");
}

fn block(columns: &[&[i64]], periods_per_year: f64) -> (Vec<f64>, Vec<IrrKind>) {
    let flows: Vec<i64> = (0..columns[0].len()).flat_map(|t| columns.iter().map(move |column| column[t])).collect();
    let (mut out, mut kinds) = (vec![0.5; columns.len()], vec![IrrKind::NotDrawn; columns.len()]);
    irr_block(&flows, columns.len(), periods_per_year, &mut out, &mut kinds);
    (out, kinds)
}

/// Half a unit short is not paid back, and who was never out of pocket reads 0, not −0.
#[test]
fn less_than_a_unit_counts() {
    assert_eq!(payback(&[-100.0, 99.5, 0.5]), Some(2));
    assert_eq!(payback(&[-0.5, 0.25, 0.25]), Some(2));
    assert_eq!(payback(&[-0.5, 0.25]), None);
    for flows in [&[3.0][..], &[][..], &[5.0, -2.0][..]] {
        assert_eq!(peak_capital(flows).to_bits(), 0.0f64.to_bits(), "{flows:?}");
    }
}

/// 10^18 a day is no number after 365 of them; a doubling a day is: 2^365 − 1.
#[test]
fn a_rate_of_a_block_that_overflows_is_none() {
    let (rates, kinds) = block(&[&[-1, 1_000_000_000_000_000], &[-1, 2]], 365.0);
    assert_eq!(kinds, [IrrKind::NoRoot, IrrKind::Rate]);
    assert!(rates[0].is_nan());
    let doublings = (0..365).fold(1.0, |growth, _| growth * 2.0);
    close(rates[1] / doublings, 1.0, 1e-9);
}

/// −(1 − gdᵐ)² touches zero where m periods make the money g-fold, which with m periods a year is a rate of g − 1.
#[test]
fn double_rates_of_short_and_long_streams_are_found() {
    for growth in [1.0, 2.0, 3.0, 7.0, 12.0] {
        for periods in [1, 2, 5, 20, 60] {
            let mut flows = vec![0.0; 2 * periods + 1];
            (flows[0], flows[periods], flows[2 * periods]) = (-1.0, 2.0 * growth, -growth * growth);
            let Irr::Rate(rate) = irr(&flows, periods as f64) else { panic!("{growth}, {periods}: {:?}", irr(&flows, periods as f64)) };
            close(rate, growth - 1.0, 1e-9);
        }
    }
}

/// −(20 − dᵐ)² times a polynomial without roots above 0: all but a twentieth is lost in m periods, twice.
#[test]
fn a_double_rate_far_below_zero_is_found() {
    for (periods, more) in [1, 2, 3].into_iter().flat_map(|periods| [5, 15, 27].map(|more| (periods, more))) {
        let mut flows = vec![0.0; 2 * periods + more];
        for start in 0..more {
            let weight = [5.0, 1.0, 2.0, 4.0, 3.0, 5.0, 2.0][start % 7];
            flows[start] -= 400.0 * weight;
            flows[start + periods] += 40.0 * weight;
            flows[start + 2 * periods] -= weight;
        }
        let Irr::Rate(rate) = irr(&flows, periods as f64) else { panic!("{periods}, {more}: {:?}", irr(&flows, periods as f64)) };
        close(rate, -0.95, 1e-9);
    }
}

/// A few cents, or a few dollars: at the rate, discounted by multiplication, nothing is left of either.
#[test]
fn a_rate_does_not_depend_on_the_unit() {
    let cents = [-6.0, -3.0, 1.0, 4.0, 1.0, 0.0, 9.0, 8.0, 1.0, 5.0, 8.0, 2.0];
    for unit in [1.0, 0.5, 0.1, 0.01, 0.001] {
        let flows = cents.map(|flow| flow * unit);
        let Irr::Rate(rate) = irr(&flows, 1.0) else { panic!("{unit}: {:?}", irr(&flows, 1.0)) };
        let (value, _) = cents.iter().fold((0.0, 1.0), |(value, factor), flow| (value + flow * factor, factor / (1.0 + rate)));
        close(value, 0.0, 1e-10);
    }
    let flows: Vec<f64> = cents.iter().map(|flow| flow / 100.0).collect();
    close(irr(&flows, 1.0).value(), irr(&cents, 1.0).value(), 1e-12);
}

/// −(x − 1.1)(x − 1.101), to the millionth: two rates that lie close together stay two.
#[test]
fn two_close_rates_are_two() {
    let found = irr(&[-1_000_000.0, 2_201_000.0, -1_211_100.0], 1.0);
    let Irr::Several(rates) = &found else { panic!("{found:?}") };
    assert_eq!(rates.len(), 2, "{rates:?}");
    close(rates[0], 0.1, 1e-10);
    close(rates[1], 0.101, 1e-10);
    assert_eq!(block(&[&[-1_000_000, 2_201_000, -1_211_100]], 1.0).1, [IrrKind::Several]);
}

/// Four quarters are a year: 110 a year from now at 10% is 100 today.
#[test]
fn quarters_are_discounted_by_the_year() {
    let worth = npv(&[-100.0, 0.0, 0.0, 0.0, 110.0], 0.10, 4.0);
    assert!(worth.abs() < 1e-9, "{worth}");
    let two_years = npv(&[0.0, 0.0, 121.0], 0.10, 1.0);
    assert!((two_years - 100.0).abs() < 1e-9, "{two_years}");
}

/// Half a unit paid in is something paid in.
#[test]
fn little_paid_in_has_a_multiple() {
    assert_eq!(multiple(&[-0.5, 1.0]), Some(2.0));
    assert_eq!(multiple(&[0.0, 1.0]), None);
}
