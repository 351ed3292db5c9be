//! What sweeps and searches may move: every place once, by names that nothing else has, in steps that an amount of money can make.

use std::collections::HashSet;

use toml_edit::DocumentMut;

use super::question_file::Reader;
use crate::deal::Deal;
use crate::quantity::Currency;
use crate::scenario::LoadError;
use crate::scenario::path::place;
use crate::words::typed;

/// An axis or a lever.
pub(super) struct Moved<'a> {
    /// Where it stands in its file: `axis[0]`.
    pub(super) at: String,
    pub(super) name: &'a str,
    /// Paths that are set together, for each of its choices.
    pub(super) choices: Vec<Vec<&'a str>>,
}

impl Reader {
    /// Refuses two of one name or of one place, and what may not be moved. `noun` is what each is called, `taken` what other columns of the
    /// results are called, `text` the scenario that is changed.
    pub(super) fn each_once(&mut self, noun: &str, moved: &[Moved<'_>], taken: &[String], text: &str) {
        let mut names: HashSet<&str> = HashSet::new();
        for one in moved {
            let at = format!("{}.name", one.at);
            if one.name.trim().is_empty() {
                self.refuse(&at, "bad-name", format!("a {noun} has a name"), "empty", "name it after what it changes");
            } else if !names.insert(one.name) {
                let message = format!("there is another {noun} named `{}`", one.name);
                self.refuse(&at, "duplicate-name", message, "again here", "give each its own name");
            } else if taken.iter().any(|taken| taken == one.name) {
                let message = format!("`{}` is also what another column of the results is called", one.name);
                self.refuse(&at, "duplicate-name", message, "taken", "choose another name");
            }
        }
        let Ok(document) = text.parse::<DocumentMut>() else { return };
        // What earlier ones set, and who does.
        let mut earlier: Vec<(Vec<String>, usize)> = Vec::new();
        for (index, one) in moved.iter().enumerate() {
            let mut own: Vec<Vec<String>> = Vec::new();
            for choice in &one.choices {
                let mut together: Vec<Vec<String>> = Vec::new();
                for path in choice {
                    let at = format!("{}.levers", one.at);
                    // A path that leads nowhere is told where it is tried.
                    let Ok(place) = place(&document, path) else { continue };
                    if let Some((message, help)) = unmoved(&place) {
                        return self.refuse(&at, "lever", message, "not moved", help);
                    }
                    if together.contains(&place) {
                        let message = format!("`{path}` leads to a place that another path of this {noun} leads to");
                        return self.refuse(&at, "lever", message, "the same place twice", "keep one of the two");
                    }
                    if let Some((_, other)) = earlier.iter().find(|(known, _)| known.starts_with(&place)) {
                        let message =
                            format!("`{path}` sets what the {noun} `{}` sets too: only the last of them would count", moved[*other].name);
                        let help = format!("let one {noun} set it, or put the wider one first where one lies within the other");
                        return self.refuse(&at, "lever", message, "the same place twice", help);
                    }
                    together.push(place);
                }
                own.append(&mut together);
            }
            own.sort_unstable();
            own.dedup();
            earlier.extend(own.into_iter().map(|place| (place, index)));
        }
    }

    /// Refuses numbers of an amount of money that are no whole minor units: each would be rounded, or refused, while the scenarios are made.
    /// `change` makes a deal with these assignments.
    pub(super) fn whole_minor_units(
        &mut self,
        at: &str,
        name: &str,
        paths: &[String],
        numbers: &[f64],
        currency: Currency,
        change: impl Fn(&[String]) -> Result<Deal, LoadError>,
    ) -> bool {
        let Some(number) = numbers.iter().find(|number| !is_whole(**number, currency)) else { return true };
        let is_money = |path: &String| is_money(path, currency, &change);
        if !paths.iter().any(is_money) {
            return true;
        }
        let (code, unit) = (currency.code(), smallest(currency));
        let message = format!("`{name}` is an amount of money: {number} {code} is no whole number of the smallest unit, {unit} {code}");
        self.refuse(at, "amount", message, "too fine", format!("let every number be a multiple of {unit}, in a range by `round = {unit}`"));
        false
    }
}

/// Why a place is not moved, and what would do.
fn unmoved(place: &[String]) -> Option<(String, String)> {
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    match place.as_slice() {
        ["simulation"] | ["simulation", "trials" | "seed"] => {
            let message = format!("`{}` is one for all scenarios, so that they share their draws", place.join("."));
            Some((message, "state `trials` and `seed` once, at the top of this file".into()))
        }
        ["deal"] | ["deal", "currency"] => {
            let message = "amounts in several currencies cannot be compared".to_string();
            Some((message, "keep one currency; `pfsim run` shows each scenario by itself".into()))
        }
        _ => None,
    }
}

/// Whether an amount of money stands at a path: half of the smallest unit is refused there as too fine.
pub(super) fn is_money(path: &str, currency: Currency, change: impl Fn(&[String]) -> Result<Deal, LoadError>) -> bool {
    let half = 0.5 / currency.minor_units() as f64;
    match change(&[format!("{path}={half}")]) {
        Err(LoadError::Invalid(problems)) => problems.problems.iter().any(|problem| problem.message.contains("a part smaller than")),
        _ => false,
    }
}

/// Whether an amount has whole minor units, up to what a number of 64 bits can tell.
fn is_whole(major: f64, currency: Currency) -> bool {
    let minor = major * currency.minor_units() as f64;
    (minor - minor.round()).abs() <= (4.0 * f64::EPSILON * minor.abs()).max(1e-9)
}

/// The smallest unit of a currency in major units, as it is written.
pub(super) fn smallest(currency: Currency) -> String {
    typed::number(1.0 / currency.minor_units() as f64)
}
