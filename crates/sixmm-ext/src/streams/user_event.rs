//! `UserEvent`: an event of the private channel.

use sixmm_api::types::{ClientOrderId, MarginMode, OrderId, OrderStatus, StreamUserEvent, TradeId};
use sixmm_api::{Decimal, UnixMillis};

use super::{RawJson, StreamMessage};

/// An event of the private channel: a change of an order, a balance or a position.
///
/// **Provisional:** the documentation names only `eventType`, `orderStatus`, `frozenBalance` and `marginMode`, and does not state where the
/// last three are. The methods search `data` and the objects inside of it. They return `None` for a field that `data` does not contain or
/// that has another type. [`data`](Self::data) has everything else.
///
/// Names differ from REST: `orderStatus` is `status` in REST, `frozenBalance` is `frozenMargin`, and `marginMode` is a text. Do not read
/// `data` with a type of a REST response.
///
/// An event may be repeated, late or missing: process a repeated event without an effect, and compare orders, positions and balances with
/// REST after each loss of trust.
///
/// Documentation: <https://docs.6mm.com/developer-api/websocket/private-user-channel>
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserEvent {
    /// The kind of the event. An undocumented kind is [`StreamUserEvent::Unknown`]. `None` if the message contains no `eventType`.
    pub event_type: Option<StreamUserEvent>,
    /// The topic, such as `user.5794`. No page documents the number.
    pub topic: String,
    /// The time of the message by the exchange's clock.
    pub timestamp: Option<UnixMillis>,
    /// The complete JSON of `data`.
    pub data: RawJson,
}

impl UserEvent {
    /// Creates an event from the envelope of a message, for a [`StreamDecoder`](super::StreamDecoder).
    #[must_use]
    pub fn new(message: &StreamMessage<'_>, event_type: Option<StreamUserEvent>) -> Self {
        Self { event_type, topic: message.topic().to_owned(), timestamp: message.timestamp(), data: RawJson::new(message.data()) }
    }

    /// The contract (`symbol`).
    #[must_use]
    pub fn symbol(&self) -> Option<String> {
        self.data.text("symbol")
    }

    /// The id of the order (`orderId`).
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        self.data.text("orderId").map(OrderId::from)
    }

    /// The program's id of the order (`clientOrderId`).
    #[must_use]
    pub fn client_order_id(&self) -> Option<ClientOrderId> {
        self.data.text("clientOrderId").map(ClientOrderId::from)
    }

    /// The state of the order (`orderStatus`). An undocumented state is [`OrderStatus::Unknown`].
    #[must_use]
    pub fn order_status(&self) -> Option<OrderStatus> {
        self.data.text("orderStatus").map(OrderStatus::from)
    }

    /// The executed quantity of the order (`filledQuantity`).
    #[must_use]
    pub fn filled_quantity(&self) -> Option<Decimal> {
        self.data.decimal("filledQuantity")
    }

    /// The id of the trade (`tradeId`). Several events can contain the same fill: count a fill once by this id together with
    /// [`order_id`](Self::order_id), because both orders of a trade can belong to the account.
    #[must_use]
    pub fn trade_id(&self) -> Option<TradeId> {
        self.data.text("tradeId").map(TradeId::from)
    }

    /// The balance of the account (`walletBalance`).
    #[must_use]
    pub fn wallet_balance(&self) -> Option<Decimal> {
        self.data.decimal("walletBalance")
    }

    /// The frozen part of the balance (`frozenBalance`).
    #[must_use]
    pub fn frozen_balance(&self) -> Option<Decimal> {
        self.data.decimal("frozenBalance")
    }

    /// The margin mode (`marginMode`). The modes of several positions are in their [`rows`](RawJson::rows).
    #[must_use]
    pub fn margin_mode(&self) -> Option<MarginMode> {
        self.data.text("marginMode").map(MarginMode::from)
    }

    /// The rows of `positions`, each with the fields of a position. Empty if there is no such list.
    #[must_use]
    pub fn positions(&self) -> Vec<RawJson> {
        self.data.rows("positions")
    }
}
