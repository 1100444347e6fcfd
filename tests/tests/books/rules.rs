//! Books without faults: with the exchange's rule, with another rule, without a rule, and several books.

use std::time::Duration;

use sixmm_ext::streams::{BookEvent, LossReason, NotLive, OrderBook};
use sixmm_sandbox::{PayloadForm, StreamFault, StreamFaultRule, StreamFrame, VersionRule};
use tokio::time::{Instant, timeout_at};

use crate::exchange::{Exchange, Outcome, combinations, right, seconds, wrong};

const BTC: &str = "BTCUSDT";
const ETH: &str = "ETHUSDT";

/// The events of a book for some seconds. Checks the book at each event if it is live.
async fn events(exchange: &Exchange, symbol: &'static str, book: &mut OrderBook, seconds: u64) -> Vec<BookEvent> {
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut events = Vec::new();
    while let Ok(event) = timeout_at(end, book.changed()).await {
        exchange.check_live(symbol, book);
        events.push(event);
    }
    events
}

fn losses(events: &[BookEvent]) -> Vec<&LossReason> {
    events.iter().filter_map(|event| if let BookEvent::Lost(reason) = event { Some(reason) } else { None }).collect()
}

#[tokio::test(start_paused = true)]
async fn with_the_exchanges_rule_a_book_is_live_and_equals_the_exchanges_book() -> Outcome {
    for (seed, (form, rule)) in (201..).zip(combinations()) {
        let exchange = Exchange::start(seed, form, rule).await?;
        let mut book = exchange.client.streams().book(BTC).continuity(right(rule)).subscribe()?;
        let events = events(&exchange, BTC, &mut book, 60).await;
        assert_eq!(losses(&events), Vec::<&LossReason>::new(), "{form:?}, {rule:?}");
        assert!(events.contains(&BookEvent::Live) && events.len() > 100, "{form:?}, {rule:?}: {} events", events.len());
        assert_eq!(book.status().trust, Ok(()), "{form:?}, {rule:?}");
        exchange.check_is_current(BTC, &book);
        assert_eq!(exchange.subscriptions(BTC), 1, "{form:?}, {rule:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn with_another_rule_a_book_is_never_live_and_stops_to_subscribe() -> Outcome {
    for (seed, (form, rule)) in (211..).zip(combinations()) {
        let exchange = Exchange::start(seed, form, rule).await?;
        let mut book = exchange.client.streams().book(BTC).continuity(wrong(rule)).subscribe()?;
        let events = events(&exchange, BTC, &mut book, 120).await;
        assert!(!events.contains(&BookEvent::Live) && events.contains(&BookEvent::Unverified), "{form:?}, {rule:?}: {events:?}");
        assert!(losses(&events).iter().any(|loss| matches!(loss, LossReason::Gap { .. })), "{form:?}, {rule:?}: {events:?}");
        assert_eq!(book.live().err(), Some(NotLive::UnverifiedContinuity), "{form:?}, {rule:?}");
        // The first subscription, and five others at most in any minute.
        let subscriptions = exchange.subscriptions(BTC);
        assert!((2..=6).contains(&subscriptions), "{form:?}, {rule:?}: {subscriptions}");
        seconds(120).await;
        assert_eq!(exchange.subscriptions(BTC), subscriptions, "{form:?}, {rule:?}");
        assert!(book.last_known().best_bid().is_some(), "{form:?}, {rule:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn without_a_rule_a_book_is_readable_and_never_live() -> Outcome {
    for (seed, (form, rule)) in (221..).zip(combinations()) {
        let exchange = Exchange::start(seed, form, rule).await?;
        let mut book = exchange.client.streams().book(BTC).subscribe()?;
        let events = events(&exchange, BTC, &mut book, 60).await;
        assert!(events.iter().all(|event| *event == BookEvent::Changed), "{form:?}, {rule:?}: {events:?}");
        assert_eq!(book.live().err(), Some(NotLive::UnverifiedContinuity), "{form:?}, {rule:?}");
        assert_eq!((book.status().rule, exchange.subscriptions(BTC)), (None, 1), "{form:?}, {rule:?}");
        exchange.check_is_current(BTC, &book);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_lost_increment_subscribes_only_this_book_again() -> Outcome {
    for (seed, (form, rule)) in (231..).zip(combinations()) {
        let exchange = Exchange::start(seed, form, rule).await?;
        let streams = exchange.client.streams();
        let mut faulty = streams.book(BTC).continuity(right(rule)).subscribe()?;
        let mut other = streams.book(ETH).continuity(right(rule)).subscribe()?;
        seconds(20).await;
        assert!(faulty.live().is_ok() && other.live().is_ok(), "{form:?}, {rule:?}");
        let fault = StreamFaultRule::new(StreamFault::Lose).on_topics(["market.depth.BTCUSDT"]).on_frames([StreamFrame::Data]).times(1);
        exchange.sandbox.stream_faults().add(fault).map_err(|error| error.to_string())?;
        let (faulty_events, other_events) = tokio::join!(events(&exchange, BTC, &mut faulty, 30), events(&exchange, ETH, &mut other, 30));
        let reasons = losses(&faulty_events);
        assert!(matches!(reasons.first(), Some(LossReason::Gap { .. } | LossReason::Resync(_))), "{form:?}, {rule:?}: {reasons:?}");
        assert!(losses(&other_events).is_empty(), "{form:?}, {rule:?}: {other_events:?}");
        assert_eq!((exchange.subscriptions(BTC), exchange.subscriptions(ETH)), (2, 1), "{form:?}, {rule:?}");
        exchange.check_is_current(BTC, &faulty);
        exchange.check_is_current(ETH, &other);
        assert!(faulty.live().is_ok() && other.live().is_ok(), "{form:?}, {rule:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_has_one_book_of_a_contract() -> Outcome {
    let exchange = Exchange::start(241, PayloadForm::Arrays, VersionRule::Next).await?;
    let streams = exchange.client.streams();
    let book = streams.book(BTC).subscribe()?;
    let error = streams.book(BTC).subscribe().err().ok_or("a second book")?;
    assert!(error.is_duplicate_book(), "{error}");
    assert!(error.to_string().contains("`market.depth.BTCUSDT`"), "{error}");
    // A clone of the client shares the books, too. A handle and a stream of events keep the book open.
    let events = book.clone().into_events();
    drop(book);
    assert!(exchange.client.clone().streams().book(BTC).subscribe().is_err_and(|error| error.is_duplicate_book()));
    drop(events);
    let again = streams.book(BTC).continuity(right(VersionRule::Next)).subscribe()?;
    seconds(30).await;
    assert!(again.live().is_ok());
    exchange.check_is_current(BTC, &again);
    // A closed book does not block the next one.
    streams.close();
    let mut next = streams.book(BTC).continuity(right(VersionRule::Next)).subscribe()?;
    events_until_live(&mut next).await;
    assert_eq!(again.live().err(), Some(NotLive::Closed));
    Ok(())
}

async fn events_until_live(book: &mut OrderBook) {
    while book.changed().await != BookEvent::Live {}
}

#[tokio::test(start_paused = true)]
async fn a_depth_stream_beside_a_book_resets_the_book_once() -> Outcome {
    let exchange = Exchange::start(242, PayloadForm::Objects, VersionRule::Previous).await?;
    let streams = exchange.client.streams();
    let mut book = streams.book(BTC).continuity(right(VersionRule::Previous)).subscribe()?;
    events_until_live(&mut book).await;
    let _depths = streams.depth(BTC).subscribe()?;
    let events = events(&exchange, BTC, &mut book, 60).await;
    assert_eq!(losses(&events).len(), 1, "{events:?}");
    assert!(book.live().is_ok());
    exchange.check_is_current(BTC, &book);
    assert_eq!(exchange.subscriptions(BTC), 2);
    Ok(())
}
