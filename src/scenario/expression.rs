//! Reads gates and formulas: `thriving gain >= 5% and date >= 2026-01-01`, `max(0, savings - 0.5 * paid('interim'))`.
//!
//! Names of measures and formulas may hold spaces; a name with other signs is put in single quotes, an apostrophe in it twice. Precedence, from loose to tight:
//! or, and, not, comparison, + −, × ÷, sign.

use winnow::ascii::{multispace0, multispace1};
use winnow::combinator::{Infix, Prefix, alt, delimited, expression, not, opt, peek, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{one_of, take_till, take_while};

use super::names::Scope;
pub use super::node::Fault;
use super::node::{Node, fault};
use crate::deal::{Arithmetic, Comparison, Condition, Term};

type Input<'i> = LocatingSlice<&'i str>;
type Parsed<T> = Result<T, ErrMode<ContextError>>;

/// Deepest nesting of brackets and signs that is read.
const DEEPEST: usize = 64;

/// Longest expression that is read, in bytes.
const LONGEST: usize = 2_000;

/// Reads `text` as a condition; the names in it are those of `scope`.
///
/// # Errors
/// A [`Fault`] with the place of the first thing that does not fit.
pub fn condition(text: &str, scope: &Scope<'_>) -> Result<Condition, Fault> {
    scope.condition(&parse(text)?)
}

/// Reads `text` as a number; the names in it are those of `scope`.
///
/// # Errors
/// A [`Fault`] with the place of the first thing that does not fit.
pub fn term(text: &str, scope: &Scope<'_>) -> Result<Term, Fault> {
    scope.term(&parse(text)?)
}

/// The names of measures or formulas that `text` mentions; none where it cannot be read.
#[must_use]
pub fn mentioned(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(node) = parse(text) {
        node.each(&mut |node| {
            if let Node::Name { name, .. } = node {
                names.push(name.clone());
            }
        });
    }
    names
}

/// A number that stands in an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// What it is: `5%` is 0.05.
    pub value: f64,
    /// Whether it is written with a percent sign.
    pub percent: bool,
    /// Where it stands (bytes), the percent sign included.
    pub span: core::ops::Range<usize>,
}

/// The numbers that `text` states, in their order; none where it cannot be read. Those within names are none, dates neither.
#[must_use]
pub fn numbers(text: &str) -> Vec<Written> {
    let mut numbers = Vec::new();
    if let Ok(node) = parse(text) {
        node.each(&mut |node| {
            if let Node::Number { value, percent, span } = node {
                numbers.push(Written { value: *value, percent: *percent, span: span.clone() });
            }
        });
    }
    numbers.sort_by_key(|number| number.span.start);
    numbers
}

fn parse(text: &str) -> Result<Node, Fault> {
    if text.len() > LONGEST {
        let help = "split it into named formulas: [[formula]] name = \"…\", is = \"…\"";
        return Err(fault(0..text.len(), format!("an expression has at most {LONGEST} letters"), help));
    }
    let deep = |sign: &str| text.matches(sign).count() > DEEPEST;
    let mut input = Input::new(text);
    let too_deep = deep("(") || deep("not") || deep("-") || deep("−");
    let node = if too_deep { None } else { terminated(node, multispace0).parse_next(&mut input).ok() };
    match node {
        Some(node) if input.is_empty() => Ok(node),
        _ => {
            let at = input.current_token_start().min(text.len());
            let rest = text[at..].chars().next().map_or(0, char::len_utf8);
            let help = "write comparisons such as `thriving gain >= 0.05`, joined by `and`, `or`, `not` and brackets; \
                        a name that is not plain words stands in single quotes";
            Err(fault(at..at + rest, "the expression cannot be read from here on".into(), help))
        }
    }
}

macro_rules! compare {
    ($comparison:ident) => {
        |_| Infix::Left(7, |_: &mut Input<'_>, left, right| Ok(Node::Compare(Comparison::$comparison, Box::new(left), Box::new(right))))
    };
}

macro_rules! arithmetic {
    ($power:literal, $operation:ident) => {
        |_| {
            Infix::Left($power, |_: &mut Input<'_>, left, right| {
                Ok(Node::Arithmetic(Arithmetic::$operation, Box::new(left), Box::new(right)))
            })
        }
    };
}

