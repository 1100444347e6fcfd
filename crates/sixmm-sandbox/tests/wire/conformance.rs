//! Each operation returns a response that matches the specification: no missing fields, no additional fields, no wrong types, and no empty
//! list that should contain items.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use jsonschema::Validator;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sixmm_sandbox::{ApiKey, Operation, Sandbox};
use venue_spec::Document;
use venue_spec::model::Api;

use crate::support::{Answer, Call, START, get, key, login, post, start, token};

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let source = include_str!("../../../../openapi/6mm.yaml");
    Document::parse("openapi/6mm.yaml", source).unwrap_or_else(|report| panic!("{report}"))
});
static API: LazyLock<Api> = LazyLock::new(|| Api::new(&DOCUMENT));

/// The schema of an operation's data, stricter than in the specification: no additional fields, and decimals without an exponent.
fn validator(operation: Operation) -> Validator {
    let facts = API.operations.iter().find(|facts| facts.id == operation.name()).expect("the specification has it");
    let mut components = DOCUMENT.json()["components"]["schemas"].clone();
    for schema in components.as_object_mut().expect("an object").values_mut() {
        if schema.get("properties").is_some() {
            schema["additionalProperties"] = false.into();
        }
        for property in
            schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(|properties| properties.values_mut())
        {
            if property["format"] == "decimal" {
                property["pattern"] = r"^-?\d+(\.\d+)?$".into();
            }
        }
    }
    let root = json!({ "$ref": format!("#/components/schemas/{}", facts.response.schema), "components": { "schemas": components } });
    jsonschema::draft202012::new(&root).unwrap_or_else(|error| panic!("{error}"))
}

/// Two users who call all operations.
struct Tour {
    sandbox: Sandbox,
    alice: ApiKey,
    bob: ApiKey,
    asked: BTreeSet<Operation>,
    timestamp: i64,
}

impl Tour {
    async fn new() -> Self {
        let sandbox = start().await;
        let (alice, bob) = (key(&sandbox, "alice"), key(&sandbox, "bob"));
        Self { sandbox, alice, bob, asked: BTreeSet::new(), timestamp: START - 9_000 }
    }

