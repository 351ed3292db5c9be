//! Money in whole minor units, so that what comes in equals what goes out.

use core::ops::Neg;

/// Largest amount a scenario may state, in minor units: sums of many such amounts still fit in `i64` and in the exact range of `f64`.
pub const LARGEST_AMOUNT: i64 = 1_000_000_000_000_000;

/// An amount in minor units (cents for USD) of the deal's one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub i64);

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// A currency of ISO 4217 with its number of minor digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency of an upper-case ISO 4217 code such as `USD`; `None` if there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(code).filter(|currency| currency.exponent().is_some()).map(Self)
    }

    /// The ISO 4217 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// What stands before an amount: a symbol that no other currency has (`$` is the US dollar alone, `C$` the Canadian one), or the code
    /// and a space.
    #[must_use]
    pub fn symbol(self) -> String {
        match self.code() {
            "USD" => "$".into(),
            "AUD" => "A$".into(),
            "CAD" => "C$".into(),
            "NZD" => "NZ$".into(),
            "GBP" => "£".into(),
            "EUR" => "€".into(),
            code => format!("{code} "),
        }
    }

    /// Digits after the decimal point: 2 for USD, 0 for JPY.
    #[must_use]
    pub fn minor_digits(self) -> usize {
        usize::from(self.0.exponent().unwrap_or(2))
    }

    /// Minor units in one major unit: 100 for USD.
    #[must_use]
    pub fn minor_units(self) -> i64 {
        (0..self.minor_digits()).fold(1, |units, _| units * 10)
    }

    /// `amount` in major units.
    #[must_use]
    pub fn major(self, amount: Money) -> f64 {
        amount.0 as f64 / self.minor_units() as f64
    }

    /// The amount of `major` units; `None` if it is not finite, is too large (beyond [`LARGEST_AMOUNT`]) or has a part smaller than
    /// the minor unit.
    #[must_use]
    pub fn from_major(self, major: f64) -> Option<Money> {
        let minor = major * self.minor_units() as f64;
        let rounded = minor.round();
        let exact = (minor - rounded).abs() <= 1e-6 * minor.abs().max(1.0) * 1e-3 + 1e-9;
        (minor.is_finite() && rounded.abs() <= LARGEST_AMOUNT as f64 && exact).then_some(Money(rounded as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_to_the_minor_unit() {
        let usd = Currency::from_code("USD").expect("a currency");
        assert_eq!(usd.from_major(15.12), Some(Money(1_512)));
        assert_eq!(usd.from_major(9_638_911.36), Some(Money(963_891_136)));
        assert_eq!(usd.from_major(0.005), None);
        assert_eq!(usd.from_major(f64::NAN), None);
        assert_eq!(usd.from_major(1e300), None);
        assert_eq!(Currency::from_code("Dollars"), None);
    }

    /// Two currencies never look alike.
    #[test]
    fn no_two_currencies_share_a_symbol() {
        let all: Vec<Currency> = (b'A'..=b'Z')
            .flat_map(|a| (b'A'..=b'Z').flat_map(move |b| (b'A'..=b'Z').map(move |c| [a, b, c])))
            .filter_map(|code| Currency::from_code(core::str::from_utf8(&code).expect("letters")))
            .collect();
        let mut symbols: Vec<String> = all.iter().map(|currency| currency.symbol()).collect();
        symbols.sort();
        symbols.dedup();
        assert!(all.len() > 100 && symbols.len() == all.len(), "{} of {}", symbols.len(), all.len());
    }
}
