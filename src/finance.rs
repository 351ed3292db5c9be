//! What is a stream of cash worth, and what did it earn?
//!
//! In: cash flows at equal spacing, seen by the investor: negative when the investor pays in, positive when money comes back; any
//! currency unit, as `f64`, or whole minor units (`i64`) for a block of trials. Out: rates, multiples, values and dates. This room must
//! never know a deal, a tranche or a trial's history; it is given numbers and answers with numbers, or says that there is no answer.
//!
//! A rate of 5% a year is `0.05` everywhere, and every annual rate is effective (compounded once a year).

mod block;
mod irr;
mod roots;
mod value;

pub use block::irr_block;
pub use irr::{Irr, IrrKind, irr};
pub use value::{annual_rate, discount_factors, multiple, npv, payback, peak_capital, periodic_rate};
