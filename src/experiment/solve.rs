//! Reads the file of a search: which terms are best of those that keep every promise?

use std::path::Path;

use super::levers::Moved;
use super::question_file::{Knows, Reader, first_line};
use super::text_solve::{LeverText, SolveText};
use crate::deal::{Deal, SoFar};
use crate::question::{Question, Requirement};
use crate::scenario::{LoadError, Problems, Scenario, Sources, parse_toml, read_text};

/// Sections of the file.
const SECTIONS: [&str; 2] = ["solve", "lever"];

/// Most values of one lever.
const MOST: f64 = 1e9;

/// Most levers: a closer look moves any two of them.
const MOST_LEVERS: usize = 64;

/// A search.
#[derive(Clone, Debug)]
pub struct Solve {
    /// Its name.
    pub name: String,
    /// The question that it answers.
    pub question: Option<String>,
    /// What may be moved, at least one.
    pub levers: Vec<Lever>,
    /// What should be small or large.
    pub goal: Goal,
    /// Whether it should be small.
    pub small: bool,
    /// What must hold, at least one thing.
    pub such_that: Vec<Requirement>,
    /// How sure each must be, 0.5 up to but not including 1.
    pub confidence: f64,
    /// Two figures that should both be small.
    pub frontier: Option<[Question; 2]>,
    /// Number of trials.
    pub trials: u64,
    /// Seed.
    pub seed: u64,
    /// The deal as the scenario file has it.
    pub deal: Deal,
    /// The text of the file of the search, and of the scenario.
    pub texts: [String; 2],
    scenario: Scenario,
    /// The scenario file, as a command takes it.
    shown: String,
}

/// What a search makes small or large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A lever (index).
    Lever(usize),
    /// A figure.
    Figure(Question),
}

/// A number that a search moves, over `from`, `from + step`, … up to `from + steps × step`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// What is set to its value, as in --set.
    pub paths: Vec<String>,
    /// Least value.
    pub from: f64,
    /// What separates one value from the next.
    pub step: f64,
    /// Number of steps, at least 1.
    pub steps: u32,
}

impl Lever {
    /// The value after `steps` steps, without the noise of adding decimals.
    #[must_use]
    pub fn value(&self, steps: u32) -> f64 {
        let value = self.from + f64::from(steps) * self.step;
        format!("{value:.11e}").parse().unwrap_or(value)
    }
}

/// Reads the search at `path`. `knows` says whether a deal has a figure. Its scenario, and what that names, stand in its own folder or
/// below.
///
/// # Errors
/// [`LoadError`]: a file cannot be read, or has problems.
pub fn load(path: &Path, knows: Knows<'_>) -> Result<Solve, LoadError> {
    load_with(path, knows, &Sources::around(path, false))
}

/// Reads the search at `path` like [`load`]; what it names is read from `sources`.
///
/// # Errors
/// As [`load`].
pub fn load_with(path: &Path, knows: Knows<'_>, sources: &Sources) -> Result<Solve, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    parse(&file, text, knows, sources)
}

/// Makes a search of `text`; problems are reported as those of `file`, and what it names is read from `sources`.
///
/// # Errors
/// [`LoadError`]: a file cannot be read, or has problems.
pub fn parse(file: &str, text: String, knows: Knows<'_>, sources: &Sources) -> Result<Solve, LoadError> {
    let root = parse_toml(file, &text)?;
    let root = root.get_ref();
    let mut reader = Reader::new(root);
    let (solve, levers) = reader.sections(root, SECTIONS, "add [solve] with name, scenario, minimise and such_that");
    let made = match solve {
        Some(solve) if reader.problems.is_empty() => reader.solve(&solve, &levers, sources, knows)?,
        _ => None,
    };
    match made {
        Some(mut solve) if reader.problems.is_empty() => {
            solve.texts[0] = text;
            Ok(solve)
        }
        _ => Err(Problems::new(file, &text, reader.problems).into()),
    }
}

