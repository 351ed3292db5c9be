//! The names of one kind of part, in the order of the file, each found at once.

use core::ops::Deref;
use std::collections::HashMap;

/// Names in order; a name that stands twice is found where it stands first. Read as a list it is a slice of names; the map beside it is
/// only ever asked for one name, so its order reaches nothing.
#[derive(Debug, Default)]
pub struct NameList {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl NameList {
    /// The place (index) of `name`.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

impl FromIterator<String> for NameList {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let names: Vec<String> = names.into_iter().collect();
        let mut places = HashMap::with_capacity(names.len());
        for (place, name) in names.iter().enumerate() {
            places.entry(name.clone()).or_insert(place);
        }
        Self { names, places }
    }
}

impl Deref for NameList {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}
