//! The rows of the 6MM exchange for [`venue_runtime::user_state`].

use sixmm_api::types;
use venue_core::ExactDecimal;
use venue_runtime::user_state::{AccountTypes, FillFacts, Lifecycle, OrderFacts};

/// The 6MM exchange, as the type parameter of [`venue_runtime::user_state`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SixMmAccount;

impl AccountTypes for SixMmAccount {
    type Order = types::Order;
    type Fill = types::Trade;
    type Position = types::Position;
    type Balance = types::AssetBalance;

    fn order(order: &types::Order) -> Option<OrderFacts> {
        Some(OrderFacts {
            id: id(order.order_id.as_ref()?.as_str())?,
            symbol: order.symbol.clone(),
            lifecycle: order.status.as_ref().map_or(Lifecycle::Unknown, lifecycle),
            filled: order.filled_quantity.map(ExactDecimal),
            updated_at: order.updated_at,
        })
    }

    /// Both orders of a trade can belong to the account, so the key contains the order. It does not contain the side, whose spelling could
    /// change.
    fn fill(fill: &types::Trade) -> Option<FillFacts> {
        let types::Trade { fill_id, trade_id, order_id, symbol, quantity, created_at, .. } = fill;
        let key = match id(fill_id.as_str()) {
            Some(fill_id) => format!("{fill_id} {order_id}"),
            None => format!("{} {order_id}", id(trade_id.as_str())?),
        };
        Some(FillFacts {
            key,
            trade_id: trade_id.as_str().to_owned(),
            order_id: order_id.as_str().to_owned(),
            symbol: symbol.clone(),
            quantity: ExactDecimal(*quantity),
            time: *created_at,
        })
    }

    fn position_key(position: &types::Position) -> String {
        format!("{} {}", position.symbol, position.position_side)
    }

    fn is_position_changed(before: &types::Position, after: &types::Position) -> bool {
        let terms = |position: &types::Position| {
            let types::Position { quantity, entry_price, leverage, margin_mode, tp_price, sl_price, .. } = position;
            (*quantity, *entry_price, *leverage, margin_mode.clone(), *tp_price, *sl_price)
        };
        terms(before) != terms(after)
    }
}

/// An id, or `None` if the text is no id.
pub(super) fn id(text: &str) -> Option<String> {
    (!matches!(text, "" | "0")).then(|| text.to_owned())
}

pub(super) fn lifecycle(status: &types::OrderStatus) -> Lifecycle {
    match status {
        status if status.is_open() => Lifecycle::Open,
        status if status.is_final() => Lifecycle::Final,
        _ => Lifecycle::Unknown,
    }
}
