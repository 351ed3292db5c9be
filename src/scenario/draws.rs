//! Draws that somebody made elsewhere: columns of a CSV or Parquet file.
//!
//! Comes in: what a file holds, and the names of columns. Goes out: their distributions, or what is wrong. Nothing that a file holds is
//! repeated in a message unless it is a table of numbers: a scenario may name any file.

use super::csv_rows::Rows;
use super::draws_faults::{MOST_ROWS, Values, fault, listed, no_such, not_one, too_many_draws, too_many_rows};
#[cfg(feature = "parquet")]
use super::draws_parquet;
use super::law::Fault;
use crate::sampling::{Distribution, Law};
use crate::words::count::grouped;

/// Most columns of a table.
const MOST_COLUMNS: usize = 100_000;

/// Rows that are looked at to tell whether a file is a table of numbers.
const MOST_LOOKED_AT: usize = 1_000;

/// How others write that a number is missing: words that are repeated in a message.
const MISSING: [&str; 14] = ["", "NA", "N/A", "na", "n/a", "NaN", "nan", "NULL", "null", "None", ".", "-", "inf", "-inf"];

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
