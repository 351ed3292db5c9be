//! Where a running deal stands, on two sides of paper: what was paid, what comes next, which reports are late, limits and lenders.

use super::parts::{Block, Page, Section, fact, shorten};
use super::template;
use crate::deal::Deal;
use crate::quantity::Money;
use crate::report::status::{Report, Status, limit_in_words};
use crate::words::count::counted;
use crate::words::money;
use crate::words::number;

/// After the title of such a page.
const WHAT: &str = "status";

/// The page as HTML. `hash` is the SHA-256 of the scenario's text. The same input gives the same bytes.
///
/// # Errors
/// What the template engine says; the template is a part of this program, so this does not happen in practice.
pub fn html(deal: &Deal, status: &Status, hash: &str) -> Result<String, minijinja::Error> {
    let say = Say { deal };
    let mut sections = vec![say.brief(status)];
    sections.extend(say.care(status));
    sections.extend(say.next(status));
    sections.push(say.paid(status));
    sections.extend(say.limits(status));
    sections.extend(say.money(status));
    shorten(&mut sections, "printed by `pfsim settle`, and with --json as data");
    template::lay_out(&Page {
        kicker: "Pay for Success · a deal that is running",
        what: WHAT,
        title: deal.name.clone(),
        about: String::new(),
        lead: say.lead(status),
        run: format!("the scenario {} and the results as of {}", hash.get(..12).unwrap_or(hash), status.as_of),
        engine: format!("pfsim {}", env!("CARGO_PKG_VERSION")),
        sections,
        closing: "What was reported is taken as it was reported; what nobody reported yet pays nothing yet.",
        style: template::STYLE,
    })
}

/// Whether a file that begins with `bytes` is such a page.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    template::is_page(bytes, WHAT)
}

struct Say<'a> {
    deal: &'a Deal,
}

