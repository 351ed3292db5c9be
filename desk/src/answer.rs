//! Answers, and why there is none.

use pfsim::scenario::Place;
use pfsim::{LoadError, OverrideError, Problems};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a request has no answer: what is wrong, each with its remedy and its place in the text where it has one.
#[derive(Debug)]
pub struct Refused(Vec<Problem>);

#[derive(Debug, Serialize)]
struct Problem {
    message: String,
    help: String,
    line: Option<usize>,
    column: Option<usize>,
    /// Column after the last letter.
    end_column: Option<usize>,
    /// As the command line shows it.
    text: String,
}

impl Refused {
    /// For one reason, which is of no place.
    pub fn because(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        let text = if help.is_empty() { message.clone() } else { format!("{message}: {help}") };
        Self(vec![Problem { message, help, line: None, column: None, end_column: None, text }])
    }
}

impl From<Problems> for Refused {
    fn from(problems: Problems) -> Self {
        let one = |(problem, place): (&pfsim::Problem, Option<Place>)| Problem {
            message: problem.message.clone(),
            help: problem.help.clone().unwrap_or_default(),
            line: place.as_ref().map(|place| place.line),
            column: place.as_ref().map(|place| place.column),
            end_column: place.as_ref().map(|place| place.column + problems.text[place.span.clone()].chars().count()),
            text: Problems::new(&problems.file, &problems.text, vec![problem.clone()]).render(false),
        };
        Self(problems.problems.iter().zip(problems.places()).map(one).collect())
    }
}

impl From<LoadError> for Refused {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Invalid(problems) => problems.into(),
            LoadError::Override(OverrideError { assignment, reason }) => Self::because(format!("cannot set `{assignment}`"), reason),
            LoadError::Unreadable { file, reason } => Self::because(format!("cannot read {file}"), reason),
        }
    }
}

/// The answer as text.
pub fn text(answer: Result<Value, Refused>) -> String {
    match answer {
        Ok(Value::Object(mut answer)) => {
            answer.insert("ok".into(), true.into());
            Value::Object(answer).to_string()
        }
        Ok(other) => json!({ "ok": true, "answer": other }).to_string(),
        Err(Refused(problems)) => json!({ "ok": false, "problems": problems }).to_string(),
    }
}

/// A number as JSON has it: what is undefined is null.
pub fn number(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
