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
    /// An error for every violated rule, of the fields `price`, `quantity` and `notional`.
    pub fn check_limit(&self, price: Decimal, quantity: Decimal) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        self.price(price, &mut errors);
        self.quantity(quantity, self.max_limit_quantity, &mut errors);
        self.notional(price, quantity, &mut errors);
        errors.into_result()
    }

    /// Checks the quantity of a market order and, if a reference price such as the mark price is given, its notional at this price. The
    /// exchange may use another reference price.
    ///
    /// # Errors
    ///
    /// An error for every violated rule, of the fields `quantity` and `notional`.
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
    /// An error of the field `price`, if the price is not positive or not a multiple of the tick size.
    pub fn check_price(&self, price: Decimal) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        self.price(price, &mut errors);
        errors.into_result()
    }

    /// Checks the number of open orders, including those that are about to be sent.
    ///
    /// # Errors
    ///
    /// An error of the field `open orders`, if there are too many.
    pub fn check_open_orders(&self, open_orders: u64) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        at_most("open orders", open_orders.into(), self.max_open_orders.map(Decimal::from), &mut errors);
        errors.into_result()
    }

    /// Checks a leverage.
    ///
    /// # Errors
    ///
    /// An error of the field `leverage`, if the leverage is not positive or too high.
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
        // A product that overflows is not too small. A product that is rounded is wrong by less than its last digit.
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

/// Whether the value is an exact multiple of the step. A value with too many digits to be counted exactly is not a multiple.
fn is_multiple(value: Decimal, step: Decimal) -> bool {
    Steps::of(value, step).is_some_and(|steps| steps.remainder == 0)
}