    /// Sends a request and validates the response.
    async fn send(&mut self, operation: Operation, call: Call) -> Answer {
        let answer = call.send(&self.sandbox).await;
        let envelope = answer.json();
        let keys: BTreeSet<&str> = envelope.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(answer.status, 200, "{operation}: {envelope}");
        assert_eq!(keys, BTreeSet::from(["code", "data", "message", "requestId"]), "{operation}: {envelope}");
        assert_eq!(envelope["code"], 0, "{operation}: {envelope}");
        let data = &envelope["data"];
        let errors: Vec<_> = validator(operation).iter_errors(data).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{operation}: {errors:?}\n{data:#}");
        self.asked.insert(operation);
        answer
    }

    async fn ask(&mut self, operation: Operation, call: Call) -> Value {
        self.send(operation, call).await.data()
    }

    async fn signed(&mut self, operation: Operation, call: Call, key: &ApiKey) -> Value {
        self.timestamp += 1;
        self.ask(operation, call.signed(key, self.timestamp)).await
    }

    async fn alice(&mut self, operation: Operation, call: Call) -> Value {
        let key = self.alice.clone();
        self.signed(operation, call, &key).await
    }

    /// As [`alice`](Self::alice), for a response with a list that must not be empty.
    async fn alice_lists(&mut self, operation: Operation, call: Call, list: &str) -> Value {
        let data = self.alice(operation, call).await;
        assert!(data[list].as_array().is_some_and(|items| !items.is_empty()), "{operation}: {data:#}");
        data
    }
}

fn limit(side: &str, price: &str, quantity: &str, client_order_id: &str) -> Value {
    json!({
        "symbol": "BTCUSDT", "type": "LIMIT", "side": side, "price": price, "quantity": quantity, "clientOrderId": client_order_id,
    })
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn each_operation_returns_a_response_that_matches_the_specification() {
    let mut tour = Tour::new().await;
    sessions(&mut tour).await;
    api_keys(&mut tour).await;
    orders(&mut tour).await;
    conditions(&mut tour).await;
    market(&mut tour).await;
    account(&mut tour).await;
    positions(&mut tour).await;
    let missing: Vec<&Operation> = Operation::ALL.iter().filter(|operation| !tour.asked.contains(operation)).collect();
    assert_eq!(missing, Vec::<&Operation>::new());
}

async fn sessions(tour: &mut Tour) {
    let user = json!({ "username": "alice", "password": "password", "deviceId": "device-001", "deviceName": "server-001" });
    let session = tour.send(Operation::Login, post("/v1/public/user/login", user)).await;
    let refresh = post("/v1/public/user/refresh-token", Value::Null).header("Cookie", session.cookie());
    let session = tour.send(Operation::RefreshToken, refresh).await;
    let logout = post("/v1/private/user/logout", Value::Null).token(&token(&session)).header("Cookie", session.cookie());
    tour.ask(Operation::Logout, logout).await;
    let ticket = json!({ "ticket": tour.sandbox.issue_ticket("alice").expect("alice").expose_secret() });
    tour.ask(Operation::ExchangeTicket, post("/v1/public/agent-sso/exchange-ticket", ticket)).await;
    let embed_token = tour.sandbox.issue_embed_token("alice").expect("alice");
    let embed_token = json!({ "embedToken": embed_token.expose_secret(), "channelId": "channel-1" });
    tour.ask(Operation::ExchangeEmbedToken, post("/v1/public/agent-sso/exchange-embed-token", embed_token)).await;
}

async fn api_keys(tour: &mut Tour) {
    // Uses Bob's keys, because Alice continues to sign with hers.
    let login = post("/v1/public/user/login", json!({ "username": "bob", "password": "password" })).send(&tour.sandbox).await;
    let bob = token(&login);
    let path = |rest: &str| format!("/v1/private/user/api-key/{rest}");
    let new = json!({ "label": "external-service-prod", "permissions": 3, "ipWhitelist": ["203.0.113.10"] });
    tour.ask(Operation::CreateApiKey, post(&path("create"), new).token(&bob)).await;
    let listed = tour.ask(Operation::ApiKeys, get(&path("list")).token(&bob)).await;
    let id = &listed["list"][1]["id"];
    let change = post(&path("update"), json!({ "id": id, "status": 0 })).method("PUT").token(&bob);
    tour.ask(Operation::UpdateApiKey, change).await;
    tour.ask(Operation::DeleteApiKey, post(&path("delete"), json!({ "id": id })).token(&bob)).await;
    tour.ask(Operation::DeleteAllApiKeys, post(&path("delete-all"), Value::Null).token(&bob)).await;
    tour.bob = key(&tour.sandbox, "bob");
}

async fn orders(tour: &mut Tour) {
    let path = |rest: &str| format!("/v1/private/order{rest}");
    let bob = tour.bob.clone();
    tour.signed(Operation::PlaceOrder, post(&path("/place"), limit("SELL", "85000", "1", "bob-1")), &bob).await;
    let bought = tour.alice(Operation::PlaceOrder, post(&path("/place"), limit("BUY", "85000", "0.4", "alice-1"))).await;
    assert_eq!(bought["status"], "FILLED");
    let order = tour.alice(Operation::Order, get(&path("?symbol=BTCUSDT&clientOrderId=alice-1"))).await;
    assert_eq!((&order["orderId"], &order["filledQuantity"]), (&bought["orderId"], &json!("0.4")));

    let batch = json!({ "orders": [limit("BUY", "80000", "0.1", "alice-2"), limit("BUY", "79000", "0.1", "alice-3"),
        limit("BUY", "78000", "0.1", "alice-4"), limit("BUY", "0.01", "0.1", "alice-5")] });
    let batch = tour.alice_lists(Operation::BatchPlaceOrders, post(&path("/batch-place"), batch), "results").await;
    assert_eq!((&batch["successCount"], &batch["failedCount"]), (&json!(3), &json!(1)), "{batch:#}");
    let id = |at: usize| batch["results"][at]["orderId"].clone();
    let change = json!({ "symbol": "BTCUSDT", "orderId": id(0), "price": "80100", "quantity": "0.2" });
    tour.alice(Operation::AmendOrder, post(&path("/move"), change)).await;
    let changes = json!({ "symbol": "BTCUSDT", "orders": [{ "orderId": id(1), "price": "79100" }] });
    tour.alice(Operation::BatchAmendOrders, post(&path("/batch-move"), changes)).await;
    let open = tour.alice_lists(Operation::CurrentOrders, get(&path("/current?symbol=BTCUSDT&limit=10")), "list").await;
    let prices: BTreeSet<&str> = open["list"].as_array().expect("a list").iter().map(|order| text(&order["price"])).collect();
    assert_eq!(prices, BTreeSet::from(["80100", "79100", "78000"]));
    tour.alice(Operation::CancelOrder, post(&path("/cancel"), json!({ "symbol": "BTCUSDT", "orderId": id(0) }))).await;
    let batch = json!({ "orders": [{ "symbol": "BTCUSDT", "orderId": id(1) }] });
    tour.alice(Operation::BatchCancelOrders, post(&path("/batch-cancel"), batch)).await;
    tour.alice(Operation::CancelAllOrders, post(&path("/batch-cancel-all"), json!({ "symbol": "BTCUSDT" }))).await;
    tour.sandbox.advance(Duration::from_secs(1));
    let left = tour.alice(Operation::CurrentOrders, get(&path("/current"))).await;
    assert_eq!(left["list"], json!([]));
    tour.alice_lists(Operation::OrderHistory, get(&path("/history?symbol=BTCUSDT&type=1&side=1&page=1&pageSize=20")), "list").await;
    tour.alice_lists(Operation::Trades, get(&path("/trades?symbol=BTCUSDT")), "list").await;
}

async fn conditions(tour: &mut Tour) {
    let path = |rest: &str| format!("/v1/private/order/{rest}");
    let stop = json!({
        "symbol": "BTCUSDT", "type": "STOP_MARKET", "side": "SELL", "stopPrice": "80000", "closePosition": true, "workingType": "MARK_PRICE",
    });
    let placed = tour.alice(Operation::PlaceConditionOrder, post(&path("place-condition"), stop)).await;
    tour.alice_lists(Operation::CurrentConditionOrders, get(&path("current-condition?symbol=BTCUSDT")), "list").await;
    let cancel = json!({ "symbol": "BTCUSDT", "conditionId": placed["conditionId"] });
    tour.alice(Operation::CancelConditionOrder, post(&path("cancel-condition"), cancel)).await;
    tour.alice_lists(Operation::ConditionOrderHistory, get(&path("history-condition?side=2")), "list").await;
    let leg = |kind: &str, price: &str| json!({ "symbol": "BTCUSDT", "type": kind, "side": "SELL", "stopPrice": price, "quantity": "0.1", "reduceOnly": true });
    let strategy = json!({ "strategyType": "OCO", "subOrderList": [leg("STOP_MARKET", "80000"), leg("TAKE_PROFIT_MARKET", "90000")] });
    let placed = tour.alice(Operation::PlaceStrategyOrder, post(&path("place-strategy"), strategy)).await;
    let strategy = path(&format!("strategy?strategyId={}", text(&placed["strategyId"])));
    tour.alice_lists(Operation::StrategyOrder, get(&strategy), "subOrders").await;
}

async fn market(tour: &mut Tour) {
    let path = |rest: &str| format!("/v1/public/market/{rest}");
    tour.ask(Operation::Version, get("/v1/version")).await;
    let time = tour.ask(Operation::ServerTime, get("/v1/time")).await;
    assert_eq!(time["iso"], "2026-03-05T11:32:58Z");
    let symbols = tour.ask(Operation::Symbols, get(&path("symbols"))).await;
    assert!(symbols["list"][0]["leverageTiers"].is_array() && symbols["handlingFeeLevelConfig"].is_array());
    tour.ask(Operation::FundingRateConfig, get(&path("funding-rate?symbol=BTCUSDT"))).await;
    tour.ask(Operation::CurrentFundingRates, get(&path("funding-rate/current"))).await;
    tour.ask(Operation::FundingRateHistory, get(&path("funding-rate/history?symbol=BTCUSDT"))).await;
    for rest in ["", "&priceType=markPrice", "&priceType=indexPrice&limit=2"] {
        let klines = tour.ask(Operation::Klines, get(&path(&format!("klines?symbol=BTCUSDT&interval=1m{rest}")))).await;
        assert!(klines["list"].as_array().is_some_and(|klines| !klines.is_empty()), "{klines}");
    }
    let ranking = get("/v1/public/leaderboard/pnl?period=7d").token(&token(&login(&tour.sandbox).await));
    let ranking = tour.ask(Operation::PnlLeaderboard, ranking).await;
    assert_ne!(ranking["myRank"], 0, "{ranking:#}");
}

async fn account(tour: &mut Tour) {
    let path = |rest: &str| format!("/v1/private/user/{rest}");
    tour.alice(Operation::UserInfo, get(&path("info"))).await;
    tour.alice(Operation::UserAsset, get(&path("asset"))).await;
    let created = tour.alice(Operation::CreateListenKey, post(&path("listen-key"), Value::Null)).await;
    let named = post(&path("listen-key"), json!({ "listenKey": created["listenKey"] }));
    tour.alice(Operation::RenewListenKey, named.clone().method("PUT")).await;
    tour.alice(Operation::CloseListenKey, named.method("DELETE")).await;
    tour.alice_lists(Operation::AccountChangeLogs, get(&path("account-change-log?assetType=USDT")), "list").await;
    tour.alice(Operation::VolumeStats, get(&path("volume-stats"))).await;
    tour.alice_lists(Operation::BalanceHistory, get(&path("balance-history?period=1D&limit=3")), "items").await;
    tour.alice_lists(Operation::TradeOverview, get(&path("trade-overview?type=1M")), "items").await;
    tour.alice(Operation::AssetOverviewSummary, get(&path("asset/overview/summary"))).await;
    tour.alice_lists(Operation::AssetOverviewTrend, get(&path("asset/overview/trend?type=1D")), "items").await;
    let favorites = json!({ "symbols": ["BTCUSDT", "ETHUSDT"] });
    tour.alice(Operation::SaveFavoriteSymbols, post(&path("favorite-symbols"), favorites.clone())).await;
    assert_eq!(tour.alice(Operation::FavoriteSymbols, get(&path("favorite-symbols"))).await, favorites);
}

async fn positions(tour: &mut Tour) {
    let path = |rest: &str| format!("/v1/private/position/{rest}");
    tour.alice_lists(Operation::Positions, get(&path("positions?symbol=BTCUSDT")), "positions").await;
    let mode = json!({ "symbol": "ETHUSDT", "marginMode": 2 });
    tour.alice(Operation::SetMarginMode, post(&path("margin-mode"), mode)).await;
    let leverage = json!({ "symbol": "ETHUSDT", "leverage": 10 });
    tour.alice(Operation::SetLeverage, post(&path("leverage"), leverage)).await;
    let settings = tour.alice(Operation::PositionSettings, get(&path("settings?symbol=ETHUSDT"))).await;
    assert_eq!(settings, json!({ "symbol": "ETHUSDT", "marginMode": 2, "leverage": 10 }));
    let bob = tour.bob.clone();
    tour.signed(Operation::PlaceOrder, post("/v1/private/order/place", limit("BUY", "84900", "1", "bob-2")), &bob).await;
    let close = json!({ "symbol": "BTCUSDT", "type": "MARKET", "side": "SELL", "closePosition": true });
    tour.alice(Operation::PlaceOrder, post("/v1/private/order/place", close)).await;
    let history = tour.alice_lists(Operation::PositionHistory, get(&path("history?side=long")), "list").await;
    assert_eq!(history["list"][0]["closeQuantity"], "0.4");
}
