//! What is wrong with a file, where, and what to do about it.

use core::fmt;
use core::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

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

/// Every problem of one file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    /// Name of the file, as the user gave it.
    pub file: String,
    /// Its text, as far as it could be read.
    pub text: String,
    /// The problems in the order of their places.
    pub problems: Vec<Problem>,
}

impl Problems {
    /// Problems of `file`, sorted by place.
    #[must_use]
    pub fn new(file: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.as_ref().map_or((0, 0), |span| (span.start, span.end)));
        problems.dedup();
        Self { file: file.into(), text: text.into(), problems }
    }

    /// A problem with the file as a whole.
    #[must_use]
    pub fn whole_file(file: &str, code: &'static str, message: String, help: &str) -> Self {
        let problem = Problem { span: None, code, message, label: String::new(), help: Some(help.into()) };
        Self { file: file.into(), text: String::new(), problems: vec![problem] }
    }

    /// All problems with their places, in colour if wanted.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let one = |problem: &Problem| {
            let mut group = Group::with_title(Level::ERROR.primary_title(problem.message.as_str()).id(problem.code));
            group = match &problem.span {
                Some(span) => {
                    let annotation = AnnotationKind::Primary.span(self.within(span)).label(problem.label.as_str());
                    group.element(Snippet::source(self.text.as_str()).path(self.file.as_str()).annotation(annotation))
                }
                None => group.element(annotate_snippets::Origin::path(self.file.as_str())),
            };
            if let Some(help) = &problem.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            renderer.render(&[group])
        };
        self.problems.iter().map(one).collect::<Vec<_>>().join("\n\n")
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

/// The candidate most like `wrong`, if one is like enough to be meant.
#[must_use]
pub fn meant<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likely = |candidate: &&str| strsim::damerau_levenshtein(&wrong.to_lowercase(), &candidate.to_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (likely(&candidate), candidate))
        .filter(|(far, name)| *far <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// "did you mean …?", or the list of what there is.
#[must_use]
pub fn suggestion<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = meant(wrong, candidates.clone()) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<String> = candidates.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "there is none in this file: add one".into() } else { format!("expected one of {}", names.join(", ")) }
}
