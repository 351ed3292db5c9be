//! Days, periods, fiscal years.

use toml::value::Datetime;

/// A day: year, month, day of the month.
pub type Day = (i32, u32, u32);

pub fn day(date: &Datetime) -> Day {
    let date = date.date.expect("a day");
    (i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// Days since a day long ago, to compare and to add.
pub fn number((y, m, d): Day) -> i64 {
    // civil days: the algorithm of Fliegel and Van Flandern
    let (y, m, d) = (i64::from(y), i64::from(m), i64::from(d));
    let a = (14 - m) / 12;
    let (y, m) = (y + 4800 - a, m + 12 * a - 3);
    d + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400
}

pub fn days_in((y, m): (i32, u32)) -> u32 {
    match m {
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[derive(Clone, Debug)]
pub struct Calendar {
    pub start: Day,
    /// Months in a period.
    pub months: u32,
    pub periods: usize,
    /// First month of the fiscal year.
    pub fiscal: u32,
}

impl Calendar {
    pub fn per_year(&self) -> u32 {
        12 / self.months
    }

    /// First day of a period, which may lie beyond the last one.
    pub fn first_day(&self, period: usize) -> Day {
        self.after_months(self.months * u32::try_from(period).unwrap())
    }

    fn after_months(&self, months: u32) -> Day {
        let (y, m, d) = self.start;
        let months = m - 1 + months;
        let (y, m) = (y + i32::try_from(months / 12).unwrap(), months % 12 + 1);
        (y, m, d.min(days_in((y, m))))
    }

    /// The period that a day lies in; nothing before the start.
    pub fn period(&self, day: Day) -> Option<usize> {
        if day < self.start {
            return None;
        }
        (0..).take_while(|&period| self.first_day(period) <= day).last()
    }

    /// Years of the deal that are over when a period begins.
    pub fn years_before(&self, period: usize) -> usize {
        period / self.per_year() as usize
    }

    /// Named by the calendar year in which it ends.
    pub fn fiscal_year(&self, period: usize) -> i32 {
        let (y, m, _) = self.first_day(period);
        if self.fiscal > 1 && m >= self.fiscal { y + 1 } else { y }
    }

    /// Full years from the period of a day to another period; none before it.
    pub fn full_years(&self, from: Day, period: usize) -> u32 {
        let from = self.period(from).unwrap_or(0);
        u32::try_from(period.saturating_sub(from)).unwrap() / self.per_year()
    }
}
