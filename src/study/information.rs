//! What would it be worth to know an input before a choice is made: to sign or not, which terms, a pilot first?

use super::trials::trials_from;
use super::{Options, Phase, RunError};
use crate::analysis::Input;
use crate::cohort::draws;
use crate::deal::Deal;
use crate::metrics::{Catalogue, each_trial};
use crate::question::Question;
use crate::sampling::stream::Key;
use crate::sampling::{Seeds, normal};
use crate::stats::information::{Worth, everything, halves, known, perfect};
use crate::stats::regression::Design;

/// What makes another seed of a seed.
const ANOTHER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Parts that a line is bent into: for one input, and for each of those that explain most, with the trials that each part needs.
const PARTS: [(usize, usize); 2] = [(16, 100), (8, 500)];

/// Inputs that are looked at together beyond straight lines, at most; and the trials that a straight line or a product needs.
const MAIN: usize = 8;
const LEAST: usize = 50;

/// One way to decide.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// The deal that is signed; `None` to sign nothing, which is worth 0.
    pub deal: Option<Deal>,
}

/// The choices that a deal leaves where nothing else is said: to sign nothing, or to sign it.
#[must_use]
pub fn usual_choices(deal: &Deal) -> Vec<Choice> {
    vec![Choice { name: "sign nothing".into(), deal: None }, Choice { name: "sign it".into(), deal: Some(deal.clone()) }]
}

/// What is wrong with the names of choices, which an answer is told apart by.
///
/// # Errors
/// The sentence: two have the same, or one has none.
pub fn told_apart(choices: &[Choice]) -> Result<(), String> {
    let names: Vec<&str> = choices.iter().map(|choice| choice.name.trim()).collect();
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name);
    match twice {
        Some(name) => Err(format!("two options are called “{name}”: give each a name of its own")),
        None if names.contains(&"") => Err("an option has no name".into()),
        None => Ok(()),
    }
}

/// A study that would be made first: an unbiased, normal estimate of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Pilot {
    /// Name of the input.
    pub input: String,
    /// Standard error of its estimate, in the units of the input.
    pub error: f64,
}

/// What knowing is worth.
#[derive(Clone, Debug)]
pub struct Information {
    /// Names of the choices with what each is worth in the mean of both simulations, and its standard error; the best is that of the
    /// highest mean.
    pub choices: Vec<(String, [f64; 2])>,
    /// Name of the best choice without further knowledge.
    pub best: String,
    /// Of each input by itself, most worth first.
    pub inputs: Vec<(String, Worth)>,
    /// Of each pilot.
    pub pilots: Vec<(Pilot, Worth)>,
    /// Of all inputs together.
    pub everything: Worth,
    /// Of the future itself, luck included: more cannot be known.
    pub perfect: Worth,
}

