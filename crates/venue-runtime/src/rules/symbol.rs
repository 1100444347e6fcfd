//! What a symbol's orders have to keep to.

use std::error::Error as StdError;
use std::fmt;

use rust_decimal::Decimal;

/// What a symbol's orders have to keep to, as the exchange publishes it. What is not set is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SymbolRules {
    pub(super) tick_size: Decimal,
    pub(super) step_size: Decimal,
    pub(super) min_quantity: Option<Decimal>,
    pub(super) max_limit_quantity: Option<Decimal>,
    pub(super) max_market_quantity: Option<Decimal>,
    pub(super) min_notional: Option<Decimal>,
    pub(super) max_open_orders: Option<u64>,
    pub(super) max_leverage: Option<Decimal>,
}

impl SymbolRules {
    /// Prices are multiples of the tick size, quantities of the step size.
    ///
    /// # Errors
    ///
    /// If one of them is not above zero: nothing is a multiple of it.
    pub fn new(tick_size: Decimal, step_size: Decimal) -> Result<Self, InvalidRule> {
        for (rule, size) in [("tick size", tick_size), ("step size", step_size)] {
            if size <= Decimal::ZERO {
                return Err(InvalidRule { rule, size });
            }
        }
        Ok(Self {
            tick_size,
            step_size,
            min_quantity: None,
            max_limit_quantity: None,
            max_market_quantity: None,
            min_notional: None,
            max_open_orders: None,
            max_leverage: None,
        })
    }

    /// The smallest quantity of an order.
    pub const fn with_min_quantity(mut self, quantity: Decimal) -> Self {
        self.min_quantity = Some(quantity);
        self
    }

    /// The largest quantity of a limit order. Zero and less are no limit.
    pub const fn with_max_limit_quantity(mut self, quantity: Decimal) -> Self {
        self.max_limit_quantity = limit(quantity);
        self
    }

    /// The largest quantity of a market order. Zero and less are no limit.
    pub const fn with_max_market_quantity(mut self, quantity: Decimal) -> Self {
        self.max_market_quantity = limit(quantity);
        self
    }

    /// The smallest notional value: price times quantity.
    pub const fn with_min_notional(mut self, notional: Decimal) -> Self {
        self.min_notional = Some(notional);
        self
    }

    /// How many orders may be open at once. Zero is no limit.
    pub const fn with_max_open_orders(mut self, orders: u64) -> Self {
        self.max_open_orders = if orders == 0 { None } else { Some(orders) };
        self
    }

    /// The highest leverage. Zero and less are no limit.
    pub const fn with_max_leverage(mut self, leverage: Decimal) -> Self {
        self.max_leverage = limit(leverage);
        self
    }

    /// The same tick size and step size, and no limits.
    pub const fn without_limits(&self) -> Self {
        Self {
            tick_size: self.tick_size,
            step_size: self.step_size,
            min_quantity: None,
            max_limit_quantity: None,
            max_market_quantity: None,
            min_notional: None,
            max_open_orders: None,
            max_leverage: None,
        }
    }

    /// What prices are multiples of.
    #[must_use]
    pub const fn tick_size(&self) -> Decimal {
        self.tick_size
    }

    /// What quantities are multiples of.
    #[must_use]
    pub const fn step_size(&self) -> Decimal {
        self.step_size
    }

    /// The smallest quantity of an order, if there is one.
    #[must_use]
    pub const fn min_quantity(&self) -> Option<Decimal> {
        self.min_quantity
    }

    /// The largest quantity of a limit order, if there is one.
    #[must_use]
    pub const fn max_limit_quantity(&self) -> Option<Decimal> {
        self.max_limit_quantity
    }

    /// The largest quantity of a market order, if there is one.
    #[must_use]
    pub const fn max_market_quantity(&self) -> Option<Decimal> {
        self.max_market_quantity
    }

    /// The smallest notional value, if there is one.
    #[must_use]
    pub const fn min_notional(&self) -> Option<Decimal> {
        self.min_notional
    }

    /// How many orders may be open at once, if that is limited.
    #[must_use]
    pub const fn max_open_orders(&self) -> Option<u64> {
        self.max_open_orders
    }

    /// The highest leverage, if there is one.
    #[must_use]
    pub const fn max_leverage(&self) -> Option<Decimal> {
        self.max_leverage
    }
}

/// An exchange that has no limit may publish a zero.
const fn limit(maximum: Decimal) -> Option<Decimal> {
    if maximum.is_zero() || maximum.is_sign_negative() { None } else { Some(maximum) }
}

/// A tick or step size that nothing is a multiple of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRule {
    rule: &'static str,
    size: Decimal,
}

/// `the step size is 0: it must be above zero`
impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} is {}: it must be above zero", self.rule, self.size)
    }
}

impl StdError for InvalidRule {}
