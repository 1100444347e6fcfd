//! An order that waits for a trigger price: stop loss, take profit, trailing stop.

use sixmm_api::types::{ClientOrderId, ConditionOrderType, ConditionTimeInForce, PositionSide, TriggerPriceType};
use sixmm_api::{ExactDecimal, requests};
use venue_core::Faults;

use super::amount::Amount;
use super::checks::Terms;
use super::common::common;
use super::draft::Draft;

/// A condition order, yet to be placed: [`Orders::place_condition`](super::Orders::place_condition), or a leg of a
/// [`Strategy`](super::Strategy).
///
/// ```
/// use sixmm_ext::{Order, types::TriggerPriceType};
///
/// let stop = Order::close_long("BTCUSDT").stop("80000").working_type(TriggerPriceType::MarkPrice);
/// let stop_limit = Order::sell("BTCUSDT", "0.1").stop("80000").limit("79900");
/// let trailing = Order::sell("BTCUSDT", "0.1").trailing_stop("1").activate_at("90000");
/// ```
///
/// A trigger does not mean a fill: it makes a normal order, which can fail.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
#[derive(Clone, Debug)]
#[must_use = "an order does nothing until it is placed"]
pub struct ConditionOrder {
    pub(super) draft: Draft,
    pub(super) type_: ConditionOrderType,
    price: Option<Amount>,
    stop_price: Option<Amount>,
    activate_price: Option<Amount>,
    callback_rate: Option<Amount>,
    working_type: Option<TriggerPriceType>,
    price_protect: Option<bool>,
    position_side: Option<PositionSide>,
    time_in_force: Option<ConditionTimeInForce>,
    reduce_only: Option<bool>,
    client_order_id: Option<ClientOrderId>,
}

common!(ConditionOrder => PlaceConditionOrder);

impl ConditionOrder {
    pub(super) fn triggered(draft: Draft, type_: ConditionOrderType, trigger: Amount) -> Self {
        Self { stop_price: Some(trigger), ..Self::new(draft, type_) }
    }

    pub(super) fn trailing(draft: Draft, callback_rate: Amount) -> Self {
        Self { callback_rate: Some(callback_rate), ..Self::new(draft, ConditionOrderType::TrailingStop) }
    }

    fn new(draft: Draft, type_: ConditionOrderType) -> Self {
        Self {
            draft,
            type_,
            price: None,
            stop_price: None,
            activate_price: None,
            callback_rate: None,
            working_type: None,
            price_protect: None,
            position_side: None,
            time_in_force: None,
            reduce_only: None,
            client_order_id: None,
        }
    }

    /// Makes it a limit order at `price`, once triggered, instead of a market order. Not for a trailing stop.
    pub fn limit(mut self, price: impl TryInto<ExactDecimal>) -> Self {
        self.type_ = match self.type_ {
            ConditionOrderType::StopMarket => ConditionOrderType::StopLimit,
            ConditionOrderType::TakeProfitMarket => ConditionOrderType::TakeProfitLimit,
            other => other,
        };
        self.price = Some(Amount::new(price));
        self
    }

    /// From which price on a trailing stop follows. Without it, at once. For a trailing stop alone.
    pub fn activate_at(mut self, price: impl TryInto<ExactDecimal>) -> Self {
        self.activate_price = Some(Amount::new(price));
        self
    }

    /// Which price is compared with the trigger. Without it, the price at which the contract last traded.
    pub fn working_type(mut self, working_type: TriggerPriceType) -> Self {
        self.working_type = Some(working_type);
        self
    }

    /// Does not trigger while the mark price and the price of the last trade are too far apart. The documentation does not say how far.
    pub fn price_protect(mut self) -> Self {
        self.price_protect = Some(true);
        self
    }

    /// How long the order that the trigger makes stays.
    pub fn time_in_force(mut self, time_in_force: ConditionTimeInForce) -> Self {
        self.time_in_force = Some(time_in_force);
        self
    }

    fn terms(&self) -> Terms {
        Terms {
            price: Amount::readable(self.price),
            quantity: self.draft.quantity(),
            stop_price: Amount::readable(self.stop_price),
            activate_price: Amount::readable(self.activate_price),
            callback_rate: Amount::readable(self.callback_rate),
            is_market: !matches!(self.type_, ConditionOrderType::StopLimit | ConditionOrderType::TakeProfitLimit),
            only_reduces: self.only_reduces(),
        }
    }

    fn unchecked_request(&self, id: &ClientOrderId, faults: &mut Faults) -> requests::PlaceConditionOrder {
        let mut request = self.begin(id, faults);
        request.price = Amount::read("price", self.price, faults);
        request.stop_price = Amount::read("stopPrice", self.stop_price, faults);
        request.activate_price = Amount::read("activatePrice", self.activate_price, faults);
        request.callback_rate = Amount::read("callbackRate", self.callback_rate, faults);
        request.working_type = self.working_type.clone();
        request.price_protect = self.price_protect;
        request.time_in_force = self.time_in_force.clone();
        request
    }

    fn contradictions(&self, faults: &mut Faults) {
        if self.type_ == ConditionOrderType::TrailingStop {
            if self.price.is_some() {
                faults.push("price", "is not for a trailing stop, which trades at the market");
            }
        } else if self.activate_price.is_some() {
            faults.push("activatePrice", "belongs to a trailing stop alone");
        }
    }
}
