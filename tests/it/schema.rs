//! `pfsim schema`: an editor accepts what the reader accepts, and refuses the same keys and kinds of values.
//!
//! The validator here is written from the JSON Schema specification and knows nothing of the reader; where Python's `jsonschema` is
//! installed, it is asked too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pfsim::experiment::{self, FileKind};
use pfsim::scenario;
use serde_json::{Map, Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(kind: FileKind) -> Value {
    serde_json::from_str(&experiment::schema(kind)).expect("JSON")
}

/// Words that say nothing about what is valid.
const NOTES: [&str; 7] = ["$schema", "$defs", "title", "description", "default", "format", "$comment"];

/// Why `value` is not valid, if it is not. A word of the schema that is not understood fails the test: it is never passed over.
pub(crate) fn invalid(schema: &Value, value: &Value, root: &Value, at: &str) -> Option<String> {
    let words = match schema {
        Value::Bool(true) => return None,
        Value::Bool(false) => return Some(format!("{at}: nothing may stand here")),
        Value::Object(words) => words,
        _ => panic!("{schema} is no schema"),
    };
    let inner = |schema: &Value, value: &Value, at: &str| invalid(schema, value, root, at);
    for (word, argument) in words {
        let list = || argument.as_array().unwrap_or_else(|| panic!("{word}: {argument}"));
        let wrong = match word.as_str() {
            "$ref" => {
                let place = argument.as_str().and_then(|place| place.strip_prefix('#')).expect("a place in this schema");
                inner(root.pointer(place).expect("what is referred to"), value, at)
            }
            "type" => {
                let is = |kind: &Value| match kind.as_str().expect("a kind") {
                    "null" => value.is_null(),
                    "boolean" => value.is_boolean(),
                    "string" => value.is_string(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    "number" => value.is_number(),
                    "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
                    kind => panic!("kind {kind}"),
                };
                let holds = if argument.is_array() { list().iter().any(is) } else { is(argument) };
                (!holds).then(|| format!("{at}: {value} is not of type {argument}"))
            }
            "enum" => (!list().contains(value)).then(|| format!("{at}: {value} is none of {argument}")),
            "const" => (argument != value).then(|| format!("{at}: {value} is not {argument}")),
            "minimum" => value
                .as_f64()
                .filter(|number| *number < argument.as_f64().expect("a number"))
                .map(|_| format!("{at}: {value} is too small")),
            "maximum" => value
                .as_f64()
                .filter(|number| *number > argument.as_f64().expect("a number"))
                .map(|_| format!("{at}: {value} is too large")),
            "minItems" => value
                .as_array()
                .filter(|items| (items.len() as u64) < argument.as_u64().expect("a number"))
                .map(|_| format!("{at}: too few")),
            "maxItems" => value
                .as_array()
                .filter(|items| items.len() as u64 > argument.as_u64().expect("a number"))
                .map(|_| format!("{at}: too many")),
            "items" => value
                .as_array()
                .and_then(|items| items.iter().enumerate().find_map(|(index, item)| inner(argument, item, &format!("{at}[{index}]")))),
            "anyOf" | "oneOf" => {
                let fits = list().iter().filter(|schema| inner(schema, value, at).is_none()).count();
                let holds = if word == "anyOf" { fits > 0 } else { fits == 1 };
                (!holds).then(|| format!("{at}: {value} fits {fits} of {word}"))
            }
            "allOf" => list().iter().find_map(|schema| inner(schema, value, at)),
            "required" => value.as_object().and_then(|keys| {
                let lacking = list().iter().find(|key| !keys.contains_key(key.as_str().expect("a key")))?;
                Some(format!("{at}: {lacking} is missing"))
            }),
            "properties" => value.as_object().and_then(|keys| {
                let known = argument.as_object().expect("keys");
                keys.iter().find_map(|(key, value)| inner(known.get(key)?, value, &format!("{at}.{key}")))
            }),
            "additionalProperties" => value.as_object().and_then(|keys| {
                let known = |key: &String| words.get("properties").is_some_and(|known| known.get(key).is_some());
                keys.iter().filter(|(key, _)| !known(key)).find_map(|(key, value)| inner(argument, value, &format!("{at}.{key}")))
            }),
            note if NOTES.contains(&note) => None,
            word => panic!("{at}: {word} is not understood"),
        };
        if wrong.is_some() {
            return wrong;
        }
    }
    None
}

/// TOML as JSON: dates are texts, as editors see them.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(truth) => json!(truth),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => Value::Object(table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect::<Map<_, _>>()),
    }
}

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    found.sort();
}

/// Every TOML file of the repository that is a file of this kind, with its table.
fn files() -> Vec<(PathBuf, FileKind, toml::Table)> {
    let mut paths = Vec::new();
    for folder in ["scenarios", "tests", "docs"] {
        toml_files(&root().join(folder), &mut paths);
    }
    let kind = |table: &toml::Table| match table {
        table if table.contains_key("sweep") => Some(FileKind::Sweep),
        table if table.contains_key("solve") => Some(FileKind::Solve),
        table if table.contains_key("schema") => Some(FileKind::Scenario),
        table if table.contains_key("result") => Some(FileKind::Results),
        _ => None,
    };
    let file = |path: PathBuf| {
        let table: toml::Table = fs::read_to_string(&path).expect("a file").parse().ok()?;
        Some((path, kind(&table)?, table))
    };
    paths.into_iter().filter_map(file).collect()
}

