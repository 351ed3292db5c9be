//! What is worth a second look, in sentences.

use core::fmt::Write;

use crate::analysis::Lint;

/// Heading, findings with their remedies, and where to read more; nothing where there are none.
#[must_use]
pub fn text(lints: &[Lint]) -> String {
    if lints.is_empty() {
        return String::new();
    }
    let mut text = "\nWorth a second look\n".to_string();
    for lint in lints {
        let _ = writeln!(text, "  {} at {}: {}.", lint.code.word(), lint.at, lint.message);
        let _ = writeln!(text, "    {}; see {}", lint.remedy, page(lint));
    }
    text
}

/// The page of a finding's code.
#[must_use]
pub fn page(lint: &Lint) -> String {
    format!("docs/lints/{}.md", lint.code.word())
}
