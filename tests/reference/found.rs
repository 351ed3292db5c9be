//! What was reported of a group of cohorts: from counts of people to rates, differences and p-values.

use std::collections::BTreeMap;

use super::number::{Num, ONE, ZERO};
use super::text::{Contract, Measure, Method};

/// What was found of one cohort in one round.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub units: Num,
    /// Comparison people with the outcome, and all of them.
    pub comparison: Option<(i128, i128)>,
}

/// What the evaluator says of a group where it follows from no count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stated {
    pub comparison_rate: Option<f64>,
    pub rate: Option<f64>,
    pub error: Option<f64>,
}

/// By cohort and round: how often, and what the program added to it.
pub type Happened = BTreeMap<(usize, usize), (f64, f64)>;

/// What chance decided in one trial.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Periods that the whole program is late.
    pub late: usize,
    /// What truly happened, by outcome.
    pub happened: BTreeMap<String, Happened>,
    /// People, by cohort.
    pub enrolled: Vec<i128>,
    /// By measure, then by cohort and round.
    pub cells: Vec<BTreeMap<(usize, usize), Cell>>,
    /// By measure and group.
    pub stated: Vec<Vec<Stated>>,
    /// Costs by period: those that a stop ends, those that it does not.
    pub costs: Vec<[i128; 2]>,
    /// The same: whether any future could have such a cost.
    pub possible: Vec<[bool; 2]>,
    /// Whether a payor fails, by payor and period.
    pub fails: Vec<Vec<bool>>,
}

/// Cohorts that are reported together, in one round.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub cohorts: Vec<usize>,
    pub round: usize,
    /// Period of the report.
    pub reported: usize,
    /// Its number among the measure's groups.
    pub index: usize,
}

/// The groups of a measure, round by round.
pub fn groups(contract: &Contract, measure: &Measure, late: usize) -> Vec<Group> {
    let outcome = &contract.outcomes[&measure.of];
    let mut pools: Vec<(String, Vec<usize>)> = Vec::new();
    for &cohort in &measure.cohorts {
        let key = match measure.pool.as_str() {
            "all" => String::new(),
            "site" => contract.cohorts[cohort].site.clone().unwrap(),
            "year" => contract.calendar.years_before(contract.cohorts[cohort].enrols).to_string(),
            _ => cohort.to_string(),
        };
        match pools.iter_mut().find(|pool| pool.0 == key) {
            Some(pool) => pool.1.push(cohort),
            None => pools.push((key, vec![cohort])),
        }
    }
    let mut found = Vec::new();
    for round in 0..outcome.rounds {
        for (_, cohorts) in &pools {
            let last = cohorts.iter().map(|&cohort| contract.cohorts[cohort].enrols).max().unwrap();
            let reported = last + late + outcome.after + round * outcome.every + measure.observed_after;
            found.push(Group { cohorts: cohorts.clone(), round, reported, index: found.len() });
        }
    }
    found
}

/// The world as it was found, without the cohorts that never came.
pub struct Estimates<'a> {
    pub contract: &'a Contract,
    pub given: &'a Given,
    /// The program's last period, where it was stopped.
    pub last: Option<usize>,
}

