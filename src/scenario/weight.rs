//! How much memory does it take to read a TOML text? Told before it is read, from its marks alone.
//!
//! The reader makes a list of all marks, then an entry for each value and table, and its place is kept. What each takes was measured on texts
//! of nothing else (`tests/it/bombs.rs` has them).

/// Bytes for each mark: a name, a sign, a space, the end of a line.
const MARK: u64 = 50;

/// Bytes more for a value of a list, a key, the header of a table, and a table that a dot makes.
const VALUE: u64 = 60;
const KEY: u64 = 200;
const HEADER: u64 = 300;
const DOT: u64 = 1_250;

/// About how many bytes reading `text` takes.
pub(super) fn weight(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut at, mut sum) = (0, 0);
    // Dots since a key or a header may have begun, and whether this line is a header.
    let (mut dots, mut is_header, mut line_begins) = (0, false, true);
    while let Some(&byte) = bytes.get(at) {
        sum += MARK;
        let start = at;
        at += 1;
        match byte {
            b'\n' | b'\r' => {
                sum += if is_header { dots * DOT } else { 0 };
                (dots, is_header, line_begins) = (0, false, true);
                continue;
            }
            b' ' | b'\t' => {
                at += length(bytes, at, |byte| matches!(byte, b' ' | b'\t'));
                continue;
            }
            b'#' => at += length(bytes, at, |byte| byte != b'\n'),
            b'"' | b'\'' => at = after_text(bytes, start),
            b',' | b'{' => {
                sum += VALUE;
                dots = 0;
            }
            b'[' => {
                sum += if line_begins { HEADER } else { VALUE };
                is_header |= line_begins;
                dots = 0;
            }
            b'=' => {
                sum += KEY + dots * DOT;
                dots = 0;
            }
            b'.' => dots += 1,
            b']' | b'}' => {}
            _ => at += length(bytes, at, |byte| !b"\n\r \t#\"',{[=.]}".contains(&byte)),
        }
        line_begins = false;
    }
    sum + if is_header { dots * DOT } else { 0 }
}

/// How many bytes from `at` on are as `is` says.
fn length(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().take_while(|byte| is(**byte)).count()
}

/// Where the text in quotes that begins at `start` ends, as TOML has it: one line, or between three quotes any number of lines.
fn after_text(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_quote = |at: usize| bytes.get(at) == Some(&quote);
    let long = is_quote(start + 1) && is_quote(start + 2);
    let mut at = start + if long { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            _ if byte == quote && !long => return at + 1,
            _ if byte == quote && is_quote(at + 1) && is_quote(at + 2) => {
                // One or two more belong to the text.
                return at + 3 + (at + 3..at + 5).take_while(|&at| is_quote(at)).count();
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
