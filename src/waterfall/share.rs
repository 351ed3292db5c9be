//! Sharing in proportion, to the minor unit.

/// Shares `total` among claims given one after another: each gets the difference of rounded-down cumulative shares, so that the parts
/// add up to the total, none exceeds its claim and none is off its exact share by a minor unit or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sharing {
    total: i64,
    sum: i64,
    claimed: i128,
    paid: i64,
}

impl Sharing {
    /// Shares at most `total` (not negative) among claims that add up to `sum` (not negative).
    pub(super) fn new(total: i64, sum: i64) -> Self {
        Self { total: total.min(sum), sum, claimed: 0, paid: 0 }
    }

    /// What is shared.
    pub(super) fn total(&self) -> i64 {
        self.total
    }

    /// The part of the next claim.
    pub(super) fn part(&mut self, claim: i64) -> i64 {
        if self.sum == 0 {
            return 0;
        }
        self.claimed += i128::from(claim);
        let paid = self.paid_of(self.claimed);
        let part = paid - self.paid;
        self.paid = paid;
        part
    }

    /// What is paid of so much of the claims, rounded down; in 64 bits where that is enough, because divisions of 128 take ten times as long.
    fn paid_of(&self, claimed: i128) -> i64 {
        match i64::try_from(claimed) {
            Ok(claimed) if self.total == self.sum => claimed,
            Ok(claimed) => match claimed.checked_mul(self.total) {
                Some(product) => product / self.sum,
                None => (i128::from(claimed) * i128::from(self.total) / i128::from(self.sum)) as i64,
            },
            Err(_) => (claimed * i128::from(self.total) / i128::from(self.sum)) as i64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sharing;

    #[test]
    fn not_a_cent_is_lost() {
        let mut sharing = Sharing::new(100, 300);
        assert_eq!([sharing.part(100), sharing.part(100), sharing.part(100)], [33, 33, 34]);
        let mut enough = Sharing::new(1_000, 30);
        assert_eq!([enough.part(10), enough.part(20)], [10, 20]);
        assert_eq!(Sharing::new(5, 0).part(0), 0);
        let large = 4_000_000_000_000_000_000;
        let mut sharing = Sharing::new(large / 2, large);
        assert_eq!([sharing.part(large / 4), sharing.part(3)], [large / 8, 1]);
    }
}
