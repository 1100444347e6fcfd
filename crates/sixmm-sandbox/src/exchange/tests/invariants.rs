//! Invariants that hold after each command of a random sequence.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::super::{
    Config, Exchange, Order, OrderSide, OrderStatus, PageRequest, PositionSide, StrategyStatus, StrategySubOrderState, StrategyType,
    TimeInForce, Trade, TradeFilter,
};
use super::TestVenue;
use super::random_commands::{SYMBOLS, USERS, commands, execute};
use crate::engine::Side;

fn exchange_with(config: Config) -> Exchange {
    let mut venue = TestVenue::with(config);
    venue.0.add_user("carol", "carol", Decimal::ONE_THOUSAND).expect("the name is new");
    venue.0
}

fn signed(side: OrderSide, quantity: Decimal) -> Decimal {
    if side == OrderSide::Buy { quantity } else { -quantity }
}

fn trades(exchange: &Exchange, user: &str) -> Vec<Trade> {
    let mut all = Vec::new();
    for page in 1.. {
        let page = exchange.trades(user, &TradeFilter::default(), PageRequest { page, page_size: 100 }).expect("the page is valid");
        all.extend(page.list);
        if all.len() == page.total {
            break;
        }
    }
    all
}

fn orders(exchange: &Exchange, user: &str) -> Vec<Order> {
    exchange.all_orders().into_iter().filter(|(of, _)| of == user).map(|(_, order)| order).collect()
}

/// Money is conserved: wallets, unrealized profits and fees add up to the transfers.
pub(super) fn money_is_conserved(exchange: &Exchange) {
    let users = exchange.accounts.iter().filter(|account| !account.is_internal);
    let paid_in: Decimal = users
        .map(|account| &account.user_id)
        .map(|user| {
            let summary = exchange.asset_overview_summary(user).expect("the user exists");
            summary.transfer_in - summary.transfer_out
        })
        .sum();
    let wallets: Decimal = exchange.accounts.iter().map(|account| account.wallet).sum();
    // All long positions together have as many lots as all short positions. At every price, the values of the positions therefore add up to
    // 0, so the unrealized profits add up to the difference of the entry values.
    let positions = exchange.accounts.iter().flat_map(|account| &account.holdings).flat_map(|holding| holding.positions());
    let profits: Decimal =
        positions.map(|(_, position)| if position.is_long() { -position.entry_value } else { position.entry_value }).sum();
    assert_eq!(wallets + profits + exchange.fees, paid_in, "money was created or lost");
}

fn positions_cancel_out(exchange: &Exchange) {
    for market in 0..exchange.markets.len() {
        let sizes =
            exchange.accounts.iter().flat_map(|account| PositionSide::ALL.iter().map(move |side| account.holdings[market].size(*side)));
        assert_eq!(sizes.sum::<i64>(), 0, "long and short positions must cancel out");
    }
}

fn no_book_crosses(exchange: &Exchange) {
    for market in &exchange.markets {
        if let (Some(bid), Some(ask)) = (market.book.best(Side::Buy), market.book.best(Side::Sell)) {
            assert!(bid < ask, "crossed: {bid:?} {ask:?}");
        }
    }
}

fn positions_are_the_sum_of_their_fills(exchange: &Exchange, user: &str, trades: &[Trade]) {
    let mut expected: BTreeMap<(&str, PositionSide), Decimal> = BTreeMap::new();
    for trade in trades {
        *expected.entry((&trade.symbol, trade.position_side)).or_default() += signed(trade.side, trade.quantity);
    }
    expected.retain(|_, quantity| !quantity.is_zero());
    let positions = exchange.positions(user, None).expect("no symbol is given");
    let shown: BTreeMap<(&str, PositionSide), Decimal> =
        positions.iter().map(|position| ((position.symbol.as_str(), position.position_side), position.quantity)).collect();
    assert_eq!(shown, expected, "positions of {user}");
    for position in &positions {
        match position.position_side {
            PositionSide::Long => assert!(position.quantity > Decimal::ZERO),
            PositionSide::Short => assert!(position.quantity < Decimal::ZERO),
            PositionSide::Both => {}
        }
    }
}

