//! The deal's calendar: equal periods from a start date, and the payors' fiscal years.

use jiff::ToSpan;
use jiff::civil::Date;

/// How long one period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodLength {
    /// One calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// Twelve calendar months.
    Year,
}

impl PeriodLength {
    /// Calendar months in one period.
    #[must_use]
    pub fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// Periods in one year: 12, 4 or 1.
    #[must_use]
    pub fn per_year(self) -> u32 {
        12 / self.months()
    }

    /// The word for one period.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// Equal periods numbered from 0. Immutable; every date in it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// First day of period 0.
    pub start: Date,
    /// Length of each period.
    pub length: PeriodLength,
    /// Number of periods, at least 1.
    pub periods: u32,
    /// Month (1..=12) in which the payors' fiscal year starts.
    pub fiscal_year_starts: i8,
}

impl Timeline {
    /// First day of `period`; the last representable day when the calendar ends before it.
    #[must_use]
    pub fn date(&self, period: u32) -> Date {
        let months = i64::from(period) * i64::from(self.length.months());
        self.start.checked_add(months.months()).unwrap_or(Date::MAX)
    }

    /// The last period that starts on or before `date`; `None` when `date` is before the start.
    #[must_use]
    pub fn last_started_by(&self, date: Date) -> Option<u32> {
        (0..self.periods).take_while(|&period| self.date(period) <= date).last()
    }

    /// The fiscal year that `period` starts in, named by the calendar year in which it ends (July 2025 to June 2026 is 2026).
    #[must_use]
    pub fn fiscal_year(&self, period: u32) -> i16 {
        let date = self.date(period);
        date.year() + i16::from(self.fiscal_year_starts > 1 && date.month() >= self.fiscal_year_starts)
    }

    /// Fiscal years of the deal, first to last, without gaps.
    #[must_use]
    pub fn fiscal_years(&self) -> Vec<i16> {
        (self.fiscal_year(0)..=self.fiscal_year(self.periods - 1)).collect()
    }

    /// Index of the fiscal year of `period` in [`Timeline::fiscal_years`].
    #[must_use]
    pub fn fiscal_year_index(&self, period: u32) -> usize {
        usize::try_from(self.fiscal_year(period) - self.fiscal_year(0)).unwrap_or(0)
    }

    /// What readers call a period: `2025 Q1`, `2025-03` or `2025`.
    #[must_use]
    pub fn label(&self, period: u32) -> String {
        let date = self.date(period);
        match self.length {
            PeriodLength::Year if date.month() == 1 => format!("{}", date.year()),
            PeriodLength::Quarter if date.month() % 3 == 1 => format!("{} Q{}", date.year(), (date.month() + 2) / 3),
            _ => format!("{}-{:02}", date.year(), date.month()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn quarters(start: Date, fiscal_year_starts: i8) -> Timeline {
        Timeline { start, length: PeriodLength::Quarter, periods: 24, fiscal_year_starts }
    }

    #[test]
    fn a_july_fiscal_year_is_named_by_the_year_it_ends_in() {
        let timeline = quarters(date(2025, 1, 1), 7);
        assert_eq!(timeline.fiscal_year(0), 2025);
        assert_eq!(timeline.fiscal_year(2), 2026);
        assert_eq!(timeline.fiscal_years(), (2025..=2031).collect::<Vec<_>>());
        assert_eq!(timeline.fiscal_year_index(2), 1);
    }

    #[test]
    fn months_keep_to_the_calendar() {
        let timeline = Timeline { start: date(2024, 1, 31), length: PeriodLength::Month, periods: 3, fiscal_year_starts: 1 };
        assert_eq!(timeline.date(1), date(2024, 2, 29));
        assert_eq!(timeline.last_started_by(date(2024, 3, 1)), Some(1));
        assert_eq!(timeline.last_started_by(date(2023, 3, 1)), None);
        assert_eq!(quarters(date(2025, 1, 1), 1).label(5), "2026 Q2");
    }
}
