//! The paths of `jq` that the book uses: keys, `."quoted keys"`, `[n]` and `[]`, one after another. Where `jq` is installed, it is asked too.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What `jq FILTER` prints of `text`.
pub(crate) fn jq(filter: &str, text: &str) -> String {
    let document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut found = vec![document];
    let mut rest = filter;
    while !rest.is_empty() {
        let step = |value: &Value, key: &str| value.get(key).cloned().unwrap_or(Value::Null);
        if let Some(quoted) = rest.strip_prefix(".\"") {
            let (key, after) = quoted.split_once('"').unwrap_or_else(|| panic!("{filter}: a quote without an end"));
            (found, rest) = (found.iter().map(|value| step(value, key)).collect(), after);
        } else if let Some(inside) = rest.strip_prefix('[').or(rest.strip_prefix(".[")) {
            let (index, after) = inside.split_once(']').unwrap_or_else(|| panic!("{filter}: a bracket without an end"));
            rest = after;
            found = match index {
                "" => found.iter().flat_map(items).collect(),
                index => found.iter().map(|value| value[index.parse::<usize>().expect("an index")].clone()).collect(),
            };
        } else if let Some(plain) = rest.strip_prefix('.') {
            let end = plain.find(['.', '[']).unwrap_or(plain.len());
            let (key, after) = plain.split_at(end);
            assert!(
                !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'),
                "{filter}: see tests/it/jq.rs"
            );
            (found, rest) = (found.iter().map(|value| step(value, key)).collect(), after);
        } else {
            panic!("{filter}: see tests/it/jq.rs for what is known");
        }
    }
    let printed: String = found.iter().map(|value| format!("{value:#}\n")).collect();
    if let Some(theirs) = installed(filter, text) {
        let values = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().map(Result::ok).collect::<Vec<_>>();
        assert_eq!(values(&theirs), values(&printed), "jq '{filter}' prints something else");
    }
    printed
}

fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Object(keys) => keys.values().cloned().collect(),
        other => panic!("{other} has no items"),
    }
}

/// What the installed `jq` prints.
fn installed(filter: &str, text: &str) -> Option<String> {
    let mut child = Command::new("jq").arg(filter).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    assert!(output.status.success(), "jq '{filter}'");
    String::from_utf8(output.stdout).ok()
}

#[test]
fn paths_lead_where_they_lead() {
    let text = r#"{"a": {"b.c \"": 1, "b.c": [1, {"d": null}]}, "e_1": [{"f": "x"}, {"f": 2.5}]}"#;
    for (filter, printed) in [
        (".a.\"b.c\"[0]", "1\n"),
        (".a.\"b.c\"[1].d", "null\n"),
        (".e_1[].f", "\"x\"\n2.5\n"),
        (".e_1[0]", "{\n  \"f\": \"x\"\n}\n"),
        (".nothing.more", "null\n"),
    ] {
        assert_eq!(jq(filter, text), printed, "{filter}");
    }
}
