//! A forecast as a page: it says what the command says, shows its pictures, and takes the place of no other file.
#![cfg(all(feature = "cli", unix))]

use roxmltree::{Document, ParsingOptions};

use super::cli::{Folder, command, root};

const FLAGSHIP: &str = "scenarios/programs/per-scholas-alumni-upskilling.toml";
const YEAR_TWO: &str = "tests/running/flagship-year-two.toml";

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    for name in ["scenarios", "tests"] {
        std::os::unix::fs::symlink(root().join(name), folder.0.join(name)).expect("a link");
    }
    folder
}

const FORECAST: [&str; 8] = ["forecast", FLAGSHIP, "--results", YEAR_TWO, "--trials", "400", "--html", "page.html"];

#[test]
fn the_page_says_what_the_command_prints() {
    let folder = folder("forecast-page");
    let output = command(&folder, &FORECAST).output().expect("pfsim runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("page.html says what is to come"));
    let html = std::fs::read_to_string(folder.0.join("page.html")).expect("a page");
    let document = Document::parse_with_options(&html, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).expect("XML");
    let words: Vec<String> = document.descendants().filter_map(|node| node.text()).map(|text| text.trim().replace('\u{a0}', " ")).collect();
    // Each number of the printed tables stands in a cell of the page.
    let numbers = printed.lines().filter(|line| line.starts_with("  ") && !line.ends_with('.')).flat_map(|line| line.split("  "));
    let numbers: Vec<String> = numbers.map(|cell| cell.trim().replace('\u{a0}', " ")).filter(|cell| cell.starts_with('$')).collect();
    assert!(numbers.len() > 20, "{printed}");
    for number in numbers {
        assert!(words.iter().any(|text| text.contains(&number)), "{number} is not on the page");
    }
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    for section in ["brief", "payors", "investors", "deal", "learnt", "method"] {
        assert!(ids.contains(&section), "{section}");
    }
    let drawn: Vec<String> = document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "title")))
        .filter_map(|n| n.text())
        .map(String::from)
        .collect();
    assert!(drawn.iter().any(|title| title.contains("What was reported narrows")), "{drawn:?}");
    assert!(drawn.iter().any(|title| title.contains("will have paid")), "{drawn:?}");
}

#[test]
fn it_takes_the_place_of_such_a_page_only() {
    let folder = folder("forecast-page-twice");
    for _ in 0..2 {
        assert_eq!(command(&folder, &FORECAST).output().expect("pfsim runs").status.code(), Some(0));
    }
    let status = ["settle", FLAGSHIP, "--results", YEAR_TWO, "--as-of", "2027-01-31", "--html", "page.html"];
    let output = command(&folder, &status).output().expect("pfsim runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("page.html is no status of a deal: nothing was written"));
    std::fs::write(folder.0.join("letter.html"), "Dear lender").expect("written");
    let over = FORECAST.map(|word| if word == "page.html" { "letter.html" } else { word });
    let output = command(&folder, &over).output().expect("pfsim runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("letter.html is no forecast of a deal: nothing was written"));
    assert_eq!(std::fs::read_to_string(folder.0.join("letter.html")).expect("the letter"), "Dear lender");
}