fn node(input: &mut Input<'_>) -> Parsed<Node> {
    let comparison = alt((
        alt((">=", "≥")).map(compare!(AtLeast)),
        alt(("<=", "≤")).map(compare!(AtMost)),
        alt(("!=", "≠")).map(compare!(NotEqual)),
        ">".map(compare!(MoreThan)),
        "<".map(compare!(LessThan)),
        alt(("==", "=")).map(compare!(Equal)),
    ));
    let arithmetic = alt((
        "+".map(arithmetic!(9, Add)),
        alt(("-", "−")).map(arithmetic!(9, Subtract)),
        alt(("*", "×")).map(arithmetic!(11, Multiply)),
        alt(("/", "÷")).map(arithmetic!(11, Divide)),
    ));
    let logic = alt((
        keyword("or").map(|()| Infix::Left(1, |_: &mut Input<'_>, left, right| Ok(Node::Or(Box::new(left), Box::new(right))))),
        keyword("and").map(|()| Infix::Left(3, |_: &mut Input<'_>, left, right| Ok(Node::And(Box::new(left), Box::new(right))))),
    ));
    let prefix = alt((
        keyword("not").map(|()| Prefix(5, |_: &mut Input<'_>, inner| Ok(Node::Not(Box::new(inner))))),
        alt(("-", "−")).map(|_| Prefix(13, |_: &mut Input<'_>, inner| Ok(Node::Negate(Box::new(inner))))),
    ));
    expression(preceded(multispace0, operand))
        .prefix(preceded(multispace0, prefix))
        .infix(preceded(multispace0, alt((logic, comparison, arithmetic))))
        .parse_next(input)
}

fn operand(input: &mut Input<'_>) -> Parsed<Node> {
    alt((delimited('(', node, (multispace0, ')')), date, number, call, name)).parse_next(input)
}

/// `2026-01-31`.
fn date(input: &mut Input<'_>) -> Parsed<Node> {
    let start = input.current_token_start();
    let digits = |least: usize, most: usize| take_while(least..=most, '0'..='9');
    let text = (digits(4, 4), '-', digits(1, 2), '-', digits(1, 2), not(one_of(in_word))).take();
    text.map(|text: &str| Node::Date(text.parse().map_err(|_| start..start + text.len()))).parse_next(input)
}

/// `0.05`, `5%` or `1_450_000`.
fn number(input: &mut Input<'_>) -> Parsed<Node> {
    let start = input.current_token_start();
    let digits = || take_while(1.., ('0'..='9', '_'));
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits());
    let text = (peek(one_of(('0'..='9', '.'))), opt(digits()), opt(('.', opt(digits()))), opt(exponent)).take();
    let value: f64 = text.verify_map(|text: &str| text.replace('_', "").parse().ok()).parse_next(input)?;
    let percent = opt(preceded(multispace0, '%')).parse_next(input)?.is_some();
    let value = if percent { value / 100.0 } else { value };
    Ok(Node::Number { value, percent, span: start..input.current_token_start() })
}

/// `min(a, b)`, `paid('interim')`.
fn call(input: &mut Input<'_>) -> Parsed<Node> {
    let start = input.current_token_start();
    let function = terminated(word, (multispace0, '(')).parse_next(input)?.to_string();
    let arguments = terminated(separated(0.., node, (multispace0, ',')), (multispace0, ')')).parse_next(input)?;
    Ok(Node::Call { function, arguments, span: start..input.current_token_start() })
}

/// A name, quoted or of plain words, with a statistic after a dot if one is wanted.
fn name(input: &mut Input<'_>) -> Parsed<Node> {
    let start = input.current_token_start();
    // An apostrophe inside the quotes is written twice.
    let letters = repeat::<_, _, (), _, _>(1.., alt(("''".void(), take_till(1.., '\'').void()))).take();
    let quoted = delimited('\'', letters, '\'').map(|text: &str| text.replace("''", "'"));
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
