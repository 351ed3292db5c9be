//! The names of one kind of part, in the order of the file, each found at once.

use core::marker::PhantomData;
use core::ops::Deref;
use std::collections::HashMap;

use crate::numeric::each::Id;

/// Names in order; a name that stands twice is found where it stands first. Read as a list it is a slice of names; the map beside it is
/// only ever asked for one name, so its order reaches nothing.
#[derive(Debug)]
pub struct NameList<I = usize> {
    names: Vec<String>,
    places: HashMap<String, usize>,
    of: PhantomData<fn(I) -> I>,
}

impl<I: Id> NameList<I> {
    /// The place of `name`.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<I> {
        self.places.get(name).copied().map(I::at)
    }
}

impl<I> FromIterator<String> for NameList<I> {
    fn from_iter<S: IntoIterator<Item = String>>(names: S) -> Self {
        let names: Vec<String> = names.into_iter().collect();
        let mut places = HashMap::with_capacity(names.len());
        for (place, name) in names.iter().enumerate() {
            places.entry(name.clone()).or_insert(place);
        }
        Self { names, places, of: PhantomData }
    }
}

impl<I> Default for NameList<I> {
    fn default() -> Self {
        Self::from_iter([])
    }
}

impl<I> Deref for NameList<I> {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}
