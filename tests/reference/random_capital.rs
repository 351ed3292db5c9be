//! The investors of contracts by chance.

use super::random::Author;

impl Author {
    pub fn capital(&mut self) {
        if self.chance.once_in(4) {
            return;
        }
        if self.chance.once_in(3) {
            let until = self.day();
            self.line(format!("[capital]\nrecycle_until = {until}"));
            if self.maybe(3) {
                let paid = self.payments[0].clone();
                self.line(format!("extension = {{ when = \"paid('{paid}') < 20_000\", periods = 2 }}"));
            }
        }
        let kinds = ["senior", "junior", "loan", "grant", "equity", "recyclable_grant", "recoverable_grant", "deferred_fee"];
        for (index, name) in ["bank", "fund", "friend", "donor"].into_iter().enumerate() {
            let kind = if index == 0 { "senior" } else { self.chance.of(&kinds[..if self.rich { 8 } else { 4 }]) };
            if index > 0 && self.chance.once_in(2) {
                continue;
            }
            self.tranche(name, kind);
        }
        self.promises();
    }

    pub fn tranche(&mut self, name: &'static str, kind: &str) {
        let amount = self.money(5_000, 150_000);
        self.line(format!("[[tranche]]\nname = \"{name}\"\nkind = \"{kind}\"\namount = {amount}"));
        self.tranches.push(name);
        let is_loan = matches!(kind, "senior" | "junior" | "loan");
        if is_loan {
            let rank = self.chance.between(1, 3);
            if kind == "loan" || self.maybe(4) {
                self.line(format!("rank = {rank}"));
            }
            let coupon = self.chance.of(&["0.05", "0.08", "0", "0.0333"]);
            let coupon = if self.maybe(4) { "{ formula = \"4% + 'bonus rate'\" }" } else { coupon };
            self.line(format!("coupon = {coupon}"));
            if self.maybe(4) {
                self.line("interest = \"cash\"");
            }
            if self.maybe(4) {
                let matures = self.day();
                self.line(format!("repaid = \"bullet\"\nmatures = {matures}"));
            }
            if self.maybe(5) {
                let (first, second) = (self.day(), self.day());
                let payment = self.payments[0].clone();
                self.line(format!("draws = [{{ date = {first}, amount = 2_000 }}, {{ date = {second}, amount = 2_500.5, when = \"paid('{payment}') > 10_000\" }}]"));
            }
            if self.maybe(6) {
                let payments = self.payments.iter().take(if self.chance.once_in(3) { 2 } else { 1 });
                let payments: Vec<String> = payments.map(|payment| format!("\"{payment}\"")).collect();
                self.line(format!("tied_to = [{}]", payments.join(", ")));
            }
        }
        if self.maybe(5) {
            let order = self.chance.up_to(3);
            self.line(format!("draw_order = {order}"));
        }
        if kind == "equity" || (is_loan && self.maybe(4)) {
            self.line("residual_share = 0.3");
            if self.chance.once_in(2) {
                self.line("return_cap = 0.12");
            }
        }
        if kind == "recyclable_grant" && self.chance.once_in(2) {
            self.line("recycled_to = \"elsewhere\"");
        }
    }

    pub fn promises(&mut self) {
        if self.maybe(3) {
            let cover = self.chance.of(&[
                "percent = 0.5",
                "amount = 3_000",
                "floor = 0.9",
                "schedule = [{ drawn = 5_000, pays = 3_000 }, { drawn = 20_000, pays = 7_000 }]",
            ]);
            self.line(format!("[[guarantee]]\nname = \"cover\"\nguarantor = \"Donor\"\nof = \"bank\"\n{cover}"));
        }
        if self.maybe(3) {
            let date = self.day();
            let amount = match self.chance.up_to(3) {
                0 => format!("amount = {}\ndate = {date}", self.money(500, 20_000)),
                1 => "share_of_receipts = 0.02".into(),
                2 => format!("formula = \"20_000 * both\"\ndate = {date}"),
                _ => format!("amount = -{}\ndate = {date}\nwhen = \"not (first gain >= 10%)\"", self.money(500, 20_000)),
            };
            self.line(format!("[[bonus]]\nname = \"bonus\"\n{amount}"));
            if self.chance.once_in(3) && !amount.contains("-") {
                self.line("after_rank = 1");
            }
        }
    }
}
