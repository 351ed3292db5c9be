//! Tables as Parquet: read back by the library and by another implementation, and draws read from them.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pfsim-tables-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    #[cfg(feature = "parquet")]
    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[cfg(feature = "parquet")]
    fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    /// The starter, with its effect drawn from a column of a file.
    fn drawing_from(&self, name: &str, file: &str, column: &str) -> String {
        let text = include_str!("../../scenarios/starter.toml");
        let old = "effect = { normal = { mean = 0.10, sd = 0.05 } }";
        assert!(text.contains(old));
        let new = format!("effect = {{ draws = {{ file = \"{file}\", column = \"{column}\" }} }}");
        fs::write(self.0.join(name), text.replace(old, &new)).expect("written");
        name.into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn pfsim(folder: &Folder, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pfsim"))
        .args(arguments)
        .current_dir(&folder.0)
        .env_remove("PFSIM_THREADS")
        .output()
        .expect("pfsim runs")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[cfg(feature = "parquet")]
fn done(folder: &Folder, arguments: &[&str]) {
    let output = pfsim(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}", err(&output));
}

fn starter() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/starter.toml").display().to_string()
}

/// Every column that a deal can have is documented by its pattern.
#[test]
fn every_column_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/quantities.md")).expect("the page");
    let mut seen = std::collections::BTreeSet::new();
    for folder in ["closed", "programs", "examples"] {
        for entry in fs::read_dir(root.join("scenarios").join(folder)).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let deal = pfsim::scenario::load(&path, &[]).expect("a scenario").deal;
            for (name, _) in pfsim::metrics::Catalogue::new(&deal).values {
                let mut parts = name.splitn(2, '"');
                let (of, rest) = (parts.next().unwrap_or_default(), parts.next());
                let pattern = rest.map_or(name.clone(), |rest| {
                    let last = rest.rsplit('"').next().unwrap_or_default();
                    let year = last.strip_prefix(".fy").is_some_and(|year| year.parse::<u16>().is_ok());
                    format!("{of}\"NAME\"{}", if year { ".fyYYYY" } else { last })
                });
                assert!(page.contains(&format!("`{pattern}`")), "{name}: docs/quantities.md has no `{pattern}`");
                seen.insert(pattern);
            }
        }
    }
    assert!(seen.len() > 35, "{seen:?}");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_how_to_get_it() {
    let folder = Folder::new("without");
    fs::write(folder.0.join("sweep.toml"), "").expect("written");
    for arguments in
        [&["run", &starter(), "--parquet"][..], &["sweep", "sweep.toml", "--parquet"], &["run", &starter(), "--xlsx", "--parquet"]]
    {
        let output = pfsim(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains("cargo install --path . --features parquet"), "{}", err(&output));
    }
    assert!(!folder.0.join("out").exists(), "nothing is simulated or written");
    fs::write(folder.0.join("posterior.parquet"), "PAR1").expect("written");
    let output = pfsim(&folder, &["check", &folder.drawing_from("deal.toml", "posterior.parquet", "effect")]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("this build reads draws from CSV only"), "{}", err(&output));
}

#[cfg(feature = "parquet")]
mod with_parquet {
    use super::*;

    use std::collections::BTreeMap;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use pfsim::export::columns::Cells;
    use pfsim::export::parquet::table;
    use pfsim::scenario;

    /// Names of columns, rows, and what is said about the table.
    struct Read {
        names: Vec<String>,
        rows: Vec<Vec<Field>>,
        said: BTreeMap<String, String>,
    }

