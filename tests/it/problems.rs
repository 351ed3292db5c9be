//! Every way to get a scenario wrong, and the message for it. Read the snapshots as the person who made the mistake.
//!
//! After a change of messages: `INSTA_UPDATE=always cargo test --test it -- problems`, and read the diff.

use proptest::prelude::*;

use pfsim::scenario::{self, LoadError, Problems};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// The starter with `old` replaced by `new`, which must change it.
fn changed(old: &str, new: &str) -> String {
    let text = STARTER.replacen(old, new, 1);
    assert_ne!(text, STARTER, "{old:?} is not in the starter");
    text
}

fn problems(text: &str) -> String {
    match scenario::parse("deal.toml", text) {
        Ok(_) => panic!("nothing was found wrong with\n{text}"),
        Err(problems) => format!("{problems}\n\n{}", problems.headline()),
    }
}

/// Snapshots of several mistakes in `text`, one after another: what each is, what is replaced, and by what.
pub fn snapshots<T>(name: &str, text: &str, parse: impl Fn(&str) -> Result<T, Problems>, mistakes: &[(&str, &str, &str)]) {
    let one = |(what, old, new): &(&str, &str, &str)| {
        let wrong = text.replacen(old, new, 1);
        assert_ne!(wrong, text, "{old:?} is not in the text");
        match parse(&wrong) {
            Ok(_) => panic!("{what}: nothing was found wrong"),
            Err(problems) => format!("=== {what}\n{problems}\n\n{}", problems.headline()),
        }
    };
    let all: Vec<String> = mistakes.iter().map(one).collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, all.join("\n\n"));
    });
}

fn snapshot(name: &str, mistakes: &[(&str, &str, &str)]) {
    snapshots(name, STARTER, |text| scenario::parse("deal.toml", text), mistakes);
}

#[test]
fn keys_and_types() {
    snapshot(
        "keys_and_types",
        &[
            ("a misspelt key", "periods = 16", "perriods = 16"),
            ("a misspelt key of a cost", "per_participant = 3_000", "per_particpant = 3_000"),
            ("a key nobody knows", "capacity = 120", "colour = \"red\""),
            ("an unknown section", "[capital]", "[captial]"),
            ("text for a number", "periods = 16", "periods = \"sixteen\""),
            ("a number for text", "provider = \"Our provider\"", "provider = 7"),
            ("a date in quotes", "start = 2026-01-01", "start = \"2026-01-01\""),
            ("one bracket instead of two", "[[records]]", "[records]"),
            ("an unknown word", "period = \"quarter\"", "period = \"quater\""),
            ("a missing key", "currency = \"USD\"\n", ""),
            ("a negative size", "size = 100", "size = -100"),
            ("an unknown law", "beta = { mean = 0.8, sd = 0.05 }", "bata = { mean = 0.8, sd = 0.05 }"),
            ("a misspelt parameter", "mean = 0.8, sd = 0.05", "mean = 0.8, ds = 0.05"),
            ("an unknown method", "method = { randomized = { comparison = 80 } }", "method = \"randomised\""),
            ("two prices", "price = { per_unit = 4_500 }", "price = { per_unit = 4_500, lump_sum = 1 }"),
            ("another version", "schema = 1", "schema = 2"),
            ("no version", "schema = 1\n", ""),
        ],
    );
}

#[test]
fn numbers_and_laws() {
    snapshot(
        "numbers_and_laws",
        &[
            ("a probability above 1", "match_rate = 0.93", "match_rate = 93"),
            ("a law that may exceed 1", "{ beta = { mean = 0.8, sd = 0.05 } }", "{ normal = { mean = 0.8, sd = 0.05 } }"),
            ("a spread too large", "mean = 0.8, sd = 0.05", "mean = 0.8, sd = 0.5"),
            ("two laws", "{ beta = { mean = 0.8, sd = 0.05 } }", "{ value = 0.8, beta = { mean = 0.8, sd = 0.05 } }"),
            ("no law", "{ beta = { mean = 0.8, sd = 0.05 } }", "{ source = \"a paper\" }"),
            ("not a number", "match_rate = 0.93", "match_rate = nan"),
            ("infinite", "amount = 300_000", "amount = inf"),
            ("a cap below zero", "cap = 2_600_000", "cap = -2_600_000"),
            ("a part of a cent", "per_unit = 4_500", "per_unit = 4_500.005"),
            ("too large an amount", "amount = 300_000", "amount = 30_000_000_000_000_000"),
            ("more than can be counted", "per_unit = 4_500", "per_unit = 9_000_000_000_000"),
            ("an effect in per cent", "{ normal = { mean = 0.10, sd = 0.05 } }", "10"),
            ("an interest in per cent", "coupon = 0.05", "coupon = 5"),
            ("no trials", "trials = 20_000", "trials = 0"),
            ("an unknown currency", "currency = \"USD\"", "currency = \"Dollars\""),
        ],
    );
}

