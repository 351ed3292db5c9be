//! Commands that try many deals.

use super::*;

/// Numbers beyond a day of work, and lists of scenarios one beside the other.
#[test]
fn sweeps_of_every_design() {
    let folder = Folder::new("designs");
    folder.file("deal.toml", &format!("{HEAD}{STEPS}"));
    folder.file("dear.toml", &format!("{HEAD}{STEPS}").replace("= 300", "= 400"));
    let sweep = |more: &str, axes: &str| {
        let head = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\", \"dear.toml\"]\nmetrics = [\"program.cost.mean\"]\n";
        folder.file("sweep.toml", &format!("{head}{more}\n{axes}"));
    };
    let axis = "[[axis]]\nname = \"size\"\nlevers = ['program.cohorts.size']\n";
    let cap = "[[axis]]\nname = \"cap\"\nlevers = ['payor.\"P\".cap']\nvalues = [1_000, 2_000]\n";
    let rows = |out: &str| -> Vec<Vec<String>> {
        done(&folder, &["sweep", "sweep.toml", "--quiet", "--out", out]);
        let table = fs::read_to_string(folder.0.join(out).join("sweep.csv")).expect("a table");
        table.lines().skip(1).map(|line| line.split(',').map(String::from).collect()).collect()
    };
    // A list goes through the axes side by side; what 10 and 20 people cost at 300 and at 400.
    sweep("design = \"list\"\ntrials = 50", &format!("{axis}values = [10, 20]\n{cap}"));
    let costs: Vec<Vec<String>> = rows("list").into_iter().map(|row| row[..5].to_vec()).collect();
    let expected = [["deal.toml", "10", "1000"], ["deal.toml", "20", "2000"], ["dear.toml", "10", "1000"], ["dear.toml", "20", "2000"]];
    for ((row, expected), cost) in costs.iter().zip(expected).zip([3_000.0, 6_000.0, 4_000.0, 8_000.0]) {
        assert!(expected.iter().all(|cell| row.iter().any(|own| own == cell)), "{row:?} {expected:?}");
        assert!(row.iter().any(|own| own.parse() == Ok(cost)), "{row:?} {cost}");
    }
    assert_eq!(costs.len(), 4);
    // Sobol points over a range and over values: as many of each value.
    sweep("design = \"sobol\"\npoints = 8\ntrials = 50", &format!("{axis}range = {{ from = 10, to = 50, round = 1 }}\n{cap}"));
    let points = rows("sobol");
    assert_eq!(points.len(), 16);
    for value in ["1000", "2000"] {
        assert_eq!(points.iter().filter(|row| row.iter().any(|cell| cell == value)).count(), 8, "{value}");
    }
    // A value may be a list.
    sweep("trials = 50", "[[axis]]\nname = \"cohorts\"\nlevers = ['program.cohorts']\nvalues = [{ sizes = [10, 20], periods = [0, 1] }]\n");
    let lists = rows("lists");
    assert!(lists[0].iter().any(|cell| cell.parse() == Ok(9_000.0)), "{lists:?}");
    // Days of work are not begun by mistake.
    sweep("trials = 9_000_000_000", &format!("{axis}range = {{ from = 10, to = 900_000, steps = 100_001, round = 1 }}\n"));
    let said = fails(&folder, &["sweep", "sweep.toml"], 2);
    has(&said, &["200,002 scenarios of 9,000,000,000 trials would take about ", " years; add --large"]);
    assert!(!folder.0.join("out").exists());
    for (more, axes, words) in [
        ("scenarios = []", String::new(), "a sweep starts from at least one scenario"),
        ("metrics = []", String::new(), "a sweep keeps at least one figure"),
        ("trials = 0", String::new(), "there is at least one trial"),
        ("minimise = \"program.cost.mean\"\nmaximise = \"program.cost.mean\"", String::new(), "one figure is made small or large, not two"),
        (
            "",
            "[[axis]]\nname = \"x\"\nvalues = [1]\n".into(),
            "an axis with values has `levers`, and one with `options` has none of its own",
        ),
        (
            "",
            ["deal.cap", "payor.P.cap", "program.cohorts.size"]
                .map(|path| {
                    format!("[[axis]]\nname = \"{path}\"\nlevers = ['{path}']\nrange = {{ from = 1, to = 1_000_000, steps = 1_000_000 }}\n")
                })
                .concat(),
            "are more than anybody can look at",
        ),
    ] {
        let head = "[sweep]\nname = \"s\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"program.cost.mean\"]\n";
        let key = more.split_once(" = []").map(|(key, _)| key);
        let kept: Vec<&str> = head.lines().filter(|line| key.is_none_or(|key| !line.starts_with(key))).collect();
        folder.file("sweep.toml", &format!("{}\n{more}\n{axes}", kept.join("\n")));
        has(&fails(&folder, &["sweep", "sweep.toml"], 3), &[words]);
    }
    let question = "[solve]\nname = \"q\"\nscenario = \"deal.toml\"\nminimise = \"x\"\nsuch_that = [\"investors.loss <= 100%\"]\n";
    let lever = "[[lever]]\nname = \"x\"\nlevers = ['deal.cap']\nfrom = 1\nto = 9\nstep = 1\n";
    for (text, words) in [
        (format!("{question}trials = 0\n{lever}"), "there is at least one trial"),
        (format!("{question}{}", lever.replace("['deal.cap']", "[]")), "a lever moves at least one number"),
    ] {
        folder.file("solve.toml", &text);
        has(&fails(&folder, &["solve", "solve.toml"], 3), &[words]);
    }
}

/// Two figures against each other: a table, a chart, and the terms that nothing beats in both.
#[test]
fn a_frontier() {
    let folder = Folder::new("frontier");
    // Certain: 100 people, each pays the price; up to the cap.
    let certain = HEAD.replace("{ beta = { mean = 0.5, sd = 0.1 } }", "1.0").replace("cap = 60_000\n", "");
    folder.file("deal.toml", &format!("{certain}[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"job\"\nprice = {{ per_unit = 300 }}\n"));
    let question = "[solve]\nname = \"q\"\nscenario = \"deal.toml\"\nmaximise = \"investors.gain.mean\"\ntrials = 50\n\
        such_that = [\"payors.total.mean <= 34_000\"]\nfrontier = [\"payors.total.mean\", \"investors.gain.mean\"]\n\
        [[lever]]\nname = \"price\"\nlevers = ['payment.\"a\".price.per_unit']\nfrom = 300\nto = 400\nstep = 20\n";
    folder.file("solve.toml", question);
    let said = done(&folder, &["solve", "solve.toml", "--out", "answer"]);
    // 340 × 100 is 34,000: 4,000 more than the loan's 30,000.
    has(&said, &["With price = 340 this is highest of all that meet every requirement: gain of all loans together, on average, $4,000"]);
    let charts = names(&folder.0.join("answer"));
    assert!(charts.iter().any(|name| name.starts_with("frontier-") && name.ends_with(".svg")), "{charts:?}");
    // What no candidate has.
    folder.file("solve.toml", &question.replace("payors.total.mean <= 34_000", "payors.total.mean <= 1"));
    let output = pfsim(&folder, &["solve", "solve.toml"]);
    assert_eq!(output.status.code(), Some(4));
    has(&text(&output.stdout), &["alone is out of reach: at best $30,000"]);
}
