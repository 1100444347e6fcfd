//! Checking an order before it is sent.

use rust_decimal::Decimal;

use super::multiple::Steps;
use super::violations::Limit;
use super::{SymbolRules, Violations};

impl SymbolRules {
    /// Checks a limit order: price, quantity, notional.
    ///
    /// # Errors
    ///
    /// Every rule that it breaks.
    pub fn check_limit(&self, price: Decimal, quantity: Decimal) -> Result<(), Violations> {
        let mut violations = Violations::none();
        self.price(price, &mut violations);
        self.quantity(quantity, self.max_limit_quantity, &mut violations);
        self.notional(price, quantity, &mut violations);
        violations.into_result()
    }

    /// Checks a market order: its quantity; and its notional at a reference price, such as the mark price, if one is given. The exchange may
    /// take another one.
    ///
    /// # Errors
    ///
    /// Every rule that it breaks.
    pub fn check_market(&self, quantity: Decimal, reference_price: Option<Decimal>) -> Result<(), Violations> {
        let mut violations = Violations::none();
        self.quantity(quantity, self.max_market_quantity, &mut violations);
        if let Some(price) = reference_price {
            self.notional(price, quantity, &mut violations);
        }
        violations.into_result()
    }

    /// Checks a price alone: a trigger price, a take-profit price.
    ///
    /// # Errors
    ///
    /// Every rule that it breaks.
    pub fn check_price(&self, price: Decimal) -> Result<(), Violations> {
        let mut violations = Violations::none();
        self.price(price, &mut violations);
        violations.into_result()
    }

    /// Checks how many orders would be open, those that are about to be sent included.
    ///
    /// # Errors
    ///
    /// If there would be too many.
    pub fn check_open_orders(&self, open_orders: u64) -> Result<(), Violations> {
        let mut violations = Violations::none();
        if let Some(maximum) = self.max_open_orders.filter(|maximum| open_orders > *maximum) {
            violations.push("open orders", open_orders.into(), Limit::AtMost(maximum.into()));
        }
        violations.into_result()
    }

    /// Checks a leverage.
    ///
    /// # Errors
    ///
    /// If it is not above zero, or too high.
    pub fn check_leverage(&self, leverage: Decimal) -> Result<(), Violations> {
        let mut violations = Violations::none();
        if leverage <= Decimal::ZERO {
            violations.push("leverage", leverage, Limit::Positive);
        }
        at_most("leverage", leverage, self.max_leverage, &mut violations);
        violations.into_result()
    }

    fn price(&self, price: Decimal, violations: &mut Violations) {
        if price <= Decimal::ZERO {
            violations.push("price", price, Limit::Positive);
        } else if !is_multiple(price, self.tick_size) {
            violations.push("price", price, Limit::TickSize(self.tick_size));
        }
    }

    fn quantity(&self, quantity: Decimal, maximum: Option<Decimal>, violations: &mut Violations) {
        if quantity <= Decimal::ZERO {
            violations.push("quantity", quantity, Limit::Positive);
        } else if !is_multiple(quantity, self.step_size) {
            violations.push("quantity", quantity, Limit::StepSize(self.step_size));
        }
        if let Some(minimum) = self.min_quantity.filter(|minimum| quantity < *minimum) {
            violations.push("quantity", quantity, Limit::AtLeast(minimum));
        }
        at_most("quantity", quantity, maximum, violations);
    }

    fn notional(&self, price: Decimal, quantity: Decimal, violations: &mut Violations) {
        let Some(minimum) = self.min_notional else { return };
        // Beyond what a `Decimal` holds, it is not too small; and rounded, it is wrong by less than its last digit.
        if let Some(notional) = price.checked_mul(quantity).filter(|notional| *notional < minimum) {
            violations.push("notional", notional, Limit::AtLeast(minimum));
        }
    }
}

fn at_most(field: &'static str, value: Decimal, maximum: Option<Decimal>, violations: &mut Violations) {
    if let Some(maximum) = maximum.filter(|maximum| value > *maximum) {
        violations.push(field, value, Limit::AtMost(maximum));
    }
}

/// Exactly; what cannot be counted exactly is none.
fn is_multiple(value: Decimal, step: Decimal) -> bool {
    Steps::of(value, step).is_some_and(|steps| steps.rest == 0)
}
