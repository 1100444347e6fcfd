//! The market's own participants: who quotes, who trades with them, and who does what a test wants done.

use rust_decimal::Decimal;

use super::Exchange;
use super::ids::PositionId;
use super::limits::{MOST_COUNTERPARTY_ORDERS, Party, Taker};
use super::market::{Market, STEP_MS, book_side};
use super::orders::{check_most_money, check_price, owner};
use super::positions::average_price;
use super::reject::Reject;
use super::terms::{ChangeType, OrderSide, PositionSide};
use super::view::{CounterpartyOrder, Reference};
use crate::engine::{BookOrder, Lots, Ticks};

/// Account of those who quote.
pub(super) const MAKER: usize = 0;
/// Account of those who take.
pub(super) const TAKER: usize = 1;

impl Exchange {
    /// Lets somebody who is no user place an order: with a price a limit order that stays until it is filled, without one a market order.
    /// That is how a market that stands still gets a book and trades. Tells what became of the order at once.
    ///
    /// # Errors
    ///
    /// If there is no such contract, if price or quantity are no multiples of its tick and step size, or above 10¹² of them, if price
    /// times quantity is above the [limit of money](Exchange#what-is-modelled-and-how), or if 100,000 such orders are in the book.
    pub fn counterparty_order(
        &mut self,
        symbol: &str,
        side: OrderSide,
        price: Option<Decimal>,
        quantity: Decimal,
    ) -> Result<CounterpartyOrder, Reject> {
        let market = self.market(symbol)?;
        let of = &self.markets[market];
        let price = price.map(|price| check_price("price", price, of)).transpose()?;
        let lots = of.lots(quantity).ok_or_else(|| {
            let step = of.rules.step_size.normalize();
            Reject::invalid(format_args!("quantity {quantity} must be a multiple of the step size {step} of {symbol}, 1 to 10¹² of them"))
        })?;
        if let Some(price) = price {
            check_most_money(price, lots, of)?;
        }
        self.check_counterparty_orders(market)?;
        let placed = self.house_order(TAKER, market, side, price, lots);
        let of = &mut self.markets[market];
        of.counterparty_orders.extend(placed.id);
        // What a limit of money ended is neither filled nor in the book.
        let resting = if placed.id.is_some() { lots.less(placed.filled) } else { Lots::ZERO };
        let told = CounterpartyOrder {
            filled_quantity: of.quantity(placed.filled),
            avg_filled_price: (!placed.filled.is_zero()).then(|| average_price(of.value_of(placed.tick_lots), placed.filled, of)),
            resting_quantity: of.quantity(resting),
        };
        self.settle_down();
        Ok(told)
    }

    /// Whether one more order of counterparties has room in the book.
    fn check_counterparty_orders(&mut self, market: usize) -> Result<(), Reject> {
        let of = &mut self.markets[market];
        if of.counterparty_orders.len() >= MOST_COUNTERPARTY_ORDERS {
            let book = &of.book;
            of.counterparty_orders.retain(|id| book.get(*id).is_some());
        }
        if of.counterparty_orders.len() >= MOST_COUNTERPARTY_ORDERS {
            let symbol = &of.rules.symbol;
            let message = format!("counterparties have {MOST_COUNTERPARTY_ORDERS} orders in the book of {symbol}: cancel them first");
            return Err(Reject::out_of_range(message));
        }
        Ok(())
    }

