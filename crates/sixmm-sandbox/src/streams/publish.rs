//! Pushes what happened in the exchange to the connections.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::faults::StreamFrame;
use super::hub::{Hub, TopicState};
use super::outbox::{Action, Item};
use super::payloads;
use super::topic::Topic;
use super::{close_codes, messages};
use crate::UnixMillis;
use crate::exchange::{Exchange, FeedEvent, PublicTrade, TimeRange};
use crate::state::LockedState;

impl LockedState {
    /// Pushes all changes since the last call. Does nothing if there is no connection.
    pub(crate) fn publish_streams(&mut self) {
        if !self.streams.is_active() {
            return;
        }
        let Self { exchange, streams, .. } = self;
        let (events, is_incomplete) = exchange.take_feed();
        if is_incomplete {
            streams.close_feed_connections();
        }
        streams.push_events(exchange, events);
        let topics: Vec<Topic> = streams.topics.keys().cloned().collect();
        for topic in topics {
            if streams.topics.get(&topic).is_some_and(|state| state.next_push.is_none_or(|next| next <= exchange.now())) {
                streams.push_topic(&topic, exchange);
            }
        }
        self.close_unauthenticated();
        // A delayed message may be due now.
        self.streams.connections.values().for_each(|connection| connection.outbox.wake());
    }

    /// Closes the private connections whose credential is no longer valid.
    fn close_unauthenticated(&mut self) {
        let now = self.exchange.now();
        for number in std::mem::take(&mut self.streams.expired) {
            let private = self.streams.connections.get(&number).and_then(|connection| connection.private.as_ref());
            if let Some(key) = private.and_then(|private| private.credential.listen_key()) {
                self.listen_keys.expire(key);
            }
        }
        let is_invalid = |private: &super::hub::Private| private.credential.user(self, now).as_deref() != Ok(&private.user);
        let connections = self.streams.connections.values();
        let invalid = connections.filter(|connection| connection.private.as_ref().is_some_and(is_invalid));
        for connection in invalid {
            let reason = "the listen key or token is no longer valid";
            connection.outbox.push(Item { action: Action::Close(close_codes::UNAUTHENTICATED, reason), due: None });
        }
    }
}

impl Hub {
    /// Closes the connections that may miss a trade or a private message.
    fn close_feed_connections(&mut self) {
        for connection in self.connections.values() {
            if connection.private.is_some() || connection.topics.iter().any(|topic| matches!(topic, Topic::Trade { .. })) {
                connection.outbox.close(close_codes::SLOW_READER, "too many messages at once");
            }
        }
    }

    fn push_events(&mut self, exchange: &Exchange, events: Vec<FeedEvent>) {
        let now = exchange.now();
        let form = self.settings.payload;
        let topics: Vec<Topic> = self.topics.keys().filter(|topic| matches!(topic, Topic::Trade { .. })).cloned().collect();
        for topic in topics {
            let Topic::Trade { symbol } = &topic else { continue };
            let of_symbol =
                |event: &'_ &FeedEvent| matches!(event, FeedEvent::Trade { market, .. } if exchange.feed_symbol(*market) == symbol);
            let trades: Vec<&PublicTrade> = events
                .iter()
                .filter(of_symbol)
                .filter_map(|event| match event {
                    FeedEvent::Trade { trade, .. } => Some(trade),
                    _ => None,
                })
                .collect();
            if !trades.is_empty() {
                for data in payloads::trades(form, &trades) {
                    self.send_to_subscribers(&topic, &data, now);
                }
            }
        }
        let users: BTreeSet<String> =
            self.connections.values().filter_map(|connection| connection.private.as_ref()).map(|private| private.user.clone()).collect();
        let mut changed = BTreeSet::new();
        for event in &events {
            match event {
                FeedEvent::Order { user, order, fill } if users.contains(user) => {
                    self.send_to_user(user, &payloads::order_update(form, order, fill.as_ref()), now);
                    changed.insert(user);
                }
                FeedEvent::Account { user } if users.contains(user) => {
                    changed.insert(user);
                }
                _ => {}
            }
        }
        for user in changed {
            if let (Ok(balance), Ok(positions)) = (exchange.asset(user), exchange.positions(user, None)) {
                self.send_to_user(user, &payloads::account_update(form, &balance, &positions), now);
            }
        }
    }

