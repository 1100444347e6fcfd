//! A symbol's trading rules: rounding to tick and step, and every violation at once.
//!
//! ```
//! use rust_decimal::Decimal;
//! use venue_runtime::rules::{Rounding, Side, SymbolRules};
//!
//! let rules = SymbolRules::new(Decimal::new(1, 1), Decimal::new(1, 3))? // tick 0.1, step 0.001
//!     .with_min_quantity(Decimal::new(2, 3))
//!     .with_min_notional(Decimal::from(5));
//!
//! let price = rules.round_price(Decimal::new(85_000_17, 2), Rounding::passive(Side::Buy))?;
//! assert_eq!(price.to_string(), "85000.1");
//!
//! let violations = rules.check_limit(price, Decimal::new(15, 4)).expect_err("0.0015 is below the minimum, and no multiple of 0.001");
//! assert_eq!(
//!     violations.to_string(),
//!     "`quantity` is 0.0015, which is not a multiple of the step size 0.001; `quantity` is 0.0015, at least 0.002 allowed"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod multiple;
mod round;
mod symbol;
mod violations;

pub use round::{Rounding, RoundingError, Side};
pub use symbol::{InvalidRule, SymbolRules};
pub use violations::{Limit, Violation, Violations};