    /// Cancels what [`counterparty_order`](Self::counterparty_order) left in the book.
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn cancel_counterparty_orders(&mut self, symbol: &str) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        let of = &mut self.markets[market];
        for id in std::mem::take(&mut of.counterparty_orders) {
            of.book.cancel(id);
        }
        Ok(())
    }

    /// Sets the mark price, by which profits are measured, and which triggers the condition orders whose `workingType` is
    /// [`MARK_PRICE`](super::TriggerPriceType::MarkPrice). The others, with [`CONTRACT_PRICE`](super::TriggerPriceType::ContractPrice), wait for a trade:
    /// two [counterparty orders](Self::counterparty_order) that meet make one. In a market that moves by itself the price lasts until the
    /// next step.
    ///
    /// # Errors
    ///
    /// If there is no such contract, or the price is no multiple of its tick size.
    pub fn set_mark_price(&mut self, symbol: &str, price: Decimal) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        let price = check_price("price", price, &self.markets[market])?;
        self.markets[market].set_mark(price, self.now);
        self.settle_down();
        Ok(())
    }

    /// Sets the index price, from which the funding rate follows. Until the first trade of the contract it stands for the price of the last
    /// one, and so triggers the condition orders whose `workingType` is [`CONTRACT_PRICE`](super::TriggerPriceType::ContractPrice). In a market
    /// that moves by itself it lasts until the next step.
    ///
    /// # Errors
    ///
    /// If there is no such contract, or the price is no multiple of its tick size.
    pub fn set_index_price(&mut self, symbol: &str, price: Decimal) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        let price = check_price("price", price, &self.markets[market])?;
        self.markets[market].set_index(price, self.now);
        self.settle_down();
        Ok(())
    }

    /// Moves a market by a step.
    pub(super) fn move_market(&mut self, market: usize) {
        let Some(mut movement) = self.markets[market].movement.take() else { return };
        let step = movement.step();
        let of = &mut self.markets[market];
        of.set_index(step.index, self.now);
        for id in movement.quotes.drain(..) {
            of.book.cancel(id);
        }
        let quotes =
            step.bids.into_iter().map(|quote| (OrderSide::Buy, quote)).chain(step.asks.into_iter().map(|quote| (OrderSide::Sell, quote)));
        for (side, (price, lots)) in quotes {
            movement.quotes.extend(self.house_order(MAKER, market, side, Some(price), lots).id);
        }
        for (side, lots) in step.takers {
            self.house_order(TAKER, market, side, None, lots);
        }
        movement.next = self.now.plus(STEP_MS);
        let of = &mut self.markets[market];
        of.movement = Some(movement);
        of.set_mark(fair_price(of), self.now);
    }

    /// Pays funding: longs to shorts if the rate is positive. What one side pays is what the other receives; if one of them would pass the
    /// limit of a wallet, nobody pays in that contract.
    pub(super) fn pay_funding(&mut self) {
        let due = self.next_funding;
        for market in 0..self.markets.len() {
            let rate = self.markets[market].funding_rate(due);
            if let Some(payments) = self.funding_payments(market, rate.funding_rate) {
                payments.into_iter().for_each(|payment| self.fund(market, payment));
            } else {
                let symbol = &self.markets[market].rules.symbol;
                tracing::warn!(symbol, most = %self.most_money, "funding was not paid: a wallet would pass its limit");
            }
            self.markets[market].funding_history.push(rate);
        }
    }

    /// What each position of a contract pays or receives; `None` if a wallet would pass its limit.
    fn funding_payments(&self, market: usize, rate: Decimal) -> Option<Vec<FundingPayment>> {
        let of = &self.markets[market];
        let mut payments = Vec::new();
        for (account, holder) in self.accounts.iter().enumerate() {
            let mut wallet = holder.wallet.abs();
            for (position_side, position) in holder.holdings[market].positions() {
                let value = of.value(of.mark(), position.size()) * rate;
                wallet += value.abs();
                let amount = if position.is_long() { -value } else { value };
                payments.push(FundingPayment { account, position_side, amount });
            }
            if wallet > self.most_money {
                return None;
            }
        }
        Some(payments)
    }

    fn fund(&mut self, market: usize, FundingPayment { account, position_side, amount }: FundingPayment) {
        let Some(position) = self.accounts[account].holdings[market].position_mut(position_side) else { return };
        position.funding += amount;
        let of = Reference::Position(PositionId(position.id));
        if !amount.is_zero() {
            self.change_wallet(account, amount, ChangeType::FundingFee, Some(of));
        }
    }

    /// Places an order of the house.
    fn house_order(&mut self, account: usize, market: usize, side: OrderSide, price: Option<Ticks>, lots: Lots) -> HouseOrder {
        let book_side = book_side(side);
        let mut order = HouseOrder::default();
        let mut remaining = lots;
        let taker = Taker { party: Party { account, position_side: PositionSide::Both, side }, side: book_side, limit: price };
        while let Some(fill) = self.take_fill(market, taker, remaining) {
            remaining = remaining.less(fill.quantity);
            order.tick_lots += u128::from(fill.price.0) * u128::from(fill.quantity.0);
            self.trade(market, account, None, book_side, fill);
        }
        order.filled = lots.less(remaining);
        let best = self.markets[market].book.best(book_side.opposite());
        let crosses = |price| best.is_some_and(|best| book_side.reaches(price, best));
        // Only a limit of money leaves an order that would still trade: it ends there.
        if let Some(price) = price.filter(|price| !remaining.is_zero() && !crosses(*price)) {
            let id = self.ids.next(self.now);
            self.markets[market].book.rest(BookOrder { id, owner: owner(account), side: book_side, price, remaining });
            order.id = Some(id);
        }
        order
    }
}

/// What a position pays (negative) or receives at a funding.
struct FundingPayment {
    account: usize,
    position_side: PositionSide,
    amount: Decimal,
}

/// What became of an order of the house.
#[derive(Default)]
struct HouseOrder {
    /// If it stays in the book.
    id: Option<u64>,
    filled: Lots,
    /// What it was filled for: the sum of prices in ticks times lots.
    tick_lots: u128,
}

/// The mark price of a market that moves: the middle one of the index price, the middle of the book and the last price, and never more
/// than 1 % away from the index price.
fn fair_price(market: &Market) -> Ticks {
    let index = market.index();
    let middle = match (market.nth_price(OrderSide::Buy, 1), market.nth_price(OrderSide::Sell, 1)) {
        (Some(bid), Some(ask)) => Ticks(bid.0.midpoint(ask.0)),
        _ => index,
    };
    let mut prices = [index, middle, market.last()];
    prices.sort_unstable();
    prices[1].clamp(Ticks(index.0 - index.0 / 100), Ticks(index.0 + index.0 / 100))
}
