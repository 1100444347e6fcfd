//! What is wrong with an order, by itself and by the contract's rules.
//!
//! The exchange documents the rules' names and not which orders they bind. An order that only reduces a position is held to none of them here,
//! because the rules that are known may be old or wrong, and a bot must always be able to close a position. The exchange rejects such an order
//! if it breaks a rule.

use std::collections::HashMap;

use sixmm_api::Decimal;
use sixmm_api::types::{OrderSide, PositionSide};
use venue_core::ValidationErrors;
use venue_runtime::SymbolRules;

/// The amounts of an order. What cannot be read is not there: it is reported by who reads it, and the rest is checked all the same.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms {
    pub(super) price: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
    pub(super) stop_price: Option<Decimal>,
    pub(super) activate_price: Option<Decimal>,
    pub(super) callback_rate: Option<Decimal>,
    /// Trades at the market, at once or when triggered; otherwise at a limit, even where the exchange takes that from the book.
    pub(super) is_market: bool,
    pub(super) only_reduces: bool,
}

/// A normal or a condition order.
pub(super) fn order(terms: &Terms, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) {
    let Terms { price, quantity, stop_price, activate_price, callback_rate, .. } = *terms;
    for (field, value) in [
        ("price", price),
        ("quantity", quantity),
        ("stopPrice", stop_price),
        ("activatePrice", activate_price),
        ("callbackRate", callback_rate),
    ] {
        positive(field, value, faults);
    }
    let Some(rules) = rules.filter(|_| !terms.only_reduces) else { return };
    on_tick("stopPrice", stop_price, rules, faults);
    on_tick("activatePrice", activate_price, rules, faults);
    match (above_zero(price), above_zero(quantity)) {
        (Some(price), Some(quantity)) => report(rules.check_limit(price, quantity), faults),
        (None, Some(quantity)) if terms.is_market => report(rules.check_market(quantity, above_zero(stop_price)), faults),
        (None, Some(quantity)) => report(limit_quantity(rules, quantity), faults),
        (_, None) => on_tick("price", price, rules, faults),
    }
}

/// A change of an open order. Without the order it is not known whether it only reduces a position, so only tick size and step size count: an
/// order that is in the book kept to them.
pub(super) fn amendment(price: Option<Decimal>, quantity: Option<Decimal>, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) {
    positive("price", price, faults);
    positive("quantity", quantity, faults);
    let Some(rules) = rules.map(SymbolRules::without_limits) else { return };
    on_tick("price", price, &rules, faults);
    if let Some(quantity) = above_zero(quantity) {
        report(rules.check_market(quantity, None), faults);
    }
}

/// Ids that occur twice in one request: whose answer is whose could not be told.
pub(super) fn distinct<'a>(field: impl Fn(usize) -> String, ids: impl IntoIterator<Item = &'a str>, faults: &mut ValidationErrors) {
    let mut first = HashMap::new();
    for (index, id) in ids.into_iter().enumerate() {
        match first.get(id) {
            Some(earlier) => faults.push(&field(index), format!("is the same as `{}`", field(*earlier))),
            None => drop(first.insert(id, index)),
        }
    }
}

/// Whether an order can only make a position smaller: said so, or out of a position that is held apart from the other side's.
pub(super) fn only_reduces(side: &OrderSide, position_side: Option<&PositionSide>, reduce_only: Option<bool>) -> bool {
    reduce_only == Some(true)
        || matches!((side, position_side), (OrderSide::Sell, Some(PositionSide::Long)) | (OrderSide::Buy, Some(PositionSide::Short)))
}

/// More than zero, if it is there.
fn positive(field: &str, value: Option<Decimal>, faults: &mut ValidationErrors) {
    if value.is_some_and(|value| value <= Decimal::ZERO) {
        faults.push(field, "must be greater than 0");
    }
}

fn limit_quantity(rules: &SymbolRules, quantity: Decimal) -> Result<(), ValidationErrors> {
    let most = rules.max_limit_quantity().unwrap_or(Decimal::ZERO);
    rules.clone().with_max_market_quantity(most).check_market(quantity, None)
}

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

/// What is zero or less has been reported as such.
fn above_zero(value: Option<Decimal>) -> Option<Decimal> {
    value.filter(|value| *value > Decimal::ZERO)
}
