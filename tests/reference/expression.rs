//! The language of gates and formulas, with three truth values.

use super::calendar::number;
use super::number::{Num, ZERO};

#[derive(Clone, Debug)]
pub enum Expr {
    Number(Num),
    /// A measure or formula, and what is asked of a measure.
    Name(String, Option<String>),
    /// A function of one quoted name: due, paid, achieved, drawn, principal, owed, stopped.
    Of(String, String),
    Call(String, Vec<Expr>),
    Binary(String, Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
}

/// A number or a truth; nothing where it is not known.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    Number(Option<Num>),
    Truth(Option<bool>),
}

impl Known {
    pub fn number(self) -> Option<Num> {
        match self {
            Self::Number(number) => number,
            Self::Truth(_) => panic!("a truth where a number is asked"),
        }
    }

    pub fn truth(self) -> Option<bool> {
        match self {
            Self::Truth(truth) => truth,
            Self::Number(_) => panic!("a number where a truth is asked"),
        }
    }
}

/// What an expression can ask of the place where it stands.
pub trait Place {
    fn name(&self, name: &str, statistic: Option<&str>) -> Known;
    fn of(&self, function: &str, name: &str) -> Known;
    fn word(&self, word: &str) -> Known;
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Num),
    Word(String),
    Quoted(String),
    Sign(String),
}

impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.order(*other).is_eq()
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let signs: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let sign = signs[at];
        if sign.is_whitespace() {
            at += 1;
        } else if sign.is_ascii_digit() {
            let from = at;
            while at < signs.len() && (signs[at].is_ascii_digit() || signs[at] == '_' || signs[at] == '.') {
                at += 1;
            }
            let rest: String = signs[at..].iter().take(6).collect();
            let is_date = at - from == 4 && rest.len() == 6 && rest.starts_with('-') && rest.chars().nth(3) == Some('-');
            let written: String = signs[from..at].iter().filter(|&&sign| sign != '_').collect();
            if is_date {
                let (month, day) = (rest[1..3].parse().unwrap(), rest[4..6].parse().unwrap());
                found.push(Token::Number(Num::whole(i128::from(number((written.parse().unwrap(), month, day))))));
                at += 6;
            } else {
                found.push(Token::Number(Num::decimal(written.parse().unwrap())));
            }
        } else if sign == '\'' {
            let mut name = String::new();
            at += 1;
            loop {
                if signs[at] == '\'' && signs.get(at + 1) == Some(&'\'') {
                    name.push('\'');
                    at += 2;
                } else if signs[at] == '\'' {
                    at += 1;
                    break;
                } else {
                    name.push(signs[at]);
                    at += 1;
                }
            }
            found.push(Token::Quoted(name));
        } else if sign.is_alphabetic() || sign == '_' {
            let from = at;
            while at < signs.len() && (signs[at].is_alphanumeric() || signs[at] == '_') {
                at += 1;
            }
            found.push(Token::Word(signs[from..at].iter().collect()));
        } else {
            let two: String = signs[at..].iter().take(2).collect();
            let taken = if ["<=", ">=", "==", "!=", "<>"].contains(&two.as_str()) { two } else { sign.to_string() };
            at += taken.len();
            found.push(Token::Sign(taken));
        }
    }
    found
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

/// Reads a valid expression.
pub fn parse(text: &str) -> Expr {
    let mut reader = Reader { tokens: tokens(text), at: 0 };
    let expr = reader.either();
    assert_eq!(reader.at, reader.tokens.len(), "“{text}” goes on after its end");
    expr
}

