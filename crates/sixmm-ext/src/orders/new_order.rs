//! A normal order that has not been placed: limit, market, or at the best price of the order book.

use serde::{Deserialize, Serialize};
use sixmm_api::requests;
use sixmm_api::types::{BboPriceType, ClientOrderId, OrderSide, OrderType, PositionSide, TimeInForce};
use venue_core::ValidationErrors;

use super::decimal_input::{DecimalInput, IntoDecimal};
use super::order_request::{Amounts, OrderBase, OrderRequest};
use super::order_serde::OrderForm;
use super::unfinished_order::{Size, UnfinishedOrder};

/// A normal order that has not been placed. [`Orders::place`](super::Orders::place) places it. A normal order can also be one of a batch,
/// or a leg of a strategy.
///
/// A `NewOrder` is a value: it can be stored, compared, cloned, and placed any number of times. Each placement creates another order on the
/// exchange, with its own client order id unless [`client_order_id`](Self::client_order_id) sets one. The type
/// [`Order`](crate::types::Order) is an order as the exchange reports it.
///
/// ```
/// use sixmm_ext::NewOrder;
///
/// let order = NewOrder::buy("BTCUSDT", "0.1").limit("85000").maker_only();
/// let exit = NewOrder::close_long("BTCUSDT").market();
/// ```
///
/// Prices are in the quote asset, quantities in the base asset. An amount is a text, an integer or a [`Decimal`](sixmm_api::Decimal): see
/// [`IntoDecimal`]. An amount that cannot be read is reported when the order is placed, together with all other faults of the order.
///
/// The serde form has the fields of the documented request. Deserializing fails for unknown fields, and for combinations of fields that the
/// methods of this type cannot express:
///
/// ```
/// use sixmm_ext::NewOrder;
///
/// let json = concat!(
///     r#"{"symbol":"BTCUSDT","side":"BUY","#,
///     r#""type":"MARKET","quantity":"0.1"}"#,
/// );
/// let order: NewOrder = serde_json::from_str(json)?;
/// assert_eq!(order, NewOrder::buy("BTCUSDT", "0.1").market());
/// assert_eq!(serde_json::to_string(&order)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Four mistakes do not compile. The first is a limit order without a price:
///
/// ```compile_fail,E0061
/// sixmm_ext::NewOrder::buy("BTCUSDT", "0.1").limit();
/// ```
///
/// An order without a type:
///
/// ```compile_fail,E0308
/// fn place(client: sixmm_ext::Client) -> sixmm_ext::orders::Place {
///     let order = sixmm_ext::NewOrder::buy("BTCUSDT", "0.1");
///     client.orders().place(order)
/// }
/// ```
///
/// A time in force that only condition orders have:
///
/// ```compile_fail,E0308
/// use sixmm_ext::{NewOrder, types::ConditionTimeInForce};
///
/// NewOrder::buy("BTCUSDT", "0.1")
///     .limit("85000")
///     .time_in_force(ConditionTimeInForce::GteGtc);
/// ```
///
/// A price that is a binary float:
///
/// ```compile_fail,E0277
/// sixmm_ext::NewOrder::buy("BTCUSDT", "0.1").limit(85000.0);
/// ```
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-order>
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "OrderForm", into = "OrderForm")]
#[must_use = "an order does nothing until it is placed"]
pub struct NewOrder {
    pub(super) base: OrderBase,
    pub(super) order_type: OrderType,
    pub(super) price: Option<DecimalInput>,
    pub(super) price_type: Option<BboPriceType>,
    pub(super) time_in_force: Option<TimeInForce>,
    pub(super) maker_only: Option<bool>,
}

impl NewOrder {
    /// Buys this quantity of a contract, such as `BTCUSDT`.
    pub fn buy(symbol: impl Into<String>, quantity: impl IntoDecimal) -> UnfinishedOrder {
        UnfinishedOrder::new(symbol, OrderSide::Buy, Size::Quantity(DecimalInput::new(quantity)))
    }

    /// Sells this quantity of a contract, such as `BTCUSDT`.
    pub fn sell(symbol: impl Into<String>, quantity: impl IntoDecimal) -> UnfinishedOrder {
        UnfinishedOrder::new(symbol, OrderSide::Sell, Size::Quantity(DecimalInput::new(quantity)))
    }

