//! Changes that an unlucky editor, a broken program or an enemy makes to a file: to its values, keys, lines, sections and bytes.

/// A small generator of its own (splitmix64), so that a case is known by its seed alone.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `count`, which is at least 1.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Values that readers stumble over.
const VALUES: [&str; 64] = [
    "0",
    "-0.0",
    "-1",
    "1",
    "2",
    "0.5",
    "1e308",
    "-1e308",
    "1e-308",
    "5e-324",
    "nan",
    "-nan",
    "inf",
    "-inf",
    "1_000_000_000_000_000_000",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "4294967295",
    "4294967296",
    "2147483648",
    "1_000_000_000",
    "20_001",
    "1201",
    "1200",
    "0x7fffffffffffffff",
    "0.1",
    "0.9999999999999999",
    "1.0000000000000002",
    "1e15",
    "9.99e12",
    "0.005",
    "true",
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"\\u202eabc\"",
    "\"e\\u0301\\u0301\\u0301\"",
    "\"\\u200b\"",
    "\"\\ufeffplaced\"",
    "\"a\\r\\nb\"",
    "\"%\"",
    "'\"'",
    "\"''\"",
    "\"all\"",
    "\"../../../../etc/passwd\"",
    "\"/dev/zero\"",
    "\"/proc/self/mem\"",
    "\".\"",
    "\"/\"",
    "1000-01-01",
    "9999-12-31",
    "0000-01-01",
    "2024-02-29",
    "2025-02-30",
    "2026-01-01T00:00:00Z",
    "1979-05-27",
    "00:00:00",
    "[]",
    "{}",
    "[[[[[[[[]]]]]]]]",
    "[{}, {}]",
    "[1, 2, 3]",
    "{ beta = { mean = 0.5, sd = 0.5 } }",
];

/// Laws, as they stand where a number may.
const LAWS: [&str; 14] = [
    "{ normal = { mean = 0.1, sd = 1e9 } }",
    "{ normal = { mean = 0.1, sd = 0 } }",
    "{ lognormal = { mu = 700, sigma = 1 } }",
    "{ lognormal = { mu = -0.07, sigma = 30 }, max = 1.2 }",
    "{ beta = { mean = 1e-12, sd = 1e-13 } }",
    "{ beta = { mean = 0.5, sd = 0.4999999 } }",
    "{ uniform = { from = 0, to = 1 } }",
    "{ uniform = { from = 1, to = 0 } }",
    "{ triangular = { low = 0, mode = 0, high = 0 } }",
    "{ discrete = { values = [0, 1, 2], weights = [1, 0, 0] } }",
    "{ normal = { mean = 0.1, sd = 0.1 }, truncate_below = 0.0999999, truncate_above = 0.1 }",
    "{ normal = { mean = 0, sd = 1 }, truncate_below = 38, truncate_above = 39 }",
    "{ draws = { file = \"/dev/zero\", column = \"x\" } }",
    "{ draws = { file = \"Cargo.toml\", column = \"[package]\" } }",
];

/// Words of gates and formulas.
const WORDS: [&str; 46] = [
    "placed",
    "placements",
    "placement gain",
    "'placement gain'",
    "x",
    "date",
    "year",
    "cohort",
    ".units",
    ".difference",
    ".p_value",
    ".rate",
    ".standard_error",
    "min(",
    "max(",
    "abs(",
    "floor(",
    "round(",
    "paid(",
    "due(",
    "if(",
    "drawn(",
    "owed(",
    "(",
    ")",
    ",",
    " and ",
    " or ",
    "not ",
    " >= ",
    " <= ",
    " == ",
    " != ",
    " < ",
    " > ",
    " + ",
    " - ",
    " * ",
    " / ",
    "5%",
    "0",
    "1e308",
    "2026-01-31",
    "9999-99-99",
    "'",
    "−",
];

/// Signs that hide, join or turn others around.
const SIGNS: [&str; 14] =
    ["\u{202e}", "\u{301}", "\u{200b}", "\u{feff}", "\0", "\r\n", "\r", "\u{2028}", "🏦", "\t", "\"", "\"\"\"", "{", "["];

/// A text of an expression: tokens at random.
pub fn expression(dice: &mut Dice) -> String {
    let longest = if dice.chance(5) { 400 } else { 12 };
    let count = dice.below(longest);
    (0..count).map(|_| *dice.one_of(&WORDS)).collect()
}

/// The pieces of a TOML text: texts in quotes, words and numbers, single signs, stretches of blank, comments.
fn tokens(text: &str) -> Vec<&str> {
    let word = |letter: char| letter.is_alphanumeric() || "_-.+:%".contains(letter);
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => rest[1..].find([first, '\n']).map_or(rest.len(), |end| end + 2),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            letter if word(letter) => rest.find(|letter| !word(letter)).unwrap_or(rest.len()),
            ' ' => rest.find(|letter| letter != ' ').unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        let length = (length..=rest.len()).find(|&at| rest.is_char_boundary(at)).unwrap_or(rest.len());
        all.push(&rest[..length]);
        rest = &rest[length..];
    }
    all
}

fn is_value(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_digit() || "-+\"'".contains(first)) || ["true", "false"].contains(&token)
}

/// A number near another one, so that most of what comes out is still a deal.
fn near(token: &str, dice: &mut Dice) -> Option<String> {
    let value: f64 = token.replace('_', "").parse().ok()?;
    let changed = match dice.below(9) {
        0 => value * 10.0,
        1 => value / 10.0,
        2 => value + 1.0,
        3 => value - 1.0,
        4 => -value,
        5 => 0.0,
        6 => value * 2.0,
        7 => 1.0 - value,
        _ => value * 1.01,
    };
    Some(if changed.fract() == 0.0 && changed.abs() < 1e15 && !token.contains('.') {
        format!("{changed:.0}")
    } else {
        format!("{changed:?}")
    })
}

