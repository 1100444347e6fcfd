//! The trading core: accounts, orders, positions, condition orders, strategies and markets.
//!
//! The trading core is one deterministic state machine, [`Exchange`]. The modules contain the methods of `Exchange` by topic. They are not
//! layers, because orders, accounts and positions affect each other: a fill of an order changes a position and a wallet, the wallet limits
//! new orders, and a closed position cancels orders.

mod accounts;
mod calendar;
mod command;
mod conditions;
mod config;
mod counterparty;
mod enums;
mod event;
mod feed;
mod ids;
mod market;
mod market_data;
mod market_maker;
mod money;
mod money_limits;
mod orders;
mod pagination;
mod positions;
mod reject;
mod store;
mod strategies;
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
pub use enums::{
    BalancePeriod, BboPriceType, CancelType, ChangeType, CloseTriggerMode, ConditionOrderType, ConditionStatus, DrivenOn, KlineInterval,
    KlinePriceType, LeaderboardPeriod, MarginMode, OrderSide, OrderStatus, OrderType, PositionHistorySide, PositionSide, StrategyStatus,
    StrategyTrigger, StrategyType, TimeInForce, TradeRole, TrendRange, TriggerPriceType,
};
pub use ids::{ConditionId, FillId, OrderId, PositionId, StrategyId, TradeId};
pub use reject::{ConditionReason, Reason, Reject};
pub use view::*;

use self::accounts::{Account, Holding};
use self::conditions::Conditions;
use self::config::MAX_CATCH_UP_MS;
use self::counterparty::COUNTERPARTY;
use self::event::{Event, SubOrderRef};
use self::feed::Feed;
pub(crate) use self::feed::{FeedEvent, OrderFill};
use self::ids::IdSource;
use self::market::{Market, PriceProcess, next_funding};
use self::market_maker::MARKET_MAKER;
use self::orders::Orders;
use self::strategies::Strategies;
use crate::UnixMillis;

/// The only asset of wallets.
const ASSET: &str = "USDT";

