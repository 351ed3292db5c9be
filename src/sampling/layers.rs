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

/// A seed for each layer, and for sources that have one of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds {
    layers: [u64; Layer::ALL.len()],
    sources: Vec<(String, u64)>,
}

impl Seeds {
    /// The seed of `layer`.
    #[must_use]
    pub fn of(&self, layer: Layer) -> u64 {
        self.layers[layer as usize]
    }

    /// The seed of a source of that layer: its own, or that of the layer.
    #[must_use]
    pub fn of_source(&self, layer: Layer, source: &str) -> u64 {
        self.sources.iter().find(|(known, _)| known == source).map_or(self.of(layer), |(_, seed)| *seed)
    }

    /// The same, with `layer` drawn under another seed.
    #[must_use]
    pub fn with(mut self, layer: Layer, seed: u64) -> Self {
        self.layers[layer as usize] = seed;
        self
    }

    /// The same, with one source (its dotted name, or the table that its values are a column of) drawn under another seed.
    #[must_use]
    pub fn with_source(mut self, source: &str, seed: u64) -> Self {
        self.sources.retain(|(known, _)| known != source);
        self.sources.push((source.to_string(), seed));
        self
    }
}

impl From<u64> for Seeds {
    fn from(seed: u64) -> Self {
        Self { layers: [seed; Layer::ALL.len()], sources: Vec::new() }
    }
}
