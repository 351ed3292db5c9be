//! Reads a sweep file, and makes the scenarios that it speaks of.

mod design;

use std::collections::HashSet;
use std::path::Path;

pub use design::{Axis, Design, Level, Point, Span};

use super::levers::{Moved, is_money, smallest};
pub use super::question_file::Knows;
use super::question_file::{Reader, first_line};
use super::text_sweep::{AxisText, DesignText, OptionText, RangeText, SweepText};
use crate::deal::Deal;
use crate::numeric::math;
use crate::question::{Question, Requirement};
use crate::scenario::{LoadError, Problems, Scenario, Sources, Table, parse_toml, read_text};

/// Sections of the file.
const SECTIONS: [&str; 2] = ["sweep", "axis"];

/// Most axes of a Sobol design, and most of its points: the sequence has no more.
const SOBOL: (usize, u32) = (256, 65_536);

/// Of an axis with many values, so many are tried before all are simulated.
const TRIED: usize = 64;

/// Most scenarios of a sweep at all.
const MOST: u64 = 1_000_000_000_000;

/// A sweep: many scenarios from few.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Its name.
    pub name: String,
    /// The question that it answers.
    pub question: Option<String>,
    /// Names of the scenario files.
    pub bases: Vec<String>,
    /// What changes.
    pub axes: Vec<Axis>,
    /// How the axes are combined.
    pub design: Design,
    /// What is kept of each scenario.
    pub metrics: Vec<Question>,
    /// Trials of each scenario; the first file's own if not said.
    pub trials: u64,
    /// Seed; the first file's own if not said.
    pub seed: u64,
    /// What should be small (true) or large.
    pub best: Option<(Question, bool)>,
    /// What must hold.
    pub such_that: Vec<Requirement>,
    /// The deals of the scenario files as they are.
    pub deals: Vec<Deal>,
    /// The text of the sweep file.
    pub text: String,
    /// The text of every scenario file.
    pub texts: Vec<String>,
    /// The scenario files as they are.
    scenarios: Vec<Scenario>,
    /// The tables that they draw from.
    pub tables: Vec<Table>,
}

/// Reads the sweep at `path`. `knows` says whether a deal has a figure. Its scenarios, and what they name, stand in its own folder or below.
///
/// # Errors
/// [`LoadError`]: a file cannot be read, or has problems.
pub fn load(path: &Path, knows: Knows<'_>) -> Result<Sweep, LoadError> {
    load_with(path, knows, &Sources::around(path, false))
}

/// Reads the sweep at `path` like [`load`]; what it names is read from `sources`.
///
/// # Errors
/// As [`load`].
pub fn load_with(path: &Path, knows: Knows<'_>, sources: &Sources) -> Result<Sweep, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    parse(&file, text, knows, sources)
}

/// Makes a sweep of `text`; problems are reported as those of `file`, and what it names is read from `sources`.
///
/// # Errors
/// [`LoadError`]: a file cannot be read, or has problems.
pub fn parse(file: &str, text: String, knows: Knows<'_>, sources: &Sources) -> Result<Sweep, LoadError> {
    let root = parse_toml(file, &text)?;
    let root = root.get_ref();
    let mut reader = Reader::new(root);
    let (sweep, axes) = reader.sections(root, SECTIONS, "add [sweep] with name, scenarios and metrics");
    let made = match sweep {
        Some(sweep) if reader.problems.is_empty() => reader.sweep(&sweep, &axes, sources, knows)?,
        _ => None,
    };
    match made {
        Some(mut sweep) if reader.problems.is_empty() => {
            sweep.text = text;
            Ok(sweep)
        }
        _ => Err(Problems::new(file, &text, reader.problems).into()),
    }
}

impl Sweep {
    /// Everything that is asked of each scenario: what is kept, what should be best, what must hold, each once.
    #[must_use]
    pub fn asked(&self) -> Vec<Question> {
        let mut all: Vec<Question> = Vec::new();
        let best = self.best.iter().map(|(question, _)| question);
        let held = self.such_that.iter().map(|requirement| &requirement.question);
        for question in self.metrics.iter().chain(best).chain(held) {
            if !all.contains(question) {
                all.push(question.clone());
            }
        }
        all
    }

    /// Number of scenarios.
    #[must_use]
    pub fn count(&self) -> u64 {
        design::count(self.design, self.bases.len(), &self.axes)
    }

    /// The scenario of number `index`, from 0.
    #[must_use]
    pub fn point(&self, index: u64) -> Point {
        design::point(self.design, &self.axes, self.seed, self.bases.len(), index)
    }