/// A deterministic exchange without I/O: the same configuration, the same commands and the same times give the same results.
///
/// Users are identified by their id (`user`), contracts by their symbol. Each command takes effect completely before it returns. The only
/// exception is cancel-all, which is executed after a delay.
///
/// # Modelled behaviour
///
/// The vendor does not document the following behaviour, so it is the sandbox's choice. The real exchange may behave differently.
///
/// - **Money.** A fill changes the wallet by the realized profit and the fee, in exact decimals. A position stores its entry value instead
///   of its average price, so that no money is lost to rounding. Frozen and used margin remain part of the wallet balance.
/// - **Money limit.** With the [default contracts](SymbolRules::default_contracts), money is exact up to 10¹⁵ USDT. In general the limit is
///   10^(28 − p) USDT, where p is the largest number of decimal places of a price times a quantity times a rate. The value of an order and
///   of a transfer is limited to this amount. A trade is not executed if it could bring a wallet or the entry value of a position over the
///   limit, or the size of a position over 10¹² times the step size. The remaining quantity of the order is then cancelled. If funding
///   could bring a wallet over the limit, the funding of this contract is skipped for all positions.
/// - **Required margin** is the initial margin plus the taker fee for the part of an order that opens a position. A limit order is valued
///   at its price, or at the best bid if it sells at a lower price. A market order is valued at prices of the book: the part that closes a
///   position uses the best prices, and the part that opens a position is valued at the prices after them. If the order closes a position
///   that resting orders would have closed, the margin of the resting orders is required as well. The margin and profit that the order
///   itself will release do not count as available.
/// - **Positions** with side `BOTH`, `LONG` and `SHORT` are independent. An order against a position closes the position first, and freezes
///   margin only for the part that would open a new position.
/// - **Reduce-only orders** are limited to the size of the position when they are placed and whenever the position shrinks. They are
///   cancelled when the position is closed.
/// - **Condition orders** freeze no margin. They are checked after each command and each step of a moving market. A take profit that sells
///   and a stop that buys trigger at or above their trigger price, the others at or below.
/// - **Strategies** without links have the usual meaning of their type. OTO places the second order when the first is filled. OCO cancels
///   the other order when one is filled, even partially. OTOCO does both. The values of links are [`DrivenOn`] and [`StrategyTrigger`].
///   Orders that are placed at once are accepted together or not at all. An order that waits for another order may be rejected [when it is
///   placed](Self::place_strategy_order). The orders are placed one after the other. If the first order trades at once and thereby cancels
///   the second, the second order is never placed. The cancellations that a fill causes are executed after the matching of the taker, so a
///   taker that matches both orders of an OCO fills both.
/// - **A `clientOrderId`** is accepted once per user. A second order with the same id is rejected with 3004. The documentation calls this
///   code a duplicate request, but explains it only for repeated signatures.
/// - **Indispensable parameters** are required even if [inferences are ignored](crate::Inferences::Ignored): the trigger price or callback
///   rate of a condition order, and at least one change in an amendment.
/// - **A triggered condition order** generates a normal order, which can be rejected or not filled.
/// - **Average prices** of orders include all fills of the order.
/// - **Self-trades** are not prevented.
/// - **Funding** is paid at 00:00, 08:00 and 16:00 UTC.
///
/// # Limitations
///
/// Positions are not liquidated, but their liquidation price is reported. There is only one tier of leverage and one tier of fees.
/// `placeType`, `priceProtect`, and the `FIRED` and `TRIGGERING` states of condition orders are not supported.
#[derive(Debug)]
pub struct Exchange {
    now: UnixMillis,
    ids: IdSource,
    markets: Vec<Market>,
    accounts: Vec<Account>,
    /// Index of the account for each user id.
    users: FxHashMap<String, usize>,
    orders: Orders,
    conditions: Conditions,
    strategies: Strategies,
    /// Maximum amount of money of an order, a position or a wallet.
    max_money: Decimal,
    /// Sum of all fees that were charged.
    fees: Decimal,
    cancel_all_delay_ms: i64,
    cancel_alls: VecDeque<CancelAll>,
    next_funding: UnixMillis,
    events: VecDeque<Event>,
    /// Orders of strategies that are to be placed next.
    due_sub_orders: VecDeque<SubOrderRef>,
    /// Trades and changes for the streams, or `None` if no stream needs them.
    feed: Option<Box<Feed>>,
}

/// An accepted cancel-all that is executed later.
#[derive(Debug, Clone)]
struct CancelAll {
    due: UnixMillis,
    orders: Vec<u64>,
}

