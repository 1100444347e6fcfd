//! The requests of the control interface for the streams.

use serde_json::{Value, json};

use super::control::{send, start};
use super::stream_client::StreamClient;
use super::support::{get, post};

#[tokio::test]
async fn settings_are_listed_and_changed() {
    let (sandbox, control) = start().await;
    let mut settings = json!({ "payload": "arrays", "versionRule": "next", "rejection": "acknowledge", "pushIntervalMillis": 0, "maxQueuedMessages": 10000 });
    assert_eq!(send(get("/streams"), control).await.json(), json!({ "settings": settings, "connections": [] }));
    settings["payload"] = json!("objects");
    settings["versionRule"] = json!("previous");
    let change = json!({ "payload": "objects", "versionRule": "previous" });
    assert_eq!(send(post("/streams", change), control).await.json(), json!({ "settings": settings }));
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.depth.BTCUSDT"]).await;
    assert_eq!(client.data("market.depth.BTCUSDT").await, json!({ "endVersion": "0", "bids": [], "asks": [] }));
    assert_eq!(send(post("/streams", json!({ "payload": "xml" })), control).await.status, 422);
    assert_eq!(send(post("/streams", json!({ "payloads": "arrays" })), control).await.status, 422);
}

#[tokio::test]
async fn connections_are_listed_and_closed() {
    let (sandbox, control) = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.tickers", "market.trade.BTCUSDT"]).await;
    client.data("market.tickers").await;
    let connection = json!({ "number": 1, "user": null, "topics": ["market.trade.BTCUSDT", "market.tickers"], "queued": 0 });
    assert_eq!(send(get("/streams"), control).await.json()["connections"], json!([connection]));
    assert_eq!(send(get("/streams").method("DELETE"), control).await.json(), json!({}));
    client.assert_closed(Some(1001)).await;
}

#[tokio::test]
async fn a_fault_rule_is_added_listed_and_removed() {
    let (sandbox, control) = start().await;
    let rule = json!({
        "topics": ["market.depth."],
        "frames": ["snapshot"],
        "skip": 0,
        "probability": 1.0,
        "count": 1,
        "fault": { "kind": "close", "code": 1012 },
    });
    assert_eq!(send(post("/streams/faults", rule.clone()), control).await.json(), json!({ "id": 1 }));
    let listed = send(get("/streams/faults"), control).await.json();
    assert_eq!(listed, json!({ "rules": [{ "id": 1, "rule": rule, "left": 1 }], "hits": [] }));
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.depth.BTCUSDT"]).await;
    client.assert_closed(Some(1012)).await;
    assert_eq!(send(get("/streams/faults"), control).await.json()["hits"][0]["fault"]["kind"], "close");

    let id = send(post("/streams/faults", json!({ "fault": { "kind": "drop" } })), control).await.json()["id"].clone();
    assert_eq!(send(get(&format!("/streams/faults/{id}")).method("DELETE"), control).await.status, 200);
    assert_eq!(send(get(&format!("/streams/faults/{id}")).method("DELETE"), control).await.status, 404);
    assert_eq!(send(get("/streams/faults").method("DELETE"), control).await.status, 200);
}

#[tokio::test]
async fn each_fault_has_a_json_representation() {
    let (sandbox, control) = start().await;
    let faults = json!([
        { "kind": "drop" },
        { "kind": "halfOpen" },
        { "kind": "close", "code": 1012 },
        { "kind": "lose" },
        { "kind": "stall" },
        { "kind": "delay", "millis": 1 },
        { "kind": "duplicate" },
        { "kind": "reorder" },
        { "kind": "ackForm", "form": "numericId" },
        { "kind": "ackForm", "form": "withoutId" },
        { "kind": "ackForm", "form": "withoutData" },
        { "kind": "ackForm", "form": "result" },
        { "kind": "slowBytes", "millis": 1 },
        { "kind": "truncate" },
        { "kind": "malformed", "form": "json" },
        { "kind": "malformed", "form": "utf8" },
        { "kind": "malformed", "form": "opcode" },
        { "kind": "malformed", "form": "masked" },
        { "kind": "malformed", "form": "binary" },
        { "kind": "expireKey" },
    ]);
    for fault in faults.as_array().expect("a list") {
        assert_eq!(send(post("/streams/faults", json!({ "fault": fault })), control).await.status, 200, "{fault}");
        let mut unknown = fault.clone();
        unknown["count"] = 1.into();
        assert_eq!(send(post("/streams/faults", json!({ "fault": unknown })), control).await.status, 422, "{unknown}");
    }
    let rules: Vec<Value> =
        sandbox.stream_faults().rules().into_iter().map(|(_, rule, _)| serde_json::to_value(rule.fault).expect("JSON")).collect();
    assert_eq!(Value::from(rules), faults, "each rule is returned as it was sent");
}
