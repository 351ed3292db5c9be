//! Reads a gate: `thriving gain >= 0.05 and (placements.units >= 20 or not placements.rate < 10%)`.
//!
//! Names of measures may hold spaces; a name with other signs is put in single quotes. Precedence, from loose to tight: or, and, not,
//! comparison, + −, ×.

use core::ops::Range;

use winnow::ascii::{float, multispace0, multispace1};
use winnow::combinator::{Infix, Prefix, alt, delimited, expression, not, opt, peek, preceded, repeat, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{one_of, take_till, take_while};

use super::problem::suggestion;
use crate::deal::{Comparison, Condition, Measure, Statistic, Term};

/// What is wrong with a condition: where in its text, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the condition's text.
    pub span: Range<usize>,
    /// The rule.
    pub message: String,
    /// The remedy.
    pub help: String,
}

/// A number or a truth: which of the two an operator needs is checked once all is read.
#[derive(Clone, Debug)]
enum Node {
    Number(f64),
    Name { name: String, statistic: Option<String>, span: Range<usize> },
    Arithmetic(char, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
}

type Input<'i> = LocatingSlice<&'i str>;
type Parsed<T> = Result<T, ErrMode<ContextError>>;

/// Deepest nesting of brackets that is read.
const DEEPEST: usize = 64;

/// Reads `text`; the names in it are those of `measures`.
///
/// # Errors
/// A [`Fault`] with the place of the first thing that does not fit.
pub fn read(text: &str, measures: &[&Measure]) -> Result<Condition, Fault> {
    let too_deep = text.matches('(').count() > DEEPEST || text.matches("not").count() > DEEPEST;
    let mut input = Input::new(text);
    let node = if too_deep { None } else { terminated(node, multispace0).parse_next(&mut input).ok() };
    match node {
        Some(node) if input.is_empty() => Resolver { measures }.condition(&node),
        _ => {
            let at = input.current_token_start().min(text.len());
            let rest = text[at..].chars().next().map_or(0, char::len_utf8);
            Err(Fault {
                span: at..at + rest,
                message: "the condition cannot be read from here on".into(),
                help: "write comparisons such as `thriving gain >= 0.05`, joined by `and`, `or`, `not` and brackets".into(),
            })
        }
    }
}

macro_rules! compare {
    ($power:literal, $comparison:ident) => {
        |_| {
            Infix::Left($power, |_: &mut Input<'_>, left, right| {
                Ok(Node::Compare(Comparison::$comparison, Box::new(left), Box::new(right)))
            })
        }
    };
}

