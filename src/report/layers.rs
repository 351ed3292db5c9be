//! Where the risk comes from, as a table.

use super::ledger::{lines, table};
use crate::deal::Deal;
use crate::sampling::Layer;
use crate::study::LayersOf;
use crate::words::count::counted;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// The shares of each number's variance, layer by layer.
#[must_use]
pub fn text(deal: &Deal, numbers: &[LayersOf], trials: u64) -> String {
    let mut header = vec!["Where the risk comes from".to_string(), "mean".into(), "sd".into()];
    header.extend(Layer::ALL.map(|layer| layer.name().to_string()));
    let mut rows = table(header, 1);
    for number in numbers {
        let show = |value: f64| match number.is_money() {
            true => money::whole(deal.currency, value),
            false => number::decimals(value, if value.abs() >= 1_000.0 { 0 } else { 2 }),
        };
        let mut row = vec![number.value.quantity(deal).label, show(number.mean), show(number.sd)];
        row.extend(number.layers.iter().map(|layer| match layer.error {
            error if error < 1e-9 => number::NONE.to_string(),
            error => share::with_error(layer.share, error),
        }));
        if number.layers.is_empty() {
            row.push("certain".into());
        }
        rows.add_row(row);
    }
    format!(
        "{}\n{}\n\nShares of the variance, in the order in which a trial unfolds: what each layer adds once those before it are known. Knowledge:\n\
         effects and rates without the program · economy: shocks that many share, and places · operation: enrolment, steps of the program,\n\
         cost · people: who happens to have an outcome · measurement: what the evaluator happens to find · counterparty: payors that fail.\n\
         {}, ± one standard error.\n",
        deal.name,
        lines(&rows),
        counted(trials, "trial")
    )
}