impl Reader {
    fn takes(&mut self, what: &str) -> bool {
        let is = match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) => sign == what,
            Some(Token::Word(word)) => word == what,
            _ => false,
        };
        self.at += usize::from(is);
        is
    }

    fn must(&mut self, what: &str) {
        assert!(self.takes(what), "{what} is missing: {:?}", &self.tokens[self.at..]);
    }

    fn chain(&mut self, signs: &[&str], next: fn(&mut Self) -> Expr) -> Expr {
        let mut left = next(self);
        while let Some(sign) = signs.iter().find(|sign| self.takes(sign)) {
            left = Expr::Binary((*sign).into(), Box::new(left), Box::new(next(self)));
        }
        left
    }

    fn either(&mut self) -> Expr {
        self.chain(&["or"], Self::both)
    }

    fn both(&mut self) -> Expr {
        self.chain(&["and"], Self::denial)
    }

    fn denial(&mut self) -> Expr {
        if self.takes("not") { Expr::Not(Box::new(self.denial())) } else { self.comparison() }
    }

    fn comparison(&mut self) -> Expr {
        self.chain(&[">=", "<=", ">", "<", "==", "=", "!=", "<>"], Self::sum)
    }

    fn sum(&mut self) -> Expr {
        self.chain(&["+", "-"], Self::product)
    }

    fn product(&mut self) -> Expr {
        self.chain(&["*", "/"], Self::negative)
    }

    fn negative(&mut self) -> Expr {
        if self.takes("-") {
            return Expr::Binary("-".into(), Box::new(Expr::Number(ZERO)), Box::new(self.negative()));
        }
        let mut atom = self.atom();
        while self.takes("%") {
            atom = Expr::Binary("/".into(), Box::new(atom), Box::new(Expr::Number(Num::whole(100))));
        }
        atom
    }

    fn atom(&mut self) -> Expr {
        if self.takes("(") {
            let inner = self.either();
            self.must(")");
            return inner;
        }
        let token = self.tokens[self.at].clone();
        self.at += 1;
        match token {
            Token::Number(number) => Expr::Number(number),
            Token::Quoted(name) => self.named(name),
            Token::Word(word) if matches!(word.as_str(), "min" | "max" | "floor" | "round" | "abs" | "if") && self.takes("(") => {
                let mut arguments = vec![self.either()];
                while self.takes(",") {
                    arguments.push(self.either());
                }
                self.must(")");
                Expr::Call(word, arguments)
            }
            Token::Word(word) if self.takes("(") => {
                let Token::Quoted(name) = self.tokens[self.at].clone() else { panic!("{word} of what?") };
                self.at += 1;
                self.must(")");
                Expr::Of(word, name)
            }
            Token::Word(word) => {
                let mut name = word;
                loop {
                    match self.tokens.get(self.at) {
                        Some(Token::Word(next)) if !matches!(next.as_str(), "and" | "or" | "not") => {
                            name = format!("{name} {next}");
                        }
                        Some(Token::Number(Num::Exact(next, 1))) => name = format!("{name} {next}"),
                        _ => break,
                    }
                    self.at += 1;
                }
                self.named(name)
            }
            Token::Sign(sign) => panic!("unexpected {sign}"),
        }
    }

    fn named(&mut self, name: String) -> Expr {
        if !self.takes(".") {
            return Expr::Name(name, None);
        }
        let Some(Token::Word(statistic)) = self.tokens.get(self.at).cloned() else { panic!("a statistic is missing") };
        self.at += 1;
        Expr::Name(name, Some(statistic))
    }
}

/// Works an expression out where it stands.
pub fn value(expr: &Expr, place: &dyn Place) -> Known {
    match expr {
        Expr::Number(number) => Known::Number(Some(*number)),
        Expr::Name(name, None) if matches!(name.as_str(), "date" | "year" | "cohort" | "all_others_achieved") => place.word(name),
        Expr::Name(name, statistic) => place.name(name, statistic.as_deref()),
        Expr::Of(function, name) => place.of(function, name),
        Expr::Not(inner) => Known::Truth(value(inner, place).truth().map(|truth| !truth)),
        Expr::Call(function, arguments) => call(function, arguments, place),
        Expr::Binary(sign, left, right) => binary(sign, value(left, place), || value(right, place)),
    }
}

fn call(function: &str, arguments: &[Expr], place: &dyn Place) -> Known {
    if function == "if" {
        let chosen = |truth| if truth { &arguments[1] } else { &arguments[2] };
        return match value(&arguments[0], place).truth() {
            Some(truth) => value(chosen(truth), place),
            None => Known::Number(None),
        };
    }
    let numbers: Option<Vec<Num>> = arguments.iter().map(|argument| value(argument, place).number()).collect();
    Known::Number(numbers.map(|numbers| match function {
        "min" => numbers.into_iter().reduce(Num::least).unwrap(),
        "max" => numbers.into_iter().reduce(Num::most).unwrap(),
        "floor" => numbers[0].floor(),
        "abs" => numbers[0].most(ZERO.minus(numbers[0])),
        "round" => {
            let up = numbers[0].plus(Num::ratio(1, 2));
            up.floor()
        }
        other => panic!("no function {other}"),
    }))
}

fn binary(sign: &str, left: Known, right: impl Fn() -> Known) -> Known {
    match sign {
        // one side can decide alone
        "and" => Known::Truth(match (left.truth(), right().truth()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }),
        "or" => Known::Truth(match (left.truth(), right().truth()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }),
        _ => {
            let (Some(a), Some(b)) = (left.number(), right().number()) else {
                return if matches!(sign, "+" | "-" | "*" | "/") { Known::Number(None) } else { Known::Truth(None) };
            };
            let order = a.order(b);
            match sign {
                "+" => Known::Number(Some(a.plus(b))),
                "-" => Known::Number(Some(a.minus(b))),
                "*" => Known::Number(Some(a.times(b))),
                "/" => Known::Number(a.over(b)),
                ">=" => Known::Truth(Some(order.is_ge())),
                "<=" => Known::Truth(Some(order.is_le())),
                ">" => Known::Truth(Some(order.is_gt())),
                "<" => Known::Truth(Some(order.is_lt())),
                "=" | "==" => Known::Truth(Some(order.is_eq())),
                _ => Known::Truth(Some(order.is_ne())),
            }
        }
    }
}
