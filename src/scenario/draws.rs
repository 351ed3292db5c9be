//! Draws that somebody made elsewhere: columns of a CSV or Parquet file.
//!
//! Comes in: what a file holds, and the names of columns. Goes out: their distributions, or what is wrong. Nothing that a file holds is
//! repeated in a message unless it is a table of numbers: a scenario may name any file.

use super::csv_rows::Rows;
#[cfg(feature = "parquet")]
use super::draws_parquet;
use super::files::FileError;
use super::law::{Fault, has_law};
use super::sources::Sources;
use super::uncertain::{DrawsText, LawText};
use crate::quantity::grouped;
use crate::sampling::{Distribution, Law};

/// Most rows that are read.
pub(super) const MOST_ROWS: usize = 1_000_000;

/// Largest table that is read, in bytes.
pub(super) const LARGEST_TABLE: u64 = 64 * 1024 * 1024;

/// Most columns of a table.
const MOST_COLUMNS: usize = 100_000;

/// Longest name of a column that is listed in a message, in letters, and most of them.
const LONGEST_LISTED: usize = 60;
const MOST_LISTED: usize = 40;

/// Rows that are looked at to tell whether a file is a table of numbers.
const MOST_LOOKED_AT: usize = 1_000;

/// How others write that a number is missing: words that are repeated in a message.
const MISSING: [&str; 14] = ["", "NA", "N/A", "na", "n/a", "NaN", "nan", "NULL", "null", "None", ".", "-", "inf", "-inf"];

/// What became of a column.
pub(super) type Values = Result<Vec<f64>, Fault>;

pub(super) fn fault(at: &str, message: String, help: &str) -> Fault {
    Fault { at: at.into(), message, help: help.into() }
}

/// A file cannot be read.
pub(super) fn unread(shown: &str, error: &FileError) -> Fault {
    fault("draws.file", format!("cannot read {shown}: {error}"), error.remedy())
}

/// A column is not there; `names` are those that are.
pub(super) fn no_such(file: &str, column: &str, names: &str) -> Fault {
    let help = if names.is_empty() { "its first row names its columns".into() } else { format!("there are: {names}") };
    fault("draws.column", format!("{file} has no column `{column}`"), &help)
}

/// A column is there more than once.
pub(super) fn not_one(file: &str, column: &str) -> Fault {
    fault("draws.column", format!("{file} has two columns `{column}`"), "give each its own name: either may be meant")
}

pub(super) fn too_many_rows(file: &str) -> Fault {
    let message = format!("{file} has more than {} rows", grouped(MOST_ROWS as u64));
    fault("draws.file", message, "a thinned posterior tells the same")
}

/// More numbers than are kept of all tables together.
pub(super) fn too_many_draws(file: &str) -> Fault {
    fault("draws.file", format!("with {file}, there are more draws than are kept"), "a thinned posterior tells the same")
}

/// Names of columns as they are listed in a message: those that can be shown, and not too many.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let shown = |name: &&str| !name.is_empty() && name.chars().count() <= LONGEST_LISTED && !name.chars().any(char::is_control);
    names.filter(shown).take(MOST_LISTED).collect::<Vec<_>>().join(", ")
}

/// The distribution of a column, each of its rows as likely as another.
///
/// # Errors
/// A [`Fault`] where the file or the column is not there, or a value is not a number.
pub(super) fn distribution(text: &DrawsText, around: &LawText, sources: &Sources) -> Result<Distribution, Fault> {
    let cuts = [around.truncate_below, around.truncate_above, around.clip_below, around.clip_above];
    if cuts.iter().any(Option::is_some) || has_law(around) {
        let message = "draws stand alone: no other law, and nothing cut".to_string();
        return Err(fault("draws", message, "cut the table itself, or drop one of them"));
    }
    sources.column(&text.file, &text.column)
}

/// The distributions of the columns `names` of the file called `file`, in their order: at most `most` numbers.
pub(super) fn read(file: &str, bytes: &[u8], names: &[&String], most: usize) -> Vec<Result<Distribution, Fault>> {
    let is_parquet = std::path::Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    let read = if is_parquet { of_parquet(file, bytes, names, most) } else { of_csv(file, bytes, names, most) };
    let columns = match read {
        Ok(columns) => columns,
        Err(fault) => return vec![Err(fault); names.len()],
    };
    // What was read becomes laws all at once: they share what belongs to the rows.
    let (mut good, mut places) = (Vec::new(), Vec::new());
    for values in columns {
        match values {
            Ok(values) if values.is_empty() => {
                places.push(Err(fault("draws.file", format!("{file} has no rows"), "a header, and a draw in each row")));
            }
            values => places.push(values.map(|values| good.push(values))),
        }
    }
    let mut laws = Law::columns(good).into_iter();
    let law = |place: Result<(), Fault>| match place.map(|()| laws.next())? {
        Some(law) => Ok(law?.into()),
        None => Err(fault("draws.file", format!("{file} has no rows"), "")),
    };
    places.into_iter().map(law).collect()
}

