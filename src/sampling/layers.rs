//! Which part of the world's chance does a draw belong to?
//!
//! Comes in: a seed. Goes out: a seed for each layer, the same unless somebody wants one layer drawn anew. Must never know: what is drawn.

/// A layer of risk. Every source of chance belongs to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// What is not known of the program and of people without it: base rates and true effects.
    Knowledge,
    /// The economy and the places: shocks that many share.
    Economy,
    /// How the program is carried out: enrolment, completion, cost.
    Operation,
    /// Who of many people happens to have an outcome.
    People,
    /// What the evaluator happens to find.
    Measurement,
    /// Whether payors pay.
    Counterparty,
}

impl Layer {
    /// All layers, from what is known to who pays.
    pub const ALL: [Self; 6] = [Self::Knowledge, Self::Economy, Self::Operation, Self::People, Self::Measurement, Self::Counterparty];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Knowledge => "knowledge",
            Self::Economy => "economy",
            Self::Operation => "operation",
            Self::People => "people",
            Self::Measurement => "measurement",
            Self::Counterparty => "counterparty",
        }
    }
}

/// A seed for each layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds([u64; Layer::ALL.len()]);

impl Seeds {
    /// The seed of `layer`.
    #[must_use]
    pub fn of(self, layer: Layer) -> u64 {
        self.0[layer as usize]
    }

    /// The same, with `layer` drawn under another seed.
    #[must_use]
    pub fn with(mut self, layer: Layer, seed: u64) -> Self {
        self.0[layer as usize] = seed;
        self
    }
}

impl From<u64> for Seeds {
    fn from(seed: u64) -> Self {
        Self([seed; Layer::ALL.len()])
    }
}
