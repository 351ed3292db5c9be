//! Pictures of a running deal: what each payor has paid and is to pay, and what was learnt of the inputs.

use super::{SHOWN, fan, payors_shown};
use crate::chart::{ChartError, Learnt, LearntRow, Picture, learnt, payments_fan_since};
use crate::deal::Deal;
use crate::report::forecast::{Forecast, Input, Spread};
use crate::report::forecast_tables::{of_input, told};
use crate::study::Run;
use crate::words::share;

/// What each of the payors that pay most has paid in the periods up to `through`, then what it is to pay, in front of what was planned.
///
/// # Errors
/// [`ChartError`] when a picture cannot be drawn.
pub fn paid(deal: &Deal, through: u32, now: &Run, planned: &Run) -> Result<Vec<Picture>, ChartError> {
    let known = through as usize + 1;
    let fans = payors_shown(deal, now).into_iter().filter_map(|payor| {
        let [now, planned] = [now, planned].map(|run| fan(deal, run, payor));
        now.zip(planned)
    });
    fans.map(|(now, planned)| payments_fan_since(&now, &planned, known)).collect()
}

/// What was learnt of the inputs that were narrowed most; nothing where nothing was learnt of any.
///
/// # Errors
/// [`ChartError`] when a picture cannot be drawn.
pub fn inputs(forecast: &Forecast) -> Result<Option<Picture>, ChartError> {
    let (mut told, _) = told(forecast);
    let all = told.len();
    told.sort_by(|one, other| narrowed(other).total_cmp(&narrowed(one)));
    told.truncate(SHOWN);
    let rows: Vec<LearntRow> = told.iter().filter_map(|input| row(input)).collect();
    let Some(most) = told.first().filter(|_| !rows.is_empty()) else { return Ok(None) };
    let title = if narrowed(most) > 0.0 {
        format!("What was reported narrows {} most, by {}", most.name, share::about(narrowed(most)))
    } else {
        format!("What was reported moves {}, and narrows no input", most.name)
    };
    let some = if rows.len() < all { " The inputs that were narrowed most." } else { "" };
    let subtitle = format!("As the plan had each input, and in the futures that fit what was reported.{some}");
    learnt(&Learnt { title, subtitle, rows }).map(Some)
}

fn narrowed(input: &Input) -> f64 {
    input.narrowed.unwrap_or(0.0)
}

fn row(input: &Input) -> Option<LearntRow> {
    let three = |spread: &Spread| Some([spread.p5?, spread.p50?, spread.p95?]);
    let (planned, now) = (three(&input.plan)?, three(&input.learnt)?);
    let note = input.grade.as_ref().map_or_else(|| "no evidence grade".to_string(), |grade| format!("evidence grade {grade}"));
    let written = [planned, now].map(|three| three.map(|value| of_input(Some(value))));
    Some(LearntRow { name: input.name.clone(), note, planned, now, written })
}
