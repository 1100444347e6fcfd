//! Names of topics.
//!
//! <https://docs.6mm.com/developer-api/websocket/public-market-channels>

use std::fmt;

use crate::exchange::{Exchange, KlineInterval};

/// A public topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Topic {
    Trade { symbol: String },
    Depth { symbol: String },
    Kline { symbol: String, interval: KlineInterval },
    Ticker { symbol: String },
    Tickers,
}

impl Topic {
    /// Parses the name of a topic. Returns `None` if the topic or the contract does not exist.
    pub(super) fn parse(name: &str, exchange: &Exchange) -> Option<Self> {
        let name = name.strip_prefix("market.")?;
        if name == "tickers" {
            return Some(Self::Tickers);
        }
        let (kind, rest) = name.split_once('.')?;
        let (symbol, interval) = rest.split_once('.').map_or((rest, None), |(symbol, interval)| (symbol, Some(interval)));
        if !exchange.has_symbol(symbol) {
            return None;
        }
        let symbol = symbol.to_owned();
        Some(match (kind, interval) {
            ("trade", None) => Self::Trade { symbol },
            ("depth", None) => Self::Depth { symbol },
            ("ticker", None) => Self::Ticker { symbol },
            ("kline", Some(interval)) => Self::Kline { symbol, interval: KlineInterval::parse(interval)? },
            _ => return None,
        })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trade { symbol } => write!(f, "market.trade.{symbol}"),
            Self::Depth { symbol } => write!(f, "market.depth.{symbol}"),
            Self::Kline { symbol, interval } => write!(f, "market.kline.{symbol}.{interval}"),
            Self::Ticker { symbol } => write!(f, "market.ticker.{symbol}"),
            Self::Tickers => f.write_str("market.tickers"),
        }
    }
}