#[test]
fn references_and_rules() {
    let steps = "price = { steps = [{ from = 0.06, pay = 1 }, { from = 0.03, pay = 2 }] }";
    snapshot(
        "references_and_rules",
        &[
            ("an outcome that does not exist", "of = \"placed\"", "of = \"plased\""),
            ("a payor that does not exist", "payor = \"City\"", "payor = \"Town\""),
            ("a measure that does not exist", "on = \"placements\"", "on = \"placement\""),
            ("records that do not exist", "records = \"wage records\"", "records = \"tax records\""),
            ("a chain that loops", "after = 1 ", "given = \"placed\"\nafter = 1 "),
            ("a counterfactual given a step", "effect_through = \"completes\"", "given = \"completes\""),
            ("a rate and an effect", "without = { beta = { mean = 0.45, sd = 0.05 } }", "rate = 0.45"),
            ("a gate on an unknown measure", "when = \"placement gain >= 5%", "when = \"placment gain >= 5%"),
            ("a gate that cannot be read", "placement gain >= 5% and", "placement gain >= and"),
            ("a gate that is a number", "placement gain >= 5% and placement gain.units >= 150", "placement gain"),
            ("a gate on a number that is not reported", "placement gain.units", "placement gain.unit"),
            ("a difference of a count", "price = { per_unit = 4_500 }", "price = { per_additional = 3_000 }"),
            ("a gate on other groups", "price = { per_unit = 4_500 }", "price = { per_unit = 4_500 }\nwhen = \"placement gain > 0\""),
            ("steps out of order", "price = { lump_sum = 800_000 }", steps),
            ("no steps", "price = { lump_sum = 800_000 }", "price = { steps = [] }"),
            (
                "a payment after the last period",
                "price = { per_unit = 4_500 }    # per_unit | per_additional | lump_sum | steps\npaid_after = 1",
                "price = { per_unit = 4_500 }\npaid_after = 9",
            ),
            ("an outcome after the last period", "after = 3", "after = 13"),
            ("a cohort after the last period", "count = 6", "count = 60"),
            ("two payments of one name", "name = \"success\"", "name = \"placements\""),
            ("interest on a grant", "amount = 300_000", "amount = 300_000\ncoupon = 0.02"),
            ("more than all is shared", "residual_share = 0.5", "residual_share = 1.5"),
            ("a date before the deal", "recycle_until = 2027-06-30", "recycle_until = 2025-06-30"),
            ("a cost of two kinds", "per_participant = 3_000", "per_participant = 3_000\nonce = 5"),
            ("sizes without periods", "cohorts = { count = 6, size = 100 }", "cohorts = { sizes = [100] }"),
            ("a name with quotes", "name = \"foundation\"", "name = 'the \"first\"'"),
        ],
    );
}