/// The lines from one header to the next, by the number of the header.
fn section<'a>(lines: &[&'a str], dice: &mut Dice) -> (usize, Vec<&'a str>) {
    let heads: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].starts_with('[')).collect();
    if heads.is_empty() {
        return (0, lines.to_vec());
    }
    let from = *dice.one_of(&heads);
    let to = heads.iter().copied().find(|&head| head > from).unwrap_or(lines.len());
    (from, lines[from..to].to_vec())
}

/// `text` with one change; pieces of `other` may come in.
pub fn once(text: &str, other: &str, dice: &mut Dice) -> String {
    let lines: Vec<&str> = text.lines().collect();
    match dice.below(23) {
        0..=11 => values(text, other, dice),
        12 => {
            let mut lines = lines;
            if !lines.is_empty() {
                lines.remove(dice.below(lines.len()));
            }
            lines.join("\n")
        }
        13 => {
            let mut lines = lines;
            if !lines.is_empty() {
                let line = *dice.one_of(&lines);
                lines.insert(dice.below(lines.len()), line);
            }
            lines.join("\n")
        }
        14 => {
            let mut lines = lines;
            let others: Vec<&str> = other.lines().collect();
            if !others.is_empty() {
                lines.insert(dice.below(lines.len() + 1), *dice.one_of(&others));
            }
            lines.join("\n")
        }
        15 => {
            let (at, part) = section(&lines, dice);
            [&lines[..at], &lines[at + part.len()..]].concat().join("\n")
        }
        16 => {
            let (_, part) = section(&lines, dice);
            let renamed = part.join("\n").replacen("name = \"", "name = \"2 ", 1);
            format!("{text}\n{renamed}\n")
        }
        17 => {
            let others: Vec<&str> = other.lines().collect();
            let (_, part) = section(&others, dice);
            format!("{text}\n{}\n", part.join("\n"))
        }
        18 | 19 => bytes(text, dice),
        20 => {
            let all = tokens(text);
            let places: Vec<usize> = (0..all.len()).filter(|&at| all[at].starts_with('"') && all[at].len() > 6).collect();
            if places.is_empty() {
                return text.into();
            }
            let at = *dice.one_of(&places);
            let new = format!("\"{}\"", expression(dice));
            all.iter().enumerate().map(|(index, token)| if index == at { new.as_str() } else { token }).collect()
        }
        21 => gates(text, dice),
        _ => text.replace('\n', "\r\n"),
    }
}

/// Another value somewhere.
fn values(text: &str, other: &str, dice: &mut Dice) -> String {
    let all = tokens(text);
    let places: Vec<usize> = (0..all.len()).filter(|&at| is_value(all[at])).collect();
    if places.is_empty() {
        return text.into();
    }
    let numbers: Vec<usize> = places.iter().copied().filter(|&at| near(all[at], &mut Dice(0)).is_some()).collect();
    if !numbers.is_empty() && dice.chance(60) {
        let at = *dice.one_of(&numbers);
        let new = near(all[at], dice).unwrap_or_default();
        return all.iter().enumerate().map(|(index, token)| if index == at { new.as_str() } else { token }).collect();
    }
    let at = *dice.one_of(&places);
    let new = match dice.below(10) {
        0..=5 => near(all[at], dice).unwrap_or_else(|| (*dice.one_of(&VALUES)).into()),
        6 => (*dice.one_of(&VALUES)).into(),
        7 => (*dice.one_of(&LAWS)).into(),
        8 => all[*dice.one_of(&places)].into(),
        _ => {
            let others: Vec<&str> = tokens(other).into_iter().filter(|token| is_value(token)).collect();
            if others.is_empty() { "1".into() } else { (*dice.one_of(&others)).into() }
        }
    };
    all.iter().enumerate().map(|(index, token)| if index == at { new.as_str() } else { token }).collect()
}

/// Another gate or formula: words of the old one, shuffled with others.
fn gates(text: &str, dice: &mut Dice) -> String {
    let is_gate = |line: &&str| ["when", "is ", "is=", "such_that"].iter().any(|key| line.trim_start().starts_with(key));
    let gates: Vec<&str> = text.lines().filter(is_gate).collect();
    if gates.is_empty() {
        return text.into();
    }
    let gate = *dice.one_of(&gates);
    let mut words: Vec<String> = gate.split_inclusive(' ').map(String::from).collect();
    for _ in 0..1 + dice.below(3) {
        let at = dice.below(words.len());
        match dice.below(3) {
            0 => words.insert(at, (*dice.one_of(&WORDS)).into()),
            1 => words[at] = (*dice.one_of(&WORDS)).into(),
            _ => words[at] = words[dice.below(words.len())].clone(),
        }
    }
    text.replacen(gate, &words.concat(), 1)
}

/// Signs that come in, or bytes that go.
fn bytes(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() + 1);
    match dice.below(4) {
        0 => letters.truncate(at),
        1 => drop(letters.drain(at..(at + 1 + dice.below(5)).min(letters.len()))),
        2 => {
            let deep = ["[", "{a=", "(", "a."].map(|sign| sign.repeat(1 + dice.below(300)));
            letters.splice(at..at, deep[dice.below(4)].chars());
        }
        _ => {
            letters.splice(at..at, dice.one_of(&SIGNS).chars());
        }
    }
    letters.into_iter().collect()
}

/// `text` with one change, or a few.
pub fn mutated(text: &str, other: &str, dice: &mut Dice) -> String {
    let count = if dice.chance(60) { 1 } else { 2 + dice.below(4) };
    (0..count).fold(text.to_string(), |text, _| once(&text, other, dice))
}
