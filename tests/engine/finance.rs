//! Rates and values: public oracles, awkward streams, laws over generated ones, the block against the single stream.

use crate::support::{number, numbers, oracle};
use pfsim::finance::*;
use proptest::prelude::*;

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got:e}, want {want:e}");
}

fn rate(found: &Irr) -> f64 {
    match found {
        Irr::Rate(rate) => *rate,
        other => panic!("expected one rate, found {other:?}"),
    }
}

fn rates(found: Irr) -> Vec<f64> {
    match found {
        Irr::Rate(rate) => vec![rate],
        Irr::Several(rates) => rates,
        other => panic!("expected rates, found {other:?}"),
    }
}

/// Block of the given columns, which must be of one length.
fn block(columns: &[Vec<i64>], periods_per_year: f64) -> (Vec<f64>, Vec<IrrKind>) {
    let periods = columns.first().map_or(0, Vec::len);
    let flows: Vec<i64> = (0..periods).flat_map(|t| columns.iter().map(move |column| column[t])).collect();
    let (mut out, mut kinds) = (vec![f64::NAN; columns.len()], vec![IrrKind::NoRoot; columns.len()]);
    irr_block(&flows, columns.len(), periods_per_year, &mut out, &mut kinds);
    (out, kinds)
}

fn as_f64(column: &[i64]) -> Vec<f64> {
    column.iter().map(|&x| x as f64).collect()
}

/// The value at a rate per period relative to the size of its terms, with (1+r)^t by multiplication.
fn relative_value(flows: &[f64], periodic: f64) -> f64 {
    let (mut value, mut size, mut factor) = (0.0, 0.0, 1.0);
    for flow in flows {
        value += flow * factor;
        size += flow.abs() * factor;
        factor /= 1.0 + periodic;
    }
    value / size
}

#[test]
fn o13_two_flows() {
    let oracle = oracle("O13");
    for (case, key) in oracle["params"]["cases"].as_array().unwrap().iter().zip(["irr_105_3", "irr_12_5", "irr_06_4", "irr_total_loss"]) {
        let case = numbers(case);
        let mut flows = vec![0.0; case[1] as usize + 1];
        flows[0] = -1_000.0;
        *flows.last_mut().unwrap() = 1_000.0 * case[0];
        let found = irr(&flows, 1.0);
        close(found.value(), number(&oracle["values"][key]), 1e-12);
        assert_eq!(found == Irr::TotalLoss, case[0] == 0.0);
    }
    let monthly = number(&oracle["values"]["monthly_to_annual_1pct"]);
    close(annual_rate(0.01, 12.0), monthly, 1e-12);
    close(periodic_rate(monthly, 12.0), 0.01, 1e-12);
    close(rate(&irr(&[-100.0, 101.0], 12.0)), monthly, 1e-12);
}

#[test]
fn o14_two_draws() {
    let oracle = oracle("O14");
    let flows = numbers(&oracle["params"]["cashflows"]);
    close(rate(&irr(&flows, 1.0)), number(&oracle["values"]["irr"]), 1e-12);
    let (out, kinds) = block(&[flows.iter().map(|&x| x as i64).collect()], 1.0);
    close(out[0], number(&oracle["values"]["irr"]), 1e-12);
    assert_eq!(kinds, [IrrKind::Rate]);
}

#[test]
fn o15_all_roots_are_found() {
    let oracle = oracle("O15");
    let mut b = vec![-10_000.0];
    b.extend([327.24625; 16]);
    let streams = [("A_roots", numbers(&oracle["params"]["A"])), ("B_roots", b), ("C_roots", numbers(&oracle["params"]["C"]))];
    for (key, flows) in streams {
        let wanted: Vec<f64> = oracle["values"][key].as_array().unwrap().iter().map(number).collect();
        let found = rates(irr(&flows, 1.0));
        assert_eq!(found.len(), wanted.len(), "{key}: {found:?}");
        for (got, want) in found.iter().zip(&wanted) {
            close(*got, *want, 1e-12);
        }
    }
}

