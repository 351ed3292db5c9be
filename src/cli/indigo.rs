//! `pfsim indigo`: the deal for a register of impact bonds.

use super::{Context, Failure, ScenarioArguments, stdout};
use crate::export::indigo;

/// Print the deal as INDIGO data (Government Outcomes Lab, Oxford): parties, metrics, prices, when what may be paid
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim indigo my-deal.toml > my-deal.indigo.json\n  \
    pfsim indigo my-deal.toml | jq '.outcome_pricings[].price_per_unit'\n\n\
    Only what the scenario says is stated. INDIGO identifiers are assigned by the register, so there are none.")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// What is printed is JSON in any case; with this, so are the problems of a file that has some
    #[arg(id = "json", long)]
    _json: bool,
}

/// Prints the project as JSON.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = arguments.scenario.load(context)?;
    stdout::write(&indigo::json(&scenario.deal, &scenario.hash()))
}