    fn read(folder: &Folder, name: &str) -> Read {
        let reader = SerializedFileReader::new(fs::File::open(folder.0.join(name)).expect("a file")).expect("Parquet");
        let file = reader.metadata().file_metadata();
        let names = file.schema_descr().columns().iter().map(|column| column.name().to_string()).collect();
        let said = file.key_value_metadata().into_iter().flatten();
        let said = said.map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default())).collect();
        let rows = reader.get_row_iter(None).expect("rows");
        let rows = rows.map(|row| row.expect("a row").get_column_iter().map(|(_, field)| field.clone()).collect()).collect();
        Read { names, rows, said }
    }

    fn shown(field: &Field) -> String {
        match field {
            Field::Null => String::new(),
            Field::Long(value) => value.to_string(),
            Field::Double(value) => value.to_string(),
            Field::Str(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Whether a cell of a CSV says the same: numbers are numbers, with a decimal point or without.
    fn is_same(field: &Field, cell: &str) -> bool {
        match (field, cell.parse::<f64>()) {
            (Field::Double(value), Ok(number)) => *value == number,
            _ => shown(field) == cell,
        }
    }

    /// Over a row group's end, and not a whole number of blocks.
    const TRIALS: usize = 33_333;

    /// Every trial has a row; the first ones are those of trials.csv, all of them together give the means of summary.json; nothing that is
    /// printed changes, and no thread changes a byte.
    #[test]
    fn every_trial_has_a_row() {
        let folder = Folder::new("trials");
        let trials = TRIALS.to_string();
        done(&folder, &["run", &starter(), "--trials", &trials, "--parquet", "--out", "one", "--threads", "1"]);
        done(&folder, &["run", &starter(), "--trials", &trials, "--parquet", "--out", "two", "--threads", "3"]);
        done(&folder, &["run", &starter(), "--trials", &trials, "--out", "plain"]);
        assert_eq!(folder.bytes("one/trials.parquet"), folder.bytes("two/trials.parquet"));
        assert_eq!(folder.text("one/summary.json"), folder.text("plain/summary.json"));
        let hidden = fs::read_dir(&folder.0)
            .expect("the folder")
            .filter(|entry| entry.as_ref().expect("an entry").file_name().to_string_lossy().starts_with('.'));
        assert_eq!(hidden.count(), 0, "nothing is left beside the folder");

        let table = read(&folder, "one/trials.parquet");
        let text = folder.text("one/trials.csv");
        let mut lines = text.lines();
        let mut header = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = header.headers().expect("a header").iter().map(String::from).collect();
        assert_eq!(table.names, header);
        lines.next();
        assert_eq!(table.rows.len(), TRIALS);
        for (row, line) in table.rows.iter().zip(lines.by_ref()) {
            assert!(row.iter().zip(line.split(',')).all(|(field, cell)| is_same(field, cell)), "{line}\n{row:?}");
        }
        let summary: serde_json::Value = serde_json::from_str(&folder.text("one/summary.json")).expect("JSON");
        let mut undefined = 0;
        for (at, name) in table.names.iter().enumerate().skip(1) {
            let numbers = table.rows.iter().filter_map(|row| if let Field::Double(value) = row[at] { Some(value) } else { None });
            let numbers: Vec<f64> = numbers.collect();
            let metric = &summary["metrics"][name.as_str()];
            let share = metric["undefined"].as_f64().expect("a share");
            assert_eq!((share * TRIALS as f64).round() as usize, TRIALS - numbers.len(), "{name}");
            undefined += TRIALS - numbers.len();
            if let Some(mean) = metric["mean"]["value"].as_f64() {
                let own = numbers.iter().sum::<f64>() / numbers.len() as f64;
                assert!((own - mean).abs() <= 1e-9 * mean.abs().max(1.0), "{name}: {own} and {mean}");
            }
        }
        assert!(undefined > 0, "some returns are undefined");
        assert!(table.rows.iter().enumerate().all(|(trial, row)| row[0] == Field::Long(trial as i64)));
        assert_eq!(table.said["pfsim.seed"], "1");
        assert_eq!(table.said["pfsim.trials"], trials);
        assert_eq!(table.said["pfsim.scenario_sha256"], summary["scenario"]["sha256"].as_str().expect("a hash"));
        let part = |key: &str| summary["engine"][key].as_str().expect("what made it");
        assert_eq!(table.said["pfsim.engine"], format!("{} {}", part("name"), part("version")));
        let units: serde_json::Value = serde_json::from_str(&table.said["pfsim.units"]).expect("JSON");
        assert_eq!(units["payors.total"], "USD");
    }

    /// A folder that holds something else is refused before anything is simulated, and left alone.
    #[test]
    fn a_foreign_folder_is_left_alone() {
        let folder = Folder::new("foreign");
        fs::create_dir(folder.0.join("mine")).expect("a folder");
        fs::write(folder.0.join("mine/letter.txt"), "dear").expect("written");
        let output = pfsim(&folder, &["run", &starter(), "--trials", "100", "--parquet", "--out", "mine"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains("not a folder of results"), "{}", err(&output));
        assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
    }

    #[test]
    fn a_sweep_has_the_columns_of_its_csv() {
        let folder = Folder::new("sweep");
        fs::write(folder.0.join("deal.toml"), include_str!("../../scenarios/starter.toml")).expect("written");
        let sweep = "[sweep]\nname = \"A test\"\nscenarios = [\"deal.toml\"]\nmetrics = [\"payors.total.p95\", \"program.shortfall_chance\"]\n\
                     trials = 600\n[[axis]]\nname = \"fiscal year\"\nlevers = ['deal.fiscal_year_starts']\nvalues = [\"July\", \"October\"]\n\
                     [[axis]]\nname = \"capacity\"\nlevers = ['program.capacity']\nvalues = [110, 130]\n";
        fs::write(folder.0.join("sweep.toml"), sweep).expect("written");
        done(&folder, &["sweep", "sweep.toml", "--parquet", "--out", "all"]);
        done(&folder, &["shard", "plan", "sweep.toml", "--shards", "2"]);
        ["1", "2"].iter().for_each(|shard| done(&folder, &["shard", "run", "sweep.plan", shard]));
        let shards = ["1", "2"].map(|shard| format!("sweep.00{shard}-of-002.shard"));
        done(&folder, &["shard", "merge", "sweep.plan", &shards[0], &shards[1], "--parquet", "--out", "merged"]);
        assert_eq!(folder.bytes("all/sweep.parquet"), folder.bytes("merged/sweep.parquet"));
        let table = read(&folder, "all/sweep.parquet");
        let text = folder.text("all/sweep.csv");
        let mut csv = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(table.names, csv.headers().expect("a header").iter().collect::<Vec<_>>());
        let records: Vec<Vec<String>> = csv.records().map(|row| row.expect("a row").iter().map(String::from).collect()).collect();
        assert_eq!(records.len(), 4);
        for (row, record) in table.rows.iter().zip(&records) {
            assert!(row.len() == record.len() && row.iter().zip(record).all(|(field, cell)| is_same(field, cell)), "{record:?}\n{row:?}");
        }
        assert!(matches!(table.rows[0][2..4], [Field::Str(_), Field::Double(_)]), "words are text, numbers are numbers");
    }

    fn posterior(rows: usize) -> Vec<(String, Cells)> {
        let effect: Vec<f64> = (0..rows).map(|row| 0.05 + 0.1 * ((row * 7_919) % 1_000) as f64 / 1_000.0).collect();
        let count = (0..rows as i64).collect();
        let word = (0..rows).map(|row| format!("draw {row}")).collect();
        let mut holes = effect.clone();
        if let Some(third) = holes.get_mut(2) {
            *third = f64::NAN;
        }
        let names = ["effect", "count", "word", "holes"].map(String::from);
        names.into_iter().zip([Cells::Number(effect), Cells::Whole(count), Cells::Text(word), Cells::Number(holes)]).collect()
    }

    /// A Parquet file of draws is the same as a CSV of them.
    #[test]
    fn draws_from_parquet_are_draws_from_csv() {
        let folder = Folder::new("draws");
        let columns = posterior(500);
        fs::write(folder.0.join("p.parquet"), table(&columns, Vec::new()).expect("a table")).expect("written");
        let Cells::Number(effect) = &columns[0].1 else { panic!("numbers") };
        let csv: String = core::iter::once("effect\n".to_string()).chain(effect.iter().map(|value| format!("{value}\n"))).collect();
        fs::write(folder.0.join("p.csv"), csv).expect("written");
        let deal = |name: &str, file: &str| {
            let deal = scenario::load(&folder.0.join(folder.drawing_from(name, file, "effect")), &[]).expect("a scenario").deal;
            format!("{:?}", deal.outcomes).replace(file, "the table")
        };
        let (one, two) = (deal("one.toml", "p.parquet"), deal("two.toml", "p.csv"));
        assert!(one.contains("the table") && one.len() > 5_000, "the draws are in it: {}", one.len());
        assert!(one == two, "other draws");
        done(&folder, &["run", "one.toml", "--trials", "600", "--out", "one"]);
    }

    #[test]
    fn draws_that_cannot_be_read_say_why() {
        let folder = Folder::new("wrong");
        let file = |name: &str, bytes: Vec<u8>| fs::write(folder.0.join(name), bytes).expect("written");
        let good = table(&posterior(50), Vec::new()).expect("a table");
        file("p.parquet", good.clone());
        file("none.parquet", table(&posterior(0), Vec::new()).expect("a table"));
        file("many.parquet", table(&[("effect".into(), Cells::Number(vec![0.1; 1_000_001]))], Vec::new()).expect("a table"));
        file("text.parquet", b"effect\n0.1\n".to_vec());
        file("short.parquet", good[..good.len() - 9].to_vec());
        let wrong = [
            ("p.parquet", "efect", "has no column `efect`"),
            ("p.parquet", "word", "holds no plain numbers but text"),
            ("p.parquet", "holes", "row 3 of `holes` in p.parquet is missing (null)"),
            ("none.parquet", "effect", "has no rows"),
            ("many.parquet", "effect", "has more than 1,000,000 rows"),
            ("text.parquet", "effect", "is no Parquet that can be read"),
            ("short.parquet", "effect", "is no Parquet that can be read"),
            ("gone.parquet", "effect", "cannot read"),
        ];
        for (name, column, message) in wrong {
            let output = pfsim(&folder, &["check", &folder.drawing_from("deal.toml", name, column)]);
            assert_eq!(output.status.code(), Some(3), "{name} {column}: {}", err(&output));
            assert!(err(&output).contains(message), "{name} {column}: {}", err(&output));
        }
        let whole = pfsim(&folder, &["check", &folder.drawing_from("deal.toml", "p.parquet", "count")]);
        assert!(!err(&whole).contains("p.parquet"), "whole numbers are numbers: {}", err(&whole));
    }

    /// A file with any byte changed is read, or refused with a reason; it never ends the program.
    #[test]
    fn damaged_files_are_refused_or_read() {
        let folder = Folder::new("damaged");
        let good = table(&posterior(40)[..1], Vec::new()).expect("a table");
        let scenario = folder.0.join(folder.drawing_from("deal.toml", "p.parquet", "effect"));
        let (mut refused, mut taken) = (0, 0);
        for at in (0..good.len()).step_by(2) {
            for change in [0x01, 0x02, 0x80, 0xFF] {
                let mut bytes = good.clone();
                bytes[at] ^= change;
                fs::write(folder.0.join("p.parquet"), bytes).expect("written");
                if scenario::load(&scenario, &[]).is_ok() { taken += 1 } else { refused += 1 }
            }
        }
        assert!(refused > 20 && taken > 20, "{refused} refused, {taken} read");
    }

    /// Another implementation reads the same numbers.
    #[test]
    fn pyarrow_reads_the_same() {
        let python = std::env::var("PFSIM_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
        let has = Command::new(&python).args(["-c", "import pyarrow.parquet"]).output();
        if !has.is_ok_and(|output| output.status.success()) {
            println!("skipped: {python} has no pyarrow");
            return;
        }
        let folder = Folder::new("pyarrow");
        done(&folder, &["run", &starter(), "--trials", "3000", "--parquet", "--out", "out"]);
        let program = "import json, pyarrow.parquet as pq\nt = pq.read_table('out/trials.parquet')\n\
                       print(json.dumps([t.num_rows, t.column_names, [c.null_count for c in t.columns],\n\
                       [[v for v in c.to_pylist() if v is not None] for c in t.columns],\n\
                       {k.decode(): v.decode() for k, v in t.schema.metadata.items()}]))";
        let output = Command::new(&python).args(["-c", program]).current_dir(&folder.0).output().expect("python runs");
        assert!(output.status.success(), "{}", err(&output));
        let theirs: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let ours = read(&folder, "out/trials.parquet");
        assert_eq!(theirs[0], 3_000);
        assert_eq!(theirs[1], serde_json::json!(ours.names));
        for at in 0..ours.names.len() {
            let numbers: Vec<f64> = ours
                .rows
                .iter()
                .map(|row| shown(&row[at]))
                .filter(|text| !text.is_empty())
                .map(|text| text.parse().expect("a number"))
                .collect();
            let read: Vec<f64> = theirs[3][at].as_array().expect("numbers").iter().map(|value| value.as_f64().expect("a number")).collect();
            assert_eq!(read, numbers, "{}", ours.names[at]);
            assert_eq!(theirs[2][at], 3_000 - numbers.len());
        }
        assert_eq!(theirs[4]["pfsim.seed"], "1");
    }
}
