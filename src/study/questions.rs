//! What a deal is asked where nobody says, and whether it has what a name asks for.

use crate::deal::Deal;
use crate::metrics::{Asked, Catalogue};
use crate::question::Question;
use crate::scenario::suggestion_of;

/// Why a name is not what is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// The deal has no such figure.
    #[error("{deal} has no figure `{name}`: {help}")]
    Unknown {
        /// Name of the deal.
        deal: String,
        /// The figure as it was asked for.
        name: String,
        /// What to ask for instead.
        help: String,
    },
    /// A chance is wanted, and this is a number.
    #[error("`{0}` is a number: name a chance, such as investors.loss")]
    NotAChance(String),
    /// A number of each trial is wanted, and this is a figure of many, or a chance.
    #[error("`{0}` is not a number of each trial: name a metric without a figure, such as investors.npv")]
    NotByTrial(String),
}

/// Whether a deal has a figure.
///
/// # Errors
/// What to ask for instead.
pub fn knows(deal: &Deal, question: &Question) -> Result<(), String> {
    let catalogue = Catalogue::new(deal);
    match catalogue.asked(question) {
        Some(_) => Ok(()),
        None => Err(suggestion_of(&question.metric, catalogue.names())
            .map_or_else(|| "`pfsim run FILE --json` lists them all".to_string(), |name| format!("did you mean `{name}`?"))),
    }
}

/// A figure of the deal by name: `payors.total.p95`, `investors.loss`.
///
/// # Errors
/// [`QuestionError::Unknown`].
pub fn figure(deal: &Deal, name: &str) -> Result<Question, QuestionError> {
    let question = Question::new(name);
    match knows(deal, &question) {
        Ok(()) => Ok(question),
        Err(help) => Err(QuestionError::Unknown { deal: deal.name.clone(), name: name.into(), help }),
    }
}

/// A chance of the deal by name: `investors.loss`.
///
/// # Errors
/// [`QuestionError`]: there is none of that name, or it is a number.
pub fn chance(deal: &Deal, name: &str) -> Result<Question, QuestionError> {
    let question = figure(deal, name)?;
    match Catalogue::new(deal).asked(&question) {
        Some(Asked::Chance(_)) => Ok(question),
        _ => Err(QuestionError::NotAChance(name.into())),
    }
}

/// A number of each trial by name, without a figure: `investors.npv`.
///
/// # Errors
/// [`QuestionError`]: there is none of that name, or it is not one of each trial.
pub fn by_trial(deal: &Deal, name: &str) -> Result<Question, QuestionError> {
    let question = figure(deal, name)?;
    match Catalogue::new(deal).asked(&question) {
        Some(Asked::Value(_)) if question.name == question.metric => Ok(question),
        _ => Err(QuestionError::NotByTrial(question.name)),
    }
}

/// What is asked of a deal where nothing is said: what payors pay, and whether investors lose.
#[must_use]
pub fn usual(deal: &Deal) -> Vec<Question> {
    existing(deal, ["payors.total.mean", "investors.loss"])
}

/// Figures that are told of a running deal: what payors pay in all, whether payments pay and caps bind, how investors and provider fare.
#[must_use]
pub fn of_forecast(deal: &Deal) -> Vec<Question> {
    let payors = deal.payors.iter().map(|payor| format!("payor.\"{}\".total", payor.name));
    let several = if deal.payors.len() > 1 { payors.collect() } else { Vec::new() };
    let all = ["payors.total.mean", "payors.total.p95"].map(String::from).into_iter().chain(several);
    let pays = deal.payments.iter().map(|payment| format!("payment.\"{}\".pays", payment.name));
    let limits = ["cap_binds", "yearly_limit_binds"];
    let binds = deal.payors.iter().flat_map(|payor| limits.map(|limit| format!("payor.\"{}\".{limit}", payor.name)));
    let investors = ["investors.loss", "investors.irr.p50", "investors.multiple.mean"].map(String::from);
    let losses = deal.capital.tranches.iter().map(|tranche| format!("tranche.\"{}\".loss", tranche.name));
    let provider = ["provider.result.mean", "program.shortfall_chance"].map(String::from);
    existing(deal, all.chain(pays).chain(binds).chain(["deal.cap_binds".into()]).chain(investors).chain(losses).chain(provider))
}

/// The numbers of a report of which it says what they rest on.
#[must_use]
pub fn of_report(deal: &Deal) -> Vec<Question> {
    existing(deal, ["payors.total", "investors.gain"])
}

/// What is looked at if it goes badly.
#[must_use]
pub fn under_stress(deal: &Deal) -> Vec<Question> {
    existing(deal, ["payors.total.mean", "payors.total.p95", "investors.loss", "investors.gain.mean", "program.shortfall_chance"])
}

/// The misfortunes that are explained: that investors lose, that a cap binds.
#[must_use]
pub fn misfortunes(deal: &Deal) -> Vec<Question> {
    let limits = |payor: &str| ["cap", "yearly_limit"].map(|limit| format!("payor.\"{payor}\".{limit}_binds"));
    let caps = deal.payors.iter().flat_map(|payor| limits(&payor.name));
    existing(deal, ["investors.loss".to_string()].into_iter().chain(caps).chain(["deal.cap_binds".to_string()]))
}

/// What a choice is made for: the first payor's net benefit, or else the investors' net present value; `None` where the deal has neither.
#[must_use]
pub fn of_choice(deal: &Deal) -> Option<Question> {
    let payors = deal.payors.iter().map(|payor| format!("payor.\"{}\".net_benefit", payor.name));
    existing(deal, payors.chain(["investors.npv".to_string()])).into_iter().next()
}

/// Those of `names` that the deal has.
fn existing(deal: &Deal, names: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<Question> {
    let catalogue = Catalogue::new(deal);
    let questions = names.into_iter().map(|name| Question::new(name.as_ref()));
    questions.filter(|question| catalogue.asked(question).is_some()).collect()
}
