//! Who funds the work, who stands behind it, and what they make of it.

use super::{Over, Quantity, Side, Subject, Unit};
use crate::deal::{Deal, TrancheId};
use crate::metrics::Investment;

const INVESTORS: &[Side] = &[Side::Investors];

fn money(deal: &Deal, of: Subject, key: &str, words: [&str; 2], definition: &'static str) -> Quantity {
    Quantity::new(of, key, Unit::Money, words, definition, deal)
}

pub(super) fn drawn(of: Investment, deal: &Deal) -> Quantity {
    money(deal, of.subject(), "drawn", ["drawn from {}", "drawn"], "Money that is drawn, over the whole deal.")
}

pub(super) fn received(of: Investment, deal: &Deal) -> Quantity {
    money(deal, of.subject(), "received", ["received by {}", "received"], "Interest, principal and residual, guarantees included.")
        .more(INVESTORS)
}

pub(super) fn irr(of: Investment, deal: &Deal) -> Quantity {
    Quantity::new(
        of.subject(),
        "irr",
        Unit::Rate,
        ["IRR of {}, where there is one", "IRR"],
        "Effective internal rate of return a year: the one rate at which what is drawn and what is received are worth the same, and \
             −1 where all is lost. It has no value where no rate or several do it, so it must not be read without their share \
             (`irr_undefined`).",
        deal,
    )
    .over(Over::OneRate)
    .more(INVESTORS)
}

pub(super) fn multiple(of: Investment, deal: &Deal) -> Quantity {
    Quantity::new(
        of.subject(),
        "multiple",
        Unit::Multiple,
        ["multiple of {}", "multiple"],
        "Received over drawn, not discounted; below 1 it is a loss.",
        deal,
    )
    .over(Over::PutIn)
    .more(INVESTORS)
}

pub(super) fn net_present_value(of: Investment, deal: &Deal) -> Quantity {
    money(
        deal,
        of.subject(),
        "npv",
        ["net present value for {}", "net present value"],
        "What is received less what is drawn, both discounted to the start of the deal at the investors' hurdle (`investor_hurdle`; 6% \
             a year where the scenario states none).",
    )
    .more(INVESTORS)
}

pub(super) fn recycled(at: TrancheId, deal: &Deal) -> Quantity {
    money(
        deal,
        Subject::Tranche(at),
        "recycled",
        ["come back of {}, to be used again", "come back, to be used again"],
        "What has come back of a recyclable grant, was not used again and is there in the end, for more of the same work.",
    )
    .more(&[Side::Donors])
}

pub(super) fn guaranteed(at: usize, deal: &Deal) -> Quantity {
    money(deal, Subject::Guarantee(at), "paid", ["what the guarantee “{}” will pay", "pays"], "What the guarantor pays.")
        .more(INVESTORS)
        .less(&[Side::Donors])
}

pub(super) fn bonus(at: usize, deal: &Deal) -> Quantity {
    money(
        deal,
        Subject::Bonus(at),
        "paid",
        ["what the bonus “{}” will pay", "gets as bonus “{}”"],
        "What the provider gets as a bonus; below zero, what it pays.",
    )
    .more(&[Side::Provider])
    .less(INVESTORS)
}

pub(super) fn gain(of: Investment, deal: &Deal) -> Quantity {
    money(deal, of.subject(), "gain", ["gain of {}", "gain"], "Received less drawn, not discounted; below zero it is a loss.")
        .more(INVESTORS)
}
