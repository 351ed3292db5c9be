//! What is valid but unwise: the names of such terms, and one finding of one of them.

/// What kind of unwise term was found; each has a page of its own under `docs/lints`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintCode {
    /// A payor's cap cuts what is due in most trials.
    CapBindsOften,
    /// A payor pays more than its outcomes are worth to it in most trials.
    CostsMoreThanWorth,
    /// A payment counts outcomes of which many would have happened without the program, and compares with nobody.
    CountsWithoutComparison,
    /// A condition that holds whatever happens.
    GateNeverFails,
    /// A condition that holds in no case.
    GateNeverOpens,
    /// Guarantees that together cover more of a tranche than can be lost.
    GuaranteedTwice,
    /// A payment that the promised effect earns in fewer than half of the trials.
    LowPower,
    /// A name in which a word has letters of two scripts that look alike.
    MixedScripts,
    /// Costs find no money in most trials.
    MoneyRunsShort,
    /// Most of the scenario's numbers name no source.
    MostlyUnsourced,
    /// A tranche that no trial draws.
    NeverDrawn,
    /// All that payors may ever pay is less than what the program costs.
    PayableBelowCost,
    /// A threshold on a comparison that a program without any effect reaches too often.
    PaysWithoutEffect,
    /// A row of a price that no trial reaches.
    StepNeverReached,
    /// Terms of a payment under which nothing falls due.
    TermsNeverHold,
}

impl LintCode {
    /// Every code, in the order of their words.
    pub const ALL: [Self; 15] = [
        Self::CapBindsOften,
        Self::CostsMoreThanWorth,
        Self::CountsWithoutComparison,
        Self::GateNeverFails,
        Self::GateNeverOpens,
        Self::GuaranteedTwice,
        Self::LowPower,
        Self::MixedScripts,
        Self::MoneyRunsShort,
        Self::MostlyUnsourced,
        Self::NeverDrawn,
        Self::PayableBelowCost,
        Self::PaysWithoutEffect,
        Self::StepNeverReached,
        Self::TermsNeverHold,
    ];

    /// Its stable name, and that of its page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CapBindsOften => "cap-binds-often",
            Self::CostsMoreThanWorth => "costs-more-than-worth",
            Self::CountsWithoutComparison => "counts-without-comparison",
            Self::GateNeverFails => "gate-never-fails",
            Self::GateNeverOpens => "gate-never-opens",
            Self::GuaranteedTwice => "guaranteed-twice",
            Self::LowPower => "low-power",
            Self::MixedScripts => "mixed-scripts",
            Self::MoneyRunsShort => "money-runs-short",
            Self::MostlyUnsourced => "mostly-unsourced",
            Self::NeverDrawn => "never-drawn",
            Self::PayableBelowCost => "payable-below-cost",
            Self::PaysWithoutEffect => "pays-without-effect",
            Self::StepNeverReached => "step-never-reached",
            Self::TermsNeverHold => "terms-never-hold",
        }
    }

    /// What it says, in a few words.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::CapBindsOften => "a cap cuts what is due in more than half of the trials",
            Self::CostsMoreThanWorth => "a payor pays more than its outcomes are worth to it in more than half of the trials",
            Self::CountsWithoutComparison => "a payment counts outcomes of which many would have happened anyway",
            Self::GateNeverFails => "a condition, or a part of one, that holds whatever happens",
            Self::GateNeverOpens => "a condition that never holds",
            Self::GuaranteedTwice => "guarantees cover more of a tranche than can be lost",
            Self::LowPower => "the promised effect is paid for in fewer than half of the trials",
            Self::MixedScripts => "a word of a name has letters of two scripts that look alike",
            Self::MoneyRunsShort => "costs find no money in more than half of the trials",
            Self::MostlyUnsourced => "more than half of the numbers name no source",
            Self::NeverDrawn => "a tranche that no trial draws",
            Self::PayableBelowCost => "all that payors may ever pay is less than what the program costs",
            Self::PaysWithoutEffect => "a threshold that a program without any effect reaches too often",
            Self::StepNeverReached => "a step, tier or line of a price that no trial reaches",
            Self::TermsNeverHold => "terms of a payment under which nothing falls due",
        }
    }
}

/// One unwise term of a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What kind it is.
    pub code: LintCode,
    /// Dotted name of the term, as in the file: `payment."success".when`.
    pub at: String,
    /// What was found, with its numbers.
    pub message: String,
    /// What would mend it.
    pub remedy: String,
}

impl Lint {
    /// A finding of `code` at a term.
    #[must_use]
    pub fn new(code: LintCode, at: String, message: String, remedy: impl Into<String>) -> Self {
        Self { code, at, message, remedy: remedy.into() }
    }
}
