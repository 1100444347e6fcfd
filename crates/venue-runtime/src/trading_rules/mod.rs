//! The trading rules of a symbol: rounding to tick size and step size, and checking an order with all errors at once.
//!
//! ```
//! use rust_decimal::Decimal;
//! use venue_runtime::trading_rules::{Rounding, SymbolRules};
//!
//! let (tick, step) = (Decimal::new(1, 1), Decimal::new(1, 3)); // 0.1, 0.001
//! let rules = SymbolRules::new(tick, step)?
//!     .with_min_quantity(Decimal::new(2, 3))
//!     .with_min_notional(Decimal::from(5));
//!
//! let price = Decimal::new(85_000_17, 2);
//! let price = rules.round_price(price, Rounding::PASSIVE_BUY)?;
//! assert_eq!(price.to_string(), "85000.1");
//!
//! let errors = rules.check_limit(price, Decimal::new(15, 4)).unwrap_err();
//! assert_eq!(
//!     errors.to_string(),
//!     "`quantity` is 0.0015, which is not a multiple of the step size 0.001; \
//!      `quantity` is 0.0015, at least 0.002 allowed"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod rounding;
mod steps;
mod symbol_rules;

pub use rounding::{Rounding, RoundingError};
pub use symbol_rules::{InvalidRule, SymbolRules};
