//! How likely is it that so many of several groups of people have something, and how many of each group are they then?
//!
//! Comes in: people and chances by group, how many there are in all. Goes out: the logarithm of a probability; a draw of the parts given the
//! whole. Exact for one group, two groups and few people; otherwise by the saddlepoint of the sum, whose error is below one part in a
//! thousand (Daniels, *Saddlepoint approximations in statistics*, 1954, with the second term).

use crate::numeric::math::{exp, ln, ln_1p, ln_gamma};
use crate::sampling::binomial;
use crate::sampling::stream::Stream;

/// Some people, each with the same chance, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) people: u32,
    pub(super) chance: f64,
}

/// Most products of people for which a sum of several groups is worked out in full.
const IN_FULL: u64 = 4_000;

/// The logarithm of the probability that `count` of them have it, everybody by himself. A count that is impossible is taken as the nearest
/// possible one, if that lies within `rounding`.
pub(super) fn ln_chance(groups: &[Group], count: u32, rounding: u32) -> f64 {
    let (uncertain, certain) = uncertain(groups);
    let people: u32 = uncertain.iter().map(|group| group.people).sum();
    let nearest = count.clamp(certain, certain + people);
    let count = if nearest.abs_diff(count) <= rounding { nearest } else { count };
    let Some(count) = count.checked_sub(certain) else { return f64::NEG_INFINITY };
    if count > people {
        return f64::NEG_INFINITY;
    }
    match uncertain.as_slice() {
        [] => 0.0,
        [one] => ln_binomial(*one, count),
        _ if count == 0 => uncertain.iter().map(|group| f64::from(group.people) * ln_1p(-group.chance)).sum(),
        _ if count == people => uncertain.iter().map(|group| f64::from(group.people) * ln(group.chance)).sum(),
        groups if work(groups) <= IN_FULL => in_full(groups, count),
        groups => saddlepoint(groups, count),
    }
}

/// How many of each group have it where `count` of all do, drawn; 0 of groups without people. Where `count` is impossible, as near as can be.
pub(super) fn share_out(groups: &[Group], count: u32, stream: &mut Stream) -> Vec<u32> {
    let mut parts: Vec<u32> = groups.iter().map(|group| if group.chance >= 1.0 { group.people } else { 0 }).collect();
    let open: Vec<usize> =
        (0..groups.len()).filter(|&at| groups[at].people > 0 && groups[at].chance > 0.0 && groups[at].chance < 1.0).collect();
    let people: u32 = open.iter().map(|&at| groups[at].people).sum();
    let count = count.saturating_sub(parts.iter().sum()).min(people);
    match open.as_slice() {
        [] => {}
        [one] => parts[*one] = count,
        _ if count == people => open.iter().for_each(|&at| parts[at] = groups[at].people),
        _ if count == 0 => {}
        _ => {
            let groups: Vec<Group> = open.iter().map(|&at| groups[at]).collect();
            open.iter().zip(tilted_parts(&groups, count, stream)).for_each(|(&at, part)| parts[at] = part);
        }
    }
    parts
}

/// Groups of which it is not certain who has it, merged where their chances are the same, and how many certainly have it.
fn uncertain(groups: &[Group]) -> (Vec<Group>, u32) {
    let mut found: Vec<Group> = Vec::with_capacity(groups.len());
    let mut certain = 0;
    for group in groups.iter().filter(|group| group.people > 0 && group.chance > 0.0) {
        if group.chance >= 1.0 {
            certain += group.people;
        } else if let Some(same) = found.iter_mut().find(|known| known.chance.to_bits() == group.chance.to_bits()) {
            same.people += group.people;
        } else {
            found.push(*group);
        }
    }
    (found, certain)
}

fn work(groups: &[Group]) -> u64 {
    let mut before = 0;
    groups.iter().fold(0, |sum, group| {
        let product = before * u64::from(group.people);
        before += u64::from(group.people);
        sum + product
    })
}

/// ln of the binomial probability; the chance lies strictly between 0 and 1.
pub(super) fn ln_binomial(group: Group, count: u32) -> f64 {
    let (n, k) = (f64::from(group.people), f64::from(count));
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0) + k * ln(group.chance) + (n - k) * ln_1p(-group.chance)
}

/// Group after group, every possible sum.
fn in_full(groups: &[Group], count: u32) -> f64 {
    let mut sums = vec![1.0];
    for group in groups {
        let odds = group.chance / (1.0 - group.chance);
        let mut own = Vec::with_capacity(group.people as usize + 1);
        let mut chance = exp(f64::from(group.people) * ln_1p(-group.chance));
        for k in 0..=group.people {
            own.push(chance);
            chance *= odds * f64::from(group.people - k) / f64::from(k + 1);
        }
        let mut next = vec![0.0; sums.len() + own.len() - 1];
        for (i, sum) in sums.iter().enumerate() {
            next[i..].iter_mut().zip(&own).for_each(|(next, own)| *next += sum * own);
        }
        next.truncate(count as usize + 1);
        sums = next;
    }
    ln(sums.get(count as usize).copied().unwrap_or(0.0))
}

