//! The cells of a CSV, row by row (RFC 4180), without making a table of them: a row may have millions.

use std::borrow::Cow;

/// Rows that have not been read yet. Cells are parted by commas, rows by ends of lines; a cell that begins with `"` goes on to the next
/// `"` that is not doubled. Lines without anything are no rows.
pub(super) struct Rows<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text: text.strip_prefix('\u{FEFF}').unwrap_or(text), at: 0 }
    }

    /// Gives each cell of the next row, without spaces around it, with its place from 0; their number, or `None` at the end. Of a row with
    /// more than `most` cells, one more is given.
    pub(super) fn next(&mut self, most: usize, mut cell: impl FnMut(usize, Cow<'a, str>)) -> Option<usize> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        if self.at == bytes.len() {
            return None;
        }
        let mut count = 0;
        loop {
            let found = if bytes.get(self.at) == Some(&b'"') { self.quoted() } else { Cow::Borrowed(self.plain()) };
            cell(count, trimmed(found));
            count += 1;
            match bytes.get(self.at) {
                Some(b',') if count <= most => self.at += 1,
                _ => return Some(count),
            }
        }
    }

    /// What stands before the next comma or end of line.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| matches!(byte, b',' | b'\n' | b'\r')).unwrap_or(rest.len());
        let start = self.at;
        self.at += length;
        &self.text[start..self.at]
    }

    /// A cell in quotes, and what stands behind its last one.
    fn quoted(&mut self) -> Cow<'a, str> {
        self.at += 1;
        let mut cell = Cow::Borrowed("");
        loop {
            let rest = &self.text[self.at..];
            let length = rest.find('"').unwrap_or(rest.len());
            add(&mut cell, &rest[..length]);
            self.at = (self.at + length + 1).min(self.text.len());
            if self.text.as_bytes().get(self.at) != Some(&b'"') || length == rest.len() {
                break;
            }
            add(&mut cell, "\"");
            self.at += 1;
        }
        let behind = self.plain();
        add(&mut cell, behind);
        cell
    }
}

fn add<'a>(cell: &mut Cow<'a, str>, more: &'a str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(more);
    } else if !more.is_empty() {
        cell.to_mut().push_str(more);
    }
}

fn trimmed(cell: Cow<'_, str>) -> Cow<'_, str> {
    match cell {
        Cow::Borrowed(cell) => Cow::Borrowed(cell.trim()),
        Cow::Owned(cell) if cell.trim().len() == cell.len() => Cow::Owned(cell),
        Cow::Owned(cell) => Cow::Owned(cell.trim().to_string()),
    }
}
