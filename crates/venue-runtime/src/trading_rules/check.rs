//! Checking an order against the rules of its symbol.

use rust_decimal::Decimal;
use venue_core::{FieldErrorKind, ValidationErrors};

use super::SymbolRules;
use super::steps::Steps;

impl SymbolRules {
    /// Checks the price, the quantity and the notional of a limit order.
    ///
    /// # Errors
    ///
    /// Returns an error if a rule is violated. The error contains every violated rule of the fields `price`, `quantity` and `notional`.
    pub fn check_limit(&self, price: Decimal, quantity: Decimal) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        self.price(price, &mut errors);
        self.quantity(quantity, self.max_limit_quantity, &mut errors);
        self.notional(price, quantity, &mut errors);
        errors.into_result()
    }

    /// Checks the quantity of a market order. If a reference price (for example the mark price) is given, also checks the order's notional
    /// at this price. The exchange may use a different reference price.
    ///
    /// # Errors
    ///
    /// Returns an error if a rule is violated. The error contains every violated rule of the fields `quantity` and `notional`.
    pub fn check_market(&self, quantity: Decimal, reference_price: Option<Decimal>) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        self.quantity(quantity, self.max_market_quantity, &mut errors);
        if let Some(price) = reference_price {
            self.notional(price, quantity, &mut errors);
        }
        errors.into_result()
    }

    /// Checks a price without a quantity, such as a trigger price or a take-profit price.
    ///
    /// # Errors
    ///
    /// Returns an error if the price is not positive or not a multiple of the tick size. The field of the error is `price`.
    pub fn check_price(&self, price: Decimal) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        self.price(price, &mut errors);
        errors.into_result()
    }

    /// Checks the number of open orders. `open_orders` must include the orders that are about to be sent.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many open orders. The field of the error is `open orders`.
    pub fn check_open_orders(&self, open_orders: u64) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        at_most("open orders", open_orders.into(), self.max_open_orders.map(Decimal::from), &mut errors);
        errors.into_result()
    }

    /// Checks a leverage.
    ///
    /// # Errors
    ///
    /// Returns an error if the leverage is not positive or too high. The field of the error is `leverage`.
    pub fn check_leverage(&self, leverage: Decimal) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if leverage <= Decimal::ZERO {
            errors.add("leverage", FieldErrorKind::NotPositive { value: leverage });
        }
        at_most("leverage", leverage, self.max_leverage, &mut errors);
        errors.into_result()
    }

    fn price(&self, price: Decimal, errors: &mut ValidationErrors) {
        if price <= Decimal::ZERO {
            errors.add("price", FieldErrorKind::NotPositive { value: price });
        } else if !is_multiple(price, self.tick_size) {
            errors.add("price", FieldErrorKind::NotMultipleOfTick { value: price, tick_size: self.tick_size });
        }
    }

    fn quantity(&self, quantity: Decimal, maximum: Option<Decimal>, errors: &mut ValidationErrors) {
        if quantity <= Decimal::ZERO {
            errors.add("quantity", FieldErrorKind::NotPositive { value: quantity });
        } else if !is_multiple(quantity, self.step_size) {
            errors.add("quantity", FieldErrorKind::NotMultipleOfStep { value: quantity, step_size: self.step_size });
        }
        if let Some(minimum) = self.min_quantity.filter(|minimum| quantity < *minimum) {
            errors.add("quantity", FieldErrorKind::BelowMinimum { value: quantity, minimum });
        }
        at_most("quantity", quantity, maximum, errors);
    }

    fn notional(&self, price: Decimal, quantity: Decimal, errors: &mut ValidationErrors) {
        let Some(minimum) = self.min_notional else { return };
        // A product that overflows is larger than the minimum. A product that is rounded has an error of less than one unit of its last
        // digit.
        if let Some(notional) = price.checked_mul(quantity).filter(|notional| *notional < minimum) {
            errors.add("notional", FieldErrorKind::BelowMinimum { value: notional, minimum });
        }
    }
}

fn at_most(field: &'static str, value: Decimal, maximum: Option<Decimal>, errors: &mut ValidationErrors) {
    if let Some(maximum) = maximum.filter(|maximum| value > *maximum) {
        errors.add(field, FieldErrorKind::AboveMaximum { value, maximum });
    }
}

/// Whether the value is an exact multiple of the step. `false` if the number of steps cannot be computed exactly because there are too many
/// digits.
fn is_multiple(value: Decimal, step: Decimal) -> bool {
    Steps::of(value, step).is_some_and(|steps| steps.remainder == 0)
}