impl Exchange {
    /// Creates an exchange without users.
    ///
    /// # Errors
    ///
    /// Returns an error if the configuration is invalid.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let warm_up_ms = if config.moving { config.warm_up_ms } else { 0 };
        let start = config.start_or_default();
        let now = start.plus(-warm_up_ms);
        let max_money = money_limits::max_money(&config.symbols);
        let mut markets: Vec<Market> = config.symbols.into_iter().map(|rules| Market::new(rules, max_money, now)).collect();
        if config.moving {
            for (market, nth) in markets.iter_mut().zip(0..) {
                let seed = config.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(nth);
                market.price_process = Some(PriceProcess::new(market, seed, now));
            }
        }
        let internal = |name: &str| Account::new(name, name, true, markets.iter().map(|market| &market.rules));
        let mut accounts = Vec::new();
        accounts.insert(MARKET_MAKER, internal("market maker"));
        accounts.insert(COUNTERPARTY, internal("counterparty"));
        let mut exchange = Self {
            now,
            ids: IdSource::default(),
            markets,
            accounts,
            users: FxHashMap::default(),
            orders: Orders::default(),
            conditions: Conditions::default(),
            strategies: Strategies::default(),
            max_money,
            fees: Decimal::ZERO,
            cancel_all_delay_ms: config.cancel_all_delay_ms,
            cancel_alls: VecDeque::new(),
            next_funding: next_funding(now),
            events: VecDeque::new(),
            due_sub_orders: VecDeque::new(),
            feed: None,
        };
        exchange.advance(start);
        Ok(exchange)
    }

    /// The exchange's time.
    pub fn now(&self) -> UnixMillis {
        self.now
    }

    /// Sum of all fees that were charged, including those of internal accounts.
    pub fn collected_fees(&self) -> Decimal {
        self.fees
    }

    /// Advances the local exchange to a time: executes due cancel-alls, pays funding, and simulates moving markets. A time in the past has
    /// no effect. A time after [`UnixMillis::LATEST`] counts as [`UnixMillis::LATEST`].
    ///
    /// Of the time that has passed, a moving market simulates only the last 24 hours, so that a machine that slept for a week, or a test
    /// that advances by a year, does not compute millions of steps. Funding is paid for the complete time.
    ///
    /// 24 hours are 86,400 steps for each contract. With the four default contracts, these steps take 1.0 to 1.5 seconds in optimized code
    /// on a machine of 2026. Requests wait until the simulation is complete. A test that advances the clock by shorter times makes each
    /// wait shorter.
    pub fn advance(&mut self, to: UnixMillis) {
        let to = to.min(UnixMillis::LATEST);
        for price_process in self.markets.iter_mut().filter_map(|market| market.price_process.as_mut()) {
            price_process.skip_until(to.plus(-MAX_CATCH_UP_MS));
        }
        while let Some(next) = self.next_event_time().filter(|next| *next <= to) {
            self.now = self.now.max(next);
            self.execute_due_cancel_alls();
            if self.next_funding <= self.now {
                self.pay_funding();
                self.next_funding = next_funding(self.now);
            }
            for market in 0..self.markets.len() {
                if self.markets[market].price_process.as_ref().is_some_and(|price_process| price_process.next <= self.now) {
                    self.step_market(market);
                }
            }
            self.run_to_quiescence();
        }
        self.now = self.now.max(to);
    }

    /// Time of the next scheduled action.
    fn next_event_time(&self) -> Option<UnixMillis> {
        let price_processes =
            self.markets.iter().filter_map(|market| market.price_process.as_ref()).map(|price_process| price_process.next);
        let cancels = self.cancel_alls.front().map(|all| all.due);
        price_processes.chain(cancels).chain([self.next_funding]).min()
    }

    /// Processes events and triggers condition orders until nothing is left to do.
    fn run_to_quiescence(&mut self) {
        loop {
            self.process_events_and_due_orders();
            let Some(market) = self.markets.iter().position(|market| market.prices_changed) else { break };
            self.markets[market].prices_changed = false;
            self.trigger_conditions(market);
        }
    }

    /// Processes all events, and places the due orders of strategies. After each order that was placed, its events are processed, because
    /// they may cancel the next due order.
    fn process_events_and_due_orders(&mut self) {
        self.process_events();
        while let Some(sub_order) = self.due_sub_orders.pop_front() {
            self.place_due_sub_order(sub_order);
            self.process_events();
        }
    }

    /// Processes all events without placing due orders of strategies.
    fn process_events(&mut self) {
        while let Some(event) = self.events.pop_front() {
            match event {
                Event::SubOrder { sub_order, event } => self.apply_sub_order_event(sub_order, event),
                Event::PositionClosed { account, market, position_side } => {
                    self.cancel_position_bound_conditions(account, market, position_side)
                }
            }
        }
    }

    /// Index of a user's account.
    fn account(&self, user: &str) -> Result<usize, Reject> {
        self.users.get(user).copied().ok_or_else(|| Reject::invalid("the user does not exist"))
    }

    /// The states of an account in all contracts, or in one contract.
    fn holdings(&self, account: usize, symbol: Option<&str>) -> Result<impl Iterator<Item = &Holding>, Reject> {
        let only = symbol.map(|symbol| self.market(symbol)).transpose()?;
        let holdings = self.accounts[account].holdings.iter().enumerate();
        Ok(holdings.filter(move |(market, _)| only.is_none_or(|only| only == *market)).map(|(_, holding)| holding))
    }

    /// Index of the market of a contract.
    fn market(&self, symbol: &str) -> Result<usize, Reject> {
        let found = self.markets.iter().position(|market| market.rules.symbol == symbol);
        found.ok_or_else(|| Reject::invalid(format_args!("symbol {symbol:?} is not a contract")))
    }
}
