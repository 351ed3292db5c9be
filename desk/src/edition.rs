//! What people have changed in the deal that was signed.

use pfsim::deal::Deal;
use pfsim::scenario::overrides::path_of;
use pfsim::{Scenario, study};
use serde::{Deserialize, Serialize};

use crate::answer::Refused;

/// A deal as somebody at the table would have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edition {
    /// The whole scenario, where it was edited as text.
    pub text: Option<String>,
    /// What is changed in it, as `--set` takes it, each path once.
    pub set: Vec<String>,
    /// The misfortune that it suffers, by its name.
    pub stress: Option<String>,
}

impl Edition {
    /// The scenario that it makes of `base`, whose text it changes, without its misfortune.
    pub fn scenario_of(&self, base: &Scenario) -> Result<Scenario, Refused> {
        if self.set.is_empty() { Ok(base.clone()) } else { Ok(base.with(self.set.iter().cloned())?) }
    }

    /// The deal that it makes of `base`.
    pub fn deal_of(&self, base: &Scenario) -> Result<Deal, Refused> {
        let Some(name) = &self.stress else { return Ok(base.changed(&self.set)?) };
        let found = study::pack(&self.scenario_of(base)?).into_iter().find(|stress| stress.name == *name);
        let stress = found.ok_or_else(|| Refused::because(format!("there is no misfortune `{name}`"), "choose one of the list"))?;
        stress.deal.map(|deal| *deal).map_err(|why| Refused::because(format!("{name}: this deal cannot have it"), why))
    }

    /// The same with one change more, in the place of an earlier one of the same path.
    pub fn with(&self, assignment: String) -> Self {
        let mut edition = self.clone();
        match edition.set.iter_mut().find(|known| path_of(known) == path_of(&assignment)) {
            Some(known) => *known = assignment,
            None => edition.set.push(assignment),
        }
        edition
    }

    /// The same without the change of a path.
    pub fn without(&self, gone: &str) -> Self {
        let mut edition = self.clone();
        edition.set.retain(|known| path_of(known) != Some(gone));
        edition
    }

    /// Whether nothing is changed.
    pub fn is_signed(&self) -> bool {
        *self == Self::default()
    }
}
