//! How is a number typed into a file? As TOML has it: `-` is the minus, and no commas.
//!
//! Comes in: numbers. Goes out: text that a person may paste. Must never know: into which key. Problem messages quote what a file says in
//! this form too.

/// At most four decimals; exponents for the very small.
#[must_use]
pub fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:e}");
    }
    decimals(value, 4)
}

/// At most so many decimals.
#[must_use]
pub fn decimals(value: f64, most: usize) -> String {
    trimmed(&format!("{value:.most$}"))
}

/// A sum of shares as precisely as it is compared: at most twelve decimals.
#[must_use]
pub fn sum(value: f64) -> String {
    decimals(value, 12)
}

/// The shortest text that reads back as `value` cut to so many digits, at least 1: what nobody tells from more.
#[must_use]
pub fn digits(value: f64, digits: usize) -> String {
    let most = digits.max(1) - 1;
    let cut: f64 = format!("{value:.most$e}").parse().unwrap_or(value);
    if cut != 0.0 && cut.abs() < 1e-4 { format!("{cut:e}") } else { format!("{cut}") }
}

fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text.into() }
}

/// All its digits, thousands apart as people write money in TOML: `1_250_000`.
#[must_use]
pub fn amount(value: f64) -> String {
    let plain = format!("{value}");
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |plain| ("-", plain));
    let (whole, part) = plain.split_once('.').map_or((plain, None), |(whole, part)| (whole, Some(part)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{}", part.map_or(String::new(), |part| format!(".{part}")))
}
