//! Properties of calls and lists for random options.

use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use sixmm_ext::call::{Call, Reply};
use sixmm_ext::types::{Kline, KlineInterval, Trade};
use sixmm_ext::{
    CallOptions, Client, Error, RetryBudget, RetryPolicy, UnixMillis,
    listen_key::{ListenKey, ListenKeyGuard, ListenKeys},
    paging::{Items, Pages},
    quotas::{self, Quota, Quotas},
    requests,
    rules::SymbolRules,
};

use crate::support::{Harness, MockResponse};

fn is_send<T: Send>(_: &T) {}

const fn is_send_and_sync<T: Send + Sync + 'static>() {}

const _: () = {
    is_send_and_sync::<Client>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<ListenKey>();
    is_send_and_sync::<ListenKeyGuard>();
    is_send_and_sync::<ListenKeys>();
    is_send_and_sync::<SymbolRules>();
    is_send_and_sync::<Reply<()>>();
    is_send_and_sync::<(Call<requests::AccountChangeLogs>, Call<requests::UserAsset>, Call<requests::Klines>)>();
    is_send_and_sync::<(Call<requests::CurrentOrders>, Call<requests::OrderHistory>, Call<requests::Trades>)>();
};

#[test]
fn every_future_can_be_spawned() {
    let client = Client::builder().build().expect("a client");
    is_send(&client.account().asset().send());
    is_send(&client.account().asset().send_with_metadata());
    is_send(&client.account().start_listen_key());
    is_send(&async { client.account().start_listen_key().await?.close().await });
    is_send(&async {
        client.account().start_listen_key().await?.subscribe().changed().await.map(|key| key.key).map_or(Ok(()), |_| Ok::<_, Error>(()))
    });
    is_send(&client.market().rules("BTCUSDT"));
    is_send(&client.session().logout());
    is_send(&client.sync_clock());
    let pages: Pages<'static, Trade, Error> = client.orders().trades().pages();
    is_send(&pages);
    let items: Items<'static, Kline, Error> = client.market().klines("BTCUSDT", KlineInterval::OneDay).items();
    is_send(&items);
    is_send(&items.into_vec());
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(Duration::ZERO), (0_u64..100_000).prop_map(Duration::from_millis), (0_u64..100_000_000).prop_map(Duration::from_secs),]
}

fn options() -> impl Strategy<Value = CallOptions> {
    (prop::option::of(durations()), prop::option::of(durations()), prop::option::of((0_u32..5, durations(), durations()))).prop_map(
        |(whole, attempt, retry)| {
            let mut options = CallOptions::new();
            if let Some(whole) = whole {
                options = options.timeout(whole);
            }
            if let Some(attempt) = attempt {
                // No wait depends on the clock of the machine. A response arrives before the timeout, or does not arrive in time.
                options = options.attempt_timeout(attempt);
            }
            if let Some((attempts, first, longest)) = retry {
                options = options.retry(RetryPolicy::new().max_attempts(attempts).first_delay(first).max_delay(longest));
            }
            options
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_options_make_a_call_panic_or_exceed_its_attempts(
        client_timeout in prop_oneof![durations(), Just(Duration::MAX)], call_options in options(), answer in 0_u8..5,
        (capacity, cost) in (0_u32..200, 0_u32..50), quota in prop::option::of(1_u32..1000), retry_after in prop::option::of(0_u64..100_000_000),
    ) {
        venue_test_support::runtime().block_on(async {
            let script = move |_: &crate::support::RecordedRequest| {
                let answer = match answer {
                    0 => crate::support::asset(),
                    1 => MockResponse::refusal(5003, "Too many requests"),
                    2 => MockResponse::of_type(429, "text/html", "<html>"),
                    3 => MockResponse::refusal(5002, "busy"),
                    _ => MockResponse::closed(),
                };
                match retry_after {
                    Some(seconds) => answer.header("Retry-After", &seconds.to_string()),
                    None => answer,
                }
            };
            let harness = Harness::with(script, |client| {
                let client = client.retry_budget(RetryBudget::new(capacity, cost)).timeout(client_timeout);
                match quota.and_then(NonZeroU32::new) {
                    Some(quota) => client.quotas(Quotas::unlimited().group(quotas::ACCOUNT, Quota::per_minute(quota))),
                    None => client.quotas(Quotas::unlimited()),
                }
            })
            .await;
            for options in [call_options, CallOptions::new()] {
                let result = harness.drive(harness.client.account().asset().options(options).send()).await;
                if let Err(error) = result {
                    // Every predicate and every text of the error can be called without a panic.
                    let _ = (error.is_retryable(), error.is_unknown_outcome(), error.to_string(), format!("{error:?}"));
                    assert!(error.attempts() <= 5);
                }
            }
        });
    }

    #[test]
    fn no_page_size_and_no_time_range_makes_a_list_panic(
        page in any::<i64>(), size in any::<i64>(), start in any::<i64>(), length in -10_i64..100_000, symbol in "\\PC{0,12}",
    ) {
        venue_test_support::runtime().block_on(async {
            let harness = Harness::new(|_| MockResponse::ok(&json!({ "list": [] }))).await;
            let start_time = UnixMillis::new(start);
            let end_time = UnixMillis::new(start.saturating_add(length));
            let trades = harness.client.orders().trades().symbol(&*symbol).page(page).page_size(size).start_time(start_time).end_time(end_time);
            let _ = harness.drive(trades.clone().send()).await;
            let _ = harness.drive(trades.pages().next()).await;
            let klines = harness.client.market().klines(&*symbol, KlineInterval::OneMinute).start_time(start_time).end_time(end_time);
            let _ = harness.drive(klines.items().into_vec()).await;
        });
    }
}
