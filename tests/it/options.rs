//! Every study says how far it is, in phases that end, and can be stopped.

use std::sync::{Arc, Mutex};

use pfsim::deal::Deal;
use pfsim::question::Question;
use pfsim::scenario::{Scenario, Sources};
use pfsim::study::{self, Cancel, Choice, Options, Phase, Progress, RunError, sensitivity};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

fn starter() -> Scenario {
    Scenario::new("starter.toml", STARTER.into(), Sources::default()).expect("a scenario")
}

type Study = (&'static str, Box<dyn Fn(&Options) -> Result<(), RunError>>);

/// Every study of one scenario.
fn studies() -> Vec<Study> {
    fn of<T>(name: &'static str, study: impl Fn(&Scenario, &Deal, &Options) -> Result<T, RunError> + 'static) -> Study {
        let scenario = starter();
        (name, Box::new(move |options| study(&scenario, &scenario.deal, options).map(|_| ())))
    }
    let asked = || [Question::new("payors.total.mean")];
    let loss = || [Question::new("investors.loss")];
    let choices = |deal: &Deal| [Choice { name: "nothing".into(), deal: None }, Choice { name: "it".into(), deal: Some(deal.clone()) }];
    vec![
        of("run", |_, deal, options| study::run(deal, options)),
        of("many", |_, deal, options| study::many(&[deal, deal], None, options)),
        of("power", |_, deal, options| study::power(deal, None, options)),
        of("layers", |_, deal, options| study::layers(deal, options)),
        of("readiness", |_, deal, options| study::readiness(deal, 0.25, options)),
        of("cliffs", |_, deal, options| study::cliffs(deal, 3.0, options)),
        of("reverse", move |_, deal, options| study::reverse(deal, &loss(), options)),
        of("information", move |_, deal, options| study::information(deal, &choices(deal), &[], &asked()[0], options)),
        of("resting", move |_, deal, options| sensitivity::resting(deal, &asked(), |_| true, options)),
        of("sensitivity", move |_, deal, options| study::sensitivity(deal, &sensitivity::moves(deal), &asked(), 2, options)),
        of("stress", move |scenario, _, options| study::stress_test(scenario, &asked(), &loss(), options)),
    ]
}

#[test]
fn every_study_says_how_far_it_is() {
    for (name, study) in studies() {
        let heard: Arc<Mutex<Vec<Progress>>> = Arc::default();
        let listening = Arc::clone(&heard);
        let options = Options::default().trials(600).progress(move |progress| listening.lock().expect("a lock").push(progress));
        study(&options).expect(name);
        let heard = heard.lock().expect("a lock");
        let (first, last) = (heard[0], heard[heard.len() - 1]);
        assert_eq!(first.done, 0, "{name}");
        assert_eq!((last.done, last.phase), (last.total, first.phase), "{name}");
        assert!(heard.is_sorted_by_key(|progress| progress.done), "{name} goes backwards: {heard:?}");
        assert!(last.total > 0 && last.total % 600 == 0, "{name}: {last:?}");
    }
}

#[test]
fn every_study_can_be_stopped() {
    let cancel = Cancel::default();
    let options = Options::default().trials(600).cancel(cancel.clone());
    cancel.cancel();
    assert!(cancel.is_cancelled());
    for (name, study) in studies() {
        assert!(matches!(study(&options), Err(RunError::Interrupted(_))), "{name} goes on");
    }
}

/// Lints are found in a run that is there, so they are stopped by themselves.
#[test]
fn lints_can_be_stopped() {
    let deal = starter().deal;
    let heard: Arc<Mutex<u64>> = Arc::default();
    let listening = Arc::clone(&heard);
    let options = Options::default().trials(600).progress(move |progress| {
        if progress.phase == Phase::Lints {
            *listening.lock().expect("a lock") = progress.done;
        }
    });
    let run = study::run(&deal, &options).expect("a run");
    study::lints(&deal, &run, &options).expect("lints");
    assert!(*heard.lock().expect("a lock") > 600);
    let cancel = Cancel::default();
    cancel.cancel();
    assert!(matches!(study::lints(&deal, &run, &options.cancel(cancel)), Err(RunError::Interrupted(_))));
}

/// A study is stopped from where it says how far it is.
#[test]
fn a_listener_can_stop_what_it_hears_of() {
    let cancel = Cancel::default();
    let stops = cancel.clone();
    let options = Options::default().trials(1_000_000).cancel(cancel).progress(move |progress| {
        if progress.done > 0 {
            stops.cancel();
        }
    });
    match study::run(&starter().deal, &options) {
        Err(RunError::Interrupted(at)) => assert!((1..1_000_000).contains(&at.trials)),
        other => panic!("{:?}", other.map(|run| run.trials)),
    }
}

#[test]
fn what_is_not_said_is_the_deals_own() {
    let deal = starter().deal;
    let run = study::run(&deal, &Options::default().trials(0)).expect("a run");
    assert_eq!((run.trials, run.seed), (1, deal.seed));
    let said = Options::default().seed(7).of(&deal);
    assert_eq!((said.trials_of(&deal), said.seed_of(&deal)), (deal.trials, 7));
}
