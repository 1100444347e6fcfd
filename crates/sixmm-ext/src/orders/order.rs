//! A normal order: limit, market, or at the best price of the book.

use sixmm_api::types::{BboPriceType, ClientOrderId, OrderSide, OrderType, PositionSide, TimeInForce};
use sixmm_api::{ExactDecimal, requests};
use venue_core::Faults;

use super::amount::Amount;
use super::checks::Terms;
use super::common::common;
use super::draft::{Draft, Size};

/// A normal order, yet to be placed: [`Orders::place`](super::Orders::place), or one of a batch or a strategy.
///
/// It is a value: it can be kept, cloned, and placed as often as one likes. Each placement is an order of its own, with a
/// [`client_order_id`](Self::client_order_id) of its own unless you set one.
///
/// ```
/// use sixmm_ext::Order;
///
/// let order = Order::buy("BTCUSDT", "0.1").limit("85000").maker_only();
/// let exit = Order::close_long("BTCUSDT").market();
/// ```
///
/// What cannot be an order does not compile: a limit order without a price, a quantity without a kind, a time in force that only condition orders
/// have, a price as a binary float.
///
/// ```compile_fail,E0061
/// sixmm_ext::Order::buy("BTCUSDT", "0.1").limit();
/// ```
///
/// ```compile_fail,E0308
/// fn place(client: sixmm_ext::Client) -> sixmm_ext::Place {
///     client.orders().place(sixmm_ext::Order::buy("BTCUSDT", "0.1"))
/// }
/// ```
///
/// ```compile_fail,E0308
/// use sixmm_ext::{Order, types::ConditionTimeInForce};
///
/// Order::buy("BTCUSDT", "0.1").limit("85000").time_in_force(ConditionTimeInForce::GteGtc);
/// ```
///
/// ```compile_fail,E0277
/// sixmm_ext::Order::buy("BTCUSDT", "0.1").limit(85000.0);
/// ```
///
/// Prices are in the quote asset, quantities in the base asset. Amounts are texts, integers or [`Decimal`](sixmm_api::Decimal)s, never binary floats; what
/// cannot be read is reported when the order is placed, with all other faults.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
#[derive(Clone, Debug)]
#[must_use = "an order does nothing until it is placed"]
pub struct Order {
    pub(super) draft: Draft,
    type_: OrderType,
    pub(super) price: Option<Amount>,
    pub(super) price_type: Option<BboPriceType>,
    pub(super) position_side: Option<PositionSide>,
    time_in_force: Option<TimeInForce>,
    reduce_only: Option<bool>,
    maker_only: Option<bool>,
    client_order_id: Option<ClientOrderId>,
}

common!(Order => PlaceOrder);

impl Order {
    /// Buys this quantity of a contract, such as `BTCUSDT`.
    pub fn buy(symbol: impl Into<String>, quantity: impl TryInto<ExactDecimal>) -> Draft {
        Draft::new(symbol, OrderSide::Buy, Size::Quantity(Amount::new(quantity)))
    }

    /// Sells this quantity of a contract, such as `BTCUSDT`.
    pub fn sell(symbol: impl Into<String>, quantity: impl TryInto<ExactDecimal>) -> Draft {
        Draft::new(symbol, OrderSide::Sell, Size::Quantity(Amount::new(quantity)))
    }

    /// Sells the whole of a long position, however large it is then.
    pub fn close_long(symbol: impl Into<String>) -> Draft {
        Draft::new(symbol, OrderSide::Sell, Size::WholePosition)
    }

    /// Buys back the whole of a short position, however large it is then.
    pub fn close_short(symbol: impl Into<String>) -> Draft {
        Draft::new(symbol, OrderSide::Buy, Size::WholePosition)
    }

    pub(super) fn new(draft: Draft, type_: OrderType) -> Self {
        Self {
            draft,
            type_,
            price: None,
            price_type: None,
            position_side: None,
            time_in_force: None,
            reduce_only: None,
            maker_only: None,
            client_order_id: None,
        }
    }

    /// How long the order stays. Without it, `GTC`: until it is filled or cancelled.
    pub fn time_in_force(mut self, time_in_force: TimeInForce) -> Self {
        self.time_in_force = Some(time_in_force);
        self
    }

    /// Only adds to the book: the exchange refuses or cancels it instead of filling it at once. Not with `IOC`, `FOK` or a market order.
    pub fn maker_only(mut self) -> Self {
        self.maker_only = Some(true);
        self
    }

    fn terms(&self) -> Terms {
        Terms {
            price: Amount::readable(self.price),
            quantity: self.draft.quantity(),
            is_market: self.type_ == OrderType::Market,
            only_reduces: self.only_reduces(),
            ..Terms::default()
        }
    }

    fn unchecked_request(&self, id: &ClientOrderId, faults: &mut Faults) -> requests::PlaceOrder {
        let mut request = self.begin(id, faults);
        request.price = Amount::read("price", self.price, faults);
        request.price_type = self.price_type.clone();
        request.time_in_force = self.time_in_force.clone();
        request.maker_only = self.maker_only;
        request
    }

    fn contradictions(&self, faults: &mut Faults) {
        if self.maker_only != Some(true) {
            return;
        }
        if self.type_ == OrderType::Market {
            faults.push("makerOnly", "is not for a market order, which always takes: use a limit order");
        }
        if let Some(time_in_force @ (TimeInForce::Ioc | TimeInForce::Fok)) = &self.time_in_force {
            faults.push("makerOnly", format!("contradicts `timeInForce` {time_in_force}, which fills at once or not at all: use GTC"));
        }
    }
}
