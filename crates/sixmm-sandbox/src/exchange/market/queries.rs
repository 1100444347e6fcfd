//! Contract rules, book, ticker and public trades of one market.

use super::super::calendar::DAY_MS;
use super::super::enums::OrderSide;
use super::super::view::{Depth, DepthLevel, LeverageTier, PublicTrade, SymbolInfo, Ticker};
use super::{Market, book_side, next_funding};
use crate::UnixMillis;
use crate::engine::Lots;

impl Market {
    pub(in crate::exchange) fn info(&self) -> SymbolInfo {
        let rules = &self.rules;
        SymbolInfo {
            symbol: rules.symbol.clone(),
            base_asset: rules.base_asset.clone(),
            quote_asset: super::super::ASSET.to_owned(),
            min_quantity: rules.min_quantity,
            min_notional: rules.min_notional,
            tick_size: rules.tick_size,
            step_size: rules.step_size,
            price_precision: rules.tick_size.normalize().scale(),
            max_limit_order_qty: rules.max_limit_order_qty,
            max_market_order_qty: rules.max_market_order_qty,
            max_open_orders: rules.max_open_orders,
            default_leverage: rules.default_leverage,
            default_margin_mode: rules.default_margin_mode,
            leverage_tiers: vec![LeverageTier {
                tier: 1,
                max_leverage: rules.max_leverage,
                maintenance_margin_rate: rules.maintenance_margin_rate,
            }],
        }
    }

    pub(in crate::exchange) fn depth(&self, levels: usize) -> Depth {
        let side = |side| self.levels(side).take(levels).collect();
        Depth { version: self.book.version(), bids: side(OrderSide::Buy), asks: side(OrderSide::Sell) }
    }

    pub(in crate::exchange) fn ticker(&self, now: UnixMillis) -> Ticker {
        let day = self.trade_candles.aggregate(now.as_millis() - DAY_MS, now.as_millis() + 1);
        let traded = |of: fn(&super::candles::Candle) -> crate::engine::Ticks| self.price(day.as_ref().map_or(self.last(), of));
        let next_funding_time = next_funding(now);
        Ticker {
            symbol: self.rules.symbol.clone(),
            last_price: self.price(self.last()),
            mark_price: self.price(self.mark()),
            index_price: self.price(self.index()),
            best_bid: self.levels(OrderSide::Buy).next(),
            best_ask: self.levels(OrderSide::Sell).next(),
            open_24h: traded(|candle| candle.open),
            high_24h: traded(|candle| candle.high),
            low_24h: traded(|candle| candle.low),
            volume_24h: self.quantity(day.as_ref().map_or(Lots::ZERO, |candle| candle.volume)),
            funding_rate: self.funding_rate(next_funding_time).funding_rate,
            next_funding_time,
        }
    }

    /// The last trades, newest first.
    pub(in crate::exchange) fn public_trades(&self, limit: usize) -> Vec<PublicTrade> {
        self.trades.iter().rev().take(limit).cloned().collect()
    }

    fn levels(&self, side: OrderSide) -> impl Iterator<Item = DepthLevel> + '_ {
        let level = |(price, quantity)| DepthLevel { price: self.price(price), quantity: self.quantity(quantity) };
        self.book.levels(book_side(side)).map(level)
    }
}
