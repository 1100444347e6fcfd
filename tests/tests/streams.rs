//! The streams of `sixmm-ext` against the local exchange, with both forms of its payloads and both rules of its versions. The client must
//! depend on neither, because the documentation defines neither.

use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use sixmm_ext::streams::{Event, TopicStream, UserEvent};
use sixmm_ext::types::{KlineInterval, OrderStatus, StreamUserEvent};
use sixmm_ext::{Client, Decimal, NewOrder, UnixMillis, credentials::ApiKey};
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{
    AckForm, Clock, MalformedForm, PayloadForm, Permissions, Sandbox, StreamFault, StreamFaultRule, StreamFrame, StreamSettings, User,
    VersionRule,
};
use venue_test_support::virtual_time::{Ticks, VirtualTime};

type Outcome = Result<(), Box<dyn Error>>;

const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// A moving market, and the client of a user. Each test has a seed of its own, because the process remembers the timestamps of each key.
async fn start(seed: u64, settings: StreamSettings) -> Result<(Arc<Sandbox>, Client, Ticks), Box<dyn Error>> {
    let clock = Clock::manual(sixmm_sandbox::UnixMillis::new(START.as_millis()));
    let alice = User::new("alice").password("correct horse").balance(Decimal::from(1_000_000));
    let builder = Sandbox::builder().seed(seed).clock(clock).config(Config::new().moving()).streams(settings);
    let sandbox = Arc::new(builder.user(alice).start().await?);
    let ticking = Arc::clone(&sandbox);
    let ticks = Ticks::every_20_ms(move |passed| ticking.advance(passed));
    let key = sandbox.api_key("alice", Permissions::READ_AND_TRADE)?;
    let time = Arc::new(VirtualTime::starting_at(START));
    let client = Client::builder().base_url(sandbox.base_url()).time(time).api_key(ApiKey::new(key.api_key, key.api_secret)?).build()?;
    Ok((sandbox, client, ticks))
}

/// The next datum, and whether the datum is a snapshot. Fails at every loss of trust.
async fn datum<T: Debug>(stream: &mut TopicStream<T>) -> Result<(bool, T), Box<dyn Error>> {
    loop {
        match stream.next().await.ok_or("the stream ended")? {
            Event::Snapshot(datum) => return Ok((true, datum)),
            Event::Update(datum) => return Ok((false, datum)),
            Event::Connected { .. } | Event::Subscribed => {}
            event => return Err(format!("{}: {event:?}", stream.topic()).into()),
        }
    }
}

/// The next private event that satisfies a condition.
async fn user_event(stream: &mut TopicStream<UserEvent>, is_wanted: impl Fn(&UserEvent) -> bool) -> Result<UserEvent, Box<dyn Error>> {
    loop {
        let (_, event) = datum(stream).await?;
        if is_wanted(&event) {
            return Ok(event);
        }
    }
}

async fn check_public_topics(client: &Client, rule: VersionRule) -> Outcome {
    let streams = client.streams();
    let mut trades = streams.trades("BTCUSDT").subscribe()?;
    let mut klines = streams.klines("BTCUSDT", KlineInterval::OneMinute).subscribe()?;
    let mut ticker = streams.ticker("BTCUSDT").subscribe()?;
    let mut tickers = streams.tickers().subscribe()?;
    let mut depths = streams.depth("BTCUSDT").subscribe()?;

    for _ in 0..5 {
        let (_, trade) = datum(&mut trades).await?;
        assert!(trade.price > Decimal::ZERO && trade.quantity > Decimal::ZERO && trade.id.is_some() && trade.side.is_some(), "{trade:?}");
        assert!(trade.time.is_some_and(|time| time >= START), "{trade:?}");
    }
    let (_, kline) = datum(&mut klines).await?;
    assert!(kline.low <= kline.close && kline.close <= kline.high && kline.close_time > Some(kline.open_time), "{kline:?}");
    let (_, ticker) = datum(&mut ticker).await?;
    assert!(ticker.symbol == "BTCUSDT" && ticker.mark_price.is_some(), "{ticker:?}");
    let (_, tickers) = datum(&mut tickers).await?;
    assert!(tickers.iter().any(|ticker| ticker.symbol == "BTCUSDT"), "{tickers:?}");

    let (is_snapshot, snapshot) = datum(&mut depths).await?;
    assert!(is_snapshot && snapshot.first_version.is_none(), "{snapshot:?}");
    let mut version = snapshot.version.ok_or("a version")?;
    for _ in 0..50 {
        let (is_snapshot, update) = datum(&mut depths).await?;
        assert!(!is_snapshot);
        let expected = if rule == VersionRule::Next { version + 1 } else { version };
        assert_eq!(update.first_version, Some(expected));
        version = update.version.ok_or("a version")?;
    }
    Ok(())
}

