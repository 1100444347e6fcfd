//! A condition order that has not been placed: stop loss, take profit, trailing stop.

use serde::{Deserialize, Serialize};
use sixmm_api::requests;
use sixmm_api::types::{ClientOrderId, ConditionOrderType, ConditionTimeInForce, OrderSide, PositionSide, TriggerPriceType};
use venue_core::ValidationErrors;

use super::decimal_input::{DecimalInput, IntoDecimal};
use super::order_request::{Amounts, OrderBase, OrderRequest};
use super::order_serde::ConditionOrderForm;
use super::unfinished_order::UnfinishedOrder;

/// A condition order that has not been placed: an order that waits for a trigger price.
/// [`Orders::place_condition`](super::Orders::place_condition) places it. A condition order can also be a leg of a
/// [`NewStrategy`](super::NewStrategy).
///
/// ```
/// use sixmm_ext::{NewOrder, types::TriggerPriceType};
///
/// let stop = NewOrder::close_long("BTCUSDT")
///     .stop("80000")
///     .trigger_by(TriggerPriceType::MarkPrice);
/// let stop_limit = NewOrder::sell("BTCUSDT", "0.1")
///     .stop("80000")
///     .limit("79900");
/// let trailing = NewOrder::sell("BTCUSDT", "0.1")
///     .trailing_stop("1")
///     .activate_at("90000");
/// ```
///
/// The serde form has the fields of the documented request. Deserializing fails for unknown fields, and for combinations of fields that the
/// methods of this type cannot express.
///
/// A condition order that is triggered is not necessarily filled, because the trigger places a normal order, and the exchange can reject
/// this order.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "ConditionOrderForm", into = "ConditionOrderForm")]
#[must_use = "an order does nothing until it is placed"]
pub struct NewConditionOrder {
    pub(super) base: OrderBase,
    pub(super) order_type: ConditionOrderType,
    pub(super) price: Option<DecimalInput>,
    pub(super) trigger: Option<DecimalInput>,
    pub(super) activation_price: Option<DecimalInput>,
    pub(super) callback_rate: Option<DecimalInput>,
    pub(super) trigger_by: Option<TriggerPriceType>,
    pub(super) price_protection: Option<bool>,
    pub(super) time_in_force: Option<ConditionTimeInForce>,
}

impl NewConditionOrder {
    pub(super) fn triggered(start: UnfinishedOrder, order_type: ConditionOrderType, trigger: DecimalInput) -> Self {
        Self { trigger: Some(trigger), ..Self::new(start, order_type) }
    }

    pub(super) fn trailing(start: UnfinishedOrder, callback_rate: DecimalInput) -> Self {
        Self { callback_rate: Some(callback_rate), ..Self::new(start, ConditionOrderType::TrailingStop) }
    }

    fn new(start: UnfinishedOrder, order_type: ConditionOrderType) -> Self {
        Self {
            base: OrderBase::new(start),
            order_type,
            price: None,
            trigger: None,
            activation_price: None,
            callback_rate: None,
            trigger_by: None,
            price_protection: None,
            time_in_force: None,
        }
    }

    /// Places a limit order at `price` when the condition order is triggered, instead of a market order. Not possible for a trailing stop.
    pub fn limit(mut self, price: impl IntoDecimal) -> Self {
        self.order_type = match self.order_type {
            ConditionOrderType::StopMarket => ConditionOrderType::StopLimit,
            ConditionOrderType::TakeProfitMarket => ConditionOrderType::TakeProfitLimit,
            other => other,
        };
        self.price = Some(DecimalInput::new(price));
        self
    }

    /// Sets the price at which a trailing stop starts to follow the market. By default the trailing stop follows the market at once. Only
    /// for a trailing stop.
    #[doc(alias = "activation_price")]
    pub fn activate_at(mut self, price: impl IntoDecimal) -> Self {
        self.activation_price = Some(DecimalInput::new(price));
        self
    }

    /// Sets which price the exchange compares with the trigger price, for example the mark price. The default is the last traded price. The
    /// field of the request is `workingType`.
    #[doc(alias = "working_type")]
    pub fn trigger_by(mut self, price: TriggerPriceType) -> Self {
        self.trigger_by = Some(price);
        self
    }

    /// Prevents the trigger while the mark price and the last traded price are too far apart. The documentation does not state the
    /// distance. The field of the request is `priceProtect`.
    #[doc(alias = "price_protect")]
    pub fn price_protection(mut self) -> Self {
        self.price_protection = Some(true);
        self
    }

    /// Sets how long the order that the trigger places remains open.
    pub fn time_in_force(mut self, time_in_force: ConditionTimeInForce) -> Self {
        self.time_in_force = Some(time_in_force);
        self
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

    /// Sets your id for the order. The id must be unique, because the client searches for the order by this id if the response to the
    /// placement is lost. Without an id from the caller, the client generates one.
    pub fn client_order_id(mut self, id: impl Into<ClientOrderId>) -> Self {
        self.base.client_order_id = Some(id.into());
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

impl OrderRequest for NewConditionOrder {
    type Request = requests::PlaceConditionOrder;

    fn base(&self) -> &OrderBase {
        &self.base
    }

    fn amounts(&self, unreadable: &mut ValidationErrors) -> Amounts {
        Amounts {
            price: DecimalInput::read("price", self.price.as_ref(), unreadable),
            quantity: DecimalInput::read("quantity", self.base.start.quantity(), unreadable),
            stop_price: DecimalInput::read("stopPrice", self.trigger.as_ref(), unreadable),
            activate_price: DecimalInput::read("activatePrice", self.activation_price.as_ref(), unreadable),
            callback_rate: DecimalInput::read("callbackRate", self.callback_rate.as_ref(), unreadable),
        }
    }

    fn is_market(&self) -> bool {
        !matches!(self.order_type, ConditionOrderType::StopLimit | ConditionOrderType::TakeProfitLimit)
    }

    fn build(&self, id: &ClientOrderId, amounts: &Amounts) -> requests::PlaceConditionOrder {
        let base = &self.base;
        let mut request =
            requests::PlaceConditionOrder::new(self.symbol(), self.order_type.clone(), self.side().clone()).client_order_id(id);
        request.quantity = amounts.quantity;
        request.close_position = base.close_position();
        request.position_side = base.position_side.clone();
        request.reduce_only = base.reduce_only;
        request.price = amounts.price;
        request.stop_price = amounts.stop_price;
        request.activate_price = amounts.activate_price;
        request.callback_rate = amounts.callback_rate;
        request.working_type = self.trigger_by.clone();
        request.price_protect = self.price_protection;
        request.time_in_force = self.time_in_force.clone();
        request
    }

    fn check_settings(&self, faults: &mut ValidationErrors) {
        if self.order_type == ConditionOrderType::TrailingStop {
            if self.price.is_some() {
                faults.push("price", "is not possible for a trailing stop, which trades at the market price");
            }
        } else if self.activation_price.is_some() {
            faults.push("activatePrice", "is only possible for a trailing stop");
        }
    }
}
