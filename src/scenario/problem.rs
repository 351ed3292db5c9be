//! What is wrong with a file, where, and what to do about it.

use core::fmt;
use core::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::deal::letters::{look, parting, printable};

/// Most problems of one file that are shown.
pub(crate) const MOST_SHOWN: usize = 100;

/// Longest message, help or label that is shown, in letters; and longest line, in bytes, of which the place is shown.
const LONGEST: usize = 1_000;

/// Most names that are listed as what is there, and longest one, in bytes, that is compared with others.
const MOST_NAMES: usize = 40;
const LONGEST_NAME: usize = 200;

/// One problem of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the file it is about; `None` for the file as a whole.
    pub span: Option<Range<usize>>,
    /// Stable short name of the rule, such as `unknown-key`.
    pub code: &'static str,
    /// The rule, and what was found.
    pub message: String,
    /// What is under the caret.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in letters, from 1.
    pub column: usize,
    /// Bytes of the file, on one line.
    pub span: Range<usize>,
}

/// Every problem of one file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    /// Name of the file, as the user gave it.
    pub file: String,
    /// Its text, as far as it could be read.
    pub text: String,
    /// The problems in the order of their places.
    pub problems: Vec<Problem>,
    /// Whether places are said without the lines that stand there.
    hidden: bool,
}

impl Problems {
    /// Problems of `file`, sorted by place.
    #[must_use]
    pub fn new(file: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.as_ref().map_or((0, 0), |span| (span.start, span.end)));
        problems.dedup();
        Self { file: file.into(), text: text.into(), problems, hidden: false }
    }

    /// A problem with the file as a whole.
    #[must_use]
    pub fn whole_file(file: &str, code: &'static str, message: String, help: &str) -> Self {
        let problem = Problem { span: None, code, message, label: String::new(), help: Some(help.into()) };
        Self { file: file.into(), text: String::new(), problems: vec![problem], hidden: false }
    }

    /// The same, without a line of the text in what is shown: nobody knows what it is.
    #[must_use]
    pub(crate) fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// All problems with their places, in colour if wanted. Nothing that they quote steers a terminal.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let file = printable(&self.file);
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let one = |problem: &Problem| {
            let mut group = Group::with_title(Level::ERROR.primary_title(short(&problem.message)).id(problem.code));
            let (label, help) = (short(&problem.label), problem.help.as_deref().map(short));
            group = match problem.span.as_ref().map(|span| self.within(span)) {
                Some(span) => {
                    // The line alone: looking at the whole text for each problem takes long in a large file.
                    let start = self.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
                    let end = self.text[span.start..].find('\n').map_or(self.text.len(), |at| span.start + at);
                    let line = self.text[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
                    if self.hidden || end - start > LONGEST {
                        let column = self.text[start..span.start].chars().count() + 1;
                        group.element(annotate_snippets::Origin::path(&*file).line(line).char_column(column))
                    } else {
                        let part = |bytes: Range<usize>| printable(&self.text[bytes]);
                        let end = start + self.text[start..end].trim_end_matches('\r').len();
                        let [from, to] = [span.start, span.end].map(|at| at.min(end));
                        let (before, marked, after) = (part(start..from), part(from..to), part(to..end));
                        let annotation = AnnotationKind::Primary.span(before.len()..before.len() + marked.len()).label(label);
                        let source = Snippet::source(format!("{before}{marked}{after}")).line_start(line);
                        group.element(source.path(&*file).annotation(annotation))
                    }
                }
                None => group.element(annotate_snippets::Origin::path(&*file)),
            };
            if let Some(help) = help {
                group = group.element(Level::HELP.message(help));
            }
            renderer.render(&[group])
        };
        let mut shown: Vec<String> = self.problems.iter().take(MOST_SHOWN).map(one).collect();
        if self.problems.len() > MOST_SHOWN {
            shown.push(format!("and {} more problems: these first", self.problems.len() - MOST_SHOWN));
        }
        shown.join("\n\n")
    }

    /// `span`, made to lie within the text, on character boundaries and on one line.
    fn within(&self, span: &Range<usize>) -> Range<usize> {
        let floor = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (floor(span.start), floor(span.end.max(span.start)));
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        start..end.clamp(start, line_end.max(start))
    }

    /// The place of each problem; `None` for the file as a whole.
    #[must_use]
    pub fn places(&self) -> Vec<Option<Place>> {
        let lines: Vec<usize> = core::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let place = |span: &Range<usize>| {
            let span = self.within(span);
            let line = lines.partition_point(|&start| start <= span.start);
            let column = self.text[lines[line - 1]..span.start].chars().count() + 1;
            Place { line, column, span }
        };
        self.problems.iter().map(|problem| problem.span.as_ref().map(place)).collect()
    }

    /// `3 problems in deal.toml`.
    #[must_use]
    pub fn headline(&self) -> String {
        match self.problems.len() {
            1 => format!("1 problem in {}", self.file),
            n => format!("{n} problems in {}", self.file),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// `text`, cut where it is too long to be read; nothing in it steers a terminal.
#[must_use]
pub fn short(text: &str) -> String {
    let text = &*printable(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_string(),
    }
}

/// The candidate most like `wrong`, if one is like enough to be meant.
#[must_use]
pub fn meant<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > LONGEST_NAME {
        return None;
    }
    let likely = |candidate: &&str| strsim::damerau_levenshtein(&wrong.to_lowercase(), &candidate.to_lowercase());
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(wrong.chars().count()) <= 1 + candidate.len() / 4)
        .map(|candidate| (likely(&candidate), candidate))
        .filter(|(far, name)| *far <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// "did you mean …?", or the list of what there is.
#[must_use]
pub fn suggestion<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = meant(wrong, candidates.clone()) {
        if look(name) == look(wrong) {
            let [there, here] = parting(name, wrong);
            return format!("`{name}` looks the same and is another: {here} here, {there} there; copy the name");
        }
        return format!("did you mean `{name}`?");
    }
    let names: Vec<String> = candidates.into_iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "there is none in this file: add one".into() } else { format!("expected one of {}", names.join(", ")) }
}
