//! An expression that has been read, before its names are looked up, and what can be wrong with it.

use core::ops::Range;

use crate::deal::{Arithmetic, Comparison};

/// What is wrong with an expression: where in its text, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the expression's text.
    pub span: Range<usize>,
    /// The rule.
    pub message: String,
    /// The remedy.
    pub help: String,
}

/// A number or a truth: which of the two an operator needs is checked once all is read.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Number {
        value: f64,
        /// Whether it is written with a percent sign.
        percent: bool,
        span: Range<usize>,
    },
    /// A day, or where one is written that no calendar has.
    Date(Result<jiff::civil::Date, Range<usize>>),
    Name {
        name: String,
        statistic: Option<String>,
        span: Range<usize>,
    },
    Call {
        function: String,
        arguments: Vec<Node>,
        span: Range<usize>,
    },
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Negate(Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
}

impl Node {
    /// Shows every part of it to `visit`, itself first, from left to right.
    pub(crate) fn each(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        match self {
            Self::Number { .. } | Self::Date(_) | Self::Name { .. } => {}
            Self::Call { arguments, .. } => arguments.iter().for_each(|argument| argument.each(visit)),
            Self::Negate(inner) | Self::Not(inner) => inner.each(visit),
            Self::Arithmetic(_, left, right) | Self::Compare(_, left, right) | Self::And(left, right) | Self::Or(left, right) => {
                left.each(visit);
                right.each(visit);
            }
        }
    }
}

pub(crate) fn fault(span: Range<usize>, message: String, help: &str) -> Fault {
    Fault { span, message, help: help.into() }
}

/// Where a node stands: the place of the first name in it, or the beginning.
pub(crate) fn place(node: &Node) -> Range<usize> {
    match node {
        Node::Name { span, .. } | Node::Call { span, .. } => span.clone(),
        Node::Date(Err(span)) => span.clone(),
        Node::Number { .. } | Node::Date(_) => 0..0,
        Node::Not(inner) | Node::Negate(inner) => place(inner),
        Node::Arithmetic(_, left, right) | Node::Compare(_, left, right) | Node::And(left, right) | Node::Or(left, right) => {
            let left = place(left);
            if left.is_empty() { place(right) } else { left }
        }
    }
}
