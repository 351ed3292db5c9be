//! The pictures of the report under an edition, with the shapes of the signed deal behind them.

use pfsim::chart::Picture;
use pfsim::report::figures::Figures;
use pfsim::study::About;
use serde_json::{Value, json};

use crate::answer::Refused;
use crate::describe::side_id;
use crate::edition::Edition;
use crate::session::Open;

/// Every picture of a run but the power curves, which take a study of their own and stand in the report.
pub fn charts(open: &mut Open, edition: &Edition) -> Result<Value, Refused> {
    let signed = open.standing_of(&Edition::default())?;
    let stood = open.standing_of(edition)?;
    let (deal, run) = (&stood.deal, &stood.run);
    let before = (!edition.is_signed()).then_some((&signed.deal, &signed.run));
    let figures = Figures::draw_against(deal, run, &[], before);
    let figures = figures.map_err(|error| Refused::because(format!("the charts cannot be drawn: {error}"), ""))?;
    let mut all = Vec::new();
    let mut add = |side: Option<String>, pictures: &mut dyn Iterator<Item = &Picture>| {
        for picture in pictures {
            let Picture { name, title, description, svg, .. } = picture;
            all.push(json!({ "name": name, "title": title, "description": description, "svg": svg, "side": side }));
        }
    };
    for (payor, pictures) in figures.payors.pairs() {
        add(Some(side_id(&About::Payor(deal.payors[payor].name.clone()))), &mut pictures.iter());
    }
    add(Some(side_id(&About::Investors)), &mut figures.returns.iter());
    add(Some(side_id(&About::Provider)), &mut figures.money.iter());
    add(None, &mut figures.judged.iter());
    add(None, &mut figures.future.iter());
    Ok(json!({ "charts": all }))
}