    /// Sells the whole long position of a contract. The quantity is the size of the position at the time when the exchange executes the
    /// order.
    pub fn close_long(symbol: impl Into<String>) -> UnfinishedOrder {
        UnfinishedOrder::new(symbol, OrderSide::Sell, Size::WholePosition)
    }

    /// Buys back the whole short position of a contract. The quantity is the size of the position at the time when the exchange executes
    /// the order.
    pub fn close_short(symbol: impl Into<String>) -> UnfinishedOrder {
        UnfinishedOrder::new(symbol, OrderSide::Buy, Size::WholePosition)
    }

    pub(super) fn new(start: UnfinishedOrder, order_type: OrderType) -> Self {
        Self { base: OrderBase::new(start), order_type, price: None, price_type: None, time_in_force: None, maker_only: None }
    }

    /// Makes the order reduce-only: the order can reduce a position, and can neither increase nor reverse it.
    pub fn reduce_only(mut self) -> Self {
        self.base.reduce_only = Some(true);
        self
    }

    /// Sets which position the order changes in hedge mode: long or short. The default is `BOTH`, the single position of one-way mode.
    pub fn position_side(mut self, side: PositionSide) -> Self {
        self.base.position_side = Some(side);
        self
    }

    /// Sets your id for the order. The id must be unique, because the client looks the order up by this id if the response to the placement
    /// is lost. Without an id from the caller, the client generates one.
    pub fn client_order_id(mut self, id: impl Into<ClientOrderId>) -> Self {
        self.base.client_order_id = Some(id.into());
        self
    }

    /// Sets how long the order remains open. The default is `GTC`: until the order is filled or cancelled.
    pub fn time_in_force(mut self, time_in_force: TimeInForce) -> Self {
        self.time_in_force = Some(time_in_force);
        self
    }

    /// Makes the order maker-only (post-only): the exchange rejects or cancels the order if it would be filled at once. Not possible for a
    /// market order, or with the time in force `IOC` or `FOK`.
    #[doc(alias = "post_only")]
    pub fn maker_only(mut self) -> Self {
        self.maker_only = Some(true);
        self
    }

    /// The contract.
    #[must_use]
    pub fn symbol(&self) -> &str {
        &self.base.start.symbol
    }

    /// The side of the order.
    #[must_use]
    pub fn side(&self) -> &OrderSide {
        &self.base.start.side
    }
}

impl OrderRequest for NewOrder {
    type Request = requests::PlaceOrder;

    fn base(&self) -> &OrderBase {
        &self.base
    }

    fn amounts(&self, unreadable: &mut ValidationErrors) -> Amounts {
        Amounts {
            price: DecimalInput::read("price", self.price.as_ref(), unreadable),
            quantity: DecimalInput::read("quantity", self.base.start.quantity(), unreadable),
            ..Amounts::default()
        }
    }

    fn is_market(&self) -> bool {
        self.order_type == OrderType::Market
    }

    fn build(&self, id: &ClientOrderId, amounts: &Amounts) -> requests::PlaceOrder {
        let base = &self.base;
        let mut request = requests::PlaceOrder::new(self.symbol(), self.order_type.clone(), self.side().clone()).client_order_id(id);
        request.quantity = amounts.quantity;
        request.close_position = base.close_position();
        request.position_side = base.position_side.clone();
        request.reduce_only = base.reduce_only;
        request.price = amounts.price;
        request.price_type = self.price_type.clone();
        request.time_in_force = self.time_in_force.clone();
        request.maker_only = self.maker_only;
        request
    }

    fn check_settings(&self, faults: &mut ValidationErrors) {
        if self.maker_only != Some(true) {
            return;
        }
        if self.order_type == OrderType::Market {
            faults.push("makerOnly", "is not possible for a market order, which always takes liquidity: use a limit order");
        }
        if let Some(time_in_force @ (TimeInForce::Ioc | TimeInForce::Fok)) = &self.time_in_force {
            faults.push("makerOnly", format!("contradicts `timeInForce` {time_in_force}, which fills at once or not at all: use GTC"));
        }
    }
}
