//! What was learnt of inputs, and payments of a running deal: what was paid, then what is to come.

use pfsim::chart::{ChartError, Fan, Learnt, LearntRow, Picture, learnt, payments_fan_since};

use super::samples::{LONG, fans};
use super::written;

fn row(name: &str, note: &str, planned: [f64; 3], now: [f64; 3]) -> LearntRow {
    let written = [planned, now].map(|three| three.map(|value| value.to_string()));
    LearntRow { name: name.into(), note: note.into(), planned, now, written }
}

fn learnts() -> Vec<(&'static str, Learnt)> {
    let chart =
        |rows: Vec<LearntRow>| Learnt { title: "What was reported narrows a rate most".into(), subtitle: "In two runs.".into(), rows };
    let usual = vec![
        row("placed.rate", "evidence grade C", [0.31, 0.42, 0.52], [0.38, 0.41, 0.44]),
        row("placed.effect", "no evidence grade", [-0.05, 0.04, 0.12], [-0.02, 0.05, 0.11]),
        row("income", "evidence grade A", [18_000.0, 21_500.0, 25_100.0], [19_000.0, 20_000.0, 21_000.0]),
    ];
    let odd = vec![
        row(&LONG.repeat(3), "", [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]),
        row("never varies now", "", [-3.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
        row("huge", &LONG.repeat(2), [-1e300, 0.0, 1e300], [0.0, 1e299, 1e300]),
    ];
    vec![("usual", chart(usual)), ("odd", chart(odd)), ("none", chart(Vec::new()))]
}

/// Payments as planned, and as they are once so many periods are over.
fn since() -> Vec<(String, Fan, Fan, usize)> {
    let mut cases = Vec::new();
    for (case, planned) in fans() {
        for known in [0, planned.bands.len() / 2, planned.bands.len()] {
            let mut now = planned.clone();
            // What was paid is one number, below the plan's middle; what is to come is as wide as what is left.
            let paid = known.checked_sub(1).map_or(0.0, |last| 0.8 * planned.bands[last][2]);
            for (at, band) in now.bands.iter_mut().enumerate() {
                let start = planned.bands[known.saturating_sub(1).min(planned.bands.len() - 1)];
                *band = match at < known {
                    true => [0.8 * band[2]; 5],
                    false => core::array::from_fn(|of| paid + 0.7 * (band[of] - if known == 0 { 0.0 } else { start[of] })),
                };
                band.sort_by(f64::total_cmp);
            }
            cases.push((format!("{case}-{known}"), now, planned.clone(), known));
        }
    }
    cases
}

/// All of them.
pub fn pictures() -> Vec<(String, Picture)> {
    let learnts = learnts().into_iter().map(|(case, chart)| (format!("learnt-{case}"), learnt(&chart).expect("drawn")));
    let fans = since().into_iter().map(|(case, now, planned, known)| {
        let picture = payments_fan_since(&now, &planned, known).unwrap_or_else(|error| panic!("{case}: {error}"));
        (format!("fan-since-{case}"), picture)
    });
    learnts.chain(fans).collect()
}

#[test]
fn what_was_learnt_is_said_in_numbers() {
    let (_, usual) = learnts().swap_remove(0);
    let picture = learnt(&usual).expect("drawn");
    let (_, texts) = written(&picture.svg);
    for said in ["placed.rate", "evidence grade C", "0.31 to 0.52, middle 0.42", "0.38 to 0.44, middle 0.41", "as planned"] {
        assert!(texts.iter().any(|written| written.text == said), "{said} is missing: {texts:?}");
    }
    assert!(picture.description.contains("income: as planned 21500 in the middle, 18000 to 25100 in 90 of 100; now 20000"));
    let wrong = |planned: [f64; 3]| learnt(&Learnt { rows: vec![row("rate", "", planned, [0.0, 0.1, 0.2])], ..Learnt::default() });
    assert!(matches!(wrong([0.3, 0.2, 0.4]), Err(ChartError::NotAscending { period: 1, .. })));
    assert!(matches!(wrong([0.3, f64::NAN, 0.4]), Err(ChartError::NotFinite { .. })));
}

#[test]
fn what_is_known_is_parted_from_what_is_to_come() {
    let said = |case: &str| {
        let (_, now, planned, known) = since().into_iter().find(|(name, ..)| name == case).expect("a case");
        payments_fan_since(&now, &planned, known).expect("drawn")
    };
    let legend = |picture: &Picture| written(&picture.svg).1.iter().any(|written| written.text.starts_with("now: "));
    let half = said("usual-12");
    assert!(legend(&half) && half.description.contains("As planned, at the end of 2030 Q4: Middle $1.2M"), "{}", half.description);
    assert!(!legend(&said("usual-0")) && !legend(&said("usual-24")), "there is nothing to part");
}
