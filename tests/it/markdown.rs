//! Pages of documentation, taken apart: fenced blocks with the marker before each, headings, links, words.

use std::ops::Range;

/// A fenced block of a page.
#[derive(Debug)]
pub(crate) struct Block {
    /// Line of its fence, from 1.
    pub(crate) line: usize,
    /// What follows the three ticks: `toml`, `console`, `text`.
    pub(crate) language: String,
    /// What the comment just before the fence says, if there is one.
    pub(crate) marker: Option<String>,
    /// Where its text stands in the page.
    pub(crate) range: Range<usize>,
}

/// The blocks of a page, and its text without them, line for line.
pub(crate) fn parts(page: &str) -> (Vec<Block>, String) {
    let (mut blocks, mut prose): (Vec<Block>, String) = (Vec::new(), String::new());
    let (mut inside, mut marker, mut at) = (false, None, 0);
    for (number, line) in page.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        if inside {
            if bare == "```" {
                inside = false;
            } else if let Some(block) = blocks.last_mut() {
                block.range.end = at + line.len();
            }
            prose.push('\n');
        } else if let Some(language) = bare.strip_prefix("```") {
            let range = at + line.len()..at + line.len();
            blocks.push(Block { line: number + 1, language: language.into(), marker: marker.take(), range });
            inside = true;
            prose.push('\n');
        } else {
            let comment = bare.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
            if comment.is_some() || !bare.is_empty() {
                marker = comment.map(str::to_string);
            }
            prose.push_str(line);
        }
        at += line.len();
    }
    assert!(!inside, "a block is never closed");
    (blocks, prose)
}

/// The texts of all blocks of one language, put together.
pub(crate) fn together(page: &str, language: &str) -> String {
    let (blocks, _) = parts(page);
    let found: String = blocks.iter().filter(|block| block.language == language).map(|block| &page[block.range.clone()]).collect();
    assert!(!found.is_empty(), "no {language} block");
    found
}

/// Targets of the links in a page, with their lines.
pub(crate) fn links(page: &str) -> Vec<(usize, String)> {
    let (_, prose) = parts(page);
    let mut found = Vec::new();
    for (number, line) in prose.lines().enumerate() {
        for after in line.split("](").skip(1) {
            let target = after.split(')').next().unwrap_or_default();
            found.push((number + 1, target.to_string()));
        }
    }
    found
}

/// The anchors that a page's headings have.
pub(crate) fn anchors(page: &str) -> Vec<String> {
    let (_, prose) = parts(page);
    let headings = prose.lines().filter_map(|line| line.strip_prefix('#')).map(|rest| rest.trim_start_matches('#').trim());
    headings
        .map(|heading| {
            let kept = heading.chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

/// What stands between single ticks in the text of a page.
pub(crate) fn inline_code(page: &str) -> Vec<String> {
    let (_, prose) = parts(page);
    prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>()).collect()
}
