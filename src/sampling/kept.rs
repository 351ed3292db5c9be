//! What was made for this law before?
//!
//! Comes in: the exact parameters of a law and how its table is made. Goes out: the table, made or kept. Must never know: what is in it.
//!
//! A study prepares the same deal tens of times with one thing changed, and a table takes longer to make than thousands of draws. A kept
//! table is the one that would be made again, bit for bit, so nothing depends on which laws came before.

use core::hash::Hash;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Tables by the laws that they were made for; of many the latest.
pub(super) struct Kept<K, T> {
    most: usize,
    made: LazyLock<Mutex<Made<K, T>>>,
}

struct Made<K, T> {
    tables: HashMap<K, Arc<T>>,
    /// In the order in which they were made.
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, T> Kept<K, T> {
    /// Keeps `most` tables.
    pub(super) const fn new(most: usize) -> Self {
        Self { most, made: LazyLock::new(|| Mutex::new(Made { tables: HashMap::new(), order: VecDeque::new() })) }
    }

    /// The table for `key`; `make` gives the same one whenever it is called for that key. No thread waits for another to make one.
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> T) -> Arc<T> {
        let held = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = held().tables.get(&key) {
            return Arc::clone(table);
        }
        let table = Arc::new(make());
        let mut made = held();
        if made.tables.insert(key.clone(), Arc::clone(&table)).is_none() {
            made.order.push_back(key);
        }
        while made.order.len() > self.most {
            let oldest = made.order.pop_front();
            oldest.into_iter().for_each(|key| drop(made.tables.remove(&key)));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_made_once_and_the_oldest_goes_first() {
        let kept: Kept<u64, u64> = Kept::new(2);
        let mut made = Vec::new();
        for key in [1, 1, 2, 1, 3, 1, 1] {
            let table = kept.get(key, || {
                made.push(key);
                10 * key
            });
            assert_eq!(*table, 10 * key);
        }
        assert_eq!(made, [1, 2, 3, 1]);
    }
}
