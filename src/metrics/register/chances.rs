//! What holds in a future or not. Each is a share of the futures that it is asked of.

use super::{Investment, Over, Quantity, Side, Subject, Unit, limit_name, limit_word, limited};
use crate::deal::Deal;
use crate::metrics::Chance;
use crate::settlement::Limit;
use crate::words::share;

const INVESTORS: &[Side] = &[Side::Investors];
const PAYORS: &[Side] = &[Side::Payors];
const PROVIDER: &[Side] = &[Side::Provider];
const PAID: &[Side] = &[Side::Investors, Side::Provider];

pub(super) fn chance(chance: Chance, deal: &Deal) -> Quantity {
    let new = |of, key: &str, words: [&str; 2], definition| Quantity::new(of, key, Unit::Share, words, definition, deal);
    match chance {
        Chance::Shortfall => new(
            Subject::Program,
            "shortfall_chance",
            ["chance of a shortfall", "chance of a shortfall"],
            "Some costs find no money: the provider bears them.",
        )
        .less(PROVIDER),
        Chance::ProviderLoss => {
            new(Subject::Provider, "loss", ["chance that {} will lose money", "chance of loss"], "The provider's result is below zero.")
                .less(PROVIDER)
        }
        Chance::NothingPaid(at) => new(
            Subject::Payor(at),
            "nothing_paid",
            ["chance that {} will pay nothing", "pays nothing"],
            "The payor pays exactly nothing over the whole deal.",
        )
        .more(PAYORS)
        .less(PAID),
        Chance::Fails(at) => new(
            Subject::Payor(at),
            "fails",
            ["chance that {} will default", "defaults"],
            "The payor defaults: it does not pay everything that it owes.",
        )
        .less(PAID),
        Chance::DueExceedsCap(at) => new(
            Subject::Payor(at),
            "due_exceeds_cap",
            ["chance that more will fall due than the cap of {}", "more falls due than its cap"],
            "What falls due over the whole deal, before the payor's own limits, is more than the payor's cap.",
        ),
        Chance::BenefitExceedsPayment(at) => new(
            Subject::Payor(at),
            "benefit_exceeds_payment",
            ["chance that the benefit to {} will exceed what it pays", "chance that the benefit exceeds the payments"],
            "The benefit is worth more to the payor than what it pays, both discounted, by at least half a minor unit.",
        )
        .more(PAYORS),
        Chance::GuaranteeCalled(at) => new(
            Subject::Guarantee(at),
            "called",
            ["chance that the guarantee “{}” will be called", "chance to be called"],
            "The guarantor pays anything.",
        )
        .less(&[Side::Donors]),
        Chance::Binds(limit) => binds(limit, deal),
        Chance::Drawn(of) => new(
            of.subject(),
            "is_drawn",
            ["chance that anything will be drawn from {}", "chance that anything is drawn"],
            "Anything is drawn.",
        ),
        Chance::LossGivenDrawn(of) => new(
            of.subject(),
            "loss_given_drawn",
            ["chance that {} will lose money, if drawn", "chance of loss, if drawn"],
            "Less is received than was drawn.",
        )
        .over(Over::PutIn)
        .less(INVESTORS),
        Chance::TotalLoss(of) => new(
            of.subject(),
            "total_loss",
            ["chance that {} will lose everything", "total loss"],
            "Something is drawn and nothing is received; a trial in which nothing is drawn counts as none.",
        )
        .less(INVESTORS),
        Chance::Loss(of) => new(
            of.subject(),
            "loss",
            ["chance that {} will lose money", "chance of loss"],
            "Less is received than was drawn; a trial in which nothing is drawn counts as none.",
        )
        .less(INVESTORS),
        Chance::Undefined(at) => new(
            Subject::Payment(at),
            "undefined",
            ["chance that a claim under “{}” has no value", "a claim has no value"],
            "A claim has no value, and nothing is paid on it: a division by zero, something not reported, or too large to count.",
        ),
        Chance::PaidEffective(at) => new(
            Subject::Payment(at),
            "paid_and_effective",
            ["chance that “{}” is paid and the program works", "pays and works"],
            "It pays, and the program truly improves an outcome that the payment depends on: what it is paid on, and \
             what its conditions and formulas ask for.",
        ),
        Chance::PaidIneffective(at) => new(
            Subject::Payment(at),
            "paid_and_ineffective",
            ["chance that “{}” is paid and the program has no effect", "false positive"],
            "It pays, and the program truly improves none of the outcomes that the payment depends on: paid for nothing.",
        )
        .less(PAYORS),
        Chance::UnpaidEffective(at) => new(
            Subject::Payment(at),
            "unpaid_and_effective",
            ["chance that “{}” is not paid and the program works", "false negative"],
            "It does not pay, though the program truly improves an outcome that the payment depends on.",
        )
        .less(PAID),
        Chance::UnpaidIneffective(at) => new(
            Subject::Payment(at),
            "unpaid_and_ineffective",
            ["chance that “{}” is not paid and the program has no effect", "unpaid, no effect"],
            "It does not pay, and the program truly improves none of the outcomes that the payment depends on.",
        ),
        Chance::PaidGivenIneffective(at) => new(
            Subject::Payment(at),
            "paid_given_ineffective",
            ["chance that “{}” is paid where the program does not work", "false-positive rate"],
            "It pays, of the trials in which the program truly improves none of the outcomes that the payment \
             depends on, or makes them worse.",
        )
        .over(Over::NoEffect)
        .less(PAYORS),
        Chance::UnpaidGivenEffective(at) => new(
            Subject::Payment(at),
            "unpaid_given_effective",
            ["chance that “{}” is not paid where the program works", "false-negative rate"],
            "It does not pay, of the trials in which the program truly improves an outcome that the payment depends on.",
        )
        .over(Over::Works)
        .less(PAID),
        Chance::Paid(at) => {
            new(Subject::Payment(at), "pays", ["chance that “{}” will pay", "pays anything"], "Anything is paid under the payment.")
                .more(PAID)
                .less(PAYORS)
        }
        Chance::IrrUndefined(of) => new(
            of.subject(),
            "irr_undefined",
            ["chance that {} will have no single rate of return", "no single rate of return"],
            "Money goes both ways, and no rate of return, or more than one, solves it.",
        ),
        Chance::IrrReachesHurdle(of) => reaches_hurdle(of, deal),
    }
}

