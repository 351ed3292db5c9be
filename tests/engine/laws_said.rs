//! What laws say of themselves, what they refuse, and pins of our own draws.

use core::fmt::Write;

use insta::assert_snapshot;
use pfsim::sampling::stream::Key;
use pfsim::sampling::{Distribution, Family, Law, LawError};

const INFINITY: f64 = f64::INFINITY;
const EVERYTHING: (f64, f64) = (-INFINITY, INFINITY);

fn spike() -> Result<Law, LawError> {
    Law::mixture(vec![(3.0, Law::constant(0.0)?), (7.0, Law::normal(0.08, 0.04)?)])
}

/// A law of each kind, and each way of drawing one.
fn all() -> Vec<Distribution> {
    let bounded =
        |law: Result<Law, LawError>, truncated, clipped| Distribution::new(law.expect("valid"), truncated, clipped).expect("valid");
    let mut laws: Vec<Distribution> = vec![
        Distribution::constant(0.5),
        bounded(Law::normal(0.08, 0.04), (0.0, INFINITY), EVERYTHING),
        bounded(Law::normal(0.08, 0.04), (0.1, 0.2), EVERYTHING),
        bounded(Law::lognormal(-0.07, 0.2), EVERYTHING, (-INFINITY, 1.2)),
        bounded(Law::lognormal(-0.07, 0.2), (0.5, 1.5), (0.6, 1.2)),
        bounded(Law::triangular(0.1, 0.2, 0.6), (0.15, 0.5), EVERYTHING),
        bounded(Law::beta(2.0, 5.0), (0.1, 0.4), EVERYTHING),
        bounded(Law::gamma(4.0, 250.0), (500.0, INFINITY), EVERYTHING),
        bounded(spike(), (-0.01, 0.1), (0.0, 0.09)),
    ];
    let whole = [
        Law::uniform(0.1, 0.3),
        Law::triangular(0.1, 0.2, 0.6),
        Law::normal(0.08, 0.04),
        Law::lognormal(-0.07, 0.2),
        Law::beta_by_mean(0.8, 0.05),
        Law::beta(0.5, 0.5),
        Law::beta(0.5, 3.0),
        Law::beta(3.0, 0.5),
        Law::gamma_by_mean(1000.0, 500.0),
        Law::gamma(0.5, 250.0),
        Law::discrete(&[1.0, 2.0, 5.0], &[0.2, 0.5, 0.3]),
        spike(),
        Law::between(500.0, 900.0, 0.9, Family::Normal),
        Law::between(500.0, 900.0, 0.9, Family::LogNormal),
        Law::between(0.6, 0.9, 0.9, Family::Beta),
    ];
    laws.extend(whole.map(|law| law.expect("valid").into()));
    laws
}

