//! The file of the desk: the deal in it, whole and harmless, and what is refused before anything is written.
#![cfg(feature = "cli")]

use pfsim::data::Engine;
use pfsim::export::desk::{DeskError, fill};
use pfsim::{Memory, Scenario};

use super::cli::{Folder, command};

fn page(build: &str) -> String {
    format!(
        "<head><meta name=\"pfsim-build\" content=\"{build}\"><title>pfsim desk</title></head>\
         <script type=\"application/json\" id=\"deal\">{{}}</script><script>run()</script>"
    )
}

#[test]
fn the_page_holds_the_deal_and_nothing_of_it_is_markup() {
    let hostile = "</script><script>alert(1)</script><!-- & '";
    let text = pfsim::STARTER.replace("My first deal", hostile).replace("bank loan", "<img src=x onerror=alert(1)>");
    let scenario = Scenario::parse(text.clone(), Memory::default()).expect("names may be anything");
    let made = fill(&page(&Engine::here().build), &scenario, Some(500)).expect("a page");
    assert_eq!(made.matches("<script").count(), 2, "{made}");
    assert_eq!(made.matches("</script>").count(), 2);
    assert!(!made.contains("<!--") && !made.contains("<img"));
    let title = made.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title");
    assert!(title.starts_with("&lt;/script&gt;&lt;script&gt;alert(1)"), "{title}");
    let document = made.split("id=\"deal\">").nth(1).and_then(|rest| rest.split("</script>").next()).expect("the deal");
    let document: serde_json::Value = serde_json::from_str(document).expect("JSON");
    assert_eq!(document["text"], text.as_str());
    assert_eq!((&document["trials"], &document["build"]), (&500.into(), &Engine::here().build.into()));
}

#[test]
fn tables_go_with_the_deal() {
    let text = pfsim::STARTER
        .replace("effect = { normal = { mean = 0.10, sd = 0.05 } }", "effect = { draws = { file = \"draws.csv\", column = \"effect\" } }");
    let table = "effect\n0.1\n0.2\n0.05\n";
    let files = Memory::default().with("draws.csv", table);
    let scenario = Scenario::parse(text, files).unwrap_or_else(|problems| panic!("{problems}"));
    let made = fill(&page(&Engine::here().build), &scenario, None).expect("a page");
    let document = made.split("id=\"deal\">").nth(1).and_then(|rest| rest.split("</script>").next()).expect("the deal");
    let document: serde_json::Value = serde_json::from_str(document).expect("JSON");
    assert_eq!(document["tables"]["draws.csv"], table);
}

#[test]
fn a_page_of_another_build_is_refused() {
    let scenario = Scenario::parse(pfsim::STARTER, Memory::default()).expect("valid");
    assert_eq!(fill(&page("0"), &scenario, None), Err(DeskError::OtherBuild));
    for damaged in ["", "<title></title>", &page(&Engine::here().build).replace("id=\"deal\"", "id=\"no\"")] {
        assert_eq!(fill(damaged, &scenario, None), Err(DeskError::Damaged), "{damaged}");
    }
}

#[test]
fn what_cannot_be_is_said_and_nothing_is_written() {
    let folder = Folder::new("desk");
    std::fs::write(folder.0.join("deal.toml"), pfsim::STARTER).expect("written");
    std::fs::write(folder.0.join("wrong.toml"), "schema = 1").expect("written");
    let pfsim = |arguments: &[&str]| {
        let output = command(&folder, arguments).output().expect("pfsim runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for trials in ["0", "20_001", "many"] {
        assert_eq!(pfsim(&["desk", "deal.toml", "--trials", trials]).0, Some(2), "{trials}");
    }
    assert_eq!(pfsim(&["desk", "wrong.toml"]).0, Some(3));
    // Millions of people one by one: minutes in a browser, told within seconds.
    let many = ["simulation.one_by_one=true", "program.cohorts={count=6, size=400_000}", "program.capacity=500_000"];
    let (code, said) = pfsim(&[&["desk", "deal.toml"][..], &many.map(|set| ["--set", set]).concat()].concat());
    assert!(code == Some(2) && said.contains("in a browser, 20,000 trials of this deal would take about"), "{code:?} {said}");
    assert_eq!(pfsim(&["desk", "nowhere.toml"]).0, Some(1));
    assert!(!folder.0.join("out").exists());
    let (code, said) = pfsim(&["desk", "deal.toml"]);
    if cfg!(feature = "desk") {
        assert_eq!(code, Some(0), "{said}");
        let made = std::fs::read_to_string(folder.0.join("out/deal-desk/desk.html")).expect("the page");
        assert!(made.len() < 3_000_000 && made.contains("My first deal"));
        assert_eq!(pfsim(&["desk", "deal.toml"]).0, Some(0), "its own folder is replaced");
    } else {
        assert_eq!(code, Some(2));
        assert!(said.contains("desk/build") && !folder.0.join("out").exists(), "{said}");
    }
}
