//! The first part of a new order: contract, side and size. The caller chooses the type of the order next.

use sixmm_api::types::{BboPriceType, ConditionOrderType, OrderSide, OrderType};

use super::decimal_input::{DecimalInput, IntoDecimal};
use super::{NewConditionOrder, NewOrder};

/// The contract, the side and the size of an order whose type is not chosen yet. [`NewOrder::buy`], [`NewOrder::sell`],
/// [`NewOrder::close_long`] and [`NewOrder::close_short`] return this type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "choose the type of the order: `limit`, `market`, `stop` …"]
pub struct UnfinishedOrder {
    pub(super) symbol: String,
    pub(super) side: OrderSide,
    pub(super) size: Size,
}

/// How much an order trades.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Size {
    Quantity(DecimalInput),
    WholePosition,
}

impl UnfinishedOrder {
    pub(super) fn new(symbol: impl Into<String>, side: OrderSide, size: Size) -> Self {
        Self { symbol: symbol.into(), side, size }
    }

    /// The quantity as the caller gave it. `None` for an order that closes the whole position.
    pub(super) fn quantity(&self) -> Option<&DecimalInput> {
        match &self.size {
            Size::Quantity(quantity) => Some(quantity),
            Size::WholePosition => None,
        }
    }

    /// A limit order: trades at `price` or better. The part that is not filled at once rests in the order book.
    ///
    /// The price is in the quote asset, and must be a multiple of the contract's tick size:
    /// [`SymbolRules::round_price`](venue_runtime::SymbolRules::round_price) rounds a price to such a multiple.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    pub fn limit(self, price: impl IntoDecimal) -> NewOrder {
        let mut order = NewOrder::new(self, OrderType::Limit);
        order.price = Some(DecimalInput::new(price));
        order
    }

    /// A market order: trades at once against the best orders of the book, without a limit for the price.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    pub fn market(self) -> NewOrder {
        NewOrder::new(self, OrderType::Market)
    }

    /// A limit order whose price the exchange takes from the order book (best bid or offer), so that no price is sent.
    ///
    /// Inferred: the documentation requires a price for every limit order, and does not say that the exchange accepts a limit order without
    /// a price.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    pub fn best_price(self, price: BboPriceType) -> NewOrder {
        let mut order = NewOrder::new(self, OrderType::Limit);
        order.price_type = Some(price);
        order
    }

    /// A stop loss: a market order that is placed once the price has moved against the position to `trigger`. Use
    /// [`NewConditionOrder::limit`] for a stop-limit order.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    #[doc(alias = "stop_loss")]
    pub fn stop(self, trigger: impl IntoDecimal) -> NewConditionOrder {
        NewConditionOrder::triggered(self, ConditionOrderType::StopMarket, DecimalInput::new(trigger))
    }

    /// A take profit: a market order that is placed once the price has moved in favour of the position to `trigger`. Use
    /// [`NewConditionOrder::limit`] for a take-profit-limit order.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    pub fn take_profit(self, trigger: impl IntoDecimal) -> NewConditionOrder {
        NewConditionOrder::triggered(self, ConditionOrderType::TakeProfitMarket, DecimalInput::new(trigger))
    }

    /// A trailing stop: a stop whose trigger price follows the market at a distance of `callback_rate` in the favourable direction only.
    ///
    /// The documentation does not say whether a rate of `1` means 1 % or 100 %. Test with a small quantity first.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    pub fn trailing_stop(self, callback_rate: impl IntoDecimal) -> NewConditionOrder {
        NewConditionOrder::trailing(self, DecimalInput::new(callback_rate))
    }
}
