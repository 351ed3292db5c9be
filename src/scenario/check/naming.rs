//! The rules for names: what one is, and that no two of them are the same or look the same.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Checker;
use crate::deal::letters;

impl Checker {
    /// A name: not empty, on one line, without the double quotes that dotted names use, and read in the order in which it is written.
    pub(super) fn name(&mut self, path: &str, name: &str) {
        if letters::look(name).is_empty()
            || name.trim() != name
            || name.contains(['"', '\\'])
            || name.chars().any(char::is_control)
            || name.chars().count() > 120
        {
            let message = "a name has 1 to 120 letters on one line, without double quotes or spaces at its ends";
            self.refuse(&format!("{path}.name"), "bad-name", message, "not a name", "choose a plain name");
        } else if name.chars().any(letters::steers) {
            let message = "a name holds no invisible marks that turn text around: it would be shown in another order than it is written";
            self.refuse(&format!("{path}.name"), "bad-name", message, "such a mark is in here", "type the name anew");
        }
    }

    /// The names of one section, each once.
    pub(super) fn names(&mut self, section: &str, names: &[String]) {
        let mut seen: HashMap<Cow<'_, str>, usize> = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            self.name(&format!("{section}[{index}]"), name);
            if name.is_empty() {
                continue;
            }
            let first = *seen.entry(letters::look(name)).or_insert(index);
            if first != index {
                self.twice(&format!("{section}[{index}].name"), section, name, (&names[first], first));
            }
        }
    }

    /// Two parts of a section have one name, or names that look the same.
    fn twice(&mut self, path: &str, section: &str, name: &str, (known, first): (&str, usize)) {
        if name == known {
            let message = format!("there are two {section}s named `{name}`");
            self.refuse(path, "duplicate-name", message, "again here", "give each its own name");
            return;
        }
        self.alike(path, name, known, &format!("{section} {}", first + 1));
    }

    /// Outcomes, measures and formulas are named in the same places: where such names are not the same, they do not look the same.
    pub(super) fn looks_across(&mut self) {
        let (outcomes, measures, formulas) = (self.names.outcomes.clone(), self.names.measures.clone(), self.names.formulas.clone());
        let mut seen: HashMap<Cow<'_, str>, (&str, &str, usize)> = HashMap::new();
        for (section, names) in [("outcome", &outcomes[..]), ("measure", &measures[..]), ("formula", &formulas[..])] {
            for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                let &mut (known, of, first) = seen.entry(letters::look(name)).or_insert((name, section, index));
                if of != section && known != name {
                    self.alike(&format!("{section}[{index}].name"), name, known, &format!("{of} {}", first + 1));
                }
            }
        }
    }

    /// Two names look the same and are not.
    fn alike(&mut self, path: &str, name: &str, known: &str, of: &str) {
        let [there, here] = letters::parting(known, name);
        let message = format!("the name `{name}` looks like that of {of} of the file, and is another: {here} here, {there} there");
        self.refuse(path, "duplicate-name", message, "looks the same", "give each its own name, or type the same name");
    }
}
