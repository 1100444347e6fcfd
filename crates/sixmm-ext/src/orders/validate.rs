//! Checks of an order: its amounts, and the rules of its contract.
//!
//! The exchange documents the rules of a contract, but not to which orders they apply. An order that can only reduce a position is
//! therefore not checked by the rules: the cached rules may be outdated, and a bot must always be able to close a position. The exchange
//! rejects such an order if the order breaks a rule.

use std::collections::HashMap;

use sixmm_api::Decimal;
use sixmm_api::types::{OrderSide, PositionSide};
use venue_core::ValidationErrors;
use venue_runtime::SymbolRules;

/// The amounts of an order. An amount that could not be read is `None`, because its fault has already been reported. The other amounts are
/// still checked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrderAmounts {
    pub(super) price: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
    pub(super) stop_price: Option<Decimal>,
    pub(super) activate_price: Option<Decimal>,
    pub(super) callback_rate: Option<Decimal>,
    /// Whether the order trades at the market price, at once or when it is triggered. An order at the best price of the book is a limit
    /// order.
    pub(super) is_market: bool,
    /// Whether the order can only reduce a position.
    pub(super) only_reduces: bool,
}

/// Checks a normal order or a condition order.
pub(super) fn order(amounts: &OrderAmounts, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) {
    let OrderAmounts { price, quantity, stop_price, activate_price, callback_rate, is_market, only_reduces } = *amounts;
    for (field, value) in [
        ("price", price),
        ("quantity", quantity),
        ("stopPrice", stop_price),
        ("activatePrice", activate_price),
        ("callbackRate", callback_rate),
    ] {
        positive(field, value, faults);
    }
    let Some(rules) = rules.filter(|_| !only_reduces) else { return };
    on_tick("stopPrice", stop_price, rules, faults);
    on_tick("activatePrice", activate_price, rules, faults);
    match (above_zero(price), above_zero(quantity)) {
        (Some(price), Some(quantity)) => report(rules.check_limit(price, quantity), faults),
        (None, Some(quantity)) if is_market => report(rules.check_market(quantity, above_zero(stop_price)), faults),
        (None, Some(quantity)) => report(limit_quantity(rules, quantity), faults),
        (_, None) => on_tick("price", price, rules, faults),
    }
}

/// Checks the amendment of an open order. Of the contract's rules, only tick size and step size are checked. The client does not check an
/// order that can only reduce a position by the limits of quantity and notional, and an amendment does not show whether its order is such
/// an order.
pub(super) fn amendment(price: Option<Decimal>, quantity: Option<Decimal>, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) {
    positive("price", price, faults);
    positive("quantity", quantity, faults);
    let Some(rules) = rules.map(SymbolRules::without_limits) else { return };
    on_tick("price", price, &rules, faults);
    if let Some(quantity) = above_zero(quantity) {
        report(rules.check_market(quantity, None), faults);
    }
}

/// Reports ids that occur twice in one request, because the results of two items with the same id could not be distinguished. The closure
/// `field` returns the name of an item's field.
pub(super) fn distinct<'a>(field: impl Fn(usize) -> String, ids: impl IntoIterator<Item = &'a str>, faults: &mut ValidationErrors) {
    let mut first = HashMap::new();
    for (index, id) in ids.into_iter().enumerate() {
        match first.get(id) {
            Some(earlier) => faults.push(&field(index), format!("is the same as `{}`", field(*earlier))),
            None => drop(first.insert(id, index)),
        }
    }
}

/// Whether an order can only reduce a position: a reduce-only order, or in hedge mode an order that sells a long or buys back a short
/// position.
pub(super) fn only_reduces(side: &OrderSide, position_side: Option<&PositionSide>, reduce_only: Option<bool>) -> bool {
    reduce_only == Some(true)
        || matches!((side, position_side), (OrderSide::Sell, Some(PositionSide::Long)) | (OrderSide::Buy, Some(PositionSide::Short)))
}

/// Reports an amount that is not above zero.
fn positive(field: &str, value: Option<Decimal>, faults: &mut ValidationErrors) {
    if value.is_some_and(|value| value <= Decimal::ZERO) {
        faults.push(field, "must be greater than 0");
    }
}

/// Checks the quantity of a limit order whose price is not known.
fn limit_quantity(rules: &SymbolRules, quantity: Decimal) -> Result<(), ValidationErrors> {
    let maximum = rules.max_limit_quantity().unwrap_or(Decimal::ZERO);
    rules.clone().with_max_market_quantity(maximum).check_market(quantity, None)
}

/// Reports a price that is not a multiple of the tick size.
fn on_tick(field: &str, price: Option<Decimal>, rules: &SymbolRules, faults: &mut ValidationErrors) {
    let Some(Err(errors)) = above_zero(price).map(|price| rules.check_price(price)) else { return };
    for error in errors.as_slice() {
        faults.add(field, error.kind().clone());
    }
}

fn report(checked: Result<(), ValidationErrors>, faults: &mut ValidationErrors) {
    if let Err(errors) = checked {
        faults.append(errors);
    }
}

/// The amount, if it is above zero. Zero and negative amounts have already been reported, and are not checked further.
fn above_zero(value: Option<Decimal>) -> Option<Decimal> {
    value.filter(|value| *value > Decimal::ZERO)
}