#[test]
fn o16_level_payments() {
    let oracle = oracle("O16");
    let flows = [0.0, 0.0, 250_000.0, 250_000.0, 250_000.0, 250_000.0, 250_000.0];
    let wanted = number(&oracle["values"]["PV"]);
    close(npv(&flows, 0.05, 1.0), wanted, 1e-8);
    let by_factors: f64 = discount_factors(0.05, 1.0, 7).iter().zip(flows).map(|(v, flow)| v * flow).sum();
    close(by_factors, wanted, 1e-8);
}

#[test]
fn no_answer_is_a_value() {
    assert_eq!(irr(&[], 4.0), Irr::NotDrawn);
    assert_eq!(irr(&[0.0, 0.0, 0.0], 4.0), Irr::NotDrawn);
    assert_eq!(irr(&[0.0, 5.0], 4.0), Irr::NotDrawn);
    assert_eq!(irr(&[-5.0], 4.0), Irr::TotalLoss);
    assert_eq!(irr(&[0.0, -5.0, 0.0, -1.0], 4.0), Irr::TotalLoss);
    // −1 + 2d − 2d² has no real root
    assert_eq!(irr(&[-1.0, 2.0, -2.0], 1.0), Irr::NoRoot);
    // the sums never cross zero, from either end: 461,349 paid in, 1 back and again paid
    assert_eq!(irr(&[0.0, -384_420.0, -76_929.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0], 1.0), Irr::NoRoot);
    assert_eq!(irr(&[0.0, 384_420.0, 76_929.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0], 1.0), Irr::NoRoot);
    assert_eq!(irr(&[-1.0, f64::NAN, 2.0], 1.0), Irr::NoRoot);
    assert_eq!(irr(&[-1.0, f64::INFINITY], 1.0), Irr::NoRoot);
    // 10³⁰⁰ a day does not annualise into an f64
    assert_eq!(irr(&[-1e-100, 1e200], 365.0), Irr::NoRoot);
}

#[test]
fn kinds_and_values_of_a_block() {
    let columns = vec![
        vec![0, 0, 0],
        vec![-5, 0, 0],
        vec![0, 7, 0],
        vec![-1, 2, -2],
        vec![-6, 5, -1],
        vec![-100, 0, 121],
        vec![-100, 60, 40],
        vec![-4, 4, -1],
        vec![-9, 1, -1],
    ];
    let (out, kinds) = block(&columns, 1.0);
    use IrrKind::*;
    assert_eq!(kinds, [NotDrawn, TotalLoss, NotDrawn, NoRoot, Several, Rate, Rate, Rate, NoRoot]);
    // −6 + 5d − d² = −(d − 2)(d − 3): rates −1/2 and −2/3
    assert_eq!(irr(&[-6.0, 5.0, -1.0], 1.0).kind(), Several);
    assert!(out[0].is_nan() && out[2].is_nan() && out[3].is_nan() && out[4].is_nan());
    assert_eq!(out[1], -1.0);
    close(out[5], 0.1, 1e-12);
    assert_eq!(out[6].to_bits(), 0.0f64.to_bits(), "capital returned exactly is a return of exactly 0");
    // −(d − 2)²·: touches zero at d = 2; −(2d − 1)²(d² − d + 1): at 1/2, in the very middle of the range that is searched
    close(out[7], -0.5, 1e-12);
    close(block(&[vec![-1, 5, -9, 8, -4]], 1.0).0[0], 1.0, 1e-12);
}

#[test]
fn empty_blocks_and_no_periods() {
    irr_block(&[], 0, 4.0, &mut [], &mut []);
    let (mut out, mut kinds) = ([0.0; 3], [IrrKind::Rate; 3]);
    irr_block(&[], 3, 4.0, &mut out, &mut kinds);
    assert_eq!(kinds, [IrrKind::NotDrawn; 3]);
    assert!(out.iter().all(|x| x.is_nan()));
}

