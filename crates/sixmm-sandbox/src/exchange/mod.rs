//! The trading core: accounts, orders, positions, condition orders, strategies, market and clock.

mod accounts;
mod calendar;
mod command;
mod conditions;
mod config;
mod event;
mod house;
mod ids;
mod limits;
mod market;
mod orders;
mod page;
mod positions;
mod public;
mod reject;
mod store;
mod strategies;
mod terms;
mod view;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

pub use command::{
    AmendOrder, ConditionFilter, OrderFilter, OrderRef, PageRequest, PlaceConditionOrder, PlaceOrder, PlaceStrategyOrder, StrategyLink,
    StrategySubOrder, SubOrder, TimeRange, TradeFilter,
};
pub use config::{Config, ConfigError, SymbolRules};
pub use ids::{ConditionId, FillId, OrderId, PositionId, StrategyId, TradeId};
pub use reject::{ConditionReason, Reason, Reject};
pub use terms::{
    BalancePeriod, BboPriceType, CancelType, ChangeType, CloseTriggerMode, ConditionOrderType, ConditionStatus, DrivenOn, KlineInterval,
    KlinePriceType, LeaderboardPeriod, MarginMode, OrderSide, OrderStatus, OrderType, PositionHistorySide, PositionSide, StrategyStatus,
    StrategyTrigger, StrategyType, TimeInForce, TradeRole, TrendRange, TriggerPriceType,
};
pub use view::*;

use self::accounts::{Account, Holding};
use self::conditions::Conditions;
use self::event::{Event, Link};
use self::house::{MAKER, TAKER};
use self::ids::IdSource;
use self::market::{Market, Movement, next_funding};
use self::orders::Orders;
use self::strategies::Strategies;
use crate::UnixMillis;

/// The one asset that accounts are in.
const ASSET: &str = "USDT";

/// The longest time that a market that moves by itself makes up for.
const CATCH_UP_MS: i64 = calendar::DAY_MS;

/// An exchange: deterministic, without input or output, in one piece. Time comes in from outside, and what is random from a seed.
///
/// Users are named by their id (`user`), contracts by their symbol. A command takes effect completely before it returns, apart from
/// cancel-all.
///
/// # What is modelled, and how
///
/// Where the documentation is silent, this is what the sandbox does; the exchange may do something else.
///
/// - **Money.** A fill moves the realized profit and the fee, in exact decimals; a position keeps what it cost, and not its average price.
///   Margin is frozen and used, and never leaves the wallet.
/// - **Limits.** Money stays exact up to 10¹⁵ USDT with the [usual contracts](SymbolRules::usual), up to 10^(28 − p) in general: p is the
///   largest number of decimal places that a price times a quantity times a rate can have. No order and no transfer is worth more. A
///   trade after which a wallet or the cost of a position might pass that limit, or a position 10¹² steps, does not happen: the order
///   ends there, and what is left of it is cancelled. Funding that would pass it is not paid in that contract, by nobody to nobody.
/// - **What an order needs** is the margin and the taker's fee of what it would open: a limit order at its price, or at the best price if it
///   sells for more; a market order at what the book gives for that part, after the part that closes. If it closes what orders in the book
///   were to close, those need margin too. The margin and the profit that it sets free itself do not count yet.
/// - **Positions.** `BOTH`, `LONG` and `SHORT` are held apart. Orders against a position close it first; they freeze only what they would
///   open.
/// - **Orders that may only reduce** are cut to the position when they are placed and whenever it shrinks, and cancelled when it is gone.
/// - **Condition orders** freeze nothing. They are looked at after every command and every step of the market. A take profit that sells
///   and a stop that buys wait for a higher price, the others for a lower one.
/// - **Strategies** without links follow their type: OTO places the second order when the first is filled; OCO cancels the other when one
///   is filled even in part; OTOCO does both. The words of links are [`DrivenOn`] and [`StrategyTrigger`]. Orders that wait for no other one
///   are accepted together or not at all; one that waits may be refused [when its turn comes](Self::place_strategy_order). They reach the
///   book one by one: if the first trades at once, one that it cancels is never placed. A fill is followed up when the order that took is
///   through: one that takes both orders of an OCO from the book fills both.
/// - **Trades of a user with itself** are not prevented.
/// - **Funding** is paid at 00:00, 08:00 and 16:00 UTC.
///
/// # What is not modelled
///
/// Liquidation (the liquidation price is shown, and nothing happens there), tiers of leverage and of fees beyond the first, `placeType` and
/// `priceProtect`, the `FIRED` and `TRIGGERING` states of condition orders.
#[derive(Debug)]
pub struct Exchange {
    now: UnixMillis,
    ids: IdSource,
    markets: Vec<Market>,
    accounts: Vec<Account>,
    /// Accounts by the ids of their users.
    users: FxHashMap<String, usize>,
    orders: Orders,
    conditions: Conditions,
    strategies: Strategies,
    /// The largest amount of money of an order, a position or a wallet.
    most_money: Decimal,
    /// All fees that were ever charged.
    fees: Decimal,
    cancel_all_delay_ms: i64,
    cancel_alls: VecDeque<CancelAll>,
    next_funding: UnixMillis,
    events: VecDeque<Event>,
    /// Orders of strategies whose turn has come.
    due: VecDeque<Link>,
}

/// What cancel-all accepted, until it is carried out.
#[derive(Debug, Clone)]
struct CancelAll {
    due: UnixMillis,
    orders: Vec<u64>,
}

