//! The WebSocket streams: trades, candlesticks, tickers, depth and private events.

mod connections;
mod credentials;
mod decoder;
mod error;
mod handle;
mod json;
mod market_data;
mod message;
mod protocol;
mod raw_json;
mod reports;
mod settings;
mod subscribe;
mod topic_stream;
mod topics;
mod user;
mod user_event;

pub(crate) use connections::StreamConnections;

pub use decoder::{DefaultDecoder, DepthMessages, StreamDecoder};
pub use error::StreamError;
pub use handle::Streams;
pub use market_data::{StreamKline, StreamTicker, StreamTrade};
pub use message::StreamMessage;
pub use protocol::StreamProtocol;
pub use raw_json::RawJson;
pub use settings::{ConnectionKind, StreamSettings};
pub use subscribe::Subscribe;
pub use topic_stream::TopicStream;
pub use user::{SixMmAccount, SubscribeUser, UserOrder, UserState, UserStream, UserUpdate, replay as replay_user};
pub use user_event::UserEvent;

pub use venue_book::{DecodeError, Depth};
pub use venue_runtime::user_state::{
    AccountNotice, Correction, Lifecycle, LossOfTrust, Notice, OrderNotice, Part, PartState, TradeNotice, Trust,
};
pub use venue_stream::state::SubscriptionState;
pub use venue_stream::{
    Backoff, Buffering, DisconnectReason, Event, Heartbeat, Message, MonotonicTime, RawText, Reconnect, ResyncReason, Settings, recording,
};