#[test]
fn double_roots_and_many_roots() {
    // −(1 − 2d)²: twice d = 1/2, rate 1
    let touching = rates(irr(&[-1.0, 4.0, -4.0], 1.0));
    assert_eq!(touching.len(), 1);
    close(touching[0], 1.0, 1e-12);
    // −(1 − d)²: twice rate 0
    assert_eq!(irr(&[-1.0, 2.0, -1.0], 1.0), Irr::Rate(0.0));
    // −(1 − 1.1d)²(1 − 1.3d), multiplied out: a double root at 10% and a simple one at 30%
    let found = rates(irr(&[-1.0, 3.5, -4.07, 1.573], 1.0));
    assert_eq!(found.len(), 2, "{found:?}");
    close(found[0], 0.1, 1e-7);
    close(found[1], 0.3, 1e-12);
    // Π (x − g) for growth factors 1/2, 4/5, 1, 6/5, 3/2, 2
    let wanted = [0.5, 0.8, 1.0, 1.2, 1.5, 2.0];
    let mut flows = vec![-1.0];
    for growth in wanted {
        let mut next = vec![0.0; flows.len() + 1];
        for (i, c) in flows.iter().enumerate() {
            next[i] += c;
            next[i + 1] -= c * growth;
        }
        flows = next;
    }
    let found = rates(irr(&flows, 1.0));
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    for (got, want) in found.iter().zip(wanted) {
        close(*got, want - 1.0, 1e-11);
    }
}

#[test]
fn one_forward_crossing_is_not_one_root() {
    // forward sums −10, 20, 19, 18.999… cross once, and yet there is a second rate below zero
    let found = rates(irr(&[-10.0, 30.0, -1.0], 1.0));
    let (a, b) = ((30.0 - 860f64.sqrt()) / 20.0 - 1.0, (30.0 + 860f64.sqrt()) / 20.0 - 1.0);
    assert_eq!(found.len(), 2);
    close(found[0], a, 1e-12);
    close(found[1], b, 1e-12);
    let (_, kinds) = block(&[vec![-10, 30, -1]], 1.0);
    assert_eq!(kinds, [IrrKind::Several]);
}

#[test]
fn tiny_and_huge_amounts() {
    let big = 1_000_000_000_000_000_000i64;
    let columns =
        vec![vec![-1, 0, big], vec![-big, 0, 1], vec![-big, big / 2, big], vec![-1, 1, 1], vec![-big, big - 1, 0], vec![-1, -1, i64::MAX]];
    let (out, kinds) = block(&columns, 1.0);
    assert!(kinds.iter().all(|&kind| kind == IrrKind::Rate), "{kinds:?}");
    close(out[0] / (1e9 - 1.0), 1.0, 1e-12);
    close(out[1], 1e-9 - 1.0, 1e-15);
    // x² − x/2 − 1 = 0
    close(out[2], (0.5 + 4.25f64.sqrt()) / 2.0 - 1.0, 1e-12);
    close(out[3], (5f64.sqrt() - 1.0) / 2.0, 1e-12);
    close(out[4], -1e-18, 1e-15);
    for (column, got) in columns.iter().zip(&out) {
        let alone = rate(&irr(&as_f64(column), 1.0));
        assert!((got - alone).abs() <= 1e-12 * (1.0 + alone.abs()), "{column:?}: {got} and {alone}");
    }
}

#[test]
fn a_loan_seen_by_the_borrower_has_a_rate() {
    close(rate(&irr(&[100.0, 0.0, -121.0], 1.0)), 0.1, 1e-12);
    let (out, _) = block(&[vec![100, 0, -121]], 1.0);
    close(out[0], 0.1, 1e-12);
}

#[test]
fn long_streams_use_the_same_arithmetic() {
    let mut long = vec![0i64; 360];
    (long[0], long[240]) = (-1_000_000, 2_000_000);
    // 240 months: a doubling in 20 years, −1 + 2^(1/20)
    let (out, _) = block(&[long.clone()], 12.0);
    close(out[0], 0.035264923841377625, 1e-12);
    close(rate(&irr(&as_f64(&long), 12.0)), 0.035264923841377625, 1e-12);
    // a short one, padded with idle periods
    let mut padded = vec![0i64; 200];
    (padded[3], padded[7]) = (-500, 600);
    let (out, _) = block(&[padded], 4.0);
    close(out[0], 0.2, 1e-12);
}

