//! What would it be worth to know an input before a choice is made: to sign or not, which terms, a pilot first?

use super::{Options, RunError, trials};
use crate::cohort::draws;
use crate::deal::Deal;
use crate::metrics::{Catalogue, each_trial};
use crate::question::Question;
use crate::sampling::normal;
use crate::sampling::stream::Key;
use crate::stats::dependence::cells;
use crate::stats::information::{Worth, nested, perfect, worth};

/// Least number of trials in a cell.
const LEAST: usize = 100;

/// One way to decide.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// The deal that is signed; `None` to sign nothing, which is worth 0.
    pub deal: Option<Deal>,
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
    /// Names of the choices with what each is worth in the mean, and its standard error; the best is that of the highest mean.
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
pub fn information(
    deal: &Deal,
    choices: &[Choice],
    pilots: &[Pilot],
    of: &Question,
    options: &Options<'_>,
) -> Result<Information, RunError> {
    let count = options.trials as usize;
    let mut worths: Vec<Vec<f64>> = Vec::new();
    for choice in choices {
        let Some(deal) = &choice.deal else {
            worths.push(vec![0.0; count]);
            continue;
        };
        let catalogue = Catalogue::new(deal).only(core::slice::from_ref(of));
        let rows = trials(deal, options, |block| each_trial(deal, &catalogue, block))?;
        let row = catalogue.row(&of.metric).map_or_else(|| vec![0.0; count], |row| rows[row].clone());
        // A return or a ratio that nothing was drawn for is worth as much as not signing.
        worths.push(row.into_iter().map(|value| if value.is_nan() { 0.0 } else { value }).collect());
    }
    let known = deal.inputs();
    let drawn: Vec<Vec<f64>> = known.iter().map(|input| draws(deal, options.seed, input, 0, count)).collect();
    let parts = (4..32).take_while(|parts| parts * parts * parts < count).last().unwrap_or(4);
    let mut inputs: Vec<(usize, Worth)> = drawn.iter().map(|column| worth(&worths, &cells(column, parts))).enumerate().collect();
    inputs.sort_by(|one, other| other.1.value.total_cmp(&one.1.value));
    let ordered: Vec<&[f64]> = inputs.iter().map(|&(at, _)| drawn[at].as_slice()).collect();
    // The cells of the first input are cut by the others; one of the others alone is never worth more than all.
    let together = worth(&worths, &nested(&ordered, parts, LEAST));
    let most = |worth: Worth, other: Worth| if other.value > worth.value { other } else { worth };
    let everything = inputs.iter().fold(together, |all, (_, one)| most(all, *one));
    let studied = pilots.iter().enumerate().filter_map(|(number, pilot)| {
        let at = known.iter().position(|input| input.name == pilot.input)?;
        let mut noise = vec![0.0; count];
        normal::fill(Key::new(options.seed, "study.pilot", number as u32), 0, &mut noise);
        let seen: Vec<f64> = drawn[at].iter().zip(&noise).map(|(truth, noise)| truth + pilot.error * noise).collect();
        Some((pilot.clone(), worth(&worths, &cells(&seen, parts))))
    });
    let mean = |worth: &Vec<f64>| {
        let n = worth.len() as f64;
        let mean = worth.iter().sum::<f64>() / n;
        let squares: f64 = worth.iter().map(|worth| (worth - mean) * (worth - mean)).sum();
        [mean, (squares / (n - 1.0) / n).sqrt()]
    };
    let means: Vec<[f64; 2]> = worths.iter().map(mean).collect();
    let best = (1..means.len()).fold(0, |best, at| if means[at][0] > means[best][0] { at } else { best });
    Ok(Information {
        choices: choices.iter().zip(means).map(|(choice, mean)| (choice.name.clone(), mean)).collect(),
        best: choices[best].name.clone(),
        pilots: studied.collect(),
        inputs: inputs.into_iter().map(|(at, worth)| (known[at].name.clone(), worth)).collect(),
        everything,
        perfect: perfect(&worths),
    })
}