/// The tilt at which `count` is what is to be expected: each odds times e^tilt.
fn tilt(groups: &[Group], count: f64) -> f64 {
    let people: f64 = groups.iter().map(|group| f64::from(group.people)).sum();
    let odds = |share: f64| ln(share) - ln_1p(-share);
    let expected: f64 = groups.iter().map(|group| f64::from(group.people) * group.chance).sum();
    let mut tilt = odds(count / people) - odds((expected / people).clamp(1e-300, 1.0 - 1e-16));
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for _ in 0..60 {
        let (mut mean, mut variance) = (0.0, 0.0);
        for group in groups {
            let chance = tilted(group.chance, tilt);
            mean += f64::from(group.people) * chance;
            variance += f64::from(group.people) * chance * (1.0 - chance);
        }
        let off = mean - count;
        if off.abs() < 1e-9 * people {
            break;
        }
        if off > 0.0 {
            high = tilt
        } else {
            low = tilt
        }
        let step = tilt - off / variance;
        tilt = if step > low && step < high {
            step
        } else if low.is_finite() && high.is_finite() {
            0.5 * (low + high)
        } else {
            tilt - off.signum()
        };
    }
    tilt
}

fn tilted(chance: f64, tilt: f64) -> f64 {
    let grown = chance * exp(tilt);
    grown / (1.0 - chance + grown)
}

/// e^(K(t) − t·k) / √(2π K″(t)), with Daniels' second term.
fn saddlepoint(groups: &[Group], count: u32) -> f64 {
    let count = f64::from(count);
    let tilt = tilt(groups, count);
    let (mut cumulant, mut second, mut third, mut fourth) = (0.0, 0.0, 0.0, 0.0);
    for group in groups {
        let n = f64::from(group.people);
        let q = tilted(group.chance, tilt);
        cumulant += n * ln_1p(group.chance * (exp(tilt) - 1.0));
        let variance = q * (1.0 - q);
        second += n * variance;
        third += n * variance * (1.0 - 2.0 * q);
        fourth += n * variance * (1.0 - 6.0 * variance);
    }
    let correction = fourth / (8.0 * second * second) - 5.0 * third * third / (24.0 * second * second * second);
    cumulant - tilt * count - 0.5 * ln(core::f64::consts::TAU * second) + ln_1p(correction.max(-0.5))
}

/// Draws the parts by rejection: all but the group that varies most from their tilted laws, and that one by what is left.
fn tilted_parts(groups: &[Group], count: u32, stream: &mut Stream) -> Vec<u32> {
    let tilt = tilt(groups, f64::from(count));
    let chances: Vec<f64> = groups.iter().map(|group| tilted(group.chance, tilt)).collect();
    let varies = |at: usize| f64::from(groups[at].people) * chances[at] * (1.0 - chances[at]);
    let last = (0..groups.len()).max_by(|&a, &b| varies(a).total_cmp(&varies(b))).unwrap_or(0);
    let own = Group { people: groups[last].people, chance: chances[last] };
    let most = ln_binomial(own, (((f64::from(own.people) + 1.0) * own.chance) as u32).min(own.people));
    let mut parts = vec![0; groups.len()];
    // The chance to be taken is about 1/√groups, so this many tries fail never.
    for _ in 0..1_000_000 {
        let mut rest = i64::from(count);
        for at in (0..groups.len()).filter(|&at| at != last) {
            parts[at] = binomial::draw_from(stream, f64::from(groups[at].people), chances[at]) as u32;
            rest -= i64::from(parts[at]);
        }
        let luck = stream.uniform();
        if let Ok(rest) = u32::try_from(rest)
            && rest <= own.people
            && ln(luck) <= ln_binomial(own, rest) - most
        {
            parts[last] = rest;
            break;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::stream::Key;

    fn groups() -> Vec<Group> {
        [(40, 0.3), (25, 0.62), (60, 0.41), (9, 0.9)].map(|(people, chance)| Group { people, chance }).to_vec()
    }

    #[test]
    fn the_saddlepoint_is_the_sum_in_full() {
        for count in [20, 45, 60, 70, 95] {
            let (near, exact) = (saddlepoint(&groups(), count), in_full(&groups(), count));
            assert!((near - exact).abs() < 1e-3, "{count}: {near} for {exact}");
        }
    }

    #[test]
    fn probabilities_of_all_counts_add_up_to_one() {
        let exact: f64 = (0..=134).map(|count| exp(in_full(&groups(), count))).sum();
        assert!((exact - 1.0).abs() < 1e-9, "{exact}");
        // Where the saddlepoint stands for the sum, to its error.
        let near: f64 = (0..=134).map(|count| exp(ln_chance(&groups(), count, 0))).sum();
        assert!((near - 1.0).abs() < 1e-3, "{near}");
        let one = [Group { people: 12, chance: 0.3 }];
        assert!((exp(ln_chance(&one, 4, 0)) - 0.231_139_7).abs() < 1e-6, "the binomial tables' 0.2311");
    }

    #[test]
    fn parts_have_their_conditional_means() {
        // Of two groups the part of the first is a quotient of sums: worked out here term by term.
        let two = [Group { people: 30, chance: 0.2 }, Group { people: 50, chance: 0.6 }];
        let count = 41;
        let weight = |k: u32| exp(ln_binomial(two[0], k) + ln_binomial(two[1], count - k));
        let (mut all, mut mean, mut square) = (0.0, 0.0, 0.0);
        for k in 0..=30u32 {
            let w = weight(k);
            all += w;
            mean += w * f64::from(k);
            square += w * f64::from(k * k);
        }
        let (mean, square) = (mean / all, square / all);
        let key = Key::new(7, "parts", 0);
        let draws = 20_000;
        let drawn: f64 = (0..draws).map(|trial| f64::from(share_out(&two, count, &mut key.stream(trial))[0])).sum::<f64>() / draws as f64;
        let error = ((square - mean * mean) / draws as f64).sqrt();
        assert!((drawn - mean).abs() < 4.8916 * error, "{drawn} for {mean} ± {error}");
    }
}
