//! The notices of private messages.

use sixmm_api::types::StreamUserEvent;
use venue_core::ExactDecimal;
use venue_runtime::reconcile::OrderHint;
use venue_runtime::user_state::{AccountNotice, Notice, OrderNotice, TradeNotice};

use super::account::{id, lifecycle};
use crate::streams::UserEvent;

/// The notice of a private message. The payloads are not documented, so a message of an unknown kind becomes [`Notice::Other`].
pub(super) fn notice(event: &UserEvent) -> Notice {
    let decimal = |name: &str| event.data.decimal(name).map(ExactDecimal);
    match event.event_type {
        Some(StreamUserEvent::OrderTradeUpdate) => {
            let status = event.order_status();
            let trade = event.trade_id().and_then(|trade| id(trade.as_str()));
            Notice::Order(OrderNotice {
                order_id: event.order_id().and_then(|order| id(order.as_str())),
                client_order_id: event.client_order_id().map(|order| order.as_str().to_owned()),
                symbol: event.symbol(),
                lifecycle: status.as_ref().map(lifecycle),
                status: status.map(|status| status.to_string()),
                filled: event.filled_quantity().map(ExactDecimal),
                trade: trade.map(|id| TradeNotice { id, price: decimal("lastPrice"), quantity: decimal("lastQuantity") }),
            })
        }
        Some(StreamUserEvent::AccountUpdate) => {
            let positions = event.positions().into_iter();
            Notice::Account(AccountNotice {
                wallet_balance: event.wallet_balance().map(ExactDecimal),
                frozen_balance: event.frozen_balance().map(ExactDecimal),
                positions: positions.filter_map(|row| Some((row.text("symbol")?, row.decimal("quantity").map(ExactDecimal)))).collect(),
            })
        }
        _ => Notice::Other,
    }
}

/// The order writes whose next lookup the notice triggers. `None` for a message about the account, which names no order.
pub(super) fn hint(notice: &Notice) -> Option<OrderHint> {
    match notice {
        Notice::Order(order) => Some(OrderHint {
            symbol: order.symbol.clone(),
            order_id: order.order_id.clone(),
            client_order_id: order.client_order_id.clone(),
        }),
        Notice::Account(_) => None,
        _ => Some(OrderHint::default()),
    }
}
