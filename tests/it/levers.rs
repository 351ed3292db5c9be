//! What sweeps, searches and `--set` may move: each place once, by names that nothing else has, money in whole minor units.

use std::path::PathBuf;

use pfsim::scenario::{self, LoadError, overrides};

const BASE: &str = include_str!("../../docs/examples/base.toml");

const MORE: &str = "
[[payor]]
name = \"1\"
cap = 700_000
[[payment]]
name = \"jobs\"
payor = \"City\"
on = \"placements\"
price = { per_unit = 5_000 }
paid_after = 1
";

/// A folder with the deal in dollars and in yen.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-levers-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        let deal = format!("{BASE}{MORE}");
        std::fs::write(path.join("deal.toml"), &deal).expect("written");
        std::fs::write(path.join("yen.toml"), deal.replacen("\"USD\"", "\"JPY\"", 1)).expect("written");
        Self(path)
    }

    /// What is wrong with a file: each message, and the words of the file that it is about.
    fn refused(&self, text: &str, solve: bool) -> String {
        let path = self.0.join("question.toml");
        std::fs::write(&path, text).expect("written");
        let error = match solve {
            true => pfsim::experiment::solve::load(&path, &|_, question| known(&question.name)).map(|_| ()),
            false => pfsim::experiment::sweep::load(&path, &|_, question| known(&question.name)).map(|_| ()),
        };
        match error {
            Ok(()) => String::new(),
            Err(LoadError::Invalid(problems)) => problems.problems.iter().map(|problem| format!("{}\n", problem.message)).collect(),
            Err(error) => panic!("{error}"),
        }
    }

    fn sweep(&self, axes: &str) -> String {
        self.refused(&format!("[sweep]\nname = \"S\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.p95\"]\n{axes}"), false)
    }

    fn solve(&self, scenario: &str, levers: &str) -> String {
        let head = format!(
            "[solve]\nname = \"S\"\nscenario = \"{scenario}\"\nminimise = \"payors.total.mean\"\nsuch_that = [\"payors.total.mean >= 5\"]\n"
        );
        self.refused(&format!("{head}{levers}"), true)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn known(name: &str) -> Result<(), String> {
    if name.starts_with("payors.total") { Ok(()) } else { Err("no".into()) }
}

fn axis(name: &str, path: &str, values: &str) -> String {
    format!("[[axis]]\nname = \"{name}\"\nlevers = ['{path}']\n{values}\n")
}

fn lever(name: &str, path: &str, numbers: [&str; 3]) -> String {
    let [from, to, step] = numbers;
    format!("[[lever]]\nname = \"{name}\"\nlevers = ['{path}']\nfrom = {from}\nto = {to}\nstep = {step}\n")
}

const VALUES: &str = "values = [100_000, 200_000]";

#[test]
fn two_axes_never_move_one_place() {
    let folder = Folder::new("axes");
    let cap = axis("cap", "payor.\"City\".cap", VALUES);
    assert_eq!(folder.sweep(&cap), "");
    for same in ["payor.\"City\".cap", "payor.City.cap", "payor[0].cap", "\"payor\".\"City\".\"cap\""] {
        let problems = folder.sweep(&(cap.clone() + &axis("other", same, VALUES)));
        assert!(problems.contains("sets what the axis `cap` sets too"), "{same}: {problems}");
    }
    let price = axis("price", "payment.\"jobs\".price", "values = [{ per_unit = 1 }, { per_unit = 2 }]");
    let each = axis("each", "payment[0].price.per_unit", VALUES);
    assert!(folder.sweep(&(each.clone() + &price)).contains("sets what the axis `each` sets too"), "the wider one undoes the other");
    assert_eq!(folder.sweep(&(price + &each)), "", "first the whole, then a part of it");
    let options = "[[axis]]\nname = \"o\"\n[[axis.options]]\nname = \"a\"\nset = { 'payor[0].cap' = 5 }\n[[axis.options]]\nname = \"b\"\nset = { 'deal.cap' = 5 }\n";
    assert!(folder.sweep(&(cap.clone() + options)).contains("sets what the axis `cap` sets too"), "an option");
    let twice = "[[axis]]\nname = \"o\"\n[[axis.options]]\nname = \"a\"\nset = { 'payor[0].cap' = 5, 'payor.City.cap' = 6 }\n";
    assert!(folder.sweep(twice).contains("leads to a place that another path of this axis leads to"), "twice in one option");
}

#[test]
fn every_column_has_a_name_of_its_own() {
    let folder = Folder::new("names");
    let cap = axis("cap", "payor.\"City\".cap", VALUES);
    let price = |name: &str| axis(name, "payment.\"jobs\".price.per_unit", "values = [5, 6]");
    assert_eq!(folder.sweep(&(cap.clone() + &price("price"))), "");
    assert!(folder.sweep(&(cap.clone() + &price("cap"))).contains("there is another axis named `cap`"));
    for taken in ["scenario", "file", "payors.total.p95", "payors.total.p95.se"] {
        assert!(folder.sweep(&price(taken)).contains("is also what another column of the results is called"), "{taken}");
    }
    assert!(folder.sweep(&axis("cap", "payor[0].cap", "values = [5, 6, 5]")).contains("`5` stands twice on this axis"));
    let options = "[[axis]]\nname = \"o\"\n[[axis.options]]\nname = \"a\"\nset = { 'deal.cap' = 5 }\n[[axis.options]]\nname = \"a\"\nset = { 'deal.cap' = 6 }\n";
    assert!(folder.sweep(options).contains("`a` stands twice on this axis"));
}

#[test]
fn what_all_scenarios_share_is_not_moved() {
    let folder = Folder::new("shared");
    for path in ["simulation.trials", "simulation.seed", "\"simulation\".\"trials\""] {
        assert!(folder.sweep(&axis("x", path, "values = [100, 200]")).contains("is one for all scenarios"), "{path}");
        assert!(folder.solve("deal.toml", &lever("x", path, ["100", "200", "100"])).contains("is one for all scenarios"), "{path}");
    }
    let currency = folder.sweep(&axis("x", "deal.currency", "values = [\"USD\", \"EUR\"]"));
    assert!(currency.contains("amounts in several currencies cannot be compared"), "{currency}");
    let files = |files: &str| folder.refused(&format!("[sweep]\nname = \"S\"\nscenarios = {files}\nmetrics = [\"payors.total\"]\n"), false);
    let both = files("[\"deal.toml\", \"yen.toml\"]");
    assert!(both.contains("yen.toml is in JPY, and deal.toml in USD: their amounts cannot be compared"), "{both}");
    assert!(files("[\"deal.toml\", \"deal.toml\"]").contains("deal.toml is named twice"));
    assert_eq!(files("[\"deal.toml\"]"), "");
}

/// A Sobol sequence has 256 dimensions and 65,536 points.
#[test]
fn a_sobol_design_is_no_larger_than_the_sequence() {
    let folder = Folder::new("sobol");
    let axes = |count: usize, points: u32| {
        let axes: String = (0..count)
            .map(|at| format!("[[axis]]\nname = \"x{at}\"\n[[axis.options]]\nname = \"a\"\nset = {{ 'deal.x{at}' = 1 }}\n"))
            .collect();
        folder.sweep(&format!("design = \"sobol\"\npoints = {points}\n{axes}"))
    };
    let bound = "a Sobol design has at most 256 axes and 65536 points";
    assert!(axes(257, 4).contains(bound) && axes(1, 65_537).contains(bound));
    assert!(!axes(2, 65_536).contains(bound));
}

/// A cent is the smallest step of dollars, and one yen that of yen; a number that is no money may be as fine as it likes.
#[test]
fn money_moves_in_whole_minor_units() {
    let folder = Folder::new("money");
    let price = "payment.\"jobs\".price.per_unit";
    let wrong = "is an amount of money";
    for (file, numbers, right) in [
        ("deal.toml", ["5000", "5001", "0.01"], true),
        ("deal.toml", ["5000", "5001", "0.005"], false),
        ("deal.toml", ["5000.005", "5001.005", "0.01"], false),
        ("deal.toml", ["10_000_000", "10_000_001", "0.004"], false),
        ("yen.toml", ["5000", "6000", "1"], true),
        ("yen.toml", ["5000", "6000", "0.5"], false),
    ] {
        let problems = folder.solve(file, &lever("price", price, numbers));
        assert_eq!(!problems.contains(wrong), right, "{file} {numbers:?}: {problems}");
        assert_eq!(problems.is_empty(), right, "{file} {numbers:?}: {problems}");
    }
    assert_eq!(folder.solve("deal.toml", &lever("hurdle", "deal.investor_hurdle", ["0", "0.1", "0.0005"])), "", "no money");
    assert!(folder.sweep(&axis("price", price, "values = [5000, 5000.005]")).contains(wrong));
    assert!(folder.sweep(&axis("price", price, "range = { from = 1, to = 2, steps = 301 }")).contains(wrong));
    assert_eq!(folder.sweep(&axis("price", price, "range = { from = 1, to = 2, steps = 101 }")), "");
    let spread = |range: &str| folder.sweep(&format!("design = \"sobol\"\npoints = 8\n{}", axis("price", price, range)));
    assert!(spread("range = { from = 10, to = 20 }").contains("numbers between have parts smaller than 0.01"));
    assert_eq!(spread("range = { from = 10, to = 20, round = 0.01 }"), "");
    assert_eq!(spread("range = { from = 1_000, to = 20_000 }"), "", "six digits of thousands are cents");
}

#[test]
fn levers_of_a_search_are_apart() {
    let folder = Folder::new("levers");
    let price = |name: &str| lever(name, "payment.\"jobs\".price.per_unit", ["5000", "6000", "100"]);
    let cap = |name: &str| lever(name, "payor.\"City\".cap", ["5000", "6000", "100"]);
    assert_eq!(folder.solve("deal.toml", &(price("price") + &cap("cap"))), "");
    assert!(folder.solve("deal.toml", &(price("price") + &cap("price"))).contains("there is another lever named `price`"));
    let same = folder.solve("deal.toml", &(price("price") + &lever("p", "payment[0].price.per_unit", ["1", "3", "1"])));
    assert!(same.contains("sets what the lever `price` sets too"), "{same}");
    assert!(folder.solve("deal.toml", &price("payors.total.mean")).contains("is also what another column"), "a figure");
    let many: String = (0..65).map(|at| lever(&format!("l{at}"), &format!("deal.l{at}"), ["0", "1", "1"])).collect();
    assert!(folder.solve("deal.toml", &many).contains("a search moves at most 64 levers, not 65"));
}

/// `--set` never guesses: a number is a place in a list, unless something else has it for a name.
#[test]
fn a_path_leads_to_one_place() {
    let text = format!("{BASE}{MORE}").replacen("name = \"1\"", "name = \"0\"", 1);
    let set = |assignment: &str| overrides::apply(&text, &[assignment.to_string()]).map_err(|error| error.reason);
    for ambiguous in ["payor.0.cap=5", "payor[0].cap=5"] {
        let reason = set(ambiguous).expect_err(ambiguous);
        assert!(reason.contains("either the one of this name or the one at this place, counted from 0"), "{reason}");
        assert!(reason.contains("`payor.\"0\"`") && reason.contains("`payor.\"City\"`"), "what would do: {reason}");
    }
    let named = set("payor.\"0\".cap=5").expect("a name");
    assert_eq!(named, text.replace("cap = 700_000", "cap = 5"));
    assert_eq!(set("payor[1].cap=5").expect("a place that no name claims"), named);
    for (wrong, why) in [
        ("deal.cap.=5", "a part of the path is empty"),
        ("deal..cap=5", "a part of the path is empty"),
        (".deal.cap=5", "a part of the path is empty"),
        ("deal[cap]=5", "is not an index"),
        ("deal[0]=5", "counts the elements of a list"),
        ("payor.\"City\"cap=5", "a dot is missing"),
        ("payor[7].cap=5", "counted from 0: there is no `7`"),
    ] {
        let reason = set(wrong).expect_err(wrong);
        assert!(reason.contains(why), "{wrong}: {reason}");
    }
}

/// What has no upper bound is not said to lie below infinity, and no law reaches there.
#[test]
fn infinity_is_no_bound() {
    let problems = |old: &str, new: &str| {
        let text = BASE.replacen(old, new, 1);
        assert_ne!(text, BASE, "{old}");
        scenario::parse("deal.toml", &text).err().unwrap_or_else(|| panic!("{new} passes")).to_string()
    };
    let provider = "provider = \"Our provider\"\n";
    let below = problems(provider, &format!("{provider}overrun = -0.5\n"));
    assert!(below.contains("must be 0 or more, but is -0.5") && !below.contains("inf"), "{below}");
    let below = problems(provider, &format!("{provider}overrun = {{ normal = {{ mean = 1, sd = 0.5 }} }}\n"));
    assert!(below.contains("must be 0 or more, but can be below 0") && !below.contains("and inf"), "{below}");
    for law in [
        "{ uniform = { low = 0, high = inf } }",
        "{ between = { low = 0, high = inf, probability = 0.9, family = \"normal\" } }",
        "{ triangular = { low = 0, mode = 1, high = inf } }",
        "inf",
        "nan",
    ] {
        problems(provider, &format!("{provider}overrun = {law}\n"));
    }
}
