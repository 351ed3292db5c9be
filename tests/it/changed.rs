//! A changed deal is the same whether only what changes is read again, or the changed text as a whole.

use pfsim::Scenario;
use rayon::prelude::*;
use toml::{Table, Value};

use crate::scenarios::paths;

/// Every value in `table` and the path to it; for tables, themselves too.
fn values(path: &str, value: &Value, all: &mut Vec<(String, Value)>) {
    all.push((path.to_string(), value.clone()));
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                let step = if key.contains(['.', ' ', '[', '"', '=']) { format!("{key:?}") } else { key.clone() };
                values(&if path.is_empty() { step } else { format!("{path}.{step}") }, value, all);
            }
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| values(&format!("{path}[{at}]"), value, all)),
        _ => {}
    }
}

/// What may be put in the place of `value`: right, wrong, and of another kind.
fn others(value: &Value) -> Vec<String> {
    match value {
        Value::Float(number) => ["-1".into(), format!("{:?}", number * 0.99), "0".into(), "\"x\"".into(), "{ zzz = 1 }".into()].into(),
        Value::Integer(number) => [format!("{}", number + 1), "0".into(), format!("{number}.5"), "-1".into(), "[1]".into()].into(),
        Value::String(text) => [format!("{:?}", format!("{text} too")), "\"\"".into(), "7".into(), "\"a\\u001bb\"".into()].into(),
        Value::Boolean(truth) => [format!("{}", !truth), "1".into()].into(),
        Value::Datetime(_) => ["2031-07-01".into(), "1".into(), "2031-07-01T00:00:00Z".into()].into(),
        Value::Array(items) => ["[]".into(), Value::Array(items.iter().skip(1).cloned().collect()).to_string()].into(),
        Value::Table(_) => ["{ name = \"x\" }".into(), "{}".into(), "1".into()].into(),
    }
}

#[test]
fn a_change_in_place_is_a_change_of_the_text() {
    let counts: Vec<[usize; 2]> = paths()
        .into_par_iter()
        .map(|path| {
            let scenario = Scenario::read(&path).unwrap_or_else(|error| panic!("{error}"));
            let root: Table = toml::from_str(&scenario.text).expect("TOML");
            let mut all = Vec::new();
            values("", &Value::Table(root), &mut all);
            let mut counts = [0, 0];
            let mut look = |set: &[String], plain: bool| {
                let changed = scenario.changed_in_place(set);
                counts[0] += usize::from(plain);
                counts[1] += usize::from(plain && changed.is_some());
                let Some(changed) = changed else { return };
                let whole = scenario.with(set.iter().cloned()).unwrap_or_else(|error| panic!("{} {set:?}: {error}", path.display()));
                assert_eq!(format!("{changed:?}"), format!("{:?}", whole.deal), "{} {set:?}", path.display());
            };
            // Every third: the others differ little, and the whole text takes long to read.
            for (at, (path, value)) in all.iter().enumerate().skip(1).step_by(3) {
                let others = others(value);
                look(&[format!("{path}={}", others[at % others.len()])], false);
                match value {
                    Value::Table(_) => look(&[format!("{path}.zzz=1")], false),
                    // A number that is set to itself is always possible.
                    Value::Float(_) | Value::Integer(_) => look(&[format!("{path}={value}")], true),
                    _ => {}
                }
            }
            // Several at once, some of them in one table, and back to the text as it was afterwards.
            let numbers: Vec<String> =
                all.iter().filter(|(_, value)| value.is_float()).map(|(path, value)| format!("{path}={value}")).take(7).collect();
            look(&numbers, true);
            look(&["deal.cap=123_456".into(), "deal.discount_rate=0.07".into()], false);
            look(&["deal.cap=1_234".into()], false);
            look(&["program.site=[]".into(), "program.cohorts={ count = 3, size = 10 }".into()], false);
            counts
        })
        .collect();
    let [asked, made] = counts.iter().fold([0, 0], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
    assert!(made as f64 > 0.95 * asked as f64, "only {made} of {asked} numbers are changed in place");
}
