//! Lists whose places have a type: what belongs to a payor is found by a payor, and by nothing else.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Index, IndexMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The place of a thing in the list of its kind, counted from 0.
pub trait Id: Copy + Eq + Ord + fmt::Debug {
    /// The thing at `index`.
    fn at(index: usize) -> Self;

    /// Its place.
    fn index(self) -> usize;
}

impl Id for usize {
    #[inline]
    fn at(index: usize) -> Self {
        index
    }

    #[inline]
    fn index(self) -> usize {
        self
    }
}

/// The first `count` places, in order.
pub fn first<I: Id>(count: usize) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone {
    (0..count).map(I::at)
}

/// One value for each thing of a kind, in order. Indexed by the kind's own type of place; a place beyond the end panics, as it does in a
/// slice.
pub struct Each<I, T> {
    values: Vec<T>,
    of: PhantomData<fn(I) -> I>,
}

impl<I: Id, T> Each<I, T> {
    /// The same value for `count` things.
    #[must_use]
    pub fn filled(count: usize, value: T) -> Self
    where
        T: Clone,
    {
        vec![value; count].into()
    }

    /// Number of things.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Every place, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone + use<I, T> {
        first(self.values.len())
    }

    /// Every place with its value, in order.
    pub fn pairs(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator + Clone {
        self.values.iter().enumerate().map(|(index, value)| (I::at(index), value))
    }

    /// Every place with its value, to change.
    pub fn pairs_mut(&mut self) -> impl DoubleEndedIterator<Item = (I, &mut T)> + ExactSizeIterator {
        self.values.iter_mut().enumerate().map(|(index, value)| (I::at(index), value))
    }

    /// Every value, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, T> {
        self.values.iter()
    }

    /// Every value, to change.
    pub fn iter_mut(&mut self) -> core::slice::IterMut<'_, T> {
        self.values.iter_mut()
    }

    /// The value of one thing, where there is such a thing.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.values.get(id.index())
    }

    /// The first place whose value is `wanted`.
    pub fn position(&self, wanted: impl FnMut(&T) -> bool) -> Option<I> {
        self.values.iter().position(wanted).map(I::at)
    }

    /// Something else for each thing, in the same order.
    pub fn map<'a, U>(&'a self, change: impl FnMut(&'a T) -> U) -> Each<I, U> {
        self.values.iter().map(change).collect()
    }

    /// Adds a thing at the end: its place.
    pub fn push(&mut self, value: T) -> I {
        self.values.push(value);
        I::at(self.values.len() - 1)
    }

    /// The values without their places.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.values
    }

    /// The values without their places, to change.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.values
    }
}

impl<I: Id, T> Index<I> for Each<I, T> {
    type Output = T;

    #[inline]
    fn index(&self, id: I) -> &T {
        &self.values[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Each<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.values[id.index()]
    }
}

impl<I, T> From<Vec<T>> for Each<I, T> {
    fn from(values: Vec<T>) -> Self {
        Self { values, of: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Each<I, T> {
    fn from_iter<S: IntoIterator<Item = T>>(values: S) -> Self {
        values.into_iter().collect::<Vec<T>>().into()
    }
}

impl<I, T> IntoIterator for Each<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl<'a, I, T> IntoIterator for &'a Each<I, T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut Each<I, T> {
    type Item = &'a mut T;
    type IntoIter = core::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter_mut()
    }
}

// By hand: a derive would ask of `I` what only `T` must have.
impl<I, T> Default for Each<I, T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<I, T: Clone> Clone for Each<I, T> {
    fn clone(&self) -> Self {
        self.values.clone().into()
    }

    fn clone_from(&mut self, source: &Self) {
        self.values.clone_from(&source.values);
    }
}

impl<I, T: PartialEq> PartialEq for Each<I, T> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<I, T: Eq> Eq for Each<I, T> {}

impl<I, T: fmt::Debug> fmt::Debug for Each<I, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(out)
    }
}

impl<I, T: Serialize> Serialize for Each<I, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}

impl<'de, I, T: Deserialize<'de>> Deserialize<'de> for Each<I, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Into::into)
    }
}
