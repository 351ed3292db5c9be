//! What a page is made of: sections of blocks, plain text in all of them. The template gives them their looks.

use serde::Serialize;

use crate::chart::Picture;
use crate::words::count::grouped;

/// The whole page.
#[derive(Debug, Serialize)]
pub struct Page {
    /// A line above the title: what kind of page it is.
    pub kicker: &'static str,
    /// The same in a word or two, after the title.
    pub what: &'static str,
    pub title: String,
    /// What the author says of the scenario; may be empty.
    pub about: String,
    /// The deal in one paragraph.
    pub lead: String,
    pub run: String,
    pub engine: String,
    pub sections: Vec<Section>,
    /// The last sentence: what the page is not.
    pub closing: &'static str,
    /// The style sheet, put in as it is.
    pub style: &'static str,
}

/// A part of the page with a heading of its own.
#[derive(Debug, Serialize)]
pub struct Section {
    pub id: &'static str,
    /// Name in the table of contents.
    pub short: &'static str,
    pub title: String,
    pub blocks: Vec<Block>,
}

/// One thing in a section.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Block {
    /// A heading within the section.
    Heading { text: String },
    /// A paragraph.
    Text { text: String },
    /// A note in smaller type.
    Note { text: String },
    /// Sentences, one a line.
    List { items: Vec<String> },
    /// Names and what is said of them.
    Terms { items: Vec<Term> },
    /// Links to figures.
    Links { items: Vec<Link> },
    /// Headline numbers.
    Facts { facts: Vec<Fact> },
    /// A table; the first cell of each row names it.
    Table(Table),
    /// A chart.
    Figure(Figure),
    /// What to type.
    Command { text: String },
}

/// A name, what is said of it, and what is not said.
#[derive(Debug, Serialize)]
pub struct Term {
    pub name: String,
    pub text: String,
    pub missing: Vec<String>,
}

/// A link within the page.
#[derive(Debug, Serialize)]
pub struct Link {
    /// The name of the picture that it leads to; its place on the page once the figures are numbered.
    pub to: String,
    pub text: String,
}

/// A number with its name and what belongs to it.
#[derive(Debug, Serialize)]
pub struct Fact {
    pub name: String,
    pub value: String,
    /// Its standard error, `± 0.3`; may be empty.
    pub error: String,
    pub note: String,
}

/// A table.
#[derive(Debug, Serialize)]
pub struct Table {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Whether the cells after the first are numbers.
    pub numbers: bool,
}

/// A chart in the page.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// File stem of the picture.
    pub name: String,
    /// `figure-3`; set when the figures of a page are numbered.
    pub id: String,
    pub title: String,
    pub description: String,
    /// The drawing, put in as it is.
    pub svg: String,
}

impl Block {
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading { text: text.into() }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    pub fn note(text: impl Into<String>) -> Self {
        Self::Note { text: text.into() }
    }

    /// A table of numbers.
    pub fn numbers(caption: impl Into<String>, head: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self::Table(Table { caption: caption.into(), head: head.iter().map(|name| (*name).into()).collect(), rows, numbers: true })
    }

    /// A table of words.
    pub fn words(caption: impl Into<String>, head: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self::Table(Table { caption: caption.into(), head: head.iter().map(|name| (*name).into()).collect(), rows, numbers: false })
    }

    pub fn figure(picture: &Picture) -> Self {
        Self::Figure(Figure {
            name: picture.name.clone(),
            id: String::new(),
            title: picture.title.clone(),
            description: picture.description.clone(),
            svg: picture.svg.clone(),
        })
    }

    /// Sentences that a memo writes one a line.
    pub fn lines(text: &str) -> Option<Self> {
        let items: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        (!items.is_empty()).then_some(Self::List { items })
    }
}

/// Rows, sentences and names that a page shows of a list, at most: nobody reads more, and the tables beside it have them all.
const MOST: usize = 500;

/// Cuts long lists, with a word on where the rest is.
pub fn shorten(sections: &mut [Section], elsewhere: &str) {
    let said = |more: usize, what: &str| {
        let (most, all) = (grouped(MOST as u64), grouped((MOST + more) as u64));
        format!("The first {most} of {all} {what}: all of them are {elsewhere}.")
    };
    for section in sections {
        let mut blocks = Vec::with_capacity(section.blocks.len());
        for mut block in section.blocks.drain(..) {
            let (more, what) = match &mut block {
                Block::Table(table) => (cut(&mut table.rows), "rows"),
                Block::List { items } => (cut(items), "sentences"),
                Block::Terms { items } => (cut(items), "entries"),
                _ => (0, ""),
            };
            blocks.push(block);
            blocks.extend((more > 0).then(|| Block::note(said(more, what))));
        }
        section.blocks = blocks;
    }
}

/// Cuts a list to [`MOST`] and says how many were left out.
fn cut<T>(items: &mut Vec<T>) -> usize {
    let more = items.len().saturating_sub(MOST);
    items.truncate(MOST);
    more
}

/// A headline number; what `value` says after its `±` is set smaller.
pub fn fact(name: impl Into<String>, value: impl Into<String>, note: impl Into<String>) -> Fact {
    let value = value.into();
    let certain = |error: &str| error.chars().filter(char::is_ascii_digit).all(|digit| digit == '0');
    let (number, error) = match value.split_once(" ± ") {
        Some((number, error)) if certain(error) => (number, String::new()),
        Some((number, error)) => (number, format!("± {error}")),
        None => (value.as_str(), String::new()),
    };
    Fact { name: name.into(), value: number.into(), error, note: note.into() }
}