fn binds(limit: Limit, deal: &Deal) -> Quantity {
    let (name, of) = (limit_name(deal, limit), limited(limit));
    let new = |verb: &str, definition| Quantity {
        label: format!("chance that {name} {verb} something"),
        short: format!("{} {}", limit_word(limit), if verb == "adds" { "applies" } else { "binds" }),
        ..Quantity::new(of, &format!("{}_binds", limit.key()), Unit::Share, [""; 2], definition, deal)
    };
    if matches!(limit, Limit::Floor(_)) {
        return new("adds", "The floor adds something to what is due.");
    }
    new("cuts", "This limit, and no other, cuts something for good.").less(PAID)
}

fn reaches_hurdle(of: Investment, deal: &Deal) -> Quantity {
    let assumed = if deal.hurdle_stated { "" } else { ", assumed" };
    let hurdle = share::stated(deal.hurdle);
    Quantity::new(
        of.subject(),
        "irr_reaches_hurdle",
        Unit::Share,
        [&format!("chance that the return of {{}} will reach {hurdle} a year{assumed}"), &format!("reaches {hurdle}{assumed}")],
        "The return is at least the investors' hurdle (`investor_hurdle`; 6% a year is assumed where the scenario states none); a trial \
         without a single rate of return counts as not reaching it.",
        deal,
    )
    .more(INVESTORS)
}
