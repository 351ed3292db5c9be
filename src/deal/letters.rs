//! What the letters of a text do: steer what shows them, look like others, mix scripts.
//!
//! Comes in: a text that somebody else wrote. Goes out: what a terminal may be shown, what two names are told apart by, a word of mixed
//! letters. Must never know: what the text is for.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Whether a letter steers what shows it instead of being shown: the control characters of ASCII and Unicode, and the marks that turn text
/// around or end a line unseen. Ends of lines and tabs are among them.
#[must_use]
pub fn steers(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The first letter of `text` that [`steers`], apart from tabs and ends of lines (`\n`, `\r\n`), and the byte at which it stands.
#[must_use]
pub fn first_steering(text: &str) -> Option<(usize, char)> {
    let ends_line = |at: usize| text[at..].starts_with("\r\n");
    text.char_indices().find(|&(at, letter)| steers(letter) && !matches!(letter, '\n' | '\t') && !(letter == '\r' && ends_line(at)))
}

/// `text` as a terminal may show it: each letter that [`steers`], apart from tabs and ends of lines, is replaced by its picture (`␛`) or by
/// `�`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if first_steering(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((at, letter)) = first_steering(rest) {
        shown.push_str(&rest[..at]);
        shown.push(picture(letter));
        rest = &rest[at + letter.len_utf8()..];
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// A letter that stands for one that steers.
fn picture(letter: char) -> char {
    let code = u32::from(letter);
    match code {
        0..=0x1F => char::from_u32(0x2400 + code).unwrap_or('\u{FFFD}'),
        0x7F => '\u{2421}',
        _ => '\u{FFFD}',
    }
}

/// What two names are told apart by: names of which this is the same look the same. Letters are composed (NFKC), what is not seen is left
/// out, every space is a plain one, and so is every hyphen; small and capital letters stay apart.
#[must_use]
pub fn look(name: &str) -> Cow<'_, str> {
    if name.is_ascii() && !name.contains("  ") {
        return Cow::Borrowed(name);
    }
    let seen: String = name.chars().filter(|letter| !is_unseen(*letter)).nfkc().filter(|letter| !is_unseen(*letter)).collect();
    let plain = seen.replace(['\u{2010}', '\u{2011}', '\u{2212}'], "-");
    Cow::Owned(plain.split_whitespace().collect::<Vec<&str>>().join(" "))
}

/// Whether a letter takes no room of its own: Unicode's Default_Ignorable_Code_Point.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Where two texts part: the letters of either there by their numbers, such as `U+0065 U+0301`; `nothing` where it has ended.
#[must_use]
pub fn parting(one: &str, other: &str) -> [String; 2] {
    let same = one.chars().zip(other.chars()).take_while(|(left, right)| left == right).count();
    [one, other].map(|text| {
        let numbers: Vec<String> = text.chars().skip(same).take(2).map(|letter| format!("U+{:04X}", u32::from(letter))).collect();
        if numbers.is_empty() { "nothing".into() } else { numbers.join(" ") }
    })
}

/// Scripts of which letters look like those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
}

impl Script {
    fn of(letter: char) -> Option<Self> {
        if !letter.is_alphabetic() {
            return None;
        }
        match letter {
            'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF5A}' => Some(Self::Latin),
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Some(Self::Greek),
            '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}' => Some(Self::Cyrillic),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Latin => "Latin",
            Self::Greek => "Greek",
            Self::Cyrillic => "Cyrillic",
        }
    }
}

/// A word of which letters belong to two scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mixed<'n> {
    /// The word.
    pub word: &'n str,
    /// Its first letter and the first one of another script, each with its script.
    pub letters: [(char, &'static str); 2],
}

/// The first word of `name` that mixes Latin, Greek and Cyrillic letters, which look alike.
#[must_use]
pub fn mixed(name: &str) -> Option<Mixed<'_>> {
    let parts = |letter: char| letter.is_whitespace() || letter.is_ascii_punctuation() || matches!(letter, '\u{2010}'..='\u{2027}');
    name.split(parts).find_map(|word| {
        let mut scripts = word.chars().filter_map(|letter| Some((Script::of(letter)?, letter)));
        let first = scripts.next()?;
        let other = scripts.find(|(script, _)| *script != first.0)?;
        Some(Mixed { word, letters: [first, other].map(|(script, letter)| (letter, script.word())) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_shown_as_a_picture() {
        assert_eq!(printable("a\u{1b}[2J\u{7}\u{7f}\u{9b}1m\u{202E}z"), "a␛[2J␇␡�1m�z");
        assert_eq!(printable("one\r\ntwo\tthree\rfour"), "one\r\ntwo\tthree␍four");
        assert!(matches!(printable("Ville de Québec — 学校\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn names_that_look_the_same() {
        let same = [
            ("Café", "Cafe\u{301}"),
            ("City", "Ci\u{200B}ty"),
            ("New York", "New\u{A0}York"),
            ("New York", "New  York"),
            ("job-ready", "job\u{2011}ready"),
            ("office", "o\u{FB03}ce"),
            ("Å", "\u{212B}"),
            ("e\u{301}", "e\u{2060}\u{301}"),
        ];
        for (one, other) in same {
            assert_eq!(look(one), look(other), "{one:?} {other:?}");
        }
        for (one, other) in [("City", "city"), ("City", "Сity"), ("A B", "AB"), ("Cafe", "Café"), ("a–b", "a-b")] {
            assert_ne!(look(one), look(other), "{one:?} {other:?}");
        }
        assert_eq!(parting("Cafe\u{301}", "Café"), ["U+0065 U+0301", "U+00E9"]);
        assert_eq!(parting("City\u{200B}", "City"), ["U+200B", "nothing"]);
    }

    #[test]
    fn mixed_words() {
        let found = mixed("the Сity of").expect("Cyrillic С, Latin ity");
        assert_eq!((found.word, found.letters), ("Сity", [('С', "Cyrillic"), ('i', "Latin")]));
        assert_eq!(mixed("Αthens").map(|found| found.letters), Some([('Α', "Greek"), ('t', "Latin")]));
        for name in ["City", "Москва", "Город (City)", "Αθήνα Athens", "α-level", "学校 school", "5 µm", "Ville-Marie"]
        {
            assert_eq!(mixed(name), None, "{name}");
        }
    }
}