#[test]
fn capital() {
    let senior = "kind = \"senior\"\namount = 1_100_000\ncoupon = 0.05";
    let grant = "kind = \"grant\"\namount = 300_000";
    let with = |old: &str, more: &str| (old.to_string(), format!("{old}\n{more}"));
    let guarantee = |terms: &str| with(grant, &format!("[[guarantee]]\nname = \"cover\"\nguarantor = \"Foundation\"\n{terms}"));
    let bonus = |terms: &str| with(grant, &format!("[[bonus]]\nname = \"enrolment\"\n{terms}"));
    let kind = |kind: &str| (grant.to_string(), grant.replace("\"grant\"", kind));
    let mistakes = [
        ("a loan without a rank", kind("\"loan\"")),
        ("a rank of 0", with(senior, "rank = 0")),
        ("an unknown kind", kind("\"grand\"")),
        ("equity without a share", kind("\"equity\"")),
        ("interest on a recoverable grant", kind("\"recoverable_grant\"\ncoupon = 0.02")),
        ("a pot of a loan", with(senior, "recycled_to = \"Foundation\"")),
        ("a bullet without a day", with(senior, "repaid = \"bullet\"")),
        ("a day without a bullet", with(senior, "matures = 2029-12-31")),
        ("a bullet after the end", with(senior, "repaid = \"bullet\"\nmatures = 2031-12-31")),
        ("no interest to pay in cash", (senior.into(), "kind = \"senior\"\namount = 1_100_000\ninterest = \"cash\"".into())),
        ("a return cap below the coupon", with(senior, "return_cap = 0.04")),
        ("a coupon of a wrong type", (senior.into(), senior.replace("0.05", "\"5%\""))),
        ("a coupon by an unknown measure", (senior.into(), senior.replace("0.05", "{ formula = \"placement.rate * 0.1\" }"))),
        ("drawings beyond the amount", with(senior, "draws = [{ date = 2026-01-01, amount = 2_000_000 }]")),
        ("a drawing after the end", with(senior, "draws = [{ date = 2036-01-01, amount = 2_000 }]")),
        ("a drawing that cannot be read", with(senior, "draws = [{ date = 2026-01-01, amount = 2_000, when = \"placements >\" }]")),
        ("no drawings", with(senior, "draws = []")),
        ("tied to an unknown payment", with(senior, "tied_to = [\"succes\"]")),
        ("a guarantee of an unknown tranche", guarantee("of = \"bank lone\"\npercent = 0.5")),
        ("a guarantee of a grant", guarantee("of = [\"bank loan\", \"foundation\"]\npercent = 0.5")),
        ("a guarantee beyond everything", guarantee("of = \"bank loan\"\npercent = 50")),
        ("a guarantee of two kinds", guarantee("of = \"bank loan\"\npercent = 0.5\nfloor = 0.5")),
        (
            "a schedule that does not rise",
            guarantee("of = \"bank loan\"\nschedule = [{ drawn = 600_000, pays = 500_000 }, { drawn = 500_000, pays = 600_000 }]"),
        ),
        ("a bonus without a size", bonus("date = 2028-01-01")),
        ("a bonus in every period", bonus("amount = 5_000")),
        ("an extension of nothing", ("recycle_until = 2027-06-30".into(), "extension = { when = \"placements < 5\", periods = 2 }".into())),
        (
            "an extension beyond the end",
            with(senior, "repaid = \"bullet\"\nmatures = 2029-10-01\n[capital.extension]\nwhen = \"placements < 5\"\nperiods = 4"),
        ),
    ];
    let mistakes: Vec<(&str, &str, &str)> = mistakes.iter().map(|(what, (old, new))| (*what, old.as_str(), new.as_str())).collect();
    snapshot("capital", &mistakes);
}

#[test]
fn all_problems_of_a_file_at_once() {
    let mut text = STARTER.to_string();
    for (old, new) in [
        ("currency = \"USD\"", "currency = \"Dollars\""),
        ("records = \"wage records\"", "records = \"tax records\""),
        ("size = 100", "size = -100"),
        ("mean = 0.8, sd = 0.05", "mean = 0.8, sd = 0.5"),
        ("match_rate = 0.93", "match_rate = 93"),
        ("cap = 2_600_000", "cap = -2_600_000"),
        ("price = { per_unit", "pirce = { per_unit"),
        ("payor = \"City\"\non = \"placement gain\"", "payor = \"Town\"\non = \"placement gain\""),
        ("coupon = 0.05", "coupon = 5"),
        ("[capital]", "[captial]"),
    ] {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    let found = scenario::parse("deal.toml", &text).expect_err("ten mistakes");
    assert_eq!(found.problems.len(), 10, "{found}");
    let starts: Vec<usize> = found.problems.iter().filter_map(|problem| problem.span.as_ref().map(|span| span.start)).collect();
    assert!(starts.is_sorted(), "in the order of the file");
}

#[test]
fn syntax_and_strange_files() {
    let broken = changed("periods = 16", "periods = = 16").replace("trials = 20_000", "trials = ");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("syntax", problems(&broken));
    });
    assert!(problems("").contains("the file is empty"));
    assert!(problems(" \n\t\n").contains("the file is empty"));
    assert!(problems("x = 1").contains("schema = 1"));
    let deep = format!("x = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(problems(&deep).contains("not valid TOML"));
    let wide = changed("name = \"My first deal\"", "name = \"学校 🎓 — naïve\"").replace("match_rate = 0.93", "match_rate = 93 # 学校");
    assert!(problems(&wide).contains("deal.toml:"));
    assert!(scenario::parse("deal.toml", &STARTER.replace('\n', "\r\n")).is_ok(), "CRLF line ends");
    assert!(problems(&changed("match_rate = 0.93", "match_rate = 93").replace('\n', "\r\n")).contains("match_rate = 93"));
}

