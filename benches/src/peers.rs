//! Hand-written types for the pages, with exact decimals, integers, and derived `Deserialize`.
//!
//! [`plain`] drops unknown fields. [`flatten`] keeps them with `#[serde(flatten)]`. Both read decimals as exactly as `sixmm-api`.

#![expect(missing_docs, reason = "the fields are those of sixmm_api::types")]

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The envelope, which is the same for both.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    pub code: i64,
    pub message: Option<String>,
    pub data: Option<T>,
    pub request_id: Option<String>,
}

/// A decimal string.
#[derive(Clone, Copy, Debug)]
pub struct Exact(pub Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl Visitor<'_> for Digits {
            type Value = Exact;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Exact, E> {
                Decimal::from_str_exact(text).map(Exact).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Digits)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Declares the types twice. The two versions differ only in their treatment of unknown fields.
macro_rules! peers {
    ($(#[$meta:meta])* $module:ident { $($(#[$extra_meta:meta])* $extra:ident: $extra_type:ty,)? }) => {
        $(#[$meta])*
        pub mod $module {
            use serde::Deserialize;

            use super::Exact;

            #[derive(Debug, Deserialize)]
            pub struct Klines {
                pub list: Vec<Kline>,
                $($(#[$extra_meta])* pub $extra: $extra_type,)?
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "camelCase")]
            pub struct Kline {
                pub open_time: i64,
                pub open: Exact,
                pub high: Exact,
                pub low: Exact,
                pub close: Exact,
                pub volume: Option<Exact>,
                pub close_time: i64,
                $($(#[$extra_meta])* pub $extra: $extra_type,)?
            }

            #[derive(Debug, Deserialize)]
            pub struct OrderList {
                pub list: Vec<Order>,
                pub total: Option<i32>,
                $($(#[$extra_meta])* pub $extra: $extra_type,)?
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "camelCase")]
            pub struct Order {
                pub symbol: Option<String>,
                pub order_id: Option<String>,
                pub order_category: Option<String>,
                pub client_order_id: Option<String>,
                pub order_type: Option<OrderType>,
                pub side: Option<Side>,
                pub status: Option<Status>,
                pub time_in_force: Option<TimeInForce>,
                pub price: Option<Exact>,
                pub quantity: Option<Exact>,
                pub filled_quantity: Option<Exact>,
                pub remaining_quantity: Option<Exact>,
                pub avg_filled_price: Option<Exact>,
                pub reduce_only: Option<bool>,
                pub close_only: Option<bool>,
                pub maker_only: Option<bool>,
                pub leverage: Option<i32>,
                pub margin_mode: Option<MarginMode>,
                pub created_at: Option<i64>,
                pub updated_at: Option<i64>,
                $($(#[$extra_meta])* pub $extra: $extra_type,)?
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "UPPERCASE")]
            pub enum OrderType {
                Limit,
                Market,
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "UPPERCASE")]
            pub enum Side {
                Buy,
                Sell,
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
            pub enum Status {
                New,
                Pending,
                PartiallyFilled,
                Filled,
                Canceled,
                Rejected,
                PartiallyFilledCanceled,
                PartialFilledCanceled,
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "UPPERCASE")]
            pub enum TimeInForce {
                Gtc,
                Ioc,
                Fok,
            }

            #[derive(Debug, Deserialize)]
            #[serde(rename_all = "UPPERCASE")]
            pub enum MarginMode {
                Isolated,
                Cross,
            }
        }
    };
}

peers! {
    /// Unknown fields are dropped.
    plain {}
}

peers! {
    /// Unknown fields are kept.
    flatten {
        #[serde(flatten)]
        extra: serde_json::Map<String, serde_json::Value>,
    }
}
