//! Queries for open and past positions.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::command::{PageRequest, TimeRange};
use super::super::enums::{ConditionOrderType, MarginMode, OrderSide, PositionHistorySide, PositionSide};
use super::super::ids::PositionId;
use super::super::market::next_funding;
use super::super::money::PLACES;
use super::super::reject::Reject;
use super::super::view::{ClosedPosition, Page, Position};
use super::{OpenPosition, average_price};

/// Reported margin ratio when almost no margin is left.
const MAX_MARGIN_RATIO: Decimal = Decimal::ONE_HUNDRED;

impl Exchange {
    /// Returns the user's open positions, sorted by contract.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#current-positions>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist.
    pub fn positions(&self, user: &str, symbol: Option<&str>) -> Result<Vec<Position>, Reject> {
        let account = self.account(user)?;
        let only = symbol.map(|symbol| self.market(symbol)).transpose()?;
        let markets = (0..self.markets.len()).filter(|market| only.is_none_or(|only| only == *market));
        let positions = markets.flat_map(|market| {
            let holding = &self.accounts[account].holdings[market];
            holding.positions().map(move |(side, position)| self.position_view(account, market, side, position))
        });
        Ok(positions.collect())
    }

    /// Returns the user's past positions, newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#position-history>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist, or the page is out of range.
    pub fn position_history(
        &self,
        user: &str,
        symbol: Option<&str>,
        side: Option<PositionHistorySide>,
        time: TimeRange,
        page: PageRequest,
    ) -> Result<Page<ClosedPosition>, Reject> {
        symbol.map(|symbol| self.market(symbol)).transpose()?;
        let side = side.map(|side| match side {
            PositionHistorySide::Long => PositionSide::Long,
            PositionHistorySide::Short => PositionSide::Short,
        });
        let closed = self.accounts[self.account(user)?].history.closed_positions.iter().rev();
        let selected = closed.filter(|position| {
            symbol.is_none_or(|symbol| symbol == position.symbol)
                && side.is_none_or(|side| side == position.position_side)
                && time.contains(position.closed_at)
        });
        page.paginate(selected, Clone::clone)
    }

    fn position_view(&self, account: usize, market: usize, side: PositionSide, position: &OpenPosition) -> Position {
        let of = &self.markets[market];
        let holding = &self.accounts[account].holdings[market];
        let quantity = of.quantity(position.size());
        let margin = position.margin(holding.leverage);
        let unrealized_pnl = position.unrealized_pnl(of);
        let collateral = self.collateral(account, market, position);
        let sign = if position.is_long() { Decimal::ONE } else { Decimal::NEGATIVE_ONE };
        let maintenance = of.value(of.mark(), position.size()) * of.rules.maintenance_margin_rate;
        let left = collateral + unrealized_pnl;
        let ratio = if left > Decimal::ZERO { maintenance.checked_div(left).unwrap_or(MAX_MARGIN_RATIO) } else { MAX_MARGIN_RATIO };
        let spent = position.fees - position.realized - position.funding;
        let break_even = (position.entry_value + sign * spent) / (quantity * (Decimal::ONE - sign * of.rules.taker_fee_rate));
        let liquidation =
            (position.entry_value - sign * collateral) / (quantity * (Decimal::ONE - sign * of.rules.maintenance_margin_rate));
        let rate = of.funding_rate(next_funding(self.now)).funding_rate;
        let closing = if position.is_long() { OrderSide::Sell } else { OrderSide::Buy };
        Position {
            position_id: PositionId(position.id),
            symbol: of.rules.symbol.clone(),
            margin_mode: holding.margin_mode,
            position_side: side,
            leverage: holding.leverage,
            quantity: sign * quantity,
            entry_price: average_price(position.entry_value, position.size(), of),
            break_even_price: break_even.max(Decimal::ZERO).round_dp(PLACES),
            liq_price: (liquidation > Decimal::ZERO).then(|| liquidation.round_dp(PLACES)),
            margin_ratio: ratio.min(MAX_MARGIN_RATIO).round_dp(PLACES),
            margin,
            unrealized_pnl,
            roe: unrealized_pnl.checked_div(margin).unwrap_or_default().round_dp(PLACES),
            next_funding_fee: -sign * of.value(of.mark(), position.size()) * rate,
            funding_fee_accum: position.funding,
            tp_price: self.newest_trigger(account, market, side, closing, |of| {
                matches!(of, ConditionOrderType::TakeProfitMarket | ConditionOrderType::TakeProfitLimit)
            }),
            sl_price: self.newest_trigger(account, market, side, closing, |of| {
                matches!(of, ConditionOrderType::StopMarket | ConditionOrderType::StopLimit)
            }),
        }
    }

    /// Collateral of a position, without the position's own unrealized profit. The collateral of an isolated position is its margin. The
    /// collateral of a cross position is the wallet balance minus the margin of isolated positions, plus the unrealized profit of the other
    /// cross positions.
    fn collateral(&self, account: usize, market: usize, position: &OpenPosition) -> Decimal {
        let of = &self.accounts[account];
        if of.holdings[market].margin_mode == MarginMode::Isolated {
            return position.margin(of.holdings[market].leverage);
        }
        let mut collateral = of.wallet - position.unrealized_pnl(&self.markets[market]);
        for (holding, market) in of.holdings.iter().zip(&self.markets) {
            match holding.margin_mode {
                MarginMode::Cross => collateral += holding.unrealized_pnl(market),
                MarginMode::Isolated => collateral -= holding.used(),
            }
        }
        collateral
    }
}
