//! Outcomes at sites where they are otherwise: other places, other people.

use super::Checker;
use crate::deal::{Elsewhere, Program};
use crate::scenario::text::{AtText, OutcomeKindText, OutcomeText};

impl Checker {
    /// `bounds` are those of a rate; `relative` says that the effect is a share of the base.
    pub(super) fn elsewhere(
        &mut self,
        path: &str,
        text: &OutcomeText,
        relative: bool,
        bounds: [f64; 2],
        program: Option<&Program>,
    ) -> Option<Vec<Elsewhere>> {
        let mut all: Vec<Elsewhere> = Vec::new();
        for (index, at) in text.at.iter().enumerate() {
            let here = format!("{path}.at[{index}]");
            let own = self.at(&here, text, at, relative, bounds, program)?;
            if let Some(twice) = own.sites.iter().find(|site| all.iter().any(|earlier| earlier.sites.contains(site))) {
                let name = program.map_or("", |program| &program.sites[*twice].name);
                let message = format!("the site `{name}` is named twice");
                self.refuse(&format!("{here}.sites"), "duplicate-name", message, "again here", "say in one place what holds there");
                return None;
            }
            all.push(own);
        }
        Some(all)
    }

    fn at(
        &mut self,
        path: &str,
        text: &OutcomeText,
        at: &AtText,
        relative: bool,
        [low, high]: [f64; 2],
        program: Option<&Program>,
    ) -> Option<Elsewhere> {
        // Of a program that could not be read no site is known.
        program?;
        let mut sites = Vec::new();
        let names = self.names.sites.clone();
        for (number, name) in at.sites.iter().enumerate() {
            sites.push(self.find(&format!("{path}.sites[{number}]"), name, "site", &names)?);
        }
        let step = text.rate.is_some();
        let given = [
            ("rate", &at.rate, step),
            ("without", &at.without, !step),
            ("effect", &at.effect, !step && !relative),
            ("relative_effect", &at.relative_effect, !step && relative),
        ];
        for (key, ..) in given.iter().filter(|(_, law, fits)| law.is_some() && !fits) {
            let message = format!("the outcome has no `{key}`, so it has none there either");
            let help = "use the keys of the outcome itself";
            self.refuse(&format!("{path}.{key}"), "one-of", message, "not as everywhere", help);
        }
        if sites.is_empty() || given.iter().all(|(_, law, _)| law.is_none()) {
            let message = "what is otherwise needs sites, and a number of its own";
            self.refuse(path, "missing-key", message, "nothing is otherwise", "at = [{ sites = [\"North\"], effect = 0.05 }]");
            return None;
        }
        let around = (&at.source, at.grade);
        let mut law = |key: &str, law: &Option<_>, low: f64, high: f64| match law {
            Some(law) => self.law(&format!("{path}.{key}"), law, low, high, around).map(Some),
            None => Some(None),
        };
        let base = if step { law("rate", &at.rate, low, high) } else { law("without", &at.without, low, high) };
        let (key, effect) = if relative { ("relative_effect", &at.relative_effect) } else { ("effect", &at.effect) };
        let effect = law(key, effect, f64::NEG_INFINITY, f64::INFINITY)?;
        if let Some(certain) =
            effect.as_ref().and_then(|law| law.is_constant()).filter(|_| text.kind() == OutcomeKindText::YesNo && !relative)
        {
            self.within(&format!("{path}.{key}"), certain, -1.0, 1.0, "an effect of 9 points is written 0.09");
        }
        Some(Elsewhere { sites, base: base?, effect })
    }
}