async fn check_private_events(sandbox: &Sandbox, client: &Client) -> Outcome {
    let mut events = client.streams().user_events().subscribe()?;
    while !matches!(events.next().await, Some(Event::Subscribed)) {}
    let placed = client.orders().place(NewOrder::buy("BTCUSDT", "0.1").market()).send().await.into_result()?;
    let is_filled = |event: &UserEvent| event.order_status() == Some(OrderStatus::Filled);
    let fill = user_event(&mut events, is_filled).await?;
    assert_eq!((fill.event_type.clone(), fill.order_id()), (Some(StreamUserEvent::OrderTradeUpdate), Some(placed.order_id)));
    assert_eq!((fill.symbol().as_deref(), fill.filled_quantity()), (Some("BTCUSDT"), Some("0.1".parse()?)));
    assert!(fill.trade_id().is_some() && fill.timestamp.is_some(), "{}", fill.data.as_str());
    let has_position = |event: &UserEvent| event.event_type == Some(StreamUserEvent::AccountUpdate) && !event.positions().is_empty();
    let account = user_event(&mut events, has_position).await?;
    assert!(account.frozen_balance().is_some() && account.wallet_balance().is_some(), "{}", account.data.as_str());
    assert_eq!(account.positions()[0].text("symbol").as_deref(), Some("BTCUSDT"));

    // The exchange accepts the same listen key again.
    sandbox.close_streams();
    let disconnected = events.next().await;
    assert!(matches!(disconnected, Some(Event::Disconnected { .. })), "{disconnected:?}");
    while !matches!(events.next().await, Some(Event::Subscribed)) {}
    let outcome = client.orders().place(NewOrder::sell("BTCUSDT", "0.1").market()).send().await;
    let closed = outcome.into_result()?.order_id;
    user_event(&mut events, |event| is_filled(event) && event.order_id().as_ref() == Some(&closed)).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn all_topics_are_read_in_both_forms_and_with_both_version_rules() -> Outcome {
    let forms = [PayloadForm::Arrays, PayloadForm::Objects];
    let combinations = forms.into_iter().flat_map(|form| [(form, VersionRule::Next), (form, VersionRule::Previous)]);
    for (seed, (form, rule)) in (41..).zip(combinations) {
        let (sandbox, client, _ticks) = start(seed, StreamSettings::new().payload(form).version_rule(rule)).await?;
        check_public_topics(&client, rule).await.map_err(|error| format!("{form:?}, {rule:?}: {error}"))?;
        check_private_events(&sandbox, &client).await.map_err(|error| format!("{form:?}, {rule:?}: {error}"))?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn dropping_all_streams_closes_the_connections_at_the_exchange() -> Outcome {
    let (sandbox, client, _ticks) = start(51, StreamSettings::new()).await?;
    let mut trades = client.streams().trades("BTCUSDT").subscribe()?;
    let mut events = client.streams().user_events().subscribe()?;
    datum(&mut trades).await?;
    while !matches!(events.next().await, Some(Event::Subscribed)) {}
    assert_eq!(sandbox.stream_connections().len(), 2);
    drop((trades, events));
    venue_test_support::yield_until(|| sandbox.stream_connections().is_empty()).await;
    Ok(())
}

fn fault(sandbox: &Sandbox, frame: StreamFrame, fault: StreamFault) -> Outcome {
    sandbox.stream_faults().add(StreamFaultRule::new(fault).on_frames([frame]).times(1)).map_err(|error| error.to_string())?;
    Ok(())
}

/// Reads events until one satisfies a condition. Returns the names of the losses of trust before that event.
async fn losses_until<T: Debug>(stream: &mut TopicStream<T>, is_wanted: impl Fn(&Event<T>) -> bool) -> Result<Vec<String>, Box<dyn Error>> {
    let mut losses = Vec::new();
    loop {
        let event = stream.next().await.ok_or("the stream ended")?;
        if is_wanted(&event) {
            return Ok(losses);
        }
        if event.is_loss_of_trust() {
            losses.push(format!("{event:?}").split([' ', '(']).next().unwrap_or_default().to_owned());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_listen_key_is_replaced() -> Outcome {
    let (sandbox, client, _ticks) = start(61, StreamSettings::new()).await?;
    let mut events = client.streams().user_events().subscribe()?;
    losses_until(&mut events, |event| matches!(event, Event::Subscribed)).await?;
    fault(&sandbox, StreamFrame::User, StreamFault::ExpireKey)?;
    client.orders().place(NewOrder::buy("BTCUSDT", "0.1").market()).send().await.into_result()?;
    // The expiry closes the connection. The exchange then rejects the key, and accepts the next one.
    let losses = losses_until(&mut events, |event| matches!(event, Event::Subscribed)).await?;
    assert_eq!(losses, ["Disconnected", "Disconnected"]);
    let closed = client.orders().place(NewOrder::sell("BTCUSDT", "0.1").market()).send().await.into_result()?.order_id;
    user_event(&mut events, |event| event.order_id().as_ref() == Some(&closed)).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stalled_topic_is_reported_and_subscribed_again_while_another_topic_continues() -> Outcome {
    let (sandbox, client, _ticks) = start(62, StreamSettings::new()).await?;
    let stalled = client.streams().ticker("BTCUSDT").stale_after(Duration::from_secs(20)).resubscribe_when_stale();
    let (mut ticker, mut tickers) = (stalled.subscribe()?, client.streams().tickers().subscribe()?);
    datum(&mut ticker).await?;
    datum(&mut tickers).await?;
    let rule = StreamFaultRule::new(StreamFault::Stall).on_topics(["market.ticker.BTCUSDT"]).times(1);
    sandbox.stream_faults().add(rule).map_err(|error| error.to_string())?;
    let losses = losses_until(&mut ticker, |event| matches!(event, Event::Subscribed)).await?;
    assert_eq!(losses, ["Resync"]);
    datum(&mut ticker).await?;
    datum(&mut tickers).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_topic_is_subscribed_whatever_the_form_of_the_acknowledgement() -> Outcome {
    let faults = [
        StreamFault::AckForm { form: AckForm::NumericId },
        StreamFault::AckForm { form: AckForm::WithoutData },
        StreamFault::AckForm { form: AckForm::WithoutId },
        StreamFault::AckForm { form: AckForm::Result },
        StreamFault::Lose,
        StreamFault::Duplicate,
        StreamFault::Reorder,
        StreamFault::Malformed { form: MalformedForm::Json },
        StreamFault::Truncate,
    ];
    for (seed, stream_fault) in (70..).zip(faults) {
        let (sandbox, client, _ticks) = start(seed, StreamSettings::new()).await?;
        fault(&sandbox, StreamFrame::Ack, stream_fault)?;
        let mut trades = client.streams().trades("BTCUSDT").subscribe()?;
        losses_until(&mut trades, |event| matches!(event, Event::Subscribed)).await?;
        losses_until(&mut trades, Event::is_datum).await.map_err(|error| format!("{stream_fault:?}: {error}"))?;
    }
    Ok(())
}