/// Value-breaking: a change of any line changes the results of every scenario that has such a law. The first two draws and a hash
/// (FNV-1a) of the bits of ten thousand.
#[test]
fn draws_are_pinned() {
    let mut text = String::new();
    for law in all() {
        let mut draws = vec![0.0; 10_000];
        law.sampler().fill(Key::new(1, "pin", 0), 0, &mut draws);
        let bytes = draws.iter().flat_map(|draw: &f64| draw.to_bits().to_le_bytes());
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
        writeln!(text, "{law}: {:?} {:?} {hash:016x}", draws[0], draws[1]).expect("a string");
    }
    assert_snapshot!(text, @r#"
    always 0.5: 0.5 0.5 17298fd66dac9025
    normal, mean 0.08, sd 0.04, cut to 0 or more: 0.019524380747425567 0.14037791210967462 cdc28dc04f781741
    normal, mean 0.08, sd 0.04, cut to 0.1 to 0.2: 0.1015339123034273 0.1605879778636394 d44a9df95f98f710
    lognormal, mu -0.07, sigma 0.2, held to 1.2 or less: 0.6621635237108079 1.2 bddf3ca802b7d7bf
    lognormal, mu -0.07, sigma 0.2, cut to 0.5 to 1.5, held to 0.6 to 1.2: 0.66287546101431 1.2 f67e11d22c53cea1
    triangular, 0.1 to 0.6, most likely 0.2, cut to 0.15 to 0.5: 0.16677153293463934 0.4514017187208509 907a67d0265c932a
    beta, mean 0.285714, sd 0.159719, cut to 0.1 to 0.4: 0.2827855139437011 0.30844952876745085 745361f74e8d4a16
    gamma, mean 1000, sd 500, cut to 500 or more: 1210.021275168859 1347.9011513840787 0f0716599e399c55
    30%: always 0; 70%: normal, mean 0.08, sd 0.04, cut to -0.01 to 0.1, held to 0 to 0.09: 0.0 0.09 1bdd9be1c147115b
    uniform, 0.1 to 0.3: 0.10870416715751835 0.2865761675565365 4f2577944416fc98
    triangular, 0.1 to 0.6, most likely 0.2: 0.14664806308282885 0.48413873622533066 19f9e317b1027285
    normal, mean 0.08, sd 0.04: 0.011551452224132994 0.13990382803211374 731a2fe52b79b886
    lognormal, mu -0.07, sigma 0.2: 0.6621635237108079 1.2579949452181138 fc90b4d97ade5a66
    beta, mean 0.8, sd 0.05: 0.8230659852106796 0.8349453777569814 7edc967436cc1628
    beta, mean 0.5, sd 0.353553: 0.14581912902952626 0.6488974286195683 97d0de519161e203
    beta, mean 0.142857, sd 0.164957: 0.15290062529982895 0.21109512334005404 b21ac66756af5a86
    beta, mean 0.857143, sd 0.164957: 0.847099374700171 0.788904876659946 6f1b38ae28f4e850
    gamma, mean 1000, sd 500: 1125.8895647746415 1267.9261535782232 fd5f6c1a58a650c2
    gamma, mean 125, sd 176.777: 114.31048628096262 163.30168298913682 50bf48ea86ee43a9
    one of 1 (20%), 2 (50%), 5 (30%): 1.0 5.0 2e4a4fc01cf6b438
    30%: always 0; 70%: normal, mean 0.08, sd 0.04: 0.0 0.058939331752820706 94dcc5ec384d380b
    normal, mean 700, sd 121.591: 491.9311887261127 882.0947075489564 d2b93870f2576fad
    lognormal, mu 6.5085, sigma 0.178674: 494.1065831355378 876.6287047412277 851299c0977d67aa
    beta, mean 0.765125, sd 0.0917871: 0.8107347425538546 0.8318128123014342 615587b0ffd478e0
    "#);
}

#[test]
fn every_refusal_states_the_rule_and_the_remedy() {
    let nan = f64::NAN;
    let bounded = |truncated, clipped| Distribution::new(Law::normal(0.0, 1.0).expect("valid"), truncated, clipped).map(|_| ());
    let refused: Vec<Result<(), LawError>> = [
        Law::constant(nan),
        Law::constant(INFINITY),
        Law::uniform(3.0, 1.0),
        Law::uniform(0.0, nan),
        Law::uniform(-1e16, 0.0),
        Law::triangular(1.0, 0.5, 2.0),
        Law::triangular(1.0, 1.0, 1.0),
        Law::triangular(0.0, nan, 1.0),
        Law::normal(0.0, 0.0),
        Law::normal(nan, 1.0),
        Law::normal(0.0, nan),
        Law::lognormal(1450.0, 0.2),
        Law::lognormal(0.0, -0.2),
        Law::lognormal(0.0, 200.0),
        Law::lognormal(0.0, nan),
        Law::beta(0.0, 1.0),
        Law::beta(1.0, nan),
        Law::beta_by_mean(80.0, 0.05),
        Law::beta_by_mean(nan, 0.05),
        Law::beta_by_mean(0.8, 0.4),
        Law::beta_by_mean(0.8, 0.0),
        Law::beta_by_mean(0.8, nan),
        Law::beta_by_mean(0.8, 1e-6),
        Law::gamma(0.0, 1.0),
        Law::gamma(2.0, 0.0),
        Law::gamma_by_mean(-5.0, 1.0),
        Law::gamma_by_mean(5.0, nan),
        Law::discrete(&[], &[]),
        Law::discrete(&[1.0], &[1.0, 2.0]),
        Law::discrete(&[1.0, nan], &[1.0, 2.0]),
        Law::discrete(&[1.0, 2.0], &[0.0, 0.0]),
        Law::discrete(&[1.0, 2.0], &[1.0, -1.0]),
        Law::mixture(vec![(nan, Distribution::constant(1.0))]),
        Law::between(900.0, 500.0, 0.9, Family::Normal),
        Law::between(500.0, 900.0, 90.0, Family::Normal),
        Law::between(-1.0, 900.0, 0.9, Family::LogNormal),
        Law::between(0.5, 1.5, 0.9, Family::Beta),
        Law::between(0.5, 0.500001, 0.9, Family::Beta),
    ]
    .into_iter()
    .map(|law| law.map(|_| ()))
    .chain([bounded((1.0, 1.0), EVERYTHING), bounded(EVERYTHING, (nan, 1.0)), bounded((6.0, 7.0), EVERYTHING)])
    .collect();
    let mut text = String::new();
    for refusal in refused {
        let refusal = refusal.expect_err("refused");
        assert!(
            !refusal.rule().is_empty()
                && !refusal.remedy().is_empty()
                && refusal.to_string() == format!("{}; {}", refusal.rule(), refusal.remedy())
        );
        writeln!(text, "{refusal}").expect("a string");
    }
    assert_snapshot!(text, @r#"
    value must be a finite number within ±10^15, found NaN; write a plain number
    value must be a finite number within ±10^15, found inf; write a plain number
    low must be below high, found 3 and 1; swap them, or write a plain number if the value is certain
    high must be a finite number within ±10^15, found NaN; write a plain number
    low must be a finite number within ±10^15, found -10000000000000000; write a plain number
    mode must lie from low = 1 to high = 2, found 0.5; put low, mode and high in order
    low must be below high, found 1 and 1; swap them, or write a plain number if the value is certain
    mode must be a finite number within ±10^15, found NaN; write a plain number
    sd must be above 0, found 0; write a plain number instead of a distribution if the value is certain
    mean must be a finite number within ±10^15, found NaN; write a plain number
    sd must be a finite number within ±10^15, found NaN; write a plain number
    mu must lie between -50 and 50, found 1450; mu is the mean of the natural logarithm, not of the value
    sigma must be above 0, found -0.2; write a plain number instead of a distribution if the value is certain
    sigma must lie between 0 and 10, found 200; sigma is the standard deviation of the natural logarithm, not of the value
    sigma must be a finite number within ±10^15, found NaN; write a plain number
    alpha must lie between 0.01 and 10000000, found 0; choose a smaller sd for a larger shape and a larger sd for a smaller one
    beta must lie between 0.01 and 10000000, found NaN; choose a smaller sd for a larger shape and a larger sd for a smaller one
    mean must lie between 0 and 1, found 80; both ends excluded: a share of 80% is written 0.8
    mean must lie between 0 and 1, found NaN; both ends excluded: a share of 80% is written 0.8
    sd must be below sqrt(mean (1 - mean)) = 0.4000, found 0.4; choose a smaller sd
    sd must be above 0, found 0; write a plain number instead of a distribution if the value is certain
    sd must be a finite number within ±10^15, found NaN; write a plain number
    alpha must lie between 0.01 and 10000000, found 127999999999.19998; choose a smaller sd for a larger shape and a larger sd for a smaller one
    shape must lie between 0.01 and 10000000, found 0; shape is (mean / sd) squared, and mean is shape times scale
    scale must be above 0, found 0; write a plain number instead of a distribution if the value is certain
    mean must be above 0, found -5; write a plain number instead of a distribution if the value is certain
    sd must be a finite number within ±10^15, found NaN; write a plain number
    a list of weighted values or parts must name at least one; add one, or write a plain number
    each value needs one weight, found 1 values and 2 weights; make the lists equally long
    value must be a finite number within ±10^15, found NaN; write a plain number
    weights must be 0 or more and at least one above 0, found 0; weights such as 0.3 and 0.7 are shares of the whole
    weights must be 0 or more and at least one above 0, found -1; weights such as 0.3 and 0.7 are shares of the whole
    weights must be 0 or more and at least one above 0, found NaN; weights such as 0.3 and 0.7 are shares of the whole
    low must be below high, found 900 and 500; swap them, or write a plain number if the value is certain
    probability must lie between 0 and 1, found 90; both ends excluded: 90% is written 0.9
    a lognormal law lies above 0, found an interval from -1 to 900; move the interval, or name another family
    a beta law lies between 0 and 1, found an interval from 0.5 to 1.5; move the interval, or name another family
    no beta law with shapes from 0.01 to 10,000,000 has 0.9 of its mass from 0.5 to 0.500001; use family = "normal"
    the bounds a law is truncated to need low below high, found 1 and 1; drop or move one of them
    the bounds a law is clipped to need low below high, found NaN and 1; drop or move one of them
    a truncation must keep at least one millionth of the law, from 6 to 7 it keeps 9.85307832493808e-10; choose a law that lies where its values are meant to be
    "#);
}