/// Worth of knowing, for a decision that is made for the metric `of`. Inputs are those of `deal`, which every choice shares.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn information(deal: &Deal, choices: &[Choice], pilots: &[Pilot], of: &Question, options: &Options) -> Result<Information, RunError> {
    let signed = choices.iter().filter(|choice| choice.deal.is_some()).count() as u64;
    let course = options.begin(Phase::Information, deal, |trials| trials.saturating_mul(2 * signed));
    let count = course.trials as usize;
    let inputs = deal.inputs();
    // Every trial twice: as it is, and with the same inputs and other luck.
    let mut worths: [Vec<Vec<f64>>; 2] = Default::default();
    let mut before = 0;
    for choice in choices {
        let Some(deal) = &choice.deal else {
            worths.iter_mut().for_each(|worths| worths.push(vec![0.0; count]));
            continue;
        };
        let catalogue = Catalogue::new(deal).only(core::slice::from_ref(of));
        for (worths, seeds) in worths.iter_mut().zip([course.seed.into(), other_luck(deal, &inputs, course.seed)]) {
            let rows = trials_from(deal, seeds, &course.after(before), |block| each_trial(deal, &catalogue, block))?;
            before += course.trials;
            let row = catalogue.row(&of.metric).map_or_else(|| vec![0.0; count], |row| rows[row].clone());
            // A return or a ratio that nothing was drawn for is worth as much as not signing.
            worths.push(row.into_iter().map(|value| if value.is_nan() { 0.0 } else { value }).collect());
        }
    }
    let worths = [worths[0].as_slice(), &worths[1]];
    let both = halves(worths);
    let drawn: Vec<Vec<f64>> = inputs.iter().map(|input| draws(deal, course.seed, input, 0, count)).collect();
    let alone = |column: &[f64]| {
        let mut design = Design::new(count);
        design.bent(column, parts(count, 0));
        known(&both, &design)
    };
    course.goes_on(before)?;
    let mut single: Vec<(usize, (Worth, f64))> = drawn.iter().map(|column| alone(column)).enumerate().collect();
    single.sort_by(|one, other| other.1.1.total_cmp(&one.1.1));
    let ordered: Vec<&[f64]> = single.iter().map(|&(at, _)| drawn[at].as_slice()).collect();
    course.goes_on(before)?;
    let everything = everything(worths, &together(&ordered, count));
    single.sort_by(|one, other| other.1.0.value.total_cmp(&one.1.0.value));
    let studied = pilots.iter().enumerate().filter_map(|(number, pilot)| {
        let at = inputs.iter().position(|input| input.name == pilot.input)?;
        let mut noise = vec![0.0; count];
        normal::fill(Key::new(course.seed, "study.pilot", number as u32), 0, &mut noise);
        let seen: Vec<f64> = drawn[at].iter().zip(&noise).map(|(truth, noise)| truth + pilot.error * noise).collect();
        Some((pilot.clone(), alone(&seen).0))
    });
    let mean = |worth: &Vec<f64>| {
        let n = worth.len() as f64;
        let mean = worth.iter().sum::<f64>() / n;
        let squares: f64 = worth.iter().map(|worth| (worth - mean) * (worth - mean)).sum();
        [mean, (squares / (n - 1.0) / n).sqrt()]
    };
    let means: Vec<[f64; 2]> = both.iter().map(mean).collect();
    let best = (1..means.len()).fold(0, |best, at| if means[at][0] > means[best][0] { at } else { best });
    Ok(Information {
        choices: choices.iter().zip(means).map(|(choice, mean)| (choice.name.clone(), mean)).collect(),
        best: choices[best].name.clone(),
        pilots: studied.collect(),
        inputs: single.into_iter().map(|(at, (worth, _))| (inputs[at].name.clone(), worth)).collect(),
        everything,
        perfect: perfect(worths),
    })
}

/// Seeds that draw the inputs of `deal` that are among `kept` under `seed`, and everything else anew.
fn other_luck(deal: &Deal, kept: &[Input], seed: u64) -> Seeds {
    let own = deal.inputs().into_iter().filter(|input| kept.iter().any(|kept| kept.name == input.name));
    let addresses = own.flat_map(|input| deal.addresses(&input));
    addresses.fold(Seeds::from(seed ^ ANOTHER), |seeds, address| seeds.with_source(&address, seed))
}

fn parts(trials: usize, which: usize) -> usize {
    let (most, each) = PARTS[which];
    (trials / each).clamp(1, most)
}

/// What inputs tell together, those that explain most first: the first one, the first two, four, eight, each alone and two at a time; to
/// the last of these all others as straight lines.
fn together<'a>(ordered: &[&'a [f64]], trials: usize) -> Vec<Design<'a>> {
    let of = |most: usize| {
        let mut design = Design::new(trials);
        let (main, others) = ordered.split_at(ordered.len().min(most));
        main.iter().for_each(|column| design.bent(column, parts(trials, usize::from(most > 1))));
        let pairs = (0..main.len()).flat_map(|one| (0..one).map(move |other| vec![main[one], main[other]]));
        let lines = others.iter().map(|column| vec![*column]).filter(|_| most == MAIN);
        pairs.chain(lines).take(trials / LEAST).for_each(|columns| design.product(&columns));
        design
    };
    [1, 2, 4, MAIN].map(of).into()
}
