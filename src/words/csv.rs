//! The one way to a CSV file: every cell goes through here, so that no text becomes a formula when a spreadsheet opens it.
//!
//! Comes in: rows of cells. Goes out: the bytes of the file. Must never know: what a cell stands for.

use std::borrow::Cow;

/// The bytes of a table.
///
/// # Errors
/// What the CSV writer says; it writes to memory, so this does not happen in practice.
pub(crate) fn bytes(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A number of a column that may have fractions, as shortest text that reads back the same: always with a decimal point, so that whoever
/// guesses a column's type from its first cells guesses right. Empty where there is none.
pub(crate) fn number(value: f64) -> String {
    let text = whole(value);
    if text.is_empty() || text.contains('.') { text } else { text + ".0" }
}

/// A number of a column of whole ones, without a decimal point; empty where there is none.
pub(crate) fn whole(value: f64) -> String {
    if value.is_finite() { format!("{value}") } else { String::new() }
}

/// `cell` with an apostrophe before it where a spreadsheet would take it for a formula: it begins with `=`, `+`, `-` or `@` (their wide forms
/// too), a tab or a carriage return, and is no number.
fn harmless(cell: &str) -> Cow<'_, str> {
    let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let is_number = || cell.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) && cell.parse::<f64>().is_ok();
    if begins && !is_number() { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_which_column_it_is_of() {
        for (value, text) in [(3.0, "3.0"), (-0.5, "-0.5"), (0.0, "0.0"), (1e-7, "0.0000001"), (2e15, "2000000000000000.0")] {
            assert_eq!(number(value), text);
            assert_eq!(number(value).parse(), Ok(value));
        }
        assert_eq!([number(f64::NAN), number(f64::INFINITY), whole(f64::NAN), whole(3.0)], ["", "", "", "3"]);
    }

    #[test]
    fn no_text_becomes_a_formula_and_numbers_stay_numbers() {
        for cell in ["=1+1", "+cmd|' /C calc'!A0", "-cmd", "@SUM(A1)", "\tx", "\r=1", "＝1", "-1+2", "-", "+", "-inf", "- 5"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "-5", "+5", "-0.05", "-1e-7", "City", "a=b", "'x", "5 - 3"] {
            assert_eq!(harmless(cell), cell);
        }
        let table = bytes([vec!["=a,\"b\"".to_string(), "-5".to_string()]]).expect("a table");
        assert_eq!(table, b"\"'=a,\"\"b\"\"\",-5\n");
    }
}