fn orders_are_the_sum_of_their_fills(orders: &[Order], trades: &[Trade]) {
    for order in orders {
        let filled: Decimal = trades.iter().filter(|trade| trade.order_id == order.order_id).map(|trade| trade.quantity).sum();
        assert_eq!(order.filled_quantity, filled, "{order:?}");
        let is_full = order.filled_quantity == order.quantity;
        let is_empty = order.filled_quantity.is_zero();
        let fits = match order.status {
            OrderStatus::New => false,
            OrderStatus::Pending | OrderStatus::Canceled | OrderStatus::Rejected => is_empty,
            OrderStatus::PartiallyFilled | OrderStatus::PartiallyFilledCanceled => !is_empty && !is_full,
            OrderStatus::Filled => is_full,
        };
        assert!(fits, "{order:?}");
        if order.time_in_force == TimeInForce::Fok {
            assert!(matches!(order.status, OrderStatus::Filled | OrderStatus::Canceled), "neither filled nor killed: {order:?}");
        }
    }
}

/// An order is in the book if and only if its status is open.
fn open_orders_are_in_the_book(exchange: &Exchange, orders: &[Order]) {
    for order in orders {
        let market = exchange.market(&order.symbol).expect("the contract exists");
        let of = &exchange.markets[market];
        let resting = of.book.get(order.order_id.0);
        assert_eq!(resting.is_some(), order.status.is_open(), "{order:?}");
        if let Some(resting) = resting {
            assert_eq!(of.quantity(resting.remaining), order.remaining_quantity, "{order:?}");
            assert_eq!(Some(of.price(resting.price)), order.price, "{order:?}");
        }
    }
}

/// The reported frozen margin equals the margin that is computed from the reported orders and positions.
fn frozen_margin_is_the_margin_of_the_open_orders(exchange: &Exchange, user: &str, orders: &[Order]) {
    let positions = exchange.positions(user, None).expect("no symbol is given");
    let mut expected = Decimal::ZERO;
    for symbol in SYMBOLS {
        let leverage = Decimal::from(exchange.position_settings(user, symbol).expect("the contract exists").leverage);
        for &position_side in PositionSide::ALL {
            for &side in OrderSide::ALL {
                let position = positions.iter().find(|position| position.symbol == symbol && position.position_side == position_side);
                let size = position.map_or(Decimal::ZERO, |position| position.quantity);
                let mut closable = (-signed(side, size)).max(Decimal::ZERO);
                let mut value = Decimal::ZERO;
                for order in orders {
                    let only_reduces = order.reduce_only
                        || (position_side == PositionSide::Long && side == OrderSide::Sell)
                        || (position_side == PositionSide::Short && side == OrderSide::Buy);
                    let counts =
                        order.status.is_open() && order.symbol == symbol && order.position_side == position_side && order.side == side;
                    if !counts || only_reduces {
                        continue;
                    }
                    let closing = closable.min(order.remaining_quantity);
                    closable -= closing;
                    value += (order.remaining_quantity - closing) * order.price.expect("an open order has a price");
                }
                expected += (value / leverage).round_dp_with_strategy(8, RoundingStrategy::AwayFromZero);
            }
        }
    }
    assert_eq!(exchange.asset(user).expect("the user exists").frozen_margin, expected, "frozen margin of {user}");
}

fn reduce_only_orders_are_within_their_position(exchange: &Exchange, user: &str, orders: &[Order]) {
    let positions = exchange.positions(user, None).expect("no symbol is given");
    for order in orders.iter().filter(|order| order.status.is_open() && order.reduce_only) {
        let position = positions.iter().find(|position| position.symbol == order.symbol && position.position_side == order.position_side);
        let size = position.map_or(Decimal::ZERO, |position| position.quantity);
        assert!(order.remaining_quantity <= -signed(order.side, size), "{order:?} with a position of {size}");
    }
}

fn is_open(word: &str) -> bool {
    matches!(word, "PENDING" | "PENDING_ACTIVATION" | "PARTIALLY_FILLED")
}

