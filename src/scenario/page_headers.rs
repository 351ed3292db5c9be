//! How much do the pages of a Parquet column claim to unpack to? Their headers are read before the library makes room for what they say.
//!
//! Comes in: the bytes of one column chunk. Goes out: that every page stays within bounds, or why not. Headers are structs of Thrift's
//! compact protocol (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>) with the fields of `PageHeader` in
//! `parquet.thrift`; of what they hold only sizes and counts are looked at.

/// Structs and lists that stand in each other; a page header of the format has three.
const DEEPEST: usize = 8;

/// Whether all pages of a chunk together unpack to at most `most_bytes` and none of them holds more than `most_values`.
///
/// # Errors
/// What is wrong, in words that follow "it cannot be read:".
pub(super) fn within(chunk: &[u8], most_bytes: u64, most_values: u64) -> Result<(), String> {
    let mut rest = Bytes(chunk);
    let mut unpacked = 0_u64;
    while !rest.0.is_empty() {
        let page = page(&mut rest).ok_or("a page of it has no header")?;
        let (Ok(packed), Ok(size), Ok(values)) = (usize::try_from(page.packed), u64::try_from(page.unpacked), u64::try_from(page.values))
        else {
            return Err("a page of it has a size below zero".into());
        };
        unpacked = unpacked.saturating_add(size);
        if unpacked > most_bytes || values > most_values {
            return Err(format!("a page of it says that it unpacks to {size} bytes and {values} values"));
        }
        rest.skip(packed).ok_or("a page of it is longer than the file says")?;
    }
    Ok(())
}

/// What a page header says of its page.
#[derive(Default)]
struct Page {
    /// Bytes as they would be unpacked.
    unpacked: i64,
    /// Bytes as they stand in the file.
    packed: i64,
    /// Values, or entries of a dictionary.
    values: i64,
}

fn page(bytes: &mut Bytes<'_>) -> Option<Page> {
    let mut page = Page::default();
    let mut last = 0;
    while let Some((field, kind)) = bytes.field(&mut last)? {
        match (field, kind) {
            (2, 5) => page.unpacked = bytes.number()?,
            (3, 5) => page.packed = bytes.number()?,
            // The headers of a data page, a dictionary and a data page of the second kind: each begins with its count.
            (5 | 7 | 8, 12) => page.values = page.values.max(count(bytes)?),
            (_, kind) => bytes.pass(kind, DEEPEST)?,
        }
    }
    Some(page)
}

fn count(bytes: &mut Bytes<'_>) -> Option<i64> {
    let (mut found, mut last) = (0, 0);
    while let Some((field, kind)) = bytes.field(&mut last)? {
        match (field, kind) {
            (1, 5) => found = bytes.number()?,
            (_, kind) => bytes.pass(kind, DEEPEST)?,
        }
    }
    Some(found)
}

/// What has not been read yet. Every answer is `None` where the bytes end too soon.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }

    /// A number of seven bits a byte, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A whole number whose last bit is its sign.
    fn number(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The number and kind of the next field of a struct, `Some(None)` at its end.
    fn field(&mut self, last: &mut i64) -> Option<Option<(i64, u8)>> {
        let head = self.byte()?;
        if head & 0x0f == 0 {
            return Some(None);
        }
        *last = match head >> 4 {
            0 => self.number()?,
            step => last.checked_add(i64::from(step))?,
        };
        Some(Some((*last, head & 0x0f)))
    }

    /// Passes over a value of a kind: 1 and 2 truths, 3 a byte, 4 to 6 numbers, 7 a double, 8 text, 9 and 10 lists, 12 a struct. Maps (11)
    /// stand in no page header.
    fn pass(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1 | 2 => Some(()),
            3 => self.skip(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.skip(8),
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.skip(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                // A truth in a list takes a byte of its own.
                let kind = if matches!(head & 0x0f, 1 | 2) { 3 } else { head & 0x0f };
                (0..length).try_for_each(|_| self.pass(kind, depth.checked_sub(1)?))
            }
            12 => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.pass(kind, depth.checked_sub(1)?)?;
                }
                Some(())
            }
            _ => None,
        }
    }
}
