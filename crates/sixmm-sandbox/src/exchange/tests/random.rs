//! Random commands, for the properties.

use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::{
    AmendOrder, BboPriceType, CancelType, ConditionOrderType, Exchange, MarginMode, OrderSide, OrderType, PlaceConditionOrder, PlaceOrder,
    PlaceStrategyOrder, PositionSide, StrategySubOrder, StrategyType, SubOrder, TimeInForce, TriggerPriceType,
};

/// A command of one of the users, or something that the owner does.
#[derive(Debug, Clone)]
pub(super) enum Command {
    Place(usize, PlaceOrder),
    Amend { user: usize, nth: usize, price: Option<i64>, quantity: Option<i64> },
    Cancel { user: usize, nth: usize },
    CancelAll { user: usize, of: CancelType },
    Condition(usize, PlaceConditionOrder),
    Strategy(usize, PlaceStrategyOrder),
    Leverage { user: usize, leverage: i64 },
    Margin { user: usize, mode: MarginMode },
    Counterparty { side: OrderSide, price: Option<i64>, quantity: i64 },
    Mark(i64),
    Index(i64),
    Advance(i64),
    Deposit { user: usize, amount: i64 },
    Withdraw { user: usize, amount: i64 },
}

impl Command {
    /// The same without the hours, in which a market that moves makes thousands of steps.
    pub(super) fn within_seconds(self) -> Self {
        match self {
            Self::Advance(by) => Self::Advance(by % 2_000),
            other => other,
        }
    }
}

pub(super) const USERS: [&str; 3] = ["alice", "bob", "carol"];
pub(super) const SYMBOLS: [&str; 2] = ["XUSDT", "YUSDT"];

fn one_of<T: Copy + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> + Clone {
    (0..values.len()).prop_map(move |at| values[at])
}

fn symbol() -> impl Strategy<Value = &'static str> + Clone {
    prop_oneof![4 => Just(SYMBOLS[0]), 1 => Just(SYMBOLS[1])]
}

