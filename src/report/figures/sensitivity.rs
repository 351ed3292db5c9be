//! The picture of which input moves a figure most.

use crate::chart::{ChartError, Picture, Tornado, TornadoBar, tornado};
use crate::deal::Deal;
use crate::report::question::{label, show};
use crate::report::sensitivity::TOLD;
use crate::study::sensitivity::{Found, Swing};
use crate::words::number;

/// The pictures: one a figure.
///
/// # Errors
/// What the backend says.
pub fn pictures(deal: &Deal, all: &[Found]) -> Result<Vec<Picture>, ChartError> {
    let of = |found: &&Found| !found.swings.is_empty() && found.base[0].is_finite();
    all.iter().filter(of).map(|found| tornado(&bars(deal, found))).collect()
}

/// Most inputs in a picture.
const BARS: usize = 40;

fn bars<'a>(deal: &'a Deal, found: &'a Found) -> Tornado<'a> {
    let question = &found.question;
    let widest = &found.swings[0];
    let title = match widest.change() {
        0.0 => format!("No input moves this: {}", label(deal, question)),
        _ => format!(
            "{} moves this most: {}, from {} to {}",
            widest.name,
            label(deal, question),
            show(deal, question, widest.figures[0][0]),
            show(deal, question, widest.figures[1][0])
        ),
    };
    let bar = |swing: &Swing| TornadoBar {
        name: swing.name.clone(),
        values: swing.values.map(|value| number::significant(value, TOLD)),
        figures: swing.figures.map(|figure| figure[0]),
    };
    let all: Vec<&Swing> = found.swings.iter().filter(|swing| swing.figures.iter().all(|figure| figure[0].is_finite())).collect();
    let which = if all.len() > BARS { format!(": the {BARS} of {} that move it most", all.len()) } else { String::new() };
    Tornado {
        name: question.name.clone(),
        title,
        subtitle: format!("Each input at its 10th and its 90th percentile, all else as it is{which}"),
        base: found.base[0],
        bars: all.into_iter().take(BARS).map(bar).collect(),
        write: Box::new(move |value| show(deal, question, value)),
    }
}