    /// The deal of a scenario, checked as if a person had written it.
    ///
    /// # Errors
    /// [`LoadError`]: a change cannot be made, or the changed file has problems.
    pub fn deal(&self, point: &Point) -> Result<Deal, LoadError> {
        let set: Vec<String> = point.levels.iter().flat_map(|level| level.set.iter().cloned()).collect();
        self.scenarios[point.base].changed(&set)
    }
}

impl Reader {
    fn sweep(&mut self, text: &SweepText, axes: &[AxisText], sources: &Sources, knows: Knows<'_>) -> Result<Option<Sweep>, LoadError> {
        let named = &text.scenarios;
        if named.is_empty() {
            self.refuse("sweep.scenarios", "out-of-range", "a sweep starts from at least one scenario", "none", "name a scenario file");
            return Ok(None);
        }
        let mut scenarios = Vec::new();
        for (at, file) in named.iter().enumerate() {
            scenarios.extend(self.scenario(&format!("sweep.scenarios[{at}]"), file, sources)?);
        }
        let axes: Vec<Option<Axis>> = axes.iter().enumerate().map(|(at, axis)| self.axis(at, axis, text.design)).collect();
        let (Some(axes), false) = (axes.into_iter().collect::<Option<Vec<Axis>>>(), scenarios.len() < named.len()) else { return Ok(None) };
        let design = self.design(text, &axes);
        if text.trials == Some(0) {
            self.refuse("sweep.trials", "out-of-range", "there is at least one trial", "none", "trials = 20_000");
        }
        let deals: Vec<Deal> = scenarios.iter().map(|scenario| scenario.deal.clone()).collect();
        let sweep = Sweep {
            name: text.name.clone(),
            question: text.question.clone(),
            bases: text.scenarios.clone(),
            axes,
            design,
            metrics: text.metrics.iter().map(|name| Question::new(name)).collect(),
            trials: text.trials.unwrap_or(deals[0].trials),
            seed: text.seed.unwrap_or(deals[0].seed),
            best: text
                .minimise
                .as_ref()
                .map(|name| (name, true))
                .or(text.maximise.as_ref().map(|name| (name, false)))
                .map(|(name, small)| (Question::new(name), small)),
            such_that: self.requirements("sweep.such_that", &text.such_that),
            deals,
            text: String::new(),
            texts: scenarios.iter().map(|scenario| scenario.text.clone()).collect(),
            tables: scenarios.iter().flat_map(Scenario::tables).collect(),
            scenarios,
        };
        self.known(text, &sweep, knows);
        self.comparable(text, &sweep);
        self.axes_apart(&sweep);
        if self.problems.is_empty() {
            self.possible(&sweep);
        }
        Ok(Some(sweep))
    }

    fn design(&mut self, text: &SweepText, axes: &[Axis]) -> Design {
        let points = || u64::from(text.points.unwrap_or(0));
        let spread = matches!(text.design, DesignText::LatinHypercube | DesignText::Sobol);
        if spread != text.points.is_some_and(|points| points > 0) {
            let (message, help) = if spread {
                ("this design needs its number of scenarios", "add `points = 256`")
            } else {
                ("`points` belongs to a Latin hypercube or Sobol design", "drop it, or choose `design = \"sobol\"`")
            };
            self.refuse(if text.points.is_some() { "sweep.points" } else { "sweep.design" }, "one-of", message, "here", help);
        }
        if text.design == DesignText::Sobol && (axes.len() > SOBOL.0 || text.points.is_some_and(|points| points > SOBOL.1)) {
            let message = format!("a Sobol design has at most {} axes and {} points", SOBOL.0, SOBOL.1);
            let help = "use fewer, or `design = \"latin_hypercube\"`, which has no such bounds";
            self.refuse("sweep.design", "too-many", message, "too many", help);
        }
        let longest = axes.iter().map(|axis| axis.levels.len()).max().unwrap_or(1);
        for (at, axis) in axes.iter().enumerate().filter(|(_, axis)| text.design == DesignText::List && axis.levels.len() != longest) {
            let message = format!("in a list every axis has as many values: {} here and {longest} elsewhere", axis.levels.len());
            self.refuse(&format!("axis[{at}]"), "step-table", message, "too few", "add values, or choose `design = \"grid\"`");
        }
        match text.design {
            DesignText::Grid => Design::Grid,
            DesignText::List => Design::List,
            DesignText::LatinHypercube => Design::LatinHypercube(points()),
            DesignText::Sobol => Design::Sobol(points()),
        }
    }

