//! Execution of a trade: changes of orders, positions and wallets on both sides.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::enums::{ChangeType, DrivenOn, OrderSide, OrderStatus, PositionSide, TradeRole};
use super::super::event::Event;
use super::super::feed::FeedEvent;
use super::super::ids::{FillId, OrderId, TradeId};
use super::super::positions::PositionFill;
use super::super::view::{PublicTrade, Reference, Trade};
use super::Origin;
use crate::engine::{BookFill, Lots, Side, Ticks};

/// One side of a trade.
struct TradeSide {
    account: usize,
    market: usize,
    /// The order, or `None` for an internal account, whose orders are not stored.
    order: Option<u64>,
    side: OrderSide,
    role: TradeRole,
    trade: u64,
    price: Ticks,
    lots: Lots,
}

impl Exchange {
    /// Executes a trade. The maker is settled first, then the taker.
    pub(in crate::exchange) fn execute_trade(&mut self, market: usize, taker: usize, taker_order: Option<u64>, side: Side, fill: BookFill) {
        let trade = self.ids.next(self.now);
        let of = &mut self.markets[market];
        let (price, lots) = (fill.price, fill.quantity);
        let taker_side = if side == Side::Buy { OrderSide::Buy } else { OrderSide::Sell };
        let public =
            PublicTrade { trade_id: TradeId(trade), price: of.price(price), quantity: of.quantity(lots), side: taker_side, time: self.now };
        if let Some(feed) = &mut self.feed {
            feed.add(FeedEvent::Trade { market, trade: public.clone() });
        }
        of.record_trade(public, price, lots);
        let maker = fill.maker_owner as usize;
        let maker_order = self.orders.get(fill.maker_id).map(|order| order.id);
        if let Some(order) = maker_order {
            self.release_filled_margin(order, price, lots);
        }
        let (maker_role, taker_role) = (TradeRole::Maker, TradeRole::Taker);
        let maker_side = taker_side.opposite();
        self.settle_side(TradeSide { account: maker, market, order: maker_order, side: maker_side, role: maker_role, trade, price, lots });
        self.settle_side(TradeSide { account: taker, market, order: taker_order, side: taker_side, role: taker_role, trade, price, lots });
        self.shrink_reduce_only_orders(maker, market);
        self.shrink_reduce_only_orders(taker, market);
    }

    /// Releases the margin that the filled part of a resting order froze.
    fn release_filled_margin(&mut self, id: u64, price: Ticks, lots: Lots) {
        let order = &self.orders[id];
        let holding = &mut self.accounts[order.account].holdings[order.market];
        let is_filled = order.remaining() == lots;
        if is_filled {
            holding.open.remove(&id);
        }
        if !order.reduces() {
            holding.subtract_pending(order.position_side, order.side, price, lots);
        } else if is_filled {
            holding.reduce_only.retain(|other| *other != id);
        }
    }

    fn settle_side(&mut self, of: TradeSide) {
        let TradeSide { account, market, order, side, role, trade, price, lots } = of;
        let rules = &self.markets[market].rules;
        let fee_rate = match role {
            TradeRole::Maker => rules.maker_fee_rate,
            TradeRole::Taker => rules.taker_fee_rate,
        };
        let value = self.markets[market].value(price, lots);
        let fee = value * fee_rate;
        let (position_side, origin) =
            order.map_or((PositionSide::Both, Origin::Manual), |order| (self.orders[order].position_side, self.orders[order].origin));
        let fill = PositionFill { position_side, side, price, lots, fee_rate, origin };
        let realized_pnl = self.apply_fill(account, market, fill);
        if let Some(order) = order {
            self.fill_order(order, lots, value);
            self.feed_order(order, Some((TradeId(trade), price, lots)));
        }
        let fill_id = FillId(self.ids.next(self.now));
        if !realized_pnl.is_zero() {
            self.change_wallet(account, realized_pnl, ChangeType::RealizedPnl, Some(Reference::Fill(fill_id)));
        }
        if !fee.is_zero() {
            self.change_wallet(account, -fee, ChangeType::HandlingFee, Some(Reference::Fill(fill_id)));
            self.fees += fee;
        }
        if let Some(order) = order {
            let of = &self.markets[market];
            self.accounts[account].history.record_trade(Trade {
                fill_id,
                trade_id: TradeId(trade),
                order_id: OrderId(order),
                symbol: of.rules.symbol.clone(),
                side,
                role_type: role,
                price: of.price(price),
                quantity: of.quantity(lots),
                trade_value: value,
                handling_fee: fee,
                realized_pnl,
                position_side,
                created_at: self.now,
            });
        }
    }

    fn fill_order(&mut self, id: u64, lots: Lots, value: Decimal) {
        let order = &mut self.orders[id];
        order.filled.0 += lots.0;
        order.filled_value += value;
        order.updated_at = self.now;
        if order.remaining().is_zero() {
            self.finalize(id, OrderStatus::Filled);
        } else {
            order.status = OrderStatus::PartiallyFilled;
            if let Some(sub_order) = order.sub_order {
                self.events.push_back(Event::SubOrder { sub_order, event: DrivenOn::PartiallyFilledOrFilled });
            }
        }
    }
}