#[test]
fn multiples_paybacks_and_peaks() {
    let flows = [0.0, -100.0, -50.0, 60.0, 90.0, 30.0];
    assert_eq!(multiple(&flows), Some(1.2));
    assert_eq!(payback(&flows), Some(4));
    assert_eq!(peak_capital(&flows), 150.0);
    assert_eq!((multiple(&[3.0]), payback(&[3.0]), peak_capital(&[3.0])), (None, None, 0.0));
    assert_eq!((multiple(&[-3.0]), payback(&[-3.0]), peak_capital(&[-3.0])), (Some(0.0), None, 3.0));
    assert_eq!(payback(&[]), None);
    // received first, then paid from it: never out of pocket
    assert_eq!((payback(&[10.0, -4.0]), peak_capital(&[10.0, -4.0])), (Some(1), 0.0));
    assert_eq!(payback(&[-10.0, 10.0, -5.0, 1.0]), Some(1));
}

#[test]
fn rates_and_factors_agree() {
    // 1.1 a year: three quarters hence 1.1^(-3/4)
    close(discount_factors(0.1, 4.0, 5)[4], 1.0 / 1.1, 1e-15);
    close(discount_factors(0.21, 2.0, 2)[1], 1.0 / 1.1, 1e-15);
    assert_eq!(discount_factors(0.1, 4.0, 0), Vec::<f64>::new());
    close(periodic_rate(0.21, 2.0), 0.1, 1e-15);
    close(annual_rate(-0.5, 2.0), -0.75, 1e-15);
}

// ---- laws

/// Draws, then receipts.
fn conventional() -> impl Strategy<Value = Vec<i64>> {
    (1usize..10, 1usize..30).prop_flat_map(|(draws, receipts)| {
        (proptest::collection::vec(-900_000_000i64..0, draws), proptest::collection::vec(0i64..300_000_000, receipts))
            .prop_map(|(draws, receipts)| [draws, receipts].concat())
    })
}

/// Any signs, many zeros.
fn any_stream(length: usize) -> impl Strategy<Value = Vec<i64>> {
    proptest::collection::vec(prop_oneof![2 => Just(0i64), 5 => -1_000_000i64..1_000_000, 1 => -3i64..3], length)
}

