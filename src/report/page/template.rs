//! Lays a page out: one template for every page, which escapes all text but the charts' SVG.

use minijinja::syntax::SyntaxConfig;

use super::parts::Page;

const TEMPLATE: &str = include_str!("../../../assets/report/page.html");

/// The style sheet of every page.
pub const STYLE: &str = include_str!("../../../assets/report/page.css");

/// The page as HTML. The same input gives the same bytes.
///
/// # Errors
/// What the template engine says; the template is a part of this program, so this does not happen in practice.
pub fn lay_out(page: &Page) -> Result<String, minijinja::Error> {
    let mut environment = minijinja::Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_template("page.html", TEMPLATE)?;
    let html = environment.get_template("page.html")?.render(minijinja::value::Serde(page))?;
    // XML 1.0 has no place for most control characters, escaped or not.
    let shown = |letter: char| letter == '\n' || !(letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}'));
    Ok(html.chars().map(|letter| if shown(letter) { letter } else { ' ' }).collect())
}

/// Whether a file that begins with `bytes` is a page, with `what` after its title.
pub fn is_page(bytes: &[u8], what: &str) -> bool {
    let head = String::from_utf8_lossy(bytes);
    head.contains("<meta name=\"generator\" content=\"pfsim ") && head.contains(&format!(": {what}</title>"))
}