impl Solve {
    /// The same search for a deal that is running, of which so much is known.
    #[must_use]
    pub fn given(self, so_far: SoFar) -> Self {
        let scenario = self.scenario.given(so_far);
        Self { deal: scenario.deal.clone(), scenario, ..self }
    }

    /// The changes, as in --set, that put each lever at so many steps.
    #[must_use]
    pub fn set(&self, steps: &[u32]) -> Vec<String> {
        let of = |(lever, &steps): (&Lever, &u32)| {
            let value = lever.value(steps);
            lever.paths.iter().map(move |path| format!("{path}={value}")).collect::<Vec<_>>()
        };
        self.levers.iter().zip(steps).flat_map(of).collect()
    }

    /// The scenario file, as a command takes it.
    #[must_use]
    pub fn scenario_file(&self) -> String {
        self.shown.clone()
    }

    /// The deal with each lever at so many steps, checked as if a person had written it.
    ///
    /// # Errors
    /// [`LoadError`]: a change cannot be made, or the changed file has problems.
    pub fn deal(&self, steps: &[u32]) -> Result<Deal, LoadError> {
        self.scenario.changed(&self.set(steps))
    }
}

impl Reader {
    fn solve(&mut self, text: &SolveText, levers: &[LeverText], sources: &Sources, knows: Knows<'_>) -> Result<Option<Solve>, LoadError> {
        let Some(scenario) = self.scenario("solve.scenario", &text.scenario, sources)? else { return Ok(None) };
        let deal = scenario.deal.clone();
        let read: Vec<Option<Lever>> = levers.iter().enumerate().map(|(at, lever)| self.lever(at, lever)).collect();
        if levers.is_empty() {
            self.refuse(
                "",
                "missing-section",
                "a search moves at least one lever",
                "",
                "add [[lever]] with name, levers, from, to and step",
            );
        }
        let Some(levers) = read.into_iter().collect::<Option<Vec<Lever>>>() else { return Ok(None) };
        let such_that = self.requirements("solve.such_that", &text.such_that);
        if text.such_that.is_empty() {
            self.refuse(
                "solve.such_that",
                "out-of-range",
                "a search has something that must hold",
                "nothing",
                "such_that = [\"investors.loss <= 0.10\"]",
            );
        }
        for (at, requirement) in such_that.iter().enumerate() {
            self.has(&format!("solve.such_that[{at}]"), &requirement.question, &deal, &text.scenario, knows);
        }
        let goal = self.goal(text, &levers, &deal, knows);
        let frontier = text.frontier.as_ref().map(|names| [Question::new(&names[0]), Question::new(&names[1])]);
        for (at, question) in frontier.iter().flatten().enumerate() {
            self.has(&format!("solve.frontier[{at}]"), question, &deal, &text.scenario, knows);
        }
        let confidence = text.confidence.unwrap_or(0.5);
        if !(0.5..1.0).contains(&confidence) {
            self.refuse("solve.confidence", "out-of-range", "a confidence lies from 0.5 to below 1", "here", "confidence = 0.95");
        }
        if text.trials == Some(0) {
            self.refuse("solve.trials", "out-of-range", "there is at least one trial", "none", "trials = 20_000");
        }
        let (Some(goal), true) = (goal, self.problems.is_empty()) else { return Ok(None) };
        let solve = Solve {
            name: text.name.clone(),
            question: text.question.clone(),
            levers,
            goal,
            small: text.minimise.is_some(),
            such_that,
            confidence,
            frontier,
            trials: text.trials.unwrap_or(deal.trials),
            seed: text.seed.unwrap_or(deal.seed),
            deal,
            texts: [String::new(), scenario.text.clone()],
            shown: sources.shown(&text.scenario),
            scenario,
        };
        self.levers_apart(&solve, knows);
        if self.problems.is_empty() {
            self.movable(&solve);
        }
        Ok(Some(solve))
    }

