//! Limits that keep all amounts of money exact. A trade or payment that would exceed a limit is not executed.

use rust_decimal::Decimal;

use super::Exchange;
use super::config::SymbolRules;
use super::enums::{OrderSide, PositionSide};
use super::money::PLACES;
use crate::engine::{BookFill, Lots, MAX_UNITS, Side, Ticks};

/// Number of decimal digits that every [`Decimal`] can represent.
const DIGITS: u32 = 28;

/// Maximum number of [counterparty orders](Exchange::counterparty_order) in the book of one contract. With this maximum, the sum of their
/// quantities fits into a `u64`.
pub(super) const MAX_COUNTERPARTY_ORDERS: usize = 100_000;

/// The largest amount of money in USDT, which limits the value of an order, the entry value of a position, and a wallet.
///
/// The limit is a power of ten, so that every amount fits into the 28 digits of a [`Decimal`]. An amount has as many decimal places as a
/// price times a quantity times a rate.
///
/// Example: with the default contracts, an amount has 13 decimal places. This leaves 15 digits before the decimal point, so the limit is
/// 10¹⁵ USDT.
pub(super) fn max_money(symbols: &[SymbolRules]) -> Decimal {
    let places = symbols.iter().map(|rules| rules.value_places() + rate_places(rules)).max().unwrap_or(0);
    Decimal::from(10_u128.pow(DIGITS.saturating_sub(places.max(PLACES))))
}

fn rate_places(rules: &SymbolRules) -> u32 {
    let rates = [rules.maker_fee_rate, rules.taker_fee_rate].map(|rate| rate.normalize().scale());
    rates.into_iter().fold(PLACES, u32::max)
}

/// One side of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) account: usize,
    pub(super) position_side: PositionSide,
    pub(super) side: OrderSide,
}

/// A taker order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taker {
    pub(super) party: Party,
    pub(super) side: Side,
    pub(super) limit: Option<Ticks>,
}

impl Exchange {
    /// Takes the next fill of a taker order from the book. Returns `None`, and leaves the book unchanged, if the book has no matching
    /// order, or if the trade could bring a wallet or a position of the taker or the maker over its limit.
    pub(super) fn take_fill(&mut self, market: usize, taker: Taker, lots: Lots) -> Option<BookFill> {
        let fill = self.markets[market].book.next_fill(taker.side, taker.limit, lots)?;
        let value = self.markets[market].value(fill.price, fill.quantity);
        let maker = self.party_of(fill.maker_id, fill.maker_owner, taker.side.opposite());
        for party in [taker.party, maker] {
            if !self.has_room(party, market, fill.quantity, value) {
                let symbol = &self.markets[market].rules.symbol;
                tracing::debug!(symbol, max = %self.max_money, "a trade was not executed, because a wallet or a position would exceed its limit");
                return None;
            }
        }
        self.markets[market].book.take(taker.side, taker.limit, lots)
    }

    /// Whether a trade of `lots` with this `value` certainly keeps the wallet and the position of an account within their limits. The check
    /// assumes the worst case, so it can reject a trade that would stay slightly below a limit.
    ///
    /// A trade changes the wallet by a fee, which is less than the value of the trade, and by a profit or loss, which is at most the value
    /// of the trade or the entry value of the position. A self-trade makes both changes twice. The check therefore requires that the sum of
    /// the wallet, the entry value and four times the value of the trade is within the limit.
    pub(super) fn has_room(&self, party: Party, market: usize, lots: Lots, value: Decimal) -> bool {
        let Party { account, position_side, side } = party;
        let of = &self.accounts[account];
        let holding = &of.holdings[market];
        let cost = holding.position(position_side).map_or(Decimal::ZERO, |position| position.entry_value);
        // Only a trade that increases a position can exceed the maximum size. A trade against a position reduces it. If the trade is larger
        // than the position, the excess opens a new position, which is no larger than an order can be.
        let larger = holding.closable(position_side, side.opposite()).0 + lots.0;
        let is_small = !holding.closable(position_side, side).is_zero() || larger <= MAX_UNITS;
        let max = self.max_money;
        // Each summand is small enough that the sum cannot overflow.
        is_small && value <= max && of.wallet.abs() + cost + value * Decimal::from(4) <= max
    }

    /// The account and position of the maker of a trade, which is the owner of the order in the book. An internal account has one position
    /// per contract, with side `BOTH`.
    pub(super) fn party_of(&self, order: u64, owner: u32, side: Side) -> Party {
        let position_side = self.orders.get(order).map_or(PositionSide::Both, |order| order.position_side);
        let side = if side == Side::Buy { OrderSide::Buy } else { OrderSide::Sell };
        Party { account: owner as usize, position_side, side }
    }
}