impl Exchange {
    /// An exchange without users.
    ///
    /// # Errors
    ///
    /// If the configuration contradicts itself.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let warm_up_ms = if config.moving { config.warm_up_ms } else { 0 };
        let start = config.start_or_usual();
        let now = start.plus(-warm_up_ms);
        let most_money = limits::most_money(&config.symbols);
        let mut markets: Vec<Market> = config.symbols.into_iter().map(|rules| Market::new(rules, most_money, now)).collect();
        if config.moving {
            for (market, nth) in markets.iter_mut().zip(0..) {
                let seed = config.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(nth);
                market.movement = Some(Movement::new(market, seed, now));
            }
        }
        let house = |name: &str| Account::new(name, name, true, markets.iter().map(|market| &market.rules));
        let mut accounts = Vec::new();
        accounts.insert(MAKER, house("market maker"));
        accounts.insert(TAKER, house("counterparty"));
        let mut exchange = Self {
            now,
            ids: IdSource::default(),
            markets,
            accounts,
            users: FxHashMap::default(),
            orders: Orders::default(),
            conditions: Conditions::default(),
            strategies: Strategies::default(),
            most_money,
            fees: Decimal::ZERO,
            cancel_all_delay_ms: config.cancel_all_delay_ms,
            cancel_alls: VecDeque::new(),
            next_funding: next_funding(now),
            events: VecDeque::new(),
            due: VecDeque::new(),
        };
        exchange.advance(start);
        Ok(exchange)
    }

    /// The exchange's time.
    pub fn now(&self) -> UnixMillis {
        self.now
    }

    /// Fees that were charged so far, of the market's own participants too.
    pub fn collected_fees(&self) -> Decimal {
        self.fees
    }

    /// Brings everything up to a time: what was accepted a while ago is carried out, funding is paid, and markets move if they do so by
    /// themselves. A time that is past changes nothing; one after [`UnixMillis::LATEST`] counts as that.
    ///
    /// Markets that move by themselves make up for the last 24 hours. Of a longer time they stand still for the rest, so that a machine that
    /// slept for a week, or a test that goes on by a year, does not wait for millions of steps. Funding is paid for all of it.
    ///
    /// These are at most 86,400 steps for each contract, in one piece: with four contracts, 1.0 to 1.5 seconds on a machine of 2026 with
    /// optimized code. Requests that arrive meanwhile wait as long. A test that cannot wait moves the clock in smaller steps.
    pub fn advance(&mut self, to: UnixMillis) {
        let to = to.min(UnixMillis::LATEST);
        for movement in self.markets.iter_mut().filter_map(|market| market.movement.as_mut()) {
            movement.stand_still_until(to.plus(-CATCH_UP_MS));
        }
        while let Some(next) = self.next_time().filter(|next| *next <= to) {
            self.now = self.now.max(next);
            self.cancel_due();
            if self.next_funding <= self.now {
                self.pay_funding();
                self.next_funding = next_funding(self.now);
            }
            for market in 0..self.markets.len() {
                if self.markets[market].movement.as_ref().is_some_and(|movement| movement.next <= self.now) {
                    self.move_market(market);
                }
            }
            self.settle_down();
        }
        self.now = self.now.max(to);
    }

    /// When the next thing happens by itself.
    fn next_time(&self) -> Option<UnixMillis> {
        let movements = self.markets.iter().filter_map(|market| market.movement.as_ref()).map(|movement| movement.next);
        let cancels = self.cancel_alls.front().map(|all| all.due);
        movements.chain(cancels).chain([self.next_funding]).min()
    }

    /// Follows up what a command brought about, until nothing is left: strategies, and condition orders that the new prices trigger.
    fn settle_down(&mut self) {
        loop {
            self.follow_up();
            let Some(market) = self.markets.iter().position(|market| market.moved) else { break };
            self.markets[market].moved = false;
            self.trigger(market);
        }
    }

    /// Carries out what events mean, and places the orders whose turn has come, one by one: what one of them trades may cancel the next.
    fn follow_up(&mut self) {
        self.follow_events();
        while let Some(link) = self.due.pop_front() {
            self.place_due(link);
            self.follow_events();
        }
    }

    /// Carries out what events mean, and places nothing yet.
    fn follow_events(&mut self) {
        while let Some(event) = self.events.pop_front() {
            match event {
                Event::SubOrder { link, what } => self.follow(link, what),
                Event::PositionClosed { account, market, position_side } => self.cancel_with_position(account, market, position_side),
            }
        }
    }

    /// The account of a user.
    fn account(&self, user: &str) -> Result<usize, Reject> {
        self.users.get(user).copied().ok_or_else(|| Reject::invalid("there is no such user"))
    }

    /// An account's holdings: all of them, or the one in a contract.
    fn holdings(&self, account: usize, symbol: Option<&str>) -> Result<impl Iterator<Item = &Holding>, Reject> {
        let only = symbol.map(|symbol| self.market(symbol)).transpose()?;
        let holdings = self.accounts[account].holdings.iter().enumerate();
        Ok(holdings.filter(move |(market, _)| only.is_none_or(|only| only == *market)).map(|(_, holding)| holding))
    }

    /// The market of a contract.
    fn market(&self, symbol: &str) -> Result<usize, Reject> {
        let found = self.markets.iter().position(|market| market.rules.symbol == symbol);
        found.ok_or_else(|| Reject::invalid(format_args!("symbol {symbol:?} is no contract")))
    }
}
