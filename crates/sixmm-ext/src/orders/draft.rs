//! How an order begins: contract, side and quantity. What kind of order it becomes is chosen next.

use sixmm_api::types::{BboPriceType, ConditionOrderType, OrderSide, OrderType};
use sixmm_api::{Decimal, ExactDecimal};

use super::amount::Amount;
use super::{ConditionOrder, Order};

/// A contract, a side, and how much; not an order yet. Made by [`Order::buy`], [`Order::sell`], [`Order::close_long`] and
/// [`Order::close_short`].
#[derive(Clone, Debug)]
#[must_use = "choose what kind of order it is: `limit`, `market`, `stop` …"]
pub struct Draft {
    pub(super) symbol: String,
    pub(super) side: OrderSide,
    pub(super) size: Size,
}

/// How much an order trades.
#[derive(Clone, Copy, Debug)]
pub(super) enum Size {
    Quantity(Amount),
    WholePosition,
}

impl Draft {
    pub(super) fn new(symbol: impl Into<String>, side: OrderSide, size: Size) -> Self {
        Self { symbol: symbol.into(), side, size }
    }

    /// The quantity, if there is one that can be read.
    pub(super) fn quantity(&self) -> Option<Decimal> {
        match self.size {
            Size::Quantity(quantity) => Amount::readable(Some(quantity)),
            Size::WholePosition => None,
        }
    }

    /// Trades at `price` or better; what is not filled at once waits in the book.
    ///
    /// The price is in the quote asset, and a multiple of the contract's tick size: see
    /// [`SymbolRules`](venue_runtime::SymbolRules::round_price).
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    pub fn limit(self, price: impl TryInto<ExactDecimal>) -> Order {
        let mut order = Order::new(self, OrderType::Limit);
        order.price = Some(Amount::new(price));
        order
    }

    /// Trades at once, at the prices of the book, whatever they are.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    pub fn market(self) -> Order {
        Order::new(self, OrderType::Market)
    }

    /// A limit order whose price the exchange takes from the book (BBO): no price is sent. That the exchange accepts it is inferred: the
    /// documentation requires a price of every limit order.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    pub fn best_price(self, price: BboPriceType) -> Order {
        let mut order = Order::new(self, OrderType::Limit);
        order.price_type = Some(price);
        order
    }

    /// A stop loss: a market order, once the price has gone against you to `trigger`. [`ConditionOrder::limit`] makes it a limit order.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    pub fn stop(self, trigger: impl TryInto<ExactDecimal>) -> ConditionOrder {
        ConditionOrder::triggered(self, ConditionOrderType::StopMarket, Amount::new(trigger))
    }

    /// A take profit: a market order, once the price has gone your way to `trigger`. [`ConditionOrder::limit`] makes it a limit order.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    pub fn take_profit(self, trigger: impl TryInto<ExactDecimal>) -> ConditionOrder {
        ConditionOrder::triggered(self, ConditionOrderType::TakeProfitMarket, Amount::new(trigger))
    }

    /// A stop that follows the price at a distance of `callback_rate`, and never goes back. The documentation does not say whether `1` is one
    /// percent or the whole: try it with little before relying on it.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    pub fn trailing_stop(self, callback_rate: impl TryInto<ExactDecimal>) -> ConditionOrder {
        ConditionOrder::trailing(self, Amount::new(callback_rate))
    }
}