    fn goal(&mut self, text: &SolveText, levers: &[Lever], deal: &Deal, knows: Knows<'_>) -> Option<Goal> {
        let (key, name) = match (&text.minimise, &text.maximise) {
            (Some(name), None) => ("solve.minimise", name),
            (None, Some(name)) => ("solve.maximise", name),
            _ => {
                let message = "a search makes exactly one thing small or large";
                self.refuse("solve", "one-of", message, "none, or two", "minimise = \"payors.total.mean\", or the name of a lever");
                return None;
            }
        };
        if let Some(lever) = levers.iter().position(|lever| lever.name == *name) {
            return Some(Goal::Lever(lever));
        }
        let question = Question::new(name);
        self.has(key, &question, deal, &text.scenario, knows).then_some(Goal::Figure(question))
    }

    fn lever(&mut self, at: usize, text: &LeverText) -> Option<Lever> {
        let path = format!("lever[{at}]");
        let finite = [text.from, text.to, text.step].iter().all(|value| value.is_finite());
        let steps = ((text.to - text.from) / text.step * (1.0 + 1e-12)).floor();
        if !finite || !(text.step > 0.0) || !(1.0..=MOST).contains(&steps) {
            let message = "a lever goes up from one number to another in 1 to 1,000,000,000 steps";
            self.refuse(&path, "out-of-range", message, "here", "from = 3_000, to = 9_000, step = 50");
            return None;
        }
        if text.levers.is_empty() {
            let help = "levers = ['payment.\"placed\".price.per_unit']";
            self.refuse(&format!("{path}.levers"), "out-of-range", "a lever moves at least one number", "none", help);
            return None;
        }
        Some(Lever { name: text.name.clone(), paths: text.levers.clone(), from: text.from, step: text.step, steps: steps as u32 })
    }

    /// Each lever moves what no other does, under a name of its own, and money in whole minor units.
    fn levers_apart(&mut self, solve: &Solve, knows: Knows<'_>) {
        if solve.levers.len() > MOST_LEVERS {
            let message = format!("a search moves at most {MOST_LEVERS} levers, not {}", solve.levers.len());
            return self.refuse(&format!("lever[{MOST_LEVERS}]"), "too-many", message, "too many", "move those that matter most");
        }
        let mut moved: Vec<Moved<'_>> = Vec::new();
        for (at, lever) in solve.levers.iter().enumerate() {
            let paths = lever.paths.iter().map(String::as_str).collect();
            moved.push(Moved { at: format!("lever[{at}]"), name: &lever.name, choices: vec![paths] });
        }
        let is_figure = |lever: &&Lever| knows(&solve.deal, &Question::new(&lever.name)).is_ok();
        let figures = solve.levers.iter().filter(is_figure).map(|lever| lever.name.clone());
        let taken: Vec<String> = figures.chain(["meets".to_string()]).collect();
        self.each_once("lever", &moved, &taken, &solve.texts[1]);
        let currency = solve.deal.currency;
        for (at, lever) in solve.levers.iter().enumerate() {
            let set = |set: &[String]| solve.scenario.changed(set);
            if !self.whole_minor_units(&format!("lever[{at}]"), &lever.name, &lever.paths, &[lever.step, lever.from], currency, set) {
                return;
            }
        }
    }

    /// Each lever can be put at both of its ends, and between them.
    fn movable(&mut self, solve: &Solve) {
        for (at, lever) in solve.levers.iter().enumerate() {
            let mut tried: Vec<u32> = vec![0, lever.steps, 1];
            tried.extend((1..16).map(|part| (u64::from(lever.steps) * part / 16) as u32));
            tried.sort_unstable();
            tried.dedup();
            for steps in tried {
                let alone = Solve { levers: vec![lever.clone()], ..solve.clone() };
                if let Err(error) = alone.deal(&[steps]) {
                    let message = format!("with {} = {}: {}", lever.name, lever.value(steps), first_line(&error));
                    self.refuse(&format!("lever[{at}]"), "lever", message, "this lever", "its levers are paths as in --set");
                    break;
                }
            }
        }
    }
}