/// At most one of the two exits of a strategy is filled, unless a single taker matches both.
fn only_one_exit_is_filled(exchange: &Exchange, user: &str, orders: &[Order], trades: &[Trade]) {
    for id in exchange.strategies.ids() {
        let Ok(of) = exchange.strategy_order(user, &id.to_string()) else { continue };
        let [.., one, other] = &of.sub_orders[..] else { panic!("a strategy has two orders: {of:?}") };
        if of.strategy_type == StrategyType::Oto {
            continue;
        }
        // The oldest fill. The list is sorted newest first.
        let first = |exit: &StrategySubOrderState| trades.iter().rfind(|trade| Some(trade.order_id) == exit.order_id);
        match (first(one), first(other)) {
            (None, None) => {}
            (Some(_), None) => assert!(!is_open(other.status), "{of:?}"),
            (None, Some(_)) => assert!(!is_open(one.status), "{of:?}"),
            (Some(one), Some(other)) => {
                let (one, other) = (one.trade_id.0, other.trade_id.0);
                let between = one.min(other)..one.max(other);
                assert!(
                    !orders.iter().any(|order| between.contains(&order.order_id.0)),
                    "both exits were filled, by different orders: {of:?}"
                );
            }
        }
    }
}

fn the_wallet_is_the_sum_of_its_changes(exchange: &Exchange, user: &str) {
    let account = &exchange.accounts[exchange.account(user).expect("the user exists")];
    let mut balance = Decimal::ZERO;
    for change in &account.history.changes {
        assert_eq!(change.wallet_balance_before, balance, "{change:?}");
        balance += change.amount;
        assert_eq!(change.wallet_balance_after, balance, "{change:?}");
    }
    assert_eq!(account.wallet, balance, "wallet of {user}");
}

/// Checks all invariants of an exchange and of these users.
pub(super) fn check_invariants(exchange: &Exchange, users: &[&str]) {
    money_is_conserved(exchange);
    positions_cancel_out(exchange);
    no_book_crosses(exchange);
    for user in users {
        let (orders, trades) = (orders(exchange, user), trades(exchange, user));
        positions_are_the_sum_of_their_fills(exchange, user, &trades);
        orders_are_the_sum_of_their_fills(&orders, &trades);
        open_orders_are_in_the_book(exchange, &orders);
        frozen_margin_is_the_margin_of_the_open_orders(exchange, user, &orders);
        reduce_only_orders_are_within_their_position(exchange, user, &orders);
        only_one_exit_is_filled(exchange, user, &orders, &trades);
        the_wallet_is_the_sum_of_its_changes(exchange, user);
    }
    assert!(exchange.events.is_empty() && exchange.due_sub_orders.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_invariants_hold_after_each_command(commands in commands(100)) {
        let mut exchange = exchange_with(Config::new());
        for command in commands {
            execute(&mut exchange, command);
            check_invariants(&exchange, &USERS);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_invariants_hold_in_a_moving_market(commands in commands(40), seed: u64) {
        let mut exchange = exchange_with(Config::new().moving().seed(seed));
        for command in commands {
            execute(&mut exchange, command.within_seconds());
            exchange.advance(exchange.now().plus(1_000));
        }
        check_invariants(&exchange, &USERS);
    }

    #[test]
    fn a_working_strategy_has_an_open_order(commands in commands(60)) {
        let mut exchange = exchange_with(Config::new());
        for command in commands {
            execute(&mut exchange, command);
        }
        for id in exchange.strategies.ids() {
            let of = USERS.iter().find_map(|user| exchange.strategy_order(user, &id.to_string()).ok()).expect("a user placed the strategy");
            // Orders that wait for another order of the strategy do not count, because they may wait for each other.
            let is_placed = |order: &StrategySubOrderState| order.order_id.is_some() || order.condition_id.is_some();
            let works = of.sub_orders.iter().any(|order| is_placed(order) && is_open(order.status));
            prop_assert_eq!(works, of.strategy_status == StrategyStatus::Working, "{:?}", of);
        }
    }
}