#[test]
fn every_file_of_the_repository_is_valid() {
    let mut seen = [0; 4];
    let mut wrong = Vec::new();
    for (path, kind, table) in files() {
        seen[kind as usize] += 1;
        let schema = schema(kind);
        let found = invalid(&schema, &as_json(&toml::Value::Table(table)), &schema, "");
        wrong.extend(found.map(|found| format!("{}: {found}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let [scenarios, sweeps, solves, results] = seen;
    assert!(scenarios > 80 && sweeps > 2 && solves > 0 && results > 20, "{seen:?}");
}

/// Places of tables and of plain values in `value`, as the steps that lead to them.
type Step = Result<String, usize>;

fn places(value: &toml::Value, here: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    found.push(here.clone());
    let mut into = |step: Step, value: &toml::Value| {
        here.push(step);
        places(value, here, found);
        here.pop();
    };
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(key, value)| into(Ok(key.clone()), value)),
        toml::Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| into(Err(index), value)),
        _ => {}
    }
}

fn at<'v>(value: &'v mut toml::Value, place: &[Step]) -> &'v mut toml::Value {
    place.iter().fold(value, |value, step| match step {
        Ok(key) => value.get_mut(key).expect("a key"),
        Err(index) => value.get_mut(index).expect("an index"),
    })
}

/// Where any key may stand, since it is a name.
const NAMED: [&str; 6] = ["appropriations", "value_per_outcome", "payors", "blend", "set", "values"];

/// An unknown key, and a value of another kind, at each place that files of the repository know: the schema and the reader refuse it.
#[test]
fn what_the_schema_accepts_the_reader_accepts() {
    let (mut tried, mut wrong, mut count) = (BTreeSet::new(), Vec::new(), 0);
    for (path, kind, table) in files() {
        if kind != FileKind::Scenario || scenario::load(&path, &[]).is_err() {
            continue;
        }
        let schema = schema(kind);
        let whole = toml::Value::Table(table);
        let text = toml::to_string(&whole).expect("TOML");
        assert!(scenario::parse(&path.display().to_string(), &text).is_ok(), "{} written anew is no scenario", path.display());
        let mut all = Vec::new();
        places(&whole, &mut Vec::new(), &mut all);
        for place in all {
            let keys: Vec<&str> = place.iter().map(|step| step.as_ref().map_or("[]", String::as_str)).collect();
            let mut changed = whole.clone();
            let value = at(&mut changed, &place);
            let what = match value {
                toml::Value::Table(inner) if !keys.last().is_some_and(|key| NAMED.contains(key)) => {
                    inner.insert("unknown_key".into(), 1.into());
                    "key"
                }
                toml::Value::String(_) => {
                    *value = 12.into();
                    "number"
                }
                toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => {
                    *value = "a text".into();
                    "text"
                }
                toml::Value::Datetime(_) => {
                    *value = true.into();
                    "truth"
                }
                toml::Value::Array(_) => {
                    *value = true.into();
                    "no list"
                }
                toml::Value::Table(_) => continue,
            };
            if !tried.insert((keys.join("."), what)) {
                continue;
            }
            count += 1;
            let file = path.display().to_string();
            if invalid(&schema, &as_json(&changed), &schema, "").is_none() {
                wrong.push(format!("the schema accepts {what} at {}", keys.join(".")));
            }
            if scenario::parse(&file, &toml::to_string(&changed).expect("TOML")).is_ok() {
                wrong.push(format!("the reader accepts {what} at {}", keys.join(".")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 300, "{count} places");
}

/// The validator above refuses what it should: it is not a yes-man.
#[test]
fn the_validator_refuses() {
    let schema = json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "anyOf": [{ "type": "integer", "minimum": 2 }, { "$ref": "#/$defs/word" }] }, "b": { "items": { "type": "number" } } },
        "$defs": { "word": { "enum": ["x", "y"] } },
    });
    let holds = |value: Value| invalid(&schema, &value, &schema, "").is_none();
    assert!(holds(json!({ "a": 2 })) && holds(json!({ "a": "x", "b": [1, 2.5] })));
    for wrong in [json!({}), json!({ "a": 1 }), json!({ "a": "z" }), json!({ "a": 2, "c": 1 }), json!({ "a": 2, "b": ["1"] }), json!([])] {
        assert!(!holds(wrong.clone()), "{wrong}");
    }
}

/// Python's `jsonschema` says the same of every file.
#[test]
fn python_says_the_same() {
    let python = std::env::var("PFSIM_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    if !Command::new(&python).args(["-c", "import jsonschema"]).output().is_ok_and(|output| output.status.success()) {
        println!("skipped: {python} has no jsonschema");
        return;
    }
    let all: Vec<Value> = files()
        .into_iter()
        .map(|(path, kind, table)| json!([path.display().to_string(), kind as usize, as_json(&toml::Value::Table(table))]))
        .collect();
    let schemas: Vec<Value> = [FileKind::Scenario, FileKind::Sweep, FileKind::Solve, FileKind::Results].into_iter().map(schema).collect();
    let file = std::env::temp_dir().join(format!("pfsim-schema-{}.json", std::process::id()));
    fs::write(&file, json!([schemas, all]).to_string()).expect("written");
    let program = "import json, sys, jsonschema as j\nschemas, files = json.load(open(sys.argv[1]))\n\
                   for s in schemas: j.Draft202012Validator.check_schema(s)\n\
                   v = [j.Draft202012Validator(s) for s in schemas]\n\
                   wrong = [f'{name}: {e.json_path} {e.message[:200]}' for name, kind, value in files for e in v[kind].iter_errors(value)]\n\
                   bad = dict(files[0][2], unknown=1)\nassert not v[files[0][1]].is_valid(bad)\n\
                   print('\\n'.join(wrong)); sys.exit(bool(wrong))";
    let output = Command::new(&python).args(["-c", program]).arg(&file).output().expect("python runs");
    let _ = fs::remove_file(&file);
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