#[cfg(feature = "parquet")]
fn of_parquet(file: &str, bytes: &[u8], names: &[&String], most: usize) -> Result<Vec<Values>, Fault> {
    draws_parquet::columns(file, bytes, names, most)
}

#[cfg(not(feature = "parquet"))]
fn of_parquet(file: &str, _: &[u8], _: &[&String], _: usize) -> Result<Vec<Values>, Fault> {
    let help = "cargo install --path . --features parquet reads Parquet too; or write the table as CSV";
    Err(fault("draws.file", format!("this build reads draws from CSV only, and {file} is Parquet"), help))
}

/// A column that is being read.
struct Wanted<'a> {
    name: &'a str,
    /// Its place in the table.
    at: usize,
    values: Values,
}

fn of_csv(file: &str, bytes: &[u8], names: &[&String], most: usize) -> Result<Vec<Values>, Fault> {
    let no_csv = |what: String| fault("draws.file", format!("{file} is no CSV: {what}"), "commas between columns, a header first");
    let text = core::str::from_utf8(bytes).map_err(|error| no_csv(format!("byte {} is not UTF-8", error.valid_up_to())))?;
    let mut rows = Rows::new(text);
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    let width = rows.next(MOST_COLUMNS, |at, cell| {
        // Two are as bad as any number of them.
        let here = names.iter().zip(&mut places).filter(|(name, places)| **name == &*cell && places.len() < 2);
        here.for_each(|(_, places)| places.push(at));
    });
    let Some(width) = width.filter(|width| *width <= MOST_COLUMNS) else {
        let more = format!("it has more than {} columns", grouped(MOST_COLUMNS as u64));
        return Err(no_csv(if width.is_none() { "it is empty".into() } else { more }));
    };
    let mut header = None;
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for (name, places) in names.iter().zip(&places) {
        let values = match places.len() {
            0 => Err(no_such(file, name, header.get_or_insert_with(|| header_of(text)))),
            1 => Ok(Vec::new()),
            _ => Err(not_one(file, name)),
        };
        wanted.push(Wanted { name, at: places.first().copied().unwrap_or(usize::MAX), values });
    }
    let mut open = wanted.iter().filter(|wanted| wanted.values.is_ok()).count();
    let mut row = 0;
    while open > 0 {
        let found = rows.next(width, |at, cell| {
            for wanted in wanted.iter_mut().filter(|wanted| wanted.at == at) {
                let Ok(values) = &mut wanted.values else { continue };
                match cell.parse::<f64>().ok().filter(|value| value.is_finite()) {
                    Some(value) => values.push(value),
                    None => {
                        let what = if MISSING.contains(&&*cell) { format!("`{cell}`") } else { "text".into() };
                        let message = format!("row {} of `{}` in {file} is not a number: {what}", row + 1, wanted.name);
                        wanted.values = Err(fault("draws.column", message, "leave out rows without a draw"));
                        open -= 1;
                    }
                }
            }
        });
        match found {
            None => break,
            Some(found) if found != width => {
                let found = if found > width { "more".into() } else { found.to_string() };
                return Err(no_csv(format!("row {} has another number of columns than the header: {found}, not {width}", row + 1)));
            }
            Some(_) if row == MOST_ROWS => return Err(too_many_rows(file)),
            Some(_) if (row + 1).saturating_mul(open) > most => return Err(too_many_draws(file)),
            Some(_) => row += 1,
        }
    }
    Ok(wanted.into_iter().map(|wanted| wanted.values).collect())
}

/// The names of the columns, where the text is a table of numbers: as many cells in each row, and a column that holds nothing else.
fn header_of(text: &str) -> String {
    let mut rows = Rows::new(text);
    let mut names: Vec<String> = Vec::new();
    rows.next(MOST_COLUMNS, |_, cell| names.push(cell.into_owned()));
    let mut numbers = vec![true; names.len()];
    let mut any = false;
    for _ in 0..MOST_LOOKED_AT {
        let found = rows.next(names.len(), |at, cell| {
            if let Some(number) = numbers.get_mut(at) {
                *number &= cell.parse::<f64>().is_ok();
            }
        });
        match found {
            None => break,
            Some(found) if found != names.len() => return String::new(),
            Some(_) => any = true,
        }
    }
    if any && numbers.contains(&true) { listed(names.iter().map(String::as_str)) } else { String::new() }
}
