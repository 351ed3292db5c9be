//! `pfsim information`: what is it worth to know more before choosing?

use super::progress::with_progress;
use super::simulation::Simulation;
use super::{Context, Failure, estimate, stdout};
use crate::deal::Deal;
use crate::export::data;
use crate::question::Question;
use crate::report::information as report;
use crate::scenario::Scenario;
use crate::study::{self, Choice, Pilot, kept, questions};

/// What is it worth to know more before choosing: to sign or not, which terms, a pilot first?
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim information my-deal.toml --for 'payor.\"State\".net_benefit'\n  \
    pfsim information my-deal.toml --option 'larger comparison: measure.\"gain\".method.randomized.comparison=200'\n  \
    pfsim information my-deal.toml --pilot 'placed.effect=0.04'      a pilot that finds the effect with a standard error of 4 points")]
pub struct Arguments {
    #[command(flatten)]
    simulation: Simulation,
    /// Metric that the choice is made for; the first payor's net benefit, or else the investors' net present value, if absent
    #[arg(long = "for", value_name = "METRIC")]
    of: Option<String>,
    /// Another choice: a name and changes of the scenario; repeatable
    #[arg(long = "option", value_name = "NAME: PATH=VALUE; ...")]
    choices: Vec<String>,
    /// A study made first: an input and the standard error of its estimate; repeatable
    #[arg(long = "pilot", value_name = "INPUT=ERROR")]
    pilots: Vec<String>,
}

/// Weighs knowledge.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let (scenario, options) = arguments.simulation.load(context)?;
    let deal = &scenario.deal;
    let trials = options.trials_of(deal);
    let of = metric(deal, arguments.of.as_deref())?;
    let mut choices = study::usual_choices(deal);
    for text in &arguments.choices {
        choices.push(choice(&scenario, text)?);
    }
    study::told_apart(&choices).map_err(Failure::Usage)?;
    let pilots = arguments.pilots.iter().map(|text| pilot(deal, text)).collect::<Result<Vec<Pilot>, Failure>>()?;
    estimate::room("this study", kept::information(deal, choices.len(), trials), context)?;
    let found = with_progress(&options, context, |options| study::information(deal, &choices, &pilots, &of, options))?;
    stdout::write(&match arguments.simulation.about(&scenario, &options) {
        Some(about) => data::text(&about, &data::Information::new(&of, &found)),
        None => report::text(deal, &of, &found, trials),
    })
}

/// The metric by trial that the choice is made for.
fn metric(deal: &Deal, name: Option<&str>) -> Result<Question, Failure> {
    let usual = || questions::of_choice(deal).ok_or("no payor of this deal values an outcome: say --for which metric to choose");
    match name {
        Some(name) => Ok(questions::by_trial(deal, name)?),
        None => usual().map_err(|what| Failure::Usage(what.into())),
    }
}

fn choice(scenario: &Scenario, text: &str) -> Result<Choice, Failure> {
    let wrong = || Failure::Usage(format!("cannot read the option `{text}`: write it as NAME: PATH=VALUE; PATH=VALUE"));
    let (name, changes) = text.split_once(':').ok_or_else(wrong)?;
    let set: Vec<String> = changes.split(';').map(|change| change.trim().to_string()).filter(|change| !change.is_empty()).collect();
    if set.is_empty() || name.trim().is_empty() {
        return Err(wrong());
    }
    Ok(Choice { name: name.trim().into(), deal: Some(scenario.changed(&set)?) })
}

fn pilot(deal: &Deal, text: &str) -> Result<Pilot, Failure> {
    let wrong = || Failure::Usage(format!("cannot read the pilot `{text}`: write it as INPUT=ERROR, such as 'placed.effect=0.04'"));
    let (input, error) = text.rsplit_once('=').ok_or_else(wrong)?;
    let error = error.trim().parse().ok().filter(|error: &f64| error.is_finite() && *error > 0.0).ok_or_else(wrong)?;
    let inputs = deal.inputs();
    let names = || inputs.iter().map(|input| input.name.as_str());
    match names().find(|name| *name == input.trim()) {
        Some(name) => Ok(Pilot { input: name.into(), error }),
        None => Err(Failure::Usage(format!(
            "there is no uncertain input `{}`; there are: {}",
            input.trim(),
            names().collect::<Vec<_>>().join(", ")
        ))),
    }
}
