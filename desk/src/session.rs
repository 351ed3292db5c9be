//! One deal on one page, from when it is opened.

use std::collections::BTreeMap;
use std::rc::Rc;

use pfsim::experiment::terms::Owner;
use pfsim::study::{Held, Stood};
use pfsim::{Memory, Scenario, Sources};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{self, Refused};
use crate::edition::Edition;
use crate::figures::Job;
use crate::world::{self, Worlds};
use crate::{charts, compare, describe, find, questions, take};

/// A deal on the page. The first request opens it.
#[derive(Debug, Default)]
pub struct Session {
    open: Option<Open>,
}

/// The deal as it was signed, and what is known of it.
#[derive(Debug)]
pub(crate) struct Open {
    pub signed: Scenario,
    pub trials: u64,
    pub seed: u64,
    pub worlds: Worlds,
    /// What the signed deal comes to, once that is known.
    pub standing: Option<Rc<Stood>>,
    /// What the last other edition comes to.
    pub last: Option<(Edition, Rc<Stood>)>,
    /// What is under way.
    pub job: Option<Job>,
    /// Space for the columns of what is settled next.
    pub spare: Vec<Vec<f64>>,
    /// The last text that was edited, read.
    edited: Option<(String, Scenario)>,
    /// Whose terms there are in the text that was last looked at.
    owners: Option<(Option<String>, Rc<[Owner]>)>,
}

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Request {
    /// Who answers: the version and the build of the engine.
    About,
    /// Opens a deal; tables are texts by name.
    Open {
        file: String,
        text: String,
        #[serde(default)]
        tables: BTreeMap<String, String>,
        trials: Option<u64>,
    },
    Describe {
        edition: Edition,
    },
    Assign {
        edition: Edition,
        term: String,
        value: f64,
    },
    Move {
        edition: Edition,
        input: String,
        fix: Option<f64>,
        shift: f64,
        widen: f64,
    },
    Figures {
        edition: Edition,
        job: u64,
    },
    Step {
        job: u64,
    },
    Charts {
        edition: Edition,
    },
    Ask {
        edition: Edition,
        quantity: String,
        above: bool,
        than: f64,
    },
    Find {
        edition: Edition,
        term: String,
        requirement: String,
    },
    Compare {
        a: Edition,
        b: Edition,
    },
    Why {
        edition: Edition,
        quantity: String,
        at: String,
    },
    Text {
        edition: Edition,
    },
    Read {
        edition: Edition,
    },
    Report {
        edition: Edition,
    },
}

impl Session {
    /// Answers a request: both are JSON. Nothing that it may say makes it fail.
    pub fn answer(&mut self, request: &str) -> String {
        answer::text(self.answered(request))
    }

    fn answered(&mut self, request: &str) -> Result<Value, Refused> {
        let request: Request =
            serde_json::from_str(request).map_err(|error| Refused::because(format!("the request cannot be read: {error}"), ""))?;
        let engine = pfsim::data::Engine::here();
        if let Request::About = request {
            return Ok(json!({ "version": engine.version, "build": engine.build }));
        }
        if let Request::Open { file, text, tables, trials } = request {
            self.open = None;
            let mut open = Open::new(&file, text, &tables, trials)?;
            let deal = describe::deal(&mut open, &Edition::default())?;
            self.open = Some(open);
            return Ok(json!({ "build": engine.build, "deal": deal }));
        }
        let open = self.open.as_mut().ok_or_else(|| Refused::because("no deal is open", "open one first"))?;
        match request {
            Request::About | Request::Open { .. } => Err(Refused::because("no deal is open", "open one first")),
            Request::Describe { edition } => Ok(json!({ "deal": describe::deal(open, &edition)? })),
            Request::Assign { edition, term, value } => describe::assign(open, &edition, &term, value),
            Request::Move { edition, input, fix, shift, widen } => describe::shift(open, &edition, &input, (fix, shift, widen)),
            Request::Figures { edition, job } => open.begin(&edition, job),
            Request::Step { job } => open.step(job),
            Request::Charts { edition } => charts::charts(open, &edition),
            Request::Ask { edition, quantity, above, than } => questions::ask(open, &edition, &quantity, above, than),
            Request::Find { edition, term, requirement } => find::find(open, &edition, &term, &requirement),
            Request::Compare { a, b } => compare::compare(open, &a, &b),
            Request::Why { edition, quantity, at } => questions::why(open, &edition, &quantity, &at),
            Request::Text { edition } => take::text(open, &edition),
            Request::Read { edition } => open.scenario(&edition).map(|_| json!({})),
            Request::Report { edition } => take::report(open, &edition),
        }
    }
}

impl Open {
    fn new(file: &str, text: String, tables: &BTreeMap<String, String>, trials: Option<u64>) -> Result<Self, Refused> {
        let mut memory = Memory::default();
        for (name, contents) in tables {
            memory = memory.with(name.clone(), contents.clone().into_bytes());
        }
        let signed = Scenario::new(file, text, Sources::new(memory))?;
        let kept = world::trials(&signed.deal, trials).ok_or_else(|| {
            Refused::because("this deal is too large for a page", "use the command line, which needs no room for all trials at once")
        })?;
        let seed = signed.deal.seed;
        let (mut worlds, standing, last, job, edited, owners) = (Worlds::default(), None, None, None, None, None);
        // The signed world is kept whatever is asked first: everything is held against it.
        worlds.prepare(&signed.deal, &Held::world_of(&signed.deal), kept, seed);
        Ok(Self { signed, trials: kept, seed, worlds, standing, last, job, spare: Vec::new(), edited, owners })
    }

    /// The scenario whose text an edition changes.
    pub fn base(&mut self, edition: &Edition) -> Result<&Scenario, Refused> {
        let Some(text) = &edition.text else { return Ok(&self.signed) };
        if self.edited.as_ref().is_none_or(|(known, _)| known != text) {
            self.edited = Some((text.clone(), self.signed.rewritten(text.clone())?));
        }
        Ok(self.edited.as_ref().map_or(&self.signed, |(_, scenario)| scenario))
    }

    /// Whose terms there are under an edition, each once: changes of numbers leave them as they are.
    pub fn owners(&mut self, edition: &Edition) -> Result<Rc<[Owner]>, Refused> {
        if let Some((_, owners)) = self.owners.as_ref().filter(|(text, _)| *text == edition.text) {
            return Ok(Rc::clone(owners));
        }
        let owners: Rc<[Owner]> = describe::owners(self.base(edition)?).into();
        self.owners = Some((edition.text.clone(), Rc::clone(&owners)));
        Ok(owners)
    }

    /// The scenario that an edition is, without its misfortune.
    pub fn scenario(&mut self, edition: &Edition) -> Result<Scenario, Refused> {
        edition.scenario_of(self.base(edition)?)
    }

    /// The deal that an edition is.
    pub fn deal(&mut self, edition: &Edition) -> Result<pfsim::Deal, Refused> {
        edition.deal_of(self.base(edition)?)
    }
}
