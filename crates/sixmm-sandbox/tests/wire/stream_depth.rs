//! The book that a client builds from a snapshot and increments equals the book of the engine at each version.

use std::collections::BTreeMap;
use std::time::Duration;

use rust_decimal::{Decimal, dec};
use serde_json::Value;
use sixmm_sandbox::exchange::{CancelType, Config, Depth, DepthLevel, OrderSide, PlaceOrder};
use sixmm_sandbox::{PayloadForm, Sandbox, StreamSettings, UnixMillis, VersionRule};

use super::stream_client::StreamClient;
use super::support::{START, builder};

const TOPIC: &str = "market.depth.BTCUSDT";

/// A book that is built from messages.
#[derive(Debug, Default)]
struct ClientBook {
    version: Option<u64>,
    bids: BTreeMap<Decimal, Decimal>,
    asks: BTreeMap<Decimal, Decimal>,
}

impl ClientBook {
    fn apply(&mut self, data: &Value, form: PayloadForm, rule: VersionRule) {
        let number = |value: &Value| match form {
            PayloadForm::Arrays => value.as_u64().expect("a version is a number"),
            PayloadForm::Objects => value.as_str().expect("a version is a string").parse().expect("a number"),
        };
        match (self.version, data.get("startVersion")) {
            (None, None) => {}
            (Some(version), Some(start)) => {
                let expected = if rule == VersionRule::Next { version + 1 } else { version };
                assert_eq!(number(start), expected);
            }
            other => panic!("a snapshot and then increments: {other:?}"),
        }
        if form == PayloadForm::Arrays {
            assert_eq!(data["type"], if self.version.is_none() { "snapshot" } else { "update" });
        }
        self.version = Some(number(&data["endVersion"]));
        for (side, name) in [(&mut self.bids, "bids"), (&mut self.asks, "asks")] {
            for level in data[name].as_array().expect("a list") {
                let (price, quantity) = match form {
                    PayloadForm::Arrays => (&level[0], &level[1]),
                    PayloadForm::Objects => (&level["price"], &level["size"]),
                };
                let decimal = |value: &Value| value.as_str().expect("a string").parse::<Decimal>().expect("a decimal");
                let (price, quantity) = (decimal(price), decimal(quantity));
                if quantity.is_zero() {
                    side.remove(&price);
                } else {
                    side.insert(price, quantity);
                }
            }
        }
    }

    fn assert_equals(&self, book: &Depth) {
        let level = |(price, quantity): (&Decimal, &Decimal)| DepthLevel { price: *price, quantity: *quantity };
        assert_eq!(self.version, Some(book.version));
        assert_eq!(self.bids.iter().rev().map(level).collect::<Vec<_>>(), book.bids);
        assert_eq!(self.asks.iter().map(level).collect::<Vec<_>>(), book.asks);
    }
}

fn book(sandbox: &Sandbox) -> Depth {
    sandbox.exchange(|exchange| exchange.depth("BTCUSDT", usize::MAX)).expect("a contract")
}

#[tokio::test]
async fn increments_lead_from_the_snapshot_to_the_book_of_the_engine() {
    for form in [PayloadForm::Arrays, PayloadForm::Objects] {
        for rule in [VersionRule::Next, VersionRule::Previous] {
            let settings = StreamSettings::new().payload(form).version_rule(rule);
            let sandbox = builder().config(Config::new().seed(7)).streams(settings).start().await.expect("a port is free");
            check_orders(&sandbox, form, rule).await;
            let start = UnixMillis::new(START);
            let config = Config::new().seed(7).start(start).moving();
            let sandbox = builder().config(config).streams(settings).start().await.expect("a port is free");
            check_moving_market(&sandbox, form, rule).await;
        }
    }
}

/// Users place, match, amend and cancel orders.
async fn check_orders(sandbox: &Sandbox, form: PayloadForm, rule: VersionRule) {
    let bob = sandbox.user_id("bob").expect("a user");
    let place = |side, price: Decimal, quantity: Decimal| {
        sandbox
            .exchange(|exchange| exchange.place_order(&bob, PlaceOrder::limit("BTCUSDT", side, price, quantity)))
            .expect("a valid order");
    };
    place(OrderSide::Buy, dec!(84999), dec!(0.1));
    place(OrderSide::Sell, dec!(85001), dec!(0.2));
    let mut client = StreamClient::public(sandbox).await;
    client.subscribe(&[TOPIC]).await;
    let mut copy = ClientBook::default();
    copy.apply(&client.data(TOPIC).await, form, rule);
    copy.assert_equals(&book(sandbox));
    for step in 0..200_u32 {
        let side = if step % 2 == 0 { OrderSide::Buy } else { OrderSide::Sell };
        let before = book(sandbox).version;
        if step % 17 == 16 {
            sandbox.exchange(|exchange| exchange.cancel_all_orders(&bob, None, CancelType::AllNormal)).expect("a user");
            sandbox.advance(Duration::from_secs(10));
        } else {
            place(side, dec!(84990) + Decimal::from(step * 7 % 20), dec!(0.001) * Decimal::from(1 + step % 5));
        }
        if book(sandbox).version != before {
            copy.apply(&client.data(TOPIC).await, form, rule);
        }
        copy.assert_equals(&book(sandbox));
    }
    client.assert_no_message().await;
}

/// The market maker replaces its quotes each second.
async fn check_moving_market(sandbox: &Sandbox, form: PayloadForm, rule: VersionRule) {
    let mut client = StreamClient::public(sandbox).await;
    client.subscribe(&[TOPIC]).await;
    let mut copy = ClientBook::default();
    copy.apply(&client.data(TOPIC).await, form, rule);
    for _ in 0..30 {
        sandbox.advance(Duration::from_secs(1));
        let book = book(sandbox);
        while copy.version != Some(book.version) {
            copy.apply(&client.data(TOPIC).await, form, rule);
        }
        copy.assert_equals(&book);
    }
    client.assert_no_message().await;
}

#[tokio::test]
async fn two_subscribers_see_the_same_book_and_a_second_subscription_sends_a_snapshot() {
    let (form, rule) = (PayloadForm::Arrays, VersionRule::Next);
    let sandbox = builder().start().await.expect("a port is free");
    let (mut first, mut second) = (StreamClient::public(&sandbox).await, StreamClient::public(&sandbox).await);
    let (mut copy, mut other) = (ClientBook::default(), ClientBook::default());
    first.subscribe(&[TOPIC]).await;
    copy.apply(&first.data(TOPIC).await, form, rule);
    super::streams::ask(&sandbox, dec!(85000), dec!(0.5));
    second.subscribe(&[TOPIC]).await;
    other.apply(&second.data(TOPIC).await, form, rule);
    copy.apply(&first.data(TOPIC).await, form, rule);
    super::streams::ask(&sandbox, dec!(85001), dec!(0.5));
    other.apply(&second.data(TOPIC).await, form, rule);
    copy.apply(&first.data(TOPIC).await, form, rule);
    copy.assert_equals(&book(&sandbox));
    other.assert_equals(&book(&sandbox));
    second.subscribe(&[TOPIC]).await;
    let mut again = ClientBook::default();
    again.apply(&second.data(TOPIC).await, form, rule);
    again.assert_equals(&book(&sandbox));
}