    fn axis(&mut self, at: usize, text: &AxisText, design: DesignText) -> Option<Axis> {
        let path = format!("axis[{at}]");
        let given = [text.values.is_some(), text.range.is_some(), text.log_range.is_some(), text.options.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            let message = "an axis has exactly one of `values`, `range`, `log_range` and `options`";
            self.refuse(&path, "one-of", message, "none, or more than one", "values = [3_000, 4_000, 5_000]");
            return None;
        }
        if text.levers.is_empty() == text.options.is_none() {
            let message = "an axis with values has `levers`, and one with `options` has none of its own";
            self.refuse(&path, "one-of", message, "here", "levers = ['payment.\"placed\".price.per_unit']");
            return None;
        }
        let set = |value: &str| text.levers.iter().map(|lever| format!("{lever}={value}")).collect::<Vec<_>>();
        let spread = matches!(design, DesignText::LatinHypercube | DesignText::Sobol);
        let mut span = None;
        let levels: Vec<Level> = match (&text.values, text.range, text.log_range, &text.options) {
            (Some(values), ..) => values
                .iter()
                .map(|value| {
                    let number = value.as_float().or(value.as_integer().map(|whole| whole as f64));
                    let inline = inline(value);
                    Level { label: value.as_str().map_or_else(|| inline.clone(), String::from), number, set: set(&inline) }
                })
                .collect(),
            (_, Some(range), ..) | (_, _, Some(range), _) => {
                let log = text.log_range.is_some();
                let key = if log { "log_range" } else { "range" };
                self.range(&format!("{path}.{key}"), range, log)?;
                let own = Span { from: range.from, to: range.to, log, round: range.round };
                span = spread.then_some(own);
                own.numbers(range.steps.unwrap_or(11)).into_iter().map(|number| Level::of(number, &text.levers)).collect()
            }
            (.., Some(options)) => options.iter().map(option).collect(),
            _ => Vec::new(),
        };
        if levels.is_empty() {
            self.refuse(&path, "out-of-range", "an axis has at least one value", "none", "write at least one");
            return None;
        }
        let written = text.values.is_some() || text.options.is_some();
        if written && design != DesignText::List {
            self.values_once(&path, &levels);
        }
        Some(Axis { name: text.name.clone(), levels, levers: text.levers.clone(), span })
    }

    /// Every value of an axis stands there once: rows of one name could not be told apart.
    fn values_once(&mut self, path: &str, levels: &[Level]) {
        let mut labels: HashSet<&str> = HashSet::new();
        if let Some(twice) = levels.iter().find(|level| !labels.insert(&level.label)) {
            let message = format!("`{}` stands twice on this axis", twice.label);
            self.refuse(path, "duplicate-name", message, "the same value", "keep one of them");
        }
    }

    fn range(&mut self, path: &str, range: RangeText, log: bool) -> Option<()> {
        let finite = range.from.is_finite() && range.to.is_finite() && range.from != range.to;
        let fits = range.round.is_none_or(|step| step.is_finite() && step > 0.0)
            && (2..=1_000_000).contains(&range.steps.unwrap_or(11))
            && (!log || (range.from > 0.0 && range.to > 0.0));
        if !finite || !fits {
            let message = "a range goes from one number to another in 2 to 1,000,000 steps, a log range between numbers above 0";
            self.refuse(path, "out-of-range", message, "here", "range = { from = 3_000, to = 9_000, steps = 7 }");
            return None;
        }
        Some(())
    }

    /// Every figure is one of every scenario file.
    fn known(&mut self, text: &SweepText, sweep: &Sweep, knows: Knows<'_>) {
        if sweep.metrics.is_empty() {
            self.refuse("sweep.metrics", "out-of-range", "a sweep keeps at least one figure", "none", "metrics = [\"payors.total.mean\"]");
        }
        if text.minimise.is_some() && text.maximise.is_some() {
            self.refuse("sweep.maximise", "one-of", "one figure is made small or large, not two", "both", "keep one of them");
        }
        let metrics = sweep.metrics.iter().enumerate().map(|(at, question)| (format!("sweep.metrics[{at}]"), question));
        let best = sweep.best.iter().map(|(question, small)| (format!("sweep.{}", if *small { "minimise" } else { "maximise" }), question));
        let such_that =
            sweep.such_that.iter().enumerate().map(|(at, requirement)| (format!("sweep.such_that[{at}]"), &requirement.question));
        for (path, question) in metrics.chain(best).chain(such_that) {
            for (deal, base) in sweep.deals.iter().zip(&sweep.bases) {
                if !self.has(&path, question, deal, base, knows) {
                    break;
                }
            }
        }
    }

