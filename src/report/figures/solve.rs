//! The pictures of a search: the goal and each requirement along the lever, or the frontier.

use crate::chart::{ChartError, Lines, Picture, lines as chart};
use crate::experiment::solve::Solve;
use crate::question::Question;
use crate::report::question::{label, required, show};
use crate::report::solve::{on_front, terms};
use crate::study::{Answer, Tried};
use crate::words::count::counted;
use crate::words::number;

/// Most points of a curve.
const POINTS: usize = 64;

/// Every so many of `all`, the last one included, so that a curve's points stay apart.
fn thinned<T>(all: &[T]) -> impl Iterator<Item = &T> {
    let stride = all.len().div_ceil(POINTS).max(1);
    all.iter().enumerate().filter(move |(at, _)| at % stride == 0 || at + 1 == all.len()).map(|(_, one)| one)
}

/// The picture of the frontier, or of the goal along the only lever.
///
/// # Errors
/// What the backend says.
pub fn pictures(solve: &Solve, answer: &Answer) -> Result<Vec<Picture>, ChartError> {
    let mut all = Vec::new();
    let note = format!("{}. {} a point, on the same draws.", solve.name, counted(solve.trials, "trial"));
    if let ([lever], requirements) = (solve.levers.as_slice(), &solve.such_that) {
        for requirement in requirements {
            let question = &requirement.question;
            let point = |tried: &Tried| {
                let [value, error] = answer.value(tried, question);
                value.is_finite().then(|| [lever.value(tried.steps[0]), value, if error.is_finite() { error } else { 0.0 }])
            };
            let points: Vec<[f64; 3]> = thinned(&answer.tried).filter_map(point).collect();
            let [Some(first), Some(last)] = [points.first(), points.last()].map(|end| end.map(|point| point[0])) else { continue };
            let show_it = |value: f64| show(&solve.deal, question, value);
            let bound = vec![[first, requirement.bound, 0.0], [last, requirement.bound, 0.0]];
            all.push(chart(&Lines {
                kind: "requirement",
                name: requirement.text.clone(),
                title: format!(
                    "With {}: {}, asked; it is {}",
                    terms(solve, answer.best()),
                    required(&solve.deal, requirement),
                    show_it(answer.value(answer.best(), question)[0])
                ),
                subtitle: note.clone() + " Bars are 95% intervals.",
                across: (lever.name.clone(), &number::plain),
                up: (label(&solve.deal, question), &show_it),
                series: vec![(label(&solve.deal, question), points), (format!("bound {}", show_it(requirement.bound)), bound)],
                joined: true,
                marks: point(answer.best()).map(|[x, y, _]| (x, y)).into_iter().collect(),
            })?);
        }
    }
    if let (Some([one, other]), Some(front)) = (&solve.frontier, on_front(solve, answer)) {
        let point = |tried: &Tried| [answer.value(tried, one)[0], answer.value(tried, other)[0], 0.0];
        let finite = |point: &[f64; 3]| point.iter().all(|value| value.is_finite());
        let known: Vec<[f64; 3]> = answer.tried.iter().map(point).filter(finite).collect();
        if known.len() > 1 {
            let (x, y) = (|value: f64| show(&solve.deal, one, value), |value: f64| show(&solve.deal, other, value));
            let [across, up, _] = point(answer.best());
            let name = |question: &Question| label(&solve.deal, question);
            all.push(chart(&Lines {
                kind: "frontier",
                name: format!("{} {}", one.name, other.name),
                title: format!("{} of {} terms beaten by no other in both: {}; {}", front.len(), known.len(), name(one), name(other)),
                subtitle: note + " Framed: the answer.",
                across: (name(one), &x),
                up: (name(other), &y),
                series: if front.len() == known.len() {
                    vec![("beaten by none".into(), thinned(&front).map(|tried| point(tried)).collect())]
                } else {
                    vec![("every candidate".into(), known), ("beaten by none".into(), front.iter().map(|tried| point(tried)).collect())]
                },
                joined: false,
                marks: if across.is_finite() && up.is_finite() { vec![(across, up)] } else { Vec::new() },
            })?);
        }
    }
    Ok(all)
}
