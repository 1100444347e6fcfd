//! `SymbolRules`: the limits of a symbol's orders.

use std::error::Error as StdError;
use std::fmt;

use rust_decimal::Decimal;

/// The limits of a symbol's orders, as the exchange publishes them. A limit that is not set is not checked.
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
    /// Creates rules with a tick size and a step size. Every price must be a multiple of the tick size, and every quantity must be a
    /// multiple of the step size.
    ///
    /// # Errors
    ///
    /// Returns an error if the tick size or the step size is zero or negative.
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

    /// Sets the minimum quantity of an order.
    pub const fn with_min_quantity(mut self, quantity: Decimal) -> Self {
        self.min_quantity = Some(quantity);
        self
    }

    /// Sets the maximum quantity of a limit order. Zero or a negative number means no limit.
    pub const fn with_max_limit_quantity(mut self, quantity: Decimal) -> Self {
        self.max_limit_quantity = limit(quantity);
        self
    }

    /// Sets the maximum quantity of a market order. Zero or a negative number means no limit.
    pub const fn with_max_market_quantity(mut self, quantity: Decimal) -> Self {
        self.max_market_quantity = limit(quantity);
        self
    }

    /// Sets the minimum notional value, which is price times quantity.
    pub const fn with_min_notional(mut self, notional: Decimal) -> Self {
        self.min_notional = Some(notional);
        self
    }

    /// Sets the maximum number of open orders. Zero means no limit.
    pub const fn with_max_open_orders(mut self, orders: u64) -> Self {
        self.max_open_orders = if orders == 0 { None } else { Some(orders) };
        self
    }

    /// Sets the maximum leverage. Zero or a negative number means no limit.
    pub const fn with_max_leverage(mut self, leverage: Decimal) -> Self {
        self.max_leverage = limit(leverage);
        self
    }

    /// Returns rules with the same tick size and step size and without limits.
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

    /// The tick size: every price is a multiple of it.
    #[must_use]
    pub const fn tick_size(&self) -> Decimal {
        self.tick_size
    }

    /// The step size: every quantity is a multiple of it.
    #[must_use]
    pub const fn step_size(&self) -> Decimal {
        self.step_size
    }

    /// The minimum quantity of an order, if it is limited.
    #[must_use]
    pub const fn min_quantity(&self) -> Option<Decimal> {
        self.min_quantity
    }

    /// The maximum quantity of a limit order, if it is limited.
    #[must_use]
    pub const fn max_limit_quantity(&self) -> Option<Decimal> {
        self.max_limit_quantity
    }

    /// The maximum quantity of a market order, if it is limited.
    #[must_use]
    pub const fn max_market_quantity(&self) -> Option<Decimal> {
        self.max_market_quantity
    }

    /// The minimum notional value, if it is limited.
    #[must_use]
    pub const fn min_notional(&self) -> Option<Decimal> {
        self.min_notional
    }

    /// The maximum number of open orders, if it is limited.
    #[must_use]
    pub const fn max_open_orders(&self) -> Option<u64> {
        self.max_open_orders
    }

    /// The maximum leverage, if it is limited.
    #[must_use]
    pub const fn max_leverage(&self) -> Option<Decimal> {
        self.max_leverage
    }
}

/// A maximum that an exchange publishes. An exchange without a limit may publish zero.
const fn limit(maximum: Decimal) -> Option<Decimal> {
    if maximum.is_zero() || maximum.is_sign_negative() { None } else { Some(maximum) }
}

/// The error for a tick size or a step size that is zero or negative.
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