/// A name may be in any script, also from right to left; marks that make it look like another name may not be in it.
#[test]
fn names_that_mislead() {
    let named = |name: &str| changed("name = \"My first deal\"", &format!("name = \"{name}\""));
    for name in ["משרד החינוך", "وزارة التعليم", "👩\u{200D}🏫 school", &"学".repeat(120), "e\u{301}cole", "Сity"]
    {
        let read = scenario::parse("deal.toml", &named(name));
        assert_eq!(read.unwrap_or_else(|problems| panic!("{problems}")).name, name);
    }
    for mark in ['\u{202E}', '\u{202A}', '\u{2066}', '\u{2069}', '\u{2028}'] {
        let said = problems(&named(&format!("City {mark}lairt")));
        assert!(said.contains("error[bad-name]: a name holds no invisible marks") && !said.contains(mark), "{said}");
    }
    for name in [&"学".repeat(121), &format!("a{}", "\u{301}".repeat(5_000)), "a\\u0000b", "a\\u001b[31mb", " City", "City\\n", ""] {
        let said = problems(&named(name));
        assert!(said.contains("error[bad-name]: a name has 1 to 120 letters"), "{said}");
        assert!(!said.chars().any(|letter| letter.is_control() && letter != '\n'), "{said:?}");
    }
    let payor = problems(&changed("payor = \"City\"", "payor = \"Сity\""));
    assert!(payor.contains("there is no payor `Сity`") && payor.contains("did you mean `City`?"), "{payor}");
    for raw in ["a\0b", "a\u{1b}[31mb", "a\u{7f}b"] {
        let said = problems(&named(raw));
        assert!(said.contains("not valid TOML") && !said.contains(raw), "{said}");
    }
}

#[test]
fn files_that_are_no_scenario() {
    let folder = std::env::temp_dir().join(format!("pfsim-problems-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let message = |path: &std::path::Path| scenario::load(path, &[]).expect_err("not a scenario").to_string();
    assert!(message(&folder.join("nowhere.toml")).contains("there is no such file"));
    assert!(message(&folder).contains("it is a folder"));
    assert!(message(&write("junk.toml", &[0x89, b'P', b'N', b'G', 0xff, 0xfe, 0])).contains("byte 0 is not UTF-8"));
    assert!(message(&write("empty.toml", b"")).contains("the file is empty"));
    let huge = write("huge.toml", &vec![b'#'; 100 * 1024 * 1024]);
    assert!(message(&huge).contains("larger than 16 MB"));
    let valid = write("valid.toml", STARTER.as_bytes());
    let set = |assignment: &str| scenario::load(&valid, &[assignment.to_string()]);
    assert_eq!(set("deal.periods=20").expect("a change").deal.timeline.periods, 20);
    assert!(matches!(set("deal.periodss.x=20"), Err(LoadError::Override(_))));
    assert!(matches!(set("payor.\"City\".cap=-1"), Err(LoadError::Invalid(_))));
    assert!(scenario::load(&valid, &[]).expect("valid").hash().len() == 64);
    std::fs::remove_dir_all(&folder).expect("cleaned");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// A file with a piece of it replaced by anything never brings the reader down, and every place it names lies in the file.
    #[test]
    fn a_damaged_file_is_read_or_refused(at in 0usize..3_500, length in 0usize..40, piece in "[ -~\n\"'={}\\[\\]#.0-9-]{0,12}") {
        let start = at.min(STARTER.len());
        let end = (start + length).min(STARTER.len());
        prop_assume!(STARTER.is_char_boundary(start) && STARTER.is_char_boundary(end));
        let text = format!("{}{piece}{}", &STARTER[..start], &STARTER[end..]);
        if let Err(found) = scenario::parse("deal.toml", &text) {
            prop_assert!(!found.problems.is_empty());
            prop_assert!(!found.render(true).is_empty());
            for problem in &found.problems {
                if let Some(span) = &problem.span {
                    prop_assert!(span.start <= text.len() && span.end <= text.len(), "{:?} in a file of {}", span, text.len());
                }
            }
        }
    }
}
