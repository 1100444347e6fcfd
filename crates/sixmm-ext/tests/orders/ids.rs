//! Client order ids: chosen or generated, sent, and used for lookups.

use std::collections::HashSet;

use serde_json::Value;
use sixmm_ext::types::ClientOrderId;
use sixmm_ext::{NewOrder, NewStrategy, Outcome};

use crate::support::exchange::{Effect, LookupReply, Plan, Reply, Trading, run};

fn order() -> NewOrder {
    NewOrder::buy("BTCUSDT", "0.1").limit("85000")
}

/// The client order ids of the requests that were sent.
fn sent_ids(trading: &Trading) -> Vec<String> {
    let bodies = trading.exchange.writes().into_iter().map(|(_, body)| serde_json::from_str::<Value>(&body).expect("JSON"));
    bodies.map(|body| body["clientOrderId"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn a_generated_id_is_known_before_the_order_is_sent() {
    run(async {
        let trading = Trading::new().await;
        let place = trading.harness.client.orders().place(order());
        let id = place.client_order_id().clone();
        let placed = trading.drive(place.send()).await.into_result().expect("accepted");
        assert_eq!(placed.client_order_id, id);
        assert_eq!(sent_ids(&trading), [id.as_str()]);
        assert!(id.as_str().starts_with("sx-"), "{id}");
    });
}

#[test]
fn an_id_that_the_caller_chose_is_sent() {
    run(async {
        let trading = Trading::new().await;
        let orders = trading.harness.client.orders();
        let place = orders.place(order().client_order_id("my-1"));
        assert_eq!(place.client_order_id().as_str(), "my-1");
        let placed = trading.drive(place.send()).await.into_result().expect("accepted");
        assert_eq!((placed.client_order_id.as_str(), sent_ids(&trading)), ("my-1", vec![String::from("my-1")]));

        let batch = orders.place_batch([order(), order().client_order_id("my-2")]);
        assert_eq!(batch.client_order_ids()[1].as_str(), "my-2");
        let loss = NewOrder::sell("BTCUSDT", "0.1").stop("80000").client_order_id("my-3");
        let strategy = orders.place_strategy(NewStrategy::one_triggers_other(order(), loss));
        assert_eq!(strategy.client_order_ids()[1].as_str(), "my-3");
    });
}

#[test]
fn the_lookup_after_a_lost_response_uses_the_id_that_was_sent() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[LookupReply::Current]));
        let placed = trading.drive(trading.harness.client.orders().place(order()).send()).await;
        let id = placed.accepted().expect("accepted").client_order_id.clone();
        assert_eq!(sent_ids(&trading), [id.as_str()]);
        let lookups: Vec<_> = trading.harness.server.seen_at("/v1/private/order");
        let lookups: Vec<_> = lookups.iter().map(|request| request.parameter("clientOrderId")).collect();
        assert_eq!(lookups, [Some(id.as_str())]);
    });
}

#[test]
fn two_placements_of_one_value_are_two_orders() {
    run(async {
        let trading = Trading::new().await;
        let orders = trading.harness.client.orders();
        let order = order();
        let (first, second) = (orders.place(order.clone()), orders.place(order));
        assert_ne!(first.client_order_id(), second.client_order_id());
        assert!(matches!(trading.drive(first.send()).await, Outcome::Accepted(_)));
        assert!(matches!(trading.drive(second.send()).await, Outcome::Accepted(_)));
        assert_eq!(trading.exchange.book().open(Some("BTCUSDT")).len(), 2);
    });
}

#[test]
fn ten_thousand_generated_ids_are_unique_and_ascending() {
    run(async {
        let trading = Trading::new().await;
        let (one, other) = (&trading.harness.client, &trading.unpooled);
        let ids: Vec<ClientOrderId> = (0..10_000).map(|_| one.orders().place(order()).client_order_id().clone()).collect();
        assert!(ids.is_sorted(), "ascending");
        let of_another = (0..10_000).map(|_| other.new_order_id());
        let distinct: HashSet<ClientOrderId> = ids.iter().cloned().chain(of_another).collect();
        assert_eq!(distinct.len(), 20_000);
    });
}
