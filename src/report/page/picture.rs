//! How does a chart become part of a page? Numbers, and names for its title and description that no other chart on the page has.

use super::parts::{Block, Figure, Section};
use crate::chart::font::FAMILY;

/// Numbers the figures of the page and leads the links to them.
pub fn number(sections: &mut [Section]) {
    let mut names: Vec<[String; 3]> = Vec::new();
    for figure in figures(sections) {
        figure.id = format!("figure-{}", names.len() + 1);
        figure.svg = inline(&figure.svg, &figure.id);
        names.push([&figure.name, &figure.title, &figure.id].map(String::clone));
    }
    for block in sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Links { items } = block {
            for item in items {
                if let Some([.., id]) = names.iter().find(|[name, title, _]| *name == item.to && *title == item.text) {
                    item.to.clone_from(id);
                }
            }
        }
    }
}

fn figures(sections: &mut [Section]) -> impl Iterator<Item = &mut Figure> {
    let blocks = sections.iter_mut().flat_map(|section| &mut section.blocks);
    blocks.filter_map(|block| if let Block::Figure(figure) = block { Some(figure) } else { None })
}

/// The drawing with names for its title and description; without the lines that plotters puts around every text.
fn inline(svg: &str, id: &str) -> String {
    svg.replacen("role=\"img\"", &format!("role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\""), 1)
        .replacen("<title>", &format!("<title id=\"{id}-title\">"), 1)
        .replacen("<desc>", &format!("<desc id=\"{id}-desc\">"), 1)
        .replace(" opacity=\"1\"", "")
        .replace(&format!(" font-family=\"{FAMILY}\""), "")
}