fn order() -> impl Strategy<Value = PlaceOrder> {
    let times = [TimeInForce::Gtc, TimeInForce::Gtc, TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok];
    let prices = [BboPriceType::SpecifiedPrice, BboPriceType::Opponent1, BboPriceType::SameSide1];
    let position = prop_oneof![6 => Just(PositionSide::Both), 1 => Just(PositionSide::Long), 1 => Just(PositionSide::Short)];
    let what = (symbol(), prop_oneof![3 => Just(OrderType::Limit), 1 => Just(OrderType::Market)], one_of(OrderSide::ALL), position);
    let how = (0..times.len(), prop::bool::weighted(0.25), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (what, 92..109_i64, 1..30_i64, how, prop_oneof![8 => Just(0_usize), 1 => Just(1), 1 => Just(2)]).prop_map(
        move |((symbol, order_type, side, position_side), price, quantity, (time, reduce_only, maker_only, close_position), price_type)| {
            PlaceOrder {
                order_type,
                position_side,
                price: Some(price.into()),
                time_in_force: times[time],
                reduce_only,
                maker_only,
                close_position,
                price_type: prices[price_type],
                ..PlaceOrder::market(symbol, side, quantity)
            }
        },
    )
}

fn condition() -> impl Strategy<Value = PlaceConditionOrder> {
    let what = (symbol(), one_of(ConditionOrderType::ALL), one_of(OrderSide::ALL), one_of(TriggerPriceType::ALL));
    (what, 92..109_i64, 92..109_i64, 1..30_i64, any::<(bool, bool)>(), 1..80_i64).prop_map(
        |((symbol, order_type, side, working_type), stop, price, quantity, (reduce_only, gte), callback)| PlaceConditionOrder {
            price: Some(price.into()),
            reduce_only,
            working_type,
            time_in_force: if gte { TimeInForce::GteGtc } else { TimeInForce::Gtc },
            callback_rate: Some(Decimal::new(callback, 3)),
            ..PlaceConditionOrder::market(symbol, order_type, side, stop, quantity)
        },
    )
}

fn strategy() -> impl Strategy<Value = PlaceStrategyOrder> {
    (one_of(StrategyType::ALL), order(), condition(), order()).prop_map(|(strategy_type, first, second, third)| {
        let symbol = first.symbol.clone();
        let sub = |order| StrategySubOrder { strategy_sub_id: None, links: Vec::new(), order };
        let second = PlaceConditionOrder { symbol: symbol.clone(), ..second };
        let third = PlaceOrder { symbol, ..third };
        let mut sub_orders = vec![sub(SubOrder::Normal(first)), sub(SubOrder::Condition(second)), sub(SubOrder::Normal(third))];
        sub_orders.truncate(if strategy_type == StrategyType::Otoco { 3 } else { 2 });
        PlaceStrategyOrder { strategy_type, sub_orders }
    })
}

pub(super) fn commands(most: usize) -> impl Strategy<Value = Vec<Command>> {
    let user = 0..USERS.len();
    let price = 92..109_i64;
    let command = prop_oneof![
        12 => (user.clone(), order()).prop_map(|(user, order)| Command::Place(user, order)),
        5 => (user.clone(), 0..20_usize, prop::option::of(price.clone()), prop::option::of(1..40_i64))
            .prop_map(|(user, nth, price, quantity)| Command::Amend { user, nth, price, quantity }),
        3 => (user.clone(), 0..20_usize).prop_map(|(user, nth)| Command::Cancel { user, nth }),
        1 => (user.clone(), one_of(&[CancelType::AllNormal, CancelType::AllCondition])).prop_map(|(user, of)| Command::CancelAll { user, of }),
        4 => (user.clone(), condition()).prop_map(|(user, order)| Command::Condition(user, order)),
        2 => (user.clone(), strategy()).prop_map(|(user, order)| Command::Strategy(user, order)),
        1 => (user.clone(), 1..60_i64).prop_map(|(user, leverage)| Command::Leverage { user, leverage }),
        1 => (user.clone(), one_of(&[MarginMode::Cross, MarginMode::Isolated])).prop_map(|(user, mode)| Command::Margin { user, mode }),
        5 => (one_of(OrderSide::ALL), prop::option::weighted(0.8, price.clone()), 1..30_i64)
            .prop_map(|(side, price, quantity)| Command::Counterparty { side, price, quantity }),
        1 => price.clone().prop_map(Command::Mark),
        1 => price.prop_map(Command::Index),
        2 => prop_oneof![3 => 0..2_000_i64, 1 => 0..40_000_000_i64].prop_map(Command::Advance),
        1 => (user.clone(), 0..500_i64).prop_map(|(user, amount)| Command::Deposit { user, amount }),
        1 => (user, 0..500_i64).prop_map(|(user, amount)| Command::Withdraw { user, amount }),
    ];
    vec(command, 1..most)
}

/// Carries a command out. Whether it is refused does not matter here: what is refused must leave the exchange as sound as what is not.
/// Tells whether it was accepted.
pub(super) fn carry_out(exchange: &mut Exchange, command: Command) -> bool {
    let nth_open = |exchange: &Exchange, user: usize, nth: usize| {
        let open = exchange.current_orders(USERS[user], None, None, None).expect("no limit is given").list;
        open.get(nth % open.len().max(1)).map(|order| (order.symbol.clone(), order.order_id.to_string()))
    };
    match command {
        Command::Place(user, order) => exchange.place_order(USERS[user], order).is_ok(),
        Command::Amend { user, nth, price, quantity } => nth_open(exchange, user, nth).is_some_and(|(symbol, order_id)| {
            let (price, quantity) = (price.map(Decimal::from), quantity.map(Decimal::from));
            exchange.amend_order(USERS[user], &symbol, AmendOrder { order_id, price, quantity }).is_ok()
        }),
        Command::Cancel { user, nth } => nth_open(exchange, user, nth)
            .is_some_and(|(symbol, order_id)| exchange.cancel_order(USERS[user], &symbol, super::by_id(&order_id)).is_ok()),
        Command::CancelAll { user, of } => exchange.cancel_all_orders(USERS[user], None, of).is_ok(),
        Command::Condition(user, order) => exchange.place_condition_order(USERS[user], order).is_ok(),
        Command::Strategy(user, order) => exchange.place_strategy_order(USERS[user], order).is_ok(),
        Command::Leverage { user, leverage } => exchange.set_leverage(USERS[user], SYMBOLS[0], leverage).is_ok(),
        Command::Margin { user, mode } => exchange.set_margin_mode(USERS[user], SYMBOLS[0], mode).is_ok(),
        Command::Counterparty { side, price, quantity } => {
            exchange.counterparty_order(SYMBOLS[0], side, price.map(Decimal::from), quantity.into()).is_ok()
        }
        Command::Mark(price) => exchange.set_mark_price(SYMBOLS[0], price.into()).is_ok(),
        Command::Index(price) => exchange.set_index_price(SYMBOLS[0], price.into()).is_ok(),
        Command::Advance(by) => {
            exchange.advance(exchange.now().plus(by));
            true
        }
        Command::Deposit { user, amount } => exchange.deposit(USERS[user], amount.into()).is_ok(),
        Command::Withdraw { user, amount } => exchange.withdraw(USERS[user], amount.into()).is_ok(),
    }
}
