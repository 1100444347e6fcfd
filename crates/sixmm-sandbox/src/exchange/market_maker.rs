//! The market maker of a moving market: an internal account that quotes around the simulated price.

use super::Exchange;
use super::counterparty::COUNTERPARTY;
use super::enums::OrderSide;
use super::market::STEP_MS;

/// Index of the account that quotes.
pub(super) const MARKET_MAKER: usize = 0;

impl Exchange {
    /// Executes one step of a moving market: changes the index price, replaces the quotes of the market maker, places market orders of the
    /// counterparty, and sets the mark price.
    pub(super) fn step_market(&mut self, market: usize) {
        let Some(mut price_process) = self.markets[market].price_process.take() else { return };
        let step = price_process.step();
        let of = &mut self.markets[market];
        of.set_index(step.index, self.now);
        for id in price_process.quotes.drain(..) {
            of.book.cancel(id);
        }
        let quotes =
            step.bids.into_iter().map(|quote| (OrderSide::Buy, quote)).chain(step.asks.into_iter().map(|quote| (OrderSide::Sell, quote)));
        for (side, (price, lots)) in quotes {
            price_process.quotes.extend(self.place_internal_order(MARKET_MAKER, market, side, Some(price), lots).id);
        }
        for (side, lots) in step.takers {
            self.place_internal_order(COUNTERPARTY, market, side, None, lots);
        }
        price_process.next = self.now.plus(STEP_MS);
        let of = &mut self.markets[market];
        of.price_process = Some(price_process);
        of.set_mark(of.fair_price(), self.now);
    }
}
