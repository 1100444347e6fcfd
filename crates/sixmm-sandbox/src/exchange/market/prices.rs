//! Mark price and index price: how they are set, and the fair price of a moving market.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::enums::OrderSide;
use super::super::orders::check_price;
use super::super::reject::Reject;
use super::Market;
use crate::engine::Ticks;

impl Exchange {
    /// Sets the mark price, which determines unrealized profits and triggers the condition orders with the `workingType`
    /// [`MARK_PRICE`](super::super::TriggerPriceType::MarkPrice). Condition orders with
    /// [`CONTRACT_PRICE`](super::super::TriggerPriceType::ContractPrice) are not triggered by the mark price but by trades, for example
    /// between two [counterparty orders](Self::counterparty_order). A moving market replaces the mark price at its next step, which is at
    /// most a second later.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist, or the price is not a multiple of its tick size.
    pub fn set_mark_price(&mut self, symbol: &str, price: Decimal) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        let price = check_price("price", price, &self.markets[market])?;
        self.markets[market].set_mark(price, self.now);
        self.run_to_quiescence();
        Ok(())
    }

    /// Sets the index price, which determines the funding rate. Before the first trade of the contract, the index price also serves as the
    /// last price, so it triggers the condition orders with the `workingType`
    /// [`CONTRACT_PRICE`](super::super::TriggerPriceType::ContractPrice). A moving market replaces the index price at its next step, which
    /// is at most a second later.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist, or the price is not a multiple of its tick size.
    pub fn set_index_price(&mut self, symbol: &str, price: Decimal) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        let price = check_price("price", price, &self.markets[market])?;
        self.markets[market].set_index(price, self.now);
        self.run_to_quiescence();
        Ok(())
    }
}

impl Market {
    /// Computes the mark price of a moving market: the median of the index price, the middle of the book and the last price, limited to 1 %
    /// above or below the index price.
    pub(in crate::exchange) fn fair_price(&self) -> Ticks {
        let index = self.index();
        let middle = match (self.nth_price(OrderSide::Buy, 1), self.nth_price(OrderSide::Sell, 1)) {
            (Some(bid), Some(ask)) => Ticks(bid.0.midpoint(ask.0)),
            _ => index,
        };
        let mut prices = [index, middle, self.last()];
        prices.sort_unstable();
        prices[1].clamp(Ticks(index.0 - index.0 / 100), Ticks(index.0 + index.0 / 100))
    }
}