    /// Pushes a topic to its subscribers if its state changed. Trades are pushed as events.
    pub(super) fn push_topic(&mut self, topic: &Topic, exchange: &mut Exchange) {
        let now = exchange.now();
        let data = match topic {
            Topic::Trade { .. } => return,
            Topic::Depth { symbol } => {
                let Ok(changes) = exchange.take_depth_changes(symbol) else { return };
                let Some(state) = self.topics.get_mut(topic).filter(|state| state.version != changes.version) else { return };
                let data = payloads::depth(&self.settings, &changes, Some(state.version));
                state.version = changes.version;
                data
            }
            _ => {
                let Some(data) = self.current_data(topic, exchange) else { return };
                let Some(state) = self.topics.get_mut(topic).filter(|state| state.data.as_ref() != Some(&data)) else { return };
                state.data = Some(data.clone());
                self.timed(topic, data, now)
            }
        };
        self.schedule_next_push(topic, now);
        self.send_to_subscribers(topic, &data, now);
    }

    /// Sends the current state of a topic to a connection that has just subscribed.
    pub(super) fn push_first(&mut self, number: u64, topic: &Topic, exchange: &Exchange) {
        let now = exchange.now();
        let (frame, data) = match topic {
            Topic::Trade { .. } => return,
            Topic::Depth { symbol } => {
                let Ok(depth) = exchange.depth(symbol, usize::MAX) else { return };
                if let Some(state) = self.topics.get_mut(topic) {
                    state.version = depth.version;
                }
                (StreamFrame::Snapshot, payloads::depth(&self.settings, &depth, None))
            }
            _ => {
                let Some(data) = self.current_data(topic, exchange) else { return };
                if let Some(state) = self.topics.get_mut(topic) {
                    state.data = Some(data.clone());
                }
                (StreamFrame::Data, self.timed(topic, data, now))
            }
        };
        let name = topic.to_string();
        let text: Arc<str> = messages::public(&name, now, &data).into();
        self.send(number, frame, &[&name], &text, now);
    }

    /// The data of a kline or ticker topic, without a time. Returns `None` for a kline before the first price.
    fn current_data(&self, topic: &Topic, exchange: &Exchange) -> Option<Value> {
        let form = self.settings.payload;
        match topic {
            Topic::Kline { symbol, interval } => {
                let klines = exchange.klines(symbol, *interval, None, TimeRange::default(), Some(1)).ok()?;
                klines.last().map(|kline| payloads::kline(form, symbol, *interval, kline))
            }
            Topic::Ticker { symbol } => Some(payloads::ticker(form, &exchange.ticker(symbol).ok()?)),
            Topic::Tickers => {
                let symbols = exchange.symbols().into_iter().map(|info| info.symbol);
                let ticker = |symbol: String| Some(payloads::ticker(form, &exchange.ticker(&symbol).ok()?)).map(|ticker| (symbol, ticker));
                Some(payloads::tickers(form, symbols.filter_map(ticker).collect()))
            }
            Topic::Trade { .. } | Topic::Depth { .. } => None,
        }
    }

    /// Adds the time to the data of tickers.
    fn timed(&self, topic: &Topic, data: Value, now: UnixMillis) -> Value {
        let form = self.settings.payload;
        let timed = |ticker| payloads::with_time(form, ticker, now);
        match (topic, data) {
            (Topic::Ticker { .. }, ticker) => timed(ticker),
            (Topic::Tickers, Value::Array(tickers)) => tickers.into_iter().map(timed).collect(),
            (Topic::Tickers, Value::Object(tickers)) => tickers.into_iter().map(|(symbol, ticker)| (symbol, timed(ticker))).collect(),
            (_, data) => data,
        }
    }

    fn schedule_next_push(&mut self, topic: &Topic, now: UnixMillis) {
        let interval = i64::try_from(self.settings.push_interval_millis).unwrap_or(i64::MAX);
        if let Some(TopicState { next_push, .. }) = self.topics.get_mut(topic) {
            *next_push = (interval > 0).then(|| now.plus(interval));
        }
    }
}
