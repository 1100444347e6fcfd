//! The wire form of each order value, and the faults of invalid ones.

use sixmm_ext::{Client, Error, NewConditionOrder, NewOrder, NewStrategy, Outcome};

use crate::support::exchange::{Plan, Trading, run};

mod impossible;
mod json;
mod rules;
mod sent;

/// An order of any kind.
enum Any {
    Normal(NewOrder),
    Condition(NewConditionOrder),
    Strategy(NewStrategy),
}

impl From<NewOrder> for Any {
    fn from(order: NewOrder) -> Self {
        Self::Normal(order)
    }
}

impl From<NewConditionOrder> for Any {
    fn from(order: NewConditionOrder) -> Self {
        Self::Condition(order)
    }
}

impl From<NewStrategy> for Any {
    fn from(strategy: NewStrategy) -> Self {
        Self::Strategy(strategy)
    }
}

impl Any {
    /// Places the order. Returns the error if the order is rejected.
    async fn place(self, client: &Client) -> Option<Error> {
        let orders = client.orders();
        match self {
            Self::Normal(order) => rejection(orders.place(order).send().await),
            Self::Condition(order) => rejection(orders.place_condition(order).send().await),
            Self::Strategy(strategy) => rejection(orders.place_strategy(strategy).send().await),
        }
    }
}

fn rejection<T: std::fmt::Debug>(outcome: Outcome<T>) -> Option<Error> {
    match outcome {
        Outcome::Accepted(_) => None,
        Outcome::Rejected(error) => Some(error),
        Outcome::Unknown(unresolved) => panic!("{unresolved}"),
    }
}

/// A listing of the orders: for each its name, and its request or its faults.
fn listing<const COUNT: usize>(are_rules_known: bool, orders: [(&str, Any); COUNT]) -> String {
    run(async {
        let trading = Trading::new().await;
        let client = &trading.harness.client;
        if are_rules_known {
            client.market().rules("BTCUSDT").await.expect("rules");
        }
        let mut listing = String::new();
        for (name, order) in orders {
            trading.exchange.plan(Plan::normal());
            let rejection = trading.drive(order.place(client)).await;
            listing.push_str(&format!("{name}\n"));
            let writes = trading.exchange.writes();
            assert_eq!(writes.is_empty(), rejection.is_some(), "the order is either sent or rejected: {name}");
            for (path, body) in writes {
                listing.push_str(&format!("    POST {path}\n{}", lines(&body)));
            }
            for fault in rejection.iter().flat_map(Error::field_errors) {
                listing.push_str(&format!("    {fault}\n"));
            }
        }
        listing
    })
}

/// The body of a request, with one line for each leg of a strategy.
fn lines(body: &str) -> String {
    format!("    {}\n", body.replace(r#"{"strategySubId""#, "\n      {\"strategySubId\""))
}
