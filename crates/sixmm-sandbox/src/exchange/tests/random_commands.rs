//! Random commands for property tests.

use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::{
    AmendOrder, BboPriceType, CancelType, ConditionOrderType, DrivenOn, Exchange, MarginMode, OrderRef, OrderSide, OrderType,
    PlaceConditionOrder, PlaceOrder, PlaceStrategyOrder, PositionSide, StrategyLink, StrategySubOrder, StrategyTrigger, StrategyType,
    SubOrder, TimeInForce, TriggerPriceType,
};

/// A command of a user, or an action of the exchange's owner.
#[derive(Debug, Clone)]
pub(super) enum Command {
    Place(usize, PlaceOrder),
    PlaceBatch(usize, Vec<PlaceOrder>),
    Amend(usize, Change),
    AmendBatch(usize, Vec<Change>),
    Cancel { user: usize, nth: usize },
    CancelNamed { user: usize, client_order_id: String },
    CancelBatch { user: usize, nths: Vec<usize> },
    CancelAll { user: usize, of: CancelType },
    Condition(usize, PlaceConditionOrder),
    CancelCondition { user: usize, nth: usize },
    Strategy(usize, PlaceStrategyOrder),
    Leverage { user: usize, symbol: &'static str, leverage: i64 },
    Margin { user: usize, symbol: &'static str, mode: MarginMode },
    Counterparty { side: OrderSide, price: Option<i64>, quantity: i64 },
    Mark(i64),
    Index(i64),
    Advance(i64),
    Deposit { user: usize, amount: i64 },
    Withdraw { user: usize, amount: i64 },
}

/// An amendment of the nth open order.
#[derive(Debug, Clone)]
pub(super) struct Change {
    nth: usize,
    price: Option<i64>,
    quantity: Option<i64>,
}

impl Command {
    /// Shortens an advance of the clock from hours to seconds, because a moving market would simulate thousands of steps in these hours.
    /// Other commands stay unchanged.
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

/// A client order id, or none. There are so few ids that some are used twice.
fn client_order_id() -> impl Strategy<Value = Option<String>> {
    prop::option::of((0..60_u8).prop_map(|number| format!("own-{number}")))
}

fn order() -> impl Strategy<Value = PlaceOrder> {
    let times = [TimeInForce::Gtc, TimeInForce::Gtc, TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok];
    let prices = [BboPriceType::SpecifiedPrice, BboPriceType::Opponent1, BboPriceType::SameSide1];
    let position = prop_oneof![6 => Just(PositionSide::Both), 1 => Just(PositionSide::Long), 1 => Just(PositionSide::Short)];
    let what = (symbol(), prop_oneof![3 => Just(OrderType::Limit), 1 => Just(OrderType::Market)], one_of(OrderSide::ALL), position);
    let how = (0..times.len(), prop::bool::weighted(0.25), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    let price_type = prop_oneof![8 => Just(0_usize), 1 => Just(1), 1 => Just(2)];
    (what, 92..109_i64, 1..30_i64, how, price_type, client_order_id()).prop_map(
        move |((symbol, order_type, side, position_side), price, quantity, how, price_type, client_order_id)| {
            let (time, reduce_only, maker_only, close_position) = how;
            PlaceOrder {
                order_type,
                position_side,
                price: Some(price.into()),
                time_in_force: times[time],
                reduce_only,
                maker_only,
                close_position,
                price_type: prices[price_type],
                client_order_id,
                ..PlaceOrder::market(symbol, side, quantity)
            }
        },
    )
}

fn condition() -> impl Strategy<Value = PlaceConditionOrder> {
    let what = (symbol(), one_of(ConditionOrderType::ALL), one_of(OrderSide::ALL), one_of(TriggerPriceType::ALL));
    (what, 92..109_i64, 92..109_i64, 1..30_i64, any::<(bool, bool)>(), 1..80_i64, client_order_id()).prop_map(
        |((symbol, order_type, side, working_type), stop, price, quantity, (reduce_only, gte), callback, client_order_id)| {
            PlaceConditionOrder {
                price: Some(price.into()),
                reduce_only,
                working_type,
                time_in_force: if gte { TimeInForce::GteGtc } else { TimeInForce::Gtc },
                callback_rate: Some(Decimal::new(callback, 3)),
                client_order_id,
                ..PlaceConditionOrder::market(symbol, order_type, side, stop, quantity)
            }
        },
    )
}

fn sub_order() -> impl Strategy<Value = SubOrder> {
    prop_oneof![3 => order().prop_map(SubOrder::Normal), 2 => condition().prop_map(SubOrder::Condition)]
}

/// The orders of a strategy. They are random, or chosen so that one change of the mark price can trigger several of them.
fn sub_orders() -> impl Strategy<Value = [SubOrder; 3]> {
    let by_mark = || {
        let looks_at_mark = |order| SubOrder::Condition(PlaceConditionOrder { working_type: TriggerPriceType::MarkPrice, ..order });
        condition().prop_map(looks_at_mark)
    };
    prop_oneof![2 => [sub_order(), sub_order(), sub_order()], 1 => [by_mark(), by_mark(), by_mark()]]
}

/// Random links of a strategy. A strategy has no links, or the default links of its type. An OTO can also have other links. In an OTOCO,
/// the two exits always cancel each other, but the links that place the orders can form a cycle.
fn links(strategy_type: StrategyType) -> BoxedStrategy<[Vec<StrategyLink>; 3]> {
    let placed_by_first = || StrategyLink { driven_id: 1, driven_on: DrivenOn::Filled, trigger: StrategyTrigger::PlaceOrder };
    let cancelled_by =
        |driven_id| StrategyLink { driven_id, driven_on: DrivenOn::PartiallyFilledOrFilled, trigger: StrategyTrigger::CancelOrder };
    let spelled_out = match strategy_type {
        StrategyType::Oco => Just([vec![cancelled_by(2)], vec![cancelled_by(1)], Vec::new()]).boxed(),
        StrategyType::Otoco => {
            let placed_by = |others: &'static [i64], max| {
                let link = (one_of(others), one_of(DrivenOn::ALL));
                let trigger = StrategyTrigger::PlaceOrder;
                vec(link.prop_map(move |(driven_id, driven_on)| StrategyLink { driven_id, driven_on, trigger }), 0..=max)
            };
            let in_any_way = (prop::option::weighted(0.2, placed_by(&[2, 3], 1)), placed_by(&[1, 3], 2), placed_by(&[1, 2], 2));
            let in_any_way = in_any_way.prop_map(move |(entry, mut first, mut second)| {
                first.push(cancelled_by(3));
                second.push(cancelled_by(2));
                [entry.unwrap_or_default(), first, second]
            });
            let usual = [Vec::new(), vec![placed_by_first(), cancelled_by(3)], vec![placed_by_first(), cancelled_by(2)]];
            prop_oneof![1 => Just(usual), 2 => in_any_way].boxed()
        }
        StrategyType::Oto => {
            let any_of = |driven_id| {
                let link = (one_of(DrivenOn::ALL), one_of(StrategyTrigger::ALL));
                vec(link.prop_map(move |(driven_on, trigger)| StrategyLink { driven_id, driven_on, trigger }), 0..3)
            };
            (any_of(2), any_of(1)).prop_map(|(first, second)| [first, second, Vec::new()]).boxed()
        }
    };
    prop_oneof![Just([Vec::new(), Vec::new(), Vec::new()]), spelled_out].boxed()
}

fn strategy() -> impl Strategy<Value = PlaceStrategyOrder> {
    let linked = one_of(StrategyType::ALL).prop_flat_map(|strategy_type| (Just(strategy_type), links(strategy_type)));
    (linked, symbol(), sub_orders()).prop_map(|((strategy_type, links), symbol, orders)| {
        let here = |order| match order {
            SubOrder::Normal(order) => SubOrder::Normal(PlaceOrder { symbol: symbol.to_owned(), ..order }),
            SubOrder::Condition(order) => SubOrder::Condition(PlaceConditionOrder { symbol: symbol.to_owned(), ..order }),
        };
        let linked = orders.into_iter().zip(links).zip(1..);
        let sub = |((order, links), number)| StrategySubOrder { strategy_sub_id: Some(number), links, order: here(order) };
        let max = if strategy_type == StrategyType::Otoco { 3 } else { 2 };
        PlaceStrategyOrder { strategy_type, sub_orders: linked.take(max).map(sub).collect() }
    })
}

pub(super) fn commands(max: usize) -> impl Strategy<Value = Vec<Command>> {
    let user = 0..USERS.len();
    let (price, nth) = (92..109_i64, 0..20_usize);
    let change = (nth.clone(), prop::option::of(price.clone()), prop::option::of(1..40_i64)).prop_map(|(nth, price, quantity)| Change {
        nth,
        price,
        quantity,
    });
    let batch_of = 1..4;
    let command = prop_oneof![
        12 => (user.clone(), order()).prop_map(|(user, order)| Command::Place(user, order)),
        2 => (user.clone(), vec(order(), batch_of.clone())).prop_map(|(user, orders)| Command::PlaceBatch(user, orders)),
        5 => (user.clone(), change.clone()).prop_map(|(user, change)| Command::Amend(user, change)),
        1 => (user.clone(), vec(change, batch_of.clone())).prop_map(|(user, changes)| Command::AmendBatch(user, changes)),
        3 => (user.clone(), nth.clone()).prop_map(|(user, nth)| Command::Cancel { user, nth }),
        1 => (user.clone(), client_order_id())
            .prop_map(|(user, id)| Command::CancelNamed { user, client_order_id: id.unwrap_or_default() }),
        1 => (user.clone(), vec(nth.clone(), batch_of)).prop_map(|(user, nths)| Command::CancelBatch { user, nths }),
        1 => (user.clone(), one_of(&[CancelType::AllNormal, CancelType::AllCondition])).prop_map(|(user, of)| Command::CancelAll { user, of }),
        4 => (user.clone(), condition()).prop_map(|(user, order)| Command::Condition(user, order)),
        1 => (user.clone(), nth).prop_map(|(user, nth)| Command::CancelCondition { user, nth }),
        4 => (user.clone(), strategy()).prop_map(|(user, order)| Command::Strategy(user, order)),
        1 => (user.clone(), symbol(), 1..60_i64).prop_map(|(user, symbol, leverage)| Command::Leverage { user, symbol, leverage }),
        1 => (user.clone(), symbol(), one_of(&[MarginMode::Cross, MarginMode::Isolated]))
            .prop_map(|(user, symbol, mode)| Command::Margin { user, symbol, mode }),
        5 => (one_of(OrderSide::ALL), prop::option::weighted(0.8, price.clone()), 1..30_i64)
            .prop_map(|(side, price, quantity)| Command::Counterparty { side, price, quantity }),
        // A range that is wide enough to trigger all orders at once.
        2 => (88..113_i64).prop_map(Command::Mark),
        1 => price.prop_map(Command::Index),
        2 => prop_oneof![3 => 0..2_000_i64, 1 => 0..40_000_000_i64].prop_map(Command::Advance),
        1 => (user.clone(), 0..500_i64).prop_map(|(user, amount)| Command::Deposit { user, amount }),
        1 => (user, 0..500_i64).prop_map(|(user, amount)| Command::Withdraw { user, amount }),
    ];
    vec(command, 1..max)
}

/// Executes a command, and returns whether the command or an item of its batch was accepted. A rejected command does not fail the test,
/// because the invariants must hold after rejected commands as well.
pub(super) fn execute(exchange: &mut Exchange, command: Command) -> bool {
    match command {
        Command::Place(user, order) => {
            let (symbol, id) = (order.symbol.clone(), order.client_order_id.clone());
            let is_used = id.as_deref().is_some_and(|id| is_used(exchange, user, id));
            let Ok(placed) = exchange.place_order(USERS[user], order) else { return false };
            assert!(!is_used, "{id:?} was already used, but was accepted");
            if let Some(id) = &id {
                let found = exchange.order(USERS[user], &symbol, named(id)).expect("it was accepted");
                assert_eq!(found.order_id, placed.order_id, "the order of {id}");
            }
            true
        }
        Command::PlaceBatch(user, orders) => any_is_ok(exchange.batch_place_orders(USERS[user], orders)),
        Command::Amend(user, change) => nth_open(exchange, user, change.nth)
            .is_some_and(|(symbol, order_id)| exchange.amend_order(USERS[user], &symbol, change.of(order_id)).is_ok()),
        Command::AmendBatch(user, changes) => {
            let of_open = |change: Change| nth_open(exchange, user, change.nth).map(|(symbol, id)| (symbol, change.of(id)));
            let (symbols, amends): (Vec<_>, Vec<_>) = changes.into_iter().filter_map(of_open).unzip();
            // A batch belongs to one contract. Orders of other contracts are rejected.
            symbols.first().is_some_and(|symbol| any_is_ok(exchange.batch_amend_orders(USERS[user], symbol, amends)))
        }
        Command::Cancel { user, nth } => nth_open(exchange, user, nth)
            .is_some_and(|(symbol, order_id)| exchange.cancel_order(USERS[user], &symbol, super::by_id(&order_id)).is_ok()),
        Command::CancelNamed { user, client_order_id } => exchange.cancel_order(USERS[user], SYMBOLS[0], named(&client_order_id)).is_ok(),
        Command::CancelBatch { user, nths } => {
            let orders: Vec<_> = nths.into_iter().filter_map(|nth| nth_open(exchange, user, nth)).collect();
            any_is_ok(exchange.batch_cancel_orders(USERS[user], &orders))
        }
        Command::CancelAll { user, of } => exchange.cancel_all_orders(USERS[user], None, of).is_ok(),
        Command::Condition(user, order) => exchange.place_condition_order(USERS[user], order).is_ok(),
        Command::CancelCondition { user, nth } => {
            let open = exchange.current_condition_orders(USERS[user], None).expect("no symbol is given");
            let condition = open.get(nth % open.len().max(1)).map(|of| (of.symbol.clone(), of.condition_id.to_string()));
            condition.is_some_and(|(symbol, id)| exchange.cancel_condition_order(USERS[user], &symbol, &id).is_ok())
        }
        Command::Strategy(user, order) => exchange.place_strategy_order(USERS[user], order).is_ok(),
        Command::Leverage { user, symbol, leverage } => exchange.set_leverage(USERS[user], symbol, leverage).is_ok(),
        Command::Margin { user, symbol, mode } => exchange.set_margin_mode(USERS[user], symbol, mode).is_ok(),
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

impl Change {
    fn of(self, order_id: String) -> AmendOrder {
        AmendOrder { order_id, price: self.price.map(Decimal::from), quantity: self.quantity.map(Decimal::from) }
    }
}

/// Symbol and id of the nth open order, modulo the number of open orders.
fn nth_open(exchange: &Exchange, user: usize, nth: usize) -> Option<(String, String)> {
    let open = exchange.current_orders(USERS[user], None, None, None).expect("no limit is given").list;
    open.get(nth % open.len().max(1)).map(|order| (order.symbol.clone(), order.order_id.to_string()))
}

/// Whether the user has an open or past order with this id.
fn is_used(exchange: &Exchange, user: usize, client_order_id: &str) -> bool {
    exchange.all_orders().iter().any(|(of, order)| of == USERS[user] && order.client_order_id.as_deref() == Some(client_order_id))
}

fn named(client_order_id: &str) -> OrderRef<'_> {
    OrderRef { order_id: None, client_order_id: Some(client_order_id) }
}

fn any_is_ok<T, E>(results: Vec<Result<T, E>>) -> bool {
    results.iter().any(Result::is_ok)
}