impl Say<'_> {
    fn minor(&self, major: f64) -> Money {
        Money((major * self.deal.currency.minor_units() as f64).round() as i64)
    }

    fn exact(&self, major: f64) -> String {
        money::exact(self.deal.currency, self.minor(major))
    }

    fn stated(&self, major: f64) -> String {
        money::stated(self.deal.currency, self.minor(major))
    }

    fn lead(&self, status: &Status) -> String {
        let noun = self.deal.timeline.length.noun();
        let next = status
            .next_period
            .as_ref()
            .map_or_else(|| format!("It is the deal's last {noun}."), |next| format!("The next {noun} begins on {next}."));
        format!("As of {}: the {noun} from {} has begun, and what falls due in it is due. {next}", status.as_of, status.through)
    }

    fn brief(&self, status: &Status) -> Section {
        let due: f64 = status.payments.iter().map(|payment| payment.due).sum();
        let deferred: f64 = status.payments.iter().map(|payment| payment.deferred).sum();
        let waits = if deferred > 0.0 { format!("{} waits for later.", self.stated(deferred)) } else { String::new() };
        let mut facts = vec![fact("Paid so far", self.stated(status.total), format!("Of {} due before limits. {waits}", self.stated(due)))];
        let next = status.waiting.iter().find(|claim| !claim.overdue);
        if let Some(next) = next {
            facts.push(fact("Next falls due", &next.date, format!("{}.", name(&next.payment, &next.of))));
        }
        let late = match status.late.as_slice() {
            [] => "Every report that payments needed by now is there.".to_string(),
            [first, ..] => format!("The first of them was due on {}.", first.due),
        };
        facts.push(fact("Late reports", if status.late.is_empty() { "none".into() } else { counted(status.late.len(), "report") }, late));
        let owed: f64 = status.tranches.iter().map(|tranche| tranche.owed).sum();
        let drawn: f64 = status.tranches.iter().map(|tranche| tranche.drawn).sum();
        if drawn > 0.0 {
            facts.push(fact("Owed to investors", self.stated(owed), format!("Of {} drawn.", self.stated(drawn))));
        }
        Section { id: "brief", short: "In short", title: "In short".into(), blocks: vec![Block::Facts { facts }] }
    }

    fn care(&self, status: &Status) -> Option<Section> {
        let items: Vec<String> = status.surprises.iter().chain(&status.assumptions).cloned().collect();
        let blocks = vec![Block::List { items }];
        let said = !(status.surprises.is_empty() && status.assumptions.is_empty());
        said.then(|| Section { id: "care", short: "With care", title: "Read with care".into(), blocks })
    }

    fn next(&self, status: &Status) -> Option<Section> {
        let mut blocks = Vec::new();
        let shown = |report: &Report| status.waiting.iter().any(|claim| claim.waits_on.iter().any(|on| on.said() == report.said()));
        let others: Vec<String> = status.late.iter().filter(|report| !shown(report)).map(Report::said).collect();
        let row = |claim: &crate::report::status::WaitingClaim| {
            let on: Vec<String> = claim.waits_on.iter().map(Report::said).collect();
            let on = if on.is_empty() { "nothing more".into() } else { on.join("; ") };
            let amount = claim.amount.map_or(number::NONE.into(), |amount| self.exact(amount));
            let date = if claim.overdue { format!("{} (late)", claim.date) } else { claim.date.clone() };
            vec![date, name(&claim.payment, &claim.of), amount, on]
        };
        let rows: Vec<Vec<String>> = status.waiting.iter().map(row).collect();
        if !rows.is_empty() {
            let caption = "What falls due next of each payment, before limits, and the reports that it waits on";
            blocks.push(Block::words(caption, &["Due", "what", "as far as is known", "waits on"], rows));
        }
        if !others.is_empty() {
            blocks.push(Block::text("Late too, for claims that fall due later:"));
            blocks.push(Block::List { items: others });
        }
        (!blocks.is_empty()).then(|| Section { id: "next", short: "Next", title: "What comes next".into(), blocks })
    }

    fn paid(&self, status: &Status) -> Section {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for payment in &status.payments {
            let name = match payment.by_payor.as_slice() {
                [only] if status.payors.len() > 1 => format!("{}, by {}", payment.name, only.name),
                _ => payment.name.clone(),
            };
            rows.push(vec![name, self.exact(payment.due), self.exact(payment.paid), self.exact(payment.deferred)]);
            for payor in payment.by_payor.iter().filter(|_| payment.by_payor.len() > 1) {
                rows.push(vec![format!("{}, by {}", payment.name, payor.name), String::new(), self.exact(payor.amount), String::new()]);
            }
        }
        for payor in status.payors.iter().filter(|_| status.payors.len() > 1) {
            rows.push(vec![format!("All by {}", payor.name), String::new(), self.exact(payor.amount), String::new()]);
        }
        let caption = format!("Due and paid until {}, in {}", status.as_of, self.deal.currency.code());
        let mut head = vec!["Payment", "due before limits", "paid", "waits for later"];
        if status.payments.iter().all(|payment| payment.deferred == 0.0) {
            without_last(&mut head, &mut rows);
        }
        let blocks = vec![Block::numbers(caption, &head, rows)];
        Section { id: "paid", short: "Paid", title: "What was due and paid".into(), blocks }
    }

    fn limits(&self, status: &Status) -> Option<Section> {
        let row = |limit: &crate::report::status::LimitSoFar| {
            let mut row = vec![format!("{}: {}, {}", limit.of, limit_in_words(limit.limit), limit.span)];
            row.extend([limit.total, limit.used, limit.left, limit.deferred].map(|amount| self.exact(amount)));
            row
        };
        let mut rows: Vec<Vec<String>> = status.limits.iter().map(row).collect();
        let mut head = vec!["Limit", "in all", "used", "left", "waits behind it"];
        if status.limits.iter().all(|limit| limit.deferred == 0.0) {
            without_last(&mut head, &mut rows);
        }
        (!rows.is_empty()).then(|| {
            let caption = format!("Used and left of each limit, in {}", self.deal.currency.code());
            let blocks = vec![Block::numbers(caption, &head, rows)];
            Section { id: "limits", short: "Limits", title: "Where the limits stand".into(), blocks }
        })
    }

    fn money(&self, status: &Status) -> Option<Section> {
        let row = |tranche: &crate::report::status::TrancheSoFar| {
            let mut row = vec![tranche.name.clone()];
            let amounts = [tranche.drawn, tranche.undrawn, tranche.received, tranche.owed, tranche.set_aside];
            row.extend(amounts.map(|amount| self.exact(amount)));
            row
        };
        let rows: Vec<Vec<String>> = status.tranches.iter().map(row).collect();
        let mut blocks = Vec::new();
        if !rows.is_empty() {
            let caption = format!("What investors have put in, have back, and are owed, in {}", self.deal.currency.code());
            blocks.push(Block::numbers(caption, &["Investor", "drawn", "undrawn", "returned", "owed", "set aside"], rows));
        }
        let costs = &status.costs;
        if costs.cost > 0.0 {
            let mut said = format!("The program has cost {}", self.stated(costs.cost));
            if costs.shortfall > 0.0 {
                said.push_str(&format!("; {} found no money, and the provider bore it", self.stated(costs.shortfall)));
            }
            if status.in_hand != 0.0 {
                said.push_str(&format!("; {} is in the project's hands", self.stated(status.in_hand)));
            }
            blocks.push(Block::text(said + "."));
        }
        (!blocks.is_empty()).then(|| Section { id: "capital", short: "Investors", title: "Where the investors stand".into(), blocks })
    }
}

fn name(payment: &str, of: &str) -> String {
    if of.is_empty() { payment.into() } else { format!("{payment}, {of}") }
}

/// Takes a column off that says nothing.
fn without_last(head: &mut Vec<&str>, rows: &mut [Vec<String>]) {
    head.pop();
    rows.iter_mut().for_each(|row| {
        row.pop();
    });
}