    /// The scenario files are different ones, of one currency.
    fn comparable(&mut self, text: &SweepText, sweep: &Sweep) {
        for (at, (file, deal)) in text.scenarios.iter().zip(&sweep.deals).enumerate() {
            let place = format!("sweep.scenarios[{at}]");
            if text.scenarios[..at].contains(file) {
                self.refuse(&place, "duplicate-name", format!("{file} is named twice"), "again here", "name each scenario once");
            }
            let (first, own) = (sweep.deals[0].currency.code(), deal.currency.code());
            if first != own {
                let message = format!("{file} is in {own}, and {} in {first}: their amounts cannot be compared", text.scenarios[0]);
                self.refuse(&place, "unknown-currency", message, "another currency", "sweep each currency by itself");
            }
        }
    }

    /// Every axis moves what no other does, and money in whole minor units.
    fn axes_apart(&mut self, sweep: &Sweep) {
        let asked = sweep.metrics.iter().chain(sweep.best.iter().map(|(question, _)| question));
        let asked = asked.chain(sweep.such_that.iter().map(|requirement| &requirement.question));
        let taken = asked.flat_map(|question| [question.name.clone(), format!("{}.se", question.name)]);
        let taken: Vec<String> = ["scenario".to_string(), "file".into()].into_iter().chain(taken).collect();
        let moved: Vec<Moved<'_>> = sweep.axes.iter().enumerate().map(|(at, axis)| axis.moved(at)).collect();
        for text in &sweep.texts {
            if self.problems.is_empty() {
                self.each_once("axis", &moved, &taken, text);
            }
        }
        for (at, axis) in sweep.axes.iter().enumerate().filter(|(_, axis)| !axis.levers.is_empty()) {
            let set = |set: &[String]| sweep.scenarios[0].changed(set);
            let currency = sweep.deals[0].currency;
            let numbers: Vec<f64> = match axis.span {
                Some(span) => [span.from, span.to].into_iter().chain(span.round).collect(),
                None => axis.levels.iter().filter_map(|level| level.number).collect(),
            };
            if !self.whole_minor_units(&format!("axis[{at}]"), &axis.name, &axis.levers, &numbers, currency, set) {
                return;
            }
            // Below it, six significant digits are finer than the smallest unit.
            let coarse = math::pow(10.0, 5.0 - currency.minor_digits() as f64);
            let fine = axis.span.is_some_and(|span| span.round.is_none() && span.least() < coarse);
            if fine && axis.levers.iter().any(|path| is_money(path, currency, set)) {
                let unit = smallest(currency);
                let message = format!("`{}` is an amount of money, and numbers between have parts smaller than {unit}", axis.name);
                self.refuse(&format!("axis[{at}]"), "amount", message, "too fine", format!("add `round = {unit}` to the range, or more"));
            }
        }
    }

    /// Every value of every axis can be set by itself, and gives a scenario without problems.
    fn possible(&mut self, sweep: &Sweep) {
        if sweep.count() > MOST {
            let message = format!("{} scenarios are more than anybody can look at", sweep.count());
            self.refuse("axis", "too-many", message, "too many", "use fewer values, or `design = \"sobol\"` with `points`");
            return;
        }
        for (at, axis) in sweep.axes.iter().enumerate() {
            let last = axis.levels.len() - 1;
            let tried: Vec<usize> = if last < TRIED { (0..=last).collect() } else { (0..=16).map(|part| last * part / 16).collect() };
            for level in tried {
                // By itself, so that a mistake is told where it is.
                let levels = vec![axis.levels[level].clone()];
                for base in 0..sweep.bases.len() {
                    if let Err(error) = sweep.deal(&Point { base, levels: levels.clone() }) {
                        let message = format!("with {} = {}: {}", axis.name, axis.levels[level].label, first_line(&error));
                        self.refuse(&format!("axis[{at}]"), "lever", message, "this axis", "its levers are paths as in --set");
                        return;
                    }
                }
            }
        }
    }
}

fn option(text: &OptionText) -> Level {
    let set = text.set.iter().map(|(path, value)| format!("{path}={}", inline(value))).collect();
    Level { label: text.name.clone(), number: None, set }
}

/// A TOML value on one line.
fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let parts: Vec<String> =
                table.iter().map(|(key, value)| format!("{} = {}", toml::Value::String(key.clone()), inline(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        toml::Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