proptest! {
    #[test]
    fn the_value_at_the_rate_is_zero(flows in conventional()) {
        let flows = as_f64(&flows);
        if let Irr::Rate(annual) = irr(&flows, 1.0) {
            prop_assert!(relative_value(&flows, annual).abs() < 1e-11);
            // and through the public value, where no factor exceeds 1
            if annual >= 0.0 {
                let size: f64 = flows.iter().map(|x| x.abs()).sum();
                prop_assert!(npv(&flows, annual, 1.0).abs() < size * 1e-11);
            }
        } else {
            prop_assert!(flows.iter().all(|&x| x <= 0.0));
        }
    }

    #[test]
    fn every_rate_found_is_a_root_and_no_sign_change_is_missed(flows in (2usize..40).prop_flat_map(any_stream)) {
        let flows = as_f64(&flows);
        let found = match irr(&flows, 1.0) {
            Irr::Rate(rate) => vec![rate],
            Irr::Several(rates) => rates,
            Irr::NoRoot => vec![],
            Irr::TotalLoss | Irr::NotDrawn => {
                prop_assert!(!(flows.iter().any(|&x| x > 0.0) && flows.iter().any(|&x| x < 0.0)));
                return Ok(());
            }
        };
        for &rate in &found {
            prop_assert!(relative_value(&flows, rate).abs() < 1e-10, "{rate} of {found:?}");
        }
        prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
        // an independent scan: each change of sign on a fine grid of growth factors brackets a root that was found
        let growth = |i: i32| 1.02f64.powf_by_multiplication(i - 600);
        let mut before = relative_value(&flows, growth(0) - 1.0);
        for i in 1..1200 {
            let value = relative_value(&flows, growth(i) - 1.0);
            if before.abs() > 1e-9 && value.abs() > 1e-9 && before * value < 0.0 {
                let (from, to) = (growth(i - 1) - 1.0, growth(i) - 1.0);
                prop_assert!(found.iter().any(|&rate| from <= rate && rate <= to), "no root in [{from}, {to}]: {found:?}");
            }
            before = value;
        }
    }

    #[test]
    fn scaling_the_flows_moves_nothing(flows in any_stream(12), scale in 1i64..1_000_000) {
        let (plain, scaled) = (irr(&as_f64(&flows), 4.0), irr(&as_f64(&flows.iter().map(|x| x * scale).collect::<Vec<_>>()), 4.0));
        prop_assert_eq!(plain.kind(), scaled.kind());
        if let (Irr::Rate(a), Irr::Rate(b)) = (plain, scaled) {
            prop_assert!((a - b).abs() <= 1e-9 * (1.0 + a.abs()), "{} and {}", a, b);
        }
    }

    #[test]
    fn the_block_agrees_with_the_stream(columns in proptest::collection::vec(conventional(), 1..40), ppy in prop_oneof![Just(1.0), Just(4.0), Just(12.0), Just(2.0)]) {
        let periods = columns.iter().map(Vec::len).max().unwrap();
        let columns: Vec<Vec<i64>> = columns.into_iter().map(|mut column| { column.resize(periods, 0); column }).collect();
        let (out, kinds) = block(&columns, ppy);
        for ((column, got), kind) in columns.iter().zip(out).zip(kinds) {
            let alone = irr(&as_f64(column), ppy);
            prop_assert_eq!(kind, alone.kind());
            if let Irr::Rate(rate) = alone {
                prop_assert!((got - rate).abs() <= 1e-12 * (1.0 + rate.abs()), "{:?}: {} and {}", column, got, rate);
            }
        }
    }

    #[test]
    fn the_block_agrees_on_any_signs(columns in proptest::collection::vec(any_stream(16), 1..24)) {
        let (out, kinds) = block(&columns, 4.0);
        for ((column, got), kind) in columns.iter().zip(out).zip(kinds) {
            let alone = irr(&as_f64(column), 4.0);
            prop_assert_eq!(kind, alone.kind());
            if let Irr::Rate(rate) = alone {
                prop_assert!((got - rate).abs() <= 1e-10 * (1.0 + rate.abs()), "{:?}: {} and {}", column, got, rate);
            }
        }
    }

    #[test]
    fn a_lane_never_depends_on_its_neighbours(columns in proptest::collection::vec(prop_oneof![any_stream(16), conventional()], 1..40), rotate in 0usize..40) {
        let periods = columns.iter().map(Vec::len).max().unwrap();
        let mut columns: Vec<Vec<i64>> = columns.into_iter().map(|mut column| { column.resize(periods, 0); column }).collect();
        let (out, kinds) = block(&columns, 4.0);
        for (lane, column) in columns.iter().enumerate() {
            let (alone, kind) = block(std::slice::from_ref(column), 4.0);
            prop_assert_eq!(alone[0].to_bits(), out[lane].to_bits());
            prop_assert_eq!(kind[0], kinds[lane]);
        }
        let by = rotate % columns.len();
        columns.rotate_left(by);
        let (mut rotated, _) = block(&columns, 4.0);
        rotated.rotate_right(by);
        prop_assert!(rotated.iter().zip(&out).all(|(a, b)| a.to_bits() == b.to_bits()));
    }

    #[test]
    fn one_receipt_has_the_closed_form(paid in 1i64..1_000_000_000, received in 1i64..1_000_000_000, periods in 1usize..40) {
        let mut column = vec![0; periods + 1];
        (column[0], column[periods]) = (-paid, received);
        let (out, _) = block(&[column], periods as f64);
        // with as many periods a year as there are, one year passes: the rate is the multiple less one
        let wanted = received as f64 / paid as f64 - 1.0;
        prop_assert!((out[0] - wanted).abs() <= 1e-12 * (1.0 + wanted.abs()), "{} and {}", out[0], wanted);
    }
}

/// Powers by multiplication, so that the scan shares no code with the engine.
trait ByMultiplication {
    fn powf_by_multiplication(self, exponent: i32) -> f64;
}

impl ByMultiplication for f64 {
    fn powf_by_multiplication(self, exponent: i32) -> f64 {
        let base = if exponent < 0 { 1.0 / self } else { self };
        (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * base)
    }
}
