//! Limits within which all money stays exact: a trade or a payment that would pass one of them does not happen.

use rust_decimal::Decimal;

use super::Exchange;
use super::config::SymbolRules;
use super::market::MOST;
use super::terms::{OrderSide, PositionSide};
use crate::engine::{BookFill, Lots, Side, Ticks};

/// Decimal places of funding rates, transfers and margins.
pub(super) const PLACES: u32 = 8;

/// The most decimal digits that every [`Decimal`] can hold.
const DIGITS: u32 = 28;

/// The most orders that [counterparties](Exchange::counterparty_order) can have in the book of one contract: their quantities fit into
/// one number together.
pub(super) const MOST_COUNTERPARTY_ORDERS: usize = 100_000;

/// The largest amount of money, in USDT: of an order, of what a position cost, and of a wallet.
///
/// A power of ten. An amount up to the limit has so many digits before the point, and as many places after it as a price times a
/// quantity times a rate has: with the usual contracts 15 and 13, which are the 28 digits of a decimal.
pub(super) fn most_money(symbols: &[SymbolRules]) -> Decimal {
    let places = symbols.iter().map(|rules| value_places(rules) + rate_places(rules)).max().unwrap_or(0);
    Decimal::from(10_u128.pow(DIGITS.saturating_sub(places.max(PLACES))))
}

/// Decimal places of a price times a quantity.
pub(super) fn value_places(rules: &SymbolRules) -> u32 {
    rules.tick_size.normalize().scale() + rules.step_size.normalize().scale()
}

fn rate_places(rules: &SymbolRules) -> u32 {
    let rates = [rules.maker_fee_rate, rules.taker_fee_rate].map(|rate| rate.normalize().scale());
    rates.into_iter().fold(PLACES, u32::max)
}

/// One of the two sides of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) account: usize,
    pub(super) position_side: PositionSide,
    pub(super) side: OrderSide,
}

/// An order that takes from the book.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taker {
    pub(super) party: Party,
    pub(super) side: Side,
    pub(super) limit: Option<Ticks>,
}

impl Exchange {
    /// The next fill of an order, taken out of the book. `None` if there is none, or if one of its two sides would pass a limit by it.
    pub(super) fn take_fill(&mut self, market: usize, taker: Taker, lots: Lots) -> Option<BookFill> {
        let fill = self.markets[market].book.next_fill(taker.side, taker.limit, lots)?;
        let value = self.markets[market].value(fill.price, fill.quantity);
        let maker = self.party_of(fill.maker_id, fill.maker_owner, taker.side.opposite());
        for party in [taker.party, maker] {
            if !self.has_room(party, market, fill.quantity, value) {
                let symbol = &self.markets[market].rules.symbol;
                tracing::debug!(symbol, most = %self.most_money, "a trade did not happen: a wallet or a position would pass its limit");
                return None;
            }
        }
        self.markets[market].book.take(taker.side, taker.limit, lots)
    }

    /// Whether an account can trade so many lots for so much money, whichever of them open or close a position.
    ///
    /// A trade changes the wallet by its fee, which is less than its value, and by a profit, which is at most its value or at most what
    /// the position cost. A trade of an account with itself does all of that twice.
    pub(super) fn has_room(&self, party: Party, market: usize, lots: Lots, value: Decimal) -> bool {
        let Party { account, position_side, side } = party;
        let of = &self.accounts[account];
        let holding = &of.holdings[market];
        let cost = holding.position(position_side).map_or(Decimal::ZERO, |position| position.entry_value);
        // Lots against a position make it smaller, and those beyond its size are fewer than an order can have.
        let larger = holding.closable(position_side, side.opposite()).0 + lots.0;
        let is_small = !holding.closable(position_side, side).is_zero() || larger <= MOST;
        let most = self.most_money;
        // Each part alone is small enough for the sum to exist.
        is_small && value <= most && of.wallet.abs() + cost + value * Decimal::from(4) <= most
    }

    /// The side of a trade that an order in the book is. The house has one position in each contract.
    pub(super) fn party_of(&self, order: u64, owner: u32, side: Side) -> Party {
        let position_side = self.orders.get(order).map_or(PositionSide::Both, |order| order.position_side);
        let side = if side == Side::Buy { OrderSide::Buy } else { OrderSide::Sell };
        Party { account: owner as usize, position_side, side }
    }
}
