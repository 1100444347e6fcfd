//! Tests of the trading core through its public functions.

mod accounts;
mod amend;
mod conditions;
mod determinism;
mod extreme_times;
mod feed;
mod invariants;
mod margin;
mod market;
mod money_limits;
mod order_history;
mod orders;
mod positions;
mod random_commands;
mod strategies;
mod strategy_acceptance;
mod strategy_fills;

use rust_decimal::{Decimal, dec};

use super::{
    AmendOrder, Config, Exchange, Order, OrderRef, OrderSide, OrderStatus, PageRequest, PlaceOrder, Position, Reason, Reject, SymbolRules,
    TradeFilter,
};
use crate::UnixMillis;

/// A contract with round numbers: tick size 1, step size 1, leverage 10, maker fee 0.1 %, taker fee 0.2 %, no minimum notional.
const SYMBOL: &str = "XUSDT";

const START: UnixMillis = UnixMillis::new(1_795_219_200_000);

fn rules() -> SymbolRules {
    SymbolRules {
        tick_size: dec!(1),
        step_size: dec!(1),
        min_quantity: dec!(1),
        min_notional: dec!(0),
        max_open_orders: 20,
        max_leverage: 50,
        default_leverage: 10,
        maker_fee_rate: dec!(0.001),
        taker_fee_rate: dec!(0.002),
        ..SymbolRules::usdt("X", dec!(100))
    }
}

/// An exchange in which `alice` and `bob` have 10 000 USDT each and are the only traders.
struct TestVenue(Exchange);

impl TestVenue {
    fn new() -> Self {
        Self::with(Config::new())
    }

    fn with(config: Config) -> Self {
        Self::of(config, rules())
    }

    /// An exchange with two contracts that have these rules.
    fn of(config: Config, rules: SymbolRules) -> Self {
        let second = SymbolRules { base_asset: "Y".to_owned(), symbol: "YUSDT".to_owned(), ..rules.clone() };
        let config = config.start(START).symbols(vec![rules, second]);
        let mut exchange = Exchange::new(config).expect("the configuration is valid");
        for name in ["alice", "bob"] {
            exchange.add_user(name, name, dec!(10000)).expect("the names differ");
        }
        Self(exchange)
    }

    /// Places a valid order and returns its id.
    fn place(&mut self, user: &str, order: PlaceOrder) -> String {
        self.try_place(user, order).expect("the order is valid").0
    }

    fn try_place(&mut self, user: &str, order: PlaceOrder) -> Result<(String, OrderStatus), Reject> {
        self.0.place_order(user, order).map(|placed| (placed.order_id.to_string(), placed.status))
    }

    fn rejection(&mut self, user: &str, order: PlaceOrder) -> (Reason, String) {
        let error = self.0.place_order(user, order).expect_err("the order is invalid");
        (error.reason(), error.message().to_owned())
    }

    fn order(&self, user: &str, id: &str) -> Order {
        self.0.order(user, SYMBOL, by_id(id)).expect("the order exists")
    }

    fn status(&self, user: &str, id: &str) -> OrderStatus {
        self.order(user, id).status
    }

    fn amend(&mut self, user: &str, id: &str, price: Option<Decimal>, quantity: Option<Decimal>) -> Result<(), Reject> {
        self.0.amend_order(user, SYMBOL, AmendOrder { order_id: id.to_owned(), price, quantity })
    }

    fn position(&self, user: &str) -> Option<Position> {
        self.0.positions(user, Some(SYMBOL)).expect("the contract exists").into_iter().next()
    }

    fn wallet(&self, user: &str) -> Decimal {
        self.0.asset(user).expect("the user exists").wallet_balance
    }

    /// Prices and quantities of a user's fills, oldest first.
    fn fills(&self, user: &str) -> Vec<(Decimal, Decimal)> {
        let page = PageRequest { page: 1, page_size: 100 };
        let trades = self.0.trades(user, &TradeFilter::default(), page).expect("the page is valid").list;
        trades.into_iter().rev().map(|trade| (trade.price, trade.quantity)).collect()
    }

    /// Two counterparty orders trade at a price, which becomes the contract price.
    fn trade_at(&mut self, price: Decimal) {
        self.0.counterparty_order(SYMBOL, OrderSide::Sell, Some(price), dec!(1)).expect("the order is valid");
        self.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(price), dec!(1)).expect("the order is valid");
    }
}

fn by_id(id: &str) -> OrderRef<'_> {
    OrderRef { order_id: Some(id), client_order_id: None }
}

fn buy(price: i64, quantity: i64) -> PlaceOrder {
    PlaceOrder::limit(SYMBOL, OrderSide::Buy, price, quantity)
}

fn sell(price: i64, quantity: i64) -> PlaceOrder {
    PlaceOrder::limit(SYMBOL, OrderSide::Sell, price, quantity)
}

fn market_buy(quantity: i64) -> PlaceOrder {
    PlaceOrder::market(SYMBOL, OrderSide::Buy, quantity)
}

fn market_sell(quantity: i64) -> PlaceOrder {
    PlaceOrder::market(SYMBOL, OrderSide::Sell, quantity)
}
