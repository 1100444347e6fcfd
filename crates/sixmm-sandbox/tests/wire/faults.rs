//! Each fault on the wire, byte for byte, and whether the request was executed.

use std::time::Duration;

use serde_json::{Value, json};
use sixmm_sandbox::{Fault, FaultRule, Operation, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{Answer, Call, START, get, key, login, parse, post, start, token};

/// A request whose execution is visible in the number of API keys.
struct Creation {
    sandbox: Sandbox,
    token: String,
    call: Call,
}

impl Creation {
    async fn with(fault: Fault) -> Self {
        let sandbox = start().await;
        let token = token(&login(&sandbox).await);
        sandbox.faults().add(FaultRule::new(fault).on([Operation::CreateApiKey])).expect("a valid rule");
        let call = post("/v1/private/user/api-key/create", json!({ "label": "bot" })).token(&token).header("X-Request-ID", "mine");
        Self { sandbox, token, call }
    }

    async fn raw(&self) -> Vec<u8> {
        self.call.raw(self.sandbox.address()).await
    }

    async fn send(&self) -> Answer {
        parse(&self.raw().await)
    }

    async fn keys(&self) -> usize {
        let list = get("/v1/private/user/api-key/list").token(&self.token).send(&self.sandbox).await.data();
        list["list"].as_array().expect("a list").len()
    }

    /// Whether the request log reports the creation as executed.
    fn took_effect(&self) -> bool {
        let received = self.sandbox.requests();
        let creation = received.iter().find(|request| request.operation == Operation::CreateApiKey);
        creation.expect("it is on record").took_effect()
    }
}

#[tokio::test]
async fn drop_before_closes_without_a_response_and_without_effect() {
    let creation = Creation::with(Fault::DropBefore).await;
    assert_eq!(creation.raw().await, b"");
    assert_eq!((creation.keys().await, creation.took_effect()), (0, false));
}

#[tokio::test(start_paused = true)]
async fn hang_before_has_no_effect_and_hang_after_has() {
    for (fault, keys) in [(Fault::HangBefore, 0), (Fault::HangAfter, 1)] {
        let creation = Creation::with(fault.clone()).await;
        let mut stream = TcpStream::connect(creation.sandbox.address()).await.expect("the exchange listens");
        stream.write_all(&creation.call.bytes()).await.expect("the exchange reads");
        let mut byte = [0];
        let answer = timeout(Duration::from_secs(86_400), stream.read(&mut byte)).await;
        assert!(answer.is_err(), "{fault:?}: after a day, the connection is still open without a response");
        assert_eq!((creation.keys().await, creation.took_effect()), (keys, keys == 1), "{fault:?}");
        assert_eq!(creation.sandbox.faults().hits().len(), 1);

        drop(creation.sandbox);
        timeout(Duration::from_secs(1), stream.read(&mut byte)).await.expect("the connection is closed with the exchange").ok();
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_operations_of_a_rule_hang_up_to_its_count() {
    let sandbox = start().await;
    let lookups = [Operation::Order, Operation::CurrentOrders];
    sandbox.faults().add(FaultRule::new(Fault::HangAfter).on(lookups).times(2)).expect("a valid rule");
    // A delay moves the request to a separate task, which must not hang either.
    sandbox.faults().add(FaultRule::new(Fault::Delay { millis: 50 }).on([Operation::CurrentOrders])).expect("a valid rule");
    let key = key(&sandbox, "alice");
    let is_answered = async |target: &str, at: i64| {
        let call = get(target).signed(&key, START + at);
        timeout(Duration::from_secs(3600), call.raw(sandbox.address())).await.is_ok()
    };
    assert!(is_answered("/v1/private/user/info", 0).await);
    assert!(!is_answered("/v1/private/order?symbol=BTCUSDT&orderId=1", 1).await);
    assert!(!is_answered("/v1/private/order/current", 2).await);
    assert!(is_answered("/v1/private/order?symbol=BTCUSDT&orderId=1", 3).await);
    assert!(is_answered("/v1/private/order/current", 4).await);
}

#[tokio::test]
async fn drop_after_closes_without_a_response_and_with_effect() {
    let creation = Creation::with(Fault::DropAfter).await;
    assert_eq!(creation.raw().await, b"");
    assert_eq!((creation.keys().await, creation.took_effect()), (1, true));
}

#[tokio::test]
async fn a_rate_limit_has_an_optional_retry_after() {
    for (retry_after, header) in [(None, None), (Some(3), Some("3"))] {
        let creation = Creation::with(Fault::RateLimit { retry_after }).await;
        let answer = creation.send().await;
        assert_eq!(answer.header("retry-after"), header);
        assert_eq!(answer.status, 429);
        assert_eq!(answer.json(), json!({ "code": 5003, "message": "Rate limit triggered", "requestId": "mine" }));
        assert_eq!(creation.keys().await, 0);
    }
}

#[tokio::test]
async fn error_before_has_no_effect_and_error_after_has() {
    let internal = json!({ "code": 5001, "message": "Internal server error", "requestId": "mine" });
    let unavailable = json!({ "code": 5002, "message": "Service temporarily unavailable", "requestId": "mine" });
    for (fault, status, envelope, keys) in [
        (Fault::ErrorBefore { status: 500 }, 500, &internal, 0),
        (Fault::ErrorAfter { status: 500 }, 500, &internal, 1),
        (Fault::ErrorBefore { status: 503 }, 503, &unavailable, 0),
        (Fault::ErrorAfter { status: 503 }, 503, &unavailable, 1),
    ] {
        let creation = Creation::with(fault).await;
        let answer = creation.send().await;
        assert_eq!((answer.status, &answer.json()), (status, envelope));
        assert_eq!(creation.keys().await, keys);
    }
}

#[tokio::test]
async fn an_html_error_looks_like_the_page_of_a_proxy() {
    for (fault, keys) in [(Fault::HtmlBefore { status: 502 }, 0), (Fault::HtmlAfter { status: 502 }, 1)] {
        let creation = Creation::with(fault).await;
        let answer = creation.send().await;
        assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html")));
        assert!(answer.body.starts_with(b"<html>\r\n<head><title>502 Bad Gateway</title>"));
        assert_eq!(creation.keys().await, keys);
    }
}

#[tokio::test]
async fn a_truncated_body_has_the_complete_content_length_and_half_of_the_bytes() {
    let creation = Creation::with(Fault::TruncateBody).await;
    let answer = creation.send().await;
    let announced: usize = answer.header("content-length").and_then(|length| length.parse().ok()).expect("a length");
    assert_eq!((answer.status, answer.body.len()), (200, announced / 2));
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    assert_eq!(creation.keys().await, 1);
}

#[tokio::test(start_paused = true)]
async fn slow_bytes_are_sent_one_at_a_time_and_completely() {
    let creation = Creation::with(Fault::SlowBytes { millis: 100 }).await;
    let before = Instant::now();
    let answer = creation.send().await;
    assert_eq!(answer.code(), 0);
    let bytes = u32::try_from(answer.body.len()).expect("a short answer");
    assert!(before.elapsed() >= Duration::from_millis(100) * bytes, "{:?} for {bytes} bytes", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_delayed_request_is_executed_even_if_the_client_disconnects() {
    let creation = Creation::with(Fault::Delay { millis: 60_000 }).await;
    let waiting = tokio::spawn({
        let (call, address) = (creation.call.clone(), creation.sandbox.address());
        async move { call.raw(address).await }
    });
    while creation.sandbox.faults().hits().is_empty() {
        tokio::task::yield_now().await;
    }
    waiting.abort();
    waiting.await.expect_err("the client gave up");
    assert_eq!(creation.keys().await, 0);
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!((creation.keys().await, creation.took_effect()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn delay_waits_before_the_execution_and_delay_response_after_it() {
    for fault in [Fault::Delay { millis: 60_000 }, Fault::DelayResponse { millis: 60_000 }] {
        let before_effect = matches!(fault, Fault::Delay { .. });
        let creation = Creation::with(fault).await;
        let before = Instant::now();
        let waiting = tokio::spawn({
            let (call, address) = (creation.call.clone(), creation.sandbox.address());
            async move { call.raw(address).await }
        });
        while creation.sandbox.faults().hits().is_empty() {
            tokio::task::yield_now().await;
        }
        if before_effect {
            assert_eq!(creation.keys().await, 0);
        } else {
            while creation.keys().await == 0 {
                tokio::task::yield_now().await;
            }
        }
        assert!(before.elapsed() < Duration::from_secs(60));
        assert_eq!(parse(&waiting.await.expect("no panic")).code(), 0);
        assert!(before.elapsed() >= Duration::from_secs(60));
    }
}

#[tokio::test]
async fn a_clock_skew_affects_the_server_time_and_the_window() {
    let sandbox = start().await;
    sandbox.faults().add(FaultRule::new(Fault::ClockSkew { millis: -60_000 })).expect("a valid rule");
    assert_eq!(get("/v1/time").send(&sandbox).await.data()["timestampMs"], START - 60_000);
    let key = key(&sandbox, "alice");
    let info = |timestamp| get("/v1/private/user/info").signed(&key, timestamp);
    assert_eq!(info(START).send(&sandbox).await.summary(), (401, 1003, "Timestamp outside of tolerance window".to_owned()));
    assert_eq!(info(START - 60_000).send(&sandbox).await.code(), 0);
}

/// The list of one API key in a response that a fault has changed.
async fn reshaped(fault: Fault) -> Value {
    let creation = Creation::with(Fault::ClockSkew { millis: 0 }).await;
    creation.send().await;
    creation.sandbox.faults().add(FaultRule::new(fault).on([Operation::ApiKeys])).expect("a valid rule");
    get("/v1/private/user/api-key/list").token(&creation.token).send(&creation.sandbox).await.data()
}

#[tokio::test]
async fn unknown_enums_are_set_at_any_depth() {
    let data = reshaped(Fault::UnknownEnums).await;
    assert_eq!(data["list"][0]["status"], 990_099);
    assert_eq!(data["list"][0]["label"], "bot", "other fields are unchanged");
}

#[tokio::test]
async fn extra_fields_are_added_to_each_object() {
    let data = reshaped(Fault::ExtraFields).await;
    assert_eq!(data["sandboxExtra"], json!({ "added": "on demand" }));
    assert_eq!(data["list"][0]["sandboxExtra"], json!({ "added": "on demand" }));
}

#[tokio::test]
async fn listed_fields_are_removed_at_any_depth() {
    let data = reshaped(Fault::MissingFields { fields: vec!["label".to_owned()] }).await;
    assert_eq!((data["list"][0].get("label"), &data["list"][0]["status"]), (None, &json!(1)));
}

#[tokio::test]
async fn without_a_list_the_seed_selects_the_removed_field() {
    let data = reshaped(Fault::MissingFields { fields: Vec::new() }).await;
    assert_eq!(data, json!({}));
}

#[tokio::test]
async fn lists_are_null() {
    assert_eq!(reshaped(Fault::NullLists).await, json!({ "list": null }));
}

#[tokio::test]
async fn invalid_rules_are_rejected() {
    let sandbox = start().await;
    let error = |rule: FaultRule| sandbox.faults().add(rule).expect_err("no such rule").to_string();
    assert_eq!(error(FaultRule::new(Fault::DropAfter).with_probability(1.5)), "`probability` is 1.5: it must be 0 to 1");
    assert_eq!(error(FaultRule::new(Fault::HtmlAfter { status: 404 })), "`status` is 404: it must be 403, or 500 to 599");
}

#[tokio::test]
async fn a_removed_rule_has_no_effect() {
    let sandbox = start().await;
    let id = sandbox.faults().add(FaultRule::new(Fault::DropBefore)).expect("a valid rule");
    assert!(sandbox.faults().remove(id));
    assert!(!sandbox.faults().remove(id));
    sandbox.faults().add(FaultRule::new(Fault::DropBefore)).expect("a valid rule");
    sandbox.faults().clear();
    assert_eq!(get("/v1/time").send(&sandbox).await.status, 200);
}

#[tokio::test]
async fn an_order_with_a_lost_response_is_open_and_logged_once() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    sandbox.faults().add(FaultRule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(1)).expect("a valid rule");
    let order = json!({
        "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "80000", "quantity": "0.1", "clientOrderId": "mine-1",
    });
    let place = post("/v1/private/order/place", order);
    assert_eq!(place.clone().signed(&key, START).raw(sandbox.address()).await, b"");
    let query = get("/v1/private/order?symbol=BTCUSDT&clientOrderId=mine-1").signed(&key, START).send(&sandbox).await;
    assert_eq!(query.data()["status"], "PENDING");
    let again = place.signed(&key, START + 1).send(&sandbox).await;
    assert_eq!(again.code(), 3004, "a clientOrderId is accepted once");

    assert_eq!(sandbox.exchange(|exchange| exchange.all_orders()).len(), 1);
    let received = sandbox.requests();
    let attempts: Vec<_> = received
        .iter()
        .filter(|request| request.operation == Operation::PlaceOrder)
        .map(|request| (&request.client_order_ids, request.code))
        .collect();
    let mine = vec!["mine-1".to_owned()];
    assert_eq!(attempts, [(&mine, Some(0)), (&mine, Some(3004))]);
}