impl Estimates<'_> {
    pub fn came(&self, cohort: usize) -> bool {
        self.last.is_none_or(|last| self.contract.cohorts[cohort].enrols + self.given.late <= last)
    }

    pub fn enrolled(&self, cohorts: &[usize]) -> i128 {
        cohorts.iter().filter(|&&cohort| self.came(cohort)).map(|&cohort| self.given.enrolled[cohort]).sum()
    }

    pub fn measure(&self, name: &str) -> (usize, &Measure) {
        let index = self.contract.measures.iter().position(|measure| measure.name == name);
        let index = index.unwrap_or_else(|| panic!("no measure “{name}”"));
        (index, &self.contract.measures[index])
    }

    /// A statistic of a group, whether or not it is reported yet; nothing where it is undefined.
    pub fn statistic(&self, measure: usize, group: &Group, word: &str) -> Option<Num> {
        let plan = &self.contract.measures[measure];
        let people = self.enrolled(&group.cohorts);
        if people < plan.minimum {
            return None;
        }
        if people == 0 {
            return matches!(word, "enrolled" | "units" | "additional" | "avoided").then_some(ZERO);
        }
        let fewer = self.contract.outcomes[&plan.of].fewer;
        let cells: Vec<Cell> = group
            .cohorts
            .iter()
            // nobody is compared with nobody
            .filter(|&&cohort| self.came(cohort) && self.given.enrolled[cohort] > 0)
            .filter_map(|&cohort| self.given.cells[measure].get(&(cohort, group.round)).copied())
            .collect();
        let stated = self.given.stated[measure].get(group.index).copied().unwrap_or_default();
        let n = Num::whole(people);
        let units = cells.iter().fold(ZERO, |sum, cell| sum.plus(cell.units));
        let rate = || stated.rate.map_or_else(|| units.over(n), |rate| Some(Num::Near(rate)));
        let counted = || {
            let (with, all) = cells.iter().filter_map(|cell| cell.comparison).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            (all > 0).then(|| (Num::ratio(with, all), all))
        };
        let comparison = || stated.comparison_rate.map_or_else(|| counted().map(|(rate, _)| rate), |rate| Some(Num::Near(rate)));
        let difference = || {
            if let Method::Blend(parts) = &plan.method {
                return parts.iter().try_fold(ZERO, |sum, (name, weight)| {
                    let (other, other_plan) = self.measure(name);
                    let same = self.same_group(other_plan, group)?;
                    Some(sum.plus(self.statistic(other, &same, "difference")?.times(*weight)))
                });
            }
            let more = rate()?.minus(comparison()?).over(plan.treated)?;
            Some(if fewer { ZERO.minus(more) } else { more })
        };
        let error = || {
            if let Method::Blend(parts) = &plan.method {
                let sum = parts.iter().try_fold(0.0, |sum, (name, weight)| {
                    let (other, other_plan) = self.measure(name);
                    let same = self.same_group(other_plan, group)?;
                    Some(sum + (weight.float() * self.statistic(other, &same, "standard_error")?.float()).powi(2))
                });
                return sum.map(f64::sqrt);
            }
            if stated.error.is_some() {
                return stated.error;
            }
            let (p, q) = (rate()?, counted()?);
            let variance = |p: Num, n: i128| p.times(ONE.minus(p)).float() / n as f64;
            Some((variance(p, people) + variance(q.0, q.1)).sqrt() / plan.treated.float())
        };
        match word {
            "enrolled" => Some(n),
            "units" => Some(units),
            "rate" => rate(),
            "comparison_rate" => comparison(),
            "difference" | "decrease" => difference(),
            "relative_change" | "reduction" => difference()?.times(plan.treated).over(comparison()?)?.over(plan.treated),
            "additional" | "avoided" => Some(difference()?.times(n)),
            "standard_error" => error().map(Num::Near),
            "p_value" => {
                let (d, se) = (difference()?.float(), error()?);
                if se == 0.0 { None } else { Some(Num::Near(statrs::function::erf::erfc(d.abs() / se / std::f64::consts::SQRT_2))) }
            }
            other => panic!("no statistic “{other}”"),
        }
    }

    /// The group of another measure that is meant where `group` is at hand.
    pub fn same_group(&self, measure: &Measure, group: &Group) -> Option<Group> {
        let all = groups(self.contract, measure, self.given.late);
        if all.len() == 1 {
            return all.into_iter().next();
        }
        let same = |other: &&Group| other.cohorts == group.cohorts;
        all.iter().find(|other| same(other) && other.round == group.round).or_else(|| all.iter().find(same)).cloned()
    }

    /// What a measure says by itself.
    pub fn own(&self, measure: &Measure) -> &'static str {
        if measure.method == Method::Count { "rate" } else { "difference" }
    }
}