fn node(input: &mut Input<'_>) -> Parsed<Node> {
    let comparison = alt((
        alt((">=", "≥")).map(compare!(7, AtLeast)),
        alt(("<=", "≤")).map(compare!(7, AtMost)),
        alt(("!=", "≠")).map(compare!(7, NotEqual)),
        ">".map(compare!(7, MoreThan)),
        "<".map(compare!(7, LessThan)),
        alt(("==", "=")).map(compare!(7, Equal)),
    ));
    let arithmetic = alt((
        "+".map(|_| Infix::Left(9, |_: &mut Input<'_>, left, right| Ok(Node::Arithmetic('+', Box::new(left), Box::new(right))))),
        alt(("-", "−"))
            .map(|_| Infix::Left(9, |_: &mut Input<'_>, left, right| Ok(Node::Arithmetic('-', Box::new(left), Box::new(right))))),
        alt(("*", "×"))
            .map(|_| Infix::Left(11, |_: &mut Input<'_>, left, right| Ok(Node::Arithmetic('*', Box::new(left), Box::new(right))))),
    ));
    let logic = alt((
        keyword("or").map(|()| Infix::Left(1, |_: &mut Input<'_>, left, right| Ok(Node::Or(Box::new(left), Box::new(right))))),
        keyword("and").map(|()| Infix::Left(3, |_: &mut Input<'_>, left, right| Ok(Node::And(Box::new(left), Box::new(right))))),
    ));
    expression(preceded(multispace0, operand))
        .prefix(preceded(multispace0, keyword("not")).map(|()| Prefix(5, |_: &mut Input<'_>, inner| Ok(Node::Not(Box::new(inner))))))
        .infix(preceded(multispace0, alt((logic, comparison, arithmetic))))
        .parse_next(input)
}

fn operand(input: &mut Input<'_>) -> Parsed<Node> {
    alt((delimited('(', node, (multispace0, ')')), number, name)).parse_next(input)
}

/// `0.05` or `5%`.
fn number(input: &mut Input<'_>) -> Parsed<Node> {
    let value: f64 = preceded(peek(one_of(('0'..='9', '.', '-', '+'))), float).parse_next(input)?;
    let percent = opt(preceded(multispace0, '%')).parse_next(input)?;
    Ok(Node::Number(if percent.is_some() { value / 100.0 } else { value }))
}

/// A name, quoted or of plain words, with a statistic after a dot if one is wanted.
fn name(input: &mut Input<'_>) -> Parsed<Node> {
    let start = input.current_token_start();
    let quoted = delimited('\'', take_till(1.., '\''), '\'').map(str::to_string);
    let plain = (word, repeat::<_, _, (), _, _>(0.., preceded(multispace1, later_word))).take().map(|text: &str| text.trim().to_string());
    let name = alt((quoted, plain)).parse_next(input)?;
    let statistic = opt(preceded('.', word)).parse_next(input)?;
    Ok(Node::Name { name, statistic: statistic.map(str::to_string), span: start..input.current_token_start() })
}

/// A word that may begin a name: not a number.
fn word<'i>(input: &mut Input<'i>) -> Parsed<&'i str> {
    preceded(peek(one_of(|letter: char| letter.is_alphabetic() || letter == '_')), later_word).parse_next(input)
}

fn later_word<'i>(input: &mut Input<'i>) -> Parsed<&'i str> {
    let any_keyword = alt((keyword("and"), keyword("or"), keyword("not")));
    preceded(not(any_keyword), take_while(1.., in_word)).parse_next(input)
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn keyword<'i>(text: &'static str) -> impl Parser<Input<'i>, (), ErrMode<ContextError>> {
    terminated(text, not(one_of(in_word))).void()
}

/// Gives names their meaning and checks that truths and numbers stand where they belong.
struct Resolver<'a> {
    measures: &'a [&'a Measure],
}

impl Resolver<'_> {
    fn condition(&self, node: &Node) -> Result<Condition, Fault> {
        let pair = |left: &Node, right: &Node| Ok((Box::new(self.condition(left)?), Box::new(self.condition(right)?)));
        match node {
            Node::And(left, right) => pair(left, right).map(|(left, right)| Condition::And(left, right)),
            Node::Or(left, right) => pair(left, right).map(|(left, right)| Condition::Or(left, right)),
            Node::Not(inner) => Ok(Condition::Not(Box::new(self.condition(inner)?))),
            Node::Compare(comparison, left, right) => Ok(Condition::Compare(self.term(left)?, *comparison, self.term(right)?)),
            Node::Number(_) | Node::Name { .. } | Node::Arithmetic(..) => Err(Fault {
                span: place(node),
                message: "a number stands where something true or false is needed".into(),
                help: "compare it with something, such as `… >= 0.05`".into(),
            }),
        }
    }

    fn term(&self, node: &Node) -> Result<Term, Fault> {
        match node {
            Node::Number(value) => Ok(Term::Number(*value)),
            Node::Name { name, statistic, span } => self.reported(name, statistic.as_deref(), span),
            Node::Arithmetic(sign, left, right) => {
                let (left, right) = (Box::new(self.term(left)?), Box::new(self.term(right)?));
                Ok(match sign {
                    '+' => Term::Add(left, right),
                    '-' => Term::Subtract(left, right),
                    _ => Term::Multiply(left, right),
                })
            }
            _ => Err(Fault {
                span: place(node),
                message: "something true or false stands where a number is needed".into(),
                help: "join comparisons by `and` and `or`: `0.05 <= gain and gain <= 0.10`".into(),
            }),
        }
    }

    fn reported(&self, name: &str, statistic: Option<&str>, span: &Range<usize>) -> Result<Term, Fault> {
        let Some(at) = self.measures.iter().position(|measure| measure.name == name) else {
            return Err(Fault {
                span: span.clone(),
                message: format!("there is no measure `{name}`"),
                help: suggestion(name, self.measures.iter().map(|measure| measure.name.as_str())),
            });
        };
        let measure = self.measures[at];
        let statistic = match statistic {
            None => measure.headline(),
            Some(word) => {
                Statistic::WORDS.iter().find(|(known, _)| *known == word).map(|(_, statistic)| *statistic).ok_or_else(|| Fault {
                    span: span.clone(),
                    message: format!("a measure does not report `{word}`"),
                    help: suggestion(word, Statistic::WORDS.iter().map(|(known, _)| *known)),
                })?
            }
        };
        if statistic.compares() && !measure.compares() {
            return Err(Fault {
                span: span.clone(),
                message: format!("`{name}` only counts: it has no `{}`", statistic.word()),
                help: "give the measure a method that compares: randomized, matched or exact".into(),
            });
        }
        Ok(Term::Reported { measure: at, statistic })
    }
}

/// Where a node stands: the place of the first name in it, or the beginning.
fn place(node: &Node) -> Range<usize> {
    match node {
        Node::Name { span, .. } => span.clone(),
        Node::Number(_) => 0..0,
        Node::Not(inner) => place(inner),
        Node::Arithmetic(_, left, right) | Node::Compare(_, left, right) | Node::And(left, right) | Node::Or(left, right) => {
            let left = place(left);
            if left.is_empty() { place(right) } else { left }
        }
    }
}
